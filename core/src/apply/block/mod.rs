//! Blocks: their conditions are decided against the catalog as far as it is known.
//!
//! What certainly runs is applied as if it were written plainly. What may run is applied to a copy, and what it touches
//! there is marked as uncertain. What certainly does not run is passed over.
mod attempt;
mod compute;
mod convert;
mod dynamic;
mod errors;
mod eval;
mod invoke;
mod pattern;
mod probe;
mod property;
mod query;
mod repeat;
mod rows;
mod system;
#[cfg(test)]
mod tests;
mod time;
mod unlisted;
mod value;

pub(super) use invoke::{may_change, query};
pub use time::{Form, Interval, Time};
pub use value::Value;

use errors::Failure;
use probe::{probe_of, shortened};
use value::Truth;

use super::{
    Conflict, ConflictKind, Outcome, Ran, State,
    run::{Run, Step as Stepped},
};
use crate::{
    change::{Change, Delta, ObjectPath},
    operation::{Block, Branch, Handler, Located, LoopHead, Operation, Step, Term},
    text::Span,
};

/// Blocks within blocks beyond this are not followed.
const DEEPEST: usize = 8;

/// How steps ended.
enum End {
    /// They ran to the end.
    Through,
    /// The block was left.
    Left,
    /// The block may have been left.
    MaybeLeft,
    /// A loop goes on with its next turn, or ends: the one of that label, the innermost if it is empty.
    Jump { label: String, again: bool },
    /// It may have.
    MaybeJump,
    /// An error ended them.
    Failed(Box<Failure>),
    /// An error that a handler around them takes may have ended them.
    MaybeFailed,
}

/// A block being carried out.
struct Walk<'r, 'a> {
    run: &'r mut Run<'a>,
    source: String,
    /// The handlers around the step, the innermost last.
    handlers: Vec<Vec<String>>,
    /// Whether statements certainly run.
    certain: bool,
    /// The condition that it depends on whether they run, with its query.
    because: Option<(String, Option<String>)>,
    /// Whether all that might have run has turned out to do nothing.
    idle: bool,
    /// How many loops and called routines are around the step: steps in them are counted.
    turning: usize,
    /// The handlers behind which the next statement runs.
    resume: Option<Vec<Handler>>,
    /// The error that a handler runs for, which a bare `RAISE` raises again.
    caught: Option<Conflict>,
}

/// A variable of the session gets a value.
pub(super) fn assign(run: &mut Run<'_>, variable: &str, value: &Term) {
    let saved = match value {
        // What a dump puts back in the end.
        Term::Unknown(text) => matches!(
            text.trim().to_ascii_lowercase().as_str(),
            "@@foreign_key_checks" | "@@session.foreign_key_checks"
        ),
        _ => false,
    };
    let value =
        if saved { Value::Bool(run.state.session.foreign_key_checks) } else { eval::value(run, value, None) };
    run.state.variables.set(variable, value);
}

/// Carries out a block.
pub(super) fn block(run: &mut Run<'_>, block: &Block) -> Stepped {
    let mysql = run.mysql();
    // PL/pgSQL has no variables but its own.
    let variables = if mysql { run.state.variables.clone() } else { super::Variables::default() };
    carry_out(run, &block.source, &block.steps, variables, false)
}

/// Carries out steps that begin with these variables; `called`: they are a routine's, and their number is bounded.
fn carry_out(
    run: &mut Run<'_>,
    source: &str,
    steps: &[Located<Step>],
    variables: super::Variables,
    called: bool,
) -> Stepped {
    if run.depth >= DEEPEST {
        let message = format!("the {source} is nested too deep to be followed");
        run.anything(&message);
        run.unknown(source, message);
        return Ok(());
    }
    let mysql = run.mysql();
    let outer = std::mem::replace(&mut run.state.variables, variables);
    let mut walk = Walk {
        source: source.to_owned(),
        handlers: Vec::new(),
        certain: true,
        because: None,
        idle: true,
        turning: usize::from(called),
        resume: None,
        caught: None,
        run,
    };
    let end = walk.steps(steps);
    let idle = walk.idle;
    if !mysql {
        run.state.variables = outer;
    }
    match end {
        // The MySQL family commits each statement: what was done stays.
        End::Failed(failure) if mysql => run.out.conflicts.push(failure.conflict),
        End::Failed(failure) => return Err(Box::new(failure.conflict)),
        _ => {}
    }
    run.out.skipped |= idle && run.out.changes.is_empty() && run.out.conflicts.is_empty();
    Ok(())
}

