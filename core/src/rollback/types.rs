//! Which type changes keep every value, so that changing back is exact for the rows that were there.
use std::collections::BTreeSet;

use crate::catalog::{Column, DataType};

/// Pairs of types, by the name before the parenthesis: every value of the first is one of the second, and comes back
/// the same. Both families' spellings.
const WIDENING: &[(&str, &str)] = &[
    ("smallint", "integer"),
    ("smallint", "bigint"),
    ("smallint", "numeric"),
    ("integer", "bigint"),
    ("integer", "numeric"),
    ("bigint", "numeric"),
    ("real", "double precision"),
    ("character varying", "text"),
    ("character varying", "character varying"),
    ("numeric", "numeric"),
    ("uuid", "text"),
    ("tinyint", "smallint"),
    ("tinyint", "mediumint"),
    ("tinyint", "int"),
    ("tinyint", "bigint"),
    ("smallint", "mediumint"),
    ("smallint", "int"),
    ("mediumint", "int"),
    ("mediumint", "bigint"),
    ("int", "bigint"),
    ("float", "double"),
    ("varchar", "varchar"),
    ("varchar", "text"),
    ("varchar", "mediumtext"),
    ("varchar", "longtext"),
    ("tinytext", "text"),
    ("tinytext", "mediumtext"),
    ("tinytext", "longtext"),
    ("text", "mediumtext"),
    ("text", "longtext"),
    ("mediumtext", "longtext"),
    ("decimal", "decimal"),
    ("varbinary", "varbinary"),
    ("blob", "mediumblob"),
    ("blob", "longblob"),
    ("datetime", "datetime"),
    ("timestamp", "timestamp"),
    ("time", "time"),
    ("timestamp without time zone", "timestamp without time zone"),
    ("timestamp with time zone", "timestamp with time zone"),
    ("time without time zone", "time without time zone"),
];

/// Whether every value of the old type survives the change to the new one and back.
pub(super) fn keeps_values(old: &Column, new: &Column) -> bool {
    if old.data_type == new.data_type {
        return old.charset == new.charset;
    }
    if let (Some(few), Some(more)) = (labels(&old.data_type.text), labels(&new.data_type.text)) {
        return old.charset == new.charset && few.iter().all(|label| more.contains(label));
    }
    if old.charset != new.charset || old.data_type.custom.is_some() || new.data_type.custom.is_some() {
        return false;
    }
    widens(&old.data_type, &new.data_type)
}

/// The labels of the MySQL family's `enum('a','b')`, in quotes as they are written.
fn labels(text: &str) -> Option<BTreeSet<&str>> {
    let inside = text.strip_prefix("enum(")?.strip_suffix(')')?;
    let (mut found, mut begun, mut quoted) = (BTreeSet::new(), 0, false);
    for (at, c) in inside.char_indices() {
        match c {
            // A quote inside of a label is doubled: it opens again what it closed.
            '\'' => quoted = !quoted,
            ',' if !quoted => {
                found.insert(inside.get(begun..at)?.trim());
                begun = at + 1;
            }
            _ => {}
        }
    }
    found.insert(inside.get(begun..)?.trim());
    Some(found)
}

fn widens(old: &DataType, new: &DataType) -> bool {
    let (old, new) = (Parts::of(&old.text), Parts::of(&new.text));
    if !WIDENING.iter().any(|(a, b)| *a == old.name && *b == new.name)
        || old.unsigned && !new.unsigned && old.name == new.name
    {
        return false;
    }
    if new.unsigned && !old.unsigned {
        return false;
    }
    match (old.modifiers.as_slice(), new.modifiers.as_slice()) {
        (_, []) => {
            !matches!(new.name.as_str(), "datetime" | "timestamp" | "time") || old.modifiers.is_empty()
        }
        // A decimal keeps its digits on both sides of the point.
        ([p, s], [q, t]) => t >= s && q.saturating_sub(*t) >= p.saturating_sub(*s),
        ([p], [q, t]) => q.saturating_sub(*t) >= *p,
        ([p, _], [_]) | ([p], [_]) if old.name == "numeric" && *p < 0 => false,
        ([_, _], [_]) => false,
        ([p], [q]) => q >= p,
        // Integers have no modifiers and fit a decimal of 20 digits. A numeric without modifiers has any number of them.
        ([], [q, t]) => {
            (old.name.ends_with("int") || old.name == "integer") && *t >= 0 && q.saturating_sub(*t) >= 20
        }
        ([], [_]) => matches!(new.name.as_str(), "datetime" | "timestamp" | "time"),
        _ => false,
    }
}

struct Parts {
    name: String,
    modifiers: Vec<i64>,
    unsigned: bool,
}

impl Parts {
    fn of(text: &str) -> Self {
        let unsigned = text.contains(" unsigned");
        let text = text.replace(" unsigned", "").replace(" zerofill", "");
        let (Some(open), Some(close)) = (text.find('('), text.find(')')) else {
            return Self { name: text, modifiers: Vec::new(), unsigned };
        };
        let name = format!("{}{}", text.get(..open).unwrap_or(""), text.get(close + 1..).unwrap_or(""));
        let inside = text.get(open + 1..close).unwrap_or("");
        Self { name, modifiers: inside.split(',').filter_map(|m| m.trim().parse().ok()).collect(), unsigned }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enums_widen_by_labels() {
        let column = |text: &str| Column {
            data_type: DataType { text: text.into(), ..DataType::default() },
            ..Column::default()
        };
        let cases = [
            ("enum('a','b')", "enum('b','c','a')", true),
            ("enum('a','b')", "enum('a')", false),
            ("enum('a,b')", "enum('a','b')", false),
            ("enum('it''s','b')", "enum('b','it''s')", true),
            ("enum('a')", "varchar(10)", false),
            ("varchar(5)", "varchar(6)", true),
        ];
        for (old, new, keeps) in cases {
            assert_eq!(keeps_values(&column(old), &column(new)), keeps, "{old} to {new}");
        }
    }
}
