//! What the objects of now were called before everything that is undone.
//!
//! Rows are saved under the names of the start and written under the names of their time. A rename gives a table or a
//! column another name and its old name to others, so that a name alone says nothing about whose rows they are.
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    apply::State,
    catalog::{Keyed, Name, ObjectName, Shelf},
    change::{Delta, Object, ObjectPath},
    operation::Operation,
    replay::Applied,
};

/// Who has a name now.
#[derive(Clone, Debug)]
struct Bearer {
    now: ObjectName,
    /// The name at the start; `None` for what was made since, or when nobody has the name any more.
    start: Option<ObjectName>,
    /// Columns by their name now, with their name at the start; those that kept theirs are not listed.
    columns: BTreeMap<Name, Option<Name>>,
}

impl Keyed for Bearer {
    type Key = ObjectName;

    fn key(&self) -> ObjectName {
        self.now.clone()
    }
}

/// Which tables, columns and sequences stand behind the names of now.
#[derive(Default)]
struct Names {
    tables: Shelf<Bearer>,
    sequences: Shelf<Bearer>,
    /// What else was made since.
    made: BTreeSet<ObjectPath>,
    /// What else the start has under another name: by the name now.
    moved: BTreeMap<ObjectPath, ObjectPath>,
}

/// Follows the names through statements.
#[derive(Default)]
pub(super) struct Lineage {
    names: Names,
    /// Schemas that were dropped or renamed: what is put there does not stay.
    unstable: BTreeSet<Name>,
    /// A setting was changed that may change what a condition means.
    settings: bool,
}

/// Settings that change nothing about what a condition means.
const HARMLESS_SETTINGS: &[&str] = &[
    "autocommit",
    "client_min_messages",
    "default_table_access_method",
    "default_tablespace",
    "foreign_key_checks",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "lock_wait_timeout",
    "maintenance_work_mem",
    "role",
    "row_security",
    "sql_log_bin",
    "statement_timeout",
    "synchronous_commit",
    "unique_checks",
    "work_mem",
];

impl Names {
    fn rename(shelf: &mut Shelf<Bearer>, from: &ObjectName, to: &ObjectName, existed: bool) {
        let mut bearer = match shelf.get(from) {
            Some(found) => Bearer::clone(found),
            None => {
                Bearer { now: from.clone(), start: existed.then(|| from.clone()), columns: BTreeMap::new() }
            }
        };
        bearer.now = to.clone();
        shelf.insert(nobody(from));
        shelf.insert(bearer);
    }

    /// Follows what is neither a table nor a sequence.
    fn other(&mut self, path: &ObjectPath, delta: &Delta, start: &State) {
        match delta {
            Delta::Create { .. } => {
                self.made.insert(path.clone());
            }
            Delta::Drop { .. } => {
                self.made.remove(path);
                self.moved.remove(path);
            }
            Delta::Rename { to } => {
                if self.made.remove(path) {
                    self.made.insert(to.clone());
                } else if let Some(origin) = self.moved.remove(path) {
                    self.moved.insert(to.clone(), origin);
                } else if at_start(path, start) {
                    self.moved.insert(to.clone(), path.clone());
                }
            }
            Delta::Alter { .. } => {}
        }
    }

    fn column(&mut self, table: &ObjectName, name: &Name, start: Option<Name>, existed: bool) {
        if !self.tables.contains(table) {
            self.tables.insert(Bearer {
                now: table.clone(),
                start: existed.then(|| table.clone()),
                columns: BTreeMap::new(),
            });
        }
        self.tables.edit(table, |bearer| {
            bearer.columns.insert(name.clone(), start);
        });
    }
}

fn nobody(now: &ObjectName) -> Bearer {
    Bearer { now: now.clone(), start: None, columns: BTreeMap::new() }
}

/// Whether the start has, or in an open world may have, a table of that name.
fn table_at_start(start: &State, name: &ObjectName) -> bool {
    let catalog = &start.catalog;
    catalog.tables.contains(name) || catalog.is_open() && !catalog.absent.contains(name)
}

