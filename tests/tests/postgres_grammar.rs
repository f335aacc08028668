//! PostgreSQL's grammar against the server's own: on the statements of its regression suite and of the published migration
//! histories, and on single mutations of their DDL.
//!
//! The server reads a whole message before it runs the first statement of it, so that behind a statement that fails any
//! other is judged by the grammar alone and never runs.
use std::{
    collections::{BTreeMap, HashSet},
    thread,
};

use postgres::{Client, SimpleQueryMessage};
use remigrate::{Dialect, Operation, ServerVersion, Target, dialect, operation::TableAction, text::Script};
use remigrate_tests::{corpus, servers, suites};

const VERSION: u16 = 18;
/// Connections that ask at the same time.
const CONNECTIONS: usize = 4;

fn target(major: u16) -> Target {
    Target::new(Dialect::Postgres).with_version(ServerVersion::new(major, 0, 0))
}

/// For each statement whether the server's grammar takes it as one statement.
fn takes(major: u16, statements: &[String]) -> Vec<bool> {
    let database = servers::postgres(major).create_database("grammar");
    let chunk = statements.len().div_ceil(CONNECTIONS).max(1);
    thread::scope(|scope| {
        let database = &database;
        let ask = move |part: &[String]| {
            let mut client = database.postgres();
            part.iter().map(|sql| ask(&mut client, sql)).collect::<Vec<bool>>()
        };
        let parts: Vec<_> = statements.chunks(chunk).map(|part| scope.spawn(move || ask(part))).collect();
        parts.into_iter().flat_map(|part| part.join().expect("the server answers")).collect()
    })
}

fn ask(client: &mut Client, sql: &str) -> bool {
    let answer: Result<Vec<SimpleQueryMessage>, _> = client.simple_query(&format!("SELECT 1/0; {sql}\n"));
    let error = answer.expect_err("nobody divides by zero");
    // 22012 is the division: everything behind it was read.
    error.code().unwrap_or_else(|| panic!("{error} on {sql}")).code() == "22012"
}

/// What we say of a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Full,
    Opaque,
    Refused,
}

fn reading(sql: &str, target: &Target) -> Reading {
    let script = Script::new(sql, target);
    let operations: Vec<_> =
        script.statements.iter().flat_map(|statement| dialect::lower(&script, statement, target)).collect();
    if !script.problems.is_empty() || operations.iter().any(|o| matches!(o.node, Operation::Invalid { .. })) {
        Reading::Refused
    } else if operations.iter().any(|o| is_opaque(&o.node)) {
        Reading::Opaque
    } else {
        Reading::Full
    }
}

fn is_opaque(operation: &Operation) -> bool {
    match operation {
        Operation::Opaque { .. } => true,
        Operation::AlterTable(alter) => {
            alter.actions.iter().any(|action| matches!(action.node, TableAction::Opaque { .. }))
        }
        Operation::AlterType { action, .. } => {
            matches!(action, remigrate::operation::TypeAction::Opaque { .. })
        }
        _ => false,
    }
}

/// The first words, upper case: what kind of statement it is.
fn kind(sql: &str) -> String {
    let script = Script::new(sql, &target(VERSION));
    let words = script.tokens.iter().take(2).map(|token| token.text(sql).to_ascii_uppercase());
    words.collect::<Vec<_>>().join(" ")
}

fn is_ddl(sql: &str) -> bool {
    const VERBS: &[&str] = &[
        "ALTER", "COMMENT", "CREATE", "DROP", "GRANT", "IMPORT", "REASSIGN", "REFRESH", "REINDEX", "REVOKE",
        "SECURITY", "TRUNCATE",
    ];
    VERBS.contains(&kind(sql).split(' ').next().unwrap_or(""))
}

/// Of `all` what the server takes is never refused, and of its DDL at least `floor` is read in full.
fn read_in_full(title: &str, all: &[String], floor: f64) {
    let target = target(VERSION);
    let taken = takes(VERSION, all);
    let (mut valid, mut ddl, mut refused) = (0usize, 0usize, Vec::new());
    let mut opaque: BTreeMap<String, usize> = BTreeMap::new();
    for (sql, _) in all.iter().zip(taken).filter(|(_, taken)| *taken) {
        valid += 1;
        ddl += usize::from(is_ddl(sql));
        match reading(sql, &target) {
            Reading::Refused => refused.push(sql.as_str()),
            Reading::Opaque if is_ddl(sql) => *opaque.entry(kind(sql)).or_default() += 1,
            _ => {}
        }
    }
    let missed: usize = opaque.values().sum();
    let share = 100.0 * (ddl - missed) as f64 / ddl.max(1) as f64;
    println!(
        "{title}: {valid} statements that the server takes, {} refused; {ddl} DDL, {share:.3} % in full; opaque: {opaque:?}",
        refused.len()
    );
    assert!(refused.is_empty(), "{title}: the server takes what we refuse:\n{}", refused.join("\n--\n"));
    assert!(share >= floor, "{title}: {share:.3} % of the DDL is read in full, less than {floor} %");
}

#[test]
fn what_the_server_takes_is_read_in_full() {
    read_in_full("regression suite", &suites::postgres(), 98.0);
    read_in_full("published histories", &corpus::statements(Dialect::Postgres), 99.95);
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % bound.max(1)
    }
}

