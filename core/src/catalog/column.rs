//! Columns.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DataType, Expression, Name, SequenceOptions, is_false};

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Name.
    pub name: Name,
    /// Type.
    pub data_type: DataType,
    /// Whether the column accepts NULL.
    pub nullable: bool,
    /// Default value. PostgreSQL's `serial` is `nextval('…'::regclass)` here plus an owned sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Expression>,
    /// PostgreSQL: `GENERATED … AS IDENTITY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// `GENERATED ALWAYS AS (…)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// Character set, when it is not the table's. MySQL family only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// Collation, when it is not the type's (PostgreSQL) or the table's (MySQL family).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// MySQL family: `AUTO_INCREMENT`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub auto_increment: bool,
    /// MySQL family: `ON UPDATE CURRENT_TIMESTAMP…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<Expression>,
    /// MariaDB: the `CHECK` written with the column. It has no name of its own (`information_schema` shows the column's),
    /// cannot be dropped by name, and goes with every `MODIFY` that does not repeat it. MySQL makes a table constraint
    /// of it. MariaDB's `json` is `longtext` with the check `json_valid(column)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Expression>,
    /// MySQL family: the column is not part of `SELECT *`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub invisible: bool,
    /// Comment on the column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Other attributes by lower-case name: `storage`, `compression`, `statistics`, …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// PostgreSQL's identity of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// `ALWAYS`; otherwise `BY DEFAULT`.
    pub always: bool,
    /// Name of the sequence behind it, in the table's schema.
    pub sequence: Name,
    /// The sequence's options.
    pub options: SequenceOptions,
}

/// A generated column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generated {
    /// What the column is computed from.
    pub expression: Expression,
    /// `STORED`; otherwise `VIRTUAL`.
    pub stored: bool,
}
