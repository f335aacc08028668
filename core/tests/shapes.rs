//! Long chains and deep nests through splitting, lowering, apply and every rule on a stack of 512 kB: generated SQL looks
//! like this, and an overflow cannot be caught.
//!
//! The chains of generated filters and queries have 100,000 terms, everything else as many as `REMIGRATE_SHAPES` says.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]
use std::{
    thread,
    time::{Duration, Instant},
};

use remigrate::{Dialect, Options, check, tools::SourceFile};

/// Terms of the chains that generated SQL has.
const LONG: usize = 100_000;

/// Terms of other chains and levels of nests, unless the environment says another number.
const MANY: usize = 5_000;

/// What takes longer is not linear, on however busy a machine: usual is a second.
const LONGEST: Duration = Duration::from_secs(60);

/// The number of terms and levels.
fn many() -> usize {
    std::env::var("REMIGRATE_SHAPES").map_or(MANY, |n| n.parse().unwrap())
}

fn chain(term: &str, between: &str) -> String {
    vec![term; many()].join(between)
}

fn nest(open: &str, inner: &str, close: &str) -> String {
    open.repeat(many()) + inner + &close.repeat(many())
}

/// The four chains that generated SQL has.
fn long_chains() -> Vec<String> {
    let chain = |term: &str, between: &str| vec![term; LONG].join(between);
    vec![
        format!("UPDATE t SET a = {}", chain("1", " + ")),
        format!("DELETE FROM t WHERE {}", chain("a = 1", " AND ")),
        format!("DELETE FROM t WHERE {}", chain("a = 1", " OR ")),
        format!("CREATE VIEW v AS {}", chain("SELECT 1", " UNION ALL ")),
    ]
}

/// Expressions of both families.
fn expressions() -> Vec<String> {
    vec![
        chain("a = 1 AND b = 2", " OR "),
        chain("a", " || "),
        chain("1", " - "),
        chain("a", " = "),
        format!("a IN ({})", chain("1", ", ")),
        format!("f({})", chain("a", ", ")),
        format!("CASE {} END", "WHEN a = 1 THEN b ".repeat(many())),
        format!("{}a", "NOT ".repeat(many())),
        format!("{}a", "- ".repeat(many())),
        format!("a{}", " IS NULL".repeat(many())),
        format!("a{}", ".b".repeat(many())),
        nest("(", "a", ")"),
        nest("(", "a", " + 1)"),
        nest("(", "a = 1", " AND b = 2)"),
        nest("NOT (", "a", ")"),
        nest("f(", "a", ")"),
        nest("CASE WHEN a THEN ", "b", " END"),
        nest("CASE ", "a", " WHEN 1 THEN 2 END"),
        nest("(SELECT ", "1", ")"),
        nest("EXISTS (SELECT 1 FROM t WHERE ", "true", ")"),
        nest("a IN (SELECT b FROM t WHERE ", "true", ")"),
        nest("CAST(", "a", " AS int)"),
        nest("(a BETWEEN ", "1", " AND 2)"),
        nest("a AND (b OR (", "c", "))"),
        // Never closed, or never opened.
        "(".repeat(many()),
        "a)".repeat(many()),
        "(SELECT ".repeat(many()),
        "CASE WHEN ".repeat(many()),
    ]
}

fn postgres_expressions() -> Vec<String> {
    vec![
        nest("ARRAY[", "1", "]"),
        nest("ROW(", "1", ")"),
        nest("(", "a", ").b"),
        nest("(", "a", "::int)"),
        format!("a{}", "[1]".repeat(many())),
        format!("a{}", "::int".repeat(many())),
        format!("a{}", " COLLATE \"C\"".repeat(many())),
        format!("a{}", " AT TIME ZONE 'x'".repeat(many())),
        "ARRAY[".repeat(many()),
        "a[".repeat(many()),
    ]
}

/// Where expressions stand.
const PLACES: &[&str] = &[
    "DELETE FROM t WHERE {}",
    "UPDATE t SET a = {}",
    "CREATE VIEW v AS SELECT {} FROM t",
    "ALTER TABLE t ADD CHECK ({})",
    "CREATE TABLE t (a int DEFAULT ({}))",
    "INSERT INTO t (a) VALUES ({})",
    "CREATE INDEX i ON t (({}))",
    "SELECT {}",
];

