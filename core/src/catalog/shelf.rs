//! A persistent map of objects by name, so that a snapshot of a catalog costs nothing.
use std::{fmt, sync::Arc};

use rpds::{RedBlackTreeMapSync, RedBlackTreeSetSync};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ObjectName;

/// How an object of a shelf is found by a name that is not its key. Without these, every statement would have to look
/// through the whole schema for who has an index of that name, or who refers to that table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// It has a relation of that name: an index, the index of a constraint, the sequence of an identity column.
    Relation,
    /// It has a constraint of that name.
    Constraint,
    /// It has a trigger of that name.
    Trigger,
    /// It is a routine of that name, in whatever schema; the name is without one.
    Routine,
    /// A trigger of it calls that function.
    Calls,
    /// A foreign key of it refers to that table.
    Refers,
    /// It is a partition or a child of that table.
    Child,
    /// It is a view that reads that relation.
    Reads,
    /// A column of it is of that type, which is none of the server's own.
    OfType,
    /// It is a sequence that belongs to a column of that table.
    Owned,
}

/// An object that knows the key it is found under.
pub trait Keyed {
    /// What the object is found by.
    type Key: Ord + Clone;

    /// The object's key.
    fn key(&self) -> Self::Key;

    /// The names that the object is found by besides its key.
    fn links(&self) -> Vec<(Link, ObjectName)> {
        Vec::new()
    }
}

/// What is found by a name, and the name.
pub(crate) type NamedLink = (Link, ObjectName);

/// The links of the parts of an object that an edit took out of it, and of those that it put in.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    pub(crate) taken: Vec<NamedLink>,
    pub(crate) put: Vec<NamedLink>,
}

/// The keys of the objects that a link leads to: hardly ever more than one.
#[derive(Clone)]
enum Keys<K: Ord> {
    One(K),
    Many(RedBlackTreeSetSync<K>),
}

impl<K: Ord + Clone> Keys<K> {
    fn iter(&self) -> impl Iterator<Item = &K> {
        let (one, many) = match self {
            Self::One(key) => (Some(key), None),
            Self::Many(keys) => (None, Some(keys.iter())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    fn add(&mut self, key: K) {
        match self {
            Self::One(one) if *one == key => {}
            Self::One(one) => *self = Self::Many([one.clone(), key].into_iter().collect()),
            Self::Many(keys) => keys.insert_mut(key),
        }
    }

    /// Whether none is left.
    fn remove(&mut self, key: &K) -> bool {
        match self {
            Self::One(one) => one == key,
            Self::Many(keys) => {
                keys.remove_mut(key);
                keys.is_empty()
            }
        }
    }
}

/// Objects sorted by key. Cloning is constant-time and shares everything; changes cost the logarithm.
/// In JSON a shelf is the list of its objects.
pub struct Shelf<T: Keyed> {
    objects: RedBlackTreeMapSync<T::Key, Arc<T>>,
    /// Follows the objects. Names are in lower case: who asks compares in the way of the dialect.
    links: RedBlackTreeMapSync<NamedLink, Keys<T::Key>>,
}

/// The links of an object as a shelf keeps them.
fn entries<T: Keyed>(object: &T) -> Vec<NamedLink> {
    let mut links = object.links();
    tidy(&mut links);
    links
}

fn tidy(links: &mut Vec<NamedLink>) {
    for (_, name) in links.iter_mut() {
        lower(name);
    }
    links.sort_unstable();
    links.dedup();
}

fn lower(name: &mut ObjectName) {
    for part in name.schema.iter_mut().chain([&mut name.name]) {
        // All bytes in one pass without a way out, which the compiler makes fast.
        if part.bytes().fold(false, |found, b| found | b.is_ascii_uppercase() | !b.is_ascii()) {
            *part = part.to_lowercase().into();
        }
    }
}

impl<T: Keyed> Shelf<T> {
    /// The object under `key`.
    pub fn get(&self, key: &T::Key) -> Option<&Arc<T>> {
        self.objects.get(key)
    }

    /// Whether there is an object under `key`.
    pub fn contains(&self, key: &T::Key) -> bool {
        self.objects.contains_key(key)
    }

    /// Puts an object under its own key; one that was there is replaced.
    pub fn insert(&mut self, object: impl Into<Arc<T>>) {
        let object = object.into();
        let key = object.key();
        let old = self.objects.get(&key).map_or_else(Vec::new, |old| entries(&**old));
        self.relink(&key, &old, &entries(&*object));
        self.objects.insert_mut(key, object);
    }

    /// Takes the object under `key` away and returns it.
    pub fn remove(&mut self, key: &T::Key) -> Option<Arc<T>> {
        let found = self.objects.get(key).cloned()?;
        self.relink(key, &entries(&*found), &[]);
        self.objects.remove_mut(key);
        Some(found)
    }

    /// Both lists are sorted.
    fn relink(&mut self, key: &T::Key, old: &[NamedLink], new: &[NamedLink]) {
        for gone in old.iter().filter(|link| new.binary_search(link).is_err()) {
            if self.links.get_mut(gone).is_some_and(|keys| keys.remove(key)) {
                self.links.remove_mut(gone);
            }
        }
        for added in new.iter().filter(|link| old.binary_search(link).is_err()) {
            match self.links.get_mut(added) {
                Some(keys) => keys.add(key.clone()),
                None => self.links.insert_mut(added.clone(), Keys::One(key.clone())),
            }
        }
    }

    /// The objects that may be linked to `name`, in the order of their keys: letters' case does not count here, so that
    /// the caller still has to look at the object itself.
    pub fn linked<'a>(
        &'a self,
        link: Link,
        name: &ObjectName,
    ) -> impl Iterator<Item = &'a Arc<T>> + use<'a, T> {
        let keys = if self.links.is_empty() {
            None
        } else {
            let mut name = name.clone();
            lower(&mut name);
            self.links.get(&(link, name))
        };
        keys.into_iter().flat_map(Keys::iter).filter_map(|key| self.objects.get(key))
    }

    /// The objects in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<T>> {
        self.objects.values()
    }

    /// The number of objects.
    pub fn len(&self) -> usize {
        self.objects.size()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }
}

impl<T: Keyed + Clone> Shelf<T> {
    /// Changes the object under `key` in place, keeping snapshots as they were. `edit` must not change the key.
    /// Returns `false` when there is no such object.
    pub fn edit(&mut self, key: &T::Key, edit: impl FnOnce(&mut T)) -> bool {
        let Some(slot) = self.objects.get_mut(key) else { return false };
        // Copies only what a snapshot still shares.
        let object = Arc::make_mut(slot);
        let old = entries(object);
        edit(object);
        let new = entries(object);
        if old != new {
            self.relink(key, &old, &new);
        }
        true
    }

