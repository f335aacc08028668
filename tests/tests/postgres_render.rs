//! PostgreSQL: what the server has is read, and what is written from it makes the same again.
use std::{collections::BTreeSet, sync::Arc};

use remigrate::{
    Catalog, Change, Dialect,
    catalog::{ObjectName, Table, View},
    change::{Delta, Object, ObjectPath},
    dialect::{postgres::render::render, render::Rendered},
    live::{LiveOptions, snapshot},
};
use remigrate_tests::servers::{self, Database};

/// The oldest, a middle and the newest version under test.
const VERSIONS: [u16; 3] = [14, 16, 18];

const OBJECTS: &str = include_str!("postgres/objects.sql");

fn read(database: &Database<'_>) -> Catalog {
    let mut catalog = snapshot(&database.url(), &LiveOptions::default()).unwrap();
    // The order of a table's constraints means nothing.
    let names: Vec<ObjectName> = catalog.tables.iter().map(|t| t.name.clone()).collect();
    for name in names {
        catalog.tables.edit(&name, |table| table.constraints.sort_by(|a, b| a.name.cmp(&b.name)));
    }
    catalog
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

/// Panics with the lines of the two that differ.
fn assert_same(got: &Catalog, wanted: &Catalog, about: &str) {
    if got == wanted {
        return;
    }
    let lines = |catalog: &Catalog| -> BTreeSet<String> {
        let json = serde_json::to_value(catalog).unwrap();
        let mut lines = BTreeSet::new();
        for (kind, objects) in json.as_object().unwrap() {
            match objects.as_array() {
                Some(objects) => lines.extend(objects.iter().map(|o| format!("{kind} {o}"))),
                None => drop(lines.insert(format!("{kind} {objects}"))),
            }
        }
        lines
    };
    let (got, wanted) = (lines(got), lines(wanted));
    let show = |sign: &str, a: &BTreeSet<String>, b: &BTreeSet<String>| -> String {
        a.difference(b).map(|line| format!("{sign} {line}\n")).collect()
    };
    panic!("{about}\n{}{}", show("-", &wanted, &got), show("+", &got, &wanted));
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
