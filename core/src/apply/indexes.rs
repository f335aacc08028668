//! Indexes.
use super::{
    ConflictKind,
    dependents::has_dependents,
    naming::{Naming, sibling},
    run::{Relation, Run, Step, exists, fail, not_found},
};
use crate::{
    catalog::{ConstraintKind, Index, KeyIndex, Name, ObjectName, Table},
    change::{Object, ObjectPath},
    dialect::postgres::domains,
    operation::{ConstraintDefinition, CreateIndex, IndexDefinition},
    target::Dialect,
};

fn path(table: &ObjectName, name: &Name) -> ObjectPath {
    ObjectPath::Index { table: table.clone(), name: name.clone() }
}

/// The index that a definition makes of a table, which may still be a draft. `None` when `IF NOT EXISTS` finds one.
pub(super) fn build(
    run: &mut Run<'_>,
    table: &Table,
    definition: &IndexDefinition,
    naming: &Naming,
) -> Step<Option<Index>> {
    let mut index = definition.index.clone();
    let given = path(&table.name, &index.name);
    super::constraints::key_columns(run, table, &mut index.keys, &mut index.include, &given)?;
    let expressions: Vec<_> =
        index.keys.iter().filter_map(|k| k.expression.as_ref()).chain(&index.predicate).cloned().collect();
    for expression in &expressions {
        super::constraints::known_columns(run, table, expression, &given)?;
        super::mentions::immutable(run, table, expression, &given)?;
    }
    whole_columns(run, table, &index, &given)?;
    if !run.mysql() {
        has_class(run, table, &index.method, &index.keys, &given)?;
        domains::Normal::new(&table.columns, &run.catalog().types, &run.target()).index(&mut index);
        usual_classes(run, table, &mut index);
        usual_collations(run, table, &mut index);
    }
    if index.name.is_empty() {
        index.name = run.index_name_for(table, &index.keys, &index.include, naming);
        dates(run, table, &mut index);
        return Ok(Some(index));
    }
    let taken = if run.mysql() {
        run.index_taken(table, &index.name)
    } else {
        run.relation_taken(table, naming, &index.name)
    };
    if taken && definition.if_not_exists {
        run.out.skipped = true;
        return Ok(None);
    }
    if taken {
        return exists(given);
    }
    dates(run, table, &mut index);
    Ok(Some(index))
}

/// Refuses a column of a built-in type for which the access method has no operator class by default (error 42704).
/// Extensions bring more.
pub(super) fn has_class(
    run: &Run<'_>,
    table: &Table,
    method: &str,
    keys: &[crate::catalog::IndexKey],
    path: &ObjectPath,
) -> Step {
    let closed = run.catalog().extensions.is_empty() && !run.catalog().is_open();
    if run.mysql() {
        return Ok(());
    }
    const SCALARS: &[&str] = &[
        "smallint",
        "integer",
        "bigint",
        "numeric",
        "real",
        "double precision",
        "text",
        "character varying",
        "character",
        "boolean",
        "uuid",
        "date",
        "timestamp without time zone",
        "timestamp with time zone",
        "json",
    ];
    for key in keys.iter().filter(|k| k.operator_class.is_none()) {
        let Some(place) = key.column.as_ref().and_then(|c| run.place(table, c)) else { continue };
        let column = &table.columns[place];
        if column.data_type.custom.is_some() {
            continue;
        }
        let text = column.data_type.text.as_str();
        let head = text.split_once('(').map_or_else(
            || text.to_owned(),
            |(head, rest)| format!("{head}{}", rest.split_once(')').map_or("", |(_, tail)| tail)),
        );
        let missing = match method {
            "gin" | "gist" => closed && SCALARS.contains(&head.as_str()),
            "btree" | "hash" => {
                matches!(head.as_str(), "json" | "xml" | "point" | "box" | "polygon" | "circle" | "line")
            }
            _ => false,
        };
        if missing {
            let message = format!(
                "`{}` is {}, which {} indexes do not order: name an operator class",
                column.name, column.data_type, method
            );
            return fail(ConflictKind::InvalidDefinition, path.clone(), message);
        }
    }
    Ok(())
}

