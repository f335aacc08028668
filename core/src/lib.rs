//! Remigrate reads SQL schema migrations and answers whether they are valid, dangerous and reversible,
//! and where a database stands when its history is lost.
pub mod apply;
pub mod catalog;
pub mod change;
#[cfg(feature = "cli")]
pub mod cli;
pub mod commands;
pub mod dialect;
pub mod diff;
pub mod error;
mod history;
pub mod live;
pub mod operation;
pub mod replay;
pub mod report;
mod rollback;
pub mod rules;
pub mod target;
pub mod text;
pub mod tools;

pub use catalog::Catalog;
pub use change::Change;
pub use commands::{Options, check, diff, drift, explain, history, impact, rollback, simulate};
pub use error::{Error, ErrorKind};
pub use operation::Operation;
pub use target::{Dialect, ServerVersion, Session, Target};
