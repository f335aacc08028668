//! Which tables a statement on rows writes to: the table it names, the tables behind a view, children, and those that
//! follow through foreign keys. All of it by the schema as it is when the statement runs.
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use super::classify::Judgement;
use crate::{
    apply::State,
    catalog::{Link, Name, ObjectName, ReferentialAction, Table, Trigger, View},
    dialect::expression,
    report::RollbackClass,
    target::Target,
    text::tokens,
};

/// What happens to rows of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Effect {
    /// Rows go.
    pub(super) rows_go: bool,
    /// Rows come.
    pub(super) rows_come: bool,
    /// Values of these columns change; `None` stands for all.
    pub(super) columns: Option<BTreeSet<Name>>,
    /// All rows go by `TRUNCATE`, which fires other triggers.
    pub(super) emptied: bool,
    /// `TRUNCATE … CASCADE`: every table that refers to this one is emptied as well.
    pub(super) cascades: bool,
}

impl Effect {
    pub(super) fn nothing() -> Self {
        Self { columns: Some(BTreeSet::new()), ..Self::default() }
    }

    pub(super) fn delete() -> Self {
        Self { rows_go: true, ..Self::nothing() }
    }

    pub(super) fn insert() -> Self {
        Self { rows_come: true, ..Self::nothing() }
    }

    pub(super) fn update(columns: impl IntoIterator<Item = Name>) -> Self {
        Self { columns: Some(columns.into_iter().collect()), ..Self::nothing() }
    }

    pub(super) fn truncate() -> Self {
        Self { emptied: true, ..Self::delete() }
    }

    /// Anything may happen to any row.
    pub(super) fn anything() -> Self {
        Self { rows_go: true, rows_come: true, ..Self::default() }
    }

    pub(super) fn changes_columns(&self) -> bool {
        self.columns.as_ref().is_none_or(|c| !c.is_empty())
    }

    /// Takes the other effect in as well; whether that is new.
    fn join(&mut self, other: &Self) -> bool {
        let columns = match (&mut self.columns, &other.columns) {
            (None, _) => false,
            (Some(_), None) => {
                self.columns = None;
                true
            }
            (Some(mine), Some(theirs)) => {
                let had = mine.len();
                mine.extend(theirs.iter().cloned());
                mine.len() > had
            }
        };
        let flags = |e: &Self| (e.rows_go, e.rows_come, e.emptied, e.cascades);
        let had = flags(self);
        self.rows_go |= other.rows_go;
        self.rows_come |= other.rows_come;
        self.emptied |= other.emptied;
        self.cascades |= other.cascades;
        columns || had != flags(self)
    }

    fn has(&self, columns: &[Name]) -> bool {
        match &self.columns {
            None => true,
            Some(mine) => columns.iter().any(|c| mine.iter().any(|m| m.eq_ignore_ascii_case(c))),
        }
    }
}

/// The tables that a statement reaches.
pub(super) struct Reach<'a> {
    before: &'a State,
    target: Target,
    /// By name now, in the order they are found.
    pub(super) order: Vec<ObjectName>,
    pub(super) effects: BTreeMap<ObjectName, Effect>,
    /// Tables that the statement names itself, or that it names a view of.
    pub(super) direct: BTreeSet<ObjectName>,
    work: VecDeque<ObjectName>,
}

/// Views over views: deeper ones are not followed.
const DEEPEST_VIEW: usize = 32;

impl<'a> Reach<'a> {
    pub(super) fn new(before: &'a State) -> Self {
        Self {
            before,
            target: before.target(),
            order: Vec::new(),
            effects: BTreeMap::new(),
            direct: BTreeSet::new(),
            work: VecDeque::new(),
        }
    }

