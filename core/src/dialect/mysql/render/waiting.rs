//! Views that wait for what they read: the family lets a table go under a view, so that an undone list of changes makes
//! the view first.
use std::collections::BTreeMap;

use super::Writer;
use crate::{
    catalog::ObjectName,
    change::{Change, Delta, Object, ObjectPath},
};

/// The places of the changes after which a table or view of a name is there, in their order.
pub(super) struct Comes(BTreeMap<ObjectName, Vec<usize>>);

impl Comes {
    pub(super) fn new(changes: &[Change]) -> Self {
        let mut comes: BTreeMap<ObjectName, Vec<usize>> = BTreeMap::new();
        for (at, change) in changes.iter().enumerate() {
            let path = match &change.delta {
                Delta::Create { .. } => &change.path,
                Delta::Rename { to } => to,
                Delta::Drop { .. } | Delta::Alter { .. } => continue,
            };
            if let ObjectPath::Table { name } | ObjectPath::View { name } = path {
                comes.entry(name.clone()).or_default().push(at);
            }
        }
        Self(comes)
    }

    fn behind(&self, at: usize, name: &ObjectName) -> bool {
        self.0.get(name).and_then(|places| places.last()).is_some_and(|last| *last > at)
    }
}

impl Writer {
    /// Takes a view aside that reads something which comes later; and what happens to such a view in the meantime.
    pub(super) fn waits(&mut self, at: usize, change: &Change) -> bool {
        let ObjectPath::View { name } = &change.path else { return false };
        if let Some(place) = self.waiting.iter().position(|waiting| waiting.path == change.path) {
            match &change.delta {
                Delta::Drop { .. } => {
                    self.waiting.remove(place);
                    return true;
                }
                Delta::Alter { after, .. } => {
                    if let Some(waiting) = self.waiting.get_mut(place) {
                        waiting.delta = Delta::Create { after: after.clone() };
                    }
                    return true;
                }
                // It is renamed under its old name: it has to be there now.
                Delta::Rename { .. } | Delta::Create { .. } => {
                    let waiting = self.waiting.remove(place);
                    self.change(&waiting, &[]);
                    return false;
                }
            }
        }
        let Delta::Create { after: Object::View(view) } = &change.delta else { return false };
        let missing = |read: &ObjectName| {
            read != name && !self.has_relation(read) && (self.comes.behind(at, read) || self.is_waiting(read))
        };
        let waits = view.reads.iter().any(missing);
        if waits {
            self.waiting.push(change.clone());
        }
        waits
    }

    fn is_waiting(&self, name: &ObjectName) -> bool {
        self.waiting.iter().any(|w| matches!(&w.path, ObjectPath::View { name: view } if view == name))
    }

    fn has_relation(&self, name: &ObjectName) -> bool {
        self.catalog.tables.contains(name) || self.catalog.views.contains(name)
    }

    /// Writes the views whose tables are there now, or do not come any more.
    pub(super) fn release(&mut self, at: usize) {
        loop {
            let ready = self.waiting.iter().position(|waiting| match &waiting.delta {
                Delta::Create { after: Object::View(view) } => view.reads.iter().all(|read| {
                    self.has_relation(read) || !self.comes.behind(at, read) && !self.is_waiting(read)
                }),
                _ => true,
            });
            let Some(place) = ready else { return };
            let waiting = self.waiting.remove(place);
            self.change(&waiting, &[]);
        }
    }
}
