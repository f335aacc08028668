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
structure-only
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
