//! Running migrations on a server and looking at what it has.
use std::collections::BTreeSet;

use mysql::prelude::Queryable;
use remigrate::{
    Catalog, Dialect, Options, Target, history,
    live::{LiveOptions, snapshot},
    report::{HistoryReport, Verdict},
    text::Script,
    tools::{self, Migration, MigrationSet, SourceFile, TransactionMode},
};
use remigrate_tests::{
    corpus::Project,
    servers::{Database, Server},
};

/// The migrations of a project.
pub(crate) fn set_of(files: &[SourceFile], tool: &str) -> MigrationSet {
    tools::read(files.to_vec(), Some(tool)).unwrap()
}

/// The text of a migration.
pub(crate) fn script<'a>(set: &'a MigrationSet, migration: &Migration) -> &'a str {
    migration.up.span.slice(&set.files[migration.up.file].text)
}

/// The statements of a script.
pub(crate) fn statements(dialect: Dialect, script: &str) -> Vec<String> {
    let text = Script::new(script, &Target::new(dialect));
    text.statements.iter().map(|statement| text.text_of(statement).to_owned()).collect()
}

/// A database and one connection to it, on which everything runs.
pub(crate) struct World<'a> {
    pub(crate) database: Database<'a>,
    connection: Connection,
}

enum Connection {
    Postgres(Box<postgres::Client>),
    MySql(Box<mysql::Conn>),
}

impl<'a> World<'a> {
    pub(crate) fn new(server: &'a Server, name: &str) -> Self {
        let database = server.create_database(name);
        let connection = match server.release().dialect {
            Dialect::Postgres => Connection::Postgres(Box::new(database.postgres())),
            Dialect::MySql | Dialect::MariaDb => Connection::MySql(Box::new(database.mysql())),
        };
        Self { database, connection }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.database.server().release().dialect
    }

    /// Runs one statement, or on PostgreSQL a whole script in one request.
    pub(crate) fn run(&mut self, sql: &str) -> Result<(), String> {
        match &mut self.connection {
            Connection::Postgres(client) => client.batch_execute(sql).map_err(|e| match e.as_db_error() {
                Some(e) => e.message().to_owned(),
                None => e.to_string(),
            }),
            Connection::MySql(conn) => conn.query_drop(sql).map_err(|e| e.to_string()),
        }
    }

    /// Runs a script statement by statement, each in a transaction of its own.
    pub(crate) fn run_each(&mut self, script: &str) -> Result<(), String> {
        statements(self.dialect(), script).iter().try_for_each(|statement| self.run(statement))
    }

    /// Runs a migration as its tool would.
    pub(crate) fn migrate(&mut self, set: &MigrationSet, migration: &Migration) -> Result<(), String> {
        let text = script(set, migration);
        if self.dialect() == Dialect::Postgres && migration.transaction != TransactionMode::Autocommit {
            let result = self.run(text);
            if result.is_err() {
                let _ = self.run("rollback");
            }
            return result;
        }
        self.run_each(text)
    }

    pub(crate) fn look(&self) -> Catalog {
        snapshot(&self.database.url(), &LiveOptions::default()).unwrap()
    }
}

/// What became of a migration in truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    Ran,
    DidNotRun,
}

/// Counts of verdicts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) looks: usize,
    pub(crate) verdicts: usize,
    pub(crate) decided: usize,
    pub(crate) partial: usize,
    pub(crate) edited: usize,
    pub(crate) undecidable: usize,
    pub(crate) false_applied: usize,
    pub(crate) false_not_applied: usize,
    /// Reports whose residual is empty.
    pub(crate) explained: usize,
    pub(crate) probes: usize,
    pub(crate) seconds: f64,
}

