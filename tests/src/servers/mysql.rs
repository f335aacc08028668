//! MySQL and MariaDB as throw-away servers.
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use mysql::{Conn, OptsBuilder, prelude::Queryable};
use remigrate::Dialect;

use super::launch::{self, Process, TCP_USER, option};

/// Settings of both: small, nothing has to outlive the server, and `performance_schema.metadata_locks` tells which
/// locks a statement takes.
const SETTINGS: &[&str] = &[
    "--skip-log-bin",
    "--skip-name-resolve",
    "--bind-address=127.0.0.1",
    "--innodb-buffer-pool-size=64M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=OFF",
    // Nothing is forced to the disk: DDL takes half the time.
    "--innodb-flush-method=nosync",
    "--max-connections=200",
    "--default-time-zone=+00:00",
    "--performance-schema=ON",
    "--performance-schema-instrument=%=OFF",
    "--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON",
];

/// Settings that only MySQL knows. Debian's default of `secure-file-priv` names a folder that is not there.
const MYSQL_SETTINGS: &[&str] = &["--mysqlx=OFF", "--secure-file-priv=", "--innodb-redo-log-capacity=16M"];

/// Settings that only MariaDB knows.
const MARIADB_SETTINGS: &[&str] = &["--innodb-log-file-size=16M", "--debug-no-sync", "--sync-frm=OFF"];

/// The command that runs one in the foreground, with the libraries that were unpacked with it.
pub(super) fn command(dialect: Dialect, installed: &Path, folder: &Path, port: u16) -> Vec<OsString> {
    let system = installed.join("root");
    let (program, messages, settings) = match dialect {
        Dialect::MariaDb => ("usr/sbin/mariadbd", "usr/share/mariadb", MARIADB_SETTINGS),
        _ => ("usr/sbin/mysqld", "usr/share/mysql", MYSQL_SETTINGS),
    };
    let mut command: Vec<OsString> = vec![
        system.join("usr/lib64/ld-linux-x86-64.so.2").into(),
        "--library-path".into(),
        system.join("usr/lib/x86_64-linux-gnu").into(),
        system.join(program).into(),
        "--no-defaults".into(),
        option("--basedir", &system.join("usr")),
        option("--lc-messages-dir", &system.join(messages)),
        option("--datadir", &folder.join("data")),
        option("--tmpdir", folder),
        option("--socket", &folder.join("socket")),
        option("--pid-file", &folder.join("server.pid")),
        format!("--port={port}").into(),
    ];
    if launch::is_root() {
        command.push("--user=root".into());
    }
    command.extend(SETTINGS.iter().chain(settings).map(OsString::from));
    command
}

/// Where the socket is.
pub(super) fn socket(process: &Process) -> PathBuf {
    process.folder.join("socket")
}

/// The URL by the socket.
pub(super) fn url(process: &Process, database: &str) -> String {
    format!("mysql://root@localhost/{database}?socket={}", launch::percent_encode(&socket(process)))
}

/// A new connection as superuser.
pub(super) fn connect(process: &Process, database: &str) -> Result<Conn, String> {
    let options = OptsBuilder::new()
        .socket(Some(socket(process).to_string_lossy().into_owned()))
        .user(Some("root"))
        .db_name(Some(database));
    Conn::new(options).map_err(|error| describe(&error))
}

/// The version, such as `9.7.4-2`.
pub(super) fn version(process: &Process) -> String {
    let mut conn = connect(process, "mysql").unwrap_or_else(|error| panic!("{error}"));
    conn.query_first("select version()").ok().flatten().expect("every server says its version")
}

/// Makes an empty database.
pub(super) fn create_database(process: &Process, name: &str) -> Result<(), String> {
    administer(process, &format!("create database `{name}`"))
}

/// Removes a database; whoever is connected to it stays connected to none.
pub(super) fn drop_database(process: &Process, name: &str) -> Result<(), String> {
    administer(process, &format!("drop database if exists `{name}`"))
}

/// Makes the superuser who may come in by TCP. The driver prefers the socket once it has learnt of it, so the same
/// user may come in there too.
pub(super) fn let_in(process: &Process, password: &str) {
    for host in ["127.0.0.1", "localhost"] {
        administer(process, &format!("create user '{TCP_USER}'@'{host}' identified by '{password}'"))
            .and_then(|()| {
                administer(process, &format!("grant all on *.* to '{TCP_USER}'@'{host}' with grant option"))
            })
            .unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Runs a script to its end: every answer is read, so that an error in the middle is seen.
pub(super) fn execute(conn: &mut Conn, script: &str) -> Result<(), String> {
    let mut answers = conn.query_iter(script).map_err(|error| describe(&error))?;
    while let Some(rows) = answers.iter() {
        for row in rows {
            row.map_err(|error| describe(&error))?;
        }
    }
    Ok(())
}

fn administer(process: &Process, statement: &str) -> Result<(), String> {
    connect(process, "mysql")?.query_drop(statement).map_err(|error| describe(&error))
}

/// An error as `SQLSTATE: message`, or as the driver says it.
fn describe(error: &mysql::Error) -> String {
    match error {
        mysql::Error::MySqlError(error) => format!("{}: {}", error.state, error.message),
        other => other.to_string(),
    }
}
