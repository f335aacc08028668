//! Statements of MySQL and MariaDB as operations.
//!
//! A production that knows the whole of a statement's grammar refuses what does not fit; one that knows only its
//! head says `Opaque`. Nothing recurses but text inside of text, which is counted.
mod admin;
mod alter_table;
mod column;
mod compound;
mod create_table;
mod dml;
mod element;
mod expression;
mod foreign;
mod index;
mod locals;
mod nested;
mod object;
mod objects;
mod options;
mod partition;
mod routine;
mod session;
#[cfg(test)]
mod tests;

use std::cell::Cell;

use crate::{
    catalog::ObjectName,
    dialect::{
        cursor::{Cursor, Read, Stop},
        mysql::{
            grammar::{self, Part, Verdict},
            reserved,
        },
    },
    operation::{Located, Operation},
    target::{Dialect, Target},
    text::{Script, Statement, Token, TokenKind},
};

/// How deep text may stand inside of text: a `PREPARE` in a procedure in a `PREPARE`.
const DEEPEST: u8 = 4;

/// How many tokens of procedures and prepared text are read for one statement. Procedures that call procedures
/// would otherwise cost a power of their length, and a thousand calls of a long one its thousandfold.
const BUDGET: usize = 4096;

/// Where a statement stands.
#[derive(Clone, Copy)]
struct Context<'a> {
    /// The script it is part of.
    script: &'a Script<'a>,
    /// Index of the script's statement that it is or stands in.
    index: usize,
    /// Inside of a body: the statements before it there.
    inner: &'a [&'a [Token]],
    /// Inside of a body: its parameters and variables.
    locals: Option<&'a locals::Locals>,
    /// Whether it stands in a body that was read whole.
    in_body: bool,
    /// How many texts it is inside of.
    depth: u8,
    /// How many tokens of inner text may still be read for the script's statement, see [`BUDGET`].
    budget: &'a Cell<usize>,
}

/// Lowers one of the script's statements: in the order in which they take effect, the operations that it asks for.
pub fn lower(script: &Script<'_>, statement: &Statement, target: &Target) -> Vec<Located<Operation>> {
    let index = script.statements.partition_point(|s| s.tokens.start < statement.tokens.start);
    let problem = script.problems.partition_point(|p| p.span.end <= statement.span.start);
    if let Some(problem) = script.problems.get(problem).filter(|p| p.span.start < statement.span.end) {
        let node = Operation::Invalid { message: problem.message.clone(), help: None };
        return vec![Located { span: problem.span, node }];
    }
    tokens(
        script.tokens_of(statement),
        target,
        Context {
            script,
            index,
            inner: &[],
            locals: None,
            in_body: false,
            depth: 0,
            budget: &Cell::new(BUDGET),
        },
    )
}

/// First words of statements that may give variables values.
const ASSIGNING: &[&str] =
    &["select", "with", "insert", "update", "delete", "replace", "fetch", "do", "values"];

/// Lowers the tokens of one statement of `context`'s script.
fn tokens(tokens: &[Token], target: &Target, context: Context<'_>) -> Vec<Located<Operation>> {
    let text = context.script.text;
    // With a delimiter of its own a client sends the `;` too, and the server takes one.
    let tokens = match tokens.split_last() {
        Some((last, others)) if last.kind == TokenKind::Semicolon && !others.is_empty() => others,
        _ => tokens,
    };
    if let Some(stop) = foreign::operator(text, tokens, target) {
        return vec![stop];
    }
    let mut c = Cursor::new(text, tokens, target, reserved::test_for(target));
    let span = c.rest_span();
    let start = c;
    let stop = match statement(&mut c, context) {
        Ok(operations) => match judged(text, tokens, target, context) {
            Ok(parts) => {
                let given =
                    if start.at_any(ASSIGNING) { nested::targets(&start, context) } else { Vec::new() };
                return operations
                    .into_iter()
                    .map(|o| known(o, text, tokens, target, parts.as_deref()))
                    .chain(given)
                    .collect();
            }
            Err(stop) => stop,
        },
        Err(Stop::Opaque) => match judged(text, tokens, target, context) {
            Ok(Some(parts)) => {
                return vec![Located { span, node: object::operation(text, tokens, target, &parts) }];
            }
            Ok(None) => Stop::Opaque,
            Err(stop) => stop,
        },
        Err(stop) if context.in_body => stop,
        Err(stop) => grammar::explained(stop, text, tokens, target),
    };
    match stop {
        // Under these modes the servers read other grammars, which are not known here.
        Stop::Invalid { .. } if context.other_grammar(target) => {
            vec![Located { span, node: unread(text, tokens) }]
        }
        Stop::Invalid { span: at, message, help } => {
            let (message, help) =
                foreign::recognise(text, tokens, target).unwrap_or_else(|| foreign::named(message, help));
            vec![Located { span: at, node: Operation::Invalid { message, help } }]
        }
        Stop::Opaque => vec![Located { span, node: unread(text, tokens) }],
    }
}

