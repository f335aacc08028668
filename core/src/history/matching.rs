//! Indexes and constraints that are what a migration makes but for the name, which servers give in their own ways.
use std::collections::{BTreeMap, BTreeSet};

use super::{
    facts::{Facts, Key},
    timeline::Timeline,
};

/// Gives indexes and constraints whose names no migration knows the name of the one with the same definition on the
/// same table that is missing, if there is exactly one.
pub(super) fn rename_alike(live: &mut Facts, timeline: &Timeline) {
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
    let mut missing: BTreeMap<(String, u64), BTreeSet<&str>> = BTreeMap::new();
    for (key, written) in &timeline.writers {
        let Some(owner) = owner(key).filter(|_| key.property == DEFINITION) else { continue };
        if live.contains_key(&Key { object: key.object.clone(), property: "" }) {
            continue;
        }
        for value in written.iter().filter_map(|(_, value)| *value) {
            missing.entry((owner.to_owned(), value)).or_default().insert(&key.object);
        }
    }
    for object in unknown {
        let key = Key { object, property: DEFINITION };
        let (Some(value), Some(owner)) = (live.get(&key), owner(&key)) else { continue };
        let Some(names) = missing.remove(&(owner.to_owned(), *value)) else { continue };
        let [name] = names.iter().collect::<Vec<_>>()[..] else { continue };
        let renamed: Vec<(Key, u64)> = live
            .iter()
            .filter(|(k, _)| k.object == key.object)
            .map(|(k, v)| (Key { object: (*name).to_owned(), property: k.property }, *v))
            .collect();
        live.retain(|k, _| k.object != key.object);
        live.extend(renamed);
    }
}

const DEFINITION: &str = "definition";

/// What kind of object of which table a fact is about, for the kinds whose names servers make.
fn owner(key: &Key) -> Option<&str> {
    let named = key.object.starts_with("index ") || key.object.starts_with("constraint ");
    if named { key.object.rsplit_once('.').map(|(owner, _)| owner) } else { None }
}
