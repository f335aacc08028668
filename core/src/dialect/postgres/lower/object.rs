//! Statements on what the catalog does not model, from what the grammar captures of them.
//!
//! The grammar says where kind, objects and clauses stand; here they become an [`ObjectStatement`], the same way for every
//! kind.
use crate::{
    catalog::{Name, ObjectName},
    dialect::{cursor::Cursor, grammar::Capture},
    operation::{Located, ObjectStatement, Operation, TableAction, TypeAction},
    text::{Span, TokenKind},
};

use super::{form, lower_tokens, other};

/// The statement at `c`, of which the grammar captured `captures`.
fn statement(c: Cursor<'_>, captures: &[Capture<'_>]) -> Operation {
    let part = |capture: &Capture<'_>| {
        let mut at = c;
        at.skip(capture.start);
        let start = at.position();
        at.skip(capture.end - capture.start);
        at.slice_from(start)
    };
    let verb = c.peek().map_or(String::new(), |t| c.text_of(t).to_ascii_uppercase());
    let mut found = ObjectStatement { verb, ..ObjectStatement::default() };
    // Versions stand around other captures, which count as if they were not there.
    let mut versions: Vec<&Capture<'_>> = Vec::new();
    for capture in captures {
        versions.retain(|v| v.end > capture.start);
        if usize::from(capture.depth) > versions.len() {
            continue;
        }
        match capture.name {
            name if name.starts_with('@') => versions.push(capture),
            "kind" => found.kind = in_one_line(part(capture)).to_ascii_uppercase(),
            "object" => found.objects.push(object(part(capture))),
            name => found.clauses.push((name.to_owned(), in_one_line(part(capture)))),
        }
    }
    found.may_change_schema = may_change_schema(&found);
    Operation::Object(Box::new(found))
}

/// Whether a statement can change or destroy what the catalog models.
fn may_change_schema(statement: &ObjectStatement) -> bool {
    // Who owns an object is not modelled.
    let owner = statement.clause("owner").is_some();
    match statement.verb.as_str() {
        "IMPORT" => true,
        "ALTER" if owner => false,
        "DROP" if statement.clause("cascade").is_some() => true,
        "CREATE" | "ALTER" | "DROP" => other::is_modelled(&statement.kind),
        _ => false,
    }
}

/// Operations that were named and no more, read to their end where the grammar knows them.
///
/// `captures` is what the grammar said of the statement at `c`; without it the statement stands in another one, or is to
/// be filled in, and the grammar is asked only if an answer depends on it.
pub(super) fn settle(
    mut operations: Vec<Located<Operation>>,
    c: Cursor<'_>,
    captures: Option<Vec<Capture<'static>>>,
) -> Vec<Located<Operation>> {
    let [only] = operations.as_mut_slice() else { return operations };
    let unread = match &only.node {
        Operation::Opaque { .. } | Operation::AlterType { action: TypeAction::Opaque { .. }, .. } => true,
        Operation::AlterTable(alter) => {
            alter.actions.iter().any(|a| matches!(a.node, TableAction::Opaque { .. }))
        }
        _ => false,
    };
    if !unread {
        return operations;
    }
    let Some(captures) = captures.or_else(|| form::check(c).ok().flatten()) else { return operations };
    match &mut only.node {
        Operation::AlterType { action, .. } => {
            if let (TypeAction::Opaque { verb }, Operation::Object(read)) = (&action, statement(c, &captures))
            {
                let text = read.clause("action").unwrap_or_default().to_owned();
                *action = TypeAction::Other { verb: verb.clone(), text };
            }
        }
        Operation::AlterTable(alter) => {
            for action in &mut alter.actions {
                if let TableAction::Opaque { verb, may_change_schema } = &action.node {
                    action.node = TableAction::Other {
                        verb: verb.clone(),
                        argument: in_one_line(behind(verb, within(c, action.span))),
                        may_change_schema: *may_change_schema,
                    };
                }
            }
        }
        node => {
            let Operation::Opaque { verb, may_change_schema, .. } = &*node else { return operations };
            let Operation::Object(mut read) = statement(c, &captures) else { return operations };
            if read.verb == "CREATE" && read.kind == "SCHEMA" {
                return schema(&read, only.span, c, &captures);
            }
            // Where no kind of object is named, what was read of the statement before says more.
            if read.kind.is_empty() {
                read.verb.clone_from(verb);
                read.may_change_schema = *may_change_schema;
            }
            *node = Operation::Object(read);
        }
    }
    operations
}

