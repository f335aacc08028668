//! MySQL and MariaDB: what the server has is read, and what is written from it makes the same again.
use std::time::Instant;

use mysql::prelude::Queryable;
use remigrate::{
    Catalog, Change, Dialect, ErrorKind,
    catalog::{Column, Constraint, ConstraintKind, Index, Name, Table},
    change::{Delta, Object, ObjectPath},
    dialect::{mysql::render::render, render::Rendered},
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
        let statements = render(&changes(&empty, &catalog), &empty);
        run(&second, &statements);
        assert_same(&read(&second), &catalog, &release.to_string());
        assert_eq!(show(&second), show(&first), "{release}");
        let statements = render(&changes(&catalog, &empty), &catalog);
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
    let forwards = changes(&before, &after);
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

/// What turns `from` into `to`, object by object in an order that can run.
fn changes(from: &Catalog, to: &Catalog) -> Vec<Change> {
    let mut out = Vec::new();
    let mut push = |path: ObjectPath, delta: Delta| out.push(Change { path, delta });
    for view in from.views.iter().filter(|view| !to.views.contains(&view.name)) {
        push(
            ObjectPath::View { name: view.name.clone() },
            Delta::Drop { before: Object::View(view.clone()) },
        );
    }
    for routine in from.routines.iter() {
        let path = ObjectPath::Routine {
            name: routine.name.clone(),
            signature: String::new(),
            routine: routine.kind,
        };
        let key = (routine.name.clone(), String::new(), routine.kind);
        let before = Object::Routine(routine.clone());
        match to.routines.get(&key) {
            None => push(path, Delta::Drop { before }),
            Some(after) if after != routine => {
                push(path, Delta::Alter { before, after: Object::Routine(after.clone()) });
            }
            Some(_) => {}
        }
    }
    for sequence in from.sequences.iter() {
        let path = ObjectPath::Sequence { name: sequence.name.clone() };
        let before = Object::Sequence(sequence.clone());
        match to.sequences.get(&sequence.name) {
            None => push(path, Delta::Drop { before }),
            Some(after) if after != sequence => {
                push(path, Delta::Alter { before, after: Object::Sequence(after.clone()) });
            }
            Some(_) => {}
        }
    }
    for sequence in to.sequences.iter().filter(|sequence| !from.sequences.contains(&sequence.name)) {
        let after = Object::Sequence(sequence.clone());
        push(ObjectPath::Sequence { name: sequence.name.clone() }, Delta::Create { after });
    }
    for table in from.tables.iter() {
        match to.tables.get(&table.name) {
            None => {
                let before = Object::Table(table.clone());
                push(ObjectPath::Table { name: table.name.clone() }, Delta::Drop { before });
            }
            Some(after) => table_changes(table, after, &mut push),
        }
    }
    for table in to.tables.iter().filter(|table| !from.tables.contains(&table.name)) {
        let after = Object::Table(table.clone());
        push(ObjectPath::Table { name: table.name.clone() }, Delta::Create { after });
    }
    for routine in to.routines.iter() {
        if !from.routines.contains(&(routine.name.clone(), String::new(), routine.kind)) {
            let path = ObjectPath::Routine {
                name: routine.name.clone(),
                signature: String::new(),
                routine: routine.kind,
            };
            push(path, Delta::Create { after: Object::Routine(routine.clone()) });
        }
    }
    // A view on views after those.
    let mut views: Vec<_> = to.views.iter().collect();
    views.sort_by_key(|view| view.reads.iter().any(|read| to.views.contains(read)));
    for view in views {
        let path = ObjectPath::View { name: view.name.clone() };
        let after = Object::View(view.clone());
        match from.views.get(&view.name) {
            None => push(path, Delta::Create { after }),
            Some(before) if before != view => {
                push(path, Delta::Alter { before: Object::View(before.clone()), after });
            }
            Some(_) => {}
        }
    }
    out
}

trait Part: Clone + PartialEq {
    fn name(&self) -> &Name;
    fn object(&self, position: usize) -> Object;
    fn path(&self, table: &Table) -> ObjectPath;
}

macro_rules! part {
    ($kind:ident, $field:ident) => {
        impl Part for $kind {
            fn name(&self) -> &Name {
                &self.name
            }

            fn object(&self, position: usize) -> Object {
                Object::$kind { $field: Box::new(self.clone()), position }
            }

            fn path(&self, table: &Table) -> ObjectPath {
                ObjectPath::$kind { table: table.name.clone(), name: self.name.clone() }
            }
        }
    };
}

use remigrate::catalog::Trigger;

part!(Column, column);
part!(Index, index);
part!(Constraint, constraint);
part!(Trigger, trigger);

fn table_changes(from: &Table, to: &Table, push: &mut dyn FnMut(ObjectPath, Delta)) {
    let foreign = |constraint: &Constraint| matches!(constraint.kind, ConstraintKind::ForeignKey(_));
    parts(from, &from.triggers, &[], push);
    // Foreign keys go first and come last.
    let split = |table: &Table| table.constraints.iter().cloned().partition::<Vec<_>, _>(|c| foreign(c));
    let (from_keys, from_others) = split(from);
    let (to_keys, to_others) = split(to);
    for key in from_keys.iter().filter(|key| !to_keys.contains(key)) {
        push(key.path(from), Delta::Drop { before: key.object(0) });
    }
    let gone = |index: &&Index| !to.indexes.iter().any(|other| other.name == index.name);
    for index in from.indexes.iter().filter(gone) {
        push(index.path(from), Delta::Drop { before: index.object(0) });
    }
    let gone = |constraint: &&Constraint| !to_others.iter().any(|other| other.name == constraint.name);
    for constraint in from_others.iter().filter(gone) {
        push(constraint.path(from), Delta::Drop { before: constraint.object(0) });
    }
    if from.properties != to.properties {
        let before = Object::TableProperties(Box::new(from.properties.clone()));
        let after = Object::TableProperties(Box::new(to.properties.clone()));
        push(ObjectPath::Table { name: from.name.clone() }, Delta::Alter { before, after });
    }
    parts(from, &from.columns, &to.columns, push);
    let kept: Vec<Constraint> =
        from_others.iter().filter(|c| to_others.iter().any(|other| other.name == c.name)).cloned().collect();
    parts(from, &kept, &to_others, push);
    let kept: Vec<Index> = from
        .indexes
        .iter()
        .filter(|i| to.indexes.iter().any(|other| other.name == i.name))
        .cloned()
        .collect();
    parts(from, &kept, &to.indexes, push);
    for key in to_keys.iter().filter(|key| !from_keys.contains(key)) {
        push(key.path(from), Delta::Create { after: key.object(0) });
    }
    parts(from, &[], &to.triggers, push);
}

/// Drops, then creations and alterations in their order.
fn parts<T: Part>(table: &Table, from: &[T], to: &[T], push: &mut dyn FnMut(ObjectPath, Delta)) {
    let mut now: Vec<&T> = Vec::new();
    for (place, part) in from.iter().enumerate() {
        if to.iter().any(|other| other.name() == part.name()) {
            now.push(part);
        } else {
            push(part.path(table), Delta::Drop { before: part.object(place) });
        }
    }
    for (place, part) in to.iter().enumerate() {
        match now.iter().position(|old| old.name() == part.name()) {
            None => {
                push(part.path(table), Delta::Create { after: part.object(place) });
                now.insert(place.min(now.len()), part);
            }
            Some(old) => {
                let before = now.remove(old);
                now.insert(place.min(now.len()), part);
                if old != place || before != part {
                    push(
                        part.path(table),
                        Delta::Alter { before: before.object(old), after: part.object(place) },
                    );
                }
            }
        }
    }
}