/// A statement with one token deleted, doubled, swapped with the next, or misspelt.
fn mutant(sql: &str, dice: &mut Dice) -> Option<String> {
    let script = Script::new(sql, &target(VERSION));
    let at = dice.below(script.tokens.len());
    let token = script.tokens.get(at)?;
    let (before, text) = (&sql[..token.span.start as usize], token.text(sql));
    let after = &sql[token.span.end as usize..];
    match dice.below(10) {
        0..=2 => Some(format!("{before} {after}")),
        3..=5 => Some(format!("{before}{text} {text}{after}")),
        6..=8 => {
            let next = script.tokens.get(at + 1)?;
            let between = &sql[token.span.end as usize..next.span.start as usize];
            let rest = &sql[next.span.end as usize..];
            Some(format!("{before}{} {between} {text}{rest}", next.text(sql)))
        }
        _ => {
            let letters = text.bytes().all(|byte| byte.is_ascii_alphabetic()) && text.len() > 2;
            let cut = dice.below(text.len() - 1) + 1;
            letters.then(|| format!("{before}{}{}{after}", &text[..cut - 1], &text[cut..]))
        }
    }
}

#[test]
fn mutations_that_the_server_refuses_are_refused() {
    const COUNT: usize = 30_000;
    const MOST: f64 = 0.2;
    let valid = corpus::statements(Dialect::Postgres);
    let taken = takes(VERSION, &valid);
    let ddl: Vec<String> = valid
        .into_iter()
        .zip(taken)
        .filter(|(sql, taken)| *taken && sql.len() < 4_000 && is_ddl(sql))
        .map(|(sql, _)| sql)
        .collect();
    let (mut dice, mut known, mut mutants) = (Dice(7), HashSet::new(), Vec::new());
    while mutants.len() < COUNT {
        let sql = &ddl[dice.below(ddl.len())];
        if let Some(mutant) = mutant(sql, &mut dice).filter(|m| m != sql)
            && known.insert(mutant.clone())
        {
            mutants.push(mutant);
        }
    }
    let taken = takes(VERSION, &mutants);
    let target = target(VERSION);
    let (mut invalid, mut passed, mut refused) = (0usize, Vec::new(), Vec::new());
    for (sql, taken) in mutants.iter().zip(taken) {
        let ours = reading(sql, &target) != Reading::Refused;
        invalid += usize::from(!taken);
        match (taken, ours) {
            (false, true) => passed.push(sql.as_str()),
            (true, false) => refused.push(sql.as_str()),
            _ => {}
        }
    }
    let share = 100.0 * passed.len() as f64 / invalid as f64;
    println!(
        "mutations: {invalid} that the server refuses, {share:.3} % of them pass:\n{}",
        passed.join("\n--\n")
    );
    assert!(refused.is_empty(), "the server takes what we refuse:\n{}", refused.join("\n--\n"));
    assert!(share <= MOST, "{share:.3} % of the mutations that the server refuses pass, more than {MOST} %");
}

/// Clauses with the version that brought them: the server before it refuses them, and so do we, naming the version.
#[test]
fn clauses_of_newer_versions() {
    let cases: &[(u16, &str)] = &[
        (15, "CREATE TABLE t (a int, UNIQUE NULLS NOT DISTINCT (a))"),
        (15, "CREATE PUBLICATION p FOR TABLES IN SCHEMA s"),
        (15, "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE"),
        (15, "ALTER TABLE t SET ACCESS METHOD heap"),
        (15, "CREATE TABLE t (a int REFERENCES u ON DELETE SET NULL (a))"),
        (16, "CREATE TABLE t (a text STORAGE external)"),
        (17, "ALTER TABLE t ALTER a SET EXPRESSION AS (b + 1)"),
        (17, "MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED BY SOURCE THEN DELETE"),
        (17, "ALTER TABLE t ALTER COLUMN a SET STATISTICS DEFAULT"),
        (18, "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)"),
        (18, "CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED)"),
        (18, "CREATE TABLE t (a int, NOT NULL a)"),
        (18, "CREATE TABLE t (a int, b daterange, PRIMARY KEY (a, b WITHOUT OVERLAPS))"),
        (18, "UPDATE t SET a = 1 RETURNING WITH (OLD AS o) o.a"),
    ];
    for major in 14..=18 {
        let all: Vec<String> = cases.iter().map(|(_, sql)| (*sql).to_owned()).collect();
        for ((since, sql), taken) in cases.iter().zip(takes(major, &all)) {
            assert_eq!(taken, major >= *since, "PostgreSQL {major} on {sql}");
            let target = target(major);
            let script = Script::new(sql, &target);
            let message =
                script.statements.iter().flat_map(|s| dialect::lower(&script, s, &target)).find_map(
                    |operation| match operation.node {
                        Operation::Invalid { message, .. } => Some(message),
                        _ => None,
                    },
                );
            match message {
                None => assert!(taken, "PostgreSQL {major} refuses {sql}"),
                Some(message) => {
                    assert!(!taken, "PostgreSQL {major} takes {sql}: {message}");
                    assert!(message.contains(&format!("PostgreSQL {since}")), "{sql}: {message}");
                }
            }
        }
    }
}
