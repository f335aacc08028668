//! Partition keys and bounds, as `pg_get_partkeydef` and `pg_get_expr` print them.
use crate::{
    dialect::{
        cursor::{Cursor, Read},
        postgres::render::quote,
    },
    target::{Dialect, Target},
    text::{TokenKind, tokens},
};

use super::index;

/// Behind `PARTITION BY`: `RANGE (created_at)`.
pub(super) fn key(c: &mut Cursor<'_>) -> Read<String> {
    let strategy = c.expect_any(&["range", "list", "hash"])?;
    let (mut inner, _) = c.parenthesised()?;
    let mut parts = Vec::new();
    loop {
        let start = inner.position();
        let key = index::key(&mut inner)?;
        parts.push(match key.column {
            Some(_) if key.operator_class.is_none() && key.collation.is_none() => {
                unwrapped(inner.slice_from(start)).to_owned()
            }
            _ => canonical(inner.source_from(start)),
        });
        if !inner.accept_comma() {
            break;
        }
    }
    if !inner.is_end() {
        return Err(inner.unexpected("`,` or `)`"));
    }
    Ok(format!("{} ({})", strategy.to_ascii_uppercase(), parts.join(", ")))
}

/// The column inside parentheses that mean nothing, as the server prints it.
fn unwrapped(c: Cursor<'_>) -> String {
    let token = c.rest().iter().find(|t| t.is_name());
    token.map_or_else(String::new, |t| quote::name(&c.name_value(*t)))
}

/// An expression with its words folded and its names in quotes only where they need them.
fn canonical(sql: &str) -> String {
    let target = Target::new(Dialect::Postgres);
    let mut out = String::with_capacity(sql.len());
    let mut copied = 0;
    for token in tokens(sql, &target) {
        let (start, end) = (token.span.start as usize, token.span.end as usize);
        let written = match token.kind {
            TokenKind::Word => token.text(sql).to_lowercase(),
            TokenKind::QuotedName => quote::name(&token.name_value(sql, &target)),
            _ => continue,
        };
        out.push_str(sql.get(copied..start).unwrap_or(""));
        out.push_str(&written);
        copied = end;
    }
    out.push_str(sql.get(copied..).unwrap_or(""));
    out
}

/// A partition's bound: `FOR VALUES …` or `DEFAULT`.
pub(super) fn bound(c: &mut Cursor<'_>) -> Read<String> {
    if c.accept("default") {
        return Ok("DEFAULT".to_owned());
    }
    c.expect_words(&["for", "values"])?;
    match c.expect_any(&["in", "from", "with"])? {
        "in" => Ok(format!("FOR VALUES IN ({})", values(c)?.join(", "))),
        "from" => {
            let from = values(c)?.join(", ");
            c.expect("to")?;
            let to = values(c)?.join(", ");
            Ok(format!("FOR VALUES FROM ({from}) TO ({to})"))
        }
        _ => {
            let (mut inner, _) = c.parenthesised()?;
            let (mut modulus, mut remainder) = (String::new(), String::new());
            loop {
                let word = inner.expect_any(&["modulus", "remainder"])?;
                let number = inner.number()?;
                if word == "modulus" {
                    modulus = number;
                } else {
                    remainder = number;
                }
                if !inner.accept_comma() {
                    break;
                }
            }
            inner.expect_end()?;
            Ok(format!("FOR VALUES WITH (modulus {modulus}, remainder {remainder})"))
        }
    }
}

fn values(c: &mut Cursor<'_>) -> Read<Vec<String>> {
    let (mut inner, _) = c.parenthesised()?;
    let mut parts = Vec::new();
    for part in inner.split_commas() {
        if part.is_end() {
            return Err(part.unexpected("a value"));
        }
        let text = part.source(part.rest_span());
        let keyword = ["minvalue", "maxvalue", "null"].iter().any(|w| text.eq_ignore_ascii_case(w));
        parts.push(if keyword { text.to_ascii_uppercase() } else { text.to_owned() });
    }
    if parts.is_empty() {
        return Err(c.unexpected("a value"));
    }
    Ok(parts)
}
