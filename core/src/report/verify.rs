//! What `verify` answers with.
use serde::{Deserialize, Serialize};

use super::Finding;

/// A ledger audited against files and schema.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyReport {
    /// A sentence about the ledger itself: its table and how many entries it has, or that the database has none; and whether
    /// the schema differs from what the applied files make.
    #[serde(default)]
    pub ledger: String,
    /// One row for each migration that has a file or an entry, in the order of versions. Entries about no migration (a
    /// note that the tool made a schema) have none; of several entries about one migration the newest counts.
    pub rows: Vec<LedgerRow>,
    /// What the answer rests on less firmly than it looks: files that no migration was read from, text that could not
    /// be read, and statements that the server would refuse, without which the answer was made. Empty when there is
    /// nothing of the kind.
    #[serde(default)]
    pub problems: Vec<Finding>,
}

/// A migration as the ledger, the files and the schema see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LedgerRow {
    /// Version as the tool calls it.
    pub version: String,
    /// Name as the tool calls it.
    pub name: String,
    /// What was found.
    pub state: LedgerState,
    /// What was compared, what came of it, and what to do.
    pub detail: String,
}

/// What an audit says of one migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LedgerState {
    /// Ledger and file agree by checksum, or ledger and schema agree; nothing that is known contradicts them.
    Ok,
    /// In the ledger as applied, and the file is there; but the ledger has no checksum of it and the schema does not
    /// tell whether it is applied, so nothing proves it and nothing contradicts it.
    Unproven,
    /// In the directory, not in the ledger, and the schema does not show it applied; or a repeatable migration that
    /// changed since it last ran.
    Pending,
    /// In the ledger as failed or dirty.
    Failed,
    /// In the ledger; the file has another checksum.
    ChecksumMismatch,
    /// In the ledger; the file differs in line ends, byte order mark or trailing white space only.
    ChecksumLineEnds,
    /// In the ledger; there is no such file.
    MissingFile,
    /// In the ledger under that version with another name.
    NameMismatch,
    /// In the ledger as applied; the schema shows that it is not.
    AheadOfSchema,
    /// Not in the ledger; the schema shows that it is applied.
    BehindSchema,
    /// In the directory with a version below the newest applied one, and not in the ledger.
    OutOfOrder,
}

impl LedgerState {
    /// Whether something is wrong: neither in order, nor still to run, nor simply not provable.
    pub fn is_wrong(self) -> bool {
        !matches!(self, Self::Ok | Self::Unproven | Self::Pending)
    }
}
