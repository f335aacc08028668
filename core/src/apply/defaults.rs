//! Whether values become what a column's type wants: defaults, and columns that change their type. PostgreSQL only.
use super::{
    ConflictKind,
    run::{Run, Step, column_path, fail},
};
use crate::{
    catalog::{Column, DataType, ObjectName, UserTypeKind},
    dialect::postgres::{
        casts::{self, Natural},
        render::quote,
    },
    text::{TokenKind, tokens},
};

/// Refuses a default that cannot be stored in the column: `'x'` of a number, a label that an enum does not have, `now()`
/// of an integer (errors 22P02 and 42804).
pub(super) fn fits(run: &Run<'_>, table: &ObjectName, column: &Column) -> Step {
    let Some(default) = column.default.as_ref().filter(|_| !run.mysql()) else { return Ok(()) };
    super::mentions::sequence(run, &default.sql)?;
    let data_type = &column.data_type;
    if is_refused(run, &default.sql, data_type) {
        let message = format!(
            "the default {} cannot be stored in `{}`, which is {data_type}",
            default.sql, column.name
        );
        return fail(ConflictKind::InvalidDefinition, column_path(table, &column.name), message);
    }
    Ok(())
}

/// Refuses a value that is written into a column of another type.
pub(super) fn takes(run: &Run<'_>, table: &ObjectName, column: &Column, value: &str) -> Step {
    if !run.mysql() && is_refused(run, value, &column.data_type) {
        let message = format!("{value} cannot be stored in `{}`, which is {}", column.name, column.data_type);
        return fail(ConflictKind::InvalidDefinition, column_path(table, &column.name), message);
    }
    Ok(())
}

fn is_refused(run: &Run<'_>, value: &str, data_type: &DataType) -> bool {
    match casts::natural(value, &run.target()) {
        Some(Natural::Literal(value)) => {
            casts::is_refused(&value, data_type) || lacks(run, data_type, &value)
        }
        Some(Natural::Typed(natural)) => casts::is_assignable(&natural, data_type) == Some(false),
        None => false,
    }
}

/// Whether the type is a listed enum without that label.
fn lacks(run: &Run<'_>, data_type: &DataType, value: &str) -> bool {
    let listed = data_type.custom.as_ref().filter(|_| data_type.text.is_empty());
    match listed.and_then(|name| run.catalog().types.get(name)).map(|t| &t.kind) {
        Some(UserTypeKind::Enum { labels }) => !labels.iter().any(|label| label == value),
        _ => false,
    }
}

/// Refuses a new type that the old one, or the default, does not become by itself (error 42804). The column has its new
/// type and its old default.
pub(super) fn converts(
    run: &mut Run<'_>,
    table: &ObjectName,
    column: &Column,
    old: &DataType,
    using: bool,
) -> Step {
    let new = &column.data_type;
    let path = column_path(table, &column.name);
    if column.generated.is_some() {
        return Ok(());
    }
    if !using && casts::is_assignable(old, new) == Some(false) {
        let message =
            format!("`{}` ({old}) does not become {new} by itself: say how with USING", column.name);
        return fail(ConflictKind::InvalidDefinition, path, message);
    }
    let user = old.custom.as_ref().or(new.custom.as_ref()).filter(|_| !using && old != new && !is_text(new));
    if let Some(user) = user {
        let message =
            format!("`{}` becomes {new} without USING only if there is a cast for that", column.name);
        let probe = casts_of(user);
        run.unknown_with_probe(path.clone(), message, probe);
    }
    let Some(default) = &column.default else { return Ok(()) };
    let natural = match casts::natural(&default.sql, &run.target()) {
        Some(Natural::Literal(_)) => old.clone(),
        Some(Natural::Typed(natural)) => natural,
        None => return Ok(()),
    };
    if casts::is_assignable(&natural, new) == Some(false) {
        let message = format!(
            "the default {} of `{}` does not become {new} by itself: drop it in the same statement, and set a new one",
            default.sql, column.name
        );
        return fail(ConflictKind::InvalidDefinition, path, message);
    }
    let users = [&natural, new].into_iter().filter_map(|t| t.custom.clone()).next();
    if let Some(user) = users.filter(|_| natural != *new && !is_text(new)) {
        let message = format!(
            "the default {} of `{}` becomes {new} only if somebody made a cast for that",
            default.sql, column.name
        );
        let probe = casts_of(&user);
        run.unknown_with_probe(path, message, probe);
    }
    Ok(())
}

/// The query that shows the casts of a user's type that the server uses by itself.
fn casts_of(user: &ObjectName) -> String {
    format!(
        "select castsource::regtype, casttarget::regtype from pg_catalog.pg_cast where castcontext <> 'e' \
         and {} in (castsource, casttarget)",
        super::probe::type_oid(user)
    )
}

/// Every type becomes a text.
fn is_text(data_type: &DataType) -> bool {
    let text = DataType::builtin("text");
    casts::is_assignable(&DataType::builtin("integer"), data_type) == Some(true)
        && casts::is_assignable(&text, data_type) == Some(true)
}

/// A label stays a label of its enum where the column becomes text: the default is the label, turned into text, and hangs on
/// the enum.
pub(super) fn outlives(run: &Run<'_>, column: &mut Column, old: &DataType) {
    let new = &column.data_type;
    let Some(custom) = old.custom.as_ref().filter(|_| old.text.is_empty() && old != new) else { return };
    let types = &run.catalog().types;
    let is_enum = types.get(custom).is_some_and(|t| matches!(t.kind, UserTypeKind::Enum { .. }));
    let Some(default) = column.default.as_mut().filter(|_| is_enum && is_text(new) && new.custom.is_none())
    else {
        return;
    };
    let target = run.target();
    let written = default.sql.to_string();
    let label = match casts::natural(&written, &target) {
        Some(Natural::Literal(_)) => format!("{written}::{}", quote::data_type(old)),
        _ if mentions_type(run, &written, custom) => written,
        _ => return,
    };
    default.sql = format!("({label})::{}", quote::data_type(new)).into();
}

/// Whether a text casts something to a user's type.
pub(super) fn mentions_type(run: &Run<'_>, sql: &str, name: &ObjectName) -> bool {
    if !sql.contains(name.name.as_str()) {
        return false;
    }
    let target = &run.target();
    let all = tokens(sql, target);
    let casts = all.iter().enumerate().filter(|(_, t)| t.is_operator(sql, "::") || t.is_word(sql, "as"));
    casts.into_iter().any(|(at, _)| {
        let behind = all.iter().skip(at + 1);
        let path: Vec<String> = behind
            .take_while(|t| t.is_name() || t.kind == TokenKind::Dot)
            .filter(|t| t.is_name())
            .map(|t| {
                let own = t.name_value(sql, target);
                if t.kind == TokenKind::Word { own.to_lowercase() } else { own.into_owned() }
            })
            .collect();
        match path.as_slice() {
            // Another of that name may be in sight.
            [own] if *name.name == *own => {
                let found = super::types::full_name(run, &ObjectName::bare(own.as_str()));
                found.is_none_or(|full| full == *name)
            }
            [schema, own, ..] => *name.name == *own && name.schema_str() == schema,
            [_] | [] => false,
        }
    })
}
