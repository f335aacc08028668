//! What an expression mentions: columns, functions, and what follows from them.
use std::{collections::BTreeSet, sync::OnceLock};

use super::{
    parse::Parser,
    plain::{self, Source},
    read,
    tree::{Id, Kind, Tree},
};
use crate::{
    catalog::{Expression, Name},
    target::Target,
    text::TokenKind,
};

const POSTGRES_FUNCTIONS: &str = include_str!("functions_postgres.txt");
const MYSQL_FUNCTIONS: &str = include_str!("functions_mysql.txt");

/// Words that are no names in an expression or query. They count only where an expression is not understood, and
/// inside of queries.
const KEYWORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "at",
    "between",
    "binary",
    "both",
    "by",
    "case",
    "cast",
    "collate",
    "cross",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "desc",
    "distinct",
    "div",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "extract",
    "false",
    "for",
    "from",
    "group",
    "having",
    "ilike",
    "in",
    "inner",
    "intersect",
    "interval",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "mod",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "regexp",
    "right",
    "rlike",
    "row",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unknown",
    "user",
    "using",
    "utc_date",
    "utc_time",
    "utc_timestamp",
    "values",
    "when",
    "where",
    "with",
    "xor",
    "zone",
];

/// Words that stand for a value which differs from statement to statement.
const MOVING: &[&str] = &[
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "system_user",
    "user",
];

/// What a name in an expression is.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Column,
    Function,
    Other,
}

/// What the token at `at` names, judged by its neighbours alone.
fn role(source: &Source<'_>, at: usize) -> Role {
    let Some(token) = source.get(at).filter(|t| t.is_name()) else { return Role::Other };
    if source.is_kind(at + 1, TokenKind::LeftParen) && !token.is_any_word(source.text, NOT_FUNCTIONS) {
        return Role::Function;
    }
    if token.is_any_word(source.text, KEYWORDS) {
        return Role::Other;
    }
    let before = at.checked_sub(1);
    let after_cast =
        before.is_some_and(|b| source.is_operator(b, "::") || source.is_any_word(b, &["as", "collate"]));
    let literal = source.is_kind(at + 1, TokenKind::String) || source.is_kind(at + 1, TokenKind::Dot);
    let type_word = before.is_some_and(|b| {
        source.is_any_word(b, &["character", "double", "timestamp", "time", "without", "with"])
    });
    if after_cast || literal || type_word { Role::Other } else { Role::Column }
}

/// Keywords that a parenthesis may follow without a call.
const NOT_FUNCTIONS: &[&str] = &[
    "all", "and", "any", "as", "between", "by", "case", "cast", "else", "exists", "extract", "from",
    "having", "in", "is", "join", "like", "not", "on", "or", "select", "some", "then", "union", "using",
    "values", "when", "where", "with",
];

/// Everything that an expression mentions.
struct Mentions {
    /// Tokens that name columns, in order.
    columns: Vec<usize>,
    /// Functions in lower case, in the order they are called.
    functions: Vec<String>,
    queries: bool,
    /// The tree, where the expression is understood.
    tree: Option<(Tree, Id)>,
}

fn mentions(source: &Source<'_>) -> Mentions {
    let mut found = everything(source);
    if source.target.dialect.is_mysql_family() {
        found.columns.retain(|at| !names_sequence(source, *at));
    }
    found
}

fn everything(source: &Source<'_>) -> Mentions {
    let end = source.tokens.len();
    let mut parser = Parser::new(source, 0, end);
    let root = parser.whole().ok();
    let (mut columns, mut functions) = (Vec::new(), Vec::new());
    let mut by_neighbours = |from: usize, to: usize| {
        for at in from..to {
            match role(source, at) {
                Role::Column => columns.push(at),
                Role::Function => {
                    functions.extend(source.get(at).map(|t| source.name(t).to_lowercase()));
                }
                Role::Other => {}
            }
        }
    };
    match root {
        Some(root) => {
            for (from, to) in &parser.queries {
                by_neighbours(*from, *to);
            }
            columns.extend(parser.columns);
            columns.sort_unstable();
            parser.functions.extend(functions);
            let queries = !parser.queries.is_empty();
            Mentions { columns, functions: parser.functions, queries, tree: Some((parser.tree, root)) }
        }
        None => {
            by_neighbours(0, end);
            let queries = (0..end).any(|at| source.is_word(at, "select"));
            Mentions { columns, functions, queries, tree: None }
        }
    }
}

