//! `type-change-rewrite`: a type change that writes the whole table anew.
use super::{Context, Draft, POSTGRES, Rule};
use crate::{
    operation::TableAction,
    report::{Certainty, Severity},
};

pub(super) static RULE: Rule = Rule {
    id: "type-change-rewrite",
    summary: "Changes a column's type in a way that rewrites the table",
    why: "Every row and every index is written anew while nobody can read or write the table. Values that do not fit the new type stop the migration or are cut.",
    instead: "Add a new column, fill it in batches, and switch over in a later release.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &["CREATE TABLE t (a int); COMMIT; ALTER TABLE t ALTER COLUMN a TYPE bigint;"],
    good: &["CREATE TABLE t (a varchar(10)); COMMIT; ALTER TABLE t ALTER COLUMN a TYPE varchar(20);"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, span, action) in cx.table_actions() {
        let TableAction::SetType { name, .. } = action else { continue };
        if cx.is_new_and_empty(table) || !cx.impact.rewrites.contains(&cx.resolve(table)) {
            continue;
        }
        let draft = Draft::new(span, format!("changing `{name}` writes every row of `{table}` anew"))
            .help("add a new column, fill it in batches, and switch over later")
            .object(&format!("{table}.{name}"));
        out.push(match cx.impact.certainty {
            Certainty::Certain => draft,
            Certainty::Possible => draft.possible().severity(Severity::Warning),
        });
    }
}
