//! The statements that save and put back what was collected.
use std::collections::{BTreeMap, BTreeSet};

use super::{
    capture::{Capture, KeyLiterals, Plan},
    hold::Hold,
    keys,
    obstacles::obstacles,
    rights,
    settings::{self, Around},
};
use crate::{
    apply::State,
    catalog::{Column, Link, Name, ObjectName, Table, after_needs},
    dialect::quote,
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
    /// Behind all that, and no business of the schema: counters, and views that are filled anew.
    pub(super) last: Vec<String>,
    pub(super) cleanup: Vec<String>,
}

/// A table with its plan and the copy that is made of it.
pub(super) struct Copy<'p> {
    pub(super) table: &'p Table,
    pub(super) plan: &'p Plan,
    copy: ObjectName,
    /// PostgreSQL: the table has children by `INHERITS`, whose rows are no business of this copy.
    only: &'static str,
}

/// A table under the name of another time, with the names of its key then.
struct Then<'t> {
    name: &'t ObjectName,
    /// Names of the start with names of then.
    columns: BTreeMap<&'t Name, Name>,
}

impl Capture<'_> {
    /// The statements; `end` is the state behind the migrations, `hold` knows what the script makes only when values
    /// are back.
    pub(super) fn finish(mut self, end: &State, hold: &Hold<'_>) -> Statements {
        let mut out = Statements::default();
        let mut plans = std::mem::take(&mut self.plans);
        for (name, plan) in &mut plans {
            if let Some(table) = self.start.catalog.tables.get(name) {
                complete(table, plan);
            }
        }
        let dialect = self.start.catalog.dialect;
        let mut taken: BTreeSet<ObjectName> = BTreeSet::new();
        let order = in_order_of_keys(self.start, plans.keys());
        let mut copies: Vec<Copy<'_>> = Vec::new();
        let mut schema = None;
        for name in &order {
            let (Some(table), Some(plan)) = (self.start.catalog.tables.get(name), plans.get(name)) else {
                continue;
            };
            let copy = self.free_name(name, &mut taken, &mut schema);
            copies.push(Copy { table, plan, copy, only: only(self.start, table) });
        }
        for Copy { copy, .. } in copies.iter().filter(|c| c.plan.saves()) {
            out.cleanup.push(format!("DROP TABLE {}", quote::object(dialect, copy)));
        }
        let saved: Vec<&Copy<'_>> = copies.iter().filter(|c| c.plan.saves()).collect();
        let mut saving = Around::default();
        settings::while_saving(dialect, saved.iter().map(|c| c.table), &mut saving);
        out.capture.append(&mut saving.before);
        out.capture.extend(saved.iter().map(|c| save(dialect, c)));
        out.capture.append(&mut saving.behind);

        let mut around = Around::default();
        let written = || copies.iter().filter(|c| c.plan.saves() || c.plan.deletes());
        let loose = obstacles(self.start, &copies, hold);
        if dialect.is_mysql_family() {
            // A trigger keeps the settings that it is made with: the server's own.
            around.inside(loose.off, loose.on);
            settings::while_restoring(dialect, written().map(|c| c.table), &mut around);
        } else {
            settings::while_restoring(dialect, written().map(|c| c.table), &mut around);
            around.inside(loose.off, loose.on);
        }
        around.inside_of_triggers(dialect, written().map(|c| c.table), hold);
        out.restore.append(&mut around.before);
        // Children first where rows go, parents first where they come back.
        for copy in copies.iter().rev() {
            match self.early(copy.table, end) {
                Some(then) => out.first.extend(gone(dialect, copy, Some(&then))),
                None => out.restore.extend(gone(dialect, copy, None)),
            }
        }
        for copy in copies.iter().filter(|c| c.plan.replace) {
            out.restore.push(make_room(dialect, copy));
        }
        for copy in &copies {
            if copy.plan.rows {
                out.restore.push(put_back_rows(dialect, copy));
            }
            if !copy.plan.replace {
                out.restore.extend(put_back_columns(dialect, copy));
            }
        }
        out.restore.append(&mut around.behind);
        self.positions(&mut taken, &mut schema, &mut out);
        for view in &self.refreshed {
            out.last.push(format!("REFRESH MATERIALIZED VIEW {}", quote::object(dialect, view)));
        }
        if let Some(schema) = schema {
            let schema = quote::name(dialect, &schema);
            out.capture.insert(0, format!("CREATE SCHEMA {schema}"));
            out.cleanup.push(format!("DROP SCHEMA {schema}"));
        }
        out
    }

    /// Where sequences and counters stand is saved and put back.
    fn positions(&self, taken: &mut BTreeSet<ObjectName>, schema: &mut Option<Name>, out: &mut Statements) {
        let dialect = self.start.catalog.dialect;
        for sequence in &self.sequences {
            let copy = self.free_name(sequence, taken, schema);
            let (sequence, copy) = (quote::object(dialect, sequence), quote::object(dialect, &copy));
            if dialect == Dialect::Postgres {
                out.capture
                    .push(format!("CREATE TABLE {copy} AS SELECT last_value, is_called FROM {sequence}"));
                out.restore.push(format!(
                    "SELECT setval({}, last_value, is_called) FROM {copy}",
                    quote::literal(dialect, &sequence)
                ));
            } else {
                // The numbers before it may have been given out already: the server tells only what it has reserved.
                let position = "next_not_cached_value AS position";
                out.capture.push(format!("CREATE TABLE {copy} AS SELECT {position} FROM {sequence}"));
                out.last.extend(settings::run_with_number(
                    dialect,
                    &format!("ALTER SEQUENCE {sequence} RESTART WITH "),
                    &copy,
                ));
            }
            out.cleanup.push(format!("DROP TABLE {copy}"));
        }
        if self.counters.is_empty() {
            return;
        }
        let mut reading = Around::default();
        settings::while_reading_counters(dialect, &mut reading);
        out.capture.append(&mut reading.before);
        for name in &self.counters {
            let counter = name.sibling(format!("{}_counter", name.name));
            let copy = quote::object(dialect, &self.free_name(&counter, taken, schema));
            let of = rights::place(name);
            out.capture.push(format!(
                "CREATE TABLE {copy} AS SELECT auto_increment AS position FROM information_schema.tables WHERE table_schema = {} AND table_name = {}",
                of.0, of.1
            ));
            let table = quote::object(dialect, name);
            out.last.extend(settings::run_with_number(
                dialect,
                &format!("ALTER TABLE {table} AUTO_INCREMENT = "),
                &copy,
            ));
            out.cleanup.push(format!("DROP TABLE {copy}"));
        }
        out.capture.append(&mut reading.behind);
    }

    /// A free name for the copy, cut to what the servers allow (63 bytes, 64 characters), in a schema that the
    /// migrations leave alone; `made` is one that has to be made for it.
    fn free_name(
        &self,
        of: &ObjectName,
        taken: &mut BTreeSet<ObjectName>,
        made: &mut Option<Name>,
    ) -> ObjectName {
        const LONGEST: usize = 60;
        let catalog = &self.start.catalog;
        let mut base = format!("remigrate_capture_{}", of.name);
        while base.len() > LONGEST - 4 {
            base.pop();
        }
        let exists = |n: &ObjectName| {
            catalog.tables.contains(n) || catalog.views.contains(n) || catalog.sequences.contains(n)
        };
        let of = if self.lineage.is_stable(of.schema_str()) {
            of.clone()
        } else {
            let schemas = catalog.schemas.iter().map(|s| s.name.clone());
            let stable = |n: &Name| self.lineage.is_stable(n);
            let schema = schemas
                .filter(stable)
                .max_by_key(|n| n == "public")
                .unwrap_or_else(|| made.get_or_insert_with(|| "remigrate_capture".into()).clone());
            ObjectName::new(schema, of.name.clone())
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

    /// Whether rows that the migrations added go before the schema changes back: the table has another definition now,
    /// the same key, no triggers, and nothing refers to it. If so, under which names.
    fn early<'t>(&self, table: &'t Table, end: &'t State) -> Option<Then<'t>> {
        let is_it = |t: &&std::sync::Arc<Table>| {
            self.lineage.table(&t.name, self.start).as_ref() == Some(&table.name)
        };
        // Most tables keep their name.
        let same = end.catalog.tables.get(&table.name).filter(is_it);
        let now = same.or_else(|| end.catalog.tables.iter().find(is_it))?;
        let mut referring = end.catalog.tables.linked(Link::Refers, &now.name);
        // Triggers would fire and foreign keys would follow or refuse: while data is put back they do not.
        if now.as_ref() == table || !now.triggers.is_empty() || referring.next().is_some() {
            return None;
        }
        let mut columns = BTreeMap::new();
        for name in keys::key(table)? {
            let was = table.columns.iter().find(|c| c.name == *name)?;
            let is = now
                .columns
                .iter()
                .find(|c| self.lineage.column(&now.name, &c.name).as_ref() == Some(name))?;
            let same = Column { name: is.name.clone(), ..was.clone() } == *is;
            if !same || is.data_type.custom.is_some() {
                return None;
            }
            columns.insert(name, is.name.clone());
        }
        Some(Then { name: &now.name, columns })
    }
}

/// What follows from all requests together.
fn complete(table: &Table, plan: &mut Plan) {
    // Rows that went and rows that came may have the same keys: what is there then is another row.
    let keys_return = plan.rows && (plan.new_rows || !plan.delete.is_empty());
    let key = key_names(table);
    if keys_return {
        let others = stored(table).filter(|c| !key.contains(&&c.name)).map(|c| c.name.clone());
        plan.columns.extend(others);
        plan.filter = Some(None);
    }
    let has_key = !key.is_empty();
    let numbered = |c: &Name| {
        table.columns.iter().any(|t| t.name == *c && t.identity.as_ref().is_some_and(|i| i.always))
    };
    // Such values are not given back by an UPDATE: one row's may be another's on the way, or it is not allowed.
    if has_key && plan.columns.iter().any(|c| keys::is_unique(table, c) || keys_return && numbered(c)) {
        plan.replace = true;
        plan.rows = true;
    }
    plan.columns.retain(|c| !numbered(c));
}

/// PostgreSQL: the word that leaves rows of children by `INHERITS` alone.
fn only(start: &State, table: &Table) -> &'static str {
    let mut children = start.catalog.tables.linked(Link::Child, &table.name);
    if children.any(|c| c.properties.inherits.contains(&table.name)) { "ONLY " } else { "" }
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
    keys::key(table).unwrap_or_default()
}

