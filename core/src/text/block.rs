//! Compound bodies: where a `;` belongs to a routine and does not end the statement.
use super::{Token, TokenKind};
use crate::target::Dialect;

/// Watches one statement's tokens and knows whether it is inside a compound body.
#[derive(Default)]
pub(super) struct Body {
    state: State,
    previous: Previous,
}

#[derive(Default)]
enum State {
    /// Nothing yet, or `BEGIN`.
    #[default]
    Start,
    /// In the head of a `CREATE` or `ALTER`.
    Head { create: bool },
    /// Not a statement with a body.
    Plain,
    /// `CREATE FUNCTION|PROCEDURE` of PostgreSQL: how many `BEGIN ATOMIC` and `CASE` are open.
    Atomic { depth: u32 },
    /// A stored program of the MySQL family.
    Program(Program),
}

/// What the next token needs to know of the one before it.
#[derive(Clone, Copy, Default, PartialEq)]
enum Previous {
    #[default]
    Other,
    Dot,
    Equals,
    Word(Keyword),
}

#[derive(Default)]
struct Program {
    head: Head,
    /// What is open, the innermost last.
    open: Vec<Block>,
    /// The next token begins a statement.
    at_start: bool,
    /// A label, which a `:` turns into the start of a statement, may stand before.
    after_start: bool,
    /// In `DECLARE … HANDLER FOR …`, whose statement follows its conditions without a mark.
    handler: bool,
    /// In the head: how many parentheses are open.
    parens: u32,
}

/// How to find the end of the head, that is the first word of the body.
#[derive(Clone, Copy, Default, PartialEq)]
enum Head {
    /// The body has begun.
    #[default]
    Done,
    /// `PROCEDURE` or `FUNCTION`: the first word that starts a statement.
    Routine,
    /// After `FOR EACH ROW`.
    Trigger,
    /// After `FOR EACH ROW FOLLOWS|PRECEDES`, before the other trigger's name.
    TriggerOrder,
    /// After `DO`.
    Event,
}

#[derive(Clone, Copy, PartialEq)]
enum Block {
    Begin,
    If,
    CaseStatement,
    CaseExpression,
    Loop,
    While,
    For,
    Repeat,
    /// A `REPEAT` whose `UNTIL` has been read.
    Until,
}

macro_rules! keywords {
    ($($name:ident $text:literal)*) => {
        /// The words that matter here.
        #[derive(Clone, Copy, Debug, PartialEq)]
        enum Keyword { $($name,)* Other }

        impl Keyword {
            fn of(word: &str) -> Self {
                // The longest is 10 bytes; nearly every other word is told apart by its length or first letter.
                $(if word.len() == $text.len() && word.eq_ignore_ascii_case($text) { return Self::$name; })*
                Self::Other
            }
        }
    };
}

keywords! {
    Aggregate "aggregate" Alter "alter" Analyze "analyze" As "as" Atomic "atomic" Begin "begin" Call "call"
    Case "case" Char "char" Character "character" Create "create" CurrentRole "current_role"
    CurrentUser "current_user" Definer "definer" Delete "delete" Do "do" Drop "drop" Each "each" Else "else"
    End "end" Event "event" Explain "explain" Follows "follows" For "for" Function "function"
    Handler "handler" If "if" Insert "insert" Loop "loop" Not "not" Or "or" Precedes "precedes"
    Procedure "procedure" Rename "rename" Repeat "repeat" Replace "replace" Return "return"
    Returns "returns" Revoke "revoke" Row "row" Select "select" Set "set" Show "show" Then "then"
    Trigger "trigger" Truncate "truncate" Until "until" Update "update" While "while" With "with"
}

/// The words that end the head of a routine, because its body begins with them. Only those count that can have
/// another keyword behind them: a body of another kind has no inner `;`, so that its start need not be found.
const STARTERS: [Keyword; 25] = {
    use Keyword::*;
    [
        Alter, Analyze, Begin, Call, Case, Create, Delete, Do, Drop, Explain, For, If, Insert, Loop, Rename,
        Repeat, Replace, Return, Revoke, Select, Set, Show, Truncate, Update, While,
    ]
};

