//! What statements lock, copy and scan on MySQL 8.0 to 9 and MariaDB 10.6 to 11.8, with InnoDB.
//!
//! Sources: MySQL Reference Manual, "Online DDL Operations"; MariaDB's knowledge base, "InnoDB Online DDL"; and our
//! measurements, each action tried with every `ALGORITHM` and `LOCK`.
mod alter;

use std::ops::{Deref, DerefMut};

use alter::{Algorithm, Cost};

use crate::{
    apply::{Outcome, State},
    catalog::ObjectName,
    change::{Delta, ObjectPath},
    dialect::{Facts, Impact},
    operation::{NotFollowed, OnlineClauses, Operation, TransactionControl},
    report::{Certainty, TransactionUse},
};

/// Metadata locks from the weakest to the strongest, as `performance_schema.metadata_locks` names them.
const MODES: [&str; 6] = [
    "SHARED_READ",
    "SHARED_WRITE",
    "SHARED_UPGRADABLE",
    "SHARED_NO_WRITE",
    "SHARED_NO_READ_WRITE",
    "EXCLUSIVE",
];

const READ: &str = MODES[0];
const WRITE: &str = MODES[1];
const EXCLUSIVE: &str = MODES[5];

/// How strong a metadata lock is; 0 for a name that is none.
pub(crate) fn rank(mode: &str) -> usize {
    MODES.iter().position(|m| *m == mode).map_or(0, |i| i + 1)
}

/// What `operation` costs when it runs on `before`, where it does `outcome`.
pub(crate) fn impact(operation: &Operation, outcome: &Outcome, before: &State) -> Impact {
    let mut at = MySql(Facts::new(before));
    at.operation(operation, outcome);
    at.finish()
}

/// The facts collected so far.
struct MySql<'a>(Facts<'a>);

impl<'a> Deref for MySql<'a> {
    type Target = Facts<'a>;

    fn deref(&self) -> &Facts<'a> {
        &self.0
    }
}

impl<'a> DerefMut for MySql<'a> {
    fn deref_mut(&mut self) -> &mut Facts<'a> {
        &mut self.0
    }
}

