//! What leaves no trace in the schema is neither applied nor not applied: nobody can tell.
use remigrate::{
    Dialect::{self, MySql, Postgres},
    Options, history,
    report::Verdict,
    simulate,
    tools::SourceFile,
};

const PG: &[Dialect] = &[Postgres];
const MY: &[Dialect] = &[MySql];
const BOTH: &[Dialect] = &[Postgres, MySql];

/// Migrations that do something which the schema does not show.
const TRACELESS: &[(&[Dialect], &str)] = &[
    (BOTH, "GRANT SELECT ON t TO bob"),
    (BOTH, "UPDATE t SET a = 1"),
    (BOTH, "SELECT rebuild()"),
    (BOTH, "CREATE ROLE bob"),
    (PG, "SELECT setval('s', 5)"),
    (PG, "NOTIFY a"),
    (PG, "COPY t TO PROGRAM 'sh'"),
    (PG, "COMMIT PREPARED 'x'"),
    (PG, "ALTER SYSTEM SET work_mem = '1MB'"),
    (PG, "CREATE POLICY y ON t USING (true)"),
    (PG, "ALTER TABLE t OWNER TO bob"),
    (PG, "DO $$ BEGIN EXECUTE x; END $$"),
    (PG, "BEGIN; CREATE TABLE gone (a int); ROLLBACK"),
    (MY, "SET GLOBAL max_connections = 5"),
    (MY, "SET PERSIST max_connections = 5"),
    (MY, "SET @@global.max_connections = 5"),
    (MY, "SET @a = rebuild()"),
    (MY, "REPAIR TABLE t"),
    (MY, "CALL rebuild()"),
    (MY, "ALTER TABLE t AUTO_INCREMENT = 500"),
];

#[test]
fn what_leaves_no_trace_is_undecidable() {
    let mut wrong = Vec::new();
    for (dialects, sql) in TRACELESS {
        for dialect in *dialects {
            let files = [
                SourceFile::new("1_t.sql", "CREATE TABLE t (id int PRIMARY KEY, a int);"),
                SourceFile::new("2_x.sql", *sql),
            ];
            let options = Options::new(*dialect);
            let live = simulate(&files[..1], &options).unwrap();
            let report = history(&files, &live, &options).unwrap();
            let verdicts: Vec<_> = report.migrations.iter().map(|m| m.verdict).collect();
            if verdicts != [Verdict::Applied, Verdict::Undecidable] {
                wrong.push(format!("{dialect} {sql}: {verdicts:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
