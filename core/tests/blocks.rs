//! What blocks do to a schema: decided by the catalog where it can be, uncertain where not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use remigrate::{
    Dialect, Target,
    apply::{State, apply},
    catalog::World,
    change::Delta,
    dialect::lower,
    text::Script,
};

/// Runs `before` and then `sql`; answers with the changes of `sql` (`+` created, `-` dropped, `~` altered), what is
/// uncertain behind it (`?`), its conflicts (`!`, `!?` if they are not certain) and `skipped`.
fn outcome(dialect: Dialect, world: World, before: &str, sql: &str) -> String {
    let target = Target::new(dialect);
    let mut state = State::start(&target, world);
    let mut told = Vec::new();
    for (script, counts) in [(before, false), (sql, true)] {
        let text = Script::new(script, &state.target());
        for statement in &text.statements {
            for operation in lower(&text, statement, &state.target()) {
                let outcome = apply(&mut state, &operation.node);
                if !counts {
                    assert_eq!(outcome.conflicts, [], "{script}");
                    continue;
                }
                for change in &outcome.changes {
                    let sign = match &change.delta {
                        Delta::Create { .. } => '+',
                        Delta::Drop { .. } => '-',
                        _ => '~',
                    };
                    told.push(format!("{sign}{} {}", change.path.kind(), change.path));
                }
                for conflict in &outcome.conflicts {
                    told.push(format!("!{}{:?}", if conflict.certain { "" } else { "?" }, conflict.kind));
                }
                if outcome.skipped {
                    told.push("skipped".into());
                }
                if outcome.unread() {
                    told.push("unread".into());
                }
            }
        }
    }
    told.extend(state.catalog.uncertain.keys().map(|key| format!("?{key}")));
    told.join(" ")
}

