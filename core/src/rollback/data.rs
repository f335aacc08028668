//! Data changes: what has to be saved so that rows come back.
use std::collections::BTreeSet;

use super::{
    capture::{Capture, KeyLiterals, Which},
    classify::Judgement,
    keys,
    reach::{Effect, Reach},
};
use crate::{
    apply::State,
    catalog::{Column, Expression, Name, ObjectName, Table},
    dialect::{
        expression,
        mysql::engines::{self, Keeps},
    },
    operation::{Delete, Filter, Insert, Operation, Update},
    replay::Applied,
    report::RollbackClass,
};

/// What a statement on rows reaches, and who is asked about it.
struct Statement<'a, 'c> {
    applied: &'a Applied,
    start: &'a State,
    capture: &'c mut Capture<'a>,
}

/// The rows that a statement is about; `filter` is its condition when that means the same at the start.
fn which<'f>(filter: Option<&'f str>, written: &Filter, limited: bool) -> Which<'f> {
    match (filter, written) {
        (Some(filter), _) => Which::Filtered(filter),
        (None, Filter::None | Filter::Tautology { .. }) if !limited => Which::Every,
        _ => Which::Some,
    }
}

fn not_known(name: &ObjectName, start: &State, out: &mut Judgement) {
    let advice = if start.catalog.is_open() { ": give the starting schema" } else { "" };
    out.lose(RollbackClass::Unknown, format!("columns and keys of `{name}` are not known{advice}"));
}

