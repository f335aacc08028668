//! What several parts of the library have to know about versions of PostgreSQL.
use crate::target::ServerVersion;

/// Whether partitions have the identity columns of their parents: since PostgreSQL 17 (release notes, "Allow partitioned
/// tables to have identity columns").
pub(crate) fn partitions_share_identity(version: ServerVersion) -> bool {
    version.at_least(17, 0, 0)
}
