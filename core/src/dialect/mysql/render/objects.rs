//! Everything that is not a change inside a table.
use std::sync::Arc;

use crate::{
    apply::{self, State, apply},
    catalog::{Persistence, Routine, RoutineKind, Sequence, Table, Trigger, View},
    change::{Change, Delta, Object, ObjectPath},
    dialect::{expression, mysql::quote},
    operation::Operation,
    target::Dialect,
};

use super::{Writer, names, object, table};

impl Writer {
    /// Writes a change that no `ALTER TABLE` carries out.
    pub(super) fn alone(&mut self, change: &Change) {
        match &change.delta {
            Delta::Create { after } => self.create(&change.path, after),
            Delta::Drop { before } => self.remove(&change.path, before),
            Delta::Alter { before, after } => self.alter(&change.path, before, after),
            Delta::Rename { to } => self.rename(&change.path, to),
        }
    }

    fn create(&mut self, path: &ObjectPath, after: &Object) {
        match after {
            Object::Table(created) => {
                self.push(table::create(created, &self.target));
                for trigger in &created.triggers {
                    self.create_trigger(trigger, Some(created), false);
                }
            }
            Object::View(view) => self.create_view(view, false),
            Object::Routine(routine) => self.create_routine(routine, false),
            Object::Trigger { trigger, .. } => {
                self.create_trigger(trigger, self.table_of(path).as_deref(), false);
            }
            Object::Sequence(sequence) => self.create_sequence(sequence),
            Object::Schema(schema) => self.push(format!("CREATE DATABASE {}", quote::name(&schema.name))),
            _ => self.unknown(path),
        }
    }

    fn remove(&mut self, path: &ObjectPath, before: &Object) {
        let sql = match (path, before) {
            (ObjectPath::Table { name }, Object::Table(dropped)) => {
                let temporary = dropped.properties.persistence == Persistence::Temporary;
                format!("DROP {}TABLE {}", if temporary { "TEMPORARY " } else { "" }, object(name))
            }
            (ObjectPath::View { name }, _) => format!("DROP VIEW {}", object(name)),
            (ObjectPath::Routine { name, routine, .. }, _) => {
                format!("DROP {} {}", routine_word(*routine), object(name))
            }
            (ObjectPath::Trigger { table, name }, _) => {
                format!("DROP TRIGGER {}", object(&table.sibling(name.clone())))
            }
            (ObjectPath::Sequence { name }, _) => format!("DROP SEQUENCE {}", object(name)),
            (ObjectPath::Schema { name }, _) => format!("DROP DATABASE {}", quote::name(name)),
            _ => return self.unknown(path),
        };
        self.push(sql);
    }

    fn alter(&mut self, path: &ObjectPath, before: &Object, after: &Object) {
        match (before, after) {
            (_, Object::View(view)) => self.create_view(view, true),
            (_, Object::Routine(routine)) if self.replaces() => self.create_routine(routine, true),
            (_, Object::Trigger { trigger, .. }) if self.replaces() => {
                self.create_trigger(trigger, self.table_of(path).as_deref(), true);
            }
            (Object::Routine(_) | Object::Trigger { .. }, _) => {
                self.remove(path, before);
                self.create(path, after);
            }
            (Object::Sequence(before), Object::Sequence(after)) => self.alter_sequence(before, after),
            _ => self.unknown(path),
        }
    }

    fn rename(&mut self, path: &ObjectPath, to: &ObjectPath) {
        match (path, to) {
            (ObjectPath::Table { name }, ObjectPath::Table { name: to })
            | (ObjectPath::View { name }, ObjectPath::View { name: to })
            | (ObjectPath::Sequence { name }, ObjectPath::Sequence { name: to }) => {
                self.push(format!("RENAME TABLE {} TO {}", object(name), object(to)));
            }
            (ObjectPath::Trigger { table, name }, ObjectPath::Trigger { name: to, .. }) => {
                let trigger = self
                    .catalog
                    .tables
                    .get(table)
                    .and_then(|table| table.triggers.iter().find(|trigger| trigger.name == *name))
                    .cloned();
                let Some(trigger) = trigger else { return self.unknown(path) };
                self.push(format!("DROP TRIGGER {}", object(&table.sibling(name.clone()))));
                let table = self.table_of(path);
                self.create_trigger(&Trigger { name: to.clone(), ..trigger }, table.as_deref(), false);
            }
            (ObjectPath::Routine { name, signature, routine }, ObjectPath::Routine { name: to, .. }) => {
                let key = (name.clone(), signature.clone(), *routine);
                let Some(found) = self.catalog.routines.get(&key).map(Arc::clone) else {
                    return self.unknown(path);
                };
                self.push(format!("DROP {} {}", routine_word(*routine), object(name)));
                self.create_routine(&Routine { name: to.clone(), ..Routine::clone(&found) }, false);
            }
            _ => self.unknown(path),
        }
    }

    fn unknown(&mut self, path: &ObjectPath) {
        let title = self.target.dialect.title();
        self.cannot(format!("{title} has no statement for this change of {} `{path}`", path.kind()));
    }

    /// Whether routines and triggers can be replaced in one statement.
    fn replaces(&self) -> bool {
        self.target.dialect == Dialect::MariaDb
    }

