//! Verdicts when no point of the history explains the schema: each migration by the traces that only it leaves.
use super::{
    blank,
    facts::{Facts, Key, Value},
    label, probe, range_of, says,
    timeline::{Timeline, is_uncertain},
};
use crate::{
    report::{MigrationVerdict, Verdict},
    tools::MigrationSet,
};

/// What the observed facts say of one statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trace {
    /// A trace that only this statement leaves is there.
    Present,
    /// An object that it makes is not there, or one that it drops is, and nothing later explains that.
    Missing,
    /// Its object is there with other properties than any migration gives it.
    Differs,
    /// A later migration explains what is there.
    Overwritten(usize),
    /// Nothing can be said.
    Silent,
}

/// The verdicts, in the order of migrations.
pub(super) fn verdicts(set: &MigrationSet, timeline: &Timeline, live: &Facts) -> Vec<MigrationVerdict> {
    let mut traces: Vec<Vec<Trace>> = Vec::new();
    let mut verdicts: Vec<MigrationVerdict> = Vec::new();
    for number in 0..set.migrations.len() {
        let mut verdict = blank(set, timeline, number);
        let of = range_of(timeline, number)
            .map(|s| statement(timeline, s, live, &verdicts, &mut verdict))
            .collect();
        traces.push(of);
        verdicts.push(verdict);
        judge(number, &traces, &mut verdicts);
    }
    let newest =
        (0..verdicts.len()).rev().find(|n| traces.get(*n).is_some_and(|t| t.contains(&Trace::Present)));
    for number in 0..verdicts.len() {
        finish(number, newest, set, timeline, &traces, &mut verdicts);
    }
    verdicts
}

/// A first verdict, which later removals rest on.
fn judge(number: usize, traces: &[Vec<Trace>], verdicts: &mut [MigrationVerdict]) {
    let (Some(traces), Some(verdict)) = (traces.get(number), verdicts.get_mut(number)) else { return };
    verdict.verdict = if traces.contains(&Trace::Present) {
        Verdict::Applied
    } else if traces.contains(&Trace::Missing) {
        Verdict::NotApplied
    } else if traces.contains(&Trace::Differs) {
        Verdict::Edited
    } else {
        Verdict::Undecidable
    };
}

fn finish(
    number: usize,
    newest: Option<usize>,
    set: &MigrationSet,
    timeline: &Timeline,
    traces: &[Vec<Trace>],
    verdicts: &mut [MigrationVerdict],
) {
    let Some(of) = traces.get(number) else { return };
    let applied = |m: usize| verdicts.get(m).is_some_and(|v| v.verdict == Verdict::Applied);
    let superseded_by = of.iter().find_map(|t| match t {
        Trace::Overwritten(by) if applied(*by) => Some(*by),
        _ => None,
    });
    let range = range_of(timeline, number);
    let Some(verdict) = verdicts.get_mut(number) else { return };
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    match verdict.verdict {
        Verdict::Applied => {
            let last_present = of.iter().rposition(|t| *t == Trace::Present).unwrap_or(0);
            let rest_missing = of.iter().skip(last_present + 1).any(|t| *t == Trace::Missing);
            let stopped_here = newest == Some(number);
            if rest_missing && stopped_here {
                verdict.verdict = Verdict::Partial;
                verdict.statements_applied = count(last_present + 1);
            } else if of.contains(&Trace::Differs) {
                verdict.verdict = Verdict::Edited;
                verdict.statements_applied = verdict.statements_total;
            } else if stopped_here && hidden(timeline, range.clone()) {
                verdict.verdict = Verdict::Undecidable;
                verdict.statements_applied = count(last_present + 1);
                verdict
                    .evidence
                    .push("its schema changes are there; whether its data changes ran cannot be seen".into());
                probes(timeline, range, verdict);
            } else {
                verdict.statements_applied = verdict.statements_total;
            }
        }
        Verdict::Undecidable => match superseded_by {
            Some(by) => {
                verdict.verdict = Verdict::Superseded;
                verdict.statements_applied = verdict.statements_total;
                let by = set.migrations.get(by).map_or(String::new(), label);
                verdict.evidence.push(format!(
                    "what it made was changed or taken away again by `{by}`, which is applied"
                ));
            }
            None => {
                verdict.evidence.push("it leaves no trace in the schema that only it can have left".into());
                probes(timeline, range, verdict);
            }
        },
        Verdict::Edited => verdict.statements_applied = verdict.statements_total,
        Verdict::NotApplied | Verdict::Superseded | Verdict::Partial => {}
    }
}