    /// As [`Shelf::edit`], for an edit that takes out some of the object's parts and puts in others, and knows their links:
    /// an object of many parts is not looked through for each of them.
    pub(crate) fn edit_parts(&mut self, key: &T::Key, edit: impl FnOnce(&mut T, &mut Touched)) -> bool {
        let Some(slot) = self.objects.get_mut(key) else { return false };
        let object = Arc::make_mut(slot);
        let mut touched = Touched::default();
        edit(object, &mut touched);
        let Touched { mut taken, mut put } = touched;
        tidy(&mut taken);
        tidy(&mut put);
        if taken == put {
            return true;
        }
        if taken.iter().any(|link| put.binary_search(link).is_err()) {
            // Another part may have the same link.
            let left = entries(object);
            taken.retain(|link| left.binary_search(link).is_err() || put.binary_search(link).is_ok());
        }
        self.relink(key, &taken, &put);
        true
    }
}

impl<T: Keyed> Clone for Shelf<T> {
    fn clone(&self) -> Self {
        Self { objects: self.objects.clone(), links: self.links.clone() }
    }
}

impl<T: Keyed> Default for Shelf<T> {
    fn default() -> Self {
        Self { objects: RedBlackTreeMapSync::new_sync(), links: RedBlackTreeMapSync::new_sync() }
    }
}

impl<T: Keyed + PartialEq> PartialEq for Shelf<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other.iter()).all(|(a, b)| Arc::ptr_eq(a, b) || a == b)
    }
}

impl<T: Keyed + fmt::Debug> fmt::Debug for Shelf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Keyed> FromIterator<T> for Shelf<T> {
    fn from_iter<I: IntoIterator<Item = T>>(objects: I) -> Self {
        let mut shelf = Self::default();
        objects.into_iter().for_each(|object| shelf.insert(object));
        shelf
    }
}

impl<T: Keyed + Serialize> Serialize for Shelf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(AsRef::as_ref))
    }
}

impl<'de, T: Keyed + Deserialize<'de>> Deserialize<'de> for Shelf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<T>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Constraint, ConstraintKind, ForeignKey, Index, IndexKey, Table};

    fn table(name: &str, refers: &str) -> Table {
        let mut table = Table::new(ObjectName::new("public", name));
        table.indexes.push(Index::new(format!("I_{name}"), vec![IndexKey::column("a")]));
        let key = ForeignKey {
            columns: vec!["a".into()],
            table: ObjectName::new("public", refers),
            referenced: vec!["a".into()],
            ..ForeignKey::default()
        };
        table.constraints.push(Constraint {
            name: format!("{name}_fkey").into(),
            kind: ConstraintKind::ForeignKey(key),
            deferrable: false,
            initially_deferred: false,
            validated: true,
            enforced: true,
            comment: None,
        });
        table
    }

    fn found(shelf: &Shelf<Table>, link: Link, name: &str) -> Vec<String> {
        shelf.linked(link, &ObjectName::new("public", name)).map(|t| t.name.name.to_string()).collect()
    }

    #[test]
    fn links_follow_the_objects() {
        let mut shelf: Shelf<Table> = ["b", "a", "c"].map(|name| table(name, "hub")).into_iter().collect();
        assert_eq!(found(&shelf, Link::Refers, "hub"), ["a", "b", "c"]);
        assert_eq!(found(&shelf, Link::Relation, "i_B"), ["b"]);
        let before = shelf.clone();
        let b = ObjectName::new("public", "b");
        assert!(shelf.edit(&b, |t| t.indexes[0].name = "other".into()));
        assert_eq!(found(&shelf, Link::Relation, "i_b"), [""; 0]);
        assert_eq!(found(&shelf, Link::Relation, "other"), ["b"]);
        shelf.insert(table("c", "else"));
        assert_eq!(found(&shelf, Link::Refers, "hub"), ["a", "b"]);
        shelf.remove(&b);
        assert_eq!(found(&shelf, Link::Refers, "hub"), ["a"]);
        assert_eq!(found(&shelf, Link::Constraint, "b_fkey"), [""; 0]);
        // What was shared is as it was.
        assert_eq!(found(&before, Link::Refers, "hub"), ["a", "b", "c"]);
        assert_eq!(found(&before, Link::Relation, "i_b"), ["b"]);
    }
}
