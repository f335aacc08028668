//! What a statement costs a running application: locks, rewrites, scans. The facts are tables in each family's folder.
use crate::{
    apply::{Outcome, State},
    catalog::ObjectName,
    operation::Operation,
    report::{Certainty, TransactionUse},
};

/// What one operation costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// Locks on relations that existed before, with modes as in [`crate::report::TableLock`]; the strongest of each.
    pub locks: Vec<(ObjectName, &'static str)>,
    /// Relations whose rows are all written anew.
    pub rewrites: Vec<ObjectName>,
    /// Relations whose rows are all read while locked.
    pub scans: Vec<ObjectName>,
    /// How it goes with transactions.
    pub transaction: TransactionUse,
    /// MySQL family: the best algorithm.
    pub algorithm: Option<&'static str>,
    /// Whether others can write meanwhile.
    pub concurrent_dml: Option<bool>,
    /// Whether all of this is known.
    pub certainty: Certainty,
    /// Why, a sentence for each fact.
    pub because: Vec<String>,
}

impl Default for Impact {
    fn default() -> Self {
        Self {
            locks: Vec::new(),
            rewrites: Vec::new(),
            scans: Vec::new(),
            transaction: TransactionUse::Allowed,
            algorithm: None,
            concurrent_dml: Some(true),
            certainty: Certainty::Certain,
            because: Vec::new(),
        }
    }
}

/// What `operation` costs when it runs on `before`, where it does `outcome`.
pub fn impact(operation: &Operation, outcome: &Outcome, before: &State) -> Impact {
    if before.catalog.dialect.is_mysql_family() {
        super::mysql::impact::impact(operation, outcome, before)
    } else {
        super::postgres::impact::impact(operation, outcome, before)
    }
}
