//! The servers themselves: each starts, answers, keeps databases apart, and leaves nothing behind.
use std::{
    collections::HashSet,
    os::unix::process::ExitStatusExt,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use mysql::prelude::Queryable;
use remigrate::Dialect;
use remigrate_tests::servers::{Database, Release, Server};

fn version_by_socket(database: &Database<'_>) -> String {
    match database.server().release().dialect {
        Dialect::Postgres => {
            let mut client = postgres::Client::connect(&database.url(), postgres::NoTls).unwrap();
            client.query_one("select version()", &[]).unwrap().get(0)
        }
        Dialect::MySql | Dialect::MariaDb => {
            let mut conn = mysql::Conn::new(mysql::Opts::from_url(&database.url()).unwrap()).unwrap();
            conn.query_first("select version()").unwrap().unwrap()
        }
    }
}

fn version_by_tcp(database: &Database<'_>) -> String {
    match database.server().release().dialect {
        Dialect::Postgres => {
            let mut client = postgres::Client::connect(&database.tcp_url(), postgres::NoTls).unwrap();
            client.query_one("select version()", &[]).unwrap().get(0)
        }
        Dialect::MySql | Dialect::MariaDb => {
            let options = mysql::Opts::from_url(&database.tcp_url()).unwrap();
            let options = mysql::OptsBuilder::from_opts(options).prefer_socket(false);
            let mut conn = mysql::Conn::new(options).unwrap();
            conn.query_first("select version()").unwrap().unwrap()
        }
    }
}

#[test]
fn each_server_starts_answers_and_stops() {
    for release in Release::ALL {
        let begin = Instant::now();
        let server = Server::start(release);
        let started = begin.elapsed();
        let socket = server.socket();
        assert!(socket.exists(), "{release} has its socket at `{}`", socket.display());

        let begin = Instant::now();
        let database = server.create_database("An orders-table");
        let created = begin.elapsed();
        assert!(database.name().starts_with("an_orders_table_"), "{}", database.name());
        for version in [version_by_socket(&database), version_by_tcp(&database)] {
            assert!(version.contains(release.series), "{release} says that it is {version}");
        }
        drop(database);

        let begin = Instant::now();
        drop(server);
        let folder = socket.parent().unwrap();
        assert!(!folder.exists(), "{release} left `{}` behind", folder.display());
        eprintln!("{release}: start {started:?}, database {created:?}, stop {:?}", begin.elapsed());
    }
}

#[test]
fn tests_side_by_side_share_a_server_and_not_a_database() {
    thread::scope(|scope| {
        for _ in 0..2 {
            for release in Release::ALL {
                scope.spawn(move || {
                    let database = release.shared().create_database("t");
                    database.execute("create table t (a int); insert into t values (1)").unwrap();
                });
            }
        }
    });
}

#[test]
fn a_script_stops_at_its_first_error() {
    for release in [Release::ALL[3], Release::ALL[5], Release::ALL[6]] {
        let database = release.shared().create_database("t");
        let error =
            database.execute("create table t (a int); select nothing from t; drop table t").unwrap_err();
        assert!(error.starts_with("42"), "{release}: {error}");
    }
}

#[test]
fn a_killed_process_leaves_no_server_behind() {
    let output = Command::new(env!("CARGO_BIN_EXE_with-test-servers"))
        .args(["sh", "-c", "env | grep ^REMIGRATE_TEST_ ; kill -9 $PPID"])
        .output()
        .unwrap();
    assert_eq!(output.status.signal(), Some(9), "{}", String::from_utf8_lossy(&output.stderr));
    let output = String::from_utf8(output.stdout).unwrap();
    let decoded = output.replace("%2F", "/");
    let folders: HashSet<&str> =
        decoded.split(['/', '=', '@', ':', '\n']).filter(|word| word.starts_with("remigrate-")).collect();
    assert_eq!(folders.len(), 3, "the folders of three servers in:\n{output}");
    let begin = Instant::now();
    while let Some(left) = folders.iter().find(|folder| std::env::temp_dir().join(folder).exists()) {
        assert!(begin.elapsed().as_secs() < 60, "`{left}` is still there");
        thread::sleep(Duration::from_millis(20));
    }
}
