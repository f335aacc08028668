//! What comes back only when rows and values are back.
//!
//! Keys, checks, NOT NULL and triggers judge rows or change them. While data is put back they would meet states that
//! never were: a table whose rows are still missing, a column that still holds NULL or a filler, a row that a trigger
//! has already handled when it was written first. The script therefore leaves out what may stand in the way of data
//! that is put back, and it is made when the data is there.
mod domains;
mod late;

use std::collections::{BTreeMap, BTreeSet};

use super::{fill, keys, types};
use crate::{
    catalog::{Catalog, Column, Constraint, ConstraintKind, IndexKey, Link, Name, ObjectName, Table},
    change::{Change, Delta, Object, ObjectPath},
    dialect::expression,
    report::RollbackClass,
    target::Target,
};

/// A part of a table that waits, in the order in which they are made in the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The type of a column.
    Type(Name),
    /// NOT NULL of a column.
    NotNull(Name),
    Index(Name),
    Constraint(Name),
    Trigger(Name),
}

/// The names that tables have before a statement, with their names at the start, as far as a statement mentions them.
pub(super) type Origins = BTreeMap<ObjectName, ObjectName>;

/// Collects what waits, while statements are undone from the last one on.
pub(super) struct Hold<'a> {
    start: &'a Catalog,
    target: Target,
    /// Tables of the start that data is put back into, with their partitions and what they are partitions of.
    /// With the columns that are put back; `None` when rows come and go as well.
    written: BTreeMap<ObjectName, Option<BTreeSet<Name>>>,
    /// Columns that hold fillers until their values are put back, by the names of then.
    filled: BTreeSet<(ObjectName, Name)>,
    /// Columns that the changes at hand number by themselves.
    numbered: BTreeSet<(ObjectName, Name)>,
    /// Columns whose type waits, as they are so far, by the names of then.
    wide: BTreeMap<(ObjectName, Name), Column>,
    /// What waits, by the names of then.
    held: BTreeMap<ObjectName, BTreeSet<Part>>,
    /// What of domains waits.
    domains: domains::Domains,
}

/// What can be carried out at once, and what of it cannot succeed.
#[derive(Default)]
pub(super) struct Now {
    pub(super) changes: Vec<Change>,
    pub(super) impossible: Vec<(RollbackClass, String)>,
}

impl<'a> Hold<'a> {
    /// `written` are the tables of the start that data is put back into, with the columns, when rows stay.
    pub(super) fn new(
        start: &'a Catalog,
        target: Target,
        written: BTreeMap<ObjectName, Option<BTreeSet<Name>>>,
    ) -> Self {
        let mut all = written;
        let mut work: Vec<ObjectName> = all.keys().cloned().collect();
        let mut seen: BTreeSet<ObjectName> = BTreeSet::new();
        while let Some(name) = work.pop() {
            let Some(table) = start.tables.get(&name).filter(|_| seen.insert(name.clone())) else { continue };
            let parts = start.tables.linked(Link::Child, &name);
            work.extend(parts.filter(|t| is_part(t, &name)).map(|t| t.name.clone()));
            work.extend(table.properties.partition_of.iter().map(|(parent, _)| parent.clone()));
            all.entry(name).or_default();
        }
        Self {
            start,
            target,
            written: all,
            filled: BTreeSet::new(),
            numbered: BTreeSet::new(),
            wide: BTreeMap::new(),
            held: BTreeMap::new(),
            domains: domains::Domains::default(),
        }
    }

    /// The catalog as the script finds it: `after` without what waits on the tables that `changes` touch.
    pub(super) fn without_held(&self, after: &Catalog, changes: &[Change]) -> Catalog {
        let mut catalog = after.clone();
        self.domains.take_away(&mut catalog);
        if self.held.is_empty() {
            return catalog;
        }
        let mut touched: BTreeSet<ObjectName> = BTreeSet::new();
        for name in changes.iter().filter_map(|c| c.path.relation()) {
            let referring = after.tables.linked(Link::Refers, name).map(|t| t.name.clone());
            touched.extend(referring);
            touched.insert(name.clone());
        }
        for name in touched {
            let Some(parts) = self.held.get(&name) else { continue };
            catalog.tables.edit(&name, |table| {
                take_away(table, parts);
                for column in &mut table.columns {
                    if let Some(wide) = self.wide.get(&(name.clone(), column.name.clone())) {
                        retype(column, wide);
                    }
                }
            });
        }
        catalog
    }

