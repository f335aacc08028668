//! Following a rename inside SQL text: only whole identifiers outside strings and comments, only in the role that is
//! renamed.
use crate::{
    catalog::{Expression, ObjectName},
    dialect::expression,
    target::{Dialect, Target},
};

/// Which identifiers a rename means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A column: not followed by `(` or `.`, not a type behind `::`.
    Column,
    /// A relation: anything but a function call.
    Relation,
    /// A schema: followed by `.`.
    Schema,
    /// A function: followed by `(`.
    Call,
}

/// `expression` with the identifier `from` renamed, in both of its texts.
pub(super) fn rename(expression: &mut Expression, from: &str, to: &str, role: Role, dialect: Dialect) {
    expression.sql = identifiers(&expression.sql, from, to, role, dialect).into();
    expression.normal = identifiers(&expression.normal, from, to, role, dialect).into();
}

/// Whether the identifier occurs in the role.
pub(super) fn mentions(text: &str, name: &str, role: Role, dialect: Dialect) -> bool {
    let mut found = false;
    scan(text, role, dialect, &mut |word| found |= same(word, name, dialect));
    found
}

/// `text` with the identifier `from` replaced by `to`, quoted where the server needs quotes.
pub(super) fn identifiers(text: &str, from: &str, to: &str, role: Role, dialect: Dialect) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let quoted = quote(to, dialect);
    scan(text, role, dialect, &mut |word| {
        if same(word, from, dialect) {
            out.push_str(&text[copied..word.start]);
            out.push_str(&quoted);
            copied = word.end;
        }
    });
    out.push_str(&text[copied..]);
    out
}

/// An identifier in a text.
struct Word<'a> {
    start: usize,
    end: usize,
    /// Without quotes.
    name: std::borrow::Cow<'a, str>,
    quoted: bool,
}

fn same(word: &Word<'_>, name: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres if word.quoted => word.name == name,
        Dialect::Postgres => word.name.to_lowercase() == name,
        Dialect::MySql | Dialect::MariaDb => word.name.eq_ignore_ascii_case(name),
    }
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}

/// Calls `found` with every identifier of the role. Linear in the text.
fn scan<'a>(text: &'a str, role: Role, dialect: Dialect, found: &mut dyn FnMut(&Word<'a>)) {
    let bytes = text.as_bytes();
    let quote = if dialect == Dialect::Postgres { b'"' } else { b'`' };
    let mut at = 0;
    let mut before = [0_u8; 2];
    while let Some(&b) = bytes.get(at) {
        let end = if b == quote || b == b'\'' {
            quoted_end(bytes, at, b, dialect.is_mysql_family() && b == b'\'')
        } else if is_word(b) {
            at + bytes[at..].iter().take_while(|b| is_word(**b)).count()
        } else {
            at + 1
        };
        if b == quote || (is_word(b) && !b.is_ascii_digit()) {
            let next = bytes[end..].iter().copied().find(|b| !b.is_ascii_whitespace());
            let wanted = match role {
                Role::Column => next != Some(b'(') && next != Some(b'.') && before != [b':', b':'],
                Role::Relation => next != Some(b'('),
                Role::Schema => next == Some(b'.'),
                Role::Call => next == Some(b'('),
            };
            if wanted {
                let raw = &text[at..end];
                let name = if b == quote {
                    let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or("");
                    let q = char::from(quote);
                    if inner.contains(q) {
                        inner.replace(&format!("{q}{q}"), &q.to_string()).into()
                    } else {
                        inner.into()
                    }
                } else {
                    raw.into()
                };
                found(&Word { start: at, end, name, quoted: b == quote });
            }
        }
        if !b.is_ascii_whitespace() {
            before = if end - at == 1 { [before[1], b] } else { [0; 2] };
        }
        at = end;
    }
}

