//! The normal form of what is not understood: its tokens, written in one way.
use std::borrow::Cow;

use crate::{
    target::Target,
    text::{Token, TokenKind, tokens},
};

/// A text with its tokens.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    pub(super) target: &'a Target,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str, target: &'a Target) -> Self {
        Self { text, tokens: tokens(text, target), target }
    }

    /// The token at `at`, if there is one.
    pub(super) fn get(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).copied()
    }

    pub(super) fn is_kind(&self, at: usize, kind: TokenKind) -> bool {
        self.get(at).is_some_and(|t| t.kind == kind)
    }

    /// Whether the token at `at` is the unquoted word `word`.
    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.get(at).is_some_and(|t| t.is_word(self.text, word))
    }

    /// Whether the token at `at` is one of these unquoted words.
    pub(super) fn is_any_word(&self, at: usize, words: &[&str]) -> bool {
        self.get(at).is_some_and(|t| t.is_any_word(self.text, words))
    }

    /// Whether the token at `at` is this operator.
    pub(super) fn is_operator(&self, at: usize, operator: &str) -> bool {
        self.get(at).is_some_and(|t| t.is_operator(self.text, operator))
    }

    /// The name that the token stands for, as the server stores it: unquoted words of PostgreSQL are folded.
    pub(super) fn name(&self, token: Token) -> String {
        let value = token.name_value(self.text, self.target);
        if token.kind == TokenKind::Word && !self.target.dialect.is_mysql_family() {
            value.to_lowercase()
        } else {
            value.into_owned()
        }
    }
}

/// The text without the escapes that MySQL's `information_schema` adds to the quotes and backslashes of expressions.
/// They are there if a backslash stands outside of quotes, as in no SQL. Such texts also have each byte of a string's
/// characters beyond ASCII as a character of its own.
pub(super) fn unescape<'a>(sql: &'a str, target: &Target) -> Cow<'a, str> {
    if !target.dialect.is_mysql_family() || !sql.contains("\\'") {
        return Cow::Borrowed(sql);
    }
    if !tokens(sql, target).iter().any(|t| t.kind == TokenKind::Unknown && t.text(sql) == "\\") {
        return Cow::Borrowed(sql);
    }
    let mut out = String::with_capacity(sql.len());
    let mut chars = sql.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    let bytes: Option<Vec<u8>> = out.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match bytes.map(String::from_utf8) {
        Some(Ok(text)) => Cow::Owned(text),
        _ => Cow::Owned(out),
    }
}

/// A name as normal forms contain it: the MySQL family does not tell the case of column and function names apart,
/// and quotes stand only where they are needed.
pub(super) fn write_name(out: &mut String, name: &str, target: &Target) {
    let folded;
    let name = if target.dialect.is_mysql_family() {
        folded = name.to_lowercase();
        &folded
    } else {
        name
    };
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_' || !c.is_ascii())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$' || !c.is_ascii());
    if plain {
        out.push_str(name);
    } else {
        quote(out, name, target);
    }
}

/// A name in quotes.
pub(super) fn quote(out: &mut String, name: &str, target: &Target) {
    let quote = if target.dialect.is_mysql_family() { '`' } else { '"' };
    out.push(quote);
    out.push_str(&name.replace(quote, &format!("{quote}{quote}")));
    out.push(quote);
}

/// A string's value as normal forms contain it.
pub(super) fn write_string(out: &mut String, value: &str) {
    out.push('\'');
    if value.contains('\'') {
        out.push_str(&value.replace('\'', "''"));
    } else {
        out.push_str(value);
    }
    out.push('\'');
}

/// The tokens from `start` to before `end`, one blank between two of them; names and words without regard to case
/// and quotes, strings by value.
pub(super) fn normal_of(source: &Source<'_>, start: usize, end: usize) -> String {
    let mut out = String::new();
    let mut at = start;
    while let Some(token) = source.get(at).filter(|_| at < end) {
        if is_default_schema(source, at) {
            at += 2;
            continue;
        }
        at += 1;
        if !out.is_empty() {
            out.push(' ');
        }
        let text = token.text(source.text);
        match token.kind {
            TokenKind::Word | TokenKind::QuotedName => {
                write_name(&mut out, &source.name(token), source.target);
            }
            TokenKind::String => {
                if let [prefix @ (b'b' | b'B' | b'x' | b'X'), b'\'', ..] = text.as_bytes() {
                    out.push(char::from(prefix.to_ascii_lowercase()));
                }
                write_string(&mut out, &token.string_value(source.text, source.target));
            }
            TokenKind::Operator if text == "!=" => out.push_str("<>"),
            _ => out.push_str(&text.to_ascii_lowercase()),
        }
    }
    out
}

/// Whether PostgreSQL's `public.` stands at `at`: migrations rarely write it, the server always prints it.
fn is_default_schema(source: &Source<'_>, at: usize) -> bool {
    !source.target.dialect.is_mysql_family()
        && source.is_kind(at + 1, TokenKind::Dot)
        && source.get(at).is_some_and(|token| token.is_name() && source.name(token) == "public")
        && !(at > 0 && source.is_kind(at - 1, TokenKind::Dot))
}
