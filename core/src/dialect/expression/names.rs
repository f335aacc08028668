//! What an expression mentions: columns, functions, and what follows from them.
use super::{plain::Source, read};
use crate::{
    catalog::{Expression, Name},
    target::Target,
    text::TokenKind,
};

/// Words that are no names in an expression.
const KEYWORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "at",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "collate",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "distinct",
    "div",
    "else",
    "end",
    "escape",
    "exists",
    "extract",
    "false",
    "for",
    "from",
    "ilike",
    "in",
    "interval",
    "is",
    "isnull",
    "leading",
    "like",
    "localtime",
    "localtimestamp",
    "mod",
    "not",
    "notnull",
    "null",
    "or",
    "regexp",
    "rlike",
    "row",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "then",
    "to",
    "trailing",
    "true",
    "unknown",
    "user",
    "using",
    "utc_date",
    "utc_time",
    "utc_timestamp",
    "when",
    "xor",
    "zone",
];

/// What a name in an expression is.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Column,
    Function,
    Other,
}

/// What the token at `at` names.
fn role(source: &Source<'_>, at: usize) -> Role {
    let Some(token) = source.get(at).filter(|t| t.is_name()) else { return Role::Other };
    if token.is_any_word(source.text, KEYWORDS) {
        return Role::Other;
    }
    if source.is_kind(at + 1, TokenKind::LeftParen) {
        return Role::Function;
    }
    let before = at.checked_sub(1);
    let after_cast =
        before.is_some_and(|b| source.is_operator(b, "::") || source.is_any_word(b, &["as", "collate"]));
    let literal = source.is_kind(at + 1, TokenKind::String) || source.is_kind(at + 1, TokenKind::Dot);
    let type_word = before.is_some_and(|b| {
        source.is_any_word(b, &["character", "double", "timestamp", "time", "without", "with"])
    });
    if after_cast || literal || type_word { Role::Other } else { Role::Column }
}

fn named(expression: &Expression, target: &Target, wanted: Role) -> Vec<Name> {
    let source = Source::new(&expression.sql, target);
    let mut found: Vec<Name> = Vec::new();
    for (at, token) in source.tokens.iter().enumerate() {
        if role(&source, at) == wanted {
            let name = source.name(*token);
            let name = Name::new(if wanted == Role::Function { name.to_lowercase() } else { name });
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

/// The columns that an expression mentions, each once, in the order they are named, without qualifiers.
pub fn columns(expression: &Expression, target: &Target) -> Vec<Name> {
    named(expression, target, Role::Column)
}

/// The functions that an expression calls, each once, in lower case, without schemas.
pub fn functions(expression: &Expression, target: &Target) -> Vec<Name> {
    named(expression, target, Role::Function)
}

/// The same expression after the column `from` was renamed to `to`.
pub fn rename_column(expression: &Expression, from: &Name, to: &Name, target: &Target) -> Expression {
    let source = Source::new(&expression.sql, target);
    let mysql = target.dialect.is_mysql_family();
    let mut sql = String::with_capacity(expression.sql.len());
    let mut copied = 0;
    for (at, token) in source.tokens.iter().enumerate() {
        if role(&source, at) != Role::Column {
            continue;
        }
        let name = source.name(*token);
        if name != from.as_str() && !(mysql && name.to_lowercase() == from.to_lowercase()) {
            continue;
        }
        let span = token.span;
        sql.push_str(expression.sql.get(copied..span.start as usize).unwrap_or(""));
        let quote = if mysql { '`' } else { '"' };
        sql.push(quote);
        sql.push_str(&to.replace(quote, &format!("{quote}{quote}")));
        sql.push(quote);
        copied = span.end as usize;
    }
    sql.push_str(expression.sql.get(copied..).unwrap_or(""));
    read(&sql, target)
}

/// Whether a condition is true for every row whatever the row holds: `true`, `1 = 1`, `'a' = 'a'`.
pub fn is_tautology(expression: &Expression, target: &Target) -> bool {
    let source = Source::new(&expression.sql, target);
    let tokens: Vec<_> = source
        .tokens
        .iter()
        .filter(|t| !matches!(t.kind, TokenKind::LeftParen | TokenKind::RightParen))
        .collect();
    let literal = |kind| matches!(kind, TokenKind::Number | TokenKind::String);
    match tokens.as_slice() {
        [one] if one.is_word(source.text, "true") => true,
        [one] if one.kind == TokenKind::Number => {
            target.dialect.is_mysql_family()
                && one.text(source.text).parse::<f64>().is_ok_and(|number| number != 0.0)
        }
        [a, equals, b] => {
            literal(a.kind)
                && equals.is_operator(source.text, "=")
                && a.string_value(source.text, target) == b.string_value(source.text, target)
                && a.kind == b.kind
        }
        _ => false,
    }
}

/// Whether the value depends on nothing: neither a column, nor a function, nor a query.
pub fn is_constant(expression: &Expression, target: &Target) -> bool {
    let source = Source::new(&expression.sql, target);
    (0..source.tokens.len()).all(|at| role(&source, at) == Role::Other && !source.is_word(at, "select"))
}

/// Whether each evaluation may give another value within one statement. `None` where a function is called that is
/// not one of the server's own.
pub fn is_volatile(expression: &Expression, target: &Target) -> Option<bool> {
    if functions(expression, target).is_empty() { Some(false) } else { None }
}
