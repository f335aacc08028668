//! The tokens of MySQL and MariaDB, after the rules of their own lexers (`sql_lex.cc`) and of the `mysql` client.
use super::{
    Token, TokenKind,
    lex::{Lexer, continues_word},
};
use crate::target::Dialect;

/// Operators of more than one character, the longest first.
const OPERATORS: [&[u8]; 13] =
    [b"<=>", b"->>", b"<=", b">=", b"<>", b"!=", b"<<", b">>", b":=", b"->", b"||", b"&&", b".."];

impl Lexer<'_> {
    /// Whether a delimiter other than `;` stands here.
    pub(super) fn at_custom_delimiter(&self) -> bool {
        self.delimiter != ";" && self.delimiter_at(self.pos)
    }

    fn delimiter_at(&self, at: usize) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(self.delimiter.as_bytes()))
    }

    pub(super) fn mysql_token(&mut self) -> Token {
        let start = self.pos;
        let mut token = self.mysql_token_whole();
        let quoted = matches!(token.kind, TokenKind::String | TokenKind::QuotedName);
        if self.delimiter != ";" && !quoted {
            // The client looks for its delimiter everywhere outside of quotes, inside of `END$$` too.
            let end = token.span.end as usize;
            if let Some(cut) = (start + 1..end).find(|at| self.delimiter_at(*at)) {
                token = Token::new(token.kind, start, cut);
            }
        }
        token
    }

    fn mysql_token_whole(&mut self) -> Token {
        let start = self.pos;
        let (first, second) = (self.at(start), self.at(start + 1));
        let after_dot = self.last.is_some_and(|t| t.kind == TokenKind::Dot && t.span.end as usize == start);
        match first {
            b'\'' => self.mysql_string(start, start),
            b'"' if !self.mode.ansi_quotes => self.mysql_string(start, start),
            b'"' | b'`' => {
                Token::new(TokenKind::QuotedName, start, self.quoted(start, start, false, "quoted name"))
            }
            b'n' | b'N' if second == b'\'' => self.mysql_string(start, start + 1),
            b'b' | b'B' | b'x' | b'X' if second == b'\'' => {
                Token::new(TokenKind::String, start, self.quoted(start, start + 1, false, "string"))
            }
            b'0'..=b'9' if !after_dot => self.mysql_number(start),
            b'.' if second.is_ascii_digit() && !self.touches_name(start) => self.mysql_number(start),
            b'$' => self.dollar_program(start).unwrap_or_else(|| self.mysql_word(start)),
            _ if continues_word(first) => self.mysql_word(start),
            b'\\' if second == b'N' => Token::new(TokenKind::Word, start, start + 2),
            b'@' => self.variable(start),
            b'?' => Token::new(TokenKind::Parameter, start, start + 1),
            _ => {
                if let Some(kind) = Self::punctuation(first).filter(|_| second != b'.' || first != b'.') {
                    return Token::new(kind, start, start + 1);
                }
                let rest = self.bytes.get(start..).unwrap_or(&[]);
                if let Some(long) = OPERATORS.iter().find(|o| rest.starts_with(o)) {
                    return Token::new(TokenKind::Operator, start, start + long.len());
                }
                if b"+-*/%^&|~!=<>:".contains(&first) {
                    return Token::new(TokenKind::Operator, start, start + 1);
                }
                self.unknown()
            }
        }
    }

    /// Whether a name ends exactly at `at`: then `.1b` after it is a name too, not a number.
    fn touches_name(&self, at: usize) -> bool {
        self.last.is_some_and(|t| t.is_name() && t.span.end as usize == at)
    }

    fn mysql_string(&mut self, start: usize, open: usize) -> Token {
        let escapes = self.mode.escapes;
        Token { escapes, ..Token::new(TokenKind::String, start, self.quoted(start, open, escapes, "string")) }
    }

    fn mysql_word(&self, start: usize) -> Token {
        Token::new(TokenKind::Word, start, self.find(start, |b| !continues_word(b)))
    }

    /// A number, or a name that begins with digits such as `2fa_codes`.
    fn mysql_number(&self, start: usize) -> Token {
        let number = |end: usize| Token::new(TokenKind::Number, start, end);
        let digits = |from: usize| self.find(from, |b| !b.is_ascii_digit());
        let radix = match (self.at(start), self.at(start + 1)) {
            (b'0', b'x') => Some(self.find(start + 2, |b| !b.is_ascii_hexdigit())),
            (b'0', b'b') => Some(self.find(start + 2, |b| !matches!(b, b'0' | b'1'))),
            _ => None,
        };
        if let Some(end) = radix {
            return if end > start + 2 && !continues_word(self.at(end)) {
                number(end)
            } else {
                self.mysql_word(start)
            };
        }
        let exponent = |at: usize| {
            let sign = usize::from(matches!(self.at(at + 1), b'+' | b'-'));
            (self.at(at) | 0x20 == b'e' && self.at(at + 1 + sign).is_ascii_digit())
                .then(|| digits(at + 1 + sign))
        };
        let whole = digits(start);
        // MariaDB counts `FOR i IN 1..10`.
        if self.at(whole) == b'.' && !(self.at(whole + 1) == b'.' && self.dialect == Dialect::MariaDb) {
            let fraction = digits(whole + 1);
            return number(exponent(fraction).unwrap_or(fraction));
        }
        if let Some(end) = exponent(whole) {
            return number(end);
        }
        if continues_word(self.at(whole)) { self.mysql_word(start) } else { number(whole) }
    }

    /// `@name`, `@'name'`, `@@name`, or a lone `@`.
    fn variable(&mut self, start: usize) -> Token {
        let end = match self.at(start + 1) {
            b'@' if self.at(start + 2) == b'`' => self.quoted(start, start + 2, false, "quoted name"),
            b'@' => self.find(start + 2, |b| !continues_word(b)),
            b'\'' | b'"' | b'`' => {
                let escapes = self.mode.escapes && self.at(start + 1) != b'`';
                self.quoted(start, start + 1, escapes, "quoted name")
            }
            _ => self.find(start + 1, |b| !(continues_word(b) || b == b'.')),
        };
        let kind = if end > start + 1 { TokenKind::Variable } else { TokenKind::Operator };
        Token::new(kind, start, end)
    }

    /// The source of a routine in another language, `AS $tag$ … $tag$` (MySQL 9).
    fn dollar_program(&mut self, start: usize) -> Option<Token> {
        let after_as = self.last.is_some_and(|t| t.is_word(self.text, "as"));
        let known = self.dialect == Dialect::MySql && self.version.major >= 9 && after_as;
        (known && !self.delimiter.starts_with('$')).then(|| self.dollar_quoted(start)).flatten()
    }

    /// A comment, or the start of one whose content the server executes.
    pub(super) fn mysql_comment(&mut self) {
        let start = self.pos;
        let mariadb = self.dialect == Dialect::MariaDb;
        let only_mariadb = mariadb && self.at(start + 2) == b'M' && self.at(start + 3) == b'!';
        if self.at(start + 2) != b'!' && !only_mariadb {
            return self.comment_until_close(start + 2, false);
        }
        let digits_at = start + 3 + usize::from(only_mariadb);
        let digits = self.find(digits_at, |b| !b.is_ascii_digit()).min(digits_at + 6) - digits_at;
        let length = if digits < 5 { 0 } else { digits };
        let version: u64 = self.slice(digits_at, digits_at + length).parse().unwrap_or(0);
        // MariaDB does not follow MySQL's own additions since 5.7.
        let foreign = mariadb && !only_mariadb && (50_700..=99_999).contains(&version);
        if foreign || version > self.version.number() {
            return self.comment_until_close(digits_at, true);
        }
        let end = digits_at + length;
        self.executed_comment = Some(super::Span::new(start, end));
        self.comment_to(end);
    }

    /// A comment that ends at the next `*/`; in a skipped version comment one level of comments may nest.
    fn comment_until_close(&mut self, from: usize, nests: bool) {
        let mut at = from;
        let mut nested = false;
        while at < self.bytes.len() {
            match (self.at(at), self.at(at + 1)) {
                (b'*', b'/') if nested => {
                    nested = false;
                    at += 2;
                }
                (b'*', b'/') => return self.comment_to(at + 2),
                (b'/', b'*') if nests && !nested => {
                    nested = true;
                    at += 2;
                }
                _ => at += 1,
            }
        }
        self.problem(self.pos, self.bytes.len(), "this comment is never closed: add the missing `*/`");
        self.comment_to(self.bytes.len());
    }
}
