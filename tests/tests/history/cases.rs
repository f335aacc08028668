//! Small histories with the verdicts that are right. The schema is what a replay of other files makes, which is quick
//! and says the same as a server; servers are asked by the other modules.
use remigrate::{
    Catalog, Dialect, Options, history,
    report::{
        HistoryReport,
        Verdict::{self, *},
    },
    simulate,
    tools::SourceFile,
};

fn files(texts: &[&str]) -> Vec<SourceFile> {
    texts.iter().enumerate().map(|(n, text)| SourceFile::new(format!("{}_m.up.sql", n + 1), *text)).collect()
}

/// The schema that the statements make.
fn schema(dialect: Dialect, sql: &str) -> Catalog {
    simulate(&[SourceFile::new("1_all.up.sql", sql)], &Options::new(dialect)).unwrap()
}

fn judge(dialect: Dialect, migrations: &[&str], live: &Catalog) -> HistoryReport {
    history(
        &files(migrations),
        live,
        &Options { tool: Some("golang-migrate".into()), ..Options::new(dialect) },
    )
    .unwrap()
}

#[track_caller]
fn expect(dialect: Dialect, migrations: &[&str], live: &str, wanted: &[Verdict]) -> HistoryReport {
    let report = judge(dialect, migrations, &schema(dialect, live));
    let found: Vec<Verdict> = report.migrations.iter().map(|m| m.verdict).collect();
    assert_eq!(found, wanted, "{:#?}", report.migrations);
    report
}

use Dialect::{MySql, Postgres};

/// Eight migrations of a shop, one of which changes rows only, and one takes away what another added.
const SHOP: [&str; 8] = [
    "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);",
    "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id), total numeric(10,2) \
     NOT NULL CHECK (total >= 0), status text NOT NULL DEFAULT 'new'); CREATE INDEX orders_user_idx ON orders (user_id);",
    "ALTER TABLE users ADD COLUMN phone text;",
    "UPDATE orders SET status = 'open' WHERE status = 'new';",
    "CREATE UNIQUE INDEX users_email_uq ON users (email);",
    "ALTER TABLE orders ADD COLUMN note text;",
    "ALTER TABLE users DROP COLUMN phone;",
    "ALTER TABLE orders RENAME COLUMN note TO comment;",
];

#[test]
fn every_level_of_a_shop() {
    for dialect in [Postgres, MySql] {
        for level in 0..=SHOP.len() {
            let shop: Vec<String> = SHOP.iter().map(|m| m.replace(" text", " varchar(50)")).collect();
            let shop: Vec<&str> = shop.iter().map(String::as_str).collect();
            let report = judge(dialect, &shop, &schema(dialect, &shop[..level].concat()));
            assert!(report.residual.is_empty(), "{dialect:?} at {level}: {:?}", report.residual);
            for (number, m) in report.migrations.iter().enumerate() {
                let wanted: &[Verdict] = match number + 1 {
                    // The column came and went, or never came.
                    3 | 7 if !(3..7).contains(&level) && level > 0 => &[Undecidable],
                    // Without the table it cannot have run.
                    4 => &[if level < 2 { NotApplied } else { Undecidable }],
                    n if n > level => &[NotApplied],
                    6 if level >= 8 => &[Superseded, Applied],
                    _ => &[Applied],
                };
                assert!(wanted.contains(&m.verdict), "{dialect:?} at {level}: {m:?}");
                if m.verdict == Undecidable && number + 1 == 4 {
                    assert!(m.probe[0].contains("orders"), "{m:?}");
                }
            }
        }
    }
}

/// Four tables' worth of columns: one that was left out is not hidden by those behind it.
const PLAIN: [&str; 5] = [
    "CREATE TABLE accounts (id bigint PRIMARY KEY, name text);",
    "ALTER TABLE accounts ADD COLUMN vip boolean;",
    "CREATE TABLE contacts (id bigint PRIMARY KEY, mail text);",
    "ALTER TABLE contacts ADD COLUMN fax text;",
    "CREATE TABLE notes (id bigint PRIMARY KEY, body text);",
];

#[test]
fn a_hole_is_a_hole() {
    let live = [PLAIN[0], PLAIN[2], PLAIN[3], PLAIN[4]].concat();
    let report = expect(Postgres, &PLAIN, &live, &[Applied, NotApplied, Applied, Applied, Applied]);
    assert!(report.residual.is_empty());
    let shop = [SHOP[0], SHOP[1], SHOP[2], SHOP[4], SHOP[5]].concat();
    expect(
        Postgres,
        &SHOP,
        &shop,
        &[Applied, Applied, Applied, Undecidable, Applied, Applied, NotApplied, NotApplied],
    );
}

