//! The objects that stand beside tables.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DataType, Expression, Index, Keyed, Link, Name, ObjectName, Part, Trigger, is_false};

/// A schema (PostgreSQL) or database (MySQL family).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Name.
    pub name: Name,
    /// Comment on the schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A PostgreSQL extension. What it contains is not listed in the catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extension {
    /// Name.
    pub name: Name,
    /// The schema its objects are in, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Name>,
}

/// Options of a sequence, or of the sequence behind an identity column. `None` is the server's default, so that
/// options written out and options left away compare equal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SequenceOptions {
    /// `AS type`; `None` is `bigint` (for identity: the column's type).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    /// `START WITH`, when it is not the first value the bounds allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    /// `INCREMENT BY`, when it is not 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub increment: Option<i64>,
    /// `MINVALUE`, when it is not the type's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// `MAXVALUE`, when it is not the type's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// `CACHE`, when it is not the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<i64>,
    /// `CYCLE`.
    #[serde(skip_serializing_if = "is_false")]
    pub cycle: bool,
}

/// A sequence that is an object of its own (identity columns carry theirs).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// Where the sequence is.
    pub name: ObjectName,
    /// Options.
    #[serde(default)]
    pub options: SequenceOptions,
    /// `OWNED BY`: table and column; the sequence goes with the column. `serial` sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned_by: Option<(ObjectName, Name)>,
    /// Comment on the sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A view or materialized view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Where the view is.
    pub name: ObjectName,
    /// Whether it is materialized.
    #[serde(default, skip_serializing_if = "is_false")]
    pub materialized: bool,
    /// Column names, in order; empty when they are not known without resolving the query.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// The query. Servers print queries in their own way: two queries whose normal forms differ may still mean the
    /// same, and a difference between them is reported as not certain.
    pub query: Expression,
    /// Tables and views that the query reads, as far as they are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<ObjectName>,
    /// `WITH (…)`, `ALGORITHM`, `SQL SECURITY`, `check_option`, … by lower-case name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// Indexes of a materialized view.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// `INSTEAD OF` triggers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// Comment on the view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A user-defined type of PostgreSQL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserType {
    /// Where the type is.
    pub name: ObjectName,
    /// What it is.
    #[serde(flatten)]
    pub kind: UserTypeKind,
    /// Comment on the type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// The kinds of user-defined types.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum UserTypeKind {
    /// `CREATE TYPE … AS ENUM`.
    Enum {
        /// Labels in order.
        labels: Vec<String>,
    },
    /// `CREATE DOMAIN`.
    Domain {
        /// The type it is based on.
        base: DataType,
        /// Whether it accepts NULL.
        nullable: bool,
        /// Default value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default: Option<Expression>,
        /// Checks by name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        checks: Vec<(Name, Expression)>,
    },
    /// `CREATE TYPE … AS (…)`.
    Composite {
        /// Attributes in order.
        attributes: Vec<(Name, DataType)>,
    },
    /// A range, base or shell type: known by name only.
    Other,
}

/// A function or procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Routine {
    /// Where the routine is.
    pub name: ObjectName,
    /// PostgreSQL: the types of its input arguments in the server's spelling, without names (`integer, text`), which
    /// together with the name identify it. MySQL family: empty.
    #[serde(default)]
    pub signature: String,
    /// Function, procedure, …
    pub kind: RoutineKind,
    /// The argument list without the parentheses, in the dialect's normal form.
    pub arguments: String,
    /// What it returns, in the dialect's spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<String>,
    /// `sql`, `plpgsql`, `c`, …
    pub language: String,
    /// The body exactly as given; the servers keep it to the letter.
    pub body: String,
    /// Attributes that are not the default, by lower-case name: `volatility` = `stable`, `strict`, `security` =
    /// `definer`, `parallel`, `deterministic`, `set search_path` …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// Comment on the routine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// The kinds of routines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoutineKind {
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate: known by name only.
    Aggregate,
}

impl Keyed for Schema {
    type Key = Name;

    fn key(&self) -> Name {
        self.name.clone()
    }
}

impl Keyed for Extension {
    type Key = Name;

    fn key(&self) -> Name {
        self.name.clone()
    }
}

impl Keyed for Sequence {
    type Key = ObjectName;

    fn key(&self) -> ObjectName {
        self.name.clone()
    }

    fn links(&self) -> Vec<(Link, ObjectName)> {
        self.owned_by.iter().map(|(table, _)| (Link::Owned, table.clone())).collect()
    }
}

impl Keyed for View {
    type Key = ObjectName;

    fn key(&self) -> ObjectName {
        self.name.clone()
    }

    fn links(&self) -> Vec<(Link, ObjectName)> {
        let mut links: Vec<_> = self.reads.iter().map(|read| (Link::Reads, read.clone())).collect();
        self.indexes.iter().for_each(|index| index.links(&self.name, &mut links));
        self.triggers.iter().for_each(|trigger| trigger.links(&self.name, &mut links));
        links
    }
}

impl Keyed for UserType {
    type Key = ObjectName;

    fn key(&self) -> ObjectName {
        self.name.clone()
    }
}

impl Keyed for Routine {
    /// Functions and procedures share a namespace in PostgreSQL and have one each in the MySQL family; the kind in
    /// the key serves both, because PostgreSQL's conflicts are checked by name and signature.
    type Key = (ObjectName, String, RoutineKind);

    fn key(&self) -> Self::Key {
        (self.name.clone(), self.signature.clone(), self.kind)
    }

    fn links(&self) -> Vec<(Link, ObjectName)> {
        vec![(Link::Routine, ObjectName::bare(self.name.name.clone()))]
    }
}
