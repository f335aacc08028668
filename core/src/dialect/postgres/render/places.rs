//! Where in a list of changes those about an object stand, so that nothing has to look through the whole list.
use std::collections::BTreeMap;

use crate::{
    catalog::ObjectName,
    change::{Change, Delta, Object, ObjectPath},
};

/// What changes are looked up by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    /// This object.
    Object(ObjectPath),
    /// What belongs to this relation, and itself.
    Relation(ObjectName),
    /// New columns and constraints of this relation.
    NewParts(ObjectName),
    /// Views that go and read this relation.
    GoingReaders(ObjectName),
    /// New sequences that a column of this table owns.
    NewOwned(ObjectName),
}

/// Places of changes, counted from 0, in their order.
#[derive(Debug, Default)]
pub(super) struct Places(BTreeMap<About, Vec<usize>>);

impl Places {
    pub(super) fn new(changes: &[Change]) -> Self {
        let mut places = Self::default();
        for (at, change) in changes.iter().enumerate() {
            let mut add = |about: About| places.0.entry(about).or_default().push(at);
            add(About::Object(change.path.clone()));
            if let Some(relation) = change.path.relation() {
                add(About::Relation(relation.clone()));
            }
            match (&change.path, &change.delta) {
                (
                    ObjectPath::Column { table, .. } | ObjectPath::Constraint { table, .. },
                    Delta::Create { .. },
                ) => {
                    add(About::NewParts(table.clone()));
                }
                (_, Delta::Drop { before: Object::View(view) }) => {
                    let mut reads: Vec<_> = view.reads.clone();
                    reads.sort();
                    reads.dedup();
                    reads.into_iter().for_each(|read| add(About::GoingReaders(read)));
                }
                (_, Delta::Create { after: Object::Sequence(sequence) }) => {
                    if let Some((owner, _)) = &sequence.owned_by {
                        add(About::NewOwned(owner.clone()));
                    }
                }
                _ => {}
            }
        }
        places
    }

    pub(super) fn of(&self, about: &About) -> &[usize] {
        self.0.get(about).map_or(&[], Vec::as_slice)
    }
}
