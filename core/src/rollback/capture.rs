//! What is saved before the migrations, and how it is put back.
//!
//! One table is saved once, as it is before the first statement: the columns that some statement overwrites or drops
//! with the primary key, or all columns when rows go. Restoring runs when the schema is back, so that names and types
//! are those of the start.
use std::collections::{BTreeMap, BTreeSet};

use super::classify::{Judgement, row_key};
use crate::{
    apply::State,
    catalog::{Column, Link, Name, ObjectName, Table, after_needs},
    dialect::quote,
    replay::Applied,
    report::RollbackClass,
    target::Dialect,
};

/// Statements around the migrations and their undoing.
#[derive(Default)]
pub(super) struct Statements {
    pub(super) capture: Vec<String>,
    /// Before the schema changes back: rows that the migrations added to tables whose definition they changed, which
    /// might not fit the old one.
    pub(super) first: Vec<String>,
    pub(super) restore: Vec<String>,
    pub(super) cleanup: Vec<String>,
}

/// What has to be saved of one table.
#[derive(Default)]
struct Plan {
    /// Columns whose values are put back.
    columns: BTreeSet<Name>,
    /// Rows that are missing are put back.
    rows: bool,
    /// Rows that were not there are deleted.
    new_rows: bool,
    /// Conditions that name rows to delete.
    delete: Vec<String>,
    /// The condition of the only request so far; `Some(None)` when all rows are needed.
    filter: Option<Option<String>>,
}

impl Plan {
    fn narrow(&mut self, filter: Option<&str>) {
        self.filter = match self.filter {
            None => Some(filter.map(str::to_owned)),
            // Two statements that write to one table: what the second one sees depends on the first.
            Some(_) => Some(None),
        };
    }

    fn saves(&self) -> bool {
        self.rows || self.new_rows || !self.columns.is_empty()
    }
}

/// Collects what has to be saved.
pub(super) struct Capture<'a> {
    start: &'a State,
    plans: BTreeMap<ObjectName, Plan>,
    sequences: BTreeSet<ObjectName>,
    /// Names of routines that the database has or that the migrations make, in lower case.
    routines: BTreeSet<String>,
}

impl<'a> Capture<'a> {
    pub(super) fn new(start: &'a State) -> Self {
        let routines = start.catalog.routines.iter().map(|r| r.name.name.to_lowercase()).collect();
        Self { start, plans: BTreeMap::new(), sequences: BTreeSet::new(), routines }
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
        if name.schema.is_some() {
            return name.clone();
        }
        let path = &applied.before.session.search_path;
        let found = path
            .iter()
            .map(|schema| ObjectName::new(schema.as_str(), name.name.clone()))
            .find(|n| applied.before.catalog.tables.contains(n));
        found.unwrap_or_else(|| ObjectName::new(applied.before.current_schema(), name.name.clone()))
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

    /// Whether the table exists now, completely known, and did not at the start.
    pub(super) fn is_created(&self, name: &ObjectName, applied: &Applied) -> bool {
        !self.start.catalog.tables.contains(name)
            && applied.before.catalog.tables.get(name).is_some_and(|t| t.complete)
    }

    /// Whether a table of this name exists now, and the start had it under another one.
    pub(super) fn was_renamed(&self, name: &ObjectName, applied: &Applied) -> bool {
        let Some(now) = applied.before.catalog.tables.get(name) else { return false };
        let gone = |t: &&std::sync::Arc<Table>| !applied.before.catalog.tables.contains(&t.name);
        self.start.catalog.tables.iter().filter(gone).any(|t| {
            t.columns.len() <= now.columns.len()
                && t.columns.iter().any(|c| now.columns.iter().any(|n| n.name == c.name))
        })
    }

    fn table(&self, name: &ObjectName) -> Option<&'a Table> {
        self.start.catalog.tables.get(name).map(AsRef::as_ref)
    }

