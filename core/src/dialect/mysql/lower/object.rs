//! Statements on what the catalog does not hold, from the parts that the grammar names.
use crate::{
    catalog::ObjectName,
    dialect::{
        cursor::Cursor,
        mysql::{grammar::Part, reserved},
    },
    operation::{ObjectStatement, Operation},
    target::Target,
    text::{Token, TokenKind},
};

use super::options;

/// Verbs that name the kind of thing they work on.
const WITH_KIND: [&str; 6] = ["alter", "create", "drop", "install", "rename", "uninstall"];

/// Words between the verb and the kind that say how, not what.
const BETWEEN: [&str; 11] =
    ["or", "replace", "if", "not", "exists", "aggregate", "online", "ignore", "temporary", "external", "all"];

/// Kinds of things that can do to tables what they like, now or later.
const MAY_CHANGE: [&str; 6] =
    ["EVENT", "PACKAGE", "PACKAGE BODY", "LIBRARY", "EXTERNAL TABLE", "MATERIALIZED VIEW"];

/// Kinds of two and more words; all others have one.
const LONG_KINDS: [&str; 10] = [
    "PACKAGE BODY",
    "LOGFILE GROUP",
    "UNDO TABLESPACE",
    "RESOURCE GROUP",
    "SPATIAL REFERENCE SYSTEM",
    "JSON RELATIONAL DUALITY VIEW",
    "JSON DUALITY VIEW",
    "MASKING POLICY",
    "EXTERNAL TABLE",
    "MATERIALIZED VIEW",
];

/// A statement that the grammar read, with these parts.
pub(super) fn operation(text: &str, tokens: &[Token], target: &Target, parts: &[Part]) -> Operation {
    let c = Cursor::new(text, tokens, target, reserved::test_for(target));
    let word = |at: usize| {
        let token = tokens.get(at).filter(|t| t.kind == TokenKind::Word);
        token.map_or(String::new(), |t| t.text(text).to_ascii_lowercase())
    };
    let mut verb = word(0);
    let mut at = 1;
    let mut kind = String::new();
    if WITH_KIND.contains(&verb.as_str()) {
        (kind, at) = kind_of(&word, tokens, text);
    } else if let Some(second) = second_word(&verb, &word(1)) {
        at += second.split(' ').count();
        verb = format!("{verb} {second}");
    }
    let mut statement = ObjectStatement {
        verb: verb.to_ascii_uppercase(),
        may_change_schema: MAY_CHANGE.contains(&kind.as_str()) || kind.ends_with("DUALITY VIEW"),
        kind,
        ..ObjectStatement::default()
    };
    for part in parts {
        let mut before = c;
        before.skip(part.start);
        let mut part_end = before;
        part_end.skip(part.end.saturating_sub(part.start));
        let text = options::one_line(&part_end, part.start);
        if part.label == "object" {
            let account = tokens
                .get(part.start..part.end)
                .unwrap_or(&[])
                .iter()
                .any(|t| matches!(t.kind, TokenKind::Variable | TokenKind::String | TokenKind::Operator));
            let name = if account { None } else { before.object_name().ok() };
            statement.objects.push(name.unwrap_or_else(|| ObjectName::bare(text.as_str())));
        } else if !text.is_empty() {
            statement.clauses.push((part.label.to_owned(), text));
        }
    }
    if parts.is_empty() && tokens.len() > at {
        let mut end = c;
        end.skip_all();
        statement.clauses.push(("rest".to_owned(), options::one_line(&end, at)));
    }
    Operation::Object(Box::new(statement))
}

/// What kind of thing a `CREATE`, `ALTER`, `DROP` … works on, upper case, and the first token behind it.
fn kind_of(word: &dyn Fn(usize) -> String, tokens: &[Token], text: &str) -> (String, usize) {
    let mut at = 1;
    // `DEFINER = account`, `ALGORITHM = …`, `SQL SECURITY …` stand before it.
    loop {
        let next = word(at);
        if matches!(next.as_str(), "definer" | "algorithm") {
            at += 3;
            let host = |t: &Token| t.kind == TokenKind::Variable || t.is_operator(text, "@");
            while tokens
                .get(at)
                .is_some_and(|t| host(t) || matches!(t.kind, TokenKind::LeftParen | TokenKind::RightParen))
            {
                at += 1;
            }
        } else if next == "sql" {
            at += 3;
        } else if BETWEEN.contains(&next.as_str()) && !(next == "external" && word(at + 1) == "table") {
            at += 1;
        } else {
            break;
        }
        if at >= tokens.len() {
            return (String::new(), at);
        }
    }
    for kind in LONG_KINDS {
        if kind.split(' ').enumerate().all(|(i, w)| word(at + i).eq_ignore_ascii_case(w)) {
            return (kind.to_owned(), at + kind.split(' ').count());
        }
    }
    (word(at).to_ascii_uppercase(), at + 1)
}

/// The words behind verbs that are told apart by them.
fn second_word(verb: &str, second: &str) -> Option<String> {
    match (verb, second) {
        ("load", "index") => return Some("index into cache".to_owned()),
        ("lock", "instance") => return Some("instance for backup".to_owned()),
        _ => {}
    }
    let two = matches!(
        verb,
        "set"
            | "start"
            | "stop"
            | "change"
            | "reset"
            | "purge"
            | "lock"
            | "load"
            | "import"
            | "cache"
            | "backup"
    );
    (two && !second.is_empty()).then(|| second.to_owned())
}
