//! How good the inverse of an operation is.
use std::collections::{BTreeMap, BTreeSet};

use super::{
    capture::Capture,
    fate::{Ask, Fate},
    hold::Origins,
    keys, operations, rights, types, unseen,
};
use crate::{
    apply::State,
    catalog::{Column, ConstraintKind, ObjectName, UserTypeKind},
    change::{Change, Delta, Object, ObjectPath},
    dialect::mysql::engines::{self, Keeps},
    operation::{Operation, TableAction},
    replay::Applied,
    report::RollbackClass,
    target::Dialect,
};

/// A class with its reasons.
pub(super) struct Judgement {
    pub(super) class: RollbackClass,
    pub(super) loses: Vec<String>,
    /// Asked before the migration.
    pub(super) probe_first: Vec<String>,
    /// Asked before the rollback, under the names behind a change of the operation, which is given by its place.
    asks: Vec<(usize, Ask)>,
    /// The place of the change that is judged.
    at: usize,
    /// The same under the last names.
    pub(super) probe: Vec<String>,
    /// The inverse must not run unless the probe has been answered.
    pub(super) keep_hands_off: bool,
    /// Which tables of the start the changes are about.
    pub(super) origins: Origins,
    /// What is in `loses` by [`Judgement::lose`], and in both lists of queries.
    said: BTreeSet<String>,
    asked: BTreeSet<String>,
}

impl Judgement {
    pub(super) fn exact() -> Self {
        Self {
            class: RollbackClass::Exact,
            loses: Vec::new(),
            probe_first: Vec::new(),
            asks: Vec::new(),
            at: 0,
            probe: Vec::new(),
            keep_hands_off: false,
            origins: Origins::new(),
            said: BTreeSet::new(),
            asked: BTreeSet::new(),
        }
    }

    /// Makes the class at least as bad as `class`, for a reason.
    pub(super) fn lose(&mut self, class: RollbackClass, what: String) {
        self.class = self.class.max(class);
        if self.said.insert(what.clone()) {
            self.loses.push(what);
        }
    }

    /// A query that only the database before the migration can answer.
    pub(super) fn probe_first(&mut self, sql: String) {
        if self.asked.insert(sql.clone()) {
            self.probe_first.push(sql);
        }
    }

    /// A question for the database before the rollback.
    fn ask(&mut self, ask: Ask) {
        self.asks.push((self.at, ask));
    }

