//! Queries of which all rows count: those that loops go through, and those that call the user's routines.
use super::{
    Names, Read, Reader, Unreadable,
    query::{self, Relations, Scope, seek},
};
use crate::{
    catalog::ObjectName,
    dialect::{cursor::Cursor, expression},
    operation::{Comparison, Function, Invocation, RowSource, Rows, Term},
    text::TokenKind,
};

/// Words that end a clause of a query.
const CLAUSES: &[&str] = &[
    "from",
    "where",
    "group",
    "having",
    "window",
    "order",
    "limit",
    "offset",
    "fetch",
    "for",
    "union",
    "intersect",
    "except",
    "into",
];

/// How many columns and rows of constants are read.
const MOST: usize = 1024;

/// Reads all that is left as a query; `None` when it is not understood.
pub(crate) fn rows(c: &Cursor<'_>, names: &Names<'_>) -> Option<Rows> {
    within(&Reader { c: *c, names, scope: None, counts: None, blind: false, depth: 0 }, c).ok()
}

/// Reads all of `c` as a query inside of what `reader` reads.
pub(super) fn within<'a>(reader: &Reader<'a, '_>, c: &Cursor<'a>) -> Read<Rows> {
    let mut c = *c;
    while c.at_paren() {
        let (inner, _) = c.parenthesised().map_err(|_| Unreadable)?;
        if !c.is_end() {
            return Err(Unreadable);
        }
        c = inner;
    }
    let whole = c;
    if c.at("values") {
        let (names, rows) = values(reader, &mut c, &[])?;
        let columns = names.iter().map(|n| (n.clone(), Term::Variable(n.clone()))).collect();
        let source = RowSource::Values(names, rows);
        return if c.is_end() { Ok(all(source, columns, &whole)) } else { Err(Unreadable) };
    }
    if !c.accept("select") {
        return Err(Unreadable);
    }
    let distinct = c.accept("distinct");
    if c.at("on") {
        return Err(Unreadable);
    }
    c.accept("all");
    let start = c.position();
    seek(&mut c, CLAUSES)?;
    let list = c.slice_from(start);
    let mut rows = if c.accept("from") {
        read_from(reader, &mut c, list, &whole)?
    } else {
        without_from(reader, list, &whole)?
    };
    rows.distinct = distinct;
    if c.is_end() { Ok(rows) } else { Err(Unreadable) }
}

fn all(source: RowSource, columns: Vec<(String, Term)>, whole: &Cursor<'_>) -> Rows {
    Rows {
        source,
        filter: Term::Bool(true),
        columns,
        order: Vec::new(),
        distinct: false,
        limit: None,
        text: whole.source(whole.rest_span()).to_owned(),
    }
}

/// A list without `FROM`: one row, or those of the function that is all of it.
fn without_from<'a>(reader: &Reader<'a, '_>, list: Cursor<'a>, whole: &Cursor<'a>) -> Read<Rows> {
    let mut c = list;
    if let Some((source, variable)) = generator(reader, &mut c)? {
        let name = alias(&mut c)?.unwrap_or_else(|| variable.clone());
        if c.is_end() {
            return Ok(all(source, vec![(name, Term::Variable(variable))], whole));
        }
        return Err(Unreadable);
    }
    Ok(all(RowSource::Single, columns(&reader.inner(list), list, &[])?, whole))
}

