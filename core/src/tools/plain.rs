//! Plain files: `001_users.up.sql` with `001_users.down.sql`, `001_users.sql` with `001_users.rollback.sql` or
//! `001_users_down.sql`, or simply a script.
use super::{
    Folders, SourceFile, Tool, TransactionMode, is_companion,
    layout::{Pairs, Reading, digits, is_sql},
};

pub(super) static TOOL: Tool = Tool {
    id: "plain",
    title: "plain SQL files",
    detect: |_| 1,
    companions: &[],
    folders: Folders::Tree,
    read,
    ledger: None,
};

/// Endings of the two directions, without `.sql`.
const DOWN: &[&str] = &[".down", "_down", "-down", ".rollback", "_rollback", "-rollback", ".undo", ".revert"];
const UP: &[&str] = &[".up", "_up", "-up"];

fn read(files: &[SourceFile]) -> Reading {
    let mut pairs = Pairs::default();
    let any_sql = files.iter().any(is_sql);
    for (number, file) in files.iter().enumerate() {
        let name = file.file_name();
        if any_sql && !is_sql(file) && is_companion(name) {
            continue;
        }
        let stem = if is_sql(file) { &name[..name.len() - 4] } else { name };
        let folder = file.path.strip_suffix(name).unwrap_or("");
        let (stem, up) = direction(stem);
        // `up.sql` and `down.sql` belong to the migration that their folder names.
        let (key, own) = if stem.is_empty() || stem == "up" || stem == "down" {
            (file.folder().to_owned(), file.folder())
        } else {
            (format!("{folder}{stem}"), stem)
        };
        let up = up && stem != "down";
        let (version, rest) = version_and_name(own);
        let version = if version.is_empty() { key } else { version.to_owned() };
        pairs.add(&version, rest, up, number);
    }
    pairs.read(files, |_| TransactionMode::Unknown)
}

fn direction(stem: &str) -> (&str, bool) {
    for end in DOWN {
        if let Some(stem) = stem.strip_suffix(end) {
            return (stem, false);
        }
    }
    for end in UP {
        if let Some(stem) = stem.strip_suffix(end) {
            return (stem, true);
        }
    }
    (stem, true)
}

/// `001_users` is version `001`, name `users`; `V2__x` is version `2`; a name without number has no version.
fn version_and_name(stem: &str) -> (&str, &str) {
    let body =
        stem.strip_prefix(['V', 'v']).filter(|b| b.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(stem);
    let (version, rest) = digits(body);
    if version.is_empty() {
        return ("", stem);
    }
    (version, rest.trim_start_matches(['_', '-', '.', ' ']))
}