/// The byte behind a quoted text that starts at `start`; doubled quotes stay inside.
fn quoted_end(bytes: &[u8], start: usize, quote: u8, backslash: bool) -> usize {
    let mut at = start + 1;
    while let Some(&b) = bytes.get(at) {
        if backslash && b == b'\\' {
            at += 2;
        } else if b != quote {
            at += 1;
        } else if bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    bytes.len()
}

/// The identifier as it can stand in SQL: plain lower-case names as they are, others quoted.
fn quote(name: &str, dialect: Dialect) -> String {
    if dialect == Dialect::Postgres {
        return crate::dialect::postgres::render::quote::name(name);
    }
    let plain = !name.is_empty()
        && !name.as_bytes()[0].is_ascii_digit()
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if plain { name.to_owned() } else { format!("`{}`", name.replace('`', "``")) }
}

/// MySQL family: a trigger's definition on another table of the same database. `None` when it names none.
pub(super) fn triggered(definition: &str, table: &str, dialect: Dialect) -> Option<String> {
    let (mut behind_on, mut at) = (false, None);
    scan(definition, Role::Relation, dialect, &mut |word| {
        if at.is_none() && behind_on {
            let qualifies = definition[word.end..].trim_start().starts_with('.');
            at = (!qualifies).then_some((word.start, word.end));
        }
        behind_on |= !word.quoted && word.name.eq_ignore_ascii_case("on");
    });
    let (start, end) = at?;
    Some(format!("{}{}{}", &definition[..start], quote(table, dialect), &definition[end..]))
}

/// PostgreSQL: a trigger's definition after its table or view got another name. A name without schema stays without
/// one, so that it is left as it is where only the schema changes.
pub(super) fn moved_trigger(
    definition: &str,
    (from, to): (&ObjectName, &ObjectName),
    target: &Target,
) -> Option<String> {
    let (place, qualified) = expression::trigger_table(definition, target)?;
    let q = |name: &str| quote(name, Dialect::Postgres);
    let name = match (qualified, from.schema == to.schema) {
        (true, _) => format!("{}.{}", q(to.schema_str()), q(&to.name)),
        (false, true) => q(&to.name),
        (false, false) => return None,
    };
    Some(format!("{}{name}{}", definition.get(..place.start)?, definition.get(place.end..)?))
}

/// PostgreSQL: a trigger's definition with another function behind `EXECUTE FUNCTION`. `None` when there is none.
pub(super) fn called(definition: &str, function: &ObjectName) -> Option<String> {
    let mut before = false;
    let mut at = None;
    scan(definition, Role::Relation, Dialect::Postgres, &mut |word| {
        if before
            && !word.quoted
            && ["function", "procedure"].iter().any(|w| word.name.eq_ignore_ascii_case(w))
        {
            at = Some(word.end);
        }
        before = !word.quoted && word.name.eq_ignore_ascii_case("execute");
    });
    let start = at?;
    let bytes = definition.as_bytes();
    let mut open = start;
    while *bytes.get(open)? != b'(' {
        open = if bytes[open] == b'"' { quoted_end(bytes, open, b'"', false) } else { open + 1 };
    }
    let q = |name: &str| quote(name, Dialect::Postgres);
    let schema = function.schema.as_ref().map(|s| q(s) + ".").unwrap_or_default();
    Some(format!("{} {schema}{}{}", &definition[..start], q(&function.name), &definition[open..]))
}

/// PostgreSQL: `text` with the sequence in `nextval('…')` renamed, written with as much qualification as before.
pub(super) fn sequence_literal(text: &str, from: (&str, &str), to: (&str, &str)) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let start = lower.find("nextval")?;
    let open = start + text[start..].find('\'')?;
    let end = quoted_end(text.as_bytes(), open, b'\'', false);
    let literal = text.get(open + 1..end.checked_sub(1)?)?;
    let (schema, name) = split_qualified(literal);
    if name != from.1 || schema.as_deref().is_some_and(|s| s != from.0) {
        return None;
    }
    let q = |s: &str| quote(s, Dialect::Postgres).replace('\'', "''");
    let mut out = text[..=open].to_owned();
    if schema.is_some() || from.0 != to.0 {
        out.push_str(&q(to.0));
        out.push('.');
    }
    out.push_str(&q(to.1));
    out.push_str(&text[end - 1..]);
    Some(out)
}

