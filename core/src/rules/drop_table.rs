//! `drop-table`: a table with its rows goes.
use super::{Context, Draft, EVERY, Rule};
use crate::{operation::Operation, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "drop-table",
    summary: "Drops a table that the migration did not create",
    why: "The rows are gone, and every application version that still reads the table fails at once.",
    instead: "Rename the table and wait until nothing misses it, or save its rows first (`rollback` writes the \
              statements), and drop it in a later release.",
    severity: Severity::Error,
    dialects: EVERY,
    bad: &["DROP TABLE users;", "DROP TABLE IF EXISTS a, b;"],
    good: &["CREATE TABLE scratch (a int); DROP TABLE scratch;"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let Operation::DropTable { names, temporary: false, if_exists, .. } = cx.operation else { return };
    for name in names.iter().filter(|n| !cx.is_new(n)) {
        let known_absent = *if_exists && !cx.before.catalog.is_open() && cx.table(name).is_none();
        if known_absent {
            continue;
        }
        out.push(
            Draft::new(cx.span, format!("drops the table `{name}` with all its rows"))
                .help(
                    "save the rows first, and drop the table in a release after the one that stops using it",
                )
                .object(name),
        );
    }
}
