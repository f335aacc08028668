//! Names, literals, types and expressions as PostgreSQL reads them.
use std::collections::BTreeMap;

use crate::{
    catalog::{Catalog, DataType, Expression, Name, ObjectName},
    dialect::postgres::words::{WordClass, class},
    target::{Dialect, Target},
    text::{TokenKind, tokens},
};

/// A name, in quotes only where it needs them: as `quote_ident` does.
pub(crate) fn name(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && class(name) == WordClass::Free { name.to_owned() } else { quoted(name) }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A name with its schema, so that it means the same whatever the search path is.
pub(crate) fn object(object: &ObjectName) -> String {
    match object.schema_str() {
        "" => name(&object.name),
        schema => format!("{}.{}", name(schema), name(&object.name)),
    }
}

/// Names between commas.
pub(crate) fn names<'a>(all: impl IntoIterator<Item = &'a Name>) -> String {
    all.into_iter().map(|n| name(n)).collect::<Vec<_>>().join(", ")
}

/// A string constant that reads the same whatever `standard_conforming_strings` is.
pub(crate) fn literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", doubled.replace('\\', "\\\\")) } else { format!("'{doubled}'") }
}

/// A string constant between dollar signs, or between quotes if its text contains all of the marks.
pub(crate) fn dollar(text: &str) -> String {
    let mark = ["$$", "$body$", "$remigrate$"]
        .into_iter()
        .find(|mark| !text.contains(mark) && (*mark != "$$" || !text.ends_with('$')));
    mark.map_or_else(|| literal(text), |mark| format!("{mark}{text}{mark}"))
}

/// A type.
pub(crate) fn data_type(data_type: &DataType) -> String {
    match &data_type.custom {
        Some(custom) => format!("{}{}", object(custom), data_type.text),
        None => data_type.text.to_string(),
    }
}

/// A collation as the catalog names it: with its schema, unless that is `pg_catalog` or `public`.
pub(crate) fn collation(collation: &str, catalog: &Catalog) -> String {
    match collation.split_once('.') {
        Some((schema, rest)) if catalog.schemas.contains(&Name::from(schema)) => {
            format!("{}.{}", name(schema), quoted(rest))
        }
        _ => quoted(collation),
    }
}

/// An expression where something follows it: a comment that ends with the line must not swallow that.
pub(crate) fn inline(expression: &Expression) -> String {
    let sql = &expression.sql;
    if sql.contains("--") { format!("{sql}\n") } else { sql.to_string() }
}

/// An expression in parentheses, which it may have already.
pub(crate) fn enclosed(expression: &Expression) -> String {
    if is_enclosed(&expression.sql) { inline(expression) } else { format!("({})", inline(expression)) }
}

fn is_enclosed(sql: &str) -> bool {
    let target = Target::new(Dialect::Postgres);
    let tokens = tokens(sql, &target);
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at > 0 && at + 1 == tokens.len();
        }
    }
    false
}

/// `(name = 'value', …)` of storage parameters.
pub(crate) fn parameters<'a>(options: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    let pair = |(option, value): (&String, &String)| format!("{} = {}", parameter(option), literal(value));
    format!("({})", options.into_iter().map(pair).collect::<Vec<_>>().join(", "))
}

/// A parameter's name; `toast.` in front of it is no schema but reads like one.
pub(crate) fn parameter(option: &str) -> String {
    match option.split_once('.') {
        Some((prefix, rest)) => format!("{}.{}", name(prefix), name(rest)),
        None => name(option),
    }
}

/// The parameters that are new or have another value, and those that are gone.
pub(crate) fn parameter_changes(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> (BTreeMap<String, String>, Vec<String>) {
    let set = after.iter().filter(|(option, value)| before.get(*option) != Some(value));
    let reset = before.keys().filter(|option| !after.contains_key(*option));
    (set.map(|(o, v)| (o.clone(), v.clone())).collect(), reset.cloned().collect())
}

/// The types of a routine's arguments. The catalog does not mention the schema `public`; of the types it lists it is
/// written, so that the search path does not matter.
pub(crate) fn signature(signature: &str, catalog: &Catalog) -> String {
    let one = |written: &str| {
        let base = written.trim_end_matches("[]");
        let known = ObjectName::new("public", base);
        if catalog.types.contains(&known) || catalog.tables.contains(&known) {
            format!("{}{}", object(&known), &written[base.len()..])
        } else {
            written.to_owned()
        }
    };
    signature.split(", ").map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        for (given, written) in [
            ("users", "users"),
            ("_a1", "_a1"),
            ("Users", "\"Users\""),
            ("select", "\"select\""),
            ("between", "\"between\""),
            ("left", "\"left\""),
            ("name", "name"),
            ("1a", "\"1a\""),
            ("a b", "\"a b\""),
            ("a\"b", "\"a\"\"b\""),
            ("", "\"\""),
            ("für", "\"für\""),
        ] {
            assert_eq!(name(given), written);
        }
        assert_eq!(object(&ObjectName::new("public", "Order")), "public.\"Order\"");
    }

    #[test]
    fn constants_end_where_they_should() {
        for (given, written) in
            [("a", "'a'"), ("it's", "'it''s'"), ("a\\", "E'a\\\\'"), ("\\'", "E'\\\\'''"), ("", "''")]
        {
            assert_eq!(literal(given), written);
        }
        for (given, written) in [
            ("a", "$$a$$"),
            ("a $$ b", "$body$a $$ b$body$"),
            ("a$", "$body$a$$body$"),
            ("$$ $body$ $remigrate$", "'$$ $body$ $remigrate$'"),
        ] {
            assert_eq!(dollar(given), written);
        }
    }

    #[test]
    fn parentheses_are_not_doubled() {
        for (given, written) in [
            ("a > 0", "(a > 0)"),
            ("(a > 0)", "(a > 0)"),
            ("(a) > (0)", "((a) > (0))"),
            ("f(')')", "(f(')'))"),
            ("a -- more", "(a -- more\n)"),
        ] {
            let expression = Expression { sql: given.into(), normal: "".into() };
            assert_eq!(enclosed(&expression), written);
        }
    }
}
