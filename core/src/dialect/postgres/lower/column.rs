//! Columns of `CREATE TABLE` and `ADD COLUMN`.
use crate::{
    catalog::{Column, ConstraintKind, Generated, Identity, IndexKey, Name},
    dialect::{
        cursor::{Cursor, Read},
        expression,
        postgres::types,
    },
    operation::{ColumnDefinition, ConstraintDefinition, Located},
    text::{Span, TokenKind},
};

use super::{constraint, scan, sequence};

/// Reads a column definition.
pub(super) fn definition(c: &mut Cursor<'_>) -> Read<ColumnDefinition> {
    let name = c.name_of("a column name or a table constraint")?;
    let written = types::read_column_type(c)?;
    let mut definition = start(name);
    definition.serial = written.serial;
    definition.column.nullable = !written.serial;
    definition.column.data_type = written.data_type;
    if c.accept("storage") {
        let value = if c.accept("default") { "default".into() } else { c.name_of("a storage mode")? };
        definition.column.options.insert("storage".into(), value.to_ascii_lowercase());
    }
    if c.accept("compression") {
        let value = if c.accept("default") { "default".into() } else { c.name_of("a compression method")? };
        definition.column.options.insert("compression".into(), value.to_string());
    }
    if c.at("options") && c.kind_at(1, TokenKind::LeftParen) {
        c.skip(1);
        c.skip_parens()?;
    }
    qualifiers(c, &mut definition)?;
    Ok(definition)
}

/// A column with nothing but a name.
pub(super) fn start(name: Name) -> ColumnDefinition {
    ColumnDefinition {
        column: Column { name, nullable: true, ..Column::default() },
        ..ColumnDefinition::default()
    }
}

/// Everything behind a column's type: `NOT NULL`, `DEFAULT`, constraints.
pub(super) fn qualifiers(c: &mut Cursor<'_>, definition: &mut ColumnDefinition) -> Read<()> {
    while !c.is_end() && !c.at_kind(TokenKind::Comma) {
        let start = c.position();
        if attribute(c, definition)? {
            continue;
        }
        if c.accept("collate") {
            let start = c.position();
            scan::qualified(c)?;
            definition.column.collation = own_collation(collation(&c.slice_from(start)));
            continue;
        }
        let name = if c.accept("constraint") { Some(c.name_of("a constraint name")?) } else { None };
        if !element(c, definition, name, start)? {
            return Err(if c.previous().is_some_and(|t| c.text_of(t).eq_ignore_ascii_case("not")) {
                c.expected_words(&["null"])
            } else {
                unknown_qualifier(c)
            });
        }
    }
    Ok(())
}

/// The words that may follow a column's type; the closest is offered for a misspelt one.
fn unknown_qualifier(c: &Cursor<'_>) -> crate::dialect::cursor::Stop {
    const KNOWN: &[&str] = &[
        "not",
        "null",
        "default",
        "primary",
        "unique",
        "references",
        "check",
        "generated",
        "collate",
        "constraint",
        "deferrable",
        "initially",
    ];
    let known = c.expected_words(KNOWN);
    match (&known, c.unexpected("`,`, `)` or a column constraint")) {
        (crate::dialect::cursor::Stop::Invalid { help: Some(help), .. }, plain) => {
            plain.with_help(help.clone())
        }
        (_, plain) => plain,
    }
}

/// A collation's name, with its schema unless it is `pg_catalog`.
pub(super) fn collation(c: &Cursor<'_>) -> String {
    let names: Vec<Name> = c.rest().iter().filter(|t| t.is_name()).map(|t| c.name_value(*t)).collect();
    match names.as_slice() {
        [schema, name] if *schema != *"pg_catalog" => format!("{schema}.{name}"),
        [.., name] => name.to_string(),
        [] => String::new(),
    }
}

/// A column's collation as the catalog has it: `"default"` is the one of every type that has collations.
pub(super) fn own_collation(name: String) -> Option<String> {
    Some(name).filter(|name| name != "default")
}

