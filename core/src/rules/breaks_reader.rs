//! `breaks-reader`: what is taken away is read by a view or a trigger, which the server does not mind.
use std::collections::BTreeSet;

use super::{Context, Draft, MYSQL_FAMILY, Rule};
use crate::{
    catalog::{Link, Name, ObjectName, Table},
    change::{Delta, ObjectPath},
    dialect::expression,
    report::Severity,
};

pub(super) static RULE: Rule = Rule {
    id: "breaks-reader",
    summary: "Drops or renames what a view or a trigger uses",
    why: "The server takes the statement and lets the view or trigger break: whoever reads the view, or writes to the \
          table, meets the error.",
    instead: "Change the view or the trigger first, or drop it and create it again in the same migration.",
    severity: Severity::Error,
    dialects: MYSQL_FAMILY,
    bad: &[
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a, b FROM t; COMMIT; ALTER TABLE t DROP COLUMN b;",
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a, b FROM t; COMMIT; ALTER TABLE t RENAME COLUMN b TO c;",
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; COMMIT; DROP TABLE t;",
        "CREATE TABLE t (a int, b int); CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW SET NEW.b = 1; COMMIT; ALTER TABLE t CHANGE b c int;",
    ],
    good: &[
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t; COMMIT; ALTER TABLE t DROP COLUMN b;",
        "ALTER TABLE users RENAME COLUMN email TO mail;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, column) in gone(cx) {
        views(cx, &table.name, column, out);
        if let Some(column) = column {
            super::breaks_trigger::triggers(cx, table, column, out);
        }
    }
}

/// Tables (with no column) and columns that are dropped or lose their names, as they were before.
pub(super) fn gone<'a>(cx: &Context<'a>) -> Vec<(&'a Table, Option<&'a Name>)> {
    let changes = cx.outcome.changes.iter();
    // What is there again behind the statement, as when tables are swapped, is missed by nobody.
    let comes: BTreeSet<&ObjectPath> = changes
        .clone()
        .filter_map(|change| match &change.delta {
            Delta::Create { .. } => Some(&change.path),
            Delta::Rename { to } => Some(to),
            Delta::Drop { .. } | Delta::Alter { .. } => None,
        })
        .collect();
    changes
        .filter(move |change| !comes.contains(&change.path))
        .filter(|change| matches!(change.delta, Delta::Drop { .. } | Delta::Rename { .. }))
        .filter_map(|change| match &change.path {
            ObjectPath::Table { name } => Some((cx.before.catalog.tables.get(name)?.as_ref(), None)),
            ObjectPath::Column { table, name } => {
                let table: &Table = cx.before.catalog.tables.get(table)?;
                // A circle of renames leads over names that were never there.
                table.columns.iter().any(|c| c.name == *name).then_some((table, Some(name)))
            }
            _ => None,
        })
        .collect()
}

/// Views of the MySQL family, which follow nothing. PostgreSQL refuses the drop, drops them or lets them follow.
fn views(cx: &Context<'_>, table: &ObjectName, column: Option<&Name>, out: &mut Vec<Draft>) {
    for view in cx.before.catalog.views.linked(Link::Reads, table) {
        if !view.reads.contains(table) {
            continue;
        }
        let (object, certain) = match column {
            None => (format!("`{table}`"), true),
            Some(column) => {
                let named = expression::columns(&view.query, cx.target);
                if !named.iter().any(|n| n.to_lowercase() == column.to_lowercase()) {
                    continue;
                }
                (format!("`{column}` of `{table}`"), view.reads.len() == 1)
            }
        };
        let how = if certain { "reads" } else { "may read" };
        let message = format!("view `{}` {how} {object} and does not work without it", view.name);
        let draft = Draft::new(cx.span, message).help("create the view anew").object(&view.name);
        out.push(if certain { draft } else { draft.possible().severity(Severity::Warning) });
    }
}
