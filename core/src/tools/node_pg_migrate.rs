//! node-pg-migrate with SQL files: `{number}_{name}.sql`, on PostgreSQL, with `-- Up Migration` and `-- Down Migration`
//! in one file. Migrations in JavaScript are not read.
use std::cmp::Ordering;

use super::{
    Folders, LayoutProblem, Migration, Part, SourceFile, Tool, TransactionMode,
    layout::{Reading, digits, milliseconds, natural},
    ledger,
};
use crate::text::Span;

pub(super) static TOOL: Tool = Tool {
    id: "node-pg-migrate",
    title: "node-pg-migrate",
    detect,
    companions: &[],
    folders: Folders::One,
    read,
    ledger: Some(&ledger::NODE_PG_MIGRATE),
};

fn detect(files: &[SourceFile]) -> u32 {
    let sql = || files.iter().filter(|f| f.file_name().ends_with(".sql"));
    let marked = sql().filter(|f| markers(&f.text).0.is_some()).count();
    // One marked file must not make the others disappear.
    if marked > 0 && marked * 2 >= sql().count() { 54 } else { 0 }
}

/// Whether a line starts a part: `-- Up Migration`, in any case, with any dashes and blanks before it.
fn marker(line: &str) -> Option<bool> {
    let rest = line.trim_start().strip_prefix("--")?;
    let rest = rest.trim_start_matches(|c: char| c == '-' || c.is_whitespace());
    let (up, rest) = match (strip_word(rest, "up"), strip_word(rest, "down")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return None,
    };
    let blank = rest.len() - rest.trim_start().len();
    (blank > 0 && strip_word(rest.trim_start(), "migration").is_some()).then_some(up)
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
}

/// Where the first marker of each direction starts.
fn markers(text: &str) -> (Option<usize>, Option<usize>) {
    let (mut up, mut down) = (None, None);
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        match marker(line.trim_start_matches('\u{feff}')) {
            Some(true) => up = up.or(Some(offset)),
            Some(false) => down = down.or(Some(offset)),
            None => {}
        }
        offset += line.len();
    }
    (up, down)
}

fn read(files: &[SourceFile]) -> Reading {
    let mut reading = Reading::default();
    let mut found = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let Some(name) = file.file_name().strip_suffix(".sql") else { continue };
        match Order::of(name) {
            Some(order) => found.push((order, name, number)),
            None => reading.problems.push(LayoutProblem {
                file: number,
                message: "the name does not start with a number or a time: node-pg-migrate refuses the whole folder"
                    .into(),
            }),
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| like_a_dictionary(a.1, b.1)).then_with(|| a.1.cmp(b.1)));
    for pair in found.windows(2) {
        let [first, second] = pair else { continue };
        if first.0 == second.0 {
            let message = format!(
                "`{}` has the same number: which of them runs first is decided by a dictionary's order of the names",
                first.1
            );
            reading.notices.push(LayoutProblem { file: second.2, message });
        }
    }
    for (_, name, number) in found {
        let Some(file) = files.get(number) else { continue };
        let end = file.text.len();
        let (up, down) = match markers(&file.text) {
            (None, None) => (0..end, None),
            (None, Some(down)) => {
                reading.problems.push(LayoutProblem {
                    file: number,
                    message: "the file has `-- Down Migration` and no `-- Up Migration`: node-pg-migrate runs all of it \
                              upwards, the down part as well"
                        .into(),
                });
                (0..end, Some(down..end))
            }
            (Some(up), None) => (up..end, None),
            (Some(up), Some(down)) if up < down => (up..down, Some(down..end)),
            (Some(up), Some(down)) => (up..end, Some(down..up)),
        };
        let start = up.start.min(down.as_ref().map_or(end, |d| d.start));
        if !file.text[..start].trim_start_matches('\u{feff}').trim().is_empty() {
            reading.notices.push(LayoutProblem {
                file: number,
                message: "what stands before the first marker is run by nobody, and was not read".into(),
            });
        }
        let part = |range: std::ops::Range<usize>| Part::new(number, Span::new(range.start, range.end));
        reading.migrations.push(Migration {
            down: down.map(part),
            // The ledger keeps the whole name.
            ..Migration::new(name, digits(name).1.trim_start_matches('_'), part(up), TransactionMode::Wrapped)
        });
    }
    reading
}

/// What files are sorted by first: the number they start with, a time of 17 digits as milliseconds since 1970.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Order {
    /// How many digits it has.
    length: usize,
    digits: String,
}

impl Order {
    fn of(name: &str) -> Option<Self> {
        let (number, _) = digits(name);
        if number.is_empty() {
            return None;
        }
        let number = if number.len() == 17 { milliseconds(number)?.to_string() } else { number.to_owned() };
        let digits = number.trim_start_matches('0').to_owned();
        Some(Self { length: digits.len(), digits })
    }
}

/// The order of a dictionary: numbers as numbers, punctuation and, at first, case do not count.
fn like_a_dictionary(a: &str, b: &str) -> Ordering {
    let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let (a, b) = (letters(a), letters(b));
    natural(&a.to_lowercase(), &b.to_lowercase()).then_with(|| natural(&b, &a))
}
