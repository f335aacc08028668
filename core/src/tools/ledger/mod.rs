//! The tables in which migration tools remember what they ran: how to find and read one, what its rows mean, and how
//! to write one anew.
//!
//! The formats are data (`formats`), one place for all of them; checksums are in `checksum`, writing is in `write`.
//! Nothing here talks to a server: the caller runs [`LedgerFormat::query`] and hands the rows to
//! [`LedgerFormat::decode`].
mod checksum;
mod formats;
mod listed;
mod resolve;
#[cfg(test)]
mod tests;
mod write;

pub use checksum::{Checksum, Comparison, Hashed};
pub(super) use formats::{CONFITURE, DBMATE, DIESEL, FLYWAY, GOLANG_MIGRATE, GOOSE, PRISMA, SQLX};
pub(super) use listed::{DRIZZLE, LIQUIBASE, NODE_PG_MIGRATE, REFINERY, SUPABASE, YOYO};
pub use resolve::resolve;
pub use write::LeftOut;

use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{Migration, MigrationSet, SourceFile, Tool, layout};
use crate::dialect::quote;
use crate::{
    catalog::{Catalog, ObjectName, Table},
    dialect::introspect::{Fields, Row, fields},
    error::{Error, ErrorKind},
    target::Dialect,
};

/// What a tool's ledger says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// The tool, as in [`Tool::id`].
    pub tool: String,
    /// The table that was read. `None` if the database has no such table, which is not the same as an empty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Its rows, in the order in which the tool wrote them.
    #[serde(default)]
    pub entries: Vec<Entry>,
}

/// One row of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Version as the ledger has it; empty for a repeatable migration.
    pub version: String,
    /// Name, if the ledger keeps names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the row is about.
    pub kind: EntryKind,
    /// What became of it.
    pub state: EntryState,
    /// Checksum, in the form of [`Checksum::of`], if the ledger has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
}

/// What a ledger's row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// One migration.
    Migration,
    /// A migration that runs again whenever it changed.
    Repeatable,
    /// Everything up to this version counts as applied: Flyway's baseline, golang-migrate's only row.
    UpTo,
    /// A migration that is not a SQL file, such as Flyway's in Java.
    Code,
}

/// What a ledger says became of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryState {
    /// It was applied.
    Applied,
    /// It began and did not end well: failed, dirty, or still running.
    Failed,
    /// It was applied and then undone, or declared undone.
    RolledBack,
}

/// The facts about one tool's ledger.
#[derive(Debug)]
pub(crate) struct Format {
    /// The table's name, unless the user configured another.
    table: &'static str,
    /// The schema that the tool keeps for it on PostgreSQL.
    home: Option<&'static str>,
    /// Columns in the order in which the query reads them.
    columns: &'static [(&'static str, Reading)],
    /// Columns that tables of the same name, but of other tools, have.
    foreign_columns: &'static [&'static str],
    /// Whether the tool writes the table's name in upper case on the MySQL family.
    upper_case: bool,
    /// The columns that give the order in which rows were written.
    order: &'static str,
    /// How versions of rows and files are compared.
    versions: Versions,
    /// The checksum it keeps.
    checksum: Checksum,
    /// How many characters of a name it keeps.
    name_length: Option<usize>,
    /// Whether the ledger is one row with the newest version.
    high_water: bool,
    /// The entry that a row means; `None` for a row that is about no migration.
    entry: fn(&Fields<'_>) -> Result<Option<Entry>, Error>,
    /// The statements that make the table as the tool makes it, if it is not there; `None` where the tool does not
    /// run on that server.
    create: fn(Dialect) -> Option<&'static str>,
    /// The same, where the files decide how the tool makes it; `None` for as always.
    create_for: fn(Dialect, &MigrationSet) -> Option<&'static str>,
    /// The statement that adds one migration, if it is not there.
    insert: fn(&write::New<'_>) -> String,
    /// What the inserted rows say that nobody knows.
    made_up: &'static str,
    /// The lock that the tool holds while it migrates.
    lock: fn(Dialect) -> &'static str,
}

/// How a column is read as text.
#[derive(Clone, Copy, Debug)]
enum Reading {
    /// As it is.
    Text,
    /// Bytes as hexadecimal digits.
    Hex,
    /// As it is; NULL where an older release of the tool made the table without it. On PostgreSQL alone: the MySQL
    /// family has no way to ask for a column that may be missing.
    IfPresent,
    /// Not at all: the column only tells the table from other tools'.
    Unread,
}

/// How versions are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Versions {
    /// As text.
    Text,
    /// As numbers, or as numbers with dots: `001` is `1`, `1.0` is `1`.
    Numbers,
    /// As text; the order is the one in which the tool lists the files, which the names do not tell.
    Listed,
}

