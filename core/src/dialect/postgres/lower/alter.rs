//! `ALTER TABLE`, and `ALTER INDEX`, `ALTER VIEW` as far as they are the same.
use crate::{
    catalog::{Name, ObjectName},
    dialect::cursor::{Cursor, Read, Stop},
    operation::{AlterTable, DropConstraintKind, Located, Operation, TableAction},
};

use super::{
    alter_column, column, common,
    constraint::{self, TableConstraint},
    partition, storage,
};

/// Behind `ALTER TABLE`.
pub(super) fn table(c: &mut Cursor<'_>) -> Read<Operation> {
    if c.at_words(&["all", "in", "tablespace"]) {
        return Err(Stop::Opaque);
    }
    let mut alter = AlterTable { if_exists: common::if_exists(c)?, ..AlterTable::default() };
    alter.only = c.accept("only");
    alter.table = relation(c)?;
    actions(c, alter)
}

/// The actions of an `ALTER TABLE`, or an `ALTER VIEW` that does the same.
pub(super) fn actions(c: &mut Cursor<'_>, mut alter: AlterTable) -> Read<Operation> {
    if c.is_end() {
        return Err(c.unexpected("what to change"));
    }
    loop {
        let start = c.position();
        let node = match action(c) {
            Err(Stop::Opaque) => opaque_action(c, start),
            other => other?,
        };
        alter.actions.push(Located { span: c.span_from(start), node });
        if c.accept_comma() {
            continue;
        }
        if c.is_end() {
            return Ok(Operation::AlterTable(Box::new(alter)));
        }
        return Err(c.unexpected("`,` or the end of the statement"));
    }
}

/// A table with the `*` that once meant its children too.
fn relation(c: &mut Cursor<'_>) -> Read<ObjectName> {
    let name = c.object_name_of("a table name")?;
    c.accept_operator("*");
    Ok(name)
}

/// An action that is valid as far as we know and has no form of its own: its first words.
fn opaque_action(c: &mut Cursor<'_>, start: usize) -> TableAction {
    /// What actions begin with, the longer ones first: what follows is a name.
    const HEADS: &[&[&str]] = &[
        &["add", "constraint"],
        &["add", "primary", "key"],
        &["add", "foreign", "key"],
        &["add", "unique"],
        &["add", "check"],
        &["add", "exclude"],
        &["add", "not", "null"],
        &["alter", "constraint"],
        &["drop", "constraint"],
    ];
    c.skip_to_comma();
    let action = c.slice_from(start);
    let head = HEADS.iter().find(|head| action.at_words(head)).map(|head| head.join(" "));
    let verb = head.or_else(|| {
        // `COLUMN` may be left away.
        let first = action.peek().map(|t| action.text_of(t).to_ascii_lowercase())?;
        Some(if ["add", "alter", "drop"].contains(&first.as_str()) {
            format!("{first} column")
        } else {
            first
        })
    });
    let verb = verb.unwrap_or_default().to_ascii_uppercase();
    TableAction::Opaque { verb, may_change_schema: true }
}

const VERBS: &[&str] = &[
    "add", "alter", "drop", "rename", "set", "reset", "enable", "disable", "force", "no", "inherit", "of",
    "not", "owner", "replica", "attach", "detach", "validate", "cluster", "options",
];

