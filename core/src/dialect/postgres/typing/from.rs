//! What a query reads from: relations, queries and functions, joined.
use crate::{
    catalog::{Name, ObjectName},
    dialect::{cursor::Cursor, postgres::types},
    text::TokenKind,
};

use super::{
    Column, Relation, Returns, Value,
    query::{QUERY, Reader, Scope, renamed},
    value::{Type, common},
};

/// Everything behind `FROM`.
#[derive(Clone, Debug, Default)]
pub(super) struct From {
    /// What `*` stands for, as far as it is known.
    pub(super) star: Vec<Column>,
    /// Whether columns may be missing there.
    open: bool,
    /// What `t.` stands for.
    ranges: Vec<Range>,
}

#[derive(Clone, Debug)]
struct Range {
    schema: Option<Name>,
    name: Name,
    relation: Relation,
}

impl From {
    pub(super) fn complete(&self) -> bool {
        !self.open
    }

    fn of(schema: Option<Name>, name: Option<Name>, relation: Relation) -> Self {
        let star = relation.columns.clone();
        let open = !relation.complete;
        let ranges = name.map(|name| Range { schema, name, relation }).into_iter().collect();
        Self { star, open, ranges }
    }

    fn append(&mut self, other: Self) {
        self.star.extend(other.star);
        self.open |= other.open;
        self.ranges.extend(other.ranges);
    }
}

/// System columns of tables.
const SYSTEM: &[(&str, &str)] = &[
    ("ctid", "tid"),
    ("xmin", "xid"),
    ("xmax", "xid"),
    ("cmin", "cid"),
    ("cmax", "cid"),
    ("tableoid", "oid"),
];

fn system(name: &Name) -> Option<Value> {
    SYSTEM.iter().find(|(own, _)| *name == **own).map(|(_, data_type)| Value::builtin(data_type))
}

/// Columns of functions that give several, or one that has a name (`proargnames` in `pg_proc`).
const FUNCTIONS: &[(&str, &[(&str, &str)])] = &[
    ("json_array_elements", &[("value", "json")]),
    ("json_array_elements_text", &[("value", "text")]),
    ("json_each", &[("key", "text"), ("value", "json")]),
    ("json_each_text", &[("key", "text"), ("value", "text")]),
    ("jsonb_array_elements", &[("value", "jsonb")]),
    ("jsonb_array_elements_text", &[("value", "text")]),
    ("jsonb_each", &[("key", "text"), ("value", "jsonb")]),
    ("jsonb_each_text", &[("key", "text"), ("value", "text")]),
    ("pg_partition_ancestors", &[("relid", "regclass")]),
];

impl Scope<'_> {
    /// The relation that is called so here, or around.
    pub(super) fn range(&self, schema: Option<&Name>, name: &Name) -> Option<&Relation> {
        let mut scope = Some(self);
        while let Some(here) = scope {
            let mut found = here.from.ranges.iter().filter(|r| {
                r.name == *name && (schema.is_none() || r.schema.is_none() || r.schema.as_ref() == schema)
            });
            if let Some(range) = found.next() {
                return found.next().is_none().then_some(&range.relation);
            }
            scope = here.outer;
        }
        None
    }

    /// What a column holds, by its name and what stands before it.
    pub(super) fn column(&self, path: &[Name]) -> Value {
        let Some((name, before)) = path.split_last() else { return Value::UNKNOWN };
        if let Some((range, schema)) = before.split_last() {
            let Some(relation) = self.range(schema.last(), range) else { return Value::UNKNOWN };
            let found = one(&relation.columns, name).cloned();
            return found.or_else(|| system(name)).unwrap_or(Value::UNKNOWN);
        }
        let mut scope = Some(self);
        while let Some(here) = scope {
            let from = &here.from;
            let mut named = from.star.iter().filter(|c| c.name.as_ref() == Some(name));
            if let Some(column) = named.next() {
                return if named.next().is_none() { column.value.clone() } else { Value::UNKNOWN };
            }
            let row = from.ranges.iter().any(|r| r.name == *name);
            if row || from.open || from.star.iter().any(|c| c.name.is_none()) {
                return Value::UNKNOWN;
            }
            scope = here.outer;
        }
        system(name).unwrap_or(Value::UNKNOWN)
    }
}

