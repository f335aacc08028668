//! `INSERT`, `UPDATE`, `DELETE`, `MERGE` and `COPY`.
use crate::{
    catalog::{Expression, Name, ObjectName},
    dialect::{
        cursor::{Cursor, Read},
        expression,
    },
    operation::{Delete, Filter, Insert, Located, ObjectStatement, Operation, Update},
    text::{Span, TokenKind},
};

use super::{scan, session};

/// Relations that the rest of the statement reads, without the target.
fn reads(c: &Cursor<'_>, start: usize, target: &ObjectName) -> Vec<ObjectName> {
    let mut whole = *c;
    whole.skip_all();
    let query = expression::read_query(whole.source_from(start), c.target());
    query.reads.into_iter().filter(|r| r != target).collect()
}

/// Behind `INSERT`.
pub(super) fn insert(c: &mut Cursor<'_>) -> Read<Operation> {
    c.expect("into")?;
    let mut insert =
        Insert { table: c.object_name_of("a table name")?, verb: "INSERT".into(), ..Insert::default() };
    if c.accept("as") {
        c.name_of("an alias")?;
    }
    // `(a, b)` are columns, `(SELECT …)` is a query.
    if c.at_paren() && !starts_query(c) {
        let (mut inner, _) = c.parenthesised()?;
        insert.columns = inner.list(target_column)?;
        if !inner.is_end() {
            return Err(inner.unexpected("`,` or `)`"));
        }
    }
    if c.accept("overriding") {
        insert.overriding_user = c.expect_any(&["system", "user"])? == "user";
        c.expect("value")?;
    }
    let start = c.position();
    if c.accept_words(&["default", "values"]) {
    } else if c.accept("values") {
        insert.rows = c.list(row)?;
    } else if !(c.at_paren() || c.at_any(&["select", "with", "table"])) {
        return Err(c.unexpected("`VALUES` or a query"));
    }
    // What is behind a query cannot be told from it without reading it: look for the clause itself.
    while !c.is_end() && !c.at_words(&["on", "conflict"]) && !c.at("returning") {
        if c.at_paren() {
            c.skip_parens()?;
        } else {
            c.skip(1);
            if insert.rows.is_empty() {
                continue;
            }
            // `VALUES … ORDER BY`, `VALUES … UNION`: a query after all.
            insert.rows.clear();
        }
    }
    insert.reads = reads(c, start, &insert.table);
    if c.accept_words(&["on", "conflict"]) {
        conflict_target(*c, &mut insert);
        while !c.is_end() && !c.at("do") {
            if c.at_paren() {
                c.skip_parens()?;
            } else {
                c.skip(1);
            }
        }
        c.expect("do")?;
        insert.may_overwrite = c.expect_any(&["nothing", "update"])? == "update";
        insert.ignores_conflicts = !insert.may_overwrite;
    }
    Ok(Operation::Insert(Box::new(insert)))
}

/// What is behind `ON CONFLICT`, where it is plain columns or a constraint's name.
fn conflict_target(mut c: Cursor<'_>, insert: &mut Insert) {
    if c.accept_words(&["on", "constraint"]) {
        insert.conflict_constraint = c.any_name("a constraint's name").ok();
    } else if let Ok((mut inner, _)) = c.parenthesised()
        && c.at("do")
        && let Ok(columns) = inner.list(|c| c.name_of("a column name"))
        && inner.is_end()
    {
        insert.conflict_columns = Some(columns);
    }
}

/// Whether the parenthesis here holds a query.
fn starts_query(c: &Cursor<'_>) -> bool {
    let mut ahead = 0;
    while c.kind_at(ahead, TokenKind::LeftParen) {
        ahead += 1;
    }
    ["select", "with", "values", "table"].iter().any(|w| c.word_at(ahead, w))
}

/// `a`, `a.field`, `a[1]`: the column.
fn target_column(c: &mut Cursor<'_>) -> Read<Name> {
    let name = c.name_of("a column name")?;
    loop {
        if c.accept_kind(TokenKind::Dot) {
            c.any_name("a name behind the `.`")?;
        } else if c.accept_kind(TokenKind::LeftBracket) {
            while !c.is_end() && !c.accept_kind(TokenKind::RightBracket) {
                c.skip(1);
            }
        } else {
            return Ok(name);
        }
    }
}

/// `(1, 'a', DEFAULT)`.
fn row(c: &mut Cursor<'_>) -> Read<Vec<Expression>> {
    let (mut inner, span) = c.parenthesised()?;
    let values = inner.split_commas();
    if values.iter().any(Cursor::is_end) || values.is_empty() {
        return Err(crate::dialect::cursor::Stop::invalid(span, "expected a value between `(`, `,` and `)`"));
    }
    Ok(values.iter().map(|v| expression::read(v.source(v.rest_span()), c.target())).collect())
}

