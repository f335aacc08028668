//! Files that came to the wrong server have one finding that says whose they are; a mistake stays a mistake.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]
use remigrate::{
    Dialect::{self, MariaDb, MySql, Postgres},
    Options, check,
    report::Finding,
    tools::SourceFile,
};

const MYSQL: &str = "
CREATE TABLE `users` (`id` int unsigned NOT NULL AUTO_INCREMENT, `name` varchar(20) NOT NULL, PRIMARY KEY (`id`), KEY `n` (`name`))
  ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
ALTER TABLE `users` MODIFY COLUMN `name` text, ADD INDEX `i` (`id`);
INSERT INTO `users` (`name`) VALUES ('it\\'s') ON DUPLICATE KEY UPDATE `name` = 'x';
RENAME TABLE `users` TO `people`;
DROP INDEX `n` ON `people`;
";

/// As a dump has them: strings whose quotes are escaped by backslashes, which PostgreSQL reads on past.
const MYSQL_ROWS: &str = "
INSERT INTO users VALUES (1,'it\\'s'),(2,'a');
INSERT INTO users VALUES (3,'b');
";

const POSTGRES: &str = "
CREATE EXTENSION citext;
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE users (id bigserial PRIMARY KEY, m mood DEFAULT 'a'::mood, t timestamptz NOT NULL);
CREATE INDEX CONCURRENTLY i ON users (t) WHERE m IS NOT NULL;
ALTER TABLE users ALTER COLUMN t TYPE timestamp USING t::timestamp;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END; $$;
COMMENT ON TABLE users IS 'x';
";

const MARIADB: &str = "
CREATE OR REPLACE TABLE users (id uuid PRIMARY KEY, a int);
ALTER TABLE users ADD COLUMN IF NOT EXISTS b int;
CREATE SEQUENCE s;
";

fn refusals(sql: &str, dialect: Dialect) -> Vec<Finding> {
    let report = check(&[SourceFile::new("1_x.sql", sql)], &Options::new(dialect)).unwrap();
    report.findings.into_iter().filter(|finding| finding.rule == "syntax").collect()
}

#[test]
fn files_of_another_server_have_one_finding() {
    for (sql, reader, expected) in [
        (MYSQL, Postgres, "this is MySQL"),
        (MYSQL_ROWS, Postgres, "this is MySQL"),
        (POSTGRES, MySql, "this is PostgreSQL"),
        (POSTGRES, MariaDb, "this is PostgreSQL"),
        (MARIADB, MySql, "this is MariaDB"),
    ] {
        let found = refusals(sql, reader);
        let [finding] = found.as_slice() else { panic!("{reader} on {sql}: {found:#?}") };
        assert!(finding.message.starts_with(expected), "{finding:#?}");
        assert!(finding.help.as_deref().unwrap_or("").contains("dialect `"), "{finding:#?}");
    }
}

#[test]
fn files_at_home_have_none() {
    for (sql, dialect) in [(MYSQL, MySql), (MYSQL_ROWS, MySql), (POSTGRES, Postgres), (MARIADB, MariaDb)] {
        assert_eq!(refusals(sql, dialect), []);
    }
}

/// One statement among others that another server happens to read as well is not called that server's.
#[test]
fn a_mistake_stays_a_mistake() {
    let sql = "CREATE TABLE t (a int);\nALTER TABLE t ADD COLUMN b int, RENAME TO u;\nDROP TABLE u;";
    let found = refusals(sql, Postgres);
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(finding.message, "expected the end of the statement, found `RENAME`");
    assert!(finding.help.as_deref().unwrap_or("").starts_with("MySQL reads this statement"), "{finding:#?}");
    // Two mistakes that no server reads stay two.
    assert_eq!(refusals("CREATE TABEL t (a int);\nDROP TABEL t;", Postgres).len(), 2);
}
