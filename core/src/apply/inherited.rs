//! PostgreSQL: what `ALTER TABLE ONLY` and tables with parents refuse, measured on PostgreSQL 14, 17 and 18.
use super::{
    Conflict, ConflictKind,
    partitions::{children, shares_identity},
    run::{Run, Step, column_path, fail},
};
use crate::{
    catalog::{ConstraintKind, Name, ObjectName, Table},
    change::ObjectPath,
    operation::TableAction,
};

/// Refuses an action that the table's parents, or with `only` its children, do not allow.
pub(super) fn allowed(run: &Run<'_>, name: &ObjectName, action: &TableAction, only: bool) -> Step {
    let table = run.get(name)?;
    if !looked_up(run, &table, action) {
        return Ok(());
    }
    if only {
        if table.properties.partition_by.is_some() {
            of_partitioned(run, &table, action)?;
        }
        let children = children(run, name);
        if !children.is_empty() {
            // A child whose parents are not certain holds nothing back for certain.
            let certain = children.iter().any(|child| is_certain(run, child));
            with_children(run, &table, action).map_err(|refusal| doubted(refusal, certain))?;
        }
    }
    if table.properties.partition_of.is_some() || !table.properties.inherits.is_empty() {
        with_parents(run, &table, action)?;
    }
    Ok(())
}

/// Whether the server finds the column that the action names, or finds it missing where it is to be new: anything else is
/// answered before parents and children are looked at.
fn looked_up(run: &Run<'_>, table: &Table, action: &TableAction) -> bool {
    use TableAction as A;
    match action {
        A::AddColumn { definition, .. } => run.place(table, &definition.column.name).is_none(),
        A::DropColumn { name, .. }
        | A::RenameColumn { from: name, .. }
        | A::SetType { name, .. }
        | A::SetGenerated { name, .. }
        | A::SetIdentity { name, .. }
        | A::SetColumnOption { name, .. }
        | A::SetNullable { name, .. } => run.place(table, name).is_some(),
        _ => true,
    }
}

/// Whether nothing is in doubt about a table.
pub(super) fn is_certain(run: &Run<'_>, name: &ObjectName) -> bool {
    ObjectPath::Table { name: name.clone() }.doubt(run.catalog()).is_none()
}

/// The refusal, which is certain only if `certain` says so too.
pub(super) fn doubted(mut refusal: Box<Conflict>, certain: bool) -> Box<Conflict> {
    refusal.certain &= certain;
    refusal
}

fn refuse(path: ObjectPath, message: String) -> Step {
    fail(ConflictKind::NotAllowed, path, message)
}

fn constraint_path(table: &Table, name: &Name) -> ObjectPath {
    ObjectPath::Constraint { table: table.name.clone(), name: name.clone() }
}

fn together(table: &Table, what: &str) -> String {
    format!("{what} of `{}` cannot change without its children: leave out ONLY", table.name)
}

