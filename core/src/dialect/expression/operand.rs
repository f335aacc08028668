//! What stands between operators: literals, names, calls, `CASE`, casts, queries.
use super::{
    literal,
    parse::{Parser, level},
    plain::{self, write_name},
    tree::{Id, Kind, NotUnderstood, Result},
};
use crate::text::{Token, TokenKind};

/// Words that stand for a value of their own (PostgreSQL); the first ones take a precision.
const VALUE_WORDS: &[&str] = &[
    "current_timestamp",
    "localtimestamp",
    "current_time",
    "localtime",
    "current_date",
    "current_user",
    "current_role",
    "current_catalog",
    "current_schema",
    "session_user",
    "system_user",
    "user",
];

/// The same for the MySQL family: each is a function that needs no parentheses.
const MYSQL_VALUE_WORDS: &[&str] = &[
    "current_timestamp",
    "localtimestamp",
    "localtime",
    "current_time",
    "current_date",
    "current_user",
    "utc_timestamp",
    "utc_date",
    "utc_time",
    "current_role",
];

/// Words that cannot be a column: where one stands for a value, this is no expression.
const RESERVED: &[&str] = &[
    "all",
    "and",
    "any",
    "as",
    "asc",
    "between",
    "both",
    "by",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "desc",
    "distinct",
    "else",
    "end",
    "except",
    "for",
    "foreign",
    "from",
    "group",
    "having",
    "in",
    "intersect",
    "into",
    "is",
    "join",
    "leading",
    "like",
    "limit",
    "not",
    "on",
    "or",
    "order",
    "primary",
    "references",
    "select",
    "some",
    "table",
    "then",
    "to",
    "trailing",
    "union",
    "unique",
    "using",
    "when",
    "where",
    "with",
];

/// Words that begin the name of a type of several words (PostgreSQL).
const LONG_TYPES: &[&str] = &["timestamp", "time", "double", "character", "bit", "national", "interval"];

