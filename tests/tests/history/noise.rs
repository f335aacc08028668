//! Random histories, of which random migrations ran, and random changes by hand: nothing that did not run may be
//! called applied, nothing that ran not applied.
use std::collections::BTreeSet;

use remigrate::{
    Dialect, Options, Session,
    apply::State,
    history,
    operation::Operation,
    replay::{self, PartText},
    report::Verdict,
    simulate,
    tools::{self, SourceFile},
};

/// A small generator of numbers; the tests need no more than variety that is the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (sides as u64)).unwrap()
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

/// A statement over a few tables and columns; many do not fit the schema, those are not taken. Names and values are
/// few, so that much cancels out, repeats, or is renamed there and back.
fn statement(dice: &mut Dice, dialect: Dialect) -> String {
    let table = ["t", "u", "v"][dice.roll(3)];
    let column = ["a", "b", "c", "d"][dice.roll(4)];
    let kind = *dice.pick(&["int", "bigint", "varchar(20)"]);
    let null = *dice.pick(&["", " NOT NULL"]);
    match dice.roll(16) {
        0 | 1 => format!("CREATE TABLE {table} (id int PRIMARY KEY, {column} {kind}{null})"),
        2 => format!("CREATE TABLE IF NOT EXISTS {table} (id int PRIMARY KEY, {column} {kind})"),
        3..=5 => format!("ALTER TABLE {table} ADD COLUMN {column} {kind}{null}"),
        6 => format!("ALTER TABLE {table} DROP COLUMN {column}"),
        7 => format!("CREATE INDEX {table}_{column} ON {table} ({column})"),
        8 if dialect == Dialect::Postgres => format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}"),
        8 => format!("ALTER TABLE {table} MODIFY {column} {kind}{null}"),
        9 => format!("ALTER TABLE {table} RENAME COLUMN {column} TO {}", ["a", "b", "c", "d"][dice.roll(4)]),
        10 => format!("DROP TABLE {table}"),
        11 => format!("UPDATE {table} SET {column} = NULL"),
        12 if dialect == Dialect::Postgres => format!("DROP INDEX {table}_{column}"),
        12 => format!("DROP INDEX {table}_{column} ON {table}"),
        13 => format!("ALTER TABLE {table} RENAME TO {}", ["t", "u", "v"][dice.roll(3)]),
        14 => format!(
            "ALTER TABLE {table} ALTER COLUMN {column} {}",
            dice.pick(&["SET DEFAULT 1", "SET DEFAULT 2", "DROP DEFAULT"])
        ),
        _ if dialect == Dialect::Postgres => only_postgres(dice, table, column),
        _ => only_mysql(dice, table, column),
    }
}

fn only_postgres(dice: &mut Dice, table: &str, column: &str) -> String {
    match dice.roll(12) {
        0 | 1 => format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} int"),
        2 => format!("ALTER TABLE {table} DROP COLUMN IF EXISTS {column}"),
        3 => format!("CREATE INDEX IF NOT EXISTS {table}_{column} ON {table} ({column})"),
        4 => format!(
            "ALTER TABLE {table} ALTER COLUMN {column} {}",
            dice.pick(&["SET NOT NULL", "DROP NOT NULL"])
        ),
        5 => format!("COMMENT ON TABLE {table} IS {}", dice.pick(&["'x'", "'y'", "NULL"])),
        6 => format!("COMMENT ON COLUMN {table}.{column} IS {}", dice.pick(&["'x'", "NULL"])),
        7 => format!(
            "CREATE {}FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT {}'",
            dice.pick(&["", "OR REPLACE "]),
            dice.pick(&["1", "2"])
        ),
        8 => format!("DROP FUNCTION {}f()", dice.pick(&["", "IF EXISTS "])),
        9 => format!("CREATE {}VIEW w AS SELECT id FROM {table}", dice.pick(&["", "OR REPLACE "])),
        10 => format!("DROP VIEW {}w", dice.pick(&["", "IF EXISTS "])),
        _ => format!(
            "ALTER TABLE {table} {}",
            dice.pick(&["ADD CONSTRAINT k CHECK (id > 0)", "DROP CONSTRAINT k"])
        ),
    }
}

fn only_mysql(dice: &mut Dice, table: &str, column: &str) -> String {
    match dice.roll(8) {
        0 | 1 => format!("ALTER TABLE {table} MODIFY {column} {}", dice.pick(&["int", "bigint"])),
        2 => format!("DROP TABLE IF EXISTS {table}"),
        3 => format!("ALTER TABLE {table} CHANGE {column} {} int", ["a", "b"][dice.roll(2)]),
        4 => format!("ALTER TABLE {table} COMMENT = {}", dice.pick(&["'x'", "''"])),
        5 => format!("CREATE OR REPLACE VIEW w AS SELECT id FROM {table}"),
        6 => format!("DROP VIEW {}w", dice.pick(&["", "IF EXISTS "])),
        _ => format!("ALTER TABLE {table} RENAME INDEX {table}_{column} TO {table}_x"),
    }
}