/// PostgreSQL does not show the operator class that a type has by default in an access method (`pg_opclass.opcdefault`).
fn usual_classes(run: &Run<'_>, table: &Table, index: &mut Index) {
    for key in &mut index.keys {
        let Some(place) = key.column.as_ref().and_then(|c| run.place(table, c)) else { continue };
        let data_type = &table.columns[place].data_type;
        let text = data_type.text.as_str();
        let array = text.ends_with("[]");
        if !array && data_type.custom.is_some() {
            continue;
        }
        let head = text.split('(').next().unwrap_or(text).trim_end();
        let usual: &[&str] = match (index.method.as_str(), head) {
            ("gin" | "btree" | "hash", _) if array => &["array_ops"],
            ("gin" | "btree" | "hash", "jsonb") => &["jsonb_ops"],
            ("gin" | "btree" | "gist", "tsvector") => &["tsvector_ops"],
            ("btree" | "hash", "text" | "character varying") => &["text_ops", "varchar_ops"],
            ("btree" | "hash", "character") => &["bpchar_ops"],
            ("btree" | "hash", "smallint") => &["int2_ops"],
            ("btree" | "hash", "integer") => &["int4_ops"],
            ("btree" | "hash", "bigint") => &["int8_ops"],
            ("btree" | "hash", "uuid") => &["uuid_ops"],
            ("btree" | "hash", "boolean") => &["bool_ops"],
            ("btree" | "hash", "date") => &["date_ops"],
            ("btree" | "hash", "numeric") => &["numeric_ops"],
            _ => continue,
        };
        let named = key.operator_class.as_deref().map(|class| class.trim_start_matches("pg_catalog."));
        if named.is_some_and(|class| usual.contains(&class)) {
            key.operator_class = None;
        }
    }
}

/// `date(a)` of a date is `a` to PostgreSQL: there is no such function, and the cast that it is instead does nothing. The
/// index has its name from the call.
fn dates(run: &Run<'_>, table: &Table, index: &mut Index) {
    if run.mysql() {
        return;
    }
    for key in &mut index.keys {
        let argument =
            key.expression.as_ref().and_then(|e| e.normal.strip_prefix("date(")?.strip_suffix(')'));
        let column = argument.and_then(|name| {
            let place = run.place(table, &Name::from(name.trim_matches('"')))?;
            table.columns.get(place).filter(|c| c.data_type.custom.is_none() && c.data_type.text == "date")
        });
        if let Some(column) = column {
            key.column = Some(column.name.clone());
            key.expression = None;
        }
    }
}

/// Reads the keys of a table's indexes anew after the type of a column has changed.
pub(super) fn read_anew(run: &mut Run<'_>, name: &ObjectName) -> Step {
    let table = run.get(name)?;
    for (position, before) in table.indexes.iter().enumerate() {
        let mut after = before.clone();
        dates(run, &table, &mut after);
        if after != *before {
            let at = path(name, &before.name);
            let (before, after) = (Box::new(before.clone()), Box::new(after));
            run.alter(
                at,
                Object::Index { index: before, position },
                Object::Index { index: after, position },
            )?;
        }
    }
    Ok(())
}

/// PostgreSQL does not show a collation that the column has anyway.
fn usual_collations(run: &Run<'_>, table: &Table, index: &mut Index) {
    for key in &mut index.keys {
        let Some(place) = key.column.as_ref().and_then(|c| run.place(table, c)) else { continue };
        let own = table.columns[place].collation.as_deref().unwrap_or("default");
        if key.collation.as_deref() == Some(own) {
            key.collation = None;
        }
    }
}

