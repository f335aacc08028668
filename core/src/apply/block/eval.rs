//! Terms against the catalog.
use super::{
    compute, convert, query,
    rows::{self, Row},
    unlisted,
    value::{Case, Truth, Value, compare},
};
use crate::{
    apply::run::Run,
    catalog::ObjectName,
    operation::{Function, Listing, Lookup, Property, Rows, Term},
};

/// The value of a term. Terms are at most [`Term::DEEPEST`] levels deep, lookups in them included.
pub(super) fn value(run: &Run<'_>, term: &Term, row: Option<&Row<'_>>) -> Value {
    match term {
        Term::Null => Value::Null,
        Term::Bool(b) => Value::Bool(*b),
        Term::Integer(n) => Value::Integer(*n),
        Term::Text(text) => Value::text(text),
        Term::Variable(name) => run.state.variables.get(name).cloned().unwrap_or(Value::Unknown),
        Term::Database => Value::Database,
        Term::CurrentSchema => current_schema(run),
        Term::Property(property) => row.map_or(Value::Unknown, |row| row.property(run, *property)),
        Term::Count(lookup) => match count(run, lookup) {
            Ok((least, Some(most))) if least == most => Value::Integer(least),
            Ok((least, _)) if least > 0 => Value::AtLeast(least),
            Ok(_) => Value::Unknown,
            Err(missing) => Value::Missing(missing),
        },
        Term::Exists(lookup) => match count(run, lookup) {
            Ok((1.., _)) => Value::Bool(true),
            Ok((_, Some(0))) => Value::Bool(false),
            Ok(_) => Value::Unknown,
            Err(missing) => Value::Missing(missing),
        },
        Term::Selected(lookup, property) => selected(run, lookup, *property),
        Term::Named { kind, name, or_null } => match value(run, name, row) {
            Value::Text(name) => named(run, *kind, &name, *or_null),
            // It is one already.
            Value::Object(name) if *kind == Listing::Relations && !*or_null => Value::Object(name),
            Value::Null => Value::Null,
            _ => Value::Unknown,
        },
        Term::Not(inner) => match value(run, inner, row) {
            missing @ Value::Missing(_) => missing,
            Value::Null => Value::Null,
            inner => match inner.truth() {
                Truth::Yes => Value::Bool(false),
                Truth::No => Value::Bool(true),
                Truth::Maybe => Value::Unknown,
            },
        },
        Term::And(terms) => all(run, terms, row, false),
        Term::Or(terms) => all(run, terms, row, true),
        Term::Compare(how, a, b) => {
            let case = case(run, a, row).max(case(run, b, row));
            let case = match case {
                0 => Case::Counts,
                1 => Case::Ignored,
                _ => Case::Depends,
            };
            if let (Term::Property(Property::Number), Term::Integer(0)) = (&**a, &**b) {
                use crate::operation::Comparison as C;
                return Value::Bool(matches!(how, C::Greater | C::GreaterOrEqual | C::NotEqual));
            }
            let (a, b) = (value(run, a, row), value(run, b, row));
            match (&a, &b) {
                // `regclass::text` depends on the search path.
                (Value::Object(name), Value::Text(text)) | (Value::Text(text), Value::Object(name)) => {
                    compare(*how, &Value::text(&shown(run, name)), &Value::Text(text.clone()), case)
                }
                _ => compare(*how, &a, &b, case),
            }
        }
        Term::IsNull(inner) => match value(run, inner, row) {
            Value::Null => Value::Bool(true),
            unknown @ (Value::Unknown | Value::Missing(_)) => unknown,
            _ => Value::Bool(false),
        },
        Term::If(parts) => {
            let [condition, yes, no] = &**parts;
            match value(run, condition, row) {
                missing @ Value::Missing(_) => missing,
                condition => match condition.truth() {
                    Truth::Yes => value(run, yes, row),
                    Truth::No => value(run, no, row),
                    Truth::Maybe => Value::Unknown,
                },
            }
        }
        Term::Coalesce(terms) => {
            for term in terms {
                match value(run, term, row) {
                    Value::Null => {}
                    other => return other,
                }
            }
            Value::Null
        }
        Term::Concat(terms) => {
            let values: Vec<Value> = terms.iter().map(|term| argument(run, term, row)).collect();
            concat(&values)
        }
        Term::Lower(inner) => match value(run, inner, row) {
            Value::Text(text) => Value::text(&text.to_lowercase()),
            // Holes stay what they are.
            Value::Partly(text) => Value::Partly(text.to_lowercase().into()),
            other => other,
        },
        Term::Call(function, terms) => {
            let values: Vec<Value> = terms.iter().map(|term| argument(run, term, row)).collect();
            compute::call(*function, &values, run.catalog().dialect)
        }
        Term::Array(terms) => compute::array(terms.iter().map(|term| value(run, term, row)).collect()),
        Term::Cast(inner, kind) => convert::to(run, value(run, inner, row), kind),
        Term::Clock(kind) => convert::now(kind),
        Term::Gathered(rows, separator) => gathered(run, rows, separator.as_deref()),
        Term::Unknown(_) => Value::Unknown,
    }
}

