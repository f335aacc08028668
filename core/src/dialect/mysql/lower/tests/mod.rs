//! Statements and the operations they are read as, in a compact form of their JSON.
mod refusals;
mod statements;
mod tables;

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
            let sorted: std::collections::BTreeMap<_, _> = map.into_iter().collect();
            let fields: Vec<String> = sorted
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

/// What a server of another version makes of it.
#[test]
fn versions() {
    let old = |sql: &str| lowered(Dialect::MySql, ServerVersion::new(8, 0, 36), sql);
    let inline = "CREATE TABLE t (a int REFERENCES p (x))";
    assert!(mysql(inline).contains("foreign-key") && mariadb(inline).contains("foreign-key"));
    assert!(!old(inline).contains("foreign-key"));
    let qualify = "CREATE TABLE qualify (a int)";
    assert!(old(qualify).contains("create-table") && mysql(qualify).contains("reserved word"));
}

/// A clause of another version is named with that version, and one of the other server as such.
#[test]
fn clauses_of_other_servers() {
    let at = |dialect, major, minor, patch| {
        move |sql: &str| lowered(dialect, ServerVersion::new(major, minor, patch), sql)
    };
    let (old, old_maria) = (at(Dialect::MySql, 8, 0, 11), at(Dialect::MariaDb, 10, 6, 0));
    for (found, said) in [
        (
            old("CREATE TABLE t (a int, INDEX i ((a + 1)))"),
            "needs MySQL 8.0.13 or later, and the target is 8.0.11",
        ),
        (old("ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED"), "needs MySQL 8.0.16 or later"),
        (old("CHANGE REPLICATION SOURCE TO SOURCE_PORT = 1"), "needs MySQL 8.0.23 or later"),
        (mysql("START SLAVE"), "is gone since MySQL 8.4.0"),
        (old_maria("CREATE TABLE t (a int, VECTOR INDEX (v))"), "MariaDB"),
        (mysql("BACKUP STAGE START"), "MariaDB"),
        (mariadb("CREATE RESOURCE GROUP g TYPE = USER"), "MySQL"),
    ] {
        assert!(found.contains("operation=invalid") && found.contains(said), "{said}: {found}");
    }
    assert!(!old("START SLAVE").contains("invalid"));
    assert!(!mariadb("REVOKE EXECUTE ON PACKAGE BODY .p FROM u@h").contains("invalid"));
}

/// MariaDB reads another grammar in Oracle's mode; what is not known is not refused.
#[test]
fn other_grammars() {
    let body = "CREATE PROCEDURE p AS a NUMBER := 1; BEGIN NULL; END";
    assert!(mariadb(body).contains("invalid"));
    let in_mode = mariadb(&format!("SET sql_mode = 'ORACLE';\nDELIMITER //\n{body}//"));
    assert!(!in_mode.contains("invalid") && in_mode.contains("operation=opaque"), "{in_mode}");
    assert!(mysql("SELECT COUNT (*) FROM t").contains("invalid"));
    assert!(!mysql("SET sql_mode = 'IGNORE_SPACE'; SELECT COUNT (*) FROM t").contains("invalid"));
}

/// No shape of input costs more than a few times its length, and none more stack than a small thread has.
#[test]
fn hostile_input() {
    let many = 100_000;
    let inputs = [
        format!("UPDATE t SET a = {}1 WHERE 1 = 1", "1 + ".repeat(many)),
        format!("DELETE FROM t WHERE {}true", "a = 1 AND ".repeat(many)),
        format!("CREATE VIEW v AS SELECT 1{}", " UNION ALL SELECT 1".repeat(many)),
        format!("CREATE TABLE t (a int DEFAULT {}1{})", "(".repeat(many), ")".repeat(many)),
        format!("ALTER TABLE t {}FORCE", "ADD a int, ".repeat(many)),
        format!("CREATE TABLE t (a int) {}", "(".repeat(many)),
        format!("CREATE PROCEDURE p() BEGIN {} END; CALL p()", "IF 1 THEN BEGIN ".repeat(many)),
        format!("CREATE PROCEDURE p() BEGIN {} END; CALL p()", "CALL p(); CALL p();".repeat(1000)),
        format!("CREATE PROCEDURE p() {} {}", "DROP TABLE t;", "CALL p();".repeat(20_000)),
        format!(
            "SET @a = 'x'; {}",
            "SET @s = CONCAT('DROP TABLE ', @a); PREPARE s FROM @s; EXECUTE s;".repeat(5_000)
        ),
        format!("SET @a = {}1{}", "IF(1, ".repeat(many), ", 2)".repeat(many)),
        format!("SET @a = {}1", "NOT (1 = ".repeat(many)),
        format!("SET @a = {}", "(SELECT COUNT(*) FROM information_schema.tables WHERE 1 = ".repeat(many)),
        format!("SELECT {}1 INTO @a", "CASE WHEN 1 THEN ".repeat(many)),
        "SET STATEMENT a = 1 FOR ".repeat(many),
        "CASE ".repeat(many),
        format!("ALTER TABLE t ALTER a SET DEFAULT {}", "CASE ".repeat(many)),
        format!("SELECT {}", "(".repeat(many)),
    ];
    let run = move || {
        for input in &inputs {
            for dialect in [Dialect::MySql, Dialect::MariaDb] {
                let target = Target::new(dialect);
                let script = Script::new(input, &target);
                let operations: usize =
                    script.statements.iter().map(|s| lower(&script, s, &target).len()).sum();
                assert!(operations <= 3 * script.tokens.len());
            }
        }
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
}