impl<'a> Statement<'a, '_> {
    fn reach(&self, names: &[(&ObjectName, bool)], effect: &Effect, out: &mut Judgement) -> Reach<'a> {
        let mut reach = Reach::new(&self.applied.before);
        for (name, only) in names {
            if !reach.write(name, *only, effect, out) {
                not_known(name, self.start, out);
            }
        }
        reach
    }

    /// As [`Statement::reach`] for an update: of several tables, those that have one of the columns.
    fn reach_of_update(&self, update: &Update, out: &mut Judgement) -> Reach<'a> {
        let mut reach = Reach::new(&self.applied.before);
        let assigned = || update.assignments.iter().map(|(column, _)| column);
        let tables = update.tables.iter().map(|name| self.capture.find(name, &self.applied.before));
        let tables: Vec<_> = tables.map(|table| table.filter(|t| t.complete)).collect();
        let mut columns: BTreeSet<String> = BTreeSet::new();
        for table in tables.iter().flatten() {
            columns.extend(table.columns.iter().map(|column| column.name.to_lowercase()));
        }
        // A column that no table is known to have may be any table's.
        let lost =
            tables.iter().all(Option::is_some) && assigned().any(|c| !columns.contains(&c.to_lowercase()));
        for name in &update.tables {
            let known = self.capture.find(name, &self.applied.before).filter(|t| t.complete);
            let has = |column: &&Name| {
                known.is_none_or(|t| t.columns.iter().any(|c| c.name.to_lowercase() == column.to_lowercase()))
            };
            let effect = match update.tables.as_slice() {
                _ if lost || update.assignments.is_empty() => Effect { columns: None, ..Effect::nothing() },
                [_] => Effect::update(assigned().cloned()),
                _ if assigned().any(|column| has(&column)) => Effect::update(assigned().filter(has).cloned()),
                _ => continue,
            };
            if !reach.write(name, update.only, &effect, out) {
                not_known(name, self.start, out);
            }
        }
        reach
    }

    /// The table of the start behind one of now; nothing when the undone migrations made it: its rows go with it.
    fn at_start(&self, now: &Table, out: &mut Judgement) -> Option<&'a Table> {
        let doubt = &self.applied.before.catalog.uncertain;
        if let Some(reason) = doubt.get(&now.name.to_string()) {
            out.lose(
                RollbackClass::Unknown,
                format!("what writing to `{}` does is not certain: {reason}", now.name),
            );
        }
        if engines::keeps(now.properties.engine.as_deref()).is_none_or(|k| k == Keeps::Elsewhere) {
            out.lose(
                RollbackClass::Unknown,
                format!("where the engine of `{}` writes rows to is not known", now.name),
            );
        }
        let origin = self.capture.lineage.table(&now.name, self.start)?;
        match self.start.catalog.tables.get(&origin) {
            Some(table) if table.complete && now.complete => Some(table),
            _ => {
                not_known(&now.name, self.start, out);
                None
            }
        }
    }

    /// Saves what the statement may overwrite or take away. `which` rows, that is of a table that the statement names
    /// itself and nothing else follows.
    fn save(&mut self, reach: &Reach<'a>, which: Which<'_>, source: Option<&str>, out: &mut Judgement) {
        for name in &reach.order {
            let (Some(now), Some(effect)) = (reach.table(name), reach.effects.get(name)) else {
                not_known(name, self.start, out);
                continue;
            };
            let Some(table) = self.at_start(now, out) else { continue };
            // Rows of partitions are saved and put back through the table that they are rows of.
            let root = now.properties.partition_of.as_ref().filter(|(p, _)| reach.effects.contains_key(p));
            let same_root = root.is_some_and(|(parent, _)| {
                let origin = self.capture.lineage.table(parent, self.start);
                table.properties.partition_of.as_ref().map(|(p, _)| p) == origin.as_ref()
            });
            if same_root {
                continue;
            }
            let direct = reach.direct.contains(name);
            let what = match (source, direct) {
                (Some(source), true) => format!("rows of `{name}` that the {source} wrote or deleted"),
                (None, true) if effect.emptied => format!("every row of `{name}`"),
                (None, true) if effect.rows_come => format!("rows of `{name}` that were overwritten"),
                (None, true) if effect.rows_go => format!("the deleted rows of `{name}`"),
                (None, true) => {
                    format!("values of `{name}` that were overwritten, and what was written over them since")
                }
                (_, false) => format!("rows of `{name}` that go or change with them"),
            };
            let which = match which {
                Which::Filtered(_) if reach.order.len() > 1 => Which::Some,
                _ if direct || effect.emptied => which,
                _ => Which::Some,
            };
            let columns = effect.columns.as_ref().map(|columns| self.columns_at_start(now, table, columns));
            match columns {
                _ if effect.rows_come || effect.rows_go && effect.changes_columns() => {
                    out.lose(RollbackClass::NeedsCapture, what);
                    self.capture.all_rows(table, effect.rows_come, out);
                }
                _ if effect.rows_go => {
                    out.lose(RollbackClass::NeedsCapture, what);
                    self.capture.rows(table, which, out);
                }
                Some(columns) => {
                    if !columns.is_empty() {
                        out.lose(RollbackClass::NeedsCapture, what);
                        self.capture.columns(table, &columns, which, out);
                    }
                }
                None => {
                    out.lose(RollbackClass::NeedsCapture, what);
                    self.capture.all_rows(table, true, out);
                }
            }
        }
    }

    /// The columns of the start whose values change when `columns` of now do: those that the undone migrations added
    /// go again, their values need no saving. Any update of a row sets its `ON UPDATE CURRENT_TIMESTAMP`.
    fn columns_at_start(&self, now: &Table, table: &Table, columns: &BTreeSet<Name>) -> Vec<Name> {
        if columns.is_empty() {
            return Vec::new();
        }
        now.columns
            .iter()
            .filter(|c| {
                c.generated.is_none()
                    && (c.on_update.is_some() || columns.iter().any(|a| a.eq_ignore_ascii_case(&c.name)))
            })
            .filter_map(|c| self.capture.lineage.column(&now.name, &c.name))
            .filter(|origin| table.columns.iter().any(|c| c.name == *origin && c.generated.is_none()))
            .collect()
    }

    /// The condition, when it means the same rows before the first undone statement: it compares columns that are as
    /// they were at the start with literals, and no setting has changed.
    fn filter_at_start(&self, filter: &Filter, names: &[ObjectName], limited: bool) -> Option<String> {
        let (Filter::Condition { condition }, [name]) = (filter, names) else { return None };
        let before = &self.applied.before;
        let target = before.target();
        let session = before.session == self.start.session;
        if limited || !session || !self.capture.lineage.same_settings() {
            return None;
        }
        let now = self.capture.find(name, before)?;
        let origin = self.capture.lineage.table(&now.name, self.start)?;
        let table = self.start.catalog.tables.get(&origin)?;
        let same_defaults = now.properties.charset == table.properties.charset
            && now.properties.collation == table.properties.collation
            && before.catalog.default_collation == self.start.catalog.default_collation;
        let same = |named: &Name| {
            let found = now.columns.iter().find(|c| c.name.eq_ignore_ascii_case(named));
            found.is_some_and(|c| self.is_same(c, now, table))
        };
        let columns = expression::columns(condition, &target);
        let meant = expression::is_plain(condition, &target) && columns.iter().all(same);
        (same_defaults && meant).then(|| condition.sql.to_string())
    }

    /// Whether a column of now is one of the start, has its name, and compares as it did.
    fn is_same(&self, now: &Column, table_now: &Table, table: &Table) -> bool {
        let origin = self.capture.lineage.column(&table_now.name, &now.name);
        let Some(was) = table.columns.iter().find(|c| Some(&c.name) == origin.as_ref()) else { return false };
        let types = |catalog: &crate::catalog::Catalog| {
            now.data_type.custom.as_ref().and_then(|custom| catalog.types.get(custom).cloned())
        };
        was.name == now.name
            && was.data_type == now.data_type
            && was.charset == now.charset
            && was.collation == now.collation
            && was.generated == now.generated
            && types(&self.applied.before.catalog) == types(&self.start.catalog)
    }

    /// The keys of exactly the rows that the statement inserts, by column of the start, when they are literals.
    fn known_keys(&self, insert: &Insert, now: &Table, table: &Table) -> Option<Vec<KeyLiterals>> {
        if insert.rows.is_empty() || insert.rows.len() > 1000 {
            return None;
        }
        let listed: Vec<&str> = if insert.columns.is_empty() {
            now.columns.iter().filter(|c| !c.invisible).map(|c| c.name.as_str()).collect()
        } else {
            insert.columns.iter().map(|c| c.as_str()).collect()
        };
        let mut places = Vec::new();
        for name in keys::key(table)? {
            let column = now
                .columns
                .iter()
                .find(|c| self.capture.lineage.column(&now.name, &c.name).as_ref() == Some(name))?;
            let was = table.columns.iter().find(|c| c.name == *name)?;
            let ignored = insert.overriding_user && column.identity.is_some();
            if ignored || was.data_type != column.data_type || column.generated.is_some() {
                return None;
            }
            places.push((listed.iter().position(|c| c.eq_ignore_ascii_case(&column.name))?, column, name));
        }
        let dialect = self.start.catalog.dialect;
        let row = |values: &Vec<Expression>| {
            let literal = |(place, column, name): &(usize, &Column, &Name)| {
                let found = keys::own_literal(&values.get(*place)?.sql, column, dialect)?;
                Some(((*name).clone(), found.to_owned()))
            };
            places.iter().map(literal).collect::<Option<Vec<_>>>()
        };
        insert.rows.iter().map(row).collect()
    }
}

