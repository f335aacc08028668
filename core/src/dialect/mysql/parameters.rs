//! The parameters of a routine, in one spelling for what a statement says and for what the server has.
use crate::dialect::cursor::{Cursor, Read};

use super::{quote, types};

/// One parameter: `` out `total` decimal(5,2) ``, `` `name` varchar(10) charset latin1 ``. The mode `in` goes without
/// saying.
pub(super) fn parameter(mode: &str, name: &str, data_type: &str) -> String {
    let mode = if mode.is_empty() || mode.eq_ignore_ascii_case("in") {
        String::new()
    } else {
        mode.to_ascii_lowercase() + " "
    };
    format!("{mode}{} {data_type}", quote::name(name))
}

/// A type with its character set and collation.
pub(super) fn data_type(text: &str, charset: Option<&str>, collation: Option<&str>) -> String {
    let charset = charset.map(|charset| format!(" charset {charset}")).unwrap_or_default();
    let collation = collation.map(|collation| format!(" collate {collation}")).unwrap_or_default();
    format!("{text}{charset}{collation}")
}

/// Reads a parameter list without its parentheses, to its end.
pub(super) fn read(c: &mut Cursor<'_>) -> Read<String> {
    if c.is_end() {
        return Ok(String::new());
    }
    let parameters = c.list(|c| {
        let mode = if c.peek_at(2).is_some() { c.accept_any(&["in", "out", "inout"]) } else { None };
        let name = c.any_name("a parameter's name")?;
        let written = types::read(c)?;
        let collation = if c.accept("collate") { types::collation_name(c)? } else { written.collation };
        let data_type = data_type(&written.data_type.text, written.charset.as_deref(), collation.as_deref());
        Ok(parameter(mode.unwrap_or(""), &name, &data_type))
    })?;
    c.expect_end()?;
    Ok(parameters.join(", "))
}
