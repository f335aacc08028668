//! What belongs to a table or view: columns, constraints, indexes and triggers.
use super::{About, Writer, define, family::Shape, quote};
use crate::{
    catalog::{Constraint, ConstraintKind, Index, Name, ObjectName, Trigger},
    change::{Delta, Object, ObjectPath},
    dialect::expression,
    target::{Dialect, Target},
};

impl Writer<'_> {
    pub(super) fn create_part(&mut self, table: &ObjectName, object: &Object) {
        match object {
            Object::Column { column, position } => self.add_column(table, column, *position),
            Object::Constraint { constraint, .. } => {
                let waits = match &constraint.kind {
                    ConstraintKind::ForeignKey(key) => {
                        let about = About::Object(ObjectPath::Table { name: key.table.clone() });
                        let comes = self.later(&about, |change| matches!(change.delta, Delta::Create { .. }));
                        comes.is_some() && !self.catalog.tables.contains(&key.table)
                    }
                    _ => false,
                };
                if waits {
                    self.waiting_keys.push((table.clone(), Constraint::clone(constraint)));
                    return;
                }
                let keyed =
                    matches!(constraint.kind, ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_));
                let only = keyed && self.adopts(table, &Shape::Constraint(constraint));
                self.add_constraint(table, constraint, only);
                if only {
                    self.attach_existing(&table.sibling(constraint.name.clone()));
                }
                self.attach_index(table, &constraint.name);
                if !keyed {
                    self.imply_in_children(table, |child, change| match &change.delta {
                        Delta::Create { after: Object::Constraint { constraint: c, .. } } => {
                            change.path.relation() == Some(child)
                                && super::family::same_constraint(constraint, c)
                        }
                        _ => false,
                    });
                }
            }
            Object::Index { index, .. } => {
                let only = self.adopts(table, &Shape::Index(index));
                let written = quote::object(table);
                self.create_index(index, table, &written, only);
                if only {
                    self.attach_existing(&table.sibling(index.name.clone()));
                }
                self.attach_index(table, &index.name);
            }
            Object::Trigger { trigger, .. } => {
                let is_view = self.catalog.views.contains(table);
                self.create_trigger(trigger, &quote::object(table), is_view);
            }
            _ => {}
        }
    }

    pub(super) fn drop_part(&mut self, table: &ObjectName, object: &Object) {
        let written = quote::object(table);
        match object {
            Object::Column { column, .. } => self.drop_column(table, &column.name),
            Object::Constraint { constraint, .. } => {
                self.waiting_keys.retain(|(t, c)| !(t == table && c.name == constraint.name));
                let shape = Shape::Constraint(constraint);
                if self.goes_with_parent(table, &shape)
                    || self.columns_gone(table, &self.constrained(constraint))
                {
                    return;
                }
                self.push(format!("ALTER TABLE {written} DROP CONSTRAINT {}", quote::name(&constraint.name)));
                self.imply_drops(table, &shape);
                self.imply_in_children(table, |child, change| match &change.delta {
                    Delta::Drop { before: Object::Constraint { constraint: c, .. } } => {
                        change.path.relation() == Some(child)
                            && c.name == constraint.name
                            && c.kind == constraint.kind
                    }
                    _ => false,
                });
            }
            Object::Index { index, .. } => {
                let shape = Shape::Index(index);
                if self.goes_with_parent(table, &shape) || self.columns_gone(table, &self.indexed(index)) {
                    return;
                }
                self.push(format!("DROP INDEX {}", quote::object(&table.sibling(index.name.clone()))));
                self.imply_drops(table, &shape);
            }
            Object::Trigger { trigger, .. } => {
                self.push(format!("DROP TRIGGER {} ON {written}", quote::name(&trigger.name)));
            }
            _ => {}
        }
    }

    /// Whether a constraint or index went together with a column of it that an earlier change dropped.
    fn columns_gone(&self, table: &ObjectName, columns: &[Name]) -> bool {
        let Some(table) = self.catalog.tables.get(table).filter(|t| t.complete) else { return false };
        !columns.iter().all(|name| table.columns.iter().any(|c| c.name == *name))
    }

    /// The columns that a constraint mentions.
    pub(super) fn constrained(&self, constraint: &Constraint) -> Vec<Name> {
        match &constraint.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => key
                .columns
                .iter()
                .filter_map(|k| k.column.clone())
                .chain(key.include.iter().cloned())
                .collect(),
            ConstraintKind::ForeignKey(key) => key.columns.clone(),
            ConstraintKind::Check { expression: e, .. } | ConstraintKind::Exclude { definition: e } => {
                expression::columns(e, &self.target())
            }
        }
    }

    /// The columns that an index mentions.
    pub(super) fn indexed(&self, index: &Index) -> Vec<Name> {
        let target = self.target();
        let expressions = index.keys.iter().filter_map(|k| k.expression.as_ref()).chain(&index.predicate);
        let mut columns: Vec<Name> = expressions.flat_map(|e| expression::columns(e, &target)).collect();
        columns.extend(index.keys.iter().filter_map(|k| k.column.clone()));
        columns.extend(index.include.iter().cloned());
        columns
    }

    pub(super) fn target(&self) -> Target {
        Target::new(Dialect::Postgres).with_version(self.catalog.server_version)
    }

    pub(super) fn alter_part(&mut self, table: &ObjectName, before: &Object, after: &Object) {
        let written = quote::object(table);
        match (before, after) {
            (
                Object::Column { column: old, position: from },
                Object::Column { column: new, position: to },
            ) => self.alter_column(table, (old, *from), (new, *to)),
            (Object::Constraint { constraint: old, .. }, Object::Constraint { constraint: new, .. }) => {
                self.alter_constraint(table, old, new);
            }
            (Object::Index { index: old, .. }, Object::Index { index: new, .. }) => {
                self.alter_index(table, old, new);
            }
            (Object::Trigger { trigger: old, .. }, Object::Trigger { trigger: new, .. }) => {
                let is_view = self.catalog.views.contains(table);
                if old.definition != new.definition || old.function != new.function {
                    self.push(format!("DROP TRIGGER {} ON {written}", quote::name(&old.name)));
                    self.create_trigger(new, &written, is_view);
                    return;
                }
                if old.enabled != new.enabled {
                    self.enable_trigger(new, &written);
                }
                if old.comment != new.comment {
                    let on = format!("TRIGGER {} ON {written}", quote::name(&new.name));
                    self.comment(&on, new.comment.as_deref());
                }
            }
            _ => {}
        }
    }

    /// `ALTER TABLE … ADD CONSTRAINT` with its comment.
    pub(super) fn add_constraint(&mut self, table: &ObjectName, constraint: &Constraint, only: bool) {
        let written = quote::object(table);
        let only = if only { "ONLY " } else { "" };
        self.push(format!("ALTER TABLE {only}{written} ADD {}", define::constraint(constraint)));
        let on = format!("CONSTRAINT {} ON {written}", quote::name(&constraint.name));
        self.new_comment(&on, constraint.comment.as_deref());
    }

    fn alter_constraint(&mut self, table: &ObjectName, before: &Constraint, after: &Constraint) {
        let alter = format!("ALTER TABLE {}", quote::object(table));
        let name = quote::name(&after.name);
        let is_key = matches!(after.kind, ConstraintKind::ForeignKey(_));
        let deferral = |c: &Constraint| (c.deferrable, c.initially_deferred);
        let enforcement = before.enforced == after.enforced || is_key;
        let validation =
            before.validated == after.validated || after.validated || before.enforced != after.enforced;
        let in_place = before.kind == after.kind
            && (deferral(before) == deferral(after) || is_key)
            && enforcement
            && validation;
        if !in_place {
            self.push(format!("{alter} DROP CONSTRAINT {name}"));
            self.add_constraint(table, after, false);
            return;
        }
        if deferral(before) != deferral(after) {
            let words = match deferral(after) {
                (false, _) => "NOT DEFERRABLE",
                (true, false) => "DEFERRABLE INITIALLY IMMEDIATE",
                (true, true) => "DEFERRABLE INITIALLY DEFERRED",
            };
            self.push(format!("{alter} ALTER CONSTRAINT {name} {words}"));
        }
        if before.enforced != after.enforced {
            let word = if after.enforced { "ENFORCED" } else { "NOT ENFORCED" };
            self.push(format!("{alter} ALTER CONSTRAINT {name} {word}"));
        } else if !before.validated && after.validated {
            self.push(format!("{alter} VALIDATE CONSTRAINT {name}"));
        }
        if before.comment != after.comment {
            let on = format!("CONSTRAINT {name} ON {}", quote::object(table));
            self.comment(&on, after.comment.as_deref());
        }
    }

    pub(super) fn create_index(&mut self, index: &Index, table: &ObjectName, written: &str, only: bool) {
        let sql = define::index(index, written, only, &self.catalog);
        if index.valid {
            self.push(sql);
        } else {
            self.push_noted(
                sql,
                "the index was not valid and is now: nothing makes an invalid one on purpose",
            );
        }
        let name = quote::object(&table.sibling(index.name.clone()));
        self.new_comment(&format!("INDEX {name}"), index.comment.as_deref());
    }

    pub(super) fn alter_index(&mut self, table: &ObjectName, before: &Index, after: &Index) {
        let name = quote::object(&table.sibling(after.name.clone()));
        if !define::same_shape(before, after) {
            self.push(format!("DROP INDEX {name}"));
            self.create_index(after, table, &quote::object(table), false);
            return;
        }
        let (set, reset) = quote::parameter_changes(&before.options, &after.options);
        if !set.is_empty() {
            self.push(format!("ALTER INDEX {name} SET {}", quote::parameters(&set)));
        }
        if !reset.is_empty() {
            let reset: Vec<String> = reset.iter().map(|option| quote::parameter(option)).collect();
            self.push(format!("ALTER INDEX {name} RESET ({})", reset.join(", ")));
        }
        if !before.valid && after.valid {
            self.push(format!("REINDEX INDEX {name}"));
        } else if before.valid && !after.valid {
            self.cannot(format!("index `{}` cannot be made invalid", after.name));
        }
        if before.comment != after.comment {
            self.comment(&format!("INDEX {name}"), after.comment.as_deref());
        }
    }

    pub(super) fn create_trigger(&mut self, trigger: &Trigger, table: &str, is_view: bool) {
        // The text may name the table by itself or by a schema that it was in.
        let sql = &trigger.definition.sql;
        let moved = expression::trigger_table(sql, &self.target()).and_then(|(place, _)| {
            Some(format!("{}{table}{}", sql.get(..place.start)?, sql.get(place.end..)?))
        });
        let definition = moved.as_deref().unwrap_or(sql);
        let name = quote::name(&trigger.name);
        let constraint = definition.get(..11).filter(|word| word.eq_ignore_ascii_case("constraint "));
        match constraint.and_then(|word| definition.get(word.len()..)) {
            Some(rest) => self.push(format!("CREATE CONSTRAINT TRIGGER {name} {rest}")),
            None => self.push(format!("CREATE TRIGGER {name} {definition}")),
        }
        if trigger.enabled.is_some() && !is_view {
            self.enable_trigger(trigger, table);
        }
        self.new_comment(&format!("TRIGGER {name} ON {table}"), trigger.comment.as_deref());
    }

    fn enable_trigger(&mut self, trigger: &Trigger, table: &str) {
        let words = match trigger.enabled.as_deref() {
            Some("disabled") => "DISABLE TRIGGER",
            Some("replica") => "ENABLE REPLICA TRIGGER",
            Some("always") => "ENABLE ALWAYS TRIGGER",
            _ => "ENABLE TRIGGER",
        };
        self.push(format!("ALTER TABLE {table} {words} {}", quote::name(&trigger.name)));
    }

    /// The indexes and constraints that mention a column, after it has been made again.
    pub(super) fn create_parts_again(&mut self, table: &ObjectName, column: &Name) {
        let Some(before) = self.catalog.tables.get(table).cloned() else { return };
        for constraint in &before.constraints {
            let path = ObjectPath::Constraint { table: table.clone(), name: constraint.name.clone() };
            let mentions = self.constrained(constraint).contains(column);
            if mentions && self.later(&About::Object(path), |_| true).is_none() {
                self.add_constraint(table, constraint, false);
            }
        }
        for index in &before.indexes {
            let path = ObjectPath::Index { table: table.clone(), name: index.name.clone() };
            let mentions = self.indexed(index).contains(column);
            if mentions && self.later(&About::Object(path), |_| true).is_none() {
                self.create_index(index, table, &quote::object(table), false);
            }
        }
    }
}
