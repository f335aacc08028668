//! Changes as SQL of MySQL and MariaDB.
//!
//! Statements are right in any `sql_mode` but for two things: a string with a backslash is written for a server
//! without `NO_BACKSLASH_ESCAPES`, and expressions are written as they were read. Every statement commits by itself.
mod alter;
mod column;
mod draft;
mod keys;
mod late;
mod objects;
mod table;
mod waiting;

use std::collections::BTreeSet;

use waiting::Comes;

use crate::{
    apply::commit,
    catalog::{Catalog, ConstraintKind, ObjectName},
    change::{Change, Delta, Object, ObjectPath},
    dialect::render::{Rendered, admit_doubt},
    target::{Dialect, Target},
};

use super::{names, quote};
use draft::Draft;

/// Statements that carry out `changes`, made for the catalog `before`, in order. Changes that follow each other on one
/// table become one `ALTER TABLE`: it is atomic and rebuilds the table at most once.
pub fn render(changes: &[Change], before: &Catalog) -> Vec<Rendered> {
    let mut target = Target::new(before.dialect).with_version(before.server_version);
    if !target.dialect.is_mysql_family() {
        target.dialect = Dialect::MySql;
    }
    let changes = late::triggers(changes, &target);
    let mut writer = Writer {
        target,
        catalog: before.clone(),
        out: Vec::new(),
        draft: None,
        renamed: None,
        comes: Comes::new(&changes),
        waiting: Vec::new(),
        doubted: BTreeSet::new(),
    };
    for (at, change) in changes.iter().enumerate() {
        if writer.waits(at, change) {
            continue;
        }
        writer.change(change, changes.get(at + 1..).unwrap_or_default());
        writer.release(at);
    }
    writer.flush();
    writer.out
}

/// The statements so far and the catalog that they lead to.
struct Writer {
    target: Target,
    catalog: Catalog,
    out: Vec<Rendered>,
    /// The table that the last changes belong to.
    draft: Option<Draft>,
    /// The table that the last change renamed: its old and its new name.
    renamed: Option<(ObjectName, ObjectName)>,
    comes: Comes,
    /// Views whose tables are not there yet.
    waiting: Vec<Change>,
    /// What was made by a statement that the server may refuse.
    doubted: BTreeSet<ObjectPath>,
}

impl Writer {
    /// Writes a change; `later` are those behind it.
    fn change(&mut self, change: &Change, later: &[Change]) {
        if self.follows_rename(change) || self.precedes_rename(change, later) {
            let _ = commit(&mut self.catalog, change);
            return;
        }
        self.renamed = match (&change.path, &change.delta) {
            (ObjectPath::Table { name }, Delta::Rename { to: ObjectPath::Table { name: to } }) => {
                Some((name.clone(), to.clone()))
            }
            _ => None,
        };
        if let Some(table) = altered_table(change) {
            if self.draft.as_ref().is_some_and(|draft| draft.name != *table) {
                self.flush();
            }
            let draft = self.draft.get_or_insert_with(|| Draft::new(table, &self.catalog));
            draft.apply(change, &self.target);
        } else {
            self.flush();
            let first = self.out.len();
            self.alone(change);
            admit_doubt(&mut self.out, first, change, &self.catalog);
            self.pass_doubt_on(first, change);
        }
        // A change that does not fit the catalog has been written from its own two sides; the context stays.
        let _ = commit(&mut self.catalog, change);
        self.keep_names(later);
    }

