//! MySQL and MariaDB over the crate `mysql`, without TLS: a server that insists on it is reached through a tunnel, its
//! Unix socket (`?socket=/path`), or by running the queries on a connection of one's own.
use std::time::Duration;

use mysql::{Conn, Opts, OptsBuilder, Value, prelude::Queryable};

use super::LiveOptions;
use crate::{
    catalog::Catalog,
    dialect::{
        introspect::{Row, Rows},
        mysql::introspect,
    },
    error::{Error, ErrorKind},
    target::{Dialect, ServerVersion, Target},
};

/// The oldest versions whose `information_schema` the queries know.
const OLDEST: [(Dialect, ServerVersion); 2] =
    [(Dialect::MySql, ServerVersion::new(8, 0, 0)), (Dialect::MariaDb, ServerVersion::new(10, 5, 0))];

/// The catalog of the database.
pub(super) fn snapshot(url: &str, options: &LiveOptions) -> Result<Catalog, Error> {
    let (mut conn, target) = begin(url, options)?;
    let mut rows = Rows::new();
    for query in introspect::queries(&target) {
        rows.insert(query.name.to_owned(), run(&mut conn, &query.sql)?);
    }
    for query in introspect::more(&target, &rows) {
        match conn.query_iter(&query.sql) {
            Ok(answer) => rows.entry(query.name.to_owned()).or_default().extend(texts(answer)?),
            // For lack of a privilege, or because a view's table is gone: decoding names what is not known.
            Err(mysql::Error::MySqlError(_)) => {}
            Err(error) => return Err(describe(&error)),
        }
    }
    end(conn);
    introspect::decode(&target, &rows)
}

/// The rows of one query. Values that are not text read as `0x…`.
pub(super) fn rows(url: &str, sql: &str, options: &LiveOptions) -> Result<Vec<Row>, Error> {
    let (mut conn, _) = begin(url, options)?;
    // Only one statement can be prepared: none can end the read-only transaction and go on.
    conn.prep(sql).map_err(|error| describe(&error))?;
    let rows = run(&mut conn, sql)?;
    end(conn);
    Ok(rows)
}

/// Connects and begins a transaction that can change nothing and sees one state of the rows. The session stays
/// read-only even if a statement ends the transaction.
fn begin(url: &str, options: &LiveOptions) -> Result<(Conn, Target), Error> {
    let url = match url.strip_prefix("mariadb://") {
        Some(rest) => format!("mysql://{rest}"),
        None => url.to_owned(),
    };
    let opts = Opts::from_url(&url).map_err(|_| {
        Error::new(
            ErrorKind::InvalidOptions,
            "the database's URL cannot be read: write it like `mysql://user:password@host:3306/database`, \
             special characters as `%40` and so on",
        )
    })?;
    let unlimited = opts.get_tcp_connect_timeout().is_none();
    let mut builder = OptsBuilder::from_opts(opts);
    if unlimited && options.connect_timeout > 0 {
        builder = builder.tcp_connect_timeout(Some(Duration::from_millis(options.connect_timeout)));
    }
    if options.statement_timeout > 0 {
        // The server ends a query that takes too long; this is for a network that went away.
        builder = builder
            .read_timeout(Some(Duration::from_millis(options.statement_timeout.saturating_add(5_000))));
    }
    let mut conn = Conn::new(builder).map_err(|error| describe(&error))?;
    let target = target(&mut conn)?;
    let mut settings = vec![
        "sql_mode = ''".to_owned(),
        "sql_quote_show_create = 1".to_owned(),
        "transaction_isolation = 'REPEATABLE-READ'".to_owned(),
        "transaction_read_only = 1".to_owned(),
    ];
    if target.dialect == Dialect::MariaDb && !target.version.at_least(11, 1, 1) {
        settings.truncate(2);
        settings.extend(["tx_isolation = 'REPEATABLE-READ'".to_owned(), "tx_read_only = 1".to_owned()]);
    }
    if options.statement_timeout > 0 {
        settings.push(match target.dialect {
            Dialect::MariaDb => format!(
                "max_statement_time = {}.{:03}",
                options.statement_timeout / 1000,
                options.statement_timeout % 1000
            ),
            _ => format!("max_execution_time = {}", options.statement_timeout),
        });
    }
    if options.lock_timeout > 0 {
        // In whole seconds, at least one.
        settings.push(format!("lock_wait_timeout = {}", options.lock_timeout.div_ceil(1000)));
    }
    for statement in [
        format!("SET SESSION {}", settings.join(", ")),
        "START TRANSACTION WITH CONSISTENT SNAPSHOT".to_owned(),
    ] {
        conn.query_drop(statement).map_err(|error| describe(&error))?;
    }
    Ok((conn, target))
}

/// Leaves the transaction. The connection goes with the client, whatever the server answers.
fn end(mut conn: Conn) {
    let _ = conn.query_drop("ROLLBACK");
}

fn target(conn: &mut Conn) -> Result<Target, Error> {
    let rows = run(conn, "SELECT VERSION()")?;
    let text = rows.into_iter().next().and_then(|row| row.into_iter().next().flatten()).unwrap_or_default();
    let dialect = if text.contains("MariaDB") { Dialect::MariaDb } else { Dialect::MySql };
    let version: ServerVersion = text.parse().map_err(|_| {
        Error::new(ErrorKind::Connection, format!("the server calls its version `{text}`, which is not one"))
    })?;
    for (family, oldest) in OLDEST {
        if family == dialect && version < oldest {
            return Err(Error::new(
                ErrorKind::Connection,
                format!(
                    "the server is {} {version}: {oldest} is the oldest version that can be read",
                    dialect.title()
                ),
            ));
        }
    }
    Ok(Target::new(dialect).with_version(version))
}

/// Runs a query by the text protocol, in which every value is text.
fn run(conn: &mut Conn, sql: &str) -> Result<Vec<Row>, Error> {
    let answer = conn.query_iter(sql).map_err(|error| describe(&error))?;
    texts(answer)
}

fn texts(answer: mysql::QueryResult<'_, '_, '_, mysql::Text>) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    for row in answer {
        let row = row.map_err(|error| describe(&error))?;
        rows.push(row.unwrap().into_iter().map(text).collect());
    }
    Ok(rows)
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::NULL => None,
        Value::Bytes(bytes) => Some(String::from_utf8(bytes).unwrap_or_else(|error| {
            let mut hex = "0x".to_owned();
            for byte in error.as_bytes() {
                for digit in [byte >> 4, byte & 15] {
                    hex.extend(char::from_digit(u32::from(digit), 16).map(|d| d.to_ascii_uppercase()));
                }
            }
            hex
        })),
        other => Some(other.as_sql(true)),
    }
}

/// What the server said, or what the driver met.
fn describe(error: &mysql::Error) -> Error {
    let message = match error {
        mysql::Error::MySqlError(error) => {
            format!("the server refused: {} ({}, {})", error.message, error.code, error.state)
        }
        // These two wrap themselves in their type's name when they are shown.
        mysql::Error::DriverError(error) => format!("cannot reach the database: {error}"),
        mysql::Error::IoError(error) => format!("cannot reach the database: {error}"),
        other => format!("cannot reach the database: {other}"),
    };
    Error::new(ErrorKind::Connection, message)
}
