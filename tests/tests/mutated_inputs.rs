//! Mutated statements of real ones, through splitting, lowering, apply and every rule, on a stack of 512 kB: none panics,
//! overflows or hangs.
//!
//! Statements of the published histories; of the servers' own test suites too when `REMIGRATE_MUTANTS` is set. That is how
//! many inputs there are, `REMIGRATE_MUTANTS_FROM` the number of the first: the same number is
//! the same input, so that a failure comes back. An overflow ends the process; the last line says between which numbers.
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use remigrate::{Dialect, Options, Target, check, text, tools::SourceFile};
use remigrate_tests::{corpus, suites};

/// Inputs unless the environment says another number.
const INPUTS: u64 = 6_000;

/// An input that takes longer hangs, on however busy a machine: usual is less than a millisecond.
const LONGEST: Duration = Duration::from_secs(60);

/// Statements longer than this are not mutated: most of their length would be the same as before.
const LONG: usize = 4_000;

/// After so many inputs the test says how far it is.
const REPORTED: u64 = 100_000;

/// Text that means something to a lexer or a grammar.
const PIECES: &[&str] = &[
    "'",
    "\"",
    "`",
    "$$",
    "$x$",
    "/*",
    "*/",
    "/*!",
    "/*!50000",
    "/*M!",
    "--",
    "-- ",
    "#",
    "\n",
    "\r\n",
    ";",
    "(",
    ")",
    "((",
    "))",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "..",
    ":",
    "::",
    ":=",
    "=",
    "=>",
    "*",
    "+",
    "-",
    "%",
    "|",
    "||",
    "&",
    "?",
    "?|",
    "\\",
    "\\.",
    "\\g",
    "\\d",
    "@",
    "@@",
    "@a",
    "$1",
    ":a",
    ":'a'",
    "é",
    "😀",
    "\u{0}",
    "\u{feff}",
    "\u{a0}",
    "\u{2028}",
    "E'\\",
    "U&'",
    "U&\"",
    "B'",
    "X'",
    "N'",
    "_utf8'",
    "0x",
    "0b",
    "1e",
    "1.",
    ".5",
    "1_0",
    "-1",
    "99999999999999999999",
    "1e999999",
    "''",
    "\"\"",
    "NULL",
    "DEFAULT",
    "NOT",
    "IF EXISTS",
    "IF NOT EXISTS",
    "CASCADE",
    "ONLY",
    "AS",
    "SELECT",
    "FROM",
    "WHERE",
    "WITH",
    "VALUES",
    "INSERT INTO t",
    "UPDATE t SET",
    "DELETE FROM t",
    "CREATE",
    "ALTER",
    "DROP",
    "TABLE",
    "INDEX",
    "VIEW",
    "TYPE",
    "FUNCTION",
    "PROCEDURE",
    "TRIGGER",
    "COLUMN",
    "CONSTRAINT",
    "PRIMARY KEY",
    "FOREIGN KEY",
    "REFERENCES",
    "CHECK",
    "UNIQUE",
    "ON",
    "ON CONFLICT",
    "USING",
    "SET",
    "ADD",
    "RENAME",
    "TO",
    "BEGIN",
    "END",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "LOOP",
    "REPEAT",
    "ATOMIC",
    "DECLARE",
    "HANDLER FOR",
    "EXECUTE",
    "PREPARE",
    "DO",
    "CALL",
    "COPY t FROM stdin;\n",
    "DELIMITER //\n",
    "COMMIT;",
    "ROLLBACK;",
    "CONCURRENTLY",
    "PARTITION BY",
    "INTERVAL",
    "ARRAY[",
    "ROW(",
    "CAST(",
    "EXISTS (",
    "GENERATED ALWAYS AS",
];

/// What is repeated, up to some thousand times.
const REPEATED: &[&str] = &[
    "(",
    "[",
    "((SELECT ",
    "CASE WHEN ",
    "NOT ",
    "- ",
    "a + ",
    "a AND ",
    "BEGIN ",
    "IF a THEN ",
    "x.",
    "DO $x$ BEGIN ",
    "WITH a AS (",
    "/*",
    "/*!50000 ",
    "'",
    "a, ",
    ";",
    "ARRAY[",
    "::int",
    "EXPLAIN ANALYZE ",
    "CREATE ",
];

/// Numbers that are the same in every run (splitmix64, a sequence of public domain).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).expect("31 bits fit") % bound.max(1)
    }

    fn of<'a, T: ?Sized>(&mut self, all: &'a [&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    /// A place between two characters.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at += 1;
        }
        at
    }

    fn range(&mut self, text: &str, longest: usize) -> std::ops::Range<usize> {
        let start = self.place(text);
        let mut end = (start + self.below(longest)).min(text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }
}

/// Statements of one dialect, and their tokens' places.
struct Statements {
    dialect: Dialect,
    texts: Vec<String>,
}