fn all(dialects: &[Dialect], world: World, before: &str, cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for dialect in dialects {
        for (sql, expected) in cases {
            let found = outcome(*dialect, world, before, sql);
            if found != *expected {
                wrong.push(format!("{dialect}: {sql}\n    expected `{expected}`\n    found    `{found}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const PG: &[Dialect] = &[Dialect::Postgres];

const SCHEMA: &str = "CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TABLE t (id int PRIMARY KEY, a varchar(20) NOT NULL, CONSTRAINT t_a_check CHECK (a <> ''));
    CREATE TABLE app.u (id int CONSTRAINT u_pk PRIMARY KEY, t_id int CONSTRAINT u_t_fk REFERENCES public.t (id));
    CREATE INDEX t_a_idx ON t (a); CREATE VIEW v AS SELECT id FROM t; CREATE SEQUENCE s;
    CREATE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER t_touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch_row();";

/// `IF condition THEN ALTER TABLE t ADD COLUMN new int; END IF`
fn conditions(cases: &[(&str, &str)]) {
    let cases: Vec<(String, &str)> = cases
        .iter()
        .map(|(condition, expected)| {
            let expected = match *expected {
                "yes" => "+column t.new",
                "no" => "skipped",
                "maybe" => "?t.new",
                other => other,
            };
            let sql =
                format!("DO $$ BEGIN IF {condition} THEN ALTER TABLE t ADD COLUMN new int; END IF; END $$;");
            (sql, expected)
        })
        .collect();
    let cases: Vec<(&str, &str)> = cases.iter().map(|(sql, expected)| (sql.as_str(), *expected)).collect();
    all(PG, World::Closed, SCHEMA, &cases);
}

#[test]
fn conditions_about_postgresql_catalogs() {
    conditions(&[
        ("EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 't_a_check')", "yes"),
        ("NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 't_a_check')", "no"),
        ("NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'other')", "yes"),
        ("NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conname = 'T_A_CHECK')", "yes"),
        (
            "EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 't_a_check' AND conrelid = 't'::regclass)",
            "yes",
        ),
        (
            "EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 't_a_check' AND conrelid = 'app.u'::regclass)",
            "no",
        ),
        (
            "EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = 'public.t'::regclass AND contype = 'p')",
            "yes",
        ),
        (
            "EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = 'public.t'::regclass AND contype = 'f')",
            "no",
        ),
        ("EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass('nope') AND contype = 'f')", "no"),
        ("EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = 'nope'::regclass)", "!NotFound"),
        ("(SELECT count(*) FROM pg_constraint WHERE conname = 'u_t_fk') = 0", "no"),
        ("(SELECT count(*) FROM pg_constraint WHERE conname = 'u_t_fk') > 0", "yes"),
        ("0 = (SELECT count(*) FROM pg_constraint WHERE conname = 'u_t_x')", "yes"),
        (
            "NOT EXISTS (SELECT 1 FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n \
             ON n.oid = r.relnamespace WHERE n.nspname = 'app' AND r.relname = 'u' AND c.conname = 'u_t_fk')",
            "no",
        ),
        (
            "EXISTS (SELECT 1 FROM pg_constraint c, pg_class r WHERE r.oid = c.conrelid AND r.relname = 't' \
             AND c.conname = 'u_t_fk')",
            "no",
        ),
        ("EXISTS (SELECT 1 FROM pg_constraint c LEFT JOIN pg_class r ON r.oid = c.conrelid)", "maybe"),
        ("EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood')", "yes"),
        ("NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood2')", "yes"),
        ("EXISTS (SELECT 1 FROM pg_type WHERE typname = 't')", "yes"),
        ("EXISTS (SELECT 1 FROM pg_type WHERE typname = 't' AND typtype = 'e')", "no"),
        ("EXISTS (SELECT 1 FROM pg_type WHERE typname = 'jsonb')", "maybe"),
        ("EXISTS (SELECT 1 FROM pg_type WHERE typname = '_mood')", "maybe"),
        (
            "NOT EXISTS (SELECT 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace \
             WHERE t.typname = 'mood' AND n.nspname = 'app')",
            "yes",
        ),
        (
            "NOT EXISTS (SELECT 1 FROM pg_enum JOIN pg_type ON pg_enum.enumtypid = pg_type.oid \
             WHERE pg_type.typname = 'mood' AND enumlabel = 'ok')",
            "no",
        ),
        ("EXISTS (SELECT 1 FROM pg_enum WHERE enumtypid = 'mood'::regtype AND enumlabel = 'happy')", "no"),
        (
            "EXISTS (SELECT 1 FROM pg_enum WHERE enumlabel = 'sad' \
             AND enumtypid = (SELECT oid FROM pg_type WHERE typname = 'mood'))",
            "yes",
        ),
        ("EXISTS (SELECT 1 FROM pg_class WHERE relname = 't_a_idx' AND relkind = 'i')", "yes"),
        ("EXISTS (SELECT 1 FROM pg_class WHERE relname = 'v' AND relkind IN ('r', 'p'))", "no"),
        ("EXISTS (SELECT 1 FROM pg_class WHERE relname = 'u_pk')", "yes"),
        (
            "EXISTS (SELECT 1 FROM pg_class c WHERE c.relname = 't' AND c.relnamespace = 'app'::regnamespace)",
            "no",
        ),
        ("EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 't_a_idx')", "yes"),
        ("EXISTS (SELECT 1 FROM pg_indexes WHERE schemaname = 'app' AND indexname = 't_a_idx')", "no"),
        ("EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'v')", "no"),
        ("EXISTS (SELECT 1 FROM pg_tables WHERE tablename LIKE 'u%' AND schemaname = 'app')", "yes"),
        ("EXISTS (SELECT 1 FROM pg_views WHERE viewname = 'v')", "yes"),
        (
            "EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a' AND NOT attisdropped)",
            "yes",
        ),
        (
            "EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b' AND attnum > 0)",
            "no",
        ),
        ("EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'xmin')", "maybe"),
        ("EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'app')", "yes"),
        ("EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'other')", "no"),
        ("EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'pg_catalog')", "maybe"),
        ("EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citext')", "no"),
        ("EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'plpgsql')", "maybe"),
        ("EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 't_touch' AND NOT tgisinternal)", "yes"),
        ("EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 't_touch' AND tgrelid = 'app.u'::regclass)", "no"),
        ("EXISTS (SELECT 1 FROM pg_proc WHERE proname = 'touch_row')", "yes"),
        ("EXISTS (SELECT 1 FROM pg_proc WHERE proname = 'touch_other')", "no"),
        ("EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'app')", "maybe"),
        ("EXISTS (SELECT 1 FROM pg_policies WHERE policyname = 'p')", "maybe"),
        ("to_regclass('t') IS NULL", "no"),
        ("to_regclass('public.missing') IS NULL", "yes"),
        ("to_regclass('t') IS NOT NULL AND to_regclass('app.u') IS NOT NULL", "yes"),
        ("to_regclass('t_a_idx') IS NOT NULL", "yes"),
        ("to_regclass('pg_class') IS NULL", "maybe"),
    ]);
}

#[test]
fn conditions_about_information_schema() {
    conditions(&[
        (
            "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a')",
            "yes",
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'b')",
            "no",
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'nope' AND column_name = 'b')",
            "no",
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'columns' AND column_name = 'b')",
            "maybe",
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = 'app' AND table_name = 't' \
             AND column_name = 'a')",
            "no",
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() \
             AND table_name = 't' AND column_name = 'a' AND is_nullable = 'YES')",
            "no",
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a' \
             AND data_type = 'character varying' AND character_maximum_length = 20)",
            "yes",
        ),
        (
            "(SELECT data_type FROM information_schema.columns WHERE table_schema = 'public' \
             AND table_name = 't' AND column_name = 'a') <> 'text'",
            "yes",
        ),
        (
            "EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'v' AND table_type = 'BASE TABLE')",
            "no",
        ),
        (
            "EXISTS (SELECT FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'v')",
            "yes",
        ),
        ("EXISTS (SELECT FROM information_schema.tables WHERE lower(table_name) = 'T')", "maybe"),
        (
            "EXISTS (SELECT constraint_name FROM information_schema.table_constraints WHERE table_name = 't' \
             AND constraint_type = 'PRIMARY KEY')",
            "yes",
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE table_name = 't' \
             AND constraint_type = 'UNIQUE' AND constraint_name = 'x')",
            "no",
        ),
        ("EXISTS (SELECT 1 FROM information_schema.schemata WHERE schema_name = 'app')", "yes"),
        ("EXISTS (SELECT 1 FROM information_schema.sequences WHERE sequence_name = 's')", "yes"),
        ("EXISTS (SELECT 1 FROM information_schema.triggers WHERE trigger_name = 'none')", "no"),
        ("EXISTS (SELECT 1 FROM information_schema.routines WHERE routine_name = 'touch_row')", "yes"),
        (
            "EXISTS (SELECT 1 FROM information_schema.key_column_usage WHERE table_name = 'u' AND column_name = 't_id')",
            "yes",
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_default = 'x')",
            "no",
        ),
        ("EXISTS (SELECT 1 FROM t WHERE id = 1)", "maybe"),
        ("EXISTS (SELECT 1 FROM t) AND EXISTS (SELECT 1 FROM pg_type WHERE typname = 'none')", "no"),
        ("EXISTS (SELECT 1 FROM t) OR EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood')", "yes"),
        ("current_setting('x', true) = 'y'", "maybe"),
        ("true", "yes"),
        ("NOT true OR 1 = 2", "no"),
        ("CASE WHEN to_regclass('t') IS NULL THEN false ELSE true END", "yes"),
    ]);
}

