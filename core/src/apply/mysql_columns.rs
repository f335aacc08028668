//! What columns of the MySQL family take along: indexes shrink, checks hold back.
use super::{
    ConflictKind,
    naming::Naming,
    run::{Run, Step, column_path, fail, not_found},
};
use crate::{
    catalog::{Column, ConstraintKind, Name, ObjectName, Table},
    change::{Object, ObjectPath},
    operation::{ColumnDefinition, ColumnPosition},
    target::Dialect,
};

/// Drops what uses only the column, shrinks composite indexes, and refuses where a foreign key, a check on several
/// columns or a generated column needs it. MySQL 9.7 and MariaDB 11.8.
pub(super) fn release(run: &mut Run<'_>, name: &ObjectName, column: &Name) -> Step {
    let path = column_path(name, column);
    let table = run.get(name)?;
    if let Some((constraint, _)) =
        table.foreign_keys().find(|(_, k)| k.columns.iter().any(|c| run.same(c, column)))
    {
        let message = format!("`{column}` cannot be dropped: foreign key `{}` needs it", constraint.name);
        return fail(ConflictKind::HasDependents, path, message);
    }
    for (other, at) in run.references(name, None) {
        let other = run.get(&other)?;
        if let Some(ConstraintKind::ForeignKey(key)) = other.constraints.get(at).map(|c| &c.kind)
            && run.state.session.foreign_key_checks
            && key.referenced.iter().any(|c| run.same(c, column))
        {
            let message =
                format!("`{column}` cannot be dropped: a foreign key of `{}` refers to it", other.name);
            return fail(ConflictKind::HasDependents, path, message);
        }
    }
    refuse_generated(run, &table, column)?;
    for view in run.direct_readers(name) {
        if run.view_uses(&view, name, column) != super::dependents::Use::No {
            run.uncertain(
                &view,
                format!("view `{view}` reads `{path}`, which is dropped: it may no longer work"),
            );
        }
    }
    for place in (0..table.constraints.len()).rev() {
        let constraint = &table.constraints[place];
        match &constraint.kind {
            ConstraintKind::Check { expression, .. } if run.mentions(expression, column) => {
                if run.mentioned(expression, &table).len() > 1 {
                    let message =
                        format!("`{column}` cannot be dropped: check `{}` uses it", constraint.name);
                    return fail(ConflictKind::HasDependents, path, message);
                }
                run.remove_constraint(name, place)?;
            }
            ConstraintKind::PrimaryKey(key) if run.key_index_uses(key, column) => {
                if super::mysql_alter::supplied(run, column) {
                    if let Some(at) = run.place(&table, column) {
                        super::mysql_alter::keep_key(run, name, &table.columns[at], "PRIMARY");
                    }
                    continue;
                }
                let mut key = key.clone();
                key.columns.retain(|k| !k.column.as_ref().is_some_and(|c| run.same(c, column)));
                shrinks(run, &path, !key.columns.is_empty())?;
                if key.columns.is_empty() {
                    run.remove_constraint(name, place)?;
                } else {
                    super::constraints::edit(run, name, &constraint.name, |c| {
                        c.kind = ConstraintKind::PrimaryKey(key);
                    })?;
                }
            }
            ConstraintKind::Check { .. }
            | ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclude { .. } => {}
        }
    }
    for place in (0..table.indexes.len()).rev() {
        let index = &table.indexes[place];
        let by_name = |k: &crate::catalog::IndexKey| k.column.as_ref().is_some_and(|c| run.same(c, column));
        if !index.keys.iter().any(by_name) {
            if index.keys.iter().any(|k| run.key_uses(k, column)) {
                let message =
                    format!("`{column}` cannot be dropped: functional index `{}` uses it", index.name);
                return fail(ConflictKind::HasDependents, path, message);
            }
            continue;
        }
        if super::mysql_alter::supplied(run, column) {
            if let Some(at) = run.place(&table, column) {
                super::mysql_alter::keep_key(run, name, &table.columns[at], &index.name);
            }
            continue;
        }
        let mut after = index.clone();
        after.keys.retain(|k| !by_name(k));
        if after.keys.is_empty() {
            run.remove_index(name, place)?;
            continue;
        }
        if index.unique {
            shrinks(run, &path, true)?;
        }
        super::indexes::edit(run, name, &index.name, |i| *i = after)?;
    }
    Ok(())
}

/// MariaDB refuses to drop a column of a primary or unique key on several columns, MySQL shrinks the key.
fn shrinks(run: &Run<'_>, path: &ObjectPath, several: bool) -> Step {
    if several && run.catalog().dialect == Dialect::MariaDb {
        let message =
            format!("`{path}` cannot be dropped: it is part of a primary or unique key on several columns");
        return fail(ConflictKind::HasDependents, path.clone(), message);
    }
    Ok(())
}

