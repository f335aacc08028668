//! What is no statement of these servers.
use super::{check, mariadb, mysql};

#[test]
fn refused() {
    check(
        mysql,
        &[
            (
                "CREATE TABLE order (a int)",
                "{help=`order` is a reserved word: if it is meant as a name, write `order` message=expected a table name, found `order` operation=invalid}",
            ),
            (
                "CREATE TABLE t (a int not nul)",
                "{help=did you mean `NULL`? message=expected `NULL`, found `nul` operation=invalid}",
            ),
            ("CREATE TABLE t (a)", "{message=expected a column type, found `)` operation=invalid}"),
            (
                "CREATE TABLE t (a eunm('x'))",
                "{help=did you mean `ENUM`? message=MySQL has no type `eunm` operation=invalid}",
            ),
            ("CREATE TABLE t (a int,)", "{message=expected a column name, found `)` operation=invalid}"),
            (
                "CREATE TABEL t (a int)",
                "{help=did you mean `TABLE`? message=expected what to create, found `TABEL` operation=invalid}",
            ),
            (
                "SELEC 1",
                "{help=did you mean `SELECT`? message=expected the beginning of a statement, found `SELEC` operation=invalid}",
            ),
            (
                "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int",
                "{help=this is MariaDB: on MySQL ask `information_schema` first or leave it out message=MySQL has no `ADD COLUMN IF NOT EXISTS` operation=invalid}",
            ),
            (
                "ALTER TABLE t DROP COLUMN a DROP COLUMN b",
                "{help=actions are separated by commas message=expected the end of the statement, found `DROP` operation=invalid}",
            ),
            (
                "CREATE OR REPLACE TABLE t (a int)",
                "{help=this is MariaDB: drop it first on MySQL message=MySQL has no `CREATE OR REPLACE TABLE` operation=invalid}",
            ),
            (
                "CREATE INDEX i ON t",
                "{message=expected `(`, found the end of the statement operation=invalid}",
            ),
            (
                "DROP INDEX IF EXISTS i ON t",
                "{help=on MySQL ask `information_schema.statistics` first or leave it out message=MySQL has no `DROP INDEX IF EXISTS` operation=invalid}",
            ),
            ("UPDATE t SET a", "{message=expected `=`, found the end of the statement operation=invalid}"),
            ("INSERT INTO t VALUES 1", "{message=expected `(`, found `1` operation=invalid}"),
        ],
    );
}

#[test]
fn refused_maria() {
    check(
        mariadb,
        &[
            (
                "CREATE TABLE t (a int, KEY ((a + 1)))",
                "{help=MariaDB has no indexes on expressions: add a generated column and index that message=expected a column name, found `(` operation=invalid}",
            ),
            (
                "CREATE TABLE t (a int AS (b ->> '$.x'))",
                "{help=write `JSON_UNQUOTE(JSON_EXTRACT(…))` message=this is MySQL: MariaDB has no operator `->>` operation=invalid}",
            ),
            (
                "DROP INDEX i ON t LOCK=NONE",
                "{help=MariaDB takes `ALGORITHM` and `LOCK` in `ALTER TABLE … DROP INDEX` only message=expected the end of the statement, found `LOCK` operation=invalid}",
            ),
            (
                "ALTER TABLE t ALTER INDEX i INVISIBLE",
                "{help=this is MySQL message=expected `IGNORED`, found `INVISIBLE` operation=invalid}",
            ),
        ],
    );
}

