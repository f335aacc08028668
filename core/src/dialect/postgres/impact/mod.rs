//! What statements lock, rewrite and scan on PostgreSQL 12 to 18.
//!
//! Sources: `AlterTableGetLockLevel` in `src/backend/commands/tablecmds.c` of PostgreSQL 12 to 18, the chapters
//! "Explicit Locking" and "ALTER TABLE" of the manual, and our measurements on PostgreSQL 14 and 18 (`pg_locks`,
//! `relfilenode` and `client_min_messages = debug1` around each statement).
mod alter;
mod modes;
mod types;

use std::ops::{Deref, DerefMut};

use alter::Cost;
pub(crate) use modes::rank;
use modes::{
    ACCESS_EXCLUSIVE, ACCESS_SHARE, EXCLUSIVE, ROW_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
};

use crate::{
    apply::{Outcome, State},
    catalog::{Link, Name, ObjectName},
    change::{Delta, Object, ObjectPath},
    dialect::{Facts, Impact},
    operation::{CommentTarget, DomainAction, NotFollowed, Operation, TableAction, TypeAction},
    report::{Certainty, TransactionUse},
};

/// What `operation` costs when it runs on `before`, where it does `outcome`.
pub(crate) fn impact(operation: &Operation, outcome: &Outcome, before: &State) -> Impact {
    let mut at = Postgres(Facts::new(before));
    at.operation(operation, outcome);
    at.relations_of_changes(outcome);
    at.finish()
}

/// The facts collected so far.
struct Postgres<'a>(Facts<'a>);

impl<'a> Deref for Postgres<'a> {
    type Target = Facts<'a>;

    fn deref(&self) -> &Facts<'a> {
        &self.0
    }
}

impl<'a> DerefMut for Postgres<'a> {
    fn deref_mut(&mut self) -> &mut Facts<'a> {
        &mut self.0
    }
}