fn stored(table: &Table) -> impl Iterator<Item = &Column> {
    table.columns.iter().filter(|c| c.generated.is_none())
}

/// A copy must not depend on types that the migrations drop or change: values of users' types are kept as text.
fn kept_as_text(dialect: Dialect, column: &Column) -> bool {
    dialect == Dialect::Postgres && column.data_type.custom.is_some()
}

/// The value of a saved column in the type that the table has.
fn saved(dialect: Dialect, column: &Column) -> String {
    let value = format!("saved.{}", quote::name(dialect, &column.name));
    match &column.data_type.custom {
        Some(custom) if kept_as_text(dialect, column) => {
            format!("CAST({value} AS {}{})", quote::object(dialect, custom), column.data_type.text)
        }
        _ => value,
    }
}

fn save(dialect: Dialect, of: &Copy<'_>) -> String {
    let Copy { table, plan, copy, only } = of;
    let key = key_names(table);
    let wanted = |c: &&Column| plan.rows || plan.columns.contains(&c.name) || key.contains(&&c.name);
    let value = |c: &Column| {
        let name = quote::name(dialect, &c.name);
        if kept_as_text(dialect, c) { format!("CAST({name} AS text) AS {name}") } else { name }
    };
    let columns: Vec<_> = stored(table).filter(wanted).map(value).collect();
    let condition = match &plan.filter {
        Some(Some(filter)) => format!(" WHERE {filter}"),
        _ => String::new(),
    };
    format!(
        "CREATE TABLE {} AS SELECT {} FROM {only}{}{condition}",
        quote::object(dialect, copy),
        columns.join(", "),
        quote::object(dialect, &table.name)
    )
}

