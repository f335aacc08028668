//! Queries of system views.
use super::{
    Read, Reader, Unreadable, rows,
    sources::{Source, source},
};
use crate::{
    dialect::cursor::Cursor,
    operation::{Comparison, Listing, Lookup, Property, RowSource, Rows, Term},
    text::TokenKind,
};

/// What a query answers.
pub(super) struct Query {
    /// The value that it selects, `NULL` if it finds no row.
    pub(super) value: Term,
    /// Whether it finds a row.
    pub(super) exists: Term,
}

/// The relations of a query.
pub(super) struct Scope {
    main: &'static Source,
    /// Each relation's alias, view, and the way that leads to it from the first: `conrelid.`.
    relations: Vec<(String, &'static Source, Option<String>)>,
}

impl Scope {
    /// What the query's rows are rows of.
    pub(super) fn listing(&self) -> Listing {
        self.main.listing
    }

    /// What `*` stands for, where there is one relation only.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&'static str, Property)> {
        let alone = self.relations.len() == 1;
        self.main.columns().iter().filter(move |_| alone).copied()
    }

    /// What a column with its qualifiers says, and whether it certainly is a column; `None` when no relation has it.
    pub(super) fn property(&self, path: &[String]) -> Option<(Property, bool)> {
        let (column, qualifier) = path.split_last()?;
        let column = column.to_lowercase();
        let (relation, way) = match qualifier.last() {
            Some(alias) => self.relations.iter().find(|(a, ..)| a.eq_ignore_ascii_case(alias)),
            None => {
                let mut having = self.relations.iter().filter(|(_, s, _)| s.has(&column));
                let found = having.next();
                // A column that is not modelled belongs to the only relation.
                let only = self.relations.first().filter(|_| self.relations.len() == 1);
                found.filter(|_| having.next().is_none()).or(only)
            }
        }
        .map(|(_, source, way)| (source, way))?;
        let way = way.as_deref()?;
        let certain = relation.has(&column) || !qualifier.is_empty();
        Some((self.main.property(&format!("{way}{column}")), certain))
    }
}

/// Reads all of `c` as a query.
pub(super) fn read<'a>(reader: &Reader<'a, '_>, c: &Cursor<'a>) -> Read<Query> {
    let mut c = *c;
    let whole = c;
    if !c.accept("select") {
        return Err(Unreadable);
    }
    let distinct = c.accept("distinct");
    let list_start = c.position();
    seek(&mut c, &["from", "union", "intersect", "except", "into", "where", "limit"])?;
    let list = c.slice_from(list_start);
    if c.is_end() {
        let value = reader.part(list)?;
        return Ok(Query { value, exists: Term::Bool(true) });
    }
    if !c.accept("from") {
        return Err(Unreadable);
    }
    match looked_up(reader, c, list, whole, distinct) {
        Ok(query) => Ok(query),
        Err(Unreadable) => blind(reader, list, whole),
    }
}

/// A query of which the relations or the conditions are not understood: what it selects may still be one of several values
/// that are.
fn blind<'a>(reader: &Reader<'a, '_>, list: Cursor<'a>, whole: Cursor<'a>) -> Read<Query> {
    let text = whole.source(whole.rest_span());
    let exists = Term::Unknown(format!("SELECT EXISTS ({text})"));
    let mut inner = Reader { scope: None, counts: None, blind: true, ..reader.inner(list) };
    let value = match inner.or() {
        Ok(term @ (Term::If(_) | Term::Concat(_) | Term::Compare(..))) if inner.c.is_end() => term,
        _ => Term::Unknown(text.to_owned()),
    };
    Ok(Query { value, exists })
}