impl Parser<'_> {
    pub(super) fn lower(&self, token: Token) -> String {
        token.text(self.source.text).to_ascii_lowercase()
    }

    pub(super) fn word(&mut self, word: &str) -> Result<Id> {
        self.tree.add(Kind::Word, word, Vec::new())
    }

    /// One operand with the operators before it.
    pub(super) fn operand(&mut self) -> Result<Id> {
        let token = self.peek(0).ok_or(NotUnderstood)?;
        match token.kind {
            TokenKind::Number => {
                self.at += 1;
                self.number(token.text(self.source.text))
            }
            TokenKind::String => self.string(),
            TokenKind::Parameter | TokenKind::Variable => {
                self.at += 1;
                self.word(token.text(self.source.text))
            }
            TokenKind::LeftParen => self.query(),
            TokenKind::Operator => self.prefix(token),
            TokenKind::Word | TokenKind::QuotedName => self.named(token),
            _ => Err(NotUnderstood),
        }
    }

    fn number(&mut self, text: &str) -> Result<Id> {
        if self.mysql && text.get(..2).is_some_and(|p| p == "0x" || p == "0b") {
            return self.tree.add(Kind::Bits, literal::hexadecimal(text), Vec::new());
        }
        self.tree.add(Kind::Number, literal::number(text), Vec::new())
    }

    /// A string, or several next to each other where the family joins them.
    fn string(&mut self) -> Result<Id> {
        let token = self.peek(0).ok_or(NotUnderstood)?;
        self.at += 1;
        let text = token.text(self.source.text);
        let value = token.string_value(self.source.text, self.source.target);
        if let [prefix @ (b'b' | b'B' | b'x' | b'X'), b'\'', ..] = text.as_bytes() {
            let hexadecimal = prefix.eq_ignore_ascii_case(&b'x');
            let digits = match (self.mysql, hexadecimal) {
                (true, true) => literal::hexadecimal(&format!("0x{value}")),
                (true, false) => literal::hexadecimal(&format!("0b{value}")),
                // PostgreSQL prints it as a string that is cast.
                (false, true) => return self.tree.add(Kind::Text, literal::binary(&value), Vec::new()),
                (false, false) => return self.tree.add(Kind::Text, value, Vec::new()),
            };
            return self.tree.add(Kind::Bits, digits, Vec::new());
        }
        let mut value = value.into_owned();
        while self.mysql
            && let Some(next) = self.peek(0).filter(|t| t.kind == TokenKind::String)
        {
            value.push_str(&next.string_value(self.source.text, self.source.target));
            self.at += 1;
        }
        self.text(&value)
    }

    fn prefix(&mut self, token: Token) -> Result<Id> {
        let operator = token.text(self.source.text);
        self.at += 1;
        match operator {
            "-" | "+" => {
                let operand = self.expression(level::UNARY)?;
                if self.tree.kind(operand) == Kind::Number {
                    let number = self.tree.text(operand);
                    let negative = match (operator, number.strip_prefix('-')) {
                        ("+", _) => return Ok(operand),
                        (_, Some(positive)) => positive.to_owned(),
                        (_, None) => format!("-{number}"),
                    };
                    return self.tree.add(Kind::Number, negative, Vec::new());
                }
                self.tree.add(Kind::Unary, operator, vec![operand])
            }
            "!" if self.mysql => {
                let operand = self.expression(level::UNARY)?;
                self.negate(operand)
            }
            "~" if self.mysql => {
                let operand = self.expression(level::UNARY)?;
                self.tree.add(Kind::Unary, operator, vec![operand])
            }
            "*" | "=" | "<" | ">" | "::" | ":" | ":=" | "=>" | "." | ".." => Err(NotUnderstood),
            _ if self.mysql => Err(NotUnderstood),
            _ => {
                let operand = self.expression(level::OTHER + 1)?;
                self.tree.add(Kind::Unary, operator, vec![operand])
            }
        }
    }

    /// What a word or quoted name begins.
    fn named(&mut self, token: Token) -> Result<Id> {
        if token.kind == TokenKind::QuotedName {
            return self.name();
        }
        let word = self.lower(token);
        let opens = self.kind_at(1, TokenKind::LeftParen);
        let string_next = self.kind_at(1, TokenKind::String);
        match word.as_str() {
            "not" => {
                self.at += 1;
                let operand = self.expression(level::NOT)?;
                return self.negate(operand);
            }
            "null" | "true" | "false" | "default" | "unknown" if !opens => {
                self.at += 1;
                let word = match word.as_str() {
                    "true" if self.mysql => return self.tree.add(Kind::Number, "1", Vec::new()),
                    "false" if self.mysql => return self.tree.add(Kind::Number, "0", Vec::new()),
                    other => other,
                };
                return self.word(word);
            }
            "\\n" if self.mysql => {
                self.at += 1;
                return self.word("null");
            }
            "case" => return self.case(),
            "cast" | "try_cast" if opens => {
                self.at += 2;
                let value = self.expression(0)?;
                self.expect_word("as")?;
                let to = self.type_name()?;
                self.expect(TokenKind::RightParen)?;
                return self.cast(value, &to);
            }
            "exists" if self.word_at(2, &["select", "with", "values"]) => {
                self.at += 1;
                let query = self.query()?;
                return self.tree.add(Kind::Call, "exists", vec![query]);
            }
            "array" if !self.mysql => {
                if self.kind_at(1, TokenKind::LeftBracket) {
                    self.at += 1;
                    return self.array();
                }
                if self.word_at(2, &["select", "with", "values"]) {
                    self.at += 1;
                    let query = self.query()?;
                    return self.tree.add(Kind::Call, "array", vec![query]);
                }
            }
            "row" if opens => {
                self.at += 1;
                let items = self.arguments()?;
                return self.tree.add(Kind::Row, "", items);
            }
            "interval" if self.mysql => return self.interval(),
            "binary" if self.mysql && !opens => {
                self.at += 1;
                let operand = self.expression(level::UNARY)?;
                return self.cast(operand, "char charset binary");
            }
            // A charset introducer, or `DATE '…'`. The charset of a literal is not a part of its meaning here.
            _ if self.mysql
                && string_next
                && (word.starts_with('_')
                    || matches!(word.as_str(), "date" | "time" | "timestamp" | "n")) =>
            {
                self.at += 1;
                return self.string();
            }
            _ if self.mysql
                && word.starts_with('_')
                && self.peek(1).is_some_and(|t| {
                    t.kind == TokenKind::Number && t.text(self.source.text).starts_with("0x")
                }) =>
            {
                self.at += 1;
                return self.operand();
            }
            _ if !self.mysql && (LONG_TYPES.contains(&word.as_str()) || string_next) => {
                let start = self.at;
                if let Ok(to) = self.type_name()
                    && self.kind_at(0, TokenKind::String)
                {
                    let value = self.string()?;
                    let fields = if to == "interval" { self.interval_fields() } else { String::new() };
                    return self.cast(value, &format!("{to}{fields}"));
                }
                self.at = start;
            }
            _ => {}
        }
        if !opens {
            if self.mysql && MYSQL_VALUE_WORDS.contains(&word.as_str()) {
                self.at += 1;
                return self.call(&word, Vec::new());
            }
            if !self.mysql && VALUE_WORDS.contains(&word.as_str()) {
                self.at += 1;
                return self.word(&word);
            }
            if RESERVED.contains(&word.as_str()) {
                return Err(NotUnderstood);
            }
        }
        self.name()
    }

    fn case(&mut self) -> Result<Id> {
        self.at += 1;
        let mut kids = Vec::new();
        let mut shape = String::new();
        if !self.word_at(0, &["when"]) {
            kids.push(self.expression(0)?);
            shape.push('o');
        }
        while self.accept_word("when") {
            kids.push(self.expression(0)?);
            self.expect_word("then")?;
            kids.push(self.expression(0)?);
        }
        if self.accept_word("else") {
            let otherwise = self.expression(0)?;
            if !self.tree.is(otherwise, Kind::Word, "null") {
                kids.push(otherwise);
                shape.push('e');
            }
        }
        self.expect_word("end")?;
        self.make_case(shape, kids)
    }

    fn array(&mut self) -> Result<Id> {
        self.expect(TokenKind::LeftBracket)?;
        let mut items = Vec::new();
        if !self.accept(TokenKind::RightBracket) {
            loop {
                let item = if self.kind_at(0, TokenKind::LeftBracket) {
                    self.nested_array()?
                } else {
                    self.expression(0)?
                };
                items.push(item);
                if !self.accept(TokenKind::Comma) {
                    break;
                }
            }
            self.expect(TokenKind::RightBracket)?;
        }
        self.tree.add(Kind::Array, "", items)
    }

    /// `[1, 2]` inside `ARRAY[[1, 2], …]`: one level is understood.
    fn nested_array(&mut self) -> Result<Id> {
        self.expect(TokenKind::LeftBracket)?;
        let mut items = vec![self.expression(0)?];
        while self.accept(TokenKind::Comma) {
            items.push(self.expression(0)?);
        }
        self.expect(TokenKind::RightBracket)?;
        self.tree.add(Kind::Array, "", items)
    }

    /// `[1]`, `[1:2]` behind a value.
    pub(super) fn subscript(&mut self, value: Id) -> Result<Id> {
        self.expect(TokenKind::LeftBracket)?;
        let mut kids = vec![value, self.expression(0)?];
        let slice = self.peek(0).is_some_and(|t| t.is_operator(self.source.text, ":"));
        if slice {
            self.at += 1;
            kids.push(self.expression(0)?);
        }
        self.expect(TokenKind::RightBracket)?;
        self.tree.add(Kind::Subscript, if slice { ":" } else { "" }, kids)
    }

    /// `TIME ZONE zone` or `LOCAL` after `AT`: both are calls of the function `timezone`.
    pub(super) fn at_time_zone(&mut self, value: Id) -> Result<Id> {
        if self.accept_word("local") {
            return self.call("timezone", vec![value]);
        }
        self.expect_word("time")?;
        self.expect_word("zone")?;
        let zone = self.expression(level::AT + 1)?;
        if self.mysql {
            return self.call("at_time_zone", vec![value, zone]);
        }
        self.call("timezone", vec![zone, value])
    }

    /// `a.b.c` as normal text, for collations.
    pub(super) fn dotted_name(&mut self) -> Result<String> {
        let parts = self.path()?;
        let mut out = String::new();
        let skip = usize::from(parts.len() > 1 && matches!(&*parts[0], "pg_catalog" | "public"));
        for (i, part) in parts.iter().skip(skip).enumerate() {
            if i > 0 {
                out.push('.');
            }
            write_name(&mut out, part, self.source.target);
        }
        Ok(out)
    }

    pub(super) fn path(&mut self) -> Result<Vec<String>> {
        let first = self.peek(0).filter(|t| t.is_name()).ok_or(NotUnderstood)?;
        let mut parts = vec![self.source.name(first)];
        self.at += 1;
        while self.kind_at(0, TokenKind::Dot)
            && let Some(next) = self.peek(1).filter(|t| t.is_name())
        {
            parts.push(self.source.name(next));
            self.at += 2;
        }
        Ok(parts)
    }

    /// A column or a call.
    fn name(&mut self) -> Result<Id> {
        let parts = self.path()?;
        if self.kind_at(0, TokenKind::LeftParen) {
            return self.function(&parts);
        }
        if self.kind_at(0, TokenKind::Dot) {
            return Err(NotUnderstood);
        }
        self.columns.push(self.at - 1);
        let row =
            parts.first().is_some_and(|p| p.eq_ignore_ascii_case("new") || p.eq_ignore_ascii_case("old"));
        // A query keeps the table of a column, unless it is the only one.
        let qualifier = parts.len().checked_sub(2).and_then(|at| parts.get(at));
        let kept =
            if self.qualified && qualifier.is_some() && self.only.as_ref() != qualifier { 2 } else { 1 };
        let skip = if row { 0 } else { parts.len() - kept };
        let mut text = String::new();
        for (i, part) in parts.iter().skip(skip).enumerate() {
            if i > 0 {
                text.push('.');
            }
            write_name(&mut text, part, self.source.target);
        }
        self.tree.add(Kind::Column, text, Vec::new())
    }

    fn function(&mut self, parts: &[String]) -> Result<Id> {
        let Some((last, schema)) = parts.split_last() else { return Err(NotUnderstood) };
        let own = last.to_lowercase();
        self.functions.push(own.clone());
        let builtin = schema.is_empty() || schema.last().is_some_and(|s| s == "pg_catalog");
        let special = if builtin { self.special_call(&own)? } else { None };
        if let Some(special) = special {
            return Ok(special);
        }
        let arguments = self.arguments()?;
        if self.word_at(0, &["over", "filter", "within"]) {
            return Err(NotUnderstood);
        }
        let schema: Vec<&String> =
            schema.iter().filter(|s| self.mysql || !matches!(s.as_str(), "pg_catalog" | "public")).collect();
        let mut name = String::new();
        for part in schema {
            write_name(&mut name, part, self.source.target);
            name.push('.');
        }
        if name.is_empty() {
            return self.call(&own, arguments);
        }
        write_name(&mut name, last, self.source.target);
        let plain = |id| if self.mysql { id } else { self.without_parameter_type(id) };
        let arguments = arguments.into_iter().map(plain).collect();
        self.tree.add(Kind::Call, name, arguments)
    }

    /// `(a, b)`.
    pub(super) fn arguments(&mut self) -> Result<Vec<Id>> {
        self.expect(TokenKind::LeftParen)?;
        let mut items = Vec::new();
        if self.accept(TokenKind::RightParen) {
            return Ok(items);
        }
        loop {
            let star = self.peek(0).filter(|t| t.is_operator(self.source.text, "*"));
            if star.is_some() && self.kind_at(1, TokenKind::RightParen) {
                self.at += 1;
                items.push(self.word("*")?);
            } else if self.qualified && items.is_empty() && self.accept_word("distinct") {
                let item = self.expression(0)?;
                items.push(self.tree.add(Kind::Unary, "distinct", vec![item])?);
            } else if self.word_at(0, &["distinct", "variadic", "all"]) {
                return Err(NotUnderstood);
            } else if !self.word_at(0, &["returning"]) {
                items.push(self.expression(0)?);
            }
            if self.mysql && self.accept_word("returning") {
                let to = self.type_name()?;
                items.push(self.word(&format!("returning {to}"))?);
                break;
            }
            if !self.accept(TokenKind::Comma) {
                break;
            }
        }
        self.expect(TokenKind::RightParen)?;
        Ok(items)
    }

    /// Functions whose arguments have words between them. `None`: an ordinary call after all.
    fn special_call(&mut self, name: &str) -> Result<Option<Id>> {
        let start = self.at;
        let special = match name {
            "extract" => {
                self.at += 1;
                let field = self.peek(0).filter(|t| t.is_name() || t.kind == TokenKind::String);
                let field = field.ok_or(NotUnderstood)?;
                let field = field.string_value(self.source.text, self.source.target).to_ascii_lowercase();
                self.at += 1;
                if !self.accept_word("from") {
                    self.at = start;
                    return Ok(None);
                }
                let field = self.word(field.trim_matches('"'))?;
                let from = self.expression(0)?;
                self.tree.add(Kind::Call, "extract", vec![field, from])?
            }
            "position" => {
                self.at += 1;
                let part = self.expression(level::OTHER)?;
                if !self.accept_word("in") {
                    // The function of this name, with the text first. What was read is not read again: nested
                    // calls would double the work at each level.
                    let part = self.operators(part, 0)?;
                    let mut kids = vec![part];
                    while self.accept(TokenKind::Comma) {
                        kids.push(self.expression(0)?);
                    }
                    self.expect(TokenKind::RightParen)?;
                    return self.call("position", kids).map(Some);
                }
                let whole = self.expression(0)?;
                if self.mysql {
                    self.call("locate", vec![part, whole])?
                } else {
                    self.call("position", vec![whole, part])?
                }
            }
            "trim" => self.trim()?,
            "substring" | "substr" | "mid" | "overlay" => {
                self.at += 1;
                let mut kids = vec![self.expression(0)?];
                while self.accept(TokenKind::Comma)
                    || self.accept_word("from")
                    || self.accept_word("placing")
                    || self.word_at(0, &["for"])
                {
                    if self.accept_word("for") && kids.len() == 1 {
                        kids.push(self.tree.add(Kind::Number, "1", Vec::new())?);
                    }
                    kids.push(self.expression(0)?);
                }
                self.call(name, kids)?
            }
            "convert" if self.mysql => {
                self.at += 1;
                let value = self.expression(0)?;
                if self.accept(TokenKind::Comma) {
                    let to = self.type_name()?;
                    self.cast(value, &to)?
                } else {
                    self.expect_word("using")?;
                    let charset = self.dotted_name()?;
                    let charset = self.word(&charset)?;
                    self.tree.add(Kind::Call, "convert_using", vec![value, charset])?
                }
            }
            "timestampdiff" | "timestampadd" if self.mysql => {
                self.at += 1;
                let unit = self.peek(0).filter(|t| t.is_name()).ok_or(NotUnderstood)?;
                let unit = self.lower(unit);
                self.at += 1;
                let mut kids = vec![self.word(unit.strip_prefix("sql_tsi_").unwrap_or(&unit))?];
                while self.accept(TokenKind::Comma) {
                    kids.push(self.expression(0)?);
                }
                self.tree.add(Kind::Call, name, kids)?
            }
            _ => return Ok(None),
        };
        self.expect(TokenKind::RightParen)?;
        Ok(Some(special))
    }

    /// `TRIM([BOTH | LEADING | TRAILING] [characters] [FROM] text)`, up to the closing parenthesis.
    fn trim(&mut self) -> Result<Id> {
        self.at += 1;
        let sides = [("both", "btrim"), ("leading", "ltrim"), ("trailing", "rtrim")];
        let side = sides.into_iter().find(|(word, _)| self.accept_word(word));
        let function = side.map_or("btrim", |(_, f)| f);
        let first = if self.word_at(0, &["from"]) { None } else { Some(self.expression(0)?) };
        let kids = if self.accept_word("from") {
            let text = self.expression(0)?;
            first.map_or_else(|| vec![text], |characters| vec![text, characters])
        } else if self.accept(TokenKind::Comma) {
            let second = self.expression(0)?;
            first.into_iter().chain([second]).collect()
        } else {
            first.into_iter().collect()
        };
        self.call(function, kids)
    }

    /// A query in parentheses, kept as the normal form of its tokens.
    pub(super) fn query(&mut self) -> Result<Id> {
        self.expect(TokenKind::LeftParen)?;
        let start = self.at;
        if self.qualified {
            self.outline.opaque = true;
            let only = self.only.take();
            let relations = self.relations.len();
            let inner = self.select()?;
            self.relations.truncate(relations);
            self.only = only;
            self.expect(TokenKind::RightParen)?;
            return self.tree.add(Kind::Raw, inner.normal, Vec::new());
        }
        let mut depth = 1u32;
        while depth > 0 {
            match self.peek(0).ok_or(NotUnderstood)?.kind {
                TokenKind::LeftParen => depth += 1,
                TokenKind::RightParen => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        let end = self.at - 1;
        self.queries.push((start, end));
        let text = plain::normal_of(self.source, start, end);
        self.tree.add(Kind::Raw, text, Vec::new())
    }

    /// `INTERVAL expression unit`, or the function `INTERVAL(…)`.
    fn interval(&mut self) -> Result<Id> {
        self.at += 1;
        let amount = if self.kind_at(0, TokenKind::LeftParen) {
            let arguments = self.arguments()?;
            match arguments.as_slice() {
                [amount] => self.operators(*amount, 0)?,
                _ => return self.call("interval", arguments),
            }
        } else {
            self.expression(0)?
        };
        let unit = self.peek(0).filter(|t| t.kind == TokenKind::Word).ok_or(NotUnderstood)?;
        let unit = self.lower(unit);
        self.at += 1;
        let amount = match self.tree.kind(amount) {
            // `INTERVAL '1' DAY` is `INTERVAL 1 DAY`; with a colon inside it is a value of several parts.
            Kind::Text if literal::is_number(self.tree.text(amount)) => {
                let number = literal::number(self.tree.text(amount));
                self.tree.add(Kind::Number, number, Vec::new())?
            }
            _ => amount,
        };
        self.tree.add(Kind::Interval, unit.strip_prefix("sql_tsi_").unwrap_or(&unit), vec![amount])
    }
}
