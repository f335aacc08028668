-- Blocks that put statements together, loop and call. Each is run on real servers, and the schema compared with what the
-- model makes of it. `case` names it; `open` behind the name: what it does cannot be told from the files.

-- base
CREATE SCHEMA app;
CREATE TYPE status AS ENUM ('OPEN', 'DONE');
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (id int, a text, b text, p_id int);
CREATE TABLE app.u (id int, note text);
CREATE TABLE "Mixed" ("Id" int, name text);
CREATE TABLE old_a (id int);
CREATE TABLE old_b (id int);
CREATE TABLE m (id bigint, at date NOT NULL, s status NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE h (id bigint NOT NULL, k int) PARTITION BY HASH (id);
CREATE INDEX m_at ON m (at);

-- case format with names
DO $$ DECLARE n text := 'new one'; BEGIN EXECUTE format('CREATE TABLE %I (id int, c text DEFAULT %L)', n, 'it''s'); END $$;

-- case text joined
DO $$ DECLARE x text; BEGIN x := 't'; EXECUTE 'ALTER TABLE ' || quote_ident(x) || ' ADD COLUMN c int DEFAULT ' || 1 + 2; END $$;

-- case array of names
DO $$ DECLARE x text; BEGIN FOREACH x IN ARRAY ARRAY['t', 'p', 'Mixed'] LOOP
  EXECUTE format('ALTER TABLE %I ADD COLUMN created_at timestamptz NOT NULL DEFAULT now()', x);
  EXECUTE format('CREATE INDEX %I ON %I (created_at)', x || '_created', x);
END LOOP; END $$;

-- case array in a variable
DO $$ DECLARE names text[] := '{t,p}'; i int; BEGIN FOR i IN 1..array_length(names, 1) LOOP
  EXECUTE format('ALTER TABLE %I ADD COLUMN c%s int', names[i], i); END LOOP; END $$;

-- case numbers
DO $$ BEGIN FOR i IN 0..3 LOOP
  EXECUTE format('CREATE TABLE h_%s PARTITION OF h FOR VALUES WITH (MODULUS 4, REMAINDER %s)', lpad(i::text, 2, '0'), i);
END LOOP; END $$;

-- case numbers down by two
DO $$ BEGIN FOR i IN REVERSE 9..1 BY 4 LOOP EXECUTE 'CREATE TABLE n' || i || ' (id int)'; END LOOP; END $$;

-- case months
DO $$ DECLARE start date := '2024-01-01'; stop date; BEGIN
  WHILE start < DATE '2024-05-01' LOOP
    stop := start + INTERVAL '1 month';
    EXECUTE format('CREATE TABLE %I PARTITION OF m FOR VALUES FROM (%L) TO (%L)', 'm_' || to_char(start, 'YYYY_MM'), start, stop);
    start := stop;
  END LOOP; END $$;

-- case months by number
DO $$ DECLARE d date; BEGIN FOR i IN 0..2 LOOP
  d := DATE '2024-11-01' + (i || ' months')::interval;
  EXECUTE format('CREATE TABLE m_%s PARTITION OF m FOR VALUES FROM (%L) TO (%L)', to_char(d, 'YYYYMM'), d, (d + INTERVAL '1 month')::date);
END LOOP; END $$;

-- case tables of the schema
DO $$ DECLARE r record; BEGIN FOR r IN SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name LIKE 'old%' LOOP
  EXECUTE 'ALTER TABLE ' || quote_ident(r.table_name) || ' RENAME TO ' || quote_ident('older_' || r.table_name); END LOOP; END $$;

-- case tables by pg_tables
DO $$ DECLARE name text; BEGIN FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^old_' ORDER BY 1 LOOP
  EXECUTE format('DROP TABLE %I', name); END LOOP; END $$;

-- case constraints of a table
ALTER TABLE t ADD CONSTRAINT t_one CHECK (id > 0), ADD CONSTRAINT t_two UNIQUE (a);
DO $$ DECLARE c record; BEGIN FOR c IN SELECT conname, contype FROM pg_constraint WHERE conrelid = 't'::regclass AND contype IN ('c', 'u') LOOP
  EXECUTE format('ALTER TABLE t DROP CONSTRAINT %I', c.conname); END LOOP; END $$;

-- case foreign keys found by join
ALTER TABLE t ADD CONSTRAINT strange_name FOREIGN KEY (p_id) REFERENCES p (id);
DO $$ DECLARE n name; BEGIN
  SELECT con.conname INTO n FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid WHERE rel.relname = 't' AND con.contype = 'f';
  IF n IS NOT NULL THEN EXECUTE 'ALTER TABLE t RENAME CONSTRAINT ' || quote_ident(n) || ' TO t_p_id_fkey'; END IF; END $$;

-- case columns
DO $$ DECLARE r record; BEGIN FOR r IN SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 't' ORDER BY ordinal_position LOOP
  IF r.data_type = 'text' THEN EXECUTE format('ALTER TABLE t ALTER COLUMN %I TYPE varchar(50)', r.column_name); END IF; END LOOP; END $$;

-- case list of columns
DO $$ DECLARE list text; BEGIN SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) INTO list FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 't';
  EXECUTE format('CREATE INDEX t_all ON t (%s)', list); END $$;

