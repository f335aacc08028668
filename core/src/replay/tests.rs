use crate::{Dialect, Options, check, simulate, tools::SourceFile};

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
