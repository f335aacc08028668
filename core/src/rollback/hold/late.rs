//! What waited, made when the data is back.
use super::{Hold, Part};
use crate::{
    catalog::{Catalog, Column, Constraint, ConstraintKind, Table},
    change::{Change, Delta, Object, ObjectPath},
};

impl Hold<'_> {
    /// What waited, as changes of `now`, the schema when everything has been undone and data is back.
    pub(in crate::rollback) fn late(&self, now: &Catalog) -> Vec<Change> {
        let mut found: Vec<(u8, Change)> = Vec::new();
        for (name, parts) in &self.held {
            let Some(table) = self.start.tables.get(name) else { continue };
            for part in parts {
                found.extend(self.late_part(table, part, now));
            }
        }
        found.extend(self.late_domains(now).into_iter().map(|change| (2, change)));
        // Columns and keys of one table stand together: the MySQL family wants them in one statement.
        found.sort_by_key(|(rank, _)| (*rank).max(1));
        found.into_iter().map(|(_, change)| change).collect()
    }

    fn late_part(&self, table: &Table, part: &Part, now: &Catalog) -> Option<(u8, Change)> {
        let name = || table.name.clone();
        let create = |path, after| Change { path, delta: Delta::Create { after } };
        Some(match part {
            Part::NotNull(column) | Part::Type(column) => {
                let both = self.held.get(&table.name).is_some_and(|held| {
                    held.contains(&Part::NotNull(column.clone()))
                        && held.contains(&Part::Type(column.clone()))
                });
                if both && matches!(part, Part::Type(_)) {
                    return None;
                }
                let columns = &now.tables.get(&table.name)?.columns;
                let position = columns.iter().position(|c| c.name == *column)?;
                let before = columns.get(position)?.clone();
                let after = table.columns.iter().find(|c| c.name == *column)?.clone();
                if before == after {
                    return None;
                }
                let object = |column: Column| Object::Column { column: Box::new(column), position };
                let path = ObjectPath::Column { table: name(), name: column.clone() };
                (0, Change { path, delta: Delta::Alter { before: object(before), after: object(after) } })
            }
            Part::Index(index) => {
                let position = table.indexes.iter().position(|i| i.name == *index)?;
                let index = Box::new(table.indexes.get(position)?.clone());
                let path = ObjectPath::Index { table: name(), name: index.name.clone() };
                (1, create(path, Object::Index { index, position }))
            }
            Part::Constraint(constraint) => {
                let position = table.constraints.iter().position(|c| c.name == *constraint)?;
                let constraint = Box::new(table.constraints.get(position)?.clone());
                if self.comes_from_parent(table, &constraint) {
                    return None;
                }
                let rank = match constraint.kind {
                    ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => 1,
                    ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => 2,
                    ConstraintKind::ForeignKey(_) => 3,
                };
                let path = ObjectPath::Constraint { table: name(), name: constraint.name.clone() };
                (rank, create(path, Object::Constraint { constraint, position }))
            }
            Part::Trigger(trigger) => {
                let position = table.triggers.iter().position(|t| t.name == *trigger)?;
                let trigger = Box::new(table.triggers.get(position)?.clone());
                let path = ObjectPath::Trigger { table: name(), name: trigger.name.clone() };
                (4, create(path, Object::Trigger { trigger, position }))
            }
        })
    }

    /// Whether the server makes a constraint of a child when the parent gets it, which waits as well.
    fn comes_from_parent(&self, table: &Table, constraint: &Constraint) -> bool {
        let inherits =
            matches!(constraint.kind, ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. });
        let properties = &table.properties;
        let mut parents =
            properties.partition_of.iter().map(|(parent, _)| parent).chain(&properties.inherits);
        inherits
            && parents.any(|parent| {
                self.start.tables.get(parent).is_some_and(|p| {
                    p.constraints.iter().any(|c| {
                        c.kind == constraint.kind
                            && c.name == constraint.name
                            && self.has_constraint(parent, &c.name)
                    })
                })
            })
    }
}
