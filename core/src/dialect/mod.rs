//! What the server families know: one folder each, and what they share. Nothing outside this folder knows how a
//! server spells, names, prints or stores anything.
pub mod cursor;
pub mod expression;
pub mod introspect;
pub mod mysql;
pub mod postgres;
pub mod render;

use crate::{
    operation::{Located, Operation},
    target::{Dialect, Target},
    text::{Script, Statement, TokenKind},
};

/// What a statement asks for, most of the time one operation. Text that the server refuses is
/// [`Operation::Invalid`], what is not modelled [`Operation::Opaque`]; nothing is left out.
pub fn lower(script: &Script<'_>, statement: &Statement, target: &Target) -> Vec<Located<Operation>> {
    match target.dialect {
        Dialect::Postgres => postgres::lower::lower(script, statement, target),
        Dialect::MySql | Dialect::MariaDb => vec![unread(script, statement)],
    }
}

/// A statement of which only the first words are known.
fn unread(script: &Script<'_>, statement: &Statement) -> Located<Operation> {
    let words = script.tokens_of(statement).iter().take_while(|t| t.kind == TokenKind::Word).take(2);
    let verb: Vec<String> = words.map(|t| t.text(script.text).to_ascii_uppercase()).collect();
    let node = Operation::Opaque { verb: verb.join(" "), objects: Vec::new(), may_change_schema: true };
    Located { span: statement.span, node }
}
