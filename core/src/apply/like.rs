//! `CREATE TABLE … (LIKE other)`.
use super::{
    naming::Naming,
    run::{Run, Step},
};
use crate::{
    catalog::{Constraint, ConstraintKind, Index, Table},
    operation::CreateTable,
};

/// Copies columns, and what the options say, into a draft.
pub(super) fn copy(run: &mut Run<'_>, table: &mut Table, operation: &CreateTable) -> Step {
    for (name, options) in &operation.like {
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
            for constraint in &mut copy.constraints {
                use crate::dialect::mysql::names as mysql;
                let dialect = run.catalog().dialect;
                let old = mysql::check_stem(&source.name.name, dialect);
                if let (ConstraintKind::Check { .. }, Some(number)) =
                    (&constraint.kind, mysql::number(&constraint.name, &old))
                {
                    constraint.name =
                        format!("{}{number}", mysql::check_stem(&table.name.name, dialect)).into();
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
            table.columns.push(column);
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
                        table.constraints.push(Constraint { name, comment: None, ..constraint.clone() });
                    }
                    ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } => {}
                }
            }
            for index in &source.indexes {
                let name = run.index_name_for(table, &index.keys, &index.include, &naming);
                table.indexes.push(Index { name, comment: None, ..index.clone() });
            }
        }
    }
    Ok(())
}