#[test]
fn changes_by_hand_are_drift() {
    let live =
        PLAIN[..4].concat() + "ALTER TABLE contacts ADD COLUMN hotfix text; CREATE TABLE extra (a int);";
    let report = expect(Postgres, &PLAIN, &live, &[Applied, Applied, Applied, Applied, NotApplied]);
    let objects: Vec<&str> = report.residual.iter().map(|r| r.object.as_str()).collect();
    assert_eq!(objects, ["extra", "contacts.hotfix"]);
    // A column that is gone by hand: its migration made nothing else, so that nothing shows that it ran; where the
    // table keeps the place of the column is what can.
    let live = PLAIN[..4].concat() + "ALTER TABLE contacts DROP COLUMN fax;";
    let report = judge(Postgres, &PLAIN, &schema(Postgres, &live));
    let fourth = &report.migrations[3];
    assert_eq!(fourth.verdict, NotApplied);
    assert!(fourth.probe.iter().any(|p| p.contains("attisdropped")), "{fourth:?}");
}

#[test]
fn half_applied() {
    let migrations = [
        "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(50));",
        "ALTER TABLE users ADD COLUMN status int; CREATE INDEX s ON users (status); ALTER TABLE users ADD COLUMN verified int;",
        "CREATE TABLE later (id bigint PRIMARY KEY);",
    ];
    let one = "ALTER TABLE users ADD COLUMN status int;";
    let report =
        expect(MySql, &migrations, &(migrations[0].to_owned() + one), &[Applied, Partial, NotApplied]);
    assert_eq!((report.migrations[1].statements_applied, report.migrations[1].statements_total), (1, 3));
    let two = one.to_owned() + "CREATE INDEX s ON users (status);";
    let report =
        expect(MySql, &migrations, &(migrations[0].to_owned() + &two), &[Applied, Partial, NotApplied]);
    assert_eq!(report.migrations[1].statements_applied, 2);
    // With something else wrong at the same time.
    let drift = "CREATE TABLE extra (a int); ALTER TABLE users DROP COLUMN email;";
    let report = judge(MySql, &migrations, &schema(MySql, &(migrations[0].to_owned() + &two + drift)));
    assert_eq!(report.migrations[1].verdict, Partial, "{:#?}", report.migrations);
    assert_eq!(report.migrations[1].statements_applied, 2);
}

#[test]
fn a_hotfix_that_a_later_migration_brings() {
    let migrations = [PLAIN[0], "CREATE TABLE b (id int);", "ALTER TABLE accounts ADD COLUMN vip boolean;"];
    let live = PLAIN[0].to_owned() + migrations[2];
    expect(Postgres, &migrations, &live, &[Applied, NotApplied, Applied]);
    let other = PLAIN[0].to_owned() + "ALTER TABLE accounts ADD COLUMN vip text;";
    let report = judge(Postgres, &migrations, &schema(Postgres, &other));
    assert_eq!(report.migrations[2].verdict, Edited, "{:#?}", report.migrations);
}

#[test]
fn columns_that_came_and_went() {
    let migrations = [
        "CREATE TABLE t (id int);",
        "ALTER TABLE t ADD COLUMN a int;",
        "ALTER TABLE t DROP COLUMN a;",
        "CREATE TABLE u (id int);",
    ];
    let report =
        expect(Postgres, &migrations, &migrations.concat(), &[Applied, Undecidable, Undecidable, Applied]);
    assert!(report.migrations[1].evidence[0].contains("if `2` and `3` did not run"), "{report:?}");
    assert!(report.migrations[2].probe.iter().any(|p| p.contains("attisdropped")));
    let report = judge(Postgres, &migrations, &schema(Postgres, migrations[0]));
    // Nothing tells whether the column has come and gone.
    let verdicts: Vec<Verdict> = report.migrations.iter().map(|m| m.verdict).collect();
    assert_eq!(verdicts, [Applied, Undecidable, Undecidable, NotApplied]);
    assert!(report.migrations[1].probe.iter().any(|p| p.contains("attisdropped")));
    assert!(!report.alternatives.is_empty());
}

