//! Names and literals as the servers read them.
use crate::{catalog::ObjectName, target::Dialect};

/// A name, quoted where it has to be.
pub fn name(dialect: Dialect, name: &str) -> String {
    if dialect.is_mysql_family() {
        super::mysql::quote::name(name)
    } else {
        super::postgres::render::quote::name(name)
    }
}

/// A name with its schema; the MySQL family's current database is not written.
pub fn object(dialect: Dialect, object: &ObjectName) -> String {
    match object.schema_str() {
        "" => name(dialect, &object.name),
        schema => format!("{}.{}", name(dialect, schema), name(dialect, &object.name)),
    }
}

/// A string literal.
pub fn literal(dialect: Dialect, text: &str) -> String {
    if dialect.is_mysql_family() {
        super::mysql::quote::string(text)
    } else {
        super::postgres::render::quote::literal(text)
    }
}
