//! Transactions.
use serde::Serialize;

use crate::catalog::Name;

/// Transaction control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "control", rename_all = "kebab-case")]
pub enum TransactionControl {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`.
    Rollback,
    /// `SAVEPOINT`, `RELEASE`, `ROLLBACK TO`, `PREPARE TRANSACTION` and the like.
    Other {
        /// The words, upper case.
        verb: String,
        /// The savepoint that it names.
        #[serde(skip)]
        name: Option<Name>,
    },
}
