//! What the server families know: one folder each, and what they share. Nothing outside this folder knows how a
//! server spells, names, prints or stores anything.
pub mod cursor;
pub mod expression;
pub mod introspect;
pub mod mysql;
pub mod postgres;
pub mod render;

use crate::{
    operation::{Located, Operation},
    target::{Dialect, Target},
    text::{Script, Statement},
};

/// What a statement asks for, most of the time one operation. Text that the server refuses is
/// [`Operation::Invalid`], what is not modelled [`Operation::Opaque`]; nothing is left out.
pub fn lower(script: &Script<'_>, statement: &Statement, target: &Target) -> Vec<Located<Operation>> {
    match target.dialect {
        Dialect::Postgres => postgres::lower::lower(script, statement, target),
        Dialect::MySql | Dialect::MariaDb => mysql::lower::lower(script, statement, target),
    }
}
