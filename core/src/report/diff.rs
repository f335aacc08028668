//! What `diff` and `drift` answer with.
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Certainty, Finding};
use crate::{
    change::{Change, Delta},
    diff::Difference,
};

/// What turns one schema into another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiffReport {
    /// The differences, in an order in which they can be carried out.
    pub changes: Vec<DiffChange>,
    /// The script that carries them out.
    pub sql: String,
}

/// What turns the expected schema into the live one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DriftReport {
    /// The differences: `before` is what the migrations make, `after` is what is there.
    pub changes: Vec<DiffChange>,
    /// The script that brings the live schema back to what the migrations make. It may destroy data: read it.
    pub sql: String,
    /// What is worth saying about the differences.
    pub findings: Vec<Finding>,
    /// What the answer rests on less firmly than it looks: files that no migration was read from, text that could not
    /// be read, and statements that the server would refuse, without which the answer was made. Empty when there is
    /// nothing of the kind.
    #[serde(default)]
    pub problems: Vec<Finding>,
}

/// One difference to one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiffChange {
    /// The object as people name it: `users.email`.
    pub object: String,
    /// Its kind: `schema`, `extension`, `type`, `sequence`, `table`, `column`, `constraint`, `index`, `trigger`,
    /// `view` or `routine`; in a rollback's residual also `statement`.
    pub kind: String,
    /// `create`, `drop`, `alter` or `rename`.
    pub change: String,
    /// The object's definition before, in the form of the catalog's JSON; `null` when it is created.
    pub before: Option<Value>,
    /// The object's definition after; `null` when it is dropped.
    pub after: Option<Value>,
    /// `possible` when two texts differ and may still mean the same, or when what one side says is not certain.
    pub certainty: Certainty,
    /// Why the difference is `possible`; `null` when it is certain.
    pub doubt: Option<String>,
}

impl From<&Change> for DiffChange {
    fn from(change: &Change) -> Self {
        let (before, after) = match &change.delta {
            Delta::Create { after } => (None, value(after)),
            Delta::Drop { before } => (value(before), None),
            Delta::Alter { before, after } => (value(before), value(after)),
            Delta::Rename { to } => (value(&change.path), value(to)),
        };
        Self {
            object: change.path.to_string(),
            kind: change.path.kind().to_owned(),
            change: change.verb().to_owned(),
            before,
            after,
            certainty: Certainty::Certain,
            doubt: None,
        }
    }
}

impl From<&Difference> for DiffChange {
    fn from(difference: &Difference) -> Self {
        Self {
            certainty: if difference.doubt.is_none() { Certainty::Certain } else { Certainty::Possible },
            doubt: difference.doubt.clone(),
            ..Self::from(&difference.change)
        }
    }
}

/// The model has string keys only, so that it always serializes.
fn value(object: &impl Serialize) -> Option<Value> {
    serde_json::to_value(object).ok()
}
