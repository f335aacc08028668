//! Statements that control nothing: SQL, `SELECT … INTO`, `EXECUTE`, assignments, `RAISE`.
use super::{MOST_TEXTS, Reader, names};
use crate::{
    catalog::Name,
    dialect::{
        cursor::Cursor,
        guard::{self, Names},
        postgres::{
            lower::{
                VERBS,
                block::{MAX_DEPTH, inside, relocate},
                lower_tokens, query,
            },
            words,
        },
    },
    operation::{Branch, Candidate, Located, Operation, RowSource, Rows, Step, Term},
    target::Target,
    text::{Span, Token, TokenKind},
};

impl<'a> Reader<'a> {
    /// A statement that controls nothing.
    pub(super) fn simple(&mut self, mut c: Cursor<'a>, span: Span, steps: &mut Vec<Located<Step>>) {
        const HARMLESS: &[&str] = &["null", "open", "close", "move"];
        if c.accept_any(HARMLESS).is_some() {
            return;
        }
        if c.accept("assert") {
            return self.assert(c, span, steps);
        }
        if c.accept("raise") {
            steps.extend(raise(&c).map(|node| Located { span, node }));
            return;
        }
        if c.accept_any(&["fetch", "get"]).is_some() {
            return self.unknown(&c, span, steps);
        }
        if c.accept("return") {
            if c.accept("query") {
                self.simple(c, span, steps);
            } else if c.accept("next") {
                self.calls(&c, &c, steps);
            } else {
                self.calls(&c, &c, steps);
                steps.push(Located { span, node: Step::Leave });
            }
            return;
        }
        if c.accept("execute") {
            return self.execute(&c, span, steps);
        }
        // A variable may have the name of a verb.
        let mut mark = None;
        for ahead in [1usize, 3] {
            let token = c.peek_at(ahead);
            if ahead == 1 || c.kind_at(1, TokenKind::Dot) {
                let operator = [":=", "="];
                if token.is_some_and(|t| operator.iter().any(|o| t.is_operator(c.script_text(), o))) {
                    mark = Some(ahead);
                }
            }
        }
        let subscript = c.peek_at(1).is_some_and(|t| t.kind == TokenKind::LeftBracket);
        if mark.is_some() || subscript {
            let whole = c;
            let mut name = c.peek().map(|t| c.name_value(t).to_lowercase()).unwrap_or_default();
            let value = match mark {
                Some(ahead) => {
                    if let (3, Some(column)) = (ahead, c.peek_at(2)) {
                        name = format!("{name}.{}", c.name_value(column).to_lowercase());
                    }
                    c.skip(ahead + 1);
                    self.calls(&c, &c, steps);
                    self.term(&c)
                }
                None => {
                    self.calls(&whole, &whole, steps);
                    Term::Unknown(String::new())
                }
            };
            return self.assign(name, value, span, steps);
        }
        if c.at("call") {
            let mut behind = c;
            behind.skip(1);
            self.calls(&c, &behind, steps);
            // What goes in may come out changed.
            return self.unknown(&behind, span, steps);
        }
        if c.at("perform") || c.at("select") {
            return self.select(c, span, steps);
        }
        if c.at_any(&["insert", "update", "delete", "merge", "with"]) {
            let (kept, targets) = without_into(&c);
            self.sql(&Cursor::new(c.script_text(), &kept, c.target(), words::is_reserved), steps);
            for name in targets {
                self.assign(name, Term::Unknown(String::new()), span, steps);
            }
            self.assign("found".into(), Term::Unknown(String::new()), span, steps);
        } else if c.at_any(VERBS) {
            self.sql(&c, steps);
        } else {
            steps.push(Located { span, node: Step::Unread });
        }
    }

    /// Behind `ASSERT`: an error is raised unless the condition holds.
    fn assert(&mut self, mut c: Cursor<'a>, span: Span, steps: &mut Vec<Located<Step>>) {
        let Some(condition) = c.split_commas().into_iter().next() else { return };
        let text = condition.source(condition.rest_span()).to_owned();
        let held = Branch { guard: self.term(&condition), text, body: Vec::new() };
        let raise = Step::Raise { error: Some("assert_failure".to_owned()) };
        let body = vec![Located { span, node: raise }];
        let otherwise = Branch { guard: Term::Bool(true), text: String::new(), body };
        steps.push(Located { span, node: Step::Choose { branches: vec![held, otherwise] } });
    }

    /// The routines that a piece calls; `list` is what stands behind `SELECT` of it.
    pub(super) fn calls(&self, c: &Cursor<'_>, list: &Cursor<'_>, steps: &mut Vec<Located<Step>>) {
        let span = c.rest_span();
        let calls: Vec<Name> = query::calls(c, span);
        if calls.is_empty() {
            return;
        }
        let invoked = guard::invoked(list, &Names { variable: &|name| self.variable(name) });
        steps.push(statement(Located { span, node: Operation::Query { calls, invoked } }));
    }

