//! `missing-transaction`: several statements that a failure would leave half done.
use super::{Context, Draft, EVERY, Rule};
use crate::{
    operation::{Operation, TransactionControl},
    report::{Severity, TransactionUse},
    target::Dialect,
};

pub(super) static RULE: Rule = Rule {
    id: "missing-transaction",
    summary: "A failure would leave the migration half done, with or without a transaction around it",
    why: "On PostgreSQL a migration that the tool runs without a transaction stays half done when a statement fails. \
          MySQL and MariaDB commit before and after every schema change: the ROLLBACK that should undo a failed \
          migration undoes nothing that came before it.",
    instead: "Put one schema change into each migration, and data changes into a migration of their own.",
    severity: Severity::Warning,
    dialects: EVERY,
    bad: &[],
    good: &["START TRANSACTION; INSERT INTO t VALUES (1); COMMIT;", "ALTER TABLE t ADD COLUMN b int;"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let control = matches!(
        cx.operation,
        Operation::Transaction(TransactionControl::Begin | TransactionControl::Commit)
    );
    if cx.target.dialect == Dialect::Postgres {
        if cx.in_transaction == Some(false) && cx.position == 1 && !control {
            out.push(
                Draft::new(cx.span, "the migration runs without a transaction: if this statement fails, the ones before it stay applied")
                    .help("let the tool run it in a transaction, or put each statement into a migration of its own"),
            );
        }
        return;
    }
    if control || cx.impact.transaction != TransactionUse::ImplicitCommit || !cx.in_block {
        return;
    }
    out.push(
        Draft::new(
            cx.span,
            "this statement commits the open transaction: what came before it cannot be rolled back",
        )
        .help("put schema changes and data changes into separate migrations"),
    );
}
