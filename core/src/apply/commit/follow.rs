//! What a rename takes along.
use std::collections::BTreeSet;

use super::{
    labels, mismatch, missing, note_absent, occupied,
    text::{self, Role},
};
use crate::{
    catalog::{
        Catalog, Column, ConstraintKind, DataType, Expression, IndexKey, Keyed, Link, Name, ObjectName,
        Shelf, Table, Trigger, UserTypeKind,
    },
    change::ObjectPath,
    dialect::expression::{self, Followed},
    error::Error,
    target::{Dialect, ServerVersion, Target},
};

/// Applies a rename and everything that follows it.
pub(super) fn rename(catalog: &mut Catalog, path: &ObjectPath, to: &ObjectPath) -> Result<(), Error> {
    match (path, to) {
        (ObjectPath::Schema { name: from }, ObjectPath::Schema { name: to_name }) => {
            if catalog.schemas.contains(to_name) {
                return Err(occupied(to));
            }
            if !catalog.schemas.contains(from) {
                return Err(missing(path));
            }
            schema(catalog, from, to_name);
            Ok(())
        }
        (ObjectPath::Type { name: from }, ObjectPath::Type { name: to_name }) => {
            move_on_shelf(&mut catalog.types, from, to_name, (path, to), |t| t.name = to_name.clone())?;
            each_type(catalog, &|t| t.custom.as_ref() == Some(from), &|t| t.custom = Some(to_name.clone()));
            labels::follow_type(catalog, from, to_name);
            Ok(())
        }
        (ObjectPath::Sequence { name: from }, ObjectPath::Sequence { name: to_name }) => {
            move_on_shelf(&mut catalog.sequences, from, to_name, (path, to), |s| s.name = to_name.clone())?;
            moved_relation(catalog, from, to_name);
            table(catalog, from, to_name);
            sequence_defaults(catalog, from, to_name);
            Ok(())
        }
        (ObjectPath::Table { name: from }, ObjectPath::Table { name: to_name }) => {
            move_on_shelf(&mut catalog.tables, from, to_name, (path, to), |t| t.name = to_name.clone())?;
            moved_relation(catalog, from, to_name);
            table(catalog, from, to_name);
            Ok(())
        }
        (ObjectPath::View { name: from }, ObjectPath::View { name: to_name }) => {
            move_on_shelf(&mut catalog.views, from, to_name, (path, to), |v| v.name = to_name.clone())?;
            moved_relation(catalog, from, to_name);
            table(catalog, from, to_name);
            Ok(())
        }
        (
            ObjectPath::Routine { name: from, signature, routine },
            ObjectPath::Routine { name: to_name, signature: to_signature, routine: to_routine },
        ) if signature == to_signature && routine == to_routine => {
            let key = (from.clone(), signature.clone(), *routine);
            let new = (to_name.clone(), signature.clone(), *routine);
            move_on_shelf(&mut catalog.routines, &key, &new, (path, to), |r| r.name = to_name.clone())?;
            routine_callers(catalog, from, to_name);
            Ok(())
        }
        (ObjectPath::Column { table, name: from }, ObjectPath::Column { table: same, name: to_name })
            if table == same =>
        {
            column(catalog, table, from, to_name, (path, to))
        }
        (
            ObjectPath::Constraint { table, name: from },
            ObjectPath::Constraint { table: same, name: to_name },
        ) if table == same => in_list(catalog, table, (path, to), |t| {
            rename_in(t.constraints.iter_mut().map(|c| &mut c.name), from, to_name)
        }),
        (ObjectPath::Index { table, name: from }, ObjectPath::Index { table: same, name: to_name })
            if table == same =>
        {
            if catalog.views.contains(table) {
                let mut result = None;
                catalog.views.edit(table, |v| {
                    result = rename_in(v.indexes.iter_mut().map(|i| &mut i.name), from, to_name);
                });
                return renamed(result, (path, to));
            }
            in_list(catalog, table, (path, to), |t| {
                rename_in(t.indexes.iter_mut().map(|i| &mut i.name), from, to_name)
            })
        }
        (ObjectPath::Trigger { table, name: from }, ObjectPath::Trigger { table: same, name: to_name })
            if table == same =>
        {
            if catalog.views.contains(table) {
                let mut result = None;
                catalog.views.edit(table, |v| {
                    result = rename_in(v.triggers.iter_mut().map(|i| &mut i.name), from, to_name);
                });
                return renamed(result, (path, to));
            }
            in_list(catalog, table, (path, to), |t| {
                rename_in(t.triggers.iter_mut().map(|i| &mut i.name), from, to_name)
            })
        }
        _ => Err(mismatch(path)),
    }
}

