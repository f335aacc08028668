//! Sequences.
use super::{
    ConflictKind,
    dependents::has_dependents,
    run::{Relation, Run, Step, column_path, exists, fail, not_found},
};
use crate::{
    catalog::{Column, Name, ObjectName, Sequence, SequenceOptions},
    change::{Object, ObjectPath},
    operation::SequenceAction,
};

fn path(name: &ObjectName) -> ObjectPath {
    ObjectPath::Sequence { name: name.clone() }
}

/// `CREATE SEQUENCE`.
pub(super) fn create(
    run: &mut Run<'_>,
    name: &ObjectName,
    options: &SequenceOptions,
    owned_by: Option<&(ObjectName, Name)>,
    if_not_exists: bool,
    temporary: bool,
) -> Step {
    let mut full = run.qualify(name);
    if temporary && !run.mysql() {
        full.schema = Some("pg_temp".into());
    }
    if run.relation(&full).is_some() && if_not_exists {
        run.out.skipped = true;
        return Ok(());
    }
    if if_not_exists && run.may_exist(&full) {
        let probe = super::probe::table_exists(run, &full);
        run.unknown_with_probe(&full, format!("sequence `{full}` may exist already"), probe);
    }
    run.free(path(&full), &full)?;
    let owned_by = owner(run, owned_by)?;
    let sequence = Sequence { name: full.clone(), options: options.clone(), owned_by, comment: None };
    run.create(path(&full), Object::Sequence(sequence.into()))
}

fn owner(run: &mut Run<'_>, written: Option<&(ObjectName, Name)>) -> Step<Option<(ObjectName, Name)>> {
    let Some((table, column)) = written else { return Ok(None) };
    let table = run.table(table)?;
    let known = run.get(&table)?;
    run.column(&known, column)?;
    Ok(Some((table, column.clone())))
}

/// `ALTER SEQUENCE`.
pub(super) fn alter(run: &mut Run<'_>, name: &ObjectName, if_exists: bool, action: &SequenceAction) -> Step {
    let (full, relation) = match run.find(name) {
        Some(found) => found,
        None => {
            let full = run.qualify(name);
            if run.may_exist(&full) {
                let message =
                    format!("sequence `{full}` is not known: what it was before cannot be restored");
                run.unknown(&full, message);
                return Ok(());
            }
            if if_exists {
                run.out.skipped = true;
                return Ok(());
            }
            return not_found(path(&full));
        }
    };
    match relation {
        Relation::Sequence => {}
        Relation::IdentitySequence { table, column } => {
            return of_identity(run, &full, &table, &column, action);
        }
        other @ (Relation::Table | Relation::View { .. } | Relation::Index { .. } | Relation::Composite) => {
            let message = format!("`{name}` is a {}, not a sequence", other.noun());
            return fail(ConflictKind::WrongKind, path(&full), message);
        }
    }
    let Some(before) = run.catalog().sequences.get(&full).cloned() else { return Ok(()) };
    match action {
        SequenceAction::Options { options } => {
            let mut after = (*before).clone();
            set_options(&mut after.options, options);
            run.alter(path(&full), Object::Sequence(before), Object::Sequence(after.into()))
        }
        SequenceAction::OwnedBy { owner: written } => {
            let owned_by = owner(run, written.as_ref())?;
            let after = Sequence { owned_by, ..(*before).clone() };
            run.alter(path(&full), Object::Sequence(before), Object::Sequence(after.into()))
        }
        SequenceAction::Rename { to } => rename(run, &full, &full.sibling(to.clone())),
        SequenceAction::SetSchema { schema } => {
            rename(run, &full, &ObjectName { schema: Some(schema.clone()), name: full.name.clone() })
        }
    }
}

fn rename(run: &mut Run<'_>, from: &ObjectName, to: &ObjectName) -> Step {
    run.free(path(to), to)?;
    run.rename(path(from), path(to))
}

