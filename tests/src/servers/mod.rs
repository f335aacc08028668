//! Throw-away database servers for tests: PostgreSQL 14 to 18, MariaDB 11.8 and MySQL 9.7.
//!
//! ```no_run
//! use remigrate_tests::servers;
//!
//! let database = servers::postgres(17).create_database("orders");
//! database.execute("create table t (a int)").unwrap();
//! let mut client = database.postgres();
//! assert_eq!(client.query("select a from t", &[]).unwrap().len(), 0);
//! ```
//!
//! A server starts when the first test of a process asks for it and is shared by the others: tests keep apart by
//! having a database of their own. What is wider than a database (roles, settings of the server) needs a server
//! of its own: [`Server::start`]. Servers listen on a Unix socket in a temporary folder. They end, and the folder
//! goes, when the process that started them ends, however it ends.
//!
//! `tests/servers/fetch` installs them; `REMIGRATE_SERVERS` says where, by default `~/.cache/remigrate-servers`.

mod dump;
mod launch;
mod mysql;
mod postgres;

use std::{
    fmt,
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use remigrate::Dialect;

use self::launch::Process;
pub use self::{launch::root, postgres::describe as describe_postgres};

/// A server that tests run against: family and release series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Release {
    /// The family.
    pub dialect: Dialect,
    /// What every version of the series begins with, such as `17.` or `11.8.`.
    pub series: &'static str,
    /// Where `tests/servers/fetch` puts it, below the folder of all servers.
    folder: &'static str,
}

impl Release {
    /// Every server that `tests/servers/fetch` installs: the one list of them.
    pub const ALL: [Self; 7] = [
        Self { dialect: Dialect::Postgres, series: "14.", folder: "node_modules/pg14" },
        Self { dialect: Dialect::Postgres, series: "15.", folder: "node_modules/pg15" },
        Self { dialect: Dialect::Postgres, series: "16.", folder: "node_modules/pg16" },
        Self { dialect: Dialect::Postgres, series: "17.", folder: "node_modules/pg17" },
        Self { dialect: Dialect::Postgres, series: "18.", folder: "node_modules/pg18" },
        Self { dialect: Dialect::MariaDb, series: "11.8.", folder: "mariadb118" },
        Self { dialect: Dialect::MySql, series: "9.7.", folder: "mysql97" },
    ];

    /// The server of this release that all tests of this process share; started when first asked for.
    pub fn shared(self) -> &'static Server {
        static SHARED: [OnceLock<Result<Server, String>>; Release::ALL.len()] =
            [const { OnceLock::new() }; Release::ALL.len()];
        let slot = Self::ALL.iter().position(|release| *release == self).expect("a release of the list");
        match SHARED[slot].get_or_init(|| Server::try_start(self)) {
            Ok(server) => server,
            Err(message) => panic!("{message}"),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.dialect.title(), self.series.trim_end_matches('.'))
    }
}

/// The shared PostgreSQL of a major version, 14 to 18.
pub fn postgres(major: u16) -> &'static Server {
    let release = Release::ALL
        .into_iter()
        .find(|release| release.dialect == Dialect::Postgres && release.series == format!("{major}."));
    release.unwrap_or_else(|| panic!("the tests have no PostgreSQL {major}")).shared()
}

/// The shared MariaDB.
pub fn mariadb() -> &'static Server {
    only(Dialect::MariaDb).shared()
}

/// The shared MySQL.
pub fn mysql() -> &'static Server {
    only(Dialect::MySql).shared()
}

/// A shared server of a dialect; for PostgreSQL the one that [`Dialect::default_version`] names.
pub fn of(dialect: Dialect) -> &'static Server {
    match dialect {
        Dialect::Postgres => postgres(dialect.default_version().major),
        Dialect::MariaDb => mariadb(),
        Dialect::MySql => mysql(),
    }
}

fn only(dialect: Dialect) -> Release {
    let release = Release::ALL.into_iter().find(|release| release.dialect == dialect);
    release.expect("a release of each dialect")
}

/// A running server, stopped and its files removed when dropped or when this process ends.
#[derive(Debug)]
pub struct Server {
    release: Release,
    version: String,
    process: Process,
    databases: AtomicU32,
    password: OnceLock<String>,
}

impl Server {
    /// Starts a server that nobody else uses.
    pub fn start(release: Release) -> Self {
        Self::try_start(release).unwrap_or_else(|message| panic!("{message}"))
    }

    fn try_start(release: Release) -> Result<Self, String> {
        let process = Process::start(release)?;
        let version = match release.dialect {
            Dialect::Postgres => postgres::version(&process),
            Dialect::MySql | Dialect::MariaDb => mysql::version(&process),
        };
        if !version.starts_with(release.series) {
            return Err(format!(
                "{release} was wanted and version {version} is installed: the package source has moved on; \
                 adapt `tests/servers/fetch` and the list of releases, or remove the server's folder and run \
                 `tests/servers/fetch` again"
            ));
        }
        Ok(Self { release, version, process, databases: AtomicU32::new(0), password: OnceLock::new() })
    }

