//! Dropping, renaming and emptying tables; databases, views, sequences.
use std::collections::BTreeMap;

use crate::{
    catalog::{ObjectName, RoutineKind, SequenceOptions, View},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression::read_query,
        mysql::types,
    },
    operation::{Operation, SequenceAction},
    target::Dialect,
    text::{Span, TokenKind},
};

use super::{alter_table::wait, opaque, options};

/// `DROP [TEMPORARY] TABLE[S]`, `DROP VIEW`.
pub(super) fn drop_relation(c: &mut Cursor<'_>) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    let temporary = c.accept("temporary");
    if temporary && maria && c.at("sequence") {
        return drop_object(c);
    }
    let word = c.expect_any(if temporary { &["table", "tables"] } else { &["table", "tables", "view"] })?;
    let if_exists = c.accept_words(&["if", "exists"]);
    let view = word == "view";
    let names = c.object_names(if view { "a view's name" } else { "a table name" })?;
    if maria {
        wait(c)?;
    }
    let cascade = c.accept_any(&["cascade", "restrict"]) == Some("cascade");
    c.expect_end()?;
    Ok(if view {
        Operation::DropView { names, materialized: false, if_exists, cascade }
    } else {
        Operation::DropTable { names, if_exists, cascade, temporary }
    })
}

/// `RENAME TABLE`, `RENAME USER`.
pub(super) fn rename(c: &mut Cursor<'_>) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    c.skip(1);
    if c.accept("user") {
        return Ok(opaque("RENAME USER", Vec::new(), false));
    }
    c.expect_any(&["table", "tables"])?;
    let if_exists = maria && c.accept_words(&["if", "exists"]);
    let renames = c.list(|c| {
        let from = c.object_name_of("a table name")?;
        wait(c)?;
        c.expect("to")?;
        Ok((from, c.object_name_of("a table name")?))
    })?;
    c.expect_end()?;
    Ok(Operation::RenameTables { renames, if_exists })
}

/// `TRUNCATE [TABLE] t`
pub(super) fn truncate(c: &mut Cursor<'_>) -> Read<Operation> {
    c.skip(1);
    c.accept("table");
    let table = c.object_name_of("a table name")?;
    wait(c)?;
    if c.at_kind(TokenKind::Comma) {
        return Err(c
            .unexpected("the end of the statement")
            .with_help("one statement empties one table here"));
    }
    if c.at_any(&["cascade", "restart", "continue", "restrict"]) {
        return Err(c.unexpected("the end of the statement").with_help("this is PostgreSQL"));
    }
    c.expect_end()?;
    Ok(Operation::Truncate { tables: vec![table], cascade: false, restart_identity: true, only: Vec::new() })
}

/// `CREATE DATABASE`.
pub(super) fn create_database(c: &mut Cursor<'_>) -> Read<Operation> {
    c.skip(1);
    let if_not_exists = c.accept_words(&["if", "not", "exists"]);
    let name = c.name_of("a database name")?;
    let name = c.kept(ObjectName::bare(name)).name;
    database_options(c)?;
    c.expect_end()?;
    Ok(Operation::CreateSchema { name, if_not_exists })
}

/// `ALTER DATABASE`.
pub(super) fn alter_database(c: &mut Cursor<'_>) -> Read<Operation> {
    c.skip(1);
    let mut objects = Vec::new();
    const OPTIONS: [&str; 8] =
        ["default", "charset", "character", "char", "collate", "read", "encryption", "comment"];
    // A database may have the name of an option; then an option follows.
    let mut next = *c;
    next.skip(1);
    let option =
        c.at_any(&OPTIONS) && (c.at_any(&["default", "character", "char"]) || !next.at_any(&OPTIONS));
    if !option || c.peek().is_some_and(|t| t.kind == TokenKind::QuotedName) {
        let name = ObjectName::bare(c.name_of("a database name")?);
        objects.push(c.kept(name));
    }
    if c.target().dialect == Dialect::MariaDb && c.accept_words(&["upgrade", "data", "directory", "name"]) {
        c.expect_end()?;
        return Ok(opaque("ALTER DATABASE", objects, false));
    }
    database_options(c)?;
    c.expect_end()?;
    Ok(opaque("ALTER DATABASE", objects, true))
}

fn database_options(c: &mut Cursor<'_>) -> Read<()> {
    loop {
        c.accept("default");
        if c.at("charset") || c.at_words(&["character", "set"]) || c.at_words(&["char", "set"]) {
            types::charset(c)?;
        } else if c.accept("collate") {
            types::collation_name(c)?;
        } else if c.accept_any(&["encryption", "comment"]).is_some() {
            c.accept_operator("=");
            c.string()?;
        } else if c.accept_words(&["read", "only"]) {
            c.accept_operator("=");
            c.skip(1);
        } else {
            return Ok(());
        }
    }
}

/// `DROP DATABASE`.
pub(super) fn drop_database(c: &mut Cursor<'_>) -> Read<Operation> {
    c.skip(1);
    let if_exists = c.accept_words(&["if", "exists"]);
    let name = c.name_of("a database name")?;
    let name = c.kept(ObjectName::bare(name)).name;
    c.expect_end()?;
    Ok(Operation::DropSchema { names: vec![name], if_exists, cascade: true })
}

