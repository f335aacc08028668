//! What stands in the way while data is put back into tables that stayed, and is taken out of it meanwhile.
use std::collections::BTreeMap;

use super::{
    hold::{Hold, always_true},
    restore::Copy,
    settings::Around,
};
use crate::{
    apply::State,
    catalog::{Constraint, ConstraintKind, ForeignKey, Link, Name, ObjectName, Table},
    change::{Change, Delta, Object, ObjectPath},
    dialect::{self, quote},
    target::Dialect,
};

/// What is taken out of the way while data is put back, and made again behind it.
#[derive(Default)]
pub(super) struct Loose {
    pub(super) off: Vec<String>,
    pub(super) on: Vec<String>,
}

fn constraint_change(table: &Table, position: usize) -> Option<Change> {
    let constraint = table.constraints.get(position)?;
    Some(Change {
        path: ObjectPath::Constraint { table: table.name.clone(), name: constraint.name.clone() },
        delta: Delta::Create {
            after: Object::Constraint { constraint: Box::new(constraint.clone()), position },
        },
    })
}

fn trigger_change(table: &Table, position: usize) -> Option<Change> {
    let trigger = table.triggers.get(position)?;
    Some(Change {
        path: ObjectPath::Trigger { table: table.name.clone(), name: trigger.name.clone() },
        delta: Delta::Create { after: Object::Trigger { trigger: Box::new(trigger.clone()), position } },
    })
}

/// What would refuse, answer with an action of its own, or change a state on the way. PostgreSQL: foreign keys, and
/// checks that rows which were there need not meet; the MySQL family: triggers. They are dropped while rows are put back.
pub(super) fn obstacles(start: &State, copies: &[Copy<'_>], hold: &Hold<'_>) -> Loose {
    let mysql = start.catalog.dialect.is_mysql_family();
    let mut found: Vec<(&ObjectName, usize)> = Vec::new();
    for copy in copies.iter().filter(|_| mysql) {
        let places = copy.table.triggers.iter().enumerate();
        let there = places.filter(|(_, t)| !hold.has_trigger(&copy.table.name, &t.name));
        found.extend(there.map(|(position, _)| (&copy.table.name, position)));
    }
    if !mysql {
        let target = start.target();
        for (table, position) in foreign_keys_in_the_way(start, copies) {
            found.push((&table.name, position));
        }
        for table in copies.iter().filter(|c| c.plan.saves()).map(|c| c.table) {
            let may_refuse = |c: &Constraint| match &c.kind {
                ConstraintKind::Check { expression, .. } => !always_true(c, expression, &target),
                ConstraintKind::ForeignKey(_) => !c.validated,
                _ => false,
            };
            let places = table.constraints.iter().enumerate();
            found.extend(places.filter(|(_, c)| may_refuse(c)).map(|(position, _)| (&table.name, position)));
        }
        found.retain(|(name, position)| {
            let table = start.catalog.tables.get(name);
            let constraint = table.and_then(|t| t.constraints.get(*position));
            constraint.is_some_and(|c| {
                !hold.has_constraint(name, &c.name) && !table.is_some_and(|t| is_inherited(start, t, c))
            })
        });
    }
    // The last part of a table first, so that places stay right.
    found.sort_by(|a, b| b.cmp(a));
    found.dedup();
    let made: Vec<Change> = found
        .iter()
        .filter_map(|(name, position)| {
            let table = start.catalog.tables.get(name)?;
            if mysql { trigger_change(table, *position) } else { constraint_change(table, *position) }
        })
        .collect();
    let off: Vec<Change> = made.iter().map(Change::invert).collect();
    let on: Vec<Change> = made.into_iter().rev().collect();
    let without = off.iter().fold(start.catalog.clone(), |mut catalog, change| {
        // A change made from this very catalog fits it.
        let _ = crate::apply::commit(&mut catalog, change);
        catalog
    });
    let sql = |changes: &[Change], catalog| {
        dialect::render::render(changes, catalog).into_iter().map(|r| r.sql).collect::<Vec<_>>()
    };
    Loose { off: sql(&off, &start.catalog), on: sql(&on, &without) }
}

/// Whether a child has a constraint because its parent has it: the server takes and makes both together.
fn is_inherited(start: &State, table: &Table, constraint: &Constraint) -> bool {
    let properties = &table.properties;
    let mut parents = properties.partition_of.iter().map(|(parent, _)| parent).chain(&properties.inherits);
    parents.any(|parent| {
        start.catalog.tables.get(parent).is_some_and(|p| {
            p.constraints.iter().any(|c| c.name == constraint.name && c.kind == constraint.kind)
        })
    })
}

/// The tables that foreign keys in the way stand on, with the keys' places.
fn foreign_keys_in_the_way<'p>(start: &'p State, copies: &[Copy<'p>]) -> Vec<(&'p Table, usize)> {
    let place: BTreeMap<&ObjectName, usize> =
        copies.iter().enumerate().map(|(at, c)| (&c.table.name, at)).collect();
    let mut found = Vec::new();
    for (at, parent) in copies.iter().enumerate() {
        for child in start.catalog.tables.linked(Link::Refers, &parent.table.name) {
            for (position, _, key) in foreign_keys(child, &parent.table.name) {
                let of_child = place.get(&child.name).and_then(|p| Some((*p, copies.get(*p)?)));
                if stands_in_the_way(parent, at, of_child, key) {
                    found.push((child.as_ref(), position));
                }
            }
        }
    }
    found
}

fn foreign_keys<'t>(
    child: &'t Table,
    parent: &ObjectName,
) -> impl Iterator<Item = (usize, &'t Constraint, &'t ForeignKey)> {
    child.constraints.iter().enumerate().filter_map(move |(at, constraint)| match &constraint.kind {
        crate::catalog::ConstraintKind::ForeignKey(key) if key.table == *parent => {
            Some((at, constraint, key))
        }
        _ => None,
    })
}