-- case exit and continue
DO $$ DECLARE i int := 0; BEGIN <<outer_loop>> LOOP
  i := i + 1;
  CONTINUE WHEN i = 2;
  EXIT outer_loop WHEN i > 4;
  EXECUTE format('CREATE TABLE e_%s (id int)', i);
END LOOP; CREATE TABLE after_it (id int); END $$;

-- case nested loops
DO $$ BEGIN FOR i IN 1..2 LOOP FOR j IN i..2 LOOP EXECUTE format('CREATE TABLE x_%s_%s (id int)', i, j); END LOOP; END LOOP; END $$;

-- case rows of constants
DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM (VALUES ('t', 'x'), ('p', 'y')) AS v(tab, col) LOOP
  EXECUTE format('ALTER TABLE %I ADD COLUMN %I int', r.tab, r.col); END LOOP; END $$;

-- case rows of an array
DO $$ DECLARE r text; BEGIN FOR r IN SELECT unnest(ARRAY['t', 'p']) LOOP EXECUTE 'ALTER TABLE ' || r || ' ADD z int'; END LOOP; END $$;

-- case series
DO $$ DECLARE r int; BEGIN FOR r IN SELECT g FROM generate_series(1, 5, 2) AS g WHERE g <> 3 LOOP EXECUTE 'CREATE TABLE g_' || r || ' (id int)'; END LOOP; END $$;

-- case return in a loop
DO $$ BEGIN FOR i IN 1..3 LOOP IF i = 2 THEN RETURN; END IF; EXECUTE format('CREATE TABLE r_%s (id int)', i); END LOOP; CREATE TABLE never (id int); END $$;

-- case handler in a loop
DO $$ DECLARE x text; BEGIN FOREACH x IN ARRAY ARRAY['t', 'nowhere', 'p'] LOOP
  BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN c int', x); EXCEPTION WHEN undefined_table THEN RAISE NOTICE 'no %', x; END;
END LOOP; END $$;

-- case simple case
DO $$ DECLARE k text := 'b'; BEGIN CASE k WHEN 'a' THEN CREATE TABLE ca (id int); WHEN 'b' THEN CREATE TABLE cb (id int); ELSE CREATE TABLE cc (id int); END CASE; END $$;

-- case function with arguments
CREATE FUNCTION add_stamp(tab text, col text DEFAULT 'stamp') RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN %I timestamptz', tab, col); END $$;
SELECT add_stamp('t'); SELECT add_stamp('p', 'made'); SELECT add_stamp(col => 'x', tab => 'Mixed');

-- case function of a relation
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION manage(_tbl regclass) RETURNS void AS $$ BEGIN
  EXECUTE format('CREATE TRIGGER set_updated_at BEFORE UPDATE ON %s FOR EACH ROW EXECUTE PROCEDURE touch()', _tbl); END; $$ LANGUAGE plpgsql;
SELECT manage('t'); SELECT manage('app.u'); SELECT manage('"Mixed"');

-- case function that calls
CREATE FUNCTION inner_one(n text, s status) RETURNS int LANGUAGE plpgsql AS $$ DECLARE full_name varchar; BEGIN
  SELECT lower(format('%s_%s', n, s::text)) INTO full_name;
  IF EXISTS (SELECT 1 FROM pg_tables WHERE tablename = full_name) THEN RETURN 0; END IF;
  EXECUTE format('CREATE TABLE %s (LIKE t INCLUDING ALL)', full_name); RETURN 1; END $$;
