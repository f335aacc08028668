//! What calling a function or an aggregate gives.
use std::{collections::BTreeMap, sync::OnceLock};

use crate::{
    catalog::{DataType, Name, ObjectName},
    dialect::cursor::Cursor,
};

use super::{
    Returns, Value,
    query::{Reader, Scope},
    value::{NUMERIC, Type, array_of, bare, builtin, common, element, is_string, number},
};

const RETURNS: &str = include_str!("returns.txt");

/// Functions that return one type only.
fn fixed(name: &str) -> Option<&'static str> {
    static TABLE: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = BTreeMap::new();
        let mut data_type = "";
        for line in RETURNS.lines().filter(|l| !l.starts_with('#')) {
            match line.strip_suffix(':') {
                Some(named) => data_type = named,
                None => table.extend(line.split_whitespace().map(|name| (name, data_type))),
            }
        }
        table
    });
    table.get(name).copied()
}

/// How the result of a function with several results follows from its arguments (`pg_proc` of PostgreSQL 14 and 18).
#[derive(Clone, Copy)]
enum Rule {
    /// The type that all arguments have in common, a number or a string of bits.
    Same,
    /// `numeric` for `numeric`, otherwise `double precision`; of two arguments `numeric`.
    Wide,
    /// As [`Rule::Wide`], but two arguments are as wide as the wider.
    Power,
    /// The mean of numbers: `numeric` of whole ones.
    Mean,
    /// The sum of numbers, which does not overflow where its parts did not.
    Sum,
    /// The greatest or least: strings become `text`.
    Extreme,
    /// Of text `text`, of bytes `bytea`; of a range what it ranges over is not looked into.
    Text,
    /// `integer`, of what has letters, bytes or words.
    Length,
    /// The type of the first argument, whatever it is.
    First,
    /// An array of what the first argument is.
    Array,
    /// What the array in the first argument holds.
    Element,
    /// The array in the argument at this place, if it goes with the other.
    ArrayAt(usize),
    /// A point in time or an interval, cut.
    Cut,
    /// What lies between two points in time.
    Age,
    /// `generate_series`.
    Series,
    /// `random()`.
    Random,
}

const RULES: &[(&str, Rule)] = &[
    ("abs", Rule::Same),
    ("age", Rule::Age),
    ("any_value", Rule::First),
    ("array_agg", Rule::Array),
    ("array_append", Rule::ArrayAt(0)),
    ("array_cat", Rule::ArrayAt(0)),
    ("array_prepend", Rule::ArrayAt(1)),
    ("array_remove", Rule::ArrayAt(0)),
    ("array_replace", Rule::ArrayAt(0)),
    ("array_reverse", Rule::ArrayAt(0)),
    ("array_sample", Rule::ArrayAt(0)),
    ("array_shuffle", Rule::ArrayAt(0)),
    ("array_sort", Rule::ArrayAt(0)),
    ("avg", Rule::Mean),
    ("bit_and", Rule::Same),
    ("bit_or", Rule::Same),
    ("bit_xor", Rule::Same),
    ("btrim", Rule::Text),
    ("ceil", Rule::Wide),
    ("ceiling", Rule::Wide),
    ("date_trunc", Rule::Cut),
    ("exp", Rule::Wide),
    ("first_value", Rule::First),
    ("floor", Rule::Wide),
    ("gcd", Rule::Same),
    ("generate_series", Rule::Series),
    ("lag", Rule::First),
    ("last_value", Rule::First),
    ("lcm", Rule::Same),
    ("lead", Rule::First),
    ("length", Rule::Length),
    ("ln", Rule::Wide),
    ("log", Rule::Wide),
    ("log10", Rule::Wide),
    ("lower", Rule::Text),
    ("ltrim", Rule::Text),
    ("max", Rule::Extreme),
    ("min", Rule::Extreme),
    ("mod", Rule::Same),
    ("nth_value", Rule::First),
    ("overlay", Rule::Text),
    ("pow", Rule::Power),
    ("power", Rule::Power),
    ("random", Rule::Random),
    ("reverse", Rule::Text),
    ("round", Rule::Wide),
    ("rtrim", Rule::Text),
    ("sign", Rule::Wide),
    ("sqrt", Rule::Wide),
    ("stddev", Rule::Mean),
    ("stddev_pop", Rule::Mean),
    ("stddev_samp", Rule::Mean),
    ("string_agg", Rule::Text),
    ("substr", Rule::Text),
    ("substring", Rule::Text),
    ("sum", Rule::Sum),
    ("trim", Rule::Text),
    ("trim_array", Rule::ArrayAt(0)),
    ("trunc", Rule::Wide),
    ("unnest", Rule::Element),
    ("upper", Rule::Text),
    ("var_pop", Rule::Mean),
    ("var_samp", Rule::Mean),
    ("variance", Rule::Mean),
];

