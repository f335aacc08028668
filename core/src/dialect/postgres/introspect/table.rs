//! Tables with their columns, and views.
use std::collections::HashMap;

use super::{Reader, constraint::Belongings, data_type, list, optional_name, options, sequence_options};
use crate::{
    catalog::{
        Column, Expression, Generated, Identity, Name, ObjectName, Persistence, Table, TableProperties, View,
    },
    dialect::{
        expression,
        introspect::{Fields, fields},
    },
    error::Error,
    target::Target,
};

/// The words for the letters of `attstorage`.
const STORAGE: [(&str, &str); 4] = [("p", "plain"), ("e", "external"), ("m", "main"), ("x", "extended")];

/// The words for the letters of `attcompression`.
const COMPRESSION: [(&str, &str); 2] = [("p", "pglz"), ("l", "lz4")];

impl Reader<'_> {
    /// Tables and views. A relation has one row for each parent, side by side.
    pub(super) fn relations(&mut self) -> Result<(), Error> {
        let mut columns: HashMap<&str, Vec<Column>> = HashMap::new();
        for row in fields(self.rows, "columns")? {
            columns.entry(row.text(0)?).or_default().push(column(&row, &self.target)?);
        }
        let mut reads: HashMap<&str, Vec<ObjectName>> = HashMap::new();
        for row in fields(self.rows, "view reads")? {
            reads.entry(row.text(0)?).or_default().push(ObjectName::new(row.text(1)?, row.text(2)?));
        }
        let mut belongings = Belongings::read(self.rows, &self.target)?;
        for row in fields(self.rows, "relations")? {
            let oid = row.text(0)?;
            let name = ObjectName::new(row.text(1)?, row.text(2)?);
            let parent = optional_name(&row, 7)?;
            match row.text(3)? {
                "r" | "p" if self.catalog.tables.contains(&name) => {
                    self.catalog.tables.edit(&name, |table| table.properties.inherits.extend(parent));
                }
                "r" | "p" => {
                    let constraints = belongings.constraints(oid, &name, &mut self.catalog.uncertain);
                    self.catalog.tables.insert(Table {
                        properties: properties(&row, parent)?,
                        columns: columns.remove(oid).unwrap_or_default(),
                        constraints,
                        indexes: belongings.indexes(oid),
                        triggers: belongings.triggers(oid),
                        complete: true,
                        name,
                    });
                }
                kind @ ("v" | "m") => {
                    let query = row.text(16)?.trim();
                    let query = query.strip_suffix(';').unwrap_or(query);
                    let normal = expression::read_query(query, &self.target).normal;
                    let columns = columns.remove(oid).unwrap_or_default();
                    self.catalog.views.insert(View {
                        materialized: kind == "m",
                        columns: columns.into_iter().map(|column| column.name).collect(),
                        query: Expression { sql: query.into(), normal: normal.into() },
                        reads: reads.remove(oid).unwrap_or_default(),
                        options: options(&row, 13, "")?,
                        indexes: belongings.indexes(oid),
                        triggers: belongings.triggers(oid),
                        comment: row.optional(15).map(str::to_owned),
                        name,
                    });
                }
                _ => {
                    let reason = "is a foreign table, which the catalog has no place for";
                    self.catalog.uncertain.insert(name.to_string(), reason.into());
                }
            }
        }
        Ok(())
    }
}

fn properties(row: &Fields<'_>, parent: Option<ObjectName>) -> Result<TableProperties, Error> {
    let mut table_options = options(row, 13, "")?;
    table_options.extend(options(row, 14, "toast.")?);
    let replica_identity = match row.text(11)? {
        "n" => Some("nothing".to_owned()),
        "f" => Some("full".to_owned()),
        "i" => row.optional(12).map(|index| format!("index {index}")),
        _ => None,
    };
    if let Some(identity) = replica_identity {
        table_options.insert("replica_identity".into(), identity);
    }
    let (partition_of, inherits) = match (row.optional(6), parent) {
        (Some(bound), Some(parent)) => (Some((parent, bound.to_owned())), Vec::new()),
        (_, parent) => (None, parent.into_iter().collect()),
    };
    Ok(TableProperties {
        persistence: if row.text(4)? == "u" { Persistence::Unlogged } else { Persistence::Permanent },
        partition_by: row.optional(5).map(str::to_owned),
        partition_of,
        inherits,
        comment: row.optional(15).map(str::to_owned),
        row_security: row.flag(9)?,
        force_row_security: row.flag(10)?,
        options: table_options,
        ..TableProperties::default()
    })
}

fn column(row: &Fields<'_>, target: &Target) -> Result<Column, Error> {
    let data_type = data_type(row, 2)?;
    let generated = row.optional(7).map(|sql| {
        let stored = row.optional(8) != Some("v");
        Generated { expression: expression::read(sql, target), stored }
    });
    let identity = match row.optional(10) {
        Some(sequence) => Some(Identity {
            always: row.text(9)? == "a",
            sequence: sequence.into(),
            options: sequence_options(row, 11, &data_type.text)?,
        }),
        None => None,
    };
    let mut column_options = options(row, 22, "")?;
    let word = |place: usize, words: &[(&str, &str)]| {
        let letter = row.optional(place)?;
        words.iter().find(|(l, _)| *l == letter).map(|(_, word)| (*word).to_owned())
    };
    let special = [
        ("storage", word(19, &STORAGE)),
        ("compression", word(20, &COMPRESSION)),
        ("statistics", row.optional(21).map(str::to_owned)),
    ];
    column_options.extend(special.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Ok(Column {
        name: Name::from(row.text(1)?),
        nullable: !row.flag(5)?,
        default: row.optional(6).and_then(|sql| expression::read_default(sql, &data_type, target)),
        identity,
        generated,
        collation: row.optional(18).map(str::to_owned),
        comment: row.optional(23).map(str::to_owned),
        options: column_options,
        data_type,
        ..Column::default()
    })
}

/// Index and column options of one JSON list, as `name = 'value'` behind an operator class.
pub(super) fn parameters(row: &Fields<'_>, place: usize) -> Result<String, Error> {
    let quoted = |option: String| match option.split_once('=') {
        Some((name, value)) => format!("{name}='{}'", value.replace('\'', "''")),
        None => option,
    };
    let all: Vec<String> = list(row, place)?.into_iter().map(quoted).collect();
    Ok(if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) })
}
