//! `verify` without a server: the cases that a ledger, files and a schema can be in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use remigrate::{
    Catalog, Dialect, Options,
    report::{LedgerState, LedgerState::*, VerifyReport},
    simulate,
    tools::{
        self, SourceFile,
        ledger::{Entry, EntryKind, EntryState, Ledger},
    },
    verify,
};

fn options(tool: &str) -> Options {
    Options { tool: Some(tool.to_owned()), ..Options::new(Dialect::Postgres) }
}

fn files(all: &[(&str, &str)]) -> Vec<SourceFile> {
    all.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect()
}

fn sum(tool: &str, text: &str) -> Option<String> {
    tools::tool(tool).unwrap().ledger(Dialect::Postgres).unwrap().checksum().of(text)
}

/// A ledger from lines of `version|name|kind|state|text that ran`.
fn ledger(tool: &str, lines: &str) -> Ledger {
    let entry = |line: &str| {
        let fields: Vec<&str> = line.trim().split('|').collect();
        let [version, name, kind, state, text] = fields[..] else { panic!("{line}") };
        Entry {
            version: version.to_owned(),
            name: (!name.is_empty()).then(|| name.to_owned()),
            kind: match kind {
                "m" => EntryKind::Migration,
                "r" => EntryKind::Repeatable,
                "u" => EntryKind::UpTo,
                "c" => EntryKind::Code,
                other => panic!("{other}"),
            },
            state: match state {
                "ok" => EntryState::Applied,
                "failed" => EntryState::Failed,
                "undone" => EntryState::RolledBack,
                other => panic!("{other}"),
            },
            checksum: if text.is_empty() { None } else { sum(tool, text) },
        }
    };
    let entries = lines.trim().lines().filter(|l| !l.trim().is_empty()).map(entry).collect();
    Ledger { tool: tool.to_owned(), table: Some("ledger".to_owned()), entries }
}

fn audit(tool: &str, files: &[SourceFile], rows: &str, live: &Catalog) -> VerifyReport {
    verify(files, &ledger(tool, rows), live, &options(tool)).unwrap()
}

#[track_caller]
fn expect(tool: &str, files: &[SourceFile], rows: &str, live: &Catalog, expected: &[(&str, LedgerState)]) {
    let report = audit(tool, files, rows, live);
    let found: Vec<_> = report
        .rows
        .iter()
        .map(|r| (if r.version.is_empty() { r.name.as_str() } else { r.version.as_str() }, r.state))
        .collect();
    assert_eq!(found, expected, "{report:#?}");
}

const A: &str = "CREATE TABLE a (id int);";
const B: &str = "CREATE TABLE b (id int);";
const C: &str = "ALTER TABLE a DROP COLUMN id;";
const V: &str = "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;";

#[test]
fn flyway() {
    let all = files(&[("V1__a.sql", A), ("V2__b.sql", B), ("R__v.sql", V)]);
    let live = simulate(&all, &options("flyway")).unwrap();
    // A baseline covers what is at or below it, and is itself no migration.
    expect(
        "flyway",
        &all,
        "1|<< Flyway Baseline >>|u|ok|\n2|b|m|ok|CREATE TABLE b (id int);\n|v|r|ok|CREATE OR REPLACE VIEW v AS SELECT 1 AS x;",
        &live,
        &[("1", Ok), ("2", Ok), ("v", Ok)],
    );
    expect(
        "flyway",
        &all[1..],
        "1|base|u|ok|\n2|b|m|ok|CREATE TABLE b (id int);",
        &live,
        &[("1", Ok), ("2", Ok), ("v", BehindSchema)],
    );
    // The newest row counts: undone, repeated with another text, deleted by `repair`.
    expect(
        "flyway",
        &all,
        "1|a|m|ok|CREATE TABLE a (id int);\n2|b|m|ok|x\n2|b|m|undone|\n|v|r|ok|old\n9|gone|m|undone|",
        &live,
        &[("1", Ok), ("2", BehindSchema), ("9", Ok), ("v", Pending)],
    );
    // Java migrations are not read; what they may have done makes the schema no witness against older ones.
    let empty = simulate(&files(&[("V5__x.sql", "SELECT 1;")]), &options("flyway")).unwrap();
    expect(
        "flyway",
        &all,
        "1|a|m|ok|CREATE TABLE a (id int);\n2|b|m|ok|CREATE TABLE b (id int);\n3|code|c|ok|",
        &empty,
        &[("1", Ok), ("2", Ok), ("3", Unproven), ("v", Pending)],
    );
    expect(
        "flyway",
        &all,
        "1|a|m|ok|CREATE TABLE a (id int);\n2|b|m|ok|CREATE TABLE b (id int);",
        &empty,
        &[("1", AheadOfSchema), ("2", AheadOfSchema), ("v", Pending)],
    );
    // `1.0` is `1`; a failed row says so whatever the schema has.
    expect(
        "flyway",
        &all[..2],
        "1.0|a|m|ok|CREATE TABLE a (id int);\n2|b|m|failed|CREATE TABLE b (id int);",
        &live,
        &[("1", Ok), ("2", Failed)],
    );
}

