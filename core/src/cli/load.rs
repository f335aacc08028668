//! Files, directories, catalogs and databases.
use std::{fs, path::Path, path::PathBuf};

use walkdir::WalkDir;

use super::arguments::Shared;
use crate::{
    catalog::{Catalog, World},
    commands::{self, Options},
    error::{Error, ErrorKind},
    live::{self, LiveOptions},
    report::Finding,
    tools::{self, SourceFile, ledger::Ledger},
};

fn io(path: &Path, error: &impl ToString) -> Error {
    Error::new(ErrorKind::Io, format!("cannot read `{}`: {}", path.display(), error.to_string()))
}

fn missing(path: &Path) -> Error {
    let name = path.to_string_lossy();
    // A database URL with a slip of the pen: its password is not to be repeated.
    if name.split_once(':').is_some_and(|(_, rest)| rest.contains('@')) {
        let message = "a name with `:` and `@` is neither a file nor a database URL: write `scheme://user@host/database`";
        return Error::new(ErrorKind::NotFound, message);
    }
    io(path, &"no such file or directory")
}

/// The options that all commands share.
pub(super) fn options(shared: &Shared) -> Result<Options, Error> {
    let mut options = Options {
        dialect: shared.dialect.as_deref().map(str::parse).transpose()?,
        server_version: shared.server_version.as_deref().map(str::parse).transpose()?,
        tool: shared.tool.clone(),
        timeouts: LiveOptions {
            connect_timeout: shared.connect_timeout,
            statement_timeout: shared.statement_timeout,
            lock_timeout: shared.lock_timeout,
        },
        ..Options::default()
    };
    if let Some(name) = &shared.schema {
        options.schema = Some(schema(name, &options)?);
    }
    Ok(options)
}

/// The SQL files that `paths` name, directories with everything below them, sorted by path.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Vec<SourceFile>, Error> {
    let mut files = Vec::new();
    for path in paths {
        if is_url(&path.to_string_lossy()) {
            // Without repeating it: it may hold a password.
            let message = "a database URL stands where migrations are expected: give a file or a directory";
            return Err(Error::new(ErrorKind::InvalidOptions, message));
        }
        if !path.exists() {
            return Err(missing(path));
        }
        for entry in WalkDir::new(path).follow_links(true).sort_by_file_name() {
            let entry = entry.map_err(|e| io(path, &e))?;
            let name = entry.file_name().to_string_lossy();
            let hidden = entry.depth() > 0
                && entry
                    .path()
                    .strip_prefix(path)
                    .is_ok_and(|p| p.components().any(|c| c.as_os_str().to_string_lossy().starts_with('.')));
            // A file that is named is read whatever it is called, a pipe as well.
            let wanted = if entry.depth() == 0 {
                !entry.file_type().is_dir()
            } else {
                entry.file_type().is_file() && tools::is_migration_file(&name)
            };
            if hidden || !wanted {
                continue;
            }
            let bytes = fs::read(entry.path()).map_err(|e| io(entry.path(), &e))?;
            let shown = entry.path().to_string_lossy().replace('\\', "/");
            files.push(SourceFile::from_bytes(shown, &bytes));
        }
    }
    if files.is_empty() {
        let names: Vec<_> = paths.iter().map(|p| format!("`{}`", p.display())).collect();
        return Err(Error::new(
            ErrorKind::InvalidInput,
            format!("there are no SQL files in {}", names.join(", ")),
        ));
    }
    Ok(files)
}

fn is_url(name: &str) -> bool {
    name.contains("://")
}

/// The catalog that `name` stands for: a migrations directory, a dump, a catalog in JSON or a database.
pub(crate) fn schema(name: &str, options: &Options) -> Result<Catalog, Error> {
    if is_url(name) {
        return snapshot(name, options);
    }
    let path = Path::new(name);
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
        if !path.exists() {
            return Err(missing(path));
        }
        let text = fs::read_to_string(path).map_err(|e| io(path, &e))?;
        return Catalog::from_json(&text);
    }
    commands::schema_of(&files(&[path.to_path_buf()])?, options)
}

/// What the schema that `name` stands for is without, if it is made from SQL: statements that the server would refuse.
pub(super) fn left_out(name: &str, options: &Options) -> Option<String> {
    let path = Path::new(name);
    if is_url(name) || path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
        return None;
    }
    note_of("the schema", &commands::problems_of_schema(&files(&[path.to_path_buf()]).ok()?, options).ok()?)
}

/// What the schema after `files` is without.
pub(super) fn left_out_of(files: &[SourceFile], options: &Options) -> Option<String> {
    note_of("the schema", &commands::problems(files, options, World::Closed).ok()?)
}

/// A line about what `answer` is without.
pub(super) fn note_of(answer: &str, problems: &[Finding]) -> Option<String> {
    let first = problems.first()?;
    let how_many = match problems.len() {
        1 => "what could not be read or would be refused".to_owned(),
        n => format!("{n} things that could not be read or would be refused, the first"),
    };
    Some(format!(
        "{answer} is without {how_many}: {}:{}:{}: {}",
        first.file, first.line, first.column, first.message
    ))
}

/// Two schemas; files that do not tell their dialect take that of the other side.
pub(super) fn two_schemas(from: &str, to: &str, options: &Options) -> Result<(Catalog, Catalog), Error> {
    options.two_schemas(|options| schema(from, options), |options| schema(to, options))
}

/// The schema of a live database.
pub(super) fn snapshot(url: &str, options: &Options) -> Result<Catalog, Error> {
    live::snapshot(url, &options.timeouts)
}

/// The schema of a live database, and what the tool's ledger in it says. The database tells the tool if the files fit
/// several and none is named.
pub(crate) fn ledger(url: &str, files: &[SourceFile], options: &Options) -> Result<(Catalog, Ledger), Error> {
    if !is_url(url) {
        return Err(Error::new(
            ErrorKind::InvalidOptions,
            "`verify` reads the ledger from a database: give `--against` a database URL",
        ));
    }
    let live = snapshot(url, options)?;
    let format = tools::ledger::tool_of(files, &live, options.tool.as_deref())?.ledger(live.dialect)?;
    let ledger = match format.find(&live)? {
        Some(table) => {
            let rows = live::rows(url, &format.query(&table), &options.timeouts)?;
            format.decode(&table, &rows)?
        }
        None => format.absent(),
    };
    Ok((live, ledger))
}

/// An empty database of the same server.
pub(super) fn empty_like(catalog: &Catalog) -> Catalog {
    Catalog {
        default_collation: catalog.default_collation.clone(),
        ..Catalog::new(catalog.dialect, catalog.server_version)
    }
}