type Paths<'a> = (&'a ObjectPath, &'a ObjectPath);

fn move_on_shelf<T: Keyed + Clone>(
    shelf: &mut Shelf<T>,
    from: &T::Key,
    to: &T::Key,
    (path, to_path): Paths<'_>,
    edit: impl FnOnce(&mut T),
) -> Result<(), Error> {
    if !shelf.contains(from) {
        return Err(missing(path));
    }
    if from != to && shelf.contains(to) {
        return Err(occupied(to_path));
    }
    if let Some(object) = shelf.remove(from) {
        let mut object = T::clone(&object);
        edit(&mut object);
        shelf.insert(object);
    }
    Ok(())
}

/// Renames one of `names`: `None` when it is missing, `Some(false)` when the new name is taken.
fn rename_in<'a>(names: impl Iterator<Item = &'a mut Name>, from: &Name, to: &Name) -> Option<bool> {
    let mut found = None;
    for name in names {
        if name == to && from != to {
            return Some(false);
        }
        if name == from && found.is_none() {
            found = Some(name);
        }
    }
    found.map(|name| {
        *name = to.clone();
        true
    })
}

fn renamed(result: Option<bool>, (path, to): Paths<'_>) -> Result<(), Error> {
    match result {
        None => Err(missing(path)),
        Some(false) => Err(occupied(to)),
        Some(true) => Ok(()),
    }
}

fn in_list(
    catalog: &mut Catalog,
    table: &ObjectName,
    paths: Paths<'_>,
    edit: impl FnOnce(&mut Table) -> Option<bool>,
) -> Result<(), Error> {
    let mut result = None;
    catalog.tables.edit(table, |t| result = edit(t));
    renamed(result, paths)
}

/// Edits the objects of a shelf that need it and shares the others.
fn each<T: Keyed + Clone>(shelf: &mut Shelf<T>, needs: impl Fn(&T) -> bool, edit: impl Fn(&mut T)) {
    let keys: Vec<T::Key> = shelf.iter().filter(|x| needs(x)).map(|x| x.key()).collect();
    for key in keys {
        shelf.edit(&key, &edit);
    }
}

/// The same for those that are linked to a name.
fn each_linked<T: Keyed + Clone>(
    shelf: &mut Shelf<T>,
    (links, name): (&[Link], &ObjectName),
    needs: impl Fn(&T) -> bool,
    edit: impl Fn(&mut T),
) {
    let linked = links.iter().flat_map(|link| shelf.linked(*link, name));
    let keys: BTreeSet<T::Key> = linked.filter(|x| needs(x)).map(|x| x.key()).collect();
    for key in keys {
        shelf.edit(&key, &edit);
    }
}

fn each_type(catalog: &mut Catalog, needs: &dyn Fn(&DataType) -> bool, edit: &dyn Fn(&mut DataType)) {
    each(
        &mut catalog.tables,
        |t| t.columns.iter().any(|c| needs(&c.data_type)),
        |t| t.columns.iter_mut().map(|c| &mut c.data_type).filter(|t| needs(t)).for_each(edit),
    );
    each(
        &mut catalog.types,
        |t| match &t.kind {
            UserTypeKind::Domain { base, .. } => needs(base),
            UserTypeKind::Composite { attributes } => attributes.iter().any(|(_, t)| needs(t)),
            UserTypeKind::Enum { .. } | UserTypeKind::Other => false,
        },
        |t| match &mut t.kind {
            UserTypeKind::Domain { base, .. } => edit(base),
            UserTypeKind::Composite { attributes } => {
                attributes.iter_mut().map(|(_, t)| t).filter(|t| needs(t)).for_each(edit);
            }
            UserTypeKind::Enum { .. } | UserTypeKind::Other => {}
        },
    );
}

/// A relation's name in the lists that hold names only.
fn moved_relation(catalog: &mut Catalog, from: &ObjectName, to: &ObjectName) {
    note_absent(catalog, to, false);
    note_absent(catalog, from, true);
    let (old, new) = (from.to_string(), to.to_string());
    if let Some(reason) = catalog.uncertain.remove(&old) {
        catalog.uncertain.insert(new, reason);
    }
}

