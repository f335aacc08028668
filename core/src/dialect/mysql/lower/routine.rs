//! Procedures, functions, triggers, events.
use std::collections::BTreeMap;

use crate::{
    catalog::{Expression, Name, ObjectName, Routine, RoutineKind, Trigger},
    dialect::{
        cursor::{Cursor, Read, Stop},
        mysql::{parameters, types},
    },
    operation::Operation,
    target::Dialect,
    text::TokenKind,
};

use super::{
    objects::{self, Head},
    opaque, options,
};

/// At `PROCEDURE`, `[AGGREGATE] FUNCTION`, `TRIGGER`, `EVENT`.
pub(super) fn create(c: &mut Cursor<'_>, head: &Head, or_replace: bool) -> Read<Operation> {
    if or_replace && c.target().dialect == Dialect::MySql {
        let kind = c.found().to_ascii_uppercase().replace('`', "");
        let span = c.span();
        return Err(Stop::invalid(span, format!("MySQL has no `CREATE OR REPLACE {kind}`"))
            .with_help("this is MariaDB: drop it first on MySQL"));
    }
    let aggregate = c.accept("aggregate");
    match c.expect_any(&["procedure", "function", "trigger", "event"])? {
        "trigger" => trigger(c, or_replace),
        "event" => {
            c.accept_words(&["if", "not", "exists"]);
            let name = c.routine_name_of("an event's name")?;
            // What the event does, it does later.
            Ok(opaque("CREATE EVENT", vec![name], false))
        }
        word => {
            let kind = match (aggregate, word) {
                (true, _) => RoutineKind::Aggregate,
                (_, "function") => RoutineKind::Function,
                _ => RoutineKind::Procedure,
            };
            routine(c, head, kind, or_replace)
        }
    }
}

fn routine(c: &mut Cursor<'_>, head: &Head, kind: RoutineKind, or_replace: bool) -> Read<Operation> {
    let if_not_exists = c.accept_words(&["if", "not", "exists"]);
    let name = c.routine_name_of("a routine's name")?;
    if c.at("returns") && c.rest().iter().any(|t| t.is_word(c.script_text(), "soname")) {
        return Ok(opaque("CREATE FUNCTION", vec![name], false));
    }
    let (inner, _) = c.parenthesised()?;
    let mut end = inner;
    end.skip_all();
    // What has no place in the list of types (MariaDB's `TYPE OF`, `ROW`) stays as it is written.
    let arguments =
        parameters::read(&mut inner.clone()).unwrap_or_else(|_| options::one_line(&end, inner.position()));
    let returns = if kind == RoutineKind::Procedure { None } else { Some(returns(c)?) };
    let mut attributes = BTreeMap::new();
    attributes.extend(head.definer.clone().map(|d| ("definer".to_owned(), d)));
    let mut comment = None;
    let mut language = "sql".to_owned();
    loop {
        if c.accept("comment") {
            comment = Some(c.string()?).filter(|text| !text.is_empty());
        } else if c.accept("language") {
            language = c.any_name("a language")?.to_ascii_lowercase();
        } else if c.accept("deterministic") {
            attributes.insert("deterministic".into(), "yes".into());
        } else if c.accept_words(&["not", "deterministic"]) {
            attributes.remove("deterministic");
        } else if c.accept_words(&["contains", "sql"]) {
            attributes.remove("data_access");
        } else if c.accept_words(&["no", "sql"]) {
            attributes.insert("data_access".into(), "no sql".into());
        } else if c.accept_words(&["reads", "sql", "data"]) {
            attributes.insert("data_access".into(), "reads sql data".into());
        } else if c.accept_words(&["modifies", "sql", "data"]) {
            attributes.insert("data_access".into(), "modifies sql data".into());
        } else if c.accept_words(&["sql", "security"]) {
            if c.expect_any(&["definer", "invoker"])? == "invoker" {
                attributes.insert("security".into(), "invoker".into());
            }
        } else if c.target().dialect == Dialect::MySql && c.at("using") && c.word_at(1, "(") {
            c.skip(1);
            c.skip_parens()?;
        } else {
            break;
        }
    }
    attributes.remove("definer");
    if c.is_end() {
        return Err(c.unexpected("the routine's body"));
    }
    let body = c.source(c.rest_span()).to_owned();
    if c.at("as") && c.target().dialect == Dialect::MariaDb {
        return Err(Stop::Opaque);
    }
    let routine = Routine {
        name,
        signature: String::new(),
        kind,
        arguments,
        returns,
        language,
        body,
        attributes,
        comment,
    };
    Ok(Operation::CreateRoutine { routine: Box::new(routine), or_replace, if_not_exists })
}

