//! What `CREATE` creates.
use crate::{
    catalog::Persistence,
    dialect::cursor::{Cursor, Read, Stop},
    operation::Operation,
};

use super::{index, sequence, table};

/// Behind `CREATE`.
pub(super) fn statement(c: &mut Cursor<'_>) -> Read<Operation> {
    let persistence = if c.at_any(&["global", "local"]) && c.peek_at(1).is_some() {
        c.skip(1);
        c.expect_any(&["temporary", "temp"])?;
        Persistence::Temporary
    } else {
        match c.accept_any(&["temporary", "temp", "unlogged"]) {
            Some("unlogged") => Persistence::Unlogged,
            Some(_) => Persistence::Temporary,
            None => Persistence::Permanent,
        }
    };
    if c.accept("table") {
        return table::create(c, persistence);
    }
    if c.accept("sequence") {
        return sequence::create(c, persistence == Persistence::Temporary);
    }
    if c.accept("index") {
        return index::create(c, false);
    }
    if c.at_words(&["unique", "index"]) {
        c.skip(2);
        return index::create(c, true);
    }
    Err(Stop::Opaque)
}
