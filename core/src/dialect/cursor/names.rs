//! Names, lists of them, and literals.
use std::borrow::Cow;

use super::{Cursor, Read};
use crate::{
    catalog::{Name, ObjectName},
    target::Dialect,
    text::{Token, TokenKind},
};

impl<'a> Cursor<'a> {
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
