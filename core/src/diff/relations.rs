//! Views and triggers.
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Differ, find, same};
use crate::{
    catalog::{Name, ObjectName, Trigger, View},
    change::{Object, ObjectPath},
};

impl Differ<'_> {
    fn triggers_of(&self, relation: &ObjectName) -> Vec<Trigger> {
        match (self.work.tables.get(relation), self.work.views.get(relation)) {
            (Some(table), _) => table.triggers.clone(),
            (None, Some(view)) => view.triggers.clone(),
            (None, None) => Vec::new(),
        }
    }

    /// Triggers that go or are made anew, of relations that stay.
    pub(super) fn drop_triggers(&mut self) {
        let dialect = self.to.dialect;
        let mut gone: Vec<(ObjectName, Name)> = Vec::new();
        let new_tables = self.to.tables.iter().map(|t| (&t.name, &t.triggers, t.complete));
        for (relation, new, complete) in
            new_tables.chain(self.to.views.iter().map(|v| (&v.name, &v.triggers, true)))
        {
            for old in self.triggers_of(relation) {
                let keep = match find(new, |t| &t.name, |n| same::name(dialect, n, &old.name)) {
                    Some((_, other)) => {
                        other.name == old.name
                            && same::trigger_alterable(&old, other)
                            && (dialect.is_mysql_family()
                                || !self.rebuilt_columns.holds_trigger(relation, &old.definition.sql))
                    }
                    None => !complete,
                };
                if !keep {
                    gone.push((relation.clone(), old.name.clone()));
                }
            }
        }
        for (relation, name) in gone {
            let list = self.triggers_of(&relation);
            let Some((position, trigger)) = find(&list, |t| &t.name, |n| *n == name) else { continue };
            let trigger = Box::new(trigger.clone());
            self.remove(ObjectPath::Trigger { table: relation, name }, Object::Trigger { trigger, position });
        }
    }

    /// Triggers that come or change.
    pub(super) fn create_triggers(&mut self) {
        let tables = self.to.tables.iter().map(|t| (t.name.clone(), t.triggers.clone()));
        let views = self.to.views.iter().map(|v| (v.name.clone(), v.triggers.clone()));
        for (relation, triggers) in tables.chain(views).collect::<Vec<_>>() {
            let complete = self.from.tables.get(&relation).is_none_or(|t| t.complete);
            for new in triggers {
                let list = self.triggers_of(&relation);
                let dialect = self.to.dialect;
                let path = ObjectPath::Trigger { table: relation.clone(), name: new.name.clone() };
                match find(&list, |t| &t.name, |n| same::name(dialect, n, &new.name)) {
                    Some((_, old)) if *old == new => {}
                    Some((position, old)) => self.alter(
                        path,
                        Object::Trigger { trigger: Box::new(old.clone()), position },
                        Object::Trigger { trigger: Box::new(new), position },
                        true,
                    ),
                    None if complete => {
                        let position = list.len();
                        self.create(path, Object::Trigger { trigger: Box::new(new), position });
                    }
                    None => {}
                }
            }
        }
    }

    /// Tables whose columns go or change their type: PostgreSQL's views on them must be made anew.
    fn disturbed(&self) -> BTreeSet<ObjectName> {
        let mut found = BTreeSet::new();
        if self.to.dialect.is_mysql_family() {
            return found;
        }
        for old in self.work.tables.iter() {
            let changes = match self.to.tables.get(&old.name) {
                None => true,
                Some(new) => {
                    old.columns.iter().any(|c| match find(&new.columns, |n| &n.name, |n| *n == c.name) {
                        None => new.complete,
                        Some(_) => false,
                    }) || self.rebuilt_columns.touches(&old.name)
                }
            };
            if changes {
                found.insert(old.name.clone());
            }
        }
        found
    }

    /// Views that go, cannot be replaced, or stand on something that goes; readers before what they read.
    pub(super) fn drop_views(&mut self) {
        let mut starts: BTreeSet<ObjectName> = self.disturbed();
        let mut drop: BTreeSet<ObjectName> = BTreeSet::new();
        for old in self.work.views.iter() {
            let goes = match self.to.views.get(&old.name) {
                None => true,
                Some(new) if same::view(old, new) => false,
                Some(new) => !same::view_alterable(old, new) && !same::view_replaceable(old, new),
            };
            if goes {
                drop.insert(old.name.clone());
                if !self.to.dialect.is_mysql_family() {
                    starts.insert(old.name.clone());
                }
            }
        }
        let mut edges: BTreeMap<&ObjectName, Vec<&ObjectName>> = BTreeMap::new();
        for view in self.work.views.iter() {
            view.reads.iter().for_each(|r| edges.entry(r).or_default().push(&view.name));
        }
        let mut queue: Vec<ObjectName> = starts.iter().cloned().collect();
        while let Some(relation) = queue.pop() {
            for reader in edges.get(&relation).into_iter().flatten() {
                if drop.insert((*reader).clone()) {
                    queue.push((*reader).clone());
                }
            }
        }
        let items: Vec<_> = self
            .work
            .views
            .iter()
            .filter(|v| drop.contains(&v.name))
            .map(|v| (v.name.clone(), v.reads.clone()))
            .collect();
        for name in crate::catalog::after_needs(&items).iter().rev() {
            let Some(view) = self.work.views.get(name).cloned() else { continue };
            let new = self.to.views.get(name);
            // Made anew: the two queries may say the same in other words, or only what they read changes.
            let certain = !self.to.is_open() && new.is_none_or(|new| new.materialized != view.materialized);
            if new.is_some() && !certain {
                self.rebuilt.insert(name.clone());
            }
            let path = ObjectPath::View { name: name.clone() };
            self.emit(path, crate::change::Delta::Drop { before: Object::View(view) }, certain);
        }
    }

    /// Views that come or change, in the order of what they read, with their indexes.
    pub(super) fn create_views(&mut self) {
        let items: Vec<_> = self.to.views.iter().map(|v| (v.name.clone(), v.reads.clone())).collect();
        for name in crate::catalog::after_needs(&items) {
            let Some(new) = self.to.views.get(&name).cloned() else { continue };
            let path = ObjectPath::View { name: name.clone() };
            let Some(old) = self.work.views.get(&name).cloned() else {
                let bare = View { triggers: Vec::new(), ..(*new).clone() };
                // One that is only made anew may be what it was.
                let certain = !self.rebuilt.contains(&name);
                let known = !self.from.is_open() || self.from.absent.contains(&name);
                self.emit(
                    path,
                    crate::change::Delta::Create { after: Object::View(Arc::new(bare)) },
                    certain && known,
                );
                continue;
            };
            if !same::view(&old, &new) {
                let after =
                    View { indexes: old.indexes.clone(), triggers: old.triggers.clone(), ..(*new).clone() };
                let certain = old.query == new.query;
                self.alter(path, Object::View(old), Object::View(after.into()), certain);
            }
            self.view_indexes(&name, &new);
        }
    }

    fn view_indexes(&mut self, name: &ObjectName, new: &View) {
        let path = |index: &Name| ObjectPath::Index { table: name.clone(), name: index.clone() };
        let old = self.work.views.get(name).map(|v| v.indexes.clone()).unwrap_or_default();
        for (position, index) in old.iter().enumerate().rev() {
            let keep = find(&new.indexes, |i| &i.name, |n| *n == index.name)
                .is_some_and(|(_, other)| same::index_alterable(index, other));
            if !keep {
                self.remove(path(&index.name), Object::Index { index: Box::new(index.clone()), position });
            }
        }
        for index in &new.indexes {
            let now = self.work.views.get(name).map(|v| v.indexes.clone()).unwrap_or_default();
            match find(&now, |i| &i.name, |n| *n == index.name) {
                Some((_, old)) if same::index(old, index) => {}
                Some((position, old)) => self.alter(
                    path(&index.name),
                    Object::Index { index: Box::new(old.clone()), position },
                    Object::Index { index: Box::new(index.clone()), position },
                    true,
                ),
                None => {
                    let position = now.len();
                    self.create(
                        path(&index.name),
                        Object::Index { index: Box::new(index.clone()), position },
                    );
                }
            }
        }
    }
}
