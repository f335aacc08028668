//! Columns of partitions and children: what a statement on the parent does to them, and what is left to be said.
//!
//! Measured on PostgreSQL 14, 17 and 18: types, defaults, NOT NULL, expressions, storage and statistics are passed on;
//! comments, compression and the options in parentheses are not; identity is by partitions since 17.
use super::{About, Progress, Writer, family::is_child};
use crate::{
    catalog::{Column, Link, Name, ObjectName, Table},
    change::{Delta, Object, ObjectPath},
};

/// What a column of a parent was before the statement.
#[derive(Clone)]
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
        self.catalog.server_version.at_least(17, 0, 0)
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
        column.identity.is_some() && !shared && !self.direct_children(table).is_empty()
    }

    fn direct_children(&self, table: &ObjectName) -> Vec<ObjectName> {
        let children = self.catalog.tables.linked(Link::Child, table).filter(|t| is_child(t, table));
        children.map(|t| t.name.clone()).collect()
    }

    /// Lets the children's later changes of a column follow the parent's, from `before` to `after`:
    /// what the server does by itself is not written again, what it does otherwise is put right.
    pub(super) fn pass_on(&mut self, table: &ObjectName, before: Former, after: &Column) {
        // What each of them is by now, for their own children.
        let mut open: Vec<(ObjectName, Former, Column)> = vec![(table.clone(), before, after.clone())];
        while let Some((parent, before, after)) = open.pop() {
            for child in self.direct_children(&parent) {
                let Some(wanted) = self.wanted(&child, &after.name, matches!(before, Former::Missing)) else {
                    continue;
                };
                let Some(now) = self.catalog.tables.get(&child).map(|t| own(t, &after.name)) else {
                    continue;
                };
                let shared = self.is_partition(&child) && self.shares_identity();
                let got = match (&before, &now) {
                    (Former::Missing, Some(own)) => own.clone(),
                    (Former::Missing | Former::Dropped, _) => given(&after, shared),
                    (Former::Column(before), own) => {
                        passed(before, &after, own.as_ref().unwrap_or(&after), shared)
                    }
                };
                if got != wanted {
                    self.change_column(&child, &got, &wanted);
                }
                let former = match (&before, now) {
                    (Former::Column(_), Some(own)) => Former::Column(Box::new(own)),
                    _ => before.clone(),
                };
                open.push((child, former, wanted));
            }
        }
    }

    /// What a child's column is to be: after its later change, which is done with that, or as it is now.
    fn wanted(&mut self, child: &ObjectName, column: &Name, new: bool) -> Option<Column> {
        let path = ObjectPath::Column { table: child.clone(), name: column.clone() };
        let at = self.later(&About::Relation(child.clone()), |change| {
            change.path == path
                && match change.delta {
                    Delta::Create { .. } => new,
                    Delta::Alter { .. } => !new,
                    Delta::Drop { .. } | Delta::Rename { .. } => false,
                }
        });
        let Some(at) = at else {
            return self.catalog.tables.get(child).and_then(|t| own(t, column)).filter(|_| !new);
        };
        if let Some(state) = self.state.get_mut(at) {
            *state = Progress::Implied;
        }
        match &self.changes.get(at)?.delta {
            Delta::Create { after: Object::Column { column, .. } }
            | Delta::Alter { after: Object::Column { column, .. }, .. } => Some(Column::clone(column)),
            _ => None,
        }
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