/// PostgreSQL: transactions that end inside of a block, and settings that a function makes, are not followed.
fn leaves_the_model(operation: &Operation) -> bool {
    match operation {
        Operation::Transaction(_) => true,
        Operation::Query { calls, .. } => calls.iter().any(|call| call.eq_ignore_ascii_case("set_config")),
        _ => false,
    }
}

impl Walk<'_, '_> {
    fn steps(&mut self, steps: &[Located<Step>]) -> End {
        let (mut maybe_left, mut maybe_jump) = (false, false);
        for (at, step) in steps.iter().enumerate() {
            if self.turning > 0 && !self.spend(1) {
                return End::MaybeLeft;
            }
            let mut end = self.step(step);
            if let End::Failed(failure) = end {
                end = self.resumed(failure);
            }
            match end {
                End::Through => {}
                // What follows may not run any more.
                end @ (End::MaybeLeft | End::MaybeJump) if self.certain => {
                    let rest = steps.get(at + 1..).unwrap_or(&[]);
                    let because = ("what stands before it may end the block".to_owned(), None);
                    let left = matches!(self.possibly(because, |walk| walk.steps(rest)), End::MaybeLeft);
                    self.forget(rest);
                    return if left { End::MaybeLeft } else { end };
                }
                End::MaybeLeft => maybe_left = true,
                End::MaybeJump => maybe_jump = true,
                end => return if maybe_left { End::MaybeLeft } else { end },
            }
        }
        match (maybe_left, maybe_jump) {
            (true, _) => End::MaybeLeft,
            (_, true) => End::MaybeJump,
            _ => End::Through,
        }
    }

    /// Counts steps of loops and of called routines; `false` when there have been too many, which is said.
    fn spend(&mut self, steps: usize) -> bool {
        let spent = &mut self.run.state.spent;
        let before = *spent;
        *spent = spent.saturating_add(u32::try_from(steps).unwrap_or(u32::MAX));
        if *spent <= State::MOST_STEPS {
            return true;
        }
        // Once is enough for each statement.
        if before <= State::MOST_STEPS || !self.run.out.incomplete {
            self.idle = false;
            self.run.out.incomplete = true;
            let source = self.source.clone();
            let message = format!(
                "the {source} is not followed further: loops and routines have taken {} steps",
                State::MOST_STEPS
            );
            self.run.anything(&message);
            self.run.unknown(&source, message);
        }
        false
    }

    /// The MySQL family's `CONTINUE HANDLER` takes an error of one statement.
    fn resumed(&mut self, failure: Box<Failure>) -> End {
        let Some(handlers) = self.resume.clone().filter(|_| self.certain) else {
            return End::Failed(failure);
        };
        match errors::handler(&handlers, &failure) {
            (Truth::Yes, Some(handler)) => self.steps(&handler.body),
            (Truth::No, _) => End::Failed(failure),
            _ => End::MaybeFailed,
        }
    }

    fn step(&mut self, step: &Located<Step>) -> End {
        match &step.node {
            Step::Statement { statement } => self.statement(statement),
            Step::Choose { branches } => self.choose(branches, step.span),
            Step::Try { body, handlers, resumes } => self.attempt(body, handlers, *resumes),
            Step::Repeat { label, head, body } => self.repeat(label, head, body),
            // There may be no row, or several.
            Step::Take { .. } if self.is_exposed() => End::MaybeFailed,
            Step::Take { variables, rows } => {
                self.take(variables, rows);
                End::Through
            }
            Step::Jump { .. } if !self.certain => End::MaybeJump,
            Step::Jump { label, again } => End::Jump { label: label.clone(), again: *again },
            Step::Assign { variable, value } => {
                match eval::value(self.run, value, None) {
                    Value::Missing(name) => return self.missing(&name, step.span),
                    Value::Unknown | Value::Null if self.is_exposed() => return End::MaybeFailed,
                    value => self.run.state.variables.set(variable, value),
                }
                End::Through
            }
            Step::Execute { text, candidates, complete } => {
                self.execute(text, candidates, *complete, step.span)
            }
            Step::Leave if self.certain => End::Left,
            Step::Leave => End::MaybeLeft,
            Step::Raise { error } => self.raise(error.as_deref()),
            Step::Unread => self.unread(),
        }
    }

