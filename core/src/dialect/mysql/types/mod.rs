//! The closed list of column types, and how each reads in `information_schema.columns.column_type`.
//!
//! Aliases, default lengths and the sizes of `TEXT(n)` were taken from tables created on MySQL 9.7 and MariaDB
//! 11.8. A word that is not in the list is no type: both servers refuse it.
mod parts;
mod text;

use crate::{
    catalog::{DataType, Text},
    dialect::cursor::{Cursor, Read, Stop},
    target::{Dialect, Target},
    text::TokenKind,
};

pub(super) use self::text::{charset, charset_name, collation_name, complete, name_or_string, size_text};
use self::{
    parts::{labels, one_number, required, sign, sign_text, two_numbers},
    text::{compression, with_charset},
};

/// A type as a column definition writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct WrittenType {
    /// The server's text.
    pub(super) data_type: DataType,
    /// `CHARACTER SET`, in the server's spelling.
    pub(super) charset: Option<String>,
    /// The collation that the type itself fixes: `BINARY`, MariaDB's `JSON`.
    pub(super) collation: Option<String>,
    /// `SERIAL`: `BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE`.
    pub(super) serial: bool,
    /// MariaDB's `JSON`, which adds `CHECK (json_valid(column))`.
    pub(super) json_check: bool,
    /// `CHAR(3) BINARY` without a character set: the binary collation of the table's character set.
    pub(super) binary: bool,
    /// `TEXT(n)`, `BLOB(n)`: characters asked for, whose bytes decide the size.
    pub(super) length_of_text: Option<u64>,
    /// MariaDB's `COMPRESSED`.
    pub(super) compressed: bool,
}

/// How a type word is followed.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// `[(width)] [UNSIGNED] [ZEROFILL]`; the width shown with `ZEROFILL` when none is written.
    Integer(u8),
    /// `[(precision [, scale])] [UNSIGNED] [ZEROFILL]`.
    Decimal,
    Float,
    Double,
    /// `[(length)]` characters; without a length 1.
    Char,
    /// `(length)` characters.
    VarChar,
    /// `[(length)]` bytes.
    Binary,
    VarBinary,
    /// `[(length)]` that picks one of four sizes.
    Text,
    Blob,
    /// A text of a fixed size.
    SizedText,
    /// `[(fraction)]`.
    Time,
    Year,
    Bit,
    Labels,
    /// Nothing may follow.
    Plain,
    Vector,
}

/// Every type word with the server's own name of it.
const TYPES: &[(&str, &str, Shape)] = &[
    ("bigint", "bigint", Shape::Integer(20)),
    ("binary", "binary", Shape::Binary),
    ("bit", "bit", Shape::Bit),
    ("blob", "blob", Shape::Blob),
    ("bool", "tinyint(1)", Shape::Plain),
    ("boolean", "tinyint(1)", Shape::Plain),
    ("char", "char", Shape::Char),
    ("character", "char", Shape::Char),
    ("date", "date", Shape::Plain),
    ("datetime", "datetime", Shape::Time),
    ("dec", "decimal", Shape::Decimal),
    ("decimal", "decimal", Shape::Decimal),
    ("double", "double", Shape::Double),
    ("enum", "enum", Shape::Labels),
    ("fixed", "decimal", Shape::Decimal),
    ("float", "float", Shape::Float),
    ("float4", "float", Shape::Float),
    ("float8", "double", Shape::Double),
    ("geomcollection", "geomcollection", Shape::Plain),
    ("geometry", "geometry", Shape::Plain),
    ("geometrycollection", "geomcollection", Shape::Plain),
    ("int", "int", Shape::Integer(10)),
    ("int1", "tinyint", Shape::Integer(3)),
    ("int2", "smallint", Shape::Integer(5)),
    ("int3", "mediumint", Shape::Integer(8)),
    ("int4", "int", Shape::Integer(10)),
    ("int8", "bigint", Shape::Integer(20)),
    ("integer", "int", Shape::Integer(10)),
    ("json", "json", Shape::Plain),
    ("linestring", "linestring", Shape::Plain),
    ("longblob", "longblob", Shape::Plain),
    ("longtext", "longtext", Shape::SizedText),
    ("mediumblob", "mediumblob", Shape::Plain),
    ("mediumint", "mediumint", Shape::Integer(8)),
    ("mediumtext", "mediumtext", Shape::SizedText),
    ("middleint", "mediumint", Shape::Integer(8)),
    ("multilinestring", "multilinestring", Shape::Plain),
    ("multipoint", "multipoint", Shape::Plain),
    ("multipolygon", "multipolygon", Shape::Plain),
    ("numeric", "decimal", Shape::Decimal),
    ("point", "point", Shape::Plain),
    ("polygon", "polygon", Shape::Plain),
    ("real", "double", Shape::Double),
    ("set", "set", Shape::Labels),
    ("smallint", "smallint", Shape::Integer(5)),
    ("text", "text", Shape::Text),
    ("time", "time", Shape::Time),
    ("timestamp", "timestamp", Shape::Time),
    ("tinyblob", "tinyblob", Shape::Plain),
    ("tinyint", "tinyint", Shape::Integer(3)),
    ("tinytext", "tinytext", Shape::SizedText),
    ("varbinary", "varbinary", Shape::VarBinary),
    ("varchar", "varchar", Shape::VarChar),
    ("varcharacter", "varchar", Shape::VarChar),
    ("vector", "vector", Shape::Vector),
    ("year", "year", Shape::Year),
];