impl Statements {
    fn new(dialect: Dialect, suites: bool) -> Self {
        let mut texts = corpus::statements(dialect);
        match dialect {
            _ if !suites => {}
            Dialect::Postgres => texts.extend(suites::postgres()),
            _ => texts.extend(suites::statements(dialect)),
        }
        texts.retain(|text| text.len() < LONG);
        Self { dialect, texts }
    }

    fn any(&self, dice: &mut Dice) -> &str {
        &self.texts[dice.below(self.texts.len())]
    }

    /// The input of a number: some statements with some faults.
    fn input(&self, number: u64) -> String {
        let mut dice = Dice(number.wrapping_mul(0xD134_2543_DE82_EF95));
        let mut input = self.any(&mut dice).to_owned();
        while dice.below(3) == 0 {
            input.push_str(";\n");
            input.push_str(self.any(&mut dice));
        }
        loop {
            self.mutate(&mut input, &mut dice);
            if dice.below(2) == 0 {
                return input;
            }
        }
    }

    fn mutate(&self, input: &mut String, dice: &mut Dice) {
        match dice.below(16) {
            0..=9 => self.mutate_token(input, dice),
            10 => input.replace_range(dice.range(input, 40), ""),
            11 => {
                let copied = input[dice.range(input, 200)].repeat(1 + dice.below(3));
                input.insert_str(dice.place(input), &copied);
            }
            12 => {
                let other = self.any(dice);
                let part = &other[dice.range(other, 100)];
                input.insert_str(dice.place(input), part);
            }
            13 => input.insert_str(dice.place(input), dice.of(PIECES)),
            14 if dice.below(20) == 0 => {
                let many = dice.of(REPEATED).repeat(1 + dice.below(3_000));
                input.insert_str(dice.place(input), &many);
            }
            _ => input.truncate(dice.place(input)),
        }
    }

    /// A token deleted, doubled, put elsewhere, misspelt, or another in its place.
    fn mutate_token(&self, input: &mut String, dice: &mut Dice) {
        let tokens = text::tokens(input, &Target::new(self.dialect));
        let Some(token) = tokens.get(dice.below(tokens.len())) else { return };
        let range = token.span.start as usize..token.span.end as usize;
        let written = input[range.clone()].to_owned();
        match dice.below(6) {
            0 => input.replace_range(range, ""),
            1 => input.insert_str(range.start, &format!("{written} ")),
            2 => {
                let other = tokens[dice.below(tokens.len())];
                let other = other.text(input).to_owned();
                input.replace_range(range, &other);
            }
            3 => input.replace_range(range, &format!(" {} ", dice.of(PIECES))),
            4 => input.insert_str(range.end, &format!(" {} ", dice.of(PIECES))),
            _ => {
                let cut = range.start + dice.place(&written);
                input.insert_str(cut, if dice.below(2) == 0 { " " } else { "x" });
            }
        }
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().map_or(otherwise, |n| n.parse().expect("a number"))
}

/// Checks inputs and tells of each before it begins.
fn work(from: u64, count: u64, progress: &Sender<u64>) {
    let suites = std::env::var_os("REMIGRATE_MUTANTS").is_some();
    let all = Dialect::ALL.map(|dialect| Statements::new(dialect, suites));
    for n in from..from + count {
        progress.send(n).expect("the test listens");
        let statements = &all[usize::try_from(n % 4 % 3).expect("less than three")];
        let input = statements.input(n);
        let run = || check(&[SourceFile::new("1_x.sql", input.as_str())], &Options::new(statements.dialect));
        let report = catch_unwind(AssertUnwindSafe(run));
        assert!(
            matches!(report, Ok(Ok(_))),
            "{} input {n} of {} bytes failed:\n{input}",
            statements.dialect,
            input.len()
        );
    }
}

/// Waits for the end, and fails when an input takes too long.
fn watch(progress: &Receiver<u64>) {
    let begin = Instant::now();
    let (mut last, mut said) = (None, None);
    loop {
        match progress.recv_timeout(LONGEST) {
            Ok(number) => {
                last = Some(number);
                let part = number / REPORTED;
                if said.replace(part) != Some(part) {
                    println!("input {number} after {} s", begin.elapsed().as_secs());
                }
            }
            Err(RecvTimeoutError::Timeout) => panic!("input {last:?} takes more than {LONGEST:?}"),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[test]
fn mutated_statements_do_no_harm() {
    let (from, count) = (number("REMIGRATE_MUTANTS_FROM", 0), number("REMIGRATE_MUTANTS", INPUTS));
    let (sender, receiver) = channel();
    let worker = thread::Builder::new().stack_size(512 * 1024).spawn(move || work(from, count, &sender));
    watch(&receiver);
    assert!(worker.expect("a thread starts").join().is_ok(), "see above");
}