impl Versions {
    /// A form that is equal for equal versions.
    fn key(self, version: &str) -> Cow<'_, str> {
        let numeric =
            !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'_');
        if self != Self::Numbers || !numeric {
            return Cow::Borrowed(version);
        }
        let mut parts: Vec<&str> = version.split(['.', '_']).map(|p| p.trim_start_matches('0')).collect();
        while parts.len() > 1 && parts.last().is_some_and(|p| p.is_empty()) {
            parts.pop();
        }
        Cow::Owned(parts.join("."))
    }
}

/// The ledger of one tool on one server family.
#[derive(Clone, Copy, Debug)]
pub struct LedgerFormat {
    tool: &'static Tool,
    format: &'static Format,
    dialect: Dialect,
}

impl Tool {
    /// The tool's ledger on a server family.
    ///
    /// # Errors
    /// `InvalidOptions` when the tool keeps none, or does not run on that family.
    pub fn ledger(&'static self, dialect: Dialect) -> Result<LedgerFormat, Error> {
        let Some(format) = self.ledger else {
            return Err(Error::new(
                ErrorKind::InvalidOptions,
                format!("no ledger of {} is known: name the tool that runs the files", self.title),
            ));
        };
        if (format.create)(dialect).is_none() {
            return Err(Error::new(
                ErrorKind::InvalidOptions,
                format!("{} keeps no ledger on {}", self.title, dialect.title()),
            ));
        }
        Ok(LedgerFormat { tool: self, format, dialect })
    }
}

