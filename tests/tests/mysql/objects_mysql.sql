CREATE TABLE only_mysql (
  a int, b varchar(20), g geometry NOT NULL SRID 4326, t text DEFAULT ('long'), j json DEFAULT (json_array()),
  KEY functional ((lower(b)), a), KEY unseen (a) INVISIBLE, FULLTEXT KEY ng (b) WITH PARSER ngram,
  CONSTRAINT lax CHECK (a < 10) NOT ENFORCED, CHECK (b <> '')
);
CREATE TABLE columns_ranged (a int, b datetime) PARTITION BY RANGE COLUMNS (a, b)
  (PARTITION p0 VALUES LESS THAN (1, '2020-01-01'), PARTITION p1 VALUES LESS THAN (MAXVALUE, MAXVALUE));
