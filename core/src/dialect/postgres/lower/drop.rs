//! What `DROP` drops.
use crate::{
    dialect::cursor::{Cursor, Read, Stop},
    operation::{OnlineClauses, Operation},
};

use super::{common, table};

/// Behind `DROP`.
pub(super) fn statement(c: &mut Cursor<'_>) -> Read<Operation> {
    let known = ["table", "index", "sequence"];
    let Some(kind) = c.accept_any(&known) else { return Err(Stop::Opaque) };
    match kind {
        "table" => table::drop(c),
        "index" => index(c),
        _ => {
            let (if_exists, names) = names(c, "a sequence name")?;
            Ok(Operation::DropSequence { names, if_exists, cascade: closing(c)? })
        }
    }
}

/// `IF EXISTS a, b`.
fn names(c: &mut Cursor<'_>, what: &str) -> Read<(bool, Vec<crate::catalog::ObjectName>)> {
    let if_exists = common::if_exists(c)?;
    Ok((if_exists, c.object_names(what)?))
}

/// `CASCADE` or `RESTRICT` and the end.
fn closing(c: &mut Cursor<'_>) -> Read<bool> {
    let cascade = common::cascade(c);
    c.expect_end()?;
    Ok(cascade)
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
