//! Statements on rows: no definition changes, but tables and columns must exist.
use std::collections::BTreeSet;

use super::{
    ConflictKind,
    run::{Relation, Run, Step, column_path, fail, not_found},
};
use crate::{
    catalog::{ConstraintKind, IndexKey, Name, ObjectName},
    change::ObjectPath,
    operation::{Delete, Filter, Insert, Update},
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
        // The server's own relations are not listed; who may write to them is a matter of privileges.
        None if is_catalog(run, name) => Ok(None),
        None => {
            let full = run.qualify(name);
            if run.may_exist(&full) { Ok(None) } else { not_found(ObjectPath::Table { name: full }) }
        }
    }
}

/// Whether a name that nothing else has is one of PostgreSQL's own: `pg_catalog` is always searched.
pub(super) fn is_catalog(run: &Run<'_>, name: &ObjectName) -> bool {
    match name.schema.as_deref() {
        _ if run.mysql() => false,
        Some(schema) => matches!(schema, "pg_catalog" | "information_schema"),
        None => name.name.starts_with("pg_"),
    }
}

/// The columns that a statement writes to: each once (errors 42701 and 1110; an UPDATE of the MySQL family may repeat one).
fn columns<'n>(run: &Run<'_>, table: &ObjectName, names: impl Iterator<Item = &'n Name>, once: bool) -> Step {
    let table = run.get(table)?;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for name in names {
        let folded = if run.mysql() { name.to_lowercase() } else { name.to_string() };
        let plain = run.mysql()
            || run.place(&table, name).is_some_and(|at| {
                let data_type = &table.columns[at].data_type;
                data_type.custom.is_none() && !data_type.text.ends_with("[]")
            });
        // `a[1], a[2]` and `a.b, a.c` are parts of one column.
        if !seen.insert(folded) && once && plain {
            let message = format!("column `{name}` of `{}` is written twice", table.name);
            return fail(ConflictKind::InvalidDefinition, column_path(&table.name, name), message);
        }
        if table.complete && run.place(&table, name).is_none() {
            return not_found(column_path(&table.name, name));
        }
    }
    Ok(())
}

pub(super) fn insert(run: &mut Run<'_>, operation: &Insert) -> Step {
    let table = target(run, &operation.table)?;
    if let Some(table) = &table {
        columns(run, table, operation.columns.iter(), true)?;
        conflict_target(run, table, operation)?;
    }
    arity(run, table.as_ref(), operation)?;
    values(run, table.as_ref(), operation)?;
    super::mentions::relations(run, &operation.reads)
}

/// PostgreSQL: values of one row that the columns do not take. Several rows agree on types of their own first.
fn values(run: &Run<'_>, table: Option<&ObjectName>, operation: &Insert) -> Step {
    let ([row], Some(name)) = (operation.rows.as_slice(), table) else { return Ok(()) };
    let table = run.get(name)?;
    if !table.complete || run.mysql() || operation.overriding_user {
        return Ok(());
    }
    let listed = operation.columns.iter().map(|column| run.place(&table, column));
    let places: Vec<Option<usize>> = if operation.columns.is_empty() {
        (0..table.columns.len()).map(Some).collect()
    } else {
        listed.collect()
    };
    for (place, value) in places.into_iter().zip(row) {
        let Some(column) = place.and_then(|at| table.columns.get(at)) else { continue };
        if column.data_type.custom.is_none() && !column.data_type.text.ends_with("[]") {
            super::defaults::takes(run, name, column, &value.sql)?;
        }
    }
    Ok(())
}

