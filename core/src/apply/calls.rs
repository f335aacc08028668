//! PostgreSQL: what calls a function and so depends on it.
//!
//! A generated column, a default, a check, an index, a domain's check or default, a trigger's condition, a view and a
//! partition key that call a function hold it back (error 2BP01) or go with it by `CASCADE`. Bodies in strings do not.
use std::sync::Arc;

use super::{
    dependents::has_dependents,
    run::{Run, Step, column_path},
};
use crate::{
    catalog::{
        Column, ConstraintKind, Expression, Index, Link, Name, ObjectName, Routine, RoutineKind, UserType,
        UserTypeKind,
    },
    change::{Object, ObjectPath},
    dialect::expression,
};

/// Something that calls a function.
enum Caller {
    Table(ObjectName),
    Column(ObjectName, Name),
    Default(ObjectName, Name),
    Constraint(ObjectName, Name),
    Index(ObjectName, Name),
    Trigger(ObjectName, Name),
    View(ObjectName),
    Type(ObjectName),
}

impl Caller {
    fn title(&self) -> String {
        match self {
            Self::Table(table) => format!("the partition key of `{table}`"),
            Self::Column(table, name) => format!("generated column `{}`", column_path(table, name)),
            Self::Default(table, name) => format!("the default of `{}`", column_path(table, name)),
            Self::Constraint(table, name) => format!("constraint `{name}` of `{table}`"),
            Self::Index(table, name) => format!("index `{name}` of `{table}`"),
            Self::Trigger(table, name) => format!("trigger `{name}` of `{table}`"),
            Self::View(name) => format!("view `{name}`"),
            Self::Type(name) => format!("domain `{name}`"),
        }
    }

    /// What a doubt about it is filed under.
    fn object(&self) -> &ObjectName {
        match self {
            Self::Table(name)
            | Self::Column(name, _)
            | Self::Default(name, _)
            | Self::Constraint(name, _)
            | Self::Index(name, _)
            | Self::Trigger(name, _)
            | Self::View(name)
            | Self::Type(name) => name,
        }
    }
}

/// Drops what calls the routine, or refuses. Where another function of the name may be meant, what calls it is in doubt.
pub(super) fn release(run: &mut Run<'_>, routine: &Routine, of: &ObjectPath, cascade: bool) -> Step {
    if run.mysql() || routine.kind == RoutineKind::Procedure {
        return Ok(());
    }
    let name = routine.name.name.clone();
    let lower = name.to_lowercase();
    let target = run.target();
    let others = run.catalog().routines.linked(Link::Routine, &ObjectName::bare(name.clone())).count() > 1;
    let sure = !others
        && expression::builtin_function(&lower, &target).is_none()
        && run.catalog().extensions.is_empty()
        && !run.catalog().is_open();
    let found = callers(run, &lower);
    if !sure {
        for caller in found.iter().filter(|_| cascade) {
            let message = format!(
                "{} calls a function named `{name}`: whether that is `{of}`, which is dropped, is not known",
                caller.title()
            );
            run.uncertain(caller.object(), message);
        }
        return Ok(());
    }
    if let (false, Some(caller)) = (cascade, found.first()) {
        return has_dependents(of, &format!("{} calls it", caller.title()));
    }
    for caller in found {
        drop(run, caller, &lower)?;
    }
    Ok(())
}

