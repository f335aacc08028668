//! Whether a statement has the form that PostgreSQL's grammar demands, all of it, at the version in question.
use crate::{
    dialect::{
        cursor::{Cursor, Stop},
        grammar::{Capture, Verdict},
        postgres::grammar::grammar,
    },
    text::TokenKind,
};

/// How many possible words a refusal lists.
const MOST_WORDS: usize = 8;

/// Why PostgreSQL refuses a statement.
pub(super) enum Refusal {
    /// Its form is none of the grammar's.
    Form(Stop),
    /// Another version than the one in question reads it.
    Version(Stop),
}

impl Refusal {
    /// Where and why.
    pub(super) fn stop(self) -> Stop {
        match self {
            Self::Form(stop) | Self::Version(stop) => stop,
        }
    }
}

/// What the grammar captures of the statement at `c`, or why PostgreSQL refuses it. `None` when the grammar cannot
/// tell.
pub(super) fn check(c: Cursor<'_>) -> Result<Option<Vec<Capture<'static>>>, Refusal> {
    match grammar().check("statement", c.script_text(), c.rest()) {
        Verdict::Matches(captures) => {
            // Of parts within parts the newest says which version reads all of it.
            let stops = captures.iter().filter_map(|capture| version(c, capture));
            match stops.max_by_key(|(bound, _)| *bound) {
                Some((_, stop)) => Err(Refusal::Version(stop)),
                None => Ok(Some(captures)),
            }
        }
        Verdict::Unknown => Ok(None),
        Verdict::Fails { token, words, marks, name } => {
            let mut at = c;
            at.skip(token);
            Err(Refusal::Form(refusal(&at, &words, &marks, name)))
        }
    }
}

fn refusal(at: &Cursor<'_>, words: &[&str], marks: &[&str], name: bool) -> Stop {
    let mut options: Vec<String> = Vec::new();
    if name {
        options.push("a name".to_owned());
    }
    if words.len() <= MOST_WORDS {
        options.extend(words.iter().map(|w| format!("`{}`", w.to_ascii_uppercase())));
    }
    options.extend(
        marks.iter().filter(|m| matches!(**m, "(" | ")" | "," | "=" | ";")).map(|m| format!("`{m}`")),
    );
    let expected = match options.split_last() {
        _ if options.len() > MOST_WORDS + 2 => "something else".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "the end of the statement".to_owned(),
    };
    let stop = at.unexpected(&expected);
    match (at.meant(words), at.peek()) {
        (Some(help), _) => stop.with_help(help),
        (None, Some(token)) if name && token.kind == TokenKind::Word => {
            let written = at.text_of(token);
            stop.with_help(format!(
                "`{written}` is a reserved word: if it is meant as a name, write \"{written}\""
            ))
        }
        _ => stop,
    }
}

/// Why a server of the version in question refuses what was captured, if it is a mark of versions, with the version that it
/// marks.
fn version(c: Cursor<'_>, capture: &Capture<'_>) -> Option<(u16, Stop)> {
    let mark = capture.name.strip_prefix('@')?;
    let version = c.target().version;
    let (bound, removed) = match mark.strip_prefix('<') {
        Some(bound) => (bound.parse::<u16>().ok()?, true),
        None => (mark.parse::<u16>().ok()?, false),
    };
    if version.at_least(bound, 0, 0) != removed {
        return None;
    }
    let mut part = c;
    part.skip(capture.start);
    let start = part.position();
    part.skip(capture.end - capture.start);
    let written: String = part.source_from(start).chars().take(40).collect();
    let target = version.major;
    let message = if removed {
        format!("`{written}` was removed in PostgreSQL {bound}, and this is read for PostgreSQL {target}")
    } else {
        format!("`{written}` exists since PostgreSQL {bound}, and this is read for PostgreSQL {target}")
    };
    Some((bound, Stop::invalid(part.span_from(start), message)))
}
