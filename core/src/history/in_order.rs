//! Verdicts when the schema is one that the migrations pass through in order.
use std::ops::Range;

use super::{Case, evidence, settle::Settled, timeline::Timeline};
use crate::report::{Hypothesis, MigrationVerdict, Verdict};

/// The verdicts, when the database stands at one of `points` (sorted, not empty).
pub(super) fn verdicts(case: &Case<'_>, points: &[usize]) -> Vec<MigrationVerdict> {
    let (first, last) = (points.first().copied().unwrap_or(0), points.last().copied().unwrap_or(0));
    (0..case.set.migrations.len())
        .map(|number| {
            let range = case.timeline.range(number);
            let mut verdict = case.blank(number);
            if range.is_empty() {
                verdict.evidence.push("it has no statements".into());
            } else if range.end <= first {
                behind(case, number, first, &mut verdict);
            } else if range.start >= last {
                ahead(case, number, last, &mut verdict);
            } else {
                between(case, number, points, &mut verdict);
            }
            verdict
        })
        .collect()
}

/// Every possible point lies behind the migration.
fn behind(case: &Case<'_>, number: usize, first: usize, out: &mut MigrationVerdict) {
    let range = case.timeline.range(number);
    let hypothesis = case.hypothesis(case.timeline, first);
    let settled = hypothesis.without(&range, &case.writes(&range));
    out.statements_applied = out.statements_total;
    ran(case, case.timeline, number, first, &settled, out);
}

/// The verdict on a migration that ran before point `upto`, if anything proves it.
pub(super) fn ran(
    case: &Case<'_>,
    timeline: &Timeline,
    number: usize,
    upto: usize,
    settled: &Settled,
    out: &mut MigrationVerdict,
) {
    let range = case.timeline.range(number);
    match settled {
        Settled::No | Settled::Impossible => {
            out.verdict = Verdict::Undecidable;
            out.evidence.clear();
            out.evidence.push("the schema is the same with and without it".into());
            case.probes(range.clone(), out);
            case.tombstones(&range, out);
            return;
        }
        Settled::Differs | Settled::Breaks(_) => {}
    }
    let edited = evidence::edited(case, &range, upto);
    if !edited.is_empty() {
        out.verdict = Verdict::Edited;
        out.evidence = edited;
        return;
    }
    let mut witnesses = evidence::witnesses(case, &range);
    if witnesses.is_empty() && *settled == Settled::Differs {
        witnesses = evidence::lasting(case, timeline, &range, upto);
    }
    if witnesses.is_empty() {
        out.verdict = Verdict::Superseded;
        out.evidence = evidence::superseded(case, &range, upto, settled);
        return;
    }
    out.verdict = Verdict::Applied;
    out.evidence = witnesses;
    // Whether a data change at its end ran is seen only if something ran after it.
    let tail = evidence::silent_tail(case, &range);
    let stopped_here = range.end >= upto;
    if stopped_here && !case.timeline.is_atomic(number) && !tail.is_empty() {
        out.verdict = Verdict::Undecidable;
        out.statements_applied = u32::try_from(tail.start - range.start).unwrap_or(u32::MAX);
        out.evidence.push(
            "its schema changes are there; whether the data changes behind them ran cannot be seen".into(),
        );
        case.probes(tail, out);
    }
}

/// Every possible point lies before the migration.
fn ahead(case: &Case<'_>, number: usize, last: usize, out: &mut MigrationVerdict) {
    let range = case.timeline.range(number);
    let hypothesis = case.hypothesis(case.timeline, last);
    let settled = hypothesis.with(&range, last, &[]);
    did_not_run(case, number, &settled, out);
    if settled == Settled::Impossible && out.verdict == Verdict::Undecidable {
        out.verdict = Verdict::NotApplied;
        out.evidence = vec!["it cannot have run on the schema as it is".into()];
        out.probe.clear();
    }
}

