//! Expressions without a server: any input is read, in little stack and linear time, and the normal form is one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use std::{thread, time::Instant};

use remigrate::{
    Dialect, Target,
    catalog::{DataType, Name},
    dialect::expression::{
        columns, functions, is_constant, is_tautology, is_volatile, read, read_default, read_query,
        rename_column,
    },
};

/// Runs in a thread with as little stack as a host may give.
fn in_little_stack(test: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(512 * 1024).spawn(test);
    assert!(thread.is_ok_and(|t| t.join().is_ok()), "see above");
}

fn targets() -> [Target; 3] {
    Dialect::ALL.map(Target::new)
}

#[test]
fn long_and_deep_input_needs_little_stack() {
    in_little_stack(|| {
        // The chains that generated SQL has, at their longest; the rest shows the same with less.
        let n = 100_000;
        let chains = [
            vec!["a = 1"; n].join(" and "),
            vec!["a = 1"; n].join(" or "),
            vec!["1"; n].join(" + "),
            vec!["a"; n].join(" || "),
        ];
        let n = 20_000;
        let nested = |open: &str, inner: &str, close: &str| open.repeat(n) + inner + &close.repeat(n);
        let shapes = [
            vec!["1"; n].join(" - "),
            vec!["a"; n].join(" = "),
            vec!["a = 1 and b"; n].join(" or "),
            format!("a in ({})", vec!["1"; n].join(", ")),
            format!("a in ({})", vec!["b"; n].join(", ")),
            format!("f({})", vec!["a"; n].join(", ")),
            format!("case {} end", "when a = 1 then b ".repeat(n)),
            nested("(", "a", ")"),
            nested("(", "a", " + 1)"),
            nested("(", "a = 1", " and b = 2)"),
            nested("f(", "a", ")"),
            nested("a and (", "a", ")"),
            nested("not (", "a", ")"),
            nested("case when a then ", "a", " end"),
            nested("array[", "a", "]"),
            nested("a in (", "a", ", 1)"),
            nested("interval (", "1", ")"),
            nested("position(", "1", ", 2)"),
            nested("(a between (", "1", ") and 2) between 3 and 4"),
            nested("a between (", "1", ") and 2"),
            format!("a{}", "::int".repeat(n)),
            format!("a{}", " is null".repeat(n)),
            format!("a{}", "[1]".repeat(n)),
            format!("{}a", "not ".repeat(n)),
            format!("{}a", "- ".repeat(n)),
            "(".repeat(n),
            ")".repeat(n),
            "'".repeat(n),
            "interval ".repeat(n),
            "case ".repeat(n),
            format!("'{}{}'", "[".repeat(n), "]".repeat(n)),
        ];
        for target in targets() {
            for shape in chains.iter().chain(&shapes) {
                let begin = Instant::now();
                let expression = read(shape, &target);
                assert!(!expression.normal.is_empty());
                let _ = columns(&expression, &target);
                let _ = read_query(&format!("select {shape} from t"), &target);
                let took = begin.elapsed().as_secs();
                let start: String = shape.chars().take(30).collect();
                // Quadratic work would take many minutes.
                assert!(took < 60, "{} {start} took {took} s", target.dialect);
            }
        }
    });
}

/// Amounts beyond 64 bits are no interval that could be printed: the text stays as it is.
#[test]
fn intervals_beyond_64_bits_are_left_alone() {
    let target = Target::new(Dialect::Postgres);
    for text in [
        "-178956970 16:00:00",
        "2562047788015215:00:00",
        "9223372036854775807:00:00",
        "0:9223372036854775807:00",
        "0:0:9223372036855",
        "-9223372036854775808 us",
        "-9223372036854.775808 s ago",
        "9223372036854775807 years",
    ] {
        let normal = read(&format!("interval '{text}'"), &target).normal;
        assert!(normal.contains(text), "{text}: {normal}");
    }
}

