//! Transactions, as far as settings follow them.
//!
//! PostgreSQL: `SET LOCAL` ends with the transaction, and outside of one it does nothing; what `SET` changed in a
//! transaction that is rolled back, or behind a savepoint that is, is undone ([SET]). Settings of the MySQL family know no
//! transactions.
//!
//! [SET]: https://www.postgresql.org/docs/current/sql-set.html
use super::{Outcome, State, Unknown};
use crate::{
    catalog::Name,
    operation::{Operation, TransactionControl},
    target::{Dialect, Session},
    tools::TransactionMode,
};

/// Savepoints of one transaction that are remembered, the last ones.
const MOST_SAVEPOINTS: usize = 64;

/// The transaction that a session is in, with the settings that hold when it ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Transaction {
    /// How statements run outside of blocks that the script begins.
    outside: TransactionMode,
    open: Option<Box<Open>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Open {
    /// The script began it.
    explicit: bool,
    /// What `ROLLBACK` leaves.
    before: Session,
    /// What `COMMIT` leaves.
    lasting: Session,
    savepoints: Vec<Savepoint>,
}

#[derive(Clone, Debug, PartialEq)]
struct Savepoint {
    name: Name,
    session: Session,
    lasting: Session,
}

impl Default for Transaction {
    /// Every statement runs by itself.
    fn default() -> Self {
        Self { outside: TransactionMode::Autocommit, open: None }
    }
}

impl Open {
    fn new(explicit: bool, session: &Session) -> Box<Self> {
        Box::new(Self { explicit, before: session.clone(), lasting: session.clone(), savepoints: Vec::new() })
    }
}

impl State {
    /// A migration of so many statements begins, which runs as `mode` says.
    pub(crate) fn begin_migration(&mut self, mode: TransactionMode, statements: usize) {
        self.end_migration();
        if self.catalog.dialect != Dialect::Postgres {
            return;
        }
        // A single statement in a query string is no transaction block.
        let alone = mode == TransactionMode::OneQuery && statements < 2;
        self.transaction.outside = if alone { TransactionMode::Autocommit } else { mode };
        self.reopen();
    }

    /// The migration is over, and with it what its transaction ends; statements run by themselves from here on.
    pub(crate) fn end_migration(&mut self) {
        if let Some(open) = self.transaction.open.take() {
            self.session = open.lasting;
        }
        self.transaction.outside = TransactionMode::Autocommit;
    }

    /// Whether names are looked up where they are only if the tool runs the migration in a transaction, of which nothing
    /// is known: `SET LOCAL` does nothing otherwise.
    pub(crate) fn looks_up_locally(&self) -> bool {
        self.transaction.outside == TransactionMode::Unknown
            && self
                .transaction
                .open
                .as_ref()
                .is_some_and(|open| !open.explicit && open.lasting.search_path != self.session.search_path)
    }

    /// What runs outside of the script's own blocks from here on.
    fn reopen(&mut self) {
        self.transaction.open = match self.transaction.outside {
            TransactionMode::Autocommit => None,
            _ => Some(Open::new(false, &self.session)),
        };
    }

    /// Carries a change of settings out; `local` ones end with the transaction.
    pub(super) fn configure(&mut self, local: bool, set: impl Fn(&mut Session)) {
        match (&mut self.transaction.open, local && self.catalog.dialect == Dialect::Postgres) {
            (None, true) => {}
            (_, true) => set(&mut self.session),
            (open, false) => {
                set(&mut self.session);
                if let Some(open) = open {
                    set(&mut open.lasting);
                }
            }
        }
    }

    /// A statement that runs others is a transaction of its own where none is open; whether one has begun.
    pub(super) fn begin_statement(&mut self, operation: &Operation) -> bool {
        let begins = self.transaction.open.is_none()
            && self.catalog.dialect == Dialect::Postgres
            && matches!(operation, Operation::Conditional(_) | Operation::Query { .. });
        if begins {
            self.transaction.open = Some(Open::new(false, &self.session));
        }
        begins
    }

    /// The end of such a statement.
    pub(super) fn end_statement(&mut self) {
        if let Some(open) = self.transaction.open.take() {
            self.session = open.lasting;
        }
    }
}

/// What transaction control does to the settings.
pub(super) fn control(state: &mut State, out: &mut Outcome, control: &TransactionControl) {
    if state.catalog.dialect != Dialect::Postgres {
        return;
    }
    match control {
        TransactionControl::Begin => match &mut state.transaction.open {
            // The block takes the transaction over that a query string is, or warns that there is one.
            Some(open) if open.explicit || state.transaction.outside != TransactionMode::Unknown => {
                open.explicit = true;
            }
            _ => state.transaction.open = Some(Open::new(true, &state.session)),
        },
        TransactionControl::Commit => end(state, true),
        TransactionControl::Rollback => end(state, false),
        TransactionControl::Other { verb, name } => match verb.as_str() {
            "COMMIT AND CHAIN" | "ROLLBACK AND CHAIN" => {
                end(state, verb.starts_with("COMMIT"));
                state.transaction.open = Some(Open::new(true, &state.session));
            }
            "PREPARE TRANSACTION" => end(state, true),
            "SAVEPOINT" | "RELEASE" | "ROLLBACK TO" => savepoint(state, out, verb, name.as_ref()),
            _ => {}
        },
    }
}

fn end(state: &mut State, commits: bool) {
    let Some(open) = state.transaction.open.take() else { return };
    state.session = if commits { open.lasting } else { open.before };
    // Whether the tool's connection begins another one is not known.
    if state.transaction.outside == TransactionMode::Wrapped {
        state.transaction.outside = TransactionMode::Unknown;
    }
    state.reopen();
}

fn savepoint(state: &mut State, out: &mut Outcome, verb: &str, name: Option<&Name>) {
    let Some((open, name)) = state.transaction.open.as_mut().zip(name) else { return };
    if verb == "SAVEPOINT" {
        let (session, lasting) = (state.session.clone(), open.lasting.clone());
        // They are copied with every state; a rollback to one that is forgotten says so.
        if open.savepoints.len() >= MOST_SAVEPOINTS {
            open.savepoints.remove(0);
        }
        open.savepoints.push(Savepoint { name: name.clone(), session, lasting });
        return;
    }
    let Some(at) = open.savepoints.iter().rposition(|s| s.name == *name) else {
        if verb == "ROLLBACK TO" {
            out.unknowns.push(Unknown {
                object: verb.to_owned(),
                message: format!(
                    "which settings `{verb} {name}` brings back is not known: no such savepoint has been seen"
                ),
                probe: None,
            });
        }
        return;
    };
    if verb == "RELEASE" {
        open.savepoints.truncate(at);
        return;
    }
    open.savepoints.truncate(at + 1);
    if let Some(kept) = open.savepoints.last() {
        state.session.clone_from(&kept.session);
        open.lasting.clone_from(&kept.lasting);
    }
}
