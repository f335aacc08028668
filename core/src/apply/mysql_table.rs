//! MySQL family: what has to hold of a table as a whole when a statement has ended.
use super::{
    ConflictKind,
    run::{Run, Step, column_path, fail},
};
use crate::{
    catalog::{ConstraintKind, Name, ObjectName, Table},
    change::ObjectPath,
    dialect::expression,
    target::Dialect,
};

/// What the MySQL family checks of the whole new table: foreign keys have their indexes on both sides, an
/// `AUTO_INCREMENT` column leads a key.
pub(super) fn check(run: &mut Run<'_>, name: &ObjectName) -> Step {
    let table = run.get(name)?;
    used_counter(run, &table)?;
    if !table.complete {
        return Ok(());
    }
    let path = ObjectPath::Table { name: name.clone() };
    if table.columns.is_empty() {
        return fail(ConflictKind::NotAllowed, path, format!("`{name}` would have no columns left"));
    }
    let leads = |columns: &[Name]| {
        table.primary_key().is_some_and(|(_, k)| run.starts_with(&k.columns, columns))
            || table.indexes.iter().any(|i| {
                !matches!(i.method.as_str(), "fulltext" | "spatial") && run.starts_with(&i.keys, columns)
            })
    };
    if let Some(column) = table.columns.iter().find(|c| c.auto_increment)
        && table.properties.engine.is_none()
        && !leads(std::slice::from_ref(&column.name))
    {
        let message =
            format!("the AUTO_INCREMENT column `{}` has to be the first column of a key", column.name);
        return fail(ConflictKind::InvalidDefinition, path, message);
    }
    generated_in_order(run, &table)?;
    generated_primary(run, &table)?;
    super::sizes::fit(run, &table)?;
    if !run.state.session.foreign_key_checks {
        return Ok(());
    }
    for (constraint, key) in table.foreign_keys() {
        if !leads(&key.columns) {
            let message = format!("foreign key `{}` needs the index that is dropped", constraint.name);
            return fail(ConflictKind::HasDependents, path, message);
        }
    }
    for (other, at) in run.references(name, None) {
        let other = run.get(&other)?;
        let Some(ConstraintKind::ForeignKey(key)) = other.constraints.get(at).map(|c| &c.kind) else {
            continue;
        };
        if !super::foreign_keys::has_target_key(run, &table, &key.referenced) && !leads(&key.referenced) {
            let message = format!("a foreign key of `{}` needs the index that is dropped", other.name);
            return fail(ConflictKind::HasDependents, path, message);
        }
    }
    Ok(())
}

/// No check, default or generated column looks at an AUTO_INCREMENT column (errors 3818, 3768, 3109 and 1901); MariaDB lets
/// virtual columns. Measured on MySQL 9.7 and MariaDB 11.8.
fn used_counter(run: &Run<'_>, table: &Table) -> Step {
    let Some(counted) = table.columns.iter().find(|c| c.auto_increment) else { return Ok(()) };
    let mariadb = run.catalog().dialect == Dialect::MariaDb;
    let refuse = |path: ObjectPath| {
        let message = format!("`{path}` uses `{}`, which is AUTO_INCREMENT", counted.name);
        fail(ConflictKind::InvalidDefinition, path, message)
    };
    for constraint in &table.constraints {
        if let ConstraintKind::Check { expression, .. } = &constraint.kind
            && run.mentions(expression, &counted.name)
        {
            let path = ObjectPath::Constraint { table: table.name.clone(), name: constraint.name.clone() };
            return refuse(path);
        }
    }
    for column in &table.columns {
        let generated = column.generated.as_ref().filter(|g| g.stored || !mariadb).map(|g| &g.expression);
        let mut used = generated.into_iter().chain(&column.default).chain(&column.check);
        if used.any(|expression| run.mentions(expression, &counted.name)) {
            return refuse(column_path(&table.name, &column.name));
        }
    }
    Ok(())
}

/// MariaDB: no generated column is part of a primary key (error 1903).
fn generated_primary(run: &Run<'_>, table: &Table) -> Step {
    let (Dialect::MariaDb, Some((_, key))) = (run.catalog().dialect, table.primary_key()) else {
        return Ok(());
    };
    let generated = key.columns.iter().filter_map(|k| run.place(table, k.column.as_ref()?));
    match generated.map(|at| &table.columns[at]).find(|c| c.generated.is_some()) {
        Some(column) => {
            let path = column_path(&table.name, &column.name);
            let message = format!("`{}` is a generated column: a primary key holds none", column.name);
            fail(ConflictKind::InvalidDefinition, path, message)
        }
        None => Ok(()),
    }
}

/// A generated column can use generated columns only that stand before it (errors 3107 and 4029).
fn generated_in_order(run: &Run<'_>, table: &Table) -> Step {
    for (at, column) in table.columns.iter().enumerate() {
        let Some(generated) = &column.generated else { continue };
        for name in expression::columns(&generated.expression, &run.target()) {
            let Some(other) = run.place(table, &name) else { continue };
            if other >= at && table.columns[other].generated.is_some() {
                let message = format!(
                    "generated column `{}` uses `{name}`, which is generated and does not stand before it",
                    column.name
                );
                let path = column_path(&table.name, &column.name);
                return fail(ConflictKind::InvalidDefinition, path, message);
            }
        }
    }
    Ok(())
}
