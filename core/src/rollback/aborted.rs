//! Transactions that the migrations roll back themselves: what was done in them has not happened.
use super::Undone;
use crate::{
    apply::{Ran, Unknown},
    operation::{Operation, TransactionControl},
    replay::Applied,
    target::Dialect,
    tools::TransactionMode,
};

/// Takes what a `ROLLBACK` undid out of the statements of one migration. Only PostgreSQL's takes schema changes back;
/// what else the MySQL family takes back is saved and put back, which changes nothing.
pub(super) fn forget(undone: &mut [Undone], dialect: Dialect, mode: TransactionMode) {
    if dialect != Dialect::Postgres {
        return;
    }
    let mut begun = None;
    for at in 0..undone.len() {
        let Some(one) = undone.get_mut(at) else { return };
        let control = one.operations.iter().find_map(|applied| match &applied.operation.node {
            Operation::Transaction(control) => Some(control.clone()),
            _ => None,
        });
        match control {
            Some(TransactionControl::Begin) => begun = begun.or(Some(at)),
            Some(TransactionControl::Commit) => begun = None,
            Some(TransactionControl::Rollback) => match begun.take() {
                Some(first) => undone.get_mut(first..=at).into_iter().flatten().for_each(strip),
                None if at > 0 && mode != TransactionMode::Autocommit => {
                    one.operations.iter_mut().for_each(|applied| applied.outcome.unknowns.push(may_undo()));
                }
                None => {}
            },
            _ => {}
        }
    }
}

fn may_undo() -> Unknown {
    Unknown {
        object: "ROLLBACK".into(),
        message: "`ROLLBACK` undoes the statements before it if they run in one transaction with it, which depends on who runs the file".into(),
        probe: None,
    }
}

/// Keeps of a statement what no transaction takes back, without its changes.
fn strip(one: &mut Undone) {
    one.operations.retain_mut(|applied| {
        let rollback = matches!(applied.operation.node, Operation::Transaction(TransactionControl::Rollback));
        applied.outcome.changes.clear();
        applied.outcome.conflicts.clear();
        if !rollback {
            applied.outcome.unknowns.clear();
        }
        rollback || is_lasting(applied)
    });
}

/// Whether it may have moved a sequence or reached outside of the database.
fn is_lasting(applied: &Applied) -> bool {
    fn lasts(operation: &Operation, ran: &[Ran], incomplete: bool) -> bool {
        match operation {
            Operation::Query { .. } | Operation::Opaque { .. } => true,
            Operation::Conditional(_) => {
                incomplete
                    || ran.iter().any(|r| lasts(&r.operation.node, &r.outcome.ran, r.outcome.incomplete))
            }
            _ => false,
        }
    }
    lasts(&applied.operation.node, &applied.outcome.ran, applied.outcome.incomplete)
}
