//! User-defined types of PostgreSQL.
use std::collections::BTreeSet;

use super::{
    ConflictKind,
    dependents::has_dependents,
    run::{Run, Step, exists, fail, not_found},
};
use crate::{
    catalog::{ConstraintKind, DataType, Expression, Link, Name, ObjectName, UserType, UserTypeKind},
    change::{Object, ObjectPath},
    dialect::expression,
    operation::{DomainAction, EnumPlace, TypeAction},
};

/// The full name of a listed type.
fn find(run: &Run<'_>, name: &ObjectName) -> Option<ObjectName> {
    if name.schema.is_some() {
        return run.catalog().types.contains(name).then(|| name.clone());
    }
    run.search_path()
        .into_iter()
        .map(|schema| ObjectName { schema: Some(schema), name: name.name.clone() })
        .find(|full| run.catalog().types.contains(full))
}

/// The full name of a user-defined type, or of a table, which has a row type; `None` when there is none.
pub(super) fn full_name(run: &Run<'_>, custom: &ObjectName) -> Option<ObjectName> {
    if let Some(full) = find(run, custom) {
        return Some(full);
    }
    if let Some((full, _)) = run.find(custom) {
        return Some(full);
    }
    // Types of extensions are not listed, nor are those of an open world.
    let extension = run.catalog().extensions.iter().find_map(|e| e.schema.clone());
    if let (Some(schema), None) = (&extension, &custom.schema) {
        return Some(ObjectName { schema: Some(schema.clone()), name: custom.name.clone() });
    }
    let full = run.qualify(custom);
    (run.is_open(&full) || !run.catalog().extensions.is_empty()).then_some(full)
}

/// Gives the user-defined type of a column its full name, and refuses one that does not exist.
pub(super) fn resolve(run: &mut Run<'_>, data_type: &mut DataType) -> Step {
    let Some(custom) = &mut data_type.custom else { return Ok(()) };
    match full_name(run, custom) {
        Some(full) => {
            *custom = full;
            Ok(())
        }
        None => not_found(ObjectPath::Type { name: run.qualify(custom) }),
    }
}

/// `CREATE TYPE`, `CREATE DOMAIN`.
pub(super) fn create(run: &mut Run<'_>, name: &ObjectName, kind: &UserTypeKind) -> Step {
    let full = run.qualify(name);
    let path = ObjectPath::Type { name: full.clone() };
    run.schema_exists(&full)?;
    if let Some(old) = run.catalog().types.get(&full).cloned() {
        // A shell type is filled in by a second CREATE TYPE.
        if old.kind != UserTypeKind::Other {
            return exists(path);
        }
        let after = UserType { kind: kind.clone(), ..(*old).clone() };
        return run.alter(path, Object::Type(old), Object::Type(after.into()));
    }
    if let Some(other) = run.relation(&full)
        && !matches!(
            other,
            super::run::Relation::Index { .. } | super::run::Relation::IdentitySequence { .. }
        )
    {
        let message = format!("a {} named `{full}` exists already, and with it its type", other.noun());
        return fail(ConflictKind::AlreadyExists, path, message);
    }
    let mut kind = kind.clone();
    match &mut kind {
        UserTypeKind::Domain { base, checks, .. } => {
            resolve(run, base)?;
            let mut names: Vec<crate::catalog::Name> =
                checks.iter().map(|(n, _)| n.clone()).filter(|n| !n.is_empty()).collect();
            for (check, _) in checks.iter_mut().filter(|(n, _)| n.is_empty()) {
                *check = crate::dialect::postgres::names::choose(&full.name, None, "check", |n| {
                    names.iter().any(|name| *name == *n)
                });
                names.push(check.clone());
            }
            in_order(checks);
            crate::dialect::postgres::domains::checks(&mut kind, &run.catalog().types, &run.target());
        }
        UserTypeKind::Composite { attributes } => {
            for (_, data_type) in attributes {
                resolve(run, data_type)?;
            }
        }
        UserTypeKind::Enum { labels } => {
            let mut seen: BTreeSet<&String> = BTreeSet::new();
            if let Some(label) = labels.iter().enumerate().find(|(_, l)| !seen.insert(l)) {
                let message = format!("label `{}` stands twice", label.1);
                return fail(ConflictKind::InvalidDefinition, path, message);
            }
        }
        UserTypeKind::Other => {}
    }
    run.create(path, Object::Type(UserType { name: full, kind, comment: None }.into()))
}

/// PostgreSQL asks a domain's checks in the order of their names.
fn in_order(checks: &mut [(crate::catalog::Name, crate::catalog::Expression)]) {
    checks.sort_by(|(a, _), (b, _)| a.cmp(b));
}

