//! Statements that write or read rows.
//!
//! Only what danger and rollback need is read: targets, filters, assignments, literal rows. What stands in an
//! expression is the server's business.
use crate::{
    catalog::{Expression, Name, ObjectName, Text},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression::{functions, holds_always, read_query},
    },
    operation::{Delete, Filter, Insert, Operation, Update},
    target::Dialect,
    text::{Span, TokenKind},
};

use super::expression;

/// `SELECT …`, `SHOW …`, `DO …`: reads, as far as the text tells.
pub(super) fn query(c: &mut Cursor<'_>) -> Operation {
    let sql = c.source(c.rest_span()).to_owned();
    let calls = functions(&Expression { sql: sql.into(), normal: Text::default() }, c.target());
    Operation::Query { calls, invoked: Vec::new() }
}

/// `WITH … SELECT | UPDATE | DELETE`.
pub(super) fn with(c: &mut Cursor<'_>) -> Read<Operation> {
    let start = *c;
    c.skip(1);
    c.accept("recursive");
    let mut names = Vec::new();
    loop {
        names.push(c.name_of("a name")?);
        if c.at_paren() && !c.word_at(1, "select") {
            c.skip_parens()?;
        }
        c.expect("as")?;
        c.skip_parens()?;
        // MariaDB: `CYCLE columns RESTRICT`.
        if c.accept("cycle") {
            while !c.is_end() && !c.accept("restrict") {
                c.skip(1);
            }
        }
        if !c.accept_comma() {
            break;
        }
    }
    let is_table = |name: &ObjectName| name.schema.is_some() || !names.contains(&name.name);
    if c.at("update") {
        let mut operation = update(c)?;
        if let Operation::Update(update) = &mut operation {
            update.reads.retain(is_table);
        }
        return Ok(operation);
    }
    if c.at("delete") {
        let mut operation = delete(c)?;
        if let Operation::Delete(delete) = &mut operation {
            delete.reads.retain(is_table);
        }
        return Ok(operation);
    }
    *c = start;
    Ok(query(c))
}

/// `INSERT`, `REPLACE`.
pub(super) fn insert(c: &mut Cursor<'_>) -> Read<Operation> {
    let verb = c.expect_any(&["insert", "replace"])?;
    let mut insert =
        Insert { verb: verb.to_ascii_uppercase(), may_overwrite: verb == "replace", ..Insert::default() };
    while let Some(word) = c.accept_any(&["low_priority", "high_priority", "delayed", "ignore"]) {
        insert.ignores_conflicts |= word == "ignore";
    }
    c.accept("into");
    insert.table = c.object_name_of("a table name")?;
    if c.accept("partition") {
        c.skip_parens()?;
    }
    if c.at_paren() && !at_query(c) {
        let (mut inner, _) = c.parenthesised()?;
        if !inner.is_end() {
            insert.columns = inner.list(column)?;
            inner.expect_end()?;
        }
    }
    if c.accept_any(&["values", "value"]).is_some() {
        rows(c, &mut insert)?;
    } else if c.accept("set") {
        let assignments = assignments(c)?;
        let (columns, row) = assignments.into_iter().unzip();
        (insert.columns, insert.rows) = (columns, vec![row]);
    } else if at_query(c) || c.at_any(&["select", "with", "table"]) {
        insert.reads = read_query(c.source(c.rest_span()), c.target()).reads;
    } else {
        return Err(c.expected_words(&["values", "set", "select"]));
    }
    let rest = c.rest();
    let text = c.script_text();
    insert.may_overwrite |= rest.windows(3).any(|w| {
        matches!(w, [a, b, d] if a.is_word(text, "on") && b.is_word(text, "duplicate") && d.is_word(text, "key"))
    });
    refuse_returning(c)?;
    if rest.windows(2).any(|w| matches!(w, [a, b] if a.is_word(text, "on") && b.is_word(text, "conflict"))) {
        let at = rest.iter().find(|t| t.is_word(text, "conflict")).map_or(c.span(), |t| t.span);
        return Err(Stop::invalid(at, "expected `DUPLICATE KEY UPDATE`, found `conflict`"));
    }
    Ok(Operation::Insert(Box::new(insert)))
}

