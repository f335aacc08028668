//! The difference of two catalogs, as changes in an order in which they can be executed.
//!
//! Nothing is guessed: an object of another name is another object. Drops come first (what depends on others before
//! what it depends on), then schemas, types, sequences, tables, columns, constraints, indexes, foreign keys, routines,
//! views in the order of what they read, triggers. What two objects may differ in without a difference is said in
//! the module `same`.
mod order;
mod rebuilt;
mod relations;
mod same;
mod tables;

use std::collections::BTreeSet;

use rebuilt::Rebuilt;

use crate::{
    apply::commit,
    catalog::{Catalog, ConstraintKind, Keyed, Name, ObjectName, Routine, Shelf, UserType, UserTypeKind},
    change::{Change, Delta, Object, ObjectPath},
    dialect::render::{self, Rendered},
    target::Target,
};

/// A change with what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What turns the first catalog's object into the second's.
    pub change: Change,
    /// Why the two sides may mean the same after all: views and expressions whose texts differ, objects that a
    /// statement touched in a way that is not modelled, objects of an open world that no statement mentions. `None`
    /// when the difference is certain.
    pub doubt: Option<String>,
}

/// The changes that turn `from` into `to`, in executable order: committed one after the other to `from` they give `to`,
/// up to what a diff ignores. What is only in the way of a change goes and comes again. The difference of a catalog from
/// itself is empty.
pub fn diff(from: &Catalog, to: &Catalog) -> Vec<Change> {
    find_all(from, to, true).into_iter().map(|d| d.change).collect()
}

/// What differs, and for each change why it is not certain, if it is not. Foreign keys, triggers and generated columns
/// that are only in the way of a change are not among them: [`diff`] has these.
pub fn differences(from: &Catalog, to: &Catalog) -> Vec<Difference> {
    find_all(from, to, false)
}

fn find_all(from: &Catalog, to: &Catalog, executable: bool) -> Vec<Difference> {
    let target = Target::new(to.dialect).with_version(to.server_version);
    let mut differ = Differ {
        work: from.clone(),
        from,
        to,
        found: Vec::new(),
        rebuilt: BTreeSet::new(),
        rebuilt_columns: Rebuilt::new(from, to, &target, executable),
        target,
    };
    differ.schemas();
    differ.drop_triggers();
    differ.drop_views();
    differ.drop_foreign_keys();
    differ.drop_from_tables();
    differ.drop_tables();
    differ.release_defaults();
    differ.drop_objects();
    differ.create_objects();
    differ.routines(false);
    differ.create_tables(false);
    differ.alter_tables();
    differ.create_tables(true);
    differ.create_foreign_keys();
    differ.routines(true);
    differ.create_views();
    differ.create_triggers();
    differ.drop_schemas();
    differ.found
}

/// The statements that turn `from` into `to`. What one of the two does not know for certain is said beside what is
/// written of it.
pub fn script(from: &Catalog, to: &Catalog) -> Vec<Rendered> {
    let changes = diff(from, to);
    let mut before = from.clone();
    for (object, remark) in to.uncertain.iter() {
        if object != Catalog::EVERYTHING && !before.uncertain.contains_key(object) {
            before.uncertain.insert(object.clone(), remark.clone());
        }
    }
    render::render(&changes, &before)
}

/// A diff in the making.
struct Differ<'a> {
    /// `from` with the changes so far.
    work: Catalog,
    from: &'a Catalog,
    to: &'a Catalog,
    found: Vec<Difference>,
    target: Target,
    /// Views that are dropped only because something they read changes.
    rebuilt: BTreeSet<ObjectName>,
    /// Columns that change in a way that concerns what is built on them.
    rebuilt_columns: Rebuilt,
}

