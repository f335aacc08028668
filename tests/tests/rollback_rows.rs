//! The way back from several statements in a row, rows included: scripts that rename, swap, retype and write are run on
//! tables with rows, undone with the plan, and schema and rows are compared with what was there before.
//!
//! `rollback/cases.sql` holds what went wrong once, with the class that is expected; the rest is made at random from
//! `rollback/statements.sql`. `REMIGRATE_SCRIPTS` is how many random scripts there are for each server, `REMIGRATE_SEED`
//! where they start.
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::Mutex,
    thread,
};

use remigrate::{
    Catalog, Dialect, Options, Target,
    live::{LiveOptions, snapshot},
    report::{RollbackClass, RollbackReport},
    text::Script,
    tools::SourceFile,
};
use remigrate_tests::{
    compare,
    rows::{self, Connection},
    servers::{self, Database, Server},
};

const CASES: &str = include_str!("rollback/cases.sql");
const STATEMENTS: &str = include_str!("rollback/statements.sql");

/// A section of a data file: the dialects it is for, its title, and its parts between lines of `--`.
struct Section {
    dialects: Vec<Dialect>,
    title: String,
    parts: Vec<String>,
}

/// Sections begin with a line `=== DIALECTS: title`.
fn sections(text: &str) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("=== ") {
            let (dialects, title) = head.split_once(": ").expect("a title behind the dialects");
            let dialects = Dialect::ALL
                .into_iter()
                .filter(|d| dialects == "all" || dialects.split(' ').any(|name| name == d.as_str()))
                .collect();
            found.push(Section { dialects, title: title.to_owned(), parts: vec![String::new()] });
        } else if let Some(section) = found.last_mut() {
            if line == "--" {
                section.parts.push(String::new());
            } else if let Some(part) = section.parts.last_mut() {
                part.push_str(line);
                part.push('\n');
            }
        }
    }
    found
}

fn read(database: &Database<'_>) -> Catalog {
    let mut catalog = snapshot(&database.url(), &LiveOptions::default()).unwrap();
    catalog.uncertain.clear();
    catalog
}

fn class_of(report: &RollbackReport) -> RollbackClass {
    report.steps.iter().map(|s| s.class).max().unwrap_or(RollbackClass::Exact)
}

/// What became of a script.
struct Trial {
    class: RollbackClass,
    /// Whether schema and rows came back.
    back: bool,
    /// Whether sequences and counters stand where they stood.
    numbers: bool,
    /// What did not.
    problems: Vec<String>,
    report: RollbackReport,
}

impl Trial {
    /// Whether it was promised and did not happen.
    fn broken(&self) -> bool {
        self.class <= RollbackClass::NeedsCapture && !self.back
    }
}

fn statements(text: &str, dialect: Dialect) -> Vec<String> {
    let target = Target::new(dialect);
    let script = Script::new(text, &target);
    script.statements.iter().map(|s| script.text_of(s).to_owned()).collect()
}

/// Runs the set-up, saves, runs the migrations, goes back, compares.
fn there_and_back(server: &Server, setup: &str, migrations: &[String]) -> Result<Trial, String> {
    let dialect = server.release().dialect;
    let database = server.create_database("rows");
    let mut connection = Connection::new(&database);
    for sql in statements(setup, dialect) {
        connection.run(&sql).map_err(|e| format!("set-up: {e} in {sql}"))?;
    }
    let before = read(&database);
    rows::fill(&mut Connection::new(&database), &before, &mut BTreeSet::new());
    let was = rows::read(&mut Connection::new(&database), &before)?;
    let stood = numbers(&mut Connection::new(&database), &before)?;
    let names = (1..).map(|n| format!("{n}_migration.sql"));
    let files: Vec<SourceFile> = names.zip(migrations).map(|(n, sql)| SourceFile::new(n, sql)).collect();
    let options = Options { schema: Some(before.clone()), ..Options::new(dialect) };
    let report = remigrate::rollback(&files, &options).map_err(|e| e.to_string())?;
    let mut problems = Vec::new();
    let run = |stage: &str, connection: &mut Connection, sql: &str| {
        connection.run(sql).err().map(|e| format!("{stage}: {e} in {sql:.400}"))
    };
    let ask = |when: &str, sql: &String| {
        let failed = Connection::new(&database).query(sql).err();
        failed.map(|e| format!("the query for the database before the {when}: {e} in {sql:.400}"))
    };
    let first = report.steps.iter().flat_map(|s| &s.probe_before_migration);
    problems.extend(first.filter_map(|sql| ask("migration", sql)));
    let mut connection = Connection::new(&database);
    problems.extend(report.capture.iter().filter_map(|sql| run("capture", &mut connection, sql)));
    for migration in migrations {
        let mut connection = Connection::new(&database);
        for sql in statements(migration, dialect) {
            connection.run(&sql).map_err(|e| format!("migration: {e} in {sql}"))?;
        }
    }
    problems.extend(report.steps.iter().flat_map(|s| &s.probe).filter_map(|sql| ask("rollback", sql)));
    let alone = !report.sql.starts_with("BEGIN;");
    if let Err(error) = Connection::new(&database).script(&report.sql, dialect, alone) {
        problems.push(format!("sql: {error}"));
    }
    let mut connection = Connection::new(&database);
    problems.extend(report.restore.iter().filter_map(|sql| run("restore", &mut connection, sql)));
    problems.extend(report.cleanup.iter().filter_map(|sql| run("cleanup", &mut connection, sql)));
    let after = read(&database);
    let difference = compare::difference(&in_one_order(&after), &in_one_order(&before));
    problems.extend(difference.iter().map(|d| format!("schema: {d}")));
    if compare::difference(&after, &before).len() > difference.len() && report.residual.is_empty() {
        problems.push("the order of columns differs, and the residual is empty".into());
    }
    if difference.is_empty() {
        let is = rows::read(&mut Connection::new(&database), &before)?;
        for (table, rows) in was.iter().filter(|(table, rows)| is.get(*table) != Some(rows)) {
            problems.push(format!("rows of {table}: {rows:?} now {:?}", is.get(table)));
        }
    }
    let stand = numbers(&mut Connection::new(&database), &before).unwrap_or_default();
    let back = problems.is_empty();
    if stand != stood {
        problems.push(format!("numbers: {stood:?} now {stand:?}"));
    }
    Ok(Trial { class: class_of(&report), back, numbers: stand == stood, problems, report })
}

