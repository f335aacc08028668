//! Runs Remigrate and its peers in one process, in turns, on the same statements, and prints a table.
//!
//! With the argument `linear` it shows instead how time and memory grow with the input.
use std::{
    fmt::Display,
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use remigrate::{
    Dialect, Options, Target,
    apply::{State, apply},
    catalog::World,
    check, dialect,
    replay::{self, PartText},
    text::Script,
    tools::{self, SourceFile},
};
use remigrate_benches::{
    corpus::{self, Project},
    made,
};

/// Turns that each contender gets; the fastest counts.
const TURNS: usize = 9;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => side_by_side(),
        ["linear"] => linear(),
        ["linear", case, size] => one_size(case, size.parse().expect("a size is a number")),
        ["loop", what, seconds] => repeat(what, seconds.parse().expect("seconds are a number")),
        _ => panic!("arguments are none, or `linear`"),
    }
}

/// One thing to measure.
struct Contender<'a> {
    task: &'static str,
    who: &'static str,
    run: Box<dyn Fn() + 'a>,
    turns: Vec<Duration>,
}

fn contender<'a>(task: &'static str, who: &'static str, run: impl Fn() + 'a) -> Contender<'a> {
    Contender { task, who, run: Box::new(run), turns: Vec::new() }
}

fn side_by_side() {
    let target = Target::new(Dialect::Postgres);
    let all = corpus::projects(Dialect::Postgres);
    let (postgres, dropped) = corpus::keep(&all, &target, |sql| {
        let sql = format!("{sql};");
        corpus::accepts(&sql, &target)
            && pg_query::parse(&sql, 0).is_ok_and(|tree| tree.protobuf.stmts.len() == 1)
            && squawk_syntax::SourceFile::parse(&sql).errors().is_empty()
    });
    let texts: Vec<&str> = postgres.iter().flat_map(|p| &p.files).map(|f| f.text.as_str()).collect();
    let mut contenders = vec![
        contender("tokens", "remigrate (with splitting)", || {
            each(&texts, |t| drop(black_box(Script::new(t, &target))))
        }),
        contender("tokens", "squawk-lexer", || {
            each(&texts, |t| drop(black_box(squawk_lexer::tokenize(t).collect::<Vec<_>>())));
        }),
        contender("tokens", "pg_query scan", || each(&texts, |t| drop(black_box(pg_query::scan(t))))),
        contender("parse", "remigrate (split, lower)", || lower(&texts, &target)),
        contender("parse", "squawk-syntax", || {
            each(&texts, |t| {
                let parsed = squawk_syntax::SourceFile::parse(t);
                assert!(black_box(&parsed).errors().is_empty(), "squawk took these statements one by one");
            });
        }),
        contender("parse", "pg_query", || each(&texts, |t| drop(black_box(pg_query::parse(t, 0))))),
        contender("apply", "remigrate (split, lower, apply)", || apply_all(&postgres, &target)),
        contender("replay", "remigrate (every step with the state before it)", || {
            replay_all(&postgres, &target);
        }),
        contender("check", "remigrate (all rules, with replay)", || check_all(&postgres, Dialect::Postgres)),
        contender("check", "squawk-linter (default rules)", || {
            each(&texts, |t| {
                let parsed = squawk_syntax::SourceFile::parse(t);
                let mut linter = squawk_linter::Linter::with_default_rules();
                drop(black_box(linter.lint(&parsed, t)));
            });
        }),
    ];
    measure(&mut contenders);
    print(
        "PostgreSQL",
        postgres.iter().map(Project::bytes).sum(),
        postgres.iter().map(|p| p.statements(Dialect::Postgres)).sum(),
        dropped,
        &contenders,
    );

    let target = Target::new(Dialect::MySql);
    let all = corpus::projects(Dialect::MySql);
    let (mysql, dropped) = corpus::keep(&all, &target, |sql| corpus::accepts(&format!("{sql};"), &target));
    let texts: Vec<&str> = mysql.iter().flat_map(|p| &p.files).map(|f| f.text.as_str()).collect();
    let mut contenders = vec![
        contender("tokens", "remigrate (with splitting)", || {
            each(&texts, |t| drop(black_box(Script::new(t, &target))))
        }),
        contender("parse", "remigrate (split, lower)", || lower(&texts, &target)),
        contender("replay", "remigrate (split, lower, apply)", || replay_all(&mysql, &target)),
        contender("check", "remigrate (all rules, with replay)", || check_all(&mysql, Dialect::MySql)),
    ];
    measure(&mut contenders);
    print(
        "MySQL",
        mysql.iter().map(Project::bytes).sum(),
        mysql.iter().map(|p| p.statements(Dialect::MySql)).sum(),
        dropped,
        &contenders,
    );
}

