//! Queries of views.
use std::collections::BTreeSet;

use super::{
    parse::Parser,
    plain::{self, Source, normal_of},
    tree::NotUnderstood,
};
use crate::{
    catalog::{Name, ObjectName},
    target::Target,
    text::TokenKind,
};

/// What is known of a query without a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewQuery {
    /// The normal form. Two queries with different normal forms may still mean the same: servers expand `*`, add
    /// qualifiers and rename.
    pub normal: String,
    /// The relations it reads, each once, in the order they are named; names of `WITH` queries are not among them.
    pub reads: Vec<ObjectName>,
    /// The names of its columns; `None` where they cannot be told without a catalog, as with `*`.
    pub columns: Option<Vec<Name>>,
}

/// Reads a query. Never fails.
pub fn read_query(sql: &str, target: &Target) -> ViewQuery {
    let mut query = written_query(sql, target);
    if target.dialect.is_mysql_family() && target.session.lower_case_table_names != 0 {
        for name in &mut query.reads {
            name.name = target.session.table_name(name.name.clone());
            name.schema = name.schema.take().map(|s| target.session.table_name(s));
        }
    }
    query
}

/// With the names as they are written.
fn written_query(sql: &str, target: &Target) -> ViewQuery {
    let sql = plain::unescape(sql.trim(), target);
    let source = Source::new(&sql, target);
    let semicolons = source.tokens.iter().rev().take_while(|t| t.kind == TokenKind::Semicolon).count();
    let end = source.tokens.len() - semicolons;
    let mut parser = Parser::new(&source, 0, end);
    match parser.whole_query() {
        Ok(select) => {
            let mut seen = BTreeSet::new();
            let mut reads = parser.reads;
            reads.retain(|name| seen.insert(name.clone()));
            ViewQuery { normal: select.normal, reads, columns: select.columns }
        }
        Err(NotUnderstood) => {
            ViewQuery { normal: normal_of(&source, 0, end), reads: reads(&source), columns: None }
        }
    }
}

/// Whether the `FROM` at `at` is none of a query: `EXTRACT(… FROM …)`, `IS DISTINCT FROM`.
fn is_clause(source: &Source<'_>, at: usize, calls: &[bool]) -> bool {
    let distinct = at > 0 && source.is_word(at - 1, "distinct");
    !distinct && !calls.last().copied().unwrap_or(false)
}

/// Relations after `FROM`, `JOIN` and commas between them.
fn reads(source: &Source<'_>) -> Vec<ObjectName> {
    let mut ctes: Vec<String> = Vec::new();
    for at in 0..source.tokens.len() {
        // `WITH name AS (`, `, name (columns) AS (`
        if source.is_word(at + 1, "as")
            && (source.is_kind(at + 2, TokenKind::LeftParen)
                || source.is_any_word(at + 2, &["materialized", "not"]))
            && let Some(token) = source.get(at).filter(|t| t.is_name())
        {
            ctes.push(source.name(token));
        }
    }
    let mut found: Vec<ObjectName> = Vec::new();
    // For each open parenthesis: whether a relation may follow the next comma.
    let mut lists: Vec<bool> = vec![false];
    // For each open parenthesis: whether it is that of a call with `FROM` between its arguments.
    let mut calls: Vec<bool> = vec![false];
    let mut seen = BTreeSet::new();
    let ctes: BTreeSet<String> = ctes.into_iter().collect();
    let mut at = 0;
    while let Some(token) = source.get(at) {
        let mut expects = false;
        match token.kind {
            TokenKind::LeftParen => {
                let after_from = at > 0 && source.is_any_word(at - 1, &["from", "join"]);
                let call = ["extract", "trim", "substring", "overlay", "position"];
                calls.push(at > 0 && source.is_any_word(at - 1, &call));
                lists.push(after_from);
                expects = after_from;
            }
            TokenKind::RightParen => {
                lists.pop();
                calls.pop();
            }
            TokenKind::Comma => expects = lists.last().copied().unwrap_or(false),
            TokenKind::Word
                if token.is_any_word(source.text, &["from", "join"]) && is_clause(source, at, &calls) =>
            {
                expects = true;
                if let Some(list) = lists.last_mut() {
                    *list = true;
                }
            }
            TokenKind::Word
                if token.is_any_word(
                    source.text,
                    &["where", "group", "order", "having", "limit", "window", "union", "select", "on"],
                ) =>
            {
                if let Some(list) = lists.last_mut() {
                    *list = false;
                }
            }
            _ => {}
        }
        at += 1;
        if expects {
            while source.is_any_word(at, &["only", "lateral"]) {
                at += 1;
            }
            let Some(first) = source.get(at).filter(|t| t.is_name()) else { continue };
            if source.is_any_word(at, &["select", "values", "with", "unnest"]) {
                continue;
            }
            let mut parts = vec![source.name(first)];
            while source.is_kind(at + 1, TokenKind::Dot)
                && let Some(next) = source.get(at + 2).filter(|t| t.is_name())
            {
                parts.push(source.name(next));
                at += 2;
            }
            at += 1;
            if source.is_kind(at, TokenKind::LeftParen) {
                continue;
            }
            let name = parts.pop().unwrap_or_default();
            let schema = parts.pop();
            if schema.is_none() && ctes.contains(&name) {
                continue;
            }
            let name = ObjectName { schema: schema.map(Name::new), name: Name::new(name) };
            if seen.insert(name.clone()) {
                found.push(name);
            }
        }
    }
    found
}
