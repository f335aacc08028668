//! Verdicts when the schema is one that the migrations pass through in order.
use super::{
    blank,
    facts::{Facts, Key},
    hypothesis, label, probe, range_of, says,
    timeline::{Timeline, is_uncertain},
};
use crate::{
    report::{Hypothesis, MigrationVerdict, Verdict},
    target::Dialect,
    tools::{MigrationSet, TransactionMode},
};

/// The verdicts, when the database stands at one of `points` (sorted, not empty).
pub(super) fn verdicts(
    set: &MigrationSet,
    timeline: &Timeline,
    points: &[usize],
    live: &Facts,
) -> Vec<MigrationVerdict> {
    let (first, last) = (points.first().copied().unwrap_or(0), points.last().copied().unwrap_or(0));
    (0..set.migrations.len())
        .map(|number| {
            let range = range_of(timeline, number);
            let mut verdict = blank(set, timeline, number);
            let sure = first.min(range.end).saturating_sub(range.start);
            verdict.statements_applied = u32::try_from(sure).unwrap_or(u32::MAX);
            if range.end <= first {
                behind(set, timeline, number, first, live, &mut verdict);
            } else if range.start >= last {
                ahead(timeline, number, live, &mut verdict);
            } else if points.iter().any(|p| *p > range.start && *p < range.end)
                && !points.contains(&range.end)
                && !points.contains(&range.start)
            {
                verdict.verdict = Verdict::Partial;
                let upto = points.iter().filter(|p| **p < range.end).max().copied().unwrap_or(range.start);
                verdict.statements_applied = u32::try_from(upto - range.start).unwrap_or(u32::MAX);
                evidence(timeline, range.start..upto, live, &mut verdict);
                missing(timeline, upto..range.end, live, &mut verdict);
            } else if points.contains(&range.end) && !points.contains(&range.start) && first > range.start {
                // The traces end before the last statements, which leave none.
                boundary(set, timeline, number, live, &mut verdict);
            } else {
                verdict.evidence.push("the schema is the same with and without it".into());
                add_probes(timeline, range, &mut verdict);
            }
            verdict
        })
        .collect()
}

/// Every possible point lies behind the migration.
fn behind(
    set: &MigrationSet,
    timeline: &Timeline,
    number: usize,
    first: usize,
    live: &Facts,
    out: &mut MigrationVerdict,
) {
    let range = range_of(timeline, number);
    evidence(timeline, range.clone(), live, out);
    if !out.evidence.is_empty() {
        let tail_hidden = timeline.entries.get(range.clone()).is_some_and(|e| e.iter().any(|e| e.invisible));
        let next_ran = first > range.end;
        if tail_hidden && !next_ran && !is_atomic(set, timeline, number) {
            boundary(set, timeline, number, live, out);
            return;
        }
        out.verdict = Verdict::Applied;
        return;
    }
    let mut taken_by = Vec::new();
    for entry in timeline.entries.get(range.clone()).unwrap_or(&[]) {
        for (key, _, after) in &entry.writes {
            let later =
                timeline.writers.get(key).into_iter().flatten().find(|(s, _)| *s >= range.end && *s < first);
            if let (Some(_), Some((statement, _))) = (after, later) {
                taken_by.push((key, *statement));
            }
        }
    }
    match taken_by.first() {
        Some((key, statement)) => {
            out.verdict = Verdict::Superseded;
            let by = timeline.entries.get(*statement).and_then(|e| set.migrations.get(e.migration));
            let by = by.map_or(String::new(), label);
            out.evidence.push(format!(
                "`{}` was changed or taken away again by `{by}`, which is applied by the order of migrations",
                name(key)
            ));
        }
        None => {
            out.evidence
                .push("it leaves no trace of its own in the schema; later migrations are there".into());
            add_probes(timeline, range.clone(), out);
            tombstones(timeline, range, out);
        }
    }
}

/// Every possible point lies before the migration.
fn ahead(timeline: &Timeline, number: usize, live: &Facts, out: &mut MigrationVerdict) {
    let range = range_of(timeline, number);
    missing(timeline, range.clone(), live, out);
    if out.evidence.is_empty() {
        out.evidence
            .push("it leaves no trace of its own in the schema; earlier migrations are not there".into());
        add_probes(timeline, range, out);
    } else {
        out.verdict = Verdict::NotApplied;
    }
}

/// The schema changes are there; whether the data changes behind them ran is not visible.
fn boundary(
    set: &MigrationSet,
    timeline: &Timeline,
    number: usize,
    live: &Facts,
    out: &mut MigrationVerdict,
) {
    let range = range_of(timeline, number);
    out.evidence.clear();
    evidence(timeline, range.clone(), live, out);
    let hidden = timeline.entries.get(range.clone()).is_some_and(|e| e.iter().any(|e| e.invisible));
    if !out.evidence.is_empty() && (!hidden || is_atomic(set, timeline, number)) {
        out.verdict = Verdict::Applied;
        out.statements_applied = out.statements_total;
        return;
    }
    out.evidence.push("its schema changes are there; whether its data changes ran cannot be seen".into());
    add_probes(timeline, range, out);
}

