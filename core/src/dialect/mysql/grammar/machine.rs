//! A machine that matches tokens against a compiled grammar.
//!
//! It keeps its own stack and counts its steps: nothing recurses, and a statement costs time in proportion to its
//! length, whatever it says. A statement that would take more is not judged.
use super::program::{Class, Program, Set};
use crate::{
    dialect::cursor::qualifies,
    target::Target,
    text::{Token, TokenKind},
};

/// One instruction. Addresses are indexes into [`Program::code`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// The next token is this symbol.
    Symbol(u16),
    /// The next token is of this class.
    Class(Class),
    /// The next token stands right behind the one before, without a blank.
    Touch,
    /// Goes to the address unless the next token is in the set.
    Test(u16, u32),
    /// Goes to the address that the table has for the next token.
    Dispatch(u16),
    /// A failure from here on goes back to this place and on at the address.
    Choice(u32),
    /// The same for a look ahead.
    Look(u32),
    /// Forgets the latest choice and goes to the address.
    Commit(u32),
    /// Ends a look ahead that succeeded: goes back in the text and on at the address.
    Back(u32),
    /// Ends a look ahead that should have failed.
    Refute,
    Jump(u32),
    Call(u32),
    Return,
    /// Fails unless the server knows this.
    Gate(u16),
    Open(u16),
    Close,
    Fail,
    End,
}

/// A part of a statement that the grammar names: its label, and its tokens from the first to before the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: EventKind,
    pub(super) at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventKind {
    Open(u16),
    Close,
    /// A gate that was passed.
    Gate(u16),
}

/// What came of a statement.
pub(super) enum Outcome {
    Matched(Vec<Event>),
    /// No statement of the grammar: the first token that fits nowhere, and what would fit there.
    Failed {
        at: usize,
        expected: Set,
    },
    /// Too deep or too long to tell.
    Unknown,
}

#[derive(Clone, Copy)]
enum Entry {
    Return(u32),
    Choice { to: u32, at: usize, events: usize, looking: u32 },
}

/// Steps that a statement may take: a start, and for each token.
const STEPS: (usize, usize) = (50_000, 120);
/// How much may be open at a time.
const DEEPEST: usize = 60_000;

/// The symbols of a statement's tokens.
pub(super) fn symbols(program: &Program, text: &str, tokens: &[Token]) -> Vec<u16> {
    tokens.iter().map(|token| program.symbol(*token, text)).collect()
}

/// One statement before a grammar.
pub(super) struct Machine<'a> {
    pub(super) program: &'a Program,
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) symbols: &'a [u16],
    pub(super) target: &'a Target,
    pub(super) is_reserved: fn(&str) -> bool,
}

