//! `impact`: what does it lock, rewrite, scan?
use super::Options;
use crate::{
    catalog::{ObjectName, World},
    dialect::{self, Facts, Impact},
    error::Error,
    operation::Operation,
    replay::{self, Applied, Step},
    report::{Certainty, ImpactReport, StatementImpact, TableLock},
    tools::SourceFile,
};

/// Answers for each statement what it locks, rewrites and scans, and how it goes with transactions.
///
/// Relations that the statement itself creates are not listed: nobody else uses them.
///
/// # Errors
/// As [`check`](super::check()).
///
/// ```
/// use remigrate::{impact, Dialect, Options, tools::SourceFile};
///
/// let files = [SourceFile::new("1.sql", "CREATE INDEX i ON users (email);")];
/// let report = impact(&files, &Options::new(Dialect::Postgres))?;
/// assert_eq!(report.statements[0].locks[0].mode, "Share");
/// # Ok::<(), remigrate::Error>(())
/// ```
pub fn impact(files: &[SourceFile], options: &Options) -> Result<ImpactReport, Error> {
    let set = options.migrations(files)?;
    let target = options.target(files)?;
    let mut state = options.start(&target, World::Open);
    let mut report = ImpactReport::default();
    replay::run_set(&set, &mut state, &mut |_, step| report.statements.push(statement(step)));
    report.problems = super::problems(files, options, World::Open)?;
    Ok(report)
}

fn statement(step: &Step<'_>) -> StatementImpact {
    let start = step.part.in_file(step.statement.span).start;
    let mut total = Facts::new(step.after);
    for applied in step.operations {
        total.add(one(applied));
    }
    let total = total.impact;
    let names = |names: &[ObjectName]| names.iter().map(ToString::to_string).collect();
    StatementImpact {
        file: step.part.file.path.clone(),
        statement: step.number,
        line: step.part.lines.locate(&step.part.file.text, start).line,
        sql: step.sql().to_owned(),
        locks: total
            .locks
            .iter()
            .map(|(relation, mode)| TableLock { relation: relation.to_string(), mode: (*mode).to_owned() })
            .collect(),
        rewrites: names(&total.rewrites),
        scans: names(&total.scans),
        transaction: total.transaction,
        algorithm: total.algorithm.map(str::to_owned),
        concurrent_dml: total.concurrent_dml,
        certainty: total.certainty,
        because: total.because,
    }
}

fn one(applied: &Applied) -> Impact {
    let mut total = Facts::new(&applied.before);
    total.add(dialect::impact(&applied.operation.node, &applied.outcome, &applied.before));
    let source = match &applied.operation.node {
        Operation::Conditional(block) => Some(block.source.as_str()),
        Operation::Query { .. } if !applied.outcome.ran.is_empty() => Some("called routines"),
        _ => None,
    };
    if let Some(source) = source {
        for inner in &applied.outcome.ran {
            let (operation, before) = (inner.operation.clone(), inner.before.clone());
            total.add(one(&Applied { operation, before, outcome: inner.outcome.clone() }));
        }
        if applied.outcome.unread() {
            total.impact.certainty = Certainty::Possible;
            total.because(format!("not everything in the {source} could be read"));
        } else if applied.outcome.ran.iter().any(|inner| !inner.certain) {
            total.impact.certainty = Certainty::Possible;
            total.because(format!("the statements in the {source} may or may not run"));
        }
    }
    let mut impact = total.impact;
    if let Operation::DropTable { cascade: false, .. } = &applied.operation.node
        && applied.outcome.conflicts.is_empty()
    {
        // Whether it is there is not known; what is locked if it is, is.
        if !applied.outcome.unknowns.is_empty() {
            let why = "tables that are not known may have foreign keys: what these refer to is locked too";
            impact.because.push(why.into());
        }
        return impact;
    }
    if !applied.outcome.unknowns.is_empty() || !applied.outcome.conflicts.is_empty() {
        impact.certainty = Certainty::Possible;
        impact.because.extend(applied.outcome.unknowns.iter().map(|u| u.message.clone()));
        impact
            .because
            .extend(applied.outcome.conflicts.iter().map(|c| format!("it may be refused: {}", c.message)));
    }
    impact
}
