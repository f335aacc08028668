//! `ALTER TABLE`: its actions in the order in which the server carries them out.
use super::{
    ConflictKind,
    naming::Naming,
    run::{Relation, Run, Step, column_path, fail, not_found},
};
use crate::{
    catalog::{ConstraintKind, Name, ObjectName, Persistence},
    change::{Object, ObjectPath},
    dialect::expression::read_default,
    operation::{AlterTable, TableAction},
    target::Dialect,
};

/// `ALTER TABLE`.
pub(super) fn alter(run: &mut Run<'_>, operation: &AlterTable) -> Step {
    let found = run.find(&operation.table);
    let known = found.is_some();
    let name = match found {
        Some((full, Relation::Table)) if operation.view => {
            let message = format!("`{}` is a table, not a view", operation.table);
            return fail(ConflictKind::WrongKind, ObjectPath::View { name: full }, message);
        }
        Some((full, relation)) if relation != Relation::Table => {
            return other_relation(run, &full, &relation, operation);
        }
        None if operation.view => {
            let full = run.qualify(&operation.table);
            if run.may_exist(&full) {
                run.uncertain(&full, format!("view `{full}` is not known, and is changed"));
            } else if operation.if_exists {
                run.out.skipped = true;
            } else {
                return not_found(ObjectPath::View { name: full });
            }
            return Ok(());
        }
        Some((full, _)) => Some(full),
        None => run.find_table(&operation.table)?,
    };
    let Some(mut name) = name else {
        if operation.if_exists {
            run.out.skipped = true;
            return Ok(());
        }
        return not_found(ObjectPath::Table { name: run.qualify(&operation.table) });
    };
    if !known && operation.if_exists {
        run.unknown(&name, format!("`{name}` may not exist, then nothing happens"));
    }
    let mut naming = Naming::of(&*run.get(&name)?);
    if run.mysql() {
        let table = run.get(&name)?;
        for action in super::mysql_alter::plan(run, &table, operation.actions.iter().map(|a| &a.node))? {
            one(run, &mut name, &action, &mut naming)?;
        }
        return super::mysql_table::check(run, &name);
    }
    let mut actions: Vec<&TableAction> = operation.actions.iter().map(|a| &a.node).collect();
    actions.sort_by_key(|action| postgres_rank(action));
    let mut types: Vec<&Name> = Vec::new();
    for action in &actions {
        if let TableAction::SetType { name: column, .. } = action {
            if types.contains(&column) {
                let message = format!("the type of `{column}` cannot change twice in one ALTER TABLE");
                return fail(ConflictKind::NotAllowed, column_path(&name, column), message);
            }
            types.push(column);
        }
    }
    for action in actions {
        super::inherited::allowed(run, &name, action, operation.only)?;
        run.only = operation.only;
        one(run, &mut name, action, &mut naming)?;
        run.only = false;
    }
    Ok(())
}

/// The passes of PostgreSQL's `ATPrepCmd`; within one, actions keep their order.
fn postgres_rank(action: &TableAction) -> u8 {
    use TableAction as A;
    match action {
        A::DropColumn { .. }
        | A::DropConstraint { .. }
        | A::SetDefault { default: None, .. }
        | A::SetNullable { nullable: true, .. }
        | A::SetIdentity { identity: None, .. }
        | A::SetGenerated { expression: None, .. } => 0,
        A::SetType { .. } => 1,
        A::AddColumn { .. } => 2,
        A::SetGenerated { expression: Some(_), .. } => 3,
        A::AddConstraint { definition } => match definition.kind {
            ConstraintKind::Check { .. } => 4,
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude { .. } => 6,
            ConstraintKind::ForeignKey(_) => 7,
        },
        A::SetNullable { nullable: false, .. } => 5,
        A::SetColumnOption { option, .. } if option == "identity" => 5,
        A::SetDefault { default: Some(_), .. } | A::SetIdentity { identity: Some(_), .. } => 7,
        A::SetColumnOption { .. }
        | A::ModifyColumn { .. }
        | A::RenameColumn { .. }
        | A::ValidateConstraint { .. }
        | A::AlterConstraint { .. }
        | A::RenameConstraint { .. }
        | A::AddIndex { .. }
        | A::DropIndex { .. }
        | A::RenameIndex { .. }
        | A::SetIndexVisible { .. }
        | A::Rename { .. }
        | A::SetSchema { .. }
        | A::SetOptions { .. }
        | A::ConvertCharset { .. }
        | A::SetTriggerEnabled { .. }
        | A::AttachPartition { .. }
        | A::DetachPartition { .. }
        | A::Partitions { .. }
        | A::Rebuild
        | A::Other { .. }
        | A::Storage { .. }
        | A::Opaque { .. } => 8,
    }
}

