//! Every layout: files in, tool and migrations out.
use super::{MigrationSet, SourceFile, read};

fn show(set: &MigrationSet) -> String {
    let part = |p: &super::Part| {
        let text = p.span.slice(set.text(*p).unwrap());
        format!("{}:{:?}", set.files[p.file].path, text.trim())
    };
    let mut lines = vec![set.tool.id.to_owned()];
    for m in &set.migrations {
        let down = m.down.as_ref().map_or(String::new(), |d| format!(" down {}", part(d)));
        lines.push(format!(
            "{} {:?} {:?} {}{down}",
            if m.version.is_empty() { "-" } else { &m.version },
            m.name,
            m.transaction,
            part(&m.up)
        ));
    }
    for cut in &set.cuts {
        assert!(set.files.iter().any(|f| f.text.len() == cut.len()));
    }
    lines.extend(set.notices.iter().map(|p| format!("? {}: {}", set.files[p.file].path, p.message)));
    lines.extend(set.problems.iter().map(|p| format!("! {}: {}", set.files[p.file].path, p.message)));
    lines.join("\n")
}

#[track_caller]
fn check_as(tool: Option<&str>, files: &[(&str, &str)], expected: &str) {
    let files = files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
    let expected: Vec<_> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(show(&read(files, tool).unwrap()), expected.join("\n"));
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &str) {
    check_as(None, files, expected);
}

#[test]
fn each_layout_is_detected_and_read() {
    check(
        &[("m/10_b.up.sql", "b"), ("m/10_other.down.sql", "-b"), ("m/9_a.up.sql", "a")],
        r#"golang-migrate
        9 "a" OneQuery m/9_a.up.sql:"a"
        10 "b" OneQuery m/10_b.up.sql:"b" down m/10_other.down.sql:"-b""#,
    );
    check(
        &[("20240101000000_a.sql", "a"), ("20240102000000_b_c.sql", "-- no-transaction\nb")],
        r#"sqlx
        20240101000000 "a" Wrapped 20240101000000_a.sql:"a"
        20240102000000 "b c" Autocommit 20240102000000_b_c.sql:"-- no-transaction\nb""#,
    );
    check(
        &[("2024-01-01-000000_a/up.sql", "a"), ("2024-01-01-000000_a/down.sql", "-a")],
        r#"diesel
        20240101000000 "a" Wrapped 2024-01-01-000000_a/up.sql:"a" down 2024-01-01-000000_a/down.sql:"-a""#,
    );
    check(
        &[("20240101_x/migration.sql", "a"), ("migration_lock.toml", "provider = \"mysql\"")],
        r#"prisma
        20240101_x "x" OneQuery 20240101_x/migration.sql:"a""#,
    );
    check(
        &[
            ("V2__b.sql", "b"),
            ("V1_1__a.sql", "a"),
            ("U2__undo.sql", "-b"),
            ("R__v.sql", "v"),
            ("V1_1__a.sql.conf", "executeInTransaction=false"),
        ],
        r#"flyway
        1.1 "a" Autocommit V1_1__a.sql:"a"
        2 "b" Wrapped V2__b.sql:"b" down U2__undo.sql:"-b"
        - "v" Wrapped R__v.sql:"v""#,
    );
    check(
        &[
            ("1_a.sql", "-- +goose Up\na;\n-- +goose Down\n-a;\n"),
            ("2_b.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nb;"),
        ],
        r#"goose
        1 "a" Wrapped 1_a.sql:"a;" down 1_a.sql:"-a;"
        2 "b" Autocommit 2_b.sql:"b;""#,
    );
    check(
        &[("1_a.sql", "-- migrate:up transaction:false\na;\n\n-- migrate:down\n-a;\n"), ("2_b.sql", "b")],
        r#"dbmate
        1 "a" Autocommit 1_a.sql:"a;" down 1_a.sql:"-a;"
        ! 2_b.sql: the file has no `-- migrate:up`: dbmate refuses it"#,
    );
    check(
        &[
            ("1_a.sql", "-- +goose Up\na;\n-- +goose Down\n-a;\n-- +goose Up\nb;\n"),
            ("2_b.sql", "-- +goose Down\n-b;\n-- +goose Up\nb;"),
            ("3_c.sql", "-- +goose Up\nc;\n-- +goose Down\n-c;\n-- +goose Down\n-d;"),
            ("4_d.sql", "-- +goose Up\nd;"),
        ],
        r#"goose
        4 "d" Wrapped 4_d.sql:"d;"
        ! 1_a.sql: a part is marked twice: goose refuses the file, and it was not read: keep one `-- +goose Up`
        ! 2_b.sql: the part that undoes the migration stands before `-- +goose Up`: goose refuses the file, and it was not read
        ! 3_c.sql: a part is marked twice: goose refuses the file, and it was not read: keep one `-- +goose Up`"#,
    );
    check(
        &[
            ("1_a.sql", "-- migrate:up\na;\n-- migrate:down\n-a;\n-- migrate:up\nb;\n-- migrate:down\n-b;\n"),
            ("2_b.sql", "-- migrate:up\nb;\n-- migrate:up\nc;\n-- migrate:down\n-b;\n"),
        ],
        r#"dbmate
        1 "a" Wrapped 1_a.sql:"a;" down 1_a.sql:"-a;"
        2 "b" Wrapped 2_b.sql:"b;\n-- migrate:up\nc;" down 2_b.sql:"-b;"
        ! 1_a.sql: only the first `-- migrate:up` was read; dbmate runs those behind the part that undoes it as well: put them into a migration of their own"#,
    );
    check(
        &[("20240102_b.sql", "-- atlas:txmode none\n\nb"), ("20240101_a.sql", "a"), ("atlas.sum", "h1:x=")],
        r#"atlas
        20240101 "a" Wrapped 20240101_a.sql:"a"
        20240102 "b" Autocommit 20240102_b.sql:"-- atlas:txmode none\n\nb""#,
    );
    check(
        &[("2.sql", "b"), ("10.sql", "c"), ("1_init.sql", "a"), ("1_init_down.sql", "-a")],
        r#"plain
        1 "init" Unknown 1_init.sql:"a" down 1_init_down.sql:"-a"
        2 "" Unknown 2.sql:"b"
        10 "" Unknown 10.sql:"c""#,
    );
    // What other tools keep beside their SQL is no SQL.
    check(
        &[("1_a.sql", "a"), ("1_a.sql.conf", "b"), ("snapshot.json", "{}"), ("notes", "c")],
        r#"plain
        1 "a" Unknown 1_a.sql:"a"
        notes "notes" Unknown notes:"c""#,
    );
}

