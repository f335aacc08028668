//! Makes a program of the rules that the notation gives.
use std::collections::{BTreeMap, HashMap};

use super::{
    machine::Step,
    notation::{Node, Reader},
    program::{Class, Program, Set, Special},
};
use crate::dialect::{lookup::Lookup, mysql::reserved};

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
        symbols: Lookup::new(names.iter().map(String::as_str).zip(0..)),
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
        let comma = self.program.symbols.get(",");
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
