//! Whether another set of migrations explains the schema as well as the one that is supposed: a migration with its
//! opposite that both did not run, or one in the stead of another.
//!
//! Migrations that the facts pin down are taken as they are. The others fall into groups that touch the same objects.
//! Within a group every choice of what ran is followed, statement by statement on the model; choices that come to the
//! same schema are one from there on, so that the work grows with what is undecided at one time and not with the
//! number of choices. A fact that nothing later can write is compared with what is there, and what contradicts it is
//! counted against the choice.
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use rpds::RedBlackTreeMapSync;

use super::{
    Case,
    facts::{self, Key, Value},
    reach::{self, Reach},
    timeline::{Timeline, follow_block, run},
    writers,
};
use crate::{apply::State, target::Session};

/// So many schemas are followed at one time.
const WIDTH: usize = 48;
/// So many statements are run in all, for each statement of the history.
const EFFORT: usize = 24;
/// Each so many columns of the widest table make a statement count once more.
const WIDE: usize = 32;

/// What ran of a migration, where it is not what was supposed: the migration, and how many of its statements.
pub(super) type Turn = (usize, usize);

/// What else explains the schema.
#[derive(Debug, Default)]
pub(super) struct Rivals {
    /// For a migration and for how many of its statements ran: the nearest set with that, by its turns. The supposed
    /// set, where it is one, has none.
    pub(super) explain: BTreeMap<usize, BTreeMap<usize, Vec<Turn>>>,
    /// Migrations for which not every choice could be followed.
    pub(super) unsure: BTreeSet<usize>,
    /// The turns after which the schema is explained better than as supposed.
    pub(super) better: Vec<Turn>,
    /// The migrations that then have begun a session of their own.
    pub(super) apart: BTreeSet<usize>,
}

/// Looks for other sets that explain the schema; `supposed` has what is taken as run, `ran` how many statements of each
/// migration these are.
pub(super) fn search(case: &Case<'_>, supposed: &Timeline, ran: &[usize]) -> Rivals {
    let pinned: Vec<bool> = ran
        .iter()
        .enumerate()
        .map(|(migration, ran)| writers::is_pinned(case, &case.timeline.range(migration), *ran))
        .collect();
    let mut found = Rivals::default();
    let mut effort = case.timeline.entries.len().saturating_mul(EFFORT).saturating_add(5_000);
    // A statement on a wide table costs more to follow: its facts are compared.
    let end = case.timeline.at(case.timeline.entries.len());
    let widest = end.catalog.tables.iter().map(|t| t.columns.len()).max().unwrap_or(0);
    let mut lasts = HashMap::new();
    for group in groups(case.timeline, &pinned) {
        let mut window = Window {
            case,
            supposed,
            ran,
            pinned: &pinned,
            group: &group,
            start: group.first().map_or(0, |m| case.timeline.range(*m).start),
            lasts: &mut lasts,
            ids: HashMap::new(),
            facts: Vec::new(),
            effort: &mut effort,
            price: 1 + widest / WIDE,
        };
        if !window.look(&mut found) {
            found.unsure.extend(group.iter().copied());
        }
    }
    found
}

