//! How the MySQL family takes the actions of one `ALTER TABLE` together.
//!
//! The server builds one new table from the old one. Every action that names a column, an index or a constraint means
//! the old table, and each column is taken once: it is dropped, or redefined, or gets another default (error 1054 for
//! the second of two, whatever they are). Renames happen at once, so that two columns can swap their names. Only `AFTER`
//! and what is added mean the new table. MySQL 9.7 and MariaDB 11.8.
use std::{borrow::Cow, collections::HashMap};

use super::{
    ConflictKind,
    run::{Run, Step, column_path, exists, fail, not_found},
};
use crate::{
    catalog::{ConstraintKind, Name, ObjectName, Table},
    change::ObjectPath,
    operation::TableAction,
    target::Dialect,
};

/// The actions one by one, in an order in which doing each to what those before it left gives the server's new table;
/// or why the server refuses them together.
pub(super) fn plan<'a>(
    run: &mut Run<'_>,
    table: &Table,
    actions: impl Iterator<Item = &'a TableAction>,
) -> Step<Vec<Cow<'a, TableAction>>> {
    let actions: Vec<&TableAction> = actions.collect();
    let mut plan = Plan::default();
    plan.dropped(table, &actions)?;
    let mut columns = Vec::new();
    let mut indexes = Vec::new();
    let mut rest = Vec::new();
    for action in actions {
        let Some(action) = plan.claim(run, table, action)? else { continue };
        match action {
            TableAction::RenameColumn { from, to, .. } => columns.push((from.clone(), to.clone())),
            TableAction::RenameIndex { from, to } => indexes.push((from.clone(), to.clone())),
            TableAction::ModifyColumn { name, definition, if_exists, position } => {
                let to = &definition.column.name;
                // `MODIFY` spells the name anew too.
                let old = run.place(table, name).map(|at| &table.columns[at].name);
                if old.unwrap_or(name) == to || table.complete && old.is_none() {
                    rest.push(Cow::Borrowed(action));
                    continue;
                }
                columns.push((name.clone(), to.clone()));
                run.redefined.push(name.clone());
                rest.push(Cow::Owned(TableAction::ModifyColumn {
                    name: to.clone(),
                    definition: definition.clone(),
                    if_exists: *if_exists,
                    position: position.clone(),
                }));
            }
            TableAction::AddColumn { definition, if_not_exists: true, position } if table.complete => {
                // Looked up in the old table alone: a name that is given away by the statement is still taken twice.
                rest.push(Cow::Owned(TableAction::AddColumn {
                    definition: definition.clone(),
                    if_not_exists: false,
                    position: position.clone(),
                }));
            }
            _ => rest.push(Cow::Borrowed(action)),
        }
    }
    let existing: Vec<Name> = table.columns.iter().map(|c| c.name.clone()).collect();
    let columns = at_once(&columns, &existing);
    let existing: Vec<Name> = table.indexes.iter().map(|i| i.name.clone()).collect();
    let indexes = at_once(&indexes, &existing);
    let columns =
        columns.into_iter().map(|(from, to)| TableAction::RenameColumn { from, to, if_exists: false });
    let indexes = indexes.into_iter().map(|(from, to)| TableAction::RenameIndex { from, to });
    rest.extend(columns.chain(indexes).map(Cow::Owned));
    if rest.iter().any(|action| matches!(&**action, TableAction::ConvertCharset { .. })) {
        // `CONVERT TO` is stronger than what a column of the same statement says.
        for action in &mut rest {
            if let TableAction::AddColumn { .. } | TableAction::ModifyColumn { .. } = &**action
                && let TableAction::AddColumn { definition, .. }
                | TableAction::ModifyColumn { definition, .. } = action.to_mut()
            {
                (definition.column.charset, definition.column.collation) = (None, None);
            }
        }
    }
    rest.sort_by_key(|action| match &**action {
        // MariaDB redefines a column that the statement itself adds.
        TableAction::ModifyColumn { name, .. } if plan.added.contains_key(&fold(name)) => 5,
        action => rank(action),
    });
    for action in &rest {
        match &**action {
            TableAction::AddColumn { definition, .. } => {
                run.supplied.push((definition.column.name.clone(), definition.column.data_type.clone()));
            }
            TableAction::ModifyColumn { name, .. } | TableAction::DropColumn { name, .. } => {
                run.redefined.push(name.clone());
            }
            _ => {}
        }
    }
    Ok(rest)
}

