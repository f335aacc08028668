//! Bodies of routines and MariaDB's compound statements: control flow as steps, conditions as terms.
//!
//! What is not understood becomes [`Step::Unread`].
use super::{BUDGET, Context, nested, tokens};
use crate::{
    dialect::cursor::Cursor,
    operation::{Branch, Handler, Located, LoopHead, Operation, Step, Term},
    target::Target,
    text::{Span, Token, TokenKind},
};

/// How deep control structures are followed into each other.
const MOST_LEVELS: usize = 12;

/// Words that begin a step of control.
const CONTROL: &[&str] =
    &["begin", "if", "case", "loop", "while", "repeat", "for", "declare", "leave", "iterate", "end", "until"];

/// Reads a body.
pub(super) fn read(body: &[Token], context: Context<'_>, target: &Target) -> Vec<Located<Step>> {
    if body.len() > BUDGET {
        let span = body.first().map_or(Span::new(0, 0), |t| t.span);
        return vec![Located { span, node: Step::Unread }];
    }
    let statements = flat(body, context.script.text);
    let mut walk = Walk {
        c: context.cursor(body, target),
        context,
        statements: &statements,
        labels: Vec::new(),
        level: 0,
        loops: 0,
    };
    let mut steps = Vec::new();
    while !walk.c.is_end() {
        let before = walk.c.position();
        steps.extend(walk.steps(&[]));
        if walk.c.position() == before {
            // A word of control that ends nothing.
            steps.push(Located { span: walk.c.span(), node: Step::Unread });
            walk.c.skip(1);
        }
    }
    steps
}

/// The pieces between semicolons: what is looked through for earlier values of variables.
fn flat<'a>(body: &'a [Token], text: &str) -> Vec<&'a [Token]> {
    let pieces = body.split(|t| t.kind == TokenKind::Semicolon);
    let leading = |t: &Token| t.is_any_word(text, &["begin", "else", "loop", "repeat"]);
    pieces
        .map(|piece| {
            let mut piece = piece;
            // Behind the words of control that it begins with.
            if let Some(then) = piece.iter().rposition(|t| t.is_any_word(text, &["then", "do"])) {
                piece = piece.get(then + 1..).unwrap_or(&[]);
            }
            while piece.first().is_some_and(leading) {
                piece = piece.get(1..).unwrap_or(&[]);
            }
            piece
        })
        .filter(|piece| !piece.is_empty())
        .collect()
}

struct Walk<'a, 's> {
    c: Cursor<'a>,
    context: Context<'s>,
    statements: &'s [&'s [Token]],
    /// Labels of the blocks around, the outermost first; loops have an empty one or their own.
    labels: Vec<(String, bool)>,
    level: usize,
    loops: usize,
}