fn one<'c>(columns: &'c [Column], name: &Name) -> Option<&'c Value> {
    let mut found = columns.iter().filter(|c| c.name.as_ref() == Some(name));
    let first = found.next()?;
    found.next().is_none().then_some(&first.value)
}

const JOINS: &[&str] = &["natural", "left", "right", "full", "inner", "cross", "join"];

/// Whether a join begins here: `left` and `right` are functions too.
fn at_join(c: &Cursor<'_>) -> bool {
    let function = c.at_any(&["left", "right"]) && c.kind_at(1, TokenKind::LeftParen);
    c.at_any(JOINS) && !function && !c.kind_at(1, TokenKind::Dot)
}

impl Reader<'_> {
    /// Everything behind `FROM`; `None` when it cannot be told which relations there are.
    pub(super) fn from(&self, mut c: Cursor<'_>, scope: &Scope<'_>) -> Option<From> {
        let mut all = From::default();
        for mut item in c.split_commas() {
            // A function, or what `LATERAL` stands before, sees what was read so far.
            let beside = Scope { outer: Some(scope), from: all, ..Scope::default() };
            let next = self.joined(&mut item, scope, &beside)?;
            if !item.is_end() {
                return None;
            }
            all = beside.from;
            all.append(next);
        }
        Some(all)
    }

    fn joined(&self, c: &mut Cursor<'_>, scope: &Scope<'_>, beside: &Scope<'_>) -> Option<From> {
        let mut left = self.relation_or_query(c, scope, beside)?;
        while at_join(c) {
            let natural = c.accept("natural");
            let side = c.accept_any(&["left", "right", "full", "inner", "cross"]);
            c.accept("outer");
            c.expect("join").ok()?;
            let lateral = Scope { outer: Some(beside), from: left, ..Scope::default() };
            let mut right = self.relation_or_query(c, scope, &lateral)?;
            left = lateral.from;
            if natural || side == Some("cross") {
                let names = if natural { shared(&left, &right)? } else { Vec::new() };
                self.merge(&mut left, &mut right, &names, side);
            } else if c.accept("on") {
                self.condition(c)?;
                left.append(right);
            } else {
                c.expect("using").ok()?;
                let names = c.name_list("a column name").ok()?;
                self.merge(&mut left, &mut right, &names, side);
                if c.accept("as") {
                    let name = c.any_name("a name").ok()?;
                    let columns = left.star.get(..names.len())?.to_vec();
                    let relation = Relation { columns, complete: true };
                    left.ranges.push(Range { schema: None, name, relation });
                }
            }
        }
        Some(left)
    }

    /// Steps over a condition, up to the next join.
    #[allow(clippy::unused_self, reason = "a step of reading like its siblings")]
    fn condition(&self, c: &mut Cursor<'_>) -> Option<()> {
        let start = c.position();
        while !c.is_end() && !at_join(c) {
            // A second condition belongs to a join without parentheses inside of another.
            if c.at_any(&["on", "using"]) {
                return None;
            }
            if c.at_paren() {
                c.skip_parens().ok()?;
            } else {
                c.skip(if c.at_kind(TokenKind::Dot) { 2 } else { 1 });
            }
        }
        (c.position() > start).then_some(())
    }

    /// Joins with columns that stand once for both sides.
    fn merge(&self, left: &mut From, right: &mut From, names: &[Name], side: Option<&str>) {
        let mut star = Vec::new();
        for name in names {
            let (l, r) = (one(&left.star, name), one(&right.star, name));
            let value = match (l, r) {
                (Some(l), Some(r)) if l.data_type == r.data_type => {
                    if side == Some("right") {
                        r.clone()
                    } else {
                        l.clone()
                    }
                }
                (Some(l), Some(r)) => common(&[l.clone(), r.clone()], self.facts),
                _ => Value::UNKNOWN,
            };
            star.push(Column { name: Some(name.clone()), value });
        }
        let rest = |from: &mut From| {
            let columns = std::mem::take(&mut from.star).into_iter();
            columns.filter(|c| c.name.as_ref().is_none_or(|n| !names.contains(n))).collect::<Vec<_>>()
        };
        star.extend(rest(left));
        star.extend(rest(right));
        left.star = star;
        left.open |= right.open;
        left.ranges.append(&mut right.ranges);
    }

    /// A table, view, query or function with its other name, or a join in parentheses.
    fn relation_or_query(&self, c: &mut Cursor<'_>, scope: &Scope<'_>, beside: &Scope<'_>) -> Option<From> {
        self.budget.deeper(|| {
            let lateral = c.accept("lateral");
            c.accept("only");
            if c.at_paren() {
                let (mut inner, _) = c.parenthesised().ok()?;
                if is_query(inner) {
                    let columns = self.settled(inner, if lateral { beside } else { scope });
                    let relation = columns
                        .map_or_else(Relation::default, |columns| Relation { columns, complete: true });
                    let (name, names) = alias(c)?;
                    return Some(From::of(None, name, with_names(relation, &names)));
                }
                let mut from = self.joined(&mut inner, scope, beside)?;
                if !inner.is_end() {
                    return None;
                }
                let (name, names) = alias(c)?;
                if let Some(name) = name {
                    let columns = renamed(from.star, &names);
                    from = From::of(None, Some(name), Relation { columns, complete: !from.open });
                }
                return Some(from);
            }
            if c.at_words(&["rows", "from"]) {
                return None;
            }
            let name = self.function_or_relation_name(c)?;
            if c.at_paren() {
                return self.function(c, &name, beside);
            }
            c.accept_operator("*");
            let relation = self.relation(&name, scope);
            if c.at("tablesample") {
                return None;
            }
            let (alias, names) = alias(c)?;
            let schema = if alias.is_some() { None } else { name.schema.clone() };
            let known = alias.unwrap_or_else(|| name.name.clone());
            Some(From::of(schema, Some(known), with_names(relation, &names)))
        })
    }

    #[allow(clippy::unused_self, reason = "a step of reading like its siblings")]
    fn function_or_relation_name(&self, c: &mut Cursor<'_>) -> Option<ObjectName> {
        let mut name = ObjectName::bare(c.any_name("a name").ok()?);
        while c.accept_kind(TokenKind::Dot) {
            name = ObjectName::new(name.name, c.any_name("a name").ok()?);
        }
        Some(name)
    }

    /// The columns of what is called so.
    pub(super) fn relation(&self, name: &ObjectName, scope: &Scope<'_>) -> Relation {
        let common = if name.schema.is_none() { scope.named(&name.name) } else { None };
        match common {
            Some(relation) => relation.clone(),
            None => self.facts.relation(name).unwrap_or_default(),
        }
    }

    /// A function that is read from; its parenthesis comes next.
    fn function(&self, c: &mut Cursor<'_>, name: &ObjectName, beside: &Scope<'_>) -> Option<From> {
        let (inner, _) = c.parenthesised().ok()?;
        let ordinality = c.accept_words(&["with", "ordinality"]);
        let builtin = name.schema.is_none() || name.schema.as_deref() == Some("pg_catalog");
        let listed = FUNCTIONS.iter().find(|(own, _)| builtin && *name.name == **own);
        let own = self.facts.routine(name);
        let mut complete = true;
        let mut single = None;
        let mut columns: Vec<Column> = match (own, listed) {
            (Returns::None, Some((_, listed))) => listed
                .iter()
                .map(|(name, data_type)| Column {
                    name: Some((*name).into()),
                    value: Value::builtin(data_type),
                })
                .collect(),
            (Returns::Rows(columns), _) => columns,
            (Returns::Unknown, _) => {
                complete = false;
                Vec::new()
            }
            (Returns::None | Returns::Value(_), _) => {
                let mut arguments = inner;
                let several = arguments.split_commas();
                if *name.name == *"unnest" && several.len() > 1 {
                    let each = several.into_iter().map(|one| Column {
                        name: Some("unnest".into()),
                        value: self.call(name, one, beside),
                    });
                    each.collect()
                } else {
                    let value = self.call(name, inner, beside);
                    // A row type has other columns.
                    complete = value.data_type != Type::Unknown;
                    single = complete.then_some(());
                    if complete { vec![Column { name: Some(name.name.clone()), value }] } else { Vec::new() }
                }
            }
        };
        let written = c.accept("as");
        let alias = if c.at_paren() { None } else { alias_name(c, written)? };
        if let (Some(()), Some(alias), [column]) = (single, &alias, columns.as_mut_slice()) {
            column.name = Some(alias.clone());
        }
        if ordinality {
            columns.push(Column { name: Some("ordinality".into()), value: Value::builtin("bigint") });
        }
        if c.at_paren() {
            let (mut list, _) = c.parenthesised().ok()?;
            let listed = list.split_commas();
            let plain = listed.iter().all(|one| one.rest().len() == 1);
            if plain {
                let names = listed.into_iter().map(|mut one| one.any_name("a name").ok());
                columns = renamed(columns, &names.collect::<Option<Vec<Name>>>()?);
            } else {
                complete = true;
                columns = listed.into_iter().map(|one| self.defined(one)).collect::<Option<_>>()?;
            }
        }
        let known = alias.unwrap_or_else(|| name.name.clone());
        Some(From::of(None, Some(known), Relation { columns, complete }))
    }

    /// `name type` in the list of columns behind a function that gives records.
    pub(super) fn defined(&self, mut c: Cursor<'_>) -> Option<Column> {
        let name = c.any_name("a column name").ok()?;
        let data_type = types::read(&mut c).ok().and_then(|written| self.facts.full_type(written));
        let value = match data_type.filter(|_| c.is_end()) {
            Some(data_type) => Value::of(Type::Known(data_type)),
            None => Value::UNKNOWN,
        };
        Some(Column { name: Some(name), value })
    }
}

