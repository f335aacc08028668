//! The one loop: migrations, statement by statement, over a state. Everything that asks what a migration does
//! listens here.
mod created;
mod sessions;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use created::Created;
pub use sessions::run_next;

use crate::{
    apply::{self, Outcome, State},
    catalog::Name,
    change::{Change, Delta},
    dialect,
    operation::{Located, Operation, TransactionControl},
    target::Dialect,
    text::{LineIndex, Script, Span, Statement},
    tools::{MigrationSet, Part, SourceFile, TransactionMode},
};

/// A part of a file, read: its statements with what they ask for are visited by [`run`].
#[derive(Debug)]
pub struct PartText<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// The statements of the part; spans count from `base`.
    pub script: Script<'a>,
    /// Where the part starts in the file, in bytes.
    pub base: u32,
    /// How many statements stand before the part in its file.
    pub numbers_from: u32,
    /// Lines of the whole file.
    pub lines: Arc<LineIndex>,
    /// The part.
    whole: Part,
}

impl<'a> PartText<'a> {
    /// Reads a part of one of the set's files for the server of `state`.
    pub fn new(set: &'a MigrationSet, part: Part, state: &State) -> Option<Self> {
        Self::after(None, set, part, state)
    }

    /// Reads a part; of its file, what `previous` knows of it is not read again, so that a file of many parts costs no
    /// more than its length.
    pub fn after(
        previous: Option<&PartText<'_>>,
        set: &'a MigrationSet,
        part: Part,
        state: &State,
    ) -> Option<Self> {
        let file = set.files.get(part.file)?;
        let text = set.text(part)?;
        let target = state.target();
        let script = Script::new(part.span.slice(text), &target);
        let same = previous.filter(|p| p.whole.file == part.file && p.whole.cut == part.cut);
        let (known, mut before) = match same.filter(|p| p.whole.span.end <= part.span.start) {
            Some(p) => (p.whole.span.end, p.numbers_from as usize + p.script.statements.len()),
            None => (0, 0),
        };
        let between = text.get(known as usize..part.span.start as usize).unwrap_or("");
        if !between.trim().is_empty() {
            before += Script::new(between, &target).statements.len();
        }
        Some(Self {
            file,
            script,
            base: part.span.start,
            numbers_from: Span::new(before, 0).start,
            lines: same.map_or_else(|| Arc::new(LineIndex::new(&file.text)), |p| Arc::clone(&p.lines)),
            whole: part,
        })
    }

    /// A span of the script as a span of the file.
    pub fn in_file(&self, span: Span) -> Span {
        Span { start: span.start.saturating_add(self.base), end: span.end.saturating_add(self.base) }
    }
}

/// One statement with what it did.
#[derive(Debug)]
pub struct Step<'a> {
    /// Where it stands.
    pub part: &'a PartText<'a>,
    /// The statement.
    pub statement: &'a Statement,
    /// Its number within the file, from 1.
    pub number: u32,
    /// What it asks for, each with the state before it and what it did.
    pub operations: &'a [Applied],
    /// The state behind the statement.
    pub after: &'a State,
    /// Whether a transaction is open that the script itself began.
    pub in_block: bool,
    /// How the tool runs the migration.
    pub transaction: TransactionMode,
    /// Relations that the migration created before this statement.
    pub created: &'a Created,
}

impl Step<'_> {
    /// The statement's text.
    pub fn sql(&self) -> &str {
        self.statement.source.slice(self.part.script.text)
    }

    /// Whether the statement runs in a transaction block, as far as is known.
    pub fn in_transaction(&self) -> Option<bool> {
        match (self.in_block, self.transaction) {
            (true, _) | (false, TransactionMode::Wrapped) => Some(true),
            (false, TransactionMode::Autocommit) => Some(false),
            // Several statements in one query string are one implicit transaction for PostgreSQL.
            (false, TransactionMode::OneQuery) => Some(self.part.script.statements.len() > 1),
            (false, TransactionMode::Unknown) => None,
        }
    }
}