#[test]
fn flyway_has_more_than_migrations() {
    check(
        &[
            ("V1.sql", "create table ${s}.t (a int);"),
            ("V2__b.sql", "create index concurrently i on t (a);"),
            ("V3__c.sql", "create index concurrently j on t (a); select 1;"),
            ("V4__d.sql", "vacuum; select '${x}';"),
            (
                "V4__d.sql.conf",
                "executeInTransaction=true\nplaceholderReplacement = false\nshouldExecute=${flyway:environment}==prod",
            ),
            ("V5___e.sql", "e"),
            ("B3__all.sql", "create table t (a int);"),
            ("beforeMigrate.sql", "set role x;"),
            ("afterEachMigrate__log.sql", "select 1;"),
            ("R__v.sql", "create view v as select ${n:m-o} x, '${' y;"),
        ],
        r#"flyway
        1 "" Wrapped V1.sql:"create table __s_.t (a int);"
        2 "b" Autocommit V2__b.sql:"create index concurrently i on t (a);"
        3 "c" Autocommit V3__c.sql:"create index concurrently j on t (a); select 1;"
        4 "d" Wrapped V4__d.sql:"vacuum; select '${x}';"
        5 " e" Wrapped V5___e.sql:"e"
        - "v" Wrapped R__v.sql:"create view v as select __n_m_o_ x, '${' y;"
        ? B3__all.sql: a baseline: on a database without a history Flyway runs it instead of the migrations up to `3`; it was not read
        ? beforeMigrate.sql: a callback, which Flyway runs whenever its event happens: it was not read
        ? afterEachMigrate__log.sql: a callback, which Flyway runs whenever its event happens: it was not read
        ? V4__d.sql: whether it runs is decided by `shouldExecute=${flyway:environment}==prod`: it is taken to run
        ? V1.sql: what `${…}` stands for is decided when the tool runs: each was read as a name, which it need not be
        ? R__v.sql: what `${…}` stands for is decided when the tool runs: each was read as a name, which it need not be
        ! V3__c.sql: some of its statements cannot run in a transaction and others can: Flyway refuses to mix them unless it is configured to (`mixed`), put them into migrations of their own"#,
    );
}

