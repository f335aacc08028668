//! Column definitions.
use crate::{
    catalog::{Column, ConstraintKind, Generated, Index, IndexKey, KeyIndex, Name},
    dialect::{
        cursor::{Cursor, Read, Stop},
        mysql::types::{self, WrittenType},
    },
    operation::{ColumnDefinition, ConstraintDefinition, IndexDefinition, Located},
    target::Dialect,
    text::{Span, TokenKind},
};

use super::{element, expression};

/// `name type attributes…`
pub(super) fn definition(c: &mut Cursor<'_>) -> Read<ColumnDefinition> {
    let name = c.name_of("a column name")?;
    // `db.table.column` is accepted by both grammars.
    let mut name = name;
    while c.accept_kind(TokenKind::Dot) {
        name = c.any_name("a column name")?;
    }
    body(c, &name)
}

/// What follows a column's name.
pub(super) fn body(c: &mut Cursor<'_>, name: &Name) -> Read<ColumnDefinition> {
    let start = c.position();
    let written = types::read(c)?;
    let mut definition = ColumnDefinition {
        column: Column {
            name: name.clone(),
            data_type: written.data_type.clone(),
            nullable: !written.serial,
            charset: written.charset.clone(),
            collation: written.collation.clone(),
            auto_increment: written.serial,
            ..Column::default()
        },
        ..ColumnDefinition::default()
    };
    if written.serial {
        let span = c.span_from(start);
        definition.nullability_written = true;
        definition.indexes.push(Located { span, node: unique(name) });
    }
    if written.compressed {
        definition.column.options.insert("compressed".into(), "yes".into());
    }
    while !ends(c) {
        attribute(c, &mut definition)?;
    }
    finish(c, &written, &mut definition.column);
    // `SERIAL UNIQUE`, `UNIQUE UNIQUE`: a mark of the column, which makes one index.
    let mut marked = false;
    definition.indexes.retain(|index| !index.node.index.unique || !std::mem::replace(&mut marked, true));
    let primary = |constraint: &Located<ConstraintDefinition>| {
        matches!(constraint.node.kind, ConstraintKind::PrimaryKey(_))
    };
    if c.target().dialect == Dialect::MariaDb && definition.constraints.iter().any(primary) {
        // MySQL makes two keys of `PRIMARY KEY UNIQUE`, MariaDB one.
        definition.indexes.retain(|index| !index.node.index.unique);
    }
    Ok(definition)
}

/// Whether the column's definition ends here.
fn ends(c: &Cursor<'_>) -> bool {
    match c.peek().map(|t| t.kind) {
        None | Some(TokenKind::Comma | TokenKind::RightParen) => true,
        _ => c.at_any(&["first", "after"]) || at_partition(c),
    }
}

/// `ALTER TABLE t ADD a INT PARTITION BY …` has no comma before the partitioning.
fn at_partition(c: &Cursor<'_>) -> bool {
    c.at_words(&["partition", "by"]) || c.at_words(&["remove", "partitioning"])
}

fn unique(name: &Name) -> IndexDefinition {
    let index = Index { unique: true, ..Index::new("", vec![IndexKey::column(name.clone())]) };
    IndexDefinition { index, if_not_exists: false }
}

