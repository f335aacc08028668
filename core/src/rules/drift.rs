//! `drift`: what `drift` finds; a script has none.
use super::{EVERY, Rule};
use crate::report::Severity;

pub(super) static RULE: Rule = Rule {
    id: "drift",
    summary: "The live schema is not what the migrations make",
    why: "Someone changed the database by hand, a migration was edited after it ran, or one was left out. The next \
          migration may fail, and a database built anew is another one.",
    instead: "Write the change as a migration, or bring the database back with the script that `drift` gives.",
    severity: Severity::Warning,
    dialects: EVERY,
    bad: &[],
    good: &["CREATE TABLE t (a int);"],
    // Only a live schema can have it.
    check: |_, _| {},
};
