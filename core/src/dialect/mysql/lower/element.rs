//! What stands beside columns in a table definition: keys, indexes, foreign keys, checks.
use crate::{
    catalog::{ConstraintKind, ForeignKey, Index, IndexKey, KeyIndex, Name, ReferentialAction},
    dialect::cursor::{Cursor, Read},
    operation::{ConstraintDefinition, IndexDefinition},
    target::Dialect,
    text::TokenKind,
};

use super::expression;

/// An element that is no column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Element {
    /// A key that is an index in the catalog.
    Index(IndexDefinition),
    /// Primary key, foreign key, check.
    Constraint(ConstraintDefinition),
    /// MariaDB's `PERIOD FOR`.
    Period,
}

/// Whether an element that is no column begins here.
pub(super) fn begins(c: &Cursor<'_>) -> bool {
    let maria = c.target().dialect == Dialect::MariaDb;
    c.at_any(&["constraint", "primary", "unique", "key", "index", "fulltext", "spatial", "foreign", "check"])
        || (maria && (c.at_words(&["period", "for"]) || c.at_words(&["period", "if"]) || at_vector_index(c)))
}

/// MariaDB 11.7: `VECTOR [INDEX|KEY] name (column)`; before, `vector` is a column's name.
fn at_vector_index(c: &Cursor<'_>) -> bool {
    c.at("vector") && c.target().version.at_least(11, 7, 1)
}

/// `[CONSTRAINT [name]] PRIMARY KEY …`, `KEY …`, `UNIQUE …`, `FOREIGN KEY …`, `CHECK …`
pub(super) fn read(c: &mut Cursor<'_>) -> Read<Element> {
    let maria = c.target().dialect == Dialect::MariaDb;
    if maria && c.accept("period") {
        c.accept_words(&["if", "not", "exists"]);
        c.expect("for")?;
        c.name_of("a period name")?;
        c.name_list("a column name")?;
        return Ok(Element::Period);
    }
    let mut name = None;
    if c.accept("constraint") {
        let if_not_exists = maria && c.accept_words(&["if", "not", "exists"]);
        if !c.at_any(&["primary", "unique", "foreign", "check"]) {
            name = Some(c.name_of("a constraint name")?);
        }
        if !c.at_any(&["primary", "unique", "foreign", "check"]) {
            return Err(c.expected_words(&["primary", "unique", "foreign", "check"]));
        }
        return constraint(c, name, if_not_exists);
    }
    constraint(c, name, false)
}

fn constraint(c: &mut Cursor<'_>, name: Option<Name>, if_not_exists: bool) -> Read<Element> {
    if c.accept("primary") {
        c.expect("key")?;
        let (_, index) = index_tail(c, false)?;
        let key = KeyIndex { columns: index.keys, ..KeyIndex::default() };
        let node = ConstraintDefinition::new(ConstraintKind::PrimaryKey(key));
        return Ok(Element::Constraint(ConstraintDefinition { if_not_exists, ..node }));
    }
    if c.at_words(&["foreign", "key"]) {
        c.skip(2);
        return foreign_key(c, name, if_not_exists).map(Element::Constraint);
    }
    if c.at("check") {
        let node = check(c)?;
        return Ok(Element::Constraint(ConstraintDefinition { name, if_not_exists, ..node }));
    }
    let unique = c.accept("unique");
    let special = if unique { None } else { c.accept_any(&["fulltext", "spatial", "vector"]) };
    let word = c.accept_any(&["key", "index"]);
    if !unique && special.is_none() && word.is_none() {
        return Err(c.expected_words(&["key", "index", "unique", "primary", "foreign", "check"]));
    }
    let (written, mut index) = index_tail(c, true)?;
    index.unique = unique;
    if let Some(special) = special {
        index.method = special.into();
    }
    if index.name.is_empty() {
        index.name = name.unwrap_or_default();
    }
    Ok(Element::Index(IndexDefinition { index, if_not_exists: if_not_exists || written }))
}

/// `[IF NOT EXISTS] [name] [USING method] (keys) options`; whether `IF NOT EXISTS` was there, and the index.
fn index_tail(c: &mut Cursor<'_>, named: bool) -> Read<(bool, Index)> {
    let maria = c.target().dialect == Dialect::MariaDb;
    let if_not_exists = maria && c.accept_words(&["if", "not", "exists"]);
    let mut name = Name::default();
    // A primary key's name is read and forgotten.
    if !c.at_paren() && !at_method(c) {
        let written = c.name_of("an index name or `(`")?;
        if named {
            name = written;
        }
    }
    let mut index = Index::new(name, Vec::new());
    method(c, &mut index)?;
    index.keys = keys(c)?;
    options(c, &mut index)?;
    Ok((if_not_exists, index))
}

/// `USING BTREE`: an index may also be called `using` only in quotes, but `type` is a fine name for one.
fn at_method(c: &Cursor<'_>) -> bool {
    let methods = ["btree", "hash", "rtree"];
    let method_at = |ahead| methods.iter().any(|m| c.word_at(ahead, m));
    c.at("using") || (c.at("type") && method_at(1))
}

fn method(c: &mut Cursor<'_>, index: &mut Index) -> Read<()> {
    if at_method(c) {
        c.skip(1);
        // InnoDB makes a B-tree of everything; the word counts for other engines only.
        let method = c.expect_any(&["btree", "hash", "rtree"])?;
        if method != "btree" {
            index.options.insert("using".into(), method.into());
        }
    }
    Ok(())
}

/// `(column [(length)] [ASC|DESC] | (expression) [ASC|DESC], …)`
pub(super) fn keys(c: &mut Cursor<'_>) -> Read<Vec<IndexKey>> {
    c.expect_kind(TokenKind::LeftParen)?;
    let keys = c.list(key)?;
    c.expect_kind(TokenKind::RightParen)?;
    Ok(keys)
}

