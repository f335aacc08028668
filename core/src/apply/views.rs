//! Views and materialized views.
use std::collections::BTreeSet;

use super::{
    ConflictKind,
    run::{Relation, Run, Step, fail, not_found},
};
use crate::{
    catalog::{Name, ObjectName, View},
    change::{Object, ObjectPath},
    text::{TokenKind, tokens},
};

fn path(name: &ObjectName) -> ObjectPath {
    ObjectPath::View { name: name.clone() }
}

/// `CREATE VIEW`.
pub(super) fn create(run: &mut Run<'_>, written: &View, or_replace: bool, if_not_exists: bool) -> Step {
    let full = run.qualify(&written.name);
    let mut view = View { name: full.clone(), ..written.clone() };
    run.schema_exists(&full)?;
    let old = match run.relation(&full) {
        None => None,
        Some(_) if if_not_exists => {
            run.out.skipped = true;
            return Ok(());
        }
        Some(Relation::View { materialized: false }) if or_replace && !view.materialized => {
            run.catalog().views.get(&full).cloned()
        }
        Some(other) => {
            let message = format!("a {} named `{full}` exists already", other.noun());
            return fail(ConflictKind::AlreadyExists, path(&full), message);
        }
    };
    let mut reads = Vec::new();
    for name in &view.reads {
        match run.find(name) {
            Some((full, Relation::Table | Relation::View { .. } | Relation::Sequence)) => reads.push(full),
            // Nothing renames or drops it but through its column.
            Some((_, Relation::IdentitySequence { .. })) => {}
            Some((full, other @ (Relation::Index { .. } | Relation::Composite))) => {
                let message = format!("`{name}` is a {}, which cannot be read from", other.noun());
                return fail(ConflictKind::WrongKind, path(&full), message);
            }
            // The server's own relations are not listed: a view of them reads nothing that a migration changes.
            None if super::rows::is_catalog(run, name) => {}
            None => {
                let full = run.qualify(name);
                if run.may_exist(&full) {
                    run.learn(&full);
                    reads.push(full);
                } else if name.schema.is_some() && run.is_open(name) || is_system(run, name) {
                    // The server's own tables and views are not listed.
                } else {
                    return not_found(ObjectPath::Table { name: full });
                }
            }
        }
    }
    reads.dedup();
    view.reads = reads;
    super::outputs::view(run, &mut view);
    columns(run, &mut view)?;
    plain_columns(run, &view)?;
    match old {
        Some(before) => {
            replaceable(run, &before, &view)?;
            view.comment.clone_from(&before.comment);
            view.triggers.clone_from(&before.triggers);
            run.alter(path(&full), Object::View(before), Object::View(view.into()))
        }
        None => {
            if (or_replace || if_not_exists) && run.may_exist(&full) {
                let probe = super::probe::table_exists(run, &full);
                let message =
                    format!("view `{full}` may exist already, with another definition that is lost");
                run.unknown_with_probe(&full, message, probe);
            }
            run.learn_absent(&full);
            run.create(path(&full), Object::View(view.into()))
        }
    }
}

/// Relations of PostgreSQL's `pg_catalog`, which is always searched, and views that extensions bring along.
pub(super) fn is_system(run: &Run<'_>, name: &ObjectName) -> bool {
    !run.mysql() && (name.name.starts_with("pg_") || !run.catalog().extensions.is_empty())
}

/// Refuses columns that are named or mentioned twice; names that a plain `SELECT *` of one known table gives are known.
fn columns(run: &Run<'_>, view: &mut View) -> Step {
    for (at, column) in view.columns.iter().enumerate() {
        if view.columns[..at].iter().any(|c| run.same(c, column)) {
            let message = format!("column `{column}` stands twice");
            return fail(ConflictKind::InvalidDefinition, path(&view.name), message);
        }
    }
    Ok(())
}

