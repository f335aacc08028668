//! `DO` blocks: the text in them is PL/pgSQL, read by [`plpgsql`](super::plpgsql).
use crate::{
    dialect::cursor::{Cursor, Read, Stop},
    operation::{Block, Kind, Located, Operation, Step},
    target::Target,
    text::{Script, Span, Token, TokenKind},
};

use super::plpgsql;

/// How deep SQL in SQL in SQL is followed.
pub(super) const MAX_DEPTH: u32 = 4;

/// Behind `DO`.
pub(super) fn statement(c: &mut Cursor<'_>, depth: u32) -> Read<Operation> {
    let whole = c.rest_span();
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
    if language.is_some_and(|l| l != "plpgsql") || depth >= MAX_DEPTH {
        return Ok(Operation::Conditional(Box::new(Block::unread("DO block", whole))));
    }
    let mut steps = Vec::new();
    let placed = inside(c, body, |text, tokens, pieces| {
        steps = plpgsql::read(text, tokens, pieces, c.target(), depth, &[]);
    });
    let mut block = Block { source: "DO block".into(), steps };
    if placed.is_none() {
        block.relocate(&mut |o| relocate(o, body.span), body.span);
    }
    Ok(Operation::Conditional(Box::new(block)))
}

/// The body of a PL/pgSQL routine, whose parameters have values when it begins. Everything in it has the place `span`: that
/// of the call.
pub(crate) fn body(
    text: &str,
    target: &Target,
    parameters: &[(String, Kind)],
    span: Span,
) -> Vec<Located<Step>> {
    let script = Script::new(text, target);
    let pieces: Vec<std::ops::Range<usize>> =
        script.statements.iter().map(|s| s.tokens.start as usize..s.tokens.end as usize).collect();
    let steps = plpgsql::read(text, &script.tokens, &pieces, target, 0, parameters);
    let mut block = Block { source: String::new(), steps };
    block.relocate(&mut |o| relocate(o, span), span);
    block.steps
}

/// The statements of a text that is put together and run, or of a routine in SQL. Everything in it has the place `span`.
pub(crate) fn executed(text: &str, target: &Target, span: Span) -> Vec<Located<Step>> {
    let script = Script::new(text, target);
    let pieces: Vec<std::ops::Range<usize>> =
        script.statements.iter().map(|s| s.tokens.start as usize..s.tokens.end as usize).collect();
    let mut steps = plpgsql::texts(text, &script.tokens, &pieces, target, 0);
    plpgsql::settle(&mut steps, span);
    steps
}

/// Reads the text of a string literal as a script. Where it stands in the literal as it will be read, tokens point
/// into the script that the literal is in; otherwise they point into its value, and `None` says so.
pub(super) fn inside(
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

/// Moves everything in an operation to one place: the literal it was written in.
pub(super) fn relocate(operation: &mut Located<Operation>, span: Span) {
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
        Operation::Conditional(block) => block.relocate(&mut |o| relocate(o, span), span),
        _ => {}
    }
}
