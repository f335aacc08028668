//! `ALTER TABLE`.
use crate::{
    dialect::{
        cursor::{Cursor, Read, Stop},
        mysql::types,
    },
    operation::{
        AlterTable, ColumnPosition, CreateTable, DropConstraintKind, Located, OnlineClauses, Operation,
        TableAction,
    },
    target::Dialect,
    text::TokenKind,
};

use super::{
    column::{self, located},
    element::{self, Element},
    expression, options, partition,
};

/// Behind `ALTER [ONLINE] [IGNORE] TABLE`.
pub(super) fn read(c: &mut Cursor<'_>) -> Read<Operation> {
    let maria = c.target().dialect == Dialect::MariaDb;
    let if_exists = maria && c.accept_words(&["if", "exists"]);
    let table = c.object_name_of("a table name")?;
    if maria {
        wait(c)?;
    }
    let mut alter = AlterTable { table, if_exists, ..AlterTable::default() };
    while !c.is_end() {
        actions(c, &mut alter)?;
        // Partitioning follows the other actions without a comma.
        if !c.accept_comma() && !c.at("partition") && !c.at_words(&["remove", "partitioning"]) {
            c.expect_end().map_err(|stop| advise(c, stop))?;
        } else if c.is_end() {
            return Err(c.unexpected("another action"));
        }
    }
    // A column's character set may follow from the one that the same statement gives the table.
    let charset = alter.actions.iter().find_map(|a| match &a.node {
        TableAction::ConvertCharset { charset, .. } => charset.clone(),
        _ => None,
    });
    for action in &mut alter.actions {
        if let TableAction::AddColumn { definition, .. } | TableAction::ModifyColumn { definition, .. } =
            &mut action.node
        {
            column::settle(&mut definition.column, charset.as_deref());
        }
    }
    Ok(Operation::AlterTable(Box::new(alter)))
}

/// MariaDB's `WAIT n`, `NOWAIT`.
pub(super) fn wait(c: &mut Cursor<'_>) -> Read<()> {
    if c.target().dialect == Dialect::MariaDb && !c.accept("nowait") && c.at("wait") {
        c.skip(1);
        c.expect_kind(TokenKind::Number)?;
    }
    Ok(())
}

/// `ALGORITHM [=] x` or `LOCK [=] x`, if one is next.
pub(super) fn online(c: &mut Cursor<'_>, clauses: &mut OnlineClauses) -> Read<bool> {
    let Some(word) = c.accept_any(&["algorithm", "lock"]) else { return Ok(false) };
    c.accept_operator("=");
    if word == "algorithm" {
        let value = c.expect_any(&["default", "instant", "inplace", "nocopy", "copy"])?;
        if value == "nocopy" && c.target().dialect == Dialect::MySql {
            return Err(Stop::invalid(
                c.previous().map_or(c.span(), |t| t.span),
                "MySQL has no `ALGORITHM=NOCOPY`",
            )
            .with_help("this is MariaDB: use `INPLACE` or `INSTANT`"));
        }
        clauses.algorithm = Some(value.to_ascii_uppercase());
    } else {
        let value = c.expect_any(&["default", "none", "shared", "exclusive"])?;
        clauses.lock = Some(value.to_ascii_uppercase());
    }
    Ok(true)
}

/// One action, which may be several to us: `ADD (…)`, `ENGINE=… COMMENT=…`.
fn actions(c: &mut Cursor<'_>, alter: &mut AlterTable) -> Read<()> {
    let start = c.position();
    if c.at_any(&["algorithm", "lock"]) && online(c, &mut alter.online)? {
        return Ok(());
    }
    if let Some(action) = partition::action(c)? {
        let alone = !matches!(&action, TableAction::Partitions { verb, .. } if verb == "PARTITION BY" || verb == "REMOVE PARTITIONING");
        alter.actions.push(located(c, start, action));
        if alone && !c.is_end() {
            return Err(c
                .unexpected("the end of the statement")
                .with_help("a partition action stands alone"));
        }
        return Ok(());
    }
    if c.accept("add") {
        return add(c, start, &mut alter.actions);
    }
    if let Some(action) = other(c)? {
        alter.actions.push(located(c, start, action));
        return Ok(());
    }
    let mut found = Vec::new();
    while let Some(option) = options::option(c)? {
        found.push(option);
    }
    if found.is_empty() {
        return Err(unknown(c));
    }
    let (charset, collation) = (taken(&mut found, "charset"), taken(&mut found, "collation"));
    if charset.is_some() || collation.is_some() {
        let (charset, collation) = types::complete(charset.flatten(), collation.flatten(), c.target());
        found.extend([("charset".to_owned(), charset), ("collation".to_owned(), collation)]);
    }
    alter.actions.push(located(c, start, TableAction::SetOptions { options: found }));
    Ok(())
}

