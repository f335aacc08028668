//! Types and names of expressions, by operator precedence.
use crate::{
    catalog::{DataType, Name, ObjectName},
    dialect::{cursor::Cursor, postgres::types},
    text::{Token, TokenKind},
};

use super::{
    Label, Value,
    query::{QUERY, Reader, Scope},
    value::{Collation, Type, array_of, bare, builtin, common, element, null_if, operator},
};

/// An expression that was read.
pub(super) struct Typed {
    pub(super) value: Value,
    pub(super) label: Label,
}

impl Typed {
    fn new(value: Value, label: Label) -> Self {
        Self { value, label }
    }

    fn boolean() -> Self {
        Self::new(Value::builtin("boolean"), Label::None)
    }

    /// Under a name that stands for the kind of expression.
    fn called(value: Value, name: &str) -> Self {
        Self::new(value, Label::Strong(name.into()))
    }
}

/// How tightly operators bind (`gram.y`).
mod level {
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const IS: u8 = 4;
    pub(super) const COMPARE: u8 = 5;
    pub(super) const PREDICATE: u8 = 6;
    pub(super) const OTHER: u8 = 7;
    pub(super) const ADD: u8 = 8;
    pub(super) const MULTIPLY: u8 = 9;
    pub(super) const POWER: u8 = 10;
    pub(super) const AT: u8 = 11;
    pub(super) const COLLATE: u8 = 12;
    pub(super) const UNARY: u8 = 13;
}

/// Words that stand for a value: their type.
const VALUES: &[(&str, &str)] = &[
    ("current_catalog", "name"),
    ("current_date", "date"),
    ("current_role", "name"),
    ("current_schema", "name"),
    ("current_time", "time with time zone"),
    ("current_timestamp", "timestamp with time zone"),
    ("current_user", "name"),
    ("localtime", "time without time zone"),
    ("localtimestamp", "timestamp without time zone"),
    ("session_user", "name"),
    ("user", "name"),
];

/// Words behind an expression, where its name would otherwise be looked for.
const NO_VALUE: &[&str] = &[
    "and", "as", "asc", "between", "collate", "desc", "else", "end", "from", "ilike", "in", "is", "isnull",
    "like", "notnull", "on", "or", "similar", "then", "when",
];