/// PostgreSQL keeps the sequence of `nextval` by identity: the text follows.
fn sequence_defaults(catalog: &mut Catalog, from: &ObjectName, to: &ObjectName) {
    let (from, to) = ((from.schema_str(), &*from.name), (to.schema_str(), &*to.name));
    let target = Target::new(catalog.dialect).with_version(catalog.server_version);
    let follow = |c: &Column| text::sequence_literal(&c.default.as_ref()?.sql, from, to);
    each(
        &mut catalog.tables,
        |t| t.columns.iter().any(|c| follow(c).is_some()),
        |t| {
            for column in &mut t.columns {
                if let Some(sql) = follow(column) {
                    column.default = Some(expression::read(&sql, &target));
                }
            }
        },
    );
}

fn routine_callers(catalog: &mut Catalog, from: &ObjectName, to: &ObjectName) {
    let target = Target::new(catalog.dialect).with_version(catalog.server_version);
    let calls = |t: &Trigger| t.function.as_ref() == Some(from);
    let follow = |triggers: &mut Vec<Trigger>| {
        for trigger in triggers.iter_mut().filter(|t| calls(t)) {
            trigger.function = Some(to.clone());
            if let Some(sql) = text::called(&trigger.definition.sql, to) {
                trigger.definition = expression::read_definition(&sql, &target);
            }
        }
    };
    let links = (&[Link::Calls][..], from);
    each_linked(&mut catalog.tables, links, |t| t.triggers.iter().any(calls), |t| follow(&mut t.triggers));
    each_linked(&mut catalog.views, links, |v| v.triggers.iter().any(calls), |v| follow(&mut v.triggers));
    calls_in_expressions(catalog, from, to);
}

/// PostgreSQL keeps what an expression calls by identity: the text follows. Where several functions have one of the
/// names, which of them is called is not looked into.
fn calls_in_expressions(catalog: &mut Catalog, from: &ObjectName, to: &ObjectName) {
    let target = Target::new(catalog.dialect).with_version(catalog.server_version);
    let named = |name: &Name| catalog.routines.linked(Link::Routine, &ObjectName::bare(name.clone())).count();
    let own = |name: &Name| expression::builtin_function(&name.to_lowercase(), &target).is_some();
    let dialect = catalog.dialect;
    let calls = |e: &Expression| text::mentions(&e.sql, &from.name, Role::Call, dialect);
    if from.schema != to.schema
        || named(&from.name) > 0
        || named(&to.name) > 1
        || own(&from.name)
        || own(&to.name)
    {
        let tables = catalog.tables.iter().filter(|t| expressions(t).any(calls)).map(|t| &t.name);
        let views = catalog.views.iter().filter(|v| calls(&v.query)).map(|v| &v.name);
        let callers: Vec<String> = tables.chain(views).map(ToString::to_string).collect();
        for caller in callers {
            let remark = format!("whether `{caller}` calls the `{from}` that is now `{to}` is not known");
            catalog.uncertain.insert(caller, remark);
        }
        return;
    }
    let rename = |e: &mut Expression| text::rename(e, &from.name, &to.name, Role::Call, dialect);
    each(&mut catalog.tables, |t| expressions(t).any(calls), |t| in_table(t, &rename));
    each(&mut catalog.views, |v| calls(&v.query), |v| rename(&mut v.query));
    each(
        &mut catalog.types,
        |t| in_domain(&t.kind).any(calls),
        |t| {
            if let UserTypeKind::Domain { default, checks, .. } = &mut t.kind {
                default.iter_mut().chain(checks.iter_mut().map(|(_, check)| check)).for_each(&rename);
            }
        },
    );
}

fn in_domain(kind: &UserTypeKind) -> impl Iterator<Item = &Expression> {
    let (default, checks) = match kind {
        UserTypeKind::Domain { default, checks, .. } => (default.as_ref(), checks.as_slice()),
        UserTypeKind::Enum { .. } | UserTypeKind::Composite { .. } | UserTypeKind::Other => (None, &[][..]),
    };
    default.into_iter().chain(checks.iter().map(|(_, check)| check))
}

