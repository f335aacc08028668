//! `drop-column`: a column with its values goes.
use super::{Context, Draft, EVERY, Rule};
use crate::{
    change::{Delta, ObjectPath},
    operation::{Operation, TableAction},
    report::Severity,
};

pub(super) static RULE: Rule = Rule {
    id: "drop-column",
    summary: "Drops a column that the migration did not create",
    why: "The values are gone, with every index, constraint and default that uses the column; application versions \
          that still name it fail.",
    instead: "Stop using the column in one release, save its values (`rollback` writes the statements), and drop it \
              in a later one.",
    severity: Severity::Error,
    dialects: EVERY,
    bad: &["ALTER TABLE users DROP COLUMN email;", "ALTER TABLE users ADD COLUMN a int, DROP COLUMN b;"],
    good: &[
        "CREATE TABLE t (a int, b int); ALTER TABLE t DROP COLUMN b;",
        "ALTER TABLE users ADD COLUMN email text;",
        "ALTER TABLE users ADD COLUMN a int; ALTER TABLE users DROP COLUMN a;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    if let Operation::DropType { cascade: true, .. } | Operation::DropExtension { cascade: true, .. } =
        cx.operation
    {
        with_type(cx, out);
    }
    for (table, span, action) in cx.table_actions() {
        let TableAction::DropColumn { name, if_exists, .. } = action else { continue };
        if cx.is_new(table) || cx.created.contains_column(&cx.resolve(table), name) {
            continue;
        }
        let known = cx.table(table);
        let fold = cx.target.dialect.is_mysql_family();
        let has = |t: &crate::catalog::Table| {
            t.columns.iter().any(|c| c.name == *name || (fold && c.name.eq_ignore_ascii_case(name)))
        };
        if *if_exists && known.is_some_and(|t| t.complete && !has(t)) {
            continue;
        }
        out.push(
            Draft::new(span, format!("drops the column `{name}` of `{table}` with all its values"))
                .help("save the values first, and drop the column in a release after the one that stops using it")
                .object(&format!("{table}.{name}")),
        );
    }
}

/// `CASCADE` takes the columns of the type along.
fn with_type(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let help = "change the columns' type first, or save their values";
    for change in &cx.outcome.changes {
        let (ObjectPath::Column { table, name }, Delta::Drop { .. }) = (&change.path, &change.delta) else {
            continue;
        };
        if !cx.is_new(table) && !cx.created.contains_column(table, name) {
            let message = format!("`CASCADE` drops the column `{name}` of `{table}` with all its values");
            out.push(Draft::new(cx.span, message).help(help).object(&format!("{table}.{name}")));
        }
    }
    if cx.before.catalog.is_open() && !cx.outcome.skipped {
        let message =
            "`CASCADE` drops every column of these types with all its values, in tables that are not known";
        out.push(Draft::new(cx.span, message).help(help).possible().severity(Severity::Warning));
    }
}
