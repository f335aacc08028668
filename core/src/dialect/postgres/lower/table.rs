//! `CREATE TABLE` and `DROP TABLE`.
use crate::{
    catalog::{Expression, Name, Persistence},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
    },
    operation::{ColumnDefinition, CreateTable, Located, Operation},
    text::{Span, TokenKind},
};

use super::{
    column, common,
    constraint::{self, TableConstraint},
    partition, storage,
};

/// Behind `CREATE [TEMP | UNLOGGED] TABLE`.
pub(super) fn create(c: &mut Cursor<'_>, persistence: Persistence) -> Read<Operation> {
    let mut table = CreateTable { if_not_exists: common::if_not_exists(c)?, ..CreateTable::default() };
    table.properties.persistence = persistence;
    table.name = c.object_name_of("a table name")?;
    if c.accept("of") {
        // The columns are those of a composite type.
        return Err(Stop::Opaque);
    }
    if c.accept_words(&["partition", "of"]) {
        let parent = c.object_name_of("a table name")?;
        if c.at_paren() {
            elements(c, &mut table, true)?;
        }
        table.properties.partition_of = Some((parent, partition::bound(c)?));
    } else if c.at_paren() && is_name_list(c) {
        query_columns(c, &mut table)?;
    } else if c.at_paren() {
        elements(c, &mut table, false)?;
        if c.accept("inherits") {
            let (mut inner, _) = c.parenthesised()?;
            table.properties.inherits = inner.object_names("a table name")?;
            inner.expect_end()?;
        }
    } else if !c.at_any(&["as", "using", "with", "without", "on", "tablespace"]) {
        return Err(c.unexpected("`(` and the columns"));
    }
    tail(c, &mut table)?;
    Ok(Operation::CreateTable(Box::new(table)))
}

/// Whether the parentheses here hold nothing but names and `AS` follows: columns of `CREATE TABLE … AS`.
fn is_name_list(c: &Cursor<'_>) -> bool {
    let mut after = *c;
    let Ok((inner, _)) = after.parenthesised() else { return false };
    let names = inner.rest().iter().enumerate();
    let mut plain = !inner.is_end();
    for (i, token) in names {
        plain &= if i % 2 == 0 { token.is_name() } else { token.kind == TokenKind::Comma };
    }
    plain && after.at_any(&["as", "using", "with", "without", "on", "tablespace"])
}

fn query_columns(c: &mut Cursor<'_>, table: &mut CreateTable) -> Read<()> {
    let (mut inner, _) = c.parenthesised()?;
    loop {
        let start = inner.position();
        let name = inner.name_of("a column name")?;
        table.columns.push(Located { span: inner.span_from(start), node: column::start(name) });
        if !inner.accept_comma() {
            return inner.expect_end();
        }
    }
}

/// `(column, constraint, LIKE …)`; `typed` columns have no type of their own.
fn elements(c: &mut Cursor<'_>, table: &mut CreateTable, typed: bool) -> Read<()> {
    let (mut inner, _) = c.parenthesised()?;
    let mut not_null: Vec<Name> = Vec::new();
    if inner.is_end() && !typed {
        return Ok(());
    }
    loop {
        let start = inner.position();
        if inner.at("like") {
            like(&mut inner, table)?;
        } else if constraint::at_table_constraint(&inner) {
            match constraint::table(&mut inner)? {
                TableConstraint::Listed(node) => {
                    table.constraints.push(Located { span: inner.span_from(start), node: *node });
                }
                TableConstraint::NotNull { column, .. } => not_null.push(column),
            }
        } else {
            let node = if typed { typed_column(&mut inner)? } else { column::definition(&mut inner)? };
            table.columns.push(Located { span: inner.span_from(start), node });
        }
        if inner.accept_comma() {
            continue;
        }
        if inner.is_end() {
            break;
        }
        return Err(inner.unexpected("`,` or `)`"));
    }
    for name in not_null {
        let column = table.columns.iter_mut().find(|c| c.node.column.name == name);
        // Inherited columns are not listed here.
        let column = column.ok_or(Stop::Opaque)?;
        column.node.column.nullable = false;
        column.node.nullability_written = true;
    }
    Ok(())
}

