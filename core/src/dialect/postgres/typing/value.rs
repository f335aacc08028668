//! Types of values, and which type several of them have in common.
use crate::catalog::DataType;

use super::Facts;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// It cannot be told.
    Unknown,
    /// A constant without a type, `'x'` or `NULL`: it takes the type of what is around it, `text` in the end.
    Literal,
    /// This one.
    Known(DataType),
}

/// The collation of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Collation {
    /// Its type's.
    Usual,
    /// That of a column that has another than its type's.
    Implicit(String),
    /// Written with `COLLATE`.
    Explicit(String),
    /// Several, of which the server picks none.
    Mixed,
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    /// Its type.
    pub(crate) data_type: Type,
    /// Its collation; says nothing where the type has none.
    pub(crate) collation: Collation,
}

impl Value {
    /// Nothing is known.
    pub(crate) const UNKNOWN: Self = Self { data_type: Type::Unknown, collation: Collation::Usual };

    /// A value of a type with that type's collation.
    pub(super) fn of(data_type: Type) -> Self {
        Self { data_type, collation: Collation::Usual }
    }

    pub(super) fn builtin(text: &str) -> Self {
        Self::of(builtin(text))
    }

    /// A value of the type that is computed from others, whose collations come together.
    pub(super) fn from(data_type: Type, others: &[Self], facts: &dyn Facts) -> Self {
        let Type::Known(result) = &data_type else {
            let collation = if data_type == Type::Literal { merge(others, facts) } else { Collation::Usual };
            return Self { data_type, collation };
        };
        let collated = is_collated(result, facts);
        if collated == Some(false) {
            return Self::of(data_type);
        }
        if others.iter().any(|other| other.data_type == Type::Unknown) {
            return Self::UNKNOWN;
        }
        let name = collated == Some(true) && is_name(result);
        let foreign = |other: &Self| match &other.data_type {
            Type::Known(t) if is_name(t) => other.collation != Collation::Usual,
            Type::Known(t) => is_collated(t, facts) != Some(false),
            Type::Literal | Type::Unknown => other.collation != Collation::Usual,
        };
        let collation = merge(others, facts);
        match collated {
            // A `name` has a collation of its own, which is printed where another takes its place.
            Some(_) if name && others.iter().any(foreign) => Self::UNKNOWN,
            Some(_) if name => Self::of(data_type),
            None if collation != Collation::Usual => Self::UNKNOWN,
            _ => Self { data_type, collation },
        }
    }

    /// What becomes of it in a table.
    pub(super) fn settle(&mut self) {
        if self.data_type == Type::Literal {
            self.data_type = builtin("text");
        }
        // Read again as SQL, `character` would have the length 1, and so would the elements of arrays.
        let cut = |t: &DataType| {
            t.custom.is_none() && matches!(t.text.as_str(), "character" | "character[]" | "bit[]")
        };
        if self.collation == Collation::Mixed || self.known().is_some_and(cut) {
            *self = Self::UNKNOWN;
        }
    }

    pub(super) fn known(&self) -> Option<&DataType> {
        match &self.data_type {
            Type::Known(data_type) => Some(data_type),
            Type::Unknown | Type::Literal => None,
        }
    }
}

pub(super) fn builtin(text: &str) -> Type {
    Type::Known(DataType::builtin(text))
}

/// The collation that a `name` has, as the server prints it.
const NAME_COLLATION: &str = "C";

/// The collation of what is computed from several values.
fn merge(values: &[Value], facts: &dyn Facts) -> Collation {
    let mut merged = Collation::Usual;
    for value in values {
        let own = match &value.data_type {
            Type::Known(t) if is_name(t) && value.collation == Collation::Usual => {
                Collation::Implicit(NAME_COLLATION.to_owned())
            }
            Type::Known(t) if is_collated(t, facts) == Some(false) => continue,
            _ => value.collation.clone(),
        };
        merged = match (merged, own) {
            (Collation::Explicit(a), Collation::Explicit(b)) if a != b => Collation::Mixed,
            (explicit @ Collation::Explicit(_), _) | (_, explicit @ Collation::Explicit(_)) => explicit,
            (Collation::Mixed, _) | (_, Collation::Mixed) => Collation::Mixed,
            (Collation::Implicit(a), Collation::Implicit(b)) if a != b => Collation::Mixed,
            (implicit @ Collation::Implicit(_), _) | (_, implicit @ Collation::Implicit(_)) => implicit,
            (Collation::Usual, Collation::Usual) => Collation::Usual,
        };
    }
    merged
}

