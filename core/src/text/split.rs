//! Splitting a script into statements.
use super::{LineIndex, Span, Token, TokenKind, block::Body, client::Client, lex::Lexer, mode::Modes};
use crate::target::{Dialect, Target};
use std::{ops::Range, sync::OnceLock};

/// About how many bytes of SQL make a token, the space around it included.
const BYTES_PER_TOKEN: usize = 6;

/// Room is made for no more tokens than this before they are read.
const MOST_FORESEEN: usize = 4096;

/// One statement of a [`Script`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// From the first byte of the first token to the last byte of the last token, without the terminator.
    pub span: Span,
    /// The same with the markers of executed comments (`/*!80000 … */`) that begin or end in the statement, so
    /// that the text can be run by itself.
    pub source: Span,
    /// Its tokens, as indexes into [`Script::tokens`]; never empty.
    pub tokens: Range<u32>,
    /// Whether a terminator (`;`, the `DELIMITER`, `\g`) follows.
    pub terminated: bool,
    /// The data lines that belong to a `COPY … FROM stdin`, without the closing `\.`.
    pub data: Option<Span>,
}

/// What a [`Directive`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DirectiveKind {
    /// A command of `psql` or a short command of `mysql`: `\connect db`, `\i file.sql`, `\. file.sql`.
    Backslash,
    /// `DELIMITER //` of the `mysql` client.
    Delimiter,
    /// `source file.sql` of the `mysql` client.
    Source,
    /// The `\.` that closes the data of a `COPY`.
    EndOfData,
}

/// A line that a client program obeys and the server never sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// What it is.
    pub kind: DirectiveKind,
    /// All of it, without the line end.
    pub span: Span,
    /// The command's name without the backslash, as written: `connect`, `DELIMITER`.
    pub name: Span,
    /// What follows the name, trimmed.
    pub argument: Span,
    /// How many statements stand before it; a directive inside a statement counts as before it.
    pub statements_before: u32,
    /// The data lines of `\copy … from stdin`.
    pub data: Option<Span>,
}

/// Something that cannot be read as SQL, such as a string that is never closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexProblem {
    /// Where.
    pub span: Span,
    /// What is wrong and what to do.
    pub message: String,
}

/// A script cut into tokens, statements and what stands between them.
///
/// Nothing is lost: white space apart, every byte is in one of the lists. Reading never fails; what is wrong is in
/// `problems`.
#[derive(Clone, Debug)]
pub struct Script<'a> {
    /// The whole script.
    pub text: &'a str,
    /// Every token, in order.
    pub tokens: Vec<Token>,
    /// Every statement, in order; a terminator with nothing before it makes none.
    pub statements: Vec<Statement>,
    /// Every comment, in order, with its marks. The marks of an executed comment (`/*!80000` and `*/`) count as
    /// two comments, its content is tokens.
    pub comments: Vec<Span>,
    /// Every terminator, in order.
    pub terminators: Vec<Span>,
    /// Every client command, in order.
    pub directives: Vec<Directive>,
    /// What could not be read.
    pub problems: Vec<LexProblem>,
    lines: OnceLock<LineIndex>,
}

impl<'a> Script<'a> {
    /// Reads `text` as `target` would. A script of more than 4 GiB is read up to there, which is a problem.
    pub fn new(text: &'a str, target: &Target) -> Self {
        Splitter::new(text, target).run()
    }

    /// The tokens of one of this script's statements.
    pub fn tokens_of(&self, statement: &Statement) -> &[Token] {
        let Range { start, end } = statement.tokens;
        self.tokens.get(start as usize..end as usize).unwrap_or(&[])
    }

    /// The text of a statement from its first to its last token, comments between them included.
    pub fn text_of(&self, statement: &Statement) -> &'a str {
        statement.span.slice(self.text)
    }

    /// Where the lines begin; made when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text))
    }
}

/// The state of one pass over a script.
pub(super) struct Splitter<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) script: Script<'a>,
    modes: Modes,
    pub(super) client: Client,
    body: Body,
    /// Index of the current statement's first token.
    first: usize,
    /// PostgreSQL: how many parentheses are open in the current statement.
    parens: u32,
    /// Whether a `;` was read inside parentheses or a body, where it splits nothing.
    inner_semicolon: bool,
    /// Where the text of the current statement begins, see [`Statement::source`].
    source_start: usize,
}

impl<'a> Splitter<'a> {
    fn new(text: &'a str, target: &Target) -> Self {
        let readable = prefix(text, u32::MAX as usize);
        let most = readable.len();
        let mut lexer = Lexer::new(readable, target);
        if most < text.len() {
            lexer.problem(most, most, "the script is larger than 4 GiB: what follows was not read");
        }
        let script = Script {
            text,
            tokens: Vec::with_capacity((text.len() / BYTES_PER_TOKEN).min(MOST_FORESEEN)),
            statements: Vec::new(),
            comments: Vec::new(),
            terminators: Vec::new(),
            directives: Vec::new(),
            problems: Vec::new(),
            lines: OnceLock::new(),
        };
        Self {
            lexer,
            script,
            modes: Modes::new(target),
            client: Client::default(),
            body: Body::default(),
            first: 0,
            parens: 0,
            inner_semicolon: false,
            source_start: 0,
        }
    }

