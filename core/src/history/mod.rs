//! Where a database stands when its ledger is lost: which migrations explain its schema.
//!
//! Two readings. If the schema is one that the migrations pass through in order, the points where it can stand give
//! the verdicts (`in_order`). If it is not, because of holes, hand-made changes or edited files, each migration is
//! judged by the traces that only it can have left (`by_traces`). In both, a verdict stands only if the schema would
//! be another without it (`settle`), and if no other set of migrations explains it as well (`rivals`, `review`): a
//! migration and one that takes it back may both not have run, and of two that do the same either may have. Data changes leave no trace: they are never said to be applied, a probe is
//! offered instead.
mod by_traces;
mod evidence;
mod facts;
mod in_order;
mod matching;
mod probe;
mod reach;
mod review;
mod rivals;
mod settle;
mod timeline;
mod writers;

use std::ops::Range;

use facts::{Facts, Key};
use timeline::Timeline;

use crate::{
    apply::State,
    catalog::Catalog,
    diff,
    operation::Operation,
    report::{DiffChange, HistoryReport, MigrationVerdict, Verdict},
    target::Dialect,
    tools::{self, MigrationSet, ledger::LeftOut},
};

/// Judges which migrations of `set`, started on `start`, the schema `live` has.
pub(crate) fn reconstruct(set: &MigrationSet, start: &State, live: &Catalog) -> HistoryReport {
    let live = without_ledgers(live);
    let mut timeline = Timeline::new(set, start, live.uncertain.keys().cloned());
    let mut observed = facts::all(&live);
    let invalid = facts::take_invalid(&mut observed, &live);
    matching::rename_alike(&mut observed, &mut timeline);
    let case = Case { set, timeline: &timeline, live: &observed, invalid: &invalid };
    let points = timeline.possible_points(&observed);
    let (mut migrations, mut supposed, mut alternatives) = match points.last() {
        Some(point) => {
            let supposed = timeline.only(|statement| statement < *point);
            (in_order::verdicts(&case, &points), supposed, in_order::alternatives(&case, &points))
        }
        None => {
            let (verdicts, supposed) = by_traces::verdicts(&case);
            (verdicts, supposed, Vec::new())
        }
    };
    if let Some(better) = review::review(&case, &supposed, &mut migrations, &mut alternatives) {
        supposed = better;
    }
    let residual = differences(&supposed.at(supposed.entries.len()).catalog, &live);
    let ledger_sql = ledger_sql(set, &migrations, live.dialect);
    HistoryReport { migrations, residual, alternatives, ledger_sql, problems: Vec::new() }
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
    for home in tools::ledger::homes() {
        if !catalog.tables.iter().any(|t| t.name.schema_str() == home) {
            catalog.schemas.remove(&home.into());
        }
    }
    catalog
}

/// What the verdicts leave unexplained.
fn differences(expected: &Catalog, live: &Catalog) -> Vec<DiffChange> {
    diff::differences(expected, live).iter().map(DiffChange::from).collect()
}

/// What is asked: the migrations, their history if all ran in order, and what is there.
#[derive(Clone, Copy)]
struct Case<'a> {
    set: &'a MigrationSet,
    timeline: &'a Timeline,
    live: &'a Facts,
    /// Indexes that are there but not valid.
    invalid: &'a [Key],
}

impl<'a> Case<'a> {
    fn hypothesis<'b>(&'b self, timeline: &'b Timeline, upto: usize) -> settle::Hypothesis<'b> {
        settle::Hypothesis { full: self.timeline, timeline, live: self.live, upto, certain: None }
    }

    /// The version of a migration, or its name if it has none.
    fn label(&self, migration: usize) -> String {
        self.set.migrations.get(migration).map_or_else(String::new, |m| {
            if m.version.is_empty() { m.name.clone() } else { m.version.clone() }
        })
    }

    /// A verdict that nothing is said in yet.
    fn blank(&self, migration: usize) -> MigrationVerdict {
        let found = self.set.migrations.get(migration);
        let (version, name) = found.map(|m| (m.version.clone(), m.name.clone())).unwrap_or_default();
        MigrationVerdict {
            version,
            name,
            verdict: Verdict::Undecidable,
            statements_applied: 0,
            statements_total: u32::try_from(self.timeline.range(migration).len()).unwrap_or(u32::MAX),
            evidence: Vec::new(),
            probe: Vec::new(),
        }
    }

    /// The facts that statements write when everything runs.
    fn writes(&self, range: &Range<usize>) -> Vec<&'a Key> {
        let entries = self.timeline.entries.get(range.clone()).unwrap_or(&[]);
        entries.iter().flat_map(|e| &e.writes).map(|(key, _, _)| key).collect()
    }

    /// Whether a statement only groups others or sets something for the session.
    fn is_without_effect(&self, statement: usize) -> bool {
        self.timeline.entries.get(statement).is_some_and(|e| e.writes.is_empty() && !e.invisible)
    }

    /// The invalid index that a statement left when it failed.
    fn left_invalid(&self, statement: usize) -> Option<&'a str> {
        let entry = self.timeline.entries.get(statement)?;
        let made = |key: &&Key| entry.writes.iter().any(|(k, _, after)| k == *key && after.is_some());
        self.invalid.iter().find(made).map(evidence::name)
    }

    /// Adds the queries that tell whether statements ran that leave no trace.
    fn probes(&self, range: Range<usize>, out: &mut MigrationVerdict) {
        for number in range {
            let Some(entry) = self.timeline.entries.get(number) else { continue };
            if entry.invisible {
                out.probe.extend(probe::probes(&entry.operations, self.timeline.at(number), self.live));
            }
        }
        out.probe.dedup();
    }

    /// Adds the queries that tell whether columns came and went.
    fn tombstones(&self, range: &Range<usize>, out: &mut MigrationVerdict) {
        for number in range.clone() {
            let Some(entry) = self.timeline.entries.get(number) else { continue };
            for operation in entry.operations.iter() {
                if let Operation::AlterTable(alter) = operation {
                    let came_or_went = entry
                        .writes
                        .iter()
                        .any(|(key, _, _)| key.is_existence() && key.object.starts_with("column "));
                    if came_or_went {
                        let state = self.timeline.at(number);
                        out.probe.extend(probe::dropped_columns(&alter.table, state));
                    }
                }
            }
        }
        out.probe.dedup();
    }
}