/// An operation with its consequences.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The operation; its span counts from the part's start.
    pub operation: Located<Operation>,
    /// The state before it.
    pub before: State,
    /// What it did.
    pub outcome: Outcome,
}

/// The transaction that a script may have begun.
#[derive(Default)]
struct Block {
    open: bool,
    /// What was done in it.
    changes: Vec<Change>,
    /// Its savepoints, each with how much had been done.
    savepoints: Vec<(Name, usize)>,
}

impl Block {
    /// Applies an operation to `state`, of which `before` is a copy, and follows it in and out of transactions.
    fn apply(&mut self, operation: &Operation, before: &State, state: &mut State) -> Outcome {
        let mut outcome = apply::apply_over(state, before, operation);
        match operation {
            Operation::Transaction(TransactionControl::Begin) => self.open = true,
            Operation::Transaction(TransactionControl::Rollback)
                if self.open && state.catalog.dialect == Dialect::Postgres =>
            {
                outcome = undo(&std::mem::take(&mut self.changes), state);
                self.open = false;
            }
            Operation::Transaction(TransactionControl::Commit | TransactionControl::Rollback) => {
                self.open = false;
            }
            Operation::Transaction(TransactionControl::Other { verb, name })
                if self.open && state.catalog.dialect == Dialect::Postgres =>
            {
                self.savepoint(verb, name.as_ref(), state, &mut outcome);
            }
            _ => {}
        }
        if self.open {
            self.changes.extend(outcome.changes.iter().cloned());
        } else {
            self.changes.clear();
            self.savepoints.clear();
        }
        outcome
    }

    /// What `ROLLBACK TO` and `ROLLBACK AND CHAIN` undo is not certain to be there from then on.
    fn savepoint(&mut self, verb: &str, name: Option<&Name>, state: &mut State, outcome: &mut Outcome) {
        let at = self.savepoints.iter().rposition(|(known, _)| Some(known) == name);
        let kept = match (verb, name) {
            ("SAVEPOINT", Some(name)) => return self.savepoints.push((name.clone(), self.changes.len())),
            ("RELEASE", _) => return self.savepoints.truncate(at.unwrap_or(self.savepoints.len())),
            ("ROLLBACK TO", _) => {
                self.savepoints.truncate(at.map_or(self.savepoints.len(), |at| at + 1));
                self.savepoints.last().filter(|_| at.is_some()).map_or(0, |(_, done)| *done)
            }
            ("ROLLBACK AND CHAIN", _) => {
                self.savepoints.clear();
                0
            }
            _ => return,
        };
        for change in self.changes.get(kept..).unwrap_or_default() {
            let moved = match &change.delta {
                Delta::Rename { to } => {
                    to.relation().map_or_else(|| Some(to.to_string()), |r| Some(r.to_string()))
                }
                _ => None,
            };
            let object = change.path.relation().map_or_else(|| change.path.to_string(), ToString::to_string);
            for object in moved.into_iter().chain([object]) {
                if state.catalog.uncertain.contains_key(&object) {
                    continue;
                }
                let message = format!("`{verb}` undoes what was done to `{object}`, which is not followed");
                state.catalog.uncertain.insert(object.clone(), message.clone());
                outcome.unknowns.push(apply::Unknown { object, message, probe: None });
            }
        }
    }
}