/// Whether a name stands where the MySQL family names a sequence: `NEXTVAL(s)`, `NEXT VALUE FOR db.s` (MariaDB Server
/// documentation, "Sequence Functions"). In PostgreSQL it is a string.
fn names_sequence(source: &Source<'_>, at: usize) -> bool {
    let qualified = at >= 2 && source.is_kind(at - 1, TokenKind::Dot);
    let start = if qualified { at - 2 } else { at };
    let before = |back: usize, words: &[&str]| start >= back && source.is_any_word(start - back, words);
    let called = start >= 1
        && source.is_kind(start - 1, TokenKind::LeftParen)
        && before(2, &["nextval", "lastval", "setval"]);
    let value_of = |next: usize| {
        source.is_any_word(next, &["next", "previous"])
            && source.is_word(next + 1, "value")
            && source.is_word(next + 2, "for")
    };
    called || value_of(at) || (at >= 1 && value_of(at - 1)) || (start >= 3 && value_of(start - 3))
}

/// Each once, in the order they come.
fn unique(names: impl Iterator<Item = String>) -> Vec<Name> {
    let mut seen = BTreeSet::new();
    names.filter(|name| seen.insert(name.clone())).map(Name::new).collect()
}

/// The columns that an expression mentions, each once, in the order they are named, without qualifiers. Those inside
/// of queries are among them, whatever table they belong to.
pub fn columns(expression: &Expression, target: &Target) -> Vec<Name> {
    let source = Source::new(&expression.sql, target);
    let tokens = mentions(&source).columns;
    unique(tokens.into_iter().filter_map(|at| source.get(at)).map(|token| source.name(token)))
}

/// The functions that an expression calls, each once, in lower case, without schemas.
pub fn functions(expression: &Expression, target: &Target) -> Vec<Name> {
    let source = Source::new(&expression.sql, target);
    unique(mentions(&source).functions.into_iter())
}

/// The same expression after the column `from` was renamed to `to`.
pub fn rename_column(expression: &Expression, from: &Name, to: &Name, target: &Target) -> Expression {
    let source = Source::new(&expression.sql, target);
    let mysql = target.dialect.is_mysql_family();
    let mut sql = String::with_capacity(expression.sql.len());
    let mut copied = 0;
    for token in mentions(&source).columns.into_iter().filter_map(|at| source.get(at)) {
        let name = source.name(token);
        if name != from.as_str() && !(mysql && name.to_lowercase() == from.to_lowercase()) {
            continue;
        }
        sql.push_str(expression.sql.get(copied..token.span.start as usize).unwrap_or(""));
        plain::quote(&mut sql, to, target);
        copied = token.span.end as usize;
    }
    sql.push_str(expression.sql.get(copied..).unwrap_or(""));
    read(&sql, target)
}

/// Whether a condition is true for every row whatever the row holds: `true`, `1 = 1`, `a = 2 or 'x' = 'x'`.
pub fn is_tautology(expression: &Expression, target: &Target) -> bool {
    let source = Source::new(&expression.sql, target);
    match mentions(&source).tree {
        Some((tree, root)) => truth(&tree, root) == Some(true),
        None => false,
    }
}

/// Whether a condition picks no rows: it is a tautology, or compares a column with itself, which leaves out NULL alone.
pub fn holds_always(expression: &Expression, target: &Target) -> bool {
    let source = Source::new(&expression.sql, target);
    match mentions(&source).tree {
        // Columns of several tables have the same text in the tree.
        Some((tree, root)) => {
            let qualified = source.tokens.iter().any(|t| t.kind == TokenKind::Dot);
            picks_nothing(&tree, root, !qualified)
        }
        None => false,
    }
}

