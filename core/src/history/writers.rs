//! Who may write a fact in whatever part of the history runs, and which migrations the facts pin down without a look
//! at the others.
use std::ops::Range;

use super::{
    Case,
    facts::{Facts, Key, Value},
    reach::Reach,
    timeline::Timeline,
};

/// The names that a fact hangs on.
struct Place<'a> {
    kind: &'a str,
    /// The object's own name.
    own: &'a str,
    /// The table that it is a part of.
    table: Option<&'a str>,
    schema: Option<&'a str>,
}

fn place(key: &Key) -> Place<'_> {
    let (kind, path) = key.object.split_once(' ').unwrap_or(("", &key.object));
    let path = if kind == "label" { path.rsplit_once(" of ").map_or(path, |(_, of)| of) } else { path };
    let path = path.split_once('(').map_or(path, |(name, _)| name);
    let mut names = path.rsplit('.');
    let own = names.next().unwrap_or("");
    let part = matches!(kind, "column" | "index" | "constraint" | "trigger");
    let table = if part { names.next() } else { None };
    let schema = names.next().filter(|name| *name != "public");
    Place { kind, own, table, schema }
}

/// The words by which statements refer to the object that a fact is about: its table, or else its own name.
pub(super) fn handle(key: &Key) -> &str {
    let place = place(key);
    place.table.unwrap_or(place.own)
}

/// Whether statement `s`, which mentions the object, its table or its schema, may write the fact.
fn may_write(timeline: &Timeline, s: usize, place: &Place<'_>, existence: bool) -> bool {
    let mentions = |name: &str| timeline.mentions_of(name).binary_search(&s).is_ok();
    match timeline.reach(s) {
        Reach::Nothing => false,
        Reach::Anything => true,
        Reach::Own { names, .. } => {
            let named = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
            named(place.table.unwrap_or(place.own)) || place.schema.is_some_and(named)
        }
        Reach::Parts { properties, reshapes } => match place.kind {
            "column" => mentions(place.own) && place.table.is_some_and(mentions),
            "index" | "constraint" | "trigger" => mentions(place.own) || *reshapes,
            "table" => *properties && !existence,
            _ => *properties,
        },
    }
}

/// The statements that may write a fact, whatever else runs; not sorted.
fn candidates<'a>(timeline: &'a Timeline, place: &Place<'a>) -> impl Iterator<Item = &'a [usize]> {
    let names = [Some(place.own), place.table, place.schema];
    names.into_iter().flatten().map(|name| timeline.mentions_of(name)).collect::<Vec<_>>().into_iter()
}

/// The last statement that may write a fact, whatever else runs.
pub(super) fn last(timeline: &Timeline, key: &Key) -> Option<usize> {
    let place = place(key);
    let mentioned = candidates(timeline, &place)
        .filter_map(|list| {
            list.iter().rev().copied().find(|s| may_write(timeline, *s, &place, key.is_existence()))
        })
        .max();
    let in_order = timeline.writers.get(key).and_then(|w| w.last()).map(|(s, _)| *s);
    mentioned.max(in_order)
}

/// Whether a statement outside `range` may make the object, had others not run.
fn may_be_made_elsewhere(timeline: &Timeline, key: &Key, range: &Range<usize>) -> bool {
    let place = place(key);
    // A table that is made with the column mentions it. So it does other parts, unless the server chooses their names.
    let mentions = |s: usize| timeline.mentions_of(place.own).binary_search(&s).is_ok();
    let is_named = place.table.is_some() && (place.kind == "column" || range.clone().any(mentions));
    let makes = |s: &usize| {
        let Some(entry) = timeline.entries.get(*s) else { return false };
        if range.contains(s) || !may_write(timeline, *s, &place, true) {
            return false;
        }
        match timeline.reach(*s) {
            Reach::Anything => true,
            Reach::Own { makes, moves, .. } => *moves || (*makes && (!is_named || mentions(*s))),
            _ => entry.idle || entry.doubtful,
        }
    };
    candidates(timeline, &place).flatten().any(makes)
}

/// Whether the facts alone tell that a migration ran wholly, or that it did not run, in every history that explains
/// them.
pub(super) fn is_pinned(case: &Case<'_>, range: &Range<usize>, ran: usize) -> bool {
    let timeline = case.timeline;
    let entries = timeline.entries.get(range.clone()).unwrap_or(&[]);
    if entries.is_empty() {
        return true;
    }
    let sessions = entries.first().map_or_else(Vec::new, |e| timeline.sessions(e.migration));
    if sessions.iter().any(|s| Some(&s.search_path) != sessions.first().map(|s| &s.search_path)) {
        // What it writes depends on the session.
        return false;
    }
    let writes = || entries.iter().flat_map(|e| &e.writes);
    if ran == entries.len() {
        return writes().any(|(key, _, after)| is_sole_witness(timeline, case.live, key, *after, range));
    }
    ran == 0
        && range.clone().any(|s| {
            let writes = timeline.entries.get(s).map_or(&[][..], |e| e.writes.as_slice());
            writes.iter().any(|(key, before, after)| {
                let observed = case.live.get(key).copied();
                key.is_existence()
                    && before.is_some() != after.is_some()
                    && observed.is_some() != after.is_some()
                    && !timeline.is_uncertain(key)
                    && writes_in_any_case(timeline, s, key)
                    && last(timeline, key).is_none_or(|s| s < range.end)
            })
        })
}

/// Whether a statement makes or drops an object whenever it runs: it names it. What follows a table or a column that is
/// renamed or dropped depends on what else ran.
fn writes_in_any_case(timeline: &Timeline, s: usize, key: &Key) -> bool {
    let place = place(key);
    let moves = matches!(timeline.reach(s), Reach::Own { moves: true, .. } | Reach::Anything);
    timeline.mentions_of(place.own).binary_search(&s).is_ok() && (place.table.is_none() || !moves)
}

/// Whether a statement that has nothing to do when everything runs in order, or is refused then, may make the object's
/// table, and with it parts whose names the server chooses.
pub(super) fn may_come_with_another_table(timeline: &Timeline, key: &Key) -> bool {
    let place = place(key);
    let makes = |s: &usize| {
        let idle = timeline.entries.get(*s).is_some_and(|e| e.idle || e.doubtful);
        idle && may_write(timeline, *s, &place, true)
    };
    place.table.is_some_and(|table| timeline.mentions_of(table).iter().any(makes))
}

/// Whether an object is there that only these statements can have made.
pub(super) fn is_sole_witness(
    timeline: &Timeline,
    live: &Facts,
    key: &Key,
    after: Value,
    range: &Range<usize>,
) -> bool {
    let others = || {
        let writers = timeline.writers.get(key).map_or(&[][..], Vec::as_slice);
        writers.iter().any(|(s, v)| v.is_some() && !range.contains(s))
    };
    key.is_existence()
        && after.is_some()
        && live.get(key).copied() == after
        && timeline.at_start(key).is_none()
        && !timeline.is_uncertain(key)
        && !others()
        && !may_be_made_elsewhere(timeline, key, range)
}
