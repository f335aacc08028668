//! Where a database stands, asked of real servers: at every level of public histories, with single migrations left
//! out, half run, and changed by hand.
mod cases;
mod holes;
mod noise;
mod world;

use std::{collections::BTreeMap, time::Instant};

use remigrate::Dialect;
use remigrate_tests::{
    corpus::{self, Project},
    servers::{self, Server},
};
use world::{Tally, judge, levels, set_of, truth_at};

/// About how many levels of one history are looked at: long ones here and there.
const LOOKS: usize = 12;

/// After each migration, with no ledger to be found.
fn every_level(server: &Server, project: &Project, lines: &mut Vec<String>) -> Tally {
    let (files, levels) = levels(server, project, LOOKS);
    let all = set_of(&files, &project.tool).migrations.len();
    let mut tally = Tally::default();
    let mut unexplained = BTreeMap::new();
    for (level, live) in &levels {
        let started = Instant::now();
        let report = judge(&files, &project.tool, live);
        tally.seconds += started.elapsed().as_secs_f64();
        let place = format!("{} on {} at {level}", project.name, server.release());
        if let (false, [first, ..]) = (report.residual.is_empty(), &report.residual[..]) {
            unexplained.insert(format!("{} {} {}", first.change, first.kind, first.object), *level);
        }
        tally.add(&report, &truth_at(*level, all), &place, lines);
    }
    if !unexplained.is_empty() {
        println!("{}: unexplained, last seen at which level: {unexplained:?}", project.name);
    }
    tally
}

/// `decided` is the least share of verdicts, in percent, that say something.
fn levels_of(dialect: Dialect, decided: usize) {
    let server = servers::of(dialect);
    let mut lines = Vec::new();
    let mut total = Tally::default();
    for project in corpus::projects_for(dialect).into_iter().filter(|project| project.from_empty) {
        let tally = every_level(server, &project, &mut lines);
        println!("{} {}: {}", server.release(), project.name, tally.line());
        total.merge(&tally);
    }
    println!("{}: {}\n{}", server.release(), total.line(), lines.join("\n"));
    assert_eq!((total.false_applied, total.false_not_applied), (0, 0));
    assert!(total.decided * 100 >= total.verdicts * decided, "{}", total.line());
}

#[test]
fn every_level_on_postgres() {
    levels_of(Dialect::Postgres, 60);
}

#[test]
fn every_level_on_mysql() {
    levels_of(Dialect::MySql, 95);
}

#[test]
fn every_level_on_mariadb() {
    levels_of(Dialect::MariaDb, 95);
}
