//! SQL hidden in SQL: prepared text and called procedures.
use crate::{
    catalog::ObjectName,
    dialect::{
        cursor::{Cursor, Read},
        guard::{self, Names},
        mysql::reserved,
    },
    operation::{self, Block, Candidate, ColumnDefinition, Located, Operation, Step, TableAction, Term},
    target::Target,
    text::{Script, Span, Token, TokenKind},
};

use super::{Context, DEEPEST, compound, locals::Locals, opaque, routine, tokens};

/// How many statements back a variable's value or a prepared text is looked for: a script of nothing but
/// `EXECUTE` must not cost the square of its length.
const LOOK_BACK: usize = 64;

/// How many statements back a called procedure is looked for.
const LOOK_BACK_PROCEDURE: usize = 512;

/// How many tokens of a `SET` are looked at for `sql_mode`.
const MOST_WORDS: usize = 32;

/// How many texts a prepared statement may have.
const MOST_TEXTS: usize = 8;

impl<'a> Context<'a> {
    /// The statements before this one, the nearest first.
    fn before(self) -> impl Iterator<Item = &'a [Token]> {
        let inner = self.inner.iter().rev().copied();
        let outer = self.script.statements.get(..self.index).unwrap_or(&[]).iter().rev();
        inner.chain(outer.map(move |s| self.script.tokens_of(s)))
    }

    /// Whether a statement before this one set an `sql_mode` under which the server reads another grammar: MariaDB's
    /// `ORACLE`, or one in which blanks may stand before the parenthesis of any function. As far back as variables are
    /// looked for, and at the beginning of the script, where modes are set.
    pub(super) fn other_grammar(self, target: &Target) -> bool {
        const MODES: [&str; 8] =
            ["ansi", "db2", "high_not_precedence", "ignore_space", "maxdb", "mssql", "oracle", "postgresql"];
        let text = self.script.text;
        let sets = |tokens: &[Token]| {
            let first = tokens.first().is_some_and(|t| t.is_word(text, "set"));
            let names_it = |t: &&Token| {
                let name = t.text(text).trim_start_matches('@').trim_matches('`');
                name.eq_ignore_ascii_case("sql_mode")
            };
            let listed = |t: &Token| {
                let value = t.string_value(text, target);
                value.split(',').any(|mode| MODES.iter().any(|m| mode.trim().eq_ignore_ascii_case(m)))
            };
            let most = tokens.get(..tokens.len().min(MOST_WORDS)).unwrap_or(&[]);
            first && most.iter().any(|t| names_it(&t)) && most.iter().any(listed)
        };
        let first = self.script.statements.get(..self.index.min(LOOK_BACK)).unwrap_or(&[]);
        self.before().take(LOOK_BACK).any(sets) || first.iter().any(|s| sets(self.script.tokens_of(s)))
    }

    /// Takes `tokens` from what may still be read; `false` when there is not enough left.
    pub(super) fn spend(self, tokens: usize) -> bool {
        let left = self.budget.get().checked_sub(tokens);
        self.budget.set(left.unwrap_or(0));
        left.is_some()
    }

    pub(super) fn cursor(self, tokens: &'a [Token], target: &'a Target) -> Cursor<'a> {
        Cursor::new(self.script.text, tokens, target, reserved::test_for(target))
    }
}

/// The variable that holds a prepared statement's text.
fn prepared(name: &str) -> String {
    format!("prepare {}", name.to_lowercase())
}

/// A term in `context`.
pub(super) fn term(c: &Cursor<'_>, context: Context<'_>) -> Term {
    let variable = |name: &str| context.locals.and_then(|l| l.find(name));
    guard::term(c, &Names { variable: &variable })
}

/// `PREPARE name FROM 'text' | @variable`.
pub(super) fn prepare(c: &mut Cursor<'_>, context: Context<'_>) -> Read<Operation> {
    c.skip(1);
    let name = c.name_of("a name")?;
    c.expect("from")?;
    let value = term(c, context);
    c.skip_all();
    Ok(Operation::Assign { variable: prepared(&name), value })
}

