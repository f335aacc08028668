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

use super::machine::Step;
use crate::{
    dialect::mysql::reserved,
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

    fn meets(&self, other: &Self) -> bool {
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
    symbols: BTreeMap<String, u16>,
    /// The text of each symbol.
    names: Vec<String>,
    /// Symbols of words that some server reserves.
    reserved: Set,
}

/// Symbols beyond keywords and signs, counted from the last of those.
#[derive(Clone, Copy)]
enum Special {
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
            TokenKind::Word => {
                let mut buffer = [0u8; 40];
                let known = buffer.get_mut(..own.len()).and_then(|buffer| {
                    buffer.copy_from_slice(own.as_bytes());
                    buffer.make_ascii_lowercase();
                    self.symbols.get(std::str::from_utf8(buffer).ok()?)
                });
                match known {
                    Some(symbol) => return *symbol,
                    None if own.starts_with('_') => Special::Introducer,
                    None => Special::Word,
                }
            }
            TokenKind::QuotedName => Special::Quoted,
            TokenKind::String => Special::Text,
            TokenKind::Number => Special::Number,
            TokenKind::Variable if own.starts_with("@@") => Special::System,
            TokenKind::Variable => Special::Variable,
            TokenKind::Parameter => Special::Parameter,
            _ => match self.symbols.get(own) {
                Some(symbol) => return *symbol,
                None => Special::Other,
            },
        };
        self.special(special)
    }

    fn special(&self, special: Special) -> u16 {
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

/// A part of a rule.
#[derive(Clone, Debug)]
enum Node {
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

/// Reads grammars into a program. The error names what is wrong with the notation, which only a test can see.
pub(super) fn compile(sources: &[&str]) -> Result<Program, String> {
    let mut reader = Reader::default();
    for source in sources {
        reader.source(source)?;
    }
    let missing: Vec<&str> = reader
        .rule_names
        .iter()
        .zip(&reader.rules)
        .filter(|(_, body)| body.is_none())
        .map(|(name, _)| name.as_str())
        .collect();
    if !missing.is_empty() {
        return Err(format!("rules without a body: {}", missing.join(", ")));
    }
    for word in reserved::every() {
        reader.symbol(word);
    }
    let rules: Vec<Node> = reader.rules.into_iter().flatten().collect();
    let names = reader.symbol_names;
    let mut reserved_set = Set::default();
    for word in reserved::every() {
        if let Some(symbol) = reader.symbols.get(word) {
            reserved_set.insert(*symbol);
        }
    }
    let count = names.len() + Special::Count as usize;
    let mut program = Program {
        code: Vec::new(),
        sets: Vec::new(),
        tables: Vec::new(),
        gates: reader.gates,
        labels: reader.labels,
        rules: BTreeMap::new(),
        end_symbol: names.len() as u16 + Special::End as u16,
        symbols: reader.symbols,
        names,
        reserved: reserved_set,
    };
    let mut emitter = Emitter::new(&mut program, &rules, count);
    let addresses = emitter.all();
    for (name, address) in reader.rule_names.into_iter().zip(addresses) {
        program.rules.insert(name, address);
    }
    Ok(program)
}

#[derive(Default)]
struct Reader {
    symbols: BTreeMap<String, u16>,
    symbol_names: Vec<String>,
    rule_names: Vec<String>,
    rule_index: HashMap<String, usize>,
    rules: Vec<Option<Node>>,
    gates: Vec<Gate>,
    labels: Vec<String>,
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
    fn symbol(&mut self, text: &str) -> u16 {
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

    fn source(&mut self, text: &str) -> Result<(), String> {
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

/// What can begin a part, and whether it can be nothing.
#[derive(Clone, Default)]
struct First {
    set: Set,
    nothing: bool,
}

struct Emitter<'a> {
    program: &'a mut Program,
    rules: &'a [Node],
    firsts: Vec<First>,
    count: usize,
    set_index: HashMap<Set, u16>,
}

/// From how many alternatives on a table is worth its room.
const MANY: usize = 6;

impl<'a> Emitter<'a> {
    fn new(program: &'a mut Program, rules: &'a [Node], count: usize) -> Self {
        let mut emitter = Self {
            program,
            rules,
            firsts: vec![First::default(); rules.len()],
            count,
            set_index: HashMap::new(),
        };
        loop {
            let mut changed = false;
            for (at, rule) in rules.iter().enumerate() {
                let first = emitter.first(rule);
                if let Some(known) = emitter.firsts.get_mut(at) {
                    changed |= known.set.extend(&first.set) || first.nothing != known.nothing;
                    known.nothing |= first.nothing;
                }
            }
            if !changed {
                return emitter;
            }
        }
    }

    fn first(&self, node: &Node) -> First {
        let some = |set: Set| First { set, nothing: false };
        match node {
            Node::Symbol(symbol) => {
                let mut set = Set::default();
                set.insert(*symbol);
                some(set)
            }
            Node::Class(class) => some(self.class(*class)),
            Node::Touch | Node::Ahead(_) | Node::Not(_) | Node::Gate(_) => {
                First { set: Set::default(), nothing: true }
            }
            Node::Rule(rule) => self.firsts.get(*rule).cloned().unwrap_or_default(),
            Node::Sequence(parts) => {
                let mut all = First { set: Set::default(), nothing: true };
                for part in parts {
                    let first = self.first(part);
                    all.set.extend(&first.set);
                    if !first.nothing {
                        all.nothing = false;
                        break;
                    }
                }
                all
            }
            Node::Choice(branches) => {
                let mut all = First::default();
                for branch in branches {
                    let first = self.first(branch);
                    all.set.extend(&first.set);
                    all.nothing |= first.nothing;
                }
                all
            }
            Node::Maybe(inner) | Node::Any(inner) => First { nothing: true, ..self.first(inner) },
            Node::Some(inner) | Node::List(inner) | Node::Part(_, inner) => self.first(inner),
        }
    }

    fn class(&self, class: Class) -> Set {
        let mut set = Set::default();
        let words = || {
            let names = self.program.names.iter().enumerate();
            names
                .filter(|(_, n)| n.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
                .map(|(symbol, _)| symbol as u16)
        };
        let specials: &[Special] = match class {
            Class::Name | Class::Word => {
                words().for_each(|symbol| set.insert(symbol));
                &[Special::Word, Special::Introducer, Special::Quoted]
            }
            Class::Introducer => {
                words().for_each(|symbol| set.insert(symbol));
                &[Special::Introducer]
            }
            Class::Text => &[Special::Text],
            Class::Number | Class::Integer => &[Special::Number],
            Class::Variable => &[Special::Variable],
            Class::System => &[Special::System],
            Class::Parameter => &[Special::Parameter],
            Class::Any => {
                (0..self.count as u16 - 1).for_each(|symbol| set.insert(symbol));
                &[]
            }
            Class::End => &[Special::End],
        };
        for special in specials {
            set.insert(self.program.special(*special));
        }
        set
    }

    fn set(&mut self, set: Set) -> u16 {
        if let Some(at) = self.set_index.get(&set) {
            return *at;
        }
        let at = self.program.sets.len() as u16;
        self.program.sets.push(set.clone());
        self.set_index.insert(set, at);
        at
    }

    fn here(&self) -> u32 {
        self.program.code.len() as u32
    }

    fn push(&mut self, step: Step) -> usize {
        self.program.code.push(step);
        self.program.code.len() - 1
    }

    /// Gives the jump at `at` its address.
    fn land(&mut self, at: usize, to: u32) {
        if let Some(
            Step::Test(_, address)
            | Step::Choice(address)
            | Step::Look(address)
            | Step::Commit(address)
            | Step::Back(address)
            | Step::Jump(address),
        ) = self.program.code.get_mut(at)
        {
            *address = to;
        }
    }

    /// Emits every rule; answers with their addresses.
    fn all(&mut self) -> Vec<u32> {
        let rules = self.rules;
        let mut addresses = Vec::with_capacity(rules.len());
        for rule in rules {
            addresses.push(self.here());
            self.node(rule);
            self.push(Step::Return);
        }
        for step in &mut self.program.code {
            if let Step::Call(rule) = step {
                *rule = addresses.get(*rule as usize).copied().unwrap_or(u32::MAX);
            }
        }
        // Each rule can be a whole statement: called by a step of its own, with the end behind it.
        addresses
            .iter()
            .map(|address| {
                let start = self.here();
                self.push(Step::Call(*address));
                self.push(Step::Class(Class::End));
                self.push(Step::End);
                start
            })
            .collect()
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Symbol(symbol) => {
                self.push(Step::Symbol(*symbol));
            }
            Node::Class(class) => {
                self.push(Step::Class(*class));
            }
            Node::Touch => {
                self.push(Step::Touch);
            }
            Node::Rule(rule) => {
                self.push(Step::Call(*rule as u32));
            }
            Node::Gate(gate) => {
                self.push(Step::Gate(*gate));
            }
            Node::Sequence(parts) => parts.iter().for_each(|part| self.node(part)),
            Node::Part(label, inner) => {
                self.push(Step::Open(*label));
                self.node(inner);
                self.push(Step::Close);
            }
            Node::Choice(branches) => self.choice(branches),
            Node::Maybe(inner) => {
                let test = self.test(inner);
                let choice = self.push(Step::Choice(0));
                self.node(inner);
                let commit = self.push(Step::Commit(0));
                let end = self.here();
                self.land(choice, end);
                self.land(commit, end);
                test.into_iter().for_each(|at| self.land(at, end));
            }
            Node::Any(inner) => self.many(inner, false),
            Node::Some(inner) => {
                self.node(inner);
                self.many(inner, false);
            }
            Node::List(inner) => {
                self.node(inner);
                self.many(inner, true);
            }
            Node::Ahead(inner) => {
                let look = self.push(Step::Look(0));
                self.node(inner);
                let back = self.push(Step::Back(0));
                let fail = self.here();
                self.push(Step::Fail);
                let end = self.here();
                self.land(look, fail);
                self.land(back, end);
            }
            Node::Not(inner) => {
                let look = self.push(Step::Look(0));
                self.node(inner);
                self.push(Step::Refute);
                let end = self.here();
                self.land(look, end);
            }
        }
    }

    /// A test whether a part can begin here, where that can be told.
    fn test(&mut self, node: &Node) -> Option<usize> {
        let first = self.first(node);
        if first.nothing {
            return None;
        }
        let set = self.set(first.set);
        Some(self.push(Step::Test(set, 0)))
    }

    fn many(&mut self, inner: &Node, commas: bool) {
        let start = self.here();
        let comma = self.program.symbols.get(",").copied();
        let test = match comma.filter(|_| commas) {
            Some(comma) => {
                let mut set = Set::default();
                set.insert(comma);
                let set = self.set(set);
                Some(self.push(Step::Test(set, 0)))
            }
            None => self.test(inner),
        };
        let choice = self.push(Step::Choice(0));
        if let Some(comma) = comma.filter(|_| commas) {
            self.push(Step::Symbol(comma));
        }
        self.node(inner);
        self.push(Step::Commit(start));
        let end = self.here();
        self.land(choice, end);
        test.into_iter().for_each(|at| self.land(at, end));
    }

    fn choice(&mut self, branches: &[Node]) {
        let firsts: Vec<First> = branches.iter().map(|b| self.first(b)).collect();
        let dispatch = (branches.len() >= MANY).then(|| {
            let table = self.program.tables.len() as u16;
            self.program.tables.push(Vec::new());
            self.push(Step::Dispatch(table));
            table
        });
        let mut entries = Vec::with_capacity(branches.len());
        let mut commits = Vec::new();
        for (i, branch) in branches.iter().enumerate() {
            let first = firsts.get(i).cloned().unwrap_or_default();
            entries.push(self.here());
            let later = firsts.get(i + 1..).unwrap_or(&[]);
            let alone = !first.nothing && later.iter().all(|l| !l.nothing && !l.set.meets(&first.set));
            let test = if first.nothing || later.is_empty() {
                None
            } else {
                let set = self.set(first.set);
                Some(self.push(Step::Test(set, 0)))
            };
            let choice = (!alone && !later.is_empty()).then(|| self.push(Step::Choice(0)));
            self.node(branch);
            if !later.is_empty() {
                commits.push(self.push(if choice.is_some() { Step::Commit(0) } else { Step::Jump(0) }));
            }
            let next = self.here();
            test.into_iter().chain(choice).for_each(|at| self.land(at, next));
        }
        let end = self.here();
        commits.into_iter().for_each(|at| self.land(at, end));
        if let Some(table) = dispatch {
            // Where nothing fits, the last branch says what it expects.
            let last = entries.last().copied().unwrap_or(end);
            let targets = (0..self.count as u16)
                .map(|symbol| {
                    let fits = firsts.iter().position(|f| f.nothing || f.set.has(symbol));
                    fits.and_then(|at| entries.get(at).copied()).unwrap_or(last)
                })
                .collect();
            if let Some(slot) = self.program.tables.get_mut(usize::from(table)) {
                *slot = targets;
            }
        }
    }
}
