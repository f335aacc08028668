//! What follows when an enum's label, or a type, gets another name: PostgreSQL keeps both in definitions by identity
//! and prints the name that they have.
use crate::{
    catalog::{Catalog, ConstraintKind, Expression, IndexKey, ObjectName, Table, UserType, UserTypeKind},
    dialect::expression,
    target::Target,
    text::{TokenKind, tokens},
};

/// Labels of `before` that have another name in `after`, with that name.
fn renamed<'a>(before: &'a UserType, after: &'a UserType) -> Vec<(&'a str, &'a str)> {
    let (UserTypeKind::Enum { labels: old }, UserTypeKind::Enum { labels: new }) =
        (&before.kind, &after.kind)
    else {
        return Vec::new();
    };
    let pairs = old.iter().zip(new).filter(|(a, b)| a != b);
    let found: Vec<(&str, &str)> = pairs.map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let moved = found.iter().any(|(a, b)| new.iter().any(|n| n == a) || old.iter().any(|o| o == b));
    if old.len() != new.len() || moved { Vec::new() } else { found }
}

/// Writes the new names into the definitions of tables that have columns of the type, and of domains over it.
pub(super) fn follow(catalog: &mut Catalog, before: &UserType, after: &UserType) {
    let pairs = renamed(before, after);
    if pairs.is_empty() {
        return;
    }
    let target = Target::new(catalog.dialect).with_version(catalog.server_version);
    let name = &after.name;
    let uses = |t: &Table| t.columns.iter().any(|c| c.data_type.custom.as_ref() == Some(name));
    let tables: Vec<ObjectName> = catalog.tables.iter().filter(|t| uses(t)).map(|t| t.name.clone()).collect();
    for table in &tables {
        catalog.tables.edit(table, |t| {
            for (from, to) in &pairs {
                in_table(t, name, (from, to), &target);
            }
        });
    }
    let over = |t: &UserType| matches!(&t.kind, UserTypeKind::Domain { base, .. } if base.custom.as_ref() == Some(name));
    let domains: Vec<ObjectName> = catalog.types.iter().filter(|t| over(t)).map(|t| t.name.clone()).collect();
    for domain in &domains {
        catalog.types.edit(domain, |t| {
            if let UserTypeKind::Domain { default, checks, .. } = &mut t.kind {
                for pair in &pairs {
                    for e in default.iter_mut().chain(checks.iter_mut().map(|(_, check)| check)) {
                        rename(e, *pair, None, &target);
                    }
                }
            }
        });
    }
}

fn in_table(table: &mut Table, name: &ObjectName, pair: (&str, &str), target: &Target) {
    // Where columns of other types are compared as well, a text without a cast may be theirs.
    let types: Vec<(crate::catalog::Name, bool)> =
        table.columns.iter().map(|c| (c.name.clone(), c.data_type.custom.as_ref() == Some(name))).collect();
    let follow = |e: &mut Expression| {
        let columns = expression::columns(e, target);
        let of_type = |c: &crate::catalog::Name| types.iter().any(|(n, own)| n == c && *own);
        let cast = if !columns.is_empty() && columns.iter().all(of_type) { None } else { Some(name) };
        rename(e, pair, cast, target);
    };
    for column in &mut table.columns {
        let own = column.data_type.custom.as_ref() == Some(name);
        if let Some(default) = column.default.as_mut().filter(|_| own) {
            rename(default, pair, None, target);
        }
        if let Some(generated) = &mut column.generated {
            follow(&mut generated.expression);
        }
    }
    for constraint in &mut table.constraints {
        match &mut constraint.kind {
            ConstraintKind::Check { expression, .. } => follow(expression),
            ConstraintKind::Exclude { definition } => rename(definition, pair, Some(name), target),
            _ => {}
        }
    }
    for index in &mut table.indexes {
        let keys = index.keys.iter_mut().filter_map(|k: &mut IndexKey| k.expression.as_mut());
        keys.chain(index.predicate.iter_mut()).for_each(follow);
    }
}

