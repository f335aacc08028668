//! A cursor over a statement's tokens: what every production of both dialects reads with.
//!
//! Productions look at most a fixed number of tokens ahead or step over a parenthesis once, so that reading a
//! statement costs linear time; nothing here recurses.
mod names;
mod refusals;
#[cfg(test)]
mod tests;

pub use names::{cut, qualifies};
pub use refusals::closest;
use refusals::kind_title;

use crate::{
    target::Target,
    text::{Span, Token, TokenKind},
};

/// Why a production stopped before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The server refuses this text.
    Invalid {
        /// The offending token.
        span: Span,
        /// What was found and what was expected.
        message: String,
        /// What to do about it, when that is plain.
        help: Option<String>,
    },
    /// The server may well accept it, but this production does not read it: the statement or action is opaque.
    Opaque,
}

impl Stop {
    /// A refusal of the text at `span`.
    pub fn invalid(span: Span, message: impl Into<String>) -> Self {
        Self::Invalid { span, message: message.into(), help: None }
    }

    /// The same refusal with advice, unless it carries some already.
    #[must_use]
    pub fn with_help(mut self, advice: impl Into<String>) -> Self {
        if let Self::Invalid { help: help @ None, .. } = &mut self {
            *help = Some(advice.into());
        }
        self
    }
}

/// What a production answers with.
pub type Read<T> = Result<T, Stop>;

/// A place in a statement's tokens. Copies are cheap and independent, so that a production can try something and
/// go back by taking up an older copy.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    text: &'a str,
    tokens: &'a [Token],
    pos: usize,
    limit: usize,
    target: &'a Target,
    is_reserved: fn(&str) -> bool,
}

impl<'a> Cursor<'a> {
    /// A cursor before the first of `tokens`, which belong to `text`. `is_reserved` tells which words (in lower
    /// case) cannot be names without quotes.
    pub fn new(
        text: &'a str,
        tokens: &'a [Token],
        target: &'a Target,
        is_reserved: fn(&str) -> bool,
    ) -> Self {
        Self { text, tokens, pos: 0, limit: tokens.len(), target, is_reserved }
    }

