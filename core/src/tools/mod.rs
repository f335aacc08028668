//! Migration tools: how each lays out its files, marks their parts, and keeps its ledger. One file a tool; the core
//! takes paths and contents, walking directories is the caller's.
mod atlas;
mod confiture;
mod dbmate;
mod diesel;
mod drizzle;
mod flyway;
mod golang_migrate;
mod goose;
mod layout;
pub mod ledger;
mod liquibase;
mod marked;
mod node_pg_migrate;
mod plain;
mod prisma;
mod refinery;
mod sqlx;
mod statements;
mod supabase;
#[cfg(test)]
mod tests;
mod yoyo;

pub use ledger::is_ledger;

use crate::{
    catalog::Text,
    error::{Error, ErrorKind},
    target::Dialect,
    text::Span,
};

/// A file as the caller read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path with `/` between folders, relative to what the user named; reports repeat it.
    pub path: String,
    /// Content. Bytes that are not UTF-8 have been replaced, see `invalid_at`.
    pub text: Text,
    /// Offset in bytes of the first byte that is not UTF-8.
    pub invalid_at: Option<u32>,
}

impl SourceFile {
    /// A file from its text.
    pub fn new(path: impl Into<String>, text: impl Into<Text>) -> Self {
        Self { path: path.into(), text: text.into(), invalid_at: None }
    }

    /// A file from its bytes. Bytes that are not UTF-8 become U+FFFD and are remembered.
    pub fn from_bytes(path: impl Into<String>, bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::new(path, text),
            Err(error) => Self {
                path: path.into(),
                text: String::from_utf8_lossy(bytes).into(),
                invalid_at: Some(Span::new(error.valid_up_to(), 0).start),
            },
        }
    }

    /// The last component of the path.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The name of the folder that the file is in; empty at the top.
    pub fn folder(&self) -> &str {
        self.path.rsplit('/').nth(1).unwrap_or("")
    }

    /// The path of the folder that the file is in; empty at the top.
    pub fn parent(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// The whole file as a part.
    fn whole(&self) -> Span {
        Span::new(0, self.text.len())
    }
}

/// A part of a file: the statements of one direction of one migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Index into [`MigrationSet::files`].
    pub file: usize,
    /// The bytes of the file that belong to it.
    pub span: Span,
    /// Index into [`MigrationSet::cuts`], if something else than the file's text is read there.
    pub cut: Option<usize>,
}

impl Part {
    /// A part of a file that is read as it stands.
    pub fn new(file: usize, span: Span) -> Self {
        Self { file, span, cut: None }
    }
}

/// Whether a tool runs a migration in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionMode {
    /// The tool opens a transaction around the migration.
    Wrapped,
    /// Each statement runs by itself, because the migration says so or the tool never opens a transaction.
    Autocommit,
    /// The file goes to the server in one piece. PostgreSQL treats it as one transaction unless it holds `BEGIN`;
    /// the MySQL family runs each statement by itself.
    OneQuery,
    /// Not known: a file that no tool is known for.
    Unknown,
}

/// How a migration takes part in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationKind {
    /// Runs once, in the order of versions.
    Versioned,
    /// Runs again whenever it changed, or every time: after the versioned ones (Flyway's `R__`), or in its place
    /// (Liquibase's `runOnChange`).
    Repeatable,
}

/// One migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Version as the tool calls it; empty for a repeatable one that has none.
    pub version: String,
    /// What the ledger calls it, where that is not the version: the time in Drizzle's journal.
    pub ledger_key: Option<String>,
    /// Name or description as the tool calls it.
    pub name: String,
    /// Whether it runs once.
    pub kind: MigrationKind,
    /// What it does.
    pub up: Part,
    /// What undoes it, as its author wrote it.
    pub down: Option<Part>,
    /// Whether the tool runs it in a transaction.
    pub transaction: TransactionMode,
}

impl Migration {
    /// A migration that runs once and that nothing undoes.
    fn new(
        version: impl Into<String>,
        name: impl Into<String>,
        up: Part,
        transaction: TransactionMode,
    ) -> Self {
        Self {
            version: version.into(),
            ledger_key: None,
            name: name.into(),
            kind: MigrationKind::Versioned,
            up,
            down: None,
            transaction,
        }
    }
}

/// The migrations of one directory in the order in which the tool runs them.
#[derive(Clone, Debug)]
pub struct MigrationSet {
    /// The tool.
    pub tool: &'static Tool,
    /// The files, as given.
    pub files: Vec<SourceFile>,
    /// Texts that are read in place of a file's own, where the tool changes it before it runs: of the same length, what
    /// does not run made white space, so that places stay true.
    pub cuts: Vec<String>,
    /// The migrations.
    pub migrations: Vec<Migration>,
    /// What is wrong with the set: versions used twice, files that fit no pattern, down parts without up parts.
    pub problems: Vec<LayoutProblem>,
    /// What the files leave open: conditions that are decided only when the tool runs.
    pub notices: Vec<LayoutProblem>,
}

impl MigrationSet {
    /// A script by itself, which no tool runs.
    pub fn of_script(path: &str, text: &str) -> Self {
        Self {
            tool: &plain::TOOL,
            files: vec![SourceFile::new(path, text)],
            cuts: Vec::new(),
            migrations: Vec::new(),
            problems: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// The text in which a part is to be read; the part's span counts in it.
    pub fn text(&self, part: Part) -> Option<&str> {
        match part.cut {
            Some(cut) => self.cuts.get(cut).map(String::as_str),
            None => self.files.get(part.file).map(|f| f.text.as_str()),
        }
    }
}

/// Something wrong with a file's name, place or markers, or something that it leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutProblem {
    /// Index into [`MigrationSet::files`].
    pub file: usize,
    /// What is wrong and what to do.
    pub message: String,
}

/// Whether a tool looks for its files below the folder it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Folders {
    /// In the folder alone: what stands in folders below it is not run.
    One,
    /// In folders below it as well, or the folders are part of the layout.
    Tree,
}

