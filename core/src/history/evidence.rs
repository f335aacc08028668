//! The sentences that verdicts rest on.
use std::ops::Range;

use super::{
    Case,
    facts::{Key, Value},
    settle::Settled,
    timeline::Timeline,
};

/// No more sentences than this for one verdict.
const ENOUGH: usize = 5;

/// A sentence about an observed fact.
pub(super) fn says(key: &Key, observed: Value) -> String {
    let (kind, name) = key.object.split_once(' ').unwrap_or(("", &key.object));
    match (key.is_existence(), observed) {
        (true, Some(_)) => format!("{kind} `{name}` is there"),
        (true, None) => format!("{kind} `{name}` is not there"),
        (false, _) => format!("{} of {kind} `{name}` is as it leaves it", key.property),
    }
}

/// Whether a written fact is one to tell: of an object that is made or dropped, its existence says all.
fn is_worth_saying(key: &Key, before: Value, after: Value) -> bool {
    key.is_existence() || (before.is_some() && after.is_some())
}

/// The name that a fact is about.
pub(super) fn name(key: &Key) -> &str {
    key.object.split_once(' ').map_or(&key.object, |(_, name)| name)
}

/// Facts that the statements wrote and no other migration writes in the same way, and that are there.
pub(super) fn witnesses(case: &Case<'_>, range: &Range<usize>) -> Vec<String> {
    let timeline = case.timeline;
    let mut found = Vec::new();
    for entry in timeline.entries.get(range.clone()).unwrap_or(&[]) {
        for (key, before, after) in &entry.writes {
            let observed = case.live.get(key).copied();
            if observed != *after || found.len() >= ENOUGH || timeline.is_uncertain(key) {
                continue;
            }
            let writers = timeline.writers.get(key).map_or(&[][..], Vec::as_slice);
            let others = writers.iter().any(|(s, v)| !range.contains(s) && v == after);
            let sole =
                !others && timeline.at_start(key) != *after && !timeline.may_be_written_elsewhere(key, range);
            let witness = match after {
                Some(_) => sole,
                None => before.is_some() && !others && was_there(case, key, range.start),
            };
            if witness && is_worth_saying(key, *before, *after) {
                found.push(says(key, observed));
            }
        }
    }
    found.dedup();
    found
}

/// Objects that the statements make and that are there.
pub(super) fn there(case: &Case<'_>, range: &Range<usize>) -> Vec<String> {
    let entries = case.timeline.entries.get(range.clone()).unwrap_or(&[]);
    let made = entries.iter().flat_map(|e| &e.writes).filter(|(key, _, after)| {
        key.is_existence() && after.is_some() && case.live.get(key).copied() == *after
    });
    made.map(|(key, _, after)| says(key, *after)).take(ENOUGH).collect()
}

/// Whether what was taken away had been there: it was there at the start, or the statement that made it left
/// something else that is still there.
fn was_there(case: &Case<'_>, key: &Key, before: usize) -> bool {
    let timeline = case.timeline;
    if timeline.at_start(key).is_some() {
        return true;
    }
    let maker = timeline.writers.get(key).into_iter().flatten().rfind(|(s, v)| *s < before && v.is_some());
    let Some(entry) = maker.and_then(|(s, _)| timeline.entries.get(*s)) else { return false };
    entry.writes.iter().any(|(other, _, after)| {
        let sole =
            timeline.writers.get(other).is_some_and(|w| w.iter().filter(|(_, v)| v == after).count() == 1);
        other.is_existence()
            && other != key
            && after.is_some()
            && sole
            && case.live.get(other).copied() == *after
    })
}

/// Facts that the statements were the last to write, and that are as they left them.
pub(super) fn lasting(
    case: &Case<'_>,
    timeline: &Timeline,
    range: &Range<usize>,
    upto: usize,
) -> Vec<String> {
    let mut found = Vec::new();
    for entry in timeline.entries.get(range.clone()).unwrap_or(&[]) {
        for (key, before, after) in &entry.writes {
            let writers = timeline.writers.get(key).map_or(&[][..], Vec::as_slice);
            let last = writers.iter().rfind(|(s, _)| *s < upto).is_some_and(|(s, _)| range.contains(s));
            let worth_saying = is_worth_saying(key, *before, *after);
            let as_left = case.live.get(key).copied() == *after && timeline.value_at(key, upto) == *after;
            if last && as_left && worth_saying && found.len() < ENOUGH && !timeline.is_uncertain(key) {
                found.push(says(key, *after));
            }
        }
    }
    found.dedup();
    found
}

