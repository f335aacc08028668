//! More formats. The facts are those of the tools' sources: refinery 0.10, Drizzle 0.45 and 1.0, Supabase's command
//! line 2, yoyo 9, node-pg-migrate 9, Liquibase 4.28.
use super::{
    Checksum, Entry, EntryState, Format,
    Reading::{IfPresent, Text, Unread},
    Versions,
    formats::{applied_if, by_family, migration},
    write,
};
use crate::{
    target::Dialect,
    tools::{MigrationSet, liquibase},
};

/// What most of them have in common; what is not given here is given by each.
macro_rules! format {
    ($($field:ident: $value:expr,)*) => {
        Format { $($field: $value,)* name_length: None, high_water: false }
    };
}

pub(in crate::tools) static REFINERY: Format = format! {
    table: "refinery_schema_history",
    home: None,
    upper_case: false,
    columns: &[("version", Text), ("name", Text), ("applied_on", Unread), ("checksum", Text)],
    foreign_columns: &[],
    order: "version",
    versions: Versions::Numbers,
    checksum: Checksum::SipHash,
    entry: |row| {
        Ok(Some(Entry {
            name: row.optional(1).map(str::to_owned),
            checksum: row.optional(3).map(str::to_owned),
            ..migration(row.text(0)?, EntryState::Applied)
        }))
    },
    create: |_| Some(
        "CREATE TABLE IF NOT EXISTS refinery_schema_history (
    version INT4 PRIMARY KEY,
    name VARCHAR(255),
    applied_on VARCHAR(255),
    checksum VARCHAR(255)
);",
    ),
    create_for: |_, set| {
        let wide = |version: &str| version.parse::<i32>().is_err();
        set.migrations.iter().any(|m| wide(&m.version)).then_some(
            "CREATE TABLE IF NOT EXISTS refinery_schema_history (
    version INT8 PRIMARY KEY,
    name VARCHAR(255),
    applied_on VARCHAR(255),
    checksum VARCHAR(255)
);",
        )
    },
    insert: write::refinery,
    made_up: "`applied_on` becomes the time of writing; the checksums are those of a program with versions of 32 bits \
              unless one is longer",
    lock: |_| "none: see to it that no program that migrates starts",
};

pub(in crate::tools) static SUPABASE: Format = format! {
    table: "schema_migrations",
    home: Some("supabase_migrations"),
    upper_case: false,
    columns: &[("version", Text), ("statements", Unread), ("name", IfPresent)],
    foreign_columns: &["dirty", "inserted_at"],
    order: "version",
    versions: Versions::Text,
    checksum: Checksum::None,
    entry: |row| {
        Ok(Some(Entry {
            name: row.optional(2).map(str::to_owned),
            ..migration(row.text(0)?, EntryState::Applied)
        }))
    },
    create: |dialect| {
        (dialect == Dialect::Postgres).then_some(
            "CREATE SCHEMA IF NOT EXISTS supabase_migrations;
CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY);
ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS statements text[];
ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS name text;",
        )
    },
    create_for: |_, _| None,
    insert: write::supabase,
    made_up: "`statements`, where Supabase keeps the SQL that it ran, is left empty",
    lock: |_| "none: see to it that nobody runs `supabase db push`",
};

pub(in crate::tools) static NODE_PG_MIGRATE: Format = format! {
    table: "pgmigrations",
    home: None,
    upper_case: false,
    columns: &[("name", Text), ("run_on", Unread)],
    foreign_columns: &[],
    order: "run_on, id",
    versions: Versions::Listed,
    checksum: Checksum::None,
    entry: |row| Ok(Some(migration(row.text(0)?, EntryState::Applied))),
    create: |dialect| {
        (dialect == Dialect::Postgres).then_some(
            "CREATE TABLE IF NOT EXISTS pgmigrations (
    id SERIAL PRIMARY KEY,
    name varchar(255) NOT NULL,
    run_on timestamp NOT NULL
);",
        )
    },
    create_for: |_, _| None,
    insert: write::node_pg_migrate,
    made_up: "`run_on` becomes the time of writing; node-pg-migrate refuses to run when the rows are not the first \
              migrations in their order",
    lock: |_| "`pg_advisory_lock(7241865325823964)`",
};

