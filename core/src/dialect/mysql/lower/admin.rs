//! Statements that are known by their first words: maintenance, locks, accounts, replication, and what no server
//! knows.
use crate::{
    catalog::ObjectName,
    dialect::cursor::{Cursor, Read, Stop, closest},
    operation::Operation,
    target::Dialect,
    text::TokenKind,
};

use super::{alter_table::wait, opaque};

/// Which server knows a statement.
#[derive(Clone, Copy, PartialEq)]
enum Server {
    Both,
    MySql,
    MariaDb,
}

/// First words of statements that change no table's definition, with who knows them.
const HARMLESS: &[(&str, Server)] = &[
    ("backup", Server::MariaDb),
    ("binlog", Server::Both),
    ("cache", Server::Both),
    ("change", Server::Both),
    ("clone", Server::MySql),
    ("flush", Server::Both),
    ("get", Server::Both),
    ("grant", Server::Both),
    ("handler", Server::Both),
    ("help", Server::Both),
    ("install", Server::Both),
    ("kill", Server::Both),
    ("purge", Server::Both),
    ("reset", Server::Both),
    ("resignal", Server::Both),
    ("restart", Server::MySql),
    ("revoke", Server::Both),
    ("shutdown", Server::Both),
    ("signal", Server::Both),
    ("start", Server::Both),
    ("stop", Server::Both),
    ("uninstall", Server::Both),
    ("unlock", Server::Both),
];

/// First words of every statement, to tell a slip from a foreign statement.
const FIRST_WORDS: [&str; 37] = [
    "alter",
    "analyze",
    "begin",
    "call",
    "check",
    "checksum",
    "commit",
    "create",
    "deallocate",
    "delete",
    "do",
    "drop",
    "execute",
    "explain",
    "flush",
    "grant",
    "insert",
    "kill",
    "load",
    "lock",
    "optimize",
    "prepare",
    "release",
    "rename",
    "repair",
    "replace",
    "revoke",
    "rollback",
    "savepoint",
    "select",
    "set",
    "show",
    "start",
    "truncate",
    "unlock",
    "update",
    "use",
];

/// Statements whose first word is `word` and that no other module reads.
pub(super) fn read(c: &mut Cursor<'_>, word: &str) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    if matches!(word, "optimize" | "analyze" | "repair" | "check" | "checksum") {
        return maintenance(c, word);
    }
    if word == "lock" {
        return lock(c);
    }
    if word == "import" && !maria {
        return Ok(opaque("IMPORT TABLE", Vec::new(), true));
    }
    if word == "execute" && maria && c.word_at(1, "immediate") {
        return Err(Stop::Opaque);
    }
    let known = |server: Server| match server {
        Server::Both => true,
        Server::MySql => !maria,
        Server::MariaDb => maria,
    };
    if HARMLESS.iter().any(|(name, server)| *name == word && known(*server)) {
        return Ok(opaque(word.to_ascii_uppercase(), Vec::new(), false));
    }
    Err(nothing(c, &FIRST_WORDS, "the beginning of a statement"))
}

fn nothing(c: &Cursor<'_>, words: &[&str], expected: &str) -> Stop {
    let stop = c.unexpected(expected);
    let written = c.peek().filter(|t| t.kind == TokenKind::Word).map_or("", |t| c.text_of(t));
    match closest(written, words) {
        Some(meant) => stop.with_help(format!("did you mean `{}`?", meant.to_ascii_uppercase())),
        None => stop,
    }
}

/// `OPTIMIZE TABLE a, b` and its like.
fn maintenance(c: &mut Cursor<'_>, word: &str) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    c.skip(1);
    c.accept_any(&["no_write_to_binlog", "local"]);
    if !c.at_any(&["table", "tables", "view"]) {
        // MariaDB's `ANALYZE` runs a statement to measure it.
        return if maria && word == "analyze" {
            Err(Stop::Opaque)
        } else {
            Err(c.expected_words(&["table"]))
        };
    }
    let kind = c.expect_any(&["table", "tables", "view"])?;
    let objects = c.list(|c| {
        let name = c.object_name_of("a table name")?;
        if maria && c.accept("persistent") {
            c.expect("for")?;
            persistent(c)?;
        }
        Ok(name)
    })?;
    wait(c)?;
    let kind = if kind == "view" { "VIEW" } else { "TABLE" };
    Ok(Operation::Maintenance { command: format!("{} {kind}", word.to_ascii_uppercase()), objects })
}

