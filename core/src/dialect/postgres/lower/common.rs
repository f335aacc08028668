//! Clauses that many statements share.
use crate::{
    catalog::ObjectName,
    dialect::cursor::{Cursor, Read},
    operation::Operation,
};

/// `IF EXISTS`.
pub(super) fn if_exists(c: &mut Cursor<'_>) -> Read<bool> {
    if !c.at("if") || c.word_at(1, "not") || !c.peek_at(1).is_some_and(|t| t.is_name()) {
        return Ok(false);
    }
    c.skip(1);
    c.expect("exists")?;
    Ok(true)
}

/// `IF NOT EXISTS`.
pub(super) fn if_not_exists(c: &mut Cursor<'_>) -> Read<bool> {
    if !c.at_words(&["if", "not"]) {
        return Ok(false);
    }
    c.skip(2);
    c.expect("exists")?;
    Ok(true)
}

/// `CASCADE` (true) or `RESTRICT`.
pub(super) fn cascade(c: &mut Cursor<'_>) -> bool {
    c.accept_any(&["cascade", "restrict"]) == Some("cascade")
}

/// A statement that is named and no more.
pub(super) fn opaque(verb: &str, objects: Vec<ObjectName>, may_change_schema: bool) -> Operation {
    Operation::Opaque { verb: verb.to_owned(), objects, may_change_schema }
}
