//! Functions and operators on known values. What depends on a value that is not known is not known.
use std::sync::Arc;

use super::{
    Value,
    pattern::Pattern,
    time::Time,
    value::{Case, Truth, compare},
};
use crate::{
    dialect::quote,
    operation::{Comparison, Function},
    target::Dialect,
};

/// The value of a function. Objects among the arguments have been written as the server shows them.
pub(super) fn call(function: Function, values: &[Value], dialect: Dialect) -> Value {
    use Function as F;
    if let Some(missing) = values.iter().find(|v| matches!(v, Value::Missing(_))) {
        return missing.clone();
    }
    match function {
        F::Format => return format(values, dialect),
        F::Concat => return joined(values, ""),
        F::ConcatWs => {
            let Some((Value::Text(separator), rest)) = values.split_first() else { return Value::Unknown };
            return joined(rest, separator);
        }
        F::NullIf => return null_if(values),
        F::QuoteNullable if values == [Value::Null] => return Value::text("NULL"),
        F::Greatest | F::Least => return extreme(values, function == F::Greatest),
        F::ArrayToString => return array_to_string(values),
        F::ArrayAppend => {
            let [Value::Array(members), added] = values else { return Value::Unknown };
            return array(members.iter().chain([added]).cloned().collect());
        }
        F::IsMember => return is_member(values),
        _ => {}
    }
    // The others are strict.
    if values.contains(&Value::Null) {
        return Value::Null;
    }
    match (function, values) {
        (F::QuoteIdent, [one]) => quoted(one, |t| quote::name(dialect, t)),
        (F::QuoteLiteral | F::QuoteNullable, [one]) => quoted(one, |t| quote::literal(dialect, t)),
        (F::Upper, [Value::Text(t)]) if t.is_ascii() => Value::text(&t.to_ascii_uppercase()),
        (F::Element, [Value::Array(members), Value::Integer(at)]) => {
            let found = usize::try_from(*at).ok().and_then(|at| members.get(at.wrapping_sub(1)));
            found.cloned().unwrap_or(Value::Null)
        }
        (F::Cardinality, [Value::Array(members)]) => count(members.len()),
        (F::ArrayLength, [Value::Array(members), Value::Integer(1)]) if !members.is_empty() => {
            count(members.len())
        }
        (F::ArrayLower, [Value::Array(members), Value::Integer(1)]) if !members.is_empty() => {
            Value::Integer(1)
        }
        (F::ArrayLength | F::ArrayLower, [Value::Array(members), Value::Integer(_)])
            if members.is_empty() =>
        {
            Value::Null
        }
        (F::StringToArray, [Value::Text(text), Value::Text(separator)]) if !separator.is_empty() => {
            let parts = text.split(&**separator).map(Value::text).collect();
            if text.is_empty() { array(Vec::new()) } else { array(parts) }
        }
        (F::ToChar, [Value::Time(time), Value::Text(format)]) => time.formatted(format),
        (F::ToChar, [Value::Integer(number), Value::Text(format)]) => digits(*number, format),
        (F::DateTrunc, [Value::Text(unit), Value::Time(time)]) => time.truncated(&unit.to_ascii_lowercase()),
        (F::Add | F::Subtract | F::Multiply | F::Divide | F::Modulo | F::Absolute, values) => {
            arithmetic(function, values)
        }
        (function, values) => match texts(values) {
            Some(texts) => of_texts(function, &texts, values),
            None => Value::Unknown,
        },
    }
}

fn count(number: usize) -> Value {
    i64::try_from(number).map_or(Value::Unknown, Value::Integer)
}

/// An array, unless it is too long.
pub(super) fn array(members: Vec<Value>) -> Value {
    if members.len() > Value::LONGEST { Value::Unknown } else { Value::Array(Arc::from(members)) }
}

