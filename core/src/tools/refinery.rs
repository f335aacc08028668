//! refinery: `V1__users.sql`, and `U2__late.sql` for one that may run behind newer ones. The names are Flyway's, who
//! undoes with `U`: the files are refinery's by name, by its configuration file or by its ledger.
use super::{
    Folders, LayoutProblem, Migration, Part, SourceFile, Tool, TransactionMode,
    layout::{Reading, digits},
    ledger,
};

pub(super) static TOOL: Tool = Tool {
    id: "refinery",
    title: "refinery",
    detect,
    companions: &["refinery.toml"],
    folders: Folders::Tree,
    read,
    ledger: Some(&ledger::REFINERY),
};

fn detect(files: &[SourceFile]) -> u32 {
    let configured = files.iter().any(|f| f.file_name() == "refinery.toml");
    if configured && files.iter().any(|f| parse(f.file_name()).is_some()) { 35 } else { 0 }
}

fn read(files: &[SourceFile]) -> Reading {
    let mut reading = Reading::default();
    for (number, file) in files.iter().enumerate() {
        let Some((version, name)) = parse(file.file_name()) else { continue };
        let note = |message: String| LayoutProblem { file: number, message };
        match version.parse::<i64>() {
            Err(_) => {
                reading.problems.push(note(format!(
                    "version `{version}` is no whole number of at most 64 bits: refinery refuses it, and it was not read"
                )));
                continue;
            }
            Ok(value) if i32::try_from(value).is_err() => reading.notices.push(note(format!(
                "version `{version}` has more than 32 bits: refinery takes it only if it is built with its feature \
                 `int8-versions`"
            ))),
            Ok(_) => {}
        }
        let up = Part::new(number, file.whole());
        reading.migrations.push(Migration::new(version, name, up, TransactionMode::Wrapped));
    }
    reading.in_order_of_versions(files)
}

/// Version and name of `V{number}__{word}.sql`; the number may have one dot, which is refused later.
fn parse(file: &str) -> Option<(&str, &str)> {
    let rest = file.strip_suffix(".sql")?.strip_prefix(['V', 'U'])?;
    let (version, name) = rest.split_once("__")?;
    let (whole, fraction) = digits(version);
    let fraction = if fraction.is_empty() { Some("0") } else { fraction.strip_prefix('.') };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (number(whole) && fraction.is_some_and(number) && word).then_some((version, name))
}
