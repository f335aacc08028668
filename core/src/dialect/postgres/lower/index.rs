//! Indexes.
use crate::{
    catalog::{Index, IndexKey, Name},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
    },
    operation::{CreateIndex, IndexDefinition, OnlineClauses, Operation},
    text::{Span, Token, TokenKind},
};

use super::{column, common, constraint, scan, storage};

/// Behind `CREATE [UNIQUE] INDEX`.
pub(super) fn create(c: &mut Cursor<'_>, unique: bool) -> Read<Operation> {
    let concurrently = c.accept("concurrently");
    let if_not_exists = common::if_not_exists(c)?;
    let name = if c.at("on") && !if_not_exists { Name::default() } else { c.name_of("an index name")? };
    c.expect("on")?;
    let only = c.accept("only");
    let table = c.object_name_of("a table name")?;
    let mut index = Index::new(name, Vec::new());
    index.unique = unique;
    if c.accept("using") {
        index.method = c.name_of("an index method")?.to_string();
    }
    let (mut inner, _) = c.parenthesised()?;
    index.keys = inner.list(key)?;
    if !inner.is_end() {
        return Err(inner.unexpected("`,` or `)`"));
    }
    if c.accept("include") {
        index.include = include(c)?;
    }
    index.nulls_not_distinct = constraint::nulls_not_distinct(c)?;
    if c.accept("with") {
        index.options.extend(storage::parameters(c)?);
    }
    if c.accept("tablespace") {
        index.options.insert("tablespace".into(), c.name_of("a tablespace name")?.to_string());
    }
    if c.accept("where") {
        index.predicate = Some(scan::read(c, scan::Grammar::Full)?);
    }
    c.expect_end()?;
    Ok(Operation::CreateIndex(Box::new(CreateIndex {
        table,
        definition: IndexDefinition { index, if_not_exists },
        concurrently,
        only,
        or_replace: false,
        online: OnlineClauses::default(),
    })))
}

/// One key: a column, a function call or an expression in parentheses, with its ordering.
pub(super) fn key(c: &mut Cursor<'_>) -> Read<IndexKey> {
    let mut key = IndexKey::default();
    let start = c.position();
    if c.at_paren() {
        let expression = scan::read_parenthesised(c)?;
        // `((a))` is the column `a`.
        key.expression = Some(expression);
        let inner = c.slice_from(start);
        if let Some(column) = lone_column(&inner) {
            key.expression = None;
            key.column = Some(column);
        } else if let Some((span, collation)) = collated(&inner) {
            // `((a COLLATE "C"))` is `a COLLATE "C"`.
            key.collation = Some(collation);
            let written = c.source(span);
            let single = inner.rest().iter().find(|t| t.span == span).filter(|t| t.is_name());
            match single.filter(|t| !c.is_reserved_word(**t)) {
                Some(column) => {
                    key.expression = None;
                    key.column = Some(c.name_value(*column));
                }
                None => key.expression = Some(expression::read(written, c.target())),
            }
        }
    } else {
        let call = c.kind_at(1, TokenKind::LeftParen)
            || c.kind_at(1, TokenKind::Dot)
            || c.at_any(&[
                "current_date",
                "current_user",
                "session_user",
                "user",
                "current_timestamp",
                "localtime",
                "localtimestamp",
                "current_time",
                "current_role",
                "current_catalog",
                "cast",
            ]);
        if call {
            scan::operand(c, 0)?;
            key.expression = Some(expression::read(c.source_from(start), c.target()));
        } else {
            key.column = Some(c.name_of("a column name, a function call or an expression in parentheses")?);
        }
    }
    if c.accept("collate") {
        let from = c.position();
        scan::qualified(c)?;
        key.collation = Some(column::collation(&c.slice_from(from)));
    }
    if c.at_name() && !c.at_any(&["nulls", "with"]) {
        let class = c.object_name_of("an operator class")?;
        let mut text = match &class.schema {
            // Where extensions usually are, and what introspection leaves out too.
            Some(schema) if !matches!(schema.as_str(), "pg_catalog" | "public") => {
                format!("{schema}.{}", class.name)
            }
            _ => class.name.to_string(),
        };
        if c.at_paren() {
            let span = c.skip_parens()?;
            text.push_str(c.source(span));
        }
        key.operator_class = Some(text);
    }
    key.descending = c.accept_any(&["asc", "desc"]) == Some("desc");
    key.nulls_first = key.descending;
    if c.accept("nulls") {
        key.nulls_first = c.expect_any(&["first", "last"])? == "first";
    }
    Ok(key)
}

