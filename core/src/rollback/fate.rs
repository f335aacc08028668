//! What tables and columns are called when everything that is undone has run.
//!
//! A query for the database before the rollback is written for what a statement did; later statements may rename or drop
//! what it is about.
use std::collections::{BTreeMap, BTreeSet};

use super::rights;
use crate::{
    catalog::{Name, ObjectName},
    change::{Delta, ObjectPath},
    dialect::quote,
    replay::Applied,
    target::Dialect,
};

/// A question about what a statement left behind, under the names of its time.
pub(super) enum Ask {
    /// How many rows a table has.
    Rows(ObjectName),
    /// How many rows have, or have not, a NULL in a column.
    Nulls { table: ObjectName, column: Name, are: bool },
    /// MySQL family: the names of a table's indexes.
    Indexes(ObjectName),
}

/// The last names of tables and columns, by their names at one point of the way.
#[derive(Default)]
pub(super) struct Fate {
    /// `None` for names that nobody keeps; those that stay as they are are not listed.
    tables: BTreeMap<ObjectName, Option<ObjectName>>,
    columns: BTreeMap<ObjectName, BTreeMap<Name, Option<Name>>>,
}

impl Ask {
    /// The query; `None` when there is nothing left to ask about.
    pub(super) fn sql(&self, fate: &Fate, dialect: Dialect) -> Option<String> {
        match self {
            Self::Rows(table) => {
                Some(format!("SELECT count(*) FROM {}", quote::object(dialect, &fate.table(table)?)))
            }
            Self::Nulls { table, column, are } => {
                let column = quote::name(dialect, &fate.column(table, column)?);
                let not = if *are { "" } else { "NOT " };
                let table = quote::object(dialect, &fate.table(table)?);
                Some(format!("SELECT count(*) FROM {table} WHERE {column} IS {not}NULL"))
            }
            Self::Indexes(table) => {
                let (schema, table) = rights::place(&fate.table(table)?);
                Some(format!(
                    "SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema = {schema} AND table_name = {table}"
                ))
            }
        }
    }
}

impl Fate {
    fn table(&self, name: &ObjectName) -> Option<ObjectName> {
        self.tables.get(name).cloned().unwrap_or_else(|| Some(name.clone()))
    }

    fn column(&self, table: &ObjectName, name: &Name) -> Option<Name> {
        let listed = self.columns.get(table).and_then(|columns| columns.get(name));
        listed.cloned().unwrap_or_else(|| Some(name.clone()))
    }

    /// Goes back to the point before a change of an operation.
    pub(super) fn before(&mut self, applied: &Applied, at: usize) {
        let Some(change) = applied.outcome.changes.get(at) else { return };
        match (&change.path, &change.delta) {
            (ObjectPath::Table { name }, Delta::Rename { to: ObjectPath::Table { name: to } }) => {
                self.rename(name, to);
            }
            (ObjectPath::Table { name }, Delta::Create { .. } | Delta::Drop { .. }) => {
                self.tables.insert(name.clone(), None);
                self.columns.remove(name);
            }
            (
                ObjectPath::Column { table, name },
                Delta::Rename { to: ObjectPath::Column { name: to, .. } },
            ) => {
                let last = self.column(table, to);
                let columns = self.columns.entry(table.clone()).or_default();
                columns.insert(to.clone(), None);
                columns.insert(name.clone(), last);
            }
            (ObjectPath::Column { table, name }, Delta::Create { .. } | Delta::Drop { .. }) => {
                self.columns.entry(table.clone()).or_default().insert(name.clone(), None);
            }
            (ObjectPath::Schema { name }, Delta::Rename { to: ObjectPath::Schema { name: to } }) => {
                // Those that were there, and those that the operation itself has put there.
                let earlier = applied.outcome.changes.iter().take(at).flat_map(|change| {
                    let moved = match &change.delta {
                        Delta::Rename { to } => to.relation(),
                        _ => None,
                    };
                    change.path.relation().into_iter().chain(moved)
                });
                let there = applied.before.catalog.tables.iter().map(|t| &t.name);
                let tables: BTreeSet<&ObjectName> =
                    there.chain(earlier).filter(|t| t.schema_str() == name.as_str()).collect();
                for table in tables {
                    self.rename(table, &ObjectName::new(to.clone(), table.name.clone()));
                }
            }
            _ => {}
        }
    }

    fn rename(&mut self, from: &ObjectName, to: &ObjectName) {
        let last = self.table(to);
        self.tables.insert(to.clone(), None);
        self.tables.insert(from.clone(), last);
        let columns = self.columns.remove(to).unwrap_or_default();
        self.columns.insert(from.clone(), columns);
    }
}
