//! The schema of the current database on a live MySQL (8.0 and newer) or MariaDB (10.6 and newer) server.
//!
//! Facts about what `information_schema` prints were read off MySQL 9.7 and MariaDB 11.8.
mod columns;
mod keys;
mod objects;
mod queries;
mod tables;

use std::collections::BTreeMap;

use crate::{
    catalog::{Catalog, ObjectName, Table},
    dialect::introspect::{Rows, fields},
    error::{Error, ErrorKind},
    target::Target,
};

use super::charset;

pub use queries::{more, queries};

/// Builds the catalog from the rows of [`queries`] and [`more`] for the same `target`.
///
/// Objects of the database have the schema `""`. Definers, `AUTO_INCREMENT` counters, events and the `sql_mode` that a
/// routine or trigger was made with are not part of the model. `Catalog::uncertain` names what could not be read,
/// mostly for lack of privileges. An error means that rows of another version or of another program were given.
pub fn decode(target: &Target, rows: &Rows) -> Result<Catalog, Error> {
    let Some(database) = fields(rows, queries::DATABASE)?.next() else {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "no current database, or no right to see it: name one in the connection's URL",
        ));
    };
    let collation = charset::normal_collation(database.text(0)?);
    let mut catalog = Catalog::new(target.dialect, target.version);
    catalog.default_collation = Some(collation.clone());
    let mut reader = Reader { catalog, target, rows, collation, tables: BTreeMap::new() };
    reader.tables()?;
    reader.columns()?;
    reader.indexes()?;
    reader.foreign_keys()?;
    reader.checks()?;
    reader.implicit_indexes();
    reader.triggers()?;
    let tables = std::mem::take(&mut reader.tables);
    reader.catalog.tables = tables.into_values().map(|read| read.table).collect();
    reader.views()?;
    reader.routines()?;
    reader.sequences()?;
    Ok(reader.catalog)
}

/// What decoding has and makes.
struct Reader<'a> {
    catalog: Catalog,
    target: &'a Target,
    rows: &'a Rows,
    /// The database's default collation.
    collation: String,
    tables: BTreeMap<&'a str, ReadTable>,
}

/// A table so far.
struct ReadTable {
    table: Table,
    /// Its default collation; `None` for a table that the server cannot open.
    collation: Option<String>,
}

impl Reader<'_> {
    fn uncertain(&mut self, name: &ObjectName, reason: &str) {
        self.catalog.uncertain.insert(name.to_string(), reason.to_owned());
    }
}

/// An object of the current database.
fn own(name: &str) -> ObjectName {
    ObjectName::new("", name)
}

/// `None` for the empty text, which is how comments read that are not there.
fn some(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// An expression of MySQL's `information_schema`, which prints `_utf8mb4\'a\'` for `_utf8mb4'a'`. A text with a bare
/// quote is not escaped and stays as it is.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => return text.to_owned(),
            '\\' => match chars.next() {
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some('t') => plain.push('\t'),
                Some('0') => plain.push('\0'),
                Some('Z') => plain.push('\u{1a}'),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escaped_expressions_are_read_once() {
        assert_eq!(unescape(r"(`b` <> _utf8mb4\'q\\\'x\')"), r"(`b` <> _utf8mb4'q\'x')");
        assert_eq!(unescape(r"`b` <> 'q\'x'"), r"`b` <> 'q\'x'");
        assert_eq!(unescape("a + 1"), "a + 1");
    }
}
