//! Queries, and statements that begin with `WITH`.
use crate::{
    catalog::{Name, Persistence},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
        guard::{self, Names},
    },
    operation::{CreateTable, Located, Operation},
    text::{Span, TokenKind},
};

use super::lower_tokens;

/// Functions that a piece of SQL calls.
pub(super) fn calls(c: &Cursor<'_>, span: Span) -> Vec<Name> {
    let mut found = expression::functions(&expression::read(c.source(span), c.target()), c.target());
    // `(VALUES …) AS v (a, b)`: the names of columns stand behind an alias as arguments do behind a function.
    let mut behind = *c;
    while !behind.is_end() && !found.is_empty() {
        if behind.accept_kind(TokenKind::RightParen) {
            behind.accept("as");
            if let Some(token) = behind.peek().filter(|t| t.is_name())
                && behind.kind_at(1, TokenKind::LeftParen)
            {
                let alias = behind.name_value(token);
                found.retain(|name| *name != alias);
            }
        } else {
            behind.skip(1);
        }
    }
    found
}

/// A `SELECT`, `VALUES` or `TABLE`; nothing has been stepped over.
pub(super) fn select(c: &mut Cursor<'_>) -> Read<Operation> {
    if let Some(operation) = set_config(c) {
        return Ok(operation);
    }
    if c.at("table") {
        table(c)?;
    }
    if let Some(operation) = select_into(c, c.position())? {
        return Ok(operation);
    }
    let calls = calls(c, c.rest_span());
    let mut list = *c;
    let invoked = if !calls.is_empty() && list.accept("select") {
        guard::invoked(&list, &Names { variable: &|_| None })
    } else {
        Vec::new()
    };
    c.skip_all();
    Ok(Operation::Query { calls, invoked })
}

/// `TABLE name`, which is `SELECT * FROM name`: what may follow the name.
fn table(c: &Cursor<'_>) -> Read<()> {
    const AFTER: &[&str] = &["order", "limit", "offset", "fetch", "for", "union", "intersect", "except"];
    let mut c = *c;
    c.skip(1);
    super::session::relation(&mut c)?;
    if c.is_end() || c.at_any(AFTER) {
        return Ok(());
    }
    Err(c
        .unexpected("the end of the statement")
        .with_help("`TABLE name` is a query: is `ALTER`, `CREATE` or `DROP` missing?"))
}

/// `SELECT pg_catalog.set_config('search_path', '', false)`, which dumps write.
fn set_config(c: &Cursor<'_>) -> Option<Operation> {
    let mut c = *c;
    c.accept("select");
    c.accept_words(&["pg_catalog"]);
    c.accept_kind(TokenKind::Dot);
    if !c.accept("set_config") {
        return None;
    }
    let (mut inner, _) = c.parenthesised().ok()?;
    let setting = inner.string().ok()?.to_ascii_lowercase();
    inner.accept_comma();
    let value = if inner.accept("null") { None } else { Some(inner.string().ok()?) };
    inner.accept_comma();
    let local = inner.accept_any(&["true", "false"])? == "true";
    (inner.is_end() && c.is_end()).then_some(Operation::Set { setting, value, local })
}

/// `SELECT … INTO table …` creates a table; of several `SELECT`s the first may say it. The query begins at `start`.
fn select_into(c: &mut Cursor<'_>, start: usize) -> Read<Option<Operation>> {
    const BEHIND: &[&str] = &["into", "from", "where", "union", "intersect", "except"];
    let mut at = *c;
    while at.at_paren() {
        at.skip(1);
    }
    if !at.at("select") {
        return Ok(None);
    }
    while !at.is_end() && !at.at_any(BEHIND) && !at.at_kind(TokenKind::RightParen) {
        if at.at_paren() {
            at.skip_parens()?;
        } else {
            // Behind a dot any word is a name.
            at.skip(if at.at_kind(TokenKind::Dot) { 2 } else { 1 });
        }
    }
    if !at.at("into") {
        return Ok(None);
    }
    let head = at.source_from(start);
    at.skip(1);
    let mut table = CreateTable::default();
    table.properties.persistence = match at.accept_any(&["temporary", "temp", "unlogged", "local", "global"])
    {
        Some("unlogged") => Persistence::Unlogged,
        Some(word) => {
            if matches!(word, "local" | "global") {
                at.accept_any(&["temporary", "temp"]);
            }
            Persistence::Temporary
        }
        None => Persistence::Permanent,
    };
    at.accept("table");
    table.name = at.object_name_of("a table name")?;
    let query = format!("{head} {}", at.source(at.rest_span()));
    table.from_query = Some(expression::read(query.trim_end(), c.target()));
    c.skip_all();
    Ok(Some(Operation::CreateTable(Box::new(table))))
}