/// Rows go children first and come back parents first, then values: what that order does not serve.
fn stands_in_the_way(
    parent: &Copy<'_>,
    parent_at: usize,
    child: Option<(usize, &Copy<'_>)>,
    key: &ForeignKey,
) -> bool {
    let Some((child_at, child)) = child else { return parent.plan.replace };
    let changes = |columns: &[Name], copy: &Copy<'_>| columns.iter().any(|c| copy.plan.columns.contains(c));
    let circle = child_at < parent_at && (child.plan.rows || parent.plan.deletes());
    parent.plan.replace
        || child.plan.replace
        || circle
        || parent.plan.deletes() && changes(&key.columns, child)
        || parent.plan.rows && changes(&key.columns, child) && child_at < parent_at
        || changes(&key.referenced, parent)
}

impl Around {
    /// PostgreSQL: the tables' own triggers are switched off and set as they were. One by one, because each may fire in
    /// another way, and those that the server made for foreign keys must go on.
    pub(super) fn inside_of_triggers<'t>(
        &mut self,
        dialect: Dialect,
        tables: impl Iterator<Item = &'t Table>,
        hold: &Hold<'_>,
    ) {
        let (mut off, mut on) = (Vec::new(), Vec::new());
        for table in tables.filter(|_| dialect == Dialect::Postgres) {
            let alter = format!("ALTER TABLE {}", quote::object(dialect, &table.name));
            for trigger in table.triggers.iter().filter(|t| !hold.has_trigger(&table.name, &t.name)) {
                let mode = match trigger.enabled.as_deref() {
                    Some("disabled" | "replica") => continue,
                    Some("always") => "ENABLE ALWAYS",
                    _ => "ENABLE",
                };
                let name = quote::name(dialect, &trigger.name);
                off.push(format!("{alter} DISABLE TRIGGER {name}"));
                on.push(format!("{alter} {mode} TRIGGER {name}"));
            }
        }
        self.inside(off, on);
    }
}
