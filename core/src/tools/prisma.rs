//! Prisma: a folder a migration with `migration.sql`, beside `migration_lock.toml`; no down files.
use super::{
    Folders, LayoutProblem, Migration, Part, SourceFile, Tool, TransactionMode,
    layout::{Reading, digits},
    ledger,
};

pub(super) static TOOL: Tool = Tool {
    id: "prisma",
    title: "Prisma",
    detect,
    companions: &["migration_lock.toml"],
    folders: Folders::Tree,
    read,
    ledger: Some(&ledger::PRISMA),
};

fn detect(files: &[SourceFile]) -> u32 {
    if files.iter().any(|f| f.file_name() == "migration.sql" && !f.folder().is_empty()) { 60 } else { 0 }
}

fn read(files: &[SourceFile]) -> Reading {
    let mut reading = Reading::default();
    for (number, file) in files.iter().enumerate().filter(|(_, f)| f.file_name() == "migration.sql") {
        let folder = file.folder();
        if folder.is_empty() {
            reading.problems.push(LayoutProblem {
                file: number,
                message: "`migration.sql` stands in no folder of its own: put it into `<time stamp>_<name>/`"
                    .into(),
            });
            continue;
        }
        let (_, name) = digits(folder);
        let up = Part::new(number, file.whole());
        let name = name.trim_start_matches('_');
        reading.migrations.push(Migration::new(folder, name, up, TransactionMode::OneQuery));
    }
    // Prisma sorts by folder name, as text.
    reading.migrations.sort_by(|a, b| a.version.cmp(&b.version));
    reading
}
