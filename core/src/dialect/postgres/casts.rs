//! Which built-in type PostgreSQL turns into which by itself when a value is stored (`pg_cast.castcontext` `i` and `a`, the
//! same in versions 12 to 18, and the conversion of every type into texts).
use crate::{
    catalog::DataType,
    target::Target,
    text::{Token, TokenKind, tokens},
};

const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];
const TEXTS: &[&str] = &["text", "character varying", "character", "name", "\"char\""];

/// Types that have casts, with the others that they become. Numbers become each other, and texts do.
const CASTS: &[(&str, &[&str])] = &[
    ("smallint", &["oid"]),
    ("integer", &["oid", "money"]),
    ("bigint", &["oid", "money"]),
    ("numeric", &["money"]),
    ("money", &["numeric"]),
    ("oid", &["integer", "bigint"]),
    ("date", &["timestamp without time zone", "timestamp with time zone"]),
    ("timestamp without time zone", &["date", "time without time zone", "timestamp with time zone"]),
    (
        "timestamp with time zone",
        &["date", "time without time zone", "time with time zone", "timestamp without time zone"],
    ),
    ("time without time zone", &["interval", "time with time zone"]),
    ("time with time zone", &["time without time zone"]),
    ("interval", &["time without time zone"]),
    ("json", &["jsonb"]),
    ("jsonb", &["json"]),
    ("inet", &["cidr"]),
    ("cidr", &["inet"]),
    ("macaddr", &["macaddr8"]),
    ("macaddr8", &["macaddr"]),
    ("bit", &["bit varying"]),
    ("bit varying", &["bit"]),
    ("boolean", &[]),
    ("uuid", &[]),
    ("bytea", &[]),
    ("xml", &[]),
    ("tsvector", &[]),
    ("tsquery", &[]),
    ("real", &[]),
    ("double precision", &[]),
    ("text", &[]),
    ("character varying", &[]),
    ("character", &[]),
];

/// The name of a type without its length, and whether it is an array; `None` for a user's type.
fn base(data_type: &DataType) -> Option<(String, bool)> {
    if data_type.custom.is_some() || data_type.text.is_empty() {
        return None;
    }
    let text = data_type.text.trim_end_matches("[]");
    let (head, tail) = text
        .split_once('(')
        .map_or((text, ""), |(head, rest)| (head, rest.split_once(')').map_or("", |(_, tail)| tail)));
    Some((format!("{}{tail}", head.trim_end()), text.len() < data_type.text.len()))
}

/// Whether a value of one type may be stored as the other without a cast that says so. `None` where a user's type, or one
/// that is not listed here, is among them: those may have casts of their own.
pub(crate) fn is_assignable(from: &DataType, to: &DataType) -> Option<bool> {
    if from == to {
        return Some(true);
    }
    let ((from, from_array), (to, to_array)) = (base(from)?, base(to)?);
    let (from, to) = (from.as_str(), to.as_str());
    let listed = |name: &str| CASTS.iter().find(|(known, _)| *known == name);
    let (_, becomes) = listed(from)?;
    listed(to)?;
    if !to_array && TEXTS.contains(&to) {
        return Some(true);
    }
    if from_array != to_array {
        return Some(false);
    }
    let both = |family: &[&str]| family.contains(&from) && family.contains(&to);
    Some(
        from == to
            || becomes.contains(&to)
            || both(NUMBERS)
            || both(TEXTS)
            || from_array && TEXTS.contains(&to),
    )
}

/// What type a default has by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Natural {
    /// A string without a type: it takes the column's.
    Literal(String),
    /// A value of a built-in type.
    Typed(DataType),
}

/// What words and calls without arguments give.
const VALUES: &[(&str, &str)] = &[
    ("true", "boolean"),
    ("false", "boolean"),
    ("current_timestamp", "timestamp with time zone"),
    ("localtimestamp", "timestamp without time zone"),
    ("current_date", "date"),
    ("now", "timestamp with time zone"),
    ("clock_timestamp", "timestamp with time zone"),
    ("statement_timestamp", "timestamp with time zone"),
    ("transaction_timestamp", "timestamp with time zone"),
    ("gen_random_uuid", "uuid"),
    ("nextval", "bigint"),
];

/// Those that stand without parentheses.
const ALONE: &[&str] = &["true", "false", "current_timestamp", "localtimestamp", "current_date"];