/// Behind `FROM`.
fn looked_up<'a>(
    reader: &Reader<'a, '_>,
    mut c: Cursor<'a>,
    list: Cursor<'a>,
    whole: Cursor<'a>,
    distinct: bool,
) -> Read<Query> {
    let from = c;
    let mut conditions: Vec<Cursor<'a>> = Vec::new();
    let relations = relations(&mut c, &mut conditions)?;
    if c.accept("where") {
        let start = c.position();
        seek(
            &mut c,
            &[
                "group",
                "having",
                "order",
                "limit",
                "union",
                "intersect",
                "except",
                "offset",
                "for",
                "fetch",
                "into",
            ],
        )?;
        conditions.push(c.slice_from(start));
    }
    if c.accept("order") {
        seek(&mut c, &["limit", "offset", "for", "fetch", "union"])?;
    }
    if c.accept("limit") {
        let one = c.next_token().is_some_and(|t| t.kind == TokenKind::Number && c.text_of(t) != "0");
        if !one {
            return Err(Unreadable);
        }
    }
    if !c.is_end() || relations.len() > 6 {
        return Err(Unreadable);
    }
    let scope = scope(relations, from)?;
    let terms = filter(reader, &scope, conditions)?;
    let text = whole.source(whole.rest_span());
    // A query with variables cannot be run by itself.
    let probe = if terms.iter().any(mentions_variable) {
        String::new()
    } else {
        format!("SELECT EXISTS (SELECT 1 FROM {})", from.source(from.rest_span()))
    };
    let lookup = Lookup { listing: scope.main.listing, filter: Term::And(terms), probe };
    let exists = Term::Exists(Box::new(lookup.clone()));
    let own = Reader { scope: Some(&scope), counts: None, ..reader.inner(list) };
    let all = |first: Term| Rows {
        source: RowSource::Listing(scope.main.listing),
        filter: lookup.filter.clone(),
        columns: vec![(String::new(), first)],
        order: Vec::new(),
        distinct: false,
        limit: None,
        text: text.to_owned(),
    };
    if !distinct
        && !reader.mysql()
        && let Some(value) = rows::gathered(&own, list, all)?
    {
        return Ok(Query { value, exists: Term::Bool(true) });
    }
    if distinct {
        return Ok(Query { value: Term::Unknown(text.to_owned()), exists });
    }
    let mut inner = Reader { scope: Some(&scope), counts: Some(&lookup), ..reader.inner(list) };
    let value = match inner.or() {
        Ok(term) if inner.c.is_end() => term,
        _ => {
            // With an aggregate there always is a row.
            if list.rest().iter().any(|t| t.kind == TokenKind::LeftParen) {
                return Err(Unreadable);
            }
            return Ok(Query { value: Term::Unknown(text.to_owned()), exists });
        }
    };
    if counts(&value) {
        return Ok(Query { value, exists: Term::Bool(true) });
    }
    let value = match value {
        Term::Property(property) => Term::Selected(Box::new(lookup), property),
        constant @ (Term::Integer(_) | Term::Bool(_) | Term::Text(_)) => {
            Term::If(Box::new([exists.clone(), constant, Term::Null]))
        }
        _ => Term::Unknown(text.to_owned()),
    };
    Ok(Query { value, exists })
}

/// The conditions of a query, and what its view leaves out.
pub(super) fn filter<'a>(
    reader: &Reader<'a, '_>,
    scope: &Scope,
    conditions: Vec<Cursor<'a>>,
) -> Read<Vec<Term>> {
    let mut terms = Vec::new();
    if let Some((property, values)) = scope.main.only {
        let one = |v: &&str| {
            let (a, b) = (Term::Property(property), Term::Text((*v).to_owned()));
            Term::Compare(Comparison::Equal, Box::new(a), Box::new(b))
        };
        terms.push(Term::Or(values.iter().map(one).collect()));
    }
    if scope.main.no_system_columns {
        let (number, zero) = (Term::Property(Property::Number), Term::Integer(0));
        terms.push(Term::Compare(Comparison::Greater, Box::new(number), Box::new(zero)));
    }
    for condition in conditions {
        let mut inner = Reader { scope: Some(scope), counts: None, ..reader.inner(condition) };
        let term = inner.or()?;
        if !inner.c.is_end() {
            return Err(Unreadable);
        }
        match term {
            Term::And(more) => terms.extend(more),
            term => terms.push(term),
        }
    }
    Ok(terms)
}

/// Whether a term counts rows, outside of queries in it.
fn counts(term: &Term) -> bool {
    match term {
        Term::Count(_) => true,
        Term::Not(t) | Term::IsNull(t) | Term::Lower(t) => counts(t),
        Term::And(ts) | Term::Or(ts) | Term::Coalesce(ts) | Term::Concat(ts) => ts.iter().any(counts),
        Term::Compare(_, a, b) => counts(a) || counts(b),
        Term::If(parts) => parts.iter().any(counts),
        Term::Call(_, ts) | Term::Array(ts) => ts.iter().any(counts),
        Term::Cast(t, _) => counts(t),
        _ => false,
    }
}

fn mentions_variable(term: &Term) -> bool {
    match term {
        Term::Variable(_) | Term::Unknown(_) => true,
        Term::Named { name, .. } => mentions_variable(name),
        Term::Not(t) | Term::IsNull(t) | Term::Lower(t) => mentions_variable(t),
        Term::And(ts) | Term::Or(ts) | Term::Coalesce(ts) | Term::Concat(ts) => {
            ts.iter().any(mentions_variable)
        }
        Term::Compare(_, a, b) => mentions_variable(a) || mentions_variable(b),
        Term::If(parts) => parts.iter().any(mentions_variable),
        Term::Call(_, ts) | Term::Array(ts) => ts.iter().any(mentions_variable),
        Term::Cast(t, _) => mentions_variable(t),
        Term::Gathered(..) => true,
        Term::Count(l) | Term::Exists(l) | Term::Selected(l, _) => mentions_variable(&l.filter),
        _ => false,
    }
}

/// Steps to one of `words` outside of parentheses, or to the end.
pub(super) fn seek(c: &mut Cursor<'_>, words: &[&str]) -> Read<()> {
    while !c.is_end() && !c.at_any(words) {
        if c.at_paren() {
            c.skip_parens().map_err(|_| Unreadable)?;
        } else {
            c.skip(1);
        }
    }
    Ok(())
}

