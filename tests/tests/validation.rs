//! Whether the model foresees a refusal exactly when a server raises one, on public histories with mistakes in them.
//!
//! Each statement is run on a server and applied to the model of what the server has. Both go on when it is refused. Where
//! they differ the model is read from the server again, so that every difference is counted once. What `check` says of the
//! statement must be what the model says.
use std::collections::BTreeMap;

use remigrate::{
    Catalog, Dialect, Operation, Options, Target,
    apply::{State, apply},
    catalog::{Persistence, Table, World},
    check,
    dialect::lower,
    live::{LiveOptions, snapshot},
    report::{Certainty, Severity},
    text::{Script, TokenKind},
    tools::{self, SourceFile},
};
use remigrate_tests::{
    corpus::{self, Project},
    mutants::{self, Random},
    rows::Connection,
    servers::{self, Database},
};

/// What the model says of one statement.
#[derive(Default)]
struct Foreseen {
    /// Why the server refuses it, and the names of the object in question.
    refusal: Option<(String, Vec<String>)>,
    /// Whether something about it is not known.
    open: bool,
    /// What the statement is, for the report.
    kind: String,
}

fn foresee(state: &mut State, statement: &str) -> Foreseen {
    let mut foreseen = Foreseen::default();
    let script = Script::new(statement, &state.target());
    for part in &script.statements {
        for operation in lower(&script, part, &state.target()) {
            if let Operation::Invalid { message, .. } = &operation.node {
                foreseen.refusal.get_or_insert((message.clone(), Vec::new()));
            }
            // What a function does inside is not looked into.
            if let Operation::Query { calls, .. } = &operation.node {
                foreseen.open |=
                    calls.iter().any(|call| state.catalog.routines.iter().any(|r| r.name.name == *call));
            }
            let outcome = apply(state, &operation.node);
            foreseen.open |= !outcome.unknowns.is_empty();
            for conflict in outcome.conflicts {
                if conflict.certain {
                    let path = serde_json::to_value(&conflict.object).expect("a path can be written");
                    let mut names = Vec::new();
                    collect(&path, &mut names);
                    foreseen.refusal.get_or_insert((conflict.message, names));
                } else {
                    foreseen.open = true;
                }
            }
            let json = serde_json::to_value(&operation.node).expect("an operation can be written");
            foreseen.kind = json["operation"].as_str().unwrap_or("").to_owned();
        }
    }
    foreseen.open |= !state.catalog.uncertain.is_empty();
    foreseen
}

/// The rules of `check` that foresee a refusal.
const REFUSALS: &[&str] = &[
    "already-exists",
    "has-dependents",
    "invalid-definition",
    "key-mismatch",
    "not-allowed",
    "not-found",
    "syntax",
    "wrong-kind",
];

/// The refusals that `check` is sure of when the statement is a migration of its own.
fn told(state: &State, statement: &str) -> Vec<String> {
    let options = Options {
        server_version: Some(state.catalog.server_version),
        schema: Some(state.catalog.clone()),
        session: Some(state.session.clone()),
        ..Options::new(state.catalog.dialect)
    };
    let report = check(&[SourceFile::new("1_mistake.sql", statement)], &options).expect("an answer");
    let refusals = report.findings.into_iter().filter(|f| {
        f.severity == Severity::Error
            && f.certainty == Certainty::Certain
            && REFUSALS.contains(&f.rule.as_str())
    });
    refusals.map(|f| format!("{}: {}", f.rule, f.message)).collect()
}

fn collect(value: &serde_json::Value, names: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => {
            names.extend(text.rsplit('.').next().filter(|n| !n.is_empty()).map(str::to_lowercase));
        }
        serde_json::Value::Object(fields) => {
            fields.iter().filter(|(key, _)| *key != "kind").for_each(|(_, v)| collect(v, names));
        }
        _ => {}
    }
}

/// The number or SQLSTATE of a server's error.
fn code(message: &str) -> &str {
    let text = message.split_once("ERROR ").map_or(message, |(_, rest)| rest);
    text.split([':', ' ', '(']).next().unwrap_or("")
}

/// Errors that the rows decide, the rights of the user, or the machine: no schema foretells them.
fn is_about_rows(dialect: Dialect, code: &str) -> bool {
    match dialect {
        Dialect::Postgres => code.starts_with("22") || code.starts_with("23") || code == "42501",
        // Duplicate, NULL, out of range, too long, wrong value, of a row; a row that a foreign key holds; a check.
        _ => matches!(
            code,
            "1048"
                | "1062"
                | "1138"
                | "1216"
                | "1217"
                | "1264"
                | "1265"
                | "1292"
                | "1366"
                | "1406"
                | "1451"
                | "1452"
                | "3140"
                | "3819"
                | "4025"
        ),
    }
}

