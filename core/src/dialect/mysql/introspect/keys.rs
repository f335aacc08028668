//! Indexes and constraints.
use std::collections::BTreeMap;

use crate::{
    catalog::{
        Constraint, ConstraintKind, ForeignKey, Index, IndexKey, KeyIndex, Name, ObjectName,
        ReferentialAction, Table,
    },
    dialect::expression,
    dialect::introspect::{Fields, fields},
    error::Error,
    target::Target,
};

use super::{Reader, columns::printed, queries, some};

impl Reader<'_> {
    pub(super) fn indexes(&mut self) -> Result<(), Error> {
        for row in fields(self.rows, queries::INDEXES)? {
            let (table, name) = (row.text(0)?, row.text(1)?);
            let key = index_key(&row, self.target)?;
            let parser = if row.optional(7) == Some("FULLTEXT") {
                self.show_create(table)?.and_then(|sql| parser(sql, name))
            } else {
                None
            };
            let Some(read) = self.tables.get_mut(table) else { continue };
            let table = &mut read.table;
            if name == "PRIMARY" {
                primary_key(table, key, some(row.optional(9)));
                continue;
            }
            if let Some(index) = table.indexes.last_mut().filter(|index| index.name == name) {
                index.keys.push(key);
                continue;
            }
            let mut index = Index::new(name, vec![key]);
            index.unique = row.flag(2)?;
            index.method = row.text(7)?.to_ascii_lowercase();
            index.invisible = row.flag(8)?;
            index.comment = some(row.optional(9));
            if let Some(parser) = parser {
                index.options.insert("parser".to_owned(), parser);
            }
            table.indexes.push(index);
        }
        Ok(())
    }

    pub(super) fn foreign_keys(&mut self) -> Result<(), Error> {
        let mut rules = BTreeMap::new();
        for row in fields(self.rows, queries::RULES)? {
            rules.insert((row.text(0)?, row.text(1)?), (action(row.text(2)?), action(row.text(3)?)));
        }
        for row in fields(self.rows, queries::FOREIGN_KEYS)? {
            let (table, name) = (row.text(0)?, row.text(1)?);
            let (on_delete, on_update) = rules.get(&(table, name)).copied().unwrap_or_default();
            let Some(read) = self.tables.get_mut(table) else { continue };
            let table = &mut read.table;
            let (column, referenced) = (row.text(2)?, row.text(5)?);
            if let Some(Constraint { name: last, kind: ConstraintKind::ForeignKey(key), .. }) =
                table.constraints.last_mut()
                && *last == name
            {
                key.columns.push(column.into());
                key.referenced.push(referenced.into());
                continue;
            }
            let key = ForeignKey {
                columns: vec![column.into()],
                table: ObjectName::new(row.text(3)?, row.text(4)?),
                referenced: vec![referenced.into()],
                on_delete,
                on_delete_columns: Vec::new(),
                on_update,
                match_full: false,
            };
            table.constraints.push(constraint(name, ConstraintKind::ForeignKey(key)));
        }
        Ok(())
    }

    pub(super) fn checks(&mut self) -> Result<(), Error> {
        let mut conditions = BTreeMap::new();
        for row in fields(self.rows, queries::CONDITIONS)? {
            conditions.insert(row.text(0)?, row.text(1)?);
        }
        for row in fields(self.rows, queries::CHECKS)? {
            let name = row.text(1)?;
            let condition = match conditions.get(name) {
                Some(condition) => condition,
                None => row.text(4)?,
            };
            let Some(read) = self.tables.get_mut(row.text(0)?) else { continue };
            let expression = expression::read(&printed(condition, self.target), self.target);
            if row.text(3)? == "Column" {
                let mentioned = expression::columns(&expression, self.target);
                let owner = owner(name, &mentioned);
                let column = read
                    .table
                    .columns
                    .iter_mut()
                    .find(|column| owner.is_some_and(|owner| owner.eq_ignore_ascii_case(&column.name)));
                match column {
                    Some(column) => column.check = Some(expression),
                    None => {
                        let table = read.table.name.clone();
                        self.uncertain(&table, "the column that a check belongs to could not be told");
                    }
                }
                continue;
            }
            let mut check = constraint(name, ConstraintKind::Check { expression, no_inherit: false });
            check.enforced = row.flag(2)?;
            read.table.constraints.push(check);
        }
        Ok(())
    }

    /// The server does not tell which indexes it made for a foreign key. It names them like the key, or like the column
    /// when the key's name is its own invention as well, gives them the key's columns and nothing else, and drops them
    /// as soon as another index serves. Somebody may have made just such an index on purpose: that cannot be told.
    pub(super) fn implicit_indexes(&mut self) {
        for read in self.tables.values_mut() {
            let Table { name: table, constraints, indexes, .. } = &mut read.table;
            let invented = format!("{}_ibfk_", table.name);
            for constraint in constraints.iter() {
                let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
                let serving = |index: &Index| {
                    index.method == "btree"
                        && index.keys.len() >= key.columns.len()
                        && index.keys.iter().zip(&key.columns).all(|(have, want)| {
                            have.prefix.is_none()
                                && have.column.as_ref().is_some_and(|c| c.eq_ignore_ascii_case(want))
                        })
                };
                let primary_serves = constraints.iter().any(|c| match &c.kind {
                    ConstraintKind::PrimaryKey(primary) => {
                        let mut stand_in = Index::new("", primary.columns.clone());
                        stand_in.unique = true;
                        serving(&stand_in)
                    }
                    _ => false,
                });
                if primary_serves || indexes.iter().filter(|index| serving(index)).count() != 1 {
                    continue;
                }
                let first = constraint.name.starts_with(&invented).then(|| key.columns.first()).flatten();
                let named = |index: &&mut Index| index.name == *constraint.name || first == Some(&index.name);
                if let Some(index) = indexes.iter_mut().find(named) {
                    index.implicit = serving(index)
                        && index.keys.len() == key.columns.len()
                        && !index.unique
                        && !index.invisible
                        && index.comment.is_none()
                        && index.keys.iter().all(|key| !key.descending);
                }
            }
        }
    }
}

