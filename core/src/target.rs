//! The server that a migration is meant for: family, version and the session settings that change meaning.
use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    catalog::Name,
    error::{Error, ErrorKind},
};

/// A server family. MariaDB is read by the same folder as MySQL, but it is its own dialect: locks, types and
/// syntax differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// PostgreSQL.
    Postgres,
    /// MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
}

impl Dialect {
    /// Every dialect, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Postgres, Self::MySql, Self::MariaDb];

    /// The name used in options, JSON and on the command line: `postgres`, `mysql` or `mariadb`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
            Self::MariaDb => "mariadb",
        }
    }

    /// The name as its makers write it, for messages.
    pub fn title(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::MariaDb => "MariaDB",
        }
    }

    /// Whether the dialect belongs to the MySQL family (MySQL and MariaDB).
    pub fn is_mysql_family(self) -> bool {
        matches!(self, Self::MySql | Self::MariaDb)
    }

    /// The version assumed when the caller names none: the newest long-lived release that is tested here.
    pub fn default_version(self) -> ServerVersion {
        match self {
            Self::Postgres => ServerVersion::new(17, 0, 0),
            Self::MySql => ServerVersion::new(8, 4, 0),
            Self::MariaDb => ServerVersion::new(11, 8, 0),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dialect {
    type Err = Error;

    /// Accepts the names of [`Dialect::as_str`] and `postgresql`.
    fn from_str(s: &str) -> Result<Self, Error> {
        match s {
            "postgres" | "postgresql" => Ok(Self::Postgres),
            "mysql" => Ok(Self::MySql),
            "mariadb" => Ok(Self::MariaDb),
            other => Err(Error::new(
                ErrorKind::InvalidOptions,
                format!("unknown dialect `{other}`: use `postgres`, `mysql` or `mariadb`"),
            )),
        }
    }
}

/// A server version as `major.minor.patch`; PostgreSQL's `17.4` is `17.4.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[serde(into = "String", try_from = "String")]
pub struct ServerVersion {
    /// First number.
    pub major: u16,
    /// Second number.
    pub minor: u16,
    /// Third number.
    pub patch: u16,
}

impl ServerVersion {
    /// A version from its three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// Whether this version is `major.minor.patch` or newer.
    pub const fn at_least(self, major: u16, minor: u16, patch: u16) -> bool {
        self.number() >= Self::new(major, minor, patch).number()
    }

    /// The number that MySQL's executable comments use: `8.0.29` is `80029`, `11.8.2` is `110802`.
    pub const fn number(self) -> u64 {
        self.major as u64 * 10_000 + self.minor as u64 * 100 + self.patch as u64
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl From<ServerVersion> for String {
    fn from(v: ServerVersion) -> Self {
        v.to_string()
    }
}

impl TryFrom<String> for ServerVersion {
    type Error = Error;

    fn try_from(s: String) -> Result<Self, Error> {
        s.parse()
    }
}

impl FromStr for ServerVersion {
    type Err = Error;

    /// Reads one to three numbers and ignores what follows them, so that `8.0.36-log`, `15.18 (Debian …)` and
    /// `11.8.6-MariaDB` are understood.
    fn from_str(s: &str) -> Result<Self, Error> {
        let digits = s.find(|c: char| !(c.is_ascii_digit() || c == '.')).map_or(s, |end| &s[..end]);
        let mut parts = digits.trim_end_matches('.').split('.').map(str::parse::<u16>);
        let mut next = || parts.next().unwrap_or(Ok(0));
        match (next(), next(), next()) {
            (Ok(major), Ok(minor), Ok(patch)) if major > 0 => Ok(Self { major, minor, patch }),
            _ => Err(Error::new(
                ErrorKind::InvalidOptions,
                format!("`{s}` is not a server version: write it like `17`, `8.0.36` or `11.8`"),
            )),
        }
    }
}

/// The server that scripts are read for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Server family.
    pub dialect: Dialect,
    /// Server version.
    pub version: ServerVersion,
    /// Session settings in force when a script starts.
    #[serde(default)]
    pub session: Session,
}

impl Target {
    /// A target of `dialect` at its default version with default session settings.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, version: dialect.default_version(), session: Session::default() }
    }

    /// The same target at another version.
    #[must_use]
    pub fn with_version(mut self, version: ServerVersion) -> Self {
        self.version = version;
        self
    }
}

/// Session settings that change how a script is read or what it does.
///
/// Scripts may change them (`SET sql_mode = …`, `SET search_path = …`); these are the values at the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// MySQL family: `ANSI_QUOTES` in `sql_mode`, so that `"x"` is a name. Default `false`.
    pub ansi_quotes: bool,
    /// MySQL family: `NO_BACKSLASH_ESCAPES` in `sql_mode`. Default `false`.
    pub no_backslash_escapes: bool,
    /// MySQL family: a strict `sql_mode`, so that values that do not fit are errors. Default `true`.
    pub strict: bool,
    /// MySQL family: `foreign_key_checks`. Default `true`.
    pub foreign_key_checks: bool,
    /// MySQL family: the server's `lower_case_table_names`. 0 (the default, and that of servers on Linux): names of tables,
    /// views and databases are compared with their case. 1 (Windows) and 2 (macOS): they are not; they are kept in lower
    /// case here, which a server with 2 does in comparisons only.
    pub lower_case_table_names: u8,
    /// PostgreSQL: `standard_conforming_strings`, so that `'\'` is one backslash. Default `true`.
    pub standard_conforming_strings: bool,
    /// PostgreSQL: schemas that unqualified names are looked up in; the first one receives new objects.
    /// MySQL family: at most one entry, the current database. Empty: `public`, or the one unnamed database.
    pub search_path: Vec<String>,
    /// PostgreSQL: whether the session's `TimeZone` is UTC, which makes `timestamp` ↔ `timestamptz` free of a
    /// table rewrite. `None`: not known.
    pub utc: Option<bool>,
}

impl Session {
    /// Whether every statement asks for the same in both sessions: where names are looked up does not matter to that.
    pub(crate) fn reads_as(&self, other: &Self) -> bool {
        let apart_from_path = |session: &Self| Self { search_path: Vec::new(), ..session.clone() };
        self == other || apart_from_path(self) == apart_from_path(other)
    }

    /// The name of a table, view or database of the MySQL family as it is kept: in lower case where the server compares
    /// without case.
    pub(crate) fn table_name(&self, name: Name) -> Name {
        if self.lower_case_table_names == 0 { name } else { Name::new(name.to_lowercase()) }
    }
}

impl Default for Session {
    fn default() -> Self {
        Self {
            ansi_quotes: false,
            no_backslash_escapes: false,
            strict: true,
            foreign_key_checks: true,
            lower_case_table_names: 0,
            standard_conforming_strings: true,
            search_path: Vec::new(),
            utc: None,
        }
    }
}