/// Where sequences and counters stand.
fn numbers(connection: &mut Connection, catalog: &Catalog) -> Result<Vec<Vec<Option<String>>>, String> {
    if catalog.dialect == Dialect::Postgres {
        return connection
            .query("SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2");
    }
    if catalog.dialect == Dialect::MySql {
        connection.run("SET information_schema_stats_expiry = 0")?;
    }
    let counters = "SELECT table_name, auto_increment FROM information_schema.tables WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL AND table_name NOT LIKE 'remigrate%' ORDER BY 1";
    let mut all = connection.query(counters)?;
    for sequence in catalog.sequences.iter() {
        let name = rows::relation(catalog.dialect, &sequence.name);
        all.extend(connection.query(&format!("SELECT next_not_cached_value FROM {name}"))?);
    }
    Ok(all)
}

fn in_one_order(catalog: &Catalog) -> Catalog {
    let mut sorted = catalog.clone();
    for table in catalog.tables.iter() {
        let mut table = remigrate::catalog::Table::clone(table);
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        sorted.tables.insert(table);
    }
    sorted
}

fn describe(title: &str, migrations: &[String], trial: &Trial) -> String {
    let mut text = format!("{title}: {:?}\n", trial.class);
    for sql in migrations {
        let _ = writeln!(text, "    {}", sql.trim().replace('\n', "\n    "));
    }
    for problem in &trial.problems {
        let _ = writeln!(text, "  ! {problem:.700}");
    }
    for sql in trial.report.capture.iter().chain([&trial.report.sql]).chain(&trial.report.restore) {
        let _ = writeln!(text, "  > {:.600}", sql.trim());
    }
    for loss in trial.report.steps.iter().flat_map(|s| &s.loses) {
        let _ = writeln!(text, "  loses {loss}");
    }
    text
}

