//! Which names of a query are columns of which relation, so that a view follows when a column is renamed.
//!
//! PostgreSQL keeps a view as a tree: a column of a table that gets another name is read under that name, and the view's
//! own columns keep theirs (`SELECT b AS a`). Where the text alone does not tell which relation a name belongs to, or
//! what a column of the view is called, nothing is followed.
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    parse::Parser,
    plain::{self, Source},
    query::read_query,
};
use crate::{
    catalog::{Expression, Name, ObjectName},
    target::Target,
    text::TokenKind,
};

/// What a parser notes of a query beside its normal form.
#[derive(Default)]
pub(super) struct Outline {
    /// One for each `SELECT`.
    pub(super) cores: Vec<Core>,
    /// For each of the parser's `relations` the tokens of its name, and whether it has an alias.
    pub(super) written: Vec<(Range<usize>, bool)>,
    /// Keys of `ORDER BY` that are a single name: their tokens.
    pub(super) sorts: Vec<usize>,
    /// Whether there is something whose names are not sorted out: queries inside, `*`, `USING`, …
    pub(super) opaque: bool,
}

/// One `SELECT` with its `FROM`.
#[derive(Default)]
pub(super) struct Core {
    /// Its part of the parser's `columns`.
    pub(super) columns: Range<usize>,
    /// Its part of the parser's `relations` and `reads`.
    pub(super) relations: Range<usize>,
    pub(super) items: Vec<Item>,
    /// Keys of `GROUP BY` that are a single name: their tokens.
    pub(super) groups: Vec<usize>,
}

/// A column of a query's result.
pub(super) struct Item {
    /// What it is called; `None` where that is not told and does not depend on a column.
    pub(super) name: Option<String>,
    /// The token of the column's own name, where it is a plain column.
    pub(super) column: Option<usize>,
    pub(super) aliased: bool,
}

/// What becomes of a query when a column that it may read gets another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// It does not read the column.
    Unconcerned,
    /// It reads the column under its new name, and gives it under the old one.
    As(Expression),
    /// The text does not tell.
    Unknown,
}

/// Follows the renaming of a column of `table` in the query of a view that reads `reads`. `listed` says whether the
/// table has a column of that name, before the renaming.
pub(crate) fn follow_column(
    query: &Expression,
    reads: &[ObjectName],
    table: &ObjectName,
    listed: &dyn Fn(&str) -> bool,
    (from, to): (&Name, &Name),
    target: &Target,
) -> Followed {
    let source = Source::new(&query.sql, target);
    let mut parser = Parser::new(&source, 0, source.tokens.len());
    if parser.whole_query().is_err() || parser.outline.opaque || listed(to) {
        return Followed::Unknown;
    }
    let is_table = parser.reads.iter().map(|read| is_table(read, reads, table)).collect();
    let names = Names { source: &source, parser: &parser, listed, is_table };
    match names.edits(from, to) {
        None => Followed::Unknown,
        Some(edits) if edits.is_empty() => Followed::Unconcerned,
        Some(edits) => edited(&source, &edits),
    }
}

/// Follows a table or view that gets another name in the query of a view that reads `reads`: `to` is of the same schema,
/// or the query names the relation with its schema.
pub(crate) fn follow_relation(
    query: &Expression,
    reads: &[ObjectName],
    (from, to): (&ObjectName, &ObjectName),
    target: &Target,
) -> Followed {
    let source = Source::new(&query.sql, target);
    let mut parser = Parser::new(&source, 0, source.tokens.len());
    if parser.whole_query().is_err() || parser.outline.opaque {
        return Followed::Unknown;
    }
    let is_table = parser.reads.iter().map(|read| is_table(read, reads, from)).collect();
    let names = Names { source: &source, parser: &parser, listed: &|_| true, is_table };
    match names.relation_edits(from, to) {
        None => Followed::Unknown,
        Some(edits) if edits.is_empty() => Followed::Unconcerned,
        Some(edits) => edited(&source, &edits),
    }
}

