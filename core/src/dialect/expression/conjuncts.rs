//! The conditions that a condition joins by AND.
use super::read;
use crate::{
    catalog::Expression,
    target::Target,
    text::{Script, Span, TokenKind},
};

/// The conditions that `expression` joins by AND, at any depth of parentheses; `[expression]` when it joins none.
///
/// Linear in the expression's length; parentheses are opened at most 32 deep.
pub fn conjuncts(expression: &Expression, target: &Target) -> Vec<Expression> {
    let mut found = Vec::new();
    let mut work = vec![(expression.sql.to_string(), 0)];
    while let Some((sql, depth)) = work.pop() {
        let parts = split(&sql, target);
        match parts.as_slice() {
            [only] if *only != sql.trim() && depth < 32 => work.push((only.clone(), depth + 1)),
            [_] | [] => found.push(read(&sql, target)),
            many if depth < 32 => work.extend(many.iter().map(|p| (p.clone(), depth + 1))),
            many => found.extend(many.iter().map(|p| read(p, target))),
        }
    }
    found
}

/// The texts between top-level ANDs, or the content of the one parenthesis around everything.
fn split(sql: &str, target: &Target) -> Vec<String> {
    let script = Script::new(sql, target);
    let tokens = &script.tokens;
    let (mut depth, mut between, mut start) = (0_usize, false, 0_u32);
    let (mut parts, mut wrapped) =
        (Vec::new(), tokens.first().is_some_and(|t| t.kind == TokenKind::LeftParen));
    for (i, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => {
                depth = depth.saturating_sub(1);
                wrapped &= depth > 0 || i + 1 == tokens.len();
            }
            TokenKind::Word if depth == 0 => {
                if token.is_any_word(sql, &["or", "xor", "case"]) {
                    return vec![sql.trim().to_owned()];
                }
                if token.is_word(sql, "between") {
                    between = true;
                } else if token.is_word(sql, "and") {
                    if between {
                        between = false;
                    } else {
                        parts.push(Span { start, end: token.span.start }.slice(sql).trim().to_owned());
                        start = token.span.end;
                    }
                }
            }
            _ => {}
        }
    }
    if parts.is_empty() && wrapped && tokens.len() > 2 {
        let inner =
            tokens.first().zip(tokens.last()).map(|(a, z)| Span { start: a.span.end, end: z.span.start });
        return inner.map(|s| vec![s.slice(sql).trim().to_owned()]).unwrap_or_default();
    }
    parts.push(Span::new(start as usize, sql.len()).slice(sql).trim().to_owned());
    parts
}

#[cfg(test)]
mod tests {
    use super::conjuncts;
    use crate::{
        dialect::expression::read,
        target::{Dialect, Target},
    };

    #[test]
    fn conditions_are_taken_apart_at_and() {
        let target = Target::new(Dialect::Postgres);
        for (sql, expected) in [
            ("a > 1", vec!["a > 1"]),
            ("(a > 1 AND (b IS NOT NULL))", vec!["b IS NOT NULL", "a > 1"]),
            ("a BETWEEN 1 AND 2 AND b", vec!["b", "a BETWEEN 1 AND 2"]),
            ("a OR b AND c", vec!["a OR b AND c"]),
            ("(a) AND (b OR c)", vec!["b OR c", "a"]),
        ] {
            let mut found: Vec<_> =
                conjuncts(&read(sql, &target), &target).into_iter().map(|e| e.sql).collect();
            let mut expected: Vec<_> = expected.into_iter().map(str::to_owned).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{sql}");
        }
    }
}
