//! One operation being applied: the working state, the outcome so far, and how names are looked up.
use std::sync::Arc;

use super::{Conflict, ConflictKind, Outcome, State, Unknown, commit};
use crate::{
    catalog::{Catalog, Column, Constraint, DataType, Index, Link, Name, ObjectName, Table, same_letters},
    change::{Change, Delta, Object, ObjectPath},
    target::Target,
};

/// The result of a step: a conflict ends the operation.
pub(super) type Step<T = ()> = Result<T, Box<Conflict>>;

/// An operation being applied.
pub(super) struct Run<'a> {
    pub(super) state: &'a mut State,
    pub(super) out: Outcome,
    /// How deep in partitions of partitions, or in blocks within blocks, the operation is.
    pub(super) depth: usize,
    /// PostgreSQL: the operation says `ONLY`, and leaves partitions and children alone.
    pub(super) only: bool,
    /// Columns that the operation has dropped or renamed: they are not there to be assumed once more.
    pub(super) gone: Vec<(ObjectName, Name)>,
    /// Columns whose drop has begun, so that those that are computed from each other, which no server has, end.
    pub(super) dropping: Vec<(ObjectName, Name)>,
    /// MySQL family: columns that the `ALTER TABLE` adds.
    pub(super) supplied: Vec<(Name, DataType)>,
    /// MySQL family: columns that the `ALTER TABLE` drops or defines anew, by their old and new names.
    pub(super) redefined: Vec<Name>,
}

/// What a relation's name stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Relation {
    Table,
    View {
        materialized: bool,
    },
    Sequence,
    /// An index, or the index of a constraint, of this table or materialized view.
    Index {
        table: ObjectName,
        constraint: bool,
    },
    /// The sequence behind an identity column.
    IdentitySequence {
        table: ObjectName,
        column: Name,
    },
    /// The relation behind a composite type.
    Composite,
}

impl Relation {
    /// As messages name it.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View { materialized: false } => "view",
            Self::View { materialized: true } => "materialized view",
            Self::Sequence | Self::IdentitySequence { .. } => "sequence",
            Self::Index { .. } => "index",
            Self::Composite => "composite type",
        }
    }
}

pub(super) fn fail<T>(kind: ConflictKind, object: ObjectPath, message: impl Into<String>) -> Step<T> {
    Err(Box::new(Conflict { kind, object, message: message.into(), certain: true }))
}

pub(super) fn not_found<T>(object: ObjectPath) -> Step<T> {
    let message = format!("{} `{object}` does not exist", object.kind());
    fail(ConflictKind::NotFound, object, message)
}

pub(super) fn exists<T>(object: ObjectPath) -> Step<T> {
    let message = format!("{} `{object}` exists already", object.kind());
    fail(ConflictKind::AlreadyExists, object, message)
}

