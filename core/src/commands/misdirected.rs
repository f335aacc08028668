//! Files that are written for another server than the one they are checked for: one finding instead of one for each
//! statement.
use crate::{
    dialect::elsewhere,
    replay::PartText,
    report::{Finding, Severity},
    rules,
    target::Dialect,
};

/// A file is another server's if that one refuses at most a tenth as many of its statements: real files have statements
/// that no server takes.
const FEWER: usize = 10;

/// Where `findings`, which are those of `part` in their order, hold refusals of statements of another server, only the
/// first of them is left, which says so.
pub(super) fn settle(findings: &mut Vec<Finding>, part: &PartText<'_>, dialect: Dialect) {
    let refuses = |f: &Finding| f.rule == rules::SYNTAX && f.severity == Severity::Error;
    let named = |f: &Finding| elsewhere::is_named(&f.message, f.help.as_deref());
    let refusals = findings.iter().filter(|f| refuses(f)).count();
    let Some(first) = findings.iter().position(refuses) else { return };
    let unreadable = !part.script.problems.is_empty();
    let signs = findings.iter().filter(|f| refuses(f)).any(named);
    let plain = unreadable || refusals > 1 && (signs || 2 * refusals >= part.script.statements.len());
    if !plain {
        return;
    }
    let most = refusals / FEWER;
    let text = part.script.text;
    let counted = elsewhere::others(dialect).map(|other| (elsewhere::refusals(text, other, most), other));
    let best = counted.into_iter().filter(|(count, _)| *count <= most).min_by_key(|(count, _)| *count);
    let Some((_, other)) = best else { return };
    if let Some(finding) = findings.get_mut(first) {
        let (own, title) = (dialect.title(), other.title());
        let more = match refusals - 1 {
            0 => String::new(),
            1 => format!("; {own} refuses one more statement of this file"),
            more => format!("; {own} refuses {more} more statements of this file"),
        };
        finding.message = format!("this is {title}: {}{more}", elsewhere::unnamed(&finding.message));
        let advice = elsewhere::advice(other);
        finding.help = Some(match finding.help.take() {
            Some(help) if !help.contains(&advice) => format!("{help}; {advice}"),
            _ => advice,
        });
    }
    let mut seen = false;
    findings.retain(|f| !refuses(f) || !std::mem::replace(&mut seen, true));
}
