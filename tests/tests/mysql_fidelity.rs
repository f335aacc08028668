//! The model against the servers: after each migration of the public histories, what replaying its statements gives is
//! what the server has, and the inverse of its changes brings the schema back.
use mysql::{Conn, prelude::Queryable};
use remigrate::{
    Catalog, Change, Dialect, Operation, Session, Target,
    apply::{State, apply},
    dialect::{lower, render::render},
    live::{LiveOptions, snapshot},
    text::Script,
    tools::{self, SourceFile},
};
use remigrate_tests::{
    compare,
    corpus::{self, Project},
    figures,
    servers::{self, Server},
};

/// What the model says of a script.
struct Simulated {
    catalog: Catalog,
    changes: Vec<Change>,
    /// What it refuses, although the server may not.
    conflicts: Vec<String>,
    /// Whether it is certain of one of them.
    refuses: bool,
    /// Whether it says that it does not know everything.
    unsure: bool,
}

fn simulate(before: &Catalog, script: &str) -> Simulated {
    let mut state = State::new(before.clone(), Session::default());
    let target = Target::new(before.dialect).with_version(before.server_version);
    let text = Script::new(script, &target);
    let (mut changes, mut conflicts) = (Vec::new(), Vec::new());
    let (mut refuses, mut unsure) = (false, false);
    for statement in &text.statements {
        for operation in lower(&text, statement, &state.target()) {
            let outcome = apply(&mut state, &operation.node);
            let shown = operation.span.slice(script).chars().take(200).collect::<String>();
            conflicts.extend(outcome.conflicts.iter().map(|c| format!("! {} in: {shown}", c.message)));
            refuses |= outcome.conflicts.iter().any(|conflict| conflict.certain);
            if let Operation::Invalid { message, .. } = &operation.node {
                refuses = true;
                conflicts.push(format!("! {} in: {shown}", message));
            }
            changes.extend(outcome.changes);
            unsure |=
                !outcome.unknowns.is_empty() || outcome.conflicts.iter().any(|conflict| !conflict.certain);
        }
    }
    unsure |= !state.catalog.uncertain.is_empty();
    Simulated { catalog: state.catalog, changes, conflicts, refuses, unsure }
}

/// Runs a script as its tool's client would, statement by statement.
fn run(conn: &mut Conn, script: &str, dialect: Dialect) -> Result<(), String> {
    let target = Target::new(dialect);
    let text = Script::new(script, &target);
    for statement in &text.statements {
        let sql = statement.source.slice(script);
        conn.query_drop(sql).map_err(|error| format!("{error} in {sql:.200}"))?;
    }
    Ok(())
}

/// What the server has, and of the indexes that were replayed whether somebody wrote them, which a snapshot can only
/// guess.
fn knowing(mut server: Catalog, replayed: &Catalog) -> Catalog {
    let names: Vec<_> = server.tables.iter().map(|table| table.name.clone()).collect();
    for name in names {
        let Some(known) = replayed.tables.get(&name) else { continue };
        server.tables.edit(&name, |table| {
            for index in &mut table.indexes {
                let same = known.indexes.iter().find(|other| other.name == index.name);
                index.implicit = same.map_or(index.implicit, |other| other.implicit);
            }
        });
    }
    server
}

#[derive(Default)]
struct Tally {
    all: usize,
    equal: usize,
    /// Not equal, but said so.
    unsure: usize,
    /// Where the model was certain and wrong: of the schema, of a refusal that there was not, of none where there was.
    wrong: usize,
    refused: usize,
    inverted: usize,
    back: usize,
    /// Parts that migrations changed, and those of them in which the model agrees.
    changed: usize,
    agree: usize,
    /// Parts of the last state, and those in which its dump agrees.
    dumped: usize,
    alike: usize,
}