/// MySQL has no `RETURNING`; MariaDB has it behind `INSERT`, `REPLACE` and `DELETE`.
///
/// To MySQL the word is a name like any other. Only where an operand ends right before it can it not be one: that
/// is looked for in what is left of the statement, outside of parentheses.
fn refuse_returning(c: &Cursor<'_>) -> Read<()> {
    if c.target().dialect == Dialect::MariaDb {
        return Ok(());
    }
    let text = c.script_text();
    let mut depth = 0u32;
    let mut before = c.previous();
    for (i, token) in c.rest().iter().enumerate() {
        let operand = before.is_some_and(|b| match b.kind {
            TokenKind::Number | TokenKind::String | TokenKind::RightParen | TokenKind::QuotedName => true,
            TokenKind::Word => !c.is_reserved_word(b) && !b.is_any_word(text, &["as", "value"]),
            _ => false,
        });
        let follows = c.rest().get(i + 1).is_some_and(|next| next.is_name() || next.is_operator(text, "*"));
        if depth == 0 && operand && follows && token.is_word(text, "returning") {
            return Err(Stop::invalid(token.span, "MySQL has no `RETURNING`"));
        }
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = Some(*token);
    }
    Ok(())
}

/// `column`, `table.column`, `db.table.column`.
fn column(c: &mut Cursor<'_>) -> Read<Name> {
    let mut name = c.name_of("a column name")?;
    while c.accept_kind(TokenKind::Dot) {
        name = c.any_name("a column name")?;
    }
    Ok(name)
}

/// `(value, …), (value, …)`, `ROW(…)`.
fn rows(c: &mut Cursor<'_>, insert: &mut Insert) -> Read<()> {
    loop {
        c.accept("row");
        let (mut inner, _) = c.parenthesised()?;
        let row = inner.split_commas().iter().map(|part| expression::at(part, part.rest_span())).collect();
        insert.rows.push(row);
        if !c.accept_comma() {
            return Ok(());
        }
    }
}

/// Whether a query begins here, in parentheses or not.
fn at_query(c: &Cursor<'_>) -> bool {
    let ahead = (0..).find(|i| !c.kind_at(*i, TokenKind::LeftParen)).unwrap_or(0);
    ahead > 0 && ["select", "with", "values", "table"].iter().any(|w| c.word_at(ahead, w))
}

/// `column = value, …` up to what ends a list of assignments.
fn assignments(c: &mut Cursor<'_>) -> Read<Vec<(Name, Expression)>> {
    c.list(|c| {
        let name = column(c)?;
        if !c.accept_operator("=") && !c.accept_operator(":=") {
            return Err(c.unexpected("`=`"));
        }
        let start = c.position();
        skip_until(c, &["where", "order", "limit", "on", "returning", "as"], true);
        if c.position() == start {
            return Err(c.unexpected("a value"));
        }
        Ok((name, expression::at(c, c.span_from(start))))
    })
}

/// Steps to the first of `words` outside of parentheses; to a comma as well when `comma`.
pub(super) fn skip_until(c: &mut Cursor<'_>, words: &[&str], comma: bool) {
    let maria = c.target().dialect == Dialect::MariaDb;
    let mut depth = 0u32;
    while let Some(token) = c.peek() {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen if depth == 0 => return,
            TokenKind::RightParen => depth -= 1,
            TokenKind::Comma if depth == 0 && comma => return,
            // To MySQL `returning` is a name.
            TokenKind::Word
                if depth == 0
                    && token.is_any_word(c.script_text(), words)
                    && (maria || !token.is_word(c.script_text(), "returning")) =>
            {
                return;
            }
            _ => {}
        }
        c.skip(1);
    }
}

/// The tables between `UPDATE` or `FROM` and the end of the cursor.
#[derive(Default)]
struct References {
    /// Tables with their aliases, in order.
    tables: Vec<(ObjectName, Option<Name>)>,
    /// Whether rows are matched by a condition of a join, or come from a subquery.
    joined: bool,
    /// Whether a join leaves rows of the first table out: one that is no `LEFT JOIN`.
    restricted: bool,
}

impl References {
    /// Whether joins leave rows of one of the tables out.
    fn restricts(&self, targets: &[ObjectName]) -> bool {
        let first = self.tables.first().map(|(name, _)| name);
        self.joined && (self.restricted || targets.iter().any(|name| Some(name) != first))
    }

    /// The table that `qualifier` means: an alias or a table's own name.
    fn resolve(&self, qualifier: &str) -> Option<&ObjectName> {
        let by_alias = self
            .tables
            .iter()
            .find(|(_, alias)| alias.as_ref().is_some_and(|a| a.eq_ignore_ascii_case(qualifier)));
        by_alias
            .or_else(|| self.tables.iter().find(|(name, _)| name.name.eq_ignore_ascii_case(qualifier)))
            .map(|(name, _)| name)
    }
}

