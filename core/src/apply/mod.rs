//! What an operation does to a catalog.
mod alter;
mod attach;
mod block;
mod calls;
mod charset;
mod columns;
mod comments;
mod commit;
mod constraints;
mod defaults;
mod dependents;
mod foreign_keys;
mod indexes;
mod inherited;
mod like;
mod mentions;
mod mysql_alter;
mod mysql_columns;
mod mysql_table;
mod naming;
mod outputs;
mod partitions;
mod probe;
mod routines;
mod rows;
mod run;
mod schemas;
mod sequences;
mod session;
mod sizes;
mod state;
mod tables;
mod transaction;
mod types;
mod unread;
mod views;

pub use block::{Form, Interval, Time, Value};
pub use commit::commit;
pub(crate) use mentions::trigger_columns;
pub use state::{Conflict, ConflictKind, Outcome, Ran, State, Unknown, Variables};
pub use transaction::Transaction;

use crate::{catalog::ObjectName, operation::Operation};
use run::{Run, Step};

/// Applies an operation to a state: answers with the changes it made, or with the conflict for which the server would
/// refuse it.
///
/// On a conflict the state is as it was, with one exception that the outcome shows: MariaDB's `DROP TABLE` of several
/// tables drops those that exist. In an open world the state may know more afterwards than the changes say: a table
/// that a statement mentions must have existed, and becomes an incomplete entry.
pub fn apply(state: &mut State, operation: &Operation) -> Outcome {
    let before = state.clone();
    apply_over(state, &before, operation)
}

/// As [`apply`], for who keeps the state as it is now: `before` is a copy of it.
pub(crate) fn apply_over(state: &mut State, before: &State, operation: &Operation) -> Outcome {
    let alone = state.begin_statement(operation);
    let outcome = apply_from(state, before, operation, 0);
    if alone {
        state.end_statement();
    }
    outcome
}

fn apply_at(state: &mut State, operation: &Operation, depth: usize) -> Outcome {
    let before = state.clone();
    apply_from(state, &before, operation, depth)
}

fn apply_from(state: &mut State, before: &State, operation: &Operation, depth: usize) -> Outcome {
    let mut run = Run {
        state,
        out: Outcome::default(),
        depth,
        only: false,
        gone: Vec::new(),
        dropping: Vec::new(),
        supplied: Vec::new(),
        redefined: Vec::new(),
    };
    let result = one(&mut run, operation);
    let mut out = run.out;
    if let Err(mut conflict) = result {
        let doubt = conflict.object.doubt(&state.catalog).map(str::to_owned);
        conflict.certain &= doubt.is_none();
        let spent = state.spent;
        state.clone_from(before);
        state.spent = spent;
        // If the server takes the statement after all, what it makes or changes is not followed.
        if let (Some(reason), Some(name)) = (doubt, meant(operation)) {
            let name = state.relation_name(name).to_string();
            if !state.catalog.uncertain.contains_key(&name) {
                state.catalog.uncertain.insert(name, reason);
            }
        }
        out = Outcome { conflicts: vec![*conflict], ran: out.ran, ..Outcome::default() };
    }
    out
}

/// The object that an operation makes or changes, where it is one.
fn meant(operation: &Operation) -> Option<&ObjectName> {
    use Operation as O;
    match operation {
        O::CreateTable(table) => Some(&table.name),
        O::AlterTable(alter) => Some(&alter.table),
        O::CreateIndex(index) => Some(&index.table),
        O::CreateView { view, .. } => Some(&view.name),
        O::CreateRoutine { routine, .. } => Some(&routine.name),
        O::CreateTrigger { table, .. } => Some(table),
        O::CreateSequence { name, .. }
        | O::AlterSequence { name, .. }
        | O::CreateType { name, .. }
        | O::AlterType { name, .. } => Some(name),
        _ => None,
    }
}

