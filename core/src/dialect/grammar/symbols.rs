//! The alphabet of a grammar: every word and mark it mentions, and the kinds of all other tokens.
use crate::{
    dialect::lookup::Lookup,
    text::{Token, TokenKind},
};

/// A set of symbols.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set(Vec<u64>);

impl Set {
    pub(super) fn has(&self, symbol: u16) -> bool {
        self.0.get(usize::from(symbol / 64)).is_some_and(|bits| bits >> (symbol % 64) & 1 == 1)
    }

    pub(super) fn insert(&mut self, symbol: u16) {
        let at = usize::from(symbol / 64);
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(at) {
            *bits |= 1 << (symbol % 64);
        }
    }

    /// Adds all of `other`; whether anything was new.
    pub(super) fn add(&mut self, other: &Self) -> bool {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        let mut new = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            new |= *theirs & !*mine != 0;
            *mine |= theirs;
        }
        new
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        (0..u16::try_from(self.0.len() * 64).unwrap_or(u16::MAX)).filter(|s| self.has(*s))
    }
}

/// Tokens that are no word and no mark of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialect) enum Class {
    /// A word that the grammar does not know.
    Name,
    QuotedName,
    String,
    /// `B'…'`, `X'…'`.
    Bits,
    /// `N'…'`.
    National,
    /// A number without fraction and exponent.
    Integer,
    /// Another number.
    Number,
    Parameter,
    /// An operator that the grammar does not mention.
    Operator,
    Other,
    End,
}

/// Words and marks by number.
#[derive(Debug)]
pub(super) struct Symbols {
    /// Sorted.
    words: Vec<String>,
    /// Sorted.
    marks: Vec<String>,
    /// The symbols of the words.
    of_words: Lookup,
    /// The symbols of the marks.
    of_marks: Lookup,
}

impl Symbols {
    pub(super) fn new(mut words: Vec<String>, mut marks: Vec<String>) -> Self {
        for list in [&mut words, &mut marks] {
            list.sort_unstable();
            list.dedup();
        }
        let symbols = (0..).zip(words.iter().chain(&marks));
        let (of_words, of_marks) = {
            let mut pairs: Vec<(&str, u16)> = symbols.map(|(symbol, word)| (word.as_str(), symbol)).collect();
            let marks = pairs.split_off(words.len());
            (Lookup::new(pairs.into_iter()), Lookup::new(marks.into_iter()))
        };
        Self { words, marks, of_words, of_marks }
    }

    pub(super) fn word(&self, word: &str) -> Option<u16> {
        self.of_words.get(word)
    }

    pub(super) fn mark(&self, mark: &str) -> Option<u16> {
        self.of_marks.get(mark)
    }

    pub(super) fn class(&self, class: Class) -> u16 {
        u16::try_from(self.words.len() + self.marks.len() + class as usize).unwrap_or(u16::MAX)
    }

    pub(super) fn words(&self) -> impl Iterator<Item = (u16, &str)> {
        (0..).zip(self.words.iter().map(String::as_str))
    }

    /// The word or mark behind a symbol.
    pub(super) fn title(&self, symbol: u16) -> Option<(&str, bool)> {
        let at = usize::from(symbol);
        match self.words.get(at) {
            Some(word) => Some((word, true)),
            None => self.marks.get(at - self.words.len()).map(|m| (m.as_str(), false)),
        }
    }

    /// The symbol of a token of `text`.
    pub(super) fn of(&self, token: Token, text: &str) -> u16 {
        let written = token.text(text);
        let class = match token.kind {
            TokenKind::Word => match self.word(written) {
                Some(symbol) => return symbol,
                None => Class::Name,
            },
            TokenKind::QuotedName => Class::QuotedName,
            TokenKind::String => match written.as_bytes().first() {
                Some(b'b' | b'B' | b'x' | b'X') => Class::Bits,
                Some(b'n' | b'N') => Class::National,
                _ => Class::String,
            },
            TokenKind::Number if is_integer(written) => Class::Integer,
            TokenKind::Number => Class::Number,
            TokenKind::Parameter => Class::Parameter,
            TokenKind::Unknown | TokenKind::Variable => Class::Other,
            _ => match self.mark(written) {
                Some(symbol) => return symbol,
                None if token.kind == TokenKind::Operator => Class::Operator,
                None => Class::Other,
            },
        };
        self.class(class)
    }
}

/// Whether a number has neither fraction nor exponent and fits into 32 bits: what the server's grammar calls an integer.
fn is_integer(written: &str) -> bool {
    let digits: String = written.chars().filter(|c| *c != '_').collect();
    let parsed = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => i32::from_str_radix(digits.get(2..).unwrap_or(""), 16),
        Some("0o") => i32::from_str_radix(digits.get(2..).unwrap_or(""), 8),
        Some("0b") => i32::from_str_radix(digits.get(2..).unwrap_or(""), 2),
        _ => digits.parse::<i32>(),
    };
    parsed.is_ok()
}
