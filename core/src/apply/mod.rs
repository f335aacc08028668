//! What an operation does to a catalog.
mod commit;
mod state;

pub use commit::commit;
pub use state::{Conflict, ConflictKind, Outcome, State, Unknown};