fn action(c: &mut Cursor<'_>) -> Read<TableAction> {
    match c.expect_any(VERBS)? {
        "add" => add(c),
        "alter" => alter_column::action(c),
        "drop" => drop_part(c),
        "rename" => rename(c),
        "set" => set(c),
        "reset" => Ok(TableAction::SetOptions {
            options: storage::reset(c)?.into_iter().map(|(name, _)| (name, None)).collect(),
        }),
        "enable" => switch(c, true),
        "disable" => switch(c, false),
        "force" => {
            c.expect_words(&["row", "level", "security"])?;
            Ok(option("force_row_security", "true"))
        }
        "no" => match c.expect_any(&["force", "inherit"])? {
            "force" => {
                c.expect_words(&["row", "level", "security"])?;
                Ok(option("force_row_security", "false"))
            }
            _ => {
                c.object_name_of("a table name")?;
                Ok(opaque("NO INHERIT", true))
            }
        },
        "inherit" => {
            c.object_name_of("a table name")?;
            Ok(opaque("INHERIT", true))
        }
        "of" => {
            c.object_name_of("a type name")?;
            Ok(opaque("OF", false))
        }
        "not" => {
            c.expect("of")?;
            Ok(opaque("NOT OF", false))
        }
        "owner" => {
            c.expect("to")?;
            role(c)?;
            Ok(opaque("OWNER TO", false))
        }
        "replica" => replica_identity(c),
        "attach" => {
            c.expect("partition")?;
            let partition = c.object_name_of("a table name")?;
            if c.is_end() {
                // `ALTER INDEX … ATTACH PARTITION` has no bound.
                return Ok(opaque("ATTACH PARTITION", false));
            }
            Ok(TableAction::AttachPartition { partition, bound: partition::bound(c)? })
        }
        "detach" => {
            c.expect("partition")?;
            let partition = c.object_name_of("a table name")?;
            let finalize = c.accept("finalize");
            if finalize {
                return Ok(opaque("DETACH PARTITION FINALIZE", true));
            }
            Ok(TableAction::DetachPartition { partition, concurrently: c.accept("concurrently") })
        }
        "validate" => {
            c.expect("constraint")?;
            Ok(TableAction::ValidateConstraint { name: c.name_of("a constraint name")? })
        }
        "cluster" => {
            c.expect("on")?;
            c.name_of("an index name")?;
            Ok(opaque("CLUSTER ON", false))
        }
        _ => {
            c.skip_parens()?;
            Ok(opaque("OPTIONS", false))
        }
    }
}

fn opaque(verb: &str, may_change_schema: bool) -> TableAction {
    TableAction::Opaque { verb: verb.to_owned(), may_change_schema }
}

fn option(name: &str, value: &str) -> TableAction {
    TableAction::SetOptions { options: vec![(name.to_owned(), Some(value.to_owned()))] }
}

/// A role: a name or one of the words for the current user.
pub(super) fn role(c: &mut Cursor<'_>) -> Read<()> {
    if c.accept_any(&["current_user", "session_user", "current_role"]).is_some() {
        return Ok(());
    }
    c.any_name("a role name").map(drop)
}

/// Behind `ADD`.
fn add(c: &mut Cursor<'_>) -> Read<TableAction> {
    if constraint::at_table_constraint(c) {
        return Ok(match constraint::table(c)? {
            TableConstraint::Listed(definition) => TableAction::AddConstraint { definition },
            TableConstraint::NotNull { column, not_valid: false } => {
                TableAction::SetNullable { name: column, nullable: false }
            }
            TableConstraint::NotNull { .. } => return Err(Stop::Opaque),
        });
    }
    c.accept("column");
    let if_not_exists = common::if_not_exists(c)?;
    let definition = Box::new(column::definition(c)?);
    Ok(TableAction::AddColumn { definition, if_not_exists, position: None })
}

/// Behind `DROP`.
fn drop_part(c: &mut Cursor<'_>) -> Read<TableAction> {
    if c.accept("constraint") {
        let if_exists = common::if_exists(c)?;
        let name = c.name_of("a constraint name")?;
        let cascade = common::cascade(c);
        return Ok(TableAction::DropConstraint {
            name,
            expected: DropConstraintKind::Any,
            if_exists,
            cascade,
        });
    }
    c.accept("column");
    let if_exists = common::if_exists(c)?;
    let name = c.name_of("a column name")?;
    let cascade = common::cascade(c);
    Ok(TableAction::DropColumn { name, if_exists, cascade })
}

/// Behind `RENAME`.
fn rename(c: &mut Cursor<'_>) -> Read<TableAction> {
    if c.accept("to") {
        let to = ObjectName::bare(c.name_of("a table name")?);
        return Ok(TableAction::Rename { to });
    }
    let names = |c: &mut Cursor<'_>, what: &str| -> Read<(Name, Name)> {
        let from = c.name_of(what)?;
        c.expect("to")?;
        Ok((from, c.name_of(what)?))
    };
    if c.accept("constraint") {
        let (from, to) = names(c, "a constraint name")?;
        return Ok(TableAction::RenameConstraint { from, to });
    }
    c.accept("column");
    let (from, to) = names(c, "a column name")?;
    Ok(TableAction::RenameColumn { from, to, if_exists: false })
}

