//! `simulate`: the schema after the migrations.
use super::Options;
use crate::{
    catalog::{Catalog, World},
    error::Error,
    replay,
    tools::SourceFile,
};

/// The schema after the migrations have run, on an empty database or on `options.schema`.
///
/// A statement that the server would refuse changes nothing; [`check`](super::check()) reports it.
///
/// # Errors
/// As [`check`](super::check()).
///
/// ```
/// use remigrate::{simulate, Dialect, Options, tools::SourceFile};
///
/// let files = [SourceFile::new("1.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);")];
/// let catalog = simulate(&files, &Options::new(Dialect::Postgres))?;
/// assert_eq!(catalog.tables.iter().next().map(|t| t.columns.len()), Some(2));
/// # Ok::<(), remigrate::Error>(())
/// ```
pub fn simulate(files: &[SourceFile], options: &Options) -> Result<Catalog, Error> {
    let set = options.migrations(files)?;
    let target = options.target(files)?;
    let mut state = options.start(&target, World::Closed);
    replay::run_set(&set, &mut state, &mut |_, _| {});
    Ok(state.catalog)
}

/// What a simulation left out: the findings of [`check`](super::check()) about statements that the server would refuse,
/// on the same start as [`simulate`].
///
/// # Errors
/// As [`simulate`].
#[cfg(feature = "cli")]
pub(crate) fn left_out(
    files: &[SourceFile],
    options: &Options,
) -> Result<Vec<crate::report::Finding>, Error> {
    let target = options.target(files)?;
    let schema = options.schema.clone().unwrap_or_else(|| Catalog::new(target.dialect, target.version));
    let options = Options { schema: Some(schema), disable: Vec::new(), ..options.clone() };
    let mut findings = super::check(files, &options)?.findings;
    findings.retain(|f| {
        f.certainty == crate::report::Certainty::Certain && crate::rules::REFUSALS.contains(&f.rule.as_str())
    });
    Ok(findings)
}