const TEXTS: &[&str] = &["text", "character varying", "character", "name", "\"char\""];

const COLLATED: &[&str] = &["text", "character varying", "character", "bpchar", "name"];

/// Whether values of the type are compared under a collation; `None` where that is not known of a user's type.
fn is_collated(data_type: &DataType, facts: &dyn Facts) -> Option<bool> {
    let one = element(data_type).unwrap_or_else(|| data_type.clone());
    let base = facts.base(&one)?;
    // Enums and composite types are left.
    Some(base.custom.is_none() && COLLATED.contains(&bare(&base).text.trim_end_matches("[]")))
}

fn is_name(data_type: &DataType) -> bool {
    data_type.custom.is_none() && matches!(data_type.text.as_str(), "name" | "name[]")
}

/// The type without its length or precision.
pub(super) fn bare(data_type: &DataType) -> DataType {
    let text = data_type.text.as_str();
    let text = match (text.find('('), text.find(')')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{}", &text[..open], &text[close + 1..])
        }
        _ => text.to_owned(),
    };
    let text = match text.strip_prefix("interval ") {
        Some(fields) if fields.ends_with("[]") => "interval[]".to_owned(),
        Some(_) => "interval".to_owned(),
        None => text,
    };
    DataType { text: text.into(), custom: data_type.custom.clone() }
}

/// The type of an array's elements.
pub(super) fn element(data_type: &DataType) -> Option<DataType> {
    let text = data_type.text.strip_suffix("[]")?;
    Some(DataType { text: text.into(), custom: data_type.custom.clone() })
}

/// The type of arrays of a type. Arrays of arrays have the type of arrays.
pub(super) fn array_of(data_type: &DataType) -> DataType {
    if data_type.text.ends_with("[]") {
        return data_type.clone();
    }
    DataType { text: format!("{}[]", data_type.text).into(), custom: data_type.custom.clone() }
}

const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];
const MOMENTS: &[&str] = &["date", "timestamp without time zone", "timestamp with time zone"];

fn rank(list: &[&str], data_type: &DataType) -> Option<usize> {
    if data_type.custom.is_some() {
        return None;
    }
    list.iter().position(|name| data_type.text == **name)
}

/// How wide a number is, counted from `smallint`; `None` for what is no number.
pub(super) fn number(data_type: &DataType) -> Option<usize> {
    rank(NUMBERS, data_type)
}

pub(super) const NUMERIC: usize = 3;

/// Whether it is a kind of text that has no type of its own making.
pub(super) fn is_string(data_type: &DataType) -> bool {
    rank(TEXTS, data_type).is_some()
}

/// The type that `CASE`, `COALESCE`, `UNION`, `ARRAY[…]` and their kin give to values of several types
/// (`select_common_type`), with its length where all have the same (`select_common_typmod`). Where lengths or collations
/// differ it depends on what the planner folds, and nothing is said.
pub(super) fn common(values: &[Value], facts: &dyn Facts) -> Value {
    let typed: Vec<&DataType> = values.iter().filter_map(Value::known).collect();
    if values.iter().any(|v| v.data_type == Type::Unknown) {
        return Value::UNKNOWN;
    }
    let Some((first, rest)) = typed.split_first() else {
        return Value::from(Type::Literal, values, facts);
    };
    let all = typed.len() == values.len();
    let same = rest.iter().all(|other| other == first);
    if values.iter().any(|value| Some(&value.collation) != values.first().map(|v| &v.collation)) {
        return Value::UNKNOWN;
    }
    if same && all {
        return Value::from(Type::Known((*first).clone()), values, facts);
    }
    let mut chosen: Option<DataType> = None;
    for data_type in typed {
        let Some(base) = facts.base(data_type).filter(|base| bare(base) == *base) else {
            return Value::UNKNOWN;
        };
        chosen = match chosen {
            None => Some(base),
            Some(before) => wider(&before, &base),
        };
        if chosen.is_none() {
            return Value::UNKNOWN;
        }
    }
    Value::from(chosen.map_or(Type::Unknown, Type::Known), values, facts)
}

