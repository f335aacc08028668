//! PostgreSQL.
pub mod introspect;
pub mod names;
pub mod words;
