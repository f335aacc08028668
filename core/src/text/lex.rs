//! The lexer's common part: white space, comments and quoted text. What differs between servers is in
//! `lex_postgres.rs` and `lex_mysql.rs`.
//!
//! Every function moves forward, none reads a stretch of text more than a fixed number of times, and none
//! recurses: any input costs linear time and constant stack.
use super::{LexProblem, Span, Token, TokenKind, literal::closing_quote, mode::Mode};
use crate::target::{Dialect, ServerVersion, Target};

pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) pos: usize,
    pub(super) dialect: Dialect,
    pub(super) version: ServerVersion,
    pub(super) mode: Mode,
    pub(super) comments: Vec<Span>,
    pub(super) problems: Vec<LexProblem>,
    /// Where the executed comment (`/*!80000 …`) that we are in begins.
    pub(super) executed_comment: Option<Span>,
    /// MySQL family: what ends a statement; `;` until a `DELIMITER` line says otherwise.
    pub(super) delimiter: &'a str,
    /// How many `[` are open: inside, `:name` is the second half of a slice and no psql variable.
    pub(super) brackets: u32,
    pub(super) operators: super::lex_postgres::OperatorRun,
    /// The token before, for the places where a lexer looks back.
    pub(super) last: Option<Token>,
}

/// The tokens of a text that is a part of a statement, such as an expression: nothing in it is a command to a
/// client program, and `;` ends nothing. What cannot be read becomes a token like everything else.
pub fn tokens(text: &str, target: &Target) -> Vec<Token> {
    let mut lexer = Lexer::new(super::split::prefix(text, u32::MAX as usize), target);
    // Most parts are a few words.
    let mut tokens = Vec::with_capacity((text.len() / 4).min(32) + 1);
    loop {
        lexer.skip_trivia(false);
        if lexer.at_end() {
            return tokens;
        }
        tokens.push(lexer.token());
    }
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, target: &Target) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            dialect: target.dialect,
            version: target.version,
            mode: Mode::new(target),
            comments: Vec::new(),
            problems: Vec::new(),
            executed_comment: None,
            delimiter: ";",
            brackets: 0,
            operators: super::lex_postgres::OperatorRun::default(),
            last: None,
        }
    }

    /// The byte at `at`, 0 behind the end.
    pub(super) fn at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(super) fn at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    /// The text from `start` to `end`, which are offsets found by this lexer.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
    }

    pub(super) fn problem(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.problems.push(LexProblem { span: Span::new(start, end), message: message.into() });
    }

    /// The offset of the first byte from `from` on for which `stop` holds, or the end.
    pub(super) fn find(&self, from: usize, stop: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(from..).unwrap_or(&[]);
        rest.iter().position(|b| stop(*b)).map_or(self.bytes.len(), |i| from + i)
    }

    /// Reads the next token; the caller has skipped white space and made sure that there is one.
    pub(super) fn token(&mut self) -> Token {
        let token =
            if self.dialect == Dialect::Postgres { self.postgres_token() } else { self.mysql_token() };
        self.pos = token.span.end as usize;
        match token.kind {
            TokenKind::LeftBracket => self.brackets += 1,
            TokenKind::RightBracket => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
        self.last = Some(token);
        token
    }

    /// Skips white space and comments. With `stop_at_newline` it stops behind the first line end outside of a
    /// comment and answers `true`.
    pub(super) fn skip_trivia(&mut self, stop_at_newline: bool) -> bool {
        let mysql = self.dialect.is_mysql_family();
        loop {
            match self.at(self.pos) {
                b'\n' => {
                    self.pos += 1;
                    if stop_at_newline {
                        return true;
                    }
                }
                b' ' | b'\t' | b'\r' | 0x0B | 0x0C => self.pos += 1,
                b'-' | b'#' | b'/' | b'*' if mysql && self.at_custom_delimiter() => return false,
                b'-' if self.at(self.pos + 1) == b'-' && (!mysql || self.dashes_are_comment()) => {
                    self.line_comment();
                }
                b'#' if mysql => self.line_comment(),
                b'/' if self.at(self.pos + 1) == b'*' => {
                    if mysql {
                        self.mysql_comment();
                    } else {
                        self.nested_comment();
                    }
                }
                b'*' if self.executed_comment.is_some() && self.at(self.pos + 1) == b'/' => {
                    self.executed_comment = None;
                    self.comment_to(self.pos + 2);
                }
                _ => return false,
            }
        }
    }

    /// MySQL: `--` starts a comment only before white space, a control character or the end.
    fn dashes_are_comment(&self) -> bool {
        self.bytes.get(self.pos + 2).is_none_or(|b| *b == b' ' || b.is_ascii_control())
    }

    /// Records the comment that ends at `end` and goes on behind it.
    pub(super) fn comment_to(&mut self, end: usize) {
        self.comments.push(Span::new(self.pos, end));
        self.pos = end;
    }

    fn line_comment(&mut self) {
        // PostgreSQL ends the comment at a lone carriage return too.
        let postgres = self.dialect == Dialect::Postgres;
        let end = self.find(self.pos, |b| b == b'\n' || (postgres && b == b'\r'));
        let trimmed = if self.at(end.saturating_sub(1)) == b'\r' { end - 1 } else { end };
        self.comment_to(trimmed);
    }

    /// Reads quoted text whose opening quote is at `open`: the offset behind the closing quote. An unclosed
    /// literal goes to the end and is a problem.
    pub(super) fn quoted(&mut self, start: usize, open: usize, escapes: bool, what: &str) -> usize {
        let quote = self.at(open);
        let rest = self.bytes.get(open + 1..).unwrap_or(&[]);
        if let Some(length) = closing_quote(rest, quote, escapes) {
            return open + 1 + length + 1;
        }
        self.problem(
            start,
            self.bytes.len(),
            format!("this {what} is never closed: add the missing `{}`", char::from(quote)),
        );
        self.bytes.len()
    }

    /// One character that starts nothing.
    pub(super) fn unknown(&self) -> Token {
        let length = self.text.get(self.pos..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8);
        Token::new(TokenKind::Unknown, self.pos, self.pos + length)
    }

    /// The kind of a token that is one of the single characters both families share.
    pub(super) fn punctuation(byte: u8) -> Option<TokenKind> {
        Some(match byte {
            b'(' => TokenKind::LeftParen,
            b')' => TokenKind::RightParen,
            b'[' => TokenKind::LeftBracket,
            b']' => TokenKind::RightBracket,
            b',' => TokenKind::Comma,
            b';' => TokenKind::Semicolon,
            b'.' => TokenKind::Dot,
            _ => return None,
        })
    }
}

/// Whether `byte` starts an unquoted name: a letter, `_`, or a part of any character beyond ASCII.
pub(super) fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// Whether `byte` goes on with an unquoted name; both families allow `$` there.
pub(super) fn continues_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
