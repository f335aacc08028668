//! Changes as PostgreSQL statements.
//!
//! Names are written with their schema, so that a script means the same whatever the search path is; expressions,
//! bodies and operator classes are written as they were given. A name of a type in a routine's signature gets its
//! schema when the catalog lists the type.
mod column;
mod define;
mod enums;
mod family;
mod objects;
mod order;
mod passed;
mod places;
pub(crate) mod quote;
mod relation;
mod routine;
mod table;
mod views;

pub(crate) use enums::type_is_swapped;
use std::collections::BTreeMap;

use places::{About, Places};

use crate::{
    apply::commit,
    catalog::{Catalog, Constraint, ConstraintKind, Name, ObjectName},
    change::{Change, Delta, Object, ObjectPath},
    dialect::render::{Rendered, admit_doubt},
};

/// Writes `changes`, made for the catalog `before` and in an order in which each can be applied, as statements that
/// can run in the order they are returned.
///
/// What the server does by itself is not written again: what partitions and children get from their parents, the
/// partitions and owned sequences that go with a table. Foreign keys to tables that come later wait for them.
pub fn render(changes: &[Change], before: &Catalog) -> Vec<Rendered> {
    let mut writer = Writer {
        changes,
        state: vec![Progress::Open; changes.len()],
        catalog: before.clone(),
        out: Vec::new(),
        waiting_keys: Vec::new(),
        waiting_owners: Vec::new(),
        depth: 0,
        attach: BTreeMap::new(),
        places: Places::new(changes),
    };
    for at in 0..changes.len() {
        writer.run(at);
    }
    writer.release(true);
    writer.out
}

/// How far a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Nothing has been done.
    Open,
    /// The server does it together with another change: only the catalog has to follow.
    Implied,
    /// Written, and the catalog has it.
    Done,
}

struct Writer<'a> {
    changes: &'a [Change],
    state: Vec<Progress>,
    /// The schema as it is before the change being written.
    catalog: Catalog,
    out: Vec<Rendered>,
    /// Foreign keys whose tables are not there yet.
    waiting_keys: Vec<(ObjectName, Constraint)>,
    /// Sequences whose owning columns are not there yet.
    waiting_owners: Vec<(ObjectName, (ObjectName, Name))>,
    /// How many changes wait for another one to be written first.
    depth: usize,
    /// Indexes of partitions that become parts of the index of the partitioned table, by table and name.
    attach: BTreeMap<(ObjectName, Name), ObjectName>,
    /// Where changes are found.
    places: Places,
}

