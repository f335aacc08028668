CREATE TABLE parent (id int NOT NULL, code varchar(20) NOT NULL, PRIMARY KEY (id), UNIQUE KEY code (code)) COMMENT='it''s a \\ comment';
CREATE TABLE every_column (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  b1 tinyint(1) DEFAULT 1, b2 tinyint unsigned, s smallint, m mediumint unsigned, i int DEFAULT -5, z int(5) ZEROFILL,
  d decimal(10,2) NOT NULL DEFAULT 1.5, f float, dd double unsigned DEFAULT 1e3, bits bit(3) DEFAULT b'101',
  c char(3) DEFAULT 'abc', v varchar(20) DEFAULT 'x\\y''z', nul varchar(5) DEFAULT 'NULL', empty_one varchar(5) NOT NULL DEFAULT '',
  latin varchar(30) CHARACTER SET latin1 COLLATE latin1_german1_ci, binary_text varchar(30) COLLATE utf8mb4_bin,
  t1 tinytext, t2 text CHARACTER SET latin1, t3 mediumtext, t4 longtext, bl blob, bn binary(4) DEFAULT 'ab', vb varbinary(10) DEFAULT '',
  e enum('a','b''c','d,e') NOT NULL DEFAULT 'b''c', st set('x','y') DEFAULT 'x,y', j json,
  dt date DEFAULT '2020-02-29', tm time(3), y year DEFAULT 2020, ts timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  ts0 timestamp NULL, dt6 datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  expr varchar(50) DEFAULT (concat('a', 'b')), hidden int INVISIBLE,
  g1 int GENERATED ALWAYS AS (i + 1) VIRTUAL, g2 varchar(60) GENERATED ALWAYS AS (concat(v, '-', nul)) STORED COMMENT 'both',
  `weird ``name` int COMMENT 'quote '' and "double"', `select` int,
  PRIMARY KEY (id)
) COMMENT='every kind of column';
CREATE TABLE keyed (
  a int NOT NULL, b varchar(100), c int, d text, p int, code varchar(20), q int,
  PRIMARY KEY (a, p), UNIQUE KEY u (b(10), c DESC), KEY plain (c) COMMENT 'plain', KEY two (c, b DESC), FULLTEXT KEY ft (b, d),
  CONSTRAINT keyed_parent FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE SET DEFAULT,
  CONSTRAINT keyed_code FOREIGN KEY (code) REFERENCES parent (code) ON DELETE SET NULL ON UPDATE CASCADE,
  KEY explicit (q), CONSTRAINT keyed_q FOREIGN KEY (q) REFERENCES parent (id),
  CONSTRAINT positive CHECK (c > 0 and b <> 'it''s')
);
CREATE TABLE itself (id int PRIMARY KEY, up int, CONSTRAINT itself_up FOREIGN KEY (up) REFERENCES itself (id));
CREATE TABLE places (id int PRIMARY KEY, p point NOT NULL, SPATIAL KEY sp (p));
CREATE TABLE latin (a varchar(10), b varchar(10) CHARACTER SET utf8mb4, c varchar(10) COLLATE latin1_bin) DEFAULT CHARSET=latin1;
CREATE TABLE bin_collated (a varchar(10), b int) COLLATE utf8mb4_bin ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 STATS_PERSISTENT=1;
CREATE TABLE isam (a int, KEY k (a)) ENGINE=MyISAM;
CREATE TABLE mem (a int, KEY h (a), KEY bt (a) USING BTREE) ENGINE=MEMORY;
CREATE TABLE ranged (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id)) PARTITION BY RANGE (id)
  (PARTITION p0 VALUES LESS THAN (10), PARTITION `p 1` VALUES LESS THAN MAXVALUE COMMENT = 'rest');
CREATE TABLE hashed (id int NOT NULL, k varchar(10) NOT NULL, PRIMARY KEY (id, k)) PARTITION BY HASH (id) PARTITIONS 3;
CREATE TABLE keyed_parts (id int NOT NULL, `key` int) PARTITION BY LIST (`key`) SUBPARTITION BY HASH (id) SUBPARTITIONS 2
  (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3, NULL));
CREATE VIEW plain_view AS SELECT a, b FROM keyed WHERE c > 5;
CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW picky (x, y) AS SELECT k.a, p.code FROM keyed k JOIN parent p ON p.id = k.p WITH LOCAL CHECK OPTION;
CREATE VIEW on_view AS SELECT x FROM picky WHERE y LIKE 'a%';
CREATE FUNCTION plus_one(x int, y varchar(10) CHARACTER SET latin1) RETURNS varchar(20) DETERMINISTIC NO SQL COMMENT 'it''s' BEGIN
  DECLARE z int DEFAULT 1; -- a comment; with a semicolon
  RETURN concat(x + z, ';', y);
END;
CREATE PROCEDURE fill(IN n int, OUT total decimal(5,2), INOUT t text) SQL SECURITY INVOKER MODIFIES SQL DATA BEGIN
  INSERT INTO itself (id) VALUES (n);
  SELECT count(*) INTO total FROM itself;
END;
CREATE PROCEDURE nothing() SELECT 1;
CREATE TRIGGER keyed_bi BEFORE INSERT ON keyed FOR EACH ROW BEGIN SET NEW.c = NEW.c + 1; SET NEW.b = 'x;y'; END;
CREATE TRIGGER keyed_bi2 BEFORE INSERT ON keyed FOR EACH ROW SET NEW.c = NEW.c + 1;
CREATE TRIGGER keyed_au AFTER UPDATE ON keyed FOR EACH ROW INSERT INTO itself (id) VALUES (NEW.a);
