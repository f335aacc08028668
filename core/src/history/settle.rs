//! Whether the schema would be another had a migration not run, or had it run: the difference between "explained by"
//! and "only explained by".
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    facts::{self, Facts, Key, Value},
    timeline::{Timeline, run},
    writers,
};

/// What turning one migration's part in the history over would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// Nothing: the schema does not tell.
    No,
    /// The schema would be another.
    Differs,
    /// This statement, which ran, could not have run.
    Breaks(usize),
    /// The migration itself could not have run.
    Impossible,
}

/// What is there, and the history that is supposed to explain it.
#[derive(Clone, Copy)]
pub(super) struct Hypothesis<'a> {
    /// The history if everything ran in order.
    pub(super) full: &'a Timeline,
    pub(super) timeline: &'a Timeline,
    pub(super) live: &'a Facts,
    /// The statements before this point count.
    pub(super) upto: usize,
    /// The migrations that ran for certain; `None` for all. The others may fall with the one in question: a column
    /// that came and went may never have been there at all.
    pub(super) certain: Option<&'a [bool]>,
}

/// Migrations that are turned together with the one in question.
#[derive(Default)]
struct Others {
    /// Those that ran, and now do not.
    fallen: BTreeSet<usize>,
    /// Those that did not, and now do.
    added: BTreeSet<usize>,
}

/// What a replay with changed parts comes to.
enum Replayed {
    Same,
    /// A fact is not as it is there; this statement wrote it last.
    Differs(Option<usize>),
    Breaks(usize),
    Impossible,
}

