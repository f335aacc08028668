use super::{Cursor, Stop, closest, cut};
use crate::{
    target::{Dialect, Target},
    text::{Script, TokenKind},
};

fn with(sql: &str, dialect: Dialect, check: impl Fn(Cursor<'_>)) {
    let target = Target::new(dialect);
    let script = Script::new(sql, &target);
    check(Cursor::new(sql, &script.tokens, &target, |w| w == "order"));
}

fn message(stop: &Stop) -> String {
    match stop {
        Stop::Invalid { message, help, .. } => {
            format!("{message}; {}", help.as_deref().unwrap_or("-"))
        }
        Stop::Opaque => "opaque".to_owned(),
    }
}

#[test]
fn names_are_stored_as_the_server_stores_them() {
    let long = format!("CREATE {}ä", "x".repeat(62));
    with(&long, Dialect::Postgres, |mut c| {
        assert!(c.accept("create"));
        assert_eq!(c.name().map(|n| n.to_string()), Ok("x".repeat(62)));
    });
    with(r#"Aä."B""b".C"#, Dialect::Postgres, |mut c| {
        assert_eq!(c.object_name().map(|n| n.to_string()), Ok("B\"b.c".to_owned()));
    });
    with("Db.`T``x`", Dialect::MySql, |mut c| {
        assert_eq!(c.object_name().map(|n| n.to_string()), Ok("Db.T`x".to_owned()));
    });
    with("Order", Dialect::Postgres, |mut c| {
        let stop = c.name_of("a table name").map_or_else(|s| message(&s), |n| n.to_string());
        assert_eq!(
            stop,
            "expected a table name, found `Order`; `Order` is a reserved word: if it is meant as a name, write \"Order\""
        );
    });
}

#[test]
fn parentheses_and_commas() {
    with("(a, (b, c), d) e", Dialect::Postgres, |mut c| {
        let (mut inner, span) = c.parenthesised().unwrap_or_else(|_| (c, c.span()));
        assert_eq!(c.source(span), "(a, (b, c), d)");
        let parts: Vec<&str> = inner.split_commas().iter().map(|p| p.source(p.rest_span())).collect();
        assert_eq!(parts, ["a", "(b, c)", "d"]);
        assert!(c.accept("E") && c.is_end());
    });
    with("(a (b)", Dialect::Postgres, |mut c| {
        let stop = c.skip_parens().map_or_else(|s| message(&s), |_| String::new());
        assert_eq!(stop, "this `(` is never closed: the matching `)` is missing; -");
    });
}

#[test]
fn refusals_name_what_was_found_and_meant() {
    with("create tabel", Dialect::Postgres, |mut c| {
        c.skip(1);
        let stop = c.expect_any(&["table", "view"]).map_or_else(|s| message(&s), str::to_owned);
        assert_eq!(stop, "expected `TABLE` or `VIEW`, found `tabel`; did you mean `TABLE`?");
        c.skip(1);
        let stop = c.expect_kind(TokenKind::Comma).map_or_else(|s| message(&s), |_| String::new());
        assert_eq!(stop, "expected `,`, found the end of the statement; -");
    });
}

#[test]
fn slips_of_the_pen() {
    assert_eq!(closest("EXIST", &["not", "exists"]), Some("exists"));
    assert_eq!(closest("nul", &["null"]), Some("null"));
    assert_eq!(closest("banana", &["table", "view"]), None);
    assert_eq!(cut("añb", 2), "a");
}