/// The column of a MariaDB column check. It is shown under the name that the column had when the check was made, which
/// may be another column's by now; the expression has the names of today.
fn owner<'a>(shown: &str, mentioned: &'a [Name]) -> Option<&'a Name> {
    match mentioned {
        [only] => Some(only),
        several => several.iter().find(|name| name.eq_ignore_ascii_case(shown)),
    }
}

fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint {
        name: name.into(),
        kind,
        deferrable: false,
        initially_deferred: false,
        validated: true,
        enforced: true,
        comment: None,
    }
}

fn primary_key(table: &mut Table, key: IndexKey, comment: Option<String>) {
    if let Some(Constraint { kind: ConstraintKind::PrimaryKey(primary), .. }) = table.constraints.first_mut()
    {
        primary.columns.push(key);
        return;
    }
    let kind = ConstraintKind::PrimaryKey(KeyIndex { columns: vec![key], ..KeyIndex::default() });
    table.constraints.insert(0, Constraint { comment, ..constraint("PRIMARY", kind) });
}

fn index_key(row: &Fields<'_>, target: &Target) -> Result<IndexKey, Error> {
    let spatial = matches!(row.text(7)?, "SPATIAL" | "RTREE");
    Ok(IndexKey {
        column: row.optional(3).map(Into::into),
        expression: row
            .optional(4)
            .filter(|_| row.optional(3).is_none())
            .map(|text| expression::read(&printed(text, target), target)),
        // What is shown for a spatial index was not written.
        prefix: row.optional_number(5)?.filter(|_| !spatial),
        descending: row.flag(6)?,
        ..IndexKey::default()
    })
}

fn action(rule: &str) -> ReferentialAction {
    match rule {
        "CASCADE" => ReferentialAction::Cascade,
        "SET NULL" => ReferentialAction::SetNull,
        "SET DEFAULT" => ReferentialAction::SetDefault,
        // `RESTRICT` and `NO ACTION` are the same to InnoDB.
        _ => ReferentialAction::NoAction,
    }
}

/// The parser of a full-text index in the text of `SHOW CREATE TABLE`, where each index has a line of its own:
/// ``FULLTEXT KEY `i` (`a`) /*!50100 WITH PARSER `ngram` */``.
fn parser(create: &str, index: &str) -> Option<String> {
    let start = format!("FULLTEXT KEY {} ", crate::dialect::mysql::quote::name(index));
    let line = create.lines().map(str::trim_start).find(|line| line.starts_with(&start))?;
    let (_, parser) = line.split_once(" WITH PARSER `")?;
    Some(parser.split('`').next()?.to_owned())
}
