//! `syntax`: text that the server will refuse to read.
use super::{Context, Draft, EVERY, Rule};
use crate::{operation::Operation, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "syntax",
    summary: "The server cannot read the statement",
    why: "The migration stops here. On MySQL and MariaDB the statements before it stay applied.",
    instead: "Correct the statement; the message says what was expected.",
    severity: Severity::Error,
    dialects: EVERY,
    bad: &["CREATE TABLE t (a int b int);", "CREATE TABEL t (a int);"],
    good: &["CREATE TABLE t (a int, b int);"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    if let Operation::Invalid { message, help } = cx.operation {
        let mut draft = Draft::new(cx.span, message.clone());
        draft.help.clone_from(help);
        out.push(draft);
    }
}
