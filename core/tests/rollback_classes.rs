//! How good the way back from each kind of statement is said to be. Only what is really undone is `exact`; what is
//! not known to be undone never is.
use remigrate::{
    Dialect::{self, MariaDb, MySql, Postgres},
    Options,
    report::RollbackClass::{
        self, Exact, Irreversible, LosesNewData, NeedsCapture, StateDependent, StructureOnly, Unknown,
    },
    rollback, simulate,
    tools::SourceFile,
};

/// What the database has at the start.
fn start(dialect: Dialect) -> &'static str {
    match dialect {
        Postgres => {
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE x (id int PRIMARY KEY, y int);
             CREATE TABLE t (id int PRIMARY KEY, a int, b text, p_id int CONSTRAINT f REFERENCES p (id), u int CONSTRAINT u UNIQUE);
             CREATE INDEX i ON t (a); CREATE SEQUENCE s; CREATE VIEW v AS SELECT a FROM t;
             CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE TYPE e AS ENUM ('x', 'y'); CREATE SCHEMA n;
             CREATE DOMAIN d AS int;
             CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
             CREATE FUNCTION lower(x int) RETURNS int LANGUAGE sql AS 'SELECT 1';
             CREATE FUNCTION w() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TABLE q (id int PRIMARY KEY); CREATE TRIGGER r BEFORE INSERT ON q FOR EACH ROW EXECUTE FUNCTION w();"
        }
        _ => {
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE x (id int PRIMARY KEY, y int);
             CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a int, b varchar(20), p_id int, CONSTRAINT f FOREIGN KEY (p_id) REFERENCES p (id));
             CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT a FROM t;
             CREATE TABLE q (id int PRIMARY KEY); CREATE TRIGGER r BEFORE INSERT ON q FOR EACH ROW SET NEW.id = 1;
             CREATE FUNCTION g() RETURNS int DETERMINISTIC RETURN 1;"
        }
    }
}

const EVERY: &[Dialect] = &[Postgres, MySql, MariaDb];
const PG: &[Dialect] = &[Postgres];
const MY: &[Dialect] = &[MySql, MariaDb];
const MARIA: &[Dialect] = &[MariaDb];

