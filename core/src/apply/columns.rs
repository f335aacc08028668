//! Columns.
use super::{
    ConflictKind,
    dependents::{Use, has_dependents},
    naming::Naming,
    run::{Run, Step, column_path, exists, fail, not_found},
};
use crate::{
    catalog::{
        Column, ConstraintKind, Expression, Identity, Link, Name, ObjectName, Sequence, SequenceOptions,
        Table,
    },
    change::{Object, ObjectPath},
    dialect::expression,
    operation::{ColumnDefinition, ColumnPosition},
    target::Dialect,
};

/// The most columns a table can have: PostgreSQL 1600, MySQL 4096 (InnoDB 1017).
fn most(run: &Run<'_>) -> usize {
    if run.mysql() { 4096 } else { 1600 }
}

/// Whether more than the name of a listed column is known: the others were only mentioned, in an open world.
pub(super) fn is_known(column: &Column) -> bool {
    !column.data_type.text.is_empty() || column.data_type.custom.is_some()
}

/// The column that a definition makes of a table, which may still be a draft; with the sequence of a `serial`.
pub(super) fn build(
    run: &mut Run<'_>,
    table: &Table,
    definition: &ColumnDefinition,
    naming: &mut Naming,
) -> Step<(Column, Option<Sequence>)> {
    let mut column = definition.column.clone();
    if table.columns.len() >= most(run) {
        let message = format!("a table can have at most {} columns", most(run));
        return fail(ConflictKind::NotAllowed, column_path(&table.name, &column.name), message);
    }
    super::types::resolve(run, &mut column.data_type)?;
    super::charset::relative(run, table, &mut column);
    super::mysql_columns::refuse_default(run, &table.name, &column)?;
    super::defaults::fits(run, &table.name, &column)?;
    if let Some(identity) = &mut column.identity {
        if identity.sequence.is_empty() {
            identity.sequence = run.sequence_name_for(table, &column.name, naming);
        }
        column.nullable = false;
    }
    if column.auto_increment {
        column.nullable = false;
    }
    let mut sequence = None;
    if definition.serial {
        let name = table.name.sibling(run.sequence_name_for(table, &column.name, naming));
        column.default = Some(next_value(run, &name));
        column.nullable = false;
        let data_type = Some(column.data_type.text.clone()).filter(|t| t != "bigint");
        sequence = Some(Sequence {
            name,
            options: SequenceOptions { data_type: data_type.map(Into::into), ..SequenceOptions::default() },
            owned_by: Some((table.name.clone(), column.name.clone())),
            comment: None,
        });
    }
    let primary = definition.constraints.iter().any(|c| matches!(c.node.kind, ConstraintKind::PrimaryKey(_)));
    if primary {
        column.nullable = false;
    }
    Ok((column, sequence))
}

/// The default of a `serial` column.
fn next_value(run: &Run<'_>, sequence: &ObjectName) -> Expression {
    let quote = |s: &str| {
        let plain = s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && !s.starts_with(|c: char| c.is_ascii_digit());
        let text = if plain { s.to_owned() } else { format!("\"{}\"", s.replace('"', "\"\"")) };
        text.replace('\'', "''")
    };
    let name = format!("{}.{}", quote(sequence.schema_str()), quote(&sequence.name));
    expression::read(&format!("nextval('{name}'::regclass)"), &run.target())
}