/// Behind `WITH`: the operations of queries that write, then that of the statement itself.
pub(super) fn with(c: &mut Cursor<'_>, whole: Span, depth: u32) -> Read<Vec<Located<Operation>>> {
    let start = c.position();
    let recursive = c.accept("recursive");
    let mut operations = Vec::new();
    let mut names = Vec::new();
    loop {
        let own = c.name_of("a name")?;
        if c.at_paren() {
            c.skip_parens()?;
        }
        c.expect("as")?;
        c.accept("not");
        c.accept("materialized");
        let (inner, span) = c.parenthesised()?;
        let writes = inner.at_any(&["insert", "update", "delete", "merge"]);
        if writes || inner.at("with") && may_write(&inner) {
            let mut nested = lower_tokens(c.script_text(), inner.rest(), c.target(), depth + 1);
            // A `WITH` that only reads says nothing of its own.
            nested.retain(|o| !matches!(o.node, Operation::Query { .. }));
            for operation in &nested {
                if let Operation::Invalid { message, help } = &operation.node {
                    let (message, help) = (message.clone(), help.clone());
                    return Err(Stop::Invalid { span: operation.span, message, help });
                }
            }
            // It sees the queries before it.
            operations
                .extend(nested.into_iter().map(|o| Located { span: o.span, node: without(o.node, &names) }));
        } else if inner.is_end() {
            return Err(Stop::invalid(span, "expected a query between the parentheses"));
        }
        names.push(own);
        // `SEARCH … SET x`, `CYCLE … USING x`
        while c.at_any(&["search", "cycle"]) {
            while !c.is_end()
                && !c.at_kind(TokenKind::Comma)
                && !c.at_any(&["select", "insert", "update", "delete", "merge", "values", "table"])
                && !c.at_paren()
            {
                c.skip(1);
                // The columns of `SEARCH DEPTH FIRST BY a, b` have commas of their own.
                while c.at_kind(TokenKind::Comma) && !c.word_at(2, "as") {
                    c.skip(1);
                }
            }
        }
        if !c.accept_comma() {
            break;
        }
    }
    let operation = match c.accept_any(&["insert", "update", "delete", "merge"]) {
        Some("insert") => super::dml::insert(c)?,
        Some("update") => super::dml::update(c)?,
        Some("delete") => super::dml::delete(c)?,
        Some(_) => super::dml::merge(c)?,
        None => {
            if !(c.at_paren() || c.at_any(&["select", "values", "table", "with"])) {
                return Err(c.unexpected("`,` or the statement that follows `WITH`"));
            }
            // The query begins with the word `WITH`.
            match select_into(c, start.saturating_sub(1))? {
                Some(operation) => operation,
                None => {
                    c.skip_all();
                    let calls = calls(c, c.span_from(start));
                    Operation::Query { calls, invoked: Vec::new() }
                }
            }
        }
    };
    if recursive {
        // Each sees all, itself and those behind it.
        operations =
            operations.into_iter().map(|o| Located { span: o.span, node: without(o.node, &names) }).collect();
    }
    operations.push(Located { span: whole, node: without(operation, &names) });
    Ok(operations)
}

/// Whether a word of a query names a statement that writes: without one, nothing in it does, however deep.
fn may_write(c: &Cursor<'_>) -> bool {
    const WRITES: &[&str] = &["insert", "update", "delete", "merge", "into"];
    c.rest().iter().any(|token| token.is_any_word(c.script_text(), WRITES))
}

/// What the query of a `CREATE TABLE … AS WITH …` writes.
pub(super) fn writes(mut c: Cursor<'_>, depth: u32) -> Vec<Located<Operation>> {
    while !(c.is_end() || c.at("as") && c.word_at(1, "with")) {
        let within = c.at_paren() && c.skip_parens().is_ok();
        if !within {
            c.skip(1);
        }
    }
    c.skip(1);
    let mut operations = lower_tokens(c.script_text(), c.rest(), c.target(), depth + 1);
    operations
        .retain(|o| matches!(o.node, Operation::Insert(_) | Operation::Update(_) | Operation::Delete(_)));
    operations
}

/// Names of `WITH` queries are no tables.
fn without(mut operation: Operation, names: &[Name]) -> Operation {
    let reads = match &mut operation {
        Operation::Insert(insert) => &mut insert.reads,
        Operation::Update(update) => &mut update.reads,
        Operation::Delete(delete) => &mut delete.reads,
        _ => return operation,
    };
    reads.retain(|r| r.schema.is_some() || !names.contains(&r.name));
    operation
}
