//! PostgreSQL's values that are written with words: types, times, arrays, functions whose arguments stand between words.
use super::{Read, Reader, Unreadable, rows};
use crate::{
    dialect::{cursor::Cursor, postgres::types},
    operation::{Function, Kind, Term},
    text::TokenKind,
};

/// The type that follows, as far as it says how values are converted.
pub(crate) fn kind(c: &mut Cursor<'_>) -> Option<Kind> {
    let data_type = types::read(c).ok()?;
    if c.at_operator("%") {
        // `t.a%TYPE`, `t%ROWTYPE`.
        c.skip(2);
        return Some(Kind::Other);
    }
    let text = data_type.text.as_str();
    let (text, array) = match text.strip_suffix("[]") {
        Some(member) => (member, true),
        None => (text, false),
    };
    let kind = match (data_type.custom, text) {
        (Some(custom), "") if *custom.name == *"record" => Kind::Other,
        (Some(custom), "") => Kind::Custom(custom),
        (Some(_), _) => Kind::Other,
        (None, text) => plain(text),
    };
    Some(if array { Kind::Array(Box::new(kind)) } else { kind })
}

/// A type of the server's own.
fn plain(text: &str) -> Kind {
    match text {
        "text" | "character varying" => Kind::Text(None),
        "name" | "information_schema.sql_identifier" => Kind::Name,
        "smallint" | "integer" | "bigint" => Kind::Integer,
        "boolean" => Kind::Bool,
        "date" => Kind::Date,
        "timestamp without time zone" => Kind::Timestamp(false),
        "timestamp with time zone" => Kind::Timestamp(true),
        "interval" => Kind::Interval,
        "regclass" => Kind::Relation,
        _ => match text.strip_prefix("character varying(").and_then(|rest| rest.strip_suffix(')')) {
            Some(length) => length.parse().map_or(Kind::Other, |n| Kind::Text(Some(n))),
            None => Kind::Other,
        },
    }
}

/// `DATE '…'`, `CURRENT_DATE`, `ARRAY[…]`: `None` when something else is there.
pub(super) fn special(reader: &mut Reader<'_, '_>) -> Read<Option<Term>> {
    const CLOCKS: &[(&str, Kind)] = &[
        ("current_date", Kind::Date),
        ("current_timestamp", Kind::Timestamp(true)),
        ("localtimestamp", Kind::Timestamp(false)),
    ];
    const TYPED: &[(&str, Kind)] = &[
        ("date", Kind::Date),
        ("timestamp", Kind::Timestamp(false)),
        ("timestamptz", Kind::Timestamp(true)),
        ("interval", Kind::Interval),
    ];
    if let Some((_, kind)) = CLOCKS.iter().find(|(word, _)| reader.c.at(word)) {
        reader.c.skip(1);
        if reader.c.at_paren() {
            return Err(Unreadable);
        }
        return Ok(Some(Term::Clock(kind.clone())));
    }
    if reader.c.kind_at(1, TokenKind::String)
        && let Some((_, kind)) = TYPED.iter().find(|(word, _)| reader.c.at(word))
    {
        reader.c.skip(1);
        let text = reader.c.string().map_err(|_| Unreadable)?;
        // `INTERVAL '1' DAY`
        if reader.c.at_any(&["year", "month", "day", "hour", "minute", "second"]) {
            return Err(Unreadable);
        }
        return Ok(Some(Term::Cast(Box::new(Term::Text(text)), kind.clone())));
    }
    if !reader.c.at("array") {
        return Ok(None);
    }
    if reader.c.kind_at(1, TokenKind::LeftParen) {
        reader.c.skip(1);
        let (inner, _) = reader.c.parenthesised().map_err(|_| Unreadable)?;
        let rows = rows::within(reader, &inner)?;
        return Ok(Some(Term::Gathered(Box::new(rows), None)));
    }
    if !reader.c.kind_at(1, TokenKind::LeftBracket) {
        return Ok(None);
    }
    reader.c.skip(2);
    reader.deeper()?;
    let mut members = Vec::new();
    while !reader.c.at_kind(TokenKind::RightBracket) {
        members.push(reader.or()?);
        if !reader.c.accept_comma() {
            break;
        }
    }
    reader.depth -= 1;
    if !reader.c.accept_kind(TokenKind::RightBracket) {
        return Err(Unreadable);
    }
    Ok(Some(Term::Array(members)))
}

/// Calls whose arguments are not between commas, and those that ask for the time: `None` for other functions.
pub(super) fn spoken<'a>(reader: &Reader<'a, '_>, name: &str, inner: Cursor<'a>) -> Read<Option<Term>> {
    match name {
        "now" | "clock_timestamp" | "statement_timestamp" | "transaction_timestamp" if inner.is_end() => {
            Ok(Some(Term::Clock(Kind::Timestamp(true))))
        }
        "substring" => {
            let mut part = reader.inner(inner);
            let mut terms = vec![part.or()?];
            if !part.c.at_any(&["from", "for"]) {
                return Ok(None);
            }
            terms.push(if part.c.accept("from") { part.sum()? } else { Term::Integer(1) });
            if part.c.accept("for") {
                terms.push(part.sum()?);
            }
            if part.c.is_end() { Ok(Some(Term::Call(Function::Substring, terms))) } else { Err(Unreadable) }
        }
        "position" => {
            let mut part = reader.inner(inner);
            let wanted = part.sum()?;
            if !part.c.accept("in") {
                return Err(Unreadable);
            }
            let text = part.sum()?;
            if part.c.is_end() {
                Ok(Some(Term::Call(Function::Position, vec![text, wanted])))
            } else {
                Err(Unreadable)
            }
        }
        "trim" => {
            let mut part = reader.inner(inner);
            let side = part.c.accept_any(&["both", "leading", "trailing"]);
            let mut terms = Vec::new();
            if !part.c.at("from") {
                terms.push(part.sum()?);
            }
            if part.c.accept("from") {
                terms.insert(0, part.sum()?);
            }
            if !part.c.is_end() {
                return Ok(None);
            }
            let function = match side {
                Some("leading") => Function::TrimLeft,
                Some("trailing") => Function::TrimRight,
                _ => Function::Trim,
            };
            Ok(Some(Term::Call(function, terms)))
        }
        _ => Ok(None),
    }
}