    /// The full name of what a statement means by `name`.
    fn find(&self, name: &ObjectName) -> Option<ObjectName> {
        let catalog = &self.before.catalog;
        let exists = |n: &ObjectName| catalog.tables.contains(n) || catalog.views.contains(n);
        if name.schema.is_some() {
            return exists(name).then(|| name.clone());
        }
        let path = &self.before.session.search_path;
        let temporary = (!catalog.dialect.is_mysql_family()).then_some("pg_temp");
        let current = self.before.current_schema();
        let schemas = temporary.into_iter().chain(path.iter().map(String::as_str)).chain([current.as_str()]);
        schemas.map(|schema| ObjectName::new(schema, name.name.clone())).find(|n| exists(n))
    }

    /// A statement writes to `name`; `false` when nothing is known of it.
    pub(super) fn write(
        &mut self,
        name: &ObjectName,
        only: bool,
        effect: &Effect,
        out: &mut Judgement,
    ) -> bool {
        let Some(full) = self.find(name) else { return false };
        let before = self.before;
        if let Some(view) = before.catalog.views.get(&full) {
            let mut seen = BTreeSet::new();
            self.through(view, 0, &mut seen, out);
        } else {
            self.direct.insert(full.clone());
            self.add(&full, effect);
            if !only {
                self.children(&full, effect);
            }
        }
        self.follow(out);
        true
    }

    /// Through a view anything may happen to any row of the tables behind it.
    fn through(&mut self, view: &View, depth: usize, seen: &mut BTreeSet<ObjectName>, out: &mut Judgement) {
        if !seen.insert(view.name.clone()) {
            return;
        }
        if !view.triggers.is_empty() {
            out.lose(
                RollbackClass::Unknown,
                format!("what the triggers of the view `{}` did is not followed", view.name),
            );
        }
        let foreign = |f: &Name| expression::builtin_function(f, &self.target) != Some(false);
        if let Some(f) = expression::functions(&view.query, &self.target).iter().find(|f| foreign(f)) {
            out.lose(
                RollbackClass::Unknown,
                format!("what `{f}` did, which the view `{}` calls, is not known", view.name),
            );
        }
        if view.reads.is_empty() || depth > DEEPEST_VIEW {
            out.lose(
                RollbackClass::Unknown,
                format!("the tables behind the view `{}` are not known", view.name),
            );
        }
        let before = self.before;
        for read in &view.reads {
            match self.find(read) {
                Some(full) => match before.catalog.views.get(&full) {
                    Some(inner) => self.through(inner, depth + 1, seen, out),
                    None => {
                        self.direct.insert(full.clone());
                        self.add(&full, &Effect::anything());
                        self.children(&full, &Effect::anything());
                    }
                },
                None => out.lose(
                    RollbackClass::Unknown,
                    format!("`{read}` behind the view `{}` is not known", view.name),
                ),
            }
        }
    }

    fn add(&mut self, name: &ObjectName, effect: &Effect) {
        match self.effects.get_mut(name) {
            Some(known) => {
                if known.join(effect) {
                    self.work.push_back(name.clone());
                }
            }
            None => {
                self.order.push(name.clone());
                self.effects.insert(name.clone(), effect.clone());
                self.work.push_back(name.clone());
            }
        }
    }

    /// Rows of children by `INHERITS` and of partitions are rows of the parent.
    fn children(&mut self, name: &ObjectName, effect: &Effect) {
        let before = self.before;
        if before.catalog.dialect.is_mysql_family() {
            return;
        }
        let mut effect = effect.clone();
        let root = before.catalog.tables.get(name);
        if root.is_some_and(|t| t.properties.partition_by.is_none()) {
            // A row goes into the parent itself, or, by its key, into a partition.
            effect.rows_come = false;
            if !effect.rows_go && !effect.changes_columns() {
                return;
            }
        }
        let mut work = vec![name.clone()];
        let mut seen = BTreeSet::new();
        while let Some(parent) = work.pop() {
            for child in before.catalog.tables.linked(Link::Child, &parent) {
                if is_child(child, &parent) && seen.insert(child.name.clone()) {
                    self.add(&child.name, &effect);
                    work.push(child.name.clone());
                }
            }
        }
    }