/// Behind `SET`.
fn set(c: &mut Cursor<'_>) -> Read<TableAction> {
    if c.at_paren() {
        let options = storage::parameters(c)?.into_iter().map(|(name, value)| (name, Some(value)));
        return Ok(TableAction::SetOptions { options: options.collect() });
    }
    let words = ["schema", "tablespace", "logged", "unlogged", "access", "without"];
    match c.expect_any(&words)? {
        "schema" => Ok(TableAction::SetSchema { schema: c.name_of("a schema name")? }),
        "tablespace" => {
            // Where files are is not part of the model: what was there before is not known.
            c.name_of("a tablespace name")?;
            c.accept("nowait");
            Ok(opaque("SET TABLESPACE", false))
        }
        "logged" => Ok(option("persistence", "permanent")),
        "unlogged" => Ok(option("persistence", "unlogged")),
        "access" => {
            c.expect("method")?;
            c.any_name("an access method")?;
            Ok(opaque("SET ACCESS METHOD", false))
        }
        _ => match c.expect_any(&["cluster", "oids"])? {
            "cluster" => Ok(opaque("SET WITHOUT CLUSTER", false)),
            _ => Ok(opaque("SET WITHOUT OIDS", false)),
        },
    }
}

/// Behind `ENABLE` and `DISABLE`.
fn switch(c: &mut Cursor<'_>, enable: bool) -> Read<TableAction> {
    let mode = if enable { c.accept_any(&["always", "replica"]) } else { None };
    let expected: &[&str] = if mode.is_some() { &["trigger", "rule"] } else { &["trigger", "rule", "row"] };
    match c.expect_any(expected)? {
        "row" => {
            c.expect_words(&["level", "security"])?;
            Ok(option("row_security", if enable { "true" } else { "false" }))
        }
        "rule" => {
            c.name_of("a rule name")?;
            Ok(opaque(
                match mode {
                    Some("always") => "ENABLE ALWAYS RULE",
                    Some(_) => "ENABLE REPLICA RULE",
                    None if enable => "ENABLE RULE",
                    None => "DISABLE RULE",
                },
                false,
            ))
        }
        _ => {
            let every = c.accept_any(&["all", "user"]);
            let name = if every.is_some() { None } else { Some(c.name_of("a trigger name")?) };
            let enabled = mode.unwrap_or(if enable { "origin" } else { "disabled" }).to_owned();
            Ok(TableAction::SetTriggerEnabled { name, enabled, internal: every == Some("all") })
        }
    }
}

/// Behind `REPLICA`.
fn replica_identity(c: &mut Cursor<'_>) -> Read<TableAction> {
    c.expect("identity")?;
    Ok(match c.expect_any(&["default", "full", "nothing", "using"])? {
        "default" => TableAction::SetOptions { options: vec![("replica_identity".to_owned(), None)] },
        "using" => {
            c.expect("index")?;
            let name = c.name_of("an index name")?;
            option("replica_identity", &format!("index {name}"))
        }
        word => option("replica_identity", word),
    })
}

/// `… OWNER TO role`: who owns an object is not modelled.
pub(super) fn owner(c: &mut Cursor<'_>, verb: &str, name: ObjectName) -> Operation {
    c.skip_all();
    common::opaque(&format!("{verb} OWNER TO"), vec![name], false)
}

/// Behind `ALTER INDEX`.
pub(super) fn index(c: &mut Cursor<'_>) -> Read<Operation> {
    if c.at_words(&["all", "in", "tablespace"]) {
        return Err(Stop::Opaque);
    }
    let if_exists = common::if_exists(c)?;
    let from = c.object_name_of("an index name")?;
    let known = ["rename", "set", "reset", "attach", "depends", "no", "alter", "owner"];
    if c.expect_any(&known)? != "rename" {
        return Err(Stop::Opaque);
    }
    c.expect("to")?;
    let to = c.name_of("an index name")?;
    c.expect_end()?;
    Ok(Operation::RenameIndex { from, to, if_exists })
}