/// MySQL indexes no whole `TEXT` or `BLOB` (error 1170) and no `JSON` (3152); MariaDB finds ways.
pub(super) fn whole_columns(run: &Run<'_>, table: &Table, index: &Index, path: &ObjectPath) -> Step {
    if run.catalog().dialect != Dialect::MySql || matches!(index.method.as_str(), "fulltext" | "spatial") {
        return Ok(());
    }
    for key in index.keys.iter().filter(|k| k.prefix.is_none()) {
        let Some(column) = key.column.as_ref().and_then(|c| run.place(table, c)).map(|at| &table.columns[at])
        else {
            continue;
        };
        let long = ["text", "blob"].iter().any(|t| column.data_type.text.ends_with(t))
            || column.data_type.text == "json";
        if long {
            let message =
                format!("`{}` is {}: an index needs a prefix length", column.name, column.data_type);
            return fail(ConflictKind::InvalidDefinition, path.clone(), message);
        }
    }
    Ok(())
}

/// `CREATE INDEX`, `ADD INDEX`.
pub(super) fn add(
    run: &mut Run<'_>,
    name: &ObjectName,
    definition: &IndexDefinition,
    or_replace: bool,
) -> Step {
    let table = run.get(name)?;
    if or_replace
        && let Some(place) = table.indexes.iter().position(|i| run.same(&i.name, &definition.index.name))
    {
        run.remove_index(name, place)?;
    }
    let mut table = run.get(name)?;
    if run.mysql() {
        // The older index that the new one makes superfluous gives its name away.
        let gone = run.superseded(&table, &definition.index.keys);
        if !gone.is_empty() && !matches!(definition.index.method.as_str(), "fulltext" | "spatial" | "hash") {
            for place in gone {
                run.remove_index(name, place)?;
            }
            table = run.get(name)?;
        }
    }
    let naming = Naming::default();
    let Some(index) = build(run, &table, definition, &naming)? else { return Ok(()) };
    if !table.complete && definition.if_not_exists {
        run.unknown(path(name, &index.name), format!("index `{}` may exist already", index.name));
    }
    drop(table);
    run.add_index(name, index)
}

/// The MySQL family's unique constraint, which is an index.
pub(super) fn add_unique(
    run: &mut Run<'_>,
    name: &ObjectName,
    key: &KeyIndex,
    definition: &ConstraintDefinition,
    _naming: &mut Naming,
) -> Step {
    let written = definition.name.clone().or_else(|| definition.index_name.clone()).unwrap_or_default();
    let index = Index { unique: true, ..Index::new(written, key.columns.clone()) };
    add(run, name, &IndexDefinition { index, if_not_exists: definition.if_not_exists }, false)
}

/// `CREATE INDEX`.
pub(super) fn create(run: &mut Run<'_>, operation: &CreateIndex) -> Step {
    let definition = &operation.definition;
    if let Some((name, Relation::View { .. })) = run.find(&operation.table) {
        return on_view(run, &name, definition);
    }
    let name = run.table(&operation.table)?;
    let table = run.get(&name)?;
    let partitioned = table.properties.partition_by.is_some() && !run.mysql();
    if partitioned && operation.concurrently {
        let message = format!("`{name}` is partitioned: its indexes cannot be created CONCURRENTLY");
        return fail(ConflictKind::NotAllowed, path(&name, &definition.index.name), message);
    }
    drop(table);
    let before = run.get(&name)?.indexes.len();
    add(run, &name, definition, operation.or_replace)?;
    if partitioned && !operation.only && run.get(&name)?.indexes.len() > before {
        super::partitions::index_to_children(run, &name, &definition.index)?;
    }
    if run.mysql() {
        super::mysql_table::check(run, &name)?;
    }
    Ok(())
}