/// Behind `INCLUDE`. More than names passes the grammar, and is refused later.
pub(super) fn include(c: &mut Cursor<'_>) -> Read<Vec<Name>> {
    let (mut inner, _) = c.parenthesised()?;
    let keys = inner.list(key)?;
    if !inner.is_end() {
        return Err(inner.unexpected("`,` or `)`"));
    }
    let plain = |k: IndexKey| {
        let name = k.column.clone()?;
        (k == IndexKey::column(name.clone())).then_some(name)
    };
    keys.into_iter().map(plain).collect::<Option<Vec<Name>>>().ok_or(Stop::Opaque)
}

/// `(x COLLATE name)` in parentheses: where `x` is, and the collation.
fn collated(c: &Cursor<'_>) -> Option<(Span, String)> {
    let mut tokens = c.rest();
    // Two pairs are what people write; a limit keeps hostile nesting cheap.
    for _ in 0..4 {
        match tokens {
            [first, inner @ .., last]
                if first.kind == TokenKind::LeftParen
                    && last.kind == TokenKind::RightParen
                    && is_balanced(inner) =>
            {
                tokens = inner;
            }
            _ => break,
        }
    }
    let text = c.script_text();
    let (left, names) = match tokens {
        [left @ .., word, name] if word.is_word(text, "collate") => (left, vec![c.name_value(*name)]),
        [left @ .., word, schema, dot, name]
            if word.is_word(text, "collate") && dot.kind == TokenKind::Dot =>
        {
            (left, vec![c.name_value(*schema), c.name_value(*name)])
        }
        _ => return None,
    };
    let (first, last) = (left.first()?, left.last()?);
    // In `a = b COLLATE "C"` the collation is that of `b` alone.
    let whole = left.len() == 1 || (last.kind == TokenKind::RightParen && is_call(left));
    let collation = match names.as_slice() {
        [schema, name] if *schema != *"pg_catalog" => format!("{schema}.{name}"),
        [.., name] => name.to_string(),
        [] => return None,
    };
    whole.then(|| (first.span.to(last.span), collation))
}

/// Whether no parenthesis closes that was not opened here.
fn is_balanced(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    for token in tokens {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen if depth == 0 => return false,
            TokenKind::RightParen => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// Whether these are `name(…)` or `(…)` and nothing else.
fn is_call(tokens: &[Token]) -> bool {
    let Some(open) = tokens.iter().position(|t| t.kind == TokenKind::LeftParen) else { return false };
    let names =
        tokens.get(..open).unwrap_or_default().iter().all(|t| t.is_name() || t.kind == TokenKind::Dot);
    let inner = tokens.get(open + 1..tokens.len().saturating_sub(1)).unwrap_or_default();
    names && is_balanced(inner)
}

/// The name, when the tokens are one name in parentheses.
fn lone_column(c: &Cursor<'_>) -> Option<Name> {
    let tokens = c.rest();
    let at = tokens.iter().position(|t| t.kind != TokenKind::LeftParen)?;
    let token = tokens.get(at).filter(|t| t.is_name() && !c.is_reserved_word(**t))?;
    let closed = tokens.get(at + 1..)?.iter().all(|t| t.kind == TokenKind::RightParen);
    closed.then(|| c.name_value(*token))
}