/// One action.
fn one(run: &mut Run<'_>, name: &mut ObjectName, action: &TableAction, naming: &mut Naming) -> Step {
    use TableAction as A;
    match action {
        A::AddColumn { definition, if_not_exists, position } => {
            super::columns::add(run, name, definition, *if_not_exists, position.as_ref(), naming)
        }
        A::DropColumn { name: column, if_exists, cascade } => {
            super::columns::drop(run, name, column, *if_exists, *cascade)
        }
        A::ModifyColumn { name: column, definition, if_exists, position } => {
            super::mysql_columns::modify(run, name, column, definition, *if_exists, position.as_ref(), naming)
        }
        A::RenameColumn { from, to, if_exists } => super::columns::rename(run, name, from, to, *if_exists),
        A::SetType { name: column, data_type, collation, using } => {
            super::columns::set_type(run, name, column, data_type, collation.as_ref(), using.is_some())
        }
        A::SetDefault { name: column, default } => set_default(run, name, column, default.as_ref()),
        A::SetNullable { name: column, nullable } => {
            super::columns::set_nullable(run, name, column, *nullable)
        }
        A::SetIdentity { name: column, identity, if_exists } => {
            super::columns::set_identity(run, name, column, identity.as_ref(), *if_exists, naming)
        }
        A::SetGenerated { name: column, expression, if_exists } => {
            super::columns::set_generated(run, name, column, expression.as_ref(), *if_exists)
        }
        A::SetColumnOption { name: column, option, value } => {
            super::columns::set_option(run, name, column, option, value.as_ref())
        }
        A::AddConstraint { definition } => super::constraints::add(run, name, definition, naming),
        A::DropConstraint { name: constraint, expected, if_exists, cascade } => {
            super::constraints::drop(run, name, constraint, *expected, *if_exists, *cascade)
        }
        A::ValidateConstraint { name: constraint } => {
            super::constraints::edit(run, name, constraint, |c| c.validated = true)
        }
        A::AlterConstraint { name: constraint, deferrable, initially_deferred, enforced } => {
            super::constraints::edit(run, name, constraint, |c| {
                c.deferrable = deferrable.unwrap_or(c.deferrable);
                c.initially_deferred = initially_deferred.unwrap_or(c.initially_deferred);
                c.enforced = enforced.unwrap_or(c.enforced);
            })
        }
        A::RenameConstraint { from, to } => super::constraints::rename(run, name, from, to),
        A::AddIndex { definition } => super::indexes::add(run, name, definition, false),
        A::DropIndex { name: index, if_exists } => {
            super::indexes::drop_of_table(run, name, index, *if_exists)
        }
        A::RenameIndex { from, to } => super::indexes::rename(run, name, from, to),
        A::SetIndexVisible { name: index, visible } => {
            super::indexes::edit(run, name, index, |i| i.invisible = !visible)
        }
        A::Rename { to } => {
            let to = match (&to.schema, run.mysql()) {
                (Some(_), _) => to.clone(),
                (None, true) => run.qualify(to),
                (None, false) => name.sibling(to.name.clone()),
            };
            super::tables::rename(run, name, &to)?;
            *name = to;
            Ok(())
        }
        A::SetSchema { schema } => {
            let to = ObjectName { schema: Some(schema.clone()), name: name.name.clone() };
            if to != *name {
                super::tables::rename(run, name, &to)?;
                *name = to;
            }
            Ok(())
        }
        A::SetOptions { options } => options
            .iter()
            .try_for_each(|(option, value)| set_option(run, name, option, value.as_deref(), options)),
        A::ConvertCharset { charset, collation } => {
            super::charset::convert(run, name, charset.as_deref(), collation.as_deref())
        }
        A::SetTriggerEnabled { name: trigger, enabled, internal } => {
            super::routines::set_enabled(run, name, trigger.as_ref(), enabled)?;
            if *internal {
                super::routines::constraint_triggers(run, name);
            }
            Ok(())
        }
        A::AttachPartition { partition, bound } => super::attach::attach(run, name, partition, bound),
        A::DetachPartition { partition, concurrently: _ } => super::attach::detach(run, name, partition),
        A::Partitions { verb, destroys_rows: _, partition_by } => {
            let whole = verb.starts_with("PARTITION BY") || verb.starts_with("REMOVE PARTITIONING");
            if whole {
                let by = partition_by.clone();
                return super::partitions::properties(run, name, |p| p.partition_by = by);
            }
            if verb.starts_with("TRUNCATE") {
                return Ok(());
            }
            run.uncertain(
                &*name,
                format!("the partitions of `{name}` change by {verb}, which is not followed"),
            );
            Ok(())
        }
        A::Rebuild => Ok(()),
        A::Opaque { verb, may_change_schema }
        | A::Other { verb, may_change_schema, .. }
        | A::Storage { verb, changes_definition: may_change_schema, .. } => {
            if *may_change_schema {
                run.uncertain(&*name, format!("`{name}` changes by {verb}, which is not followed"));
            }
            Ok(())
        }
    }
}

