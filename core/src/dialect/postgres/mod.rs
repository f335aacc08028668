//! PostgreSQL.
pub mod introspect;
pub mod words;
pub mod names;
