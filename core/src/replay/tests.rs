use super::{PartText, run};
use crate::{
    Dialect, Options, Target,
    apply::{State, Transaction},
    catalog::World,
    check, simulate,
    text::Span,
    tools::{MigrationSet, Part, SourceFile, TransactionMode},
};

const APART: [&str; 3] = [
    "CREATE SCHEMA s; CREATE TABLE s.a (id int);",
    "SET search_path = s; ALTER TABLE a ADD COLUMN q int;",
    "CREATE TABLE a (id int);",
];

fn files(texts: &[&str]) -> Vec<SourceFile> {
    texts.iter().enumerate().map(|(n, text)| SourceFile::new(format!("{}_m.up.sql", n + 1), *text)).collect()
}

fn options() -> Options {
    Options { tool: Some("golang-migrate".into()), ..Options::new(Dialect::Postgres) }
}

/// The table is new if the third migration runs in a session of its own, and there already otherwise.
#[test]
fn what_a_setting_of_an_earlier_migration_changes_is_not_certain() {
    let catalog = simulate(&files(&APART), &options()).unwrap();
    let uncertain: Vec<&String> = catalog.uncertain.keys().collect();
    assert_eq!(uncertain, ["a"]);
    let report = check(&files(&APART), &options()).unwrap();
    assert_eq!(report.summary.errors, 0, "{:?}", report.findings);
    let possible = report.findings.iter().find(|f| f.rule == "already-exists").unwrap();
    assert_eq!(possible.file, "3_m.up.sql");
}

#[test]
fn within_a_migration_and_with_schemas_it_is_certain() {
    for third in ["CREATE TABLE s.b (id int);", "SET search_path = public; CREATE TABLE b (id int);"] {
        let catalog = simulate(&files(&[APART[0], APART[1], third]), &options()).unwrap();
        assert!(catalog.uncertain.is_empty(), "{third}: {:?}", catalog.uncertain);
    }
    let within = [APART[0], "SET search_path = s; ALTER TABLE a ADD COLUMN q int; CREATE TABLE a (id int);"];
    let report = check(&files(&within), &options()).unwrap();
    assert_eq!(report.summary.errors, 1, "{:?}", report.findings);
}

/// Files of a tool that runs them so, and the table that the last one makes.
#[test]
fn settings_end_with_their_transaction() {
    const START: &str = "CREATE SCHEMA s; CREATE TABLE s.z ();";
    let cases: [(TransactionMode, &str, &str); 17] = [
        (
            TransactionMode::Autocommit,
            "begin; set local search_path = s; create table x(); commit; create table y();",
            "public.y s.x",
        ),
        (
            TransactionMode::Autocommit,
            "begin; set search_path = s; create table x(); rollback; create table y();",
            "public.y",
        ),
        (TransactionMode::Autocommit, "begin; set search_path = s; commit; create table y();", "s.y"),
        (
            TransactionMode::Autocommit,
            "begin; set local search_path = s; set search_path = r; create table x(); commit; create table y();",
            "r.x r.y",
        ),
        (TransactionMode::Autocommit, "set local search_path = s; create table y();", "public.y"),
        (
            TransactionMode::Autocommit,
            "select set_config('search_path', 's', true); create table y();",
            "public.y",
        ),
        (
            TransactionMode::Autocommit,
            "select set_config('search_path', 's', false); create table y();",
            "s.y",
        ),
        (
            TransactionMode::Autocommit,
            "begin; savepoint a; set search_path = s; rollback to a; create table x(); commit; create table y();",
            "public.x public.y",
        ),
        (
            TransactionMode::Autocommit,
            "begin; set search_path = s; savepoint a; set local search_path = r; savepoint b; rollback to savepoint a; create table x(); commit; create table y();",
            "s.x s.y",
        ),
        (
            TransactionMode::Autocommit,
            "begin; savepoint a; set search_path = s; release a; create table x(); commit;",
            "s.x",
        ),
        (
            TransactionMode::Autocommit,
            "begin; set local search_path = s; commit and chain; create table y(); commit;",
            "public.y",
        ),
        (
            TransactionMode::Autocommit,
            "do $$ begin set local search_path = s; create table x(); end $$; create table y();",
            "public.y s.x",
        ),
        (TransactionMode::Wrapped, "set local search_path = s; create table x();", "s.x"),
        (
            TransactionMode::OneQuery,
            "set local search_path = s; create table x(); create table y();",
            "s.x s.y",
        ),
        (
            TransactionMode::OneQuery,
            "set local search_path = s; begin; create table x(); commit; create table y();",
            "public.y s.x",
        ),
        (
            TransactionMode::Unknown,
            "begin; set local search_path = s; create table x(); end; create table y();",
            "public.y s.x",
        ),
        (TransactionMode::Unknown, "set local search_path = s; create table s.x();", "s.x"),
    ];
    for (mode, script, expected) in cases {
        let mut state = State::start(&Target::new(Dialect::Postgres), World::Closed);
        for (text, mode) in [(START, TransactionMode::Autocommit), ("create schema r;", mode), (script, mode)]
        {
            let set = MigrationSet::of_script("m.sql", text);
            let part = PartText::new(&set, Part::new(0, Span::new(0, text.len())), &state).unwrap();
            run(&part, mode, &mut state, &mut |_| {});
        }
        let made: Vec<String> = state
            .catalog
            .tables
            .iter()
            .filter(|t| &*t.name.name != "z")
            .map(|t| format!("{}.{}", t.name.schema_str(), t.name.name))
            .collect();
        assert_eq!(made.join(" "), expected, "{mode:?}: {script}");
        assert!(state.catalog.uncertain.is_empty(), "{mode:?}: {script}: {:?}", state.catalog.uncertain);
        let open = State {
            transaction: state.transaction.clone(),
            ..State::new(state.catalog.clone(), state.session.clone())
        };
        assert_eq!(open.transaction, Transaction::default(), "{script}");
    }
}

/// Without knowing whether there is a transaction it is not known where names are looked up, and what a savepoint took
/// back is not certain to be there.
#[test]
fn what_a_transaction_would_change_is_not_certain() {
    let cases = [
        ("create schema s; set local search_path = s; create table x();", "s.x x"),
        (
            "create schema s; select set_config('search_path', 's', true); create table x(); commit; create table y();",
            "s.x x",
        ),
        ("begin; create table a(); savepoint p; create table b(); rollback to p; commit;", "b"),
        ("begin; create table a(); rollback and chain; commit;", "a"),
    ];
    for (script, expected) in cases {
        let catalog =
            simulate(&[SourceFile::new("m.sql", script)], &Options::new(Dialect::Postgres)).unwrap();
        let uncertain: Vec<&str> = catalog.uncertain.keys().map(String::as_str).collect();
        assert_eq!(uncertain.join(" "), expected, "{script}");
    }
}