/// Statements of which nothing is to be learned: they leave the database, or hold for one client.
fn is_out_of_scope(statement: &str, dialect: Dialect) -> bool {
    let text = statement.trim_start().to_ascii_lowercase();
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    let first = words.first().copied().unwrap_or("");
    matches!(
        first,
        "begin" | "commit" | "rollback" | "start" | "use" | "grant" | "revoke" | "lock" | "unlock" | "vacuum"
    ) || matches!(words.as_slice(), ["create" | "drop" | "alter", "user" | "role" | "database", ..])
        || matches!(words.as_slice(), ["set", "session" | "local" | "role" | "transaction", ..])
        || text.contains("concurrently") && dialect == Dialect::Postgres && first == "reindex"
}

#[derive(Default)]
struct Tally {
    statements: usize,
    refused: usize,
    foreseen: usize,
    open: usize,
    rows: usize,
    renamed: usize,
    /// By cause: how often, and an example.
    alarms: BTreeMap<String, (usize, String)>,
    misses: BTreeMap<String, (usize, String)>,
    names: BTreeMap<String, (usize, String)>,
    /// Where `check` says something else than the model.
    otherwise: BTreeMap<String, (usize, String)>,
}

fn note(causes: &mut BTreeMap<String, (usize, String)>, cause: String, example: String) {
    let entry = causes.entry(cause).or_insert((0, example));
    entry.0 += 1;
}

fn read(database: &Database<'_>, old: &State) -> State {
    let catalog = snapshot(&database.url(), &LiveOptions::default()).expect("a snapshot");
    let mut catalog = Catalog { world: World::Closed, ..catalog };
    catalog.uncertain.clear();
    // Other sessions do not see them.
    let temporary = |t: &&std::sync::Arc<Table>| t.properties.persistence == Persistence::Temporary;
    for table in old.catalog.tables.iter().filter(temporary) {
        catalog.tables.insert(std::sync::Arc::clone(table));
    }
    State { catalog, ..old.clone() }
}

/// Whether the two agree, and the model knows all that the server has.
fn compare(connection: &mut Connection, state: &mut State, statement: &str, tally: &mut Tally) -> bool {
    let dialect = state.catalog.dialect;
    let told = told(state, statement);
    let foreseen = foresee(state, statement);
    let answer = connection.run(statement);
    tally.statements += 1;
    let shown =
        || statement.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(240).collect::<String>();
    if told.is_empty() == foreseen.refusal.is_some() {
        let message = foreseen.refusal.as_ref().map_or("nothing", |(message, _)| message);
        note(
            &mut tally.otherwise,
            format!("{}: {}", foreseen.kind, shape(told.first().map_or(message, String::as_str))),
            format!("the model: {message}; check: {told:?}\n      {}", shown()),
        );
    }
    let mut agree = true;
    match (&foreseen.refusal, &answer) {
        (Some((message, _)), Ok(())) => {
            agree = false;
            note(
                &mut tally.alarms,
                format!("{}: {}", foreseen.kind, shape(message)),
                format!("{message}\n      {}", shown()),
            );
        }
        (Some((message, names)), Err(error)) => {
            tally.refused += 1;
            tally.foreseen += 1;
            // Many messages name nothing at all.
            let said = quoted(error);
            let ours = message.to_lowercase();
            let same = |name: &String| names.contains(name) || ours.contains(name.as_str());
            if !names.is_empty() && !said.is_empty() && !said.iter().any(same) {
                tally.renamed += 1;
                note(
                    &mut tally.names,
                    format!("{} {}: {}", code(error), foreseen.kind, shape(message)),
                    format!("{message} | {error}\n      {}", shown()),
                );
            }
        }
        (None, Err(error)) => {
            agree = false;
            tally.refused += 1;
            let code = code(error);
            if is_about_rows(dialect, code) {
                tally.rows += 1;
            } else if foreseen.open {
                tally.open += 1;
            } else {
                note(
                    &mut tally.misses,
                    format!("{code} {}: {}", foreseen.kind, shape(error)),
                    format!("{error}\n      {}", shown()),
                );
            }
        }
        (None, Ok(())) => agree = !foreseen.open,
    }
    agree
}

/// The names in a server's message, without their schemas.
fn quoted(message: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = message.to_lowercase();
    while let Some(start) = rest.find(['`', '"', '\'']) {
        let quote = rest[start..].chars().next().expect("a quote is there");
        let tail = rest[start + 1..].to_owned();
        let Some(end) = tail.find(quote) else { break };
        names.extend(tail[..end].rsplit('.').next().map(|name| name.trim_matches('`').to_owned()));
        rest = tail[end + 1..].to_owned();
    }
    names
}

/// A message without the names in it.
fn shape(message: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    for c in message.chars() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if matches!(c, '`' | '"' | '\'') => {
                quote = Some(c);
                out.push('_');
            }
            None => out.push(c),
        }
    }
    out.chars().take(140).collect()
}

