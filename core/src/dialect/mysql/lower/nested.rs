//! SQL hidden in SQL: prepared text, called procedures, compound statements.
use crate::{
    catalog::ObjectName,
    dialect::{
        cursor::{Cursor, Read},
        mysql::reserved,
    },
    operation::{ColumnDefinition, Located, Operation, TableAction},
    target::Target,
    text::{Script, Span, Token, TokenKind},
};

use super::{BUDGET, Context, DEEPEST, compound, opaque, routine, tokens};

/// How many statements back a variable's value or a prepared text is looked for: a script of nothing but
/// `EXECUTE` must not cost the square of its length.
const LOOK_BACK: usize = 64;

/// How many statements back a called procedure is looked for.
const LOOK_BACK_PROCEDURE: usize = 512;

/// How many arguments of a `CONCAT` are looked up.
const MOST_ARGUMENTS: usize = 32;

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
            let most = tokens.get(..tokens.len().min(MOST_ARGUMENTS)).unwrap_or(&[]);
            first && most.iter().any(|t| names_it(&t)) && most.iter().any(listed)
        };
        let first = self.script.statements.get(..self.index.min(LOOK_BACK)).unwrap_or(&[]);
        self.before().take(LOOK_BACK).any(sets) || first.iter().any(|s| sets(self.script.tokens_of(s)))
    }

    /// Takes `tokens` from what may still be read; `false` when there is not enough left.
    fn spend(self, tokens: usize) -> bool {
        let left = self.budget.get().checked_sub(tokens);
        self.budget.set(left.unwrap_or(0));
        left.is_some()
    }

    fn cursor(self, tokens: &'a [Token], target: &'a Target) -> Cursor<'a> {
        Cursor::new(self.script.text, tokens, target, reserved::test_for(target))
    }
}

/// Text that may be run, and whether it was found completely.
struct Texts {
    texts: Vec<String>,
    complete: bool,
}

/// `PREPARE name FROM 'text' | @variable`.
pub(super) fn prepare(c: &mut Cursor<'_>, context: Context<'_>) -> Read<Operation> {
    c.skip(1);
    c.name_of("a name")?;
    c.expect("from")?;
    Ok(text_of(c, context, "PREPARE"))
}

/// MariaDB's `EXECUTE IMMEDIATE expression`.
pub(super) fn execute_immediate(c: &mut Cursor<'_>, context: Context<'_>) -> Operation {
    c.skip(2);
    text_of(c, context, "EXECUTE IMMEDIATE")
}

fn text_of(c: &Cursor<'_>, context: Context<'_>, source: &str) -> Operation {
    let span = c.rest_span();
    let found = match c.rest() {
        [variable] if variable.kind == TokenKind::Variable => value_of(context, *variable, c.target()),
        _ => Some(texts(c, context)),
    };
    let Some(found) = found else {
        return Operation::Conditional { source: source.to_owned(), body: Vec::new(), complete: false };
    };
    let mut complete = found.complete;
    let mut body = Vec::new();
    for text in &found.texts {
        complete &= inner(text, span, context, c.target(), &mut body);
    }
    Operation::Conditional { source: source.to_owned(), body, complete }
}

/// Lowers the statements in `text`; they all stand at `span` of the outer script. Answers whether all were read.
fn inner(
    text: &str,
    span: Span,
    context: Context<'_>,
    target: &Target,
    body: &mut Vec<Located<Operation>>,
) -> bool {
    if context.depth >= DEEPEST {
        return false;
    }
    let script = Script::new(text, target);
    let mut complete = script.problems.is_empty();
    for index in 0..script.statements.len() {
        let Some(statement) = script.statements.get(index) else { break };
        if !context.spend(script.tokens_of(statement).len()) {
            return false;
        }
        let context = Context {
            script: &script,
            index,
            inner: &[],
            in_body: false,
            depth: context.depth + 1,
            ..context
        };
        for operation in tokens(script.tokens_of(statement), target, context) {
            complete &= is_read(&operation.node);
            if !only_reads(&operation.node) {
                let mut node = operation.node;
                relocate(&mut node, span);
                body.push(Located { span, node });
            }
        }
    }
    complete
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
        Operation::Conditional { body, .. } => {
            for inner in body {
                inner.span = span;
                relocate(&mut inner.node, span);
            }
        }
        _ => {}
    }
}

