//! Matching: a machine with a stack of its own, so that no statement can overflow the host's, and with an allowance of
//! steps, so that none can take more than linear time.
use super::symbols::Set;

/// A step of the machine. Targets are places in the program.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// The next symbol is this one: step over it.
    Symbol(u16),
    /// The next symbol is one of a set: step over it.
    Set(u16),
    /// Go on only if the next symbol is one of a set, else at the target.
    Test(u16, u32),
    /// A query stands here, behind any number of `(`.
    AtQuery,
    /// If what follows fails, go on at the target as if nothing had happened.
    Choice(u32),
    /// What follows the last choice matched: forget it and go on at the target.
    Commit(u32),
    /// As [`Step::Commit`], back at the place of the choice.
    BackCommit(u32),
    /// What must not match did.
    FailTwice,
    Fail,
    Jump(u32),
    Call(u32),
    Return,
    /// A capture begins.
    Open(u16),
    /// A capture ends.
    Close(u16),
}

/// The begin or the end of a capture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) capture: u16,
    pub(super) token: u32,
    pub(super) open: bool,
}

#[derive(Clone, Copy)]
struct Frame {
    step: u32,
    /// `RETURN` for the place behind a call.
    token: u32,
    events: u32,
}

const RETURN: u32 = u32::MAX;

/// How a run ended.
pub(super) enum End {
    /// The rule matches the tokens up to here.
    Matched(Vec<Event>),
    /// Nothing can stand at this token but the symbols of these sets.
    Failed { token: usize, expected: Vec<Step> },
    /// The allowance is used up.
    GaveUp,
}

/// What is matched: each token's symbol, and whether a query stands at it.
pub(super) struct Input<'a> {
    pub(super) symbols: &'a [u16],
    pub(super) at_query: &'a [bool],
}

/// Whether the rule at `start` matches all of `input`. With `explain` the run notes what was expected where it failed.
pub(super) fn run(
    program: &[Step],
    sets: &[Set],
    start: u32,
    input: &Input<'_>,
    end: u16,
    explain: bool,
) -> End {
    let length = input.symbols.len();
    let mut allowance = 20_000 + 400 * length;
    let mut stack: Vec<Frame> = Vec::with_capacity(64);
    let mut events: Vec<Event> = Vec::new();
    let (mut step, mut token) = (start as usize, 0usize);
    let (mut furthest, mut expected) = (0usize, Vec::new());
    // Inside of a negative lookahead nothing is expected.
    let symbol_at = |token: usize| input.symbols.get(token).copied().unwrap_or(end);
    let within = |set: u16, symbol: u16| sets.get(usize::from(set)).is_some_and(|s| s.has(symbol));
    loop {
        let Some(&now) = program.get(step) else { return End::GaveUp };
        if allowance == 0 {
            return End::GaveUp;
        }
        allowance -= 1;
        step += 1;
        let fails = match now {
            Step::Symbol(symbol) => {
                let hit = symbol_at(token) == symbol;
                token += usize::from(hit);
                !hit
            }
            Step::Set(set) => {
                let hit = within(set, symbol_at(token));
                token += usize::from(hit);
                !hit
            }
            Step::Test(set, target) => {
                if !within(set, symbol_at(token)) {
                    if explain {
                        note(&mut furthest, &mut expected, token, now);
                    }
                    step = target as usize;
                }
                false
            }
            Step::AtQuery => !input.at_query.get(token).copied().unwrap_or(false),
            Step::Choice(target) => {
                stack.push(Frame { step: target, token: narrow(token), events: narrow(events.len()) });
                false
            }
            Step::Commit(target) => {
                stack.pop();
                step = target as usize;
                false
            }
            Step::BackCommit(target) => {
                if let Some(frame) = stack.pop() {
                    token = frame.token as usize;
                    events.truncate(frame.events as usize);
                }
                step = target as usize;
                false
            }
            Step::FailTwice => {
                stack.pop();
                true
            }
            Step::Fail => true,
            Step::Jump(target) => {
                step = target as usize;
                false
            }
            Step::Call(target) => {
                stack.push(Frame { step: narrow(step), token: RETURN, events: 0 });
                step = target as usize;
                false
            }
            Step::Return => match stack.pop() {
                Some(frame) => {
                    step = frame.step as usize;
                    false
                }
                None if token == length => return End::Matched(events),
                None => {
                    if explain {
                        note(&mut furthest, &mut expected, token, Step::Symbol(end));
                    }
                    return End::Failed { token: furthest.max(token), expected };
                }
            },
            Step::Open(capture) | Step::Close(capture) => {
                events.push(Event { capture, token: narrow(token), open: matches!(now, Step::Open(_)) });
                false
            }
        };
        if !fails {
            continue;
        }
        if explain {
            note(&mut furthest, &mut expected, token, now);
        }
        loop {
            match stack.pop() {
                Some(frame) if frame.token == RETURN => {}
                Some(frame) => {
                    (step, token) = (frame.step as usize, frame.token as usize);
                    events.truncate(frame.events as usize);
                    break;
                }
                None => return End::Failed { token: furthest, expected },
            }
        }
    }
}

/// Statements have fewer tokens than a script has bytes, whose places are 32 bits wide.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(RETURN - 1)
}

/// How many expectations at one token are kept.
const MOST: usize = 200;

fn note(furthest: &mut usize, expected: &mut Vec<Step>, token: usize, step: Step) {
    if token > *furthest {
        *furthest = token;
        expected.clear();
    }
    if token == *furthest
        && expected.len() < MOST
        && matches!(step, Step::Symbol(_) | Step::Set(_) | Step::Test(..))
    {
        expected.push(step);
    }
}