/// A schema with what is made in it. Names without a schema mean the new one.
fn schema(
    read: &ObjectStatement,
    span: Span,
    c: Cursor<'_>,
    captures: &[Capture<'_>],
) -> Vec<Located<Operation>> {
    let named = read.objects.first().map(|name| name.name.clone());
    let owner = captures.iter().find(|capture| capture.name == "owner" && capture.depth == 0);
    let owner = owner.and_then(|owner| c.rest().get(owner.start)).map(|token| c.name_value(*token));
    // A schema without a name is called as its owner, who may be whoever runs the statement.
    let name = named.or(owner).filter(|name| !name.starts_with("current_") && *name != "session_user");
    let Some(name) = name else {
        return vec![Located { span, node: Operation::Object(Box::new(read.clone())) }];
    };
    let node =
        Operation::CreateSchema { name: name.clone(), if_not_exists: read.clause("if_not_exists").is_some() };
    let mut operations = vec![Located { span, node }];
    for element in captures.iter().filter(|capture| capture.name == "element") {
        let tokens = c.rest().get(element.start..element.end).unwrap_or(&[]);
        let mut inner = lower_tokens(c.script_text(), tokens, c.target(), 1);
        inner.iter_mut().for_each(|operation| place(&mut operation.node, &name));
        operations.extend(inner);
    }
    operations
}

/// Puts what an operation makes into a schema, unless it names one.
fn place(operation: &mut Operation, schema: &Name) {
    let put = |name: &mut ObjectName| {
        name.schema.get_or_insert_with(|| schema.clone());
    };
    match operation {
        Operation::CreateTable(table) => put(&mut table.name),
        Operation::CreateIndex(index) => put(&mut index.table),
        Operation::CreateSequence { name, .. } => put(name),
        Operation::CreateView { view, .. } => put(&mut view.name),
        Operation::CreateTrigger { table, .. } => put(table),
        Operation::Object(statement) => statement.objects.iter_mut().for_each(put),
        _ => {}
    }
}

/// The tokens of `span`.
fn within(c: Cursor<'_>, span: Span) -> Cursor<'_> {
    let count = |end: u32| c.rest().partition_point(|t| t.span.start < end);
    let (first, last) = (count(span.start), count(span.end));
    let mut at = c;
    at.skip(first);
    let start = at.position();
    at.skip(last.saturating_sub(first));
    at.slice_from(start)
}

/// What follows the words of `verb` that are written: `ALTER COLUMN` may be `ALTER` alone.
fn behind<'a>(verb: &str, mut c: Cursor<'a>) -> Cursor<'a> {
    for word in verb.split(' ') {
        if !c.accept(&word.to_ascii_lowercase()) {
            break;
        }
    }
    c
}

/// A name, or what stands for one, as written.
fn object(mut c: Cursor<'_>) -> ObjectName {
    c.accept("only");
    if c.at_paren() {
        c.skip(1);
    }
    let written = c;
    let Ok(first) = c.any_name("a name") else { return ObjectName::bare(Name::new(in_one_line(written))) };
    let mut name = ObjectName::bare(first);
    while c.accept_kind(TokenKind::Dot) {
        let Ok(next) = c.any_name("a name") else { break };
        name = ObjectName::new(name.name, next);
    }
    name
}

/// The text of all tokens, with one space where there was any room between them.
fn in_one_line(c: Cursor<'_>) -> String {
    let mut text = String::new();
    let mut end = None;
    for token in c.rest() {
        if end.is_some_and(|end| end < token.span.start) {
            text.push(' ');
        }
        text.push_str(c.text_of(*token));
        end = Some(token.span.end);
    }
    text
}