fn relocate_column(definition: &mut ColumnDefinition, span: Span) {
    definition.constraints.iter_mut().for_each(|c| c.span = span);
    definition.indexes.iter_mut().for_each(|i| i.span = span);
}

/// `SELECT 1` in the other branch of the idiom does nothing worth telling.
fn only_reads(operation: &Operation) -> bool {
    matches!(operation, Operation::Query { .. })
        || matches!(operation, Operation::Set { setting, .. } if setting.starts_with('@'))
}

fn is_read(operation: &Operation) -> bool {
    match operation {
        Operation::Opaque { may_change_schema, .. } => !may_change_schema,
        Operation::Object(statement) => !statement.may_change_schema,
        Operation::Invalid { .. } => false,
        Operation::Conditional { complete, .. } => *complete,
        _ => true,
    }
}

/// The text that a user variable holds, from its nearest assignment before this statement.
fn value_of(context: Context<'_>, variable: Token, target: &Target) -> Option<Texts> {
    let name = variable.text(context.script.text);
    for (back, tokens) in context.before().take(LOOK_BACK).enumerate() {
        let Some(value) = assigned(tokens, context.script.text, name) else { continue };
        let c = context.cursor(value, target);
        // Variables in it have the values from before that assignment.
        return Some(texts(&c, context.back(back + 1)));
    }
    None
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
        // `SELECT IF(…) INTO @s FROM …`
        let into = tokens.iter().position(|t| t.is_word(text, "into"))?;
        return tokens.get(into + 1).filter(|t| is_name(t)).and_then(|_| tokens.get(1..into));
    }
    None
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

/// The SQL among the strings of an expression: literals, and `CONCAT(…)` of literals and known variables.
fn texts(c: &Cursor<'_>, context: Context<'_>) -> Texts {
    let mut c = *c;
    let mut found = Texts { texts: Vec::new(), complete: true };
    let mut unknown = c.is_end();
    while let Some(token) = c.peek() {
        if c.at("concat") && c.kind_at(1, TokenKind::LeftParen) {
            c.skip(1);
            let Ok((mut arguments, _)) = c.parenthesised() else { break };
            match concatenated(&mut arguments, context) {
                (text, true) if is_statement(&text) => found.texts.push(text),
                (_, true) => {}
                (text, false) if is_statement(&text) || text.is_empty() => unknown = true,
                _ => {}
            }
            continue;
        }
        if token.kind == TokenKind::String {
            let text = token.string_value(c.script_text(), c.target());
            if is_statement(&text) {
                found.texts.push(text.into_owned());
            }
        }
        c.skip(1);
    }
    found.complete = !unknown && !found.texts.is_empty();
    found
}

/// The value of `CONCAT(arguments)`, up to the first argument that is not known; whether all were.
fn concatenated(arguments: &mut Cursor<'_>, context: Context<'_>) -> (String, bool) {
    let mut text = String::new();
    for (at, argument) in arguments.split_commas().into_iter().enumerate() {
        if at >= MOST_ARGUMENTS {
            return (text, false);
        }
        let value = match argument.rest() {
            [token] => literal(&argument, *token, context),
            // The current database has no name that we know; the empty one stands for it.
            [function, open, close]
                if function.is_any_word(argument.script_text(), &["schema", "database"])
                    && open.kind == TokenKind::LeftParen
                    && close.kind == TokenKind::RightParen =>
            {
                Some(if text.ends_with('`') { String::new() } else { "``".to_owned() })
            }
            // Neighbouring strings are one.
            all if all.iter().all(|t| t.kind == TokenKind::String) => Some(
                all.iter()
                    .map(|t| t.string_value(argument.script_text(), argument.target()))
                    .collect::<String>(),
            ),
            _ => None,
        };
        let Some(value) = value else { return (text, false) };
        text.push_str(&value);
    }
    (text, true)
}