#[test]
fn flow_of_control() {
    all(
        PG,
        World::Closed,
        SCHEMA,
        &[
            ("DO $$ BEGIN DROP VIEW v; END $$", "-view v"),
            (
                "DO $$ BEGIN IF to_regclass('x') IS NOT NULL THEN DROP VIEW v; ELSIF to_regclass('t') IS NOT NULL \
                 THEN DROP SEQUENCE s; ELSE DROP TABLE t; END IF; END $$",
                "-sequence s",
            ),
            (
                "DO $$ BEGIN IF EXISTS (SELECT 1 FROM t) THEN DROP VIEW v; ELSE DROP SEQUENCE s; END IF; END $$",
                "?s ?v",
            ),
            (
                "DO $$ BEGIN IF to_regclass('t') IS NOT NULL THEN RETURN; END IF; DROP VIEW v; END $$",
                "skipped",
            ),
            ("DO $$ BEGIN IF EXISTS (SELECT 1 FROM t) THEN RETURN; END IF; DROP VIEW v; END $$", "?v"),
            (
                "DO $$ BEGIN IF EXISTS (SELECT 1 FROM t) THEN RETURN; END IF; DROP VIEW v; \
                 IF to_regclass('v') IS NULL THEN DROP SEQUENCE s; END IF; END $$; DROP VIEW v",
                "-view v ?s ?v",
            ),
            (
                "DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM pg_class WHERE relname = 'v'; \
                 IF n > 0 THEN DROP VIEW v; END IF; END $$",
                "-view v",
            ),
            (
                "DO $$ DECLARE e boolean := false; BEGIN SELECT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'w') \
                 INTO e; IF NOT e THEN DROP VIEW v; END IF; END $$",
                "-view v",
            ),
            (
                "DO $$ BEGIN PERFORM 1 FROM pg_class WHERE relname = 'w'; IF NOT FOUND THEN DROP VIEW v; END IF; END $$",
                "-view v",
            ),
            (
                "DO $$ DECLARE n int := 0; BEGIN IF EXISTS (SELECT 1 FROM t) THEN n := 1; END IF; \
                 IF n = 1 THEN DROP VIEW v; END IF; END $$",
                "?v",
            ),
            ("DO $$ BEGIN EXECUTE 'DROP VIEW v'; END $$", "-view v"),
            ("DO $$ DECLARE q text := 'DROP ' || 'VIEW v'; BEGIN EXECUTE q; END $$", "-view v"),
            ("DO $$ BEGIN EXECUTE 'DROP VIEW ' || current_setting('x'); END $$", "unread ?*"),
            ("DO $$ BEGIN FOR i IN 1..2 LOOP DROP VIEW IF EXISTS v; END LOOP; END $$", "-view v"),
            ("DO $$ BEGIN RAISE NOTICE 'x'; DROP VIEW v; END $$", "-view v"),
            ("DO $$ BEGIN DROP VIEW v; RAISE EXCEPTION 'no'; END $$", "!NotAllowed"),
            ("DO $$ BEGIN DROP VIEW v; DROP TABLE nope; END $$", "!NotFound"),
            ("DO $$ BEGIN WHATEVER v; DROP VIEW v; END $$", "-view v unread ?*"),
            ("DO LANGUAGE plperl $$ x $$", "unread ?*"),
        ],
    );
}