impl LedgerFormat {
    /// The table's name, as the tool calls it unless it is configured otherwise.
    pub fn table(&self) -> &'static str {
        self.format.table
    }

    /// Whether the order of the migrations is the one in which the tool lists them, not one of versions.
    pub fn is_listed(&self) -> bool {
        self.format.versions == Versions::Listed
    }

    /// The table as statements name it.
    fn written(&self) -> String {
        let home = self.format.home.filter(|_| self.dialect == Dialect::Postgres);
        let upper = self.format.upper_case && self.dialect.is_mysql_family();
        match home {
            Some(home) => format!("{home}.{}", self.format.table),
            None if upper => self.format.table.to_ascii_uppercase(),
            None => self.format.table.to_owned(),
        }
    }

    /// The checksum that the ledger keeps.
    pub fn checksum(&self) -> Checksum {
        self.format.checksum
    }

    /// Whether the ledger is one row with the newest version, so that everything up to it counts as applied.
    pub fn is_high_water(&self) -> bool {
        self.format.high_water
    }

    /// A form of a version that is equal for versions which the tool takes as equal: `001` and `1` for most.
    pub fn version_key<'a>(&self, version: &'a str) -> Cow<'a, str> {
        self.format.versions.key(version)
    }

    /// The order of two versions, as the tool runs them.
    pub fn compare_versions(&self, a: &str, b: &str) -> Ordering {
        match self.format.versions {
            Versions::Text | Versions::Listed => a.cmp(b),
            Versions::Numbers => layout::compare_versions(a, b),
        }
    }

    /// A migration's name as the ledger keeps it: Flyway cuts long ones.
    pub fn recorded_name<'a>(&self, name: &'a str) -> Cow<'a, str> {
        match self.format.name_length {
            Some(length) if name.chars().count() > length => {
                Cow::Owned(name.chars().take(length.saturating_sub(3)).collect::<String>() + "...")
            }
            _ => Cow::Borrowed(name),
        }
    }

    /// Statements that make the table as the tool makes it, if it is not there.
    pub fn create(&self) -> &'static str {
        (self.format.create)(self.dialect).unwrap_or_default()
    }

    /// The lock that the tool holds while it migrates: hold it while writing the ledger by hand.
    pub fn lock(&self) -> &'static str {
        (self.format.lock)(self.dialect)
    }

    /// Where the ledger is in a database; `None` if it has none. A table with the ledger's name and the columns of
    /// another tool's is not it.
    ///
    /// # Errors
    /// `InvalidInput` if several schemas have one and none of them is the usual one, or if the only table of that name
    /// has other columns.
    pub fn find(&self, live: &Catalog) -> Result<Option<ObjectName>, Error> {
        let named: Vec<&Table> = live
            .tables
            .iter()
            .map(std::convert::AsRef::as_ref)
            .filter(|t| t.name.name.eq_ignore_ascii_case(self.format.table))
            .collect();
        let own: Vec<&&Table> = named.iter().filter(|t| self.format.fits(t)).collect();
        let home = self.format.home;
        let usual = |t: &&&&Table| match home {
            Some(home) => matches!(t.name.schema_str(), "") || t.name.schema_str() == home,
            None => matches!(t.name.schema_str(), "" | "public"),
        };
        match (own.iter().find(usual), own.as_slice()) {
            (Some(table), _) | (None, [table]) => Ok(Some(table.name.clone())),
            (None, [_, _, ..]) => {
                let places: Vec<String> = own.iter().map(|t| format!("`{}`", t.name)).collect();
                Err(Error::new(
                    ErrorKind::InvalidInput,
                    format!(
                        "there are several ledgers of {}: {}; connect with a search path or as a user that sees one",
                        self.tool.title,
                        places.join(", ")
                    ),
                ))
            }
            // What another tool has elsewhere says nothing about a table with a schema of its own.
            (None, []) => match named.first().filter(|_| home.is_none()) {
                None => Ok(None),
                Some(table) => Err(Error::new(
                    ErrorKind::InvalidInput,
                    format!(
                        "the table `{}` is not a ledger of {}: its columns are others{}",
                        table.name,
                        self.tool.title,
                        other_tool(table)
                    ),
                )),
            },
        }
    }

    /// The query that reads the ledger: every column as text, the rows in the order in which they were written. Run it
    /// in a read-only transaction.
    pub fn query(&self, table: &ObjectName) -> String {
        let columns: Vec<String> = self
            .format
            .columns
            .iter()
            .map(|(column, reading)| match (self.dialect.is_mysql_family(), reading) {
                (_, Reading::Unread) | (true, Reading::IfPresent) => "NULL".to_owned(),
                (false, Reading::Text) => format!("{column}::text"),
                (false, Reading::Hex) => format!("encode({column}, 'hex')"),
                (false, Reading::IfPresent) => format!("to_jsonb(ledger) ->> '{column}'"),
                (true, Reading::Text) => format!("CAST({column} AS CHAR)"),
                (true, Reading::Hex) => format!("LOWER(HEX({column}))"),
            })
            .collect();
        let table = quote::object(self.dialect, table);
        format!("SELECT {} FROM {table} AS ledger ORDER BY {}", columns.join(", "), self.format.order)
    }

    /// What the rows of [`query`](Self::query) say; `table` is the table they are from.
    ///
    /// # Errors
    /// `InvalidInput` when a row has other columns than the query asks for.
    pub fn decode(&self, table: &ObjectName, rows: &[Row]) -> Result<Ledger, Error> {
        const NAME: &str = "ledger";
        let rows = BTreeMap::from([(NAME.to_owned(), rows.to_vec())]);
        let mut entries = Vec::new();
        for row in fields(&rows, NAME)? {
            entries.extend((self.format.entry)(&row)?);
        }
        Ok(Ledger { tool: self.tool.id.to_owned(), table: Some(table.to_string()), entries })
    }

    /// The checksum of a migration's file as the ledger has it; `None` for a tool that keeps none, or where the text
    /// that the tool hashes is not known.
    pub fn checksum_of(&self, set: &MigrationSet, migration: &Migration) -> Option<String> {
        self.format.checksum.of(Hashed::of(self.format.checksum, set, migration)?)
    }

    /// Compares a migration's file with what the ledger recorded; `None` if its bytes are not known, because they are
    /// not UTF-8.
    pub fn compare(&self, set: &MigrationSet, migration: &Migration, recorded: &str) -> Option<Comparison> {
        Some(self.format.checksum.compare(Hashed::of(self.format.checksum, set, migration)?, recorded))
    }

    /// What a database without the table says.
    pub fn absent(&self) -> Ledger {
        Ledger { tool: self.tool.id.to_owned(), table: None, entries: Vec::new() }
    }
}

