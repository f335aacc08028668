//! Constraints, indexes and triggers.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Expression, Name, ObjectName, is_false, is_true, yes};

/// A constraint of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constraint {
    /// Name; the server's own naming rule has been applied when the statement gave none. The MySQL family's primary
    /// key is `PRIMARY`.
    pub name: Name,
    /// What is constrained.
    #[serde(flatten)]
    pub kind: ConstraintKind,
    /// `DEFERRABLE`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub initially_deferred: bool,
    /// `false` after PostgreSQL's `NOT VALID`: old rows were not checked.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub validated: bool,
    /// `false` after `NOT ENFORCED`.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub enforced: bool,
    /// Comment on the constraint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// The kinds of constraints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ConstraintKind {
    /// Primary key, with the index behind it.
    PrimaryKey(KeyIndex),
    /// Unique constraint (PostgreSQL), with the index behind it.
    Unique(KeyIndex),
    /// Foreign key.
    ForeignKey(ForeignKey),
    /// Check.
    Check {
        /// The condition.
        expression: Expression,
        /// PostgreSQL's `NO INHERIT`.
        #[serde(default, skip_serializing_if = "is_false")]
        no_inherit: bool,
    },
    /// PostgreSQL's exclusion constraint.
    Exclude {
        /// Everything behind the word `EXCLUDE`, in normal form.
        definition: Expression,
    },
}

/// The index behind a primary key or unique constraint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeyIndex {
    /// Keys, in order.
    pub columns: Vec<IndexKey>,
    /// PostgreSQL: `INCLUDE` columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Name>,
    /// PostgreSQL: `NULLS NOT DISTINCT`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_not_distinct: bool,
}

/// A foreign key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// Referencing columns.
    pub columns: Vec<Name>,
    /// Referenced table.
    pub table: ObjectName,
    /// Referenced columns. In an operation empty when the statement names none, in a catalog the primary key's.
    pub referenced: Vec<Name>,
    /// What a delete of the referenced row does.
    #[serde(default)]
    pub on_delete: ReferentialAction,
    /// PostgreSQL, since 15: the columns that `SET NULL (…)` and `SET DEFAULT (…)` set on a delete, in the written order;
    /// empty for all of `columns`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_delete_columns: Vec<Name>,
    /// What an update of the referenced key does.
    #[serde(default)]
    pub on_update: ReferentialAction,
    /// `MATCH FULL`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub match_full: bool,
}

/// What happens to referencing rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferentialAction {
    /// Refused, checked at the end. The MySQL family's `RESTRICT` and `NO ACTION` are the same: both read as this.
    #[default]
    NoAction,
    /// Refused at once.
    Restrict,
    /// Rows follow.
    Cascade,
    /// Columns become NULL.
    SetNull,
    /// Columns get their default.
    SetDefault,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// Name, in the table's schema (PostgreSQL) or the table (MySQL family).
    pub name: Name,
    /// Whether equal keys are refused.
    pub unique: bool,
    /// `btree`, `hash`, `gin`, `gist`, `brin`, …; MySQL family: also `fulltext`, `spatial`.
    pub method: String,
    /// Keys, in order.
    pub keys: Vec<IndexKey>,
    /// PostgreSQL: `INCLUDE` columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Name>,
    /// PostgreSQL: the condition of a partial index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<Expression>,
    /// PostgreSQL: `NULLS NOT DISTINCT`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_not_distinct: bool,
    /// PostgreSQL: `false` for what a failed `CREATE INDEX CONCURRENTLY` leaves behind.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub valid: bool,
    /// MySQL family: not used by the optimizer (`INVISIBLE`, MariaDB's `IGNORED`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub invisible: bool,
    /// MySQL family: made by the server for a foreign key; it goes when an explicit index serves instead.
    #[serde(default, skip_serializing_if = "is_false")]
    pub implicit: bool,
    /// Comment on the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Other options by lower-case name: `fillfactor`, `key_block_size`, `parser`, …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

impl Index {
    /// A plain, valid B-tree index.
    pub fn new(name: impl Into<Name>, keys: Vec<IndexKey>) -> Self {
        Self {
            name: name.into(),
            unique: false,
            method: "btree".into(),
            keys,
            include: Vec::new(),
            predicate: None,
            nulls_not_distinct: false,
            valid: true,
            invisible: false,
            implicit: false,
            comment: None,
            options: BTreeMap::new(),
        }
    }
}

/// One key of an index: a column or an expression.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexKey {
    /// The column, when the key is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Name>,
    /// The expression, when the key is not a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// MySQL family: indexed prefix, in characters (bytes for binary types).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<u32>,
    /// `DESC`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub descending: bool,
    /// PostgreSQL: `NULLS FIRST`, explicit or because the key is descending.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_first: bool,
    /// PostgreSQL: operator class with parameters, when it is not the type's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator_class: Option<String>,
    /// PostgreSQL: collation, when it is not the column's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
}

impl IndexKey {
    /// A plain ascending column key.
    pub fn column(name: impl Into<Name>) -> Self {
        Self { column: Some(name.into()), ..Self::default() }
    }
}

/// A trigger on a table or view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// Name.
    pub name: Name,
    /// Everything behind `CREATE TRIGGER name`, in the dialect's normal form.
    pub definition: Expression,
    /// PostgreSQL: the function it calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<ObjectName>,
    /// PostgreSQL: when it fires, if not as by default: `disabled`, `replica` or `always`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<String>,
    /// Comment on the trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}
