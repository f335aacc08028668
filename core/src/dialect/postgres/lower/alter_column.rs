//! `ALTER TABLE … ALTER COLUMN` and `ALTER CONSTRAINT`.
use crate::{
    catalog::{DataType, Name},
    dialect::{
        cursor::{Cursor, Read, Stop},
        expression,
        postgres::types,
    },
    operation::TableAction,
    text::TokenKind,
};

use super::{column, common, scan, storage};

/// Behind `ALTER`.
pub(super) fn action(c: &mut Cursor<'_>) -> Read<TableAction> {
    if c.accept("constraint") {
        return constraint(c);
    }
    c.accept("column");
    if c.at_kind(TokenKind::Number) {
        // Columns of expression indexes have numbers.
        return Err(Stop::Opaque);
    }
    let name = c.name_of("a column name")?;
    match c.expect_any(&["set", "drop", "type", "add", "reset", "restart", "options"])? {
        "set" => set(c, name),
        "drop" => drop_property(c, name),
        "type" => set_type(c, name),
        "add" => {
            c.expect("generated")?;
            let always = column::generated_when(c)?;
            c.expect_words(&["as", "identity"])?;
            let identity = Some(column::identity(c, always)?);
            Ok(TableAction::SetIdentity { name, identity, if_exists: false })
        }
        "reset" => option_list(c, name, true),
        "restart" => {
            // Where the sequence stands is data.
            sequence_restart(c)?;
            if c.is_end() || c.at_kind(TokenKind::Comma) {
                return Ok(TableAction::Opaque {
                    verb: "ALTER COLUMN RESTART".into(),
                    may_change_schema: false,
                });
            }
            Err(Stop::Opaque)
        }
        _ => {
            c.skip_parens()?;
            Ok(TableAction::Opaque { verb: "ALTER COLUMN OPTIONS".into(), may_change_schema: false })
        }
    }
}

fn sequence_restart(c: &mut Cursor<'_>) -> Read<()> {
    c.accept("with");
    if c.at_kind(TokenKind::Number) || c.at_kind(TokenKind::Operator) {
        c.number()?;
    }
    Ok(())
}

/// Behind `ALTER COLUMN name SET`.
fn set(c: &mut Cursor<'_>, name: Name) -> Read<TableAction> {
    if c.at_paren() {
        return option_list(c, name, false);
    }
    let words = [
        "default",
        "not",
        "data",
        "storage",
        "statistics",
        "compression",
        "generated",
        "expression",
        "increment",
        "start",
        "minvalue",
        "maxvalue",
        "cache",
        "cycle",
        "no",
        "restart",
        "sequence",
        "as",
    ];
    match c.expect_any(&words)? {
        "default" => {
            let from = c.position();
            scan::skip(c, scan::Grammar::Full)?;
            let default = expression::read_default(c.source_from(from), &DataType::default(), c.target());
            Ok(TableAction::SetDefault { name, default })
        }
        "not" => {
            c.expect("null")?;
            Ok(TableAction::SetNullable { name, nullable: false })
        }
        "data" => {
            c.expect("type")?;
            set_type(c, name)
        }
        "expression" => {
            c.expect("as")?;
            let expression = Some(scan::read_parenthesised(c)?);
            Ok(TableAction::SetGenerated { name, expression, if_exists: false })
        }
        "statistics" => {
            let value = if c.accept("default") { None } else { Some(c.number()?) };
            let value = value.filter(|v| v != "-1");
            Ok(TableAction::SetColumnOption { name, option: "statistics".into(), value })
        }
        option @ ("storage" | "compression") => {
            let value =
                if c.accept("default") { None } else { Some(c.name_of("a value")?.to_ascii_lowercase()) };
            Ok(TableAction::SetColumnOption { name, option: option.into(), value })
        }
        "generated" => {
            let always = column::generated_when(c)?;
            if !(c.is_end() || c.at_kind(TokenKind::Comma)) {
                return Err(Stop::Opaque);
            }
            let value = if always { "always" } else { "by default" };
            Ok(TableAction::SetColumnOption { name, option: "identity".into(), value: Some(value.into()) })
        }
        // An option of the identity's sequence.
        _ => Err(Stop::Opaque),
    }
}

/// `SET (n_distinct = 5)` and `RESET (n_distinct)`.
fn option_list(c: &mut Cursor<'_>, name: Name, reset: bool) -> Read<TableAction> {
    let mut pairs = if reset {
        storage::reset(c)?
    } else {
        storage::parameters(c)?.into_iter().map(|(n, v)| (n, Some(v))).collect()
    };
    match (pairs.pop(), pairs.is_empty()) {
        (Some((option, value)), true) => {
            Ok(TableAction::SetColumnOption { name, option, value: value.filter(|_| !reset) })
        }
        _ => Err(Stop::Opaque),
    }
}

/// Behind `ALTER COLUMN name DROP`.
fn drop_property(c: &mut Cursor<'_>, name: Name) -> Read<TableAction> {
    match c.expect_any(&["default", "not", "identity", "expression"])? {
        "default" => Ok(TableAction::SetDefault { name, default: None }),
        "not" => {
            c.expect("null")?;
            Ok(TableAction::SetNullable { name, nullable: true })
        }
        "identity" => Ok(TableAction::SetIdentity { name, identity: None, if_exists: common::if_exists(c)? }),
        _ => Ok(TableAction::SetGenerated { name, expression: None, if_exists: common::if_exists(c)? }),
    }
}

/// Behind `TYPE`.
fn set_type(c: &mut Cursor<'_>, name: Name) -> Read<TableAction> {
    let data_type = types::read(c)?;
    let collation = if c.accept("collate") {
        let from = c.position();
        scan::qualified(c)?;
        column::own_collation(column::collation(&c.slice_from(from)))
    } else {
        None
    };
    let using = if c.accept("using") { Some(scan::read(c, scan::Grammar::Full)?) } else { None };
    Ok(TableAction::SetType { name, data_type, collation, using })
}

/// Behind `ALTER CONSTRAINT`.
fn constraint(c: &mut Cursor<'_>) -> Read<TableAction> {
    let name = c.name_of("a constraint name")?;
    let (mut deferrable, mut initially_deferred, mut enforced) = (None, None, None);
    loop {
        if c.accept("deferrable") {
            deferrable = Some(true);
        } else if c.accept_words(&["not", "deferrable"]) {
            deferrable = Some(false);
            initially_deferred = Some(false);
        } else if c.accept("initially") {
            let deferred = c.expect_any(&["deferred", "immediate"])? == "deferred";
            initially_deferred = Some(deferred);
        } else if c.accept("enforced") {
            enforced = Some(true);
        } else if c.accept_words(&["not", "enforced"]) {
            enforced = Some(false);
        } else {
            break;
        }
    }
    if c.at_words(&["inherit"]) || c.at_words(&["no", "inherit"]) || c.at_words(&["not", "valid"]) {
        return Err(Stop::Opaque);
    }
    // What is said of one decides both: `INITIALLY DEFERRED` is deferrable, a mere `DEFERRABLE` begins immediate.
    if deferrable.is_some() || initially_deferred.is_some() {
        deferrable = deferrable.or(initially_deferred);
        initially_deferred = initially_deferred.or(Some(false));
    }
    Ok(TableAction::AlterConstraint { name, deferrable, initially_deferred, enforced })
}