/// The value of an argument: an object is written as the server shows it where it is not known by its number only.
fn argument(run: &Run<'_>, term: &Term, row: Option<&Row<'_>>) -> Value {
    match value(run, term, row) {
        Value::Object(_) if matches!(term, Term::Property(_)) => Value::Unknown,
        Value::Object(name) => Value::text(&shown(run, &name)),
        value => value,
    }
}

/// The first column of all rows that a query finds.
fn gathered(run: &Run<'_>, rows: &Rows, separator: Option<&Term>) -> Value {
    let Some(found) = query::listed(run, rows) else { return Value::Unknown };
    // The order of more than one is known only where the query says it.
    if found.rows.len() > 1 && !found.sorted {
        return Value::Unknown;
    }
    let members: Vec<Value> = found.rows.into_iter().filter_map(|row| row.into_iter().next()).collect();
    let Some(separator) = separator else { return compute::array(members) };
    if members.iter().all(|m| *m == Value::Null) {
        return Value::Null;
    }
    let separator = value(run, separator, None);
    compute::call(Function::ArrayToString, &[compute::array(members), separator], run.catalog().dialect)
}

/// Strings one behind the other.
pub(super) fn concat(values: &[Value]) -> Value {
    if values.iter().any(|v| matches!(v, Value::Array(_))) {
        let mut members = Vec::new();
        for value in values {
            match value {
                Value::Array(more) => members.extend(more.iter().cloned()),
                // Whether a literal is a member or an array is not plain.
                Value::Unknown | Value::Null => return Value::Unknown,
                one => members.push(one.clone()),
            }
            if members.len() > Value::LONGEST {
                return Value::Unknown;
            }
        }
        return compute::array(members);
    }
    let mut text = String::new();
    let mut holes = false;
    for value in values {
        match value {
            Value::Database => crate::operation::push_database(&mut text),
            Value::Null => return Value::Null,
            value => match compute::text(value) {
                Some((part, holed)) => {
                    text.push_str(&part);
                    holes |= holed;
                }
                None => return Value::Unknown,
            },
        }
        if text.len() > Value::LONGEST {
            return Value::Unknown;
        }
    }
    Value::with_holes(&text, holes)
}

/// `AND`, or `OR` if `decisive` is the truth value that decides.
fn all(run: &Run<'_>, terms: &[Term], row: Option<&Row<'_>>, decisive: bool) -> Value {
    let decides = if decisive { Truth::Yes } else { Truth::No };
    let mut result = Value::Bool(!decisive);
    let mut missing = None;
    for term in terms {
        let value = value(run, term, row);
        if let Value::Missing(_) = value {
            missing = Some(value);
            continue;
        }
        match value.truth() {
            // Whether the other side was computed first, with its error, is the server's choice.
            truth if truth == decides && value != Value::Null => {
                return if missing.is_some() { Value::Unknown } else { Value::Bool(decisive) };
            }
            Truth::Maybe => result = Value::Unknown,
            _ if value == Value::Null && result != Value::Unknown => result = Value::Null,
            _ => {}
        }
    }
    match missing {
        Some(missing) if terms.len() == 1 => missing,
        Some(_) if result == Value::Unknown => Value::Unknown,
        Some(missing) => missing,
        None => result,
    }
}

/// How case counts in comparisons with a term: 0 if it counts, 1 if not, 2 if that depends.
fn case(run: &Run<'_>, term: &Term, row: Option<&Row<'_>>) -> u8 {
    if !run.mysql() {
        return 0;
    }
    match (term, row) {
        (Term::Property(property), Some(row)) => match property {
            Property::Name if matches!(row.listing, Listing::Columns | Listing::Indexes) => 1,
            Property::Column => 1,
            _ => 2,
        },
        _ => 1,
    }
}

fn current_schema(run: &Run<'_>) -> Value {
    let first = run.state.session.search_path.iter().find(|s| !s.starts_with('$'));
    let name = first.map_or("public", String::as_str);
    // A schema that does not exist is passed over.
    if run.catalog().schemas.contains(&name.into()) { Value::text(name) } else { Value::Unknown }
}