    /// The changes that can be carried out before data is back. `catalog` is the schema before them, `origins` says
    /// which tables of the start they are about.
    pub(super) fn carry_out(&mut self, inverse: Vec<Change>, catalog: &Catalog, origins: &Origins) -> Now {
        let mut now = Now::default();
        self.numbered = numbered(&inverse);
        for change in inverse {
            self.one(change, catalog, origins, &mut now);
        }
        now
    }

    fn one(&mut self, change: Change, catalog: &Catalog, origins: &Origins, now: &mut Now) {
        if let Some(change) = self.domain(&change) {
            return now.changes.extend(change);
        }
        match (&change.path, &change.delta) {
            (path, Delta::Rename { to }) => {
                if !self.rename(&path.clone(), &to.clone()) {
                    now.changes.push(change);
                }
            }
            (ObjectPath::Table { name }, Delta::Create { after: Object::Table(table) }) => {
                let bare = self.bare(name, table, origins);
                now.changes.push(Change {
                    path: change.path.clone(),
                    delta: Delta::Create { after: Object::Table(bare.into()) },
                });
            }
            (ObjectPath::Table { name }, Delta::Drop { .. }) => {
                self.held.remove(name);
                let first = (name.clone(), Name::default());
                let filled = self.filled.range(first.clone()..).take_while(|(table, _)| table == name);
                let wide =
                    self.wide.range(first..).map(|(key, _)| key).take_while(|(table, _)| table == name);
                let gone: Vec<_> = filled.chain(wide).cloned().collect();
                gone.iter().for_each(|column| {
                    self.filled.remove(column);
                    self.wide.remove(column);
                });
                now.changes.push(change);
            }
            (
                ObjectPath::Column { table, .. },
                Delta::Create { after: Object::Column { column, position } },
            ) if fill::needs_filler(column) && catalog.tables.contains(table) => {
                self.fill(&change, table, column, *position, catalog, now);
            }
            (ObjectPath::Column { table, name }, Delta::Drop { .. }) => {
                self.filled.remove(&(table.clone(), name.clone()));
                self.wide.remove(&(table.clone(), name.clone()));
                self.release(table, &Part::Type(name.clone()));
                self.release(table, &Part::NotNull(name.clone()));
                now.changes.push(change);
            }
            (
                ObjectPath::Column { table, .. },
                Delta::Alter {
                    before: Object::Column { column: old, position: from },
                    after: Object::Column { column: new, position: to },
                },
            ) => {
                let (old, new) = self.column_so_far(table, old, new, origins);
                if old != new || from != to {
                    let object =
                        |column: Column, position| Object::Column { column: Box::new(column), position };
                    now.changes.push(Change {
                        path: change.path.clone(),
                        delta: Delta::Alter { before: object(old, *from), after: object(new, *to) },
                    });
                }
            }
            (path, Delta::Create { after }) => {
                let Some((table, part)) = part_of(path) else { return now.changes.push(change) };
                if !self.must_wait(table, after, origins) {
                    return now.changes.push(change);
                }
                // Fillers that no value takes the place of: a key would not hold over them.
                let keyless = self.start.tables.get(table).is_none_or(|t| keys::key(t).is_none());
                if keyless && !self.is_written(table, origins) {
                    let what = format!(
                        "`{path}` comes back only while its table has no rows: nothing tells them apart, so that their values cannot be put back"
                    );
                    now.impossible.push((RollbackClass::Irreversible, what));
                }
                self.held.entry(table.clone()).or_default().insert(part);
            }
            (path, Delta::Drop { .. }) => {
                let swallowed =
                    part_of(path).is_some_and(|(table, part)| self.release(&table.clone(), &part));
                if !swallowed {
                    now.changes.push(change);
                }
            }
            (path, Delta::Alter { .. }) => {
                let waits = part_of(path).is_some_and(|(table, part)| {
                    self.held.get(table).is_some_and(|held| held.contains(&part))
                });
                if !waits {
                    now.changes.push(change);
                }
            }
        }
    }

    /// A column that comes back NOT NULL to a table that may have rows.
    fn fill(
        &mut self,
        change: &Change,
        table: &ObjectName,
        column: &Column,
        position: usize,
        catalog: &Catalog,
        now: &mut Now,
    ) {
        let filler = fill::filler(column, catalog);
        if filler.is_some() || self.target.dialect.is_mysql_family() {
            self.filled.insert((table.clone(), column.name.clone()));
        }
        let Some(filler) = filler else {
            if !self.target.dialect.is_mysql_family() {
                let what = format!(
                    "`{table}.{}` is NOT NULL and its type has no obvious filler: the script fails while the table has rows",
                    column.name
                );
                now.impossible.push((RollbackClass::Irreversible, what));
            }
            return now.changes.push(change.clone());
        };
        let filled = Column { default: Some(expression::read(&filler, &self.target)), ..column.clone() };
        let object = |column: &Column| Object::Column { column: Box::new(column.clone()), position };
        let created = Delta::Create { after: object(&filled) };
        let altered = Delta::Alter { before: object(&filled), after: object(column) };
        now.changes.extend([created, altered].map(|delta| Change { path: change.path.clone(), delta }));
    }

