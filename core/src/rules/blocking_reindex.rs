//! `blocking-reindex`: indexes are built anew while nobody can use the table.
use super::{Context, Draft, POSTGRES, Rule};
use crate::{operation::Operation, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "blocking-reindex",
    summary: "Builds indexes anew without CONCURRENTLY",
    why: "The table is locked against writes and each index against every use until it is built, so that queries wait \
          as well.",
    instead: "REINDEX … CONCURRENTLY, outside a transaction.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &["REINDEX TABLE users;", "REINDEX INDEX users_email;", "REINDEX (CONCURRENTLY false) TABLE users;"],
    good: &[
        "REINDEX TABLE CONCURRENTLY users;",
        "REINDEX (CONCURRENTLY) INDEX users_email;",
        "CREATE TABLE t (a int PRIMARY KEY); REINDEX TABLE t;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let Operation::Maintenance { command, objects } = cx.operation else { return };
    let says = |word: &str| command.split(' ').any(|w| w == word);
    // The catalogs' own indexes can only be built this way.
    if !says("REINDEX") || says("CONCURRENTLY") || says("SYSTEM") {
        return;
    }
    if objects.is_empty() {
        let message =
            format!("`{command}` locks each table in turn against writes, and its indexes against every use");
        out.push(Draft::new(cx.span, message).help("say CONCURRENTLY, outside a transaction"));
    }
    // An index is new when the table that it locks is.
    let locked = |new: &dyn Fn(&crate::catalog::ObjectName) -> bool| {
        !cx.impact.locks.is_empty() && cx.impact.locks.iter().all(|(name, _)| new(name))
    };
    for object in objects.iter().filter(|o| !cx.is_new(o)) {
        if says("INDEX")
            && objects.len() == 1
            && locked(&|name| cx.is_new(name) || *name == cx.resolve(object))
        {
            let tables = cx.impact.locks.iter().filter(|(name, _)| *name != cx.resolve(object)).count();
            if tables > 0 {
                continue;
            }
        }
        let message = format!(
            "`{command}` of `{object}` blocks writes to the table and every use of the index until it is built"
        );
        out.push(Draft::new(cx.span, message).help("say CONCURRENTLY, outside a transaction").object(object));
    }
}
