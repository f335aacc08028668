//! The statements inside a compound body, flat: which branch runs is not ours to know.
use crate::text::{Token, TokenKind};

/// Cuts a body into the statements that it may run, in the order of the text. Conditions, loops and declarations
/// are passed over; a query in a condition only reads.
pub(super) fn statements<'a>(tokens: &'a [Token], text: &str) -> Vec<&'a [Token]> {
    let mut found = Vec::new();
    let mut walk = Walk { tokens, text, at: 0 };
    while walk.at < tokens.len() {
        let start = walk.at;
        if !walk.control() {
            walk.skip_statement();
            let statement = tokens.get(start..walk.at).unwrap_or(&[]);
            if !statement.is_empty() {
                found.push(statement);
            }
            walk.at += 1;
        }
        // Every step takes at least one token, whatever stands there.
        walk.at = walk.at.max(start + 1);
    }
    found
}

struct Walk<'a> {
    tokens: &'a [Token],
    text: &'a str,
    at: usize,
}

impl Walk<'_> {
    fn word(&self, ahead: usize, words: &[&str]) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|t| t.is_any_word(self.text, words))
    }

    fn kind(&self, ahead: usize) -> Option<TokenKind> {
        self.tokens.get(self.at + ahead).map(|t| t.kind)
    }

    /// Steps over a word of control, if one is next.
    fn control(&mut self) -> bool {
        let label = self.tokens.get(self.at + 1).is_some_and(|t| t.is_operator(self.text, ":"));
        if self.kind(0) == Some(TokenKind::Semicolon) {
            self.at += 1;
        } else if label {
            self.at += 2;
        } else if self.word(0, &["begin"]) {
            self.at += if self.word(1, &["not"]) { 3 } else { 1 };
        } else if self.word(0, &["loop", "repeat", "else"]) {
            self.at += 1;
        } else if self.word(0, &["if", "elseif", "when"]) {
            self.past(&["then"]);
        } else if self.word(0, &["case"]) {
            // `CASE value WHEN …`: on to the first branch.
            self.at += 1;
            self.skip_to(&["when"]);
        } else if self.word(0, &["while", "for"]) {
            self.past(&["do", "loop"]);
        } else if self.word(0, &["end", "until"]) {
            self.skip_statement();
        } else if self.word(0, &["declare"]) {
            self.declaration();
        } else {
            return false;
        }
        true
    }

    /// `DECLARE … HANDLER FOR conditions statement`: the statement stays, everything else goes.
    fn declaration(&mut self) {
        if self.word(2, &["handler"]) {
            self.at += 4;
            while self.at < self.tokens.len() {
                let condition = matches!(self.kind(0), Some(TokenKind::Comma | TokenKind::Number | TokenKind::String))
                    || self.word(0, &["sqlexception", "sqlwarning", "not", "found", "sqlstate", "value"])
                    // A condition's name is followed by a comma or stands behind one.
                    || self.kind(1) == Some(TokenKind::Comma)
                    || (self.at > 0 && self.tokens.get(self.at - 1).is_some_and(|t| t.kind == TokenKind::Comma));
                if !condition {
                    break;
                }
                self.at += 1;
            }
            // A single named condition.
            if self.word(
                1,
                &[
                    "begin", "set", "rollback", "insert", "update", "delete", "select", "signal", "resignal",
                    "leave", "iterate", "call", "close",
                ],
            ) && !self.word(
                0,
                &[
                    "begin", "set", "rollback", "insert", "update", "delete", "select", "signal", "resignal",
                    "call", "close",
                ],
            ) {
                self.at += 1;
            }
        } else {
            self.skip_statement();
        }
    }

    /// Steps to the `;` that ends a simple statement.
    fn skip_statement(&mut self) {
        while self.at < self.tokens.len() && self.kind(0) != Some(TokenKind::Semicolon) {
            self.at += 1;
        }
    }

    /// Steps behind one of `words` outside of parentheses and `CASE` expressions.
    fn past(&mut self, words: &[&str]) {
        self.at += 1;
        self.skip_to(words);
        self.at += 1;
    }

    fn skip_to(&mut self, words: &[&str]) {
        let (mut parens, mut cases) = (0u32, 0u32);
        while self.at < self.tokens.len() {
            match self.kind(0) {
                Some(TokenKind::LeftParen) => parens += 1,
                Some(TokenKind::RightParen) => parens = parens.saturating_sub(1),
                Some(TokenKind::Semicolon) => return,
                Some(TokenKind::Word) if parens == 0 => {
                    if cases == 0 && self.word(0, words) {
                        return;
                    }
                    if self.word(0, &["case"]) {
                        cases += 1;
                    } else if self.word(0, &["end"]) {
                        cases = cases.saturating_sub(1);
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}