    /// The table is dropped: all its rows are saved.
    pub(super) fn whole_table(&mut self, name: &ObjectName, out: &mut Judgement) {
        let Some(table) = self.table(name).filter(|t| t.complete) else {
            out.lose(
                RollbackClass::Unknown,
                format!("`{name}` had another name or another shape at the start: its rows are not followed"),
            );
            return;
        };
        out.lose(RollbackClass::NeedsCapture, format!("every row of `{name}`"));
        self.triggers_fire(table, out);
        let plan = self.plans.entry(name.clone()).or_default();
        plan.rows = true;
        plan.narrow(None);
        plan.filter = Some(None);
        self.sequences_of(table, out);
    }

    /// The column is dropped or its values change: they are saved.
    pub(super) fn column(&mut self, table: &ObjectName, column: &Name, out: &mut Judgement) {
        let found =
            self.table(table).filter(|t| t.columns.iter().any(|c| c.name.eq_ignore_ascii_case(column)));
        let Some(found) = found else {
            if self.start.catalog.is_open() || !self.start.catalog.tables.contains(table) {
                out.lose(RollbackClass::Unknown, format!("the values of `{table}.{column}` cannot be followed: give the starting schema, or plan less at once"));
            }
            return;
        };
        out.lose(RollbackClass::NeedsCapture, format!("the values of `{table}.{column}`"));
        self.columns(found, std::slice::from_ref(column), None, out);
    }

    /// Values of `columns` change in the rows that `filter` names.
    pub(super) fn columns(
        &mut self,
        table: &Table,
        columns: &[Name],
        filter: Option<&str>,
        out: &mut Judgement,
    ) {
        let Some(key) = row_key(table) else {
            out.lose(
                RollbackClass::StructureOnly,
                format!(
                    "`{}` has no key that tells its rows apart: its values cannot be put back row by row",
                    table.name
                ),
            );
            return;
        };
        if let Some(column) = columns.iter().find(|c| key.iter().any(|k| k.eq_ignore_ascii_case(c))) {
            let touched =
                format!("`{}.{column}` is part of the key: its rows cannot be found again", table.name);
            out.lose(RollbackClass::StructureOnly, touched);
            return;
        }
        self.triggers_fire(table, out);
        let plan = self.plans.entry(table.name.clone()).or_default();
        plan.columns.extend(columns.iter().cloned());
        plan.narrow(filter);
    }

    /// Rows that `filter` names go.
    pub(super) fn rows(&mut self, table: &Table, filter: Option<&str>, out: &mut Judgement) {
        if row_key(table).is_none() && filter.is_some() {
            out.loses.push(format!(
                "`{}` has no key that tells its rows apart: run the restore once only",
                table.name
            ));
        }
        self.triggers_fire(table, out);
        let plan = self.plans.entry(table.name.clone()).or_default();
        plan.rows = true;
        plan.narrow(filter);
    }

