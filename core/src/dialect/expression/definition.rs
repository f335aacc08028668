//! Definitions that are no expressions but hold one: those of triggers and exclusion constraints.
use std::ops::Range;

use super::{normal, plain};
use crate::{catalog::Expression, target::Target, text::TokenKind};

/// Reads a definition: words, compared one by one, and conditions behind `WHEN` and `WHERE`, compared as expressions.
pub fn read_definition(sql: &str, target: &Target) -> Expression {
    let sql = sql.trim();
    let source = plain::Source::new(sql, target);
    let mut out = String::new();
    let mut done = 0;
    let mut at = 0;
    while at < source.tokens.len() {
        if !source.is_any_word(at, &["when", "where"]) || !source.is_kind(at + 1, TokenKind::LeftParen) {
            at += 1;
            continue;
        }
        let end = closing(&source, at + 1);
        out.push_str(&plain::normal_of(&source, done, at + 1));
        out.push_str(" (");
        out.push_str(&normal(&source, at + 2, end));
        out.push_str(") ");
        done = end + 1;
        at = done;
    }
    out.push_str(&plain::normal_of(&source, done, source.tokens.len()));
    Expression { sql: sql.into(), normal: out.trim_end().into() }
}

/// Where the definition of a PostgreSQL trigger names its table, with the schema if it is written: the bytes, and whether
/// it is.
pub fn trigger_table(sql: &str, target: &Target) -> Option<(Range<usize>, bool)> {
    let source = plain::Source::new(sql, target);
    let on = (0..source.tokens.len()).find(|at| source.is_word(*at, "on"))?;
    let first = source.get(on + 1).filter(|token| token.is_name())?;
    let qualified = source.is_kind(on + 2, TokenKind::Dot);
    let last = if qualified { source.get(on + 3).filter(|token| token.is_name())? } else { first };
    Some((first.span.start as usize..last.span.end as usize, qualified))
}

/// The parenthesis that closes the one at `open`, or the end.
fn closing(source: &plain::Source<'_>, open: usize) -> usize {
    let mut depth = 0_usize;
    for at in open..source.tokens.len() {
        if source.is_kind(at, TokenKind::LeftParen) {
            depth += 1;
        } else if source.is_kind(at, TokenKind::RightParen) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at;
            }
        }
    }
    source.tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Dialect;

    #[test]
    fn what_is_written_equals_what_the_server_prints() {
        let target = Target::new(Dialect::Postgres);
        for (written, printed) in [
            (
                "BEFORE UPDATE ON t FOR EACH ROW WHEN (old.a IS DISTINCT FROM new.a) EXECUTE FUNCTION f()",
                "BEFORE UPDATE ON public.t FOR EACH ROW WHEN ((old.a IS DISTINCT FROM new.a)) \
                 EXECUTE FUNCTION public.f()",
            ),
            (
                "USING gist (r WITH =, p WITH &&) WHERE (a > 0)",
                "USING gist (r WITH =, p WITH &&) WHERE ((a > 0))",
            ),
            ("AFTER INSERT ON s.t FOR EACH STATEMENT", "AFTER INSERT ON s.t FOR EACH STATEMENT"),
        ] {
            assert_eq!(read_definition(written, &target), read_definition(printed, &target));
        }
        for (one, other) in [
            ("AFTER INSERT ON t WHEN (a > 0)", "AFTER INSERT ON t WHEN (a > 1)"),
            ("AFTER INSERT ON s.t", "AFTER INSERT ON t"),
            ("WHEN (a", "WHEN (b"),
        ] {
            assert_ne!(read_definition(one, &target), read_definition(other, &target));
        }
    }
}