fn check(server: &Server, project: &Project, lines: &mut Vec<String>) -> Tally {
    let dialect = server.release().dialect;
    let files =
        project.files.iter().map(|(path, bytes)| SourceFile::from_bytes(path.as_str(), bytes)).collect();
    let set = tools::read(files, Some(&project.tool)).unwrap();
    let database = server.create_database(&project.name);
    let read = || {
        let mut catalog = snapshot(&database.url(), &LiveOptions::default()).unwrap();
        catalog.uncertain.clear();
        catalog
    };
    let mut conn = database.mysql();
    let mut before = read();
    let mut tally = Tally::default();
    let mut rerun = true;
    for migration in &set.migrations {
        let file = &set.files[migration.up.file];
        let script = migration.up.span.slice(&file.text);
        let mut simulated = simulate(&before, script);
        if let Err(error) = run(&mut conn, script, dialect) {
            tally.refused += 1;
            if simulated.conflicts.is_empty() && !simulated.unsure {
                tally.wrong += 1;
                lines.push(format!("{} {}: SURE that it is taken", project.name, file.path));
            }
            lines.push(format!("{} {}: the server refuses it: {error}", project.name, file.path));
            before = read();
            continue;
        }
        let after = read();
        simulated.catalog.uncertain.clear();
        let mut difference = compare::difference(&simulated.catalog, &after);
        difference.extend(simulated.conflicts);
        let (agree, changed) = compare::agreement(&before, &simulated.catalog, &after);
        tally.agree += agree;
        tally.changed += changed;
        tally.all += 1;
        if difference.is_empty() {
            tally.equal += 1;
        } else {
            tally.unsure += usize::from(simulated.unsure);
            tally.wrong += usize::from(!simulated.unsure || simulated.refuses);
            let sure = if simulated.unsure { "unsure" } else { "SURE" };
            lines.push(format!("{} {}: {sure}\n    {}", project.name, file.path, difference.join("\n    ")));
        }
        if difference.is_empty() && rerun {
            tally.inverted += 1;
            let inverse: Vec<Change> = simulated.changes.iter().rev().map(Change::invert).collect();
            // The way back has the keys off that the way there had off.
            let unchecked = script.to_ascii_lowercase().contains("foreign_key_checks");
            conn.query_drop(format!("SET foreign_key_checks = {}", u8::from(!unchecked))).unwrap();
            let result = render(&inverse, &simulated.catalog).iter().try_for_each(|statement| {
                conn.query_drop(&statement.sql).map_err(|error| format!("{error} in {}", statement.sql))
            });
            conn.query_drop("SET foreign_key_checks = 1").unwrap();
            let found = read();
            let left = compare::difference(&found, &before);
            match result {
                Ok(()) if left.is_empty() => tally.back += 1,
                result => lines.push(format!(
                    "{} {}: not back: {result:?}\n    {}",
                    project.name,
                    file.path,
                    left.join("\n    ")
                )),
            }
            // Rows that stayed may be in the way of a second run: then the rest goes without the way back.
            if run(&mut conn, script, dialect).is_err() || !compare::difference(&read(), &after).is_empty() {
                rerun = false;
                simulated.catalog = knowing(read(), &simulated.catalog);
                lines.push(format!("{} {}: cannot run again", project.name, file.path));
            }
        }
        before = if difference.is_empty() { simulated.catalog } else { knowing(after, &simulated.catalog) };
    }
    // What `before` knows from replaying, which indexes were written, no dump tells: it is held against a snapshot.
    let fresh = server.create_database("empty");
    let mut empty = snapshot(&fresh.url(), &LiveOptions::default()).unwrap();
    let mut dumped = simulate(&empty, &database.dump());
    let wanted = read();
    dumped.catalog.uncertain.clear();
    empty.uncertain.clear();
    (tally.alike, tally.dumped) = compare::agreement(&empty, &dumped.catalog, &wanted);
    let mut difference = compare::difference(&dumped.catalog, &wanted);
    tally.wrong += usize::from(!difference.is_empty() && !dumped.unsure);
    difference.extend(dumped.conflicts);
    if !difference.is_empty() {
        lines.push(format!("{}: the dump:\n    {}", project.name, difference.join("\n    ")));
    }
    tally
}

#[test]
fn replaying_gives_what_the_server_has() {
    let mut totals = Vec::new();
    for server in [servers::mysql(), servers::mariadb()] {
        let mut lines = Vec::new();
        let mut total = Tally::default();
        for project in corpus::projects_for(Dialect::MySql).into_iter().filter(|project| project.from_empty) {
            let tally = check(server, &project, &mut lines);
            println!(
                "{} {}: {} of {} migrations equal, {} more unsure, {} refused by the server, {} of {} back, \
                 {} of {} parts of the dump",
                server.release(),
                project.name,
                tally.equal,
                tally.all,
                tally.unsure,
                tally.refused,
                tally.back,
                tally.inverted,
                tally.alike,
                tally.dumped
            );
            figures::note(
                &server.release().to_string(),
                &project.name,
                [
                    tally.all,
                    tally.equal,
                    tally.changed,
                    tally.agree,
                    tally.refused,
                    tally.dumped,
                    tally.alike,
                ],
            );
            total.all += tally.all;
            total.equal += tally.equal;
            total.unsure += tally.unsure;
            total.wrong += tally.wrong;
            total.refused += tally.refused;
            total.back += tally.back;
            total.inverted += tally.inverted;
        }
        println!(
            "{}: {} of {} migrations equal, {} more unsure, {} refused, {} of {} back\n{}",
            server.release(),
            total.equal,
            total.all,
            total.unsure,
            total.refused,
            total.back,
            total.inverted,
            lines.join("\n")
        );
        totals.push(total);
    }
    for total in totals {
        assert_eq!(total.wrong, 0, "the model was certain and wrong");
        assert!(total.all > 40, "{} migrations", total.all);
        assert!(total.equal * 10 >= total.all * 9, "{} of {} migrations equal", total.equal, total.all);
        assert!(total.inverted > 0, "no rollback was tried");
        assert_eq!(total.back, total.inverted, "rollbacks that did not bring the schema back");
    }
}
