//! `history` and `drift`: where is this database?
use super::Options;
use crate::{
    catalog::{Catalog, World},
    change::{Delta, ObjectPath},
    dialect::render,
    diff::{self, Difference},
    error::{Error, ErrorKind},
    history as reconstruction, replay,
    report::{Certainty, DiffChange, DriftReport, Finding, HistoryReport, Severity},
    tools::SourceFile,
};

/// Judges from the schema `live` alone which of the migrations a database has.
///
/// The migrations are supposed to have started on an empty database, or on `options.schema`. A verdict is `applied` or
/// `not-applied` only with a witness; what the schema cannot tell is `undecidable`, with a query that can.
///
/// # Errors
/// `InvalidOptions` when `live` belongs to another server family, and as [`check`](super::check()).
///
/// ```
/// use remigrate::{history, report::Verdict, simulate, tools::SourceFile, Dialect, Options};
///
/// let files = [
///     SourceFile::new("1_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);"),
///     SourceFile::new("2_email.sql", "ALTER TABLE users ADD COLUMN email text;"),
/// ];
/// let options = Options::new(Dialect::Postgres);
/// let live = simulate(&files[..1], &options)?;
/// let report = history(&files, &live, &options)?;
/// let verdicts: Vec<Verdict> = report.migrations.iter().map(|m| m.verdict).collect();
/// assert_eq!(verdicts, [Verdict::Applied, Verdict::NotApplied]);
/// # Ok::<(), remigrate::Error>(())
/// ```
pub fn history(files: &[SourceFile], live: &Catalog, options: &Options) -> Result<HistoryReport, Error> {
    let options = options.like(live);
    let set = options.migrations(files)?;
    let target = options.target(files)?;
    same_family(target.dialect, live)?;
    let mut start = options.start(&target, World::Closed);
    start.catalog.default_collation.clone_from(&live.default_collation);
    let mut report = reconstruction::reconstruct(&set, &start, live);
    report.problems = super::problems(files, &options, World::Closed)?;
    Ok(report)
}

/// Compares the schema that the migrations make with a live one.
///
/// # Errors
/// As [`history`].
pub fn drift(files: &[SourceFile], live: &Catalog, options: &Options) -> Result<DriftReport, Error> {
    let options = options.like(live);
    let set = options.migrations(files)?;
    let target = options.target(files)?;
    same_family(target.dialect, live)?;
    let mut state = options.start(&target, World::Closed);
    state.catalog.default_collation.clone_from(&live.default_collation);
    let mut refused = Vec::new();
    replay::run_set(&set, &mut state, &mut |_, step| {
        let conflicts = step.operations.iter().flat_map(|o| &o.outcome.conflicts);
        refused.extend(conflicts.map(|c| {
            let what = format!(
                "statement {} of `{}` would be refused: {}",
                step.number, step.part.file.path, c.message
            );
            (c.object.to_string(), what)
        }));
    });
    for (object, what) in refused {
        state.catalog.uncertain.insert(object, what);
    }
    let live = crate::history::without_ledgers(live);
    let differences = diff::differences(&state.catalog, &live);
    let findings = differences.iter().map(finding).collect();
    let changes = differences.iter().map(DiffChange::from).collect();
    let sql = render::script(&diff::script(&live, &state.catalog), live.dialect);
    let problems = super::problems(files, &options, World::Closed)?;
    Ok(DriftReport { changes, sql, findings, problems })
}

/// What a difference means for the database: something that the migrations make is missing, or something is there
/// that they do not make.
///
/// What is not certain is worth a look and no more.
fn finding(difference: &Difference) -> Finding {
    let change = &difference.change;
    let (kind, path) = (change.path.kind(), &change.path);
    let holds_rows = matches!(change.path, ObjectPath::Table { .. } | ObjectPath::Column { .. });
    let (severity, message) = match &change.delta {
        Delta::Create { .. } => {
            (Severity::Warning, format!("{kind} `{path}` is there, and no migration makes it"))
        }
        Delta::Drop { .. } if holds_rows => {
            (Severity::Error, format!("{kind} `{path}` is missing, with what was in it"))
        }
        Delta::Drop { .. } => (Severity::Error, format!("{kind} `{path}` is missing")),
        Delta::Alter { .. } => {
            (Severity::Warning, format!("{kind} `{path}` is not as the migrations make it"))
        }
        Delta::Rename { to } => (Severity::Warning, format!("{kind} `{path}` has the name `{to}`")),
    };
    Finding {
        rule: crate::rules::DRIFT.to_owned(),
        severity: if difference.doubt.is_some() { Severity::Info } else { severity },
        file: String::new(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        byte_column: 1,
        end_byte_column: 1,
        utf16_column: 1,
        end_utf16_column: 1,
        statement: 0,
        message,
        help: difference.doubt.as_ref().map(|why| format!("look at it by hand: {why}")),
        objects: vec![path.to_string()],
        certainty: if difference.doubt.is_some() { Certainty::Possible } else { Certainty::Certain },
    }
}

fn same_family(dialect: crate::Dialect, live: &Catalog) -> Result<(), Error> {
    if dialect == live.dialect {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidOptions,
        format!("the migrations are for {}, the live schema is of {}", dialect.title(), live.dialect.title()),
    ))
}