/// The verdict on a migration that did not run, if anything proves it.
pub(super) fn did_not_run(case: &Case<'_>, number: usize, settled: &Settled, out: &mut MigrationVerdict) {
    let range = case.timeline.range(number);
    out.statements_applied = 0;
    out.evidence = evidence::missing(case, &range);
    let proven = *settled != Settled::No && (!out.evidence.is_empty() || *settled != Settled::Impossible);
    if proven {
        out.verdict = Verdict::NotApplied;
        if out.evidence.is_empty() {
            out.evidence.push("the schema would be another if it had run".into());
        }
        case.tombstones(&range, out);
        return;
    }
    out.verdict = Verdict::Undecidable;
    out.evidence.clear();
    out.evidence.push("it leaves no trace of its own in the schema".into());
    case.probes(range, out);
}

/// Some possible points lie before the migration's end, and some behind its start.
fn between(case: &Case<'_>, number: usize, points: &[usize], out: &mut MigrationVerdict) {
    let range = case.timeline.range(number);
    let first = points.first().copied().unwrap_or(0);
    let sure = first.clamp(range.start, range.end);
    out.statements_applied = u32::try_from(sure - range.start).unwrap_or(u32::MAX);
    if first <= range.start {
        out.evidence.push("the schema is the same with and without it".into());
        case.probes(range.clone(), out);
        case.tombstones(&range, out);
    } else if points.contains(&range.end) {
        // The traces end before the last statements, which leave none.
        out.evidence = evidence::witnesses(case, &(range.start..sure));
        let all_harmless = (sure..range.end).all(|s| case.is_without_effect(s));
        let visible = !out.evidence.is_empty();
        if visible && (all_harmless || case.timeline.is_atomic(number)) {
            out.verdict = Verdict::Applied;
            out.statements_applied = out.statements_total;
            return;
        }
        let rest = evidence::missing(case, &(sure..range.end));
        out.evidence.push(if rest.is_empty() {
            "its schema changes are there; whether the data changes behind them ran cannot be seen".into()
        } else {
            "whether its last statements ran cannot be seen: the schema is the same with and without them"
                .into()
        });
        case.probes(sure..range.end, out);
    } else {
        partial(case, number, sure, out);
    }
}

/// The statements before `upto` ran, those behind did not.
pub(super) fn partial(case: &Case<'_>, number: usize, upto: usize, out: &mut MigrationVerdict) {
    let range = case.timeline.range(number);
    let mut upto = upto;
    // A statement that failed and left an invalid index tells that those before it ran.
    let leftover = (upto..range.end).find(|s| case.left_invalid(*s).is_some());
    if let Some(statement) = leftover {
        upto = statement;
    }
    // `SET` and the like between them need no trace.
    while upto < range.end && case.is_without_effect(upto) {
        upto += 1;
    }
    out.verdict = Verdict::Partial;
    out.statements_applied = u32::try_from(upto - range.start).unwrap_or(u32::MAX);
    out.evidence = evidence::witnesses(case, &(range.start..upto));
    if let Some(index) = leftover.and_then(|s| case.left_invalid(s)) {
        out.evidence.push(format!("index `{index}` is there but not valid: making it failed"));
    }
    out.evidence.extend(evidence::missing(case, &(upto..range.end)));
    if case.timeline.is_atomic(number) {
        out.evidence.push("the tool runs it in one transaction: its first part was made by hand".into());
    }
    case.probes(upto..range.end, out);
}

/// The sets of migrations that explain the schema as well as the one that was taken, at most five.
pub(super) fn alternatives(case: &Case<'_>, points: &[usize]) -> Vec<Hypothesis> {
    const ENOUGH: usize = 5;
    let mut found: Vec<Hypothesis> = Vec::new();
    for point in points.iter().rev() {
        let complete = |number: &usize| -> bool {
            let range: Range<usize> = case.timeline.range(*number);
            range.end <= *point
        };
        let applied = (0..case.set.migrations.len()).filter(complete).map(|n| case.label(n)).collect();
        let one = Hypothesis { applied, unexplained: 0 };
        if !found.contains(&one) {
            found.push(one);
        }
        if found.len() > ENOUGH {
            break;
        }
    }
    if !found.is_empty() {
        found.remove(0);
    }
    found
}