    /// Writes the questions for the database before the rollback under the last names, and goes back to the point
    /// before the operation.
    pub(super) fn follow(&mut self, applied: &Applied, fate: &mut Fate, dialect: Dialect) {
        let mut by_change: BTreeMap<usize, Vec<(usize, Ask)>> = BTreeMap::new();
        for (order, (at, ask)) in std::mem::take(&mut self.asks).into_iter().enumerate() {
            by_change.entry(at).or_default().push((order, ask));
        }
        let mut queries: BTreeMap<usize, String> = BTreeMap::new();
        for at in (0..applied.outcome.changes.len()).rev() {
            for (order, ask) in by_change.remove(&at).unwrap_or_default() {
                queries.extend(ask.sql(fate, dialect).map(|sql| (order, sql)));
            }
            fate.before(applied, at);
        }
        for sql in queries.into_values() {
            if self.asked.insert(sql.clone()) {
                self.probe.push(sql);
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.class = self.class.max(other.class);
        self.loses.extend(other.loses);
        self.probe_first.extend(other.probe_first);
        self.probe.extend(other.probe);
        self.keep_hands_off |= other.keep_hands_off;
    }
}

/// Judges one operation and tells `capture` what has to be saved for it. `start` is the state before everything that
/// is undone.
pub(super) fn judge<'a>(applied: &'a Applied, start: &'a State, capture: &mut Capture<'a>) -> Judgement {
    let mut judgement = Judgement::exact();
    let outcome = &applied.outcome;
    for conflict in &outcome.conflicts {
        let sure = if conflict.certain { "the server refuses it" } else { "the server may refuse it" };
        judgement.lose(
            RollbackClass::Unknown,
            format!("{sure}, and what follows does not run: {}", conflict.message),
        );
    }
    for unknown in &outcome.unknowns {
        judgement.lose(RollbackClass::Unknown, unknown.message.clone());
        if let Some(probe) = &unknown.probe {
            judgement.probe_first(probe.clone());
        }
    }
    if !outcome.unknowns.is_empty() && depends_on_existence(&applied.operation.node) {
        judgement.class = RollbackClass::StateDependent;
        judgement.keep_hands_off = true;
    }
    for (at, change) in outcome.changes.iter().enumerate() {
        judgement.at = at;
        for name in tables_of(change) {
            if let Some(origin) = capture.lineage.table(name, start) {
                if let Delta::Rename { to: ObjectPath::Table { name: to } } = &change.delta {
                    judgement.origins.insert(to.clone(), origin.clone());
                }
                judgement.origins.insert(name.clone(), origin);
            }
        }
        rights::judge(change, start, &capture.lineage, &mut judgement);
        unseen::judge(&applied.operation.node, change, start, &capture.lineage, &mut judgement);
        judge_change(change, start, capture, &mut judgement);
    }
    superseded(applied, capture, &mut judgement);
    operations::judge(&applied.operation.node, None, applied, start, capture, &mut judgement);
    judgement
}

/// MySQL family: an index that the server made for a foreign key goes when another one serves. Which indexes it made, no
/// server tells: what only looks so is still there.
fn superseded(applied: &Applied, capture: &Capture<'_>, out: &mut Judgement) {
    if matches!(applied.operation.node, Operation::DropIndex { .. }) {
        return;
    }
    let made = |table: &ObjectName| {
        applied.outcome.changes.iter().any(|c| {
            c.path.relation() == Some(table)
                && matches!(
                    (&c.path, &c.delta),
                    (ObjectPath::Index { .. } | ObjectPath::Constraint { .. }, Delta::Create { .. })
                )
        })
    };
    for (at, change) in applied.outcome.changes.iter().enumerate() {
        out.at = at;
        let (ObjectPath::Index { table, name }, Delta::Drop { before: Object::Index { index, .. } }) =
            (&change.path, &change.delta)
        else {
            continue;
        };
        let Some(origin) = capture.lineage.table(table, capture.start).filter(|_| index.implicit) else {
            continue;
        };
        if capture.is_given(&origin) && made(table) {
            out.lose(
                RollbackClass::StateDependent,
                format!("whether the server made the index `{name}` of `{table}` by itself, and dropped it now: if it was written, the script fails because it is still there"),
            );
            out.ask(Ask::Indexes(table.clone()));
        }
    }
}

/// The tables that a change is about: its own, and those that its foreign keys refer to.
fn tables_of(change: &Change) -> Vec<&ObjectName> {
    let mut tables: Vec<&ObjectName> = change.path.relation().into_iter().collect();
    match &change.delta {
        Delta::Drop { before: Object::Table(table) } => {
            tables.extend(table.foreign_keys().map(|(_, key)| &key.table));
        }
        Delta::Drop { before: Object::Constraint { constraint, .. } } => {
            if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                tables.push(&key.table);
            }
        }
        _ => {}
    }
    tables
}

/// Whether `IF [NOT] EXISTS` decides what the operation does.
fn depends_on_existence(operation: &Operation) -> bool {
    match operation {
        Operation::CreateSchema { if_not_exists, .. }
        | Operation::CreateExtension { if_not_exists, .. }
        | Operation::CreateSequence { if_not_exists, .. }
        | Operation::CreateView { if_not_exists, .. }
        | Operation::CreateRoutine { if_not_exists, .. }
        | Operation::CreateTrigger { if_not_exists, .. } => *if_not_exists,
        Operation::CreateTable(create) => create.if_not_exists,
        Operation::CreateIndex(create) => create.definition.if_not_exists,
        Operation::AlterTable(alter) => alter.if_exists || alter.actions.iter().any(|a| {
            matches!(a.node, TableAction::AddColumn { if_not_exists: true, .. })
                || matches!(&a.node, TableAction::AddIndex { definition } if definition.if_not_exists)
                || matches!(&a.node, TableAction::AddConstraint { definition } if definition.if_not_exists)
        }),
        _ => false,
    }
}