/// MariaDB's `EXECUTE IMMEDIATE expression`.
pub(super) fn execute_immediate(c: &mut Cursor<'_>, context: Context<'_>) -> Operation {
    let whole = c.rest_span();
    c.skip(2);
    let text = term(c, context);
    if text.asks() {
        let message = "EXECUTE IMMEDIATE takes no subqueries".to_owned();
        return Operation::Invalid { message, help: Some("put the value into a variable first".to_owned()) };
    }
    let step = executed(text, c.rest_span(), context, c.target());
    let steps = vec![Located { span: whole, node: step }];
    Operation::Conditional(Box::new(Block { source: "EXECUTE IMMEDIATE".into(), steps }))
}

/// `EXECUTE name`, `DEALLOCATE PREPARE name`: what they run stands with the `PREPARE`, if it is in this script.
pub(super) fn execute(c: &mut Cursor<'_>, context: Context<'_>, deallocate: bool) -> Read<Option<Operation>> {
    let whole = c.rest_span();
    c.skip(1);
    if deallocate {
        c.expect("prepare")?;
    }
    let name = c.name_of("a prepared statement's name")?;
    if deallocate {
        return Ok(None);
    }
    let script = context.script.text;
    let found = context.before().take(LOOK_BACK).position(|tokens| {
        matches!(tokens, [first, second, ..]
            if first.is_word(script, "prepare") && c.name_value(*second).eq_ignore_ascii_case(&name))
    });
    let Some(back) = found else { return Ok(Some(opaque("EXECUTE", vec![ObjectName::bare(name)], true))) };
    let preparing = context.before().nth(back).and_then(|tokens| tokens.get(3..)).unwrap_or(&[]);
    let at = context.back(back + 1);
    let written = context.cursor(preparing, c.target());
    let text = term(&written, at);
    // Where the text stands is where its statements are found.
    let step = match executed(text, written.rest_span(), at, c.target()) {
        Step::Execute { candidates, complete, .. } => {
            Step::Execute { text: Term::Variable(prepared(&name)), candidates, complete }
        }
        step => step,
    };
    let steps = vec![Located { span: whole, node: step }];
    Ok(Some(Operation::Conditional(Box::new(Block { source: "EXECUTE".into(), steps }))))
}

/// A text that is run; it stands at `span`.
fn executed(text: Term, span: Span, context: Context<'_>, target: &Target) -> Step {
    let mut found = Vec::new();
    let complete = possible(&text, context, target, 0, &mut found);
    let texts: Vec<String> = found
        .into_iter()
        .filter_map(|part| if let Part::Text(text) = part { Some(text) } else { None })
        .collect();
    let candidates = texts
        .into_iter()
        .map(|text| {
            let body = inner(&text, span, context, target);
            Candidate { text, body }
        })
        .collect();
    Step::Execute { text, candidates, complete }
}

/// A value that a term can have.
#[derive(Clone, PartialEq)]
enum Part {
    Text(String),
    Database,
    Null,
}

/// The values that a term can have; `false` when it can have others.
fn possible(term: &Term, context: Context<'_>, target: &Target, level: usize, found: &mut Vec<Part>) -> bool {
    if level > 6 || found.len() >= MOST_TEXTS || !context.spend(1) {
        return false;
    }
    let mut add = |part: Part| {
        if !found.contains(&part) {
            found.push(part);
        }
        true
    };
    match term {
        Term::Text(text) => add(Part::Text(text.clone())),
        Term::Integer(n) => add(Part::Text(n.to_string())),
        Term::Database => add(Part::Database),
        Term::Null => add(Part::Null),
        Term::If(parts) => {
            let [_, yes, no] = &**parts;
            possible(yes, context, target, level + 1, found) & possible(no, context, target, level + 1, found)
        }
        Term::Variable(name) if name.starts_with('@') => {
            for (back, tokens) in context.before().take(LOOK_BACK).enumerate() {
                if sets_otherwise(tokens, context.script.text, name) {
                    return false;
                }
                let Some(value) = assigned(tokens, context.script.text, name) else { continue };
                // Variables in it have the values from before that assignment.
                let at = context.back(back + 1);
                let c = context.cursor(value, target);
                let first = c.peek().is_some_and(|t| t.is_word(c.script_text(), "select"));
                let variable = |name: &str| context.locals.and_then(|l| l.find(name));
                let names = Names { variable: &variable };
                let value = if first { guard::selected(&c, &names).0 } else { guard::term(&c, &names) };
                return possible(&value, at, target, level + 1, found);
            }
            false
        }
        Term::Variable(name) => match context.locals.map(|l| l.values(name)) {
            Some(values) if !values.is_empty() && values.len() <= MOST_TEXTS => {
                values.iter().fold(true, |all, v| possible(v, context, target, level + 1, found) & all)
            }
            _ => false,
        },
        Term::Concat(parts) => {
            let mut texts = vec![String::new()];
            for part in parts {
                let mut ways = Vec::new();
                if !possible(part, context, target, level + 1, &mut ways)
                    || ways.len() * texts.len() > MOST_TEXTS
                {
                    return false;
                }
                let mut longer = Vec::with_capacity(texts.len() * ways.len());
                for text in &texts {
                    for way in &ways {
                        let mut text = text.clone();
                        match way {
                            Part::Text(more) => text.push_str(more),
                            Part::Database => operation::push_database(&mut text),
                            Part::Null => continue,
                        }
                        longer.push(text);
                    }
                }
                if longer.iter().any(|t| t.len() > 1 << 16) {
                    return false;
                }
                texts = longer;
            }
            found.extend(texts.into_iter().map(Part::Text));
            true
        }
        // Statements among the strings of what is not understood: they may run, and others may.
        Term::Unknown(text) => {
            let script = Script::new(text, target);
            for token in script.tokens.iter().filter(|t| t.kind == TokenKind::String).take(MOST_TEXTS) {
                let value = token.string_value(text, target);
                if is_statement(&value) {
                    found.push(Part::Text(value.into_owned()));
                }
            }
            false
        }
        _ => false,
    }
}

