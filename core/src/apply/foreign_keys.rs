//! Foreign keys: what they refer to and whether the two sides fit.
use std::sync::Arc;

use super::{
    ConflictKind,
    run::{Run, Step, fail, not_found},
};
use crate::{
    catalog::{Column, ConstraintKind, DataType, ForeignKey, IndexKey, Name, ReferentialAction, Table},
    change::ObjectPath,
    target::Dialect,
};

/// Looks up both sides of a foreign key and fills in what the statement left away.
pub(super) fn resolve(
    run: &mut Run<'_>,
    table: &Table,
    kind: &mut ConstraintKind,
    path: &ObjectPath,
) -> Step {
    let ConstraintKind::ForeignKey(key) = kind else { return Ok(()) };
    for name in &mut key.columns {
        match run.place(table, name) {
            Some(place) => *name = table.columns[place].name.clone(),
            None if table.complete => {
                let message = format!("`{name}` is not a column of `{}`", table.name);
                return fail(ConflictKind::InvalidDefinition, path.clone(), message);
            }
            None => {}
        }
    }
    // Error 42P10.
    if let Some(name) = key.on_delete_columns.iter().find(|name| !key.columns.contains(name)) {
        let message = format!("`{name}` is not a column of the key, so that a delete cannot set it");
        return fail(ConflictKind::InvalidDefinition, path.clone(), message);
    }
    // The family needs an index on them (error 1060).
    let again =
        key.columns.iter().enumerate().find(|(at, name)| {
            run.mysql() && key.columns.iter().take(*at).any(|other| run.same(other, name))
        });
    if let Some((_, name)) = again {
        let message = format!("column `{name}` stands twice in the key");
        return fail(ConflictKind::InvalidDefinition, path.clone(), message);
    }
    if are_ignored(run, table) {
        return Ok(());
    }
    long_columns(run, table, key, path)?;
    let Some(target) = referenced(run, table, key)? else { return Ok(()) };
    if key.referenced.is_empty() {
        match target.primary_key() {
            Some((_, primary)) => {
                key.referenced = primary.columns.iter().filter_map(|k| k.column.clone()).collect();
            }
            None if target.complete => {
                let message = format!("`{}` has no primary key to refer to: name the columns", target.name);
                return fail(ConflictKind::KeyMismatch, path.clone(), message);
            }
            None => {
                run.unknown(path, format!("the primary key of `{}` is not known", target.name));
                return Ok(());
            }
        }
    }
    if key.columns.len() != key.referenced.len() {
        let message = format!(
            "{} columns refer to {} columns of `{}`",
            key.columns.len(),
            key.referenced.len(),
            target.name
        );
        return fail(ConflictKind::KeyMismatch, path.clone(), message);
    }
    for name in &mut key.referenced {
        match run.place(&target, name) {
            Some(place) => *name = target.columns[place].name.clone(),
            None if target.complete => {
                let message = format!("`{name}` is not a column of `{}`", target.name);
                return fail(ConflictKind::KeyMismatch, path.clone(), message);
            }
            None => {}
        }
    }
    if target.complete && !has_target_key(run, &target, &key.referenced) {
        let columns = key.referenced.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ");
        let index = run.catalog().dialect == Dialect::MariaDb;
        let what = if index { "no index that begins with" } else { "no unique key on" };
        let message = format!("`{}` has {what} {columns}", target.name);
        return fail(ConflictKind::KeyMismatch, path.clone(), message);
    }
    for (name, other) in key.columns.iter().zip(&key.referenced) {
        let (Some(a), Some(b)) = (run.place(table, name), run.place(&target, other)) else { continue };
        let (a, b) = (&table.columns[a], &target.columns[b]);
        if !comparable(run.catalog().dialect, &a.data_type, &b.data_type) {
            let message = format!(
                "column `{name}` ({}) cannot refer to `{}.{other}` ({})",
                a.data_type, target.name, b.data_type
            );
            return fail(ConflictKind::KeyMismatch, path.clone(), message);
        }
        set_null(run, key, a, path)?;
    }
    Ok(())
}

/// MySQL family: engines other than InnoDB read foreign keys and forget them.
pub(super) fn are_ignored(run: &Run<'_>, table: &Table) -> bool {
    run.mysql()
        && table.properties.engine.as_ref().is_some_and(|e| !e.to_ascii_lowercase().starts_with("ndb"))
}

/// Types that only a prefix of can be a key.
pub(super) fn is_long(data_type: &DataType) -> bool {
    ["text", "blob"].iter().any(|t| data_type.text.ends_with(t)) || data_type.text == "json"
}

/// MySQL family: a foreign key holds no text or blob (errors 1170 and 1005).
fn long_columns(run: &Run<'_>, table: &Table, key: &ForeignKey, path: &ObjectPath) -> Step {
    let long = key.columns.iter().filter_map(|c| run.place(table, c)).map(|at| &table.columns[at]);
    match long.clone().find(|c| run.mysql() && is_long(&c.data_type)) {
        Some(column) => {
            let message = format!("`{}` is {}, which no foreign key holds", column.name, column.data_type);
            fail(ConflictKind::KeyMismatch, path.clone(), message)
        }
        None => Ok(()),
    }
}

