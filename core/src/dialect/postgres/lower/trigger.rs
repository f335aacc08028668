//! Triggers, written as `pg_get_triggerdef` prints them.
use crate::{
    catalog::{Name, ObjectName, Trigger},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
    },
    operation::Operation,
    text::TokenKind,
};

use super::{routine::quoted, scan};

/// Behind `CREATE [OR REPLACE] [CONSTRAINT] TRIGGER`.
pub(super) fn create(c: &mut Cursor<'_>, or_replace: bool, constraint: bool) -> Read<Operation> {
    let name = c.name_of("a trigger name")?;
    let mut text = String::from(if constraint { "CONSTRAINT " } else { "" });
    text.push_str(match c.expect_any(&["before", "after", "instead"])? {
        "before" => "BEFORE",
        "after" => "AFTER",
        _ => {
            c.expect("of")?;
            "INSTEAD OF"
        }
    });
    text.push(' ');
    text.push_str(&events(c)?);
    c.expect("on")?;
    let table = c.object_name_of("a table name")?;
    text.push_str(&format!(" ON {}", qualified(&table)));
    deferral(c, &mut text, constraint)?;
    if c.accept("referencing") {
        text.push_str(&transition_tables(c)?);
    }
    text.push_str(if each_row(c)? { " FOR EACH ROW" } else { " FOR EACH STATEMENT" });
    if c.accept("when") {
        let condition = scan::read_parenthesised(c)?;
        text.push_str(&format!(" WHEN ({})", condition.sql));
    }
    c.expect("execute")?;
    c.expect_any(&["function", "procedure"])?;
    let function = function_name(c)?;
    let arguments = arguments(c)?;
    c.expect_end()?;
    text.push_str(&format!(" EXECUTE FUNCTION {}({})", qualified(&function), arguments.join(", ")));
    let definition = expression::read_definition(&text, c.target());
    let trigger = Trigger { name, definition, function: Some(function), enabled: None, comment: None };
    Ok(Operation::CreateTrigger { table, trigger: Box::new(trigger), or_replace, if_not_exists: false })
}

/// Behind `ALTER TRIGGER`.
pub(super) fn alter(c: &mut Cursor<'_>) -> Read<Operation> {
    let from = c.name_of("a trigger name")?;
    c.expect("on")?;
    let table = c.object_name_of("a table name")?;
    if !c.at("rename") {
        // `DEPENDS ON EXTENSION`.
        c.expect_any(&["rename", "depends", "no"])?;
        return Ok(super::common::opaque("ALTER TRIGGER DEPENDS ON EXTENSION", Vec::new(), false));
    }
    c.expect_words(&["rename", "to"])?;
    let to = c.name_of("a trigger name")?;
    c.expect_end()?;
    Ok(Operation::RenameTrigger { table, from, to })
}

fn qualified(name: &ObjectName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&name.name)),
        None => quoted(&name.name),
    }
}

fn function_name(c: &mut Cursor<'_>) -> Read<ObjectName> {
    let first = c.any_name("a function name")?;
    if c.accept_kind(TokenKind::Dot) {
        return Ok(ObjectName::new(first, c.any_name("a function name")?));
    }
    Ok(ObjectName::bare(first))
}

/// `INSERT OR UPDATE OF a, b`, in the order in which the server prints events.
fn events(c: &mut Cursor<'_>) -> Read<String> {
    const ORDER: [&str; 4] = ["insert", "delete", "update", "truncate"];
    let (mut found, mut columns) = ([false; 4], Vec::<Name>::new());
    loop {
        let again = c.span();
        let event = c.expect_any(&ORDER)?;
        for (seen, name) in found.iter_mut().zip(ORDER) {
            if name == event && std::mem::replace(seen, true) {
                let event = event.to_ascii_uppercase();
                return Err(Stop::invalid(again, format!("the event `{event}` is named twice")));
            }
        }
        if event == "update" && c.accept("of") {
            columns = c.list(|c| c.name_of("a column name"))?;
        }
        if !c.accept("or") {
            break;
        }
    }
    let list: Vec<String> = columns.iter().map(|n| quoted(n)).collect();
    let printed = ORDER.iter().zip(found).filter(|(_, seen)| *seen).map(|(name, _)| match *name {
        "update" if !list.is_empty() => format!("UPDATE OF {}", list.join(", ")),
        other => other.to_ascii_uppercase(),
    });
    Ok(printed.collect::<Vec<_>>().join(" OR "))
}

/// `FROM table`, `DEFERRABLE INITIALLY DEFERRED`; the server prints it for every constraint trigger.
fn deferral(c: &mut Cursor<'_>, text: &mut String, constraint: bool) -> Read<()> {
    if c.accept("from") {
        let other = c.object_name_of("a table name")?;
        text.push_str(&format!(" FROM {}", qualified(&other)));
    }
    let (mut deferrable, mut deferred) = (false, false);
    loop {
        if c.accept_words(&["not", "deferrable"]) {
            deferrable = false;
        } else if c.accept("deferrable") {
            deferrable = true;
        } else if c.accept("initially") {
            deferred = c.expect_any(&["deferred", "immediate"])? == "deferred";
            deferrable |= deferred;
        } else {
            break;
        }
    }
    if constraint {
        let words = [if deferrable { "" } else { "NOT " }, if deferred { "DEFERRED" } else { "IMMEDIATE" }];
        text.push_str(&format!(" {}DEFERRABLE INITIALLY {}", words[0], words[1]));
    }
    Ok(())
}

fn transition_tables(c: &mut Cursor<'_>) -> Read<String> {
    let (mut old, mut new) = (String::new(), String::new());
    while let Some(which) = c.accept_any(&["old", "new"]) {
        c.expect_any(&["table", "row"])?;
        c.accept("as");
        let name = c.name_of("a name")?;
        let text = format!(" {} TABLE AS {}", which.to_ascii_uppercase(), quoted(&name));
        if which == "old" {
            old = text;
        } else {
            new = text;
        }
    }
    if old.is_empty() && new.is_empty() {
        return Err(c.expected_words(&["old", "new"]));
    }
    Ok(format!(" REFERENCING{old}{new}"))
}

fn each_row(c: &mut Cursor<'_>) -> Read<bool> {
    if !c.accept("for") {
        return Ok(false);
    }
    c.accept("each");
    Ok(c.expect_any(&["row", "statement"])? == "row")
}

/// The function's arguments: strings, whatever they were written as.
fn arguments(c: &mut Cursor<'_>) -> Read<Vec<String>> {
    let (mut inner, _) = c.parenthesised()?;
    if inner.is_end() {
        return Ok(Vec::new());
    }
    let values = inner.list(|c| match c.peek().map(|t| t.kind) {
        Some(TokenKind::String) => c.string(),
        Some(TokenKind::Number) => c.number(),
        _ => c.any_name("an argument").map(|n| n.to_string()),
    })?;
    inner.expect_end()?;
    Ok(values.iter().map(|v| format!("'{}'", v.replace('\'', "''"))).collect())
}