impl Machine<'_> {
    /// Matches all tokens with the rule that begins at `start`. With `newest` clauses of every version are known.
    pub(super) fn run(&self, start: u32, newest: bool) -> Outcome {
        match self.pass(start, newest, None) {
            Outcome::Failed { at, .. } => self.pass(start, newest, Some(at)),
            other => other,
        }
    }

    /// One pass; `explain` is the token at which expectations are gathered.
    pub(super) fn pass(&self, start: u32, newest: bool, explain: Option<usize>) -> Outcome {
        let program = self.program;
        let end = self.tokens.len();
        let mut left = STEPS.0 + STEPS.1 * end;
        let mut stack: Vec<Entry> = Vec::with_capacity(64);
        let mut events: Vec<Event> = Vec::new();
        let (mut ip, mut at, mut looking, mut furthest) = (start, 0usize, 0u32, 0usize);
        let mut expected = program.no_symbols();
        loop {
            left -= 1;
            if left == 0 || stack.len() > DEEPEST {
                return Outcome::Unknown;
            }
            let Some(step) = program.code.get(ip as usize) else { return Outcome::Unknown };
            ip += 1;
            let symbol = self.symbols.get(at).copied().unwrap_or(program.end_symbol);
            let matched = match *step {
                Step::Symbol(wanted) => {
                    if symbol == wanted {
                        at += 1;
                        true
                    } else {
                        if explain == Some(at) && looking == 0 {
                            expected.insert(wanted);
                        }
                        false
                    }
                }
                Step::Class(class) => {
                    if self.is(class, at, symbol) {
                        at += usize::from(class != Class::End);
                        true
                    } else {
                        if explain == Some(at) && looking == 0 {
                            expected.insert(program.class_symbol(class));
                        }
                        false
                    }
                }
                Step::Touch => self.touches(at),
                Step::Test(set, to) => {
                    let Some(set) = program.sets.get(usize::from(set)) else { return Outcome::Unknown };
                    if !set.has(symbol) {
                        if looking == 0 {
                            furthest = furthest.max(at);
                            if explain == Some(at) {
                                expected.extend(set);
                            }
                        }
                        ip = to;
                    }
                    true
                }
                Step::Dispatch(table) => {
                    let to = program.tables.get(usize::from(table)).and_then(|t| t.get(usize::from(symbol)));
                    let Some(to) = to else { return Outcome::Unknown };
                    ip = *to;
                    true
                }
                Step::Choice(to) => {
                    stack.push(Entry::Choice { to, at, events: events.len(), looking });
                    true
                }
                Step::Look(to) => {
                    stack.push(Entry::Choice { to, at, events: events.len(), looking });
                    looking += 1;
                    true
                }
                Step::Commit(to) => {
                    stack.pop();
                    ip = to;
                    true
                }
                Step::Back(to) => {
                    if let Some(Entry::Choice { at: back, events: count, looking: before, .. }) = stack.pop()
                    {
                        at = back;
                        events.truncate(count);
                        looking = before;
                    }
                    ip = to;
                    true
                }
                Step::Refute => {
                    if let Some(Entry::Choice { looking: before, .. }) = stack.pop() {
                        looking = before;
                    }
                    false
                }
                Step::Jump(to) => {
                    ip = to;
                    true
                }
                Step::Call(to) => {
                    stack.push(Entry::Return(ip));
                    ip = to;
                    true
                }
                Step::Return => {
                    let Some(Entry::Return(to)) = stack.pop() else { return Outcome::Unknown };
                    ip = to;
                    true
                }
                Step::Gate(gate) => {
                    let known =
                        program.gates.get(usize::from(gate)).is_some_and(|g| g.holds(self.target, newest));
                    if known {
                        events.push(Event { kind: EventKind::Gate(gate), at });
                    }
                    known
                }
                Step::Open(label) => {
                    events.push(Event { kind: EventKind::Open(label), at });
                    true
                }
                Step::Close => {
                    events.push(Event { kind: EventKind::Close, at });
                    true
                }
                Step::Fail => false,
                Step::End => return Outcome::Matched(events),
            };
            if matched {
                continue;
            }
            if looking == 0 {
                furthest = furthest.max(at);
            }
            loop {
                match stack.pop() {
                    Some(Entry::Return(_)) => {}
                    Some(Entry::Choice { to, at: back, events: count, looking: before }) => {
                        ip = to;
                        at = back;
                        events.truncate(count);
                        looking = before;
                        break;
                    }
                    None => return Outcome::Failed { at: furthest, expected },
                }
            }
        }
    }

    fn is(&self, class: Class, at: usize, symbol: u16) -> bool {
        let Some(token) = self.tokens.get(at) else { return class == Class::End };
        match class {
            Class::Name => match token.kind {
                TokenKind::QuotedName => true,
                TokenKind::Word => {
                    !self.program.may_be_reserved(symbol)
                        || !self.is_reserved_word(*token)
                        || qualifies(self.text, *token)
                }
                _ => false,
            },
            Class::Word => token.is_name(),
            Class::Text => token.kind == TokenKind::String,
            Class::Number => token.kind == TokenKind::Number,
            Class::Integer => {
                token.kind == TokenKind::Number && token.text(self.text).bytes().all(|b| b.is_ascii_digit())
            }
            Class::Variable => token.kind == TokenKind::Variable && !token.text(self.text).starts_with("@@"),
            Class::System => token.kind == TokenKind::Variable && token.text(self.text).starts_with("@@"),
            Class::Parameter => token.kind == TokenKind::Parameter,
            Class::Introducer => token.kind == TokenKind::Word && token.text(self.text).starts_with('_'),
            Class::Any => true,
            Class::End => false,
        }
    }

    fn is_reserved_word(&self, token: Token) -> bool {
        let lower = token.text(self.text).to_ascii_lowercase();
        (self.is_reserved)(&lower)
    }

    fn touches(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|i| self.tokens.get(i));
        matches!((before, self.tokens.get(at)), (Some(a), Some(b)) if a.span.end == b.span.start)
    }
}