fn taken(options: &mut Vec<(String, Option<String>)>, name: &str) -> Option<Option<String>> {
    let at = options.iter().rposition(|(option, _)| option == name)?;
    let (_, value) = options.remove(at);
    options.retain(|(option, _)| option != name);
    Some(value)
}

/// Behind `ADD`.
fn add(c: &mut Cursor<'_>, start: usize, actions: &mut Vec<Located<TableAction>>) -> Read<()> {
    let maria = c.target().dialect == Dialect::MariaDb;
    if maria && c.accept_words(&["system", "versioning"]) {
        actions.push(located(c, start, storage("ADD SYSTEM VERSIONING", false, true)));
        return Ok(());
    }
    if element::begins(c) {
        let action = element_action(element::read(c)?);
        actions.push(located(c, start, action));
        return Ok(());
    }
    c.accept("column");
    let if_not_exists = c.accept_words(&["if", "not", "exists"]);
    if if_not_exists && !maria {
        return Err(mariadb_only(c, "ADD COLUMN IF NOT EXISTS"));
    }
    if c.accept_kind(TokenKind::LeftParen) {
        let mut table = CreateTable::default();
        super::create_table::elements(c, &mut table)?;
        c.expect_kind(TokenKind::RightParen)?;
        let columns = table.columns.into_iter().map(|d| Located {
            span: d.span,
            node: TableAction::AddColumn { definition: Box::new(d.node), if_not_exists, position: None },
        });
        let indexes = table
            .indexes
            .into_iter()
            .map(|d| Located { span: d.span, node: element_action(Element::Index(d.node)) });
        let constraints = table
            .constraints
            .into_iter()
            .map(|d| Located { span: d.span, node: element_action(Element::Constraint(d.node)) });
        let mut all: Vec<_> = columns.chain(indexes).chain(constraints).collect();
        all.sort_by_key(|action| action.span);
        actions.extend(all);
        return Ok(());
    }
    let definition = Box::new(column::definition(c)?);
    let position = position(c)?;
    actions.push(located(c, start, TableAction::AddColumn { definition, if_not_exists, position }));
    Ok(())
}

fn element_action(element: Element) -> TableAction {
    match element {
        Element::Index(definition) => TableAction::AddIndex { definition: Box::new(definition) },
        Element::Constraint(definition) => TableAction::AddConstraint { definition: Box::new(definition) },
        Element::Period => storage("ADD PERIOD", false, true),
    }
}

fn storage(verb: &str, destroys_rows: bool, changes_definition: bool) -> TableAction {
    TableAction::Storage { verb: verb.to_owned(), destroys_rows, changes_definition }
}

fn mariadb_only(c: &Cursor<'_>, what: &str) -> Stop {
    let span = c.previous().map_or(c.span(), |t| t.span);
    Stop::invalid(span, format!("MySQL has no `{what}`"))
        .with_help("this is MariaDB: on MySQL ask `information_schema` first or leave it out")
}

/// `FIRST`, `AFTER column`.
fn position(c: &mut Cursor<'_>) -> Read<Option<ColumnPosition>> {
    if c.accept("first") {
        return Ok(Some(ColumnPosition::First));
    }
    if c.accept("after") {
        return Ok(Some(ColumnPosition::After(c.name_of("a column name")?)));
    }
    Ok(None)
}

fn if_exists(c: &mut Cursor<'_>, what: &str) -> Read<bool> {
    let yes = c.accept_words(&["if", "exists"]);
    if yes && c.target().dialect == Dialect::MySql {
        return Err(mariadb_only(c, what));
    }
    Ok(yes)
}

