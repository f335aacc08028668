//! golang-migrate: `1_users.up.sql`, `1_users.down.sql`; the file goes to the server in one piece.
use super::{
    Folders, SourceFile, Tool, TransactionMode,
    layout::{Pairs, Reading, digits},
    ledger,
};

pub(super) static TOOL: Tool = Tool {
    id: "golang-migrate",
    title: "golang-migrate",
    detect,
    companions: &[],
    folders: Folders::One,
    read,
    ledger: Some(&ledger::GOLANG_MIGRATE),
};

fn detect(files: &[SourceFile]) -> u32 {
    let downs = files.iter().filter(|f| parse(f.file_name()).is_some_and(|(.., up)| !up)).count();
    if downs > 0 && files.iter().all(|f| !f.path.ends_with(".sql") || parse(f.file_name()).is_some()) {
        20
    } else {
        0
    }
}

fn read(files: &[SourceFile]) -> Reading {
    let mut pairs = Pairs::default();
    for (number, file) in files.iter().enumerate() {
        if let Some((version, name, up)) = parse(file.file_name()) {
            pairs.add(version, name, up, number);
        }
    }
    pairs.read(files, |_| TransactionMode::OneQuery)
}

/// Version, name and direction of `{digits}_{name}.{up|down}.{anything}`; the last direction counts.
pub(super) fn parse(file: &str) -> Option<(&str, &str, bool)> {
    let (version, rest) = digits(file);
    let rest = rest.strip_prefix('_').filter(|_| version.parse::<u64>().is_ok())?;
    let (up, down) = (rest.rfind(".up."), rest.rfind(".down."));
    let at = up.max(down)?;
    Some((version, &rest[..at], up == Some(at)))
}