/// The MySQL family refuses `SET NULL` on a column that accepts none.
fn set_null(run: &Run<'_>, key: &ForeignKey, column: &Column, path: &ObjectPath) -> Step {
    let sets_null = [key.on_delete, key.on_update].contains(&ReferentialAction::SetNull);
    if run.mysql() && sets_null && !column.nullable {
        let message = format!("column `{}` is NOT NULL and cannot be SET NULL", column.name);
        return fail(ConflictKind::InvalidDefinition, path.clone(), message);
    }
    Ok(())
}

/// The referenced table: the draft itself, a listed one, or `None` when it may be missing.
fn referenced(run: &mut Run<'_>, table: &Table, key: &mut ForeignKey) -> Step<Option<Arc<Table>>> {
    let full = run.qualify(&key.table);
    let own = full == table.name || (key.table.schema.is_none() && key.table.name == table.name.name);
    if own && run.find(&key.table).is_none_or(|(name, _)| name == table.name) {
        key.table = table.name.clone();
        return Ok(Some(Arc::new(table.clone())));
    }
    if run.mysql() && !run.state.session.foreign_key_checks && run.find(&key.table).is_none() {
        // It need not be there yet.
        key.table = full;
        return Ok(None);
    }
    match run.find_table(&key.table)? {
        Some(name) => {
            key.table = name;
            Ok(Some(run.get(&key.table)?))
        }
        None => not_found(ObjectPath::Table { name: full }),
    }
}

/// Whether the table has a key that foreign keys on these columns can rest on: PostgreSQL wants a unique one on
/// exactly these columns, the MySQL family an index that begins with them.
pub(super) fn has_target_key(run: &Run<'_>, target: &Table, columns: &[Name]) -> bool {
    let exactly = |keys: &[IndexKey]| {
        keys.len() == columns.len()
            && columns.iter().all(|c| keys.iter().any(|k| k.column.as_ref().is_some_and(|k| run.same(k, c))))
    };
    // `restrict_fk_on_non_standard_key` of MySQL 8.4 wants a unique key on exactly these columns.
    let catalog = run.catalog();
    if catalog.dialect == Dialect::MySql && catalog.server_version.at_least(8, 4, 0) {
        return target.primary_key().is_some_and(|(_, k)| exactly(&k.columns))
            || target.indexes.iter().any(|i| i.unique && exactly(&i.keys));
    }
    if run.mysql() {
        return target.primary_key().is_some_and(|(_, k)| run.starts_with(&k.columns, columns))
            || target.indexes.iter().any(|i| run.starts_with(&i.keys, columns));
    }
    target.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::PrimaryKey(k) | ConstraintKind::Unique(k) => !c.deferrable && exactly(&k.columns),
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => {
            false
        }
    }) || target.indexes.iter().any(|i| i.unique && i.predicate.is_none() && exactly(&i.keys))
}

/// Families of types whose values PostgreSQL compares with each other's.
const FAMILIES: &[&[&str]] = &[
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["text", "character varying", "character", "name", "citext"],
    &["date", "timestamp without time zone", "timestamp with time zone"],
    &["time without time zone", "time with time zone"],
    &["inet", "cidr"],
    &["bit", "bit varying"],
];

/// Types that InnoDB stores as bytes of no further meaning (`DATA_FIXBINARY`, `DATA_BINARY`).
const BYTES: &[&str] =
    &["binary", "varbinary", "bit", "decimal", "datetime", "timestamp", "time", "uuid", "inet4", "inet6"];

/// Types that InnoDB stores as numbers of a size that is not looked into here.
const LABELS: &[&str] = &["enum", "set", "date", "year"];

/// Whether a foreign key may connect the two types; in doubt it may.
fn comparable(dialect: Dialect, a: &DataType, b: &DataType) -> bool {
    if a == b || a.custom.is_some() || b.custom.is_some() || a.text.is_empty() || b.text.is_empty() {
        return true;
    }
    let base = |t: &str| {
        let bare = t.split('(').next().unwrap_or(t).trim();
        let rest = t.rsplit(')').next().filter(|_| t.contains(')')).unwrap_or("");
        format!("{bare}{rest}")
    };
    let (a, b) = (base(&a.text), base(&b.text));
    if a == b {
        return true;
    }
    match dialect {
        Dialect::Postgres => FAMILIES.iter().any(|f| f.contains(&a.as_str()) && f.contains(&b.as_str())),
        Dialect::MySql | Dialect::MariaDb => {
            let text =
                |t: &str| ["char", "varchar", "tinytext", "text", "mediumtext", "longtext"].contains(&t);
            let binary = |t: &str| ["binary", "varbinary"].contains(&t);
            // MariaDB asks InnoDB alone, which keeps all of these as plain bytes, and labels and dates as numbers.
            let maria = |list: &[&str], t: &str| dialect == Dialect::MariaDb && list.contains(&t);
            text(&a) && text(&b)
                || binary(&a) && binary(&b)
                || maria(BYTES, &a) && maria(BYTES, &b)
                || maria(LABELS, &a) && !maria(BYTES, &b)
                || maria(LABELS, &b) && !maria(BYTES, &a)
        }
    }
}