fn statements_of(project: &Project, dialect: Dialect) -> Vec<String> {
    let files =
        project.files.iter().map(|(path, bytes)| SourceFile::from_bytes(path.as_str(), bytes)).collect();
    let set = tools::read(files, Some(&project.tool)).expect("the migrations are read");
    let target = Target::new(dialect);
    let mut statements = Vec::new();
    for migration in &set.migrations {
        let text = migration.up.span.slice(&set.files[migration.up.file].text);
        let script = Script::new(text, &target);
        statements.extend(
            script
                .statements
                .iter()
                .filter(|s| s.data.is_none())
                .filter(|s| !script.tokens_of(s).iter().any(|t| t.kind == TokenKind::Parameter))
                .map(|s| script.text_of(s).to_owned())
                // Under another DELIMITER there may be several.
                .flat_map(|text| {
                    let inner = Script::new(&text, &target);
                    inner.statements.iter().map(|s| inner.text_of(s).to_owned()).collect::<Vec<_>>()
                })
                .filter(|s| !is_out_of_scope(s, dialect)),
        );
    }
    statements
}

/// The names of everything that a history makes, as the model sees it.
fn names_of(statements: &[String], state: &State) -> Vec<String> {
    let mut state = state.clone();
    for statement in statements {
        foresee(&mut state, statement);
    }
    mutants::names(&state.catalog)
}

fn run(dialect: Dialect, project: &Project, seed: u64, tally: &mut Tally) {
    let statements = statements_of(project, dialect);
    let database = servers::of(dialect).create_database("validation");
    let mut connection = Connection::new(&database);
    let target =
        Target::new(dialect).with_version(servers::of(dialect).version().parse().expect("a version"));
    let empty = State::start(&target, World::Closed);
    let mut state = read(&database, &empty);
    state.session.utc = Some(true);
    let names = names_of(&statements, &state);
    let mut random = Random::new(seed);
    for statement in mutants::mutated(&statements, &names, &state.target(), &mut random) {
        if !compare(&mut connection, &mut state, &statement, tally) {
            state = read(&database, &state);
        }
        let postgres = dialect == Dialect::Postgres;
        // The MySQL family cannot take DDL back: there each is a mistake more in the history.
        if random.below(if postgres { 2 } else { 8 }) != 0 {
            continue;
        }
        let Some(hostile) = mutants::hostile(&state.catalog, &mut random) else { continue };
        if postgres {
            let kept = state.clone();
            connection.run("BEGIN").expect("a transaction begins");
            compare(&mut connection, &mut state, &hostile, tally);
            connection.run("ROLLBACK").expect("the transaction is taken back");
            state = kept;
        } else if !compare(&mut connection, &mut state, &hostile, tally) {
            state = read(&database, &state);
        }
    }
}

fn show(title: &str, causes: &BTreeMap<String, (usize, String)>) {
    let mut list: Vec<_> = causes.iter().collect();
    list.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    println!("  {title}: {}", list.iter().map(|(_, (count, _))| count).sum::<usize>());
    for (cause, (count, example)) in list {
        println!("    {count} x {cause}\n      {example}");
    }
}

fn validate(dialect: Dialect) -> Tally {
    let seeds: u64 = std::env::var("REMIGRATE_MISTAKES").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    let mut tally = Tally::default();
    for project in corpus::projects_for(dialect) {
        for seed in 0..seeds {
            run(dialect, &project, seed, &mut tally);
        }
    }
    println!(
        "{dialect}: {} statements, {} refused; foreseen {}, open {}, for their rows {}; named otherwise {}",
        tally.statements, tally.refused, tally.foreseen, tally.open, tally.rows, tally.renamed
    );
    show("false alarms", &tally.alarms);
    show("misses", &tally.misses);
    show("named otherwise", &tally.names);
    show("check says something else than the model", &tally.otherwise);
    tally
}

/// No refusal is made up, and of those that a schema foretells no more are missed than when this was written: the share
/// only ever grows. It is in thousandths.
fn assert_refusals(dialect: Dialect, least: usize) {
    let tally = validate(dialect);
    assert!(tally.alarms.is_empty(), "{dialect}: refusals that the server does not raise, see above");
    assert!(tally.otherwise.is_empty(), "{dialect}: refusals that `check` does not tell, see above");
    let misses: usize = tally.misses.values().map(|(count, _)| count).sum();
    let all = tally.foreseen + misses;
    assert!(tally.refused > 500, "{dialect}: {} statements refused", tally.refused);
    assert!(tally.foreseen * 1000 >= all * least, "{dialect}: {} of {all} refusals foreseen", tally.foreseen);
}

#[test]
fn postgres_refusals() {
    assert_refusals(Dialect::Postgres, 976);
}

#[test]
fn mysql_refusals() {
    assert_refusals(Dialect::MySql, 999);
}

#[test]
fn mariadb_refusals() {
    assert_refusals(Dialect::MariaDb, 977);
}
