//! What `drift` may claim: nothing that a statement which is not followed could explain.
use remigrate::{
    Dialect::{self, MySql, Postgres},
    Options, drift,
    report::{Certainty, Severity},
    simulate,
    tools::SourceFile,
};

/// Dialect, migrations, what is there, the object that differs, and a word of the reason when it is not certain.
type Case = (Dialect, &'static str, &'static str, &'static str, Option<&'static str>);

const CASES: &[Case] = &[
    (Postgres, "CREATE TABLE t (a int)", "CREATE TABLE t (a int, b int)", "t.b", None),
    (Postgres, "CREATE TABLE t (a int)", "", "t", None),
    (
        Postgres,
        "CREATE TABLE t (a int); CALL rebuild()",
        "CREATE TABLE t (a int, b int)",
        "t.b",
        Some("rebuild"),
    ),
    (
        Postgres,
        "CREATE TABLE t (a int); SELECT create_hypertable('t')",
        "CREATE TABLE t (a int, b int)",
        "t.b",
        Some("create_hypertable"),
    ),
    (
        Postgres,
        "CREATE TABLE t (a int); SELECT count(*) FROM t",
        "CREATE TABLE t (a int, b int)",
        "t.b",
        None,
    ),
    (
        Postgres,
        "CREATE TABLE t (a int); DO $$ BEGIN EXECUTE x; END $$",
        "CREATE TABLE t (a int, b int)",
        "t.b",
        Some("DO block"),
    ),
    (
        Postgres,
        "CREATE TABLE t (a int); DO $$ BEGIN PERFORM my_own(); END $$",
        "CREATE TABLE t (a int, b int)",
        "t.b",
        Some("my_own"),
    ),
    (
        Postgres,
        "CREATE TABLE t (a int); DO $$ BEGIN IF x THEN ALTER TABLE t ADD COLUMN b int; END IF; END $$",
        "CREATE TABLE t (a int, b int)",
        "t.b",
        Some("DO block"),
    ),
    (
        Postgres,
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a); DO $$ BEGIN IF x THEN DROP INDEX i; END IF; END $$",
        "CREATE TABLE t (a int)",
        "t.i",
        Some("DO block"),
    ),
    (
        Postgres,
        "CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN c",
        "CREATE TABLE t (a int, c int)",
        "t.c",
        Some("refused"),
    ),
    (MySql, "CREATE TABLE t (a int); CALL rebuild()", "CREATE TABLE t (a int, b int)", "t.b", Some("CALL")),
    (MySql, "CREATE TABLE t (a int)", "CREATE TABLE t (a int, b int)", "t.b", None),
];

#[test]
fn what_is_not_followed_makes_no_difference_certain() {
    let mut wrong = Vec::new();
    for (dialect, migrations, live, object, reason) in CASES {
        let files = |sql: &str| [SourceFile::new("1.sql", sql)];
        let options = Options::new(*dialect);
        let live = simulate(&files(live), &options).unwrap();
        let report = drift(&files(migrations), &live, &options).unwrap();
        let change = report.changes.iter().find(|c| c.object == *object);
        let finding = report.findings.iter().find(|f| f.objects.iter().any(|o| o == object));
        let (Some(change), Some(finding)) = (change, finding) else {
            wrong.push(format!("{migrations}: nothing is said of {object}: {:?}", report.changes));
            continue;
        };
        let fits = match reason {
            None => {
                change.doubt.is_none()
                    && change.certainty == Certainty::Certain
                    && finding.certainty == Certainty::Certain
                    && finding.severity > Severity::Info
            }
            Some(word) => {
                change.doubt.as_ref().is_some_and(|why| why.contains(word))
                    && change.certainty == Certainty::Possible
                    && finding.certainty == Certainty::Possible
                    && finding.severity == Severity::Info
                    && finding.help.as_ref().is_some_and(|why| why.contains(word))
            }
        };
        if !fits {
            wrong.push(format!("{migrations}: {:?} {:?} {finding:?}", change.certainty, change.doubt));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
