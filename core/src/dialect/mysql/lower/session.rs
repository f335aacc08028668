//! Settings, transactions and the current database.
use crate::{
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
        mysql::types,
    },
    operation::{Located, Operation, Term, TransactionControl},
    text::TokenKind,
};

use super::{Context, dml, nested, opaque};

/// What reads like a call of a function and only computes.
const COMPUTING: &[&str] = &["if", "count", "concat", "schema", "database", "coalesce", "ifnull", "exists"];

/// `SET a = 1, @b := 2`: one operation for each assignment.
pub(super) fn set(c: &mut Cursor<'_>, context: Context<'_>) -> Read<Vec<Located<Operation>>> {
    let whole = c.rest_span();
    let one = |setting: &str, value: Option<String>| {
        let node = Operation::Set { setting: setting.to_owned(), value, local: false };
        Ok(vec![Located { span: whole, node }])
    };
    c.skip(1);
    let scope = if c.at("transaction") || c.word_at(1, "transaction") {
        c.accept_any(&["global", "session", "local", "persist", "persist_only"])
    } else {
        None
    };
    if c.accept("transaction") {
        let setting = if scope == Some("global") { "global.transaction" } else { "transaction" };
        return one(setting, Some(c.source(c.rest_span()).to_ascii_lowercase()));
    }
    if c.at_any(&["password", "role"]) && !c.peek_at(1).is_some_and(|t| t.is_operator(c.script_text(), ":="))
        || c.at_words(&["default", "role"])
        || c.at_words(&["resource", "group"])
        || c.at_words(&["session", "authorization"])
    {
        let verb = format!("SET {}", c.peek().map_or("", |t| c.text_of(t)).to_ascii_uppercase());
        return Ok(vec![Located { span: whole, node: opaque(verb, Vec::new(), false) }]);
    }
    let mut operations = Vec::new();
    loop {
        let start = c.position();
        let character_set = c.at_words(&["character", "set"])
            || c.at_words(&["char", "set"])
            || (c.at("charset") && !assigns(c));
        let node = if c.at("names") && !assigns(c) {
            names(c)?
        } else if character_set {
            let value = types::charset(c)?;
            Operation::Set { setting: "character_set".into(), value, local: false }
        } else {
            assignment(c, context)?
        };
        let span = c.span_from(start);
        // What a value is computed by may do more than compute.
        if matches!(node, Operation::Assign { .. })
            && let Operation::Query { mut calls, .. } = dml::query(&mut c.slice_from(start))
        {
            let computes = |f: &str| {
                COMPUTING.contains(&f) || expression::builtin_function(f, c.target()) == Some(false)
            };
            calls.retain(|call| !computes(call));
            if !calls.is_empty() {
                operations.push(Located { span, node: Operation::Query { calls, invoked: Vec::new() } });
            }
        }
        operations.push(Located { span, node });
        if !c.accept_comma() {
            break;
        }
    }
    c.expect_end()?;
    Ok(operations)
}

/// Whether the next token is followed by an assignment's mark.
fn assigns(c: &Cursor<'_>) -> bool {
    c.peek_at(1).is_some_and(|t| t.is_operator(c.script_text(), "=") || t.is_operator(c.script_text(), ":="))
}

/// `NAMES charset [COLLATE collation]`
fn names(c: &mut Cursor<'_>) -> Read<Operation> {
    c.skip(1);
    let value = types::charset_name(c)?;
    if c.accept("collate") {
        types::collation_name(c)?;
    }
    Ok(Operation::Set { setting: "names".into(), value, local: false })
}

