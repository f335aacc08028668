//! sqlx: `{version}_{description}.sql`, or the pair `.up.sql` and `.down.sql`; `-- no-transaction` as the very first
//! bytes switches the transaction off.
use super::{
    Folders, LayoutProblem, SourceFile, Tool, TransactionMode, golang_migrate,
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
    let mut reading = pairs.read(files, |file| {
        if file.text.starts_with("-- no-transaction") {
            TransactionMode::Autocommit
        } else {
            TransactionMode::Wrapped
        }
    });
    for (number, file) in files.iter().enumerate() {
        let version = file.file_name().strip_suffix(".sql").and_then(|name| name.split_once('_'));
        if version.is_some_and(|(version, _)| version.parse::<i64>().is_err()) {
            let message =
                "what stands before the first `_` of its name is no number: sqlx refuses the whole folder";
            reading.problems.push(LayoutProblem { file: number, message: message.into() });
        }
    }
    reading
}

fn parse(file: &str) -> Option<(&str, &str, bool)> {
    if let Some(pair) = golang_migrate::parse(file) {
        return file.ends_with(".sql").then_some(pair);
    }
    let (version, rest) = digits(file);
    let name = rest.strip_prefix('_').filter(|_| version.parse::<i64>().is_ok())?.strip_suffix(".sql")?;
    Some((version, name, true))
}
