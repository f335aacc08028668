//! What `impact` says of an ALTER TABLE against what the servers accept: each is tried with every ALGORITHM, and the
//! best one that is not refused is the truth; likewise LOCK=NONE.
use mysql::{Conn, prelude::Queryable};
use remigrate::{
    Dialect, Options, impact,
    live::{LiveOptions, snapshot},
    report::Certainty,
    tools::SourceFile,
};
use remigrate_tests::servers::{self, Server};

const SCHEMA: &str = include_str!("impact/mysql_schema.sql");
const STATEMENTS: &str = include_str!("impact/mysql_statements.sql");
const TABLES: &str = "DROP TABLE IF EXISTS c, kid, kid2, t, z, p, nokey, ft, zip, virt, gen";

/// Runs the statement with these clauses, and makes the tables anew if that changed them.
fn accepts(conn: &mut Conn, sql: &str, clauses: &str) -> bool {
    let accepted = conn.query_drop(format!("{sql}, {clauses}")).is_ok();
    if accepted {
        conn.query_drop(TABLES).unwrap();
        for statement in SCHEMA.split(";\n").filter(|s| !s.trim().is_empty()) {
            conn.query_drop(statement).unwrap();
        }
    }
    accepted
}

fn run(server: &Server, dialect: Dialect) {
    let database = server.create_database("impact");
    database.execute(SCHEMA).unwrap();
    let mut options = Options::new(dialect);
    options.schema = Some(snapshot(&database.url(), &LiveOptions::default()).unwrap());
    let mut conn = database.mysql();
    let algorithms: &[&str] = if dialect == Dialect::MariaDb {
        &["instant", "nocopy", "inplace", "copy"]
    } else {
        &["instant", "inplace", "copy"]
    };
    let (mut wrong, mut unsure, mut all) = (Vec::new(), 0, 0);
    for sql in STATEMENTS.lines().filter(|l| !l.trim().is_empty()) {
        let Some(best) = algorithms.iter().find(|a| accepts(&mut conn, sql, &format!("ALGORITHM={a}")))
        else {
            panic!("{dialect} refuses `{sql}` with every algorithm");
        };
        let writable = accepts(&mut conn, sql, "LOCK=NONE");
        let report = impact(&[SourceFile::new("x.sql", sql)], &options).unwrap();
        let said = report.statements.first().unwrap();
        all += 1;
        let ours = said.algorithm.as_deref().unwrap_or("none");
        let rank = |name: &str| algorithms.iter().position(|a| *a == name).unwrap_or(0);
        if said.certainty == Certainty::Possible {
            unsure += 1;
            if rank(ours) < rank(best) {
                wrong.push(format!(
                    "{sql}\n    server {best}, said {ours} (not certain, but on the wrong side)"
                ));
            }
            continue;
        }
        if ours != *best {
            wrong.push(format!("{sql}\n    server {best}, said {ours}"));
        }
        // With LOCK=NONE MariaDB copies what it would otherwise do in place while writers wait; nobody asked for that.
        let in_place = dialect == Dialect::MariaDb && said.concurrent_dml == Some(false) && *best != "copy";
        if said.concurrent_dml != Some(writable) && !in_place && !(sql.contains("RENAME TO")) {
            wrong.push(format!(
                "{sql}\n    others can write: server {writable}, said {:?}",
                said.concurrent_dml
            ));
        }
    }
    println!("{dialect}: {all} statements, {unsure} marked as not certain, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(unsure * 5 <= all, "{unsure} of {all} are not certain");
}

#[test]
fn impact_is_what_mysql_does() {
    run(servers::mysql(), Dialect::MySql);
}

#[test]
fn impact_is_what_mariadb_does() {
    run(servers::mariadb(), Dialect::MariaDb);
}
