//! goose: `-- +goose Up` and `-- +goose Down` in one file, each once and in this order, `-- +goose NO TRANSACTION`.
use super::{
    Folders, SourceFile, Tool,
    layout::Reading,
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
    ends_statement: |line| annotation(line).is_some_and(|a| a.eq_ignore_ascii_case("statementend")),
    placeholders: |text| {
        text.lines()
            .filter_map(annotation)
            .any(|a| ["envsub on", "envsubst on"].iter().any(|own| a.eq_ignore_ascii_case(own)))
    },
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
    marked::read(files, &MARKS)
}