pub(super) fn refuse_generated(run: &Run<'_>, table: &Table, column: &Name) -> Step {
    // MariaDB looks only whether the expression still finds a column of that name.
    if run.catalog().dialect == Dialect::MariaDb && super::mysql_alter::supplied(run, column) {
        return Ok(());
    }
    let uses = |c: &&Column| {
        (c.generated.is_some() || c.default.is_some() || c.check.is_some())
            && !run.same(&c.name, column)
            && !run.redefined.iter().any(|name| run.same(name, &c.name))
            && (c.generated.as_ref().is_some_and(|g| run.mentions(&g.expression, column))
                || c.default.iter().chain(&c.check).any(|e| run.mentions(e, column)))
    };
    match table.columns.iter().find(uses) {
        Some(other) => {
            let path = column_path(&table.name, column);
            let message = format!(
                "`{column}` cannot be dropped or renamed: column `{}` is computed from it",
                other.name
            );
            fail(ConflictKind::HasDependents, path, message)
        }
        None => Ok(()),
    }
}

/// MySQL renames no column that a check, a generated column or a functional index uses (errors 3959, 3108, 3837).
pub(super) fn refuse_renaming(run: &Run<'_>, table: &Table, column: &Name) -> Step {
    refuse_generated(run, table, column)?;
    let check = table.constraints.iter().find(
        |c| matches!(&c.kind, ConstraintKind::Check { expression, .. } if run.mentions(expression, column)),
    );
    let index = table
        .indexes
        .iter()
        .find(|i| i.keys.iter().any(|k| k.expression.as_ref().is_some_and(|e| run.mentions(e, column))));
    let user =
        check.map(|c| format!("check `{}`", c.name)).or_else(|| index.map(|i| format!("index `{}`", i.name)));
    match user {
        Some(user) => {
            let path = column_path(&table.name, column);
            fail(ConflictKind::HasDependents, path, format!("`{column}` cannot be renamed: {user} uses it"))
        }
        None => Ok(()),
    }
}

/// Refuses constants that a number or a moment cannot be (error 1067), in the few shapes that are plain.
fn refuse_constant(run: &Run<'_>, table: &ObjectName, column: &Column) -> Step {
    let Some(default) = &column.default else { return Ok(()) };
    let kind = column.data_type.text.split(['(', ' ']).next().unwrap_or_default();
    let text = default.sql.trim();
    let quoted = text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'');
    let inside = if quoted { text.get(1..text.len() - 1).unwrap_or("") } else { text };
    let plain = !inside.contains(['\'', '\\', '(']);
    let begins =
        |set: &[char]| inside.trim_start().starts_with(|c: char| c.is_ascii_digit() || set.contains(&c));
    let word = |words: &[&str]| !quoted && words.iter().any(|w| text.eq_ignore_ascii_case(w));
    let number = matches!(
        kind,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float" | "double"
    );
    let moment = matches!(kind, "date" | "datetime" | "timestamp" | "time");
    let refused = plain
        && (number && quoted && !begins(&['+', '-', '.'])
            || matches!(kind, "date" | "datetime" | "timestamp")
                && (quoted && !begins(&[]) || word(&["true", "false"]))
            || run.catalog().dialect == Dialect::MySql
                && word(&["current_timestamp"])
                && !matches!(kind, "datetime" | "timestamp")
                && (number || moment || matches!(kind, "char" | "varchar" | "enum")));
    if refused {
        let message =
            format!("the default {text} is no value of `{}`, which is {}", column.name, column.data_type);
        return fail(ConflictKind::InvalidDefinition, column_path(table, &column.name), message);
    }
    Ok(())
}

/// MySQL takes no constant as the default of a `TEXT`, `BLOB`, `JSON` or spatial column (error 1101); an expression in
/// parentheses will do.
pub(super) fn refuse_default(run: &Run<'_>, table: &ObjectName, column: &Column) -> Step {
    if run.mysql() {
        refuse_constant(run, table, column)?;
    }
    let Some(default) = column.default.as_ref().filter(|_| run.catalog().dialect == Dialect::MySql) else {
        return Ok(());
    };
    let kind = column.data_type.text.split(['(', ' ']).next().unwrap_or_default();
    let long =
        kind.ends_with("text") || kind.ends_with("blob") || matches!(kind, "json" | "geometry" | "point");
    if long && !default.sql.trim_start().starts_with('(') {
        let message = format!(
            "`{}` is {}: its default has to be an expression in parentheses",
            column.name, column.data_type
        );
        return fail(ConflictKind::InvalidDefinition, column_path(table, &column.name), message);
    }
    Ok(())
}

