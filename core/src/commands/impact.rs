//! `impact`: what does it lock, rewrite, scan?
use super::Options;
use crate::{
    catalog::{ObjectName, World},
    dialect::{self, Impact},
    error::Error,
    operation::Operation,
    replay::{self, Applied, Step},
    report::{Certainty, ImpactReport, StatementImpact, TableLock, TransactionUse},
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
    Ok(report)
}

fn statement(step: &Step<'_>) -> StatementImpact {
    let start = step.part.in_file(step.statement.span).start;
    let mut total = Impact::default();
    for applied in step.operations {
        add(&mut total, one(applied));
    }
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
    let mut impact = dialect::impact(&applied.operation.node, &applied.outcome, &applied.before);
    if let Operation::Conditional { source, body, complete } = &applied.operation.node {
        let mut state = applied.before.clone();
        for inner in body {
            let before = state.clone();
            let outcome = crate::apply::apply(&mut state, &inner.node);
            add(&mut impact, dialect::impact(&inner.node, &outcome, &before));
        }
        impact.certainty = Certainty::Possible;
        impact.because.push(if *complete {
            format!("the statements in the {source} may or may not run")
        } else {
            format!("not everything in the {source} could be read")
        });
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

/// The statement as a whole costs the most that one of its operations costs.
fn add(total: &mut Impact, more: Impact) {
    for (relation, mode) in more.locks {
        match total.locks.iter_mut().find(|(r, _)| *r == relation) {
            Some((_, held)) if dialect::lock_rank(held) >= dialect::lock_rank(mode) => {}
            Some((_, held)) => *held = mode,
            None => total.locks.push((relation, mode)),
        }
    }
    let merge = |into: &mut Vec<ObjectName>, names: Vec<ObjectName>| {
        for name in names {
            if !into.contains(&name) {
                into.push(name);
            }
        }
    };
    merge(&mut total.rewrites, more.rewrites);
    merge(&mut total.scans, more.scans);
    if more.transaction != TransactionUse::Allowed {
        total.transaction = more.transaction;
    }
    total.algorithm = total.algorithm.or(more.algorithm);
    total.concurrent_dml = match (total.concurrent_dml, more.concurrent_dml) {
        (Some(a), Some(b)) => Some(a && b),
        (Some(false), _) | (_, Some(false)) => Some(false),
        _ => None,
    };
    total.certainty = total.certainty.max(more.certainty);
    total.because.extend(more.because);
}
