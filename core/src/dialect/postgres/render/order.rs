//! What has to be written before a change, though it comes later: an undone list of changes is in reverse order, and
//! what the server did in one step has no order of its own.
use super::{About, Progress, Writer};
use crate::{
    catalog::{Column, ConstraintKind, IndexKey, Name, ObjectName},
    change::{Change, Delta, Object, ObjectPath},
};

/// How many changes may wait for each other. Real schemas need a few; the limit keeps the stack small.
const DEPTH: usize = 64;

impl Writer<'_> {
    /// Runs those later changes that must come before `change`, the one at `at`.
    pub(super) fn run_first(&mut self, at: usize, change: &Change) {
        if self.depth >= DEPTH {
            return;
        }
        self.depth += 1;
        match &change.delta {
            Delta::Create { after } => self.run_creations(&change.path, after),
            Delta::Drop { before: Object::View(_) | Object::Table(_) | Object::Column { .. } } => {
                if let (Delta::Drop { before: Object::View(view) }, true) = (&change.delta, self.depth > 1) {
                    // It goes before its turn: what happens to it until then comes first.
                    self.run_until(at, &About::Relation(view.name.clone()));
                }
                if let Some(name) = change.path.relation().cloned() {
                    self.run_going_readers(name);
                }
            }
            // The server lets nothing go that a partition has from its parent, while it is one.
            Delta::Drop { before: Object::Constraint { .. } | Object::Index { .. } } => {
                if let Some(table) = change.path.relation().filter(|table| self.is_partition(table)).cloned()
                {
                    self.run_all(&About::Object(ObjectPath::Table { name: table }), is_detached);
                }
            }
            Delta::Alter {
                before: Object::Column { column: before, .. },
                after: Object::Column { column, .. },
            } => {
                // A default that only goes is in the way of the type's change.
                let freed =
                    before.default.is_some() && **column == Column { default: None, ..Column::clone(before) };
                if let Some(custom) = column.data_type.custom.clone().filter(|_| !freed) {
                    let about = About::Object(ObjectPath::Type { name: custom });
                    self.run_all(&about, |change| matches!(change.delta, Delta::Alter { .. }));
                }
            }
            _ => {}
        }
        self.run_parents(at, change);
        self.depth -= 1;
    }

    /// Runs the later changes about `about` that `wanted` accepts.
    fn run_all(&mut self, about: &About, wanted: impl Fn(&Change) -> bool) {
        let mut next = 0;
        while let Some(at) = self.places.of(about).get(next).copied() {
            next += 1;
            if self.state.get(at) == Some(&Progress::Open) && self.changes.get(at).is_some_and(&wanted) {
                self.run(at);
            }
        }
    }

    /// Drops the views that read the relation and are there now: another one by the name of one of them may come later.
    fn run_going_readers(&mut self, name: ObjectName) {
        for at in self.places.of(&About::GoingReaders(name)).to_vec() {
            let there =
                |change: &Change| change.path.relation().is_some_and(|r| self.catalog.views.contains(r));
            if self.state.get(at) == Some(&Progress::Open) && self.changes.get(at).is_some_and(there) {
                self.run(at);
            }
        }
    }

    /// Runs the changes about `about` that stand before the one at `end`.
    fn run_until(&mut self, end: usize, about: &About) {
        let open = |at: &usize| *at < end && self.state.get(*at) == Some(&Progress::Open);
        let waiting: Vec<usize> = self.places.of(about).iter().copied().filter(open).collect();
        for at in waiting {
            self.run(at);
        }
    }

    fn run_creation_of(&mut self, path: ObjectPath) {
        self.run_all(&About::Object(path), |change| matches!(change.delta, Delta::Create { .. }));
    }

    /// What a new object needs: the tables and views it reads, its parents, its columns, its sequences.
    fn run_creations(&mut self, path: &ObjectPath, object: &Object) {
        match object {
            Object::View(view) => {
                for read in &view.reads {
                    self.run_creation_of(ObjectPath::Table { name: read.clone() });
                    self.run_creation_of(ObjectPath::View { name: read.clone() });
                    // A column that a query groups by may need its key.
                    self.run_all(&About::NewParts(read.clone()), |_| true);
                }
            }
            Object::Table(table) => {
                let properties = &table.properties;
                let parents =
                    properties.partition_of.iter().map(|(parent, _)| parent).chain(&properties.inherits);
                for parent in parents {
                    self.run_creation_of(ObjectPath::Table { name: parent.clone() });
                }
                let name = table.name.clone();
                self.run_owned_sequences(&name, None);
            }
            Object::Column { column, .. } => {
                if let Some(table) = path.relation() {
                    self.run_owned_sequences(table, Some(&column.name));
                }
            }
            Object::Constraint { constraint, .. } => {
                let columns: Vec<Name> = match &constraint.kind {
                    ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => named(&key.columns),
                    ConstraintKind::ForeignKey(key) => key.columns.clone(),
                    _ => Vec::new(),
                };
                self.run_columns(path, &columns);
            }
            Object::Index { index, .. } => self.run_columns(path, &named(&index.keys)),
            _ => {}
        }
    }

    /// Sequences that a column owns are there before the column, whose default calls them.
    fn run_owned_sequences(&mut self, table: &ObjectName, column: Option<&Name>) {
        self.run_all(&About::NewOwned(table.clone()), |change| match &change.delta {
            Delta::Create { after: Object::Sequence(sequence) } => sequence
                .owned_by
                .as_ref()
                .is_some_and(|(owner, name)| owner == table && column.is_none_or(|column| column == name)),
            _ => false,
        });
    }

    fn run_columns(&mut self, path: &ObjectPath, columns: &[Name]) {
        let Some(table) = path.relation() else { return };
        for name in columns {
            self.run_creation_of(ObjectPath::Column { table: table.clone(), name: name.clone() });
        }
    }

    /// A change of a partition or child waits for the same change of its parent, which brings it about.
    fn run_parents(&mut self, at: usize, change: &Change) {
        let Some(table) = change.path.relation() else { return };
        let Some(table) = self.catalog.tables.get(table).cloned() else { return };
        let properties = &table.properties;
        for parent in properties.partition_of.iter().map(|(parent, _)| parent).chain(&properties.inherits) {
            let path = match &change.path {
                ObjectPath::Column { name, .. } => {
                    ObjectPath::Column { table: parent.clone(), name: name.clone() }
                }
                ObjectPath::Constraint { name, .. } => {
                    ObjectPath::Constraint { table: parent.clone(), name: name.clone() }
                }
                _ => continue,
            };
            let verb = change.verb();
            if let Some(found) = self.later(&About::Object(path), |change| change.verb() == verb) {
                // Open again, so that the parent's change can mark it as done by the server.
                self.reopen(at);
                self.run(found);
                self.close(at);
            }
        }
    }
}

/// Whether a change takes a partition from its parent.
fn is_detached(change: &Change) -> bool {
    match &change.delta {
        Delta::Alter { before: Object::TableProperties(before), after: Object::TableProperties(after) } => {
            before.partition_of.is_some() && before.partition_of != after.partition_of
        }
        _ => false,
    }
}

fn named(keys: &[IndexKey]) -> Vec<Name> {
    keys.iter().filter_map(|key| key.column.clone()).collect()
}
