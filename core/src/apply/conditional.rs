//! SQL that may or may not run, and SQL that is not modelled.
use std::collections::BTreeSet;

use super::{
    ConflictKind, Outcome, State,
    run::{Run, Step},
};
use crate::{
    catalog::{Catalog, Link, Name, ObjectName},
    change::ObjectPath,
    dialect::expression,
    operation::{Located, Operation},
};

/// Blocks within blocks beyond this are not followed.
const DEEPEST: usize = 8;

/// The statements of a block that may run: no definition changes, what they would touch becomes uncertain. A
/// statement that would create what exists already does nothing whichever way its condition falls, because the other
/// way it would fail; this is certain, and it is what idempotent migrations do on their second run.
pub(super) fn block(run: &mut Run<'_>, source: &str, body: &[Located<Operation>], complete: bool) -> Step {
    if run.depth >= DEEPEST {
        let message = format!("the {source} is nested too deep to be followed");
        run.anything(&message);
        run.unknown(source, message);
        return Ok(());
    }
    // Statements see what those before them did, as far as it is known, but none of it is kept.
    let mut state: State = run.state.clone();
    let mut skipped = complete && !body.is_empty();
    for statement in body {
        let outcome = possible(&mut state, &statement.node, run.depth + 1);
        let exists = !outcome.conflicts.is_empty()
            && outcome.conflicts.iter().all(|c| c.certain && c.kind == ConflictKind::AlreadyExists);
        let nothing =
            outcome.conflicts.is_empty() && outcome.changes.is_empty() && outcome.unknowns.is_empty();
        skipped &= exists || nothing;
        if exists {
            continue;
        }
        for change in &outcome.changes {
            let object = touched(&change.path);
            run.uncertain(
                object,
                format!("the {source} may {} {} `{}`", change.verb(), change.path.kind(), change.path),
            );
        }
        for conflict in &outcome.conflicts {
            run.unknown(
                &conflict.object,
                format!("a statement in the {source} would fail if it ran: {}", conflict.message),
            );
        }
        for unknown in outcome.unknowns {
            run.uncertain(unknown.object, unknown.message);
        }
    }
    run.out.skipped |= skipped;
    if let Some(reason) = state.catalog.uncertain.get(Catalog::EVERYTHING) {
        run.anything(reason);
    }
    if !complete {
        let message = format!("the {source} may do more than could be read");
        run.anything(&message);
        run.unknown(source, message);
    }
    Ok(())
}

/// Applies one inner statement to a throw-away state.
fn possible(state: &mut State, operation: &Operation, depth: usize) -> Outcome {
    super::apply_at(state, operation, depth)
}

fn touched(path: &ObjectPath) -> String {
    path.relation().map_or_else(|| path.to_string(), ToString::to_string)
}

/// A statement that is not modelled.
pub(super) fn opaque(run: &mut Run<'_>, verb: &str, objects: &[ObjectName], may_change_schema: bool) {
    if !may_change_schema {
        return;
    }
    if objects.is_empty() {
        let message = format!("{verb} is not followed: what it changes is not known");
        run.anything(&message);
        run.unknown(verb, message);
    }
    // What runs is named, not what it touches.
    if matches!(verb, "CALL" | "EXECUTE") {
        run.anything(&format!("{verb} is not followed: what it changes is not known"));
    }
    for name in objects {
        let full = run.find(name).map_or_else(|| run.qualify(name), |(full, _)| full);
        run.uncertain(&full, format!("`{full}` is touched by {verb}, which is not followed"));
    }
}

/// A query that calls routines: those that are known to contain definitions may change anything.
pub(super) fn query(run: &mut Run<'_>, calls: &[Name]) {
    let target = run.target();
    let foreign = calls.iter().find(|call| {
        expression::builtin_function(call, &target).is_none()
            && run
                .catalog()
                .routines
                .linked(Link::Routine, &ObjectName::bare((*call).clone()))
                .next()
                .is_none()
    });
    if let Some(call) = foreign {
        run.anything(&format!("`{call}` is called, and what it does is not known"));
    }
    if calls.is_empty() || run.catalog().routines.is_empty() {
        return;
    }
    let changes = |body: &str| {
        let body = body.to_ascii_lowercase();
        ["create ", "alter ", "drop ", "rename ", "execute ", "prepare "]
            .iter()
            .any(|word| body.contains(word))
    };
    let routines = &run.catalog().routines;
    let called: BTreeSet<ObjectName> = calls
        .iter()
        .flat_map(|call| routines.linked(Link::Routine, &ObjectName::bare(call.clone())))
        .filter(|r| changes(&r.body))
        .map(|r| r.name.clone())
        .collect();
    for name in called {
        let message = format!("routine `{name}` is called, and its body can change the schema");
        run.anything(&message);
        run.unknown(&name, message);
    }
}