impl MySql<'_> {
    fn ddl(&mut self, tables: &[ObjectName]) {
        self.locks(tables, EXCLUSIVE);
        self.impact.transaction = TransactionUse::ImplicitCommit;
    }

    fn operation(&mut self, operation: &Operation, outcome: &Outcome) {
        match operation {
            Operation::AlterTable(alter) => {
                self.ddl(std::slice::from_ref(&alter.table));
                let table = self.resolve(&alter.table);
                let mut total = Cost::instant();
                let together = alter::together(&alter.actions, self.before.catalog.dialect);
                for action in
                    alter.actions.iter().filter(|a| !alter::is_half_of_key_swap(&a.node, &alter.actions))
                {
                    total = total.and(alter::cost(&action.node, &table, self.before, outcome));
                }
                total = together.into_iter().fold(total, Cost::and);
                self.algorithm(&table, total, &alter.online);
            }
            Operation::CreateIndex(create) => {
                self.ddl(std::slice::from_ref(&create.table));
                let table = self.resolve(&create.table);
                let cost = alter::add_index(&create.definition.index, self.before.catalog.dialect);
                if !outcome.skipped {
                    self.algorithm(&table, cost, &create.online);
                }
            }
            Operation::DropIndex { table, online, .. } => {
                self.impact.transaction = TransactionUse::ImplicitCommit;
                if let Some(table) = table {
                    self.ddl(std::slice::from_ref(table));
                    let table = self.resolve(table);
                    self.algorithm(&table, alter::drop_index(self.before.catalog.dialect), online);
                }
            }
            Operation::CreateTable(create) => {
                let referenced: Vec<ObjectName> = create
                    .constraints
                    .iter()
                    .filter_map(|c| alter::referenced(&c.node.kind))
                    .cloned()
                    .collect();
                self.ddl(&referenced);
                if create.properties.persistence == crate::catalog::Persistence::Temporary {
                    self.impact.transaction = TransactionUse::Allowed;
                }
            }
            Operation::DropTable { names, temporary, .. } => {
                self.ddl(names);
                if *temporary {
                    self.impact.transaction = TransactionUse::Allowed;
                }
            }
            Operation::RenameTables { renames, .. } => {
                let names: Vec<_> = renames.iter().map(|(from, _)| from.clone()).collect();
                self.ddl(&names);
            }
            Operation::Truncate { tables, .. } => self.ddl(tables),
            Operation::CreateView { view, .. } => {
                self.impact.transaction = TransactionUse::ImplicitCommit;
                view.reads.iter().for_each(|t| self.lock(t, READ));
            }
            Operation::DropView { names, .. } => self.ddl(names),
            Operation::RenameView { from, .. } => self.ddl(std::slice::from_ref(from)),
            Operation::CreateTrigger { table, .. } => self.ddl(std::slice::from_ref(table)),
            Operation::DropTrigger { table, .. } => {
                self.ddl(table.as_slice());
                if table.is_none() {
                    self.unsure("the table of the trigger is locked exclusively for a moment");
                }
            }
            Operation::Insert(insert) => {
                self.lock(&insert.table, WRITE);
                insert.reads.iter().for_each(|t| self.lock(t, READ));
                if insert.verb == "LOAD DATA" {
                    self.impact.because.push("LOAD DATA is one transaction".into());
                }
            }
            Operation::Update(update) => {
                update.tables.iter().for_each(|t| self.lock(t, WRITE));
                update.reads.iter().for_each(|t| self.lock(t, READ));
            }
            Operation::Delete(delete) => {
                delete.tables.iter().for_each(|t| self.lock(t, WRITE));
                delete.reads.iter().for_each(|t| self.lock(t, READ));
            }
            Operation::LockTables { tables, mode } => {
                let read = mode.as_deref().is_some_and(|m| m.starts_with("READ"));
                tables.iter().for_each(|t| {
                    self.lock(t, if read { "SHARED_NO_WRITE" } else { "SHARED_NO_READ_WRITE" });
                });
                self.impact.transaction = TransactionUse::ImplicitCommit;
                self.impact.concurrent_dml = Some(false);
            }
            Operation::Maintenance { command, objects } => self.maintenance(command, objects),
            Operation::Transaction(TransactionControl::Begin | TransactionControl::Commit) => {
                self.impact.transaction = TransactionUse::ImplicitCommit;
            }
            Operation::Opaque { .. } | Operation::Object(_) => {
                let Some(NotFollowed { verb, may_change_schema, .. }) = operation.not_followed() else {
                    return;
                };
                // GRANT, CREATE USER and the like commit as well.
                self.impact.transaction = TransactionUse::ImplicitCommit;
                if may_change_schema {
                    self.impact.concurrent_dml = None;
                    self.unsure(format!("`{verb}` is not analysed: what it locks is not known"));
                }
            }
            Operation::Query { calls, .. } => {
                if !calls.is_empty() {
                    self.unsure("what the functions that it calls lock is not known");
                }
            }
            Operation::DropSchema { .. } | Operation::DropDatabase { .. } => {
                let dropped = outcome.changes.iter().filter_map(|c| match (&c.path, &c.delta) {
                    (ObjectPath::Table { name } | ObjectPath::View { name }, Delta::Drop { .. }) => {
                        Some(name.clone())
                    }
                    _ => None,
                });
                self.ddl(&dropped.collect::<Vec<_>>());
                self.impact.concurrent_dml = Some(false);
                if self.before.catalog.is_open() {
                    self.unsure("every table in it is locked exclusively; which ones there are is not known");
                }
            }
            Operation::CreateSchema { .. }
            | Operation::RenameSchema { .. }
            | Operation::CreateDatabase { .. }
            | Operation::CreateExtension { .. }
            | Operation::DropExtension { .. }
            | Operation::RenameIndex { .. }
            | Operation::CreateSequence { .. }
            | Operation::AlterSequence { .. }
            | Operation::DropSequence { .. }
            | Operation::RefreshView { .. }
            | Operation::CreateType { .. }
            | Operation::AlterType { .. }
            | Operation::DropType { .. }
            | Operation::CreateRoutine { .. }
            | Operation::DropRoutine { .. }
            | Operation::AlterRoutine { .. }
            | Operation::RenameTrigger { .. }
            | Operation::Comment { .. } => self.impact.transaction = TransactionUse::ImplicitCommit,
            Operation::Transaction(_)
            | Operation::Set { .. }
            | Operation::Assign { .. }
            | Operation::Conditional(_)
            | Operation::Invalid { .. } => {}
        }
    }

    fn maintenance(&mut self, command: &str, objects: &[ObjectName]) {
        self.impact.transaction = TransactionUse::ImplicitCommit;
        match command.split_whitespace().next().unwrap_or("") {
            "OPTIMIZE" => {
                objects.iter().for_each(|o| self.lock(o, EXCLUSIVE));
                self.impact.algorithm = Some("inplace");
                objects.iter().for_each(|o| self.rewrite(o));
                self.impact
                    .because
                    .push("InnoDB builds the table anew; with a FULLTEXT index it copies it".into());
            }
            "ANALYZE" | "CHECK" | "CHECKSUM" => objects.iter().for_each(|o| self.lock(o, READ)),
            _ => self.unsure(format!("what `{command}` locks is not known")),
        }
    }

    fn algorithm(&mut self, table: &ObjectName, cost: Cost, online: &OnlineClauses) {
        let engine = self.before.catalog.tables.get(table).and_then(|t| t.properties.engine.clone());
        if let Some(engine) = engine.filter(|e| !e.eq_ignore_ascii_case("innodb")) {
            self.unsure(format!(
                "the table's engine is {engine}, whose algorithms are not modelled: a copy is assumed"
            ));
            self.impact.algorithm = Some("copy");
            self.impact.concurrent_dml = Some(false);
            self.rewrite(table);
            return;
        }
        let mut algorithm = cost.algorithm;
        if online.algorithm.as_deref() == Some("COPY") && algorithm < Algorithm::Copy {
            algorithm = Algorithm::Copy;
            self.impact.because.push("ALGORITHM=COPY asks for a copy of the table".into());
        }
        self.impact.algorithm = Some(algorithm.as_str());
        let unlocked = online.lock.as_deref().is_none_or(|l| l == "NONE" || l == "DEFAULT");
        self.impact.concurrent_dml = if !unlocked || cost.never_online {
            Some(false)
        } else if algorithm == Algorithm::Copy {
            let table = self.before.catalog.tables.get(table).map(AsRef::as_ref);
            let online = alter::copies_online(table, self.before);
            match online {
                Some(true) => self.impact.because.push("MariaDB copies from 11.2 on while others write".into()),
                None => self.impact.because.push(
                    "others can write meanwhile unless a foreign key of the table cascades, which is not known".into(),
                ),
                Some(false) => {}
            }
            online
        } else {
            Some(cost.writable)
        };
        if algorithm == Algorithm::Copy || cost.rebuild {
            self.rewrite(table);
        }
        if cost.scan {
            self.scan(table);
        }
        for other in cost.others {
            self.lock(&other, EXCLUSIVE);
        }
        self.impact.because.extend(cost.because);
        if cost.unsure {
            self.impact.certainty = Certainty::Possible;
        }
        if let Some(asked) = online.algorithm.as_deref().and_then(Algorithm::from_word)
            && asked < algorithm
        {
            self.unsure(format!(
                "the statement asks for {}: the server refuses it if that is not possible",
                asked.as_str()
            ));
        }
    }

    /// Relations that did not exist before are nobody else's.
    fn finish(mut self) -> Impact {
        if !self.before.catalog.is_open() {
            let catalog = &self.before.catalog;
            let known = |n: &ObjectName| catalog.tables.contains(n) || catalog.views.contains(n);
            self.impact.locks.retain(|(n, _)| known(n));
            self.impact.rewrites.retain(known);
            self.impact.scans.retain(known);
        }
        self.0.impact
    }
}
