//! Transactions, settings, locks and maintenance.
use crate::{
    catalog::{Name, ObjectName},
    dialect::cursor::{Cursor, Read, Stop},
    operation::{Operation, TransactionControl},
    text::TokenKind,
};

use super::{common, routine::quoted};

/// Transaction control; `verb` has been read.
pub(super) fn transaction(c: &mut Cursor<'_>, verb: &str) -> Read<Operation> {
    let other = |verb: &str| TransactionControl::Other { verb: verb.to_owned(), name: None };
    let savepoint =
        |verb: &str, name: Name| TransactionControl::Other { verb: verb.to_owned(), name: Some(name) };
    let control = match verb {
        "savepoint" => savepoint("SAVEPOINT", c.name_of("a savepoint name")?),
        "release" => {
            c.accept("savepoint");
            savepoint("RELEASE", c.name_of("a savepoint name")?)
        }
        "prepare" => {
            c.expect("transaction")?;
            c.string()?;
            other("PREPARE TRANSACTION")
        }
        "begin" | "start" => {
            if verb == "start" {
                c.expect("transaction")?;
            } else {
                c.accept_any(&["work", "transaction"]);
            }
            modes(c)?;
            TransactionControl::Begin
        }
        _ => {
            let ends = matches!(verb, "commit" | "end");
            if c.accept("prepared") {
                c.string()?;
                c.expect_end()?;
                let verb = if ends { "COMMIT PREPARED" } else { "ROLLBACK PREPARED" };
                return Ok(Operation::Transaction(other(verb)));
            }
            c.accept_any(&["work", "transaction"]);
            if !ends && c.accept("to") {
                c.accept("savepoint");
                savepoint("ROLLBACK TO", c.name_of("a savepoint name")?)
            } else {
                let mut chain = false;
                if c.accept("and") {
                    chain = !c.accept("no");
                    c.expect("chain")?;
                }
                match (ends, chain) {
                    (true, true) => other("COMMIT AND CHAIN"),
                    (false, true) => other("ROLLBACK AND CHAIN"),
                    (true, false) => TransactionControl::Commit,
                    (false, false) => TransactionControl::Rollback,
                }
            }
        }
    };
    c.expect_end()?;
    Ok(Operation::Transaction(control))
}

/// `ISOLATION LEVEL …, READ ONLY, NOT DEFERRABLE`.
fn modes(c: &mut Cursor<'_>) -> Read<()> {
    while !c.is_end() {
        match c.expect_any(&["isolation", "read", "deferrable", "not"])? {
            "isolation" => {
                c.expect("level")?;
                match c.expect_any(&["serializable", "repeatable", "read"])? {
                    "repeatable" => c.expect("read")?,
                    "read" => drop(c.expect_any(&["committed", "uncommitted"])?),
                    _ => {}
                }
            }
            "read" => drop(c.expect_any(&["only", "write"])?),
            "not" => c.expect("deferrable")?,
            _ => {}
        }
        c.accept_comma();
    }
    Ok(())
}

