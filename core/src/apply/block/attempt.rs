//! Blocks with handlers for errors.
use super::{End, Walk, errors, value::Truth};
use crate::{
    apply::{Outcome, State},
    operation::{Handler, Located, Step},
};

impl Walk<'_, '_> {
    /// A block with handlers.
    pub(super) fn attempt(&mut self, body: &[Located<Step>], handlers: &[Handler], resumes: bool) -> End {
        if !self.certain {
            let end = self.steps(body);
            self.forget(body);
            for handler in handlers {
                let _ended = self.possibly(("an error".to_owned(), None), |walk| walk.steps(&handler.body));
            }
            return match end {
                End::Failed(_) => End::Through,
                end => end,
            };
        }
        let before = self.run.state.clone();
        let mark = Mark::of(&self.run.out);
        self.handlers.push(handlers.iter().flat_map(|h| h.errors.iter().cloned()).collect());
        let outer = std::mem::replace(&mut self.resume, resumes.then(|| handlers.to_vec()));
        let end = self.steps(body);
        self.resume = outer;
        self.handlers.pop();
        match end {
            End::Failed(failure) if resumes => End::Failed(failure),
            End::Failed(failure) => {
                let rolls_back = !self.run.mysql();
                match errors::handler(handlers, &failure) {
                    (Truth::Yes, Some(handler)) => {
                        if rolls_back {
                            // Variables are not rolled back.
                            let variables = self.run.state.variables.clone();
                            let spent = self.run.state.spent;
                            *self.run.state = State { variables, spent, ..before };
                            mark.back(&mut self.run.out);
                        }
                        let outer = self.caught.replace(failure.conflict);
                        let end = self.steps(&handler.body);
                        self.caught = outer;
                        end
                    }
                    (Truth::No, _) => End::Failed(failure),
                    _ => self.either(before, &mark, body, handlers),
                }
            }
            End::MaybeFailed => self.either(before, &mark, body, handlers),
            end => end,
        }
    }

    /// Whether a handler is around that takes errors which values and queries raise, and not only those of statements
    /// that make what is there already.
    pub(super) fn is_exposed(&self) -> bool {
        self.certain
            && !self.run.mysql()
            && self.handlers.iter().any(|errors| errors::beyond_duplicates(errors))
    }

    /// Either the whole body ran or a handler did.
    fn either(&mut self, before: State, mark: &Mark, body: &[Located<Step>], handlers: &[Handler]) -> End {
        *self.run.state = before;
        mark.back(&mut self.run.out);
        self.idle = false;
        let because = ("an error that is handled".to_owned(), None);
        let mut end = self.possibly(because.clone(), |walk| walk.steps(body));
        self.forget(body);
        for handler in handlers {
            let one = self.possibly(because.clone(), |walk| walk.steps(&handler.body));
            if matches!(one, End::MaybeLeft | End::Left) {
                end = End::MaybeLeft;
            }
        }
        self.forget(body);
        handlers.iter().for_each(|h| self.forget(&h.body));
        match end {
            End::MaybeLeft | End::Left => End::MaybeLeft,
            _ => End::Through,
        }
    }
}

/// How far an outcome was: what a rollback to a savepoint takes away again.
struct Mark {
    changes: usize,
    conflicts: usize,
    unknowns: usize,
    ran: usize,
    incomplete: bool,
}

impl Mark {
    fn of(out: &Outcome) -> Self {
        Self {
            changes: out.changes.len(),
            conflicts: out.conflicts.len(),
            unknowns: out.unknowns.len(),
            ran: out.ran.len(),
            incomplete: out.incomplete,
        }
    }

    fn back(&self, out: &mut Outcome) {
        out.changes.truncate(self.changes);
        out.conflicts.truncate(self.conflicts);
        out.unknowns.truncate(self.unknowns);
        out.ran.truncate(self.ran);
        out.incomplete = self.incomplete;
    }
}
