//! PostgreSQL.
pub mod words;