#[test]
fn goose_ends_statements_by_a_comment() {
    check(
        &[
            (
                "1_a.sql",
                "-- +goose Up\n-- +goose ENVSUB ON\n-- +goose StatementBegin\ncreate ${x}\n-- +goose StatementEnd\r\nb;\n\
             -- +goose Down\n-- +goose StatementBegin\nd\n-- +goose StatementEnd",
            ),
            ("2_b.SQL", "-- +goose Up\nb;"),
        ],
        r#"goose
        1 "a" Wrapped 1_a.sql:"-- +goose ENVSUB ON\n-- +goose StatementBegin\ncreate __x_\n;                     \r\nb;" down 1_a.sql:"-- +goose StatementBegin\nd\n;"
        ? 1_a.sql: what `${…}` stands for is decided when the tool runs: each was read as a name, which it need not be
        ! 2_b.SQL: goose runs no file of this name, and it was not read: rename it, or read it with `--tool plain`"#,
    );
}

#[test]
fn names_are_read_as_their_tool_reads_them() {
    check_as(
        Some("golang-migrate"),
        &[
            ("1_a b.up.sql", "a"),
            ("1_a b.down.SQL", "-a"),
            ("2_x.up.down.sql", "-b"),
            ("2_x.down.up.sql.txt", "b"),
            ("99999999999999999999_c.up.sql", "c"),
            ("_d.up.sql", "d"),
        ],
        r#"golang-migrate
        1 "a b" OneQuery 1_a b.up.sql:"a" down 1_a b.down.SQL:"-a"
        2 "x.down" OneQuery 2_x.down.up.sql.txt:"b" down 2_x.up.down.sql:"-b"
        ! 99999999999999999999_c.up.sql: golang-migrate runs no file of this name, and it was not read: rename it, or read it with `--tool plain`
        ! _d.up.sql: golang-migrate runs no file of this name, and it was not read: rename it, or read it with `--tool plain`"#,
    );
    check_as(
        Some("sqlx"),
        &[("1_a.sql", "\u{feff}-- no-transaction\na"), ("2b_c.sql", "b"), ("3_d.SQL", "c"), ("x.sql", "d")],
        r#"sqlx
        1 "a" Wrapped 1_a.sql:"\u{feff}-- no-transaction\na"
        ! 2b_c.sql: what stands before the first `_` of its name is no number: sqlx refuses the whole folder
        ! 3_d.SQL: sqlx runs no file of this name, and it was not read: rename it, or read it with `--tool plain`
        ! x.sql: sqlx runs no file of this name, and it was not read: rename it, or read it with `--tool plain`"#,
    );
}

#[test]
fn refinery_is_named_or_configured() {
    let files = [
        ("m/V2__b.sql", "b"),
        ("m/x/U1__late.sql", "a"),
        ("m/V1.5__c.sql", "c"),
        ("m/V20240101000000__d.sql", "d"),
        ("m/V3__e-f.sql", "e"),
    ];
    let expected = r#"refinery
        1 "late" Wrapped m/x/U1__late.sql:"a"
        2 "b" Wrapped m/V2__b.sql:"b"
        20240101000000 "d" Wrapped m/V20240101000000__d.sql:"d"
        ? m/V20240101000000__d.sql: version `20240101000000` has more than 32 bits: refinery takes it only if it is built with its feature `int8-versions`
        ! m/V1.5__c.sql: version `1.5` is no whole number of at most 64 bits: refinery refuses it, and it was not read
        ! m/V3__e-f.sql: refinery runs no file of this name, and it was not read: rename it, or read it with `--tool plain`"#;
    check_as(Some("refinery"), &files, expected);
    let configured: Vec<_> = files.into_iter().chain([("refinery.toml", "[main]")]).collect();
    check(&configured, expected);
}