/// Everything that begins with a word of its own.
fn other(c: &mut Cursor<'_>) -> Read<Option<TableAction>> {
    let maria = c.target().dialect == Dialect::MariaDb;
    let action = if let Some(word) = c.accept_any(&["modify", "change"]) {
        c.accept("column");
        let if_exists = if_exists(c, &format!("{} COLUMN IF EXISTS", word.to_ascii_uppercase()))?;
        let name = c.name_of("a column name")?;
        let definition = if word == "modify" { column::body(c, &name)? } else { column::definition(c)? };
        let position = position(c)?;
        TableAction::ModifyColumn { name, definition: Box::new(definition), if_exists, position }
    } else if c.accept("drop") {
        drop(c)?
    } else if c.accept("alter") {
        alter(c)?
    } else if c.accept("rename") {
        rename(c)?
    } else if c.accept("convert") {
        c.expect("to")?;
        let charset = types::charset(c)?;
        let collation = if c.accept("collate") { types::collation_name(c)? } else { None };
        let (charset, collation) = types::complete(charset, collation, c.target());
        TableAction::ConvertCharset { charset, collation }
    } else if c.accept("force") {
        TableAction::Rebuild
    } else if c.accept_words(&["order", "by"]) {
        c.list(|c| {
            c.object_name_of("a column name")?;
            c.accept_any(&["asc", "desc"]);
            Ok(())
        })?;
        storage("ORDER BY", false, false)
    } else if let Some(word) = c.accept_any(&["disable", "enable"]) {
        c.expect("keys")?;
        storage(&format!("{} KEYS", word.to_ascii_uppercase()), false, false)
    } else if let Some(word) = c.accept_any(&["discard", "import"]) {
        c.expect("tablespace")?;
        // `DISCARD` throws every row away and keeps the definition; `IMPORT` takes rows and their layout from a file.
        storage(&format!("{} TABLESPACE", word.to_ascii_uppercase()), word == "discard", word == "import")
    } else if c.at_words(&["with", "validation"]) || c.at_words(&["without", "validation"]) {
        c.skip(2);
        storage("VALIDATION", false, false)
    } else if let Some(word) =
        if maria { None } else { c.accept_any(&["secondary_load", "secondary_unload"]) }
    {
        if c.accept("partition") {
            c.skip_parens()?;
        }
        if c.accept("guided") {
            c.expect_any(&["on", "off"])?;
        }
        storage(&word.to_ascii_uppercase(), false, false)
    } else {
        return Ok(None);
    };
    Ok(Some(action))
}

/// Behind `DROP`.
fn drop(c: &mut Cursor<'_>) -> Read<TableAction> {
    let maria = c.target().dialect == Dialect::MariaDb;
    let constraint =
        |name, expected, if_exists| TableAction::DropConstraint { name, expected, if_exists, cascade: false };
    if c.accept_words(&["primary", "key"]) {
        return Ok(constraint("PRIMARY".into(), DropConstraintKind::PrimaryKey, false));
    }
    if c.accept_words(&["foreign", "key"]) {
        let if_exists = if_exists(c, "DROP FOREIGN KEY IF EXISTS")?;
        return Ok(constraint(c.name_of("a foreign key's name")?, DropConstraintKind::ForeignKey, if_exists));
    }
    if c.accept_any(&["index", "key"]).is_some() {
        let if_exists = if_exists(c, "DROP INDEX IF EXISTS")?;
        return Ok(TableAction::DropIndex { name: c.name_of("an index name")?, if_exists });
    }
    if c.accept("constraint") {
        let if_exists = if_exists(c, "DROP CONSTRAINT IF EXISTS")?;
        let name = c.name_of("a constraint name")?;
        return Ok(constraint(name, DropConstraintKind::Any, if_exists));
    }
    if !maria && c.accept("check") {
        return Ok(constraint(c.name_of("a check's name")?, DropConstraintKind::Check, false));
    }
    if maria && c.accept_words(&["system", "versioning"]) {
        // The rows of the past go.
        return Ok(storage("DROP SYSTEM VERSIONING", true, true));
    }
    if maria && (c.at_words(&["period", "for"]) || c.at_words(&["period", "if", "exists"])) {
        c.skip(1);
        c.accept_words(&["if", "exists"]);
        c.expect("for")?;
        c.name_of("a period name")?;
        return Ok(storage("DROP PERIOD", false, true));
    }
    c.accept("column");
    let if_exists = if_exists(c, "DROP COLUMN IF EXISTS")?;
    let name = c.name_of("a column name")?;
    // Both words are read and mean nothing.
    let cascade = c.accept_any(&["cascade", "restrict"]) == Some("cascade");
    Ok(TableAction::DropColumn { name, if_exists, cascade })
}

