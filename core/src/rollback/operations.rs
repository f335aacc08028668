//! What an operation does beside changing the schema, and whether any of it is undone.
//!
//! One arm for each kind of operation: what is not known to be undone is never called exact.
use std::collections::BTreeSet;

use super::{capture::Capture, classify::Judgement, data, reach, types};
use crate::{
    apply::{Ran, State},
    catalog::{Expression, Name, Text},
    change::{Delta, Object},
    dialect::{expression, quote},
    operation::{
        self, CommentTarget, NotFollowed, Operation, SequenceAction, TableAction, TransactionControl,
        TypeAction,
    },
    replay::Applied,
    report::RollbackClass,
    target::Target,
    text::{Token, TokenKind, tokens},
};

/// The server's own functions that change nothing which outlives the session, though each call may differ.
const SESSION_ONLY: &[&str] = &[
    "clock_timestamp",
    "currval",
    "gen_random_uuid",
    "get_lock",
    "last_insert_id",
    "lastval",
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_advisory_unlock",
    "pg_advisory_unlock_all",
    "pg_advisory_unlock_shared",
    "pg_advisory_xact_lock",
    "pg_advisory_xact_lock_shared",
    "pg_database_size",
    "pg_indexes_size",
    "pg_relation_size",
    "pg_sleep",
    "pg_sleep_for",
    "pg_sleep_until",
    "pg_table_size",
    "pg_total_relation_size",
    "pg_try_advisory_lock",
    "pg_try_advisory_lock_shared",
    "pg_try_advisory_xact_lock",
    "pg_try_advisory_xact_lock_shared",
    "rand",
    "random",
    "random_normal",
    "release_all_locks",
    "release_lock",
    "set_config",
    "setseed",
    "sleep",
    "timeofday",
    "uuid",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
];

