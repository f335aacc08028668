//! Queries that settle what a schema does not tell.
use super::facts::{Facts, Key};
use crate::{
    apply::State,
    catalog::{Name, ObjectName},
    dialect::{expression, quote},
    operation::{Filter, Operation},
    target::Dialect,
};

/// The queries that tell whether the statements have run; `state` is the schema and session before them, `live` what
/// is there. Empty when no query can tell, or when it would name what is not there.
pub(super) fn probes(operations: &[Operation], state: &State, live: &Facts) -> Vec<String> {
    operations.iter().filter_map(|o| probe(o, state, live)).collect()
}

/// The full name of a table that is there, and all of these columns with it.
fn there<'a>(
    table: &ObjectName,
    columns: impl IntoIterator<Item = &'a Name>,
    state: &State,
    live: &Facts,
) -> Option<ObjectName> {
    let schema = table.schema.clone().unwrap_or_else(|| state.current_schema());
    let table = ObjectName { schema: Some(schema), name: table.name.clone() };
    let exists = |object: String| live.contains_key(&Key { object, property: "" });
    let complete = exists(format!("table {table}"))
        && columns.into_iter().all(|column| exists(format!("column {table}.{column}")));
    complete.then_some(table)
}

/// The condition of a statement on rows, if it can be asked of the table alone.
fn asked<'a>(filter: &'a Filter, state: &State) -> (Option<&'a str>, Vec<Name>) {
    match filter {
        Filter::Condition { condition } => {
            (Some(&condition.sql), expression::columns(condition, &state.target()))
        }
        Filter::None | Filter::Tautology { .. } | Filter::Other => (None, Vec::new()),
    }
}

fn probe(operation: &Operation, state: &State, live: &Facts) -> Option<String> {
    let dialect = state.catalog.dialect;
    match operation {
        Operation::Insert(insert) => {
            let table = quote::object(dialect, &there(&insert.table, &insert.columns, state, live)?);
            let row = insert.rows.first();
            let conditions: Vec<String> = insert
                .columns
                .iter()
                .zip(row.into_iter().flatten())
                .filter(|(_, value)| {
                    // Values that are made when the row is written cannot be asked for.
                    !value.sql.eq_ignore_ascii_case("default")
                        && expression::is_constant(value, &state.target())
                        && !value.sql.eq_ignore_ascii_case("null")
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
            let [table] = &update.tables[..] else { return None };
            let target = state.target();
            let (filter, mut columns) = asked(&update.filter, state);
            for (column, value) in &update.assignments {
                columns.push(column.clone());
                columns.extend(expression::columns(value, &target));
            }
            let table = quote::object(dialect, &there(table, &columns, state, live)?);
            let set: Vec<String> = update
                .assignments
                .iter()
                .filter(|(_, value)| !value.sql.eq_ignore_ascii_case("default"))
                .map(|(column, value)| match value.sql.eq_ignore_ascii_case("null") {
                    true => format!("{} IS NULL", quote::name(dialect, column)),
                    false => format!("{} = {}", quote::name(dialect, column), value.sql),
                })
                .collect();
            let other = matches!(update.filter, Filter::Other);
            match (set.is_empty(), filter) {
                (false, Some(filter)) => Some(format!(
                    "SELECT count(*) FROM {table} WHERE ({filter}) AND NOT ({})",
                    set.join(" AND ")
                )),
                (false, None) if !other => {
                    Some(format!("SELECT count(*) FROM {table} WHERE NOT ({})", set.join(" AND ")))
                }
                (true, Some(filter)) => Some(format!("SELECT count(*) FROM {table} WHERE {filter}")),
                _ => None,
            }
        }
        Operation::Delete(delete) => {
            let [table] = &delete.tables[..] else { return None };
            let (filter, columns) = asked(&delete.filter, state);
            let table = quote::object(dialect, &there(table, &columns, state, live)?);
            match (filter, &delete.filter) {
                (Some(filter), _) => Some(format!("SELECT count(*) FROM {table} WHERE {filter}")),
                (None, Filter::Other) => None,
                (None, _) => Some(format!("SELECT count(*) FROM {table}")),
            }
        }
        Operation::Truncate { tables, .. } => {
            let table = there(tables.first()?, [], state, live)?;
            Some(format!("SELECT count(*) FROM {}", quote::object(dialect, &table)))
        }
        _ => None,
    }
}

/// PostgreSQL keeps the places of dropped columns: how many there are tells whether a column came and went. `state` is
/// the schema and session before the statement that names the table.
pub(super) fn dropped_columns(table: &ObjectName, state: &State) -> Option<String> {
    let dialect = state.catalog.dialect;
    (dialect == Dialect::Postgres).then(|| {
        let schema = table.schema.clone().unwrap_or_else(|| state.current_schema());
        let name = ObjectName { schema: Some(schema), name: table.name.clone() };
        let name = quote::literal(dialect, &quote::object(dialect, &name));
        // `to_regclass` answers NULL where the table is not there.
        format!(
            "SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass({name}) AND attisdropped"
        )
    })
}
