//! Dumps as the servers' own programs write them.
use std::{ffi::OsString, path::Path, process::Command};

use remigrate::Dialect;

use super::{Database, launch};

impl Database<'_> {
    /// The dump of the schema without rows: `pg_dump --schema-only`, `mysqldump --no-data` or `mariadb-dump --no-data`, the
    /// latter two with routines and triggers.
    pub fn dump(&self) -> String {
        let root = launch::root().unwrap_or_else(|message| panic!("{message}"));
        let installed =
            root.join(if self.server.release.dialect == Dialect::MySql { "mysql97" } else { "dumps" });
        let socket = launch::option("--socket", &self.server.process.folder.join("socket"));
        let (program, arguments): (&str, Vec<OsString>) = match self.server.release.dialect {
            Dialect::Postgres => {
                let database = launch::option("--dbname", Path::new(&self.url()));
                ("usr/lib/postgresql/18/bin/pg_dump", vec!["--schema-only".into(), database])
            }
            family => {
                let program =
                    if family == Dialect::MySql { "usr/bin/mysqldump" } else { "usr/bin/mariadb-dump" };
                let plain = ["--no-defaults", "--user=root", "--no-data", "--routines", "--triggers"];
                let mut arguments: Vec<OsString> = plain.iter().map(OsString::from).collect();
                arguments.extend([socket, self.name.clone().into()]);
                (program, arguments)
            }
        };
        let system = installed.join("root");
        let output = Command::new(system.join("usr/lib64/ld-linux-x86-64.so.2"))
            .arg("--library-path")
            .arg(system.join("usr/lib/x86_64-linux-gnu"))
            .arg(system.join(program))
            .args(arguments)
            .output()
            .unwrap_or_else(|error| {
                panic!("`{program}` does not start ({error}): run `tests/servers/fetch`")
            });
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("dumps of these databases are UTF-8")
    }
}
