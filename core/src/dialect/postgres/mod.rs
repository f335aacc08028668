//! PostgreSQL.
pub mod introspect;
pub mod names;
pub mod lower;
pub mod types;
pub mod words;
