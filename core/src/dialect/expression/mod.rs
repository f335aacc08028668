//! Expressions and queries inside definitions, and when two of them are the same.
//!
//! A server never gives back the text it was given: it adds casts and parentheses, renames functions, turns `IN` into
//! `= ANY`. The normal form that is made here is the same for what a migration wrote and for what the server prints,
//! and differs for what means different things. It is made for comparing; generated SQL takes the written text.
mod default;
mod names;
mod plain;
mod query;

use crate::{catalog::Expression, target::Target};

pub use default::read_default;
pub use names::{columns, functions, is_constant, is_tautology, is_volatile, rename_column};
pub use query::{ViewQuery, read_query};

/// Reads an expression: its text, trimmed, and its normal form. Never fails: what is not understood is compared
/// token by token.
pub fn read(sql: &str, target: &Target) -> Expression {
    let sql = sql.trim();
    let source = plain::Source::new(sql, target);
    Expression { sql: sql.to_owned(), normal: plain::normal(&source) }
}
