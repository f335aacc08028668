//! `update-without-where`: every row of a table is overwritten.
use super::{Context, Draft, EVERY, Rule, every_row};
use crate::{operation::Operation, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "update-without-where",
    summary: "Updates every row of a table",
    why: "The old values of all rows are gone, and the rows stay locked until the transaction ends.",
    instead: "Say which rows are meant (`WHERE new_column IS NULL` for a backfill), work in batches, and save what is \
              overwritten.",
    severity: Severity::Warning,
    dialects: EVERY,
    bad: &[
        "UPDATE users SET active = 1;",
        "UPDATE users SET active = 1 WHERE 1 = 1;",
        "UPDATE users SET active = 1 WHERE id = id OR false;",
    ],
    good: &["UPDATE users SET active = 1 WHERE id = 5;", "CREATE TABLE t (a int); UPDATE t SET a = 1;"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let Operation::Update(update) = cx.operation else { return };
    let Some((how, rows)) = every_row::reach(cx, &update.filter, &update.reads) else { return };
    if update.limited {
        return;
    }
    for table in update.tables.iter().filter(|t| !cx.is_new(t)) {
        out.push(
            Draft::new(cx.span, format!("the UPDATE {how}: {rows} of `{table}` is overwritten"))
                .help("add a condition, work in batches, and save the old values")
                .object(table),
        );
    }
}