    /// The server that is read for.
    pub fn target(&self) -> &'a Target {
        self.target
    }

    /// The whole script.
    pub fn script_text(&self) -> &'a str {
        self.text
    }

    // --- looking ---

    /// The next token.
    pub fn peek(&self) -> Option<Token> {
        self.peek_at(0)
    }

    /// The token `ahead` tokens behind the next one.
    pub fn peek_at(&self, ahead: usize) -> Option<Token> {
        let at = self.pos + ahead;
        if at < self.limit { self.tokens.get(at).copied() } else { None }
    }

    /// The token before this place.
    pub fn previous(&self) -> Option<Token> {
        self.pos.checked_sub(1).and_then(|i| self.tokens.get(i)).copied()
    }

    /// Whether nothing is left.
    pub fn is_end(&self) -> bool {
        self.pos >= self.limit
    }

    /// The tokens that are left.
    pub fn rest(&self) -> &'a [Token] {
        self.tokens.get(self.pos..self.limit).unwrap_or(&[])
    }

    /// The text of a token of this statement.
    pub fn text_of(&self, token: Token) -> &'a str {
        token.text(self.text)
    }

    /// Whether the next token is the word `word` (in lower case), unquoted and in any case.
    pub fn at(&self, word: &str) -> bool {
        self.word_at(0, word)
    }

    /// Whether the token `ahead` tokens behind the next one is the word `word`.
    pub fn word_at(&self, ahead: usize, word: &str) -> bool {
        self.peek_at(ahead).is_some_and(|t| t.is_word(self.text, word))
    }

    /// Whether the next tokens are `words`, one after the other.
    pub fn at_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, w)| self.word_at(i, w))
    }

    /// Whether the next token is one of `words`.
    pub fn at_any(&self, words: &[&str]) -> bool {
        self.peek().is_some_and(|t| t.is_any_word(self.text, words))
    }

    /// Whether the next token is of `kind`.
    pub fn at_kind(&self, kind: TokenKind) -> bool {
        self.kind_at(0, kind)
    }

    /// Whether the token `ahead` tokens behind the next one is of `kind`.
    pub fn kind_at(&self, ahead: usize, kind: TokenKind) -> bool {
        self.peek_at(ahead).is_some_and(|t| t.kind == kind)
    }

    /// Whether the next token is `(`.
    pub fn at_paren(&self) -> bool {
        self.at_kind(TokenKind::LeftParen)
    }

    /// Whether the next token is the operator `operator`.
    pub fn at_operator(&self, operator: &str) -> bool {
        self.peek().is_some_and(|t| t.is_operator(self.text, operator))
    }

    // --- stepping ---

    /// Steps over the next token and answers with it.
    pub fn next_token(&mut self) -> Option<Token> {
        let token = self.peek();
        self.pos += usize::from(token.is_some());
        token
    }

    /// Steps over `count` tokens.
    pub fn skip(&mut self, count: usize) {
        self.pos = (self.pos + count).min(self.limit);
    }

    /// Goes to the end.
    pub fn skip_all(&mut self) {
        self.pos = self.limit;
    }

    /// How many tokens stand before this place.
    pub fn position(&self) -> usize {
        self.pos
    }

    /// Steps over `word`, if it is next.
    pub fn accept(&mut self, word: &str) -> bool {
        let yes = self.at(word);
        self.pos += usize::from(yes);
        yes
    }

    /// Steps over all of `words`, if they are next in this order.
    pub fn accept_words(&mut self, words: &[&str]) -> bool {
        let yes = self.at_words(words);
        if yes {
            self.pos += words.len();
        }
        yes
    }

    /// Steps over the next token, if it is one of `words`, and answers which.
    pub fn accept_any<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        let token = self.peek().filter(|token| token.kind == TokenKind::Word)?;
        let written = self.text_of(token);
        let found = words.iter().find(|w| written.eq_ignore_ascii_case(w))?;
        self.pos += 1;
        Some(found)
    }

    /// Steps over the next token, if it is of `kind`.
    pub fn accept_kind(&mut self, kind: TokenKind) -> bool {
        let yes = self.at_kind(kind);
        self.pos += usize::from(yes);
        yes
    }

    /// Steps over a comma, if it is next.
    pub fn accept_comma(&mut self) -> bool {
        self.accept_kind(TokenKind::Comma)
    }

    /// Steps over the operator `operator`, if it is next.
    pub fn accept_operator(&mut self, operator: &str) -> bool {
        let yes = self.at_operator(operator);
        self.pos += usize::from(yes);
        yes
    }

    // --- demanding ---

    /// Steps over `word` or refuses.
    pub fn expect(&mut self, word: &str) -> Read<()> {
        if self.accept(word) { Ok(()) } else { Err(self.expected_words(&[word])) }
    }

    /// Steps over all of `words` or refuses.
    pub fn expect_words(&mut self, words: &[&str]) -> Read<()> {
        words.iter().try_for_each(|w| self.expect(w))
    }

    /// Steps over one of `words` or refuses; answers which it was.
    pub fn expect_any<'w>(&mut self, words: &[&'w str]) -> Read<&'w str> {
        self.accept_any(words).ok_or_else(|| self.expected_words(words))
    }

    /// Steps over a token of `kind` or refuses.
    pub fn expect_kind(&mut self, kind: TokenKind) -> Read<Token> {
        match self.peek() {
            Some(token) if token.kind == kind => {
                self.pos += 1;
                Ok(token)
            }
            _ => Err(self.unexpected(kind_title(kind))),
        }
    }

    /// Refuses if anything is left.
    pub fn expect_end(&self) -> Read<()> {
        if self.is_end() { Ok(()) } else { Err(self.unexpected("the end of the statement")) }
    }

    // --- parentheses ---

    /// Steps over a parenthesis with everything in it; the span includes both marks.
    pub fn skip_parens(&mut self) -> Read<Span> {
        self.parenthesised().map(|(_, span)| span)
    }

    /// Steps over a parenthesis: a cursor over what it holds, and the span with both marks.
    pub fn parenthesised(&mut self) -> Read<(Self, Span)> {
        let open = self.expect_kind(TokenKind::LeftParen)?;
        let inner = self.pos;
        let Some(length) = closing(self.rest()) else {
            return Err(Stop::invalid(open.span, "this `(` is never closed: the matching `)` is missing"));
        };
        let close = inner + length;
        self.pos = close + 1;
        let end = self.tokens.get(close).map_or(open.span, |t| t.span);
        Ok((Self { pos: inner, limit: close, ..*self }, open.span.to(end)))
    }

    /// Steps over everything up to the next comma outside of parentheses, or to the end.
    pub fn skip_to_comma(&mut self) {
        let mut depth = 0u32;
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
                TokenKind::RightParen | TokenKind::RightBracket if depth == 0 => return,
                TokenKind::RightParen | TokenKind::RightBracket => depth -= 1,
                TokenKind::Comma if depth == 0 => return,
                _ => {}
            }
            self.pos += 1;
        }
    }

    /// What is left, cut at the commas outside of parentheses. Empty when nothing is left.
    pub fn split_commas(&mut self) -> Vec<Self> {
        let mut parts = Vec::new();
        while !self.is_end() {
            let start = self.pos;
            self.skip_to_comma();
            parts.push(Self { pos: start, limit: self.pos, ..*self });
            let before = self.pos;
            self.accept_comma();
            if self.pos == before {
                // A `)` without its `(`: what follows belongs to nothing.
                self.skip_all();
            }
        }
        parts
    }

    /// A cursor over the tokens from `start`, an earlier [`Cursor::position`], up to here.
    pub fn slice_from(&self, start: usize) -> Self {
        Self { pos: start, limit: self.pos, ..*self }
    }

    // --- spans ---

    /// Where the next token is; behind the last token at the end.
    pub fn span(&self) -> Span {
        match self.tokens.get(self.pos) {
            Some(token) => token.span,
            None => {
                let end = self.tokens.last().map_or(0, |t| t.span.end);
                Span { start: end, end }
            }
        }
    }

    /// From the token at `start`, an earlier [`Cursor::position`], to the last token that was stepped over.
    pub fn span_from(&self, start: usize) -> Span {
        match (self.tokens.get(start), self.previous()) {
            (Some(first), Some(last)) if self.pos > start => first.span.to(last.span),
            _ => self.span(),
        }
    }

    /// All that is left.
    pub fn rest_span(&self) -> Span {
        let mut end = *self;
        end.skip_all();
        end.span_from(self.pos)
    }

    /// The source text of a span.
    pub fn source(&self, span: Span) -> &'a str {
        span.slice(self.text)
    }

    /// The source text from `start`, an earlier [`Cursor::position`], up to here.
    pub fn source_from(&self, start: usize) -> &'a str {
        if self.pos > start { self.source(self.span_from(start)) } else { "" }
    }
}

/// How many tokens stand before the `)` that closes a parenthesis whose `(` came just before `tokens`.
fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0u32;
    for (i, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen if depth == 0 => return Some(i),
            TokenKind::RightParen => depth -= 1,
            _ => {}
        }
    }
    None
}