/// Statements, and the worst class of their steps.
const CLASSES: &[(&[Dialect], &str, RollbackClass)] = &[
    // Schemas, databases, extensions.
    (PG, "CREATE SCHEMA z", Exact),
    (PG, "DROP SCHEMA n", StateDependent),
    (PG, "ALTER SCHEMA n RENAME TO z", Exact),
    (PG, "ALTER SCHEMA n OWNER TO bob", Unknown),
    (MY, "DROP DATABASE other", Unknown),
    (PG, "CREATE DATABASE z", StateDependent),
    (PG, "DROP DATABASE z", Irreversible),
    (PG, "ALTER DATABASE z SET work_mem = '1MB'", Unknown),
    (MY, "ALTER DATABASE z CHARACTER SET utf8mb4", Unknown),
    (PG, "ALTER SYSTEM SET work_mem = '1MB'", Unknown),
    (PG, "CREATE EXTENSION hstore", StateDependent),
    (PG, "ALTER EXTENSION hstore UPDATE", Unknown),
    // Tables.
    (EVERY, "CREATE TABLE z (a int)", LosesNewData),
    (PG, "CREATE TABLE z AS SELECT g() AS a", Unknown),
    (EVERY, "DROP TABLE x", NeedsCapture),
    (PG, "ALTER TABLE t RENAME TO z", Exact),
    (MY, "RENAME TABLE x TO z", Exact),
    (EVERY, "TRUNCATE TABLE x", NeedsCapture),
    (EVERY, "ALTER TABLE t ADD COLUMN z int", LosesNewData),
    (EVERY, "ALTER TABLE q ADD COLUMN z int", LosesNewData),
    (PG, "ALTER TABLE t DROP COLUMN b", NeedsCapture),
    (EVERY, "ALTER TABLE t RENAME COLUMN b TO z", Exact),
    (EVERY, "ALTER TABLE t ALTER COLUMN a SET DEFAULT 5", Exact),
    (PG, "ALTER TABLE t ALTER COLUMN a SET NOT NULL", Exact),
    (PG, "ALTER TABLE t ALTER COLUMN a SET STATISTICS 100", Exact),
    (PG, "ALTER TABLE x ALTER COLUMN y TYPE bigint", StateDependent),
    (PG, "ALTER TABLE x ALTER COLUMN y TYPE smallint", NeedsCapture),
    (EVERY, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", Exact),
    (EVERY, "ALTER TABLE t DROP CONSTRAINT f", StateDependent),
    (PG, "ALTER TABLE t DROP CONSTRAINT u", StateDependent),
    (PG, "ALTER TABLE t OWNER TO bob", Unknown),
    (PG, "ALTER TABLE t ENABLE ROW LEVEL SECURITY", Exact),
    (PG, "ALTER TABLE t SET (fillfactor = 50)", Exact),
    (PG, "ALTER TABLE t CLUSTER ON t_pkey", Unknown),
    (PG, "ALTER TABLE t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY", Exact),
    (MY, "ALTER TABLE t AUTO_INCREMENT = 1000", StateDependent),
    (MY, "CREATE TABLE z (id int AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 7", LosesNewData),
    (MY, "ALTER TABLE t COMMENT = 'x'", Exact),
    (MY, "ALTER TABLE t DISCARD TABLESPACE", Irreversible),
    (MY, "ALTER TABLE t FORCE", Exact),
    // Indexes.
    (EVERY, "CREATE INDEX z ON t (b)", Exact),
    (PG, "DROP INDEX i", StateDependent),
    (MY, "DROP INDEX i ON t", Exact),
    (PG, "ALTER INDEX i RENAME TO z", Exact),
    // Sequences.
    (PG, "CREATE SEQUENCE z", Exact),
    (PG, "ALTER SEQUENCE s RESTART WITH 7", NeedsCapture),
    (PG, "ALTER SEQUENCE s INCREMENT BY 5", Exact),
    (PG, "DROP SEQUENCE s", NeedsCapture),
    (PG, "SELECT setval('s', 7)", Unknown),
    (PG, "SELECT nextval('s')", Unknown),
    (MARIA, "CREATE SEQUENCE z", Exact),
    (MARIA, "SELECT SETVAL(s, 7)", Unknown),
    // Views.
    (EVERY, "CREATE VIEW z AS SELECT b FROM t", Exact),
    (EVERY, "DROP VIEW v", StateDependent),
    (PG, "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t", StateDependent),
    (MY, "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t", StateDependent),
    (PG, "ALTER VIEW v RENAME TO z", Exact),
    (PG, "ALTER VIEW v OWNER TO bob", Unknown),
    (PG, "REFRESH MATERIALIZED VIEW m", StructureOnly),
    (PG, "CREATE MATERIALIZED VIEW z AS SELECT a FROM t; REFRESH MATERIALIZED VIEW z", Exact),
    (PG, "CREATE MATERIALIZED VIEW z AS SELECT g() AS a", Unknown),
    (PG, "DROP MATERIALIZED VIEW m", StateDependent),
    (PG, "CREATE MATERIALIZED VIEW z AS SELECT a FROM t; DROP MATERIALIZED VIEW z", Exact),
    // Types.
    (PG, "CREATE TYPE z AS ENUM ('a')", Exact),
    (PG, "ALTER TYPE e RENAME TO z", Exact),
    (PG, "ALTER TYPE e ADD VALUE 'z'", StateDependent),
    (PG, "ALTER TYPE e RENAME VALUE 'x' TO 'z'", Exact),
    (PG, "ALTER TYPE e OWNER TO bob", Unknown),
    (PG, "DROP TYPE e", StateDependent),
    // Routines and triggers.
    (PG, "CREATE FUNCTION z() RETURNS int LANGUAGE sql AS 'SELECT 1'", Exact),
    (PG, "CREATE OR REPLACE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 2'", Exact),
    (EVERY, "DROP FUNCTION g", StateDependent),
    (PG, "DROP FUNCTION g() CASCADE", StateDependent),
    (PG, "CREATE VIEW z AS SELECT g() AS a; DROP FUNCTION g()", Unknown),
    (PG, "CREATE TABLE z (c t); DROP TABLE t", Unknown),
    (PG, "ALTER TABLE p DROP CONSTRAINT p_pkey CASCADE", StateDependent),
    (PG, "ALTER TABLE x DROP COLUMN y CASCADE", NeedsCapture),
    (PG, "DROP TRIGGER r ON q", Exact),
    (MY, "DROP TRIGGER r", StateDependent),
    // Comments.
    (PG, "COMMENT ON TABLE t IS 'x'", Exact),
    (PG, "COMMENT ON POLICY y ON t IS 'x'", Unknown),
    // Rows.
    (EVERY, "INSERT INTO p VALUES (5)", LosesNewData),
    (PG, "INSERT INTO p VALUES (g())", Unknown),
    (EVERY, "UPDATE t SET a = 1", NeedsCapture),
    (PG, "UPDATE t SET a = g()", Unknown),
    (PG, "DELETE FROM t WHERE a = g()", Unknown),
    (EVERY, "DELETE FROM t WHERE a = 1", NeedsCapture),
    (PG, "COPY t FROM STDIN", NeedsCapture),
    // Queries.
    (EVERY, "SELECT 1", Exact),
    (EVERY, "SELECT count(*) FROM t", Exact),
    (EVERY, "SELECT rebuild_everything()", Unknown),
    (PG, "SELECT lower('A')", Unknown),
    (PG, "SELECT pg_notify('a', 'b')", Unknown),
    (PG, "SELECT pg_advisory_lock(5)", Exact),
    (PG, "EXPLAIN DELETE FROM t", Exact),
    (PG, "EXPLAIN ANALYZE DELETE FROM t", NeedsCapture),
    (PG, "COPY t TO STDOUT", Exact),
    (PG, "COPY t TO PROGRAM 'sh'", Unknown),
    (PG, "COPY (SELECT 1) TO PROGRAM 'sh'", Unknown),
    (PG, "COPY (DELETE FROM t RETURNING *) TO STDOUT", NeedsCapture),
    (PG, "COPY (SELECT g()) TO STDOUT", Unknown),
    (PG, "COPY t TO '/x'", Unknown),
    (PG, "NOTIFY a, 'b'", Unknown),
    (PG, "LISTEN a", Exact),
    (PG, "UNLISTEN a", Exact),
    (PG, "CALL z()", Unknown),
    (MY, "CALL z()", Unknown),
    (MY, "DO rebuild_everything()", Unknown),
    // Sessions and transactions.
    (PG, "SET search_path = n", Exact),
    (PG, "RESET ALL", Exact),
    (EVERY, "BEGIN; COMMIT", Exact),
    (PG, "BEGIN; CREATE INDEX z ON t (b); ROLLBACK", Exact),
    (PG, "BEGIN; SAVEPOINT x; CREATE INDEX z ON t (b); ROLLBACK TO x; COMMIT", Unknown),
    (PG, "COMMIT PREPARED 'x'", Unknown),
    (PG, "BEGIN; CREATE INDEX z ON t (b); PREPARE TRANSACTION 'x'", Unknown),
    (MY, "SET @a = 1", Exact),
    (MY, "SET @a = rebuild_everything()", Unknown),
    (MY, "SET foreign_key_checks = 0", Exact),
    (MY, "SET SESSION sql_mode = ''", Exact),
    (MY, "SET GLOBAL max_connections = 5", StateDependent),
    (MY, "SET @@global.max_connections = 5", StateDependent),
    (&[MySql], "SET PERSIST max_connections = 5", StateDependent),
    (&[MySql], "SET @@persist.max_connections = 5", StateDependent),
    (&[MySql], "SET PERSIST_ONLY max_connections = 5", StateDependent),
    (MY, "SET GLOBAL TRANSACTION ISOLATION LEVEL SERIALIZABLE", StateDependent),
    (MY, "SET PASSWORD FOR bob = 'x'", Unknown),
    (EVERY, "LOCK TABLE t IN EXCLUSIVE MODE", Exact),
    (MY, "LOCK TABLES t WRITE", Exact),
    (MY, "UNLOCK TABLES", Exact),
    // Maintenance.
    (PG, "VACUUM t", Exact),
    (PG, "REINDEX TABLE t", Exact),
    (MY, "OPTIMIZE TABLE t", Exact),
    (MY, "REPAIR TABLE t", Unknown),
    // Blocks.
    (PG, "DO $$ BEGIN EXECUTE 'x' || 'y'; END $$", Unknown),
    (PG, "DO $$ BEGIN REFRESH MATERIALIZED VIEW m; END $$", StructureOnly),
    (PG, "PREPARE x AS SELECT 1", Exact),
    // What has no model.
    (EVERY, "GRANT SELECT ON t TO bob", Unknown),
    (EVERY, "REVOKE SELECT ON t FROM bob", Unknown),
    (PG, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO bob", Unknown),
    (EVERY, "CREATE ROLE bob", Unknown),
    (EVERY, "DROP ROLE bob", Unknown),
    (MY, "CREATE USER bob", Unknown),
    (PG, "ALTER ROLE bob SET work_mem = '1MB'", Unknown),
    (PG, "CREATE POLICY y ON t USING (true)", Unknown),
    (PG, "ALTER POLICY y ON t USING (true)", Unknown),
    (PG, "DROP POLICY y ON t", Unknown),
    (PG, "REASSIGN OWNED BY bob TO eve", Unknown),
    (PG, "DROP OWNED BY bob", Unknown),
    (PG, "CREATE RULE y AS ON DELETE TO t DO INSTEAD NOTHING", Unknown),
    (PG, "CREATE PUBLICATION y FOR TABLE t", Unknown),
    (PG, "CREATE SUBSCRIPTION y CONNECTION 'x' PUBLICATION y", Unknown),
    (PG, "CREATE EVENT TRIGGER y ON ddl_command_end EXECUTE FUNCTION w()", Unknown),
    (PG, "CREATE CAST (text AS int) WITH INOUT", Unknown),
    (PG, "CREATE STATISTICS y ON a, b FROM t", Unknown),
    (PG, "SECURITY LABEL ON TABLE t IS 'x'", Unknown),
    (PG, "DISCARD ALL", Exact),
    (MY, "FLUSH PRIVILEGES", Unknown),
    (MY, "CREATE EVENT y ON SCHEDULE EVERY 1 DAY DO DELETE FROM t", Unknown),
    (MY, "INSTALL PLUGIN y SONAME 'x'", Unknown),
    (MY, "KILL 5", Unknown),
    (EVERY, "THIS IS NOT SQL", Unknown),
];

#[test]
fn only_what_is_undone_is_exact() {
    let mut wrong = Vec::new();
    for (dialects, sql, expected) in CLASSES {
        for dialect in *dialects {
            if sql.starts_with("LOCK TABLE t") && *dialect != Postgres {
                continue;
            }
            let files = |sql: &str| [SourceFile::new("1.sql", sql)];
            let schema = simulate(&files(start(*dialect)), &Options::new(*dialect)).unwrap();
            let options = Options { schema: Some(schema), ..Options::new(*dialect) };
            let report = rollback(&files(sql), &options).unwrap();
            let class = report.steps.iter().map(|s| s.class).max().unwrap_or(Exact);
            if class != *expected {
                let loses: Vec<_> = report.steps.iter().flat_map(|s| &s.loses).collect();
                wrong.push(format!("{dialect} {sql}: {class:?}, not {expected:?} {loses:?}"));
            }
            for step in report.steps.iter().filter(|s| s.class == Exact && !s.loses.is_empty()) {
                wrong.push(format!("{dialect} {sql}: exact, and yet it loses {:?}", step.loses));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Statements on what [`start`] makes, and words that the losses or the queries of their steps, or the statements that
/// save rows, must have.
const NAMED: &[(&[Dialect], &str, &str)] = &[
    (PG, "DROP TABLE x", "relacl"),
    (PG, "ALTER TABLE x RENAME TO z; DROP TABLE z", "WHERE oid = 'public.x'"),
    (PG, "ALTER VIEW v RENAME TO z; DROP VIEW z", "FROM pg_class WHERE oid = 'public.v'"),
    (PG, "ALTER TYPE e RENAME TO z; DROP TYPE z", "typacl"),
    (PG, "ALTER FUNCTION g() RENAME TO z; DROP FUNCTION z()", "proacl"),
    (PG, "ALTER TABLE t DROP COLUMN b", "attacl"),
    (PG, "ALTER TABLE t RENAME COLUMN b TO z; ALTER TABLE t DROP COLUMN z", "attname = 'b'"),
    (
        PG,
        "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t",
        "owner and privileges of what `DROP VIEW public.v`",
    ),
    (PG, "ALTER TYPE e ADD VALUE 'z'", "owner and privileges of what `DROP TYPE public.e_old`"),
    (PG, "DROP INDEX i", "SELECT indisclustered, indisreplident FROM pg_index"),
    (PG, "ALTER TABLE x DROP COLUMN y", "pg_statistic_ext"),
    (PG, "ALTER TABLE x DROP COLUMN y CASCADE", "attname = 'y')"),
    (PG, "DROP FUNCTION g() CASCADE", "refobjid = 'public.g()'::regprocedure"),
    (PG, "DROP DOMAIN d CASCADE", "refobjid = 'public.d'::regtype"),
    (PG, "DROP TABLE x CASCADE", "typrelid = 'public.x'::regclass"),
    (PG, "ALTER TABLE p DROP CONSTRAINT p_pkey CASCADE", "conname = 'p_pkey'"),
    (PG, "DROP VIEW v", "pg_description"),
    (PG, "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t", "pg_description"),
    (MY, "DROP FUNCTION g", "mysql.procs_priv"),
    (MY, "DROP TABLE q", "information_schema.triggers"),
    (MARIA, "DROP SEQUENCE IF EXISTS s", "position of the sequence `s`"),
    (MARIA, "DROP SEQUENCE IF EXISTS s", "in its cache are skipped"),
    (PG, "ALTER TABLE x ENABLE ROW LEVEL SECURITY; ROLLBACK", "depends on who runs the file"),
    (PG, "DELETE FROM h", "SET row_security = off"),
    (PG, "DELETE FROM h", "NO FORCE ROW LEVEL SECURITY"),
];

#[test]
fn what_does_not_come_back_is_named() {
    for (dialects, sql, words) in NAMED {
        for dialect in *dialects {
            let files = |sql: &str| [SourceFile::new("1.sql", sql)];
            let more = match dialect {
                Postgres => {
                    "CREATE TABLE h (id int PRIMARY KEY); ALTER TABLE h ENABLE ROW LEVEL SECURITY; ALTER TABLE h FORCE ROW LEVEL SECURITY;"
                }
                MariaDb => "CREATE SEQUENCE s;",
                _ => "",
            };
            let schema =
                simulate(&files(&format!("{}\n{more}", start(*dialect))), &Options::new(*dialect)).unwrap();
            let options = Options { schema: Some(schema), ..Options::new(*dialect) };
            let report = rollback(&files(sql), &options).unwrap();
            let mut said: Vec<&String> = report
                .steps
                .iter()
                .flat_map(|s| s.loses.iter().chain(&s.probe_before_migration).chain(&s.probe))
                .collect();
            said.extend(report.capture.iter().chain(&report.restore));
            assert!(
                said.iter().any(|text| text.contains(words)),
                "{dialect} {sql}: no `{words}` in {said:#?}"
            );
            let class = report.steps.iter().map(|s| s.class).max();
            assert!(class > Some(Exact), "{dialect} {sql}: {class:?}");
        }
    }
}
