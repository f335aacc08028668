//! Reading an expression by operator precedence.
//!
//! Chains of one level are read in a loop and kept flat, opening parentheses are counted and not recursed into;
//! everything else that nests is bounded by [`DEEPEST`]. So neither long nor deep input needs much stack.
use super::{
    outline::Outline,
    plain::Source,
    tree::{Id, Kind, NotUnderstood, Result, Tree},
};
use crate::{
    catalog::ObjectName,
    target::Dialect,
    text::{Token, TokenKind},
};

/// How deep expressions may nest.
const DEEPEST: u32 = 48;

/// How tightly operators bind, in one scale for both families.
pub(super) mod level {
    pub(crate) const OR: u8 = 1;
    pub(crate) const XOR: u8 = 2;
    pub(crate) const AND: u8 = 3;
    pub(crate) const NOT: u8 = 4;
    pub(crate) const IS: u8 = 5;
    pub(crate) const COMPARE: u8 = 6;
    pub(crate) const PREDICATE: u8 = 7;
    /// PostgreSQL: every operator that has no level of its own. MySQL family: `|`.
    pub(crate) const OTHER: u8 = 8;
    pub(crate) const BIT_AND: u8 = 9;
    pub(crate) const SHIFT: u8 = 10;
    pub(crate) const ADD: u8 = 11;
    pub(crate) const MULTIPLY: u8 = 12;
    pub(crate) const POWER: u8 = 13;
    pub(crate) const AT: u8 = 14;
    pub(crate) const UNARY: u8 = 15;
    pub(crate) const COLLATE: u8 = 16;
    pub(crate) const CAST: u8 = 17;
}

