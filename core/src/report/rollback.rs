//! What `rollback` answers with.
use serde::{Deserialize, Serialize};

use super::{DiffChange, Finding};

/// How to get back from migrations.
///
/// Run `capture`, then the migrations; later `sql`, then `restore`; when all is well, `cleanup`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RollbackReport {
    /// One step a statement of the migrations, in the order in which the rollback undoes them: the last one first.
    pub steps: Vec<RollbackStep>,
    /// Statements to run before the migrations, which save what they destroy.
    pub capture: Vec<String>,
    /// The script that undoes the migrations.
    pub sql: String,
    /// Statements that put the captured data back, after `sql`.
    pub restore: Vec<String>,
    /// Statements that drop what `capture` made.
    pub cleanup: Vec<String>,
    /// What differs from the start after the migrations, `sql` and `restore`, by simulation, and what may differ
    /// because a statement could not be followed (`certainty` is `possible`, `before` and `after` are `null`; the kind
    /// is `statement` when not even the object is known). Empty proves that the schema comes back exactly (data is what `class` tells).
    pub residual: Vec<DiffChange>,
    /// What the answer rests on less firmly than it looks: files that no migration was read from, text that could not
    /// be read, and statements that the server would refuse, without which the answer was made. Empty when there is
    /// nothing of the kind.
    #[serde(default)]
    pub problems: Vec<Finding>,
}

/// How to undo one statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RollbackStep {
    /// Path of the file as it was given.
    pub file: String,
    /// Number of the statement within its file, from 1.
    pub statement: u32,
    /// The statements that undo it; empty when nothing needs to be done or nothing can be.
    pub sql: Vec<String>,
    /// How good the inverse is.
    pub class: RollbackClass,
    /// What is lost, each a sentence.
    pub loses: Vec<String>,
    /// Queries for the live database before the migration: what goes with it and is not put back, or whether it will do
    /// anything at all. Afterwards they find nothing, or fail.
    pub probe_before_migration: Vec<String>,
    /// Queries for the live database before the rollback: what would be lost, and whether it can work.
    pub probe: Vec<String>,
}

/// How good an inverse is, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RollbackClass {
    /// Schema and rows come back as they were.
    Exact,
    /// Exact for what was there before; what was written into new objects since is lost.
    LosesNewData,
    /// Exact when `capture` has been run before the migration; without it, rows are lost.
    NeedsCapture,
    /// The structure comes back, data does not.
    StructureOnly,
    /// Depends on whether an object existed before (`IF [NOT] EXISTS`) or on the rows: the queries of the step tell.
    StateDependent,
    /// There is no way back but a backup.
    Irreversible,
    /// It cannot be known what the statement did.
    Unknown,
}
