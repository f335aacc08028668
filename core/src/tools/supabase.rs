//! Supabase: `supabase/migrations/{time stamp}_{name}.sql`, on PostgreSQL; no down files. The statements go to the
//! server in one batch, which it takes as one transaction.
use super::{
    Folders, LayoutProblem, Migration, Part, SourceFile, Tool, TransactionMode,
    layout::{Reading, digits},
    ledger,
};

pub(super) static TOOL: Tool = Tool {
    id: "supabase",
    title: "Supabase",
    detect,
    companions: &[],
    folders: Folders::One,
    read,
    ledger: Some(&ledger::SUPABASE),
};

/// The folder tells; the files' names are those of many others.
fn detect(files: &[SourceFile]) -> u32 {
    let own = |f: &SourceFile| in_folder(f) && parse(f.file_name()).is_some();
    if files.iter().any(own) { 70 } else { 0 }
}

fn in_folder(file: &SourceFile) -> bool {
    let parent = file.parent();
    parent == "supabase/migrations" || parent.ends_with("/supabase/migrations")
}

/// What was the first migration of a project made by releases before this day is skipped if it is called `init`.
const OLD_INIT: &str = "20211209000000";

fn read(files: &[SourceFile]) -> Reading {
    // With the project's folder given, its other scripts (`seed.sql`, `tests/`) are no migrations.
    let project = files.iter().any(in_folder);
    let mut found: Vec<(&str, &str, usize)> = Vec::new();
    for (number, file) in files.iter().enumerate().filter(|(_, f)| !project || in_folder(f)) {
        if let Some((version, name)) = parse(file.file_name()) {
            found.push((version, name, number));
        }
    }
    // By file name, as text.
    let name_of = |number: usize| files.get(number).map_or("", SourceFile::file_name);
    found.sort_by(|a, b| name_of(a.2).cmp(name_of(b.2)).then(a.2.cmp(&b.2)));
    let mut reading = Reading::default();
    let first = found.first().copied();
    if let Some((version, "init", number)) = first
        && version.len() == OLD_INIT.len()
        && version < OLD_INIT
    {
        let message = "Supabase skips a first migration called `init` with a time stamp before 2021-12-09, and it was \
                       not read: rename it to have it run";
        reading.problems.push(LayoutProblem { file: number, message: message.into() });
        found.remove(0);
    }
    for (version, name, number) in found {
        let Some(file) = files.get(number) else { continue };
        let up = Part::new(number, file.whole());
        reading.migrations.push(Migration::new(version, name, up, TransactionMode::OneQuery));
    }
    reading.report_duplicates(files, |a, b| a == b);
    reading
}

/// Version and name of `{digits}_{name}.sql`.
fn parse(file: &str) -> Option<(&str, &str)> {
    let (version, rest) = digits(file.strip_suffix(".sql")?);
    rest.strip_prefix('_').filter(|_| !version.is_empty()).map(|name| (version, name))
}
