//! Which rules speak about which script, and which keep quiet: the ways in which people write what destroys, and the
//! texts that only look like it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use remigrate::{Dialect, Options, check, tools::SourceFile};

/// The rules that find something, sorted, each once.
fn found(dialect: Dialect, sql: &str) -> String {
    let report = check(&[SourceFile::new("x.sql", sql)], &Options::new(dialect)).unwrap();
    let mut rules: Vec<_> = report.findings.into_iter().map(|f| f.rule).collect();
    rules.sort();
    rules.dedup();
    rules.join(" ")
}

fn all(cases: &[(&[Dialect], &str, &str)]) {
    let mut wrong = Vec::new();
    for (dialects, sql, expected) in cases {
        for dialect in *dialects {
            let answer = found(*dialect, sql);
            if answer != *expected {
                wrong.push(format!("{dialect}: {sql}\n    expected `{expected}`, found `{answer}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const EVERY: &[Dialect] = &Dialect::ALL;
const PG: &[Dialect] = &[Dialect::Postgres];
const MY: &[Dialect] = &[Dialect::MySql, Dialect::MariaDb];
const MARIA: &[Dialect] = &[Dialect::MariaDb];

#[test]
fn a_delete_of_everything_is_found_however_it_is_written() {
    let rule = "delete-without-where";
    all(&[
        (EVERY, "DELETE FROM users", rule),
        (EVERY, "delete from app.users;", rule),
        (PG, "DELETE FROM \"users\";", rule),
        (PG, "DELETE FROM ONLY users;", rule),
        (PG, "DELETE FROM users *;", rule),
        (PG, "DELETE FROM users u;", rule),
        (PG, "DELETE FROM users AS u WHERE true;", rule),
        (PG, "DELETE FROM users RETURNING id;", rule),
        (PG, "WITH gone AS (DELETE FROM users RETURNING *) INSERT INTO old SELECT * FROM gone;", rule),
        (PG, "WITH x AS (SELECT 1) DELETE FROM users;", rule),
        (EVERY, "DELETE FROM users WHERE true;", rule),
        (EVERY, "DELETE FROM users WHERE 1=1;", rule),
        (EVERY, "DELETE FROM users WHERE 1 = 1 -- all\n", rule),
        (EVERY, "DELETE FROM users WHERE (1=1);", rule),
        (EVERY, "DELETE FROM users WHERE 'a' = 'a';", rule),
        (EVERY, "DELETE FROM users WHERE 2 > 1;", rule),
        (EVERY, "DELETE FROM users WHERE NOT false;", rule),
        (EVERY, "DELETE FROM users WHERE 1 IS NOT NULL;", rule),
        (EVERY, "DELETE FROM users WHERE id = 5 OR 1=1;", rule),
        (EVERY, "DELETE FROM users WHERE 1=1 AND true;", rule),
        (MY, "DELETE FROM users WHERE 1;", rule),
        (EVERY, "DELETE /* where id = 1 */ FROM users;", rule),
        (EVERY, "DELETE FROM users -- where id = 1\n;", rule),
        (EVERY, "/* a */ DELETE\nFROM\n\tusers\n;", rule),
        (EVERY, "DELETE FROM users; SELECT 1 WHERE 1 = 2;", rule),
        (MY, "DELETE FROM `users`;", rule),
        (MY, "DELETE LOW_PRIORITY QUICK IGNORE FROM users;", rule),
        (MY, "DELETE users FROM users;", rule),
        (MY, "DELETE u FROM users u;", rule),
        (MY, "/*!50000 DELETE FROM users */;", rule),
        (MARIA, "DELETE FROM users RETURNING id;", rule),
        (PG, "MERGE INTO users u USING old o ON true WHEN MATCHED THEN DELETE;", rule),
        (
            PG,
            "MERGE INTO users u USING old o ON 1 = 1 WHEN MATCHED AND true THEN DELETE WHEN NOT MATCHED THEN DO NOTHING;",
            rule,
        ),
        (
            PG,
            "MERGE INTO users u USING old o ON u.id = o.id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED BY SOURCE THEN DELETE;",
            rule,
        ),
        (
            PG,
            "MERGE INTO users USING (SELECT 1 AS a) s ON CASE WHEN true THEN true END OR true WHEN MATCHED THEN DELETE;",
            rule,
        ),
    ]);
}

#[test]
fn a_delete_of_something_is_not() {
    all(&[
        (EVERY, "DELETE FROM users WHERE id = 1;", ""),
        (PG, "MERGE INTO users u USING old o ON u.id = o.id WHEN MATCHED THEN DELETE;", ""),
        (PG, "MERGE INTO users u USING old o ON true WHEN MATCHED AND u.id = o.id THEN DELETE;", ""),
        (
            PG,
            "MERGE INTO users u USING old o ON true WHEN MATCHED AND CASE WHEN u.a THEN u.b END THEN DELETE;",
            "",
        ),
        (
            PG,
            "MERGE INTO users u USING old o ON u.id = o.id WHEN NOT MATCHED BY SOURCE AND u.a = 1 THEN DELETE;",
            "",
        ),
        (PG, "MERGE INTO users u USING old o ON true WHEN MATCHED THEN UPDATE SET a = 1;", ""),
        (EVERY, "DELETE FROM users WHERE id = id2 AND a = 1;", ""),
        (EVERY, "DELETE FROM users WHERE 1 = 0;", ""),
        (EVERY, "DELETE FROM users WHERE false;", ""),
        (EVERY, "DELETE FROM users WHERE a IN (SELECT b FROM c);", ""),
        (PG, "DELETE FROM users u USING old o WHERE o.id = u.id;", ""),
        (MY, "DELETE u FROM users u JOIN old o ON o.id = u.id;", ""),
        (MY, "DELETE FROM users LIMIT 10;", ""),
        (EVERY, "-- DELETE FROM users;\nSELECT 1;", ""),
        (EVERY, "/* DELETE FROM users; */ SELECT 1;", ""),
        (EVERY, "INSERT INTO log VALUES ('DELETE FROM users;');", ""),
        (EVERY, "INSERT INTO log VALUES ('DROP DATABASE app; DROP TABLE users; TRUNCATE x');", ""),
        (PG, "COMMENT ON TABLE users IS 'TRUNCATEd every night; DROP TABLE users';", ""),
        (PG, "SELECT $$ DROP TABLE users; $$;", ""),
        (MY, "SELECT \"DROP TABLE users;\";", ""),
        (EVERY, "CREATE TABLE truncate_names (drop_column int, delete_from int);", ""),
        (
            PG,
            "CREATE FUNCTION truncate_name(t text) RETURNS text LANGUAGE sql AS $$ SELECT left(t, 5) $$;",
            "",
        ),
        (
            PG,
            "CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; END $$;",
            "",
        ),
        (MY, "CREATE PROCEDURE wipe() BEGIN DELETE FROM users; DROP TABLE users; END;", ""),
        (PG, "CREATE TABLE \"DROP TABLE users;\" (a int);", ""),
        (MY, "CREATE TABLE `DROP TABLE users;` (a int);", ""),
        (EVERY, "CREATE TABLE t (a int); INSERT INTO t VALUES (1); DELETE FROM t;", ""),
        (PG, "CREATE TEMP TABLE t (a int); DELETE FROM t; UPDATE t SET a = 1; TRUNCATE t; DROP TABLE t;", ""),
        (MY, "CREATE TEMPORARY TABLE t (a int); DELETE FROM t; DROP TEMPORARY TABLE t;", ""),
        (PG, "SET search_path = app, public; CREATE TABLE t (a int); DELETE FROM app.t; DROP TABLE t;", ""),
        (PG, "CREATE TABLE app.t (a int); DELETE FROM app.t; DROP TABLE app.t;", ""),
        (EVERY, "CREATE TABLE t (a int); ALTER TABLE t RENAME TO u; DELETE FROM u; DROP TABLE u;", ""),
        (EVERY, "CREATE TABLE t (a int); ALTER TABLE t RENAME TO u; DELETE FROM t;", "not-found"),
    ]);
}

#[test]
fn an_update_of_everything() {
    let rule = "update-without-where";
    all(&[
        (EVERY, "UPDATE users SET a = 1", rule),
        (EVERY, "UPDATE users SET password = 'x';", rule),
        (EVERY, "UPDATE app.users SET a = 1;", rule),
        (PG, "UPDATE \"users\" AS u SET a = 1;", rule),
        (PG, "UPDATE ONLY users SET a = 1 RETURNING a;", rule),
        (EVERY, "UPDATE users SET a = 1 /* where */;", rule),
        (EVERY, "UPDATE users SET a = 'where b = 1';", rule),
        (EVERY, "UPDATE users SET a = (SELECT b FROM c WHERE d = 1);", rule),
        (EVERY, "UPDATE users SET a = 1; SELECT 1 FROM b WHERE c = 1;", rule),
        (EVERY, "UPDATE users SET a = 1 WHERE 1 = 1;", rule),
        (EVERY, "UPDATE users SET a = 1 WHERE true;", rule),
        (PG, "WITH x AS (SELECT 1 WHERE true) UPDATE users SET a = 1;", rule),
        (MY, "UPDATE LOW_PRIORITY IGNORE users u SET u.a = 1;", rule),
        (EVERY, "UPDATE users SET a = 1 WHERE b IS NULL;", ""),
        (PG, "UPDATE users SET a = o.a FROM old o WHERE o.id = users.id;", ""),
        (MY, "UPDATE users u JOIN old o ON o.id = u.id SET u.a = o.a;", ""),
        (MY, "UPDATE users SET a = 1 LIMIT 5;", ""),
    ]);
}

#[test]
fn what_goes_with_drop_and_truncate() {
    all(&[
        (EVERY, "DROP TABLE users", "drop-table"),
        (EVERY, "DROP TABLE IF EXISTS app.users;", "drop-table"),
        (PG, "DROP TABLE \"Users\", b CASCADE;", "drop-table"),
        (EVERY, "ALTER TABLE users DROP COLUMN a;", "drop-column"),
        (PG, "ALTER TABLE IF EXISTS ONLY users DROP a CASCADE;", "drop-column"),
        (MY, "ALTER TABLE users DROP a;", "drop-column"),
        (PG, "DROP SCHEMA app CASCADE;", "drop-schema"),
        (EVERY, "DROP DATABASE app;", "drop-database"),
        (MY, "DROP SCHEMA app;", "drop-database"),
        (PG, "TRUNCATE ONLY a, b RESTART IDENTITY CASCADE;", "truncate"),
        (MY, "TRUNCATE a;", "truncate"),
        (MY, "ALTER TABLE t DROP PARTITION p0;", "truncate"),
        (MY, "ALTER TABLE t TRUNCATE PARTITION p0;", "truncate"),
        (MY, "ALTER TABLE t ADD PARTITION (PARTITION p1 VALUES LESS THAN (5));", ""),
        (MARIA, "CREATE OR REPLACE TABLE users (a int);", "drop-table"),
        (MARIA, "CREATE TABLE t (a int); CREATE OR REPLACE TABLE t (b int);", ""),
        (MARIA, "DROP TABLE users; CREATE OR REPLACE TABLE users (b int);", "drop-table"),
        (PG, "DROP TYPE mood CASCADE;", "drop-column"),
        (PG, "DROP TYPE mood;", ""),
        (PG, "DROP EXTENSION hstore CASCADE;", "drop-column"),
        (MY, "CREATE DATABASE scratch; DROP DATABASE scratch;", ""),
        (PG, "CREATE SCHEMA app; CREATE TABLE app.t (a int); DROP SCHEMA app CASCADE;", ""),
        (EVERY, "CREATE TABLE t (a int); DROP TABLE t; DROP TABLE t;", "not-found"),
        (EVERY, "ALTER TABLE users ADD COLUMN b int; ALTER TABLE users DROP COLUMN b;", ""),
    ]);
}

#[test]
fn sql_inside_of_sql_counts() {
    all(&[
        (PG, "DO $$ BEGIN DROP TABLE users; END $$;", "drop-table"),
        (PG, "DO $$ BEGIN IF true THEN DELETE FROM users; END IF; END $$;", "delete-without-where"),
        (PG, "DO 'BEGIN EXECUTE ''DROP TABLE users''; END';", "drop-table"),
        (PG, "DO $$ BEGIN EXECUTE 'DELETE FROM users'; END $$;", "delete-without-where"),
        (PG, "DO $a$ BEGIN EXECUTE $b$ TRUNCATE users $b$; END $a$ LANGUAGE plpgsql;", "truncate"),
        (
            PG,
            "DO $$ BEGIN FOR r IN DELETE FROM users RETURNING * LOOP NULL; END LOOP; END $$;",
            "delete-without-where",
        ),
        (PG, "DO $$ BEGIN RAISE NOTICE 'DROP TABLE users'; END $$;", ""),
        (PG, "DO $$ BEGIN -- DROP TABLE users;\n NULL; END $$;", ""),
        (PG, "DO $$ BEGIN EXECUTE 'DROP TABLE ' || x; END $$;", "not-analysed"),
        (PG, "PREPARE p AS DELETE FROM users; EXECUTE p;", "delete-without-where"),
        (PG, "EXPLAIN ANALYZE DELETE FROM users;", "delete-without-where"),
        (
            PG,
            "CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; END $$; SELECT wipe();",
            "not-analysed",
        ),
        (PG, "CREATE PROCEDURE wipe() LANGUAGE sql AS $$ DROP TABLE users; $$; CALL wipe();", "not-analysed"),
        (MY, "PREPARE p FROM 'DELETE FROM users'; EXECUTE p;", "delete-without-where"),
        (MY, "SET @s = 'DROP TABLE users'; PREPARE p FROM @s; EXECUTE p;", "drop-table"),
        (MARIA, "EXECUTE IMMEDIATE 'DROP TABLE users';", "drop-table"),
        (
            MY,
            "DELIMITER //\nCREATE PROCEDURE wipe() BEGIN DELETE FROM users; END//\nDELIMITER ;\nCALL wipe();",
            "delete-without-where",
        ),
    ]);
}

#[test]
fn names_close_to_known_ones() {
    let help = |dialect, sql: &str| {
        let report = check(&[SourceFile::new("x.sql", sql)], &Options::new(dialect)).unwrap();
        report
            .findings
            .into_iter()
            .filter(|f| f.rule == "not-found")
            .map(|f| {
                format!("{:?} {:?} {}; {}", f.severity, f.certainty, f.message, f.help.unwrap_or_default())
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    for dialect in Dialect::ALL {
        let orders = "CREATE TABLE orders (id int PRIMARY KEY, price int);";
        let asks = "Warning Possible no statement creates the table `ordres`; did you mean `orders`?";
        for sql in [
            "ALTER TABLE ordres ADD COLUMN b int;",
            "DELETE FROM ordres WHERE id = 1;",
            "INSERT INTO ordres VALUES (1);",
            "UPDATE ordres SET id = 1 WHERE id = 2;",
            "CREATE INDEX i ON ordres (id);",
        ] {
            assert_eq!(help(dialect, &format!("{orders} {sql}")), asks, "{dialect} {sql}");
        }
        for quiet in [
            "ALTER TABLE users ADD COLUMN b int;",
            "DROP TABLE IF EXISTS ordres;",
            "INSERT INTO other.ordres VALUES (1);",
        ] {
            assert_eq!(help(dialect, &format!("{orders} {quiet}")), "", "{dialect} {quiet}");
        }
        assert_eq!(
            help(dialect, "CREATE TABLE events_2023 (a int); ALTER TABLE events_2024 ADD COLUMN b int;"),
            ""
        );
        let column = help(dialect, &format!("{orders} ALTER TABLE orders DROP COLUMN pirce;"));
        assert!(
            column.starts_with("Error Certain") && column.ends_with("; did you mean `price`?"),
            "{column}"
        );
        let column =
            help(dialect, "ALTER TABLE users ADD COLUMN email text; ALTER TABLE users DROP COLUMN emial;");
        assert_eq!(
            column,
            "Warning Possible no statement creates the column `emial` of `users`; did you mean `email`?"
        );
    }
}