fn judge_change(change: &Change, start: &State, capture: &mut Capture<'_>, out: &mut Judgement) {
    // Objects of a table that the undone migrations made themselves go with it.
    let on_new_table = change.path.relation().is_some_and(|r| capture.is_new(r));
    match (&change.delta, &change.path) {
        (Delta::Rename { .. }, _) => {}
        (
            Delta::Alter { before: Object::TableProperties(old), after: Object::TableProperties(new) },
            ObjectPath::Table { name },
        ) if old.engine != new.engine && !on_new_table => engine(new.engine.as_deref(), name, capture, out),
        (Delta::Create { .. }, ObjectPath::Table { name }) => {
            out.lose(RollbackClass::LosesNewData, format!("rows written to `{name}` since"));
            out.ask(Ask::Rows(name.clone()));
        }
        (Delta::Create { after: Object::Column { column, .. } }, ObjectPath::Column { table, name }) => {
            if !on_new_table && column.generated.is_none() {
                out.lose(RollbackClass::LosesNewData, format!("values written to `{table}.{name}` since"));
                out.ask(Ask::Nulls { table: table.clone(), column: name.clone(), are: false });
            }
        }
        (Delta::Create { .. }, ObjectPath::Extension { name }) => {
            out.lose(
                RollbackClass::StateDependent,
                format!("the extension `{name}` can only go while nothing uses it"),
            );
        }
        (Delta::Create { .. }, _) => {}
        (Delta::Drop { before: Object::Table(table) }, ObjectPath::Table { name }) => {
            if on_new_table {
                out.lose(
                    RollbackClass::StructureOnly,
                    format!("rows of `{name}`, which was made and dropped again"),
                );
            } else if table.complete {
                capture.whole_table(name, out);
            } else {
                out.lose(RollbackClass::Unknown, format!("the whole definition of `{name}` is not known"));
            }
        }
        (Delta::Drop { before: Object::Column { column, .. } }, ObjectPath::Column { table, name }) => {
            if column.generated.is_none() && !on_new_table {
                capture.column(table, name, out);
                capture.numbers_of(table, name);
            }
        }
        (
            Delta::Drop { before: Object::Constraint { constraint, .. } },
            ObjectPath::Constraint { table, name },
        ) => {
            if matches!(constraint.kind, ConstraintKind::PrimaryKey(_)) || !on_new_table {
                out.lose(
                    RollbackClass::StateDependent,
                    format!("`{name}` comes back only if no row written to `{table}` since violates it"),
                );
                let without_key = || capture.find(table, start).is_some_and(|t| keys::key(t).is_none());
                if matches!(&constraint.kind, ConstraintKind::Unique(key) if key.nulls_not_distinct)
                    && without_key()
                {
                    out.lose(
                        RollbackClass::StateDependent,
                        format!(
                            "`{name}` takes one NULL only: where a column of it goes too, no key tells the rows of `{table}` apart to give them their values again, and the script stops there if there are two"
                        ),
                    );
                }
            }
        }
        (Delta::Drop { before: Object::Index { index, .. } }, ObjectPath::Index { table, name }) => {
            if index.unique {
                out.lose(
                    RollbackClass::StateDependent,
                    format!("the unique index `{name}` comes back only if no rows written to `{table}` since are equal"),
                );
            }
        }
        (Delta::Drop { .. }, ObjectPath::Sequence { name }) => capture.sequence(name, out),
        (Delta::Drop { .. }, ObjectPath::Extension { name }) => {
            out.lose(RollbackClass::StructureOnly, format!("data in objects of the extension `{name}`"));
        }
        (Delta::Drop { before: Object::View(view) }, ObjectPath::View { name }) if view.materialized => {
            if start.catalog.views.contains(name) {
                capture.refreshed.insert(name.clone());
                out.lose(
                    RollbackClass::StructureOnly,
                    format!("the rows that `{name}` held: it is filled anew from what its query finds then"),
                );
            }
        }
        (Delta::Drop { .. }, _) => {}
        (
            Delta::Alter {
                before: Object::Column { column: old, .. },
                after: Object::Column { column: new, .. },
            },
            ObjectPath::Column { table, .. },
        ) => {
            if !on_new_table {
                alter_column(old, new, table, start, capture, out);
            }
        }
        (Delta::Alter { before: Object::Type(old), after: Object::Type(new) }, ObjectPath::Type { name }) => {
            if let (UserTypeKind::Enum { labels: old }, UserTypeKind::Enum { labels: new }) =
                (&old.kind, &new.kind)
                && new.len() > old.len()
            {
                out.lose(
                    RollbackClass::StateDependent,
                    format!("PostgreSQL cannot take a label from `{name}`: the type is made anew, which fails while a row has the label"),
                );
            }
            domain(&old.kind, &new.kind, name, out);
        }
        (Delta::Alter { after: Object::View(view), .. }, ObjectPath::View { name }) if view.materialized => {
            if start.catalog.views.contains(name) {
                capture.refreshed.insert(name.clone());
                out.lose(
                    RollbackClass::StructureOnly,
                    format!("the rows that `{name}` held, if it has to be made anew"),
                );
            }
        }
        (Delta::Alter { .. }, _) => {}
    }
}