/// What the statements in `text` do; they all stand at `span` of the outer script.
fn inner(text: &str, span: Span, context: Context<'_>, target: &Target) -> Vec<Located<Step>> {
    let unread = Located { span, node: Step::Unread };
    if context.depth >= DEEPEST {
        return vec![unread];
    }
    let script = Script::new(text, target);
    let mut steps = Vec::new();
    if !script.problems.is_empty() {
        steps.push(unread.clone());
    }
    for index in 0..script.statements.len() {
        let Some(statement) = script.statements.get(index) else { break };
        if !context.spend(script.tokens_of(statement).len()) {
            steps.push(unread);
            return steps;
        }
        let context = Context {
            script: &script,
            index,
            inner: &[],
            locals: None,
            in_body: false,
            depth: context.depth + 1,
            ..context
        };
        for operation in tokens(script.tokens_of(statement), target, context) {
            let mut node = operation.node;
            if matches!(node, Operation::Invalid { .. }) {
                steps.push(unread.clone());
                continue;
            }
            relocate(&mut node, span);
            let statement = Box::new(Located { span, node });
            steps.push(Located { span, node: Step::Statement { statement } });
        }
    }
    steps
}

/// `CALL procedure(…)`.
pub(super) fn call(c: &mut Cursor<'_>, context: Context<'_>) -> Read<Operation> {
    let whole = c.rest_span();
    c.skip(1);
    let name = c.routine_name_of("a procedure's name")?;
    if context.depth >= DEEPEST {
        return Ok(opaque("CALL", vec![name], true));
    }
    let target = c.target();
    let outer = context.script.statements.get(..context.index).unwrap_or(&[]);
    // From inside a body the nearest statements are not procedures.
    let procedure = outer.iter().rev().take(LOOK_BACK_PROCEDURE).find_map(|statement| {
        let tokens = context.script.tokens_of(statement);
        let creates = tokens.first().is_some_and(|t| t.is_word(context.script.text, "create"));
        if creates { routine::procedure(context.cursor(tokens, target), &name) } else { None }
    });
    let Some((parameters, body)) = procedure else { return Ok(opaque("CALL", vec![name], true)) };
    let arguments = if c.at_paren() { c.parenthesised()?.0.split_commas() } else { Vec::new() };
    let locals = Locals::new(context.depth);
    let mut steps = Vec::new();
    for (parameter, argument) in parameters.into_iter().zip(&arguments) {
        let value = term(argument, context);
        let mut ways = Vec::new();
        let known = possible(&value, context, target, 0, &mut ways);
        let constant = match ways.as_slice() {
            [Part::Text(text)] if known => Term::Text(text.clone()),
            [Part::Database] if known => Term::Database,
            _ => Term::Unknown(String::new()),
        };
        let variable = locals.declare(&parameter.to_lowercase(), constant);
        steps.push(Located { span: whole, node: Step::Assign { variable, value } });
    }
    let context = Context { locals: Some(&locals), ..context };
    steps.extend(compound::read(body.rest(), context, target));
    // What it gives back is not followed.
    for token in arguments.iter().flat_map(Cursor::rest).filter(|t| t.kind == TokenKind::Variable) {
        let variable = c.text_of(*token).replace('`', "").to_lowercase();
        steps.push(Located {
            span: whole,
            node: Step::Assign { variable, value: Term::Unknown(String::new()) },
        });
    }
    c.skip_all();
    Ok(Operation::Conditional(Box::new(Block { source: format!("CALL {name}"), steps })))
}

