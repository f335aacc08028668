//! Constraints: what is valid, what they bring along, what they hold back.
use super::{
    ConflictKind,
    dependents::has_dependents,
    naming::Naming,
    run::{Run, Step, exists, fail, has_index, not_found},
};
use crate::{
    catalog::{
        Column, Constraint, ConstraintKind, Expression, IndexKey, KeyIndex, Link, Name, ObjectName, Table,
    },
    change::{Object, ObjectPath},
    dialect::{mysql::names::PRIMARY, postgres::domains},
    operation::{ConstraintDefinition, DropConstraintKind},
    target::Dialect,
};

/// The constraint that a definition makes of a table, which may still be a draft.
pub(super) fn build(
    run: &mut Run<'_>,
    table: &Table,
    definition: &ConstraintDefinition,
    naming: &mut Naming,
) -> Step<Constraint> {
    let mut kind = definition.kind.clone();
    let path = |name: &Name| ObjectPath::Constraint { table: table.name.clone(), name: name.clone() };
    let written = definition.name.clone().unwrap_or_default();
    match &mut kind {
        ConstraintKind::PrimaryKey(key) => {
            covers_partitioning(run, table, key, &path(&written))?;
            if table.primary_key().is_some() {
                let message = format!("table `{}` has a primary key already", table.name);
                return fail(ConflictKind::InvalidDefinition, path(&written), message);
            }
            key_columns(run, table, &mut key.columns, &mut key.include, &path(&written))?;
            whole_primary(run, table, key, &path(&written))?;
            super::indexes::has_class(run, table, "btree", &key.columns, &path(&written))?;
        }
        ConstraintKind::Unique(key) => {
            covers_partitioning(run, table, key, &path(&written))?;
            key_columns(run, table, &mut key.columns, &mut key.include, &path(&written))?;
            super::indexes::has_class(run, table, "btree", &key.columns, &path(&written))?;
        }
        ConstraintKind::ForeignKey(_) => {
            super::foreign_keys::resolve(run, table, &mut kind, &path(&written))?;
        }
        ConstraintKind::Check { expression, .. } => {
            known_columns(run, table, expression, &path(&written))?;
        }
        ConstraintKind::Exclude { .. } => {}
    }
    if !run.mysql() {
        domains::Normal::new(&table.columns, &run.catalog().types, &run.target()).constraint(&mut kind);
    }
    let name = match (&definition.name, run.mysql()) {
        (_, true) if matches!(kind, ConstraintKind::PrimaryKey(_)) => PRIMARY.into(),
        (Some(name), _) if !name.is_empty() => name.clone(),
        (None | Some(_), _) => match (&definition.index_name, run.catalog().dialect, &kind) {
            // MariaDB names the constraint after the index that the statement names, MySQL does not.
            (Some(name), Dialect::MariaDb, ConstraintKind::ForeignKey(_)) => name.clone(),
            _ => run.constraint_name_for(table, &kind, naming),
        },
    };
    if table.constraints.iter().any(|c| run.same(&c.name, &name)) {
        return exists(path(&name));
    }
    if !run.mysql() {
        let probe = Constraint { kind: kind.clone(), ..plain(name.clone(), kind.clone()) };
        if has_index(&probe) && definition.using_index.is_none() && run.relation_taken(table, naming, &name) {
            let message = format!("a relation named `{name}` exists already");
            return fail(ConflictKind::AlreadyExists, path(&name), message);
        }
    } else if !matches!(kind, ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_)) {
        unique_in_database(run, table, &kind, &name)?;
    }
    Ok(Constraint {
        deferrable: definition.deferrable,
        initially_deferred: definition.initially_deferred,
        validated: !definition.not_valid,
        enforced: !definition.not_enforced,
        ..plain(name, kind)
    })
}

fn plain(name: Name, kind: ConstraintKind) -> Constraint {
    Constraint {
        name,
        kind,
        deferrable: false,
        initially_deferred: false,
        validated: true,
        enforced: true,
        comment: None,
    }
}