/// `unnest(…)`, `generate_series(…)`: the source and the variable that it sets.
fn generator<'a>(reader: &Reader<'a, '_>, c: &mut Cursor<'a>) -> Read<Option<(RowSource, String)>> {
    let Some(word) = ["unnest", "generate_series"].into_iter().find(|w| c.at(w)) else { return Ok(None) };
    if !c.kind_at(1, TokenKind::LeftParen) {
        return Ok(None);
    }
    c.skip(1);
    let (mut inner, _) = c.parenthesised().map_err(|_| Unreadable)?;
    let terms = inner.split_commas().into_iter().map(|a| reader.part(a)).collect::<Read<Vec<_>>>()?;
    let variable = format!("row.{word}");
    Ok(Some(match (word, terms.len()) {
        ("unnest", 1) => {
            let array = terms.into_iter().next().ok_or(Unreadable)?;
            (RowSource::Unnest(variable.clone(), Box::new(array)), variable)
        }
        ("generate_series", 2 | 3) => (RowSource::Series(variable.clone(), terms), variable),
        _ => return Err(Unreadable),
    }))
}

/// `VALUES (…), (…)`: the names of its columns and the rows.
fn values<'a>(
    reader: &Reader<'a, '_>,
    c: &mut Cursor<'a>,
    named: &[String],
) -> Read<(Vec<String>, Vec<Vec<Term>>)> {
    if !c.accept("values") {
        return Err(Unreadable);
    }
    let mut rows: Vec<Vec<Term>> = Vec::new();
    loop {
        let (mut inner, _) = c.parenthesised().map_err(|_| Unreadable)?;
        let row = inner.split_commas().into_iter().map(|a| reader.part(a)).collect::<Read<Vec<_>>>()?;
        if rows.len() >= MOST || rows.first().is_some_and(|first| first.len() != row.len()) {
            return Err(Unreadable);
        }
        rows.push(row);
        if !c.accept_comma() {
            break;
        }
    }
    let count = rows.first().map_or(0, Vec::len);
    let own = |at: usize| named.get(at).cloned().unwrap_or_else(|| format!("column{}", at + 1));
    Ok(((0..count).map(own).collect(), rows))
}

/// `[AS] name`, if a name follows.
fn alias(c: &mut Cursor<'_>) -> Read<Option<String>> {
    let explicit = c.accept("as");
    if explicit || c.at_name() && !c.at_any(CLAUSES) {
        return c.any_name("a name").map(|n| Some(n.to_lowercase())).map_err(|_| Unreadable);
    }
    Ok(None)
}

/// `(a, b)` behind a relation's alias.
fn column_names(c: &mut Cursor<'_>) -> Read<Vec<String>> {
    if !c.at_paren() {
        return Ok(Vec::new());
    }
    let names = c.name_list("a column").map_err(|_| Unreadable)?;
    Ok(names.iter().map(|n| n.to_lowercase()).collect())
}

/// Behind `FROM`.
fn read_from<'a>(
    reader: &Reader<'a, '_>,
    c: &mut Cursor<'a>,
    list: Cursor<'a>,
    whole: &Cursor<'a>,
) -> Read<Rows> {
    let mut at = *c;
    // What is not a view of the server's catalog has columns that are variables.
    let made = if let Some((source, variable)) = generator(reader, &mut at)? {
        let alias = alias(&mut at)?;
        let named = column_names(&mut at)?.into_iter().next();
        let column = named.or_else(|| alias.clone()).unwrap_or_else(|| variable.replace("row.", ""));
        Some((source, alias.unwrap_or_default(), vec![(column, variable)]))
    } else if at.at_paren() {
        let (mut inner, _) = at.parenthesised().map_err(|_| Unreadable)?;
        let alias = alias(&mut at)?.unwrap_or_default();
        let named = column_names(&mut at)?;
        let (names, rows) = values(reader, &mut inner, &named)?;
        if !inner.is_end() {
            return Err(Unreadable);
        }
        let variables: Vec<String> = names.iter().map(|n| format!("row.{n}")).collect();
        let columns = names.into_iter().zip(variables.iter().cloned()).collect();
        Some((RowSource::Values(variables, rows), alias, columns))
    } else {
        None
    };
    let Some((source, alias, made)) = made else { return listed(reader, c, list, whole) };
    *c = at;
    let outer = reader.names.variable;
    let own = |name: &str| {
        let column = name.strip_prefix(&alias).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name);
        made.iter().find(|(n, _)| n == column).map(|(_, variable)| variable.clone()).or_else(|| outer(name))
    };
    let names = Names { variable: &own };
    let part = |c: Cursor<'a>| Reader {
        c,
        names: &names,
        scope: None,
        counts: None,
        blind: false,
        depth: reader.depth + 1,
    };
    let mut filter = Term::Bool(true);
    if c.accept("where") {
        let start = c.position();
        seek(c, CLAUSES)?;
        filter = part(c.slice_from(start)).part(c.slice_from(start))?;
    }
    let star: Vec<(String, Term)> =
        made.iter().map(|(name, variable)| (name.clone(), Term::Variable(variable.clone()))).collect();
    let columns = columns(&part(list), list, &star)?;
    let mut rows = Rows { filter, ..all(source, columns, whole) };
    ending(&part(*c), c, &mut rows)?;
    Ok(rows)
}

