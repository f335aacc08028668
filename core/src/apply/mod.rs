//! What an operation does to a catalog.
mod state;

pub use state::{Conflict, ConflictKind, Outcome, State, Unknown};
