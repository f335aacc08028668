//! Laws of statement splitting, for any input: nothing is lost, nothing panics, time is linear and stack constant.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use proptest::prelude::*;
use remigrate::text::{Script, Span};
use remigrate::{Dialect, Target};
use std::time::{Duration, Instant};

/// Pieces of SQL that open, close or break something when they meet.
const FRAGMENTS: &[&str] = &[
    "'",
    "\"",
    "`",
    "''",
    "\\'",
    "\\",
    "$$",
    "$a$",
    "$",
    "$1",
    "/*",
    "*/",
    "/*!",
    "/*!50001",
    "/*!99999 ",
    "/*M!",
    "--",
    "-- ",
    "#",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "\u{b}",
    "\0",
    "\u{feff}",
    "\u{a0}",
    "é",
    "😀",
    ";",
    ";;",
    "//",
    "\\;",
    "\\:",
    "\\g\n",
    "\\G",
    "\\c x\n",
    "\\.\n",
    "\n\\.\n",
    "\\copy t from stdin\n",
    "\\echo 'a\\\\ b\n",
    "\\d //\n",
    "\ndelimiter //\n",
    "delimiter ;\n",
    "DELIMITER $$",
    "\ndelimiter d\n",
    "\nuse db\n",
    "source x\n",
    "copy t from stdin;\n",
    "copy t from stdin; ",
    "(",
    ")",
    "[",
    "]",
    "{",
    ",",
    ".",
    "..",
    ":",
    "::",
    ":=",
    ":x",
    ":'x'",
    "@",
    "@@x",
    "@'a",
    "?",
    "E'",
    "U&'",
    "u&\"",
    "uescape '!'",
    "N'",
    "X'",
    "B'",
    "_utf8'",
    "1",
    "1.",
    ".5",
    "1e",
    "1e5",
    "0x",
    "0x1F",
    "12ab",
    "a",
    "a$b",
    "$b",
    "+",
    "-",
    "@-",
    "<->",
    "+-",
    "||",
    "create",
    "create function f()",
    "create procedure p()",
    "create trigger t before insert on a for each row",
    "create event e do",
    "alter event e do",
    "definer=",
    "begin",
    "begin atomic",
    "begin not atomic",
    "end",
    "end if",
    "end loop",
    "if",
    "then",
    "else",
    "case",
    "loop",
    "while",
    "do",
    "repeat",
    "until",
    "for",
    "declare exit handler for",
    "label:",
    "set sql_mode='ANSI_QUOTES';",
    "set sql_mode='NO_BACKSLASH_ESCAPES';",
    "set @a=@@sql_mode;",
    "set sql_mode=@a;",
    "set standard_conforming_strings=off;",
    "reset all;",
    "select",
    "from",
    "as",
    "stdin",
];

fn script_text() -> impl Strategy<Value = String> {
    let fragments = prop::collection::vec(
        (prop::sample::select(FRAGMENTS), prop::sample::select(&["", " ", "\n"][..])),
        0..40,
    )
    .prop_map(|parts| parts.into_iter().flat_map(|(part, gap)| [part, gap]).collect::<String>());
    prop_oneof![4 => fragments, 1 => any::<String>()]
}

fn targets() -> impl Iterator<Item = Target> {
    Dialect::ALL.into_iter().map(Target::new)
}