fn attribute(c: &mut Cursor<'_>, definition: &mut ColumnDefinition) -> Read<()> {
    let start = c.position();
    let maria = c.target().dialect == Dialect::MariaDb;
    let column = &mut definition.column;
    let Some(token) = c.peek() else { return Ok(()) };
    let word = c.text_of(token).to_ascii_lowercase();
    let known = token.kind == TokenKind::Word;
    match word.as_str() {
        "not" if known => {
            c.skip(1);
            if !maria && c.accept("secondary") {
                column.options.insert("not_secondary".into(), "yes".into());
                return Ok(());
            }
            c.expect("null")?;
            (column.nullable, definition.nullability_written) = (false, true);
        }
        "null" if known => {
            c.skip(1);
            (column.nullable, definition.nullability_written) = (true, true);
        }
        "default" if known => {
            c.skip(1);
            column.default = expression::default_value(c, &column.data_type)?;
        }
        "on" if known => {
            c.skip(1);
            c.expect("update")?;
            let Some(now) = expression::now(c)? else { return Err(c.unexpected("`CURRENT_TIMESTAMP`")) };
            column.on_update = Some(now);
        }
        "auto_increment" if known => {
            c.skip(1);
            column.auto_increment = true;
        }
        "serial" if known => {
            c.expect_words(&["serial", "default", "value"])?;
            column.auto_increment = true;
            (column.nullable, definition.nullability_written) = (false, true);
            let node = unique(&column.name);
            definition.indexes.push(Located { span: c.span_from(start), node });
        }
        "primary" | "key" if known => {
            if c.accept("primary") && !maria {
                c.expect("key")?;
            } else {
                c.accept("key");
            }
            let key =
                KeyIndex { columns: vec![IndexKey::column(column.name.clone())], ..KeyIndex::default() };
            column.nullable = false;
            let node = ConstraintDefinition {
                inline: true,
                ..ConstraintDefinition::new(ConstraintKind::PrimaryKey(key))
            };
            definition.constraints.push(Located { span: c.span_from(start), node });
        }
        "unique" if known => {
            c.skip(1);
            c.accept("key");
            let node = unique(&column.name);
            definition.indexes.push(Located { span: c.span_from(start), node });
        }
        "comment" if known => {
            c.skip(1);
            column.comment = Some(c.string()?).filter(|text| !text.is_empty());
        }
        "collate" if known => {
            c.skip(1);
            column.collation = types::collation_name(c)?;
        }
        "charset" | "character" | "ascii" | "unicode" | "binary" if known => {
            // Servers want these right behind the type; that is what the refusal says.
            return Err(c.unexpected("a column attribute").with_help(
                "the character set stands right behind the type: `VARCHAR(10) CHARACTER SET utf8mb4 NOT NULL`",
            ));
        }
        "generated" | "as" if known => generated(c, definition)?,
        "constraint" | "check" | "references" if known => constraint(c, definition)?,
        _ => return option(c, &word, column),
    }
    Ok(())
}

fn generated(c: &mut Cursor<'_>, definition: &mut ColumnDefinition) -> Read<()> {
    if c.accept("generated") {
        c.expect("always")?;
    }
    c.expect("as")?;
    if c.target().dialect == Dialect::MariaDb && c.accept("row") {
        // MariaDB's system versioning: the server fills the column.
        let bound = c.expect_any(&["start", "end"])?;
        definition.column.options.insert("generated_as_row".into(), bound.into());
        (definition.column.nullable, definition.nullability_written) = (false, true);
        return Ok(());
    }
    let expression = expression::in_parens(c)?;
    let stored = c.accept_any(&["virtual", "stored", "persistent"]).is_some_and(|w| w != "virtual");
    definition.column.generated = Some(Generated { expression, stored });
    Ok(())
}

/// `[CONSTRAINT [name]] CHECK (…)` and `REFERENCES …`.
fn constraint(c: &mut Cursor<'_>, definition: &mut ColumnDefinition) -> Read<()> {
    let start = c.position();
    let maria = c.target().dialect == Dialect::MariaDb;
    let mut name = None;
    if c.accept("constraint") && !c.at_any(&["check", "references"]) {
        name = Some(c.name_of("a constraint name")?);
    }
    if c.at("references") && (maria || name.is_none()) {
        let columns = vec![definition.column.name.clone()];
        let key = element::references(c, columns)?;
        // MySQL reads and forgets this before 9.0.
        if maria || c.target().version.major >= 9 {
            let kind = ConstraintKind::ForeignKey(key);
            let node = ConstraintDefinition { name, inline: true, ..ConstraintDefinition::new(kind) };
            definition.constraints.push(Located { span: c.span_from(start), node });
        }
        return Ok(());
    }
    if maria && name.is_some() {
        return Err(c.unexpected("`REFERENCES`").with_help(
            "MariaDB's column checks have no name: write `CHECK (…)` alone or make it a table constraint",
        ));
    }
    let mut node = element::check(c)?;
    if let (true, ConstraintKind::Check { expression, .. }) = (maria, &node.kind) {
        definition.column.check = Some(expression.clone());
        return Ok(());
    }
    (node.name, node.inline) = (name, true);
    definition.constraints.push(located(c, start, node));
    Ok(())
}