CREATE FUNCTION outer_one(n text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  PERFORM inner_one(n, 'OPEN'); PERFORM inner_one(n, 'DONE'); PERFORM inner_one(n, 'OPEN'); RETURN 1; END $$;
SELECT outer_one('made');

-- case partitions by hash
CREATE FUNCTION hash_partitions(target text, num int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE existing int; partition_name text; created int := 0; BEGIN
  SELECT count(*) INTO existing FROM pg_inherits WHERE inhparent = target::regclass;
  IF existing > num THEN RAISE EXCEPTION 'too many: %', existing; END IF;
  FOR i IN 0..(num - 1) LOOP
    partition_name := format('%s_%s', target, i);
    IF to_regclass(partition_name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING INDEXES)', partition_name, target);
      EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I FOR VALUES WITH (modulus %s, remainder %s)', target, partition_name, num, i);
      created := created + 1;
    END IF;
  END LOOP; RETURN created; END $$;
SELECT hash_partitions('h', 3);

-- case procedure
CREATE PROCEDURE make(n text, INOUT done int DEFAULT 0) LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE TABLE ' || n || ' (id int)'; done := 1; END $$;
CALL make('called');

-- case function in SQL
CREATE FUNCTION both() RETURNS void LANGUAGE sql AS 'CREATE TABLE s1 (id int); CREATE TABLE s2 (id int);';
SELECT both();

-- case function for each row
CREATE FUNCTION drop_it(n text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DROP TABLE ' || quote_ident(n); END $$;
SELECT drop_it(tablename::text) FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'old%';

-- case recursion ends
CREATE FUNCTION down_to(n int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN IF n > 0 THEN EXECUTE format('CREATE TABLE d_%s (id int)', n); PERFORM down_to(n - 1); END IF; END $$;
SELECT down_to(3);

-- case function with a search path
CREATE FUNCTION in_app() RETURNS void LANGUAGE plpgsql SET search_path = app AS $$ BEGIN CREATE TABLE inside (id int); END $$;
SELECT in_app(); CREATE TABLE outside (id int);

-- case strict function
CREATE FUNCTION strict_one(n text) RETURNS void STRICT LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE never_made (id int); END $$;
SELECT strict_one(NULL);

-- case partitions renamed
CREATE TABLE m_a_new PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
DO $$ DECLARE r record; BEGIN FOR r IN SELECT c.relname AS partition_name FROM pg_class c JOIN pg_inherits i ON c.oid = i.inhrelid JOIN pg_class parent ON i.inhparent = parent.oid WHERE parent.relname = 'm' AND c.relname LIKE '%_new' ORDER BY c.relname LOOP
  EXECUTE format('ALTER TABLE %I RENAME TO %I', r.partition_name, regexp_replace(r.partition_name, '_new$', '')); END LOOP; END $$;

-- case shadowed variable open
DO $$ DECLARE n text := 'one'; BEGIN DECLARE n text := 'two'; BEGIN EXECUTE 'CREATE TABLE in_' || n || ' (id int)'; END; EXECUTE 'CREATE TABLE out_' || n || ' (id int)'; END $$;

-- case batches of rows
DO $$ DECLARE n int; last_id bigint := 0; BEGIN
  LOOP WITH d AS (DELETE FROM p WHERE id < 10 RETURNING id) SELECT count(*), max(id) INTO n, last_id FROM d; EXIT WHEN n = 0; END LOOP;
  INSERT INTO p VALUES (1) RETURNING id INTO n;
  CREATE TABLE behind (id int); END $$;

-- case batches until a statement says so
DO $$ DECLARE n int; BEGIN
  LOOP UPDATE p SET id = id WHERE false; GET DIAGNOSTICS n = ROW_COUNT; IF n = 0 THEN EXIT; END IF; END LOOP;
  ALTER TABLE p ADD COLUMN c int; END $$;

-- case partition of the day open
CREATE FUNCTION day_partition(target text, day date) RETURNS int LANGUAGE plpgsql AS $$ DECLARE n text; BEGIN
  n := format('%s_%s', target, to_char(day, 'YYYYMMDD'));
  IF EXISTS (SELECT 1 FROM pg_tables WHERE tablename = n) THEN RETURN 0; END IF;
  EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING INDEXES)', n, target);
  EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', target, n, day, day + 1); RETURN 1; END $$;
SELECT day_partition('m', CURRENT_DATE); SELECT day_partition('m', (now() + INTERVAL '1 day')::date);

-- case rows of a table open
INSERT INTO p VALUES (1);
DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM p LOOP EXECUTE format('CREATE TABLE p_%s (id int)', r.id); END LOOP; END $$;

-- case random open
DO $$ BEGIN IF random() >= 0 THEN CREATE TABLE maybe (id int); END IF; END $$;

-- case endless loop that is left open
DO $$ DECLARE i bigint := 0; BEGIN LOOP i := i + 1; EXIT WHEN i > 100000; END LOOP; CREATE TABLE behind (id int); END $$;

-- case the counter of a loop is the loop's own
DO $$ DECLARE i int := 7; BEGIN FOR i IN 1..2 LOOP NULL; END LOOP; EXECUTE format('ALTER TABLE t ADD COLUMN c%s int', i); END $$;

-- case a loop in a loop with the same counter
DO $$ BEGIN FOR i IN 1..2 LOOP FOR i IN 5..6 LOOP NULL; END LOOP; EXECUTE 'CREATE TABLE c' || i || ' (id int)'; END LOOP; END $$;

-- case a counter that nobody declared is gone behind the loop open
DO $$ BEGIN FOR i IN 1..2 LOOP NULL; END LOOP; IF i IS NULL THEN CREATE TABLE c (id int); END IF; END $$;

-- case variables keep their values when an error is handled
DO $$ DECLARE v text; BEGIN v := 'aa'; BEGIN v := 'bb'; CREATE TABLE t (); EXCEPTION WHEN duplicate_table THEN EXECUTE 'CREATE TABLE ' || v || ' (id int)'; END; END $$;

-- case what a handler finds where an error is in doubt open
DO $$ DECLARE v text := 'a'; BEGIN BEGIN v := 'b'; INSERT INTO p VALUES (1); EXCEPTION WHEN others THEN NULL; END; EXECUTE 'ALTER TABLE t DROP COLUMN ' || v; END $$;

-- case division by zero is handled open
DO $$ BEGIN PERFORM 1 / 0; CREATE TABLE a (id int); EXCEPTION WHEN division_by_zero THEN CREATE TABLE b (id int); END $$;

-- case a value of another type is handled open
DO $$ DECLARE i int; BEGIN i := 'abc'; CREATE TABLE a (id int); EXCEPTION WHEN others THEN CREATE TABLE b (id int); END $$;

-- case no row is handled open
DO $$ DECLARE x int; BEGIN SELECT id INTO STRICT x FROM p; CREATE TABLE a (id int); EXCEPTION WHEN no_data_found THEN CREATE TABLE b (id int); END $$;

-- case a loop without an end is handled open
DO $$ BEGIN FOR i IN 1..NULL LOOP NULL; END LOOP; CREATE TABLE a (id int); EXCEPTION WHEN null_value_not_allowed THEN CREATE TABLE b (id int); END $$;

-- case what is there already is handled, and values before it are not in doubt
DO $$ DECLARE n text := 'v'; BEGIN n := n || '1'; EXECUTE format('CREATE TABLE %I (id int)', n); CREATE TABLE t (); EXCEPTION WHEN duplicate_table THEN CREATE TABLE handled (id int); END $$;

-- case a case that is not found
DO $$ BEGIN CASE WHEN 1 = 2 THEN NULL; END CASE; END $$; ALTER TABLE t ADD COLUMN c int;

-- case an assertion fails
DO $$ BEGIN ASSERT 1 = 2, 'never'; END $$; ALTER TABLE t ADD COLUMN c int;

-- case an assertion holds
DO $$ BEGIN ASSERT 1 = 1, 'always'; ALTER TABLE t ADD COLUMN c int; END $$;

-- case an argument comes back changed open
CREATE PROCEDURE more(INOUT x int) LANGUAGE plpgsql AS $$ BEGIN x := x + 1; END $$;
DO $$ DECLARE k int := 5; BEGIN CALL more(k); EXECUTE 'ALTER TABLE t ADD COLUMN k' || k || ' int'; END $$;

-- case a parameter where none can be open
DO $$ BEGIN EXECUTE 'ALTER TABLE t ADD COLUMN x int DEFAULT $1' USING 5; EXCEPTION WHEN others THEN ALTER TABLE t ADD COLUMN y int; END $$;

-- case a setting made by a function open
DO $$ BEGIN PERFORM set_config('search_path', 'app', false); CREATE TABLE x (id int); END $$; CREATE TABLE y (id int);

-- case a transaction that ends inside open
DO $$ BEGIN CREATE TABLE a (id int); COMMIT; CREATE TABLE b (id int); END $$;

-- case a search path that a body sets stays
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql SET search_path = public AS $$ BEGIN SET search_path = app; CREATE TABLE x (id int); END $$;
SELECT f(); CREATE TABLE y (id int);
