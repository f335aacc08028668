//! Values as variables and casts have them.
use super::{
    Value, compute, eval,
    time::{Form, Interval, Time},
};
use crate::{
    apply::run::Run,
    catalog::{ObjectName, UserTypeKind},
    operation::{Kind, Listing},
};

fn form(kind: &Kind) -> Option<Form> {
    match kind {
        Kind::Date => Some(Form::Date),
        Kind::Timestamp(false) => Some(Form::Plain),
        Kind::Timestamp(true) => Some(Form::Zoned),
        _ => None,
    }
}

/// The time at which a statement runs.
pub(super) fn now(kind: &Kind) -> Value {
    form(kind).map_or(Value::Unknown, Time::now)
}

/// A value of a type. What the type makes of it is not known where the type is not.
pub(super) fn to(run: &Run<'_>, value: Value, kind: &Kind) -> Value {
    match (kind, value) {
        (_, same @ (Value::Null | Value::Missing(_))) => same,
        (Kind::Text(limit), value) => match compute::text(&value) {
            // A variable refuses what is too long.
            Some((text, holes)) if limit.is_none_or(|n| text.chars().count() <= n as usize) => {
                Value::with_holes(&text, holes)
            }
            _ => Value::Unknown,
        },
        (Kind::Name, value) => match compute::text(&value) {
            Some((text, holes)) if text.len() <= 63 => Value::with_holes(&text, holes),
            _ => Value::Unknown,
        },
        (Kind::Integer, Value::Integer(n)) => Value::Integer(n),
        (Kind::Integer, Value::AtLeast(n)) => Value::AtLeast(n),
        (Kind::Integer, Value::Text(text)) => text.trim().parse().map_or(Value::Unknown, Value::Integer),
        (Kind::Bool, Value::Bool(b)) => Value::Bool(b),
        (Kind::Bool, Value::Text(text)) => match text.to_ascii_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "on" | "1" => Value::Bool(true),
            "f" | "false" | "n" | "no" | "off" | "0" => Value::Bool(false),
            _ => Value::Unknown,
        },
        (Kind::Date | Kind::Timestamp(_), Value::Time(time)) => {
            form(kind).map_or(Value::Unknown, |form| time.to(form))
        }
        (Kind::Date | Kind::Timestamp(_), Value::Text(text)) => {
            form(kind).map_or(Value::Unknown, |form| Time::read(&text, form))
        }
        (Kind::Interval, Value::Interval(span)) => Value::Interval(span),
        (Kind::Interval, Value::Text(text)) => Interval::read(&text),
        (Kind::Relation, Value::Object(name)) => Value::Object(name),
        (Kind::Relation, Value::Text(text)) => eval::named(run, Listing::Relations, &text, false),
        (Kind::Array(member), Value::Array(members)) => {
            compute::array(members.iter().map(|m| to(run, m.clone(), member)).collect())
        }
        (Kind::Array(member), Value::Text(text)) => match members(&text) {
            Some(members) => {
                compute::array(members.iter().map(|m| to(run, Value::text(m), member)).collect())
            }
            None => Value::Unknown,
        },
        (Kind::Custom(name), value @ Value::Text(_)) if is_enum(run, name) => value,
        _ => Value::Unknown,
    }
}

fn is_enum(run: &Run<'_>, name: &ObjectName) -> bool {
    let found = run.search_or(name).into_iter().find_map(|full| run.catalog().types.get(&full));
    found.is_some_and(|t| matches!(t.kind, UserTypeKind::Enum { .. }))
}

/// The members of `{a,b}` without quotes, braces and `NULL` in it.
fn members(text: &str) -> Option<Vec<&str>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inner.contains(['"', '{', '}', '\\']) {
        return None;
    }
    if inner.trim().is_empty() {
        return Some(Vec::new());
    }
    let members: Vec<&str> = inner.split(',').map(str::trim).collect();
    members.iter().all(|m| !m.is_empty() && !m.eq_ignore_ascii_case("null")).then_some(members)
}
