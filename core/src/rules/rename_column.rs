//! `rename-column`: a column that running application versions know by its old name.
use super::{Context, Draft, EVERY, Rule};
use crate::{operation::TableAction, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "rename-column",
    summary: "Renames a column of a table that the migration did not create",
    why: "Application versions that are still running name the old column and fail from this moment on; so do bodies \
          of functions, which do not follow a rename.",
    instead: "Add a column with the new name, write to both, switch readers over, and drop the old one in a later \
              release.",
    severity: Severity::Warning,
    dialects: EVERY,
    bad: &["ALTER TABLE users RENAME COLUMN email TO mail;"],
    good: &["CREATE TABLE t (a int); ALTER TABLE t RENAME COLUMN a TO b;"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, span, action) in cx.table_actions() {
        let (from, to) = match action {
            TableAction::RenameColumn { from, to, .. } => (from, to),
            TableAction::ModifyColumn { name, definition, .. }
                if !name.eq_ignore_ascii_case(&definition.column.name) =>
            {
                (name, &definition.column.name)
            }
            _ => continue,
        };
        if cx.is_new(table) {
            continue;
        }
        out.push(
            Draft::new(
                span,
                format!("renames the column `{from}` of `{table}` to `{to}` under running applications"),
            )
            .help("add the new column, write to both, and drop the old one in a later release")
            .object(&format!("{table}.{from}")),
        );
    }
}
