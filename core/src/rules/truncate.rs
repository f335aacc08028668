//! `truncate`: every row of a table goes.
use super::{Context, Draft, EVERY, Rule};
use crate::{
    operation::{Operation, TableAction},
    report::Severity,
};

pub(super) static RULE: Rule = Rule {
    id: "truncate",
    summary: "Empties a table, or partitions of one, that the migration did not create",
    why: "Every row is gone; with CASCADE the rows of all referencing tables as well. MySQL and MariaDB cannot roll \
          it back.",
    instead: "Save the rows first, or delete the ones that are meant with a condition.",
    severity: Severity::Error,
    dialects: EVERY,
    bad: &["TRUNCATE TABLE users;", "TRUNCATE users;"],
    good: &["CREATE TABLE t (a int); INSERT INTO t VALUES (1); TRUNCATE TABLE t;"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, span, action) in cx.table_actions() {
        let (verb, of) = match action {
            TableAction::Partitions { verb, destroys_rows: true, .. } => (verb, "of partitions of"),
            // The rows of the past go, those of today stay.
            TableAction::Storage { verb, destroys_rows: true, changes_definition: true } => {
                (verb, "of the past from")
            }
            TableAction::Storage { verb, destroys_rows: true, .. } => (verb, "of"),
            _ => continue,
        };
        if !cx.is_new(table) {
            out.push(
                Draft::new(span, format!("`{verb}` deletes every row {of} `{table}`"))
                    .help("save the rows first")
                    .object(table),
            );
        }
    }
    let Operation::Truncate { tables, cascade, .. } = cx.operation else { return };
    for table in tables.iter().filter(|t| !cx.is_new(t)) {
        let also = if *cascade { ", and all tables that refer to it" } else { "" };
        out.push(
            Draft::new(cx.span, format!("deletes every row of `{table}`{also}"))
                .help("save the rows first")
                .object(table),
        );
    }
}
