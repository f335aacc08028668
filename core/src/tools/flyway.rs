//! Flyway: `V1_2__add_users.sql`, `U1_2__….sql` to undo, `R__views.sql` to repeat; `<file>.conf` can switch the
//! transaction off.
use std::collections::BTreeSet;

use super::{
    Folders, Migration, MigrationKind, Part, SourceFile, Tool, TransactionMode,
    layout::{Pairs, Reading, is_sql},
    ledger,
};

pub(super) static TOOL: Tool = Tool {
    id: "flyway",
    title: "Flyway",
    detect,
    companions: &[".sql.conf"],
    folders: Folders::Tree,
    read,
    ledger: Some(&ledger::FLYWAY),
};

fn detect(files: &[SourceFile]) -> u32 {
    let own = |f: &&SourceFile| parse(f.file_name()).is_some();
    if files.iter().filter(|f| is_sql(f)).all(|f| own(&f)) && files.iter().any(|f| own(&f)) { 30 } else { 0 }
}

fn read(files: &[SourceFile]) -> Reading {
    let mut pairs = Pairs::default();
    let mut repeatable = Vec::new();
    for (number, file) in files.iter().enumerate() {
        match parse(file.file_name()) {
            Some(Flyway { kind: 'V', version, description }) => {
                pairs.add(&version, &description, true, number);
            }
            Some(Flyway { kind: 'U', version, description }) => {
                pairs.add(&version, &description, false, number);
            }
            Some(Flyway { description, .. }) => repeatable.push((description, number)),
            None => {}
        }
    }
    let off: BTreeSet<&str> = files
        .iter()
        .filter_map(|f| f.path.strip_suffix(".conf").filter(|_| f.text.lines().any(switches_off)))
        .collect();
    let transaction = |file: &SourceFile| {
        if off.contains(file.path.as_str()) { TransactionMode::Autocommit } else { TransactionMode::Wrapped }
    };
    let mut reading = pairs.read(files, transaction);
    repeatable.sort();
    for (name, number) in repeatable {
        let Some(file) = files.get(number) else { continue };
        reading.migrations.push(Migration {
            kind: MigrationKind::Repeatable,
            ..Migration::new("", name, Part::new(number, file.whole()), transaction(file))
        });
    }
    reading
}

/// Whether a line of a script's configuration switches its transaction off.
fn switches_off(line: &str) -> bool {
    line.split_once('=').is_some_and(|(k, v)| k.trim() == "executeInTransaction" && v.trim() == "false")
}

struct Flyway {
    kind: char,
    version: String,
    description: String,
}

/// The parts of a file name; versions have dots, as in the ledger.
fn parse(file: &str) -> Option<Flyway> {
    let stem = file.strip_suffix(".sql")?;
    let kind = stem.chars().next().filter(|k| matches!(k, 'V' | 'U' | 'R'))?;
    let (version, description) = stem[1..].split_once("__")?;
    let numeric = !version.is_empty()
        && version.starts_with(|c: char| c.is_ascii_digit())
        && version.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'_');
    if (kind == 'R') != version.is_empty() || (kind != 'R' && !numeric) {
        return None;
    }
    Some(Flyway { kind, version: version.replace('_', "."), description: description.replace('_', " ") })
}
