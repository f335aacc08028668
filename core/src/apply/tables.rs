//! Whole tables: create, drop, rename, truncate.
use std::collections::BTreeSet;

use super::{
    ConflictKind,
    dependents::has_dependents,
    naming::Naming,
    run::{Relation, Run, Step, exists, fail, not_found},
};
use crate::{
    catalog::{Constraint, ConstraintKind, Index, Link, Name, ObjectName, Sequence, Table},
    change::{Object, ObjectPath},
    dialect::{mysql::names as mysql, postgres::domains},
    operation::{ConstraintDefinition, CreateTable, IndexDefinition, Located},
    target::Dialect,
};

/// `CREATE TABLE`.
pub(super) fn create(run: &mut Run<'_>, operation: &CreateTable) -> Step {
    let mut name = run.qualify(&operation.name);
    let temporary = operation.properties.persistence == crate::catalog::Persistence::Temporary;
    if temporary && !run.mysql() {
        name.schema = Some("pg_temp".into());
    }
    let path = ObjectPath::Table { name: name.clone() };
    run.schema_exists(&name)?;
    if let Some(other) = run.relation(&name) {
        if operation.if_not_exists {
            run.out.skipped = true;
            return Ok(());
        }
        if temporary && run.mysql() {
            let message = format!("the temporary table hides `{name}` for the rest of the session");
            run.uncertain(&name, message);
            return Ok(());
        }
        if !(operation.or_replace && other == Relation::Table) {
            return fail(
                ConflictKind::AlreadyExists,
                path,
                format!("a {} named `{name}` exists already", other.noun()),
            );
        }
        drop_one(run, &name, false)?;
    }
    if operation.if_not_exists && run.may_exist(&name) {
        let message = format!("`{name}` may exist already, with another definition");
        let probe = super::probe::table_exists(run, &name);
        run.unknown_with_probe(&name, message, probe);
    }
    run.learn_absent(&name);
    let mut table = Table { properties: operation.properties.clone(), ..Table::new(name.clone()) };
    super::charset::normalize_table(run, &mut table.properties);
    parents(run, &mut table)?;
    let mut naming = Naming::default();
    let mut sequences: Vec<Sequence> = Vec::new();
    let mut indexes: Vec<Located<IndexDefinition>> = operation.indexes.clone();
    let mut constraints: Vec<Located<ConstraintDefinition>> = operation.constraints.clone();
    super::like::copy(run, &mut table, operation)?;
    let from_query = operation.from_query.as_ref().filter(|_| !run.mysql());
    if let Some(query) = from_query {
        super::outputs::table(run, &mut table, query, &operation.columns)?;
    }
    for definition in operation.columns.iter().filter(|_| from_query.is_none()) {
        if table.properties.partition_of.is_some()
            && definition.node.column.identity.is_some()
            && !run.mysql()
        {
            let path = ObjectPath::Column { table: name, name: definition.node.column.name.clone() };
            return fail(ConflictKind::NotAllowed, path, "a partition has no identity columns of its own");
        }
        let (column, sequence) = super::columns::build(run, &table, &definition.node, &mut naming)?;
        let known = run.place(&table, &column.name);
        match known {
            // A partition or child may say more of a column that it inherits.
            Some(at) if !table.properties.inherits.is_empty() || table.properties.partition_of.is_some() => {
                let inherited = &mut table.columns[at];
                inherited.nullable &= column.nullable;
                inherited.default = column.default.or_else(|| inherited.default.take());
                inherited.identity = column.identity.or_else(|| inherited.identity.take());
            }
            Some(_) => {
                let path = ObjectPath::Column { table: name.clone(), name: column.name.clone() };
                let message = format!("column `{}` is defined twice", column.name);
                return fail(ConflictKind::InvalidDefinition, path, message);
            }
            // A partition says more of its parent's columns and has no others.
            None if table.properties.partition_of.is_some() && table.complete && !run.mysql() => {
                return not_found(ObjectPath::Column { table: name, name: column.name });
            }
            None => table.columns.push(column),
        }
        sequences.extend(sequence);
        constraints.extend(definition.node.constraints.iter().cloned());
        indexes.extend(definition.node.indexes.iter().cloned());
    }
    if operation.from_query.is_some() && run.mysql() {
        table.complete = false;
        run.unknown(&name, format!("the columns of `{name}` come from a query and are not known"));
    }
    for column in &table.columns {
        super::constraints::column_expressions(run, &table, column)?;
    }
    if !run.mysql() {
        let target = run.target();
        let normal = domains::Normal::new(&table.columns, &run.catalog().types, &target);
        table.columns.iter_mut().for_each(|column| normal.column(column));
    }
    if let (Some(by), false) = (&table.properties.partition_by, run.mysql()) {
        let key = crate::dialect::expression::read(by, &run.target());
        super::constraints::known_columns(run, &table, &key, &path)?;
        // Error 42P17.
        let computed = run
            .mentioned(&key, &table)
            .into_iter()
            .find(|name| run.place(&table, name).is_some_and(|at| table.columns[at].generated.is_some()));
        if let Some(name) = computed {
            let message = format!("generated column `{name}` cannot stand in a partition key");
            return fail(ConflictKind::InvalidDefinition, path, message);
        }
    }
    if run.mysql() {
        mysql_keys(run, &mut table, indexes, constraints, &mut naming)?;
    } else {
        postgres_keys(run, &mut table, constraints, &mut naming)?;
    }
    for sequence in sequences {
        let path = ObjectPath::Sequence { name: sequence.name.clone() };
        run.learn_absent(&sequence.name);
        run.create(path, Object::Sequence(sequence.into()))?;
    }
    run.create(path, Object::Table(table.into()))?;
    if run.mysql() { super::mysql_table::check(run, &name) } else { Ok(()) }
}

