//! PostgreSQL: what the server has is read, and what is written from it makes the same again.
use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use remigrate::{
    Catalog, Change, Dialect,
    catalog::{ObjectName, Table, View},
    change::{Delta, Object, ObjectPath},
    dialect::{postgres::render::render, render::Rendered},
    live::{LiveOptions, snapshot},
};
use remigrate_tests::{
    compare,
    servers::{self, Database},
};

/// The oldest and the newest version under test.
const VERSIONS: [u16; 2] = [14, 18];

const OBJECTS: &str = include_str!("postgres/objects.sql");

fn read(database: &Database<'_>) -> Catalog {
    snapshot(&database.url(), &LiveOptions::default()).unwrap()
}

/// Runs every statement by itself, as a caller does who needs to know which one failed.
fn run(database: &Database<'_>, statements: &[Rendered]) {
    let mut client = database.postgres();
    for statement in statements {
        if let Err(error) = client.batch_execute(&statement.sql) {
            let script: Vec<&str> = statements.iter().map(|s| s.sql.as_str()).collect();
            panic!("{error:?}\nin: {}\nof:\n{}", statement.sql, script.join(";\n"));
        }
    }
}

/// Every object of a catalog as the creation of it, in an order in which that works.
fn creations(catalog: &Catalog) -> Vec<Change> {
    fn create(path: ObjectPath, after: Object) -> Change {
        Change { path, delta: Delta::Create { after } }
    }
    let mut changes = Vec::new();
    for schema in catalog.schemas.iter().filter(|s| s.name != "public") {
        let path = ObjectPath::Schema { name: schema.name.clone() };
        changes.push(create(path, Object::Schema((**schema).clone())));
    }
    for extension in catalog.extensions.iter() {
        let path = ObjectPath::Extension { name: extension.name.clone() };
        changes.push(create(path, Object::Extension((**extension).clone())));
    }
    for user_type in catalog.types.iter() {
        let path = ObjectPath::Type { name: user_type.name.clone() };
        changes.push(create(path, Object::Type(Arc::clone(user_type))));
    }
    for routine in catalog.routines.iter() {
        let path = ObjectPath::Routine {
            name: routine.name.clone(),
            signature: routine.signature.clone(),
            routine: routine.kind,
        };
        changes.push(create(path, Object::Routine(Arc::clone(routine))));
    }
    let mut tables: Vec<&Arc<Table>> = catalog.tables.iter().collect();
    let mut done: BTreeSet<ObjectName> = BTreeSet::new();
    while !tables.is_empty() {
        let ready = |t: &&&Arc<Table>| {
            let properties = &t.properties;
            let parents = properties.partition_of.iter().map(|(p, _)| p).chain(&properties.inherits);
            parents.into_iter().all(|p| done.contains(p))
        };
        let (now, later): (Vec<&Arc<Table>>, Vec<&Arc<Table>>) = tables.iter().partition(ready);
        assert!(!now.is_empty());
        done.extend(now.iter().map(|t| t.name.clone()));
        changes.extend(now.into_iter().map(|table| {
            create(ObjectPath::Table { name: table.name.clone() }, Object::Table(Arc::clone(table)))
        }));
        tables = later;
    }
    for sequence in catalog.sequences.iter() {
        let path = ObjectPath::Sequence { name: sequence.name.clone() };
        changes.push(create(path, Object::Sequence(Arc::clone(sequence))));
    }
    let mut views: Vec<&Arc<View>> = catalog.views.iter().collect();
    while !views.is_empty() {
        let at = views.iter().position(|v| !views.iter().any(|o| v.reads.contains(&o.name))).unwrap();
        let view = views.remove(at);
        changes.push(create(ObjectPath::View { name: view.name.clone() }, Object::View(Arc::clone(view))));
    }
    changes
}

/// Panics with the parts of the two that differ.
fn assert_same(got: &Catalog, wanted: &Catalog, about: &str) {
    let lines = compare::difference(got, wanted);
    assert!(lines.is_empty(), "{about}\n{}\n", lines.join("\n"));
}

