//! `blocking-index`: an index built while writers wait.
use super::{Context, Draft, POSTGRES, Rule};
use crate::{operation::Operation, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "blocking-index",
    summary: "Builds an index without CONCURRENTLY",
    why: "Nobody can write to the table until the index is built.",
    instead: "CREATE INDEX CONCURRENTLY, outside a transaction; drop the invalid index if it fails.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &["CREATE INDEX i ON users (email);", "CREATE UNIQUE INDEX i ON users (email);"],
    good: &[
        "CREATE INDEX CONCURRENTLY i ON users (email);",
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a);",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let Operation::CreateIndex(create) = cx.operation else { return };
    if create.concurrently || create.only || cx.is_new(&create.table) || cx.outcome.skipped {
        return;
    }
    let partitioned = cx.table(&create.table).is_some_and(|t| t.properties.partition_by.is_some());
    let help = if partitioned {
        "create the index ON ONLY the parent, build it CONCURRENTLY on each partition, and attach them"
    } else {
        "say CREATE INDEX CONCURRENTLY, outside a transaction"
    };
    out.push(
        Draft::new(
            cx.span,
            format!("building this index blocks writes to `{}` until it is done", create.table),
        )
        .help(help)
        .object(&create.table),
    );
}