pub(in crate::tools) static YOYO: Format = format! {
    table: "_yoyo_migration",
    home: None,
    upper_case: false,
    columns: &[("migration_id", Text), ("migration_hash", Unread)],
    foreign_columns: &[],
    order: "applied_at_utc, migration_id",
    versions: Versions::Listed,
    checksum: Checksum::None,
    entry: |row| Ok(Some(migration(row.text(0)?, EntryState::Applied))),
    create: |dialect| {
        Some(by_family(
            dialect,
            "CREATE TABLE IF NOT EXISTS _yoyo_log (
    id VARCHAR(36) PRIMARY KEY,
    migration_hash VARCHAR(64),
    migration_id VARCHAR(255),
    operation VARCHAR(10),
    username VARCHAR(255),
    hostname VARCHAR(255),
    comment VARCHAR(255),
    created_at_utc TIMESTAMP
);
CREATE TABLE IF NOT EXISTS _yoyo_version (version INT NOT NULL PRIMARY KEY, installed_at_utc TIMESTAMP);
INSERT INTO _yoyo_version (version, installed_at_utc)
SELECT 2, now() AT TIME ZONE 'UTC' WHERE NOT EXISTS (SELECT 1 FROM _yoyo_version);
CREATE TABLE IF NOT EXISTS _yoyo_migration (
    migration_hash VARCHAR(64) PRIMARY KEY,
    migration_id VARCHAR(255),
    applied_at_utc TIMESTAMP
);",
            "CREATE TABLE IF NOT EXISTS _yoyo_log (
    id VARCHAR(36) PRIMARY KEY,
    migration_hash VARCHAR(64),
    migration_id VARCHAR(255),
    operation VARCHAR(10),
    username VARCHAR(255),
    hostname VARCHAR(255),
    comment VARCHAR(255),
    created_at_utc TIMESTAMP NULL
);
CREATE TABLE IF NOT EXISTS _yoyo_version (version INT NOT NULL PRIMARY KEY, installed_at_utc TIMESTAMP NULL);
INSERT INTO _yoyo_version (version, installed_at_utc)
SELECT 2, UTC_TIMESTAMP() FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM _yoyo_version);
CREATE TABLE IF NOT EXISTS _yoyo_migration (
    migration_hash VARCHAR(64) PRIMARY KEY,
    migration_id VARCHAR(255),
    applied_at_utc TIMESTAMP NULL
);",
        ))
    },
    create_for: |_, _| None,
    insert: write::yoyo,
    made_up: "`applied_at_utc` becomes the time of writing; nothing is added to `_yoyo_log`, which yoyo only writes",
    lock: |_| "the row with `locked` 1 in the table `yoyo_lock`",
};

/// Whether the folders are those of Drizzle 1.0.
fn has_folders(set: &MigrationSet) -> bool {
    let file = |file: usize| set.files.get(file).is_some_and(|f| f.file_name() == "migration.sql");
    set.migrations.iter().any(|m| file(m.up.file))
}

