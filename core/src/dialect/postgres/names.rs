//! The names that PostgreSQL gives to what has none (`makeObjectName`, `ChooseRelationName`, `ChooseIndexName` and
//! `ChooseConstraintName` of the server; checked on 17).
use crate::catalog::{IndexKey, Name, Routine};

/// The longest name in bytes (`NAMEDATALEN - 1`).
pub const MAX: usize = 63;

/// The prefix of `text` of at most `bytes` bytes that does not cut a character.
pub fn clip(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// `first_second_label`, shortened to 63 bytes: the longer of the two names loses bytes until it fits.
pub fn object_name(first: &str, second: Option<&str>, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(second.is_some());
    let available = MAX.saturating_sub(overhead);
    let (mut a, mut b) = (first.len(), second.map_or(0, str::len));
    while a + b > available {
        if a > b { a -= 1 } else { b -= 1 }
    }
    let mut name = clip(first, a).to_owned();
    if let Some(second) = second {
        name.push('_');
        name.push_str(clip(second, b));
    }
    name.push('_');
    name.push_str(label);
    name
}

/// The first of `first_second_label`, `…label1`, `…label2`, … that is not `taken`.
pub fn choose(first: &str, second: Option<&str>, label: &str, taken: impl Fn(&str) -> bool) -> Name {
    let mut name = object_name(first, second, label);
    let mut pass = 0_u64;
    while taken(&name) {
        pass += 1;
        name = object_name(first, second, &format!("{label}{pass}"));
    }
    name.into()
}

/// The column part of an index's or foreign key's name: names joined by `_`, none after the 64th byte.
pub fn addition<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for column in columns {
        if !text.is_empty() {
            text.push('_');
        }
        text.push_str(clip(column, MAX));
        if text.len() > MAX {
            break;
        }
    }
    text
}

/// The names of an index's columns, included ones as well, as they enter its name: a repeated one gets a number, an
/// expression is called after its outermost function, or `expr`.
pub fn index_columns<'a>(keys: &'a [IndexKey], include: &'a [Name]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(keys.len() + include.len());
    let plain = keys.iter().map(|key| match (&key.column, &key.expression) {
        (Some(column), _) => column.to_string(),
        (None, Some(expression)) => figure(&expression.sql).unwrap_or_else(|| "expr".to_owned()),
        (None, None) => "expr".to_owned(),
    });
    for original in plain.chain(include.iter().map(ToString::to_string)) {
        let mut name = original.clone();
        let mut number = 0_u64;
        while names.contains(&name) {
            number += 1;
            let digits = number.to_string();
            name = format!("{}{digits}", clip(&original, MAX - digits.len()));
        }
        names.push(name);
    }
    names
}

/// What the server would call a column of this expression, as far as the text alone tells: a function call by its
/// function, a column by its name, a cast by what is cast or else by its type; `None` for anything with an operator.
pub fn figure(sql: &str) -> Option<String> {
    let text = unwrapped(sql);
    if let Some(name) = named(text) {
        return Some(name);
    }
    // `(…)::type`, `'…'::type`: the type's own name.
    let (head, data_type) = last_cast(text)?;
    named(unwrapped(head)).or_else(|| leading_name(data_type).map(|(name, rest)| internal(&name, rest)))
}

/// Without the parentheses around the whole.
fn unwrapped(sql: &str) -> &str {
    let mut text = sql.trim();
    while let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        if closing(text) != Some(text.len() - 1) {
            break;
        }
        text = inner.trim();
    }
    text
}

/// The two sides of the last `::` outside quotes and parentheses, when a type is all that follows it.
fn last_cast(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut found = None;
    for (at, b) in text.bytes().enumerate() {
        match (quote, b) {
            (Some(q), _) if q == b => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(b),
            (None, b'(') => depth += 1,
            (None, b')') => depth = depth.saturating_sub(1),
            (None, b':') if depth == 0 && text[at..].starts_with("::") => found = Some(at),
            (None, _) => {}
        }
    }
    let at = found?;
    let (head, tail) = (text[..at].trim_end(), text[at + 2..].trim_start());
    let operand = head.starts_with('(') && closing(head) == Some(head.len() - 1)
        || head.starts_with('\'') && head.matches('\'').count() == 2 && head.ends_with('\'')
        || head.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    operand.then_some((head, tail))
}

/// The name under which the catalog of the server knows a type.
fn internal(name: &str, rest: &str) -> String {
    let zoned = rest.to_ascii_lowercase().contains("with time zone");
    match name {
        "int" | "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "boolean" => "bool",
        "real" => "float4",
        "double" | "float" => "float8",
        "decimal" | "dec" => "numeric",
        "character" | "char" if rest.trim_start().to_ascii_lowercase().starts_with("varying") => "varchar",
        "character" | "char" => "bpchar",
        "timestamp" if zoned => "timestamptz",
        "time" if zoned => "timetz",
        other => other,
    }
    .to_owned()
}

