//! Names for what a statement leaves unnamed, and whether a name is taken.
use super::run::{Run, has_index};
use crate::{
    catalog::{ConstraintKind, ForeignKey, Index, IndexKey, Link, Name, ObjectName, Table},
    dialect::{mysql::names as mysql, postgres::names as postgres},
    target::Dialect,
};

/// Generated names that count for the next number of the MySQL family: those that the table had before the statement,
/// and those that the statement generated.
#[derive(Default)]
pub(super) struct Naming {
    foreign_keys: Vec<Name>,
    checks: Vec<Name>,
    /// PostgreSQL: sequences that the statement makes.
    pub(super) sequences: Vec<Name>,
}

impl Naming {
    /// For a statement on an existing table.
    pub(super) fn of(table: &Table) -> Self {
        let mut naming = Self::default();
        for constraint in &table.constraints {
            match constraint.kind {
                ConstraintKind::ForeignKey(_) => naming.foreign_keys.push(constraint.name.clone()),
                ConstraintKind::Check { .. } => naming.checks.push(constraint.name.clone()),
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::Exclude { .. } => {}
            }
        }
        naming
    }
}

impl Run<'_> {
    /// PostgreSQL: whether a relation of this name exists in the table's schema, or is part of the table itself, which
    /// may still be a draft.
    pub(super) fn relation_taken(&self, table: &Table, naming: &Naming, name: &str) -> bool {
        *table.name.name == *name
            || naming.sequences.iter().any(|s| *s == *name)
            || table.indexes.iter().any(|i| i.name == *name)
            || table.constraints.iter().any(|c| c.name == *name && has_index(c))
            || table.columns.iter().any(|c| c.identity.as_ref().is_some_and(|i| i.sequence == *name))
            || self.relation(&table.name.sibling(name)).is_some()
    }

    /// PostgreSQL: whether the schema has a constraint of this name, on whichever table.
    fn constraint_taken(&self, table: &Table, name: &str) -> bool {
        table.constraints.iter().any(|c| c.name == *name)
            || self
                .catalog()
                .tables
                .linked(Link::Constraint, &table.name.sibling(name))
                .filter(|t| t.name.schema == table.name.schema)
                .any(|t| t.constraints.iter().any(|c| c.name == *name))
    }

    /// The name of an unnamed constraint.
    pub(super) fn constraint_name_for(
        &self,
        table: &Table,
        kind: &ConstraintKind,
        naming: &mut Naming,
    ) -> Name {
        match self.catalog().dialect {
            Dialect::Postgres => self.postgres_constraint(table, kind, naming),
            dialect @ (Dialect::MySql | Dialect::MariaDb) => match kind {
                ConstraintKind::PrimaryKey(_) => mysql::PRIMARY.into(),
                ConstraintKind::ForeignKey(_) => {
                    let stem = mysql::foreign_key_stem(&table.name.name);
                    let name = mysql::next(&stem, naming.foreign_keys.iter().map(|n| &**n));
                    naming.foreign_keys.push(name.clone());
                    name
                }
                ConstraintKind::Check { .. } if dialect == Dialect::MySql => {
                    let stem = mysql::check_stem(&table.name.name, dialect);
                    let name = mysql::next(&stem, naming.checks.iter().map(|n| &**n));
                    naming.checks.push(name.clone());
                    name
                }
                ConstraintKind::Check { .. } => {
                    mysql::lowest_free(&mysql::check_stem(&table.name.name, dialect), |name| {
                        table.constraints.iter().any(|c| c.name.eq_ignore_ascii_case(name))
                    })
                }
                ConstraintKind::Unique(key) => self.index_name_for(table, &key.columns, &[], naming),
                ConstraintKind::Exclude { .. } => Name::default(),
            },
        }
    }

    fn postgres_constraint(&self, table: &Table, kind: &ConstraintKind, naming: &Naming) -> Name {
        let first = &*table.name.name;
        let both = |n: &str| self.relation_taken(table, naming, n) || self.constraint_taken(table, n);
        let alone = |n: &str| self.constraint_taken(table, n);
        match kind {
            ConstraintKind::PrimaryKey(_) => postgres::choose(first, None, "pkey", both),
            ConstraintKind::Unique(key) => {
                let columns = postgres::index_columns(&key.columns, &key.include);
                let second = postgres::addition(columns.iter().map(String::as_str));
                postgres::choose(first, Some(&second), "key", both)
            }
            ConstraintKind::ForeignKey(ForeignKey { columns, .. }) => {
                let second = postgres::addition(columns.iter().map(|c| &**c));
                postgres::choose(first, Some(&second), "fkey", alone)
            }
            ConstraintKind::Check { expression, .. } => {
                let columns = self.mentioned(expression, table);
                let second = match columns.as_slice() {
                    [one] => Some(&**one),
                    _ => None,
                };
                postgres::choose(first, second, "check", alone)
            }
            ConstraintKind::Exclude { definition } => {
                let columns = exclusion_columns(&definition.sql);
                let second = postgres::addition(columns.iter().map(String::as_str));
                postgres::choose(first, Some(&second), "excl", both)
            }
        }
    }

    /// The name of an unnamed index.
    pub(super) fn index_name_for(
        &self,
        table: &Table,
        keys: &[IndexKey],
        include: &[Name],
        naming: &Naming,
    ) -> Name {
        if self.mysql() {
            let first = keys.first().and_then(|k| k.column.as_deref());
            return mysql::index(first, |name| self.index_taken(table, name));
        }
        let columns = postgres::index_columns(keys, include);
        let second = postgres::addition(columns.iter().map(String::as_str));
        postgres::choose(&table.name.name, Some(&second), "idx", |n| self.relation_taken(table, naming, n))
    }

    /// MySQL family: whether the table has an index of this name.
    pub(super) fn index_taken(&self, table: &Table, name: &str) -> bool {
        table.indexes.iter().any(|i| self.same(&i.name, name))
    }

    /// PostgreSQL: the sequence of a `serial` or identity column.
    pub(super) fn sequence_name_for(&self, table: &Table, column: &str, naming: &mut Naming) -> Name {
        let name = postgres::choose(&table.name.name, Some(column), "seq", |n| {
            self.relation_taken(table, naming, n)
        });
        naming.sequences.push(name.clone());
        name
    }

    /// The index that the MySQL family makes for a foreign key that no index serves, and the places of older ones of
    /// that kind which it replaces (the last first). `None` when an index serves already.
    pub(super) fn implicit_index(
        &self,
        table: &Table,
        key: &ForeignKey,
        written: Option<&Name>,
        naming: &Naming,
    ) -> Option<(Index, Vec<usize>)> {
        let covers = |columns: &[IndexKey], method: &str| {
            !matches!(method, "fulltext" | "spatial" | "hash") && self.starts_with(columns, &key.columns)
        };
        if table.primary_key().is_some_and(|(_, k)| covers(&k.columns, "btree")) {
            return None;
        }
        let serves =
            |i: &Index| covers(&i.keys, &i.method) && (!i.implicit || i.keys.len() > key.columns.len());
        if table.indexes.iter().any(serves) {
            return None;
        }
        let keys: Vec<IndexKey> = key.columns.iter().map(|c| IndexKey::column(c.clone())).collect();
        let replaced = self.superseded(table, &keys);
        let mut rest = table.clone();
        for place in &replaced {
            rest.indexes.remove(*place);
        }
        let name = match written {
            Some(name) if !self.index_taken(&rest, name) => name.clone(),
            _ => self.index_name_for(&rest, &keys, &[], naming),
        };
        Some((Index { implicit: true, ..Index::new(name, keys) }, replaced))
    }

    /// The places of implicit indexes that an index on `keys` makes superfluous, the last first.
    pub(super) fn superseded(&self, table: &Table, keys: &[IndexKey]) -> Vec<usize> {
        let prefix = |i: &Index| {
            i.implicit && {
                let columns: Vec<Name> = i.keys.iter().filter_map(|k| k.column.clone()).collect();
                self.starts_with(keys, &columns)
            }
        };
        (0..table.indexes.len()).rev().filter(|at| prefix(&table.indexes[*at])).collect()
    }

    /// Whether the keys begin with these columns, whole and in this order.
    pub(super) fn starts_with(&self, keys: &[IndexKey], columns: &[Name]) -> bool {
        keys.len() >= columns.len()
            && keys
                .iter()
                .zip(columns)
                .all(|(k, c)| k.prefix.is_none() && k.column.as_ref().is_some_and(|name| self.same(name, c)))
    }
}

/// The elements of `EXCLUDE USING gist (a WITH =, lower(b) WITH &&)` as they enter its name.
fn exclusion_columns(definition: &str) -> Vec<String> {
    let inner = definition.find('(').map_or("", |open| &definition[open + 1..]);
    let mut columns = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, b) in inner.bytes().enumerate() {
        let end = match b {
            b'(' => {
                depth += 1;
                false
            }
            b')' if depth == 0 => true,
            b')' => {
                depth -= 1;
                false
            }
            b',' => depth == 0,
            _ => false,
        };
        if end {
            let element = inner[start..at].trim();
            let lower = element.to_ascii_lowercase();
            let element = lower.rfind(" with ").map_or(element, |with| &element[..with]);
            columns.push(postgres::figure(element).unwrap_or_else(|| "expr".to_owned()));
            start = at + 1;
        }
        if end && b == b')' {
            break;
        }
    }
    columns
}

/// The full name of a sibling relation.
pub(super) fn sibling(table: &ObjectName, name: &Name) -> ObjectName {
    table.sibling(name.clone())
}
