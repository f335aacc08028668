//! Two catalogs side by side, part by part.
use std::collections::BTreeMap;

use remigrate::Catalog;
use serde_json::Value;

/// The lists of a table or view that are parts of their own.
const PARTS: [&str; 4] = ["columns", "constraints", "indexes", "triggers"];

/// What differs between two catalogs, one line for each side of each part: `- part` for what only `wanted` has and
/// `+ part` for what only `got` has. Expressions count by their normal form; the order of constraints, indexes and
/// triggers does not count, that of columns does.
pub fn difference(got: &Catalog, wanted: &Catalog) -> Vec<String> {
    let (got, wanted) = (parts(got), parts(wanted));
    let mut lines = Vec::new();
    for (name, part) in &wanted {
        if got.get(name) != Some(part) {
            lines.push(format!("- {name} {part}"));
            lines.extend(got.get(name).map(|other| format!("+ {name} {other}")));
        }
    }
    lines.extend(
        got.iter()
            .filter(|(name, _)| !wanted.contains_key(*name))
            .map(|(name, part)| format!("+ {name} {part}")),
    );
    lines
}

/// Of the parts that a migration changes, or that the model says it changes: how many are as the server has them, and
/// how many there are. What a migration leaves alone says nothing of the model.
pub fn agreement(before: &Catalog, got: &Catalog, wanted: &Catalog) -> (usize, usize) {
    let (before, got, wanted) = (parts(before), parts(got), parts(wanted));
    let names: std::collections::BTreeSet<&String> =
        before.keys().chain(got.keys()).chain(wanted.keys()).collect();
    let changed = |name: &&&String| {
        let was = before.get(**name);
        was != got.get(**name) || was != wanted.get(**name)
    };
    let changed: Vec<&String> = names.iter().filter(changed).copied().collect();
    let agree = changed.iter().filter(|name| got.get(**name) == wanted.get(**name)).count();
    (agree, changed.len())
}

/// Every part of a catalog by a name that says which.
fn parts(catalog: &Catalog) -> BTreeMap<String, String> {
    let mut parts = BTreeMap::new();
    let mut json = serde_json::to_value(catalog).expect("every catalog can be written");
    without_written_text(&mut json);
    let Value::Object(shelves) = json else { panic!("a catalog is an object") };
    for (shelf, objects) in shelves {
        match objects {
            Value::Array(objects) => {
                objects.into_iter().for_each(|object| object_parts(&shelf, object, &mut parts));
            }
            other => drop(parts.insert(shelf, other.to_string())),
        }
    }
    parts
}

fn object_parts(shelf: &str, mut object: Value, parts: &mut BTreeMap<String, String>) {
    let name = format!("{shelf} {} {}", object["name"], object["signature"].as_str().unwrap_or(""));
    if let Some(fields) = object.as_object_mut() {
        for list in PARTS {
            // A view's columns are mere names, and unknown when the list is empty.
            if shelf == "views" && list == "columns" {
                continue;
            }
            let Some(Value::Array(items)) = fields.remove(list) else { continue };
            for (at, item) in items.into_iter().enumerate() {
                let place = if list == "columns" { format!(" at {at}") } else { String::new() };
                parts.insert(
                    format!("{name} {list} {}", item["name"].as_str().unwrap_or("")),
                    format!("{item}{place}"),
                );
            }
        }
    }
    parts.insert(name, object.to_string());
}

/// Takes the written text of expressions away: they are equal when their normal forms are.
fn without_written_text(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("normal") {
                fields.remove("sql");
            }
            // Servers do not tell which indexes they made for a foreign key.
            if fields.contains_key("keys") {
                fields.remove("implicit");
            }
            fields.values_mut().for_each(without_written_text);
        }
        Value::Array(items) => items.iter_mut().for_each(without_written_text),
        _ => {}
    }
}