/// Replaces the literal of a label, everywhere or only where it is cast to the type.
fn rename(e: &mut Expression, (from, to): (&str, &str), cast: Option<&ObjectName>, target: &Target) {
    match cast {
        None => {
            e.sql = literals(&e.sql, from, to, None, target).into();
            e.normal = literals(&e.normal, from, to, None, target).into();
        }
        Some(_) => {
            let sql = literals(&e.sql, from, to, cast, target);
            if sql != e.sql {
                *e = expression::read(&sql, target);
            }
        }
    }
}

fn literals(sql: &str, from: &str, to: &str, cast: Option<&ObjectName>, target: &Target) -> String {
    let all = tokens(sql, target);
    let mut out = String::with_capacity(sql.len());
    let mut copied = 0;
    for (at, token) in all.iter().enumerate() {
        let is_label = token.kind == TokenKind::String && token.string_value(sql, target) == from;
        if !is_label || cast.is_some_and(|name| !is_cast(sql, all.get(at + 1..).unwrap_or(&[]), name, target))
        {
            continue;
        }
        let (start, end) = (token.span.start as usize, token.span.end as usize);
        out.push_str(sql.get(copied..start).unwrap_or(""));
        out.push_str(&crate::dialect::quote::literal(target.dialect, to));
        copied = end;
    }
    out.push_str(sql.get(copied..).unwrap_or(""));
    out
}

/// Whether `::name`, with or without its schema, follows.
fn is_cast(sql: &str, behind: &[crate::text::Token], name: &ObjectName, target: &Target) -> bool {
    let mut tokens = behind.iter();
    if !tokens.next().is_some_and(|t| t.is_operator(sql, "::")) {
        return false;
    }
    let mut last = None;
    while let Some(part) = tokens.next().filter(|t| t.is_name()) {
        last = Some(part.name_value(sql, target));
        if !tokens.next().is_some_and(|t| t.kind == TokenKind::Dot) {
            break;
        }
    }
    last.is_some_and(|last| last == name.name.as_str())
}

/// Writes the new name of a type into the casts of tables' definitions.
pub(super) fn follow_type(catalog: &mut Catalog, from: &ObjectName, to: &ObjectName) {
    let target = Target::new(catalog.dialect).with_version(catalog.server_version);
    let uses = |t: &Table| t.columns.iter().any(|c| c.data_type.custom.as_ref() == Some(to));
    let tables: Vec<ObjectName> = catalog.tables.iter().filter(|t| uses(t)).map(|t| t.name.clone()).collect();
    for table in &tables {
        catalog.tables.edit(table, |t| {
            let columns = t
                .columns
                .iter_mut()
                .flat_map(|c| c.default.iter_mut().chain(c.generated.iter_mut().map(|g| &mut g.expression)));
            let checks = t.constraints.iter_mut().filter_map(|c| match &mut c.kind {
                ConstraintKind::Check { expression, .. } => Some(expression),
                _ => None,
            });
            let indexes = t.indexes.iter_mut().flat_map(|i| {
                i.keys.iter_mut().filter_map(|k| k.expression.as_mut()).chain(i.predicate.iter_mut())
            });
            for e in columns.chain(checks).chain(indexes) {
                e.sql = casts(&e.sql, from, to, &target).into();
                e.normal = casts(&e.normal, from, to, &target).into();
            }
        });
    }
}

/// `text` with the type behind every `::` renamed; a schema that is written is written again.
fn casts(text: &str, from: &ObjectName, to: &ObjectName, target: &Target) -> String {
    let all = tokens(text, target);
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, _) in all.iter().enumerate().filter(|(_, t)| t.is_operator(text, "::")) {
        let name = |at: usize| all.get(at).filter(|t| t.is_name()).map(|t| t.name_value(text, target));
        let qualified = all.get(at + 2).is_some_and(|t| t.kind == TokenKind::Dot);
        let last = if qualified { at + 3 } else { at + 1 };
        let same = name(last).is_some_and(|n| n == from.name.as_str())
            && (!qualified || name(at + 1).is_some_and(|n| n == from.schema_str()));
        let (Some(first), Some(last)) = (all.get(at + 1), all.get(last)) else { continue };
        if !same {
            continue;
        }
        out.push_str(text.get(copied..first.span.start as usize).unwrap_or(""));
        out.push_str(&if qualified {
            crate::dialect::quote::object(target.dialect, to)
        } else {
            crate::dialect::quote::name(target.dialect, &to.name)
        });
        copied = last.span.end as usize;
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    out
}