fn hidden(timeline: &Timeline, range: std::ops::Range<usize>) -> bool {
    timeline.entries.get(range).is_some_and(|e| e.iter().any(|e| e.invisible))
}

fn probes(timeline: &Timeline, range: std::ops::Range<usize>, verdict: &mut MigrationVerdict) {
    for number in range {
        let (Some(entry), Some(state)) = (timeline.entries.get(number), timeline.states.get(number + 1))
        else {
            continue;
        };
        if entry.invisible {
            verdict.probe.extend(probe::probes(&entry.operations, state));
        }
    }
}

fn statement(
    timeline: &Timeline,
    number: usize,
    live: &Facts,
    earlier: &[MigrationVerdict],
    verdict: &mut MigrationVerdict,
) -> Trace {
    let Some(entry) = timeline.entries.get(number) else { return Trace::Silent };
    let mut found = Trace::Silent;
    for (key, before, after) in &entry.writes {
        if timeline.states.last().is_some_and(|s| is_uncertain(s, key)) {
            continue;
        }
        let trace = fact(timeline, number, entry.migration, key, *before, *after, live, earlier);
        let observed = live.get(key).copied();
        match trace {
            Trace::Present if key.is_existence() || before.is_some() => note(verdict, says(key, observed)),
            Trace::Missing => note(verdict, says(key, observed)),
            Trace::Differs => note(
                verdict,
                format!("{} of `{}` is not as any migration leaves it", key.property, key.object),
            ),
            _ => {}
        }
        found = stronger(found, trace);
    }
    found
}

fn note(verdict: &mut MigrationVerdict, text: String) {
    const ENOUGH: usize = 6;
    if verdict.evidence.len() < ENOUGH && !verdict.evidence.contains(&text) {
        verdict.evidence.push(text);
    }
}

/// A statement runs wholly or not at all: one trace that only it leaves proves it, whatever else was changed since.
fn stronger(a: Trace, b: Trace) -> Trace {
    let rank = |t: Trace| match t {
        Trace::Present => 4,
        Trace::Differs => 3,
        Trace::Missing => 2,
        Trace::Overwritten(_) => 1,
        Trace::Silent => 0,
    };
    if rank(b) > rank(a) { b } else { a }
}

#[allow(clippy::too_many_arguments, reason = "the parts of one written fact")]
fn fact(
    timeline: &Timeline,
    number: usize,
    migration: usize,
    key: &Key,
    before: Value,
    after: Value,
    live: &Facts,
    earlier: &[MigrationVerdict],
) -> Trace {
    let observed = live.get(key).copied();
    let writers = timeline.writers.get(key).map_or(&[][..], Vec::as_slice);
    let start = timeline.at_start(key);
    let others_say_so = writers.iter().any(|(s, v)| *s != number && *v == observed) || start == observed;
    if observed == after {
        if after.is_some() {
            return if others_say_so { Trace::Silent } else { Trace::Present };
        }
        // Absence proves the removal only if the thing had been there.
        let other_removal = writers.iter().any(|(s, v)| *s != number && v.is_none());
        let maker = writers.iter().rfind(|(s, v)| *s < number && v.is_some());
        let made = match maker.and_then(|(s, _)| timeline.entries.get(*s)) {
            Some(entry) if entry.migration == migration => false,
            Some(entry) => earlier.get(entry.migration).is_some_and(|v| v.verdict == Verdict::Applied),
            None => start.is_some(),
        };
        return if made && before.is_some() && !other_removal { Trace::Present } else { Trace::Silent };
    }
    let later = writers.iter().find(|(s, v)| *s > number && *v == observed);
    if let Some((statement, _)) = later {
        return timeline.entries.get(*statement).map_or(Trace::Silent, |e| {
            if e.migration == migration { Trace::Silent } else { Trace::Overwritten(e.migration) }
        });
    }
    if key.is_existence() {
        return Trace::Missing;
    }
    let object = Key { object: key.object.clone(), property: "" };
    let exists = live.contains_key(&object);
    let known_value = start == observed || writers.iter().any(|(_, v)| *v == observed);
    match (exists, known_value) {
        // The property still has the value from before.
        (true, true) => {
            if before == observed && before.is_some() {
                Trace::Missing
            } else {
                Trace::Silent
            }
        }
        (true, false) => Trace::Differs,
        (false, _) => Trace::Silent,
    }
}