/// Every byte is in exactly one of the script's lists, or white space between them.
fn assert_lossless(text: &str, target: &Target) {
    let script = Script::new(text, target);
    let data = script
        .statements
        .iter()
        .filter_map(|s| s.data)
        .chain(script.directives.iter().filter_map(|d| d.data));
    let mut pieces: Vec<Span> = script.tokens.iter().map(|t| t.span).collect();
    pieces.extend(script.comments.iter().chain(&script.terminators));
    pieces.extend(script.directives.iter().map(|d| d.span));
    pieces.extend(data);
    pieces.sort();
    let mut rebuilt = String::new();
    for piece in pieces {
        let gap = &text[rebuilt.len()..piece.start as usize];
        let gap = if rebuilt.is_empty() { gap.trim_start_matches('\u{feff}') } else { gap };
        assert!(
            gap.bytes().all(|b| b == 0x0B || b.is_ascii_whitespace()),
            "{target:?} {text:?}: lost {gap:?}"
        );
        rebuilt.push_str(&text[rebuilt.len()..piece.start as usize]);
        rebuilt.push_str(piece.slice(text));
    }
    let rest = &text[rebuilt.len()..];
    let rest = if rebuilt.is_empty() { rest.trim_start_matches('\u{feff}') } else { rest };
    assert!(rest.bytes().all(|b| b == 0x0B || b.is_ascii_whitespace()), "{target:?} {text:?}: lost {rest:?}");

    let mut token = 0;
    for statement in &script.statements {
        assert_eq!(statement.tokens.start, token, "tokens belong to one statement each");
        token = statement.tokens.end;
        let own = script.tokens_of(statement);
        let span = own.iter().map(|t| t.span).reduce(Span::to);
        assert_eq!(span, Some(statement.span));
        assert_eq!(statement.source.to(statement.span), statement.source);
        for token in own {
            let _ = (token.name_value(text, target), token.string_value(text, target));
        }
    }
    assert_eq!(token as usize, script.tokens.len());
    for problem in &script.problems {
        assert!(problem.span.end as usize <= text.len() && problem.span.start <= problem.span.end);
        assert!(!problem.message.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(text in script_text()) {
        for target in targets() {
            assert_lossless(&text, &target);
        }
    }

    /// A statement read by itself is the same statement with the same tokens.
    #[test]
    fn a_body_is_one_statement(body in program()) {
        for dialect in [Dialect::MySql, Dialect::MariaDb] {
            let text = format!("{body};\nselect 'next'");
            let script = Script::new(&text, &Target::new(dialect));
            let found: Vec<&str> = script.statements.iter().map(|s| script.text_of(s)).collect();
            assert_eq!(found, [body.as_str(), "select 'next'"]);
            assert!(script.problems.is_empty(), "{:?}", script.problems);
        }
    }
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(
        &["1", "'a;'", "a", "`end`", "t.end", "@x", "if(a, 1, 2)", "repeat('x', 2)", "(1)"][..],
    )
    .prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} + {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("if({a}, {b}, 0)")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("case {a} when {b} then {c} end")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("case when {a} then {b} else {c} end")),
        ]
    })
}

/// A statement as it may stand in a stored program, without its semicolon.
fn statement() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        expression().prop_map(|e| format!("set x = {e}")),
        expression().prop_map(|e| format!("select {e} from t")),
        expression().prop_map(|e| format!("do {e}")),
        Just("drop table if exists t".to_owned()),
        Just("create temporary table if not exists t (a int)".to_owned()),
        Just("begin end".to_owned()),
        Just("insert into t values (1) on duplicate key update a = 1".to_owned()),
        Just("select 1 for update".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let block = prop::collection::vec(inner, 1..4).prop_map(|s| format!("{};", s.join(";\n")));
        prop_oneof![
            block.clone().prop_map(|b| format!("begin {b} end")),
            block.clone().prop_map(|b| format!(
                "l1: begin declare exit handler for not found begin {b} end; {b} end l1"
            )),
            block.clone().prop_map(|b| format!(
                "begin declare continue handler for sqlexception, 1062 set x = 1; {b} end"
            )),
            (expression(), block.clone()).prop_map(|(e, b)| format!("if {e} then {b} end if")),
            (expression(), block.clone(), block.clone())
                .prop_map(|(e, a, b)| format!("if ({e}) then {a} elseif {e} then {b} else {a} end if")),
            (expression(), block.clone(), block.clone())
                .prop_map(|(e, a, b)| format!("case {e} when {e} then {a} else {b} end case")),
            (expression(), block.clone()).prop_map(|(e, b)| format!("case when {e} then {b} end case")),
            (expression(), block.clone()).prop_map(|(e, b)| format!("while {e} do {b} end while")),
            (expression(), block.clone()).prop_map(|(e, b)| format!("repeat {b} until {e} end repeat")),
            block.prop_map(|b| format!("l2:loop {b} leave l2; end loop l2")),
        ]
    })
}

