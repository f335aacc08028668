//! A table while changes of it are gathered: as it was, and as it shall be.
use crate::{
    catalog::{
        Catalog, Column, Constraint, ConstraintKind, Index, IndexKey, Name, ObjectName, Table,
        TableProperties,
    },
    change::{Change, Delta, Object, ObjectPath},
    dialect::expression,
    target::{Dialect, Target},
};

/// Something of the table with what it was before, under its old name.
pub(super) struct Slot<T> {
    /// As it was, and its place in the old list; `None` for something new.
    pub(super) origin: Option<(usize, T)>,
    /// As it shall be.
    pub(super) now: T,
    /// The name on the server so far.
    pub(super) old_name: Name,
}

impl<T> Slot<T> {
    /// What it was before.
    pub(super) fn before(&self) -> Option<&T> {
        self.origin.as_ref().map(|(_, before)| before)
    }
}

/// The gathered changes of one table.
pub(super) struct Draft {
    pub(super) name: ObjectName,
    /// Whether every column is known, so that places mean something.
    pub(super) complete: bool,
    pub(super) before: TableProperties,
    pub(super) properties: TableProperties,
    /// The database's default collation, when known.
    pub(super) database_collation: Option<String>,
    pub(super) columns: Vec<Slot<Column>>,
    pub(super) indexes: Vec<Slot<Index>>,
    pub(super) constraints: Vec<Slot<Constraint>>,
    pub(super) dropped_columns: Vec<Column>,
    pub(super) dropped_indexes: Vec<Index>,
    pub(super) dropped_constraints: Vec<Constraint>,
}

/// What a list of the table holds.
trait Part: Clone {
    fn name_mut(&mut self) -> &mut Name;
    fn name(&self) -> &Name;
}

macro_rules! part {
    ($kind:ty) => {
        impl Part for $kind {
            fn name_mut(&mut self) -> &mut Name {
                &mut self.name
            }

            fn name(&self) -> &Name {
                &self.name
            }
        }
    };
}

part!(Column);
part!(Index);
part!(Constraint);

impl Draft {
    /// The table as the catalog has it. A table that it does not have is known by the changes alone.
    pub(super) fn new(name: &ObjectName, catalog: &Catalog) -> Self {
        let table = catalog.tables.get(name).map_or_else(
            || Table { complete: false, ..Table::new(name.clone()) },
            |table| Table::clone(table),
        );
        Self {
            name: name.clone(),
            complete: table.complete,
            before: table.properties.clone(),
            properties: table.properties,
            database_collation: catalog.default_collation.clone(),
            columns: slots(table.columns),
            indexes: slots(table.indexes),
            constraints: slots(table.constraints),
            dropped_columns: Vec::new(),
            dropped_indexes: Vec::new(),
            dropped_constraints: Vec::new(),
        }
    }

    /// Whether a foreign key is new or another one than before.
    pub(super) fn adds_foreign_key(&self) -> bool {
        self.constraints.iter().any(|slot| {
            matches!(slot.now.kind, ConstraintKind::ForeignKey(_)) && slot.before() != Some(&slot.now)
        })
    }

    /// Takes a change of this table in.
    pub(super) fn apply(&mut self, change: &Change, target: &Target) {
        match (&change.path, &change.delta) {
            (ObjectPath::Column { name, .. }, Delta::Rename { to: ObjectPath::Column { name: to, .. } }) => {
                rename(&mut self.columns, name, to);
                self.follow(name, to, target);
            }
            (ObjectPath::Index { name, .. }, Delta::Rename { to: ObjectPath::Index { name: to, .. } }) => {
                rename(&mut self.indexes, name, to);
            }
            (
                ObjectPath::Constraint { name, .. },
                Delta::Rename { to: ObjectPath::Constraint { name: to, .. } },
            ) => rename(&mut self.constraints, name, to),
            (_, Delta::Create { after }) => match after {
                Object::Column { column, position } => create(&mut self.columns, column, *position),
                Object::Index { index, position } => create(&mut self.indexes, index, *position),
                Object::Constraint { constraint, position } => {
                    create(&mut self.constraints, constraint, *position);
                }
                _ => {}
            },
            (_, Delta::Drop { before }) => match before {
                Object::Column { column, .. } => {
                    self.dropped_columns.extend(remove(&mut self.columns, column));
                }
                Object::Index { index, .. } => self.dropped_indexes.extend(remove(&mut self.indexes, index)),
                Object::Constraint { constraint, .. } => {
                    self.dropped_constraints.extend(remove(&mut self.constraints, constraint));
                }
                _ => {}
            },
            (_, Delta::Alter { before, after }) => match (before, after) {
                (
                    Object::Column { column: before, position: from },
                    Object::Column { column: after, position: to },
                ) => alter(&mut self.columns, before, after, (from != to).then_some(*to)),
                (Object::Index { index: before, .. }, Object::Index { index: after, .. }) => {
                    alter(&mut self.indexes, before, after, None);
                }
                (
                    Object::Constraint { constraint: before, .. },
                    Object::Constraint { constraint: after, .. },
                ) => alter(&mut self.constraints, before, after, None),
                (Object::TableProperties(before), Object::TableProperties(after)) => {
                    if !self.complete && self.before == self.properties {
                        self.before.clone_from(before);
                    }
                    self.properties.clone_from(after);
                }
                _ => {}
            },
            (_, Delta::Rename { .. }) => {}
        }
    }

