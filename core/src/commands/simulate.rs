//! `simulate`: the schema after the migrations.
use super::Options;
use crate::{
    catalog::{Catalog, World},
    error::{Error, ErrorKind},
    replay,
    report::{Certainty, Finding},
    rules,
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

/// What [`schema_of`] left out: as [`problems`].
///
/// # Errors
/// As [`simulate`].
#[cfg(feature = "cli")]
pub(crate) fn problems_of_schema(files: &[SourceFile], options: &Options) -> Result<Vec<Finding>, Error> {
    problems(files, &options_for_schema(files, options), World::Closed)
}

/// What an answer about `files` leaves out: the findings of [`check`](super::check()) about files that are in no migration,
/// text that cannot be read, and statements that the server would certainly refuse. `world` is the one that the
/// answer supposes when there is no starting schema.
///
/// # Errors
/// As [`simulate`].
pub(crate) fn problems(files: &[SourceFile], options: &Options, world: World) -> Result<Vec<Finding>, Error> {
    let mut options = Options { disable: Vec::new(), ..options.clone() };
    if options.schema.is_none() && world == World::Closed {
        let target = options.target(files)?;
        options.schema = Some(Catalog::new(target.dialect, target.version));
    }
    let mut findings = super::check(files, &options)?.findings;
    findings.retain(|f| f.certainty == Certainty::Certain && rules::REFUSALS.contains(&f.rule.as_str()));
    Ok(findings)
}