/// Whether the migration ran wholly or not at all.
fn is_atomic(set: &MigrationSet, timeline: &Timeline, number: usize) -> bool {
    let postgres = timeline.states.first().is_some_and(|s| s.dialect == Dialect::Postgres);
    let mode = set.migrations.get(number).map(|m| m.transaction);
    postgres && matches!(mode, Some(TransactionMode::Wrapped | TransactionMode::OneQuery))
}

fn name(key: &Key) -> &str {
    key.object.split_once(' ').map_or(&key.object, |(_, name)| name)
}

/// Facts that the statements wrote and that are there as they wrote them, or gone as they took them away.
fn evidence(timeline: &Timeline, range: std::ops::Range<usize>, live: &Facts, out: &mut MigrationVerdict) {
    const ENOUGH: usize = 5;
    let last = timeline.states.last();
    for entry in timeline.entries.get(range.clone()).unwrap_or(&[]) {
        for (key, before, after) in &entry.writes {
            let observed = live.get(key).copied();
            if observed != *after
                || last.is_some_and(|s| is_uncertain(s, key))
                || out.evidence.len() >= ENOUGH
            {
                continue;
            }
            let writers = timeline.writers.get(key).map_or(&[][..], Vec::as_slice);
            // Only a trace that neither the start nor another migration leaves is a witness.
            let others = writers.iter().filter(|(s, v)| !range.contains(s) && *v == *after).count();
            let witness = match after {
                Some(_) => others == 0 && timeline.at_start(key) != *after,
                None => {
                    before.is_some() && others == 0 && made_by_witnessed(timeline, key, range.start, live)
                }
            };
            let worth_saying = key.is_existence() || before.is_some();
            if witness && worth_saying {
                out.evidence.push(says(key, observed));
            }
        }
    }
}

/// Whether what was taken away had been there: it was there at the start, or the statement that made it left
/// something else that is still there.
fn made_by_witnessed(timeline: &Timeline, key: &Key, before: usize, live: &Facts) -> bool {
    if timeline.at_start(key).is_some() {
        return true;
    }
    let maker = timeline.writers.get(key).into_iter().flatten().rfind(|(s, v)| *s < before && v.is_some());
    let Some(entry) = maker.and_then(|(s, _)| timeline.entries.get(*s)) else { return false };
    entry.writes.iter().any(|(other, _, after)| {
        let sole =
            timeline.writers.get(other).is_some_and(|w| w.iter().filter(|(_, v)| v == after).count() == 1);
        other.is_existence() && other != key && after.is_some() && sole && live.get(other).copied() == *after
    })
}

/// Facts that the statements would have written and that are not there.
fn missing(timeline: &Timeline, range: std::ops::Range<usize>, live: &Facts, out: &mut MigrationVerdict) {
    const ENOUGH: usize = 5;
    for entry in timeline.entries.get(range).unwrap_or(&[]) {
        for (key, before, after) in &entry.writes {
            let observed = live.get(key).copied();
            if observed == *after || out.evidence.len() >= ENOUGH {
                continue;
            }
            if key.is_existence() || before.is_some() {
                let text = if key.is_existence() {
                    says(key, observed)
                } else {
                    format!("{} of `{}` is not as it would leave it", key.property, name(key))
                };
                out.evidence.push(text);
            }
        }
    }
}

fn add_probes(timeline: &Timeline, range: std::ops::Range<usize>, out: &mut MigrationVerdict) {
    for number in range {
        let (Some(entry), Some(state)) = (timeline.entries.get(number), timeline.states.get(number + 1))
        else {
            continue;
        };
        if entry.invisible {
            out.probe.extend(probe::probes(&entry.operations, state));
        }
    }
}

fn tombstones(timeline: &Timeline, range: std::ops::Range<usize>, out: &mut MigrationVerdict) {
    for number in range {
        let (Some(entry), Some(state)) = (timeline.entries.get(number), timeline.states.get(number + 1))
        else {
            continue;
        };
        for operation in &entry.operations {
            if let crate::operation::Operation::AlterTable(alter) = operation {
                out.probe.extend(probe::dropped_columns(&alter.table, state.dialect));
            }
        }
    }
    out.probe.dedup();
}

/// The sets of migrations that explain the schema as well as the one that was taken, at most five.
pub(super) fn alternatives(set: &MigrationSet, timeline: &Timeline, points: &[usize]) -> Vec<Hypothesis> {
    let mut found: Vec<Hypothesis> = Vec::new();
    for point in points.iter().rev() {
        let one = hypothesis(set, timeline, *point);
        if !found.contains(&one) {
            found.push(one);
        }
        if found.len() > 5 {
            break;
        }
    }
    if !found.is_empty() {
        found.remove(0);
    }
    found
}
