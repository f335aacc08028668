//! Confiture: `001_users.up.sql` with `001_users.down.sql`, on PostgreSQL. Its pairs look like golang-migrate's: they
//! are taken for Confiture's only where a file carries one of its directives, or by name.
use super::{
    Folders, SourceFile, Tool, TransactionMode, golang_migrate,
    layout::{Pairs, Reading, is_sql},
    ledger, statements,
};

pub(super) static TOOL: Tool = Tool {
    id: "confiture",
    title: "Confiture",
    detect,
    companions: &[],
    folders: Folders::Tree,
    read,
    ledger: Some(&ledger::CONFITURE),
};

/// What a comment of Confiture's own begins with, such as `-- confiture:destructive`.
const DIRECTIVE: &str = "confiture:";

fn detect(files: &[SourceFile]) -> u32 {
    let sql: Vec<_> = files.iter().filter(|f| is_sql(f) && parse(f.file_name()).is_some()).collect();
    let directive = |line: &str| {
        line.trim_start().strip_prefix("--").is_some_and(|rest| rest.trim_start().starts_with(DIRECTIVE))
    };
    if sql.iter().any(|f| f.text.lines().any(directive)) { 45 } else { 0 }
}

fn read(files: &[SourceFile]) -> Reading {
    let mut pairs = Pairs::default();
    for (number, file) in files.iter().enumerate() {
        if let Some((version, name, up)) = parse(file.file_name()) {
            pairs.add(version, name, up, number);
        }
    }
    pairs.read(files, |file| {
        // Confiture runs a file by statements if one of them cannot run in a transaction.
        if statements::outside(&file.text, statements::CONFITURE).0 > 0 {
            TransactionMode::Autocommit
        } else {
            TransactionMode::Wrapped
        }
    })
}

fn parse(file: &str) -> Option<(&str, &str, bool)> {
    golang_migrate::parse(file).filter(|_| file.ends_with(".sql"))
}
