//! Enum types: labels that come are added, for labels that go a new type takes the place of the old one.
use std::sync::Arc;

use super::{Rendered, Writer, quote};
use crate::{
    catalog::{Constraint, ConstraintKind, Expression, Index, Name, ObjectName, Routine, Trigger},
    dialect::expression,
};

/// What is bound to a type by more than a column and has to be made again around a change of the type.
struct Bound {
    triggers: Vec<(ObjectName, Trigger)>,
    indexes: Vec<(ObjectName, Index)>,
    checks: Vec<(ObjectName, Constraint)>,
    routines: Vec<Arc<Routine>>,
}

impl Writer<'_> {
    pub(super) fn alter_enum(&mut self, name: &ObjectName, old: &[String], new: &[String]) {
        if old == new {
            return;
        }
        let written = quote::object(name);
        let renamed: Vec<(&String, &String)> = old.iter().zip(new).filter(|(a, b)| a != b).collect();
        if old.len() == new.len() && renamed.iter().all(|(a, b)| !new.contains(a) && !old.contains(b)) {
            for (from, to) in renamed {
                let (from, to) = (quote::literal(from), quote::literal(to));
                self.push(format!("ALTER TYPE {written} RENAME VALUE {from} TO {to}"));
            }
            return;
        }
        let kept: Vec<&String> = new.iter().filter(|label| old.contains(label)).collect();
        if !kept.iter().copied().eq(old.iter()) {
            self.swap_enum(name, old, new);
            return;
        }
        for (at, label) in new.iter().enumerate().filter(|(_, label)| !old.contains(label)) {
            let place = match (at.checked_sub(1).and_then(|b| new.get(b)), old.first()) {
                (Some(neighbour), _) => format!(" AFTER {}", quote::literal(neighbour)),
                (None, Some(neighbour)) => format!(" BEFORE {}", quote::literal(neighbour)),
                (None, None) => String::new(),
            };
            let sql = format!("ALTER TYPE {written} ADD VALUE {}{place}", quote::literal(label));
            let note = "the transaction that adds a label cannot use it";
            self.out.push(Rendered::alone(sql).with_note(note));
        }
    }

    /// Labels cannot be removed or reordered: a new type takes the place of the old one, in every column of a table.
    fn swap_enum(&mut self, name: &ObjectName, old: &[String], new: &[String]) {
        let aside = name.sibling(crate::dialect::postgres::names::object_name(&name.name, None, "old"));
        let mut uses = Vec::new();
        for table in self.catalog.tables.iter() {
            let own = table.columns.iter().filter(|c| c.data_type.custom.as_ref() == Some(name));
            uses.extend(own.map(|column| (table.name.clone(), column.clone())));
        }
        let columns: Vec<(ObjectName, Name)> =
            uses.iter().map(|(t, c)| (t.clone(), c.name.clone())).collect();
        if let Some(bound) = self.bound_for_good(name, &columns) {
            self.cannot(format!(
                "the labels of type `{name}` stay as they are: `{bound}` depends on it and cannot be made again in its place"
            ));
            return;
        }
        let views = self.drop_views_of(&columns);
        let bound = self.drop_bound(name, &columns);
        self.push(format!("ALTER TYPE {} RENAME TO {}", quote::object(name), quote::name(&aside.name)));
        self.create_enum(name, new);
        for (table, column) in &uses {
            let (column_name, array) = (quote::name(&column.name), &column.data_type.text);
            let written = quote::data_type(&column.data_type);
            let alter = format!("ALTER COLUMN {column_name}");
            let mut actions =
                vec![format!("{alter} TYPE {written} USING {column_name}::text{array}::{written}")];
            if let Some(default) = &column.default {
                actions.insert(0, format!("{alter} DROP DEFAULT"));
                actions.push(format!("{alter} SET DEFAULT {}", quote::inline(default)));
            }
            let gone: Vec<&String> = old.iter().filter(|label| !new.contains(label)).collect();
            let sql = format!("ALTER TABLE {} {}", quote::object(table), actions.join(", "));
            if gone.is_empty() {
                self.push(sql);
            } else {
                let gone = gone.iter().map(|l| format!("`{l}`")).collect::<Vec<_>>().join(", ");
                self.push_noted(sql, format!("fails while rows of `{table}` hold {gone}"));
            }
        }
        self.push(format!("DROP TYPE {}", quote::object(&aside)));
        self.create_bound(&bound);
        let comment = self.catalog.types.get(name).and_then(|t| t.comment.clone());
        self.new_comment(&format!("TYPE {}", quote::object(name)), comment.as_deref());
        self.create_views_again(&views);
    }

    /// Drops what would refuse the change of `columns` from the type `name`, or would stay with the old type: triggers
    /// that name the columns, conditions and expressions of indexes and checks that compare them, and routines with the
    /// type in their signature.
    fn drop_bound(&mut self, name: &ObjectName, columns: &[(ObjectName, Name)]) -> Bound {
        let target = self.target();
        let mut bound =
            Bound { triggers: Vec::new(), indexes: Vec::new(), checks: Vec::new(), routines: Vec::new() };
        for table in self.catalog.tables.iter() {
            let used: Vec<&Name> = columns.iter().filter(|(t, _)| *t == table.name).map(|(_, c)| c).collect();
            if used.is_empty() {
                continue;
            }
            let named = |text: &str| {
                let text = text.to_lowercase();
                used.iter().any(|c| text.contains(&c.to_lowercase()))
            };
            let reads = |e: &crate::catalog::Expression| {
                expression::columns(e, &target).iter().any(|column| used.contains(&column))
            };
            let triggers = table.triggers.iter().filter(|t| named(&t.definition.sql));
            bound.triggers.extend(triggers.map(|t| (table.name.clone(), t.clone())));
            let indexes = table.indexes.iter().filter(|i| {
                i.predicate.as_ref().is_some_and(&reads)
                    || i.keys.iter().filter_map(|k| k.expression.as_ref()).any(&reads)
            });
            bound.indexes.extend(indexes.map(|i| (table.name.clone(), i.clone())));
            let checks = table.constraints.iter().filter(|c| match &c.kind {
                ConstraintKind::Check { expression, .. } => reads(expression),
                _ => false,
            });
            bound.checks.extend(checks.map(|c| (table.name.clone(), c.clone())));
        }
        bound.routines.extend(self.catalog.routines.iter().filter(|r| signs(r, name)).cloned());
        for (table, trigger) in &bound.triggers {
            self.push(format!("DROP TRIGGER {} ON {}", quote::name(&trigger.name), quote::object(table)));
        }
        for (table, index) in &bound.indexes {
            self.push(format!("DROP INDEX {}", quote::object(&table.sibling(index.name.clone()))));
        }
        for (table, check) in &bound.checks {
            let table = quote::object(table);
            self.push(format!("ALTER TABLE {table} DROP CONSTRAINT {}", quote::name(&check.name)));
        }
        for routine in &bound.routines {
            self.drop_routine(routine);
        }
        bound
    }

    /// What hangs on the type in a way that a new type cannot take over without losing its place or its values: generated
    /// columns, and what calls routines that have the type in their signature.
    fn bound_for_good(&self, name: &ObjectName, columns: &[(ObjectName, Name)]) -> Option<String> {
        let target = self.target();
        let signed: Vec<Name> = self
            .catalog
            .routines
            .iter()
            .filter(|routine| signs(routine, name))
            .map(|routine| routine.name.name.clone())
            .collect();
        let calls = |e: &Expression| {
            !signed.is_empty() && expression::functions(e, &target).iter().any(|f| signed.contains(f))
        };
        for table in self.catalog.tables.iter() {
            let own: Vec<&Name> = columns.iter().filter(|(t, _)| *t == table.name).map(|(_, c)| c).collect();
            let reads = |e: &Expression| expression::columns(e, &target).iter().any(|c| own.contains(&c));
            let generated = table.columns.iter().find(|c| {
                let is = |e: &Expression| own.contains(&&c.name) || reads(e) || calls(e);
                c.generated.as_ref().is_some_and(|g| is(&g.expression))
                    || c.default.as_ref().is_some_and(&calls)
            });
            if let Some(column) = generated {
                return Some(format!("{}.{}", table.name, column.name));
            }
            // What reads the columns is dropped and made again.
            let stays = |e: &Expression| calls(e) && !reads(e);
            let index = table.indexes.iter().find(|i| {
                i.keys.iter().filter_map(|k| k.expression.as_ref()).chain(&i.predicate).any(&stays)
            });
            let check = table
                .constraints
                .iter()
                .find(|c| matches!(&c.kind, ConstraintKind::Check { expression, .. } if stays(expression)));
            let found = index.map(|i| &i.name).or_else(|| check.map(|c| &c.name));
            if let Some(found) = found {
                return Some(format!("{}.{found}", table.name));
            }
        }
        self.catalog.views.iter().find(|v| calls(&v.query)).map(|v| v.name.to_string())
    }

    fn create_bound(&mut self, bound: &Bound) {
        for routine in &bound.routines {
            self.create_routine(routine, false);
        }
        for (table, check) in &bound.checks {
            self.add_constraint(table, check, false);
        }
        for (table, index) in &bound.indexes {
            self.create_index(index, table, &quote::object(table), false);
        }
        for (table, trigger) in &bound.triggers {
            self.create_trigger(trigger, &quote::object(table), false);
        }
    }
}

/// Whether a routine has the type in its signature or returns it.
fn signs(routine: &Routine, name: &ObjectName) -> bool {
    let returns = routine.returns.as_deref().unwrap_or("");
    [routine.signature.as_str(), routine.arguments.as_str(), returns]
        .iter()
        .any(|text| has_word(text, &name.name))
}

/// Whether `word` stands in `text`, quoted or not, with no letter, digit or `_` beside it.
fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
            !before.is_some_and(part) && !after.is_some_and(part)
        })
}
