//! MySQL and MariaDB. MariaDB is a flavour: what differs is asked of the target where it differs.
pub mod charset;
pub(crate) mod engines;
mod grammar;
pub(crate) mod impact;
pub mod introspect;
pub mod lower;
pub mod names;
mod parameters;
pub mod partition;
pub(crate) mod quote;
pub mod render;
mod reserved;
pub mod types;

pub use lower::lower;
