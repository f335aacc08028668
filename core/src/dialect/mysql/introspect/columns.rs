//! Columns.
use crate::{
    catalog::{Column, DataType, Expression, Generated},
    dialect::introspect::fields,
    dialect::mysql::{charset, quote, types},
    dialect::{expression, introspect::Fields},
    error::Error,
    target::{Dialect, Target},
};

use super::{Reader, queries, some, tables::differing, unescape};

impl Reader<'_> {
    pub(super) fn columns(&mut self) -> Result<(), Error> {
        for row in fields(self.rows, queries::COLUMNS)? {
            // Columns of views are listed too.
            if let Some(read) = self.tables.get_mut(row.text(0)?) {
                let column = column(&row, read.collation.as_deref(), self.target)?;
                read.table.columns.push(column);
            }
        }
        Ok(())
    }
}

fn column(row: &Fields<'_>, table_collation: Option<&str>, target: &Target) -> Result<Column, Error> {
    let data_type = types::normal(row.text(2)?, target.dialect);
    let extra = row.optional(5).unwrap_or("").to_ascii_lowercase();
    let has = |word: &str| extra.contains(word);
    let generated = row.optional(6).filter(|text| !text.is_empty()).map(|text| Generated {
        expression: expression::read(&printed(text, target), target),
        stored: !has("virtual generated"),
    });
    let on_update = extra
        .split_once("on update ")
        .map(|(_, rest)| expression::read(rest.split([' ', ',']).next().unwrap_or(rest), target));
    let (charset, collation) =
        differing(row.optional(8).map(charset::normal_collation).as_deref(), table_collation);
    let default = match row.optional(4) {
        Some(text) if generated.is_none() => default(text, &data_type, has("default_generated"), target),
        _ => None,
    };
    let mut column = Column {
        name: row.text(1)?.into(),
        data_type,
        nullable: row.flag(3)?,
        default,
        generated,
        charset,
        collation,
        auto_increment: has("auto_increment"),
        on_update,
        invisible: has("invisible"),
        comment: some(row.optional(9)),
        ..Column::default()
    };
    if let Some(srid) = row.optional(10) {
        column.options.insert("srid".to_owned(), srid.to_owned());
    }
    Ok(column)
}

/// An expression as the server prints it.
pub(super) fn printed(text: &str, target: &Target) -> String {
    if target.dialect == Dialect::MySql { unescape(text) } else { text.to_owned() }
}

/// `COLUMN_DEFAULT`. MariaDB prints SQL, with `NULL` for the default of a column that needs none; MySQL prints the
/// bare value of a literal and, where `EXTRA` has `DEFAULT_GENERATED`, an expression.
fn default(text: &str, data_type: &DataType, generated: bool, target: &Target) -> Option<Expression> {
    let kind = data_type.text.split([' ', '(']).next().unwrap_or("");
    let sql = match target.dialect {
        Dialect::MySql if generated => {
            let text = unescape(text);
            // Printed without the parentheses that the server demands around it.
            if text.to_ascii_uppercase().starts_with("CURRENT_TIMESTAMP") {
                text
            } else {
                format!("({text})")
            }
        }
        Dialect::MySql => match kind {
            "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float" | "double"
            | "year" | "bit" => text.to_owned(),
            "timestamp" | "datetime" if text.to_ascii_uppercase().starts_with("CURRENT_TIMESTAMP") => {
                text.to_owned()
            }
            "binary" | "varbinary" => bytes(text, text.strip_prefix("0x"), kind),
            _ => quote::string(text),
        },
        _ => match kind {
            "binary" | "varbinary" => {
                let digits = text.strip_prefix("x'").and_then(|rest| rest.strip_suffix('\''));
                digits.map_or_else(|| text.to_owned(), |digits| bytes(text, Some(digits), kind))
            }
            _ => text.to_owned(),
        },
    };
    expression::read_default(&sql, data_type, target)
}

/// The literal for a default of bytes: a string where the bytes are printable text, as people write it.
fn bytes(text: &str, digits: Option<&str>, kind: &str) -> String {
    let Some(digits) = digits else { return quote::string(text) };
    let pairs = digits.as_bytes().chunks(2);
    let decoded: Option<Vec<u8>> = pairs
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect();
    let Some(mut decoded) = decoded else { return quote::string(text) };
    if kind == "binary" {
        // Filled up with zeros to its length.
        let end = decoded.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        decoded.truncate(end);
    }
    match String::from_utf8(decoded) {
        Ok(text) if !text.contains(char::is_control) => quote::string(&text),
        _ => format!("0x{digits}"),
    }
}
