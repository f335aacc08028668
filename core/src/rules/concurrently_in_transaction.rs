//! `concurrently-in-transaction`: a statement that the server refuses in a transaction block.
use super::{Context, Draft, POSTGRES, Rule};
use crate::report::{Severity, TransactionUse};

pub(super) static RULE: Rule = Rule {
    id: "concurrently-in-transaction",
    summary: "A statement that cannot run in a transaction runs in one",
    why: "PostgreSQL refuses it (`… cannot run inside a transaction block`) and the migration stops.",
    instead: "Put it into a migration of its own and tell the tool to run that without a transaction.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &["BEGIN; CREATE INDEX CONCURRENTLY i ON users (email); COMMIT;"],
    good: &[
        "CREATE INDEX CONCURRENTLY i ON users (email);",
        "BEGIN; CREATE INDEX i ON users (email); COMMIT;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    if cx.impact.transaction == TransactionUse::Forbidden && cx.in_transaction == Some(true) {
        out.push(
            Draft::new(cx.span, "the server refuses this statement in a transaction, and one is open here")
                .help("run it in a migration of its own without a transaction"),
        );
    }
}