/// `[AS] alias` before one of `ends`.
fn alias(c: &mut Cursor<'_>, ends: &[&str]) -> Read<Option<Name>> {
    if c.accept("as") {
        return c.name_of("an alias").map(Some);
    }
    if c.at_any(ends) || !c.at_name() {
        return Ok(None);
    }
    c.name_of("an alias").map(Some)
}

/// Behind `UPDATE`.
pub(super) fn update(c: &mut Cursor<'_>) -> Read<Operation> {
    let (table, only) = session::rows_of(c)?;
    let mut update = Update { alias: alias(c, &["set"])?, only, ..Update::default() };
    c.expect("set")?;
    let start = c.position();
    loop {
        assignment(c, &mut update.assignments)?;
        if !c.accept_comma() {
            break;
        }
    }
    let joined = c.accept("from");
    if joined {
        skip_to(c, &["where", "returning"])?;
    }
    update.filter = filter(c, joined)?;
    returning(c)?;
    update.reads = reads(c, start, &table);
    update.tables = vec![table];
    Ok(Operation::Update(Box::new(update)))
}

/// `a = expression` or `(a, b) = (…)`.
fn assignment(c: &mut Cursor<'_>, assignments: &mut Vec<(Name, Expression)>) -> Read<()> {
    let several = c.at_paren();
    let columns = if several {
        let (mut inner, _) = c.parenthesised()?;
        let columns = inner.list(target_column)?;
        inner.expect_end()?;
        columns
    } else {
        vec![target_column(c)?]
    };
    if !c.accept_operator("=") {
        return Err(c.unexpected("`=`"));
    }
    let from = c.position();
    if !c.accept("default") {
        // `(a, b) = (1, DEFAULT)`: a list in which `DEFAULT` may stand.
        let row = usize::from(c.at("row"));
        if several && c.kind_at(row, TokenKind::LeftParen) {
            c.skip(row);
            c.skip_parens()?;
        } else {
            scan::skip(c, scan::Grammar::Full)?;
        }
    }
    let source = c.slice_from(from);
    // `(a, b) = (1, 2)` assigns one by one; a subquery assigns all at once.
    let parts = row_parts(source, columns.len());
    for (i, column) in columns.into_iter().enumerate() {
        let part = parts.as_ref().and_then(|p| p.get(i)).copied().unwrap_or(source);
        assignments.push((column, expression::read(part.source(part.rest_span()), c.target())));
    }
    Ok(())
}

