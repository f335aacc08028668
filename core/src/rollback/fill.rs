//! Columns that come back NOT NULL to tables that have rows.
//!
//! Such a column needs a value for every row before its own values can be put back. The script gives it a filler and
//! takes the filler's default away again; keys and checks that a filler would violate wait until the values are back.
use std::collections::BTreeSet;

use super::keys;
use crate::{
    catalog::{Catalog, Column, ConstraintKind, Name, ObjectName, UserTypeKind},
    change::{Change, Delta, Object, ObjectPath},
    dialect::expression,
    report::RollbackClass,
    target::Target,
};

/// Which columns hold fillers until their values are put back.
#[derive(Default)]
pub(super) struct Fillers {
    columns: BTreeSet<(ObjectName, Name)>,
    /// What has to wait for the values.
    pub(super) waiting: Vec<Change>,
}

impl Fillers {
    /// The changes that can be carried out before the values are back. `catalog` is the schema before them.
    pub(super) fn carry_out(
        &mut self,
        inverse: Vec<Change>,
        catalog: &Catalog,
        target: &Target,
        start: &Catalog,
    ) -> (Vec<Change>, Vec<(RollbackClass, String)>) {
        let (mut now, mut impossible) = (Vec::new(), Vec::new());
        for change in inverse {
            match (&change.path, &change.delta) {
                (
                    ObjectPath::Column { table, name },
                    Delta::Create { after: Object::Column { column, position } },
                ) if needs_filler(column) && catalog.tables.contains(table) => {
                    let Some(filler) = filler(column, catalog) else {
                        if target.dialect.is_mysql_family() {
                            self.columns.insert((table.clone(), name.clone()));
                        } else {
                            let what = format!(
                                "`{table}.{name}` is NOT NULL and its type has no obvious filler: the script fails while the table has rows"
                            );
                            impossible.push((RollbackClass::Irreversible, what));
                        }
                        now.push(change);
                        continue;
                    };
                    self.columns.insert((table.clone(), name.clone()));
                    let filled =
                        Column { default: Some(expression::read(&filler, target)), ..Column::clone(column) };
                    let object = |column: &Column| Object::Column {
                        column: Box::new(column.clone()),
                        position: *position,
                    };
                    now.push(Change {
                        path: change.path.clone(),
                        delta: Delta::Create { after: object(&filled) },
                    });
                    now.push(Change {
                        path: change.path.clone(),
                        delta: Delta::Alter { before: object(&filled), after: object(column) },
                    });
                }
                _ if self.must_wait(&change) => {
                    // Fillers that no value takes the place of: a key would not hold over them.
                    let keyless =
                        |name: &ObjectName| start.tables.get(name).is_none_or(|t| keys::key(t).is_none());
                    if change.path.relation().is_some_and(keyless) {
                        let what = format!(
                            "`{}` comes back only while its table has no rows: nothing tells them apart, so that their values cannot be put back",
                            change.path
                        );
                        impossible.push((RollbackClass::Irreversible, what));
                    }
                    self.waiting.push(change);
                }
                _ => now.push(change),
            }
        }
        (now, impossible)
    }

    /// Whether a key over these columns, which a foreign key refers to, comes later.
    fn key_waits(&self, table: &ObjectName, columns: &[Name]) -> bool {
        self.waiting.iter().any(|change| {
            let keys = match &change.delta {
                Delta::Create { after: Object::Constraint { constraint, .. } } => match &constraint.kind {
                    ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => &key.columns,
                    _ => return false,
                },
                Delta::Create { after: Object::Index { index, .. } } if index.unique => &index.keys,
                _ => return false,
            };
            change.path.relation() == Some(table)
                && keys.iter().filter_map(|k| k.column.as_ref()).all(|c| columns.contains(c))
        })
    }

    fn must_wait(&self, change: &Change) -> bool {
        let filled = |table: &ObjectName, name: &Name| self.columns.contains(&(table.clone(), name.clone()));
        match (&change.path, &change.delta) {
            (
                ObjectPath::Constraint { table, .. },
                Delta::Create { after: Object::Constraint { constraint, .. } },
            ) => match &constraint.kind {
                ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                    key.columns.iter().filter_map(|k| k.column.as_ref()).any(|c| filled(table, c))
                }
                ConstraintKind::ForeignKey(key) => {
                    key.columns.iter().any(|c| filled(table, c))
                        || self.key_waits(&key.table, &key.referenced)
                }
                ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => {
                    self.columns.iter().any(|(t, _)| t == table)
                }
            },
            (ObjectPath::Index { table, .. }, Delta::Create { after: Object::Index { index, .. } }) => {
                index.unique && index.keys.iter().filter_map(|k| k.column.as_ref()).any(|c| filled(table, c))
            }
            _ => false,
        }
    }
}

fn needs_filler(column: &Column) -> bool {
    let numbered = column.identity.is_some() || column.auto_increment || column.generated.is_some();
    !column.nullable && column.default.is_none() && !numbered
}

/// PostgreSQL's types by the words they start with, with a value that each accepts. The MySQL family fills most
/// types by itself; its dates cannot be zero in a strict session.
const FILLERS: &[(&str, &str)] = &[
    ("smallint", "0"),
    ("integer", "0"),
    ("bigint", "0"),
    ("numeric", "0"),
    ("real", "0"),
    ("double precision", "0"),
    ("character", "''"),
    ("text", "''"),
    ("boolean", "false"),
    ("uuid", "'00000000-0000-0000-0000-000000000000'"),
    ("jsonb", "'{}'"),
    ("json", "'{}'"),
    ("bytea", "''"),
    ("timestamp", "'1970-01-02 00:00:00'"),
    ("datetime", "'1970-01-02 00:00:00'"),
    ("date", "'1970-01-02'"),
    ("time", "'00:00:00'"),
    ("interval", "'0'"),
    ("inet", "'0.0.0.0'"),
    ("cidr", "'0.0.0.0/32'"),
    ("tsvector", "''"),
    ("bit varying", "''"),
];

fn filler(column: &Column, catalog: &Catalog) -> Option<String> {
    let text = column.data_type.text.as_str();
    if catalog.dialect.is_mysql_family() {
        let dated = ["timestamp", "datetime", "date"].iter().any(|t| text.starts_with(t));
        return FILLERS
            .iter()
            .find(|(name, _)| dated && text.starts_with(name))
            .map(|(_, value)| (*value).to_owned());
    }
    if text.ends_with("[]") {
        return Some("'{}'".into());
    }
    if let Some(custom) = &column.data_type.custom {
        return match &catalog.types.get(custom)?.kind {
            UserTypeKind::Enum { labels } => labels.first().map(|l| format!("'{}'", l.replace('\'', "''"))),
            _ => None,
        };
    }
    FILLERS.iter().find(|(name, _)| text.starts_with(name)).map(|(_, value)| (*value).to_owned())
}
