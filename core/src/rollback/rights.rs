//! What goes with an object beside its definition: its owner, the privileges on it, the account that it runs as.
//!
//! None of it is in the catalog. An object that is dropped and made again belongs to whoever runs the script and has
//! the privileges that new objects get; one that nobody was granted anything on is as before. A query tells which.
use super::classify::Judgement;
use crate::{
    apply::State,
    catalog::ObjectName,
    change::{Change, Delta, ObjectPath},
    dialect::quote,
    report::RollbackClass,
    target::Dialect,
};

/// Says what does not come back with an object of the start that `change` drops or, in the MySQL family, replaces.
pub(super) fn judge(change: &Change, start: &State, out: &mut Judgement) {
    let mysql = start.catalog.dialect.is_mysql_family();
    let goes = match change.delta {
        Delta::Drop { .. } => true,
        // The MySQL family replaces these as a whole, under the account that runs the statement.
        Delta::Alter { .. } => {
            mysql
                && matches!(
                    change.path,
                    ObjectPath::View { .. } | ObjectPath::Routine { .. } | ObjectPath::Trigger { .. }
                )
        }
        Delta::Create { .. } | Delta::Rename { .. } => false,
    };
    if !goes || !existed(&change.path, start) {
        return;
    }
    let Some((what, probe)) = (if mysql { of_mysql(&change.path) } else { of_postgres(&change.path) }) else {
        return;
    };
    // Tables and sequences say so beside their data: their class is about rows.
    let class = match change.path {
        ObjectPath::Table { .. } | ObjectPath::Sequence { .. } => RollbackClass::NeedsCapture,
        _ => RollbackClass::StateDependent,
    };
    out.lose(class, format!("{what} of `{}`, which the query asked before the migration tells", change.path));
    out.probe(probe);
}

/// Says that undoing makes an object anew that the migration only altered.
pub(super) fn made_anew(sql: &str, inverse: &[Change], out: &mut Judgement) {
    let drops = ["DROP VIEW ", "DROP FUNCTION ", "DROP PROCEDURE ", "DROP AGGREGATE "];
    let replaced = drops.iter().find(|d| sql.starts_with(**d)).filter(|_| {
        !inverse.iter().any(|c| {
            matches!(c.delta, Delta::Drop { .. })
                && matches!(c.path, ObjectPath::View { .. } | ObjectPath::Routine { .. })
        })
    });
    if replaced.is_some() {
        out.lose(
            RollbackClass::StateDependent,
            format!("owner and privileges of what `{sql}` drops to make it anew"),
        );
    }
}

fn existed(path: &ObjectPath, start: &State) -> bool {
    let catalog = &start.catalog;
    match path {
        ObjectPath::Schema { name } => catalog.schemas.contains(name),
        ObjectPath::Type { name } => catalog.types.contains(name),
        ObjectPath::Sequence { name } => catalog.sequences.contains(name),
        ObjectPath::Table { name } => catalog.tables.contains(name),
        ObjectPath::View { name } => catalog.views.contains(name),
        ObjectPath::Trigger { table, .. } => catalog.tables.contains(table) || catalog.views.contains(table),
        ObjectPath::Routine { name, signature, routine } => {
            catalog.routines.contains(&(name.clone(), signature.clone(), *routine))
        }
        ObjectPath::Extension { .. }
        | ObjectPath::Column { .. }
        | ObjectPath::Constraint { .. }
        | ObjectPath::Index { .. } => false,
    }
}

/// What is not modelled of an object, and the query that shows it. Catalogs of PostgreSQL: `relacl`, `proacl`,
/// `typacl`, `nspacl` are null when nobody but the owner was granted anything.
fn of_postgres(path: &ObjectPath) -> Option<(&'static str, String)> {
    let literal = |text: &str| quote::literal(Dialect::Postgres, text);
    let object = |name: &ObjectName| literal(&quote::object(Dialect::Postgres, name));
    let rights = "owner and privileges";
    Some(match path {
        ObjectPath::Schema { name } => (
            rights,
            format!(
                "SELECT nspowner::regrole, nspacl FROM pg_namespace WHERE nspname = {}",
                literal(name.as_str())
            ),
        ),
        ObjectPath::Type { name } => (
            rights,
            format!("SELECT typowner::regrole, typacl FROM pg_type WHERE oid = {}::regtype", object(name)),
        ),
        ObjectPath::Table { name } => (
            "owner, privileges, policies, rules and publications",
            format!(
                "SELECT relowner::regrole, relacl, relhasrules, EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid) FROM pg_class AS c WHERE oid = {}::regclass",
                object(name)
            ),
        ),
        ObjectPath::View { name } | ObjectPath::Sequence { name } => (
            rights,
            format!("SELECT relowner::regrole, relacl FROM pg_class WHERE oid = {}::regclass", object(name)),
        ),
        ObjectPath::Routine { name, signature, .. } => (
            rights,
            format!(
                "SELECT proowner::regrole, proacl FROM pg_proc WHERE oid = {}::regprocedure",
                literal(&format!("{}({signature})", quote::object(Dialect::Postgres, name)))
            ),
        ),
        _ => return None,
    })
}

/// Privileges of the MySQL family are on names and stay; the account that a definition runs as does not.
fn of_mysql(path: &ObjectPath) -> Option<(&'static str, String)> {
    let literal = |text: &str| quote::literal(Dialect::MySql, text);
    let schema = |name: &ObjectName| match name.schema_str() {
        "" => "DATABASE()".to_owned(),
        schema => literal(schema),
    };
    let definer = "the account and the session settings";
    Some(match path {
        ObjectPath::View { name } => (
            definer,
            format!(
                "SELECT definer, security_type FROM information_schema.views WHERE table_schema = {} AND table_name = {}",
                schema(name),
                literal(name.name.as_str())
            ),
        ),
        ObjectPath::Routine { name, .. } => (
            definer,
            format!(
                "SELECT definer, security_type, sql_mode FROM information_schema.routines WHERE routine_schema = {} AND routine_name = {}",
                schema(name),
                literal(name.name.as_str())
            ),
        ),
        ObjectPath::Trigger { table, name } => (
            definer,
            format!(
                "SELECT definer, sql_mode FROM information_schema.triggers WHERE trigger_schema = {} AND trigger_name = {}",
                schema(table),
                literal(name.as_str())
            ),
        ),
        _ => return None,
    })
}