/// Everything listed that calls a function of that name in lower case; views first, since they read the rest.
fn callers(run: &Run<'_>, lower: &str) -> Vec<Caller> {
    let target = run.target();
    // Most are told by their texts, unread.
    let calls = |e: &Expression| {
        e.sql.to_lowercase().contains(lower)
            && expression::functions(e, &target).iter().any(|f| f.as_str() == lower)
    };
    let catalog = run.catalog();
    let views = catalog.views.iter().filter(|v| calls(&v.query));
    let mut found: Vec<Caller> = views.map(|v| Caller::View(v.name.clone())).collect();
    for table in catalog.tables.iter() {
        let of = &table.name;
        let by = table.properties.partition_by.as_ref().map(|by| expression::read(by, &target));
        if by.as_ref().is_some_and(&calls) {
            found.push(Caller::Table(of.clone()));
            continue;
        }
        let condition = |t: &crate::catalog::Trigger| {
            let at = t.definition.sql.to_lowercase().rfind("execute");
            let head = at.and_then(|at| t.definition.sql.get(..at)).unwrap_or("");
            calls(&Expression { sql: head.into(), normal: crate::catalog::Text::default() })
        };
        let triggers = table.triggers.iter().filter(|t| condition(t));
        found.extend(triggers.map(|t| Caller::Trigger(of.clone(), t.name.clone())));
        let index =
            |i: &Index| i.keys.iter().filter_map(|k| k.expression.as_ref()).chain(&i.predicate).any(&calls);
        let indexes = table.indexes.iter().filter(|i| index(i));
        found.extend(indexes.map(|i| Caller::Index(of.clone(), i.name.clone())));
        for constraint in &table.constraints {
            if let ConstraintKind::Check { expression: e, .. } | ConstraintKind::Exclude { definition: e } =
                &constraint.kind
                && calls(e)
            {
                found.push(Caller::Constraint(of.clone(), constraint.name.clone()));
            }
        }
        for column in &table.columns {
            if column.generated.as_ref().is_some_and(|g| calls(&g.expression)) {
                found.push(Caller::Column(of.clone(), column.name.clone()));
            } else if column.default.as_ref().is_some_and(&calls) {
                found.push(Caller::Default(of.clone(), column.name.clone()));
            }
        }
    }
    let domain = |t: &UserType| match &t.kind {
        UserTypeKind::Domain { default, checks, .. } => {
            default.iter().chain(checks.iter().map(|(_, check)| check)).any(&calls)
        }
        UserTypeKind::Enum { .. } | UserTypeKind::Composite { .. } | UserTypeKind::Other => false,
    };
    let domains = catalog.types.iter().filter(|t| domain(t));
    found.extend(domains.map(|t| Caller::Type(t.name.clone())));
    found
}

/// Drops one caller, unless it went with another one.
fn drop(run: &mut Run<'_>, caller: Caller, lower: &str) -> Step {
    match caller {
        Caller::View(name) => {
            let of = ObjectPath::View { name: name.clone() };
            run.drop_readers(std::slice::from_ref(&name), true, &of)?;
            run.remove_view(&name)
        }
        Caller::Table(name) if run.catalog().tables.contains(&name) => {
            super::tables::drop_all(run, &[name], true)
        }
        Caller::Table(_) => Ok(()),
        Caller::Trigger(table, name) => super::routines::remove_trigger(run, &table, &name),
        Caller::Index(table, name) => {
            let Some(listed) = run.catalog().tables.get(&table).map(Arc::clone) else { return Ok(()) };
            let Some(place) = listed.indexes.iter().position(|i| i.name == name) else { return Ok(()) };
            run.remove_index(&table, place)
        }
        Caller::Constraint(table, name) => {
            let Some(listed) = run.catalog().tables.get(&table).map(Arc::clone) else { return Ok(()) };
            let Some(place) = listed.constraints.iter().position(|c| c.name == name) else { return Ok(()) };
            run.remove_constraint(&table, place)
        }
        Caller::Column(table, name) => {
            let listed = run.catalog().tables.get(&table).is_some_and(|t| run.place(t, &name).is_some());
            if listed { super::columns::drop(run, &table, &name, true, true) } else { Ok(()) }
        }
        Caller::Default(table, name) => {
            let Some(listed) = run.catalog().tables.get(&table).map(Arc::clone) else { return Ok(()) };
            let Some(place) = run.place(&listed, &name) else { return Ok(()) };
            let after = Column { default: None, ..listed.columns[place].clone() };
            run.alter_column(&table, place, after, place)
        }
        Caller::Type(name) => strip_domain(run, lower, &name),
    }
}

/// A domain stays without the checks that call a function of that name in lower case. Its default is part of the type:
/// the domain goes with the default.
fn strip_domain(run: &mut Run<'_>, lower: &str, name: &ObjectName) -> Step {
    let target = run.target();
    let calls = |e: &Expression| expression::functions(e, &target).iter().any(|f| f.as_str() == lower);
    let Some(before) = run.catalog().types.get(name).cloned() else { return Ok(()) };
    let mut after = UserType::clone(&before);
    if let UserTypeKind::Domain { default, checks, .. } = &mut after.kind {
        if default.as_ref().is_some_and(&calls) {
            return super::types::remove(run, name, true);
        }
        checks.retain(|(_, check)| !calls(check));
    }
    let path = ObjectPath::Type { name: name.clone() };
    run.alter(path, Object::Type(before), Object::Type(after.into()))
}