/// `ALTER TYPE`, `ALTER DOMAIN`.
pub(super) fn alter(run: &mut Run<'_>, name: &ObjectName, action: &TypeAction) -> Step {
    let Some(full) = find(run, name) else {
        let full = run.qualify(name);
        if run.is_open(&full) {
            run.unknown(&full, format!("type `{full}` is not known: what it was before cannot be restored"));
            return Ok(());
        }
        return not_found(ObjectPath::Type { name: full });
    };
    let path = ObjectPath::Type { name: full.clone() };
    match action {
        TypeAction::AddValue { label, neighbour, if_not_exists } => edit_labels(run, &full, |run, labels| {
            if labels.contains(label) {
                if *if_not_exists {
                    run.out.skipped = true;
                    return Ok(());
                }
                let message = format!("type `{full}` has the label `{label}` already");
                return fail(ConflictKind::AlreadyExists, path.clone(), message);
            }
            let at = match neighbour {
                None => labels.len(),
                Some((place, other)) => {
                    let Some(at) = labels.iter().position(|l| l == other) else {
                        let message = format!("type `{full}` has no label `{other}`");
                        return fail(ConflictKind::NotFound, path.clone(), message);
                    };
                    match place {
                        EnumPlace::Before => at,
                        EnumPlace::After => at + 1,
                    }
                }
            };
            labels.insert(at, label.clone());
            Ok(())
        }),
        TypeAction::RenameValue { from, to } => edit_labels(run, &full, |_, labels| {
            // The server misses the old label before it looks at the new one.
            let Some(at) = labels.iter().position(|l| l == from) else {
                let message = format!("type `{full}` has no label `{from}`");
                return fail(ConflictKind::NotFound, path.clone(), message);
            };
            if labels.contains(to) {
                let message = format!("type `{full}` has the label `{to}` already");
                return fail(ConflictKind::AlreadyExists, path.clone(), message);
            }
            if let Some(label) = labels.get_mut(at) {
                label.clone_from(to);
            }
            Ok(())
        }),
        TypeAction::Rename { to } => rename(run, &full, &full.sibling(to.clone())),
        TypeAction::SetSchema { schema } if full.schema.as_ref() == Some(schema) => Ok(()),
        TypeAction::SetSchema { schema } => {
            rename(run, &full, &ObjectName { schema: Some(schema.clone()), name: full.name.clone() })
        }
        TypeAction::Domain(action) => domain(run, &full, action),
        TypeAction::Opaque { verb } | TypeAction::Other { verb, .. } => {
            run.uncertain(&full, format!("type `{full}` changes by {verb}, which is not followed"));
            Ok(())
        }
    }
}

/// `ALTER DOMAIN` of what a domain takes or gives.
fn domain(run: &mut Run<'_>, full: &ObjectName, action: &DomainAction) -> Step {
    let path = ObjectPath::Type { name: full.clone() };
    let Some(old) = run.catalog().types.get(full).cloned() else { return Ok(()) };
    let mut after = UserType::clone(&old);
    let UserTypeKind::Domain { base, nullable, default, checks } = &mut after.kind else {
        return fail(ConflictKind::WrongKind, path, format!("type `{full}` is not a domain"));
    };
    // From 17 on `NOT NULL` is a constraint with a name of its own, which the catalog does not hold.
    let named = run.version_at_least(17) && !*nullable;
    let missing = |name: &Name| {
        let message = format!("domain `{full}` has no constraint `{name}`");
        fail(ConflictKind::NotFound, path.clone(), message)
    };
    let place = |checks: &[(Name, Expression)], name: &Name| checks.iter().position(|(own, _)| own == name);
    match action {
        DomainAction::AddCheck { name, check, .. } => {
            let name = match name {
                Some(name) if place(checks, name).is_some() => {
                    let message = format!("domain `{full}` has a constraint `{name}` already");
                    return fail(ConflictKind::AlreadyExists, path, message);
                }
                Some(name) => name.clone(),
                None => crate::dialect::postgres::names::choose(&full.name, None, "check", |n| {
                    checks.iter().any(|(name, _)| *name == *n)
                }),
            };
            checks.push((name, check.clone()));
            in_order(checks);
            crate::dialect::postgres::domains::checks(&mut after.kind, &run.catalog().types, &run.target());
        }
        DomainAction::DropConstraint { name, if_exists } => match place(checks, name) {
            Some(at) => {
                checks.remove(at);
            }
            None if named => {
                let message = format!("whether `{name}` is what keeps NULL out of `{full}` is not known");
                run.uncertain(full, message);
                return Ok(());
            }
            None if *if_exists => {
                run.out.skipped = true;
                return Ok(());
            }
            None => return missing(name),
        },
        DomainAction::RenameConstraint { from, to } => {
            let Some(at) = place(checks, from) else {
                return if named { Ok(()) } else { missing(from) };
            };
            if place(checks, to).is_some() {
                let message = format!("domain `{full}` has a constraint `{to}` already");
                return fail(ConflictKind::AlreadyExists, path, message);
            }
            if let Some((name, _)) = checks.get_mut(at) {
                name.clone_from(to);
            }
            in_order(checks);
        }
        DomainAction::Validate { name } => {
            return if place(checks, name).is_some() || named { Ok(()) } else { missing(name) };
        }
        DomainAction::Nullable { nullable: new } => *nullable = *new,
        DomainAction::Default { default: new } => {
            *default = new.as_ref().and_then(|e| expression::read_default(&e.sql, base, &run.target()));
        }
    }
    run.alter(ObjectPath::Type { name: full.clone() }, Object::Type(old), Object::Type(after.into()))
}

