//! `delete-without-where`: every row of a table is deleted.
use super::{Context, Draft, EVERY, Rule, every_row};
use crate::{
    operation::{Filter, Operation},
    report::Severity,
};

pub(super) static RULE: Rule = Rule {
    id: "delete-without-where",
    summary: "Deletes every row of a table",
    why: "A DELETE without a condition, or with one that is always true, empties the table row by row; triggers \
          and cascading foreign keys do the same to others.",
    instead: "Say which rows are meant. When all are, save them first.",
    severity: Severity::Error,
    dialects: EVERY,
    bad: &[
        "DELETE FROM users;",
        "DELETE FROM users WHERE true;",
        "DELETE FROM users WHERE 1 = 1;",
        "DELETE FROM users WHERE id = id;",
        "DELETE FROM users WHERE EXISTS (SELECT 1);",
    ],
    good: &[
        "DELETE FROM users WHERE id = 5;",
        "DELETE FROM users WHERE EXISTS (SELECT 1 FROM gone WHERE gone.id = users.id);",
        "CREATE TABLE t (a int); DELETE FROM t;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    if let Operation::Insert(merge) = cx.operation
        && let Some(Filter::None | Filter::Tautology { .. }) = merge.deletes
        && !cx.is_new(&merge.table)
    {
        let table = &merge.table;
        let message = format!("the MERGE deletes rows of `{table}` and no condition says which");
        out.push(
            Draft::new(cx.span, message)
                .help("add `AND` and a condition to the branch, or save the rows first")
                .object(table),
        );
    }
    let Operation::Delete(delete) = cx.operation else { return };
    let Some((how, rows)) = every_row::reach(cx, &delete.filter, &delete.reads) else { return };
    if delete.limited {
        return;
    }
    for table in delete.tables.iter().filter(|t| !cx.is_new(t)) {
        out.push(
            Draft::new(cx.span, format!("the DELETE {how}: {rows} of `{table}` goes"))
                .help("add a condition, or save the rows first")
                .object(table),
        );
    }
}
