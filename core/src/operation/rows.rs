//! Statements that write rows.
use serde::Serialize;

use crate::catalog::{Expression, Name, ObjectName};

/// A write of new rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Insert {
    /// Target table.
    pub table: ObjectName,
    /// Columns as listed; empty when none are.
    pub columns: Vec<Name>,
    /// `INSERT`, `REPLACE`, `COPY`, `LOAD DATA` or `MERGE`.
    pub verb: String,
    /// Rows written literally, each with the source text of its values, when the statement is `VALUES`.
    pub rows: Vec<Vec<Expression>>,
    /// Whether existing rows may change or go (`REPLACE`, `ON CONFLICT DO UPDATE`, `ON DUPLICATE KEY UPDATE`, `MERGE`).
    pub may_overwrite: bool,
    /// `ON CONFLICT DO NOTHING`, `INSERT IGNORE`.
    pub ignores_conflicts: bool,
    /// PostgreSQL's `ON CONFLICT (a, b)` where it names columns and nothing else.
    pub conflict_columns: Option<Vec<Name>>,
    /// PostgreSQL's `ON CONFLICT ON CONSTRAINT`.
    pub conflict_constraint: Option<Name>,
    /// `MERGE`: which rows its branches delete, the least restricted branch; `None` when none deletes.
    pub deletes: Option<Filter>,
    /// PostgreSQL's `OVERRIDING USER VALUE`: what is given for identity columns is thrown away.
    pub overriding_user: bool,
    /// Tables that it reads.
    pub reads: Vec<ObjectName>,
}

/// Which rows a write touches.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(tag = "filter", rename_all = "kebab-case")]
pub enum Filter {
    /// No `WHERE`: every row.
    #[default]
    None,
    /// A `WHERE` that is true for every row, as `WHERE true` or `WHERE 1 = 1`, or for every row in which a column is not NULL,
    /// as `WHERE id = id`.
    Tautology {
        /// The condition.
        condition: Expression,
    },
    /// A condition.
    Condition {
        /// The condition.
        condition: Expression,
    },
    /// Rows are chosen by a join, `USING`, `FROM` or `WHERE CURRENT OF`, or the text was not understood.
    Other,
}

/// `UPDATE`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Update {
    /// Target tables; more than one in the MySQL family: every table of a join when a column is assigned that does not
    /// say whose it is.
    pub tables: Vec<ObjectName>,
    /// Alias of a single target.
    pub alias: Option<Name>,
    /// Assignments: column and value. With several targets, the column is one of any of them.
    pub assignments: Vec<(Name, Expression)>,
    /// Which rows.
    pub filter: Filter,
    /// `LIMIT` is present.
    pub limited: bool,
    /// PostgreSQL's `ONLY`: rows of children by `INHERITS` and of partitions are left alone.
    pub only: bool,
    /// Other tables that it reads.
    pub reads: Vec<ObjectName>,
}

/// `DELETE`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Delete {
    /// Target tables; more than one in the MySQL family.
    pub tables: Vec<ObjectName>,
    /// Alias of a single target.
    pub alias: Option<Name>,
    /// Which rows.
    pub filter: Filter,
    /// `LIMIT` is present.
    pub limited: bool,
    /// PostgreSQL's `ONLY`: rows of children by `INHERITS` and of partitions are left alone.
    pub only: bool,
    /// Other tables that it reads.
    pub reads: Vec<ObjectName>,
}
