//! Statements on rows: no definition changes, but tables and columns must exist.
use super::{
    ConflictKind,
    run::{Relation, Run, Step, column_path, fail, not_found},
};
use crate::{
    catalog::{Name, ObjectName},
    change::ObjectPath,
    operation::{Delete, Insert, Update},
};

/// The full name of a table that rows are written to, `None` for a view and for what is not listed but may exist.
fn target(run: &mut Run<'_>, name: &ObjectName) -> Step<Option<ObjectName>> {
    match run.find(name) {
        Some((_, Relation::View { materialized: false })) => Ok(None),
        Some((full, Relation::Table)) => Ok(Some(full)),
        Some((full, other)) => {
            let message = format!("`{name}` is a {}, which takes no rows", other.noun());
            fail(ConflictKind::WrongKind, ObjectPath::Table { name: full }, message)
        }
        None => {
            let full = run.qualify(name);
            if run.may_exist(&full) { Ok(None) } else { not_found(ObjectPath::Table { name: full }) }
        }
    }
}

fn columns<'n>(run: &Run<'_>, table: &ObjectName, names: impl Iterator<Item = &'n Name>) -> Step {
    let table = run.get(table)?;
    for name in names {
        if table.complete && run.place(&table, name).is_none() {
            return not_found(column_path(&table.name, name));
        }
    }
    Ok(())
}

pub(super) fn insert(run: &mut Run<'_>, operation: &Insert) -> Step {
    match target(run, &operation.table)? {
        Some(table) => columns(run, &table, operation.columns.iter()),
        None => Ok(()),
    }
}

pub(super) fn update(run: &mut Run<'_>, operation: &Update) -> Step {
    // With several targets the names may be aliases.
    let [name] = operation.tables.as_slice() else { return Ok(()) };
    match target(run, name)? {
        Some(table) => columns(run, &table, operation.assignments.iter().map(|(column, _)| column)),
        None => Ok(()),
    }
}

pub(super) fn delete(run: &mut Run<'_>, operation: &Delete) -> Step {
    let [name] = operation.tables.as_slice() else { return Ok(()) };
    target(run, name).map(drop)
}

/// `REFRESH MATERIALIZED VIEW`.
pub(super) fn refresh(run: &mut Run<'_>, name: &ObjectName, concurrently: bool) -> Step {
    let path = |name: &ObjectName| ObjectPath::View { name: name.clone() };
    match run.find(name) {
        Some((full, Relation::View { materialized: true })) => {
            let unique = run.catalog().views.get(&full).is_some_and(|v| {
                v.indexes
                    .iter()
                    .any(|i| i.unique && i.predicate.is_none() && i.keys.iter().all(|k| k.column.is_some()))
            });
            if concurrently && !unique {
                let message =
                    format!("`{full}` needs a unique index on columns to be refreshed CONCURRENTLY");
                return fail(ConflictKind::NotAllowed, path(&full), message);
            }
            Ok(())
        }
        Some((full, other)) => {
            let message = format!("`{name}` is a {}, not a materialized view", other.noun());
            fail(ConflictKind::WrongKind, path(&full), message)
        }
        None => {
            let full = run.qualify(name);
            if run.may_exist(&full) { Ok(()) } else { not_found(path(&full)) }
        }
    }
}

/// `LOCK TABLE`.
pub(super) fn lock(run: &mut Run<'_>, name: &ObjectName) -> Step {
    match run.find(name) {
        Some(_) => Ok(()),
        None => {
            let full = run.qualify(name);
            if run.may_exist(&full) { Ok(()) } else { not_found(ObjectPath::Table { name: full }) }
        }
    }
}