/// Recursion is bounded by the height of trees.
fn picks_nothing(tree: &Tree, id: Id, one_table: bool) -> bool {
    let kids = tree.kids(id);
    match (tree.kind(id), kids) {
        (Kind::And, _) => kids.iter().all(|kid| picks_nothing(tree, *kid, one_table)),
        (Kind::Or, _) => kids.iter().any(|kid| picks_nothing(tree, *kid, one_table)),
        (Kind::Compare, [left, right]) if matches!(tree.text(id), "=" | "<=" | ">=" | "<=>") => {
            let column = tree.kind(*left) == Kind::Column && tree.kind(*right) == Kind::Column;
            one_table && column && tree.text(*left) == tree.text(*right) || truth(tree, id) == Some(true)
        }
        _ => truth(tree, id) == Some(true),
    }
}

/// Whether a query gives a row whatever the tables hold: it reads none and asks for nothing.
fn gives_a_row(query: &str) -> bool {
    let query = query.trim_start().to_lowercase();
    let says = |word: &str| query.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|w| w == word);
    query.starts_with("select")
        && !["from", "where", "limit", "offset", "fetch", "having", "group"].iter().any(|word| says(word))
}

/// What a condition is for every row, if that can be told. Recursion is bounded by the height of trees.
fn truth(tree: &Tree, id: Id) -> Option<bool> {
    let mut kids = tree.kids(id).iter();
    match tree.kind(id) {
        Kind::Word => match tree.text(id) {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        Kind::Number => tree.text(id).parse::<f64>().ok().map(|number| number != 0.0),
        Kind::And => {
            if kids.clone().any(|kid| truth(tree, *kid) == Some(false)) {
                return Some(false);
            }
            kids.all(|kid| truth(tree, *kid) == Some(true)).then_some(true)
        }
        Kind::Or => {
            if kids.clone().any(|kid| truth(tree, *kid) == Some(true)) {
                return Some(true);
            }
            kids.all(|kid| truth(tree, *kid) == Some(false)).then_some(false)
        }
        Kind::Not => truth(tree, *kids.next()?).map(|t| !t),
        Kind::Call if tree.text(id) == "exists" => {
            let query = *kids.next()?;
            (tree.kind(query) == Kind::Raw && gives_a_row(tree.text(query))).then_some(true)
        }
        Kind::Is => {
            let operand = *kids.next()?;
            let literal = tree.is_literal(operand);
            match (tree.text(id), tree.is(operand, Kind::Word, "null")) {
                ("null", null) if literal => Some(null),
                ("not null", null) if literal => Some(!null),
                ("true", _) => truth(tree, operand),
                _ => None,
            }
        }
        Kind::Compare => {
            let (left, right) = (*kids.next()?, *kids.next()?);
            let same_kind = tree.kind(left) == tree.kind(right);
            if !same_kind || !matches!(tree.kind(left), Kind::Number | Kind::Text) {
                return None;
            }
            let (a, b) = (tree.text(left), tree.text(right));
            if tree.kind(left) == Kind::Number {
                let (a, b) = (a.parse::<f64>().ok()?, b.parse::<f64>().ok()?);
                return Some(match tree.text(id) {
                    "=" | "<=>" => a == b,
                    "<>" => a != b,
                    "<" => a < b,
                    "<=" => a <= b,
                    ">" => a > b,
                    ">=" => a >= b,
                    _ => return None,
                });
            }
            // Collations may take different texts for the same, never one text for two.
            match tree.text(id) {
                "=" | "<=" | ">=" | "like" | "<=>" if a == b => Some(true),
                "<>" | "<" | ">" if a == b => Some(false),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the value depends on nothing: neither a column, a function, a query, nor the time or user.
pub fn is_constant(expression: &Expression, target: &Target) -> bool {
    let source = Source::new(&expression.sql, target);
    let mentions = mentions(&source);
    let moving = source.tokens.iter().any(|t| t.is_any_word(source.text, MOVING));
    mentions.columns.is_empty() && mentions.functions.is_empty() && !mentions.queries && !moving
}

/// Words that PostgreSQL reads as the time of the statement when they become a date or a time.
const MOVING_TEXTS: &[&str] = &["now", "today", "tomorrow", "yesterday"];

/// Whether a condition compares columns, named without their table, with literals and nothing else: no function, query,
/// parameter or variable, no operator or type that users define, nothing that depends on the time or the user. Such a
/// condition meets the same rows whenever columns and session are the same.
pub fn is_plain(expression: &Expression, target: &Target) -> bool {
    let source = Source::new(&expression.sql, target);
    let qualified = source.tokens.iter().any(|t| t.kind == TokenKind::Dot);
    match mentions(&source).tree {
        Some((tree, root)) if !qualified => plain(&tree, root),
        _ => false,
    }
}

/// Recursion is bounded by the height of trees.
fn plain(tree: &Tree, id: Id) -> bool {
    const COMPARISONS: &[&str] =
        &["=", "<>", "<", "<=", ">", ">=", "<=>", "~~", "!~~", "~~*", "!~~*", "like", "not like"];
    let text = tree.text(id);
    let itself = match tree.kind(id) {
        Kind::Column | Kind::Number | Kind::Bits => true,
        Kind::And | Kind::Or | Kind::Not | Kind::Row | Kind::Is => true,
        Kind::In | Kind::NotIn | Kind::Between | Kind::NotBetween => true,
        Kind::Text => !MOVING_TEXTS.iter().any(|m| text.trim().to_ascii_lowercase().starts_with(m)),
        Kind::Word => matches!(text, "null" | "true" | "false"),
        Kind::Compare => COMPARISONS.contains(&text),
        Kind::Unary => matches!(text, "-" | "+"),
        Kind::Chain => text.split(' ').all(|o| matches!(o, "+" | "-" | "*")),
        _ => false,
    };
    itself && tree.kids(id).iter().all(|kid| plain(tree, *kid))
}

/// Whether each evaluation may give another value within one statement, as `random()` does and `now()` does not.
/// `None` where a function is called that is not one of the server's own, or a query is made.
pub fn is_volatile(expression: &Expression, target: &Target) -> Option<bool> {
    let source = Source::new(&expression.sql, target);
    let mentions = mentions(&source);
    let known = known_functions(target);
    let mut answer = if mentions.queries { None } else { Some(false) };
    for function in &mentions.functions {
        if known.volatile.contains(function.as_str()) {
            return Some(true);
        }
        if !known.stable.contains(function.as_str()) {
            answer = None;
        }
    }
    answer
}

/// How a server's own function behaves, by its name in lower case without schema: `Some(true)` when it may change
/// something or give another value each time, `Some(false)` when it only computes, `None` when the server has none of
/// that name, so that it is the user's and may do anything.
pub fn builtin_function(name: &str, target: &Target) -> Option<bool> {
    let known = known_functions(target);
    if known.volatile.contains(name) { Some(true) } else { known.stable.contains(name).then_some(false) }
}

/// A server family's own functions.
#[derive(Default)]
struct Known {
    volatile: BTreeSet<&'static str>,
    stable: BTreeSet<&'static str>,
}

fn known_functions(target: &Target) -> &'static Known {
    static POSTGRES: OnceLock<Known> = OnceLock::new();
    static MYSQL: OnceLock<Known> = OnceLock::new();
    let (slot, text) = if target.dialect.is_mysql_family() {
        (&MYSQL, MYSQL_FUNCTIONS)
    } else {
        (&POSTGRES, POSTGRES_FUNCTIONS)
    };
    slot.get_or_init(|| {
        let mut known = Known::default();
        let mut volatile = true;
        for word in text.lines().filter(|l| !l.starts_with('#')).flat_map(str::split_whitespace) {
            match word {
                "volatile" => volatile = true,
                "stable" => volatile = false,
                _ if volatile => {
                    known.volatile.insert(word);
                }
                _ => {
                    known.stable.insert(word);
                }
            }
        }
        known
    })
}
