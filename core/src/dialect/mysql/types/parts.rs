//! What stands in a type's parentheses, and its sign.
use crate::{
    dialect::cursor::{Cursor, Read, Stop},
    text::TokenKind,
};

pub(super) fn one_number(c: &mut Cursor<'_>) -> Read<Option<u64>> {
    if c.at_paren() { required(c).map(Some) } else { Ok(None) }
}

pub(super) fn required(c: &mut Cursor<'_>) -> Read<u64> {
    c.expect_kind(TokenKind::LeftParen)?;
    let number = whole_number(c)?;
    c.expect_kind(TokenKind::RightParen)?;
    Ok(number)
}

pub(super) fn two_numbers(c: &mut Cursor<'_>) -> Read<(Option<u64>, Option<u64>)> {
    if !c.accept_kind(TokenKind::LeftParen) {
        return Ok((None, None));
    }
    let first = whole_number(c)?;
    let second = if c.accept_comma() { Some(whole_number(c)?) } else { None };
    c.expect_kind(TokenKind::RightParen)?;
    Ok((Some(first), second))
}

/// A length; numbers beyond 64 bits are refused by the servers for their size, not as syntax.
pub(super) fn whole_number(c: &mut Cursor<'_>) -> Read<u64> {
    let token = c.expect_kind(TokenKind::Number)?;
    Ok(c.text_of(token).parse().unwrap_or(u64::MAX))
}

/// `SIGNED`, `UNSIGNED`, `ZEROFILL` in any order and number: whether unsigned, whether zeros fill.
pub(super) fn sign(c: &mut Cursor<'_>) -> (bool, bool) {
    let (mut unsigned, mut zerofill) = (false, false);
    while let Some(word) = c.accept_any(&["signed", "unsigned", "zerofill"]) {
        zerofill |= word == "zerofill";
        unsigned |= word != "signed";
    }
    (unsigned, zerofill)
}

pub(super) fn sign_text((unsigned, zerofill): (bool, bool)) -> &'static str {
    match (unsigned, zerofill) {
        (_, true) => " unsigned zerofill",
        (true, false) => " unsigned",
        (false, false) => "",
    }
}

/// The labels of an enum or set as the server prints them: trailing blanks cut, quotes doubled.
pub(super) fn labels(c: &mut Cursor<'_>) -> Read<String> {
    c.expect_kind(TokenKind::LeftParen)?;
    let mut text = String::new();
    loop {
        // `0x41` and `b'1'` are labels too.
        let label = match c.peek().map(|t| t.kind) {
            Some(TokenKind::String | TokenKind::Number) => string_bytes(c),
            // An introducer, as in `_latin1'x'`.
            Some(TokenKind::Word) if c.kind_at(1, TokenKind::String) => {
                c.skip(1);
                string_bytes(c)
            }
            _ => Err(c.unexpected("a string")),
        }?;
        if !text.is_empty() {
            text.push(',');
        }
        text.push('\'');
        for character in label.trim_end_matches(' ').chars() {
            match character {
                '\'' => text.push_str("''"),
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\0' => text.push_str("\\0"),
                other => text.push(other),
            }
        }
        text.push('\'');
        if !c.accept_comma() {
            break;
        }
    }
    c.expect_kind(TokenKind::RightParen)?;
    Ok(text)
}

/// The value of a string, or of a hexadecimal or binary literal that stands for one.
fn string_bytes(c: &mut Cursor<'_>) -> Read<String> {
    let Some(token) = c.next_token() else { return Err(c.unexpected("a string")) };
    let written = c.text_of(token);
    let value = || token.string_value(c.script_text(), c.target()).into_owned();
    let (digits, radix) = match written.get(..2).unwrap_or("") {
        "0x" => (written.get(2..).unwrap_or("").to_owned(), 16),
        "0b" => (written.get(2..).unwrap_or("").to_owned(), 2),
        "x'" | "X'" => (value(), 16),
        "b'" | "B'" => (value(), 2),
        _ if token.kind == TokenKind::Number => {
            return Err(Stop::invalid(token.span, format!("expected a string, found `{written}`")));
        }
        _ => return Ok(value()),
    };
    let width = if radix == 16 { 2 } else { 8 };
    let padded = format!("{}{digits}", "0".repeat((width - digits.len() % width) % width));
    let bytes: Vec<u8> = padded
        .as_bytes()
        .chunks(width)
        .filter_map(|chunk| u8::from_str_radix(std::str::from_utf8(chunk).ok()?, radix).ok())
        .collect();
    String::from_utf8(bytes).map_err(|_| Stop::Opaque)
}