/// What the grammar says of a whole statement: its parts, or why it is none. `None` where that cannot be told, and inside
/// of a body, which was read whole.
fn judged(text: &str, tokens: &[Token], target: &Target, context: Context<'_>) -> Read<Option<Vec<Part>>> {
    if context.in_body {
        return Ok(None);
    }
    match grammar::read(text, tokens, target) {
        Verdict::Refused(stop) => Err(stop),
        Verdict::Fits(parts) => Ok(Some(parts)),
        Verdict::Unknown => Ok(None),
    }
}

/// Verbs of what stays opaque however well it is read: what it runs is not in the statement.
const RUNS_ELSEWHERE: [&str; 2] = ["CALL", "EXECUTE"];

/// A statement that lowering knows by its first words, with the parts that the grammar found.
fn known(
    operation: Located<Operation>,
    text: &str,
    tokens: &[Token],
    target: &Target,
    parts: Option<&[Part]>,
) -> Located<Operation> {
    let (Operation::Opaque { verb, objects, may_change_schema }, Some(parts)) = (&operation.node, parts)
    else {
        return operation;
    };
    if RUNS_ELSEWHERE.contains(&verb.as_str()) {
        return operation;
    }
    let mut node = object::operation(text, tokens, target, parts);
    if let Operation::Object(statement) = &mut node {
        statement.may_change_schema |= may_change_schema;
        if statement.objects.is_empty() {
            statement.objects.clone_from(objects);
        }
    }
    Located { span: operation.span, node }
}

/// A statement that is understood by its first words alone.
fn unread(text: &str, tokens: &[Token]) -> Operation {
    let mut words = tokens.iter().map_while(|t| (t.kind == TokenKind::Word).then(|| t.text(text)));
    let first = words.next().unwrap_or("").to_ascii_uppercase();
    let verb = match words.next() {
        Some(second) if matches!(first.as_str(), "CREATE" | "ALTER" | "DROP") => {
            format!("{first} {}", second.to_ascii_uppercase())
        }
        _ => first,
    };
    Operation::Opaque { verb, objects: Vec::new(), may_change_schema: true }
}

fn opaque(verb: impl Into<String>, objects: Vec<ObjectName>, may_change_schema: bool) -> Operation {
    Operation::Opaque { verb: verb.into(), objects, may_change_schema }
}

