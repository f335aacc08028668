//! Remigrate reads SQL schema migrations and answers whether they are valid, dangerous and reversible,
//! and where a database stands when its history is lost.
pub mod text;