impl Body {
    /// Whether a `;` now belongs to the body.
    pub(super) fn is_open(&self) -> bool {
        match &self.state {
            State::Atomic { depth } => *depth > 0,
            State::Program(program) => !program.open.is_empty(),
            _ => false,
        }
    }

    /// Takes the statement's next token.
    pub(super) fn feed(&mut self, token: Token, text: &str, dialect: Dialect) {
        if matches!(self.state, State::Plain) {
            return;
        }
        let word = match token.kind {
            TokenKind::Word if self.previous != Previous::Dot => Some(Keyword::of(token.text(text))),
            _ => None,
        };
        match &mut self.state {
            State::Plain => {}
            State::Start => self.state = Self::start(token, word, self.previous, text, dialect),
            State::Head { create } => {
                let create = *create;
                self.state = Self::head(token, word, self.previous, create, dialect);
            }
            State::Atomic { depth } => match (word, self.previous) {
                // `AS end` is a column's label.
                (_, Previous::Word(Keyword::As)) => {}
                (Some(Keyword::Atomic), Previous::Word(Keyword::Begin)) => *depth += 1,
                (Some(Keyword::Case), _) if *depth > 0 => *depth += 1,
                (Some(Keyword::End), _) => *depth = depth.saturating_sub(1),
                _ => {}
            },
            State::Program(program) => program.feed(token, word, self.previous, text),
        }
        self.previous = match (token.kind, word) {
            (TokenKind::Dot, _) => Previous::Dot,
            (_, Some(word)) => Previous::Word(word),
            (TokenKind::Operator, _) if token.text(text) == "=" => Previous::Equals,
            _ => Previous::Other,
        };
    }

    /// The first token, and the one behind `BEGIN`. MariaDB takes no label outside of stored programs.
    fn start(token: Token, word: Option<Keyword>, previous: Previous, text: &str, dialect: Dialect) -> State {
        use Keyword::{Alter, Begin, Case, Create, For, If, Loop, Not, Repeat, While};
        let mysql = dialect.is_mysql_family();
        match word {
            // `BEGIN` alone opens a transaction; MariaDB's block says `BEGIN NOT ATOMIC`.
            Some(Not) if previous == Previous::Word(Begin) => {
                State::Program(Program { open: vec![Block::Begin], ..Program::default() })
            }
            Some(_) if previous == Previous::Word(Begin) => State::Plain,
            Some(Create) => State::Head { create: true },
            Some(Alter) if mysql => State::Head { create: false },
            Some(Begin) if mysql => State::Start,
            Some(If | Case | Loop | While | Repeat | For) if mysql => {
                let mut program = Program { at_start: true, ..Program::default() };
                program.feed(token, word, previous, text);
                State::Program(program)
            }
            _ => State::Plain,
        }
    }

    fn head(
        token: Token,
        word: Option<Keyword>,
        previous: Previous,
        create: bool,
        dialect: Dialect,
    ) -> State {
        use Keyword::{
            Aggregate, CurrentRole, CurrentUser, Definer, Event, Function, Or, Procedure, Replace, Trigger,
        };
        let program = |head| State::Program(Program { head, ..Program::default() });
        if dialect == Dialect::Postgres {
            return match word {
                Some(Or | Replace) => State::Head { create },
                Some(Function | Procedure) => State::Atomic { depth: 0 },
                _ => State::Plain,
            };
        }
        match word {
            // The account after `DEFINER =` may be any word.
            Some(_) if previous == Previous::Equals => State::Head { create },
            Some(Event) => program(Head::Event),
            Some(Function | Procedure) if create => program(Head::Routine),
            Some(Trigger) if create => program(Head::Trigger),
            Some(Or | Replace | Aggregate | Definer | CurrentUser | CurrentRole) => State::Head { create },
            Some(_) => State::Plain,
            None if matches!(token.kind, TokenKind::Comma | TokenKind::Number) => State::Plain,
            None => State::Head { create },
        }
    }
}

