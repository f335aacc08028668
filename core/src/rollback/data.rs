//! Data changes: what has to be saved so that rows come back.
use std::collections::BTreeSet;

use super::{
    capture::Capture,
    classify::{Judgement, row_key},
};
use crate::{
    apply::State,
    catalog::{Expression, Link, ObjectName, ReferentialAction, Table},
    dialect::expression,
    operation::{Delete, Filter, Insert, Operation, Update},
    replay::Applied,
    report::RollbackClass,
};

/// The table of the start, or nothing when the undone migrations made it: then its rows go with it.
fn at_start<'a>(
    name: &ObjectName,
    applied: &Applied,
    start: &'a State,
    capture: &Capture<'_>,
    out: &mut Judgement,
) -> Option<&'a Table> {
    let resolved = capture.resolve(name, applied);
    match start.catalog.tables.get(&resolved) {
        Some(table) if table.complete => {
            fired(table, out);
            Some(table)
        }
        Some(_) => {
            out.lose(
                RollbackClass::Unknown,
                format!("columns and keys of `{name}` are not known: give the starting schema"),
            );
            None
        }
        None if start.catalog.is_open() && !capture.is_created(&resolved, applied) => {
            out.lose(
                RollbackClass::Unknown,
                format!("columns and keys of `{name}` are not known: give the starting schema"),
            );
            None
        }
        None if capture.was_renamed(&resolved, applied) => {
            out.lose(
                RollbackClass::Unknown,
                format!("`{name}` had another name at the start: its rows are not followed"),
            );
            None
        }
        None => None,
    }
}

/// A statement inside of a block that may have run, once or often, with values that are not known: every table that it
/// writes to is saved whole.
pub(super) fn conditional(
    source: &str,
    operation: &Operation,
    applied: &Applied,
    start: &State,
    capture: &mut Capture<'_>,
    out: &mut Judgement,
) {
    let (tables, cascades) = match operation {
        Operation::Insert(insert) => (std::slice::from_ref(&insert.table), false),
        Operation::Update(update) => (update.tables.as_slice(), true),
        Operation::Delete(delete) => (delete.tables.as_slice(), true),
        Operation::Truncate { tables, cascade, .. } => (tables.as_slice(), *cascade),
        _ => return,
    };
    for name in tables {
        let Some(table) = at_start(name, applied, start, capture, out) else { continue };
        out.lose(RollbackClass::NeedsCapture, format!("rows of `{name}` that the {source} wrote or deleted"));
        capture.all_rows(table, true, out);
        for other in if cascades { cascade_closure(table, start) } else { Vec::new() } {
            out.lose(
                RollbackClass::NeedsCapture,
                format!("rows of `{}` that go or change with them", other.name),
            );
            capture.all_rows(other, true, out);
        }
    }
}

/// Says that triggers fired: what they wrote is not followed.
fn fired(table: &Table, out: &mut Judgement) {
    if table.triggers.iter().any(|t| !matches!(t.enabled.as_deref(), Some("disabled" | "replica"))) {
        out.lose(
            RollbackClass::Unknown,
            format!("triggers of `{}` fired, and what they wrote is not followed", table.name),
        );
    }
}

pub(super) fn insert(
    insert: &Insert,
    applied: &Applied,
    start: &State,
    capture: &mut Capture<'_>,
    out: &mut Judgement,
) {
    let Some(table) = at_start(&insert.table, applied, start, capture, out) else { return };
    if insert.may_overwrite {
        out.lose(RollbackClass::NeedsCapture, format!("rows of `{}` that were overwritten", table.name));
        capture.all_rows(table, true, out);
        return;
    }
    match known_keys(insert, table, applied) {
        Some(condition) if !insert.ignores_conflicts => {
            out.lose(
                RollbackClass::LosesNewData,
                format!("what was changed since in the rows inserted into `{}`", table.name),
            );
            capture.delete_rows(table, &condition, out);
        }
        _ => {
            out.lose(
                RollbackClass::NeedsCapture,
                format!("rows inserted into `{}` are told from others by what was there before", table.name),
            );
            capture.new_rows(table, out);
        }
    }
}

/// The condition that names exactly the rows that the statement inserts, when their primary keys are literals.
fn known_keys(insert: &Insert, table: &Table, applied: &Applied) -> Option<String> {
    let target = applied.before.target();
    let key = row_key(table)?;
    let columns: Vec<&str> = if insert.columns.is_empty() {
        table.columns.iter().map(|c| c.name.as_str()).collect()
    } else {
        insert.columns.iter().map(|c| c.as_str()).collect()
    };
    if insert.rows.is_empty() || insert.rows.len() > 1000 || key.is_empty() {
        return None;
    }
    let place = |name: &str| columns.iter().position(|c| c.eq_ignore_ascii_case(name));
    let places: Vec<(usize, &str)> =
        key.iter().map(|k| place(k).map(|p| (p, k.as_str()))).collect::<Option<_>>()?;
    let mut rows = Vec::new();
    for row in &insert.rows {
        let mut parts = Vec::new();
        for (place, column) in &places {
            let value = row.get(*place)?;
            let bare = value.sql.trim();
            let is_default =
                bare.eq_ignore_ascii_case("default") || bare.eq_ignore_ascii_case("null") || bare == "0";
            if is_default || !expression::is_constant(value, &target) {
                return None;
            }
            parts.push(format!("{} = {bare}", crate::dialect::quote::name(target.dialect, column)));
        }
        rows.push(parts.join(" AND "));
    }
    Some(if rows.len() == 1 { rows.remove(0) } else { format!("({})", rows.join(") OR (")) })
}