/// Indexes of a materialized view.
fn on_view(run: &mut Run<'_>, name: &ObjectName, definition: &IndexDefinition) -> Step {
    let Some(view) = run.catalog().views.get(name).cloned() else { return Ok(()) };
    if !view.materialized {
        let message = format!("`{name}` is a view: only tables and materialized views have indexes");
        return fail(ConflictKind::WrongKind, path(name, &definition.index.name), message);
    }
    let draft = Table { complete: false, indexes: view.indexes.clone(), ..Table::new(name.clone()) };
    let Some(index) = build(run, &draft, definition, &Naming::default())? else { return Ok(()) };
    let position = view.indexes.len();
    run.create(path(name, &index.name), Object::Index { index: Box::new(index), position })
}

/// `DROP INDEX` of the MySQL family, `ALTER TABLE … DROP INDEX`.
pub(super) fn drop_of_table(run: &mut Run<'_>, name: &ObjectName, index: &Name, if_exists: bool) -> Step {
    let table = run.get(name)?;
    if index.eq_ignore_ascii_case("primary") {
        let kind = crate::operation::DropConstraintKind::PrimaryKey;
        return super::constraints::drop(run, name, index, kind, if_exists, false);
    }
    match table.indexes.iter().position(|i| run.same(&i.name, index)) {
        Some(place) => run.remove_index(name, place),
        None if !table.complete => {
            let message = format!("the definition of index `{index}` is not known: it cannot be restored");
            run.unknown(path(name, index), message);
            Ok(())
        }
        None if if_exists => {
            run.out.skipped = true;
            Ok(())
        }
        None => not_found(path(name, index)),
    }
}

/// PostgreSQL's `DROP INDEX`.
pub(super) fn drop_named(run: &mut Run<'_>, name: &ObjectName, if_exists: bool, cascade: bool) -> Step {
    let Some((full, relation)) = run.find(name) else {
        let full = run.qualify(name);
        let missing = ObjectPath::Index { table: full.sibling(""), name: name.name.clone() };
        if run.may_exist(&full) {
            let message = format!("the definition of index `{name}` is not known: it cannot be restored");
            run.unknown(name, message);
            run.learn_absent(&full);
            return Ok(());
        }
        if if_exists || run.is_open(&full) && !run.catalog().tables.iter().all(|t| t.complete) {
            run.out.skipped = true;
            return Ok(());
        }
        return fail(ConflictKind::NotFound, missing, format!("index `{name}` does not exist"));
    };
    let (table, constraint) = match relation {
        Relation::Index { table, constraint } => (table, constraint),
        other @ (Relation::Table
        | Relation::View { .. }
        | Relation::Sequence
        | Relation::IdentitySequence { .. }
        | Relation::Composite) => {
            let at = ObjectPath::Index { table: full.clone(), name: full.name.clone() };
            return fail(
                ConflictKind::WrongKind,
                at,
                format!("`{name}` is a {}, not an index", other.noun()),
            );
        }
    };
    let at = path(&table, &full.name);
    if constraint {
        return has_dependents(
            &at,
            "it belongs to the constraint of that name, which has to be dropped instead",
        );
    }
    if let Some(view) = run.catalog().views.get(&table) {
        let Some(position) = view.indexes.iter().position(|i| i.name == full.name) else { return Ok(()) };
        let index = Box::new(view.indexes[position].clone());
        return run.remove(at, Object::Index { index, position });
    }
    let owner = run.get(&table)?;
    let Some(place) = owner.indexes.iter().position(|i| i.name == full.name) else { return Ok(()) };
    let index = owner.indexes[place].clone();
    if super::partitions::is_part(run, &owner, &index) {
        return has_dependents(&at, "it is part of the partitioned table's index");
    }
    if index.unique && index.predicate.is_none() {
        let key = KeyIndex { columns: index.keys.clone(), ..KeyIndex::default() };
        super::constraints::release_key(run, &table, &key, None, cascade, &at)?;
    }
    let owner = run.get(&table)?;
    let Some(place) = owner.indexes.iter().position(|i| i.name == full.name) else { return Ok(()) };
    run.remove_index(&table, place)?;
    if owner.properties.partition_by.is_some() {
        super::partitions::index_from_children(run, &table, &index)?;
    }
    Ok(())
}

