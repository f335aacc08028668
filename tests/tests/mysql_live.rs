//! MySQL and MariaDB: what the server has is read, and what is written from it makes the same again.
use std::time::Instant;

use mysql::prelude::Queryable;
use remigrate::{
    Catalog, Change, Dialect, ErrorKind,
    dialect::{mysql::render::render, render::Rendered},
    diff::diff,
    live::{LiveOptions, rows, snapshot},
};
use remigrate_tests::servers::{self, Database, Server};

const OBJECTS: &str = include_str!("mysql/objects.sql");

fn family() -> [(&'static Server, &'static str); 2] {
    [
        (servers::mysql(), include_str!("mysql/objects_mysql.sql")),
        (servers::mariadb(), include_str!("mysql/objects_mariadb.sql")),
    ]
}

fn read(database: &Database<'_>) -> Catalog {
    snapshot(&database.url(), &LiveOptions::default()).unwrap()
}

/// Runs each statement by itself; the order of tables is not what is tested.
fn run(database: &Database<'_>, statements: &[Rendered]) {
    let mut conn = database.mysql();
    conn.query_drop("set foreign_key_checks = 0").unwrap();
    for statement in statements {
        assert_eq!(statement.note, None, "{}", statement.sql);
        conn.query_drop(&statement.sql).unwrap_or_else(|error| panic!("{error}\n{}", statement.sql));
    }
}

/// What the server itself says of its tables, so that nothing hides in what a snapshot leaves out. The order of keys
/// means nothing; `DEFAULT NULL` and no default are the same in the model.
fn show(database: &Database<'_>) -> Vec<String> {
    let mut conn = database.mysql();
    let tables: Vec<String> = conn
        .query("select table_name from information_schema.tables where table_schema = database() order by 1")
        .unwrap();
    let mut lines = Vec::new();
    for table in tables {
        let row: mysql::Row =
            conn.query_first(format!("show create table `{}`", table.replace('`', "``"))).unwrap().unwrap();
        let text: String = row.get(1).unwrap();
        let (columns, keys): (Vec<&str>, Vec<&str>) = text
            .lines()
            .map(|line| line.trim_end_matches(',').trim_end_matches(" DEFAULT NULL"))
            .partition(|line| line.starts_with("  `"));
        let mut keys: Vec<String> = keys.into_iter().map(|line| format!("{table}: {line}")).collect();
        keys.sort();
        lines.extend(columns.into_iter().map(|line| format!("{table}: {line}")));
        lines.extend(keys);
    }
    lines
}

fn json(catalog: &Catalog) -> Vec<String> {
    serde_json::to_string_pretty(catalog).unwrap().lines().map(str::to_owned).collect()
}

#[track_caller]
fn assert_same(found: &Catalog, wanted: &Catalog, what: &str) {
    let (found, wanted) = (json(found), json(wanted));
    for (at, (found_line, wanted_line)) in found.iter().zip(&wanted).enumerate() {
        let around = at.saturating_sub(8)..(at + 4).min(found.len()).min(wanted.len());
        assert_eq!(
            found_line,
            wanted_line,
            "{what}\nfound: {}\nwanted: {}",
            found[around.clone()].join("\n"),
            wanted[around].join("\n")
        );
    }
    assert_eq!(found.len(), wanted.len(), "{what}");
}

#[test]
fn every_kind_of_object_comes_back() {
    for (server, more) in family() {
        let release = server.release();
        let first = server.create_database("objects");
        first.execute(OBJECTS).unwrap_or_else(|error| panic!("{release}: {error}"));
        first.execute(more).unwrap_or_else(|error| panic!("{release}: {error}"));
        let catalog = read(&first);
        assert!(catalog.uncertain.is_empty(), "{release}: {:?}", catalog.uncertain);
        let empty = read(&server.create_database("empty"));
        let second = server.create_database("again");
        let statements = render(&diff(&empty, &catalog), &empty);
        run(&second, &statements);
        assert_same(&read(&second), &catalog, &release.to_string());
        assert_eq!(show(&second), show(&first), "{release}");
        let statements = render(&diff(&catalog, &empty), &catalog);
        run(&second, &statements);
        assert_same(&read(&second), &empty, &release.to_string());
    }
}

#[test]
fn a_large_schema_is_read_in_seconds() {
    for (server, _) in family() {
        let database = server.create_database("large");
        let mut conn = database.mysql();
        for number in 0..1000 {
            conn.query_drop(format!(
                "create table t{number} (id int auto_increment primary key, a varchar(20) not null default 'x', \
                 b int, c datetime default current_timestamp, key b (b), unique key a (a), \
                 constraint t{number}_b check (b > 0))"
            ))
            .unwrap();
        }
        let begin = Instant::now();
        let catalog = read(&database);
        let took = begin.elapsed();
        assert_eq!(catalog.tables.len(), 1000);
        println!("{}: 1000 tables read in {took:?}", server.release());
        assert!(took.as_secs() < 30, "{}: {took:?}", server.release());
    }
}

