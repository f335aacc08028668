//! Expressions as migrations write them and as servers print them back have one normal form; expressions that mean
//! different things have not.
use std::collections::BTreeMap;

use mysql::prelude::Queryable;
use remigrate::{
    Dialect, Target,
    catalog::{DataType, Expression},
    dialect::expression::{read, read_default, read_query},
};
use remigrate_tests::servers::{self, Server};

const POSTGRES: &str = include_str!("expressions/postgres.txt");
const MYSQL: &str = include_str!("expressions/mysql.txt");

/// The table that the expressions are about.
const POSTGRES_TABLE: &str = r#"
    create type mood as enum ('happy', 'sad'); create sequence s; create sequence "S_seq";
    create function is_ok(int) returns boolean immutable language sql as 'select $1 > 0';
    create function is_one() returns int immutable language sql as 'select 1';
    create function ranked(numeric, timestamptz) returns int immutable language sql as 'select 1';
    create function words(text) returns tsvector immutable language sql as 'select null::tsvector';
    create schema app; create function app.ranked(numeric) returns int immutable language sql as 'select 1';
    create function xor_ok(boolean, boolean) returns boolean immutable language sql as 'select $1 <> $2';
    create table t (a int, b int, c smallint, big bigint, n numeric(10,2), r real, f double precision, name text,
        code varchar(20), ch char(3), active bool, d date, ts timestamp, tz timestamptz, tm time, iv interval, j json,
        jb jsonb, tags text[], ids int[], codes varchar(10)[], u uuid, mood mood, ip inet, bytes bytea, rng int4range,
        bits bit(3), deleted_at timestamptz, "order" int, "Camel" int);
"#;

const MYSQL_TABLE: &str = "
    create table t (a int, b int, c smallint, big bigint, n decimal(10,2), f double, name varchar(255),
        code varchar(20), active tinyint(1), d date, dt datetime, ts timestamp null, j json, e enum('a','b'),
        bin varbinary(20), bit1 bit(1), `order` int, `Camel` int);
";

/// A line of a table of expressions.
struct Case<'a> {
    /// Where the expression stands: `check`, `default`, `generated`, `index`, `where`.
    place: &'a str,
    /// Type of the column, of defaults and generated columns.
    column: &'a str,
    sql: &'a str,
}

/// The lines for a server; others begin with the name of the one they are for.
fn cases<'a>(table: &'a str, dialect: Dialect) -> Vec<Case<'a>> {
    let mut cases = Vec::new();
    for line in table.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let line = match line.split_once(": ") {
            Some((only, rest)) if only == dialect.as_str() => rest,
            Some(("mysql" | "mariadb", _)) => continue,
            _ => line,
        };
        let (place, rest) = line.split_once(' ').expect("a place and an expression");
        let (column, sql) = match rest.split_once(" := ") {
            Some(both) => both,
            None => ("", rest),
        };
        cases.push(Case { place, column, sql });
    }
    cases
}

/// What is read from an expression in its place, as a normal form.
fn normal(case: &Case<'_>, sql: &str, data_type: &str, target: &Target) -> Option<String> {
    if case.place == "default" {
        return read_default(sql, &DataType::builtin(data_type), target).map(|e| e.normal.into());
    }
    Some(read(sql, target).normal.into())
}

/// The column's type and what the server prints for the expression, or why it refuses it.
type Printed = Result<(String, Option<String>), String>;