#[test]
fn supabase_is_told_by_its_folder() {
    check(
        &[
            ("supabase/migrations/20240102000000_b.sql", "b"),
            ("supabase/migrations/20240101000000_a_c.sql", "a"),
            ("supabase/migrations/20210101000000_init.sql", "old"),
            ("supabase/migrations/20240101000000_d.sql", "d"),
            ("supabase/migrations/x.sql", "x"),
            ("supabase/seed.sql", "s"),
        ],
        r#"supabase
        20240101000000 "a_c" OneQuery supabase/migrations/20240101000000_a_c.sql:"a"
        20240101000000 "d" OneQuery supabase/migrations/20240101000000_d.sql:"d"
        20240102000000 "b" OneQuery supabase/migrations/20240102000000_b.sql:"b"
        ! supabase/migrations/20210101000000_init.sql: Supabase skips a first migration called `init` with a time stamp before 2021-12-09, and it was not read: rename it to have it run
        ! supabase/migrations/20240101000000_d.sql: version `20240101000000` is used twice, also by `supabase/migrations/20240101000000_a_c.sql`: rename one of them
        ! supabase/migrations/x.sql: Supabase runs no file of this name, and it was not read: rename it, or read it with `--tool plain`
        ! supabase/seed.sql: Supabase runs no file of this name, and it was not read: rename it, or read it with `--tool plain`"#,
    );
}

#[test]
fn node_pg_migrate_goes_by_numbers_and_times() {
    check(
        &[
            ("10_b.sql", "-- Up Migration\nb;\n-- Down Migration\n-b;"),
            ("2_a.sql", "-- setup\n----  UP   migrations\na;"),
            // 2023-01-01 in UTC, before the milliseconds of the next one.
            ("20230101000000000_c.sql", "-- Down Migration\n-c;\n-- up migration\nc;"),
            ("1672531200001_d.sql", "select 1;\n\u{feff}-- Up Migration\nd;"),
            ("3_e.sql", "e;\n--down migration\n-e;"),
            ("x.sql", "x"),
        ],
        r#"node-pg-migrate
        2_a "a" Wrapped 2_a.sql:"----  UP   migrations\na;"
        3_e "e" Wrapped 3_e.sql:"e;\n--down migration\n-e;" down 3_e.sql:"--down migration\n-e;"
        10_b "b" Wrapped 10_b.sql:"-- Up Migration\nb;" down 10_b.sql:"-- Down Migration\n-b;"
        20230101000000000_c "c" Wrapped 20230101000000000_c.sql:"-- up migration\nc;" down 20230101000000000_c.sql:"-- Down Migration\n-c;"
        1672531200001_d "d" Wrapped 1672531200001_d.sql:"\u{feff}-- Up Migration\nd;"
        ? 2_a.sql: what stands before the first marker is run by nobody, and was not read
        ? 1672531200001_d.sql: what stands before the first marker is run by nobody, and was not read
        ! x.sql: the name does not start with a number or a time: node-pg-migrate refuses the whole folder
        ! 3_e.sql: the file has `-- Down Migration` and no `-- Up Migration`: node-pg-migrate runs all of it upwards, the down part as well"#,
    );
}

#[test]
fn yoyo_goes_by_dependencies() {
    check(
        &[
            ("20240101_01_aaaaa-a.sql", "-- why\n-- depends: 20240101_02_bbbbb-b\n\na"),
            ("20240101_02_bbbbb-b.sql", "-- transactional: FALSE\nb"),
            ("20240101_02_bbbbb-b.rollback.sql", "-b"),
            ("20240101_03_ccccc.sql", "c\n-- depends: nothing"),
            ("20240101_04_ddddd.sql", "-- depends: 20240101_05_eeeee other\nd"),
            ("20240101_05_eeeee.sql", "-- depends: 20240101_04_ddddd\ne"),
            ("20240101_06_fffff.rollback.sql", "-f"),
        ],
        r#"yoyo
        20240101_02_bbbbb-b "02_bbbbb-b" Autocommit 20240101_02_bbbbb-b.sql:"-- transactional: FALSE\nb" down 20240101_02_bbbbb-b.rollback.sql:"-b"
        20240101_01_aaaaa-a "01_aaaaa-a" Wrapped 20240101_01_aaaaa-a.sql:"-- why\n-- depends: 20240101_02_bbbbb-b\n\na"
        20240101_03_ccccc "03_ccccc" Wrapped 20240101_03_ccccc.sql:"c\n-- depends: nothing"
        20240101_04_ddddd "04_ddddd" Wrapped 20240101_04_ddddd.sql:"-- depends: 20240101_05_eeeee other\nd"
        20240101_05_eeeee "05_eeeee" Wrapped 20240101_05_eeeee.sql:"-- depends: 20240101_04_ddddd\ne"
        ! 20240101_04_ddddd.sql: it depends on `other`, which is not among the SQL files: yoyo refuses it unless that is a migration in Python
        ! 20240101_06_fffff.rollback.sql: rollback without a migration of its name beside it
        ! 20240101_04_ddddd.sql: it depends on itself, through others perhaps: yoyo refuses it and all that depend on it"#,
    );
    check(
        &[("yoyo.ini", ""), ("b.sql", "b"), ("a.sql", "a"), ("post-apply.sql", "p"), ("z.sql", "z")],
        r#"yoyo
        a "a" Wrapped a.sql:"a"
        b "b" Wrapped b.sql:"b"
        z "z" Wrapped z.sql:"z"
        - "post-apply" Wrapped post-apply.sql:"p""#,
    );
}

