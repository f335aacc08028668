#![doc = include_str!("../README.md")]
//!
//! # A tour
//!
//! [`tools::SourceFile`]s and [`Options`] go in, a [`report`] comes out: [`check()`], [`impact()`], [`simulate()`],
//! [`rollback()`]. [`history()`], [`drift()`] and [`diff()`] compare with a [`Catalog`], which [`simulate()`] and, with the
//! features `postgres` and `mysql`, `live::snapshot` make.
//!
//! Underneath is an algebra that can be used by itself: [`text`] splits, [`dialect::lower`] reads, [`apply::apply`] turns
//! an [`Operation`] into [`Change`]s of a [`Catalog`], [`Change::invert`] and [`dialect::render::render`] lead back.
pub mod apply;
pub mod catalog;
pub mod change;
#[cfg(feature = "cli")]
pub mod cli;
pub mod commands;
pub mod dialect;
pub mod diff;
pub mod entry;
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
pub use commands::{Options, check, diff, drift, explain, history, impact, rollback, simulate, verify};
pub use error::{Error, ErrorKind};
pub use operation::Operation;
pub use target::{Dialect, ServerVersion, Session, Target};