/// What MariaDB has beyond them.
const MARIADB_TYPES: &[(&str, &str, Shape)] = &[
    ("inet4", "inet4", Shape::Plain),
    ("inet6", "inet6", Shape::Plain),
    ("uuid", "uuid", Shape::Plain),
    ("xmltype", "xmltype", Shape::Plain),
];

/// Types of PostgreSQL that neither server has, with what to write instead.
const FOREIGN: &[(&str, &str)] = &[
    ("bigserial", "BIGINT UNSIGNED AUTO_INCREMENT"),
    ("bytea", "LONGBLOB"),
    ("citext", "a case-insensitive collation"),
    ("hstore", "JSON"),
    ("inet", "VARCHAR(43)"),
    ("jsonb", "JSON"),
    ("money", "DECIMAL(19,2)"),
    ("serial4", "INT UNSIGNED AUTO_INCREMENT"),
    ("serial8", "BIGINT UNSIGNED AUTO_INCREMENT"),
    ("smallserial", "SMALLINT UNSIGNED AUTO_INCREMENT"),
    ("timestamptz", "TIMESTAMP"),
    ("tsvector", "a FULLTEXT index"),
    ("uuid", "BINARY(16) or CHAR(36)"),
];

/// Reads a type.
pub(super) fn read(c: &mut Cursor<'_>) -> Read<WrittenType> {
    let Some(token) = c.peek().filter(|t| t.kind == TokenKind::Word) else {
        return Err(c.unexpected("a column type"));
    };
    let word = c.text_of(token).to_ascii_lowercase();
    let maria = c.target().dialect == Dialect::MariaDb;
    if maria && c.kind_at(1, TokenKind::Dot) {
        return qualified(c, &word);
    }
    if let Some(national) = national(c, &word)? {
        return Ok(national);
    }
    if word == "long" {
        return long(c);
    }
    if word == "serial" {
        c.skip(1);
        return Ok(WrittenType { serial: true, ..plain("bigint unsigned") });
    }
    let find = |table: &'static [(&str, &'static str, Shape)]| table.iter().find(|(name, ..)| *name == word);
    let known = find(TYPES).or_else(|| find(MARIADB_TYPES).filter(|_| maria));
    let Some((_, name, shape)) = known.copied() else {
        return Err(unknown(c, &word));
    };
    if maria && word == "geomcollection" {
        return Err(unknown(c, &word));
    }
    c.skip(1);
    let mut name = name;
    if name == "geomcollection" && maria {
        name = "geometrycollection";
    }
    let mut shape = shape;
    if shape == Shape::Char && c.accept("varying") {
        (name, shape) = ("varchar", Shape::VarChar);
    }
    if word == "double" {
        c.accept("precision");
    }
    of_shape(c, name, shape)
}

