//! A compiled grammar: its symbols, and the sets, gates and steps that the machine runs.
use std::collections::BTreeMap;

use super::machine::Step;
use crate::{
    dialect::lookup::Lookup,
    target::{Dialect, ServerVersion, Target},
    text::{Token, TokenKind},
};

/// Kinds of tokens that a grammar tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Name,
    Word,
    Text,
    Number,
    Integer,
    Variable,
    System,
    Parameter,
    Introducer,
    Any,
    End,
}
/// A set of symbols.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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

    /// Adds all of another set; answers whether anything was new.
    pub(super) fn extend(&mut self, other: &Self) -> bool {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        let mut new = false;
        for (own, bits) in self.0.iter_mut().zip(&other.0) {
            new |= bits & !*own != 0;
            *own |= bits;
        }
        new
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }
}

/// Which servers know a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    pub(super) dialect: Dialect,
    /// From this version on.
    pub(super) since: Option<ServerVersion>,
    /// Before this version.
    pub(super) until: Option<ServerVersion>,
}

impl Gate {
    /// Whether the target's server knows it; with `newest` any later version of it counts.
    pub(super) fn holds(&self, target: &Target, newest: bool) -> bool {
        let before = self.until.is_none_or(|v| !target.version.at_least(v.major, v.minor, v.patch));
        let after = self.since.is_none_or(|v| target.version.at_least(v.major, v.minor, v.patch));
        self.dialect == target.dialect && (newest || (before && after))
    }
}

/// A compiled grammar.
pub(super) struct Program {
    pub(super) code: Vec<Step>,
    pub(super) sets: Vec<Set>,
    pub(super) tables: Vec<Vec<u32>>,
    pub(super) gates: Vec<Gate>,
    pub(super) labels: Vec<String>,
    pub(super) rules: BTreeMap<String, u32>,
    pub(super) end_symbol: u16,
    /// The symbols of keywords and signs.
    pub(super) symbols: Lookup,
    /// The text of each symbol.
    pub(super) names: Vec<String>,
    /// Symbols of words that some server reserves.
    pub(super) reserved: Set,
}

/// Symbols beyond keywords and signs, counted from the last of those.
#[derive(Clone, Copy)]
pub(super) enum Special {
    Word,
    Introducer,
    Quoted,
    Text,
    Number,
    Variable,
    System,
    Parameter,
    Other,
    End,
    Count,
}

impl Program {
    /// The symbol of a token.
    pub(super) fn symbol(&self, token: Token, text: &str) -> u16 {
        let own = token.text(text);
        let special = match token.kind {
            TokenKind::Word => match self.symbols.get(own) {
                Some(symbol) => return symbol,
                None if own.starts_with('_') => Special::Introducer,
                None => Special::Word,
            },
            TokenKind::QuotedName => Special::Quoted,
            TokenKind::String => Special::Text,
            TokenKind::Number => Special::Number,
            TokenKind::Variable if own.starts_with("@@") => Special::System,
            TokenKind::Variable => Special::Variable,
            TokenKind::Parameter => Special::Parameter,
            _ => match self.symbols.get(own) {
                Some(symbol) => return symbol,
                None => Special::Other,
            },
        };
        self.special(special)
    }

    pub(super) fn special(&self, special: Special) -> u16 {
        self.names.len() as u16 + special as u16
    }

    /// Whether the word of a symbol is reserved by any server.
    pub(super) fn may_be_reserved(&self, symbol: u16) -> bool {
        self.reserved.has(symbol)
    }

    pub(super) fn no_symbols(&self) -> Set {
        Set::default()
    }

    /// The symbol that stands for a class in a set of expectations.
    pub(super) fn class_symbol(&self, class: Class) -> u16 {
        self.special(match class {
            Class::Name | Class::Word | Class::Introducer => Special::Word,
            Class::Text => Special::Text,
            Class::Number | Class::Integer => Special::Number,
            Class::Variable => Special::Variable,
            Class::System => Special::System,
            Class::Parameter => Special::Parameter,
            Class::Any => Special::Other,
            Class::End => Special::End,
        })
    }

    /// What a set of expectations holds, in words: keywords and signs, and whether names, values or the end fit.
    pub(super) fn expectations(&self, set: &Set) -> Expectations {
        let mut found = Expectations::default();
        for (symbol, name) in self.names.iter().enumerate() {
            if set.has(symbol as u16) {
                found.words.push(name.clone());
            }
        }
        found.name = set.has(self.special(Special::Word)) || set.has(self.special(Special::Quoted));
        found.text = set.has(self.special(Special::Text));
        found.number = set.has(self.special(Special::Number));
        found.end = set.has(self.special(Special::End));
        found
    }
}

/// What could have stood at a place.
#[derive(Debug, Default)]
pub(super) struct Expectations {
    pub(super) words: Vec<String>,
    pub(super) name: bool,
    pub(super) text: bool,
    pub(super) number: bool,
    pub(super) end: bool,
}
