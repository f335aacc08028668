//! From PostgreSQL's statements to operations.
//!
//! One module per family of statements. A production reads a statement in full or stops: with
//! [`Stop::Invalid`] where PostgreSQL's own grammar certainly refuses the next token, with [`Stop::Opaque`] where the
//! statement has no form of its own, which makes it an [`Operation::Opaque`] with its verb and objects.
mod alter;
mod alter_column;
mod block;
mod column;
mod comment;
mod common;
mod constraint;
mod create;
mod dml;
mod drop;
mod foreign;
mod form;
mod index;
mod object;
mod other;
mod parameters;
mod partition;
mod plpgsql;
mod query;
mod routine;
mod scan;
mod sequence;
mod session;
mod storage;
mod table;
#[cfg(test)]
mod tests;
mod trigger;
mod user_type;
mod view;

use crate::{
    dialect::{
        cursor::{Cursor, Read, Stop},
        guard::{self, Names},
    },
    operation::{Block, Branch, Located, Operation, Step, Term},
    target::Target,
    text::{Script, Span, Statement, Token, TokenKind},
};

use super::words;

pub(crate) use block::{body, executed};
pub(crate) use parameters::{Parameter, parameters};
pub(crate) use routine::reprinted as reprinted_arguments;

/// What a statement asks for. Most statements are one operation; a `WITH` whose queries write is several.
pub fn lower(script: &Script<'_>, statement: &Statement, target: &Target) -> Vec<Located<Operation>> {
    lower_tokens(script.text, script.tokens_of(statement), target, 0)
}

/// The operations of one statement, given by its tokens; `depth` counts how deep it stands in other statements. Of
/// what is not read inside of a statement whose form was checked the form is not checked again.
fn lower_tokens(text: &str, tokens: &[Token], target: &Target, depth: u32) -> Vec<Located<Operation>> {
    let whole = match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => return Vec::new(),
    };
    let start = Cursor::new(text, tokens, target, words::is_reserved);
    let template = is_template(text, tokens);
    let form = if depth > 0 { Ok(None) } else { form::check(start) };
    let mut cursor = start;
    let (form, refusal) = match form {
        Ok(captures) => (captures, None),
        Err(refusal) => (None, Some(refusal)),
    };
    let stop = match (statement(&mut cursor, whole, depth), refusal) {
        (Ok(operations), None) => return object::settle(operations, start, form),
        (Ok(operations), Some(_)) if template => return operations,
        (_, _) if template => Stop::Opaque,
        (_, Some(form::Refusal::Version(stop))) => stop,
        // The grammar has the last word on what the server reads.
        (Err(Stop::Invalid { .. }), None) if form.is_some() => Stop::Opaque,
        (Err(stop @ Stop::Invalid { .. }), _) => foreign::recognise(start, stop),
        (_, Some(refusal)) => foreign::recognise(start, refusal.stop()),
        (Err(stop), None) => stop,
    };
    match stop {
        Stop::Invalid { span, message, help } => {
            vec![Located { span, node: Operation::Invalid { message, help } }]
        }
        Stop::Opaque => {
            let named = vec![Located { span: whole, node: other::opaque(start) }];
            object::settle(named, start, form)
        }
    }
}

/// Whether something is to be filled in before the server sees the statement: psql's `:name`, `{{ name }}`,
/// `${name}`, `@name@`. What cannot be read then is not the writer's mistake.
fn is_template(text: &str, tokens: &[Token]) -> bool {
    let adjacent = |at: usize| match (tokens.get(at), tokens.get(at + 1)) {
        (Some(a), Some(b)) if a.span.end == b.span.start => Some((*b, b.text(text))),
        _ => None,
    };
    tokens.iter().enumerate().any(|(at, t)| match t.kind {
        TokenKind::Parameter => t.text(text).starts_with(':'),
        TokenKind::Unknown => matches!(t.text(text), "{" | "}" | "$"),
        TokenKind::Operator => match (t.text(text), adjacent(at)) {
            ("@" | "%", Some((name, _))) if name.is_name() => {
                adjacent(at + 1).is_some_and(|(_, mark)| mark == t.text(text))
                    || matches!(name.text(text), "s" | "d")
            }
            ("%", Some((_, "("))) => true,
            _ => false,
        },
        _ => false,
    })
}