fn program() -> impl Strategy<Value = String> {
    let head = prop::sample::select(
        &[
            "create procedure p()",
            "create definer=`a`@`%` procedure p(in a int, out b decimal(10, 2)) reads sql data",
            "create function f() returns varchar(10) charset utf8mb4 deterministic",
            "create trigger t after update on a for each row",
            "create trigger t before insert on a for each row precedes b",
            "create event e on schedule every 1 day do",
            "alter event e do",
        ][..],
    );
    (head, statement()).prop_map(|(head, body)| format!("{head} {body}"))
}

/// Bytes of each shape: a megabyte, or less where nothing is optimised.
const SIZE: usize = if cfg!(debug_assertions) { 250_000 } else { 1_000_000 };

/// Shapes that are cheap to write and dear to a careless reader.
fn shapes() -> Vec<(String, String)> {
    let units = [
        "/*",
        "/*/",
        "*/",
        "(",
        "[",
        "'",
        "''",
        "'a' ",
        "'a'\n",
        "'a' --\n",
        "E'\\",
        "\"",
        "`",
        "``",
        "$",
        "$a",
        "$$",
        "a$",
        "$1",
        "+",
        "+-",
        "@-",
        "<",
        ":",
        "::",
        ":x",
        ":'x",
        ":{?x",
        "@",
        "@'",
        "@@",
        ".",
        "..",
        "1",
        "1.",
        "1e",
        "0x",
        "1a ",
        "\\",
        "\\\\",
        "\\a\\\\",
        "\\;",
        "\\:",
        "\\g ",
        "\\g\n",
        "\\d ",
        "\\d x\n",
        "\\copy t from stdin\n",
        "copy t from stdin;",
        "copy t from stdin;\n",
        "delimiter ",
        "\ndelimiter ",
        "\ndelimiter ;",
        "delimiter x\n",
        "x delimiter x\n",
        "use x ",
        "use x;\n",
        "source x\n",
        "/*!",
        "/*!5",
        "/*!50001",
        "/*!99999/*",
        "--",
        "--\n",
        "-- ",
        "#",
        "U&'a' ",
        "U&'a' uescape ",
        "U&'a' uescape '",
        "begin ",
        "create procedure p() begin ",
        "create procedure p() if ",
        "create function f() begin atomic ",
        "case ",
        "end ",
        "end;",
        "x:",
        "set @a=@@sql_mode;",
        "set sql_mode=@a;",
        "set a=1,",
        ";",
        "a ",
        "\u{a0}",
        "\0",
        "é",
        " ",
        "\n",
        "create ",
        "create definer=a ",
        "reset all;",
    ];
    let mut shapes: Vec<(String, String)> =
        units.iter().map(|u| ((*u).to_owned(), u.repeat(SIZE / u.len()))).collect();
    let distinct: String = (0..SIZE / 10).map(|i| format!("$a{i}$ ")).collect();
    shapes.push(("distinct dollar tags".to_owned(), distinct));
    let delimiters: String = (0..SIZE / 20).map(|i| format!("\ndelimiter d{i}\n")).collect();
    shapes.push(("distinct delimiters".to_owned(), delimiters));
    let variables: String = (0..SIZE / 25).map(|i| format!("set @a{i}=@@sql_mode;")).collect();
    shapes.push(("distinct variables".to_owned(), variables));
    shapes.push((
        "operators after a delimiter".to_owned(),
        format!("delimiter +++++++++++++++x\n{}", "+".repeat(SIZE)),
    ));
    shapes.push(("a tag as long as the script".to_owned(), format!("${0}${0}", "a".repeat(SIZE / 2))));
    shapes
}

/// Any shape takes a fraction of a second; a quadratic reader takes minutes to hours.
/// All of it runs in the stack of a small thread.
#[test]
fn linear_time_in_a_small_stack() {
    let run = || {
        for (name, text) in shapes() {
            for target in targets() {
                let start = Instant::now();
                let script = Script::new(&text, &target);
                let took = start.elapsed();
                assert!(script.tokens.len() <= text.len());
                assert!(took < Duration::from_secs(10), "{name:?} {}: {took:?}", target.dialect);
            }
        }
    };
    let thread =
        std::thread::Builder::new().stack_size(512 * 1024).spawn(run).map(std::thread::JoinHandle::join);
    assert!(matches!(thread, Ok(Ok(()))));
}
