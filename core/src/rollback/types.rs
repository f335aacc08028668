//! Which type changes keep every value, so that changing back is exact for the rows that were there.
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
    if old.charset != new.charset || old.data_type.custom.is_some() || new.data_type.custom.is_some() {
        return false;
    }
    widens(&old.data_type, &new.data_type)
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
