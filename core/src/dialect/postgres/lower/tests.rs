//! Statements and what they are lowered to, in a compact writing: JSON without what is empty, expressions as their
//! text.
use serde_json::Value;

use crate::{
    dialect::lower,
    target::{Dialect, Target},
    text::Script,
};

/// `operation{field=value, …}` of every operation of `sql`.
fn compact_all(sql: &str) -> String {
    let target = Target::new(Dialect::Postgres);
    let script = Script::new(sql, &target);
    let operations = script.statements.iter().flat_map(|s| lower(&script, s, &target));
    let texts: Vec<String> =
        operations.map(|o| compact(&serde_json::to_value(&o.node).unwrap_or(Value::Null))).collect();
    texts.join("; ")
}

fn compact(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            if let Some(sql) = fields.get("sql").filter(|_| fields.contains_key("normal")) {
                return format!("«{}»", sql.as_str().unwrap_or(""));
            }
            if let Some(node) = fields.get("node") {
                return compact(node);
            }
            if let (Some(name), true) =
                (fields.get("name"), fields.keys().all(|k| k == "name" || k == "schema"))
            {
                let schema =
                    fields.get("schema").and_then(Value::as_str).map_or(String::new(), |s| format!("{s}."));
                return schema + name.as_str().unwrap_or("?");
            }
            if let (Some(text), 1) = (fields.get("text"), fields.len()) {
                return text.as_str().unwrap_or("?").to_owned();
            }
            if let (Some(text), Some(custom), 2) = (fields.get("text"), fields.get("custom"), fields.len()) {
                return format!("@{}{}", compact(custom), text.as_str().unwrap_or("?"));
            }
            let mut head = String::new();
            let mut parts = Vec::new();
            for (key, value) in fields {
                if ["operation", "action", "kind"].contains(&key.as_str()) && value.is_string() {
                    head = value.as_str().unwrap_or("?").to_owned();
                    continue;
                }
                let text = compact(value);
                if !["", "-", "[]", "{}", "«»", "no-action"].contains(&text.as_str()) {
                    parts.push(if text == "true" { key.clone() } else { format!("{key}={text}") });
                }
            }
            format!("{head}{{{}}}", parts.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(compact).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) => text.clone(),
        Value::Bool(true) => "true".to_owned(),
        Value::Bool(false) | Value::Null => "-".to_owned(),
        Value::Number(number) => number.to_string(),
    }
}

fn check(table: &[(&str, &str)]) {
    for (sql, expected) in table {
        assert_eq!(compact_all(sql), *expected, "{sql}");
    }
}

#[test]
fn create_table() {
    check(&[
        (
            "create table if not exists Foo.Bar (id serial primary key, a varchar(20) not null default 'x'::text unique)",
            "create-table{columns=[{column={data_type=integer, name=id}, constraints=[{inline, kind=primary-key{columns=[{column=id}]}}], serial}, {column={data_type=character varying(20), default=«'x'::text», name=a}, constraints=[{inline, kind=unique{columns=[{column=a}]}}], nullability_written}], if_not_exists, name=foo.bar, properties={persistence=permanent}}",
        ),
        (
            "create unlogged table t (b int references o (x) on delete cascade deferrable initially deferred, constraint c check (a > 0), exclude using gist (a with &&)) partition by range (A)",
            "create-table{columns=[{column={data_type=integer, name=b, nullable}, constraints=[{deferrable, initially_deferred, inline, kind=foreign-key{columns=[b], on_delete=cascade, referenced=[x], table=o}}]}], constraints=[{kind=check{expression=«a > 0»}, name=c}, {kind=exclude{definition=«using gist (a with &&)»}}], name=t, properties={partition_by=RANGE (a), persistence=unlogged}}",
        ),
        (
            "create table x as select 1 with no data",
            "create-table{from_query=«select 1», name=x, properties={persistence=permanent}}",
        ),
        (
            "create table p partition of q for values from (1) to (maxvalue)",
            "create-table{name=p, properties={partition_of=[q, FOR VALUES FROM (1) TO (MAXVALUE)], persistence=permanent}}",
        ),
    ]);
}

#[test]
fn alter_table() {
    check(&[
        (
            "alter table only a add b int default 1 not null, drop column if exists c cascade, alter d drop not null, enable row level security",
            "alter-table{actions=[add-column{definition={column={data_type=integer, default=«1», name=b}, nullability_written}}, drop-column{cascade, if_exists, name=c}, set-nullable{name=d, nullable}, set-options{options=[[row_security, true]]}], only, table=a}",
        ),
        (
            "alter table a alter column d set data type text using d::text, add constraint f foreign key (x) references y(z) not valid",
            "alter-table{actions=[set-type{data_type=text, name=d, using=«d::text»}, add-constraint{definition={kind=foreign-key{columns=[x], referenced=[z], table=y}, name=f, not_valid}}], table=a}",
        ),
        (
            "alter table t alter a add generated always as identity (start 5), alter b set default null, rename to c",
            "alter-table{actions=[set-identity{identity={always, options={start=5}}, name=a}, set-default{name=b}, rename{to=c}], table=t}",
        ),
    ]);
}

#[test]
fn indexes() {
    check(&[
        (
            "create unique index concurrently on t (lower(a) desc, b text_pattern_ops nulls last, (a || b), ((c))) include (c) where a is not null and b in (1,2)",
            "create-index{concurrently, definition={index={include=[c], keys=[{descending, expression=«lower(a)», nulls_first}, {column=b, operator_class=text_pattern_ops}, {expression=«a || b»}, {column=c}], method=btree, predicate=«a is not null and b in (1,2)», unique}}, table=t}",
        ),
        ("drop index concurrently if exists a, b.c", "drop-index{concurrently, if_exists, names=[a, b.c]}"),
    ]);
}

#[test]
fn refusals() {
    check(&[
        (
            "create table t (a int b text)",
            "invalid{message=expected `,`, `)` or a column constraint, found `b`}",
        ),
        ("create table t (a not null)", "invalid{message=expected a type, found `not`}"),
        (
            "alter table t add column a int not nul",
            "invalid{help=did you mean `NULL`?, message=expected `NULL`, found `nul`}",
        ),
        (
            "create table order (a int)",
            "invalid{help=`order` is a reserved word: if it is meant as a name, write \"order\", message=expected a table name, found `order`}",
        ),
        (
            "drop table if exist t",
            "invalid{help=did you mean `EXISTS`?, message=expected `EXISTS`, found `exist`}",
        ),
    ]);
}
