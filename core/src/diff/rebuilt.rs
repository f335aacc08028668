//! What is in the way of a change: dropped before it and made again behind it.
//!
//! PostgreSQL changes no column's type under a view, a generated column or a trigger that names it (`UPDATE OF`, `WHEN`);
//! no server lets a key go that a foreign key rests on; and a foreign key cannot have two ends of different types while
//! both of them change.
use std::{collections::BTreeSet, sync::Arc};

use super::{Differ, find, same};
use crate::{
    catalog::{
        Catalog, Column, Constraint, ConstraintKind, Expression, ForeignKey, Index, IndexKey, Name,
        ObjectName, Table,
    },
    change::{Object, ObjectPath},
    dialect::{expression, postgres::render::type_is_swapped},
    target::{Dialect, Target},
};

/// Columns that change in a way that concerns what is built on them.
#[derive(Default)]
pub(super) struct Rebuilt {
    /// Columns that get another type or collation.
    retyped: BTreeSet<(ObjectName, Name)>,
    /// PostgreSQL: generated columns that are computed from them.
    computed: BTreeSet<(ObjectName, Name)>,
    /// Whether what is in the way is dropped and made again.
    executable: bool,
}

impl Rebuilt {
    pub(super) fn new(from: &Catalog, to: &Catalog, target: &Target, executable: bool) -> Self {
        let mut rebuilt = Self { executable, ..Self::default() };
        for old in from.tables.iter() {
            let Some(new) = to.tables.get(&old.name).filter(|new| !Arc::ptr_eq(old, new)) else { continue };
            for column in &old.columns {
                let Some((_, after)) =
                    find(&new.columns, |c| &c.name, |n| same::name(to.dialect, n, &column.name))
                else {
                    continue;
                };
                if retypes(column, after) || executable && swapped(from, to, column) {
                    rebuilt.retyped.insert((old.name.clone(), column.name.clone()));
                }
            }
            if executable && to.dialect == Dialect::Postgres && old.complete && new.complete {
                let computed: Vec<Name> = old
                    .columns
                    .iter()
                    .filter(|c| {
                        c.generated.as_ref().is_some_and(|g| rebuilt.reads(old, &g.expression, target))
                    })
                    .map(|c| c.name.clone())
                    .collect();
                rebuilt.computed.extend(computed.into_iter().map(|c| (old.name.clone(), c)));
            }
        }
        rebuilt
    }

    /// Whether an expression about the table mentions a column that gets another type.
    fn reads(&self, table: &Table, expression: &Expression, target: &Target) -> bool {
        self.touches(&table.name)
            && expression::columns(expression, target).into_iter().any(|c| self.retypes(&table.name, &c))
    }

    /// Whether a column of the table gets another type.
    pub(super) fn touches(&self, table: &ObjectName) -> bool {
        let start = (table.clone(), Name::default());
        self.retyped.range(start..).next().is_some_and(|(name, _)| name == table)
    }

    fn retypes(&self, table: &ObjectName, column: &Name) -> bool {
        self.retyped.contains(&(table.clone(), column.clone()))
    }

    /// Whether the column is dropped and made again.
    pub(super) fn computes(&self, table: &ObjectName, column: &Name) -> bool {
        self.computed.contains(&(table.clone(), column.clone()))
    }

    fn computes_any(
        &self,
        table: &ObjectName,
        keys: &[IndexKey],
        more: &[Name],
        texts: &[&Expression],
    ) -> bool {
        if self.computed.is_empty() {
            return false;
        }
        let target = Target::new(Dialect::Postgres);
        let expressions = keys.iter().filter_map(|key| key.expression.as_ref()).chain(texts.iter().copied());
        keys.iter().filter_map(|key| key.column.as_ref()).chain(more).any(|c| self.computes(table, c))
            || expressions
                .flat_map(|e| expression::columns(e, &target))
                .any(|column| self.computes(table, &column))
    }

    /// Whether a constraint goes with a column that is made again.
    pub(super) fn takes_constraint(&self, table: &ObjectName, constraint: &Constraint) -> bool {
        match &constraint.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                self.computes_any(table, &key.columns, &key.include, &[])
            }
            ConstraintKind::ForeignKey(key) => self.computes_any(table, &[], &key.columns, &[]),
            ConstraintKind::Check { expression: e, .. } | ConstraintKind::Exclude { definition: e } => {
                self.computes_any(table, &[], &[], &[e])
            }
        }
    }

    /// Whether an index goes with a column that is made again.
    pub(super) fn takes_index(&self, table: &ObjectName, index: &Index) -> bool {
        let predicate: Vec<&Expression> = index.predicate.iter().collect();
        self.computes_any(table, &index.keys, &index.include, &predicate)
    }

    /// Whether the text of a trigger may name a column that gets another type or is made again.
    pub(super) fn holds_trigger(&self, table: &ObjectName, definition: &str) -> bool {
        let text = definition.to_lowercase();
        let named = |set: &BTreeSet<(ObjectName, Name)>| {
            let of_table =
                set.range((table.clone(), Name::default())..).take_while(|(name, _)| name == table);
            of_table.into_iter().any(|(_, column)| text.contains(&column.to_lowercase()))
        };
        self.executable && (named(&self.retyped) || named(&self.computed))
    }
}