fn each(texts: &[&str], work: impl Fn(&str)) {
    texts.iter().for_each(|text| work(text));
}

fn lower(texts: &[&str], target: &Target) {
    for text in texts {
        let script = Script::new(text, target);
        for statement in &script.statements {
            drop(black_box(dialect::lower(&script, statement, target)));
        }
    }
}

/// What the three functions cost by themselves: each file's statements over one state of the project.
fn apply_all(projects: &[Project], target: &Target) {
    for project in projects {
        let mut state = State::start(target, World::Open);
        for file in &project.files {
            let script = Script::new(&file.text, target);
            for statement in &script.statements {
                for operation in dialect::lower(&script, statement, &state.target()) {
                    drop(black_box(apply(&mut state, &operation.node)));
                }
            }
        }
        black_box(state);
    }
}

fn replay_all(projects: &[Project], target: &Target) {
    for project in projects {
        replay_files(project.files.clone(), &project.tool, target);
    }
}

fn replay_files(files: Vec<SourceFile>, tool: &str, target: &Target) -> State {
    let set = tools::read(files, Some(tool)).expect("the layout was read before");
    let mut state = State::start(target, World::Open);
    for migration in &set.migrations {
        if let Some(part) = PartText::new(&set, migration.up, &state) {
            replay::run(&part, migration.transaction, &mut state, &mut |step| {
                black_box(step.sql());
            });
        }
    }
    state
}

fn check_all(projects: &[Project], dialect: Dialect) {
    for project in projects {
        let options = Options { tool: Some(project.tool.clone()), ..Options::new(dialect) };
        drop(black_box(check(&project.files, &options).expect("the layout was read before")));
    }
}