impl Tally {
    /// Counts a report, and describes what is wrong with it.
    pub(crate) fn add(
        &mut self,
        report: &HistoryReport,
        truth: &[Truth],
        place: &str,
        lines: &mut Vec<String>,
    ) {
        self.looks += 1;
        self.explained += usize::from(report.residual.is_empty());
        for (verdict, truth) in report.migrations.iter().zip(truth) {
            self.verdicts += 1;
            self.probes += verdict.probe.len();
            match verdict.verdict {
                Verdict::Applied | Verdict::NotApplied | Verdict::Superseded => self.decided += 1,
                Verdict::Partial => self.partial += 1,
                Verdict::Edited => self.edited += 1,
                Verdict::Undecidable => self.undecidable += 1,
                other => panic!("a verdict that this test does not know: {other:?}"),
            }
            let wrong = match (truth, verdict.verdict) {
                (Truth::DidNotRun, Verdict::Applied | Verdict::Superseded | Verdict::Edited) => {
                    self.false_applied += 1;
                    true
                }
                (Truth::Ran, Verdict::NotApplied) => {
                    self.false_not_applied += 1;
                    true
                }
                _ => false,
            };
            if wrong {
                lines.push(format!(
                    "{place}: {} {} is called {:?}: {}",
                    verdict.version,
                    verdict.name,
                    verdict.verdict,
                    verdict.evidence.join("; ")
                ));
            }
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.looks += other.looks;
        self.verdicts += other.verdicts;
        self.decided += other.decided;
        self.partial += other.partial;
        self.edited += other.edited;
        self.undecidable += other.undecidable;
        self.false_applied += other.false_applied;
        self.false_not_applied += other.false_not_applied;
        self.explained += other.explained;
        self.probes += other.probes;
        self.seconds += other.seconds;
    }

    pub(crate) fn line(&self) -> String {
        format!(
            "{} looks, {} verdicts: {} decided ({:.1} %), {} undecidable, {} partial, {} edited; \
             false: {} applied, {} not applied; residual empty {}; {} probes; {:.1} s",
            self.looks,
            self.verdicts,
            self.decided,
            100.0 * self.decided as f64 / (self.verdicts.max(1) as f64),
            self.undecidable,
            self.partial,
            self.edited,
            self.false_applied,
            self.false_not_applied,
            self.explained,
            self.probes,
            self.seconds
        )
    }
}

/// The files of a project that the server accepts, and the schema after about `looks` of its migrations, by how many of
/// these files have run; the first before any, the last after all.
pub(crate) fn levels(
    server: &Server,
    project: &Project,
    looks: usize,
) -> (Vec<SourceFile>, Vec<(usize, Catalog)>) {
    let mut files: Vec<SourceFile> =
        project.files.iter().map(|(path, bytes)| SourceFile::from_bytes(path.as_str(), bytes)).collect();
    let set = set_of(&files, &project.tool);
    let mut world = World::new(server, &project.name);
    let mut levels = vec![(0, world.look())];
    let (every, mut level) = (set.migrations.len() / looks + 1, 0);
    let mut refused = BTreeSet::new();
    for (number, migration) in set.migrations.iter().enumerate() {
        match world.migrate(&set, migration) {
            Ok(()) => {
                level += 1;
                if level % every == 0 || number + 1 == set.migrations.len() {
                    levels.push((level, world.look()));
                }
            }
            Err(error) => {
                println!("{}: the server refuses {}: {error}", project.name, migration.version);
                refused.insert(set.files[migration.up.file].path.clone());
                if world.dialect().is_mysql_family() {
                    // What it did before it failed stays: the history ends here.
                    refused
                        .extend(set.migrations[number..].iter().map(|m| set.files[m.up.file].path.clone()));
                    break;
                }
            }
        }
    }
    files.retain(|file| !refused.contains(&file.path));
    (files, levels)
}

pub(crate) fn options(tool: &str) -> Options {
    Options { tool: Some(tool.to_owned()), ..Options::default() }
}

pub(crate) fn judge(files: &[SourceFile], tool: &str, live: &Catalog) -> HistoryReport {
    history(files, live, &options(tool)).unwrap()
}

/// The first `level` migrations ran, the others did not.
pub(crate) fn truth_at(level: usize, all: usize) -> Vec<Truth> {
    (0..all).map(|n| if n < level { Truth::Ran } else { Truth::DidNotRun }).collect()
}
