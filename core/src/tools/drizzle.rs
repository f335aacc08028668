//! Drizzle: up to 0.x `{number}_{name}.sql` in the order of `meta/_journal.json`, from 1.0 on folders
//! `{time}_{name}/migration.sql`. `--> statement-breakpoint` cuts a file into what is sent at once; no down files.
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde::Deserialize;

use super::{
    Folders, LayoutProblem, Migration, Part, SourceFile, Tool, TransactionMode,
    layout::{Reading, digits, milliseconds},
    ledger,
};

pub(super) static TOOL: Tool = Tool {
    id: "drizzle",
    title: "Drizzle",
    detect,
    companions: &["_journal.json", "snapshot.json"],
    folders: Folders::Tree,
    read,
    ledger: Some(&ledger::DRIZZLE),
};

const BREAKPOINT: &str = "--> statement-breakpoint";

/// The journal, or a folder with the snapshot that Drizzle keeps beside a migration, or a breakpoint. Prisma's folders
/// have the same names: a `migration_lock.toml` says that they are Prisma's.
fn detect(files: &[SourceFile]) -> u32 {
    let named = |name: &str| files.iter().any(|f| f.file_name() == name);
    if named("_journal.json") {
        return 65;
    }
    let marked = files.iter().any(|f| f.path.ends_with(".sql") && f.text.contains(BREAKPOINT));
    let snapshot = named("snapshot.json") && named("migration.sql");
    if (marked || snapshot) && !named("migration_lock.toml") { 62 } else { 0 }
}

/// `meta/_journal.json`, as far as it matters.
#[derive(Deserialize)]
struct Journal {
    entries: Vec<JournalEntry>,
}

#[derive(Deserialize)]
struct JournalEntry {
    tag: String,
    when: serde_json::Number,
}

fn read(files: &[SourceFile]) -> Reading {
    let mut reading = Reading::default();
    let mut journals = files.iter().enumerate().filter(|(_, f)| f.file_name() == "_journal.json").peekable();
    if journals.peek().is_none() {
        without_journal(files, &mut reading);
    }
    let paths: BTreeMap<&str, usize> = files.iter().enumerate().map(|(n, f)| (f.path.as_str(), n)).collect();
    let mut seen = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for (number, file) in journals {
        let journal: Journal = match serde_json::from_str(file.text.trim_start_matches('\u{feff}')) {
            Ok(journal) => journal,
            Err(error) => {
                let message = format!("the journal cannot be read: {error}; no migration was read with it");
                reading.problems.push(LayoutProblem { file: number, message });
                continue;
            }
        };
        // `meta` stands in the folder of the migrations.
        let folder = if file.folder() == "meta" {
            file.parent().strip_suffix("meta").unwrap_or("").to_owned()
        } else if file.parent().is_empty() {
            String::new()
        } else {
            format!("{}/", file.parent())
        };
        let mut newest: Option<f64> = None;
        for entry in &journal.entries {
            let path = format!("{folder}{}.sql", entry.tag);
            let Some(number) = paths.get(path.as_str()).copied() else {
                let message = format!(
                    "`{}` is in the journal, and there is no file of it: Drizzle refuses to run",
                    entry.tag
                );
                reading.problems.push(LayoutProblem { file: number, message });
                continue;
            };
            if !seen.insert(number) {
                let message = "it is in the journal twice: Drizzle runs it twice".to_owned();
                reading.problems.push(LayoutProblem { file: number, message });
                continue;
            }
            // Only what is newer than the newest in the database runs.
            let when = entry.when.as_f64();
            if newest.zip(when).is_some_and(|(newest, when)| when <= newest) {
                let message = format!(
                    "its time in the journal, {}, is not after those of the migrations before it: Drizzle skips it where \
                     they have run already",
                    entry.when
                );
                reading.problems.push(LayoutProblem { file: number, message });
            } else {
                newest = when;
            }
            push(files, number, &entry.tag, Some(entry.when.to_string()), &mut reading);
        }
        folders.insert(folder);
    }
    for (number, file) in files.iter().enumerate() {
        let parent = file.path.strip_suffix(file.file_name()).unwrap_or("");
        if file.path.ends_with(".sql") && folders.contains(parent) && !seen.contains(&number) {
            let message = "it is not in `meta/_journal.json`: Drizzle does not run it, and it was not read";
            reading.problems.push(LayoutProblem { file: number, message: message.into() });
        }
    }
    reading
}

/// Folders with `migration.sql`, or files whose journal was not given.
fn without_journal(files: &[SourceFile], reading: &mut Reading) {
    let folders = files.iter().any(|f| f.file_name() == "migration.sql" && !f.folder().is_empty());
    let mut found: Vec<(&str, usize)> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        match file.file_name().strip_suffix(".sql") {
            Some("migration") if folders => found.push((file.folder(), number)),
            Some(name) if !folders => found.push((name, number)),
            _ => {}
        }
    }
    // As people sort: case matters last, lower case first.
    found.sort_by_key(|(name, number)| (name.to_lowercase(), Reverse(*name), *number));
    for (name, number) in found {
        if !folders {
            let message =
                "its place is in `meta/_journal.json`, which was not given: the order is that of the names";
            reading.notices.push(LayoutProblem { file: number, message: message.into() });
        }
        let when = name.get(..14).filter(|_| folders).and_then(milliseconds);
        push(files, number, name, when.map(|when| when.to_string()), reading);
    }
}

fn push(files: &[SourceFile], number: usize, version: &str, when: Option<String>, reading: &mut Reading) {
    let Some(file) = files.get(number) else { return };
    let mut up = Part::new(number, file.whole());
    if file.text.contains(BREAKPOINT) {
        // What stands between two breakpoints is sent by itself, with or without a semicolon at its end.
        let end = format!("{:<1$}", ";", BREAKPOINT.len());
        up.cut = Some(reading.cuts.len());
        reading.cuts.push(file.text.replace(BREAKPOINT, &end));
    }
    let name = digits(version).1.trim_start_matches('_');
    reading
        .migrations
        .push(Migration { ledger_key: when, ..Migration::new(version, name, up, TransactionMode::Wrapped) });
}
