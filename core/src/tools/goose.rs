//! goose: `-- +goose Up` and `-- +goose Down` in one file, `-- +goose NO TRANSACTION`.
use super::{
    LayoutProblem, Migration, MigrationKind, Part, SourceFile, Tool, TransactionMode,
    layout::{Reading, digits, is_sql, marked_parts, marked_share},
    ledger,
};

pub(super) static TOOL: Tool =
    Tool { id: "goose", title: "goose", detect, companions: &[], read, ledger: Some(&ledger::GOOSE) };

fn detect(files: &[SourceFile]) -> u32 {
    marked_share(files, marker, 55)
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
        reading.migrations.push(Migration {
            version: version.to_owned(),
            name: rest.trim_start_matches('_').trim_end_matches(".sql").to_owned(),
            kind: MigrationKind::Versioned,
            up: Part { file: number, span: up },
            down: down.map(|span| Part { file: number, span }),
            transaction: if off { TransactionMode::Autocommit } else { TransactionMode::Wrapped },
        });
    }
    reading.in_order_of_versions(files)
}