/// The name of a column, call, `CASE` or `CAST`, possibly cast or collated.
fn named(text: &str) -> Option<String> {
    let (head, rest) = leading_name(text)?;
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Some(head);
    }
    if head == "case" && text.to_ascii_lowercase().ends_with("end") {
        return Some(head);
    }
    if head == "not" {
        return None;
    }
    let (head, mut after) = if rest.starts_with('(') {
        let end = closing(rest)?;
        let inner = &rest[1..end];
        let head = if head == "cast" {
            let at = inner.to_ascii_lowercase().rfind(" as ")?;
            match leading_name(unwrapped(&inner[..at])) {
                Some((name, "")) => name,
                _ => leading_name(inner[at + 4..].trim_start()).map(|(name, rest)| internal(&name, rest))?,
            }
        } else {
            head
        };
        (head, rest[end + 1..].trim_start())
    } else {
        (head, rest)
    };
    // A cast or a collation keeps the name of what it works on.
    while let Some(typed) = after.strip_prefix("::") {
        let (_, more) = leading_name(typed.trim_start())?;
        let more = more.trim_start();
        let more = if more.starts_with('(') { &more[closing(more)? + 1..] } else { more };
        after = more.trim_start().trim_start_matches("[]").trim_start();
    }
    (after.is_empty() || after.to_ascii_lowercase().starts_with("collate ")).then_some(head)
}

/// The last part of a leading (qualified) name in lower case, and the text behind it.
fn leading_name(text: &str) -> Option<(String, &str)> {
    let mut rest = text;
    loop {
        let (name, after) = if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"')?;
            (quoted[..end].to_owned(), &quoted[end + 1..])
        } else {
            let end =
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
            if end == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            (rest[..end].to_lowercase(), &rest[end..])
        };
        match after.strip_prefix('.') {
            Some(more) => rest = more,
            None => return Some((name, after)),
        }
    }
}

/// The byte of the `)` that closes the `(` at the start.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, b) in text.bytes().enumerate() {
        match (quote, b) {
            (Some(q), _) if q == b => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(b),
            (None, b'(') => depth += 1,
            (None, b')') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            (None, _) => {}
        }
    }
    None
}

/// Takes away what a routine's attributes say of its cost and rows where that is what the server assumes anyway.
pub(crate) fn usual_attributes(routine: &mut Routine) {
    let usual_cost = if matches!(routine.language.as_str(), "c" | "internal") { "1" } else { "100" };
    if routine.attributes.get("cost").is_some_and(|cost| cost == usual_cost) {
        routine.attributes.remove("cost");
    }
    let set = routine.returns.as_deref().is_some_and(|r| r.starts_with("SETOF") || r.starts_with("TABLE"));
    if routine.attributes.get("rows").is_some_and(|rows| rows == if set { "1000" } else { "0" }) {
        routine.attributes.remove("rows");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_server() {
        let free = |_: &str| false;
        assert_eq!(choose("t", None, "pkey", free), "t_pkey");
        assert_eq!(choose("t", Some("a_b"), "key", free), "t_a_b_key");
        assert_eq!(choose("t", Some("a"), "fkey", |n| n == "t_a_fkey" || n == "t_a_fkey1"), "t_a_fkey2");
        // Observed on PostgreSQL 17: see the comments at each.
        let long = "a".repeat(60);
        assert_eq!(choose(&long, None, "pkey", free), format!("{}_pkey", "a".repeat(58)).as_str());
        assert_eq!(
            choose(&long, Some(&"b".repeat(40)), "idx", free),
            format!("{}_{}_idx", "a".repeat(29), "b".repeat(29)).as_str()
        );
        let wide = "ä".repeat(31);
        assert_eq!(choose(&wide, None, "pkey", free), format!("{}_pkey", "ä".repeat(29)).as_str());
    }

    #[test]
    fn names_of_expressions() {
        for (sql, expected) in [
            ("lower(a)", Some("lower")),
            ("(lower(a))", Some("lower")),
            ("a + b", None),
            ("(a || b)", None),
            ("a::text", Some("a")),
            ("(lower(a)::varchar(3))", Some("lower")),
            ("(a ->> 'x')", None),
            ("coalesce(a, b)", Some("coalesce")),
            ("pg_catalog.lower(a)", Some("lower")),
            ("lower(a) || b", None),
            ("case when a then b end", Some("case")),
            ("not (a > 1)", None),
            ("cast(e as varchar(3))", Some("e")),
            ("cast(e || 'x' as integer)", Some("int4")),
            ("'x'::text", Some("text")),
            ("('1' || e)::int", Some("int4")),
            ("(1)::text", Some("text")),
            ("(lower(a))::text", Some("lower")),
            ("extract(year from a)", Some("extract")),
        ] {
            assert_eq!(figure(sql).as_deref(), expected, "{sql}");
        }
        let keys = [IndexKey::column("a"), IndexKey::column("a"), IndexKey::column("b")];
        assert_eq!(addition(index_columns(&keys, &[]).iter().map(String::as_str)), "a_a1_b");
    }
}