pub(super) type Relations = Vec<(String, &'static Source)>;

/// Behind `FROM`: the relations; conditions of joins are put to the others.
pub(super) fn relations<'a>(c: &mut Cursor<'a>, conditions: &mut Vec<Cursor<'a>>) -> Read<Relations> {
    let mut found = vec![relation(c)?];
    loop {
        if c.accept_comma() {
            found.push(relation(c)?);
            continue;
        }
        let crossed = c.accept("cross");
        let inner = c.accept("inner");
        if !c.accept("join") {
            return if crossed || inner || c.at_any(&["left", "right", "full", "natural"]) {
                Err(Unreadable)
            } else {
                Ok(found)
            };
        }
        found.push(relation(c)?);
        if c.accept("on") {
            let start = c.position();
            seek(
                c,
                &[
                    "join", "inner", "cross", "left", "right", "full", "natural", "where", "group", "order",
                    "limit", "union", "having",
                ],
            )?;
            conditions.push(c.slice_from(start));
        } else if !crossed {
            return Err(Unreadable);
        }
    }
}

fn relation(c: &mut Cursor<'_>) -> Read<(String, &'static Source)> {
    let mysql = c.target().dialect.is_mysql_family();
    let name = c.object_name().map_err(|_| Unreadable)?;
    let lower = |s: &str| s.to_lowercase();
    let schema = name.schema.as_ref().map(|s| lower(s));
    let found = source(schema.as_deref(), &lower(&name.name), mysql).ok_or(Unreadable)?;
    let explicit = c.accept("as");
    const CLAUSES: &[&str] = &[
        "where", "join", "inner", "cross", "left", "right", "full", "natural", "on", "order", "limit",
        "group", "into", "union", "having", "using", "for",
    ];
    let alias = if explicit || c.at_name() && !c.at_any(CLAUSES) {
        c.any_name("an alias").map_err(|_| Unreadable)?.to_string()
    } else {
        name.name.to_string()
    };
    Ok((alias.to_lowercase(), found))
}

/// Finds the relation from whose rows all others follow: each of them by the `oid` that it is joined by.
pub(super) fn scope(relations: Relations, from: Cursor<'_>) -> Read<Scope> {
    if let [(alias, only)] = relations.as_slice() {
        return Ok(Scope { main: only, relations: vec![(alias.clone(), only, Some(String::new()))] });
    }
    // One way of an `OR` is no join.
    if from.rest().iter().any(|t| t.is_word(from.script_text(), "or")) {
        return Err(Unreadable);
    }
    let joins = joins(&relations, from);
    for first in 0..relations.len() {
        let mut ways: Vec<Option<String>> = vec![None; relations.len()];
        if let Some(way) = ways.get_mut(first) {
            *way = Some(String::new());
        }
        for _ in 0..relations.len() {
            for (from, column, to) in &joins {
                let way = ways.get(*from).cloned().flatten();
                if let (Some(way), Some(free @ None)) = (way, ways.get_mut(*to)) {
                    *free = Some(format!("{way}{column}."));
                }
            }
        }
        if ways.iter().all(Option::is_some) {
            let main = relations.get(first).map(|(_, s)| *s).ok_or(Unreadable)?;
            let relations = relations.into_iter().zip(ways).map(|((a, s), w)| (a, s, w)).collect();
            return Ok(Scope { main, relations });
        }
    }
    Err(Unreadable)
}

/// Equalities `a.column = b.oid` anywhere in the query: from which relation, by which column, to which.
fn joins(relations: &Relations, mut c: Cursor<'_>) -> Vec<(usize, String, usize)> {
    let mut found = Vec::new();
    while !c.is_end() {
        let before = c.position();
        let mut at = c;
        if let Some(left) = side(relations, &mut at)
            && at.accept_operator("=")
            && let Some(right) = side(relations, &mut at)
        {
            for ((from, column), (to, oid)) in [(&left, &right), (&right, &left)] {
                if oid == "oid" && from != to {
                    found.push((*from, column.clone(), *to));
                }
            }
        }
        // `a.b` is stepped over as a whole, so that `b` alone is not tried.
        if c.kind_at(1, TokenKind::Dot) {
            c.skip(3);
        } else {
            c.skip(1);
        }
        if c.position() == before {
            break;
        }
    }
    found
}

fn side(relations: &Relations, c: &mut Cursor<'_>) -> Option<(usize, String)> {
    let first = c.peek().filter(|t| t.is_name()).map(|t| c.name_value(t).to_lowercase())?;
    c.skip(1);
    if c.accept_kind(TokenKind::Dot) {
        let column = c.peek().filter(|t| t.is_name()).map(|t| c.name_value(t).to_lowercase())?;
        c.skip(1);
        let relation = relations.iter().position(|(alias, _)| *alias == first)?;
        return Some((relation, column));
    }
    let mut having = relations.iter().enumerate().filter(|(_, (_, s))| s.has(&first));
    let (relation, _) = having.next()?;
    having.next().is_none().then_some((relation, first))
}