/// All expressions of a table and its triggers.
fn expressions(table: &Table) -> impl Iterator<Item = &Expression> {
    let columns = table.columns.iter();
    let computed = columns.flat_map(|c| c.default.iter().chain(c.generated.iter().map(|g| &g.expression)));
    let conditions = table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::Check { expression: e, .. } | ConstraintKind::Exclude { definition: e } => Some(e),
        _ => None,
    });
    let indexes = table.indexes.iter();
    let keys = indexes.flat_map(|i| i.keys.iter().filter_map(|k| k.expression.as_ref()).chain(&i.predicate));
    computed.chain(conditions).chain(keys).chain(table.triggers.iter().map(|t| &t.definition))
}

/// Edits all of them.
fn in_table(table: &mut Table, edit: &dyn Fn(&mut Expression)) {
    for column in &mut table.columns {
        column.default.iter_mut().for_each(edit);
        column.generated.iter_mut().for_each(|g| edit(&mut g.expression));
    }
    for constraint in &mut table.constraints {
        if let ConstraintKind::Check { expression: e, .. } | ConstraintKind::Exclude { definition: e } =
            &mut constraint.kind
        {
            edit(e);
        }
    }
    for index in &mut table.indexes {
        let keys = index.keys.iter_mut().filter_map(|k| k.expression.as_mut());
        keys.chain(&mut index.predicate).for_each(edit);
    }
    table.triggers.iter_mut().for_each(|trigger| edit(&mut trigger.definition));
}

/// A table or view has got another name. Foreign keys, partitions, children and owned sequences follow on every
/// server; views follow on PostgreSQL, which keeps what they read by identity.
fn table(catalog: &mut Catalog, from: &ObjectName, to: &ObjectName) {
    let swap = |name: &mut ObjectName| {
        if name == from {
            *name = to.clone();
        }
    };
    each_linked(
        &mut catalog.tables,
        (&[Link::Refers, Link::Child], from),
        |t| {
            t.foreign_keys().any(|(_, k)| k.table == *from)
                || t.properties.inherits.contains(from)
                || t.properties.partition_of.as_ref().is_some_and(|(p, _)| p == from)
        },
        |t| {
            t.properties.inherits.iter_mut().for_each(swap);
            t.properties.partition_of.iter_mut().for_each(|(parent, _)| swap(parent));
            for constraint in &mut t.constraints {
                if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                    swap(&mut key.table);
                }
            }
        },
    );
    each_linked(
        &mut catalog.sequences,
        (&[Link::Owned], from),
        |s| s.owned_by.as_ref().is_some_and(|(t, _)| t == from),
        |s| s.owned_by.iter_mut().for_each(|(t, _)| swap(t)),
    );
    if catalog.dialect.is_mysql_family() && from.name != to.name {
        let target = Target::new(catalog.dialect).with_version(catalog.server_version);
        catalog.tables.edit(to, |t| {
            for trigger in &mut t.triggers {
                if let Some(sql) = text::triggered(&trigger.definition.sql, &to.name, target.dialect) {
                    trigger.definition = expression::read(&sql, &target);
                }
            }
        });
    }
    if catalog.dialect == Dialect::Postgres {
        let target = Target::new(catalog.dialect).with_version(catalog.server_version);
        let triggers = |triggers: &mut Vec<Trigger>| {
            for trigger in triggers {
                if let Some(sql) = text::moved_trigger(&trigger.definition.sql, (from, to), &target) {
                    trigger.definition = expression::read_definition(&sql, &target);
                }
            }
        };
        if catalog.tables.get(to).is_some_and(|t| !t.triggers.is_empty()) {
            catalog.tables.edit(to, |t| triggers(&mut t.triggers));
        } else if catalog.views.get(to).is_some_and(|v| !v.triggers.is_empty()) {
            catalog.views.edit(to, |v| triggers(&mut v.triggers));
        }
        each_linked(
            &mut catalog.views,
            (&[Link::Reads], from),
            |v| v.reads.contains(from),
            |v| {
                match expression::follow_relation(&v.query, &v.reads, (from, to), &target) {
                    Followed::As(query) => v.query = query,
                    Followed::Unconcerned => {}
                    Followed::Unknown => relation_in_text(&mut v.query, from, to),
                }
                v.reads.iter_mut().for_each(swap);
            },
        );
    }
}

/// Every name of a query that may be the relation's, where the query says no more; a name that it uses already cannot
/// be told apart afterwards, and a name without its schema means what it meant.
fn relation_in_text(query: &mut Expression, from: &ObjectName, to: &ObjectName) {
    let taken = |s: &str| text::mentions(s, &to.name, Role::Relation, Dialect::Postgres);
    if from.schema == to.schema && !taken(&query.normal) && !taken(&query.sql) {
        text::rename(query, &from.name, &to.name, Role::Relation, Dialect::Postgres);
    }
}