/// `DROP PROCEDURE`, `DROP FUNCTION`, `DROP TRIGGER`, `DROP SEQUENCE`.
pub(super) fn drop_object(c: &mut Cursor<'_>) -> Read<Operation> {
    let word = c.expect_any(&["procedure", "function", "trigger", "sequence"])?;
    if word == "sequence" && c.target().dialect == Dialect::MySql {
        let span = c.previous().map_or(c.span(), |t| t.span);
        return Err(Stop::invalid(span, "MySQL has no sequences"));
    }
    let if_exists = c.accept_words(&["if", "exists"]);
    if word == "sequence" {
        let names = c.object_names("a sequence name")?;
        c.expect_end()?;
        return Ok(Operation::DropSequence { names, if_exists, cascade: false });
    }
    let name = c.routine_name_of("a name")?;
    if c.at("on") || c.at_paren() {
        return Err(c
            .unexpected("the end of the statement")
            .with_help("this is PostgreSQL: the name is enough"));
    }
    c.expect_end()?;
    Ok(match word {
        "trigger" => Operation::DropTrigger { name: name.name, table: None, if_exists, cascade: false },
        _ => {
            let kind = if word == "function" { RoutineKind::Function } else { RoutineKind::Procedure };
            Operation::DropRoutine {
                routines: vec![(name, None)],
                kind: Some(kind),
                if_exists,
                cascade: false,
            }
        }
    })
}

/// What may stand between `CREATE` and the kind of object.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    /// `DEFINER = account`, as written.
    pub(super) definer: Option<String>,
    /// `ALGORITHM = …`, lower case.
    algorithm: Option<String>,
    /// `SQL SECURITY …`, lower case.
    security: Option<String>,
}

/// Reads `ALGORITHM = …`, `DEFINER = …`, `SQL SECURITY …`.
pub(super) fn head(c: &mut Cursor<'_>) -> Read<Head> {
    let mut head = Head::default();
    loop {
        if c.accept("algorithm") {
            c.accept_operator("=");
            head.algorithm = Some(c.expect_any(&["undefined", "merge", "temptable"])?.to_owned());
        } else if c.accept("definer") {
            c.accept_operator("=");
            head.definer = Some(account(c)?);
        } else if c.accept_words(&["sql", "security"]) {
            head.security = Some(c.expect_any(&["definer", "invoker"])?.to_owned());
        } else {
            return Ok(head);
        }
    }
}

/// `user`, `'user'@'host'`, `CURRENT_USER()`.
pub(super) fn account(c: &mut Cursor<'_>) -> Read<String> {
    let start = c.position();
    if !c.at_kind(TokenKind::String) {
        c.any_name("an account")?;
    } else {
        c.skip(1);
    }
    if c.at_kind(TokenKind::Variable) || c.accept_operator("@") {
        c.skip(1);
    } else if c.at_paren() {
        c.skip_parens()?;
    }
    Ok(c.source_from(start).to_owned())
}

/// Behind `CREATE [OR REPLACE]`: what may have a definer.
pub(super) fn create_defined(c: &mut Cursor<'_>, or_replace: bool) -> Read<Operation> {
    let head = head(c)?;
    if c.accept("view") {
        return view(c, head, or_replace);
    }
    if c.at("json") && c.target().dialect == Dialect::MySql {
        return super::admin::other_kind(c, "create");
    }
    super::routine::create(c, &head, or_replace)
}

/// Behind `ALTER`: what may have a definer.
pub(super) fn alter_defined(c: &mut Cursor<'_>) -> Read<Operation> {
    let head = head(c)?;
    if c.accept("view") {
        return view(c, head, true);
    }
    if c.at("json") && c.target().dialect == Dialect::MySql {
        return super::admin::other_kind(c, "alter");
    }
    let word = c.expect_any(&["view", "procedure", "function", "event"])?;
    let name = c.object_name_of("a name")?;
    // Characteristics of a routine; of an event everything, its body too.
    Ok(opaque(format!("ALTER {}", word.to_ascii_uppercase()), vec![name], word != "event"))
}

/// Behind `VIEW`.
fn view(c: &mut Cursor<'_>, head: Head, or_replace: bool) -> Read<Operation> {
    let if_not_exists = c.accept_words(&["if", "not", "exists"]);
    let name = c.object_name_of("a view's name")?;
    let columns = if c.at_paren() { c.name_list("a column name")? } else { Vec::new() };
    c.expect("as")?;
    let (query, check) = query_and_check(c);
    if c.source(query).is_empty() {
        return Err(c.unexpected("a query"));
    }
    if !c.at_paren() && !c.at_any(&["select", "with", "values", "table"]) {
        return Err(c.unexpected("a query"));
    }
    let mut options = BTreeMap::new();
    options.extend(head.algorithm.filter(|a| a != "undefined").map(|a| ("algorithm".to_owned(), a)));
    options.extend(head.security.filter(|s| s != "definer").map(|s| ("security".to_owned(), s)));
    options.extend(check.map(|check| ("check_option".to_owned(), check.to_owned())));
    let sql = c.source(query);
    let read = read_query(sql, c.target());
    let view = View {
        name,
        materialized: false,
        columns: if columns.is_empty() { read.columns.unwrap_or_default() } else { columns },
        query: crate::catalog::Expression { sql: sql.into(), normal: read.normal.into() },
        reads: read.reads,
        options,
        indexes: Vec::new(),
        triggers: Vec::new(),
        comment: None,
    };
    Ok(Operation::CreateView { view: Box::new(view), or_replace, if_not_exists, with_no_data: false })
}