#[test]
fn what_is_written_from_a_snapshot_makes_the_same_again() {
    for version in VERSIONS {
        let original = servers::postgres(version).create_database("objects");
        original.execute(OBJECTS).unwrap();
        let catalog = read(&original);
        let empty = Catalog::new(Dialect::Postgres, catalog.server_version);
        let statements = render(&creations(&catalog), &empty);
        let copy = servers::postgres(version).create_database("objects_copy");
        run(&copy, &statements);
        assert_same(&read(&copy), &catalog, &format!("PostgreSQL {version}"));
    }
}

#[test]
fn what_goes_away_in_turn_leaves_nothing() {
    for version in VERSIONS {
        let database = servers::postgres(version).create_database("objects");
        let empty = read(&database);
        database.execute(OBJECTS).unwrap();
        let catalog = read(&database);
        let changes: Vec<Change> = creations(&catalog).iter().rev().map(Change::invert).collect();
        run(&database, &render(&changes, &catalog));
        assert_same(&read(&database), &empty, &format!("PostgreSQL {version}"));
    }
}

/// What turns one list of named things into another: drops first, then what changes, then what is new.
fn parts<T: PartialEq>(
    (before, after): (&[T], &[T]),
    path: impl Fn(&T) -> ObjectPath,
    object: impl Fn(&T, usize) -> Object,
) -> Vec<Change> {
    let find = |list: &[T], wanted: &T| list.iter().position(|x| path(x) == path(wanted));
    let mut changes = Vec::new();
    for (at, old) in before.iter().enumerate().filter(|(_, old)| find(after, old).is_none()) {
        changes.push(Change { path: path(old), delta: Delta::Drop { before: object(old, at) } });
    }
    for (at, new) in after.iter().enumerate() {
        let delta = match find(before, new) {
            None => Delta::Create { after: object(new, at) },
            Some(place) if before[place] != *new => {
                Delta::Alter { before: object(&before[place], at), after: object(new, at) }
            }
            Some(_) => continue,
        };
        changes.push(Change { path: path(new), delta });
    }
    changes
}

/// The changes between two catalogs that differ in few things, by name.
fn difference(from: &Catalog, to: &Catalog) -> Vec<Change> {
    fn all<T: Clone>(shelf: impl Iterator<Item = T>) -> Vec<T> {
        shelf.collect()
    }
    let mut changes = parts(
        (&all(from.types.iter().cloned()), &all(to.types.iter().cloned())),
        |t| ObjectPath::Type { name: t.name.clone() },
        |t, _| Object::Type(Arc::clone(t)),
    );
    changes.extend(parts(
        (&all(from.routines.iter().cloned()), &all(to.routines.iter().cloned())),
        |r| ObjectPath::Routine { name: r.name.clone(), signature: r.signature.clone(), routine: r.kind },
        |r, _| Object::Routine(Arc::clone(r)),
    ));
    changes.extend(parts(
        (&all(from.sequences.iter().cloned()), &all(to.sequences.iter().cloned())),
        |s| ObjectPath::Sequence { name: s.name.clone() },
        |s, _| Object::Sequence(Arc::clone(s)),
    ));
    for old in from.tables.iter() {
        let Some(new) = to.tables.get(&old.name) else { continue };
        let table = &old.name;
        if old.properties != new.properties {
            let (before, after) = (Box::new(old.properties.clone()), Box::new(new.properties.clone()));
            changes.push(Change {
                path: ObjectPath::Table { name: table.clone() },
                delta: Delta::Alter {
                    before: Object::TableProperties(before),
                    after: Object::TableProperties(after),
                },
            });
        }
        changes.extend(parts(
            (&old.triggers, &new.triggers),
            |t| ObjectPath::Trigger { table: table.clone(), name: t.name.clone() },
            |t, position| Object::Trigger { trigger: Box::new(t.clone()), position },
        ));
        changes.extend(parts(
            (&old.columns, &new.columns),
            |c| ObjectPath::Column { table: table.clone(), name: c.name.clone() },
            |c, position| Object::Column { column: Box::new(c.clone()), position },
        ));
        changes.extend(parts(
            (&old.constraints, &new.constraints),
            |c| ObjectPath::Constraint { table: table.clone(), name: c.name.clone() },
            |c, position| Object::Constraint { constraint: Box::new(c.clone()), position },
        ));
        changes.extend(parts(
            (&old.indexes, &new.indexes),
            |i| ObjectPath::Index { table: table.clone(), name: i.name.clone() },
            |i, position| Object::Index { index: Box::new(i.clone()), position },
        ));
    }
    changes.extend(
        parts(
            (&all(from.tables.iter().cloned()), &all(to.tables.iter().cloned())),
            |t| ObjectPath::Table { name: t.name.clone() },
            |t, _| Object::Table(Arc::clone(t)),
        )
        .into_iter()
        .filter(|change| !matches!(change.delta, Delta::Alter { .. })),
    );
    changes.extend(parts(
        (&all(from.views.iter().cloned()), &all(to.views.iter().cloned())),
        |v| ObjectPath::View { name: v.name.clone() },
        |v, _| Object::View(Arc::clone(v)),
    ));
    changes
}