/// The type of a default's value where it is plain: a literal, `now()`, `nextval('…')` and the like.
pub(crate) fn natural(sql: &str, target: &Target) -> Option<Natural> {
    let all = tokens(sql, target);
    let mut list: &[Token] = &all;
    while let [first, rest @ .., last] = list
        && first.kind == TokenKind::LeftParen
        && last.kind == TokenKind::RightParen
        && !rest.iter().any(|t| matches!(t.kind, TokenKind::LeftParen | TokenKind::RightParen))
    {
        list = rest;
    }
    let typed = |name: &str| Some(Natural::Typed(DataType::builtin(name)));
    let value = |word: &Token| {
        let word = word.text(sql).to_ascii_lowercase();
        VALUES.iter().find(|(name, _)| *name == word).map(|(_, data_type)| *data_type)
    };
    match list {
        [one] if one.kind == TokenKind::String && one.text(sql).starts_with('\'') => {
            Some(Natural::Literal(one.string_value(sql, target).into_owned()))
        }
        // As the server prints a constant.
        [one, cast, name @ ..]
            if one.kind == TokenKind::String
                && cast.is_operator(sql, "::")
                && name.iter().all(|t| matches!(t.kind, TokenKind::Word)) =>
        {
            let name = name.iter().map(|t| t.text(sql).to_ascii_lowercase()).collect::<Vec<_>>().join(" ");
            CASTS.iter().find(|(known, _)| *known == name).and_then(|(known, _)| typed(known))
        }
        [one] if one.kind == TokenKind::Number => number(one.text(sql)).and_then(typed),
        [sign, one] if sign.kind == TokenKind::Operator && one.kind == TokenKind::Number => {
            number(one.text(sql)).and_then(typed)
        }
        // The others are functions: without parentheses they are columns.
        [word] if word.kind == TokenKind::Word => {
            value(word).filter(|_| word.is_any_word(sql, ALONE)).and_then(typed)
        }
        [word, open, .., close]
            if word.kind == TokenKind::Word
                && open.kind == TokenKind::LeftParen
                && close.kind == TokenKind::RightParen
                && list.iter().filter(|t| t.kind == TokenKind::LeftParen).count() == 1 =>
        {
            value(word).filter(|data_type| *data_type != "boolean").and_then(typed)
        }
        _ => None,
    }
}

fn number(text: &str) -> Option<&'static str> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        // Larger ones are bigint or numeric, which become the same types.
        return Some("integer");
    }
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.').then_some("numeric")
}

/// Whether the type's input refuses the text, for types whose input is simple enough to say so.
pub(crate) fn is_refused(value: &str, data_type: &DataType) -> bool {
    let Some((name, false)) = base(data_type) else { return false };
    let value = value.trim();
    match name.as_str() {
        // Hexadecimal, octal, binary and underscores are numbers from 16 on.
        "smallint" | "integer" | "bigint" => {
            let digits = value.trim_start_matches(['+', '-']);
            digits.is_empty() || !digits.starts_with(|c: char| c.is_ascii_digit())
        }
        "boolean" => {
            let value = value.to_ascii_lowercase();
            let word = |whole: &str| !value.is_empty() && whole.starts_with(&value);
            !(word("true")
                || word("false")
                || word("yes")
                || word("no")
                || matches!(&*value, "on" | "of" | "off" | "1" | "0"))
        }
        "uuid" => {
            let digits = value.bytes().filter(u8::is_ascii_hexdigit).count();
            digits != 32 || value.bytes().any(|b| !(b.is_ascii_hexdigit() || matches!(b, b'-' | b'{' | b'}')))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Dialect;

    #[test]
    fn types_that_become_others() {
        let shown = |from: &str, to: &str| is_assignable(&DataType::builtin(from), &DataType::builtin(to));
        for (from, to, expected) in [
            ("integer", "numeric(10,2)", Some(true)),
            ("text", "integer", Some(false)),
            ("character varying(20)", "text", Some(true)),
            ("jsonb", "character varying(20)", Some(true)),
            ("jsonb", "text[]", Some(false)),
            ("integer[]", "bigint[]", Some(true)),
            ("boolean", "integer", Some(false)),
            ("timestamp(3) without time zone", "date", Some(true)),
            ("date", "integer", Some(false)),
            ("integer", "boolean", Some(false)),
            ("point", "integer", None),
            ("uuid[]", "text", Some(true)),
        ] {
            assert_eq!(shown(from, to), expected, "{from} to {to}");
        }
    }

    #[test]
    fn types_of_defaults() {
        let target = Target::new(Dialect::Postgres);
        let typed = |name: &str| Some(Natural::Typed(DataType::builtin(name)));
        assert_eq!(natural("'a'", &target), Some(Natural::Literal("a".into())));
        assert_eq!(natural("(now())", &target), None);
        assert_eq!(natural("now()", &target), typed("timestamp with time zone"));
        assert_eq!(natural("-1", &target), typed("integer"));
        assert_eq!(natural("nextval('a.b'::regclass)", &target), typed("bigint"));
        assert_eq!(natural("1 + 1", &target), None);
        assert_eq!(natural("now() + '1 day'", &target), None);
        assert_eq!(natural("'a'::text", &target), typed("text"));
        assert_eq!(natural("'a'::character varying", &target), typed("character varying"));
        assert_eq!(natural("'a'::text || 'b'", &target), None);
    }

    #[test]
    fn texts_that_types_refuse() {
        let refused = |value: &str, name: &str| is_refused(value, &DataType::builtin(name));
        assert!(refused("x", "integer") && refused("", "bigint") && refused("ja", "boolean"));
        assert!(refused("{}", "uuid") && !refused("x", "text") && !refused("x", "integer[]"));
        assert!(!refused(" 12", "integer") && !refused("t", "boolean") && !refused("of", "boolean"));
        assert!(!refused("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "uuid"));
    }
}