impl Postgres<'_> {
    fn forbidden(&mut self) {
        self.impact.transaction = TransactionUse::Forbidden;
    }

    /// The table or materialized view that an index is on.
    fn table_of_index(&self, index: &ObjectName) -> Option<ObjectName> {
        let index = self.resolve(index);
        let has = |names: &[crate::catalog::Index]| names.iter().any(|i| i.name == index.name);
        let catalog = &self.before.catalog;
        let table = catalog
            .tables
            .linked(Link::Relation, &index)
            .find(|t| t.name.schema == index.schema && has(&t.indexes));
        let view = || {
            catalog
                .views
                .linked(Link::Relation, &index)
                .find(|v| v.name.schema == index.schema && has(&v.indexes))
        };
        table.map(|t| t.name.clone()).or_else(|| view().map(|v| v.name.clone()))
    }

    fn operation(&mut self, operation: &Operation, outcome: &Outcome) {
        match operation {
            Operation::AlterTable(alter) => self.alter_table(alter, outcome),
            Operation::CreateTable(create) => {
                if outcome.skipped {
                    return;
                }
                for constraint in &create.constraints {
                    self.referenced(&constraint.node.kind, SHARE_ROW_EXCLUSIVE);
                }
                for column in &create.columns {
                    for constraint in &column.node.constraints {
                        self.referenced(&constraint.node.kind, SHARE_ROW_EXCLUSIVE);
                    }
                }
                if let Some((parent, _)) = &create.properties.partition_of {
                    self.lock(parent, ACCESS_EXCLUSIVE);
                    self.because("PARTITION OF locks the parent and its default partition exclusively");
                }
                self.locks(&create.properties.inherits, SHARE_UPDATE_EXCLUSIVE);
                for (source, _) in &create.like {
                    self.lock(source, ACCESS_SHARE);
                }
                if create.from_query.is_some() {
                    self.unsure(
                        "the tables that the query reads are locked in AccessShare mode and are not listed",
                    );
                }
            }
            Operation::DropTable { names, .. } => {
                let existing: Vec<_> = names.iter().filter(|n| self.existed(n)).collect();
                for name in existing {
                    self.lock(name, ACCESS_EXCLUSIVE);
                    self.neighbours_by_foreign_key(name);
                }
            }
            Operation::RenameTables { renames, .. } => {
                renames.iter().for_each(|(from, _)| self.lock(from, ACCESS_EXCLUSIVE));
            }
            Operation::Truncate { tables, cascade, .. } => {
                self.locks(tables, ACCESS_EXCLUSIVE);
                if *cascade {
                    for table in tables {
                        self.neighbours_by_foreign_key(table);
                    }
                }
            }
            Operation::CreateIndex(create) => {
                if create.concurrently {
                    self.lock(&create.table, SHARE_UPDATE_EXCLUSIVE);
                    self.forbidden();
                    self.because(
                        "CONCURRENTLY lets others write, and waits for every transaction that is older",
                    );
                } else {
                    self.lock(&create.table, SHARE);
                    self.because("building an index blocks writes to the table");
                }
                if !outcome.skipped && !create.only {
                    self.scan(&create.table);
                    let (table, mode) =
                        (self.resolve(&create.table), self.impact.locks.first().map_or(SHARE, |l| l.1));
                    self.children(&table, mode);
                }
            }
            Operation::DropIndex { names, concurrently, .. } => {
                for name in names {
                    let mode = if *concurrently { SHARE_UPDATE_EXCLUSIVE } else { ACCESS_EXCLUSIVE };
                    match self.table_of_index(name) {
                        Some(table) => self.lock(&table, mode),
                        None if outcome.skipped => {}
                        None => self.unsure(format!(
                            "the table of the index `{name}` is not known; it is locked in {mode} mode"
                        )),
                    }
                }
                if *concurrently {
                    self.forbidden();
                }
            }
            // From PostgreSQL 12 on; the table itself is not locked.
            Operation::RenameIndex { from, .. } => self.lock(from, SHARE_UPDATE_EXCLUSIVE),
            Operation::AlterSequence { name, .. } => self.lock(name, SHARE_ROW_EXCLUSIVE),
            Operation::DropSequence { names, .. } | Operation::DropView { names, .. } => {
                let existing: Vec<_> = names.iter().filter(|n| self.existed(n)).cloned().collect();
                self.locks(&existing, ACCESS_EXCLUSIVE);
            }
            Operation::CreateView { view, .. } => {
                self.locks(&view.reads, ACCESS_SHARE);
                if self.before.catalog.views.contains(&self.resolve(&view.name)) {
                    self.lock(&view.name, ACCESS_EXCLUSIVE);
                }
            }
            Operation::RenameView { from, .. } => self.lock(from, ACCESS_EXCLUSIVE),
            Operation::RefreshView { name, concurrently } => {
                self.lock(name, if *concurrently { EXCLUSIVE } else { ACCESS_EXCLUSIVE });
                if !*concurrently {
                    self.rewrite(name);
                }
            }
            Operation::CreateTrigger { table, .. } => self.lock(table, SHARE_ROW_EXCLUSIVE),
            Operation::DropTrigger { table, .. } => {
                if let Some(table) = table {
                    self.lock(table, ACCESS_EXCLUSIVE);
                }
            }
            Operation::RenameTrigger { table, .. } => self.lock(table, ACCESS_EXCLUSIVE),
            Operation::Comment { on, .. } => match on {
                CommentTarget::Table { name }
                | CommentTarget::View { name }
                | CommentTarget::Sequence { name } => {
                    self.lock(name, SHARE_UPDATE_EXCLUSIVE);
                }
                CommentTarget::Column { table, .. } => self.lock(table, SHARE_UPDATE_EXCLUSIVE),
                CommentTarget::Index { name } => self.lock(name, SHARE_UPDATE_EXCLUSIVE),
                CommentTarget::Constraint { table, .. } | CommentTarget::Trigger { table, .. } => {
                    self.lock(table, ACCESS_SHARE);
                }
                CommentTarget::Schema { .. }
                | CommentTarget::Type { .. }
                | CommentTarget::Routine { .. }
                | CommentTarget::Other { .. } => {}
            },
            Operation::Insert(insert) => {
                self.lock(&insert.table, ROW_EXCLUSIVE);
                self.locks(&insert.reads, ACCESS_SHARE);
            }
            Operation::Update(update) => {
                self.locks(&update.tables, ROW_EXCLUSIVE);
                self.locks(&update.reads, ACCESS_SHARE);
            }
            Operation::Delete(delete) => {
                self.locks(&delete.tables, ROW_EXCLUSIVE);
                self.locks(&delete.reads, ACCESS_SHARE);
            }
            Operation::LockTables { tables, mode } => {
                let mode = mode.as_deref().map_or(Some(ACCESS_EXCLUSIVE), modes::from_words);
                match mode {
                    Some(mode) => self.locks(tables, mode),
                    None => self.unsure("the lock mode is not known"),
                }
            }
            Operation::Maintenance { command, objects } => self.maintenance(command, objects),
            Operation::CreateDatabase { .. } | Operation::DropDatabase { .. } => self.forbidden(),
            Operation::Opaque { .. } | Operation::Object(_) => {
                let Some(NotFollowed { verb, objects, may_change_schema }) = operation.not_followed() else {
                    return;
                };
                // Privileges are entries of system tables alone; a policy, say, locks its table.
                let locks = !objects.is_empty() && !verb.starts_with("GRANT") && !verb.starts_with("REVOKE");
                if may_change_schema || locks {
                    self.unsure(format!("`{verb}` is not analysed: what it locks is not known"));
                    self.impact.concurrent_dml = None;
                }
                if modes::FORBIDDEN_IN_TRANSACTION.iter().any(|f| verb.starts_with(f)) {
                    self.forbidden();
                }
            }
            Operation::Query { calls, .. } => {
                if !calls.is_empty() {
                    self.unsure("what the functions that it calls lock is not known");
                }
            }
            Operation::DropType { cascade: true, .. }
            | Operation::DropRoutine { cascade: true, .. }
            | Operation::DropSchema { cascade: true, .. }
            | Operation::DropExtension { cascade: true, .. } => {
                let why = "CASCADE locks every table that uses what goes exclusively";
                if self.before.catalog.is_open() {
                    self.unsure(format!("{why}; which ones is not known"));
                } else {
                    self.because(why);
                }
            }
            Operation::AlterType {
                action: TypeAction::Opaque { verb } | TypeAction::Other { verb, .. },
                name,
            } => {
                self.unsure(format!("`{verb}` may lock and read every table that uses `{name}`"));
                self.impact.concurrent_dml = None;
            }
            Operation::AlterType { action: TypeAction::Domain(action), name } => {
                let reads = match action {
                    DomainAction::AddCheck { not_valid, .. } => !not_valid,
                    DomainAction::Validate { .. } | DomainAction::Nullable { nullable: false } => true,
                    _ => false,
                };
                if reads {
                    self.unsure(format!("it locks and reads every table that uses `{name}`"));
                    self.impact.concurrent_dml = None;
                }
            }
            Operation::CreateSchema { .. }
            | Operation::DropSchema { .. }
            | Operation::RenameSchema { .. }
            | Operation::CreateExtension { .. }
            | Operation::DropExtension { .. }
            | Operation::CreateSequence { .. }
            | Operation::CreateType { .. }
            | Operation::AlterType { .. }
            | Operation::DropType { .. }
            | Operation::CreateRoutine { .. }
            | Operation::DropRoutine { .. }
            | Operation::AlterRoutine { .. }
            | Operation::Transaction(_)
            | Operation::Set { .. }
            | Operation::Assign { .. }
            | Operation::Conditional(_)
            | Operation::Invalid { .. } => {}
        }
    }

    fn maintenance(&mut self, command: &str, objects: &[ObjectName]) {
        let says = |word: &str| command.split_whitespace().any(|w| w == word);
        let (mut objects, many) = (objects, ["SCHEMA", "DATABASE", "SYSTEM"].into_iter().any(says));
        if many || objects.is_empty() {
            objects = &[];
            self.unsure("it goes through many tables one by one: which ones it locks is not listed");
        }
        let verb = command.split_whitespace().next().unwrap_or("");
        match verb {
            "VACUUM" if says("FULL") => {
                self.locks(objects, ACCESS_EXCLUSIVE);
                objects.iter().for_each(|o| self.rewrite(o));
                self.forbidden();
            }
            "VACUUM" => {
                self.locks(objects, SHARE_UPDATE_EXCLUSIVE);
                self.forbidden();
            }
            "ANALYZE" | "ANALYSE" => self.locks(objects, SHARE_UPDATE_EXCLUSIVE),
            "CLUSTER" => {
                self.locks(objects, ACCESS_EXCLUSIVE);
                objects.iter().for_each(|o| self.rewrite(o));
                if objects.is_empty() {
                    self.forbidden();
                }
            }
            "REINDEX" => {
                let mode = if says("CONCURRENTLY") { SHARE_UPDATE_EXCLUSIVE } else { SHARE };
                if says("INDEX") {
                    for index in objects {
                        match self.table_of_index(index) {
                            Some(table) => {
                                self.lock(&table, mode);
                                self.scan(&table);
                            }
                            None => self.unsure(format!("the table of the index `{index}` is not known")),
                        }
                        if mode == SHARE {
                            self.lock(index, ACCESS_EXCLUSIVE);
                        }
                    }
                } else {
                    self.locks(objects, mode);
                    objects.iter().for_each(|o| self.scan(o));
                }
                if mode == SHARE {
                    self.because(
                        "the indexes are locked exclusively while they are built anew: readers wait too",
                    );
                }
                if says("CONCURRENTLY") || says("SCHEMA") || says("DATABASE") || says("SYSTEM") {
                    self.forbidden();
                }
            }
            _ => self.unsure(format!("what `{command}` locks is not known")),
        }
    }

    /// Cascades and foreign keys touch tables that the statement does not name.
    fn relations_of_changes(&mut self, outcome: &Outcome) {
        for change in &outcome.changes {
            if let (
                ObjectPath::View { name } | ObjectPath::Table { name } | ObjectPath::Sequence { name },
                Delta::Drop { .. },
            ) = (&change.path, &change.delta)
            {
                self.lock(name, ACCESS_EXCLUSIVE);
            }
            let (ObjectPath::Column { table, .. }
            | ObjectPath::Constraint { table, .. }
            | ObjectPath::Trigger { table, .. }) = &change.path
            else {
                continue;
            };
            if let (true, Delta::Drop { before }) =
                (self.before.catalog.tables.contains(table), &change.delta)
            {
                self.lock(table, ACCESS_EXCLUSIVE);
                if let Object::Constraint { constraint, .. } = before {
                    self.referenced(&constraint.kind, ACCESS_EXCLUSIVE);
                }
            }
        }
    }

    /// Locks what a foreign key refers to.
    fn referenced(&mut self, kind: &crate::catalog::ConstraintKind, mode: &'static str) {
        if let crate::catalog::ConstraintKind::ForeignKey(key) = kind {
            self.lock(&key.table, mode);
        }
    }

    /// `DROP TABLE` locks the tables it refers to, and with `CASCADE` those that refer to it.
    fn neighbours_by_foreign_key(&mut self, table: &ObjectName) {
        let name = self.resolve(table);
        let catalog = &self.before.catalog;
        let mut others: Vec<ObjectName> = catalog
            .tables
            .get(&name)
            .map(|t| t.foreign_keys().map(|(_, k)| k.table.clone()).collect())
            .unwrap_or_default();
        others.extend(
            catalog
                .tables
                .linked(Link::Refers, &name)
                .filter(|t| t.foreign_keys().any(|(_, k)| k.table == name))
                .map(|t| t.name.clone()),
        );
        self.locks(&others, ACCESS_EXCLUSIVE);
    }

    fn existed(&self, name: &ObjectName) -> bool {
        let name = self.resolve(name);
        let catalog = &self.before.catalog;
        catalog.is_open()
            || catalog.tables.contains(&name)
            || catalog.views.contains(&name)
            || catalog.sequences.contains(&name)
    }

    /// Relations that did not exist before are nobody else's; what is left decides whether others can write.
    fn finish(mut self) -> Impact {
        if !self.before.catalog.is_open() {
            let before = self.before;
            let known = |n: &ObjectName| {
                before.catalog.tables.contains(n)
                    || before.catalog.views.contains(n)
                    || before.catalog.sequences.contains(n)
                    || before
                        .catalog
                        .tables
                        .linked(Link::Relation, n)
                        .any(|t| t.name.schema == n.schema && t.indexes.iter().any(|i| i.name == n.name))
            };
            self.impact.locks.retain(|(n, _)| known(n));
            self.impact.rewrites.retain(known);
            self.impact.scans.retain(known);
        }
        if self.impact.locks.iter().any(|(_, mode)| rank(mode) >= rank(SHARE)) {
            self.impact.concurrent_dml = Some(false);
        }
        self.0.impact
    }

    fn alter_table(&mut self, alter: &crate::operation::AlterTable, outcome: &Outcome) {
        let table = self.resolve(&alter.table);
        if alter.if_exists && !self.existed(&table) {
            return;
        }
        let mut strongest = SHARE_UPDATE_EXCLUSIVE;
        for action in &alter.actions {
            let Cost { lock, rewrite, scan, unsure, because, others } =
                alter::cost(&action.node, &table, self.before, outcome);
            if rank(lock) > rank(strongest) {
                strongest = lock;
            }
            if rewrite {
                self.rewrite(&table);
            }
            if scan {
                self.scan(&table);
            }
            for (name, mode, scanned) in others {
                self.lock(&name, mode);
                if scanned {
                    self.scan(&name);
                }
            }
            if unsure {
                self.impact.certainty = Certainty::Possible;
            }
            self.impact.because.extend(because);
            if let TableAction::DetachPartition { concurrently: true, .. } = &action.node {
                self.forbidden();
            }
        }
        self.lock(&table, strongest);
        // Attaching and detaching concern one partition; the others go on.
        let concerns_one = |action: &TableAction| {
            matches!(
                action,
                TableAction::AttachPartition { .. }
                    | TableAction::DetachPartition { .. }
                    | TableAction::Rename { .. }
            )
        };
        if !alter.only && !alter.actions.iter().all(|a| concerns_one(&a.node)) {
            self.children(&table, strongest);
        }
    }

    /// Partitions and inheriting tables are locked with their parent.
    fn children(&mut self, table: &ObjectName, mode: &'static str) {
        let (rewritten, scanned) = (self.is_rewritten(table), self.is_scanned(table));
        let children: Vec<ObjectName> = self
            .before
            .catalog
            .tables
            .linked(Link::Child, table)
            .filter(|t| {
                t.properties.inherits.contains(table)
                    || t.properties.partition_of.as_ref().is_some_and(|(parent, _)| parent == table)
            })
            .map(|t| t.name.clone())
            .collect();
        for child in children {
            self.lock(&child, mode);
            if rewritten {
                self.rewrite(&child);
            }
            if scanned {
                self.scan(&child);
            }
        }
    }
}

/// The table's foreign keys that use a column, in both directions: the tables at the other end.
fn joined_by(before: &State, table: &ObjectName, column: &Name) -> Vec<ObjectName> {
    let own = before.catalog.tables.get(table).into_iter().flat_map(|t| {
        t.foreign_keys()
            .filter(|(_, k)| k.columns.contains(column))
            .map(|(_, k)| k.table.clone())
            .collect::<Vec<_>>()
    });
    let others = before
        .catalog
        .tables
        .linked(Link::Refers, table)
        .filter(|t| t.foreign_keys().any(|(_, k)| k.table == *table && k.referenced.contains(column)));
    own.chain(others.map(|t| t.name.clone())).collect()
}
