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

use crate::{
    catalog::{DataType, Expression, Name},
    target::Target,
};

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

/// The same expression over columns of domains, where a cast to the domain's base type says nothing: PostgreSQL shows one
/// wherever an operator or a function is the base type's. `bases` are the columns, each with that type as it is printed.
pub(crate) fn over_domains(
    expression: &Expression,
    bases: &[(Name, DataType)],
    target: &Target,
) -> Expression {
    let bases: Vec<(String, String)> = bases
        .iter()
        .flat_map(|(name, data_type)| {
            let mut written = String::new();
            plain::write_name(&mut written, name, target);
            let printed = data_type.to_string();
            // One without the length changes nothing either.
            let bare = match (printed.find('('), printed.find(')')) {
                (Some(open), Some(close)) if open < close => {
                    format!("{}{}", &printed[..open], &printed[close + 1..])
                }
                _ => printed.clone(),
            };
            [(written.clone(), printed), (written, bare)]
        })
        .collect();
    let source = plain::Source::new(&expression.sql, target);
    let mut parser = parse::Parser::new(&source, 0, source.tokens.len());
    parser.bases = &bases;
    match parser.whole() {
        Ok(root) => {
            let normal = parser.tree.write(root, target).into();
            Expression { normal, sql: expression.sql.clone() }
        }
        Err(tree::NotUnderstood) => expression.clone(),
    }
}

/// The normal form of the tokens from `start` to before `end`.
fn normal(source: &plain::Source<'_>, start: usize, end: usize) -> String {
    let mut parser = parse::Parser::new(source, start, end);
    match parser.whole() {
        Ok(root) => parser.tree.write(root, source.target),
        Err(tree::NotUnderstood) => plain::normal_of(source, start, end),
    }
}

/// Whether it is certain that two different expressions differ in meaning. Servers print expressions in their own way:
/// only constants and calls of different functions are told apart for sure.
pub(crate) fn surely_differ(a: Option<&Expression>, b: Option<&Expression>, target: &Target) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => {
            a == b
                || is_constant(a, target) && is_constant(b, target)
                || other_numbers(a, b)
                || functions(a, target) != functions(b, target)
                || columns(a, target) != columns(b, target)
        }
        _ => true,
    }
}

/// Whether two expressions are the same but for whole numbers.
fn other_numbers(a: &Expression, b: &Expression) -> bool {
    let (mut a, mut b) = (a.normal.split(' '), b.normal.split(' '));
    let mut differ = false;
    loop {
        match (a.next(), b.next()) {
            (None, None) => return differ,
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) if a != b => differ = true,
                _ => return false,
            },
            _ => return false,
        }
    }
}
