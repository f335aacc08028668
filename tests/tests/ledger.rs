//! `verify` and `history`'s `ledger_sql` on real servers, with the ledgers as the tools make them.
use remigrate::{
    Dialect, Options, history,
    live::{LiveOptions, rows, snapshot},
    report::{LedgerState, LedgerState::*, Verdict, VerifyReport},
    tools::{self, SourceFile},
    verify,
};
use remigrate_tests::servers::{self, Database};

/// Name, statement and checksums of four migrations: CRC-32 of the lines, SHA-256 and SHA-384, computed with Python's
/// `zlib` and `hashlib`.
const MIGRATIONS: [(&str, &str, i32, &str, &str); 4] = [
    (
        "users",
        "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(40));\n",
        119705366,
        "617d0be14327e3a17410cf3704811d0083eda236a62032f5ff090d7ddbbb7a11",
        "b6aaed8c3df4496b667ee437fc6643793cde93a764ef52ec3dd0702fbd3935bfff4ea84ac283292793de10d5c1e65a22",
    ),
    (
        "orders",
        "CREATE TABLE orders (\n  id bigint PRIMARY KEY,\n  user_id bigint NOT NULL\n);\n",
        -676502175,
        "686ca44cc808b927d7bc31b7272c6f7f59863ed1d50c1d5d63e2f9b1d11ecb58",
        "8496a523f0a0eb8f9a8a6692e87ddb9f21e7517550fcec87417b4901e69e70a7fbc4013885058c35164b5ec3e3473cb8",
    ),
    (
        "add_note",
        "ALTER TABLE orders ADD COLUMN note varchar(200);\n",
        -662217002,
        "20bfdfb90bb4ede30daf33d5def92771eb68eaa4d28713cb522a52bcd6f8e093",
        "3b22cb56f0f24f1104552649fd782fc23764e9589b2ab80bd569fe429e3c1e1aa0cb154d9f29be0ee8b7fe93f74d6a85",
    ),
    (
        "add_total",
        "ALTER TABLE orders ADD COLUMN total integer;\n",
        -1544390633,
        "7866ad417f4068b69a4d3cee007999d9f31ba1deee44a63d5dd4b57193edbeeb",
        "9d74bc849b37b418d8e6d662b777c8d0c31c43fb36b62ca983c049533ce0c949e5bfdedb45ef6dae251f42cf541605fb",
    ),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ToolName {
    Flyway,
    Sqlx,
    GolangMigrate,
    Confiture,
}
use ToolName::{Confiture, Flyway, GolangMigrate, Sqlx};

impl ToolName {
    fn id(self) -> &'static str {
        match self {
            Flyway => "flyway",
            Sqlx => "sqlx",
            GolangMigrate => "golang-migrate",
            Confiture => "confiture",
        }
    }

    fn path(self, version: usize, name: &str) -> String {
        match self {
            Flyway => format!("db/V{version}__{name}.sql"),
            Sqlx => format!("migrations/{version}_{name}.sql"),
            GolangMigrate | Confiture => format!("migrations/00{version}_{name}.up.sql"),
        }
    }

    /// The ledger's table as the tool makes it.
    fn table(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Flyway, Dialect::Postgres) => {
                r#"CREATE TABLE "public"."flyway_schema_history" ("installed_rank" INT NOT NULL, "version" VARCHAR(50),
                "description" VARCHAR(200) NOT NULL, "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL,
                "checksum" INTEGER, "installed_by" VARCHAR(100) NOT NULL, "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
                "execution_time" INTEGER NOT NULL, "success" BOOLEAN NOT NULL);
                ALTER TABLE "public"."flyway_schema_history"
                    ADD CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank");
                CREATE INDEX "flyway_schema_history_s_idx" ON "public"."flyway_schema_history" ("success");"#
            }
            (Flyway, _) => {
                "CREATE TABLE `flyway_schema_history` (`installed_rank` INT NOT NULL, `version` VARCHAR(50),
                `description` VARCHAR(200) NOT NULL, `type` VARCHAR(20) NOT NULL, `script` VARCHAR(1000) NOT NULL,
                `checksum` INT, `installed_by` VARCHAR(100) NOT NULL,
                `installed_on` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, `execution_time` INT NOT NULL,
                `success` BOOL NOT NULL, CONSTRAINT `flyway_schema_history_pk` PRIMARY KEY (`installed_rank`));
                CREATE INDEX `flyway_schema_history_s_idx` ON `flyway_schema_history` (`success`);"
            }
            (Sqlx, Dialect::Postgres) => {
                "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
                installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum BYTEA NOT NULL,
                execution_time BIGINT NOT NULL);"
            }
            (Sqlx, _) => {
                "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
                installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
                checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);"
            }
            (GolangMigrate, _) => {
                "CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null);"
            }
            (Confiture, _) => {
                "CREATE TABLE tb_confiture (id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
                pk_confiture BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE, slug TEXT NOT NULL UNIQUE,
                version VARCHAR(255) NOT NULL UNIQUE, name VARCHAR(255) NOT NULL,
                applied_at TIMESTAMPTZ NOT NULL DEFAULT NOW(), execution_time_ms INTEGER, checksum VARCHAR(64),
                applied_by TEXT, archived_into VARCHAR(255));
                CREATE INDEX idx_tb_confiture_version ON tb_confiture(version);"
            }
        }
    }

    /// What the tool writes when it has run a migration, or when it failed.
    fn row(self, dialect: Dialect, version: usize, success: bool) -> String {
        let (name, _, crc, sha256, sha384) = MIGRATIONS[version - 1];
        let spaced = name.replace('_', " ");
        match self {
            Flyway => format!(
                "INSERT INTO flyway_schema_history VALUES ({version}, '{version}', '{spaced}', 'SQL', \
                 'V{version}__{name}.sql', {crc}, 'me', CURRENT_TIMESTAMP, 7, {success});"
            ),
            Sqlx => {
                let bytes = if dialect == Dialect::Postgres {
                    format!("'\\x{sha384}'::bytea")
                } else {
                    format!("x'{sha384}'")
                };
                format!(
                    "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                     VALUES ({version}, '{spaced}', {success}, {bytes}, 99);"
                )
            }
            GolangMigrate => format!(
                "DELETE FROM schema_migrations; INSERT INTO schema_migrations VALUES ({version}, {});",
                !success
            ),
            Confiture => format!(
                "INSERT INTO tb_confiture (slug, version, name, checksum) \
                 VALUES ('{name}_00{version}_20250101_000000', '00{version}', '{name}', '{sha256}');"
            ),
        }
    }
}