    /// Variables behind `INTO`, or all that are named: what they hold is not known.
    fn unknown(&mut self, c: &Cursor<'_>, span: Span, steps: &mut Vec<Located<Step>>) {
        for name in names(c).into_iter().filter(|n| self.variables.contains_key(n)).collect::<Vec<_>>() {
            self.assign(name, Term::Unknown(String::new()), span, steps);
        }
    }

    /// `SELECT … INTO variable`, `PERFORM …`
    fn select(&mut self, mut c: Cursor<'a>, span: Span, steps: &mut Vec<Located<Step>>) {
        let (kept, targets) = without_into(&c);
        let (text, all) = (c.script_text(), c);
        c.skip_all();
        let behind = kept.get(1..).unwrap_or(&[]);
        let list = Cursor::new(text, behind, c.target(), words::is_reserved);
        let before = steps.len();
        self.calls(&all, &list, steps);
        let plain = steps.len() == before;
        let query = Cursor::new(text, &kept, c.target(), words::is_reserved);
        // `PERFORM x` is `SELECT x`.
        let (value, exists) = if all.at("perform") { self.performed(&list) } else { self.selected(&query) };
        match (targets.as_slice(), value) {
            // It may fail, which handlers see.
            ([], _) if plain => steps.push(statement(Located {
                span,
                node: Operation::Query { calls: Vec::new(), invoked: Vec::new() },
            })),
            ([], _) => {}
            ([one], value) if !matches!(value, Term::Unknown(_)) => {
                self.assign(one.clone(), value, span, steps);
            }
            (several, _) => {
                for name in several {
                    self.variables.entry(name.clone()).or_default().push(Term::Unknown(String::new()));
                }
                let node = match self.rows(&query) {
                    Some(rows) => Step::Take { variables: targets.clone(), rows: Box::new(rows) },
                    None => Step::Take { variables: targets.clone(), rows: Box::new(unread(&query)) },
                };
                steps.push(Located { span, node });
            }
        }
        self.assign("found".into(), exists, span, steps);
    }

    /// Behind `PERFORM`: whether the query finds a row.
    fn performed(&self, c: &Cursor<'_>) -> (Term, Term) {
        let select = format!("SELECT {}", c.source(c.rest_span()));
        let script = crate::text::Script::new(&select, c.target());
        let inner = Cursor::new(&select, &script.tokens, c.target(), words::is_reserved);
        self.selected(&inner)
    }

    /// A statement of SQL. What does not read as SQL is more likely our misreading than the writer's mistake.
    pub(super) fn sql(&self, c: &Cursor<'_>, steps: &mut Vec<Located<Step>>) {
        let unread = Located { span: c.rest_span(), node: Step::Unread };
        if self.depth >= MAX_DEPTH {
            return steps.push(unread);
        }
        let operations = lower_tokens(c.script_text(), c.rest(), c.target(), self.depth + 1);
        if operations.iter().any(|o| matches!(o.node, Operation::Invalid { .. })) {
            steps.push(unread);
        } else {
            steps.extend(operations.into_iter().map(statement));
        }
    }

    /// Behind `EXECUTE`.
    fn execute(&mut self, c: &Cursor<'a>, span: Span, steps: &mut Vec<Located<Step>>) {
        let mut end = *c;
        let start = end.position();
        while !end.is_end() && !end.at_any(&["using", "into"]) {
            if !end.at_paren() || end.skip_parens().is_err() {
                end.skip(1);
            }
        }
        let expression = end.slice_from(start);
        if self.depth >= MAX_DEPTH {
            return steps.push(Located { span, node: Step::Unread });
        }
        if let [literal] = expression.rest()
            && literal.kind == TokenKind::String
        {
            // What stands in the literal as it is read has places of its own.
            let mut body = Vec::new();
            let depth = self.depth;
            let placed = inside(c, *literal, |text, tokens, pieces| {
                body = texts(text, tokens, pieces, c.target(), depth);
            });
            if placed.is_none() {
                settle(&mut body, literal.span);
            }
            steps.extend(body);
        } else {
            let term = self.term(&expression);
            let mut found = Vec::new();
            let complete = self.possible(&term, 0, &mut found);
            let candidates = found.into_iter().map(|text| self.candidate(text, c, span)).collect();
            steps.push(Located { span, node: Step::Execute { text: term, candidates, complete } });
        }
        self.unknown(&end, span, steps);
    }

    fn candidate(&self, text: String, c: &Cursor<'_>, span: Span) -> Candidate {
        let script = crate::text::Script::new(&text, c.target());
        let pieces: Vec<_> =
            script.statements.iter().map(|s| s.tokens.start as usize..s.tokens.end as usize).collect();
        let mut body = texts(&text, &script.tokens, &pieces, c.target(), self.depth);
        settle(&mut body, span);
        Candidate { text, body }
    }

