//! Loops.
use super::{Reader, names};
use crate::{
    dialect::cursor::Cursor,
    operation::{Branch, Located, LoopHead, Step, Term},
    text::{Span, TokenKind},
};

impl<'a> Reader<'a> {
    /// `[FOR … | WHILE …] LOOP … END LOOP`
    pub(super) fn repeat(&mut self, label: String, steps: &mut Vec<Located<Step>>) -> Step {
        let Some(c) = self.piece() else { return Step::Unread };
        let start = c.position();
        // A word `loop` inside of parentheses is a name.
        while !c.is_end() && !c.at("loop") {
            if !c.at_paren() || c.skip_parens().is_err() {
                c.skip(1);
            }
        }
        let head = c.slice_from(start);
        c.accept("loop");
        let head = self.head(head, steps);
        self.loops += 1;
        let mut body: Vec<Located<Step>> = Vec::new();
        if let LoopHead::Unknown { variables } = &head {
            for name in variables.clone() {
                self.assign(name, Term::Unknown(String::new()), Span::new(0, 0), &mut body);
            }
        }
        body.extend(self.steps(&["end"]));
        self.loops -= 1;
        self.end();
        Step::Repeat { label, head, body }
    }

    fn head(&mut self, mut c: Cursor<'a>, steps: &mut Vec<Located<Step>>) -> LoopHead {
        if c.is_end() {
            return LoopHead::Forever;
        }
        if c.accept("while") {
            return LoopHead::While { condition: self.term(&c) };
        }
        let each = c.accept("foreach");
        if !each {
            c.accept("for");
        }
        let start = c.position();
        while !c.is_end() && !c.at("in") {
            c.skip(1);
        }
        let targets = c.slice_from(start);
        let variables = names(&targets);
        c.accept("in");
        if c.at("execute") {
            self.simple(c, c.rest_span(), steps);
        } else if c.at_any(&["insert", "update", "delete", "merge", "with"]) {
            self.sql(&c, steps);
        }
        let found = if each { self.members(c, &variables) } else { self.counted(c, &variables) };
        let found = found.or_else(|| {
            let rows = Box::new(self.rows(&c).filter(|_| !targets.rest().iter().any(dot))?);
            self.calls(&c, &behind(&c), steps);
            Some(LoopHead::Rows { variables: variables.clone(), rows })
        });
        match found {
            Some(head) => {
                for name in variables {
                    self.variables.entry(name).or_default();
                }
                head
            }
            None => {
                self.calls(&c, &behind(&c), steps);
                LoopHead::Unknown { variables }
            }
        }
    }

    /// `x IN ARRAY …`
    fn members(&self, mut c: Cursor<'a>, variables: &[String]) -> Option<LoopHead> {
        let [variable] = variables else { return None };
        if !c.accept("array") {
            return None;
        }
        let array = Box::new(self.term(&c));
        Some(LoopHead::Members { variable: variable.clone(), array })
    }

    /// `i IN [REVERSE] 1..10 [BY 2]`
    fn counted(&mut self, mut c: Cursor<'a>, variables: &[String]) -> Option<LoopHead> {
        let [variable] = variables else { return None };
        let reverse = c.accept("reverse");
        let from = self.until(&mut c, |c| dots(c) > 0)?;
        c.skip(dots(&c));
        let to = self.until(&mut c, |c| c.at("by"))?;
        let step = if c.accept("by") { self.term(&c) } else { Term::Integer(1) };
        // The loop has a variable of its own.
        self.kinds.remove(variable);
        let (from, to, step) = (Box::new(from), Box::new(to), Box::new(step));
        Some(LoopHead::Range { variable: variable.clone(), from, to, step, reverse })
    }

    /// The term up to where something stands; `None` when that is nowhere and something has to stand behind.
    fn until(&self, c: &mut Cursor<'a>, ends: impl Fn(&Cursor<'a>) -> bool) -> Option<Term> {
        let start = c.position();
        while !c.is_end() && !ends(c) {
            if !c.at_paren() || c.skip_parens().is_err() {
                c.skip(1);
            }
        }
        let read = c.slice_from(start);
        (!read.is_end()).then(|| self.term(&read))
    }

    /// `EXIT [label] [WHEN …]`, `CONTINUE …`
    pub(super) fn jump(&mut self) -> Step {
        let loops = self.loops;
        let Some(c) = self.piece() else { return Step::Unread };
        let span = c.rest_span();
        let again = c.accept_any(&["exit", "continue"]) == Some("continue");
        let mut label = String::new();
        if !c.at("when") && c.peek().is_some_and(|t| t.is_name()) {
            label = c.any_name("a label").map(|n| n.to_lowercase()).unwrap_or_default();
        }
        let condition = c.accept("when").then_some(*c);
        let text = condition.map(|c| c.source(c.rest_span()).to_owned()).unwrap_or_default();
        self.next_piece();
        // Out of a block that is no loop.
        if loops == 0 {
            return Step::Unread;
        }
        let jump = Step::Jump { label, again };
        match condition {
            None => jump,
            Some(condition) => {
                let body = vec![Located { span, node: jump }];
                Step::Choose { branches: vec![Branch { guard: self.term(&condition), text, body }] }
            }
        }
    }
}

/// How many tokens the `..` of a range takes: the lexer may read `0..` as numbers.
fn dots(c: &Cursor<'_>) -> usize {
    let both = c.at_kind(TokenKind::Dot) && c.kind_at(1, TokenKind::Dot);
    if both { 2 } else { usize::from(c.at_operator("..")) }
}

/// What stands behind `SELECT`.
fn behind<'a>(c: &Cursor<'a>) -> Cursor<'a> {
    let mut behind = *c;
    behind.skip(1);
    behind
}

fn dot(token: &crate::text::Token) -> bool {
    token.kind == TokenKind::Dot
}
