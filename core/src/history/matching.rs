//! Indexes and constraints that are what a migration makes but for the name, which servers give in their own ways.
use std::collections::{BTreeMap, BTreeSet};

use super::{
    facts::{Facts, Key},
    timeline::Timeline,
    writers,
};
use crate::target::Dialect;

/// An index or constraint that a migration makes and that is not there under its name.
struct Missing {
    object: String,
    /// Whether the migration gives it its name, or leaves that to the server.
    named: bool,
}

/// Looks at indexes and constraints whose names no migration knows, where one with the same definition is missing on
/// the same table. If the server chose both names, they are one, which servers and versions call differently.
/// Otherwise somebody made or renamed it by hand, and what became of the missing one cannot be known: it may be this
/// one renamed, or it was never made. Then neither its presence nor its absence says anything.
pub(super) fn rename_alike(live: &mut Facts, timeline: &mut Timeline) {
    let unknown: BTreeSet<String> = live
        .keys()
        .filter(|key| {
            let known = timeline.writers.contains_key(*key) || timeline.start.contains_key(*key);
            key.is_existence() && owner(key).is_some() && !known
        })
        .map(|key| key.object.clone())
        .collect();
    if unknown.is_empty() {
        return;
    }
    let mut missing: BTreeMap<(String, u64), BTreeMap<&str, bool>> = BTreeMap::new();
    for (key, written) in &timeline.writers {
        let Some((owner, name)) = owner(key).filter(|_| key.property == DEFINITION) else { continue };
        if live.contains_key(&Key { object: key.object.clone(), property: "" }) {
            continue;
        }
        for (statement, value) in written {
            let Some(value) = value else { continue };
            let named = timeline.mentioning(name, *statement).next() == Some(*statement);
            let same = missing.entry((owner.to_owned(), *value)).or_default();
            *same.entry(&key.object).or_default() |= named;
        }
    }
    let missing: BTreeMap<_, Vec<Missing>> = missing
        .into_iter()
        .map(|(key, found)| {
            let of = |(object, named): (&str, bool)| Missing { object: object.to_owned(), named };
            (key, found.into_iter().map(of).collect())
        })
        .collect();
    let dialect = timeline.first.catalog.dialect;
    let mut taken = BTreeSet::new();
    for object in unknown {
        let key = Key { object, property: DEFINITION };
        let (Some(value), Some((owner, name))) = (live.get(&key), owner(&key)) else { continue };
        let alike = (owner.to_owned(), *value);
        let Some(found) = missing.get(&alike) else { continue };
        let first = taken.insert(alike);
        let existence = Key { object: key.object.clone(), property: "" };
        match &found[..] {
            [one]
                if first
                    && !one.named
                    && server_may_choose(name, dialect)
                    && !writers::may_come_with_another_table(timeline, &existence) =>
            {
                rename(live, &key.object, &one.object);
            }
            _ => found.iter().for_each(|one| timeline.doubt(&one.object)),
        }
    }
}

fn rename(live: &mut Facts, from: &str, to: &str) {
    let facts: Vec<_> =
        live.iter().filter(|(k, _)| k.object == from).map(|(k, v)| (k.property, *v)).collect();
    live.retain(|k, _| k.object != from);
    live.extend(facts.into_iter().map(|(property, v)| (Key { object: to.to_owned(), property }, v)));
}

/// Whether a server gives such names: PostgreSQL by `ChooseIndexName` and `ChooseConstraintName`, InnoDB by
/// `dict_table_get_highest_foreign_id` and the MySQL family by the first column, with a number (sources of the servers).
fn server_may_choose(name: &str, dialect: Dialect) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match dialect {
        Dialect::Postgres => ["_idx", "_key", "_pkey", "_fkey", "_check", "_excl", "_not_null"]
            .iter()
            .any(|end| stem.ends_with(end)),
        Dialect::MySql | Dialect::MariaDb => {
            stem.len() < name.len()
                && ["_ibfk_", "_chk_", "CONSTRAINT_"].iter().any(|end| stem.ends_with(end))
        }
    }
}

const DEFINITION: &str = "definition";

/// Which kind of object of which table a fact is about, and its name, for the kinds whose names servers make.
fn owner(key: &Key) -> Option<(&str, &str)> {
    let named = key.object.starts_with("index ") || key.object.starts_with("constraint ");
    if named { key.object.rsplit_once('.') } else { None }
}
