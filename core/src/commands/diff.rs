//! `diff`: what turns one schema into another.
use crate::{
    catalog::Catalog,
    dialect::render,
    error::{Error, ErrorKind},
    report::{DiffChange, DiffReport},
};

/// What turns `from` into `to`, and the script that does it.
///
/// # Errors
/// `InvalidOptions` when the schemas belong to different servers.
pub fn diff(from: &Catalog, to: &Catalog) -> Result<DiffReport, Error> {
    if from.dialect != to.dialect {
        return Err(Error::new(
            ErrorKind::InvalidOptions,
            format!(
                "a schema of {} cannot be compared with one of {}: compare schemas of one server family",
                from.dialect.title(),
                to.dialect.title()
            ),
        ));
    }
    let differences = crate::diff::differences(from, to);
    let rendered = crate::diff::script(from, to);
    Ok(DiffReport {
        changes: differences.iter().map(DiffChange::from).collect(),
        sql: render::script(&rendered, from.dialect),
    })
}