/// A column of a partition: `name [WITH OPTIONS] qualifiers`.
fn typed_column(c: &mut Cursor<'_>) -> Read<ColumnDefinition> {
    let mut definition = column::start(c.name_of("a column name")?);
    if c.accept("with") {
        c.expect("options")?;
    }
    column::qualifiers(c, &mut definition)?;
    Ok(definition)
}

/// `LIKE other INCLUDING ALL EXCLUDING INDEXES`.
fn like(c: &mut Cursor<'_>, table: &mut CreateTable) -> Read<()> {
    const PARTS: &[&str] = &[
        "all",
        "comments",
        "compression",
        "constraints",
        "defaults",
        "generated",
        "identity",
        "indexes",
        "statistics",
        "storage",
    ];
    c.skip(1);
    let other = c.object_name_of("a table name")?;
    let mut options = Vec::new();
    while let Some(word) = c.accept_any(&["including", "excluding"]) {
        let part = c.expect_any(PARTS)?;
        options.push(format!("{word} {part}").to_ascii_uppercase());
    }
    table.like.push((other, options));
    Ok(())
}

/// Everything behind the columns, up to the query of `CREATE TABLE … AS`.
fn tail(c: &mut Cursor<'_>, table: &mut CreateTable) -> Read<()> {
    if c.at_words(&["partition", "by"]) {
        c.skip(2);
        table.properties.partition_by = Some(partition::key(c)?);
    }
    if c.accept("using") {
        let method = c.name_of("an access method")?;
        table.properties.options.insert("access_method".into(), method.to_string());
    }
    if c.at("with") && c.kind_at(1, TokenKind::LeftParen) {
        c.skip(1);
        table.properties.options.extend(storage::parameters(c)?);
    } else if c.accept("without") {
        c.expect("oids")?;
    } else if c.at_words(&["with", "oids"]) {
        return Err(c
            .unexpected("the end of the statement")
            .with_help("leave it away: tables have no OIDs since PostgreSQL 12"));
    }
    if c.accept_words(&["on", "commit"]) {
        let action = c.expect_any(&["preserve", "delete", "drop"])?;
        if action != "drop" {
            c.expect("rows")?;
        }
        table.properties.options.insert("on_commit".into(), action.into());
    }
    if c.accept("tablespace") {
        let name = c.name_of("a tablespace name")?;
        table.properties.options.insert("tablespace".into(), name.to_string());
    }
    if c.accept("as") {
        table.from_query = Some(query(c)?);
    }
    c.expect_end()
}

/// The query of `CREATE TABLE … AS`, without `WITH [NO] DATA`.
fn query(c: &mut Cursor<'_>) -> Read<Expression> {
    if !c.at_paren() && !c.at_any(&["select", "with", "values", "table", "execute"]) {
        return Err(c.unexpected("a query"));
    }
    let (span, _) = query_span(c);
    Ok(expression::read(c.source(span), c.target()))
}

/// Everything that is left, without the closing `WITH [NO] DATA`; whether `NO` was there.
pub(super) fn query_span(c: &mut Cursor<'_>) -> (Span, bool) {
    let tokens = c.rest();
    let word = |back: usize, word: &str| {
        tokens
            .len()
            .checked_sub(back)
            .and_then(|i| tokens.get(i))
            .is_some_and(|t| t.is_word(c.script_text(), word))
    };
    let (length, no) = if word(1, "data") && word(2, "with") {
        (tokens.len() - 2, false)
    } else if word(1, "data") && word(2, "no") && word(3, "with") {
        (tokens.len() - 3, true)
    } else {
        (tokens.len(), false)
    };
    let start = c.position();
    c.skip(length);
    let span = c.span_from(start);
    c.skip_all();
    (span, no)
}

/// Behind `DROP TABLE`.
pub(super) fn drop(c: &mut Cursor<'_>) -> Read<Operation> {
    let if_exists = common::if_exists(c)?;
    let names = c.object_names("a table name")?;
    let cascade = common::cascade(c);
    c.expect_end()?;
    Ok(Operation::DropTable { names, if_exists, cascade, temporary: false })
}
