//! `engine-loses-rows`: a table moves to a storage engine that does not keep its rows.
use super::{Context, Draft, MYSQL_FAMILY, Rule};
use crate::{
    dialect::mysql::engines::{self, Keeps},
    operation::TableAction,
    report::Severity,
};

pub(super) static RULE: Rule = Rule {
    id: "engine-loses-rows",
    summary: "Moves a table to a storage engine that does not keep its rows",
    why: "BLACKHOLE throws every row away, also those that were there; MEMORY keeps them until the server stops; \
          MERGE, FEDERATED, CONNECT and Spider show rows of other tables or servers instead of the table's own.",
    instead: "Keep tables whose rows matter in InnoDB; make another table for what may be lost.",
    severity: Severity::Error,
    dialects: MYSQL_FAMILY,
    bad: &["ALTER TABLE users ENGINE=BLACKHOLE;", "ALTER TABLE users ADD COLUMN a int, ENGINE = MEMORY;"],
    good: &[
        "ALTER TABLE users ENGINE=InnoDB;",
        "ALTER TABLE users ENGINE=MyISAM;",
        "CREATE TABLE t (a int) ENGINE=MEMORY;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, span, action) in cx.table_actions() {
        let TableAction::SetOptions { options } = action else { continue };
        let engine =
            options.iter().rev().find(|(option, _)| option == "engine").and_then(|(_, e)| e.as_ref());
        let Some(engine) = engine.filter(|_| !cx.is_new(table)) else { continue };
        let (what, severity) = match engines::keeps(Some(engine)) {
            Some(Keeps::Nothing) => ("which throws every row away", Severity::Error),
            Some(Keeps::UntilRestart) => ("which keeps rows until the server stops", Severity::Error),
            Some(Keeps::Elsewhere) => ("which has no rows of its own", Severity::Error),
            Some(Keeps::SomeRows) => ("which refuses some rows, keys or changes", Severity::Warning),
            Some(Keeps::Rows) | None => continue,
        };
        out.push(
            Draft::new(span, format!("moves `{table}` to the engine {engine}, {what}"))
                .help("keep the table in InnoDB, or save its rows first")
                .severity(severity)
                .object(table),
        );
    }
}
