CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN plain AS int;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE, n numeric(10, 2));
CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent (id), other_id int);
CREATE TABLE t (
    id bigint PRIMARY KEY, a int, h int, b varchar(10), c text, d timestamp, e numeric(10, 2), f char(5), g int NOT NULL,
    checked int CONSTRAINT checked_not_null CHECK (checked IS NOT NULL), m mood DEFAULT 'sad',
    CONSTRAINT t_a_positive CHECK (a > 0) NOT VALID
);
CREATE INDEX t_b ON t (b);
CREATE UNIQUE INDEX t_g ON t (g);
ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (a) REFERENCES parent (id) NOT VALID;
CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE parts_2 (id int, at date);
CREATE VIEW v AS SELECT id, c FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT id, g FROM t;
CREATE UNIQUE INDEX mv_id ON mv (id);
CREATE SEQUENCE s;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
INSERT INTO parent SELECT i, i::text, i FROM generate_series(1, 5) i;
INSERT INTO child SELECT i, i, i FROM generate_series(1, 5) i;
INSERT INTO t SELECT i, i, i, i::text, 'c', now(), i, 'f', i, 1 FROM generate_series(1, 5) i;
CREATE TABLE halves (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE halves_rest PARTITION OF halves DEFAULT;
CREATE TABLE halves_2 (id int, at date);
CREATE TABLE parts_4 (id int, at date CHECK (at IS NOT NULL AND at >= '2027-01-01' AND at < '2028-01-01'));