    /// Constraints that only look as if the server had named them after the table get their names back: it renames them
    /// together with the table.
    fn keep_names(&mut self, later: &[Change]) {
        let Some((from, to)) = &self.renamed else { return };
        let Some(table) = self.catalog.tables.get(to) else { return };
        for constraint in &table.constraints {
            let check = matches!(constraint.kind, ConstraintKind::Check { .. });
            let stem = |table: &ObjectName| match constraint.kind {
                ConstraintKind::ForeignKey(_) => Some(names::foreign_key_stem(&table.name)),
                ConstraintKind::Check { .. } if self.target.dialect == Dialect::MySql => {
                    Some(names::check_stem(&table.name, self.target.dialect))
                }
                _ => None,
            };
            let (Some(old), Some(new)) = (stem(from), stem(to)) else { continue };
            let Some(number) = names::number(&constraint.name, &old) else { continue };
            let path = ObjectPath::Constraint { table: to.clone(), name: constraint.name.clone() };
            let meant = later.iter().any(|next| next.path == path && self.comes_with(next, to, from, to));
            let definition = keys::constraint(constraint, &self.target);
            let (Some(definition), false) = (definition, meant || old == new) else { continue };
            let drop = if check { "DROP CHECK" } else { "DROP FOREIGN KEY" };
            let name = quote::name(&format!("{new}{number}"));
            let table = object(to);
            self.out.push(Rendered::new(format!("ALTER TABLE {table} {drop} {name}, ADD {definition}")));
        }
    }

    /// What is done to an object works only if the statement that made it did.
    fn pass_doubt_on(&mut self, first: usize, change: &Change) {
        let Some(written) = self.out.get_mut(first..) else { return };
        if matches!(change.delta, Delta::Create { .. }) {
            // A table or a routine of which something is not known can be made all the same.
            let refusable = matches!(change.path, ObjectPath::View { .. } | ObjectPath::Trigger { .. });
            if refusable && written.iter().any(|statement| statement.note.is_some()) {
                self.doubted.insert(change.path.clone());
            }
            return;
        }
        if !self.doubted.contains(&change.path) {
            return;
        }
        for statement in written.iter_mut().filter(|statement| statement.note.is_none()) {
            statement.note = Some(format!("this works only if `{}` could be made before", change.path));
        }
        match &change.delta {
            Delta::Rename { to } => {
                self.doubted.remove(&change.path);
                self.doubted.insert(to.clone());
            }
            Delta::Drop { .. } => {
                self.doubted.remove(&change.path);
            }
            Delta::Create { .. } | Delta::Alter { .. } => {}
        }
    }

    /// Whether the server has done it together with the last change: constraints that it named after the table get the
    /// new table's name.
    fn follows_rename(&self, change: &Change) -> bool {
        self.renamed.as_ref().is_some_and(|(from, to)| self.comes_with(change, to, from, to))
    }

    /// Whether the server does it together with one of the next changes, as when a rename is undone.
    fn precedes_rename(&self, change: &Change, later: &[Change]) -> bool {
        let (ObjectPath::Constraint { table, .. }, Delta::Rename { .. }) = (&change.path, &change.delta)
        else {
            return false;
        };
        let next = later.iter().find(|next| {
            next.path.relation() != Some(table)
                || !matches!((&next.path, &next.delta), (ObjectPath::Constraint { .. }, Delta::Rename { .. }))
        });
        match next.map(|next| (&next.path, &next.delta)) {
            Some((ObjectPath::Table { name }, Delta::Rename { to: ObjectPath::Table { name: to } })) => {
                name == table && self.comes_with(change, table, name, to)
            }
            _ => false,
        }
    }

    /// Whether the change of a constraint on `table` comes with the rename of a table.
    fn comes_with(&self, change: &Change, on: &ObjectName, from: &ObjectName, to: &ObjectName) -> bool {
        let (
            ObjectPath::Constraint { table, name: old },
            Delta::Rename { to: ObjectPath::Constraint { name: new, .. } },
        ) = (&change.path, &change.delta)
        else {
            return false;
        };
        let dialect = self.target.dialect;
        let same = |stem: &dyn Fn(&str) -> String| {
            let number = names::number(old, &stem(&from.name));
            number.is_some() && number == names::number(new, &stem(&to.name))
        };
        table == on
            && (same(&|table| names::foreign_key_stem(table))
                || same(&|table| names::check_stem(table, dialect)))
    }