    /// Any row may change or go, or, with `new_rows`, appear.
    pub(super) fn all_rows(&mut self, table: &Table, new_rows: bool, out: &mut Judgement) {
        let Some(key) = row_key(table) else {
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
        plan.narrow(None);
        plan.filter = Some(None);
    }

    /// Rows appear that are told from others by what was there before.
    pub(super) fn new_rows(&mut self, table: &Table, out: &mut Judgement) {
        if row_key(table).is_none() {
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
        plan.narrow(None);
        plan.filter = Some(None);
    }

    /// Says what triggers spoil. PostgreSQL's are switched off while rows are put back; the MySQL family's cannot be,
    /// and those of a table that was dropped come back before its rows.
    fn triggers_fire(&self, table: &Table, out: &mut Judgement) {
        if self.start.catalog.dialect.is_mysql_family() && !table.triggers.is_empty() {
            out.lose(
                RollbackClass::StateDependent,
                format!(
                    "triggers of `{}` fire while its rows are put back: what they write stays",
                    table.name
                ),
            );
        }
    }

    /// The rows that `condition` names are deleted again.
    pub(super) fn delete_rows(&mut self, table: &Table, condition: &str, out: &mut Judgement) {
        self.triggers_fire(table, out);
        self.plans.entry(table.name.clone()).or_default().delete.push(condition.to_owned());
    }

    /// The position of a sequence is saved, where that can be done; one that the undone migrations made has none.
    pub(super) fn sequence(&mut self, name: &ObjectName, out: &mut Judgement) {
        let existed = self.start.catalog.sequences.contains(name);
        if existed && self.start.catalog.dialect == Dialect::Postgres {
            out.lose(RollbackClass::NeedsCapture, format!("the position of the sequence `{name}`"));
            self.sequences.insert(name.clone());
        } else if existed || self.start.catalog.is_open() {
            out.lose(RollbackClass::StructureOnly, format!("the position of the sequence `{name}`"));
        }
    }

    /// The positions of the sequences that number a table's rows are saved.
    pub(super) fn sequences_of(&mut self, table: &Table, out: &mut Judgement) {
        if self.start.catalog.dialect != Dialect::Postgres {
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
            self.sequence(&name, out);
        }
        let identities = table.columns.iter().filter_map(|c| c.identity.as_ref());
        self.sequences.extend(identities.map(|i| table.name.sibling(i.sequence.clone())));
    }

    /// The statements; `end` is the state behind the migrations.
    pub(super) fn finish(mut self, end: &State) -> Statements {
        let mut out = Statements::default();
        for (name, plan) in &mut self.plans {
            // Rows that went and rows that came may have the same keys: what is there then is another row.
            let keys_return = plan.rows && (plan.new_rows || !plan.delete.is_empty());
            if let Some(table) = self.start.catalog.tables.get(name).filter(|_| keys_return) {
                let key = key_names(table);
                let others = stored(table).filter(|c| !key.contains(&&c.name)).map(|c| c.name.clone());
                plan.columns.extend(others);
                plan.filter = Some(None);
            }
        }
        let dialect = self.start.catalog.dialect;
        let mut taken: BTreeSet<ObjectName> = BTreeSet::new();
        let order = in_order_of_keys(self.start, self.plans.keys());
        let mut copies: Vec<(&Table, &Plan, ObjectName)> = Vec::new();
        for name in &order {
            let (Some(table), Some(plan)) = (self.table(name), self.plans.get(name)) else { continue };
            let copy = free_name(self.start, name, &mut taken);
            copies.push((table, plan, copy));
        }
        let mysql = dialect.is_mysql_family();
        for (table, plan, copy) in &copies {
            if plan.saves() {
                out.capture.push(save(dialect, table, plan, copy));
                out.cleanup.push(format!("DROP TABLE {}", quote::object(dialect, copy)));
            }
        }
        if mysql && copies.iter().any(|(_, plan, _)| plan.saves() || !plan.delete.is_empty()) {
            // Rows come back in an order that need not be that of the foreign keys.
            out.restore.push(
                "SET @remigrate_foreign_key_checks = @@foreign_key_checks, foreign_key_checks = 0".into(),
            );
        }
        let (off, on) = triggers(dialect, copies.iter().map(|(table, _, _)| *table));
        out.restore.extend(off);
        // Children first where rows go, parents first where they come back.
        for (table, plan, copy) in copies.iter().rev() {
            let target = quote::object(dialect, &table.name);
            let mut gone: Vec<String> = plan
                .delete
                .iter()
                .map(|condition| format!("DELETE FROM {target} WHERE {condition}"))
                .collect();
            if plan.new_rows {
                gone.push(format!(
                    "DELETE FROM {target} WHERE NOT EXISTS (SELECT 1 FROM {} AS saved WHERE {})",
                    quote::object(dialect, copy),
                    matching(dialect, table, &target, "saved")
                ));
            }
            let early = go_first(table, self.start, end);
            if early { out.first.extend(gone) } else { out.restore.extend(gone) }
        }
        for (table, plan, copy) in &copies {
            if plan.rows {
                out.restore.push(put_back_rows(dialect, table, copy));
            }
            if !plan.columns.is_empty() {
                out.restore.extend(put_back_columns(dialect, table, plan, copy));
            }
        }
        out.restore.extend(on);
        if mysql && !out.restore.is_empty() {
            out.restore.push("SET foreign_key_checks = @remigrate_foreign_key_checks".into());
        }
        for sequence in &self.sequences {
            let copy = free_name(self.start, sequence, &mut taken);
            let (sequence, copy) = (quote::object(dialect, sequence), quote::object(dialect, &copy));
            out.capture.push(format!("CREATE TABLE {copy} AS SELECT last_value, is_called FROM {sequence}"));
            out.restore.push(format!(
                "SELECT setval({}, last_value, is_called) FROM {copy}",
                quote::literal(dialect, &sequence)
            ));
            out.cleanup.push(format!("DROP TABLE {copy}"));
        }
        out
    }
}

/// Whether rows that the migrations added go before the schema changes back: the table has another definition now, the
/// same key, and nothing that the migrations made refers to it.
fn go_first(table: &Table, start: &State, end: &State) -> bool {
    let Some(now) = end.catalog.tables.get(&table.name) else { return false };
    let made = |other: &Table| !start.catalog.tables.contains(&other.name);
    let refers = |other: &Table| other.foreign_keys().any(|(_, key)| key.table == table.name);
    now.as_ref() != table
        && key_names(now) == key_names(table)
        && !end.catalog.tables.linked(Link::Refers, &table.name).any(|other| made(other) && refers(other))
}

/// PostgreSQL: the statements that switch the tables' own triggers off, and those that set them as they were. One by
/// one, because each may fire in another way, and those that the server made for foreign keys must go on.
fn triggers<'t>(dialect: Dialect, tables: impl Iterator<Item = &'t Table>) -> (Vec<String>, Vec<String>) {
    let (mut off, mut on) = (Vec::new(), Vec::new());
    if dialect != Dialect::Postgres {
        return (off, on);
    }
    for table in tables {
        let alter = format!("ALTER TABLE {}", quote::object(dialect, &table.name));
        for trigger in &table.triggers {
            let mode = match trigger.enabled.as_deref() {
                Some("disabled" | "replica") => continue,
                Some("always") => "ENABLE ALWAYS",
                _ => "ENABLE",
            };
            let name = quote::name(dialect, &trigger.name);
            off.push(format!("{alter} DISABLE TRIGGER {name}"));
            on.push(format!("{alter} {mode} TRIGGER {name}"));
        }
    }
    (off, on)
}

/// A free name for the copy, cut to what the servers allow (63 bytes, 64 characters).
fn free_name(start: &State, of: &ObjectName, taken: &mut BTreeSet<ObjectName>) -> ObjectName {
    const LONGEST: usize = 60;
    let mut base = format!("remigrate_capture_{}", of.name);
    while base.len() > LONGEST - 4 {
        base.pop();
    }
    let exists = |n: &ObjectName| {
        let c = &start.catalog;
        c.tables.contains(n) || c.views.contains(n) || c.sequences.contains(n)
    };
    let mut name = of.sibling(base.clone());
    let mut number = 2;
    while exists(&name) || taken.contains(&name) {
        name = of.sibling(format!("{base}_{number}"));
        number += 1;
    }
    taken.insert(name.clone());
    name
}

/// Tables that foreign keys refer to before those that refer to them; tables in a circle keep the order of names.
fn in_order_of_keys<'a>(start: &State, names: impl Iterator<Item = &'a ObjectName>) -> Vec<ObjectName> {
    let needs: Vec<(ObjectName, Vec<ObjectName>)> = names
        .map(|name| {
            let table = start.catalog.tables.get(name);
            let keys = table.into_iter().flat_map(|t| t.foreign_keys().map(|(_, k)| k.table.clone()));
            (name.clone(), keys.collect())
        })
        .collect();
    after_needs(&needs)
}