    /// Both sides of a column's change, as far as its type and NOT NULL do not wait.
    fn column_so_far(
        &mut self,
        table: &ObjectName,
        old: &Column,
        new: &Column,
        origins: &Origins,
    ) -> (Column, Column) {
        let (mut old, mut new) = (old.clone(), new.clone());
        let key = (table.clone(), old.name.clone());
        if let Some(wide) = self.wide.remove(&key) {
            retype(&mut old, &wide);
            self.release(table, &Part::Type(old.name.clone()));
        }
        // A column that numbers rows has to be a key, which waits for fillers to go.
        let numbers = new.auto_increment && !old.auto_increment && self.filled.contains(&key);
        if numbers || self.type_waits(table, &old, &new, origins) {
            retype(&mut new, &old);
            self.wide.insert((table.clone(), new.name.clone()), new.clone());
            self.held.entry(table.clone()).or_default().insert(Part::Type(new.name.clone()));
        }
        let part = Part::NotNull(old.name.clone());
        let waits = self.release(table, &part);
        old.nullable |= waits;
        if old.nullable && !new.nullable && (waits || self.not_null_waits(table, &new, origins)) {
            new.nullable = true;
            self.held.entry(table.clone()).or_default().insert(Part::NotNull(new.name.clone()));
        }
        (old, new)
    }

    /// Whether a column keeps its wider type until values that were written have made room for those that fit the
    /// narrower one. What is bound to the type does not wait.
    fn type_waits(&self, table: &ObjectName, old: &Column, new: &Column, origins: &Origins) -> bool {
        let Some(at_start) = self.written_table(table, origins) else { return false };
        let overwritten = self.written.get(&at_start.name).is_some_and(|columns| {
            columns.as_ref().is_none_or(|c| {
                c.contains(&new.name) || !at_start.columns.iter().any(|start| start.name == new.name)
            })
        });
        let is_it = |name: &Name| name.eq_ignore_ascii_case(&new.name);
        let mut others =
            self.start.tables.linked(Link::Refers, &at_start.name).flat_map(|t| t.foreign_keys());
        let bound = at_start.foreign_keys().any(|(_, key)| key.columns.iter().any(is_it))
            || others.any(|(_, key)| key.table == at_start.name && key.referenced.iter().any(is_it))
            || at_start.columns.iter().any(|c| c.generated.is_some())
            || self.start.views.linked(Link::Reads, &at_start.name).next().is_some();
        overwritten && !bound && old.data_type != new.data_type && types::keeps_values(new, old)
    }

    /// Whether NOT NULL of a column comes when NULLs that were written have made room. What needs it at once does not
    /// wait.
    fn not_null_waits(&self, table: &ObjectName, column: &Column, origins: &Origins) -> bool {
        let Some(at_start) = self.written_table(table, origins) else { return false };
        let numbered = column.identity.is_some() || column.auto_increment || column.generated.is_some();
        let in_key = at_start.primary_key().is_some_and(|(_, key)| mentions(&key.columns, &column.name));
        !numbered && !in_key
    }

    fn is_written(&self, table: &ObjectName, origins: &Origins) -> bool {
        self.written_table(table, origins).is_some()
    }