impl Writer<'_> {
    fn push(&mut self, sql: impl Into<String>) {
        self.out.push(Rendered::new(sql));
    }

    fn push_noted(&mut self, sql: impl Into<String>, note: impl Into<String>) {
        self.out.push(Rendered::new(sql).with_note(note));
    }

    /// What no statement can do: the note says it, and the text is a comment that servers accept.
    fn cannot(&mut self, note: impl Into<String>) {
        let note = note.into();
        let sql = format!("/* {} */", note.replace("/*", "/ *").replace("*/", "* /"));
        self.push_noted(sql, note);
    }

    /// Writes one change, unless that has happened, and lets the catalog follow.
    fn run(&mut self, at: usize) {
        let changes = self.changes;
        let (Some(change), Some(progress)) = (changes.get(at), self.state.get(at).copied()) else { return };
        if progress == Progress::Done {
            return;
        }
        if let Some(state) = self.state.get_mut(at) {
            *state = Progress::Done;
        }
        if progress == Progress::Open {
            self.run_first(at, change);
            if self.state.get(at) == Some(&Progress::Done) {
                let first = self.out.len();
                self.write(change);
                admit_doubt(&mut self.out, first, change, &self.catalog);
            }
            if let Some(state) = self.state.get_mut(at) {
                *state = Progress::Done;
            }
        }
        // A change that does not fit the catalog was written as well as it could be.
        let _ = commit(&mut self.catalog, change);
        if matches!(change.delta, Delta::Create { .. }) {
            self.release(false);
        }
    }

    /// The first change about `about` that `wanted` accepts among those that come later.
    fn later(&self, about: &About, wanted: impl Fn(&Change) -> bool) -> Option<usize> {
        let open = |at: &usize| {
            self.state.get(*at) == Some(&Progress::Open) && self.changes.get(*at).is_some_and(&wanted)
        };
        self.places.of(about).iter().copied().find(open)
    }

    /// Lets a change that has begun be seen as a later one.
    fn reopen(&mut self, at: usize) {
        if let Some(state) = self.state.get_mut(at).filter(|state| **state == Progress::Done) {
            *state = Progress::Open;
        }
    }

    fn close(&mut self, at: usize) {
        if let Some(state) = self.state.get_mut(at).filter(|state| **state == Progress::Open) {
            *state = Progress::Done;
        }
    }

    /// Marks a later change as done by the server.
    fn imply(&mut self, about: &About, wanted: impl Fn(&Change) -> bool) -> bool {
        let found = self.later(about, wanted);
        if let Some(state) = found.and_then(|at| self.state.get_mut(at)) {
            *state = Progress::Implied;
        }
        found.is_some()
    }

    /// Writes the foreign keys and owners that waited for what is there now; in the end all of them.
    fn release(&mut self, all: bool) {
        let keys = std::mem::take(&mut self.waiting_keys);
        for (table, constraint) in keys {
            let ready = match &constraint.kind {
                ConstraintKind::ForeignKey(key) => self.catalog.tables.contains(&key.table),
                _ => true,
            };
            if ready || all {
                self.add_constraint(&table, &constraint, false);
            } else {
                self.waiting_keys.push((table, constraint));
            }
        }
        let owners = std::mem::take(&mut self.waiting_owners);
        for (sequence, owner) in owners {
            if self.has_column(&owner) || all {
                self.own(&sequence, Some(&owner));
            } else {
                self.waiting_owners.push((sequence, owner));
            }
        }
    }

    fn has_column(&self, (table, column): &(ObjectName, Name)) -> bool {
        self.catalog.tables.get(table).is_some_and(|t| t.columns.iter().any(|c| c.name == *column))
    }

    fn write(&mut self, change: &Change) {
        match &change.delta {
            Delta::Create { after } => self.create(&change.path, after),
            Delta::Drop { before } => self.remove(&change.path, before),
            Delta::Alter { before, after } => self.alter(&change.path, before, after),
            Delta::Rename { to } => self.rename(&change.path, to),
        }
    }

    fn create(&mut self, path: &ObjectPath, object: &Object) {
        match object {
            Object::Schema(schema) => self.create_schema(schema),
            Object::Extension(extension) => self.create_extension(extension),
            Object::Type(user_type) => self.create_type(user_type),
            Object::Sequence(sequence) => self.create_sequence(sequence),
            Object::Table(table) => self.create_table(table),
            Object::View(view) => self.create_view(view),
            Object::Routine(routine) => self.create_routine(routine, false),
            _ => {
                let Some(table) = path.relation() else { return };
                self.create_part(table, object);
            }
        }
    }

    fn remove(&mut self, path: &ObjectPath, object: &Object) {
        match (path, object) {
            (ObjectPath::Schema { name }, _) => self.push(format!("DROP SCHEMA {}", quote::name(name))),
            (ObjectPath::Extension { name }, _) => self.push(format!("DROP EXTENSION {}", quote::name(name))),
            (_, Object::Type(user_type)) => self.drop_type(user_type),
            (_, Object::Sequence(sequence)) => self.drop_sequence(sequence),
            (_, Object::Table(table)) => self.drop_table(table),
            (_, Object::View(view)) => self.drop_view(view),
            (_, Object::Routine(routine)) => self.drop_routine(routine),
            _ => {
                let Some(table) = path.relation() else { return };
                self.drop_part(table, object);
            }
        }
    }

    fn alter(&mut self, path: &ObjectPath, before: &Object, after: &Object) {
        match (before, after) {
            (Object::Schema(before), Object::Schema(after)) => {
                if before.comment != after.comment {
                    self.comment(&format!("SCHEMA {}", quote::name(&after.name)), after.comment.as_deref());
                }
            }
            (Object::Extension(before), Object::Extension(after)) => {
                if let Some(schema) = after.schema.as_ref().filter(|_| before.schema != after.schema) {
                    let (name, schema) = (quote::name(&after.name), quote::name(schema));
                    self.push(format!("ALTER EXTENSION {name} SET SCHEMA {schema}"));
                }
            }
            (Object::Type(before), Object::Type(after)) => self.alter_type(before, after),
            (Object::Sequence(before), Object::Sequence(after)) => self.alter_sequence(before, after),
            (Object::View(before), Object::View(after)) => self.alter_view(before, after),
            (Object::Routine(before), Object::Routine(after)) => self.alter_routine(before, after),
            (Object::TableProperties(before), Object::TableProperties(after)) => {
                let Some(table) = path.relation() else { return };
                self.alter_properties(table, before, after);
            }
            _ => {
                let Some(table) = path.relation() else { return };
                self.alter_part(table, before, after);
            }
        }
    }

    /// `COMMENT ON object IS …`.
    fn comment(&mut self, object: &str, text: Option<&str>) {
        let text = text.map_or_else(|| "NULL".to_owned(), quote::literal);
        self.push(format!("COMMENT ON {object} IS {text}"));
    }

    /// The comment of a new object, if it has one.
    fn new_comment(&mut self, object: &str, text: Option<&str>) {
        if text.is_some() {
            self.comment(object, text);
        }
    }
}
