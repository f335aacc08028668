//! Expressions without a server: any input is read, in little stack and linear time, and the normal form is one.
use std::{thread, time::Instant};

use remigrate::{
    Dialect, Target,
    dialect::expression::{columns, read, read_query},
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
        let n = 100_000;
        let nested = |open: &str, inner: &str, close: &str| open.repeat(n) + inner + &close.repeat(n);
        let shapes = [
            vec!["a = 1"; n].join(" and "),
            vec!["a = 1"; n].join(" or "),
            vec!["1"; n].join(" + "),
            vec!["a"; n].join(" || "),
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
            for shape in &shapes {
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
        for round in 0..60_000 {
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
