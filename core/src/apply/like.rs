//! `CREATE TABLE … (LIKE other)`.
use super::{
    ConflictKind,
    naming::Naming,
    run::{Relation, Run, Step, fail},
};
use crate::{
    catalog::{Constraint, ConstraintKind, Index, KeyIndex, Table},
    change::ObjectPath,
    dialect::mysql::names as mysql,
    operation::CreateTable,
    target::Dialect,
};

/// Copies columns, and what the options say, into a draft.
pub(super) fn copy(run: &mut Run<'_>, table: &mut Table, operation: &CreateTable) -> Step {
    for (name, options) in &operation.like {
        if let (Some((full, Relation::View { .. } | Relation::Composite)), false) =
            (run.find(name), run.mysql())
        {
            table.complete = false;
            run.unknown(&table.name, format!("the columns of `{full}` are not known"));
            continue;
        }
        let source = run.table(name)?;
        let source = run.get(&source)?;
        if !source.complete {
            table.complete = false;
            run.unknown(&table.name, format!("the columns of `{}` are not all known", source.name));
        }
        if run.mysql() {
            // Everything but foreign keys, partitions of other engines and triggers.
            let name = table.name.clone();
            let mut copy = Table { name, triggers: Vec::new(), ..Table::clone(&source) };
            copy.constraints.retain(|c| !matches!(c.kind, ConstraintKind::ForeignKey(_)));
            copy.properties.persistence = operation.properties.persistence;
            if run.catalog().dialect == Dialect::MySql {
                // Names of checks are unique in the database: all of the copy's are generated.
                let stem = mysql::check_stem(&table.name.name, Dialect::MySql);
                let checks = copy.constraints.iter_mut();
                let checks = checks.filter(|c| matches!(c.kind, ConstraintKind::Check { .. }));
                for (constraint, number) in checks.zip(1u32..) {
                    constraint.name = format!("{stem}{number}").into();
                }
            }
            *table = copy;
            continue;
        }
        let includes = |what: &str| {
            let mut on = false;
            for option in options {
                let option = option.to_ascii_uppercase();
                if option.ends_with(" ALL") || option.ends_with(what) {
                    on = option.starts_with("INCLUDING");
                }
            }
            on
        };
        for column in &source.columns {
            let mut column = column.clone();
            if !includes("DEFAULTS") {
                column.default = None;
            }
            if !includes("GENERATED") {
                column.generated = None;
            }
            if !includes("COMMENTS") {
                column.comment = None;
            }
            if !includes("STORAGE") {
                column.options.remove("storage");
            }
            if !includes("COMPRESSION") {
                column.options.remove("compression");
            }
            if let Some(mut identity) = column.identity.take().filter(|_| includes("IDENTITY")) {
                identity.sequence = run.sequence_name_for(table, &column.name, &mut Naming::default());
                column.identity = Some(identity);
            }
            match run.place(table, &column.name) {
                // Merged with the one of a parent.
                Some(at) if !table.properties.inherits.is_empty() => {
                    let inherited = &mut table.columns[at];
                    inherited.nullable &= column.nullable;
                    inherited.default = column.default.or_else(|| inherited.default.take());
                    inherited.identity = column.identity.or_else(|| inherited.identity.take());
                    inherited.comment = column.comment;
                }
                Some(_) => {
                    let path = ObjectPath::Column { table: table.name.clone(), name: column.name.clone() };
                    let message = format!("column `{}` is defined twice", column.name);
                    return fail(ConflictKind::InvalidDefinition, path, message);
                }
                None => table.columns.push(column),
            }
        }
        if includes("CONSTRAINTS") {
            let checks = source.constraints.iter().filter(|c| matches!(c.kind, ConstraintKind::Check { .. }));
            table.constraints.extend(checks.map(|c| Constraint { comment: None, ..c.clone() }));
        }
        if includes("INDEXES") {
            let mut naming = Naming::default();
            for constraint in &source.constraints {
                match constraint.kind {
                    ConstraintKind::PrimaryKey(_)
                    | ConstraintKind::Unique(_)
                    | ConstraintKind::Exclude { .. } => {
                        let name = run.constraint_name_for(table, &constraint.kind, &mut naming);
                        if let ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) =
                            &constraint.kind
                        {
                            let path =
                                ObjectPath::Constraint { table: table.name.clone(), name: name.clone() };
                            super::constraints::covers_partitioning(run, table, key, &path)?;
                        }
                        table.constraints.push(Constraint { name, comment: None, ..constraint.clone() });
                    }
                    ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } => {}
                }
            }
            for index in &source.indexes {
                let name = run.index_name_for(table, &index.keys, &index.include, &naming);
                if index.unique {
                    let key = KeyIndex { columns: index.keys.clone(), ..KeyIndex::default() };
                    let path = ObjectPath::Index { table: table.name.clone(), name: name.clone() };
                    super::constraints::covers_partitioning(run, table, &key, &path)?;
                }
                table.indexes.push(Index { name, comment: None, ..index.clone() });
            }
        }
    }
    Ok(())
}