/// What a domain no longer asks of its values is asked again of those that are there then.
fn domain(old: &UserTypeKind, new: &UserTypeKind, name: &ObjectName, out: &mut Judgement) {
    let (
        UserTypeKind::Domain { nullable: was, checks: old, .. },
        UserTypeKind::Domain { nullable: is, checks: new, .. },
    ) = (old, new)
    else {
        return;
    };
    for (check, _) in old.iter().filter(|(_, old)| !new.iter().any(|(_, new)| new == old)) {
        out.lose(
            RollbackClass::StateDependent,
            format!("`{check}` of the domain `{name}` comes back only if no value written since violates it"),
        );
    }
    if !was && *is {
        out.lose(
            RollbackClass::StateDependent,
            format!("NOT NULL of the domain `{name}` comes back only if no column of it has a NULL by then"),
        );
    }
}

/// A table moves to another engine, which may not keep its rows.
fn engine(new: Option<&str>, table: &ObjectName, capture: &mut Capture<'_>, out: &mut Judgement) {
    match engines::keeps(new) {
        Some(Keeps::Rows) => {}
        Some(Keeps::Nothing) => capture.whole_table(table, out),
        Some(Keeps::UntilRestart | Keeps::SomeRows) => capture.some_rows(table, out),
        Some(Keeps::Elsewhere) | None => out.lose(
            RollbackClass::Unknown,
            format!(
                "what becomes of the rows of `{table}` in the engine {} is not known",
                new.unwrap_or("InnoDB")
            ),
        ),
    }
}

fn alter_column(
    old: &Column,
    new: &Column,
    table: &ObjectName,
    start: &State,
    capture: &mut Capture<'_>,
    out: &mut Judgement,
) {
    let dialect = start.catalog.dialect;
    let name = &old.name;
    if old.data_type != new.data_type || old.charset != new.charset {
        if types::keeps_values(old, new) {
            out.lose(
                RollbackClass::StateDependent,
                format!("values written to `{table}.{name}` since that do not fit `{}`", old.data_type),
            );
        } else {
            out.lose(
                RollbackClass::NeedsCapture,
                format!(
                    "what changing `{table}.{name}` from `{}` to `{}` cuts or rounds",
                    old.data_type, new.data_type
                ),
            );
            capture.column(table, name, out);
        }
    }
    if !old.nullable && new.nullable {
        out.lose(
            RollbackClass::StateDependent,
            format!("NOT NULL comes back only if `{table}.{name}` has no NULL by then"),
        );
        out.ask(Ask::Nulls { table: table.clone(), column: name.clone(), are: true });
    }
    if old.identity.is_some()
        && new.identity.as_ref().map(|i| &i.sequence) != old.identity.as_ref().map(|i| &i.sequence)
        || old.auto_increment && !new.auto_increment
    {
        capture.numbers_of(table, name);
    }
    if old.nullable && !new.nullable && dialect.is_mysql_family() && !start.session.strict {
        out.lose(
            RollbackClass::NeedsCapture,
            format!("NULLs of `{table}.{name}`, which a lenient sql_mode turns into zeros"),
        );
        capture.column(table, name, out);
    }
    if old.generated.is_none() && new.generated.is_some() {
        capture.column(table, name, out);
    }
}
