//! What goes with a dropped object and is not in the catalog: named, with the query that shows it.
//!
//! PostgreSQL drops extended statistics with any of their columns, marks with their index, comments on a view's columns
//! with the view, and by `CASCADE` whatever depends on the object: policies, rules, operators, casts, views that group by
//! a key. `pg_depend` knows them all.
use super::{classify::Judgement, lineage::Lineage};
use crate::{
    apply::State,
    catalog::ObjectName,
    change::{Change, Delta, Object, ObjectPath},
    dialect::quote,
    operation::{Operation, TableAction},
    report::RollbackClass,
    target::Dialect,
};

/// Says what does not come back with an object of the start that `change` drops or a view that it replaces.
pub(super) fn judge(
    operation: &Operation,
    change: &Change,
    start: &State,
    lineage: &Lineage,
    out: &mut Judgement,
) {
    if start.catalog.dialect.is_mysql_family() {
        return;
    }
    let Some(origin) = lineage.origin(&change.path, start) else { return };
    match (&change.delta, &origin) {
        (Delta::Drop { .. }, ObjectPath::Index { table, name }) => {
            let index = quote::object(Dialect::Postgres, &table.sibling(name.clone()));
            out.lose(
                RollbackClass::StateDependent,
                format!("the marks CLUSTER ON and REPLICA IDENTITY of index `{name}`, if it had them"),
            );
            out.probe_first(format!(
                "SELECT indisclustered, indisreplident FROM pg_index WHERE indexrelid = {}::regclass",
                quote::literal(Dialect::Postgres, &index)
            ));
        }
        (Delta::Drop { .. } | Delta::Alter { .. }, ObjectPath::View { name }) if replaces_query(change) => {
            out.lose(
                RollbackClass::StateDependent,
                format!("comments on columns of `{name}`, if the view has to be made anew"),
            );
            let relation = regclass(name);
            out.probe_first(format!(
                "SELECT objsubid, description FROM pg_description WHERE objoid = {relation} AND objsubid > 0"
            ));
        }
        (Delta::Drop { .. }, ObjectPath::Column { table, name }) => {
            out.lose(
                class_of(change),
                format!("extended statistics (CREATE STATISTICS) on `{table}.{name}`, if there were any"),
            );
            out.probe_first(format!("{} AND classid = 'pg_statistic_ext'::regclass", depends(&origin)));
        }
        _ => {}
    }
    if matches!(change.delta, Delta::Drop { .. }) && cascades(operation) && has_dependents(&origin) {
        out.lose(
            class_of(change),
            format!("what depended on `{}` and is not modelled (policies, rules, operators, casts, queries that group by a key): CASCADE drops it, and only the query tells", change.path),
        );
        out.probe_first(depends(&origin));
    }
}

/// Tables and columns have rows, which their class is about.
fn class_of(change: &Change) -> RollbackClass {
    match (&change.path, &change.delta) {
        (ObjectPath::Column { .. }, Delta::Drop { before: Object::Column { column, .. } })
            if column.generated.is_some() =>
        {
            RollbackClass::StateDependent
        }
        (ObjectPath::Table { .. } | ObjectPath::Sequence { .. } | ObjectPath::Column { .. }, _) => {
            RollbackClass::NeedsCapture
        }
        _ => RollbackClass::StateDependent,
    }
}

/// Whether a view goes, or gets another query: its way back may be to make it anew.
fn replaces_query(change: &Change) -> bool {
    match &change.delta {
        Delta::Alter { before: Object::View(before), after: Object::View(after) } => {
            before.query != after.query || before.columns != after.columns
        }
        Delta::Drop { .. } => true,
        _ => false,
    }
}

/// Whether the statement drops with `CASCADE`.
fn cascades(operation: &Operation) -> bool {
    match operation {
        Operation::DropSchema { cascade, .. }
        | Operation::DropExtension { cascade, .. }
        | Operation::DropTable { cascade, .. }
        | Operation::DropIndex { cascade, .. }
        | Operation::DropSequence { cascade, .. }
        | Operation::DropView { cascade, .. }
        | Operation::DropType { cascade, .. }
        | Operation::DropRoutine { cascade, .. } => *cascade,
        Operation::AlterTable(alter) => alter.actions.iter().any(|action| {
            matches!(
                action.node,
                TableAction::DropColumn { cascade: true, .. }
                    | TableAction::DropConstraint { cascade: true, .. }
            )
        }),
        // What runs inside of a block is not told apart.
        Operation::Conditional(_) => true,
        Operation::Query { invoked, .. } => !invoked.is_empty(),
        _ => false,
    }
}

fn has_dependents(path: &ObjectPath) -> bool {
    !matches!(path, ObjectPath::Trigger { .. } | ObjectPath::Schema { .. } | ObjectPath::Extension { .. })
}

fn regclass(name: &ObjectName) -> String {
    let name = quote::object(Dialect::Postgres, name);
    format!("{}::regclass", quote::literal(Dialect::Postgres, &name))
}

/// The query for what depends on an object; beside it, what belongs to the object itself is listed.
fn depends(path: &ObjectPath) -> String {
    let literal = |text: &str| quote::literal(Dialect::Postgres, text);
    let object = |name: &ObjectName| literal(&quote::object(Dialect::Postgres, name));
    let class =
        |name: &ObjectName| format!("refclassid = 'pg_class'::regclass AND refobjid = {}", regclass(name));
    let what = match path {
        ObjectPath::Table { name } => format!(
            "(refclassid = 'pg_class'::regclass AND refobjid = {0} OR refclassid = 'pg_type'::regclass AND refobjid IN (SELECT unnest(ARRAY[oid, typarray]) FROM pg_type WHERE typrelid = {0}))",
            regclass(name)
        ),
        ObjectPath::View { name } | ObjectPath::Sequence { name } => class(name),
        ObjectPath::Index { table, name } => class(&table.sibling(name.clone())),
        ObjectPath::Column { table, name } => format!(
            "{} AND refobjsubid = (SELECT attnum FROM pg_attribute WHERE attrelid = refobjid AND attname = {})",
            class(table),
            literal(name.as_str())
        ),
        ObjectPath::Constraint { table, name } => format!(
            "refclassid = 'pg_constraint'::regclass AND refobjid = (SELECT oid FROM pg_constraint WHERE conrelid = {} AND conname = {})",
            regclass(table),
            literal(name.as_str())
        ),
        ObjectPath::Type { name } => {
            format!("refclassid = 'pg_type'::regclass AND refobjid = {}::regtype", object(name))
        }
        ObjectPath::Routine { name, signature, .. } => format!(
            "refclassid = 'pg_proc'::regclass AND refobjid = {}::regprocedure",
            literal(&format!("{}({signature})", quote::object(Dialect::Postgres, name)))
        ),
        ObjectPath::Trigger { .. } | ObjectPath::Schema { .. } | ObjectPath::Extension { .. } => {
            "false".to_owned()
        }
    };
    format!("SELECT pg_describe_object(classid, objid, objsubid) FROM pg_depend WHERE {what}")
}