/// `ONLY` of a partitioned table, with and without partitions.
fn of_partitioned(run: &Run<'_>, table: &Table, action: &TableAction) -> Step {
    use TableAction as A;
    match action {
        A::SetIdentity { name, .. } if shares_identity(run) => {
            refuse(column_path(&table.name, name), together(table, "identity columns"))
        }
        A::SetColumnOption { name, option, .. } if option == "identity" && shares_identity(run) => {
            refuse(column_path(&table.name, name), together(table, "identity columns"))
        }
        A::AddConstraint { definition } => match definition.kind {
            ConstraintKind::ForeignKey(_) => {
                let name = definition.name.clone().unwrap_or_default();
                refuse(constraint_path(table, &name), together(table, "the foreign keys"))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// `ONLY`, where there are children.
fn with_children(run: &Run<'_>, table: &Table, action: &TableAction) -> Step {
    use TableAction as A;
    let partitioned = table.properties.partition_by.is_some();
    let column = |name: &Name| column_path(&table.name, name);
    match action {
        A::AddColumn { definition, .. } => {
            let path = column(&definition.column.name);
            refuse(path.clone(), format!("`{path}` has to be added to the children as well: leave out ONLY"))
        }
        A::DropColumn { name, .. } if partitioned => refuse(column(name), together(table, "the columns")),
        A::RenameColumn { from: name, .. } => refuse(column(name), together(table, "the names of columns")),
        A::SetType { name, .. } => refuse(column(name), together(table, "the types")),
        A::SetGenerated { name, expression: None, .. } => {
            refuse(column(name), together(table, "generated columns"))
        }
        A::SetNullable { name, nullable: true } if partitioned && !run.version_at_least(18) => {
            refuse(column(name), together(table, "NOT NULL"))
        }
        A::SetNullable { name, nullable: false } if partitioned && null_somewhere(run, table, name) => {
            refuse(column(name), together(table, "NOT NULL"))
        }
        A::AddConstraint { definition } => match definition.kind {
            ConstraintKind::Check { no_inherit: false, .. } => {
                let name = definition.name.clone().unwrap_or_default();
                refuse(constraint_path(table, &name), together(table, "the checks"))
            }
            _ => Ok(()),
        },
        A::DropConstraint { name, .. }
        | A::RenameConstraint { from: name, .. }
        | A::ValidateConstraint { name } => {
            let check = |c: &&crate::catalog::Constraint| {
                c.name == *name && matches!(c.kind, ConstraintKind::Check { no_inherit: false, .. })
            };
            let drop = matches!(action, A::DropConstraint { .. });
            match table.constraints.iter().find(check) {
                Some(_) if drop && (!partitioned || run.version_at_least(18)) => Ok(()),
                Some(c) if c.validated && matches!(action, A::ValidateConstraint { .. }) => Ok(()),
                Some(c) => refuse(constraint_path(table, &c.name), together(table, "the checks")),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Whether the column may hold NULL where the server looks: in a partition up to PostgreSQL 17, in the table itself since.
fn null_somewhere(run: &Run<'_>, table: &Table, column: &Name) -> bool {
    let null = |table: &Table| table.columns.iter().any(|c| c.name == *column && c.nullable);
    if run.version_at_least(18) {
        return null(table);
    }
    children(run, &table.name)
        .iter()
        .filter_map(|child| run.catalog().tables.get(child))
        .any(|child| null(child))
}

/// A child's or partition's definition that is its parent's.
fn with_parents(run: &Run<'_>, table: &Table, action: &TableAction) -> Step {
    let parents = table.properties.partition_of.iter().map(|(parent, _)| parent);
    for name in parents.chain(&table.properties.inherits) {
        let certain = is_certain(run, name) && is_certain(run, &table.name);
        let Some(parent) = run.catalog().tables.get(name).cloned() else { continue };
        from_parent(run, table, &parent, action).map_err(|refusal| doubted(refusal, certain))?;
    }
    Ok(())
}

/// The same for one of the parents.
fn from_parent(run: &Run<'_>, table: &Table, parent: &Table, action: &TableAction) -> Step {
    use TableAction as A;
    let partition = table.properties.partition_of.is_some();
    let column = |name: &Name| column_path(&table.name, name);
    let from = &parent.name;
    let parents_column = |name: &Name| parent.columns.iter().find(|c| c.name == *name);
    let identity = || format!("the identity columns of a partition are those of `{from}`");
    match action {
        A::AddColumn { definition, .. } if partition => {
            let path = column(&definition.column.name);
            refuse(path.clone(), format!("`{path}` cannot be added: a partition has the columns of `{from}`"))
        }
        A::SetType { name, .. } | A::SetGenerated { name, expression: None, .. }
            if parents_column(name).is_some() =>
        {
            refuse(column(name), format!("`{name}` is inherited from `{from}`"))
        }
        A::SetNullable { name, nullable: true }
            if (partition || run.version_at_least(18))
                && parents_column(name).is_some_and(|c| !c.nullable) =>
        {
            refuse(column(name), format!("`{name}` is NOT NULL in `{from}`, and so here"))
        }
        A::SetIdentity { name, .. } if partition && shares_identity(run) => refuse(column(name), identity()),
        A::SetColumnOption { name, option, .. }
            if option == "identity" && partition && shares_identity(run) =>
        {
            refuse(column(name), identity())
        }
        A::DropConstraint { name, .. } => parents_constraint(table, parent, name, true),
        A::RenameConstraint { from: name, .. } => parents_constraint(table, parent, name, false),
        _ => Ok(()),
    }
}

/// Refuses to drop or rename a constraint that is the parent's. Of keys and foreign keys it is not known which are: one
/// like the parent's may be the partition's own.
fn parents_constraint(table: &Table, parent: &Table, name: &Name, drop: bool) -> Step {
    let Some(own) = table.constraints.iter().find(|c| c.name == *name) else { return Ok(()) };
    let partition = table.properties.partition_of.is_some();
    let like = |kind: &ConstraintKind| {
        std::mem::discriminant(kind) == std::mem::discriminant(&own.kind)
            && (*kind == own.kind || super::indexes::same_key(kind, &own.kind))
    };
    let path = constraint_path(table, name);
    let message = format!("constraint `{name}` of `{}` is inherited from `{}`", table.name, parent.name);
    match &own.kind {
        ConstraintKind::Check { no_inherit: false, .. } => {
            let theirs = parent.constraints.iter().any(|c| c.name == own.name && c.kind == own.kind);
            if theirs { refuse(path, message) } else { Ok(()) }
        }
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::ForeignKey(_)
            if partition && drop =>
        {
            let parents = parent.constraints.iter().filter(|c| like(&c.kind)).count();
            let owns = table.constraints.iter().filter(|c| like(&c.kind)).count();
            // The parent's have one like them each.
            if parents >= owns {
                refuse(path, message).map_err(|refusal| doubted(refusal, false))
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}
