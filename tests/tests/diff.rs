//! The script of a diff on real servers: it is accepted, and it ends at the schema that is wanted.
use mysql::prelude::Queryable;
use remigrate::{
    Catalog, Dialect,
    change::{Delta, Object},
    dialect::render::Rendered,
    diff,
    live::{LiveOptions, snapshot},
};
use remigrate_tests::servers::{self, Database, Server};

#[path = "diff/random.rs"]
mod random;

fn read(database: &Database<'_>) -> Catalog {
    snapshot(&database.url(), &LiveOptions::default()).unwrap()
}

/// Runs every statement by itself. One that says beside itself what it cannot do may do less, but none may be refused.
fn run(database: &Database<'_>, statements: &[Rendered]) -> Result<(), String> {
    let text: Vec<&str> = statements.iter().map(|s| s.sql.as_str()).collect();
    let of = |statement: &Rendered, error: String| {
        format!("{error}\nin: {}\nof:\n{}", statement.sql, text.join(";\n"))
    };
    if database.server().release().dialect == Dialect::Postgres {
        let mut client = database.postgres();
        for statement in statements {
            client.batch_execute(&statement.sql).map_err(|error| of(statement, format!("{error:?}")))?;
        }
        return Ok(());
    }
    let mut conn = database.mysql();
    for statement in statements.iter().filter(|s| !s.sql.is_empty()) {
        conn.query_drop(&statement.sql).map_err(|error| of(statement, error.to_string()))?;
    }
    Ok(())
}

/// What still differs. PostgreSQL cannot move a column; a view's text may differ where the server writes another one.
fn left(found: &Catalog, wanted: &Catalog) -> Vec<String> {
    let moved = |delta: &Delta| match delta {
        Delta::Alter {
            before: Object::Column { column: a, .. },
            after: Object::Column { column: b, .. },
        } => found.dialect == Dialect::Postgres && a == b,
        _ => false,
    };
    let differences = diff::differences(found, wanted);
    differences.into_iter().filter(|d| !moved(&d.change.delta)).map(|d| format!("{:?}", d.change)).collect()
}

fn lead(database: &Database<'_>, wanted: &Catalog) -> Result<(), String> {
    let statements = diff::script(&read(database), wanted);
    run(database, &statements)?;
    let left = left(&read(database), wanted);
    if left.is_empty() {
        return Ok(());
    }
    let text: Vec<&str> = statements.iter().map(|s| s.sql.as_str()).collect();
    Err(format!("left:\n{}\nafter:\n{}", left.join("\n"), text.join(";\n")))
}

/// From one schema to the other and back, by the scripts of their differences.
fn there_and_back(server: &Server, from: &str, to: &str) -> Result<(), String> {
    let (work, other) = (server.create_database("diff"), server.create_database("wanted"));
    work.execute(from).map_err(|error| format!("the first schema: {error}"))?;
    other.execute(to).map_err(|error| format!("the second schema: {error}"))?;
    let (start, wanted) = (read(&work), read(&other));
    lead(&work, &wanted).map_err(|error| format!("there: {error}"))?;
    lead(&work, &start).map_err(|error| format!("back: {error}"))
}

fn cases(server: &Server, text: &str) {
    let mut failures = Vec::new();
    let blocks = text.split("\n\n").filter(|block| !block.trim().is_empty() && !block.starts_with("--"));
    for block in blocks {
        let (from, to) = block.split_once("\n==> ").unwrap_or_else(|| panic!("no arrow in {block}"));
        if let Err(message) = there_and_back(server, from, to) {
            failures.push(format!("{block}\n{message}\n"));
        }
    }
    assert!(failures.is_empty(), "{}: {} fail:\n{}", server.release(), failures.len(), failures.join("\n"));
}

#[test]
fn what_is_in_the_way_goes_and_comes_again_on_postgres() {
    for version in [14, 18] {
        cases(servers::postgres(version), include_str!("diff/postgres.sql"));
    }
}

#[test]
fn what_is_in_the_way_goes_and_comes_again_on_mysql_and_mariadb() {
    for server in [servers::mysql(), servers::mariadb()] {
        cases(server, include_str!("diff/mysql.sql"));
    }
}

/// `REMIGRATE_DIFFS` says how many pairs for each server, `REMIGRATE_DIFF_SEED` with which of them it begins.
#[test]
fn random_schemas_become_each_other() {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    let (count, first) =
        (number("REMIGRATE_DIFFS").unwrap_or(12), number("REMIGRATE_DIFF_SEED").unwrap_or(1));
    let mut failures = Vec::new();
    for server in [servers::postgres(14), servers::postgres(18), servers::mysql(), servers::mariadb()] {
        for seed in first..first + count {
            let dialect = server.release().dialect;
            let (from, to) = (random::schema(2 * seed, dialect), random::schema(2 * seed + 1, dialect));
            if let Err(message) = there_and_back(server, &from, &to) {
                failures.push(format!("{}, seed {seed}:\n{from}\n==>\n{to}\n{message}\n", server.release()));
            }
        }
    }
    assert!(failures.is_empty(), "{} fail:\n{}", failures.len(), failures.join("\n"));
}
