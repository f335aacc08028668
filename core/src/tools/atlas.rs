//! Atlas: `{version}_{description}.sql` beside `atlas.sum`; `-- atlas:txmode none` switches the transaction off.
use super::{
    Folders, Migration, Part, SourceFile, Tool, TransactionMode,
    layout::{Reading, digits, is_sql},
};

pub(super) static TOOL: Tool = Tool {
    id: "atlas",
    title: "Atlas",
    detect,
    companions: &["atlas.sum"],
    folders: Folders::One,
    read,
    ledger: None,
};

fn detect(files: &[SourceFile]) -> u32 {
    let summed = files.iter().any(|f| f.file_name() == "atlas.sum");
    let marked = files.iter().any(|f| is_sql(f) && f.text.lines().any(|l| directive(l).is_some()));
    if summed || marked { 60 } else { 0 }
}

/// What follows `-- atlas:` on a line.
fn directive(line: &str) -> Option<&str> {
    line.strip_prefix("--")?.trim_start().strip_prefix("atlas:").map(str::trim)
}

fn read(files: &[SourceFile]) -> Reading {
    let mut reading = Reading::default();
    for (number, file) in files.iter().enumerate().filter(|(_, f)| is_sql(f)) {
        let (version, rest) = digits(file.file_name());
        if version.is_empty() {
            continue;
        }
        let off = file.text.lines().filter_map(directive).any(|d| d == "txmode none");
        reading.migrations.push(Migration::new(
            version,
            rest.trim_start_matches('_').trim_end_matches(".sql"),
            Part::new(number, file.whole()),
            if off { TransactionMode::Autocommit } else { TransactionMode::Wrapped },
        ));
    }
    reading.in_order_of_versions(files)
}