/// `[GLOBAL] name = value`, `@name := value`, `@@session.name = value`.
fn assignment(c: &mut Cursor<'_>, context: Context<'_>) -> Read<Operation> {
    let next_is_name = c.peek_at(1).is_some_and(|t| t.is_name() || t.kind == TokenKind::Variable);
    let scope = if next_is_name {
        c.accept_any(&["global", "session", "local", "persist", "persist_only"])
    } else {
        None
    };
    let Some(token) = c.next_token() else { return Err(c.unexpected("a setting")) };
    let mut setting = match token.kind {
        TokenKind::Variable | TokenKind::Word | TokenKind::QuotedName => {
            c.text_of(token).replace('`', "").to_ascii_lowercase()
        }
        _ => {
            return Err(Stop::invalid(
                token.span,
                format!("expected a setting, found `{}`", c.text_of(token)),
            ));
        }
    };
    while c.accept_kind(TokenKind::Dot) {
        if c.at_kind(TokenKind::String) {
            // MariaDB: settings of one replication connection.
            return Err(Stop::Opaque);
        }
        setting.push('.');
        setting.push_str(&c.any_name("a setting")?.to_ascii_lowercase());
    }
    if !c.accept_operator("=") && !c.accept_operator(":=") {
        let stop = c.unexpected("`=` or `:=`");
        return Err(if c.at("to") { stop.with_help("this is PostgreSQL: write `=`") } else { stop });
    }
    let system = setting.strip_prefix("@@").map(str::to_owned);
    let mut name = system.unwrap_or(setting);
    for prefix in ["session.", "local."] {
        if let Some(rest) = name.strip_prefix(prefix) {
            name = rest.to_owned();
        }
    }
    if matches!(scope, Some("global" | "persist" | "persist_only")) {
        name = format!("global.{name}");
    }
    let start = c.position();
    c.skip_to_comma();
    let value = c.slice_from(start);
    let variable = if token.kind == TokenKind::Variable && !c.text_of(token).starts_with("@@") {
        Some(name.clone())
    } else {
        context.locals.filter(|_| scope.is_none()).and_then(|l| l.find(&name))
    };
    if let Some(variable) = variable.filter(|_| !value.rest().is_empty()) {
        let value = nested::term(&value, context);
        if let Some(locals) = context.locals {
            locals.note(&variable, value.clone());
            if locals.is_restless(&variable) {
                return Ok(Operation::Assign { variable, value: Term::Unknown(String::new()) });
            }
        }
        return Ok(Operation::Assign { variable, value });
    }
    let value = match value.rest() {
        [] => return Err(c.unexpected("a value")),
        [only] if only.kind == TokenKind::String => {
            Some(only.string_value(c.script_text(), c.target()).into_owned())
        }
        [only] if only.is_word(c.script_text(), "default") => None,
        _ => Some(c.source_from(start).to_owned()),
    };
    Ok(Operation::Set { setting: name, value, local: false })
}

/// `USE db`.
pub(super) fn use_database(c: &mut Cursor<'_>) -> Read<Operation> {
    c.skip(1);
    let name = c.any_name("a database name")?;
    let name = c.target().session.table_name(name);
    c.expect_end()?;
    Ok(Operation::Set { setting: "use".into(), value: Some(name.as_str().to_owned()), local: false })
}

/// `BEGIN`, `START TRANSACTION`, `COMMIT`, `ROLLBACK`, savepoints, `XA`. `None` when it is none of them.
pub(super) fn transaction(c: &mut Cursor<'_>, word: &str) -> Read<Option<Operation>> {
    let other = |verb: &str| TransactionControl::Other { verb: verb.to_owned(), name: None };
    let control = match word {
        "begin" => {
            c.skip(1);
            c.accept("work");
            c.expect_end()?;
            TransactionControl::Begin
        }
        "start" if c.word_at(1, "transaction") => TransactionControl::Begin,
        "commit" | "rollback" => {
            c.skip(1);
            c.accept("work");
            if word == "rollback" && c.accept("to") {
                c.accept("savepoint");
                c.name_of("a savepoint")?;
                c.expect_end()?;
                other("ROLLBACK TO")
            } else {
                if c.accept("and") {
                    c.accept("no");
                    c.expect("chain")?;
                }
                c.accept("no");
                c.accept("release");
                c.expect_end()?;
                if word == "commit" { TransactionControl::Commit } else { TransactionControl::Rollback }
            }
        }
        "savepoint" => other("SAVEPOINT"),
        "release" if c.word_at(1, "savepoint") => other("RELEASE"),
        "xa" => other("XA"),
        _ => return Ok(None),
    };
    Ok(Some(Operation::Transaction(control)))
}
