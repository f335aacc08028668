//! What `history` answers with.
use serde::{Deserialize, Serialize};

use super::{DiffChange, Finding};

/// Which migrations a database has, judged from its schema alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HistoryReport {
    /// One verdict a migration, in the order of the directory.
    pub migrations: Vec<MigrationVerdict>,
    /// What the migrations judged as applied do not explain: `before` is what they make, `after` is what is there.
    pub residual: Vec<DiffChange>,
    /// Other sets of migrations that explain the schema as well.
    pub alternatives: Vec<Hypothesis>,
    /// Statements that write the tool's ledger as the verdicts say; migrations that are not proven are left out and
    /// named in a comment. Comments alone when the ledger cannot express the verdicts (golang-migrate's is one number);
    /// empty when the files belong to no tool that keeps a ledger on this server, or when nothing is applied.
    pub ledger_sql: String,
    /// What the answer rests on less firmly than it looks: files that no migration was read from, text that could not
    /// be read, and statements that the server would refuse, without which the answer was made. Empty when there is
    /// nothing of the kind.
    #[serde(default)]
    pub problems: Vec<Finding>,
}

/// The verdict on one migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MigrationVerdict {
    /// Version as the tool calls it.
    pub version: String,
    /// Name as the tool calls it.
    pub name: String,
    /// The verdict.
    pub verdict: Verdict,
    /// How many of its statements have been applied, as far as they leave traces.
    pub statements_applied: u32,
    /// How many statements it has.
    pub statements_total: u32,
    /// What the verdict rests on, each a sentence with the objects in backticks.
    pub evidence: Vec<String>,
    /// Queries that would settle what the schema does not tell.
    pub probe: Vec<String>,
}

/// What is known about one migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// A trace that only this migration leaves is there.
    Applied,
    /// Its traces are gone because a later applied migration took them away, and that one could not have run without
    /// it.
    Superseded,
    /// A trace that it must leave is not there, and no applied migration takes it away.
    NotApplied,
    /// Some of its statements are applied and later ones are not.
    Partial,
    /// The schema does not tell; `probe` may.
    Undecidable,
    /// Its objects are there, but not as the file says: the file was edited after it ran, or the database by hand.
    Edited,
}

/// A set of migrations that explains a schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hypothesis {
    /// Versions taken as applied.
    pub applied: Vec<String>,
    /// How many differences it leaves unexplained.
    pub unexplained: u32,
}
