//! Constraints, of columns and of tables.
use crate::{
    catalog::{ConstraintKind, Expression, ForeignKey, IndexKey, KeyIndex, Name, ReferentialAction},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
    },
    operation::ConstraintDefinition,
    text::TokenKind,
};

use super::{index, scan, storage};

/// What a table constraint turns out to be.
pub(super) enum TableConstraint {
    /// One that the catalog lists as a constraint.
    Listed(Box<ConstraintDefinition>),
    /// PostgreSQL 18's `NOT NULL column`, which is a property of the column.
    NotNull {
        /// The column.
        column: Name,
        /// `NOT VALID`: rows are not checked.
        not_valid: bool,
    },
}

/// Whether a table constraint stands here rather than a column.
pub(super) fn at_table_constraint(c: &Cursor<'_>) -> bool {
    c.at_any(&["constraint", "check", "unique", "primary", "foreign"])
        || (c.at("exclude") && (c.word_at(1, "using") || c.kind_at(1, TokenKind::LeftParen)))
        || c.at_words(&["not", "null"])
}

/// Reads a table constraint.
pub(super) fn table(c: &mut Cursor<'_>) -> Read<TableConstraint> {
    let name = if c.accept("constraint") { Some(c.name_of("a constraint name")?) } else { None };
    if c.accept("not") {
        c.expect("null")?;
        let column = c.name_of("a column name")?;
        let mut attributes = ConstraintDefinition::new(nothing());
        attributes_of(c, &mut attributes)?;
        return Ok(TableConstraint::NotNull { column, not_valid: attributes.not_valid });
    }
    let mut definition = ConstraintDefinition::new(nothing());
    match c.expect_any(&["check", "unique", "primary", "foreign", "exclude"])? {
        "check" => definition.kind = check(c)?,
        "unique" => {
            if !using_index(c, &mut definition, ConstraintKind::Unique)? {
                definition.kind = ConstraintKind::Unique(key(c, true)?);
            }
        }
        "primary" => {
            c.expect("key")?;
            if !using_index(c, &mut definition, ConstraintKind::PrimaryKey)? {
                definition.kind = ConstraintKind::PrimaryKey(key(c, true)?);
            }
        }
        "foreign" => {
            c.expect("key")?;
            let columns = period_columns(c)?;
            c.expect("references")?;
            let mut foreign = references(c)?;
            foreign.columns = columns;
            definition.kind = ConstraintKind::ForeignKey(foreign);
        }
        _ => definition.kind = exclude(c)?,
    }
    definition.name = name;
    attributes_of(c, &mut definition)?;
    Ok(TableConstraint::Listed(Box::new(definition)))
}

/// A placeholder until the kind has been read.
fn nothing() -> ConstraintKind {
    ConstraintKind::Unique(KeyIndex::default())
}

/// Behind `CHECK`.
pub(super) fn check(c: &mut Cursor<'_>) -> Read<ConstraintKind> {
    let expression = scan::read_parenthesised(c)?;
    Ok(ConstraintKind::Check { expression, no_inherit: false })
}

fn using_index(
    c: &mut Cursor<'_>,
    definition: &mut ConstraintDefinition,
    kind: fn(KeyIndex) -> ConstraintKind,
) -> Read<bool> {
    if !(c.at_words(&["using", "index"])) {
        return Ok(false);
    }
    c.skip(2);
    definition.using_index = Some(c.name_of("an index name")?);
    definition.kind = kind(KeyIndex::default());
    Ok(true)
}

/// Behind `UNIQUE` or `PRIMARY KEY`: the key with what belongs to its index. A column's key has no list.
pub(super) fn key(c: &mut Cursor<'_>, list: bool) -> Read<KeyIndex> {
    let mut key = KeyIndex { nulls_not_distinct: nulls_not_distinct(c)?, ..KeyIndex::default() };
    if list {
        let (mut inner, _) = c.parenthesised()?;
        key.columns = inner.list(|c| c.name_of("a column name").map(IndexKey::column))?;
        if inner.at_words(&["without", "overlaps"]) {
            // An exclusion constraint in disguise: the catalog has no form for it.
            return Err(Stop::Opaque);
        }
        if !inner.is_end() {
            return Err(inner.unexpected("`,` or `)`"));
        }
        if c.accept("include") {
            key.include = c.name_list("a column name")?;
        }
    }
    index_storage(c)?;
    Ok(key)
}

/// `NULLS [NOT] DISTINCT`.
pub(super) fn nulls_not_distinct(c: &mut Cursor<'_>) -> Read<bool> {
    if !c.accept("nulls") {
        return Ok(false);
    }
    let not = c.accept("not");
    c.expect("distinct")?;
    Ok(not)
}