    fn create_view(&mut self, view: &View, replace: bool) {
        let mut sql = String::from(if replace { "CREATE OR REPLACE" } else { "CREATE" });
        let option = |name: &str| view.options.get(name).map(|value| value.to_ascii_uppercase());
        if let Some(algorithm) = option("algorithm").or_else(|| replace.then(|| "UNDEFINED".to_owned())) {
            sql.push_str(&format!(" ALGORITHM={algorithm}"));
        }
        if let Some(security) = option("security").or_else(|| replace.then(|| "DEFINER".to_owned())) {
            sql.push_str(&format!(" SQL SECURITY {security}"));
        }
        sql.push_str(&format!(" VIEW {}", object(&view.name)));
        // A list that the query's own column names give needs not be written.
        let own = expression::read_query(&view.query.sql, &self.target).columns;
        if !view.columns.is_empty() && own.as_ref() != Some(&view.columns) {
            sql.push_str(&format!(" ({})", names(&view.columns)));
        }
        sql.push_str(&format!(" AS {}", view.query.sql));
        if let Some(check) = option("check_option") {
            sql.push_str(&format!(" WITH {check} CHECK OPTION"));
        }
        // The family lets tables and columns go that views read, but makes no view that reads what is not there.
        let mut state = State::new(self.catalog.clone(), self.target.session.clone());
        let create = Operation::CreateView {
            view: Box::new(view.clone()),
            or_replace: replace,
            if_not_exists: false,
            with_no_data: false,
        };
        if let Some(conflict) = apply(&mut state, &create).conflicts.first() {
            let note = format!("the server refuses view `{}`: {}", view.name, conflict.message);
            self.out.push(super::statement(sql).with_note(note));
            return;
        }
        self.push(sql);
    }

    fn create_routine(&mut self, routine: &Routine, replace: bool) {
        let or_replace = if replace { "OR REPLACE " } else { "" };
        let mut sql = format!(
            "CREATE {or_replace}{} {}({})",
            routine_word(routine.kind),
            object(&routine.name),
            routine.arguments
        );
        if let Some(returns) = &routine.returns {
            sql.push_str(&format!(" RETURNS {returns}"));
        }
        for (name, value) in &routine.attributes {
            let value = value.to_ascii_uppercase();
            match name.as_str() {
                "deterministic" => sql.push_str("\nDETERMINISTIC"),
                "security" => sql.push_str(&format!("\nSQL SECURITY {value}")),
                "data_access" => sql.push_str(&format!("\n{value}")),
                _ => {}
            }
        }
        if let Some(comment) = &routine.comment {
            sql.push_str(&format!("\nCOMMENT {}", quote::string(comment)));
        }
        sql.push('\n');
        sql.push_str(&routine.body);
        self.push(sql);
    }

    fn table_of(&self, path: &ObjectPath) -> Option<Arc<Table>> {
        self.catalog.tables.get(path.relation()?).cloned()
    }

    fn create_trigger(&mut self, trigger: &Trigger, table: Option<&Table>, replace: bool) {
        let or_replace = if replace { "OR REPLACE " } else { "" };
        let name = quote::name(&trigger.name);
        let made = super::statement(format!("CREATE {or_replace}TRIGGER {name} {}", trigger.definition.sql));
        // The family lets a column go under a trigger, but makes no trigger that names a missing one (error 1054).
        let lost = table.filter(|t| t.complete).and_then(|table| {
            let has = |name: &String| table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
            let named = apply::trigger_columns(&trigger.definition.sql, &self.target);
            named.into_iter().find(|name| !has(name)).map(|column| (column, &table.name))
        });
        self.out.push(match lost {
            Some((column, table)) => made.with_note(format!(
                "the server refuses this trigger: `{table}` has no column `{column}` any more, so that it was broken"
            )),
            None => made,
        });
    }

    fn create_sequence(&mut self, sequence: &Sequence) {
        let options = &sequence.options;
        let mut sql = format!("CREATE SEQUENCE {}", object(&sequence.name));
        for (word, value) in [
            ("START WITH", options.start),
            ("INCREMENT BY", options.increment),
            ("MINVALUE", options.minimum),
            ("MAXVALUE", options.maximum),
            ("CACHE", options.cache),
        ] {
            if let Some(value) = value {
                sql.push_str(&format!(" {word} {value}"));
            }
        }
        if options.cycle {
            sql.push_str(" CYCLE");
        }
        self.push(sql);
    }

    fn alter_sequence(&mut self, before: &Sequence, after: &Sequence) {
        let (old, new) = (&before.options, &after.options);
        let mut sql = format!("ALTER SEQUENCE {}", object(&after.name));
        let mut set = |word: &str, old: Option<i64>, new: Option<i64>, usual: &str| {
            if old != new {
                let text = new.map_or_else(|| usual.to_owned(), |value| format!("{word} {value}"));
                sql.push(' ');
                sql.push_str(&text);
            }
        };
        set("INCREMENT BY", old.increment, new.increment, "INCREMENT BY 1");
        set("MINVALUE", old.minimum, new.minimum, "NO MINVALUE");
        set("MAXVALUE", old.maximum, new.maximum, "NO MAXVALUE");
        let up = new.increment.unwrap_or(1) >= 0;
        let first = if up { new.minimum.unwrap_or(1) } else { new.maximum.unwrap_or(-1) };
        set("START WITH", old.start, new.start, &format!("START WITH {first}"));
        set("CACHE", old.cache, new.cache, "CACHE 1000");
        if old.cycle != new.cycle {
            sql.push_str(if new.cycle { " CYCLE" } else { " NOCYCLE" });
        }
        self.push(sql);
    }
}

fn routine_word(kind: RoutineKind) -> &'static str {
    match kind {
        RoutineKind::Procedure => "PROCEDURE",
        RoutineKind::Function | RoutineKind::Aggregate => "FUNCTION",
    }
}