impl<'a> Walk<'a, '_> {
    fn steps(&mut self, ends: &[&str]) -> Vec<Located<Step>> {
        let mut steps = Vec::new();
        while !self.c.is_end() {
            if self.c.accept_kind(TokenKind::Semicolon) {
                continue;
            }
            if self.c.at_any(ends) {
                break;
            }
            let before = self.c.position();
            self.step(&mut steps);
            if self.c.position() == before {
                break;
            }
        }
        steps
    }

    fn step(&mut self, steps: &mut Vec<Located<Step>>) {
        let span = self.c.span();
        let mut label = String::new();
        if self.c.peek_at(1).is_some_and(|t| t.is_operator(self.c.script_text(), ":")) {
            label = self.c.peek().map(|t| self.c.name_value(t).to_lowercase()).unwrap_or_default();
            self.c.skip(2);
        }
        let Some(word) = CONTROL.iter().find(|w| self.c.at(w)).copied() else {
            return self.simple(steps);
        };
        if self.level >= MOST_LEVELS {
            self.c.skip_all();
            steps.push(Located { span, node: Step::Unread });
            return;
        }
        self.level += 1;
        let node = match word {
            "begin" => {
                self.labels.push((label, false));
                let block = self.block();
                self.labels.pop();
                Some(block)
            }
            "if" => Some(self.choice(&["elseif", "else", "end"])),
            "case" => Some(self.case()),
            "loop" | "while" | "repeat" | "for" => {
                self.labels.push((label, true));
                let repeat = self.repeat(word);
                self.labels.pop();
                Some(repeat)
            }
            "declare" => {
                self.declare(steps);
                None
            }
            "leave" | "iterate" => self.leave(),
            _ => None,
        };
        self.level -= 1;
        steps.extend(node.map(|node| Located { span, node }));
    }

    /// Behind the `;` of this statement.
    fn rest(&mut self) -> Cursor<'a> {
        let start = self.c.position();
        while !self.c.is_end() && !self.c.at_kind(TokenKind::Semicolon) {
            self.c.skip(1);
        }
        let rest = self.c.slice_from(start);
        self.c.skip(1);
        rest
    }

    /// A name behind `LEAVE`: the outermost block ends the body.
    fn leave(&mut self) -> Option<Step> {
        let iterate = self.c.at("iterate");
        self.c.skip(1);
        let label = self.c.peek().map(|t| self.c.name_value(t).to_lowercase()).unwrap_or_default();
        self.rest();
        let found = self.labels.iter().position(|(l, _)| *l == label);
        match found.and_then(|at| self.labels.get(at).map(|(_, is_loop)| (at, *is_loop))) {
            Some((0, false)) if !iterate => Some(Step::Leave),
            // Whether and where a loop goes on changes nothing: its steps only may run.
            Some((_, true)) => None,
            _ => Some(Step::Unread),
        }
    }

    /// `BEGIN [NOT ATOMIC] … END`
    fn block(&mut self) -> Step {
        self.c.skip(1);
        self.c.accept_words(&["not", "atomic"]);
        let mut handlers = Handlers::default();
        let mut body = Vec::new();
        while !self.c.is_end() {
            if self.c.accept_kind(TokenKind::Semicolon) {
                continue;
            }
            if !self.c.at("declare") {
                break;
            }
            if self.c.word_at(2, "handler") {
                self.handler(&mut handlers);
            } else {
                self.declare(&mut body);
            }
        }
        body.extend(self.steps(&["end"]));
        self.end();
        if handlers.list.is_empty() {
            let branch = Branch { guard: Term::Bool(true), text: String::new(), body };
            return Step::Choose { branches: vec![branch] };
        }
        if handlers.continues && handlers.exits {
            body.push(Located { span: self.c.span(), node: Step::Unread });
        }
        Step::Try { body, handlers: handlers.list, resumes: handlers.continues }
    }

    /// Behind `END …;`.
    fn end(&mut self) {
        if self.c.at("end") {
            self.rest();
        }
    }

    /// `DECLARE CONTINUE | EXIT HANDLER FOR conditions statement`
    fn handler(&mut self, handlers: &mut Handlers) {
        self.c.skip(1);
        let continues = self.c.at("continue");
        self.c.skip(1);
        self.c.accept("handler");
        self.c.accept("for");
        let mut errors = Vec::new();
        let mut milder = false;
        loop {
            if self.c.accept("sqlexception") {
                errors.push("others".to_owned());
            } else if self.c.accept_any(&["sqlwarning"]).is_some() || self.c.accept_words(&["not", "found"]) {
                milder = true;
            } else if self.c.accept("sqlstate") {
                self.c.accept("value");
                let state = self.c.string().unwrap_or_default().to_lowercase();
                milder |= state.starts_with("02") || state.starts_with("01");
                errors.push(state);
            } else if let Some(token) = self.c.next_token() {
                // An error's number, or a condition's name, which says nothing here.
                if token.kind != TokenKind::Number {
                    milder = true;
                }
                errors.push(self.c.text_of(token).to_lowercase());
            }
            if !self.c.accept_comma() {
                break;
            }
        }
        let start = self.c.position();
        let mut body = Vec::new();
        self.step(&mut body);
        if milder && let Some(locals) = self.context.locals {
            let written = self.c.slice_from(start);
            for token in written.rest().iter().filter(|t| t.is_name()) {
                if let Some(variable) = locals.find(&written.name_value(*token)) {
                    locals.unsettle(variable);
                }
            }
        }
        if !errors.is_empty() {
            handlers.continues |= continues;
            handlers.exits |= !continues;
            handlers.list.push(Handler { errors, body });
        }
    }

    /// `DECLARE a, b type DEFAULT value`; cursors and conditions are passed over.
    fn declare(&mut self, steps: &mut Vec<Located<Step>>) {
        let span = self.c.span();
        if self.c.word_at(2, "handler") {
            // Where no block is known, it belongs to nothing.
            self.handler(&mut Handlers::default());
            steps.push(Located { span, node: Step::Unread });
            return;
        }
        let mut rest = self.rest();
        rest.skip(1);
        if rest.word_at(1, "cursor") || rest.word_at(1, "condition") {
            return;
        }
        let mut names = Vec::new();
        while let Some(token) = rest.peek().filter(|t| t.is_name()) {
            names.push(rest.name_value(token).to_lowercase());
            rest.skip(1);
            if !rest.accept_comma() {
                break;
            }
        }
        while !rest.is_end() && !rest.at("default") {
            rest.skip(1);
        }
        let default = rest.accept("default");
        let value = if default { nested::term(&rest, self.context) } else { Term::Null };
        let Some(locals) = self.context.locals else { return };
        for name in names {
            let variable = locals.declare(&name, value.clone());
            let restless = locals.is_restless(&variable);
            let value = if restless { Term::Unknown(String::new()) } else { value.clone() };
            steps.push(Located { span, node: Step::Assign { variable, value } });
        }
    }

    /// The condition behind the next word, up to one of `words`.
    fn condition(&mut self, words: &[&str]) -> (Term, String) {
        self.c.skip(1);
        let start = self.c.position();
        let mut cases = 0u32;
        loop {
            let ends = self.c.is_end() || self.c.at_kind(TokenKind::Semicolon);
            if ends || cases == 0 && self.c.at_any(words) {
                break;
            }
            if self.c.at_paren() && self.c.skip_parens().is_ok() {
                continue;
            }
            if self.c.at("case") {
                cases += 1;
            } else if self.c.at("end") {
                cases = cases.saturating_sub(1);
            }
            self.c.skip(1);
        }
        let condition = self.c.slice_from(start);
        let text = self.c.source_from(start).to_owned();
        self.c.accept_any(words);
        (nested::term(&condition, self.context), text)
    }

    /// `IF … THEN … ELSEIF … ELSE … END IF`
    fn choice(&mut self, ends: &[&str]) -> Step {
        let mut branches = Vec::new();
        while self.c.at_any(&["if", "elseif"]) {
            let (guard, text) = self.condition(&["then"]);
            let body = self.steps(ends);
            branches.push(Branch { guard, text, body });
        }
        self.otherwise(branches)
    }

    fn otherwise(&mut self, mut branches: Vec<Branch>) -> Step {
        if self.c.accept("else") {
            let body = self.steps(&["end"]);
            branches.push(Branch { guard: Term::Bool(true), text: String::new(), body });
        }
        self.end();
        Step::Choose { branches }
    }

    /// `CASE [value] WHEN … THEN … END CASE`
    fn case(&mut self) -> Step {
        self.c.skip(1);
        let operand = !self.c.at("when");
        while !self.c.is_end() && !self.c.at("when") && !self.c.at_kind(TokenKind::Semicolon) {
            self.c.skip(1);
        }
        let mut branches = Vec::new();
        while self.c.at("when") {
            let (mut guard, text) = self.condition(&["then"]);
            if operand {
                guard = Term::Unknown(text.clone());
            }
            let body = self.steps(&["when", "else", "end"]);
            branches.push(Branch { guard, text, body });
        }
        if !self.c.at("else") {
            // Error 1339.
            let raise = Step::Raise { error: Some("1339".to_owned()) };
            let body = vec![Located { span: self.c.span(), node: raise }];
            branches.push(Branch { guard: Term::Bool(true), text: String::new(), body });
        }
        self.otherwise(branches)
    }

    /// Loops of all kinds.
    fn repeat(&mut self, word: &str) -> Step {
        if matches!(word, "while" | "for") {
            self.condition(&["do", "loop"]);
        } else {
            self.c.skip(1);
        }
        self.loops += 1;
        let body = self.steps(&["end", "until"]);
        self.loops -= 1;
        if self.c.at("until") {
            while !self.c.is_end() && !self.c.at("end") && !self.c.at_kind(TokenKind::Semicolon) {
                self.c.skip(1);
            }
        }
        self.end();
        let head = LoopHead::Unknown { variables: Vec::new() };
        Step::Repeat { label: String::new(), head, body }
    }

    /// A statement that controls nothing.
    fn simple(&mut self, steps: &mut Vec<Located<Step>>) {
        let rest = self.rest();
        let span = rest.rest_span();
        if rest.at_any(&["open", "close"]) {
            return;
        }
        if rest.at_any(&["signal", "resignal"]) {
            let error = if rest.at("resignal") { None } else { Some("45000".to_owned()) };
            steps.push(Located { span, node: Step::Raise { error } });
            return;
        }
        if rest.at("return") {
            steps.push(Located { span, node: Step::Leave });
            return;
        }
        if rest.at_any(&["fetch", "get"]) {
            for operation in nested::named_unknown(&rest, self.context) {
                steps.push(operation);
            }
            return;
        }
        if !self.context.spend(rest.rest().len()) {
            steps.push(Located { span, node: Step::Unread });
            return;
        }
        let at = self.statements.partition_point(|s| s.first().is_some_and(|t| t.span.start < span.start));
        let context = Context {
            inner: self.statements.get(..at).unwrap_or(&[]),
            in_body: true,
            depth: self.context.depth + 1,
            ..self.context
        };
        for operation in tokens(rest.rest(), rest.target(), context) {
            let node = match operation.node {
                Operation::Invalid { .. } => Step::Unread,
                Operation::Assign { variable, value } => Step::Assign { variable, value },
                node => Step::Statement { statement: Box::new(Located { span: operation.span, node }) },
            };
            steps.push(Located { span: operation.span, node });
        }
    }
}

/// The handlers of a block.
#[derive(Default)]
struct Handlers {
    list: Vec<Handler>,
    continues: bool,
    exits: bool,
}