#[test]
fn errors_that_are_handled() {
    all(
        PG,
        World::Closed,
        SCHEMA,
        &[
            (
                "DO $$ BEGIN CREATE TYPE mood AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN null; END $$",
                "skipped",
            ),
            (
                "DO $$ BEGIN CREATE TYPE mood2 AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN null; END $$",
                "+type mood2",
            ),
            (
                "DO $$ BEGIN CREATE TYPE mood AS ENUM ('x'); EXCEPTION WHEN duplicate_table THEN null; END $$",
                "!AlreadyExists",
            ),
            (
                "DO $$ BEGIN ALTER TABLE t ADD a int; EXCEPTION WHEN duplicate_column THEN RAISE NOTICE 'x'; END $$",
                "skipped",
            ),
            (
                "DO $$ BEGIN BEGIN DROP VIEW v; ALTER TABLE t ADD a int; EXCEPTION WHEN duplicate_column THEN \
                 DROP SEQUENCE s; END; END $$",
                "-sequence s",
            ),
            (
                "DO $$ BEGIN DROP VIEW v; BEGIN ALTER TABLE t ADD a int; EXCEPTION WHEN SQLSTATE '42701' THEN END; END $$",
                "-view v",
            ),
            ("DO $$ BEGIN DROP TABLE nope; EXCEPTION WHEN others THEN NULL; END $$", "skipped"),
            (
                "DO $$ BEGIN DROP TABLE nope; EXCEPTION WHEN duplicate_object THEN NULL; WHEN others THEN RAISE; END $$",
                "!NotFound",
            ),
            (
                "DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT c UNIQUE (a); EXCEPTION WHEN duplicate_table THEN NULL; END $$",
                "+constraint t.c",
            ),
            (
                "DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT c UNIQUE (a); EXCEPTION WHEN others THEN NULL; END $$",
                "?t.c",
            ),
            ("DO $$ BEGIN ALTER TABLE t ADD b int; EXCEPTION WHEN others THEN NULL; END $$", "+column t.b"),
            (
                "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS vector; EXCEPTION WHEN others THEN NULL; END $$",
                "?vector",
            ),
        ],
    );
}