    /// A renamed column takes keys and expressions along, on the server as in the model: in what was as in what shall
    /// be, so that it is no difference.
    fn follow(&mut self, from: &Name, to: &Name, target: &Target) {
        let swap = |name: &mut Name| {
            if name.eq_ignore_ascii_case(from) {
                *name = to.clone();
            }
        };
        let keys = |keys: &mut Vec<IndexKey>| {
            for key in keys {
                key.column.iter_mut().for_each(swap);
                if let Some(expression) = &mut key.expression {
                    *expression = expression::rename_column(expression, from, to, target);
                }
            }
        };
        for slot in &mut self.indexes {
            keys(&mut slot.now.keys);
            slot.origin.iter_mut().for_each(|(_, index)| keys(&mut index.keys));
        }
        for slot in &mut self.constraints {
            // MySQL refuses to rename a column that a check mentions: the check is dropped and added, as a difference.
            let keep =
                target.dialect == Dialect::MySql && matches!(slot.now.kind, ConstraintKind::Check { .. });
            let before = slot.origin.iter_mut().map(|(_, before)| before).filter(|_| !keep);
            for constraint in std::iter::once(&mut slot.now).chain(before) {
                match &mut constraint.kind {
                    ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => keys(&mut key.columns),
                    ConstraintKind::ForeignKey(key) => {
                        key.columns.iter_mut().for_each(swap);
                        if key.table == self.name {
                            key.referenced.iter_mut().for_each(swap);
                        }
                    }
                    ConstraintKind::Check { expression, .. } => {
                        *expression = expression::rename_column(expression, from, to, target);
                    }
                    ConstraintKind::Exclude { .. } => {}
                }
            }
        }
        for slot in &mut self.columns {
            for column in std::iter::once(&mut slot.now).chain(slot.origin.iter_mut().map(|(_, c)| c)) {
                let generated = column.generated.as_mut().map(|generated| &mut generated.expression);
                for expression in generated.into_iter().chain(&mut column.check) {
                    *expression = expression::rename_column(expression, from, to, target);
                }
            }
        }
    }
}

fn slots<T: Part>(parts: Vec<T>) -> Vec<Slot<T>> {
    let slot = |(place, part): (usize, T)| Slot {
        old_name: part.name().clone(),
        origin: Some((place, part.clone())),
        now: part,
    };
    parts.into_iter().enumerate().map(slot).collect()
}

fn find<T: Part>(slots: &[Slot<T>], name: &Name) -> Option<usize> {
    slots
        .iter()
        .position(|slot| slot.now.name() == name)
        .or_else(|| slots.iter().position(|slot| slot.now.name().eq_ignore_ascii_case(name)))
}

fn create<T: Part>(slots: &mut Vec<Slot<T>>, part: &T, position: usize) {
    let slot = Slot { origin: None, old_name: part.name().clone(), now: part.clone() };
    slots.insert(position.min(slots.len()), slot);
}

/// Takes it out; what the server has to drop, under the name that the server knows.
fn remove<T: Part>(slots: &mut Vec<Slot<T>>, part: &T) -> Option<T> {
    let Some(at) = find(slots, part.name()) else { return Some(part.clone()) };
    let slot = slots.remove(at);
    slot.origin.map(|(_, mut before)| {
        before.name_mut().clone_from(&slot.old_name);
        before
    })
}

fn alter<T: Part>(slots: &mut Vec<Slot<T>>, before: &T, after: &T, to: Option<usize>) {
    let at = find(slots, before.name()).unwrap_or_else(|| {
        let place = slots.len();
        slots.push(Slot {
            origin: Some((place, before.clone())),
            old_name: before.name().clone(),
            now: before.clone(),
        });
        place
    });
    let mut slot = slots.remove(at);
    slot.now = after.clone();
    let at = to.unwrap_or(at).min(slots.len());
    slots.insert(at, slot);
}

fn rename<T: Part>(slots: &mut [Slot<T>], from: &Name, to: &Name) {
    if let Some(slot) = find(slots, from).and_then(|at| slots.get_mut(at)) {
        slot.now.name_mut().clone_from(to);
        // What it was keeps its old name in `old_name`, so that a mere rename is no difference in the definition.
        if let Some((_, before)) = &mut slot.origin {
            before.name_mut().clone_from(to);
        }
    }
}
