//! `table-copy`: an ALTER TABLE that copies the table.
use super::{Context, Draft, MYSQL_FAMILY, Rule};
use crate::{
    operation::{Operation, TableAction},
    report::{Certainty, Severity},
};

pub(super) static RULE: Rule = Rule {
    id: "table-copy",
    summary: "Changes a table in a way that copies it",
    why: "The server copies every row into a new table, or checks every row, while nobody can write to the old one \
          (MariaDB from 11.2 on lets others write in most cases, and takes longer).",
    instead: "Use an online schema change tool, or do it while nobody writes. Add `LOCK=NONE` so that the server refuses \
              instead of blocking.",
    severity: Severity::Error,
    dialects: MYSQL_FAMILY,
    bad: &[
        "ALTER TABLE a ADD CONSTRAINT c CHECK (n > 0);",
        "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b_id) REFERENCES b (id);",
        "ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4;",
    ],
    good: &[
        "ALTER TABLE a ADD COLUMN n int;",
        "CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE a (b_id int); ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id);",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let Operation::AlterTable(alter) = cx.operation else { return };
    // Changed columns have a rule of their own.
    let modifies = || alter.actions.iter().any(|a| matches!(a.node, TableAction::ModifyColumn { .. }));
    let table = &alter.table;
    if cx.impact.algorithm != Some("copy") || cx.is_new_and_empty(table) || modifies() {
        return;
    }
    let writers = match cx.impact.concurrent_dml {
        Some(true) => "",
        Some(false) => " and blocks writes to it",
        None => " and may block writes to it",
    };
    let draft = Draft::new(cx.span, format!("this copies the table `{table}`{writers}"))
        .help("use an online schema change tool, or say LOCK=NONE so that the server refuses instead")
        .object(table);
    out.push(match cx.impact.certainty {
        Certainty::Certain => draft,
        Certainty::Possible => draft.possible().severity(Severity::Warning),
    });
}
