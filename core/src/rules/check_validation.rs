//! `check-validation`: a check tried on every row while nobody can use the table.
use super::{Context, Draft, POSTGRES, Rule};
use crate::{catalog::ConstraintKind, operation::TableAction, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "check-validation",
    summary: "Adds a check and reads every row under an exclusive lock",
    why: "Nobody can read or write the table until every row has been checked, and one that fails stops the migration.",
    instead: "Add it NOT VALID, then VALIDATE CONSTRAINT in another transaction, which lets readers and writers through.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &[
        "ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0);",
        "ALTER TABLE users ADD COLUMN age int CHECK (age > 0);",
    ],
    good: &[
        "ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID;",
        "ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID; COMMIT; ALTER TABLE users VALIDATE CONSTRAINT c;",
        "CREATE TABLE t (a int); ALTER TABLE t ADD CHECK (a > 0);",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, span, action) in cx.table_actions().filter(|(table, ..)| !cx.is_new_and_empty(table)) {
        let found = match action {
            TableAction::AddConstraint { definition } => {
                let checked = !definition.not_valid && !definition.not_enforced;
                (checked && matches!(definition.kind, ConstraintKind::Check { .. })).then_some(span)
            }
            TableAction::AddColumn { definition, .. } => {
                let checks = definition
                    .constraints
                    .iter()
                    .find(|c| matches!(c.node.kind, ConstraintKind::Check { .. }) && !c.node.not_enforced);
                checks.map(|c| c.span)
            }
            _ => None,
        };
        // An operation that finds everything there reads nothing.
        let reads = || cx.impact.scans.contains(&cx.resolve(table));
        if let Some(span) = found.filter(|_| reads()) {
            out.push(
                Draft::new(span, format!("every row of `{table}` is checked while nobody can use the table"))
                    .help("add the check NOT VALID, and VALIDATE CONSTRAINT in another transaction")
                    .object(table),
            );
        }
    }
}
