//! Expressions and queries inside definitions, and when two of them are the same.
//!
//! A server never gives back the text it was given: it adds casts and parentheses, renames functions, turns `IN` into
//! `= ANY`. The normal form that is made here is the same for what a migration wrote and for what the server prints,
//! and differs for what means different things. It is made for comparing; generated SQL takes the written text.
mod build;
mod conjuncts;
mod default;
mod definition;
mod literal;
mod mysql;
mod names;
mod operand;
mod outline;
mod parse;
mod plain;
mod postgres;
mod query;
mod select;
mod tree;
mod types;

use crate::{catalog::Expression, target::Target};

pub use conjuncts::conjuncts;
pub use default::read_default;
pub use definition::{read_definition, trigger_table};
pub use names::{
    builtin_function, columns, functions, holds_always, is_constant, is_plain, is_tautology, is_volatile,
    rename_column,
};
pub(crate) use outline::{Followed, follow_column, follow_relation};
pub use query::{ViewQuery, read_query};

/// Reads an expression: its text, trimmed, and its normal form. Never fails: what is not understood is compared
/// token by token.
///
/// Texts as MySQL's `information_schema` gives them, with their quotes escaped (`_utf8mb4\'x\'`), are understood too;
/// `sql` then is the text without those escapes.
pub fn read(sql: &str, target: &Target) -> Expression {
    let sql = plain::unescape(sql.trim(), target);
    let source = plain::Source::new(&sql, target);
    let normal = normal(&source, 0, source.tokens.len());
    Expression { normal: normal.into(), sql: (*sql).into() }
}

/// The normal form of the tokens from `start` to before `end`.
fn normal(source: &plain::Source<'_>, start: usize, end: usize) -> String {
    let mut parser = parse::Parser::new(source, start, end);
    match parser.whole() {
        Ok(root) => parser.tree.write(root, source.target),
        Err(tree::NotUnderstood) => plain::normal_of(source, start, end),
    }
}