/// The combinations under test.
fn everywhere(mut test: impl FnMut(ToolName, Dialect)) {
    for dialect in Dialect::ALL {
        for tool in [Flyway, Sqlx, GolangMigrate] {
            test(tool, dialect);
        }
    }
    test(Confiture, Dialect::Postgres);
}

fn files(tool: ToolName) -> Vec<SourceFile> {
    let file = |(i, m): (usize, &(&str, &str, i32, &str, &str))| SourceFile::new(tool.path(i + 1, m.0), m.1);
    MIGRATIONS.iter().enumerate().map(file).collect()
}

/// A database that has the migrations `schema`, whose ledger says `ledger`.
fn database(tool: ToolName, dialect: Dialect, schema: &[usize], ledger: &[usize]) -> Database<'static> {
    let database = servers::of(dialect).create_database("ledger");
    for version in schema {
        database.execute(MIGRATIONS[version - 1].1).unwrap();
    }
    database.execute(tool.table(dialect)).unwrap();
    for version in ledger {
        database.execute(&tool.row(dialect, *version, true)).unwrap();
    }
    database
}

fn audit(tool: &str, database: &Database<'_>, files: &[SourceFile]) -> VerifyReport {
    let live_options = LiveOptions::default();
    let live = snapshot(&database.url(), &live_options).unwrap();
    let format = tools::tool(tool).unwrap().ledger(live.dialect).unwrap();
    let ledger = match format.find(&live).unwrap() {
        Some(table) => format
            .decode(&table, &rows(&database.url(), &format.query(&table), &live_options).unwrap())
            .unwrap(),
        None => format.absent(),
    };
    let options = Options { tool: Some(tool.to_owned()), ..Options::default() };
    verify(files, &ledger, &live, &options).unwrap()
}

#[track_caller]
fn expect(tool: ToolName, database: &Database<'_>, files: &[SourceFile], expected: &[(&str, LedgerState)]) {
    let report = audit(tool.id(), database, files);
    let found: Vec<_> = report.rows.iter().map(|r| (r.version.trim_start_matches('0'), r.state)).collect();
    assert_eq!(found, expected, "{tool:?} on {}: {report:#?}", database.server().release());
    assert!(report.rows.iter().all(|row| !row.detail.is_empty()));
}

const ALL: &[usize] = &[1, 2, 3, 4];

#[test]
fn a_true_ledger_is_in_order() {
    everywhere(|tool, dialect| {
        let db = database(tool, dialect, ALL, ALL);
        expect(tool, &db, &files(tool), &[("1", Ok), ("2", Ok), ("3", Ok), ("4", Ok)]);
        // Nothing ran yet, and half of it.
        let db = database(tool, dialect, &[], &[]);
        expect(tool, &db, &files(tool), &[("1", Pending), ("2", Pending), ("3", Pending), ("4", Pending)]);
        let db = database(tool, dialect, &[1, 2], &[1, 2]);
        expect(tool, &db, &files(tool), &[("1", Ok), ("2", Ok), ("3", Pending), ("4", Pending)]);
    });
}