/// The condition that a row of `target` and the saved row have the same key; `then` has other names for the target's.
fn matching(dialect: Dialect, table: &Table, target: &str, then: Option<&Then<'_>>) -> String {
    let key = key_names(table);
    let parts: Vec<_> = table
        .columns
        .iter()
        .filter(|c| key.contains(&&c.name))
        .map(|c| {
            let now = then.and_then(|t| t.columns.get(&c.name)).unwrap_or(&c.name);
            format!("{} = {target}.{}", saved(dialect, c), quote::name(dialect, now))
        })
        .collect();
    parts.join(" AND ")
}

/// Statements that delete the rows that were not there.
fn gone(dialect: Dialect, of: &Copy<'_>, then: Option<&Then<'_>>) -> Vec<String> {
    let Copy { table, plan, copy, only } = of;
    let target = quote::object(dialect, then.map_or(&table.name, |t| t.name));
    let mut statements = Vec::new();
    let row = |key: &KeyLiterals| {
        let parts = key.iter().map(|(name, literal)| {
            let now = then.and_then(|t| t.columns.get(name)).unwrap_or(name);
            format!("{} = {literal}", quote::name(dialect, now))
        });
        parts.collect::<Vec<_>>().join(" AND ")
    };
    for rows in plan.delete.chunks(1000) {
        let mut rows: Vec<String> = rows.iter().map(row).collect();
        let condition = if rows.len() == 1 { rows.remove(0) } else { format!("({})", rows.join(") OR (")) };
        statements.push(format!("DELETE FROM {only}{target} WHERE {condition}"));
    }
    if plan.new_rows {
        statements.push(format!(
            "DELETE FROM {only}{target} WHERE NOT EXISTS (SELECT 1 FROM {} AS saved WHERE {})",
            quote::object(dialect, copy),
            matching(dialect, table, &target, then)
        ));
    }
    statements
}

