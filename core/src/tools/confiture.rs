//! Confiture: `001_users.up.sql` with `001_users.down.sql`, on PostgreSQL. Its pairs look like golang-migrate's: they
//! are taken for Confiture's only where a file carries one of its directives, or by name.
use super::{
    Folders, SourceFile, Tool, TransactionMode, golang_migrate,
    layout::{Pairs, Reading, is_sql},
    ledger,
};
use crate::{
    target::{Dialect, Target},
    text::{Script, TokenKind},
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
        if refuses_transaction(&file.text) { TransactionMode::Autocommit } else { TransactionMode::Wrapped }
    })
}

/// Confiture runs a file statement by statement if one of them cannot run in a transaction block.
fn refuses_transaction(text: &str) -> bool {
    let script = Script::new(text, &Target::new(Dialect::Postgres));
    script.statements.iter().any(|statement| {
        let tokens = script.tokens.get(statement.tokens.start as usize..statement.tokens.end as usize);
        let mut words = tokens
            .unwrap_or_default()
            .iter()
            .filter(|token| token.kind == TokenKind::Word)
            .map(|token| token.text(text).to_ascii_lowercase());
        let head = words.next().unwrap_or_default();
        match head.as_str() {
            "vacuum" => true,
            "create" | "drop" | "reindex" => words.any(|w| w == "concurrently"),
            "alter" => {
                let words: Vec<String> = words.collect();
                words.first().is_some_and(|w| w == "type")
                    && words.windows(2).any(|pair| matches!(pair, [a, b] if a == "add" && b == "value"))
            }
            _ => false,
        }
    })
}

fn parse(file: &str) -> Option<(&str, &str, bool)> {
    golang_migrate::parse(file).filter(|_| file.ends_with(".sql"))
}
