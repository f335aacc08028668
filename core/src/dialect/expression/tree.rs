//! The tree of an expression, its construction, and how it is written.
use super::plain::{write_name, write_string};
use crate::target::Target;

/// A node of a [`Tree`].
pub(super) type Id = usize;

/// What a node is. `text` and the children mean something else for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name; `text` as it is written out, `*` included.
    Column,
    /// A number without quotes.
    Number,
    /// A string; `text` is its value.
    Text,
    /// Bits of the MySQL family; `text` are the digits in hexadecimal.
    Bits,
    /// A word that stands for itself: `null`, `true`, `current_date`, a parameter, a unit.
    Word,
    /// A call of the function `text`; the children are its arguments.
    Call,
    /// All children are conditions that must hold.
    And,
    /// One of the children must hold.
    Or,
    /// `(a, b)`.
    Row,
    /// `ARRAY[a, b]`.
    Array,
    /// `a + b - c`: operators of one level, read from the left; `text` are the operators, a blank between two.
    Chain,
    /// `a < b`, `a LIKE b`; `text` is the operator.
    Compare,
    /// `text` before the operand.
    Unary,
    /// `NOT a`.
    Not,
    /// `a IS text`.
    Is,
    /// The first child is one of the others.
    In,
    /// The first child is none of the others.
    NotIn,
    /// `a BETWEEN b AND c`.
    Between,
    /// `a NOT BETWEEN b AND c`.
    NotBetween,
    /// `a = ANY (b)`; `text` is `= any`.
    Quantified,
    /// `CAST(a AS text)`.
    Cast,
    /// `CASE`; children are the operand if `text` has an `o`, pairs of `WHEN` and `THEN`, and the `ELSE` value if
    /// `text` has an `e`.
    Case,
    /// `a COLLATE text`.
    Collate,
    /// `a[b]`, `a[b:c]`; `text` is `:` for a slice.
    Subscript,
    /// `(a).text`.
    Field,
    /// `INTERVAL a text` of the MySQL family.
    Interval,
    /// Normal text of what is not looked into, such as a query, without its parentheses.
    Raw,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) kids: Vec<Id>,
    /// Levels below, so that no walk goes deeper than is allowed.
    height: u32,
    /// Bytes of text below, about: what is long is not written twice.
    pub(super) size: usize,
}

/// What is followed by a query in parentheses, as a function is by its arguments.
const TAKES_QUERY: [&str; 2] = ["exists", "array"];

/// Trees that are higher are not built; what walks them may recurse.
const MOST_LEVELS: u32 = 150;

/// That an expression is not understood, or is nested too deeply.
#[derive(Clone, Copy, Debug)]
pub(super) struct NotUnderstood;

pub(super) type Result<T> = std::result::Result<T, NotUnderstood>;

