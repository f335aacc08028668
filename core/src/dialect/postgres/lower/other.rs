//! Statements without a form of their own: their verb and the objects they name.
use crate::{
    dialect::cursor::{Cursor, Stop},
    operation::Operation,
    text::TokenKind,
};

use super::{VERBS, common};

/// A statement that begins with no word that PostgreSQL knows.
pub(super) fn unknown_statement(c: &Cursor<'_>) -> Stop {
    if c.at_paren() || c.at_kind(TokenKind::Parameter) || c.at_kind(TokenKind::Unknown) {
        return Stop::Opaque;
    }
    let known = c.expected_words(VERBS);
    match (&known, c.unexpected("a statement")) {
        (Stop::Invalid { help: Some(help), .. }, plain) => plain.with_help(help.clone()),
        (_, plain) => plain,
    }
}

/// The statement at `c`, named and no more.
pub(super) fn opaque(c: Cursor<'_>) -> Operation {
    let words = c.rest().iter().take_while(|t| t.kind == TokenKind::Word).take(2);
    let verb: Vec<String> = words.map(|t| c.text_of(*t).to_ascii_uppercase()).collect();
    common::opaque(&verb.join(" "), Vec::new(), true)
}
