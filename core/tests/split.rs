//! Statement splitting: every lexical trap as a line of a table.
use remigrate::text::Script;
use remigrate::{Dialect, ServerVersion, Session, Target};

/// Statements of `text`, and the messages of its problems.
fn split(text: &str, target: &Target) -> (Vec<String>, Vec<String>) {
    let script = Script::new(text, target);
    let statements = script.statements.iter().map(|s| script.text_of(s).to_owned()).collect();
    (statements, script.problems.iter().map(|p| p.message.clone()).collect())
}

#[track_caller]
fn check(target: &Target, cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let (statements, problems) = split(text, target);
        assert_eq!(statements, *expected, "{} {text:?}", target.dialect);
        assert!(problems.is_empty(), "{} {text:?}: {problems:?}", target.dialect);
    }
}

fn postgres() -> Target {
    Target::new(Dialect::Postgres)
}

fn mysql() -> Target {
    Target::new(Dialect::MySql)
}

fn mariadb() -> Target {
    Target::new(Dialect::MariaDb)
}

#[test]
fn common() {
    for target in [postgres(), mysql(), mariadb()] {
        check(
            &target,
            &[
                ("", &[]),
                ("  \r\n\t", &[]),
                ("\u{feff}select 1;", &["select 1"]),
                (";;select 1;;", &["select 1"]),
                ("select 1", &["select 1"]),
                ("-- one;\nselect 1; -- two;\n-- three", &["select 1"]),
                ("/* a; */ select /* b; */ 1 /* c; */ ;", &["select /* b; */ 1"]),
                ("select ';';select 'it''s;';", &["select ';'", "select 'it''s;'"]),
                ("select 1;\r\nselect 2;\r\n", &["select 1", "select 2"]),
                ("select \0 1; select 2", &["select \0 1", "select 2"]),
                ("drop table größe; drop table 表", &["drop table größe", "drop table 表"]),
            ],
        );
    }
}

#[test]
fn postgres_bodies() {
    check(
        &postgres(),
        &[
            ("do $$ begin; end $$; select 1", &["do $$ begin; end $$", "select 1"]),
            ("do $a$ $b$ ; $b$ $ $$ $a$; select 1", &["do $a$ $b$ ; $b$ $ $$ $a$", "select 1"]),
            ("select a$1; select b$x$;", &["select a$1", "select b$x$"]),
            (
                "create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 1",
                &[
                    "create function f() returns int begin atomic select 1; select case when true then 2 end; end",
                    "select 1",
                ],
            ),
            ("begin; select 1; end; select 2", &["begin", "select 1", "end", "select 2"]),
            (
                "create rule r as on insert to t do (select 1; select 2); select 3",
                &["create rule r as on insert to t do (select 1; select 2)", "select 3"],
            ),
        ],
    );
}

#[test]
fn mysql_bodies() {
    for target in [mysql(), mariadb()] {
        check(
            &target,
            &[
                (
                    "create trigger t before insert on a for each row begin set new.x = 1; end; select 1",
                    &[
                        "create trigger t before insert on a for each row begin set new.x = 1; end",
                        "select 1",
                    ],
                ),
                (
                    "delimiter //\nselect 1; select 2//\ndelimiter ;\nselect 3;",
                    &["select 1; select 2", "select 3"],
                ),
                ("select \"a;\"; select `b;`", &["select \"a;\"", "select `b;`"]),
                ("select 'a\\';'; # c;\nselect 1--1; -- x;", &["select 'a\\';'", "select 1--1"]),
            ],
        );
    }
}

#[test]
fn version_comments() {
    let old = mysql().with_version(ServerVersion::new(5, 7, 0));
    check(&old, &[("/*!80000 select 1; */ select 2; /*!50000 select 3*/;", &["select 2", "select 3"])]);
    let _ = Session::default();
}