/// Resolves parents by `INHERITS` and `PARTITION OF`, and takes their columns and constraints over.
fn parents(run: &mut Run<'_>, table: &mut Table) -> Step {
    if run.mysql() {
        return Ok(());
    }
    let mut names = table.properties.inherits.clone();
    for name in &mut names {
        *name = run.table(name)?;
    }
    table.properties.inherits = names;
    if let Some((name, bound)) = table.properties.partition_of.clone() {
        table.properties.partition_of = Some((run.table(&name)?, bound));
    }
    let partition = table.properties.partition_of.clone().map(|(name, _)| name);
    for parent in table.properties.inherits.clone().iter().chain(partition.as_ref()) {
        let parent = run.get(parent)?;
        if parent.complete && partition.is_some() && parent.properties.partition_by.is_none() {
            let path = ObjectPath::Table { name: parent.name.clone() };
            return fail(ConflictKind::NotAllowed, path, format!("`{}` is not partitioned", parent.name));
        }
        table.complete &= parent.complete;
        for column in &parent.columns {
            if run.place(table, &column.name).is_none() {
                let mut column = column.clone();
                column.identity = column
                    .identity
                    .filter(|_| partition.is_some() && super::partitions::shares_identity(run));
                column.comment = None;
                table.columns.push(column);
            }
        }
    }
    Ok(())
}

/// PostgreSQL: checks are named first, then keys (the primary key before the others), foreign keys last.
fn postgres_keys(
    run: &mut Run<'_>,
    table: &mut Table,
    mut definitions: Vec<Located<ConstraintDefinition>>,
    naming: &mut Naming,
) -> Step {
    definitions.sort_by_key(|d| d.span.start);
    inherited(run, table, naming)?;
    let rank = |kind: &ConstraintKind| match kind {
        ConstraintKind::Check { .. } => 0,
        ConstraintKind::PrimaryKey(_) => 1,
        ConstraintKind::Unique(_) => 2,
        ConstraintKind::Exclude { .. } => 3,
        ConstraintKind::ForeignKey(_) => 4,
    };
    definitions.sort_by_key(|d| rank(&d.node.kind));
    let mut written: BTreeSet<Name> = BTreeSet::new();
    for definition in definitions {
        let definition = &definition.node;
        if matches!(definition.kind, ConstraintKind::Unique(_)) {
            // The same key once more is folded into the first one; a written name wins.
            let named: Vec<Name> = table.constraints.iter().map(|c| c.name.clone()).collect();
            let same = table.constraints.iter_mut().find(|c| {
                super::indexes::same_key(&c.kind, &definition.kind)
                    && c.deferrable == definition.deferrable
                    && c.initially_deferred == definition.initially_deferred
            });
            if let Some(same) = same {
                if let Some(name) = definition.name.as_ref().filter(|_| !written.contains(&same.name)) {
                    let full = table.name.sibling(name.clone());
                    if run.relation(&full).is_some() || named.contains(name) {
                        return exists(ObjectPath::Index { table: table.name.clone(), name: name.clone() });
                    }
                    same.name = name.clone();
                    written.insert(name.clone());
                }
                continue;
            }
        }
        let constraint = super::constraints::build(run, table, definition, naming)?;
        if definition.name.is_some() {
            written.insert(constraint.name.clone());
        }
        if let ConstraintKind::PrimaryKey(key) = &constraint.kind {
            for name in key.columns.iter().filter_map(|k| k.column.as_ref()) {
                if let Some(at) = table.columns.iter().position(|c| c.name == *name) {
                    table.columns[at].nullable = false;
                }
            }
        }
        table.constraints.push(constraint);
    }
    Ok(())
}

