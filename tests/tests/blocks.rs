//! Blocks on real servers: what the model decides about conditions is what the server does, whether the objects that they
//! ask for are there or not.
use mysql::prelude::Queryable;
use remigrate::{
    Catalog, Session, Target,
    apply::{State, apply},
    catalog::Shelf,
    dialect::lower,
    live::{LiveOptions, snapshot},
    text::Script,
};
use remigrate_tests::{
    compare,
    servers::{self, Server},
};

/// What the model says of a script.
struct Simulated {
    catalog: Catalog,
    refused: bool,
    unsure: bool,
}

fn simulate(before: &Catalog, script: &str) -> Simulated {
    let mut state = State::new(before.clone(), Session::default());
    let target = Target::new(before.dialect).with_version(before.server_version);
    let text = Script::new(script, &target);
    let (mut refused, mut unsure) = (false, false);
    // The client stops at the first error.
    for statement in &text.statements {
        for operation in lower(&text, statement, &state.target()) {
            if refused {
                break;
            }
            let outcome = apply(&mut state, &operation.node);
            refused |= matches!(operation.node, remigrate::Operation::Invalid { .. });
            refused |= outcome.conflicts.iter().any(|c| c.certain);
            unsure |= !outcome.unknowns.is_empty() || outcome.conflicts.iter().any(|c| !c.certain);
        }
    }
    unsure |= !state.catalog.uncertain.is_empty();
    Simulated { catalog: state.catalog, refused, unsure }
}

fn read(url: &str) -> Catalog {
    let mut catalog = snapshot(url, &LiveOptions::default()).unwrap();
    catalog.uncertain.clear();
    catalog
}

