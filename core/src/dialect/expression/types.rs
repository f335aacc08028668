//! Names of types inside casts.
use super::{
    parse::Parser,
    plain::write_name,
    tree::{NotUnderstood, Result},
};
use crate::{dialect::postgres, text::TokenKind};

/// Short names that are no names of types but words of the grammar, which may stand in a cast without their modifiers;
/// all others are in [`postgres::types`].
const WORDS: &[(&str, &str)] =
    &[("bigserial", "bigint"), ("char", "character"), ("float", "double precision"), ("serial", "integer")];

const UNITS: &[&str] = &["year", "month", "day", "hour", "minute", "second"];

impl Parser<'_> {
    /// A type's name in one spelling.
    pub(super) fn type_name(&mut self) -> Result<String> {
        if self.mysql { self.mysql_type() } else { self.postgres_type() }
    }

    fn postgres_type(&mut self) -> Result<String> {
        let first = self.peek(0).filter(|t| t.is_name()).ok_or(NotUnderstood)?;
        let quoted = first.kind == TokenKind::QuotedName;
        let mut path = vec![self.source.name(first)];
        self.at += 1;
        while self.kind_at(0, TokenKind::Dot)
            && let Some(next) = self.peek(1).filter(|t| t.is_name())
        {
            path.push(self.source.name(next));
            self.at += 2;
        }
        let skip = usize::from(
            path.len() > 1 && matches!(path.first().map(|p| &**p), Some("pg_catalog" | "public")),
        );
        let mut name = String::new();
        for (i, part) in path.iter().skip(skip).enumerate() {
            if i > 0 {
                name.push('.');
            }
            write_name(&mut name, part, self.source.target);
        }
        if quoted && name == "char" {
            name = "\"char\"".to_owned();
        } else if name == "national" {
            self.at += 1;
            name = "char".to_owned();
        }
        if matches!(name.as_str(), "double" | "character" | "char" | "bit") {
            if self.accept_word("precision") {
                name = "float8".to_owned();
            } else if self.accept_word("varying") {
                name = if name == "bit" { "varbit" } else { "varchar" }.to_owned();
            }
        }
        let mut modifier = self.modifier()?;
        if matches!(name.as_str(), "timestamp" | "time") {
            let zoned = self.word_at(0, &["with"]);
            if self.word_at(0, &["with", "without"])
                && self.word_at(1, &["time"])
                && self.word_at(2, &["zone"])
            {
                self.at += 3;
                if zoned {
                    name.push_str("tz");
                }
            }
        }
        if name == "interval" {
            name.push_str(&self.interval_fields());
        }
        let word = WORDS.iter().find(|(short, _)| *short == name).map(|(_, full)| *full);
        if let Some(full) = word.or_else(|| postgres::types::printed(&name)) {
            name = full.to_owned();
        }
        if !modifier.is_empty() && name.ends_with(" time zone") {
            // `timestamp(3) with time zone`
            if let Some((head, tail)) = name.clone().split_once(' ') {
                name = format!("{head}{modifier} {tail}");
                modifier.clear();
            }
        }
        name.push_str(&modifier);
        while self.kind_at(0, TokenKind::LeftBracket) {
            self.at += 1;
            let _length = self.accept(TokenKind::Number);
            self.expect(TokenKind::RightBracket)?;
            if !name.ends_with("[]") {
                name.push_str("[]");
            }
        }
        if self.accept_word("array") {
            name.push_str("[]");
        }
        Ok(name)
    }

    /// `(10,2)` behind a type's name.
    fn modifier(&mut self) -> Result<String> {
        let mut out = String::new();
        if !self.kind_at(0, TokenKind::LeftParen) {
            return Ok(out);
        }
        loop {
            let token = self.peek(0).ok_or(NotUnderstood)?;
            out.push_str(&token.text(self.source.text).to_ascii_lowercase());
            self.at += 1;
            if token.kind == TokenKind::RightParen {
                return Ok(out);
            }
        }
    }

    /// ` day`, ` hour to minute` behind `INTERVAL`.
    pub(super) fn interval_fields(&mut self) -> String {
        let mut out = String::new();
        while self.word_at(0, UNITS) || (!out.is_empty() && self.word_at(0, &["to"])) {
            let Some(token) = self.peek(0) else { break };
            out.push(' ');
            out.push_str(&self.lower(token));
            self.at += 1;
        }
        out
    }

    /// The type of a cast of the MySQL family; it goes up to a comma or parenthesis.
    fn mysql_type(&mut self) -> Result<String> {
        let mut words: Vec<String> = Vec::new();
        while let Some(token) = self.peek(0) {
            match token.kind {
                TokenKind::Word => words.push(self.lower(token)),
                TokenKind::LeftParen => {
                    let modifier = self.modifier()?;
                    words.last_mut().ok_or(NotUnderstood)?.push_str(&modifier);
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        let text = words.join(" ").replace("character set", "charset");
        let text = match text.split_once(" charset ") {
            // The connection's charset: the migration did not write it.
            Some((head, charset)) if charset != "binary" => head.to_owned(),
            _ => text,
        };
        Ok(match text.as_str() {
            "" => return Err(NotUnderstood),
            "signed integer" | "signed int" | "int" | "integer" => "signed".to_owned(),
            "unsigned integer" | "unsigned int" => "unsigned".to_owned(),
            "decimal" | "dec" | "numeric" => "decimal(10,0)".to_owned(),
            "nchar" => "char".to_owned(),
            "binary" => "char charset binary".to_owned(),
            other => match other.strip_prefix("decimal(").and_then(|m| m.strip_suffix(')')) {
                Some(precision) if !precision.contains(',') => format!("decimal({precision},0)"),
                _ => text,
            },
        })
    }
}
