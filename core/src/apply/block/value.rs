//! Values of terms, and how two of them compare.
use std::{cmp::Ordering, sync::Arc};

use super::time::{Interval, Time};
use crate::{
    catalog::{ObjectName, may_be},
    operation::Comparison,
};

/// A value, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// It depends on what the model does not know.
    Unknown,
    /// `NULL`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number that is only known to be at least this.
    AtLeast(i64),
    /// A string.
    Text(Arc<str>),
    /// The name of the MySQL family's current database, which the model does not know.
    Database,
    /// A string of which parts are not known: [`Value::HOLE`] stands for each of these.
    Partly(Arc<str>),
    /// An array.
    Array(Arc<[Self]>),
    /// A date or a time.
    Time(Time),
    /// A span of time.
    Interval(Interval),
    /// An object that `oid` identifies.
    Object(ObjectName),
    /// Computing it is an error: the named object does not exist.
    Missing(ObjectName),
}

/// What is known of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    Maybe,
}

impl Value {
    /// Stands for one or more characters that are not known.
    pub const HOLE: char = crate::catalog::HOLE;

    /// Longer strings and arrays are not followed, in bytes and members.
    pub(super) const LONGEST: usize = 1 << 16;

    /// A string, of which parts are not known where it has holes.
    pub(super) fn with_holes(text: &str, holes: bool) -> Self {
        match (text.len() > Self::LONGEST, holes) {
            (true, _) => Self::Unknown,
            (_, true) => Self::Partly(text.into()),
            _ => Self::text(text),
        }
    }

    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// As a condition: `NULL` and `0` do not hold.
    pub(super) fn truth(&self) -> Truth {
        match self {
            Self::Bool(true) => Truth::Yes,
            Self::Bool(false) | Self::Null | Self::Integer(0) => Truth::No,
            Self::Integer(_) => Truth::Yes,
            Self::AtLeast(least) if *least > 0 => Truth::Yes,
            _ => Truth::Maybe,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// How strings are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// Byte by byte.
    Counts,
    /// Without regard to case.
    Ignored,
    /// Whether case counts depends on the server's settings.
    Depends,
}

/// Compares two values.
pub(super) fn compare(how: Comparison, a: &Value, b: &Value, case: Case) -> Value {
    use Comparison as C;
    if let Value::Missing(_) = a {
        return a.clone();
    }
    if let Value::Missing(_) = b {
        return b.clone();
    }
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => return Value::Null,
        (Value::Unknown, _) | (_, Value::Unknown) => return Value::Unknown,
        _ => {}
    }
    match (how, a, b) {
        (C::Equal | C::NotEqual, Value::Partly(part), Value::Text(text))
        | (C::Equal | C::NotEqual, Value::Text(text), Value::Partly(part)) => {
            return if may_be(part, text) { Value::Unknown } else { Value::Bool(how == C::NotEqual) };
        }
        (C::Like, _, _) => {}
        (how, Value::Time(a), Value::Time(b)) => {
            return match (a.at, b.at) {
                // Which of two moments in zones that are not known comes first is not known.
                (Some(x), Some(y)) if a.form.is_local() == b.form.is_local() => holds(how, x.cmp(&y)).into(),
                _ => Value::Unknown,
            };
        }
        _ => {}
    }
    if how == C::Like {
        return match (a, b) {
            (Value::Text(text), Value::Text(pattern)) => like(text, pattern, case),
            _ => Value::Unknown,
        };
    }
    let equal = match (a, b) {
        (Value::AtLeast(least), Value::Integer(n)) => return at_least(how, *least, *n),
        (Value::Integer(n), Value::AtLeast(least)) => return at_least(turned(how), *least, *n),
        (Value::AtLeast(_), _) | (_, Value::AtLeast(_)) => return Value::Unknown,
        (Value::Text(a), Value::Text(b)) => match same_text(a, b, case) {
            Some(same) if same || matches!(how, C::Equal | C::NotEqual) => same,
            _ => return Value::Unknown,
        },
        (Value::Database, Value::Database) => true,
        (Value::Object(a), Value::Object(b)) => a == b,
        _ => match (number(a), number(b)) {
            (Some(a), Some(b)) => return holds(how, a.cmp(&b)).into(),
            _ => return Value::Unknown,
        },
    };
    match how {
        C::Equal | C::LessOrEqual | C::GreaterOrEqual if equal => Value::Bool(true),
        C::Equal => Value::Bool(false),
        C::NotEqual => Value::Bool(!equal),
        C::Less | C::Greater if equal => Value::Bool(false),
        _ => Value::Unknown,
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(n) => Some(*n),
        Value::Bool(b) => Some(i64::from(*b)),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn holds(how: Comparison, order: Ordering) -> bool {
    match how {
        Comparison::Equal | Comparison::Like => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }
}

/// The comparison with its sides changed.
fn turned(how: Comparison) -> Comparison {
    match how {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}

/// A number of at least `least`, compared with `n`.
fn at_least(how: Comparison, least: i64, n: i64) -> Value {
    match how {
        Comparison::Equal | Comparison::LessOrEqual | Comparison::Like if least > n => false.into(),
        Comparison::NotEqual | Comparison::Greater if least > n => true.into(),
        Comparison::GreaterOrEqual if least >= n => true.into(),
        Comparison::Less if least >= n => false.into(),
        _ => Value::Unknown,
    }
}

/// Whether two strings are the same; `None` when that is not known.
pub(super) fn same_text(a: &str, b: &str, case: Case) -> Option<bool> {
    if a == b {
        return Some(true);
    }
    match case {
        Case::Counts => Some(false),
        // Collations ignore accents and blanks at the end, too.
        _ if !a.is_ascii() || !b.is_ascii() || a.ends_with(' ') || b.ends_with(' ') => None,
        Case::Ignored => Some(a.eq_ignore_ascii_case(b)),
        Case::Depends if a.eq_ignore_ascii_case(b) => None,
        Case::Depends => Some(false),
    }
}

/// `LIKE` with `%`, `_` and the backslash.
fn like(text: &str, pattern: &str, case: Case) -> Value {
    if text.len().saturating_mul(pattern.len()) > 1 << 16 || case != Case::Counts && !text.is_ascii() {
        return Value::Unknown;
    }
    let exact = matches(text.as_bytes(), pattern.as_bytes(), false);
    if case == Case::Counts || exact {
        return if text.is_ascii() { exact.into() } else { Value::Unknown };
    }
    match (matches(text.as_bytes(), pattern.as_bytes(), true), case) {
        (true, Case::Depends) => Value::Unknown,
        (any, _) => any.into(),
    }
}

/// Goes back to the last `%` when something does not fit: the product of the lengths at most.
fn matches(text: &[u8], pattern: &[u8], any_case: bool) -> bool {
    let same = |a: u8, b: u8| a == b || any_case && a.eq_ignore_ascii_case(&b);
    let (mut t, mut p) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        let fits = match (pattern.get(p), text.get(t)) {
            (Some(b'%'), _) => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            (Some(b'\\'), Some(c)) => pattern.get(p + 1).is_some_and(|next| same(*next, *c)).then_some(2),
            (Some(b'_'), Some(_)) => Some(1),
            (Some(d), Some(c)) => same(*d, *c).then_some(1),
            _ => None,
        };
        match (fits, star) {
            (Some(step), _) => {
                p += step;
                t += 1;
            }
            (None, Some((after, from))) => {
                p = after;
                t = from + 1;
                star = Some((after, from + 1));
            }
            (None, None) => return false,
        }
    }
    pattern.get(p..).unwrap_or(&[]).iter().all(|c| *c == b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_compare_as_far_as_they_are_known() {
        use Comparison as C;
        let n = Value::Integer;
        let t = Value::text;
        for (how, a, b, case, expected) in [
            (C::Equal, n(1), n(1), Case::Counts, Value::Bool(true)),
            (C::Greater, Value::AtLeast(1), n(0), Case::Counts, Value::Bool(true)),
            (C::Equal, Value::AtLeast(1), n(0), Case::Counts, Value::Bool(false)),
            (C::Equal, Value::AtLeast(1), n(1), Case::Counts, Value::Unknown),
            (C::Less, n(0), Value::AtLeast(1), Case::Counts, Value::Bool(true)),
            (C::Equal, t("A"), t("a"), Case::Counts, Value::Bool(false)),
            (C::Equal, t("A"), t("a"), Case::Ignored, Value::Bool(true)),
            (C::Equal, t("A"), t("a"), Case::Depends, Value::Unknown),
            (C::Equal, t("é"), t("e"), Case::Ignored, Value::Unknown),
            (C::Like, t("idx_a"), t("idx\\_%"), Case::Counts, Value::Bool(true)),
            (C::Like, t("idx_a"), t("%b"), Case::Counts, Value::Bool(false)),
            (C::Like, t("aab"), t("%ab"), Case::Counts, Value::Bool(true)),
            (C::NotEqual, Value::Null, n(1), Case::Counts, Value::Null),
            (C::Equal, Value::Database, t("app"), Case::Depends, Value::Unknown),
            (C::Less, t("a"), t("b"), Case::Counts, Value::Unknown),
        ] {
            assert_eq!(compare(how, &a, &b, case), expected, "{how:?} {a:?} {b:?}");
        }
    }
}