    /// The first branch whose condition holds.
    fn choose(&mut self, branches: &[Branch], span: Span) -> End {
        let mut open: Vec<&Branch> = Vec::new();
        let mut sure = None;
        for branch in branches {
            let value = eval::value(self.run, &branch.guard, None);
            if let Value::Missing(name) = &value
                && open.is_empty()
            {
                return self.missing(name, span);
            }
            match value.truth() {
                Truth::No => {}
                Truth::Yes => {
                    sure = Some(branch);
                    break;
                }
                Truth::Maybe => open.push(branch),
            }
        }
        match (sure, open.as_slice()) {
            (Some(branch), []) => return self.steps(&branch.body),
            (None, []) => return End::Through,
            _ if self.is_exposed() => return End::MaybeFailed,
            _ => {}
        }
        let because = open.first().map_or_else(
            || ("a condition".to_owned(), None),
            |b| (format!("whether {}", shortened(&b.text)), probe_of(&b.guard)),
        );
        let mut end = End::Through;
        for branch in open.iter().copied().chain(sure) {
            match self.possibly(because.clone(), |walk| walk.steps(&branch.body)) {
                End::Left | End::MaybeLeft | End::Failed(_) => end = End::MaybeLeft,
                End::MaybeJump if matches!(end, End::Through) => end = End::MaybeJump,
                _ => {}
            }
        }
        open.into_iter().chain(sure).for_each(|branch| self.forget(&branch.body));
        end
    }

    /// Runs steps on a copy of the state: what they change there becomes uncertain.
    fn possibly(&mut self, because: (String, Option<String>), steps: impl FnOnce(&mut Self) -> End) -> End {
        let state = self.run.state.clone();
        let was = (self.certain, self.because.take());
        self.certain = false;
        self.because = was.1.clone().or(Some(because));
        let end = steps(self);
        (self.certain, self.because) = was;
        let copy = std::mem::replace(self.run.state, state);
        self.run.state.catalog.uncertain = copy.catalog.uncertain;
        self.run.state.spent = copy.spent;
        match end {
            // It would be an error if it ran.
            End::Failed(failure) => {
                self.would_fail(&failure.conflict);
                End::MaybeLeft
            }
            End::Left => End::MaybeLeft,
            End::Jump { .. } => End::MaybeJump,
            end => end,
        }
    }

    /// Variables that the steps set are not known behind them.
    fn forget(&mut self, steps: &[Located<Step>]) {
        for step in steps {
            match &step.node {
                Step::Assign { variable, .. } => self.run.state.variables.set(variable, Value::Unknown),
                Step::Statement { statement } => {
                    if let Operation::Assign { variable, .. } = &statement.node {
                        self.run.state.variables.set(variable, Value::Unknown);
                    }
                    if let Operation::Conditional(block) = &statement.node {
                        self.forget(&block.steps);
                    }
                }
                Step::Choose { branches } => branches.iter().for_each(|b| self.forget(&b.body)),
                Step::Try { body, handlers, .. } => {
                    self.forget(body);
                    handlers.iter().for_each(|h| self.forget(&h.body));
                }
                Step::Repeat { head, body, .. } => {
                    if let LoopHead::Rows { variables, .. } | LoopHead::Unknown { variables } = head {
                        variables.iter().for_each(|name| self.run.state.variables.forget(name));
                    }
                    self.forget(body);
                }
                Step::Take { variables, .. } => {
                    variables.iter().for_each(|name| self.run.state.variables.forget(name));
                }
                Step::Execute { candidates, .. } => candidates.iter().for_each(|c| self.forget(&c.body)),
                Step::Jump { .. } | Step::Leave | Step::Raise { .. } | Step::Unread => {}
            }
        }
    }

    /// One statement.
    fn statement(&mut self, statement: &Located<Operation>) -> End {
        if !self.run.mysql() && leaves_the_model(&statement.node) {
            return self.unread();
        }
        let before = self.run.state.clone();
        let outcome = super::apply_at(self.run.state, &statement.node, self.run.depth + 1);
        if !self.certain {
            return self.possible(statement, before, outcome);
        }
        let handled = self.handlers.iter().any(|h| errors::may_raise(&statement.node, &outcome, &before, h));
        if handled && !outcome.conflicts.iter().any(|c| c.certain) {
            *self.run.state = before;
            return End::MaybeFailed;
        }
        self.idle &= outcome.changes.is_empty() && outcome.unknowns.is_empty();
        let out = &mut self.run.out;
        out.changes.extend(outcome.changes.iter().cloned());
        out.unknowns.extend(outcome.unknowns.iter().cloned());
        let doubts = outcome.conflicts.iter().filter(|c| !c.certain);
        out.conflicts.extend(doubts.cloned());
        let refused = outcome.conflicts.iter().find(|c| c.certain).cloned();
        let failure = refused.map(|conflict| Failure::new(conflict, &statement.node, &before));
        let handled = failure.as_ref().and_then(|failure| errors::taken(&self.handlers, failure));
        match (failure, handled) {
            // What a handler takes is as if it had not happened.
            (Some(_), Some(Truth::Maybe)) => End::MaybeFailed,
            (Some(failure), Some(_)) => End::Failed(Box::new(failure)),
            (failure, _) => {
                self.run.out.ran.push(Ran { operation: statement.clone(), before, outcome, certain: true });
                failure.map_or(End::Through, |failure| End::Failed(Box::new(failure)))
            }
        }
    }

