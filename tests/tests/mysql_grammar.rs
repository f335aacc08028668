//! The grammar of MySQL and MariaDB as the library knows it, measured against the servers' own: what they accept is
//! not refused, what they refuse is not accepted, and of what they accept nearly everything is understood in full.
//!
//! `REMIGRATE_GRAMMAR_REPORT` names a folder for lists of what differs.
use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use remigrate::{
    Dialect, ServerVersion, Target,
    dialect::lower,
    operation::{CommentTarget, Operation, TableAction, TypeAction},
    text::{Script, TokenKind},
};
use remigrate_tests::{corpus, suites, verdicts};

/// What the library says of a statement.
enum Said {
    /// Not a statement of this server, with the reason.
    Invalid(String),
    /// Known by its first words alone.
    Opaque(String),
    /// Understood in full.
    Full,
}

fn target(dialect: Dialect) -> Target {
    let version =
        if dialect == Dialect::MySql { ServerVersion::new(9, 7, 4) } else { ServerVersion::new(11, 8, 0) };
    Target::new(dialect).with_version(version)
}

fn said(sql: &str, target: &Target) -> Said {
    // A statement is judged as one, as a client with a delimiter of its own sends it.
    let script = format!("DELIMITER \u{1}\u{2}\n{sql}");
    let script = Script::new(&script, target);
    let mut said = Said::Full;
    for statement in &script.statements {
        for operation in lower(&script, statement, target) {
            match opacity(&operation.node) {
                Said::Full => {}
                invalid @ Said::Invalid(_) => return invalid,
                opaque @ Said::Opaque(_) => said = opaque,
            }
        }
    }
    said
}

fn opacity(operation: &Operation) -> Said {
    match operation {
        Operation::Invalid { message, .. } => Said::Invalid(message.clone()),
        Operation::Opaque { verb, .. } => Said::Opaque(verb.clone()),
        Operation::AlterTable(alter) => {
            let opaque = alter.actions.iter().find_map(|action| match &action.node {
                TableAction::Opaque { verb, .. } => Some(verb.clone()),
                _ => None,
            });
            opaque.map_or(Said::Full, Said::Opaque)
        }
        Operation::AlterType { action: TypeAction::Opaque { verb }, .. }
        | Operation::Comment { on: CommentTarget::Other { verb, .. }, .. } => Said::Opaque(verb.clone()),
        _ => Said::Full,
    }
}

/// Words that a statement of schema definition begins with.
const DDL: [&str; 8] = ["create", "alter", "drop", "rename", "truncate", "grant", "revoke", "comment"];

fn is_ddl(sql: &str, target: &Target) -> bool {
    let script = Script::new(sql, target);
    script.tokens.first().is_some_and(|t| t.is_any_word(sql, &DDL))
}

/// The first two words, or three when the second says little.
fn kind(sql: &str, target: &Target) -> String {
    const LITTLE: [&str; 12] = [
        "or",
        "replace",
        "temporary",
        "unique",
        "definer",
        "algorithm",
        "sql",
        "online",
        "ignore",
        "if",
        "not",
        "exists",
    ];
    let script = Script::new(sql, target);
    let words = script.tokens.iter().filter(|t| t.kind == TokenKind::Word).take(12);
    let mut words: Vec<String> = words.map(|t| t.text(sql).to_ascii_uppercase()).collect();
    words.retain(|w| !LITTLE.iter().any(|l| l.eq_ignore_ascii_case(w)));
    words.truncate(2);
    words.join(" ")
}

