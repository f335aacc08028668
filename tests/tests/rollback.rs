//! The way back on real servers: every migration of the public histories is planned, run on tables with rows, undone
//! with the plan, and schema and rows are compared with what was there before. So are some ranges of several migrations
//! at once; `REMIGRATE_RANGES` is how many of each history.
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    ops::Range,
    sync::Mutex,
    thread,
};

use remigrate::{
    Catalog, Dialect, Options,
    live::{LiveOptions, snapshot},
    report::{RollbackClass, RollbackReport},
    tools::{self, MigrationSet, SourceFile},
};
use remigrate_tests::{
    compare,
    corpus::{self, Project},
    rows::{self, Connection},
    servers::{Database, Release, Server},
};

/// What became of one migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Back {
    /// Schema and rows as before.
    Exactly,
    /// As before, but for the order of columns.
    Reordered,
    /// The schema as before, rows not.
    SchemaOnly,
    /// The schema differs.
    Differs,
    /// The server refused a statement of the plan.
    Refused,
}

/// Counts of one project.
#[derive(Default)]
struct Tally {
    /// By the worst class of the steps and the outcome.
    outcomes: BTreeMap<(RollbackClass, Back), usize>,
    /// The same of ranges of migrations.
    ranges: BTreeMap<(RollbackClass, Back), usize>,
    /// Migrations that the server refuses, with rows or without.
    refused: usize,
    /// Migrations tried on tables without rows of ours, because they do not run with them.
    without_rows: usize,
    /// Tables that could not be filled.
    hopeless: BTreeSet<String>,
    /// Promises that were not kept.
    violations: usize,
    lines: Vec<String>,
}

/// One project on one server.
struct Trial<'s> {
    server: &'s Server,
    set: MigrationSet,
    name: String,
    tool: String,
    tally: Tally,
}

fn class_of(report: &RollbackReport) -> RollbackClass {
    report.steps.iter().map(|s| s.class).max().unwrap_or(RollbackClass::Exact)
}

fn read(database: &Database<'_>) -> Catalog {
    let mut catalog = snapshot(&database.url(), &LiveOptions::default()).unwrap();
    catalog.uncertain.clear();
    catalog
}

impl<'s> Trial<'s> {
    fn new(server: &'s Server, project: &Project) -> Self {
        let files =
            project.files.iter().map(|(path, bytes)| SourceFile::from_bytes(path.as_str(), bytes)).collect();
        let set = tools::read(files, Some(&project.tool)).unwrap();
        Self { server, set, name: project.name.clone(), tool: project.tool.clone(), tally: Tally::default() }
    }

    fn dialect(&self) -> Dialect {
        self.server.release().dialect
    }

    fn text(&self, number: usize) -> &str {
        let part = self.set.migrations[number].up;
        part.span.slice(&self.set.files[part.file].text)
    }

    fn path(&self, number: usize) -> &str {
        &self.set.files[self.set.migrations[number].up.file].path
    }

    fn up(&self, database: &Database<'_>, number: usize) -> Result<(), String> {
        let text = self.text(number);
        let answer = Connection::new(database).script(text, self.dialect(), false);
        match answer {
            // Cannot run inside a transaction block, which a request of several statements is.
            Err(message) if message.starts_with("25001") || message.starts_with("55P04") => {
                Connection::new(database).script(text, self.dialect(), true)
            }
            other => other,
        }
    }