/// Rows of views of the server's catalog.
fn listed<'a>(
    reader: &Reader<'a, '_>,
    c: &mut Cursor<'a>,
    list: Cursor<'a>,
    whole: &Cursor<'a>,
) -> Read<Rows> {
    let from = *c;
    let mut conditions: Vec<Cursor<'a>> = Vec::new();
    let relations: Relations = query::relations(c, &mut conditions)?;
    if c.accept("where") {
        let start = c.position();
        seek(c, CLAUSES)?;
        conditions.push(c.slice_from(start));
    }
    if relations.len() > 6 {
        return Err(Unreadable);
    }
    let scope: Scope = query::scope(relations, from)?;
    let filter = Term::And(query::filter(reader, &scope, conditions)?);
    let part = |c: Cursor<'a>| Reader { scope: Some(&scope), counts: None, ..reader.inner(c) };
    let star: Vec<(String, Term)> =
        scope.columns().map(|(name, property)| (name.to_owned(), Term::Property(property))).collect();
    let columns = columns(&part(list), list, &star)?;
    let mut rows = Rows { filter, ..all(RowSource::Listing(scope.listing()), columns, whole) };
    ending(&part(*c), c, &mut rows)?;
    Ok(rows)
}

/// The columns of a list; `star` is what `*` stands for.
fn columns<'a>(
    reader: &Reader<'a, '_>,
    mut list: Cursor<'a>,
    star: &[(String, Term)],
) -> Read<Vec<(String, Term)>> {
    const AGGREGATES: &[&str] = &["count", "max", "min", "sum", "avg", "string_agg", "array_agg", "unnest"];
    let mut columns = Vec::new();
    for item in list.split_commas() {
        let mut tail = item;
        while tail.peek().is_some_and(|t| t.is_name()) && tail.kind_at(1, TokenKind::Dot) {
            tail.skip(2);
        }
        if tail.accept_operator("*") && tail.is_end() && !star.is_empty() {
            columns.extend(star.iter().cloned());
            continue;
        }
        if AGGREGATES.iter().any(|a| item.at(a)) && item.kind_at(1, TokenKind::LeftParen) {
            return Err(Unreadable);
        }
        let mut part = reader.inner(item);
        let start = part.c.position();
        let term = part.or()?;
        let read = part.c.slice_from(start);
        let name = match alias(&mut part.c)? {
            Some(name) => name,
            None => default_name(read),
        };
        if !part.c.is_end() || columns.len() >= 64 {
            return Err(Unreadable);
        }
        columns.push((name, term));
    }
    if columns.is_empty() { Err(Unreadable) } else { Ok(columns) }
}

/// How the server names a column without an alias.
fn default_name(mut item: Cursor<'_>) -> String {
    let mut name = String::from("?column?");
    while let Some(token) = item.peek().filter(|t| t.is_name()) {
        name = item.name_value(token).to_lowercase();
        item.skip(1);
        if !item.accept_kind(TokenKind::Dot) {
            break;
        }
    }
    name
}