pub(in crate::tools) static DRIZZLE: Format = format! {
    table: "__drizzle_migrations",
    home: Some("drizzle"),
    upper_case: false,
    columns: &[("hash", Text), ("created_at", Text), ("name", IfPresent)],
    foreign_columns: &[],
    order: "created_at, id",
    versions: Versions::Listed,
    checksum: Checksum::Sha256,
    entry: |row| {
        let key = row.optional(2).or(row.optional(1)).unwrap_or_default();
        Ok(Some(Entry {
            checksum: Some(row.text(0)?.to_owned()),
            ..migration(key, EntryState::Applied)
        }))
    },
    create: |dialect| {
        Some(by_family(
            dialect,
            "CREATE SCHEMA IF NOT EXISTS drizzle;
CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (
    id SERIAL PRIMARY KEY,
    hash text NOT NULL,
    created_at bigint
);",
            "CREATE TABLE IF NOT EXISTS __drizzle_migrations (
    id serial PRIMARY KEY,
    hash text NOT NULL,
    created_at bigint
);",
        ))
    },
    create_for: |dialect, set| {
        has_folders(set).then_some(by_family(
            dialect,
            "CREATE SCHEMA IF NOT EXISTS drizzle;
CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (
    id SERIAL PRIMARY KEY,
    hash text NOT NULL,
    created_at bigint,
    name text,
    applied_at timestamp with time zone DEFAULT now()
);",
            "CREATE TABLE IF NOT EXISTS __drizzle_migrations (
    id serial PRIMARY KEY,
    hash text NOT NULL,
    created_at bigint,
    name text,
    applied_at timestamp DEFAULT CURRENT_TIMESTAMP
);",
        ))
    },
    insert: write::drizzle,
    made_up: "`created_at` is the time of the journal; up to 0.x Drizzle runs only what is newer than the newest row, whatever the others say",
    lock: |_| "none: see to it that no program that migrates starts",
};

pub(in crate::tools) static LIQUIBASE: Format = format! {
    table: "databasechangelog",
    home: None,
    upper_case: true,
    columns: &[
        ("filename", Text),
        ("id", Text),
        ("author", Text),
        ("md5sum", Text),
        ("exectype", Text),
    ],
    foreign_columns: &[],
    order: "dateexecuted, orderexecuted",
    versions: Versions::Listed,
    checksum: Checksum::Liquibase9,
    entry: |row| {
        let key = liquibase::version(row.text(0)?, row.text(1)?, row.text(2)?);
        // The checksums of releases before 4.22 are made otherwise.
        let checksum = row.optional(3).filter(|sum| sum.starts_with("9:")).map(str::to_owned);
        let ran = !matches!(row.text(4)?, "FAILED" | "SKIPPED");
        Ok(Some(Entry { checksum, ..migration(&key, applied_if(ran, EntryState::Failed)) }))
    },
    create: |dialect| {
        Some(by_family(
            dialect,
            "CREATE TABLE IF NOT EXISTS databasechangelog (
    id varchar(255) NOT NULL,
    author varchar(255) NOT NULL,
    filename varchar(255) NOT NULL,
    dateexecuted timestamp NOT NULL,
    orderexecuted int NOT NULL,
    exectype varchar(10) NOT NULL,
    md5sum varchar(35),
    description varchar(255),
    comments varchar(255),
    tag varchar(255),
    liquibase varchar(20),
    contexts varchar(255),
    labels varchar(255),
    deployment_id varchar(10)
);",
            "CREATE TABLE IF NOT EXISTS DATABASECHANGELOG (
    ID varchar(255) NOT NULL,
    AUTHOR varchar(255) NOT NULL,
    FILENAME varchar(255) NOT NULL,
    DATEEXECUTED datetime NOT NULL,
    ORDEREXECUTED int NOT NULL,
    EXECTYPE varchar(10) NOT NULL,
    MD5SUM varchar(35) NULL,
    DESCRIPTION varchar(255) NULL,
    COMMENTS varchar(255) NULL,
    TAG varchar(255) NULL,
    LIQUIBASE varchar(20) NULL,
    CONTEXTS varchar(255) NULL,
    LABELS varchar(255) NULL,
    DEPLOYMENT_ID varchar(10) NULL
);",
        ))
    },
    create_for: |_, _| None,
    insert: write::liquibase,
    made_up: "`dateexecuted` becomes the time of writing; `filename` is the path as it was given here: make it the one \
              that Liquibase is given",
    lock: |_| "the row of the table `databasechangeloglock`: `UPDATE … SET locked = TRUE WHERE id = 1 AND NOT locked`",
};
