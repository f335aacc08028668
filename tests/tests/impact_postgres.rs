//! What `impact` says against `pg_locks`, `relfilenode` and the server's own messages around each statement.
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use postgres::{Client, Config, NoTls};
use remigrate::{
    Dialect, Options, impact,
    live::{LiveOptions, snapshot},
    report::{Certainty, StatementImpact},
    tools::SourceFile,
};
use remigrate_tests::servers;

const SCHEMA: &str = include_str!("impact/postgres_schema.sql");
const STATEMENTS: &str = include_str!("impact/postgres_statements.sql");

/// Modes from the weakest to the strongest.
const MODES: [&str; 8] = [
    "AccessShare",
    "RowShare",
    "RowExclusive",
    "ShareUpdateExclusive",
    "Share",
    "ShareRowExclusive",
    "Exclusive",
    "AccessExclusive",
];

/// What a statement did, as the server tells.
struct Measured {
    locks: BTreeMap<String, &'static str>,
    rewrites: BTreeSet<String>,
    scans: BTreeSet<String>,
}

/// Tables, materialized views, views and sequences by oid, with the file they are stored in.
fn relations(client: &mut Client) -> BTreeMap<u32, (String, u32)> {
    let sql = "SELECT c.oid, c.relname, pg_relation_filenode(c.oid) FROM pg_class c
               JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'm', 'v', 'S')";
    let rows = client.query(sql, &[]).unwrap();
    rows.iter().map(|r| (r.get(0), (r.get(1), r.get::<_, Option<u32>>(2).unwrap_or(0)))).collect()
}

fn measure(client: &mut Client, notices: &Mutex<Vec<String>>, sql: &str) -> Result<Measured, String> {
    client.batch_execute("BEGIN").unwrap();
    let before = relations(client);
    client.batch_execute("SAVEPOINT s; SET LOCAL client_min_messages = debug1").unwrap();
    notices.lock().unwrap().clear();
    let result =
        client.batch_execute(sql).map_err(|e| e.as_db_error().map_or(e.to_string(), ToString::to_string));
    let mut measured = Measured { locks: BTreeMap::new(), rewrites: BTreeSet::new(), scans: BTreeSet::new() };
    if result.is_ok() {
        let locks = client
            .query(
                "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'
                 AND granted",
                &[],
            )
            .unwrap();
        for row in &locks {
            let mode: String = row.get(1);
            let mode = mode.trim_end_matches("Lock");
            let Some((name, _)) = before.get(&row.get::<_, u32>(0)) else { continue };
            let rank = MODES.iter().position(|m| *m == mode).unwrap();
            let held = measured.locks.entry(name.clone()).or_insert(MODES[0]);
            if MODES.iter().position(|m| m == held).unwrap() < rank {
                *held = MODES[rank];
            }
        }
        let after = relations(client);
        for (oid, (name, file)) in &before {
            if after.get(oid).is_some_and(|(_, now)| now != file) && *file != 0 {
                measured.rewrites.insert(name.clone());
            }
        }
        for notice in notices.lock().unwrap().iter() {
            let quoted: Vec<&str> = notice.split('"').collect();
            let table = if notice.starts_with("verifying table") {
                quoted.get(1)
            } else if notice.starts_with("building index") {
                quoted.get(3)
            } else {
                None
            };
            measured.scans.extend(table.map(|t| (*t).to_owned()));
        }
    }
    client.batch_execute("ROLLBACK").unwrap();
    result.map(|()| measured)
}

/// Whether the statement only fills or empties tables, whose file then changes without a rewrite of rows.
fn replaces_file(sql: &str) -> bool {
    sql.starts_with("TRUNCATE") || sql.contains(" SEQUENCE ")
}

fn compare(said: &StatementImpact, measured: &Measured) -> Vec<String> {
    let mut wrong = Vec::new();
    let ours: BTreeMap<String, &str> =
        said.locks.iter().map(|l| (l.relation.clone(), l.mode.as_str())).collect();
    let indexes = |name: &String| name.starts_with("t_b") || name.ends_with("_pkey");
    for (name, mode) in &measured.locks {
        // A foreign key's check of single rows takes RowShare on what it refers to: too fine for a plan.
        match ours.get(name) {
            Some(said) if said == mode => {}
            None if *mode == "RowShare" || *mode == "AccessShare" => {}
            other => wrong.push(format!("lock on {name}: server {mode}, said {other:?}")),
        }
    }
    for (name, mode) in ours.iter().filter(|(name, _)| !indexes(name)) {
        if !measured.locks.contains_key(name) {
            wrong.push(format!("lock on {name}: server none, said {mode}"));
        }
    }
    let rewrites: BTreeSet<String> = said.rewrites.iter().cloned().collect();
    if !replaces_file(&said.sql) && rewrites != measured.rewrites {
        wrong.push(format!("rewrites: server {:?}, said {rewrites:?}", measured.rewrites));
    }
    // Rewriting reads everything as well.
    let scans: BTreeSet<String> = said.scans.iter().cloned().collect();
    // An emptied table's indexes are built over nothing.
    for name in measured.scans.iter().filter(|_| !replaces_file(&said.sql)) {
        let created = !measured.locks.contains_key(name);
        if !scans.contains(name) && !rewrites.contains(name) && !created {
            wrong.push(format!("scan of {name} was not foreseen"));
        }
    }
    wrong
}

fn run(major: u16) {
    let database = servers::postgres(major).create_database("impact");
    database.execute(SCHEMA).unwrap();
    let schema = snapshot(&database.url(), &LiveOptions::default()).unwrap();
    let notices = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&notices);
    let mut client = database
        .url()
        .parse::<Config>()
        .unwrap()
        .notice_callback(move |n| heard.lock().unwrap().push(n.message().to_owned()))
        .connect(NoTls)
        .unwrap();
    client.batch_execute("SET timezone = 'Europe/Berlin'").unwrap();
    let mut options = Options::new(Dialect::Postgres);
    options.schema = Some(schema);
    options.session = Some(remigrate::Session { utc: Some(false), ..remigrate::Session::default() });
    let (mut wrong, mut unsure, mut all) = (Vec::new(), 0, 0);
    for sql in STATEMENTS.lines().filter(|l| !l.trim().is_empty()) {
        let measured = match measure(&mut client, &notices, sql) {
            Ok(measured) => measured,
            Err(error) => panic!("PostgreSQL {major} refuses `{sql}`: {error}"),
        };
        let report = impact(&[SourceFile::new("x.sql", sql)], &options).unwrap();
        let said = report.statements.first().unwrap();
        all += 1;
        let differences = compare(said, &measured);
        if said.certainty == Certainty::Possible {
            // What is marked as not certain may be wrong on the safe side only.
            unsure += 1;
            wrong.extend(
                differences.iter().filter(|d| d.contains("not foreseen")).map(|d| format!("{sql}\n    {d}")),
            );
        } else {
            wrong.extend(differences.iter().map(|d| format!("{sql}\n    {d}")));
        }
    }
    println!("PostgreSQL {major}: {all} statements, {unsure} marked as not certain, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(unsure * 10 <= all, "{unsure} of {all} are not certain");
}

#[test]
fn impact_is_what_postgresql_14_does() {
    run(14);
}

#[test]
fn impact_is_what_postgresql_18_does() {
    run(18);
}
