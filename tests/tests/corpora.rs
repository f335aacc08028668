//! The public migration histories are there, whole, and those that say so run on a real server from nothing.
use std::{collections::BTreeMap, thread};

use remigrate::Dialect;
use remigrate_tests::{
    corpus::{self, Project},
    servers::Release,
};

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
fn histories_that_start_empty_run_on_every_server() {
    let projects: Vec<Project> =
        corpus::published().into_iter().filter(|project| project.from_empty).collect();
    let run = &|release: Release| {
        // MariaDB runs what was written for MySQL.
        let fits = |dialect: Dialect| dialect.is_mysql_family() == release.dialect.is_mysql_family();
        let mut count = 0;
        for project in projects.iter().filter(|project| fits(project.dialect)) {
            let database = release.shared().create_database(&project.name);
            for (path, script) in project.files.iter().filter(|(path, _)| !path.ends_with("down.sql")) {
                let script = str::from_utf8(script).unwrap();
                let answer = database.execute(script);
                answer.unwrap_or_else(|error| panic!("{release}: {}: {path}: {error}", project.name));
                count += 1;
            }
        }
        count
    };
    thread::scope(|scope| {
        let threads = Release::ALL.map(|release| (release, scope.spawn(move || run(release))));
        for (release, thread) in threads {
            let count = thread.join().unwrap();
            println!("{release}: {count} migrations");
            assert!(count > if release.dialect.is_mysql_family() { 40 } else { 250 }, "{release}: {count}");
        }
    });
}