/// The query with other texts in the place of tokens.
fn edited(source: &Source<'_>, edits: &BTreeMap<usize, String>) -> Followed {
    let mut sql = String::with_capacity(source.text.len() + 16);
    let mut copied = 0;
    for (at, text) in edits {
        let Some(token) = source.get(*at) else { return Followed::Unknown };
        sql.push_str(source.text.get(copied..token.span.start as usize).unwrap_or(""));
        sql.push_str(text);
        copied = token.span.end as usize;
    }
    sql.push_str(source.text.get(copied..).unwrap_or(""));
    let normal = read_query(&sql, source.target).normal;
    Followed::As(Expression { sql: sql.into(), normal: normal.into() })
}

/// The names of a query that has been read.
struct Names<'a> {
    source: &'a Source<'a>,
    parser: &'a Parser<'a>,
    listed: &'a dyn Fn(&str) -> bool,
    /// For each relation of the query whether it is the table; `None` where its name can mean several.
    is_table: Vec<Option<bool>>,
}

/// What a `SELECT` calls the columns of its result, and whether each is a plain column of that very name.
type Given = BTreeMap<String, bool>;

impl Names<'_> {
    /// What to write in the place of which token; `None` where a name's meaning is not told.
    fn edits(&self, from: &Name, to: &Name) -> Option<BTreeMap<usize, String>> {
        let outline = &self.parser.outline;
        if self.parser.relations.len() != self.parser.reads.len() {
            return None;
        }
        let mut edits = BTreeMap::new();
        let mut written = String::new();
        plain::quote(&mut written, to, self.source.target);
        let mut sorts: BTreeSet<usize> = self.parser.columns.iter().copied().collect();
        for core in &outline.cores {
            let given = self.given(core);
            let groups: BTreeSet<usize> = core.groups.iter().copied().collect();
            let unnamed: BTreeSet<usize> =
                core.items.iter().filter(|item| !item.aliased).filter_map(|item| item.column).collect();
            for at in self.parser.columns.get(core.columns.clone())? {
                sorts.remove(at);
                let name = self.name(*at)?;
                let alone = groups.contains(at);
                // A name alone in `GROUP BY` is a column of a relation, or else one of the result: told only where
                // both are the same, or the result has none.
                if alone && given.get(&name) == Some(&false) {
                    return None;
                }
                let Some(relation) = self.relation(core, *at, &name)? else { continue };
                if name != from.as_str() {
                    continue;
                }
                let mut text = written.clone();
                if unnamed.contains(at) {
                    text.push_str(" AS ");
                    plain::quote(&mut text, from, self.source.target);
                } else if alone && given.contains_key(to.as_str()) {
                    text = self.qualified(relation, &written)?;
                }
                edits.insert(*at, text);
            }
        }
        // What is left stands behind the last `SELECT`.
        let first = outline.cores.first()?;
        let given = self.given(first);
        let alone: BTreeSet<usize> = outline.sorts.iter().copied().collect();
        for at in sorts {
            let name = self.name(at)?;
            let alone = alone.contains(&at);
            if alone && given.contains_key(&name) {
                continue;
            }
            if outline.cores.len() > 1 {
                return None;
            }
            let Some(relation) = self.relation(first, at, &name)? else { continue };
            if name == from.as_str() {
                let taken = alone && given.contains_key(to.as_str());
                edits.insert(at, if taken { self.qualified(relation, &written)? } else { written.clone() });
            }
        }
        Some(edits)
    }

    /// The same for a relation that gets another name.
    fn relation_edits(&self, from: &ObjectName, to: &ObjectName) -> Option<BTreeMap<usize, String>> {
        let outline = &self.parser.outline;
        if self.parser.relations.len() != self.parser.reads.len()
            || outline.written.len() != self.parser.reads.len()
        {
            return None;
        }
        let quoted = |name: &Name| {
            let mut text = String::new();
            plain::quote(&mut text, name, self.source.target);
            text
        };
        let taken = |name: &str| name == to.name.as_str() || name == from.name.as_str();
        let mut edits = BTreeMap::new();
        let behind = outline.cores.last().map_or(0, |core| core.columns.end);
        let rest = self.parser.columns.get(behind..)?;
        for core in &outline.cores {
            for one in core.relations.clone() {
                if !self.is_table.get(one).copied().flatten()? {
                    continue;
                }
                let (tokens, aliased) = outline.written.get(one)?;
                let last = tokens.end.checked_sub(1)?;
                if from.schema != to.schema {
                    if tokens.len() != 3 {
                        return None;
                    }
                    edits.insert(tokens.start, quoted(to.schema.as_ref()?));
                }
                if from.name == to.name {
                    continue;
                }
                edits.insert(last, quoted(&to.name));
                if *aliased {
                    continue;
                }
                let other =
                    |o: usize| o != one && self.parser.relations.get(o).is_some_and(|name| taken(name));
                if core.relations.clone().any(other) {
                    return None;
                }
                for at in self.parser.columns.get(core.columns.clone())?.iter().chain(rest) {
                    let name = self.name(*at)?;
                    if *at < 2 || !self.source.is_kind(at - 1, TokenKind::Dot) {
                        // A name alone can be a whole row.
                        if taken(&name) {
                            return None;
                        }
                    } else if self.name(at - 2)? == from.name.as_str() {
                        if *at >= 3 && self.source.is_kind(at - 3, TokenKind::Dot) {
                            return None;
                        }
                        edits.insert(at - 2, quoted(&to.name));
                    }
                }
            }
        }
        Some(edits)
    }

    fn name(&self, at: usize) -> Option<String> {
        self.source.get(at).map(|token| self.source.name(token))
    }

    fn given(&self, core: &Core) -> Given {
        let mut given = Given::new();
        for item in &core.items {
            let Some(name) = &item.name else { continue };
            let plain = item.column.and_then(|column| self.name(column)).as_ref() == Some(name);
            given.entry(name.clone()).and_modify(|all| *all &= plain).or_insert(plain);
        }
        given
    }

    /// The place in `relations` of the table, where the column belongs to it; `Some(None)` where it belongs to another
    /// relation, `None` where that is not told.
    fn relation(&self, core: &Core, at: usize, name: &str) -> Option<Option<usize>> {
        let qualified = at >= 2 && self.source.is_kind(at - 1, TokenKind::Dot);
        let relation = if qualified {
            if at >= 3 && self.source.is_kind(at - 3, TokenKind::Dot) {
                return None;
            }
            let qualifier = self.name(at - 2)?;
            let called = |one: &usize| self.parser.relations.get(*one) == Some(&qualifier);
            let mut found = core.relations.clone().filter(called);
            let one = found.next()?;
            if found.next().is_some() {
                return None;
            }
            one
        } else if core.relations.len() == 1 {
            core.relations.start
        } else {
            return None;
        };
        if !self.is_table.get(relation).copied().flatten()? {
            return Some(None);
        }
        (self.listed)(name).then_some(Some(relation))
    }

    fn qualified(&self, relation: usize, column: &str) -> Option<String> {
        let mut text = String::new();
        plain::quote(&mut text, self.parser.relations.get(relation)?, self.source.target);
        text.push('.');
        text.push_str(column);
        Some(text)
    }
}

