//! When two objects are the same. This is the one place that says which facts a diff ignores:
//!
//! - the order of constraints, indexes and triggers in their lists (no server keeps one that means anything);
//! - whether the MySQL family made an index by itself (`implicit`), which cannot be read from a server;
//! - what a view reads, and the names of its columns where one side does not know them: both follow from its query;
//! - what the catalog says of its own knowledge: `complete`, `uncertain`, `absent`, `world`, `format`, the version.
//!
//! Names of columns, indexes and constraints are compared without case in the MySQL family.
use crate::{
    catalog::{Column, Constraint, Index, Name, Routine, Trigger, View, same_letters},
    dialect::expression,
    target::{Dialect, Target},
};

/// Whether two names of columns, indexes, constraints or triggers are the same.
pub(super) fn name(dialect: Dialect, a: &str, b: &str) -> bool {
    a == b || (dialect.is_mysql_family() && same_letters(a, b))
}

/// The key under which a name is found.
pub(super) fn folded(dialect: Dialect, name: &Name) -> Name {
    if dialect.is_mysql_family() { name.to_lowercase().into() } else { name.clone() }
}

/// Whether two indexes are the same.
pub(super) fn index(a: &Index, b: &Index) -> bool {
    Index { implicit: b.implicit, name: b.name.clone(), ..a.clone() } == *b
}

/// Whether an index can become the other without being made anew.
pub(super) fn index_alterable(a: &Index, b: &Index) -> bool {
    index(
        &Index {
            comment: b.comment.clone(),
            invisible: b.invisible,
            options: b.options.clone(),
            ..a.clone()
        },
        b,
    )
}

/// Whether a constraint can become the other without being made anew.
pub(super) fn constraint_alterable(a: &Constraint, b: &Constraint) -> bool {
    a.kind == b.kind
}

/// Whether a trigger can become the other without being made anew.
pub(super) fn trigger_alterable(a: &Trigger, b: &Trigger) -> bool {
    a.definition == b.definition && a.function == b.function
}

/// Whether two views are the same, apart from their indexes and triggers.
pub(super) fn view(a: &View, b: &View) -> bool {
    let columns = a.columns == b.columns || a.columns.is_empty() || b.columns.is_empty();
    columns
        && a.query == b.query
        && a.materialized == b.materialized
        && a.options == b.options
        && a.comment == b.comment
}

/// Whether `CREATE OR REPLACE VIEW` can make the second of the first: columns stay, new ones follow.
pub(super) fn view_replaceable(a: &View, b: &View) -> bool {
    let columns = a.columns.is_empty() || b.columns.is_empty() || b.columns.starts_with(&a.columns);
    columns && !a.materialized && !b.materialized
}

/// Whether a view's comment, storage or options differ only, so that it is altered in place.
pub(super) fn view_alterable(a: &View, b: &View) -> bool {
    a.query == b.query && a.materialized == b.materialized
}

/// Whether `CREATE OR REPLACE FUNCTION` can make the second of the first.
pub(super) fn routine_replaceable(a: &Routine, b: &Routine) -> bool {
    a.kind == b.kind && a.returns == b.returns
}

/// Whether it is known what the column holds. Of others the name alone is known, and no statement can make them.
pub(super) fn is_typed(column: &Column) -> bool {
    !column.data_type.text.is_empty() || column.data_type.custom.is_some()
}

/// What a column is to become: what is not known of it stays as it was.
pub(super) fn intended(before: &Column, after: &Column) -> Column {
    if is_typed(after) {
        return after.clone();
    }
    let (data_type, collation) = (before.data_type.clone(), before.collation.clone());
    Column { data_type, collation, ..after.clone() }
}

/// Whether the difference of two columns is certain.
pub(super) fn column_certain(a: &Column, b: &Column, target: &Target) -> bool {
    if !is_typed(a) || !is_typed(b) {
        return false;
    }
    let without =
        |c: &Column| Column { default: None, generated: None, check: None, on_update: None, ..c.clone() };
    let generated = |c: &Column| c.generated.as_ref().map(|g| g.expression.clone());
    without(a) != without(b)
        || a.generated.as_ref().map(|g| g.stored) != b.generated.as_ref().map(|g| g.stored)
        || a.default != b.default && expression::surely_differ(a.default.as_ref(), b.default.as_ref(), target)
        || generated(a) != generated(b)
            && expression::surely_differ(generated(a).as_ref(), generated(b).as_ref(), target)
        || a.check != b.check && expression::surely_differ(a.check.as_ref(), b.check.as_ref(), target)
        || a.on_update != b.on_update
}