/// Behind `SET`.
pub(super) fn set(c: &mut Cursor<'_>) -> Read<Operation> {
    let local = match c.peek_at(1) {
        // `SET local = 1` would set a setting of that name.
        Some(token) if token.is_operator(c.script_text(), "=") || token.is_word(c.script_text(), "to") => {
            false
        }
        _ => c.accept_any(&["local", "session"]) == Some("local"),
    };
    let setting =
        |setting: &str, value: Option<String>| Operation::Set { setting: setting.to_owned(), value, local };
    if c.accept("constraints") {
        let all = c.accept("all");
        if !all {
            c.object_names("a constraint name")?;
        }
        let value = c.expect_any(&["deferred", "immediate"])?;
        c.expect_end()?;
        return Ok(setting("constraints", Some(value.to_owned())));
    }
    if c.at("transaction") || c.at_words(&["characteristics", "as"]) {
        if c.accept("transaction") {
            if c.accept("snapshot") {
                c.string()?;
            }
        } else {
            c.skip(2);
            c.expect("transaction")?;
        }
        modes(c)?;
        return Ok(Operation::Transaction(TransactionControl::Other {
            verb: "SET TRANSACTION".into(),
            name: None,
        }));
    }
    if c.accept_words(&["time", "zone"]) {
        let value = c.source(c.rest_span()).trim_matches('\'').to_owned();
        return Ok(setting("timezone", Some(value).filter(|v| !v.eq_ignore_ascii_case("default"))));
    }
    if c.accept_words(&["session", "authorization"]) || c.at("authorization") {
        c.accept("authorization");
        let value = one_value(c)?;
        return Ok(setting("session_authorization", value));
    }
    // These three take a value without `=`.
    for (word, name) in [("role", "role"), ("schema", "search_path"), ("names", "client_encoding")] {
        if c.at(word)
            && !c
                .peek_at(1)
                .is_some_and(|t| t.is_operator(c.script_text(), "=") || t.is_word(c.script_text(), "to"))
        {
            c.skip(1);
            let value = if c.is_end() { None } else { one_value(c)? };
            c.expect_end()?;
            return Ok(setting(name, value));
        }
    }
    if c.accept_words(&["xml", "option"]) {
        let value = one_value(c)?;
        return Ok(setting("xmloption", value));
    }
    let name = setting_name(c)?;
    if c.accept_words(&["from", "current"]) {
        return Err(Stop::Opaque);
    }
    if !c.accept("to") && !c.accept_operator("=") {
        return Err(c.unexpected("`TO` or `=`"));
    }
    if c.accept("default") {
        c.expect_end()?;
        return Ok(setting(&name, None));
    }
    let values = c.list(|c| match c.peek() {
        // Text names one schema, whatever is in it.
        Some(token) if name == "search_path" && token.kind == TokenKind::String => {
            c.string().map(|s| quoted(&s))
        }
        _ => value(c),
    })?;
    c.expect_end()?;
    Ok(setting(&name, Some(values.join(", "))))
}

fn setting_name(c: &mut Cursor<'_>) -> Read<String> {
    let mut name = c.any_name("a setting")?.to_ascii_lowercase();
    while c.accept_kind(TokenKind::Dot) {
        name = format!("{name}.{}", c.any_name("a setting")?.to_ascii_lowercase());
    }
    Ok(name)
}

/// One value of a setting. Quoted names keep their quotes, so that lists of names can be told apart.
fn value(c: &mut Cursor<'_>) -> Read<String> {
    let Some(token) = c.peek() else { return Err(c.unexpected("a value")) };
    match token.kind {
        TokenKind::String => c.string(),
        TokenKind::Number | TokenKind::Operator => c.number(),
        TokenKind::Word => c.any_name("a value").map(|n| n.to_string()),
        // psql's variables and templates are filled in before the server sees them.
        TokenKind::QuotedName | TokenKind::Parameter => {
            c.skip(1);
            Ok(c.text_of(token).to_owned())
        }
        _ => Err(c.unexpected("a value")),
    }
}

fn one_value(c: &mut Cursor<'_>) -> Read<Option<String>> {
    if c.accept("default") {
        return Ok(None);
    }
    value(c).map(Some)
}

/// Behind `RESET`.
pub(super) fn reset(c: &mut Cursor<'_>) -> Read<Operation> {
    let setting = if c.accept_words(&["time", "zone"]) {
        "timezone".to_owned()
    } else if c.accept_words(&["session", "authorization"]) {
        "session_authorization".to_owned()
    } else {
        setting_name(c)?
    };
    c.expect_end()?;
    Ok(Operation::Set { setting, value: None, local: false })
}

/// Behind `LOCK`.
pub(super) fn lock(c: &mut Cursor<'_>) -> Read<Operation> {
    c.accept("table");
    let tables = c.list(relation)?;
    let mut mode = None;
    if c.accept("in") {
        let start = c.position();
        while !c.at("mode") {
            c.expect_any(&["access", "row", "share", "update", "exclusive"])?;
        }
        let words: Vec<&str> = c.slice_from(start).rest().iter().map(|t| c.text_of(*t)).collect();
        mode = Some(words.join(" ").to_ascii_uppercase());
        c.skip(1);
    }
    c.accept("nowait");
    c.expect_end()?;
    Ok(Operation::LockTables { tables, mode })
}

