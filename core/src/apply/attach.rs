//! PostgreSQL: `ATTACH PARTITION` and `DETACH PARTITION`.
//!
//! What a table must be to become a partition: measured on PostgreSQL 14, 17 and 18.
use super::{
    ConflictKind,
    inherited::{doubted, is_certain},
    naming::Naming,
    partitions::{has_children, properties, same_index, shares_identity, surely_differ},
    run::{Run, Step, column_path, fail, not_found},
};
use crate::{
    catalog::{Column, ConstraintKind, Index, Name, ObjectName, Persistence, Table},
    change::ObjectPath,
    dialect::expression,
    operation::{ConstraintDefinition, IndexDefinition},
};

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
    if is_above(run, &child, name) {
        let message = format!("`{name}` is a partition of `{child}`, which cannot be one of its own");
        return fail(ConflictKind::NotAllowed, path, message);
    }
    let children = table.properties.partition_by.is_none() && has_children(run, &child);
    if children || !table.properties.inherits.is_empty() {
        let message = format!("`{child}` takes part in inheritance and cannot become a partition");
        return fail(ConflictKind::NotAllowed, path, message);
    }
    let temporary = |table: &Table| table.properties.persistence == Persistence::Temporary;
    if temporary(&parent) != temporary(&table) {
        let message = format!("of `{child}` and `{name}` one is temporary and the other is not");
        return fail(ConflictKind::NotAllowed, path, message);
    }
    // What is not certain of one of them may be why they do not fit.
    let certain = is_certain(run, name) && is_certain(run, &child);
    fits(run, &parent, &table).map_err(|refusal| doubted(refusal, certain))?;
    properties(run, &child, |p| p.partition_of = Some((name.clone(), bound.to_owned())))?;
    if shares_identity(run) {
        for column in parent.columns.iter().filter(|c| c.identity.is_some()) {
            set_identity(run, &child, &column.name, column)?;
        }
    }
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

/// Whether `table` is a partition of `above`, directly or over others.
fn is_above(run: &Run<'_>, above: &ObjectName, table: &ObjectName) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    let mut next = Some(table.clone());
    while let Some(name) = next.filter(|name| seen.insert(name.clone())) {
        if name == *above {
            return true;
        }
        let of = run.catalog().tables.get(&name).and_then(|t| t.properties.partition_of.as_ref());
        next = of.map(|(parent, _)| parent.clone());
    }
    false
}

/// Whether the columns and checks of a table are those that a partition needs.
fn fits(run: &mut Run<'_>, parent: &Table, table: &Table) -> Step {
    for column in parent.columns.iter().filter(|_| parent.complete) {
        let path = column_path(&table.name, &column.name);
        let Some(place) = run.place(table, &column.name) else {
            if table.complete {
                return not_found(path);
            }
            continue;
        };
        let own = &table.columns[place];
        if let Some((why, surely)) = column_differs(run, column, own) {
            let message = format!("`{path}` {why}, unlike the column of `{}`", parent.name);
            if surely {
                return fail(ConflictKind::InvalidDefinition, path, message);
            }
            run.unknown(path, format!("{message}, as far as their texts tell"));
        }
    }
    for own in table.columns.iter().filter(|_| table.complete && parent.complete) {
        let path = column_path(&table.name, &own.name);
        if run.place(parent, &own.name).is_none() {
            let message = format!("`{path}` is not a column of `{}`: a partition has no others", parent.name);
            return fail(ConflictKind::InvalidDefinition, path, message);
        }
        if own.identity.is_some() && shares_identity(run) {
            let message = format!("`{path}` is an identity column: a partition has its parent's");
            return fail(ConflictKind::InvalidDefinition, path, message);
        }
    }
    for constraint in &parent.constraints {
        let ConstraintKind::Check { no_inherit: false, .. } = constraint.kind else { continue };
        let path = ObjectPath::Constraint { table: table.name.clone(), name: constraint.name.clone() };
        match table.constraints.iter().find(|c| c.name == constraint.name) {
            Some(own) if own.kind == constraint.kind && (own.validated || !constraint.validated) => {}
            Some(own) if own.kind != constraint.kind && !surely_differ(run, &own.kind, &constraint.kind) => {
                run.unknown(
                    &path,
                    format!("whether `{path}` is the check of `{}` is not known", parent.name),
                );
            }
            Some(_) => {
                let message = format!("`{path}` is not the check of `{}`", parent.name);
                return fail(ConflictKind::InvalidDefinition, path, message);
            }
            None if table.complete => {
                let message =
                    format!("`{}` has no check `{}` as its parent has", table.name, constraint.name);
                return fail(ConflictKind::InvalidDefinition, path, message);
            }
            None => {}
        }
    }
    Ok(())
}

/// Why a column cannot be the partition's of the parent's, and whether that is certain.
fn column_differs(run: &Run<'_>, parent: &Column, own: &Column) -> Option<(&'static str, bool)> {
    if !super::columns::is_known(parent) || !super::columns::is_known(own) {
        return None;
    }
    let sure = |why| Some((why, true));
    if parent.data_type != own.data_type {
        return sure("has another type");
    }
    if parent.collation != own.collation {
        return sure("has another collation");
    }
    if !parent.nullable && own.nullable {
        return sure("is not NOT NULL");
    }
    match (&parent.generated, &own.generated) {
        (Some(_), None) => sure("is not generated"),
        (None, Some(_)) if run.version_at_least(16) => sure("is generated"),
        (Some(theirs), Some(own)) if theirs.stored != own.stored => sure("is stored or virtual"),
        (Some(theirs), Some(own)) if theirs.expression != own.expression && !run.version_at_least(16) => {
            let (theirs, own) = (Some(&theirs.expression), Some(&own.expression));
            Some((
                "is generated from another expression",
                expression::surely_differ(theirs, own, &run.target()),
            ))
        }
        _ => None,
    }
}

/// Makes a partition's column the identity column that the parent's is, or an ordinary one.
pub(super) fn set_identity(run: &mut Run<'_>, table: &ObjectName, column: &Name, parent: &Column) -> Step {
    let now = run.get(table)?;
    let Some(place) = run.place(&now, column) else { return Ok(()) };
    let after = Column { identity: parent.identity.clone(), ..now.columns[place].clone() };
    run.alter_column(table, place, after, place)?;
    super::partitions::each_child(run, table, |run, child| set_identity(run, child, column, parent))
}

/// `DETACH PARTITION`.
pub(super) fn detach(run: &mut Run<'_>, name: &ObjectName, partition: &ObjectName) -> Step {
    let child = run.table(partition)?;
    let table = run.get(&child)?;
    match &table.properties.partition_of {
        Some((parent, _)) if parent == name => {
            properties(run, &child, |p| p.partition_of = None)?;
            let shared = shares_identity(run);
            for column in table.columns.iter().filter(|c| shared && c.identity.is_some()) {
                let plain = Column { identity: None, ..column.clone() };
                set_identity(run, &child, &column.name, &plain)?;
            }
            Ok(())
        }
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
