//! What the statements on sequences, types and comments ask for.
use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::{Expression, Name, ObjectName};

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
    /// `ALTER DOMAIN`: what values it takes, or what it gives.
    Domain(DomainAction),
    /// A change that was read to its end, of what the catalog does not hold: an attribute.
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

/// What `ALTER DOMAIN` does to a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DomainAction {
    /// `ADD [CONSTRAINT name] CHECK (…)`.
    AddCheck {
        /// Its name; `None` when the server makes one.
        name: Option<Name>,
        /// What holds for every value.
        check: Expression,
        /// `NOT VALID`: values that are stored already are not looked at.
        not_valid: bool,
    },
    /// `DROP CONSTRAINT`.
    DropConstraint {
        /// Its name.
        name: Name,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `RENAME CONSTRAINT`.
    RenameConstraint {
        /// Old name.
        from: Name,
        /// New name.
        to: Name,
    },
    /// `VALIDATE CONSTRAINT`.
    Validate {
        /// Its name.
        name: Name,
    },
    /// `SET NOT NULL`, `DROP NOT NULL`.
    Nullable {
        /// Whether NULL is a value from now on.
        nullable: bool,
    },
    /// `SET DEFAULT`, `DROP DEFAULT`.
    Default {
        /// The new default.
        default: Option<Expression>,
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
