//! Statements and the operations they are read as, in a compact form of their JSON.
use serde_json::Value;

use super::lower;
use crate::{
    target::{Dialect, ServerVersion, Target},
    text::Script,
};

/// The operations of every statement of `sql`, without spans and without what is empty or false.
fn lowered(dialect: Dialect, version: ServerVersion, sql: &str) -> String {
    let target = Target::new(dialect).with_version(version);
    let script = Script::new(sql, &target);
    let mut lines = Vec::new();
    for statement in &script.statements {
        for operation in lower(&script, statement, &target) {
            lines.push(compact(serde_json::to_value(&operation.node).unwrap()).unwrap_or_default());
        }
    }
    lines.join("\n")
}

/// A value as short text; `None` for what is empty or false.
fn compact(value: Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Number(n) => Some(n.to_string()),
        Value::String(s) => (!s.is_empty()).then_some(s),
        Value::Array(items) => {
            let items: Vec<String> = items.into_iter().filter_map(compact).collect();
            (!items.is_empty()).then(|| format!("[{}]", items.join(", ")))
        }
        Value::Object(mut map) => {
            if let Some(node) = map.remove("node") {
                return compact(node);
            }
            if let (Some(sql), true) = (map.remove("sql"), map.len() <= 1) {
                return compact(sql);
            }
            if let (Some(text), true) = (map.get("text"), map.len() == 1) {
                return compact(text.clone());
            }
            if let (Some(name), true) = (map.get("name"), map.len() == 1) {
                return compact(name.clone());
            }
            let fields: Vec<String> = map
                .into_iter()
                .filter_map(|(key, value)| Some(format!("{key}={}", compact(value)?)))
                .collect();
            (!fields.is_empty()).then(|| format!("{{{}}}", fields.join(" ")))
        }
    }
}

fn mysql(sql: &str) -> String {
    lowered(Dialect::MySql, ServerVersion::new(9, 7, 0), sql)
}

fn mariadb(sql: &str) -> String {
    lowered(Dialect::MariaDb, ServerVersion::new(11, 8, 0), sql)
}

/// Fails with every difference at once, so that a table of cases can be reviewed in one go.
#[track_caller]
fn check(read: fn(&str) -> String, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(sql, expected)| (sql, read(sql), expected))
        .filter(|(_, found, expected)| found.as_str() != **expected)
        .map(|(sql, found, expected)| format!("{sql}\n   found {found}\nexpected {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn dropping() {
    check(
        mysql,
        &[
            (
                "DROP TABLES IF EXISTS a, d.b",
                "{if_exists=yes names=[a, {name=b schema=d}] operation=drop-table}",
            ),
            ("DROP INDEX i ON t LOCK=NONE", "{names=[i] online={lock=NONE} operation=drop-index table=t}"),
            ("DROP TRIGGER tr", "{name=tr operation=drop-trigger}"),
        ],
    );
    check(
        mariadb,
        &[("DROP INDEX IF EXISTS i ON t", "{if_exists=yes names=[i] operation=drop-index table=t}")],
    );
}
