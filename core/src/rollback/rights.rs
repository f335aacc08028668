//! What goes with an object beside its definition: its owner, the privileges on it, the account that it runs as.
//!
//! None of it is in the catalog. An object that is dropped and made again belongs to whoever runs the script and has
//! the privileges that new objects get; one that nobody was granted anything on is as before. A query tells which.
use super::{classify::Judgement, lineage::Lineage};
use crate::{
    apply::State,
    catalog::ObjectName,
    change::{Change, Delta, Object, ObjectPath},
    dialect::quote,
    report::RollbackClass,
    target::Dialect,
};

/// Says what does not come back with an object of the start that `change` drops or, in the MySQL family, replaces.
pub(super) fn judge(change: &Change, start: &State, lineage: &Lineage, out: &mut Judgement) {
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
    let Some(origin) = lineage.origin(&change.path, start).filter(|_| goes) else { return };
    let Some((what, probe)) = (if mysql { of_mysql(&origin) } else { of_postgres(&origin) }) else {
        return;
    };
    // Tables and sequences say so beside their data: their class is about rows.
    let class = match change.path {
        ObjectPath::Table { .. } | ObjectPath::Sequence { .. } => RollbackClass::NeedsCapture,
        ObjectPath::Column { .. } if !is_generated(change) => RollbackClass::NeedsCapture,
        _ => RollbackClass::StateDependent,
    };
    out.lose(class, format!("{what} of `{}`, which the query asked before the migration tells", change.path));
    out.probe_first(probe);
    if let (true, ObjectPath::Routine { name, .. }) = (mysql, &origin) {
        let (schema, name) = place(name);
        out.probe_first(format!(
            "SELECT user, host, proc_priv FROM mysql.procs_priv WHERE db = {schema} AND routine_name = {name}"
        ));
    }
}

fn is_generated(change: &Change) -> bool {
    matches!(&change.delta, Delta::Drop { before: Object::Column { column, .. } } if column.generated.is_some())
}

/// MySQL family: the schema and the name of an object as values, to look it up by.
pub(super) fn place(name: &ObjectName) -> (String, String) {
    let literal = |text: &str| quote::literal(Dialect::MySql, text);
    let schema = match name.schema_str() {
        "" => "DATABASE()".to_owned(),
        schema => literal(schema),
    };
    (schema, literal(name.name.as_str()))
}

/// MySQL family: the query for the accounts that a table's triggers run as.
pub(super) fn triggers_of(table: &ObjectName) -> String {
    let (schema, name) = place(table);
    format!(
        "SELECT trigger_name, definer, sql_mode FROM information_schema.triggers WHERE event_object_schema = {schema} AND event_object_table = {name}"
    )
}

/// What a script drops with its owner and its privileges.
const OWNED: &[&str] = &[
    "DROP VIEW ",
    "DROP MATERIALIZED VIEW ",
    "DROP FUNCTION ",
    "DROP PROCEDURE ",
    "DROP AGGREGATE ",
    "DROP SEQUENCE ",
    "DROP TYPE ",
    "DROP DOMAIN ",
    "DROP SCHEMA ",
];

/// Says that undoing makes an object anew that the migration only altered, or that stands in the way. `going` are the
/// names of what the migration made, as [`going`] gives them.
pub(super) fn made_anew(sql: &str, going: &[String], out: &mut Judgement) {
    let Some(name) = OWNED.iter().find_map(|words| sql.strip_prefix(words)) else { return };
    // A routine's name is followed by its signature.
    let is = |going: &String| {
        name == going || name.strip_prefix(going.as_str()).is_some_and(|r| r.starts_with('('))
    };
    if !going.iter().any(is) {
        out.lose(
            RollbackClass::StateDependent,
            format!("owner and privileges of what `{sql}` drops to make it anew"),
        );
    }
}

/// The written names of what a list of changes drops on purpose.
pub(super) fn going(changes: &[Change], dialect: Dialect) -> Vec<String> {
    let name = |change: &Change| match &change.path {
        ObjectPath::Schema { name } => Some(quote::name(dialect, name)),
        ObjectPath::View { name }
        | ObjectPath::Routine { name, .. }
        | ObjectPath::Sequence { name }
        | ObjectPath::Type { name } => Some(quote::object(dialect, name)),
        _ => None,
    };
    changes.iter().filter(|c| matches!(c.delta, Delta::Drop { .. })).filter_map(name).collect()
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
        ObjectPath::Column { table, name } => (
            "privileges",
            format!(
                "SELECT attacl FROM pg_attribute WHERE attrelid = {}::regclass AND attname = {}",
                object(table),
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
    let definer = "the account and the session settings";
    Some(match path {
        ObjectPath::View { name } => (
            definer,
            format!(
                "SELECT definer, security_type FROM information_schema.views WHERE table_schema = {} AND table_name = {}",
                place(name).0,
                place(name).1
            ),
        ),
        ObjectPath::Routine { name, .. } => (
            "the account, the session settings and the privileges",
            format!(
                "SELECT definer, security_type, sql_mode FROM information_schema.routines WHERE routine_schema = {} AND routine_name = {}",
                place(name).0,
                place(name).1
            ),
        ),
        ObjectPath::Trigger { table, name } => (
            definer,
            format!(
                "SELECT definer, sql_mode FROM information_schema.triggers WHERE trigger_schema = {} AND trigger_name = {}",
                place(table).0,
                quote::literal(Dialect::MySql, name.as_str())
            ),
        ),
        _ => return None,
    })
}
