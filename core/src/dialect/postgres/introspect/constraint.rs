//! What belongs to one relation: constraints, indexes and triggers.
use std::collections::HashMap;

use super::{names, optional_name, options, table::parameters};
use crate::{
    catalog::{
        Constraint, ConstraintKind, Expression, ForeignKey, Index, IndexKey, KeyIndex, Notes, ObjectName,
        ReferentialAction, Trigger,
    },
    dialect::{
        expression,
        introspect::{Fields, Rows, fields},
    },
    error::Error,
    target::Target,
};

/// Constraints, indexes and triggers by the OID of their relation.
pub(super) struct Belongings<'a> {
    constraints: HashMap<&'a str, Vec<Constraint>>,
    indexes: HashMap<&'a str, Vec<Index>>,
    triggers: HashMap<&'a str, Vec<Trigger>>,
    /// Relation, constraint, and what of the constraint has no place in the model.
    beyond: HashMap<&'a str, Vec<(String, String)>>,
}

impl<'a> Belongings<'a> {
    pub(super) fn read(rows: &'a Rows, target: &Target) -> Result<Self, Error> {
        let mut all = Self {
            constraints: HashMap::new(),
            indexes: HashMap::new(),
            triggers: HashMap::new(),
            beyond: HashMap::new(),
        };
        for row in fields(rows, "constraints")? {
            let constraint = constraint(&row, target)?;
            if let Some(beyond) = row.optional(19) {
                let about = (constraint.name.to_string(), beyond.to_owned());
                all.beyond.entry(row.text(0)?).or_default().push(about);
            }
            all.constraints.entry(row.text(0)?).or_default().push(constraint);
        }
        let mut keys: HashMap<&str, Vec<IndexKey>> = HashMap::new();
        for row in fields(rows, "index keys")? {
            keys.entry(row.text(0)?).or_default().push(index_key(&row, target)?);
        }
        for row in fields(rows, "indexes")? {
            let keys = keys.remove(row.text(0)?).unwrap_or_default();
            all.indexes.entry(row.text(1)?).or_default().push(index(&row, keys, target)?);
        }
        for row in fields(rows, "triggers")? {
            all.triggers.entry(row.text(0)?).or_default().push(trigger(&row, target)?);
        }
        Ok(all)
    }

    /// The constraints of a relation, once. What they have beyond the model is put into `uncertain`.
    pub(super) fn constraints(
        &mut self,
        oid: &str,
        table: &ObjectName,
        uncertain: &mut Notes,
    ) -> Vec<Constraint> {
        for (constraint, beyond) in self.beyond.remove(oid).unwrap_or_default() {
            let reason = format!("has `{beyond}`, which the catalog has no place for");
            uncertain.insert(format!("{table}.{constraint}"), reason);
        }
        self.constraints.remove(oid).unwrap_or_default()
    }

    /// The indexes of a relation, once.
    pub(super) fn indexes(&mut self, oid: &str) -> Vec<Index> {
        self.indexes.remove(oid).unwrap_or_default()
    }

    /// The triggers of a relation, once.
    pub(super) fn triggers(&mut self, oid: &str) -> Vec<Trigger> {
        self.triggers.remove(oid).unwrap_or_default()
    }
}

fn constraint(row: &Fields<'_>, target: &Target) -> Result<Constraint, Error> {
    let key = || -> Result<KeyIndex, Error> {
        let mut columns = names(row, 10)?;
        let include = columns.split_off(row.number::<usize>(11)?.min(columns.len()));
        let columns = columns.into_iter().map(IndexKey::column).collect();
        Ok(KeyIndex { columns, include, nulls_not_distinct: row.flag(12)? })
    };
    let kind = match row.text(2)? {
        "p" => ConstraintKind::PrimaryKey(key()?),
        "u" => ConstraintKind::Unique(key()?),
        "f" => ConstraintKind::ForeignKey(ForeignKey {
            columns: names(row, 10)?,
            table: optional_name(row, 13)?.ok_or_else(|| row.wrong(13, "the referenced table"))?,
            referenced: names(row, 15)?,
            on_update: action(row, 16)?,
            on_delete: action(row, 17)?,
            on_delete_columns: names(row, 20)?,
            match_full: row.text(18)? == "f",
        }),
        "c" => ConstraintKind::Check {
            expression: expression::read(row.text(9)?, target),
            no_inherit: row.flag(7)?,
        },
        "x" => ConstraintKind::Exclude { definition: exclusion(row.text(9)?, target) },
        _ => return Err(row.wrong(2, "a constraint's kind")),
    };
    Ok(Constraint {
        name: row.text(1)?.into(),
        kind,
        deferrable: row.flag(3)?,
        initially_deferred: row.flag(4)?,
        validated: row.flag(5)?,
        enforced: row.flag(6)?,
        comment: row.optional(8).map(str::to_owned),
    })
}

