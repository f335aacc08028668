//! `CREATE TABLE`.
use std::collections::BTreeMap;

use crate::{
    catalog::{ConstraintKind, Index, IndexKey, Persistence, Table},
    dialect::mysql::quote,
    target::Target,
};

use super::{column, keys, object};

/// The statement that makes a table with its indexes and constraints, without triggers.
pub(super) fn create(table: &Table, target: &Target) -> String {
    let properties = &table.properties;
    let engine = properties.engine.as_deref();
    let mut lines: Vec<String> =
        table.columns.iter().map(|column| column::definition(column, target)).collect();
    let constraints = |primary: bool| {
        let of_kind = move |kind: &ConstraintKind| matches!(kind, ConstraintKind::PrimaryKey(_)) == primary;
        table.constraints.iter().filter(move |c| of_kind(&c.kind)).filter_map(|c| keys::constraint(c, target))
    };
    lines.extend(constraints(true));
    lines.extend(
        table
            .indexes
            .iter()
            .filter(|index| !server_made(table, index))
            .map(|index| keys::index(index, engine, target)),
    );
    lines.extend(constraints(false));
    let temporary = if properties.persistence == Persistence::Temporary { "TEMPORARY " } else { "" };
    let mut sql = format!("CREATE {temporary}TABLE {} (\n  {}\n)", object(&table.name), lines.join(",\n  "));
    let mut push = |text: String| {
        sql.push(' ');
        sql.push_str(&text);
    };
    if let Some(engine) = engine {
        push(format!("ENGINE={engine}"));
    }
    if let Some(charset) = &properties.charset {
        push(format!("DEFAULT CHARACTER SET={charset}"));
    }
    if let Some(collation) = &properties.collation {
        push(format!("COLLATE={collation}"));
    }
    if let Some(comment) = &properties.comment {
        push(format!("COMMENT={}", quote::string(comment)));
    }
    for (name, value) in &properties.options {
        push(option(name, value));
    }
    if let Some(partitioning) = &properties.partition_by {
        sql.push('\n');
        sql.push_str(partitioning);
    }
    sql
}

fn server_made(table: &Table, index: &Index) -> bool {
    table.foreign_keys().any(|(constraint, key)| {
        let primary = table.primary_key().map(|(_, primary)| primary.columns.as_slice());
        let others: Vec<&[IndexKey]> = table
            .indexes
            .iter()
            .filter(|other| other.name != index.name)
            .map(|other| other.keys.as_slice())
            .chain(primary)
            .collect();
        keys::made_for(index, &constraint.name, key, others)
    })
}

/// Options whose values are strings.
const STRINGS: &[&str] = &[
    "compression",
    "connection",
    "data_directory",
    "encryption",
    "engine_attribute",
    "index_directory",
    "password",
    "secondary_engine_attribute",
];

/// What takes an option away, where it is not the word `DEFAULT`.
const RESETS: &[(&str, &str)] = &[
    ("avg_row_length", "0"),
    ("checksum", "0"),
    ("compression", "''"),
    ("connection", "''"),
    ("delay_key_write", "0"),
    ("encryption", "'N'"),
    ("key_block_size", "0"),
    ("max_rows", "0"),
    ("min_rows", "0"),
    ("password", "''"),
];

fn option(name: &str, value: &str) -> String {
    let word = match name {
        "data_directory" => "DATA DIRECTORY".to_owned(),
        "index_directory" => "INDEX DIRECTORY".to_owned(),
        "system_versioning" => return "WITH SYSTEM VERSIONING".to_owned(),
        _ => name.to_ascii_uppercase(),
    };
    if STRINGS.contains(&name) {
        format!("{word}={}", quote::string(value))
    } else {
        format!("{word}={value}")
    }
}

/// Options that turn those of `before` into those of `after`.
pub(super) fn changed_options(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<String> {
    let gone = before.keys().filter(|name| !after.contains_key(*name)).map(|name| {
        let reset = RESETS.iter().find(|(option, _)| option == name).map_or("DEFAULT", |(_, reset)| reset);
        format!("{}={reset}", name.to_ascii_uppercase())
    });
    let set = after.iter().filter(|(name, value)| before.get(*name) != Some(value));
    gone.chain(set.map(|(name, value)| option(name, value))).collect()
}
