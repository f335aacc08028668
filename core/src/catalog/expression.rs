//! Expressions and types inside object definitions.
use serde::{Deserialize, Serialize};

use super::{ObjectName, Text};

/// An SQL expression in a definition: a default, a check, an index key, a generated column, a predicate.
///
/// Two expressions are equal when their normal forms are, because a server never gives back the text it was given.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expression {
    /// The text as it was written, or as the server printed it: what generated SQL contains.
    pub sql: Text,
    /// The dialect's normal form, made by `dialect::…::expression`: what is compared.
    pub normal: Text,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

impl Eq for Expression {}

/// A column's type in the server's own spelling, so that equal types have equal text.
///
/// PostgreSQL: as `format_type` prints it (`integer`, `character varying(255)`, `timestamp with time zone`,
/// `text[]`). MySQL family: as `information_schema.columns.column_type` prints it, without the display width of
/// integers other than `tinyint(1)` (`int unsigned`, `varchar(255)`, `enum('a','b')`), without charset or collation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DataType {
    /// The type; for a user-defined type only what follows its name (`[]`, `(3)`), otherwise the whole.
    pub text: Text,
    /// The user-defined type (enum, domain, composite, extension type) that it is based on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<ObjectName>,
}

impl DataType {
    /// A built-in type from its normal text.
    pub fn builtin(text: impl Into<Text>) -> Self {
        Self { text: text.into(), custom: None }
    }
}

impl std::fmt::Display for DataType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(custom) = &self.custom {
            write!(f, "{custom}")?;
        }
        f.write_str(&self.text)
    }
}
