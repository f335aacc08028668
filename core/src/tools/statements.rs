//! Statements for which tools leave the transaction out by themselves, on PostgreSQL.
use crate::{
    target::{Dialect, Target},
    text::{Script, TokenKind},
};

/// The beginning of a statement. `*` stands for any words, a word in brackets may be missing.
type Head = &'static [&'static str];

/// Those of Flyway, from version 12 of the server on. It knows `CREATE DATABASE` as well, which is left out: the MySQL
/// family has it, and runs it anywhere.
pub(super) const FLYWAY: &[Head] = &[
    &["create", "tablespace"],
    &["drop", "tablespace"],
    &["create", "subscription"],
    &["drop", "subscription"],
    &["alter", "system"],
    &["create", "[unique]", "index", "concurrently"],
    &["drop", "index", "concurrently"],
    &["reindex", "[verbose]", "schema"],
    &["reindex", "[verbose]", "database"],
    &["reindex", "[verbose]", "system"],
    &["vacuum"],
    &["discard", "all"],
];

/// Those of Confiture.
pub(super) const CONFITURE: &[Head] = &[
    &["vacuum"],
    &["create", "*", "concurrently"],
    &["drop", "*", "concurrently"],
    &["reindex", "*", "concurrently"],
    &["alter", "type", "*", "add", "value"],
];

/// How many statements of the text begin so, and how many there are.
pub(super) fn outside(text: &str, heads: &[Head]) -> (usize, usize) {
    let script = Script::new(text, &Target::new(Dialect::Postgres));
    let mut outside = 0;
    for statement in &script.statements {
        let tokens = script.tokens.get(statement.tokens.start as usize..statement.tokens.end as usize);
        let words: Vec<&str> = tokens
            .unwrap_or_default()
            .iter()
            .filter(|token| token.kind == TokenKind::Word)
            .map(|token| token.text(text))
            .collect();
        outside += usize::from(heads.iter().any(|head| begins(&words, head)));
    }
    (outside, script.statements.len())
}

fn begins(mut words: &[&str], head: Head) -> bool {
    let mut head = head;
    while let [wanted, rest @ ..] = head {
        head = rest;
        if *wanted == "*" {
            if rest.is_empty() {
                return true;
            }
            return words
                .windows(rest.len())
                .any(|words| words.iter().zip(rest).all(|(word, wanted)| word.eq_ignore_ascii_case(wanted)));
        }
        let optional = wanted.strip_prefix('[').and_then(|w| w.strip_suffix(']'));
        match words {
            [word, behind @ ..] if word.eq_ignore_ascii_case(optional.unwrap_or(wanted)) => words = behind,
            _ if optional.is_some() => {}
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_by_their_beginning() {
        let cases = [
            ("create index concurrently i on t (a)", true, true),
            ("CREATE UNIQUE INDEX CONCURRENTLY i on t (a); select 1", true, true),
            ("/* x */ drop index concurrently i", true, true),
            ("reindex index concurrently i", false, true),
            ("reindex (verbose) schema s", true, false),
            ("vacuum full", true, true),
            ("alter system set a = 1", true, false),
            ("alter type t add value 'x'", false, true),
            ("alter type t add attribute value int", false, false),
            ("create index i on concurrently (a)", false, true),
            ("select 'vacuum'", false, false),
            ("create table vacuum (a int)", false, false),
            ("", false, false),
        ];
        for (text, flyway, confiture) in cases {
            assert_eq!(outside(text, FLYWAY).0 > 0, flyway, "{text}");
            assert_eq!(outside(text, CONFITURE).0 > 0, confiture, "{text}");
        }
        assert_eq!(outside("select 1; vacuum; select 2", FLYWAY), (1, 3));
    }
}