/// Attributes that the catalog keeps by name.
fn option(c: &mut Cursor<'_>, word: &str, column: &mut Column) -> Read<()> {
    let maria = c.target().dialect == Dialect::MariaDb;
    match word {
        "column_format" | "storage" => {
            c.skip(1);
            let value = c.expect_any(&["fixed", "dynamic", "default", "disk", "memory"])?;
            if value != "default" {
                column.options.insert(word.into(), value.into());
            }
        }
        "visible" if !maria => c.skip(1),
        "invisible" => {
            c.skip(1);
            column.invisible = true;
        }
        "masking" if !maria => {
            c.expect_words(&["masking", "policy"])?;
            let policy = c.name_of("a masking policy")?;
            column.options.insert("masking_policy".into(), policy.as_str().to_owned());
        }
        "srid" if !maria => {
            c.skip(1);
            column.options.insert("srid".into(), c.number()?);
        }
        "engine_attribute" | "secondary_engine_attribute" if !maria => {
            c.skip(1);
            c.accept_operator("=");
            column.options.insert(word.into(), c.string()?);
        }
        "ref_system_id" if maria => {
            c.skip(1);
            c.accept_operator("=");
            column.options.insert("srid".into(), c.number()?);
        }
        "compressed" if maria => {
            c.skip(1);
            if c.accept_operator("=") {
                c.skip(1);
            }
            column.options.insert("compressed".into(), "yes".into());
        }
        "with" | "without" if maria => {
            c.skip(1);
            c.expect_words(&["system", "versioning"])?;
            column.options.insert(format!("{word}_system_versioning"), "yes".into());
        }
        // Options that a storage engine defines: `name = value`.
        _ if maria && c.peek_at(1).is_some_and(|t| t.is_operator(c.script_text(), "=")) && c.at_name() => {
            c.skip(2);
            let Some(value) = c.next_token() else { return Err(c.unexpected("a value")) };
            column.options.insert(word.into(), value.string_value(c.script_text(), c.target()).into_owned());
        }
        _ => return Err(unknown(c, word)),
    }
    Ok(())
}

/// What MariaDB or MySQL alone would have read, and slips.
fn unknown(c: &Cursor<'_>, word: &str) -> Stop {
    const ATTRIBUTES: [&str; 13] = [
        "not",
        "null",
        "default",
        "auto_increment",
        "primary",
        "unique",
        "comment",
        "collate",
        "generated",
        "check",
        "references",
        "constraint",
        "invisible",
    ];
    let maria = c.target().dialect == Dialect::MariaDb;
    let stop = c.unexpected("a column attribute, `,` or `)`");
    match word {
        "compressed" | "ref_system_id" | "persistent" if !maria => {
            stop.with_help("this is MariaDB: MySQL has no such column attribute")
        }
        "visible" | "srid" | "engine_attribute" if maria => {
            stop.with_help("this is MySQL: MariaDB has no such column attribute")
        }
        "autoincrement" => stop.with_help("did you mean `AUTO_INCREMENT`?"),
        "unsigned" | "signed" | "zerofill" => stop.with_help("this stands right behind the type"),
        _ => match crate::dialect::cursor::closest(word, &ATTRIBUTES) {
            Some(meant) => stop.with_help(format!("did you mean `{}`?", meant.to_ascii_uppercase())),
            None => stop,
        },
    }
}

/// What depends on more than one attribute.
fn finish(c: &Cursor<'_>, written: &WrittenType, column: &mut Column) {
    if written.json_check && column.check.is_none() {
        let sql = format!("json_valid(`{}`)", column.name.replace('`', "``"));
        column.check = Some(crate::dialect::expression::read(&sql, c.target()));
    }
    if written.binary && column.collation.is_none() && column.charset.is_none() {
        column.options.insert(BINARY.into(), "yes".into());
    }
    let (charset, collation) = types::complete(column.charset.take(), column.collation.take(), c.target());
    if let Some(length) = written.length_of_text.filter(|_| charset.is_none()) {
        column.options.insert(TEXT_LENGTH.into(), length.to_string());
    } else {
        let mut sized = written.clone();
        types::size_text(&mut sized, charset.as_deref());
        column.data_type = sized.data_type;
    }
    (column.charset, column.collation) = (charset, collation);
}

/// Notes that lowering leaves on a column until the table's character set is known; [`settle`] removes them.
const BINARY: &str = " binary";
const TEXT_LENGTH: &str = " length";

/// Settles what depends on the character set of the table that the column is in; `None` when it is not known,
/// which is taken for the server's default.
pub(super) fn settle(column: &mut Column, table_charset: Option<&str>) {
    if column.options.remove(BINARY).is_some() {
        let charset = table_charset.unwrap_or("utf8mb4");
        column.charset = Some(charset.to_owned());
        column.collation = Some(format!("{charset}_bin"));
    }
    if let Some(length) = column.options.remove(TEXT_LENGTH).and_then(|n| n.parse().ok()) {
        let kind = if column.data_type.text.ends_with("blob") { "blob" } else { "text" };
        let mut written = WrittenType {
            data_type: crate::catalog::DataType::builtin(kind),
            length_of_text: Some(length),
            ..WrittenType::default()
        };
        types::size_text(&mut written, table_charset);
        column.data_type = written.data_type;
    }
}

/// The span of a definition that began at `start`.
pub(super) fn located<T>(c: &Cursor<'_>, start: usize, node: T) -> Located<T> {
    let span: Span = c.span_from(start);
    Located { span, node }
}