/// Reads table references up to one of `words`.
fn references(c: &mut Cursor<'_>, words: &[&str]) -> Read<References> {
    const JOINS: [&str; 8] = ["inner", "cross", "left", "right", "outer", "natural", "straight_join", "join"];
    let mut found = References::default();
    let start = c.position();
    skip_until(c, words, false);
    let mut c = c.slice_from(start);
    let mut expects_table = true;
    let mut left = false;
    while let Some(token) = c.peek() {
        // `LEFT(a, 3)` is a function.
        left |= c.at("left") && !c.kind_at(1, TokenKind::LeftParen);
        if expects_table {
            expects_table = false;
            if token.kind == TokenKind::LeftParen {
                if at_query(&c) {
                    found.joined = true;
                    c.skip_parens()?;
                } else {
                    // `(a JOIN b)`: the mark changes nothing for us.
                    c.skip(1);
                    expects_table = true;
                    continue;
                }
            } else {
                let name = c.object_name_of("a table name")?;
                if c.accept("partition") {
                    c.skip_parens()?;
                }
                let named = c.accept("as");
                let alias = if named
                    || (c.at_name()
                        && !c.at_any(&["use", "force", "ignore", "on", "using"])
                        && !c.at_any(&JOINS))
                {
                    Some(c.name_of("an alias")?)
                } else {
                    None
                };
                found.tables.push((name, alias));
            }
        } else if token.kind == TokenKind::Comma {
            c.skip(1);
            expects_table = true;
        } else if c.accept_any(&["join", "straight_join"]).is_some() {
            expects_table = true;
        } else if c.at_any(&["on", "using"]) {
            found.joined = true;
            found.restricted |= !std::mem::take(&mut left);
            c.skip(1);
        } else if token.kind == TokenKind::LeftParen {
            c.skip_parens()?;
        } else {
            found.joined |= c.at("natural");
            found.restricted |= c.at("natural");
            c.skip(1);
        }
    }
    if expects_table {
        return Err(c.unexpected("a table name"));
    }
    Ok(found)
}

/// What ends a condition.
const AFTER_WHERE: [&str; 3] = ["order", "limit", "returning"];

/// `[WHERE …] [ORDER BY …] [LIMIT …]`: the filter and whether there is a limit. With several tables a condition is not
/// one on the target alone; `restricted` says that a join leaves rows out.
fn filter(c: &mut Cursor<'_>, joined: bool, restricted: bool) -> Read<(Filter, bool)> {
    let mut filter = if restricted { Filter::Other } else { Filter::None };
    if c.accept("where") {
        let start = c.position();
        skip_until(c, &AFTER_WHERE, false);
        if c.position() == start {
            return Err(c.unexpected("a condition"));
        }
        let span: Span = c.span_from(start);
        if c.source(span).to_ascii_lowercase().starts_with("current of") {
            filter = Filter::Other;
        } else {
            let condition = expression::at(c, span);
            filter = if holds_always(&condition, c.target()) && !restricted {
                Filter::Tautology { condition }
            } else if joined || restricted {
                Filter::Other
            } else {
                Filter::Condition { condition }
            };
        }
    }
    if c.accept("order") {
        skip_until(c, &["limit", "returning"], false);
    }
    let limited = c.accept("limit") && !is_no_limit(c);
    Ok((filter, limited))
}

/// Whether the one number of a `LIMIT` is more rows than a table has: the manual's own word for "all" is 2^64 - 1.
fn is_no_limit(c: &Cursor<'_>) -> bool {
    const MORE_THAN_ANY: u64 = 1 << 62;
    let [number] = c.rest() else { return false };
    number.kind == TokenKind::Number
        && number.text(c.script_text()).parse::<u64>().is_ok_and(|rows| rows >= MORE_THAN_ANY)
}

/// Tables that the rest of a statement reads in subqueries.
fn subquery_reads(c: &Cursor<'_>, span: Span, reads: &mut Vec<ObjectName>) {
    let sql = c.source(span);
    if !c.rest().iter().any(|t| t.is_word(c.script_text(), "select")) {
        return;
    }
    for name in read_query(sql, c.target()).reads {
        if !reads.contains(&name) {
            reads.push(name);
        }
    }
}

