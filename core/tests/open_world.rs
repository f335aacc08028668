//! What is answered where the starting schema is not known, and about SQL that may or may not run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use remigrate::{
    Dialect, Target,
    apply::{State, apply},
    catalog::World,
    dialect,
    text::Script,
};

/// Applies a script and says what came of each operation: changes, conflicts, unknowns; and what is uncertain in the
/// end.
fn outcome(dialect: Dialect, world: World, sql: &str) -> Vec<String> {
    let target = Target::new(dialect);
    let mut state = State::start(&target, world);
    let script = Script::new(sql, &target);
    let mut lines = Vec::new();
    for statement in &script.statements {
        for operation in dialect::lower(&script, statement, &state.target()) {
            let out = apply(&mut state, &operation.node);
            lines.extend(out.changes.iter().map(|c| format!("{} {} {}", c.verb(), c.path.kind(), c.path)));
            lines.extend(out.conflicts.iter().map(|c| format!("conflict: {}", c.message)));
            lines.extend(out.unknowns.iter().map(|u| format!("unknown: {}", u.message)));
            if out.skipped {
                lines.push("skipped".into());
            }
        }
    }
    lines.extend(state.catalog.uncertain.keys().map(|name| format!("uncertain: {name}")));
    lines
}

#[test]
fn tables_that_no_statement_created_are_assumed_and_their_loss_is_said() {
    for dialect in Dialect::ALL {
        assert_eq!(
            outcome(dialect, World::Open, "alter table users add column age int"),
            ["create column users.age"]
        );
        assert_eq!(
            outcome(dialect, World::Open, "alter table users drop column age"),
            ["unknown: the definition of column `age` is not known: it cannot be restored"]
        );
        assert_eq!(
            outcome(dialect, World::Open, "drop table users; alter table users add column age int"),
            [
                "drop table users",
                "unknown: the definition of `users` is not known: it cannot be restored",
                "conflict: table `users` does not exist",
            ]
        );
        assert_eq!(
            outcome(
                dialect,
                World::Open,
                "alter table users add column age int, drop column age2; drop table users"
            )[..2],
            [
                "unknown: the definition of column `age2` is not known: it cannot be restored",
                "create column users.age"
            ]
            .map(String::from)
            .iter()
            .rev()
            .cloned()
            .collect::<Vec<_>>()[..]
        );
        assert_eq!(
            outcome(dialect, World::Closed, "alter table users add column age int"),
            ["conflict: table `users` does not exist"]
        );
    }
}

#[test]
fn renames_of_unknown_columns_are_exact() {
    for dialect in Dialect::ALL {
        assert_eq!(
            outcome(dialect, World::Open, "alter table users rename column a to b"),
            ["rename column users.a"]
        );
    }
}

#[test]
fn idempotent_creation_says_what_it_cannot_know() {
    assert_eq!(
        outcome(Dialect::Postgres, World::Open, "create table if not exists t (a int)"),
        ["create table t", "unknown: `t` may exist already, with another definition"]
    );
    assert_eq!(
        outcome(
            Dialect::Postgres,
            World::Closed,
            "create table t (a int); create table if not exists t (b int)"
        ),
        ["create table t", "skipped"]
    );
}

#[test]
fn blocks_change_no_definition_unless_it_is_certain() {
    let block =
        "do $$ begin create type mood as enum ('a'); exception when duplicate_object then null; end $$";
    let twice = format!("create type mood as enum ('a'); {block}");
    assert_eq!(outcome(Dialect::Postgres, World::Closed, &twice), ["create type mood", "skipped"]);
    assert_eq!(outcome(Dialect::Postgres, World::Closed, block), ["create type mood"]);
    let once = outcome(Dialect::Postgres, World::Open, block);
    assert!(once.contains(&"uncertain: mood".to_owned()), "{once:?}");
    assert!(!once.contains(&"create type mood".to_owned()), "{once:?}");
}

#[test]
fn columns_of_tables_that_are_not_wholly_known_are_taken_once() {
    let conflicts = |dialect, sql: &str| {
        let lines = outcome(dialect, World::Open, sql);
        lines.into_iter().filter(|l| l.starts_with("conflict")).collect::<Vec<_>>()
    };
    let twice = "conflict: `q` is changed or dropped already by the same ALTER TABLE: name it once";
    for dialect in [Dialect::MySql, Dialect::MariaDb] {
        for actions in [
            "rename column q to s, drop column q",
            "drop column q, change q s int",
            "modify q int, drop column q",
            "change q s int, change q u int",
            "rename column q to s, rename column q to u",
        ] {
            assert_eq!(conflicts(dialect, &format!("alter table t {actions}")), [twice], "{actions}");
        }
        // What an expression computes with exists, listed or not, and what is renamed does not any more.
        for (sql, expected) in [
            ("alter table t change q s int as (q)", "conflict: `q` is not a column of `t`"),
            (
                "alter table t rename column q to s, add column g int as (q)",
                "conflict: `q` is not a column of `t`",
            ),
            (
                "alter table t add column g int as (q + 1); alter table t rename column p to q",
                "conflict: column `t.q` exists already",
            ),
            (
                "alter table t add column g int as (q + 1); alter table t add column q int",
                "conflict: column `t.q` exists already",
            ),
        ] {
            assert_eq!(conflicts(dialect, sql), [expected], "{sql}");
        }
        assert_eq!(conflicts(dialect, "alter table t change q s int as (q), add column q int"), [""; 0]);
        assert_eq!(conflicts(dialect, "alter table t rename column p to q, rename column q to p"), [""; 0]);
    }
}