#[test]
fn absence_of_evidence_is_not_ok() {
    let data = files(&[("1_a.up.sql", A), ("2_seed.up.sql", "INSERT INTO a VALUES (1);")]);
    let live = simulate(&data, &options("golang-migrate")).unwrap();
    expect("golang-migrate", &data, "2||u|ok|", &live, &[("1", Ok), ("2", Unproven)]);
    assert!(audit("golang-migrate", &data, "2||u|ok|", &live).rows[1].detail.contains("was not compared"));
    // With a checksum there is evidence.
    expect(
        "sqlx",
        &data,
        "1|a|m|ok|CREATE TABLE a (id int);\n2|seed|m|ok|INSERT INTO a VALUES (1);",
        &live,
        &[("1", Ok), ("2", Ok)],
    );
    // A checksum that is missing in the row, and a file that has none because its bytes are unknown.
    expect("confiture", &data, "1|a|m|ok|\n2|seed|m|ok|", &live, &[("1", Ok), ("2", Unproven)]);
    let mut broken = data.clone();
    broken[1] = SourceFile::from_bytes("2_seed.up.sql", b"INSERT INTO a VALUES (1); -- \xff");
    expect(
        "confiture",
        &broken,
        "1|a|m|ok|CREATE TABLE a (id int);\n2|seed|m|ok|x",
        &live,
        &[("1", Ok), ("2", Unproven)],
    );
}

#[test]
fn the_schema_is_no_witness_where_unknown_statements_ran() {
    let all = files(&[("1_a.sql", A), ("2_b.sql", B), ("3_c.sql", C)]);
    let live = simulate(&all, &options("sqlx")).unwrap();
    // The file that dropped the column of 1 is gone: 1 is not accused.
    expect(
        "sqlx",
        &all[..2],
        "1|a|m|ok|CREATE TABLE a (id int);\n2|b|m|ok|CREATE TABLE b (id int);\n3|c|m|ok|x",
        &live,
        &[("1", Ok), ("2", Ok), ("3", MissingFile)],
    );
    // It was edited and now drops nothing.
    let mut edited = all.clone();
    edited[2].text = "SELECT 1;".into();
    expect(
        "sqlx",
        &edited,
        "1|a|m|ok|CREATE TABLE a (id int);\n2|b|m|ok|CREATE TABLE b (id int);\n3|c|m|ok|ALTER TABLE a DROP COLUMN id;",
        &live,
        &[("1", Ok), ("2", Ok), ("3", ChecksumMismatch)],
    );
}

#[test]
fn one_number() {
    let all = files(&[("1_a.up.sql", A), ("2_b.up.sql", B), ("3_c.up.sql", C)]);
    let live = simulate(&all[..2], &options("golang-migrate")).unwrap();
    let with =
        |rows: &str, expected: &[(&str, LedgerState)]| expect("golang-migrate", &all, rows, &live, expected);
    with("2||u|ok|", &[("1", Ok), ("2", Ok), ("3", Pending)]);
    with("3||u|failed|", &[("1", Ok), ("2", Ok), ("3", Failed)]);
    with("1||u|ok|", &[("1", Ok), ("2", BehindSchema), ("3", Pending)]);
    with("3||u|ok|", &[("1", Ok), ("2", Ok), ("3", AheadOfSchema)]);
    // A version that no file has; the mark of a failed way down to nothing.
    with("20||u|ok|", &[("1", Ok), ("2", Ok), ("3", Unproven), ("20", MissingFile)]);
    with("-1||u|failed|", &[("-1", Failed), ("1", BehindSchema), ("2", BehindSchema), ("3", Pending)]);
}

#[test]
fn prisma_and_goose_count_the_newest_row() {
    let all = files(&[("1_a/migration.sql", A), ("2_b/migration.sql", B)]);
    let live = simulate(&all, &options("prisma")).unwrap();
    expect(
        "prisma",
        &all,
        "1_a||m|ok|CREATE TABLE a (id int);\n2_b||m|undone|x\n2_b||m|ok|CREATE TABLE b (id int);",
        &live,
        &[("1_a", Ok), ("2_b", Ok)],
    );
    let goose = files(&[
        ("1_a.sql", "-- +goose Up\nCREATE TABLE a (id int);"),
        ("2_b.sql", "-- +goose Up\nCREATE TABLE b (id int);"),
    ]);
    let half = simulate(&goose[..1], &options("goose")).unwrap();
    expect("goose", &goose, "1||m|ok|\n2||m|ok|\n2||m|undone|", &half, &[("1", Ok), ("2", Pending)]);
}

#[test]
fn the_ledger_belongs_to_one_tool() {
    let all = files(&[("1_a.sql", A)]);
    let live = simulate(&all, &options("sqlx")).unwrap();
    let mut foreign = ledger("sqlx", "");
    let error = verify(&all, &foreign, &live, &options("flyway")).unwrap_err();
    assert_eq!(error.kind(), remigrate::ErrorKind::InvalidOptions);
    foreign.tool = "nope".into();
    assert!(verify(&all, &foreign, &live, &Options::default()).is_err());
    let mysql = Options { tool: None, ..Options::new(Dialect::MySql) };
    let live = simulate(&all, &mysql).unwrap();
    assert!(verify(&all, &ledger("confiture", ""), &live, &mysql).is_err());
}
