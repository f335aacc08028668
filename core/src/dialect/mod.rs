//! What the server families know: one folder each, and what they share. Nothing outside this folder knows how a
//! server spells, names, prints or stores anything.
pub mod cursor;
pub mod expression;
pub mod introspect;
pub mod mysql;
pub mod postgres;
pub mod render;
