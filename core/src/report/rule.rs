//! What `explain` answers with.
use serde::{Deserialize, Serialize};

use super::Severity;

/// A rule's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RulePage {
    /// Name in kebab-case.
    pub id: String,
    /// One line.
    pub summary: String,
    /// Why it matters.
    pub why: String,
    /// What to do instead.
    pub instead: String,
    /// Severity of its findings unless a finding says otherwise.
    pub severity: Severity,
    /// Dialects it applies to: `postgres`, `mysql`, `mariadb`.
    pub dialects: Vec<String>,
    /// Scripts it finds something in.
    pub bad: Vec<String>,
    /// Scripts it finds nothing in.
    pub good: Vec<String>,
}
