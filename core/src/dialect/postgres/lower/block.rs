//! SQL inside of PL/pgSQL: `DO` blocks.
//!
//! A block is cut at its semicolons; what controls the flow is stepped over, statements of SQL are lowered, and
//! whatever else could change something makes the answer incomplete.
use crate::{
    dialect::{
        cursor::{Cursor, Read, Stop},
        postgres::words,
    },
    operation::{Located, Operation},
    target::Target,
    text::{Script, Span, Token, TokenKind},
};

use super::{VERBS, lower_tokens, query};

/// How deep SQL in SQL in SQL is followed.
pub(super) const MAX_DEPTH: u32 = 4;

/// Behind `DO`.
pub(super) fn statement(c: &mut Cursor<'_>, depth: u32) -> Read<Operation> {
    let mut language = None;
    let mut body = None;
    while !c.is_end() {
        if c.accept("language") {
            language = Some(match c.peek().map(|t| t.kind) {
                Some(TokenKind::String) => c.string()?.to_ascii_lowercase(),
                _ => c.any_name("a language")?.to_string(),
            });
        } else if c.at_kind(TokenKind::Parameter) {
            return Err(Stop::Opaque);
        } else {
            body = Some(c.expect_kind(TokenKind::String)?);
        }
    }
    let Some(body) = body else { return Err(c.unexpected("the block as a string")) };
    let mut found = Found { body: Vec::new(), complete: true };
    if language.is_none_or(|l| l == "plpgsql") && depth < MAX_DEPTH {
        inside(c, body, |text, tokens, statements| {
            block(text, tokens, statements, c.target(), depth, &mut found);
        });
    } else {
        found.complete = false;
    }
    Ok(Operation::Conditional { source: "DO block".into(), body: found.body, complete: found.complete })
}

/// What was found in a block.
struct Found {
    body: Vec<Located<Operation>>,
    complete: bool,
}

/// Reads the text of a string literal as a script. Where it stands in the literal as it will be read, tokens point
/// into the script that the literal is in; otherwise they point into its value, and `None` says so.
fn inside(
    c: &Cursor<'_>,
    literal: Token,
    mut read: impl FnMut(&str, &[Token], &[std::ops::Range<usize>]),
) -> Option<u32> {
    let written = c.text_of(literal);
    let value = literal.string_value(c.script_text(), c.target());
    let script = Script::new(&value, c.target());
    let ranges: Vec<std::ops::Range<usize>> =
        script.statements.iter().map(|s| s.tokens.start as usize..s.tokens.end as usize).collect();
    match written.find(value.as_ref()) {
        Some(offset) if !value.is_empty() => {
            let offset = literal.span.start + Span::new(offset, offset).start;
            let shift = |t: &Token| Token {
                span: Span { start: t.span.start + offset, end: t.span.end + offset },
                ..*t
            };
            let tokens: Vec<Token> = script.tokens.iter().map(shift).collect();
            read(c.script_text(), &tokens, &ranges);
            Some(offset)
        }
        _ => {
            read(&value, &script.tokens, &ranges);
            None
        }
    }
}

/// Goes through a block's pieces.
fn block(
    text: &str,
    tokens: &[Token],
    pieces: &[std::ops::Range<usize>],
    target: &Target,
    depth: u32,
    found: &mut Found,
) {
    let mut declares = false;
    for range in pieces {
        let Some(piece) = tokens.get(range.clone()) else { continue };
        let mut c = Cursor::new(text, piece, target, words::is_reserved);
        if enter(&mut c, &mut declares, found, depth) {
            simple(&mut c, found, depth);
        }
    }
}

/// Steps over labels, `BEGIN`, `IF … THEN` and the like; `false` when nothing else is in the piece.
fn enter(c: &mut Cursor<'_>, declares: &mut bool, found: &mut Found, depth: u32) -> bool {
    loop {
        if c.is_end() {
            return false;
        }
        if c.accept_operator("<<") {
            c.skip(1);
            c.accept_operator(">>");
        } else if c.accept("declare") {
            *declares = true;
        } else if c.accept("begin") {
            *declares = false;
        } else if *declares {
            return false;
        } else if c.at_any(&["if", "elsif", "elseif", "case", "when"]) {
            c.skip(1);
            to_then(c);
        } else if c.at_any(&["for", "foreach", "while"]) {
            c.skip(1);
            to_loop(c, found, depth);
        } else if c.at("end") {
            return false;
        } else if c.accept_any(&["else", "loop", "exception"]).is_none() {
            return true;
        }
    }
}

