//! The formats, one constant a tool. The facts are those of the tools' sources: Flyway 10, sqlx 0.8, golang-migrate 4,
//! dbmate 2, goose 3, Diesel 2, Prisma 6, Confiture 1.29.
use super::{
    Checksum, Entry, EntryKind, EntryState, Format,
    Reading::{Hex, IfPresent, Text},
    Versions, write,
};
use crate::{dialect::introspect::Fields, error::Error, target::Dialect};

pub(super) fn by_family(dialect: Dialect, postgres: &'static str, mysql: &'static str) -> &'static str {
    if dialect.is_mysql_family() { mysql } else { postgres }
}

pub(super) fn migration(version: &str, state: EntryState) -> Entry {
    Entry { version: version.to_owned(), name: None, kind: EntryKind::Migration, state, checksum: None }
}

pub(super) fn applied_if(applied: bool, otherwise: EntryState) -> EntryState {
    if applied { EntryState::Applied } else { otherwise }
}

pub(in crate::tools) static FLYWAY: Format = Format {
    table: "flyway_schema_history",
    home: None,
    columns: &[
        ("version", Text),
        ("description", Text),
        ("type", Text),
        ("checksum", Text),
        ("success", Text),
    ],
    foreign_columns: &[],
    upper_case: false,
    order: "installed_rank",
    versions: Versions::Numbers,
    checksum: Checksum::Crc32OfLines,
    name_length: Some(200),
    high_water: false,
    entry: flyway,
    create: |dialect| {
        Some(by_family(
            dialect,
            "CREATE TABLE IF NOT EXISTS flyway_schema_history (
    installed_rank INT NOT NULL,
    version VARCHAR(50),
    description VARCHAR(200) NOT NULL,
    type VARCHAR(20) NOT NULL,
    script VARCHAR(1000) NOT NULL,
    checksum INTEGER,
    installed_by VARCHAR(100) NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT now(),
    execution_time INTEGER NOT NULL,
    success BOOLEAN NOT NULL,
    CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank)
);
CREATE INDEX IF NOT EXISTS flyway_schema_history_s_idx ON flyway_schema_history (success);",
            "CREATE TABLE IF NOT EXISTS flyway_schema_history (
    installed_rank INT NOT NULL,
    version VARCHAR(50),
    description VARCHAR(200) NOT NULL,
    type VARCHAR(20) NOT NULL,
    script VARCHAR(1000) NOT NULL,
    checksum INT,
    installed_by VARCHAR(100) NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    execution_time INT NOT NULL,
    success BOOL NOT NULL,
    CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank),
    INDEX flyway_schema_history_s_idx (success)
);",
        ))
    },
    create_for: |_, _| None,
    insert: write::flyway,
    made_up: "`installed_on` becomes the time of writing, `installed_by` the user who writes, `execution_time` 0; \
              `script` is the file's name without folders",
    lock: |dialect| {
        by_family(
            dialect,
            "`pg_advisory_lock(77431708279161 + h)`, h being Java's hash of the table's quoted name: 77433833903597 for \
             \"public\".\"flyway_schema_history\"",
            "`GET_LOCK('Flyway-h', 10)`, h being Java's hash of the table's quoted name with its database",
        )
    },
};

fn flyway(row: &Fields<'_>) -> Result<Option<Entry>, Error> {
    let (version, success) = (row.optional(0).unwrap_or_default(), row.flag(4)?);
    let (kind, state) = match row.text(2)? {
        // A note that the schema was made by Flyway.
        "SCHEMA" => return Ok(None),
        kind if kind.ends_with("BASELINE") => (EntryKind::UpTo, applied_if(success, EntryState::Failed)),
        // `repair` writes it for a migration whose file is gone.
        "DELETE" => (EntryKind::Migration, EntryState::RolledBack),
        kind if kind.starts_with("UNDO") => {
            (EntryKind::Migration, if success { EntryState::RolledBack } else { EntryState::Failed })
        }
        "SQL" => (EntryKind::Migration, applied_if(success, EntryState::Failed)),
        _ => (EntryKind::Code, applied_if(success, EntryState::Failed)),
    };
    let kind = if version.is_empty() && kind == EntryKind::Migration { EntryKind::Repeatable } else { kind };
    Ok(Some(Entry {
        name: Some(row.text(1)?.to_owned()),
        kind,
        // The row that undoes a migration has the checksum of the file that undid it.
        checksum: row.optional(3).filter(|_| state != EntryState::RolledBack).map(str::to_owned),
        ..migration(version, state)
    }))
}