fn statement(c: &mut Cursor<'_>, context: Context<'_>) -> Read<Vec<Located<Operation>>> {
    let span = c.rest_span();
    let one = |node: Operation| vec![Located { span, node }];
    let maria = c.target().dialect == Dialect::MariaDb;
    let Some(first) = c.peek() else { return Ok(Vec::new()) };
    let word =
        if first.kind == TokenKind::Word { c.text_of(first).to_ascii_lowercase() } else { String::new() };
    let operation = match word.as_str() {
        "create" => {
            c.skip(1);
            let replaces = c.at_words(&["or", "replace"]);
            let operation = create(c)?;
            // MariaDB drops the old one first, a database with everything in it.
            let dropped = match &operation {
                Operation::CreateSchema { name, .. } => {
                    Some(Operation::DropSchema { names: vec![name.clone()], if_exists: true, cascade: true })
                }
                Operation::CreateSequence { name, .. } => Some(Operation::DropSequence {
                    names: vec![name.clone()],
                    if_exists: true,
                    cascade: false,
                }),
                _ => None,
            };
            return Ok(dropped.filter(|_| replaces).into_iter().chain([operation]).flat_map(one).collect());
        }
        "alter" => {
            c.skip(1);
            alter(c)?
        }
        "drop" => {
            c.skip(1);
            drop(c)?
        }
        "rename" => objects::rename(c)?,
        "truncate" => objects::truncate(c)?,
        "insert" | "replace" => dml::insert(c)?,
        "update" => dml::update(c)?,
        "delete" => dml::delete(c)?,
        "load" => dml::load(c)?,
        "with" => dml::with(c)?,
        "select" | "values" | "table" | "show" | "explain" | "describe" | "desc" | "do" => dml::query(c),
        "" if first.kind == TokenKind::LeftParen => dml::query(c),
        "set" if maria && c.word_at(1, "statement") => {
            // `SET STATEMENT setting = value FOR statement`
            dml::skip_until(c, &["for"], false);
            c.expect("for")?;
            if c.at_words(&["set", "statement"]) {
                return Err(Stop::Opaque);
            }
            return statement(c, context);
        }
        "set" => return session::set(c, context),
        "use" => session::use_database(c)?,
        "prepare" => nested::prepare(c, context)?,
        "execute" if maria && c.word_at(1, "immediate") => nested::execute_immediate(c, context),
        "execute" => return Ok(nested::execute(c, context, false)?.map_or_else(Vec::new, one)),
        "deallocate" => return Ok(nested::execute(c, context, true)?.map_or_else(Vec::new, one)),
        "call" => nested::call(c, context)?,
        "begin" if maria && c.word_at(1, "not") => nested::block(c, context),
        "if" | "case" | "loop" | "while" | "repeat" | "for" if maria => nested::block(c, context),
        _ if maria && c.peek_at(1).is_some_and(|t| t.is_operator(c.script_text(), ":")) => {
            nested::block(c, context)
        }
        _ => match session::transaction(c, &word)? {
            Some(operation) => operation,
            None => admin::read(c, &word)?,
        },
    };
    Ok(one(operation))
}

/// Behind `CREATE`.
fn create(c: &mut Cursor<'_>) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    let or_replace = c.accept_words(&["or", "replace"]);
    let replaced = c.previous().map_or(c.span(), |t| t.span);
    let refused = |what: &str| {
        if maria || !or_replace {
            return Ok(());
        }
        Err(Stop::invalid(replaced, format!("MySQL has no `CREATE OR REPLACE {what}`"))
            .with_help("this is MariaDB: drop it first on MySQL"))
    };
    if c.at_words(&["temporary", "table"]) || c.at("table") {
        refused("TABLE")?;
        let temporary = c.accept("temporary");
        c.expect("table")?;
        return create_table::read(c, or_replace, temporary);
    }
    if c.at("index") || (c.at_any(&["unique", "fulltext", "spatial", "vector"]) && c.word_at(1, "index")) {
        refused("INDEX")?;
        return index::create(c, or_replace);
    }
    if c.at_any(&["database", "schema"]) {
        refused("DATABASE")?;
        return objects::create_database(c);
    }
    if maria && (c.at("sequence") || c.at_words(&["temporary", "sequence"])) {
        return objects::create_sequence(c);
    }
    if c.at_any(&[
        "view",
        "algorithm",
        "definer",
        "sql",
        "procedure",
        "function",
        "aggregate",
        "trigger",
        "event",
    ]) && !(maria && c.rest().iter().take(8).any(|t| t.is_word(c.script_text(), "package")))
    {
        return objects::create_defined(c, or_replace);
    }
    if maria && c.at("definer") {
        return Err(Stop::Opaque);
    }
    admin::other_kind(c, "create")
}

/// Behind `ALTER`.
fn alter(c: &mut Cursor<'_>) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    if maria {
        while c.accept_any(&["online", "ignore"]).is_some() {}
    }
    if c.accept("table") {
        return alter_table::read(c);
    }
    if c.at_any(&["database", "schema"]) {
        return objects::alter_database(c);
    }
    if maria && c.accept("sequence") {
        return objects::alter_sequence(c);
    }
    if c.at_any(&["view", "algorithm", "definer", "sql", "procedure", "function", "event"]) {
        return objects::alter_defined(c);
    }
    admin::other_kind(c, "alter")
}

/// Behind `DROP`.
fn drop(c: &mut Cursor<'_>) -> Read<Operation> {
    if c.at_any(&["table", "tables", "temporary", "view"]) {
        return objects::drop_relation(c);
    }
    if c.at("index") {
        c.skip(1);
        return index::drop(c);
    }
    if c.at_any(&["database", "schema"]) {
        return objects::drop_database(c);
    }
    if c.at_any(&["procedure", "function", "trigger", "sequence"]) {
        return objects::drop_object(c);
    }
    admin::other_kind(c, "drop")
}
