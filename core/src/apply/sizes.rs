//! How long columns, rows and keys of the MySQL family may be. InnoDB alone.
//!
//! MySQL 9.7 reference manual, "InnoDB Limits" and "Limits on Table Column Count and Row Size"; MariaDB differs in what it
//! does with keys that are too long, which it cuts or hashes.
use super::{
    ConflictKind,
    run::{Run, Step, column_path, fail},
};
use crate::{
    catalog::{Column, IndexKey, Table},
    change::ObjectPath,
    target::Dialect,
};

/// The most bytes of a row without its texts and blobs, and of one column (errors 1118 and 1074).
const ROW: u64 = 65_535;
/// The most bytes of a key (error 1071).
const KEY: u64 = 3_072;

/// Refuses columns, a row and keys that are longer than the server takes.
pub(super) fn fit(run: &Run<'_>, table: &Table) -> Step {
    if !table.complete || table.properties.engine.is_some() {
        return Ok(());
    }
    let mut row = 0_u64;
    for column in &table.columns {
        let Some(bytes) = stored(run, table, column) else { continue };
        if bytes > ROW && !run.state.session.strict {
            // It becomes a text (warning 1246).
            continue;
        }
        if bytes > ROW {
            let message = format!("`{}` takes {bytes} bytes, a column at most {ROW}: use TEXT", column.name);
            return fail(ConflictKind::InvalidDefinition, column_path(&table.name, &column.name), message);
        }
        row = row.saturating_add(bytes);
    }
    if row > ROW {
        let message = format!(
            "a row of `{}` takes at least {row} bytes, at most {ROW} are possible: use TEXT",
            table.name
        );
        return fail(
            ConflictKind::InvalidDefinition,
            ObjectPath::Table { name: table.name.clone() },
            message,
        );
    }
    if !run.state.session.strict {
        return Ok(());
    }
    let primary = table.primary_key().map(|(c, key)| (c.name.clone(), true, &key.columns));
    let indexes = table.indexes.iter().filter(|i| i.method == "btree");
    let indexes = indexes.map(|i| (i.name.clone(), i.unique, &i.keys));
    for (name, unique, keys) in primary.into_iter().chain(indexes) {
        let maria = run.catalog().dialect == Dialect::MariaDb;
        if maria && unique && name != crate::dialect::mysql::names::PRIMARY {
            // It becomes a hash.
            continue;
        }
        let cut = |length: u64| if maria && !unique { length.min(KEY) } else { length };
        let lengths: Vec<u64> =
            keys.iter().filter_map(|key| length(run, table, key, maria)).map(cut).collect();
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let all = lengths.iter().fold(0_u64, |all, length| all.saturating_add(*length));
        if longest > KEY || all > KEY {
            let message = format!("key `{name}` takes at least {all} bytes, at most {KEY} are possible");
            let path = ObjectPath::Index { table: table.name.clone(), name };
            return fail(ConflictKind::InvalidDefinition, path, message);
        }
    }
    Ok(())
}

/// The bytes of a column in the row, at least; `None` where nothing is known of it.
fn stored(run: &Run<'_>, table: &Table, column: &Column) -> Option<u64> {
    // A virtual column is stored nowhere, but counts all the same.
    let (head, size) = parts(&column.data_type.text);
    match head {
        "varchar" => Some(size?.saturating_mul(super::charset::longest_character(run, table, column)?)),
        "char" => {
            Some(size.unwrap_or(1).saturating_mul(super::charset::longest_character(run, table, column)?))
        }
        "varbinary" => size,
        "binary" => Some(size.unwrap_or(1)),
        _ => fixed(head),
    }
}

/// The bytes of a key's part, at least.
fn length(run: &Run<'_>, table: &Table, key: &IndexKey, maria: bool) -> Option<u64> {
    let column = &table.columns[run.place(table, key.column.as_ref()?)?];
    let (head, size) = parts(&column.data_type.text);
    let character = || super::charset::longest_character(run, table, column);
    let prefix = key.prefix.map(u64::from);
    match head {
        "varchar" | "char" => Some(prefix.or(size)?.saturating_mul(character()?)),
        "tinytext" | "text" | "mediumtext" | "longtext" => match prefix {
            Some(prefix) => Some(prefix.saturating_mul(character()?)),
            // MariaDB takes as much of a text as a key can hold.
            None => maria.then_some(if head == "tinytext" { 255 } else { KEY }),
        },
        "varbinary" | "binary" => prefix.or(size),
        "tinyblob" | "blob" | "mediumblob" | "longblob" => prefix,
        _ => fixed(head),
    }
}

/// `varchar(20)` as `varchar` and 20.
fn parts(data_type: &str) -> (&str, Option<u64>) {
    let head = data_type.split(['(', ' ']).next().unwrap_or(data_type);
    let size = data_type.split_once('(').and_then(|(_, rest)| rest.split([')', ',']).next()?.parse().ok());
    (head, size)
}

/// The bytes of a type that always takes as many.
fn fixed(head: &str) -> Option<u64> {
    Some(match head {
        "tinyint" | "year" => 1,
        "smallint" => 2,
        "mediumint" | "date" | "time" => 3,
        "int" | "float" | "timestamp" => 4,
        "datetime" => 5,
        "bigint" | "double" => 8,
        // The pointer and the shortest length.
        "tinytext" | "tinyblob" => 9,
        "text" | "blob" => 10,
        "mediumtext" | "mediumblob" => 11,
        "longtext" | "longblob" | "json" => 12,
        _ => return None,
    })
}
