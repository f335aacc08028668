//! What the server families know: one folder each, and what they share. Nothing outside this folder knows how a
//! server spells, names, prints or stores anything.
pub mod cursor;
pub(crate) mod elsewhere;
pub mod expression;
mod grammar;
pub(crate) mod guard;
mod impact;
pub mod introspect;
mod lookup;
pub mod mysql;
pub mod postgres;
pub mod quote;
pub mod render;

pub(crate) use impact::Facts;
pub use impact::{Impact, impact};

use crate::{
    operation::{Located, Operation},
    target::Target,
    text::{Script, Statement},
};

/// What a statement asks for, most of the time one operation. Text that the server refuses is
/// [`Operation::Invalid`], which says so if it is another server's; what is not modelled is [`Operation::Opaque`]. Empty only for what is said elsewhere: an
/// `EXECUTE` or `DEALLOCATE` of what this script prepared stands with its `PREPARE`, commands of a client do nothing here.
pub fn lower(script: &Script<'_>, statement: &Statement, target: &Target) -> Vec<Located<Operation>> {
    elsewhere::named(elsewhere::raw(script, statement, target), script, statement, target)
}

/// How strong a lock mode of either family is; 0 for a name that is none.
pub(crate) fn lock_rank(mode: &str) -> usize {
    postgres::impact::rank(mode).max(mysql::impact::rank(mode))
}
