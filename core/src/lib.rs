//! Remigrate reads SQL schema migrations and answers whether they are valid, dangerous and reversible,
//! and where a database stands when its history is lost.
pub mod error;
pub mod target;
pub mod text;

pub use error::{Error, ErrorKind};
pub use target::{Dialect, ServerVersion, Session, Target};