fn report(name: &str, text: &str) {
    if let Some(folder) = std::env::var_os("REMIGRATE_GRAMMAR_REPORT") {
        let folder = PathBuf::from(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
    }
}

/// The statements of the public histories that a server may be given, once each.
fn public(dialect: Dialect) -> Vec<String> {
    let target = target(dialect);
    let mut found = Vec::new();
    for project in corpus::projects_for(dialect) {
        for (_, bytes) in &project.files {
            let text = String::from_utf8_lossy(bytes);
            let script = Script::new(&text, &target);
            found.extend(script.statements.iter().map(|s| script.text_of(s).to_owned()));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Judges statements that the server takes: the share of DDL in full detail, by kind, and those called invalid.
fn coverage(dialect: Dialect, name: &str, statements: &[String]) -> (f64, usize) {
    let target = target(dialect);
    let errors = verdicts::errors(dialect, statements);
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut alarms, mut opaque, mut alarm_count) = (String::new(), String::new(), 0);
    let (mut all, mut full) = (0, 0);
    for (sql, error) in statements.iter().zip(errors) {
        if verdicts::is_refusal(error) {
            continue;
        }
        let said = said(sql, &target);
        if verdicts::is_undecided(error) && matches!(said, Said::Invalid(_)) {
            continue;
        }
        if let Said::Invalid(message) = &said {
            alarm_count += 1;
            writeln!(alarms, "{message}\n    [{error}] {sql}").unwrap();
        }
        if !is_ddl(sql, &target) {
            continue;
        }
        all += 1;
        let tally = kinds.entry(kind(sql, &target)).or_default();
        tally.0 += 1;
        match said {
            Said::Full => {
                full += 1;
                tally.1 += 1;
            }
            Said::Opaque(verb) => writeln!(opaque, "{verb}: {sql}").unwrap(),
            Said::Invalid(_) => {}
        }
    }
    let share = full as f64 / all.max(1) as f64;
    let mut text = format!("{full} of {all} in full, {:.2} %\n", share * 100.0);
    for (kind, (all, full)) in kinds.iter().filter(|(_, (all, full))| all > full) {
        writeln!(text, "{kind}: {full} of {all}").unwrap();
    }
    report(&format!("{name}-{dialect}-alarms"), &alarms);
    report(&format!("{name}-{dialect}-opaque"), &opaque);
    report(&format!("{name}-{dialect}-kinds"), &text);
    println!("{dialect}, {name}: {text}{alarm_count} accepted by the server and called invalid");
    (share, alarm_count)
}

/// One token deleted, doubled, swapped with its neighbour, or misspelt; `seed` decides which and how.
fn mutate(sql: &str, target: &Target, seed: u64) -> Option<String> {
    let script = Script::new(sql, target);
    let tokens = &script.tokens;
    if tokens.len() < 3 {
        return None;
    }
    let pick =
        |n: usize, salt: u32| (seed.rotate_left(salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as usize % n;
    let at = pick(tokens.len() - 1, 7);
    let (one, two) = (tokens[at].span, tokens[at + 1].span);
    let (head, tail) = (&sql[..one.start as usize], &sql[one.end as usize..]);
    let own = one.slice(sql);
    Some(match pick(4, 21) {
        0 => format!("{head} {tail}"),
        1 => format!("{head}{own} {own}{tail}"),
        2 => {
            let between = &sql[one.end as usize..two.start as usize];
            format!("{head}{} {between} {own}{}", two.slice(sql), &sql[two.end as usize..])
        }
        _ => {
            let words: Vec<_> =
                tokens.iter().filter(|t| t.kind == TokenKind::Word && t.text(sql).len() > 2).collect();
            let word = words.get(pick(words.len().max(1), 35))?;
            let text: Vec<char> = word.text(sql).chars().collect();
            let at = pick(text.len() - 1, 44);
            let mut wrong = text.clone();
            match pick(3, 50) {
                0 => wrong.swap(at, at + 1),
                1 => {
                    wrong.remove(at);
                }
                _ => wrong.insert(at, text[at]),
            }
            let wrong: String = wrong.into_iter().collect();
            format!("{}{wrong}{}", &sql[..word.span.start as usize], &sql[word.span.end as usize..])
        }
    })
}

/// What came of mutations.
struct Mutations {
    /// Those that the server's grammar refuses.
    refused: usize,
    /// Those of them that we accept.
    accepted: usize,
    /// Those that the server takes without any error and that we refuse.
    false_alarms: usize,
}

/// Judges `count` mutations of these statements.
fn mutations(dialect: Dialect, name: &str, statements: &[String], count: usize) -> Mutations {
    let target = target(dialect);
    let errors = verdicts::errors(dialect, statements);
    let real: Vec<&String> = statements
        .iter()
        .zip(errors)
        .filter(|(sql, error)| !verdicts::is_refusal(*error) && is_ddl(sql, &target))
        .map(|(sql, _)| sql)
        .collect();
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut mutants = Vec::with_capacity(count);
    while mutants.len() < count {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let sql = real[(seed >> 20) as usize % real.len()];
        // A second semicolon would make two statements of it, which are read one by one.
        if let Some(mutant) = mutate(sql, &target, seed) {
            mutants.push(mutant);
        }
    }
    let errors = verdicts::errors(dialect, &mutants);
    let (mut refused, mut accepted, mut list, mut alarms) = (0, 0, String::new(), String::new());
    let mut false_alarms = 0;
    for (sql, error) in mutants.iter().zip(errors) {
        let said = said(sql, &target);
        if !verdicts::is_refusal(error) {
            // What the parser finds wrong in its meaning it does not read to the end: nearly all of it has a wrong form too.
            if let Said::Invalid(message) = said
                && error == 0
            {
                false_alarms += 1;
                writeln!(alarms, "{message}\n    [{error}] {sql}").unwrap();
            }
            continue;
        }
        refused += 1;
        if !matches!(said, Said::Invalid(_)) {
            accepted += 1;
            writeln!(list, "{sql}\n").unwrap();
        }
    }
    report(&format!("{name}-{dialect}-accepted"), &list);
    report(&format!("{name}-{dialect}-mutant-alarms"), &alarms);
    println!(
        "{dialect}, {name}: {accepted} of {refused} refused mutations accepted, {:.2} %; {false_alarms} of {} accepted ones refused",
        accepted as f64 * 100.0 / refused as f64,
        count - refused
    );
    Mutations { refused, accepted, false_alarms }
}

/// Measures both servers and tells what falls short.
fn both(measure: impl Fn(Dialect) -> Vec<String>) {
    let short: Vec<String> = [Dialect::MySql, Dialect::MariaDb].into_iter().flat_map(measure).collect();
    assert!(short.is_empty(), "{}", short.join("\n"));
}

/// What falls short of a share of DDL in full detail, and of no false alarm.
fn understood(dialect: Dialect, name: &str, statements: &[String], floor: f64) -> Vec<String> {
    let (share, alarms) = coverage(dialect, name, statements);
    let mut short = Vec::new();
    if share < floor {
        short.push(format!("{dialect}: {share} of the DDL is understood in full"));
    }
    if alarms > 0 {
        short.push(format!("{dialect}: {alarms} statements that the server takes are called invalid"));
    }
    short
}

/// Of refused mutations at most one in a hundred is accepted.
fn refused(dialect: Dialect, name: &str, statements: &[String]) -> Vec<String> {
    let Mutations { refused, accepted, false_alarms } = mutations(dialect, name, statements, 30_000);
    let mut short = Vec::new();
    if accepted * 100 > refused {
        short.push(format!("{dialect}: {accepted} of {refused} refused mutations are accepted"));
    }
    if false_alarms > 0 {
        short.push(format!("{dialect}: {false_alarms} mutations that the server takes are called invalid"));
    }
    short
}

#[test]
fn statements_of_public_histories_are_understood() {
    both(|dialect| understood(dialect, "public", &public(dialect), 0.9995));
}

#[test]
fn statements_of_the_test_suites_are_understood() {
    both(|dialect| understood(dialect, "suite", &suites::statements(dialect), 0.95));
}

#[test]
fn what_servers_refuse_of_public_histories_is_refused() {
    both(|dialect| refused(dialect, "public", &public(dialect)));
}

#[test]
fn what_servers_refuse_of_their_test_suites_is_refused() {
    both(|dialect| refused(dialect, "suite", &suites::statements(dialect)));
}
