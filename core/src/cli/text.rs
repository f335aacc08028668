//! Reports for people.
use std::{collections::BTreeMap, fmt::Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::{
    dialect::render::{self, Rendered},
    report::{
        Certainty, CheckReport, DiffChange, Finding, HistoryReport, ImpactReport, RollbackReport, RulePage,
        Severity, VerifyReport,
    },
    target::Dialect,
    text::{LineIndex, Span},
    tools::SourceFile,
};

/// Findings with the lines they are about.
pub(super) fn check(report: &CheckReport, files: &[SourceFile]) -> String {
    let renderer = Renderer::plain();
    let mut sources: BTreeMap<&str, (&SourceFile, LineIndex)> = BTreeMap::new();
    let mut out = String::new();
    for finding in &report.findings {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let doubt = if finding.certainty == Certainty::Possible { " (possible)" } else { "" };
        let title = format!("{}{doubt}", finding.message);
        let mut group = Group::with_title(level.primary_title(title.as_str()).id(finding.rule.as_str()));
        if !sources.contains_key(finding.file.as_str())
            && let Some(file) = files.iter().find(|f| f.path == finding.file)
        {
            sources.insert(&finding.file, (file, LineIndex::new(&file.text)));
        }
        if let Some((file, lines)) = sources.get(finding.file.as_str()) {
            // Only the lines in question: a renderer that is handed a dump for each finding would be slow.
            let (from, window, span) = window(file, lines, finding);
            group = group.element(
                Snippet::source(window)
                    .path(file.path.as_str())
                    .line_start(from as usize)
                    .annotation(AnnotationKind::Primary.span(span)),
            );
        }
        if let Some(help) = &finding.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let _ = writeln!(out, "{}\n", renderer.render(&[group]));
    }
    let s = report.summary;
    let _ = writeln!(
        out,
        "{} in {}: {}, {}, {}",
        count(s.statements, "statement"),
        count(s.files, "file"),
        count(s.errors, "error"),
        count(s.warnings, "warning"),
        count(s.infos, "info"),
    );
    out
}

/// The first line of the finding, at most six lines of text from there on, and the finding's place in them in bytes.
fn window<'a>(
    file: &'a SourceFile,
    lines: &LineIndex,
    finding: &Finding,
) -> (u32, &'a str, std::ops::Range<usize>) {
    const LINES: u32 = 6;
    let text = file.text.as_str();
    let start = lines.offset(text, finding.line, 1) as usize;
    let stop = lines.offset(text, finding.line + LINES, 1) as usize;
    let window = text.get(start..stop).unwrap_or("");
    let at =
        |line, column| (lines.offset(text, line, column) as usize).saturating_sub(start).min(window.len());
    let from = at(finding.line, finding.column);
    let to = at(finding.end_line, finding.end_column).max(from);
    (finding.line, window, Span::new(from, to).start as usize..to)
}

