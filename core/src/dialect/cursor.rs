//! A cursor over a statement's tokens: what every production of both dialects reads with.
//!
//! Productions look at most a fixed number of tokens ahead or step over a parenthesis once, so that reading a
//! statement costs linear time; nothing here recurses.
use std::borrow::Cow;

use crate::{
    catalog::{Name, ObjectName},
    target::{Dialect, Target},
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

    // --- names and literals ---

    /// A name as the server stores it.
    pub fn name(&mut self) -> Read<Name> {
        self.name_of("a name")
    }

    /// A name as the server stores it; `what` (`a column name`) is what a refusal calls it.
    pub fn name_of(&mut self, what: &str) -> Read<Name> {
        let Some(token) = self.peek().filter(|t| t.is_name()) else {
            return Err(self.unexpected(what));
        };
        if self.is_reserved_word(token) {
            let stop = self.unexpected(what);
            let written = self.text_of(token);
            let quote = if self.target.dialect.is_mysql_family() { '`' } else { '"' };
            return Err(stop.with_help(format!(
                "`{written}` is a reserved word: if it is meant as a name, write {quote}{written}{quote}"
            )));
        }
        self.pos += 1;
        Ok(self.name_value(token))
    }

    /// A name at a place where reserved words are names too, such as behind a dot.
    pub fn any_name(&mut self, what: &str) -> Read<Name> {
        let Some(token) = self.peek().filter(|t| t.is_name()) else {
            return Err(self.unexpected(what));
        };
        self.pos += 1;
        Ok(self.name_value(token))
    }

    /// Whether `token` is an unquoted word that cannot be a name.
    pub fn is_reserved_word(&self, token: Token) -> bool {
        let qualifies = self.target.dialect.is_mysql_family() && qualifies(self.text, token);
        token.kind == TokenKind::Word && !qualifies && {
            // No server reserves a word as long as that.
            let mut buffer = [0; 40];
            let word = token.text(self.text).as_bytes();
            let lower = buffer.get_mut(..word.len()).and_then(|lower| {
                lower.copy_from_slice(word);
                lower.make_ascii_lowercase();
                std::str::from_utf8(lower).ok()
            });
            lower.is_some_and(self.is_reserved)
        }
    }

    /// Whether the next token can be a name.
    pub fn at_name(&self) -> bool {
        self.peek().is_some_and(|t| t.is_name() && !self.is_reserved_word(t))
    }

    /// The stored form of a token that is a name: PostgreSQL folds unquoted names and cuts every name at 63 bytes.
    pub fn name_value(&self, token: Token) -> Name {
        let value = token.name_value(self.text, self.target);
        if self.target.dialect != Dialect::Postgres {
            return Name::new(value);
        }
        let folded: Cow<'_, str> =
            if token.kind == TokenKind::Word && value.bytes().any(|b| b.is_ascii_uppercase()) {
                Cow::Owned(value.to_ascii_lowercase())
            } else {
                value
            };
        Name::new(cut(&folded, 63))
    }

    /// `name`, `schema.name` or `database.schema.name`.
    pub fn object_name(&mut self) -> Read<ObjectName> {
        self.object_name_of("a name")
    }

    /// As [`Cursor::object_name`]; `what` (`a table name`) is what a refusal calls it.
    pub fn object_name_of(&mut self, what: &str) -> Read<ObjectName> {
        let name = self.routine_name_of(what)?;
        Ok(self.kept(name))
    }

    /// The name of a table, view or database as it is kept.
    pub fn kept(&self, name: ObjectName) -> ObjectName {
        let session = &self.target.session;
        if session.lower_case_table_names == 0 || !self.target.dialect.is_mysql_family() {
            return name;
        }
        ObjectName { schema: name.schema.map(|s| session.table_name(s)), name: session.table_name(name.name) }
    }

    /// As [`Cursor::object_name_of`], for a name that `lower_case_table_names` does not concern.
    pub fn routine_name_of(&mut self, what: &str) -> Read<ObjectName> {
        // The MySQL family takes `.t` for a table of the current database.
        if self.target.dialect.is_mysql_family() && self.accept_kind(TokenKind::Dot) {
            return Ok(ObjectName::bare(self.any_name(what)?));
        }
        let first = self.name_of(what)?;
        if !self.accept_kind(TokenKind::Dot) {
            return Ok(ObjectName::bare(first));
        }
        let second = self.any_name("a name behind the `.`")?;
        if self.target.dialect == Dialect::Postgres && self.accept_kind(TokenKind::Dot) {
            let third = self.any_name("a name behind the `.`")?;
            return Ok(ObjectName::new(second, third));
        }
        Ok(ObjectName::new(first, second))
    }

    /// One or more of what `item` reads, separated by commas.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.accept_comma() {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// One or more object names, separated by commas.
    pub fn object_names(&mut self, what: &str) -> Read<Vec<ObjectName>> {
        self.list(|c| c.object_name_of(what))
    }

    /// `(name, name, …)`.
    pub fn name_list(&mut self, what: &str) -> Read<Vec<Name>> {
        self.expect_kind(TokenKind::LeftParen)?;
        let names = self.list(|c| c.name_of(what))?;
        self.expect_kind(TokenKind::RightParen)?;
        Ok(names)
    }

    /// The value of a string literal.
    pub fn string(&mut self) -> Read<String> {
        let token = self.expect_kind(TokenKind::String)?;
        Ok(token.string_value(self.text, self.target).into_owned())
    }

    /// A number with an optional sign, as written and without white space.
    pub fn number(&mut self) -> Read<String> {
        let negative = self.accept_operator("-");
        if !negative {
            self.accept_operator("+");
        }
        let token = self.expect_kind(TokenKind::Number)?;
        let digits = self.text_of(token);
        Ok(if negative { format!("-{digits}") } else { digits.to_owned() })
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

    // --- refusals ---

    /// What stands here, for messages: `` `TABEL` `` or `the end of the statement`.
    pub fn found(&self) -> String {
        // At the end of a parenthesis the closing mark is what was found.
        match self.tokens.get(self.pos) {
            Some(token) => {
                let text = self.text_of(*token);
                match text.char_indices().nth(40) {
                    Some((cut, _)) => format!("`{}…`", text.get(..cut).unwrap_or("")),
                    None => format!("`{text}`"),
                }
            }
            None => "the end of the statement".to_owned(),
        }
    }

    /// A refusal of the next token; `expected` names what should have stood there.
    pub fn unexpected(&self, expected: &str) -> Stop {
        Stop::invalid(self.span(), format!("expected {expected}, found {}", self.found()))
    }

    /// A refusal of the next token where one of `words` should have stood, with the closest of them as advice.
    pub fn expected_words(&self, words: &[&str]) -> Stop {
        let quoted: Vec<String> = words.iter().map(|w| format!("`{}`", w.to_ascii_uppercase())).collect();
        let list = match quoted.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => "something else".to_owned(),
        };
        let stop = self.unexpected(&list);
        match self.meant(words) {
            Some(advice) => stop.with_help(advice),
            None => stop,
        }
    }

    /// Advice to write the one of `words` that the next token nearly is, if there is one.
    pub fn meant(&self, words: &[&str]) -> Option<String> {
        let written = self.peek().filter(|t| t.kind == TokenKind::Word).map(|t| self.text_of(t))?;
        let meant = closest(written, words)?;
        Some(format!("did you mean `{}`?", meant.to_ascii_uppercase()))
    }
}

