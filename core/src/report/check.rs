//! What `check` answers with.
use serde::{Deserialize, Serialize};

use super::Certainty;

/// Findings in the order of files and places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckReport {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Counts.
    pub summary: Summary,
    /// The dialect that the files were read for: the one that was given, or the one that they told.
    pub dialect: String,
}

/// One finding at one place.
///
/// Columns are given in characters, in bytes of UTF-8 and in units of UTF-16, which is how Python, Rust and C, and JavaScript
/// count in strings. A byte order mark is no column in any of them; bytes of the file that are not UTF-8 count as the
/// character U+FFFD that replaced them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The rule's name in kebab-case; `explain` tells more about it.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// Path of the file as it was given.
    pub file: String,
    /// Line where the finding starts, from 1.
    pub line: u32,
    /// Column where the finding starts, in characters, from 1.
    pub column: u32,
    /// Line where the finding ends.
    pub end_line: u32,
    /// Column behind the finding's last character.
    pub end_column: u32,
    /// Column where the finding starts, in bytes of UTF-8, from 1.
    pub byte_column: u32,
    /// Column behind the finding's end, in bytes of UTF-8.
    pub end_byte_column: u32,
    /// Column where the finding starts, in units of UTF-16, from 1.
    pub utf16_column: u32,
    /// Column behind the finding's end, in units of UTF-16.
    pub end_utf16_column: u32,
    /// Number of the statement within its file, from 1; 0 when the finding is about the file as a whole.
    pub statement: u32,
    /// What happens, with names in backticks.
    pub message: String,
    /// What to do instead.
    pub help: Option<String>,
    /// The objects in question, as people name them: `users`, `users.email`.
    pub objects: Vec<String>,
    /// How sure the finding is.
    pub certainty: Certainty,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Could go wrong.
    Warning,
    /// Fails, destroys data or stops the application.
    Error,
}

/// Counts of what was read and found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Files read.
    pub files: u32,
    /// Statements read.
    pub statements: u32,
    /// Findings of severity `error`.
    pub errors: u32,
    /// Findings of severity `warning`.
    pub warnings: u32,
    /// Findings of severity `info`.
    pub infos: u32,
}
