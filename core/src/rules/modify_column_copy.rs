//! `modify-column-copy`: a MODIFY or CHANGE that copies the table.
use super::{Context, Draft, MYSQL_FAMILY, Rule};
use crate::{
    operation::TableAction,
    report::{Certainty, Severity},
};

pub(super) static RULE: Rule = Rule {
    id: "modify-column-copy",
    summary: "Changes a column in a way that copies the table",
    why: "The server copies every row into a new table. Nobody can write to the old one meanwhile, except on MariaDB from \
          11.2 on, where the copy takes longer instead. Values that do not fit stop the migration, or are cut when \
          `sql_mode` is not strict.",
    instead: "Add a new column, fill it in batches, and switch over later, or use an online schema change tool. Add \
              `ALGORITHM=INPLACE, LOCK=NONE` so that the server refuses instead of copying.",
    severity: Severity::Error,
    dialects: MYSQL_FAMILY,
    bad: &[
        "CREATE TABLE t (a int NOT NULL, k int PRIMARY KEY); COMMIT; ALTER TABLE t MODIFY a bigint NOT NULL;",
    ],
    good: &["CREATE TABLE t (a varchar(10) NOT NULL); COMMIT; ALTER TABLE t MODIFY a varchar(20) NOT NULL;"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, span, action) in cx.table_actions() {
        let TableAction::ModifyColumn { name, .. } = action else { continue };
        if cx.is_new_and_empty(table) || cx.impact.algorithm != Some("copy") {
            continue;
        }
        let writers = match cx.impact.concurrent_dml {
            Some(true) => "",
            Some(false) => " and blocks writes to it",
            None => " and may block writes to it",
        };
        let draft = Draft::new(span, format!("changing `{name}` copies the table `{table}`{writers}"))
            .help("add a new column and switch over later, or use an online schema change tool")
            .object(&format!("{table}.{name}"));
        out.push(match cx.impact.certainty {
            Certainty::Certain => draft,
            Certainty::Possible => draft.possible().severity(Severity::Warning),
        });
    }
}
