//! Queries that settle what a schema does not tell.
use crate::{
    catalog::{Catalog, ObjectName},
    dialect::quote,
    operation::{Filter, Operation},
    target::Dialect,
};

/// The queries that tell whether the statements have run, with what their answers mean; `state` is the schema behind
/// them. Empty when no query can tell.
pub(super) fn probes(operations: &[Operation], state: &Catalog) -> Vec<String> {
    operations.iter().filter_map(|o| probe(o, state)).collect()
}

fn probe(operation: &Operation, state: &Catalog) -> Option<String> {
    let dialect = state.dialect;
    match operation {
        Operation::Insert(insert) => {
            let table = quote::object(dialect, &insert.table);
            let row = insert.rows.first();
            let conditions: Vec<String> = insert
                .columns
                .iter()
                .zip(row.into_iter().flatten())
                .filter(|(_, value)| {
                    !value.sql.eq_ignore_ascii_case("default") && !value.sql.eq_ignore_ascii_case("null")
                })
                .take(4)
                .map(|(column, value)| format!("{} = {}", quote::name(dialect, column), value.sql))
                .collect();
            Some(if conditions.is_empty() {
                format!("SELECT count(*) FROM {table}")
            } else {
                format!("SELECT count(*) FROM {table} WHERE {}", conditions.join(" AND "))
            })
        }
        Operation::Update(update) => {
            let table = quote::object(dialect, update.tables.first()?);
            let set: Vec<String> = update
                .assignments
                .iter()
                .map(|(column, value)| format!("{} = {}", quote::name(dialect, column), value.sql))
                .collect();
            let filter = condition(&update.filter);
            match (set.is_empty(), filter) {
                (false, Some(filter)) => Some(format!(
                    "SELECT count(*) FROM {table} WHERE ({filter}) AND NOT ({})",
                    set.join(" AND ")
                )),
                (false, None) => {
                    Some(format!("SELECT count(*) FROM {table} WHERE NOT ({})", set.join(" AND ")))
                }
                (true, Some(filter)) => Some(format!("SELECT count(*) FROM {table} WHERE {filter}")),
                (true, None) => None,
            }
        }
        Operation::Delete(delete) => {
            let table = quote::object(dialect, delete.tables.first()?);
            Some(match condition(&delete.filter) {
                Some(filter) => format!("SELECT count(*) FROM {table} WHERE {filter}"),
                None => format!("SELECT count(*) FROM {table}"),
            })
        }
        Operation::Truncate { tables, .. } => {
            Some(format!("SELECT count(*) FROM {}", quote::object(dialect, tables.first()?)))
        }
        _ => None,
    }
}

fn condition(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::Condition { condition } => Some(&condition.sql),
        Filter::None | Filter::Tautology { .. } | Filter::Other => None,
    }
}

/// PostgreSQL keeps the places of dropped columns: how many there are tells whether a column came and went.
pub(super) fn dropped_columns(table: &ObjectName, dialect: Dialect) -> Option<String> {
    (dialect == Dialect::Postgres).then(|| {
        let name = quote::literal(dialect, &quote::object(dialect, table));
        format!("SELECT attnum FROM pg_attribute WHERE attrelid = {name}::regclass AND attisdropped")
    })
}
