//! Rows for any schema, and all rows of a database for comparison.
use std::collections::{BTreeMap, BTreeSet};

use ::mysql::prelude::Queryable;
use postgres::SimpleQueryMessage;
use remigrate::{
    Catalog, Dialect, Target,
    catalog::{Column, ForeignKey, ObjectName, Table, UserTypeKind},
    text::Script,
};

use crate::servers::Database;

/// A connection to a server of any family.
#[allow(missing_debug_implementations, reason = "connections have nothing to show")]
pub enum Connection {
    /// PostgreSQL.
    Postgres(Box<::postgres::Client>),
    /// MySQL and MariaDB.
    MySql(Box<::mysql::Conn>),
}

impl Connection {
    /// A new connection.
    pub fn new(database: &Database<'_>) -> Self {
        if database.server().release().dialect.is_mysql_family() {
            Self::MySql(Box::new(database.mysql()))
        } else {
            Self::Postgres(Box::new(database.postgres()))
        }
    }

    /// Runs one request.
    pub fn run(&mut self, sql: &str) -> Result<(), String> {
        match self {
            Self::Postgres(client) => client.batch_execute(sql).map_err(|e| match e.as_db_error() {
                Some(e) => format!("{}: {}", e.code().code(), e.message()),
                None => e.to_string(),
            }),
            Self::MySql(conn) => conn.query_drop(sql).map_err(|e| e.to_string()),
        }
    }

    /// Runs a script as the family's client does: PostgreSQL's gets it in one request, unless `alone`; the MySQL
    /// family's statement by statement.
    pub fn script(&mut self, sql: &str, dialect: Dialect, alone: bool) -> Result<(), String> {
        if dialect == Dialect::Postgres && !alone {
            return self.run(sql);
        }
        let target = Target::new(dialect);
        let script = Script::new(sql, &target);
        for statement in &script.statements {
            let text = script.text_of(statement);
            self.run(text).map_err(|e| format!("{e} in {text:.300}"))?;
        }
        Ok(())
    }

    /// The rows of a query, all values as text.
    pub fn query(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
        match self {
            Self::Postgres(client) => {
                let messages = client.simple_query(sql).map_err(|e| format!("{e:?}"))?;
                Ok(messages
                    .into_iter()
                    .filter_map(|m| match m {
                        SimpleQueryMessage::Row(row) => {
                            Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
                        }
                        _ => None,
                    })
                    .collect())
            }
            Self::MySql(conn) => {
                let rows: Vec<::mysql::Row> = conn.query(sql).map_err(|e| e.to_string())?;
                Ok(rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect())
            }
        }
    }
}

fn text(value: ::mysql::Value) -> Option<String> {
    match value {
        ::mysql::Value::NULL => None,
        ::mysql::Value::Bytes(bytes) => {
            Some(String::from_utf8(bytes).unwrap_or_else(|e| format!("{:?}", e.as_bytes())))
        }
        other => Some(other.as_sql(true)),
    }
}

/// A name as SQL.
fn quoted(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
        _ => format!("`{}`", name.replace('`', "``")),
    }
}

/// A relation's name as SQL.
pub fn relation(dialect: Dialect, name: &ObjectName) -> String {
    match name.schema_str() {
        "" => quoted(dialect, &name.name),
        schema => format!("{}.{}", quoted(dialect, schema), quoted(dialect, &name.name)),
    }
}

/// Every row of every table by the table's name, sorted. Values are those of the catalog's columns by name, so that
/// places of columns do not count.
pub fn read(connection: &mut Connection, catalog: &Catalog) -> Result<BTreeMap<String, Vec<String>>, String> {
    let dialect = catalog.dialect;
    let mut all = BTreeMap::new();
    for table in catalog.tables.iter() {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|c| {
                let name = quoted(dialect, &c.name);
                if dialect == Dialect::Postgres { format!("{name}::text") } else { name }
            })
            .collect();
        let columns = if columns.is_empty() { "1".into() } else { columns.join(", ") };
        let only = if dialect == Dialect::Postgres && table.properties.partition_by.is_none() {
            "ONLY "
        } else {
            ""
        };
        let sql = format!("SELECT {columns} FROM {only}{}", relation(dialect, &table.name));
        let mut rows: Vec<String> = connection
            .query(&sql)
            .map_err(|e| format!("{e} in {sql}"))?
            .iter()
            .map(|row| format!("{row:?}"))
            .collect();
        rows.sort();
        all.insert(table.name.to_string(), rows);
    }
    Ok(all)
}

