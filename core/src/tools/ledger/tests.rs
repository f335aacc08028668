//! Every format: rows in, entries out; and the ledger written from nothing.
use super::*;
use crate::{
    catalog::Column,
    target::Dialect::{MariaDb, MySql, Postgres},
    tools::{self, SourceFile},
};

fn format(tool: &str, dialect: Dialect) -> LedgerFormat {
    tools::tool(tool).unwrap().ledger(dialect).unwrap()
}

fn show(ledger: &Ledger) -> String {
    let lines = ledger.entries.iter().map(|e| {
        let name = e.name.as_deref().map_or(String::new(), |n| format!(" {n:?}"));
        let sum = e.checksum.as_deref().map_or(String::new(), |c| format!(" #{c}"));
        let version = if e.version.is_empty() { "-" } else { &e.version };
        format!("{version}{name} {:?} {:?}{sum}", e.kind, e.state)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn check(tool: &str, dialect: Dialect, rows: &[&[&str]], expected: &str) {
    let null = |text: &&str| (*text != "NULL").then(|| (*text).to_owned());
    let rows: Vec<Row> = rows.iter().map(|row| row.iter().map(null).collect()).collect();
    let table = ObjectName::bare("ledger");
    let ledger = format(tool, dialect).decode(&table, &rows).unwrap();
    let expected: Vec<_> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(show(&ledger), expected.join("\n"));
    let json = serde_json::to_string(&ledger).unwrap();
    assert_eq!(serde_json::from_str::<Ledger>(&json).unwrap(), ledger);
}

#[test]
fn the_rows_of_each_tool_say_what_became_of_a_migration() {
    check(
        "flyway",
        MySql,
        &[
            &["NULL", "<< Flyway Schema Creation >>", "SCHEMA", "NULL", "1"],
            &["1", "<< Flyway Baseline >>", "BASELINE", "NULL", "1"],
            &["1.1", "users", "SQL", "-12", "1"],
            &["2", "code", "JDBC", "NULL", "1"],
            &["NULL", "views", "SQL", "7", "1"],
            &["3", "x", "SQL", "8", "0"],
            &["1.1", "users", "UNDO_SQL", "9", "1"],
            &["4", "gone", "DELETE", "10", "1"],
        ],
        r#"1 "<< Flyway Baseline >>" UpTo Applied
        1.1 "users" Migration Applied #-12
        2 "code" Code Applied
        - "views" Repeatable Applied #7
        3 "x" Migration Failed #8
        1.1 "users" Migration RolledBack
        4 "gone" Migration RolledBack"#,
    );
    check(
        "sqlx",
        Postgres,
        &[&["1", "users", "ab", "true"], &["20240101000000", "x", "cd", "false"]],
        r#"1 "users" Migration Applied #ab
        20240101000000 "x" Migration Failed #cd"#,
    );
    check("golang-migrate", Postgres, &[&["3", "f"]], "3 UpTo Applied");
    check("golang-migrate", MariaDb, &[&["3", "1"]], "3 UpTo Failed");
    check("golang-migrate", MySql, &[], "");
    check("dbmate", Postgres, &[&["001"]], "001 Migration Applied");
    check("refinery", Postgres, &[&["1", "users", "NULL", "9"]], r#"1 "users" Migration Applied #9"#);
    check("supabase", Postgres, &[&["20240101000000", "NULL", "NULL"]], "20240101000000 Migration Applied");
    check("node-pg-migrate", Postgres, &[&["1_a", "NULL"]], "1_a Migration Applied");
    check("yoyo", MySql, &[&["1_a", "NULL"]], "1_a Migration Applied");
    check(
        "drizzle",
        Postgres,
        &[&["ab", "1700000000000", "NULL"], &["cd", "1700000000001", "20240101000000_x"]],
        "1700000000000 Migration Applied #ab
        20240101000000_x Migration Applied #cd",
    );
    check(
        "liquibase",
        MySql,
        &[
            &["db/a.sql", "1", "bob", "9:ab", "EXECUTED"],
            &["db/a.sql", "2", "bob", "8:ab", "MARK_RAN"],
            &["db/a.sql", "3", "bob", "NULL", "FAILED"],
        ],
        "db/a.sql::1::bob Migration Applied #9:ab
        db/a.sql::2::bob Migration Applied
        db/a.sql::3::bob Migration Failed",
    );
    check("diesel", MySql, &[&["20240101000000"]], "20240101000000 Migration Applied");
    check(
        "goose",
        Postgres,
        &[&["0", "true"], &["1", "true"], &["2", "true"], &["2", "false"]],
        "1 Migration Applied\n2 Migration Applied\n2 Migration RolledBack",
    );
    check(
        "prisma",
        Postgres,
        &[&["1_a", "ab", "2024", "NULL"], &["2_b", "cd", "NULL", "NULL"], &["2_b", "cd", "NULL", "2025"]],
        "1_a Migration Applied #ab\n2_b Migration Failed #cd\n2_b Migration RolledBack #cd",
    );
    check(
        "confiture",
        Postgres,
        &[&["001", "users", "ab", "NULL"], &["002", "x", "NULL", "NULL"], &["000", "old", "cd", "001"]],
        r#"001 "users" Migration Applied #ab
        002 "x" Migration Applied"#,
    );
}

#[test]
fn rows_of_another_shape_are_refused() {
    let table = ObjectName::bare("t");
    for (tool, row) in [
        ("flyway", vec![]),
        ("sqlx", vec![Some("1".to_owned()), Some("x".to_owned()), None, Some("1".to_owned())]),
        ("goose", vec![Some("1".to_owned()), Some("perhaps".to_owned())]),
    ] {
        let error = format(tool, Postgres).decode(&table, &[row]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert!(tools::tool("plain").unwrap().ledger(Postgres).is_err());
    assert!(tools::tool("confiture").unwrap().ledger(MySql).is_err());
}

fn with_tables(tables: &[(&str, &[&str])]) -> Catalog {
    let mut catalog = Catalog::new(Postgres, Postgres.default_version());
    for (name, columns) in tables {
        let (schema, name) = name.split_once('.').unwrap_or(("public", name));
        let columns = columns.iter().map(|c| Column { name: (*c).into(), ..Column::default() }).collect();
        catalog.tables.insert(Table { columns, ..Table::new(ObjectName::new(schema, name)) });
    }
    catalog
}

#[test]
fn ledgers_are_told_by_their_columns() {
    let golang = with_tables(&[("schema_migrations", &["version", "dirty"])]);
    let dbmate = with_tables(&[("schema_migrations", &["version"])]);
    let found = |tool: &str, catalog: &Catalog| format(tool, Postgres).find(catalog);
    assert!(found("golang-migrate", &golang).unwrap().is_some());
    assert!(found("dbmate", &dbmate).unwrap().is_some());
    let error = found("dbmate", &golang).unwrap_err();
    assert!(error.message().contains("`--tool golang-migrate`"), "{error}");
    assert!(found("golang-migrate", &dbmate).is_err());
    assert_eq!(found("goose", &golang).unwrap(), None);
    // Another schema will do if it is the only one; `public` is preferred; two others are too many.
    let columns: &[&str] = &["version", "dirty"];
    let elsewhere = with_tables(&[("app.schema_migrations", columns)]);
    assert_eq!(found("golang-migrate", &elsewhere).unwrap().unwrap().to_string(), "app.schema_migrations");
    let both = with_tables(&[("app.schema_migrations", columns), ("schema_migrations", columns)]);
    assert_eq!(found("golang-migrate", &both).unwrap().unwrap().schema_str(), "public");
    let many = with_tables(&[("app.schema_migrations", columns), ("b.schema_migrations", columns)]);
    assert!(found("golang-migrate", &many).is_err());

    for table in golang.tables.iter().chain(dbmate.tables.iter()) {
        assert!(is_ledger(table));
    }
    let own = with_tables(&[("flyway_schema_history", &["id"]), ("users", &["version", "dirty"])]);
    assert!(!own.tables.iter().any(|t| is_ledger(t)));
}

#[test]
fn the_database_tells_the_tool_of_ambiguous_files() {
    let files = |names: &[&str]| names.iter().map(|n| SourceFile::new(*n, "")).collect::<Vec<_>>();
    let sqlx = with_tables(&[("_sqlx_migrations", &["version", "description", "checksum", "success"])]);
    let none = with_tables(&[]);
    let simple = files(&["1_a.sql", "2_b.sql"]);
    assert_eq!(tool_of(&simple, &none, None).unwrap().id, "plain");
    assert_eq!(tool_of(&simple, &sqlx, None).unwrap().id, "sqlx");
    assert_eq!(tool_of(&simple, &sqlx, Some("plain")).unwrap().id, "plain");
    let pairs = files(&["1_a.up.sql", "1_a.down.sql"]);
    assert_eq!(tool_of(&pairs, &none, None).unwrap().id, "golang-migrate");
    assert_eq!(tool_of(&pairs, &sqlx, None).unwrap().id, "sqlx");
    let flyway = files(&["V1__a.sql"]);
    assert_eq!(tool_of(&flyway, &sqlx, None).unwrap().id, "flyway");
}

#[test]
fn versions_are_compared_as_the_tool_does() {
    let same = |tool: &str, a: &str, b: &str| {
        let format = format(tool, Postgres);
        format.version_key(a) == format.version_key(b)
    };
    assert!(same("flyway", "1.0", "1") && same("flyway", "1_2", "1.02") && !same("flyway", "1.10", "1.1"));
    assert!(same("sqlx", "001", "1") && same("golang-migrate", "0", "00") && !same("sqlx", "10", "1"));
    assert!(!same("dbmate", "001", "1") && !same("confiture", "001", "1"));
}

#[test]
fn tables_of_one_name_are_told_apart() {
    let tables: &[(&str, &[&str], &str)] = &[
        ("schema_migrations", &["version", "dirty"], "golang-migrate"),
        ("schema_migrations", &["version"], "dbmate"),
        ("schema_migrations", &["version", "inserted_at"], ""),
        ("supabase_migrations.schema_migrations", &["version", "statements", "name"], "supabase"),
        ("supabase_migrations.schema_migrations", &["version", "statements"], "supabase"),
        ("drizzle.__drizzle_migrations", &["id", "hash", "created_at"], "drizzle"),
        ("databasechangelog", &["id", "author", "filename", "md5sum", "exectype"], "liquibase"),
    ];
    for (name, columns, owner) in tables {
        let catalog = with_tables(&[(name, columns)]);
        let found: Vec<_> = tools_with_ledger(&catalog).iter().map(|t| t.id).collect();
        assert_eq!(found, if owner.is_empty() { vec![] } else { vec![*owner] }, "{name} {columns:?}");
    }
    // A table that is another tool's does not hide the one in the tool's own schema, and is no mistake.
    let golang: (&str, &[&str]) = ("schema_migrations", &["version", "dirty"]);
    assert_eq!(format("supabase", Postgres).find(&with_tables(&[golang])).unwrap(), None);
    let both = with_tables(&[golang, ("supabase_migrations.schema_migrations", &["version", "statements"])]);
    let found = format("supabase", Postgres).find(&both).unwrap().unwrap();
    assert_eq!(found.schema_str(), "supabase_migrations");
}

#[test]
fn what_the_ledger_calls_a_migration_is_resolved() {
    let header = "--liquibase formatted sql\n--changeset me:1\nselect 1;\n";
    type Case<'a> = (&'a str, &'a [&'a str], &'a [(&'a str, &'a str)]);
    let cases: &[Case<'_>] = &[
        (
            "liquibase",
            &["/app/db/v1/a.sql", "/app/db/v2/a.sql", "b.sql"],
            &[
                ("db/v1/a.sql::1::me", "/app/db/v1/a.sql::1::me"),
                ("v2/a.sql::1::me", "/app/db/v2/a.sql::1::me"),
                ("classpath:/app/db/v2/a.sql::1::me", "/app/db/v2/a.sql::1::me"),
                ("x/y/b.sql::1::me", "b.sql::1::me"),
                // Which of two it is, is not known; another author, another id.
                ("a.sql::1::me", "a.sql::1::me"),
                ("b.sql::1::you", "b.sql::1::you"),
                ("xb.sql::1::me", "xb.sql::1::me"),
            ],
        ),
        (
            "drizzle",
            &["20240101000000_a/migration.sql"],
            &[("1704067200000", "20240101000000_a"), ("20240101000000_a", "20240101000000_a"), ("7", "7")],
        ),
    ];
    // Two folders of one second are told by what is in them.
    let pair = ["20240101000000_a/migration.sql", "20240101000000_b/migration.sql"];
    let files = pair.iter().map(|path| SourceFile::new(*path, *path)).collect();
    let set = tools::read(files, Some("drizzle")).unwrap();
    let entry = |text: &str| Entry {
        version: "1704067200000".into(),
        name: None,
        kind: EntryKind::Migration,
        state: EntryState::Applied,
        checksum: Checksum::Sha256.of(text),
    };
    let entries = vec![entry(pair[1]), entry(pair[0]), entry("edited")];
    let found = resolve(&Ledger { tool: "drizzle".into(), table: None, entries }, &set).entries;
    let found: Vec<_> = found.iter().map(|e| e.version.as_str()).collect();
    assert_eq!(found, ["20240101000000_b", "20240101000000_a", "1704067200000"]);
    for (tool, paths, rows) in cases {
        let files = paths.iter().map(|path| SourceFile::new(*path, header)).collect();
        let set = tools::read(files, Some(tool)).unwrap();
        let entry = |version: &str| Entry {
            version: version.to_owned(),
            name: None,
            kind: EntryKind::Migration,
            state: EntryState::Applied,
            checksum: None,
        };
        let entries = rows.iter().map(|(version, _)| entry(version)).collect();
        let ledger = Ledger { tool: (*tool).to_owned(), table: None, entries };
        let found: Vec<_> = resolve(&ledger, &set).entries.into_iter().map(|e| e.version).collect();
        assert_eq!(found, rows.iter().map(|(_, version)| *version).collect::<Vec<_>>());
    }
}

fn written(tool: &str, files: &[(&str, &str)], applied: &[usize], left_out: &[LeftOut]) -> String {
    let files = files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
    let set = tools::read(files, Some(tool)).unwrap();
    let script = format(tool, Postgres).script(&set, applied, left_out);
    // What is no comment and does not make the table.
    let create = format(tool, Postgres).create();
    let rest = script.replace(create, "CREATE");
    rest.lines()
        .filter(|l| !l.starts_with("-- ") || l.contains('`') && !l.contains("lock"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn one_number_is_written_only_if_it_says_the_truth() {
    let files = &[("001_a.up.sql", ""), ("002_b.up.sql", ""), ("003_c.up.sql", "")];
    let write = |applied: &[usize], open: &[usize]| {
        let open: Vec<_> = open.iter().map(|i| LeftOut { migration: *i, why: "undecidable" }).collect();
        written("golang-migrate", files, applied, &open)
    };
    let row =
        "DELETE FROM schema_migrations;\nINSERT INTO schema_migrations (version, dirty) VALUES (2, FALSE);";
    assert_eq!(write(&[0, 1], &[]), format!("CREATE\n{row}"));
    assert_eq!(write(&[0, 1], &[2]), format!("-- Not written: `003`, undecidable.\nCREATE\n{row}"));
    // A hole, a perhaps, and nothing at all.
    let hole = write(&[0, 2], &[]);
    assert_eq!(
        hole,
        "-- One number cannot say that `003` is applied and `002` not, or not surely: nothing is written."
    );
    let perhaps = write(&[0, 2], &[1]);
    assert!(perhaps.lines().all(|l| l.starts_with("--")), "{perhaps}");
    assert!(perhaps.contains("If you find that `002` did run"), "{perhaps}");
    assert_eq!(write(&[], &[]), "CREATE");
}

#[test]
fn names_cannot_break_out_of_comments_and_strings() {
    let files = &[("V1__it's.sql", "select 1"), ("V2__a\nb.sql", "x"), ("R__v.sql", "y")];
    let open = [LeftOut { migration: 1, why: "undecidable" }];
    let script = written("flyway", files, &[0, 2], &open);
    assert!(script.contains("'it''s'") && script.contains("'V1__it''s.sql'"), "{script}");
    assert!(script.contains("version IS NULL AND description = 'v'"), "{script}");
    let script = written("goose", &[("1_a.sql", "-- +goose Up\n")], &[0], &[]);
    assert!(script.contains("SELECT 1, TRUE WHERE NOT EXISTS"), "{script}");
}