#[test]
fn an_open_world_decides_what_it_knows() {
    all(
        PG,
        World::Open,
        "CREATE TABLE t (id int); DROP TABLE IF EXISTS gone",
        &[
            (
                "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' \
                 AND table_name = 't' AND column_name = 'a') THEN ALTER TABLE t ADD a int; END IF; END $$",
                "+column t.a",
            ),
            (
                "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'c') THEN \
                 ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0); END IF; END $$",
                "?t.c",
            ),
            (
                "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'c' AND conrelid = 't'::regclass) \
                 THEN ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0); END IF; END $$",
                "+constraint t.c",
            ),
            (
                "DO $$ BEGIN CREATE TYPE mood AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN null; END $$",
                "?mood",
            ),
        ],
    );
}

const MY: &[Dialect] = &[Dialect::MySql, Dialect::MariaDb];

const MY_SCHEMA: &str =
    "CREATE TABLE t (id int PRIMARY KEY, a varchar(20) NOT NULL, KEY t_a (a), UNIQUE KEY t_u (id, a));
    CREATE TABLE u (id int PRIMARY KEY, t_id int, CONSTRAINT u_t FOREIGN KEY (t_id) REFERENCES t (id));
    CREATE VIEW v AS SELECT id FROM t;
    CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'x';";

