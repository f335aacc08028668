//! Functions and procedures.
use std::collections::BTreeMap;

use crate::{
    catalog::{Name, ObjectName, Routine, RoutineKind},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
        postgres::{names, types, words},
    },
    operation::{Operation, RoutineAction},
    target::Target,
    text::TokenKind,
};

use super::{common, scan};

/// One argument of a routine.
pub(super) struct Argument {
    /// `in`, `out`, `inout`, `variadic`.
    pub(super) mode: &'static str,
    pub(super) name: Option<Name>,
    /// The type as the server prints it, names in quotes where they need them.
    pub(super) data_type: String,
    /// The same as the catalog shows types, without quotes.
    plain: String,
    pub(super) default: Option<String>,
}

/// A name in quotes where it needs them.
pub(super) fn quoted(name: &str) -> String {
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
        && words::class(name) == words::WordClass::Free;
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Behind `CREATE [OR REPLACE] FUNCTION | PROCEDURE`.
pub(super) fn create(c: &mut Cursor<'_>, kind: RoutineKind, or_replace: bool) -> Read<Operation> {
    let name = function_name(c)?;
    let arguments = arguments(c)?;
    let mut routine = Routine {
        name,
        signature: signature(&arguments),
        kind,
        arguments: print(&arguments, kind, c.target()),
        returns: None,
        language: "sql".to_owned(),
        body: String::new(),
        attributes: BTreeMap::new(),
        comment: None,
    };
    if kind == RoutineKind::Function {
        routine.returns = if c.accept("returns") { Some(returns(c)?) } else { out_result(&arguments) };
    }
    clauses(c, &mut routine)?;
    Ok(Operation::CreateRoutine { routine: Box::new(routine), or_replace, if_not_exists: false })
}

/// A function's name: words that name functions only are allowed.
fn function_name(c: &mut Cursor<'_>) -> Read<ObjectName> {
    let free = c.peek().is_some_and(|t| {
        t.kind != TokenKind::Word
            || words::class(&c.text_of(t).to_ascii_lowercase()) != words::WordClass::Reserved
    });
    if !free {
        return c.object_name_of("a function name");
    }
    let first = c.any_name("a function name")?;
    if c.accept_kind(TokenKind::Dot) {
        return Ok(ObjectName::new(first, c.any_name("a function name")?));
    }
    Ok(ObjectName::bare(first))
}

/// What a function without `RETURNS` returns: its output arguments.
fn out_result(arguments: &[Argument]) -> Option<String> {
    let outs: Vec<&Argument> = arguments.iter().filter(|a| matches!(a.mode, "out" | "inout")).collect();
    match outs.as_slice() {
        [] => None,
        [one] => Some(one.data_type.clone()),
        _ => Some("record".to_owned()),
    }
}

/// `(a integer, OUT b text DEFAULT 'x')`.
pub(super) fn arguments(c: &mut Cursor<'_>) -> Read<Vec<Argument>> {
    let (mut inner, _) = c.parenthesised()?;
    if inner.is_end() {
        return Ok(Vec::new());
    }
    let arguments = inner.list(argument)?;
    if !inner.is_end() {
        return Err(inner.unexpected("`,` or `)`"));
    }
    Ok(arguments)
}

fn mode(c: &mut Cursor<'_>) -> Option<&'static str> {
    Some(match c.accept_any(&["in", "out", "inout", "variadic"])? {
        "in" if c.accept("out") => "inout",
        "in" => "in",
        "out" => "out",
        "inout" => "inout",
        _ => "variadic",
    })
}

fn argument(c: &mut Cursor<'_>) -> Read<Argument> {
    let mut written = mode(c);
    let mut name = None;
    if is_name_before_type(c) {
        name = Some(c.any_name("an argument name")?);
        written = written.or_else(|| mode(c));
    }
    let (data_type, plain) = argument_type(c)?;
    let mut default = None;
    if c.accept("default") || c.accept_operator("=") {
        let from = c.position();
        scan::skip(c, scan::Grammar::Full)?;
        default = Some(c.source_from(from).to_owned());
    }
    Ok(Argument { mode: written.unwrap_or("in"), name, data_type, plain, default })
}

/// Whether the next token names the argument: a type, or a mode and a type, follows it.
fn is_name_before_type(c: &Cursor<'_>) -> bool {
    let Some(token) = c.peek().filter(|t| t.is_name()) else { return false };
    let mut after = *c;
    after.skip(1);
    // The words of types that have several: `double precision`, `timestamp with time zone`.
    let pair = token.kind == TokenKind::Word && {
        let first = c.text_of(token).to_ascii_lowercase();
        match first.as_str() {
            "double" => after.at("precision"),
            "character" | "char" | "nchar" | "bit" => after.at("varying"),
            "national" => after.at_any(&["character", "char"]),
            "time" | "timestamp" => after.at_any(&["with", "without"]),
            "interval" => after.at_any(&["year", "month", "day", "hour", "minute", "second"]),
            "setof" => true,
            _ => false,
        }
    };
    if pair {
        return false;
    }
    let mut follows = after;
    mode(&mut follows);
    follows.accept("setof");
    follows.peek().is_some_and(|t| t.is_name()) && !follows.at_any(&["default", "array"])
}

/// A type, `SETOF type` or `table.column%TYPE`: as the server prints it, and as the catalog shows types.
fn argument_type(c: &mut Cursor<'_>) -> Read<(String, String)> {
    let set = c.accept("setof");
    let start = c.position();
    let data_type = types::read(c)?;
    let mut plain = without_modifiers(&data_type.to_string());
    let mut printed = match &data_type.custom {
        Some(custom) => {
            let schema = custom.schema.as_ref().filter(|schema| **schema != *"public");
            let schema = schema.map_or_else(String::new, |schema| quoted(schema) + ".");
            format!("{schema}{}{}", quoted(&custom.name), without_modifiers(&data_type.text))
        }
        None => plain.clone(),
    };
    if c.at_operator("%") {
        c.skip(1);
        c.expect("type")?;
        plain = c.source_from(start).to_owned();
        printed.clone_from(&plain);
    }
    let set = if set { "SETOF " } else { "" };
    Ok((format!("{set}{printed}"), format!("{set}{plain}")))
}

/// Routines keep no lengths and precisions: `numeric(3,0)[]` is `numeric[]`.
fn without_modifiers(text: &str) -> String {
    let mut depth = 0u32;
    let plain: String = text
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect();
    if plain == "bpchar" || plain == "bpchar[]" { plain.replace("bpchar", "character") } else { plain }
}

/// The types of the input arguments: what tells overloaded routines apart.
fn signature(arguments: &[Argument]) -> String {
    let inputs = arguments.iter().filter(|a| a.mode != "out").map(|a| a.plain.as_str());
    inputs.collect::<Vec<_>>().join(", ")
}

/// The arguments as `pg_get_function_arguments` prints them.
fn print(arguments: &[Argument], kind: RoutineKind, target: &Target) -> String {
    let texts = arguments.iter().map(|a| {
        let mode = match a.mode {
            // Since PostgreSQL 14 procedures have output arguments, so that their input is marked.
            "in" if kind == RoutineKind::Procedure && target.version.major >= 14 => "IN ".to_owned(),
            "in" => String::new(),
            other => other.to_ascii_uppercase() + " ",
        };
        let name = a.name.as_ref().map_or_else(String::new, |n| quoted(n) + " ");
        let default = a
            .default
            .as_ref()
            .map_or_else(String::new, |d| format!(" DEFAULT {}", default_text(d, &a.data_type, target)));
        format!("{mode}{name}{}{default}", a.data_type)
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// An argument list that the server printed, in the spelling of [`create`]'s; as it is where it is not understood.
pub(crate) fn reprinted(arguments: &str, kind: RoutineKind, target: &Target) -> String {
    let text = format!("({arguments})");
    let script = crate::text::Script::new(&text, target);
    let mut cursor = Cursor::new(&text, &script.tokens, target, words::is_reserved);
    match self::arguments(&mut cursor) {
        Ok(read) if cursor.is_end() => print(&read, kind, target),
        _ => arguments.to_owned(),
    }
}

/// Types whose constants the server prints in a spelling of its own.
const RESPELLED: &[&str] = &["interval", "time", "date", "reg", "oid", "bytea", "bit"];

/// A constant in the one spelling that `5`, `'5'`, `5::integer` and `CAST(5 AS integer)` have; others as written. The
/// server shows the type of literals that do not show it themselves.
fn default_text(written: &str, data_type: &str, target: &Target) -> String {
    let base = data_type.split('(').next().unwrap_or(data_type);
    if !RESPELLED.iter().any(|head| base.starts_with(head)) {
        let constant = expression::read(&format!("cast({written} as {base})"), target).normal;
        let quoted = constant.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        if quoted.is_some_and(|text| !text.contains(['\'', '\\'])) {
            return format!("{constant}::{base}");
        }
        if constant == "null" {
            return format!("NULL::{base}");
        }
        let number = constant.strip_prefix('-').unwrap_or(&constant);
        if matches!(constant.as_str(), "true" | "false")
            || number.starts_with(|c: char| c.is_ascii_digit())
                && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        {
            return constant.to_string();
        }
    }
    let literal = written.len() >= 2
        && written.starts_with('\'')
        && written.find('\'').is_some()
        && written.get(1..).is_some_and(|s| s.find('\'') == Some(written.len() - 2));
    if literal || written.eq_ignore_ascii_case("null") {
        let text = if literal { written.to_owned() } else { "NULL".to_owned() };
        let base = data_type.split('(').next().unwrap_or(data_type);
        return format!("{text}::{base}");
    }
    if ["true", "false"].iter().any(|w| written.eq_ignore_ascii_case(w)) {
        return written.to_ascii_lowercase();
    }
    written.to_owned()
}

/// Behind `RETURNS`.
fn returns(c: &mut Cursor<'_>) -> Read<String> {
    if !(c.at("table") && c.kind_at(1, TokenKind::LeftParen)) {
        return Ok(argument_type(c)?.0);
    }
    c.skip(1);
    let (mut inner, _) = c.parenthesised()?;
    let columns = inner.list(|c| {
        let name = c.any_name("a column name")?;
        Ok(format!("{} {}", quoted(&name), argument_type(c)?.0))
    })?;
    if !inner.is_end() {
        return Err(inner.unexpected("`,` or `)`"));
    }
    Ok(format!("TABLE({})", columns.join(", ")))
}

/// Words of the clauses that `CREATE` and `ALTER` share.
const SHARED: &[&str] = &[
    "immutable",
    "stable",
    "volatile",
    "strict",
    "called",
    "returns",
    "security",
    "external",
    "leakproof",
    "not",
    "parallel",
    "cost",
    "rows",
    "support",
    "set",
];

/// Words of the clauses that only `CREATE` has.
const ONLY_CREATE: &[&str] = &["as", "language", "window", "transform", "return", "begin"];

/// Everything behind the arguments and `RETURNS`, in any order.
fn clauses(c: &mut Cursor<'_>, routine: &mut Routine) -> Read<()> {
    let words: Vec<&'static str> = SHARED.iter().chain(ONLY_CREATE).copied().collect();
    while !c.is_end() {
        let word = c.expect_any(&words)?;
        match word {
            "as" => body(c, routine)?,
            "language" => {
                routine.language = if c.at_kind(TokenKind::String) {
                    c.string()?.to_ascii_lowercase()
                } else {
                    c.any_name("a language")?.to_string()
                };
            }
            "window" => drop(routine.attributes.insert("window".into(), "true".into())),
            "transform" => return Err(Stop::Opaque),
            // A body in SQL, parsed when the routine is created.
            "return" | "begin" => {
                let start = c.position() - 1;
                c.skip_all();
                routine.body = c.source_from(start).to_owned();
                routine.attributes.insert("atomic".into(), "true".into());
            }
            _ => {
                let (name, value) = attribute(c, word)?;
                match value {
                    Some(value) => routine.attributes.insert(name, value),
                    None => routine.attributes.remove(&name),
                };
            }
        }
    }
    names::usual_attributes(routine);
    Ok(())
}

/// What stands behind one of the [`SHARED`] words: the attribute and its value; `None` is the server's default.
fn attribute(c: &mut Cursor<'_>, word: &str) -> Read<(String, Option<String>)> {
    let (name, value): (&str, Option<String>) = match word {
        "immutable" | "stable" => ("volatility", Some(word.to_owned())),
        "volatile" => ("volatility", None),
        "strict" => ("strict", Some("true".to_owned())),
        "called" => {
            c.expect_words(&["on", "null", "input"])?;
            ("strict", None)
        }
        "returns" => {
            c.expect_words(&["null", "on", "null", "input"])?;
            ("strict", Some("true".to_owned()))
        }
        "leakproof" => ("leakproof", Some("true".to_owned())),
        "not" => {
            c.expect("leakproof")?;
            ("leakproof", None)
        }
        "parallel" => {
            let value = c.name_of("`SAFE`, `RESTRICTED` or `UNSAFE`")?;
            ("parallel", Some(value.to_string()).filter(|v| v != "unsafe"))
        }
        "cost" => ("cost", Some(c.number()?)),
        "rows" => ("rows", Some(c.number()?)),
        "support" => ("support", Some(c.object_name()?.to_string())),
        "set" => return setting(c),
        // `[EXTERNAL] SECURITY`.
        _ => {
            if word == "external" {
                c.expect("security")?;
            }
            let definer = c.expect_any(&["definer", "invoker"])? == "definer";
            ("security", definer.then(|| "definer".to_owned()))
        }
    };
    Ok((name.to_owned(), value))
}

/// Behind `ALTER FUNCTION | PROCEDURE | ROUTINE`.
pub(super) fn alter(c: &mut Cursor<'_>, kind: &str) -> Read<Operation> {
    let (name, signature) = reference(c)?;
    let kind = match kind {
        "function" => Some(RoutineKind::Function),
        "procedure" => Some(RoutineKind::Procedure),
        _ => None,
    };
    let action = if c.accept_words(&["rename", "to"]) {
        RoutineAction::Rename { to: c.any_name("a name")? }
    } else if c.accept_words(&["set", "schema"]) {
        RoutineAction::SetSchema { schema: c.name_of("a schema name")? }
    } else if c.at("owner") || c.at("depends") || c.at_words(&["no", "depends"]) {
        let verb =
            if c.at("owner") { "ALTER FUNCTION OWNER TO" } else { "ALTER FUNCTION DEPENDS ON EXTENSION" };
        return Ok(common::opaque(verb, Vec::new(), false));
    } else {
        attributes(c)?
    };
    c.expect_end()?;
    Ok(Operation::AlterRoutine { name, signature, kind, action })
}

fn attributes(c: &mut Cursor<'_>) -> Read<RoutineAction> {
    let words: Vec<&'static str> = SHARED.iter().copied().chain(["reset"]).collect();
    let mut found = BTreeMap::new();
    let mut reset_all = false;
    loop {
        let word = c.expect_any(&words)?;
        if word == "reset" {
            if c.accept("all") {
                reset_all = true;
                found.retain(|name: &String, _| !name.starts_with("set "));
            } else {
                found.insert(format!("set {}", setting_name(c)?), None);
            }
        } else {
            let (name, value) = attribute(c, word)?;
            found.insert(name, value);
        }
        c.accept("restrict");
        if c.is_end() {
            return Ok(RoutineAction::SetAttributes { attributes: found, reset_all });
        }
    }
}

fn body(c: &mut Cursor<'_>, routine: &mut Routine) -> Read<()> {
    routine.body = c.string()?;
    if c.accept_comma() {
        routine.attributes.insert("library".into(), std::mem::take(&mut routine.body));
        routine.body = c.string()?;
    }
    Ok(())
}

fn setting_name(c: &mut Cursor<'_>) -> Read<String> {
    let mut name = c.any_name("a setting")?.to_string();
    while c.accept_kind(TokenKind::Dot) {
        name = format!("{name}.{}", c.any_name("a setting")?);
    }
    // Names of settings are folded by the server to its own spelling.
    const CAPITALS: &[&str] = &["DateStyle", "IntervalStyle", "TimeZone"];
    if let Some(own) = CAPITALS.iter().find(|own| own.eq_ignore_ascii_case(&name)) {
        return Ok((*own).to_owned());
    }
    Ok(name)
}

/// `SET name TO value`, as `pg_proc.proconfig` keeps it.
fn setting(c: &mut Cursor<'_>) -> Read<(String, Option<String>)> {
    let name = setting_name(c)?;
    if c.accept_words(&["from", "current"]) || (name == "time" && c.at("zone")) {
        return Err(Stop::Opaque);
    }
    if !c.accept("to") && !c.accept_operator("=") {
        return Err(c.unexpected("`TO` or `=`"));
    }
    if c.accept("default") {
        return Ok((format!("set {name}"), None));
    }
    let list = name == "search_path";
    let values = c.list(|c| match c.peek().map(|t| t.kind) {
        Some(TokenKind::String) => c.string().map(|s| if list { quoted(&s) } else { s }),
        Some(TokenKind::Number | TokenKind::Operator) => c.number(),
        _ => c.any_name("a value").map(|n| if list { quoted(&n) } else { n.to_string() }),
    })?;
    Ok((format!("set {name}"), Some(values.join(", "))))
}

/// A routine as `DROP` and `COMMENT` name it: its name and, if given, the types of its input arguments.
pub(super) fn reference(c: &mut Cursor<'_>) -> Read<(ObjectName, Option<String>)> {
    let name = function_name(c)?;
    if !c.at_paren() {
        return Ok((name, None));
    }
    if c.kind_at(1, TokenKind::Operator) {
        // An aggregate over rows: `count(*)`.
        c.skip_parens()?;
        return Ok((name, Some("*".to_owned())));
    }
    let mut ordered = *c;
    let (inner, _) = ordered.parenthesised()?;
    if inner.rest().windows(2).any(
        |w| matches!(w, [a, b] if a.is_word(c.script_text(), "order") && b.is_word(c.script_text(), "by")),
    ) {
        return Err(Stop::Opaque);
    }
    let arguments = arguments(c)?;
    Ok((name, Some(signature(&arguments))))
}