impl Program {
    fn feed(&mut self, token: Token, word: Option<Keyword>, previous: Previous, text: &str) {
        if self.head != Head::Done && !self.head_ends(token, word, previous) {
            return;
        }
        let start = std::mem::take(&mut self.at_start);
        let after_start = std::mem::replace(&mut self.after_start, start);
        match (token.kind, word) {
            (TokenKind::Semicolon, _) => {
                self.at_start = true;
                self.handler = false;
            }
            (TokenKind::Operator, _) => self.at_start = after_start && token.text(text) == ":",
            (_, Some(word)) => self.word(word, start, previous),
            _ => {}
        }
    }

    fn word(&mut self, word: Keyword, start: bool, previous: Previous) {
        use Keyword::{
            Atomic, Begin, Case, Do, Else, End, For, Handler, If, Loop, Not, Repeat, Then, Until, While,
        };
        // A handler's statement stands behind a condition, so never right after `FOR`.
        let opens = start || (self.handler && previous != Previous::Word(For));
        let innermost = self.open.last().copied();
        let before = self.open.len();
        match word {
            Begin if opens => self.open.push(Block::Begin),
            // In `END IF`, `END CASE` … the second word opens nothing: it is not at the start of a statement.
            Case if previous == Previous::Word(End) => {}
            Case => self.open.push(if opens { Block::CaseStatement } else { Block::CaseExpression }),
            If if opens && previous != Previous::Word(End) => self.open.push(Block::If),
            Loop if start => self.open.push(Block::Loop),
            While if start => self.open.push(Block::While),
            For if start => self.open.push(Block::For),
            Repeat if start => self.open.push(Block::Repeat),
            Until if start && innermost == Some(Block::Repeat) => {
                self.open.pop();
                self.open.push(Block::Until);
            }
            End if start || matches!(innermost, Some(Block::CaseExpression | Block::Until)) => {
                self.open.pop();
            }
            Do | Loop if !start => self.at_start = matches!(innermost, Some(Block::While | Block::For)),
            Then | Else => self.at_start = innermost != Some(Block::CaseExpression),
            // `BEGIN NOT ATOMIC`: the marks of an anonymous block, between its first word and its first statement.
            Atomic if previous == Previous::Word(Not) => self.at_start = true,
            Handler if !start => self.handler = true,
            _ => {}
        }
        if self.open.len() > before {
            self.handler = false;
            self.at_start = matches!(word, Begin | Loop | Repeat);
        }
    }

    /// Whether this token is the first of the body.
    fn head_ends(&mut self, token: Token, word: Option<Keyword>, previous: Previous) -> bool {
        use Keyword::{Char, Character, Do, Each, Follows, Function, Precedes, Procedure, Returns, Row};
        match token.kind {
            TokenKind::LeftParen => self.parens += 1,
            TokenKind::RightParen => self.parens = self.parens.saturating_sub(1),
            _ => {}
        }
        if self.parens > 0 {
            return false;
        }
        match self.head {
            Head::Done => true,
            Head::TriggerOrder => {
                self.head = Head::Trigger;
                self.at_start = true;
                false
            }
            // `at_start` says that `FOR EACH ROW` lies behind.
            Head::Trigger if self.at_start => {
                if matches!(word, Some(Follows | Precedes)) {
                    self.head = Head::TriggerOrder;
                    return false;
                }
                self.head = Head::Done;
                true
            }
            Head::Trigger => {
                self.at_start = word == Some(Row) && previous == Previous::Word(Each);
                false
            }
            Head::Event => {
                if word == Some(Do) {
                    self.head = Head::Done;
                    self.at_start = true;
                }
                false
            }
            Head::Routine => {
                let named = matches!(
                    previous,
                    Previous::Dot | Previous::Word(Procedure | Function | Returns | Character | Char)
                );
                let starts = !named && word.is_some_and(|w| STARTERS.contains(&w));
                if starts {
                    self.head = Head::Done;
                    self.at_start = true;
                }
                starts
            }
        }
    }
}
