//! A persistent map of remarks, so that a snapshot of a catalog costs nothing however many there are.
use std::{collections::BTreeMap, sync::Arc};

use rpds::RedBlackTreeMapSync;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{HOLE, may_be};

/// Remarks by the object that they are about, as people name it. Cloning is constant-time and shares everything.
/// In JSON it is an object.
///
/// An object whose name is not known wholly is noted with `·` for what is not known; such a remark is about every object
/// that may have the name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    all: RedBlackTreeMapSync<String, String>,
    /// Those that are about objects whose names are not known wholly.
    holed: Arc<Vec<String>>,
}

impl Notes {
    /// The remark about an object.
    pub fn get(&self, object: &str) -> Option<&str> {
        let holed =
            || self.holed.iter().find(|name| may_be(name, object)).and_then(|name| self.all.get(name));
        self.all.get(object).or_else(holed).map(String::as_str)
    }

    /// Whether there is a remark about an object.
    pub fn contains_key(&self, object: &str) -> bool {
        self.all.contains_key(object) || self.holed.iter().any(|name| may_be(name, object))
    }

    /// Puts a remark in the place of the one that was there.
    pub fn insert(&mut self, object: String, remark: String) {
        if object.contains(HOLE) && !self.all.contains_key(&object) {
            Arc::make_mut(&mut self.holed).push(object.clone());
        }
        self.all.insert_mut(object, remark);
    }

    /// Takes the remark about an object away and returns it.
    pub fn remove(&mut self, object: &str) -> Option<String> {
        let found = self.all.get(object).cloned()?;
        self.all.remove_mut(object);
        if object.contains(HOLE) {
            Arc::make_mut(&mut self.holed).retain(|name| name != object);
        }
        Some(found)
    }

    /// Takes all remarks away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The objects that there are remarks about, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.all.keys()
    }

    /// The remarks with their objects, sorted by these.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &String)> {
        self.all.iter()
    }

    /// The number of remarks.
    pub fn len(&self) -> usize {
        self.all.size()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl Serialize for Notes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Notes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut notes = Self::default();
        for (object, remark) in BTreeMap::<String, String>::deserialize(deserializer)? {
            notes.insert(object, remark);
        }
        Ok(notes)
    }
}