/// MariaDB's compound statements outside of routines.
pub(super) fn block(c: &Cursor<'_>, context: Context<'_>) -> Operation {
    let locals = Locals::new(context.depth);
    let context = Context { locals: Some(&locals), ..context };
    let steps = compound::read(c.rest(), context, c.target());
    Operation::Conditional(Box::new(Block { source: "compound statement".into(), steps }))
}

/// Variables that a statement other than `SET` gives values to: those behind `INTO` or before `:=`. A query's only target
/// gets what it selects.
pub(super) fn targets(c: &Cursor<'_>, context: Context<'_>) -> Vec<Located<Operation>> {
    let tokens = c.rest();
    let span = c.rest_span();
    let text = c.script_text();
    let name_of = |t: &Token| match t.kind {
        TokenKind::Variable => {
            Some(t.text(text).replace('`', "").to_lowercase()).filter(|n| !n.starts_with("@@"))
        }
        TokenKind::Word | TokenKind::QuotedName => {
            context.locals.and_then(|l| l.find(&c.name_value(*t).to_lowercase()))
        }
        _ => None,
    };
    let mut found: Vec<(String, Term)> = Vec::new();
    let unknown = || Term::Unknown(String::new());
    for pair in tokens.windows(2) {
        if let [name, mark] = pair
            && mark.is_operator(text, ":=")
        {
            found.extend(name_of(name).map(|n| (n, unknown())));
        }
    }
    let into = tokens.iter().position(|t| t.is_word(text, "into"));
    let reads = tokens.first().is_some_and(|t| t.is_any_word(text, &["select", "with", "fetch"]));
    if let Some(into) = into.filter(|_| reads) {
        let mut end = into + 1;
        let mut names = Vec::new();
        while let Some(token) = tokens.get(end) {
            names.extend(name_of(token));
            end += 1;
            if tokens.get(end).is_none_or(|t| t.kind != TokenKind::Comma) {
                break;
            }
            end += 1;
        }
        let mut kept: Vec<Token> = tokens.get(..into).unwrap_or(&[]).to_vec();
        kept.extend(tokens.get(end..).unwrap_or(&[]));
        let variable = |name: &str| context.locals.and_then(|l| l.find(name));
        let query = Cursor::new(text, &kept, c.target(), reserved::test_for(c.target()));
        // Without a row the variable keeps its value.
        match names.as_slice() {
            [name] => match guard::selected(&query, &Names { variable: &variable }) {
                (value, Term::Bool(true)) => found.push((name.clone(), value)),
                _ => found.push((name.clone(), unknown())),
            },
            _ => found.extend(names.into_iter().map(|n| (n, unknown()))),
        }
    }
    if let Some(locals) = context.locals {
        found.iter().for_each(|(name, value)| locals.note(name, value.clone()));
    }
    let assign = |(variable, value)| Located { span, node: Operation::Assign { variable, value } };
    found.into_iter().map(assign).collect()
}
/// Parts of an operation from inner text stand where the text stands in the script.
fn relocate(operation: &mut Operation, span: Span) {
    match operation {
        Operation::AlterTable(alter) => {
            for action in &mut alter.actions {
                action.span = span;
                if let TableAction::AddColumn { definition, .. }
                | TableAction::ModifyColumn { definition, .. } = &mut action.node
                {
                    relocate_column(definition, span);
                }
            }
        }
        Operation::CreateTable(table) => {
            for column in &mut table.columns {
                column.span = span;
                relocate_column(&mut column.node, span);
            }
            table.constraints.iter_mut().for_each(|c| c.span = span);
            table.indexes.iter_mut().for_each(|i| i.span = span);
        }
        // As deep as texts within texts are followed, `DEEPEST`.
        Operation::Conditional(block) => block.relocate(
            &mut |inner| {
                inner.span = span;
                relocate(&mut inner.node, span);
            },
            span,
        ),
        _ => {}
    }
}