/// Facts that the statements would have written and that are not there.
pub(super) fn missing(case: &Case<'_>, range: &Range<usize>) -> Vec<String> {
    let mut found = Vec::new();
    for entry in case.timeline.entries.get(range.clone()).unwrap_or(&[]) {
        for (key, before, after) in &entry.writes {
            let observed = case.live.get(key).copied();
            if observed == *after || found.len() >= ENOUGH || case.timeline.is_uncertain(key) {
                continue;
            }
            if key.is_existence() {
                found.push(says(key, observed));
            } else if before.is_some() && observed.is_some() {
                found.push(format!("{} of `{}` is not as it would leave it", key.property, name(key)));
            }
        }
    }
    found.dedup();
    found
}

/// Properties whose spelling servers keep, so that another value is another definition.
const KEPT: [&str; 4] = ["type", "nullability", "labels", "body"];

/// Properties of what the statements made that no migration leaves as they are.
pub(super) fn edited(case: &Case<'_>, range: &Range<usize>, upto: usize) -> Vec<String> {
    let timeline = case.timeline;
    let mut found = Vec::new();
    for entry in timeline.entries.get(range.clone()).unwrap_or(&[]) {
        for (key, before, after) in &entry.writes {
            let Some(observed) = case.live.get(key).copied() else { continue };
            let written = timeline.writers.get(key).map_or(&[][..], Vec::as_slice);
            let last = written.iter().rfind(|(s, _)| *s < upto).is_some_and(|(s, _)| range.contains(s));
            let known =
                timeline.at_start(key) == Some(observed) || written.iter().any(|(_, v)| *v == Some(observed));
            let object = Key { object: key.object.clone(), property: "" };
            let own = before.is_none() && witnessed_object(case, range, &object);
            let judged = KEPT.contains(&key.property) && after.is_some() && last && !known && own;
            if judged && found.len() < ENOUGH && !timeline.is_uncertain(key) {
                found.push(format!("{} of `{}` is not as any migration leaves it", key.property, name(key)));
            }
        }
    }
    found
}

/// Whether the object is there and only these statements make it.
fn witnessed_object(case: &Case<'_>, range: &Range<usize>, object: &Key) -> bool {
    let writers = case.timeline.writers.get(object).map_or(&[][..], Vec::as_slice);
    case.live.contains_key(object)
        && case.timeline.at_start(object).is_none()
        && writers.iter().all(|(s, v)| range.contains(s) || v.is_none())
        && !case.timeline.may_be_written_elsewhere(object, range)
}

/// Why a migration of which nothing is left has run all the same.
pub(super) fn superseded(
    case: &Case<'_>,
    range: &Range<usize>,
    upto: usize,
    settled: &Settled,
) -> Vec<String> {
    let timeline = case.timeline;
    if let Settled::Breaks(statement) = settled
        && let Some(entry) = timeline.entries.get(*statement)
    {
        return vec![format!(
            "`{}` could not have run without it, and has, by what is there",
            case.label(entry.migration)
        )];
    }
    let later = timeline.entries.get(range.clone()).into_iter().flatten().flat_map(|e| &e.writes).find_map(
        |(key, _, after)| {
            after.as_ref()?;
            let writers = timeline.writers.get(key)?;
            let (statement, _) = writers.iter().find(|(s, _)| *s >= range.end && *s < upto)?;
            Some((key, timeline.entries.get(*statement)?.migration))
        },
    );
    match later {
        Some((key, migration)) => vec![format!(
            "`{}` was changed or taken away again by `{}`, and the schema would be another without it",
            name(key),
            case.label(migration)
        )],
        None => vec!["the schema would be another without it".into()],
    }
}

/// The statements at the end of the migration that leave no trace, behind the last one that does.
pub(super) fn silent_tail(case: &Case<'_>, range: &Range<usize>) -> Range<usize> {
    let entries = &case.timeline.entries;
    let last = range.clone().rev().find(|s| entries.get(*s).is_some_and(|e| !e.writes.is_empty()));
    let start = last.map_or(range.start, |s| s + 1);
    let invisible = (start..range.end).find(|s| entries.get(*s).is_some_and(|e| e.invisible));
    invisible.unwrap_or(range.end)..range.end
}
