//! PostgreSQL's tokens, after the rules of its own scanner (`scan.l`, `psqlscan.l`).
use super::{
    Token, TokenKind,
    lex::{Lexer, continues_word, starts_word},
    split::prefix,
};

/// What is known of the run of operator characters that the lexer is in.
///
/// `+-+-+…` gives one token per character, each of which would look at the whole rest of the run without it.
#[derive(Default)]
pub(super) struct OperatorRun {
    end: usize,
    /// Whether the run has one of the characters that let an operator end in `+` or `-`.
    special: bool,
    /// Behind the last character of the run that is neither `+` nor `-`; 0 if there is none.
    solid_end: usize,
}

impl Lexer<'_> {
    pub(super) fn postgres_token(&mut self) -> Token {
        let start = self.pos;
        let (first, second) = (self.at(start), self.at(start + 1));
        match first {
            b'\'' => self.postgres_string(start, start, self.mode.escapes),
            b'n' | b'N' if second == b'\'' => self.postgres_string(start, start + 1, self.mode.escapes),
            b'b' | b'B' | b'x' | b'X' if second == b'\'' => self.postgres_string(start, start + 1, false),
            b'e' | b'E' if second == b'\'' => self.postgres_string(start, start + 1, true),
            b'u' | b'U' if second == b'&' && matches!(self.at(start + 2), b'\'' | b'"') => {
                self.unicode_literal(start)
            }
            b'"' => {
                let end = self.quoted(start, start, false, "quoted name");
                if end == start + 2 {
                    self.problem(start, end, "a quoted name must not be empty");
                }
                Token::new(TokenKind::QuotedName, start, end)
            }
            _ if starts_word(first) => {
                Token::new(TokenKind::Word, start, self.find(start, |b| !continues_word(b)))
            }
            b'0'..=b'9' => self.postgres_number(start),
            b'.' if second.is_ascii_digit() => self.postgres_number(start),
            b'.' if second == b'.' => Token::new(TokenKind::Operator, start, start + 2),
            b'$' if second.is_ascii_digit() => {
                Token::new(TokenKind::Parameter, start, self.find(start + 1, |b| !b.is_ascii_digit()))
            }
            b'$' => self.dollar_quoted(start).unwrap_or_else(|| self.unknown()),
            b':' => self.colon(start),
            _ if is_operator(first) => self.postgres_operator(start),
            _ => match Self::punctuation(first) {
                Some(kind) => Token::new(kind, start, start + 1),
                None => self.unknown(),
            },
        }
    }

    /// A literal in single quotes at `open`, with the parts that follow on later lines.
    fn postgres_string(&mut self, start: usize, open: usize, escapes: bool) -> Token {
        let mut end = self.quoted(start, open, escapes, "string");
        while let Some(next) = self.continuation(end) {
            end = self.quoted(start, next, escapes, "string");
        }
        Token { escapes, ..Token::new(TokenKind::String, start, end) }
    }

    /// Where the literal that ended at `end` goes on: a quote after white space with at least one line end, in
    /// which `--` comments may stand.
    fn continuation(&self, end: usize) -> Option<usize> {
        let mut at = end;
        let mut newline = false;
        loop {
            match self.at(at) {
                b'\n' | b'\r' => newline = true,
                b' ' | b'\t' | 0x0B | 0x0C => {}
                b'-' if self.at(at + 1) == b'-' => {
                    at = self.find(at, |b| matches!(b, b'\n' | b'\r'));
                    continue;
                }
                b'\'' if newline => return Some(at),
                _ => return None,
            }
            at += 1;
        }
    }

    /// `U&'…'` or `U&"…"` with the `UESCAPE 'c'` that may follow and belongs to it.
    fn unicode_literal(&mut self, start: usize) -> Token {
        let name = self.at(start + 2) == b'"';
        let mut token = if name {
            Token::new(TokenKind::QuotedName, start, self.quoted(start, start + 2, false, "quoted name"))
        } else {
            self.postgres_string(start, start + 2, false)
        };
        let space = |b: u8| !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C);
        let word = self.find(token.span.end as usize, space);
        let word_end = self.find(word, |b| !continues_word(b));
        if self.slice(word, word_end).eq_ignore_ascii_case("uescape") {
            let quote = self.find(word_end, space);
            if self.at(quote) == b'\'' {
                let end = self.quoted(start, quote, false, "string");
                token.span = super::Span::new(start, end);
            }
        }
        token
    }

    fn postgres_number(&mut self, start: usize) -> Token {
        let digits = |from: usize, ok: fn(u8) -> bool| self.find(from, |b| !(ok(b) || b == b'_'));
        let decimal: fn(u8) -> bool = |b| b.is_ascii_digit();
        let radix: Option<fn(u8) -> bool> = match (self.at(start), self.at(start + 1) | 0x20) {
            (b'0', b'x') => Some(|b| b.is_ascii_hexdigit()),
            (b'0', b'o') => Some(|b| matches!(b, b'0'..=b'7')),
            (b'0', b'b') => Some(|b| matches!(b, b'0' | b'1')),
            _ => None,
        };
        let mut end = match radix {
            Some(ok) if digits(start + 2, ok) > start + 2 => digits(start + 2, ok),
            _ => {
                let mut end = digits(start, decimal);
                // `1..10` is a range of two numbers.
                if self.at(end) == b'.' && self.at(end + 1) != b'.' {
                    end = digits(end + 1, decimal);
                }
                if self.at(end) | 0x20 == b'e' {
                    let sign = usize::from(matches!(self.at(end + 1), b'+' | b'-'));
                    if self.at(end + 1 + sign).is_ascii_digit() {
                        end = digits(end + 1 + sign, decimal);
                    }
                }
                end
            }
        };
        if starts_word(self.at(end)) && self.version.major >= 15 {
            end = self.find(end, |b| !continues_word(b));
            let written = prefix(self.slice(start, end), 60).to_owned();
            self.problem(
                start,
                end,
                format!("`{written}` is neither a number nor a name: put a space or quotes"),
            );
        }
        Token::new(TokenKind::Number, start, end)
    }

    /// `$tag$ … $tag$`, if a tag begins at `start`.
    pub(super) fn dollar_quoted(&mut self, start: usize) -> Option<Token> {
        let tag_end = self.find(start + 1, |b| !continues_word(b) || b == b'$');
        if self.at(tag_end) != b'$' {
            return None;
        }
        let tag = self.slice(start, tag_end + 1);
        let body = self.slice(tag_end + 1, self.bytes.len());
        let end = match body.find(tag) {
            Some(length) => tag_end + 1 + length + tag.len(),
            None => {
                self.problem(
                    start,
                    self.bytes.len(),
                    format!("this string is never closed: add the missing `{tag}`"),
                );
                self.bytes.len()
            }
        };
        Some(Token::new(TokenKind::String, start, end))
    }

    /// `::`, `:=`, a psql variable, or the colon of an array slice.
    fn colon(&self, start: usize) -> Token {
        let name = |from: usize| self.find(from, |b| !continues_word(b) || b == b'$');
        let next = self.at(start + 1);
        match next {
            b':' | b'=' => return Token::new(TokenKind::Operator, start, start + 2),
            b'\'' | b'"' => {
                let end = name(start + 2);
                if end > start + 2 && self.at(end) == next {
                    return Token::new(TokenKind::Parameter, start, end + 1);
                }
            }
            b'{' if self.at(start + 2) == b'?' => {
                let end = name(start + 3);
                if end > start + 3 && self.at(end) == b'}' {
                    return Token::new(TokenKind::Parameter, start, end + 1);
                }
            }
            _ if starts_word(next) && self.brackets == 0 => {
                return Token::new(TokenKind::Parameter, start, name(start + 1));
            }
            _ => {}
        }
        Token::new(TokenKind::Operator, start, start + 1)
    }

    /// The longest operator, less what PostgreSQL leaves off: a comment start ends it, and it ends in `+` or `-`
    /// only if it has a character that no SQL-standard operator has.
    fn postgres_operator(&mut self, start: usize) -> Token {
        if start >= self.operators.end {
            self.operators = self.operator_run(start);
        }
        let run = &self.operators;
        let end = if run.special || !matches!(self.at(run.end - 1), b'+' | b'-') {
            run.end
        } else {
            run.solid_end.max(start + 1)
        };
        Token::new(TokenKind::Operator, start, end)
    }

    fn operator_run(&self, start: usize) -> OperatorRun {
        let mut run = OperatorRun { end: start, special: false, solid_end: 0 };
        while is_operator(self.at(run.end)) {
            let pair = (self.at(run.end), self.at(run.end + 1));
            if run.end > start && matches!(pair, (b'-', b'-') | (b'/', b'*')) {
                break;
            }
            run.end += 1;
            run.special |=
                matches!(pair.0, b'~' | b'!' | b'@' | b'#' | b'^' | b'&' | b'|' | b'`' | b'?' | b'%');
            if !matches!(pair.0, b'+' | b'-') {
                run.solid_end = run.end;
            }
        }
        run
    }
}

fn is_operator(byte: u8) -> bool {
    matches!(
        byte,
        b'~' | b'!'
            | b'@'
            | b'#'
            | b'^'
            | b'&'
            | b'|'
            | b'`'
            | b'?'
            | b'+'
            | b'-'
            | b'*'
            | b'/'
            | b'%'
            | b'<'
            | b'>'
            | b'='
    )
}

impl Lexer<'_> {
    /// A comment in which comments nest.
    pub(super) fn nested_comment(&mut self) {
        let mut depth = 0u32;
        let mut at = self.pos;
        while at < self.bytes.len() {
            match (self.at(at), self.at(at + 1)) {
                (b'/', b'*') => {
                    depth += 1;
                    at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return self.comment_to(at);
                    }
                }
                _ => at += 1,
            }
        }
        self.problem(
            self.pos,
            at,
            "this comment is never closed: add the missing `*/` (comments nest in PostgreSQL)",
        );
        self.comment_to(self.bytes.len());
    }
}
