//! `check`: is it valid, is it dangerous?
use super::{Options, misdirected};
use crate::{
    apply::{self, ConflictKind, Outcome},
    catalog::World,
    dialect,
    error::Error,
    operation::Operation,
    replay::{self, Applied, Created, PartText, Step},
    report::{Certainty, CheckReport, Finding, Severity, Summary},
    rules::{self, Context, Draft, Rule},
    target::{Dialect, Target},
    text::{DirectiveKind, LineColumn, LineIndex, Span},
    tools::{MigrationSet, SourceFile, Tool},
};

/// Statements inside statements are followed this deep.
const DEEPEST: usize = 8;

/// Checks migrations: would they run, in this order, and what would they do to a database in use?
///
/// Findings are sorted by file, in the order in which the tool runs them, and by place. Bad SQL is a finding.
///
/// # Errors
/// `InvalidOptions` and `NotFound` when the options contradict themselves, `InvalidInput` when there are no files.
///
/// ```
/// use remigrate::{check, Dialect, Options, tools::SourceFile};
///
/// let files = [SourceFile::new("1_drop.sql", "ALTER TABLE users\n  DROP COLUMN email;")];
/// let report = check(&files, &Options::new(Dialect::Postgres))?;
/// let finding = &report.findings[0];
/// assert_eq!((finding.rule.as_str(), finding.line, finding.column), ("drop-column", 2, 3));
/// # Ok::<(), remigrate::Error>(())
/// ```
pub fn check(files: &[SourceFile], options: &Options) -> Result<CheckReport, Error> {
    for id in &options.disable {
        rules::rule(id)?;
    }
    let set = options.migrations(files)?;
    let target = options.target(files)?;
    let mut state = options.start(&target, World::Open);
    let begun = state.session.clone();
    let mut report = CheckReport { dialect: target.dialect.as_str().to_owned(), ..CheckReport::default() };
    report.summary.files = Span::new(set.files.len(), 0).start;
    layout_findings(&set, &mut report.findings);
    let mut previous = None;
    for migration in &set.migrations {
        let Some(part) = PartText::after(previous.as_ref(), &set, migration.up, &state) else { continue };
        let first = previous.as_ref().is_none_or(|p: &PartText<'_>| p.file.path != part.file.path);
        let mut findings = lexical_findings(&part, first);
        client_findings(set.tool, &part, &target, &mut findings);
        let mut position = 0;
        replay::run_next(&part, migration.transaction, &begun, &mut state, &mut |step| {
            report.summary.statements += 1;
            step_findings(step, position, &target, options, &mut findings);
            position += 1;
        });
        findings.sort_by(|a, b| {
            (a.line, a.column, a.statement, &a.rule).cmp(&(b.line, b.column, b.statement, &b.rule))
        });
        findings.dedup();
        misdirected::settle(&mut findings, &part, target.dialect);
        report.findings.append(&mut findings);
        previous = Some(part);
    }
    report.summary = count(&report.findings, report.summary);
    Ok(report)
}

fn count(findings: &[Finding], mut summary: Summary) -> Summary {
    for finding in findings {
        *match finding.severity {
            Severity::Error => &mut summary.errors,
            Severity::Warning => &mut summary.warnings,
            Severity::Info => &mut summary.infos,
        } += 1;
    }
    summary
}

/// Whether a rule was switched off; a rule's name is the only thing compared.
fn enabled(rule: &Rule, target: &Target, options: &Options) -> bool {
    rule.dialects.contains(&target.dialect) && !options.disable.iter().any(|d| d == rule.id)
}

fn step_findings(
    step: &Step<'_>,
    position: usize,
    target: &Target,
    options: &Options,
    out: &mut Vec<Finding>,
) {
    let from = out.len();
    for applied in step.operations {
        let created = step.created;
        operation_findings(step, applied, created, position, Certainty::Certain, 0, target, options, out);
    }
    if has_placeholder(step) {
        // It was read with names in place of what is not known: what the server would say of that is not known either.
        for finding in out.iter_mut().skip(from).filter(|f| f.rule == rules::SYNTAX) {
            finding.rule = rules::NOT_ANALYSED.to_owned();
            finding.severity = Severity::Info;
            finding.certainty = Certainty::Possible;
            finding.message =
                "the statement cannot be read before it is known what stands for `${…}`".to_owned();
            finding.help = None;
        }
    }
}

/// Whether something was read in place of a placeholder of the statement.
fn has_placeholder(step: &Step<'_>) -> bool {
    let span = step.part.in_file(step.statement.source);
    let written = step.part.file.text.get(span.start as usize..span.end as usize);
    written.is_some_and(|written| written.contains("${")) && !step.sql().contains("${")
}

#[allow(clippy::too_many_arguments, reason = "one call site and its recursion")]
fn operation_findings(
    step: &Step<'_>,
    applied: &Applied,
    created: &Created,
    position: usize,
    certainty: Certainty,
    depth: usize,
    target: &Target,
    options: &Options,
    out: &mut Vec<Finding>,
) {
    let operation = &applied.operation;
    // What a block does is told of the statements in it.
    let stripped;
    let outcome = if is_followed(&operation.node, &applied.outcome) {
        stripped = Outcome { changes: Vec::new(), conflicts: Vec::new(), ..applied.outcome.clone() };
        &stripped
    } else {
        &applied.outcome
    };
    let impact = dialect::impact(&operation.node, outcome, &applied.before);
    let context = Context {
        operation: &operation.node,
        span: operation.span,
        outcome,
        before: &applied.before,
        target,
        created,
        in_transaction: step.in_transaction(),
        in_block: step.in_block,
        position,
        impact: &impact,
    };
    // What is not there cannot be destroyed, locked or rewritten: the refusal is the one thing to say.
    let missing = |c: &apply::Conflict| c.certain && c.kind == ConflictKind::NotFound;
    let refused = applied.outcome.changes.is_empty() && applied.outcome.conflicts.iter().any(missing);
    let speaks = |rule: &Rule| !refused || rule.id == rules::NOT_FOUND;
    for rule in rules::ALL.iter().filter(|r| enabled(r, target, options) && speaks(r)) {
        let mut drafts = Vec::new();
        (rule.check)(&context, &mut drafts);
        out.extend(drafts.into_iter().map(|draft| finding(rule, draft, step, certainty)));
    }
    if depth >= DEEPEST || applied.outcome.ran.is_empty() {
        return;
    }
    // Statements in a block find what those before them made.
    let mut created = created.clone();
    for ran in &applied.outcome.ran {
        let mut outcome = ran.outcome.clone();
        let inner_certainty = if ran.certain { certainty } else { Certainty::Possible };
        // Whether it runs at all is not known, so that a refusal is not either.
        outcome.conflicts.iter_mut().for_each(|c| c.certain &= inner_certainty == Certainty::Certain);
        let inner = Applied { operation: ran.operation.clone(), before: ran.before.clone(), outcome };
        operation_findings(
            step,
            &inner,
            &created,
            position,
            inner_certainty,
            depth + 1,
            target,
            options,
            out,
        );
        created.note(&inner.operation.node, &inner.outcome);
    }
}

/// Whether what runs is told by the statements in it: a block, or a query that calls routines which are known.
fn is_followed(operation: &Operation, outcome: &Outcome) -> bool {
    matches!(operation, Operation::Conditional(_))
        || matches!(operation, Operation::Query { .. }) && !outcome.ran.is_empty()
}

fn finding(rule: &Rule, draft: Draft, step: &Step<'_>, certainty: Certainty) -> Finding {
    let place = Place::new(&step.part.lines, &step.part.file.text, step.part.in_file(draft.span));
    let severity = draft.severity.unwrap_or(rule.severity);
    Finding {
        statement: step.number,
        help: draft.help,
        objects: draft.objects,
        certainty: certainty.max(draft.certainty),
        ..place.finding(rule.id, severity, step.part.file, draft.message)
    }
}

/// Commands of the client programs that have another file read, in all their spellings.
const INCLUDES: &[&str] = &["i", "ir", "include", "include_relative", "."];

/// Commands of client programs, which are no statements.
fn client_findings(tool: &Tool, part: &PartText<'_>, target: &Target, out: &mut Vec<Finding>) {
    for directive in &part.script.directives {
        let place = Place::new(&part.lines, &part.file.text, part.in_file(directive.span));
        let name = directive.name.slice(part.script.text);
        let backslash = directive.kind == DirectiveKind::Backslash;
        if backslash && target.dialect == Dialect::Postgres && tool.sends_files_itself() {
            let message = format!(
                "`\\{name}` is a command of `psql`: {} sends the file to the server, which refuses it",
                tool.title
            );
            out.push(place.finding(rules::LAYOUT, Severity::Warning, part.file, message));
        } else if directive.kind == DirectiveKind::Source || backslash && INCLUDES.contains(&name) {
            let message =
                "another file is run here, which was not read: give it as well, in the place where it runs";
            out.push(place.finding(rules::LAYOUT, Severity::Warning, part.file, message.into()));
        }
    }
}

/// What the splitter could not read; `first` if no other part of the file comes before this one.
fn lexical_findings(part: &PartText<'_>, first: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let place_of = |span| Place::new(&part.lines, &part.file.text, part.in_file(span));
    for problem in &part.script.problems {
        let before = part.script.statements.partition_point(|s| s.span.start <= problem.span.start);
        let message = problem.message.clone();
        findings.push(Finding {
            statement: part.numbers_from + Span::new(before, 0).start,
            ..place_of(problem.span).finding(rules::SYNTAX, Severity::Error, part.file, message)
        });
    }
    if let Some(at) = part.file.invalid_at.filter(|_| first) {
        let place = Place::new(&part.lines, &part.file.text, Span { start: at, end: at });
        let message = "the file is not UTF-8 from here on: bytes that are not were replaced";
        findings.push(place.finding(rules::SYNTAX, Severity::Warning, part.file, message.into()));
    }
    findings
}

/// What is wrong with names and places of the files.
fn layout_findings(set: &MigrationSet, out: &mut Vec<Finding>) {
    let start = Place::new(&LineIndex::new(""), "", Span::default());
    // When nothing could be read, nothing was checked: that must not look like a success.
    let severity = if set.migrations.is_empty() { Severity::Error } else { Severity::Warning };
    let notice = if set.migrations.is_empty() { Severity::Warning } else { Severity::Info };
    let problems = set.problems.iter().map(|p| (p, severity));
    for (problem, severity) in problems.chain(set.notices.iter().map(|n| (n, notice))) {
        if let Some(file) = set.files.get(problem.file) {
            out.push(start.finding(rules::LAYOUT, severity, file, problem.message.clone()));
        }
    }
}

/// From where to where a finding stands.
struct Place {
    start: LineColumn,
    end: LineColumn,
}

impl Place {
    fn new(lines: &LineIndex, text: &str, span: Span) -> Self {
        Self { start: lines.locate(text, span.start), end: lines.locate(text, span.end) }
    }

    /// A finding of `rule` in `file` that stands here.
    fn finding(&self, rule: &str, severity: Severity, file: &SourceFile, message: String) -> Finding {
        Finding {
            rule: rule.to_owned(),
            severity,
            file: file.path.clone(),
            line: self.start.line,
            column: self.start.column,
            end_line: self.end.line,
            end_column: self.end.column,
            byte_column: self.start.byte_column,
            end_byte_column: self.end.byte_column,
            utf16_column: self.start.utf16_column,
            end_utf16_column: self.end.utf16_column,
            statement: 0,
            message,
            help: None,
            objects: Vec::new(),
            certainty: Certainty::Certain,
        }
    }
}
