//! Indexes.
use crate::{
    catalog::{Index, IndexKey, Name},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
    },
    operation::{CreateIndex, IndexDefinition, OnlineClauses, Operation},
    text::TokenKind,
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
            Some(schema) if *schema != *"pg_catalog" => format!("{schema}.{}", class.name),
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

/// The name, when the tokens are one name in any number of parentheses.
fn lone_column(c: &Cursor<'_>) -> Option<Name> {
    let tokens = c.rest();
    let at = tokens.iter().position(|t| t.kind != TokenKind::LeftParen)?;
    let token = tokens.get(at).filter(|t| t.is_name() && !c.is_reserved_word(**t))?;
    let closed = tokens.get(at + 1..)?.iter().all(|t| t.kind == TokenKind::RightParen);
    closed.then(|| c.name_value(*token))
}
