//! What to say of a DELETE or an UPDATE that leaves no row out.
use super::Context;
use crate::{catalog::ObjectName, dialect::expression, operation::Filter};

/// Why no row of the target is left out, and which rows that are in words; `None` if a condition picks some.
pub(super) fn reach(
    cx: &Context<'_>,
    filter: &Filter,
    reads: &[ObjectName],
) -> Option<(&'static str, &'static str)> {
    match filter {
        // A join with an empty table gives no rows.
        Filter::None if !reads.is_empty() => {
            Some(("has no WHERE", "unless a table that it reads is empty, every row"))
        }
        Filter::None => Some(("has no WHERE", "every row")),
        Filter::Tautology { condition } if expression::is_tautology(condition, cx.target) => {
            Some(("has a WHERE that is always true", "every row"))
        }
        Filter::Tautology { .. } => {
            Some(("compares a column with itself", "every row in which the column is not NULL"))
        }
        Filter::Condition { .. } | Filter::Other => None,
    }
}