/// Constraints and indexes that a partition or child has from its parents.
fn inherited(run: &mut Run<'_>, table: &mut Table, naming: &mut Naming) -> Step {
    let partition = table.properties.partition_of.clone().map(|(name, _)| name);
    for parent in table.properties.inherits.clone() {
        let parent = run.get(&parent)?;
        for constraint in &parent.constraints {
            let inherits = matches!(constraint.kind, ConstraintKind::Check { no_inherit: false, .. });
            if inherits && table.constraints.iter().all(|c| c.name != constraint.name) {
                table.constraints.push(Constraint { comment: None, ..constraint.clone() });
            }
        }
    }
    let Some(parent) = partition else { return Ok(()) };
    let parent = run.get(&parent)?;
    for constraint in &parent.constraints {
        let mut constraint = Constraint { comment: None, ..constraint.clone() };
        match &constraint.kind {
            ConstraintKind::Check { .. } | ConstraintKind::ForeignKey(_) => {}
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude { .. } => {
                constraint.name = run.constraint_name_for(table, &constraint.kind, naming);
            }
        }
        table.constraints.push(constraint);
    }
    for index in &parent.indexes {
        let name = run.index_name_for(table, &index.keys, &index.include, naming);
        table.indexes.push(Index { name, comment: None, ..index.clone() });
    }
    Ok(())
}

/// MySQL family: the primary key, then indexes in the order of the text, then checks and foreign keys with the indexes
/// that these need.
fn mysql_keys(
    run: &mut Run<'_>,
    table: &mut Table,
    mut indexes: Vec<Located<IndexDefinition>>,
    mut constraints: Vec<Located<ConstraintDefinition>>,
    naming: &mut Naming,
) -> Step {
    constraints.sort_by_key(|d| d.span.start);
    for definition in &constraints {
        if let ConstraintKind::Unique(key) = &definition.node.kind {
            let name = definition.node.name.clone().or_else(|| definition.node.index_name.clone());
            let index = Index { unique: true, ..Index::new(name.unwrap_or_default(), key.columns.clone()) };
            indexes.push(Located {
                span: definition.span,
                node: IndexDefinition { index, if_not_exists: false },
            });
        }
    }
    indexes.sort_by_key(|d| d.span.start);
    constraints.retain(|d| !matches!(d.node.kind, ConstraintKind::Unique(_)));
    let primary = |d: &Located<ConstraintDefinition>| matches!(d.node.kind, ConstraintKind::PrimaryKey(_));
    for definition in constraints.iter().filter(|d| primary(d)) {
        let constraint = super::constraints::build(run, table, &definition.node, naming)?;
        if let ConstraintKind::PrimaryKey(key) = &constraint.kind {
            for name in key.columns.iter().filter_map(|k| k.column.as_ref()) {
                if let Some(at) = run.place(table, name) {
                    table.columns[at].nullable = false;
                }
            }
        }
        table.constraints.push(constraint);
    }
    for definition in &indexes {
        if let Some(index) = super::indexes::build(run, table, &definition.node, naming)? {
            table.indexes.push(index);
        }
    }
    for definition in constraints.iter().filter(|d| !primary(d)) {
        let definition = &definition.node;
        let constraint = super::constraints::build(run, table, definition, naming)?;
        if let ConstraintKind::ForeignKey(key) = &constraint.kind {
            let written = definition.name.as_ref().or(definition.index_name.as_ref());
            if table.complete
                && let Some((index, replaced)) = run.implicit_index(table, key, written, naming)
            {
                let path = ObjectPath::Index { table: table.name.clone(), name: index.name.clone() };
                super::indexes::whole_columns(run, table, &index, &path)?;
                for place in replaced {
                    table.indexes.remove(place);
                }
                table.indexes.push(index);
            }
            if super::foreign_keys::are_ignored(run, table) {
                continue;
            }
        }
        table.constraints.push(constraint);
    }
    Ok(())
}

