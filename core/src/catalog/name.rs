//! Names of objects, as the server stores them.
use std::{
    borrow::Borrow,
    fmt,
    ops::Deref,
    sync::{Arc, LazyLock},
};

use serde::{Deserialize, Serialize};

use super::Keyed;

/// One identifier exactly as the server stores it: PostgreSQL's folding to lower case and truncation to 63 bytes
/// have been done when a statement was lowered, quotes are gone.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(Arc<str>);

impl Name {
    /// A name from its stored form.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The stored form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// PostgreSQL's `public`.
    pub(crate) fn public() -> Self {
        PUBLIC.clone()
    }

    /// PostgreSQL's `pg_temp`.
    pub(crate) fn temporary() -> Self {
        TEMPORARY.clone()
    }
}

/// PostgreSQL's schema of new objects, when nothing else was said: one name for all.
static PUBLIC: LazyLock<Name> = LazyLock::new(|| "public".into());

/// PostgreSQL's schema of temporary objects, which is searched first.
static TEMPORARY: LazyLock<Name> = LazyLock::new(|| "pg_temp".into());

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// Whether two names are the same apart from the case of their letters.
pub(crate) fn same_letters(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.to_lowercase() == b.to_lowercase()
}

/// A name with an optional schema.
///
/// In an [`Operation`](crate::operation::Operation) the schema is `None` when the statement names none. In a
/// [`Catalog`](super::Catalog) it is always set; the schema of the MySQL family's current database is the empty
/// name, because a migration rarely knows how the database is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectName {
    /// Schema (PostgreSQL) or database (MySQL family).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Name>,
    /// The object's own name.
    pub name: Name,
}

impl ObjectName {
    /// A name without a schema.
    pub fn bare(name: impl Into<Name>) -> Self {
        Self { schema: None, name: name.into() }
    }

    /// A name in a schema.
    pub fn new(schema: impl Into<Name>, name: impl Into<Name>) -> Self {
        Self { schema: Some(schema.into()), name: name.into() }
    }

    /// The same schema with another name.
    #[must_use]
    pub fn sibling(&self, name: impl Into<Name>) -> Self {
        Self { schema: self.schema.clone(), name: name.into() }
    }

    /// The schema's name, empty when there is none.
    pub fn schema_str(&self) -> &str {
        self.schema.as_deref().unwrap_or("")
    }
}

impl Keyed for ObjectName {
    type Key = Self;

    fn key(&self) -> Self {
        self.clone()
    }
}

impl fmt::Display for ObjectName {
    /// `schema.name`, or `name` alone in the schemas that need no mention (`public`, the current database).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.schema_str() {
            "" | "public" => f.write_str(&self.name),
            schema => write!(f, "{schema}.{}", self.name),
        }
    }
}