impl Differ<'_> {
    /// Records a change and makes it. One that cannot be made is left out: it would not be executable either.
    fn emit(&mut self, path: ObjectPath, delta: Delta, certain: bool) {
        let change = Change { path, delta };
        if commit(&mut self.work, &change).is_ok() {
            let why = match change.delta {
                Delta::Create { .. } => "not all that was there before is known",
                Delta::Drop { .. } => "not all that is to be there is known",
                Delta::Alter { .. } | Delta::Rename { .. } => "two texts differ, and may mean the same",
            };
            let owner = match &change.delta {
                // Its column's table may have it or not.
                Delta::Create { after: Object::Sequence(sequence) }
                | Delta::Drop { before: Object::Sequence(sequence) } => sequence.owned_by.as_ref(),
                _ => None,
            };
            let owner = owner.map(|(table, _)| ObjectPath::Table { name: table.clone() });
            let doubt = self.doubt(&change.path).or_else(|| owner.and_then(|path| self.doubt(&path)));
            let doubt = doubt.or_else(|| (!certain).then(|| why.to_owned()));
            self.found.push(Difference { change, doubt });
        }
    }

    fn create(&mut self, path: ObjectPath, after: Object) {
        // An open world may have it already.
        let known = !self.from.is_open()
            || path.relation().is_some_and(|r| {
                self.from.absent.contains(r) || self.from.tables.get(r).is_some_and(|t| t.complete)
            });
        self.emit(path, Delta::Create { after }, known);
    }

    fn remove(&mut self, path: ObjectPath, before: Object) {
        self.emit(path, Delta::Drop { before }, !self.to.is_open());
    }

    fn alter(&mut self, path: ObjectPath, before: Object, after: Object, certain: bool) {
        self.emit(path, Delta::Alter { before, after }, certain);
    }

    /// Why what one of the catalogs says of the object is not certain.
    fn doubt(&self, path: &ObjectPath) -> Option<String> {
        if self.from.uncertain.is_empty() && self.to.uncertain.is_empty() {
            return None;
        }
        let found = path.doubt(self.from).or_else(|| path.doubt(self.to));
        found.map(str::to_owned)
    }

    fn schemas(&mut self) {
        for schema in self.to.schemas.iter() {
            let path = ObjectPath::Schema { name: schema.name.clone() };
            match self.work.schemas.get(&schema.name).cloned() {
                None => self.create(path, Object::Schema((**schema).clone())),
                Some(old) if old != *schema => {
                    self.alter(
                        path,
                        Object::Schema((*old).clone()),
                        Object::Schema((**schema).clone()),
                        true,
                    );
                }
                Some(_) => {}
            }
        }
        for extension in self.to.extensions.iter() {
            let path = ObjectPath::Extension { name: extension.name.clone() };
            match self.work.extensions.get(&extension.name).cloned() {
                None => self.create(path, Object::Extension((**extension).clone())),
                Some(old)
                    if old.schema != extension.schema
                        && old.schema.is_some()
                        && extension.schema.is_some() =>
                {
                    let (before, after) = ((*old).clone(), (**extension).clone());
                    self.alter(path, Object::Extension(before), Object::Extension(after), true);
                }
                Some(_) => {}
            }
        }
    }

    fn drop_schemas(&mut self) {
        for extension in missing(&self.work.extensions, &self.to.extensions) {
            let path = ObjectPath::Extension { name: extension.name.clone() };
            self.remove(path, Object::Extension((*extension).clone()));
        }
        for schema in missing(&self.work.schemas, &self.to.schemas) {
            let path = ObjectPath::Schema { name: schema.name.clone() };
            self.remove(path, Object::Schema((*schema).clone()));
        }
    }

    /// Routines, sequences and types that go.
    fn drop_objects(&mut self) {
        for routine in missing(&self.work.routines, &self.to.routines) {
            self.remove(routine_path(&routine), Object::Routine(routine));
        }
        for sequence in missing(&self.work.sequences, &self.to.sequences) {
            self.remove(ObjectPath::Sequence { name: sequence.name.clone() }, Object::Sequence(sequence));
        }
        let gone = missing(&self.work.types, &self.to.types);
        let order = crate::catalog::after_needs(
            &gone.iter().map(|t| (t.name.clone(), type_needs(t))).collect::<Vec<_>>(),
        );
        for name in order.iter().rev() {
            if let Some(old) = self.work.types.get(name).cloned() {
                self.remove(ObjectPath::Type { name: name.clone() }, Object::Type(old));
            }
        }
    }

    /// Types and sequences that come or change.
    fn create_objects(&mut self) {
        let types: Vec<(ObjectName, Vec<ObjectName>)> =
            self.to.types.iter().map(|t| (t.name.clone(), type_needs(t))).collect();
        for name in crate::catalog::after_needs(&types) {
            let Some(new) = self.to.types.get(&name).cloned() else { continue };
            let path = ObjectPath::Type { name: name.clone() };
            match self.work.types.get(&name).cloned() {
                None => self.create(path, Object::Type(new)),
                Some(old) if old != new => self.alter(path, Object::Type(old), Object::Type(new), true),
                Some(_) => {}
            }
        }
        for new in self.to.sequences.iter().cloned().collect::<Vec<_>>() {
            let path = ObjectPath::Sequence { name: new.name.clone() };
            match self.work.sequences.get(&new.name).cloned() {
                None => self.create(path, Object::Sequence(new)),
                Some(old) if old != new => {
                    self.alter(path, Object::Sequence(old), Object::Sequence(new), true);
                }
                Some(_) => {}
            }
        }
    }

    /// Routines that come or change: those of language `sql`, whose bodies are checked against tables, when these are
    /// there (`late`), the others before.
    fn routines(&mut self, late: bool) {
        for new in self.to.routines.iter().cloned().collect::<Vec<_>>() {
            if (new.language.eq_ignore_ascii_case("sql") && !self.to.dialect.is_mysql_family()) != late {
                continue;
            }
            let path = routine_path(&new);
            match self.work.routines.get(&new.key()).cloned() {
                None => self.create(path, Object::Routine(new)),
                Some(old) if old == new => {}
                Some(old) if same::routine_replaceable(&old, &new) => {
                    self.alter(path, Object::Routine(old), Object::Routine(new), true);
                }
                Some(old) => {
                    self.remove(path.clone(), Object::Routine(old));
                    self.create(path, Object::Routine(new));
                }
            }
        }
    }
}

fn routine_path(routine: &Routine) -> ObjectPath {
    let name = routine.name.clone();
    ObjectPath::Routine { name, signature: routine.signature.clone(), routine: routine.kind }
}

/// The objects of `a` that `b` has not.
fn missing<T: Keyed>(a: &Shelf<T>, b: &Shelf<T>) -> Vec<std::sync::Arc<T>> {
    a.iter().filter(|x| !b.contains(&x.key())).cloned().collect()
}

fn type_needs(user_type: &UserType) -> Vec<ObjectName> {
    match &user_type.kind {
        UserTypeKind::Domain { base, .. } => base.custom.iter().cloned().collect(),
        UserTypeKind::Composite { attributes } => {
            attributes.iter().filter_map(|(_, t)| t.custom.clone()).collect()
        }
        UserTypeKind::Enum { .. } | UserTypeKind::Other => Vec::new(),
    }
}

/// Whether a constraint is a foreign key.
fn is_foreign(kind: &ConstraintKind) -> bool {
    match kind {
        ConstraintKind::ForeignKey(_) => true,
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclude { .. } => false,
    }
}

/// The place of a name in a list.
fn find<T>(list: &[T], name: impl Fn(&T) -> &Name, wanted: impl Fn(&Name) -> bool) -> Option<(usize, &T)> {
    list.iter().enumerate().find(|(_, x)| wanted(name(x)))
}
