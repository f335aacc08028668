//! Settings of the session.
use super::{State, Variables, block::Value};
use crate::target::{Dialect, Session, Target};

/// `SET`, `RESET`, `USE`.
pub(super) fn set(state: &mut State, setting: &str, value: Option<&str>, local: bool) {
    let (dialect, variables) = (state.catalog.dialect, state.variables.clone());
    state.configure(local, |session| assign(session, setting, value, dialect, &variables));
}

fn assign(
    session: &mut Session,
    setting: &str,
    value: Option<&str>,
    dialect: Dialect,
    variables: &Variables,
) {
    let mysql = dialect.is_mysql_family();
    let default = Session::default();
    let on = |value: &str| !matches!(value.to_ascii_lowercase().as_str(), "0" | "off" | "false" | "no");
    match setting {
        "search_path" if !mysql => {
            session.search_path = value.map(schemas).unwrap_or_default();
        }
        "standard_conforming_strings" if !mysql => {
            session.standard_conforming_strings = value.is_none_or(on);
        }
        "timezone" | "time zone" if !mysql => {
            session.utc = value.map(|v| {
                matches!(
                    v.to_ascii_lowercase().as_str(),
                    "utc" | "gmt" | "etc/utc" | "zulu" | "0" | "universal"
                )
            });
        }
        "use" | "database" | "current_database" if mysql => {
            session.search_path = value.map(|v| vec![v.to_owned()]).unwrap_or_default();
        }
        "foreign_key_checks" if mysql => match value {
            // `@OLD_FOREIGN_KEY_CHECKS`: what a dump saved at its start. A variable that nothing has set is NULL, which the
            // server refuses (error 1231): the setting stays. It does where the value is not known, too: switched off, it
            // makes the model foresee less.
            Some(v) if v.trim_start().starts_with('@') => match variables.get(&v.trim().to_lowercase()) {
                Some(Value::Bool(on)) => session.foreign_key_checks = *on,
                Some(Value::Integer(number)) => session.foreign_key_checks = *number != 0,
                _ => {}
            },
            _ => session.foreign_key_checks = value.is_none_or(on),
        },
        "sql_mode" if mysql => match value {
            None => {
                session.ansi_quotes = default.ansi_quotes;
                session.no_backslash_escapes = default.no_backslash_escapes;
                session.strict = default.strict;
            }
            // `@OLD_SQL_MODE` and the like: what a dump saved at its start.
            Some(v) if v.trim_start().starts_with('@') => {
                let start = Target::new(dialect).session;
                session.ansi_quotes = start.ansi_quotes;
                session.no_backslash_escapes = start.no_backslash_escapes;
                session.strict = start.strict;
            }
            Some(v) => {
                let modes = v.to_ascii_uppercase();
                let has = |mode: &str| modes.split([',', ' ']).any(|m| m == mode);
                session.ansi_quotes = has("ANSI_QUOTES") || has("ANSI");
                session.no_backslash_escapes = has("NO_BACKSLASH_ESCAPES");
                session.strict = has("STRICT_TRANS_TABLES") || has("STRICT_ALL_TABLES") || has("TRADITIONAL");
            }
        },
        _ => {}
    }
}

/// The schemas in a `search_path`, without those that hold no objects of ours.
fn schemas(value: &str) -> Vec<String> {
    value
        .split(',')
        .map(str::trim)
        .map(|s| match s.strip_prefix('"').and_then(|s| s.strip_suffix('"')) {
            Some(quoted) => quoted.replace("\"\"", "\""),
            None => s.trim_matches('\'').to_lowercase(),
        })
        .filter(|s| !matches!(s.as_str(), "" | "$user" | "pg_catalog" | "pg_temp"))
        .collect()
}
