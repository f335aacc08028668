//! Flyway: `V1_2__add_users.sql`, `U1_2__….sql` to undo, `R__views.sql` to repeat; `<file>.conf` can switch the
//! transaction off.
use std::collections::BTreeMap;

use super::{
    Folders, LayoutProblem, Migration, MigrationKind, Part, SourceFile, Tool, TransactionMode,
    layout::{Pairs, Reading, is_sql, read_placeholders},
    ledger, statements,
};

pub(super) static TOOL: Tool = Tool {
    id: "flyway",
    title: "Flyway",
    detect,
    companions: &[".sql.conf"],
    folders: Folders::Tree,
    read,
    ledger: Some(&ledger::FLYWAY),
};

/// At least half of the scripts are named so, one of them with a description: a stray file must not make the others
/// disappear.
fn detect(files: &[SourceFile]) -> u32 {
    let (mut own, mut all, mut described) = (0_usize, 0_usize, false);
    for file in files.iter().filter(|f| is_sql(f) && !is_callback(f.file_name())) {
        let found = parse(file.file_name());
        all += 1;
        own += usize::from(found.is_some());
        described |= found.is_some_and(|f| !f.bare);
    }
    if described && own * 2 >= all { 30 } else { 0 }
}

fn read(files: &[SourceFile]) -> Reading {
    let mut pairs = Pairs::default();
    let (mut repeatable, mut notices) = (Vec::new(), Vec::new());
    for (number, file) in files.iter().enumerate() {
        let mut notice = |message: String| notices.push(LayoutProblem { file: number, message });
        match parse(file.file_name()) {
            Some(Flyway { kind: 'V', version, description, .. }) => {
                pairs.add(&version, &description, true, number);
            }
            Some(Flyway { kind: 'U', version, description, .. }) => {
                pairs.add(&version, &description, false, number);
            }
            Some(Flyway { kind: 'B', version, .. }) => notice(format!(
                "a baseline: on a database without a history Flyway runs it instead of the migrations up to `{version}`; \
                 it was not read"
            )),
            Some(Flyway { description, .. }) => repeatable.push((description, number)),
            None if is_callback(file.file_name()) => {
                notice("a callback, which Flyway runs whenever its event happens: it was not read".into());
            }
            None => {}
        }
    }
    let configured: BTreeMap<&str, &str> =
        files.iter().filter_map(|f| Some((f.path.strip_suffix(".conf")?, f.text.as_str()))).collect();
    let setting = |file: &SourceFile, key: &str| {
        let text = configured.get(file.path.as_str())?;
        text.lines().filter_map(|l| l.split_once('=')).find(|(k, _)| k.trim() == key).map(|(_, v)| v.trim())
    };
    let transaction = |file: &SourceFile| match setting(file, "executeInTransaction") {
        Some("false") => TransactionMode::Autocommit,
        Some(_) => TransactionMode::Wrapped,
        // Flyway runs a script by statements if one of them cannot run in a transaction (its `PostgreSQLParser`).
        None if statements::outside(&file.text, statements::FLYWAY).0 > 0 => TransactionMode::Autocommit,
        None => TransactionMode::Wrapped,
    };
    let mut reading = pairs.read(files, transaction);
    repeatable.sort();
    for (name, number) in repeatable {
        let Some(file) = files.get(number) else { continue };
        reading.migrations.push(Migration {
            kind: MigrationKind::Repeatable,
            ..Migration::new("", name, Part::new(number, file.whole()), transaction(file))
        });
    }
    for migration in &reading.migrations {
        let Some(file) = files.get(migration.up.file) else { continue };
        let (outside, all) = statements::outside(&file.text, statements::FLYWAY);
        if outside > 0 && outside < all && setting(file, "executeInTransaction").is_none() {
            let message = "some of its statements cannot run in a transaction and others can: Flyway refuses to mix them \
                           unless it is configured to (`mixed`), put them into migrations of their own";
            reading.problems.push(LayoutProblem { file: migration.up.file, message: message.into() });
        }
        if let Some(condition) = setting(file, "shouldExecute") {
            let message =
                format!("whether it runs is decided by `shouldExecute={condition}`: it is taken to run");
            notices.push(LayoutProblem { file: migration.up.file, message });
        }
    }
    reading.notices.append(&mut notices);
    read_placeholders(files, &mut reading, |file| setting(file, "placeholderReplacement") != Some("false"));
    reading
}

/// Whether the file is named after an event: `beforeMigrate.sql`, `afterEachMigrate__vacuum.sql`.
fn is_callback(file: &str) -> bool {
    let Some(stem) = file.strip_suffix(".sql") else { return false };
    let event = stem.split_once("__").map_or(stem, |(event, _)| event);
    let rest = event.strip_prefix("before").or_else(|| event.strip_prefix("after"));
    event == "createSchema" || rest.is_some_and(|rest| EVENTS.iter().any(|own| rest.starts_with(own)))
}

/// What Flyway's events are about.
const EVENTS: &[&str] = &[
    "Baseline",
    "Clean",
    "Connect",
    "Deploy",
    "Each",
    "Info",
    "Migrate",
    "Repair",
    "Repeatables",
    "Undo",
    "Validate",
    "Version",
];

struct Flyway {
    kind: char,
    version: String,
    description: String,
    /// Without a description.
    bare: bool,
}

/// The parts of a file name; versions have dots, as in the ledger.
fn parse(file: &str) -> Option<Flyway> {
    let stem = file.strip_suffix(".sql")?;
    let kind = stem.chars().next().filter(|k| matches!(k, 'V' | 'U' | 'R' | 'B'))?;
    let (version, description) = stem[1..].split_once("__").unwrap_or((&stem[1..], ""));
    let version = version.replace('_', ".");
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let bare = !stem.contains("__");
    let fits = if kind == 'R' { version.is_empty() && !bare } else { version.split('.').all(number) };
    fits.then(|| Flyway { kind, version, description: description.replace('_', " "), bare })
}
