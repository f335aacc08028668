//! What every statement writes, and at which points of the history a schema could stand.
//!
//! A point is a place between two statements: point 0 is before the first one, point n behind the n-th. Under the
//! hypothesis that the tool ran its statements in order, each observed fact allows some points and rules out others;
//! what all facts allow is where the database stands.
use std::collections::BTreeMap;

use super::facts::{self, Facts, Key, Value};
use crate::{
    apply::State,
    catalog::Catalog,
    operation::{Operation, TransactionControl},
    replay,
    tools::MigrationSet,
};

/// One statement of the history.
pub(super) struct Entry {
    /// Migration, as an index into the set.
    pub(super) migration: usize,
    /// The facts it writes: key, before, after, as the full replay has them.
    pub(super) writes: Vec<(Key, Value, Value)>,
    /// What it asks for, for probes.
    pub(super) operations: Vec<Operation>,
    /// Whether it leaves no trace that the model knows: a data change, or something that is not modelled.
    pub(super) invisible: bool,
}

/// The whole history.
pub(super) struct Timeline {
    pub(super) entries: Vec<Entry>,
    /// The schema at each point.
    pub(super) states: Vec<Catalog>,
    /// Who writes each fact: statement and value, in order.
    pub(super) writers: BTreeMap<Key, Vec<(usize, Value)>>,
    /// The facts before the first statement.
    pub(super) start: Facts,
}

impl Timeline {
    /// Replays every migration of the set from `start` on.
    pub(super) fn new(set: &MigrationSet, start: &State) -> Self {
        let mut state = start.clone();
        let mut timeline = Self {
            entries: Vec::new(),
            states: vec![start.catalog.clone()],
            writers: BTreeMap::new(),
            start: facts::all(&start.catalog),
        };
        let mut before = start.catalog.clone();
        replay::run_set(set, &mut state, &mut |migration, step| {
            let writes = facts::changed(&before, &step.after.catalog);
            let number = timeline.entries.len();
            for (key, _, after) in &writes {
                timeline.writers.entry(key.clone()).or_default().push((number, *after));
            }
            before = step.after.catalog.clone();
            timeline.states.push(before.clone());
            let operations: Vec<Operation> =
                step.operations.iter().map(|a| a.operation.node.clone()).collect();
            let invisible = writes.is_empty() && operations.iter().any(|o| !is_harmless(o));
            timeline.entries.push(Entry { migration, writes, operations, invisible });
        });
        timeline
    }

    /// The value of a fact before any statement wrote it.
    pub(super) fn at_start(&self, key: &Key) -> Value {
        self.start.get(key).copied()
    }

    /// The points at which no observed fact is contradicted. Facts about objects of which the model is not certain,
    /// and facts that no point explains, say nothing.
    pub(super) fn possible_points(&self, live: &Facts) -> Vec<usize> {
        let points = self.entries.len() + 1;
        // Differences of the number of contradictions from point to point.
        let mut change = vec![0_i64; points + 1];
        let mut rule_out = |from: usize, to: usize| {
            if let Some(slot) = change.get_mut(from) {
                *slot += 1;
            }
            if let Some(slot) = change.get_mut(to) {
                *slot -= 1;
            }
        };
        let last = self.states.last();
        for (key, writers) in &self.writers {
            let observed = live.get(key).copied();
            let explained =
                self.at_start(key) == observed || writers.iter().any(|(_, value)| *value == observed);
            if !explained || last.is_some_and(|state| is_uncertain(state, key)) {
                continue;
            }
            let (mut from, mut value) = (0, self.at_start(key));
            for (statement, next) in writers {
                if value != observed {
                    rule_out(from, statement + 1);
                }
                (from, value) = (statement + 1, *next);
            }
            if value != observed {
                rule_out(from, points);
            }
        }
        let mut contradictions = 0;
        (0..points)
            .filter(|point| {
                contradictions += change.get(*point).copied().unwrap_or(0);
                contradictions == 0
            })
            .collect()
    }
}

/// Whether the model is not certain of the object that a fact is about.
pub(super) fn is_uncertain(state: &Catalog, key: &Key) -> bool {
    let name = key.object.split_once(' ').map_or("", |(_, name)| name);
    state.uncertain.keys().any(|object| {
        name == object || name.strip_prefix(object.as_str()).is_some_and(|rest| rest.starts_with('.'))
    })
}

/// Statements that change nothing which outlives the session, or that only group others.
fn is_harmless(operation: &Operation) -> bool {
    match operation {
        Operation::Query { calls } => calls.is_empty(),
        Operation::Set { .. }
        | Operation::LockTables { .. }
        | Operation::Maintenance { .. }
        | Operation::Transaction(
            TransactionControl::Begin | TransactionControl::Commit | TransactionControl::Other { .. },
        ) => true,
        _ => false,
    }
}
