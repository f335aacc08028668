//! Where an expression ends. What it means is read by `dialect::expression`.
use crate::{
    catalog::{DataType, Expression},
    dialect::{
        cursor::{Cursor, Read},
        expression::read_default,
    },
    text::{Span, TokenKind},
};

/// The expression in a span of the source.
pub(super) fn at(c: &Cursor<'_>, span: Span) -> Expression {
    crate::dialect::expression::read(c.source(span).trim(), c.target())
}

/// `(expression)`: the expression without its parentheses.
pub(super) fn in_parens(c: &mut Cursor<'_>) -> Read<Expression> {
    let (inner, _) = c.parenthesised()?;
    if inner.is_end() {
        return Err(inner.unexpected("an expression"));
    }
    Ok(at(c, inner.rest_span()))
}

/// Functions that may stand without parentheses and give the time.
const NOW: [&str; 4] = ["current_timestamp", "now", "localtime", "localtimestamp"];

/// `CURRENT_TIMESTAMP[(n)]` and its synonyms, in the spelling that servers print.
pub(super) fn now(c: &mut Cursor<'_>) -> Read<Option<Expression>> {
    if !c.at_any(&NOW) {
        return Ok(None);
    }
    c.skip(1);
    let mut fraction = None;
    if c.at_paren() {
        let (mut inner, _) = c.parenthesised()?;
        if !inner.is_end() {
            let token = inner.expect_kind(TokenKind::Number)?;
            fraction = Some(c.text_of(token)).filter(|digits| *digits != "0");
            inner.expect_end()?;
        }
    }
    let sql = fraction.map_or_else(|| "CURRENT_TIMESTAMP".to_owned(), |n| format!("CURRENT_TIMESTAMP({n})"));
    Ok(Some(crate::dialect::expression::read(&sql, c.target())))
}

/// The value behind `DEFAULT` of a column of type `data_type`: a literal, an expression in parentheses, or a call
/// (which MariaDB takes bare). `None` for `NULL`, which is the same as no default.
pub(super) fn default_value(c: &mut Cursor<'_>, data_type: &DataType) -> Read<Option<Expression>> {
    if let Some(now) = now(c)? {
        return Ok(read_default(&now.sql, data_type, c.target()));
    }
    let start = c.position();
    primary(c, "a default value")?;
    Ok(read_default(c.source_from(start), data_type, c.target()))
}

/// Steps over one operand: a literal with its sign, prefix and collation, a parenthesis, a call, a `CASE`.
pub(super) fn primary(c: &mut Cursor<'_>, what: &str) -> Read<()> {
    while c.accept_operator("-") || c.accept_operator("+") || c.accept_operator("~") || c.accept_operator("!")
    {
    }
    match c.peek().map(|t| t.kind) {
        Some(TokenKind::LeftParen) => {
            c.skip_parens()?;
        }
        Some(TokenKind::String) => {
            // Neighbouring strings are one.
            while c.accept_kind(TokenKind::String) {}
        }
        Some(TokenKind::Number | TokenKind::Variable | TokenKind::Parameter) => c.skip(1),
        Some(TokenKind::Word | TokenKind::QuotedName) => word(c, what)?,
        _ => return Err(c.unexpected(what)),
    }
    Ok(())
}

fn word(c: &mut Cursor<'_>, what: &str) -> Read<()> {
    if c.accept("case") {
        let mut open = 1u32;
        while open > 0 {
            if c.accept("case") {
                open += 1;
            } else if c.accept("end") {
                open -= 1;
            } else if c.next_token().is_none() {
                return Err(c.unexpected("`END`"));
            }
        }
        return Ok(());
    }
    if c.at_words(&["next", "value", "for"]) || c.at_words(&["previous", "value", "for"]) {
        c.skip(3);
        c.object_name()?;
        return Ok(());
    }
    let Some(token) = c.peek() else { return Err(c.unexpected(what)) };
    // Words that continue a definition cannot begin a value.
    if c.is_reserved_word(token)
        && c.at_any(&[
            "not",
            "on",
            "primary",
            "unique",
            "key",
            "check",
            "references",
            "collate",
            "constraint",
            "as",
            "generated",
            "add",
            "drop",
            "index",
            "order",
            "where",
            "default",
        ])
    {
        return Err(c.unexpected(what));
    }
    c.skip(1);
    // `_utf8mb4'x'`, `DATE '2020-01-01'`
    if token.kind == TokenKind::Word && c.at_kind(TokenKind::String) {
        while c.accept_kind(TokenKind::String) {}
        return Ok(());
    }
    if c.text_of(token).starts_with('_') && c.at_kind(TokenKind::Number) {
        c.skip(1);
        return Ok(());
    }
    while c.accept_kind(TokenKind::Dot) {
        c.skip(1);
    }
    if c.at_paren() {
        c.skip_parens()?;
    }
    Ok(())
}