#[test]
fn postgres() {
    check(
        mysql,
        &[
            (
                r#"CREATE TABLE "t" (a int)"#,
                "{help=quote names with backticks message=this is PostgreSQL: MySQL has no names in double quotes unless `sql_mode` has `ANSI_QUOTES` operation=invalid}",
            ),
            (
                "DROP INDEX i",
                "{help=an index belongs to its table: write `DROP INDEX name ON table` message=this is PostgreSQL: MySQL has no `DROP INDEX` without `ON` operation=invalid}",
            ),
            (
                "ALTER TABLE t ALTER COLUMN a TYPE bigint",
                "{help=write `MODIFY COLUMN` with the column's whole new definition message=this is PostgreSQL: MySQL has no `ALTER COLUMN … TYPE` operation=invalid}",
            ),
            (
                "ALTER TABLE t ALTER a SET NOT NULL",
                "{help=write `MODIFY COLUMN` with the column's whole new definition message=this is PostgreSQL: MySQL has no `ALTER COLUMN … SET NOT NULL` or `SET DATA TYPE` operation=invalid}",
            ),
            (
                "CREATE TYPE e AS ENUM ('a')",
                "{help=an enum is a column's type here: `ENUM('a', 'b')` message=this is PostgreSQL: MySQL has no `CREATE TYPE` operation=invalid}",
            ),
            (
                "CREATE INDEX CONCURRENTLY i ON t (a)",
                "{help=leave it out message=this is PostgreSQL: MySQL has no `CONCURRENTLY` operation=invalid}",
            ),
            (
                "UPDATE t SET a = b::int",
                "{help=write `CAST(value AS type)` message=this is PostgreSQL: MySQL has no `::` operation=invalid}",
            ),
            (
                "INSERT INTO t VALUES (1) RETURNING id",
                "{help=select the rows before or afterwards message=this is PostgreSQL: MySQL has no `RETURNING` operation=invalid}",
            ),
            (
                "DELETE FROM t WHERE a = 1 RETURNING *",
                "{help=select the rows before or afterwards message=this is PostgreSQL: MySQL has no `RETURNING` operation=invalid}",
            ),
            (
                "UPDATE t SET returning = 1 WHERE returning = 2",
                "{assignments=[[returning, 1]] filter={condition=returning = 2 filter=condition} operation=update tables=[t]}",
            ),
            (
                "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING",
                "{help=write `ON DUPLICATE KEY UPDATE` or `INSERT IGNORE` message=this is PostgreSQL: MySQL has no `ON CONFLICT` operation=invalid}",
            ),
            (
                "CREATE TABLE t (a timestamptz)",
                "{help=use TIMESTAMP message=this is PostgreSQL: MySQL has no type `timestamptz` operation=invalid}",
            ),
            (
                "COMMENT ON TABLE t IS 'x'",
                "{help=comments belong to the definition: `COMMENT '…'` message=this is PostgreSQL: MySQL has no `COMMENT ON` operation=invalid}",
            ),
            (
                "CREATE TABLE t (id bigserial)",
                "{help=use BIGINT UNSIGNED AUTO_INCREMENT message=this is PostgreSQL: MySQL has no type `bigserial` operation=invalid}",
            ),
            (
                "CREATE TABLE t (a int GENERATED BY DEFAULT AS IDENTITY)",
                "{help=write `AUTO_INCREMENT` message=this is PostgreSQL: MySQL has no identity columns operation=invalid}",
            ),
            (
                "CREATE EXTENSION hstore",
                "{message=this is PostgreSQL: MySQL has no `CREATE EXTENSION` operation=invalid}",
            ),
            (
                "TRUNCATE t RESTART IDENTITY CASCADE",
                "{message=this is PostgreSQL: expected the end of the statement, found `RESTART` operation=invalid}",
            ),
            (
                "SET search_path TO x",
                "{help=write `=` message=this is PostgreSQL: expected `=` or `:=`, found `TO` operation=invalid}",
            ),
            (
                "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
                "{help=the trigger's statements stand in the trigger itself message=this is PostgreSQL: MySQL has no `EXECUTE FUNCTION` operation=invalid}",
            ),
            (
                "ALTER TABLE t OWNER TO u",
                "{message=this is PostgreSQL: MySQL has no owners of tables operation=invalid}",
            ),
        ],
    );
}