#[test]
fn files_that_changed_are_found() {
    everywhere(|tool, dialect| {
        let db = database(tool, dialect, ALL, ALL);
        let mut edited = files(tool);
        edited[1].text = edited[1].text.replace("user_id bigint", "user_id bigint, extra integer").into();
        let report = audit(tool.id(), &db, &edited);
        assert!(report.ledger.contains("the schema is not what the files"), "{}", report.ledger);
        if tool != GolangMigrate {
            expect(tool, &db, &edited, &[("1", Ok), ("2", ChecksumMismatch), ("3", Ok), ("4", Ok)]);
        }

        // A comment is an edit for those that keep a checksum.
        let mut comment = files(tool);
        comment[1].text = format!("-- orders\n{}", comment[1].text).into();
        let state = if tool == GolangMigrate { Ok } else { ChecksumMismatch };
        expect(tool, &db, &comment, &[("1", Ok), ("2", state), ("3", Ok), ("4", Ok)]);

        let mut windows = files(tool);
        windows[1].text = windows[1].text.replace('\n', "\r\n").into();
        let state = if matches!(tool, GolangMigrate | Flyway) { Ok } else { ChecksumLineEnds };
        expect(tool, &db, &windows, &[("1", Ok), ("2", state), ("3", Ok), ("4", Ok)]);

        let mut renamed = files(tool);
        renamed[2].path = tool.path(3, "add_remark");
        let state = if tool == GolangMigrate { Ok } else { NameMismatch };
        expect(tool, &db, &renamed, &[("1", Ok), ("2", Ok), ("3", state), ("4", Ok)]);
    });
}

#[test]
fn files_that_are_gone_are_found() {
    everywhere(|tool, dialect| {
        let db = database(tool, dialect, ALL, ALL);
        let mut newest = files(tool);
        newest.pop();
        expect(tool, &db, &newest, &[("1", Ok), ("2", Ok), ("3", Ok), ("4", MissingFile)]);

        let mut renumbered = files(tool);
        renumbered[3].path = tool.path(5, "add_total");
        expect(
            tool,
            &db,
            &renumbered,
            &[("1", Ok), ("2", Ok), ("3", Ok), ("4", MissingFile), ("5", BehindSchema)],
        );
        let report = audit(tool.id(), &db, &renumbered);
        assert_eq!(report.rows[4].detail.contains("renumbered"), tool != GolangMigrate, "{report:#?}");

        // One that made what a later one needs. The schema proves nothing about what ran before it. golang-migrate
        // cannot know that it was there.
        let mut middle = files(tool);
        middle.remove(1);
        if tool != GolangMigrate {
            expect(tool, &db, &middle, &[("1", Ok), ("2", MissingFile), ("3", Ok), ("4", Ok)]);
        }
    });
}

#[test]
fn a_ledger_that_is_ahead_or_behind_is_found() {
    everywhere(|tool, dialect| {
        let db = database(tool, dialect, &[1, 2], ALL);
        expect(tool, &db, &files(tool), &[("1", Ok), ("2", Ok), ("3", AheadOfSchema), ("4", AheadOfSchema)]);
        let db = database(tool, dialect, ALL, &[1, 2]);
        expect(tool, &db, &files(tool), &[("1", Ok), ("2", Ok), ("3", BehindSchema), ("4", BehindSchema)]);
        // A hole in both. One number cannot have a hole: it claims too much.
        let db = database(tool, dialect, &[1, 2, 4], &[1, 2, 4]);
        let state = if tool == GolangMigrate { AheadOfSchema } else { OutOfOrder };
        expect(tool, &db, &files(tool), &[("1", Ok), ("2", Ok), ("3", state), ("4", Ok)]);
    });
}

#[test]
fn failures_are_reported() {
    everywhere(|tool, dialect| {
        if tool == Confiture {
            return;
        }
        let db = database(tool, dialect, &[1, 2], &[1, 2]);
        db.execute(&tool.row(dialect, 3, false)).unwrap();
        expect(tool, &db, &files(tool), &[("1", Ok), ("2", Ok), ("3", Failed), ("4", Pending)]);
    });
}

#[test]
fn a_lost_ledger_is_not_an_empty_one_and_is_not_made() {
    everywhere(|tool, dialect| {
        let db = database(tool, dialect, &[1, 2], &[]);
        let report = audit(tool.id(), &db, &files(tool));
        assert!(report.ledger.ends_with("is empty"), "{}", report.ledger);
        let format = tools::tool(tool.id()).unwrap().ledger(dialect).unwrap();
        db.execute(&format!("DROP TABLE {}", format.table())).unwrap();
        let report = audit(tool.id(), &db, &files(tool));
        assert!(report.ledger.contains("has no table"), "{}", report.ledger);
        let states: Vec<_> = report.rows.iter().map(|r| r.state).collect();
        assert_eq!(states, [BehindSchema, BehindSchema, Pending, Pending]);
        let live = snapshot(&db.url(), &LiveOptions::default()).unwrap();
        assert_eq!(format.find(&live).unwrap(), None);
    });
}