/// Compares the written and the printed normal form of every case and lists where they differ.
fn compare(server: &Server, printed: &[(Case<'_>, Printed)]) {
    let dialect = server.release().dialect;
    let target = Target::new(dialect).with_version(server.version().parse().unwrap());
    let mut wrong = Vec::new();
    for (case, answer) in printed {
        match answer {
            Err(error) => wrong.push(format!("{} {}: {error}", case.place, case.sql)),
            Ok((data_type, printed)) => {
                let ours = normal(case, case.sql, data_type, &target);
                let theirs = printed.as_deref().and_then(|p| normal(case, p, data_type, &target));
                if ours != theirs {
                    wrong.push(format!(
                        "{} {} {}\n  printed  {}\n  written  {ours:?}\n  read     {theirs:?}",
                        case.place,
                        case.column,
                        case.sql,
                        printed.as_deref().unwrap_or("NULL"),
                    ));
                }
            }
        }
    }
    let right = printed.len() - wrong.len();
    eprintln!("{}: {right} of {} expressions read back the same", server.release(), printed.len());
    assert!(wrong.is_empty(), "{}: {} differ\n{}", server.release(), wrong.len(), wrong.join("\n"));
}

fn on_postgres(major: u16) {
    let server = servers::postgres(major);
    let database = server.create_database("expressions");
    database.execute(POSTGRES_TABLE).unwrap();
    let mut client = database.postgres();
    let mut printed = Vec::new();
    for case in cases(POSTGRES, Dialect::Postgres) {
        let Case { place, column, sql } = case;
        let (change, query) = match place {
            "check" => (
                format!("alter table t add constraint x check ({sql})"),
                "select '', pg_get_expr(conbin, conrelid) from pg_constraint where conname = 'x'",
            ),
            "default" | "generated" => (
                if place == "default" {
                    format!("alter table t add column x {column} default {sql}")
                } else {
                    format!("alter table t add column x {column} generated always as ({sql}) stored")
                },
                "select format_type(atttypid, atttypmod), pg_get_expr(adbin, adrelid) from pg_attribute
                 left join pg_attrdef on adrelid = attrelid and adnum = attnum
                 where attrelid = 't'::regclass and attname = 'x'",
            ),
            "index" => (
                format!("create index x on t ({sql})"),
                "select '', pg_get_indexdef('x'::regclass, 1, false)",
            ),
            _ => (
                format!("create index x on t (a) where {sql}"),
                "select '', pg_get_expr(indpred, indrelid) from pg_index where indexrelid = 'x'::regclass",
            ),
        };
        let mut transaction = client.transaction().unwrap();
        let answer = transaction
            .batch_execute(&change)
            .and_then(|()| transaction.query_one(query, &[]))
            .map(|row| (row.get(0), row.get(1)))
            .map_err(|e| e.to_string());
        transaction.rollback().unwrap();
        printed.push((case, answer));
    }
    compare(server, &printed);
}

#[test]
fn postgres_14() {
    on_postgres(14);
}

#[test]
fn postgres_18() {
    on_postgres(18);
}

fn on_mysql(server: &Server) {
    let database = server.create_database("expressions");
    database.execute(MYSQL_TABLE).unwrap();
    let mut conn = database.mysql();
    conn.query_drop("set sql_mode = 'STRICT_TRANS_TABLES'").unwrap();
    let dialect = server.release().dialect;
    let mut printed = Vec::new();
    for case in cases(MYSQL, dialect) {
        let Case { place, column, sql } = case;
        let (change, query) = match place {
            "check" => (
                format!("alter table x add constraint x check ({sql})"),
                "select '', check_clause, '' from information_schema.check_constraints
                 where constraint_schema = database() and constraint_name = 'x'",
            ),
            "default" => (
                // MySQL does not add a column with a default that differs from row to row.
                format!(
                    "{}, x {column} default {sql})",
                    MYSQL_TABLE.trim_end().trim_end_matches(");").replace(" t (", " x (")
                ),
                "select column_type, column_default, extra from information_schema.columns
                 where table_schema = database() and table_name = 'x' and column_name = 'x'",
            ),
            "generated" => (
                format!("alter table x add column x {column} generated always as ({sql}) virtual"),
                "select column_type, generation_expression, '' from information_schema.columns
                 where table_schema = database() and table_name = 'x' and column_name = 'x'",
            ),
            _ => (
                format!("create index x on x (({sql}))"),
                "select '', expression, '' from information_schema.statistics
                 where table_schema = database() and table_name = 'x' and index_name = 'x'",
            ),
        };
        let answer = conn
            .query_drop("drop table if exists x")
            .and_then(|()| if place == "default" { Ok(()) } else { conn.query_drop("create table x like t") })
            .and_then(|()| conn.query_drop(change))
            .and_then(|()| conn.query_first::<(String, Option<String>, String), _>(query))
            .map(|row| {
                let (data_type, text, extra) = row.expect("the object that was just made");
                // MySQL gives the value of a constant default as it is, without quotes.
                let constant =
                    dialect == Dialect::MySql && place == "default" && !extra.contains("DEFAULT_GENERATED");
                let bits = text.as_deref().is_some_and(|t| t.starts_with("b'") || t.starts_with("0x"));
                let text = text.map(|t| {
                    if constant && !bits {
                        format!("'{}'", t.replace('\\', "\\\\").replace('\'', "''"))
                    } else {
                        t
                    }
                });
                (data_type, text)
            })
            .map_err(|e| e.to_string());
        printed.push((case, answer));
    }
    compare(server, &printed);
}

#[test]
fn mysql() {
    on_mysql(servers::mysql());
}

#[test]
fn mariadb() {
    on_mysql(servers::mariadb());
}

/// Lines of two expressions that must not be taken for the same, by dialect.
const DIFFERENT: &str = include_str!("expressions/different.txt");

#[test]
fn what_means_something_else_differs() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for line in DIFFERENT.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (dialects, pair) = line.split_once(": ").expect("dialects and a pair");
        let (left, right) = pair.split_once(" <> ").expect("a pair");
        for dialect in dialects.split(' ') {
            let target = Target::new(dialect.parse().unwrap());
            let (left, right): (Expression, Expression) = (read(left, &target), read(right, &target));
            assert_ne!(left, right, "{dialect}: {line}");
            *seen.entry(dialect).or_default() += 1;
        }
    }
    assert!(Dialect::ALL.iter().all(|d| seen.get(d.as_str()).is_some_and(|n| *n > 20)), "{seen:?}");
}