/// What is known about one migration tool.
#[derive(Debug)]
pub struct Tool {
    /// Name in kebab-case, as given to `--tool`.
    pub id: &'static str,
    /// The name its makers write.
    pub title: &'static str,
    /// Files beside the SQL that tell the tool something: names such as `migration_lock.toml`, or what names end in,
    /// from a dot on.
    companions: &'static [&'static str],
    /// Where it looks for its files.
    folders: Folders,
    /// How strongly the files look like this tool's: 0 for not at all. Of several tools the strongest wins.
    detect: fn(&[SourceFile]) -> u32,
    /// Reads the migrations. Files that are not the tool's are left alone.
    read: fn(&[SourceFile]) -> layout::Reading,
    /// Its ledger, if it keeps one.
    ledger: Option<&'static ledger::Format>,
}

impl Tool {
    /// Whether it is known to send files to the server itself, so that commands of the client programs are none.
    pub(crate) fn sends_files_itself(&self) -> bool {
        !matches!(self.id, "plain" | "confiture" | "atlas")
    }
}

/// Every tool, in the order in which detection prefers them when they are equally likely.
pub static ALL: &[&Tool] = &[
    &supabase::TOOL,
    &liquibase::TOOL,
    &drizzle::TOOL,
    &prisma::TOOL,
    &atlas::TOOL,
    &diesel::TOOL,
    &goose::TOOL,
    &dbmate::TOOL,
    &node_pg_migrate::TOOL,
    &yoyo::TOOL,
    &flyway::TOOL,
    &refinery::TOOL,
    &confiture::TOOL,
    &golang_migrate::TOOL,
    &sqlx::TOOL,
    &plain::TOOL,
];

/// Whether a file called `name`, found in a migrations directory, is worth reading: SQL, or what a tool keeps beside it.
pub fn is_migration_file(name: &str) -> bool {
    let sql =
        name.len() >= 4 && name.get(name.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case(".sql"));
    sql || is_companion(name)
}

/// Whether a file is what a tool keeps beside the SQL.
fn is_companion(name: &str) -> bool {
    ALL.iter()
        .flat_map(|t| t.companions)
        .any(|own| if own.starts_with('.') { name.ends_with(own) } else { name == *own })
}

/// The tool called `id`.
///
/// # Errors
/// `NotFound` when there is none; the message lists those that there are.
pub fn tool(id: &str) -> Result<&'static Tool, Error> {
    ALL.iter().copied().find(|t| t.id == id).ok_or_else(|| {
        let known: Vec<_> = ALL.iter().map(|t| format!("`{}`", t.id)).collect();
        Error::new(ErrorKind::NotFound, format!("unknown tool `{id}`: use one of {}", known.join(", ")))
    })
}

/// Reads the migrations among `files`, for the tool called `id` or, without one, for the tool that the files look
/// like. Files in no tool's layout are read as plain files in the order of their paths, numbers compared as numbers.
///
/// # Errors
/// `NotFound` when the tool is unknown, `InvalidInput` when there are no files.
pub fn read(files: Vec<SourceFile>, id: Option<&str>) -> Result<MigrationSet, Error> {
    read_for(files, id, |_| None)
}

/// As [`read()`], without the migrations that are for other servers than the one that `dialect` tells: Liquibase's
/// changesets can name those that they are for. It is asked only if a migration does.
///
/// # Errors
/// As [`read()`].
pub fn read_for(
    files: Vec<SourceFile>,
    id: Option<&str>,
    dialect: impl FnOnce(&[SourceFile]) -> Option<Dialect>,
) -> Result<MigrationSet, Error> {
    if files.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "no SQL files were given: name a file or a directory that has some",
        ));
    }
    let tool = match id {
        Some(id) => tool(id)?,
        None => detect(&files),
    };
    let mut reading = (tool.read)(&files);
    layout::leave_out_other_servers(&files, &mut reading, dialect);
    if tool.folders == Folders::One {
        layout::leave_out_subfolders(tool, &files, &mut reading);
    }
    note_unread(tool, &files, &mut reading);
    let layout::Reading { migrations, problems, notices, cuts, servers: _ } = reading;
    Ok(MigrationSet { tool, files, cuts, migrations, problems, notices })
}

/// SQL that is in no migration must not pass for checked.
fn note_unread(tool: &Tool, files: &[SourceFile], reading: &mut layout::Reading) {
    let mut read = vec![false; files.len()];
    let parts = reading.migrations.iter().flat_map(|m| [Some(m.up.file), m.down.map(|d| d.file)]).flatten();
    let said = reading.problems.iter().chain(&reading.notices).map(|p| p.file);
    for file in parts.chain(said) {
        if let Some(read) = read.get_mut(file) {
            *read = true;
        }
    }
    for (number, file) in files.iter().enumerate().filter(|(_, f)| layout::is_sql(f)) {
        if read.get(number) == Some(&false) && !file.text.trim().is_empty() {
            let message = format!(
                "{} runs no file of this name, and it was not read: rename it, or read it with `--tool plain`",
                tool.title
            );
            reading.problems.push(LayoutProblem { file: number, message });
        }
    }
}

/// The tool that the files look like.
pub fn detect(files: &[SourceFile]) -> &'static Tool {
    let mut best = (0, &plain::TOOL);
    for tool in ALL {
        let strength = (tool.detect)(files);
        if strength > best.0 {
            best = (strength, tool);
        }
    }
    best.1
}
