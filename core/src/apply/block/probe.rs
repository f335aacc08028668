//! Queries and texts for messages.
use crate::operation::{Lookup, Term};

/// The query that settles a condition, if it asks the catalog.
pub(super) fn probe_of(term: &Term) -> Option<String> {
    fn lookup(found: &Lookup) -> Option<String> {
        (!found.probe.is_empty()).then(|| found.probe.clone())
    }
    match term {
        Term::Count(l) | Term::Exists(l) | Term::Selected(l, _) => lookup(l),
        Term::Not(t) | Term::IsNull(t) | Term::Lower(t) => probe_of(t),
        Term::And(ts) | Term::Or(ts) | Term::Coalesce(ts) | Term::Concat(ts) => ts.iter().find_map(probe_of),
        Term::Compare(_, a, b) => probe_of(a).or_else(|| probe_of(b)),
        Term::If(parts) => parts.iter().find_map(probe_of),
        Term::Call(_, ts) | Term::Array(ts) => ts.iter().find_map(probe_of),
        Term::Cast(t, _) => probe_of(t),
        Term::Named { name, .. } => probe_of(name),
        Term::Unknown(text) if text.get(..7).is_some_and(|t| t.eq_ignore_ascii_case("select ")) => {
            Some(text.clone())
        }
        _ => None,
    }
}

/// A text in one line, cut where it gets long.
pub(super) fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(120) {
        Some((end, _)) => format!("`{}…`", line.get(..end).unwrap_or("")),
        None => format!("`{line}`"),
    }
}
