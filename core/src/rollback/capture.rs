//! What is saved before the migrations.
//!
//! One table is saved once, as it is before the first statement: the columns that some statement overwrites or drops
//! with the key, or all columns when rows go. Restoring runs when the schema is back, so that names and types are those
//! of the start.
use std::collections::{BTreeMap, BTreeSet};

use super::{classify::Judgement, keys, lineage::Lineage, rights};
use crate::{
    apply::State,
    catalog::{Catalog, Link, Name, ObjectName, Table},
    replay::Applied,
    report::RollbackClass,
    target::Dialect,
};

/// Which rows a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which<'f> {
    /// Every row there is.
    Every,
    /// Those that meet a condition of the start.
    Filtered(&'f str),
    /// Some, nobody knows which.
    Some,
}

/// The key of a row: columns of the start with literals.
pub(super) type KeyLiterals = Vec<(Name, String)>;

/// What has to be saved of one table.
#[derive(Default)]
pub(super) struct Plan {
    /// Columns whose values are put back.
    pub(super) columns: BTreeSet<Name>,
    /// Rows that are missing are put back.
    pub(super) rows: bool,
    /// Rows that were not there are deleted.
    pub(super) new_rows: bool,
    /// Keys of rows to delete, with the columns' names at the start.
    pub(super) delete: Vec<KeyLiterals>,
    /// The condition of the only request so far; `Some(None)` when all rows are needed.
    pub(super) filter: Option<Option<String>>,
    /// Saved rows are deleted and inserted instead of updated: their values may meet in a unique key on the way.
    pub(super) replace: bool,
}

impl Plan {
    fn narrow(&mut self, which: Which<'_>) {
        self.filter = match (&self.filter, which) {
            (None, Which::Filtered(filter)) => Some(Some(filter.to_owned())),
            // Two statements that write to one table: what the second one sees depends on the first.
            _ => Some(None),
        };
    }

    pub(super) fn saves(&self) -> bool {
        self.rows || self.new_rows || !self.columns.is_empty()
    }

    /// Whether rows are deleted when data is put back.
    pub(super) fn deletes(&self) -> bool {
        self.new_rows || self.replace || !self.delete.is_empty()
    }
}

/// Collects what has to be saved, statement by statement from the first one on.
pub(super) struct Capture<'a> {
    pub(super) start: &'a State,
    /// The schema that the caller gave, if any: read from a server, it holds guesses.
    given: Option<&'a Catalog>,
    /// Whose names are whose, before the statement that is judged.
    pub(super) lineage: Lineage,
    pub(super) plans: BTreeMap<ObjectName, Plan>,
    pub(super) sequences: BTreeSet<ObjectName>,
    /// MySQL family: tables of the start whose counter of numbered rows is put back.
    pub(super) counters: BTreeSet<ObjectName>,
    /// Materialized views of the start that are made anew: they are filled when rows are back.
    pub(super) refreshed: BTreeSet<ObjectName>,
    /// Names of routines that the database has or that the migrations make, in lower case.
    routines: BTreeSet<String>,
}

impl<'a> Capture<'a> {
    pub(super) fn new(start: &'a State, given: Option<&'a Catalog>) -> Self {
        let routines = start.catalog.routines.iter().map(|r| r.name.name.to_lowercase()).collect();
        Self {
            start,
            given,
            lineage: Lineage::default(),
            plans: BTreeMap::new(),
            sequences: BTreeSet::new(),
            counters: BTreeSet::new(),
            refreshed: BTreeSet::new(),
            routines,
        }
    }

    /// Whether the caller's schema has the table: what no server tells of it is guessed.
    pub(super) fn is_given(&self, table: &ObjectName) -> bool {
        self.given.is_some_and(|catalog| catalog.tables.contains(table))
    }

    /// Takes notice of a routine that the migrations make.
    pub(super) fn learn_routine(&mut self, name: &str) {
        self.routines.insert(name.to_lowercase());
    }

    /// Whether the database has, or the migrations make, a routine of that name in lower case.
    pub(super) fn is_own_routine(&self, name: &str) -> bool {
        self.routines.contains(name)
    }

    /// The name with the schema that it is looked up in.
    pub(super) fn resolve(&self, name: &ObjectName, applied: &Applied) -> ObjectName {
        self.find(name, &applied.before).map_or_else(
            || match &name.schema {
                Some(_) => name.clone(),
                None => ObjectName::new(applied.before.current_schema(), name.name.clone()),
            },
            |table| table.name.clone(),
        )
    }

