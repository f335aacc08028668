//! Tables, their columns, constraints and indexes.
use std::{collections::BTreeMap, sync::Arc};

use super::{Differ, find, is_foreign, order, same};
use crate::{
    catalog::{Column, Constraint, Index, Name, ObjectName, Table},
    change::{Delta, Object, ObjectPath},
    target::Dialect,
};

/// The tables that are in both catalogs and known well enough to say what is missing.
type Pair = (Arc<Table>, Arc<Table>);

impl Differ<'_> {
    fn pairs(&self) -> Vec<Pair> {
        self.to
            .tables
            .iter()
            .filter_map(|new| self.work.tables.get(&new.name).map(|old| (Arc::clone(old), Arc::clone(new))))
            .filter(|(old, new)| !Arc::ptr_eq(old, new))
            .collect()
    }

    fn same_name(&self, a: &str, b: &str) -> bool {
        same::name(self.to.dialect, a, b)
    }

    fn remove_constraint(&mut self, table: &ObjectName, name: &Name) {
        let Some(now) = self.work.tables.get(table) else { return };
        let Some((position, constraint)) = find(&now.constraints, |c| &c.name, |n| n == name) else { return };
        let constraint = Box::new(constraint.clone());
        let path = ObjectPath::Constraint { table: table.clone(), name: name.clone() };
        self.remove(path, Object::Constraint { constraint, position });
    }

    fn add_constraint(&mut self, table: &ObjectName, constraint: &Constraint) {
        let Some(now) = self.work.tables.get(table) else { return };
        let position = now.constraints.len();
        let path = ObjectPath::Constraint { table: table.clone(), name: constraint.name.clone() };
        self.create(path, Object::Constraint { constraint: Box::new(constraint.clone()), position });
    }

    /// Foreign keys that go, change, or connect tables that go.
    pub(super) fn drop_foreign_keys(&mut self) {
        let mut gone: Vec<(ObjectName, Name)> = Vec::new();
        for old in self.work.tables.iter() {
            let new = self.to.tables.get(&old.name);
            for constraint in old.constraints.iter().filter(|c| is_foreign(&c.kind)) {
                let keep = match new {
                    // A whole table goes: its foreign keys only stand in the way of other tables that go.
                    None => {
                        let crate::catalog::ConstraintKind::ForeignKey(key) = &constraint.kind else {
                            continue;
                        };
                        key.table == old.name || self.to.tables.contains(&key.table)
                    }
                    Some(new) => {
                        let lifted = match &constraint.kind {
                            crate::catalog::ConstraintKind::ForeignKey(key) => self.lifts(old, key),
                            _ => false,
                        };
                        !lifted && self.keeps(constraint, new)
                    }
                };
                if !keep {
                    gone.push((old.name.clone(), constraint.name.clone()));
                }
            }
        }
        for (table, name) in gone {
            self.remove_constraint(&table, &name);
        }
    }

    /// Whether the new table has the constraint, or one that it can be altered to.
    pub(super) fn keeps(&self, constraint: &Constraint, new: &Table) -> bool {
        match find(&new.constraints, |c| &c.name, |n| self.same_name(n, &constraint.name)) {
            Some((_, other)) => {
                other.name == constraint.name
                    && same::constraint_alterable(constraint, other)
                    && !self.rebuilt_columns.takes_constraint(&new.name, constraint)
            }
            None => !new.complete,
        }
    }

    pub(super) fn keeps_index(&self, index: &Index, new: &Table) -> bool {
        match find(&new.indexes, |i| &i.name, |n| self.same_name(n, &index.name)) {
            Some((_, other)) => {
                other.name == index.name
                    && same::index_alterable(index, other)
                    && !self.rebuilt_columns.takes_index(&new.name, index)
            }
            None => !new.complete,
        }
    }

    /// Indexes, constraints and columns that go. The MySQL family changes a table in one statement, which needs no order
    /// and may not pass states that the server refuses; only checks, whose names belong to the database, go before.
    pub(super) fn drop_from_tables(&mut self) {
        for (old, new) in self.pairs() {
            if !self.to.dialect.is_mysql_family() {
                self.drop_from_table(&old, &new);
                continue;
            }
            for constraint in old.constraints.iter().rev() {
                let check = matches!(constraint.kind, crate::catalog::ConstraintKind::Check { .. });
                if check && !self.keeps(constraint, &new) {
                    self.remove_constraint(&new.name, &constraint.name);
                }
            }
        }
    }

    fn drop_from_table(&mut self, old: &Table, new: &Table) {
        let table = &new.name;
        for index in old.indexes.iter().rev() {
            if !self.keeps_index(index, new) {
                self.remove_index(table, &index.name);
            }
        }
        for constraint in old.constraints.iter().rev() {
            if !is_foreign(&constraint.kind) && !self.keeps(constraint, new) {
                self.remove_constraint(table, &constraint.name);
            }
        }
        for column in old.columns.iter().rev() {
            let gone = new.complete
                && find(&new.columns, |c| &c.name, |n| self.same_name(n, &column.name)).is_none();
            if gone || self.rebuilt_columns.computes(table, &column.name) {
                self.remove_column(table, &column.name);
            }
        }
    }

    fn remove_index(&mut self, table: &ObjectName, name: &Name) {
        let Some(now) = self.work.tables.get(table) else { return };
        let Some((position, index)) = find(&now.indexes, |i| &i.name, |n| n == name) else { return };
        let index = Box::new(index.clone());
        let path = ObjectPath::Index { table: table.clone(), name: name.clone() };
        self.remove(path, Object::Index { index, position });
    }

    fn remove_column(&mut self, table: &ObjectName, name: &Name) {
        let Some(now) = self.work.tables.get(table) else { return };
        let Some((position, column)) = find(&now.columns, |c| &c.name, |n| n == name) else { return };
        let column = Box::new(column.clone());
        let path = ObjectPath::Column { table: table.clone(), name: name.clone() };
        self.remove(path, Object::Column { column, position });
    }

    /// Whole tables that go, children before their parents.
    pub(super) fn drop_tables(&mut self) {
        let gone = super::missing(&self.work.tables, &self.to.tables);
        let items: Vec<_> = gone.iter().map(|t| (t.name.clone(), parents(t))).collect();
        for name in crate::catalog::after_needs(&items).iter().rev() {
            if let Some(table) = self.work.tables.get(name).cloned() {
                self.remove(ObjectPath::Table { name: name.clone() }, Object::Table(table));
            }
        }
    }

    /// Whole tables that come, parents before their children; foreign keys to other tables follow later. Those with a
    /// parent that changes come `late`, when the parent has what it is to have.
    pub(super) fn create_tables(&mut self, late: bool) {
        let mut new = super::missing(&self.to.tables, &self.work.tables);
        if !late {
            new.retain(|t| {
                let mut seen = vec![t.name.clone()];
                let mut next = 0;
                while let Some(table) = seen.get(next).and_then(|name| self.to.tables.get(name)) {
                    next += 1;
                    let more: Vec<ObjectName> =
                        parents(table).into_iter().filter(|p| !seen.contains(p)).collect();
                    if more.iter().any(|p| self.work.tables.contains(p)) {
                        return false;
                    }
                    seen.extend(more);
                }
                true
            });
        }
        let items: Vec<_> = new.iter().map(|t| (t.name.clone(), parents(t))).collect();
        for name in crate::catalog::after_needs(&items) {
            let Some(table) = self.to.tables.get(&name) else { continue };
            let mut table = Table::clone(table);
            table.constraints.retain(|c| match &c.kind {
                crate::catalog::ConstraintKind::ForeignKey(key) => key.table == name,
                _ => true,
            });
            // Triggers may call routines that come later.
            table.triggers.clear();
            self.create(ObjectPath::Table { name: name.clone() }, Object::Table(table.into()));
        }
    }

    /// Properties, columns, constraints and indexes that come or change.
    pub(super) fn alter_tables(&mut self) {
        // A partition gets other bounds before its parent gets new indexes, which it gets with them; a table becomes a
        // partition when it has what its parent has.
        let joins = |(old, new): &Pair| {
            old.properties.partition_of.is_none() && new.properties.partition_of.is_some()
        };
        let (late, early): (Vec<Pair>, Vec<Pair>) = self.pairs().into_iter().partition(joins);
        for (old, new) in &early {
            self.properties(old, new);
        }
        for (old, new) in self.pairs() {
            let table = &new.name;
            if self.to.dialect.is_mysql_family() {
                self.drop_from_table(&old, &new);
            }
            self.columns(&old, &new);
            for constraint in new.constraints.iter().filter(|c| !is_foreign(&c.kind)) {
                self.constraint(table, constraint, old.complete);
            }
            for index in &new.indexes {
                self.index(table, index, old.complete);
            }
        }
        for (old, new) in &late {
            self.properties(old, new);
        }
    }

    fn properties(&mut self, old: &Table, new: &Table) {
        if old.properties != new.properties {
            self.alter(
                ObjectPath::Table { name: new.name.clone() },
                Object::TableProperties(Box::new(old.properties.clone())),
                Object::TableProperties(Box::new(new.properties.clone())),
                true,
            );
        }
    }

    /// Foreign keys that come or change.
    pub(super) fn create_foreign_keys(&mut self) {
        for new in self.to.tables.iter().cloned().collect::<Vec<_>>() {
            let complete = self.from.tables.get(&new.name).is_none_or(|t| t.complete);
            for constraint in new.constraints.iter().filter(|c| is_foreign(&c.kind)) {
                self.constraint(&new.name, constraint, complete);
            }
        }
    }

    fn constraint(&mut self, table: &ObjectName, new: &Constraint, complete: bool) {
        let Some(now) = self.work.tables.get(table) else { return };
        let dialect = self.to.dialect;
        match find(&now.constraints, |c| &c.name, |n| same::name(dialect, n, &new.name)) {
            Some((_, old)) if old == new => {}
            Some((position, old)) => {
                let before = Object::Constraint { constraint: Box::new(old.clone()), position };
                let after = Object::Constraint { constraint: Box::new(new.clone()), position };
                let path = ObjectPath::Constraint { table: table.clone(), name: old.name.clone() };
                self.alter(path, before, after, true);
            }
            None if complete => self.add_constraint(table, new),
            None => {}
        }
    }

    fn index(&mut self, table: &ObjectName, new: &Index, complete: bool) {
        let Some(now) = self.work.tables.get(table) else { return };
        let dialect = self.to.dialect;
        match find(&now.indexes, |i| &i.name, |n| same::name(dialect, n, &new.name)) {
            Some((_, old)) if same::index(old, new) => {}
            Some((position, old)) => {
                let before = Object::Index { index: Box::new(old.clone()), position };
                let after = Object::Index { index: Box::new(new.clone()), position };
                let path = ObjectPath::Index { table: table.clone(), name: old.name.clone() };
                self.alter(path, before, after, true);
            }
            None if complete => {
                let position = now.indexes.len();
                let path = ObjectPath::Index { table: table.clone(), name: new.name.clone() };
                self.create(path, Object::Index { index: Box::new(new.clone()), position });
            }
            None => {}
        }
    }

    /// Columns that come, change or move: as few as possible move.
    fn columns(&mut self, old: &Table, new: &Table) {
        let dialect = self.to.dialect;
        let table = &new.name;
        let Some(now) = self.work.tables.get(table).cloned() else { return };
        let places: BTreeMap<Name, usize> =
            now.columns.iter().enumerate().map(|(at, c)| (same::folded(dialect, &c.name), at)).collect();
        let common: Vec<(usize, &Column)> = new
            .columns
            .iter()
            .filter_map(|c| places.get(&same::folded(dialect, &c.name)).map(|at| (*at, c)))
            .collect();
        let stays = order::longest_increasing(&common.iter().map(|(at, _)| *at).collect::<Vec<_>>());
        let mut staying =
            common.iter().zip(stays).map(|((_, c), stays)| (&c.name, stays)).collect::<BTreeMap<_, _>>();
        if dialect == Dialect::Postgres {
            // A generated column is computed at once: what it comes to use has its type by then.
            new.columns.iter().filter(|c| c.generated.is_none()).for_each(|c| self.alter_in_place(table, c));
        }
        // Nothing is known of the order of a table's unlisted columns.
        let ordered = old.complete && new.complete;
        let mut previous: Option<&Name> = None;
        for column in &new.columns {
            let Some(now) = self.work.tables.get(table) else { return };
            let current = find(&now.columns, |c| &c.name, |n| same::name(dialect, n, &column.name));
            let behind = previous
                .and_then(|p| {
                    now.columns.iter().position(|c| same::name(dialect, &c.name, p)).map(|at| at + 1)
                })
                .unwrap_or(0);
            previous = Some(&column.name);
            let path = |name: &Name| ObjectPath::Column { table: table.clone(), name: name.clone() };
            let Some((at, before)) = current else {
                if old.complete && same::is_typed(column) {
                    self.create(
                        path(&column.name),
                        Object::Column { column: Box::new(column.clone()), position: behind },
                    );
                }
                continue;
            };
            let mut before = before.clone();
            if before.name != column.name {
                // The same column in another case.
                self.emit(path(&before.name), Delta::Rename { to: path(&column.name) }, true);
                before.name = column.name.clone();
            }
            let stays = staying.remove(&column.name).unwrap_or(true) || !ordered;
            let to = match (stays, at < behind) {
                (true, _) => at,
                (false, true) => behind - 1,
                (false, false) => behind,
            };
            let after = same::intended(&before, column);
            if before == after && to == at {
                continue;
            }
            let certain =
                to != at && same::is_typed(column) || same::column_certain(&before, column, &self.target);
            self.alter(
                path(&column.name),
                Object::Column { column: Box::new(before), position: at },
                Object::Column { column: Box::new(after), position: to },
                certain,
            );
        }
    }
}

impl Differ<'_> {
    /// A column that is there changes where it stands.
    fn alter_in_place(&mut self, table: &ObjectName, column: &Column) {
        let Some(now) = self.work.tables.get(table) else { return };
        let Some((at, before)) = find(&now.columns, |c| &c.name, |n| *n == column.name) else { return };
        let after = same::intended(before, column);
        if *before == after {
            return;
        }
        let (before, certain) = (before.clone(), same::column_certain(before, column, &self.target));
        self.alter(
            ObjectPath::Column { table: table.clone(), name: column.name.clone() },
            Object::Column { column: Box::new(before), position: at },
            Object::Column { column: Box::new(after), position: at },
            certain,
        );
    }
}

fn parents(table: &Table) -> Vec<ObjectName> {
    let properties = &table.properties;
    properties
        .inherits
        .iter()
        .cloned()
        .chain(properties.partition_of.iter().map(|(p, _)| p.clone()))
        .collect()
}
