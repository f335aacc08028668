//! PL/pgSQL: control flow as steps, statements of SQL as operations, conditions as terms.
//!
//! A block is cut at its semicolons; pieces begin with the words that control the flow. What is not understood becomes
//! [`Step::Unread`].
mod repeat;
mod simple;

pub(super) use simple::{settle, texts};

use std::collections::BTreeMap;

use crate::{
    dialect::{
        cursor::Cursor,
        guard::{self, Names},
        postgres::words,
    },
    operation::{Branch, Comparison, Handler, Kind, Located, Rows, Step, Term},
    target::Target,
    text::{Span, Token},
};

/// How deep control structures are followed into each other.
const MOST_LEVELS: usize = 12;

/// How many texts a variable may have that is executed.
const MOST_TEXTS: usize = 8;

/// Reads a block that was cut into `pieces` at its semicolons. `parameters` are variables that have values when it begins.
pub(super) fn read(
    text: &str,
    tokens: &[Token],
    pieces: &[std::ops::Range<usize>],
    target: &Target,
    depth: u32,
    parameters: &[(String, Kind)],
) -> Vec<Located<Step>> {
    let cursors = pieces.iter().filter_map(|range| tokens.get(range.clone()));
    let pieces: Vec<Cursor<'_>> =
        cursors.map(|piece| Cursor::new(text, piece, target, words::is_reserved)).collect();
    let variables = parameters.iter().map(|(name, _)| (name.clone(), Vec::new())).collect();
    let kinds = parameters.iter().cloned().collect();
    let label = String::new();
    let mut reader =
        Reader { pieces, at: 0, variables, kinds, depth, level: 0, loops: 0, label, lost: false };
    let mut steps = Vec::new();
    while reader.piece().is_some() {
        let before = (reader.at, reader.piece().map(|c| c.position()));
        steps.extend(reader.steps(&[]));
        if (reader.at, reader.piece().map(|c| c.position())) == before {
            reader.at += 1;
        }
    }
    if reader.lost {
        steps.push(Located { span: Span::new(0, 0), node: Step::Unread });
    }
    steps
}

struct Reader<'a> {
    pieces: Vec<Cursor<'a>>,
    at: usize,
    /// Declared variables with the values that are assigned to them somewhere.
    variables: BTreeMap<String, Vec<Term>>,
    /// The types that variables are declared with.
    kinds: BTreeMap<String, Kind>,
    depth: u32,
    level: usize,
    loops: usize,
    /// The label that stands before the piece.
    label: String,
    /// Whether something was stepped over that may do anything.
    lost: bool,
}

