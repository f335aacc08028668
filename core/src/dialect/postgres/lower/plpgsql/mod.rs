//! PL/pgSQL: control flow as steps, statements of SQL as operations, conditions as terms.
//!
//! A block is cut at its semicolons; pieces begin with the words that control the flow. What is not understood becomes
//! [`Step::Unread`].
mod simple;

use std::collections::BTreeMap;

use crate::{
    dialect::{
        cursor::Cursor,
        guard::{self, Names},
        postgres::words,
    },
    operation::{Branch, Handler, Located, Step, Term},
    target::Target,
    text::{Span, Token},
};

/// How deep control structures are followed into each other.
const MOST_LEVELS: usize = 12;

/// How many texts a variable may have that is executed.
const MOST_TEXTS: usize = 8;

/// Reads a block that was cut into `pieces` at its semicolons.
pub(super) fn read(
    text: &str,
    tokens: &[Token],
    pieces: &[std::ops::Range<usize>],
    target: &Target,
    depth: u32,
) -> Vec<Located<Step>> {
    let cursors = pieces.iter().filter_map(|range| tokens.get(range.clone()));
    let pieces: Vec<Cursor<'_>> =
        cursors.map(|piece| Cursor::new(text, piece, target, words::is_reserved)).collect();
    let mut reader =
        Reader { pieces, at: 0, variables: BTreeMap::new(), depth, level: 0, loops: 0, lost: false };
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
    depth: u32,
    level: usize,
    loops: usize,
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
        let Some(c) = self.piece() else { return };
        let span = c.rest_span();
        if c.accept_operator("<<") {
            c.skip(1);
            c.accept_operator(">>");
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
            "loop" | "while" | "for" | "foreach" => Some(self.repeat(steps)),
            "exit" | "continue" => {
                let node = (self.loops == 0).then_some(Step::Unread);
                self.next_piece();
                node
            }
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
            while !c.is_end() && !c.at_operator(":=") && !c.at_operator("=") && !c.at("default") {
                c.skip(1);
            }
            c.skip(1);
            self.variables.entry(name.clone()).or_default();
            let value = if c.is_end() { Term::Null } else { self.term(&c) };
            self.assign(name, value, span, steps);
        }
    }

    fn assign(&mut self, variable: String, value: Term, span: Span, steps: &mut Vec<Located<Step>>) {
        let known = self.variables.entry(variable.clone()).or_default();
        if known.len() <= MOST_TEXTS {
            known.push(value.clone());
        }
        steps.push(Located { span, node: Step::Assign { variable, value } });
    }

    fn term(&self, c: &Cursor<'_>) -> Term {
        let variable = |name: &str| self.variables.contains_key(name).then(|| name.to_owned());
        guard::term(c, &Names { variable: &variable })
    }

    fn selected(&self, c: &Cursor<'_>) -> (Term, Term) {
        let variable = |name: &str| self.variables.contains_key(name).then(|| name.to_owned());
        guard::selected(c, &Names { variable: &variable })
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
        let mut operand = false;
        if let Some(c) = self.piece() {
            c.accept("case");
            while !c.is_end() && !c.at("when") {
                operand = true;
                c.skip(1);
            }
        }
        let mut branches = Vec::new();
        while self.at_any(&["when"]) {
            let (mut guard, text) = self.condition();
            if operand {
                guard = Term::Unknown(text.clone());
            }
            let body = self.steps(&["when", "else", "end"]);
            branches.push(Branch { guard, text, body });
        }
        self.otherwise(branches)
    }

    /// `[FOR … | WHILE …] LOOP … END LOOP`
    fn repeat(&mut self, steps: &mut Vec<Located<Step>>) -> Step {
        let mut targets = Vec::new();
        let mut head = None;
        if let Some(c) = self.piece() {
            let start = c.position();
            while !c.is_end() && !c.at("loop") {
                c.skip(1);
            }
            head = Some(c.slice_from(start));
            c.accept("loop");
        }
        if let Some(mut head) = head {
            let start = head.position();
            while !head.is_end() && !head.at("in") {
                head.skip(1);
            }
            targets.extend(names(&head.slice_from(start)));
            head.accept("in");
            if head.at("execute") {
                self.simple(head, head.rest_span(), steps);
            } else if head.at_any(&["insert", "update", "delete", "merge", "with"]) {
                self.sql(&head, steps);
            }
        }
        self.loops += 1;
        let mut body: Vec<Located<Step>> = Vec::new();
        for name in targets.into_iter().filter(|n| n != "for" && n != "foreach" && n != "while") {
            self.assign(name, Term::Unknown(String::new()), Span::new(0, 0), &mut body);
        }
        body.extend(self.steps(&["end"]));
        self.loops -= 1;
        self.end();
        Step::Repeat { body }
    }
}

/// The names in a piece, lower case.
fn names(c: &Cursor<'_>) -> Vec<String> {
    c.rest().iter().filter(|t| t.is_name()).map(|t| c.name_value(*t).to_lowercase()).collect()
}