/// The passes. Within one, actions keep their order.
fn rank(action: &TableAction) -> u8 {
    use crate::operation::DropConstraintKind;
    use TableAction as A;
    match action {
        A::DropConstraint { expected: DropConstraintKind::PrimaryKey, .. } | A::DropIndex { .. } => 1,
        A::DropConstraint { .. } => 0,
        A::DropColumn { .. } => 2,
        // Columns of the statement take the new default character set.
        A::RenameColumn { .. } | A::RenameIndex { .. } | A::SetOptions { .. } | A::ConvertCharset { .. } => 3,
        A::ModifyColumn { position: None, .. }
        | A::SetType { .. }
        | A::SetDefault { .. }
        | A::SetNullable { .. }
        | A::SetIdentity { .. }
        | A::SetGenerated { .. }
        | A::SetColumnOption { .. } => 4,
        A::AddColumn { .. } | A::ModifyColumn { position: Some(_), .. } => 5,
        A::AddIndex { .. } | A::SetIndexVisible { .. } => 6,
        A::AddConstraint { definition } => match definition.kind {
            ConstraintKind::PrimaryKey(_) => 6,
            ConstraintKind::Unique(_)
            | ConstraintKind::Exclude { .. }
            | ConstraintKind::Check { .. }
            | ConstraintKind::ForeignKey(_) => 7,
        },
        A::ValidateConstraint { .. }
        | A::AlterConstraint { .. }
        | A::RenameConstraint { .. }
        | A::SetTriggerEnabled { .. }
        | A::AttachPartition { .. }
        | A::DetachPartition { .. }
        | A::Partitions { .. }
        | A::Rebuild
        | A::Other { .. }
        | A::Storage { .. }
        | A::Opaque { .. } => 8,
        A::Rename { .. } | A::SetSchema { .. } => 9,
    }
}

/// What the actions so far have taken; names are folded.
#[derive(Default)]
struct Plan {
    dropped: HashMap<String, usize>,
    claimed: HashMap<String, ()>,
    added: HashMap<String, ()>,
    indexes: HashMap<String, ()>,
    constraints: HashMap<String, ()>,
}

fn fold(name: &Name) -> String {
    name.to_lowercase()
}

impl Plan {
    /// Which columns are dropped, wherever in the statement.
    fn dropped(&mut self, table: &Table, actions: &[&TableAction]) -> Step {
        for action in actions {
            if let TableAction::DropColumn { name, if_exists, .. } = action
                && self.dropped.insert(fold(name), 0).is_some()
                && !if_exists
            {
                return not_found(column_path(&table.name, name));
            }
        }
        Ok(())
    }

    /// The action, if it does something; a conflict when its object is taken.
    fn claim<'a>(
        &mut self,
        run: &mut Run<'_>,
        table: &Table,
        action: &'a TableAction,
    ) -> Step<Option<&'a TableAction>> {
        use TableAction as A;
        match action {
            A::DropColumn { name, .. } => {
                let times = self.dropped.entry(fold(name)).or_default();
                *times += 1;
                return Ok((*times == 1).then_some(action));
            }
            A::ModifyColumn { name, if_exists, .. } | A::RenameColumn { from: name, if_exists, .. } => {
                if let A::ModifyColumn { definition, .. } = action
                    && run.catalog().dialect == Dialect::MariaDb
                    && self.added.contains_key(&fold(name))
                    && run.same(name, &definition.column.name)
                    && run.place(table, name).is_none()
                {
                    return Ok(Some(action));
                }
                self.column(run, table, name, *if_exists)?;
                if *if_exists && table.complete && run.place(table, name).is_none() {
                    run.out.skipped = true;
                    return Ok(None);
                }
            }
            A::SetType { name, .. }
            | A::SetDefault { name, .. }
            | A::SetNullable { name, .. }
            | A::SetIdentity { name, .. }
            | A::SetGenerated { name, .. }
            | A::SetColumnOption { name, .. } => self.column(run, table, name, false)?,
            A::AddColumn { definition, if_not_exists, .. } => {
                let name = &definition.column.name;
                let there = run.place(table, name).is_some() || self.added.contains_key(&fold(name));
                if *if_not_exists && there {
                    // Also when the statement drops or renames it.
                    run.out.skipped = true;
                    return Ok(None);
                }
                self.added.insert(fold(name), ());
            }
            A::RenameIndex { from, .. } => {
                let there = table.indexes.iter().any(|i| run.same(&i.name, from));
                if !there && table.complete || self.indexes.insert(fold(from), ()).is_some() {
                    let path = ObjectPath::Index { table: table.name.clone(), name: from.clone() };
                    return not_found(path);
                }
                if run.catalog().dialect == Dialect::MariaDb && self.goes(run, table, from) {
                    return Ok(None);
                }
            }
            A::DropConstraint { name, .. } => {
                let again = self.constraints.insert(fold(name), ()).is_some();
                // Not every second drop is refused: not that of a check in MySQL, not that of a foreign key in MariaDB.
                let silent = |kind: &ConstraintKind| match run.catalog().dialect {
                    Dialect::MySql => matches!(kind, ConstraintKind::Check { .. }),
                    _ => matches!(kind, ConstraintKind::ForeignKey(_)),
                };
                if again && table.constraints.iter().any(|c| run.same(&c.name, name) && silent(&c.kind)) {
                    return Ok(None);
                }
            }
            A::AddConstraint { definition } => {
                if let (ConstraintKind::ForeignKey(_), Some(name)) = (&definition.kind, &definition.name)
                    && table.foreign_keys().any(|(c, _)| run.same(&c.name, name))
                {
                    // Errors 1826 and 121: the name is free only behind the statement.
                    let path = ObjectPath::Constraint { table: table.name.clone(), name: name.clone() };
                    return exists(path);
                }
            }
            _ => {}
        }
        Ok(Some(action))
    }

    /// Whether an index goes with the columns that the statement drops.
    fn goes(&self, run: &Run<'_>, table: &Table, index: &Name) -> bool {
        let Some(index) = table.indexes.iter().find(|i| run.same(&i.name, index)) else { return false };
        index.keys.iter().all(|key| key.column.as_ref().is_some_and(|c| self.dropped.contains_key(&fold(c))))
    }

    fn column(&mut self, run: &Run<'_>, table: &Table, name: &Name, if_exists: bool) -> Step {
        let folded = fold(name);
        if self.dropped.contains_key(&folded) || self.claimed.contains_key(&folded) {
            let path = column_path(&table.name, name);
            let message =
                format!("`{name}` is changed or dropped already by the same ALTER TABLE: name it once");
            return fail(ConflictKind::NotFound, path, message);
        }
        if run.place(table, name).is_none() && table.complete && !if_exists {
            return not_found(column_path(&table.name, name));
        }
        self.claimed.insert(folded, ());
        Ok(())
    }
}

