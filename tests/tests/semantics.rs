//! What `apply` says a server refuses, and what the schema is in the end, against real servers.
//!
//! Each file of `semantics/` is one database, one statement a line; behind a statement that the server refuses stands
//! the kind of conflict. Every statement is run on the server and applied to a closed catalog: both must agree.
use std::{fs, path::Path};

use mysql::prelude::Queryable;
use remigrate::{
    Catalog, Dialect, Target,
    apply::{State, apply},
    catalog::World,
    dialect, diff,
    live::{LiveOptions, snapshot},
    text::Script,
};
use remigrate_tests::servers::{self, Database};

/// A connection that runs one statement after the other, whether they fail or not.
enum Connection {
    Postgres(Box<postgres::Client>),
    MySql(Box<mysql::Conn>),
}

impl Connection {
    fn new(database: &Database<'_>) -> Self {
        match database.server().release().dialect {
            Dialect::Postgres => Self::Postgres(Box::new(database.postgres())),
            Dialect::MySql | Dialect::MariaDb => Self::MySql(Box::new(database.mysql())),
        }
    }

    fn run(&mut self, statement: &str) -> Result<(), String> {
        match self {
            Self::Postgres(client) => client.batch_execute(statement).map_err(|e| match e.as_db_error() {
                Some(e) => e.message().to_owned(),
                None => e.to_string(),
            }),
            Self::MySql(conn) => conn.query_drop(statement).map_err(|e| e.to_string()),
        }
    }
}

fn agree(dialect: Dialect, file: &str) {
    agree_on(servers::of(dialect), file);
}

fn agree_on(server: &servers::Server, file: &str) {
    let dialect = server.release().dialect;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/semantics").join(file);
    let text = fs::read_to_string(path).unwrap();
    let database = server.create_database("semantics");
    let mut connection = Connection::new(&database);
    let mut target = Target::new(dialect).with_version(server.version().parse().unwrap());
    target.session.utc = Some(true);
    let empty = snapshot(&database.url(), &LiveOptions::default()).unwrap();
    let start = Catalog { world: World::Closed, ..empty };
    let mut state = State::new(start, target.session.clone());
    let mut wrong = Vec::new();
    for line in text.lines().filter(|l| !l.starts_with("--")) {
        let (statement, expected) = line.split_once("; --").unwrap_or((line.trim_end_matches(';'), ""));
        let answer = connection.run(statement);
        let script = Script::new(statement, &state.target());
        let mut kinds = Vec::new();
        for part in &script.statements {
            for operation in dialect::lower(&script, part, &state.target()) {
                for conflict in apply(&mut state, &operation.node).conflicts {
                    kinds.push(serde_json::to_value(conflict.kind).unwrap().as_str().unwrap().to_owned());
                }
            }
        }
        let got = kinds.join(" ");
        if got != expected.trim() || got.is_empty() != answer.is_ok() {
            wrong.push(format!(
                "{statement}\n    expected `{}`, got `{got}`, the server says {answer:?}",
                expected.trim()
            ));
        }
    }
    let live = snapshot(&database.url(), &LiveOptions::default()).unwrap();
    for difference in diff::differences(&state.catalog, &live).into_iter().filter(|d| d.doubt.is_none()) {
        wrong.push(format!("in the end: {:?}", difference.change));
    }
    assert!(wrong.is_empty(), "{file}, {} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn postgres_semantics() {
    agree(Dialect::Postgres, "postgres.sql");
}

#[test]
fn postgres_queries() {
    for major in [14, 18] {
        agree_on(servers::postgres(major), "postgres_queries.sql");
    }
}

#[test]
fn postgres_domains() {
    for major in [14, 18] {
        agree_on(servers::postgres(major), "postgres_domains.sql");
    }
}

#[test]
fn postgres_names() {
    agree(Dialect::Postgres, "postgres_names.sql");
}

#[test]
fn postgres_inheritance() {
    for major in [14, 15, 16, 17, 18] {
        agree_on(servers::postgres(major), "postgres_inheritance.sql");
        let own = if major < 17 { "postgres_14_inheritance.sql" } else { "postgres_17_inheritance.sql" };
        agree_on(servers::postgres(major), own);
    }
}

#[test]
fn mysql_semantics() {
    agree(Dialect::MySql, "mysql.sql");
}

#[test]
fn mysql_names() {
    agree(Dialect::MySql, "mysql_names.sql");
}

#[test]
fn mysql_columns() {
    agree(Dialect::MySql, "mysql_columns.sql");
}

#[test]
fn mysql_keys() {
    agree(Dialect::MySql, "mysql_keys.sql");
}

#[test]
fn mariadb_semantics() {
    agree(Dialect::MariaDb, "mariadb.sql");
}

#[test]
fn mariadb_names() {
    agree(Dialect::MariaDb, "mariadb_names.sql");
}

#[test]
fn mariadb_columns() {
    agree(Dialect::MariaDb, "mariadb_columns.sql");
}

#[test]
fn mariadb_keys() {
    agree(Dialect::MariaDb, "mariadb_keys.sql");
}

#[test]
fn postgres_alter() {
    agree(Dialect::Postgres, "postgres_alter.sql");
}

#[test]
fn mysql_alter() {
    agree(Dialect::MySql, "mysql_alter.sql");
}

#[test]
fn mariadb_alter() {
    agree(Dialect::MariaDb, "mariadb_alter.sql");
}

#[test]
fn postgres_routines() {
    agree(Dialect::Postgres, "postgres_routines.sql");
}

#[test]
fn postgres_refusals() {
    agree(Dialect::Postgres, "postgres_refusals.sql");
}

#[test]
fn mysql_refusals() {
    agree(Dialect::MySql, "mysql_refusals.sql");
}

#[test]
fn mariadb_refusals() {
    agree(Dialect::MariaDb, "mariadb_refusals.sql");
}