/// Which of two base types takes both; `None` where that is not listed here.
fn wider(a: &DataType, b: &DataType) -> Option<DataType> {
    if a == b {
        return Some(a.clone());
    }
    for list in [NUMBERS, MOMENTS] {
        if let (Some(x), Some(y)) = (rank(list, a), rank(list, b)) {
            return Some(if x > y { a.clone() } else { b.clone() });
        }
    }
    // Each of these becomes the other by itself: the first stays.
    let free = ["text", "character varying"];
    if rank(&free, a).is_some() && rank(&free, b).is_some() {
        return Some(a.clone());
    }
    None
}

/// Types of which `=` takes two, and nothing else where both sides have them.
const COMPARED: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "double precision",
    "text",
    "character varying",
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "uuid",
    "boolean",
    "jsonb",
];

/// `NULLIF(first, second)`: the type of the first as `=` takes it.
pub(super) fn null_if(first: &Value, second: &Value, facts: &dyn Facts) -> Value {
    let (Some(own), Some(other)) = (first.known(), second.known().or(first.known())) else {
        return Value::UNKNOWN;
    };
    let (plain, other) = (bare(own), bare(other));
    let listed = |t: &DataType| rank(COMPARED, t).is_some();
    if second.data_type == Type::Unknown || !listed(&plain) || !listed(&other) {
        return Value::UNKNOWN;
    }
    let text = |t: &DataType| rank(&["text", "character varying"], t).is_some();
    let result = if text(&plain) && text(&other) {
        DataType::builtin("text")
    } else if plain == other {
        own.clone()
    } else if let (Some(x), Some(y)) = (number(&plain), number(&other)) {
        match (x.max(y) > NUMERIC, x < NUMERIC, y < NUMERIC) {
            (true, _, _) => DataType::builtin("double precision"),
            (false, true, false) => DataType::builtin("numeric"),
            (false, _, _) => own.clone(),
        }
    } else {
        return Value::UNKNOWN;
    };
    Value::from(Type::Known(result), &[first.clone(), second.clone()], facts)
}

/// What an operator between two values gives.
pub(super) fn operator(operator: &str, left: &Value, right: &Value, facts: &dyn Facts) -> Value {
    const CONDITIONS: &[&str] = &[
        "=", "<>", "!=", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*", "^@",
        "@>", "<@", "?", "?|", "?&", "@@", "@?", "&<", "&>", "-|-", "@@@",
    ];
    if CONDITIONS.contains(&operator) {
        return Value::builtin("boolean");
    }
    let side = |value: &Value| match &value.data_type {
        Type::Unknown => None,
        Type::Literal => Some(None),
        Type::Known(t) => Some(Some(bare(&facts.base(t)?))),
    };
    let (Some(left_type), Some(right_type)) = (side(left), side(right)) else { return Value::UNKNOWN };
    let result = match (operator, &left_type, &right_type) {
        ("||", _, _) => joined(left_type.as_ref(), right_type.as_ref()),
        ("->" | "#>" | "#-", Some(json), _) if is_json(json) => Some(json.clone()),
        ("-", Some(json), None) if json.text == *"jsonb" => Some(json.clone()),
        ("->>" | "#>>", Some(json), _) if is_json(json) => Some(DataType::builtin("text")),
        (_, Some(a), Some(b)) => arithmetic(operator, a, b),
        // A constant is taken for what stands at the other side.
        (_, Some(a), None) if operator != "-" && is_moment(a) => {
            (operator == "+" && *a != DataType::builtin("date")).then(|| a.clone())
        }
        (_, Some(a), None) | (_, None, Some(a)) if number(a).is_some() => arithmetic(operator, a, a),
        _ => None,
    };
    Value::from(result.map_or(Type::Unknown, Type::Known), &[left.clone(), right.clone()], facts)
}

fn is_json(data_type: &DataType) -> bool {
    rank(&["json", "jsonb"], data_type).is_some()
}

fn is_moment(data_type: &DataType) -> bool {
    rank(MOMENTS, data_type).is_some()
}

