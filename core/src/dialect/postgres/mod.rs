//! PostgreSQL.
pub mod introspect;
pub mod lower;
pub mod names;
pub mod types;
pub mod words;
pub mod render;