    fn written_table(&self, table: &ObjectName, origins: &Origins) -> Option<&'a Table> {
        let origin = origins.get(table).filter(|origin| self.written.contains_key(*origin))?;
        self.start.tables.get(origin).map(AsRef::as_ref)
    }

    /// A whole table without what judges or changes its rows.
    fn bare(&mut self, name: &ObjectName, table: &Table, origins: &Origins) -> Table {
        let mut bare = table.clone();
        let mysql = self.target.dialect.is_mysql_family();
        let written = self.is_written(name, origins);
        let mut held: BTreeSet<Part> = BTreeSet::new();
        if written {
            held.extend(table.triggers.iter().map(|t| Part::Trigger(t.name.clone())));
        }
        // The MySQL family has variables that switch keys and checks off.
        for constraint in table.constraints.iter().filter(|_| !mysql) {
            let waits = match &constraint.kind {
                ConstraintKind::ForeignKey(key) => written || self.is_written(&key.table, origins),
                ConstraintKind::Check { expression, .. } => {
                    written && !always_true(constraint, expression, &self.target)
                }
                _ => false,
            };
            if waits {
                held.insert(Part::Constraint(constraint.name.clone()));
            }
        }
        if !held.is_empty() {
            take_away(&mut bare, &held);
            self.held.insert(name.clone(), held);
        }
        bare
    }

    /// Whether a part that comes back has to wait for rows or values.
    fn must_wait(&self, table: &ObjectName, object: &Object, origins: &Origins) -> bool {
        let filled = |name: &Name| self.filled.contains(&(table.clone(), name.clone()));
        let any_filled = |keys: &[IndexKey]| keys.iter().filter_map(|k| k.column.as_ref()).any(filled);
        let written = self.written_table(table, origins);
        match object {
            Object::Trigger { .. } => written.is_some(),
            Object::Index { index, .. } => {
                let free = written.is_some_and(|t| !self.is_needed(t, &index.keys));
                index.unique && (free || any_filled(&index.keys))
            }
            Object::Constraint { constraint, .. } => match &constraint.kind {
                ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                    written.is_some_and(|t| !self.is_needed(t, &key.columns)) || any_filled(&key.columns)
                }
                ConstraintKind::ForeignKey(key) => {
                    written.is_some()
                        || self.is_written(&key.table, origins)
                        || key.columns.iter().any(filled)
                        || self.key_waits(&key.table)
                }
                ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => {
                    let first = (table.clone(), Name::default());
                    written.is_some() || self.filled.range(first..).next().is_some_and(|(t, _)| t == table)
                }
            },
            _ => false,
        }
    }

    /// Whether a key over a table's columns cannot wait: rows are found again by it, a column is numbered by it, or, in
    /// the MySQL family, a foreign key stands on it.
    fn is_needed(&self, table: &Table, columns: &[IndexKey]) -> bool {
        let finds = keys::key(table)
            .is_some_and(|key| key.len() == columns.len() && key.iter().all(|name| mentions(columns, name)));
        let first = columns.first().and_then(|k| k.column.as_ref());
        let is_first = |name: &Name| first.is_some_and(|f| f.eq_ignore_ascii_case(name));
        let mysql = self.target.dialect.is_mysql_family();
        let numbers = || table.columns.iter().any(|c| c.auto_increment && is_first(&c.name));
        let stands = || {
            let own = table.foreign_keys().any(|(_, key)| key.columns.first().is_some_and(is_first));
            let mut others =
                self.start.tables.linked(Link::Refers, &table.name).flat_map(|t| t.foreign_keys());
            own || others
                .any(|(_, key)| key.table == table.name && key.referenced.first().is_some_and(is_first))
        };
        finds || mysql && (numbers() || stands())
    }

    /// Whether a key of the table, which a foreign key may refer to, comes later.
    fn key_waits(&self, table: &ObjectName) -> bool {
        self.held
            .get(table)
            .is_some_and(|held| held.iter().any(|part| matches!(part, Part::Constraint(_) | Part::Index(_))))
    }

    /// Forgets a part; whether it waited.
    fn release(&mut self, table: &ObjectName, part: &Part) -> bool {
        let Some(held) = self.held.get_mut(table) else { return false };
        let waited = held.remove(part);
        if held.is_empty() {
            self.held.remove(table);
        }
        waited
    }

    /// Follows a rename; `true` when it is one of a part that waits, so that there is nothing to rename.
    fn rename(&mut self, from: &ObjectPath, to: &ObjectPath) -> bool {
        match (from, to) {
            (ObjectPath::Table { name }, ObjectPath::Table { name: new }) => {
                if let Some(held) = self.held.remove(name) {
                    self.held.insert(new.clone(), held);
                }
                self.refill(|(table, column)| (table == name).then(|| (new.clone(), column.clone())));
                false
            }
            (ObjectPath::Schema { name }, ObjectPath::Schema { name: new }) => {
                let moved = |table: &ObjectName| {
                    (table.schema_str() == name.as_str())
                        .then(|| ObjectName::new(new.clone(), table.name.clone()))
                };
                let names: Vec<ObjectName> =
                    self.held.keys().filter(|t| moved(t).is_some()).cloned().collect();
                for old in names {
                    if let (Some(held), Some(name)) = (self.held.remove(&old), moved(&old)) {
                        self.held.insert(name, held);
                    }
                }
                self.refill(|(table, column)| moved(table).map(|table| (table, column.clone())));
                false
            }
            (ObjectPath::Column { table, name }, ObjectPath::Column { name: new, .. }) => {
                for part in [Part::NotNull, Part::Type] {
                    if self.release(table, &part(name.clone())) {
                        self.held.entry(table.clone()).or_default().insert(part(new.clone()));
                    }
                }
                if let Some(wide) = self.wide.remove(&(table.clone(), name.clone())) {
                    self.wide.insert((table.clone(), new.clone()), wide);
                }
                if self.filled.remove(&(table.clone(), name.clone())) {
                    self.filled.insert((table.clone(), new.clone()));
                }
                false
            }
            _ => {
                let (Some((table, part)), Some((_, new))) = (part_of(from), part_of(to)) else {
                    return false;
                };
                let waited = self.release(table, &part);
                if waited {
                    self.held.entry(table.clone()).or_default().insert(new);
                }
                waited
            }
        }
    }

    fn refill(&mut self, moved: impl Fn(&(ObjectName, Name)) -> Option<(ObjectName, Name)>) {
        let places: Vec<_> = self.filled.iter().filter_map(|old| Some((old.clone(), moved(old)?))).collect();
        for (old, new) in places {
            self.filled.remove(&old);
            self.filled.insert(new);
        }
        let places: Vec<_> = self.wide.keys().filter_map(|old| Some((old.clone(), moved(old)?))).collect();
        for (old, new) in places {
            if let Some(wide) = self.wide.remove(&old) {
                self.wide.insert(new, wide);
            }
        }
    }

    /// Whether a constraint of a table of the start waits, when everything has been undone.
    pub(super) fn has_constraint(&self, table: &ObjectName, name: &Name) -> bool {
        self.held.get(table).is_some_and(|held| held.contains(&Part::Constraint(name.clone())))
    }

    /// As [`Hold::has_constraint`], for a trigger.
    pub(super) fn has_trigger(&self, table: &ObjectName, name: &Name) -> bool {
        self.held.get(table).is_some_and(|held| held.contains(&Part::Trigger(name.clone())))
    }
}

