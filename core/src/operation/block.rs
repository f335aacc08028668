//! SQL inside of SQL, as steps: which statements run is decided by conditions, most of which ask the server's own
//! catalog and so can be answered by the model.
use serde::Serialize;

use super::{Located, Operation};

/// Procedural code that a statement runs: a `DO` block, a called procedure, prepared text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Block {
    /// Where the steps come from, as people call it: `DO block`, `CALL p`, `EXECUTE`, …
    pub source: String,
    /// The steps, in order.
    pub steps: Vec<Located<Step>>,
}

impl Block {
    /// A block of which nothing could be read.
    pub fn unread(source: impl Into<String>, span: crate::text::Span) -> Self {
        let steps = vec![Located { span, node: Step::Unread }];
        Self { source: source.into(), steps }
    }

    /// Whether every statement was read. `false`: the block may do more than its statements say.
    pub fn is_complete(&self) -> bool {
        complete(&self.steps)
    }

    /// Every statement in it, whether it runs or not, in the order of the text.
    pub fn statements(&self) -> Vec<&Located<Operation>> {
        let mut found = Vec::new();
        statements(&self.steps, &mut found);
        found
    }

    /// Calls `change` for every place in it.
    pub fn relocate(&mut self, change: &mut dyn FnMut(&mut Located<Operation>), span: crate::text::Span) {
        relocate(&mut self.steps, change, span);
    }
}

/// One step of a block.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// A statement of SQL; its place is its own.
    Statement {
        /// The statement.
        statement: Box<Located<Operation>>,
    },
    /// `IF`, `CASE`: the first branch whose condition holds runs.
    Choose {
        /// The branches in order; that of `ELSE` has the condition `true`.
        branches: Vec<Branch>,
    },
    /// A block with handlers for errors.
    Try {
        /// What is tried.
        body: Vec<Located<Step>>,
        /// The first handler that takes an error runs.
        handlers: Vec<Handler>,
        /// The MySQL family's `CONTINUE HANDLER`: goes on behind the statement that failed.
        resumes: bool,
    },
    /// A loop: its steps run any number of times.
    Repeat {
        /// The steps.
        body: Vec<Located<Step>>,
    },
    /// A variable gets a value.
    Assign {
        /// The variable.
        variable: String,
        /// The value.
        value: Term,
    },
    /// The text that `text` is, is run as a statement.
    Execute {
        /// The text.
        text: Term,
        /// The texts that it can be, each with what it does.
        candidates: Vec<Candidate>,
        /// Whether it can be no other.
        complete: bool,
    },
    /// The block ends here: `RETURN`.
    Leave,
    /// An error is raised, which ends the block unless it is handled.
    Raise {
        /// The error's name or `SQLSTATE`, lower case; `None` when it is not known.
        error: Option<String>,
    },
    /// Something that could not be read: it may do anything.
    Unread,
}

/// A branch of [`Step::Choose`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Branch {
    /// When it runs.
    pub guard: Term,
    /// The text of the condition, for messages.
    pub text: String,
    /// What it runs.
    pub body: Vec<Located<Step>>,
}

/// A handler of [`Step::Try`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Handler {
    /// The errors that it takes, lower case: PostgreSQL's condition names (`duplicate_object`), SQLSTATEs (`42710`), the
    /// MySQL family's error numbers (`1060`); `others` takes every error.
    pub errors: Vec<String>,
    /// What it runs.
    pub body: Vec<Located<Step>>,
}

/// A text that [`Step::Execute`] may run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The text.
    pub text: String,
    /// What it does.
    pub body: Vec<Located<Step>>,
}

/// A value or a condition, computed from the catalog and from variables. Terms are at most [`Term::DEEPEST`] levels
/// deep.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    /// `NULL`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A string.
    Text(String),
    /// A variable's value.
    Variable(String),
    /// The MySQL family's `DATABASE()`.
    Database,
    /// PostgreSQL's `current_schema()`.
    CurrentSchema,
    /// A property of the row that a [`Lookup`] looks at.
    Property(Property),
    /// The number of rows that a lookup finds.
    Count(Box<Lookup>),
    /// Whether a lookup finds a row.
    Exists(Box<Lookup>),
    /// A property of the only row that a lookup finds; `NULL` if it finds none.
    Selected(Box<Lookup>, Property),
    /// PostgreSQL: the object of that kind that a name in a string means: `'t'::regclass`, `to_regclass('t')`.
    Named {
        /// What kind of object.
        kind: Listing,
        /// The name.
        name: Box<Self>,
        /// Whether a missing object is `NULL`; otherwise it is an error.
        or_null: bool,
    },
    /// `NOT`.
    Not(Box<Self>),
    /// All of them hold.
    And(Vec<Self>),
    /// One of them holds.
    Or(Vec<Self>),
    /// A comparison.
    Compare(Comparison, Box<Self>, Box<Self>),
    /// `IS NULL`.
    IsNull(Box<Self>),
    /// The second if the first holds, else the third.
    If(Box<[Self; 3]>),
    /// The first that is not `NULL`.
    Coalesce(Vec<Self>),
    /// Strings, one behind the other.
    Concat(Vec<Self>),
    /// `LOWER(…)`.
    Lower(Box<Self>),
    /// What is not understood, or depends on rows; the text as written.
    Unknown(String),
}

impl Term {
    /// Deeper terms are [`Term::Unknown`].
    pub const DEEPEST: usize = 48;