/// Judges what `operation` does that is no change of the schema, or none that is modelled. `source` is where the
/// operation comes from when it stands in a block that may have run.
pub(super) fn judge<'a>(
    operation: &Operation,
    source: Option<&str>,
    applied: &'a Applied,
    start: &'a State,
    capture: &mut Capture<'a>,
    out: &mut Judgement,
) {
    let target = applied.before.target();
    let mysql = target.dialect.is_mysql_family();
    match operation {
        Operation::Opaque { .. } | Operation::Object(_) => {
            let Some(NotFollowed { verb, may_change_schema, .. }) = operation.not_followed() else { return };
            if may_change_schema {
                out.lose(RollbackClass::Unknown, format!("what `{verb}` did is not modelled"));
            } else if !operation::leaves_nothing(&verb) {
                out.lose(
                    RollbackClass::Unknown,
                    format!("what `{verb}` did is not undone: what was there before it is not known"),
                );
            }
        }
        Operation::Invalid { message, .. } => {
            out.lose(
                RollbackClass::Unknown,
                format!("the server refuses it, and what follows does not run: {message}"),
            );
        }
        Operation::DropDatabase { name, .. } => {
            out.lose(RollbackClass::Irreversible, format!("the database `{name}`"));
        }
        Operation::DropSchema { names, .. } if mysql => {
            for name in names {
                out.lose(RollbackClass::Irreversible, format!("the database `{name}`"));
            }
        }
        Operation::CreateDatabase { name } => {
            out.lose(
                RollbackClass::StateDependent,
                format!("the database `{name}` stays: drop it by hand if nothing uses it"),
            );
        }
        Operation::AlterTable(alter) => {
            for action in &alter.actions {
                self::action(&action.node, alter, applied, start, capture, out);
            }
        }
        Operation::AlterSequence { name, action: SequenceAction::Options { options }, .. }
            if options.iter().any(|(option, _)| option == "restart") =>
        {
            capture.sequence(&capture.resolve_sequence(name, applied), out);
        }
        Operation::RefreshView { name, .. } => {
            let full = capture.resolve(name, applied);
            if start.catalog.views.contains(&full) || start.catalog.is_open() {
                out.lose(
                    RollbackClass::StructureOnly,
                    format!("the rows that `{name}` held before: it can only be filled anew"),
                );
            }
        }
        Operation::AlterType {
            action: TypeAction::Opaque { verb } | TypeAction::Other { verb, .. },
            name,
        } => {
            out.lose(RollbackClass::Unknown, format!("what `{verb}` did to `{name}` is not modelled"));
        }
        Operation::Comment { on: CommentTarget::Other { verb, .. }, .. } => {
            out.lose(
                RollbackClass::Unknown,
                format!("the comment on the {} that was there before is not modelled", verb.to_lowercase()),
            );
        }
        Operation::Query { calls, .. } => {
            let ran = &applied.outcome.ran;
            // Within a block what it ran is not at hand.
            if source.is_some() || ran.is_empty() || applied.outcome.incomplete {
                judge_calls(calls.iter(), applied, capture, out);
            }
            if source.is_none() {
                inside(ran, "called routine", applied, start, capture, out);
            }
        }
        Operation::Set { setting, value, .. } => set(setting, value.as_deref(), applied, capture, out),
        Operation::Transaction(control) => transaction(control, out),
        Operation::Maintenance { command, objects } => {
            // It keeps what it can read of a damaged table.
            if command.starts_with("REPAIR") {
                let names: Vec<_> = objects.iter().map(|o| format!("`{o}`")).collect();
                out.lose(
                    RollbackClass::Unknown,
                    format!("rows that `REPAIR TABLE` leaves out of {}", names.join(", ")),
                );
            }
        }
        Operation::CreateTable(create) => {
            if let Some(query) = &create.from_query {
                judge_expressions(std::iter::once(query), applied, capture, out);
            }
        }
        // Its query runs once.
        Operation::CreateView { view, with_no_data: false, .. } if view.materialized => {
            judge_expressions(std::iter::once(&view.query), applied, capture, out);
        }
        Operation::Conditional(block) => {
            if source.is_none() && says_nothing(applied) {
                out.lose(RollbackClass::Unknown, "whether the statements inside ran is not known".into());
            }
            inside(&applied.outcome.ran, source.unwrap_or(&block.source), applied, start, capture, out);
        }
        Operation::Insert(insert) => {
            judge_expressions(insert.rows.iter().flatten(), applied, capture, out);
            match source {
                None => data::insert(insert, applied, start, capture, out),
                Some(source) => data::conditional(source, operation, applied, start, capture, out),
            }
        }
        Operation::Update(update) => {
            judge_expressions(update.assignments.iter().map(|(_, value)| value), applied, capture, out);
            judge_expressions(condition(&update.filter).into_iter(), applied, capture, out);
            match source {
                None => data::update(update, applied, start, capture, out),
                Some(source) => data::conditional(source, operation, applied, start, capture, out),
            }
        }
        Operation::Delete(delete) => {
            judge_expressions(condition(&delete.filter).into_iter(), applied, capture, out);
            match source {
                None => data::delete(delete, applied, start, capture, out),
                Some(source) => data::conditional(source, operation, applied, start, capture, out),
            }
        }
        Operation::Truncate { tables, cascade, restart_identity, only } => match source {
            None => {
                let truncate =
                    data::Truncate { tables, cascade: *cascade, restart_identity: *restart_identity, only };
                data::truncate(&truncate, applied, start, capture, out);
            }
            Some(source) => data::conditional(source, operation, applied, start, capture, out),
        },
        // All that these do is in the changes (in a block: in what `apply` says it does not know), or ends with the
        // session.
        Operation::CreateSchema { .. }
        | Operation::DropSchema { .. }
        | Operation::RenameSchema { .. }
        | Operation::CreateExtension { .. }
        | Operation::DropExtension { .. }
        | Operation::DropTable { .. }
        | Operation::RenameTables { .. }
        | Operation::CreateIndex(_)
        | Operation::DropIndex { .. }
        | Operation::RenameIndex { .. }
        | Operation::CreateSequence { .. }
        | Operation::AlterSequence { .. }
        | Operation::DropSequence { .. }
        | Operation::CreateView { .. }
        | Operation::DropView { .. }
        | Operation::RenameView { .. }
        | Operation::CreateType { .. }
        | Operation::AlterType { .. }
        | Operation::DropType { .. }
        | Operation::CreateRoutine { .. }
        | Operation::DropRoutine { .. }
        | Operation::AlterRoutine { .. }
        | Operation::RenameTrigger { .. }
        | Operation::CreateTrigger { .. }
        | Operation::DropTrigger { .. }
        | Operation::Comment { .. }
        | Operation::Assign { .. }
        | Operation::LockTables { .. } => {}
    }
}