impl Format {
    /// Whether the table has this ledger's columns.
    fn fits(&self, table: &Table) -> bool {
        let has = |column: &str| table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(column));
        let required = self.columns.iter().filter(|(_, reading)| !matches!(reading, Reading::IfPresent));
        required.into_iter().all(|(column, _)| has(column))
            && !self.foreign_columns.iter().any(|column| has(column))
    }
}

/// The tools that have a ledger in the database: they tell what files in an ambiguous layout belong to.
pub fn tools_with_ledger(live: &Catalog) -> Vec<&'static Tool> {
    super::ALL
        .iter()
        .copied()
        .filter(|tool| tool.ledger(live.dialect).is_ok_and(|l| matches!(l.find(live), Ok(Some(_)))))
        .collect()
}

/// The tool that the caller named, or else the one whose ledger the database has if the files can be its.
pub fn tool_of(files: &[SourceFile], live: &Catalog, named: Option<&str>) -> Result<&'static Tool, Error> {
    if let Some(id) = named {
        return super::tool(id);
    }
    let detected = super::detect(files);
    let present = tools_with_ledger(live);
    if present.iter().any(|tool| tool.id == detected.id) {
        return Ok(detected);
    }
    let fitting: Vec<_> =
        present.into_iter().filter(|tool| !(tool.read)(files).migrations.is_empty()).collect();
    Ok(match fitting.as_slice() {
        [one] => one,
        _ => detected,
    })
}

fn other_tool(table: &Table) -> String {
    let other = super::ALL.iter().find(|tool| {
        tool.ledger.is_some_and(|f| f.table.eq_ignore_ascii_case(&table.name.name) && f.fits(table))
    });
    other.map_or(String::new(), |tool| format!(", those of {}: give `--tool {}`", tool.title, tool.id))
}

/// Schemas that tools keep for their ledgers.
pub(crate) fn homes() -> impl Iterator<Item = &'static str> {
    super::ALL.iter().filter_map(|tool| tool.ledger?.home)
}

/// Tables beside those of [`Format`] that migration tools keep: name, and a column that tells it from a user's own.
const OTHERS: &[(&str, &str)] = &[
    ("schema_migrations", "version"),
    ("confiture_lock_holder", "lock_id"),
    ("tb_confiture_steps", "batch_cursor"),
    ("databasechangeloglock", "lockgranted"),
    ("_yoyo_log", "migration_hash"),
    ("_yoyo_version", "installed_at_utc"),
    ("yoyo_lock", "pid"),
    ("knex_migrations", "migration_time"),
    ("knex_migrations_lock", "is_locked"),
    ("alembic_version", "version_num"),
    ("django_migrations", "applied"),
    ("ar_internal_metadata", "key"),
    ("seaql_migrations", "applied_at"),
];

/// Whether the table is a migration tool's ledger or lock, which belongs to no migration.
pub fn is_ledger(table: &Table) -> bool {
    let named = |name: &str| table.name.name.eq_ignore_ascii_case(name);
    let has = |column: &str| table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(column));
    super::ALL.iter().filter_map(|tool| tool.ledger).any(|format| named(format.table) && format.fits(table))
        || OTHERS.iter().any(|(name, column)| named(name) && has(column))
}
