//! SQL inside of SQL, as steps: which statements run is decided by conditions, most of which ask the server's own
//! catalog and so can be answered by the model.
use serde::Serialize;

use super::{Located, Operation, Rows, Term};

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
    /// A loop.
    Repeat {
        /// Its label, lower case; empty if it has none.
        label: String,
        /// How often its steps run.
        #[serde(skip_serializing_if = "LoopHead::is_unknown")]
        head: LoopHead,
        /// The steps.
        body: Vec<Located<Step>>,
    },
    /// `EXIT` or `CONTINUE`.
    Jump {
        /// The label of the loop that is meant, lower case; empty for the innermost.
        label: String,
        /// Whether the loop goes on with its next turn.
        again: bool,
    },
    /// A variable gets a value.
    Assign {
        /// The variable.
        variable: String,
        /// The value.
        value: Term,
    },
    /// `SELECT … INTO`: variables get the values of the first row, `NULL` if there is none.
    Take {
        /// The variables: names of scalars in order, or one record `r`, whose columns are the variables `r.column`.
        variables: Vec<String>,
        /// The query.
        rows: Box<Rows>,
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

/// How often the steps of a [`Step::Repeat`] run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "head", rename_all = "kebab-case")]
pub enum LoopHead {
    /// `LOOP`: until something leaves it.
    Forever,
    /// `WHILE`: as long as the condition holds.
    While {
        /// The condition.
        condition: Term,
    },
    /// `FOR i IN [REVERSE] from .. to [BY step]`.
    Range {
        /// The variable.
        variable: String,
        /// The first number.
        from: Box<Term>,
        /// The last number.
        to: Box<Term>,
        /// How far apart they are, greater than 0.
        step: Box<Term>,
        /// Whether it counts down.
        reverse: bool,
    },
    /// `FOREACH x IN ARRAY …`.
    Members {
        /// The variable.
        variable: String,
        /// The array.
        array: Box<Term>,
    },
    /// `FOR r IN SELECT …`: once for each row.
    Rows {
        /// The variables that the columns go to: names of scalars in order, or one record `r`, whose columns are the
        /// variables `r.column`.
        variables: Vec<String>,
        /// The query.
        rows: Box<Rows>,
    },
    /// It is not known how often.
    Unknown {
        /// The variables that are set by it.
        variables: Vec<String>,
    },
}

impl LoopHead {
    /// Whether nothing is known of it.
    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { variables } if variables.is_empty())
    }
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
            Step::Repeat { body, .. } => statements(body, found),
            Step::Execute { candidates, .. } => candidates.iter().for_each(|c| statements(&c.body, found)),
            Step::Assign { .. }
            | Step::Take { .. }
            | Step::Leave
            | Step::Jump { .. }
            | Step::Raise { .. }
            | Step::Unread => {}
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
        Step::Repeat { body, .. } => complete(body),
        Step::Execute { candidates, complete: all, .. } => {
            *all && candidates.iter().all(|c| complete(&c.body))
        }
        Step::Assign { .. } | Step::Take { .. } | Step::Leave | Step::Jump { .. } | Step::Raise { .. } => {
            true
        }
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
            Step::Repeat { body, .. } => relocate(body, change, span),
            Step::Execute { candidates, .. } => {
                candidates.iter_mut().for_each(|c| relocate(&mut c.body, change, span));
            }
            Step::Assign { .. }
            | Step::Take { .. }
            | Step::Leave
            | Step::Jump { .. }
            | Step::Raise { .. }
            | Step::Unread => {}
        }
    }
}