/// A value as a string; whether it has holes.
pub(super) fn text(value: &Value) -> Option<(String, bool)> {
    match value {
        Value::Text(text) => Some((text.to_string(), false)),
        Value::Partly(text) => Some((text.to_string(), true)),
        Value::Integer(number) => Some((number.to_string(), false)),
        Value::Time(time) => match Time::shown(*time) {
            Value::Unknown => None,
            shown => text(&shown),
        },
        _ => None,
    }
}

/// Strings without holes; numbers as they are written.
fn texts(values: &[Value]) -> Option<Vec<String>> {
    let one = |value: &Value| text(value).filter(|(_, holes)| !holes).map(|(text, _)| text);
    values.iter().map(one).collect()
}

fn quoted(value: &Value, quote: impl Fn(&str) -> String) -> Value {
    match text(value) {
        Some((text, holes)) => Value::with_holes(&quote(&text), holes),
        // One name or one literal it is in any case.
        None => Value::with_holes(&quote(&Value::HOLE.to_string()), true),
    }
}

/// `format(…)`
fn format(values: &[Value], dialect: Dialect) -> Value {
    let Some((Value::Text(pattern), arguments)) = values.split_first() else { return Value::Unknown };
    let mut result = String::new();
    let mut holes = false;
    let mut next = 0;
    let mut rest: &str = pattern;
    while let Some((before, behind)) = rest.split_once('%') {
        result.push_str(before);
        if let Some(behind) = behind.strip_prefix('%') {
            result.push('%');
            rest = behind;
            continue;
        }
        // `%1$I`
        let number = behind.split_once('$').and_then(|(n, tail)| Some((n.parse::<usize>().ok()?, tail)));
        let tail = match number {
            Some((number, tail)) => {
                next = number.wrapping_sub(1);
                tail
            }
            None => behind,
        };
        let (Some(value), Some(kind)) = (arguments.get(next), tail.chars().next()) else {
            return Value::Unknown;
        };
        next += 1;
        let shown = match (kind, value) {
            ('s', Value::Null) => Value::text(""),
            ('L', Value::Null) => Value::text("NULL"),
            ('s', Value::Bool(b)) => Value::text(if *b { "t" } else { "f" }),
            ('s', value) => value.clone(),
            ('I', Value::Null) => Value::Unknown,
            ('I', value) => quoted(value, |t| quote::name(dialect, t)),
            ('L', value) => quoted(value, |t| quote::literal(dialect, t)),
            _ => Value::Unknown,
        };
        let Some((shown, holed)) = text(&shown) else { return Value::Unknown };
        result.push_str(&shown);
        holes |= holed;
        if result.len() > Value::LONGEST {
            return Value::Unknown;
        }
        rest = tail.get(1..).unwrap_or("");
    }
    result.push_str(rest);
    Value::with_holes(&result, holes)
}

/// `concat(…)`, which passes over `NULL`.
fn joined(values: &[Value], separator: &str) -> Value {
    let (mut result, mut holes, mut first) = (String::new(), false, true);
    for value in values.iter().filter(|v| **v != Value::Null) {
        let Some((part, holed)) = text(value) else { return Value::Unknown };
        if !first {
            result.push_str(separator);
        }
        first = false;
        result.push_str(&part);
        holes |= holed;
        if result.len() > Value::LONGEST {
            return Value::Unknown;
        }
    }
    Value::with_holes(&result, holes)
}

fn null_if(values: &[Value]) -> Value {
    let [a, b] = values else { return Value::Unknown };
    match compare(Comparison::Equal, a, b, Case::Counts).truth() {
        Truth::Yes => Value::Null,
        Truth::No => a.clone(),
        Truth::Maybe => Value::Unknown,
    }
}

fn extreme(values: &[Value], greatest: bool) -> Value {
    let mut found: Option<i64> = None;
    for value in values {
        match value {
            Value::Null => {}
            Value::Integer(n) => {
                found = Some(found.map_or(*n, |f| if greatest { f.max(*n) } else { f.min(*n) }));
            }
            _ => return Value::Unknown,
        }
    }
    found.map_or(Value::Null, Value::Integer)
}

