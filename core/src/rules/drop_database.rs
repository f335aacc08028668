//! `drop-database`: a whole database goes.
use super::{Context, Draft, EVERY, Rule};
use crate::{operation::Operation, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "drop-database",
    summary: "Drops a whole database",
    why: "Every table with its rows goes at once, and no rollback brings it back.",
    instead: "Leave dropping databases out of migrations; take and test a backup before doing it by hand.",
    severity: Severity::Error,
    dialects: EVERY,
    bad: &["DROP DATABASE app;", "DROP DATABASE IF EXISTS app;"],
    good: &["CREATE DATABASE app;"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let dropped: Vec<&crate::catalog::Name> = match cx.operation {
        Operation::DropDatabase { name, .. } => vec![name],
        Operation::DropSchema { names, .. } if cx.target.dialect.is_mysql_family() => {
            names.iter().filter(|name| !cx.created.contains_schema(name)).collect()
        }
        _ => return,
    };
    for name in dropped {
        out.push(
            Draft::new(cx.span, format!("drops the database `{name}` with everything in it"))
                .help("take this out of the migration")
                .object(name),
        );
    }
}
