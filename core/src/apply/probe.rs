//! Queries that settle what the model cannot know.
use super::run::Run;
use crate::catalog::ObjectName;

fn text(s: &str) -> String {
    format!("'{}'", s.replace('\\', "\\\\").replace('\'', "''"))
}

/// Whether a relation exists: one row with a boolean.
pub(super) fn table_exists(run: &Run<'_>, name: &ObjectName) -> String {
    if run.mysql() {
        let schema = match name.schema_str() {
            "" => "database()".to_owned(),
            other => text(other),
        };
        return format!(
            "select count(*) > 0 from information_schema.tables where table_schema = {schema} and table_name = {}",
            text(&name.name)
        );
    }
    let quoted = |s: &str| s.replace('\'', "''");
    format!(
        "select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace \
         where n.nspname = '{}' and c.relname = '{}')",
        quoted(name.schema_str()),
        quoted(&name.name)
    )
}

/// PostgreSQL: the number of a type, for a condition.
pub(super) fn type_oid(name: &ObjectName) -> String {
    let quoted = |s: &str| s.replace('\'', "''");
    format!(
        "(select t.oid from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace \
         where n.nspname = '{}' and t.typname = '{}')",
        quoted(name.schema_str()),
        quoted(&name.name)
    )
}
