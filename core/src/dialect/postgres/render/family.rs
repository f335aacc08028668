//! Partitions and children: what they get from their parents without being told.
use std::collections::BTreeSet;

use super::{About, Writer, define, quote};
use crate::{
    catalog::{Constraint, ConstraintKind, Index, KeyIndex, Link, Name, ObjectName, Table},
    change::{Change, Delta, Object, ObjectPath},
};

impl Writer<'_> {
    /// The tables that inherit from `table`, directly and over others, as the catalog is now.
    pub(super) fn children(&self, table: &ObjectName) -> Vec<ObjectName> {
        let mut found: Vec<ObjectName> = Vec::new();
        let mut seen: BTreeSet<ObjectName> = BTreeSet::new();
        let mut parents = vec![table.clone()];
        while let Some(parent) = parents.pop() {
            let children = self.catalog.tables.linked(Link::Child, &parent).filter(|t| is_child(t, &parent));
            let children: Vec<ObjectName> =
                children.map(|t| t.name.clone()).filter(|name| seen.insert(name.clone())).collect();
            parents.extend(children.iter().cloned());
            found.extend(children);
        }
        found
    }

    /// Marks the later changes of children that the server makes together with the parent's.
    pub(super) fn imply_in_children(
        &mut self,
        table: &ObjectName,
        same: impl Fn(&ObjectName, &Change) -> bool,
    ) {
        for child in self.children(table) {
            self.imply(&About::Relation(child.clone()), |change| same(&child, change));
        }
    }

    /// Whether the table is partitioned.
    pub(super) fn is_partitioned(&self, table: &ObjectName) -> bool {
        self.catalog.tables.get(table).is_some_and(|t| t.properties.partition_by.is_some())
    }

    /// Whether the table is a partition.
    pub(super) fn is_partition(&self, table: &ObjectName) -> bool {
        self.catalog.tables.get(table).is_some_and(|t| t.properties.partition_of.is_some())
    }

    /// Whether partitions have the like of a new index of a partitioned table or get it by a later change. These have
    /// names of their own: the index is made for the parent alone and theirs become its parts.
    pub(super) fn adopts(&mut self, table: &ObjectName, wanted: &Shape<'_>) -> bool {
        if !self.is_partitioned(table) {
            return false;
        }
        let parent = table.sibling(wanted.name().clone());
        let mut adopts = false;
        for child in self.children(table) {
            let direct = self.catalog.tables.get(&child).is_some_and(|t| is_child(t, table));
            let existing = self.catalog.tables.get(&child).and_then(|t| wanted.find(t));
            let later = self.later(&About::Relation(child.clone()), |change| match &change.delta {
                Delta::Create { after } => wanted.is_like(after),
                _ => false,
            });
            let name = existing.or_else(|| later.and_then(|at| part_name(&self.changes.get(at)?.path)));
            if let (Some(name), true) = (name, direct) {
                self.attach.insert((child, name), parent.clone());
                adopts = true;
            }
        }
        adopts
    }

    /// Makes those partitions' indexes that are there already parts of the new index of their parent.
    pub(super) fn attach_existing(&mut self, parent: &ObjectName) {
        let ready = |(child, name): &&(ObjectName, Name)| {
            self.catalog.tables.get(child).is_some_and(|t| {
                t.indexes.iter().any(|i| i.name == *name) || t.constraints.iter().any(|c| c.name == *name)
            })
        };
        let ready: Vec<(ObjectName, Name)> = self
            .attach
            .iter()
            .filter(|(_, p)| *p == parent)
            .map(|(child, _)| child)
            .filter(ready)
            .cloned()
            .collect();
        for child in ready {
            self.attach_index(&child.0, &child.1);
        }
    }

    /// Makes an index of a partition a part of its parent's, if it is to become one.
    pub(super) fn attach_index(&mut self, table: &ObjectName, name: &Name) {
        if let Some(parent) = self.attach.remove(&(table.clone(), name.clone())) {
            let child = quote::object(&table.sibling(name.clone()));
            self.push(format!("ALTER INDEX {} ATTACH PARTITION {child}", quote::object(&parent)));
        }
    }

    /// Whether an index or key of a partition goes when its parent's goes, which happens later.
    pub(super) fn goes_with_parent(&self, table: &ObjectName, shape: &Shape<'_>) -> bool {
        let parent_of = |name: &ObjectName| {
            self.catalog.tables.get(name)?.properties.partition_of.as_ref().map(|(p, _)| p)
        };
        let mut seen = vec![table];
        while let Some(parent) = seen.last().and_then(|name| parent_of(name)).filter(|p| !seen.contains(p)) {
            let later = self.later(&About::Relation(parent.clone()), |change| match &change.delta {
                Delta::Drop { before } => shape.is_like(before),
                _ => false,
            });
            if later.is_some() {
                return true;
            }
            seen.push(parent);
        }
        false
    }

    /// Marks what later changes drop of partitions because it goes with the parent's.
    pub(super) fn imply_drops(&mut self, table: &ObjectName, shape: &Shape<'_>) {
        if self.is_partitioned(table) {
            self.imply_in_children(table, |child, change| match &change.delta {
                Delta::Drop { before } => change.path.relation() == Some(child) && shape.is_like(before),
                _ => false,
            });
        }
    }
}

/// Whether `table` is a partition or child of `parent`.
pub(super) fn is_child(table: &Table, parent: &ObjectName) -> bool {
    let properties = &table.properties;
    properties.partition_of.as_ref().is_some_and(|(p, _)| p == parent) || properties.inherits.contains(parent)
}

fn part_name(path: &ObjectPath) -> Option<Name> {
    match path {
        ObjectPath::Constraint { name, .. } | ObjectPath::Index { name, .. } => Some(name.clone()),
        _ => None,
    }
}

/// An index or key, without its name.
pub(super) enum Shape<'a> {
    Index(&'a Index),
    Constraint(&'a Constraint),
}

impl Shape<'_> {
    fn name(&self) -> &Name {
        match self {
            Self::Index(index) => &index.name,
            Self::Constraint(constraint) => &constraint.name,
        }
    }

    /// Whether `object` is the same but for the name.
    fn is_like(&self, object: &Object) -> bool {
        match (self, object) {
            (Self::Index(mine), Object::Index { index, .. }) => define::same_shape(mine, index),
            (Self::Constraint(mine), Object::Constraint { constraint, .. }) => {
                same_constraint(mine, constraint)
            }
            _ => false,
        }
    }

    /// The name of the like in a table.
    fn find(&self, table: &Table) -> Option<Name> {
        match self {
            Self::Index(mine) => {
                table.indexes.iter().find(|i| define::same_shape(mine, i)).map(|i| i.name.clone())
            }
            Self::Constraint(mine) => {
                table.constraints.iter().find(|c| same_constraint(mine, c)).map(|c| c.name.clone())
            }
        }
    }
}

/// Whether two constraints of a parent and its child are the same; keys may have different names.
pub(super) fn same_constraint(a: &Constraint, b: &Constraint) -> bool {
    let keys = |a: &KeyIndex, b: &KeyIndex| a == b;
    match (&a.kind, &b.kind) {
        (ConstraintKind::PrimaryKey(a), ConstraintKind::PrimaryKey(b)) => keys(a, b),
        (ConstraintKind::Unique(a), ConstraintKind::Unique(b)) => keys(a, b),
        (ConstraintKind::ForeignKey(a), ConstraintKind::ForeignKey(b)) => a == b,
        (a_kind, b_kind) => a.name == b.name && a_kind == b_kind,
    }
}