/// `a || b`.
fn joined(left: Option<&DataType>, right: Option<&DataType>) -> Option<DataType> {
    let own = |t: &DataType| {
        let whole = rank(&["jsonb", "bytea", "tsvector", "tsquery", "bit varying"], t).is_some();
        whole || t.text.ends_with("[]")
    };
    let text = || Some(DataType::builtin("text"));
    // Bits become varying ones, or text.
    if [left, right].into_iter().flatten().any(|t| t.text == *"bit") {
        return None;
    }
    match (left, right) {
        (None, None) => text(),
        (Some(a), Some(b)) if own(a) || own(b) => {
            let is_element = |array: &DataType, item: &DataType| element(array).as_ref() == Some(item);
            if a == b || is_element(a, b) {
                Some(a.clone())
            } else if is_element(b, a) {
                Some(b.clone())
            } else {
                None
            }
        }
        (Some(one), None) | (None, Some(one)) if own(one) => Some(one.clone()),
        (Some(a), Some(b)) => (is_string(a) || is_string(b))
            .then_some(())
            .filter(|()| a.custom.is_none() && b.custom.is_none())
            .and_then(|()| text()),
        (Some(one), None) | (None, Some(one)) => one.custom.is_none().then_some(()).and_then(|()| text()),
    }
}

/// Rows of `pg_operator` for points in time: operator, sides, result.
const TIMES: &[(&str, &str, &str, &str)] = &[
    ("+", "date", "integer", "date"),
    ("+", "integer", "date", "date"),
    ("-", "date", "integer", "date"),
    ("-", "date", "date", "integer"),
    ("+", "date", "interval", "timestamp without time zone"),
    ("+", "interval", "date", "timestamp without time zone"),
    ("-", "date", "interval", "timestamp without time zone"),
    ("+", "date", "time without time zone", "timestamp without time zone"),
    ("+", "time without time zone", "date", "timestamp without time zone"),
    ("+", "timestamp without time zone", "interval", "timestamp without time zone"),
    ("+", "interval", "timestamp without time zone", "timestamp without time zone"),
    ("-", "timestamp without time zone", "interval", "timestamp without time zone"),
    ("+", "timestamp with time zone", "interval", "timestamp with time zone"),
    ("+", "interval", "timestamp with time zone", "timestamp with time zone"),
    ("-", "timestamp with time zone", "interval", "timestamp with time zone"),
    ("+", "interval", "interval", "interval"),
    ("-", "interval", "interval", "interval"),
    ("+", "time without time zone", "interval", "time without time zone"),
    ("-", "time without time zone", "interval", "time without time zone"),
    ("-", "time without time zone", "time without time zone", "interval"),
];

fn arithmetic(operator: &str, a: &DataType, b: &DataType) -> Option<DataType> {
    let named = |name: &str| Some(DataType::builtin(name));
    if let (Some(x), Some(y)) = (number(a), number(b)) {
        let wide = x.max(y);
        let float = wide > NUMERIC;
        return match operator {
            "+" | "-" | "*" | "/" => match (x, y) {
                // `real` with another number but itself.
                _ if float && x != y => named("double precision"),
                _ => named(NUMBERS.get(wide)?),
            },
            "%" if !float => named(NUMBERS.get(wide)?),
            "^" if wide == NUMERIC => named("numeric"),
            "^" => named("double precision"),
            "&" | "|" | "#" if x == y && x < NUMERIC => Some(a.clone()),
            "<<" | ">>" if x < NUMERIC && y < 2 => Some(a.clone()),
            _ => None,
        };
    }
    if let (Some(_), Some(_)) = (rank(MOMENTS, a), rank(MOMENTS, b))
        && operator == "-"
        && (a != b || a.text != *"date")
    {
        return named("interval");
    }
    let interval = DataType::builtin("interval");
    if (*a == interval && number(b).is_some() && matches!(operator, "*" | "/"))
        || (*b == interval && number(a).is_some() && operator == "*")
    {
        return Some(interval);
    }
    if a == b && operator == "&&" {
        let range = a.text.ends_with("range");
        return match a.text.as_str() {
            "tsquery" => Some(a.clone()),
            text if range || text.ends_with("[]") || text == "inet" => named("boolean"),
            _ => None,
        };
    }
    if *a == DataType::builtin("jsonb")
        && operator == "-"
        && (is_string(b) || matches!(b.text.as_str(), "integer" | "text[]"))
    {
        return Some(a.clone());
    }
    let row = TIMES
        .iter()
        .find(|(o, x, y, _)| *o == operator && *a == DataType::builtin(*x) && *b == DataType::builtin(*y))?;
    named(row.3)
}
