//! A schema as a set of small facts, so that two schemas can be compared piece by piece.
use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    sync::Arc,
};

use serde::Serialize;

use crate::catalog::{
    Catalog, Column, Keyed, ObjectName, Routine, Sequence, Shelf, Table, UserType, UserTypeKind, View,
};

/// What a fact is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    /// The object as people name it: `column users.email`.
    pub(super) object: String,
    /// Which property; empty for the object's existence.
    pub(super) property: &'static str,
}

impl Key {
    /// Whether the fact is the existence of its object.
    pub(super) fn is_existence(&self) -> bool {
        self.property.is_empty()
    }
}

/// A fact's value; only equality matters. `None` is absence.
pub(super) type Value = Option<u64>;

/// The facts of a schema or of a part of it.
pub(super) type Facts = BTreeMap<Key, u64>;

fn hash(value: &impl Serialize) -> u64 {
    let mut hasher = DefaultHasher::new();
    // Definitions serialize without fail; expressions are compared by their normal form.
    let mut json = serde_json::to_value(value).unwrap_or_default();
    keep_normal_forms(&mut json, 0);
    json.to_string().hash(&mut hasher);
    hasher.finish()
}

/// Replaces each expression by its normal form.
fn keep_normal_forms(json: &mut serde_json::Value, depth: usize) {
    if depth > 16 {
        return;
    }
    match json {
        serde_json::Value::Object(map) => {
            if map.contains_key("normal") {
                map.remove("sql");
            }
            map.values_mut().for_each(|v| keep_normal_forms(v, depth + 1));
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(|v| keep_normal_forms(v, depth + 1)),
        _ => {}
    }
}

struct Collector(Facts);

impl Collector {
    fn exists(&mut self, object: &str) {
        self.0.insert(Key { object: object.to_owned(), property: "" }, 1);
    }

    fn is(&mut self, object: &str, property: &'static str, value: &impl Serialize) {
        self.0.insert(Key { object: object.to_owned(), property }, hash(value));
    }
}

fn table(out: &mut Collector, t: &Table) {
    let name = format!("table {}", t.name);
    out.exists(&name);
    let p = &t.properties;
    out.is(&name, "comment", &p.comment);
    out.is(&name, "persistence", &p.persistence);
    out.is(&name, "row security", &(p.row_security, p.force_row_security));
    out.is(&name, "options", &(&p.engine, &p.collation, &p.options));
    out.is(&name, "partitions", &(&p.partition_by, &p.partition_of, &p.inherits));
    for c in &t.columns {
        column(out, &t.name, c);
    }
    for c in &t.constraints {
        let name = format!("constraint {}.{}", t.name, c.name);
        out.exists(&name);
        out.is(&name, "definition", &(&c.kind, c.deferrable, c.initially_deferred, c.enforced));
        out.is(&name, "validated", &c.validated);
        out.is(&name, "comment", &c.comment);
    }
    // An index that the server makes for a foreign key comes and goes with others.
    for i in t.indexes.iter().filter(|i| !i.implicit) {
        let name = format!("index {}.{}", t.name, i.name);
        out.exists(&name);
        let parts = (&i.keys, &i.include, &i.predicate, i.unique, &i.method, i.nulls_not_distinct);
        out.is(&name, "definition", &parts);
        out.is(&name, "valid", &i.valid);
        out.is(&name, "comment", &i.comment);
    }
    for trigger in &t.triggers {
        let name = format!("trigger {}.{}", t.name, trigger.name);
        out.exists(&name);
        out.is(&name, "definition", &trigger.definition);
        out.is(&name, "enabled", &trigger.enabled);
    }
}

fn column(out: &mut Collector, table: &ObjectName, c: &Column) {
    let name = format!("column {table}.{}", c.name);
    out.exists(&name);
    out.is(&name, "type", &c.data_type);
    out.is(&name, "nullability", &c.nullable);
    out.is(&name, "default", &(&c.default, &c.on_update, c.auto_increment));
    out.is(&name, "identity", &c.identity.as_ref().map(|i| i.always));
    out.is(&name, "generation", &c.generated);
    out.is(&name, "collation", &(&c.collation, &c.charset));
    out.is(&name, "comment", &c.comment);
}

fn view(out: &mut Collector, v: &View) {
    let name = format!("view {}", v.name);
    out.exists(&name);
    out.is(&name, "kind", &v.materialized);
    out.is(&name, "query", &v.query.normal);
    out.is(&name, "comment", &v.comment);
    for i in &v.indexes {
        let name = format!("index {}.{}", v.name, i.name);
        out.exists(&name);
        out.is(&name, "definition", &(&i.keys, i.unique));
    }
}

fn user_type(out: &mut Collector, t: &UserType) {
    let name = format!("type {}", t.name);
    out.exists(&name);
    out.is(&name, "comment", &t.comment);
    match &t.kind {
        UserTypeKind::Enum { labels } => {
            for label in labels {
                out.exists(&format!("label '{label}' of {}", t.name));
            }
            out.is(&name, "labels", labels);
        }
        other => out.is(&name, "definition", other),
    }
}

fn routine(out: &mut Collector, r: &Routine) {
    let name = format!("routine {}({})", r.name, r.signature);
    out.exists(&name);
    out.is(&name, "body", &r.body.trim());
    out.is(&name, "attributes", &(&r.attributes, &r.language));
    out.is(&name, "comment", &r.comment);
}

fn sequence(out: &mut Collector, s: &Sequence) {
    let name = format!("sequence {}", s.name);
    out.exists(&name);
    out.is(&name, "options", &s.options);
    out.is(&name, "owner", &s.owned_by);
}

/// Takes away the facts of indexes that are not valid: a statement that failed left them, or runs still. Returns the
/// existence of each.
pub(super) fn take_invalid(facts: &mut Facts, live: &Catalog) -> Vec<Key> {
    let invalid: Vec<Key> = live
        .tables
        .iter()
        .flat_map(|t| t.indexes.iter().filter(|i| !i.valid).map(|i| format!("index {}.{}", t.name, i.name)))
        .map(|object| Key { object, property: "" })
        .collect();
    if !invalid.is_empty() {
        facts.retain(|key, _| !invalid.iter().any(|i| i.object == key.object));
    }
    invalid
}

/// Every fact of a schema.
pub(super) fn all(catalog: &Catalog) -> Facts {
    let nothing = Catalog::new(catalog.dialect, catalog.server_version);
    changed(&nothing, catalog)
        .into_iter()
        .filter_map(|(key, _, after)| after.map(|value| (key, value)))
        .chain(all_schemas(catalog))
        .collect()
}

fn all_schemas(catalog: &Catalog) -> Facts {
    let mut out = Collector(Facts::new());
    for schema in catalog.schemas.iter() {
        let name = format!("schema {}", schema.name);
        out.exists(&name);
        out.is(&name, "comment", &schema.comment);
    }
    out.0
}

/// The facts that differ between two schemas: key, before, after. Objects that both share are not looked at.
pub(super) fn changed(before: &Catalog, after: &Catalog) -> Vec<(Key, Value, Value)> {
    let mut out = Vec::new();
    compare(&before.tables, &after.tables, table, &mut out);
    compare(&before.views, &after.views, view, &mut out);
    compare(&before.types, &after.types, user_type, &mut out);
    compare(&before.routines, &after.routines, routine, &mut out);
    compare(&before.sequences, &after.sequences, sequence, &mut out);
    compare(
        &before.extensions,
        &after.extensions,
        |out, e| out.exists(&format!("extension {}", e.name)),
        &mut out,
    );
    compare(
        &before.schemas,
        &after.schemas,
        |out, s| {
            let name = format!("schema {}", s.name);
            out.exists(&name);
            out.is(&name, "comment", &s.comment);
        },
        &mut out,
    );
    out
}

fn compare<T: Keyed>(
    before: &Shelf<T>,
    after: &Shelf<T>,
    facts: impl Fn(&mut Collector, &T),
    out: &mut Vec<(Key, Value, Value)>,
) {
    let collect = |object: Option<&Arc<T>>| {
        let mut collector = Collector(Facts::new());
        if let Some(object) = object {
            facts(&mut collector, object);
        }
        collector.0
    };
    let mut differing = |old: Option<&Arc<T>>, new: Option<&Arc<T>>| {
        let (old, mut new) = (collect(old), collect(new));
        for (key, value) in old {
            let now = new.remove(&key);
            if now != Some(value) {
                out.push((key, Some(value), now));
            }
        }
        out.extend(new.into_iter().map(|(key, value)| (key, None, Some(value))));
    };
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    loop {
        match (old.peek(), new.peek()) {
            (None, None) => return,
            // What nobody touched is shared: no need to look at its name.
            (Some(a), Some(b)) if Arc::ptr_eq(a, b) => {
                old.next();
                new.next();
            }
            (Some(a), Some(b)) if a.key() == b.key() => {
                differing(Some(a), Some(b));
                old.next();
                new.next();
            }
            (Some(a), Some(b)) if a.key() > b.key() => {
                differing(None, Some(b));
                new.next();
            }
            (Some(a), _) => {
                differing(Some(a), None);
                old.next();
            }
            (None, Some(b)) => {
                differing(None, Some(b));
                new.next();
            }
        }
    }
}