#[test]
fn one_attribute_at_a_time_goes_there_and_back() {
    for (server, _) in family() {
        let mut failures = Vec::new();
        for (place, line) in include_str!("mysql/alterations.sql").lines().enumerate() {
            let Some((start, alteration)) = line.split_once(" ==> ") else { continue };
            let only = |tag: &str| start.starts_with(tag);
            let dialect = server.release().dialect;
            if (only("[mysql] ") && dialect != Dialect::MySql)
                || (only("[mariadb] ") && dialect != Dialect::MariaDb)
            {
                continue;
            }
            let start =
                start.split_once("] ").filter(|_| start.starts_with('[')).map_or(start, |(_, rest)| rest);
            if let Err(message) = there_and_back(server, start, alteration) {
                failures.push(format!("line {}: {message}\n  {line}", place + 1));
            }
        }
        assert!(
            failures.is_empty(),
            "{}: {} fail\n{}",
            server.release(),
            failures.len(),
            failures.join("\n")
        );
    }
}

/// The changes between the schema `start` and the one after `alteration`, run on another database forwards and then
/// inverted.
fn there_and_back(server: &Server, start: &str, alteration: &str) -> Result<(), String> {
    const PARENT: &str = "create table parent (id int primary key, x int, unique key x (x));";
    let (original, work) = (server.create_database("original"), server.create_database("work"));
    original.execute(&format!("{PARENT}{start}"))?;
    work.execute(&format!("{PARENT}{start}"))?;
    let before = read(&original);
    original.execute(alteration)?;
    let after = read(&original);
    let forwards = diff(&before, &after);
    if forwards.is_empty() {
        return Err("nothing changed".to_owned());
    }
    let backwards: Vec<Change> = forwards.iter().rev().map(Change::invert).collect();
    let mut conn = work.mysql();
    let old = show(&work);
    for (changes, from, to, shown) in
        [(forwards, &before, &after, show(&original)), (backwards, &after, &before, old)]
    {
        let statements = render(&changes, from);
        for statement in &statements {
            conn.query_drop(&statement.sql).map_err(|error| format!("{error}: {}", statement.sql))?;
        }
        let found = read(&work);
        if found != *to {
            let (found, wanted) = (json(&found), json(to));
            let differing = found.iter().zip(&wanted).find(|(a, b)| a != b);
            return Err(format!("{differing:?} after {statements:?}"));
        }
        let found = show(&work);
        if found != shown {
            let differing = found.iter().zip(&shown).find(|(a, b)| a != b);
            return Err(format!("the server shows {differing:?} after {statements:?}"));
        }
    }
    Ok(())
}

#[test]
fn reading_changes_nothing_and_says_what_it_cannot_see() {
    for (server, _) in family() {
        let database = server.create_database("careful");
        database
            .execute(
                "create table t (a int); create view v as select a from t; create procedure p() select 1",
            )
            .unwrap();
        let ask = |url: &str, sql: &str| rows(url, sql, &LiveOptions::default());
        for write in
            ["insert into t values (1)", "drop table t", "commit; drop table t", "create table u (a int)"]
        {
            let error = ask(&database.url(), write).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connection, "{}: {write}: {error}", server.release());
        }
        let count = ask(&database.url(), "select count(*), null from t").unwrap();
        assert_eq!(count, [[Some("0".to_owned()), None]]);

        // A user who may look at one table only.
        let name = database.name();
        database
            .execute(&format!(
                "create user '{name}'@'localhost' identified by 'hunter2secret'; \
                 grant select (a) on `{name}`.v to '{name}'@'localhost'; \
                 grant select on `{name}`.t to '{name}'@'localhost'; \
                 grant execute on procedure `{name}`.p to '{name}'@'localhost'"
            ))
            .unwrap();
        let url = |password: &str| database.url().replace("root@", &format!("{name}:{password}@"));
        let catalog = snapshot(&url("hunter2secret"), &LiveOptions::default()).unwrap();
        let unknown: Vec<&str> = catalog.uncertain.keys().map(String::as_str).collect();
        assert_eq!(unknown, ["p", "v"], "{}: {:?}", server.release(), catalog.uncertain);
        let error = snapshot(&url("wr0ngsecret"), &LiveOptions::default()).unwrap_err();
        assert!(error.message().contains("refused") && !error.message().contains("wr0ngsecret"), "{error}");
    }
}
