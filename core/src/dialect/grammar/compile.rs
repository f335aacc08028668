//! From rules to the steps of the machine.
use std::collections::{BTreeMap, HashMap};

use super::{
    machine::Step,
    notation::{self, Node},
    symbols::{Class, Set, Symbols},
};

/// A compiled grammar.
#[derive(Debug)]
pub(in crate::dialect) struct Grammar {
    pub(super) symbols: Symbols,
    pub(super) program: Vec<Step>,
    pub(super) sets: Vec<Set>,
    pub(super) query_words: Vec<u16>,
    pub(super) open: u16,
    entries: BTreeMap<String, u32>,
    captures: Vec<String>,
    free: Set,
    /// What is wrong with the grammar itself; tests hold that there is nothing.
    problems: Vec<String>,
}

/// A set of tokens by name: words, and kinds of tokens that are no word of the grammar.
pub(in crate::dialect) struct Terminal {
    /// The name that rules use.
    pub name: &'static str,
    /// Which words of the grammar belong to it.
    pub words: fn(&str) -> bool,
    /// Which other tokens.
    pub classes: &'static [Class],
    /// Which marks.
    pub marks: &'static [&'static str],
}

impl Grammar {
    /// Compiles the rules of `texts`. `words` are known beside those in the rules; of what fits `terminals[0]` any word
    /// that the rules do not know is an example.
    pub(in crate::dialect) fn new(texts: &[&str], words: &[&[&str]], terminals: &[Terminal]) -> Self {
        let mut problems = Vec::new();
        let mut rules = Vec::new();
        for text in texts {
            match notation::rules(text) {
                Ok(more) => rules.extend(more),
                Err(message) => problems.push(message),
            }
        }
        let mut known: Vec<String> =
            words.iter().flat_map(|list| list.iter().map(|w| (*w).to_owned())).collect();
        let mut marks: Vec<String> = ["(", ")", ","].map(str::to_owned).to_vec();
        let mut captures = Vec::new();
        for (_, node) in &rules {
            collect(node, &mut known, &mut marks, &mut captures);
        }
        for terminal in terminals {
            marks.extend(terminal.marks.iter().map(|m| (*m).to_owned()));
        }
        captures.sort_unstable();
        captures.dedup();
        let symbols = Symbols::new(known, marks);
        let mut builder = Builder {
            firsts: HashMap::new(),
            terminals: HashMap::new(),
            symbols: &symbols,
            captures: &captures,
            program: Vec::new(),
            sets: Vec::new(),
            calls: Vec::new(),
            problems,
        };
        for terminal in terminals {
            let mut set = Set::default();
            for (symbol, word) in symbols.words() {
                if (terminal.words)(word) {
                    set.insert(symbol);
                }
            }
            terminal.classes.iter().for_each(|class| set.insert(symbols.class(*class)));
            terminal.marks.iter().filter_map(|m| symbols.mark(m)).for_each(|mark| set.insert(mark));
            builder.terminals.insert(terminal.name, set);
        }
        builder.fix_firsts(&rules);
        let mut entries = BTreeMap::new();
        for (name, node) in &rules {
            if entries.insert(name.clone(), builder.here()).is_some() {
                builder.problems.push(format!("`{name}` is there twice"));
            }
            builder.node(node);
            builder.program.push(Step::Return);
        }
        for (place, name) in std::mem::take(&mut builder.calls) {
            match (entries.get(&name), builder.program.get_mut(place)) {
                (Some(entry), Some(step)) => *step = Step::Call(*entry),
                _ => builder.problems.push(format!("there is no rule `{name}`")),
            }
        }
        let Builder { program, sets, problems, mut terminals, .. } = builder;
        let free = terminals.remove("name").unwrap_or_default();
        let query_words =
            ["select", "values", "with", "table"].iter().filter_map(|w| symbols.word(w)).collect();
        let open = symbols.mark("(").unwrap_or(u16::MAX);
        Self { program, sets, query_words, open, entries, captures, free, problems, symbols }
    }

    pub(super) fn entry(&self, rule: &str) -> Option<u32> {
        if self.problems.is_empty() { self.entries.get(rule).copied() } else { None }
    }