/// `ONLY name *`.
pub(super) fn relation(c: &mut Cursor<'_>) -> Read<ObjectName> {
    rows_of(c).map(|(name, _)| name)
}

/// `ONLY name *`, and whether the word `ONLY` is there.
pub(super) fn rows_of(c: &mut Cursor<'_>) -> Read<(ObjectName, bool)> {
    let only = c.at("only");
    if only {
        c.skip(1);
        if c.at_paren() {
            let (mut inner, _) = c.parenthesised()?;
            return Ok((inner.object_name_of("a table name")?, true));
        }
    }
    let name = c.object_name_of("a table name")?;
    c.accept_operator("*");
    Ok((name, only))
}

/// Behind `TRUNCATE`.
pub(super) fn truncate(c: &mut Cursor<'_>) -> Read<Operation> {
    c.accept("table");
    let listed = c.list(rows_of)?;
    let only = listed.iter().enumerate().filter(|(_, (_, only))| *only).map(|(at, _)| at).collect();
    let tables = listed.into_iter().map(|(name, _)| name).collect();
    let mut restart_identity = false;
    if let Some(word) = c.accept_any(&["restart", "continue"]) {
        c.expect("identity")?;
        restart_identity = word == "restart";
    }
    let cascade = common::cascade(c);
    c.expect_end()?;
    Ok(Operation::Truncate { tables, cascade, restart_identity, only })
}

/// Whether what follows an option's name switches it off.
pub(super) fn is_off(c: &Cursor<'_>) -> bool {
    c.peek().is_some_and(|value| {
        let written = c.text_of(value).trim_matches('\'');
        ["false", "off", "0"].iter().any(|off| written.eq_ignore_ascii_case(off))
    })
}

/// `VACUUM`, `ANALYZE`, `REINDEX`, `CLUSTER`, `CHECKPOINT`; `verb` has been read.
pub(super) fn maintenance(c: &mut Cursor<'_>, verb: &str) -> Read<Operation> {
    let verb = if verb == "analyse" { "analyze" } else { verb };
    let mut command = verb.to_ascii_uppercase();
    let mut add = |word: &str| {
        command.push(' ');
        command.push_str(&word.to_ascii_uppercase());
    };
    // Options that are switched on and make the command heavier or lighter.
    if c.at_paren() {
        let (mut inner, _) = c.parenthesised()?;
        for option in inner.split_commas() {
            let mut value = option;
            value.skip(1);
            let on = !is_off(&value);
            if let Some(word) =
                ["full", "concurrently", "freeze", "analyze"].iter().find(|w| option.at(w)).filter(|_| on)
            {
                add(word);
            }
        }
    }
    while let Some(word) = c.accept_any(&["full", "freeze", "verbose", "analyze", "analyse"]) {
        if matches!(word, "full" | "freeze" | "analyze" | "analyse") {
            add(word);
        }
    }
    if verb == "reindex" {
        let kind = c.expect_any(&["index", "table", "schema", "database", "system"])?;
        add(kind);
        if c.accept("concurrently") {
            add("concurrently");
        }
        let mut objects = Vec::new();
        if !c.is_end() {
            objects.push(c.object_name_of("a name")?);
        }
        c.expect_end()?;
        return Ok(Operation::Maintenance { command, objects });
    }
    let mut objects = Vec::new();
    if verb == "cluster" && c.word_at(1, "on") {
        // `CLUSTER index ON table`, the old form.
        c.skip(2);
        objects.push(c.object_name_of("a table name")?);
    } else if !c.is_end() {
        loop {
            objects.push(relation(c)?);
            if c.at_paren() {
                c.skip_parens()?;
            }
            if !c.accept_comma() {
                break;
            }
        }
        if verb == "cluster" && c.accept("using") {
            c.name_of("an index name")?;
        }
    }
    c.expect_end()?;
    Ok(Operation::Maintenance { command, objects })
}
