//! Which relations a migration made itself.
use std::collections::BTreeSet;

use crate::{
    apply::Outcome,
    catalog::{Name, ObjectName},
    change::{Delta, ObjectPath},
    operation::{Operation, TransactionControl},
};

/// Relations that no other session uses yet, because this migration created them: locking, rewriting or scanning
/// them disturbs nobody.
#[derive(Clone, Debug, Default)]
pub struct Created {
    relations: BTreeSet<Key>,
    /// Those of them that got rows: rewriting them costs time again.
    filled: BTreeSet<Key>,
    /// Columns that it added to tables.
    columns: BTreeSet<(ObjectName, Name)>,
    schemas: BTreeSet<Name>,
}

/// A relation's name; the schema comes last, so that a name without one finds its relations.
type Key = (Name, Option<Name>);

fn key(name: &ObjectName) -> Key {
    (name.name.clone(), name.schema.clone())
}

impl Created {
    /// Whether the migration made the relation.
    pub fn contains(&self, name: &ObjectName) -> bool {
        self.relations.contains(&key(name))
    }

    /// Whether the migration made the relation and put nothing into it.
    pub fn is_empty_table(&self, name: &ObjectName) -> bool {
        self.relations.contains(&key(name)) && !self.filled.contains(&key(name))
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
    pub(crate) fn note(&mut self, operation: &Operation, outcome: &Outcome) {
        let called = matches!(operation, Operation::Query { .. }) && !outcome.ran.is_empty();
        if called || matches!(operation, Operation::Conditional(_)) {
            for ran in outcome.ran.iter().filter(|ran| ran.certain) {
                self.note(&ran.operation.node, &ran.outcome);
            }
            return;
        }
        for change in &outcome.changes {
            match (&change.path, &change.delta) {
                (ObjectPath::Table { name } | ObjectPath::View { name }, Delta::Create { .. }) => {
                    self.relations.insert(key(name));
                    self.filled.remove(&key(name));
                }
                (ObjectPath::Table { name } | ObjectPath::View { name }, Delta::Drop { .. }) => {
                    self.relations.remove(&key(name));
                }
                (
                    ObjectPath::Table { name } | ObjectPath::View { name },
                    Delta::Rename { to: ObjectPath::Table { name: to } | ObjectPath::View { name: to } },
                ) => {
                    if self.relations.remove(&key(name)) {
                        self.relations.insert(key(to));
                    }
                    if self.filled.remove(&key(name)) {
                        self.filled.insert(key(to));
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
                let named = self.relations.range((written.name.clone(), None)..);
                let named = named.take_while(|(name, _)| *name == written.name);
                let filled =
                    named.filter(|(_, schema)| written.schema.is_none() || *schema == written.schema);
                self.filled.extend(filled.cloned());
            }
            // From here on other sessions see the tables.
            Operation::Transaction(TransactionControl::Commit) => *self = Self::default(),
            _ => {}
        }
    }
}