/// Refuses rows with more or fewer values than columns (errors 42601 and 1136).
fn arity(run: &Run<'_>, table: Option<&ObjectName>, operation: &Insert) -> Step {
    // `(row).*` stands for several values.
    let counts = || operation.rows.iter().filter(|row| !row.iter().any(|v| v.sql.trim_end().ends_with('*')));
    let listed = table.and_then(|name| run.catalog().tables.get(name)).filter(|t| t.complete);
    let refuse = |values: usize, wanted: usize| {
        let name = table.cloned().unwrap_or_else(|| run.qualify(&operation.table));
        let message = format!("a row of {values} values is given for {wanted} columns of `{name}`");
        fail(ConflictKind::InvalidDefinition, ObjectPath::Table { name }, message)
    };
    for row in counts() {
        if !operation.columns.is_empty() {
            if row.len() != operation.columns.len() {
                return refuse(row.len(), operation.columns.len());
            }
            continue;
        }
        let Some(table) = listed else { continue };
        let visible = table.columns.iter().filter(|c| !c.invisible).count();
        // PostgreSQL fills columns that are left over; the MySQL family takes none at all for all of them.
        let wrong = if run.mysql() { row.len() != visible && !row.is_empty() } else { row.len() > visible };
        if wrong {
            return refuse(row.len(), visible);
        }
    }
    Ok(())
}

/// `ON CONFLICT (a, b)` needs a unique index on exactly these columns, `ON CONFLICT ON CONSTRAINT` the constraint.
fn conflict_target(run: &Run<'_>, name: &ObjectName, operation: &Insert) -> Step {
    let table = run.get(name)?;
    if !table.complete || run.mysql() {
        return Ok(());
    }
    if let Some(constraint) = &operation.conflict_constraint
        && !table.constraints.iter().any(|c| c.name == *constraint)
    {
        return not_found(ObjectPath::Constraint { table: name.clone(), name: constraint.clone() });
    }
    let Some(wanted) = &operation.conflict_columns else { return Ok(()) };
    columns(run, name, wanted.iter(), false)?;
    let exactly = |keys: &[IndexKey]| {
        keys.iter().all(|k| k.column.as_ref().is_some_and(|c| wanted.contains(c)))
            && wanted.iter().all(|c| keys.iter().any(|k| k.column.as_ref() == Some(c)))
    };
    let there = table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => exactly(&key.columns),
        ConstraintKind::Exclude { .. } => true,
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } => false,
    }) || table.indexes.iter().any(|i| i.unique && i.predicate.is_none() && exactly(&i.keys));
    if there {
        return Ok(());
    }
    let list = wanted.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ");
    let message = format!("`{name}` has no unique index on exactly {list}, which ON CONFLICT names");
    fail(ConflictKind::KeyMismatch, ObjectPath::Table { name: name.clone() }, message)
}

pub(super) fn update(run: &mut Run<'_>, operation: &Update) -> Step {
    // With several targets the names may be aliases.
    let [name] = operation.tables.as_slice() else { return Ok(()) };
    match target(run, name)? {
        Some(table) => {
            columns(run, &table, operation.assignments.iter().map(|(column, _)| column), false)?;
            let definition = run.get(&table)?;
            for (column, value) in &operation.assignments {
                let Some(place) = run.place(&definition, column) else { continue };
                // An element of an array, or a field, has another type than the column.
                let whole = &definition.columns[place];
                if whole.data_type.custom.is_none() && !whole.data_type.text.ends_with("[]") {
                    super::defaults::takes(run, &table, whole, &value.sql)?;
                }
                // With several tables, which may be queries by WITH, the condition is none on this one alone.
                if operation.reads.is_empty() && matches!(operation.filter, Filter::Condition { .. }) {
                    super::mentions::columns(run, &definition, operation.alias.as_ref(), value)?;
                }
            }
            if operation.reads.is_empty() {
                super::mentions::filter(run, &definition, operation.alias.as_ref(), &operation.filter)?;
            }
            super::mentions::relations(run, &operation.reads)
        }
        None => Ok(()),
    }
}

pub(super) fn delete(run: &mut Run<'_>, operation: &Delete) -> Step {
    let [name] = operation.tables.as_slice() else { return Ok(()) };
    let Some(table) = target(run, name)? else { return Ok(()) };
    let definition = run.get(&table)?;
    if operation.reads.is_empty() {
        super::mentions::filter(run, &definition, operation.alias.as_ref(), &operation.filter)?;
    }
    Ok(())
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
