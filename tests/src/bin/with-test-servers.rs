//! Runs a command beside a throw-away server of each dialect: `with-test-servers COMMAND [ARGUMENT...]`.
//!
//! The command finds the URL of an empty database by socket in `REMIGRATE_TEST_POSTGRES`, `REMIGRATE_TEST_MYSQL` and
//! `REMIGRATE_TEST_MARIADB`, and of the same database by TCP in those names with `_TCP` at the end. Its exit status is
//! passed on. Tests that are not written in Rust come to their servers in this way.
use std::process::{Command, ExitCode};

use remigrate::Dialect;
use remigrate_tests::servers;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: with-test-servers COMMAND [ARGUMENT...]");
        return ExitCode::from(2);
    };
    let mut command = Command::new(&program);
    command.args(arguments);
    let mut databases = Vec::new();
    for dialect in Dialect::ALL {
        let database = servers::of(dialect).create_database("test");
        let name = format!("REMIGRATE_TEST_{}", dialect.as_str().to_uppercase());
        command.env(&name, database.url()).env(format!("{name}_TCP"), database.tcp_url());
        databases.push(database);
    }
    match command.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("with-test-servers: cannot run `{}`: {error}", program.to_string_lossy());
            ExitCode::from(127)
        }
    }
}
