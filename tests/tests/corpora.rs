//! The public migration histories are there, whole, and those that say so run on a real server from nothing.
use std::collections::BTreeMap;

use remigrate::Dialect;
use remigrate_tests::{corpus, servers};

#[test]
fn every_dialect_has_histories() {
    let mut files: BTreeMap<Dialect, usize> = BTreeMap::new();
    for project in corpus::published() {
        *files.entry(project.dialect).or_default() += project.files.len();
    }
    for dialect in Dialect::ALL {
        assert!(files.get(&dialect).is_some_and(|count| *count > 100), "{dialect}: {files:?}");
    }
}

#[test]
fn histories_that_start_empty_run_on_a_server() {
    let mut run = 0;
    for project in corpus::published().into_iter().filter(|project| project.from_empty) {
        let database = servers::of(project.dialect).create_database(&project.name);
        for (path, script) in project.files.iter().filter(|(path, _)| !path.ends_with("down.sql")) {
            let script = str::from_utf8(script).unwrap();
            database.execute(script).unwrap_or_else(|error| panic!("{}: {path}: {error}", project.name));
            run += 1;
        }
    }
    assert!(run > 200, "{run} migrations ran");
}
