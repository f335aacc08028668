//! Tokens: what the lexer hands to statement splitting and lowering.
use super::{Span, literal};
use crate::target::Target;
use std::borrow::Cow;

/// What a [`Token`] is. White space and comments are not tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// An unquoted identifier or keyword; only the grammar can tell which.
    Word,
    /// A quoted name: `"x"` (PostgreSQL, MySQL with `ANSI_QUOTES`), `` `x` `` (MySQL family), `U&"x"` with its
    /// `UESCAPE` clause (PostgreSQL).
    QuotedName,
    /// A string literal with its prefix: `'…'`, `E'…'`, `U&'…'` with its `UESCAPE` clause, `B'…'`, `X'…'`,
    /// `N'…'`, `$tag$…$tag$`, MySQL's `"…"`. PostgreSQL's continuation over line ends (`'a'` newline `'b'`) is
    /// one token; a charset introducer (`_utf8mb4`) is a word of its own before the string.
    String,
    /// A number: `1`, `1.5e3`, `0xFF`, `1_000`.
    Number,
    /// An operator, as long as the dialect's lexer would read it.
    Operator,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `,`
    Comma,
    /// `;` inside a statement: in a compound body, in the parentheses of a rule, or under another `DELIMITER`.
    Semicolon,
    /// `.`
    Dot,
    /// A place for a value: `$1` and psql's `:name`, `:'name'`, `:"name"`, `:{?name}` (PostgreSQL), `?` (MySQL
    /// family).
    Parameter,
    /// `@name`, ``@`name` ``, `@@name` (MySQL family). The host of an account, as in `'u'@'%'` or `u@localhost`,
    /// reads the same.
    Variable,
    /// A byte that starts nothing in this dialect, such as `{` or NUL.
    Unknown,
}

/// One token: its kind and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// For strings: whether a backslash starts an escape (`E'…'`, MySQL without `NO_BACKSLASH_ESCAPES`,
    /// PostgreSQL with `standard_conforming_strings` off). It is kept here because a script can change the
    /// settings that decide it.
    pub escapes: bool,
    /// Its bytes in the script.
    pub span: Span,
}

impl Token {
    pub(super) fn new(kind: TokenKind, start: usize, end: usize) -> Self {
        Self { kind, escapes: false, span: Span::new(start, end) }
    }

    /// The token as written; `text` is the script it came from.
    pub fn text(self, text: &str) -> &str {
        self.span.slice(text)
    }

    /// Whether this is the unquoted word `word`, in any case (ASCII letters only).
    pub fn is_word(self, text: &str, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text(text).eq_ignore_ascii_case(word)
    }

    /// Whether this is one of the unquoted words `words`, in any case.
    pub fn is_any_word(self, text: &str, words: &[&str]) -> bool {
        self.kind == TokenKind::Word && {
            let own = self.text(text);
            words.iter().any(|w| own.eq_ignore_ascii_case(w))
        }
    }

    /// Whether this is the operator `operator`.
    pub fn is_operator(self, text: &str, operator: &str) -> bool {
        self.kind == TokenKind::Operator && self.text(text) == operator
    }

    /// Whether this can be a name: a word or a quoted name.
    pub fn is_name(self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::QuotedName)
    }

    /// The name that a word or quoted name stands for: quotes removed, doubled quotes and `U&` escapes decoded.
    /// Words keep the case they were written in; folding is a matter of the dialect's naming rules. Any other
    /// token answers with its text.
    pub fn name_value<'a>(self, text: &'a str, target: &Target) -> Cow<'a, str> {
        let own = self.text(text);
        if self.kind == TokenKind::QuotedName {
            literal::name(own, target.dialect)
        } else {
            Cow::Borrowed(own)
        }
    }

    /// The value of a string literal: quotes, prefix and dollar tags removed, doubled quotes and escapes decoded.
    /// Of `B'…'` and `X'…'` the digits. Bytes that are not UTF-8 (`E'\xFF'`) become U+FFFD. Any other token
    /// answers with its text.
    pub fn string_value<'a>(self, text: &'a str, target: &Target) -> Cow<'a, str> {
        let own = self.text(text);
        if self.kind == TokenKind::String {
            literal::string(own, target.dialect, self.escapes)
        } else {
            Cow::Borrowed(own)
        }
    }
}