fn column(
    catalog: &mut Catalog,
    table: &ObjectName,
    from: &Name,
    to: &Name,
    paths: Paths<'_>,
) -> Result<(), Error> {
    let dialect = catalog.dialect;
    let version = catalog.server_version;
    let same = |name: &Name| dialect_eq(dialect, name, from);
    let swap = |name: &mut Name| {
        if same(name) {
            *name = to.clone();
        }
    };
    in_list(catalog, table, paths, |t| {
        let result = rename_in(t.columns.iter_mut().map(|c| &mut c.name), from, to);
        if result == Some(true) {
            column_in_table(t, from, to, (dialect, version), &swap);
        }
        result
    })?;
    each_linked(
        &mut catalog.tables,
        (&[Link::Refers], table),
        |t| t.foreign_keys().any(|(_, k)| k.table == *table && k.referenced.iter().any(same)),
        |t| {
            for constraint in &mut t.constraints {
                if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
                    && key.table == *table
                {
                    key.referenced.iter_mut().for_each(swap);
                }
            }
        },
    );
    each_linked(
        &mut catalog.sequences,
        (&[Link::Owned], table),
        |s| s.owned_by.as_ref().is_some_and(|(t, c)| t == table && same(c)),
        |s| s.owned_by.iter_mut().for_each(|(_, c)| swap(c)),
    );
    if dialect == Dialect::Postgres {
        column_in_views(catalog, table, from, to);
    }
    Ok(())
}

/// PostgreSQL's views read the column under its new name and give it under the old one, as far as the text of their
/// query tells.
fn column_in_views(catalog: &mut Catalog, table: &ObjectName, from: &Name, to: &Name) {
    let target = Target::new(catalog.dialect).with_version(catalog.server_version);
    let Some(renamed) = catalog.tables.get(table).cloned() else { return };
    let readers: Vec<ObjectName> =
        catalog.views.linked(Link::Reads, table).map(|view| view.name.clone()).collect();
    for reader in readers {
        let Some(view) = catalog.views.get(&reader).cloned() else { continue };
        let listed = |name: &str| name == from.as_str() || *name != **to && lists(&renamed, name);
        if let Followed::As(query) =
            expression::follow_column(&view.query, &view.reads, table, &listed, (from, to), &target)
        {
            catalog.views.edit(&reader, |view| view.query = query);
        }
    }
}

fn lists(table: &Table, column: &str) -> bool {
    table.complete && table.columns.iter().any(|c| c.name == *column)
}

fn dialect_eq(dialect: Dialect, a: &str, b: &str) -> bool {
    match dialect {
        Dialect::Postgres => a == b,
        Dialect::MySql | Dialect::MariaDb => a.eq_ignore_ascii_case(b),
    }
}

fn column_in_table(
    t: &mut Table,
    from: &Name,
    to: &Name,
    (dialect, version): (Dialect, ServerVersion),
    swap: &dyn Fn(&mut Name),
) {
    let target = Target::new(dialect).with_version(version);
    let expression = |e: &mut Expression| {
        if expression::columns(e, &target).iter().any(|name| dialect_eq(dialect, name, from)) {
            *e = expression::rename_column(e, from, to, &target);
        }
    };
    let key = |k: &mut IndexKey| {
        k.column.iter_mut().for_each(swap);
        k.expression.iter_mut().for_each(expression);
    };
    for c in &mut t.columns {
        c.default.iter_mut().for_each(expression);
        c.generated.iter_mut().for_each(|g| expression(&mut g.expression));
        c.check.iter_mut().for_each(expression);
    }
    for c in &mut t.constraints {
        match &mut c.kind {
            ConstraintKind::PrimaryKey(index) | ConstraintKind::Unique(index) => {
                index.columns.iter_mut().for_each(key);
                index.include.iter_mut().for_each(swap);
            }
            ConstraintKind::ForeignKey(foreign) => {
                foreign.columns.iter_mut().chain(&mut foreign.on_delete_columns).for_each(swap);
            }
            ConstraintKind::Check { expression: e, .. } | ConstraintKind::Exclude { definition: e } => {
                expression(e);
            }
        }
    }
    for index in &mut t.indexes {
        index.keys.iter_mut().for_each(key);
        index.include.iter_mut().for_each(swap);
        index.predicate.iter_mut().for_each(expression);
    }
    if let Some(partitioning) = &mut t.properties.partition_by {
        *partitioning = text::identifiers(partitioning, from, to, Role::Column, dialect);
    }
    if dialect == Dialect::Postgres {
        // `UPDATE OF a` and `WHEN (new.a …)` follow; the bodies of the MySQL family's triggers do not.
        for trigger in &mut t.triggers {
            text::rename(&mut trigger.definition, from, to, Role::Column, dialect);
        }
    }
}