/// `DROP TABLE`.
pub(super) fn drop(run: &mut Run<'_>, names: &[ObjectName], if_exists: bool, cascade: bool) -> Step {
    let mut found: Vec<ObjectName> = Vec::new();
    let mut seen: BTreeSet<ObjectName> = BTreeSet::new();
    let mut missing = None;
    for name in names {
        let known = run.find(name).is_some();
        match run.find_table(name) {
            Ok(Some(full)) => {
                if !known {
                    let message = format!("the definition of `{full}` is not known: it cannot be restored");
                    run.unknown(&full, message);
                }
                if seen.insert(full.clone()) {
                    found.push(full);
                }
            }
            Ok(None) if if_exists => run.out.skipped = true,
            Ok(None) => {
                missing.get_or_insert_with(|| run.qualify(name));
            }
            Err(conflict) if run.mysql() && if_exists => {
                run.out.skipped = true;
                drop_message(conflict);
            }
            Err(conflict) => return Err(conflict),
        }
    }
    // MySQL 8 and PostgreSQL drop all or none, MariaDB drops those that it finds.
    if let Some(name) = &missing
        && run.catalog().dialect != Dialect::MariaDb
    {
        return not_found(ObjectPath::Table { name: name.clone() });
    }
    drop_all(run, &found, cascade)?;
    match missing {
        Some(name) => {
            run.out.conflicts.push(super::Conflict {
                kind: ConflictKind::NotFound,
                message: format!("table `{name}` does not exist; the other tables are dropped all the same"),
                object: ObjectPath::Table { name },
                certain: true,
            });
            Ok(())
        }
        None => Ok(()),
    }
}

fn drop_message(_: Box<super::Conflict>) {}

/// Drops listed tables together: foreign keys among them are no obstacle.
pub(super) fn drop_all(run: &mut Run<'_>, names: &[ObjectName], cascade: bool) -> Step {
    let mut all: Vec<ObjectName> = names.to_vec();
    let mut listed: BTreeSet<ObjectName> = all.iter().cloned().collect();
    let mut next = 0;
    // Partitions go with their parent; children by INHERITS only with CASCADE.
    while let Some(parent) = all.get(next).cloned() {
        next += 1;
        let mut partitions = Vec::new();
        for table in run.catalog().tables.linked(Link::Child, &parent).filter(|_| !run.mysql()) {
            let inherits = table.properties.inherits.contains(&parent);
            if inherits && !cascade && !listed.contains(&table.name) {
                let of = ObjectPath::Table { name: parent };
                return has_dependents(&of, &format!("table `{}` inherits from it", table.name));
            }
            let partition = table.properties.partition_of.as_ref().is_some_and(|(p, _)| *p == parent);
            if (inherits || partition) && !listed.contains(&table.name) {
                partitions.push(table.name.clone());
            }
        }
        listed.extend(partitions.iter().cloned());
        all.extend(partitions);
    }
    for name in &all {
        let of = ObjectPath::Table { name: name.clone() };
        for (other, place) in run.references(name, None) {
            if listed.contains(&other) {
                if other != *name {
                    // Whichever of the two goes first: the foreign key must not stand in the way.
                    run.remove_constraint(&other, place)?;
                }
                continue;
            }
            if run.mysql() {
                if run.state.session.foreign_key_checks {
                    let foreign = run.constraint_name(&other, place);
                    return has_dependents(
                        &of,
                        &format!("foreign key `{foreign}` of `{other}` refers to it"),
                    );
                }
                continue;
            }
            if !cascade {
                let foreign = run.constraint_name(&other, place);
                return has_dependents(&of, &format!("foreign key `{foreign}` of `{other}` refers to it"));
            }
            run.remove_constraint(&other, place)?;
        }
    }
    let used = if run.mysql() { BTreeSet::new() } else { super::types::used_as_types(run, &all) };
    for name in all.iter().rev() {
        if used.contains(name) {
            super::types::release_rows(run, name, &listed, cascade)?;
        }
        drop_one(run, name, cascade)?;
    }
    Ok(())
}

/// Drops one table, its views and its sequences.
fn drop_one(run: &mut Run<'_>, name: &ObjectName, cascade: bool) -> Step {
    let path = ObjectPath::Table { name: name.clone() };
    run.drop_readers(std::slice::from_ref(name), cascade, &path)?;
    let table = run.get(name)?;
    run.remove(path, Object::Table(table))?;
    let owned: Vec<ObjectName> = run
        .catalog()
        .sequences
        .linked(Link::Owned, name)
        .filter(|s| s.owned_by.as_ref().is_some_and(|(t, _)| t == name))
        .map(|s| s.name.clone())
        .collect();
    for sequence in owned {
        super::sequences::remove(run, &sequence, cascade)?;
    }
    Ok(())
}