fn key_names(table: &Table) -> Vec<&Name> {
    row_key(table).unwrap_or_default()
}

fn stored(table: &Table) -> impl Iterator<Item = &Column> {
    table.columns.iter().filter(|c| c.generated.is_none())
}

fn save(dialect: Dialect, table: &Table, plan: &Plan, copy: &ObjectName) -> String {
    let key = key_names(table);
    let wanted = |c: &&Column| plan.rows || plan.columns.contains(&c.name) || key.contains(&&c.name);
    let columns: Vec<_> = stored(table).filter(wanted).map(|c| quote::name(dialect, &c.name)).collect();
    let condition = match &plan.filter {
        Some(Some(filter)) => format!(" WHERE {filter}"),
        _ => String::new(),
    };
    format!(
        "CREATE TABLE {} AS SELECT {} FROM {}{condition}",
        quote::object(dialect, copy),
        columns.join(", "),
        quote::object(dialect, &table.name)
    )
}

/// The condition that a row of `target` and one of `other` have the same primary key.
fn matching(dialect: Dialect, table: &Table, target: &str, other: &str) -> String {
    let parts: Vec<_> = key_names(table)
        .iter()
        .map(|k| {
            let column = quote::name(dialect, k);
            format!("{other}.{column} = {target}.{column}")
        })
        .collect();
    parts.join(" AND ")
}

