//! PostgreSQL.
pub mod words;
pub mod names;
