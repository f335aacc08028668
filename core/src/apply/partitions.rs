//! Partitions and children of PostgreSQL: definitions of the parent are the children's as well.
use super::{
    ConflictKind,
    naming::Naming,
    run::{Run, Step, column_path, fail},
};
use crate::{
    catalog::{Column, Constraint, ConstraintKind, Index, Link, Name, ObjectName},
    change::{Delta, Object, ObjectPath},
    dialect::{expression, postgres::versions::partitions_share_identity},
    operation::{ConstraintDefinition, IndexDefinition},
};

/// Partitions nested deeper are left alone, and said aloud.
const DEEPEST: usize = 8;

/// The direct partitions of a table and its children by `INHERITS`.
pub(super) fn children(run: &Run<'_>, name: &ObjectName) -> Vec<ObjectName> {
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

/// Whether a table has partitions or children.
pub(super) fn has_children(run: &Run<'_>, name: &ObjectName) -> bool {
    !children(run, name).is_empty()
}

/// Whether partitions have the identity columns of their parents.
pub(super) fn shares_identity(run: &Run<'_>) -> bool {
    partitions_share_identity(run.catalog().server_version)
}

/// Does something to each direct child, which does the same to its own.
pub(super) fn each_child(
    run: &mut Run<'_>,
    name: &ObjectName,
    each: impl FnMut(&mut Run<'_>, &ObjectName) -> Step,
) -> Step {
    if run.only { Ok(()) } else { each_child_even_so(run, name, each) }
}

/// Does something to each direct child even where the statement says `ONLY`: what a parent's key is made of goes with it.
fn each_child_even_so(
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

/// Refuses a new identity column of a table whose children would not have it.
pub(super) fn can_add(run: &Run<'_>, name: &ObjectName, column: &Column) -> Step {
    let partitioned =
        |name| run.catalog().tables.get(name).is_some_and(|t| t.properties.partition_by.is_some());
    if run.mysql() || column.identity.is_none() || partitioned(name) && shares_identity(run) {
        return Ok(());
    }
    let children = children(run, name);
    if children.is_empty() {
        return Ok(());
    }
    let path = column_path(name, &column.name);
    let message = format!("`{path}` cannot be an identity column from the start: `{name}` has children");
    let certain = children.iter().any(|child| super::inherited::is_certain(run, child));
    fail(ConflictKind::NotAllowed, path, message)
        .map_err(|refusal| super::inherited::doubted(refusal, certain))
}

/// A new column of the parent.
pub(super) fn column_to_children(run: &mut Run<'_>, name: &ObjectName, column: &Column) -> Step {
    each_child(run, name, |run, child| {
        let table = run.get(child)?;
        let path = column_path(child, &column.name);
        match run.place(&table, &column.name) {
            None => {
                let position = table.columns.len();
                let column = Column { comment: None, ..column.clone() };
                run.create(path, Object::Column { column: Box::new(column), position })?;
            }
            Some(place) => {
                let own = &table.columns[place];
                let known = super::columns::is_known(own) && super::columns::is_known(column);
                if known && (own.data_type != column.data_type || own.collation != column.collation) {
                    let message =
                        format!("`{path}` has another type or collation than the new column of `{name}`");
                    return fail(ConflictKind::InvalidDefinition, path, message);
                }
                // Over another parent it has the column from this statement already.
                if table.properties.inherits.len() > 1 && is_new(run, &path) {
                    return Ok(());
                }
                // `attislocal` is not modelled: dropped from the parent, the column stays here.
                let message = format!("`{child}` has `{}` both of its own and from `{name}`", column.name);
                run.uncertain(child, message);
                if !column.nullable && run.version_at_least(18) {
                    let after = Column { nullable: false, ..own.clone() };
                    run.alter_column(child, place, after, place)?;
                }
                // What inherits from the child has the column from it.
                return Ok(());
            }
        }
        column_to_children(run, child, column)
    })
}

/// Whether the statement has made the object.
fn is_new(run: &Run<'_>, path: &ObjectPath) -> bool {
    run.out.changes.iter().any(|change| change.path == *path && matches!(change.delta, Delta::Create { .. }))
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
    let parent = name;
    each_child(run, name, |run, child| {
        let table = run.get(child)?;
        let keeps = check || matches!(kind, ConstraintKind::ForeignKey(_));
        let name = if keeps { made.clone() } else { None };
        let own = table.constraints.iter().find(|c| name.as_ref().is_some_and(|name| c.name == *name));
        if let Some(own) = own.filter(|_| check) {
            if own.kind != *kind || !own.validated && !definition.not_valid {
                let path = ObjectPath::Constraint { table: child.clone(), name: own.name.clone() };
                let message = format!("`{path}` is there already and is not the same");
                if own.kind != *kind && !surely_differ(run, &own.kind, kind) {
                    run.unknown(
                        &path,
                        format!("whether `{path}` is the same as that of `{parent}` is not known"),
                    );
                    return Ok(());
                }
                return fail(ConflictKind::AlreadyExists, path, message);
            }
            let path = ObjectPath::Constraint { table: child.clone(), name: own.name.clone() };
            if table.properties.inherits.len() > 1 && is_new(run, &path) {
                return Ok(());
            }
            // `conislocal` is not modelled: dropped from the parent, the check may stay here.
            let message = format!("`{child}` has check `{}` both of its own and from `{parent}`", own.name);
            run.uncertain(child, message);
            return Ok(());
        }
        if own.is_some() || !check && table.constraints.iter().any(|c| c.kind == *kind) {
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
    if check && run.only {
        return Ok(());
    }
    each_child_even_so(run, name, |run, child| {
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

/// A renamed check of the parent.
pub(super) fn rename_check_of_children(run: &mut Run<'_>, name: &ObjectName, from: &Name, to: &Name) -> Step {
    each_child(run, name, |run, child| {
        // Over another parent it has its new name already.
        let there = run.get(child)?.constraints.iter().any(|c| c.name == *from);
        if there { super::constraints::rename(run, child, from, to) } else { Ok(()) }
    })
}

/// Whether two checks that are written differently differ for certain.
pub(super) fn surely_differ(run: &Run<'_>, a: &ConstraintKind, b: &ConstraintKind) -> bool {
    match (a, b) {
        (
            ConstraintKind::Check { expression: a, no_inherit: same },
            ConstraintKind::Check { expression: b, no_inherit },
        ) => same != no_inherit || expression::surely_differ(Some(a), Some(b), &run.target()),
        _ => true,
    }
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

pub(super) fn same_index(a: &Index, b: &Index) -> bool {
    let plain = |i: &Index| Index { name: Name::default(), comment: None, ..i.clone() };
    plain(a) == plain(b)
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