/// Renames a listed table, or moves it to another schema; both names are full.
pub(super) fn rename(run: &mut Run<'_>, from: &ObjectName, to: &ObjectName) -> Step {
    if from == to {
        return if run.mysql() { Ok(()) } else { exists(ObjectPath::Table { name: to.clone() }) };
    }
    run.free(ObjectPath::Table { name: to.clone() }, to)?;
    let table = run.get(from)?;
    if !run.mysql() && from.schema != to.schema {
        // Indexes and constraints move along; their names must be free there.
        let names = table.indexes.iter().map(|i| &i.name);
        for name in
            names.chain(table.constraints.iter().filter(|c| super::run::has_index(c)).map(|c| &c.name))
        {
            if run.relation(&to.sibling(name.clone())).is_some() {
                return exists(ObjectPath::Index { table: to.clone(), name: name.clone() });
            }
        }
    }
    run.rename_read(ObjectPath::Table { name: from.clone() }, &ObjectPath::Table { name: to.clone() })?;
    for (table, _) in run.gone.iter_mut().filter(|(table, _)| table == from) {
        table.clone_from(to);
    }
    if run.mysql() {
        return generated_names(run, from, to);
    }
    if from.schema != to.schema {
        let owned: Vec<ObjectName> = run
            .catalog()
            .sequences
            .linked(Link::Owned, to)
            .filter(|s| s.owned_by.as_ref().is_some_and(|(t, _)| t == to) && s.name.schema == from.schema)
            .map(|s| s.name.clone())
            .collect();
        for name in owned {
            let new = ObjectName { schema: to.schema.clone(), name: name.name.clone() };
            run.free(ObjectPath::Sequence { name: new.clone() }, &new)?;
            run.rename(ObjectPath::Sequence { name }, ObjectPath::Sequence { name: new })?;
        }
    }
    Ok(())
}

/// MySQL family: generated names of foreign keys (and on MySQL of checks) follow the table's name; views do not.
fn generated_names(run: &mut Run<'_>, from: &ObjectName, to: &ObjectName) -> Step {
    let dialect = run.catalog().dialect;
    let table = run.get(to)?;
    for constraint in &table.constraints {
        let stem = |table: &Name| match constraint.kind {
            ConstraintKind::ForeignKey(_) => Some(mysql::foreign_key_stem(table)),
            ConstraintKind::Check { .. } if dialect == Dialect::MySql => {
                Some(mysql::check_stem(table, dialect))
            }
            ConstraintKind::Check { .. }
            | ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclude { .. } => None,
        };
        let (Some(old), Some(new)) = (stem(&from.name), stem(&to.name)) else { continue };
        let Some(number) = mysql::number(&constraint.name, &old) else { continue };
        let path = |name: Name| ObjectPath::Constraint { table: to.clone(), name };
        run.rename(path(constraint.name.clone()), path(format!("{new}{number}").into()))?;
    }
    for view in run
        .catalog()
        .views
        .iter()
        .filter(|v| v.reads.contains(from))
        .map(|v| v.name.clone())
        .collect::<Vec<_>>()
    {
        run.uncertain(
            &view,
            format!("view `{view}` reads `{from}`, which has another name: it no longer works"),
        );
    }
    Ok(())
}

/// `RENAME TABLE`.
pub(super) fn rename_all(run: &mut Run<'_>, renames: &[(ObjectName, ObjectName)], if_exists: bool) -> Step {
    for (from, to) in renames {
        let to = run.qualify(to);
        if let Some((full, Relation::View { .. })) = run.find(from) {
            super::views::rename(run, &full, &to)?;
            continue;
        }
        match run.find_table(from)? {
            Some(full) => rename(run, &full, &to)?,
            None if if_exists => run.out.skipped = true,
            None => return not_found(ObjectPath::Table { name: run.qualify(from) }),
        }
    }
    Ok(())
}

/// `TRUNCATE`: no definition changes, but foreign keys hold it back.
pub(super) fn truncate(run: &mut Run<'_>, tables: &[ObjectName], cascade: bool) -> Step {
    let mut names = Vec::new();
    for table in tables {
        names.push(run.table(table)?);
    }
    if cascade && !run.mysql() || run.mysql() && !run.state.session.foreign_key_checks {
        return Ok(());
    }
    for name in &names {
        for (other, place) in run.references(name, None) {
            let own = other == *name || !run.mysql() && names.contains(&other);
            if !own {
                let foreign = run.constraint_name(&other, place);
                let path = ObjectPath::Table { name: name.clone() };
                let message = format!(
                    "`{name}` cannot be truncated: foreign key `{foreign}` of `{other}` refers to it"
                );
                return fail(ConflictKind::HasDependents, path, message);
            }
        }
    }
    Ok(())
}
