//! The grammar of MySQL and MariaDB as data: what each server takes as a statement, from which version on.
//!
//! The files in `rules/` say it in a notation that [`notation`] reads and [`compile`] makes a program of; [`machine`] matches. Lowering asks here whether
//! the whole of a statement is one, and what its parts are where no production of its own reads them.
mod compile;
mod machine;
mod notation;
mod program;
mod refusal;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use self::{
    machine::{EventKind, Machine, Outcome},
    program::Program,
};
use crate::{
    dialect::{cursor::Stop, mysql::reserved},
    target::Target,
    text::Token,
};

/// The grammar's files.
const RULES: [&str; 12] = [
    include_str!("rules/accounts.peg"),
    include_str!("rules/expression.peg"),
    include_str!("rules/names.peg"),
    include_str!("rules/objects.peg"),
    include_str!("rules/programs.peg"),
    include_str!("rules/query.peg"),
    include_str!("rules/reading.peg"),
    include_str!("rules/rows.peg"),
    include_str!("rules/server.peg"),
    include_str!("rules/session.peg"),
    include_str!("rules/statement.peg"),
    include_str!("rules/table.peg"),
];

fn program() -> Option<&'static Program> {
    static PROGRAM: OnceLock<Option<Program>> = OnceLock::new();
    PROGRAM.get_or_init(|| compiled().ok()).as_ref()
}

fn compiled() -> Result<Program, String> {
    compile::compile(&RULES)
}

/// A part that the grammar names: its label and its tokens, from the first to before the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) label: &'static str,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What the grammar says of a statement.
pub(super) enum Verdict {
    /// It is one, with these parts in the order in which they begin.
    Fits(Vec<Part>),
    /// The server refuses it.
    Refused(Stop),
    /// It is too deep or too long to be judged.
    Unknown,
}

/// A refusal of a statement with what is known of it beside: that another version of the same server takes it, or that it
/// is the other server's.
pub(super) fn explained(stop: Stop, text: &str, tokens: &[Token], target: &Target) -> Stop {
    let Some(program) = program() else { return stop };
    let Some(start) = program.rules.get("whole").copied() else { return stop };
    let symbols = machine::symbols(program, text, tokens);
    let is_reserved = reserved::test_for(target);
    let machine = Machine { program, text, tokens, symbols: &symbols, target, is_reserved };
    if let Some(stop) = refusal::other_version(&machine, start) {
        return stop;
    }
    match refusal::other_server(&machine, start) {
        Some((dialect, _)) => stop.with_help(format!("this is {}", dialect.title())),
        None => stop,
    }
}

/// Reads a whole statement.
pub(super) fn read(text: &str, tokens: &[Token], target: &Target) -> Verdict {
    let Some(program) = program() else { return Verdict::Unknown };
    let Some(start) = program.rules.get("whole").copied() else { return Verdict::Unknown };
    let symbols = machine::symbols(program, text, tokens);
    let machine =
        Machine { program, text, tokens, symbols: &symbols, target, is_reserved: reserved::test_for(target) };
    match machine.run(start, false) {
        Outcome::Matched(events) => {
            let mut parts: Vec<Part> = Vec::new();
            let mut open = Vec::new();
            for event in events {
                match event.kind {
                    EventKind::Open(label) => {
                        let label = program.labels.get(usize::from(label)).map_or("", String::as_str);
                        open.push(parts.len());
                        parts.push(Part { label, start: event.at, end: event.at });
                    }
                    EventKind::Close => {
                        if let Some(part) = open.pop().and_then(|at| parts.get_mut(at)) {
                            part.end = event.at;
                        }
                    }
                    EventKind::Gate(_) => {}
                }
            }
            Verdict::Fits(parts)
        }
        Outcome::Failed { at, expected } => Verdict::Refused(refusal::stop(&machine, start, at, &expected)),
        Outcome::Unknown => Verdict::Unknown,
    }
}
