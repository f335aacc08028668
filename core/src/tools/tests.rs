//! Every layout: files in, tool and migrations out.
use super::{MigrationSet, SourceFile, read};

fn show(set: &MigrationSet) -> String {
    let part = |p: &super::Part| {
        let file = &set.files[p.file];
        format!("{}:{:?}", file.path, p.span.slice(&file.text).trim())
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
    lines.extend(set.problems.iter().map(|p| format!("! {}: {}", set.files[p.file].path, p.message)));
    lines.join("\n")
}

fn check(files: &[(&str, &str)], expected: &str) {
    let files = files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
    let expected: Vec<_> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(show(&read(files, None).unwrap()), expected.join("\n"));
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