/// MySQL family: a primary key holds no whole text (error 1170).
pub(super) fn whole_primary(run: &Run<'_>, table: &Table, key: &KeyIndex, path: &ObjectPath) -> Step {
    if !run.mysql() {
        return Ok(());
    }
    for part in key.columns.iter().filter(|k| k.prefix.is_none()) {
        let Some(place) = part.column.as_ref().and_then(|c| run.place(table, c)) else { continue };
        let column = &table.columns[place];
        if super::foreign_keys::is_long(&column.data_type) {
            let message = format!("`{}` is {}: a key needs a prefix length", column.name, column.data_type);
            return fail(ConflictKind::InvalidDefinition, path.clone(), message);
        }
    }
    Ok(())
}

/// PostgreSQL: a unique key of a partitioned table includes the columns that it is partitioned by.
pub(super) fn covers_partitioning(run: &Run<'_>, table: &Table, key: &KeyIndex, path: &ObjectPath) -> Step {
    let (Some(by), false) = (&table.properties.partition_by, run.mysql()) else { return Ok(()) };
    let by = crate::dialect::expression::read(by, &run.target());
    for name in run.mentioned(&by, table) {
        if !run.key_index_uses(key, &name) {
            let message =
                format!("`{}` is partitioned by `{name}`, which the key has to include", table.name);
            return fail(ConflictKind::NotAllowed, path.clone(), message);
        }
    }
    Ok(())
}

/// MySQL keeps names of foreign keys and of checks unique in the database, MariaDB (before 12.1) those of foreign keys.
fn unique_in_database(run: &Run<'_>, table: &Table, kind: &ConstraintKind, name: &Name) -> Step {
    let foreign = matches!(kind, ConstraintKind::ForeignKey(_));
    if !foreign && run.catalog().dialect == Dialect::MariaDb {
        return Ok(());
    }
    let others = run.catalog().tables.linked(Link::Constraint, &table.name.sibling(name.clone()));
    for other in others.filter(|t| t.name.schema == table.name.schema && t.name != table.name) {
        let clash = other.constraints.iter().any(|c| {
            matches!(c.kind, ConstraintKind::ForeignKey(_)) == foreign
                && !matches!(c.kind, ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_))
                && run.same(&c.name, name)
        });
        if clash {
            let path = ObjectPath::Constraint { table: table.name.clone(), name: name.clone() };
            let message = format!("table `{}` has a constraint named `{name}` already", other.name);
            return fail(ConflictKind::AlreadyExists, path, message);
        }
    }
    Ok(())
}

/// Checks that the columns of a key exist, each once, and spells them as the table does.
pub(super) fn key_columns(
    run: &mut Run<'_>,
    table: &Table,
    keys: &mut [IndexKey],
    include: &mut [Name],
    path: &ObjectPath,
) -> Step {
    let mut seen: Vec<Name> = Vec::new();
    for name in keys.iter_mut().filter_map(|k| k.column.as_mut()) {
        match run.place(table, name) {
            Some(place) => *name = table.columns[place].name.clone(),
            None if table.complete && !is_system_column(run, name) => {
                let message = format!("`{name}` is not a column of `{}`", table.name);
                return fail(ConflictKind::InvalidDefinition, path.clone(), message);
            }
            None => {}
        }
        let constraint = matches!(path, ObjectPath::Constraint { .. });
        if seen.contains(name) && (constraint || run.mysql()) {
            let message = format!("column `{name}` stands twice in the key");
            return fail(ConflictKind::InvalidDefinition, path.clone(), message);
        }
        seen.push(name.clone());
    }
    for name in include {
        if run.place(table, name).is_none() && table.complete {
            let message = format!("`{name}` is not a column of `{}`", table.name);
            return fail(ConflictKind::InvalidDefinition, path.clone(), message);
        }
    }
    Ok(())
}