    /// Which server this is.
    pub fn release(&self) -> Release {
        self.release
    }

    /// Its full version as it says it itself, such as `17.10` or `11.8.6-MariaDB-0+deb13u1 …`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The socket it listens on, in a folder that holds all its files.
    pub fn socket(&self) -> PathBuf {
        match self.release.dialect {
            Dialect::Postgres => postgres::socket(&self.process),
            Dialect::MySql | Dialect::MariaDb => mysql::socket(&self.process),
        }
    }

    /// Makes an empty database, removed again when the value is dropped. Its name is the prefix (letters, digits
    /// and `_` of it, 40 at most) and a number that makes it unique.
    pub fn create_database(&self, prefix: &str) -> Database<'_> {
        let prefix: String = prefix
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
            .take(40)
            .collect();
        let name = format!("{prefix}_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let created = match self.release.dialect {
            Dialect::Postgres => postgres::create_database(&self.process, self.release, &name),
            Dialect::MySql | Dialect::MariaDb => mysql::create_database(&self.process, &name),
        };
        created.unwrap_or_else(|message| panic!("cannot create `{name}` on {}: {message}", self.release));
        Database { server: self, name }
    }

    /// The URL of a database by the server's Unix socket, as superuser without a password:
    /// `postgres://postgres@%2Ffolder%2Fof%2Fsocket/name` or `mysql://root@localhost/name?socket=%2Fsocket`. The
    /// crates `postgres` and `mysql` read them, and so does libpq the first.
    pub fn url(&self, database: &str) -> String {
        match self.release.dialect {
            Dialect::Postgres => postgres::url(&self.process, database),
            Dialect::MySql | Dialect::MariaDb => mysql::url(&self.process, database),
        }
    }

    /// The URL of a database by TCP on the loopback interface, for clients that know no sockets: as superuser
    /// `remigrate` with a password made up when this is first called. Before that, the port lets nobody in.
    pub fn tcp_url(&self, database: &str) -> String {
        let password = self.password.get_or_init(|| {
            let password = launch::random_word();
            match self.release.dialect {
                Dialect::Postgres => postgres::let_in(&self.process, &password),
                Dialect::MySql | Dialect::MariaDb => mysql::let_in(&self.process, &password),
            }
            password
        });
        let scheme = if self.release.dialect.is_mysql_family() { "mysql" } else { "postgres" };
        format!("{scheme}://{}:{password}@127.0.0.1:{}/{database}", launch::TCP_USER, self.process.port)
    }
}

/// A database of one test; dropped with the value, connections or not.
#[derive(Debug)]
pub struct Database<'a> {
    server: &'a Server,
    name: String,
}

impl Database<'_> {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server it is on.
    pub fn server(&self) -> &Server {
        self.server
    }

    /// Its URL by the server's socket: see [`Server::url`].
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Its URL by TCP: see [`Server::tcp_url`].
    pub fn tcp_url(&self) -> String {
        self.server.tcp_url(&self.name)
    }

    /// A new connection to this PostgreSQL database.
    pub fn postgres(&self) -> ::postgres::Client {
        assert_eq!(self.server.release.dialect, Dialect::Postgres, "{} wants `mysql()`", self.server.release);
        postgres::connect(&self.server.process, &self.name).unwrap_or_else(|error| panic!("{error}"))
    }

    /// A new connection to this MySQL or MariaDB database.
    pub fn mysql(&self) -> ::mysql::Conn {
        assert!(self.server.release.dialect.is_mysql_family(), "{} wants `postgres()`", self.server.release);
        mysql::connect(&self.server.process, &self.name).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Runs a script in one request on a connection of its own; the first error ends it and is returned as
    /// `SQLSTATE: message`. PostgreSQL runs such a script in one transaction unless it says otherwise; `DELIMITER`
    /// is a word of MySQL's client that the server does not know.
    pub fn execute(&self, script: &str) -> Result<(), String> {
        match self.server.release.dialect {
            Dialect::Postgres => {
                self.postgres().batch_execute(script).map_err(|error| postgres::describe(&error))
            }
            Dialect::MySql | Dialect::MariaDb => mysql::execute(&mut self.mysql(), script),
        }
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // A failure is of no consequence: the whole server goes in the end.
        let _ = match self.server.release.dialect {
            Dialect::Postgres => postgres::drop_database(&self.server.process, &self.name),
            Dialect::MySql | Dialect::MariaDb => mysql::drop_database(&self.server.process, &self.name),
        };
    }
}