/// Types of which `max` and `min` give the same.
const ORDERED: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double precision",
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
    "interval",
    "money",
    "oid",
    "inet",
    "pg_lsn",
    "xid8",
];

/// Whether a further argument leaves a function on text one on text.
#[allow(clippy::option_option, reason = "not known, and a constant without a type, are two answers")]
fn beside_text(argument: Option<Option<DataType>>) -> bool {
    match argument {
        None => false,
        Some(None) => true,
        Some(Some(t)) => is_string(&t) || number(&t).is_some(),
    }
}

/// The name under which the server calls what is written so.
pub(super) fn shown_name(name: &ObjectName, arguments: &Cursor<'_>) -> Name {
    let plain = name.schema.is_none();
    match name.name.as_str() {
        "trim" if plain && arguments.at("leading") => "ltrim".into(),
        "trim" if plain && arguments.at("trailing") => "rtrim".into(),
        "trim" if plain => "btrim".into(),
        "extract" if plain && !arguments.target().version.at_least(14, 0, 0) => "date_part".into(),
        _ => name.name.clone(),
    }
}

impl Reader<'_> {
    /// The value of a call.
    pub(super) fn call(&self, name: &ObjectName, inner: Cursor<'_>, scope: &Scope<'_>) -> Value {
        let arguments = self.arguments(inner, scope);
        let builtin_name = if name.schema.is_none() || name.schema.as_deref() == Some("pg_catalog") {
            Some(name.name.as_str())
        } else {
            None
        };
        let rule = builtin_name.and_then(|own| RULES.iter().find(|(n, _)| *n == own));
        let fixed = builtin_name.and_then(fixed);
        match self.facts.routine(name) {
            // Which of two that share a name is called is not looked into.
            Returns::Value(data_type) if rule.is_none() && fixed.is_none() => {
                return Value::from(Type::Known(data_type), &arguments, self.facts);
            }
            Returns::Value(_) | Returns::Rows(_) | Returns::Unknown => return Value::UNKNOWN,
            Returns::None => {}
        }
        if builtin_name == Some("extract") && !inner.target().version.at_least(14, 0, 0) {
            return Value::builtin("double precision");
        }
        if let Some(data_type) = fixed {
            return Value::from(builtin(data_type), &arguments, self.facts);
        }
        let Some((_, rule)) = rule else { return Value::UNKNOWN };
        match self.result(*rule, &arguments) {
            Some(data_type) => Value::from(Type::Known(data_type), &arguments, self.facts),
            None => Value::UNKNOWN,
        }
    }

    fn arguments(&self, mut inner: Cursor<'_>, scope: &Scope<'_>) -> Vec<Value> {
        // Of an aggregate: what the rows are sorted by is no argument.
        let start = inner.position();
        inner.accept_any(&["distinct", "all"]);
        let first = inner.position();
        super::query::skip_to(&mut inner, &["order"]);
        let mut list = if first > start { inner.slice_from(first) } else { inner.slice_from(start) };
        let mut values = Vec::new();
        for mut one in list.split_commas() {
            one.accept_any(&["variadic", "both", "leading", "trailing"]);
            if one.accept_operator("*") || one.is_end() {
                continue;
            }
            // `trim(FROM x)`, `substring(x FROM 1 FOR 2)`, `position(a IN b)`.
            one.accept("from");
            loop {
                match self.expression(&mut one, scope) {
                    Some(typed) => values.push(typed.value),
                    None => {
                        values.push(Value::UNKNOWN);
                        break;
                    }
                }
                if one.accept_any(&["from", "for", "placing", "in", "similar", "escape"]).is_none() {
                    break;
                }
            }
        }
        values
    }

    fn result(&self, rule: Rule, arguments: &[Value]) -> Option<DataType> {
        let named = |name: &str| Some(DataType::builtin(name));
        // Base types, without lengths; `None` for a constant without a type.
        let base = |value: &Value| match &value.data_type {
            Type::Unknown => None,
            Type::Literal => Some(None),
            Type::Known(t) => Some(Some(bare(&self.facts.base(t)?))),
        };
        let whole = |value: &Value| value.known().map(bare);
        let first = arguments.first();
        match rule {
            Rule::Same => {
                let value = common(arguments, self.facts);
                let data_type = base(&value)??;
                number(&data_type).map(|_| data_type)
            }
            Rule::Wide if arguments.len() == 2 => named("numeric"),
            Rule::Wide | Rule::Power => {
                let mut wide = 0;
                for value in arguments {
                    wide = wide.max(base(value)?.as_ref().map_or(Some(0), number)?);
                }
                named(if wide == NUMERIC { "numeric" } else { "double precision" })
            }
            Rule::Mean => {
                let data_type = base(first?)??;
                match number(&data_type) {
                    Some(wide) => named(if wide <= NUMERIC { "numeric" } else { "double precision" }),
                    None => (data_type.text == *"interval").then_some(data_type),
                }
            }
            Rule::Sum => {
                let data_type = base(first?)??;
                match data_type.text.as_str() {
                    "smallint" | "integer" => named("bigint"),
                    "bigint" | "numeric" => named("numeric"),
                    "real" | "double precision" | "interval" | "money" => Some(data_type),
                    _ => None,
                }
            }
            Rule::Extreme => {
                let value = first?;
                if value.known().is_some_and(|t| self.facts.is_enum(t)) {
                    return whole(value);
                }
                match base(value)? {
                    None => named("text"),
                    Some(t) if t.custom.is_some() || t.text == *"character" => None,
                    Some(t) if is_string(&t) => named("text"),
                    Some(t) => {
                        let one = t.text.trim_end_matches("[]");
                        let array = t.text.ends_with("[]");
                        let listed = ORDERED.contains(&one) || array && one == "text";
                        listed.then_some(t)
                    }
                }
            }
            Rule::Text if arguments.iter().skip(1).any(|a| !beside_text(base(a))) => None,
            Rule::Text => match base(first?)? {
                None => named("text"),
                Some(t) if is_string(&t) => named("text"),
                Some(t) if t.text == *"bytea" => Some(t),
                Some(_) => None,
            },
            Rule::Length => match base(first?)? {
                None => named("integer"),
                Some(t) if is_string(&t) => named("integer"),
                Some(t) => {
                    matches!(t.text.as_str(), "bytea" | "tsvector" | "bit" | "bit varying").then_some(())?;
                    named("integer")
                }
            },
            // With a third argument the two must agree.
            Rule::First if arguments.len() > 2 => {
                let (a, b) = (whole(first?)?, arguments.get(2).and_then(whole));
                (b.is_none_or(|b| a == b) && arguments.get(2)?.data_type != Type::Unknown).then_some(a)
            }
            Rule::First => match first?.data_type {
                Type::Literal => named("text"),
                _ => whole(first?),
            },
            Rule::Array => {
                let data_type = whole(first?)?;
                // A domain's arrays are not those of its base.
                (self.facts.base(&data_type)? == data_type || self.facts.is_enum(&data_type))
                    .then(|| array_of(&data_type))
            }
            Rule::Element => element(&base(first?)??),
            Rule::ArrayAt(at) => {
                let array = base(arguments.get(at)?)??;
                let of = element(&array)?;
                let fits = arguments.iter().enumerate().filter(|(other, _)| *other != at).all(
                    |(_, value)| match base(value) {
                        Some(None) => true,
                        Some(Some(t)) => {
                            t == of
                                || t == array
                                || number(&t).is_some() && arguments.len() == 2 && number(&of).is_none()
                        }
                        None => false,
                    },
                );
                fits.then_some(array)
            }
            Rule::Cut => match base(arguments.get(1)?)??.text.as_str() {
                "date" | "timestamp with time zone" => named("timestamp with time zone"),
                "timestamp without time zone" => named("timestamp without time zone"),
                "interval" | "time without time zone" => named("interval"),
                _ => None,
            },
            Rule::Age => match base(first?)? {
                Some(t) if t.text == *"xid" => named("integer"),
                _ => named("interval"),
            },
            Rule::Series => {
                let value = common(arguments.get(..2)?, self.facts);
                let data_type = base(&value)??;
                match number(&data_type) {
                    Some(0) => named("integer"),
                    Some(wide) => (wide <= NUMERIC).then_some(data_type),
                    None => match data_type.text.as_str() {
                        "date" | "timestamp with time zone" => named("timestamp with time zone"),
                        "timestamp without time zone" => Some(data_type),
                        _ => None,
                    },
                }
            }
            Rule::Random => arguments.is_empty().then_some(()).and_then(|()| named("double precision")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{RULES, fixed};

    #[test]
    fn each_function_stands_in_one_table() {
        for (name, _) in RULES {
            assert_eq!(fixed(name), None, "{name}");
        }
        assert!(RULES.is_sorted_by_key(|(name, _)| *name));
        assert_eq!(fixed("count"), Some("bigint"));
        assert_eq!(fixed("to_tsvector"), Some("tsvector"));
    }
}
