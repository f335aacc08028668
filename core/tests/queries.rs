//! Queries that tables and views are made of, nested in every way, on a stack of 512 kB; and what cannot be told of them.
use remigrate::{
    Dialect, Target,
    apply::{State, apply},
    catalog::{ObjectName, World},
    dialect::lower,
    text::Script,
};

/// Runs a script in a closed world, and says what it does not know and what it refuses.
fn replay(sql: &str) -> (State, Vec<String>) {
    let target = Target::new(Dialect::Postgres);
    let mut state = State::start(&target, World::Closed);
    let script = Script::new(sql, &target);
    let mut said = Vec::new();
    for statement in &script.statements {
        for operation in lower(&script, statement, &state.target()) {
            let outcome = apply(&mut state, &operation.node);
            said.extend(outcome.unknowns.into_iter().map(|u| u.message));
            said.extend(outcome.conflicts.into_iter().map(|c| c.message));
        }
    }
    (state, said)
}

/// A table as `name type, name type`; a type that is not known is `?`.
fn columns(state: &State, table: &str) -> String {
    let table = state.catalog.tables.get(&ObjectName::new("public", table)).unwrap();
    let shown = table.columns.iter().map(|c| {
        let data_type = c.data_type.to_string();
        format!("{} {}", c.name, if data_type.is_empty() { "?" } else { &data_type })
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[test]
fn nests_of_every_kind_and_depth_need_little_stack() {
    let shapes: &[(&str, &str, &str)] = &[
        ("(", "1", ")"),
        ("(1 + ", "1", ")"),
        ("lower(", "'x'", ")"),
        ("coalesce(null, ", "1", ")"),
        ("case when true then ", "1", " else 2 end"),
        ("case ", "1", " when 1 then 2 end"),
        ("cast(", "1", " as int)"),
        ("array[", "1", "]"),
        ("(select ", "1", ")"),
        ("(select (x) from (select ", "1 as x", ") s)"),
        ("array(select ", "1", ")"),
        ("not ", "true", ""),
        ("- ", "1", ""),
        ("(with c as (select ", "1", ") select * from c)"),
        ("1 = any (array[", "1", "])"),
        ("sum(case when (1 + 2) = 3 then (select max(", "1", ") from (values (1)) as v(a)) end) over ()"),
    ];
    let run = move || {
        for (open, inner, close) in shapes {
            for depth in (1..60).chain([500]) {
                let value = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
                let sql = format!(
                    "create table t as select {value} as a, 'x' as b; create view v as select {value} as a"
                );
                let (state, _) = replay(&sql);
                let shown = columns(&state, "t");
                assert!(shown.ends_with("b text"), "{open} {depth}: {shown}");
                if depth == 1 {
                    assert!(!shown.contains('?'), "{open}: {shown}");
                }
            }
        }
        for depth in (1..60).chain([500]) {
            for (open, close) in [("(select * from ", ") s"), ("(", " cross join (select 1 as z) z)")] {
                let from = format!("{}(select 1 as a) q{}", open.repeat(depth), close.repeat(depth));
                replay(&format!("create table t as select * from {from}"));
            }
            let mut views = "create view v0 as select 1 as a;".to_owned();
            for number in 1..depth {
                views += &format!("create view v{number} as select (a) as a from v{};", number - 1);
            }
            replay(&format!("{views} create table t as select * from v{}", depth - 1));
        }
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn what_cannot_be_told_is_said_column_by_column() {
    let base = "create table p (id int, name varchar(9)); create extension postgis;";
    for (query, expected, unknowns) in [
        ("select id, nope(name) as a, name from p", "id integer, a ?, name character varying(9)", 1),
        ("select id, a.b as c from p, gone a", "id integer, c ?", 1),
        ("select st_point(1, 2) as a, count(*) as b from p", "a ?, b bigint", 1),
        ("select (p).id + 1 as a, p as b, 1 as c from p", "a ?, b ?, c integer", 2),
        ("select id union select nope(1) from p", "id ?", 1),
        ("select * from gone", "", 1),
        ("select p.*, g.* from p, gone g", "", 1),
        ("execute prepared", "", 1),
        ("select $1 as a, id from p", "a ?, id integer", 1),
        ("select xmlelement(name a) as x, id from p", "x ?, id integer", 1),
        ("select name::geometry as a, id from p", "a geometry, id integer", 0),
    ] {
        let (state, said) = replay(&format!("{base} create table t as {query}"));
        assert_eq!(columns(&state, "t"), expected, "{query}");
        assert_eq!(said.len(), unknowns, "{query}: {said:?}");
        let table = state.catalog.tables.get(&ObjectName::new("public", "t")).unwrap();
        assert_eq!(table.complete, unknowns == 0, "{query}");
    }
}
