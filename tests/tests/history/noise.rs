//! Random histories, of which random migrations ran, and random changes by hand: nothing that did not run may be
//! called applied, nothing that ran not applied.
use std::collections::BTreeSet;

use remigrate::{Catalog, Dialect, Options, history, report::Verdict, simulate, tools::SourceFile};

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

/// A statement over a few tables and columns; many do not fit the schema, those are not taken.
fn statement(dice: &mut Dice, dialect: Dialect) -> String {
    let table = ["t", "u", "v"][dice.roll(3)];
    let column = ["a", "b", "c", "d"][dice.roll(4)];
    let kind = *dice.pick(&["int", "bigint", "varchar(20)"]);
    let null = *dice.pick(&["", " NOT NULL"]);
    match dice.roll(12) {
        0 | 1 => format!("CREATE TABLE {table} (id int PRIMARY KEY, {column} {kind}{null})"),
        2 => format!("CREATE TABLE IF NOT EXISTS {table} (id int PRIMARY KEY, {column} {kind})"),
        3..=5 => format!("ALTER TABLE {table} ADD COLUMN {column} {kind}{null}"),
        6 => format!("ALTER TABLE {table} DROP COLUMN {column}"),
        7 => format!("CREATE INDEX {table}_{column} ON {table} ({column})"),
        8 if dialect == Dialect::Postgres => format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}"),
        8 => format!("ALTER TABLE {table} MODIFY {column} {kind}{null}"),
        9 => format!("ALTER TABLE {table} RENAME COLUMN {column} TO {}", ["a", "b", "c", "d"][dice.roll(4)]),
        10 => format!("DROP TABLE {table}"),
        _ => format!("UPDATE {table} SET {column} = NULL"),
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

/// The schema after the statements, if each of them can run.
fn run(dialect: Dialect, statements: &[String]) -> Option<Catalog> {
    let mut files: Vec<SourceFile> = statements.iter().enumerate().map(|(n, s)| file(n, s)).collect();
    files.push(file(999, "SELECT 1"));
    let report = remigrate::check(
        &files,
        &Options {
            schema: Some(simulate(&[file(0, "SELECT 1")], &options(dialect)).unwrap()),
            ..options(dialect)
        },
    )
    .unwrap();
    let conflict = |rule: &str| {
        [
            "not-found",
            "already-exists",
            "has-dependents",
            "wrong-kind",
            "key-mismatch",
            "invalid-definition",
            "not-allowed",
        ]
        .contains(&rule)
    };
    if report.findings.iter().any(|f| conflict(&f.rule)) {
        return None;
    }
    Some(simulate(&files, &options(dialect)).unwrap())
}

#[test]
fn random_histories_with_holes_and_drift() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (mut verdicts, mut decided, mut looks) = (0_usize, 0_usize, 0_usize);
    let mut wrong = Vec::new();
    for round in 0..400 {
        let dialect = *dice.pick(&[Dialect::Postgres, Dialect::MySql]);
        // A history that runs.
        let mut statements: Vec<String> = Vec::new();
        for _ in 0..40 {
            let mut longer = statements.clone();
            longer.push(statement(&mut dice, dialect));
            if statements.len() < 12 && run(dialect, &longer).is_some() {
                statements = longer;
            }
        }
        let files: Vec<SourceFile> = statements.iter().enumerate().map(|(n, s)| file(n, s)).collect();
        // Some of it ran, in order, as far as a server takes it.
        let holes = if round % 3 == 0 { 0 } else { dice.roll(3) };
        let upto = dice.roll(statements.len() + 1);
        let left_out: BTreeSet<usize> = (0..holes).map(|_| dice.roll(statements.len())).collect();
        let mut ran: Vec<usize> = Vec::new();
        for number in (0..upto).filter(|n| !left_out.contains(n)) {
            let tried: Vec<String> =
                ran.iter().chain([&number]).map(|n: &usize| statements[*n].clone()).collect();
            if run(dialect, &tried).is_some() {
                ran.push(number);
            }
        }
        let mut made: Vec<String> = ran.iter().map(|n| statements[*n].clone()).collect();
        for _ in 0..dice.roll(3) {
            let mut longer = made.clone();
            longer.push(by_hand(&mut dice, dialect));
            if run(dialect, &longer).is_some() {
                made = longer;
            }
        }
        let live = run(dialect, &made).unwrap();
        let report = history(&files, &live, &options(dialect)).unwrap();
        looks += 1;
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
            if (false_applied || false_not)
                && !same_as_in_order(dialect, &statements, &report.migrations, &live)
            {
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
    println!("{looks} histories, {verdicts} verdicts, {decided} decided, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(6)].join("\n\n"));
    assert!(decided * 10 > verdicts * 5, "{decided} of {verdicts} decided");
}

/// Whether running exactly the migrations that the verdicts name gives this very schema, in order: then no schema can
/// tell the verdicts from the truth.
fn same_as_in_order(
    dialect: Dialect,
    statements: &[String],
    verdicts: &[remigrate::report::MigrationVerdict],
    live: &Catalog,
) -> bool {
    (0..=statements.len()).any(|level| {
        let fits = verdicts.iter().enumerate().all(|(n, m)| match m.verdict {
            Verdict::Applied | Verdict::Superseded => n < level,
            Verdict::NotApplied => n >= level,
            _ => true,
        });
        fits && run(dialect, &statements[..level]).is_some_and(|made| {
            remigrate::diff::diff(&made, live).iter().all(|c| {
                c.path.to_string().contains("other")
                    || c.path.to_string().contains("extra")
                    || c.path.to_string().contains("by_hand")
                    || c.path.to_string().contains(".z")
            })
        })
    })
}
