//! What a statement costs a running application: locks, rewrites, scans. The facts are tables in each family's folder.
use std::collections::{BTreeMap, BTreeSet};

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

/// The facts of an impact while they are collected: each relation is listed once, in the order in which it came up,
/// with the strongest of its locks.
pub(crate) struct Facts<'a> {
    pub(crate) before: &'a State,
    pub(crate) impact: Impact,
    /// Places in `impact.locks`.
    locked: BTreeMap<ObjectName, usize>,
    rewritten: BTreeSet<ObjectName>,
    scanned: BTreeSet<ObjectName>,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(before: &'a State) -> Self {
        Self {
            before,
            impact: Impact::default(),
            locked: BTreeMap::new(),
            rewritten: BTreeSet::new(),
            scanned: BTreeSet::new(),
        }
    }

    pub(crate) fn resolve(&self, name: &ObjectName) -> ObjectName {
        self.before.relation_name(name)
    }

    pub(crate) fn lock(&mut self, name: &ObjectName, mode: &'static str) {
        let name = self.resolve(name);
        match self.locked.get(&name).and_then(|place| self.impact.locks.get_mut(*place)) {
            Some((_, held)) if super::lock_rank(held) >= super::lock_rank(mode) => {}
            Some((_, held)) => *held = mode,
            None => {
                self.locked.insert(name.clone(), self.impact.locks.len());
                self.impact.locks.push((name, mode));
            }
        }
    }

    pub(crate) fn locks(&mut self, names: &[ObjectName], mode: &'static str) {
        for name in names {
            self.lock(name, mode);
        }
    }

    pub(crate) fn rewrite(&mut self, name: &ObjectName) {
        let name = self.resolve(name);
        if self.rewritten.insert(name.clone()) {
            self.impact.rewrites.push(name);
        }
    }

    pub(crate) fn scan(&mut self, name: &ObjectName) {
        let name = self.resolve(name);
        if self.scanned.insert(name.clone()) {
            self.impact.scans.push(name);
        }
    }

    pub(crate) fn is_rewritten(&self, name: &ObjectName) -> bool {
        self.rewritten.contains(name)
    }

    pub(crate) fn is_scanned(&self, name: &ObjectName) -> bool {
        self.scanned.contains(name)
    }

    pub(crate) fn because(&mut self, why: impl Into<String>) {
        self.impact.because.push(why.into());
    }

    pub(crate) fn unsure(&mut self, why: impl Into<String>) {
        self.impact.certainty = Certainty::Possible;
        self.because(why);
    }

    /// The most that this and another operation of the same statement cost.
    pub(crate) fn add(&mut self, more: Impact) {
        for (relation, mode) in more.locks {
            self.lock(&relation, mode);
        }
        more.rewrites.iter().for_each(|name| self.rewrite(name));
        more.scans.iter().for_each(|name| self.scan(name));
        let total = &mut self.impact;
        if more.transaction != TransactionUse::Allowed {
            total.transaction = more.transaction;
        }
        total.algorithm = total.algorithm.or(more.algorithm);
        total.concurrent_dml = match (total.concurrent_dml, more.concurrent_dml) {
            (Some(a), Some(b)) => Some(a && b),
            (Some(false), _) | (_, Some(false)) => Some(false),
            _ => None,
        };
        total.certainty = total.certainty.max(more.certainty);
        total.because.extend(more.because);
    }
}
