//! What `verify` answers with.
use serde::{Deserialize, Serialize};

/// A ledger audited against files and schema.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyReport {
    /// One row a ledger entry or file, in the order of versions.
    pub rows: Vec<LedgerRow>,
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
    /// A sentence that says why, and what to do.
    pub detail: String,
}

/// What an audit says of one migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LedgerState {
    /// Ledger and file agree, and the schema does not contradict them.
    Ok,
    /// In the directory, not in the ledger, and the schema does not have it.
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
