//! Queries: `WITH`, `SELECT`, `VALUES`, `TABLE`, and what joins several of them.
use crate::{
    catalog::Name,
    dialect::cursor::Cursor,
    target::Target,
    text::{Token, TokenKind},
};

use super::{Budget, Column, Facts, Label, Relation, Value, from::From, value::common};

/// What reads queries.
#[derive(Clone, Copy)]
pub(super) struct Reader<'f> {
    pub(super) facts: &'f dyn Facts,
    pub(super) budget: &'f Budget,
}

/// What names inside of a query mean.
#[derive(Default)]
pub(super) struct Scope<'p> {
    /// The query around it.
    pub(super) outer: Option<&'p Scope<'p>>,
    /// Queries named by `WITH`, with their columns as far as they can be told.
    pub(super) common: Vec<(Name, Relation)>,
    /// What it reads from.
    pub(super) from: From,
}

impl Scope<'_> {
    /// The columns of what `WITH` gave this name to.
    pub(super) fn named(&self, name: &Name) -> Option<&Relation> {
        let mut scope = Some(self);
        while let Some(here) = scope {
            if let Some((_, relation)) = here.common.iter().rev().find(|(own, _)| own == name) {
                return Some(relation);
            }
            scope = here.outer;
        }
        None
    }
}

/// Words that begin a query.
pub(super) const QUERY: &[&str] = &["select", "with", "values", "table"];

const SETS: &[&str] = &["union", "intersect", "except"];

/// Words behind the last of the queries that are put together.
const TAIL: &[&str] = &["order", "limit", "offset", "fetch", "for"];

const CLAUSES: &[&str] = &["into", "from", "where", "group", "having", "window"];

/// Steps up to one of the words, outside of parentheses and where it is no name; whether one was found.
pub(super) fn skip_to(c: &mut Cursor<'_>, words: &[&str]) -> bool {
    let mut before: Option<Token> = None;
    while let Some(token) = c.peek() {
        if c.at_paren() {
            if c.skip_parens().is_err() {
                c.skip_all();
                return false;
            }
            before = None;
            continue;
        }
        let text = c.script_text();
        let name = before.is_some_and(|b| {
            b.kind == TokenKind::Dot
                || b.is_word(text, "as")
                || b.is_word(text, "distinct") && token.is_word(text, "from")
        }) || token.is_word(text, "group") && !c.word_at(1, "by");
        if !name && token.is_any_word(text, words) {
            return true;
        }
        before = Some(token);
        c.skip(1);
    }
    false
}

/// The columns with other names for the first of them.
pub(super) fn renamed(mut columns: Vec<Column>, names: &[Name]) -> Vec<Column> {
    for (column, name) in columns.iter_mut().zip(names) {
        column.name = Some(name.clone());
    }
    columns
}

