//! `table-rewrite`: a statement that writes a whole table anew while nobody can use it.
use super::{Context, Draft, POSTGRES, Rule};
use crate::{
    dialect::expression,
    operation::{ColumnDefinition, Operation, TableAction},
    report::{Certainty, Severity},
};

pub(super) static RULE: Rule = Rule {
    id: "table-rewrite",
    summary: "Writes every row of a table anew under an exclusive lock",
    why: "Nobody can read or write the table until every row and every index is written anew, and the disk has to hold \
          both copies.",
    instead: "A new column: add it without default, set the default, and fill it in batches. VACUUM FULL and CLUSTER: \
              use `pg_repack`, or a plain VACUUM. Otherwise: do it while nobody uses the table.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &[
        "VACUUM FULL users;",
        "VACUUM (FULL, ANALYZE);",
        "CLUSTER users USING users_pkey;",
        "ALTER TABLE users SET UNLOGGED;",
        "ALTER TABLE users SET LOGGED;",
        "ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();",
        "ALTER TABLE users ADD COLUMN number bigserial;",
        "ALTER TABLE users ADD COLUMN number int GENERATED ALWAYS AS IDENTITY;",
        "ALTER TABLE users ADD COLUMN name text GENERATED ALWAYS AS (first || last) STORED;",
        "ALTER TABLE users SET ACCESS METHOD heap;",
    ],
    good: &[
        "VACUUM users;",
        "VACUUM (FULL false) users;",
        "ALTER TABLE users ADD COLUMN created timestamptz DEFAULT now();",
        "ALTER TABLE users ADD COLUMN n int;",
        "CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b serial;",
        "CREATE UNLOGGED TABLE t (a int); ALTER TABLE t SET LOGGED;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    if let Operation::Maintenance { command, objects } = cx.operation {
        let full = command.starts_with("VACUUM") && command.split(' ').any(|w| w == "FULL");
        if !full && !command.starts_with("CLUSTER") {
            return;
        }
        if objects.is_empty() {
            let message = format!("`{command}` writes every table of the database anew, one after the other");
            out.push(Draft::new(cx.span, message).help("name the tables that need it"));
        }
        for table in objects.iter().filter(|t| !cx.is_new(t)) {
            let message =
                format!("`{command}` writes every row of `{table}` anew, and nobody can use it meanwhile");
            out.push(
                Draft::new(cx.span, message)
                    .help("use `pg_repack`, or a plain VACUUM, which only marks the room as free")
                    .object(table),
            );
        }
        return;
    }
    for (table, span, action) in cx.table_actions() {
        if cx.is_new_and_empty(table) || !cx.impact.rewrites.contains(&cx.resolve(table)) {
            continue;
        }
        let Some((what, help)) = rewriting(cx, action) else { continue };
        let draft = Draft::new(
            span,
            format!("{what} writes every row of `{table}` anew, and nobody can use it meanwhile"),
        )
        .help(help)
        .object(table);
        out.push(match cx.impact.certainty {
            Certainty::Certain => draft,
            Certainty::Possible => draft.possible().severity(Severity::Warning),
        });
    }
}

/// What of an action can rewrite the table, with what to do instead. Type changes have a rule of their own.
fn rewriting(cx: &Context<'_>, action: &TableAction) -> Option<(String, &'static str)> {
    const IDLE: &str = "do it while nobody uses the table";
    match action {
        TableAction::AddColumn { definition, .. } => {
            let what = filled_by(cx, definition)?;
            Some((
                format!("adding `{}` with {what}", definition.column.name),
                "add the column without it, set the default, and fill it in batches",
            ))
        }
        TableAction::SetOptions { options } => {
            let option = options.iter().find_map(|(option, value)| match option.as_str() {
                "persistence" => Some(format!("SET {}", value.as_deref().unwrap_or("LOGGED").to_uppercase())),
                "access_method" => Some("SET ACCESS METHOD".to_owned()),
                "tablespace" => Some("SET TABLESPACE".to_owned()),
                _ => None,
            })?;
            Some((format!("`{}`", option.replace("SET PERMANENT", "SET LOGGED")), IDLE))
        }
        TableAction::SetGenerated { expression: Some(_), .. } => {
            Some(("`SET EXPRESSION`".to_owned(), "add a new column and fill it in batches"))
        }
        TableAction::Opaque { verb, .. } | TableAction::Other { verb, .. }
            if verb.starts_with("SET ACCESS METHOD") || verb.starts_with("SET TABLESPACE") =>
        {
            Some((format!("`{verb}`"), IDLE))
        }
        _ => None,
    }
}

/// What gives each row a value of its own.
fn filled_by(cx: &Context<'_>, definition: &ColumnDefinition) -> Option<&'static str> {
    let column = &definition.column;
    if definition.serial {
        return Some("a number for each row");
    }
    if column.identity.is_some() {
        return Some("an identity");
    }
    if column.generated.as_ref().is_some_and(|g| g.stored) {
        return Some("a stored generated value");
    }
    if column.data_type.custom.is_some() {
        return Some("a type that may be a domain with constraints");
    }
    let default = column.default.as_ref()?;
    match expression::is_volatile(default, cx.target) {
        Some(false) => None,
        Some(true) => Some("a default that differs from row to row"),
        None => Some("a default that may differ from row to row"),
    }
}
