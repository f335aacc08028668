//! Functions, procedures and triggers.
use std::sync::Arc;

use super::{
    ConflictKind,
    dependents::has_dependents,
    run::{Relation, Run, Step, exists, fail, not_found},
};
use crate::{
    catalog::{DataType, Link, Name, ObjectName, Routine, RoutineKind, Trigger},
    change::{Object, ObjectPath},
    dialect::{
        expression,
        postgres::{names, render::quote},
    },
    operation::RoutineAction,
    target::Dialect,
};

fn path(routine: &Routine) -> ObjectPath {
    let name = routine.name.clone();
    ObjectPath::Routine { name, signature: routine.signature.clone(), routine: routine.kind }
}

/// Listed routines of a name, in the first schema of the search path that has one.
fn find(
    run: &Run<'_>,
    name: &ObjectName,
    signature: Option<&str>,
    kind: Option<RoutineKind>,
) -> Vec<Arc<Routine>> {
    let schemas: Vec<Name> = match &name.schema {
        Some(schema) => vec![schema.clone()],
        None => run.search_path(),
    };
    let squeeze = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
    for schema in schemas {
        let found: Vec<Arc<Routine>> = run
            .catalog()
            .routines
            .linked(Link::Routine, &ObjectName::bare(name.name.clone()))
            .filter(|r| {
                r.name.schema.as_ref() == Some(&schema)
                    && run.same(&r.name.name, &name.name)
                    && kind.is_none_or(|k| r.kind == k)
                    && signature.is_none_or(|s| run.mysql() || squeeze(s) == squeeze(&r.signature))
            })
            .cloned()
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// `CREATE FUNCTION`, `CREATE PROCEDURE`.
pub(super) fn create(run: &mut Run<'_>, written: &Routine, or_replace: bool, if_not_exists: bool) -> Step {
    let name = run.qualify(&written.name);
    run.schema_exists(&name)?;
    let routine = Routine { name, ..written.clone() };
    let kind = run.mysql().then_some(routine.kind);
    if routine.attributes.contains_key("atomic") {
        let name = &routine.name;
        run.uncertain(name, format!("the server writes the body of `{name}` in its own words"));
    }
    let old = find(run, &routine.name, Some(&routine.signature), kind);
    let at = path(&routine);
    if !run.mysql() {
        types_exist(run, &routine)?;
    }
    match old.first().cloned() {
        None => {
            if (or_replace || if_not_exists) && run.catalog().is_open() {
                let message = format!("`{}` may exist already, with another body that is lost", routine.name);
                run.unknown(&routine.name, message);
            }
            run.create(at, Object::Routine(routine.into()))
        }
        Some(_) if if_not_exists => {
            run.out.skipped = true;
            Ok(())
        }
        Some(old) if or_replace && old.kind == routine.kind => {
            if !run.mysql() && old.returns != routine.returns {
                let message = format!("the return type of `{}` cannot change: drop it first", routine.name);
                return fail(ConflictKind::NotAllowed, at, message);
            }
            if !run.mysql() {
                same_parameters(&old, &routine, &at)?;
            }
            let at = path(&old);
            let routine = Routine {
                name: old.name.clone(),
                signature: old.signature.clone(),
                comment: routine.comment.clone().or_else(|| old.comment.clone()),
                ..routine
            };
            run.alter(at, Object::Routine(old), Object::Routine(routine.into()))
        }
        Some(_) => exists(at),
    }
}

/// What is no type of a column and may be one of a parameter or a result.
const PSEUDO: &[&str] = &[
    "any",
    "cstring",
    "event_trigger",
    "fdw_handler",
    "index_am_handler",
    "internal",
    "language_handler",
    "opaque",
    "record",
    "table",
    "table_am_handler",
    "trigger",
    "tsm_handler",
    "unknown",
    "void",
];

/// PostgreSQL looks up the types of parameters and of the result (error 42704).
fn types_exist(run: &mut Run<'_>, routine: &Routine) -> Step {
    for mut data_type in types_of(run, routine) {
        super::types::resolve(run, &mut data_type)?;
    }
    Ok(())
}

/// The listed routines that take or give a user's type: they hold it back, and go with it.
pub(super) fn of_type(run: &mut Run<'_>, name: &ObjectName) -> Vec<Arc<Routine>> {
    let named = |t: &DataType| t.custom.as_ref().is_some_and(|custom| custom.name == name.name);
    // Most are told by their texts, unread.
    let told = |text: &str| text.contains(name.name.as_str());
    let may = |r: &Routine| {
        r.kind != RoutineKind::Aggregate && (told(&r.signature) || r.returns.as_deref().is_some_and(told))
    };
    let routines: Vec<Arc<Routine>> = run.catalog().routines.iter().filter(|r| may(r)).cloned().collect();
    let mut found = Vec::new();
    for routine in routines {
        let mut types: Vec<DataType> = types_of(run, &routine).into_iter().filter(named).collect();
        let uses = types.iter_mut().any(|data_type| {
            super::types::resolve(run, data_type).is_ok() && data_type.custom.as_ref() == Some(name)
        });
        if uses {
            found.push(routine);
        }
    }
    found
}

/// The types of a routine's parameters and of its result that are looked up in the catalog, as they are written.
fn types_of(run: &Run<'_>, routine: &Routine) -> Vec<DataType> {
    let target = run.target();
    // Of a type that is not there yet, the input function makes a shell.
    let shells = matches!(routine.language.as_str(), "c" | "internal");
    let result = routine.returns.as_deref().filter(|_| !shells).unwrap_or("");
    let result = result.strip_prefix("SETOF ").or_else(|| result.strip_prefix("setof ")).unwrap_or(result);
    // A signature shows names without quotes.
    let shown = |text: &str| {
        let read = crate::dialect::postgres::types::parse(text, &target);
        if read.custom.is_none() {
            return read;
        }
        let name = text.strip_suffix(read.text.as_str()).unwrap_or(text);
        let custom = match name.split_once('.') {
            Some((schema, name)) => ObjectName::new(schema, name),
            None => ObjectName::bare(name),
        };
        DataType { custom: Some(custom), text: read.text }
    };
    let inputs: Vec<DataType> =
        split(&routine.signature).into_iter().filter(|t| checked(t)).map(shown).collect();
    let result =
        Some(result).filter(|t| checked(t)).map(|t| crate::dialect::postgres::types::parse(t, &target));
    inputs.into_iter().chain(result).collect()
}

/// Whether the text is a type that is looked up in the catalog.
fn checked(text: &str) -> bool {
    let first = text.split([' ', '(', '[']).next().unwrap_or("").to_ascii_lowercase();
    !(text.is_empty() || text.contains('%') || first.starts_with("any") || PSEUDO.contains(&first.as_str()))
}
/// PostgreSQL's `OR REPLACE` gives no parameter another name and takes no default away (error 42P13). Both have the same
/// signature.
fn same_parameters(old: &Routine, new: &Routine, at: &ObjectPath) -> Step {
    let (Some(before), Some(after)) =
        (inputs(&old.arguments, &old.signature), inputs(&new.arguments, &new.signature))
    else {
        return Ok(());
    };
    for ((name, default), (new_name, new_default)) in before.iter().zip(&after) {
        if !name.is_empty() && name != new_name {
            let message = format!(
                "the parameter `{name}` of `{}` cannot get another name: drop the function first",
                old.name
            );
            return fail(ConflictKind::InvalidDefinition, at.clone(), message);
        }
        if *default && !new_default {
            let message =
                format!("the default of a parameter of `{}` cannot go: drop the function first", old.name);
            return fail(ConflictKind::InvalidDefinition, at.clone(), message);
        }
    }
    Ok(())
}

/// The input parameters of an argument list: the name, empty if there is none, and whether there is a default. `None`
/// where the list is not read for certain.
fn inputs(arguments: &str, signature: &str) -> Option<Vec<(String, bool)>> {
    let mut found = Vec::new();
    let mut types = split(signature).into_iter();
    for argument in split(arguments) {
        let lower = argument.to_ascii_lowercase();
        if lower.starts_with("out ") || lower.starts_with("table ") {
            continue;
        }
        let text = ["inout ", "in ", "variadic "]
            .iter()
            .find(|mode| lower.starts_with(**mode))
            .and_then(|mode| argument.get(mode.len()..))
            .unwrap_or(argument);
        let at = [" default ", " = "].iter().filter_map(|w| text.to_ascii_lowercase().find(w)).min();
        let (head, default) = at.map_or((text, false), |at| (text.get(..at).unwrap_or(text), true));
        let name = head.trim_end().strip_suffix(types.next()?)?.trim();
        if name.contains(char::is_whitespace) {
            return None;
        }
        found.push((name.to_owned(), default));
    }
    types.next().is_none().then_some(found)
}

/// The parts between commas outside of parentheses and quotes, trimmed.
fn split(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from, mut quote) = (Vec::new(), 0_i32, 0, None);
    for (at, c) in list.char_indices() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(list.get(from..at).unwrap_or("").trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    let last = list.get(from..).unwrap_or("").trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

/// `DROP FUNCTION`, `DROP PROCEDURE`, `DROP ROUTINE`.
pub(super) fn drop(
    run: &mut Run<'_>,
    routines: &[(ObjectName, Option<String>)],
    kind: Option<RoutineKind>,
    if_exists: bool,
    cascade: bool,
) -> Step {
    for (name, signature) in routines {
        let found = find(run, name, signature.as_deref(), kind);
        match found.as_slice() {
            [one] => remove(run, &Arc::clone(one), cascade)?,
            [] => {
                let full = run.qualify(name);
                let missing = ObjectPath::Routine {
                    name: full.clone(),
                    signature: signature.clone().unwrap_or_default(),
                    routine: kind.unwrap_or(RoutineKind::Function),
                };
                if if_exists && !run.is_open(&full) {
                    run.out.skipped = true;
                } else if run.is_open(&full)
                    || !run.catalog().extensions.is_empty()
                    || kind == Some(RoutineKind::Aggregate)
                {
                    run.unknown(
                        &full,
                        format!("the definition of `{full}` is not known: it cannot be restored"),
                    );
                } else if !find(run, name, None, kind).is_empty() {
                    // The spelling of the argument types may be what differs.
                    run.uncertain(
                        &full,
                        format!(
                            "no listed `{full}` has the arguments `{}`",
                            signature.as_deref().unwrap_or("")
                        ),
                    );
                } else {
                    return not_found(missing);
                }
            }
            several => {
                let message =
                    format!("there are {} routines called `{name}`: name the arguments", several.len());
                return fail(ConflictKind::InvalidDefinition, path(&several[0]), message);
            }
        }
    }
    Ok(())
}

/// `ALTER FUNCTION`, `ALTER PROCEDURE`, `ALTER ROUTINE`.
pub(super) fn alter(
    run: &mut Run<'_>,
    name: &ObjectName,
    signature: Option<&str>,
    kind: Option<RoutineKind>,
    action: &RoutineAction,
) -> Step {
    let found = find(run, name, signature, kind);
    let before = match found.as_slice() {
        [one] => Arc::clone(one),
        [] => {
            let full = run.qualify(name);
            // Extensions bring routines along that are not listed, and argument types can be spelled in several ways.
            let known = !run.is_open(&full)
                && run.catalog().extensions.is_empty()
                && find(run, name, None, kind).is_empty();
            if known {
                return not_found(ObjectPath::Routine {
                    name: full,
                    signature: signature.unwrap_or_default().to_owned(),
                    routine: kind.unwrap_or(RoutineKind::Function),
                });
            }
            run.uncertain(&full, format!("`{full}` is not listed: what it was before is not known"));
            return Ok(());
        }
        several => {
            let message = format!("there are {} routines called `{name}`: name the arguments", several.len());
            return fail(ConflictKind::InvalidDefinition, path(&several[0]), message);
        }
    };
    let to = match action {
        RoutineAction::Rename { to } => before.name.sibling(to.clone()),
        RoutineAction::SetSchema { schema } => ObjectName::new(schema.clone(), before.name.name.clone()),
        RoutineAction::SetAttributes { attributes, reset_all } => {
            let mut after = Routine::clone(&before);
            if *reset_all {
                after.attributes.retain(|name, _| !name.starts_with("set "));
            }
            for (name, value) in attributes {
                match value {
                    Some(value) => after.attributes.insert(name.clone(), value.clone()),
                    None => after.attributes.remove(name),
                };
            }
            names::usual_attributes(&mut after);
            return run.alter(path(&before), Object::Routine(before), Object::Routine(after.into()));
        }
    };
    run.schema_exists(&to)?;
    let after = Routine { name: to, ..Routine::clone(&before) };
    if after.name == before.name && matches!(action, RoutineAction::SetSchema { .. }) {
        return Ok(());
    }
    // Functions and procedures share their names.
    if !find(run, &after.name, Some(&after.signature), None).is_empty() {
        return exists(path(&after));
    }
    run.rename(path(&before), path(&after))
}

/// PostgreSQL's `ALTER TRIGGER … RENAME TO`.
pub(super) fn rename_trigger(run: &mut Run<'_>, table: &ObjectName, from: &Name, to: &Name) -> Step {
    let on = relation(run, table)?;
    let path = |name: &Name| ObjectPath::Trigger { table: on.clone(), name: name.clone() };
    let list = triggers(run, &on);
    if list.iter().any(|t| t.name == *to) {
        return exists(path(to));
    }
    if !list.iter().any(|t| t.name == *from) {
        if run.catalog().tables.get(&on).is_some_and(|t| !t.complete) {
            run.uncertain(
                &on,
                format!("trigger `{from}` of `{on}` is not known; it is called `{to}` from now on"),
            );
            return Ok(());
        }
        return not_found(path(from));
    }
    run.rename(path(from), path(to))?;
    // Those of partitions are named alike, without being listed.
    Ok(())
}

/// Drops a listed routine; triggers that call it hold it back, or go with CASCADE.
pub(super) fn remove(run: &mut Run<'_>, routine: &Arc<Routine>, cascade: bool) -> Step {
    let of = path(routine);
    if !run.mysql() {
        let calls = |t: &Trigger| t.function.as_ref() == Some(&routine.name);
        let catalog = run.catalog();
        let tables = catalog.tables.linked(Link::Calls, &routine.name).map(|t| (&t.name, &t.triggers));
        let views = catalog.views.linked(Link::Calls, &routine.name).map(|v| (&v.name, &v.triggers));
        let users: Vec<(ObjectName, Name)> = tables
            .chain(views)
            .flat_map(|(on, list)| {
                list.iter().filter(|t| calls(t)).map(move |t| (on.clone(), t.name.clone()))
            })
            .collect();
        // A trigger function has no arguments: another one of the name is not meant.
        if routine.signature.is_empty() {
            for (on, trigger) in users {
                if !cascade {
                    return has_dependents(&of, &format!("trigger `{trigger}` of `{on}` calls it"));
                }
                remove_trigger(run, &on, &trigger)?;
            }
        }
    }
    super::calls::release(run, routine, &of, cascade)?;
    run.remove(of, Object::Routine(Arc::clone(routine)))
}

fn triggers(run: &Run<'_>, on: &ObjectName) -> Vec<Trigger> {
    let catalog = run.catalog();
    let of_table = catalog.tables.get(on).map(|t| t.triggers.clone());
    of_table.or_else(|| catalog.views.get(on).map(|v| v.triggers.clone())).unwrap_or_default()
}

/// Whether a partition may have the trigger from a partitioned table above it: those are no objects of the model.
pub(super) fn is_cloned(run: &Run<'_>, on: &ObjectName, name: &Name) -> bool {
    let parent = |name: &ObjectName| {
        let table = run.catalog().tables.get(name)?;
        table.properties.partition_of.as_ref().map(|(parent, _)| parent.clone())
    };
    let mut seen = std::collections::BTreeSet::new();
    let mut next = parent(on);
    while let Some(above) = next.filter(|above| seen.insert(above.clone())) {
        if triggers(run, &above).iter().any(|t| t.name == *name) {
            return true;
        }
        next = parent(&above);
    }
    false
}

pub(super) fn remove_trigger(run: &mut Run<'_>, on: &ObjectName, name: &Name) -> Step {
    let list = triggers(run, on);
    let Some(position) = list.iter().position(|t| t.name == *name) else { return Ok(()) };
    let path = ObjectPath::Trigger { table: on.clone(), name: name.clone() };
    run.remove(path, Object::Trigger { trigger: Box::new(list[position].clone()), position })
}

/// The relation that a trigger is on: a table or a view.
fn relation(run: &mut Run<'_>, name: &ObjectName) -> Step<ObjectName> {
    match run.find(name) {
        Some((full, Relation::Table | Relation::View { materialized: false })) => Ok(full),
        _ => run.table(name),
    }
}

/// `CREATE TRIGGER`.
pub(super) fn create_trigger(
    run: &mut Run<'_>,
    table: &ObjectName,
    trigger: &Trigger,
    or_replace: bool,
    if_not_exists: bool,
) -> Step {
    let on = relation(run, table)?;
    if run.mysql() && run.catalog().views.contains(&on) {
        // Error 1347.
        let message = format!("`{table}` is a view, and a trigger needs a table");
        return fail(ConflictKind::WrongKind, ObjectPath::View { name: on }, message);
    }
    let path = ObjectPath::Trigger { table: on.clone(), name: trigger.name.clone() };
    let mut trigger = trigger.clone();
    if !run.mysql() && on.schema_str() != "public" {
        qualify(run, &mut trigger, &on);
    }
    if let Some(function) = &mut trigger.function {
        match find(run, function, Some(""), None).first() {
            Some(found) => *function = found.name.clone(),
            None => {
                let full = run.qualify(function);
                let known = run.is_open(&full) || !run.catalog().extensions.is_empty() || is_builtin(&full);
                if !known {
                    let missing = ObjectPath::Routine {
                        name: full,
                        signature: String::new(),
                        routine: RoutineKind::Function,
                    };
                    return not_found(missing);
                }
                *function = full;
            }
        }
    }
    super::mentions::trigger(run, &on, &trigger.definition.sql)?;
    let list = triggers(run, &on);
    let elsewhere = run.mysql()
        && run.catalog().tables.linked(Link::Trigger, &on.sibling(trigger.name.clone())).any(|t| {
            t.name.schema == on.schema
                && t.name != on
                && t.triggers.iter().any(|x| run.same(&x.name, &trigger.name))
        });
    match list.iter().position(|t| run.same(&t.name, &trigger.name)) {
        Some(_) if if_not_exists => {
            run.out.skipped = true;
            Ok(())
        }
        Some(position) if or_replace => {
            let before = Box::new(list[position].clone());
            let after = Box::new(Trigger { comment: before.comment.clone(), ..trigger });
            run.alter(
                path,
                Object::Trigger { trigger: before, position },
                Object::Trigger { trigger: after, position },
            )
        }
        Some(_) => exists(path),
        None if elsewhere => exists(path),
        None => {
            if (or_replace || if_not_exists) && run.catalog().is_open() {
                run.unknown(&path, format!("trigger `{}` may exist already", trigger.name));
            }
            let position = list.len();
            run.create(path, Object::Trigger { trigger: Box::new(trigger), position })
        }
    }
}

/// A name without schema means what the search path finds now, and the server keeps what was found.
fn qualify(run: &Run<'_>, trigger: &mut Trigger, on: &ObjectName) {
    let target = run.target();
    let sql = &trigger.definition.sql;
    let Some((place, false)) = expression::trigger_table(sql, &target) else { return };
    if let (Some(before), Some(after)) = (sql.get(..place.start), sql.get(place.end..)) {
        let sql = format!("{before}{}{after}", quote::object(on));
        trigger.definition = expression::read_definition(&sql, &target);
    }
}

/// Trigger functions that the server brings along.
fn is_builtin(name: &ObjectName) -> bool {
    matches!(
        &*name.name,
        "tsvector_update_trigger" | "tsvector_update_trigger_column" | "suppress_redundant_updates_trigger"
    )
}

/// `DROP TRIGGER`.
pub(super) fn drop_trigger(
    run: &mut Run<'_>,
    name: &Name,
    table: Option<&ObjectName>,
    if_exists: bool,
) -> Step {
    let on = match table {
        Some(table) => {
            // PostgreSQL's IF EXISTS covers a missing table too.
            if if_exists && run.find(table).is_none() && !run.may_exist(&run.qualify(table)) {
                run.out.skipped = true;
                return Ok(());
            }
            Some(relation(run, table)?)
        }
        None => {
            let schema = run.state.current_schema();
            run.catalog()
                .tables
                .linked(Link::Trigger, &ObjectName::new(schema.clone(), name.clone()))
                .find(|t| {
                    t.name.schema.as_ref() == Some(&schema)
                        && t.triggers.iter().any(|x| run.same(&x.name, name))
                })
                .map(|t| t.name.clone())
        }
    };
    let listed = on.as_ref().and_then(|on| triggers(run, on).into_iter().find(|t| run.same(&t.name, name)));
    match (on, listed) {
        (Some(on), Some(trigger)) => remove_trigger(run, &on, &trigger.name),
        (on, _) => {
            let on = on.unwrap_or_else(|| run.qualify(&ObjectName::bare("")));
            let unknown = match run.catalog().tables.get(&on) {
                Some(table) => !table.complete,
                None => run.catalog().is_open() || run.catalog().tables.iter().any(|t| !t.complete),
            };
            if unknown {
                run.unknown(
                    name,
                    format!("the definition of trigger `{name}` is not known: it cannot be restored"),
                );
                return Ok(());
            }
            if if_exists {
                run.out.skipped = true;
                return Ok(());
            }
            let message = format!("trigger `{name}` does not exist");
            fail(ConflictKind::NotFound, ObjectPath::Trigger { table: on, name: name.clone() }, message)
        }
    }
}

/// `ENABLE TRIGGER`, `DISABLE TRIGGER`.
pub(super) fn set_enabled(run: &mut Run<'_>, on: &ObjectName, name: Option<&Name>, enabled: &str) -> Step {
    debug_assert!(run.catalog().dialect == Dialect::Postgres);
    let list = triggers(run, on);
    if let Some(name) = name
        && !list.iter().any(|t| t.name == *name)
    {
        let path = ObjectPath::Trigger { table: on.clone(), name: name.clone() };
        if run.get(on)?.complete && !is_cloned(run, on, name) {
            return not_found(path);
        }
        run.unknown(
            path,
            format!("trigger `{name}` is not known: whether it was enabled cannot be restored"),
        );
        return Ok(());
    }
    let state = (!matches!(enabled, "" | "enabled" | "origin")).then(|| enabled.to_owned());
    for (position, before) in list.into_iter().enumerate() {
        if name.is_some_and(|n| *n != before.name) {
            continue;
        }
        let path = ObjectPath::Trigger { table: on.clone(), name: before.name.clone() };
        let after = Trigger { enabled: state.clone(), ..before.clone() };
        run.alter(
            path,
            Object::Trigger { trigger: Box::new(before), position },
            Object::Trigger { trigger: Box::new(after), position },
        )?;
    }
    Ok(())
}

/// `ENABLE` and `DISABLE TRIGGER ALL` switch the triggers behind foreign keys and deferrable keys as well.
pub(super) fn constraint_triggers(run: &mut Run<'_>, table: &ObjectName) {
    let has = run.catalog().tables.get(table).is_none_or(|t| {
        !t.complete || t.foreign_keys().next().is_some() || t.constraints.iter().any(|c| c.deferrable)
    });
    let referred = run.catalog().tables.linked(Link::Refers, table).next().is_some();
    if has || referred {
        let message = format!(
            "`ALL` switches the triggers behind foreign keys of `{table}` as well: whether the keys are checked is not followed"
        );
        run.unknown(ObjectPath::Table { name: table.clone() }, message);
    }
}

/// `COMMENT ON FUNCTION` and its like.
pub(super) fn comment(
    run: &mut Run<'_>,
    name: &ObjectName,
    signature: Option<&str>,
    text: Option<String>,
) -> Step {
    let found = find(run, name, signature, None);
    if let [before] = found.as_slice() {
        let mut after = Routine::clone(before);
        after.comment = text;
        return run.alter(path(before), Object::Routine(Arc::clone(before)), Object::Routine(after.into()));
    }
    let full = run.qualify(name);
    run.unknown(&full, format!("the old comment on `{full}` is not known: it cannot be restored"));
    Ok(())
}