/// The statements in a block that ran or may have run. How often they did and with which values is not known.
fn inside<'a>(
    ran: &'a [Ran],
    source: &str,
    applied: &'a Applied,
    start: &'a State,
    capture: &mut Capture<'a>,
    out: &mut Judgement,
) {
    for inner in ran {
        match &inner.operation.node {
            Operation::Conditional(_) => inside(&inner.outcome.ran, source, applied, start, capture, out),
            Operation::Query { .. } if !inner.outcome.ran.is_empty() && !inner.outcome.incomplete => {
                inside(&inner.outcome.ran, source, applied, start, capture, out);
            }
            operation => judge(operation, Some(source), applied, start, capture, out),
        }
    }
}

/// One action of an `ALTER TABLE`.
fn action(
    action: &TableAction,
    alter: &crate::operation::AlterTable,
    applied: &Applied,
    start: &State,
    capture: &mut Capture<'_>,
    out: &mut Judgement,
) {
    let table = &alter.table;
    match action {
        TableAction::Storage { verb, destroys_rows: true, .. } => {
            out.lose(RollbackClass::Irreversible, format!("the rows of `{table}` that `{verb}` threw away"));
        }
        TableAction::Opaque { verb, .. }
        | TableAction::Other { verb, .. }
        | TableAction::Storage { verb, .. } => {
            out.lose(RollbackClass::Unknown, format!("what `{verb}` did to `{table}` is not modelled"));
        }
        TableAction::Partitions { verb, destroys_rows, .. } => {
            let class = if *destroys_rows { RollbackClass::Irreversible } else { RollbackClass::Unknown };
            out.lose(class, format!("what `{verb}` did to `{table}`"));
        }
        // The type may be the one it was, so that no change tells.
        TableAction::SetType { name, using: Some(using), .. } => {
            let full = capture.resolve(table, applied);
            if makes_other_values(using, &applied.before.target())
                && !capture.is_new(&full)
                && narrows_back(applied, name)
            {
                out.lose(
                    RollbackClass::StateDependent,
                    format!("`{table}.{name}` gets its type back only if what `USING` made of its values is of that type"),
                );
            }
            for own in reach::family(&applied.before, &full) {
                capture.column(&own, name, out);
            }
        }
        TableAction::SetOptions { options } if options.iter().any(|(o, _)| o == "auto_increment") => {
            let full = capture.resolve(table, applied);
            if capture.is_new(&full) {
                return;
            }
            out.lose(
                RollbackClass::StateDependent,
                format!(
                    "where the counter of `{table}` stood, which the query asked before the migration tells"
                ),
            );
            let dialect = start.catalog.dialect;
            let schema = match full.schema_str() {
                "" => "DATABASE()".to_owned(),
                schema => quote::literal(dialect, schema),
            };
            out.probe_first(format!(
                "SELECT auto_increment FROM information_schema.tables WHERE table_schema = {schema} AND table_name = {}",
                quote::literal(dialect, full.name.as_str())
            ));
        }
        _ => {}
    }
}

/// Whether a column's type before does not take every value of its type now.
fn narrows_back(applied: &Applied, name: &Name) -> bool {
    applied.outcome.changes.iter().any(|change| match &change.delta {
        Delta::Alter {
            before: Object::Column { column: old, .. },
            after: Object::Column { column: new, .. },
        } => old.name == *name && !types::keeps_values(new, old),
        _ => false,
    })
}

