//! Statement splitting: every lexical trap as a line of a table.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use remigrate::text::{DirectiveKind, Script, TokenKind};
use remigrate::{Dialect, ServerVersion, Target};

/// Checks that each script splits into these statements and has no problem.
#[track_caller]
fn check(target: &Target, cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let script = Script::new(text, target);
        let statements: Vec<&str> = script.statements.iter().map(|s| script.text_of(s)).collect();
        assert_eq!(statements, *expected, "{} {text:?}", target.dialect);
        assert!(script.problems.is_empty(), "{} {text:?}: {:?}", target.dialect, script.problems);
    }
}

/// Checks that each script has a problem with these words, and splits into these statements.
#[track_caller]
fn check_problem(target: &Target, cases: &[(&str, &str, &[&str])]) {
    for (text, words, expected) in cases {
        let script = Script::new(text, target);
        let statements: Vec<&str> = script.statements.iter().map(|s| script.text_of(s)).collect();
        assert_eq!(statements, *expected, "{} {text:?}", target.dialect);
        let messages: Vec<&str> = script.problems.iter().map(|p| p.message.as_str()).collect();
        assert!(messages.iter().any(|m| m.contains(words)), "{} {text:?}: {messages:?}", target.dialect);
    }
}

/// The tokens of a script with one letter for each kind.
fn tokens(text: &str, target: &Target) -> String {
    let script = Script::new(text, target);
    let mut out = String::new();
    for token in &script.tokens {
        let kind = match token.kind {
            TokenKind::Word => 'w',
            TokenKind::QuotedName => 'q',
            TokenKind::String => 's',
            TokenKind::Number => 'n',
            TokenKind::Operator => 'o',
            TokenKind::Parameter => 'p',
            TokenKind::Variable => 'v',
            TokenKind::Unknown => '?',
            _ => '.',
        };
        out.extend([kind, ':']);
        out.push_str(token.text(text));
        out.push(' ');
    }
    out.trim_end().to_owned()
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
fn every_dialect() {
    for target in Dialect::ALL.map(Target::new) {
        check(
            &target,
            &[
                ("", &[]),
                ("  \r\n\t", &[]),
                ("\u{feff}", &[]),
                ("\u{feff}select 1;", &["select 1"]),
                (";;select 1;;", &["select 1"]),
                ("select 1", &["select 1"]),
                ("select 1;\r\n  select 2 \r\n;\r\n", &["select 1", "select 2"]),
                ("-- one;\nselect 1; -- two;\n-- three", &["select 1"]),
                ("-- one;\r\nselect 1", &["select 1"]),
                ("/* a; */ select /* b; */ 1 /* c; */ ;", &["select /* b; */ 1"]),
                ("/**/select 1/***/;/*/ ; */select 2", &["select 1", "select 2"]),
                ("select ';';select 'it''s;';", &["select ';'", "select 'it''s;'"]),
                (
                    "select '-- no comment'; select '/*'; select 2",
                    &["select '-- no comment'", "select '/*'", "select 2"],
                ),
                ("select \0 1; select 2", &["select \0 1", "select 2"]),
                ("drop table größe; drop table 表", &["drop table größe", "drop table 表"]),
                (
                    "select n';'; select x'00' ; select B'1;'",
                    &["select n';'", "select x'00'", "select B'1;'"],
                ),
            ],
        );
        check_problem(
            &target,
            &[
                ("select 'a; select 2", "string is never closed", &["select 'a; select 2"]),
                ("select 1; /* a; select 2", "comment is never closed", &["select 1"]),
            ],
        );
    }
}

#[test]
fn spans_and_terminators() {
    let text = " /* a */ select 1 /* b */ ; -- c\n select 2";
    let script = Script::new(text, &postgres());
    let [first, second] = script.statements.as_slice() else { panic!("{:?}", script.statements) };
    assert_eq!((first.span.start, first.span.end, first.terminated), (9, 17, true));
    assert_eq!(script.text_of(second), "select 2");
    assert!(!second.terminated);
    assert_eq!(script.tokens_of(second).len(), 2);
    assert_eq!(script.comments.len(), 3);
    assert_eq!(script.terminators.len(), 1);
    let at = script.lines().locate(text, second.span.start);
    assert_eq!((at.line, at.column), (2, 2));
}

#[test]
fn postgres_quotes() {
    check(
        &postgres(),
        &[
            ("do $$ begin; end $$; select 1", &["do $$ begin; end $$", "select 1"]),
            ("do $a$ $b$ ; $b$ $ $$ $a$; select 1", &["do $a$ $b$ ; $b$ $ $$ $a$", "select 1"]),
            ("do $é$;$é$; select 1", &["do $é$;$é$", "select 1"]),
            // A dollar inside a word opens nothing, and a digit cannot start a tag.
            ("select a$1; select b$x$;", &["select a$1", "select b$x$"]),
            ("select $1; select $2$;$2$", &["select $1", "select $2$", "$2$"]),
            ("select e'\\';'; select '\\'; select 2", &["select e'\\';'", "select '\\'", "select 2"]),
            (
                "select U&'\\0061;' ; select u&\"a;\" UESCAPE '!'",
                &["select U&'\\0061;'", "select u&\"a;\" UESCAPE '!'"],
            ),
            ("select u& 'a;' ; select u&b", &["select u& 'a;'", "select u&b"]),
            ("select \"a;\"\"b;\"; select 1", &["select \"a;\"\"b;\"", "select 1"]),
            // The second line is a part of the literal and keeps its escapes.
            ("select E'a'\n '\\';' ; select 2", &["select E'a'\n '\\';'", "select 2"]),
            ("select 'a' -- it's\n ';' ; select 2", &["select 'a' -- it's\n ';'", "select 2"]),
            ("select 'a' ';' ; select 2", &["select 'a' ';'", "select 2"]),
            ("/* /* ; */ ; */ select 1; select 2", &["select 1", "select 2"]),
            // A lone carriage return ends a comment.
            ("-- a\rselect 1; select 2", &["select 1", "select 2"]),
        ],
    );
    check_problem(
        &postgres(),
        &[
            ("select 1; do $a$ begin; $b$", "add the missing `$a$`", &["select 1", "do $a$ begin; $b$"]),
            ("select \"a; select 2", "quoted name is never closed", &["select \"a; select 2"]),
            ("select \"\"", "must not be empty", &["select \"\""]),
            ("/* /* */ select 1;", "comments nest", &[]),
            ("select 12ab", "`12ab` is neither", &["select 12ab"]),
        ],
    );
}

#[test]
fn postgres_string_settings() {
    check(
        &postgres(),
        &[
            (
                "set standard_conforming_strings = off; select '\\';'; set standard_conforming_strings to on; select '\\'; select 1",
                &[
                    "set standard_conforming_strings = off",
                    "select '\\';'",
                    "set standard_conforming_strings to on",
                    "select '\\'",
                    "select 1",
                ],
            ),
            (
                "set session standard_conforming_strings to 'off'; select '\\';'; reset all; select '\\'; select 1",
                &[
                    "set session standard_conforming_strings to 'off'",
                    "select '\\';'",
                    "reset all",
                    "select '\\'",
                    "select 1",
                ],
            ),
        ],
    );
    let mut off = postgres();
    off.session.standard_conforming_strings = false;
    check(&off, &[("select '\\';'; select 2", &["select '\\';'", "select 2"])]);
}

#[test]
fn postgres_bodies() {
    check(
        &postgres(),
        &[
            (
                "create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 1",
                &[
                    "create function f() returns int begin atomic select 1; select case when true then 2 end; end",
                    "select 1",
                ],
            ),
            (
                "create or replace procedure s.p() language sql begin atomic insert into t values (1); end; select 1",
                &[
                    "create or replace procedure s.p() language sql begin atomic insert into t values (1); end",
                    "select 1",
                ],
            ),
            (
                "create function f() begin atomic select a.end, 1 as end, 2 as case; select 2; end; select 1",
                &[
                    "create function f() begin atomic select a.end, 1 as end, 2 as case; select 2; end",
                    "select 1",
                ],
            ),
            ("create function f() return 1; select 1", &["create function f() return 1", "select 1"]),
            ("create table begin (atomic int); select 1", &["create table begin (atomic int)", "select 1"]),
            ("begin; select 1; end; select 2", &["begin", "select 1", "end", "select 2"]),
            (
                "create rule r as on insert to t do (select 1; select 2); select 3",
                &["create rule r as on insert to t do (select 1; select 2)", "select 3"],
            ),
        ],
    );
    check_problem(
        &postgres(),
        &[
            (
                "create table t (a int; drop table x;",
                "add the missing `)`",
                &["create table t (a int; drop table x;"],
            ),
            (
                "create function f() begin atomic select 1; drop table x;",
                "add the missing `END`",
                &["create function f() begin atomic select 1; drop table x;"],
            ),
        ],
    );
}

#[test]
fn psql_scripts() {
    check(
        &postgres(),
        &[
            ("\\c db\nselect 1;\n\\echo it's 'a;b'\nselect 2;", &["select 1", "select 2"]),
            ("\\restrict abc\n\nselect 1;\n\n\\unrestrict abc\n", &["select 1"]),
            ("select 1 \\g out.txt\nselect 2 \\gset p_\nselect 3", &["select 1", "select 2", "select 3"]),
            ("select 1\\; select 2;", &["select 1", "select 2"]),
            ("\\set x 1 \\\\ select :x;", &["select :x"]),
            ("\\! echo a\\\\b ; c\nselect 1", &["select 1"]),
            ("select\n\\echo hello\n1;", &["select\n\\echo hello\n1"]),
            ("copy t from stdin;\n1\t;\n$$ ' /*\n\\.\nselect 1;", &["copy t from stdin", "select 1"]),
            (
                "copy t from stdin; select 1; -- x\n1\n\\.\nselect 2;",
                &["copy t from stdin", "select 1", "select 2"],
            ),
            (
                "copy a from stdin; copy b from stdin;\n1\n\\.\n2\n\\.\nselect 1",
                &["copy a from stdin", "copy b from stdin", "select 1"],
            ),
            ("copy t from stdin;\n\\.\nselect 1;", &["copy t from stdin", "select 1"]),
            (
                "COPY t (a) FROM STDIN WITH (FORMAT csv);\r\n1\r\n\\.\r\nselect 1;",
                &["COPY t (a) FROM STDIN WITH (FORMAT csv)", "select 1"],
            ),
            (
                "copy (select 1 from stdin) to stdout;\nselect 2;",
                &["copy (select 1 from stdin) to stdout", "select 2"],
            ),
            ("\\copy t from stdin csv\n1;2\n\\.\nselect 1;", &["select 1"]),
            ("\\copy t from 'a.csv' csv\nselect 1;", &["select 1"]),
        ],
    );
    check_problem(
        &postgres(),
        &[("copy t from stdin;\n1\n2", "close it with a line `\\.`", &["copy t from stdin"])],
    );
    let text = "copy t from stdin;\n1\n2\n\\.\n\\connect \"my db\"  \r\n\\copy x from pstdin;\n3\n\\.\n";
    let script = Script::new(text, &postgres());
    let copy = script.statements.first().and_then(|s| s.data).expect("data of the statement");
    assert_eq!(copy.slice(text), "1\n2\n");
    let found: Vec<_> = script
        .directives
        .iter()
        .map(|d| (d.kind, d.name.slice(text), d.argument.slice(text), d.data.map(|s| s.slice(text))))
        .collect();
    assert_eq!(
        found,
        [
            (DirectiveKind::EndOfData, ".", "", None),
            (DirectiveKind::Backslash, "connect", "\"my db\"", None),
            (DirectiveKind::Backslash, "copy", "x from pstdin;", Some("3\n")),
            (DirectiveKind::EndOfData, ".", "", None),
        ]
    );
}

#[test]
fn postgres_tokens() {
    let cases = [
        ("a->>'b'::text||c@>d", "w:a o:->> s:'b' o::: w:text o:|| w:c o:@> w:d"),
        (
            "1+-2 a<-1 b@-1 c<=-1 d*-e",
            "n:1 o:+ o:- n:2 w:a o:< o:- n:1 w:b o:@- n:1 w:c o:<= o:- n:1 w:d o:* o:- w:e",
        ),
        ("a<->b #>> c ?| d !~~* e", "w:a o:<-> w:b o:#>> w:c o:?| w:d o:!~~* w:e"),
        ("a*/**/b --x", "w:a o:* w:b"),
        (
            "1..10 1.5 .5 1. 1e5 1.5E-3 1_000 0xFF 0b11 0o17 1.e",
            "n:1 o:.. n:10 n:1.5 n:.5 n:1. n:1e5 n:1.5E-3 n:1_000 n:0xFF n:0b11 n:0o17 n:1.e",
        ),
        (
            "x[1:n] x[:m] :v :'v' :\"v\" :{?v} f(a := 1, b => 2)",
            "w:x .:[ n:1 o:: w:n .:] w:x .:[ o:: w:m .:] p::v p::'v' p::\"v\" p::{?v} w:f .:( w:a o::= n:1 .:, w:b o:=> n:2 .:)",
        ),
        ("$1 $12a_ {x}", "p:$1 p:$12 w:a_ ?:{ w:x ?:}"),
        (
            "E'a' e'' n'x' U&'d' u&\"d\" uescape '!' _é\u{a0}x",
            "s:E'a' s:e'' s:n'x' s:U&'d' q:u&\"d\" uescape '!' w:_é\u{a0}x",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(tokens(text, &postgres()), expected);
    }
}

#[test]
fn mysql_quotes_and_comments() {
    for target in [mysql(), mariadb()] {
        check(
            &target,
            &[
                (
                    "select \"a;\"; select `b;`; select `c``;`",
                    &["select \"a;\"", "select `b;`", "select `c``;`"],
                ),
                (
                    "select 'a\\';'; select \"b\\\";\"; select `c\\`; select 1",
                    &["select 'a\\';'", "select \"b\\\";\"", "select `c\\`", "select 1"],
                ),
                ("# c;\nselect 1--1; -- x;\nselect 2--\t;\n;--", &["select 1--1", "select 2"]),
                ("/* /* ; */ select 1; select 2", &["select 1", "select 2"]),
                ("select 1 \\G\nselect 2\\g select 3", &["select 1", "select 2", "select 3"]),
                (
                    "use db\nselect 1;\nuse `other`; select 2;\nuse x -- a;\n;",
                    &["use db", "select 1", "use `other`", "select 2", "use x"],
                ),
                ("source a.sql\nselect 1;\nsource b.sql;\n\\. c.sql\n", &["select 1"]),
                ("insert into t values (1;2);select 1", &["insert into t values (1", "2)", "select 1"]),
            ],
        );
        check_problem(
            &target,
            &[("select `a; select 2", "quoted name is never closed", &["select `a; select 2"])],
        );
    }
}

#[test]
fn mysql_modes() {
    let mut ansi = mysql();
    ansi.session.ansi_quotes = true;
    ansi.session.no_backslash_escapes = true;
    check(
        &ansi,
        &[("select \"a\\\"; select '\\'; select 1", &["select \"a\\\"", "select '\\'", "select 1"])],
    );
    assert_eq!(tokens("\"a\" 'b'", &ansi), "q:\"a\" s:'b'");
    check(
        &mysql(),
        &[
            (
                "set @@session.sql_mode = 'NO_BACKSLASH_ESCAPES'; select '\\'; set sql_mode = ''; select '\\';'",
                &[
                    "set @@session.sql_mode = 'NO_BACKSLASH_ESCAPES'",
                    "select '\\'",
                    "set sql_mode = ''",
                    "select '\\';'",
                ],
            ),
            (
                "set @old = @@sql_mode, sql_mode = 'NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES'; select '\\'; set sql_mode = @OLD; select '\\';'",
                &[
                    "set @old = @@sql_mode, sql_mode = 'NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES'",
                    "select '\\'",
                    "set sql_mode = @OLD",
                    "select '\\';'",
                ],
            ),
            (
                "set global sql_mode = 'NO_BACKSLASH_ESCAPES'; select '\\';'; set sql_mode = concat(@@sql_mode, ',NO_BACKSLASH_ESCAPES'); select '\\'",
                &[
                    "set global sql_mode = 'NO_BACKSLASH_ESCAPES'",
                    "select '\\';'",
                    "set sql_mode = concat(@@sql_mode, ',NO_BACKSLASH_ESCAPES')",
                    "select '\\'",
                ],
            ),
        ],
    );
    assert_eq!(
        tokens("set sql_mode = ansi; select \"a\"", &mysql()),
        "w:set w:sql_mode o:= w:ansi w:select q:\"a\""
    );
}

#[test]
fn mysql_delimiters() {
    for target in [mysql(), mariadb()] {
        check(
            &target,
            &[
                (
                    "delimiter //\nselect 1; select 2//\ndelimiter ;\nselect 3;",
                    &["select 1; select 2", "select 3"],
                ),
                (
                    "DELIMITER $$\ncreate procedure p() begin end$$\nDelimiter ;\nselect 1;",
                    &["create procedure p() begin end", "select 1"],
                ),
                ("delimiter ;;\r\nselect 1; ;;\r\ndelimiter ;\r\nselect 2;", &["select 1;", "select 2"]),
                ("delimiter d//\nselect 'd//' endd//\nselect 2d//", &["select 'd//' end", "select 2"]),
                ("delimiter #\nselect 1# select 2#", &["select 1", "select 2"]),
                ("  delimiter |  -- odd\nselect 1; | select 2 |", &["select 1;", "select 2"]),
                ("delimiter '//'\nselect 1; // select 2", &["select 1;", "select 2"]),
                ("delimiter //\nselect 1 /* // */ 2 -- //\n//", &["select 1 /* // */ 2"]),
                ("\\d //\nselect 1; //\\d ;\nselect 2;", &["select 1;", "select 2"]),
                (
                    "create table t (\n delimiter int);select 1",
                    &["create table t (\n delimiter int)", "select 1"],
                ),
                ("update t set\n delimiter = ';';select 1", &["update t set\n delimiter = ';'", "select 1"]),
                ("select delimiter from t;select 1", &["select delimiter from t", "select 1"]),
            ],
        );
        check_problem(
            &target,
            &[
                (
                    "delimiter //\nselect 1\ndelimiter ;\nselect 2;",
                    "is not ended by `//`",
                    &["select 1", "select 2"],
                ),
                ("delimiter\nselect 1;", "`DELIMITER` needs", &["select 1"]),
            ],
        );
    }
}

#[test]
fn version_comments() {
    let at = |dialect: Dialect, version: &str| {
        Target::new(dialect).with_version(version.parse().expect("version"))
    };
    let cases = [
        ("/*!50001 a */", "5.7", true, true),
        ("/*! a */", "5.7", true, true),
        ("/*!a*/", "8.0", true, true),
        ("/*!80029 a */", "8.0.28", false, false),
        ("/*!80029 a */", "8.0.29", true, false),
        ("/*!080029 a */", "8.4", true, false),
        ("/*!110800 a */", "11.8", true, true),
        ("/*!110801 a */", "11.8", false, false),
        ("/*!99999 a */", "11.8", true, false),
        ("/*M! a */", "11.8", false, true),
        ("/*M!100200 a */", "11.8", false, true),
        ("/*M!80029 a */", "11.8", false, true),
        ("/*M!110900 a */", "11.8", false, false),
        ("/*+ a */", "8.0", false, false),
    ];
    for (text, version, in_mysql, in_mariadb) in cases {
        for (dialect, executed) in [(Dialect::MySql, in_mysql), (Dialect::MariaDb, in_mariadb)] {
            let found = tokens(text, &at(dialect, version));
            assert_eq!(found, if executed { "w:a" } else { "" }, "{dialect} {version} {text}");
        }
    }
    check(
        &mysql(),
        &[
            ("/*!40101 set names utf8 */;\nselect 1;", &["set names utf8", "select 1"]),
            (
                "select 1 /*!50001 , ';' /* ; */ , 2 */ + 3; select 4",
                &["select 1 /*!50001 , ';' /* ; */ , 2 */ + 3", "select 4"],
            ),
            (
                "select 1 /*!99999 ; /* ; */ ; */ + 3; select 4",
                &["select 1 /*!99999 ; /* ; */ ; */ + 3", "select 4"],
            ),
        ],
    );
    check_problem(
        &mysql(),
        &[("/*!50001 select 1; select 2", "comment is never closed", &["select 1; select 2"])],
    );
    let text = "/*!40101 SET NAMES utf8 */; create table t (a int) /*!50100 engine=x */;";
    let script = Script::new(text, &mysql());
    let sources: Vec<&str> = script.statements.iter().map(|s| s.source.slice(text)).collect();
    assert_eq!(sources, ["/*!40101 SET NAMES utf8 */", "create table t (a int) /*!50100 engine=x */"]);
}

#[test]
fn mysql_bodies() {
    let bodies = [
        "create trigger t before insert on a for each row begin set new.x = 1; end",
        "create trigger t after update on a for each row follows other begin set @a = 1; end",
        "create trigger t before insert on a for each row if new.a then set new.b = 1; else set new.b = 2; end if",
        "create trigger t before insert on a for each row set new.a = if(new.b, 1, 2)",
        "create trigger t before insert on a for each row set new.a = case when 1 then 2 else if(1,2,3) end",
        "create definer=`root`@`localhost` procedure p() begin select 1; end",
        "create definer = root@localhost function f() returns int deterministic begin return 1; end",
        "create definer=current_user() procedure p() begin select 1; end",
        "create definer=begin procedure p() begin select 1; end",
        "create or replace procedure s.p(in a int, out b varchar(10)) comment 'x' begin select 1; end",
        "create procedure if not exists p() begin end",
        "create procedure p() begin declare x int; begin select 1; end; select 2; end",
        "create procedure p() l1: begin l2:loop leave l2; end loop l2; end l1",
        "create procedure p() begin while a do set a = 1; end while; repeat set a = 2; until a end repeat; end",
        "create procedure p() begin repeat set a = repeat('x', 2); until case a when 1 then 1 end end repeat; select 1; end",
        "create procedure p() begin case a when 1 then select 1; else begin end; end case; select 2; end",
        "create procedure p() begin select case a when 1 then if(1,2,3) else case 1 when 2 then 3 end end; select 2; end",
        "create procedure p() begin if a then if b then select 1; end if; elseif c then select 2; else select 3; end if; end",
        "create procedure p() begin if case a when 1 then 2 end then select 1; end if; select 2; end",
        "create procedure p() begin declare exit handler for sqlexception begin rollback; end; select 1; end",
        "create procedure p() begin declare continue handler for not found set done = 1; select 1; end",
        "create procedure p() begin declare c cursor for select 1; select end from t; set begin = 1, end = 2; end",
        "create procedure p() begin drop table if exists t; create table if not exists t (a int); select 1; end",
        "create procedure p() begin do sleep(1); do if(1,2,3); select 1; end",
        "create procedure p() select 1",
        "create procedure p() if 1 then select 1; end if",
        "create function f() returns char(10) character set utf8 begin return 'a'; end",
        "create function f() returns set('a') begin return 'a'; end",
        "create function f(a int) returns int return if(a, 1, 2)",
        "create aggregate function f returns string soname 'x.so'",
        "create event e on schedule every 1 day starts '2020-01-01' ends '2021-01-01' do begin select 1; end",
        "create event if not exists e on schedule at now() do call p()",
        "alter event e do begin select 1; select 2; end",
        "alter definer = a@b event e comment 'x' do if 1 then select 1; end if",
        "create table t (begin int, `end` int, loop_ int)",
        "values row(case 1 when 2 then 3 end)",
        "alter table t add column a int",
        "create view v as select case when 1 then 2 end",
        "create sql security invoker view v as select 1",
    ];
    for target in [mysql(), mariadb()] {
        for body in bodies {
            let text = format!("{body};\nselect 'next'; {body}; begin; commit; {body}");
            check(&target, &[(text.as_str(), &[body, "select 'next'", body, "begin", "commit", body])]);
        }
        check_problem(
            &target,
            &[(
                "create procedure p() begin select 1; drop table t;",
                "add the missing `END`",
                &["create procedure p() begin select 1; drop table t;"],
            )],
        );
    }
    for body in [
        "begin not atomic select 1; select 2; end",
        "begin not atomic l: loop leave l; end loop l; end",
        "if 1 then select 1; end if",
        "for i in 1..10 do select i; end for",
        "while 1 do select 1; end while",
        "case 1 when 1 then select 1; end case",
        "begin not atomic for r in (select 1) do select r.a; end for; select 2; end",
    ] {
        let text = format!("{body};select 1");
        check(&mariadb(), &[(text.as_str(), &[body, "select 1"])]);
    }
}

#[test]
fn mysql_tokens() {
    let cases = [
        (
            "a<=>b->>'$.c' := d||e&&f<<1!=2",
            "w:a o:<=> w:b o:->> s:'$.c' o::= w:d o:|| w:e o:&& w:f o:<< n:1 o:!= n:2",
        ),
        (
            "@a @`b c` @'d' @@global.x @@`y` u@localhost 'u'@'%' u@127.0.0.1",
            "v:@a v:@`b c` v:@'d' v:@@global .:. w:x v:@@`y` w:u v:@localhost s:'u' v:@'%' w:u v:@127.0.0.1",
        ),
        (
            "2fa 1e 1e5 1e5x 0x1F 0X1F 0xG 0b01 0b2 1.5 .5 1.e5 a.1b a.1 t.2fa",
            "w:2fa w:1e n:1e5 n:1e5 w:x n:0x1F w:0X1F w:0xG n:0b01 w:0b2 n:1.5 n:.5 n:1.e5 w:a .:. w:1b w:a .:. w:1 w:t .:. w:2fa",
        ),
        (
            "l:loop ? $a _utf8mb4'x' X'0' n'y' \\N {",
            "w:l o:: w:loop p:? w:$a w:_utf8mb4 s:'x' s:X'0' s:n'y' w:\\N ?:{",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(tokens(text, &mysql()), expected);
    }
    let nine = mysql().with_version(ServerVersion::new(9, 1, 0));
    check(
        &nine,
        &[(
            "create function f() language javascript as $js$ a; b; $js$; select 1",
            &["create function f() language javascript as $js$ a; b; $js$", "select 1"],
        )],
    );
}

#[test]
fn values() {
    let value = |text: &str, target: &Target| {
        let script = Script::new(text, target);
        let token = *script.tokens.first().expect("a token");
        assert_eq!(script.tokens.len(), 1, "{text}");
        match token.kind {
            TokenKind::String => token.string_value(text, target).into_owned(),
            _ => token.name_value(text, target).into_owned(),
        }
    };
    let postgres_cases = [
        ("abc", "abc"),
        ("\"a\"\"b\"", "a\"b"),
        ("'it''s'", "it's"),
        ("''", ""),
        ("''''", "'"),
        ("'a\\n'", "a\\n"),
        ("E'a\\n\\t\\\\\\'''\\x41\\101\\u00e9\\U0001F600\\d83d'", "a\n\t\\''AAé😀d83d"),
        ("E'\\uD83D\\uDE00'", "😀"),
        ("E'\\xc3\\xa9'", "é"),
        ("e'a' \n 'b\\'c'", "ab'c"),
        ("'a' -- it's\n'b'", "ab"),
        ("$$a'b$$", "a'b"),
        ("$x$a$$b$x$", "a$$b"),
        ("U&'d\\0061t\\+000061\\\\'", "data\\"),
        ("U&'d!0061''\\' UESCAPE '!'", "da'\\"),
        ("U&\"d!0061\"\"\" uescape '!'", "da\""),
        ("X'1f'", "1f"),
        ("N'a'", "a"),
    ];
    for (text, expected) in postgres_cases {
        assert_eq!(value(text, &postgres()), expected, "{text}");
    }
    let mysql_cases = [
        ("`a``b`", "a`b"),
        ("'it''s \\'x\\' \\n\\0\\Z\\%\\_\\q'", "it's 'x' \n\0\u{1a}\\%\\_q"),
        ("\"a\"\"b'\\\"\"", "a\"b'\""),
        ("'\\''", "'"),
        ("n'x'", "x"),
    ];
    for (text, expected) in mysql_cases {
        assert_eq!(value(text, &mysql()), expected, "{text}");
    }
    let mut ansi = mysql();
    ansi.session.ansi_quotes = true;
    ansi.session.no_backslash_escapes = true;
    assert_eq!(value("\"a\"\"b\"", &ansi), "a\"b");
    assert_eq!(value("'a\\'", &ansi), "a\\");
}
