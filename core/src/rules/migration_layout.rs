//! `migration-layout`: names, places and marks of files that the tool does not take; `check` finds them while reading.
use super::{EVERY, Rule};
use crate::report::Severity;

/// What findings about files name.
pub(crate) const ID: &str = "migration-layout";

pub(super) static RULE: Rule = Rule {
    id: ID,
    summary: "The tool would not run the file, or not as it is meant",
    why: "A file that the tool passes over is never applied; one whose parts are marked wrongly runs what was meant to \
          undo it, or the other way round. What the tool decides only when it runs, such as contexts, preconditions and \
          what stands for placeholders, is an `info`.",
    instead: "Name and mark the file as the tool wants it; the message says how.",
    severity: Severity::Warning,
    dialects: EVERY,
    bad: &[],
    good: &["CREATE TABLE t (a int);"],
    // Only files have it.
    check: |_, _| {},
};