/// Tens of thousands of texts of random pieces: none panics, and the normal form of a normal form is itself.
#[test]
fn any_text_is_read_and_normal_forms_are_final() {
    const PIECES: &[&str] = &[
        "a",
        "b",
        "\"A\"",
        "`c`",
        "t.a",
        "new.a",
        "1",
        "2.50",
        "'x'",
        "'1'",
        "'{}'",
        "'1 day'",
        "'2020-01-01'",
        "E'\\''",
        "x'4f'",
        "b'01'",
        "$$y$$",
        "null",
        "true",
        "false",
        "not",
        "and",
        "or",
        "xor",
        "(",
        ")",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        "%",
        "=",
        "<>",
        "!=",
        "<",
        ">=",
        "<=>",
        "||",
        "&&",
        "|",
        "::",
        "int",
        "::text",
        "::numeric",
        "::jsonb",
        "::text[]",
        "is",
        "is null",
        "is not null",
        "is true",
        "in (",
        "not in (",
        "between",
        "not between",
        "like",
        "ilike",
        "regexp",
        "escape",
        "case",
        "when",
        "then",
        "else",
        "end",
        "cast(",
        "as",
        "interval",
        "day",
        "f(",
        "coalesce(",
        "lower(",
        "count(*)",
        "extract(year from",
        "trim(both from",
        "substring(",
        "from",
        "for",
        "position(",
        "array[",
        "]",
        "[",
        "[1]",
        "= any (",
        "<> all (",
        "row(",
        "exists (select",
        "(select a from t)",
        "current_timestamp",
        "now()",
        "at time zone",
        "collate",
        "\"C\"",
        "->",
        "->>",
        "?",
        "@>",
        "~",
        "!",
        "^",
        ".",
        ";",
        "@v",
        ":",
        "$1",
        "_utf8mb4",
        "date",
        "timestamp",
        "with time zone",
        "double precision",
        "operator(",
        "\\",
        "member of",
        "overlaps",
        "distinct from",
        "similar to",
        "ü",
        "𝒳",
        "date_add(",
        "convert(",
        "using utf8mb4",
        "returning",
    ];
    in_little_stack(|| {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut random = |most: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % most as u64).unwrap_or(0)
        };
        let targets = targets();
        for round in 0..30_000 {
            let target = &targets[round % 3];
            let length = 1 + random(if round % 5 == 0 { 25 } else { 8 });
            let mut sql = String::new();
            for _ in 0..length {
                sql.push_str(PIECES[random(PIECES.len())]);
                sql.push_str(if random(6) == 0 { "" } else { " " });
            }
            let once = read(&sql, target);
            let twice = read(&once.normal, target);
            assert_eq!(once.normal, twice.normal, "{}: {sql}", target.dialect);
            let _ = read_query(&sql, target);
        }
    });
}