/// `DEFERRABLE` and the like belong to the constraint before them.
fn attribute(c: &mut Cursor<'_>, definition: &mut ColumnDefinition) -> Read<bool> {
    let starts = c.at_any(&["deferrable", "initially", "enforced"])
        || c.at_words(&["not", "deferrable"])
        || c.at_words(&["not", "enforced"]);
    if !starts {
        return Ok(false);
    }
    let first = c.span();
    match definition.constraints.last_mut() {
        Some(last) => {
            constraint::attribute(c, &mut last.node)?;
            last.span = last.span.to(c.previous().map_or(first, |t| t.span));
            Ok(true)
        }
        None => Err(c.unexpected("a constraint in front of it")),
    }
}

/// One constraint or property of a column; `false` when none stands here.
fn element(
    c: &mut Cursor<'_>,
    definition: &mut ColumnDefinition,
    name: Option<Name>,
    start: usize,
) -> Read<bool> {
    let Some(word) =
        c.accept_any(&["not", "null", "unique", "primary", "check", "default", "generated", "references"])
    else {
        return Ok(false);
    };
    let column = &mut definition.column;
    let kind = match word {
        "not" => {
            c.expect("null")?;
            c.accept_words(&["no", "inherit"]);
            column.nullable = false;
            definition.nullability_written = true;
            None
        }
        "null" => {
            definition.nullability_written = true;
            None
        }
        "unique" => {
            let mut key = constraint::key(c, false)?;
            key.columns = vec![IndexKey::column(column.name.clone())];
            Some(ConstraintKind::Unique(key))
        }
        "primary" => {
            c.expect("key")?;
            let mut key = constraint::key(c, false)?;
            key.columns = vec![IndexKey::column(column.name.clone())];
            Some(ConstraintKind::PrimaryKey(key))
        }
        "check" => {
            let mut kind = constraint::check(c)?;
            if c.accept_words(&["no", "inherit"])
                && let ConstraintKind::Check { no_inherit, .. } = &mut kind
            {
                *no_inherit = true;
            }
            Some(kind)
        }
        "default" => {
            let from = c.position();
            scan::skip(c, scan::Grammar::Restricted)?;
            column.default = expression::read_default(c.source_from(from), &column.data_type, c.target());
            None
        }
        "generated" => {
            generated(c, column)?;
            None
        }
        _ => {
            let mut key = constraint::references(c)?;
            key.columns = vec![column.name.clone()];
            Some(ConstraintKind::ForeignKey(key))
        }
    };
    if let Some(kind) = kind {
        let node = ConstraintDefinition { name, inline: true, ..ConstraintDefinition::new(kind) };
        definition.constraints.push(Located { span: span_of(c, start), node });
    }
    Ok(true)
}

fn span_of(c: &Cursor<'_>, start: usize) -> Span {
    c.span_from(start)
}

/// Behind `GENERATED`.
fn generated(c: &mut Cursor<'_>, column: &mut Column) -> Read<()> {
    let always = generated_when(c)?;
    c.expect("as")?;
    if c.accept("identity") {
        column.identity = Some(identity(c, always)?);
        column.nullable = false;
        return Ok(());
    }
    if !always {
        return Err(c.expected_words(&["identity"]));
    }
    let expression = scan::read_parenthesised(c)?;
    let stored = match c.accept_any(&["stored", "virtual"]) {
        Some(word) => word == "stored",
        None if c.target().version.major < 18 => return Err(c.expected_words(&["stored"])),
        None => false,
    };
    column.generated = Some(Generated { expression, stored });
    Ok(())
}

/// `ALWAYS` (true) or `BY DEFAULT`.
pub(super) fn generated_when(c: &mut Cursor<'_>) -> Read<bool> {
    if c.expect_any(&["always", "by"])? == "always" {
        return Ok(true);
    }
    c.expect("default")?;
    Ok(false)
}

/// Behind `IDENTITY`: the sequence's options.
pub(super) fn identity(c: &mut Cursor<'_>, always: bool) -> Read<Identity> {
    let mut identity = Identity { always, sequence: Name::default(), options: Default::default() };
    if c.at_paren() {
        let (mut inner, _) = c.parenthesised()?;
        let read = sequence::options(&mut inner)?;
        inner.expect_end()?;
        identity.options = read.options;
        if let Some(name) = read.sequence_name {
            identity.sequence = name.name;
        }
    }
    Ok(identity)
}
