//! Character sets, collations and sizes of text types.
use super::WrittenType;
use crate::{
    catalog::DataType,
    dialect::{
        cursor::{Cursor, Read},
        mysql::charset::{
            charset_of, default_collation, longest_character, normal_charset, normal_collation,
        },
    },
    target::{Dialect, Target},
    text::TokenKind,
};

/// `CHARACTER SET x`, `CHARSET x`, `ASCII`, `UNICODE`, `BYTE`, `BINARY` behind a text type, and MariaDB's
/// `COMPRESSED`.
pub(super) fn with_charset(c: &mut Cursor<'_>, mut written: WrittenType) -> Read<WrittenType> {
    let mut binary = false;
    loop {
        if c.accept("binary") {
            binary = true;
        } else if c.accept("ascii") {
            written.charset = Some("latin1".to_owned());
        } else if c.accept("unicode") {
            written.charset = Some("ucs2".to_owned());
        } else if c.accept("byte") {
            written.charset = Some("binary".to_owned());
        } else if c.at("charset") || c.at_words(&["character", "set"]) || c.at_words(&["char", "set"]) {
            written.charset = charset(c)?;
        } else if c.target().dialect == Dialect::MariaDb && compression(c) {
            written.compressed = true;
        } else {
            break;
        }
    }
    if written.charset.as_deref() == Some("binary") {
        let text = as_binary(&written.data_type.text);
        return Ok(WrittenType { data_type: DataType::builtin(text), charset: None, ..written });
    }
    if binary {
        match &written.charset {
            Some(charset) => written.collation = Some(format!("{charset}_bin")),
            None => written.binary = true,
        }
    }
    Ok(written)
}

/// `[CHARACTER SET | CHARSET] [=] name` in the server's spelling; `None` for `DEFAULT`.
pub(in crate::dialect::mysql) fn charset(c: &mut Cursor<'_>) -> Read<Option<String>> {
    if !c.accept("charset") {
        c.expect_any(&["character", "char"])?;
        c.expect("set")?;
    }
    c.accept_operator("=");
    charset_name(c)
}

/// A character set's name, quoted or not; `None` for `DEFAULT`.
pub(in crate::dialect::mysql) fn charset_name(c: &mut Cursor<'_>) -> Read<Option<String>> {
    if c.accept("default") {
        return Ok(None);
    }
    if c.accept("binary") {
        return Ok(Some("binary".to_owned()));
    }
    let name = name_or_string(c, "a character set")?;
    Ok(Some(normal_charset(&name)))
}

/// `COLLATE [=] name`, behind the word: the server's spelling, `None` for `DEFAULT`.
pub(in crate::dialect::mysql) fn collation_name(c: &mut Cursor<'_>) -> Read<Option<String>> {
    c.accept_operator("=");
    if c.accept("default") {
        return Ok(None);
    }
    if c.accept("binary") {
        return Ok(Some("binary".to_owned()));
    }
    let name = name_or_string(c, "a collation")?;
    Ok(Some(normal_collation(&name)))
}

/// A name that may also be written as a string.
pub(in crate::dialect::mysql) fn name_or_string(c: &mut Cursor<'_>, what: &str) -> Read<String> {
    if c.at_kind(TokenKind::String) { c.string() } else { c.name_of(what).map(|n| n.as_str().to_owned()) }
}

/// MariaDB's `COMPRESSED[=zlib]`.
pub(super) fn compression(c: &mut Cursor<'_>) -> bool {
    let yes = c.accept("compressed");
    if yes && c.accept_operator("=") {
        c.skip(1);
    }
    yes
}

/// The binary twin of a text type.
fn as_binary(text: &str) -> String {
    match text.split_once("text") {
        Some((size, "")) => format!("{size}blob"),
        _ if text.starts_with("char(") || text.starts_with("varchar(") => text.replacen("char", "binary", 1),
        _ => text.to_owned(),
    }
}

/// Gives a `TEXT(n)` or `BLOB(n)` the smallest size that holds `n` characters of `charset`.
pub(in crate::dialect::mysql) fn size_text(written: &mut WrittenType, charset: Option<&str>) {
    let Some(length) = written.length_of_text else { return };
    let kind = if written.data_type.text.ends_with("blob") { "blob" } else { "text" };
    let bytes =
        if kind == "blob" { length } else { length.saturating_mul(charset.map_or(4, longest_character)) };
    let size = match bytes {
        // A length of 0 is as good as none.
        0 => "",
        1..=255 => "tiny",
        256..=65_535 => "",
        65_536..=16_777_215 => "medium",
        _ => "long",
    };
    written.data_type = DataType::builtin(format!("{size}{kind}"));
}

/// Completes a column's character set and collation: each follows from the other where only one is given.
pub(in crate::dialect::mysql) fn complete(
    charset: Option<String>,
    collation: Option<String>,
    target: &Target,
) -> (Option<String>, Option<String>) {
    match (charset, collation) {
        (None, Some(collation)) => (charset_of(&collation), Some(collation)),
        (Some(charset), Some(collation)) => {
            // `COLLATE uca1400_ai_ci` leaves the set to the context.
            let full = match collation.strip_prefix("uca1400") {
                Some(rest) => format!("{charset}_uca1400{rest}"),
                None => collation,
            };
            (Some(charset), Some(full))
        }
        (Some(charset), None) => {
            let collation = default_collation(&charset, target);
            (Some(charset), collation)
        }
        (None, None) => (None, None),
    }
}