/// Words that the syntax of functions, types and intervals uses where a column could stand.
const SYNTAX: &[&str] = &[
    "both",
    "bytes",
    "century",
    "char",
    "character",
    "characters",
    "date",
    "day",
    "day_hour",
    "day_microsecond",
    "day_minute",
    "day_second",
    "decade",
    "decimal",
    "default",
    "double",
    "dow",
    "doy",
    "epoch",
    "float",
    "format",
    "hour",
    "hour_microsecond",
    "hour_minute",
    "hour_second",
    "int",
    "integer",
    "isodow",
    "isoyear",
    "json",
    "julian",
    "key",
    "microsecond",
    "microseconds",
    "millennium",
    "milliseconds",
    "minute",
    "minute_microsecond",
    "minute_second",
    "month",
    "new",
    "nfc",
    "nfd",
    "nfkc",
    "nfkd",
    "numeric",
    "octets",
    "old",
    "order",
    "overlaps",
    "partition",
    "placing",
    "precision",
    "quarter",
    "real",
    "returning",
    "second",
    "second_microsecond",
    "separator",
    "signed",
    "sounds",
    "symmetric",
    "text",
    "time",
    "timestamp",
    "timezone",
    "timezone_hour",
    "timezone_minute",
    "unsigned",
    "value",
    "values",
    "varying",
    "week",
    "within",
    "without",
    "year",
    "year_month",
];

/// Checks that the columns in an expression exist. A quoted name is a column's for certain; a bare word may belong to
/// the syntax of a type or function, then it is only reported.
pub(super) fn known_columns(
    run: &mut Run<'_>,
    table: &Table,
    expression: &Expression,
    path: &ObjectPath,
) -> Step {
    for name in crate::dialect::expression::columns(expression, &run.target()) {
        if !table.complete && !run.is_gone(table, &name) {
            continue;
        }
        let known = run.place(table, &name).is_some() || super::mysql_alter::supplied(run, &name);
        if known || is_system_column(run, &name) || *name == *table.name.name {
            continue;
        }
        let q = if run.mysql() { '`' } else { '"' };
        let word = SYNTAX.contains(&name.to_lowercase().as_str()) || name.starts_with(['@', '$']);
        if !word || expression.sql.contains(&format!("{q}{name}{q}")) {
            let message = format!("`{name}` is not a column of `{}`", table.name);
            return fail(ConflictKind::InvalidDefinition, path.clone(), message);
        }
        run.unknown(
            path,
            format!("`{name}` is not a column of `{}`, as far as its expression tells", table.name),
        );
    }
    Ok(())
}

/// What a column computes from others.
fn computed<'a>(run: &Run<'_>, column: &'a Column) -> impl Iterator<Item = &'a Expression> + use<'a> {
    let mysql = run.mysql();
    let default = column.default.iter().filter(move |_| mysql);
    default.chain(column.generated.iter().map(|g| &g.expression)).chain(&column.check)
}

/// Whether a column may compute something from others: most do not, and need no look at their table.
pub(super) fn computes(run: &Run<'_>, column: &Column) -> bool {
    column.generated.is_some()
        || computed(run, column).any(|e| !crate::dialect::expression::columns(e, &run.target()).is_empty())
}

/// The same for everything that a column computes.
pub(super) fn column_expressions(run: &mut Run<'_>, table: &Table, column: &Column) -> Step {
    let path = super::run::column_path(&table.name, &column.name);
    let all: Vec<Expression> = computed(run, column).cloned().collect();
    all.iter().try_for_each(|expression| known_columns(run, table, expression, &path))?;
    match &column.generated {
        Some(generated) => {
            uses_generated(run, table, &generated.expression, &path)?;
            super::mentions::immutable(run, table, &generated.expression, &path)
        }
        None => Ok(()),
    }
}

