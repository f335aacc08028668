//! Grammars as data: a server's statements in a short notation, compiled once, matched in linear time.
//!
//! Whether a statement is one that the server reads is decided here for all of its text. What it asks for is the
//! business of lowering, which may then take the text's form for granted.
mod compile;
mod machine;
mod notation;
mod symbols;

pub(in crate::dialect) use compile::{Grammar, Terminal};
pub(in crate::dialect) use symbols::Class;

use crate::text::Token;
use machine::{End, Event, Input, Step};

/// What a rule remembered of the text: which capture, and the tokens it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialect) struct Capture<'g> {
    /// Its name in the grammar; of versions `@15` or `@<12`.
    pub name: &'g str,
    /// Its first token.
    pub start: usize,
    /// Behind its last token.
    pub end: usize,
    /// In how many other captures it stands.
    pub depth: u16,
}

/// Whether text has the form that the grammar gives.
#[derive(Debug)]
pub(in crate::dialect) enum Verdict<'g> {
    /// It has, with what was captured, in the order of the text.
    Matches(Vec<Capture<'g>>),
    /// It has not: nothing of what is expected stands at this token (or at the end, if it is the number of tokens).
    Fails {
        /// The token.
        token: usize,
        /// Words that could stand there, in lower case, sorted.
        words: Vec<&'g str>,
        /// Marks that could stand there.
        marks: Vec<&'g str>,
        /// Whether a name could stand there.
        name: bool,
    },
    /// Deciding it would take too long.
    Unknown,
}

impl Grammar {
    /// Whether `tokens` of `text` are what the rule `start` describes.
    pub(in crate::dialect) fn check(&self, start: &str, text: &str, tokens: &[Token]) -> Verdict<'_> {
        let Some(entry) = self.entry(start) else { return Verdict::Unknown };
        let symbols: Vec<u16> = tokens.iter().map(|t| self.symbols.of(*t, text)).collect();
        let mut at_query = vec![false; symbols.len()];
        let mut query = false;
        for (at, symbol) in at_query.iter_mut().zip(&symbols).rev() {
            query = self.query_words.contains(symbol) || (query && *symbol == self.open);
            *at = query;
        }
        let input = Input { symbols: &symbols, at_query: &at_query };
        let end = self.symbols.class(Class::End);
        match machine::run(&self.program, &self.sets, entry, &input, end, false) {
            End::Matched(events) => Verdict::Matches(self.captures(&events)),
            End::GaveUp => Verdict::Unknown,
            End::Failed { .. } => match machine::run(&self.program, &self.sets, entry, &input, end, true) {
                End::Failed { token, expected } => self.failure(token, &expected),
                _ => Verdict::Unknown,
            },
        }
    }

    fn captures(&self, events: &[Event]) -> Vec<Capture<'_>> {
        let mut captures: Vec<Capture<'_>> = Vec::new();
        let mut open = Vec::new();
        for event in events {
            if event.open {
                open.push(captures.len());
                captures.push(Capture {
                    name: self.capture_name(event.capture),
                    start: event.token as usize,
                    end: event.token as usize,
                    depth: u16::try_from(open.len() - 1).unwrap_or(u16::MAX),
                });
            } else if let Some(capture) = open.pop().and_then(|i| captures.get_mut(i)) {
                capture.end = event.token as usize;
            }
        }
        captures
    }

    fn failure(&self, token: usize, expected: &[Step]) -> Verdict<'_> {
        let mut all = symbols::Set::default();
        for step in expected {
            match step {
                Step::Symbol(symbol) => all.insert(*symbol),
                Step::Set(set) | Step::Test(set, _) => {
                    if let Some(set) = self.sets.get(usize::from(*set)) {
                        all.add(set);
                    }
                }
                _ => {}
            }
        }
        let name = all.has(self.symbols.class(Class::Name));
        let (mut words, mut marks) = (Vec::new(), Vec::new());
        for symbol in all.iter() {
            match self.symbols.title(symbol) {
                // Where any name may stand, words that are names too say nothing.
                Some((word, true)) if !(name && self.is_free(symbol)) => words.push(word),
                Some((mark, false)) => marks.push(mark),
                _ => {}
            }
        }
        Verdict::Fails { token, words, marks, name }
    }
}
