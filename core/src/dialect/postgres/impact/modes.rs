//! PostgreSQL's lock modes, and the statements that it refuses in a transaction block.

pub(super) const ACCESS_SHARE: &str = "AccessShare";
pub(super) const ROW_SHARE: &str = "RowShare";
pub(super) const ROW_EXCLUSIVE: &str = "RowExclusive";
pub(super) const SHARE_UPDATE_EXCLUSIVE: &str = "ShareUpdateExclusive";
pub(super) const SHARE: &str = "Share";
pub(super) const SHARE_ROW_EXCLUSIVE: &str = "ShareRowExclusive";
pub(super) const EXCLUSIVE: &str = "Exclusive";
pub(super) const ACCESS_EXCLUSIVE: &str = "AccessExclusive";

/// From the weakest to the strongest, with the words of `LOCK TABLE`.
const MODES: [(&str, &str); 8] = [
    (ACCESS_SHARE, "ACCESS SHARE"),
    (ROW_SHARE, "ROW SHARE"),
    (ROW_EXCLUSIVE, "ROW EXCLUSIVE"),
    (SHARE_UPDATE_EXCLUSIVE, "SHARE UPDATE EXCLUSIVE"),
    (SHARE, "SHARE"),
    (SHARE_ROW_EXCLUSIVE, "SHARE ROW EXCLUSIVE"),
    (EXCLUSIVE, "EXCLUSIVE"),
    (ACCESS_EXCLUSIVE, "ACCESS EXCLUSIVE"),
];

/// How strong a mode is; 0 for a name that is none.
pub(crate) fn rank(mode: &str) -> usize {
    MODES.iter().position(|(m, _)| *m == mode).map_or(0, |i| i + 1)
}

/// The mode that `LOCK TABLE … IN words MODE` asks for.
pub(super) fn from_words(words: &str) -> Option<&'static str> {
    let words = words.trim_end_matches(" MODE");
    MODES.iter().find(|(_, w)| *w == words).map(|(m, _)| *m)
}

/// Verbs of statements that are not modelled and that `PreventInTransactionBlock` guards in PostgreSQL's source.
pub(super) const FORBIDDEN_IN_TRANSACTION: &[&str] = &[
    "ALTER SYSTEM",
    "CREATE DATABASE",
    "CREATE SUBSCRIPTION",
    "CREATE TABLESPACE",
    "DISCARD ALL",
    "DROP DATABASE",
    "DROP SUBSCRIPTION",
    "DROP TABLESPACE",
];
