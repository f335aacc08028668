//! Where an expression ends. What it means is read by `dialect::expression`; here operands and operators are
//! stepped over one after the other, so that any chain costs linear time and no stack.
use crate::{
    catalog::Expression,
    dialect::{
        cursor::{Cursor, Read},
        expression,
        postgres::types,
    },
    text::TokenKind,
};

/// How much of the expression grammar is allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// All of it (`a_expr`).
    Full,
    /// No `AND`, `OR`, `NOT`, `LIKE`, `IN`, `COLLATE` … outside of parentheses (`b_expr`): column defaults, where
    /// `NOT NULL` may follow.
    Restricted,
}

/// Words without arguments, or with a precision, that are values.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "current_user",
    "session_user",
    "system_user",
    "user",
    "current_role",
    "current_catalog",
    "current_schema",
];

/// Reserved words that read like functions.
const FUNCTION_LIKE: &[&str] = &["any", "all", "some", "cast"];

/// Types of several words that may stand before a literal.
const TYPE_HEADS: &[&str] =
    &["timestamp", "time", "double", "character", "char", "national", "nchar", "bit", "interval"];

/// Reads an expression.
pub(super) fn read(c: &mut Cursor<'_>, grammar: Grammar) -> Read<Expression> {
    let start = c.position();
    skip(c, grammar)?;
    Ok(expression::read(c.source_from(start), c.target()))
}

/// `(expression)`: what is inside the parentheses.
pub(super) fn read_parenthesised(c: &mut Cursor<'_>) -> Read<Expression> {
    let (mut inner, _) = c.parenthesised()?;
    let expression = read(&mut inner, Grammar::Full)?;
    if !inner.is_end() {
        return Err(inner.unexpected("an operator or `)`"));
    }
    Ok(expression)
}

/// How deep parentheses are looked into; what is deeper is stepped over as it is.
const MAX_DEPTH: u8 = 24;