/// Runs a script as a client would, statement by statement.
fn run(server: &Server, database: &servers::Database<'_>, script: &str) -> Result<(), String> {
    let dialect = server.release().dialect;
    if !dialect.is_mysql_family() {
        return database.execute(script);
    }
    let target = Target::new(dialect);
    let text = Script::new(script, &target);
    let mut conn = database.mysql();
    for statement in &text.statements {
        conn.query_drop(text.text_of(statement)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// A thing that blocks ask for.
struct Thing {
    create: &'static str,
    drop: &'static str,
    /// `FROM … WHERE …` of queries that find it.
    found_by: &'static [&'static str],
    /// The error of making it twice; empty if there is none.
    twice: &'static str,
}

/// Runs every block with the thing there and without it. The share that must be decided is in percent.
fn check(
    server: &Server,
    base: &str,
    things: &[Thing],
    blocks: &dyn Fn(&Thing, &str, bool) -> Vec<String>,
    share: usize,
) {
    let (mut wrong, mut all, mut decided) = (Vec::new(), 0, 0);
    let mut open = Vec::new();
    for thing in things {
        for there in [false, true] {
            let setup = if there { format!("{base};\n{}", thing.create) } else { base.to_owned() };
            for (number, found_by) in thing.found_by.iter().enumerate() {
                for block in blocks(thing, found_by, number == 0) {
                    let database = server.create_database("blocks");
                    run(server, &database, &setup).unwrap_or_else(|e| panic!("{setup}: {e}"));
                    let before = read(&database.url());
                    let mut simulated = simulate(&before, &block);
                    let result = run(server, &database, &block);
                    let after = read(&database.url());
                    simulated.catalog.uncertain.clear();
                    simulated.catalog.absent = Shelf::default();
                    let difference = compare::difference(&simulated.catalog, &after);
                    all += 1;
                    if simulated.unsure {
                        open.push(format!("there: {there}: {block}"));
                        continue;
                    }
                    decided += 1;
                    if result.is_err() != simulated.refused || !difference.is_empty() {
                        wrong.push(format!(
                            "there: {there}: {block}\n    {result:?}\n    {}",
                            difference.join("\n    ")
                        ));
                    }
                }
            }
        }
    }
    println!("{}: {decided} of {all} blocks decided, {} of them wrong", server.release(), wrong.len());
    println!("not decided:\n{}", open.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(decided * 100 >= all * share, "{decided} of {all} blocks decided");
}

const POSTGRES_BASE: &str = "CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('sad');
    CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int, a text, p_id int);
    CREATE TABLE app.t (id int); CREATE FUNCTION touch_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'";

const POSTGRES: &[Thing] = &[
    Thing {
        create: "ALTER TABLE t ADD COLUMN b int",
        drop: "ALTER TABLE t DROP COLUMN b",
        found_by: &[
            "FROM information_schema.columns WHERE table_name = 't' AND column_name = 'b'",
            "FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 't' AND column_name = 'b' AND data_type = 'integer'",
            "FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b' AND NOT attisdropped",
            "FROM pg_attribute a JOIN pg_class c ON a.attrelid = c.oid JOIN pg_namespace n ON c.relnamespace = n.oid WHERE n.nspname = 'public' AND c.relname = 't' AND a.attname = 'b'",
        ],
        twice: "duplicate_column",
    },
    Thing {
        create: "ALTER TABLE t ADD CONSTRAINT t_ck CHECK (a <> '')",
        drop: "ALTER TABLE t DROP CONSTRAINT t_ck",
        found_by: &[
            "FROM pg_constraint WHERE conname = 't_ck'",
            "FROM pg_constraint WHERE conname = 't_ck' AND conrelid = 'public.t'::regclass",
            "FROM information_schema.table_constraints WHERE table_name = 't' AND constraint_name = 't_ck'",
            "FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid WHERE r.relname = 't' AND c.conname = 't_ck' AND c.contype = 'c'",
        ],
        twice: "duplicate_object",
    },
    Thing {
        create: "ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (p_id) REFERENCES p (id)",
        drop: "ALTER TABLE t DROP CONSTRAINT t_fk",
        found_by: &[
            "FROM pg_constraint WHERE conname = 't_fk'",
            "FROM information_schema.referential_constraints WHERE constraint_name = 't_fk'",
            "FROM information_schema.key_column_usage WHERE table_name = 't' AND column_name = 'p_id'",
        ],
        twice: "duplicate_object",
    },
    Thing {
        create: "ALTER TABLE t ADD CONSTRAINT t_uq UNIQUE (a)",
        drop: "ALTER TABLE t DROP CONSTRAINT t_uq",
        found_by: &[
            "FROM pg_constraint WHERE conname = 't_uq' AND contype = 'u'",
            "FROM pg_indexes WHERE indexname = 't_uq'",
            "FROM pg_class WHERE relname = 't_uq' AND relkind = 'i'",
        ],
        twice: "duplicate_table",
    },
    Thing {
        create: "ALTER TABLE t ADD PRIMARY KEY (id)",
        drop: "ALTER TABLE t DROP CONSTRAINT t_pkey",
        found_by: &[
            "FROM information_schema.table_constraints WHERE table_name = 't' AND constraint_type = 'PRIMARY KEY'",
            "FROM pg_constraint WHERE conrelid = 't'::regclass AND contype = 'p'",
        ],
        twice: "invalid_table_definition",
    },
    Thing {
        create: "CREATE INDEX t_ix ON t (a)",
        drop: "DROP INDEX t_ix",
        found_by: &[
            "FROM pg_indexes WHERE schemaname = 'public' AND indexname = 't_ix'",
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 't_ix' AND n.nspname = 'public'",
            "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = 't_ix' AND i.indrelid = 't'::regclass",
        ],
        twice: "duplicate_table",
    },
    Thing {
        create: "CREATE TABLE n (x int)",
        drop: "DROP TABLE n",
        found_by: &[
            "FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'n'",
            "FROM pg_tables WHERE tablename = 'n'",
            "FROM pg_class WHERE oid = to_regclass('n')",
            "FROM pg_type WHERE typname = 'n'",
        ],
        twice: "duplicate_table",
    },
    Thing {
        create: "CREATE TYPE kind AS ENUM ('x')",
        drop: "DROP TYPE kind",
        found_by: &[
            "FROM pg_type WHERE typname = 'kind'",
            "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'kind' AND n.nspname = 'public' AND t.typtype = 'e'",
        ],
        twice: "duplicate_object",
    },
    Thing {
        create: "ALTER TYPE mood RENAME VALUE 'sad' TO 'glad'",
        drop: "ALTER TYPE mood RENAME VALUE 'glad' TO 'sad'",
        found_by: &[
            "FROM pg_enum WHERE enumlabel = 'glad' AND enumtypid = 'mood'::regtype",
            "FROM pg_enum e JOIN pg_type t ON e.enumtypid = t.oid WHERE t.typname = 'mood' AND e.enumlabel = 'glad'",
        ],
        twice: "invalid_parameter_value",
    },
    Thing {
        create: "CREATE VIEW w AS SELECT id FROM t",
        drop: "DROP VIEW w",
        found_by: &[
            "FROM pg_views WHERE viewname = 'w'",
            "FROM information_schema.views WHERE table_name = 'w'",
        ],
        twice: "duplicate_table",
    },
    Thing {
        create: "CREATE SCHEMA more",
        drop: "DROP SCHEMA more",
        found_by: &[
            "FROM pg_namespace WHERE nspname = 'more'",
            "FROM information_schema.schemata WHERE schema_name = 'more'",
        ],
        twice: "duplicate_schema",
    },
    Thing {
        create: "CREATE SEQUENCE sq",
        drop: "DROP SEQUENCE sq",
        found_by: &[
            "FROM information_schema.sequences WHERE sequence_name = 'sq'",
            "FROM pg_sequences WHERE sequencename = 'sq'",
        ],
        twice: "duplicate_table",
    },
    Thing {
        create: "CREATE FUNCTION make_it() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        drop: "DROP FUNCTION make_it()",
        found_by: &[
            "FROM pg_proc WHERE proname = 'make_it'",
            "FROM information_schema.routines WHERE routine_name = 'make_it'",
        ],
        twice: "duplicate_function",
    },
    Thing {
        create: "CREATE TRIGGER t_tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch_it()",
        drop: "DROP TRIGGER t_tr ON t",
        found_by: &[
            "FROM pg_trigger WHERE tgname = 't_tr'",
            "FROM pg_trigger WHERE tgname = 't_tr' AND tgrelid = 't'::regclass AND NOT tgisinternal",
            "FROM information_schema.triggers WHERE trigger_name = 't_tr' AND event_object_table = 't'",
        ],
        twice: "duplicate_object",
    },
];

fn postgres_blocks(thing: &Thing, from: &str, first: bool) -> Vec<String> {
    let Thing { create, drop, twice, .. } = thing;
    let mut blocks = vec![
        format!("IF NOT EXISTS (SELECT 1 {from}) THEN {create}; END IF;"),
        format!("IF EXISTS (SELECT {from}) THEN {drop}; ELSE {create}; {drop}; {create}; END IF;"),
    ];
    if first {
        let quoted = create.replace('\'', "''");
        blocks.extend([
            format!("IF (SELECT count(*) {from}) = 0 THEN {create}; ELSIF true THEN {drop}; END IF;"),
            format!("PERFORM 1 {from}; IF NOT FOUND THEN EXECUTE '{quoted}'; END IF;"),
            format!("IF EXISTS (SELECT 1 {from}) THEN RETURN; END IF; {create};"),
            format!("BEGIN {create}; EXCEPTION WHEN {twice} THEN NULL; END;"),
            format!("BEGIN CREATE SEQUENCE extra; {create}; EXCEPTION WHEN {twice} OR undefined_table THEN CREATE SEQUENCE other; END;"),
            format!("BEGIN {create}; EXCEPTION WHEN division_by_zero THEN NULL; END;"),
            format!("BEGIN {drop}; EXCEPTION WHEN others THEN {create}; END;"),
            format!("{create};"),
            format!("IF (SELECT count(*) FROM p) > 0 THEN {create}; END IF;"),
        ]);
    }
    let mut blocks: Vec<String> = blocks.iter().map(|b| format!("DO $$ BEGIN {b} END $$;")).collect();
    if first {
        blocks.push(format!(
            "DO $$ DECLARE n int; e boolean; BEGIN SELECT count(*) INTO n {from}; e := n > 0; IF NOT e THEN {create}; END IF; END $$;"
        ));
        blocks.push(format!(
            "DO $$ DECLARE e boolean := EXISTS (SELECT 1 {from}); BEGIN CASE WHEN e THEN {drop}; ELSE {create}; END CASE; END $$;"
        ));
    }
    blocks
}

#[test]
fn postgres_does_what_is_decided() {
    check(servers::postgres(17), POSTGRES_BASE, POSTGRES, &postgres_blocks, 75);
}

const MYSQL_BASE: &str = "CREATE TABLE p (id int PRIMARY KEY);
    CREATE TABLE t (id int PRIMARY KEY, a varchar(20), p_id int);
    CREATE TABLE data (id int)";

const MYSQL: &[Thing] = &[
    Thing {
        create: "ALTER TABLE t ADD COLUMN b int",
        drop: "ALTER TABLE t DROP COLUMN b",
        found_by: &[
            "FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 't' AND column_name = 'b'",
            "FROM INFORMATION_SCHEMA.COLUMNS c WHERE c.TABLE_SCHEMA = SCHEMA() AND c.TABLE_NAME = 't' AND c.COLUMN_NAME = 'B' AND c.DATA_TYPE = 'int'",
        ],
        twice: "1060",
    },
    Thing {
        create: "CREATE INDEX t_ix ON t (a, id)",
        drop: "DROP INDEX t_ix ON t",
        found_by: &[
            "FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 't' AND index_name = 't_ix'",
            "FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 't' AND index_name = 'T_IX' AND column_name = 'a' AND non_unique = 1",
        ],
        twice: "1061",
    },
    Thing {
        create: "ALTER TABLE t ADD CONSTRAINT t_uq UNIQUE (a)",
        drop: "ALTER TABLE t DROP INDEX t_uq",
        found_by: &[
            "FROM information_schema.table_constraints WHERE table_schema = DATABASE() AND table_name = 't' AND constraint_type = 'UNIQUE'",
            "FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 't' AND column_name = 'a'",
        ],
        twice: "1061",
    },
    Thing {
        create: "ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (p_id) REFERENCES p (id)",
        drop: "ALTER TABLE t DROP FOREIGN KEY t_fk",
        found_by: &[
            "FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = 't' AND constraint_name = 't_fk'",
            "FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE() AND constraint_name = 't_fk'",
        ],
        twice: "1826",
    },
    Thing {
        create: "CREATE TABLE n (x int)",
        drop: "DROP TABLE n",
        found_by: &["FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'n'"],
        twice: "1050",
    },
    Thing {
        create: "CREATE VIEW w AS SELECT 1 AS x",
        drop: "DROP VIEW w",
        found_by: &["FROM information_schema.views WHERE table_schema = DATABASE() AND table_name = 'w'"],
        twice: "1050",
    },
];

fn mysql_blocks(thing: &Thing, from: &str, first: bool) -> Vec<String> {
    let Thing { create, drop, twice, .. } = thing;
    let execute = "PREPARE s FROM @s; EXECUTE s; DEALLOCATE PREPARE s";
    let procedure = |body: &str| {
        format!(
            "DELIMITER $$\nCREATE PROCEDURE work() {body} $$\nDELIMITER ;\nCALL work(); DROP PROCEDURE work;"
        )
    };
    let mut blocks = vec![
        format!("SET @n = (SELECT COUNT(*) {from}); SET @s = IF(@n = 0, '{create}', 'SELECT 1'); {execute}"),
        format!("SET @s = (SELECT IF((SELECT COUNT(*) {from}) > 0, '{drop}', '{create}')); {execute}"),
        procedure(&format!("BEGIN IF NOT EXISTS (SELECT 1 {from}) THEN {create}; END IF; END")),
    ];
    if first {
        blocks.extend([
            format!("SELECT COUNT(*) INTO @n {from}; SET @s = CASE WHEN @n THEN 'DO 0' ELSE '{create}' END; {execute}"),
            format!("SET @s = IF(EXISTS(SELECT * {from}), 'DO 0', '{create}'); {execute}"),
            procedure(&format!("BEGIN DECLARE n INT DEFAULT 0; SELECT COUNT(*) INTO n {from}; IF n > 0 THEN {drop}; ELSE {create}; END IF; END")),
            procedure(&format!("BEGIN DECLARE CONTINUE HANDLER FOR {twice} BEGIN END; {create}; CREATE TABLE extra (a int); END")),
            procedure(&format!("BEGIN DECLARE EXIT HANDLER FOR {twice} BEGIN END; {create}; CREATE TABLE extra (a int); END")),
            procedure(&format!("BEGIN {create}; CREATE TABLE extra (a int); END")),
            procedure(&format!("l: BEGIN IF EXISTS (SELECT 1 {from}) THEN LEAVE l; END IF; {create}; END")),
            format!("SET @s = IF((SELECT COUNT(*) FROM data) > 0, '{create}', 'DO 0'); {execute}"),
            format!("SET @a = '{create}'; SET @n = (SELECT COUNT(*) {from}); SET @s = IF(@n > 0, '{drop}', @a); {execute}; SET @s = IF(@n > 0, @a, '{drop}'); {execute}"),
        ]);
    }
    blocks
}

#[test]
fn mysql_does_what_is_decided() {
    check(servers::mysql(), MYSQL_BASE, MYSQL, &mysql_blocks, 85);
}

#[test]
fn mariadb_does_what_is_decided() {
    let blocks = |thing: &Thing, from: &str, first: bool| {
        let mut blocks = mysql_blocks(thing, from, first);
        let Thing { create, drop, .. } = thing;
        blocks.push(format!(
            "BEGIN NOT ATOMIC IF EXISTS (SELECT 1 {from}) THEN {drop}; ELSE {create}; END IF; END;"
        ));
        blocks.push(format!("IF (SELECT COUNT(*) {from}) = 0 THEN {create}; END IF;"));
        blocks.push(format!("EXECUTE IMMEDIATE IF((SELECT COUNT(*) {from}) = 0, '{create}', 'DO 0');"));
        blocks
    };
    check(servers::mariadb(), MYSQL_BASE, MYSQL, &blocks, 85);
}

/// A case of a file: its name, the script, and whether what it does cannot be told from the files.
struct Case {
    name: String,
    open: bool,
    script: String,
}

/// The cases of a file behind `-- case …`, and the schema that they begin with, behind `-- base`.
fn cases(text: &str) -> (String, Vec<Case>) {
    let (mut base, mut cases) = (String::new(), Vec::<Case>::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("-- case ") {
            let open = name.ends_with(" open");
            cases.push(Case { name: name.to_owned(), open, script: String::new() });
        } else {
            let into = cases.last_mut().map_or(&mut base, |case| &mut case.script);
            into.push_str(line);
            into.push('\n');
        }
    }
    (base, cases)
}

/// Runs the cases on a server: those that can be told from the files are told, and nothing that is told is wrong.
fn follow(server: &Server, text: &str) {
    let (base, cases) = cases(text);
    let mut wrong = Vec::new();
    for case in cases {
        let database = server.create_database("followed");
        run(server, &database, &base).unwrap_or_else(|e| panic!("{base}: {e}"));
        let before = read(&database.url());
        let mut simulated = simulate(&before, &case.script);
        let result = run(server, &database, &case.script);
        let after = read(&database.url());
        simulated.catalog.uncertain.clear();
        simulated.catalog.absent = Shelf::default();
        let difference = compare::difference(&simulated.catalog, &after);
        let shown = difference.join("\n    ");
        if simulated.unsure != case.open {
            wrong.push(format!("{}: unsure: {}\n    {shown}", case.name, simulated.unsure));
        } else if !case.open && (result.is_err() != simulated.refused || !difference.is_empty()) {
            wrong.push(format!("{}: {result:?}\n    {shown}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}: {}", server.release(), wrong.join("\n"));
}

#[test]
fn postgres_does_what_is_put_together() {
    for version in [14, 18] {
        follow(servers::postgres(version), include_str!("blocks/postgres.sql"));
    }
}
