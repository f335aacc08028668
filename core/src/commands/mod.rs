//! The functions of the contract, the same in every language: files and schemas in, reports out.
mod check;
mod diff;
mod explain;
mod history;
mod impact;
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
pub(crate) use simulate::schema_of;
pub use simulate::simulate;
#[cfg(feature = "cli")]
pub(crate) use simulate::{left_out, left_out_of_schema};
pub use verify::verify;
