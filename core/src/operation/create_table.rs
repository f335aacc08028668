//! New tables and indexes, and the parts of tables.
use serde::Serialize;

use super::Located;
use crate::catalog::{Column, ConstraintKind, Expression, Index, Name, ObjectName, TableProperties};

/// `CREATE TABLE`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CreateTable {
    /// Name.
    pub name: ObjectName,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// MariaDB: `OR REPLACE`.
    pub or_replace: bool,
    /// Columns.
    pub columns: Vec<Located<ColumnDefinition>>,
    /// Table constraints, and column constraints that are not part of [`Column`], in the order of the text.
    pub constraints: Vec<Located<ConstraintDefinition>>,
    /// Indexes of the MySQL family (`KEY …`); unnamed ones have an empty name.
    pub indexes: Vec<Located<IndexDefinition>>,
    /// Persistence, options, partitioning.
    pub properties: TableProperties,
    /// `LIKE other`: tables whose columns are copied, with the options that follow (`INCLUDING ALL`), upper case.
    pub like: Vec<(ObjectName, Vec<String>)>,
    /// `AS SELECT …`: the columns come from a query.
    pub from_query: Option<Expression>,
}

/// A column as a statement defines it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ColumnDefinition {
    /// The column. PostgreSQL: `identity.sequence` is empty unless the statement names it.
    pub column: Column,
    /// PostgreSQL: one of the `serial` types; `column.data_type` is the integer type behind it.
    pub serial: bool,
    /// Whether `NOT NULL` or `NULL` was written (a primary key makes a column not null by itself; the MySQL family's
    /// `TIMESTAMP` cares about the difference).
    pub nullability_written: bool,
    /// Constraints written with the column: primary key, unique, references, check. Their columns are filled in.
    pub constraints: Vec<Located<ConstraintDefinition>>,
    /// MySQL family: indexes written with the column (`KEY`, `UNIQUE`); names are empty.
    pub indexes: Vec<Located<IndexDefinition>>,
}

/// A constraint as a statement defines it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConstraintDefinition {
    /// `CONSTRAINT name`.
    pub name: Option<Name>,
    /// What it constrains. Foreign keys may leave `referenced` empty.
    pub kind: ConstraintKind,
    /// Whether it was written with a column: servers name those differently.
    pub inline: bool,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// PostgreSQL's `NOT VALID`.
    pub not_valid: bool,
    /// `NOT ENFORCED`.
    pub not_enforced: bool,
    /// PostgreSQL's `USING INDEX name`: the key's columns are that index's.
    pub using_index: Option<Name>,
    /// MySQL family: the index name in `FOREIGN KEY name (…)`.
    pub index_name: Option<Name>,
    /// MariaDB: `IF NOT EXISTS`.
    pub if_not_exists: bool,
}

impl ConstraintDefinition {
    /// A constraint of `kind` without a name and without attributes.
    pub fn new(kind: ConstraintKind) -> Self {
        Self {
            name: None,
            kind,
            inline: false,
            deferrable: false,
            initially_deferred: false,
            not_valid: false,
            not_enforced: false,
            using_index: None,
            index_name: None,
            if_not_exists: false,
        }
    }
}

/// An index as a statement defines it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IndexDefinition {
    /// The index; its name is empty when the server chooses it.
    pub index: Index,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
}

/// `CREATE INDEX`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreateIndex {
    /// Table or materialized view.
    pub table: ObjectName,
    /// The index.
    pub definition: IndexDefinition,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// `ON ONLY`.
    pub only: bool,
    /// MariaDB: `OR REPLACE`.
    pub or_replace: bool,
    /// `ALGORITHM=` and `LOCK=`.
    pub online: OnlineClauses,
}

/// The MySQL family's `ALGORITHM=` and `LOCK=`, upper case as written; the last one wins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OnlineClauses {
    /// `INSTANT`, `INPLACE`, `NOCOPY`, `COPY` or `DEFAULT`.
    pub algorithm: Option<String>,
    /// `NONE`, `SHARED`, `EXCLUSIVE` or `DEFAULT`.
    pub lock: Option<String>,
}