    /// A database in which the first migrations ran.
    fn database(&self, migrations: usize, skip: &BTreeSet<usize>) -> Database<'s> {
        let database = self.server.create_database(&self.name);
        for number in (0..migrations).filter(|n| !skip.contains(n)) {
            let _ = self.up(&database, number);
        }
        database
    }

    fn run(mut self, ranges: &[Range<usize>]) -> Tally {
        let mut skip = BTreeSet::new();
        let mut database = self.database(0, &skip);
        for number in 0..self.set.migrations.len() {
            let mut before = read(&database);
            rows::fill(&mut Connection::new(&database), &before, &mut self.tally.hopeless);
            for range in ranges.iter().filter(|range| range.start == number) {
                let _ = self.there_and_back(&database, range.clone(), &before);
                // Which indexes the MySQL family made by itself is nothing that a comparison shows.
                database = self.database(number, &skip);
                before = read(&database);
                rows::fill(&mut Connection::new(&database), &before, &mut self.tally.hopeless);
            }
            let mut outcome = self.there_and_back(&database, number..number + 1, &before);
            if outcome.is_none() {
                // It does not run with our rows.
                database = self.database(number, &skip);
                before = read(&database);
                outcome = self.there_and_back(&database, number..number + 1, &before);
                match outcome {
                    Some(_) => self.tally.without_rows += 1,
                    None => {
                        self.tally.refused += 1;
                        skip.insert(number);
                        database = self.database(number, &skip);
                        continue;
                    }
                }
            }
            let exactly = outcome == Some(Back::Exactly);
            if !exactly || self.up(&database, number).is_err() {
                database = self.database(number + 1, &skip);
            }
        }
        self.tally
    }

    /// Ranges of several migrations, spread over the history.
    fn ranges(&self, wanted: usize) -> Vec<Range<usize>> {
        let count = self.set.migrations.len();
        let lengths = [3, 8, 2, 5].into_iter().cycle();
        let starts = (0..wanted).map(|at| (2 * at + 1) * count / (2 * wanted));
        let mut ranges: Vec<_> =
            starts.zip(lengths).map(|(from, long)| from..count.min(from + long)).collect();
        ranges.retain(|range| range.len() > 1);
        ranges
    }

    fn title(&self, numbers: &Range<usize>) -> String {
        let first = self.path(numbers.start);
        match numbers.len() {
            1 => format!("{} {first}", self.name),
            count => {
                format!("{} {count} migrations from {first} to {}", self.name, self.path(numbers.end - 1))
            }
        }
    }

    /// Plans, runs, undoes, compares; nothing when the migration itself does not run.
    fn there_and_back(
        &mut self,
        database: &Database<'_>,
        numbers: Range<usize>,
        before: &Catalog,
    ) -> Option<Back> {
        let dialect = self.dialect();
        let mut places: Vec<usize> = numbers.clone().map(|n| self.set.migrations[n].up.file).collect();
        places.dedup();
        let files: Vec<SourceFile> = places.into_iter().map(|place| self.set.files[place].clone()).collect();
        let options =
            Options { schema: Some(before.clone()), tool: Some(self.tool.clone()), ..Options::new(dialect) };
        let report = remigrate::rollback(&files, &options).unwrap();
        let was = rows::read(&mut Connection::new(database), before).unwrap();
        let mut problems = Vec::new();
        let mut connection = Connection::new(database);
        for sql in &report.capture {
            if let Err(error) = connection.run(sql) {
                problems.push(format!("capture: {error} in {sql:.300}"));
            }
        }
        for number in numbers.clone() {
            if let Err(error) = self.up(database, number) {
                if self.tally.lines.len() < 4000 {
                    let title = self.title(&(number..number + 1));
                    self.tally.lines.push(format!("{title}: refused: {error:.200}"));
                }
                return None;
            }
        }
        if let Err(error) =
            Connection::new(database).script(&report.sql, dialect, report_is_mixed(&report.sql))
        {
            problems.push(format!("sql: {error}"));
        }
        let mut connection = Connection::new(database);
        for (stage, statements) in [("restore", &report.restore), ("cleanup", &report.cleanup)] {
            for sql in statements {
                if let Err(error) = connection.run(sql) {
                    problems.push(format!("{stage}: {error} in {sql:.300}"));
                }
            }
        }
        let after = read(database);
        let difference = compare::difference(&after, before);
        let order_only = compare::difference(&in_one_order(&after), &in_one_order(before)).is_empty();
        let back = if !problems.is_empty() {
            Back::Refused
        } else if !order_only {
            Back::Differs
        } else {
            let is = rows::read(&mut Connection::new(database), before).unwrap();
            let differing = was.iter().filter(|(table, rows)| is.get(*table) != Some(rows));
            let differing: Vec<_> =
                differing.map(|(table, rows)| format!("{table}: {rows:?} now {:?}", is.get(table))).collect();
            problems.extend(differing.iter().map(|d| format!("rows: {d:.600}")));
            match (differing.is_empty(), difference.is_empty()) {
                (true, true) => Back::Exactly,
                (true, false) => Back::Reordered,
                (false, _) => Back::SchemaOnly,
            }
        };
        let class = class_of(&report);
        let tally = if numbers.len() == 1 { &mut self.tally.outcomes } else { &mut self.tally.ranges };
        *tally.entry((class, back)).or_default() += 1;
        let promised = class <= RollbackClass::NeedsCapture;
        let kept = match back {
            Back::Exactly => true,
            // PostgreSQL appends columns; the plan must say so.
            Back::Reordered => !report.residual.is_empty(),
            // What the plan admits need not come back.
            Back::SchemaOnly => !promised,
            Back::Differs => !report.residual.is_empty() && !promised,
            Back::Refused => !promised && class > RollbackClass::StateDependent,
        };
        self.tally.violations += usize::from(!kept);
        if back > Back::Reordered || !kept {
            let mut line = format!(
                "{}{}: {class:?}, {back:?}",
                if kept { "" } else { "BROKEN PROMISE " },
                self.title(&numbers)
            );
            for problem in problems.iter().chain(difference.iter().take(4)) {
                let _ = write!(line, "\n    {problem:.500}");
            }
            for residual in report.residual.iter().take(4) {
                let _ =
                    write!(line, "\n    residual: {} {} {}", residual.change, residual.kind, residual.object);
            }
            for loss in
                report.steps.iter().filter(|s| s.class > RollbackClass::NeedsCapture).flat_map(|s| &s.loses)
            {
                let _ = write!(line, "\n    loses: {loss}");
            }
            self.tally.lines.push(line);
        }
        Some(back)
    }
}

