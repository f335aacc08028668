//! The rows of queries that loops, `SELECT … INTO` and calls go through.
use std::cmp::Ordering;

use super::{
    eval, rows,
    value::{Truth, Value},
};
use crate::{
    apply::run::Run,
    operation::{Property, RowSource, Rows, Term},
};

/// More rows are not followed.
const MOST: usize = 4096;

/// What a query answers.
pub(super) struct Answer {
    /// The values of the columns, row by row.
    pub(super) rows: Vec<Vec<Value>>,
    /// Whether this is their order.
    pub(super) sorted: bool,
}

/// A row with what it is sorted by.
type Keyed = (Vec<Value>, Vec<Value>);

/// The rows of a query; `None` when they are not known.
pub(super) fn answer(run: &mut Run<'_>, rows: &Rows) -> Option<Answer> {
    let bound: Vec<Vec<(&str, Value)>> = match &rows.source {
        RowSource::Listing(_) => return listed(run, rows),
        RowSource::Single => vec![Vec::new()],
        RowSource::Values(names, list) => list
            .iter()
            .map(|row| {
                let names = names.iter().map(String::as_str);
                names.zip(row.iter().map(|term| eval::value(run, term, None))).collect()
            })
            .collect(),
        RowSource::Unnest(name, array) => match eval::value(run, array, None) {
            Value::Array(members) => members.iter().map(|m| vec![(name.as_str(), m.clone())]).collect(),
            Value::Null => Vec::new(),
            _ => return None,
        },
        RowSource::Series(name, terms) => {
            let numbers = terms.iter().map(|term| match eval::value(run, term, None) {
                Value::Integer(number) => Some(number),
                _ => None,
            });
            let numbers: Vec<i64> = numbers.collect::<Option<_>>()?;
            let numbers = series(&numbers)?;
            numbers.into_iter().map(|n| vec![(name.as_str(), Value::Integer(n))]).collect()
        }
    };
    if bound.len() > MOST {
        return None;
    }
    let outer = run.state.variables.clone();
    let mut kept: Vec<Keyed> = Vec::new();
    let mut known = true;
    for row in bound {
        for (name, value) in row {
            run.state.variables.set(name, value);
        }
        match eval::value(run, &rows.filter, None).truth() {
            Truth::No => {}
            Truth::Maybe => known = false,
            Truth::Yes => {
                let value = |term: &Term| eval::value(run, term, None);
                let columns = rows.columns.iter().map(|(_, term)| value(term)).collect();
                kept.push((columns, rows.order.iter().map(|(term, _)| value(term)).collect()));
            }
        }
    }
    run.state.variables = outer;
    if !known || kept.iter().flat_map(|(row, _)| row).any(|v| matches!(v, Value::Missing(_))) {
        return None;
    }
    finish(rows, kept, true)
}

fn series(numbers: &[i64]) -> Option<Vec<i64>> {
    let (from, to, step) = match numbers {
        [from, to] => (*from, *to, 1),
        [from, to, step] if *step != 0 => (*from, *to, *step),
        _ => return None,
    };
    let mut found = Vec::new();
    let mut next = from;
    while if step > 0 { next <= to } else { next >= to } {
        found.push(next);
        if found.len() > MOST {
            return None;
        }
        next = next.checked_add(step)?;
    }
    Some(found)
}

/// The rows of a view of the server's catalog; `None` when they are not known.
pub(super) fn listed(run: &Run<'_>, rows: &Rows) -> Option<Answer> {
    let RowSource::Listing(listing) = &rows.source else { return None };
    let found = rows::rows(run, listing, &rows.filter);
    if found.others || found.rows.len() > MOST {
        return None;
    }
    let mut kept: Vec<Keyed> = Vec::new();
    let mut owner = None;
    for (at, row) in found.rows.iter().enumerate() {
        match eval::value(run, &rows.filter, Some(row)) {
            Value::Missing(_) => return None,
            value => match value.truth() {
                Truth::No => continue,
                Truth::Yes if !row.is_doubtful(run) => {}
                _ => return None,
            },
        }
        let columns: Vec<Value> = rows.columns.iter().map(|(_, t)| eval::value(run, t, Some(row))).collect();
        if columns.iter().any(|v| matches!(v, Value::Missing(_))) {
            return None;
        }
        let mut keys = Vec::new();
        for (term, _) in &rows.order {
            keys.push(match term {
                // Columns of one table are listed in their order.
                Term::Property(Property::Number) => {
                    if *owner.get_or_insert(row.owner()) != row.owner() {
                        return None;
                    }
                    i64::try_from(at).map_or(Value::Unknown, Value::Integer)
                }
                // Names are sorted byte by byte, other strings by the database's collation.
                Term::Property(_) => eval::value(run, term, Some(row)),
                _ => Value::Unknown,
            });
        }
        kept.push((columns, keys));
    }
    finish(rows, kept, false)
}

/// `DISTINCT`, `ORDER BY`, `LIMIT`; `as_read`: whether rows that are not sorted stay in the order they are read in.
fn finish(rows: &Rows, mut kept: Vec<Keyed>, as_read: bool) -> Option<Answer> {
    let mut sorted = as_read && rows.order.is_empty() && !rows.distinct;
    if rows.distinct {
        if kept.iter().flat_map(|(row, _)| row).any(|v| matches!(v, Value::Unknown | Value::Partly(_))) {
            return None;
        }
        let mut seen: Vec<Keyed> = Vec::new();
        for row in kept {
            if !seen.iter().any(|other| other.0 == row.0) {
                seen.push(row);
            }
            if seen.len() > 256 {
                return None;
            }
        }
        kept = seen;
    }
    if !rows.order.is_empty() {
        let comparable = kept.iter().all(|(_, keys)| keys.iter().all(comparable));
        let order = |a: &Keyed, b: &Keyed| {
            let by = rows.order.iter().zip(a.1.iter().zip(&b.1));
            by.map(|((_, descending), (a, b))| if *descending { least(b, a) } else { least(a, b) })
                .find(|o| o.is_ne())
                .unwrap_or(Ordering::Equal)
        };
        kept.sort_by(order);
        let tied = kept.windows(2).any(|pair| matches!(pair, [a, b] if order(a, b).is_eq() && a.0 != b.0));
        sorted = comparable && !tied;
    }
    sorted |= kept.len() < 2;
    if let Some(limit) = rows.limit {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if kept.len() > limit && !sorted {
            return None;
        }
        kept.truncate(limit);
    }
    Some(Answer { rows: kept.into_iter().map(|(row, _)| row).collect(), sorted })
}

fn comparable(key: &Value) -> bool {
    matches!(key, Value::Integer(_) | Value::Text(_))
}

fn least(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}