/// A statement inside of a block that may have run, once or often, with values that are not known: every table that it
/// writes to is saved whole.
pub(super) fn conditional<'a>(
    source: &str,
    operation: &Operation,
    applied: &'a Applied,
    start: &'a State,
    capture: &mut Capture<'a>,
    out: &mut Judgement,
) {
    let mut statement = Statement { applied, start, capture };
    let (names, effect): (Vec<(&ObjectName, bool)>, Effect) = match operation {
        Operation::Insert(insert) => {
            let effect = if insert.may_overwrite { Effect::anything() } else { Effect::insert() };
            (vec![(&insert.table, false)], effect)
        }
        Operation::Update(update) => {
            (update.tables.iter().map(|t| (t, update.only)).collect(), Effect::anything())
        }
        Operation::Delete(delete) => {
            (delete.tables.iter().map(|t| (t, delete.only)).collect(), Effect::anything())
        }
        Operation::Truncate { tables, cascade, only, .. } => {
            let effect = Effect { cascades: *cascade, ..Effect::truncate() };
            (tables.iter().enumerate().map(|(at, t)| (t, only.contains(&at))).collect(), effect)
        }
        _ => return,
    };
    let reach = statement.reach(&names, &effect, out);
    statement.save(&reach, Which::Some, Some(source), out);
}