/// The columns that a list of changes makes number their rows: they need no filler.
fn numbered(changes: &[Change]) -> BTreeSet<(ObjectName, Name)> {
    let of = |change: &Change| match (&change.path, &change.delta) {
        (ObjectPath::Column { table, .. }, Delta::Alter { after: Object::Column { column, .. }, .. }) => {
            column.auto_increment.then(|| (table.clone(), column.name.clone()))
        }
        _ => None,
    };
    changes.iter().filter_map(of).collect()
}

fn is_part(table: &Table, parent: &ObjectName) -> bool {
    table.properties.partition_of.as_ref().is_some_and(|(p, _)| p == parent)
}

fn mentions(keys: &[IndexKey], column: &Name) -> bool {
    keys.iter().filter_map(|k| k.column.as_ref()).any(|c| c.eq_ignore_ascii_case(column))
}

/// PostgreSQL: whether every row that was there meets a check again: all were checked, and what the check calls is the
/// server's own.
pub(super) fn always_true(
    constraint: &Constraint,
    expression: &crate::catalog::Expression,
    target: &Target,
) -> bool {
    constraint.validated
        && expression::functions(expression, target)
            .iter()
            .all(|f| expression::builtin_function(f, target).is_some())
}

/// Gives a column the type of another one, and whether it numbers rows.
fn retype(column: &mut Column, like: &Column) {
    column.data_type.clone_from(&like.data_type);
    column.charset.clone_from(&like.charset);
    column.collation.clone_from(&like.collation);
    column.auto_increment = like.auto_increment;
}

/// Takes the parts out of a table.
fn take_away(table: &mut Table, parts: &BTreeSet<Part>) {
    table.constraints.retain(|c| !parts.contains(&Part::Constraint(c.name.clone())));
    table.indexes.retain(|i| !parts.contains(&Part::Index(i.name.clone())));
    table.triggers.retain(|t| !parts.contains(&Part::Trigger(t.name.clone())));
    for column in table.columns.iter_mut().filter(|c| !c.nullable) {
        column.nullable = parts.contains(&Part::NotNull(column.name.clone()));
    }
}

/// The table and the part, for what can wait.
fn part_of(path: &ObjectPath) -> Option<(&ObjectName, Part)> {
    Some(match path {
        ObjectPath::Index { table, name } => (table, Part::Index(name.clone())),
        ObjectPath::Constraint { table, name } => (table, Part::Constraint(name.clone())),
        ObjectPath::Trigger { table, name } => (table, Part::Trigger(name.clone())),
        _ => return None,
    })
}
