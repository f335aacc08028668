//! The grammar's notation, read into a program for the machine.
//!
//! ```text
//! rule = first | second ;             the first alternative that fits
//! WORD 'sign' class other_rule        a keyword, a sign, a class of tokens, another rule
//! [x] x* x+ x,+                       x or nothing; any number; one or more; one or more between commas
//! &x !x                               x follows here, x does not
//! <label: x>                          a part with a name
//! {mysql 8.0.14}                      only MySQL, from this version on; {mariadb -11.0} before that version
//! ```
//!
//! Classes: `name` (no reserved word), `word` (any), `text`, `number`, `integer`, `variable` (`@a`), `system` (`@@a`),
//! `parameter`, `introducer` (`_utf8mb4`), `any`, `end`; `touch` demands that no blank stands before the next token.
use std::collections::{BTreeMap, HashMap};

use super::program::{Class, Gate};

const CLASSES: [(&str, Class); 11] = [
    ("name", Class::Name),
    ("word", Class::Word),
    ("text", Class::Text),
    ("number", Class::Number),
    ("integer", Class::Integer),
    ("variable", Class::Variable),
    ("system", Class::System),
    ("parameter", Class::Parameter),
    ("introducer", Class::Introducer),
    ("any", Class::Any),
    ("end", Class::End),
];
/// A part of a rule.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Symbol(u16),
    Class(Class),
    Touch,
    Rule(usize),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Maybe(Box<Node>),
    Any(Box<Node>),
    Some(Box<Node>),
    List(Box<Node>),
    Ahead(Box<Node>),
    Not(Box<Node>),
    Gate(u16),
    Part(u16, Box<Node>),
}
#[derive(Default)]
pub(super) struct Reader {
    pub(super) symbols: BTreeMap<String, u16>,
    pub(super) symbol_names: Vec<String>,
    pub(super) rule_names: Vec<String>,
    rule_index: HashMap<String, usize>,
    pub(super) rules: Vec<Option<Node>>,
    pub(super) gates: Vec<Gate>,
    pub(super) labels: Vec<String>,
}

/// The notation's own tokens.
struct Source<'a> {
    words: Vec<&'a str>,
    at: usize,
}

impl<'a> Source<'a> {
    fn new(text: &'a str) -> Self {
        let mut words = Vec::new();
        for line in text.lines() {
            let mut rest = line.trim_start();
            while let Some(first) = rest.chars().next() {
                let length = match first {
                    '#' => break,
                    '\'' => rest.get(1..).and_then(|r| r.find('\'')).map_or(rest.len(), |n| n + 2),
                    '{' => rest.find('}').map_or(rest.len(), |n| n + 1),
                    ',' => 2,
                    c if c.is_ascii_alphanumeric() || c == '_' => {
                        rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())
                    }
                    _ => 1,
                };
                let (word, after) = rest.split_at(length.min(rest.len()));
                words.push(word);
                rest = after.trim_start();
            }
        }
        Self { words, at: 0 }
    }

    fn peek(&self) -> &'a str {
        self.words.get(self.at).copied().unwrap_or("")
    }

    fn next(&mut self) -> &'a str {
        let word = self.peek();
        self.at += 1;
        word
    }

    fn accept(&mut self, word: &str) -> bool {
        let yes = self.peek() == word;
        self.at += usize::from(yes);
        yes
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.accept(word) {
            return Ok(());
        }
        let from = self.at.saturating_sub(8);
        Err(format!("expected {word} behind: {}", self.words.get(from..=self.at).unwrap_or(&[]).join(" ")))
    }
}

impl Reader {
    pub(super) fn symbol(&mut self, text: &str) -> u16 {
        let lower = text.to_ascii_lowercase();
        if let Some(symbol) = self.symbols.get(&lower) {
            return *symbol;
        }
        let symbol = self.symbol_names.len() as u16;
        self.symbol_names.push(lower.clone());
        self.symbols.insert(lower, symbol);
        symbol
    }

    fn rule(&mut self, name: &str) -> usize {
        if let Some(rule) = self.rule_index.get(name) {
            return *rule;
        }
        self.rule_names.push(name.to_owned());
        self.rules.push(None);
        self.rule_index.insert(name.to_owned(), self.rules.len() - 1);
        self.rules.len() - 1
    }