    /// Rows that refer to rows that go, or to values that change, go or change with them.
    fn follow(&mut self, out: &mut Judgement) {
        let before = self.before;
        while let Some(name) = self.work.pop_front() {
            let Some(effect) = self.effects.get(&name).cloned() else { continue };
            if let Some(table) = before.catalog.tables.get(&name) {
                self.fired(table, &effect, out);
            }
            for other in before.catalog.tables.linked(Link::Refers, &name) {
                for (_, key) in other.foreign_keys().filter(|(_, k)| k.table == name) {
                    let mut reached = Effect::nothing();
                    if effect.cascades {
                        reached.join(&Effect { cascades: true, ..Effect::truncate() });
                    }
                    if !effect.emptied {
                        if effect.rows_go {
                            let set = Some(&key.on_delete_columns).filter(|some| !some.is_empty());
                            reached.join(&by(key.on_delete, set.unwrap_or(&key.columns), true));
                        }
                        if effect.has(&key.referenced) {
                            reached.join(&by(key.on_update, &key.columns, false));
                        }
                    }
                    if reached.rows_go || reached.changes_columns() {
                        self.add(&other.name, &reached);
                        self.children(&other.name, &reached);
                    }
                }
            }
        }
    }

    /// Says that triggers fired: what they wrote is not followed.
    fn fired(&self, table: &Table, effect: &Effect, out: &mut Judgement) {
        let fires = |t: &Trigger| {
            !matches!(t.enabled.as_deref(), Some("disabled" | "replica")) && meets(t, effect, &self.target)
        };
        if table.triggers.iter().any(fires) {
            out.lose(
                RollbackClass::Unknown,
                format!("triggers of `{}` fired, and what they wrote is not followed", table.name),
            );
        }
    }

    /// The table of now behind a name that was reached.
    pub(super) fn table(&self, name: &ObjectName) -> Option<&'a Arc<Table>> {
        self.before.catalog.tables.get(name)
    }
}

/// A table with its children by `INHERITS` and its partitions.
pub(super) fn family(before: &State, name: &ObjectName) -> Vec<ObjectName> {
    let mut reach = Reach::new(before);
    reach.add(name, &Effect::nothing());
    reach.children(name, &Effect::update([Name::default()]));
    reach.order
}

fn is_child(table: &Table, parent: &ObjectName) -> bool {
    table.properties.inherits.contains(parent)
        || table.properties.partition_of.as_ref().is_some_and(|(p, _)| p == parent)
}

fn by(action: ReferentialAction, columns: &[Name], row_goes: bool) -> Effect {
    match action {
        ReferentialAction::NoAction | ReferentialAction::Restrict => Effect::nothing(),
        ReferentialAction::Cascade if row_goes => Effect::delete(),
        ReferentialAction::Cascade | ReferentialAction::SetNull | ReferentialAction::SetDefault => {
            Effect::update(columns.iter().cloned())
        }
    }
}

/// Whether the trigger's events, which stand before the word `ON`, are among what happens.
fn meets(trigger: &Trigger, effect: &Effect, target: &Target) -> bool {
    let text = trigger.definition.sql.as_str();
    let words = tokens(text, target);
    let head: Vec<_> = words.iter().take_while(|t| !t.is_any_word(text, &["on"])).collect();
    let has = |event: &str| head.iter().any(|t| t.is_any_word(text, &[event]));
    if !["insert", "update", "delete", "truncate"].into_iter().any(has) {
        return true;
    }
    // `TRUNCATE` fires no trigger of rows, but whoever has one on `DELETE` may have one on both.
    effect.rows_come && has("insert")
        || effect.changes_columns() && has("update")
        || effect.rows_go && !effect.emptied && has("delete")
        || effect.emptied && has("truncate")
}
