//! Storage parameters: `(fillfactor = 70, autovacuum_enabled = false)`.
use crate::{
    dialect::cursor::{Cursor, Read},
    text::TokenKind,
};

/// Options with their values, names in lower case. A parameter without a value is `true`, as the server stores it.
pub(super) fn parameters(c: &mut Cursor<'_>) -> Read<Vec<(String, String)>> {
    let pairs = reset(c)?;
    Ok(pairs.into_iter().map(|(name, value)| (name, value.unwrap_or_else(|| "true".to_owned()))).collect())
}

/// The same list where values may be left away, as in `RESET (fillfactor)`.
pub(super) fn reset(c: &mut Cursor<'_>) -> Read<Vec<(String, Option<String>)>> {
    let (mut inner, _) = c.parenthesised()?;
    let mut pairs = Vec::new();
    loop {
        let mut name = inner.any_name("a parameter name")?.to_string();
        while inner.accept_kind(TokenKind::Dot) {
            name = format!("{name}.{}", inner.any_name("a parameter name")?);
        }
        let mut value = None;
        if inner.accept_operator("=") {
            value = Some(parameter_value(&mut inner)?);
        }
        pairs.push((name, value));
        if !inner.accept_comma() {
            break;
        }
    }
    if !inner.is_end() {
        return Err(inner.unexpected("`,` or `)`"));
    }
    Ok(pairs)
}

/// A value: a number, a string, a word, a type or an operator. Up to the next comma, as written.
fn parameter_value(c: &mut Cursor<'_>) -> Read<String> {
    if c.is_end() || c.at_kind(TokenKind::Comma) {
        return Err(c.unexpected("a value"));
    }
    if c.at_kind(TokenKind::String) {
        return c.string();
    }
    let start = c.position();
    c.skip_to_comma();
    let value = c.source_from(start);
    Ok(value.to_owned())
}
