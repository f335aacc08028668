//! From PostgreSQL's statements to operations.
//!
//! One module per family of statements. A production reads a statement in full or stops: with
//! [`Stop::Invalid`] where PostgreSQL's own grammar certainly refuses the next token, with [`Stop::Opaque`] where the
//! statement has no form of its own, which makes it an [`Operation::Opaque`] with its verb and objects.
mod alter;
mod alter_column;
mod column;
mod common;
mod constraint;
mod create;
mod drop;
mod index;
mod other;
mod partition;
mod scan;
mod sequence;
mod storage;
mod table;
#[cfg(test)]
mod tests;

use crate::{
    dialect::cursor::{Cursor, Read, Stop},
    operation::{Located, Operation},
    target::Target,
    text::{Script, Span, Statement, Token},
};

use super::words;

/// What a statement asks for. Most statements are one operation; a `WITH` whose queries write is several.
pub fn lower(script: &Script<'_>, statement: &Statement, target: &Target) -> Vec<Located<Operation>> {
    lower_tokens(script.text, script.tokens_of(statement), target)
}

/// The operations of one statement, given by its tokens.
fn lower_tokens(text: &str, tokens: &[Token], target: &Target) -> Vec<Located<Operation>> {
    let whole = match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => return Vec::new(),
    };
    let start = Cursor::new(text, tokens, target, words::is_reserved);
    let mut cursor = start;
    match statement(&mut cursor, whole) {
        Ok(operations) => operations,
        Err(Stop::Invalid { span, message, help }) => {
            vec![Located { span, node: Operation::Invalid { message, help } }]
        }
        Err(Stop::Opaque) => vec![Located { span: whole, node: other::opaque(start) }],
    }
}

/// Reads the statement's first word and what it calls for.
fn statement(c: &mut Cursor<'_>, whole: Span) -> Read<Vec<Located<Operation>>> {
    let one = |operation: Read<Operation>| operation.map(|node| vec![Located { span: whole, node }]);
    let Some(verb) = c.accept_any(VERBS) else {
        return Err(other::unknown_statement(c));
    };
    match verb {
        "create" => one(create::statement(c)),
        "alter" => one(alter_statement(c)),
        "drop" => one(drop::statement(c)),
        _ => Err(Stop::Opaque),
    }
}

/// The words that statements begin with.
const VERBS: &[&str] = &[
    "abort",
    "alter",
    "analyse",
    "analyze",
    "begin",
    "call",
    "checkpoint",
    "close",
    "cluster",
    "comment",
    "commit",
    "copy",
    "create",
    "deallocate",
    "declare",
    "delete",
    "discard",
    "do",
    "drop",
    "end",
    "execute",
    "explain",
    "fetch",
    "grant",
    "import",
    "insert",
    "listen",
    "load",
    "lock",
    "merge",
    "move",
    "notify",
    "prepare",
    "reassign",
    "refresh",
    "reindex",
    "release",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "security",
    "select",
    "set",
    "show",
    "start",
    "table",
    "truncate",
    "unlisten",
    "update",
    "vacuum",
    "values",
    "with",
];

/// Behind `ALTER`.
fn alter_statement(c: &mut Cursor<'_>) -> Read<Operation> {
    match c.peek().map(|t| c.text_of(t).to_ascii_lowercase()).as_deref() {
        Some("table") => {
            c.skip(1);
            alter::table(c)
        }
        Some("sequence") => {
            c.skip(1);
            sequence::alter(c)
        }
        _ => Err(Stop::Opaque),
    }
}