/// A schema has got another name: every name in it, and every name that points into it.
fn schema(catalog: &mut Catalog, from: &Name, to: &Name) {
    let swap = |name: &mut ObjectName| {
        if name.schema.as_ref() == Some(from) {
            name.schema = Some(to.clone());
        }
    };
    let in_type = |t: &mut DataType| t.custom.iter_mut().for_each(swap);
    let dialect = catalog.dialect;
    let in_text = |e: &mut Expression| text::rename(e, from, to, Role::Schema, dialect);
    let sequences: Vec<ObjectName> = catalog
        .sequences
        .iter()
        .map(|s| s.name.clone())
        .filter(|n| n.schema.as_ref() == Some(from))
        .collect();
    for name in sequences {
        sequence_defaults(catalog, &name, &ObjectName { schema: Some(to.clone()), name: name.name.clone() });
    }
    if let Some(old) = catalog.schemas.remove(from) {
        catalog.schemas.insert(crate::catalog::Schema { name: to.clone(), comment: old.comment.clone() });
    }
    rebuild(&mut catalog.extensions, |e| {
        if e.schema.as_ref() == Some(from) {
            e.schema = Some(to.clone());
        }
    });
    rebuild(&mut catalog.types, |t| {
        swap(&mut t.name);
        match &mut t.kind {
            UserTypeKind::Domain { base, .. } => in_type(base),
            UserTypeKind::Composite { attributes } => attributes.iter_mut().for_each(|(_, t)| in_type(t)),
            UserTypeKind::Enum { .. } | UserTypeKind::Other => {}
        }
    });
    rebuild(&mut catalog.sequences, |s| {
        swap(&mut s.name);
        s.owned_by.iter_mut().for_each(|(t, _)| swap(t));
    });
    rebuild(&mut catalog.tables, |t| {
        swap(&mut t.name);
        t.properties.inherits.iter_mut().for_each(swap);
        t.properties.partition_of.iter_mut().for_each(|(parent, _)| swap(parent));
        t.columns.iter_mut().for_each(|c| in_type(&mut c.data_type));
        for constraint in &mut t.constraints {
            if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                swap(&mut key.table);
            }
        }
        for trigger in &mut t.triggers {
            trigger.function.iter_mut().for_each(swap);
            in_text(&mut trigger.definition);
        }
    });
    rebuild(&mut catalog.views, |v| {
        swap(&mut v.name);
        v.reads.iter_mut().for_each(swap);
        in_text(&mut v.query);
        for trigger in &mut v.triggers {
            trigger.function.iter_mut().for_each(swap);
            in_text(&mut trigger.definition);
        }
    });
    rebuild(&mut catalog.routines, |r| swap(&mut r.name));
    rebuild(&mut catalog.absent, swap);
    doubts(catalog, from, to);
}

/// What is not certain of objects in a schema stays so under the schema's new name.
fn doubts(catalog: &mut Catalog, from: &Name, to: &Name) {
    let prefix = |schema: &Name| ObjectName::new(schema.clone(), "").to_string();
    let (old, new) = (prefix(from), prefix(to));
    if old.is_empty() {
        return;
    }
    let moved: Vec<String> = catalog.uncertain.keys().filter(|key| key.starts_with(&old)).cloned().collect();
    for key in moved {
        if let Some(reason) = catalog.uncertain.remove(&key) {
            catalog.uncertain.insert(key.replacen(&old, &new, 1), reason);
        }
    }
}

fn rebuild<T: Keyed + Clone + PartialEq>(shelf: &mut Shelf<T>, edit: impl Fn(&mut T)) {
    let old = std::mem::take(shelf);
    for object in old.iter() {
        let mut copy = T::clone(object);
        edit(&mut copy);
        shelf.insert(copy);
    }
}