/// Statements of both families.
fn statements() -> Vec<String> {
    vec![
        chain("SELECT 1", " UNION "),
        format!("INSERT INTO t VALUES {}", chain("(1, 'a')", ", ")),
        format!("DROP TABLE {}", chain("t", ", ")),
        format!("CREATE VIEW v AS SELECT 1 FROM {}", nest("(", "t", ")")),
        format!("CREATE VIEW v AS SELECT 1 FROM {}", nest("(SELECT 1 FROM ", "t", ") AS x")),
        format!("CREATE VIEW v AS SELECT 1 FROM {}", nest("(t JOIN ", "t", " ON true)")),
        format!("SELECT 1 FROM t {}", "JOIN t ON true ".repeat(many())),
        format!("CREATE VIEW v AS {}", nest("(", "SELECT 1", ")")),
        format!("CREATE VIEW v AS {}", nest("WITH w AS (", "SELECT 1", ") SELECT 2")),
        format!("WITH {} SELECT 1", chain("w AS (SELECT 1)", ", ")),
        format!("SELECT 1 ORDER BY {}", chain("a", ", ")),
        format!("CREATE TABLE t (a {})", nest("numeric(", "1", ")")),
        format!("CREATE TABLE t {}", nest("(", "a int", ")")),
        ";".repeat(many()),
        "CREATE ".repeat(many()),
    ]
}

fn postgres_statements() -> Vec<String> {
    vec![
        format!("CREATE TABLE t (a int{})", "[]".repeat(many())),
        format!("CREATE TABLE t (a int{})", "[".repeat(many())),
        format!("CREATE FUNCTION f(a int{}) RETURNS int LANGUAGE sql AS 'SELECT 1'", "[]".repeat(many())),
        nest("EXPLAIN ANALYZE ", "DELETE FROM t", ""),
        nest("PREPARE p AS ", "DELETE FROM t", ""),
        nest("WITH w AS (DELETE FROM t RETURNING a) ", "SELECT 1", ""),
        nest("WITH w AS (", "DELETE FROM t", ") SELECT 1"),
        format!("DO $$ BEGIN {} $$", nest("IF a THEN ", "DROP TABLE t; ", "END IF; ")),
        format!("DO $$ {} $$", nest("BEGIN ", "DROP TABLE t; ", "END; ")),
        format!("DO $$ BEGIN {} END $$", "DROP TABLE t; ".repeat(many() / 10)),
        nest("/*", "", "*/"),
        format!("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC {} END", "CASE ".repeat(many())),
        format!("COPY {} TO STDOUT", nest("(", "SELECT 1", ")")),
        format!("CREATE TABLE t (a int) PARTITION BY LIST ({})", nest("(", "a", ")")),
        format!("CREATE SCHEMA s {}", "CREATE TABLE t (a int) ".repeat(many() / 10)),
        format!("CREATE RULE r AS ON INSERT TO t DO ({})", "DELETE FROM u;".repeat(many())),
    ]
}

fn mysql_statements() -> Vec<String> {
    vec![
        format!("CREATE TABLE t (a enum({}))", chain("'x'", ", ")),
        format!("CREATE PROCEDURE p() BEGIN {} END", nest("IF a THEN ", "DROP TABLE t; ", "END IF; ")),
        format!("CREATE PROCEDURE p() {}", nest("BEGIN ", "DROP TABLE t; ", "END; ")),
        "/*!50000 ".repeat(many()),
        nest("/*!50000 ", "DROP TABLE t", " */"),
        format!("PREPARE p FROM '{}'", nest("(", "SELECT 1", ")")),
        format!("SET @a = {}", nest("CONCAT('x', ", "'y'", ")")),
        format!("SET {}", chain("@a = 1", ", ")),
    ]
}

fn run(dialect: Dialect) {
    let mut inputs = long_chains();
    inputs.extend(statements());
    let mut values = expressions();
    if dialect == Dialect::Postgres {
        values.extend(postgres_expressions());
        inputs.extend(postgres_statements());
    } else {
        inputs.extend(mysql_statements());
    }
    // Each expression in one place, in another one for the next dialect.
    let first = Dialect::ALL.iter().position(|d| *d == dialect).unwrap();
    for (value, place) in values.iter().zip(PLACES.iter().cycle().skip(first)) {
        inputs.push(place.replace("{}", value));
    }
    let mut slow = Vec::new();
    for input in inputs {
        let head: String = input.chars().take(60).collect();
        let begin = Instant::now();
        let report = check(&[SourceFile::new("1_x.sql", input)], &Options::new(dialect));
        let took = begin.elapsed();
        assert!(report.is_ok(), "{dialect} {head}");
        if took > LONGEST {
            slow.push(format!("{dialect} {head}: {took:?}"));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

fn in_little_stack(dialect: Dialect) {
    thread::Builder::new().stack_size(512 * 1024).spawn(move || run(dialect)).unwrap().join().unwrap();
}

#[test]
fn postgres_takes_any_shape() {
    in_little_stack(Dialect::Postgres);
}

#[test]
fn mysql_takes_any_shape() {
    in_little_stack(Dialect::MySql);
}

#[test]
fn mariadb_takes_any_shape() {
    in_little_stack(Dialect::MariaDb);
}
