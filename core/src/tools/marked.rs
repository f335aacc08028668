//! Files whose parts are marked by comments: `-- +goose Up`, `-- migrate:down`.
use super::{
    LayoutProblem, Migration, Part, SourceFile, TransactionMode,
    layout::{PLACEHOLDERS, Reading, digits, is_sql, placeholders_as_names},
};
use crate::text::Span;

/// How a tool marks parts.
pub(super) struct Marks {
    /// The tool, as messages name it.
    pub(super) title: &'static str,
    /// The line that starts the part that is applied.
    pub(super) up: &'static str,
    /// Whether a line starts a part: `Some(true)` up, `Some(false)` down.
    pub(super) marker: fn(&str) -> Option<bool>,
    /// Whether a line says that the migration runs without a transaction.
    pub(super) no_transaction: fn(&str) -> bool,
    /// Whether the tool takes several parts of each direction.
    pub(super) repeats: bool,
    /// Whether a line ends a statement that may lack a semicolon.
    pub(super) ends_statement: fn(&str) -> bool,
    /// Whether the tool puts something in place of `${…}` in the text.
    pub(super) placeholders: fn(&str) -> bool,
}

/// The text with semicolons in place of lines that end a statement, and all else in its place; `None` if there are no
/// such lines.
fn with_ends(text: &str, ends: fn(&str) -> bool) -> Option<String> {
    let mut out = String::new();
    let mut any = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if ends(bare) {
            any = true;
            out.push(';');
            out.push_str(&" ".repeat(bare.len().saturating_sub(1)));
            out.push_str(&line[bare.len()..]);
        } else {
            out.push_str(line);
        }
    }
    any.then_some(out)
}

/// The two parts of a file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts {
    up: Option<Span>,
    down: Option<Span>,
    /// An up part behind a down part, which is not read.
    late: bool,
    /// Parts of one direction came more than once.
    repeated: bool,
    /// A down part stands before the first up part.
    down_first: bool,
}

/// Cuts a file into its up and down parts. Text before the first marker belongs to none. Parts of one direction that
/// follow each other are one; a part never holds text of the other direction.
fn parts(text: &str, marker: fn(&str) -> Option<bool>) -> Parts {
    let mut parts = Parts::default();
    let mut open: Option<(bool, usize)> = None;
    let mut last = None;
    let mut close = |open: Option<(bool, usize)>, end: usize| {
        let Some((up, start)) = open else { return };
        let span = Span::new(start, end);
        parts.down_first |= !up && parts.up.is_none();
        let slot = if up { &mut parts.up } else { &mut parts.down };
        match slot {
            None => *slot = Some(span),
            Some(before) => {
                parts.repeated = true;
                if last == Some(up) {
                    *slot = Some(before.to(span));
                } else {
                    parts.late |= up;
                }
            }
        }
        last = Some(up);
    };
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        // A byte order mark may stand before the first line's marker.
        if let Some(up) = marker(line.trim_start_matches('\u{feff}').trim_end()) {
            close(open, offset);
            open = Some((up, offset + line.len()));
        }
        offset += line.len();
    }
    close(open, text.len());
    parts
}

/// How strongly files look like those of a tool that marks its parts: `strength` when at least half of them have an up
/// part. One marked file must not make the others disappear.
pub(super) fn share(files: &[SourceFile], marks: &Marks, strength: u32) -> u32 {
    let (mut marked, mut all) = (0_usize, 0_usize);
    for file in files.iter().filter(|f| is_sql(f)) {
        all += 1;
        marked += usize::from(parts(&file.text, marks.marker).up.is_some());
    }
    if marked > 0 && marked * 2 >= all { strength } else { 0 }
}

/// Reads the migrations, one a file. What the tool refuses, or what is not read, is a problem.
pub(super) fn read(files: &[SourceFile], marks: &Marks) -> Reading {
    let (title, up) = (marks.title, marks.up);
    let mut reading = Reading::default();
    for (number, file) in files.iter().enumerate().filter(|(_, f)| f.path.ends_with(".sql")) {
        let (version, rest) = digits(file.file_name());
        let found = parts(&file.text, marks.marker);
        let mut problem = |message: String| reading.problems.push(LayoutProblem { file: number, message });
        if version.is_empty() {
            problem(format!("{title} runs only files whose name starts with a number"));
            continue;
        }
        let Some(span) = found.up else {
            problem(format!("the file has no `{up}`: {title} refuses it"));
            continue;
        };
        if found.down_first {
            problem(format!(
                "the part that undoes the migration stands before `{up}`: {title} refuses the file, and it was not read"
            ));
            continue;
        }
        if found.repeated && !marks.repeats {
            problem(format!(
                "a part is marked twice: {title} refuses the file, and it was not read: keep one `{up}`"
            ));
            continue;
        }
        if found.late {
            problem(format!(
                "only the first `{up}` was read; {title} runs those behind the part that undoes it as well: put them into a migration of their own"
            ));
        }
        let off = file.text.lines().any(marks.no_transaction);
        let transaction = if off { TransactionMode::Autocommit } else { TransactionMode::Wrapped };
        let name = rest.trim_start_matches('_').trim_end_matches(".sql");
        let mut text = with_ends(&file.text, marks.ends_statement);
        if (marks.placeholders)(&file.text)
            && let Some(named) = placeholders_as_names(text.as_deref().unwrap_or(&file.text))
        {
            reading.notices.push(LayoutProblem { file: number, message: PLACEHOLDERS.into() });
            text = Some(named);
        }
        let cut = text.is_some().then_some(reading.cuts.len());
        reading.cuts.extend(text);
        let part = |span| Part { cut, ..Part::new(number, span) };
        reading.migrations.push(Migration {
            down: found.down.map(part),
            ..Migration::new(version, name, part(span), transaction)
        });
    }
    reading.in_order_of_versions(files)
}
