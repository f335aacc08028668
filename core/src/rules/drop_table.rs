//! `drop-table`: a table with its rows goes.
use super::{Context, Draft, EVERY, Rule};
use crate::{catalog::ObjectName, operation::Operation, report::Severity};

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
    if let Operation::CreateTable(create) = cx.operation
        && create.or_replace
        && !cx.is_new(&create.name)
        && may_exist(cx, &create.name)
    {
        let name = &create.name;
        let draft = Draft::new(
            cx.span,
            format!("`OR REPLACE` drops the table `{name}` with all its rows, if there is one"),
        )
        .help("say CREATE TABLE IF NOT EXISTS, or save the rows first")
        .object(name);
        out.push(if cx.table(name).is_some() { draft } else { draft.possible() });
    }
    let Operation::DropTable { names, temporary: false, if_exists, .. } = cx.operation else { return };
    for name in names.iter().filter(|n| !cx.is_new(n)) {
        if *if_exists && !may_exist(cx, name) {
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

/// Whether there may be such a table before the statement.
fn may_exist(cx: &Context<'_>, name: &ObjectName) -> bool {
    let catalog = &cx.before.catalog;
    cx.table(name).is_some() || catalog.is_open() && !catalog.absent.contains(&cx.resolve(name))
}