/// `ADD COLUMN`.
pub(super) fn add(
    run: &mut Run<'_>,
    name: &ObjectName,
    definition: &ColumnDefinition,
    if_not_exists: bool,
    position: Option<&ColumnPosition>,
    naming: &mut Naming,
) -> Step {
    let table = run.get(name)?;
    let path = column_path(name, &definition.column.name);
    let new = &definition.column.name;
    if run.place(&table, new).is_some()
        || !table.complete && !run.is_gone(&table, new) && run.built_on(&table, new)
    {
        if if_not_exists {
            run.out.skipped = true;
            return Ok(());
        }
        return exists(path);
    }
    if if_not_exists && !table.complete {
        run.unknown(
            &path,
            format!("column `{}` may exist already with another definition", definition.column.name),
        );
    }
    let (mut column, sequence) = build(run, &table, definition, naming)?;
    super::partitions::can_add(run, name, &column)?;
    if let Some(sequence) = sequence {
        let path = ObjectPath::Sequence { name: sequence.name.clone() };
        run.free(path.clone(), &sequence.name)?;
        run.create(path, Object::Sequence(sequence.into()))?;
    }
    let place = match position {
        None => table.columns.len(),
        Some(ColumnPosition::First) => 0,
        Some(ColumnPosition::After(other)) => match run.column(&table, other)? {
            Some(at) => at + 1,
            None => table.columns.len(),
        },
    };
    if run.catalog().dialect == Dialect::MySql {
        column.check = None;
    }
    if run.mysql() && table.primary_key().is_some_and(|(_, key)| run.key_index_uses(key, &column.name)) {
        // The key of a column that the same statement drops.
        column.nullable = false;
    }
    if super::constraints::computes(run, &column) {
        let mut with = Table::clone(&table);
        with.columns.push(column.clone());
        super::constraints::column_expressions(run, &with, &column)?;
    }
    run.gone.retain(|(t, c)| t != name || *c != column.name);
    let children = column.clone();
    run.create(path, Object::Column { column: Box::new(column), position: place })?;
    for index in &definition.indexes {
        super::indexes::add(run, name, &index.node, false)?;
    }
    if !run.mysql() {
        super::partitions::column_to_children(run, name, &children)?;
    }
    for constraint in &definition.constraints {
        super::constraints::add(run, name, &constraint.node, naming)?;
    }
    Ok(())
}

/// `DROP COLUMN`.
pub(super) fn drop(
    run: &mut Run<'_>,
    name: &ObjectName,
    column: &Name,
    if_exists: bool,
    cascade: bool,
) -> Step {
    let table = run.get(name)?;
    let path = column_path(name, column);
    let Some(place) = run.place(&table, column) else {
        if !table.complete && !run.is_gone(&table, column) {
            run.unknown(
                &path,
                format!("the definition of column `{column}` is not known: it cannot be restored"),
            );
            run.gone.push((name.clone(), column.clone()));
            return Ok(());
        }
        if if_exists {
            run.out.skipped = true;
            return Ok(());
        }
        return not_found(path);
    };
    let column = table.columns[place].name.clone();
    super::partitions::own_column(run, &table, &column)?;
    run.dropping.push((name.clone(), column.clone()));
    let released = if run.mysql() {
        super::mysql_columns::release(run, name, &column)
    } else {
        release(run, name, &column, cascade)
    };
    run.dropping.pop();
    released?;
    let table = run.get(name)?;
    let Some(position) = run.place(&table, &column) else { return Ok(()) };
    let before = table.columns[position].clone();
    if !is_known(&before) {
        let message = format!("the definition of column `{column}` is not known: it cannot be restored");
        run.unknown(&path, message);
    }
    run.remove(column_path(name, &column), Object::Column { column: Box::new(before), position })?;
    run.gone.push((name.clone(), column.clone()));
    // Their defaults call the sequence, too.
    super::partitions::drop_column_of_children(run, name, &column, cascade)?;
    let owned: Vec<ObjectName> = run
        .catalog()
        .sequences
        .linked(Link::Owned, name)
        .filter(|s| s.owned_by.as_ref().is_some_and(|(t, c)| t == name && *c == column))
        .map(|s| s.name.clone())
        .collect();
    owned.iter().try_for_each(|sequence| super::sequences::remove(run, sequence, cascade))
}