fn sequence_at_start(start: &State, name: &ObjectName) -> bool {
    start.catalog.sequences.contains(name) || start.catalog.is_open()
}

/// Whether the start has an object of that name.
fn at_start(path: &ObjectPath, start: &State) -> bool {
    let catalog = &start.catalog;
    match path {
        ObjectPath::Schema { name } => catalog.schemas.contains(name),
        ObjectPath::Type { name } => catalog.types.contains(name),
        ObjectPath::View { name } => catalog.views.contains(name),
        ObjectPath::Trigger { table, .. } => catalog.tables.contains(table) || catalog.views.contains(table),
        ObjectPath::Routine { name, signature, routine } => {
            catalog.routines.contains(&(name.clone(), signature.clone(), *routine))
        }
        ObjectPath::Sequence { name } => catalog.sequences.contains(name),
        ObjectPath::Table { name } => catalog.tables.contains(name),
        ObjectPath::Column { table, .. } => catalog.tables.contains(table),
        ObjectPath::Index { table, name } => {
            catalog.tables.get(table).is_some_and(|t| t.indexes.iter().any(|i| i.name == *name))
                || catalog.views.get(table).is_some_and(|v| v.indexes.iter().any(|i| i.name == *name))
        }
        ObjectPath::Constraint { table, name } => {
            catalog.tables.get(table).is_some_and(|t| t.constraints.iter().any(|c| c.name == *name))
        }
        ObjectPath::Extension { .. } => false,
    }
}

impl Lineage {
    /// What has this name now, by its name at the start; `None` when the start does not have it.
    pub(super) fn origin(&self, now: &ObjectPath, start: &State) -> Option<ObjectPath> {
        let made = self.names.made.contains(now);
        let origin = match now {
            ObjectPath::Table { name } => ObjectPath::Table { name: self.table(name, start)? },
            ObjectPath::Sequence { name } => ObjectPath::Sequence { name: self.sequence(name, start)? },
            ObjectPath::Column { table, name } => {
                ObjectPath::Column { table: self.table(table, start)?, name: self.column(table, name)? }
            }
            ObjectPath::Trigger { table, name } if !made && self.table(table, start).is_some() => {
                ObjectPath::Trigger { table: self.table(table, start)?, name: name.clone() }
            }
            // Under whatever name: what was not made since was there.
            ObjectPath::Index { table, name } if !made && !self.names.moved.contains_key(now) => {
                let view = start.catalog.views.contains(table).then(|| table.clone());
                let table = view.or_else(|| self.table(table, start))?;
                return Some(ObjectPath::Index { table, name: name.clone() });
            }
            ObjectPath::Constraint { table, name } if !made && !self.names.moved.contains_key(now) => {
                let table = self.table(table, start)?;
                return Some(ObjectPath::Constraint { table, name: name.clone() });
            }
            _ => match self.names.moved.get(now) {
                Some(origin) => return Some(origin.clone()),
                None => return (!made && at_start(now, start)).then(|| now.clone()),
            },
        };
        at_start(&origin, start).then_some(origin)
    }

    /// The name that a table of now had at the start; `None` when it was made since.
    pub(super) fn table(&self, now: &ObjectName, start: &State) -> Option<ObjectName> {
        match self.names.tables.get(now) {
            Some(bearer) => bearer.start.clone(),
            None => table_at_start(start, now).then(|| now.clone()),
        }
    }

    /// The name that a column of a table of now had at the start; `None` when it was made since.
    pub(super) fn column(&self, table: &ObjectName, now: &Name) -> Option<Name> {
        match self.names.tables.get(table).and_then(|bearer| bearer.columns.get(now)) {
            Some(start) => start.clone(),
            None => Some(now.clone()),
        }
    }

    /// The name that a sequence of now had at the start; `None` when it was made since.
    pub(super) fn sequence(&self, now: &ObjectName, start: &State) -> Option<ObjectName> {
        match self.names.sequences.get(now) {
            Some(bearer) => bearer.start.clone(),
            None => sequence_at_start(start, now).then(|| now.clone()),
        }
    }