impl Reader<'_> {
    /// The columns of a query that stands in another one, or alone.
    pub(super) fn settled(&self, c: Cursor<'_>, scope: &Scope<'_>) -> Option<Vec<Column>> {
        let mut columns = self.query(c, scope)?;
        columns.iter_mut().for_each(|column| column.value.settle());
        Some(columns)
    }

    /// The columns of a query; constants without a type may still get one.
    pub(super) fn query(&self, c: Cursor<'_>, outer: &Scope<'_>) -> Option<Vec<Column>> {
        self.budget.deeper(|| {
            let mut c = c;
            let mut scope = Scope { outer: Some(outer), ..Scope::default() };
            if c.accept("with") {
                self.with(&mut c, &mut scope)?;
            }
            self.sets(c, &scope, false)
        })
    }

    /// Behind `WITH`, up to the query itself.
    fn with(&self, c: &mut Cursor<'_>, scope: &mut Scope<'_>) -> Option<()> {
        let recursive = c.accept("recursive");
        loop {
            let name = c.any_name("a name").ok()?;
            let names = if c.at_paren() { c.name_list("a column name").ok()? } else { Vec::new() };
            c.expect("as").ok()?;
            c.accept("not");
            c.accept("materialized");
            let (inner, _) = c.parenthesised().ok()?;
            let own = |t: &Token| t.is_name() && c.name_value(*t) == name;
            let columns = if recursive && inner.rest().iter().any(own) {
                // Its types are those of the part that does not read itself.
                self.budget.deeper(|| self.sets(inner, scope, true)).map(|mut columns| {
                    columns.iter_mut().for_each(|column| column.value.settle());
                    columns
                })
            } else {
                self.settled(inner, scope)
            };
            let more = c.at_any(&["search", "cycle"]);
            if more {
                skip_to(c, &["select", "values", "table", "insert", "update", "delete", "merge"]);
            }
            let relation = columns.map_or_else(Relation::default, |columns| Relation {
                columns: renamed(columns, &names),
                complete: !more,
            });
            scope.common.push((name, relation));
            if more || !c.accept_comma() {
                return Some(());
            }
        }
    }

    /// Queries with `UNION` and the like between them; `first`: of the first one only.
    fn sets(&self, c: Cursor<'_>, scope: &Scope<'_>, first: bool) -> Option<Vec<Column>> {
        let mut end = c;
        skip_to(&mut end, TAIL);
        let mut rest = end.slice_from(c.position());
        // What stands before the last `UNION` or `EXCEPT`, and that word; `INTERSECT` binds tighter.
        let mut before: Option<(Vec<Column>, &str)> = None;
        let mut term: Option<(Vec<Column>, &str)> = None;
        loop {
            let start = rest.position();
            skip_to(&mut rest, SETS);
            let core = self.core(rest.slice_from(start), scope)?;
            let columns = match term.take() {
                Some((left, word)) => self.both(left, core, word, c.target())?,
                None => core,
            };
            let word = rest.accept_any(SETS).filter(|_| !first);
            rest.accept_any(&["all", "distinct"]);
            if word == Some("intersect") {
                term = Some((columns, "intersect"));
                continue;
            }
            let columns = match before.take() {
                Some((left, word)) => self.both(left, columns, word, c.target())?,
                None => columns,
            };
            match word {
                Some(word) => before = Some((columns, word)),
                None => return Some(columns),
            }
        }
    }

    /// Two queries with a word between them.
    fn both(
        &self,
        left: Vec<Column>,
        right: Vec<Column>,
        word: &str,
        target: &Target,
    ) -> Option<Vec<Column>> {
        if left.len() != right.len() {
            return None;
        }
        // From 18 on only rows of the left side come out, and where the sides differ it depends on the plan whose type
        // the column has.
        let by_left = word != "union" && target.version.at_least(18, 0, 0);
        let values = left.into_iter().zip(right).map(|(left, right)| {
            let differ = left.value != right.value;
            let both = common(&[left.value, right.value], self.facts);
            Column { name: left.name, value: if by_left && differ { Value::UNKNOWN } else { both } }
        });
        Some(values.collect())
    }

    fn core(&self, mut c: Cursor<'_>, scope: &Scope<'_>) -> Option<Vec<Column>> {
        if c.at_paren() {
            let (inner, _) = c.parenthesised().ok()?;
            return if c.is_end() { self.query(inner, scope) } else { None };
        }
        match c.accept_any(&["select", "values", "table"])? {
            "values" => self.values(c, scope),
            "table" => {
                let name = c.object_name().ok()?;
                let relation = self.relation(&name, scope);
                relation.complete.then_some(relation.columns)
            }
            _ => self.select(c, scope),
        }
    }

    fn values(&self, mut c: Cursor<'_>, scope: &Scope<'_>) -> Option<Vec<Column>> {
        let mut columns: Vec<Vec<Value>> = Vec::new();
        for (at, mut row) in c.split_commas().into_iter().enumerate() {
            let (mut inner, _) = row.parenthesised().ok()?;
            let values = inner.split_commas();
            if at == 0 {
                columns.resize(values.len(), Vec::new());
            } else if columns.len() != values.len() {
                return None;
            }
            for (column, value) in columns.iter_mut().zip(values) {
                column.push(self.value(value, scope));
            }
        }
        let named = columns.into_iter().zip(1..).map(|(values, number)| Column {
            name: Some(format!("column{number}").into()),
            value: common(&values, self.facts),
        });
        Some(named.collect())
    }

    /// Behind `SELECT`.
    fn select(&self, mut c: Cursor<'_>, scope: &Scope<'_>) -> Option<Vec<Column>> {
        if c.accept("distinct") {
            if c.accept("on") {
                c.skip_parens().ok()?;
            }
        } else {
            c.accept("all");
        }
        let start = c.position();
        skip_to(&mut c, CLAUSES);
        let mut list = c.slice_from(start);
        let mut here = Scope { outer: Some(scope), ..Scope::default() };
        if skip_to(&mut c, &["from", "where", "group", "having", "window"]) && c.accept("from") {
            let start = c.position();
            skip_to(&mut c, &["where", "group", "having", "window"]);
            here.from = self.from(c.slice_from(start), scope)?;
        }
        let mut columns = Vec::new();
        for item in list.split_commas() {
            match stars(item) {
                Some(path) => columns.extend(self.star(&path, &here)?),
                None => columns.push(self.item(item, &here)),
            }
        }
        Some(columns)
    }

    /// The columns that `*` or `t.*` stands for.
    fn star(&self, path: &[Name], scope: &Scope<'_>) -> Option<Vec<Column>> {
        let Some(range) = path.last() else {
            return scope.from.complete().then(|| scope.from.star.clone());
        };
        let found = scope.range(path.len().checked_sub(2).and_then(|at| path.get(at)), range)?;
        found.complete.then(|| found.columns.clone())
    }

    /// An output column with its name.
    fn item(&self, item: Cursor<'_>, scope: &Scope<'_>) -> Column {
        let mut c = item;
        if let Some(typed) = self.expression(&mut c, scope) {
            let written = c.accept("as");
            if !written && c.is_end() {
                return Column { name: typed.label.name(), value: typed.value };
            }
            if let Ok(name) = c.any_name("a name")
                && c.is_end()
            {
                return Column { name: Some(name), value: typed.value };
            }
        }
        // Not understood: the name may be written all the same.
        self.budget.doubt();
        let tokens = item.rest();
        let name = match tokens {
            [.., word, name] if word.is_word(item.script_text(), "as") && name.is_name() => {
                Some(item.name_value(*name))
            }
            _ => None,
        };
        Column { name, value: Value::UNKNOWN }
    }

    /// A value of which only the type matters.
    pub(super) fn value(&self, mut c: Cursor<'_>, scope: &Scope<'_>) -> Value {
        match self.expression(&mut c, scope) {
            Some(typed) if c.is_end() => typed.value,
            _ => Value::UNKNOWN,
        }
    }

    /// The one column of a query in parentheses.
    pub(super) fn scalar(&self, inner: Cursor<'_>, scope: &Scope<'_>) -> Option<(Value, Label)> {
        let columns = self.settled(inner, scope)?;
        let [column] = columns.as_slice() else { return None };
        let label = match &column.name {
            Some(name) => Label::Strong(name.clone()),
            None => Label::Unknown,
        };
        Some((column.value.clone(), label))
    }
}

/// The names before the star, where the item is one: none for `*`.
fn stars(item: Cursor<'_>) -> Option<Vec<Name>> {
    let mut c = item;
    let mut path = Vec::new();
    loop {
        if c.accept_operator("*") {
            return c.is_end().then_some(path);
        }
        let token = c.next_token().filter(|t| t.is_name())?;
        path.push(c.name_value(token));
        if !c.accept_kind(TokenKind::Dot) {
            return None;
        }
    }
}