/// How `regclass` shows a relation.
fn shown(run: &Run<'_>, name: &ObjectName) -> String {
    let quoted = |part: &str| crate::dialect::quote::name(run.catalog().dialect, part);
    let bare = ObjectName::bare(name.name.clone());
    match run.find(&bare) {
        Some((full, _)) if full == *name => quoted(&name.name),
        _ => format!("{}.{}", quoted(name.schema_str()), quoted(&name.name)),
    }
}

/// What a name in a string means.
pub(super) fn named(run: &Run<'_>, kind: Listing, text: &str, or_null: bool) -> Value {
    let Some(name) = parse_name(text) else { return Value::Unknown };
    let missing = || if or_null { Value::Null } else { Value::Missing(name.clone()) };
    match kind {
        Listing::Schemas => {
            if run.catalog().schemas.contains(&name.name) {
                return Value::text(&name.name);
            }
            if run.catalog().is_open() || name.name.starts_with("pg_") || name.name == "information_schema" {
                return Value::Unknown;
            }
            missing()
        }
        Listing::Relations => match run.find(&name) {
            Some((full, _)) if rows::is_uncertain(run, &full.to_string()) => Value::Unknown,
            Some((full, _)) => Value::Object(full),
            None if unlisted::may_have(run, &name) => Value::Unknown,
            None => missing(),
        },
        Listing::Types => {
            let schemas = match &name.schema {
                Some(schema) => vec![schema.clone()],
                None => run.search_path(),
            };
            let full = |schema| ObjectName { schema: Some(schema), name: name.name.clone() };
            let found = schemas.into_iter().map(full).find(|n| run.catalog().types.contains(n));
            match found {
                Some(full) if rows::is_uncertain(run, &full.to_string()) => Value::Unknown,
                Some(full) => Value::Object(full),
                None => Value::Unknown,
            }
        }
        _ => Value::Unknown,
    }
}

/// `name`, `schema.name`, `"Name"` as PostgreSQL reads them from a string.
fn parse_name(text: &str) -> Option<ObjectName> {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = text.trim();
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"')?;
            parts.push(quoted.get(..end)?.to_owned());
            rest = quoted.get(end + 1..)?;
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            let part = rest.get(..end)?;
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
            if part.is_empty() || !part.chars().all(plain) || part.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            parts.push(part.to_ascii_lowercase());
            rest = rest.get(end..)?;
        }
        match rest.strip_prefix('.') {
            Some(next) => rest = next,
            None if rest.is_empty() => break,
            None => return None,
        }
    }
    match parts.as_slice() {
        [name] => Some(ObjectName::bare(name.as_str())),
        [schema, name] => Some(ObjectName::new(schema.as_str(), name.as_str())),
        _ => None,
    }
}

/// The property of the only row.
fn selected(run: &Run<'_>, lookup: &Lookup, property: Property) -> Value {
    let found = rows::rows(run, &lookup.listing, &lookup.filter);
    let mut one: Option<Value> = None;
    for row in &found.rows {
        match value(run, &lookup.filter, Some(row)) {
            missing @ Value::Missing(_) => return missing,
            value => match value.truth() {
                Truth::No => {}
                Truth::Yes if one.is_none() && !row.is_doubtful(run) => {
                    one = Some(row.property(run, property));
                }
                _ => return Value::Unknown,
            },
        }
    }
    if found.others {
        return Value::Unknown;
    }
    one.unwrap_or(Value::Null)
}

/// The least and, if it is known, the most rows that a lookup finds; an error when a name in it has no object.
fn count(run: &Run<'_>, lookup: &Lookup) -> Result<(i64, Option<i64>), ObjectName> {
    // A name that has no object is an error even if there are no rows to look at.
    if let Some(missing) = missing(run, &lookup.filter) {
        return Err(missing);
    }
    let found = rows::rows(run, &lookup.listing, &lookup.filter);
    let (mut least, mut most) = (0, 0);
    for row in &found.rows {
        match value(run, &lookup.filter, Some(row)).truth() {
            Truth::No => {}
            Truth::Yes if !row.is_doubtful(run) => {
                least += 1;
                most += 1;
            }
            _ => most += 1,
        }
    }
    Ok((least, (!found.others).then_some(most)))
}

/// The first object that a condition names and that is not there.
fn missing(run: &Run<'_>, filter: &Term) -> Option<ObjectName> {
    match filter {
        Term::And(terms) => terms.iter().find_map(|term| missing(run, term)),
        Term::Compare(_, a, b) => [a, b].into_iter().find_map(|side| match &**side {
            Term::Named { .. } => match value(run, side, None) {
                Value::Missing(name) => Some(name),
                _ => None,
            },
            _ => None,
        }),
        _ => None,
    }
}
