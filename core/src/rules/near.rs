//! Names that were probably meant: close to one that the replay knows.
//!
//! In an open world a table that no statement created may exist all the same, so that a slip of the pen looks like a
//! table that was there before. A name that differs by a letter or two from one that the migrations created is worth
//! a word.
use std::collections::BTreeSet;

use super::{Context, Draft};
use crate::{
    apply::Conflict,
    catalog::{ConstraintKind, Name, ObjectName, Table},
    change::ObjectPath,
    operation::{CommentTarget, ConstraintDefinition, Located, Operation, TableAction},
    report::Severity,
};

/// What to say beside a certain "does not exist".
pub(super) fn help(cx: &Context<'_>, conflict: &Conflict) -> Option<String> {
    let near = match &conflict.object {
        ObjectPath::Table { name } => near_table(cx, name)?.to_string(),
        ObjectPath::Column { table, name } => near_column(cx.table(table)?, name)?.to_string(),
        _ => return None,
    };
    Some(format!("did you mean `{near}`?"))
}

/// Names in an open world that nothing created, and that are close to one that something did.
pub(super) fn report(cx: &Context<'_>, out: &mut Vec<Draft>) {
    if !cx.before.catalog.is_open() || !cx.outcome.conflicts.is_empty() {
        return;
    }
    let mut seen: BTreeSet<ObjectName> = BTreeSet::new();
    // Whether a name is listed in some other schema is looked up among so many and no more.
    let catalog = &cx.before.catalog;
    let few = catalog.tables.len() + catalog.views.len() + catalog.sequences.len() <= MOST;
    for name in relations(cx.operation).into_iter().filter(|_| few) {
        let full = cx.resolve(name);
        if !seen.insert(full.clone()) {
            continue;
        }
        if is_listed(cx, name) {
            continue;
        }
        if let Some(near) = near_table(cx, &full) {
            let message = format!("no statement creates the table `{name}`");
            out.push(draft(cx.span, message, near).object(name));
        }
    }
    for (table, span, action) in cx.table_actions() {
        let (Some(name), Some(known)) = (column(action), cx.table(table)) else { continue };
        // What a complete table does not list is a conflict already.
        if known.complete || known.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name)) {
            continue;
        }
        if let Some(near) = near_column(known, name) {
            let message = format!("no statement creates the column `{name}` of `{table}`");
            out.push(draft(span, message, near).object(&format!("{table}.{name}")));
        }
    }
}

fn draft(span: crate::text::Span, message: String, near: &impl ToString) -> Draft {
    Draft::new(span, message)
        .help(format!("did you mean `{}`?", near.to_string()))
        .possible()
        .severity(Severity::Warning)
}

/// Relations that must exist for the operation to run.
fn relations(operation: &Operation) -> Vec<&ObjectName> {
    use Operation as O;
    match operation {
        O::AlterTable(alter) if !alter.if_exists => {
            let mut names = vec![&alter.table];
            for action in &alter.actions {
                match &action.node {
                    TableAction::AddColumn { definition, .. } => {
                        names.extend(definition.constraints.iter().filter_map(|c| referred(&c.node)));
                    }
                    TableAction::AddConstraint { definition } => names.extend(referred(definition)),
                    _ => {}
                }
            }
            names
        }
        O::CreateTable(create) => {
            let of_columns = create.columns.iter().flat_map(|c| &c.node.constraints);
            let all = create.constraints.iter().chain(of_columns);
            all.filter_map(|c: &Located<_>| referred(&c.node)).filter(|name| **name != create.name).collect()
        }
        O::CreateIndex(create) => vec![&create.table],
        O::CreateTrigger { table, .. } => vec![table],
        O::DropTable { names, if_exists: false, .. } => names.iter().collect(),
        O::RenameTables { renames, if_exists: false } => match renames.as_slice() {
            // Each of several renames works on what the one before it left.
            [(from, _)] => vec![from],
            _ => Vec::new(),
        },
        O::Truncate { tables, .. } | O::LockTables { tables, .. } => tables.iter().collect(),
        O::Insert(insert) => vec![&insert.table],
        O::Update(update) if update.tables.len() == 1 => update.tables.iter().collect(),
        O::Delete(delete) if delete.tables.len() == 1 => delete.tables.iter().collect(),
        O::Comment {
            on: CommentTarget::Table { name: table } | CommentTarget::Column { table, .. }, ..
        } => vec![table],
        _ => Vec::new(),
    }
}