/// Functions with a grammar of their own between their parentheses.
const SPECIAL: &[&str] = &[
    "collation",
    "extract",
    "grouping",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "normalize",
    "overlay",
    "position",
    "substring",
    "treat",
    "trim",
    "xmlattributes",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// Steps over an expression.
pub(super) fn skip(c: &mut Cursor<'_>, grammar: Grammar) -> Read<()> {
    skip_at(c, grammar, 0)
}

/// Whether a query stands here, behind any number of `(`.
fn at_query(c: &Cursor<'_>) -> bool {
    let mut ahead = 0;
    while c.kind_at(ahead, TokenKind::LeftParen) {
        ahead += 1;
    }
    ["select", "with", "values", "table"].iter().any(|w| c.word_at(ahead, w))
}

/// `(expression, …)` or `(query)`.
fn group(c: &mut Cursor<'_>, depth: u8) -> Read<()> {
    let (mut inner, _) = c.parenthesised()?;
    if depth >= MAX_DEPTH || at_query(&inner) {
        return Ok(());
    }
    inner.list(|c| skip_at(c, Grammar::Full, depth + 1))?;
    if inner.is_end() { Ok(()) } else { Err(inner.unexpected("an operator, `,` or `)`")) }
}

/// `(a, b => c, VARIADIC d ORDER BY e)`, `(*)`, `()`.
fn arguments(c: &mut Cursor<'_>, depth: u8) -> Read<()> {
    let (mut inner, _) = c.parenthesised()?;
    let all = inner.at_operator("*") && inner.peek_at(1).is_none();
    if depth >= MAX_DEPTH || inner.is_end() || all || at_query(&inner) {
        return Ok(());
    }
    inner.accept_any(&["distinct", "all"]);
    inner.list(|c| {
        c.accept("variadic");
        let named = c
            .peek_at(1)
            .is_some_and(|t| t.is_operator(c.script_text(), "=>") || t.is_operator(c.script_text(), ":="));
        if named {
            c.skip(2);
        }
        skip_at(c, Grammar::Full, depth + 1)
    })?;
    if inner.is_end() || inner.at_words(&["order", "by"]) {
        return Ok(());
    }
    Err(inner.unexpected("an operator, `,` or `)`"))
}

fn skip_at(c: &mut Cursor<'_>, grammar: Grammar, depth: u8) -> Read<()> {
    loop {
        while at_prefix(c) || (grammar == Grammar::Full && c.at("not")) {
            c.skip(1);
        }
        operand(c, depth)?;
        if !continues(c, grammar)? {
            return Ok(());
        }
    }
}

/// Whether an operator stands here that may come before its operand.
fn at_prefix(c: &Cursor<'_>) -> bool {
    const INFIX: &[&str] =
        &["=", "<", ">", "<=", ">=", "<>", "!=", "*", "/", "%", "^", "::", ":=", "=>", ":", ".."];
    c.peek().is_some_and(|t| t.kind == TokenKind::Operator && !INFIX.contains(&c.text_of(t)))
}

/// Steps over what follows an operand; `true` when another operand must follow.
fn continues(c: &mut Cursor<'_>, grammar: Grammar) -> Read<bool> {
    loop {
        let Some(token) = c.peek() else { return Ok(false) };
        match token.kind {
            TokenKind::Operator => match c.text_of(token) {
                "::" => {
                    c.skip(1);
                    types::read(c)?;
                }
                ":=" | "=>" | ".." | ":" => return Ok(false),
                _ => {
                    c.skip(1);
                    return Ok(true);
                }
            },
            TokenKind::LeftBracket => skip_brackets(c)?,
            TokenKind::Dot => {
                c.skip(1);
                if !c.accept_operator("*") {
                    c.any_name("a name behind the `.`")?;
                }
            }
            TokenKind::Word => {
                if c.at("operator") && c.kind_at(1, TokenKind::LeftParen) {
                    c.skip(1);
                    c.skip_parens()?;
                    return Ok(true);
                }
                if c.accept("is") {
                    if is_test(c)? {
                        return Ok(true);
                    }
                    continue;
                }
                if grammar == Grammar::Restricted {
                    return Ok(false);
                }
                match full_only(c)? {
                    Next::Operand => return Ok(true),
                    Next::Operator => {}
                    Next::End => return Ok(false),
                }
            }
            _ => return Ok(false),
        }
    }
}

enum Next {
    Operand,
    Operator,
    End,
}

/// Word operators outside of `b_expr`.
fn full_only(c: &mut Cursor<'_>) -> Read<Next> {
    if c.at("not") {
        let known = ["like", "ilike", "in", "between", "similar"];
        if !known.iter().any(|w| c.word_at(1, w)) {
            return Ok(Next::End);
        }
        c.skip(1);
    }
    if let Some(word) =
        c.accept_any(&["and", "or", "like", "ilike", "in", "between", "similar", "overlaps", "escape"])
    {
        match word {
            "between" => drop(c.accept_any(&["symmetric", "asymmetric"])),
            "similar" => c.expect("to")?,
            _ => {}
        }
        return Ok(Next::Operand);
    }
    if c.accept_any(&["isnull", "notnull"]).is_some() {
        return Ok(Next::Operator);
    }
    if c.accept("collate") {
        qualified(c)?;
        return Ok(Next::Operator);
    }
    if c.accept_words(&["at", "time", "zone"]) {
        return Ok(Next::Operand);
    }
    if c.accept_words(&["at", "local"]) {
        return Ok(Next::Operator);
    }
    Ok(Next::End)
}

/// Behind `IS`; `true` when an operand must follow.
fn is_test(c: &mut Cursor<'_>) -> Read<bool> {
    c.accept("not");
    if c.accept_words(&["distinct", "from"]) {
        return Ok(true);
    }
    if c.accept("json") {
        c.accept_any(&["value", "array", "object", "scalar"]);
        if c.accept_any(&["with", "without"]).is_some() {
            c.expect("unique")?;
            c.accept("keys");
        }
        return Ok(false);
    }
    if c.accept_any(&["nfc", "nfd", "nfkc", "nfkd"]).is_some() {
        c.expect("normalized")?;
        return Ok(false);
    }
    c.expect_any(&["null", "true", "false", "unknown", "document", "normalized", "distinct"])?;
    Ok(false)
}

/// `name` or `schema.name` of a collation.
pub(super) fn qualified(c: &mut Cursor<'_>) -> Read<()> {
    c.any_name("a name")?;
    while c.accept_kind(TokenKind::Dot) {
        c.any_name("a name behind the `.`")?;
    }
    Ok(())
}

/// `[…]` with everything in it.
fn skip_brackets(c: &mut Cursor<'_>) -> Read<()> {
    let open = c.expect_kind(TokenKind::LeftBracket)?;
    let mut depth = 1u32;
    while depth > 0 {
        match c.next_token().map(|t| t.kind) {
            Some(TokenKind::LeftBracket) => depth += 1,
            Some(TokenKind::RightBracket) => depth -= 1,
            Some(_) => {}
            None => {
                let message = "this `[` is never closed: the matching `]` is missing";
                return Err(crate::dialect::cursor::Stop::invalid(open.span, message));
            }
        }
    }
    Ok(())
}

/// Steps over one operand with its arguments.
pub(super) fn operand(c: &mut Cursor<'_>, depth: u8) -> Read<()> {
    let Some(token) = c.peek() else { return Err(c.unexpected("an expression")) };
    match token.kind {
        TokenKind::String | TokenKind::Number | TokenKind::Parameter => {
            c.skip(1);
            Ok(())
        }
        TokenKind::LeftParen => group(c, depth),
        TokenKind::QuotedName => call_or_column(c, depth),
        TokenKind::Word => word_operand(c, depth),
        _ => Err(c.unexpected("an expression")),
    }
}

fn word_operand(c: &mut Cursor<'_>, depth: u8) -> Read<()> {
    if c.at("case") {
        return case(c);
    }
    if c.at("array") {
        c.skip(1);
        return if c.at_paren() { c.skip_parens().map(drop) } else { skip_brackets(c) };
    }
    if c.accept_any(VALUES).is_some() {
        if c.at_paren() {
            c.skip_parens()?;
        }
        return Ok(());
    }
    if c.at_any(FUNCTION_LIKE) {
        c.skip(1);
        return if c.at("array") { Ok(()) } else { c.skip_parens().map(drop) };
    }
    if c.at_any(TYPE_HEADS) {
        let mut literal = *c;
        if types::read(&mut literal).is_ok() && literal.accept_kind(TokenKind::String) {
            *c = literal;
            interval_fields(c);
            return Ok(());
        }
    }
    if c.peek().is_some_and(|t| {
        super::super::words::class(&c.text_of(t).to_ascii_lowercase())
            == super::super::words::WordClass::Reserved
    }) {
        return Err(c.unexpected("an expression"));
    }
    call_or_column(c, depth)
}

/// `DAY`, `DAY TO SECOND(3)` behind an interval literal.
fn interval_fields(c: &mut Cursor<'_>) {
    if types::interval_field(c).is_some() {
        if c.accept("to") {
            types::interval_field(c);
        }
        if c.at_paren() && c.kind_at(1, TokenKind::Number) {
            c.skip(3);
        }
    }
}

/// `a.b.c`, `f(…)` with what may follow a call, `type 'literal'`.
fn call_or_column(c: &mut Cursor<'_>, depth: u8) -> Read<()> {
    let special = c.at_any(SPECIAL);
    c.skip(1);
    while c.at_kind(TokenKind::Dot) {
        c.skip(1);
        if !c.accept_operator("*") {
            c.any_name("a name behind the `.`")?;
        }
    }
    if c.at_paren() {
        if special {
            c.skip_parens()?;
        } else {
            arguments(c, depth)?;
        }
        if c.accept_words(&["within", "group"]) {
            c.skip_parens()?;
        }
        if c.at("filter") && c.kind_at(1, TokenKind::LeftParen) {
            c.skip(1);
            c.skip_parens()?;
        }
        if c.accept("over") {
            if c.at_paren() {
                c.skip_parens()?;
            } else {
                c.name_of("a window name")?;
            }
        }
    }
    c.accept_kind(TokenKind::String);
    Ok(())
}

/// `CASE … END`, counting the ones inside.
fn case(c: &mut Cursor<'_>) -> Read<()> {
    let open = c.span();
    let mut depth = 0u32;
    let mut parens = 0u32;
    while let Some(token) = c.next_token() {
        let field = c.position() >= 2 && c.slice_from(c.position() - 2).kind_at(0, TokenKind::Dot);
        match token.kind {
            TokenKind::LeftParen => parens += 1,
            TokenKind::RightParen => parens = parens.saturating_sub(1),
            TokenKind::Word if field => {}
            TokenKind::Word if token.is_word(c.script_text(), "case") => depth += 1,
            TokenKind::Word if token.is_word(c.script_text(), "end") => {
                depth = depth.saturating_sub(1);
                if depth == 0 && parens == 0 {
                    return Ok(());
                }
            }
            _ => {}
        }
    }
    Err(crate::dialect::cursor::Stop::invalid(open, "this `CASE` is never closed: the `END` is missing"))
}