/// The rows that come back as a whole go first.
fn make_room(dialect: Dialect, of: &Copy<'_>) -> String {
    let target = quote::object(dialect, &of.table.name);
    format!(
        "DELETE FROM {}{target} WHERE EXISTS (SELECT 1 FROM {} AS saved WHERE {})",
        of.only,
        quote::object(dialect, &of.copy),
        matching(dialect, of.table, &target, None)
    )
}

fn put_back_rows(dialect: Dialect, of: &Copy<'_>) -> String {
    let Copy { table, copy, only, .. } = of;
    let columns: Vec<_> = stored(table).map(|c| quote::name(dialect, &c.name)).collect();
    let columns = columns.join(", ");
    let target = quote::object(dialect, &table.name);
    let always = table.columns.iter().any(|c| c.identity.as_ref().is_some_and(|i| i.always));
    let overriding = if always { " OVERRIDING SYSTEM VALUE" } else { "" };
    let values = stored(table).map(|c| saved(dialect, c)).collect::<Vec<_>>().join(", ");
    let missing = if key_names(table).is_empty() {
        String::new()
    } else {
        format!(
            " WHERE NOT EXISTS (SELECT 1 FROM {only}{target} AS present WHERE {})",
            matching(dialect, table, "present", None)
        )
    };
    format!(
        "INSERT INTO {target} ({columns}){overriding} SELECT {values} FROM {} AS saved{missing}",
        quote::object(dialect, copy)
    )
}

/// Whether two values of the column may be equal by its collation and not the same: PostgreSQL's collations by a name of
/// their own may be nondeterministic, most of the MySQL family's do not tell case or accents apart.
fn has_other_spellings(dialect: Dialect, column: &Column) -> bool {
    if dialect == Dialect::Postgres {
        return column.collation.is_some();
    }
    let exact = |name: &String| name == "binary" || name.ends_with("_bin");
    let text = column.data_type.text.to_ascii_lowercase();
    let is_text = text.contains("char") || text.contains("text");
    is_text && !column.collation.as_ref().or(column.charset.as_ref()).is_some_and(exact)
}

fn put_back_columns(dialect: Dialect, of: &Copy<'_>) -> Option<String> {
    let Copy { table, plan, only, .. } = of;
    let (target, copy) = (quote::object(dialect, &table.name), quote::object(dialect, &of.copy));
    let key = key_names(table);
    // A row that is the same by its key's collation may have the key in other letters now.
    let spelt = |c: &Column| plan.new_rows && key.contains(&&c.name) && has_other_spellings(dialect, c);
    let columns: Vec<&Column> =
        stored(table).filter(|c| plan.columns.contains(&c.name) || spelt(c)).collect();
    if columns.is_empty() || key.is_empty() {
        return None;
    }
    let same_row = matching(dialect, table, "present", None);
    let name = |c: &Column| quote::name(dialect, &c.name);
    Some(if dialect.is_mysql_family() {
        let mut set: Vec<_> =
            columns.iter().map(|c| format!("present.{} = {}", name(c), saved(dialect, c))).collect();
        // `ON UPDATE CURRENT_TIMESTAMP` must not fire.
        let written = |c: &Column| columns.iter().any(|other| other.name == c.name);
        let touched = stored(table).filter(|c| c.on_update.is_some() && !written(c));
        set.extend(touched.map(name).map(|c| format!("present.{c} = present.{c}")));
        format!("UPDATE {target} AS present JOIN {copy} AS saved ON {same_row} SET {}", set.join(", "))
    } else {
        let set: Vec<_> = columns.iter().map(|c| format!("{} = {}", name(c), saved(dialect, c))).collect();
        format!(
            "UPDATE {only}{target} AS present SET {} FROM {copy} AS saved WHERE {same_row}",
            set.join(", ")
        )
    })
}
