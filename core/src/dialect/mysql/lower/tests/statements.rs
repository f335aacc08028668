//! Rows, sessions, other objects, SQL inside of SQL, dumps.
use super::{check, mysql};

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
                "{assignments=[[x, 1], [y, 2]] filter={filter=other} operation=update reads=[c] tables=[a, b]}",
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
            (
                "SELECT f(1) INTO @x FROM t",
                r#"{calls=[f] operation=query}
{operation=assign variable=@x}"#,
            ),
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
{operation=assign value=b variable=@a}
{operation=set setting=foreign_key_checks}"#,
            ),
            ("USE d", "{operation=set setting=use value=d}"),
            ("START TRANSACTION READ ONLY", "{control=begin operation=transaction}"),
            ("ROLLBACK TO SAVEPOINT s", "{control=other operation=transaction verb=ROLLBACK TO}"),
            ("COMMIT AND CHAIN", "{control=commit operation=transaction}"),
            ("LOCK TABLES a READ, b AS c WRITE", "{mode=WRITE operation=lock-tables tables=[a, b]}"),
            ("UNLOCK TABLES", "{clauses=[[rest, TABLES]] operation=object verb=UNLOCK}"),
            (
                "OPTIMIZE LOCAL TABLE a, d.b",
                "{command=OPTIMIZE TABLE objects=[a, {name=b schema=d}] operation=maintenance}",
            ),
            (
                "GRANT ALL ON *.* TO u@h",
                "{clauses=[[privileges, ALL], [grantee, u@h]] objects=[*.*] operation=object verb=GRANT}",
            ),
            ("FLUSH TABLES", "{clauses=[[rest, TABLES]] operation=object verb=FLUSH}"),
            ("CREATE USER u", "{kind=USER objects=[u] operation=object verb=CREATE}"),
            (
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DROP TABLE t",
                "{clauses=[[schedule, EVERY 1 DAY], [body, DROP TABLE t]] kind=EVENT may_change_schema=yes objects=[e] operation=object verb=CREATE}",
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
                r#"{operation=assign value=ALTER TABLE t DROP COLUMN c variable=prepare s}
{operation=conditional source=EXECUTE steps=[{candidates=[{body=[{statement={actions=[{action=drop-column name=c}] operation=alter-table table=t} step=statement}] text=ALTER TABLE t DROP COLUMN c}] complete=yes step=execute text={variable=prepare s}}]}"#,
            ),
            (
                "SET @t = 'u'; SET @s = (SELECT IF((SELECT count(*) FROM information_schema.columns WHERE table_name = 't') > 0, 'SELECT 1', CONCAT('ALTER TABLE ', @t, ' ADD c int'))); PREPARE s FROM @s",
                r#"{operation=assign value=u variable=@t}
{operation=assign value={if=[{compare=[greater, {count={filter={and=[{compare=[equal, {property=table}, t]}]} listing=columns probe=SELECT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't')}}, {integer=0}]}, SELECT 1, {concat=[ALTER TABLE , {variable=@t},  ADD c int]}]} variable=@s}
{operation=assign value={variable=@s} variable=prepare s}"#,
            ),
            ("PREPARE s FROM @unknown", "{operation=assign value={variable=@unknown} variable=prepare s}"),
            (
                "EXECUTE never_prepared",
                "{may_change_schema=yes objects=[never_prepared] operation=opaque verb=EXECUTE}",
            ),
            ("CALL elsewhere()", "{may_change_schema=yes objects=[elsewhere] operation=opaque verb=CALL}"),
            (
                "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; l: LOOP IF a = CASE WHEN 1 THEN 2 END THEN DROP TABLE t; LEAVE l; ELSE DELETE FROM u; END IF; END LOOP; END; CALL p",
                r#"{operation=create-routine routine={body=BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; l: LOOP IF a = CASE WHEN 1 THEN 2 END THEN DROP TABLE t; LEAVE l; ELSE DELETE FROM u; END IF; END LOOP; END kind=procedure language=sql name=p}}
{operation=conditional source=CALL p steps=[{body=[{body=[{branches=[{body=[{statement={names=[t] operation=drop-table} step=statement}] guard={unknown=a = CASE WHEN 1 THEN 2 END} text=a = CASE WHEN 1 THEN 2 END}, {body=[{statement={filter={filter=none} operation=delete tables=[u]} step=statement}] guard={bool=yes}}] step=choose}] step=repeat}] handlers=[{body=[{branches=[{guard={bool=yes}}] step=choose}] errors=[others]}] resumes=yes step=try}]}"#,
            ),
            (
                "CREATE PROCEDURE p(IN a text, b int) MODIFIES SQL DATA BEGIN SET @s = CONCAT('ALTER TABLE `', SCHEMA(), '`.`', a, '` DROP INDEX i', b); PREPARE s FROM @s; EXECUTE s; END; CALL p('t', 1); CALL p(@x, 1)",
                r#"{operation=create-routine routine={arguments=`a` text, `b` int attributes={data_access=modifies sql data} body=BEGIN SET @s = CONCAT('ALTER TABLE `', SCHEMA(), '`.`', a, '` DROP INDEX i', b); PREPARE s FROM @s; EXECUTE s; END kind=procedure language=sql name=p}}
{operation=conditional source=CALL p steps=[{step=assign value=t variable=0:a}, {step=assign value={integer=1} variable=0:b}, {branches=[{body=[{step=assign value={concat=[ALTER TABLE `, database, `.`, {variable=0:a}, ` DROP INDEX i, {variable=0:b}]} variable=@s}, {step=assign value={variable=@s} variable=prepare s}, {statement={operation=conditional source=EXECUTE steps=[{candidates=[{body=[{statement={actions=[{action=drop-index name=i1}] operation=alter-table table={name=t}} step=statement}] text=ALTER TABLE ``.`t` DROP INDEX i1}] complete=yes step=execute text={variable=prepare s}}]} step=statement}] guard={bool=yes}}] step=choose}]}
{operation=conditional source=CALL p steps=[{step=assign value={variable=@x} variable=0:a}, {step=assign value={integer=1} variable=0:b}, {branches=[{body=[{step=assign value={concat=[ALTER TABLE `, database, `.`, {variable=0:a}, ` DROP INDEX i, {variable=0:b}]} variable=@s}, {step=assign value={variable=@s} variable=prepare s}, {statement={operation=conditional source=EXECUTE steps=[{step=execute text={variable=prepare s}}]} step=statement}] guard={bool=yes}}] step=choose}, {step=assign variable=@x}]}"#,
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
                r#"{operation=assign value={unknown=@@SQL_MODE} variable=@old_sql_mode}
{operation=set setting=sql_mode value=NO_AUTO_VALUE_ON_ZERO}
{operation=set setting=character_set_client value=utf8}
{mode=WRITE operation=lock-tables tables=[t]}
{actions=[{action=storage verb=DISABLE KEYS}] operation=alter-table table=t}
{clauses=[[rest, TABLES]] operation=object verb=UNLOCK}"#,
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

/// Statements on what the catalog does not hold say their parts.
#[test]
fn other_objects() {
    check(
        mysql,
        &[
            (
                "CREATE DEFINER=`a`@`%` EVENT IF NOT EXISTS db.e ON SCHEDULE AT NOW() ENABLE COMMENT 'x' DO CALL p()",
                "{clauses=[[definer, DEFINER=`a`@`%`], [schedule, AT NOW()], [status, ENABLE], [comment, 'x'], [body, CALL p()]] kind=EVENT may_change_schema=yes objects=[{name=e schema=db}] operation=object verb=CREATE}",
            ),
            (
                "ALTER EVENT e RENAME TO f",
                "{clauses=[[new_name, f]] kind=EVENT may_change_schema=yes objects=[e] operation=object verb=ALTER}",
            ),
            (
                "CREATE USER u@h IDENTIFIED BY 'x', v REQUIRE SSL ACCOUNT LOCK",
                "{clauses=[[options, REQUIRE SSL ACCOUNT LOCK]] kind=USER objects=[u@h, v] operation=object verb=CREATE}",
            ),
            (
                "GRANT SELECT (a), INSERT ON db.* TO u@h, r WITH GRANT OPTION",
                "{clauses=[[privileges, SELECT (a), INSERT], [grantee, u@h], [grantee, r]] objects=[db.*] operation=object verb=GRANT}",
            ),
            ("REVOKE r FROM u", "{clauses=[[roles, r], [grantee, u]] operation=object verb=REVOKE}"),
            (
                "RENAME USER a@b TO c@d",
                "{clauses=[[new_name, c@d]] kind=USER objects=[a@b] operation=object verb=RENAME}",
            ),
            (
                "CREATE SPATIAL REFERENCE SYSTEM 4120 NAME 'g'",
                "{clauses=[[options, NAME 'g']] kind=SPATIAL REFERENCE SYSTEM objects=[4120] operation=object verb=CREATE}",
            ),
            (
                "DROP RESOURCE GROUP g FORCE",
                "{clauses=[[options, FORCE]] kind=RESOURCE GROUP objects=[g] operation=object verb=DROP}",
            ),
            (
                "ALTER UNDO TABLESPACE u SET INACTIVE",
                "{clauses=[[status, INACTIVE]] kind=UNDO TABLESPACE objects=[u] operation=object verb=ALTER}",
            ),
            (
                "INSTALL COMPONENT 'file://c'",
                "{kind=COMPONENT objects=['file://c'] operation=object verb=INSTALL}",
            ),
            (
                "CREATE FUNCTION f RETURNS STRING SONAME 'f.so'",
                "{clauses=[[library, 'f.so']] kind=FUNCTION objects=[f] operation=object verb=CREATE}",
            ),
            (
                "ALTER PROCEDURE p SQL SECURITY INVOKER",
                "{clauses=[[options, SQL SECURITY INVOKER]] kind=PROCEDURE may_change_schema=yes objects=[p] operation=object verb=ALTER}",
            ),
            (
                "CREATE JSON RELATIONAL DUALITY VIEW v AS SELECT JSON_DUALITY_OBJECT('_id' : a) FROM t",
                "{clauses=[[body, SELECT JSON_DUALITY_OBJECT('_id' : a) FROM t]] kind=JSON RELATIONAL DUALITY VIEW may_change_schema=yes objects=[v] operation=object verb=CREATE}",
            ),
            (
                "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h')",
                "{clauses=[[wrapper, mysql], [options, HOST 'h']] kind=SERVER objects=[s] operation=object verb=CREATE}",
            ),
            (
                "SET PASSWORD FOR u = 'x'",
                "{clauses=[[rest, FOR u = 'x']] operation=object verb=SET PASSWORD}",
            ),
            ("LOCK INSTANCE FOR BACKUP", "{operation=object verb=LOCK INSTANCE FOR BACKUP}"),
            (
                "ALTER TABLE t DISCARD TABLESPACE",
                "{actions=[{action=storage destroys_rows=yes verb=DISCARD TABLESPACE}] operation=alter-table table=t}",
            ),
        ],
    );
}
