//! Loops. Each turn is carried out as long as it is known that there is one.
use super::{
    End, Walk, eval, query,
    value::{Truth, Value},
};
use crate::operation::{Located, LoopHead, Rows, Step, Term};

/// What one turn begins with.
type Bindings = Vec<(String, Value)>;

/// The turns of a loop.
enum Turns<'t> {
    /// Until something leaves it.
    Forever,
    /// As long as the condition holds.
    While(&'t Term),
    /// These, and whether this is their order.
    Given(std::vec::IntoIter<Bindings>, bool),
    /// Counting: the variable, the next number, how many there are left, and how far they are apart.
    Counted(&'t str, i64, u64, i64),
}

/// What comes next.
enum Next {
    Turn(Bindings),
    Done,
    /// It is not known whether there is a turn.
    Maybe,
}

impl Walk<'_, '_> {
    /// A loop.
    pub(super) fn repeat(&mut self, label: &str, head: &LoopHead, body: &[Located<Step>]) -> End {
        let LoopHead::Range { variable, .. } = head else { return self.all_turns(label, head, body) };
        // A number that counts is a variable of the loop alone.
        let outer = self.run.state.variables.get(variable).cloned().unwrap_or(Value::Unknown);
        let end = self.all_turns(label, head, body);
        self.run.state.variables.set(variable, outer);
        end
    }

    fn all_turns(&mut self, label: &str, head: &LoopHead, body: &[Located<Step>]) -> End {
        let turns = match head {
            LoopHead::Unknown { .. } => None,
            LoopHead::Forever => Some(Turns::Forever),
            LoopHead::While { condition } => Some(Turns::While(condition)),
            LoopHead::Range { variable, from, to, step, reverse } => {
                let number = |term: &Term| match eval::value(self.run, term, None) {
                    Value::Integer(number) => Some(number),
                    _ => None,
                };
                let ends = (number(from), number(to), number(step));
                match ends {
                    (Some(from), Some(to), Some(step)) if step > 0 => {
                        let (first, last) = if *reverse { (to, from) } else { (from, to) };
                        let count =
                            if last < first { 0 } else { last.abs_diff(first) / step.unsigned_abs() + 1 };
                        Some(Turns::Counted(variable, from, count, if *reverse { -step } else { step }))
                    }
                    _ => None,
                }
            }
            LoopHead::Members { variable, array } => match eval::value(self.run, array, None) {
                Value::Array(members) => {
                    let turns: Vec<Bindings> =
                        members.iter().map(|m| vec![(variable.clone(), m.clone())]).collect();
                    Some(Turns::Given(turns.into_iter(), true))
                }
                _ => None,
            },
            LoopHead::Rows { variables, rows } => query::answer(self.run, rows).map(|answer| {
                let turns: Vec<Bindings> =
                    answer.rows.into_iter().map(|row| bindings(variables, rows, row)).collect();
                Turns::Given(turns.into_iter(), answer.sorted)
            }),
        };
        match turns {
            Some(turns) => {
                self.turning += 1;
                let end = self.turns(label, turns, body);
                self.turning -= 1;
                end
            }
            None => {
                let named = match head {
                    LoopHead::Range { variable, .. } | LoopHead::Members { variable, .. } => {
                        std::slice::from_ref(variable)
                    }
                    LoopHead::Rows { variables, .. } => variables.as_slice(),
                    _ => &[],
                };
                named.iter().for_each(|name| self.run.state.variables.forget(name));
                if self.is_exposed() { End::MaybeFailed } else { self.any_times(body) }
            }
        }
    }

    fn turns(&mut self, label: &str, mut turns: Turns<'_>, body: &[Located<Step>]) -> End {
        let mut maybe_left = false;
        loop {
            let bindings = match turns.next(self) {
                Next::Done => return if maybe_left { End::MaybeLeft } else { End::Through },
                Next::Maybe => return self.any_times(body),
                Next::Turn(bindings) => bindings,
            };
            if !self.spend(1) {
                return End::MaybeLeft;
            }
            let (more, sorted) = match &turns {
                Turns::Given(rest, sorted) => (rest.len() > 0, *sorted),
                _ => (true, true),
            };
            // What an earlier turn left in a variable depends on which came first.
            if !sorted {
                self.forget(body);
            }
            for (name, value) in bindings {
                self.run.state.variables.set(&name, value);
            }
            let mine = |wanted: &String| wanted.is_empty() || wanted == label;
            let open = matches!(turns, Turns::Forever | Turns::While(_));
            match self.steps(body) {
                End::Through => {}
                End::Jump { label, again: true } if mine(&label) => {}
                End::Jump { label, again: false } if mine(&label) && (sorted || !more) => {
                    return End::Through;
                }
                // Which rows the loop reached depends on their order.
                End::Jump { .. } | End::Left if !sorted && more => return self.unread(),
                End::MaybeJump if !open && !self.certain => {}
                End::MaybeLeft if !open && !self.certain => maybe_left = true,
                end @ (End::MaybeJump | End::MaybeLeft) => {
                    if open {
                        self.any_times(body);
                    } else {
                        let because = ("what stands before it may end the loop".to_owned(), None);
                        self.possibly(because, |walk| walk.turns(label, turns, body));
                    }
                    self.forget(body);
                    return if matches!(end, End::MaybeJump) { End::Through } else { End::MaybeLeft };
                }
                end => return end,
            }
        }
    }

    /// A loop of which the number of turns is not known.
    pub(super) fn any_times(&mut self, body: &[Located<Step>]) -> End {
        self.forget(body);
        let end = self.possibly(("a loop".to_owned(), None), |walk| walk.steps(body));
        self.forget(body);
        match end {
            End::Left | End::MaybeLeft => End::MaybeLeft,
            _ => End::Through,
        }
    }

    /// `SELECT … INTO`
    pub(super) fn take(&mut self, variables: &[String], rows: &Rows) {
        let first = query::answer(self.run, rows).and_then(|answer| {
            let alone = answer.rows.len() < 2 || answer.sorted;
            let none = || rows.columns.iter().map(|_| Value::Null).collect();
            alone.then(|| answer.rows.into_iter().next().unwrap_or_else(none))
        });
        variables.iter().for_each(|name| self.run.state.variables.forget(name));
        for (name, value) in first.map(|row| bindings(variables, rows, row)).unwrap_or_default() {
            self.run.state.variables.set(&name, value);
        }
    }
}

/// The variables that a row's columns go to.
fn bindings(variables: &[String], rows: &Rows, row: Vec<Value>) -> Bindings {
    match variables {
        [one] => {
            let mut found: Bindings = Vec::new();
            if let [value] = row.as_slice() {
                found.push((one.clone(), value.clone()));
            }
            let names = rows.columns.iter().map(|(name, _)| format!("{one}.{name}"));
            found.extend(names.zip(row));
            found
        }
        several => several.iter().cloned().zip(row).collect(),
    }
}

impl Turns<'_> {
    fn next(&mut self, walk: &mut Walk<'_, '_>) -> Next {
        match self {
            Self::Forever => Next::Turn(Vec::new()),
            Self::While(condition) => match eval::value(walk.run, condition, None).truth() {
                Truth::Yes => Next::Turn(Vec::new()),
                Truth::No => Next::Done,
                Truth::Maybe => Next::Maybe,
            },
            Self::Given(rest, _) => rest.next().map_or(Next::Done, Next::Turn),
            Self::Counted(_, _, 0, _) => Next::Done,
            Self::Counted(variable, number, left, step) => {
                let bindings = vec![((*variable).to_owned(), Value::Integer(*number))];
                *left -= 1;
                *number = number.saturating_add(*step);
                Next::Turn(bindings)
            }
        }
    }
}
