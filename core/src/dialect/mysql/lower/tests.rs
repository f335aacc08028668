//! Statements and the operations they are read as, in a compact form of their JSON.
use serde_json::Value;

use super::lower;
use crate::{
    target::{Dialect, ServerVersion, Target},
    text::Script,
};

/// The operations of every statement of `sql`, without spans and without what is empty or false.
fn lowered(dialect: Dialect, version: ServerVersion, sql: &str) -> String {
    let target = Target::new(dialect).with_version(version);
    let script = Script::new(sql, &target);
    let mut lines = Vec::new();
    for statement in &script.statements {
        for operation in lower(&script, statement, &target) {
            lines.push(compact(serde_json::to_value(&operation.node).unwrap()).unwrap_or_default());
        }
    }
    lines.join("\n")
}

/// A value as short text; `None` for what is empty or false.
fn compact(value: Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Number(n) => Some(n.to_string()),
        Value::String(s) => (!s.is_empty()).then_some(s),
        Value::Array(items) => {
            let items: Vec<String> = items.into_iter().filter_map(compact).collect();
            (!items.is_empty()).then(|| format!("[{}]", items.join(", ")))
        }
        Value::Object(mut map) => {
            if let Some(node) = map.remove("node") {
                return compact(node);
            }
            if let (Some(sql), true) = (map.remove("sql"), map.len() <= 1) {
                return compact(sql);
            }
            if let (Some(text), true) = (map.get("text"), map.len() == 1) {
                return compact(text.clone());
            }
            if let (Some(name), true) = (map.get("name"), map.len() == 1) {
                return compact(name.clone());
            }
            let sorted: std::collections::BTreeMap<_, _> = map.into_iter().collect();
            let fields: Vec<String> = sorted
                .into_iter()
                .filter_map(|(key, value)| Some(format!("{key}={}", compact(value)?)))
                .collect();
            (!fields.is_empty()).then(|| format!("{{{}}}", fields.join(" ")))
        }
    }
}

fn mysql(sql: &str) -> String {
    lowered(Dialect::MySql, ServerVersion::new(9, 7, 0), sql)
}

fn mariadb(sql: &str) -> String {
    lowered(Dialect::MariaDb, ServerVersion::new(11, 8, 0), sql)
}