/// Queries of views over the tables `t` and `u`: `same` ones read back to the same normal form, of the others the
/// server's text needs a catalog to be compared.
const VIEWS: &str = include_str!("expressions/views.txt");

fn views(server: &Server, tables: &str, text: impl Fn(&str) -> String) {
    let target = Target::new(server.release().dialect).with_version(server.version().parse().unwrap());
    let mut wrong = Vec::new();
    let (mut all, mut same) = (0, 0);
    for case in cases(VIEWS, server.release().dialect) {
        all += 1;
        let printed = text(&format!("{tables}; create view v as {}", case.sql));
        let (ours, theirs) = (read_query(case.sql, &target), read_query(&printed, &target));
        // The server names the database; a migration seldom does.
        let names = |query: &remigrate::dialect::expression::ViewQuery| {
            let mut names: Vec<String> = query.reads.iter().map(|n| n.name.to_string()).collect();
            names.sort();
            names
        };
        let columns = ours.columns.is_none() || ours.columns == theirs.columns;
        let equal = ours.normal == theirs.normal;
        same += usize::from(equal);
        if names(&ours) != names(&theirs) || !columns || (case.place == "same" && !equal) {
            wrong
                .push(format!("{}\n  printed {printed}\n  written {ours:?}\n  read    {theirs:?}", case.sql));
        }
    }
    eprintln!("{}: {same} of {all} views read back the same", server.release());
    assert!(wrong.is_empty(), "{}: {} differ\n{}", server.release(), wrong.len(), wrong.join("\n"));
}

#[test]
fn views_of_postgres() {
    for major in [14, 18] {
        let server = servers::postgres(major);
        let database = server.create_database("views");
        views(
            server,
            "drop table if exists t, u cascade; create table t (id int, name text, n int, u_id int); create table u (id int, email text, n int)",
            |script| {
                database.execute(script).unwrap_or_else(|e| panic!("{script}: {e}"));
                database.postgres().query_one("select pg_get_viewdef('v'::regclass)", &[]).unwrap().get(0)
            },
        );
    }
}

#[test]
fn views_of_mysql_and_mariadb() {
    for server in [servers::mysql(), servers::mariadb()] {
        let database = server.create_database("views");
        let qualifier = format!("`{}`.", database.name());
        views(
            server,
            "drop view if exists v; drop table if exists t, u; create table t (id int, name varchar(20), n int, u_id int); create table u (id int, email varchar(20), n int)",
            |script| {
                database.execute(script).unwrap_or_else(|e| panic!("{script}: {e}"));
                let mut conn = database.mysql();
                let query =
                    "select view_definition from information_schema.views where table_schema = database()";
                let text: String = conn.query_first(query).unwrap().unwrap();
                text.replace(&qualifier, "")
            },
        );
    }
}
