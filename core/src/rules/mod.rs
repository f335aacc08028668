//! The rules: plain data and a function each, one file a rule, listed in [`ALL`].
//!
//! A rule looks at an operation, at what it changed and at the schema before it, never at text. Its examples are its
//! documentation and its first tests.
mod add_column_not_null;
mod blocking_constraint;
mod blocking_index;
mod blocking_reindex;
mod breaks_reader;
mod breaks_trigger;
mod check_validation;
mod concurrently_in_transaction;
mod conflicts;
mod context;
mod delete_without_where;
mod drift;
mod drop_column;
mod drop_database;
mod drop_owned;
mod drop_schema;
mod drop_table;
mod engine_loses_rows;
mod every_row;
mod foreign_key_validation;
mod migration_layout;
mod missing_transaction;
mod modify_column_copy;
mod modify_column_forgets;
mod near;
mod not_analysed;
mod rename_column;
mod set_not_null;
mod syntax;
mod table_copy;
mod table_rewrite;
#[cfg(test)]
mod tests;
mod truncate;
mod type_change_rewrite;
mod update_without_where;

pub(crate) use context::{Context, Draft};

use crate::{
    error::{Error, ErrorKind},
    report::{RulePage, Severity},
    target::Dialect,
};

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Name in kebab-case: the pattern it finds. The file has the same name.
    pub id: &'static str,
    /// One line without full stop.
    pub summary: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// Severity of its findings unless it says otherwise.
    pub severity: Severity,
    /// Where it applies.
    pub dialects: &'static [Dialect],
    /// Scripts it finds something in, in each of its dialects.
    pub bad: &'static [&'static str],
    /// Scripts it finds nothing in.
    pub good: &'static [&'static str],
    /// Looks at one operation and reports.
    pub(crate) check: fn(&Context<'_>, &mut Vec<Draft>),
}

/// Every dialect.
const EVERY: &[Dialect] = &Dialect::ALL;
const POSTGRES: &[Dialect] = &[Dialect::Postgres];
const MYSQL_FAMILY: &[Dialect] = &[Dialect::MySql, Dialect::MariaDb];

/// What findings about files name.
pub(crate) const LAYOUT: &str = migration_layout::ID;

/// What findings about text that cannot be read name.
pub(crate) const SYNTAX: &str = syntax::RULE.id;

/// The rule of what cannot be judged.
pub(crate) const NOT_ANALYSED: &str = not_analysed::ID;

/// What findings about a live schema name.
pub(crate) const DRIFT: &str = drift::RULE.id;

/// The rule that reports what does not exist.
pub(crate) const NOT_FOUND: &str = conflicts::NOT_FOUND.id;

/// The rules that foresee that the server refuses a statement, or say that a file was not read.
pub(crate) const REFUSALS: &[&str] = &[
    conflicts::ALREADY_EXISTS.id,
    conflicts::HAS_DEPENDENTS.id,
    conflicts::INVALID_DEFINITION.id,
    conflicts::KEY_MISMATCH.id,
    conflicts::NOT_ALLOWED.id,
    conflicts::NOT_FOUND.id,
    conflicts::WRONG_KIND.id,
    LAYOUT,
    syntax::RULE.id,
];

/// Every rule, sorted by name.
pub static ALL: &[&Rule] = &[
    &add_column_not_null::RULE,
    &conflicts::ALREADY_EXISTS,
    &blocking_constraint::RULE,
    &blocking_index::RULE,
    &blocking_reindex::RULE,
    &breaks_reader::RULE,
    &breaks_trigger::RULE,
    &check_validation::RULE,
    &concurrently_in_transaction::RULE,
    &delete_without_where::RULE,
    &drift::RULE,
    &drop_column::RULE,
    &drop_database::RULE,
    &drop_owned::RULE,
    &drop_schema::RULE,
    &drop_table::RULE,
    &engine_loses_rows::RULE,
    &foreign_key_validation::RULE,
    &conflicts::HAS_DEPENDENTS,
    &conflicts::INVALID_DEFINITION,
    &conflicts::KEY_MISMATCH,
    &migration_layout::RULE,
    &missing_transaction::RULE,
    &modify_column_copy::RULE,
    &modify_column_forgets::RULE,
    &conflicts::NOT_ALLOWED,
    &not_analysed::RULE,
    &conflicts::NOT_FOUND,
    &rename_column::RULE,
    &set_not_null::RULE,
    &syntax::RULE,
    &table_copy::RULE,
    &table_rewrite::RULE,
    &truncate::RULE,
    &type_change_rewrite::RULE,
    &update_without_where::RULE,
    &conflicts::WRONG_KIND,
];

/// The rule called `id`.
///
/// # Errors
/// `NotFound` when there is none.
pub fn rule(id: &str) -> Result<&'static Rule, Error> {
    ALL.iter().copied().find(|r| r.id == id).ok_or_else(|| {
        let known: Vec<_> = ALL.iter().map(|r| r.id).collect();
        Error::new(ErrorKind::NotFound, format!("unknown rule `{id}`: the rules are {}", known.join(", ")))
    })
}

impl From<&Rule> for RulePage {
    fn from(rule: &Rule) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect();
        Self {
            id: rule.id.to_owned(),
            summary: rule.summary.to_owned(),
            why: rule.why.to_owned(),
            instead: rule.instead.to_owned(),
            severity: rule.severity,
            dialects: rule.dialects.iter().map(|d| d.as_str().to_owned()).collect(),
            bad: owned(rule.bad),
            good: owned(rule.good),
        }
    }
}