#[test]
fn conditions_about_the_mysql_family() {
    let cases: Vec<(String, &str)> = [
        ("table_schema = DATABASE() AND table_name = 't' AND column_name = 'a'", "columns", "yes"),
        ("table_schema = DATABASE() AND table_name = 't' AND column_name = 'A'", "columns", "yes"),
        ("table_schema = DATABASE() AND table_name = 't' AND column_name = 'b'", "columns", "no"),
        ("TABLE_SCHEMA = SCHEMA() AND `TABLE_NAME` = 'none' AND COLUMN_NAME = 'a'", "COLUMNS", "no"),
        ("table_schema = DATABASE() AND table_name = 'T' AND column_name = 'a'", "columns", "maybe"),
        ("table_name = 't' AND column_name = 'a'", "columns", "yes"),
        ("table_name = 't' AND column_name = 'b'", "columns", "maybe"),
        ("table_schema = 'app' AND table_name = 't' AND column_name = 'a'", "columns", "maybe"),
        ("table_schema = DATABASE() AND table_name = 't' AND column_name = 'a' AND data_type = 'varchar'", "columns", "yes"),
        ("table_schema = DATABASE() AND table_name = 't' AND column_name = 'a' AND is_nullable = 'YES'", "columns", "no"),
        ("table_schema = DATABASE() AND table_name = 't' AND column_name = 'a' AND column_type = 'varchar(20)'", "columns", "yes"),
        ("table_schema = DATABASE() AND table_name = 't' AND column_name = 'a' AND extra = 'x'", "columns", "maybe"),
        (
            "table_schema = DATABASE() AND table_name = 't' AND column_name = 'a' AND data_type = 'VARCHAR'",
            "columns",
            "maybe",
        ),
        ("table_schema = DATABASE() AND table_name = 't' AND index_name = 't_a'", "statistics", "yes"),
        ("table_schema = DATABASE() AND table_name = 't' AND index_name = 'PRIMARY'", "statistics", "yes"),
        ("table_schema = DATABASE() AND table_name = 't' AND index_name = 't_x'", "statistics", "no"),
        ("table_schema = DATABASE() AND table_name = 'u' AND constraint_name = 'u_t'", "table_constraints", "yes"),
        (
            "table_schema = DATABASE() AND table_name = 'u' AND constraint_type = 'FOREIGN KEY' AND constraint_name = 'x'",
            "table_constraints",
            "no",
        ),
        ("constraint_schema = DATABASE() AND constraint_name = 'u_t'", "referential_constraints", "yes"),
        ("table_schema = DATABASE() AND table_name = 'u' AND column_name = 't_id'", "key_column_usage", "yes"),
        ("table_schema = DATABASE() AND table_name = 't'", "tables", "yes"),
        ("table_schema = DATABASE() AND table_name = 'v' AND table_type = 'BASE TABLE'", "tables", "no"),
        ("table_schema = DATABASE() AND table_name = 'v'", "views", "yes"),
        ("trigger_schema = DATABASE() AND trigger_name = 'tr'", "triggers", "yes"),
        ("schema_name = 'other'", "schemata", "maybe"),
        ("table_schema = DATABASE()", "partitions", "maybe"),
    ]
    .into_iter()
    .flat_map(|(condition, view, expected)| {
        let expected = match expected {
            "yes" => "+column t.new",
            "no" => "skipped",
            "maybe" => "?t.new",
            other => other,
        };
        let from = format!("FROM information_schema.{view} WHERE {condition}");
        let add = "ALTER TABLE t ADD COLUMN new int";
        [
            format!("SET @n = (SELECT COUNT(*) {from}); SET @s = IF(@n > 0, '{add}', 'SELECT 1'); PREPARE st FROM @s; EXECUTE st; DEALLOCATE PREPARE st"),
            format!("SET @s = (SELECT IF((SELECT COUNT(*) {from}) > 0, '{add}', 'DO 0')); PREPARE st FROM @s; EXECUTE st"),
            format!("SET @s = (SELECT IF(COUNT(*) = 0, 'DO 0', '{add}') {from}); PREPARE st FROM @s; EXECUTE st"),
            format!("SELECT COUNT(*) INTO @n {from}; SET @s := CASE WHEN @n THEN '{add}' ELSE 'SELECT ''x''' END; PREPARE st FROM @s; EXECUTE st"),
        ]
        .map(|sql| (sql, expected))
    })
    .collect();
    let cases: Vec<(&str, &str)> = cases.iter().map(|(sql, expected)| (sql.as_str(), *expected)).collect();
    all(MY, World::Closed, MY_SCHEMA, &cases);
}

