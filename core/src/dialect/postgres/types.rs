//! PostgreSQL's type names: from what people write to what `format_type` prints.
use crate::{
    catalog::DataType,
    dialect::cursor::{Cursor, Read},
    text::TokenKind,
};

use super::words::{WordClass, class};

/// Internal and short names with the spelling of `format_type`.
const ALIASES: &[(&str, &str)] = &[
    ("bit", "bit"),
    ("bool", "boolean"),
    ("bpchar", "character"),
    ("dec", "numeric"),
    ("decimal", "numeric"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("int", "integer"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("time", "time without time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("timetz", "time with time zone"),
    ("varbit", "bit varying"),
    ("varchar", "character varying"),
];

/// How `format_type` prints a type that has this internal or short name, in lower case.
pub(in crate::dialect) fn printed(short: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(name, _)| *name == short).map(|(_, full)| *full)
}

/// The `serial` types with the integer type behind each.
const SERIALS: &[(&str, &str)] = &[
    ("bigserial", "bigint"),
    ("serial", "integer"),
    ("serial2", "smallint"),
    ("serial4", "integer"),
    ("serial8", "bigint"),
    ("smallserial", "smallint"),
];

/// Types of `pg_catalog` that print as they are written, sorted.
const PLAIN: &[&str] = &[
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anycompatiblerange",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "bigint",
    "boolean",
    "box",
    "bytea",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "event_trigger",
    "fdw_handler",
    "gtsvector",
    "index_am_handler",
    "inet",
    "int2vector",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "integer",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "oidvector",
    "path",
    "pg_brin_bloom_summary",
    "pg_ddl_command",
    "pg_lsn",
    "pg_node_tree",
    "pg_snapshot",
    "point",
    "polygon",
    "real",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "smallint",
    "table_am_handler",
    "text",
    "tid",
    "trigger",
    "tsm_handler",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "void",
    "xid",
    "xid8",
    "xml",
];

/// A type as a column definition writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnType {
    /// The type; for `serial` the integer type behind it.
    pub data_type: DataType,
    /// Whether one of the `serial` types was written.
    pub serial: bool,
}

/// Reads a column's type.
///
/// # Errors
///
/// A [`Stop`](crate::dialect::cursor::Stop) when no type stands there.
pub fn read_column_type(c: &mut Cursor<'_>) -> Read<ColumnType> {
    if let Some(token) = c.peek().filter(|t| t.kind == TokenKind::Word) {
        let lower = c.text_of(token).to_ascii_lowercase();
        let array = c.kind_at(1, TokenKind::LeftBracket) || c.kind_at(1, TokenKind::Dot);
        if let Some((_, integer)) = SERIALS.iter().find(|(name, _)| *name == lower).filter(|_| !array) {
            c.skip(1);
            return Ok(ColumnType { data_type: DataType::builtin(*integer), serial: true });
        }
    }
    Ok(ColumnType { data_type: read(c)?, serial: false })
}

/// Reads a type with its array marks.
///
/// # Errors
///
/// A [`Stop`](crate::dialect::cursor::Stop) when no type stands there.
pub fn read(c: &mut Cursor<'_>) -> Read<DataType> {
    let mut data_type = element(c)?;
    let mut array = false;
    if c.accept("array") {
        array = true;
        if c.accept_kind(TokenKind::LeftBracket) {
            c.expect_kind(TokenKind::Number)?;
            c.expect_kind(TokenKind::RightBracket)?;
        }
    } else {
        while c.at_kind(TokenKind::LeftBracket) {
            c.skip(1);
            c.accept_kind(TokenKind::Number);
            c.expect_kind(TokenKind::RightBracket)?;
            array = true;
        }
    }
    if array {
        data_type.text = format!("{}[]", data_type.text).into();
    }
    Ok(data_type)
}

/// The type that `text`, a type as `format_type` prints it or as people write it, stands for. Text that is no type
/// is kept as it is.
pub fn parse(text: &str, target: &crate::target::Target) -> DataType {
    let script = crate::text::Script::new(text, target);
    let mut cursor = Cursor::new(text, &script.tokens, target, super::words::is_reserved);
    match read(&mut cursor) {
        Ok(data_type) if cursor.is_end() => data_type,
        _ => DataType::builtin(text.trim()),
    }
}

/// A type without array marks.
fn element(c: &mut Cursor<'_>) -> Read<DataType> {
    let Some(token) = c.peek().filter(|t| t.is_name()) else {
        return Err(c.unexpected("a type"));
    };
    if token.kind == TokenKind::Word && !c.kind_at(1, TokenKind::Dot) {
        let lower = c.text_of(token).to_ascii_lowercase();
        if let Some(text) = keyword_type(c, &lower)? {
            return Ok(DataType::builtin(text));
        }
        match class(&lower) {
            WordClass::Reserved => return Err(c.unexpected("a type")),
            WordClass::ColumnName if !is_type_keyword(&lower) => return Err(c.unexpected("a type")),
            _ => {}
        }
    }
    generic(c)
}

fn is_type_keyword(word: &str) -> bool {
    ALIASES.iter().any(|(alias, _)| *alias == word) || PLAIN.binary_search(&word).is_ok()
}

/// The types that have productions of their own in the grammar.
fn keyword_type(c: &mut Cursor<'_>, word: &str) -> Read<Option<String>> {
    let text = match word {
        "double" if c.word_at(1, "precision") => {
            c.skip(2);
            "double precision".to_owned()
        }
        "float" => {
            c.skip(1);
            let digits = modifiers(c)?.first().and_then(|p| p.parse::<u32>().ok()).unwrap_or(53);
            if digits <= 24 { "real" } else { "double precision" }.to_owned()
        }
        "character" | "char" | "nchar" => {
            c.skip(1);
            character(c)?
        }
        "national" => {
            c.skip(1);
            c.expect_any(&["character", "char"])?;
            character(c)?
        }
        "varchar" => {
            c.skip(1);
            with_modifiers("character varying", &modifiers(c)?)
        }
        "bit" => {
            c.skip(1);
            let varying = c.accept("varying");
            let mut length = modifiers(c)?;
            if !varying && length.is_empty() {
                length.push("1".to_owned());
            }
            with_modifiers(if varying { "bit varying" } else { "bit" }, &length)
        }
        "time" | "timestamp" => {
            c.skip(1);
            let precision = modifiers(c)?;
            let zone = if c.accept_words(&["with", "time", "zone"]) {
                "with time zone"
            } else {
                c.accept_words(&["without", "time", "zone"]);
                "without time zone"
            };
            format!("{} {zone}", with_modifiers(word, &precision))
        }
        "interval" => {
            c.skip(1);
            interval(c)?
        }
        _ => return Ok(None),
    };
    Ok(Some(text))
}

/// Behind `char`, `character`, `nchar`.
fn character(c: &mut Cursor<'_>) -> Read<String> {
    let varying = c.accept("varying");
    let mut length = modifiers(c)?;
    if !varying && length.is_empty() {
        length.push("1".to_owned());
    }
    Ok(with_modifiers(if varying { "character varying" } else { "character" }, &length))
}

/// Behind `interval`: `day to second(3)`, `(6)`.
fn interval(c: &mut Cursor<'_>) -> Read<String> {
    let mut text = "interval".to_owned();
    if let Some(field) = interval_field(c) {
        text.push(' ');
        text.push_str(field);
        if c.accept("to") {
            let to = c.expect_any(&["month", "hour", "minute", "second"])?;
            text.push_str(" to ");
            text.push_str(to);
        }
    }
    if c.at_paren() {
        text = with_modifiers(&text, &modifiers(c)?);
    }
    Ok(text)
}

/// The unit that may follow `interval` or an interval literal.
pub(super) fn interval_field(c: &mut Cursor<'_>) -> Option<&'static str> {
    c.accept_any(&["year", "month", "day", "hour", "minute", "second"])
}

/// A type by its name, with modifiers.
fn generic(c: &mut Cursor<'_>) -> Read<DataType> {
    let quoted = c.at_kind(TokenKind::QuotedName);
    let mut name = crate::catalog::ObjectName::bare(c.any_name("a type")?);
    while c.accept_kind(TokenKind::Dot) {
        let next = c.any_name("a type behind the `.`")?;
        name = crate::catalog::ObjectName::new(name.name, next);
    }
    let arguments = modifiers(c)?;
    let builtin = matches!(name.schema.as_deref(), None | Some("pg_catalog"));
    if builtin && (&*name.name, quoted || name.schema.is_some()) == ("char", true) {
        return Ok(DataType::builtin("\"char\""));
    }
    if builtin && let Some(text) = canonical(&name.name, &arguments) {
        return Ok(DataType::builtin(text));
    }
    Ok(DataType { text: with_modifiers("", &arguments).into(), custom: Some(name) })
}

/// A type of `pg_catalog` by its internal name.
fn canonical(name: &str, arguments: &[String]) -> Option<String> {
    if name == "bpchar" && arguments.is_empty() {
        return Some("bpchar".to_owned());
    }
    let printed = match ALIASES.iter().find(|(alias, _)| *alias == name) {
        Some((_, printed)) => printed,
        None => *PLAIN.get(PLAIN.binary_search(&name).ok()?)?,
    };
    // The precision of times stands in the middle of their names.
    Some(match printed.split_once(' ') {
        Some((head @ ("time" | "timestamp"), zone)) => format!("{} {zone}", with_modifiers(head, arguments)),
        _ => with_modifiers(printed, arguments),
    })
}

fn with_modifiers(name: &str, arguments: &[String]) -> String {
    match arguments {
        [] => name.to_owned(),
        // The server fills in the scale.
        [precision] if name == "numeric" => format!("numeric({precision},0)"),
        _ => format!("{name}({})", arguments.join(",")),
    }
}

/// `(10, 2)` as its parts; empty when there is none.
fn modifiers(c: &mut Cursor<'_>) -> Read<Vec<String>> {
    if !c.at_paren() {
        return Ok(Vec::new());
    }
    let (mut inner, _) = c.parenthesised()?;
    if inner.is_end() {
        return Err(inner.unexpected("a type modifier"));
    }
    let mut parts = Vec::new();
    for part in inner.split_commas() {
        let signed = part.at_kind(TokenKind::Operator);
        // The server takes nothing but constants and names.
        if part.is_end() || part.peek_at(if signed { 2 } else { 1 }).is_some() {
            return Err(part.unexpected("one type modifier"));
        }
        parts.push(part.source(part.rest_span()).to_owned());
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::{ALIASES, PLAIN, SERIALS, parse};
    use crate::target::{Dialect, Target};

    #[test]
    fn lists_are_sorted() {
        assert!(PLAIN.is_sorted() && ALIASES.is_sorted() && SERIALS.is_sorted());
    }

    /// What people write and what `format_type(atttypid, atttypmod)` of PostgreSQL 17 prints for it.
    #[test]
    fn types_read_as_the_server_prints_them() {
        let target = Target::new(Dialect::Postgres);
        let table = [
            ("INT", "integer"),
            ("int8[]", "bigint[]"),
            ("integer[3][]", "integer[]"),
            ("text ARRAY[4]", "text[]"),
            ("decimal(10, 2)", "numeric(10,2)"),
            ("numeric(5)", "numeric(5,0)"),
            ("numeric", "numeric"),
            ("varchar", "character varying"),
            ("CHARACTER VARYING(20)[]", "character varying(20)[]"),
            ("char", "character(1)"),
            ("\"char\"", "\"char\""),
            ("bpchar", "bpchar"),
            ("bpchar(3)", "character(3)"),
            ("pg_catalog.varchar(7)", "character varying(7)"),
            ("pg_catalog.\"char\"", "\"char\""),
            ("timestamp", "timestamp without time zone"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("timestamptz(6)", "timestamp(6) with time zone"),
            ("timetz", "time with time zone"),
            ("time(0)", "time(0) without time zone"),
            ("interval", "interval"),
            ("interval day to second(3)", "interval day to second(3)"),
            ("interval(2)", "interval(2)"),
            ("float", "double precision"),
            ("float(24)", "real"),
            ("double precision", "double precision"),
            ("bit", "bit(1)"),
            ("varbit(5)", "bit varying(5)"),
            ("bit varying", "bit varying"),
            ("citext", "citext"),
            ("public.mood[]", "mood[]"),
            ("geometry(Point, 4326)", "geometry(Point,4326)"),
            ("app.\"Mood\"", "app.Mood"),
        ];
        for (written, printed) in table {
            assert_eq!(parse(written, &target).to_string(), printed, "{written}");
        }
    }
}