fn count(n: u32, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// Findings as commands of GitHub's workflow log.
pub(super) fn github(report: &CheckReport) -> String {
    let escape = |text: &str, property: bool| {
        let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
        if property { text.replace(':', "%3A").replace(',', "%2C") } else { text }
    };
    let mut out = String::new();
    for f in &report.findings {
        let level = match f.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let message = f.help.as_ref().map_or(f.message.clone(), |help| format!("{}: {help}", f.message));
        let _ = writeln!(
            out,
            "::{level} file={},line={},col={},endLine={},endColumn={},title={}::{}",
            escape(&f.file, true),
            f.line,
            f.column,
            f.end_line,
            f.end_column,
            escape(&f.rule, true),
            escape(&message, false)
        );
    }
    out
}

/// One paragraph a statement.
pub(super) fn impact(report: &ImpactReport) -> String {
    let mut out = String::new();
    for s in &report.statements {
        let first = s.sql.lines().next().unwrap_or("");
        let more = if s.sql.lines().count() > 1 { " …" } else { "" };
        let _ = writeln!(out, "{}:{} {first}{more}", s.file, s.line);
        for lock in &s.locks {
            let _ = writeln!(out, "  locks {} in {} mode", lock.relation, lock.mode);
        }
        for name in &s.rewrites {
            let _ = writeln!(out, "  rewrites {name}");
        }
        for name in &s.scans {
            let _ = writeln!(out, "  scans {name}");
        }
        if let Some(algorithm) = &s.algorithm {
            let _ = writeln!(out, "  algorithm {algorithm}");
        }
        let writers = match s.concurrent_dml {
            Some(true) => "others can write meanwhile",
            Some(false) => "others cannot write meanwhile",
            None => "whether others can write meanwhile is not known",
        };
        let _ = writeln!(out, "  {writers}");
        for why in &s.because {
            let _ = writeln!(out, "  because {why}");
        }
        if s.certainty == Certainty::Possible {
            let _ = writeln!(out, "  not certain");
        }
    }
    out
}

/// The differences, then the script.
pub(super) fn diff(changes: &[DiffChange], sql: &str) -> String {
    if changes.is_empty() {
        return "no differences\n".into();
    }
    let mut out = String::new();
    for change in changes {
        let doubt = change.doubt.as_ref().map_or_else(String::new, |why| format!(" (perhaps: {why})"));
        let doubt = doubt.replace(['\n', '\r'], " ");
        let _ = writeln!(out, "-- {} {} {}{doubt}", change.change, change.kind, change.object);
    }
    let _ = write!(out, "\n{sql}");
    out
}

/// The script with what has to be said as comments.
pub(super) fn rollback(report: &RollbackReport, dialect: Dialect) -> String {
    let mut out = String::new();
    let mut section = |title: &str, statements: &[String]| {
        if !statements.is_empty() {
            let _ = writeln!(out, "-- {title}");
            for sql in statements {
                let _ = writeln!(out, "-- {};", sql.replace('\n', "\n-- "));
            }
            let _ = writeln!(out);
        }
    };
    section("Run before the migration, to save what it destroys:", &report.capture);
    for step in &report.steps {
        let class = serde_json::to_value(step.class)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default();
        let _ = writeln!(out, "-- {} statement {}: {class}", step.file, step.statement);
        for loss in &step.loses {
            let _ = writeln!(out, "--   loses {loss}");
        }
        for probe in &step.probe_before_migration {
            let _ = writeln!(out, "--   ask before the migration: {probe};");
        }
        for probe in &step.probe {
            let _ = writeln!(out, "--   ask before going back: {probe};");
        }
    }
    let _ = writeln!(out, "\n{}", report.sql);
    if !report.restore.is_empty() {
        let restore: Vec<Rendered> = report.restore.iter().map(Rendered::new).collect();
        let _ = write!(out, "-- Put the saved data back:\n{}", render::script(&restore, dialect));
    }
    let _ = writeln!(out);
    for sql in &report.cleanup {
        let _ = writeln!(out, "-- When all is well: {sql};");
    }
    for rest in &report.residual {
        let _ = writeln!(out, "-- Not restored: {} {} {}", rest.change, rest.kind, rest.object);
    }
    out
}

/// One line a migration, with evidence.
pub(super) fn history(report: &HistoryReport) -> String {
    let mut out = String::new();
    for m in &report.migrations {
        let verdict = serde_json::to_value(m.verdict)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "{:<13} {} {} ({}/{})",
            verdict, m.version, m.name, m.statements_applied, m.statements_total
        );
        for evidence in &m.evidence {
            let _ = writeln!(out, "              {evidence}");
        }
        for probe in &m.probe {
            let _ = writeln!(out, "              ask: {probe};");
        }
    }
    for rest in &report.residual {
        let _ = writeln!(out, "not explained: {} {} {}", rest.change, rest.kind, rest.object);
    }
    for other in &report.alternatives {
        let _ = writeln!(out, "as likely: {} ({} differences)", other.applied.join(", "), other.unexplained);
    }
    if !report.ledger_sql.is_empty() {
        let _ = write!(out, "\n{}", report.ledger_sql);
    }
    out
}

/// The audit: what was found, and why.
pub(super) fn verify(report: &VerifyReport) -> String {
    let mut out = format!("{}\n", report.ledger);
    for row in &report.rows {
        let state = serde_json::to_value(row.state)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default();
        let _ = writeln!(out, "{state:<18} {} {}\n                   {}", row.version, row.name, row.detail);
    }
    out
}

/// A rule's page.
pub(super) fn rule(page: &RulePage) -> String {
    let mut out = format!("{}: {}\n\n{}\n\nInstead: {}\n", page.id, page.summary, page.why, page.instead);
    for (title, scripts) in [("Found in", &page.bad), ("Not found in", &page.good)] {
        for script in scripts {
            let _ = write!(out, "\n{title}:\n  {script}\n");
        }
    }
    out
}
