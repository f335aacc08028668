//! `simulate`: the schema after the migrations.
use super::Options;
use crate::{
    catalog::{Catalog, World},
    error::{Error, ErrorKind},
    replay,
    tools::{self, SourceFile},
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

/// The schema that `files` make on an empty database, as one side of a comparison. The tool that `options` name is that of
/// the migrations; a script or dump in one file is read for what it is.
///
/// # Errors
/// As [`simulate`]; `InvalidInput` when no migration is found in the files, because an empty schema would make
/// everything else look missing.
pub(crate) fn schema_of(files: &[SourceFile], options: &Options) -> Result<Catalog, Error> {
    let options = options_for_schema(files, options);
    if options.migrations(files)?.migrations.is_empty() {
        let first = files.first().map_or("", |f| f.path.as_str());
        let message =
            format!("no migration was found in the schema's files (`{first}`): name a dump, or its tool");
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    simulate(files, &options)
}

fn options_for_schema(files: &[SourceFile], options: &Options) -> Options {
    let one = files.iter().filter(|f| tools::is_migration_file(f.file_name())).count() <= 1;
    let tool = options.tool.clone().filter(|_| !one);
    Options { schema: None, tool, ..options.clone() }
}

/// What [`schema_of`] left out: as [`left_out`].
///
/// # Errors
/// As [`simulate`].
#[cfg(feature = "cli")]
pub(crate) fn left_out_of_schema(
    files: &[SourceFile],
    options: &Options,
) -> Result<Vec<crate::report::Finding>, Error> {
    left_out(files, &options_for_schema(files, options))
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
