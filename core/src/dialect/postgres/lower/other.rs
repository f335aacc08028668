//! Statements without a form of their own: their verb and the objects they name.
use crate::{
    catalog::ObjectName,
    dialect::cursor::{Cursor, Stop},
    operation::Operation,
    text::TokenKind,
};

use super::{VERBS, common};

/// Where the objects of a statement are named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    /// Behind the kind, with `IF [NOT] EXISTS` in between.
    Here,
    /// Behind the word `ON` (or `TO` of rules).
    On,
    /// What they are is none of the catalog's business.
    Nowhere,
}

/// A kind of object that `CREATE`, `ALTER` and `DROP` know: its words, where it is named, and whether such a
/// statement can change what the catalog lists.
struct Kind(&'static [&'static str], Named, bool);

/// Every kind of object. Of those that begin alike the longer comes first.
const KINDS: &[Kind] = &[
    Kind(&["access", "method"], Named::Nowhere, false),
    Kind(&["aggregate"], Named::Here, true),
    Kind(&["cast"], Named::Nowhere, false),
    Kind(&["collation"], Named::Nowhere, false),
    Kind(&["constraint", "trigger"], Named::On, true),
    Kind(&["conversion"], Named::Nowhere, false),
    Kind(&["database"], Named::Nowhere, false),
    Kind(&["default", "conversion"], Named::Nowhere, false),
    Kind(&["default", "privileges"], Named::Nowhere, false),
    Kind(&["domain"], Named::Here, true),
    Kind(&["event", "trigger"], Named::Nowhere, false),
    Kind(&["extension"], Named::Nowhere, true),
    Kind(&["foreign", "data", "wrapper"], Named::Nowhere, false),
    Kind(&["foreign", "table"], Named::Here, true),
    Kind(&["function"], Named::Here, true),
    Kind(&["group"], Named::Nowhere, false),
    Kind(&["index"], Named::Here, false),
    Kind(&["language"], Named::Nowhere, false),
    Kind(&["large", "object"], Named::Nowhere, false),
    Kind(&["materialized", "view"], Named::Here, true),
    Kind(&["operator", "class"], Named::Nowhere, false),
    Kind(&["operator", "family"], Named::Nowhere, false),
    Kind(&["operator"], Named::Nowhere, false),
    Kind(&["owned", "by"], Named::Nowhere, true),
    Kind(&["policy"], Named::On, false),
    Kind(&["procedural", "language"], Named::Nowhere, false),
    Kind(&["procedure"], Named::Here, true),
    Kind(&["publication"], Named::Nowhere, false),
    Kind(&["recursive", "view"], Named::Here, true),
    Kind(&["role"], Named::Nowhere, false),
    Kind(&["routine"], Named::Here, true),
    Kind(&["rule"], Named::On, true),
    Kind(&["schema"], Named::Nowhere, true),
    Kind(&["sequence"], Named::Here, true),
    Kind(&["server"], Named::Nowhere, false),
    Kind(&["statistics"], Named::Nowhere, false),
    Kind(&["subscription"], Named::Nowhere, false),
    Kind(&["system"], Named::Nowhere, false),
    Kind(&["table"], Named::Here, true),
    Kind(&["tablespace"], Named::Nowhere, false),
    Kind(&["text", "search", "configuration"], Named::Nowhere, false),
    Kind(&["text", "search", "dictionary"], Named::Nowhere, false),
    Kind(&["text", "search", "parser"], Named::Nowhere, false),
    Kind(&["text", "search", "template"], Named::Nowhere, false),
    Kind(&["transform"], Named::Nowhere, false),
    Kind(&["trigger"], Named::On, true),
    Kind(&["trusted", "language"], Named::Nowhere, false),
    Kind(&["trusted", "procedural", "language"], Named::Nowhere, false),
    Kind(&["type"], Named::Here, true),
    Kind(&["unique", "index"], Named::On, false),
    Kind(&["user", "mapping"], Named::Nowhere, false),
    Kind(&["user"], Named::Nowhere, false),
    Kind(&["view"], Named::Here, true),
];

/// Words that may stand between `CREATE` and the kind.
const MODIFIERS: &[&str] = &["or", "replace", "temporary", "temp", "unlogged", "local", "global"];

/// Whether statements on objects of `kind`, upper case, can change or destroy what the catalog lists.
pub(super) fn is_modelled(kind: &str) -> bool {
    let words: Vec<String> = kind.split(' ').map(str::to_ascii_lowercase).collect();
    KINDS.iter().find(|k| k.0.iter().eq(&words)).is_none_or(|k| k.2)
}

