//! PostgreSQL as a throw-away server.
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use postgres::{Client, Config, NoTls};

use super::{
    Release,
    launch::{self, Process, TCP_USER},
};

/// Settings: nothing has to outlive the server, and nothing happens in the background that a test did not ask for.
const SETTINGS: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=32MB",
    "max_connections=200",
    "max_prepared_transactions=10",
    "listen_addresses=127.0.0.1",
    "log_timezone=UTC",
    "timezone=UTC",
];

/// The command that runs it in the foreground.
pub(super) fn command(installed: &Path, folder: &Path, port: u16) -> Vec<OsString> {
    let mut command: Vec<OsString> = Vec::new();
    if launch::is_root() {
        // PostgreSQL refuses root. In a user namespace of its own it is not root, its files stay root's.
        command
            .extend(["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"].map(OsString::from));
    }
    command.push(installed.join("native/bin/postgres").into());
    command.extend(["-D".into(), folder.join("data").into()]);
    command.extend(["-k".into(), folder.into()]);
    command.extend(["-p".into(), port.to_string().into()]);
    for setting in SETTINGS {
        command.extend(["-c".into(), setting.into()]);
    }
    command
}

/// Where the socket is. PostgreSQL names it after the port.
pub(super) fn socket(process: &Process) -> PathBuf {
    process.folder.join(format!(".s.PGSQL.{}", process.port))
}

/// The URL by the socket, which is given by its folder and port.
pub(super) fn url(process: &Process, database: &str) -> String {
    format!("postgres://postgres@{}:{}/{database}", launch::percent_encode(&process.folder), process.port)
}

/// A new connection as superuser.
pub(super) fn connect(process: &Process, database: &str) -> Result<Client, String> {
    let mut config = Config::new();
    config.user("postgres").host_path(&process.folder).port(process.port).dbname(database);
    config.connect(NoTls).map_err(|error| describe(&error))
}

/// An error as `SQLSTATE: message`, or as the driver says it.
pub fn describe(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => format!("{}: {}", error.code().code(), error.message()),
        None => error.to_string(),
    }
}

/// The version, such as `17.10`.
pub(super) fn version(process: &Process) -> String {
    let mut client = connect(process, "postgres").unwrap_or_else(|error| panic!("{error}"));
    client.query_one("show server_version", &[]).expect("every server says its version").get(0)
}

/// Makes an empty database.
pub(super) fn create_database(process: &Process, release: Release, name: &str) -> Result<(), String> {
    // Since 15 the default writes the new database's pages to the log one by one; copying the files is faster.
    let strategy = if release.series == "14." { "" } else { " strategy file_copy" };
    administer(process, &format!("create database \"{name}\"{strategy}"))
}

/// Removes a database together with the connections to it.
pub(super) fn drop_database(process: &Process, name: &str) -> Result<(), String> {
    administer(process, &format!("drop database if exists \"{name}\" with (force)"))
}

/// Makes the superuser who may come in by TCP.
pub(super) fn let_in(process: &Process, password: &str) {
    administer(process, &format!("create role {TCP_USER} superuser login password '{password}'"))
        .unwrap_or_else(|error| panic!("{error}"));
}

fn administer(process: &Process, statement: &str) -> Result<(), String> {
    connect(process, "postgres")?.batch_execute(statement).map_err(|error| describe(&error))
}
