//! Schemas and extensions.
use super::{
    dependents::has_dependents,
    run::{Run, Step, exists, not_found},
};
use crate::{
    catalog::{Extension, Name, ObjectName, Schema},
    change::{Object, ObjectPath},
};

/// `CREATE SCHEMA`.
pub(super) fn create(run: &mut Run<'_>, name: &Name, if_not_exists: bool) -> Step {
    let path = ObjectPath::Schema { name: name.clone() };
    if run.catalog().schemas.contains(name) {
        if if_not_exists {
            run.out.skipped = true;
            return Ok(());
        }
        return exists(path);
    }
    if if_not_exists && run.catalog().is_open() {
        run.unknown(name, format!("schema `{name}` may exist already"));
    }
    run.create(path, Object::Schema(Schema { name: name.clone(), comment: None }))
}

/// `DROP SCHEMA`.
pub(super) fn drop(run: &mut Run<'_>, names: &[Name], if_exists: bool, cascade: bool) -> Step {
    for name in names {
        let path = ObjectPath::Schema { name: name.clone() };
        let Some(schema) = run.catalog().schemas.get(name).cloned() else {
            if run.catalog().is_open() || run.mysql() && !if_exists {
                run.unknown(name, format!("what is in schema `{name}` is not known: it cannot be restored"));
                continue;
            }
            if if_exists {
                run.out.skipped = true;
                continue;
            }
            return not_found(path);
        };
        empty(run, name, cascade || run.mysql(), &path)?;
        if run.catalog().is_open() {
            run.unknown(name, format!("what else is in schema `{name}` is not known: it cannot be restored"));
        }
        run.remove(path, Object::Schema((*schema).clone()))?;
    }
    Ok(())
}

/// Drops what is in a schema, or refuses.
fn empty(run: &mut Run<'_>, schema: &Name, cascade: bool, path: &ObjectPath) -> Step {
    let here = |name: &ObjectName| name.schema.as_ref() == Some(schema);
    let catalog = run.catalog();
    let tables: Vec<ObjectName> = catalog.tables.iter().map(|t| t.name.clone()).filter(here).collect();
    let views: Vec<ObjectName> = catalog.views.iter().map(|v| v.name.clone()).filter(here).collect();
    let sequences: Vec<ObjectName> = catalog.sequences.iter().map(|s| s.name.clone()).filter(here).collect();
    let types: Vec<ObjectName> = catalog.types.iter().map(|t| t.name.clone()).filter(here).collect();
    let routines: Vec<_> = catalog.routines.iter().filter(|r| here(&r.name)).cloned().collect();
    if !cascade {
        let first = tables.iter().chain(&views).chain(&sequences).chain(&types).next().cloned();
        if let Some(first) = first.or_else(|| routines.first().map(|r| r.name.clone())) {
            return has_dependents(path, &format!("`{first}` is in it"));
        }
    }
    for view in views {
        if run.catalog().views.contains(&view) {
            run.drop_readers(std::slice::from_ref(&view), true, path)?;
            run.remove_view(&view)?;
        }
    }
    super::tables::drop_all(run, &tables, true)?;
    for sequence in sequences {
        if run.catalog().sequences.contains(&sequence) {
            super::sequences::remove(run, &sequence, true)?;
        }
    }
    for name in types {
        super::types::remove(run, &name, true)?;
    }
    for routine in routines {
        super::routines::remove(run, &routine, true)?;
    }
    Ok(())
}

/// `ALTER SCHEMA … RENAME TO`.
pub(super) fn rename(run: &mut Run<'_>, from: &Name, to: &Name) -> Step {
    let path = |name: &Name| ObjectPath::Schema { name: name.clone() };
    if !run.catalog().schemas.contains(from) {
        if !run.catalog().is_open() {
            return not_found(path(from));
        }
        run.state.catalog.schemas.insert(Schema { name: from.clone(), comment: None });
    }
    if run.catalog().schemas.contains(to) {
        return exists(path(to));
    }
    run.rename(path(from), path(to))
}

/// `CREATE EXTENSION`.
pub(super) fn create_extension(
    run: &mut Run<'_>,
    name: &Name,
    schema: Option<&Name>,
    if_not_exists: bool,
) -> Step {
    let path = ObjectPath::Extension { name: name.clone() };
    // Every database has PL/pgSQL from the start; snapshots do not list it.
    if run.catalog().extensions.contains(name) || &**name == "plpgsql" {
        if if_not_exists {
            run.out.skipped = true;
            return Ok(());
        }
        return exists(path);
    }
    if if_not_exists && run.catalog().is_open() {
        run.unknown(name, format!("extension `{name}` may exist already"));
    }
    let schema = schema.cloned().or_else(|| Some(run.state.current_schema()));
    run.create(path, Object::Extension(Extension { name: name.clone(), schema }))
}

/// `DROP EXTENSION`.
pub(super) fn drop_extension(run: &mut Run<'_>, names: &[Name], if_exists: bool, cascade: bool) -> Step {
    for name in names {
        let path = ObjectPath::Extension { name: name.clone() };
        match run.catalog().extensions.get(name).cloned() {
            Some(extension) => {
                let what = if cascade { "is dropped with it" } else { "may hold it back" };
                run.unknown(name, format!("what uses extension `{name}` is not listed and {what}"));
                run.remove(path, Object::Extension((*extension).clone()))?;
            }
            None if run.catalog().is_open() => {
                run.unknown(name, format!("what extension `{name}` holds is not known"));
            }
            None if if_exists => run.out.skipped = true,
            None => return not_found(path),
        }
    }
    Ok(())
}