    /// The texts that a term can be; `false` when it can be others.
    fn possible(&self, term: &Term, level: usize, found: &mut Vec<String>) -> bool {
        if level > 4 || found.len() >= MOST_TEXTS {
            return false;
        }
        match term {
            Term::Text(text) => {
                if !found.contains(text) {
                    found.push(text.clone());
                }
                true
            }
            Term::Null => true,
            Term::If(parts) => {
                let [_, yes, no] = &**parts;
                self.possible(yes, level + 1, found) & self.possible(no, level + 1, found)
            }
            Term::Variable(name) => match self.variables.get(name) {
                Some(values) if values.len() <= MOST_TEXTS && self.loops == 0 => {
                    values.iter().fold(true, |all, value| self.possible(value, level + 1, found) & all)
                }
                _ => false,
            },
            Term::Concat(parts) => {
                let mut text = String::new();
                for part in parts {
                    let mut one = Vec::new();
                    if !self.possible(part, level + 1, &mut one) || one.len() != 1 {
                        return false;
                    }
                    text.push_str(one.first().map_or("", String::as_str));
                }
                found.push(text);
                true
            }
            _ => false,
        }
    }
}

/// A statement without what PL/pgSQL puts into it, and the variables behind its `INTO`. Tokens point into the text, so
/// that they may have a gap.
fn without_into(c: &Cursor<'_>) -> (Vec<Token>, Vec<String>) {
    let tokens = c.rest();
    let start = c.position();
    let mut c = *c;
    while !c.is_end() {
        if c.at_paren() && c.skip_parens().is_ok() {
            continue;
        }
        let script = c.script_text();
        let adds =
            c.position() > start && c.previous().is_some_and(|t| t.is_any_word(script, &["insert", "merge"]));
        if !c.at("into") || adds {
            c.skip(1);
            continue;
        }
        let at = c.position() - start;
        c.skip(1);
        c.accept("strict");
        let mut targets = Vec::new();
        while let Some(token) = c.peek().filter(|t| t.is_name()) {
            let mut name = c.name_value(token).to_lowercase();
            c.skip(1);
            while c.at_kind(TokenKind::Dot)
                && let Some(part) = c.peek_at(1).filter(|t| t.is_name())
            {
                name = format!("{name}.{}", c.name_value(part).to_lowercase());
                c.skip(2);
            }
            targets.push(name);
            if !c.accept_comma() {
                break;
            }
        }
        let mut kept = tokens.get(..at).unwrap_or(&[]).to_vec();
        kept.extend(tokens.get(c.position() - start..).unwrap_or(&[]));
        return (kept, targets);
    }
    (tokens.to_vec(), Vec::new())
}

/// A query of which nothing is understood.
fn unread(query: &Cursor<'_>) -> Rows {
    let text = query.source(query.rest_span()).to_owned();
    Rows {
        source: RowSource::Single,
        filter: Term::Unknown(text.clone()),
        columns: Vec::new(),
        order: Vec::new(),
        distinct: false,
        limit: None,
        text,
    }
}

fn statement(operation: Located<Operation>) -> Located<Step> {
    Located { span: operation.span, node: Step::Statement { statement: Box::new(operation) } }
}

/// The statements of a text that is executed.
pub(crate) fn texts(
    text: &str,
    tokens: &[Token],
    pieces: &[std::ops::Range<usize>],
    target: &Target,
    depth: u32,
) -> Vec<Located<Step>> {
    let mut steps = Vec::new();
    for range in pieces {
        let Some(tokens) = tokens.get(range.clone()) else { continue };
        for operation in lower_tokens(text, tokens, target, depth + 1) {
            // Statements that are not planned have no parameters.
            let parameter =
                tokens.iter().any(|t| t.kind == TokenKind::Parameter) && !is_planned(&operation.node);
            if parameter || matches!(operation.node, Operation::Invalid { .. }) {
                steps.push(Located { span: operation.span, node: Step::Unread });
            } else {
                steps.push(statement(operation));
            }
        }
    }
    steps
}

fn is_planned(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Query { .. } | Operation::Insert(_) | Operation::Update(_) | Operation::Delete(_)
    )
}

/// Moves steps to the place of the text they come from.
pub(crate) fn settle(steps: &mut Vec<Located<Step>>, span: Span) {
    let mut block = crate::operation::Block { source: String::new(), steps: std::mem::take(steps) };
    block.relocate(&mut |o| relocate(o, span), span);
    *steps = block.steps;
}

/// Behind `RAISE`: `None` if it only tells something.
fn raise(c: &Cursor<'_>) -> Option<Step> {
    let mut c = *c;
    if c.accept_any(&["debug", "log", "info", "notice", "warning"]).is_some() {
        return None;
    }
    if c.is_end() {
        return Some(Step::Raise { error: None });
    }
    c.accept("exception");
    let named = c
        .peek()
        .filter(|t| t.kind == TokenKind::Word && !t.is_any_word(c.script_text(), &["using", "sqlstate"]));
    let error = match named {
        Some(token) => Some(c.text_of(token).to_lowercase()),
        None if c.rest().iter().any(|t| t.is_any_word(c.script_text(), &["errcode", "sqlstate"])) => None,
        None => Some("raise_exception".to_owned()),
    };
    Some(Step::Raise { error: error.or(Some("?".to_owned())) })
}
