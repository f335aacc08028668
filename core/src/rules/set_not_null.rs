//! `set-not-null`: a column becomes NOT NULL while the table is in use.
use super::{Context, Draft, POSTGRES, Rule};
use crate::{operation::TableAction, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "set-not-null",
    summary: "Sets a column NOT NULL with a full scan under an exclusive lock",
    why: "The whole table is read while nobody can read or write it, and one NULL stops the migration.",
    instead: "Add `CHECK (column IS NOT NULL) NOT VALID`, validate it in another transaction, then SET NOT NULL (which \
              needs no scan from PostgreSQL 12 on) and drop the check.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &["ALTER TABLE users ALTER COLUMN email SET NOT NULL;"],
    good: &[
        "CREATE TABLE t (a int); ALTER TABLE t ALTER COLUMN a SET NOT NULL;",
        "ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID; ALTER TABLE users VALIDATE \
         CONSTRAINT c; ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, span, action) in cx.table_actions() {
        let TableAction::SetNullable { name, nullable: false } = action else { continue };
        if cx.is_new(table) || !cx.impact.scans.contains(&cx.resolve(table)) {
            continue;
        }
        out.push(
            Draft::new(
                span,
                format!("setting `{name}` NOT NULL reads all of `{table}` under an exclusive lock"),
            )
            .help("add a CHECK (… IS NOT NULL) NOT VALID, validate it, then set NOT NULL")
            .object(&format!("{table}.{name}")),
        );
    }
}