    pub(super) fn capture_name(&self, capture: u16) -> &str {
        self.captures.get(usize::from(capture)).map_or("", String::as_str)
    }

    /// Whether a symbol is a word that is a name as well.
    pub(super) fn is_free(&self, symbol: u16) -> bool {
        self.free.has(symbol)
    }

    /// What is wrong with the grammar itself.
    #[cfg(test)]
    pub(in crate::dialect) fn problems(&self) -> &[String] {
        &self.problems
    }
}

/// The words, marks and captures of a rule. Rules nest no deeper than the notation allows.
fn collect(node: &Node, words: &mut Vec<String>, marks: &mut Vec<String>, captures: &mut Vec<String>) {
    match node {
        Node::Word(word) => words.push(word.clone()),
        Node::Mark(mark) => marks.push(mark.clone()),
        Node::Rule(_) => {}
        Node::Sequence(parts) | Node::Choice(parts) => {
            parts.iter().for_each(|part| collect(part, words, marks, captures));
        }
        Node::Capture(name, part) => {
            captures.push(name.clone());
            collect(part, words, marks, captures);
        }
        Node::Optional(part) | Node::Many(part) | Node::Ahead(part) | Node::Not(part) => {
            collect(part, words, marks, captures);
        }
    }
}

/// What a node can begin with, and whether it can match nothing.
#[derive(Clone, Default)]
struct First {
    set: Set,
    empty: bool,
}

struct Builder<'a> {
    firsts: HashMap<String, First>,
    terminals: HashMap<&'static str, Set>,
    symbols: &'a Symbols,
    captures: &'a [String],
    program: Vec<Step>,
    sets: Vec<Set>,
    /// Calls by the name of their rule, to be filled in.
    calls: Vec<(usize, String)>,
    problems: Vec<String>,
}

