//! A persistent map of objects by name, so that a snapshot of a catalog costs nothing.
use std::{fmt, sync::Arc};

use rpds::RedBlackTreeMapSync;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An object that knows the key it is found under.
pub trait Keyed {
    /// What the object is found by.
    type Key: Ord + Clone;

    /// The object's key.
    fn key(&self) -> Self::Key;
}

/// Objects sorted by key. Cloning is constant-time and shares everything; changes cost the logarithm.
/// In JSON a shelf is the list of its objects.
pub struct Shelf<T: Keyed>(RedBlackTreeMapSync<T::Key, Arc<T>>);

impl<T: Keyed> Shelf<T> {
    /// The object under `key`.
    pub fn get(&self, key: &T::Key) -> Option<&Arc<T>> {
        self.0.get(key)
    }

    /// Whether there is an object under `key`.
    pub fn contains(&self, key: &T::Key) -> bool {
        self.0.contains_key(key)
    }

    /// Puts an object under its own key; one that was there is replaced.
    pub fn insert(&mut self, object: impl Into<Arc<T>>) {
        let object = object.into();
        self.0.insert_mut(object.key(), object);
    }

    /// Takes the object under `key` away and returns it.
    pub fn remove(&mut self, key: &T::Key) -> Option<Arc<T>> {
        let found = self.0.get(key).cloned()?;
        self.0.remove_mut(key);
        Some(found)
    }

    /// The objects in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<T>> {
        self.0.values()
    }

    /// The number of objects.
    pub fn len(&self) -> usize {
        self.0.size()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Keyed + Clone> Shelf<T> {
    /// Changes the object under `key` in place, keeping snapshots as they were. `edit` must not change the key.
    /// Returns `false` when there is no such object.
    pub fn edit(&mut self, key: &T::Key, edit: impl FnOnce(&mut T)) -> bool {
        let Some(mut object) = self.remove(key) else { return false };
        // Copies only what a snapshot still shares.
        edit(Arc::make_mut(&mut object));
        self.0.insert_mut(key.clone(), object);
        true
    }
}

impl<T: Keyed> Clone for Shelf<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Keyed> Default for Shelf<T> {
    fn default() -> Self {
        Self(RedBlackTreeMapSync::new_sync())
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