fn array_to_string(values: &[Value]) -> Value {
    match values {
        [Value::Array(members), Value::Text(separator)] => joined(members, separator),
        [Value::Null, _] | [_, Value::Null] => Value::Null,
        _ => Value::Unknown,
    }
}

fn is_member(values: &[Value]) -> Value {
    match values {
        [Value::Null, _] | [_, Value::Null] => Value::Null,
        [wanted, Value::Array(members)] => {
            let mut result = Value::Bool(false);
            for member in members.iter() {
                match compare(Comparison::Equal, wanted, member, Case::Counts) {
                    Value::Bool(true) => return Value::Bool(true),
                    Value::Bool(false) => {}
                    Value::Null if result != Value::Unknown => result = Value::Null,
                    _ => result = Value::Unknown,
                }
            }
            result
        }
        _ => Value::Unknown,
    }
}

fn arithmetic(function: Function, values: &[Value]) -> Value {
    use Function as F;
    let number = |value: &Value| match value {
        Value::Integer(n) => Some(*n),
        // A literal takes the type of the other side.
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    match (function, values) {
        (F::Add, [Value::Time(time), Value::Interval(span)] | [Value::Interval(span), Value::Time(time)]) => {
            return time.plus(*span, 1);
        }
        (F::Subtract, [Value::Time(time), Value::Interval(span)]) => return time.plus(*span, -1),
        (F::Add, [Value::Time(time), Value::Integer(n)] | [Value::Integer(n), Value::Time(time)]) => {
            return time.plus_days(*n);
        }
        (F::Subtract, [Value::Time(time), Value::Integer(n)]) => return time.plus_days(n.saturating_neg()),
        (
            F::Multiply,
            [Value::Integer(n), Value::Interval(span)] | [Value::Interval(span), Value::Integer(n)],
        ) => {
            return span.times(*n);
        }
        _ => {}
    }
    let result = match values {
        [one] if function == F::Absolute => number(one).and_then(i64::checked_abs),
        [a, b] => match (number(a), number(b)) {
            (Some(a), Some(b)) => match function {
                F::Add => a.checked_add(b),
                F::Subtract => a.checked_sub(b),
                F::Multiply => a.checked_mul(b),
                F::Divide => a.checked_div(b),
                _ => a.checked_rem(b),
            },
            _ => None,
        },
        _ => None,
    };
    // Beyond `integer` the server may refuse what `bigint` can hold.
    result.filter(|n| i32::try_from(*n).is_ok()).map_or(Value::Unknown, Value::Integer)
}

/// `to_char(7, 'FM000')`
fn digits(number: i64, format: &str) -> Value {
    let upper = format.to_ascii_uppercase();
    let (fill, zeros) = match upper.strip_prefix("FM") {
        Some(zeros) => ("", zeros),
        None => (" ", upper.as_str()),
    };
    let plain = zeros.starts_with('0') && zeros.bytes().all(|b| b == b'0' || b == b'9');
    let width = zeros.len();
    let text = number.to_string();
    if !plain || number < 0 || text.len() > width {
        return Value::Unknown;
    }
    Value::text(&format!("{fill}{text:0>width$}"))
}

/// Functions of strings; positions and lengths count characters.
fn of_texts(function: Function, texts: &[String], values: &[Value]) -> Value {
    use Function as F;
    let number = |at: usize| match values.get(at) {
        Some(Value::Integer(n)) => Some(*n),
        _ => None,
    };
    let args: Vec<&str> = texts.iter().map(String::as_str).collect();
    let result = match (function, args.as_slice()) {
        (F::Replace, [text, "", _]) => (*text).to_owned(),
        (F::Replace, [text, from, to]) => {
            if text.len().saturating_mul(to.len().max(1)) > Value::LONGEST {
                return Value::Unknown;
            }
            text.replace(from, to)
        }
        (F::Substring, [text, ..]) => {
            let Some(from) = number(1) else { return Value::Unknown };
            let length = match args.len() {
                2 => i64::MAX,
                _ => match number(2) {
                    Some(length) if length >= 0 => length,
                    _ => return Value::Unknown,
                },
            };
            let end = from.saturating_add(length);
            let inside = |at: usize| i64::try_from(at).is_ok_and(|at| at + 1 >= from && at + 1 < end);
            text.chars().enumerate().filter(|(at, _)| inside(*at)).map(|(_, c)| c).collect()
        }
        (F::Left | F::Right, [text, _]) => {
            let Some(wanted) = number(1) else { return Value::Unknown };
            let all = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            let kept = if wanted < 0 { (all + wanted).max(0) } else { wanted.min(all) };
            let kept = usize::try_from(kept).unwrap_or(usize::MAX);
            let skipped = if function == F::Left { 0 } else { text.chars().count().saturating_sub(kept) };
            text.chars().skip(skipped).take(kept).collect()
        }
        (F::Length, [text]) => return count(text.chars().count()),
        (F::OctetLength, [text]) => return count(text.len()),
        (F::SplitPart, [text, separator, _]) => {
            let Some(wanted) = number(2).and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0) else {
                return Value::Unknown;
            };
            if separator.is_empty() {
                return Value::Unknown;
            }
            text.split(separator).nth(wanted - 1).unwrap_or("").to_owned()
        }
        (F::Position, [text, wanted]) => {
            let found = text.find(wanted).and_then(|at| text.get(..at)).map(|before| before.chars().count());
            return count(found.map_or(0, |before| before + 1));
        }
        (F::Trim | F::TrimLeft | F::TrimRight, [text, rest @ ..]) => {
            let set = rest.first().copied().unwrap_or(" ");
            let inside = |c: char| set.contains(c);
            let text = if function == F::TrimRight { text } else { text.trim_start_matches(inside) };
            (if function == F::TrimLeft { text } else { text.trim_end_matches(inside) }).to_owned()
        }
        (F::PadLeft | F::PadRight, [text, _, rest @ ..]) => {
            let fill = rest.first().copied().unwrap_or(" ");
            let Some(wanted) = number(1).and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= 1024) else {
                return Value::Unknown;
            };
            let missing = wanted.saturating_sub(text.chars().count());
            let padding: String = fill.chars().cycle().take(missing).collect();
            let text: String = text.chars().take(wanted).collect();
            if function == F::PadLeft { padding + &text } else { text + &padding }
        }
        (F::Repeat, [text, _]) => {
            let times = number(1).map(|n| usize::try_from(n).unwrap_or(0));
            match times.filter(|n| n.saturating_mul(text.len()) <= Value::LONGEST) {
                Some(times) => text.repeat(times),
                None => return Value::Unknown,
            }
        }
        (F::Reverse, [text]) => text.chars().rev().collect(),
        (F::StartsWith, [text, start]) => return Value::Bool(text.starts_with(start)),
        (F::Matches | F::MatchesAnyCase, [text, pattern]) => {
            let read = Pattern::read(pattern, function == F::MatchesAnyCase);
            return match read.and_then(|pattern| pattern.find(text, 0)) {
                Some(found) => Value::Bool(found.is_some()),
                None => Value::Unknown,
            };
        }
        (F::RegexpReplace, [text, pattern, to, flags @ ..]) => {
            return match replaced(text, pattern, to, flags.first().copied().unwrap_or("")) {
                Some(text) => Value::with_holes(&text, false),
                None => Value::Unknown,
            };
        }
        _ => return Value::Unknown,
    };
    Value::with_holes(&result, false)
}