/// PostgreSQL: what goes with a column or holds it back.
fn release(run: &mut Run<'_>, name: &ObjectName, column: &Name, cascade: bool) -> Step {
    let path = column_path(name, column);
    for view in run.readers(std::slice::from_ref(name)) {
        if !run.catalog().views.contains(&view) {
            continue;
        }
        match run.view_uses(&view, name, column) {
            Use::No => {}
            Use::Yes if cascade => {
                let of = ObjectPath::View { name: view.clone() };
                run.drop_readers(std::slice::from_ref(&view), true, &of)?;
                run.remove_view(&view)?;
            }
            Use::Yes => return has_dependents(&path, &format!("view `{view}` uses it")),
            Use::Maybe => run.uncertain(&view, format!("view `{view}` may use `{path}`, which is dropped")),
        }
    }
    while let Some(trigger) = run.trigger_on(&*run.get(name)?, column) {
        if !cascade {
            return has_dependents(&path, &format!("trigger `{trigger}` of `{name}` uses it"));
        }
        super::routines::remove_trigger(run, name, &trigger)?;
    }
    let table = run.get(name)?;
    if let Some(by) = &table.properties.partition_by
        && run.mentions(&expression::read(by, &run.target()), column)
    {
        let message = format!("`{column}` is part of the partition key of `{name}`");
        return fail(ConflictKind::NotAllowed, path, message);
    }
    // Generated columns, and those computed from them, found without recursion; the last one found has no dependents.
    let mut computed: Vec<Name> = Vec::new();
    let mut next = 0;
    let mut from = column.clone();
    loop {
        for other in &table.columns {
            let uses = other.generated.as_ref().is_some_and(|g| run.mentions(&g.expression, &from));
            let begun = run.dropping.iter().any(|(t, c)| t == name && *c == other.name);
            if uses && !begun && !computed.contains(&other.name) {
                if !cascade {
                    return has_dependents(&path, &format!("generated column `{}` uses it", other.name));
                }
                computed.push(other.name.clone());
            }
        }
        let Some(more) = computed.get(next) else { break };
        from = more.clone();
        next += 1;
    }
    for other in computed.iter().rev() {
        drop(run, name, other, true, true)?;
    }
    let mut at = run.get(name)?.constraints.len();
    while at > 0 {
        at -= 1;
        let table = run.get(name)?;
        let Some(constraint) = table.constraints.get(at) else { continue };
        let uses = match &constraint.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => run.key_index_uses(key, column),
            ConstraintKind::ForeignKey(key) => key.columns.contains(column),
            ConstraintKind::Check { expression, .. } => run.mentions(expression, column),
            ConstraintKind::Exclude { definition } => run.mentions(definition, column),
        };
        if !uses {
            continue;
        }
        if let ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) = &constraint.kind {
            // A foreign key that rests on the key and refers to the column holds the column back.
            super::constraints::release_key(run, name, key, Some(at), cascade, &path)?;
        }
        let table_now = run.get(name)?;
        if let Some(now) = table_now.constraints.iter().position(|c| c.name == constraint.name) {
            at = now;
            run.remove_constraint(name, now)?;
        }
    }
    let table = run.get(name)?;
    for place in (0..table.indexes.len()).rev() {
        let index = &table.indexes[place];
        let uses = index.keys.iter().any(|k| run.key_uses(k, column))
            || index.include.contains(column)
            || index.predicate.as_ref().is_some_and(|p| run.mentions(p, column));
        if uses {
            if index.unique && index.predicate.is_none() {
                let key = crate::catalog::KeyIndex { columns: index.keys.clone(), ..Default::default() };
                super::constraints::release_key(run, name, &key, None, cascade, &path)?;
            }
            run.remove_index(name, place)?;
        }
    }
    Ok(())
}

