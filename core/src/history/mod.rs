//! Where a database stands when its ledger is lost: which migrations explain its schema.
//!
//! Two readings. If the schema is one that the migrations pass through in order, the points where it can stand give
//! the verdicts (`in_order`). If it is not, because of holes, hand-made changes or edited files, each migration is
//! judged by the traces that only it can have left (`by_traces`). Data changes leave no trace: they are never said to
//! be applied, a probe is offered instead.
mod by_traces;
mod facts;
mod in_order;
mod probe;
mod timeline;

use timeline::Timeline;

use crate::{
    apply::State,
    catalog::Catalog,
    diff,
    replay::{self, PartText},
    report::{Certainty, DiffChange, HistoryReport, Hypothesis, MigrationVerdict, Verdict},
    target::Dialect,
    tools::{self, MigrationSet, ledger::LeftOut},
};

/// Judges which migrations of `set`, started on `start`, the schema `live` has.
pub(crate) fn reconstruct(set: &MigrationSet, start: &State, live: &Catalog) -> HistoryReport {
    let live = without_ledgers(live);
    let timeline = Timeline::new(set, start);
    let observed = facts::all(&live);
    let points = timeline.possible_points(&observed);
    let (migrations, residual, alternatives) = match points.last() {
        Some(point) => {
            let verdicts = in_order::verdicts(set, &timeline, &points, &observed);
            let here = timeline.states.get(*point).unwrap_or(&start.catalog);
            (verdicts, differences(here, &live), in_order::alternatives(set, &timeline, &points))
        }
        None => {
            let verdicts = by_traces::verdicts(set, &timeline, &observed);
            let here = replay_applied(set, start, &verdicts);
            (verdicts, differences(&here.catalog, &live), Vec::new())
        }
    };
    let ledger_sql = ledger_sql(set, &migrations, live.dialect);
    HistoryReport { migrations, residual, alternatives, ledger_sql }
}

/// The ledger as the verdicts prove it, in the tool's own form.
fn ledger_sql(set: &MigrationSet, verdicts: &[MigrationVerdict], dialect: Dialect) -> String {
    let Ok(format) = set.tool.ledger(dialect) else { return String::new() };
    let (mut applied, mut left_out) = (Vec::new(), Vec::new());
    for (migration, verdict) in verdicts.iter().enumerate() {
        let why = match verdict.verdict {
            Verdict::Applied | Verdict::Superseded => {
                applied.push(migration);
                continue;
            }
            Verdict::NotApplied => continue,
            Verdict::Undecidable => "the schema does not tell whether it is applied",
            Verdict::Partial => "only a part of it is applied: finish or undo it first",
            Verdict::Edited => "the schema has its objects, but not as the file makes them",
        };
        left_out.push(LeftOut { migration, why });
    }
    if applied.is_empty() && left_out.is_empty() {
        return String::new();
    }
    format.script(set, &applied, &left_out)
}

/// The ledgers and locks of migration tools belong to no migration.
pub(crate) fn without_ledgers(live: &Catalog) -> Catalog {
    let mut catalog = live.clone();
    let ledgers: Vec<_> =
        live.tables.iter().filter(|t| tools::is_ledger(t)).map(|t| t.name.clone()).collect();
    for name in ledgers {
        catalog.tables.remove(&name);
        let owned: Vec<_> = live
            .sequences
            .iter()
            .filter(|s| s.owned_by.as_ref().is_some_and(|(table, _)| *table == name))
            .map(|s| s.name.clone())
            .collect();
        for sequence in owned {
            catalog.sequences.remove(&sequence);
        }
    }
    catalog
}

/// What the verdicts leave unexplained.
fn differences(expected: &Catalog, live: &Catalog) -> Vec<DiffChange> {
    diff::differences(expected, live)
        .iter()
        .map(|d| DiffChange {
            certainty: if d.certain { Certainty::Certain } else { Certainty::Possible },
            ..DiffChange::from(&d.change)
        })
        .collect()
}

/// The schema that the migrations judged as applied make.
fn replay_applied(set: &MigrationSet, start: &State, verdicts: &[MigrationVerdict]) -> State {
    let mut state = start.clone();
    for (migration, verdict) in set.migrations.iter().zip(verdicts) {
        let runs = match verdict.verdict {
            Verdict::Applied | Verdict::Superseded | Verdict::Edited => usize::MAX,
            Verdict::Partial => verdict.statements_applied as usize,
            Verdict::NotApplied | Verdict::Undecidable => 0,
        };
        let Some(mut part) = PartText::new(set, migration.up, &state) else { continue };
        part.script.statements.truncate(runs);
        replay::run(&part, migration.transaction, &mut state, &mut |_| {});
    }
    state
}

/// A migration's statements, as a range of the timeline.
fn range_of(timeline: &Timeline, migration: usize) -> std::ops::Range<usize> {
    let start = timeline.entries.partition_point(|e| e.migration < migration);
    let end = timeline.entries.partition_point(|e| e.migration <= migration);
    start..end
}

/// The hypothesis that the first `point` statements ran.
fn hypothesis(set: &MigrationSet, timeline: &Timeline, point: usize) -> Hypothesis {
    let complete = |number: &usize| range_of(timeline, *number).end <= point;
    let versions = (0..set.migrations.len()).filter(complete).filter_map(|i| set.migrations.get(i));
    Hypothesis { applied: versions.map(label).collect(), unexplained: 0 }
}

fn label(migration: &tools::Migration) -> String {
    if migration.version.is_empty() { migration.name.clone() } else { migration.version.clone() }
}

/// The verdict's form without verdict.
fn blank(set: &MigrationSet, timeline: &Timeline, migration: usize) -> MigrationVerdict {
    let (version, name) =
        set.migrations.get(migration).map(|m| (m.version.clone(), m.name.clone())).unwrap_or_default();
    let total = u32::try_from(range_of(timeline, migration).len()).unwrap_or(u32::MAX);
    MigrationVerdict {
        version,
        name,
        verdict: Verdict::Undecidable,
        statements_applied: 0,
        statements_total: total,
        evidence: Vec::new(),
        probe: Vec::new(),
    }
}

/// A sentence about an observed fact.
fn says(key: &facts::Key, observed: facts::Value) -> String {
    let (kind, name) = key.object.split_once(' ').unwrap_or(("", &key.object));
    match (key.is_existence(), observed) {
        (true, Some(_)) => format!("{kind} `{name}` is there"),
        (true, None) => format!("{kind} `{name}` is not there"),
        (false, _) => format!("{} of {kind} `{name}` is as it leaves it", key.property),
    }
}
