//! What the statements on sequences, types and comments ask for.
use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::{Name, ObjectName};

/// What `ALTER SEQUENCE` changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum SequenceAction {
    /// Options: `(option, value)`, lower case: `increment`, `minvalue`, `maxvalue`, `start`, `cache`, `cycle`, `as`;
    /// `None` is `NO …`. `restart` changes data, not the definition.
    Options {
        /// Options in order.
        options: Vec<(String, Option<String>)>,
    },
    /// `OWNED BY`, `None` for `NONE`.
    OwnedBy {
        /// Table and column.
        owner: Option<(ObjectName, Name)>,
    },
    /// `RENAME TO`.
    Rename {
        /// New name.
        to: Name,
    },
    /// `SET SCHEMA`.
    SetSchema {
        /// New schema.
        schema: Name,
    },
}

/// What `ALTER FUNCTION` and its like change.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum RoutineAction {
    /// `RENAME TO`.
    Rename {
        /// New name.
        to: Name,
    },
    /// `SET SCHEMA`.
    SetSchema {
        /// New schema.
        schema: Name,
    },
    /// `STABLE`, `SECURITY DEFINER`, `SET setting`, `RESET setting`, …: the attributes as [`Routine`] keeps them;
    /// `None` takes one away.
    ///
    /// [`Routine`]: crate::catalog::Routine
    SetAttributes {
        /// Names and values.
        attributes: BTreeMap<String, Option<String>>,
        /// `RESET ALL`: every setting goes first.
        reset_all: bool,
    },
}

/// What `ALTER TYPE` or `ALTER DOMAIN` changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum TypeAction {
    /// `ADD VALUE`.
    AddValue {
        /// New label.
        label: String,
        /// The label it stands before or behind.
        neighbour: Option<(EnumPlace, String)>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `RENAME VALUE`.
    RenameValue {
        /// Old label.
        from: String,
        /// New label.
        to: String,
    },
    /// `RENAME TO`.
    Rename {
        /// New name.
        to: Name,
    },
    /// `SET SCHEMA`.
    SetSchema {
        /// New schema.
        schema: Name,
    },
    /// A change that was read to its end, of what the catalog does not hold: an attribute, a domain's constraint.
    Other {
        /// Its words, upper case: `ADD ATTRIBUTE`.
        verb: String,
        /// All of it, as written, in one line.
        text: String,
    },
    /// Something that is not modelled.
    Opaque {
        /// Its first words, upper case.
        verb: String,
    },
}

/// Where a new enum label stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnumPlace {
    /// `BEFORE`.
    Before,
    /// `AFTER`.
    After,
}

/// What a comment is on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "on", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "variants and fields are the words of COMMENT ON")]
pub enum CommentTarget {
    Schema {
        name: Name,
    },
    Table {
        name: ObjectName,
    },
    Column {
        table: ObjectName,
        column: Name,
    },
    Constraint {
        table: ObjectName,
        name: Name,
    },
    Index {
        name: ObjectName,
    },
    Trigger {
        table: ObjectName,
        name: Name,
    },
    Sequence {
        name: ObjectName,
    },
    View {
        name: ObjectName,
    },
    Type {
        name: ObjectName,
    },
    Routine {
        name: ObjectName,
        signature: Option<String>,
    },
    /// What the catalog keeps no comments of: `EXTENSION`, `POLICY`, `CONSTRAINT ON DOMAIN` …; casts, transforms
    /// and large objects have no name, policies, rules and constraints of domains stand on something.
    Other {
        verb: String,
        name: Option<ObjectName>,
        parent: Option<ObjectName>,
    },
}