/// MariaDB's `PERSISTENT FOR ALL | COLUMNS (…) INDEXES (…)`.
fn persistent(c: &mut Cursor<'_>) -> Read<()> {
    while c.accept_any(&["all", "columns", "indexes"]).is_some() {
        if c.at_paren() {
            c.skip_parens()?;
        }
    }
    Ok(())
}

/// `LOCK TABLES a READ, b AS c WRITE`.
fn lock(c: &mut Cursor<'_>) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    c.skip(1);
    if !maria && c.accept("instance") {
        return Ok(opaque("LOCK INSTANCE FOR BACKUP", Vec::new(), false));
    }
    c.expect_any(&["tables", "table"])?;
    let mut mode = None;
    let tables = c.list(|c| {
        let name = c.object_name_of("a table name")?;
        c.accept("as");
        if !c.at_any(&["read", "write", "low_priority"]) && (c.at_name() || c.at_kind(TokenKind::String)) {
            c.skip(1);
        }
        c.accept("low_priority");
        let word = c.expect_any(&["read", "write"])?;
        if word == "write" || mode.is_none() {
            mode = Some(word.to_ascii_uppercase());
        }
        c.accept("local");
        if maria && word == "write" {
            c.accept("concurrent");
        }
        Ok(name)
    })?;
    wait(c)?;
    c.expect_end()?;
    Ok(Operation::LockTables { tables, mode })
}

/// Kinds of objects that are known by name: whether they are a server's, and whether tables may change with them.
const KINDS: &[(&[&str], Server, bool)] = &[
    (&["user"], Server::Both, false),
    (&["role"], Server::Both, false),
    (&["server"], Server::Both, false),
    (&["event"], Server::Both, true),
    (&["tablespace"], Server::Both, false),
    (&["undo", "tablespace"], Server::MySql, false),
    (&["logfile", "group"], Server::Both, false),
    (&["resource", "group"], Server::MySql, false),
    (&["spatial", "reference", "system"], Server::MySql, false),
    (&["library"], Server::MySql, false),
    (&["instance"], Server::MySql, false),
    (&["json"], Server::MySql, true),
    (&["materialized", "view"], Server::MySql, true),
    (&["external", "table"], Server::MySql, true),
    (&["masking", "policy"], Server::MySql, false),
    (&["package"], Server::MariaDb, true),
    (&["catalog"], Server::MariaDb, true),
    (&["prepare"], Server::Both, false),
];

/// `CREATE`, `ALTER` or `DROP` of something that is not modelled.
pub(super) fn other_kind(c: &mut Cursor<'_>, verb: &str) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    let old = c.at("materialized") && c.target().version.major < 9;
    let found = KINDS.iter().filter(|_| !old).find(|(words, server, _)| {
        c.at_words(words) && (*server == Server::Both || (*server == Server::MariaDb) == maria)
    });
    let Some((words, _, may_change_schema)) = found else {
        return Err(nothing(
            c,
            &[
                "table",
                "index",
                "view",
                "database",
                "procedure",
                "function",
                "trigger",
                "event",
                "user",
                "role",
                "temporary",
                "unique",
                "fulltext",
                "sequence",
            ],
            &format!("what to {verb}"),
        ));
    };
    c.skip(words.len());
    c.accept_words(&["if", "not", "exists"]);
    c.accept_words(&["if", "exists"]);
    let mut objects = Vec::new();
    // Accounts are not objects of a schema.
    if !matches!(words.first(), Some(&"user" | &"role")) {
        objects.extend(c.object_name().ok() as Option<ObjectName>);
    }
    let verb = format!("{} {}", verb.to_ascii_uppercase(), words.join(" ").to_ascii_uppercase());
    Ok(opaque(verb, objects, *may_change_schema))
}