    fn flush(&mut self) {
        if let Some(draft) = self.draft.take() {
            let statements = alter::statements(&draft, &self.target);
            if statements.is_empty() || !self.bends_foreign_key(&draft) {
                self.out.extend(statements);
                return;
            }
            // The other side of the key follows in a statement of its own: the server would refuse the first one.
            self.out
                .push(Rendered::new("SET @remigrate_checks = @@foreign_key_checks, foreign_key_checks = 0"));
            self.out.extend(statements);
            self.out.push(Rendered::new("SET foreign_key_checks = @remigrate_checks"));
        }
    }

    /// Whether a column of a foreign key, on either side, gets another type or collation. A key that is added in the same
    /// statement has to be checked: then the answer is no.
    fn bends_foreign_key(&self, draft: &Draft) -> bool {
        let retyped = alter::retyped(draft);
        if retyped.is_empty() || draft.adds_foreign_key() {
            return false;
        }
        let touches = |names: &[crate::catalog::Name]| {
            names.iter().any(|name| retyped.iter().any(|column| column.eq_ignore_ascii_case(name)))
        };
        self.catalog
            .tables
            .iter()
            .flat_map(|table| table.foreign_keys().map(move |(_, key)| (table, key)))
            .any(|(table, key)| {
                (table.name == draft.name && touches(&key.columns))
                    || (key.table == draft.name && touches(&key.referenced))
            })
    }

    fn push(&mut self, sql: String) {
        self.out.push(statement(sql));
    }

    /// Says that something cannot be done: an empty statement with a note.
    fn cannot(&mut self, note: String) {
        self.out.push(Rendered::alone("").with_note(note));
    }
}

/// The table whose definition a change alters.
fn altered_table(change: &Change) -> Option<&ObjectName> {
    match (&change.path, &change.delta) {
        (
            ObjectPath::Column { table, .. }
            | ObjectPath::Constraint { table, .. }
            | ObjectPath::Index { table, .. },
            _,
        ) => Some(table),
        (ObjectPath::Table { name }, Delta::Alter { after: Object::TableProperties(_), .. }) => Some(name),
        _ => None,
    }
}

/// A statement of the family, all of which commit by themselves.
fn statement(sql: String) -> Rendered {
    Rendered::alone(sql)
}

/// The name of a table, view, … with its database when that is not the current one.
fn object(name: &ObjectName) -> String {
    match name.schema_str() {
        "" => quote::name(&name.name),
        schema => format!("{}.{}", quote::name(schema), quote::name(&name.name)),
    }
}

/// Names in backticks with commas between.
fn names<'a>(names: impl IntoIterator<Item = &'a crate::catalog::Name>) -> String {
    names.into_iter().map(|name| quote::name(name)).collect::<Vec<_>>().join(", ")
}

/// `sql` in parentheses; one that is in parentheses as a whole stays as it is.
fn parenthesised(sql: &str, target: &Target) -> String {
    if is_parenthesised(sql, target) { sql.trim().to_owned() } else { format!("({})", sql.trim()) }
}

fn is_parenthesised(sql: &str, target: &Target) -> bool {
    use crate::text::TokenKind::{LeftParen, RightParen};
    let tokens = crate::text::tokens(sql, target);
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            LeftParen => depth += 1,
            RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return token.kind == RightParen && at + 1 == tokens.len();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_around_the_whole_are_enough() {
        let target = Target::new(Dialect::MySql);
        assert_eq!(parenthesised("(a + 1)", &target), "(a + 1)");
        assert_eq!(parenthesised("(a) + (1)", &target), "((a) + (1))");
        assert_eq!(parenthesised("a", &target), "(a)");
        assert_eq!(parenthesised("concat('(', a)", &target), "(concat('(', a))");
    }
}