/// Whether a word goes on with `.name` at once. The MySQL family's lexers then do not look whether it is reserved.
pub fn qualifies(text: &str, word: Token) -> bool {
    let mut after = text.get(word.span.end as usize..).unwrap_or("").bytes();
    after.next() == Some(b'.')
        && after.next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80)
}

/// `text` without what goes beyond `most` bytes; no character is cut in two.
pub fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    text.get(..end).unwrap_or("")
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

/// The one of `words` that `written` is a slip of: one or two letters wrong, missing, doubled or swapped.
pub fn closest<'w>(written: &str, words: &[&'w str]) -> Option<&'w str> {
    let written = written.to_ascii_lowercase();
    let best = words.iter().map(|w| (slips(&written, w), *w)).min()?;
    let allowed = if best.1.len() > 4 { 2 } else { 1 };
    (best.0 > 0 && best.0 <= allowed && best.1.len() > 1).then_some(best.1)
}

/// Edit distance with swaps of neighbours; words that are too long to be keywords count as far away.
fn slips(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 2 || a.len() > 32 {
        return usize::MAX;
    }
    let width = b.len() + 1;
    let mut table = vec![0usize; (a.len() + 1) * width];
    let get = |t: &[usize], i: usize, j: usize| t.get(i * width + j).copied().unwrap_or(usize::MAX - 1);
    for i in 0..=a.len() {
        for j in 0..width {
            let value = if i == 0 || j == 0 {
                i + j
            } else {
                let same = a.get(i - 1) == b.get(j - 1);
                let replaced = get(&table, i - 1, j - 1) + usize::from(!same);
                let mut least = replaced.min(get(&table, i - 1, j) + 1).min(get(&table, i, j - 1) + 1);
                if i > 1 && j > 1 && a.get(i - 1) == b.get(j - 2) && a.get(i - 2) == b.get(j - 1) {
                    least = least.min(get(&table, i - 2, j - 2) + 1);
                }
                least
            };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    get(&table, a.len(), b.len())
}

fn kind_title(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Word | TokenKind::QuotedName => "a name",
        TokenKind::String => "a string",
        TokenKind::Number => "a number",
        TokenKind::Operator => "an operator",
        TokenKind::LeftParen => "`(`",
        TokenKind::RightParen => "`)`",
        TokenKind::LeftBracket => "`[`",
        TokenKind::RightBracket => "`]`",
        TokenKind::Comma => "`,`",
        TokenKind::Semicolon => "`;`",
        TokenKind::Dot => "`.`",
        TokenKind::Parameter => "a parameter",
        TokenKind::Variable => "a variable",
        TokenKind::Unknown => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Stop, closest, cut};
    use crate::{
        target::{Dialect, Target},
        text::{Script, TokenKind},
    };

    fn with(sql: &str, dialect: Dialect, check: impl Fn(Cursor<'_>)) {
        let target = Target::new(dialect);
        let script = Script::new(sql, &target);
        check(Cursor::new(sql, &script.tokens, &target, |w| w == "order"));
    }

    fn message(stop: &Stop) -> String {
        match stop {
            Stop::Invalid { message, help, .. } => {
                format!("{message}; {}", help.as_deref().unwrap_or("-"))
            }
            Stop::Opaque => "opaque".to_owned(),
        }
    }

    #[test]
    fn names_are_stored_as_the_server_stores_them() {
        let long = format!("CREATE {}ä", "x".repeat(62));
        with(&long, Dialect::Postgres, |mut c| {
            assert!(c.accept("create"));
            assert_eq!(c.name().map(|n| n.to_string()), Ok("x".repeat(62)));
        });
        with(r#"Aä."B""b".C"#, Dialect::Postgres, |mut c| {
            assert_eq!(c.object_name().map(|n| n.to_string()), Ok("B\"b.c".to_owned()));
        });
        with("Db.`T``x`", Dialect::MySql, |mut c| {
            assert_eq!(c.object_name().map(|n| n.to_string()), Ok("Db.T`x".to_owned()));
        });
        with("Order", Dialect::Postgres, |mut c| {
            let stop = c.name_of("a table name").map_or_else(|s| message(&s), |n| n.to_string());
            assert_eq!(
                stop,
                "expected a table name, found `Order`; `Order` is a reserved word: if it is meant as a name, write \"Order\""
            );
        });
    }

    #[test]
    fn parentheses_and_commas() {
        with("(a, (b, c), d) e", Dialect::Postgres, |mut c| {
            let (mut inner, span) = c.parenthesised().unwrap_or_else(|_| (c, c.span()));
            assert_eq!(c.source(span), "(a, (b, c), d)");
            let parts: Vec<&str> = inner.split_commas().iter().map(|p| p.source(p.rest_span())).collect();
            assert_eq!(parts, ["a", "(b, c)", "d"]);
            assert!(c.accept("E") && c.is_end());
        });
        with("(a (b)", Dialect::Postgres, |mut c| {
            let stop = c.skip_parens().map_or_else(|s| message(&s), |_| String::new());
            assert_eq!(stop, "this `(` is never closed: the matching `)` is missing; -");
        });
    }

    #[test]
    fn refusals_name_what_was_found_and_meant() {
        with("create tabel", Dialect::Postgres, |mut c| {
            c.skip(1);
            let stop = c.expect_any(&["table", "view"]).map_or_else(|s| message(&s), str::to_owned);
            assert_eq!(stop, "expected `TABLE` or `VIEW`, found `tabel`; did you mean `TABLE`?");
            c.skip(1);
            let stop = c.expect_kind(TokenKind::Comma).map_or_else(|s| message(&s), |_| String::new());
            assert_eq!(stop, "expected `,`, found the end of the statement; -");
        });
    }

    #[test]
    fn slips_of_the_pen() {
        assert_eq!(closest("EXIST", &["not", "exists"]), Some("exists"));
        assert_eq!(closest("nul", &["null"]), Some("null"));
        assert_eq!(closest("banana", &["table", "view"]), None);
        assert_eq!(cut("añb", 2), "a");
    }
}