#[test]
fn procedures() {
    let body = |body: &str, call: &str| {
        format!(
            "DELIMITER $$\nCREATE PROCEDURE p(IN tbl varchar(64), IN col varchar(64))\n{body} $$\nDELIMITER ;\nCALL {call}"
        )
    };
    let exists = "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = tbl AND column_name = col)";
    let cases: Vec<(String, &str)> = vec![
        (
            body(&format!("BEGIN IF NOT {exists} THEN ALTER TABLE t ADD b int; END IF; END"), "p('t', 'b')"),
            "+routine p() +column t.b",
        ),
        (
            body(&format!("BEGIN IF NOT {exists} THEN ALTER TABLE t ADD b int; END IF; END"), "p('t', 'a')"),
            "+routine p() skipped",
        ),
        (
            body(&format!("BEGIN IF NOT {exists} THEN ALTER TABLE t ADD b int; END IF; END"), "p('t', @x)"),
            "+routine p() ?t.b",
        ),
        (
            body(
                &format!(
                    "BEGIN IF NOT {exists} THEN SET @s = CONCAT('ALTER TABLE `', tbl, '` ADD ', col, ' int'); PREPARE st FROM @s; EXECUTE st; DEALLOCATE PREPARE st; END IF; END"
                ),
                "p('t', 'b'); CALL p('u', 'c'); CALL p('u', 't_id')",
            ),
            "+routine p() +column t.b +column u.c skipped",
        ),
        (
            body(
                "BEGIN DECLARE n INT DEFAULT 0; SELECT COUNT(*) INTO n FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = tbl AND index_name = col; IF n > 0 THEN ALTER TABLE t DROP INDEX t_a; ELSE DROP TABLE u; END IF; END",
                "p('t', 't_a')",
            ),
            "+routine p() -index t.t_a",
        ),
        (
            body(
                "BEGIN DECLARE CONTINUE HANDLER FOR 1060 BEGIN END; ALTER TABLE t ADD a int; ALTER TABLE t ADD b int; END",
                "p('', '')",
            ),
            "+routine p() +column t.b",
        ),
        (
            body(
                "BEGIN DECLARE CONTINUE HANDLER FOR SQLSTATE '42S01' BEGIN END; ALTER TABLE t ADD a int; ALTER TABLE t ADD b int; END",
                "p('', '')",
            ),
            "+routine p() !AlreadyExists",
        ),
        (
            body(
                "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION DROP VIEW v; ALTER TABLE t ADD b int; ALTER TABLE t ADD a int; DROP TABLE u; END",
                "p('', '')",
            ),
            "+routine p() +column t.b -view v",
        ),
        (
            body("pr: BEGIN IF tbl = 't' THEN LEAVE pr; END IF; DROP VIEW v; END", "p('t', '')"),
            "+routine p() skipped",
        ),
        (
            body(
                "BEGIN DECLARE i INT DEFAULT 0; WHILE i < 2 DO DROP VIEW IF EXISTS v; SET i = i + 1; END WHILE; END",
                "p('t', '')",
            ),
            "+routine p() ?v",
        ),
        (
            body("BEGIN IF (SELECT COUNT(*) FROM t) > 0 THEN DROP VIEW v; END IF; END", "p('t', '')"),
            "+routine p() ?v",
        ),
        (body("BEGIN DROP VIEW v; DROP TABLE nope; END", "p('t', '')"), "+routine p() -view v !NotFound"),
    ];
    let cases: Vec<(&str, &str)> = cases.iter().map(|(sql, expected)| (sql.as_str(), *expected)).collect();
    all(MY, World::Closed, MY_SCHEMA, &cases);
}

#[test]
fn variables_and_prepared_statements() {
    all(
        MY,
        World::Closed,
        MY_SCHEMA,
        &[
            ("PREPARE s FROM 'DROP VIEW v'", ""),
            ("PREPARE s FROM 'DROP VIEW v'; EXECUTE s", "-view v"),
            ("SET @t = 'v'; SET @s = CONCAT('DROP VIEW ', @t); PREPARE s FROM @s; EXECUTE s", "-view v"),
            ("SET @s = CONCAT('DROP VIEW ', @t); PREPARE s FROM @s; EXECUTE s", "unread ?*"),
            ("SET @s = CONCAT('DROP VIEW `', DATABASE(), '`.`v`'); PREPARE s FROM @s; EXECUTE s", "-view v"),
            (
                "SET @n = (SELECT COUNT(*) FROM information_schema.views WHERE table_schema = DATABASE() AND table_name = 'v'); \
                 DROP VIEW v; SET @s = IF(@n = 1, 'ALTER TABLE t ADD b int', 'DO 0'); PREPARE s FROM @s; EXECUTE s",
                "-view v +column t.b",
            ),
            ("SET @s = 'DROP VIEW v'; SELECT @s := a FROM t; PREPARE s FROM @s; EXECUTE s", "unread ?*"),
            ("SET @s = 'DROP VIEW v'; CALL nowhere(@s); PREPARE s FROM @s; EXECUTE s", "unread ?* ?nowhere"),
            (
                "SET @s = (SELECT GROUP_CONCAT(a, 'DROP VIEW v') FROM t); PREPARE s FROM @s; EXECUTE s",
                "unread ?* ?v",
            ),
            ("EXECUTE nothing", "?* ?nothing"),
        ],
    );
    all(
        &[Dialect::MariaDb],
        World::Closed,
        MY_SCHEMA,
        &[
            (
                "BEGIN NOT ATOMIC IF EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() \
                 AND table_name = 'v') THEN DROP VIEW v; END IF; END",
                "-view v",
            ),
            ("EXECUTE IMMEDIATE 'DROP VIEW v'", "-view v"),
            ("EXECUTE IMMEDIATE CONCAT('DROP VIEW ', 'v')", "-view v"),
            (
                "IF (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'w') = 0 \
                 THEN DROP VIEW v; END IF",
                "-view v",
            ),
        ],
    );
}