/// The migrations that are not pinned down, those together that touch the same objects.
fn groups(timeline: &Timeline, pinned: &[bool]) -> Vec<BTreeSet<usize>> {
    let mut parent: Vec<usize> = (0..pinned.len()).collect();
    let is_open = |m: usize| pinned.get(m) == Some(&false);
    for migration in (0..pinned.len()).filter(|m| is_open(*m)) {
        for word in targets(timeline, migration) {
            for statement in timeline.mentions_of(&word) {
                let Some(other) = timeline.entries.get(*statement).map(|e| e.migration) else { continue };
                if is_open(other) {
                    let (a, b) = (root(&mut parent, migration), root(&mut parent, other));
                    if let Some(slot) = parent.get_mut(a.max(b)) {
                        *slot = a.min(b);
                    }
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for migration in (0..pinned.len()).filter(|m| is_open(*m)) {
        groups.entry(root(&mut parent, migration)).or_default().insert(migration);
    }
    groups.into_values().collect()
}

fn root(parent: &mut [usize], mut of: usize) -> usize {
    while let Some(up) = parent.get(of).copied().filter(|up| *up != of) {
        let above = parent.get(up).copied().unwrap_or(up);
        if let Some(slot) = parent.get_mut(of) {
            *slot = above;
        }
        of = above;
    }
    of
}

/// The words for what a migration writes.
fn targets(timeline: &Timeline, migration: usize) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for statement in timeline.range(migration) {
        let Some(entry) = timeline.entries.get(statement) else { continue };
        words.extend(entry.writes.iter().map(|(key, _, _)| writers::handle(key).to_lowercase()));
        if let Reach::Own { names, .. } = timeline.reach(statement) {
            words.extend(names.iter().cloned());
        }
        for operation in entry.operations.iter() {
            let tables = reach::tables_of(operation);
            words.extend(tables.iter().map(|t| t.name.to_lowercase()));
        }
    }
    words
}

/// A fact as the search sees it.
struct Fact {
    /// The last migration that may write it.
    last: usize,
    /// What is there.
    observed: Value,
    /// Its value where the search starts.
    start: Value,
    /// Whether it says anything: the model is certain of it.
    counts: bool,
}

impl Fact {
    fn contradicts(&self, value: Value) -> i64 {
        i64::from(self.counts && value != self.observed)
    }
}

/// A schema that is come to by some choices.
#[derive(Clone)]
struct Node {
    state: State,
    /// The facts that are not as at the start and that something later may still write, the first to be settled first.
    open: RedBlackTreeMapSync<(usize, u32), Value>,
    /// A hash of `open`.
    signature: u64,
    way: Way,
    /// How much contradicts the supposed choices, if they come to this schema.
    supposed: Option<i64>,
}

/// The best way to a schema, or from there to the end with the step that begins it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    /// So many facts contradict it.
    contradictions: i64,
    /// So many migrations are turned.
    turns: usize,
    step: usize,
}

/// What was chosen for one migration.
struct Step {
    from: usize,
    to: usize,
    ran: usize,
    /// Whether it ran in another session than the one before it.
    apart: bool,
    turned: bool,
    contradictions: i64,
}

struct Level {
    migration: usize,
    /// The best ways to the schemas before it.
    before: Vec<Way>,
    steps: Vec<Step>,
}

struct Window<'a, 'b> {
    case: &'b Case<'a>,
    supposed: &'b Timeline,
    ran: &'b [usize],
    pinned: &'b [bool],
    group: &'b BTreeSet<usize>,
    /// The statement that it starts with.
    start: usize,
    /// The last migration that may write a fact, for those that were asked for.
    lasts: &'b mut HashMap<Key, usize>,
    ids: HashMap<Key, u32>,
    facts: Vec<Fact>,
    /// The statements that may still be run.
    effort: &'b mut usize,
    /// What a statement takes of it.
    price: usize,
}

impl Window<'_, '_> {
    /// Follows every choice; `false` when there are too many.
    fn look(&mut self, found: &mut Rivals) -> bool {
        let (Some(first), Some(newest)) = (self.group.first().copied(), self.group.last().copied()) else {
            return true;
        };
        let zero = Way { contradictions: 0, turns: 0, step: 0 };
        let mut nodes = vec![Node {
            state: self.supposed.at(self.start).clone(),
            open: RedBlackTreeMapSync::new_sync(),
            signature: 0,
            way: zero,
            supposed: Some(0),
        }];
        let mut levels: Vec<Level> = Vec::new();
        let mut drops = Vec::new();
        for migration in first..self.ran.len() {
            if migration > newest && nodes.len() == 1 {
                break;
            }
            let before = nodes.iter().map(|n| n.way).collect();
            let (steps, next) = self.level(migration, nodes);
            if *self.effort == 0 {
                return false;
            }
            levels.push(Level { migration, before, steps });
            nodes = next;
            if nodes.len() > WIDTH {
                let mut order: Vec<usize> = (0..nodes.len()).collect();
                order.sort_by_key(|n| nodes.get(*n).map(|n| n.way));
                let dropped: BTreeSet<usize> = order.split_off(WIDTH).into_iter().collect();
                let lost = dropped.iter().filter_map(|n| nodes.get(*n)).map(|n| n.way.contradictions).min();
                drops.push((migration, lost.unwrap_or(i64::MAX)));
                let mut kept = Vec::with_capacity(order.len());
                for (number, node) in nodes.into_iter().enumerate() {
                    if !dropped.contains(&number) {
                        kept.push((number, node));
                    }
                }
                let numbers: HashMap<usize, usize> =
                    kept.iter().enumerate().map(|(now, (before, _))| (*before, now)).collect();
                nodes = kept.into_iter().map(|(_, node)| node).collect();
                if let Some(level) = levels.last_mut() {
                    level.steps.retain_mut(|step| {
                        numbers.get(&step.to).is_some_and(|now| {
                            step.to = *now;
                            true
                        })
                    });
                }
            }
        }
        let Some(best) = nodes.iter().map(|n| n.way.contradictions).min() else {
            return false;
        };
        // What was dropped could still have come to something that explains the schema as well.
        if drops.iter().any(|(migration, lost)| *lost <= best.saturating_add(self.unsettled(*migration))) {
            return false;
        }
        let supposed = nodes.iter().filter_map(|n| n.supposed).min();
        let ends: Vec<Way> = nodes.iter().map(|n| n.way).collect();
        self.explain(&levels, &ends, best, found);
        if supposed.is_none_or(|supposed| supposed > best)
            && let Some(end) = ends.iter().enumerate().min_by_key(|(_, way)| **way).map(|(at, _)| at)
        {
            for (migration, step) in way_to(&levels, levels.len(), end) {
                found.better.extend(step.turned.then_some((migration, step.ran)));
                found.apart.extend(step.apart.then_some(migration));
            }
        }
        true
    }

    /// How many facts contradict what is there as at the start and are settled behind a migration: so much better than
    /// now a schema may come out.
    fn unsettled(&mut self, migration: usize) -> i64 {
        let keys: BTreeSet<&Key> = self.case.timeline.writers.keys().chain(self.case.live.keys()).collect();
        let mut count = 0;
        for key in keys {
            let id = self.id(key.clone());
            if let Some(fact) = self.facts.get(id as usize).filter(|f| f.last > migration) {
                count += fact.contradicts(fact.start);
            }
        }
        count
    }

    fn extended(before: Option<&Way>, step: &Step) -> Way {
        let before = before.copied().unwrap_or(Way { contradictions: 0, turns: 0, step: 0 });
        Way {
            contradictions: before.contradictions + step.contradictions,
            turns: before.turns + usize::from(step.turned),
            step: 0,
        }
    }

    /// Every choice for one migration, on every schema so far.
    fn level(&mut self, migration: usize, nodes: Vec<Node>) -> (Vec<Step>, Vec<Node>) {
        let timeline = self.case.timeline;
        let range = timeline.range(migration);
        let supposed = self.ran.get(migration).copied().unwrap_or(0);
        let is_free = self.group.contains(&migration);
        let choices: BTreeSet<usize> =
            if is_free { BTreeSet::from([0, supposed, range.len()]) } else { BTreeSet::from([supposed]) };
        // A setting that an earlier migration made may hold here or not: it may have run in another session.
        let sessions = timeline.sessions(migration);
        let (mut steps, mut next) = (Vec::new(), Vec::<Node>::new());
        let mut index: HashMap<u64, usize> = HashMap::new();
        for (from, node) in nodes.into_iter().enumerate() {
            for ran in choices.iter().copied() {
                for (session, settings) in sessions.iter().enumerate().take(if ran == 0 { 1 } else { 2 }) {
                    let Some((mut moved, mut contradictions)) =
                        self.step(&node, migration, ran, settings, is_free)
                    else {
                        continue;
                    };
                    contradictions += self.close(&mut moved, migration);
                    let turned = ran != supposed;
                    let step = Step { from, to: 0, ran, apart: session > 0, turned, contradictions };
                    moved.way = Self::extended(Some(&node.way), &step);
                    moved.supposed = node.supposed.filter(|_| !turned).map(|c| c + contradictions);
                    let to = *index.entry(moved.signature).or_insert(next.len());
                    match next.get_mut(to) {
                        Some(there) => {
                            let both = [there.supposed, moved.supposed].into_iter().flatten().min();
                            if moved.way < there.way {
                                *there = moved;
                            }
                            there.supposed = both;
                        }
                        None => next.push(moved),
                    }
                    steps.push(Step { to, ..step });
                }
            }
        }
        (steps, next)
    }

    /// A schema after the first `ran` statements of a migration, and how many settled facts that turns against what
    /// is there; `None` when it cannot have run there.
    fn step(
        &mut self,
        node: &Node,
        migration: usize,
        ran: usize,
        session: &Session,
        is_free: bool,
    ) -> Option<(Node, i64)> {
        let mut moved = node.clone();
        if ran == 0 {
            return Some((moved, 0));
        }
        let timeline = self.case.timeline;
        moved.state.session.clone_from(session);
        timeline.begin(migration, &mut moved.state);
        let mut block = None;
        for entry in timeline.entries.get(timeline.range(migration)).into_iter().flatten().take(ran) {
            *self.effort = self.effort.saturating_sub(self.price);
            // What the model refuses in any case is no sign.
            if !run(&mut moved.state, &entry.operations) && !entry.doubtful {
                let pinned = self.pinned.get(migration).copied().unwrap_or(true);
                // Whether another group's migration ran is not asked here.
                return if is_free || pinned { None } else { Some((node.clone(), 0)) };
            }
            follow_block(&mut block, &mut moved.state, &entry.operations);
        }
        moved.state.end_migration();
        let mut contradictions = 0;
        for (key, before, after) in facts::changed(&node.state.catalog, &moved.state.catalog) {
            let id = self.id(key);
            let Some(fact) = self.facts.get(id as usize) else { continue };
            if fact.last < migration {
                contradictions += fact.contradicts(after) - fact.contradicts(before);
                continue;
            }
            let place = (fact.last, id);
            let old = moved.open.get(&place).copied().unwrap_or(fact.start);
            if old != fact.start {
                moved.signature ^= sign(id, old);
            }
            if after == fact.start {
                moved.open.remove_mut(&place);
            } else {
                moved.signature ^= sign(id, after);
                moved.open.insert_mut(place, after);
            }
        }
        Some((moved, contradictions))
    }

    /// Settles the facts that nothing behind the migration can write: how many more contradict what is there than
    /// would as at the start.
    fn close(&self, node: &mut Node, migration: usize) -> i64 {
        let mut contradictions = 0;
        while let Some((place, value)) = node.open.first().filter(|((last, _), _)| *last <= migration) {
            let (place, value) = (*place, *value);
            if let Some(fact) = self.facts.get(place.1 as usize) {
                contradictions += fact.contradicts(value) - fact.contradicts(fact.start);
            }
            node.signature ^= sign(place.1, value);
            node.open.remove_mut(&place);
        }
        contradictions
    }

    fn id(&mut self, key: Key) -> u32 {
        if let Some(id) = self.ids.get(&key) {
            return *id;
        }
        let timeline = self.case.timeline;
        let last = *self.lasts.entry(key.clone()).or_insert_with(|| {
            let statement = writers::last(timeline, &key);
            statement.and_then(|s| timeline.entries.get(s)).map_or(0, |e| e.migration)
        });
        self.facts.push(Fact {
            last,
            observed: self.case.live.get(&key).copied(),
            start: self.supposed.value_at(&key, self.start),
            counts: !timeline.is_uncertain(&key),
        });
        let id = u32::try_from(self.facts.len() - 1).unwrap_or(u32::MAX);
        self.ids.insert(key, id);
        id
    }

    /// Which choices are part of a way that nothing explains better.
    fn explain(&self, levels: &[Level], ends: &[Way], best: i64, found: &mut Rivals) {
        let nowhere = Way { contradictions: i64::MAX / 4, turns: usize::MAX / 4, step: 0 };
        let mut onward: Vec<Way> = vec![Way { contradictions: 0, turns: 0, step: 0 }; ends.len()];
        let mut ways: Vec<Vec<Way>> = vec![onward.clone()];
        for level in levels.iter().rev() {
            let mut before = vec![nowhere; level.before.len()];
            for (number, step) in level.steps.iter().enumerate() {
                let way = Way { step: number, ..Self::extended(onward.get(step.to), step) };
                if let Some(slot) = before.get_mut(step.from) {
                    *slot = way.min(*slot);
                }
            }
            onward = before;
            ways.push(onward.clone());
        }
        ways.reverse();
        for (number, level) in levels.iter().enumerate().filter(|(_, l)| self.group.contains(&l.migration)) {
            let mut nearest: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
            for (at, step) in level.steps.iter().enumerate() {
                let Some(rest) = ways.get(number + 1).and_then(|w| w.get(step.to)) else { continue };
                let way = Self::extended(level.before.get(step.from), step);
                if way.contradictions.saturating_add(rest.contradictions) > best {
                    continue;
                }
                let turns = way.turns.saturating_add(rest.turns);
                let slot = nearest.entry(step.ran).or_insert((turns, at));
                if turns < slot.0 {
                    *slot = (turns, at);
                }
            }
            for (ran, (_, at)) in nearest {
                let Some(step) = level.steps.get(at) else { continue };
                let mut turns = turns_to(levels, number, step.from);
                if step.turned {
                    turns.push((level.migration, ran));
                }
                turns.extend(turns_from(levels, &ways, number + 1, step.to));
                found.explain.entry(level.migration).or_default().insert(ran, turns);
            }
        }
    }
}

/// The turns on the best way to a schema before a level.
fn turns_to(levels: &[Level], level: usize, node: usize) -> Vec<Turn> {
    let way = way_to(levels, level, node);
    way.into_iter().filter(|(_, step)| step.turned).map(|(migration, step)| (migration, step.ran)).collect()
}

/// The steps of the best way to a schema before a level.
fn way_to(levels: &[Level], level: usize, mut node: usize) -> Vec<(usize, &Step)> {
    let mut steps = Vec::new();
    for this in levels.iter().take(level).rev() {
        let way = |step: &&Step| Window::extended(this.before.get(step.from), step);
        let Some(step) = this.steps.iter().filter(|s| s.to == node).min_by_key(way) else { break };
        steps.push((this.migration, step));
        node = step.from;
    }
    steps.reverse();
    steps
}

/// The turns on the best way from a schema before a level to the end.
fn turns_from(levels: &[Level], ways: &[Vec<Way>], from: usize, mut node: usize) -> Vec<Turn> {
    let mut turns = Vec::new();
    for (number, level) in levels.iter().enumerate().skip(from) {
        let way = ways.get(number).and_then(|w| w.get(node));
        let Some(step) = way.and_then(|way| level.steps.get(way.step)) else { break };
        if step.turned {
            turns.push((level.migration, step.ran));
        }
        node = step.to;
    }
    turns
}

fn sign(id: u32, value: Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    (id, value).hash(&mut hasher);
    hasher.finish()
}
