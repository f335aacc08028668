//! Tables: types, columns, keys, options, `ALTER TABLE`.
use super::{check, mariadb, mysql};

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
                "{actions=[{action=convert-charset charset=latin1 collation=latin1_swedish_ci}, {action=set-options options=[[engine, MyISAM], [comment, x]]}, {action=rebuild}, {action=storage verb=ORDER BY}] online={algorithm=COPY lock=SHARED} operation=alter-table table=t}",
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
                "{actions=[{action=storage verb=DISABLE KEYS}] operation=alter-table table=t}",
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
                "{operation=conditional source=compound statement steps=[{branches=[{body=[{branches=[{body=[{statement={names=[t] operation=drop-table} step=statement}] guard={integer=1} text=1}] step=choose}] guard={bool=yes}}] step=choose}]}",
            ),
            (
                "EXECUTE IMMEDIATE 'DROP TABLE t'",
                "{operation=conditional source=EXECUTE IMMEDIATE steps=[{candidates=[{body=[{statement={names=[t] operation=drop-table} step=statement}] text=DROP TABLE t}] complete=yes step=execute text=DROP TABLE t}]}",
            ),
        ],
    );
}
