//! Nodes in normal form: what several spellings have in common, made while reading.
use super::{
    literal,
    parse::Parser,
    tree::{Id, Kind, Result},
};

/// An operand longer than this is not written twice: `a BETWEEN b AND c` and row comparisons then stay as they are.
pub(super) const MOST_REPEATED: usize = 256;

impl Parser<'_> {
    /// A string literal.
    pub(super) fn text(&mut self, value: &str) -> Result<Id> {
        let value = literal::text(value, !self.mysql).unwrap_or_else(|| value.to_owned());
        self.tree.add(Kind::Text, value, Vec::new())
    }

    /// `AND`, `OR`: nested ones of the same kind are one.
    pub(super) fn join(&mut self, kind: Kind, left: Id, right: Id) -> Result<Id> {
        let (left, right) = (self.condition(left)?, self.condition(right)?);
        let right = if self.tree.kind(right) == kind { self.tree.take_kids(right) } else { vec![right] };
        if self.tree.kind(left) == kind {
            self.tree.extend(left, &right)?;
            return Ok(left);
        }
        let mut kids = vec![left];
        kids.extend(right);
        self.tree.add(kind, "", kids)
    }

    /// `left operator right` in a chain of operators of one level.
    pub(super) fn chain(&mut self, left: Id, operator: &str, right: Id) -> Result<Id> {
        let (left, right) = if self.mysql {
            if operator == "xor" { (self.condition(left)?, self.condition(right)?) } else { (left, right) }
        } else {
            self.chain_operands(left, operator, right)?
        };
        if self.tree.kind(left) == Kind::Chain && same_level(self.tree.text(left), operator) {
            self.tree.extend_chain(left, operator, right)?;
            return Ok(left);
        }
        self.tree.add(Kind::Chain, operator, vec![left, right])
    }

    /// A comparison.
    pub(super) fn compare(&mut self, left: Id, operator: &str, right: Id) -> Result<Id> {
        if self.tree.kind(left) == Kind::Row
            && self.tree.kind(right) == Kind::Row
            && matches!(operator, "=" | "<>")
            && self.tree.kids(left).len() == self.tree.kids(right).len()
            && self.tree.kids(left).len() > 1
        {
            let pairs: Vec<(Id, Id)> =
                self.tree.kids(left).iter().copied().zip(self.tree.kids(right).iter().copied()).collect();
            let kind = if operator == "=" { Kind::And } else { Kind::Or };
            let mut all = None;
            for (a, b) in pairs {
                let one = self.compare(a, operator, b)?;
                all = Some(match all {
                    Some(before) => self.join(kind, before, one)?,
                    None => one,
                });
            }
            return all.ok_or(super::tree::NotUnderstood);
        }
        if self.mysql {
            self.mysql_compare(left, operator, right)
        } else {
            self.postgres_compare(left, operator, right)
        }
    }

    /// `value IN (items)`.
    pub(super) fn is_in(&mut self, value: Id, items: Vec<Id>, not: bool) -> Result<Id> {
        if let [one] = items.as_slice() {
            return self.compare(value, if not { "<>" } else { "=" }, *one);
        }
        if self.mysql {
            let mut kids = vec![value];
            kids.extend(items);
            return self.tree.add(if not { Kind::NotIn } else { Kind::In }, "", kids);
        }
        self.postgres_in(value, items, not)
    }

    /// `value BETWEEN low AND high`.
    pub(super) fn between(&mut self, value: Id, low: Id, high: Id, not: bool, symmetric: bool) -> Result<Id> {
        let short = [value, low, high].into_iter().all(|id| self.tree.size(id) <= MOST_REPEATED);
        if self.mysql || !short {
            let kind = if not { Kind::NotBetween } else { Kind::Between };
            let text = if symmetric { "symmetric " } else { "" };
            return self.tree.add(kind, text, vec![value, low, high]);
        }
        let one = self.bounds(value, low, high, not)?;
        if !symmetric {
            return Ok(one);
        }
        let other = self.bounds(value, high, low, not)?;
        self.join(if not { Kind::And } else { Kind::Or }, one, other)
    }

    fn bounds(&mut self, value: Id, low: Id, high: Id, not: bool) -> Result<Id> {
        let first = self.compare(value, if not { "<" } else { ">=" }, low)?;
        let second = self.compare(value, if not { ">" } else { "<=" }, high)?;
        self.join(if not { Kind::Or } else { Kind::And }, first, second)
    }

    /// `value IS [NOT] what`.
    pub(super) fn make_is(&mut self, value: Id, what: &str, not: bool) -> Result<Id> {
        let (value, what) = if self.mysql {
            let what = if what == "unknown" { "null" } else { what };
            (if what == "null" { value } else { self.condition(value)? }, what)
        } else {
            (value, what)
        };
        let text = if not { format!("not {what}") } else { what.to_owned() };
        self.tree.add(Kind::Is, text, vec![value])
    }

    /// `NOT value`.
    pub(super) fn negate(&mut self, value: Id) -> Result<Id> {
        if self.mysql {
            return self.mysql_negate(value);
        }
        self.tree.add(Kind::Not, "", vec![value])
    }

    pub(super) fn make_case(&mut self, shape: String, kids: Vec<Id>) -> Result<Id> {
        let kids =
            if self.mysql { kids } else { kids.into_iter().map(|k| self.without_text_cast(k)).collect() };
        self.tree.add(Kind::Case, shape, kids)
    }

    /// A value where only its truth counts: to the MySQL family `a <> 0` is `a` there.
    pub(super) fn condition(&mut self, value: Id) -> Result<Id> {
        if self.mysql
            && self.tree.is(value, Kind::Compare, "<>")
            && let &[operand, zero] = self.tree.kids(value)
            && self.tree.is(zero, Kind::Number, "0")
        {
            return Ok(operand);
        }
        Ok(value)
    }

    /// `left operator ANY (list)`, or `ALL`.
    pub(super) fn compare_all(&mut self, left: Id, operator: &str, all: bool, list: Id) -> Result<Id> {
        let member = matches!((operator, all), ("=", false) | ("<>", true));
        if member && self.tree.kind(list) == Kind::Array && !self.tree.kids(list).is_empty() {
            let items = self.tree.take_kids(list);
            if let [one] = items.as_slice() {
                return self.compare(left, operator, *one);
            }
            return self.members(left, items, all);
        }
        let left = self.without_text_cast(left);
        let list = self.without_text_cast(list);
        let operator = format!("{operator} {}", if all { "all" } else { "any" });
        self.tree.add(Kind::Quantified, operator, vec![left, list])
    }

    /// The pattern predicates.
    pub(super) fn matches(
        &mut self,
        left: Id,
        word: &str,
        not: bool,
        pattern: Id,
        escape: Option<Id>,
    ) -> Result<Id> {
        if self.mysql {
            return self.mysql_matches(left, word, not, pattern, escape);
        }
        let (operator, negated, function) = match word {
            "ilike" => ("~~*", "!~~*", "like_escape"),
            "similar" => ("~", "!~", "similar_to_escape"),
            _ => ("~~", "!~~", "like_escape"),
        };
        let pattern = match (escape, word) {
            (Some(escape), _) => self.call(function, vec![pattern, escape])?,
            (None, "similar") => self.call(function, vec![pattern])?,
            (None, _) => pattern,
        };
        self.chain(left, if not { negated } else { operator }, pattern)
    }
}

/// Whether a chain of these operators goes on with `operator` on its own level.
fn same_level(chain: &str, operator: &str) -> bool {
    let level = |operator: &str| match operator {
        "+" | "-" => 1,
        "*" | "/" | "%" | "div" => 2,
        "^" => 3,
        "|" => 4,
        "&" => 5,
        "<<" | ">>" => 6,
        "xor" => 7,
        _ => 8,
    };
    let first = chain.split(' ').next().unwrap_or("");
    level(first) == level(operator)
}
