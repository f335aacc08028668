//! What every statement writes, and at which points of the history a schema could stand.
//!
//! A point is a place between two statements: point 0 is before the first one, point n behind the n-th. Under the
//! hypothesis that the tool ran its statements in order, each observed fact allows some points and rules out others;
//! what all facts allow is where the database stands.
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use super::{
    facts::{self, Facts, Key, Value},
    reach::{self, Reach},
};
use crate::{
    apply::{self, State},
    catalog::{Catalog, Expression, HOLE, Name, Text, may_be},
    dialect::expression,
    operation::{self, Operation, TransactionControl},
    replay,
    target::{Dialect, Session, Target},
    tools::{MigrationSet, TransactionMode},
};

/// One statement of the history.
pub(super) struct Entry {
    /// Migration, as an index into the set.
    pub(super) migration: usize,
    /// Whether it runs in this replay.
    pub(super) runs: bool,
    /// The facts it writes: key, before, after.
    pub(super) writes: Vec<(Key, Value, Value)>,
    /// What it asks for.
    pub(super) operations: Arc<[Operation]>,
    /// Whether it leaves no trace that the model knows: a data change, or something that is not modelled.
    pub(super) invisible: bool,
    /// Whether the server would refuse it here, as far as the model knows.
    pub(super) refused: bool,
    /// Whether it would be refused even when everything runs in order: the model is wrong, or the file is.
    pub(super) doubtful: bool,
    /// Whether a part of it has nothing to do when everything runs in order, because of `IF [NOT] EXISTS`. Had
    /// something before it not run, it would have.
    pub(super) idle: bool,
}

/// The history, or what a selection of its statements makes.
pub(super) struct Timeline {
    pub(super) entries: Vec<Entry>,
    /// Database and session before the first statement.
    pub(super) first: State,
    /// Database and session behind each statement.
    behind: Vec<State>,
    /// Who writes each fact: statement and value, in order.
    pub(super) writers: BTreeMap<Key, Vec<(usize, Value)>>,
    /// The facts before the first statement.
    pub(super) start: Facts,
    /// The statements that mention a word, in order.
    mentions: Arc<BTreeMap<String, Vec<usize>>>,
    /// The statements that have nothing to do when everything runs in order.
    idle: Vec<usize>,
    /// The migrations that run wholly or not at all.
    atomic: Arc<Vec<bool>>,
    /// How the migrations run.
    modes: Arc<Vec<TransactionMode>>,
    /// What each statement may write, whatever runs before it.
    reach: Arc<Vec<Reach>>,
    /// Objects of which the model is not certain at one of the points, or that could not be read.
    uncertain: BTreeSet<String>,
    /// Those of them whose names are not known wholly.
    holed: Vec<String>,
}

impl Timeline {
    /// Replays every migration of the set from `start` on. `unread` are objects that could not be read.
    pub(super) fn new(set: &MigrationSet, start: &State, unread: impl Iterator<Item = String>) -> Self {
        let mut timeline = Self::before(start);
        timeline.uncertain.extend(unread);
        let mut mentions: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut state = start.clone();
        replay::run_set_in_one_session(set, &mut state, &mut |migration, step| {
            let number = timeline.entries.len();
            let operations: Arc<[Operation]> =
                step.operations.iter().map(|a| a.operation.node.clone()).collect();
            // Row changes write no facts, whatever they mention.
            let target = step.after.target();
            if !operations.iter().all(|o| is_harmless(o, &target) || changes_rows(o)) {
                let words: BTreeSet<String> = words(step.sql()).collect();
                words.into_iter().for_each(|word| mentions.entry(word).or_default().push(number));
            }
            let refused = step.operations.iter().any(|a| a.outcome.conflicts.iter().any(|c| c.certain));
            let entry = Entry {
                migration,
                runs: true,
                writes: Vec::new(),
                operations,
                invisible: false,
                refused,
                doubtful: refused,
                idle: step.operations.iter().any(|a| a.outcome.skipped),
            };
            if entry.idle {
                timeline.idle.push(number);
            }
            timeline.push(entry, step.after);
        });
        timeline.mentions = Arc::new(mentions);
        timeline.reach = Arc::new(timeline.entries.iter().map(|e| reach::of(&e.operations)).collect());
        let atomic = |number: usize| {
            let mode = set.migrations.get(number).map(|m| m.transaction);
            timeline.runs_as_one(number, mode.unwrap_or(TransactionMode::Unknown))
        };
        let modes = set.migrations.iter().map(|m| m.transaction).collect();
        timeline.atomic = Arc::new((0..set.migrations.len()).map(atomic).collect());
        timeline.modes = Arc::new(modes);
        timeline
    }