/// MariaDB's `mariadb_schema.DATE`: a type as one of three servers understands it.
fn qualified(c: &mut Cursor<'_>, schema: &str) -> Read<WrittenType> {
    if !matches!(schema, "mariadb_schema" | "oracle_schema" | "maxdb_schema") {
        return Err(unknown(c, schema));
    }
    c.skip(2);
    if c.kind_at(1, TokenKind::Dot) {
        return Err(c.unexpected("a column type"));
    }
    let mut written = read(c)?;
    let text = &written.data_type.text;
    // Oracle's dates have a time, MaxDB's timestamps no zone.
    if schema == "oracle_schema" && text == "date" {
        written.data_type = DataType::builtin("datetime");
    } else if let (true, Some(rest)) = (schema == "maxdb_schema", text.strip_prefix("timestamp")) {
        written.data_type = DataType::builtin(format!("datetime{rest}"));
    }
    Ok(written)
}

fn of_shape(c: &mut Cursor<'_>, name: &'static str, shape: Shape) -> Read<WrittenType> {
    let maria = c.target().dialect == Dialect::MariaDb;
    match shape {
        Shape::Integer(width) => {
            let written = one_number(c)?;
            let (unsigned, zerofill) = sign(c);
            // A width means something only where zeros fill it; `tinyint(1)` is how a boolean is spelt.
            let text = if zerofill {
                format!("{name}({}) unsigned zerofill", written.unwrap_or(u64::from(width)))
            } else if unsigned {
                format!("{name} unsigned")
            } else if name == "tinyint" && written == Some(1) {
                "tinyint(1)".to_owned()
            } else {
                name.to_owned()
            };
            Ok(plain(text))
        }
        Shape::Decimal => {
            let (precision, scale) = two_numbers(c)?;
            let text = format!("{name}({},{})", precision.unwrap_or(10), scale.unwrap_or(0));
            Ok(plain(text + sign_text(sign(c))))
        }
        Shape::Float | Shape::Double => {
            let (precision, scale) = two_numbers(c)?;
            let text = match (precision, scale) {
                (Some(p), Some(s)) => format!("{name}({p},{s})"),
                // `FLOAT(25)` and more needs a double.
                (Some(p), None) if shape == Shape::Float && p > 24 => "double".to_owned(),
                _ => name.to_owned(),
            };
            Ok(plain(text + sign_text(sign(c))))
        }
        Shape::Char | Shape::VarChar => {
            let length = if shape == Shape::Char { one_number(c)?.unwrap_or(1) } else { required(c)? };
            with_charset(c, plain(format!("{name}({length})")))
        }
        Shape::Binary => Ok(plain(format!("{name}({})", one_number(c)?.unwrap_or(1)))),
        Shape::VarBinary => {
            let length = required(c)?;
            let compressed = maria && compression(c);
            Ok(WrittenType { compressed, ..plain(format!("{name}({length})")) })
        }
        Shape::Text => {
            let length = one_number(c)?;
            let mut written = with_charset(c, WrittenType { length_of_text: length, ..plain(name) })?;
            let charset = written.charset.clone();
            size_text(&mut written, charset.as_deref());
            Ok(written)
        }
        Shape::Blob => {
            let length = one_number(c)?;
            let mut written = WrittenType { length_of_text: length, ..plain(name) };
            size_text(&mut written, Some("binary"));
            written.compressed = maria && compression(c);
            Ok(written)
        }
        Shape::SizedText => with_charset(c, plain(name)),
        Shape::Time => {
            let fraction = one_number(c)?.filter(|n| *n > 0);
            Ok(plain(fraction.map_or_else(|| name.to_owned(), |n| format!("{name}({n})"))))
        }
        Shape::Year => {
            one_number(c)?;
            sign(c);
            Ok(plain(name))
        }
        Shape::Bit => Ok(plain(format!("{name}({})", one_number(c)?.unwrap_or(1)))),
        Shape::Labels => {
            let labels = labels(c)?;
            with_charset(c, plain(format!("{name}({labels})")))
        }
        Shape::Vector => {
            // MySQL's default is 2048 dimensions; MariaDB demands a number.
            let dimensions = if maria { required(c)? } else { one_number(c)?.unwrap_or(2048) };
            Ok(plain(format!("{name}({dimensions})")))
        }
        Shape::Plain if name == "json" && maria => Ok(WrittenType {
            charset: Some("utf8mb4".to_owned()),
            collation: Some("utf8mb4_bin".to_owned()),
            json_check: true,
            compressed: compression(c),
            ..plain("longtext")
        }),
        Shape::Plain => {
            if maria && c.at_paren() && !matches!(name, "date" | "tinyint(1)") {
                // `POINT(8,2)`, `INET6(6)`: read and forgotten.
                two_numbers(c)?;
            }
            let compressed = maria && name.ends_with("blob") && compression(c);
            Ok(WrittenType { compressed, ..plain(name) })
        }
    }
}

