//! What applying operations works on and answers with.
use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use super::{Transaction, block::Value};
use crate::{
    catalog::{Catalog, Name, ObjectName, World},
    change::{Change, ObjectPath},
    operation::{Located, Operation},
    target::{Session, Target},
};

/// A database and a session in it, between two statements. Cloning costs a few pointers.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The schema so far.
    pub catalog: Catalog,
    /// Session settings so far; scripts change them with `SET`.
    pub session: Session,
    /// Variables of the session and of the block that runs, as far as their values are known.
    pub variables: Variables,
    /// The transaction that the session is in, as far as its settings follow it.
    pub transaction: Transaction,
    /// How many steps of loops and of called routines have been carried out.
    pub spent: u32,
}

/// What is known of the values of variables, by name in lower case. Cloning costs a pointer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variables(Arc<BTreeMap<String, Value>>);

impl Variables {
    /// A script with more variables than this is none that is followed.
    const MOST: usize = 256;

    /// The value of a variable; `None` when nothing is known of it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Forgets a variable, and the columns of a record.
    pub(crate) fn forget(&mut self, name: &str) {
        let own =
            |key: &str| key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if self.0.keys().any(|key| own(key)) {
            Arc::make_mut(&mut self.0).retain(|key, _| !own(key));
        }
    }

    /// Notes a variable's value.
    pub fn set(&mut self, name: &str, value: Value) {
        if value == Value::Unknown {
            if self.0.contains_key(name) {
                Arc::make_mut(&mut self.0).remove(name);
            }
        } else if self.0.len() < Self::MOST || self.0.contains_key(name) {
            Arc::make_mut(&mut self.0).insert(name.to_owned(), value);
        }
    }
}

impl State {
    /// So many steps of loops and of called routines are carried out in all; what they would do beyond is not known.
    pub(crate) const MOST_STEPS: u32 = 1 << 14;

    /// The state of a session that starts on `catalog`.
    pub fn new(catalog: Catalog, session: Session) -> Self {
        Self {
            catalog,
            session,
            variables: Variables::default(),
            transaction: Transaction::default(),
            spent: 0,
        }
    }

    /// A session on a database of which nothing is known (`World::Open`) or that is empty (`World::Closed`).
    pub fn start(target: &Target, world: World) -> Self {
        let catalog = Catalog { world, ..Catalog::new(target.dialect, target.version) };
        Self::new(catalog, target.session.clone())
    }

    /// The server that the state belongs to, with the session's settings so far.
    pub fn target(&self) -> Target {
        Target {
            dialect: self.catalog.dialect,
            version: self.catalog.server_version,
            session: self.session.clone(),
        }
    }

    /// The name of a relation with the schema that an unqualified one is looked up in.
    ///
    /// PostgreSQL finds a temporary relation first, then goes through the search path; a name that is found nowhere is
    /// taken to be in the schema that receives new objects.
    pub(crate) fn relation_name(&self, name: &ObjectName) -> ObjectName {
        if name.schema.is_some() {
            return name.clone();
        }
        let catalog = &self.catalog;
        let known = |full: &ObjectName| {
            catalog.tables.contains(full) || catalog.views.contains(full) || catalog.sequences.contains(full)
        };
        let first = ObjectName::new(self.current_schema(), name.name.clone());
        let path = &self.session.search_path;
        if catalog.dialect.is_mysql_family() {
            return first;
        }
        let temporary = ObjectName::new(Name::temporary(), name.name.clone());
        if known(&temporary) {
            return temporary;
        }
        if path.len() < 2 || known(&first) {
            return first;
        }
        let mut places =
            path.iter().skip(1).map(|schema| ObjectName::new(schema.as_str(), name.name.clone()));
        places.find(known).unwrap_or(first)
    }

    /// The schema that receives objects created without one.
    pub fn current_schema(&self) -> Name {
        match self.session.search_path.first() {
            Some(schema) => schema.as_str().into(),
            None if self.catalog.dialect.is_mysql_family() => Name::default(),
            None => Name::public(),
        }
    }
}

/// What one operation did to a state, or why the server would refuse it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The changes, in an order in which each can be applied; their inverses in reverse order undo the operation.
    /// Empty when there is a conflict, except for MySQL-family statements that are known to do half their work.
    pub changes: Vec<Change>,
    /// Why the server would refuse the operation. The state is as before.
    pub conflicts: Vec<Conflict>,
    /// What could not be known: the changes may be more or fewer than listed.
    pub unknowns: Vec<Unknown>,
    /// `IF [NOT] EXISTS` made (a part of) the operation a no-op, or all conditions of a block were certainly false.
    pub skipped: bool,
    /// Of a block: whether it may have done what could not be read.
    pub incomplete: bool,
    /// Of a block: the statements that ran or may have run, in order. Those that certainly did not are not listed.
    pub ran: Vec<Ran>,
}

impl Outcome {
    /// Whether a block may have done what could not be read, itself or in a block inside of it.
    pub fn unread(&self) -> bool {
        self.incomplete || self.ran.iter().any(|ran| ran.outcome.unread())
    }
}

/// A statement inside of a block that ran or may have run.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// The statement.
    pub operation: Located<Operation>,
    /// The state that it found, or would find.
    pub before: State,
    /// What it did, or would do; the block's own outcome contains what is certain of it.
    pub outcome: Outcome,
    /// Whether it certainly ran.
    pub certain: bool,
}

/// Why a server would refuse an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// Which kind of refusal.
    pub kind: ConflictKind,
    /// The object in question.
    pub object: ObjectPath,
    /// A sentence in lower case without full stop, with names in backticks.
    pub message: String,
    /// `false` when the refusal depends on something that is not known, so that it may not happen.
    pub certain: bool,
}

/// The kinds of refusals, in kebab-case in reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictKind {
    /// The named table, column, constraint, index, type, schema, … does not exist.
    NotFound,
    /// An object of that name exists already.
    AlreadyExists,
    /// Other objects depend on it and `CASCADE` was not given (or does not exist).
    HasDependents,
    /// The object is of another kind: a view where a table is needed.
    WrongKind,
    /// Columns of a foreign key and its target do not fit, or the target columns are not unique.
    KeyMismatch,
    /// The definition contradicts itself: two primary keys, a column twice, an unknown column in a key.
    InvalidDefinition,
    /// The statement is forbidden here: inside a transaction block, on a partitioned table, …
    NotAllowed,
}

/// Something that the model cannot know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// The object in question, as people name it.
    pub object: String,
    /// Why: a sentence in lower case without full stop.
    pub message: String,
    /// A query that would settle it, when there is one.
    pub probe: Option<String>,
}
