//! PostgreSQL: what `ALTER TABLE ONLY` and tables with parents refuse, measured on PostgreSQL 14, 17 and 18.
use super::{
    ConflictKind,
    partitions::{has_children, shares_identity},
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
    if only && has_children(run, name) {
        with_children(run, &table, action)?;
    }
    if table.properties.partition_of.is_some() || !table.properties.inherits.is_empty() {
        with_parents(run, &table, action)?;
    }
    Ok(())
}

fn refuse(path: ObjectPath, message: String) -> Step {
    fail(ConflictKind::NotAllowed, path, message)
}

fn constraint_path(table: &Table, name: &Name) -> ObjectPath {
    ObjectPath::Constraint { table: table.name.clone(), name: name.clone() }
}

/// `ONLY`, where there are children.
fn with_children(run: &Run<'_>, table: &Table, action: &TableAction) -> Step {
    use TableAction as A;
    let partitioned = table.properties.partition_by.is_some();
    let together =
        |what: &str| format!("{what} of `{}` cannot change without its children: leave out ONLY", table.name);
    let column = |name: &Name| column_path(&table.name, name);
    match action {
        A::AddColumn { definition, .. } => {
            let path = column(&definition.column.name);
            refuse(path.clone(), format!("`{path}` has to be added to the children as well: leave out ONLY"))
        }
        A::DropColumn { name, .. } if partitioned => refuse(column(name), together("the columns")),
        A::RenameColumn { from: name, .. } => refuse(column(name), together("the names of columns")),
        A::SetType { name, .. } => refuse(column(name), together("the types")),
        A::SetGenerated { name, expression: None, .. } => refuse(column(name), together("generated columns")),
        A::SetIdentity { name, .. } if partitioned && shares_identity(run) => {
            refuse(column(name), together("identity columns"))
        }
        A::SetNullable { name, nullable: true } if partitioned && !run.version_at_least(18) => {
            refuse(column(name), together("NOT NULL"))
        }
        A::SetNullable { name, nullable: false } if partitioned && null_in_children(run, table, name) => {
            refuse(column(name), together("NOT NULL"))
        }
        A::AddConstraint { definition } => match definition.kind {
            ConstraintKind::Check { no_inherit: false, .. } => {
                let name = definition.name.clone().unwrap_or_default();
                refuse(constraint_path(table, &name), together("the checks"))
            }
            ConstraintKind::ForeignKey(_) if partitioned => {
                let name = definition.name.clone().unwrap_or_default();
                refuse(constraint_path(table, &name), together("the foreign keys"))
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
                Some(c) if !drop && c.validated && matches!(action, A::ValidateConstraint { .. }) => Ok(()),
                Some(c) => refuse(constraint_path(table, &c.name), together("the checks")),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Whether a child's column may hold NULL.
fn null_in_children(run: &Run<'_>, table: &Table, column: &Name) -> bool {
    super::partitions::children(run, &table.name)
        .iter()
        .filter_map(|child| run.catalog().tables.get(child))
        .any(|child| child.columns.iter().any(|c| c.name == *column && c.nullable))
}

/// A child's or partition's definition that is its parent's.
fn with_parents(run: &Run<'_>, table: &Table, action: &TableAction) -> Step {
    use TableAction as A;
    let partition = table.properties.partition_of.is_some();
    let parents =
        table.properties.partition_of.iter().map(|(parent, _)| parent).chain(&table.properties.inherits);
    let parents = parents.filter_map(|parent| run.catalog().tables.get(parent));
    let column = |name: &Name| column_path(&table.name, name);
    for parent in parents {
        let from = &parent.name;
        let parents_column = |name: &Name| parent.columns.iter().find(|c| c.name == *name);
        match action {
            A::SetType { name, .. } | A::SetGenerated { name, expression: None, .. }
                if parents_column(name).is_some() =>
            {
                return refuse(column(name), format!("`{name}` is inherited from `{from}`"));
            }
            A::SetNullable { name, nullable: true }
                if (partition || run.version_at_least(18))
                    && parents_column(name).is_some_and(|c| !c.nullable) =>
            {
                return refuse(column(name), format!("`{name}` is NOT NULL in `{from}`, and so here"));
            }
            A::SetIdentity { name, .. } if partition && shares_identity(run) => {
                return refuse(
                    column(name),
                    format!("the identity columns of a partition are those of `{from}`"),
                );
            }
            A::SetColumnOption { name, option, .. }
                if option == "identity" && partition && shares_identity(run) =>
            {
                return refuse(
                    column(name),
                    format!("the identity columns of a partition are those of `{from}`"),
                );
            }
            A::DropConstraint { name, .. } | A::RenameConstraint { from: name, .. } => {
                let drop = matches!(action, A::DropConstraint { .. });
                let Some(own) = table.constraints.iter().find(|c| c.name == *name) else { continue };
                let inherited = parent.constraints.iter().any(|c| match &own.kind {
                    ConstraintKind::Check { no_inherit: false, .. } => {
                        c.name == own.name && c.kind == own.kind
                    }
                    ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => false,
                    ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => {
                        partition && drop && super::indexes::same_key(&c.kind, &own.kind)
                    }
                    ConstraintKind::ForeignKey(_) => partition && drop && c.kind == own.kind,
                });
                if inherited {
                    let path = constraint_path(table, name);
                    return refuse(
                        path,
                        format!("constraint `{name}` of `{}` is inherited from `{from}`", table.name),
                    );
                }
            }
            _ => {}
        }
    }
    Ok(())
}