/// What one migration does and the next takes back, on `a (id, n)`.
const TAKEN_BACK: [(Dialect, &str, &str); 22] = [
    (Postgres, "CREATE INDEX i ON a (n)", "DROP INDEX i"),
    (Postgres, "CREATE TABLE b (id int)", "DROP TABLE b"),
    (Postgres, "ALTER TABLE a ADD COLUMN c int", "ALTER TABLE a DROP COLUMN c"),
    (Postgres, "ALTER TABLE a RENAME COLUMN n TO m", "ALTER TABLE a RENAME COLUMN m TO n"),
    (Postgres, "ALTER TABLE a RENAME TO b", "ALTER TABLE b RENAME TO a"),
    (Postgres, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION f()"),
    (Postgres, "ALTER TABLE a ALTER COLUMN n SET NOT NULL", "ALTER TABLE a ALTER COLUMN n DROP NOT NULL"),
    (Postgres, "ALTER TABLE a ALTER COLUMN n SET DEFAULT 1", "ALTER TABLE a ALTER COLUMN n DROP DEFAULT"),
    (Postgres, "COMMENT ON TABLE a IS 'x'", "COMMENT ON TABLE a IS NULL"),
    (Postgres, "ALTER TABLE a ADD CONSTRAINT k CHECK (n > 0)", "ALTER TABLE a DROP CONSTRAINT k"),
    (Postgres, "CREATE VIEW v AS SELECT id FROM a", "DROP VIEW v"),
    (Postgres, "CREATE TYPE e AS ENUM ('x')", "DROP TYPE e"),
    (Postgres, "CREATE SEQUENCE q", "DROP SEQUENCE q"),
    (Postgres, "CREATE SCHEMA s", "DROP SCHEMA s"),
    (Postgres, "CREATE INDEX i ON a (n); DROP INDEX i; CREATE TABLE b (id int)", "DROP TABLE b"),
    (MySql, "CREATE INDEX i ON a (n)", "DROP INDEX i ON a"),
    (MySql, "ALTER TABLE a ADD COLUMN c int", "ALTER TABLE a DROP COLUMN c"),
    (MySql, "ALTER TABLE a MODIFY n bigint", "ALTER TABLE a MODIFY n int"),
    (MySql, "ALTER TABLE a CHANGE n m int", "ALTER TABLE a CHANGE m n int"),
    (MySql, "RENAME TABLE a TO b", "RENAME TABLE b TO a"),
    (MySql, "CREATE TABLE b (id int)", "DROP TABLE b"),
    (MySql, "ALTER TABLE a ALTER n SET DEFAULT 1", "ALTER TABLE a ALTER n DROP DEFAULT"),
];

#[test]
fn what_was_taken_back_leaves_no_trace() {
    for (dialect, does, undoes) in TAKEN_BACK {
        let first = "CREATE TABLE a (id int PRIMARY KEY, n int)";
        let last = "ALTER TABLE a ADD COLUMN z int";
        let all = [first, does, undoes, last];
        let neither = [first, last];
        for live in [&all[..], &neither] {
            let report =
                expect(dialect, &all, &live.join(";"), &[Applied, Undecidable, Undecidable, Applied]);
            assert!(report.residual.is_empty(), "{does}: {:?}", report.residual);
            assert!(!report.alternatives.is_empty(), "{does}");
            let said = &report.migrations[1].evidence;
            assert!(said.len() == 1 && said[0].contains("is the same"), "{does}: {said:?}");
        }
    }
}

#[test]
fn one_of_two_that_do_the_same() {
    let add = "ALTER TABLE a ADD COLUMN IF NOT EXISTS x int;";
    let migrations = ["CREATE TABLE a (id int);", add, add];
    let live = migrations[0].to_owned() + add;
    let report = expect(Postgres, &migrations, &live, &[Applied, Undecidable, Undecidable]);
    let sets: Vec<String> = report.alternatives.iter().map(|a| a.applied.join(" ")).collect();
    assert!(sets.iter().any(|s| s == "1 2") || sets.iter().any(|s| s == "1 3"), "{sets:?}");
    assert!(report.residual.is_empty());
    expect(Postgres, &migrations, migrations[0], &[Applied, NotApplied, NotApplied]);
}

/// What was set for the session holds for the next migration if it ran in the same one.
#[test]
fn a_search_path_that_may_not_last() {
    let migrations = [
        "CREATE SCHEMA s; CREATE TABLE s.a (id int);",
        "SET search_path = s; ALTER TABLE a ADD COLUMN q int;",
        "CREATE TABLE a (id int);",
        "ALTER TABLE a ADD COLUMN q int;",
    ];
    let apart = "CREATE SCHEMA s; CREATE TABLE s.a (id int); CREATE TABLE a (id int); ALTER TABLE a ADD COLUMN q int;";
    let report = expect(Postgres, &migrations, apart, &[Applied, NotApplied, Applied, Applied]);
    assert!(report.residual.is_empty(), "{:?}", report.residual);
    let migrations = [
        "CREATE SCHEMA s; CREATE TABLE s.a (id int); CREATE TABLE a (id int);",
        "SET search_path = s; CREATE TABLE b (id int);",
        "ALTER TABLE a ADD COLUMN q int;",
    ];
    for schema in ["s", "public"] {
        let live =
            format!("{} CREATE TABLE s.b (id int); ALTER TABLE {schema}.a ADD COLUMN q int;", migrations[0]);
        expect(Postgres, &migrations, &live, &[Applied, Applied, Applied]);
    }
}

/// Of what a migration drops, one fact is worth saying.
#[test]
fn a_dropped_object_is_said_to_be_gone_and_no_more() {
    let migrations =
        ["CREATE TABLE t (a int, b text);", "ALTER TABLE t DROP COLUMN b;", "CREATE TABLE u (a int);"];
    let report = expect(Postgres, &migrations, &migrations.concat(), &[Applied, Applied, Applied]);
    assert_eq!(report.migrations[1].evidence, ["column `t.b` is not there"]);
}

#[test]
fn renames_and_names_used_again() {
    let migrations = [
        "CREATE TABLE a (id int, x int);",
        "ALTER TABLE a RENAME TO b;",
        "ALTER TABLE b RENAME COLUMN x TO y;",
        "CREATE TABLE a (id int, z int);",
        "ALTER TABLE b RENAME TO c;",
    ];
    for level in 1..=migrations.len() {
        let report = judge(Postgres, &migrations, &schema(Postgres, &migrations[..level].concat()));
        assert!(report.residual.is_empty());
        for (number, m) in report.migrations.iter().enumerate() {
            let ran = number < level;
            let right = if ran { [Applied, Superseded] } else { [NotApplied, NotApplied] };
            assert!(right.contains(&m.verdict), "at {level}: {m:?}");
        }
    }
}

#[test]
fn views_replaced_many_times() {
    let migrations = [
        "CREATE TABLE t (a int, b int);",
        "CREATE VIEW v AS SELECT a FROM t;",
        "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t;",
        "CREATE OR REPLACE VIEW v AS SELECT a, b, a + b AS c FROM t;",
    ];
    // The last definition is there; nothing tells of those before it, which it could have done without.
    let report =
        expect(Postgres, &migrations, &migrations.concat(), &[Applied, Undecidable, Undecidable, Applied]);
    assert!(report.residual.is_empty());
    expect(Postgres, &migrations, &migrations[..3].concat(), &[Applied, Undecidable, Applied, NotApplied]);
    expect(Postgres, &migrations, &migrations[..1].concat(), &[Applied, NotApplied, NotApplied, NotApplied]);
}

#[test]
fn edited_after_it_ran() {
    let migrations = ["CREATE TABLE t (id int, name varchar(100));", "CREATE TABLE u (id int);"];
    let live = "CREATE TABLE t (id int, name varchar(50)); CREATE TABLE u (id int);";
    let report = expect(Postgres, &migrations, live, &[Edited, Applied]);
    assert!(report.migrations[0].evidence[0].contains("t.name"), "{report:?}");
    assert_eq!(report.residual.len(), 1);
}

#[test]
fn what_a_block_may_do_is_no_witness() {
    let migrations = [
        "CREATE TABLE t (id int);",
        "DO $$ BEGIN IF current_setting('server_version_num')::int > 150000 THEN ALTER TABLE t ADD COLUMN x int; END IF; END $$;",
        "CREATE TABLE u (id int);",
    ];
    for live in [
        migrations[0].to_owned() + migrations[2],
        migrations[0].to_owned() + "ALTER TABLE t ADD COLUMN x int;" + migrations[2],
    ] {
        let report = judge(Postgres, &migrations, &schema(Postgres, &live));
        assert_eq!(report.migrations[1].verdict, Undecidable, "{report:?}");
        assert_eq!(report.migrations[2].verdict, Applied, "{report:?}");
        assert_ne!(report.migrations[0].verdict, NotApplied, "{report:?}");
    }
}

#[test]
fn nothing_in_the_end() {
    let migrations = [
        "CREATE TABLE t (id int);",
        "ALTER TABLE t ADD COLUMN a int; ALTER TABLE t DROP COLUMN a;",
        "GRANT SELECT ON t TO PUBLIC;",
        "CREATE TABLE IF NOT EXISTS t (id int);",
        "CREATE TABLE u (id int);",
    ];
    expect(
        MySql,
        &[migrations[0], migrations[1], migrations[3], migrations[4]],
        migrations[0],
        // The first or the third has made the table.
        &[Undecidable, Undecidable, Undecidable, NotApplied],
    );
    let report = judge(Postgres, &migrations, &schema(Postgres, &(migrations[0].to_owned() + migrations[4])));
    let verdicts: Vec<Verdict> = report.migrations.iter().map(|m| m.verdict).collect();
    assert_eq!(verdicts[1..], [Undecidable, Undecidable, Undecidable, Applied], "{report:#?}");
}

#[test]
fn a_whole_definition_repeats_what_another_migration_changed() {
    let migrations = [
        "CREATE TABLE t (id int PRIMARY KEY, a int);",
        "ALTER TABLE t MODIFY a bigint;",
        "ALTER TABLE t MODIFY a bigint NOT NULL;",
    ];
    let live = migrations[0].to_owned() + migrations[2];
    let report = expect(MySql, &migrations, &live, &[Applied, Undecidable, Applied]);
    assert!(report.residual.is_empty());
}

#[test]
fn repeatable_migrations_are_judged_by_what_they_make() {
    let files = [
        SourceFile::new("V1__t.sql", "CREATE TABLE t (a int);"),
        SourceFile::new("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT a FROM t;"),
    ];
    let options = Options { tool: Some("flyway".into()), ..Options::new(Postgres) };
    let judge = |live: &str| -> Vec<Verdict> {
        let report = history(&files, &schema(Postgres, live), &options).unwrap();
        report.migrations.iter().map(|m| m.verdict).collect()
    };
    assert_eq!(judge("CREATE TABLE t (a int);"), [Applied, NotApplied]);
    assert_eq!(judge("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;"), [Applied, Applied]);
}

#[test]
fn an_index_under_another_name_is_the_index_if_the_server_chose_both() {
    let migrations =
        ["CREATE TABLE t (a int, b int);", "CREATE INDEX one ON t (a, b);", "CREATE TABLE u (a int);"];
    let live = "CREATE TABLE t (a int, b int); CREATE INDEX two ON t (a, b); CREATE TABLE u (a int);";
    // Somebody gave it that name: the migration's, renamed, or one made by hand.
    expect(Postgres, &migrations, live, &[Applied, Undecidable, Applied]);
    // The server chose both names.
    let migrations = [migrations[0], "CREATE INDEX ON t (a, b);", migrations[2]];
    let live = live.replace("INDEX two", "INDEX t_a_b_idx1");
    expect(Postgres, &migrations, &live, &[Applied, Applied, Applied]);
}

/// A thousand migrations on a thousand tables: twice as many take about twice as long.
#[test]
fn long_histories_take_linear_time() {
    let took = |many: usize| {
        let migrations: Vec<String> = (0..many)
            .map(|n| match n % 2 {
                0 => format!("CREATE TABLE t{n} (id int PRIMARY KEY, name varchar(50) NOT NULL);"),
                _ => format!(
                    "ALTER TABLE t{} ADD COLUMN c{n} int; CREATE INDEX i{n} ON t{} (c{n});",
                    n - 1,
                    n - 1
                ),
            })
            .collect();
        let migrations: Vec<&str> = migrations.iter().map(String::as_str).collect();
        let live = schema(Postgres, &migrations[..many / 2].concat());
        let started = std::time::Instant::now();
        let report = judge(Postgres, &migrations, &live);
        let applied = report.migrations.iter().filter(|m| m.verdict == Applied).count();
        assert_eq!((applied, report.residual.len()), (many / 2, 0));
        started.elapsed()
    };
    let (short, long) = (took(250), took(1000));
    println!("250 migrations take {short:?}, 1,000 take {long:?}");
    assert!(long < short * 12, "250 migrations take {short:?}, 1,000 take {long:?}");
}