pub(in crate::tools) static SQLX: Format = Format {
    table: "_sqlx_migrations",
    home: None,
    columns: &[("version", Text), ("description", Text), ("checksum", Hex), ("success", Text)],
    foreign_columns: &[],
    upper_case: false,
    order: "version",
    versions: Versions::Numbers,
    checksum: Checksum::Sha384,
    name_length: None,
    high_water: false,
    entry: |row| {
        Ok(Some(Entry {
            name: Some(row.text(1)?.to_owned()),
            checksum: Some(row.text(2)?.to_owned()),
            ..migration(row.text(0)?, applied_if(row.flag(3)?, EntryState::Failed))
        }))
    },
    create: |dialect| {
        Some(by_family(
            dialect,
            "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
    success BOOLEAN NOT NULL,
    checksum BYTEA NOT NULL,
    execution_time BIGINT NOT NULL
);",
            "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);",
        ))
    },
    create_for: |_, _| None,
    insert: write::sqlx,
    made_up: "`installed_on` becomes the time of writing, `execution_time` -1, which sqlx writes where it has no time",
    lock: |dialect| {
        by_family(
            dialect,
            "`pg_advisory_lock(0x3d32ad9e * c)`, c being the CRC-32 of the database's name",
            "`GET_LOCK(x, -1)`, x being 0x3d32ad9e times the CRC-32 of the database's name in hexadecimal digits",
        )
    },
};

pub(in crate::tools) static GOLANG_MIGRATE: Format = Format {
    table: "schema_migrations",
    home: None,
    columns: &[("version", Text), ("dirty", Text)],
    foreign_columns: &[],
    upper_case: false,
    order: "version",
    versions: Versions::Numbers,
    checksum: Checksum::None,
    name_length: None,
    high_water: true,
    entry: |row| {
        let state = if row.flag(1)? { EntryState::Failed } else { EntryState::Applied };
        Ok(Some(Entry { kind: EntryKind::UpTo, ..migration(row.text(0)?, state) }))
    },
    create: |_| {
        Some(
            "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint not null primary key, dirty boolean not null);",
        )
    },
    create_for: |_, _| None,
    insert: write::golang_migrate,
    made_up: "the ledger has one row: the number up to which every migration counts as applied",
    lock: |dialect| {
        by_family(
            dialect,
            "`pg_advisory_lock(c * 1486364155 mod 2^32)`, c being the CRC-32 of schema, table and database, a zero byte \
             between them",
            "`GET_LOCK(n, 10)`, n being c * 1486364155 mod 2^32 and c the CRC-32 of `database:schema_migrations`",
        )
    },
};

pub(in crate::tools) static DBMATE: Format = Format {
    table: "schema_migrations",
    home: None,
    columns: &[("version", Text)],
    foreign_columns: &["dirty", "statements", "inserted_at"],
    upper_case: false,
    order: "version",
    versions: Versions::Text,
    checksum: Checksum::None,
    name_length: None,
    high_water: false,
    entry: |row| Ok(Some(migration(row.text(0)?, EntryState::Applied))),
    create: |dialect| {
        Some(by_family(
            dialect,
            "CREATE TABLE IF NOT EXISTS schema_migrations (version varchar primary key);",
            "CREATE TABLE IF NOT EXISTS schema_migrations (version varchar(128) primary key);",
        ))
    },
    create_for: |_, _| None,
    insert: |new| write::plain(new, "version", &[]),
    made_up: "",
    lock: |_| "none: see to it that nobody runs dbmate",
};

pub(in crate::tools) static GOOSE: Format = Format {
    table: "goose_db_version",
    home: None,
    columns: &[("version_id", Text), ("is_applied", Text)],
    foreign_columns: &[],
    upper_case: false,
    order: "id",
    versions: Versions::Numbers,
    checksum: Checksum::None,
    name_length: None,
    high_water: false,
    entry: |row| {
        let version = row.text(0)?;
        // The first row says that the table is there.
        Ok((version != "0").then_some(migration(version, applied_if(row.flag(1)?, EntryState::RolledBack))))
    },
    create: |dialect| {
        Some(by_family(
            dialect,
            "CREATE TABLE IF NOT EXISTS goose_db_version (
    id integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp NOT NULL DEFAULT now()
);
INSERT INTO goose_db_version (version_id, is_applied)
SELECT 0, TRUE WHERE NOT EXISTS (SELECT 1 FROM goose_db_version WHERE version_id = 0);",
            "CREATE TABLE IF NOT EXISTS goose_db_version (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp NULL DEFAULT now(),
    PRIMARY KEY (id)
);
INSERT INTO goose_db_version (version_id, is_applied)
SELECT 0, TRUE FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM goose_db_version WHERE version_id = 0);",
        ))
    },
    create_for: |_, _| None,
    insert: |new| write::plain(new, "version_id", &[("is_applied", "TRUE".into())]),
    made_up: "`tstamp` becomes the time of writing",
    lock: |dialect| {
        by_family(
            dialect,
            "`pg_advisory_lock(4097083626)` if the program that runs goose asks for it, otherwise none",
            "none: see to it that nobody runs goose",
        )
    },
};

