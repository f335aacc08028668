//! Names and types of a query's output columns, as PostgreSQL gives them to the table that is made from it (`CREATE TABLE …
//! AS`, `SELECT … INTO`) or to a view.
//!
//! Nothing is guessed: what the rules here do not settle is [`Type::Unknown`] or [`Label::Unknown`], and what is computed
//! from it is so too. The rules are those of `parse_target.c` (names), `parse_coerce.c` (common types), `parse_oper.c` and
//! `parse_func.c` (what is called); what the server's own functions return is the table `returns.txt`.
mod call;
mod expression;
mod from;
mod query;
mod value;

use std::cell::Cell;

use crate::{
    catalog::{DataType, Name, ObjectName},
    target::Target,
    text::tokens,
};

pub(crate) use value::{Collation, Type, Value};

use super::words;
use crate::dialect::cursor::Cursor;

/// What a query is about: the schema as it is when the query is read.
pub(crate) trait Facts {
    /// The columns of a table, view or materialized view; `None` when nothing is known of it.
    fn relation(&self, name: &ObjectName) -> Option<Relation>;
    /// A type with its full name; `None` when there is none that is known.
    fn full_type(&self, written: DataType) -> Option<DataType>;
    /// What a domain is based on in the end, any other known type itself; `None` for a type that is known by name only.
    fn base(&self, data_type: &DataType) -> Option<DataType>;
    /// Whether the type is an enum.
    fn is_enum(&self, data_type: &DataType) -> bool;
    /// What a user's function of that name returns.
    fn routine(&self, name: &ObjectName) -> Returns;
}

/// What calling a name gives.
pub(crate) enum Returns {
    /// There is no such function but perhaps the server's own.
    None,
    /// One value, or one column of them.
    Value(DataType),
    /// Rows of these columns.
    Rows(Vec<Column>),
    /// There are several, or it cannot be told.
    Unknown,
}

/// The columns of something that is read from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relation {
    /// In the order of `SELECT *`.
    pub(crate) columns: Vec<Column>,
    /// Whether there are no others.
    pub(crate) complete: bool,
}

/// A column that can be read.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its name; `None` when that cannot be told.
    pub(crate) name: Option<Name>,
    /// What it holds.
    pub(crate) value: Value,
}

/// What an output column is called.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Label {
    /// Nothing names it: `?column?`.
    None,
    /// By what stands outermost, such as the type of a cast, where nothing inside has a name.
    Weak(Name),
    /// By a column, a function or the like.
    Strong(Name),
    /// It cannot be told.
    Unknown,
}

impl Label {
    fn name(&self) -> Option<Name> {
        match self {
            Self::None => Some("?column?".into()),
            Self::Weak(name) | Self::Strong(name) => Some(name.clone()),
            Self::Unknown => None,
        }
    }
}

/// The most tokens that are read for one query, those of the views that it reads included.
const MOST_TOKENS: usize = 20_000;

/// How deep queries, expressions and views may nest: three quarters of half a megabyte of stack, without optimisation.
const DEEPEST: u32 = 24;

/// How much may still be read. Shared by a query and the views that it reads.
#[derive(Debug)]
pub(crate) struct Budget {
    tokens: Cell<usize>,
    depth: Cell<u32>,
    doubtful: Cell<bool>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { tokens: Cell::new(MOST_TOKENS), depth: Cell::new(0), doubtful: Cell::new(false) }
    }
}

impl Budget {
    /// Runs `inner` one level deeper; `None` when that is too deep.
    pub(crate) fn deeper<T>(&self, inner: impl FnOnce() -> Option<T>) -> Option<T> {
        let depth = self.depth.get();
        if depth >= DEEPEST {
            return None;
        }
        self.depth.set(depth + 1);
        let result = inner();
        self.depth.set(depth);
        result
    }

    /// Notes that something was not understood to its end.
    fn doubt(&self) {
        self.doubtful.set(true);
    }

    /// Whether all that was read was understood to its end.
    pub(crate) fn is_sure(&self) -> bool {
        !self.doubtful.get()
    }

    fn take(&self, tokens: usize) -> Option<()> {
        self.tokens.set(self.tokens.get().checked_sub(tokens)?);
        Some(())
    }
}

/// The output columns of a query; `None` when not even their number can be told.
pub(crate) fn columns(sql: &str, facts: &dyn Facts, budget: &Budget, target: &Target) -> Option<Vec<Column>> {
    let all = tokens(sql, target);
    let semicolons = all.iter().rev().take_while(|t| t.kind == crate::text::TokenKind::Semicolon).count();
    let list = all.get(..all.len() - semicolons)?;
    budget.take(list.len())?;
    let cursor = Cursor::new(sql, list, target, words::is_reserved);
    let mut columns = query::Reader { facts, budget }.query(cursor, &query::Scope::default())?;
    columns.iter_mut().for_each(|column| column.value.settle());
    Some(columns)
}

/// The columns of a list of names with types, as `RETURNS TABLE (…)` has it; `None` when it is none.
pub(crate) fn defined(list: &str, facts: &dyn Facts, target: &Target) -> Option<Vec<Column>> {
    let all = tokens(list, target);
    let mut cursor = Cursor::new(list, &all, target, words::is_reserved);
    let budget = Budget::default();
    let reader = query::Reader { facts, budget: &budget };
    cursor.split_commas().into_iter().map(|one| reader.defined(one)).collect()
}