/// PostgreSQL: a generated column is computed from no other one, and not from itself (error 42P17).
pub(super) fn uses_generated(
    run: &Run<'_>,
    table: &Table,
    expression: &Expression,
    path: &ObjectPath,
) -> Step {
    if run.mysql() {
        return Ok(());
    }
    let used = crate::dialect::expression::columns(expression, &run.target());
    // A word of the syntax may only look like a column.
    let plain = |name: &&Name| !is_syntax(name) || expression.sql.contains(&format!("\"{name}\""));
    let mut used = used.iter().filter(plain).filter_map(|name| run.place(table, name));
    match used.find(|at| table.columns[*at].generated.is_some()) {
        Some(at) => {
            let message = format!("`{path}` uses the generated column `{}`", table.columns[at].name);
            fail(ConflictKind::InvalidDefinition, path.clone(), message)
        }
        None => Ok(()),
    }
}

/// Words of the syntax that may look like columns.
pub(super) fn is_syntax(name: &str) -> bool {
    SYNTAX.contains(&name.to_lowercase().as_str())
}

pub(super) fn is_system_column(run: &Run<'_>, name: &str) -> bool {
    !run.mysql() && matches!(name, "ctid" | "xmin" | "xmax" | "cmin" | "cmax" | "tableoid")
}

/// `ADD CONSTRAINT`.
pub(super) fn add(
    run: &mut Run<'_>,
    name: &ObjectName,
    definition: &ConstraintDefinition,
    naming: &mut Naming,
) -> Step {
    let table = run.get(name)?;
    if definition.if_not_exists
        && definition.name.as_ref().is_some_and(|n| table.constraints.iter().any(|c| run.same(&c.name, n)))
    {
        run.out.skipped = true;
        return Ok(());
    }
    if let (ConstraintKind::Unique(key), true) = (&definition.kind, run.mysql()) {
        return super::indexes::add_unique(run, name, key, definition, naming);
    }
    if let Some(index) = &definition.using_index {
        return add_using_index(run, name, definition, index, naming);
    }
    let constraint = build(run, &table, definition, naming)?;
    if let ConstraintKind::PrimaryKey(key) = &constraint.kind {
        not_null(run, name, key)?;
        if run.mysql() {
            drop_superseded(run, name, &key.columns)?;
        }
    }
    if let ConstraintKind::ForeignKey(key) = &constraint.kind
        && run.mysql()
    {
        let table = run.get(name)?;
        let written = definition.name.as_ref().or(definition.index_name.as_ref());
        if table.complete
            && let Some((index, replaced)) = run.implicit_index(&table, key, written, naming)
        {
            let path = ObjectPath::Index { table: name.clone(), name: index.name.clone() };
            super::indexes::whole_columns(run, &table, &index, &path)?;
            for place in replaced {
                run.remove_index(name, place)?;
            }
            run.add_index(name, index)?;
        }
    }
    let kind = constraint.kind.clone();
    if matches!(kind, ConstraintKind::ForeignKey(_)) && super::foreign_keys::are_ignored(run, &table) {
        return Ok(());
    }
    let no_inherit = matches!(kind, ConstraintKind::Check { no_inherit: true, .. });
    run.add_constraint(name, constraint)?;
    if !run.mysql() && !no_inherit {
        super::partitions::constraint_to_children(run, name, definition, &kind)?;
    }
    Ok(())
}

/// MySQL family: implicit indexes go when another index serves their foreign key.
pub(super) fn drop_superseded(run: &mut Run<'_>, name: &ObjectName, keys: &[IndexKey]) -> Step {
    let table = run.get(name)?;
    for place in run.superseded(&table, keys) {
        run.remove_index(name, place)?;
    }
    Ok(())
}

/// The columns of a primary key accept no NULL.
fn not_null(run: &mut Run<'_>, name: &ObjectName, key: &KeyIndex) -> Step {
    for column in key.columns.iter().filter_map(|k| k.column.as_ref()) {
        let table = run.get(name)?;
        if let Some(place) = run.place(&table, column)
            && table.columns[place].nullable
        {
            let after = Column { nullable: false, ..table.columns[place].clone() };
            run.alter_column(name, place, after, place)?;
        }
    }
    Ok(())
}