#[test]
fn drizzle_goes_by_its_journal_or_its_folders() {
    let journal = r#"{"version":"7","entries":[{"idx":0,"when":5,"tag":"0001_b","breakpoints":true},
        {"idx":1,"when":9,"tag":"0000_a"},{"idx":2,"when":7,"tag":"0002_c"},{"idx":3,"when":10,"tag":"0003_d"}]}"#;
    check(
        &[
            ("db/0000_a.sql", "a"),
            ("db/0001_b.sql", "b\n--> statement-breakpoint\nc;--> statement-breakpoint"),
            ("db/0002_c.sql", "c"),
            ("db/0004_e.sql", "e"),
            ("db/meta/_journal.json", journal),
        ],
        r#"drizzle
        0001_b "b" Wrapped db/0001_b.sql:"b\n;                       \nc;;"
        0000_a "a" Wrapped db/0000_a.sql:"a"
        0002_c "c" Wrapped db/0002_c.sql:"c"
        ! db/0002_c.sql: its time in the journal, 7, is not after those of the migrations before it: Drizzle skips it where they have run already
        ! db/meta/_journal.json: `0003_d` is in the journal, and there is no file of it: Drizzle refuses to run
        ! db/0004_e.sql: it is not in `meta/_journal.json`: Drizzle does not run it, and it was not read"#,
    );
    check(
        &[
            ("20240102000000_b/migration.sql", "b"),
            ("20240101000000_a/migration.sql", "a"),
            ("20240101000000_a/snapshot.json", "{}"),
        ],
        r#"drizzle
        20240101000000_a "a" Wrapped 20240101000000_a/migration.sql:"a"
        20240102000000_b "b" Wrapped 20240102000000_b/migration.sql:"b""#,
    );
    check(
        &[("0000_a.sql", "a;\n--> statement-breakpoint\nb;")],
        r#"drizzle
        0000_a "a" Wrapped 0000_a.sql:"a;\n;                       \nb;"
        ? 0000_a.sql: its place is in `meta/_journal.json`, which was not given: the order is that of the names"#,
    );
    check(
        &[("0000_a.sql", "a"), ("meta/_journal.json", "{")],
        r#"drizzle
        ! meta/_journal.json: the journal cannot be read: EOF while parsing an object at line 1 column 1; no migration was read with it
        ! 0000_a.sql: Drizzle runs no file of this name, and it was not read: rename it, or read it with `--tool plain`"#,
    );
}