/// `RENAME INDEX`.
pub(super) fn rename(run: &mut Run<'_>, name: &ObjectName, from: &Name, to: &Name) -> Step {
    let table = run.get(name)?;
    let Some(index) = table.indexes.iter().find(|i| run.same(&i.name, from)) else {
        if table.complete {
            return not_found(path(name, from));
        }
        run.unknown(
            path(name, from),
            format!("index `{from}` is not known; it is called `{to}` from now on"),
        );
        return Ok(());
    };
    let old = index.name.clone();
    if !run.same(&old, to) && run.index_taken(&table, to) {
        return exists(path(name, to));
    }
    run.rename(path(name, &old), path(name, to))
}

/// PostgreSQL's `ALTER INDEX … RENAME TO`: a constraint's index and the constraint have one name.
pub(super) fn rename_named(run: &mut Run<'_>, from: &ObjectName, to: &Name, if_exists: bool) -> Step {
    let Some((full, relation)) = run.find(from) else {
        let full = run.qualify(from);
        if run.may_exist(&full) {
            run.unknown(from, format!("index `{from}` is not known; it is called `{to}` from now on"));
            run.learn_absent(&full);
            return Ok(());
        }
        if if_exists {
            run.out.skipped = true;
            return Ok(());
        }
        let at = ObjectPath::Index { table: full.sibling(""), name: from.name.clone() };
        return fail(ConflictKind::NotFound, at, format!("index `{from}` does not exist"));
    };
    let new = sibling(&full, to);
    if run.relation(&new).is_some() {
        return exists(path(&new, to));
    }
    match relation {
        Relation::Index { table, constraint: false } => {
            run.rename(path(&table, &full.name), path(&table, to))
        }
        Relation::Index { table, constraint: true } => run.rename(
            ObjectPath::Constraint { table: table.clone(), name: full.name.clone() },
            ObjectPath::Constraint { table, name: to.clone() },
        ),
        // The server lets ALTER INDEX rename any relation.
        Relation::Table => super::tables::rename(run, &full, &new),
        Relation::View { .. } => super::views::rename(run, &full, &new),
        Relation::Sequence => {
            run.rename(ObjectPath::Sequence { name: full }, ObjectPath::Sequence { name: new })
        }
        other @ (Relation::IdentitySequence { .. } | Relation::Composite) => {
            let at = ObjectPath::Index { table: full.clone(), name: full.name.clone() };
            fail(ConflictKind::WrongKind, at, format!("`{from}` is a {}, not an index", other.noun()))
        }
    }
}

/// Changes a listed index.
pub(super) fn edit(
    run: &mut Run<'_>,
    name: &ObjectName,
    index: &Name,
    edit: impl FnOnce(&mut Index),
) -> Step {
    let table = run.get(name)?;
    let Some(position) = table.indexes.iter().position(|i| run.same(&i.name, index)) else {
        if table.complete {
            return not_found(path(name, index));
        }
        run.unknown(
            path(name, index),
            format!("index `{index}` is not known: what it was cannot be restored"),
        );
        return Ok(());
    };
    let before = Box::new(table.indexes[position].clone());
    let mut after = before.clone();
    edit(&mut after);
    let at = path(name, &before.name);
    run.alter(at, Object::Index { index: before, position }, Object::Index { index: after, position })
}

/// Whether the table has a unique constraint or index exactly on the columns: used to fold repeated definitions.
pub(super) fn same_key(a: &ConstraintKind, b: &ConstraintKind) -> bool {
    use ConstraintKind as K;
    match (a, b) {
        (K::PrimaryKey(a) | K::Unique(a), K::PrimaryKey(b) | K::Unique(b)) => a == b,
        _ => false,
    }
}