impl Builder<'_> {
    fn here(&self) -> u32 {
        u32::try_from(self.program.len()).unwrap_or(u32::MAX)
    }

    /// Learns what every rule can begin with, until nothing is new.
    fn fix_firsts(&mut self, rules: &[(String, Node)]) {
        loop {
            let mut new = false;
            for (name, node) in rules {
                let first = self.first(node);
                let known = self.firsts.entry(name.clone()).or_default();
                new |= known.set.add(&first.set) | (first.empty && !known.empty);
                known.empty |= first.empty;
            }
            if !new {
                return;
            }
        }
    }

    fn first(&self, node: &Node) -> First {
        let mut first = First::default();
        match node {
            Node::Word(_) | Node::Mark(_) => first.set.insert(self.symbol(node).unwrap_or(u16::MAX)),
            Node::Rule(name) if name == "at_query" => first.empty = true,
            Node::Rule(name) => match self.terminals.get(name.as_str()) {
                Some(set) => first.set = set.clone(),
                None => return self.firsts.get(name).cloned().unwrap_or_default(),
            },
            Node::Sequence(parts) => {
                first.empty = true;
                for part in parts {
                    let part = self.first(part);
                    first.set.add(&part.set);
                    if !part.empty {
                        first.empty = false;
                        break;
                    }
                }
            }
            Node::Choice(parts) => {
                for part in parts {
                    let part = self.first(part);
                    first.set.add(&part.set);
                    first.empty |= part.empty;
                }
            }
            Node::Optional(part) | Node::Many(part) => {
                first = self.first(part);
                first.empty = true;
            }
            Node::Ahead(_) | Node::Not(_) => first.empty = true,
            Node::Capture(_, part) => return self.first(part),
        }
        first
    }

    fn symbol(&self, node: &Node) -> Option<u16> {
        match node {
            Node::Word(word) => self.symbols.word(word),
            Node::Mark(mark) => self.symbols.mark(mark),
            _ => None,
        }
    }

    fn set(&mut self, set: Set) -> u16 {
        let at = self.sets.iter().position(|s| *s == set).unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    /// Pushes a step whose target is filled in later by [`Builder::aim`].
    fn open(&mut self, step: Step) -> usize {
        self.program.push(step);
        self.program.len() - 1
    }

    fn aim(&mut self, place: usize) {
        let here = self.here();
        if let Some(
            Step::Test(_, target)
            | Step::Choice(target)
            | Step::Commit(target)
            | Step::BackCommit(target)
            | Step::Jump(target),
        ) = self.program.get_mut(place)
        {
            *target = here;
        }
    }

    /// Whether a node cannot fail once its first symbol fits.
    fn is_certain(&self, node: &Node) -> bool {
        match node {
            Node::Word(_) | Node::Mark(_) => true,
            Node::Rule(name) => self.terminals.contains_key(name.as_str()),
            Node::Capture(_, part) => self.is_certain(part),
            Node::Choice(parts) => parts.iter().all(|p| self.is_certain(p)),
            Node::Sequence(parts) => parts.split_first().is_some_and(|(head, rest)| {
                self.is_certain(head) && rest.iter().all(|p| matches!(p, Node::Optional(_) | Node::Many(_)))
            }),
            _ => false,
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Word(_) | Node::Mark(_) => {
                let symbol = self.symbol(node).unwrap_or(u16::MAX);
                self.program.push(Step::Symbol(symbol));
            }
            Node::Rule(name) if name == "at_query" => self.program.push(Step::AtQuery),
            Node::Rule(name) => match self.terminals.get(name.as_str()).cloned() {
                Some(set) => {
                    let set = self.set(set);
                    self.program.push(Step::Set(set));
                }
                None => {
                    let place = self.open(Step::Call(0));
                    self.calls.push((place, name.clone()));
                }
            },
            Node::Sequence(parts) => parts.iter().for_each(|part| self.node(part)),
            Node::Choice(parts) => self.choice(parts),
            Node::Optional(part) => {
                let first = self.first(part);
                let test = self.test(&first);
                let choice = (!self.is_certain(part)).then(|| self.open(Step::Choice(0)));
                self.node(part);
                if let Some(choice) = choice {
                    let commit = self.open(Step::Commit(0));
                    self.aim(commit);
                    self.aim(choice);
                }
                if let Some(test) = test {
                    self.aim(test);
                }
            }
            Node::Many(part) => {
                let first = self.first(part);
                if first.empty {
                    self.problems.push(format!("a repetition can match nothing: {part:?}"));
                }
                let start = self.here();
                let test = self.test(&first);
                let choice = (!self.is_certain(part)).then(|| self.open(Step::Choice(0)));
                self.node(part);
                self.program.push(if choice.is_some() { Step::Commit(start) } else { Step::Jump(start) });
                for place in choice.into_iter().chain(test) {
                    self.aim(place);
                }
            }
            Node::Ahead(part) => {
                let choice = self.open(Step::Choice(0));
                self.node(part);
                let back = self.open(Step::BackCommit(0));
                self.aim(choice);
                self.program.push(Step::Fail);
                self.aim(back);
            }
            Node::Not(part) => {
                let choice = self.open(Step::Choice(0));
                self.node(part);
                self.program.push(Step::FailTwice);
                self.aim(choice);
            }
            Node::Capture(name, part) => {
                let capture = self.captures.binary_search(name).ok().and_then(|i| u16::try_from(i).ok());
                let capture = capture.unwrap_or(u16::MAX);
                self.program.push(Step::Open(capture));
                self.node(part);
                self.program.push(Step::Close(capture));
            }
        }
    }

    fn test(&mut self, first: &First) -> Option<usize> {
        (!first.empty).then(|| {
            let set = self.set(first.set.clone());
            self.open(Step::Test(set, 0))
        })
    }

    fn choice(&mut self, parts: &[Node]) {
        let firsts: Vec<First> = parts.iter().map(|part| self.first(part)).collect();
        let mut ends = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            let Some(first) = firsts.get(i) else { continue };
            let later = firsts.get(i + 1..).unwrap_or(&[]);
            if later.is_empty() {
                self.node(part);
                break;
            }
            let test = self.test(first);
            let sure = test.is_some()
                && (self.is_certain(part) || later.iter().all(|l| !l.empty && !l.set.meets(&first.set)));
            let choice = (!sure).then(|| self.open(Step::Choice(0)));
            self.node(part);
            ends.push(self.open(if choice.is_some() { Step::Commit(0) } else { Step::Jump(0) }));
            for place in choice.into_iter().chain(test) {
                self.aim(place);
            }
        }
        for end in ends {
            self.aim(end);
        }
    }
}
