//! The session settings that decide how text is read, followed through the script's own `SET` statements.
use super::{Token, TokenKind};
use crate::target::{Dialect, Target};
use std::collections::BTreeMap;

/// How quotes and backslashes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mode {
    /// `"x"` is a name (MySQL family; always so in PostgreSQL).
    pub(super) ansi_quotes: bool,
    /// A backslash escapes in plain string literals.
    pub(super) escapes: bool,
}

impl Mode {
    pub(super) fn new(target: &Target) -> Self {
        let session = &target.session;
        match target.dialect {
            Dialect::Postgres => Self { ansi_quotes: true, escapes: !session.standard_conforming_strings },
            Dialect::MySql | Dialect::MariaDb => {
                Self { ansi_quotes: session.ansi_quotes, escapes: !session.no_backslash_escapes }
            }
        }
    }
}

/// The current mode, the one at the start, and those that the script saved in variables.
pub(super) struct Modes {
    initial: Mode,
    dialect: Dialect,
    /// By the variable's name in lower case.
    saved: BTreeMap<String, Mode>,
}

/// Modes of `sql_mode` that make `"x"` a name, by themselves or as a part of what they stand for.
const ANSI_QUOTES: [&str; 7] = ["ANSI_QUOTES", "ANSI", "ORACLE", "MSSQL", "DB2", "MAXDB", "POSTGRESQL"];

impl Modes {
    pub(super) fn new(target: &Target) -> Self {
        Self { initial: Mode::new(target), dialect: target.dialect, saved: BTreeMap::new() }
    }

    /// The mode after a statement was run in mode `now`.
    pub(super) fn after(&mut self, tokens: &[Token], text: &str, now: Mode) -> Mode {
        let Some((first, rest)) = tokens.split_first() else { return now };
        if self.dialect != Dialect::Postgres {
            return if first.is_word(text, "set") { self.after_set_mysql(rest, text, now) } else { now };
        }
        let set = first.is_word(text, "set");
        if !set && !first.is_word(text, "reset") {
            return now;
        }
        let scope = usize::from(rest.first().is_some_and(|t| t.is_any_word(text, &["session", "local"])));
        match rest.get(scope) {
            Some(all) if !set && all.is_word(text, "all") => self.initial,
            Some(name) if name.is_word(text, "standard_conforming_strings") => match rest.last() {
                Some(value) if set && !value.is_word(text, "default") => {
                    let value = value.text(text).trim_matches('\'');
                    let off = ["off", "false", "no", "0"].iter().any(|v| value.eq_ignore_ascii_case(v));
                    Mode { escapes: off, ..now }
                }
                _ => self.initial,
            },
            _ => now,
        }
    }

    /// `SET a = x, b = y`: each assignment by itself, because dumps save and change the mode in one statement.
    fn after_set_mysql(&mut self, tokens: &[Token], text: &str, now: Mode) -> Mode {
        let mut mode = now;
        let mut depth = 0u32;
        let assignments = tokens.split(|t| {
            match t.kind {
                TokenKind::LeftParen => depth += 1,
                TokenKind::RightParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            t.kind == TokenKind::Comma && depth == 0
        });
        for assignment in assignments {
            let is_assign = |t: &Token| t.is_operator(text, "=") || t.is_operator(text, ":=");
            let Some(at) = assignment.iter().position(is_assign) else { continue };
            let (left, right) =
                (assignment.get(..at).unwrap_or(&[]), assignment.get(at + 1..).unwrap_or(&[]));
            match left.last() {
                Some(name) if is_sql_mode(*name, text) => {
                    let global =
                        ["global", "persist", "persist_only", "@@global", "@@persist", "@@persist_only"];
                    if !left.iter().any(|t| global.iter().any(|g| t.text(text).eq_ignore_ascii_case(g))) {
                        mode = self.sql_mode(right, text, mode);
                    }
                }
                Some(variable)
                    if variable.kind == TokenKind::Variable
                        && right.last().is_some_and(|value| is_sql_mode(*value, text)) =>
                {
                    self.saved.insert(variable.text(text).to_ascii_lowercase(), mode);
                }
                _ => {}
            }
        }
        mode
    }

    fn sql_mode(&self, value: &[Token], text: &str, now: Mode) -> Mode {
        let mentions = |names: &[&str]| {
            let mut strings = value.iter().filter(|t| t.kind == TokenKind::String || t.is_name());
            strings.any(|t| {
                let list = t.text(text).trim_matches(['\'', '"', '`']);
                list.split(',').any(|mode| names.iter().any(|n| mode.trim().eq_ignore_ascii_case(n)))
            })
        };
        let (ansi, plain) = (mentions(&ANSI_QUOTES), mentions(&["NO_BACKSLASH_ESCAPES"]));
        match value {
            [one] if one.kind == TokenKind::Variable => {
                self.saved.get(&one.text(text).to_ascii_lowercase()).copied().unwrap_or(self.initial)
            }
            [one] if one.is_word(text, "default") => self.initial,
            [one] if one.kind != TokenKind::Variable => Mode { ansi_quotes: ansi, escapes: !plain },
            // `REPLACE(@@sql_mode, 'X', '')` takes away, `CONCAT(@@sql_mode, ',X')` adds.
            [function, ..] => {
                let adds = !function.is_word(text, "replace");
                Mode {
                    ansi_quotes: if ansi { adds } else { now.ansi_quotes },
                    escapes: if plain { !adds } else { now.escapes },
                }
            }
            [] => now,
        }
    }
}

fn is_sql_mode(token: Token, text: &str) -> bool {
    let name = token.text(text).trim_start_matches('@').trim_matches('`');
    matches!(token.kind, TokenKind::Word | TokenKind::QuotedName | TokenKind::Variable)
        && name.eq_ignore_ascii_case("sql_mode")
}
