//! Diesel: a folder a migration with `up.sql` and `down.sql`; `metadata.toml` can switch the transaction off.
use std::collections::BTreeSet;

use super::{
    Folders, SourceFile, Tool, TransactionMode,
    layout::{Pairs, Reading},
    ledger,
};

pub(super) static TOOL: Tool = Tool {
    id: "diesel",
    title: "Diesel",
    detect,
    companions: &["metadata.toml"],
    folders: Folders::Tree,
    read,
    ledger: Some(&ledger::DIESEL),
};

fn detect(files: &[SourceFile]) -> u32 {
    if files.iter().any(|f| f.file_name() == "up.sql" && !f.folder().is_empty()) { 50 } else { 0 }
}

fn read(files: &[SourceFile]) -> Reading {
    let mut pairs = Pairs::default();
    for (number, file) in files.iter().enumerate() {
        let up = match file.file_name() {
            "up.sql" => true,
            "down.sql" => false,
            _ => continue,
        };
        let (version, name) = file.folder().split_once('_').unwrap_or((file.folder(), ""));
        pairs.add(&version.replace('-', ""), name, up, number);
    }
    let autocommit: BTreeSet<&str> = files
        .iter()
        .filter(|f| f.file_name() == "metadata.toml" && switches_transaction_off(&f.text))
        .map(|f| f.path.strip_suffix("metadata.toml").unwrap_or(""))
        .collect();
    pairs.read(files, |file| {
        let folder = file.path.strip_suffix(file.file_name()).unwrap_or("");
        if autocommit.contains(folder) { TransactionMode::Autocommit } else { TransactionMode::Wrapped }
    })
}

fn switches_transaction_off(toml: &str) -> bool {
    toml.lines()
        .filter_map(|line| line.split('#').next()?.split_once('='))
        .any(|(key, value)| key.trim() == "run_in_transaction" && value.trim() == "false")
}
