//! Columns that come back NOT NULL to tables that have rows.
//!
//! Such a column needs a value for every row before its own values can be put back. The script gives it a filler and
//! takes the filler's default away again; keys and checks that a filler would violate wait, see `hold`.
use crate::catalog::{Catalog, Column, UserTypeKind};

/// Whether rows that are there need a value for the column when it is added.
pub(super) fn needs_filler(column: &Column) -> bool {
    let numbered = column.identity.is_some() || column.auto_increment || column.generated.is_some();
    !column.nullable && column.default.is_none() && !numbered
}

/// PostgreSQL's types by the words they start with, with a value that each accepts. The MySQL family fills most
/// types by itself; its dates cannot be zero in a strict session.
const FILLERS: &[(&str, &str)] = &[
    ("smallint", "0"),
    ("integer", "0"),
    ("bigint", "0"),
    ("numeric", "0"),
    ("real", "0"),
    ("double precision", "0"),
    ("character", "''"),
    ("text", "''"),
    ("boolean", "false"),
    ("uuid", "'00000000-0000-0000-0000-000000000000'"),
    ("jsonb", "'{}'"),
    ("json", "'{}'"),
    ("bytea", "''"),
    ("timestamp", "'1970-01-02 00:00:00'"),
    ("datetime", "'1970-01-02 00:00:00'"),
    ("date", "'1970-01-02'"),
    ("time", "'00:00:00'"),
    ("interval", "'0'"),
    ("inet", "'0.0.0.0'"),
    ("cidr", "'0.0.0.0/32'"),
    ("tsvector", "''"),
    ("bit varying", "''"),
];

/// A value that any column of the type accepts; `None` when the server has one by itself, or when none is obvious.
pub(super) fn filler(column: &Column, catalog: &Catalog) -> Option<String> {
    let text = column.data_type.text.as_str();
    if catalog.dialect.is_mysql_family() {
        let dated = ["timestamp", "datetime", "date"].iter().any(|t| text.starts_with(t));
        return FILLERS
            .iter()
            .find(|(name, _)| dated && text.starts_with(name))
            .map(|(_, value)| (*value).to_owned());
    }
    if text.ends_with("[]") {
        return Some("'{}'".into());
    }
    if let Some(custom) = &column.data_type.custom {
        return match &catalog.types.get(custom)?.kind {
            UserTypeKind::Enum { labels } => labels.first().map(|l| format!("'{}'", l.replace('\'', "''"))),
            _ => None,
        };
    }
    FILLERS.iter().find(|(name, _)| text.starts_with(name)).map(|(_, value)| (*value).to_owned())
}
