//! Views and materialized views.
use std::collections::BTreeMap;

use crate::{
    catalog::{Expression, Name, ObjectName, View},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
    },
    operation::{AlterTable, Operation},
    text::{Span, TokenKind},
};

use super::{alter, common, storage, table};

/// Behind `CREATE [OR REPLACE] [TEMP] [RECURSIVE] VIEW`.
pub(super) fn create(c: &mut Cursor<'_>, or_replace: bool, recursive: bool) -> Read<Operation> {
    let name = c.object_name_of("a view name")?;
    let columns = if c.at_paren() { c.name_list("a column name")? } else { Vec::new() };
    let mut options = BTreeMap::new();
    if c.accept("with") {
        options.extend(storage::parameters(c)?);
    }
    c.expect("as")?;
    at_query(c)?;
    let span = checked_query(c, &mut options);
    let view = if recursive {
        let list: Vec<String> = columns.iter().map(|n| format!("\"{}\"", n.replace('"', "\"\""))).collect();
        let (list, own) = (list.join(", "), format!("\"{}\"", name.name.replace('"', "\"\"")));
        let sql = format!("WITH RECURSIVE {own}({list}) AS ({}) SELECT {list} FROM {own}", c.source(span));
        finish(c, name, columns, &sql, options)
    } else {
        let sql = c.source(span);
        finish(c, name, columns, sql, options)
    };
    Ok(Operation::CreateView { view: Box::new(view), or_replace, if_not_exists: false, with_no_data: false })
}

/// Behind `CREATE MATERIALIZED VIEW`.
pub(super) fn create_materialized(c: &mut Cursor<'_>) -> Read<Operation> {
    let if_not_exists = common::if_not_exists(c)?;
    let name = c.object_name_of("a view name")?;
    let columns = if c.at_paren() { c.name_list("a column name")? } else { Vec::new() };
    let mut options = BTreeMap::new();
    if c.accept("using") {
        options.insert("access_method".into(), c.name_of("an access method")?.to_string());
    }
    if c.accept("with") {
        options.extend(storage::parameters(c)?);
    }
    if c.accept("tablespace") {
        options.insert("tablespace".into(), c.name_of("a tablespace name")?.to_string());
    }
    c.expect("as")?;
    at_query(c)?;
    let (span, with_no_data) = table::query_span(c);
    let view = View { materialized: true, ..finish(c, name, columns, c.source(span), options) };
    Ok(Operation::CreateView { view: Box::new(view), or_replace: false, if_not_exists, with_no_data })
}

fn at_query(c: &Cursor<'_>) -> Read<()> {
    if c.at_paren() || c.at_any(&["select", "with", "values", "table"]) {
        return Ok(());
    }
    Err(c.unexpected("a query"))
}

/// The query without its closing `WITH [LOCAL | CASCADED] CHECK OPTION`, which is kept as the option it sets.
fn checked_query(c: &mut Cursor<'_>, options: &mut BTreeMap<String, String>) -> Span {
    let tokens = c.rest();
    let text = c.script_text();
    let is = |back: usize, word: &str| {
        tokens.len().checked_sub(back).and_then(|i| tokens.get(i)).is_some_and(|t| t.is_word(text, word))
    };
    let mut length = tokens.len();
    if is(1, "option") && is(2, "check") {
        let kind = if is(3, "local") { "local" } else { "cascaded" };
        let words = if is(3, "local") || is(3, "cascaded") { 4 } else { 3 };
        if is(words, "with") {
            length -= words;
            options.insert("check_option".into(), kind.into());
        }
    }
    let start = c.position();
    c.skip(length);
    let span = c.span_from(start);
    c.skip_all();
    span
}

fn finish(
    c: &Cursor<'_>,
    name: ObjectName,
    columns: Vec<Name>,
    sql: &str,
    options: BTreeMap<String, String>,
) -> View {
    let query = expression::read_query(sql, c.target());
    let columns = if columns.is_empty() { query.columns.unwrap_or_default() } else { columns };
    View {
        name,
        materialized: false,
        columns,
        query: Expression { sql: sql.trim().into(), normal: query.normal.into() },
        reads: query.reads,
        options,
        indexes: Vec::new(),
        triggers: Vec::new(),
        comment: None,
    }
}

/// Behind `ALTER [MATERIALIZED] VIEW`.
pub(super) fn alter(c: &mut Cursor<'_>, materialized: bool) -> Read<Operation> {
    if c.at_words(&["all", "in", "tablespace"]) {
        return Err(Stop::Opaque);
    }
    let if_exists = common::if_exists(c)?;
    let from = c.object_name_of("a view name")?;
    if c.at_words(&["rename", "to"]) {
        c.skip(2);
        let to = c.name_of("a view name")?;
        c.expect_end()?;
        return Ok(Operation::RenameView { from, to, materialized, if_exists });
    }
    let verb = if materialized { "ALTER MATERIALIZED VIEW" } else { "ALTER VIEW" };
    if c.at_words(&["owner", "to"]) {
        return Ok(alter::owner(c, verb, from));
    }
    // What `ALTER TABLE` does to a view as well.
    let shared = [&["set", "schema"][..], &["rename"], &["alter"]];
    let parameters = |word: &str| c.at(word) && c.kind_at(1, TokenKind::LeftParen);
    if shared.iter().any(|words| c.at_words(words)) || parameters("set") || parameters("reset") {
        return alter::actions(c, AlterTable { table: from, if_exists, view: true, ..AlterTable::default() });
    }
    Err(Stop::Opaque)
}

/// Behind `REFRESH`.
pub(super) fn refresh(c: &mut Cursor<'_>) -> Read<Operation> {
    c.expect_words(&["materialized", "view"])?;
    let concurrently = c.accept("concurrently");
    let name = c.object_name_of("a view name")?;
    if c.accept("with") {
        c.accept("no");
        c.expect("data")?;
    }
    c.expect_end()?;
    Ok(Operation::RefreshView { name, concurrently })
}