/// Puts rows into tables that have fewer than three. Tables of `hopeless` are left alone; those that stay empty are added.
pub fn fill(connection: &mut Connection, catalog: &Catalog, hopeless: &mut BTreeSet<String>) {
    let mut order: Vec<&Table> = Vec::new();
    let mut left: Vec<&Table> = catalog.tables.iter().map(AsRef::as_ref).collect();
    while !left.is_empty() {
        let free = |t: &&&Table| {
            t.foreign_keys().all(|(_, k)| k.table == t.name || !left.iter().any(|l| l.name == k.table))
        };
        let ready: Vec<&Table> = left.iter().filter(free).copied().collect();
        if ready.is_empty() {
            order.append(&mut left);
        } else {
            left.retain(|t| !ready.iter().any(|r| r.name == t.name));
            order.extend(ready);
        }
    }
    for table in order {
        let shape = format!("{} {:?}", table.name, table.columns.iter().map(|c| &c.name).collect::<Vec<_>>());
        if hopeless.contains(&shape) || table.properties.partition_of.is_some() {
            continue;
        }
        let name = relation(catalog.dialect, &table.name);
        let count = connection
            .query(&format!("SELECT count(*) FROM {name}"))
            .ok()
            .and_then(|rows| rows.first()?.first()?.as_ref()?.parse::<usize>().ok())
            .unwrap_or(3);
        let mut any = count > 0;
        for number in count..3 {
            any |= (0..3).any(|variant| {
                row(catalog, table, number, variant).is_some_and(|sql| connection.run(&sql).is_ok())
            });
        }
        if !any {
            hopeless.insert(shape);
        }
    }
}

/// An INSERT of one row. Variant 0 is rich, 1 plain, 2 gives only what it must.
fn row(catalog: &Catalog, table: &Table, number: usize, variant: usize) -> Option<String> {
    let dialect = catalog.dialect;
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for column in &table.columns {
        if column.generated.is_some() || column.identity.is_some() || column.auto_increment {
            continue;
        }
        let numbered = column.default.as_ref().is_some_and(|d| d.sql.contains("nextval("));
        let optional = column.nullable || column.default.is_some();
        let bare = numbered || variant == 2 && optional || variant == 0 && number == 1 && column.nullable;
        let key = table.foreign_keys().find(|(_, k)| k.columns.contains(&column.name)).map(|(_, k)| k);
        if bare && (column.default.is_some() || column.nullable) {
            continue;
        }
        let value = match key {
            Some(key) => parent(dialect, table, key, column, number),
            None => literal(catalog, column, number, variant),
        };
        match value {
            Some(value) => {
                names.push(quoted(dialect, &column.name));
                values.push(value);
            }
            None if optional => {}
            None => return None,
        }
    }
    let table = relation(dialect, &table.name);
    Some(match (names.is_empty(), dialect) {
        (true, Dialect::Postgres) => format!("INSERT INTO {table} DEFAULT VALUES"),
        _ => format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", ")),
    })
}

/// A value that the parent table has.
fn parent(
    dialect: Dialect,
    table: &Table,
    key: &ForeignKey,
    column: &Column,
    number: usize,
) -> Option<String> {
    if key.table == table.name && column.nullable {
        return None;
    }
    let place = key.columns.iter().position(|c| *c == column.name)?;
    let referenced = quoted(dialect, key.referenced.get(place)?);
    let order = key.referenced.iter().map(|r| quoted(dialect, r)).collect::<Vec<_>>().join(", ");
    Some(format!(
        "(SELECT p.{referenced} FROM {} AS p ORDER BY {order} LIMIT 1 OFFSET {number})",
        relation(dialect, &key.table)
    ))
}

