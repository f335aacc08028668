//! The ten lines of the README.
#![allow(clippy::print_stdout, reason = "an example shows its answers")]

use remigrate::{Dialect, Options, check, rollback, tools::SourceFile};

fn main() -> Result<(), remigrate::Error> {
    let files = [
        SourceFile::new("1_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);"),
        SourceFile::new("2_email.sql", "ALTER TABLE users DROP COLUMN email;"),
    ];
    let mut options = Options::new(Dialect::Postgres);
    for f in check(&files, &options)?.findings {
        println!("{}:{}:{} {}: {}", f.file, f.line, f.column, f.rule, f.message);
    }
    options.to = Some("1".into());
    print!("{}", rollback(&files, &options)?.sql);
    Ok(())
}