/// Runs the statements of `part` over `state`, calling `visit` behind each one.
pub fn run(
    part: &PartText<'_>,
    transaction: TransactionMode,
    state: &mut State,
    visit: &mut dyn FnMut(&Step<'_>),
) {
    run_beside(part, transaction, state, None, visit);
}

/// As [`run`]. The statements run in the session `apart` as well, if there is one: what is refused in one session only
/// is not certain to be refused.
fn run_beside(
    part: &PartText<'_>,
    transaction: TransactionMode,
    state: &mut State,
    mut apart: Option<&mut State>,
    visit: &mut dyn FnMut(&Step<'_>),
) {
    let mut created = Created::default();
    let statements = part.script.statements.len();
    state.begin_migration(transaction, statements);
    if let Some(apart) = apart.as_deref_mut() {
        apart.begin_migration(transaction, statements);
    }
    // The same migration, run without a transaction around it.
    let mut loose: Option<State> = None;
    let (mut block, mut block_apart) = (Block::default(), Block::default());
    for (index, statement) in part.script.statements.iter().enumerate() {
        let target = state.target();
        let operations = dialect::lower(&part.script, statement, &target);
        let refused_apart = apart.as_deref_mut().or(loose.as_mut()).map(|apart| {
            let other = apart.target();
            let again = (!target.session.reads_as(&other.session))
                .then(|| dialect::lower(&part.script, statement, &other));
            let mut refused = Vec::with_capacity(operations.len());
            for operation in again.as_ref().unwrap_or(&operations) {
                let before = apart.clone();
                let outcome = block_apart.apply(&operation.node, &before, apart);
                refused.push(!outcome.conflicts.is_empty());
            }
            refused
        });
        let mut applied = Vec::with_capacity(operations.len());
        let was_in_block = block.open;
        for (place, operation) in operations.into_iter().enumerate() {
            let before = state.clone();
            let mut outcome = block.apply(&operation.node, &before, state);
            if let Some(refused) = &refused_apart
                && !refused.get(place).copied().unwrap_or(false)
            {
                outcome.conflicts.iter_mut().for_each(|c| c.certain = false);
            }
            if apart.is_none() && loose.is_none() && state.looks_up_locally() {
                let mut other = before.clone();
                other.end_migration();
                apply::apply(&mut other, &operation.node);
                loose = Some(other);
            }
            applied.push(Applied { operation, before, outcome });
        }
        if index + 1 == statements {
            state.end_migration();
            for other in apart.as_deref_mut().into_iter().chain(loose.as_mut()) {
                other.end_migration();
            }
            if let Some(loose) = loose.as_ref().filter(|loose| loose.catalog != state.catalog) {
                sessions::doubt(&mut state.catalog, &loose.catalog, sessions::LOOSE);
            }
        }
        visit(&Step {
            part,
            statement,
            number: part.numbers_from + Span::new(index + 1, 0).start,
            operations: &applied,
            after: state,
            in_block: was_in_block || block.open,
            transaction,
            created: &created,
        });
        for one in &applied {
            created.note(&one.operation.node, &one.outcome);
        }
    }
}

/// What PostgreSQL's `ROLLBACK` does: the changes since `BEGIN` are undone, settings come back in [`apply`].
fn undo(block: &[Change], state: &mut State) -> Outcome {
    let mut outcome = Outcome::default();
    for change in block.iter().rev().map(Change::invert) {
        match apply::commit(&mut state.catalog, &change) {
            Ok(()) => outcome.changes.push(change),
            Err(error) => outcome.unknowns.push(apply::Unknown {
                object: change.path.to_string(),
                message: format!(
                    "ROLLBACK undoes what was done to `{}`, which is not followed: {error}",
                    change.path
                ),
                probe: None,
            }),
        }
    }
    outcome
}

/// Runs every migration of `set` upwards, in order; `visit` gets the migration's number in the set, from 0.
///
/// A `SET search_path` that a migration leaves behind may hold for the next one or not, see [`run_next`].
pub fn run_set(set: &MigrationSet, state: &mut State, visit: &mut dyn FnMut(usize, &Step<'_>)) {
    let begun = state.session.clone();
    let mut previous = None;
    for (number, migration) in set.migrations.iter().enumerate() {
        if let Some(part) = PartText::after(previous.as_ref(), set, migration.up, state) {
            run_next(&part, migration.transaction, &begun, state, &mut |step| visit(number, step));
            previous = Some(part);
        }
    }
}

/// As [`run_set`], all in one session.
pub fn run_set_in_one_session(
    set: &MigrationSet,
    state: &mut State,
    visit: &mut dyn FnMut(usize, &Step<'_>),
) {
    let mut previous = None;
    for (number, migration) in set.migrations.iter().enumerate() {
        if let Some(part) = PartText::after(previous.as_ref(), set, migration.up, state) {
            run(&part, migration.transaction, state, &mut |step| visit(number, step));
            previous = Some(part);
        }
    }
}