    pub(super) fn source(&mut self, text: &str) -> Result<(), String> {
        let mut source = Source::new(text);
        while !source.peek().is_empty() {
            let name = source.next();
            source.expect("=")?;
            let body = self.choice(&mut source)?;
            source.expect(";")?;
            let rule = self.rule(name);
            match self.rules.get_mut(rule) {
                Some(slot @ None) => *slot = Some(body),
                _ => return Err(format!("the rule {name} has two bodies")),
            }
        }
        Ok(())
    }

    fn choice(&mut self, source: &mut Source<'_>) -> Result<Node, String> {
        let mut branches = vec![self.sequence(source)?];
        while source.accept("|") {
            branches.push(self.sequence(source)?);
        }
        Ok(match <[Node; 1]>::try_from(branches) {
            Ok([one]) => one,
            Err(branches) => Node::Choice(branches),
        })
    }

    fn sequence(&mut self, source: &mut Source<'_>) -> Result<Node, String> {
        let mut parts = Vec::new();
        while !matches!(source.peek(), "" | "|" | ")" | "]" | ">" | ";") {
            parts.push(self.repeated(source)?);
        }
        Ok(match <[Node; 1]>::try_from(parts) {
            Ok([one]) => one,
            Err(parts) => Node::Sequence(parts),
        })
    }

    fn repeated(&mut self, source: &mut Source<'_>) -> Result<Node, String> {
        let mut node = self.single(source)?;
        loop {
            node = match source.peek() {
                "*" => Node::Any(Box::new(node)),
                "+" => Node::Some(Box::new(node)),
                ",+" => Node::List(Box::new(node)),
                _ => return Ok(node),
            };
            source.next();
        }
    }

    fn single(&mut self, source: &mut Source<'_>) -> Result<Node, String> {
        let word = source.next();
        Ok(match word {
            "(" => {
                let inner = self.choice(source)?;
                source.expect(")")?;
                inner
            }
            "[" => {
                let inner = self.choice(source)?;
                source.expect("]")?;
                Node::Maybe(Box::new(inner))
            }
            "<" => {
                let label = source.next().to_owned();
                source.expect(":")?;
                let inner = self.choice(source)?;
                source.expect(">")?;
                let at = self.labels.iter().position(|l| *l == label).unwrap_or(self.labels.len());
                if at == self.labels.len() {
                    self.labels.push(label);
                }
                Node::Part(at as u16, Box::new(inner))
            }
            "&" => Node::Ahead(Box::new(self.repeated(source)?)),
            "!" => Node::Not(Box::new(self.repeated(source)?)),
            "touch" => Node::Touch,
            _ if word.starts_with('{') => {
                let gate = gate(word)?;
                let at = self.gates.iter().position(|g| *g == gate).unwrap_or(self.gates.len());
                if at == self.gates.len() {
                    self.gates.push(gate);
                }
                Node::Gate(at as u16)
            }
            _ if word.starts_with('\'') => Node::Symbol(self.symbol(word.trim_matches('\''))),
            _ if word.starts_with(|c: char| c.is_ascii_uppercase()) => Node::Symbol(self.symbol(word)),
            _ if word.starts_with(|c: char| c.is_ascii_lowercase()) => {
                match CLASSES.iter().find(|(name, _)| *name == word) {
                    Some((_, class)) => Node::Class(*class),
                    None => Node::Rule(self.rule(word)),
                }
            }
            _ => return Err(format!("`{word}` starts nothing, near rule {:?}", self.rule_names.last())),
        })
    }
}

/// `{mysql}`, `{mariadb 10.6}`, `{mysql -8.4}`.
fn gate(word: &str) -> Result<Gate, String> {
    let mut words = word.trim_matches(['{', '}']).split_whitespace();
    let dialect = words.next().and_then(|w| w.parse().ok()).ok_or_else(|| format!("no server: {word}"))?;
    let mut gate = Gate { dialect, since: None, until: None };
    for version in words {
        match version.strip_prefix('-') {
            Some(until) => gate.until = Some(until.parse().map_err(|_| format!("no version: {word}"))?),
            None => gate.since = Some(version.parse().map_err(|_| format!("no version: {word}"))?),
        }
    }
    Ok(gate)
}