/// A value of the column's type.
fn literal(catalog: &Catalog, column: &Column, number: usize, variant: usize) -> Option<String> {
    let mut text = column.data_type.text.as_str();
    if text.ends_with("[]") {
        return Some("'{}'".into());
    }
    let base;
    if let Some(custom) = &column.data_type.custom {
        match catalog.types.get(custom).map(|t| &t.kind) {
            Some(UserTypeKind::Enum { labels }) => {
                return Some(format!("'{}'", labels.get(number % labels.len().max(1))?.replace('\'', "''")));
            }
            Some(UserTypeKind::Domain { base: under, .. }) => {
                base = under.text.clone();
                text = &base;
            }
            _ if matches!(custom.name.as_str(), "citext") => text = "text",
            _ => return None,
        }
    }
    let lower = text.to_ascii_lowercase();
    let name = lower.split('(').next().unwrap_or("").trim().to_owned();
    let word = name.split(' ').next().unwrap_or("").to_owned();
    let size: usize = lower
        .split_once('(')
        .and_then(|(_, rest)| rest.split([')', ',']).next()?.parse().ok())
        .unwrap_or(200);
    let number_text = (41 + number).to_string();
    Some(match word.as_str() {
        "tinyint" if size == 1 => (number % 2).to_string(),
        "smallint" | "integer" | "bigint" | "int" | "mediumint" | "tinyint" => number_text,
        "numeric" | "decimal" => {
            let whole = lower
                .split_once('(')
                .and_then(|(_, rest)| {
                    let mut parts =
                        rest.trim_end_matches(|c: char| c != ')').trim_end_matches(')').split(',');
                    let all: i64 = parts.next()?.trim().parse().ok()?;
                    Some(all - parts.next().and_then(|p| p.trim().parse::<i64>().ok()).unwrap_or(0))
                })
                .unwrap_or(9);
            if whole >= 2 { number_text } else { "0".into() }
        }
        "real" | "double" | "float" => format!("{}.5", 41 + number),
        "boolean" => if number.is_multiple_of(2) { "true" } else { "false" }.into(),
        "bit" if catalog.dialect.is_mysql_family() => "b'1'".into(),
        "bit" => format!("B'{}'", "1".repeat(if size == 200 { 1 } else { size })),
        "character" | "char" | "varchar" | "text" | "tinytext" | "mediumtext" | "longtext" | "name"
        | "\"char\"" => {
            let accent = if variant == 0 && number == 2 { "é" } else { "" };
            let whole = format!("{}{accent} {}", 41 + number, column.name);
            let size = if name == "character" && !lower.contains('(')
                || name == "char" && !lower.contains('(')
                || word == "\"char\""
            {
                1
            } else {
                size
            };
            let whole: String = if column.check.as_ref().is_some_and(|c| c.sql.contains("json_valid")) {
                format!("{{\"a\": {number}}}")
            } else {
                whole
            };
            let cut: String = whole.chars().take(size).collect();
            format!("'{}'", cut.trim_end())
        }
        "enum" | "set" => {
            let labels: Vec<&str> = text.split_once('(')?.1.rsplit_once(')')?.0.split("','").collect();
            let label = labels.get(number % labels.len())?.trim_matches('\'');
            format!("'{label}'")
        }
        "uuid" => format!("'0000000{}-0000-4000-8000-000000000000'", number % 10),
        "json" | "jsonb" => format!("'{{\"b\": {number}, \"a\": [1]}}'"),
        "jsonpath" => "'$'".into(),
        "xml" => "'<a/>'".into(),
        "bytea" => format!("'\\x0{}ff'", number % 10),
        "binary" => {
            format!("x'{}'", format!("{number:02x}").repeat(if lower.contains('(') { size } else { 1 }))
        }
        "varbinary" | "blob" | "tinyblob" | "mediumblob" | "longblob" => format!("x'0{}'", number % 10),
        "timestamp" | "datetime" => format!("'2024-02-0{} 03:04:05'", number % 9 + 1),
        "date" => format!("'2024-02-0{}'", number % 9 + 1),
        "time" => "'03:04:05'".into(),
        "year" => "2024".into(),
        "interval" => "'1 day'".into(),
        "inet" | "cidr" | "inet6" | "inet4" => "'10.0.0.1'".into(),
        "macaddr" => "'08:00:2b:01:02:03'".into(),
        "tsvector" | "tsquery" => "'a'".into(),
        "point" if catalog.dialect == Dialect::Postgres => "'(1,2)'".into(),
        "int4range" | "int8range" | "numrange" => "'[1,5)'".into(),
        "tstzrange" | "tsrange" | "daterange" => "'empty'".into(),
        "oid" => "1".into(),
        "money" => "1".into(),
        _ => return None,
    })
}
