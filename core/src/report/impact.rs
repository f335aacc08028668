//! What `impact` answers with.
use serde::{Deserialize, Serialize};

use super::{Certainty, Finding};

/// One entry a statement, in the order of files and statements.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImpactReport {
    /// The statements.
    pub statements: Vec<StatementImpact>,
    /// What the answer rests on less firmly than it looks: files that no migration was read from, text that could not
    /// be read, and statements that the server would refuse, without which the answer was made. Empty when there is
    /// nothing of the kind.
    #[serde(default)]
    pub problems: Vec<Finding>,
}

/// What one statement costs a running application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatementImpact {
    /// Path of the file as it was given.
    pub file: String,
    /// Number of the statement within its file, from 1.
    pub statement: u32,
    /// Line where the statement starts, from 1.
    pub line: u32,
    /// The statement's text.
    pub sql: String,
    /// Locks on relations that existed before the statement, the strongest one for each.
    pub locks: Vec<TableLock>,
    /// Relations whose rows are all written anew.
    pub rewrites: Vec<String>,
    /// Relations whose rows are all read while the locks are held.
    pub scans: Vec<String>,
    /// How the statement goes with transactions.
    pub transaction: TransactionUse,
    /// MySQL family: the best algorithm the server can use: `instant`, `inplace`, `nocopy` or `copy`; `null`
    /// elsewhere and where it is not known.
    pub algorithm: Option<String>,
    /// Whether other sessions can write to the tables in question while the statement works; `null` when not known.
    pub concurrent_dml: Option<bool>,
    /// How sure the answer is.
    pub certainty: Certainty,
    /// Why: one sentence for each fact that decided.
    pub because: Vec<String>,
}

/// A lock on a relation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TableLock {
    /// The relation as people name it.
    pub relation: String,
    /// PostgreSQL: the mode as in `pg_locks` without `Lock`: `AccessExclusive`, `ShareRowExclusive`, … MySQL family:
    /// the metadata lock as in `performance_schema.metadata_locks`: `EXCLUSIVE`, `SHARED_UPGRADABLE`, …
    pub mode: String,
}

/// How a statement goes with transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TransactionUse {
    /// It may run in a transaction and is undone by a rollback.
    Allowed,
    /// The server refuses it in a transaction block.
    Forbidden,
    /// It commits the open transaction, and cannot be undone by a rollback.
    ImplicitCommit,
}
