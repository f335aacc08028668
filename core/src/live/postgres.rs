//! PostgreSQL over the crate `postgres`, without TLS: a server that insists on it is reached through a tunnel, its
//! Unix socket, or by running the queries on a connection of one's own.
use std::time::Duration;

use postgres::{Client, Config, NoTls, SimpleQueryMessage};

use super::LiveOptions;
use crate::{
    catalog::Catalog,
    dialect::{
        introspect::{Row, Rows},
        postgres::introspect,
    },
    error::{Error, ErrorKind},
    target::ServerVersion,
};

/// The oldest version whose catalogs the queries know.
const OLDEST: u16 = 12;

/// The catalog of the database.
pub(super) fn snapshot(url: &str, options: &LiveOptions) -> Result<Catalog, Error> {
    let mut client = begin(url, options)?;
    let version = version(&mut client)?;
    let mut rows = Rows::new();
    for query in introspect::queries(version) {
        rows.insert(query.name.to_owned(), run(&mut client, &query.sql)?);
    }
    end(client);
    introspect::decode(version, &rows)
}

/// The rows of one query.
pub(super) fn rows(url: &str, sql: &str, options: &LiveOptions) -> Result<Vec<Row>, Error> {
    let mut client = begin(url, options)?;
    // Only one statement can be prepared: none can end the read-only transaction and go on.
    client.prepare(sql).map_err(|error| describe(&error))?;
    let rows = run(&mut client, sql)?;
    end(client);
    Ok(rows)
}

/// Connects and begins a transaction that can change nothing and sees one state of the database.
fn begin(url: &str, options: &LiveOptions) -> Result<Client, Error> {
    let mut config: Config = url.parse().map_err(|_| {
        Error::new(
            ErrorKind::InvalidOptions,
            "the database's URL cannot be read: write it like `postgres://user:password@host:5432/database`, \
             special characters as `%40` and so on",
        )
    })?;
    if config.get_connect_timeout().is_none() && options.connect_timeout > 0 {
        config.connect_timeout(Duration::from_millis(options.connect_timeout));
    }
    if config.get_tcp_user_timeout().is_none() && options.statement_timeout > 0 {
        // A network that went away is noticed no later than a query that takes too long.
        config.tcp_user_timeout(Duration::from_millis(options.statement_timeout));
    }
    if config.get_application_name().is_none() {
        config.application_name("remigrate");
    }
    let mut client = config.connect(NoTls).map_err(|error| describe(&error))?;
    let begin = format!(
        "begin isolation level repeatable read read only; set local statement_timeout = {}; \
         set local lock_timeout = {}",
        options.statement_timeout, options.lock_timeout
    );
    client.batch_execute(&begin).map_err(|error| describe(&error))?;
    Ok(client)
}

/// Leaves the transaction. The connection goes with the client, whatever the server answers.
fn end(mut client: Client) {
    let _ = client.batch_execute("rollback");
}

fn version(client: &mut Client) -> Result<ServerVersion, Error> {
    let rows = run(client, "select current_setting('server_version_num')")?;
    let number: Option<u32> = rows.first().and_then(|row| row.first()?.as_deref()?.parse().ok());
    let part = |number: u32| u16::try_from(number).ok();
    match number.and_then(|number| Some((part(number / 10_000)?, part(number % 10_000)?))) {
        Some((major, minor)) if major >= OLDEST => Ok(ServerVersion::new(major, minor, 0)),
        Some((major, _)) => Err(Error::new(
            ErrorKind::Connection,
            format!("the server is PostgreSQL {major}: {OLDEST} is the oldest version that can be read"),
        )),
        None => Err(Error::new(ErrorKind::Connection, "the server does not say which version it is")),
    }
}

/// Runs a query by the simple protocol, in which every value is text.
fn run(client: &mut Client, sql: &str) -> Result<Vec<Row>, Error> {
    let messages = client.simple_query(sql).map_err(|error| describe(&error))?;
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
        }
        _ => None,
    });
    Ok(rows.collect())
}

/// What the server said, or what the driver met, with the cause behind it.
fn describe(error: &postgres::Error) -> Error {
    let message = match error.as_db_error() {
        Some(error) => format!("the server refused: {} ({})", error.message(), error.code().code()),
        None => {
            let mut message = format!("cannot reach the database: {error}");
            let mut cause = std::error::Error::source(error);
            while let Some(inner) = cause {
                message = format!("{message}: {inner}");
                cause = inner.source();
            }
            message
        }
    };
    Error::new(ErrorKind::Connection, message)
}
