//! Labels that come are added to an enum; a type that the server cannot alter so far is replaced by a new one.
use std::sync::Arc;

use super::{Rendered, Writer, objects::type_word, quote};
use crate::{
    catalog::{
        Constraint, ConstraintKind, Expression, Index, Name, ObjectName, Routine, Trigger, UserType,
        UserTypeKind,
    },
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

    /// What the server cannot alter while columns have it is made anew: a new type takes the place of the old one, in
    /// every column of a table. Values go over as text.
    pub(super) fn swap_type(&mut self, before: &UserType, after: &UserType) {
        let name = &after.name;
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
                "type `{name}` stays as it is: `{bound}` depends on it and cannot be made again in its place"
            ));
            return;
        }
        let views = self.drop_views_of(&columns);
        let bound = self.drop_bound(name, &columns);
        let word = type_word(&before.kind);
        self.push(format!("ALTER {word} {} RENAME TO {}", quote::object(name), quote::name(&aside.name)));
        self.create_type(after);
        let risk = risk(&before.kind, &after.kind);
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
            let sql = format!("ALTER TABLE {} {}", quote::object(table), actions.join(", "));
            match &risk {
                None => self.push(sql),
                Some(what) => self.push_noted(sql, format!("fails while rows of `{table}` hold {what}")),
            }
        }
        self.push(format!("DROP {word} {}", quote::object(&aside)));
        self.create_bound(&bound);
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

/// Whether PostgreSQL cannot alter the one type to the other while columns have it, so that a new one takes its place:
/// labels of an enum go or change their order, a domain gets another base type, an attribute of a composite type another
/// type.
pub(crate) fn type_is_swapped(a: &UserTypeKind, b: &UserTypeKind) -> bool {
    match (a, b) {
        (UserTypeKind::Enum { labels: old }, UserTypeKind::Enum { labels: new }) => {
            let renamed = old.len() == new.len()
                && old.iter().zip(new).all(|(a, b)| a == b || !new.contains(a) && !old.contains(b));
            let kept = new.iter().filter(|label| old.contains(label));
            !renamed && !kept.eq(old)
        }
        (UserTypeKind::Domain { base: old, .. }, UserTypeKind::Domain { base: new, .. }) => old != new,
        (UserTypeKind::Composite { attributes: old }, UserTypeKind::Composite { attributes: new }) => {
            old.iter().any(|(name, old)| new.iter().any(|(other, new)| other == name && new != old))
        }
        _ => false,
    }
}

/// The values that the new type does not take.
fn risk(before: &UserTypeKind, after: &UserTypeKind) -> Option<String> {
    match (before, after) {
        (UserTypeKind::Enum { labels: old }, UserTypeKind::Enum { labels: new }) => {
            let gone: Vec<String> =
                old.iter().filter(|label| !new.contains(label)).map(|l| format!("`{l}`")).collect();
            (!gone.is_empty()).then(|| gone.join(", "))
        }
        _ => Some("a value that the new type does not read".to_owned()),
    }
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