fn set_default(
    run: &mut Run<'_>,
    name: &ObjectName,
    column: &Name,
    default: Option<&crate::catalog::Expression>,
) -> Step {
    super::columns::edit(run, name, column, |run, c| {
        // MariaDB 11.8 takes it and does nothing.
        let refused = run.catalog().dialect != Dialect::MariaDb;
        if refused && default.is_some() && (c.generated.is_some() || c.identity.is_some()) {
            let message = format!("`{}` is computed by the server and takes no default", c.name);
            return fail(ConflictKind::NotAllowed, column_path(name, &c.name), message);
        }
        if c.generated.is_none() {
            let read = |d: &crate::catalog::Expression| read_default(&d.sql, &c.data_type, &run.target());
            c.default = default.and_then(read);
        }
        super::defaults::fits(run, name, c)?;
        super::mysql_columns::refuse_default(run, name, c)
    })?;
    super::partitions::each_child(run, name, |run, child| set_default(run, child, column, default))
}

/// One table option.
fn set_option(
    run: &mut Run<'_>,
    name: &ObjectName,
    option: &str,
    value: Option<&str>,
    all: &[(String, Option<String>)],
) -> Step {
    let other = |wanted: &str| all.iter().rev().find(|(o, _)| o == wanted).and_then(|(_, v)| v.as_deref());
    match option {
        "charset" if run.mysql() => super::charset::set_default(run, name, value, other("collation")),
        // The character set that is written beside it has set both.
        "collation" if run.mysql() && other("charset").is_some() => Ok(()),
        "collation" if run.mysql() => super::charset::set_default(run, name, None, value),
        _ => super::partitions::properties(run, name, |p| {
            let text = value.map(str::to_owned);
            let on = value.is_some_and(|v| matches!(v, "true" | "on" | "1" | "enable"));
            match option {
                "engine" => p.engine = text.filter(|e| !e.eq_ignore_ascii_case("innodb")),
                "comment" => p.comment = text.filter(|c| !c.is_empty()),
                "persistence" => {
                    p.persistence = match value {
                        Some("unlogged") => Persistence::Unlogged,
                        Some("temporary") => Persistence::Temporary,
                        _ => Persistence::Permanent,
                    }
                }
                "row_security" => p.row_security = on,
                "force_row_security" => p.force_row_security = on,
                // The counter is data, not definition.
                "auto_increment" => {}
                _ => match text {
                    Some(text) => {
                        p.options.insert(option.to_owned(), text);
                    }
                    None => {
                        p.options.remove(option);
                    }
                },
            }
        }),
    }
}

/// PostgreSQL: `ALTER TABLE` on a view, sequence or index, as far as the server allows it.
fn other_relation(run: &mut Run<'_>, full: &ObjectName, relation: &Relation, operation: &AlterTable) -> Step {
    for action in &operation.actions {
        match (&action.node, relation) {
            (TableAction::Rename { to }, Relation::View { .. }) => {
                super::views::rename(run, full, &full.sibling(to.name.clone()))?;
            }
            (TableAction::SetSchema { schema }, Relation::View { .. }) => {
                super::views::rename(run, full, &ObjectName::new(schema.clone(), full.name.clone()))?;
            }
            (TableAction::Rename { to }, Relation::Sequence) => {
                let new = full.sibling(to.name.clone());
                run.free(ObjectPath::Sequence { name: new.clone() }, &new)?;
                run.rename(ObjectPath::Sequence { name: full.clone() }, ObjectPath::Sequence { name: new })?;
            }
            (TableAction::Rename { to }, Relation::Index { .. }) => {
                super::indexes::rename_named(run, full, &to.name, false)?;
            }
            (
                TableAction::SetTriggerEnabled { .. }
                | TableAction::Opaque { may_change_schema: false, .. }
                | TableAction::Other { may_change_schema: false, .. },
                _,
            ) => {}
            (TableAction::SetOptions { options }, Relation::View { .. }) => view_options(run, full, options)?,
            (TableAction::SetDefault { .. } | TableAction::RenameColumn { .. }, Relation::View { .. }) => {
                run.uncertain(full, format!("view `{full}` changes by ALTER, which is not followed"));
            }
            _ => {
                let path = ObjectPath::Table { name: full.clone() };
                let message = format!("`{full}` is a {}, not a table", relation.noun());
                return fail(ConflictKind::WrongKind, path, message);
            }
        }
    }
    Ok(())
}

fn view_options(run: &mut Run<'_>, full: &ObjectName, options: &[(String, Option<String>)]) -> Step {
    let Some(before) = run.catalog().views.get(full).cloned() else { return Ok(()) };
    let known = ["check_option", "security_barrier", "security_invoker"];
    if let Some((option, _)) =
        options.iter().find(|(o, _)| !before.materialized && !known.contains(&o.as_str()))
    {
        let path = ObjectPath::View { name: full.clone() };
        return fail(ConflictKind::InvalidDefinition, path, format!("views have no parameter `{option}`"));
    }
    let mut after = (*before).clone();
    for (option, value) in options {
        match value {
            Some(value) => after.options.insert(option.clone(), value.clone()),
            None => after.options.remove(option),
        };
    }
    run.alter(ObjectPath::View { name: full.clone() }, Object::View(before), Object::View(after.into()))
}
