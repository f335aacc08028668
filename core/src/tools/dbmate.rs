//! dbmate: `-- migrate:up` and `-- migrate:down` in one file, `transaction:false` behind them.
use super::{
    Folders, SourceFile, Tool,
    layout::Reading,
    ledger,
    marked::{self, Marks},
};

pub(super) static TOOL: Tool = Tool {
    id: "dbmate",
    title: "dbmate",
    detect,
    companions: &[],
    folders: Folders::One,
    read,
    ledger: Some(&ledger::DBMATE),
};

/// dbmate takes several parts of each direction.
const MARKS: Marks = Marks {
    title: "dbmate",
    up: "-- migrate:up",
    marker,
    no_transaction,
    repeats: true,
    ends_statement: |_| false,
    placeholders: |_| false,
};

fn detect(files: &[SourceFile]) -> u32 {
    marked::share(files, &MARKS, 55)
}

/// What follows `-- migrate:` on a line: the direction and its options.
fn annotation(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("--")?.trim_start().strip_prefix("migrate:")?;
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    Some(rest.split_at(end))
}

fn marker(line: &str) -> Option<bool> {
    match annotation(line)?.0 {
        "up" => Some(true),
        "down" => Some(false),
        _ => None,
    }
}

fn no_transaction(line: &str) -> bool {
    annotation(line).is_some_and(|(direction, options)| {
        direction == "up" && options.split_whitespace().any(|o| o == "transaction:false")
    })
}

fn read(files: &[SourceFile]) -> Reading {
    marked::read(files, &MARKS)
}