/// The catalog without what PostgreSQL cannot bring back: the order of columns.
fn unordered(catalog: &Catalog) -> Catalog {
    let mut catalog = catalog.clone();
    let names: Vec<ObjectName> = catalog.tables.iter().map(|t| t.name.clone()).collect();
    for name in names {
        catalog.tables.edit(&name, |table| table.columns.sort_by(|a, b| a.name.cmp(&b.name)));
    }
    catalog
}

/// Each alteration is made by the server, read as changes, and these are written both ways and run.
#[test]
fn every_alteration_is_written_both_ways() {
    let base = include_str!("postgres/alterations_base.sql");
    let alterations = include_str!("postgres/alterations.sql");
    let mut failures = Vec::new();
    let mut count = 0;
    for version in VERSIONS {
        let server = servers::postgres(version);
        let fresh = || {
            let database = server.create_database("alteration");
            database.execute(base).unwrap();
            database
        };
        let mut database = fresh();
        for block in alterations.split("\n\n").filter(|block| !block.trim().is_empty()) {
            let since = block.lines().find_map(|line| line.strip_prefix("-- since "));
            if since.is_some_and(|since| since.trim().parse::<u16>().unwrap() > version) {
                continue;
            }
            count += 1;
            let result = catch_unwind(AssertUnwindSafe(|| there_and_back(&database, block)));
            if let Err(panic) = result {
                let message = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                failures.push(format!("PostgreSQL {version}: {block}\n{message}\n"));
                database = fresh();
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} failed:\n{}", failures.len(), failures.join("\n"));
    assert!(count > 200, "{count} alterations");
}

/// The alteration by the server, back by what is written, there again and back again.
fn there_and_back(database: &Database<'_>, alteration: &str) {
    let before = read(database);
    database.execute(alteration).unwrap_or_else(|error| panic!("the server refuses it: {error}"));
    let after = read(database);
    let there = difference(&before, &after);
    assert!(!there.is_empty(), "nothing changed");
    let back: Vec<Change> = there.iter().rev().map(Change::invert).collect();
    let (there, back) = (render(&there, &before), render(&back, &after));
    for (statements, wanted) in [(&back, &before), (&there, &after), (&back, &before)] {
        run(database, statements);
        assert_same(&unordered(&read(database)), &unordered(wanted), "another schema");
    }
}

/// A thousand tables are read in a time that a person does not mind.
#[test]
fn a_large_schema_is_read_quickly() {
    let database = servers::postgres(17).create_database("large");
    database
        .execute(
            "do $$ begin for n in 1..1200 loop \
             execute format('create table t%s (id bigserial primary key, a integer not null default 1, b text, \
             c timestamp with time zone default now(), d jsonb default ''{}'', e numeric(10,2) check (e > 0), \
             parent bigint references t%s, f varchar(20), g boolean, h uuid)', n, greatest(n - 1, 1)); \
             execute format('create index on t%s (lower(b)) where a > 3', n); \
             end loop; end $$",
        )
        .unwrap();
    let begin = Instant::now();
    let catalog = read(&database);
    let took = begin.elapsed();
    println!("1200 tables, 12000 columns: {took:?}");
    assert_eq!(catalog.tables.len(), 1200);
    assert_eq!(catalog.tables.iter().map(|t| t.columns.len()).sum::<usize>(), 12_000);
    assert_eq!(catalog.tables.iter().map(|t| t.constraints.len()).sum::<usize>(), 3_600);
    assert!(took.as_secs() < 20, "{took:?}");
}