/// A change by hand that is none of the migrations' business: another name, or another type than any. What it makes may
/// equal what a migration makes but for the name.
fn by_hand(dice: &mut Dice, dialect: Dialect) -> String {
    let table = ["t", "u", "v"][dice.roll(3)];
    let column = ["a", "b", "c", "d"][dice.roll(4)];
    match dice.roll(8) {
        5 => format!("CREATE INDEX hand_{column} ON {table} ({column})"),
        6 if dialect == Dialect::Postgres => format!("CREATE INDEX ON {table} ({column})"),
        7 if dialect == Dialect::Postgres => format!("ALTER INDEX {table}_{column} RENAME TO was_{column}"),
        7 => format!("ALTER TABLE {table} RENAME INDEX {table}_{column} TO was_{column}"),
        0 => "CREATE TABLE other (id int)".to_owned(),
        1 => format!("ALTER TABLE {table} ADD COLUMN extra int"),
        2 => format!("CREATE INDEX by_hand ON {table} (id, {column})"),
        3 => format!("ALTER TABLE {table} ADD COLUMN z{column} text"),
        _ => format!("CREATE TABLE other_{table} (x int, {column} int)"),
    }
}

fn options(dialect: Dialect) -> Options {
    Options { tool: Some("golang-migrate".into()), ..Options::new(dialect) }
}

fn file(number: usize, text: &str) -> SourceFile {
    SourceFile::new(format!("{number:03}_m.up.sql"), text)
}

/// The database before anything ran.
fn nothing(dialect: Dialect) -> State {
    State::new(simulate(&[file(0, "SELECT 1")], &options(dialect)).unwrap(), Session::default())
}

/// The database after one more statement, if a server takes it.
fn then(before: &State, sql: &str) -> Option<State> {
    let set = tools::read(vec![file(0, sql)], Some("golang-migrate")).unwrap();
    let mut state = before.clone();
    let mut taken = true;
    let part = PartText::new(&set, set.migrations[0].up, &state).unwrap();
    replay::run(&part, set.migrations[0].transaction, &mut state, &mut |step| {
        taken &= step.operations.iter().all(|o| {
            o.outcome.conflicts.is_empty() && !matches!(o.operation.node, Operation::Invalid { .. })
        });
    });
    taken.then_some(state)
}

/// A history that runs: the last statement may take back or repeat what an earlier one did.
fn history_that_runs(dice: &mut Dice, dialect: Dialect) -> Vec<String> {
    let (mut statements, mut state) = (Vec::new(), nothing(dialect));
    for _ in 0..60 {
        let next = statement(dice, dialect);
        if statements.len() < 12
            && let Some(after) = then(&state, &next)
        {
            state = after;
            statements.push(next);
        }
    }
    statements
}

/// Random migrations of random histories ran, in order, as far as a server takes them; the verdicts have to agree.
fn random_histories(dialect: Dialect, seed: u64, rounds: usize) {
    let mut dice = Dice(seed);
    let (mut verdicts, mut decided) = (0_usize, 0_usize);
    let mut wrong = Vec::new();
    for round in 0..rounds {
        let statements = history_that_runs(&mut dice, dialect);
        let files: Vec<SourceFile> = statements.iter().enumerate().map(|(n, s)| file(n, s)).collect();
        let holes = if round % 3 == 0 { 0 } else { dice.roll(5) };
        let upto = dice.roll(statements.len() + 1);
        let left_out: BTreeSet<usize> = (0..holes).map(|_| dice.roll(statements.len())).collect();
        let (mut ran, mut made, mut state) = (BTreeSet::new(), Vec::new(), nothing(dialect));
        for number in (0..upto).filter(|n| !left_out.contains(n)) {
            if let Some(after) = then(&state, &statements[number]) {
                state = after;
                ran.insert(number);
                made.push(statements[number].clone());
            }
        }
        for _ in 0..dice.roll(3) {
            let hand = by_hand(&mut dice, dialect);
            if let Some(after) = then(&state, &hand) {
                state = after;
                made.push(hand);
            }
        }
        let report = history(&files, &state.catalog, &options(dialect)).unwrap();
        for (number, m) in report.migrations.iter().enumerate() {
            verdicts += 1;
            decided += usize::from(matches!(
                m.verdict,
                Verdict::Applied | Verdict::NotApplied | Verdict::Superseded
            ));
            let did = ran.contains(&number);
            let false_applied =
                !did && matches!(m.verdict, Verdict::Applied | Verdict::Superseded | Verdict::Edited);
            let false_not = did && m.verdict == Verdict::NotApplied;
            if false_applied || false_not {
                wrong.push(format!(
                    "{dialect:?} round {round}\n  {}\n  made: {}\n  {number} is called {:?}: {}",
                    statements.join(";\n  "),
                    made.join("; "),
                    m.verdict,
                    m.evidence.join("; ")
                ));
            }
        }
    }
    println!(
        "{}: {rounds} histories, {verdicts} verdicts, {decided} decided, {} wrong",
        dialect.title(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(6)].join("\n\n"));
    assert!(decided * 10 > verdicts * 5, "{decided} of {verdicts} decided");
}

#[test]
fn random_histories_on_postgres() {
    random_histories(Dialect::Postgres, 0x9E37_79B9_7F4A_7C15, 2000);
}

#[test]
fn random_histories_on_mysql() {
    random_histories(Dialect::MySql, 0xD1B5_4A32_D192_ED03, 2000);
}
