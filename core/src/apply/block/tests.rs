//! What blocks cost: no text hangs, overflows half a megabyte of stack or takes more than the steps that are counted.
use std::fmt::Write as _;

use crate::{
    apply::{State, apply},
    catalog::World,
    dialect::lower,
    target::{Dialect, Session, Target},
    text::Script,
};

/// Whether something of what a script does is said not to be known.
fn unsure(script: &str) -> bool {
    let target = Target::new(Dialect::Postgres);
    let text = Script::new(script, &target);
    let mut state = State::start(&target, World::Closed);
    state.session = Session::default();
    let mut unsure = false;
    for statement in &text.statements {
        for operation in lower(&text, statement, &state.target()) {
            unsure |= !apply(&mut state, &operation.node).unknowns.is_empty();
        }
    }
    unsure || !state.catalog.uncertain.is_empty()
}

#[test]
fn no_block_hangs_or_overflows_the_stack() {
    let mut nested = String::from("CREATE FUNCTION f(n int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN ");
    for level in 0..10 {
        let _written = write!(nested, "IF n > {level} THEN FOR i{level} IN 1..1 LOOP ");
    }
    nested.push_str("EXECUTE 'SELECT 1'; PERFORM f(n + 1); ");
    nested.push_str(&"END LOOP; END IF; ".repeat(10));
    nested.push_str("END $$; SELECT f(100);");
    let many = "CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT 1'; END $$;"
        .to_owned()
        + &"SELECT g();".repeat(200);
    let scripts: Vec<(String, bool)> = vec![
        (nested, true),
        (many, false),
        ("DO $$ BEGIN FOR i IN 1..1000000000 LOOP EXECUTE 'SELECT ' || i; END LOOP; END $$".into(), true),
        ("DO $$ BEGIN LOOP NULL; END LOOP; END $$".into(), true),
        ("DO $$ DECLARE s text := 'x'; BEGIN WHILE true LOOP s := s || s; END LOOP; END $$".into(), true),
        (
            "DO $$ BEGIN FOR i IN 1..1000 LOOP FOR j IN 1..1000 LOOP FOR k IN 1..1000 LOOP NULL; END LOOP; END LOOP; END LOOP; END $$".into(),
            true,
        ),
        ("CREATE FUNCTION h() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT h()'; EXECUTE 'SELECT h()'; END $$; SELECT h();".into(), true),
        ("DO $$ DECLARE a text[] := ARRAY['x']; BEGIN LOOP a := a || a; EXIT WHEN array_length(a, 1) > 1000000; END LOOP; END $$".into(), false),
    ];
    let run = move || {
        for (script, expected) in &scripts {
            assert_eq!(unsure(script), *expected, "{script}");
        }
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
}
