//! Reading a query: its clauses one by one, with the expressions in them in their normal forms.
use super::{
    outline::{Core, Item},
    parse::Parser,
    plain::{self, write_name},
    tree::{Id, Kind, NotUnderstood, Result},
};
use crate::{
    catalog::{Name, ObjectName},
    text::TokenKind,
};

/// A query that was read.
#[derive(Default)]
pub(super) struct Select {
    pub(super) normal: String,
    /// `None`: not to be told without a catalog.
    pub(super) columns: Option<Vec<Name>>,
    /// The one relation that it reads.
    only: Option<String>,
}

/// Words that end a clause of a query, so that none of them is an alias.
const CLAUSES: &[&str] = &[
    "as",
    "cross",
    "except",
    "fetch",
    "for",
    "from",
    "full",
    "group",
    "having",
    "inner",
    "intersect",
    "join",
    "left",
    "limit",
    "lock",
    "natural",
    "offset",
    "on",
    "order",
    "right",
    "set",
    "straight_join",
    "tablesample",
    "union",
    "using",
    "where",
    "window",
    "with",
];

impl Parser<'_> {
    /// The whole of the tokens as one query.
    pub(super) fn whole_query(&mut self) -> Result<Select> {
        self.qualified = true;
        let select = self.select()?;
        if self.at == self.end { Ok(select) } else { Err(NotUnderstood) }
    }

    /// A query with what may stand before and after its `SELECT`s.
    pub(super) fn select(&mut self) -> Result<Select> {
        self.enter()?;
        let mut normal = String::new();
        if self.accept_word("with") {
            self.outline.opaque = true;
            normal.push_str(if self.accept_word("recursive") { "with recursive " } else { "with " });
            loop {
                let name = self.peek(0).filter(|t| t.is_name()).ok_or(NotUnderstood)?;
                let name = self.source.name(name);
                self.at += 1;
                write_name(&mut normal, &name, self.source.target);
                self.common.push(name);
                if self.kind_at(0, TokenKind::LeftParen) {
                    normal.push_str(&self.names_in_parentheses()?);
                }
                self.expect_word("as")?;
                normal.push_str(" as ");
                if self.accept_word("not") {
                    normal.push_str("not ");
                }
                if self.accept_word("materialized") {
                    normal.push_str("materialized ");
                }
                self.expect(TokenKind::LeftParen)?;
                let inner = self.select()?;
                self.expect(TokenKind::RightParen)?;
                normal.push_str(&format!("({})", inner.normal));
                if !self.accept(TokenKind::Comma) {
                    break;
                }
                normal.push_str(", ");
            }
            normal.push(' ');
        }
        let mut first = self.select_core()?;
        normal.push_str(&first.normal);
        while let Some(word) = ["union", "intersect", "except"].into_iter().find(|w| self.accept_word(w)) {
            first.only = None;
            let all = self.accept_word("all");
            let _distinct = self.accept_word("distinct");
            let next = self.select_core()?;
            normal.push_str(&format!(" {word}{} {}", if all { " all" } else { "" }, next.normal));
        }
        if self.accept_word("order") {
            self.expect_word("by")?;
            normal.push_str(" order by ");
            let outer = std::mem::replace(&mut self.only, first.only.take());
            normal.push_str(&self.sort_keys()?);
            self.only = outer;
        }
        while self.word_at(0, &["limit", "offset", "fetch", "for", "lock"]) {
            // Up to the end of the query.
            let start = self.at;
            while self.at < self.end && !self.kind_at(0, TokenKind::RightParen) {
                self.at += 1;
            }
            normal.push(' ');
            normal.push_str(&plain::normal_of(self.source, start, self.at));
        }
        self.leave();
        Ok(Select { normal, columns: first.columns, only: None })
    }

    fn names_in_parentheses(&mut self) -> Result<String> {
        let start = self.at;
        while !self.accept(TokenKind::RightParen) {
            if self.at >= self.end {
                return Err(NotUnderstood);
            }
            self.at += 1;
        }
        Ok(plain::normal_of(self.source, start, self.at))
    }

    fn select_core(&mut self) -> Result<Select> {
        if self.accept(TokenKind::LeftParen) {
            self.outline.opaque = true;
            let inner = self.select()?;
            self.expect(TokenKind::RightParen)?;
            return Ok(Select { normal: format!("({})", inner.normal), columns: inner.columns, only: None });
        }
        if !self.accept_word("select") {
            return Err(NotUnderstood);
        }
        let (first_column, first_relation) = (self.columns.len(), self.relations.len());
        let mut core = Core::default();
        let mut normal = String::from("select ");
        if self.accept_word("distinct") {
            normal.push_str("distinct ");
            if self.accept_word("on") {
                self.outline.opaque = true;
                let keys = self.arguments()?;
                let keys: Vec<String> = keys.into_iter().map(|k| self.written(k)).collect();
                normal.push_str(&format!("on ({}) ", keys.join(", ")));
            }
        } else {
            let _all = self.accept_word("all");
        }
        // The list is read after `FROM`, which decides what its qualifiers say.
        let list = self.at;
        let from = self.find_from()?;
        let outer = std::mem::take(&mut self.only);
        let mut from_normal = String::new();
        if let Some(from) = from {
            self.at = from + 1;
            let relations = self.relations.len();
            from_normal = self.from()?;
            // Of one relation, a qualifier says nothing.
            self.only = match self.relations.get(relations..) {
                Some([one]) => Some(one.clone()),
                _ => None,
            };
        }
        let after = self.at;
        self.at = list;
        let end = self.end;
        self.end = from.unwrap_or(end);
        let columns = self.output(&mut normal, &mut core);
        let read_to = self.at;
        self.end = end;
        let columns = columns?;
        if from.is_some_and(|from| read_to != from) {
            return Err(NotUnderstood);
        }
        if from.is_some() {
            self.at = after;
            normal.push_str(" from ");
            normal.push_str(&from_normal);
        }
        for (word, by) in [("where", false), ("group", true), ("having", false)] {
            if !self.accept_word(word) {
                continue;
            }
            if by {
                self.expect_word("by")?;
            }
            let mut keys = Vec::new();
            loop {
                let start = self.at;
                keys.push(self.expression(0)?);
                if !by {
                    break;
                }
                core.groups.extend(self.bare_column(start));
                if !self.accept(TokenKind::Comma) {
                    break;
                }
            }
            let keys: Vec<String> = keys.into_iter().map(|k| self.written(k)).collect();
            normal.push_str(&format!(" {word}{} {}", if by { " by" } else { "" }, keys.join(", ")));
        }
        if self.accept_word("window") {
            return Err(NotUnderstood);
        }
        let only = std::mem::replace(&mut self.only, outer);
        core.columns = first_column..self.columns.len();
        core.relations = first_relation..self.relations.len();
        self.outline.cores.push(core);
        Ok(Select { normal, columns, only })
    }

    /// The token, where all that was read since `start` is one column without a qualifier.
    fn bare_column(&self, start: usize) -> Option<usize> {
        (self.at == start + 1 && self.columns.last() == Some(&start)).then_some(start)
    }

    /// Where the `FROM` of the `SELECT` is whose list begins here.
    fn find_from(&self) -> Result<Option<usize>> {
        let mut depth = 0u32;
        let mut at = self.at;
        while at < self.end {
            let Some(token) = self.source.get(at) else { break };
            match token.kind {
                TokenKind::LeftParen => depth += 1,
                TokenKind::RightParen if depth == 0 => return Ok(None),
                TokenKind::RightParen => depth -= 1,
                TokenKind::Word if depth == 0 => {
                    let distinct = at > 0 && self.source.is_word(at - 1, "distinct");
                    if token.is_any_word(self.source.text, &["from"]) && !distinct {
                        return Ok(Some(at));
                    }
                    if token
                        .is_any_word(self.source.text, &["union", "intersect", "except", "where", "order"])
                    {
                        return Ok(None);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        Ok(None)
    }

    fn written(&self, id: Id) -> String {
        self.tree.write(id, self.source.target)
    }

    /// The list between `SELECT` and `FROM`.
    fn output(&mut self, normal: &mut String, core: &mut Core) -> Result<Option<Vec<Name>>> {
        let mut columns = Some(Vec::new());
        loop {
            if let Some(star) = self.star() {
                self.outline.opaque = true;
                normal.push_str(&star);
                columns = None;
            } else {
                let start = self.at;
                let mentioned = self.columns.len();
                let item = self.expression(0)?;
                let end = self.at;
                let alias = self.alias()?;
                self.outline_item(core, (start, end), mentioned, alias.as_deref());
                let name = match alias {
                    Some(alias) => Some(alias),
                    None => self.output_name(item, end),
                };
                normal.push_str(&self.written(item));
                if let Some(name) = &name {
                    normal.push_str(" as ");
                    write_name(normal, name, self.source.target);
                }
                columns = match (columns, name) {
                    (Some(mut columns), Some(name)) => {
                        columns.push(Name::new(name));
                        Some(columns)
                    }
                    _ => None,
                };
            }
            if !self.accept(TokenKind::Comma) {
                return Ok(columns);
            }
            normal.push_str(", ");
        }
    }

    /// `*`, `t.*`.
    fn star(&mut self) -> Option<String> {
        let mut ahead = 0;
        while self.peek(ahead).is_some_and(|t| t.is_name()) && self.kind_at(ahead + 1, TokenKind::Dot) {
            ahead += 2;
        }
        let star = self.peek(ahead).is_some_and(|t| t.is_operator(self.source.text, "*"));
        if !star {
            return None;
        }
        let start = self.at;
        self.at += ahead + 1;
        Some(plain::normal_of(self.source, start, self.at))
    }

    fn alias(&mut self) -> Result<Option<String>> {
        let written = self.accept_word("as");
        let token = self.peek(0).filter(|t| {
            t.is_name() && (written || !t.is_any_word(self.source.text, CLAUSES))
                || (written && self.mysql && t.kind == TokenKind::String)
        });
        match token {
            Some(token) if token.kind == TokenKind::String => {
                self.at += 1;
                Ok(Some(token.string_value(self.source.text, self.source.target).into_owned()))
            }
            Some(token) => {
                self.at += 1;
                Ok(Some(self.source.name(token)))
            }
            None if written => Err(NotUnderstood),
            None => Ok(None),
        }
    }

    /// Notes what an output column is called and whether it is a plain column. A name that may come from a column
    /// inside of an expression without an alias is not told: the query is opaque then.
    fn outline_item(
        &mut self,
        core: &mut Core,
        (start, end): (usize, usize),
        mentioned: usize,
        alias: Option<&str>,
    ) {
        let last = end.checked_sub(1).filter(|last| self.columns.last() == Some(last));
        // A path of names with dots between.
        let path = (start..end).all(|at| {
            let expected = if (at - start) % 2 == 0 { None } else { Some(TokenKind::Dot) };
            match (self.source.get(at), expected) {
                (Some(token), None) => token.is_name(),
                (Some(token), Some(kind)) => token.kind == kind,
                (None, _) => false,
            }
        });
        let column = last.filter(|_| path);
        let name = match (alias, column.and_then(|at| self.source.get(at))) {
            (Some(alias), _) => Some(alias.to_owned()),
            (None, Some(token)) => Some(self.source.name(token)),
            (None, None) => {
                let called = self.source.get(start).filter(|t| t.is_name()).filter(|_| {
                    self.source.is_kind(start + 1, TokenKind::LeftParen)
                        && !self.source.is_any_word(start, &["cast", "case"])
                        && self.closes(start + 1) == Some(end)
                });
                self.outline.opaque |= called.is_none() && self.columns.len() > mentioned;
                called.map(|token| self.source.name(token))
            }
        };
        core.items.push(Item { name, column, aliased: alias.is_some() });
    }

    /// Behind the parenthesis that closes the one at `open`.
    fn closes(&self, open: usize) -> Option<usize> {
        let mut depth = 0u32;
        for at in open..self.end {
            match self.source.get(at)?.kind {
                TokenKind::LeftParen => depth += 1,
                TokenKind::RightParen => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(at + 1);
            }
        }
        None
    }

    /// The name that the server gives to a column without an alias, where that is beyond doubt.
    fn output_name(&self, item: Id, end: usize) -> Option<String> {
        let last = end.checked_sub(1).and_then(|at| self.source.get(at))?;
        match self.tree.kind(item) {
            Kind::Column => Some(self.source.name(last)),
            Kind::Call if !self.mysql => {
                let name = self.tree.text(item).rsplit('.').next()?;
                (!name.contains('"')).then(|| name.to_owned())
            }
            _ => None,
        }
    }

    /// What follows `FROM`.
    fn from(&mut self) -> Result<String> {
        let mut normal = self.joined()?;
        while self.accept(TokenKind::Comma) {
            normal.push_str(if self.mysql { " join " } else { ", " });
            normal.push_str(&self.joined()?);
        }
        Ok(normal)
    }

    /// Relations joined from the left to the right, without parentheses.
    fn joined(&mut self) -> Result<String> {
        self.enter()?;
        let mut normal = self.relation()?;
        loop {
            let start = self.at;
            let natural = self.accept_word("natural");
            self.outline.opaque |= natural;
            let side = ["left", "right", "full", "inner", "cross"].into_iter().find(|w| self.accept_word(w));
            let _outer = self.accept_word("outer");
            if !(self.accept_word("join") || (side.is_none() && self.accept_word("straight_join"))) {
                self.at = start;
                break;
            }
            let side = match side {
                Some("inner") | None => String::new(),
                Some("cross") if self.mysql => String::new(),
                Some(side) => format!("{side} "),
            };
            normal.push_str(&format!(" {}{side}join ", if natural { "natural " } else { "" }));
            let right = self.joined_right()?;
            normal.push_str(&right);
            if self.accept_word("on") {
                let condition = self.expression(0)?;
                normal.push_str(&format!(" on {}", self.written(condition)));
            } else if self.accept_word("using") {
                self.outline.opaque = true;
                normal.push_str(&format!(" using {}", self.names_in_parentheses()?));
            }
        }
        self.leave();
        Ok(normal)
    }

    /// The right side of a join: several relations stay in parentheses.
    fn joined_right(&mut self) -> Result<String> {
        let normal = self.relation()?;
        Ok(if normal.contains(" join ") && !normal.starts_with('(') { format!("({normal})") } else { normal })
    }

    /// A table, a query, a function, or joined relations in parentheses.
    fn relation(&mut self) -> Result<String> {
        while self.word_at(0, &["only", "lateral"]) {
            self.at += 1;
        }
        if self.kind_at(0, TokenKind::LeftParen) {
            if self.word_at(1, &["select", "with", "values"]) {
                self.expect(TokenKind::LeftParen)?;
                self.outline.opaque = true;
                let only = self.only.take();
                let relations = self.relations.len();
                let inner = self.select()?;
                self.relations.truncate(relations);
                self.only = only;
                self.expect(TokenKind::RightParen)?;
                let alias = self.alias()?;
                self.relations.push(alias.clone().unwrap_or_default());
                let mut normal = format!("({})", inner.normal);
                if let Some(alias) = alias {
                    normal.push(' ');
                    write_name(&mut normal, &alias, self.source.target);
                }
                return Ok(normal);
            }
            self.expect(TokenKind::LeftParen)?;
            let inner = self.joined()?;
            self.expect(TokenKind::RightParen)?;
            return Ok(inner);
        }
        let start = self.at;
        let parts = self.path()?;
        let named = start..self.at;
        let Some((last, schema)) = parts.split_last() else { return Err(NotUnderstood) };
        if self.kind_at(0, TokenKind::LeftParen) {
            return Err(NotUnderstood);
        }
        let schema = schema.last();
        if schema.is_some() || !self.common.contains(last) {
            self.reads.push(ObjectName {
                schema: schema.map(|s| Name::new(s.as_str())),
                name: Name::new(last.as_str()),
            });
        }
        let mut normal = String::new();
        if let Some(schema) = schema.filter(|s| self.mysql || *s != "public") {
            write_name(&mut normal, schema, self.source.target);
            normal.push('.');
        }
        write_name(&mut normal, last, self.source.target);
        let alias = self.alias()?;
        if let Some(alias) = alias.as_ref().filter(|a| *a != last) {
            normal.push(' ');
            write_name(&mut normal, alias, self.source.target);
        }
        self.outline.written.push((named, alias.is_some()));
        self.relations.push(alias.unwrap_or_else(|| last.clone()));
        Ok(normal)
    }

    fn sort_keys(&mut self) -> Result<String> {
        let mut keys = Vec::new();
        loop {
            let start = self.at;
            let key = self.expression(0)?;
            self.outline.sorts.extend(self.bare_column(start));
            let mut normal = self.written(key);
            if self.accept_word("desc") {
                normal.push_str(" desc");
            } else {
                let _ascending = self.accept_word("asc");
            }
            if self.accept_word("nulls") {
                normal.push_str(if self.accept_word("first") { " nulls first" } else { " nulls last" });
                let _last = self.accept_word("last");
            }
            keys.push(normal);
            if !self.accept(TokenKind::Comma) {
                return Ok(keys.join(", "));
            }
        }
    }
}