/// The words of the kind of object at `c`.
pub(super) fn kind(c: &Cursor<'_>) -> Option<&'static [&'static str]> {
    KINDS.iter().find(|k| c.at_words(k.0)).map(|k| k.0)
}

/// A statement that begins with no word that PostgreSQL knows.
pub(super) fn unknown_statement(c: &Cursor<'_>) -> Stop {
    refusal(c, VERBS, "a statement")
}

/// `CREATE`, `ALTER` or `DROP` of something that PostgreSQL does not have; `c` is behind the verb.
pub(super) fn unknown_kind(c: &Cursor<'_>) -> Stop {
    let mut at = *c;
    while at.accept_any(MODIFIERS).is_some() {}
    if KINDS.iter().any(|k| at.at_words(k.0)) || at.at("all") {
        return Stop::Opaque;
    }
    let words: Vec<&str> = KINDS.iter().filter_map(|k| k.0.first().copied()).collect();
    refusal(&at, &words, "a kind of object, such as `TABLE`")
}

fn refusal(c: &Cursor<'_>, words: &[&str], expected: &str) -> Stop {
    match (c.expected_words(words), c.unexpected(expected)) {
        (Stop::Invalid { help: Some(help), .. }, plain) => plain.with_help(help),
        (_, plain) => plain,
    }
}

/// The statement at `c`, named and no more.
pub(super) fn opaque(c: Cursor<'_>) -> Operation {
    let mut at = c;
    let Some(first) = at.accept_any(VERBS) else {
        return common::opaque(&first_words(&c, 2), Vec::new(), true);
    };
    match first {
        "create" | "alter" | "drop" => {
            while first == "create" && at.accept_any(MODIFIERS).is_some() {}
            let Some(kind) = KINDS.iter().find(|k| at.at_words(k.0)) else {
                return common::opaque(&first_words(&c, 2), Vec::new(), true);
            };
            at.skip(kind.0.len());
            let verb = format!("{first} {}", kind.0.join(" ")).to_ascii_uppercase();
            let cascades =
                first == "drop" && at.rest().last().is_some_and(|t| t.is_word(c.script_text(), "cascade"));
            common::opaque(&verb, objects(at, kind.1), kind.2 || cascades)
        }
        "grant" | "revoke" => common::opaque(&first.to_ascii_uppercase(), granted(at), false),
        "security" => common::opaque("SECURITY LABEL", Vec::new(), false),
        "reassign" => common::opaque("REASSIGN OWNED", Vec::new(), false),
        "import" => common::opaque("IMPORT FOREIGN SCHEMA", Vec::new(), true),
        "load" | "discard" | "execute" => common::opaque(&first.to_ascii_uppercase(), Vec::new(), false),
        _ => common::opaque(&first.to_ascii_uppercase(), Vec::new(), true),
    }
}

fn first_words(c: &Cursor<'_>, most: usize) -> String {
    let words = c.rest().iter().take_while(|t| t.kind == TokenKind::Word).take(most);
    words.map(|t| c.text_of(*t).to_ascii_uppercase()).collect::<Vec<_>>().join(" ")
}

fn objects(mut c: Cursor<'_>, named: Named) -> Vec<ObjectName> {
    match named {
        Named::Nowhere => return Vec::new(),
        Named::Here => {
            c.accept_any(&["concurrently"]);
            if c.accept("if") {
                c.accept("not");
                c.accept("exists");
            }
        }
        Named::On => {
            // A rule names its table behind `ON event TO`.
            while !c.is_end() && !c.accept("on") {
                c.skip(1);
            }
            if c.at_any(&["select", "insert", "update", "delete"]) && c.word_at(1, "to") {
                c.skip(2);
            }
        }
    }
    c.accept("only");
    let mut found = Vec::new();
    while let Ok(name) = c.object_name() {
        found.push(name);
        if !c.accept_comma() {
            break;
        }
    }
    found
}

/// Tables and the like between `ON` and `TO` or `FROM`.
fn granted(mut c: Cursor<'_>) -> Vec<ObjectName> {
    while !c.is_end() && !c.at("on") {
        c.skip(1);
    }
    c.skip(1);
    let others = [
        "database",
        "domain",
        "foreign",
        "function",
        "language",
        "large",
        "parameter",
        "procedure",
        "routine",
        "schema",
        "tablespace",
        "type",
        "all",
    ];
    if c.at_any(&others) {
        return Vec::new();
    }
    c.accept_any(&["table", "sequence"]);
    c.object_names("a name").unwrap_or_default()
}