/// `RETURNS type`: the type in the server's spelling, with its character set when it names one.
fn returns(c: &mut Cursor<'_>) -> Read<String> {
    if !c.at_any(&["returns", "return"]) {
        return Err(c.expected_words(&["returns"]));
    }
    c.skip(1);
    // MariaDB's `TYPE OF`, `ROW`: not in the list of column types.
    let written = types::read(c).map_err(|_| Stop::Opaque)?;
    let collation = if c.accept("collate") { types::collation_name(c)? } else { written.collation };
    let charset = written.charset.as_deref();
    Ok(parameters::data_type(&written.data_type.text, charset, collation.as_deref()))
}

/// Behind `TRIGGER`.
fn trigger(c: &mut Cursor<'_>, or_replace: bool) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    let if_not_exists = c.accept_words(&["if", "not", "exists"]);
    let name = c.routine_name_of("a trigger's name")?;
    let start = *c;
    c.expect_any(&["before", "after"])?;
    c.expect_any(&["insert", "update", "delete"])?;
    if maria && c.at_any(&["or", "of"]) {
        // MariaDB 12: several events, chosen columns.
        while !c.is_end() && !c.at("on") {
            c.skip(1);
        }
    }
    c.expect("on")?;
    let table = c.object_name_of("a table name")?;
    c.expect_words(&["for", "each", "row"])?;
    if c.accept_any(&["follows", "precedes"]).is_some() {
        c.name_of("a trigger's name")?;
    }
    if c.is_end() {
        return Err(c.unexpected("the trigger's body"));
    }
    if c.at("execute") && (c.word_at(1, "function") || c.word_at(1, "procedure")) {
        return Err(c
            .unexpected("the trigger's body")
            .with_help("this is PostgreSQL: here the statements stand in the trigger itself"));
    }
    let sql = start.source(start.rest_span());
    let definition: Expression = crate::dialect::expression::read(sql, c.target());
    let trigger =
        Trigger { name: name.name.clone(), definition, function: None, enabled: None, comment: None };
    let schema = name.schema.map(|s| c.target().session.table_name(s));
    let table = if table.schema.is_none() { ObjectName { schema, ..table } } else { table };
    Ok(Operation::CreateTrigger { table, trigger: Box::new(trigger), or_replace, if_not_exists })
}

/// The names of the parameters and the body of the procedure `name`, when these tokens create it.
pub(super) fn procedure<'a>(mut c: Cursor<'a>, name: &ObjectName) -> Option<(Vec<Name>, Cursor<'a>)> {
    if !c.accept("create") {
        return None;
    }
    c.accept_words(&["or", "replace"]);
    objects::head(&mut c).ok()?;
    if !c.accept("procedure") {
        return None;
    }
    c.accept_words(&["if", "not", "exists"]);
    let found = c.routine_name_of("a name").ok()?;
    let same = found.name.eq_ignore_ascii_case(&name.name)
        && (found.schema.is_none() || name.schema.is_none() || found.schema == name.schema);
    if !same || !c.at_paren() {
        return None;
    }
    let (mut inner, _) = c.parenthesised().ok()?;
    let parameters = inner
        .split_commas()
        .into_iter()
        .filter_map(|mut parameter| {
            parameter.accept_any(&["in", "out", "inout"]);
            parameter.name().ok()
        })
        .collect();
    // Characteristics are passed over: the first word that starts a statement, or a label, begins the body.
    let labelled = |c: &Cursor<'_>| c.peek_at(1).is_some_and(|t| t.is_operator(c.script_text(), ":"));
    while !c.is_end() && !c.at_any(BODY_STARTS) && !labelled(&c) {
        if c.at_kind(TokenKind::Semicolon) {
            return None;
        }
        c.skip(1);
    }
    Some((parameters, c))
}

/// First words of what a routine may consist of.
const BODY_STARTS: &[&str] = &[
    "begin",
    "alter",
    "analyze",
    "call",
    "case",
    "check",
    "commit",
    "create",
    "deallocate",
    "delete",
    "do",
    "drop",
    "execute",
    "for",
    "if",
    "insert",
    "lock",
    "loop",
    "optimize",
    "prepare",
    "rename",
    "repair",
    "repeat",
    "replace",
    "rollback",
    "select",
    "set",
    "start",
    "truncate",
    "update",
    "while",
    "with",
];