/// Fails with every difference at once, so that a table of cases can be reviewed in one go.
#[track_caller]
fn check(read: fn(&str) -> String, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(sql, expected)| (sql, read(sql), expected))
        .filter(|(_, found, expected)| found.as_str() != **expected)
        .map(|(sql, found, expected)| format!("{sql}\n   found {found}\nexpected {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn types() {
    check(
        mysql,
        &[
            (
                "CREATE TABLE t (a int(5) zerofill, b tinyint(1), c tinyint(1) unsigned, d bool, e int4, f dec(5), g fixed(4,1) unsigned, h float(30), i real)",
                "{columns=[{column={data_type=int(5) unsigned zerofill name=a nullable=yes}}, {column={data_type=tinyint(1) name=b nullable=yes}}, {column={data_type=tinyint unsigned name=c nullable=yes}}, {column={data_type=tinyint(1) name=d nullable=yes}}, {column={data_type=int name=e nullable=yes}}, {column={data_type=decimal(5,0) name=f nullable=yes}}, {column={data_type=decimal(4,1) unsigned name=g nullable=yes}}, {column={data_type=double name=h nullable=yes}}, {column={data_type=double name=i nullable=yes}}] name=t operation=create-table properties={persistence=permanent}}",
            ),
            (
                "CREATE TABLE t (a char, b nchar varchar(3), c long varbinary, d text(300), e text(10) charset latin1, f blob(70000), g varchar(3) byte, h char(2) ascii)",
                "{columns=[{column={data_type=char(1) name=a nullable=yes}}, {column={charset=utf8mb3 collation=utf8mb3_general_ci data_type=varchar(3) name=b nullable=yes}}, {column={data_type=mediumblob name=c nullable=yes}}, {column={data_type=text name=d nullable=yes}}, {column={charset=latin1 collation=latin1_swedish_ci data_type=tinytext name=e nullable=yes}}, {column={data_type=mediumblob name=f nullable=yes}}, {column={data_type=varbinary(3) name=g nullable=yes}}, {column={charset=latin1 collation=latin1_swedish_ci data_type=char(2) name=h nullable=yes}}] name=t operation=create-table properties={persistence=permanent}}",
            ),
            (
                "CREATE TABLE t (a timestamp(3) null, b datetime(0), c year(4), d bit, e json, f serial, g geometrycollection, h vector(3))",
                "{columns=[{column={data_type=timestamp(3) name=a nullable=yes} nullability_written=yes}, {column={data_type=datetime name=b nullable=yes}}, {column={data_type=year name=c nullable=yes}}, {column={data_type=bit(1) name=d nullable=yes}}, {column={data_type=json name=e nullable=yes}}, {column={auto_increment=yes data_type=bigint unsigned name=f} indexes=[{index={keys=[{column=f}] method=btree unique=yes}}] nullability_written=yes}, {column={data_type=geomcollection name=g nullable=yes}}, {column={data_type=vector(3) name=h nullable=yes}}] name=t operation=create-table properties={persistence=permanent}}",
            ),
            (
                r#"CREATE TABLE t (a enum('it''s', 'b ', 'c\\d', 0x41), b set(b'1000010'))"#,
                r#"{columns=[{column={data_type=enum('it''s','b','c\\d','A') name=a nullable=yes}}, {column={data_type=set('B') name=b nullable=yes}}] name=t operation=create-table properties={persistence=permanent}}"#,
            ),
            (
                "CREATE TABLE t (a varchar(9) binary, b text(100)) CHARSET latin1",
                "{columns=[{column={charset=latin1 collation=latin1_bin data_type=varchar(9) name=a nullable=yes}}, {column={data_type=tinytext name=b nullable=yes}}] name=t operation=create-table properties={charset=latin1 collation=latin1_swedish_ci persistence=permanent}}",
            ),
        ],
    );
}

#[test]
fn columns() {
    check(
        mysql,
        &[
            (
                "CREATE TABLE t (a int NOT NULL DEFAULT 5 COMMENT 'x', b int DEFAULT NULL, c timestamp DEFAULT now(6) ON UPDATE localtime, d char(36) DEFAULT (uuid()))",
                "{columns=[{column={comment=x data_type=int default=5 name=a} nullability_written=yes}, {column={data_type=int name=b nullable=yes}}, {column={data_type=timestamp default=CURRENT_TIMESTAMP(6) name=c nullable=yes on_update=CURRENT_TIMESTAMP}}, {column={data_type=char(36) default=(uuid()) name=d nullable=yes}}] name=t operation=create-table properties={persistence=permanent}}",
            ),
            (
                "CREATE TABLE t (a int AS (b + 1) STORED UNIQUE, b int GENERATED ALWAYS AS (1) VIRTUAL INVISIBLE, c point NOT NULL SRID 4326)",
                "{columns=[{column={data_type=int generated={expression=b + 1 stored=yes} name=a nullable=yes} indexes=[{index={keys=[{column=a}] method=btree unique=yes}}]}, {column={data_type=int generated={expression=1} invisible=yes name=b nullable=yes}}, {column={data_type=point name=c options={srid=4326}} nullability_written=yes}] name=t operation=create-table properties={persistence=permanent}}",
            ),
            (
                "CREATE TABLE t (a int REFERENCES p (x) ON DELETE CASCADE, b int CONSTRAINT k CHECK (b > 1) NOT ENFORCED, c int PRIMARY KEY)",
                "{columns=[{column={data_type=int name=a nullable=yes} constraints=[{inline=yes kind={columns=[a] kind=foreign-key on_delete=cascade on_update=no-action referenced=[x] table=p}}]}, {column={data_type=int name=b nullable=yes} constraints=[{inline=yes kind={expression=b > 1 kind=check} name=k not_enforced=yes}]}, {column={data_type=int name=c} constraints=[{inline=yes kind={columns=[{column=c}] kind=primary-key}}]}] name=t operation=create-table properties={persistence=permanent}}",
            ),
        ],
    );
}

#[test]
fn keys() {
    check(
        mysql,
        &[
            (
                "CREATE TABLE t (a int, KEY (a), INDEX k USING HASH (a(5) DESC, (b + 1)) COMMENT 'c' INVISIBLE, UNIQUE u (a), CONSTRAINT c UNIQUE KEY (a), FULLTEXT ft (a) WITH PARSER ngram)",
                "{columns=[{column={data_type=int name=a nullable=yes}}] indexes=[{index={keys=[{column=a}] method=btree}}, {index={comment=c invisible=yes keys=[{column=a descending=yes prefix=5}, {expression=b + 1}] method=btree name=k options={using=hash}}}, {index={keys=[{column=a}] method=btree name=u unique=yes}}, {index={keys=[{column=a}] method=btree name=c unique=yes}}, {index={keys=[{column=a}] method=fulltext name=ft options={parser=ngram}}}] name=t operation=create-table properties={persistence=permanent}}",
            ),
            (
                "CREATE TABLE t (a int, CONSTRAINT pk PRIMARY KEY (a), CONSTRAINT f FOREIGN KEY i (a) REFERENCES d.q (x) ON UPDATE SET NULL ON DELETE RESTRICT, CHECK (a > 1))",
                "{columns=[{column={data_type=int name=a nullable=yes}}] constraints=[{kind={columns=[{column=a}] kind=primary-key}}, {index_name=i kind={columns=[a] kind=foreign-key on_delete=no-action on_update=set-null referenced=[x] table={name=q schema=d}} name=f}, {kind={expression=a > 1 kind=check}}] name=t operation=create-table properties={persistence=permanent}}",
            ),
            (
                "CREATE UNIQUE INDEX i ON t (a, b DESC) ALGORITHM=INPLACE LOCK NONE",
                "{definition={index={keys=[{column=a}, {column=b descending=yes}] method=btree name=i unique=yes}} online={algorithm=INPLACE lock=NONE} operation=create-index table=t}",
            ),
        ],
    );
}

#[test]
fn table_options() {
    check(
        mysql,
        &[
            (
                r#"CREATE TEMPORARY TABLE IF NOT EXISTS t (a int) ENGINE=innodb, AUTO_INCREMENT 5 DEFAULT CHARACTER SET = utf8 COMMENT 'c' ROW_FORMAT=compressed KEY_BLOCK_SIZE=8 PARTITION BY RANGE (a)
 (PARTITION p0 VALUES LESS THAN (5))"#,
                "{columns=[{column={data_type=int name=a nullable=yes}}] if_not_exists=yes name=t operation=create-table properties={charset=utf8mb3 collation=utf8mb3_general_ci comment=c options={key_block_size=8 row_format=COMPRESSED} partition_by=partition by range(a)(partition p0 values less than(5)) persistence=temporary}}",
            ),
            (
                "CREATE TABLE t LIKE u",
                "{like=[[u]] name=t operation=create-table properties={persistence=permanent}}",
            ),
            (
                "CREATE TABLE t (LIKE d.u)",
                "{like=[[{name=u schema=d}]] name=t operation=create-table properties={persistence=permanent}}",
            ),
            (
                "CREATE TABLE t (a int) IGNORE SELECT 1 AS b",
                "{columns=[{column={data_type=int name=a nullable=yes}}] from_query=SELECT 1 AS b name=t operation=create-table properties={persistence=permanent}}",
            ),
        ],
    );
}

#[test]
fn alter() {
    check(
        mysql,
        &[
            (
                "ALTER TABLE t ADD (a int, KEY (a), b int), ADD c int FIRST, ADD COLUMN d int AFTER c",
                "{actions=[{action=add-column definition={column={data_type=int name=a nullable=yes}}}, {action=add-index definition={index={keys=[{column=a}] method=btree}}}, {action=add-column definition={column={data_type=int name=b nullable=yes}}}, {action=add-column definition={column={data_type=int name=c nullable=yes}} position=first}, {action=add-column definition={column={data_type=int name=d nullable=yes}} position={after=c}}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t MODIFY a bigint NOT NULL, CHANGE COLUMN b `B` text AFTER a",
                "{actions=[{action=modify-column definition={column={data_type=bigint name=a} nullability_written=yes} name=a}, {action=modify-column definition={column={data_type=text name=B nullable=yes}} name=b position={after=a}}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t DROP a, DROP PRIMARY KEY, DROP FOREIGN KEY f, DROP KEY k, DROP CHECK c, DROP CONSTRAINT d",
                "{actions=[{action=drop-column name=a}, {action=drop-constraint expected=primary-key name=PRIMARY}, {action=drop-constraint expected=foreign-key name=f}, {action=drop-index name=k}, {action=drop-constraint expected=check name=c}, {action=drop-constraint expected=any name=d}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t ALTER a SET DEFAULT 5, ALTER COLUMN b DROP DEFAULT, ALTER INDEX i INVISIBLE, ALTER CHECK c NOT ENFORCED, ALTER d SET DEFAULT NULL",
                "{actions=[{action=set-default default=5 name=a}, {action=set-default name=b}, {action=set-index-visible name=i}, {action=alter-constraint name=c}, {action=set-default name=d}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t RENAME COLUMN a TO b, RENAME INDEX i TO j, RENAME TO d.u",
                "{actions=[{action=rename-column from=a to=b}, {action=rename-index from=i to=j}, {action=rename to={name=u schema=d}}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t CONVERT TO CHARACTER SET latin1, ENGINE = MyISAM COMMENT 'x', FORCE, ALGORITHM=COPY, LOCK=SHARED, ORDER BY a DESC, b",
                "{actions=[{action=convert-charset charset=latin1 collation=latin1_swedish_ci}, {action=set-options options=[[engine, MyISAM], [comment, x]]}, {action=rebuild}, {action=rebuild}] online={algorithm=COPY lock=SHARED} operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t COLLATE utf8_bin",
                "{actions=[{action=set-options options=[[charset, utf8mb3], [collation, utf8mb3_bin]]}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t DROP PARTITION p0, p1",
                "{actions=[{action=partitions destroys_rows=yes verb=DROP PARTITION}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t ADD PARTITION (PARTITION p VALUES LESS THAN (9))",
                "{actions=[{action=partitions verb=ADD PARTITION}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t TRUNCATE PARTITION ALL",
                "{actions=[{action=partitions destroys_rows=yes verb=TRUNCATE PARTITION}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u",
                "{actions=[{action=partitions destroys_rows=yes verb=EXCHANGE PARTITION}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t ADD a int PARTITION BY HASH (a) PARTITIONS 4",
                "{actions=[{action=add-column definition={column={data_type=int name=a nullable=yes}}}, {action=partitions partition_by=partition by hash(a)partitions 4 verb=PARTITION BY}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t REMOVE PARTITIONING",
                "{actions=[{action=partitions verb=REMOVE PARTITIONING}] operation=alter-table table=t}",
            ),
            (
                "ALTER TABLE t DISABLE KEYS",
                "{actions=[{action=opaque verb=DISABLE KEYS}] operation=alter-table table=t}",
            ),
            ("ALTER TABLE t", "{operation=alter-table table=t}"),
        ],
    );
}

#[test]
fn maria() {
    check(
        mariadb,
        &[
            (
                "CREATE OR REPLACE TABLE t (a json, b int CHECK (b > 1), c int CONSTRAINT f REFERENCES p (x), d uuid DEFAULT uuid())",
                "{columns=[{column={charset=utf8mb4 check=json_valid(`a`) collation=utf8mb4_bin data_type=longtext name=a nullable=yes}}, {column={check=b > 1 data_type=int name=b nullable=yes}}, {column={data_type=int name=c nullable=yes} constraints=[{inline=yes kind={columns=[c] kind=foreign-key on_delete=no-action on_update=no-action referenced=[x] table=p} name=f}]}, {column={data_type=uuid default=uuid() name=d nullable=yes}}] name=t operation=create-table or_replace=yes properties={persistence=permanent}}",
            ),
            (
                "ALTER TABLE IF EXISTS t ADD COLUMN IF NOT EXISTS a int, DROP COLUMN IF EXISTS b, DROP INDEX IF EXISTS i, MODIFY COLUMN IF EXISTS c int, ALGORITHM=NOCOPY",
                "{actions=[{action=add-column definition={column={data_type=int name=a nullable=yes}} if_not_exists=yes}, {action=drop-column if_exists=yes name=b}, {action=drop-index if_exists=yes name=i}, {action=modify-column definition={column={data_type=int name=c nullable=yes}} if_exists=yes name=c}] if_exists=yes online={algorithm=NOCOPY} operation=alter-table table=t}",
            ),
            (
                "CREATE INDEX IF NOT EXISTS i ON t (a) IGNORED",
                "{definition={if_not_exists=yes index={invisible=yes keys=[{column=a}] method=btree name=i}} operation=create-index table=t}",
            ),
            (
                "CREATE SEQUENCE s START WITH 5 INCREMENT BY 2 MAXVALUE 99 NOCACHE CYCLE",
                "{name=s operation=create-sequence options={cache=0 cycle=yes increment=2 maximum=99 start=5}}",
            ),
            (
                "ALTER SEQUENCE s RESTART 7",
                "{action={action=options options=[[restart, 7]]} name=s operation=alter-sequence}",
            ),
            (
                "DELETE FROM t WHERE a = 1 RETURNING b",
                "{filter={condition=a = 1 filter=condition} operation=delete tables=[t]}",
            ),
            ("SET STATEMENT max_statement_time = 1 FOR SELECT 1", "{operation=query}"),
            (
                "BEGIN NOT ATOMIC IF 1 THEN DROP TABLE t; END IF; END",
                "{body=[{names=[t] operation=drop-table}] complete=yes operation=conditional source=compound statement}",
            ),
            (
                "EXECUTE IMMEDIATE 'DROP TABLE t'",
                "{body=[{names=[t] operation=drop-table}] complete=yes operation=conditional source=EXECUTE IMMEDIATE}",
            ),
        ],
    );
}

#[test]
fn rows() {
    check(
        mysql,
        &[
            (
                "INSERT IGNORE INTO d.t (a, b) VALUES (1, 'x,y'), (DEFAULT, f(2)) ON DUPLICATE KEY UPDATE a = 1",
                "{columns=[a, b] ignores_conflicts=yes may_overwrite=yes operation=insert rows=[[1, 'x,y'], [DEFAULT, f(2)]] table={name=t schema=d} verb=INSERT}",
            ),
            (
                "REPLACE t SET a = 1, b = 2",
                "{columns=[a, b] may_overwrite=yes operation=insert rows=[[1, 2]] table=t verb=REPLACE}",
            ),
            (
                "INSERT INTO t SELECT a FROM u JOIN v USING (x)",
                "{operation=insert reads=[u, v] table=t verb=INSERT}",
            ),
            (
                "LOAD DATA LOCAL INFILE 'f' REPLACE INTO TABLE t (a)",
                "{may_overwrite=yes operation=insert table=t verb=LOAD DATA}",
            ),
            (
                "UPDATE t SET a = a + 1, b = CASE WHEN c THEN 1 END WHERE id = 5 ORDER BY id LIMIT 3",
                "{assignments=[[a, a + 1], [b, CASE WHEN c THEN 1 END]] filter={condition=id = 5 filter=condition} limited=yes operation=update tables=[t]}",
            ),
            (
                "UPDATE t AS x SET x.a = 1",
                "{alias=x assignments=[[a, 1]] filter={filter=none} operation=update tables=[t]}",
            ),
            (
                "UPDATE t SET a = 1 WHERE 1 = 1",
                "{assignments=[[a, 1]] filter={condition=1 = 1 filter=tautology} operation=update tables=[t]}",
            ),
            (
                "UPDATE a JOIN b ON a.i = b.i, c SET a.x = 1, b.y = 2 WHERE c.z",
                "{filter={filter=other} operation=update reads=[c] tables=[a, b]}",
            ),
            (
                "UPDATE t SET a = (SELECT max(b) FROM u)",
                "{assignments=[[a, (SELECT max(b) FROM u)]] filter={filter=none} operation=update reads=[u] tables=[t]}",
            ),
            ("DELETE FROM t", "{filter={filter=none} operation=delete tables=[t]}"),
            (
                "DELETE QUICK FROM t WHERE a IN (SELECT b FROM u) LIMIT 5",
                "{filter={condition=a IN (SELECT b FROM u) filter=condition} limited=yes operation=delete reads=[u] tables=[t]}",
            ),
            (
                "DELETE a, d.b FROM a JOIN d.b ON a.i = b.i WHERE a.x = 1",
                "{filter={filter=other} operation=delete tables=[a, {name=b schema=d}]}",
            ),
            (
                "DELETE FROM x USING t AS x, u WHERE x.i = u.i",
                "{filter={filter=other} operation=delete reads=[u] tables=[t]}",
            ),
            (
                "WITH c AS (SELECT 1) DELETE FROM t WHERE a IN (SELECT * FROM c)",
                "{filter={condition=a IN (SELECT * FROM c) filter=condition} operation=delete tables=[t]}",
            ),
            ("SELECT f(1) INTO @x FROM t", "{calls=[f] operation=query}"),
        ],
    );
}

#[test]
fn session() {
    check(
        mysql,
        &[
            (
                "SET NAMES utf8mb4, @@session.sql_mode = 'ANSI', GLOBAL x = 1, @a := 'b', foreign_key_checks = DEFAULT",
                r#"{operation=set setting=names value=utf8mb4}
{operation=set setting=sql_mode value=ANSI}
{operation=set setting=global.x value=1}
{operation=set setting=@a value=b}
{operation=set setting=foreign_key_checks}"#,
            ),
            ("USE d", "{operation=set setting=use value=d}"),
            ("START TRANSACTION READ ONLY", "{control=begin operation=transaction}"),
            ("ROLLBACK TO SAVEPOINT s", "{control=other operation=transaction verb=ROLLBACK TO}"),
            ("COMMIT AND CHAIN", "{control=commit operation=transaction}"),
            ("LOCK TABLES a READ, b AS c WRITE", "{mode=WRITE operation=lock-tables tables=[a, b]}"),
            ("UNLOCK TABLES", "{operation=opaque verb=UNLOCK}"),
            (
                "OPTIMIZE LOCAL TABLE a, d.b",
                "{command=OPTIMIZE TABLE objects=[a, {name=b schema=d}] operation=maintenance}",
            ),
            ("GRANT ALL ON *.* TO u@h", "{operation=opaque verb=GRANT}"),
            ("FLUSH TABLES", "{operation=opaque verb=FLUSH}"),
            ("CREATE USER u", "{operation=opaque verb=CREATE USER}"),
            (
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DROP TABLE t",
                "{objects=[e] operation=opaque verb=CREATE EVENT}",
            ),
        ],
    );
}

#[test]
fn objects() {
    check(
        mysql,
        &[
            (
                "CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`u`@`h` SQL SECURITY INVOKER VIEW v (a) AS SELECT b FROM t WITH LOCAL CHECK OPTION",
                "{operation=create-view or_replace=yes view={columns=[a] name=v options={algorithm=merge check_option=local security=invoker} query=SELECT b FROM t reads=[t]}}",
            ),
            ("DROP VIEW IF EXISTS v, w", "{if_exists=yes names=[v, w] operation=drop-view}"),
            (
                "CREATE DATABASE IF NOT EXISTS d CHARACTER SET utf8mb4",
                "{if_not_exists=yes name=d operation=create-schema}",
            ),
            ("DROP SCHEMA d", "{cascade=yes names=[d] operation=drop-schema}"),
            (
                "RENAME TABLE a TO b, c TO d.e",
                "{operation=rename-tables renames=[[a, b], [c, {name=e schema=d}]]}",
            ),
            ("TRUNCATE TABLE t", "{operation=truncate restart_identity=yes tables=[t]}"),
            (
                "CREATE DEFINER=u@h FUNCTION f(a INT, b TEXT) RETURNS varchar(5) charset utf8 DETERMINISTIC READS SQL DATA COMMENT 'c' RETURN 1",
                "{operation=create-routine routine={arguments=`a` int, `b` text attributes={data_access=reads sql data deterministic=yes} body=RETURN 1 comment=c kind=function language=sql name=f returns=varchar(5) charset utf8mb3}}",
            ),
            (
                "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW FOLLOWS x SET NEW.a = 1",
                "{operation=create-trigger table=t trigger={definition=BEFORE INSERT ON t FOR EACH ROW FOLLOWS x SET NEW.a = 1 name=tr}}",
            ),
            (
                "DROP PROCEDURE IF EXISTS p",
                "{if_exists=yes kind=procedure operation=drop-routine routines=[[p]]}",
            ),
        ],
    );
}

#[test]
fn nested() {
    check(
        mysql,
        &[
            (
                "PREPARE s FROM 'ALTER TABLE t DROP COLUMN c'; EXECUTE s; DEALLOCATE PREPARE s",
                "{body=[{actions=[{action=drop-column name=c}] operation=alter-table table=t}] complete=yes operation=conditional source=PREPARE}",
            ),
            (
                "SET @t = 'u'; SET @s = (SELECT IF((SELECT count(*) FROM information_schema.columns WHERE table_name = 't') > 0, 'SELECT 1', CONCAT('ALTER TABLE ', @t, ' ADD c int'))); PREPARE s FROM @s",
                r#"{operation=set setting=@t value=u}
{operation=set setting=@s value=(SELECT IF((SELECT count(*) FROM information_schema.columns WHERE table_name = 't') > 0, 'SELECT 1', CONCAT('ALTER TABLE ', @t, ' ADD c int')))}
{body=[{actions=[{action=add-column definition={column={data_type=int name=c nullable=yes}}}] operation=alter-table table=u}] complete=yes operation=conditional source=PREPARE}"#,
            ),
            ("PREPARE s FROM @unknown", "{operation=conditional source=PREPARE}"),
            (
                "EXECUTE never_prepared",
                "{may_change_schema=yes objects=[never_prepared] operation=opaque verb=EXECUTE}",
            ),
            ("CALL elsewhere()", "{may_change_schema=yes objects=[elsewhere] operation=opaque verb=CALL}"),
            (
                "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; l: LOOP IF a = CASE WHEN 1 THEN 2 END THEN DROP TABLE t; LEAVE l; ELSE DELETE FROM u; END IF; END LOOP; END; CALL p",
                r#"{operation=create-routine routine={body=BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; l: LOOP IF a = CASE WHEN 1 THEN 2 END THEN DROP TABLE t; LEAVE l; ELSE DELETE FROM u; END IF; END LOOP; END kind=procedure language=sql name=p}}
{body=[{names=[t] operation=drop-table}, {filter={filter=none} operation=delete tables=[u]}] complete=yes operation=conditional source=CALL p}"#,
            ),
            (
                "CREATE PROCEDURE p(IN a text, b int) MODIFIES SQL DATA BEGIN SET @s = CONCAT('ALTER TABLE `', SCHEMA(), '`.`', a, '` DROP INDEX i', b); PREPARE s FROM @s; EXECUTE s; END; CALL p('t', 1); CALL p(@x, 1)",
                r#"{operation=create-routine routine={arguments=`a` text, `b` int attributes={data_access=modifies sql data} body=BEGIN SET @s = CONCAT('ALTER TABLE `', SCHEMA(), '`.`', a, '` DROP INDEX i', b); PREPARE s FROM @s; EXECUTE s; END kind=procedure language=sql name=p}}
{body=[{body=[{actions=[{action=drop-index name=i1}] operation=alter-table table={name=t}}] complete=yes operation=conditional source=PREPARE}] complete=yes operation=conditional source=CALL p}
{body=[{operation=conditional source=PREPARE}] operation=conditional source=CALL p}"#,
            ),
        ],
    );
}

#[test]
fn dump() {
    check(
        mysql,
        &[
            (
                "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */; /*!40101 SET character_set_client = utf8 */; LOCK TABLES `t` WRITE; /*!40000 ALTER TABLE `t` DISABLE KEYS */; UNLOCK TABLES;",
                r#"{operation=set setting=@old_sql_mode value=@@SQL_MODE}
{operation=set setting=sql_mode value=NO_AUTO_VALUE_ON_ZERO}
{operation=set setting=character_set_client value=utf8}
{mode=WRITE operation=lock-tables tables=[t]}
{actions=[{action=opaque verb=DISABLE KEYS}] operation=alter-table table=t}
{operation=opaque verb=UNLOCK}"#,
            ),
            (
                r#"CREATE TABLE `t` (`id` int NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`)) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
/*!50100 PARTITION BY HASH (`id`)
PARTITIONS 4 */;"#,
                "{columns=[{column={auto_increment=yes data_type=int name=id} nullability_written=yes}] constraints=[{kind={columns=[{column=id}] kind=primary-key}}] name=t operation=create-table properties={charset=utf8mb4 collation=utf8mb4_0900_ai_ci partition_by=partition by hash(id)partitions 4 persistence=permanent}}",
            ),
            (
                "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `tr` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.id = 1 */;",
                "{operation=create-trigger table=t trigger={definition=BEFORE INSERT ON `t` FOR EACH ROW SET NEW.id = 1 name=tr}}",
            ),
        ],
    );
}

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
                "{message=expected `IGNORED`, found `INVISIBLE` operation=invalid}",
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

/// What a server of another version makes of it.
#[test]
fn versions() {
    let old = |sql: &str| lowered(Dialect::MySql, ServerVersion::new(8, 0, 36), sql);
    let inline = "CREATE TABLE t (a int REFERENCES p (x))";
    assert!(mysql(inline).contains("foreign-key") && mariadb(inline).contains("foreign-key"));
    assert!(!old(inline).contains("foreign-key"));
    let qualify = "CREATE TABLE qualify (a int)";
    assert!(old(qualify).contains("create-table") && mysql(qualify).contains("reserved word"));
}

/// No shape of input costs more than a few times its length, and none more stack than a small thread has.
#[test]
fn hostile_input() {
    let many = 100_000;
    let inputs = [
        format!("UPDATE t SET a = {}1 WHERE 1 = 1", "1 + ".repeat(many)),
        format!("DELETE FROM t WHERE {}true", "a = 1 AND ".repeat(many)),
        format!("CREATE VIEW v AS SELECT 1{}", " UNION ALL SELECT 1".repeat(many)),
        format!("CREATE TABLE t (a int DEFAULT {}1{})", "(".repeat(many), ")".repeat(many)),
        format!("ALTER TABLE t {}FORCE", "ADD a int, ".repeat(many)),
        format!("CREATE TABLE t (a int) {}", "(".repeat(many)),
        format!("CREATE PROCEDURE p() BEGIN {} END; CALL p()", "IF 1 THEN BEGIN ".repeat(many)),
        format!("CREATE PROCEDURE p() BEGIN {} END; CALL p()", "CALL p(); CALL p();".repeat(1000)),
        format!("CREATE PROCEDURE p() {} {}", "DROP TABLE t;", "CALL p();".repeat(20_000)),
        format!(
            "SET @a = 'x'; {}",
            "SET @s = CONCAT('DROP TABLE ', @a); PREPARE s FROM @s; EXECUTE s;".repeat(5_000)
        ),
        "SET STATEMENT a = 1 FOR ".repeat(many),
        "CASE ".repeat(many),
        format!("ALTER TABLE t ALTER a SET DEFAULT {}", "CASE ".repeat(many)),
        format!("SELECT {}", "(".repeat(many)),
    ];
    let run = move || {
        for input in &inputs {
            for dialect in [Dialect::MySql, Dialect::MariaDb] {
                let target = Target::new(dialect);
                let script = Script::new(input, &target);
                let operations: usize =
                    script.statements.iter().map(|s| lower(&script, s, &target).len()).sum();
                assert!(operations <= 3 * script.tokens.len());
            }
        }
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
}
