//! Single migrations left out, migrations stopped in the middle, probes and repairs: on servers.
use std::collections::BTreeSet;

use remigrate::{
    Catalog, Dialect, Options, Session,
    apply::State,
    diff, drift,
    replay::{self, PartText},
    report::Verdict,
    tools::{MigrationSet, SourceFile},
};
use remigrate_tests::{
    corpus::{self, Project},
    servers,
};

use super::world::{Tally, Truth, World, judge, script, set_of, statements};

fn files_of(project: &Project) -> Vec<SourceFile> {
    project.files.iter().map(|(path, bytes)| SourceFile::from_bytes(path.as_str(), bytes)).collect()
}

/// Whether the schema is one that the migrations pass through in order.
fn is_a_level(set: &MigrationSet, live: &Catalog) -> bool {
    let mut start = Catalog::new(live.dialect, live.server_version);
    start.default_collation.clone_from(&live.default_collation);
    let mut state = State::new(start, Session::default());
    set.migrations.iter().any(|migration| {
        let part = PartText::new(set, migration.up, &state).unwrap();
        replay::run(&part, migration.transaction, &mut state, &mut |_| {});
        diff::diff(&state.catalog, live).is_empty()
    })
}

/// Leaves each of some migrations out, where the server takes the rest.
fn holes(dialect: Dialect, projects: &[&str], each: usize) {
    let (mut lines, mut total, mut same) = (Vec::new(), Tally::default(), 0);
    for project in corpus::published().iter().filter(|p| projects.contains(&p.name.as_str())) {
        let files = files_of(project);
        let set = set_of(&files, &project.tool);
        let all = set.migrations.len();
        for hole in (0..all).step_by((all / each).max(1)) {
            let mut world = World::new(servers::of(dialect), "hole");
            let rest = set.migrations.iter().enumerate().filter(|(number, _)| *number != hole);
            if !rest.into_iter().all(|(_, migration)| world.migrate(&set, migration).is_ok()) {
                continue;
            }
            let truth: Vec<Truth> =
                (0..all).map(|n| if n == hole { Truth::DidNotRun } else { Truth::Ran }).collect();
            let live = world.look();
            if is_a_level(&set, &live) {
                // Nothing can tell this from a history that ran in order up to there.
                same += 1;
                continue;
            }
            let report = judge(&files, &project.tool, &live);
            let place = format!("{} without {}", project.name, set.migrations[hole].version);
            total.add(&report, &truth, &place, &mut lines);
        }
    }
    println!("holes on {}: {}; {same} more are levels\n{}", dialect.title(), total.line(), lines.join("\n"));
    assert_eq!((total.false_applied, total.false_not_applied), (0, 0), "{}", lines.join("\n"));
    assert!(total.looks >= 3, "{} holes", total.looks);
}

#[test]
fn a_migration_left_out_on_postgres() {
    holes(Dialect::Postgres, &["procrastinate", "atuin", "fang-postgres"], 6);
}

#[test]
fn a_migration_left_out_on_mysql() {
    holes(Dialect::MySql, &["apalis", "fang-mysql", "torrust-index", "umami-mysql"], 5);
}

/// So many places inside of one migration are looked at.
const PLACES: usize = 12;

/// Looks after every statement of migrations that run one statement after the other, in long ones here and there.
fn stopped_in_the_middle_of(dialect: Dialect) {
    let (mut looks, mut exact, mut fewer, mut undecidable, mut wrong) = (0, 0, 0, 0, Vec::new());
    for project in corpus::projects_for(dialect).iter().filter(|p| p.from_empty) {
        let files = files_of(project);
        let set = set_of(&files, &project.tool);
        let server = if dialect == Dialect::MariaDb { servers::mariadb() } else { servers::mysql() };
        let mut world = World::new(server, "half");
        'migrations: for (number, migration) in set.migrations.iter().enumerate() {
            let parts = statements(dialect, script(&set, migration));
            let every = parts.len() / PLACES + 1;
            for (done, sql) in parts.iter().enumerate() {
                if done > 0 && done % every == 0 {
                    looks += 1;
                    let report = judge(&files, &project.tool, &world.look());
                    let m = &report.migrations[number];
                    let place = format!("{} {} after {done} of {}", project.name, m.version, parts.len());
                    match m.verdict {
                        Verdict::Partial if m.statements_applied as usize == done => exact += 1,
                        Verdict::Partial if (m.statements_applied as usize) < done => fewer += 1,
                        Verdict::Undecidable => undecidable += 1,
                        _ => wrong.push(format!("{place}: {m:?}")),
                    }
                    let before = &report.migrations[..number];
                    wrong.extend(
                        before
                            .iter()
                            .filter(|m| m.verdict == Verdict::NotApplied)
                            .map(|m| format!("{place}: {m:?}")),
                    );
                    let behind = report.migrations.get(number + 1..).unwrap_or(&[]);
                    wrong.extend(
                        behind
                            .iter()
                            .filter(|m| matches!(m.verdict, Verdict::Applied | Verdict::Partial))
                            .map(|m| format!("{place}: {m:?}")),
                    );
                }
                if world.run(sql).is_err() {
                    break 'migrations;
                }
            }
        }
    }
    println!(
        "{dialect}: {looks} looks: {exact} exact, {fewer} with fewer statements, {undecidable} undecidable, {} wrong",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(exact * 2 > looks, "{exact} of {looks} exact");
}