/// `RENAME COLUMN`.
pub(super) fn rename(run: &mut Run<'_>, name: &ObjectName, from: &Name, to: &Name, if_exists: bool) -> Step {
    let table = run.get(name)?;
    let Some(place) = run.place(&table, from) else {
        if !table.complete && !run.is_gone(&table, from) {
            // Only the name is known: enough to rename it, and to rename it back.
            let column = Column { name: from.clone(), nullable: true, ..Column::default() };
            run.state.catalog.tables.edit(name, |t| t.columns.push(column));
            return rename(run, name, from, to, if_exists);
        }
        if if_exists {
            run.out.skipped = true;
            return Ok(());
        }
        return not_found(column_path(name, from));
    };
    let from = table.columns[place].name.clone();
    if from == *to && !run.mysql() {
        return exists(column_path(name, to));
    }
    super::partitions::own_column(run, &table, &from)?;
    if !run.same(&from, to)
        && (run.place(&table, to).is_some() || !table.complete && run.built_on(&table, to))
    {
        return exists(column_path(name, to));
    }
    if run.catalog().dialect == Dialect::MySql {
        if run.same(&from, to) {
            super::mysql_columns::refuse_generated(run, &table, &from)?;
        } else {
            super::mysql_columns::refuse_renaming(run, &table, &from)?;
        }
    }
    // PostgreSQL's view follows and keeps its own column names; how its text changes is not told by every query. In the
    // MySQL family the view breaks.
    for view in run.direct_readers(name) {
        if run.view_uses(&view, name, &from) != Use::No && !run.view_follows(&view, &table, (&from, to)) {
            let follows = if run.mysql() { "does not follow" } else { "follows in its own way" };
            run.uncertain(&view, format!("view `{view}` reads `{name}.{from}` and {follows} its new name"));
        }
    }
    run.rename(column_path(name, &from), column_path(name, to))?;
    run.gone.retain(|(t, c)| t != name || c != to);
    run.gone.push((name.clone(), from.clone()));
    super::partitions::rename_in_children(run, name, &from, to)
}