/// PostgreSQL: an existing unique index becomes the constraint's, and takes its name.
fn add_using_index(
    run: &mut Run<'_>,
    name: &ObjectName,
    definition: &ConstraintDefinition,
    index: &Name,
    naming: &mut Naming,
) -> Step {
    let table = run.get(name)?;
    let Some(place) = table.indexes.iter().position(|i| i.name == *index) else {
        let path = ObjectPath::Index { table: name.clone(), name: index.clone() };
        if table.complete {
            return not_found(path);
        }
        let message = format!("the columns of index `{index}` are not known");
        run.unknown(path, message);
        return Ok(());
    };
    let old = table.indexes[place].clone();
    let path = ObjectPath::Index { table: name.clone(), name: index.clone() };
    if !old.unique || old.predicate.is_some() || old.keys.iter().any(|k| k.column.is_none()) {
        let message = format!("index `{index}` is not unique on plain columns");
        return fail(ConflictKind::InvalidDefinition, path, message);
    }
    let key = KeyIndex {
        columns: old.keys.clone(),
        include: old.include.clone(),
        nulls_not_distinct: old.nulls_not_distinct,
    };
    let kind = match definition.kind {
        ConstraintKind::PrimaryKey(_) => ConstraintKind::PrimaryKey(key),
        _ => ConstraintKind::Unique(key),
    };
    let named = Some(definition.name.clone().filter(|n| !n.is_empty()).unwrap_or_else(|| index.clone()));
    run.remove_index(name, place)?;
    let table = run.get(name)?;
    let definition = ConstraintDefinition { kind, name: named, using_index: None, ..definition.clone() };
    let constraint = build(run, &table, &definition, naming)?;
    if let ConstraintKind::PrimaryKey(key) = &constraint.kind {
        not_null(run, name, key)?;
    }
    run.add_constraint(name, constraint)
}

/// `DROP CONSTRAINT`, `DROP PRIMARY KEY`, `DROP FOREIGN KEY`, `DROP CHECK`.
pub(super) fn drop(
    run: &mut Run<'_>,
    name: &ObjectName,
    constraint: &Name,
    expected: DropConstraintKind,
    if_exists: bool,
    cascade: bool,
) -> Step {
    let table = run.get(name)?;
    let path = ObjectPath::Constraint { table: name.clone(), name: constraint.clone() };
    let fits = |c: &Constraint| match (expected, &c.kind) {
        (DropConstraintKind::Any, _)
        | (DropConstraintKind::PrimaryKey, ConstraintKind::PrimaryKey(_))
        | (DropConstraintKind::ForeignKey, ConstraintKind::ForeignKey(_))
        | (DropConstraintKind::Check, ConstraintKind::Check { .. }) => true,
        (DropConstraintKind::PrimaryKey | DropConstraintKind::ForeignKey | DropConstraintKind::Check, _) => {
            false
        }
    };
    let locate = |run: &Run<'_>, table: &Table| {
        let named =
            |c: &Constraint| expected == DropConstraintKind::PrimaryKey || run.same(&c.name, constraint);
        table.constraints.iter().position(|c| fits(c) && named(c))
    };
    let Some(place) = locate(run, &table) else {
        // `DROP CONSTRAINT` of the MySQL family drops unique indexes too.
        if run.mysql()
            && expected == DropConstraintKind::Any
            && let Some(place) = table.indexes.iter().position(|i| i.unique && run.same(&i.name, constraint))
        {
            return run.remove_index(name, place);
        }
        if !table.complete {
            run.unknown(
                &path,
                format!("the definition of constraint `{constraint}` is not known: it cannot be restored"),
            );
            return Ok(());
        }
        if if_exists {
            run.out.skipped = true;
            return Ok(());
        }
        return not_found(path);
    };
    match &table.constraints[place].kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) if !run.mysql() => {
            release_key(run, name, key, Some(place), cascade, &path)?;
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclude { .. } => {}
    }
    let table = run.get(name)?;
    match locate(run, &table) {
        Some(place) => {
            let dropped = table.constraints[place].clone();
            run.remove_constraint(name, place)?;
            if run.mysql() { Ok(()) } else { super::partitions::drop_from_children(run, name, &dropped) }
        }
        None => Ok(()),
    }
}