/// The value of one token: a literal, or a variable that was given one.
fn literal(c: &Cursor<'_>, token: Token, context: Context<'_>) -> Option<String> {
    match token.kind {
        TokenKind::String => Some(token.string_value(c.script_text(), c.target()).into_owned()),
        TokenKind::Number => Some(c.text_of(token).to_owned()),
        TokenKind::Word | TokenKind::QuotedName => {
            let name = c.name_value(token).to_lowercase();
            context
                .parameters
                .iter()
                .find(|(parameter, _)| *parameter == name)
                .map(|(_, value)| value.clone())
        }
        TokenKind::Variable => {
            let name = c.text_of(token);
            let text = context.script.text;
            let value = context.before().take(LOOK_BACK).find_map(|tokens| assigned(tokens, text, name))?;
            match value {
                [only] if matches!(only.kind, TokenKind::String | TokenKind::Number) => {
                    Some(only.string_value(text, c.target()).into_owned())
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// `EXECUTE name`, `DEALLOCATE PREPARE name`: what they run stands with the `PREPARE`, if it is in this script.
pub(super) fn execute(c: &mut Cursor<'_>, context: Context<'_>, deallocate: bool) -> Read<Option<Operation>> {
    c.skip(1);
    if deallocate {
        c.expect("prepare")?;
    }
    let name = c.name_of("a prepared statement's name")?;
    if deallocate {
        return Ok(None);
    }
    let text = context.script.text;
    let prepared = context.before().take(LOOK_BACK).any(|tokens| {
        matches!(tokens, [first, second, ..]
            if first.is_word(text, "prepare") && c.name_value(*second).eq_ignore_ascii_case(&name))
    });
    Ok(if prepared { None } else { Some(opaque("EXECUTE", vec![ObjectName::bare(name)], true)) })
}

/// `CALL procedure(…)`.
pub(super) fn call(c: &mut Cursor<'_>, context: Context<'_>) -> Read<Operation> {
    c.skip(1);
    let name = c.object_name_of("a procedure's name")?;
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
    let known: Vec<(String, String)> = parameters
        .into_iter()
        .zip(&arguments)
        .take(MOST_ARGUMENTS)
        .filter_map(|(parameter, argument)| match argument.rest() {
            [token] => Some((parameter.to_lowercase(), literal(argument, *token, context)?)),
            _ => None,
        })
        .collect();
    let context = Context { parameters: &known, ..context };
    Ok(run(body.rest(), format!("CALL {name}"), context, target))
}

/// MariaDB's compound statements outside of routines.
pub(super) fn block(c: &Cursor<'_>, context: Context<'_>) -> Operation {
    run(c.rest(), "compound statement".to_owned(), context, c.target())
}

/// What a body may run.
fn run(body: &[Token], source: String, context: Context<'_>, target: &Target) -> Operation {
    if body.len() > BUDGET {
        return Operation::Conditional { source, body: Vec::new(), complete: false };
    }
    let statements = compound::statements(body, context.script.text);
    let mut lowered = Vec::new();
    let mut complete = true;
    for (at, statement) in statements.iter().enumerate() {
        let first = statement.first();
        let word = |w: &str| first.is_some_and(|t| t.is_word(context.script.text, w));
        // Cursors, jumps and local variables touch no table.
        if ["leave", "iterate", "return", "open", "fetch", "close", "signal", "resignal", "get"]
            .iter()
            .any(|w| word(w))
        {
            continue;
        }
        if !context.spend(statement.len()) {
            complete = false;
            break;
        }
        let local = word("set") && statement.get(1).is_some_and(|t| t.kind != TokenKind::Variable);
        if local {
            continue;
        }
        let context = Context {
            inner: statements.get(..at).unwrap_or(&[]),
            in_body: true,
            depth: context.depth + 1,
            ..context
        };
        for operation in tokens(statement, target, context) {
            complete &= is_read(&operation.node);
            if !only_reads(&operation.node) {
                lowered.push(operation);
            }
        }
    }
    Operation::Conditional { source, body: lowered, complete }
}
