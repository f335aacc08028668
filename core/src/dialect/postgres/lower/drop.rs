//! What `DROP` drops.
use crate::{
    catalog::{ObjectName, RoutineKind},
    dialect::cursor::{Cursor, Read, Stop},
    operation::{OnlineClauses, Operation},
};

use super::{common, other, routine, table};

/// Behind `DROP`.
pub(super) fn statement(c: &mut Cursor<'_>) -> Read<Operation> {
    const KNOWN: &[&str] = &[
        "table",
        "index",
        "sequence",
        "view",
        "type",
        "domain",
        "function",
        "procedure",
        "routine",
        "aggregate",
        "trigger",
        "schema",
        "extension",
        "database",
    ];
    let start = *c;
    if c.accept_words(&["materialized", "view"]) {
        return view(c, true);
    }
    let Some(kind) = c.accept_any(KNOWN) else { return Err(other::unknown_kind(&start)) };
    match kind {
        "table" => table::drop(c),
        "index" => index(c),
        "view" => view(c, false),
        "sequence" => {
            let (if_exists, names) = names(c, "a sequence name")?;
            Ok(Operation::DropSequence { names, if_exists, cascade: closing(c)? })
        }
        "type" | "domain" => {
            let (if_exists, names) = names(c, "a type name")?;
            Ok(Operation::DropType { names, if_exists, cascade: closing(c)? })
        }
        "function" => routines(c, Some(RoutineKind::Function)),
        "procedure" => routines(c, Some(RoutineKind::Procedure)),
        "routine" => routines(c, None),
        "aggregate" => routines(c, Some(RoutineKind::Aggregate)),
        "trigger" => {
            let if_exists = common::if_exists(c)?;
            let name = c.name_of("a trigger name")?;
            c.expect("on")?;
            let table = Some(c.object_name_of("a table name")?);
            Ok(Operation::DropTrigger { name, table, if_exists, cascade: closing(c)? })
        }
        "schema" => {
            let if_exists = common::if_exists(c)?;
            let names = c.list(|c| c.name_of("a schema name"))?;
            Ok(Operation::DropSchema { names, if_exists, cascade: closing(c)? })
        }
        "extension" => {
            let if_exists = common::if_exists(c)?;
            let names = c.list(|c| c.name_of("an extension name"))?;
            Ok(Operation::DropExtension { names, if_exists, cascade: closing(c)? })
        }
        _ => {
            let if_exists = common::if_exists(c)?;
            let name = c.name_of("a database name")?;
            if c.accept("with") || c.at_paren() {
                c.skip_parens()?;
            }
            c.expect_end()?;
            Ok(Operation::DropDatabase { name, if_exists })
        }
    }
}

/// `IF EXISTS a, b`.
fn names(c: &mut Cursor<'_>, what: &str) -> Read<(bool, Vec<ObjectName>)> {
    let if_exists = common::if_exists(c)?;
    Ok((if_exists, c.object_names(what)?))
}

/// `CASCADE` or `RESTRICT` and the end.
fn closing(c: &mut Cursor<'_>) -> Read<bool> {
    let cascade = common::cascade(c);
    c.expect_end()?;
    Ok(cascade)
}

fn view(c: &mut Cursor<'_>, materialized: bool) -> Read<Operation> {
    let (if_exists, names) = names(c, "a view name")?;
    Ok(Operation::DropView { names, materialized, if_exists, cascade: closing(c)? })
}

fn index(c: &mut Cursor<'_>) -> Read<Operation> {
    let concurrently = c.accept("concurrently");
    let (if_exists, names) = names(c, "an index name")?;
    Ok(Operation::DropIndex {
        names,
        table: None,
        if_exists,
        cascade: closing(c)?,
        concurrently,
        online: OnlineClauses::default(),
    })
}

fn routines(c: &mut Cursor<'_>, kind: Option<RoutineKind>) -> Read<Operation> {
    let if_exists = common::if_exists(c)?;
    let routines = c.list(routine::reference)?;
    if kind == Some(RoutineKind::Aggregate) && routines.iter().any(|(_, signature)| signature.is_none()) {
        return Err(c.unexpected("the aggregate's argument types in parentheses"));
    }
    let cascade = common::cascade(c);
    if !c.is_end() && !c.at_any(&["cascade", "restrict"]) && c.at_paren() {
        return Err(Stop::Opaque);
    }
    c.expect_end()?;
    Ok(Operation::DropRoutine { routines, kind, if_exists, cascade })
}