pub(in crate::tools) static DIESEL: Format = Format {
    table: "__diesel_schema_migrations",
    home: None,
    columns: &[("version", Text)],
    foreign_columns: &[],
    upper_case: false,
    order: "version",
    versions: Versions::Text,
    checksum: Checksum::None,
    name_length: None,
    high_water: false,
    entry: |row| Ok(Some(migration(row.text(0)?, EntryState::Applied))),
    create: |_| {
        Some(
            "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (
    version VARCHAR(50) PRIMARY KEY NOT NULL,
    run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);",
        )
    },
    create_for: |_, _| None,
    insert: |new| write::plain(new, "version", &[]),
    made_up: "`run_on` becomes the time of writing",
    lock: |_| "none: see to it that nobody runs Diesel's migrations",
};

pub(in crate::tools) static PRISMA: Format = Format {
    table: "_prisma_migrations",
    home: None,
    columns: &[("migration_name", Text), ("checksum", Text), ("finished_at", Text), ("rolled_back_at", Text)],
    foreign_columns: &[],
    upper_case: false,
    order: "started_at, id",
    versions: Versions::Text,
    checksum: Checksum::Sha256AnyLineEnds,
    name_length: None,
    high_water: false,
    entry: |row| {
        let state = match (row.optional(2), row.optional(3)) {
            (_, Some(_)) => EntryState::RolledBack,
            (Some(_), None) => EntryState::Applied,
            (None, None) => EntryState::Failed,
        };
        Ok(Some(Entry { checksum: Some(row.text(1)?.to_owned()), ..migration(row.text(0)?, state) }))
    },
    create: |dialect| {
        Some(by_family(
            dialect,
            "CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
);",
            "CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at DATETIME(3),
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at DATETIME(3),
    started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;",
        ))
    },
    create_for: |_, _| None,
    insert: write::prisma,
    made_up: "`started_at` and `finished_at` become the time of writing, `applied_steps_count` 0 and `logs` empty, as \
              Prisma writes for a migration that is declared applied",
    lock: |dialect| by_family(dialect, "`pg_advisory_lock(72707369)`", "`GET_LOCK('prisma_migrate', 10)`"),
};

pub(in crate::tools) static CONFITURE: Format = Format {
    table: "tb_confiture",
    home: None,
    columns: &[("version", Text), ("name", Text), ("checksum", Text), ("archived_into", IfPresent)],
    foreign_columns: &[],
    upper_case: false,
    order: "applied_at, pk_confiture",
    versions: Versions::Text,
    checksum: Checksum::Sha256,
    name_length: None,
    high_water: false,
    entry: |row| {
        // A migration that was squashed into a baseline is kept for the record and never checked.
        if row.optional(3).is_some() {
            return Ok(None);
        }
        Ok(Some(Entry {
            name: Some(row.text(1)?.to_owned()),
            checksum: row.optional(2).map(str::to_owned),
            ..migration(row.text(0)?, EntryState::Applied)
        }))
    },
    create: |dialect| {
        (dialect == Dialect::Postgres).then_some(
            "CREATE TABLE IF NOT EXISTS tb_confiture (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    pk_confiture BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    version VARCHAR(255) NOT NULL UNIQUE,
    name VARCHAR(255) NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    execution_time_ms INTEGER,
    checksum VARCHAR(64),
    applied_by TEXT,
    archived_into VARCHAR(255)
);
CREATE INDEX IF NOT EXISTS idx_tb_confiture_pk_confiture ON tb_confiture (pk_confiture);
CREATE INDEX IF NOT EXISTS idx_tb_confiture_slug ON tb_confiture (slug);
CREATE INDEX IF NOT EXISTS idx_tb_confiture_version ON tb_confiture (version);
CREATE INDEX IF NOT EXISTS idx_tb_confiture_applied_at ON tb_confiture (applied_at DESC);",
        )
    },
    create_for: |_, _| None,
    insert: write::confiture,
    made_up: "`applied_at` becomes the time of writing, `applied_by` the user who writes; `execution_time_ms` is left \
              empty",
    lock: |_| {
        "`pg_advisory_lock(1751936052, k)`, k being the first four bytes of the SHA-256 of the database's name without \
         their highest bit"
    },
};