/// Splits `"a"."b"`, `a.b` or `b` into schema and name.
fn split_qualified(text: &str) -> (Option<String>, String) {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => {
                chars.next();
                if let Some(last) = parts.last_mut() {
                    last.push('"');
                }
            }
            ('"', _) => quoted = !quoted,
            ('.', false) => parts.push(String::new()),
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    let name = parts.pop().unwrap_or_default();
    (parts.pop(), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_role_that_is_renamed() {
        let pg = Dialect::Postgres;
        for (text, role, expected) in [
            ("a > 0 and a(a) <> 'a'::a", Role::Column, "b > 0 and a(b) <> 'a'::a"),
            ("\"a\" + A + \"A\" + t.a + a.t", Role::Column, "b + b + \"A\" + t.b + a.t"),
            ("select x from a join a.a", Role::Schema, "select x from a join b.a"),
            ("'it''s a' || a", Role::Column, "'it''s a' || b"),
            ("ä + a1 + _a", Role::Column, "ä + a1 + _a"),
        ] {
            assert_eq!(identifiers(text, "a", "b", role, pg), expected);
        }
        assert_eq!(
            identifiers("`a` + A + 'x\\'a'", "a", "B c", Role::Column, Dialect::MySql),
            "`B c` + `B c` + 'x\\'a'"
        );
    }

    #[test]
    fn tables_of_triggers() {
        for (before, after) in [
            (
                "before insert on t for each row set new.on = t",
                "before insert on `W w` for each row set new.on = t",
            ),
            ("after update on `d`.`on` for each row x()", "after update on `d`.`W w` for each row x()"),
        ] {
            assert_eq!(triggered(before, "W w", Dialect::MySql).as_deref(), Some(after));
        }
        assert_eq!(triggered("call p()", "w", Dialect::MySql), None);
    }

    #[test]
    fn triggers_follow_their_table() {
        let target = Target::new(Dialect::Postgres);
        let moved = |definition: &str, to: (&str, &str)| {
            moved_trigger(
                definition,
                (&ObjectName::new("public", "t"), &ObjectName::new(to.0, to.1)),
                &target,
            )
        };
        for (before, to, after) in [
            (
                "BEFORE UPDATE OF a ON t FOR EACH ROW",
                ("public", "W"),
                Some("BEFORE UPDATE OF a ON \"W\" FOR EACH ROW"),
            ),
            ("AFTER INSERT ON \"public\".t", ("app", "t"), Some("AFTER INSERT ON app.t")),
            ("AFTER INSERT ON t", ("app", "t"), None),
            ("AFTER UPDATE OF \"on\" ON t", ("public", "w"), Some("AFTER UPDATE OF \"on\" ON w")),
        ] {
            assert_eq!(moved(before, to).as_deref(), after, "{before}");
        }
    }

    #[test]
    fn functions_of_triggers() {
        let to = ObjectName::new("app", "New");
        for (before, after) in [
            (
                "AFTER INSERT ON t EXECUTE FUNCTION f('execute function x()')",
                "AFTER INSERT ON t EXECUTE FUNCTION app.\"New\"('execute function x()')",
            ),
            (
                "AFTER INSERT ON \"execute\" EXECUTE PROCEDURE s.\"o(\"()",
                "AFTER INSERT ON \"execute\" EXECUTE PROCEDURE app.\"New\"()",
            ),
        ] {
            assert_eq!(called(before, &to).as_deref(), Some(after));
        }
        assert_eq!(called("AFTER INSERT ON t", &to), None);
    }

    #[test]
    fn sequences_in_defaults() {
        let text = "nextval('public.t_id_seq'::regclass)";
        assert_eq!(
            sequence_literal(text, ("public", "t_id_seq"), ("public", "Q")).as_deref(),
            Some("nextval('public.\"Q\"'::regclass)")
        );
        assert_eq!(sequence_literal("nextval('a.t')", ("b", "t"), ("b", "u")), None);
        assert_eq!(
            sequence_literal("nextval('t')", ("public", "t"), ("public", "u")).as_deref(),
            Some("nextval('u')")
        );
    }
}
