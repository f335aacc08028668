//! What `CREATE` creates.
use std::collections::BTreeMap;

use crate::{
    catalog::{Persistence, Routine, RoutineKind},
    dialect::cursor::{Cursor, Read, Stop},
    operation::Operation,
};

use super::{index, other, routine, sequence, table, trigger, user_type, view};

/// Behind `CREATE`.
pub(super) fn statement(c: &mut Cursor<'_>) -> Read<Operation> {
    let start = *c;
    let or_replace = c.accept_words(&["or", "replace"]);
    let persistence = if c.at_any(&["global", "local"]) {
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
    let lasting = persistence == Persistence::Permanent;
    if !or_replace {
        if c.accept("table") {
            return table::create(c, persistence);
        }
        if c.accept("sequence") {
            return sequence::create(c, persistence == Persistence::Temporary);
        }
    }
    if persistence != Persistence::Unlogged && (c.at("view") || c.at_words(&["recursive", "view"])) {
        let recursive = c.accept("recursive");
        c.skip(1);
        if !lasting {
            // Gone with the session: the catalog has no such views.
            return Err(Stop::Opaque);
        }
        return view::create(c, or_replace, recursive);
    }
    if !lasting {
        return Err(c.expected_words(&["table", "sequence", "view"]));
    }
    let words = c.peek().map(|t| c.text_of(t).to_ascii_lowercase()).unwrap_or_default();
    match (or_replace, words.as_str()) {
        (_, "function" | "procedure") => {
            c.skip(1);
            let kind = if words == "function" { RoutineKind::Function } else { RoutineKind::Procedure };
            routine::create(c, kind, or_replace)
        }
        (_, "aggregate") => {
            c.skip(1);
            aggregate(c, or_replace)
        }
        (_, "trigger") => {
            c.skip(1);
            trigger::create(c, or_replace, false)
        }
        (_, "constraint") => {
            c.skip(1);
            c.expect("trigger")?;
            trigger::create(c, or_replace, true)
        }
        (true, _) => {
            if ["rule", "language", "trusted", "procedural", "transform"].contains(&words.as_str()) {
                return Err(Stop::Opaque);
            }
            let known =
                ["function", "procedure", "view", "trigger", "aggregate", "rule", "language", "transform"];
            Err(c.expected_words(&known))
        }
        (_, "materialized") => {
            c.skip(1);
            c.expect("view")?;
            view::create_materialized(c)
        }
        (_, "index") => {
            c.skip(1);
            index::create(c, false)
        }
        (_, "unique") => {
            c.skip(1);
            c.expect("index")?;
            index::create(c, true)
        }
        (_, "type") => {
            c.skip(1);
            user_type::create(c)
        }
        (_, "domain") => {
            c.skip(1);
            user_type::create_domain(c)
        }
        (_, "schema") => {
            c.skip(1);
            user_type::create_schema(c)
        }
        (_, "extension") => {
            c.skip(1);
            user_type::create_extension(c)
        }
        (_, "database") => {
            c.skip(1);
            let name = c.name_of("a database name")?;
            c.skip_all();
            Ok(Operation::CreateDatabase { name })
        }
        _ => Err(other::unknown_kind(&start)),
    }
}

/// An aggregate is known by its name and arguments.
fn aggregate(c: &mut Cursor<'_>, or_replace: bool) -> Read<Operation> {
    let (name, signature) = routine::reference(c).map_err(|_| Stop::Opaque)?;
    let Some(signature) = signature.filter(|_| c.at_paren()) else {
        return Err(Stop::Opaque);
    };
    c.skip_parens()?;
    c.expect_end()?;
    let routine = Routine {
        name,
        arguments: signature.clone(),
        signature,
        kind: RoutineKind::Aggregate,
        returns: None,
        language: "internal".into(),
        body: String::new(),
        attributes: BTreeMap::new(),
        comment: None,
    };
    Ok(Operation::CreateRoutine { routine: Box::new(routine), or_replace, if_not_exists: false })
}