fn plain(text: impl Into<Text>) -> WrittenType {
    WrittenType { data_type: DataType::builtin(text), ..WrittenType::default() }
}

/// `NATIONAL CHAR`, `NCHAR VARYING`, `NVARCHAR` …
fn national(c: &mut Cursor<'_>, word: &str) -> Read<Option<WrittenType>> {
    let varying = match word {
        "nvarchar" => {
            c.skip(1);
            true
        }
        "nchar" => {
            c.skip(1);
            c.accept_any(&["varchar", "varying", "varcharacter"]).is_some()
        }
        "national" => {
            c.skip(1);
            let base = c.expect_any(&["char", "character", "varchar", "varcharacter"])?;
            base.starts_with("var") || c.accept("varying")
        }
        _ => return Ok(None),
    };
    let length = if varying { required(c)? } else { one_number(c)?.unwrap_or(1) };
    let compressed = c.target().dialect == Dialect::MariaDb && compression(c);
    let binary = c.accept("binary");
    Ok(Some(WrittenType {
        charset: Some("utf8mb3".to_owned()),
        collation: binary.then(|| "utf8mb3_bin".to_owned()),
        compressed,
        ..plain(format!("{}({length})", if varying { "varchar" } else { "char" }))
    }))
}

/// `LONG`, `LONG VARCHAR`, `LONG VARBINARY`.
fn long(c: &mut Cursor<'_>) -> Read<WrittenType> {
    c.skip(1);
    if c.accept("varbinary") {
        return Ok(plain("mediumblob"));
    }
    if c.accept_any(&["char", "character"]).is_some() {
        c.expect("varying")?;
    } else {
        c.accept_any(&["varchar", "varcharacter"]);
    }
    with_charset(c, plain("mediumtext"))
}

fn unknown(c: &Cursor<'_>, word: &str) -> Stop {
    let title = c.target().dialect.title();
    let stop = Stop::invalid(c.span(), format!("{title} has no type {}", c.found()));
    if let Some((_, instead)) = FOREIGN.iter().find(|(name, _)| *name == word) {
        let message = format!("this is PostgreSQL: {title} has no type {}", c.found());
        return Stop::invalid(c.span(), message).with_help(format!("use {instead}"));
    }
    if c.peek().is_some_and(|t| c.is_reserved_word(t)) {
        return Stop::invalid(c.span(), format!("expected a column type, found {}", c.found()))
            .with_help("every column needs a type: SQLite alone goes without");
    }
    let names: Vec<&str> = TYPES.iter().map(|(name, ..)| *name).collect();
    match crate::dialect::cursor::closest(word, &names) {
        Some(meant) => stop.with_help(format!("did you mean `{}`?", meant.to_ascii_uppercase())),
        None => stop,
    }
}

/// The text of a type as `information_schema.columns.column_type` prints it, brought to the form that lowering
/// gives: no display widths but those of `tinyint(1)` and zero-filled integers.
///
/// ```
/// # use remigrate::{Dialect, dialect::mysql::types::normal};
/// assert_eq!(normal("int(11) unsigned", Dialect::MariaDb).text, "int unsigned");
/// ```
pub fn normal(column_type: &str, dialect: Dialect) -> DataType {
    let text = column_type.trim();
    let target = Target::new(dialect);
    let script = crate::text::Script::new(text, &target);
    let mut c = Cursor::new(text, &script.tokens, &target, |_| false);
    match read(&mut c) {
        // MariaDB stores JSON as `longtext`; MySQL's `json` comes back as itself.
        Ok(written) if c.is_end() => written.data_type,
        _ => DataType::builtin(text),
    }
}
