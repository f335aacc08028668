//! Tables and what belongs to one table.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Column, Constraint, ConstraintKind, ForeignKey, Index, KeyIndex, Keyed, Link, NamedLink, ObjectName,
    Trigger, is_false, is_true, yes,
};

/// A table with everything that goes when the table goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Where the table is.
    pub name: ObjectName,
    /// Properties of the table itself.
    #[serde(flatten)]
    pub properties: TableProperties,
    /// Columns in the order of `SELECT *`.
    pub columns: Vec<Column>,
    /// Primary key, unique, foreign key, check and exclusion constraints. In the MySQL family a unique constraint
    /// is an index and stands in `indexes`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Constraint>,
    /// Indexes, without those that belong to a constraint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// Triggers, without those that the server makes for constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// Whether everything about the table is known. `false` in an open world, where a table that no statement
    /// created may have columns, constraints and indexes that no statement mentions.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub complete: bool,
}

/// What a table has apart from columns, constraints, indexes and triggers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableProperties {
    /// Permanent, unlogged or temporary.
    #[serde(default)]
    pub persistence: Persistence,
    /// `PARTITION BY …` in the server's text, when the table is partitioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
    /// The table that this one is a partition of, with its bound (`FOR VALUES …`, `DEFAULT`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<(ObjectName, String)>,
    /// Parents by `INHERITS`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<ObjectName>,
    /// MySQL family: storage engine; `None` for the server's default, InnoDB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// MySQL family: default character set; `None` when it is the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// MySQL family: default collation; `None` when it is the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// Comment on the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// PostgreSQL: row level security is enabled.
    #[serde(default, skip_serializing_if = "is_false")]
    pub row_security: bool,
    /// PostgreSQL: row level security is forced on the owner as well.
    #[serde(default, skip_serializing_if = "is_false")]
    pub force_row_security: bool,
    /// Other options by lower-case name: `fillfactor`, `row_format`, … PostgreSQL: also `replica_identity`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// How long a table lives and whether it is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Persistence {
    /// An ordinary table.
    #[default]
    Permanent,
    /// PostgreSQL's `UNLOGGED`: empty after a crash.
    Unlogged,
    /// Gone with the session.
    Temporary,
}

impl Table {
    /// A complete, empty table.
    pub fn new(name: ObjectName) -> Self {
        Self {
            name,
            properties: TableProperties::default(),
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            triggers: Vec::new(),
            complete: true,
        }
    }

    /// The primary key.
    pub fn primary_key(&self) -> Option<(&Constraint, &KeyIndex)> {
        self.constraints.iter().find_map(|c| match &c.kind {
            ConstraintKind::PrimaryKey(key) => Some((c, key)),
            _ => None,
        })
    }

    /// The foreign keys with their constraints.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&Constraint, &ForeignKey)> {
        self.constraints.iter().filter_map(|c| match &c.kind {
            ConstraintKind::ForeignKey(key) => Some((c, key)),
            _ => None,
        })
    }
}

impl Keyed for Table {
    type Key = ObjectName;

    fn key(&self) -> ObjectName {
        self.name.clone()
    }

    fn links(&self) -> Vec<NamedLink> {
        let mut links = Vec::new();
        self.indexes.iter().for_each(|index| index.links(&self.name, &mut links));
        self.constraints.iter().for_each(|constraint| constraint.links(&self.name, &mut links));
        self.columns.iter().for_each(|column| column.links(&self.name, &mut links));
        self.triggers.iter().for_each(|trigger| trigger.links(&self.name, &mut links));
        links.extend(self.properties.inherits.iter().map(|parent| (Link::Child, parent.clone())));
        links.extend(self.properties.partition_of.iter().map(|(parent, _)| (Link::Child, parent.clone())));
        links
    }
}

/// A part of a table or view, which is found by names of the part.
pub(crate) trait Part {
    /// Adds the names that `relation` is found by because of this part.
    fn links(&self, relation: &ObjectName, links: &mut Vec<NamedLink>);
}

impl Part for Index {
    fn links(&self, relation: &ObjectName, links: &mut Vec<NamedLink>) {
        links.push((Link::Relation, relation.sibling(self.name.clone())));
    }
}

impl Part for Constraint {
    fn links(&self, relation: &ObjectName, links: &mut Vec<NamedLink>) {
        let here = relation.sibling(self.name.clone());
        match &self.kind {
            ConstraintKind::ForeignKey(key) => links.push((Link::Refers, key.table.clone())),
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude { .. } => {
                links.push((Link::Relation, here.clone()));
            }
            ConstraintKind::Check { .. } => {}
        }
        links.push((Link::Constraint, here));
    }
}

impl Part for Column {
    fn links(&self, relation: &ObjectName, links: &mut Vec<NamedLink>) {
        let identity = self.identity.iter();
        links.extend(identity.map(|i| (Link::Relation, relation.sibling(i.sequence.clone()))));
        links.extend(self.data_type.custom.iter().map(|name| (Link::OfType, name.clone())));
    }
}

impl Part for Trigger {
    fn links(&self, relation: &ObjectName, links: &mut Vec<NamedLink>) {
        links.push((Link::Trigger, relation.sibling(self.name.clone())));
        links.extend(self.function.iter().map(|function| (Link::Calls, function.clone())));
    }
}