/// In turns, so that what else the machine does meets all alike.
fn measure(contenders: &mut [Contender<'_>]) {
    for contender in &*contenders {
        (contender.run)();
    }
    for _ in 0..TURNS {
        for contender in &mut *contenders {
            let start = Instant::now();
            (contender.run)();
            contender.turns.push(start.elapsed());
        }
    }
    contenders.iter_mut().for_each(|contender| contender.turns.sort());
}

fn print(title: &str, bytes: usize, statements: usize, dropped: usize, contenders: &[Contender<'_>]) {
    say(format!(
        "{title}: {statements} statements, {:.2} MB; {dropped} statements left out that not all take\n",
        bytes as f64 / 1e6
    ));
    say("| task | who | MB/s | statements/s | µs/statement | median/best |");
    say("|---|---|---:|---:|---:|---:|");
    for contender in contenders {
        let best = contender.turns[0].as_secs_f64();
        let median = contender.turns[TURNS / 2].as_secs_f64();
        say(format!(
            "| {} | {} | {:.1} | {:.0} | {:.2} | {:.2} |",
            contender.task,
            contender.who,
            bytes as f64 / 1e6 / best,
            statements as f64 / best,
            best * 1e6 / statements as f64,
            median / best
        ));
    }
    say("");
}

/// Cases of `linear` with the smallest size; the sizes double three times.
const CASES: &[(&str, usize, &str)] = &[
    ("postgres-schema", 1250, "tables made (3 statements each), replayed in a closed world"),
    ("mysql-schema", 1250, "the same for MySQL"),
    ("postgres-changes", 250, "tables made, then changed 10 times (5 statements each), checked"),
    ("mysql-changes", 250, "the same for MySQL"),
    ("unknown", 6250, "unknown tables dropped and as many altered, checked"),
    ("statements", 12500, "statements with a finding in one file, checked"),
    ("one-line", 12500, "statements with a finding on one line, checked"),
    ("dump-split", 12_500_000, "bytes of a dump's INSERTs, split"),
    ("dump-replay", 3_125_000, "bytes of a dump's INSERTs, replayed"),
    ("diff", 1250, "tables compared with none, and rendered"),
    ("rollback", 250, "tables made and changed twice, rolled back"),
];

/// Each size in a process of its own: the peak of memory cannot be reset.
fn linear() {
    let program = std::env::current_exe().expect("the program knows its path");
    say("| case | size | seconds | ms per 1000 | peak MB |");
    say("|---|---:|---:|---:|---:|");
    for (case, smallest, what) in CASES {
        for size in [1, 2, 4, 8].map(|times| times * smallest) {
            let output = Command::new(&program).args(["linear", case, &size.to_string()]).output();
            let output = output.expect("the program can start itself");
            assert!(output.status.success(), "{case} {size}: {}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8_lossy(&output.stdout);
            let (seconds, peak) = text.trim().split_once(' ').expect("two numbers");
            let seconds: f64 = seconds.parse().expect("seconds");
            say(format!(
                "| {case}: {what} | {size} | {seconds:.3} | {:.3} | {peak} |",
                seconds * 1e6 / size as f64
            ));
        }
    }
}

fn one_size(case: &str, size: usize) {
    let (postgres, mysql) = (Target::new(Dialect::Postgres), Target::new(Dialect::MySql));
    let file = |text: String| vec![SourceFile::new("1_a.sql", text)];
    let checked = |text: String, dialect| {
        let files = file(text);
        let start = Instant::now();
        drop(black_box(check(&files, &Options::new(dialect)).expect("a file can be checked")));
        start.elapsed()
    };
    let replayed = |text: String, target: &Target| {
        let files = file(text);
        let start = Instant::now();
        let set = tools::read(files, Some("plain")).expect("one file is a layout");
        let mut state = State::start(target, World::Closed);
        for migration in &set.migrations {
            if let Some(part) = PartText::new(&set, migration.up, &state) {
                replay::run(&part, migration.transaction, &mut state, &mut |_| {});
            }
        }
        (start.elapsed(), state)
    };
    let took = match case {
        "postgres-schema" => replayed(made::schema(size, true), &postgres).0,
        "mysql-schema" => replayed(made::schema(size, false), &mysql).0,
        "postgres-changes" => {
            checked(made::schema(size, true) + &made::changes(size, 10, true), Dialect::Postgres)
        }
        "mysql-changes" => {
            checked(made::schema(size, false) + &made::changes(size, 10, false), Dialect::MySql)
        }
        "unknown" => checked(made::unknown(size), Dialect::Postgres),
        "statements" => checked(made::one_line(size).replace("; ", ";\n"), Dialect::Postgres),
        "one-line" => checked(made::one_line(size), Dialect::Postgres),
        "dump-split" => {
            let text = made::rows(size);
            let start = Instant::now();
            drop(black_box(Script::new(&text, &mysql)));
            start.elapsed()
        }
        "dump-replay" => replayed(made::schema(1, true) + &made::rows(size), &postgres).0,
        "diff" => {
            let full = replayed(made::schema(size, true), &postgres).1.catalog;
            let empty = remigrate::Catalog::new(Dialect::Postgres, full.server_version);
            let start = Instant::now();
            drop(black_box(remigrate::diff(&empty, &full).expect("both are catalogs")));
            start.elapsed()
        }
        "rollback" => {
            let files = file(made::schema(size, true) + &made::changes(size, 2, true));
            let start = Instant::now();
            drop(black_box(
                remigrate::rollback(&files, &Options::new(Dialect::Postgres)).expect("it can be planned"),
            ));
            start.elapsed()
        }
        _ => panic!("no such case: {case}"),
    };
    say(format!("{:.6} {}", took.as_secs_f64(), peak_megabytes()));
}

/// The process's peak of resident memory, where Linux tells it.
fn peak_megabytes() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map_or("?".to_owned(), |kilobytes| (kilobytes / 1024).to_string())
}

/// For profilers: one task again and again.
fn repeat(what: &str, seconds: u64) {
    let postgres = corpus::projects(Dialect::Postgres);
    let mysql = corpus::projects(Dialect::MySql);
    let texts = |projects: &[Project]| -> Vec<String> {
        projects.iter().flat_map(|p| &p.files).map(|f| f.text.to_string()).collect()
    };
    let (postgres_texts, mysql_texts) = (texts(&postgres), texts(&mysql));
    let start = Instant::now();
    let mut rounds = 0_u32;
    while start.elapsed() < Duration::from_secs(seconds) || rounds == 0 {
        let (projects, texts, dialect) = match what.starts_with("mysql") {
            true => (&mysql, &mysql_texts, Dialect::MySql),
            false => (&postgres, &postgres_texts, Dialect::Postgres),
        };
        let target = Target::new(dialect);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        match what.split_once('-').map_or(what, |(_, task)| task) {
            "tokens" => each(&texts, |t| drop(black_box(Script::new(t, &target)))),
            "parse" => lower(&texts, &target),
            "replay" => replay_all(projects, &target),
            "check" => check_all(projects, dialect),
            other => panic!("no such task: {other}"),
        }
        rounds += 1;
    }
    say(format!("{:.6} s a round", start.elapsed().as_secs_f64() / f64::from(rounds)));
}

fn say(line: impl Display) {
    println!("{line}");
}
