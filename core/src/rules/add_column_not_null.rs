//! `add-column-not-null`: a new column that rows must have a value for, and no value for them.
use super::{Context, Draft, EVERY, Rule};
use crate::{
    catalog::ConstraintKind,
    operation::{ColumnDefinition, TableAction},
    report::Severity,
};

pub(super) static RULE: Rule = Rule {
    id: "add-column-not-null",
    summary: "Adds a NOT NULL column without a default",
    why: "PostgreSQL refuses it as soon as the table has one row. MySQL and MariaDB give every row a made-up value (0, \
          '', the first label) and refuse it for dates in a strict session. Applications that insert without naming the \
          column fail from then on.",
    instead: "Add the column with a constant DEFAULT, or nullable, fill it, and set it NOT NULL in a later release.",
    severity: Severity::Error,
    dialects: EVERY,
    bad: &[
        "ALTER TABLE users ADD COLUMN email text NOT NULL;",
        "ALTER TABLE users ADD COLUMN n int DEFAULT NULL NOT NULL;",
        "ALTER TABLE users ADD COLUMN a int, ADD COLUMN n int NOT NULL;",
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1); ALTER TABLE t ADD COLUMN b int NOT NULL;",
    ],
    good: &[
        "ALTER TABLE users ADD COLUMN email text;",
        "ALTER TABLE users ADD COLUMN n int NOT NULL DEFAULT 0;",
        "CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b int NOT NULL;",
        "ALTER TABLE users ADD COLUMN id serial;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let mysql = cx.target.dialect.is_mysql_family();
    for (table, span, action) in cx.table_actions() {
        let TableAction::AddColumn { definition, if_not_exists, .. } = action else { continue };
        let name = &definition.column.name;
        let exists =
            || cx.table(table).is_some_and(|t| t.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name)));
        if !wants_value(definition) || cx.is_new_and_empty(table) || (*if_not_exists && exists()) {
            continue;
        }
        let message = if mysql {
            format!(
                "`{name}` is NOT NULL without a default: every row of `{table}` gets a made-up value, or the statement fails"
            )
        } else {
            format!("`{name}` is NOT NULL without a default: this fails if `{table}` has a row")
        };
        let draft = Draft::new(span, message)
            .help("give it a DEFAULT, or add it nullable, fill it, and set it NOT NULL later")
            .object(&format!("{table}.{name}"));
        // A domain may have a default of its own.
        let domain = definition.column.data_type.custom.is_some();
        out.push(match (mysql, domain) {
            (true, _) => draft.severity(Severity::Warning),
            (false, true) => draft.possible().severity(Severity::Warning),
            (false, false) => draft,
        });
    }
}

/// Whether the column must have a value and the definition gives none.
fn wants_value(definition: &ColumnDefinition) -> bool {
    let column = &definition.column;
    let primary =
        || definition.constraints.iter().any(|c| matches!(c.node.kind, ConstraintKind::PrimaryKey(_)));
    let null = |sql: &str| sql.trim().eq_ignore_ascii_case("null");
    let given = column.default.as_ref().is_some_and(|d| !null(&d.sql))
        || column.identity.is_some()
        || column.generated.is_some()
        || column.auto_increment
        || definition.serial;
    (!column.nullable || primary()) && !given
}