#[test]
fn liquibase_runs_changesets() {
    check(
        &[(
            "db/a.sql",
            "\u{feff}--liquibase formatted sql\r\nselect 0;\n--changeset bob:1 runInTransaction:false\r\n--comment  why\na;\r\n\
             --rollback -a;\n--rollback -aa;\n\n-- changeset \"a b\":\"x y\" runOnChange:true context:test labels:\"l, m\"\n\
             --preconditions onFail:MARK_RAN\n--precondition-sql-check expectedResult:0 SELECT 1\n--é note\nb//\nGO\n\
             /* liquibase rollback\n  -b;\n*/\n--changeset bob:3 endDelimiter://\nc //\nc;\n--rollback not required\n\
             --changeset bob:4\n--ignoreLines:start\nx;\n--ignoreLines:end\n--ignoreLines:1\ny;\nd;\n\
             --rollback changesetId:3 changesetAuthor:bob\n--changeset bob:5 ignore:true\ne;\n--changeset bob:6\n",
        )],
        r#"liquibase
        db/a.sql::1::bob "why" Autocommit db/a.sql:"a;" down db/a.sql:"-a;\n           -aa;"
        db/a.sql::x y::a b "" Wrapped db/a.sql:"--   note\nb//\n;" down db/a.sql:"-b;"
        db/a.sql::3::bob "" Wrapped db/a.sql:"c ; \nc;"
        db/a.sql::4::bob "" Wrapped db/a.sql:"d;" down db/a.sql:"c ; \nc;"
        db/a.sql::6::bob "" Wrapped db/a.sql:""
        ? db/a.sql: changeset `db/a.sql::x y::a b` has preconditions, which were not evaluated: whether it runs is not known, it is taken to run
        ? db/a.sql: changeset `db/a.sql::x y::a b` runs in the contexts `test`: it is taken to run, as it does when none is named
        ? db/a.sql: changeset `db/a.sql::x y::a b` has the labels `l, m`: it is taken to run, as it does when none is asked for
        ? db/a.sql: changeset `db/a.sql::5::bob` says `ignore:true`: it is not run, and was not read
        ? db/a.sql: what stands before the first changeset is run by nobody, and was not read
        ! db/a.sql: changeset `db/a.sql::6::bob` has no SQL: Liquibase refuses the file"#,
    );
    check(
        &[
            (
                "b.sql",
                "--liquibase formatted sql logicalFilePath:old/b.sql\n--changeset b:1\nb;\n--changeset b:1\nc;\n",
            ),
            (
                "a.sql",
                "-- LIQUIBASE FORMATTED SQL\n--changeset a: 1\na;\n--changeset a:2\n${x};\n--property name:x value:1",
            ),
            ("c.sql", "c"),
        ],
        r#"liquibase
        a.sql::2::a "" Wrapped a.sql:"__x_;"
        old/b.sql::1::b "" Wrapped b.sql:"b;"
        old/b.sql::1::b "" Wrapped b.sql:"c;"
        ? a.sql: the order of several files is decided by a changelog that names them, which is not read: they are taken in the order of their paths, as `includeAll` does
        ? a.sql: what stands before the first changeset is run by nobody, and was not read
        ? a.sql: what `${…}` stands for is decided when the tool runs: each was read as a name, which it need not be
        ! c.sql: the file does not begin with `--liquibase formatted sql`: Liquibase runs it only where a changelog names it, and it was not read
        ! a.sql: line 2: a blank stands between author and id of a changeset: Liquibase refuses the file
        ! b.sql: changeset `old/b.sql::1::b` is there twice: Liquibase refuses it"#,
    );
}

#[test]
fn changesets_for_other_servers_are_left_out() {
    use crate::Dialect::{MariaDb, MySql, Postgres};
    let lists = ["postgresql", "mysql,mariadb", "!postgresql", "oracle", "all", "MySQL", "!oracle,!h2"];
    let text: String = lists
        .iter()
        .enumerate()
        .map(|(n, dbms)| format!("--changeset a:{n} dbms:{dbms}\nselect {n};\n"))
        .collect();
    let files = vec![SourceFile::new("a.sql", format!("--liquibase formatted sql\n{text}"))];
    for (dialect, expected, said) in [
        (Some(Postgres), "0 4 6", 4),
        (Some(MySql), "1 2 4 5 6", 2),
        (Some(MariaDb), "1 2 4 6", 3),
        (None, "0 1 2 3 4 5 6", 7),
    ] {
        let set = super::read_for(files.clone(), None, |_| dialect).unwrap();
        let ran: Vec<_> = set.migrations.iter().map(|m| m.version.split("::").nth(1).unwrap()).collect();
        assert_eq!((ran.join(" ").as_str(), set.notices.len()), (expected, said), "{dialect:?}");
        assert!(set.problems.is_empty(), "{:?}", set.problems);
    }
}

