//! `explain`: what a rule is about.
use crate::{error::Error, report::RulePage, rules};

/// The page of the rule called `id`.
///
/// # Errors
/// `NotFound` when there is no such rule; the message lists those that there are.
///
/// ```
/// assert_eq!(remigrate::explain("drop-column")?.id, "drop-column");
/// # Ok::<(), remigrate::Error>(())
/// ```
pub fn explain(id: &str) -> Result<RulePage, Error> {
    rules::rule(id).map(RulePage::from)
}

/// The pages of all rules, sorted by name.
pub fn rules() -> Vec<RulePage> {
    rules::ALL.iter().map(|r| RulePage::from(*r)).collect()
}