/// No nesting of blocks and conditions needs more stack than a small thread has, or more time than its length.
#[test]
fn hostile_blocks() {
    let many = 20_000;
    let postgres = [
        format!("DO $$ BEGIN {} END $$", "IF true THEN ".repeat(many)),
        format!("DO $$ {} END $$", "BEGIN ".repeat(many)),
        format!(
            "DO $$ BEGIN {} {} END $$",
            "IF true THEN BEGIN ".repeat(12),
            "DROP VIEW IF EXISTS v; END; END IF; ".repeat(12)
        ),
        format!("DO $$ BEGIN IF {}true THEN END IF; END $$", "NOT (".repeat(many)),
        format!("DO $$ BEGIN IF {}true THEN END IF; END $$", "true AND ".repeat(many)),
        format!(
            "DO $$ BEGIN IF EXISTS {} THEN END IF; END $$",
            "(SELECT 1 FROM pg_class WHERE oid = ".repeat(many)
        ),
        format!("DO $$ BEGIN IF {} THEN END IF; END $$", "CASE WHEN ".repeat(many)),
        format!(
            "DO $$ BEGIN {} END $$",
            "BEGIN CREATE TABLE x (a int); EXCEPTION WHEN others THEN NULL; END;".repeat(500)
        ),
        format!("DO $$ DECLARE {} BEGIN END $$", "a text := 'x' || a;".repeat(5_000)),
        format!("DO $$ DECLARE a text; BEGIN {} END $$", "a := a || 'x'; EXECUTE a;".repeat(1_000)),
    ];
    let mysql = [
        format!(
            "CREATE PROCEDURE p() BEGIN {} {} END; CALL p()",
            "IF 1 THEN BEGIN ".repeat(12),
            "END; END IF;".repeat(12)
        ),
        format!("CREATE PROCEDURE p() {}; CALL p()", "BEGIN ".repeat(1_500)),
        format!("SET @a = {}'x'; PREPARE s FROM @a; EXECUTE s", "CONCAT('y', ".repeat(many)),
        format!("SET @a = 'x'; {} PREPARE s FROM @a; EXECUTE s", "SET @a = CONCAT(@a, @a);".repeat(60)),
        format!("{} PREPARE s FROM @a; EXECUTE s", "SET @a = IF(@b, @a, 'DROP TABLE t');".repeat(500)),
    ];
    let run = move || {
        for (dialect, scripts) in
            [(Dialect::Postgres, &postgres[..]), (Dialect::MySql, &mysql[..]), (Dialect::MariaDb, &mysql[..])]
        {
            for script in scripts {
                let target = Target::new(dialect);
                let mut state = State::start(&target, World::Closed);
                let text = Script::new(script, &target);
                for statement in &text.statements {
                    for operation in lower(&text, statement, &state.target()) {
                        let outcome = apply(&mut state, &operation.node);
                        assert!(outcome.ran.len() <= script.len());
                    }
                }
            }
        }
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
}