impl Reader<'_> {
    /// Reads one expression; `None` when it is not understood.
    pub(super) fn expression(&self, c: &mut Cursor<'_>, scope: &Scope<'_>) -> Option<Typed> {
        self.above(c, scope, 0)
    }

    /// An expression of operators that bind at least as tightly as `least`.
    fn above(&self, c: &mut Cursor<'_>, scope: &Scope<'_>, least: u8) -> Option<Typed> {
        self.budget.deeper(|| {
            let mut left = self.operand(c, scope)?;
            while let Some(next) = self.operators(c, scope, &left, least)? {
                left = next;
            }
            Some(left)
        })
    }

    /// The next operator with what follows it; `Some(None)` when none binds tightly enough.
    #[allow(clippy::option_option, reason = "not understood, and no operator, are two answers")]
    fn operators(
        &self,
        c: &mut Cursor<'_>,
        scope: &Scope<'_>,
        left: &Typed,
        least: u8,
    ) -> Option<Option<Typed>> {
        let Some(token) = c.peek() else { return Some(None) };
        match token.kind {
            TokenKind::Operator => self.sign(c, scope, left, token, least),
            TokenKind::Word => self.word(c, scope, left, token, least),
            _ => Some(None),
        }
    }

    #[allow(clippy::option_option, reason = "not understood, and no operator, are two answers")]
    fn sign(
        &self,
        c: &mut Cursor<'_>,
        scope: &Scope<'_>,
        left: &Typed,
        token: Token,
        least: u8,
    ) -> Option<Option<Typed>> {
        let signs = c.text_of(token);
        let own = match signs {
            "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" => level::COMPARE,
            "+" | "-" => level::ADD,
            "*" | "/" | "%" => level::MULTIPLY,
            "^" => level::POWER,
            ":" | ":=" | "=>" | ".." => return Some(None),
            _ => level::OTHER,
        };
        if own < least {
            return Some(None);
        }
        c.skip(1);
        if c.at_any(&["any", "some", "all"]) && c.kind_at(1, TokenKind::LeftParen) {
            c.skip(1);
            c.skip_parens().ok()?;
            return Some(Some(Typed::boolean()));
        }
        let right = self.above(c, scope, own + 1)?;
        let value = operator(signs, &left.value, &right.value, self.facts);
        Some(Some(Typed::new(value, Label::None)))
    }

    #[allow(clippy::option_option, reason = "not understood, and no operator, are two answers")]
    fn word(
        &self,
        c: &mut Cursor<'_>,
        scope: &Scope<'_>,
        left: &Typed,
        token: Token,
        least: u8,
    ) -> Option<Option<Typed>> {
        let word = c.text_of(token).to_ascii_lowercase();
        let negated =
            word == "not" && ["between", "in", "like", "ilike", "similar"].iter().any(|w| c.word_at(1, w));
        let own = match word.as_str() {
            "or" => level::OR,
            "and" => level::AND,
            "is" | "isnull" | "notnull" => level::IS,
            "between" | "in" | "like" | "ilike" | "similar" | "overlaps" => level::PREDICATE,
            "not" if negated => level::PREDICATE,
            "at" if c.word_at(1, "time") || c.word_at(1, "local") => level::AT,
            "collate" => level::COLLATE,
            "operator" if c.kind_at(1, TokenKind::LeftParen) => level::OTHER,
            _ => return Some(None),
        };
        if own < least {
            return Some(None);
        }
        c.skip(if negated { 2 } else { 1 });
        let word =
            if negated { c.previous().map_or("", |t| c.text_of(t)).to_ascii_lowercase() } else { word };
        match word.as_str() {
            "isnull" | "notnull" => {}
            "is" => {
                let not = c.accept("not");
                if c.accept_words(&["distinct", "from"]) {
                    self.above(c, scope, level::IS + 1)?;
                } else if c.accept("normalized") {
                    // A call, which `NOT` stands before.
                    let label = if not { Label::None } else { Label::Strong("is_normalized".into()) };
                    return Some(Some(Typed::new(Value::builtin("boolean"), label)));
                } else {
                    c.accept_any(&["null", "true", "false", "unknown", "document"])?;
                }
            }
            "between" => {
                c.accept_any(&["symmetric", "asymmetric"]);
                self.above(c, scope, level::OTHER)?;
                c.expect("and").ok()?;
                self.above(c, scope, level::OTHER)?;
            }
            "in" => drop(c.skip_parens().ok()?),
            "like" | "ilike" | "similar" => {
                if word == "similar" {
                    c.expect("to").ok()?;
                }
                if c.at_any(&["any", "some", "all"]) && c.kind_at(1, TokenKind::LeftParen) {
                    c.skip(1);
                    c.skip_parens().ok()?;
                } else {
                    self.above(c, scope, level::OTHER)?;
                }
                if c.accept("escape") {
                    self.above(c, scope, level::OTHER)?;
                }
            }
            "at" => {
                if !c.accept("local") {
                    c.expect_words(&["time", "zone"]).ok()?;
                    self.above(c, scope, level::AT + 1)?;
                }
                let moved = match left.value.known().map(|t| bare(t).text.to_string()).as_deref() {
                    Some("timestamp without time zone") => builtin("timestamp with time zone"),
                    Some("timestamp with time zone" | "date") => builtin("timestamp without time zone"),
                    _ => Type::Unknown,
                };
                return Some(Some(Typed::called(Value::of(moved), "timezone")));
            }
            "collate" => {
                let name = c.object_name_of("a collation").ok()?;
                let schema = name.schema.filter(|s| !matches!(s.as_str(), "pg_catalog" | "public"));
                let name = schema.map_or_else(|| name.name.to_string(), |s| format!("{s}.{}", name.name));
                let data_type = match &left.value.data_type {
                    Type::Literal => builtin("text"),
                    other => other.clone(),
                };
                let value = Value { data_type, collation: Collation::Explicit(name) };
                return Some(Some(Typed::new(value, left.label.clone())));
            }
            "operator" => {
                let (inner, _) = c.parenthesised().ok()?;
                let signs = inner.rest().last().map_or("", |t| c.text_of(*t));
                let right = self.above(c, scope, level::OTHER + 1)?;
                let value = operator(signs, &left.value, &right.value, self.facts);
                return Some(Some(Typed::new(value, Label::None)));
            }
            "overlaps" => {
                self.above(c, scope, own + 1)?;
                return Some(Some(Typed::called(Value::builtin("boolean"), "overlaps")));
            }
            _ => {
                // `AND`, `OR`.
                self.above(c, scope, own + 1)?;
            }
        }
        Some(Some(Typed::boolean()))
    }

    /// One operand with the operators before it and the casts, places and fields behind it.
    fn operand(&self, c: &mut Cursor<'_>, scope: &Scope<'_>) -> Option<Typed> {
        let parentheses = c.at_paren();
        let mut typed = self.bare_operand(c, scope)?;
        loop {
            if c.accept_operator("::") {
                typed = self.cast(typed, c)?;
            } else if c.at_kind(TokenKind::LeftBracket) {
                let slice = self.subscript(c)?;
                let inside = |t: &DataType| if t.text == *"jsonb" { Some(t.clone()) } else { element(t) };
                let data_type = match typed.value.known() {
                    Some(array) if slice && element(array).is_none() => Type::Unknown,
                    Some(array) if slice => Type::Known(array.clone()),
                    Some(array) => inside(array).map_or(Type::Unknown, Type::Known),
                    None => Type::Unknown,
                };
                typed.value.data_type = data_type;
            } else if parentheses && c.at_kind(TokenKind::Dot) {
                c.skip(1);
                let field = c.any_name("a field").ok()?;
                typed = Typed::new(Value::UNKNOWN, Label::Strong(field));
            } else {
                return Some(typed);
            }
        }
    }

    /// `[1]`, `[1:2]`; whether it is a slice.
    #[allow(clippy::unused_self, reason = "a step of reading like its siblings")]
    fn subscript(&self, c: &mut Cursor<'_>) -> Option<bool> {
        c.skip(1);
        let (mut depth, mut slice) = (1u32, false);
        while depth > 0 {
            let token = c.next_token()?;
            match token.kind {
                TokenKind::LeftBracket => depth += 1,
                TokenKind::RightBracket => depth -= 1,
                TokenKind::Operator if depth == 1 => slice |= c.text_of(token) == ":",
                _ => {}
            }
        }
        Some(slice)
    }

    /// Behind `::`, or behind `AS` of a `CAST`.
    pub(super) fn cast(&self, from: Typed, c: &mut Cursor<'_>) -> Option<Typed> {
        let written = types::read(c).ok()?;
        let label = match from.label {
            strong @ (Label::Strong(_) | Label::Unknown) => strong,
            Label::None | Label::Weak(_) => Label::Weak(internal(&written)),
        };
        let value = match self.facts.full_type(written) {
            Some(data_type) => {
                Value::from(Type::Known(data_type), std::slice::from_ref(&from.value), self.facts)
            }
            None => Value::UNKNOWN,
        };
        Some(Typed::new(value, label))
    }

    fn bare_operand(&self, c: &mut Cursor<'_>, scope: &Scope<'_>) -> Option<Typed> {
        let token = c.peek()?;
        match token.kind {
            TokenKind::Number => {
                c.skip(1);
                Some(Typed::new(Value::of(number(c.text_of(token), false)), Label::None))
            }
            TokenKind::String => {
                c.skip(1);
                let data_type = match c.text_of(token).as_bytes() {
                    [b'b' | b'B' | b'x' | b'X', b'\'', ..] => builtin("bit"),
                    [b'n' | b'N', b'\'', ..] => Type::Unknown,
                    _ => Type::Literal,
                };
                let label = if data_type == Type::Unknown { Label::Unknown } else { Label::None };
                Some(Typed::new(Value::of(data_type), label))
            }
            TokenKind::Parameter => {
                c.skip(1);
                Some(Typed::new(Value::UNKNOWN, Label::None))
            }
            TokenKind::LeftParen => self.parentheses(c, scope),
            TokenKind::Operator => {
                let signs = c.text_of(token);
                c.skip(1);
                let least = if matches!(signs, "-" | "+") { level::UNARY } else { level::OTHER + 1 };
                let start = c.position() - 1;
                let operand = self.above(c, scope, least)?;
                if let Some(negative) = negated_number(&c.slice_from(start)) {
                    return Some(Typed::new(Value::of(negative), Label::None));
                }
                let base = operand.value.known().and_then(|t| self.facts.base(t)).map(|t| bare(&t));
                let is_number = |t: &DataType| super::value::number(t).is_some() || t.text == *"interval";
                let data_type = match (signs, base) {
                    ("-" | "+" | "@" | "~", Some(base)) if is_number(&base) => Type::Known(base),
                    _ => Type::Unknown,
                };
                Some(Typed::new(Value::of(data_type), Label::None))
            }
            TokenKind::Word | TokenKind::QuotedName => self.named(c, scope, token),
            _ => None,
        }
    }

    /// A query, a row, or an expression in parentheses.
    fn parentheses(&self, c: &mut Cursor<'_>, scope: &Scope<'_>) -> Option<Typed> {
        let (mut inner, _) = c.parenthesised().ok()?;
        // Several around the same need no depth; each is looked for again, so not any number of them.
        for _ in 0..32 {
            let mut after = inner;
            match after.parenthesised() {
                Ok((within, _)) if after.is_end() => inner = within,
                _ => break,
            }
        }
        let first = inner.rest().iter().find(|t| t.kind != TokenKind::LeftParen)?;
        if first.is_any_word(inner.script_text(), QUERY)
            && let Some((value, label)) = self.scalar(inner, scope)
        {
            return Some(Typed::new(value, label));
        }
        let typed = self.expression(&mut inner, scope)?;
        if inner.at_kind(TokenKind::Comma) {
            return Some(Typed::called(Value::UNKNOWN, "row"));
        }
        inner.is_end().then_some(typed)
    }

    /// What a word or quoted name begins.
    fn named(&self, c: &mut Cursor<'_>, scope: &Scope<'_>, token: Token) -> Option<Typed> {
        if let Some(typed) = self.typed_constant(c) {
            return Some(typed);
        }
        if token.kind == TokenKind::Word {
            let word = c.text_of(token).to_ascii_lowercase();
            let opens = c.kind_at(1, TokenKind::LeftParen);
            match word.as_str() {
                "not" => {
                    c.skip(1);
                    self.above(c, scope, level::NOT)?;
                    return Some(Typed::boolean());
                }
                "null" => {
                    c.skip(1);
                    return Some(Typed::new(Value::of(Type::Literal), Label::None));
                }
                "true" | "false" => {
                    c.skip(1);
                    // Before 15 it was a constant that is cast.
                    let cast = !c.target().version.at_least(15, 0, 0);
                    let label = if cast { Label::Weak("bool".into()) } else { Label::None };
                    return Some(Typed::new(Value::builtin("boolean"), label));
                }
                "case" => return self.case(c, scope),
                "collation" => return None,
                "treat" if opens => {
                    c.skip(1);
                    c.skip_parens().ok()?;
                    return Some(Typed::new(Value::UNKNOWN, Label::Unknown));
                }
                "exists" if opens => {
                    c.skip(1);
                    c.skip_parens().ok()?;
                    return Some(Typed::called(Value::builtin("boolean"), "exists"));
                }
                "array" => return self.array(c, scope),
                "row" if opens => {
                    c.skip(1);
                    c.skip_parens().ok()?;
                    return Some(Typed::called(Value::UNKNOWN, "row"));
                }
                "cast" if opens => {
                    c.skip(1);
                    let (mut inner, _) = c.parenthesised().ok()?;
                    let from = self.expression(&mut inner, scope)?;
                    inner.expect("as").ok()?;
                    let typed = self.cast(from, &mut inner)?;
                    return inner.is_end().then_some(typed);
                }
                "grouping" if opens => {
                    c.skip(1);
                    c.skip_parens().ok()?;
                    return Some(Typed::called(Value::builtin("integer"), "grouping"));
                }
                "coalesce" | "greatest" | "least" | "nullif" if opens => {
                    c.skip(1);
                    let (mut inner, _) = c.parenthesised().ok()?;
                    let values: Vec<Value> =
                        inner.split_commas().into_iter().map(|one| self.value(one, scope)).collect();
                    let value = match values.as_slice() {
                        [first, second] if word == "nullif" => null_if(first, second, self.facts),
                        _ => common(&values, self.facts),
                    };
                    return Some(Typed::called(value, &word));
                }
                _ => {}
            }
            if let Some((_, data_type)) = VALUES.iter().find(|(name, _)| *name == word)
                && !c.kind_at(1, TokenKind::Dot)
            {
                c.skip(1);
                let mut data_type = (*data_type).to_owned();
                if c.at_paren() {
                    let (inner, _) = c.parenthesised().ok()?;
                    let digits = inner.source(inner.rest_span());
                    if let Some((head, tail)) =
                        data_type.clone().split_once(' ').filter(|_| !digits.is_empty())
                    {
                        data_type = format!("{head}({digits}) {tail}");
                    }
                }
                return Some(Typed::called(Value::builtin(&data_type), &word));
            }
            if NO_VALUE.contains(&word.as_str()) {
                return None;
            }
        }
        let mut path: Vec<Name> = vec![c.any_name("a name").ok()?];
        while c.accept_kind(TokenKind::Dot) {
            path.push(c.any_name("a name").ok()?);
        }
        if !c.at_paren() {
            let value = scope.column(&path);
            let name = path.pop()?;
            return Some(Typed::new(value, Label::Strong(name)));
        }
        let (inner, _) = c.parenthesised().ok()?;
        let name = path.pop()?;
        let full = ObjectName { schema: path.pop(), name };
        let within = c.accept_words(&["within", "group"]);
        if within {
            c.skip_parens().ok()?;
        }
        if c.at("filter") && c.kind_at(1, TokenKind::LeftParen) {
            c.skip(1);
            c.skip_parens().ok()?;
        }
        let _nulls = c.accept_words(&["respect", "nulls"]) || c.accept_words(&["ignore", "nulls"]);
        if c.accept("over") {
            if c.at_paren() {
                c.skip_parens().ok()?;
            } else {
                c.any_name("a window").ok()?;
            }
        }
        let value = if within { Value::UNKNOWN } else { self.call(&full, inner, scope) };
        let called = super::call::shown_name(&full, &inner);
        Some(Typed::new(value, Label::Strong(called)))
    }

    /// `DATE '…'`, `INTERVAL '1' DAY`: a cast of a constant.
    fn typed_constant(&self, c: &mut Cursor<'_>) -> Option<Typed> {
        let mut at = *c;
        let written = types::read(&mut at).ok()?;
        if !at.at_kind(TokenKind::String) {
            return None;
        }
        // Without a length it has any, unlike a column.
        let open = !at.previous().is_some_and(|t| t.kind == TokenKind::RightParen)
            && written.custom.is_none()
            && matches!(bare(&written).text.as_str(), "character" | "bit");
        at.skip(1);
        if written.text == *"interval" && at.at_any(&["year", "month", "day", "hour", "minute", "second"]) {
            // The fields are part of its type.
            return None;
        }
        *c = at;
        let label = Label::Weak(internal(&written));
        let known = self.facts.full_type(written).filter(|_| !open);
        Some(Typed::new(known.map_or(Value::UNKNOWN, |t| Value::of(Type::Known(t))), label))
    }

    fn case(&self, c: &mut Cursor<'_>, scope: &Scope<'_>) -> Option<Typed> {
        c.skip(1);
        if !c.at("when") {
            self.expression(c, scope)?;
        }
        let mut values = Vec::new();
        while c.accept("when") {
            self.expression(c, scope)?;
            c.expect("then").ok()?;
            values.push(self.expression(c, scope)?.value);
        }
        let mut label = Label::Weak("case".into());
        // Without `ELSE` it is NULL, which stands first when the common type is looked for.
        let mut otherwise = Value::of(Type::Literal);
        if c.accept("else") {
            let last = self.expression(c, scope)?;
            if let strong @ (Label::Strong(_) | Label::Unknown) = last.label {
                label = strong;
            }
            otherwise = last.value;
        }
        c.expect("end").ok()?;
        values.insert(0, otherwise);
        Some(Typed::new(common(&values, self.facts), label))
    }

    /// `ARRAY[…]`, `ARRAY(SELECT …)`.
    fn array(&self, c: &mut Cursor<'_>, scope: &Scope<'_>) -> Option<Typed> {
        c.skip(1);
        let array = |of: Value| match of.data_type {
            Type::Known(t) => Value { data_type: Type::Known(array_of(&t)), collation: of.collation },
            Type::Literal => Value::builtin("text[]"),
            Type::Unknown => Value::UNKNOWN,
        };
        if c.at_paren() {
            let (inner, _) = c.parenthesised().ok()?;
            let value = self.scalar(inner, scope).map_or(Value::UNKNOWN, |(value, _)| array(value));
            return Some(Typed::called(value, "array"));
        }
        let start = c.position() + 1;
        self.subscript(c)?;
        let inside = c.slice_from(start);
        let mut list = inside;
        // Without the closing bracket.
        list.skip(inside.rest().len().saturating_sub(1));
        let mut list = list.slice_from(start);
        let values: Vec<Value> =
            list.split_commas()
                .into_iter()
                .map(|one| {
                    if one.at_kind(TokenKind::LeftBracket) { Value::UNKNOWN } else { self.value(one, scope) }
                })
                .collect();
        let value = if values.is_empty() { Value::UNKNOWN } else { array(common(&values, self.facts)) };
        Some(Typed::called(value, "array"))
    }
}

