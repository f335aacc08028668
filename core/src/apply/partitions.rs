//! Partitions and children of PostgreSQL: definitions of the parent are the children's as well.
use super::{
    ConflictKind,
    naming::Naming,
    run::{Run, Step, fail, not_found},
};
use crate::{
    catalog::{Column, Constraint, ConstraintKind, Index, Link, Name, ObjectName},
    change::{Object, ObjectPath},
    operation::{ConstraintDefinition, IndexDefinition},
};

/// Partitions nested deeper are left alone, and said aloud.
const DEEPEST: usize = 8;

/// The direct partitions of a table and its children by `INHERITS`.
fn children(run: &Run<'_>, name: &ObjectName) -> Vec<ObjectName> {
    if run.mysql() {
        return Vec::new();
    }
    run.catalog()
        .tables
        .linked(Link::Child, name)
        .filter(|t| {
            t.properties.partition_of.as_ref().is_some_and(|(parent, _)| parent == name)
                || t.properties.inherits.contains(name)
        })
        .map(|t| t.name.clone())
        .collect()
}

/// Does something to each direct child, which does the same to its own.
pub(super) fn each_child(
    run: &mut Run<'_>,
    name: &ObjectName,
    mut each: impl FnMut(&mut Run<'_>, &ObjectName) -> Step,
) -> Step {
    let children = children(run, name);
    if children.is_empty() {
        return Ok(());
    }
    if run.depth >= DEEPEST {
        run.uncertain(name, format!("partitions of `{name}` are nested too deep to be followed"));
        return Ok(());
    }
    run.depth += 1;
    let result = children.iter().try_for_each(|child| each(run, child));
    run.depth -= 1;
    result
}

/// Refuses to drop or rename a column that a table has from a parent, unless it is the parent's doing.
pub(super) fn own_column(run: &Run<'_>, table: &crate::catalog::Table, column: &Name) -> Step {
    if run.depth > 0 || run.mysql() {
        return Ok(());
    }
    let partition = table.properties.partition_of.iter().map(|(parent, _)| parent);
    for parent in partition.chain(&table.properties.inherits) {
        let inherited =
            run.catalog().tables.get(parent).is_some_and(|p| p.columns.iter().any(|c| c.name == *column));
        if inherited {
            let path = ObjectPath::Column { table: table.name.clone(), name: column.clone() };
            return fail(ConflictKind::NotAllowed, path, format!("`{column}` is inherited from `{parent}`"));
        }
    }
    Ok(())
}

/// Whether an index of a partition is part of the parent's.
pub(super) fn is_part(run: &Run<'_>, table: &crate::catalog::Table, index: &Index) -> bool {
    let parent =
        table.properties.partition_of.as_ref().and_then(|(parent, _)| run.catalog().tables.get(parent));
    parent.is_some_and(|p| p.indexes.iter().any(|i| same_index(i, index)))
}

/// A new column of the parent.
pub(super) fn column_to_children(run: &mut Run<'_>, name: &ObjectName, column: &Column) -> Step {
    each_child(run, name, |run, child| {
        let table = run.get(child)?;
        if run.place(&table, &column.name).is_none() {
            let path = ObjectPath::Column { table: child.clone(), name: column.name.clone() };
            let position = table.columns.len();
            run.create(path, Object::Column { column: Box::new(column.clone()), position })?;
        } else {
            // `attislocal` is not modelled: dropped from the parent, the column stays here.
            let message = format!("`{child}` has `{}` both of its own and from `{name}`", column.name);
            run.uncertain(child, message);
        }
        column_to_children(run, child, column)
    })
}

/// A dropped column of the parent.
pub(super) fn drop_column_of_children(
    run: &mut Run<'_>,
    name: &ObjectName,
    column: &Name,
    cascade: bool,
) -> Step {
    each_child(run, name, |run, child| super::columns::drop(run, child, column, true, cascade))
}

/// A renamed column of the parent.
pub(super) fn rename_in_children(run: &mut Run<'_>, name: &ObjectName, from: &Name, to: &Name) -> Step {
    each_child(run, name, |run, child| {
        let table = run.get(child)?;
        if run.place(&table, from).is_some() && run.place(&table, to).is_none() {
            return super::columns::rename(run, child, from, to, true);
        }
        Ok(())
    })
}

/// A new constraint of the parent: checks keep their name, keys get one of their own, foreign keys too.
pub(super) fn constraint_to_children(
    run: &mut Run<'_>,
    name: &ObjectName,
    definition: &ConstraintDefinition,
    kind: &ConstraintKind,
) -> Step {
    let partitioned = run.get(name)?.properties.partition_by.is_some();
    let check = matches!(kind, ConstraintKind::Check { .. });
    if !partitioned && !check {
        return Ok(());
    }
    let made = run.get(name)?.constraints.last().map(|c| c.name.clone());
    each_child(run, name, |run, child| {
        let table = run.get(child)?;
        if table.constraints.iter().any(|c| c.kind == *kind) {
            return Ok(());
        }
        let keeps = check || matches!(kind, ConstraintKind::ForeignKey(_));
        let name = if keeps { made.clone() } else { None };
        if name.as_ref().is_some_and(|n| table.constraints.iter().any(|c| c.name == *n)) {
            return Ok(());
        }
        let mut naming = Naming::of(&table);
        let definition = ConstraintDefinition { kind: kind.clone(), name, ..definition.clone() };
        super::constraints::add(run, child, &definition, &mut naming)
    })
}

/// A dropped constraint of the parent: what the children have because of it goes too.
pub(super) fn drop_from_children(run: &mut Run<'_>, name: &ObjectName, dropped: &Constraint) -> Step {
    if matches!(dropped.kind, ConstraintKind::Check { no_inherit: true, .. }) {
        return Ok(());
    }
    let partitioned = run.get(name)?.properties.partition_by.is_some();
    let check = matches!(dropped.kind, ConstraintKind::Check { .. });
    if !partitioned && !check {
        return Ok(());
    }
    each_child(run, name, |run, child| {
        let table = run.get(child)?;
        let same = |c: &Constraint| c.kind == dropped.kind && (!check || c.name == dropped.name);
        match table.constraints.iter().position(same) {
            Some(place) => {
                run.remove_constraint(child, place)?;
                drop_from_children(run, child, dropped)
            }
            None => Ok(()),
        }
    })
}

/// A new index of a partitioned table.
pub(super) fn index_to_children(run: &mut Run<'_>, name: &ObjectName, index: &Index) -> Step {
    each_child(run, name, |run, child| {
        let table = run.get(child)?;
        if table.indexes.iter().any(|i| same_index(i, index)) {
            return Ok(());
        }
        let index = Index { name: Name::default(), ..index.clone() };
        let definition = IndexDefinition { index: index.clone(), if_not_exists: false };
        super::indexes::add(run, child, &definition, false)?;
        index_to_children(run, child, &index)
    })
}

/// A dropped index of a partitioned table.
pub(super) fn index_from_children(run: &mut Run<'_>, name: &ObjectName, index: &Index) -> Step {
    each_child(run, name, |run, child| {
        let table = run.get(child)?;
        match table.indexes.iter().position(|i| same_index(i, index)) {
            Some(place) => {
                run.remove_index(child, place)?;
                index_from_children(run, child, index)
            }
            None => Ok(()),
        }
    })
}

fn same_index(a: &Index, b: &Index) -> bool {
    let plain = |i: &Index| Index { name: Name::default(), comment: None, ..i.clone() };
    plain(a) == plain(b)
}

/// `ATTACH PARTITION`.
pub(super) fn attach(run: &mut Run<'_>, name: &ObjectName, partition: &ObjectName, bound: &str) -> Step {
    let child = run.table(partition)?;
    let table = run.get(&child)?;
    let path = ObjectPath::Table { name: child.clone() };
    if child == *name || table.properties.partition_of.is_some() {
        return fail(ConflictKind::NotAllowed, path, format!("`{child}` is a partition already"));
    }
    let parent = run.get(name)?;
    if parent.complete && parent.properties.partition_by.is_none() {
        let path = ObjectPath::Table { name: name.clone() };
        return fail(ConflictKind::NotAllowed, path, format!("`{name}` is not partitioned"));
    }
    if parent.complete && table.complete {
        for column in &parent.columns {
            if run.place(&table, &column.name).is_none() {
                return not_found(ObjectPath::Column { table: child, name: column.name.clone() });
            }
        }
    }
    properties(run, &child, |p| p.partition_of = Some((name.clone(), bound.to_owned())))?;
    for index in &parent.indexes {
        if run.get(&child)?.indexes.iter().all(|i| !same_index(i, index)) {
            let index = Index { name: Name::default(), ..index.clone() };
            super::indexes::add(run, &child, &IndexDefinition { index, if_not_exists: false }, false)?;
        }
    }
    for constraint in &parent.constraints {
        let table = run.get(&child)?;
        let key = match constraint.kind {
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => true,
            ConstraintKind::ForeignKey(_) => false,
            ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => continue,
        };
        if table
            .constraints
            .iter()
            .any(|c| super::indexes::same_key(&c.kind, &constraint.kind) || c.kind == constraint.kind)
        {
            continue;
        }
        let mut definition = ConstraintDefinition::new(constraint.kind.clone());
        definition.name = (!key).then(|| constraint.name.clone());
        super::constraints::add(run, &child, &definition, &mut Naming::of(&table))?;
    }
    Ok(())
}

/// `DETACH PARTITION`.
pub(super) fn detach(run: &mut Run<'_>, name: &ObjectName, partition: &ObjectName) -> Step {
    let child = run.table(partition)?;
    let table = run.get(&child)?;
    match &table.properties.partition_of {
        Some((parent, _)) if parent == name => properties(run, &child, |p| p.partition_of = None),
        None if !table.complete => {
            run.unknown(
                &child,
                format!("the bound of partition `{child}` is not known: it cannot be attached again"),
            );
            Ok(())
        }
        Some(_) | None => {
            let path = ObjectPath::Table { name: child.clone() };
            fail(ConflictKind::NotFound, path, format!("`{child}` is not a partition of `{name}`"))
        }
    }
}

/// Changes a table's own properties.
pub(super) fn properties(
    run: &mut Run<'_>,
    name: &ObjectName,
    edit: impl FnOnce(&mut crate::catalog::TableProperties),
) -> Step {
    let before = run.get(name)?.properties.clone();
    let mut after = before.clone();
    edit(&mut after);
    run.alter(
        ObjectPath::Table { name: name.clone() },
        Object::TableProperties(Box::new(before)),
        Object::TableProperties(Box::new(after)),
    )
}