impl<'a> Reader<'a> {
    /// The piece that is read; pieces that are done are left behind.
    fn piece(&mut self) -> Option<&mut Cursor<'a>> {
        while self.pieces.get(self.at).is_some_and(Cursor::is_end) {
            self.at += 1;
        }
        self.pieces.get_mut(self.at)
    }

    fn at_any(&mut self, words: &[&str]) -> bool {
        self.piece().is_some_and(|c| c.at_any(words))
    }

    /// Goes on behind the piece.
    fn next_piece(&mut self) {
        self.at += 1;
    }

    /// Steps up to one of the words that end them.
    fn steps(&mut self, ends: &[&str]) -> Vec<Located<Step>> {
        let mut steps = Vec::new();
        while self.piece().is_some() && !self.at_any(ends) {
            let before = (self.at, self.piece().map(|c| c.position()));
            self.step(&mut steps);
            if (self.at, self.piece().map(|c| c.position())) == before {
                self.next_piece();
                self.lost = true;
            }
        }
        steps
    }

    fn step(&mut self, steps: &mut Vec<Located<Step>>) {
        let label = std::mem::take(&mut self.label);
        let Some(c) = self.piece() else { return };
        let span = c.rest_span();
        if c.accept_operator("<<") {
            let label = c.any_name("a label").map(|n| n.to_lowercase());
            c.accept_operator(">>");
            self.label = label.unwrap_or_default();
            return;
        }
        const CONTROL: &[&str] =
            &["declare", "begin", "if", "case", "loop", "while", "for", "foreach", "end", "exit", "continue"];
        let Some(word) = CONTROL.iter().find(|w| c.at(w)).copied() else {
            let c = *c;
            self.next_piece();
            return self.simple(c, span, steps);
        };
        if self.level >= MOST_LEVELS && word != "end" {
            steps.push(Located { span, node: Step::Unread });
            self.lost = true;
            self.next_piece();
            return;
        }
        self.level += 1;
        let found = match word {
            "declare" => {
                self.declare(steps);
                None
            }
            "begin" => Some(self.block()),
            "if" => Some(self.choice()),
            "case" => Some(self.case()),
            "loop" | "while" | "for" | "foreach" => Some(self.repeat(label, steps)),
            "exit" | "continue" => Some(self.jump()),
            // An `END` that ends nothing we know.
            _ => {
                self.next_piece();
                None
            }
        };
        self.level -= 1;
        steps.extend(found.map(|node| Located { span, node }));
    }

    /// `DECLARE name type := value; …` up to `BEGIN`.
    fn declare(&mut self, steps: &mut Vec<Located<Step>>) {
        if let Some(c) = self.piece() {
            c.accept("declare");
        }
        while let Some(c) = self.piece() {
            if c.at("begin") {
                return;
            }
            c.accept("declare");
            let (span, mut c) = (c.rest_span(), *c);
            self.next_piece();
            let Ok(name) = c.any_name("a variable") else { continue };
            let name = name.to_lowercase();
            c.accept("constant");
            if c.accept_words(&["alias", "for"]) {
                // Another name of a parameter.
                let other = c.peek().map(|t| c.text_of(t).to_lowercase()).unwrap_or_default();
                let kind = self.kinds.get(&other).cloned().unwrap_or(Kind::Other);
                self.declared(&name, kind);
                self.assign(name, Term::Variable(other), span, steps);
                continue;
            }
            let kind = guard::kind(&mut c).unwrap_or(Kind::Other);
            self.declared(&name, kind);
            while !c.is_end() && !c.at_operator(":=") && !c.at_operator("=") && !c.at("default") {
                c.skip(1);
            }
            c.skip(1);
            let value = if c.is_end() { Term::Null } else { self.term(&c) };
            self.assign(name, value, span, steps);
        }
    }

    /// A variable that is declared twice is one in an outer block and one in an inner: which is meant is not followed.
    fn declared(&mut self, name: &str, kind: Kind) {
        let twice = self.variables.contains_key(name);
        self.variables.entry(name.to_owned()).or_default();
        self.kinds.insert(name.to_owned(), if twice { Kind::Other } else { kind });
    }

    fn assign(&mut self, variable: String, value: Term, span: Span, steps: &mut Vec<Located<Step>>) {
        let known = self.variables.entry(variable.clone()).or_default();
        if known.len() <= MOST_TEXTS {
            known.push(value.clone());
        }
        let value = match self.kinds.get(&variable) {
            Some(kind) => Term::Cast(Box::new(value), kind.clone()),
            None => value,
        };
        steps.push(Located { span, node: Step::Assign { variable, value } });
    }

    /// What a name in an expression stands for: a variable, or a column of a record.
    fn variable(&self, name: &str) -> Option<String> {
        let record = name.split_once('.').map_or(name, |(record, _)| record);
        self.variables.contains_key(record).then(|| name.to_owned())
    }

    fn term(&self, c: &Cursor<'_>) -> Term {
        guard::term(c, &Names { variable: &|name| self.variable(name) })
    }

    fn selected(&self, c: &Cursor<'_>) -> (Term, Term) {
        guard::selected(c, &Names { variable: &|name| self.variable(name) })
    }

    fn rows(&self, c: &Cursor<'_>) -> Option<Rows> {
        guard::rows(c, &Names { variable: &|name| self.variable(name) })
    }

    /// `BEGIN … [EXCEPTION WHEN … THEN …] END`
    fn block(&mut self) -> Step {
        if let Some(c) = self.piece() {
            c.accept("begin");
        }
        // It is there in handlers.
        self.variables.entry("found".to_owned()).or_default();
        let body = self.steps(&["exception", "end"]);
        let mut handlers = Vec::new();
        let handles = self.piece().is_some_and(|c| c.accept("exception"));
        while self.at_any(&["when"]) {
            let mut errors = Vec::new();
            if let Some(c) = self.piece() {
                c.accept("when");
                while !c.is_end() && !c.accept("then") {
                    if c.accept("sqlstate") {
                        errors.extend(c.string().map(|s| s.to_lowercase()));
                    } else if let Some(token) = c.next_token()
                        && !token.is_word(c.script_text(), "or")
                    {
                        errors.push(c.text_of(token).to_lowercase());
                    }
                }
            }
            let body = self.steps(&["when", "end"]);
            handlers.push(Handler { errors, body });
        }
        self.end();
        if handles || !handlers.is_empty() {
            Step::Try { body, handlers, resumes: false }
        } else {
            let branch = Branch { guard: Term::Bool(true), text: String::new(), body };
            Step::Choose { branches: vec![branch] }
        }
    }

    /// Behind `END …;`.
    fn end(&mut self) {
        if self.at_any(&["end"]) {
            self.next_piece();
        }
    }

    /// The condition behind the next word, up to `THEN`.
    fn condition(&mut self) -> (Term, String) {
        let Some(c) = self.piece() else { return (Term::Unknown(String::new()), String::new()) };
        c.skip(1);
        let start = c.position();
        let mut cases = 0u32;
        while !(c.is_end() || cases == 0 && c.at("then")) {
            if c.at("case") {
                cases += 1;
            } else if c.at("end") {
                cases = cases.saturating_sub(1);
            }
            c.skip(1);
        }
        let condition = c.slice_from(start);
        let text = c.source_from(start).to_owned();
        c.accept("then");
        (self.term(&condition), text)
    }

    /// `IF … THEN … ELSIF … ELSE … END IF`
    fn choice(&mut self) -> Step {
        let mut branches = Vec::new();
        while self.at_any(&["if", "elsif", "elseif"]) {
            let (guard, text) = self.condition();
            let body = self.steps(&["elsif", "elseif", "else", "end"]);
            branches.push(Branch { guard, text, body });
        }
        self.otherwise(branches)
    }

    fn otherwise(&mut self, mut branches: Vec<Branch>) -> Step {
        if self.piece().is_some_and(|c| c.accept("else")) {
            let body = self.steps(&["end"]);
            branches.push(Branch { guard: Term::Bool(true), text: String::new(), body });
        }
        self.end();
        Step::Choose { branches }
    }

    /// `CASE [value] WHEN … THEN … END CASE`
    fn case(&mut self) -> Step {
        let (mut operand, mut span) = (None, Span::new(0, 0));
        if let Some(c) = self.piece() {
            span = c.rest_span();
            c.accept("case");
            let start = c.position();
            while !c.is_end() && !c.at("when") {
                c.skip(1);
            }
            let read = c.slice_from(start);
            operand = (!read.is_end()).then(|| self.term(&read));
        }
        let mut branches = Vec::new();
        while self.at_any(&["when"]) {
            let (mut guard, text) = self.condition();
            if let Some(operand) = &operand {
                // A list of values has commas, which no term has.
                guard = match guard {
                    Term::Unknown(_) => Term::Unknown(text.clone()),
                    value => Term::Compare(Comparison::Equal, Box::new(operand.clone()), Box::new(value)),
                };
            }
            let body = self.steps(&["when", "else", "end"]);
            branches.push(Branch { guard, text, body });
        }
        if !self.at_any(&["else"]) {
            let raise = Step::Raise { error: Some("case_not_found".to_owned()) };
            let body = vec![Located { span, node: raise }];
            branches.push(Branch { guard: Term::Bool(true), text: String::new(), body });
        }
        self.otherwise(branches)
    }
}

/// The names in a piece, lower case.
fn names(c: &Cursor<'_>) -> Vec<String> {
    c.rest().iter().filter(|t| t.is_name()).map(|t| c.name_value(*t).to_lowercase()).collect()
}
