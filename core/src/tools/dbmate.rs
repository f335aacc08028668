//! dbmate: `-- migrate:up` and `-- migrate:down` in one file, `transaction:false` behind them.
use super::{
    Folders, LayoutProblem, Migration, Part, SourceFile, Tool, TransactionMode,
    layout::{Reading, digits, is_sql, marked_parts, marked_share},
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
const MARKS: Marks = Marks { title: "dbmate", up: "-- migrate:up", marker, no_transaction, repeats: true };

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

fn read(files: &[SourceFile]) -> Reading {
    let mut reading = Reading::default();
    for (number, file) in files.iter().enumerate().filter(|(_, f)| is_sql(f)) {
        let (version, rest) = digits(file.file_name());
        let (up, down) = marked_parts(&file.text, marker);
        let Some(up) = up.filter(|_| !version.is_empty()) else {
            reading.problems.push(LayoutProblem {
                file: number,
                message: if version.is_empty() {
                    "dbmate runs only files whose name starts with a number".into()
                } else {
                    "the file has no `-- migrate:up`: dbmate refuses it".into()
                },
            });
            continue;
        };
        let off = file.text.lines().filter_map(annotation).any(|(direction, options)| {
            direction == "up" && options.split_whitespace().any(|o| o == "transaction:false")
        });
        let transaction = if off { TransactionMode::Autocommit } else { TransactionMode::Wrapped };
        let name = rest.trim_start_matches('_').trim_end_matches(".sql");
        reading.migrations.push(Migration {
            down: down.map(|span| Part::new(number, span)),
            ..Migration::new(version, name, Part::new(number, up), transaction)
        });
    }
    reading.in_order_of_versions(files)
}
