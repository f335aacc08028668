//! `drop-owned`: everything that belongs to a role goes.
use super::{Context, Draft, POSTGRES, Rule};
use crate::report::Severity;

/// The verb of the statement as lowering writes it.
pub(super) const VERB: &str = "DROP OWNED";

pub(super) static RULE: Rule = Rule {
    id: "drop-owned",
    summary: "Drops everything that belongs to a role",
    why: "Every table of the role in this database goes with its rows, and every privilege that the role has. What that \
          is depends on the database, not on the migration.",
    instead: "REASSIGN OWNED to another role first, and drop what is to go by its name.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &["DROP OWNED BY bob;", "DROP OWNED BY bob, eve CASCADE;"],
    good: &["DROP ROLE bob;", "REASSIGN OWNED BY bob TO eve;"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    if cx.operation.not_followed().is_some_and(|statement| statement.verb.starts_with(VERB)) {
        out.push(
            Draft::new(cx.span, "drops every object that the roles own in this database, with all rows")
                .help("say REASSIGN OWNED first, and drop what is to go by its name"),
        );
    }
}
