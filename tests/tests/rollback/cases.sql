=== all: a renamed column is overwritten
CREATE TABLE a (id int PRIMARY KEY, x int, name varchar(20));
--
ALTER TABLE a RENAME COLUMN x TO y; UPDATE a SET y = NULL;
--
needs-capture
=== all: a renamed column is dropped
CREATE TABLE a (id int PRIMARY KEY, x int, name varchar(20));
--
ALTER TABLE a RENAME COLUMN x TO y;
--
ALTER TABLE a DROP COLUMN y;
--
needs-capture
=== all: two columns swap their names, then one is overwritten where the other is
CREATE TABLE a (id int PRIMARY KEY, x int, y int);
INSERT INTO a VALUES (1, 10, 20), (2, 20, 10);
--
ALTER TABLE a RENAME COLUMN x TO z; ALTER TABLE a RENAME COLUMN y TO x; ALTER TABLE a RENAME COLUMN z TO y;
--
DELETE FROM a WHERE x = 10;
--
needs-capture
=== all: a renamed table loses rows
CREATE TABLE users (id int PRIMARY KEY, name varchar(20));
--
ALTER TABLE users RENAME TO people; DELETE FROM people WHERE id > 41;
--
needs-capture
=== all: a renamed table loses a column
CREATE TABLE users (id int PRIMARY KEY, name varchar(20), x int);
--
ALTER TABLE users RENAME TO people;
--
ALTER TABLE people DROP COLUMN name; DELETE FROM people;
--
needs-capture
=== postgres: a renamed table changes a type
CREATE TABLE users (id int PRIMARY KEY, name varchar(20), x int);
--
ALTER TABLE users RENAME TO people;
--
ALTER TABLE people ALTER COLUMN name TYPE varchar(2) USING 'z';
--
needs-capture
=== postgres: a column gets other values of the same type
CREATE TABLE a (id int PRIMARY KEY, x int);
--
ALTER TABLE a ALTER COLUMN x TYPE int USING x + 1;
--
needs-capture
=== postgres: a renamed schema loses rows
CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY, x int);
--
ALTER SCHEMA s RENAME TO r; DELETE FROM r.a;
--
needs-capture
=== postgres: a schema goes with its tables
CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY, x int);
--
DROP SCHEMA s CASCADE;
--
state-dependent
=== postgres: a table moves to another schema and loses rows
CREATE SCHEMA s; CREATE TABLE a (id int PRIMARY KEY, x int);
--
ALTER TABLE a SET SCHEMA s;
--
UPDATE s.a SET x = 0;
--
needs-capture
=== all: two tables swap their names, then rows go
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, x int);
INSERT INTO b VALUES (1, 1), (6, 6), (7, 7);
--
ALTER TABLE a RENAME TO tmp; ALTER TABLE b RENAME TO a; ALTER TABLE tmp RENAME TO b;
--
DELETE FROM a WHERE id > 5;
--
needs-capture
=== mysql mariadb: RENAME TABLE swaps, then rows go
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, x int);
INSERT INTO b VALUES (1, 1), (6, 6), (7, 7);
--
RENAME TABLE a TO tmp, b TO a, tmp TO b; DELETE FROM a WHERE id > 5;
--
needs-capture
=== all: a renamed table, a dropped column, and rows that go
CREATE TABLE a (id int PRIMARY KEY, x int, y int);
--
ALTER TABLE a RENAME TO b; ALTER TABLE b DROP COLUMN y; DELETE FROM b;
--
needs-capture
=== all: a new table takes the name of one that was dropped
CREATE TABLE a (id int PRIMARY KEY, x int);
--
DROP TABLE a; CREATE TABLE a (id int PRIMARY KEY, x int); INSERT INTO a VALUES (41, 1), (99, 1);
--
UPDATE a SET x = 5;
--
needs-capture
=== mysql mariadb: a collation changed before the condition
CREATE TABLE a (id int PRIMARY KEY, name varchar(20) COLLATE utf8mb4_bin);
INSERT INTO a VALUES (1, 'a'), (2, 'A'), (3, 'b');
--
ALTER TABLE a MODIFY name varchar(20) COLLATE utf8mb4_general_ci;
--
DELETE FROM a WHERE name = 'A';
--
needs-capture
=== postgres: a condition on the day
CREATE TABLE a (id int PRIMARY KEY, x date);
--
DELETE FROM a WHERE x < current_date OR x > 'tomorrow';
--
needs-capture
=== all: a condition on what the statement before wrote
CREATE TABLE a (id int PRIMARY KEY, x int);
--
UPDATE a SET x = 1 WHERE id = 42; DELETE FROM a WHERE x = 1;
--
needs-capture
=== all: rows go through a view
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE VIEW v AS SELECT id, x FROM a;
--
DELETE FROM v WHERE x = 42;
--
needs-capture
=== all: rows come and change through a view
CREATE TABLE a (id int PRIMARY KEY, x int, name varchar(20)); CREATE VIEW v AS SELECT id, x FROM a WHERE x < 100;
--
CREATE VIEW w AS SELECT id, x FROM v; INSERT INTO w (id, x) VALUES (7, 7);
--
UPDATE w SET x = 8; DROP VIEW w;
--
needs-capture
=== postgres: a view with a trigger of its own
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE VIEW v AS SELECT id, x FROM a;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER r INSTEAD OF DELETE ON v FOR EACH ROW EXECUTE FUNCTION f();
--
DELETE FROM v;
--
unknown
=== postgres: a trigger that is made on the way
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM b; RETURN NULL; END $$;
--
CREATE TRIGGER r AFTER DELETE ON a EXECUTE FUNCTION f(); DELETE FROM a; DROP TRIGGER r ON a;
--
unknown
=== postgres: a trigger on another event
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM b; RETURN NULL; END $$;
CREATE TRIGGER r AFTER INSERT OR UPDATE ON a EXECUTE FUNCTION f();
--
DELETE FROM a;
--
needs-capture
=== postgres: a trigger on a table that is made on the way
CREATE TABLE b (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM b; RETURN NULL; END $$;
--
CREATE TABLE a (id int); CREATE TRIGGER r AFTER INSERT ON a EXECUTE FUNCTION f(); INSERT INTO a VALUES (1); DROP TRIGGER r ON a;
--
unknown
=== mysql mariadb: a trigger that is made on the way
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY);
--
CREATE TRIGGER r AFTER DELETE ON a FOR EACH ROW DELETE FROM b; DELETE FROM a; DROP TRIGGER r;
--
unknown
=== postgres: keys that are thrown away
CREATE TABLE a (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, x int); INSERT INTO a (x) VALUES (1), (2), (3), (4), (5);
--
INSERT INTO a (id, x) OVERRIDING USER VALUE VALUES (2, 9);
--
needs-capture
=== all: keys that are rounded
CREATE TABLE a (id int PRIMARY KEY, x int); INSERT INTO a VALUES (1, 1);
--
INSERT INTO a (id, x) VALUES (1.6, 9);
--
needs-capture
=== all: keys in their own form
CREATE TABLE a (id int PRIMARY KEY, x int); INSERT INTO a VALUES (1, 1);
--
INSERT INTO a (id, x) VALUES (7, 9), (8, 9);
--
loses-new-data
=== mysql mariadb: numbers instead of keys
CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, x int); INSERT INTO a VALUES (1, 1);
--
INSERT INTO a (id, x) VALUES (0, 9), ('0', 9), (NULL, 9);
--
needs-capture
=== mysql mariadb: zero is a key when the session says so
CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, x int); INSERT INTO a VALUES (1, 1);
--
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT INTO a (id, x) VALUES (0, 9);
--
needs-capture
=== postgres: children lose rows with their parent
CREATE TABLE par (id int PRIMARY KEY, x int); CREATE TABLE chi (y int, PRIMARY KEY (id)) INHERITS (par);
INSERT INTO par VALUES (1, 1), (2, 2); INSERT INTO chi VALUES (1, 1, 1), (3, 3, 3);
--
DELETE FROM par;
--
needs-capture
=== postgres: children are emptied with their parent
CREATE TABLE par (id int PRIMARY KEY, x int); CREATE TABLE chi (y int, PRIMARY KEY (id)) INHERITS (par);
INSERT INTO par VALUES (1, 1), (2, 2); INSERT INTO chi VALUES (1, 1, 1), (3, 3, 3);
--
UPDATE par SET x = 0; TRUNCATE par;
--
needs-capture
=== postgres: children keep their rows behind ONLY
CREATE TABLE par (id int PRIMARY KEY, x int); CREATE TABLE chi (y int) INHERITS (par);
INSERT INTO par VALUES (1, 1), (2, 2); INSERT INTO chi VALUES (1, 1, 1), (3, 3, 3);
--
DELETE FROM ONLY par; TRUNCATE ONLY par;
--
needs-capture
=== postgres: children without a key
CREATE TABLE par (id int PRIMARY KEY, x int); CREATE TABLE chi (y int) INHERITS (par);
INSERT INTO par VALUES (1, 1), (2, 2); INSERT INTO chi VALUES (1, 1, 1), (3, 3, 3);
--
UPDATE par SET x = 0;
--
structure-only
=== postgres: partitions lose rows
CREATE TABLE par (id int PRIMARY KEY, x int) PARTITION BY RANGE (id);
CREATE TABLE low PARTITION OF par FOR VALUES FROM (0) TO (42); CREATE TABLE rest PARTITION OF par DEFAULT;
--
UPDATE par SET x = 0 WHERE id > 41; DELETE FROM low; INSERT INTO par VALUES (5, 5);
--
TRUNCATE par;
--
needs-capture
=== all: values follow a key that changes
CREATE TABLE a (id int PRIMARY KEY, u int UNIQUE);
CREATE TABLE b (id int PRIMARY KEY, r int, FOREIGN KEY (r) REFERENCES a (u) ON UPDATE CASCADE);
INSERT INTO a VALUES (1, 1), (2, 2), (3, 3); INSERT INTO b VALUES (1, 1), (2, 2), (3, NULL);
--
UPDATE a SET u = u + 100 WHERE id > 1;
--
needs-capture
=== all: values go when a key changes
CREATE TABLE a (id int PRIMARY KEY, u int);
CREATE TABLE b (id int PRIMARY KEY, r int, FOREIGN KEY (r) REFERENCES a (id) ON UPDATE SET NULL);
CREATE TABLE c (id int PRIMARY KEY, r int, FOREIGN KEY (r) REFERENCES b (id) ON DELETE CASCADE);
INSERT INTO a VALUES (1, 1), (2, 2), (3, 3); INSERT INTO b VALUES (1, 1), (2, 2), (3, NULL); INSERT INTO c VALUES (1, 1);
--
UPDATE a SET id = id + 100; DELETE FROM b WHERE id = 1;
--
needs-capture
=== postgres: foreign keys in a circle
CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a (id));
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id) ON DELETE CASCADE;
INSERT INTO a VALUES (1, NULL), (2, NULL); INSERT INTO b VALUES (1, 2), (2, 1); UPDATE a SET b = id;
--
DELETE FROM b; DELETE FROM a;
--
needs-capture
=== postgres: a foreign key to itself
CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a (id) ON DELETE CASCADE);
INSERT INTO a VALUES (1, NULL), (2, 1), (3, 2);
--
INSERT INTO a VALUES (9, NULL); UPDATE a SET up = 9 WHERE id = 3; DELETE FROM a WHERE id = 1;
--
needs-capture
=== all: a row refers to one that came
CREATE TABLE a (id int PRIMARY KEY, x int);
CREATE TABLE b (id int PRIMARY KEY, r int, FOREIGN KEY (r) REFERENCES a (id) ON DELETE CASCADE);
INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1), (2, 1);
--
INSERT INTO a VALUES (9, 9); UPDATE b SET r = 9;
--
needs-capture
=== all: unique values that change places
CREATE TABLE a (id int PRIMARY KEY, u int UNIQUE);
INSERT INTO a VALUES (1, 1), (2, 2), (3, 3);
--
UPDATE a SET u = u + 100; UPDATE a SET u = 4 - id;
--
needs-capture
=== all: the key itself changes
CREATE TABLE a (id int PRIMARY KEY, x int);
--
UPDATE a SET id = id + 100;
--
needs-capture
=== all: a unique key instead of a primary key
CREATE TABLE a (code varchar(20) NOT NULL UNIQUE, x int);
--
UPDATE a SET x = 0; INSERT INTO a VALUES ('new', 1);
--
needs-capture
=== all: no key, and some rows go
CREATE TABLE a (id int, x int);
--
DELETE FROM a WHERE id = 41; DELETE FROM a WHERE id = 42;
--
structure-only
=== all: no key, and every row goes
CREATE TABLE a (id int, x int); INSERT INTO a VALUES (1, 1), (1, 1);
--
DELETE FROM a;
--
needs-capture
=== mysql mariadb: a table loses its primary key
CREATE TABLE a (id int PRIMARY KEY, x int);
--
ALTER TABLE a DROP PRIMARY KEY; UPDATE a SET x = 0;
--
state-dependent
=== mysql mariadb: a foreign key over a table that is not there
SET foreign_key_checks = 0;
CREATE TABLE a (id int PRIMARY KEY, x int);
--
DELETE FROM a;
--
needs-capture
=== mysql: an engine that keeps nothing
CREATE TABLE a (id int PRIMARY KEY, x int);
--
ALTER TABLE a ENGINE=BLACKHOLE;
--
needs-capture
=== mysql mariadb: an engine that keeps everything
CREATE TABLE a (id int PRIMARY KEY, x int);
--
ALTER TABLE a ENGINE=MyISAM;
--
exact
=== mysql mariadb: an engine that keeps rows until it restarts
CREATE TABLE a (id int PRIMARY KEY, x int);
--
ALTER TABLE a ENGINE=MEMORY;
--
needs-capture
=== postgres: triggers that are switched off together
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, r int REFERENCES a (id));
--
ALTER TABLE b DISABLE TRIGGER ALL;
--
unknown
=== postgres: a label that has another name now
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE a (id int PRIMARY KEY, feels mood DEFAULT 'a', CHECK (feels <> 'b'));
--
ALTER TYPE mood RENAME VALUE 'a' TO 'z';
--
exact
=== postgres: a label that has another name now, and one more
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE a (id int PRIMARY KEY, feels mood DEFAULT 'a');
--
ALTER TYPE mood RENAME VALUE 'a' TO 'z';
--
ALTER TYPE mood ADD VALUE 'c';
--
state-dependent
=== postgres: a type has another name when its column goes
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE a (id int PRIMARY KEY, feels mood DEFAULT 'a');
--
ALTER TYPE mood RENAME TO feeling;
--
ALTER TABLE a DROP COLUMN feels;
--
needs-capture
=== postgres: a type goes with its column
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE a (id int PRIMARY KEY, feels mood);
--
ALTER TABLE a DROP COLUMN feels; DROP TYPE mood;
--
state-dependent
=== postgres: a type takes columns along
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE a (id int PRIMARY KEY, feels mood, x int);
--
DROP TYPE mood CASCADE;
--
state-dependent
=== postgres: a comment that says CONCURRENTLY
CREATE TABLE a (id int PRIMARY KEY, x int);
--
COMMENT ON TABLE a IS 'made CONCURRENTLY '; ALTER TABLE a ADD CHECK (x > 0);
--
exact
=== postgres: a transaction that is rolled back
CREATE TABLE a (id int PRIMARY KEY, x int);
--
BEGIN; DROP TABLE a; CREATE TABLE a (id int); ROLLBACK; DELETE FROM a;
--
needs-capture
=== mysql mariadb: rows of two tables at once
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, x int);
--
UPDATE a JOIN b ON a.id = b.id SET a.x = 1, b.x = 2; DELETE a, b FROM a JOIN b ON a.id = b.id WHERE a.id = 42;
--
needs-capture
=== mysql mariadb: rows that are replaced take others along
CREATE TABLE a (id int PRIMARY KEY, x int);
CREATE TABLE b (id int PRIMARY KEY, r int, FOREIGN KEY (r) REFERENCES a (id) ON DELETE CASCADE);
INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1), (2, 1);
--
REPLACE INTO a VALUES (1, 2);
--
needs-capture
=== postgres: nothing has happened
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE VIEW v AS SELECT x FROM a;
--
BEGIN; DROP TABLE a CASCADE; ROLLBACK;
--
BEGIN; ALTER TABLE a DROP COLUMN id; UPDATE a SET x = 0; ABORT; CREATE INDEX i ON a (x);
--
exact
=== postgres: a transaction that ends well between two that do not
CREATE TABLE a (id int PRIMARY KEY, x int);
--
BEGIN; DELETE FROM a; ROLLBACK; BEGIN; UPDATE a SET x = x + 1; COMMIT; START TRANSACTION; TRUNCATE a; ROLLBACK;
--
needs-capture
=== postgres: a sequence moves whatever becomes of the transaction
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE SEQUENCE s;
--
BEGIN; SELECT setval('s', 500); ROLLBACK;
--
unknown
=== mysql mariadb: a schema change ends the transaction
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, x int);
--
BEGIN; DELETE FROM b; DROP TABLE a; ROLLBACK;
--
needs-capture
=== postgres: a parent goes and its children stay
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, r int NOT NULL REFERENCES a (id));
--
DROP TABLE a CASCADE;
--
state-dependent back
=== all: a parent goes when its key has gone
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, r int NOT NULL, CONSTRAINT f FOREIGN KEY (r) REFERENCES a (id));
--
ALTER TABLE b DROP CONSTRAINT f;
--
DROP TABLE a; ALTER TABLE b RENAME COLUMN r TO q;
--
state-dependent back
=== all: a table has another name when its key goes
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, r int NOT NULL, CONSTRAINT f FOREIGN KEY (r) REFERENCES a (id));
--
ALTER TABLE b RENAME TO c;
--
ALTER TABLE c DROP CONSTRAINT f; UPDATE c SET r = 99;
--
state-dependent back
=== all: a check goes and rows come that it would refuse
CREATE TABLE a (id int PRIMARY KEY, x int, CONSTRAINT k CHECK (x > 0)); CREATE TABLE b (id int PRIMARY KEY, u int, CONSTRAINT w UNIQUE (u));
INSERT INTO a VALUES (1, 1), (2, 2); INSERT INTO b VALUES (1, 1), (2, 2);
--
ALTER TABLE a DROP CONSTRAINT k; UPDATE a SET x = -x; INSERT INTO a VALUES (9, -9);
--
ALTER TABLE b DROP CONSTRAINT w; UPDATE b SET u = 7; INSERT INTO b SELECT id + 10, u FROM b;
--
state-dependent back
=== postgres: NOT NULL goes and NULL comes
CREATE TABLE a (id int PRIMARY KEY, x int NOT NULL, y text NOT NULL DEFAULT 'a');
--
ALTER TABLE a ALTER COLUMN x DROP NOT NULL, ALTER COLUMN y DROP NOT NULL; UPDATE a SET x = NULL, y = NULL;
--
ALTER TABLE a RENAME COLUMN x TO z; ALTER TABLE a RENAME TO b; INSERT INTO b VALUES (77, NULL, NULL);
--
state-dependent back
=== mysql mariadb: NOT NULL goes and NULL comes
CREATE TABLE a (id int PRIMARY KEY, x int NOT NULL, y varchar(20) NOT NULL DEFAULT 'a');
--
ALTER TABLE a MODIFY x int, CHANGE y z varchar(30); UPDATE a SET x = NULL, z = NULL;
--
INSERT INTO a VALUES (77, NULL, NULL); ALTER TABLE a RENAME TO b;
--
state-dependent back
=== all: a column with a default goes and its values are unique
CREATE TABLE a (id int PRIMARY KEY, u int DEFAULT 5, CONSTRAINT w UNIQUE (u)); INSERT INTO a VALUES (1, 1), (2, 2), (3, 3);
--
ALTER TABLE a DROP COLUMN u;
--
state-dependent back
=== all: a column with a default goes and its values refer to rows
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, r int NOT NULL DEFAULT 99, CONSTRAINT f FOREIGN KEY (r) REFERENCES a (id));
--
ALTER TABLE b DROP CONSTRAINT f;
--
ALTER TABLE b DROP COLUMN r;
--
state-dependent back
=== postgres: a check over a column that goes and one that stays
CREATE TABLE a (id int PRIMARY KEY, x int, y int, CHECK (num_nonnulls(x, y) = 1), EXCLUDE USING btree ((coalesce(x, 0)) WITH =));
INSERT INTO a VALUES (1, 1, NULL), (2, 2, NULL), (3, NULL, 3);
--
ALTER TABLE a DROP COLUMN x CASCADE;
--
state-dependent back
=== postgres: a partial index over a column that goes
CREATE TABLE a (id int PRIMARY KEY, x int, y int); CREATE UNIQUE INDEX i ON a (y) WHERE x IS NULL;
INSERT INTO a VALUES (1, 1, 7), (2, 2, 7), (3, NULL, 7);
--
ALTER TABLE a DROP COLUMN x;
--
state-dependent back
=== postgres: rows that an unproven check does not hold for
CREATE TABLE a (id int PRIMARY KEY, x int); INSERT INTO a VALUES (1, -1), (2, 2), (3, 3);
ALTER TABLE a ADD CONSTRAINT k CHECK (x > 0) NOT VALID;
--
DROP TABLE a;
--
needs-capture
=== postgres: values that an unproven check does not hold for
CREATE TABLE a (id int PRIMARY KEY, x int, y int); INSERT INTO a VALUES (1, -1, 1), (2, 2, 2), (3, 3, 3);
ALTER TABLE a ADD CONSTRAINT k CHECK (x > 0) NOT VALID;
--
UPDATE a SET y = 0 WHERE x > 0; ALTER TABLE a DROP COLUMN y;
--
needs-capture
=== postgres: rows whose parents are not there
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, r int, x int); INSERT INTO b VALUES (1, 77, 1), (2, NULL, 2);
ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (r) REFERENCES a (id) NOT VALID;
--
DELETE FROM b;
--
needs-capture
=== postgres: a check that reads another table
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE z (id int PRIMARY KEY, x int);
INSERT INTO z VALUES (1, 5);
CREATE FUNCTION known(i int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN EXISTS (SELECT FROM public.z WHERE z.x = i); END $$;
INSERT INTO a VALUES (1, 5), (2, 5), (3, 5);
ALTER TABLE a ADD CONSTRAINT k CHECK (known(x));
--
DROP TABLE a; DROP TABLE z;
--
needs-capture
=== postgres: triggers that change rows of a table that goes
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE log (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x int);
INSERT INTO a VALUES (1, 1), (2, 2), (3, 3);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.x := NEW.x + 100; INSERT INTO log (x) VALUES (NEW.x); RETURN NEW; END $$;
CREATE TRIGGER r BEFORE INSERT OR UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER q AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE a ENABLE ALWAYS TRIGGER q;
--
DROP TABLE a;
--
needs-capture
=== postgres: triggers that change rows of a table that stays
CREATE TABLE a (id int PRIMARY KEY, x int, y int); INSERT INTO a VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.x := NEW.x + 100; RETURN NEW; END $$;
CREATE TRIGGER r BEFORE UPDATE OF y ON a FOR EACH ROW EXECUTE FUNCTION f();
--
DROP TRIGGER r ON a; ALTER TABLE a DROP COLUMN y;
--
needs-capture
=== mysql mariadb: triggers that change rows of a table that goes
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE log (id int AUTO_INCREMENT PRIMARY KEY, x int);
INSERT INTO a VALUES (1, 1), (2, 2), (3, 3); INSERT INTO log (x) VALUES (1), (1), (1);
CREATE TRIGGER r BEFORE INSERT ON a FOR EACH ROW SET NEW.x = NEW.x + 100;
CREATE TRIGGER q AFTER INSERT ON a FOR EACH ROW INSERT INTO log (x) VALUES (NEW.x);
--
DROP TABLE a;
--
state-dependent back
=== mysql mariadb: triggers that change rows of a table that stays
CREATE TABLE a (id int PRIMARY KEY, x int, y int); INSERT INTO a VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);
CREATE TRIGGER r BEFORE UPDATE ON a FOR EACH ROW SET NEW.x = NEW.x + 100;
CREATE TRIGGER q BEFORE UPDATE ON a FOR EACH ROW FOLLOWS r SET NEW.x = NEW.x * 2;
--
ALTER TABLE a DROP COLUMN y;
--
state-dependent back
=== postgres: tables in a circle go
CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a (id));
INSERT INTO a VALUES (1, 2), (2, 1); INSERT INTO b VALUES (1, 1), (2, 2);
ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES b (id);
--
DROP TABLE a, b;
--
state-dependent back
=== mysql mariadb: tables in a circle go
SET foreign_key_checks = 0;
CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int, CONSTRAINT g FOREIGN KEY (a) REFERENCES a (id));
INSERT INTO a VALUES (1, 2), (2, 1); INSERT INTO b VALUES (1, 1), (2, 2);
ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES b (id);
--
SET foreign_key_checks = 0; DROP TABLE a, b; SET foreign_key_checks = 1;
--
state-dependent back
=== postgres: partitions with foreign keys go
CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1), (2), (3);
CREATE TABLE par (id int PRIMARY KEY, r int REFERENCES a (id), x int CHECK (x > 0)) PARTITION BY RANGE (id);
CREATE TABLE low PARTITION OF par FOR VALUES FROM (0) TO (42); CREATE TABLE rest PARTITION OF par DEFAULT;
INSERT INTO par VALUES (1, 1, 1), (50, 2, 2), (60, 3, 3); CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES par (id));
INSERT INTO c VALUES (1, 1), (2, 50);
--
DROP TABLE c; DROP TABLE par;
--
needs-capture
=== postgres: a partitioned table stays and its rows go
CREATE TABLE par (id int PRIMARY KEY, up int REFERENCES par (id) ON DELETE CASCADE, x int) PARTITION BY RANGE (id);
CREATE TABLE low PARTITION OF par FOR VALUES FROM (0) TO (42); CREATE TABLE rest PARTITION OF par DEFAULT;
INSERT INTO par VALUES (50, NULL, 2), (1, 50, 1), (60, 1, 3);
--
DELETE FROM par WHERE id = 50; UPDATE par SET id = id + 100;
--
needs-capture
=== postgres: a partition is attached
CREATE TABLE par (id int, x int, r int, PRIMARY KEY (id), UNIQUE (id, x)) PARTITION BY RANGE (id); CREATE INDEX i ON par (x);
CREATE TABLE a (id int PRIMARY KEY); ALTER TABLE par ADD CONSTRAINT f FOREIGN KEY (r) REFERENCES a (id);
CREATE TABLE low (id int NOT NULL, x int, r int);
--
ALTER TABLE par ATTACH PARTITION low FOR VALUES FROM (0) TO (100);
--
exact back
=== postgres: a partition with a key of its own is attached, and one that is made on the way
CREATE TABLE par (id int, x int, PRIMARY KEY (id)) PARTITION BY RANGE (id); CREATE INDEX i ON par (x);
CREATE TABLE low (id int PRIMARY KEY, x int); CREATE INDEX low_x ON low (x);
--
CREATE TABLE high (LIKE par INCLUDING ALL); ALTER TABLE par ATTACH PARTITION high FOR VALUES FROM (100) TO (200);
--
ALTER TABLE par ATTACH PARTITION low FOR VALUES FROM (0) TO (100); ALTER TABLE low RENAME TO lower;
--
loses-new-data back
=== postgres: a partition changes its bounds
CREATE TABLE par (id int, x int) PARTITION BY RANGE (id); CREATE INDEX i ON par (x);
CREATE TABLE low PARTITION OF par FOR VALUES FROM (0) TO (100); CREATE TABLE rest PARTITION OF par DEFAULT;
--
ALTER TABLE par DETACH PARTITION low; ALTER TABLE par ATTACH PARTITION low FOR VALUES FROM (0) TO (60);
--
exact back
=== postgres: a generated column follows one that goes
CREATE TABLE a (id int PRIMARY KEY, x int, y int GENERATED ALWAYS AS (x * 2) STORED, CHECK (y > 0));
--
ALTER TABLE a DROP COLUMN x CASCADE;
--
state-dependent back
=== mysql mariadb: generated columns and times that follow changes
CREATE TABLE a (id int PRIMARY KEY, x int, y int AS (x * 2) STORED, at timestamp NOT NULL DEFAULT '2001-01-01 00:00:00' ON UPDATE CURRENT_TIMESTAMP, UNIQUE (y));
INSERT INTO a (id, x) VALUES (1, 1), (2, 2), (3, 3);
--
UPDATE a SET x = x + 100; DELETE FROM a WHERE id = 2;
--
ALTER TABLE a DROP COLUMN y, DROP COLUMN x;
--
state-dependent back
=== mysql mariadb: dates that are none
SET sql_mode = '';
CREATE TABLE a (id int PRIMARY KEY, d date NOT NULL DEFAULT '0000-00-00', t datetime, x int);
INSERT INTO a VALUES (1, '0000-00-00', '2004-00-00 00:00:00', 1), (2, '2001-01-01', NULL, 2), (3, '2003-02-03', '0000-00-00 00:00:00', 3);
--
DELETE FROM a WHERE x = 1;
--
needs-capture
=== mysql mariadb: a table with dates that are none goes
SET sql_mode = '';
CREATE TABLE a (id int PRIMARY KEY, d timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', x int);
INSERT INTO a VALUES (1, '0000-00-00 00:00:00', 1), (2, '2001-01-01 00:00:00', 2), (3, '2001-01-01 00:00:00', 3);
CREATE TABLE b (id int PRIMARY KEY, d date NOT NULL DEFAULT '0000-00-00', x int); INSERT INTO b VALUES (1, '0000-00-00', 1), (2, '2001-01-01', 2), (3, '2001-01-01', 3);
--
DROP TABLE a; ALTER TABLE b DROP COLUMN d;
--
needs-capture
=== mysql mariadb: a row that is numbered zero
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, x int); INSERT INTO a VALUES (0, 1), (7, 2), (30, 3); DELETE FROM a WHERE id = 30; INSERT INTO a VALUES (3, 3);
--
DROP TABLE a;
--
needs-capture numbers
=== mysql mariadb: counters begin again
CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, x int); INSERT INTO a VALUES (1, 1), (2, 2), (3, 3), (50, 4); DELETE FROM a WHERE id = 50;
--
TRUNCATE TABLE a;
--
needs-capture numbers
=== mariadb: sequences begin again
CREATE SEQUENCE s; SELECT NEXTVAL(s); CREATE SEQUENCE t START WITH 100 INCREMENT BY 5 CACHE 10; SELECT NEXTVAL(t);
--
DROP SEQUENCE s; ALTER SEQUENCE t RESTART WITH 7;
--
needs-capture numbers
=== postgres: sequences of columns that go
CREATE TABLE a (id int PRIMARY KEY, x serial, y int GENERATED BY DEFAULT AS IDENTITY, z int GENERATED ALWAYS AS IDENTITY);
INSERT INTO a (id) VALUES (1), (2), (3);
--
ALTER TABLE a DROP COLUMN x, DROP COLUMN y; ALTER TABLE a ALTER COLUMN z DROP IDENTITY;
--
needs-capture numbers
=== postgres: a view that holds rows of a table that goes
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE MATERIALIZED VIEW v AS SELECT sum(x) AS s FROM a; CREATE UNIQUE INDEX vi ON v (s);
--
DROP MATERIALIZED VIEW v; DROP TABLE a;
--
state-dependent back
=== mysql mariadb: a column that does not say whose it is
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, y int, z int); CREATE TABLE c (id int PRIMARY KEY, w int);
--
UPDATE a JOIN b ON a.id = b.id SET y = 5;
--
UPDATE a AS q INNER JOIN c AS r USING (id) SET q.x = 1, w = 2; UPDATE b, c SET z = w WHERE b.id = c.id;
--
needs-capture
=== mysql mariadb: a renamed table keeps the names of its keys
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, a_id int, c_id int, FOREIGN KEY (a_id) REFERENCES a (id), CONSTRAINT own FOREIGN KEY (c_id) REFERENCES a (id));
--
RENAME TABLE b TO c;
--
ALTER TABLE c DROP FOREIGN KEY own;
--
RENAME TABLE a TO z, c TO y;
--
state-dependent back
=== mysql mariadb: an index takes the place of a foreign key's own
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, a_id int, x int, CONSTRAINT f FOREIGN KEY (a_id) REFERENCES a (id));
--
CREATE INDEX i ON b (a_id, x);
--
state-dependent back
=== mysql mariadb: a foreign key goes with its index
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, a_id int, x int, CONSTRAINT f FOREIGN KEY (a_id) REFERENCES a (id), UNIQUE KEY u (a_id, x));
--
ALTER TABLE b ADD INDEX f (a_id);
--
ALTER TABLE b DROP FOREIGN KEY f, DROP INDEX f, DROP INDEX u;
--
ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a_id) REFERENCES a (id) ON DELETE CASCADE; DROP TABLE b;
--
state-dependent back
=== mysql mariadb: a foreign key goes while its columns get another type
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, a_id int, CONSTRAINT f FOREIGN KEY (a_id) REFERENCES a (id));
--
ALTER TABLE b DROP FOREIGN KEY f; ALTER TABLE a MODIFY id bigint NOT NULL; ALTER TABLE b MODIFY a_id bigint; ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a_id) REFERENCES a (id);
--
state-dependent back
=== mysql mariadb: an enum loses a label
CREATE TABLE a (id int PRIMARY KEY, e enum('a', 'b', 'c') NOT NULL); INSERT INTO a VALUES (1, 'a'), (2, 'c'), (3, 'b');
--
DELETE FROM a WHERE e = 'c'; ALTER TABLE a MODIFY e enum('a', 'b') NOT NULL;
--
needs-capture
=== postgres: an enum is made anew while a function has it
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE a (id int PRIMARY KEY, feels mood NOT NULL DEFAULT 'a');
CREATE FUNCTION f(m mood) RETURNS mood LANGUAGE sql IMMUTABLE AS $$ SELECT m $$;
CREATE FUNCTION g() RETURNS SETOF a LANGUAGE sql STABLE AS $$ SELECT * FROM a $$; CREATE INDEX i ON a (f(feels));
--
ALTER TYPE mood ADD VALUE 'c';
--
state-dependent back
=== postgres: a type has other labels on the way
CREATE TYPE mood AS ENUM ('a', 'b', 'c'); CREATE TABLE a (id int PRIMARY KEY, feels mood DEFAULT 'a'); INSERT INTO a VALUES (1, 'a'), (2, 'c'), (3, 'b');
CREATE FUNCTION f(m mood) RETURNS text LANGUAGE sql AS $$ SELECT m::text $$;
--
UPDATE a SET feels = 'b' WHERE feels = 'c'; DROP FUNCTION f(mood); ALTER TYPE mood RENAME TO old_mood; CREATE TYPE mood AS ENUM ('a', 'b');
ALTER TABLE a ALTER COLUMN feels DROP DEFAULT; ALTER TABLE a ALTER COLUMN feels TYPE mood USING feels::text::mood; ALTER TABLE a ALTER COLUMN feels SET DEFAULT 'b'; DROP TYPE old_mood;
--
state-dependent back
=== postgres: values that do not go back by themselves
CREATE TABLE a (id int PRIMARY KEY, x int, y date); INSERT INTO a VALUES (1, 1, '2001-01-01'), (2, 2, NULL), (3, NULL, '2003-03-03');
--
ALTER TABLE a ALTER COLUMN x TYPE text USING 'number ' || x; ALTER TABLE a ALTER COLUMN y TYPE boolean USING y IS NULL;
--
state-dependent
=== mysql mariadb: a foreign key is replaced under its name
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, c int NOT NULL, d int, FOREIGN KEY (d) REFERENCES a (id), FOREIGN KEY (c) REFERENCES a (id) ON DELETE CASCADE);
--
ALTER TABLE b MODIFY c int NULL; ALTER TABLE b DROP FOREIGN KEY b_ibfk_2;
--
ALTER TABLE b ADD CONSTRAINT b_ibfk_2 FOREIGN KEY (c) REFERENCES a (id) ON DELETE SET NULL; ALTER TABLE b ADD CONSTRAINT g FOREIGN KEY (d) REFERENCES a (id);
--
state-dependent back
=== mysql mariadb: an index that is written looks like a foreign key's own
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, c int, KEY f (c), CONSTRAINT f FOREIGN KEY (c) REFERENCES a (id));
--
CREATE INDEX i ON b (c, id);
--
state-dependent
=== mysql mariadb: a type is wider only on the way
CREATE TABLE a (id int PRIMARY KEY, e enum('a', 'b') NOT NULL, s varchar(5), n smallint); INSERT INTO a VALUES (1, 'a', 'x', 1), (2, 'b', NULL, 2), (3, 'a', 'yyyyy', 3);
--
ALTER TABLE a MODIFY e enum('a', 'b', 'c') NOT NULL, MODIFY s varchar(50), MODIFY n bigint;
--
UPDATE a SET e = 'c', s = 'longer than before', n = 1000000; ALTER TABLE a RENAME COLUMN s TO t;
--
ALTER TABLE a MODIFY e enum('b', 'c') NOT NULL; INSERT INTO a VALUES (9, 'c', 'also too long', 99999);
--
state-dependent back
=== postgres: a type is wider only on the way
CREATE TABLE a (id int PRIMARY KEY, s varchar(5) NOT NULL, n smallint); INSERT INTO a VALUES (1, 'x', 1), (2, 'y', 2), (3, 'yyyyy', 3);
--
ALTER TABLE a ALTER COLUMN s TYPE text, ALTER COLUMN n TYPE bigint;
--
UPDATE a SET s = 'longer than before', n = 1000000; ALTER TABLE a ALTER COLUMN s DROP NOT NULL;
--
ALTER TABLE a RENAME TO b; INSERT INTO b VALUES (9, 'also too long', 99999);
--
state-dependent back
=== mysql mariadb: a numbered key makes room for another key
CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, u int NOT NULL, x int); INSERT INTO a VALUES (4, 1, 1), (5, 2, 2), (6, 3, 3);
--
ALTER TABLE a MODIFY id int NOT NULL; ALTER TABLE a DROP PRIMARY KEY, ADD PRIMARY KEY (u); ALTER TABLE a DROP COLUMN id;
--
state-dependent
=== postgres: an enum cannot be made anew
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE FUNCTION f(t text) RETURNS mood LANGUAGE sql IMMUTABLE AS $$ SELECT CASE t WHEN 'a' THEN 'a'::public.mood ELSE 'b'::public.mood END $$;
CREATE TABLE a (id int PRIMARY KEY, t text, feels mood GENERATED ALWAYS AS (f(t)) STORED);
--
ALTER TYPE mood ADD VALUE 'c';
--
CREATE INDEX i ON a (feels);
--
state-dependent
=== postgres: a trigger that is made on the way when rows have come
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM b; RETURN NULL; END $$;
--
INSERT INTO a SELECT 900, 1; CREATE TRIGGER r AFTER DELETE ON a EXECUTE FUNCTION f();
--
needs-capture
=== mysql mariadb: a trigger that is made on the way when rows have come
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY);
--
INSERT INTO a SELECT 900, 1; CREATE TRIGGER r AFTER DELETE ON a FOR EACH ROW DELETE FROM b;
--
needs-capture
=== all: rows that others refer to get other keys, and the table another shape
CREATE TABLE a (id int PRIMARY KEY, x int, y int); CREATE TABLE b (id int PRIMARY KEY, r int, FOREIGN KEY (r) REFERENCES a (id) ON DELETE CASCADE ON UPDATE CASCADE);
INSERT INTO a VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3); INSERT INTO b VALUES (1, 1), (2, 2), (3, 1);
--
ALTER TABLE a DROP COLUMN y;
--
UPDATE a SET id = id + 100 WHERE x < 3;
--
needs-capture
=== postgres: a partitioned table without a key goes
CREATE TABLE par (id int, x int) PARTITION BY RANGE (x);
CREATE TABLE low PARTITION OF par FOR VALUES FROM (0) TO (42); CREATE TABLE rest PARTITION OF par DEFAULT;
INSERT INTO par VALUES (1, 1), (2, 2), (2, 2), (3, 99);
--
DROP TABLE par;
--
needs-capture
=== postgres: a partition without a key loses its rows before the others do
CREATE TABLE par (id int, x int) PARTITION BY RANGE (x);
CREATE TABLE low PARTITION OF par FOR VALUES FROM (0) TO (42); CREATE TABLE rest PARTITION OF par DEFAULT;
INSERT INTO par VALUES (1, 1), (2, 2), (2, 2), (3, 99);
--
TRUNCATE low; TRUNCATE par;
--
needs-capture
=== postgres: some rows of a partition without a key go, then all of another
CREATE TABLE par (id int, x int) PARTITION BY RANGE (x);
CREATE TABLE low PARTITION OF par FOR VALUES FROM (0) TO (42); CREATE TABLE rest PARTITION OF par DEFAULT;
INSERT INTO par VALUES (1, 1), (2, 2), (2, 2), (3, 99);
--
DELETE FROM par WHERE x = 1; TRUNCATE low;
--
structure-only
=== mysql mariadb: keys get other letters that are the same by their collation
CREATE TABLE a (id varchar(10) PRIMARY KEY, d varchar(10)) COLLATE utf8mb4_general_ci; CREATE TABLE b (id varchar(10) PRIMARY KEY) COLLATE utf8mb4_general_ci;
INSERT INTO a VALUES ('a', 'x'), ('b', 'y'); INSERT INTO b VALUES ('a'), ('b');
--
UPDATE a SET id = upper(id); UPDATE b SET id = upper(id);
--
needs-capture
=== postgres: keys get other letters that are the same by their collation
CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE a (id text COLLATE ci PRIMARY KEY, d text); INSERT INTO a VALUES ('a', 'x'), ('b', 'y');
--
UPDATE a SET id = upper(id);
--
needs-capture
=== postgres: a table whose row type others use goes with CASCADE
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (id int PRIMARY KEY, whole a, list a[]); CREATE FUNCTION f(a) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT x FROM a;
--
DROP TABLE a CASCADE;
--
state-dependent back
=== postgres: an enum goes with CASCADE
CREATE TYPE mood AS ENUM ('sad', 'fine'); CREATE TABLE a (id int PRIMARY KEY, x mood DEFAULT 'sad', y mood[]); CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1'; CREATE VIEW v AS SELECT x FROM a; CREATE INDEX i ON a (x);
--
DROP TYPE mood CASCADE;
--
state-dependent back
=== postgres: a domain goes with CASCADE
CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TABLE a (id int PRIMARY KEY, x positive); CREATE VIEW v AS SELECT id, x FROM a;
--
DROP DOMAIN positive CASCADE;
--
state-dependent back
=== postgres: a column goes with CASCADE
CREATE TABLE a (id int PRIMARY KEY, x int UNIQUE, y int GENERATED ALWAYS AS (x + 1) STORED, CHECK (x > 0)); CREATE TABLE b (id int PRIMARY KEY, ref int REFERENCES a (x)); CREATE VIEW v AS SELECT x FROM a; CREATE VIEW w AS SELECT * FROM v;
--
ALTER TABLE a DROP COLUMN x CASCADE;
--
state-dependent back
=== postgres: a key goes with CASCADE
CREATE TABLE a (id int PRIMARY KEY, x int, CONSTRAINT k UNIQUE (x)); CREATE TABLE b (id int PRIMARY KEY, ref int REFERENCES a (x));
--
ALTER TABLE a DROP CONSTRAINT k CASCADE;
--
state-dependent back
=== postgres: a view goes with CASCADE
CREATE TABLE a (id int PRIMARY KEY, x int); CREATE VIEW v AS SELECT x FROM a; CREATE VIEW w AS SELECT x + 1 AS y FROM v; CREATE MATERIALIZED VIEW m AS SELECT y FROM w;
--
DROP VIEW v CASCADE;
--
state-dependent back
=== postgres: a function goes with CASCADE
CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1'; CREATE TABLE a (id int PRIMARY KEY, x int DEFAULT f(1), y int GENERATED ALWAYS AS (f(x)) STORED, CONSTRAINT c CHECK (f(x) > 0)); CREATE INDEX i ON a (f(x)); CREATE VIEW v AS SELECT f(x) AS z FROM a;
--
DROP FUNCTION f(int) CASCADE;
--
state-dependent back
=== postgres: a sequence goes with CASCADE
CREATE SEQUENCE s; CREATE TABLE a (id int PRIMARY KEY, x int DEFAULT nextval('s'));
--
DROP SEQUENCE s CASCADE;
--
needs-capture
=== postgres: a schema goes with CASCADE
CREATE SCHEMA s; CREATE TYPE s.mood AS ENUM ('sad'); CREATE TABLE s.a (id int PRIMARY KEY, x s.mood); CREATE TABLE b (id int PRIMARY KEY, x s.mood, ref int REFERENCES s.a (id)); CREATE VIEW v AS SELECT id FROM s.a;
--
DROP SCHEMA s CASCADE;
--
state-dependent back
=== all: what is asked about has another name in the end
CREATE TABLE a (id int PRIMARY KEY, x int NOT NULL);
--
CREATE TABLE n (id int PRIMARY KEY); ALTER TABLE a ADD COLUMN y int; CREATE TABLE gone (id int);
--
ALTER TABLE n RENAME TO m; ALTER TABLE a RENAME COLUMN y TO z; ALTER TABLE a RENAME TO b; DROP TABLE gone;
--
structure-only back
=== postgres: a domain loses its check and rows violate it
CREATE DOMAIN d AS int CHECK (value > 0); CREATE TABLE a (id int PRIMARY KEY, x d); INSERT INTO a VALUES (1, 5), (2, NULL);
--
ALTER DOMAIN d DROP CONSTRAINT d_check; UPDATE a SET x = -5 WHERE id = 1;
--
state-dependent
=== postgres: a domain takes NULL and gets another name
CREATE DOMAIN d AS int NOT NULL CHECK (value > 0) CHECK (value < 1000); CREATE TABLE a (id int PRIMARY KEY, x d); INSERT INTO a VALUES (1, 5);
--
ALTER DOMAIN d DROP NOT NULL; ALTER DOMAIN d RENAME TO e; ALTER DOMAIN e DROP CONSTRAINT d_check1; UPDATE a SET x = NULL; ALTER DOMAIN e SET DEFAULT 5;
--
state-dependent
=== postgres: a domain only loses its check
CREATE DOMAIN d AS int CHECK (value > 0); CREATE TABLE a (id int PRIMARY KEY, x d); INSERT INTO a VALUES (1, 5);
--
ALTER DOMAIN d DROP CONSTRAINT d_check;
--
state-dependent
=== postgres: a block adds a column and renames the table
CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1);
--
DO $$ BEGIN ALTER TABLE a ADD COLUMN c int; ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME COLUMN c TO d; END $$;
--
loses-new-data
