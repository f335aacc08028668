//! Definitions of indexes and constraints.
use crate::{
    catalog::{Constraint, ConstraintKind, ForeignKey, Index, IndexKey, ReferentialAction},
    dialect::mysql::quote,
    target::{Dialect, Target},
};

use super::{names, object, parenthesised};

/// An index as `CREATE TABLE` and `ADD` take it. `engine` decides which method goes without saying.
pub(super) fn index(index: &Index, engine: Option<&str>, target: &Target) -> String {
    let usual = match engine {
        Some(engine) if engine.eq_ignore_ascii_case("memory") => "hash",
        _ => "btree",
    };
    let (kind, method) = match &*index.method {
        "fulltext" => ("FULLTEXT KEY", None),
        "spatial" | "rtree" => ("SPATIAL KEY", None),
        method if index.unique => ("UNIQUE KEY", Some(method)),
        method => ("KEY", Some(method)),
    };
    let mut sql = format!("{kind} {} ({})", quote::name(&index.name), keys(&index.keys, target));
    if let Some(method) = method.filter(|method| *method != usual) {
        sql.push_str(&format!(" USING {}", method.to_ascii_uppercase()));
    }
    if let Some(size) = index.options.get("key_block_size") {
        sql.push_str(&format!(" KEY_BLOCK_SIZE={size}"));
    }
    if let Some(parser) = index.options.get("parser") {
        sql.push_str(&format!(" WITH PARSER {}", quote::name(parser)));
    }
    if let Some(comment) = &index.comment {
        sql.push_str(&format!(" COMMENT {}", quote::string(comment)));
    }
    if index.invisible {
        sql.push(' ');
        sql.push_str(hidden(true, target));
    }
    sql
}

/// The word for an index that the optimizer does not use, or uses.
pub(super) fn hidden(hidden: bool, target: &Target) -> &'static str {
    match (target.dialect == Dialect::MariaDb, hidden) {
        (true, true) => "IGNORED",
        (true, false) => "NOT IGNORED",
        (false, true) => "INVISIBLE",
        (false, false) => "VISIBLE",
    }
}

fn keys(keys: &[IndexKey], target: &Target) -> String {
    let key = |key: &IndexKey| {
        let mut sql = match (&key.column, &key.expression) {
            (Some(column), _) => quote::name(column),
            (None, Some(expression)) => parenthesised(&expression.sql, target),
            (None, None) => String::new(),
        };
        if let Some(prefix) = key.prefix {
            sql.push_str(&format!("({prefix})"));
        }
        if key.descending {
            sql.push_str(" DESC");
        }
        sql
    };
    keys.iter().map(key).collect::<Vec<_>>().join(", ")
}

/// A constraint as `CREATE TABLE` and `ADD` take it; `None` for one that the family does not have.
pub(super) fn constraint(constraint: &Constraint, target: &Target) -> Option<String> {
    let name = quote::name(&constraint.name);
    Some(match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => {
            let comment =
                constraint.comment.as_ref().map(|comment| format!(" COMMENT {}", quote::string(comment)));
            format!("PRIMARY KEY ({}){}", keys(&key.columns, target), comment.unwrap_or_default())
        }
        ConstraintKind::Unique(key) => format!("UNIQUE KEY {name} ({})", keys(&key.columns, target)),
        ConstraintKind::ForeignKey(key) => {
            let mut sql = format!(
                "CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES {} ({})",
                names(&key.columns),
                object(&key.table),
                names(&key.referenced)
            );
            for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
                if let Some(action) = referential(action) {
                    sql.push_str(&format!(" ON {event} {action}"));
                }
            }
            sql
        }
        ConstraintKind::Check { expression, .. } => {
            let enforced =
                if constraint.enforced || target.dialect == Dialect::MariaDb { "" } else { " NOT ENFORCED" };
            format!("CONSTRAINT {name} CHECK {}{enforced}", parenthesised(&expression.sql, target))
        }
        ConstraintKind::Exclude { .. } => return None,
    })
}

fn referential(action: ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction | ReferentialAction::Restrict => None,
        ReferentialAction::Cascade => Some("CASCADE"),
        ReferentialAction::SetNull => Some("SET NULL"),
        ReferentialAction::SetDefault => Some("SET DEFAULT"),
    }
}

/// Whether an index, given by its keys, can serve a foreign key: the key's columns lead it, in whole.
pub(super) fn serves(keys: &[IndexKey], key: &ForeignKey) -> bool {
    keys.len() >= key.columns.len()
        && keys.iter().zip(&key.columns).all(|(have, want)| {
            have.prefix.is_none() && have.column.as_ref().is_some_and(|c| c.eq_ignore_ascii_case(want))
        })
}

/// Whether the server makes `index` by itself when the foreign key `name` is added: it has the key's name and columns,
/// and nothing else in the table serves.
pub(super) fn made_for<'a>(
    index: &Index,
    name: &str,
    key: &ForeignKey,
    others: impl IntoIterator<Item = &'a [IndexKey]>,
) -> bool {
    index.implicit
        && index.name.eq_ignore_ascii_case(name)
        && index.keys.len() == key.columns.len()
        && serves(&index.keys, key)
        && !others.into_iter().any(|other| serves(other, key))
}
