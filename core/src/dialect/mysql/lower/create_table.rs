//! `CREATE TABLE`.
use crate::{
    catalog::Persistence,
    dialect::cursor::{Cursor, Read},
    operation::{CreateTable, Operation},
    target::Dialect,
    text::TokenKind,
};

use super::{
    column::{self, located},
    element::{self, Element},
    options,
};

/// Behind `CREATE [OR REPLACE] [TEMPORARY] TABLE`.
pub(super) fn read(c: &mut Cursor<'_>, or_replace: bool, temporary: bool) -> Read<Operation> {
    let if_not_exists = c.accept_words(&["if", "not", "exists"]);
    let name = c.object_name_of("a table name")?;
    let mut table = CreateTable { name, if_not_exists, or_replace, ..CreateTable::default() };
    if temporary {
        table.properties.persistence = Persistence::Temporary;
    }
    if c.accept("like") {
        table.like.push((c.object_name_of("a table name")?, Vec::new()));
        c.expect_end()?;
        return Ok(Operation::CreateTable(Box::new(table)));
    }
    if c.at_paren() && c.word_at(1, "like") {
        let (mut inner, _) = c.parenthesised()?;
        inner.skip(1);
        table.like.push((inner.object_name_of("a table name")?, Vec::new()));
        inner.expect_end()?;
        c.expect_end()?;
        return Ok(Operation::CreateTable(Box::new(table)));
    }
    if c.at_paren() && !at_query(c) {
        c.skip(1);
        elements(c, &mut table)?;
        c.expect_kind(TokenKind::RightParen)?;
    }
    tail(c, &mut table)?;
    let charset = match (&table.properties.charset, &table.properties.collation) {
        (Some(charset), _) => Some(charset.clone()),
        (None, Some(collation)) => crate::dialect::mysql::charset::charset_of(collation),
        (None, None) => None,
    };
    for definition in &mut table.columns {
        column::settle(&mut definition.node.column, charset.as_deref());
    }
    let properties = &mut table.properties;
    (properties.charset, properties.collation) = crate::dialect::mysql::types::complete(
        properties.charset.take(),
        properties.collation.take(),
        c.target(),
    );
    Ok(Operation::CreateTable(Box::new(table)))
}

/// Whether a query begins here, in any number of parentheses.
fn at_query(c: &Cursor<'_>) -> bool {
    let ahead = (0..).find(|i| !c.kind_at(*i, TokenKind::LeftParen)).unwrap_or(0);
    ["select", "with", "values", "table"].iter().any(|w| c.word_at(ahead, w))
}

/// The columns, keys and constraints between the parentheses.
pub(super) fn elements(c: &mut Cursor<'_>, table: &mut CreateTable) -> Read<()> {
    loop {
        let start = c.position();
        if element::begins(c) {
            match element::read(c)? {
                Element::Index(index) => table.indexes.push(located(c, start, index)),
                Element::Constraint(constraint) => table.constraints.push(located(c, start, constraint)),
                Element::Period => {
                    table.properties.options.insert("period".into(), c.source_from(start).into());
                }
            }
        } else {
            let definition = column::definition(c)?;
            table.columns.push(located(c, start, definition));
        }
        if !c.accept_comma() {
            break;
        }
    }
    if c.at_kind(TokenKind::RightParen) { Ok(()) } else { Err(c.unexpected("`,` or `)`")) }
}

/// Table options, partitioning and the query.
fn tail(c: &mut Cursor<'_>, table: &mut CreateTable) -> Read<()> {
    loop {
        while c.accept_comma() {}
        let Some((option, value)) = options::option(c)? else { break };
        options::set(&mut table.properties, option, value);
    }
    if c.at("partition") {
        table.properties.partition_by = Some(options::partition_by(c)?);
    }
    if c.is_end() {
        return Ok(());
    }
    c.accept_any(&["ignore", "replace"]);
    c.accept("as");
    if !at_query(c) {
        return Err(unknown(c));
    }
    table.from_query = Some(super::expression::at(c, c.rest_span()));
    c.skip_all();
    Ok(())
}

fn unknown(c: &Cursor<'_>) -> crate::dialect::cursor::Stop {
    let stop = c.unexpected("a table option or the end of the statement");
    let maria = c.target().dialect == Dialect::MariaDb;
    if c.at("inherits")
        || c.at_words(&["with", "oids"])
        || (c.at("with") && c.kind_at(1, TokenKind::LeftParen))
    {
        return stop.with_help("this is PostgreSQL");
    }
    if c.at("type") {
        return stop.with_help("write `ENGINE` instead of `TYPE`");
    }
    match c.peek().map(|t| c.text_of(t).to_ascii_lowercase()).as_deref() {
        Some("page_compressed" | "transactional" | "page_checksum" | "encrypted" | "with") if !maria => {
            stop.with_help("this is MariaDB: MySQL has no such table option")
        }
        Some("compression" | "encryption" | "autoextend_size" | "engine_attribute") if maria => {
            stop.with_help("this is MySQL: MariaDB has no such table option")
        }
        _ => stop,
    }
}