/// What stands behind `EXCLUDE`; the constraint has the words about deferring as attributes.
fn exclusion(definition: &str, target: &Target) -> Expression {
    let mut definition = definition.strip_prefix("EXCLUDE ").unwrap_or(definition);
    for words in [" NOT VALID", " INITIALLY DEFERRED", " DEFERRABLE"] {
        definition = definition.strip_suffix(words).unwrap_or(definition);
    }
    expression::read_definition(definition, target)
}

fn action(row: &Fields<'_>, place: usize) -> Result<ReferentialAction, Error> {
    Ok(match row.text(place)? {
        "a" => ReferentialAction::NoAction,
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => return Err(row.wrong(place, "a referential action")),
    })
}

fn index_key(row: &Fields<'_>, target: &Target) -> Result<IndexKey, Error> {
    let operator_class = match row.optional(5) {
        Some(class) => Some(format!("{class}{}", parameters(row, 6)?)),
        None => None,
    };
    Ok(IndexKey {
        column: row.optional(1).map(Into::into),
        expression: row.optional(2).map(|sql| expression::read(sql, target)),
        descending: row.optional_number::<u8>(3)?.unwrap_or(0) != 0,
        nulls_first: row.optional_number::<u8>(4)?.unwrap_or(0) != 0,
        operator_class,
        collation: row.optional(7).map(str::to_owned),
        prefix: None,
    })
}

fn index(row: &Fields<'_>, mut keys: Vec<IndexKey>, target: &Target) -> Result<Index, Error> {
    let include = keys.split_off(row.number::<usize>(5)?.min(keys.len()));
    let mut index = Index::new(row.text(2)?, keys);
    index.unique = row.flag(3)?;
    row.text(4)?.clone_into(&mut index.method);
    index.include = include.into_iter().filter_map(|key| key.column).collect();
    index.predicate = row.optional(6).map(|sql| expression::read(sql, target));
    index.nulls_not_distinct = row.flag(7)?;
    index.valid = row.flag(8)?;
    index.options = options(row, 9, "")?;
    index.comment = row.optional(10).map(str::to_owned);
    Ok(index)
}

/// The server prints `CREATE TRIGGER name definition` or `CREATE CONSTRAINT TRIGGER name definition`; the definition
/// of the latter begins with `CONSTRAINT`.
fn trigger(row: &Fields<'_>, target: &Target) -> Result<Trigger, Error> {
    let (name, printed) = (row.text(1)?, row.text(2)?);
    let wrong = || row.wrong(2, "a trigger's definition");
    let (head, rest) = printed.split_once(" TRIGGER ").ok_or_else(wrong)?;
    let quoted = format!("\"{}\"", name.replace('"', "\"\""));
    let rest = rest.strip_prefix(&quoted).or_else(|| rest.strip_prefix(name)).ok_or_else(wrong)?.trim_start();
    let constraint = head.ends_with("CONSTRAINT");
    let definition = if constraint { format!("CONSTRAINT {rest}") } else { rest.to_owned() };
    let enabled = match row.text(3)? {
        "D" => Some("disabled"),
        "R" => Some("replica"),
        "A" => Some("always"),
        _ => None,
    };
    Ok(Trigger {
        name: name.into(),
        definition: expression::read_definition(&definition, target),
        function: optional_name(row, 4)?,
        enabled: enabled.map(str::to_owned),
        comment: row.optional(6).map(str::to_owned),
    })
}