#[test]
fn directories_that_look_alike_are_told_apart() {
    let goose = "-- +goose Up\nselect 1;";
    let breakpoint = "a;\n--> statement-breakpoint\nb;";
    let cases: &[(&str, &[(&str, &str)])] = &[
        // The same names, told by what is in or beside them.
        ("plain", &[("1_a.sql", "a"), ("2_b.sql", "b")]),
        ("dbmate", &[("1_a.sql", "-- migrate:up\na"), ("2_b.sql", "-- migrate:up\nb")]),
        ("goose", &[("1_a.sql", goose), ("2_b.sql", goose)]),
        ("node-pg-migrate", &[("1_a.sql", "-- Up Migration\na"), ("2_b.sql", "-- Up Migration\nb")]),
        ("yoyo", &[("1_a.sql", "a"), ("2_b.sql", "-- depends: 1_a\nb")]),
        ("liquibase", &[("1_a.sql", "--liquibase formatted sql\n--changeset a:1\na")]),
        ("drizzle", &[("0001_a.sql", breakpoint)]),
        ("atlas", &[("1_a.sql", "a"), ("atlas.sum", "h1:")]),
        // Time stamps of 14 digits.
        ("sqlx", &[("20240101000000_a.sql", "a")]),
        ("supabase", &[("supabase/migrations/20240101000000_a.sql", "a")]),
        ("supabase", &[("x/supabase/migrations/20240101000000_a.sql", "a")]),
        ("sqlx", &[("mysupabase/migrations/20240101000000_a.sql", "a")]),
        ("goose", &[("20240101000000_a.sql", goose)]),
        // Folders with one script.
        ("prisma", &[("20240101000000_a/migration.sql", "a")]),
        ("prisma", &[("20240101000000_a/migration.sql", breakpoint), ("migration_lock.toml", "")]),
        ("drizzle", &[("20240101000000_a/migration.sql", breakpoint)]),
        ("drizzle", &[("20240101000000_a/migration.sql", "a"), ("20240101000000_a/snapshot.json", "{}")]),
        ("diesel", &[("20240101000000_a/up.sql", "a"), ("20240101000000_a/down.sql", "a")]),
        // A letter, a version and two underscores.
        ("flyway", &[("V1__a.sql", "a"), ("U1__a.sql", "b")]),
        ("flyway", &[("V1__a.sql", "a"), ("beforeMigrate.sql", "b"), ("B1__a.sql", "c")]),
        ("flyway", &[("V1__a.sql", "a"), ("V2_b.sql", "b")]),
        ("plain", &[("V1__a.sql", "a"), ("b.sql", "b"), ("c.sql", "c")]),
        ("plain", &[("V1.sql", "a"), ("V2.sql", "b")]),
        ("plain", &[("beforeMigrate.sql", "a")]),
        ("refinery", &[("V1__a.sql", "a"), ("refinery.toml", "")]),
        // Pairs.
        ("golang-migrate", &[("1_a.up.sql", "a"), ("1_a.down.sql", "b")]),
        ("confiture", &[("1_a.up.sql", "-- confiture:destructive\na"), ("1_a.down.sql", "b")]),
        ("plain", &[("1_a.sql", "a"), ("1_a.rollback.sql", "b")]),
        ("yoyo", &[("20240101_01_AbCd3-a.sql", "a"), ("20240101_01_AbCd3-a.rollback.sql", "b")]),
        // One marked file does not make the others disappear.
        ("plain", &[("1_a.sql", "-- Up Migration\na"), ("2_b.sql", "b"), ("3_c.sql", "c")]),
        // What only looks like a marker.
        ("plain", &[("1_a.sql", "-- back up migration data\na")]),
        ("plain", &[("1_a.sql", "-- this depends: on nothing\na")]),
        ("plain", &[("1_a.sql", "a\n--liquibase formatted sql\n")]),
    ];
    for (tool, files) in cases {
        let files: Vec<_> = files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
        assert_eq!(super::detect(&files).id, *tool, "{files:?}");
    }
}

#[test]
fn folders_below_are_not_run_by_those_that_do_not_look_there() {
    let goose = "-- +goose Up\na;";
    check(
        &[("m/1_a.sql", goose), ("m/old/2_b.sql", goose), ("m-2/3_c.sql", goose)],
        r#"goose
        1 "a" Wrapped m/1_a.sql:"a;"
        3 "c" Wrapped m-2/3_c.sql:"a;"
        ! m/old/2_b.sql: it stands in a folder below other migrations, where goose does not look, and was not read: give its folder alone to read it"#,
    );
    check(
        &[("V1__a.sql", "a"), ("old/V2__b.sql", "b")],
        r#"flyway
        1 "a" Wrapped V1__a.sql:"a"
        2 "b" Wrapped old/V2__b.sql:"b""#,
    );
}