/// `ORDER BY … LIMIT …`
fn ending<'a>(reader: &Reader<'a, '_>, c: &mut Cursor<'a>, rows: &mut Rows) -> Read<()> {
    if c.accept("order") {
        if !c.accept("by") {
            return Err(Unreadable);
        }
        let start = c.position();
        seek(c, &["limit", "offset", "fetch", "for", "union", "intersect", "except"])?;
        rows.order = order(reader, c.slice_from(start), &rows.columns)?;
    }
    if c.accept("limit") {
        let token = c.next_token().filter(|t| t.kind == TokenKind::Number).ok_or(Unreadable)?;
        rows.limit = Some(c.text_of(token).parse().map_err(|_| Unreadable)?);
    }
    Ok(())
}

fn order<'a>(
    reader: &Reader<'a, '_>,
    mut list: Cursor<'a>,
    columns: &[(String, Term)],
) -> Read<Vec<(Term, bool)>> {
    let mut order = Vec::new();
    for item in list.split_commas() {
        // A column of the list by its number or its name.
        let named = match item.peek() {
            Some(t) if t.kind == TokenKind::Number => {
                let number: usize = item.text_of(t).parse().map_err(|_| Unreadable)?;
                Some(columns.get(number.wrapping_sub(1)).ok_or(Unreadable)?.1.clone())
            }
            Some(t) if t.is_name() && !item.kind_at(1, TokenKind::Dot) => {
                let name = item.name_value(t).to_lowercase();
                columns.iter().find(|(n, _)| *n == name).map(|(_, term)| term.clone())
            }
            _ => None,
        };
        let mut part = reader.inner(item);
        let term = match named {
            Some(term) => {
                part.c.skip(1);
                term
            }
            None => part.or()?,
        };
        let descending = part.c.accept_any(&["asc", "desc"]) == Some("desc");
        if !part.c.is_end() {
            return Err(Unreadable);
        }
        order.push((term, descending));
    }
    Ok(order)
}

/// `string_agg(…)` or `array_agg(…)` as all of a list: the value, given the rows that the rest of the query finds.
pub(super) fn gathered<'a>(
    reader: &Reader<'a, '_>,
    mut list: Cursor<'a>,
    rows: impl FnOnce(Term) -> Rows,
) -> Read<Option<Term>> {
    let Some(word) = ["string_agg", "array_agg"].into_iter().find(|w| list.at(w)) else { return Ok(None) };
    list.skip(1);
    let Ok((mut inner, _)) = list.parenthesised() else { return Ok(None) };
    alias(&mut list)?;
    if !list.is_end() {
        return Ok(None);
    }
    let distinct = inner.accept("distinct");
    let mut parts = inner.split_commas();
    let mut by = None;
    // The order stands behind the last argument.
    if let Some(last) = parts.last_mut() {
        let start = last.position();
        seek(last, &["order"])?;
        let head = last.slice_from(start);
        if last.accept("order") {
            by = Some(*last);
        }
        *last = head;
    }
    let wanted = if word == "string_agg" { 2 } else { 1 };
    if parts.len() != wanted {
        return Ok(None);
    }
    let mut terms = parts.into_iter().map(|p| reader.part(p)).collect::<Read<Vec<_>>>()?.into_iter();
    let mut rows = rows(terms.next().ok_or(Unreadable)?);
    rows.distinct = distinct;
    if let Some(mut by) = by {
        if !by.accept("by") {
            return Err(Unreadable);
        }
        rows.order = order(reader, by, &[])?;
    }
    let rows = Box::new(rows);
    Ok(Some(match terms.next() {
        Some(separator) => Term::Gathered(rows, Some(Box::new(separator))),
        // Of no rows it is no empty array.
        None => {
            let array = Term::Gathered(rows, None);
            let count = Term::Call(Function::Cardinality, vec![array.clone()]);
            let none = Term::Compare(Comparison::Equal, Box::new(count), Box::new(Term::Integer(0)));
            Term::If(Box::new([none, Term::Null, array]))
        }
    }))
}

