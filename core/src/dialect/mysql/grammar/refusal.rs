//! What to say of a text that is no statement: a clause of another version or of the other server, or what was
//! expected at the first token that fits nowhere.
use super::{
    machine::{EventKind, Machine, Outcome},
    program::{Gate, Set},
};
use crate::{
    dialect::cursor::{Stop, closest},
    target::{Dialect, Target},
    text::{Span, TokenKind},
};

/// How many words are listed as expected; more say nothing.
const MOST: usize = 5;

/// The refusal of the statement before `machine`, which failed at the token `at`.
pub(super) fn stop(machine: &Machine<'_>, start: u32, at: usize, expected: &Set) -> Stop {
    if let Some(stop) = other_version(machine, start) {
        return stop;
    }
    if let Some((other, place)) = other_server(machine, start) {
        let (own, others) = (machine.target.dialect.title(), other.title());
        let found = found(machine, place);
        return Stop::invalid(span(machine, at), format!("{own} has no such clause as at {found}"))
            .with_help(format!("this is {others}"));
    }
    let expected = machine.program.expectations(expected);
    let mut choices: Vec<String> = Vec::new();
    if expected.name {
        choices.push("a name".to_owned());
    }
    if expected.text {
        choices.push("a string".to_owned());
    }
    if expected.number {
        choices.push("a number".to_owned());
    }
    choices.extend(expected.words.iter().map(|word| format!("`{}`", word.to_ascii_uppercase())));
    if expected.end {
        choices.push("the end of the statement".to_owned());
    }
    let found = found(machine, at);
    let message = match choices.split_last() {
        Some((last, [])) => format!("expected {last}, found {found}"),
        Some((last, others)) if choices.len() <= MOST => {
            format!("expected {} or {last}, found {found}", others.join(", "))
        }
        _ if at >= machine.tokens.len() => {
            "the statement is not complete: something is missing at its end".to_owned()
        }
        _ => format!("{found} cannot stand here"),
    };
    let stop = Stop::invalid(span(machine, at), message);
    let token = machine.tokens.get(at).filter(|t| t.kind == TokenKind::Word);
    let Some(written) = token.map(|t| t.text(machine.text)) else { return stop };
    let words: Vec<&str> = expected.words.iter().map(String::as_str).collect();
    if let Some(meant) = closest(written, &words) {
        return stop.with_help(format!("did you mean `{}`?", meant.to_ascii_uppercase()));
    }
    if expected.name && (machine.is_reserved)(&written.to_ascii_lowercase()) {
        return stop.with_help(format!(
            "`{written}` is a reserved word: if it is meant as a name, write `{written}` in backticks"
        ));
    }
    stop
}

/// What to say of a statement that another version of the same server takes.
pub(super) fn other_version(machine: &Machine<'_>, start: u32) -> Option<Stop> {
    let (gate, at) = passed(machine, start, machine.target, |gate| !gate.holds(machine.target, false))?;
    Some(versions(machine, &gate, at))
}

/// The other server, if it takes the statement by a clause that it alone has, and the token at which that begins.
pub(super) fn other_server(machine: &Machine<'_>, start: u32) -> Option<(Dialect, usize)> {
    let other = match machine.target.dialect {
        Dialect::MySql => Dialect::MariaDb,
        _ => Dialect::MySql,
    };
    let sibling = Target { dialect: other, ..machine.target.clone() };
    let (_, place) = passed(machine, start, &sibling, |gate| gate.dialect == other)?;
    Some((other, place))
}

/// The first gate of the kind that the statement passes on another server or version, if it is a statement there.
fn passed(
    machine: &Machine<'_>,
    start: u32,
    target: &Target,
    kind: impl Fn(&Gate) -> bool,
) -> Option<(Gate, usize)> {
    let other = Machine { target, ..*machine };
    let Outcome::Matched(events) = other.pass(start, true, None) else { return None };
    events.iter().find_map(|event| match event.kind {
        EventKind::Gate(gate) => {
            let gate = machine.program.gates.get(usize::from(gate)).filter(|gate| kind(gate))?;
            Some((gate.clone(), event.at))
        }
        _ => None,
    })
}

/// A clause of another version.
fn versions(machine: &Machine<'_>, gate: &Gate, at: usize) -> Stop {
    let title = machine.target.dialect.title();
    let version = machine.target.version;
    let found = found(machine, at);
    let message = match (gate.since, gate.until) {
        (Some(since), _) if !version.at_least(since.major, since.minor, since.patch) => {
            format!("the clause at {found} needs {title} {since} or later, and the target is {version}")
        }
        (_, Some(until)) => {
            format!("the clause at {found} is gone since {title} {until}, and the target is {version}")
        }
        _ => format!("{title} {version} has no such clause as at {found}"),
    };
    Stop::invalid(span(machine, at), message)
        .with_help("write it for the target's version, or name the server's true version as the target")
}

fn found(machine: &Machine<'_>, at: usize) -> String {
    match machine.tokens.get(at) {
        Some(token) => {
            let text = token.text(machine.text);
            match text.char_indices().nth(40) {
                Some((cut, _)) => format!("`{}…`", text.get(..cut).unwrap_or("")),
                None => format!("`{text}`"),
            }
        }
        None => "the end of the statement".to_owned(),
    }
}

fn span(machine: &Machine<'_>, at: usize) -> Span {
    match machine.tokens.get(at) {
        Some(token) => token.span,
        None => {
            let end = machine.tokens.last().map_or(0, |t| t.span.end);
            Span { start: end, end }
        }
    }
}