#[test]
fn confiture_is_told_from_golang_migrate() {
    let files = [
        ("001_a.up.sql", "create table a (id int);"),
        ("001_a.down.sql", "-- confiture:destructive\ndrop table a;"),
        ("002_b.up.sql", "create index concurrently i on a (id);"),
        ("003_c.up.sql", "alter type t add value 'concurrently';"),
        ("004_d.up.sql", "create table concurrently_t (id int); -- vacuum"),
    ];
    check(
        &files,
        r#"confiture
        001 "a" Wrapped 001_a.up.sql:"create table a (id int);" down 001_a.down.sql:"-- confiture:destructive\ndrop table a;"
        002 "b" Autocommit 002_b.up.sql:"create index concurrently i on a (id);"
        003 "c" Autocommit 003_c.up.sql:"alter type t add value 'concurrently';"
        004 "d" Wrapped 004_d.up.sql:"create table concurrently_t (id int); -- vacuum""#,
    );
    // Without a directive the pairs are golang-migrate's, unless Confiture is named.
    let plain: Vec<_> =
        files.iter().map(|(path, text)| SourceFile::new(*path, text.replace("confiture:", ""))).collect();
    assert_eq!(read(plain.clone(), None).unwrap().tool.id, "golang-migrate");
    assert_eq!(read(plain, Some("confiture")).unwrap().migrations.len(), 4);
}

#[test]
fn what_is_wrong_with_a_layout_is_said() {
    check(
        &[("1_a.up.sql", ""), ("1_b.up.sql", ""), ("2_c.down.sql", "")],
        r#"golang-migrate
        1 "a" OneQuery 1_a.up.sql:""
        1 "b" OneQuery 1_b.up.sql:""
        ! 2_c.down.sql: down migration `2` has no up migration beside it
        ! 1_b.up.sql: version `1` is used twice, also by `1_a.up.sql`: rename one of them"#,
    );
    assert!(read(Vec::new(), None).is_err());
    assert!(
        read(vec![SourceFile::new("a.sql", "")], Some("nope")).unwrap_err().message().contains("`goose`")
    );
}

#[test]
fn what_is_not_sql_is_said_in_its_place() {
    use crate::{Dialect::Postgres, Options, check};
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, u32, &'a str)]);
    let cases: &[Case<'_>] = &[
        (
            "a.sql",
            "select 1;\n\\i other.sql\n\\connect x\n",
            &[("migration-layout", 2, "another file is run here")],
        ),
        (
            "1_a.sql",
            "-- +goose Up\n\\i b.sql\n",
            &[("migration-layout", 2, "`\\i` is a command of `psql`: goose sends")],
        ),
        (
            "V1__a.sql",
            "create table ${s}.t (a varchar(${n}));\n${all};\nselec 1;",
            &[
                ("migration-layout", 1, "what `${…}` stands for"),
                ("not-analysed", 1, "cannot be read before"),
                ("not-analysed", 2, "cannot be read before"),
                ("syntax", 3, ""),
            ],
        ),
        // Places are those of the file, behind what was cut out.
        (
            "l.sql",
            "--liquibase formatted sql\n--changeset é:1 endDelimiter://\ncreate table t (a int) //\n\
             --rollback drop table t;\n--changeset é:2\n/* é */ drop table t;\n",
            &[("drop-table", 6, "drops the table `t`")],
        ),
    ];
    for (path, text, expected) in cases {
        let report = check(&[SourceFile::new(*path, *text)], &Options::new(Postgres)).unwrap();
        let found: Vec<_> = report.findings.iter().map(|f| (f.rule.as_str(), f.line)).collect();
        assert_eq!(
            found,
            expected.iter().map(|(rule, line, _)| (*rule, *line)).collect::<Vec<_>>(),
            "{report:#?}"
        );
        for (finding, (.., message)) in report.findings.iter().zip(*expected) {
            assert!(finding.message.contains(message), "{finding:?}");
        }
    }
    let report = check(&[SourceFile::new("l.sql", cases[3].1)], &Options::new(Postgres)).unwrap();
    assert_eq!((report.findings[0].column, report.findings[0].statement), (9, 2));
}
