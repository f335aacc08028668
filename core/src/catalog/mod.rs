//! The model of a database schema: plain data, the same whether it came from replaying migrations, from a dump,
//! from a live server or from JSON.
mod column;
mod constraint;
mod expression;
mod hole;
mod name;
mod notes;
mod objects;
mod order;
mod shelf;
mod table;
mod text;

use serde::{Deserialize, Serialize};

pub use column::{Column, Generated, Identity};
pub use constraint::{
    Constraint, ConstraintKind, ForeignKey, Index, IndexKey, KeyIndex, ReferentialAction, Trigger,
};
pub use expression::{DataType, Expression};
pub(crate) use hole::{HOLE, may_be};
pub(crate) use name::same_letters;
pub use name::{Name, ObjectName};
pub use notes::Notes;
pub use objects::{
    Extension, Routine, RoutineKind, Schema, Sequence, SequenceOptions, UserType, UserTypeKind, View,
};
pub(crate) use order::after_needs;
pub use shelf::{Keyed, Link, Shelf};
pub(crate) use shelf::{NamedLink, Touched};
pub(crate) use table::Part;
pub use table::{Persistence, Table, TableProperties};
pub use text::Text;

use crate::{
    error::{Error, ErrorKind},
    target::{Dialect, ServerVersion},
};

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_true(b: &bool) -> bool {
    *b
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(b: &bool) -> bool {
    !*b
}

/// Whether objects that the catalog does not list may exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    /// The catalog is the whole truth: what it does not list does not exist.
    #[default]
    Closed,
    /// No starting schema was given: an object that no statement created may exist all the same, and answers that
    /// depend on it say so.
    Open,
}

/// A database schema. Cloning costs a few pointers: shelves share their objects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// Version of this JSON form, [`Catalog::FORMAT`].
    pub format: u32,
    /// Server family.
    pub dialect: Dialect,
    /// Server version that the normal forms belong to.
    pub server_version: ServerVersion,
    /// Whether unlisted objects may exist.
    #[serde(default)]
    pub world: World,
    /// MySQL family: the database's default collation, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_collation: Option<String>,
    /// Schemas (PostgreSQL), other databases (MySQL family).
    #[serde(default)]
    pub schemas: Shelf<Schema>,
    /// Extensions.
    #[serde(default)]
    pub extensions: Shelf<Extension>,
    /// User-defined types.
    #[serde(default)]
    pub types: Shelf<UserType>,
    /// Sequences that are objects of their own.
    #[serde(default)]
    pub sequences: Shelf<Sequence>,
    /// Tables.
    #[serde(default)]
    pub tables: Shelf<Table>,
    /// Views and materialized views.
    #[serde(default)]
    pub views: Shelf<View>,
    /// Functions and procedures.
    #[serde(default)]
    pub routines: Shelf<Routine>,
    /// Objects that a statement touched in a way that is not modelled, with the reason: what the catalog says of
    /// them is not certain. The key is the object as people name it, or [`Catalog::EVERYTHING`].
    #[serde(default, skip_serializing_if = "Notes::is_empty")]
    pub uncertain: Notes,
    /// Open world: relations that are known not to exist, because a statement dropped or renamed them.
    #[serde(default, skip_serializing_if = "Shelf::is_empty")]
    pub absent: Shelf<ObjectName>,
}

impl Catalog {
    /// The version of the JSON form that this release writes.
    pub const FORMAT: u32 = 1;

    /// The key in [`Catalog::uncertain`] of a statement that may have changed anything: a procedure that is called, say.
    pub const EVERYTHING: &'static str = "*";

    /// An empty closed catalog: a freshly created database. PostgreSQL's has the schema `public`.
    pub fn new(dialect: Dialect, server_version: ServerVersion) -> Self {
        let mut schemas = Shelf::default();
        if dialect == Dialect::Postgres {
            schemas.insert(Schema { name: "public".into(), comment: None });
        }
        Self {
            format: Self::FORMAT,
            dialect,
            server_version,
            world: World::Closed,
            default_collation: None,
            schemas,
            extensions: Shelf::default(),
            types: Shelf::default(),
            sequences: Shelf::default(),
            tables: Shelf::default(),
            views: Shelf::default(),
            routines: Shelf::default(),
            uncertain: Notes::default(),
            absent: Shelf::default(),
        }
    }

    /// An empty open catalog: a database of which nothing is known.
    pub fn open(dialect: Dialect, server_version: ServerVersion) -> Self {
        Self { world: World::Open, ..Self::new(dialect, server_version) }
    }

    /// Reads a catalog from its JSON form.
    ///
    /// # Errors
    /// `InvalidInput` when the text is not a catalog, or one of a newer format.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let catalog: Self = serde_json::from_str(text).map_err(|e| {
            Error::new(ErrorKind::InvalidInput, format!("this is not a catalog in JSON: {e}"))
        })?;
        if catalog.format > Self::FORMAT {
            let message = format!(
                "the catalog has format {}, this release reads up to {}: use a newer release",
                catalog.format,
                Self::FORMAT
            );
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(catalog)
    }

    /// The same with the names of tables, views and databases in lower case: for a server of the MySQL family that keeps
    /// their case and compares without it (`lower_case_table_names` 2).
    #[must_use]
    pub fn with_lower_case_tables(mut self) -> Self {
        let lower = |name: &ObjectName| ObjectName {
            schema: name.schema.as_ref().map(|s| Name::new(s.to_lowercase())),
            name: Name::new(name.name.to_lowercase()),
        };
        let tables: Vec<_> = self.tables.iter().cloned().collect();
        for table in tables {
            let mut lowered = (*table).clone();
            lowered.name = lower(&table.name);
            for constraint in &mut lowered.constraints {
                if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                    key.table = lower(&key.table);
                }
            }
            self.tables.remove(&table.name);
            self.tables.insert(lowered);
        }
        let views: Vec<_> = self.views.iter().cloned().collect();
        for view in views {
            let mut lowered = (*view).clone();
            lowered.name = lower(&view.name);
            lowered.reads = view.reads.iter().map(lower).collect();
            self.views.remove(&view.name);
            self.views.insert(lowered);
        }
        let schemas: Vec<_> = self.schemas.iter().cloned().collect();
        for schema in schemas {
            let name = Name::new(schema.name.to_lowercase());
            self.schemas.remove(&schema.name);
            self.schemas.insert(Schema { name, ..(*schema).clone() });
        }
        self
    }

    /// Whether unlisted objects may exist.
    pub fn is_open(&self) -> bool {
        self.world == World::Open
    }
}
