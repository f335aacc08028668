//! goose: `-- +goose Up` and `-- +goose Down` in one file, each once and in this order, `-- +goose NO TRANSACTION`.
use super::{
    Folders, LayoutProblem, Migration, Part, SourceFile, Tool, TransactionMode,
    layout::{Reading, digits, is_sql, marked_parts, marked_share},
    ledger,
    marked::{self, Marks},
};

pub(super) static TOOL: Tool = Tool {
    id: "goose",
    title: "goose",
    detect,
    companions: &[],
    folders: Folders::One,
    read,
    ledger: Some(&ledger::GOOSE),
};

/// goose refuses a second `Up` or `Down`, and a `Down` before the `Up` (its `sqlparser`).
const MARKS: Marks = Marks {
    title: "goose",
    up: "-- +goose Up",
    marker,
    no_transaction: |line| annotation(line).is_some_and(|a| a.eq_ignore_ascii_case("no transaction")),
    repeats: false,
};

fn detect(files: &[SourceFile]) -> u32 {
    marked::share(files, &MARKS, 55)
}

fn annotation(line: &str) -> Option<&str> {
    line.strip_prefix("-- +goose").or_else(|| line.strip_prefix("--+goose")).map(str::trim)
}

fn marker(line: &str) -> Option<bool> {
    let word = annotation(line)?;
    match word.to_ascii_lowercase().as_str() {
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
                    "goose runs only files whose name starts with a number".into()
                } else {
                    "the file has no `-- +goose Up`: goose refuses it".into()
                },
            });
            continue;
        };
        let off = file
            .text
            .lines()
            .any(|l| annotation(l).is_some_and(|a| a.eq_ignore_ascii_case("no transaction")));
        let transaction = if off { TransactionMode::Autocommit } else { TransactionMode::Wrapped };
        let name = rest.trim_start_matches('_').trim_end_matches(".sql");
        reading.migrations.push(Migration {
            down: down.map(|span| Part::new(number, span)),
            ..Migration::new(version, name, Part::new(number, up), transaction)
        });
    }
    reading.in_order_of_versions(files)
}
