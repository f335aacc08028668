//! Settings that one migration leaves to the next: whether they hold there is not known.
use super::{PartText, Step, run, run_beside};
use crate::{apply::State, catalog::Catalog, diff, target::Session, tools::TransactionMode};

/// Runs the next migration of a history whose first one began in the session `begun`, calling `visit` behind each
/// statement.
///
/// Tools run what there is to run in one session, so that a `SET search_path` holds for the migrations behind it. But
/// those may run on another day, and not every tool keeps one session. The migration runs with the setting; what
/// another outcome without it makes different is `uncertain` from there on, and a statement that the server refuses
/// only with the setting is not certain to be refused.
pub fn run_next(
    part: &PartText<'_>,
    transaction: TransactionMode,
    begun: &Session,
    state: &mut State,
    visit: &mut dyn FnMut(&Step<'_>),
) {
    if state.session.search_path == begun.search_path {
        run(part, transaction, state, visit);
        return;
    }
    let session = Session { search_path: begun.search_path.clone(), ..state.session.clone() };
    let mut apart = State::new(state.catalog.clone(), session);
    run_beside(part, transaction, state, Some(&mut apart), visit);
    if state.catalog != apart.catalog {
        doubt(&mut state.catalog, &apart.catalog, APART);
    }
}

/// What the migrations before have to do with it.
const APART: &str = "whether a migration runs in the session in which an earlier one set search_path: set it with SET LOCAL, \
                     or name the schema";

/// What the tool has to do with it.
pub(super) const LOOSE: &str =
    "whether the migration runs in a transaction: SET LOCAL does nothing otherwise";

/// Notes the objects that two catalogs have differently, and what that depends on.
pub(super) fn doubt(catalog: &mut Catalog, other: &Catalog, on: &str) {
    for change in diff::diff(catalog, other) {
        let object = change.path.relation().map_or_else(|| change.path.to_string(), ToString::to_string);
        if !catalog.uncertain.contains_key(&object) {
            let reason = format!("`{object}` depends on {on}");
            catalog.uncertain.insert(object, reason);
        }
    }
}