/// Nodes, made from the leaves to the root.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    pub(super) fn add(&mut self, kind: Kind, text: impl Into<String>, kids: Vec<Id>) -> Result<Id> {
        let text = text.into();
        let height = kids.iter().map(|k| self.node(*k).map_or(0, |n| n.height)).max().unwrap_or(0) + 1;
        if height > MOST_LEVELS {
            return Err(NotUnderstood);
        }
        let size = kids.iter().map(|k| self.node(*k).map_or(0, |n| n.size)).sum::<usize>() + text.len() + 4;
        self.nodes.push(Node { kind, text, kids, height, size });
        Ok(self.nodes.len() - 1)
    }

    fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// Goes on with a chain: `operator` and the operand after it.
    pub(super) fn extend_chain(&mut self, chain: Id, operator: &str, operand: Id) -> Result<()> {
        let (height, size) = self.node(operand).map_or((0, 0), |n| (n.height + 1, n.size));
        let Some(node) = self.nodes.get_mut(chain) else { return Err(NotUnderstood) };
        node.height = node.height.max(height);
        node.size += size + operator.len() + 2;
        node.text.push(' ');
        node.text.push_str(operator);
        node.kids.push(operand);
        if node.height > MOST_LEVELS { Err(NotUnderstood) } else { Ok(()) }
    }

    /// Adds operands to an `AND` or `OR`.
    pub(super) fn extend(&mut self, list: Id, operands: &[Id]) -> Result<()> {
        let mut height = 0;
        let mut size = 0;
        for operand in operands {
            let (h, s) = self.node(*operand).map_or((0, 0), |n| (n.height + 1, n.size));
            height = height.max(h);
            size += s;
        }
        let Some(node) = self.nodes.get_mut(list) else { return Err(NotUnderstood) };
        node.height = node.height.max(height);
        node.size += size;
        node.kids.extend_from_slice(operands);
        if node.height > MOST_LEVELS { Err(NotUnderstood) } else { Ok(()) }
    }

    pub(super) fn kind(&self, id: Id) -> Kind {
        self.node(id).map_or(Kind::Raw, |n| n.kind)
    }

    pub(super) fn text(&self, id: Id) -> &str {
        self.node(id).map_or("", |n| &n.text)
    }

    pub(super) fn kids(&self, id: Id) -> &[Id] {
        self.node(id).map_or(&[], |n| &n.kids)
    }

    pub(super) fn size(&self, id: Id) -> usize {
        self.node(id).map_or(0, |n| n.size)
    }

    /// Takes the children out of a node that will not be used any more.
    pub(super) fn take_kids(&mut self, id: Id) -> Vec<Id> {
        self.nodes.get_mut(id).map_or_else(Vec::new, |n| std::mem::take(&mut n.kids))
    }

    pub(super) fn is(&self, id: Id, kind: Kind, text: &str) -> bool {
        self.node(id).is_some_and(|n| n.kind == kind && n.text == text)
    }

    /// Whether the node is a constant that is written out.
    pub(super) fn is_literal(&self, id: Id) -> bool {
        match self.kind(id) {
            Kind::Number | Kind::Text | Kind::Bits => true,
            Kind::Word => matches!(self.text(id), "null" | "true" | "false"),
            _ => false,
        }
    }

    /// Whether a name is mentioned below. Recursion is bounded by the height.
    pub(super) fn mentions_column(&self, id: Id) -> bool {
        matches!(self.kind(id), Kind::Column | Kind::Raw)
            || self.kids(id).iter().any(|k| self.mentions_column(*k))
    }

    /// Writes the whole, as SQL that reads back to the same tree.
    pub(super) fn write(&self, id: Id, target: &Target) -> String {
        let mut out = String::with_capacity(self.size(id) + self.size(id) / 2);
        self.put(id, false, target, &mut out);
        out
    }

    fn list(&self, kids: &[Id], separator: &str, inner: bool, target: &Target, out: &mut String) {
        for (i, kid) in kids.iter().enumerate() {
            if i > 0 {
                out.push_str(separator);
            }
            self.put(*kid, inner, target, out);
        }
    }

    /// Writes a node; an operand (`inner`) that has operators of its own goes into parentheses.
    fn put(&self, id: Id, inner: bool, target: &Target, out: &mut String) {
        let Some(node) = self.node(id) else { return };
        let kids = node.kids.as_slice();
        let first = kids.first().copied().unwrap_or(id);
        let bare = matches!(
            node.kind,
            Kind::Column
                | Kind::Text
                | Kind::Bits
                | Kind::Word
                | Kind::Call
                | Kind::Row
                | Kind::Array
                | Kind::Case
                | Kind::Raw
                | Kind::Cast
                | Kind::Subscript
        );
        let bare = bare || (node.kind == Kind::Number && !node.text.starts_with('-'));
        let parentheses = inner && !bare;
        if parentheses {
            out.push('(');
        }
        match node.kind {
            Kind::Column | Kind::Number | Kind::Word => out.push_str(&node.text),
            Kind::Raw => {
                out.push('(');
                out.push_str(&node.text);
                out.push(')');
            }
            Kind::Text => write_string(out, &node.text),
            Kind::Bits => {
                out.push('x');
                write_string(out, &node.text);
            }
            Kind::Call => {
                out.push_str(&node.text);
                out.push('(');
                match self.node(first).filter(|n| n.kind == Kind::Raw && TAKES_QUERY.contains(&&*node.text)) {
                    Some(query) => out.push_str(&query.text),
                    None => self.list(kids, ", ", false, target, out),
                }
                out.push(')');
            }
            Kind::And => self.list(kids, " and ", true, target, out),
            Kind::Or => self.list(kids, " or ", true, target, out),
            Kind::Row | Kind::Array => {
                let array = node.kind == Kind::Array;
                out.push_str(if array { "array[" } else { "row(" });
                self.list(kids, ", ", false, target, out);
                out.push(if array { ']' } else { ')' });
            }
            Kind::Chain => {
                self.put(first, true, target, out);
                for (operator, kid) in node.text.split(' ').zip(kids.iter().skip(1)) {
                    out.push(' ');
                    out.push_str(operator);
                    out.push(' ');
                    self.put(*kid, true, target, out);
                }
            }
            Kind::Compare => {
                self.list(kids.get(..2).unwrap_or(kids), &format!(" {} ", node.text), true, target, out);
                if let Some(escape) = kids.get(2) {
                    out.push_str(" escape ");
                    self.put(*escape, true, target, out);
                }
            }
            Kind::Unary | Kind::Not => {
                out.push_str(if node.kind == Kind::Not { "not" } else { &node.text });
                out.push(' ');
                self.put(first, true, target, out);
            }
            Kind::Is | Kind::Collate => {
                self.put(first, true, target, out);
                out.push_str(if node.kind == Kind::Is { " is " } else { " collate " });
                out.push_str(&node.text);
            }
            Kind::In | Kind::NotIn => {
                self.put(first, true, target, out);
                out.push_str(if node.kind == Kind::In { " in (" } else { " not in (" });
                self.members(kids, target, out);
                out.push(')');
            }
            Kind::Between | Kind::NotBetween => {
                self.put(first, true, target, out);
                out.push_str(if node.kind == Kind::Between { " between " } else { " not between " });
                out.push_str(&node.text);
                self.list(kids.get(1..).unwrap_or(&[]), " and ", true, target, out);
            }
            Kind::Quantified => {
                self.put(first, true, target, out);
                out.push(' ');
                out.push_str(&node.text);
                out.push_str(" (");
                self.members(kids, target, out);
                out.push(')');
            }
            Kind::Cast => {
                out.push_str("cast(");
                self.put(first, false, target, out);
                out.push_str(" as ");
                out.push_str(&node.text);
                out.push(')');
            }
            Kind::Case => self.put_case(node, target, out),
            Kind::Subscript => {
                self.put(first, true, target, out);
                out.push('[');
                if node.text.is_empty() {
                    self.list(kids.get(1..).unwrap_or(&[]), ", ", false, target, out);
                } else {
                    self.list(kids.get(1..).unwrap_or(&[]), " : ", true, target, out);
                }
                out.push(']');
            }
            Kind::Field => {
                out.push('(');
                self.put(first, false, target, out);
                out.push_str(").");
                write_name(out, &node.text, target);
            }
            Kind::Interval => {
                out.push_str("interval ");
                self.put(first, true, target, out);
                out.push(' ');
                out.push_str(&node.text);
            }
        }
        if parentheses {
            out.push(')');
        }
    }

    /// The list of an `IN` or `ANY`, or the query that gives it.
    fn members(&self, kids: &[Id], target: &Target, out: &mut String) {
        match kids.get(1..) {
            Some(&[query]) if self.kind(query) == Kind::Raw => out.push_str(self.text(query)),
            Some(list) => self.list(list, ", ", false, target, out),
            None => {}
        }
    }

    fn put_case(&self, node: &Node, target: &Target, out: &mut String) {
        let mut kids = node.kids.iter().copied();
        out.push_str("case");
        if node.text.contains('o')
            && let Some(operand) = kids.next()
        {
            out.push(' ');
            self.put(operand, true, target, out);
        }
        let otherwise = if node.text.contains('e') { kids.next_back() } else { None };
        while let (Some(when), Some(then)) = (kids.next(), kids.next()) {
            out.push_str(" when ");
            self.put(when, false, target, out);
            out.push_str(" then ");
            self.put(then, false, target, out);
        }
        if let Some(otherwise) = otherwise {
            out.push_str(" else ");
            self.put(otherwise, false, target, out);
        }
        out.push_str(" end");
    }
}
