//! The answers: plain data with public fields, the same in Rust, JSON, Python, Node and C.
//!
//! This is a contract. Fields are added, they are never renamed and never change their meaning. JSON keys are
//! `snake_case`, kinds are kebab-case strings, lines, columns and statement numbers start at 1.
mod check;
mod diff;
mod history;
mod impact;
mod rollback;
mod rule;
mod verify;

pub use check::{CheckReport, Finding, Severity, Summary};
pub use diff::{DiffChange, DiffReport, DriftReport};
pub use history::{HistoryReport, Hypothesis, MigrationVerdict, Verdict};
pub use impact::{ImpactReport, StatementImpact, TableLock, TransactionUse};
pub use rollback::{RollbackClass, RollbackReport, RollbackStep};
pub use rule::RulePage;
pub use verify::{LedgerRow, LedgerState, VerifyReport};

use serde::{Deserialize, Serialize};

/// How sure an answer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// It follows from the statements and what is known of the schema.
    #[default]
    Certain,
    /// It depends on something that is not known; the message says on what.
    Possible,
}