/// The catalog with every table's columns sorted by name.
fn in_one_order(catalog: &Catalog) -> Catalog {
    let mut sorted = catalog.clone();
    for table in catalog.tables.iter() {
        let mut table = remigrate::catalog::Table::clone(table);
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        sorted.tables.insert(table);
    }
    sorted
}

/// Scripts without a transaction of their own hold statements that must run alone.
fn report_is_mixed(sql: &str) -> bool {
    !sql.starts_with("BEGIN;")
}

fn show(name: &str, tally: &Tally) -> String {
    let total: usize = tally.outcomes.values().sum();
    let of = |back: Back| -> usize {
        tally.outcomes.iter().filter(|((_, b), _)| *b == back).map(|(_, n)| n).sum()
    };
    let mut line = format!(
        "{name}: {total} migrations, {} exactly, {} but for the order of columns, {} schema only, {} differ, {} refused; {} without rows, {} do not run, {} tables without rows, {} broken promises\n   ",
        of(Back::Exactly),
        of(Back::Reordered),
        of(Back::SchemaOnly),
        of(Back::Differs),
        of(Back::Refused),
        tally.without_rows,
        tally.refused,
        tally.hopeless.len(),
        tally.violations,
    );
    for ((class, back), count) in &tally.outcomes {
        let _ = write!(line, " {class:?}/{back:?} {count}");
    }
    if !tally.ranges.is_empty() {
        line.push_str("\n    ranges:");
    }
    for ((class, back), count) in &tally.ranges {
        let _ = write!(line, " {class:?}/{back:?} {count}");
    }
    line
}

fn dialect_releases() -> [Release; 3] {
    let release = |d: Dialect| {
        let series = format!("{}.", d.default_version().major);
        let mut all = Release::ALL.into_iter().filter(move |r| r.dialect == d);
        let first = all.clone().next();
        all.find(|r| r.series == series).or(first).unwrap()
    };
    Dialect::ALL.map(release)
}

/// Two projects at a time on each server.
const WORKERS: usize = 2;

#[test]
fn what_is_promised_comes_back() {
    let projects: Vec<Project> = corpus::projects().into_iter().filter(|p| p.from_empty).collect();
    let ranges_of_each: usize = std::env::var("REMIGRATE_RANGES").map_or(4, |text| text.parse().unwrap());
    let done = Mutex::new(BTreeMap::<Dialect, Vec<Tally>>::new());
    let queues = dialect_releases().map(|release| {
        let fits =
            |d: Dialect| d == release.dialect || d == Dialect::MySql && release.dialect == Dialect::MariaDb;
        let mut queue: Vec<&Project> = projects.iter().filter(|p| fits(p.dialect)).collect();
        // The longest history first.
        queue.sort_by_key(|p| p.files.len());
        (release, Mutex::new(queue))
    });
    let results = &done;
    thread::scope(|scope| {
        for (release, queue) in &queues {
            for _ in 0..WORKERS {
                scope.spawn(move || {
                    loop {
                        let Some(project) = queue.lock().unwrap().pop() else { break };
                        let trial = Trial::new(release.shared(), project);
                        let ranges = trial.ranges(ranges_of_each);
                        let tally = trial.run(&ranges);
                        println!("{}\n{release} {}", tally.lines.join("\n"), show(&project.name, &tally));
                        results.lock().unwrap().entry(release.dialect).or_default().push(tally);
                    }
                });
            }
        }
    });
    let mut broken = 0;
    for (dialect, tallies) in done.into_inner().unwrap() {
        let count = |wanted: &dyn Fn(RollbackClass, Back) -> bool| -> usize {
            let outcomes = tallies.iter().flat_map(|t| &t.outcomes);
            outcomes.filter(|((class, back), _)| wanted(*class, *back)).map(|(_, n)| n).sum()
        };
        let all = count(&|_, _| true);
        let exactly = count(&|_, back| back == Back::Exactly);
        let reordered = count(&|_, back| back == Back::Reordered);
        let promised = count(&|class, _| class <= RollbackClass::NeedsCapture);
        println!(
            "{dialect}: {exactly} of {all} migrations came back exactly, {reordered} but for the order of columns; {promised} were promised"
        );
        // Measured: all of 48 on MySQL and on MariaDB, 269 of 284 and 4 more but for the order on PostgreSQL.
        assert!((exactly + reordered) * 100 >= all * 95, "{dialect}: {exactly} + {reordered} of {all}");
        assert!(promised * 100 >= all * 80, "{dialect}: only {promised} of {all} are promised");
        broken += tallies.iter().map(|t| t.violations).sum::<usize>();
    }
    assert_eq!(broken, 0, "promises that were not kept are above");
}
