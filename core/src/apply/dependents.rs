//! What depends on what: the objects that stand in the way of a drop, or go with it.
use std::collections::BTreeSet;

use super::{
    ConflictKind,
    run::{Run, Step, fail},
};
use crate::{
    catalog::{ConstraintKind, Expression, IndexKey, KeyIndex, Link, Name, ObjectName, Table, View},
    change::{Object, ObjectPath},
    dialect::expression::{self, Followed},
    text::{TokenKind, tokens},
};

/// How an object uses another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    No,
    Maybe,
    Yes,
}

impl Run<'_> {
    /// Whether an expression mentions the column.
    pub(super) fn mentions(&self, expression: &Expression, column: &str) -> bool {
        expression::columns(expression, &self.target()).iter().any(|name| self.same(name, column))
    }

    /// The columns of the table that an expression mentions.
    pub(super) fn mentioned(&self, expression: &Expression, table: &Table) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        for name in expression::columns(expression, &self.target()) {
            if let Some(place) = self.place(table, &name)
                && !names.contains(&table.columns[place].name)
            {
                names.push(table.columns[place].name.clone());
            }
        }
        names
    }

    /// Whether a part of the table mentions the column: then there is one of that name, listed or not.
    pub(super) fn built_on(&self, table: &Table, column: &str) -> bool {
        let mentions = |e: &Expression| self.mentions(e, column);
        table.columns.iter().any(|c| {
            let generated = c.generated.as_ref().map(|g| &g.expression);
            generated.into_iter().chain(&c.default).chain(&c.check).any(mentions)
        }) || table.constraints.iter().any(|c| match &c.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => self.key_index_uses(key, column),
            ConstraintKind::ForeignKey(key) => key.columns.iter().any(|c| self.same(c, column)),
            ConstraintKind::Check { expression: e, .. } | ConstraintKind::Exclude { definition: e } => {
                mentions(e)
            }
        }) || table.indexes.iter().any(|index| {
            index.keys.iter().any(|k| self.key_uses(k, column))
                || index.include.iter().any(|c| self.same(c, column))
                || index.predicate.as_ref().is_some_and(mentions)
        }) || table
            .properties
            .partition_by
            .as_ref()
            .is_some_and(|by| mentions(&expression::read(by, &self.target())))
    }

    pub(super) fn key_uses(&self, key: &IndexKey, column: &str) -> bool {
        key.column.as_ref().is_some_and(|c| self.same(c, column))
            || key.expression.as_ref().is_some_and(|e| self.mentions(e, column))
    }

    pub(super) fn key_index_uses(&self, key: &KeyIndex, column: &str) -> bool {
        key.columns.iter().any(|k| self.key_uses(k, column))
            || key.include.iter().any(|c| self.same(c, column))
    }

    /// The views that read the relation themselves.
    pub(super) fn direct_readers(&self, relation: &ObjectName) -> Vec<ObjectName> {
        self.catalog().views.linked(Link::Reads, relation).map(|view| view.name.clone()).collect()
    }

    /// All views that read one of the relations, directly or through other views; readers come before what they read.
    pub(super) fn readers(&self, relations: &[ObjectName]) -> Vec<ObjectName> {
        let given: BTreeSet<&ObjectName> = relations.iter().collect();
        let mut order = self.with_readers(relations);
        order.retain(|name| !given.contains(name));
        order
    }

    /// The relations and all views that read one of them, readers before what they read.
    pub(super) fn with_readers(&self, relations: &[ObjectName]) -> Vec<ObjectName> {
        let views = &self.catalog().views;
        let mut seen: BTreeSet<&ObjectName> = BTreeSet::new();
        let mut order = Vec::new();
        // (relation, whether its readers have been visited): a walk without recursion.
        let mut stack: Vec<(&ObjectName, bool)> = relations.iter().map(|r| (r, false)).collect();
        while let Some((relation, done)) = stack.pop() {
            if done {
                order.push(relation.clone());
                continue;
            }
            if !seen.insert(relation) {
                continue;
            }
            stack.push((relation, true));
            for reader in views.linked(Link::Reads, relation).filter(|v| v.reads.contains(relation)) {
                if !seen.contains(&reader.name) {
                    stack.push((&reader.name, false));
                }
            }
        }
        order
    }

    /// PostgreSQL: the trigger of the table that names the column in `UPDATE OF` or in its condition.
    pub(super) fn trigger_on(&self, table: &Table, column: &str) -> Option<Name> {
        let uses = |text: &str| {
            super::mentions::trigger_columns(text, &self.target()).iter().any(|name| name == column)
        };
        table
            .triggers
            .iter()
            .find(|t| t.function.is_some() && uses(&t.definition.sql))
            .map(|t| t.name.clone())
    }

    /// Of the relations that a view reads, whether this one alone has a column of that name: then the name means it. A
    /// name that the query gives itself may hide it.
    fn only_here(&self, view: &View, table: &ObjectName, column: &str) -> bool {
        let has = |name: &ObjectName| match (self.catalog().tables.get(name), self.catalog().views.get(name))
        {
            (Some(table), _) if table.complete => Some(self.place(table, column).is_some()),
            (None, Some(view)) if !view.columns.is_empty() => {
                Some(view.columns.iter().any(|c| self.same(c, column)))
            }
            _ => None,
        };
        let others = view.reads.iter().filter(|name| *name != table);
        if !others.map(has).all(|has| has == Some(false)) {
            return false;
        }
        let text = view.query.normal.as_str();
        let target = self.target();
        let all = tokens(text, &target);
        let named = |at: usize| {
            all.get(at).is_some_and(|t| t.is_name() && self.same(&t.name_value(text, &target), column))
        };
        // `… AS column` of something else, and `f(…) AS alias (column)`.
        let mut open = Vec::new();
        for (at, token) in all.iter().enumerate() {
            match token.kind {
                TokenKind::LeftParen => {
                    let alias = at >= 2
                        && (all[at - 2].is_word(text, "as") || all[at - 2].kind == TokenKind::RightParen);
                    open.push(alias);
                }
                TokenKind::RightParen => drop(open.pop()),
                _ if named(at) => {
                    let alias = at >= 2 && all[at - 1].is_word(text, "as") && !named(at - 2);
                    if alias || open.last() == Some(&true) {
                        return false;
                    }
                }
                _ => {}
            }
        }
        true
    }

    /// Whether a view uses the column of a table that it reads.
    pub(super) fn view_uses(&self, view: &ObjectName, table: &ObjectName, column: &str) -> Use {
        let Some(view) = self.catalog().views.get(view) else { return Use::No };
        if !view.reads.contains(table) {
            return Use::No;
        }
        let star = view.query.normal.split_whitespace().any(|word| word == "*" || word.ends_with(".*"))
            && !view.query.normal.to_lowercase().contains("count");
        let named = self.mentions(&view.query, column);
        match (named, star, view.reads.len()) {
            (false, false, _) => Use::No,
            (true, _, 1) => Use::Yes,
            (false, true, 1) => {
                // `*` was expanded when the view was made: what was added since is not part of it.
                if view.columns.is_empty() {
                    Use::Maybe
                } else if view.columns.iter().any(|c| self.same(c, column)) {
                    Use::Yes
                } else {
                    Use::No
                }
            }
            (true, _, _) if self.only_here(view, table, column) => Use::Yes,
            _ => Use::Maybe,
        }
    }

    /// Whether the model knows what becomes of a view when a column of a table that it reads gets another name.
    pub(super) fn view_follows(&self, view: &ObjectName, table: &Table, renaming: (&Name, &Name)) -> bool {
        let Some(view) = self.catalog().views.get(view).filter(|_| !self.mysql()) else { return false };
        let listed = |name: &str| table.complete && table.columns.iter().any(|c| c.name == *name);
        let (query, reads) = (&view.query, view.reads.as_slice());
        let followed =
            expression::follow_column(query, reads, &table.name, &listed, renaming, &self.target());
        followed != Followed::Unknown
    }

    /// Gives a table or view another name. A view of PostgreSQL whose text may not say so is uncertain from then on.
    pub(super) fn rename_read(&mut self, path: ObjectPath, to: &ObjectPath) -> Step {
        let queries = |run: &Self, relation: &ObjectPath| -> Vec<(ObjectName, Expression)> {
            let Some(relation) = relation.relation().filter(|_| !run.mysql()) else { return Vec::new() };
            let readers = run.direct_readers(relation).into_iter();
            readers
                .filter_map(|name| Some((name.clone(), run.catalog().views.get(&name)?.query.clone())))
                .collect()
        };
        let before = queries(self, &path);
        let title = path.to_string();
        self.rename(path, to.clone())?;
        for (view, query) in before {
            if self.catalog().views.get(&view).is_some_and(|now| now.query == query) {
                let reason = format!("view `{view}` reads `{title}`, which is called `{to}` from now on");
                self.uncertain(&view, format!("{reason}: what its text is then is not known"));
            }
        }
        Ok(())
    }

    /// Drops the views that read the relations, or refuses: PostgreSQL only, the MySQL family lets them break.
    pub(super) fn drop_readers(&mut self, relations: &[ObjectName], cascade: bool, of: &ObjectPath) -> Step {
        let readers = self.readers(relations);
        if readers.is_empty() {
            return Ok(());
        }
        if self.mysql() {
            for reader in readers {
                self.uncertain(
                    &reader,
                    format!("view `{reader}` reads `{of}`, which is gone: it no longer works"),
                );
            }
            return Ok(());
        }
        if !cascade {
            return has_dependents(of, &format!("view `{}` reads it", readers[readers.len() - 1]));
        }
        for reader in readers {
            self.remove_view(&reader)?;
        }
        Ok(())
    }

    /// Drops a listed view with what belongs to it.
    pub(super) fn remove_view(&mut self, name: &ObjectName) -> Step {
        let Some(view) = self.catalog().views.get(name).cloned() else { return Ok(()) };
        self.remove(ObjectPath::View { name: name.clone() }, Object::View(view))
    }

    /// Foreign keys of other tables (or of this one) that refer to `table`, as (table, place), the last ones first so
    /// that they can be dropped in this order. With `columns`, only those that need a key on exactly these.
    pub(super) fn references(
        &self,
        table: &ObjectName,
        columns: Option<&[Name]>,
    ) -> Vec<(ObjectName, usize)> {
        let mut found = Vec::new();
        for other in self.catalog().tables.linked(Link::Refers, table) {
            for (place, constraint) in other.constraints.iter().enumerate().rev() {
                let crate::catalog::ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
                let wanted = columns.is_none_or(|columns| {
                    columns.len() == key.referenced.len()
                        && columns.iter().all(|c| key.referenced.iter().any(|r| self.same(r, c)))
                });
                if key.table == *table && wanted {
                    found.push((other.name.clone(), place));
                }
            }
        }
        found
    }

    /// The name of the constraint at a place, for messages.
    pub(super) fn constraint_name(&self, table: &ObjectName, place: usize) -> Name {
        self.catalog()
            .tables
            .get(table)
            .and_then(|t| t.constraints.get(place))
            .map(|c| c.name.clone())
            .unwrap_or_default()
    }
}

pub(super) fn has_dependents<T>(of: &ObjectPath, what: &str) -> Step<T> {
    let message = format!("{} `{of}` cannot be dropped: {what}", of.kind());
    fail(ConflictKind::HasDependents, of.clone(), message)
}