impl Run<'_> {
    pub(super) fn catalog(&self) -> &Catalog {
        &self.state.catalog
    }

    pub(super) fn target(&self) -> Target {
        self.state.target()
    }

    pub(super) fn mysql(&self) -> bool {
        self.state.catalog.dialect.is_mysql_family()
    }

    /// Whether the server is of this major version or newer.
    pub(super) fn version_at_least(&self, major: u16) -> bool {
        self.state.catalog.server_version.at_least(major, 0, 0)
    }

    /// Applies a change and records it.
    pub(super) fn emit(&mut self, path: ObjectPath, delta: Delta) -> Step {
        let change = Change { path, delta };
        match commit(&mut self.state.catalog, &change) {
            Ok(()) => {
                self.out.changes.push(change);
                Ok(())
            }
            Err(error) => {
                fail(ConflictKind::InvalidDefinition, change.path, format!("{error} (while applying)"))
            }
        }
    }

    pub(super) fn create(&mut self, path: ObjectPath, after: Object) -> Step {
        self.emit(path, Delta::Create { after })
    }

    pub(super) fn remove(&mut self, path: ObjectPath, before: Object) -> Step {
        self.emit(path, Delta::Drop { before })
    }

    /// Nothing is recorded when both sides are equal.
    pub(super) fn alter(&mut self, path: ObjectPath, before: Object, after: Object) -> Step {
        if before == after {
            return Ok(());
        }
        self.emit(path, Delta::Alter { before, after })
    }

    pub(super) fn rename(&mut self, path: ObjectPath, to: ObjectPath) -> Step {
        if path == to {
            return Ok(());
        }
        self.emit(path, Delta::Rename { to })
    }

    /// Notes that a statement may have changed anything.
    pub(super) fn anything(&mut self, reason: &str) {
        self.state.catalog.uncertain.insert(Catalog::EVERYTHING.to_owned(), reason.to_owned());
    }

    #[allow(
        clippy::needless_pass_by_value,
        reason = "callers hand over paths and names in whichever way they have them"
    )]
    pub(super) fn unknown(&mut self, object: impl ToString, message: impl Into<String>) {
        self.out.unknowns.push(Unknown { object: object.to_string(), message: message.into(), probe: None });
    }

    #[allow(
        clippy::needless_pass_by_value,
        reason = "callers hand over paths and names in whichever way they have them"
    )]
    pub(super) fn unknown_with_probe(
        &mut self,
        object: impl ToString,
        message: impl Into<String>,
        probe: String,
    ) {
        let (object, message) = (object.to_string(), message.into());
        self.out.unknowns.push(Unknown { object, message, probe: Some(probe) });
    }

    /// Marks an object about which the catalog may be wrong from now on.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "callers hand over paths and names in whichever way they have them"
    )]
    pub(super) fn uncertain(&mut self, object: impl ToString, reason: impl Into<String>) {
        let (object, reason) = (object.to_string(), reason.into());
        let notes = &mut self.state.catalog.uncertain;
        if !notes.contains_key(&object) {
            notes.insert(object.clone(), reason.clone());
        }
        self.unknown(object, reason);
    }

    /// Names of columns, indexes and constraints are compared without case in the MySQL family.
    pub(super) fn same(&self, a: &str, b: &str) -> bool {
        a == b || (self.mysql() && same_letters(a, b))
    }

    /// The schemas of unqualified names, in the order of the search.
    pub(super) fn search_path(&self) -> Vec<Name> {
        if self.mysql() {
            return vec![self.state.current_schema()];
        }
        let mut path: Vec<Name> = vec![Name::temporary()];
        path.extend(self.state.session.search_path.iter().map(|s| s.as_str().into()));
        if path.len() == 1 {
            path.push(Name::public());
        }
        path
    }

    /// The full names that a written name may mean, in the order of the search.
    pub(super) fn search_or(&self, name: &ObjectName) -> Vec<ObjectName> {
        if name.schema.is_some() {
            return vec![name.clone()];
        }
        let full = |schema| ObjectName { schema: Some(schema), name: name.name.clone() };
        self.search_path().into_iter().map(full).collect()
    }

    /// The full name of an object that is to be created.
    pub(super) fn qualify(&self, name: &ObjectName) -> ObjectName {
        match &name.schema {
            Some(_) => name.clone(),
            None => ObjectName { schema: Some(self.state.current_schema()), name: name.name.clone() },
        }
    }

    /// Whether objects may exist in the schema that the catalog does not list: in an open world, in another database
    /// of the MySQL family, in PostgreSQL's own schemas.
    pub(super) fn is_open(&self, name: &ObjectName) -> bool {
        let schema = name.schema_str();
        self.catalog().is_open()
            || if self.mysql() {
                !schema.is_empty() && !self.catalog().schemas.contains(&schema.into())
            } else {
                schema.starts_with("pg_") && schema != "pg_temp" || schema == "information_schema"
            }
    }

    /// Whether an unlisted relation may exist: the world is open and no statement removed it.
    pub(super) fn may_exist(&self, name: &ObjectName) -> bool {
        self.is_open(name) && !self.catalog().absent.contains(name)
    }

    /// What has this full name in the namespace of relations.
    pub(super) fn relation(&self, name: &ObjectName) -> Option<Relation> {
        let catalog = self.catalog();
        if catalog.tables.contains(name) {
            return Some(Relation::Table);
        }
        if let Some(view) = catalog.views.get(name) {
            return Some(Relation::View { materialized: view.materialized });
        }
        if catalog.sequences.contains(name) {
            return Some(Relation::Sequence);
        }
        if self.mysql() {
            return None;
        }
        self.index_owner(name).or_else(|| {
            let found = catalog.types.get(name)?;
            matches!(found.kind, crate::catalog::UserTypeKind::Composite { .. })
                .then_some(Relation::Composite)
        })
    }

    fn index_owner(&self, name: &ObjectName) -> Option<Relation> {
        let catalog = self.catalog();
        let here = |other: &ObjectName| other.schema == name.schema;
        for table in catalog.tables.linked(Link::Relation, name).filter(|t| here(&t.name)) {
            let of = |constraint| Relation::Index { table: table.name.clone(), constraint };
            if table.indexes.iter().any(|i| i.name == name.name) {
                return Some(of(false));
            }
            if table.constraints.iter().any(|c| c.name == name.name && has_index(c)) {
                return Some(of(true));
            }
            for column in &table.columns {
                if column.identity.as_ref().is_some_and(|i| i.sequence == name.name) {
                    let (table, column) = (table.name.clone(), column.name.clone());
                    return Some(Relation::IdentitySequence { table, column });
                }
            }
        }
        let mut views = catalog.views.linked(Link::Relation, name);
        let view = views.find(|v| here(&v.name) && v.indexes.iter().any(|i| i.name == name.name))?;
        Some(Relation::Index { table: view.name.clone(), constraint: false })
    }

    /// The relation that a written name means, with its full name; `None` when none is listed.
    pub(super) fn find(&self, name: &ObjectName) -> Option<(ObjectName, Relation)> {
        if name.schema.is_some() {
            return self.relation(name).map(|found| (name.clone(), found));
        }
        self.search_path().into_iter().find_map(|schema| {
            let full = ObjectName { schema: Some(schema), name: name.name.clone() };
            self.relation(&full).map(|found| (full, found))
        })
    }

    /// The full name of an existing table. In an open world a table that no statement created becomes an incomplete
    /// entry; `None` when the name is not a table's and nothing like it is listed or possible.
    pub(super) fn find_table(&mut self, name: &ObjectName) -> Step<Option<ObjectName>> {
        match self.find(name) {
            Some((full, Relation::Table)) => Ok(Some(full)),
            Some((full, other)) => fail(
                ConflictKind::WrongKind,
                ObjectPath::Table { name: full },
                format!("`{name}` is a {}, not a table", other.noun()),
            ),
            None => {
                let full = self.qualify(name);
                if !self.may_exist(&full) {
                    return Ok(None);
                }
                self.learn(&full);
                Ok(Some(full))
            }
        }
    }

    /// As [`Run::find_table`], with a conflict when there is none.
    pub(super) fn table(&mut self, name: &ObjectName) -> Step<ObjectName> {
        match self.find_table(name)? {
            Some(full) => Ok(full),
            None => not_found(ObjectPath::Table { name: self.qualify(name) }),
        }
    }

    /// Notes a table of which only the existence is known.
    pub(super) fn learn(&mut self, name: &ObjectName) {
        let table = Table { complete: false, ..Table::new(name.clone()) };
        self.state.catalog.tables.insert(table);
    }

    /// The table of that full name. The caller has looked it up.
    pub(super) fn get(&self, name: &ObjectName) -> Step<Arc<Table>> {
        match self.catalog().tables.get(name) {
            Some(table) => Ok(Arc::clone(table)),
            None => not_found(ObjectPath::Table { name: name.clone() }),
        }
    }

    /// The place of a column: `None` when the table is not known completely and does not list it.
    pub(super) fn column(&self, table: &Table, name: &str) -> Step<Option<usize>> {
        match self.place(table, name) {
            Some(place) => Ok(Some(place)),
            None if !table.complete && !self.is_gone(table, name) => Ok(None),
            None => not_found(column_path(&table.name, name)),
        }
    }

    /// Whether the operation itself took the column away.
    pub(super) fn is_gone(&self, table: &Table, name: &str) -> bool {
        self.gone.iter().any(|(t, c)| *t == table.name && self.same(c, name))
    }

    /// The place of a listed column.
    pub(super) fn place(&self, table: &Table, name: &str) -> Option<usize> {
        table.columns.iter().position(|c| self.same(&c.name, name))
    }

    /// Changes a column's definition, its place too.
    pub(super) fn alter_column(
        &mut self,
        table: &ObjectName,
        place: usize,
        after: Column,
        to: usize,
    ) -> Step {
        let Some(before) = self.get(table)?.columns.get(place).cloned() else { return Ok(()) };
        let path = column_path(table, &before.name);
        self.alter(
            path,
            Object::Column { column: Box::new(before), position: place },
            Object::Column { column: Box::new(after), position: to },
        )
    }

    /// Drops a listed constraint by its place.
    pub(super) fn remove_constraint(&mut self, table: &ObjectName, place: usize) -> Step {
        let Some(constraint) = self.get(table)?.constraints.get(place).cloned() else { return Ok(()) };
        let path = ObjectPath::Constraint { table: table.clone(), name: constraint.name.clone() };
        self.remove(path, Object::Constraint { constraint: Box::new(constraint), position: place })
    }

    /// Drops a listed index by its place.
    pub(super) fn remove_index(&mut self, table: &ObjectName, place: usize) -> Step {
        let Some(index) = self.get(table)?.indexes.get(place).cloned() else { return Ok(()) };
        let path = ObjectPath::Index { table: table.clone(), name: index.name.clone() };
        self.remove(path, Object::Index { index: Box::new(index), position: place })
    }

    /// Appends a constraint.
    pub(super) fn add_constraint(&mut self, table: &ObjectName, constraint: Constraint) -> Step {
        let position = self.get(table)?.constraints.len();
        let path = ObjectPath::Constraint { table: table.clone(), name: constraint.name.clone() };
        self.create(path, Object::Constraint { constraint: Box::new(constraint), position })
    }

    /// Appends an index.
    pub(super) fn add_index(&mut self, table: &ObjectName, index: Index) -> Step {
        let position = self.get(table)?.indexes.len();
        let path = ObjectPath::Index { table: table.clone(), name: index.name.clone() };
        self.create(path, Object::Index { index: Box::new(index), position })
    }

    /// PostgreSQL: refuses a new relation whose name is taken, or whose schema does not exist.
    pub(super) fn free(&mut self, path: ObjectPath, name: &ObjectName) -> Step {
        self.schema_exists(name)?;
        if let Some(other) = self.relation(name) {
            let kind = ConflictKind::AlreadyExists;
            return fail(kind, path, format!("a {} named `{name}` exists already", other.noun()));
        }
        self.learn_absent(name);
        Ok(())
    }

    /// Open world: a statement that creates a relation shows that there was none.
    pub(super) fn learn_absent(&mut self, name: &ObjectName) {
        super::commit::note_absent(&mut self.state.catalog, name, true);
    }

    /// Refuses a name in a schema that does not exist.
    pub(super) fn schema_exists(&self, name: &ObjectName) -> Step {
        let schema = Name::from(name.schema_str());
        if self.mysql()
            || self.is_open(name)
            || schema == "pg_temp"
            || self.catalog().schemas.contains(&schema)
        {
            return Ok(());
        }
        not_found(ObjectPath::Schema { name: schema })
    }
}

/// Whether a constraint has an index of its own name.
pub(super) fn has_index(constraint: &Constraint) -> bool {
    use crate::catalog::ConstraintKind as K;
    match constraint.kind {
        K::PrimaryKey(_) | K::Unique(_) | K::Exclude { .. } => true,
        K::ForeignKey(_) | K::Check { .. } => false,
    }
}

pub(super) fn column_path(table: &ObjectName, name: &str) -> ObjectPath {
    ObjectPath::Column { table: table.clone(), name: name.into() }
}