/// Refuses a column that the one relation of a plain `SELECT column, … FROM relation` does not have. Other queries are
/// taken as they are: which relation a name belongs to is not looked up.
fn plain_columns(run: &Run<'_>, view: &View) -> Step {
    let [relation] = view.reads.as_slice() else { return Ok(()) };
    let target = run.target();
    let text = view.query.normal.as_str();
    let tokens = tokens(text, &target);
    let mut rest = tokens.iter();
    if !rest.next().is_some_and(|t| t.is_word(text, "select")) {
        return Ok(());
    }
    let mut names: Vec<Name> = Vec::new();
    loop {
        let (Some(column), Some(word), Some(_alias), Some(behind)) =
            (rest.next(), rest.next(), rest.next(), rest.next())
        else {
            return Ok(());
        };
        if !column.is_name() || !word.is_word(text, "as") {
            return Ok(());
        }
        names.push(Name::from(&*column.name_value(text, &target)));
        if behind.is_word(text, "from") {
            break;
        }
        if behind.kind != TokenKind::Comma {
            return Ok(());
        }
    }
    // The relation alone, perhaps with its schema.
    let plain = rest.all(|t| t.is_name() || t.kind == TokenKind::Dot);
    let listed: Vec<Name> = match (run.catalog().tables.get(relation), run.catalog().views.get(relation)) {
        (Some(table), _) if table.complete => table.columns.iter().map(|c| c.name.clone()).collect(),
        (None, Some(view)) if !view.columns.is_empty() => view.columns.clone(),
        _ => return Ok(()),
    };
    let words = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "true", "false", "null", "default"];
    let missing = names.iter().find(|name| {
        !words.contains(&name.to_lowercase().as_str())
            && !name.to_lowercase().starts_with("current_")
            && !name.to_lowercase().ends_with("_user")
            && **name != relation.name
            && !listed.iter().any(|c| run.same(c, name))
    });
    match missing.filter(|_| plain) {
        Some(name) => not_found(super::run::column_path(relation, name)),
        None => Ok(()),
    }
}

/// PostgreSQL's `OR REPLACE` keeps the columns that there are, and may add some at the end.
fn replaceable(run: &Run<'_>, before: &View, after: &View) -> Step {
    if run.mysql() || before.columns.is_empty() || after.columns.is_empty() {
        return Ok(());
    }
    for (at, column) in before.columns.iter().enumerate() {
        let message = match after.columns.get(at) {
            Some(new) if new == column => continue,
            Some(new) => format!("column `{column}` of view `{}` cannot become `{new}`", before.name),
            None => format!("column `{column}` of view `{}` cannot be left away", before.name),
        };
        return fail(ConflictKind::InvalidDefinition, path(&before.name), message);
    }
    Ok(())
}

/// `DROP VIEW`, `DROP MATERIALIZED VIEW`.
pub(super) fn drop(
    run: &mut Run<'_>,
    names: &[ObjectName],
    materialized: bool,
    if_exists: bool,
    cascade: bool,
) -> Step {
    let mut found = Vec::new();
    for name in names {
        match run.find(name) {
            Some((full, Relation::View { materialized: is })) if is == materialized => found.push(full),
            // MySQL 9.7 and MariaDB 11.8 note it and go on.
            Some((_, Relation::Table)) if run.mysql() && if_exists => run.out.skipped = true,
            Some((full, other)) => {
                let kind = if materialized { "materialized view" } else { "view" };
                let message = format!("`{name}` is a {}, not a {kind}", other.noun());
                return fail(ConflictKind::WrongKind, path(&full), message);
            }
            None => {
                let full = run.qualify(name);
                if run.may_exist(&full) {
                    let message =
                        format!("the definition of view `{full}` is not known: it cannot be restored");
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
    if let Some(first) = found.first() {
        let of = path(first);
        run.drop_readers(&found, cascade, &of)?;
    }
    // Views that are dropped together may read each other: readers first.
    let wanted: BTreeSet<&ObjectName> = found.iter().collect();
    let mut order = run.with_readers(&found);
    order.retain(|name| wanted.contains(name));
    order.iter().try_for_each(|name| run.remove_view(name))
}

/// Renames a listed view, or moves it to another schema; both names are full.
pub(super) fn rename(run: &mut Run<'_>, from: &ObjectName, to: &ObjectName) -> Step {
    run.free(path(to), to)?;
    run.rename_read(path(from), &path(to))
}

/// `ALTER VIEW … RENAME TO`.
pub(super) fn rename_written(
    run: &mut Run<'_>,
    from: &ObjectName,
    to: &crate::catalog::Name,
    if_exists: bool,
) -> Step {
    match run.find(from) {
        Some((full, Relation::View { .. })) => rename(run, &full, &full.sibling(to.clone())),
        Some((full, other)) => {
            let message = format!("`{from}` is a {}, not a view", other.noun());
            fail(ConflictKind::WrongKind, path(&full), message)
        }
        None => {
            let full = run.qualify(from);
            if run.may_exist(&full) {
                run.unknown(&full, format!("view `{full}` is not known; it is called `{to}` from now on"));
                run.learn_absent(&full);
                return Ok(());
            }
            if if_exists {
                run.out.skipped = true;
                return Ok(());
            }
            not_found(path(&full))
        }
    }
}