    fn run(mut self) -> Script<'a> {
        if self.lexer.text.starts_with('\u{feff}') {
            self.lexer.pos = '\u{feff}'.len_utf8();
        }
        loop {
            if self.lexer.skip_trivia(self.client.waits_for_line()) {
                self.copy_data();
                continue;
            }
            if self.lexer.at_end() {
                break;
            }
            if self.client_command() {
                continue;
            }
            let token = self.lexer.token();
            if token.kind == TokenKind::Semicolon && self.splits() {
                self.end_statement(Some(token.span));
            } else {
                self.push(token);
            }
        }
        self.end_of_script();
        self.script.comments = self.lexer.comments;
        self.script.problems = self.lexer.problems;
        self.script.problems.sort_by_key(|p| p.span);
        self.script
    }

    /// Whether a `;` here ends the statement.
    pub(super) fn splits(&self) -> bool {
        self.lexer.delimiter == ";"
            && self.parens == 0
            && self.lexer.executed_comment.is_none()
            && !self.body.is_open()
    }

    pub(super) fn push(&mut self, token: Token) {
        if !self.has_statement() {
            let outer = self.lexer.executed_comment.map_or(token.span.start, |c| c.start);
            self.source_start = outer as usize;
        }
        match token.kind {
            TokenKind::Semicolon => self.inner_semicolon = true,
            // The MySQL family splits inside of parentheses too.
            TokenKind::LeftParen if self.lexer.dialect == Dialect::Postgres => self.parens += 1,
            TokenKind::RightParen => self.parens = self.parens.saturating_sub(1),
            _ => {}
        }
        self.body.feed(token, self.lexer.text, self.lexer.dialect);
        self.script.tokens.push(token);
    }

    /// Whether the current statement has a token yet.
    pub(super) fn has_statement(&self) -> bool {
        self.script.tokens.len() > self.first
    }

    /// The tokens of the current statement.
    pub(super) fn current(&self) -> &[Token] {
        self.script.tokens.get(self.first..).unwrap_or(&[])
    }

    /// Ends the current statement, if there is one.
    pub(super) fn end_statement(&mut self, terminator: Option<Span>) {
        self.script.terminators.extend(terminator);
        let text = self.lexer.text;
        if let (Some(first), Some(last)) = (self.current().first(), self.current().last()) {
            let span = first.span.to(last.span);
            // The closing mark of an executed comment was skipped behind the last token.
            let closing = self.lexer.comments.last().filter(|c| c.start >= span.end && c.slice(text) == "*/");
            let source = Span::new(self.source_start, closing.map_or(span.end, |c| c.end) as usize);
            let range = Span::new(self.first, self.script.tokens.len());
            let tokens = self.script.tokens.get(self.first..).unwrap_or(&[]);
            self.lexer.mode = self.modes.after(tokens, text, self.lexer.mode);
            if self.lexer.dialect == Dialect::Postgres && terminator.is_some() {
                let statement = self.script.statements.len();
                self.client.statement_ended(statement, tokens, text);
            }
            self.script.statements.push(Statement {
                span,
                source,
                tokens: range.start..range.end,
                terminated: terminator.is_some(),
                data: None,
            });
            self.first = self.script.tokens.len();
        }
        self.body = Body::default();
        self.parens = 0;
        self.inner_semicolon = false;
        self.lexer.brackets = 0;
        self.lexer.last = None;
    }

    fn end_of_script(&mut self) {
        let end = self.lexer.bytes.len();
        if let Some(open) = self.lexer.executed_comment {
            self.lexer.problem(
                open.start as usize,
                end,
                "this comment is never closed: add the missing `*/`",
            );
        }
        // Said only where a `;` was swallowed: otherwise the grammar has better words for it.
        if self.inner_semicolon && (self.parens > 0 || self.body.is_open()) {
            let start = self.current().first().map_or(end, |t| t.span.start as usize);
            let (what, close) =
                if self.body.is_open() { ("a body", "`END`") } else { ("a parenthesis", "`)`") };
            self.lexer.problem(
                start,
                end,
                format!("{what} in this statement is never closed, so it takes the rest of the script: add the missing {close}"),
            );
        }
        self.end_statement(None);
    }
}

/// The first `most` bytes of `text`, or up to three less where they would cut a character.
pub(super) fn prefix(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    (0..4).find_map(|less| text.get(..most.saturating_sub(less))).unwrap_or("")
}
