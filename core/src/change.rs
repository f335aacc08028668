//! Differences between catalogs, with both sides, so that they can be inverted, compared, rendered and shown.
use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::catalog::{
    Catalog, Column, Constraint, Extension, Index, Name, ObjectName, Routine, RoutineKind, Schema, Sequence,
    Table, TableProperties, Trigger, UserType, View,
};

/// One difference to one object.
///
/// A change is complete: applied to the catalog it was made for it gives the other catalog, and its inverse gives the
/// first one back. Changes of one statement are listed in an order in which each can be applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Which object, by the name it has before the change (after it, for an object that is created).
    pub path: ObjectPath,
    /// What happens to it.
    pub delta: Delta,
}

/// What happens to an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Delta {
    /// The object appears.
    Create {
        /// The object.
        after: Object,
    },
    /// The object goes.
    Drop {
        /// The object.
        before: Object,
    },
    /// The object's definition changes; its name stays.
    Alter {
        /// Before the change.
        before: Object,
        /// After the change.
        after: Object,
    },
    /// The object gets another name (or schema); everything that refers to it follows.
    Rename {
        /// The path afterwards; of the same kind as the change's path.
        to: ObjectPath,
    },
}

/// Which object. Paths name tables and views by [`ObjectName`] with the schema set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the fields are the object's name, and the relation it belongs to")]
#[non_exhaustive]
pub enum ObjectPath {
    Schema {
        name: Name,
    },
    Extension {
        name: Name,
    },
    Type {
        name: ObjectName,
    },
    Sequence {
        name: ObjectName,
    },
    Table {
        name: ObjectName,
    },
    Column {
        table: ObjectName,
        name: Name,
    },
    Constraint {
        table: ObjectName,
        name: Name,
    },
    /// `table` may be a materialized view.
    Index {
        table: ObjectName,
        name: Name,
    },
    /// `table` may be a view.
    Trigger {
        table: ObjectName,
        name: Name,
    },
    View {
        name: ObjectName,
    },
    Routine {
        name: ObjectName,
        signature: String,
        routine: RoutineKind,
    },
}

/// One side of a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Object {
    /// A schema.
    Schema(Schema),
    /// An extension.
    Extension(Extension),
    /// A user-defined type.
    Type(Arc<UserType>),
    /// A sequence.
    Sequence(Arc<Sequence>),
    /// A whole table: only in `Create` and `Drop`.
    Table(Arc<Table>),
    /// A table's own properties: only in `Alter`.
    TableProperties(Box<TableProperties>),
    /// A column, and its place among the table's columns, counted from 0. In `Alter` the two places may differ: the
    /// column moves.
    Column {
        /// The column.
        column: Box<Column>,
        /// Its place.
        position: usize,
    },
    /// A constraint, and its place in the table's list, counted from 0 (the order means nothing to a server, it makes
    /// inversion exact).
    Constraint {
        /// The constraint.
        constraint: Box<Constraint>,
        /// Its place.
        position: usize,
    },
    /// An index, and its place in the table's list, counted from 0.
    Index {
        /// The index.
        index: Box<Index>,
        /// Its place.
        position: usize,
    },
    /// A trigger, and its place in the table's list, counted from 0.
    Trigger {
        /// The trigger.
        trigger: Box<Trigger>,
        /// Its place.
        position: usize,
    },
    /// A view or materialized view.
    View(Arc<View>),
    /// A function or procedure.
    Routine(Arc<Routine>),
}

impl Change {
    /// The change that undoes this one.
    #[must_use]
    pub fn invert(&self) -> Self {
        let (path, delta) = match &self.delta {
            Delta::Create { after } => (self.path.clone(), Delta::Drop { before: after.clone() }),
            Delta::Drop { before } => (self.path.clone(), Delta::Create { after: before.clone() }),
            Delta::Alter { before, after } => {
                (self.path.clone(), Delta::Alter { before: after.clone(), after: before.clone() })
            }
            Delta::Rename { to } => (to.clone(), Delta::Rename { to: self.path.clone() }),
        };
        Self { path, delta }
    }

    /// `create`, `drop`, `alter` or `rename`.
    pub fn verb(&self) -> &'static str {
        match self.delta {
            Delta::Create { .. } => "create",
            Delta::Drop { .. } => "drop",
            Delta::Alter { .. } => "alter",
            Delta::Rename { .. } => "rename",
        }
    }
}

impl ObjectPath {
    /// The kind in kebab-case: `table`, `column`, …
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Schema { .. } => "schema",
            Self::Extension { .. } => "extension",
            Self::Type { .. } => "type",
            Self::Sequence { .. } => "sequence",
            Self::Table { .. } => "table",
            Self::Column { .. } => "column",
            Self::Constraint { .. } => "constraint",
            Self::Index { .. } => "index",
            Self::Trigger { .. } => "trigger",
            Self::View { .. } => "view",
            Self::Routine { .. } => "routine",
        }
    }

    /// Why what the catalog says of the object is not certain; `None` when it is.
    pub fn doubt<'a>(&self, catalog: &'a Catalog) -> Option<&'a str> {
        self.own_doubt(catalog).or_else(|| catalog.uncertain.get(Catalog::EVERYTHING))
    }

    /// As [`ObjectPath::doubt`], but for remarks about everything at once.
    pub(crate) fn own_doubt<'a>(&self, catalog: &'a Catalog) -> Option<&'a str> {
        let notes = &catalog.uncertain;
        if notes.is_empty() {
            return None;
        }
        let of = |name: &ObjectName| notes.get(&name.to_string());
        notes.get(&self.to_string()).or_else(|| self.relation().and_then(of)).or_else(|| match self {
            // Overloads are uncertain together.
            Self::Routine { name, .. } => of(name),
            // PostgreSQL's statements name an index by itself.
            Self::Index { table, name } => of(&table.sibling(name.clone())),
            _ => None,
        })
    }

    /// The table or view that the object is or belongs to.
    pub fn relation(&self) -> Option<&ObjectName> {
        match self {
            Self::Table { name } | Self::View { name } => Some(name),
            Self::Column { table, .. }
            | Self::Constraint { table, .. }
            | Self::Index { table, .. }
            | Self::Trigger { table, .. } => Some(table),
            _ => None,
        }
    }
}

impl fmt::Display for ObjectPath {
    /// As people name it: `users`, `users.email`, `app.f(integer)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema { name } | Self::Extension { name } => write!(f, "{name}"),
            Self::Type { name } | Self::Sequence { name } | Self::Table { name } | Self::View { name } => {
                write!(f, "{name}")
            }
            Self::Column { table, name }
            | Self::Constraint { table, name }
            | Self::Index { table, name }
            | Self::Trigger { table, name } => write!(f, "{table}.{name}"),
            Self::Routine { name, signature, .. } => write!(f, "{name}({signature})"),
        }
    }
}