#[test]
fn stopped_in_the_middle_on_mysql() {
    stopped_in_the_middle_of(Dialect::MySql);
}

#[test]
fn stopped_in_the_middle_on_mariadb() {
    stopped_in_the_middle_of(Dialect::MariaDb);
}

fn sources(texts: &[&str]) -> Vec<SourceFile> {
    texts.iter().enumerate().map(|(n, text)| SourceFile::new(format!("{}_m.up.sql", n + 1), *text)).collect()
}

/// An index that could not be made concurrently stays behind, not valid.
#[test]
fn an_invalid_index_is_where_the_migration_stopped() {
    let files = sources(&[
        "CREATE TABLE users (id bigint PRIMARY KEY, email text);",
        "ALTER TABLE users ADD COLUMN status text;\nUPDATE users SET status = 'x';\n\
         CREATE UNIQUE INDEX CONCURRENTLY users_email_uq ON users (email);\nALTER TABLE users ADD COLUMN verified boolean;",
    ]);
    let set = set_of(&files, "plain");
    let mut world = World::new(servers::postgres(17), "invalid");
    world.run_each(script(&set, &set.migrations[0])).unwrap();
    world.run("INSERT INTO users VALUES (1, 'a'), (2, 'a')").unwrap();
    assert!(world.run_each(script(&set, &set.migrations[1])).is_err());
    let report = judge(&files, "plain", &world.look());
    let second = &report.migrations[1];
    assert_eq!(report.migrations[0].verdict, Verdict::Applied);
    assert_eq!((second.verdict, second.statements_applied), (Verdict::Partial, 2), "{second:?}");
    assert!(second.evidence.iter().any(|e| e.contains("not valid")), "{second:?}");
}

const ROWS: [&str; 6] = [
    "CREATE TABLE orders (id int PRIMARY KEY, state varchar(20), note varchar(20));",
    "UPDATE orders SET state = 'open' WHERE state = 'new';",
    "INSERT INTO orders (id, state) VALUES (1, 'first');",
    "DELETE FROM orders WHERE note IS NULL;",
    "UPDATE orders SET note = NULL, state = 'x';",
    "CREATE TABLE last_one (id int PRIMARY KEY);",
];

/// A query is offered for everything that the schema does not tell, and the server takes it.
#[test]
fn probes_run() {
    for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::MariaDb] {
        let files = sources(&ROWS);
        let set = set_of(&files, "golang-migrate");
        let mut world = World::new(servers::of(dialect), "probes");
        let mut asked = BTreeSet::new();
        for level in 0..=ROWS.len() {
            let report = judge(&files, "golang-migrate", &world.look());
            for m in &report.migrations {
                let rows_only = (2..=5).contains(&m.version.parse::<u32>().unwrap());
                if rows_only && level > 0 {
                    assert_eq!(m.verdict, Verdict::Undecidable, "{m:?}");
                    assert_eq!(m.probe.len(), 1, "{m:?}");
                } else {
                    assert_ne!(m.verdict, Verdict::Undecidable, "{m:?}");
                }
                for probe in &m.probe {
                    world.run(probe).unwrap_or_else(|error| panic!("{error} in {probe}"));
                    asked.insert(probe.clone());
                }
            }
            if let Some(migration) = set.migrations.get(level) {
                world.migrate(&set, migration).unwrap();
            }
        }
        assert_eq!(asked.len(), 4, "{asked:?}");
    }
}

/// What was changed by hand is found, and the script brings it back.
#[test]
fn drift_is_found_and_repaired() {
    let migrations = [
        "CREATE TABLE users (id int PRIMARY KEY, name varchar(50) NOT NULL, fax varchar(20));",
        "CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL, CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id));",
        "CREATE INDEX users_name ON users (name);",
    ];
    for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::MariaDb] {
        let files = sources(&migrations);
        let mut world = World::new(servers::of(dialect), "drift");
        migrations.iter().for_each(|m| world.run_each(m).unwrap());
        let options = Options { tool: Some("golang-migrate".into()), ..Options::new(dialect) };
        assert!(drift(&files, &world.look(), &options).unwrap().changes.is_empty());
        let on_users = if dialect == Dialect::Postgres { "" } else { " ON users" };
        for by_hand in [
            "ALTER TABLE users DROP COLUMN fax",
            "ALTER TABLE users ADD COLUMN hotfix int",
            &format!("DROP INDEX users_name{on_users}"),
            "CREATE TABLE backup (id int)",
            "ALTER TABLE orders ADD COLUMN total int",
        ] {
            world.run(by_hand).unwrap();
        }
        let report = drift(&files, &world.look(), &options).unwrap();
        let mut found: Vec<&str> =
            report.findings.iter().flat_map(|f| &f.objects).map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, ["backup", "orders.total", "users.fax", "users.hotfix", "users.users_name"]);
        assert!(report.findings.iter().all(|f| remigrate::explain(&f.rule).is_ok()));
        world.run_each(&report.sql).unwrap_or_else(|error| panic!("{error} in\n{}", report.sql));
        let after = drift(&files, &world.look(), &options).unwrap();
        // The column comes back behind the others: its place cannot be had again on PostgreSQL.
        assert!(
            after.changes.iter().all(|c| c.kind == "column" && c.change == "alter"),
            "{:?}",
            after.changes
        );
        assert!(after.changes.is_empty() || dialect == Dialect::Postgres, "{:?}", after.changes);
    }
}