fn row_parts(mut c: Cursor<'_>, count: usize) -> Option<Vec<Cursor<'_>>> {
    if count < 2 {
        return None;
    }
    c.accept("row");
    let (mut inner, _) = c.parenthesised().ok()?;
    let parts = inner.split_commas();
    (parts.len() == count && c.is_end()).then_some(parts)
}

/// Steps forward to one of `words` outside of parentheses.
fn skip_to(c: &mut Cursor<'_>, words: &[&str]) -> Read<()> {
    while !c.is_end() && !c.at_any(words) {
        if c.at_paren() {
            c.skip_parens()?;
        } else {
            c.skip(1);
        }
    }
    Ok(())
}

fn filter(c: &mut Cursor<'_>, joined: bool) -> Read<Filter> {
    if !c.accept("where") {
        // What is joined decides how often a row is met, not which ones.
        return Ok(Filter::None);
    }
    if c.at_words(&["current", "of"]) {
        c.skip(2);
        c.name_of("a cursor name")?;
        return Ok(Filter::Other);
    }
    let condition = scan::read(c, scan::Grammar::Full)?;
    Ok(if expression::holds_always(&condition, c.target()) {
        Filter::Tautology { condition }
    } else if joined {
        Filter::Other
    } else {
        Filter::Condition { condition }
    })
}

fn returning(c: &mut Cursor<'_>) -> Read<()> {
    if c.accept("returning") {
        c.skip_all();
    }
    c.expect_end()
}

/// Behind `DELETE`.
pub(super) fn delete(c: &mut Cursor<'_>) -> Read<Operation> {
    c.expect("from")?;
    let (table, only) = session::rows_of(c)?;
    let alias = alias(c, &["using", "where", "returning"])?;
    let mut delete = Delete { alias, only, ..Delete::default() };
    let start = c.position();
    let joined = c.accept("using");
    if joined {
        let mut list = *c;
        skip_to(c, &["where", "returning"])?;
        while list.position() < c.position() {
            if list.at_name()
                && let Ok(name) = list.object_name()
            {
                delete.reads.push(name);
            }
            list.skip_to_comma();
            list.skip(1);
        }
    }
    delete.filter = filter(c, joined)?;
    returning(c)?;
    for read in reads(c, start, &table) {
        if !delete.reads.contains(&read) {
            delete.reads.push(read);
        }
    }
    delete.tables = vec![table];
    Ok(Operation::Delete(Box::new(delete)))
}

/// Behind `MERGE`.
pub(super) fn merge(c: &mut Cursor<'_>) -> Read<Operation> {
    c.expect("into")?;
    let table = session::relation(c)?;
    alias(c, &["using"])?;
    let start = c.position();
    c.expect("using")?;
    let mut reads_of = Vec::new();
    if c.at_name() {
        reads_of.push(c.object_name_of("a table name")?);
    }
    for read in reads(c, start, &table) {
        if !reads_of.contains(&read) {
            reads_of.push(read);
        }
    }
    let insert = Insert {
        table,
        verb: "MERGE".into(),
        may_overwrite: true,
        deletes: merge_deletes(*c)?,
        reads: reads_of,
        ..Insert::default()
    };
    Ok(Operation::Insert(Box::new(insert)))
}

/// What the branches of a `MERGE` delete: `WHEN MATCHED` rows for which its `ON` holds, `WHEN NOT MATCHED BY SOURCE`
/// all for which it never does, which no condition of the statement narrows but the branch's own.
fn merge_deletes(mut c: Cursor<'_>) -> Read<Option<Filter>> {
    let condition = |c: &mut Cursor<'_>, ends: &[&str]| -> Read<Filter> {
        let start = c.position();
        while !c.is_end() && !c.at_any(ends) {
            // `CASE WHEN … THEN … END` has the words that end a branch's condition.
            let mut depth = 0;
            loop {
                match () {
                    () if c.at("case") => depth += 1,
                    () if c.at("end") => depth -= 1,
                    () => {}
                }
                step(c)?;
                if depth <= 0 || c.is_end() {
                    break;
                }
            }
        }
        let condition = expression::read(c.source_from(start), c.target());
        Ok(if expression::is_tautology(&condition, c.target()) {
            Filter::Tautology { condition }
        } else {
            Filter::Condition { condition }
        })
    };
    while !c.is_end() && !c.at("on") {
        step(&mut c)?;
    }
    c.skip(1);
    let mut joined = condition(&mut c, &["when"])?;
    let mut found: Option<Filter> = None;
    while c.accept("when") {
        let unmatched = c.accept("not");
        c.accept("matched");
        let by_source = unmatched && c.accept_words(&["by", "source"]);
        c.accept_words(&["by", "target"]);
        let own = if c.accept("and") { Some(condition(&mut c, &["then"])?) } else { None };
        c.accept("then");
        if c.at("delete") {
            let restricted = |f: &Filter| matches!(f, Filter::Condition { .. });
            let joins = if by_source { Filter::None } else { std::mem::take(&mut joined) };
            let filter = match own {
                Some(own) if restricted(&own) => own,
                _ if restricted(&joins) => joins.clone(),
                Some(own) => own,
                None => joins.clone(),
            };
            joined = joins;
            if found.as_ref().is_none_or(restricted) {
                found = Some(filter);
            }
        }
        while !c.is_end() && !c.at("when") {
            step(&mut c)?;
        }
    }
    Ok(found)
}

/// Over one token, or a parenthesis with what is in it.
fn step(c: &mut Cursor<'_>) -> Read<()> {
    if c.at_paren() {
        c.skip_parens()?;
    } else {
        c.skip(1);
    }
    Ok(())
}

/// Behind `COPY`.
pub(super) fn copy(c: &mut Cursor<'_>, whole: Span, depth: u32) -> Read<Vec<Located<Operation>>> {
    if c.at_paren() {
        let (inner, _) = c.parenthesised()?;
        c.expect("to")?;
        // The rows may be those that a statement writes: it runs.
        let mut operations = super::lower_tokens(c.script_text(), inner.rest(), c.target(), depth + 1);
        if let Operation::Opaque { verb, objects, may_change_schema } = copied_to(c) {
            // The form of the whole was checked.
            let object = ObjectStatement { verb, objects, may_change_schema, ..ObjectStatement::default() };
            operations.push(Located { span: whole, node: Operation::Object(Box::new(object)) });
        }
        return Ok(operations);
    }
    Ok(vec![Located { span: whole, node: copy_table(c)? }])
}

fn copy_table(c: &mut Cursor<'_>) -> Read<Operation> {
    c.accept("binary");
    let table = c.object_name_of("a table name")?;
    let columns = if c.at_paren() { c.name_list("a column name")? } else { Vec::new() };
    if c.expect_any(&["from", "to"])? == "to" {
        return Ok(copied_to(c));
    }
    let insert = Insert { table, columns, verb: "COPY".into(), ..Insert::default() };
    Ok(Operation::Insert(Box::new(insert)))
}

/// Behind `COPY … TO`: a program that the server runs may do anything, a file is written on the server.
fn copied_to(c: &Cursor<'_>) -> Operation {
    if c.at("program") {
        return super::common::opaque("COPY TO PROGRAM", Vec::new(), true);
    }
    if c.at_any(&["stdout", "stdin"]) {
        return Operation::Query { calls: Vec::new(), invoked: Vec::new() };
    }
    super::common::opaque("COPY TO", Vec::new(), false)
}
