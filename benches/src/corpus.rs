//! The published migration histories that `tests/corpora/fetch` brings.
use std::{
    fs,
    path::{Path, PathBuf},
};

use remigrate::{
    Dialect, Operation, Target, dialect,
    text::Script,
    tools::{self, SourceFile},
};

const LIST: &str = include_str!("../../tests/corpora/projects.tsv");

/// One project's migrations.
#[derive(Debug)]
pub struct Project {
    /// The name of its folder.
    pub name: String,
    /// The migration tool that it is laid out for.
    pub tool: String,
    /// Its files in the order in which the tool runs them.
    pub files: Vec<SourceFile>,
}

impl Project {
    /// Bytes of all files.
    pub fn bytes(&self) -> usize {
        self.files.iter().map(|file| file.text.len()).sum()
    }

    /// Statements of all files.
    pub fn statements(&self, dialect: Dialect) -> usize {
        let target = Target::new(dialect);
        self.files.iter().map(|file| Script::new(&file.text, &target).statements.len()).sum()
    }
}

/// The projects for one dialect, from the folder that `REMIGRATE_CORPORA` names; `benches/run` sets it. Only forward
/// migrations are kept. MariaDB's projects count for MySQL.
///
/// # Panics
/// When a listed project is not there.
pub fn projects(wanted: Dialect) -> Vec<Project> {
    let root = std::env::var_os("REMIGRATE_CORPORA").map(PathBuf::from);
    let root = root.expect("REMIGRATE_CORPORA is not set: use benches/run");
    let mut found = Vec::new();
    for line in LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (name, dialect, tool) =
            (columns.next().unwrap_or(""), columns.next().unwrap_or(""), columns.next().unwrap_or(""));
        let dialect: Dialect = dialect.parse().expect("projects.tsv names a dialect");
        if dialect.is_mysql_family() != wanted.is_mysql_family() {
            continue;
        }
        let mut files = Vec::new();
        collect(&root.join(name), "", &mut files);
        assert!(!files.is_empty(), "`{name}` is not in `{}`: run tests/corpora/fetch", root.display());
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let set = tools::read(files, Some(tool)).expect("the corpus has the layout that the list says");
        let files = set.migrations.iter().map(|migration| {
            let file = &set.files[migration.up.file];
            SourceFile::new(file.path.clone(), migration.up.span.slice(&file.text))
        });
        found.push(Project { name: name.to_owned(), tool: tool.to_owned(), files: files.collect() });
    }
    found
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("the corpus can be read").path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files);
        } else {
            let bytes = fs::read(&path).expect("the corpus can be read");
            files.push(SourceFile::from_bytes(format!("{prefix}{name}"), &bytes));
        }
    }
}

/// Whether Remigrate takes the statement that `text` consists of.
pub fn accepts(text: &str, target: &Target) -> bool {
    let script = Script::new(text, target);
    script.problems.is_empty()
        && script.directives.is_empty()
        && script.statements.iter().all(|statement| {
            statement.data.is_none()
                && dialect::lower(&script, statement, target)
                    .iter()
                    .all(|operation| !matches!(operation.node, Operation::Invalid { .. }))
        })
}

/// The same projects with those statements only that `keep` takes, each followed by `;` and a line end; comments
/// between statements stay away. Also answers with how many were left out.
pub fn keep(projects: &[Project], target: &Target, keep: impl Fn(&str) -> bool) -> (Vec<Project>, usize) {
    let mut dropped = 0;
    let mut kept = Vec::new();
    for project in projects {
        let mut files = Vec::new();
        for file in &project.files {
            let script = Script::new(&file.text, target);
            let mut text = String::new();
            for statement in &script.statements {
                let sql = statement.source.slice(&file.text);
                if statement.data.is_none() && keep(sql) {
                    text.push_str(sql);
                    text.push_str(";\n");
                } else {
                    dropped += 1;
                }
            }
            if !text.is_empty() {
                files.push(SourceFile::new(file.path.clone(), text));
            }
        }
        kept.push(Project { name: project.name.clone(), tool: project.tool.clone(), files });
    }
    (kept, dropped)
}