/// `MODIFY`, and what is left of `CHANGE` when the column has its new name: the whole definition is replaced, keys stay.
pub(super) fn modify(
    run: &mut Run<'_>,
    name: &ObjectName,
    old: &Name,
    definition: &ColumnDefinition,
    if_exists: bool,
    position: Option<&ColumnPosition>,
    naming: &mut Naming,
) -> Step {
    let table = run.get(name)?;
    let new = &definition.column.name;
    let Some(place) = run.place(&table, old) else {
        if table.complete || run.is_gone(&table, old) {
            if if_exists {
                run.out.skipped = true;
                return Ok(());
            }
            return not_found(column_path(name, old));
        }
        return learn(run, name, old, definition, naming);
    };
    if !super::columns::is_known(&table.columns[place]) {
        return learn(run, name, old, definition, naming);
    }
    let table = run.get(name)?;
    let Some(from) = run.place(&table, new) else { return Ok(()) };
    let mut rest = Table::clone(&table);
    rest.columns.remove(from);
    let (mut column, _) = super::columns::build(run, &rest, definition, naming)?;
    let primary = table
        .primary_key()
        .is_some_and(|(_, k)| k.columns.iter().any(|k| k.column.as_ref().is_some_and(|c| run.same(c, new))));
    if primary && column.nullable && definition.nullability_written && run.catalog().dialect == Dialect::MySql
    {
        // Error 1171.
        let message = format!("`{new}` is part of the primary key and cannot be NULL");
        return fail(ConflictKind::InvalidDefinition, column_path(name, new), message);
    }
    if primary {
        column.nullable = false;
    }
    let to = match position {
        None => from,
        Some(ColumnPosition::First) => 0,
        Some(ColumnPosition::After(other)) => match run.place(&rest, other) {
            Some(at) => at + 1,
            None if table.complete => return not_found(column_path(name, other)),
            None => rest.columns.len(),
        },
    };
    super::constraints::column_expressions(run, &table, &column)?;
    let mut after = Table::clone(&table);
    after.columns[from] = column.clone();
    for index in after.indexes.iter().filter(|i| i.keys.iter().any(|k| run.key_uses(k, new))) {
        let path = ObjectPath::Index { table: name.clone(), name: index.name.clone() };
        super::indexes::whole_columns(run, &after, index, &path)?;
    }
    if let Some((constraint, key)) = after.primary_key() {
        let path = ObjectPath::Constraint { table: name.clone(), name: constraint.name.clone() };
        super::constraints::whole_primary(run, &after, key, &path)?;
    }
    let before = table.columns[from].clone();
    run.alter(
        column_path(name, new),
        Object::Column { column: Box::new(before), position: from },
        Object::Column { column: Box::new(column), position: to },
    )?;
    for index in &definition.indexes {
        super::indexes::add(run, name, &index.node, false)?;
    }
    for constraint in &definition.constraints {
        let again = matches!(constraint.node.kind, ConstraintKind::PrimaryKey(_)) && primary;
        if !again {
            super::constraints::add(run, name, &constraint.node, naming)?;
        }
    }
    fits(run, name, new)
}

/// The new type must still fit the foreign keys on both sides.
fn fits(run: &mut Run<'_>, name: &ObjectName, column: &Name) -> Step {
    if !run.state.session.foreign_key_checks {
        return Ok(());
    }
    let table = run.get(name)?;
    let path = column_path(name, column);
    // A key whose other table is gone is not looked at.
    let own: Vec<ConstraintKind> = table
        .foreign_keys()
        .filter(|(_, k)| k.columns.iter().any(|c| run.same(c, column)))
        .filter(|(_, k)| run.catalog().tables.contains(&k.table))
        .map(|(_, k)| ConstraintKind::ForeignKey(k.clone()))
        .collect();
    for mut kind in own {
        super::foreign_keys::resolve(run, &table, &mut kind, &path)?;
    }
    for (other, at) in run.references(name, None) {
        let other = run.get(&other)?;
        let Some(constraint) = other.constraints.get(at) else { continue };
        let mut kind = constraint.kind.clone();
        if let ConstraintKind::ForeignKey(key) = &kind
            && !key.referenced.iter().any(|c| run.same(c, column))
        {
            continue;
        }
        super::foreign_keys::resolve(run, &other, &mut kind, &path)?;
    }
    Ok(())
}

/// Open world: what a `MODIFY` says of a column that was not known is known from now on.
fn learn(
    run: &mut Run<'_>,
    name: &ObjectName,
    old: &Name,
    definition: &ColumnDefinition,
    naming: &mut Naming,
) -> Step {
    run.unknown(
        column_path(name, old),
        format!("what column `{old}` was before is not known: it cannot be restored"),
    );
    let table = run.get(name)?;
    let (column, _) = super::columns::build(run, &table, definition, naming)?;
    super::constraints::column_expressions(run, &table, &column)?;
    let same = run.place(&table, &column.name);
    // A name that the statement takes away and gives to another column cannot be told from the old one on the way back.
    let moved = |e: &crate::catalog::Expression| {
        run.gone.iter().any(|(t, gone)| t == name && run.mentions(e, gone))
            || run.redefined.iter().any(|taken| run.mentions(e, taken))
    };
    let generated = column.generated.as_ref().map(|g| &g.expression);
    if generated.into_iter().chain(&column.default).chain(&column.check).any(moved) {
        return Ok(());
    }
    run.state.catalog.tables.edit(name, |t| match same {
        Some(place) => t.columns[place] = column,
        None => t.columns.push(column),
    });
    Ok(())
}