    /// The table that `name` means in `before`.
    pub(super) fn find<'s>(&self, name: &ObjectName, before: &'s State) -> Option<&'s Table> {
        let tables = &before.catalog.tables;
        if name.schema.is_some() {
            return tables.get(name).map(AsRef::as_ref);
        }
        let temporary = (!before.catalog.dialect.is_mysql_family()).then_some("pg_temp");
        let current = before.current_schema();
        let path = before.session.search_path.iter().map(String::as_str);
        temporary
            .into_iter()
            .chain(path)
            .chain([current.as_str()])
            .find_map(|schema| tables.get(&ObjectName::new(schema, name.name.clone())))
            .map(AsRef::as_ref)
    }

    /// As [`Capture::resolve`], for a sequence.
    pub(super) fn resolve_sequence(&self, name: &ObjectName, applied: &Applied) -> ObjectName {
        let path = &applied.before.session.search_path;
        let found = path
            .iter()
            .filter(|_| name.schema.is_none())
            .map(|schema| ObjectName::new(schema.as_str(), name.name.clone()))
            .find(|n| applied.before.catalog.sequences.contains(n));
        found.unwrap_or_else(|| self.resolve(name, applied))
    }

    /// Whether the undone migrations made the table that has this name now.
    pub(super) fn is_new(&self, now: &ObjectName) -> bool {
        self.lineage.table(now, self.start).is_none()
    }

    /// The table of the start behind a name of now. `Err` with the name when it may have been there and is not known.
    fn origin(&self, now: &ObjectName) -> Result<Option<&'a Table>, ObjectName> {
        match self.lineage.table(now, self.start) {
            None => Ok(None),
            Some(name) => match self.start.catalog.tables.get(&name).filter(|t| t.complete) {
                Some(table) => Ok(Some(table)),
                None => Err(name),
            },
        }
    }

    /// The table, by its name now, is dropped: all its rows are saved.
    pub(super) fn whole_table(&mut self, now: &ObjectName, out: &mut Judgement) {
        match self.origin(now) {
            Ok(None) => {}
            Ok(Some(table)) => {
                out.lose(RollbackClass::NeedsCapture, format!("every row of `{now}`"));
                self.rows(table, Which::Every, out);
                self.sequences_of(table, out);
                if table.properties.options.contains_key("system_versioning") {
                    out.lose(
                        RollbackClass::StructureOnly,
                        format!("what the rows of `{now}` were before: its history is not saved"),
                    );
                }
            }
            Err(name) => out.lose(
                RollbackClass::Unknown,
                format!("the whole definition of `{name}` is not known: give the starting schema"),
            ),
        }
    }

    /// Rows of the table, by its name now, may go.
    pub(super) fn some_rows(&mut self, now: &ObjectName, out: &mut Judgement) {
        match self.origin(now) {
            Ok(None) => {}
            Ok(Some(table)) => {
                out.lose(RollbackClass::NeedsCapture, format!("rows of `{now}`"));
                self.rows(table, Which::Some, out);
            }
            Err(name) => out.lose(
                RollbackClass::Unknown,
                format!("the whole definition of `{name}` is not known: give the starting schema"),
            ),
        }
    }

    /// The column, by its names now, is dropped or its values change: they are saved.
    pub(super) fn column(&mut self, table: &ObjectName, column: &Name, out: &mut Judgement) {
        let found = match self.origin(table) {
            Ok(None) => return,
            Ok(Some(found)) => found,
            Err(_) => {
                out.lose(
                    RollbackClass::Unknown,
                    format!("the values of `{table}.{column}` cannot be followed: give the starting schema"),
                );
                return;
            }
        };
        let origin = self.lineage.column(table, column);
        let Some(saved) = found.columns.iter().find(|c| Some(&c.name) == origin.as_ref()) else { return };
        out.lose(RollbackClass::NeedsCapture, format!("the values of `{table}.{column}`"));
        if keys::key(found).is_some_and(|key| key.contains(&&saved.name)) {
            out.lose(
                RollbackClass::StructureOnly,
                format!("`{table}.{column}` is part of the key: its rows cannot be found again"),
            );
            return;
        }
        self.columns(found, std::slice::from_ref(&saved.name), Which::Every, out);
    }

    /// Values of `columns` change in some rows.
    pub(super) fn columns(&mut self, table: &Table, columns: &[Name], which: Which<'_>, out: &mut Judgement) {
        let Some(key) = keys::key(table) else {
            out.lose(
                RollbackClass::StructureOnly,
                format!(
                    "`{}` has no key that tells its rows apart: its values cannot be put back row by row",
                    table.name
                ),
            );
            return;
        };
        if columns.iter().any(|c| key.contains(&c)) {
            // The rows are not found again: all that are there then make room for those that were there.
            self.all_rows(table, true, out);
            return;
        }
        self.triggers_fire(table, out);
        let plan = self.plans.entry(table.name.clone()).or_default();
        plan.columns.extend(columns.iter().cloned());
        plan.narrow(which);
    }

    /// Rows go.
    pub(super) fn rows(&mut self, table: &Table, which: Which<'_>, out: &mut Judgement) {
        let keyed = keys::key(table).is_some();
        let shared = !keyed && self.shares_some_rows(table, which);
        self.triggers_fire(table, out);
        let plan = self.plans.entry(table.name.clone()).or_default();
        if !keyed {
            // All that was saved is inserted: it must be exactly what is missing then.
            let first = plan.filter.is_none();
            if which == Which::Some || !first && which != Which::Every || shared {
                out.lose(
                    RollbackClass::StructureOnly,
                    format!(
                        "`{}` has no key that tells its rows apart: which of its rows are missing cannot be told",
                        table.name
                    ),
                );
                return;
            }
            out.loses.push(format!(
                "`{}` has no key that tells its rows apart: run the restore once only",
                table.name
            ));
        }
        plan.rows = true;
        plan.narrow(which);
    }

    /// What the table is a partition of at the start, the nearest first.
    fn above(&self, table: &ObjectName) -> Vec<&'a ObjectName> {
        let mut above: Vec<&ObjectName> = Vec::new();
        let mut next = self.start.catalog.tables.get(table);
        while let Some((parent, _)) = next.and_then(|t| t.properties.partition_of.as_ref()) {
            if above.contains(&parent) {
                break;
            }
            above.push(parent);
            next = self.start.catalog.tables.get(parent);
        }
        above
    }

    /// Whether rows of the table are saved with another one's already, and one of the two saves some of its rows only.
    fn shares_some_rows(&self, table: &Table, which: Which<'_>) -> bool {
        let above = self.above(&table.name);
        self.plans.iter().filter(|(_, plan)| plan.rows).any(|(name, plan)| {
            let shares = above.contains(&name) || self.above(name).contains(&&table.name);
            shares && (which != Which::Every || plan.filter != Some(None))
        })
    }

    /// Rows of a partition are rows of the table that it is a partition of: where all rows of that one are saved, they are
    /// saved once.
    pub(super) fn merge_partitions(&mut self) {
        let names: Vec<ObjectName> = self.plans.keys().cloned().collect();
        for name in names {
            let whole = |above: &&&ObjectName| {
                self.plans.get(**above).is_some_and(|plan| plan.rows && plan.filter == Some(None))
            };
            let Some(above) = self.above(&name).iter().find(whole).map(|above| (*above).clone()) else {
                continue;
            };
            let Some(part) = self.plans.remove(&name) else { continue };
            if let Some(plan) = self.plans.get_mut(&above) {
                plan.columns.extend(part.columns);
                plan.new_rows |= part.new_rows;
                plan.replace |= part.replace;
                plan.delete.extend(part.delete);
            }
        }
    }

    /// Any row may change or go, or, with `new_rows`, appear.
    pub(super) fn all_rows(&mut self, table: &Table, new_rows: bool, out: &mut Judgement) {
        let Some(key) = keys::key(table) else {
            out.lose(
                RollbackClass::StructureOnly,
                format!("`{}` has no key that tells its rows apart: its rows cannot be put back", table.name),
            );
            return;
        };
        self.triggers_fire(table, out);
        let others = table
            .columns
            .iter()
            .filter(|c| c.generated.is_none() && !key.contains(&&c.name))
            .map(|c| c.name.clone());
        let plan = self.plans.entry(table.name.clone()).or_default();
        plan.columns.extend(others);
        plan.rows = true;
        plan.new_rows |= new_rows;
        plan.narrow(Which::Every);
    }

    /// Rows appear that are told from others by what was there before.
    pub(super) fn new_rows(&mut self, table: &Table, out: &mut Judgement) {
        if keys::key(table).is_none() {
            out.lose(
                RollbackClass::Irreversible,
                format!(
                    "`{}` has no key that tells its rows apart: inserted rows cannot be told from others",
                    table.name
                ),
            );
            return;
        }
        self.triggers_fire(table, out);
        out.loses.push(format!(
            "rows that others insert into `{}` between capture and restore are deleted as well",
            table.name
        ));
        let plan = self.plans.entry(table.name.clone()).or_default();
        plan.new_rows = true;
        plan.narrow(Which::Every);
    }

    /// Says what putting rows back does to triggers. PostgreSQL's are switched off meanwhile; the MySQL family's cannot
    /// be, so that they are dropped and made again.
    fn triggers_fire(&self, table: &Table, out: &mut Judgement) {
        let dialect = self.start.catalog.dialect;
        if !dialect.is_mysql_family() || table.triggers.is_empty() {
            return;
        }
        out.lose(
            RollbackClass::StateDependent,
            format!(
                "the account and the session settings of the triggers of `{}`, which are made when its rows are back; the query asked before the migration tells them",
                table.name
            ),
        );
        out.probe_first(rights::triggers_of(&table.name));
    }

    /// The tables of the start that data is put back into, with the columns, when rows neither come nor go.
    pub(super) fn written(&self) -> BTreeMap<ObjectName, Option<BTreeSet<Name>>> {
        let written = self.plans.iter().filter(|(_, plan)| plan.saves() || plan.deletes());
        let columns = |plan: &Plan| (!plan.rows && !plan.deletes()).then(|| plan.columns.clone());
        written.map(|(name, plan)| (name.clone(), columns(plan))).collect()
    }

    /// The rows with these keys are deleted again.
    pub(super) fn delete_rows(&mut self, table: &Table, rows: Vec<KeyLiterals>, out: &mut Judgement) {
        self.triggers_fire(table, out);
        self.plans.entry(table.name.clone()).or_default().delete.extend(rows);
    }

    /// The position of a sequence, by its name now, is saved, where that can be done; one that the undone migrations
    /// made has none.
    pub(super) fn sequence(&mut self, now: &ObjectName, out: &mut Judgement) {
        let Some(name) = self.lineage.sequence(now, self.start) else { return };
        let existed = self.start.catalog.sequences.contains(&name);
        if existed {
            out.lose(RollbackClass::NeedsCapture, format!("the position of the sequence `{now}`"));
            if self.start.catalog.dialect == Dialect::MariaDb {
                out.lose(
                    RollbackClass::NeedsCapture,
                    format!(
                        "the numbers of the sequence `{now}` that the server held in its cache are skipped"
                    ),
                );
            }
            self.sequences.insert(name);
        } else if self.start.catalog.is_open() {
            out.lose(RollbackClass::StructureOnly, format!("the position of the sequence `{now}`"));
        }
    }

    /// What numbers the rows of a column, by its names now, comes back at the position where it stood.
    pub(super) fn numbers_of(&mut self, table: &ObjectName, column: &Name) {
        let Ok(Some(found)) = self.origin(table) else { return };
        let origin = self.lineage.column(table, column);
        let Some(was) = found.columns.iter().find(|c| Some(&c.name) == origin.as_ref()) else { return };
        if let Some(identity) = &was.identity {
            self.sequences.insert(found.name.sibling(identity.sequence.clone()));
        }
        if was.auto_increment {
            self.counters.insert(found.name.clone());
        }
    }

    /// The positions of the sequences that number a table's rows are saved.
    pub(super) fn sequences_of(&mut self, table: &Table, out: &mut Judgement) {
        if self.start.catalog.dialect.is_mysql_family() {
            if table.columns.iter().any(|c| c.auto_increment) {
                self.counters.insert(table.name.clone());
            }
            return;
        }
        let owned: Vec<ObjectName> = self
            .start
            .catalog
            .sequences
            .linked(Link::Owned, &table.name)
            .filter(|s| s.owned_by.as_ref().is_some_and(|(owner, _)| *owner == table.name))
            .map(|s| s.name.clone())
            .collect();
        for name in owned {
            out.lose(RollbackClass::NeedsCapture, format!("the position of the sequence `{name}`"));
            self.sequences.insert(name);
        }
        let identities = table.columns.iter().filter_map(|c| c.identity.as_ref());
        self.sequences.extend(identities.map(|i| table.name.sibling(i.sequence.clone())));
    }
}
