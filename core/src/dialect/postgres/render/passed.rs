//! Columns of partitions and children: what a statement on the parent does to them, and what is left to be said.
//!
//! Measured on PostgreSQL 14, 17 and 18: types, defaults, NOT NULL, expressions, storage and statistics are passed on;
//! comments, compression and the options in parentheses are not; identity is by partitions since 17.
use super::{About, Progress, Writer};
use crate::{
    catalog::{Column, Name, ObjectName, Table},
    change::{Delta, Object, ObjectPath},
    dialect::postgres::versions::partitions_share_identity,
};

/// What a column of a parent was before the statement.
pub(super) enum Former {
    /// It was not there.
    Missing,
    /// It was dropped, to be made again.
    Dropped,
    /// It was this.
    Column(Box<Column>),
}

/// Options of a column that children take over when they are set.
const PASSED: [&str; 2] = ["storage", "statistics"];

impl Writer<'_> {
    /// Whether partitions have the identity columns of their parents.
    pub(super) fn shares_identity(&self) -> bool {
        partitions_share_identity(self.catalog.server_version)
    }

    /// Whether a table's columns get the identity of its parent's: it is a partition, or becomes one later.
    pub(super) fn has_parents_identity(&self, table: &ObjectName) -> bool {
        let path = ObjectPath::Table { name: table.clone() };
        let attaches = |delta: &Delta| match delta {
            Delta::Alter { after: Object::TableProperties(after), .. } => after.partition_of.is_some(),
            _ => false,
        };
        self.shares_identity()
            && (self.is_partition(table)
                || self.later(&About::Object(path), |change| attaches(&change.delta)).is_some())
    }

    /// Whether a new identity column has to be an ordinary one first, because children do not share it.
    pub(super) fn identity_comes_later(&self, table: &ObjectName, column: &Column) -> bool {
        let shared = self.is_partitioned(table) && self.shares_identity();
        column.identity.is_some() && !shared && !self.children(table).is_empty()
    }

    /// Lets the children's changes of a column follow the parent's, from `before` to `after`: what the server does by
    /// itself is not written again; what it does otherwise is put right, by the child's own change in its turn where
    /// there is one.
    ///
    /// The server does the same to all that inherit, so each is looked at once, whatever way leads to it.
    pub(super) fn pass_on(&mut self, table: &ObjectName, before: &Former, after: &Column) {
        for child in self.children(table) {
            let Some(now) = self.catalog.tables.get(&child).map(|t| own(t, &after.name)) else { continue };
            let shared = self.is_partition(&child) && self.shares_identity();
            let later = self.later_change(&child, &after.name, now.is_none());
            let got = match (before, &now) {
                (Former::Missing, Some(now)) => now.clone(),
                (Former::Dropped, Some(_)) => given(after, shared),
                (Former::Column(before), Some(now)) => passed(before, after, now, shared),
                // The model does not say that the child gets it.
                (_, None) if later.is_none() => continue,
                (_, None) => given(after, shared),
            };
            match later {
                Some((at, wanted)) if wanted == got => {
                    if let Some(state) = self.state.get_mut(at) {
                        *state = Progress::Implied;
                    }
                }
                Some(_) => {
                    self.catalog.tables.edit(&child, |t| {
                        match t.columns.iter_mut().find(|c| c.name == got.name) {
                            Some(column) => *column = got,
                            None => t.columns.push(got),
                        }
                    });
                }
                None => {
                    if let Some(now) = now.filter(|now| *now != got) {
                        self.change_column(&child, &got, &now, false);
                    }
                }
            }
        }
    }

    /// The later change of a child's column, and what the column is behind it: its creation, or its first change.
    fn later_change(&self, child: &ObjectName, column: &Name, new: bool) -> Option<(usize, Column)> {
        let path = ObjectPath::Column { table: child.clone(), name: column.clone() };
        let at = self.later(&About::Object(path), |change| match change.delta {
            Delta::Create { .. } => new,
            Delta::Alter { .. } => !new,
            Delta::Drop { .. } | Delta::Rename { .. } => false,
        })?;
        match &self.changes.get(at)?.delta {
            Delta::Create { after: Object::Column { column, .. } }
            | Delta::Alter { after: Object::Column { column, .. }, .. } => Some((at, Column::clone(column))),
            _ => None,
        }
    }

    /// Whether a change of a column stays with the table, which has children: none of theirs follows, and `ONLY` is taken
    /// for what changes.
    pub(super) fn stays_alone(&self, table: &ObjectName, before: &Column, after: &Column) -> bool {
        let children = self.children(table);
        if children.is_empty() {
            return false;
        }
        let mut alike = before.clone();
        alike.default.clone_from(&after.default);
        alike.comment.clone_from(&after.comment);
        alike.options.clone_from(&after.options);
        if !self.is_partitioned(table) && !self.catalog.server_version.at_least(18, 0, 0) {
            alike.nullable = after.nullable;
        }
        alike == *after && children.iter().all(|child| self.later_change(child, &after.name, false).is_none())
    }

    /// Lets the catalog have a column that was written from what it was in the meantime.
    pub(super) fn settle(&mut self, table: &ObjectName, after: &Column) {
        self.catalog.tables.edit(table, |t| {
            t.columns.iter_mut().filter(|c| c.name == after.name).for_each(|c| c.clone_from(after));
        });
    }

    /// A column as it is now: a statement on a parent may have changed or made it before its turn.
    pub(super) fn column_now(&self, table: &ObjectName, column: &Name) -> Option<Column> {
        self.catalog.tables.get(table).and_then(|t| own(t, column))
    }
}

fn own(table: &Table, column: &Name) -> Option<Column> {
    table.columns.iter().find(|c| c.name == *column).cloned()
}

/// What a child gets of a new column.
fn given(parent: &Column, shared: bool) -> Column {
    let mut column = Column { comment: None, ..parent.clone() };
    column.identity = column.identity.filter(|_| shared);
    // A column's parameters are set by a statement of their own.
    column.options.retain(|option, _| PASSED.contains(&option.as_str()) || option == "compression");
    column
}

/// What becomes of a child's column when its parent's changes.
fn passed(before: &Column, after: &Column, child: &Column, shared: bool) -> Column {
    let mut column = child.clone();
    let retyped = before.data_type != after.data_type || before.collation != after.collation;
    if retyped {
        column.data_type = after.data_type.clone();
        column.collation.clone_from(&after.collation);
    }
    if before.default != after.default || retyped && before.default.is_some() {
        column.default.clone_from(&after.default);
    }
    if before.nullable != after.nullable {
        column.nullable = after.nullable;
    }
    if before.generated != after.generated {
        column.generated.clone_from(&after.generated);
    }
    if shared && before.identity != after.identity {
        column.identity.clone_from(&after.identity);
    }
    for option in PASSED.into_iter().filter(|o| before.options.get(*o) != after.options.get(*o)) {
        match after.options.get(option) {
            Some(value) => column.options.insert(option.to_owned(), value.clone()),
            None => column.options.remove(option),
        };
    }
    column
}