/// `WITH (…)` and `USING INDEX TABLESPACE name` of the index behind a constraint.
fn index_storage(c: &mut Cursor<'_>) -> Read<()> {
    if c.at("with") && c.kind_at(1, TokenKind::LeftParen) {
        c.skip(1);
        storage::parameters(c)?;
    }
    if c.accept_words(&["using", "index"]) {
        c.expect("tablespace")?;
        c.name_of("a tablespace name")?;
    }
    Ok(())
}

/// `(a, b, PERIOD c)`.
fn period_columns(c: &mut Cursor<'_>) -> Read<Vec<Name>> {
    let (mut inner, _) = c.parenthesised()?;
    let mut columns = Vec::new();
    loop {
        if inner.at("period") && inner.peek_at(1).is_some_and(|t| t.is_name()) {
            return Err(Stop::Opaque);
        }
        columns.push(inner.name_of("a column name")?);
        if !inner.accept_comma() {
            break;
        }
    }
    if !inner.is_end() {
        return Err(inner.unexpected("`,` or `)`"));
    }
    Ok(columns)
}

/// Behind `REFERENCES`.
pub(super) fn references(c: &mut Cursor<'_>) -> Read<ForeignKey> {
    let mut key = ForeignKey { table: c.object_name_of("a table name")?, ..ForeignKey::default() };
    if c.at_paren() {
        key.referenced = period_columns(c)?;
    }
    if c.accept("match") {
        key.match_full = c.expect_any(&["full", "simple"])? == "full";
    }
    while c.accept("on") {
        let event = c.expect_any(&["delete", "update"])?;
        let action = referential_action(c)?;
        let sets = matches!(action, ReferentialAction::SetNull | ReferentialAction::SetDefault);
        if event == "delete" {
            key.on_delete = action;
            if sets && c.at_paren() {
                let (mut inner, _) = c.parenthesised()?;
                key.on_delete_columns = inner.list(|c| c.name_of("a column name"))?;
                inner.expect_end()?;
            }
        } else if sets && c.at_paren() {
            return Err(c.unexpected("the end of the action: only a delete can set some of the columns"));
        } else {
            key.on_update = action;
        }
    }
    Ok(key)
}

fn referential_action(c: &mut Cursor<'_>) -> Read<ReferentialAction> {
    Ok(match c.expect_any(&["no", "restrict", "cascade", "set"])? {
        "no" => {
            c.expect("action")?;
            ReferentialAction::NoAction
        }
        "restrict" => ReferentialAction::Restrict,
        "cascade" => ReferentialAction::Cascade,
        _ => match c.expect_any(&["null", "default"])? {
            "null" => ReferentialAction::SetNull,
            _ => ReferentialAction::SetDefault,
        },
    })
}

/// Behind `EXCLUDE`.
fn exclude(c: &mut Cursor<'_>) -> Read<ConstraintKind> {
    let start = c.position();
    if c.accept("using") {
        c.name_of("an index method")?;
    }
    let (mut inner, _) = c.parenthesised()?;
    loop {
        index::key(&mut inner)?;
        inner.expect("with")?;
        if inner.accept("operator") {
            inner.skip_parens()?;
        } else {
            while inner.at_name() && inner.kind_at(1, TokenKind::Dot) {
                inner.skip(2);
            }
            inner.expect_kind(TokenKind::Operator)?;
        }
        if !inner.accept_comma() {
            break;
        }
    }
    if !inner.is_end() {
        return Err(inner.unexpected("`,` or `)`"));
    }
    if c.accept("include") {
        c.name_list("a column name")?;
    }
    index_storage(c)?;
    if c.accept("where") {
        c.skip_parens()?;
    }
    let definition: Expression = expression::read_definition(c.source_from(start), c.target());
    Ok(ConstraintKind::Exclude { definition })
}

/// The attributes that may follow a table constraint.
fn attributes_of(c: &mut Cursor<'_>, definition: &mut ConstraintDefinition) -> Read<()> {
    while attribute(c, definition)? {}
    Ok(())
}

/// One attribute of a constraint, if there is one.
pub(super) fn attribute(c: &mut Cursor<'_>, definition: &mut ConstraintDefinition) -> Read<bool> {
    if c.accept("deferrable") {
        definition.deferrable = true;
    } else if c.accept("initially") {
        let deferred = c.expect_any(&["deferred", "immediate"])? == "deferred";
        definition.initially_deferred = deferred;
        definition.deferrable |= deferred;
    } else if c.accept("enforced") {
        definition.not_enforced = false;
    } else if c.accept_words(&["no", "inherit"]) {
        if let ConstraintKind::Check { no_inherit, .. } = &mut definition.kind {
            *no_inherit = true;
        }
    } else if c.accept_words(&["not", "deferrable"]) {
        definition.deferrable = false;
    } else if c.accept_words(&["not", "valid"]) {
        definition.not_valid = true;
    } else if c.accept_words(&["not", "enforced"]) {
        definition.not_enforced = true;
    } else {
        return Ok(false);
    }
    Ok(true)
}