/// Whether a relation of a query is the table; `None` where its name can mean several.
fn is_table(written: &ObjectName, reads: &[ObjectName], table: &ObjectName) -> Option<bool> {
    let fits = |read: &&ObjectName| {
        read.name == written.name && (written.schema.is_none() || read.schema == written.schema)
    };
    let mut found = reads.iter().filter(fits);
    let one = found.next()?;
    match found.find(|other| *other != one) {
        Some(_) => None,
        None => Some(one == table),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Dialect;

    /// A view on `t (a, b)` and `app.u (a, c)` whose column `t.a` is called `z` from now on.
    fn followed(sql: &str) -> String {
        let target = Target::new(Dialect::Postgres);
        let read = |sql: &str| Expression { sql: sql.into(), normal: read_query(sql, &target).normal.into() };
        let reads = [ObjectName::new("public", "t"), ObjectName::new("app", "u")];
        let follow = |query: &Expression, (from, to): (&str, &str)| {
            let listed = |name: &str| name == from || name == "b";
            follow_column(query, &reads, &reads[0], &listed, (&from.into(), &to.into()), &target)
        };
        let query = read(sql);
        match follow(&query, ("a", "z")) {
            Followed::Unknown => "?".to_owned(),
            Followed::Unconcerned => "-".to_owned(),
            Followed::As(new) => {
                let Followed::As(back) = follow(&new, ("z", "a")) else { return "no way back".to_owned() };
                assert_eq!(back, query, "{sql} there and back");
                new.sql.to_string()
            }
        }
    }

    #[test]
    fn columns_are_read_under_their_new_name_and_given_under_the_old() {
        for (sql, expected) in [
            ("select a from t", "select \"z\" AS \"a\" from t"),
            (
                "select t.a, b from public.t where A > 0",
                "select t.\"z\" AS \"a\", b from public.t where \"z\" > 0",
            ),
            ("select a as x, lower(a) from t", "select \"z\" as x, lower(\"z\") from t"),
            ("select b from t", "-"),
            ("select b as a from t order by a", "-"),
            ("select a from t order by a", "select \"z\" AS \"a\" from t order by a"),
            ("select b as z from t order by a", "select b as z from t order by \"t\".\"z\""),
            (
                "select a, count(*) as n from t group by a",
                "select \"z\" AS \"a\", count(*) as n from t group by \"z\"",
            ),
            ("select b as z from t group by b, a", "select b as z from t group by b, \"t\".\"z\""),
            (
                "select x.a, y.a as o from t x join app.u y on x.a = y.a",
                "select x.\"z\" AS \"a\", y.a as o from t x join app.u y on x.\"z\" = y.a",
            ),
            (
                "select a from t union select b from t order by a",
                "select \"z\" AS \"a\" from t union select b from t order by a",
            ),
            ("select 'a' as k, a from t", "select 'a' as k, \"z\" AS \"a\" from t"),
        ] {
            assert_eq!(followed(sql), expected, "{sql}");
        }
    }

    #[test]
    fn relations_are_read_under_their_new_name() {
        let target = Target::new(Dialect::Postgres);
        let reads = [ObjectName::new("public", "t"), ObjectName::new("app", "u")];
        for (sql, to, expected) in [
            ("select a from t", ObjectName::new("public", "w"), "select a from \"w\""),
            ("select t.a as t from t", ObjectName::new("public", "w"), "select \"w\".a as t from \"w\""),
            ("select x.a from t x", ObjectName::new("public", "w"), "select x.a from \"w\" x"),
            ("select t from t", ObjectName::new("public", "w"), "?"),
            ("select w from t", ObjectName::new("public", "w"), "?"),
            ("select t.a from t, app.u w", ObjectName::new("public", "w"), "?"),
            (
                "select t.a, u.c from t join app.u on u.a = t.a order by t.a",
                ObjectName::new("public", "w"),
                "select \"w\".a, u.c from \"w\" join app.u on u.a = \"w\".a order by \"w\".a",
            ),
            ("select a from t", ObjectName::new("app", "t"), "?"),
            ("select t.a from public.t", ObjectName::new("app", "t"), "select t.a from \"app\".t"),
            ("select c from app.u", ObjectName::new("public", "w"), "-"),
        ] {
            let read =
                |sql: &str| Expression { sql: sql.into(), normal: read_query(sql, &target).normal.into() };
            let found = match follow_relation(&read(sql), &reads, (&reads[0], &to), &target) {
                Followed::Unknown => "?".to_owned(),
                Followed::Unconcerned => "-".to_owned(),
                Followed::As(new) => {
                    let now = [to.clone(), reads[1].clone()];
                    let back = follow_relation(&new, &now, (&to, &reads[0]), &target);
                    assert_eq!(back, Followed::As(read(sql)), "{sql} there and back");
                    new.sql.to_string()
                }
            };
            assert_eq!(found, expected, "{sql}");
        }
    }

    #[test]
    fn what_the_text_does_not_tell_is_not_followed() {
        for sql in [
            "select * from t",
            "select a::text from t",
            "select (a) from t",
            "select case when b then b else a end from t",
            "select a from t join app.u using (a)",
            "select a from t, app.u",
            "select b from t where exists (select 1 from app.u where u.a = t.a)",
            "with q as (select a from t) select a from q",
            "select lower(a) as b from t group by b",
            "select ctid, a from t",
            "select t from t",
            "select a from gone",
            "select row_number() over (order by a) from t",
        ] {
            assert_eq!(followed(sql), "?", "{sql}");
        }
    }
}
