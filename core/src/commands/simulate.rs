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