    /// Begins a migration in a state that runs its statements, with the settings that end with it.
    pub(super) fn begin(&self, migration: usize, state: &mut State) {
        let mode = self.modes.get(migration).copied().unwrap_or(TransactionMode::Unknown);
        state.begin_migration(mode, self.range(migration).len());
    }

    /// The history of which only some statements run.
    pub(super) fn only(&self, runs: impl Fn(usize) -> bool) -> Self {
        self.only_with(runs, &BTreeSet::new())
    }

    /// The history of which only some statements run, with the migrations that begin a session of their own.
    pub(super) fn only_with(&self, runs: impl Fn(usize) -> bool, apart: &BTreeSet<usize>) -> Self {
        let mut state = self.first.clone();
        let mut timeline = Self {
            uncertain: self.uncertain.clone(),
            holed: self.holed.clone(),
            mentions: self.mentions.clone(),
            idle: self.idle.clone(),
            atomic: self.atomic.clone(),
            modes: self.modes.clone(),
            reach: self.reach.clone(),
            ..Self::before(&state)
        };
        let mut block = None;
        for (number, entry) in self.entries.iter().enumerate() {
            let runs = runs(number);
            let range = self.range(entry.migration);
            if range.start == number {
                if apart.contains(&entry.migration) {
                    state.session.clone_from(&self.first.session);
                }
                self.begin(entry.migration, &mut state);
            }
            let refused = runs && !run(&mut state, &entry.operations);
            if runs {
                follow_block(&mut block, &mut state, &entry.operations);
            }
            if range.end == number + 1 {
                state.end_migration();
            }
            let (migration, operations) = (entry.migration, entry.operations.clone());
            let entry = Entry {
                migration,
                runs,
                writes: Vec::new(),
                operations,
                invisible: false,
                refused,
                doubtful: entry.doubtful,
                idle: entry.idle,
            };
            timeline.push(entry, &state);
        }
        timeline
    }

    fn before(start: &State) -> Self {
        Self {
            entries: Vec::new(),
            first: start.clone(),
            behind: Vec::new(),
            writers: BTreeMap::new(),
            start: facts::all(&start.catalog),
            mentions: Arc::default(),
            idle: Vec::new(),
            atomic: Arc::default(),
            modes: Arc::default(),
            reach: Arc::default(),
            uncertain: start.catalog.uncertain.keys().cloned().collect(),
            holed: start.catalog.uncertain.keys().filter(|key| key.contains(HOLE)).cloned().collect(),
        }
    }

    fn push(&mut self, mut entry: Entry, after: &State) {
        let number = self.entries.len();
        let before = self.behind.last().unwrap_or(&self.first);
        entry.writes = facts::changed(&before.catalog, &after.catalog);
        if before.catalog.uncertain.len() != after.catalog.uncertain.len() {
            for object in after.catalog.uncertain.keys() {
                if self.uncertain.insert(object.clone()) && object.contains(HOLE) {
                    self.holed.push(object.clone());
                }
            }
        }
        for (key, _, value) in &entry.writes {
            self.writers.entry(key.clone()).or_default().push((number, *value));
        }
        let target = after.target();
        entry.invisible =
            entry.writes.is_empty() && entry.operations.iter().any(|o| !is_harmless(o, &target));
        self.behind.push(after.clone());
        self.entries.push(entry);
    }

    /// Database and session at a point.
    pub(super) fn at(&self, point: usize) -> &State {
        point.checked_sub(1).and_then(|number| self.behind.get(number)).unwrap_or(&self.first)
    }

    /// A migration's statements.
    pub(super) fn range(&self, migration: usize) -> Range<usize> {
        let start = self.entries.partition_point(|e| e.migration < migration);
        let end = self.entries.partition_point(|e| e.migration <= migration);
        start..end
    }

    /// The sessions that a migration may begin in: a fresh one, or with the settings that the one before left, where
    /// these are others. Tools run what there is to run in one session, but not all of a history runs on one day.
    pub(super) fn sessions(&self, migration: usize) -> Vec<&Session> {
        let (fresh, carried) = (&self.first.session, &self.at(self.range(migration).start).session);
        if fresh == carried { vec![fresh] } else { vec![carried, fresh] }
    }

    /// Whether the migration runs wholly or not at all.
    pub(super) fn is_atomic(&self, migration: usize) -> bool {
        self.atomic.get(migration).copied().unwrap_or(false)
    }