/// The calls of routines that are not the server's, if calls are all that a query does, which stands behind `SELECT`,
/// `PERFORM` or `CALL`; none when it does more, or when that is not clear.
pub(crate) fn invoked(c: &Cursor<'_>, names: &Names<'_>) -> Vec<Invocation> {
    let mut found = calls(c, names);
    found.retain(|call| expression::builtin_function(&call.name.name, c.target()).is_none());
    found
}

fn calls(c: &Cursor<'_>, names: &Names<'_>) -> Vec<Invocation> {
    let reader = Reader { c: *c, names, scope: None, counts: None, blind: false, depth: 0 };
    let mut c = *c;
    let start = c.position();
    if seek(&mut c, CLAUSES).is_err() {
        return Vec::new();
    }
    let mut list = c.slice_from(start);
    if c.is_end() {
        let calls: Option<Vec<_>> = list.split_commas().into_iter().map(|item| call(&reader, item)).collect();
        return calls.unwrap_or_default();
    }
    let rest = c;
    if !c.accept("from") {
        return Vec::new();
    }
    if list.accept_operator("*") && list.is_end() {
        // `SELECT * FROM f(…)`
        return call(&reader, c).into_iter().collect();
    }
    over(&reader, list, rest).into_iter().collect()
}

/// `SELECT f(column) FROM …`: a call for each row.
fn over<'a>(reader: &Reader<'a, '_>, list: Cursor<'a>, rest: Cursor<'a>) -> Option<Invocation> {
    let mut found = call(reader, list)?;
    // Its arguments are the columns of the query.
    let mut arguments = list;
    while !arguments.at_paren() && !arguments.is_end() {
        arguments.skip(1);
    }
    let (inner, _) = arguments.parenthesised().ok()?;
    let mut from = rest;
    if !from.accept("from") {
        return None;
    }
    let rows = read_from(reader, &mut from, inner, &rest).ok().filter(|_| from.is_end())?;
    if found.arguments.iter().any(|(name, _)| name.is_some()) || rows.columns.len() != found.arguments.len() {
        return None;
    }
    let at = |place: usize| (None, Term::Variable(format!("argument.{place}")));
    found.arguments = (0..rows.columns.len()).map(at).collect();
    found.rows = Some(Box::new(rows));
    Some(found)
}

/// One call as all of a part.
fn call<'a>(reader: &Reader<'a, '_>, mut c: Cursor<'a>) -> Option<Invocation> {
    let first = c.any_name("a name").ok()?;
    let name = if c.accept_kind(TokenKind::Dot) {
        ObjectName::new(first, c.any_name("a name").ok()?)
    } else {
        ObjectName::bare(first)
    };
    if !c.at_paren() {
        return None;
    }
    let (mut inner, _) = c.parenthesised().ok()?;
    alias(&mut c).ok()?;
    if !c.is_end() || inner.at_any(&["distinct", "all", "variadic"]) || inner.at_operator("*") {
        return None;
    }
    let mut arguments = Vec::new();
    for part in inner.split_commas() {
        let mut value = part;
        let named = part.peek().is_some_and(|t| t.is_name())
            && part
                .peek_at(1)
                .is_some_and(|t| ["=>", ":="].iter().any(|o| t.is_operator(part.script_text(), o)));
        let mut own = None;
        if named {
            own = Some(value.any_name("a name").ok()?.to_lowercase());
            value.skip(1);
        }
        let text = || Term::Unknown(value.source(value.rest_span()).to_owned());
        arguments.push((own, reader.part(value).unwrap_or_else(|Unreadable| text())));
        if arguments.len() > 64 {
            return None;
        }
    }
    Some(Invocation { name, arguments, rows: None })
}