    /// Whether conditions mean what they meant at the start, as far as settings decide.
    pub(super) fn same_settings(&self) -> bool {
        !self.settings
    }

    /// Whether what is put into the schema at the start stays there.
    pub(super) fn is_stable(&self, schema: &str) -> bool {
        !self.unstable.contains(schema)
    }

    /// Follows one operation.
    pub(super) fn learn(&mut self, applied: &Applied, start: &State) {
        if let Operation::Set { setting, .. } = &applied.operation.node {
            let name = setting.rsplit('.').next().unwrap_or(setting);
            let harmless = HARMLESS_SETTINGS.contains(&name) || setting.starts_with('@');
            self.settings |= !harmless && name != "search_path";
        }
        // In an open world `IF NOT EXISTS` may have found a table.
        let unsure = start.catalog.is_open() && !applied.outcome.unknowns.is_empty();
        for change in &applied.outcome.changes {
            self.follow(&change.path, &change.delta, applied, start, unsure);
        }
    }

    fn follow(&mut self, path: &ObjectPath, delta: &Delta, applied: &Applied, start: &State, unsure: bool) {
        match (path, delta) {
            (ObjectPath::Table { name }, Delta::Rename { to: ObjectPath::Table { name: to } }) => {
                let existed = table_at_start(start, name);
                Names::rename(&mut self.names.tables, name, to, existed);
            }
            (ObjectPath::Table { name }, Delta::Create { after: Object::Table(table) })
                if table.complete && !unsure =>
            {
                self.names.tables.insert(nobody(name));
            }
            (ObjectPath::Table { name }, Delta::Drop { .. }) => self.names.tables.insert(nobody(name)),
            (ObjectPath::Sequence { name }, Delta::Rename { to: ObjectPath::Sequence { name: to } }) => {
                let existed = sequence_at_start(start, name);
                Names::rename(&mut self.names.sequences, name, to, existed);
            }
            (ObjectPath::Sequence { name }, Delta::Create { .. }) if !unsure => {
                self.names.sequences.insert(nobody(name));
            }
            (ObjectPath::Sequence { name }, Delta::Drop { .. }) => {
                self.names.sequences.insert(nobody(name));
            }
            (
                ObjectPath::Column { table, name },
                Delta::Rename { to: ObjectPath::Column { name: to, .. } },
            ) => {
                let (origin, existed) = (self.column(table, name), table_at_start(start, table));
                self.names.column(table, name, None, existed);
                self.names.column(table, to, origin, existed);
            }
            (ObjectPath::Column { table, name }, Delta::Create { .. }) if !unsure => {
                self.names.column(table, name, None, table_at_start(start, table));
            }
            (ObjectPath::Column { table, name }, Delta::Drop { .. }) => {
                self.names.column(table, name, None, table_at_start(start, table));
            }
            (ObjectPath::Schema { name }, Delta::Rename { to: new @ ObjectPath::Schema { name: to } }) => {
                self.names.other(path, &Delta::Rename { to: new.clone() }, start);
                self.unstable.insert(name.clone());
                let before = &applied.before.catalog;
                let moved = |n: &ObjectName| ObjectName::new(to.clone(), n.name.clone());
                for table in before.tables.iter().filter(|t| t.name.schema_str() == name.as_str()) {
                    let existed = table_at_start(start, &table.name);
                    Names::rename(&mut self.names.tables, &table.name, &moved(&table.name), existed);
                }
                for sequence in before.sequences.iter().filter(|s| s.name.schema_str() == name.as_str()) {
                    let existed = sequence_at_start(start, &sequence.name);
                    Names::rename(&mut self.names.sequences, &sequence.name, &moved(&sequence.name), existed);
                }
            }
            (ObjectPath::Schema { name }, Delta::Drop { .. }) => {
                self.names.other(path, delta, start);
                self.unstable.insert(name.clone());
            }
            (ObjectPath::Table { .. } | ObjectPath::Sequence { .. } | ObjectPath::Column { .. }, _) => {}
            _ => self.names.other(path, delta, start),
        }
    }
}
