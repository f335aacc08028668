//! Verdicts when no point of the history explains the schema: because of holes, hand-made changes or edited files.
//!
//! First every migration is judged by the traces that only it can have left. What that says makes a history with
//! holes; each verdict then has to show that the schema would be another if it were wrong.
use super::{Case, evidence, facts::Key, in_order, settle::Settled, timeline::Timeline};
use crate::report::{MigrationVerdict, Verdict};

/// What the observed facts say of one statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trace {
    /// Nothing can be said.
    Silent,
    /// An object that it makes is not there, or one that it drops is, and nothing later explains that.
    Missing,
    /// A trace that only this statement leaves is there.
    Present,
}

/// What the traces say of one migration.
struct First {
    traces: Vec<Trace>,
    /// How many of its statements are taken as run.
    runs: usize,
}

/// The verdicts, in the order of migrations, and the history that they suppose.
pub(super) fn verdicts(case: &Case<'_>) -> (Vec<MigrationVerdict>, Timeline) {
    let firsts = first_look(case);
    let newest = firsts.iter().rposition(|f| f.traces.contains(&Trace::Present));
    let timeline = case.timeline.only(|statement| {
        let Some(entry) = case.timeline.entries.get(statement) else { return false };
        let start = case.timeline.range(entry.migration).start;
        firsts.get(entry.migration).is_some_and(|f| statement - start < f.runs)
    });
    let certain: Vec<bool> = firsts.iter().map(|f| f.traces.contains(&Trace::Present)).collect();
    // What follows may have come and gone without a trace.
    let behind = newest.map_or(0, |n| case.timeline.range(n).end);
    let all = case.timeline.only(|s| s >= behind || timeline.entries.get(s).is_some_and(|e| e.runs));
    let silent_upto = all.last_point_like(behind, case.live);
    let supposed = Supposed { timeline: &timeline, certain: &certain, silent_upto, newest };
    let verdicts = (0..firsts.len()).map(|number| judge(case, &supposed, &firsts, number)).collect();
    (verdicts, timeline)
}

fn first_look(case: &Case<'_>) -> Vec<First> {
    let mut firsts: Vec<First> = Vec::new();
    for number in 0..case.set.migrations.len() {
        let range = case.timeline.range(number);
        let traces: Vec<Trace> = range.map(|s| statement(case, number, s, &firsts)).collect();
        let present = traces.contains(&Trace::Present);
        let runs = if !present && traces.contains(&Trace::Missing) { 0 } else { traces.len() };
        firsts.push(First { traces, runs });
    }
    let newest = firsts.iter().rposition(|f| f.traces.contains(&Trace::Present));
    for (number, first) in firsts.iter_mut().enumerate() {
        if newest.is_none_or(|newest| number > newest) {
            // Nothing says that it ran, and nothing behind it did.
            first.runs = 0;
        } else if newest == Some(number)
            && let Some(stopped) = stopped_at(case, number, &first.traces)
        {
            first.runs = stopped;
        }
    }
    firsts
}

/// Where the newest migration stopped: in front of the first of its statements that is missing, if none behind that
/// is there.
fn stopped_at(case: &Case<'_>, number: usize, traces: &[Trace]) -> Option<usize> {
    let last = traces.iter().rposition(|t| *t == Trace::Present)?;
    let missing = traces.iter().position(|t| *t == Trace::Missing)?;
    (last < missing && !case.timeline.is_atomic(number)).then_some(last + 1)
}

/// The history with holes.
struct Supposed<'a> {
    timeline: &'a Timeline,
    /// The migrations of which a trace is there.
    certain: &'a [bool],
    /// The point up to which everything may have run without leaving more traces.
    silent_upto: usize,
    /// The newest migration of which a trace is there.
    newest: Option<usize>,
}

