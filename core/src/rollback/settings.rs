//! Settings of the session that saves or puts back data, so that rows come back as they were whatever the server's are.
use crate::{
    apply::State,
    catalog::{Column, ConstraintKind, Table},
    change::{Change, Delta, Object},
    dialect::quote,
    target::Dialect,
};

/// Statements before and behind those that save data or put it back.
#[derive(Default)]
pub(super) struct Around {
    pub(super) before: Vec<String>,
    /// In the order in which they run.
    pub(super) behind: Vec<String>,
}

impl Around {
    /// Statements that stand inside of those so far, on both sides.
    pub(super) fn inside(
        &mut self,
        before: impl IntoIterator<Item = String>,
        behind: impl IntoIterator<Item = String>,
    ) {
        self.before.extend(before);
        self.behind.splice(0..0, behind);
    }

    /// MySQL family: a variable of the session is `value` meanwhile.
    fn with_variable(&mut self, name: &str, value: &str) {
        self.inside(
            [format!("SET @remigrate_{name} = @@{name}, {name} = {value}")],
            [format!("SET {name} = @remigrate_{name}")],
        );
    }
}

/// Rows are read. PostgreSQL: policies leave rows out without a word, unless the session refuses that.
pub(super) fn while_saving<'t>(
    dialect: Dialect,
    tables: impl Iterator<Item = &'t Table> + Clone,
    around: &mut Around,
) {
    if dialect.is_mysql_family() {
        // A copy has the defaults of its table, and `0000-00-00` is none that every session takes.
        if tables.clone().any(|t| t.columns.iter().any(is_date)) {
            around.with_variable("sql_mode", ANY_DATE);
        }
    } else {
        without_policies(tables, around);
    }
}

/// Rows are written.
pub(super) fn while_restoring<'t>(
    dialect: Dialect,
    tables: impl Iterator<Item = &'t Table> + Clone,
    around: &mut Around,
) {
    if !dialect.is_mysql_family() {
        without_policies(tables.clone(), around);
        for table in tables.filter(|t| t.properties.force_row_security) {
            let alter = format!("ALTER TABLE {}", quote::object(dialect, &table.name));
            around.inside(
                [format!("{alter} NO FORCE ROW LEVEL SECURITY")],
                [format!("{alter} FORCE ROW LEVEL SECURITY")],
            );
        }
        return;
    }
    if tables.clone().next().is_some() {
        // Rows come back in an order that need not be that of the foreign keys.
        around.with_variable("foreign_key_checks", "0");
    }
    if tables.clone().any(|t| t.columns.iter().any(|c| c.auto_increment || is_date(c))) {
        around.with_variable("sql_mode", ANY_DATE);
    }
    let checked = |t: &Table| {
        t.columns.iter().any(|c| c.check.is_some())
            || t.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::Check { .. }))
    };
    if dialect == Dialect::MariaDb && tables.clone().any(checked) {
        // Rows may be there that were written without checks.
        around.with_variable("check_constraint_checks", "0");
    }
}

/// MySQL family: the settings that changing the schema back needs: a default that is no date, or rows with such dates,
/// which the migration's own session took. `before` is the state that the migration's statement found.
pub(super) fn while_undoing(changes: &[Change], before: &State, start: &State) -> Around {
    let mut around = Around::default();
    if !start.catalog.dialect.is_mysql_family() {
        return around;
    }
    let zero = |c: &Column| {
        is_date(c) && c.default.as_ref().is_some_and(|d| d.sql.trim_start_matches('\'').starts_with("0000-"))
    };
    let lenient = start.session.strict && !before.session.strict;
    let needs = |change: &Change| {
        let defined = match &change.delta {
            Delta::Create { after: Object::Table(table) } => table.columns.iter().any(zero),
            Delta::Create { after: Object::Column { column, .. } }
            | Delta::Alter { after: Object::Column { column, .. }, .. } => zero(column),
            _ => false,
        };
        let table = change.path.relation().and_then(|name| before.catalog.tables.get(name));
        defined
            || table.is_some_and(|t| t.columns.iter().any(zero) || lenient && t.columns.iter().any(is_date))
    };
    if changes.iter().any(needs) {
        around.with_variable("sql_mode", ANY_DATE);
    }
    around
}

/// MySQL tells the counters of tables from statistics that may be a day old.
pub(super) fn while_reading_counters(dialect: Dialect, around: &mut Around) {
    if dialect == Dialect::MySql {
        around.with_variable("information_schema_stats_expiry", "0");
    }
}

/// Nothing that a column holds is refused or replaced: dates with zeros, days that no month has, and 0 in a column that
/// numbers its rows.
const ANY_DATE: &str = "'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'";

fn is_date(column: &Column) -> bool {
    let text = column.data_type.text.as_str();
    ["date", "timestamp"].iter().any(|name| text.starts_with(name))
}

fn without_policies<'t>(mut tables: impl Iterator<Item = &'t Table>, around: &mut Around) {
    if tables.any(|t| t.properties.row_security) {
        around.inside(["SET row_security = off".to_owned()], ["RESET row_security".to_owned()]);
    }
}

/// MySQL family: runs a statement that ends in a number, which stands in the only row of `copy`; no statement takes it
/// from a query.
pub(super) fn run_with_number(dialect: Dialect, statement: &str, copy: &str) -> Vec<String> {
    let text = quote::literal(dialect, statement);
    vec![
        format!("SET @remigrate_statement = (SELECT COALESCE(CONCAT({text}, position), 'DO 0') FROM {copy})"),
        "PREPARE remigrate_statement FROM @remigrate_statement".to_owned(),
        "EXECUTE remigrate_statement".to_owned(),
        "DEALLOCATE PREPARE remigrate_statement".to_owned(),
    ]
}
