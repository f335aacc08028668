//! Reading a live server's schema, without a connection: which queries to run, and what their rows mean.
//!
//! The caller runs every query of a dialect in one read-only transaction with any driver in any language, keeps the
//! rows as text under the query's name, and has them decoded into a [`Catalog`](crate::Catalog).
use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind};

/// A query to run. It reads the server's own catalogs, changes nothing, and every column of its rows is text or NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What its rows are called in [`Rows`].
    pub name: &'static str,
    /// One statement without a terminator.
    pub sql: String,
}

/// One row: its columns in the order of the query, `None` for NULL.
pub type Row = Vec<Option<String>>;

/// The rows of each query by the query's name.
pub type Rows = BTreeMap<String, Vec<Row>>;

/// The columns of one row, by place; what is missing is an error that names the query, not a panic.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    query: &'static str,
    row: &'a [Option<String>],
}

/// The rows of one query, each as [`Fields`]. A query that was not run is an error.
pub fn fields<'a>(
    rows: &'a Rows,
    query: &'static str,
) -> Result<impl Iterator<Item = Fields<'a>> + use<'a>, Error> {
    let rows = rows.get(query).ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidInput,
            format!("the rows of query `{query}` are missing: run every query"),
        )
    })?;
    Ok(rows.iter().map(move |row| Fields { query, row }))
}

impl<'a> Fields<'a> {
    /// A column that may be NULL.
    pub fn optional(&self, place: usize) -> Option<&'a str> {
        self.row.get(place).and_then(Option::as_deref)
    }

    /// A column that is never NULL.
    pub fn text(&self, place: usize) -> Result<&'a str, Error> {
        self.optional(place).ok_or_else(|| self.wrong(place, "a text"))
    }

    /// A whole number.
    pub fn number<T: std::str::FromStr>(&self, place: usize) -> Result<T, Error> {
        self.text(place)?.parse().map_err(|_| self.wrong(place, "a whole number"))
    }

    /// A whole number, or NULL.
    pub fn optional_number<T: std::str::FromStr>(&self, place: usize) -> Result<Option<T>, Error> {
        self.optional(place).map(|_| self.number(place)).transpose()
    }

    /// A truth value as servers print it: `t`, `true`, `1`, `YES` are true; `f`, `false`, `0`, `NO` and NULL are not.
    pub fn flag(&self, place: usize) -> Result<bool, Error> {
        match self.optional(place) {
            Some("t" | "true" | "1" | "YES") => Ok(true),
            None | Some("f" | "false" | "0" | "NO") => Ok(false),
            Some(_) => Err(self.wrong(place, "a truth value")),
        }
    }

    /// The error of a column that does not hold what the query asked for.
    pub fn wrong(&self, place: usize, wanted: &str) -> Error {
        let found = self.optional(place).unwrap_or("NULL");
        Error::new(
            ErrorKind::InvalidInput,
            format!("column {} of query `{}` is `{found}` where {wanted} is needed", place + 1, self.query),
        )
    }
}