    fn runs_as_one(&self, migration: usize, mode: TransactionMode) -> bool {
        if self.first.catalog.dialect != Dialect::Postgres {
            return false;
        }
        let entries = self.entries.get(self.range(migration)).unwrap_or(&[]);
        let mut controls = entries.iter().enumerate().flat_map(|(at, entry)| {
            entry.operations.iter().filter_map(move |o| match o {
                Operation::Transaction(control) => Some((at, control)),
                _ => None,
            })
        });
        match (controls.next(), controls.next(), controls.next()) {
            (None, _, _) => matches!(mode, TransactionMode::Wrapped | TransactionMode::OneQuery),
            // It brings its own transaction around everything.
            (Some((first, TransactionControl::Begin)), Some((last, TransactionControl::Commit)), None) => {
                let outside = |at: usize| at < first || at > last;
                let target = self.first.target();
                entries
                    .iter()
                    .enumerate()
                    .all(|(at, e)| !outside(at) || e.operations.iter().all(|o| is_harmless(o, &target)))
            }
            _ => false,
        }
    }

    /// The value of a fact before any statement wrote it.
    pub(super) fn at_start(&self, key: &Key) -> Value {
        self.start.get(key).copied()
    }

    /// The value of a fact at a point.
    pub(super) fn value_at(&self, key: &Key, point: usize) -> Value {
        let writers = self.writers.get(key).map_or(&[][..], Vec::as_slice);
        let before = writers.partition_point(|(statement, _)| *statement < point);
        match before.checked_sub(1).and_then(|at| writers.get(at)) {
            Some((_, value)) => *value,
            None => self.at_start(key),
        }
    }

    /// Whether nothing can be said about a fact, because the model or the reading is not certain of its object.
    pub(super) fn is_uncertain(&self, key: &Key) -> bool {
        if self.uncertain.is_empty() {
            return false;
        }
        let name = key.object.split_once(' ').map_or("", |(_, name)| name);
        // Overloads of a routine are uncertain together.
        let name = name.split('(').next().unwrap_or(name);
        let prefixes = name.match_indices('.').filter_map(|(at, _)| name.get(..at));
        let mut names = prefixes.chain([name]);
        names.any(|name| self.uncertain.contains(name) || self.holed.iter().any(|holed| may_be(holed, name)))
    }

    /// Lets nothing be said about an object any more, whatever is observed of it.
    pub(super) fn doubt(&mut self, object: &str) {
        let name = object.split_once(' ').map_or(object, |(_, name)| name);
        self.uncertain.insert(name.to_owned());
    }

    /// The statements that mention all words of a name, in order; more than those when it has several.
    pub(super) fn mentions_of(&self, name: &str) -> &[usize] {
        words(name)
            .map(|word| self.mentions.get(&word).map_or(&[][..], Vec::as_slice))
            .min_by_key(|list| list.len())
            .unwrap_or(&[])
    }

    /// What a statement may write, whatever runs before it.
    pub(super) fn reach(&self, statement: usize) -> &Reach {
        self.reach.get(statement).unwrap_or(&Reach::Nothing)
    }

