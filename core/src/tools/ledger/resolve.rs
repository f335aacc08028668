//! What a ledger calls a migration, and what its files call it.
use std::{collections::HashMap, ops::Range};

use super::{Checksum, Entry, Hashed, Ledger};
use crate::tools::MigrationSet;

/// The ledger with the versions of the set, where the tool writes something else: Drizzle a time, Liquibase a path
/// that begins elsewhere than the one the files were given by.
pub fn resolve(ledger: &Ledger, set: &MigrationSet) -> Ledger {
    let keys = Keys::new(set);
    let paths = (ledger.tool == "liquibase").then(|| Paths::new(set));
    let mut ledger = ledger.clone();
    for entry in &mut ledger.entries {
        if let Some(version) = keys.find(entry) {
            entry.version = version.to_owned();
        } else if let Some(version) = paths.as_ref().and_then(|paths| paths.find(&entry.version)) {
            entry.version = version.to_owned();
        }
    }
    ledger
}

/// The versions by what the ledger calls them.
struct Keys<'a> {
    /// `None` if several are called so.
    by_key: HashMap<&'a str, Option<&'a str>>,
    /// Those of which several are called so, by their checksum.
    by_checksum: HashMap<(&'a str, String), &'a str>,
}

impl<'a> Keys<'a> {
    fn new(set: &'a MigrationSet) -> Self {
        let mut by_key: HashMap<&str, Option<&str>> = HashMap::new();
        let named = || set.migrations.iter().filter_map(|m| Some((m.ledger_key.as_deref()?, m)));
        for (key, migration) in named() {
            by_key.entry(key).and_modify(|v| *v = None).or_insert(Some(&migration.version));
        }
        let checksum = set.tool.ledger.map_or(Checksum::None, |format| format.checksum);
        let by_checksum = named()
            .filter(|(key, _)| by_key.get(key) == Some(&None))
            .filter_map(|(key, m)| {
                Some(((key, checksum.of(Hashed::of(checksum, set, m)?)?), m.version.as_str()))
            })
            .collect();
        Self { by_key, by_checksum }
    }

    fn find(&self, entry: &Entry) -> Option<&'a str> {
        let (key, version) = self.by_key.get_key_value(entry.version.as_str())?;
        version.or_else(|| self.by_checksum.get(&(*key, entry.checksum.clone()?)).copied())
    }
}

/// The versions of changesets by what stands behind the path, and by the path's components from the last one on.
struct Paths<'a> {
    /// `::id::author` and the path backwards, sorted; the version.
    sorted: Vec<((&'a str, Vec<&'a str>), &'a str)>,
}

/// Path and the rest of `path::id::author`.
fn split(version: &str) -> Option<(&str, &str)> {
    let author = version.rfind("::")?;
    let id = version[..author].rfind("::")?;
    Some(version.split_at(id))
}

/// The components of a path from the last one on; Liquibase knows `classpath:` before them.
fn components(path: &str) -> Vec<&str> {
    let path = path.strip_prefix("classpath:").unwrap_or(path);
    path.split(['/', '\\']).rev().filter(|c| !c.is_empty() && *c != ".").collect()
}

impl<'a> Paths<'a> {
    fn new(set: &'a MigrationSet) -> Self {
        let mut sorted: Vec<_> = set
            .migrations
            .iter()
            .filter_map(|m| {
                let (path, rest) = split(&m.version)?;
                Some(((rest, components(path)), m.version.as_str()))
            })
            .collect();
        sorted.sort();
        Self { sorted }
    }

    /// The one changeset whose path ends like the ledger's, or the other way round. Several are none.
    fn find(&self, version: &str) -> Option<&'a str> {
        let (path, rest) = split(version)?;
        let path = components(path);
        let of = |length: usize| {
            let wanted = path.get(..length).unwrap_or_default();
            let key = |entry: &((&'a str, Vec<&'a str>), &'a str)| {
                let own = entry.0.1.get(..length.min(entry.0.1.len())).unwrap_or_default();
                (entry.0.0).cmp(rest).then_with(|| own.cmp(wanted))
            };
            let from = self.sorted.partition_point(|entry| key(entry).is_lt());
            let to = self.sorted.partition_point(|entry| key(entry).is_le());
            Range { start: from, end: to }
        };
        // Files given by a longer path than the ledger's.
        let longer = of(path.len());
        if !longer.is_empty() {
            return (longer.len() == 1).then(|| self.sorted.get(longer.start).map(|e| e.1)).flatten();
        }
        // Files given by a shorter one: the longest that fits.
        (1..path.len()).rev().find_map(|length| {
            let found = of(length);
            let exact = self.sorted.get(found).unwrap_or_default();
            exact.first().filter(|entry| entry.0.1.len() == length).map(|entry| entry.1)
        })
    }
}