/// Behind `ALTER`.
fn alter(c: &mut Cursor<'_>) -> Read<TableAction> {
    let maria = c.target().dialect == Dialect::MariaDb;
    let index = c.at_any(&["index", "key"]) && !c.word_at(1, "set") && !c.word_at(1, "drop");
    if index {
        c.skip(1);
        if maria {
            c.accept_words(&["if", "exists"]);
        }
        let name = c.name_of("an index name")?;
        let visible = if maria {
            let not = c.accept("not");
            c.expect("ignored")?;
            not
        } else {
            c.expect_any(&["visible", "invisible"])? == "visible"
        };
        return Ok(TableAction::SetIndexVisible { name, visible });
    }
    if !maria && c.accept_any(&["check", "constraint"]).is_some() {
        let name = c.name_of("a constraint name")?;
        let enforced = !c.accept("not");
        c.expect("enforced")?;
        let enforced = Some(enforced);
        return Ok(TableAction::AlterConstraint {
            name,
            deferrable: None,
            initially_deferred: None,
            enforced,
        });
    }
    c.accept("column");
    if maria {
        c.accept_words(&["if", "exists"]);
    }
    let name = c.name_of("a column name")?;
    let masking = |option: &str, value| TableAction::SetColumnOption {
        name: name.clone(),
        option: option.to_owned(),
        value,
    };
    if !maria && c.accept_words(&["set", "masking", "policy"]) {
        let policy = c.name_of("a masking policy")?;
        return Ok(masking("masking_policy", Some(policy.as_str().to_owned())));
    }
    if !maria && c.accept_words(&["drop", "masking", "policy"]) {
        return Ok(masking("masking_policy", None));
    }
    if c.accept_words(&["drop", "default"]) {
        return Ok(TableAction::SetDefault { name, default: None });
    }
    if c.accept_words(&["set", "default"]) {
        let start = c.position();
        expression::primary(c, "a default value")?;
        let sql = c.source_from(start);
        let default = if sql.eq_ignore_ascii_case("null") {
            None
        } else {
            Some(crate::dialect::expression::read(sql, c.target()))
        };
        return Ok(TableAction::SetDefault { name, default });
    }
    if !maria && c.accept("set") {
        let option = c.expect_any(&["default", "visible", "invisible"])?;
        let value = (option == "invisible").then(|| "yes".to_owned());
        return Ok(TableAction::SetColumnOption { name, option: "invisible".into(), value });
    }
    let stop = c.unexpected("`SET DEFAULT` or `DROP DEFAULT`");
    Err(
        if c.at("type")
            || c.at_words(&["set", "data"])
            || c.at_words(&["set", "not"])
            || c.at_words(&["drop", "not"])
        {
            stop.with_help(format!(
                "this is PostgreSQL: write `MODIFY COLUMN {name}` with the whole new definition"
            ))
        } else {
            stop
        },
    )
}

/// Behind `RENAME`.
fn rename(c: &mut Cursor<'_>) -> Read<TableAction> {
    if let Some(word) = c.accept_any(&["column", "index", "key"]) {
        if word == "column" {
            let if_exists = if_exists(c, "RENAME COLUMN IF EXISTS")?;
            let from = c.name_of("a column name")?;
            c.expect("to")?;
            return Ok(TableAction::RenameColumn { from, to: c.name_of("a column name")?, if_exists });
        }
        if c.target().dialect == Dialect::MariaDb {
            c.accept_words(&["if", "exists"]);
        }
        let from = c.name_of("an index name")?;
        c.expect("to")?;
        return Ok(TableAction::RenameIndex { from, to: c.name_of("an index name")? });
    }
    if c.accept_any(&["to", "as"]).is_none() {
        c.accept_operator("=");
    }
    let to = c.object_name_of("a table name")?;
    if c.at("to") {
        return Err(c
            .unexpected("the end of the action")
            .with_help("to rename a column write `RENAME COLUMN`"));
    }
    Ok(TableAction::Rename { to })
}

fn unknown(c: &Cursor<'_>) -> Stop {
    const ACTIONS: [&str; 14] = [
        "add",
        "drop",
        "modify",
        "change",
        "alter",
        "rename",
        "convert",
        "engine",
        "comment",
        "auto_increment",
        "order",
        "force",
        "algorithm",
        "lock",
    ];
    let stop = c.unexpected("an action of `ALTER TABLE`");
    if c.at("owner")
        || c.at_words(&["set", "schema"])
        || c.at_any(&["validate", "cluster", "attach", "detach"])
    {
        return stop.with_help("this is PostgreSQL");
    }
    let written = c.peek().map(|t| c.text_of(t)).unwrap_or("");
    match crate::dialect::cursor::closest(written, &ACTIONS) {
        Some(meant) => stop.with_help(format!("did you mean `{}`?", meant.to_ascii_uppercase())),
        None => stop,
    }
}

/// What to say when an action goes on after its end.
fn advise(c: &Cursor<'_>, stop: Stop) -> Stop {
    if c.at("using") {
        return stop.with_help("this is PostgreSQL: MySQL and MariaDB convert values by themselves");
    }
    if c.at_any(&["cascade", "restrict"]) {
        return stop.with_help("only `DROP COLUMN` may be followed by `CASCADE` or `RESTRICT`");
    }
    if c.at_any(&["add", "drop", "modify", "change", "alter", "rename"]) {
        return stop.with_help("actions are separated by commas");
    }
    stop
}