/// Whether a conversion does more than cast: its results need not be values of the type before.
fn makes_other_values(using: &Expression, target: &Target) -> bool {
    let sql = using.sql.as_str();
    let words = tokens(sql, target);
    let casts = |(at, token): (usize, &Token)| match token.kind {
        TokenKind::Operator => token.is_operator(sql, "::"),
        // Of a type with a length.
        TokenKind::Number | TokenKind::Comma => at > 2,
        TokenKind::Word => !token.is_any_word(sql, &["case", "when", "null", "true", "false"]),
        TokenKind::QuotedName | TokenKind::Dot => true,
        kind => matches!(
            kind,
            TokenKind::LeftParen | TokenKind::RightParen | TokenKind::LeftBracket | TokenKind::RightBracket
        ),
    };
    !words.iter().enumerate().all(casts)
        || expression::functions(using, target)
            .iter()
            .any(|f| expression::builtin_function(f, target).is_some())
}

/// A setting: the session's end with it, the server's do not.
fn set(setting: &str, value: Option<&str>, applied: &Applied, capture: &Capture<'_>, out: &mut Judgement) {
    let target = applied.before.target();
    if !target.dialect.is_mysql_family() {
        return;
    }
    let server_wide = ["global.", "persist.", "persist_only."].iter().find_map(|p| setting.strip_prefix(p));
    if let Some(name) = server_wide {
        out.lose(
            RollbackClass::StateDependent,
            format!("the server-wide `{name}` stays as it was set: its old value is what the query asked before the migration tells"),
        );
        out.probe_first(format!("SHOW GLOBAL VARIABLES LIKE {}", quote::literal(target.dialect, name)));
    }
    if let Some(value) = value {
        let value = Expression { sql: value.into(), normal: Text::default() };
        judge_expressions(std::iter::once(&value), applied, capture, out);
    }
}

fn transaction(control: &TransactionControl, out: &mut Judgement) {
    let TransactionControl::Other { verb, .. } = control else { return };
    match verb.as_str() {
        "SAVEPOINT" | "RELEASE" | "SET TRANSACTION" | "COMMIT AND CHAIN" => {}
        verb => out.lose(
            RollbackClass::Unknown,
            format!("which of the statements before `{verb}` it ends or undoes is not followed"),
        ),
    }
}

fn condition(filter: &crate::operation::Filter) -> Option<&Expression> {
    use crate::operation::Filter;
    match filter {
        Filter::Condition { condition } | Filter::Tautology { condition } => Some(condition),
        Filter::None | Filter::Other => None,
    }
}

/// Functions that a statement calls beside its own work. A sequence moves whenever rows are written, so that
/// `nextval` among them says nothing new.
fn judge_expressions<'a>(
    expressions: impl Iterator<Item = &'a Expression>,
    applied: &Applied,
    capture: &Capture<'_>,
    out: &mut Judgement,
) {
    let target = applied.before.target();
    let mut calls: BTreeSet<Name> = BTreeSet::new();
    for found in expressions.flat_map(|e| expression::functions(e, &target)) {
        if found != "nextval" {
            calls.insert(found);
        }
    }
    judge_calls(calls.iter(), applied, capture, out);
}

/// A query that calls functions which may change something.
fn judge_calls<'a>(
    calls: impl Iterator<Item = &'a Name>,
    applied: &Applied,
    capture: &Capture<'_>,
    out: &mut Judgement,
) {
    let target = applied.before.target();
    let unknown: Vec<_> =
        calls.filter(|c| !is_harmless(c, capture, &target)).map(|c| format!("`{c}`")).collect();
    if !unknown.is_empty() {
        out.lose(RollbackClass::Unknown, format!("what {} did is not known", unknown.join(", ")));
    }
}

fn says_nothing(applied: &Applied) -> bool {
    let outcome = &applied.outcome;
    outcome.unknowns.is_empty() && outcome.changes.is_empty() && outcome.ran.is_empty() && !outcome.skipped
}

/// A routine of the database's own may have the name of one of the server's.
fn is_harmless(function: &str, capture: &Capture<'_>, target: &Target) -> bool {
    (SESSION_ONLY.contains(&function) || expression::builtin_function(function, target) == Some(false))
        && !capture.is_own_routine(function)
}