fn joined(names: &[Name]) -> String {
    names.iter().map(Name::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_an_expression_mentions() {
    // Dialect, expression, columns, functions.
    let cases = [
        ("postgres", "A > 0 and \"B\" is null", "a B", ""),
        ("postgres", "t.a > t.b and a < 3", "a b", ""),
        ("postgres", "lower((a)::text) ~~ 'x'::character varying", "a", "lower"),
        ("postgres", "public.f(a, pg_catalog.g('b'))", "a", "f g"),
        ("postgres", "extract(year from ts) > date_part('month', d)", "ts d", "extract date_part"),
        ("postgres", "ts at time zone 'utc' < current_timestamp", "ts", ""),
        ("postgres", "a::timestamp with time zone = interval '1' day", "a", ""),
        ("postgres", "case a when b then c else coalesce(d, 0) end", "a b c d", "coalesce"),
        ("postgres", "exists (select 1 from x where x.a = b)", "x a b", ""),
        ("postgres", "a collate \"C\" = 'x'", "a", ""),
        ("mysql", "`a` > B and A < 3", "a B A", ""),
        ("mysql", "date_add(a, interval b day)", "a b", "date_add"),
        ("mysql", "timestampdiff(day, a, b)", "a b", "timestampdiff"),
        ("mysql", "cast(a as char charset utf8mb4) = _utf8mb4'x'", "a", ""),
        ("mysql", "j->>'$.a' = now()", "j", "now"),
        ("mariadb", "nextval(s) + a", "a", "nextval"),
        ("mariadb", "next value for d.s", "", ""),
    ];
    for (dialect, sql, wanted_columns, wanted_functions) in cases {
        let target = Target::new(dialect.parse().unwrap_or(Dialect::Postgres));
        let expression = read(sql, &target);
        assert_eq!(joined(&columns(&expression, &target)), wanted_columns, "{dialect}: {sql}");
        assert_eq!(joined(&functions(&expression, &target)), wanted_functions, "{dialect}: {sql}");
    }
}

#[test]
fn a_renamed_column_is_renamed_everywhere_and_nothing_else_is() {
    let cases = [
        (
            Dialect::Postgres,
            "a > 0 AND t.a < f(A, 'a') /* a */",
            "\"z\" > 0 AND t.\"z\" < f(\"z\", 'a') /* a */",
        ),
        (Dialect::Postgres, "a(b) = a.b::a", "a(b) = a.b::a"),
        (Dialect::Postgres, "\"A\" = a", "\"A\" = \"z\""),
        (Dialect::MySql, "`A` + a > 'a'", "`z` + `z` > 'a'"),
    ];
    for (dialect, before, after) in cases {
        let target = Target::new(dialect);
        let renamed = rename_column(&read(before, &target), &"a".into(), &"z".into(), &target);
        assert_eq!(renamed.sql, after);
    }
}

#[test]
fn tautologies_constants_and_volatile_functions() {
    let (postgres, mysql) = (Target::new(Dialect::Postgres), Target::new(Dialect::MySql));
    for sql in
        ["true", "1 = 1", "(1=1)", "'a' = 'a'", "1 < 2", "not false", "a = 1 or true", "2 > 1 and 1 = 1"]
    {
        assert!(is_tautology(&read(sql, &postgres), &postgres), "{sql}");
    }
    for sql in ["a = a", "a = 1", "true and a = 1", "false", "1 = 2", "null", "1 = null", "f()", "", ")"] {
        assert!(!is_tautology(&read(sql, &postgres), &postgres), "{sql}");
    }
    for (sql, wanted) in [("1", true), ("0", false), ("true", true), ("1 or a", true), ("1 and a", false)] {
        assert_eq!(is_tautology(&read(sql, &mysql), &mysql), wanted, "{sql}");
    }
    for (sql, wanted) in [
        ("1 + 2", true),
        ("'x'::text", true),
        ("now()", false),
        ("current_date", false),
        ("a", false),
        ("(select 1)", false),
    ] {
        assert_eq!(is_constant(&read(sql, &postgres), &postgres), wanted, "{sql}");
    }
    let cases = [
        (&postgres, "now()", Some(false)),
        (&postgres, "random() + now()", Some(true)),
        (&postgres, "gen_random_uuid()", Some(true)),
        (&postgres, "my_function(1)", None),
        (&postgres, "my_function(random())", Some(true)),
        (&postgres, "coalesce(lower('X'), current_user)", Some(false)),
        (&postgres, "(now() at time zone 'utc')", Some(false)),
        (&postgres, "5", Some(false)),
        (&mysql, "uuid()", Some(true)),
        (&mysql, "CURRENT_TIMESTAMP(6)", Some(false)),
        (&mysql, "mine()", None),
    ];
    for (target, sql, wanted) in cases {
        assert_eq!(is_volatile(&read(sql, target), target), wanted, "{sql}");
    }
}

#[test]
fn no_default_is_a_default_of_null() {
    for (dialect, data_type, sql) in [
        (Dialect::Postgres, "text", "NULL"),
        (Dialect::Postgres, "character varying(3)", "NULL::character varying"),
        (Dialect::MySql, "int", "null"),
        (Dialect::MariaDb, "varchar(10)", "(NULL)"),
    ] {
        assert_eq!(read_default(sql, &DataType::builtin(data_type), &Target::new(dialect)), None);
    }
}
