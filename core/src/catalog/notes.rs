//! A persistent map of remarks, so that a snapshot of a catalog costs nothing however many there are.
use std::collections::BTreeMap;

use rpds::RedBlackTreeMapSync;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Remarks by the object that they are about, as people name it. Cloning is constant-time and shares everything.
/// In JSON it is an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes(RedBlackTreeMapSync<String, String>);

impl Notes {
    /// The remark about an object.
    pub fn get(&self, object: &str) -> Option<&str> {
        self.0.get(object).map(String::as_str)
    }

    /// Whether there is a remark about an object.
    pub fn contains_key(&self, object: &str) -> bool {
        self.0.contains_key(object)
    }

    /// Puts a remark in the place of the one that was there.
    pub fn insert(&mut self, object: String, remark: String) {
        self.0.insert_mut(object, remark);
    }

    /// Takes the remark about an object away and returns it.
    pub fn remove(&mut self, object: &str) -> Option<String> {
        let found = self.0.get(object).cloned()?;
        self.0.remove_mut(object);
        Some(found)
    }

    /// Takes all remarks away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The objects that there are remarks about, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// The remarks with their objects, sorted by these.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }

    /// The number of remarks.
    pub fn len(&self) -> usize {
        self.0.size()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Notes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Notes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(BTreeMap::<String, String>::deserialize(deserializer)?.into_iter().collect()))
    }
}