fn relocate_column(definition: &mut ColumnDefinition, span: Span) {
    definition.constraints.iter_mut().for_each(|c| c.span = span);
    definition.indexes.iter_mut().for_each(|i| i.span = span);
}

impl Context<'_> {
    /// The place `statements` statements earlier.
    fn back(self, statements: usize) -> Self {
        let inner = self.inner.len().saturating_sub(statements);
        let outer = statements.saturating_sub(self.inner.len());
        Self {
            inner: self.inner.get(..inner).unwrap_or(&[]),
            index: self.index.saturating_sub(outer),
            ..self
        }
    }
}

/// Whether a statement gives the user variable `name` a value in a way that is not read.
fn sets_otherwise(tokens: &[Token], text: &str, name: &str) -> bool {
    let Some(first) = tokens.first() else { return false };
    if first.is_word(text, "call") {
        return true;
    }
    if first.is_word(text, "set") || assigned(tokens, text, name).is_some() {
        return false;
    }
    let is_name = |t: &Token| t.kind == TokenKind::Variable && t.text(text).eq_ignore_ascii_case(name);
    let into = tokens.iter().position(|t| t.is_word(text, "into")).unwrap_or(tokens.len());
    tokens.iter().enumerate().any(|(at, t)| {
        is_name(t) && (at > into || tokens.get(at + 1).is_some_and(|n| n.is_operator(text, ":=")))
    })
}

/// First words of text that is SQL.
const STATEMENTS: [&str; 20] = [
    "alter", "analyze", "call", "create", "delete", "do", "drop", "grant", "insert", "lock", "optimize",
    "rename", "repair", "replace", "revoke", "select", "set", "truncate", "update", "with",
];

fn is_statement(text: &str) -> bool {
    let text = text.trim_start();
    let word =
        text.find(|ch: char| !ch.is_ascii_alphabetic()).map_or(text, |end| text.get(..end).unwrap_or(""));
    STATEMENTS.iter().any(|s| s.eq_ignore_ascii_case(word)) && text.len() > word.len()
}

/// The tokens that a statement assigns to the user variable `name`.
fn assigned<'a>(tokens: &'a [Token], text: &str, name: &str) -> Option<&'a [Token]> {
    let first = tokens.first()?;
    let is_name = |t: &Token| t.kind == TokenKind::Variable && t.text(text).eq_ignore_ascii_case(name);
    if first.is_word(text, "set") {
        let at = tokens.iter().position(is_name)?;
        let operator = tokens.get(at + 1)?;
        if !operator.is_operator(text, "=") && !operator.is_operator(text, ":=") {
            return None;
        }
        let value = tokens.get(at + 2..)?;
        let mut depth = 0u32;
        let end = value.iter().position(|t| {
            match t.kind {
                TokenKind::LeftParen => depth += 1,
                TokenKind::RightParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && t.kind == TokenKind::Comma
        });
        return value.get(..end.unwrap_or(value.len()));
    }
    if first.is_word(text, "select") {
        // `SELECT IF(…) INTO @s`
        let into = tokens.iter().position(|t| t.is_word(text, "into"))?;
        let last = tokens.len() == into + 2;
        return tokens.get(into + 1).filter(|t| last && is_name(t)).and_then(|_| tokens.get(1..into));
    }
    None
}

/// Variables that `FETCH` and `GET DIAGNOSTICS` name: what they hold is not known.
pub(super) fn named_unknown(c: &Cursor<'_>, context: Context<'_>) -> Vec<Located<Step>> {
    let span = c.rest_span();
    let named = c.rest().iter().filter_map(|t| match t.kind {
        TokenKind::Variable => Some(c.text_of(*t).replace('`', "").to_lowercase()),
        _ if t.is_name() => context.locals.and_then(|l| l.find(&c.name_value(*t))),
        _ => None,
    });
    named
        .map(|variable| {
            if let Some(locals) = context.locals {
                locals.note(&variable, Term::Unknown(String::new()));
            }
            Located { span, node: Step::Assign { variable, value: Term::Unknown(String::new()) } }
        })
        .collect()
}
