//! `drop-schema`: a schema with everything in it goes.
use super::{Context, Draft, POSTGRES, Rule};
use crate::{operation::Operation, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "drop-schema",
    summary: "Drops a schema that the migration did not create",
    why: "With CASCADE every table in it goes with its rows, and objects elsewhere that use them go too.",
    instead: "Drop the objects one by one, each with its own way back, then the empty schema without CASCADE.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &["DROP SCHEMA app CASCADE;", "DROP SCHEMA app;"],
    good: &["CREATE SCHEMA app;", "CREATE SCHEMA scratch; DROP SCHEMA scratch CASCADE;"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let Operation::DropSchema { names, cascade, .. } = cx.operation else { return };
    for name in names.iter().filter(|name| !cx.created.contains_schema(name)) {
        let draft = if *cascade {
            Draft::new(cx.span, format!("drops the schema `{name}` with every table and row in it"))
        } else {
            Draft::new(cx.span, format!("drops the schema `{name}`; it fails unless the schema is empty"))
                .severity(Severity::Warning)
        };
        out.push(draft.help("drop the objects one by one and keep their data first").object(name));
    }
}
