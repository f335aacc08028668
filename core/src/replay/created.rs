//! Which relations a migration made itself.
use std::collections::BTreeSet;

use crate::{
    catalog::{Name, ObjectName},
    change::{Change, Delta, ObjectPath},
    operation::{Operation, TransactionControl},
};

/// Relations that no other session uses yet, because this migration created them: locking, rewriting or scanning
/// them disturbs nobody.
#[derive(Clone, Debug, Default)]
pub struct Created {
    relations: BTreeSet<ObjectName>,
    /// Those of them that got rows: rewriting them costs time again.
    filled: BTreeSet<ObjectName>,
    /// Columns that it added to tables.
    columns: BTreeSet<(ObjectName, Name)>,
    schemas: BTreeSet<Name>,
}

impl Created {
    /// Whether the migration made the relation.
    pub fn contains(&self, name: &ObjectName) -> bool {
        self.relations.contains(name)
    }

    /// Whether the migration made the relation and put nothing into it.
    pub fn is_empty_table(&self, name: &ObjectName) -> bool {
        self.relations.contains(name) && !self.filled.contains(name)
    }

    /// Whether the migration added the column, to a table of its own or to another.
    pub fn contains_column(&self, table: &ObjectName, column: &Name) -> bool {
        self.columns.contains(&(table.clone(), column.clone()))
    }

    /// Whether the migration made the schema.
    pub fn contains_schema(&self, name: &Name) -> bool {
        self.schemas.contains(name)
    }

    /// Takes notice of an operation and its changes.
    pub(super) fn note(&mut self, operation: &Operation, changes: &[Change]) {
        for change in changes {
            match (&change.path, &change.delta) {
                (ObjectPath::Table { name } | ObjectPath::View { name }, Delta::Create { .. }) => {
                    self.relations.insert(name.clone());
                    self.filled.remove(name);
                }
                (ObjectPath::Table { name } | ObjectPath::View { name }, Delta::Drop { .. }) => {
                    self.relations.remove(name);
                }
                (
                    ObjectPath::Table { name } | ObjectPath::View { name },
                    Delta::Rename { to: ObjectPath::Table { name: to } | ObjectPath::View { name: to } },
                ) => {
                    if self.relations.remove(name) {
                        self.relations.insert(to.clone());
                    }
                    if self.filled.remove(name) {
                        self.filled.insert(to.clone());
                    }
                }
                (ObjectPath::Column { table, name }, delta) => {
                    let before = (table.clone(), name.clone());
                    match delta {
                        Delta::Create { .. } => {
                            self.columns.insert(before);
                        }
                        Delta::Drop { .. } => {
                            self.columns.remove(&before);
                        }
                        Delta::Rename { to: ObjectPath::Column { table, name } }
                            if self.columns.remove(&before) =>
                        {
                            self.columns.insert((table.clone(), name.clone()));
                        }
                        _ => {}
                    }
                }
                (ObjectPath::Schema { name }, Delta::Create { .. }) => {
                    self.schemas.insert(name.clone());
                }
                (ObjectPath::Schema { name }, Delta::Drop { .. }) => {
                    self.schemas.remove(name);
                }
                _ => {}
            }
        }
        match operation {
            Operation::Insert(insert) => {
                let written = &insert.table;
                let filled = self.relations.iter().filter(|r| {
                    r.name == written.name && (written.schema.is_none() || r.schema == written.schema)
                });
                self.filled.extend(filled.cloned().collect::<Vec<_>>());
            }
            // From here on other sessions see the tables.
            Operation::Transaction(TransactionControl::Commit) => *self = Self::default(),
            _ => {}
        }
    }
}