fn referred(constraint: &ConstraintDefinition) -> Option<&ObjectName> {
    match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some(&key.table),
        _ => None,
    }
}

/// The column that must exist for the action to run.
fn column(action: &TableAction) -> Option<&Name> {
    use TableAction as A;
    match action {
        A::DropColumn { name, if_exists: false, .. }
        | A::ModifyColumn { name, if_exists: false, .. }
        | A::RenameColumn { from: name, if_exists: false, .. }
        | A::SetType { name, .. }
        | A::SetDefault { name, .. }
        | A::SetNullable { name, .. } => Some(name),
        _ => None,
    }
}

/// So many tables are compared with a name that is not known: beyond that the cost would be felt.
const MOST: usize = 250;

/// Whether something of that name is known, wherever the name is looked up.
fn is_listed(cx: &Context<'_>, name: &ObjectName) -> bool {
    let catalog = &cx.before.catalog;
    let known = |full: &ObjectName| {
        catalog.tables.contains(full) || catalog.views.contains(full) || catalog.sequences.contains(full)
    };
    match name.schema {
        Some(_) => known(name),
        None if known(&cx.resolve(name)) => true,
        None => catalog
            .tables
            .iter()
            .map(|t| &t.name)
            .chain(catalog.views.iter().map(|v| &v.name))
            .chain(catalog.sequences.iter().map(|s| &s.name))
            .any(|full| full.name == name.name),
    }
}

/// The closest table that a statement created, in the same schema.
fn near_table<'a>(cx: &Context<'a>, name: &ObjectName) -> Option<&'a Name> {
    let tables = cx.before.catalog.tables.iter().take(MOST);
    let created = tables.filter(|t| t.complete && t.name.schema == name.schema && t.name != *name);
    closest(&name.name, created.map(|t| &t.name.name))
}

fn near_column<'a>(table: &'a Table, name: &str) -> Option<&'a Name> {
    closest(name, table.columns.iter().map(|c| &c.name))
}

fn closest<'a>(name: &str, candidates: impl Iterator<Item = &'a Name>) -> Option<&'a Name> {
    candidates.filter_map(|c| Some((distance(name, c)?, c))).min_by_key(|(d, _)| *d).map(|(_, c)| c)
}

/// How many letters apart two names are, `None` when too many for a slip of the pen.
fn distance(a: &str, b: &str) -> Option<usize> {
    // `events_1` and `events_2` are two tables, not a slip.
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    // The server's names are no longer than 63 or 64 characters; what is longer is no slip either.
    if short < 3 || long > 64 || long - short > 2 {
        return None;
    }
    if !a.bytes().filter(u8::is_ascii_digit).eq(b.bytes().filter(u8::is_ascii_digit)) {
        return None;
    }
    // Each slip changes two letters of the alphabet at most; most names differ in more.
    if (letters(a) ^ letters(b)).count_ones() > 4 {
        return None;
    }
    let distance = strsim::osa_distance(&a.to_lowercase(), &b.to_lowercase());
    (distance <= usize::from(short >= 4) + usize::from(short >= 6)).then_some(distance)
}

/// The letters that a name has, each a bit; those beyond ASCII share one.
fn letters(name: &str) -> u32 {
    name.bytes().fold(0, |set, byte| {
        let bit = if byte.is_ascii_alphabetic() { u32::from(byte.to_ascii_lowercase() - b'a') } else { 26 };
        set | 1 << bit
    })
}