fn judge(case: &Case<'_>, supposed: &Supposed<'_>, firsts: &[First], number: usize) -> MigrationVerdict {
    let timeline = supposed.timeline;
    let mut out = case.blank(number);
    let Some(first) = firsts.get(number) else { return out };
    let range = case.timeline.range(number);
    let end = timeline.entries.len();
    let mut hypothesis = case.hypothesis(timeline, end);
    hypothesis.certain = Some(supposed.certain);
    if range.is_empty() {
        out.evidence.push("it has no statements".into());
        return out;
    }
    if first.runs == 0 {
        let behind = supposed.newest.is_none_or(|newest| number > newest);
        if behind && range.start < supposed.silent_upto {
            out.evidence.push("the schema is the same with and without it".into());
            case.probes(range.clone(), &mut out);
            case.tombstones(&range, &mut out);
            return out;
        }
        let settled = hypothesis.with(&range, range.start, &[]);
        in_order::did_not_run(case, number, &settled, &mut out);
        return out;
    }
    let mixed = first.traces.contains(&Trace::Present) && first.traces.contains(&Trace::Missing);
    if mixed {
        if first.runs < first.traces.len() {
            in_order::partial(case, number, range.start + first.runs, &mut out);
            return out;
        }
        out.verdict = Verdict::Edited;
        let there = first.traces.iter().filter(|t| **t == Trace::Present).count();
        out.statements_applied = u32::try_from(there).unwrap_or(u32::MAX);
        out.evidence = evidence::witnesses(case, &range);
        out.evidence.extend(evidence::missing(case, &range));
        return out;
    }
    let writes = case.writes(&range);
    let certain = supposed.certain.get(number).copied().unwrap_or(false);
    // What another statement would make in its stead is no sign of it.
    let replaceable = || writes.iter().any(|key| timeline.may_be_written_elsewhere(key, &range));
    let settled = if !certain && replaceable() { Settled::No } else { hypothesis.without(&range, &writes) };
    out.statements_applied = out.statements_total;
    let upto = if supposed.newest == Some(number) { range.end } else { end };
    in_order::ran(case, timeline, number, upto, &settled, &mut out);
    if out.verdict == Verdict::Undecidable && out.statements_applied == out.statements_total {
        out.statements_applied = 0;
    }
    out
}

fn statement(case: &Case<'_>, migration: usize, number: usize, earlier: &[First]) -> Trace {
    let Some(entry) = case.timeline.entries.get(number) else { return Trace::Silent };
    let traces = entry
        .writes
        .iter()
        .filter(|(key, _, _)| !case.timeline.is_uncertain(key))
        .map(|(key, before, after)| fact(case, migration, number, key, (*before, *after), earlier));
    traces.max().unwrap_or(Trace::Silent)
}

/// A statement runs wholly or not at all: one trace that only it leaves proves it, whatever else was changed since.
fn fact(
    case: &Case<'_>,
    migration: usize,
    number: usize,
    key: &Key,
    (before, after): (Option<u64>, Option<u64>),
    earlier: &[First],
) -> Trace {
    let timeline = case.timeline;
    let observed = case.live.get(key).copied();
    let writers = timeline.writers.get(key).map_or(&[][..], Vec::as_slice);
    let start = timeline.at_start(key);
    if observed == after {
        let others = writers.iter().any(|(s, v)| *s != number && *v == observed);
        if after.is_some() {
            let others =
                others || start == observed || timeline.may_be_written_elsewhere(key, &(number..number + 1));
            return if others { Trace::Silent } else { Trace::Present };
        }
        // Absence proves the removal only if the thing had been there.
        let maker = writers.iter().rfind(|(s, v)| *s < number && v.is_some());
        let made = match maker.and_then(|(s, _)| timeline.entries.get(*s)) {
            Some(entry) if entry.migration == migration => false,
            Some(entry) => earlier
                .get(entry.migration)
                .is_some_and(|f| f.traces.contains(&Trace::Present) && !f.traces.contains(&Trace::Missing)),
            None => start.is_some(),
        };
        return if made && before.is_some() && !others { Trace::Present } else { Trace::Silent };
    }
    if writers.iter().any(|(s, v)| *s > number && *v == observed) {
        return Trace::Silent;
    }
    if key.is_existence() {
        return Trace::Missing;
    }
    // The property still has the value from before.
    let exists = case.live.contains_key(&Key { object: key.object.clone(), property: "" });
    if exists && before == observed && before.is_some() { Trace::Missing } else { Trace::Silent }
}