    /// The statements after point `from` that mention all words of a name; more than those when it has several.
    pub(super) fn mentioning<'a>(&'a self, name: &str, from: usize) -> impl Iterator<Item = usize> + 'a {
        let rarest = self.mentions_of(name);
        let start = rarest.partition_point(|statement| *statement < from);
        rarest.get(start..).unwrap_or(&[]).iter().copied()
    }

    /// Whether a statement outside `range` may write the fact too, had something before it not run.
    pub(super) fn may_be_written_elsewhere(&self, key: &Key, range: &Range<usize>) -> bool {
        if self.idle.is_empty() {
            return false;
        }
        let path = key.object.split_once(' ').map_or("", |(_, path)| path);
        let mut names = path.split('(').next().unwrap_or(path).rsplit('.');
        let own: BTreeSet<usize> = self.mentioning(names.next().unwrap_or(""), 0).collect();
        self.idle.iter().any(|s| !range.contains(s) && own.contains(s))
    }

    /// The last point behind `from` that contradicts no more observed facts than `from` does.
    pub(super) fn last_point_like(&self, from: usize, live: &Facts) -> usize {
        let mut change = vec![0_i64; self.entries.len() + 2];
        for (key, writers) in &self.writers {
            if self.is_uncertain(key) {
                continue;
            }
            let observed = live.get(key).copied();
            let first = writers.partition_point(|(statement, _)| *statement < from);
            let mut value = self.value_at(key, from);
            for (statement, next) in writers.get(first..).unwrap_or(&[]) {
                let worse = i64::from(*next != observed) - i64::from(value != observed);
                if let Some(slot) = change.get_mut(statement + 1) {
                    *slot += worse;
                }
                value = *next;
            }
        }
        let (mut worse, mut last) = (0, from);
        for (point, change) in change.iter().enumerate().take(self.entries.len() + 1).skip(from + 1) {
            worse += change;
            if worse <= 0 {
                last = point;
            }
        }
        last
    }

    /// The points at which no observed fact is contradicted. Facts about objects of which the model is not certain,
    /// and facts that no point explains, say nothing. Points inside a migration that runs wholly or not at all are
    /// none, unless nothing else explains the schema.
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
        for (key, writers) in &self.writers {
            let observed = live.get(key).copied();
            let explained =
                self.at_start(key) == observed || writers.iter().any(|(_, value)| *value == observed);
            if !explained || self.is_uncertain(key) {
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
        let possible: Vec<usize> = (0..points)
            .filter(|point| {
                contradictions += change.get(*point).copied().unwrap_or(0);
                contradictions == 0
            })
            .collect();
        let between: Vec<usize> = possible.iter().copied().filter(|point| !self.splits(*point)).collect();
        if between.is_empty() { possible } else { between }
    }

    /// Whether a point lies inside a migration that runs wholly or not at all.
    fn splits(&self, point: usize) -> bool {
        let of = |number: Option<usize>| number.and_then(|n| self.entries.get(n)).map(|e| e.migration);
        let (before, behind) = (of(point.checked_sub(1)), of(Some(point)));
        before.is_some_and(|migration| Some(migration) == behind && self.is_atomic(migration))
    }
}

/// Runs a statement; `false` when the server would refuse it.
pub(super) fn run(state: &mut State, operations: &[Operation]) -> bool {
    let mut good = true;
    // The parts behind a refused one are tried all the same: the model may be wrong about it.
    for operation in operations {
        good &= !apply::apply(state, operation).conflicts.iter().any(|c| c.certain);
    }
    good
}

/// The words of a text in lower case, those in strings included: bodies and dynamic SQL are strings.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).map(str::to_lowercase)
}

fn changes_rows(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Insert(_) | Operation::Update(_) | Operation::Delete(_) | Operation::Truncate { .. }
    )
}

/// PostgreSQL's `ROLLBACK` brings back the schema of the `BEGIN` before it.
pub(super) fn follow_block(block: &mut Option<Catalog>, state: &mut State, operations: &[Operation]) {
    for operation in operations {
        match operation {
            Operation::Transaction(TransactionControl::Begin) => *block = Some(state.catalog.clone()),
            Operation::Transaction(TransactionControl::Commit) => *block = None,
            Operation::Transaction(TransactionControl::Rollback) => {
                if let Some(before) = block.take().filter(|_| state.catalog.dialect == Dialect::Postgres) {
                    state.catalog = before;
                }
            }
            _ => {}
        }
    }
}

/// Statements that change nothing which outlives the session, or that only group others.
fn is_harmless(operation: &Operation, target: &Target) -> bool {
    match operation {
        Operation::Query { calls, .. } => calls.is_empty(),
        // The MySQL family sets the server's settings with the same word, and values may be calls.
        Operation::Set { setting, value, .. } => {
            let lasts = ["global.", "persist.", "persist_only."].iter().any(|p| setting.starts_with(p));
            let calls =
                value.as_ref().filter(|v| target.dialect.is_mysql_family() && v.contains('(')).map(|v| {
                    let value = Expression { sql: v.as_str().into(), normal: Text::default() };
                    expression::functions(&value, target)
                });
            let computes = |f: &Name| expression::builtin_function(f, target) == Some(false);
            !lasts && calls.iter().flatten().all(computes)
        }
        // What its value calls stands beside it.
        Operation::Assign { .. } | Operation::LockTables { .. } => true,
        // It leaves out what it cannot read.
        Operation::Maintenance { command, .. } => !command.starts_with("REPAIR"),
        Operation::Transaction(control) => match control {
            TransactionControl::Begin | TransactionControl::Commit => true,
            TransactionControl::Rollback => false,
            TransactionControl::Other { verb, .. } => {
                matches!(verb.as_str(), "SAVEPOINT" | "RELEASE" | "SET TRANSACTION" | "COMMIT AND CHAIN")
            }
        },
        Operation::Opaque { verb, may_change_schema: false, .. } => operation::leaves_nothing(verb),
        _ => false,
    }
}