fn retypes(a: &Column, b: &Column) -> bool {
    a.data_type != b.data_type || a.collation != b.collation || a.charset != b.charset
}

/// Whether the column's own type is replaced by another one of its name, because the server cannot alter it.
fn swapped(from: &Catalog, to: &Catalog, column: &Column) -> bool {
    let Some(custom) = column.data_type.custom.as_ref() else { return false };
    match (from.types.get(custom), to.types.get(custom)) {
        (Some(old), Some(new)) => type_is_swapped(&old.kind, &new.kind),
        _ => false,
    }
}

impl Differ<'_> {
    /// Whether a foreign key has to be dropped though it stays: both of its ends change their type, or a key or index
    /// goes that it rests on.
    pub(super) fn lifts(&self, table: &Table, key: &ForeignKey) -> bool {
        if !self.rebuilt_columns.executable || !table.complete {
            return false;
        }
        let mine = key.columns.iter().any(|c| self.rebuilt_columns.retypes(&table.name, c));
        let other = key.referenced.iter().any(|c| self.rebuilt_columns.retypes(&key.table, c));
        // MariaDB changes no referenced column in place, not even with `foreign_key_checks` off (error 1833).
        if mine && other || (mine || other) && self.to.dialect == Dialect::MariaDb {
            return true;
        }
        let target = self.work.tables.get(&key.table);
        if target.is_some_and(|target| self.serving_goes(target, &key.referenced, true)) {
            return true;
        }
        self.to.dialect.is_mysql_family() && self.serving_goes(table, &key.columns, false)
    }

    /// Whether the keys on `columns` of a table go. PostgreSQL has tied the foreign key to one of several, which is not
    /// known: each has to stay. The MySQL family needs any.
    fn serving_goes(&self, table: &Table, columns: &[Name], unique: bool) -> bool {
        let Some(new) = self.to.tables.get(&table.name) else { return false };
        let dialect = self.to.dialect;
        let mysql = dialect.is_mysql_family();
        let serves = |keys: &[IndexKey]| {
            let plain = |key: &IndexKey| key.column.clone().unwrap_or_default();
            if mysql {
                keys.len() >= columns.len()
                    && keys.iter().zip(columns).all(|(key, c)| same::name(dialect, &plain(key), c))
            } else {
                keys.len() == columns.len() && columns.iter().all(|c| keys.iter().any(|key| plain(key) == *c))
            }
        };
        let constraints = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) if serves(&key.columns) => {
                Some(self.keeps(constraint, new))
            }
            _ => None,
        });
        let indexes = table
            .indexes
            .iter()
            .filter(|index| (mysql || index.unique || !unique) && serves(&index.keys))
            .map(|index| self.keeps_index(index, new));
        let (mut stay, mut go) = (0, 0);
        for stays in constraints.chain(indexes) {
            if stays { stay += 1 } else { go += 1 }
        }
        go > 0 && (!mysql || stay == 0)
    }

    /// Takes a default away that calls a sequence which goes or that the column's new type does not take, and an identity
    /// whose sequence has the name of one that comes: a `serial` column that becomes an identity, and back.
    pub(super) fn release_defaults(&mut self) {
        if !self.rebuilt_columns.executable || self.to.dialect != Dialect::Postgres {
            return;
        }
        let mut released = Vec::new();
        for old in self.work.tables.iter() {
            let Some(new) = self.to.tables.get(&old.name).filter(|new| !Arc::ptr_eq(old, new)) else {
                continue;
            };
            for (position, column) in old.columns.iter().enumerate() {
                let Some((_, after)) = find(&new.columns, |c| &c.name, |n| *n == column.name) else {
                    continue;
                };
                let mut freed = column.clone();
                let calls = |e: &Expression| {
                    expression::functions(e, &self.target).iter().any(|function| *function == "nextval")
                };
                let bound = column.default.as_ref().is_some_and(calls) || swapped(self.from, self.to, column);
                if column.default != after.default && bound {
                    freed.default = None;
                }
                let taken = |name: &Name| {
                    let name = old.name.sibling(name.clone());
                    self.to.sequences.contains(&name) && !self.work.sequences.contains(&name)
                };
                if after.identity.is_none() && column.identity.as_ref().is_some_and(|i| taken(&i.sequence)) {
                    freed.identity = None;
                }
                if freed != *column {
                    released.push((old.name.clone(), position, column.clone(), freed));
                }
            }
        }
        for (table, position, before, after) in released {
            let path = ObjectPath::Column { table, name: before.name.clone() };
            let side = |column| Object::Column { column: Box::new(column), position };
            self.alter(path, side(before), side(after), true);
        }
    }
}
