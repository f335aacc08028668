//! Queries of views.
use super::plain::{Source, normal_of};
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
    let source = Source::new(sql, target);
    ViewQuery { normal: normal_of(&source, 0, source.tokens.len()), reads: reads(&source), columns: None }
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
    let mut at = 0;
    while let Some(token) = source.get(at) {
        let mut expects = false;
        match token.kind {
            TokenKind::LeftParen => {
                let after_from = at > 0 && source.is_any_word(at - 1, &["from", "join"]);
                lists.push(after_from);
                expects = after_from;
            }
            TokenKind::RightParen => {
                lists.pop();
            }
            TokenKind::Comma => expects = lists.last().copied().unwrap_or(false),
            TokenKind::Word if token.is_any_word(source.text, &["from", "join"]) => {
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
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}
