//! `rollback`: how do I get back?
use super::Options;
use crate::{
    catalog::World,
    error::{Error, ErrorKind},
    replay::{self, PartText},
    report::RollbackReport,
    tools::SourceFile,
};

/// Writes the way back from migrations: from all of them, or with `options.to` from those behind that version.
///
/// Nothing is executed. Without a starting schema the answers are those of an open world: what a statement dropped is
/// not known unless an earlier file created it.
///
/// # Errors
/// `NotFound` when there is no migration of version `options.to`, and as [`check`](super::check()).
///
/// ```
/// use remigrate::{rollback, Dialect, Options, tools::SourceFile};
///
/// let files = [
///     SourceFile::new("1_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);"),
///     SourceFile::new("2_index.sql", "CREATE INDEX users_email ON users (email);"),
/// ];
/// let options = Options { to: Some("1".into()), ..Options::new(Dialect::Postgres) };
/// let report = rollback(&files, &options)?;
/// assert_eq!(report.sql, "DROP INDEX public.users_email;\n");
/// assert!(report.residual.is_empty());
/// # Ok::<(), remigrate::Error>(())
/// ```
pub fn rollback(files: &[SourceFile], options: &Options) -> Result<RollbackReport, Error> {
    let set = options.migrations(files)?;
    let target = options.target(files)?;
    let mut state = options.start(&target, World::Open);
    let keep = match &options.to {
        None => 0,
        Some(version) => {
            let found = set.migrations.iter().rposition(|m| m.version == *version && !m.version.is_empty());
            found.map(|i| i + 1).ok_or_else(|| {
                Error::new(
                    ErrorKind::NotFound,
                    format!("there is no migration of version `{version}` to get back to"),
                )
            })?
        }
    };
    let (kept, undone) = set.migrations.split_at(keep.min(set.migrations.len()));
    let mut previous = None;
    for migration in kept {
        if let Some(part) = PartText::after(previous.as_ref(), &set, migration.up, &state) {
            replay::run(&part, migration.transaction, &mut state, &mut |_| {});
            previous = Some(part);
        }
    }
    state.session = target.session;
    let mut report = crate::rollback::plan(&set, undone, &state, options.schema.as_ref());
    report.problems = super::problems(files, options, World::Open)?;
    Ok(report)
}