/// The files of every tool, with the four migrations.
fn files_of(tool: &str) -> Vec<SourceFile> {
    let one = |(i, m): (usize, &(&str, &str, i32, &str, &str))| {
        let (version, name, sql) = (i + 1, m.0, m.1);
        match tool {
            "flyway" => SourceFile::new(Flyway.path(version, name), sql),
            "sqlx" => SourceFile::new(Sqlx.path(version, name), sql),
            "golang-migrate" | "confiture" => SourceFile::new(Confiture.path(version, name), sql),
            "dbmate" => SourceFile::new(format!("{version}_{name}.sql"), format!("-- migrate:up\n{sql}")),
            "goose" => SourceFile::new(format!("{version}_{name}.sql"), format!("-- +goose Up\n{sql}")),
            "diesel" => SourceFile::new(format!("2024-01-0{version}-000000_{name}/up.sql"), sql),
            "prisma" | "drizzle 1.0" => {
                SourceFile::new(format!("2024010{version}000000_{name}/migration.sql"), sql)
            }
            "refinery" => SourceFile::new(Flyway.path(version, name), sql),
            "supabase" => {
                SourceFile::new(format!("supabase/migrations/2024010{version}000000_{name}.sql"), sql)
            }
            "node-pg-migrate" | "yoyo" | "drizzle" => SourceFile::new(format!("{version}_{name}.sql"), sql),
            "liquibase" => SourceFile::new(
                format!("db/{version}.sql"),
                format!("--liquibase formatted sql\n--changeset me:{name}\n{sql}--rollback not required\n"),
            ),
            other => panic!("no files for {other}"),
        }
    };
    let mut files: Vec<_> = MIGRATIONS.iter().enumerate().map(one).collect();
    if tool == "drizzle" {
        let entry = |(i, m): (usize, &(&str, &str, i32, &str, &str))| {
            format!("{{\"idx\": {i}, \"when\": {}, \"tag\": \"{}_{}\"}}", 1_700_000_000_000 + i, i + 1, m.0)
        };
        let entries: Vec<_> = MIGRATIONS.iter().enumerate().map(entry).collect();
        files.push(SourceFile::new(
            "meta/_journal.json",
            format!("{{\"entries\": [{}]}}", entries.join(", ")),
        ));
    }
    files
}

#[test]
fn the_ledger_that_history_writes_is_true_and_writing_it_twice_changes_nothing() {
    let mut written = 0;
    for dialect in Dialect::ALL {
        let layouts = tools::ALL.iter().map(|tool| (tool.id, tool.id)).chain([("drizzle", "drizzle 1.0")]);
        for (tool, layout) in layouts {
            let Result::Ok(format) = tools::tool(tool).unwrap().ledger(dialect) else { continue };
            let db = servers::of(dialect).create_database("written");
            for (_, sql, ..) in &MIGRATIONS[..3] {
                db.execute(sql).unwrap();
            }
            let files = files_of(layout);
            let live = snapshot(&db.url(), &LiveOptions::default()).unwrap();
            let options = Options { tool: Some(tool.to_owned()), ..Options::default() };
            let report = history(&files, &live, &options).unwrap();
            let verdicts: Vec<_> = report.migrations.iter().map(|m| m.verdict).collect();
            use Verdict::{Applied, NotApplied};
            assert_eq!(verdicts, [Applied, Applied, Applied, NotApplied], "{report:#?}");
            for _ in 0..2 {
                db.execute(&report.ledger_sql).unwrap_or_else(|e| panic!("{e}\n{}", report.ledger_sql));
                let live = snapshot(&db.url(), &LiveOptions::default()).unwrap();
                let table = format.find(&live).unwrap().expect("the script makes the table");
                let found = rows(&db.url(), &format.query(&table), &LiveOptions::default()).unwrap();
                let entries = format.decode(&table, &found).unwrap().entries.len();
                assert_eq!(entries, if format.is_high_water() { 1 } else { 3 }, "{}", tool);
                let states: Vec<_> = audit(tool, &db, &files).rows.iter().map(|r| r.state).collect();
                assert_eq!(states, [Ok, Ok, Ok, Pending], "{}", tool);
                // The ledger is none of the migrations' business.
                assert!(history(&files, &live, &options).unwrap().residual.is_empty());
            }
            written += 1;
        }
    }
    assert_eq!(written, 15 + 12 + 12);
}