/// Reads the statement's first word and what it calls for.
fn statement(c: &mut Cursor<'_>, whole: Span, depth: u32) -> Read<Vec<Located<Operation>>> {
    if depth > block::MAX_DEPTH {
        return Err(Stop::Opaque);
    }
    if c.at_paren() || c.at_any(&["select", "values", "table"]) {
        return Ok(vec![Located { span: whole, node: query::select(c)? }]);
    }
    let start = *c;
    let Some(verb) = c.accept_any(VERBS) else {
        return Err(other::unknown_statement(c));
    };
    let node = match verb {
        "create" => {
            let node = create::statement(c)?;
            let mut operations = match &node {
                Operation::CreateTable(table) if table.from_query.is_some() => query::writes(start, depth),
                _ => Vec::new(),
            };
            operations.push(Located { span: whole, node });
            return Ok(operations);
        }
        "alter" => alter_statement(c)?,
        "drop" => drop::statement(c)?,
        "comment" => comment::statement(c)?,
        "insert" => dml::insert(c)?,
        "update" => dml::update(c)?,
        "delete" => dml::delete(c)?,
        "merge" => dml::merge(c)?,
        "copy" => return dml::copy(c, whole, depth),
        "with" => return query::with(c, whole, depth),
        "truncate" => session::truncate(c)?,
        "do" => block::statement(c, depth)?,
        "refresh" => view::refresh(c)?,
        "set" => session::set(c)?,
        "reset" => session::reset(c)?,
        "lock" => session::lock(c)?,
        "begin" | "start" | "commit" | "end" | "rollback" | "abort" | "savepoint" | "release" => {
            session::transaction(c, verb)?
        }
        "prepare" if c.at("transaction") && c.kind_at(1, TokenKind::String) => session::transaction(c, verb)?,
        "prepare" => {
            c.name_of("a name")?;
            if c.at_paren() {
                c.skip_parens()?;
            }
            c.expect("as")?;
            // What runs it, and with which values, is not followed: it may run at any time.
            let body = lower_tokens(c.script_text(), c.rest(), c.target(), depth + 1);
            let step = |o: Located<Operation>| Located {
                span: o.span,
                node: Step::Statement { statement: Box::new(o) },
            };
            let body = body.into_iter().map(step).collect();
            let guard = Term::Unknown(String::new());
            let branches = vec![Branch { guard, text: "it is executed".into(), body }];
            let steps = vec![Located { span: whole, node: Step::Choose { branches } }];
            Operation::Conditional(Box::new(Block { source: "PREPARE".into(), steps }))
        }
        "explain" => return explain(c, whole, depth),
        "vacuum" | "analyze" | "analyse" | "reindex" | "cluster" | "checkpoint" => {
            session::maintenance(c, verb)?
        }
        "call" => {
            let calls = query::calls(c, c.rest_span());
            let invoked = guard::invoked(c, &Names { variable: &|_| None });
            Operation::Query { calls, invoked }
        }
        "show" | "declare" | "fetch" | "close" | "move" | "listen" | "unlisten" | "deallocate" => {
            Operation::Query { calls: Vec::new(), invoked: Vec::new() }
        }
        "notify" => common::opaque("NOTIFY", Vec::new(), false),
        _ => return Err(Stop::Opaque),
    };
    Ok(vec![Located { span: whole, node }])
}

/// Behind `EXPLAIN`, which runs the statement if it says `ANALYZE`.
fn explain(c: &mut Cursor<'_>, whole: Span, depth: u32) -> Read<Vec<Located<Operation>>> {
    let mut runs = false;
    if c.at_paren() && !c.word_at(1, "select") {
        let (mut inner, _) = c.parenthesised()?;
        for mut option in inner.split_commas() {
            if option.accept_any(&["analyze", "analyse"]).is_some() {
                runs = !session::is_off(&option);
            }
        }
    }
    while let Some(word) = c.accept_any(&["analyze", "analyse", "verbose"]) {
        runs |= word != "verbose";
    }
    if runs {
        return Ok(lower_tokens(c.script_text(), c.rest(), c.target(), depth + 1));
    }
    Ok(vec![Located { span: whole, node: Operation::Query { calls: Vec::new(), invoked: Vec::new() } }])
}

/// The words that statements begin with.
const VERBS: &[&str] = &[
    "abort",
    "alter",
    "analyse",
    "analyze",
    "begin",
    "call",
    "checkpoint",
    "close",
    "cluster",
    "comment",
    "commit",
    "copy",
    "create",
    "deallocate",
    "declare",
    "delete",
    "discard",
    "do",
    "drop",
    "end",
    "execute",
    "explain",
    "fetch",
    "grant",
    "import",
    "insert",
    "listen",
    "load",
    "lock",
    "merge",
    "move",
    "notify",
    "prepare",
    "reassign",
    "refresh",
    "reindex",
    "release",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "security",
    "select",
    "set",
    "show",
    "start",
    "table",
    "truncate",
    "unlisten",
    "update",
    "vacuum",
    "values",
    "with",
];

/// Behind `ALTER`.
fn alter_statement(c: &mut Cursor<'_>) -> Read<Operation> {
    let start = *c;
    if c.accept_words(&["materialized", "view"]) {
        return view::alter(c, true);
    }
    match c.accept_any(&[
        "table",
        "sequence",
        "index",
        "view",
        "type",
        "domain",
        "schema",
        "function",
        "procedure",
        "routine",
        "trigger",
    ]) {
        Some(kind @ ("function" | "procedure" | "routine")) => routine::alter(c, kind),
        Some("trigger") => trigger::alter(c),
        Some("table") => alter::table(c),
        Some("sequence") => sequence::alter(c),
        Some("index") => alter::index(c),
        Some("view") => view::alter(c, false),
        Some("type") => user_type::alter(c, false),
        Some("domain") => user_type::alter(c, true),
        Some(_) => {
            let from = c.name_of("a schema name")?;
            match c.expect_any(&["rename", "owner"])? {
                "rename" => {
                    c.expect("to")?;
                    let to = c.name_of("a schema name")?;
                    c.expect_end()?;
                    Ok(Operation::RenameSchema { from, to })
                }
                _ => Ok(common::opaque("ALTER SCHEMA OWNER TO", Vec::new(), false)),
            }
        }
        None => Err(other::unknown_kind(&start)),
    }
}