impl Hypothesis<'_> {
    /// What would be had the statements not run.
    pub(super) fn without(&self, range: &Range<usize>, writes: &[&Key]) -> Settled {
        // Cheaper than a replay of what follows, and what most migrations come to.
        if writes.iter().any(|key| self.is_sole_mention(range, key) || self.is_sole_maker(range, key)) {
            return Settled::Differs;
        }
        self.turned(range, range.start, false, writes)
    }

    /// What would be had the statements run at the point `at`.
    pub(super) fn with(&self, range: &Range<usize>, at: usize, writes: &[&Key]) -> Settled {
        self.turned(range, at, true, writes)
    }

    /// Whether an object is there that only these statements can have made.
    fn is_sole_maker(&self, range: &Range<usize>, key: &Key) -> bool {
        let here = self.live.get(key).copied();
        here == self.timeline.value_at(key, self.upto)
            && writers::is_sole_witness(self.full, self.live, key, here, range)
    }

    /// Whether a column is there that no other statement so much as mentions.
    fn is_sole_mention(&self, range: &Range<usize>, key: &Key) -> bool {
        let t = self.timeline;
        let Some((table, column)) = key.object.strip_prefix("column ").and_then(|n| n.rsplit_once('.'))
        else {
            return false;
        };
        let here = self.live.get(key).copied();
        key.is_existence()
            && here.is_some()
            && here == t.value_at(key, self.upto)
            && t.at_start(key).is_none()
            && !t.is_uncertain(key)
            && {
                let table: BTreeSet<usize> =
                    t.mentioning(table.rsplit('.').next().unwrap_or(table), 0).collect();
                t.mentioning(column, 0).all(|s| range.contains(&s) || !table.contains(&s))
            }
    }

    fn turned(&self, range: &Range<usize>, at: usize, add: bool, writes: &[&Key]) -> Settled {
        /// So many migrations may be turned together.
        const TOGETHER: usize = 8;
        let mut others = Others::default();
        for _ in 0..TOGETHER {
            let (result, statement) = match self.replayed(range, at, add, writes, &others) {
                Replayed::Same => return Settled::No,
                Replayed::Impossible => return Settled::Impossible,
                Replayed::Breaks(statement) => (Settled::Breaks(statement), Some(statement)),
                Replayed::Differs(by) => (Settled::Differs, by),
            };
            let Some(entry) = statement.and_then(|s| self.timeline.entries.get(s)) else { return result };
            let (migration, runs) = (entry.migration, entry.runs);
            let own = self.timeline.entries.get(range.start).is_some_and(|e| e.migration == migration);
            let certain = self.certain.is_none_or(|c| c.get(migration).copied().unwrap_or(true));
            let turned = if runs { &mut others.fallen } else { &mut others.added };
            if own || certain || !turned.insert(migration) {
                return result;
            }
        }
        Settled::No
    }

    /// Replays what follows from point `at` on with the statements added or left out, and the other migrations turned
    /// with it.
    fn replayed(
        &self,
        range: &Range<usize>,
        at: usize,
        add: bool,
        writes: &[&Key],
        others: &Others,
    ) -> Replayed {
        let t = self.timeline;
        let start = others.fallen.iter().map(|m| t.range(*m).start).fold(at, usize::min);
        let base = t.at(start);
        let mut state = base.clone();
        let mut names = BTreeSet::new();
        let mut queue = BTreeSet::new();
        let mut follow = |key: &Key, from: usize, queue: &mut BTreeSet<usize>| {
            for name in names_of(key) {
                if names.insert(name.to_owned()) {
                    queue.extend(t.mentioning(name, from).take_while(|s| *s < self.upto));
                }
            }
        };
        writes.iter().for_each(|key| follow(key, start, &mut queue));
        let mut keys: BTreeSet<&Key> = writes.iter().copied().collect();
        for entry in others.fallen.iter().flat_map(|m| t.entries.get(t.range(*m)).unwrap_or(&[])) {
            for (key, _, _) in &entry.writes {
                keys.insert(key);
                follow(key, start, &mut queue);
            }
        }
        if add {
            queue.extend(range.clone());
        }
        others.added.iter().for_each(|m| queue.extend(t.range(*m)));
        while let Some(number) = queue.pop_first() {
            let Some(entry) = t.entries.get(number) else { continue };
            let turned = range.contains(&number);
            let added = others.added.contains(&entry.migration);
            let runs = match (turned, entry.runs) {
                (true, _) => add,
                (false, true) => !others.fallen.contains(&entry.migration),
                (false, false) => added,
            };
            if !runs {
                continue;
            }
            if !turned {
                state.session.clone_from(&t.at(number).session);
                state.transaction.clone_from(&t.at(number).transaction);
            }
            if t.range(entry.migration).start == number {
                t.begin(entry.migration, &mut state);
            }
            // What the model refuses in any case is no sign.
            if !run(&mut state, &entry.operations) && !entry.refused && !entry.doubtful {
                match (turned, added) {
                    (true, _) => return Replayed::Impossible,
                    // What was added to help does not help.
                    (false, true) => return Replayed::Differs(None),
                    (false, false) => return Replayed::Breaks(number),
                }
            }
            for (key, _, _) in &entry.writes {
                keys.insert(key);
                follow(key, number + 1, &mut queue);
            }
        }
        let changed = facts::changed(&base.catalog, &state.catalog);
        let changed: BTreeMap<&Key, Value> = changed.iter().map(|(key, _, after)| (key, *after)).collect();
        keys.extend(changed.keys());
        let differs = keys.into_iter().find_map(|key| {
            let observed = self.live.get(key).copied();
            let turned = changed.get(key).copied().unwrap_or_else(|| t.value_at(key, start));
            // Facts that the history does not explain tell nothing about it.
            let tells = turned != observed && t.value_at(key, self.upto) == observed && !t.is_uncertain(key);
            let writers = t.writers.get(key).map_or(&[][..], Vec::as_slice);
            let by = writers.iter().rfind(|(s, v)| *s < self.upto && !range.contains(s) && *v == turned);
            // A migration behind an added one that is taken as not run may have taken away what it made.
            let runs = |s: usize| t.entries.get(s).is_some_and(|e| e.runs);
            let written = self.full.writers.get(key).map_or(&[][..], Vec::as_slice);
            let undoes = written
                .iter()
                .find(|(s, v)| add && *s >= range.end && *s < self.upto && *v == observed && !runs(*s));
            tells.then(|| undoes.or(by).map(|(statement, _)| *statement))
        });
        differs.map_or(Replayed::Same, Replayed::Differs)
    }
}

/// The names by which other statements may refer to the object of a fact: its relation's, and its own unless it is a
/// column, which is nothing without its relation.
fn names_of(key: &Key) -> impl Iterator<Item = &str> {
    let (kind, path) = key.object.split_once(' ').unwrap_or(("", &key.object));
    let path = path.split_once('(').map_or(path, |(name, _)| name);
    let path = if kind == "column" { path.rsplit_once('.').map_or(path, |(table, _)| table) } else { path };
    let last = if kind == "column" || matches!(kind, "index" | "constraint" | "trigger") { 2 } else { 1 };
    path.rsplit('.').take(last).filter(|name| *name != "public")
}
