//! Which type changes are free of a table rewrite (`ATColumnChangeRequiresRewrite` in `tablecmds.c`; measured).
use crate::{
    apply::State,
    catalog::{Column, DataType, Expression},
};

/// Whether a type change writes the table anew.
pub(super) enum Rewrite {
    Never,
    Always,
    /// It depends on what is not known, which the sentence names.
    Unknown(String),
}

/// Changes that keep the stored bytes, whatever the length: old type, new type.
const COERCIBLE: &[(&str, &str)] = &[
    ("character varying", "text"),
    ("text", "character varying"),
    ("cidr", "inet"),
    ("xml", "text"),
    ("integer", "oid"),
    ("oid", "integer"),
];

/// Types whose length or precision can grow for free.
const WIDENING: &[&str] = &[
    "character varying",
    "bit varying",
    "numeric",
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
    "interval",
];

pub(super) fn rewrite(column: &Column, to: &DataType, using: Option<&Expression>, before: &State) -> Rewrite {
    let from = &column.data_type;
    if let Some(using) = using {
        let plain = using.sql.trim().trim_matches('"') == &*column.name;
        if !plain {
            return Rewrite::Unknown("USING computes new values: unless it only casts to a type stored alike, the table is written anew".into());
        }
    }
    if from == to {
        return Rewrite::Never;
    }
    if let Some(custom) = from.custom.as_ref().or(to.custom.as_ref()) {
        return Rewrite::Unknown(format!(
            "the table is written anew unless `{custom}` is a domain over the same type"
        ));
    }
    let (old, new) = (Parts::of(&from.text), Parts::of(&to.text));
    if COERCIBLE.iter().any(|(a, b)| *a == old.name && *b == new.name)
        && (new.modifiers.is_empty() || old.name == "cidr")
    {
        return Rewrite::Never;
    }
    if old.name == new.name && WIDENING.contains(&old.name.as_str()) {
        return if widens(&old, &new) { Rewrite::Never } else { Rewrite::Always };
    }
    let stamps = ["timestamp without time zone", "timestamp with time zone"];
    if stamps.contains(&old.name.as_str())
        && stamps.contains(&new.name.as_str())
        && old.modifiers == new.modifiers
    {
        return match before.session.utc {
            Some(true) => Rewrite::Never,
            Some(false) => Rewrite::Always,
            None => Rewrite::Unknown("the table is written anew unless the session's TimeZone is UTC".into()),
        };
    }
    Rewrite::Always
}

/// `numeric(10,2)` as name `numeric` and modifiers 10 and 2; `timestamp(3) with time zone` likewise.
struct Parts {
    name: String,
    modifiers: Vec<i64>,
}

impl Parts {
    fn of(text: &str) -> Self {
        let (Some(open), Some(close)) = (text.find('('), text.find(')')) else {
            return Self { name: text.to_owned(), modifiers: Vec::new() };
        };
        let inside = text.get(open + 1..close).unwrap_or("");
        let name = format!("{}{}", text.get(..open).unwrap_or(""), text.get(close + 1..).unwrap_or(""));
        Self { name, modifiers: inside.split(',').filter_map(|m| m.trim().parse().ok()).collect() }
    }
}

fn widens(old: &Parts, new: &Parts) -> bool {
    match (old.modifiers.as_slice(), new.modifiers.as_slice()) {
        (_, []) => true,
        ([], _) => false,
        // The scale of a numeric must stay: another one changes every value.
        ([p, s], [q, t]) => q >= p && s == t,
        ([p], [q]) => q >= p,
        _ => false,
    }
}
