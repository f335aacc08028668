//! Reading live databases, with the cargo features `postgres` and `mysql`.
//!
//! Everything happens in one read-only transaction with timeouts; nothing on the server changes. Programs that have
//! their own connection run the queries of [`dialect::introspect`](crate::dialect::introspect) on it instead.
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;

use serde::{Deserialize, Serialize};

use crate::{
    catalog::Catalog,
    dialect::introspect::Row,
    error::{Error, ErrorKind},
};

/// How long a server may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Timeouts"))]
#[serde(default, deny_unknown_fields)]
pub struct LiveOptions {
    /// Time for connecting, in milliseconds; 0 is no limit. A URL that says its own wins.
    pub connect_timeout: u64,
    /// Time for one query, in milliseconds; 0 is no limit.
    pub statement_timeout: u64,
    /// Time for waiting for one lock, in milliseconds; 0 is no limit. Reading the schema waits for nobody but those
    /// who are changing it.
    pub lock_timeout: u64,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self { connect_timeout: 10_000, statement_timeout: 60_000, lock_timeout: 5_000 }
    }
}

/// The catalog of the database at `url`: `postgres://user:password@host:port/database` or `mysql://…`.
///
/// # Errors
/// `Connection` when the server cannot be reached or refuses, `InvalidOptions` when the URL cannot be read or this build
/// cannot connect to such a server. No error shows a password.
pub fn snapshot(url: &str, options: &LiveOptions) -> Result<Catalog, Error> {
    let result = match family(url)? {
        #[cfg(feature = "postgres")]
        Family::Postgres => postgres::snapshot(url, options),
        #[cfg(feature = "mysql")]
        Family::MySql => mysql::snapshot(url, options),
        #[allow(unreachable_patterns, reason = "reached when a feature is off")]
        family => Err(family.missing(options)),
    };
    result.map_err(|error| redact(url, &error))
}

/// The rows of one query, every column as text: for reading the ledger of a migration tool. The session is read-only and
/// takes one statement alone, but MySQL and MariaDB still let a user with the `FILE` privilege write a file by
/// `SELECT … INTO OUTFILE`, and functions may do anything outside of the database: run no query of somebody else's.
///
/// # Errors
/// As [`snapshot`].
pub fn rows(url: &str, sql: &str, options: &LiveOptions) -> Result<Vec<Row>, Error> {
    let result = match family(url)? {
        #[cfg(feature = "postgres")]
        Family::Postgres => postgres::rows(url, sql, options),
        #[cfg(feature = "mysql")]
        Family::MySql => mysql::rows(url, sql, options),
        #[allow(unreachable_patterns, reason = "reached when a feature is off")]
        family => {
            let _ = sql;
            Err(family.missing(options))
        }
    };
    result.map_err(|error| redact(url, &error))
}

/// Which driver an URL is for.
#[derive(Clone, Copy)]
enum Family {
    Postgres,
    MySql,
}

impl Family {
    fn missing(self, _: &LiveOptions) -> Error {
        let (title, feature) = match self {
            Self::Postgres => ("PostgreSQL", "postgres"),
            Self::MySql => ("MySQL and MariaDB", "mysql"),
        };
        Error::new(
            ErrorKind::InvalidOptions,
            format!("this build cannot connect to {title}: build it with the cargo feature `{feature}`"),
        )
    }
}

fn family(url: &str) -> Result<Family, Error> {
    match url.split_once("://").map(|(scheme, _)| scheme) {
        Some("postgres" | "postgresql") => Ok(Family::Postgres),
        Some("mysql" | "mariadb") => Ok(Family::MySql),
        _ => Err(Error::new(
            ErrorKind::InvalidOptions,
            "the database's URL begins with none of `postgres://`, `mysql://` and `mariadb://`",
        )),
    }
}

/// The error without the URL's password, which drivers and servers may repeat.
fn redact(url: &str, error: &Error) -> Error {
    let mut message = error.message().to_owned();
    for password in passwords(url) {
        message = message.replace(&password, "***");
    }
    Error::new(error.kind(), message)
}

/// The password as the URL spells it and as it is meant, from `user:password@` and from `password=`.
fn passwords(url: &str) -> Vec<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    // A password with an unescaped `@`, `/` or `?` makes the URL wrong, and its parts must not be shown either.
    let user = rest.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
    let parameters = rest.split(['?', '&']).filter_map(|pair| pair.strip_prefix("password="));
    let mut found = Vec::new();
    for written in user.into_iter().chain(parameters) {
        found.push(written.to_owned());
        found.push(percent_decode(written));
        found.extend(written.split(['@', '/', '?', '#', ':']).filter(|p| p.len() > 3).map(str::to_owned));
    }
    found.retain(|password| !password.is_empty());
    found.sort_by_key(|password| std::cmp::Reverse(password.len()));
    found
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code =
            if first == b'%' { tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()) } else { None };
        if let Some(byte) = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_shows_a_password() {
        for (url, secrets) in [
            ("postgres://me:s3cr%40t@host/db", &["s3cr%40t", "s3cr@t"][..]),
            ("postgres://me:topsecret@more@host/db", &["topsecret", "topsecret@more"]),
            ("mysql://host/db?user=me&password=hidden", &["hidden"]),
        ] {
            for secret in secrets {
                let error = Error::new(ErrorKind::Connection, format!("cannot use {secret} here"));
                assert_eq!(redact(url, &error).message(), "cannot use *** here", "{url}");
            }
        }
    }

    #[test]
    fn urls_of_other_things_are_refused() {
        for url in ["", "sqlite://x", "host=localhost", "postgres:/x"] {
            assert_eq!(snapshot(url, &LiveOptions::default()).unwrap_err().kind(), ErrorKind::InvalidOptions);
        }
    }
}