/// PostgreSQL: foreign keys that rest on a key which goes away go with it or hold it back. `place` is the
/// constraint's own place, when it is one.
pub(super) fn release_key(
    run: &mut Run<'_>,
    name: &ObjectName,
    key: &KeyIndex,
    place: Option<usize>,
    cascade: bool,
    path: &ObjectPath,
) -> Step {
    let columns: Vec<Name> = key.columns.iter().filter_map(|k| k.column.clone()).collect();
    let table = run.get(name)?;
    // Another key on the same columns may be the one that a foreign key rests on: the oldest is.
    let another = table.constraints.iter().enumerate().any(|(at, c)| {
        Some(at) != place
            && match &c.kind {
                ConstraintKind::PrimaryKey(k) | ConstraintKind::Unique(k) => {
                    k.columns.len() == columns.len()
                        && k.columns.iter().all(|k| k.column.as_ref().is_some_and(|c| columns.contains(c)))
                }
                ConstraintKind::ForeignKey(_)
                | ConstraintKind::Check { .. }
                | ConstraintKind::Exclude { .. } => false,
            }
    });
    if another {
        return Ok(());
    }
    for (other, at) in run.references(name, Some(&columns)) {
        if !cascade {
            let foreign = run.constraint_name(&other, at);
            return has_dependents(path, &format!("foreign key `{foreign}` of `{other}` needs it"));
        }
        run.remove_constraint(&other, at)?;
    }
    Ok(())
}

/// Changes a listed constraint.
pub(super) fn edit(
    run: &mut Run<'_>,
    name: &ObjectName,
    constraint: &Name,
    edit: impl FnOnce(&mut Constraint),
) -> Step {
    let table = run.get(name)?;
    let path = ObjectPath::Constraint { table: name.clone(), name: constraint.clone() };
    let Some(position) = table.constraints.iter().position(|c| run.same(&c.name, constraint)) else {
        if table.complete {
            return not_found(path);
        }
        let message =
            format!("constraint `{constraint}` is not known: what it was before cannot be restored");
        run.unknown(path, message);
        return Ok(());
    };
    let before = Box::new(table.constraints[position].clone());
    let mut after = before.clone();
    edit(&mut after);
    let path = ObjectPath::Constraint { table: name.clone(), name: before.name.clone() };
    run.alter(
        path,
        Object::Constraint { constraint: before, position },
        Object::Constraint { constraint: after, position },
    )
}

/// `RENAME CONSTRAINT`.
pub(super) fn rename(run: &mut Run<'_>, name: &ObjectName, from: &Name, to: &Name) -> Step {
    let table = run.get(name)?;
    let path = |n: &Name| ObjectPath::Constraint { table: name.clone(), name: n.clone() };
    let Some(constraint) = table.constraints.iter().find(|c| c.name == *from) else {
        if table.complete {
            return not_found(path(from));
        }
        run.unknown(path(from), format!("constraint `{from}` is not known; it is called `{to}` from now on"));
        return Ok(());
    };
    let clash = table.constraints.iter().any(|c| c.name == *to)
        || has_index(constraint) && run.relation(&name.sibling(to.clone())).is_some();
    if clash {
        return exists(path(to));
    }
    let check = matches!(constraint.kind, ConstraintKind::Check { no_inherit: false, .. });
    run.rename(path(from), path(to))?;
    if check && !run.mysql() {
        super::partitions::rename_check_of_children(run, name, from, to)
    } else {
        Ok(())
    }
}