    /// What a statement that may run did to the copy.
    fn possible(&mut self, statement: &Located<Operation>, before: State, outcome: Outcome) -> End {
        let exists = !outcome.conflicts.is_empty()
            && outcome.conflicts.iter().all(|c| c.certain && c.kind == ConflictKind::AlreadyExists);
        // Idempotent migrations try on their second run what would fail now; the other way of their condition it does
        // not run.
        if exists {
            return End::Through;
        }
        let Outcome { changes, conflicts, unknowns, .. } = &outcome;
        self.idle &= changes.is_empty() && conflicts.is_empty() && unknowns.is_empty();
        let (because, probe) = self.because.clone().unwrap_or_else(|| ("a condition".to_owned(), None));
        for change in changes {
            self.mark(change, &because, probe.as_ref());
        }
        for conflict in conflicts {
            self.would_fail(conflict);
        }
        for unknown in unknowns {
            self.run.uncertain(&unknown.object, unknown.message.clone());
        }
        self.run.out.ran.push(Ran { operation: statement.clone(), before, outcome, certain: false });
        End::Through
    }

    /// What a change touches is not certain any more; nothing else is.
    fn mark(&mut self, change: &Change, because: &str, probe: Option<&String>) {
        let message = |source: &str| {
            format!("{because}: the {source} may {} {} `{}`", change.verb(), change.path.kind(), change.path)
        };
        let message = message(&self.source);
        let mut objects = vec![change.path.to_string()];
        if let Delta::Rename { to } = &change.delta {
            objects.push(to.to_string());
        }
        for object in objects {
            self.run.uncertain(&object, message.clone());
            if let (Some(last), Some(probe)) = (self.run.out.unknowns.last_mut(), probe) {
                last.probe = Some(probe.clone());
            }
        }
    }

    fn would_fail(&mut self, conflict: &Conflict) {
        let source = &self.source;
        let message = format!("a statement in the {source} would fail if it ran: {}", conflict.message);
        let known = |u: &super::Unknown| u.message == message;
        if !self.run.out.unknowns.iter().any(known) {
            self.run.unknown(&conflict.object, message);
        }
    }

    fn unread(&mut self) -> End {
        self.idle = false;
        self.run.out.incomplete = true;
        self.run.state.variables = super::Variables::default();
        let source = self.source.clone();
        let message = format!("the {source} may do more than could be read");
        self.run.anything(&message);
        self.run.unknown(&source, message);
        End::Through
    }

    /// A condition names what does not exist.
    fn missing(&mut self, name: &crate::catalog::ObjectName, span: Span) -> End {
        let object = ObjectPath::Table { name: name.clone() };
        let conflict = Conflict {
            kind: ConflictKind::NotFound,
            message: format!(
                "relation `{name}`, which a condition in the {} names, does not exist",
                self.source
            ),
            object,
            certain: true,
        };
        self.note_failure(&conflict, span);
        End::Failed(Box::new(Failure::missing(conflict)))
    }

    fn raise(&mut self, error: Option<&str>) -> End {
        if !self.certain {
            return End::MaybeLeft;
        }
        if let (None, Some(caught)) = (error, &self.caught) {
            return End::Failed(Box::new(Failure::raised(caught.clone())));
        }
        if self.handlers.iter().any(|h| error.is_none() || errors::is_listed(h, error)) {
            return End::MaybeFailed;
        }
        let conflict = Conflict {
            kind: ConflictKind::NotAllowed,
            object: ObjectPath::Schema { name: self.source.as_str().into() },
            message: format!("the {} raises an error", self.source),
            certain: true,
        };
        self.note_failure(&conflict, Span::new(0, 0));
        End::Failed(Box::new(Failure::raised(conflict)))
    }

    /// Puts an error that no statement has among what ran.
    fn note_failure(&mut self, conflict: &Conflict, span: Span) {
        if self.certain {
            let outcome = Outcome { conflicts: vec![conflict.clone()], ..Outcome::default() };
            let operation =
                Located { span, node: Operation::Query { calls: Vec::new(), invoked: Vec::new() } };
            let before = self.run.state.clone();
            self.run.out.ran.push(Ran { operation, before, outcome, certain: true });
        }
    }
}