    /// Whether a query is part of it.
    pub fn asks(&self) -> bool {
        match self {
            Self::Count(_) | Self::Exists(_) | Self::Selected(..) => true,
            Self::Not(t) | Self::IsNull(t) | Self::Lower(t) | Self::Named { name: t, .. } => t.asks(),
            Self::And(ts) | Self::Or(ts) | Self::Coalesce(ts) | Self::Concat(ts) => ts.iter().any(Self::asks),
            Self::Compare(_, a, b) => a.asks() || b.asks(),
            Self::If(parts) => parts.iter().any(Self::asks),
            _ => false,
        }
    }
}

/// Puts the name of the MySQL family's current database behind `text`. It is not known; an empty name in quotes stands for
/// it.
pub(crate) fn push_database(text: &mut String) {
    if !text.ends_with('`') {
        text.push_str("``");
    }
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the variants are the operators")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `LIKE`.
    Like,
}

/// A question to the server's catalog: the rows of a listing for which the filter holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lookup {
    /// What is listed.
    pub listing: Listing,
    /// Which rows count.
    pub filter: Term,
    /// A query that answers with one truth value: whether there is such a row.
    pub probe: String,
}

/// What a system view lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Listing {
    /// Schemas; databases in the MySQL family.
    Schemas,
    /// PostgreSQL's `pg_class`: tables, views, sequences, indexes, composite types.
    Relations,
    /// Tables and views.
    Tables,
    /// Views that are not materialized.
    Views,
    /// Materialized views.
    MaterializedViews,
    /// Sequences.
    Sequences,
    /// Columns of tables and views.
    Columns,
    /// Constraints.
    Constraints,
    /// Columns of keys: a row for each column of each primary key, unique constraint and foreign key.
    KeyColumns,
    /// Indexes; in the MySQL family a row for each column of each index.
    Indexes,
    /// User-defined types, and the row types of relations.
    Types,
    /// Labels of enum types.
    EnumLabels,
    /// Functions and procedures.
    Routines,
    /// Triggers.
    Triggers,
    /// Extensions.
    Extensions,
}

/// A property of a row of a [`Listing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Property {
    /// The object's name.
    Name,
    /// Its schema, or that of the table it belongs to.
    Schema,
    /// The table it belongs to; the type that a label belongs to.
    Table,
    /// The object itself, as `oid` identifies it.
    Object,
    /// What it belongs to, as `oid` identifies it.
    Owner,
    /// Its kind as `pg_catalog` writes it, a letter.
    Letter,
    /// Its kind as `information_schema` writes it.
    Kind,
    /// The column of a key or of an index.
    Column,
    /// The data type of a column as `information_schema.columns.data_type` writes it.
    DataType,
    /// The data type of a column as the MySQL family's `column_type` writes it.
    ColumnType,
    /// `YES` or `NO`: whether a column accepts NULL.
    Nullable,
    /// Whether a column does not accept NULL.
    NotNull,
    /// The longest string that a column takes, in characters.
    Length,
    /// A column's default.
    Default,
    /// Whether an index is unique.
    Unique,
    /// `0` for a unique index, `1` for others.
    NonUnique,
    /// What only system and dropped columns have: PostgreSQL's `attisdropped`, `tgisinternal`. Never true of what is
    /// listed.
    Never,
    /// A column's number, greater than 0.
    Number,
    /// A property that is not modelled.
    Other,
}

/// The statements of `steps`. As deep as blocks are read, which is bounded.
fn statements<'a>(steps: &'a [Located<Step>], found: &mut Vec<&'a Located<Operation>>) {
    for step in steps {
        match &step.node {
            Step::Statement { statement } => match &statement.node {
                Operation::Conditional(block) => statements(&block.steps, found),
                _ => found.push(statement),
            },
            Step::Choose { branches } => branches.iter().for_each(|b| statements(&b.body, found)),
            Step::Try { body, handlers, .. } => {
                statements(body, found);
                handlers.iter().for_each(|h| statements(&h.body, found));
            }
            Step::Repeat { body } => statements(body, found),
            Step::Execute { candidates, .. } => candidates.iter().for_each(|c| statements(&c.body, found)),
            Step::Assign { .. } | Step::Leave | Step::Raise { .. } | Step::Unread => {}
        }
    }
}

fn complete(steps: &[Located<Step>]) -> bool {
    steps.iter().all(|step| match &step.node {
        Step::Statement { statement } => match &statement.node {
            Operation::Conditional(block) => block.is_complete(),
            Operation::Opaque { may_change_schema, .. } => !may_change_schema,
            Operation::Object(statement) => !statement.may_change_schema,
            _ => true,
        },
        Step::Choose { branches } => branches.iter().all(|b| complete(&b.body)),
        Step::Try { body, handlers, .. } => complete(body) && handlers.iter().all(|h| complete(&h.body)),
        Step::Repeat { body } => complete(body),
        Step::Execute { candidates, complete: all, .. } => {
            *all && candidates.iter().all(|c| complete(&c.body))
        }
        Step::Assign { .. } | Step::Leave | Step::Raise { .. } => true,
        Step::Unread => false,
    })
}

fn relocate(
    steps: &mut [Located<Step>],
    change: &mut dyn FnMut(&mut Located<Operation>),
    span: crate::text::Span,
) {
    for step in steps {
        step.span = span;
        match &mut step.node {
            Step::Statement { statement } => change(statement),
            Step::Choose { branches } => {
                branches.iter_mut().for_each(|b| relocate(&mut b.body, change, span));
            }
            Step::Try { body, handlers, .. } => {
                relocate(body, change, span);
                handlers.iter_mut().for_each(|h| relocate(&mut h.body, change, span));
            }
            Step::Repeat { body } => relocate(body, change, span),
            Step::Execute { candidates, .. } => {
                candidates.iter_mut().for_each(|c| relocate(&mut c.body, change, span));
            }
            Step::Assign { .. } | Step::Leave | Step::Raise { .. } | Step::Unread => {}
        }
    }
}
