//! The functions of the contract, the same in every language: files and schemas in, reports out.
mod check;
mod diff;
mod explain;
mod history;
mod impact;
mod misdirected;
mod options;
mod rollback;
mod simulate;
mod verify;

pub use check::check;
pub use diff::diff;
pub use explain::{explain, rules};
pub use history::{drift, history};
pub use impact::impact;
pub use options::Options;
pub use rollback::rollback;
#[cfg(feature = "cli")]
pub(crate) use simulate::problems_of_schema;
pub use simulate::simulate;
pub(crate) use simulate::{problems, schema_of};
pub use verify::verify;
