//! Statements that are not modelled, and routines that are called.
use std::collections::BTreeSet;

use super::{block, run::Run};
use crate::{
    catalog::{Link, Name, ObjectName},
    dialect::expression,
};

/// A statement that is not modelled.
pub(super) fn opaque(run: &mut Run<'_>, verb: &str, objects: &[ObjectName], may_change_schema: bool) {
    if !may_change_schema {
        return;
    }
    // It may set variables as well.
    run.state.variables = super::Variables::default();
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
    let routines = &run.catalog().routines;
    let called: BTreeSet<ObjectName> = calls
        .iter()
        .flat_map(|call| routines.linked(Link::Routine, &ObjectName::bare(call.clone())))
        .filter(|r| block::may_change(run, r))
        .map(|r| r.name.clone())
        .collect();
    for name in called {
        let message = format!("routine `{name}` is called, and its body can change the schema");
        run.anything(&message);
        run.unknown(&name, message);
    }
}
