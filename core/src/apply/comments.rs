//! `COMMENT ON`.
use super::{
    ConflictKind,
    run::{Relation, Run, Step, fail, not_found},
};
use crate::{
    catalog::{Name, ObjectName},
    change::{Object, ObjectPath},
    operation::CommentTarget,
};

/// Sets or takes away a comment.
pub(super) fn set(run: &mut Run<'_>, on: &CommentTarget, text: Option<&String>) -> Step {
    let text = text.filter(|t| !t.is_empty()).cloned();
    match on {
        CommentTarget::Schema { name } => {
            let path = ObjectPath::Schema { name: name.clone() };
            match run.catalog().schemas.get(name).cloned() {
                Some(before) => {
                    let mut after = (*before).clone();
                    after.comment = text;
                    run.alter(path, Object::Schema((*before).clone()), Object::Schema(after))
                }
                None => missing(run, path, run.catalog().is_open()),
            }
        }
        CommentTarget::Table { name } | CommentTarget::View { name } => relation(run, name, text),
        CommentTarget::Column { table, column } => of_column(run, table, column, text),
        CommentTarget::Constraint { table, name } => {
            let table = run.table(table)?;
            super::constraints::edit(run, &table, name, |c| c.comment = text)
        }
        CommentTarget::Index { name } => index(run, name, text),
        CommentTarget::Trigger { table, name } => trigger(run, table, name, text),
        CommentTarget::Sequence { name } => match run.find(name) {
            Some((full, Relation::Sequence)) => {
                let Some(before) = run.catalog().sequences.get(&full).cloned() else { return Ok(()) };
                let mut after = (*before).clone();
                after.comment = text;
                run.alter(
                    ObjectPath::Sequence { name: full },
                    Object::Sequence(before),
                    Object::Sequence(after.into()),
                )
            }
            // The sequence of an identity column: its comment is not modelled.
            Some((_, Relation::IdentitySequence { .. })) => Ok(()),
            _ => {
                let full = run.qualify(name);
                let open = run.may_exist(&full);
                missing(run, ObjectPath::Sequence { name: full }, open)
            }
        },
        CommentTarget::Type { name } => {
            let schemas = match &name.schema {
                Some(schema) => vec![schema.clone()],
                None => run.search_path(),
            };
            let listed = schemas.into_iter().find_map(|s| {
                run.catalog().types.get(&ObjectName { schema: Some(s), name: name.name.clone() }).cloned()
            });
            match listed {
                Some(before) => {
                    let mut after = (*before).clone();
                    after.comment = text;
                    let path = ObjectPath::Type { name: before.name.clone() };
                    run.alter(path, Object::Type(before), Object::Type(after.into()))
                }
                None => {
                    let full = run.qualify(name);
                    let open = run.is_open(&full) || !run.catalog().extensions.is_empty();
                    missing(run, ObjectPath::Type { name: full }, open)
                }
            }
        }
        CommentTarget::Routine { name, signature } => {
            super::routines::comment(run, name, signature.as_deref(), text)
        }
        CommentTarget::Other { .. } => Ok(()),
    }
}

fn missing(run: &mut Run<'_>, path: ObjectPath, open: bool) -> Step {
    if !open {
        return not_found(path);
    }
    let message = format!("the old comment on `{path}` is not known: it cannot be restored");
    run.unknown(path, message);
    Ok(())
}

fn relation(run: &mut Run<'_>, name: &ObjectName, text: Option<String>) -> Step {
    match run.find(name) {
        Some((full, Relation::View { .. })) => {
            let Some(before) = run.catalog().views.get(&full).cloned() else { return Ok(()) };
            let mut after = (*before).clone();
            after.comment = text;
            run.alter(ObjectPath::View { name: full }, Object::View(before), Object::View(after.into()))
        }
        _ => {
            let full = run.table(name)?;
            if !run.get(&full)?.complete {
                run.unknown(
                    &full,
                    format!("the old comment on `{full}` is not known: it cannot be restored"),
                );
            }
            super::partitions::properties(run, &full, |p| p.comment = text)
        }
    }
}

fn of_column(run: &mut Run<'_>, table: &ObjectName, column: &Name, text: Option<String>) -> Step {
    match run.find(table) {
        // Comments on columns of views and composite types are not modelled.
        Some((_, Relation::View { .. } | Relation::Composite)) => Ok(()),
        _ => {
            let table = run.table(table)?;
            super::columns::edit(run, &table, column, |_, c| {
                c.comment = text;
                Ok(())
            })
        }
    }
}

fn index(run: &mut Run<'_>, name: &ObjectName, text: Option<String>) -> Step {
    match run.find(name) {
        Some((full, Relation::Index { table, constraint: false })) => {
            if let Some(view) = run.catalog().views.get(&table) {
                let Some(position) = view.indexes.iter().position(|i| i.name == full.name) else {
                    return Ok(());
                };
                let before = Box::new(view.indexes[position].clone());
                let mut after = before.clone();
                after.comment = text;
                let path = ObjectPath::Index { table, name: full.name };
                return run.alter(
                    path,
                    Object::Index { index: before, position },
                    Object::Index { index: after, position },
                );
            }
            super::indexes::edit(run, &table, &full.name, |i| i.comment = text)
        }
        // The comment on a constraint's index is not modelled.
        Some((_, Relation::Index { .. })) => Ok(()),
        Some((full, other)) => {
            let path = ObjectPath::Index { table: full.clone(), name: full.name };
            fail(ConflictKind::WrongKind, path, format!("`{name}` is a {}, not an index", other.noun()))
        }
        None => {
            let full = run.qualify(name);
            let open = run.may_exist(&full) || run.catalog().tables.iter().any(|t| !t.complete);
            missing(run, ObjectPath::Index { table: full.sibling(""), name: full.name.clone() }, open)
        }
    }
}

fn trigger(run: &mut Run<'_>, table: &ObjectName, name: &Name, text: Option<String>) -> Step {
    let on = match run.find(table) {
        Some((full, Relation::View { .. })) => full,
        _ => run.table(table)?,
    };
    let list = match (run.catalog().tables.get(&on), run.catalog().views.get(&on)) {
        (Some(table), _) => table.triggers.clone(),
        (None, Some(view)) => view.triggers.clone(),
        (None, None) => Vec::new(),
    };
    let path = ObjectPath::Trigger { table: on.clone(), name: name.clone() };
    let Some(position) = list.iter().position(|t| t.name == *name) else {
        let open = run.catalog().tables.get(&on).is_some_and(|t| !t.complete);
        let open = open || super::routines::is_cloned(run, &on, name);
        return missing(run, path, open);
    };
    let before = Box::new(list[position].clone());
    let mut after = before.clone();
    after.comment = text;
    run.alter(
        path,
        Object::Trigger { trigger: before, position },
        Object::Trigger { trigger: after, position },
    )
}