/// Renames that happen at once, as renames one after the other: a name is free before it is given away, and a circle
/// begins with a name that nothing has.
fn at_once(renames: &[(Name, Name)], existing: &[Name]) -> Vec<(Name, Name)> {
    let pending: HashMap<String, usize> =
        renames.iter().enumerate().map(|(at, (from, _))| (fold(from), at)).collect();
    let mut done = vec![false; renames.len()];
    let mut result = Vec::with_capacity(renames.len());
    for start in 0..renames.len() {
        // Those that wait for each other, the last one for nobody or for the first one.
        let mut chain = Vec::new();
        let mut next = Some(start);
        let mut circle = false;
        while let Some(at) = next {
            if done[at] {
                // The first of the chain itself: it waits for its own name.
                circle = chain.first() == Some(&at) && chain.len() > 1;
                break;
            }
            done[at] = true;
            chain.push(at);
            next = pending.get(&fold(&renames[at].1)).copied().filter(|other| *other != at);
        }
        let mut moved = None;
        if circle && let Some(&first) = chain.first() {
            let taken = |name: &str| {
                existing.iter().chain(renames.iter().map(|(_, to)| to)).any(|n| n.eq_ignore_ascii_case(name))
            };
            let free = (0..=existing.len() + renames.len())
                .map(|n| format!("_{n}"))
                .find(|name| !taken(name))
                .unwrap_or_default();
            let free = Name::from(free.as_str());
            result.push((renames[first].0.clone(), free.clone()));
            moved = Some((first, free));
        }
        for at in chain.into_iter().rev() {
            let (from, to) = renames[at].clone();
            let from = match &moved {
                Some((first, free)) if *first == at => free.clone(),
                _ => from,
            };
            result.push((from, to));
        }
    }
    result
}

/// Whether the statement adds a column of that name in place of the one that it drops.
pub(super) fn supplied(run: &Run<'_>, name: &str) -> bool {
    run.supplied.iter().any(|(other, _)| run.same(other, name))
}

/// An index stays on a column that is dropped and added by the same statement.
pub(super) fn keep_key(run: &mut Run<'_>, table: &ObjectName, before: &crate::catalog::Column, index: &str) {
    let same = run
        .supplied
        .iter()
        .any(|(name, data_type)| run.same(name, &before.name) && *data_type == before.data_type);
    if !same {
        let path = column_path(table, &before.name);
        let message =
            format!("whether index `{index}` fits the column that replaces `{}` is not known", before.name);
        run.unknown(path, message.clone());
        run.uncertain(table, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_at_once() {
        let shown = |renames: &[(&str, &str)]| {
            let renames: Vec<_> = renames.iter().map(|(a, b)| (Name::from(*a), Name::from(*b))).collect();
            let existing: Vec<Name> = ["a", "b", "c"].into_iter().map(Name::from).collect();
            let result = at_once(&renames, &existing);
            result.iter().map(|(a, b)| format!("{a}>{b}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown(&[("a", "b"), ("b", "c"), ("c", "d")]), "c>d b>c a>b");
        assert_eq!(shown(&[("a", "b"), ("b", "a")]), "a>_0 b>a _0>b");
        assert_eq!(shown(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "e")]), "a>_0 c>a b>c _0>b d>e");
        assert_eq!(shown(&[("a", "A"), ("b", "x")]), "a>A b>x");
        assert_eq!(shown(&[("b", "c"), ("a", "b"), ("c", "_0")]), "c>_0 b>c a>b");
        assert_eq!(shown(&[("b", "x"), ("a", "b")]), "b>x a>b");
    }
}