/// `regexp_replace`
fn replaced(text: &str, pattern: &str, to: &str, flags: &str) -> Option<String> {
    // A backslash puts in what a group has found.
    if to.contains(['\\', '&']) || !["", "g", "i", "gi", "ig"].contains(&flags) {
        return None;
    }
    let read = Pattern::read(pattern, flags.contains('i'))?;
    let characters: Vec<char> = text.chars().collect();
    let mut result = String::new();
    let mut at = 0;
    while let Some((from, end)) = read.find(text, at)? {
        if from == end || result.len() > Value::LONGEST {
            return if from == end && pattern.is_empty() { Some(text.to_owned()) } else { None };
        }
        result.extend(characters.get(at..from)?);
        result.push_str(to);
        at = end;
        if !flags.contains('g') {
            break;
        }
    }
    result.extend(characters.get(at..)?);
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(text: &str) -> Value {
        Value::text(text)
    }

    /// The answers are PostgreSQL's.
    #[test]
    fn functions_compute_what_the_server_computes() {
        use Function as F;
        let n = Value::Integer;
        let list = |members: &[&str]| array(members.iter().map(|m| t(m)).collect());
        for (function, values, expected) in [
            (F::Format, vec![t("%s_%I_%L_%%"), t("a"), t("B c"), t("it's")], t("a_\"B c\"_'it''s'_%")),
            (F::Format, vec![t("%2$s %1$s"), t("a"), n(7)], t("7 a")),
            (F::Format, vec![t("%s|%L"), Value::Null, Value::Null], t("|NULL")),
            (F::Format, vec![t("%s"), Value::Unknown], Value::Unknown),
            (F::Format, vec![t("x_%s"), Value::Partly("··".into())], Value::Partly("x_··".into())),
            (F::Format, vec![t("%I"), t("user")], t("\"user\"")),
            (F::QuoteLiteral, vec![t(r"a\b")], t(r"E'a\\b'")),
            (F::Substring, vec![t("abcdef"), n(2), n(3)], t("bcd")),
            (F::Substring, vec![t("abcdef"), n(-1), n(3)], t("a")),
            (F::Left, vec![t("abc"), n(-1)], t("ab")),
            (F::Right, vec![t("abc"), n(2)], t("bc")),
            (F::SplitPart, vec![t("a.b"), t("."), n(3)], t("")),
            (F::Position, vec![t("abc"), t("c")], n(3)),
            (F::Trim, vec![t("xxaxx"), t("x")], t("a")),
            (F::PadLeft, vec![n(7), n(2), t("0")], t("07")),
            (F::PadLeft, vec![n(123), n(2), t("0")], t("12")),
            (F::ToChar, vec![n(7), t("FM000")], t("007")),
            (F::ToChar, vec![n(7), t("000")], t(" 007")),
            (F::Divide, vec![n(-7), n(2)], n(-3)),
            (F::Modulo, vec![n(-7), n(2)], n(-1)),
            (F::Divide, vec![n(1), n(0)], Value::Unknown),
            (F::Add, vec![n(i64::from(i32::MAX)), n(1)], Value::Unknown),
            (F::StringToArray, vec![t("a,b"), t(",")], list(&["a", "b"])),
            (F::ArrayToString, vec![list(&["a", "b"]), t("-")], t("a-b")),
            (F::ArrayLength, vec![list(&["a", "b"]), n(1)], n(2)),
            (F::ArrayLength, vec![list(&[]), n(1)], Value::Null),
            (F::Element, vec![list(&["a", "b"]), n(2)], t("b")),
            (F::Element, vec![list(&["a", "b"]), n(3)], Value::Null),
            (F::IsMember, vec![t("b"), list(&["a", "b"])], Value::Bool(true)),
            (F::RegexpReplace, vec![t("a_new"), t("_new$"), t("")], t("a")),
            (F::RegexpReplace, vec![t("aXbX"), t("x"), t("-"), t("gi")], t("a-b-")),
            (F::RegexpReplace, vec![t("ab"), t("(a)"), t(r"\1")], Value::Unknown),
            (F::ConcatWs, vec![t(","), t("a"), Value::Null, t("b")], t("a,b")),
            (F::Upper, vec![Value::Null], Value::Null),
            (F::Repeat, vec![t("ab"), n(1 << 20)], Value::Unknown),
            (F::NullIf, vec![t(""), t("")], Value::Null),
        ] {
            assert_eq!(call(function, &values, Dialect::Postgres), expected, "{function:?} {values:?}");
        }
    }
}