fn rename(run: &mut Run<'_>, from: &ObjectName, to: &ObjectName) -> Step {
    run.schema_exists(to)?;
    let path = ObjectPath::Type { name: to.clone() };
    if run.catalog().types.contains(to) || run.relation(to).is_some() {
        return exists(path);
    }
    run.rename(ObjectPath::Type { name: from.clone() }, path)
}

fn edit_labels(
    run: &mut Run<'_>,
    name: &ObjectName,
    edit: impl FnOnce(&mut Run<'_>, &mut Vec<String>) -> Step,
) -> Step {
    let Some(before) = run.catalog().types.get(name).cloned() else { return Ok(()) };
    let path = ObjectPath::Type { name: name.clone() };
    let mut after = (*before).clone();
    let UserTypeKind::Enum { labels } = &mut after.kind else {
        return fail(ConflictKind::WrongKind, path, format!("`{name}` is not an enum"));
    };
    edit(run, labels)?;
    run.alter(path, Object::Type(before), Object::Type(after.into()))
}

/// `DROP TYPE`, `DROP DOMAIN`.
pub(super) fn drop(run: &mut Run<'_>, names: &[ObjectName], if_exists: bool, cascade: bool) -> Step {
    for name in names {
        match find(run, name) {
            Some(full) => remove(run, &full, cascade)?,
            None => {
                let full = run.qualify(name);
                if run.is_open(&full) {
                    let message =
                        format!("the definition of type `{full}` is not known: it cannot be restored");
                    run.unknown(&full, message);
                } else if if_exists {
                    run.out.skipped = true;
                } else {
                    return not_found(ObjectPath::Type { name: full });
                }
            }
        }
    }
    Ok(())
}

/// Drops a listed type with the columns of it, or refuses.
pub(super) fn remove(run: &mut Run<'_>, name: &ObjectName, cascade: bool) -> Step {
    let path = ObjectPath::Type { name: name.clone() };
    let based = release(run, name, &path, &BTreeSet::new(), cascade)?;
    for name in based.iter().rev().chain([name]) {
        if let Some(before) = run.catalog().types.get(name).cloned() {
            run.remove(ObjectPath::Type { name: name.clone() }, Object::Type(before))?;
        }
    }
    Ok(())
}

/// Those of the tables whose names stand as types somewhere.
pub(super) fn used_as_types(run: &Run<'_>, tables: &[ObjectName]) -> BTreeSet<ObjectName> {
    let catalog = run.catalog();
    let types = catalog.types.iter().flat_map(|t| match &t.kind {
        UserTypeKind::Domain { base, .. } => base.custom.iter().collect(),
        UserTypeKind::Composite { attributes } => {
            attributes.iter().filter_map(|(_, t)| t.custom.as_ref()).collect::<Vec<_>>()
        }
        UserTypeKind::Enum { .. } | UserTypeKind::Other => Vec::new(),
    });
    let used: BTreeSet<&ObjectName> = types.collect();
    let column = |name: &ObjectName| {
        let mut tables = catalog.tables.linked(Link::OfType, name);
        tables.any(|t| t.columns.iter().any(|c| c.data_type.custom.as_ref() == Some(name)))
    };
    let told = |name: &ObjectName| {
        catalog.routines.iter().any(|r| {
            let named = |text: &str| text.contains(name.name.as_str());
            named(&r.signature) || r.returns.as_deref().is_some_and(named)
        })
    };
    tables.iter().filter(|name| used.contains(name) || column(name) || told(name)).cloned().collect()
}

/// Drops what a table's row type is used for elsewhere, or refuses. Tables in `going` are dropped as well.
pub(super) fn release_rows(
    run: &mut Run<'_>,
    table: &ObjectName,
    going: &BTreeSet<ObjectName>,
    cascade: bool,
) -> Step {
    let path = ObjectPath::Table { name: table.clone() };
    for name in release(run, table, &path, going, cascade)?.iter().rev() {
        if let Some(before) = run.catalog().types.get(name).cloned() {
            run.remove(ObjectPath::Type { name: name.clone() }, Object::Type(before))?;
        }
    }
    Ok(())
}

/// Drops the columns and routines of a type, or refuses; the types based on it, those that others are based on first,
/// are left to the caller.
fn release(
    run: &mut Run<'_>,
    name: &ObjectName,
    path: &ObjectPath,
    going: &BTreeSet<ObjectName>,
    cascade: bool,
) -> Step<Vec<ObjectName>> {
    // Domains and composite types based on it, found without recursion; dependents are dropped first.
    let mut all = vec![name.clone()];
    let mut next = 0;
    while let Some(of) = all.get(next).cloned() {
        next += 1;
        let of = &of;
        let uses = |t: &DataType| t.custom.as_ref() == Some(of);
        let tables = run.catalog().tables.linked(Link::OfType, of).filter(|t| !going.contains(&t.name));
        let columns: Vec<_> = tables
            .flat_map(|t| {
                t.columns.iter().filter(|c| uses(&c.data_type)).map(|c| (t.name.clone(), c.name.clone()))
            })
            .collect();
        let types: Vec<ObjectName> = run
            .catalog()
            .types
            .iter()
            .filter(|t| match &t.kind {
                UserTypeKind::Domain { base, .. } => uses(base),
                UserTypeKind::Composite { attributes } => attributes.iter().any(|(_, t)| uses(t)),
                UserTypeKind::Enum { .. } | UserTypeKind::Other => false,
            })
            .map(|t| t.name.clone())
            .filter(|t| !all.contains(t))
            .collect();
        if !cascade && let Some((table, column)) = columns.first() {
            return has_dependents(path, &format!("column `{table}.{column}` is of that type"));
        }
        if !cascade && let Some(other) = types.first() {
            return has_dependents(path, &format!("type `{other}` is based on it"));
        }
        let routines = super::routines::of_type(run, of);
        if !cascade && let Some(routine) = routines.first() {
            return has_dependents(path, &format!("function `{}` takes or gives it", routine.name));
        }
        for routine in &routines {
            super::routines::remove(run, routine, true)?;
        }
        for (table, column) in columns {
            super::columns::drop(run, &table, &column, true, true)?;
        }
        release_expressions(run, of, path, going, cascade)?;
        all.extend(types);
    }
    Ok(all.split_off(1))
}

/// Defaults and checks that cast something to a type go with it.
fn release_expressions(
    run: &mut Run<'_>,
    of: &ObjectName,
    path: &ObjectPath,
    going: &BTreeSet<ObjectName>,
    cascade: bool,
) -> Step {
    let casts = |e: &Expression| super::defaults::mentions_type(run, &e.sql, of);
    let mut defaults = Vec::new();
    let mut checks = Vec::new();
    for table in run.catalog().tables.iter().filter(|t| !going.contains(&t.name)) {
        let with = table.columns.iter().filter(|c| c.default.as_ref().is_some_and(casts));
        defaults.extend(with.map(|c| (table.name.clone(), c.name.clone())));
        let with = table
            .constraints
            .iter()
            .filter(|c| matches!(&c.kind, ConstraintKind::Check { expression, .. } if casts(expression)));
        checks.extend(with.map(|c| (table.name.clone(), c.name.clone())));
    }
    if !cascade && let Some((table, column)) = defaults.first() {
        return has_dependents(path, &format!("the default of `{table}.{column}` is of that type"));
    }
    if !cascade && let Some((table, check)) = checks.first() {
        return has_dependents(path, &format!("check `{check}` of `{table}` uses it"));
    }
    for (table, column) in defaults {
        super::columns::edit(run, &table, &column, |_, column| {
            column.default = None;
            Ok(())
        })?;
    }
    for (table, check) in checks {
        let place = run.get(&table)?.constraints.iter().position(|c| c.name == check);
        if let Some(place) = place {
            run.remove_constraint(&table, place)?;
        }
    }
    Ok(())
}