/// One pass over the tokens of an expression.
pub(super) struct Parser<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) tree: Tree,
    pub(super) mysql: bool,
    pub(super) mariadb: bool,
    /// Whether `t.a` keeps its `t`: an expression about one table has no need of it, a query has.
    pub(super) qualified: bool,
    /// Columns of domains with the type that each domain is based on: a cast to it changes nothing.
    pub(super) bases: &'a [(String, String)],
    depth: u32,
    /// Tokens that name columns.
    pub(super) columns: Vec<usize>,
    /// Called functions, in lower case, without schemas, once for each call.
    pub(super) functions: Vec<String>,
    /// Token ranges of queries.
    pub(super) queries: Vec<(usize, usize)>,
    /// Queries: the one relation that is read, whose name says nothing as a qualifier.
    pub(super) only: Option<String>,
    /// Queries: relations that were read so far, as expressions call them.
    pub(super) relations: Vec<String>,
    /// Queries: names made by `WITH`.
    pub(super) common: Vec<String>,
    /// Queries: tables and views that were read.
    pub(super) reads: Vec<ObjectName>,
    /// Queries: which names stand where.
    pub(super) outline: Outline,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a Source<'a>, start: usize, end: usize) -> Self {
        Self {
            source,
            at: start,
            end,
            tree: Tree::default(),
            mysql: source.target.dialect.is_mysql_family(),
            mariadb: source.target.dialect == Dialect::MariaDb,
            qualified: false,
            bases: &[],
            depth: 0,
            columns: Vec::new(),
            functions: Vec::new(),
            queries: Vec::new(),
            only: None,
            relations: Vec::new(),
            common: Vec::new(),
            reads: Vec::new(),
            outline: Outline::default(),
        }
    }

    /// The whole of the tokens as one expression.
    pub(super) fn whole(&mut self) -> Result<Id> {
        let root = self.expression(0)?;
        if self.at == self.end { Ok(root) } else { Err(NotUnderstood) }
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<Token> {
        if self.at + ahead < self.end { self.source.get(self.at + ahead) } else { None }
    }

    pub(super) fn word_at(&self, ahead: usize, words: &[&str]) -> bool {
        self.peek(ahead).is_some_and(|t| t.is_any_word(self.source.text, words))
    }

    pub(super) fn kind_at(&self, ahead: usize, kind: TokenKind) -> bool {
        self.peek(ahead).is_some_and(|t| t.kind == kind)
    }

    pub(super) fn accept_word(&mut self, word: &str) -> bool {
        let found = self.word_at(0, &[word]);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Result<()> {
        if self.accept_word(word) { Ok(()) } else { Err(NotUnderstood) }
    }

    pub(super) fn accept(&mut self, kind: TokenKind) -> bool {
        let found = self.kind_at(0, kind);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, kind: TokenKind) -> Result<()> {
        if self.accept(kind) { Ok(()) } else { Err(NotUnderstood) }
    }

    /// An expression of operators that bind at least as tightly as `least`.
    pub(super) fn expression(&mut self, least: u8) -> Result<Id> {
        self.enter()?;
        let mut open = 0u32;
        while self.kind_at(0, TokenKind::LeftParen) && !self.word_at(1, &["select", "with", "values"]) {
            open += 1;
            self.at += 1;
        }
        let mut left = self.operand()?;
        loop {
            left = self.operators(left, if open > 0 { 0 } else { least })?;
            if open == 0 {
                break;
            }
            if self.kind_at(0, TokenKind::Comma) {
                let mut items = vec![left];
                while self.accept(TokenKind::Comma) {
                    items.push(self.expression(0)?);
                }
                left = self.tree.add(Kind::Row, "", items)?;
            }
            self.expect(TokenKind::RightParen)?;
            open -= 1;
            if self.kind_at(0, TokenKind::Dot)
                && let Some(name) = self.peek(1).filter(|t| t.is_name())
            {
                left = self.tree.add(Kind::Field, self.source.name(name), vec![left])?;
                self.at += 2;
            }
        }
        self.leave();
        Ok(left)
    }

    /// One level deeper.
    pub(super) fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(NotUnderstood) } else { Ok(()) }
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The operators after `left`, as long as they bind at least as tightly as `least`.
    pub(super) fn operators(&mut self, mut left: Id, least: u8) -> Result<Id> {
        while let Some(token) = self.peek(0) {
            let next = match token.kind {
                TokenKind::Operator => self.symbol(left, token, least)?,
                TokenKind::Word => self.word_operator(left, token, least)?,
                TokenKind::LeftBracket if !self.mysql && least <= level::CAST => Some(self.subscript(left)?),
                _ => None,
            };
            let Some(next) = next else { break };
            left = next;
        }
        Ok(left)
    }

    /// An operator of signs.
    fn symbol(&mut self, left: Id, token: Token, least: u8) -> Result<Option<Id>> {
        let operator = token.text(self.source.text);
        if operator == "::" && !self.mysql {
            if least > level::CAST {
                return Ok(None);
            }
            self.at += 1;
            let to = self.type_name()?;
            return self.cast(left, &to).map(Some);
        }
        let (own, operator) = match operator {
            "!=" => (level::COMPARE, "<>"),
            "=" | "<" | ">" | "<=" | ">=" | "<>" => (level::COMPARE, operator),
            "<=>" if self.mysql => (level::COMPARE, operator),
            "||" if self.mysql => (level::OR, "or"),
            "&&" if self.mysql => (level::AND, "and"),
            "|" if self.mysql => (level::OTHER, operator),
            "&" if self.mysql => (level::BIT_AND, operator),
            "<<" | ">>" if self.mysql => (level::SHIFT, operator),
            "->" | "->>" if self.mysql => (level::CAST, operator),
            "+" | "-" => (level::ADD, operator),
            "*" | "/" | "%" => (level::MULTIPLY, operator),
            "^" => (level::POWER, operator),
            "!" | "~" | ":=" | ":" if self.mysql => return Ok(None),
            ":" | ":=" | "=>" | ".." => return Ok(None),
            _ => (level::OTHER, operator),
        };
        if own < least {
            return Ok(None);
        }
        self.at += 1;
        match own {
            level::OR | level::AND => self.connective(left, own).map(Some),
            level::COMPARE => self.comparison(left, operator).map(Some),
            level::CAST => {
                let path = self.expression(level::CAST)?;
                let extract = self.call("json_extract", vec![left, path])?;
                let json = if operator == "->" { extract } else { self.call("json_unquote", vec![extract])? };
                Ok(Some(json))
            }
            _ => {
                let right = self.expression(own + 1)?;
                self.chain(left, operator, right).map(Some)
            }
        }
    }

    /// `=`, `<`, …, also before `ANY (…)` and `ALL (…)`.
    fn comparison(&mut self, left: Id, operator: &str) -> Result<Id> {
        if self.word_at(0, &["any", "some", "all"]) && self.kind_at(1, TokenKind::LeftParen) {
            return self.quantified(left, operator);
        }
        let right = self.expression(level::COMPARE + 1)?;
        self.compare(left, operator, right)
    }

    fn quantified(&mut self, left: Id, operator: &str) -> Result<Id> {
        let all = self.word_at(0, &["all"]);
        self.at += 1;
        if self.word_at(1, &["select", "with", "values"]) {
            let query = self.query()?;
            let text = format!("{operator} {}", if all { "all" } else { "any" });
            return self.tree.add(Kind::Quantified, text, vec![left, query]);
        }
        self.expect(TokenKind::LeftParen)?;
        let list = self.expression(0)?;
        self.expect(TokenKind::RightParen)?;
        self.compare_all(left, operator, all, list)
    }

    /// `AND` or `OR`, whose word or sign was read; further ones of the same level are read by the caller's loop.
    fn connective(&mut self, left: Id, own: u8) -> Result<Id> {
        let right = self.expression(own + 1)?;
        self.join(if own == level::AND { Kind::And } else { Kind::Or }, left, right)
    }

    /// An operator that is a word.
    fn word_operator(&mut self, left: Id, token: Token, least: u8) -> Result<Option<Id>> {
        let word = token.text(self.source.text).to_ascii_lowercase();
        let own = match word.as_str() {
            "or" => level::OR,
            "xor" if self.mysql => level::XOR,
            "and" => level::AND,
            "is" if self.mysql => level::COMPARE,
            "is" | "isnull" | "notnull" => level::IS,
            "between" | "in" | "like" | "ilike" | "similar" | "regexp" | "rlike" | "member" | "sounds"
            | "overlaps" => level::PREDICATE,
            "not" if self.word_at(1, &["between", "in", "like", "ilike", "similar", "regexp", "rlike"]) => {
                level::PREDICATE
            }
            "div" | "mod" if self.mysql => level::MULTIPLY,
            "at" if self.word_at(1, &["time", "local"]) => level::AT,
            "collate" => level::COLLATE,
            "operator" if self.kind_at(1, TokenKind::LeftParen) => level::OTHER,
            _ => return Ok(None),
        };
        if own < least {
            return Ok(None);
        }
        self.at += 1;
        let result = match word.as_str() {
            "or" | "and" => self.connective(left, own)?,
            "xor" => {
                let right = self.expression(own + 1)?;
                self.chain(left, "xor", right)?
            }
            "is" => self.is(left)?,
            "isnull" => self.make_is(left, "null", false)?,
            "notnull" => self.make_is(left, "null", true)?,
            "div" | "mod" => {
                let right = self.expression(own + 1)?;
                self.chain(left, if word == "mod" { "%" } else { "div" }, right)?
            }
            "at" => self.at_time_zone(left)?,
            "collate" => {
                let name = self.dotted_name()?;
                self.tree.add(Kind::Collate, name, vec![left])?
            }
            "operator" => {
                let operator = self.qualified_operator()?;
                if matches!(operator.as_str(), "=" | "<" | ">" | "<=" | ">=" | "<>") {
                    self.comparison(left, &operator)?
                } else {
                    let right = self.expression(own + 1)?;
                    self.chain(left, &operator, right)?
                }
            }
            "not" => {
                let word = self.peek(0).map_or("", |t| t.text(self.source.text)).to_ascii_lowercase();
                self.at += 1;
                self.predicate(left, &word, true)?
            }
            _ => self.predicate(left, &word, false)?,
        };
        Ok(Some(result))
    }

    /// `OPERATOR(schema.+)`, whose word was read: the operator's signs.
    fn qualified_operator(&mut self) -> Result<String> {
        self.expect(TokenKind::LeftParen)?;
        while self.peek(0).is_some_and(Token::is_name) && self.kind_at(1, TokenKind::Dot) {
            self.at += 2;
        }
        let token = self.peek(0).filter(|t| t.kind == TokenKind::Operator).ok_or(NotUnderstood)?;
        self.at += 1;
        self.expect(TokenKind::RightParen)?;
        let signs = token.text(self.source.text);
        Ok(if signs == "!=" { "<>" } else { signs }.to_owned())
    }

    /// What follows `IS`.
    fn is(&mut self, left: Id) -> Result<Id> {
        let not = self.accept_word("not");
        if self.accept_word("distinct") {
            self.expect_word("from")?;
            let right = self.expression(level::IS + 1)?;
            let distinct = self.compare(left, "is distinct from", right)?;
            return if not { self.negate(distinct) } else { Ok(distinct) };
        }
        let what = self.peek(0).filter(|t| t.kind == TokenKind::Word).ok_or(NotUnderstood)?;
        let what = what.text(self.source.text).to_ascii_lowercase();
        self.at += 1;
        match what.as_str() {
            "null" | "true" | "false" | "unknown" | "document" | "normalized" => {
                self.make_is(left, &what, not)
            }
            "json" => {
                let kind = ["value", "object", "array", "scalar"].into_iter().find(|k| self.accept_word(k));
                let what = format!("json {}", kind.unwrap_or("value"));
                self.make_is(left, what.trim_end(), not)
            }
            _ => Err(NotUnderstood),
        }
    }

    /// `BETWEEN`, `IN`, `LIKE` and their kin, whose word was read.
    fn predicate(&mut self, left: Id, word: &str, not: bool) -> Result<Id> {
        match word {
            "between" => {
                let symmetric = self.accept_word("symmetric");
                let _asymmetric = self.accept_word("asymmetric");
                let low = self.expression(level::OTHER)?;
                self.expect_word("and")?;
                let high = self.expression(level::PREDICATE)?;
                self.between(left, low, high, not, symmetric)
            }
            "in" => {
                if self.word_at(1, &["select", "with", "values"]) {
                    let query = self.query()?;
                    return self.tree.add(if not { Kind::NotIn } else { Kind::In }, "", vec![left, query]);
                }
                self.expect(TokenKind::LeftParen)?;
                let mut items = vec![self.expression(0)?];
                while self.accept(TokenKind::Comma) {
                    items.push(self.expression(0)?);
                }
                self.expect(TokenKind::RightParen)?;
                self.is_in(left, items, not)
            }
            "sounds" => {
                self.expect_word("like")?;
                let right = self.expression(level::OTHER)?;
                let left = self.call("soundex", vec![left])?;
                let right = self.call("soundex", vec![right])?;
                self.compare(left, "=", right)
            }
            "member" => {
                self.expect_word("of")?;
                let right = self.expression(level::OTHER)?;
                self.tree.add(Kind::Compare, "member of", vec![left, right])
            }
            "overlaps" => {
                let right = self.expression(level::OTHER)?;
                self.tree.add(Kind::Compare, "overlaps", vec![left, right])
            }
            "similar" => {
                self.expect_word("to")?;
                self.like(left, "similar", not)
            }
            _ => self.like(left, word, not),
        }
    }

    /// `LIKE`, `ILIKE`, `SIMILAR TO`, `REGEXP` and the pattern.
    fn like(&mut self, left: Id, word: &str, not: bool) -> Result<Id> {
        if self.word_at(0, &["any", "some", "all"]) && self.kind_at(1, TokenKind::LeftParen) {
            let operator = match (word, not) {
                ("like", false) => "~~",
                ("like", true) => "!~~",
                ("ilike", false) => "~~*",
                ("ilike", true) => "!~~*",
                _ => return Err(NotUnderstood),
            };
            return self.quantified(left, operator);
        }
        let pattern = self.expression(level::OTHER)?;
        let escape = if self.accept_word("escape") { Some(self.expression(level::OTHER)?) } else { None };
        self.matches(left, word, not, pattern, escape)
    }
}
