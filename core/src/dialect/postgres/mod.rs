//! PostgreSQL.
pub(crate) mod casts;
pub(crate) mod domains;
mod grammar;
pub(crate) mod impact;
pub mod introspect;
pub mod lower;
pub mod names;
pub mod render;
pub mod types;
pub(crate) mod typing;
pub(crate) mod versions;
pub mod words;