fn with_names(relation: Relation, names: &[Name]) -> Relation {
    // Names for columns that are not known would be lost.
    let complete = relation.complete;
    if !complete && !names.is_empty() {
        let named = names.iter().map(|name| Column { name: Some(name.clone()), value: Value::UNKNOWN });
        return Relation { columns: named.collect(), complete };
    }
    Relation { columns: renamed(relation.columns, names), complete }
}

/// Whether the parentheses hold a query and not a join.
fn is_query(inner: Cursor<'_>) -> bool {
    let mut c = inner;
    if !c.at_paren() {
        return c.at_any(QUERY);
    }
    let first = c.rest().iter().find(|t| t.kind != TokenKind::LeftParen);
    if !first.is_some_and(|t| t.is_any_word(c.script_text(), QUERY)) || c.skip_parens().is_err() {
        return false;
    }
    c.is_end() || c.at_any(&["union", "intersect", "except", "order", "limit", "offset", "fetch"])
}

/// `[AS] name (column, …)`.
fn alias(c: &mut Cursor<'_>) -> Option<(Option<Name>, Vec<Name>)> {
    let written = c.accept("as");
    let name = alias_name(c, written)?;
    let names = if name.is_some() && c.at_paren() { c.name_list("a column name").ok()? } else { Vec::new() };
    Some((name, names))
}

/// The other name of something that is read from, if it has one.
fn alias_name(c: &mut Cursor<'_>, written: bool) -> Option<Option<Name>> {
    if c.is_end() || !written && (at_join(c) || c.at_any(&["on", "using", "tablesample"])) {
        return Some(None);
    }
    let named = c.peek().filter(|t| t.is_name());
    match named {
        Some(_) => Some(Some(c.any_name("a name").ok()?)),
        None => None,
    }
}

/// The columns that both sides of a `NATURAL` join have; `None` when not all are known.
fn shared(left: &From, right: &From) -> Option<Vec<Name>> {
    if left.open || right.open {
        return None;
    }
    let names = left.star.iter().map(|c| c.name.clone()).collect::<Option<Vec<Name>>>()?;
    right.star.iter().all(|c| c.name.is_some()).then_some(())?;
    Some(names.into_iter().filter(|name| right.star.iter().any(|c| c.name.as_ref() == Some(name))).collect())
}