/// What went wrong once. The first part of a section is the set-up, the last the class, those between are migrations.
/// Behind the class, `back` says that schema and rows come back although the class does not promise it, `numbers` that
/// whatever numbers rows stands where it stood.
#[test]
fn cases_come_back_as_said() {
    let only = std::env::var("REMIGRATE_CASE").ok();
    let text = std::env::var("REMIGRATE_CASES")
        .map_or_else(|_| CASES.to_owned(), |p| std::fs::read_to_string(p).unwrap());
    let wrong = Mutex::new(Vec::new());
    let sections = sections(&text);
    thread::scope(|scope| {
        for dialect in Dialect::ALL {
            let (wrong, sections, only) = (&wrong, &sections, &only);
            scope.spawn(move || {
                let fits = |s: &&Section| {
                    s.dialects.contains(&dialect)
                        && only.as_ref().is_none_or(|o| s.title.contains(o.as_str()))
                };
                for section in sections.iter().filter(fits) {
                    let title = format!("{dialect} {}", section.title);
                    let [setup, migrations @ .., class] = section.parts.as_slice() else {
                        panic!("{title}: a set-up, migrations and a class are needed")
                    };
                    let mut words = class.split_whitespace();
                    let expected: RollbackClass = serde_json::from_value(words.next().into())
                        .unwrap_or_else(|e| panic!("{title}: {e}"));
                    let says: Vec<&str> = words.collect();
                    assert!(says.iter().all(|w| ["back", "numbers"].contains(w)), "{title}: {says:?}");
                    match there_and_back(servers::of(dialect), setup, migrations) {
                        Err(error) => wrong.lock().unwrap().push(format!("{title}: {error}\n")),
                        Ok(trial) => {
                            let text = describe(&title, migrations, &trial);
                            if only.is_some() {
                                println!("{text}");
                            }
                            if trial.broken() || !trial.back && says.contains(&"back") {
                                wrong.lock().unwrap().push(format!("BROKEN {text}"));
                            } else if !trial.numbers && says.contains(&"numbers") {
                                wrong.lock().unwrap().push(format!("OTHER NUMBERS {text}"));
                            } else if trial.class != expected {
                                wrong.lock().unwrap().push(format!("not {expected:?} {text}"));
                            }
                        }
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}\n{} cases", wrong.join("\n"), wrong.len());
}

/// Small numbers in a fixed order.
struct Dice(u64);

impl Dice {
    /// SplitMix64.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }
}

/// Words for the placeholders of `statements.sql`.
fn words(placeholder: char) -> &'static [&'static str] {
    match placeholder {
        'T' => &["a", "b", "c", "tmp", "par", "chi"],
        'C' => &["x", "y", "name", "ref", "code"],
        'V' => &["7", "NULL", "41", "42", "x", "x + 1"],
        'W' => &[
            "",
            "WHERE x > 41",
            "WHERE id = 42",
            "WHERE name LIKE '41%'",
            "WHERE x IS NULL",
            "WHERE name = '41 name'",
        ],
        'K' => &["1", "41", "900", "901", "902"],
        _ => panic!("no words for the placeholder {placeholder}"),
    }
}

fn fill_in(template: &str, dice: &mut Dice) -> String {
    let mut sql = String::new();
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' => {
                let words = words(chars.next().unwrap());
                sql.push_str(words[dice.roll(words.len())]);
            }
            c => sql.push(c),
        }
    }
    sql
}

/// A random script that the server accepts, as two to six migrations.
fn script(server: &Server, setup: &str, templates: &[String], dice: &mut Dice) -> Vec<String> {
    let database = server.create_database("draft");
    let dialect = server.release().dialect;
    for sql in statements(setup, dialect) {
        Connection::new(&database).run(&sql).unwrap_or_else(|e| panic!("set-up: {e} in {sql}"));
    }
    let before = read(&database);
    rows::fill(&mut Connection::new(&database), &before, &mut BTreeSet::new());
    let (mut accepted, wanted) = (Vec::new(), 3 + dice.roll(6));
    let mut connection = Connection::new(&database);
    for _ in 0..60 {
        if accepted.len() == wanted {
            break;
        }
        let sql = fill_in(&templates[dice.roll(templates.len())], dice);
        if connection.run(&sql).is_ok() {
            accepted.push(sql);
        }
    }
    let mut migrations = vec![String::new(); (2 + dice.roll(5)).min(accepted.len())];
    let count = migrations.len();
    for (at, sql) in accepted.iter().enumerate() {
        let _ = writeln!(migrations[at * count / wanted.max(accepted.len())], "{sql};");
    }
    migrations.retain(|m| !m.is_empty());
    migrations
}

#[test]
fn random_scripts_break_no_promise() {
    let number =
        |name: &str, otherwise: u64| std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap());
    let (scripts, seed) = (number("REMIGRATE_SCRIPTS", 40), number("REMIGRATE_SEED", 1));
    let text = std::env::var("REMIGRATE_STATEMENTS")
        .map_or_else(|_| STATEMENTS.to_owned(), |p| std::fs::read_to_string(p).unwrap());
    let sections = sections(&text);
    let broken = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for dialect in Dialect::ALL {
            let (broken, sections) = (&broken, &sections);
            scope.spawn(move || {
                let of = |title: &str| -> String {
                    let fits = |s: &&Section| s.title == title && s.dialects.contains(&dialect);
                    sections.iter().filter(fits).flat_map(|s| s.parts.clone()).collect()
                };
                let (setup, statements) = (of("set-up"), of("statements"));
                let templates: Vec<String> = statements.lines().map(str::to_owned).collect();
                let mut counts: BTreeMap<(RollbackClass, bool), usize> = BTreeMap::new();
                for number in 0..scripts {
                    let mut dice = Dice((seed + number) * 7919);
                    let migrations = script(servers::of(dialect), &setup, &templates, &mut dice);
                    let title = format!("{dialect} script {}", seed + number);
                    match there_and_back(servers::of(dialect), &setup, &migrations) {
                        // What was saved must not be in the migrations' way.
                        Err(error) => {
                            broken.lock().unwrap().push(format!("{title}: {error}\n{}", migrations.join("--\n")));
                        }
                        Ok(trial) => {
                            *counts.entry((trial.class, trial.back)).or_default() += 1;
                            if trial.broken() {
                                broken.lock().unwrap().push(describe(&title, &migrations, &trial));
                            } else if std::env::var_os("REMIGRATE_SHOW").is_some() && trial.class > RollbackClass::NeedsCapture {
                                println!("{}", describe(&title, &migrations, &trial));
                            }
                        }
                    }
                }
                let promised: usize =
                    counts.iter().filter(|((c, _), _)| *c <= RollbackClass::NeedsCapture).map(|(_, n)| n).sum();
                println!("{dialect}: {promised} of {scripts} scripts are promised; class and whether all came back: {counts:?}");
            });
        }
    });
    let broken = broken.into_inner().unwrap();
    assert!(broken.is_empty(), "{}\n{} promises that were not kept", broken.join("\n"), broken.len());
}