fn one(run: &mut Run<'_>, operation: &Operation) -> Step {
    use Operation as O;
    match operation {
        O::CreateSchema { name, if_not_exists } => schemas::create(run, name, *if_not_exists),
        O::DropSchema { names, if_exists, cascade } => schemas::drop(run, names, *if_exists, *cascade),
        O::RenameSchema { from, to } => schemas::rename(run, from, to),
        O::CreateDatabase { .. } | O::DropDatabase { .. } => Ok(()),
        O::CreateExtension { name, schema, if_not_exists } => {
            schemas::create_extension(run, name, schema.as_ref(), *if_not_exists)
        }
        O::DropExtension { names, if_exists, cascade } => {
            schemas::drop_extension(run, names, *if_exists, *cascade)
        }
        O::CreateTable(table) => tables::create(run, table),
        O::DropTable { names, if_exists, cascade, temporary: _ } => {
            tables::drop(run, names, *if_exists, *cascade)
        }
        O::AlterTable(alter) => alter::alter(run, alter),
        O::RenameTables { renames, if_exists } => tables::rename_all(run, renames, *if_exists),
        O::Truncate { tables, cascade, .. } => tables::truncate(run, tables, *cascade),
        O::CreateIndex(index) => indexes::create(run, index),
        O::DropIndex { names, table: Some(table), if_exists, .. } => {
            let table = run.table(table)?;
            for name in names {
                indexes::drop_of_table(run, &table, &name.name, *if_exists)?;
            }
            mysql_table::check(run, &table)
        }
        O::DropIndex { names, table: None, if_exists, cascade, .. } => {
            names.iter().try_for_each(|name| indexes::drop_named(run, name, *if_exists, *cascade))
        }
        O::RenameIndex { from, to, if_exists } => indexes::rename_named(run, from, to, *if_exists),
        O::CreateSequence { name, options, owned_by, if_not_exists, temporary } => {
            sequences::create(run, name, options, owned_by.as_ref(), *if_not_exists, *temporary)
        }
        O::AlterSequence { name, if_exists, action } => sequences::alter(run, name, *if_exists, action),
        O::DropSequence { names, if_exists, cascade } => sequences::drop(run, names, *if_exists, *cascade),
        O::CreateView { view, or_replace, if_not_exists, with_no_data: _ } => {
            views::create(run, view, *or_replace, *if_not_exists)
        }
        O::DropView { names, materialized, if_exists, cascade } => {
            views::drop(run, names, *materialized, *if_exists, *cascade)
        }
        O::RenameView { from, to, materialized: _, if_exists } => {
            views::rename_written(run, from, to, *if_exists)
        }
        O::RefreshView { name, concurrently } => rows::refresh(run, name, *concurrently),
        O::CreateType { name, kind } => types::create(run, name, kind),
        O::AlterType { name, action } => types::alter(run, name, action),
        O::DropType { names, if_exists, cascade } => types::drop(run, names, *if_exists, *cascade),
        O::CreateRoutine { routine, or_replace, if_not_exists } => {
            routines::create(run, routine, *or_replace, *if_not_exists)
        }
        O::DropRoutine { routines, kind, if_exists, cascade } => {
            routines::drop(run, routines, *kind, *if_exists, *cascade)
        }
        O::AlterRoutine { name, signature, kind, action } => {
            routines::alter(run, name, signature.as_deref(), *kind, action)
        }
        O::RenameTrigger { table, from, to } => routines::rename_trigger(run, table, from, to),
        O::CreateTrigger { table, trigger, or_replace, if_not_exists } => {
            routines::create_trigger(run, table, trigger, *or_replace, *if_not_exists)
        }
        O::DropTrigger { name, table, if_exists, cascade: _ } => {
            routines::drop_trigger(run, name, table.as_ref(), *if_exists)
        }
        O::Comment { on, text } => comments::set(run, on, text.as_ref()),
        O::Insert(insert) => rows::insert(run, insert),
        O::Update(update) => rows::update(run, update),
        O::Delete(delete) => rows::delete(run, delete),
        O::Query { calls, invoked } => block::query(run, calls, invoked),
        O::Set { setting, value, local } => {
            session::set(run.state, setting, value.as_deref(), *local);
            Ok(())
        }
        O::LockTables { tables, mode: _ } => tables.iter().try_for_each(|t| rows::lock(run, t)),
        O::Conditional(inner) => block::block(run, inner),
        O::Assign { variable, value } => {
            block::assign(run, variable, value);
            Ok(())
        }
        O::Opaque { verb, objects, may_change_schema } => {
            unread::opaque(run, verb, objects, *may_change_schema);
            Ok(())
        }
        O::Object(statement) => {
            unread::opaque(run, &statement.title(), &statement.objects, statement.may_change_schema);
            Ok(())
        }
        O::Transaction(control) => {
            transaction::control(run.state, &mut run.out, control);
            Ok(())
        }
        O::Maintenance { .. } | O::Invalid { .. } => Ok(()),
    }
}