fn key(c: &mut Cursor<'_>) -> Read<IndexKey> {
    let mut key = IndexKey::default();
    if c.at_paren() {
        if c.target().dialect == Dialect::MariaDb {
            return Err(c
                .unexpected("a column name")
                .with_help("MariaDB has no indexes on expressions: add a generated column and index that"));
        }
        key.expression = Some(expression::in_parens(c)?);
    } else {
        key.column = Some(c.name_of("a column name")?);
        if c.accept_kind(TokenKind::LeftParen) {
            let token = c.expect_kind(TokenKind::Number)?;
            key.prefix = Some(c.text_of(token).parse().unwrap_or(u32::MAX));
            c.expect_kind(TokenKind::RightParen)?;
        }
        if c.target().dialect == Dialect::MariaDb && c.accept_words(&["without", "overlaps"]) {
            key.operator_class = Some("without overlaps".into());
            return Ok(key);
        }
    }
    key.descending = c.accept_any(&["asc", "desc"]) == Some("desc");
    Ok(key)
}

/// What follows an index's keys.
pub(super) fn options(c: &mut Cursor<'_>, index: &mut Index) -> Read<()> {
    let maria = c.target().dialect == Dialect::MariaDb;
    loop {
        if at_method(c) {
            method(c, index)?;
        } else if c.accept("comment") {
            index.comment = Some(c.string()?).filter(|text| !text.is_empty());
        } else if c.accept("key_block_size") {
            c.accept_operator("=");
            index.options.insert("key_block_size".into(), c.number()?);
        } else if c.accept_words(&["with", "parser"]) {
            index.options.insert("parser".into(), c.name_of("a parser name")?.as_str().into());
        } else if !maria && c.at_any(&["visible", "invisible"]) {
            index.invisible = c.accept_any(&["visible", "invisible"]) == Some("invisible");
        } else if !maria && c.at_any(&["engine_attribute", "secondary_engine_attribute"]) {
            let word = c.expect_any(&["engine_attribute", "secondary_engine_attribute"])?;
            c.accept_operator("=");
            index.options.insert(word.into(), c.string()?);
        } else if maria && (c.accept("visible") || c.accept_words(&["not", "ignored"])) {
            index.invisible = false;
        } else if maria && c.accept("ignored") {
            index.invisible = true;
        } else if maria && c.at_name() && c.peek_at(1).is_some_and(|t| t.is_operator(c.script_text(), "=")) {
            let option = c.name()?.to_ascii_lowercase();
            c.skip(1);
            let Some(value) = c.next_token() else { return Err(c.unexpected("a value")) };
            let value = value.string_value(c.script_text(), c.target()).into_owned();
            index.options.insert(option, value);
        } else {
            return Ok(());
        }
    }
}

/// Behind `FOREIGN KEY`.
fn foreign_key(c: &mut Cursor<'_>, name: Option<Name>, outer: bool) -> Read<ConstraintDefinition> {
    let if_not_exists =
        (c.target().dialect == Dialect::MariaDb && c.accept_words(&["if", "not", "exists"])) || outer;
    let index_name = if c.at_paren() { None } else { Some(c.name_of("an index name or `(`")?) };
    // Lengths and directions are accepted and mean nothing here.
    let columns = keys(c)?.into_iter().filter_map(|key| key.column).collect();
    let key = references(c, columns)?;
    let node = ConstraintDefinition::new(ConstraintKind::ForeignKey(key));
    Ok(ConstraintDefinition { name, index_name, if_not_exists, ..node })
}

/// `REFERENCES table [(columns)] [MATCH …] [ON DELETE …] [ON UPDATE …]`
pub(super) fn references(c: &mut Cursor<'_>, columns: Vec<Name>) -> Read<ForeignKey> {
    c.expect("references")?;
    let table = c.object_name_of("a table name")?;
    let mut key = ForeignKey { columns, table, ..ForeignKey::default() };
    if c.at_paren() {
        key.referenced = keys(c)?.into_iter().filter_map(|key| key.column).collect();
    }
    if c.accept("match") {
        key.match_full = c.expect_any(&["full", "partial", "simple"])? == "full";
    }
    while c.at("on") && (c.word_at(1, "delete") || c.word_at(1, "update")) {
        c.skip(1);
        let delete = c.expect_any(&["delete", "update"])? == "delete";
        let action = action(c)?;
        if delete {
            key.on_delete = action;
        } else {
            key.on_update = action;
        }
    }
    Ok(key)
}

/// `RESTRICT` and `NO ACTION` are the same in InnoDB.
fn action(c: &mut Cursor<'_>) -> Read<ReferentialAction> {
    Ok(match c.expect_any(&["restrict", "cascade", "set", "no"])? {
        "cascade" => ReferentialAction::Cascade,
        "set" => match c.expect_any(&["null", "default"])? {
            "null" => ReferentialAction::SetNull,
            _ => ReferentialAction::SetDefault,
        },
        "no" => {
            c.expect("action")?;
            ReferentialAction::NoAction
        }
        _ => ReferentialAction::NoAction,
    })
}

/// `CHECK (expression) [[NOT] ENFORCED]`
pub(super) fn check(c: &mut Cursor<'_>) -> Read<ConstraintDefinition> {
    c.expect("check")?;
    let expression = expression::in_parens(c)?;
    let mut node = ConstraintDefinition::new(ConstraintKind::Check { expression, no_inherit: false });
    if c.target().dialect == Dialect::MySql {
        if c.at_words(&["not", "enforced"]) {
            c.skip(2);
            node.not_enforced = true;
        } else {
            c.accept("enforced");
        }
    }
    Ok(node)
}