/// The span of a view's query, and what `WITH … CHECK OPTION` behind it says.
fn query_and_check(c: &Cursor<'_>) -> (Span, Option<&'static str>) {
    let rest = c.rest();
    let last = |back: usize, word: &str| {
        rest.len()
            .checked_sub(back)
            .and_then(|i| rest.get(i))
            .is_some_and(|t| t.is_word(c.script_text(), word))
    };
    let (length, check) = if !(last(1, "option") && last(2, "check")) {
        (0, None)
    } else if last(3, "with") {
        (3, Some("cascaded"))
    } else if last(3, "cascaded") && last(4, "with") {
        (4, Some("cascaded"))
    } else if last(3, "local") && last(4, "with") {
        (4, Some("local"))
    } else {
        (0, None)
    };
    let mut query = *c;
    query.skip(rest.len() - length);
    let span = if rest.len() > length { query.span_from(c.position()) } else { Span::default() };
    (span, check)
}

/// MariaDB's `CREATE SEQUENCE`.
pub(super) fn create_sequence(c: &mut Cursor<'_>) -> Read<Operation> {
    let temporary = c.accept("temporary");
    c.expect("sequence")?;
    let if_not_exists = c.accept_words(&["if", "not", "exists"]);
    let name = c.object_name_of("a sequence name")?;
    let mut written = SequenceOptions::default();
    for (option, value) in sequence_options(c)? {
        let number = value.as_deref().and_then(|v| v.parse::<i64>().ok());
        match option.as_str() {
            "as" => written.data_type = value.filter(|t| t != "bigint"),
            "start" => written.start = number,
            "increment" => written.increment = number.filter(|n| *n != 1),
            "minvalue" => written.minimum = number,
            "maxvalue" => written.maximum = number,
            "cache" => written.cache = number.or(Some(0)).filter(|n| *n != 1000),
            "cycle" => written.cycle = value.is_some(),
            _ => {}
        }
    }
    // A start at the bound where counting begins is the default.
    let ascending = written.increment.unwrap_or(1) > 0;
    written.minimum = written.minimum.filter(|n| !ascending || *n != 1);
    let first = if ascending { written.minimum.unwrap_or(1) } else { written.maximum.unwrap_or(-1) };
    written.start = written.start.filter(|n| *n != first);
    while options::option(c)?.is_some() {}
    c.expect_end()?;
    Ok(Operation::CreateSequence { name, options: written, owned_by: None, if_not_exists, temporary })
}

/// MariaDB's `ALTER SEQUENCE`, behind the word.
pub(super) fn alter_sequence(c: &mut Cursor<'_>) -> Read<Operation> {
    let if_exists = c.accept_words(&["if", "exists"]);
    let name = c.object_name_of("a sequence name")?;
    let options = sequence_options(c)?;
    c.expect_end()?;
    Ok(Operation::AlterSequence { name, if_exists, action: SequenceAction::Options { options } })
}

fn sequence_options(c: &mut Cursor<'_>) -> Read<Vec<(String, Option<String>)>> {
    let mut found = Vec::new();
    let number = |c: &mut Cursor<'_>| {
        c.accept_any(&["by", "with"]);
        c.accept_operator("=");
        c.number().map(Some)
    };
    loop {
        let no = c.accept("no");
        let Some(word) = c.accept_any(&[
            "as",
            "increment",
            "minvalue",
            "maxvalue",
            "start",
            "cache",
            "cycle",
            "nominvalue",
            "nomaxvalue",
            "nocache",
            "nocycle",
            "restart",
        ]) else {
            return if no {
                Err(c.expected_words(&["minvalue", "maxvalue", "cache", "cycle"]))
            } else {
                Ok(found)
            };
        };
        let (name, value) = match word {
            "as" => {
                let written = types::read(c)?;
                ("as", Some(written.data_type.text.into()))
            }
            "cycle" => ("cycle", (!no).then(|| "yes".to_owned())),
            "nocycle" => ("cycle", None),
            "nominvalue" => ("minvalue", None),
            "nomaxvalue" => ("maxvalue", None),
            "nocache" => ("cache", None),
            _ if no => (word, None),
            "restart" if !c.at_kind(TokenKind::Number) && !c.at("with") && !c.at_operator("=") => {
                ("restart", None)
            }
            _ => (word, number(c)?),
        };
        found.push((name.to_owned(), value));
    }
}