/// `UPDATE`.
pub(super) fn update(c: &mut Cursor<'_>) -> Read<Operation> {
    c.expect("update")?;
    refuse_returning(c)?;
    while c.accept_any(&["low_priority", "ignore"]).is_some() {}
    let found = references(c, &["set"])?;
    c.expect("set")?;
    let body = *c;
    let mut targets = Vec::new();
    let mut assigned = Vec::new();
    let mut unqualified = false;
    loop {
        let start = c.position();
        let name = column(c)?;
        let tokens = c.slice_from(start).rest();
        // `t.column`: the qualifier is the last name but one.
        let qualifier = tokens.len().checked_sub(3).and_then(|i| tokens.get(i)).map(|t| c.name_value(*t));
        if !c.accept_operator("=") && !c.accept_operator(":=") {
            return Err(c.unexpected("`=`"));
        }
        let value = c.position();
        skip_until(c, &["where", "order", "limit", "returning"], true);
        if c.position() == value {
            return Err(c.unexpected("a value"));
        }
        assigned.push((name, expression::at(c, c.span_from(value))));
        let table = qualifier.and_then(|q| found.resolve(&q).cloned());
        unqualified |= table.is_none();
        targets.extend(table.filter(|t| !targets.contains(t)));
        if !c.accept_comma() {
            break;
        }
    }
    let single = found.tables.len() == 1 && !found.joined;
    if single {
        targets = found.tables.iter().take(1).map(|(name, _)| name.clone()).collect();
    } else if unqualified {
        // Any table of the join may have the column.
        targets.clear();
        for (name, _) in &found.tables {
            if !targets.contains(name) {
                targets.push(name.clone());
            }
        }
    }
    let (filter, limited) = filter(c, found.joined, found.restricts(&targets))?;
    let mut reads: Vec<ObjectName> =
        found.tables.iter().map(|(name, _)| name.clone()).filter(|name| !targets.contains(name)).collect();
    subquery_reads(&body, body.rest_span(), &mut reads);
    let alias = if single { found.tables.first().and_then(|(_, alias)| alias.clone()) } else { None };
    Ok(Operation::Update(Box::new(Update {
        tables: targets,
        alias,
        assignments: assigned,
        filter,
        limited,
        only: false,
        reads,
    })))
}

/// `DELETE`.
pub(super) fn delete(c: &mut Cursor<'_>) -> Read<Operation> {
    c.expect("delete")?;
    refuse_returning(c)?;
    while c.accept_any(&["low_priority", "quick", "ignore"]).is_some() {}
    let from_first = c.accept("from");
    let start = *c;
    let mut names = vec![target(c)?];
    while c.accept_comma() {
        names.push(target(c)?);
    }
    let multiple = if from_first { c.accept("using") } else { c.accept("from") };
    if !multiple && (!from_first || names.len() > 1) {
        return Err(c.expected_words(&[if from_first { "using" } else { "from" }]));
    }
    let body = *c;
    if multiple {
        let found = references(c, &["where", "order", "limit", "returning"])?;
        let tables: Vec<ObjectName> =
            names.iter().map(|n| found.resolve(&n.name).unwrap_or(n).clone()).collect();
        let several = found.joined || found.tables.len() > 1;
        let (filter, limited) = filter(c, several, found.restricts(&tables))?;
        let mut reads: Vec<ObjectName> =
            found.tables.into_iter().map(|(name, _)| name).filter(|name| !tables.contains(name)).collect();
        subquery_reads(&body, body.rest_span(), &mut reads);
        let delete = Delete { tables, alias: None, filter, limited, only: false, reads };
        return Ok(Operation::Delete(Box::new(delete)));
    }
    *c = start;
    let found = references(c, &["where", "order", "limit", "returning", "for"])?;
    if c.at_words(&["for", "portion"]) {
        skip_until(c, &["where", "order", "limit", "returning"], false);
    }
    let (filter, limited) = filter(c, false, false)?;
    let mut reads = Vec::new();
    subquery_reads(&body, body.rest_span(), &mut reads);
    let alias = found.tables.into_iter().next().and_then(|(_, alias)| alias);
    Ok(Operation::Delete(Box::new(Delete { tables: names, alias, filter, limited, only: false, reads })))
}

/// `t`, `t.*`, `db.t.*`, with an alias that only a single target may have.
fn target(c: &mut Cursor<'_>) -> Read<ObjectName> {
    let mut parts = vec![c.name_of("a table name")?];
    while c.accept_kind(TokenKind::Dot) {
        if c.accept_operator("*") {
            break;
        }
        parts.push(c.any_name("a name behind the `.`")?);
    }
    let name = parts.pop().unwrap_or_default();
    if c.accept("partition") {
        c.skip_parens()?;
    }
    if c.accept("as")
        || (c.at_name() && !c.at_any(&["from", "using", "where", "order", "limit", "returning", "for"]))
    {
        c.name_of("an alias")?;
    }
    Ok(c.kept(ObjectName { schema: parts.pop(), name }))
}

/// `LOAD DATA`, `LOAD XML`.
pub(super) fn load(c: &mut Cursor<'_>) -> Read<Operation> {
    c.expect("load")?;
    if c.accept_words(&["index", "into", "cache"]) {
        return Ok(super::opaque("LOAD INDEX INTO CACHE", Vec::new(), false));
    }
    c.expect_any(&["data", "xml"])?;
    let mut insert = Insert { verb: "LOAD DATA".into(), ..Insert::default() };
    skip_until(c, &["into", "replace", "ignore"], false);
    match c.accept_any(&["replace", "ignore"]) {
        Some("replace") => insert.may_overwrite = true,
        Some(_) => insert.ignores_conflicts = true,
        None => {}
    }
    c.expect_words(&["into", "table"])?;
    insert.table = c.object_name_of("a table name")?;
    Ok(Operation::Insert(Box::new(insert)))
}