/// The sequence of an identity column is part of the column.
fn of_identity(
    run: &mut Run<'_>,
    full: &ObjectName,
    table: &ObjectName,
    column: &Name,
    action: &SequenceAction,
) -> Step {
    match action {
        SequenceAction::Options { options } => {
            super::columns::edit(run, table, column, |_, c: &mut Column| {
                if let Some(identity) = &mut c.identity {
                    set_options(&mut identity.options, options);
                }
                Ok(())
            })
        }
        SequenceAction::Rename { to } => {
            if run.relation(&full.sibling(to.clone())).is_some() {
                return exists(path(&full.sibling(to.clone())));
            }
            super::columns::edit(run, table, column, |_, c| {
                if let Some(identity) = &mut c.identity {
                    identity.sequence = to.clone();
                }
                Ok(())
            })
        }
        SequenceAction::OwnedBy { .. } | SequenceAction::SetSchema { .. } => {
            let message = format!("`{full}` belongs to the identity column `{}`", column_path(table, column));
            fail(ConflictKind::NotAllowed, path(full), message)
        }
    }
}

fn set_options(options: &mut SequenceOptions, changes: &[(String, Option<String>)]) {
    for (option, value) in changes {
        let number = value.as_deref().and_then(|v| v.trim().parse::<i64>().ok());
        match option.as_str() {
            "increment" => options.increment = number.filter(|n| *n != 1),
            "minvalue" => options.minimum = number.filter(|n| *n != 1),
            "maxvalue" => options.maximum = number.filter(|n| *n != i64::MAX),
            "start" => options.start = number.filter(|n| *n != 1),
            "cache" => options.cache = number.filter(|n| *n != 1),
            "cycle" => options.cycle = value.is_some(),
            "as" => options.data_type = value.clone().filter(|t| t != "bigint"),
            // `restart` sets a value, which is data.
            _ => {}
        }
    }
}

/// `DROP SEQUENCE`.
pub(super) fn drop(run: &mut Run<'_>, names: &[ObjectName], if_exists: bool, cascade: bool) -> Step {
    for name in names {
        match run.find(name) {
            Some((full, Relation::Sequence)) => remove(run, &full, cascade)?,
            Some((full, Relation::IdentitySequence { table, column })) => {
                let of = path(&full);
                return has_dependents(
                    &of,
                    &format!("identity column `{}` needs it", column_path(&table, &column)),
                );
            }
            Some((
                full,
                other @ (Relation::Table
                | Relation::View { .. }
                | Relation::Index { .. }
                | Relation::Composite),
            )) => {
                let message = format!("`{name}` is a {}, not a sequence", other.noun());
                return fail(ConflictKind::WrongKind, path(&full), message);
            }
            None => {
                let full = run.qualify(name);
                if run.may_exist(&full) {
                    let message =
                        format!("the definition of sequence `{full}` is not known: it cannot be restored");
                    run.unknown(&full, message);
                    run.learn_absent(&full);
                } else if if_exists {
                    run.out.skipped = true;
                } else {
                    return not_found(path(&full));
                }
            }
        }
    }
    Ok(())
}

/// Drops a listed sequence; defaults that use it hold it back, or go with CASCADE.
pub(super) fn remove(run: &mut Run<'_>, name: &ObjectName, cascade: bool) -> Step {
    let users: Vec<(ObjectName, Name)> = run
        .catalog()
        .tables
        .iter()
        .flat_map(|t| t.columns.iter().filter(|c| uses(c, name)).map(|c| (t.name.clone(), c.name.clone())))
        .collect();
    for (table, column) in users {
        if !cascade {
            let of = path(name);
            return has_dependents(
                &of,
                &format!("the default of `{}` uses it", column_path(&table, &column)),
            );
        }
        super::columns::edit(run, &table, &column, |_, c| {
            c.default = None;
            Ok(())
        })?;
    }
    run.drop_readers(std::slice::from_ref(name), cascade, &path(name))?;
    let Some(before) = run.catalog().sequences.get(name).cloned() else { return Ok(()) };
    run.remove(path(name), Object::Sequence(before))
}

fn uses(column: &Column, sequence: &ObjectName) -> bool {
    column.default.as_ref().is_some_and(|d| {
        let pair = (sequence.schema_str(), &*sequence.name);
        super::commit::sequence_in(&d.sql, pair)
    })
}