pub(super) fn insert<'a>(
    insert: &Insert,
    applied: &'a Applied,
    start: &'a State,
    capture: &mut Capture<'a>,
    out: &mut Judgement,
) {
    let mut statement = Statement { applied, start, capture };
    let effect = if insert.may_overwrite { Effect::anything() } else { Effect::insert() };
    let reach = statement.reach(&[(&insert.table, false)], &effect, out);
    // A row of a partitioned table is one of its partitions'.
    let parts = |name: &&ObjectName| {
        let part = reach.table(name).and_then(|t| t.properties.partition_of.as_ref());
        part.is_none_or(|(parent, _)| !reach.effects.contains_key(parent))
    };
    let written: Vec<&ObjectName> = reach.order.iter().filter(parts).collect();
    let plain = match written.as_slice() {
        [only] => reach.table(only),
        _ => None,
    };
    // Through a view, or over rows that are there: anything may change.
    let Some(now) = plain.filter(|now| reach.effects.get(&now.name).is_some_and(|e| !e.rows_go)) else {
        statement.save(&reach, Which::Some, None, out);
        return;
    };
    let Some(table) = statement.at_start(now, out) else { return };
    match statement.known_keys(insert, now, table) {
        Some(rows) if !insert.ignores_conflicts => {
            out.lose(
                RollbackClass::LosesNewData,
                format!("what was changed since in the rows inserted into `{}`", now.name),
            );
            statement.capture.delete_rows(table, rows, out);
        }
        _ => {
            out.lose(
                RollbackClass::NeedsCapture,
                format!("rows inserted into `{}` are told from others by what was there before", now.name),
            );
            statement.capture.new_rows(table, out);
        }
    }
}

pub(super) fn update<'a>(
    update: &Update,
    applied: &'a Applied,
    start: &'a State,
    capture: &mut Capture<'a>,
    out: &mut Judgement,
) {
    let mut statement = Statement { applied, start, capture };
    let reach = statement.reach_of_update(update, out);
    let filter = statement.filter_at_start(&update.filter, &update.tables, update.limited);
    let which = which(filter.as_deref(), &update.filter, update.limited);
    statement.save(&reach, which, None, out);
}

pub(super) fn delete<'a>(
    delete: &Delete,
    applied: &'a Applied,
    start: &'a State,
    capture: &mut Capture<'a>,
    out: &mut Judgement,
) {
    let mut statement = Statement { applied, start, capture };
    let names: Vec<_> = delete.tables.iter().map(|t| (t, delete.only)).collect();
    let reach = statement.reach(&names, &Effect::delete(), out);
    let filter = statement.filter_at_start(&delete.filter, &delete.tables, delete.limited);
    let which = which(filter.as_deref(), &delete.filter, delete.limited);
    statement.save(&reach, which, None, out);
}

/// The parts of a `TRUNCATE`.
pub(super) struct Truncate<'o> {
    pub(super) tables: &'o [ObjectName],
    pub(super) cascade: bool,
    pub(super) restart_identity: bool,
    pub(super) only: &'o [usize],
}

pub(super) fn truncate<'a>(
    truncate: &Truncate<'_>,
    applied: &'a Applied,
    start: &'a State,
    capture: &mut Capture<'a>,
    out: &mut Judgement,
) {
    let mut statement = Statement { applied, start, capture };
    let names: Vec<_> =
        truncate.tables.iter().enumerate().map(|(at, t)| (t, truncate.only.contains(&at))).collect();
    // Without CASCADE it is refused where others refer to the rows.
    let effect = Effect { cascades: truncate.cascade, ..Effect::truncate() };
    let reach = statement.reach(&names, &effect, out);
    statement.save(&reach, Which::Every, None, out);
    // The MySQL family always starts to count anew.
    if truncate.restart_identity || start.catalog.dialect.is_mysql_family() {
        let reached: Vec<&Table> =
            reach.order.iter().filter_map(|name| statement.at_start(reach.table(name)?, out)).collect();
        for table in reached {
            statement.capture.sequences_of(table, out);
        }
    }
}