fn put_back_rows(dialect: Dialect, table: &Table, copy: &ObjectName) -> String {
    let columns: Vec<_> = stored(table).map(|c| quote::name(dialect, &c.name)).collect();
    let columns = columns.join(", ");
    let target = quote::object(dialect, &table.name);
    let always = table.columns.iter().any(|c| c.identity.as_ref().is_some_and(|i| i.always));
    let overriding = if always { " OVERRIDING SYSTEM VALUE" } else { "" };
    let saved = stored(table)
        .map(|c| format!("saved.{}", quote::name(dialect, &c.name)))
        .collect::<Vec<_>>()
        .join(", ");
    let missing = if key_names(table).is_empty() {
        String::new()
    } else {
        format!(
            " WHERE NOT EXISTS (SELECT 1 FROM {target} AS present WHERE {})",
            matching(dialect, table, "saved", "present")
        )
    };
    format!(
        "INSERT INTO {target} ({columns}){overriding} SELECT {saved} FROM {} AS saved{missing}",
        quote::object(dialect, copy)
    )
}

fn put_back_columns(dialect: Dialect, table: &Table, plan: &Plan, copy: &ObjectName) -> Option<String> {
    let (target, copy) = (quote::object(dialect, &table.name), quote::object(dialect, copy));
    let columns: Vec<_> = stored(table)
        .filter(|c| plan.columns.contains(&c.name))
        .map(|c| quote::name(dialect, &c.name))
        .collect();
    if columns.is_empty() || key_names(table).is_empty() {
        return None;
    }
    let same_row = matching(dialect, table, "present", "saved");
    Some(if dialect.is_mysql_family() {
        let mut set: Vec<_> = columns.iter().map(|c| format!("present.{c} = saved.{c}")).collect();
        // `ON UPDATE CURRENT_TIMESTAMP` must not fire.
        let touched = stored(table).filter(|c| c.on_update.is_some() && !plan.columns.contains(&c.name));
        set.extend(
            touched.map(|c| quote::name(dialect, &c.name)).map(|c| format!("present.{c} = present.{c}")),
        );
        format!("UPDATE {target} AS present JOIN {copy} AS saved ON {same_row} SET {}", set.join(", "))
    } else {
        let set: Vec<_> = columns.iter().map(|c| format!("{c} = saved.{c}")).collect();
        format!("UPDATE {target} AS present SET {} FROM {copy} AS saved WHERE {same_row}", set.join(", "))
    })
}