pub(super) fn update(
    update: &Update,
    applied: &Applied,
    start: &State,
    capture: &mut Capture<'_>,
    out: &mut Judgement,
) {
    if update.tables.len() != 1 {
        for name in &update.tables {
            if let Some(table) = at_start(name, applied, start, capture, out) {
                out.lose(RollbackClass::NeedsCapture, format!("values of `{name}` that were overwritten"));
                capture.all_rows(table, false, out);
            }
        }
        return;
    }
    let Some(name) = update.tables.first() else { return };
    let Some(table) = at_start(name, applied, start, capture, out) else { return };
    // Columns that the undone migrations added go again; their values need no saving. Any update of a row sets its
    // `ON UPDATE CURRENT_TIMESTAMP`.
    let assigned: Vec<_> = table
        .columns
        .iter()
        .filter(|t| {
            t.on_update.is_some() || update.assignments.iter().any(|(c, _)| t.name.eq_ignore_ascii_case(c))
        })
        .map(|c| c.name.clone())
        .collect();
    if assigned.is_empty() && !update.assignments.is_empty() {
        return;
    }
    out.lose(
        RollbackClass::NeedsCapture,
        format!("values of `{name}` that were overwritten, and what was written over them since"),
    );
    if update.assignments.is_empty() {
        capture.all_rows(table, false, out);
    } else {
        let filter = filter_at_start(&update.filter, table, applied, update.limited);
        capture.columns(table, &assigned, filter.as_deref(), out);
    }
}

/// The condition, when it means the same rows before the first undone statement: it names only columns of the start
/// and nothing that changes from call to call.
fn filter_at_start(filter: &Filter, table: &Table, applied: &Applied, limited: bool) -> Option<String> {
    let Filter::Condition { condition } = filter else { return None };
    if limited || !stable(condition, table, applied) {
        return None;
    }
    Some(condition.sql.clone())
}

fn stable(condition: &Expression, table: &Table, applied: &Applied) -> bool {
    let target = applied.before.target();
    let known = |name: &crate::catalog::Name| table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
    let subquery = condition.sql.to_ascii_lowercase().contains("select");
    !subquery
        && !condition.sql.contains('.')
        && expression::functions(condition, &target).is_empty()
        && expression::columns(condition, &target).iter().all(known)
}

pub(super) fn delete(
    delete: &Delete,
    applied: &Applied,
    start: &State,
    capture: &mut Capture<'_>,
    out: &mut Judgement,
) {
    for name in &delete.tables {
        let Some(table) = at_start(name, applied, start, capture, out) else { continue };
        out.lose(RollbackClass::NeedsCapture, format!("the deleted rows of `{name}`"));
        let cascades = cascade_closure(table, start);
        let filter = if delete.tables.len() == 1 && cascades.is_empty() {
            filter_at_start(&delete.filter, table, applied, delete.limited)
        } else {
            None
        };
        capture.rows(table, filter.as_deref(), out);
        for other in cascades {
            out.lose(
                RollbackClass::NeedsCapture,
                format!("rows of `{}` that go or change with them", other.name),
            );
            capture.all_rows(other, false, out);
        }
    }
}

/// The tables whose rows go or change when rows of `table` go.
fn cascade_closure<'a>(table: &Table, start: &'a State) -> Vec<&'a Table> {
    let mut found: Vec<&'a Table> = Vec::new();
    let mut seen: BTreeSet<&ObjectName> = BTreeSet::new();
    let mut work = vec![table.name.clone()];
    while let Some(parent) = work.pop() {
        for other in start.catalog.tables.linked(Link::Refers, &parent) {
            let follows = other.foreign_keys().any(|(_, k)| {
                k.table == parent
                    && !matches!(k.on_delete, ReferentialAction::NoAction | ReferentialAction::Restrict)
            });
            if follows && other.name != table.name && seen.insert(&other.name) {
                found.push(other);
                work.push(other.name.clone());
            }
        }
    }
    found
}

#[allow(clippy::too_many_arguments, reason = "the parts of one statement")]
pub(super) fn truncate(
    tables: &[ObjectName],
    cascade: bool,
    restart_identity: bool,
    applied: &Applied,
    start: &State,
    capture: &mut Capture<'_>,
    out: &mut Judgement,
) {
    let mut work: Vec<&Table> =
        tables.iter().filter_map(|name| at_start(name, applied, start, capture, out)).collect();
    let mut done: BTreeSet<&ObjectName> = BTreeSet::new();
    while let Some(table) = work.pop() {
        if !done.insert(&table.name) {
            continue;
        }
        out.lose(RollbackClass::NeedsCapture, format!("every row of `{}`", table.name));
        capture.rows(table, None, out);
        if restart_identity {
            capture.sequences_of(table, out);
        }
        if cascade {
            let referencing = start
                .catalog
                .tables
                .linked(Link::Refers, &table.name)
                .filter(|t| t.foreign_keys().any(|(_, k)| k.table == table.name));
            work.extend(referencing.map(AsRef::as_ref));
        }
    }
}