/// The type of a number with signs before it, which belong to it: the least `integer` is none without its sign.
fn negated_number(c: &Cursor<'_>) -> Option<Type> {
    let (mut number_text, mut negative) = (None, false);
    for token in c.rest() {
        match token.kind {
            TokenKind::LeftParen | TokenKind::RightParen => {}
            TokenKind::Operator if c.text_of(*token) == "-" && number_text.is_none() => negative = !negative,
            TokenKind::Number if number_text.is_none() => number_text = Some(c.text_of(*token)),
            _ => return None,
        }
    }
    Some(number(number_text?, negative))
}

/// The type of a number as it is written.
fn number(text: &str, negative: bool) -> Type {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let whole = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => i128::from_str_radix(&digits[2..], 16),
        Some("0o") => i128::from_str_radix(&digits[2..], 8),
        Some("0b") => i128::from_str_radix(&digits[2..], 2),
        _ => digits.parse(),
    };
    builtin(match whole {
        Ok(n) if n <= i128::from(i32::MAX) + i128::from(negative) => "integer",
        Ok(n) if n <= i128::from(i64::MAX) + i128::from(negative) => "bigint",
        _ => "numeric",
    })
}

/// Internal names of types that are printed in another way.
const INTERNAL: &[(&str, &str)] = &[
    ("\"char\"", "char"),
    ("bigint", "int8"),
    ("bit varying", "varbit"),
    ("boolean", "bool"),
    ("character", "bpchar"),
    ("character varying", "varchar"),
    ("double precision", "float8"),
    ("integer", "int4"),
    ("real", "float4"),
    ("smallint", "int2"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
];

/// The last name that a type has where it is written.
fn internal(written: &DataType) -> Name {
    if let Some(custom) = &written.custom {
        return custom.name.clone();
    }
    let text = bare(written).text;
    let text = text.trim_end_matches("[]");
    let found = INTERNAL.iter().find(|(printed, _)| *printed == text);
    found.map_or(text, |(_, internal)| internal).into()
}