/// Behind the `THEN` that belongs here.
fn to_then(c: &mut Cursor<'_>) {
    let mut cases = 0u32;
    while let Some(token) = c.next_token() {
        if token.is_word(c.script_text(), "case") {
            cases += 1;
        } else if token.is_word(c.script_text(), "end") {
            cases = cases.saturating_sub(1);
        } else if cases == 0 && token.is_word(c.script_text(), "then") {
            return;
        }
    }
}

/// Behind the `LOOP` of a `FOR`, `FOREACH` or `WHILE`; a query that writes is read.
fn to_loop(c: &mut Cursor<'_>, found: &mut Found, depth: u32) {
    let start = c.position();
    while !c.is_end() && !c.at("loop") {
        c.skip(1);
    }
    let mut head = c.slice_from(start);
    c.accept("loop");
    while !head.is_end() && !head.at("in") {
        head.skip(1);
    }
    head.accept("in");
    if head.at("execute") {
        simple(&mut head, found, depth);
    } else if head.at_any(&["insert", "update", "delete", "merge", "with"]) {
        sql(&head, found, depth);
    }
}

/// A statement that controls nothing.
fn simple(c: &mut Cursor<'_>, found: &mut Found, depth: u32) {
    const HARMLESS: &[&str] =
        &["null", "raise", "exit", "continue", "get", "assert", "open", "fetch", "close", "move"];
    let whole = c.rest_span();
    if c.accept_any(HARMLESS).is_some() {
        return;
    }
    if c.accept("return") {
        if c.accept("query") {
            simple(c, found, depth);
        }
        return;
    }
    if c.accept("execute") {
        return execute(c, found, depth);
    }
    // A variable may have the name of a verb.
    let assigns = c.peek_at(1).is_some_and(|t| {
        matches!(t.kind, TokenKind::Dot | TokenKind::LeftBracket)
            || t.is_operator(c.script_text(), ":=")
            || t.is_operator(c.script_text(), "=")
    });
    if assigns || c.at("perform") || c.at("select") {
        // `SELECT … INTO variable` creates no table here.
        let calls = query::calls(c, whole);
        if !calls.is_empty() {
            found.body.push(Located { span: whole, node: Operation::Query { calls } });
        }
        return;
    }
    if c.at_any(VERBS) {
        sql(c, found, depth);
    } else {
        found.complete = false;
    }
}

/// A statement of SQL. What does not read as SQL is more likely our misreading than the writer's mistake.
fn sql(c: &Cursor<'_>, found: &mut Found, depth: u32) {
    if depth >= MAX_DEPTH {
        found.complete = false;
        return;
    }
    let operations = lower_tokens(c.script_text(), c.rest(), c.target(), depth + 1);
    if operations.iter().any(|o| matches!(o.node, Operation::Invalid { .. })) {
        found.complete = false;
    } else {
        found.body.extend(operations);
    }
}

/// Behind `EXECUTE`: text that is constant is a script.
fn execute(c: &mut Cursor<'_>, found: &mut Found, depth: u32) {
    let constant = c.peek().filter(|t| t.kind == TokenKind::String);
    let alone = c.peek_at(1).is_none_or(|t| t.is_any_word(c.script_text(), &["using", "into", "loop"]));
    let Some(literal) = constant.filter(|_| alone && depth < MAX_DEPTH) else {
        found.complete = false;
        return;
    };
    let (from, mut complete) = (found.body.len(), true);
    let body = &mut found.body;
    let placed = inside(c, literal, |text, tokens, statements| {
        for range in statements {
            let Some(tokens) = tokens.get(range.clone()) else { continue };
            let operations = lower_tokens(text, tokens, c.target(), depth + 1);
            complete &= !operations.iter().any(|o| matches!(o.node, Operation::Invalid { .. }));
            body.extend(operations.into_iter().filter(|o| !matches!(o.node, Operation::Invalid { .. })));
        }
    });
    found.complete &= complete;
    if placed.is_none() {
        for operation in found.body.iter_mut().skip(from) {
            relocate(operation, literal.span);
        }
    }
}

/// Moves everything in an operation to one place: the literal it was written in.
fn relocate(operation: &mut Located<Operation>, span: Span) {
    operation.span = span;
    match &mut operation.node {
        Operation::CreateTable(table) => {
            for column in &mut table.columns {
                column.span = span;
                column.node.constraints.iter_mut().for_each(|c| c.span = span);
            }
            table.constraints.iter_mut().for_each(|c| c.span = span);
        }
        Operation::AlterTable(alter) => {
            for action in &mut alter.actions {
                action.span = span;
                if let crate::operation::TableAction::AddColumn { definition, .. } = &mut action.node {
                    definition.constraints.iter_mut().for_each(|c| c.span = span);
                }
            }
        }
        // Depth is bounded by `MAX_DEPTH`.
        Operation::Conditional { body, .. } => body.iter_mut().for_each(|o| relocate(o, span)),
        _ => {}
    }
}
