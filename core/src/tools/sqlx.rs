//! sqlx: `{version}_{description}.sql`, or the pair `.up.sql` and `.down.sql`; `-- no-transaction` as the very first
//! bytes switches the transaction off.
use super::{
    Folders, SourceFile, Tool, TransactionMode, golang_migrate,
    layout::{Pairs, Reading, digits, is_sql},
    ledger,
};

pub(super) static TOOL: Tool = Tool {
    id: "sqlx",
    title: "sqlx",
    detect,
    companions: &[],
    folders: Folders::One,
    read,
    ledger: Some(&ledger::SQLX),
};

/// sqlx's own generator makes 14-digit time stamps; its simple files look like those of many others.
fn detect(files: &[SourceFile]) -> u32 {
    let stamped = |f: &SourceFile| digits(f.file_name()).0.len() == 14;
    let sql: Vec<_> = files.iter().filter(|f| is_sql(f)).collect();
    if sql.is_empty() || !sql.iter().all(|f| parse(f.file_name()).is_some()) {
        return 0;
    }
    let marked = sql.iter().any(|f| f.text.starts_with("-- no-transaction"));
    if marked {
        40
    } else if sql.iter().all(|f| stamped(f)) {
        15
    } else {
        0
    }
}

fn read(files: &[SourceFile]) -> Reading {
    let mut pairs = Pairs::default();
    for (number, file) in files.iter().enumerate() {
        if let Some((version, name, up)) = parse(file.file_name()) {
            pairs.add(version, &name.replace('_', " "), up, number);
        }
    }
    pairs.read(files, |file| {
        if file.text.starts_with("-- no-transaction") {
            TransactionMode::Autocommit
        } else {
            TransactionMode::Wrapped
        }
    })
}

fn parse(file: &str) -> Option<(&str, &str, bool)> {
    if let Some(pair) = golang_migrate::parse(file) {
        return file.ends_with(".sql").then_some(pair);
    }
    let (version, rest) = digits(file);
    let name = rest.strip_prefix('_').filter(|_| !version.is_empty())?.strip_suffix(".sql")?;
    Some((version, name, true))
}