/// Edits the definition of a listed column; an unlisted one of an incomplete table is an unknown.
pub(super) fn edit(
    run: &mut Run<'_>,
    name: &ObjectName,
    column: &Name,
    edit: impl FnOnce(&mut Run<'_>, &mut Column) -> Step,
) -> Step {
    let table = run.get(name)?;
    let Some(place) = run.column(&table, column)? else {
        let path = column_path(name, column);
        run.unknown(path, format!("what column `{column}` was before is not known: it cannot be restored"));
        return Ok(());
    };
    let before = table.columns[place].clone();
    let mut after = before.clone();
    std::mem::drop(table);
    edit(run, &mut after)?;
    if !is_known(&before) {
        let path = column_path(name, &before.name);
        run.unknown(path, format!("what column `{column}` was before is not known: it cannot be restored"));
        run.state.catalog.tables.edit(name, |t| t.columns[place] = after);
        return Ok(());
    }
    run.alter_column(name, place, after, place)
}

/// PostgreSQL's `ALTER COLUMN … TYPE`.
pub(super) fn set_type(
    run: &mut Run<'_>,
    name: &ObjectName,
    column: &Name,
    data_type: &crate::catalog::DataType,
    collation: Option<&String>,
    using: bool,
) -> Step {
    let path = column_path(name, column);
    for view in run.direct_readers(name) {
        match run.view_uses(&view, name, column) {
            Use::No => {}
            Use::Yes => {
                let message = format!("the type of `{path}` cannot change: view `{view}` uses it");
                return fail(ConflictKind::HasDependents, path, message);
            }
            Use::Maybe => {
                run.unknown(&path, format!("view `{view}` may use the column and hold its type back"));
            }
        }
    }
    let table = run.get(name)?;
    if let Some(other) = table
        .columns
        .iter()
        .find(|c| c.generated.as_ref().is_some_and(|g| run.mentions(&g.expression, column)))
    {
        let message =
            format!("the type of `{path}` cannot change: generated column `{}` uses it", other.name);
        return fail(ConflictKind::HasDependents, path, message);
    }
    if let Some(trigger) = run.trigger_on(&table, column) {
        let message = format!("the type of `{path}` cannot change: trigger `{trigger}` uses it");
        return fail(ConflictKind::HasDependents, path, message);
    }
    let before = table.clone();
    edit(run, name, column, |run, c| {
        let old = std::mem::replace(&mut c.data_type, data_type.clone());
        super::types::resolve(run, &mut c.data_type)?;
        super::defaults::converts(run, name, c, &old, using)?;
        c.collation = collation.cloned();
        super::defaults::outlives(run, c, &old);
        // A constant means what the new type makes of it.
        let target = run.target();
        c.default = c.default.take().and_then(|d| expression::read_default(&d.sql, &c.data_type, &target));
        super::defaults::fits(run, name, c)?;
        Ok(())
    })?;
    keys_still_fit(run, &before, column)?;
    super::indexes::read_anew(run, name)?;
    // An identity's and a serial's sequence keep their own type; children follow.
    super::partitions::each_child(run, name, |run, child| {
        set_type(run, child, column, data_type, collation, using)
    })
}

/// A foreign key must still be able to compare its two sides.
fn keys_still_fit(run: &mut Run<'_>, before: &Table, column: &Name) -> Step {
    let table = run.get(&before.name)?;
    let own: Vec<ConstraintKind> = table
        .foreign_keys()
        .filter(|(_, k)| k.columns.contains(column))
        .map(|(_, k)| ConstraintKind::ForeignKey(k.clone()))
        .collect();
    for mut kind in own {
        super::foreign_keys::resolve(run, &table, &mut kind, &column_path(&before.name, column))?;
    }
    for (other, at) in run.references(&before.name, None) {
        let other = run.get(&other)?;
        let Some(constraint) = other.constraints.get(at) else { continue };
        let mut kind = constraint.kind.clone();
        super::foreign_keys::resolve(run, &other, &mut kind, &column_path(&before.name, column))?;
    }
    Ok(())
}

/// `SET NOT NULL`, `DROP NOT NULL`.
pub(super) fn set_nullable(run: &mut Run<'_>, name: &ObjectName, column: &Name, nullable: bool) -> Step {
    let table = run.get(name)?;
    let primary = table.primary_key().is_some_and(|(_, k)| {
        k.columns.iter().any(|k| k.column.as_ref().is_some_and(|c| run.same(c, column)))
    });
    if nullable && primary {
        let message = format!("`{column}` is part of the primary key of `{name}` and stays NOT NULL");
        return fail(ConflictKind::NotAllowed, column_path(name, column), message);
    }
    edit(run, name, column, |_, c| {
        if nullable && c.identity.is_some() {
            let message = format!("`{}` is an identity column and stays NOT NULL", c.name);
            return fail(ConflictKind::NotAllowed, column_path(name, &c.name), message);
        }
        c.nullable = nullable;
        Ok(())
    })?;
    if run.mysql() {
        return Ok(());
    }
    if run.only && !nullable && run.version_at_least(18) && table.properties.partition_by.is_none() {
        // The constraint is one that children do not inherit, and no object of the model.
        let message = format!("NOT NULL of `{column}` is not inherited by what inherits from `{name}`");
        run.uncertain(name, message);
    }
    super::partitions::each_child(run, name, |run, child| {
        if nullable && run.version_at_least(18) {
            let message = format!("`{child}` may have NOT NULL of its own on `{column}`, which stays");
            run.uncertain(child, message);
        }
        set_nullable(run, child, column, nullable)
    })
}

/// `ADD GENERATED … AS IDENTITY`, `SET GENERATED`, `DROP IDENTITY`.
pub(super) fn set_identity(
    run: &mut Run<'_>,
    name: &ObjectName,
    column: &Name,
    identity: Option<&Identity>,
    if_exists: bool,
    naming: &mut Naming,
) -> Step {
    let table = run.get(name)?;
    edit(run, name, column, |run, c| {
        let path = column_path(name, &c.name);
        match (identity, &c.identity) {
            (None, None) if if_exists => run.out.skipped = true,
            (None, None) => {
                return fail(ConflictKind::NotFound, path, format!("`{}` is not an identity column", c.name));
            }
            (None, Some(_)) => c.identity = None,
            (Some(new), old) => {
                if old.is_none() && is_known(c) && (c.nullable || c.default.is_some()) {
                    let message = format!("`{}` needs NOT NULL and no default to become an identity", c.name);
                    return fail(ConflictKind::NotAllowed, path, message);
                }
                if old.is_some() {
                    let message = format!("`{}` is an identity column already", c.name);
                    return fail(ConflictKind::AlreadyExists, path, message);
                }
                let mut new = new.clone();
                if new.sequence.is_empty() {
                    new.sequence = run.sequence_name_for(&table, &c.name, naming);
                }
                c.identity = Some(new);
            }
        }
        Ok(())
    })?;
    identity_to_partitions(run, name, column)
}

/// PostgreSQL 17 and later: partitions have the identity columns of their parents.
fn identity_to_partitions(run: &mut Run<'_>, name: &ObjectName, column: &Name) -> Step {
    let table = run.get(name)?;
    if run.mysql() || table.properties.partition_by.is_none() || !super::partitions::shares_identity(run) {
        return Ok(());
    }
    let Some(place) = run.place(&table, column) else { return Ok(()) };
    super::partitions::each_child(run, name, |run, child| {
        super::attach::set_identity(run, child, column, &table.columns[place])
    })
}

/// `SET EXPRESSION`, `DROP EXPRESSION`.
pub(super) fn set_generated(
    run: &mut Run<'_>,
    name: &ObjectName,
    column: &Name,
    expression: Option<&Expression>,
    if_exists: bool,
) -> Step {
    edit(run, name, column, |run, c| {
        if let Some(new) = expression {
            let table = run.get(name)?;
            let path = column_path(name, &c.name);
            super::constraints::known_columns(run, &table, new, &path)?;
            super::constraints::uses_generated(run, &table, new, &path)?;
        }
        match (expression, &mut c.generated) {
            (_, None) if if_exists => run.out.skipped = true,
            (_, None) => {
                let path = column_path(name, &c.name);
                return fail(ConflictKind::NotFound, path, format!("`{}` is not a generated column", c.name));
            }
            (Some(new), Some(generated)) => generated.expression = new.clone(),
            (None, Some(_)) => c.generated = None,
        }
        Ok(())
    })?;
    super::partitions::each_child(run, name, |run, child| {
        let table = run.get(child)?;
        let generated = |c: &Column| c.name == *column && (c.generated.is_some() || !is_known(c));
        // Over another parent it is an ordinary one already.
        if !table.columns.iter().any(generated) {
            return Ok(());
        }
        set_generated(run, child, column, expression, if_exists)
    })
}

/// `SET STORAGE`, `SET STATISTICS`, `SET INVISIBLE`, …
pub(super) fn set_option(
    run: &mut Run<'_>,
    name: &ObjectName,
    column: &Name,
    option: &str,
    value: Option<&String>,
) -> Step {
    edit(run, name, column, |run, c| {
        let known = is_known(c);
        match (option, value) {
            ("identity", Some(value)) if !run.mysql() => match (&mut c.identity, known) {
                (Some(identity), _) => identity.always = value == "always",
                (None, true) => {
                    let message = format!("`{}` is not an identity column", c.name);
                    return fail(ConflictKind::NotFound, column_path(name, &c.name), message);
                }
                (None, false) => {}
            },
            ("invisible", value) => c.invisible = value.is_none_or(|v| v != "false"),
            ("visible", _) => c.invisible = false,
            (_, Some(value)) => {
                c.options.insert(option.to_owned(), value.clone());
            }
            (_, None) => {
                c.options.remove(option);
            }
        }
        Ok(())
    })?;
    match option {
        "identity" => identity_to_partitions(run, name, column),
        // Measured on PostgreSQL 14, 17 and 18: compression and the options in parentheses stay with the table.
        "statistics" | "storage" => super::partitions::each_child(run, name, |run, child| {
            set_option(run, child, column, option, value)
        }),
        _ => Ok(()),
    }
}
