//! `verify`: does the ledger tell the truth?
use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use super::{Options, history};
use crate::{
    catalog::Catalog,
    error::{Error, ErrorKind},
    report::{LedgerRow, LedgerState, MigrationVerdict, Verdict, VerifyReport},
    tools::{
        self, Migration, MigrationKind, MigrationSet, SourceFile, Tool,
        ledger::{self, Checksum, Comparison, Entry, EntryKind, EntryState, Ledger, LedgerFormat},
    },
};

/// Audits a migration tool's ledger against its files and the schema of the database it is in.
///
/// `ledger` is what [`LedgerFormat::decode`] makes of the ledger's rows, or [`LedgerFormat::absent`]; `live` is the
/// schema of the same database. Every file and every row is answered for, and the answer says what was compared with
/// what: the recorded checksum with the file, where the tool records one; the name; and what [`history()`](super::history())
/// reads from the schema. The tools hash what they run upwards, so an edited down part is found only where both are in
/// one file. Files read by Flyway with placeholders have another checksum than the one it records for repeatable
/// migrations.
///
/// # Errors
/// `InvalidOptions` when the options name another tool than the ledger's, or the tool has no ledger on this server;
/// otherwise as [`history()`](super::history()).
///
/// ```
/// use remigrate::{report::LedgerState, simulate, tools::{self, SourceFile}, verify, Dialect, Options};
///
/// let files = [SourceFile::new("1_users.up.sql", "CREATE TABLE users (id bigint PRIMARY KEY);")];
/// let options = Options { tool: Some("golang-migrate".into()), ..Options::new(Dialect::Postgres) };
/// let live = simulate(&files, &options)?;
/// let format = tools::tool("golang-migrate")?.ledger(Dialect::Postgres)?;
/// let report = verify(&files, &format.absent(), &live, &options)?;
/// assert_eq!(report.rows[0].state, LedgerState::BehindSchema);
/// # Ok::<(), remigrate::Error>(())
/// ```
pub fn verify(
    files: &[SourceFile],
    ledger: &Ledger,
    live: &Catalog,
    options: &Options,
) -> Result<VerifyReport, Error> {
    if let Some(named) = options.tool.as_ref().filter(|named| **named != ledger.tool) {
        return Err(Error::new(
            ErrorKind::InvalidOptions,
            format!("the ledger is one of `{}`, the options name `{named}`", ledger.tool),
        ));
    }
    let tool = tools::tool(&ledger.tool)?;
    let format = tool.ledger(live.dialect)?;
    let options = Options { tool: Some(ledger.tool.clone()), ..options.clone() };
    let set = options.migrations(files)?;
    let reading = history(files, live, &options)?;
    let ledger = &ledger::resolve(ledger, &set);
    let rows = Audit::new(tool, format, &set, &reading.migrations, ledger).rows();
    let mut about = about(tool, &format, ledger);
    if !reading.residual.is_empty() {
        let n = reading.residual.len();
        let _ = write!(
            about,
            "; in {n} {} the schema is not what the files judged as applied make: `drift` lists what was changed by \
             hand, or in a file after it ran",
            if n == 1 { "place" } else { "places" }
        );
    }
    Ok(VerifyReport { ledger: about, rows, problems: reading.problems })
}

/// A sentence about the ledger itself.
fn about(tool: &Tool, format: &LedgerFormat, ledger: &Ledger) -> String {
    match (&ledger.table, ledger.entries.len()) {
        (None, _) => format!(
            "the database has no table `{}`: {} never ran here, ran with another table, or its ledger is lost",
            format.table(),
            tool.title
        ),
        (Some(table), 0) => format!("the ledger `{table}` of {} is empty", tool.title),
        (Some(table), 1) => format!("the ledger `{table}` of {} has one entry", tool.title),
        (Some(table), n) => format!("the ledger `{table}` of {} has {n} entries", tool.title),
    }
}

/// Whether a file is what ran.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Compared(Comparison),
    /// The tool keeps no checksum, or not of this migration.
    NoChecksum,
    /// The bytes of the file are not known, because they are not UTF-8.
    Unreadable,
    /// The checksum is another one, but the tool puts something in place of placeholders before it is made.
    Open,
}

struct Audit<'a> {
    tool: &'a Tool,
    format: LedgerFormat,
    set: &'a MigrationSet,
    verdicts: &'a [MigrationVerdict],
    /// The place of each version in the order in which the tool lists the migrations, where versions do not tell it.
    /// What has no file stands behind the one that ran before it.
    places: Option<HashMap<&'a str, (usize, usize)>>,
    /// The newest row of each migration; the key is what [`key`] makes.
    newest: BTreeMap<(bool, String), &'a Entry>,
    /// The newest row that says that everything up to its version is applied.
    up_to: Option<&'a Entry>,
    /// The ledger's row and the content of each migration of the set.
    found: Vec<(Option<&'a Entry>, Content)>,
    /// Rows without a file, each with the number of migrations of the set that come before it.
    missing: Vec<(usize, &'a Entry)>,
    /// What the schema says of the migrations before this one proves nothing against the ledger: something ran that
    /// is not in the files.
    unknown_until: usize,
    /// Migrations that are not in the ledger, by their checksum.
    unrecorded: HashMap<String, usize>,
    /// Of those, the ones that have the checksum of an entry without a file.
    renumbered: HashMap<usize, &'a Entry>,
    /// The highest version that the ledger says is applied.
    newest_applied: Option<&'a str>,
}

impl<'a> Audit<'a> {
    fn new(
        tool: &'a Tool,
        format: LedgerFormat,
        set: &'a MigrationSet,
        verdicts: &'a [MigrationVerdict],
        ledger: &'a Ledger,
    ) -> Self {
        let mut newest = BTreeMap::new();
        let mut up_to = None;
        for entry in &ledger.entries {
            if entry.kind == EntryKind::UpTo {
                up_to = Some(entry);
            } else {
                newest.insert(
                    key(&format, entry.kind == EntryKind::Repeatable, &entry.version, &entry.name),
                    entry,
                );
            }
        }
        let mut audit = Self {
            tool,
            format,
            set,
            verdicts,
            places: format.is_listed().then(|| places(set, ledger)),
            newest,
            up_to,
            found: Vec::new(),
            missing: Vec::new(),
            unknown_until: 0,
            unrecorded: HashMap::new(),
            renumbered: HashMap::new(),
            newest_applied: None,
        };
        audit.find();
        audit
    }

    /// Matches rows and files.
    fn find(&mut self) {
        let entries = self.newest.values().copied().chain(self.up_to);
        let applied = entries.filter(|e| e.state == EntryState::Applied && e.kind != EntryKind::Repeatable);
        self.newest_applied = applied.map(|e| e.version.as_str()).max_by(|a, b| self.compare(a, b));
        let mut without_file = self.newest.clone();
        let mut mark_has_file = false;
        for (number, migration) in self.set.migrations.iter().enumerate() {
            let key = migration_key(&self.format, migration);
            let own = self.newest.get(&key).copied();
            without_file.remove(&key);
            let covered = self.up_to.filter(|mark| {
                migration.kind == MigrationKind::Versioned
                    && self.compare(&migration.version, &mark.version).is_le()
            });
            mark_has_file |=
                covered.is_some_and(|mark| self.compare(&migration.version, &mark.version).is_eq());
            let entry = own.or(covered);
            let content = own.map_or(Content::NoChecksum, |entry| self.content(migration, entry));
            let ran = entry.is_some_and(|e| e.state != EntryState::RolledBack);
            if ran && migration.kind == MigrationKind::Versioned {
                let differs = content == Content::Compared(Comparison::Different);
                let code = own.is_some_and(|e| e.kind == EntryKind::Code);
                if differs || code || matches!(content, Content::Unreadable | Content::Open) {
                    self.unknown_until = number + 1;
                }
            }
            if !ran && let Some(sum) = self.checksum_of(migration) {
                self.unrecorded.insert(sum, number);
            }
            self.found.push((entry, content));
        }
        let mut missing: Vec<&Entry> = without_file.into_values().collect();
        missing.extend(self.up_to.filter(|_| !mark_has_file));
        for entry in missing {
            let before = |m: &Migration| {
                (m.kind == MigrationKind::Versioned || self.places.is_some())
                    && self.compare(&m.version, &entry.version).is_lt()
            };
            let place = if entry.kind == EntryKind::Repeatable {
                self.set.migrations.len()
            } else {
                self.set.migrations.partition_point(before)
            };
            let ran = entry.state != EntryState::RolledBack;
            // A baseline is no migration: what was there before is not in the files at all.
            let unknown =
                matches!(entry.kind, EntryKind::Migration | EntryKind::Code) || self.format.is_high_water();
            if ran && unknown {
                self.unknown_until = self.unknown_until.max(place);
            }
            if let Some(number) = self.twin(entry) {
                self.renumbered.insert(number, entry);
            }
            self.missing.push((place, entry));
        }
        let mut missing = std::mem::take(&mut self.missing);
        missing.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| self.compare(&a.1.version, &b.1.version)));
        self.missing = missing;
    }

    fn checksum_of(&self, migration: &Migration) -> Option<String> {
        self.format.checksum_of(self.set, migration)
    }

    fn content(&self, migration: &Migration, entry: &Entry) -> Content {
        let recorded = entry.checksum.as_ref().filter(|_| self.format.checksum() != Checksum::None);
        let Some(recorded) = recorded else { return Content::NoChecksum };
        match self.format.compare(self.set, migration, recorded) {
            None => Content::Unreadable,
            Some(Comparison::Open) => Content::Open,
            Some(comparison) => Content::Compared(comparison),
        }
    }

    /// The order of two versions, as the tool runs them.
    fn compare(&self, a: &str, b: &str) -> Ordering {
        match &self.places {
            None => self.format.compare_versions(a, b),
            Some(places) => {
                let place = |version: &str| places.get(version).copied().unwrap_or((usize::MAX, usize::MAX));
                place(a).cmp(&place(b))
            }
        }
    }

    /// One row for each migration and each entry without a file, in the order of versions.
    fn rows(&self) -> Vec<LedgerRow> {
        let mut rows = Vec::new();
        let mut missing = self.missing.iter().peekable();
        for (number, (migration, (entry, content))) in self.set.migrations.iter().zip(&self.found).enumerate()
        {
            while let Some((_, entry)) = missing.next_if(|(place, _)| *place <= number) {
                rows.push(self.without_file(entry));
            }
            let (state, detail) = match entry {
                Some(entry) if entry.state == EntryState::Failed && !self.below(migration, entry) => {
                    (LedgerState::Failed, self.failed(number, *content))
                }
                Some(entry) if entry.state != EntryState::RolledBack => {
                    self.applied(number, migration, entry, *content)
                }
                other => self.not_in_ledger(number, migration, *other),
            };
            rows.push(LedgerRow {
                version: migration.version.clone(),
                name: migration.name.clone(),
                state,
                detail,
            });
        }
        rows.extend(missing.map(|(_, entry)| self.without_file(entry)));
        rows
    }

    /// Whether the entry is a mark above the migration: a failure at the mark is none of the migration's.
    fn below(&self, migration: &Migration, entry: &Entry) -> bool {
        entry.kind == EntryKind::UpTo && self.compare(&migration.version, &entry.version).is_lt()
    }

    fn verdict(&self, number: usize) -> Verdict {
        self.verdicts.get(number).map_or(Verdict::Undecidable, |v| v.verdict)
    }

    /// What the schema says of a migration, as a clause.
    fn schema(&self, number: usize) -> String {
        let Some(verdict) = self.verdicts.get(number) else { return String::new() };
        let because = verdict.evidence.first().map_or(String::new(), |e| format!(" ({e})"));
        match verdict.verdict {
            Verdict::Applied => "the schema shows that it is applied".into(),
            Verdict::Superseded => {
                "its traces were taken away by a later migration that could not have run without it".into()
            }
            Verdict::NotApplied => format!("the schema shows that it is not applied{because}"),
            Verdict::Partial => format!(
                "of its {} statements the schema shows {} to be applied and later ones not",
                verdict.statements_total, verdict.statements_applied
            ),
            Verdict::Undecidable => "the schema does not tell whether it is applied".into(),
            Verdict::Edited => format!("the schema has its objects, but not as the file makes them{because}"),
        }
    }

    fn compared(&self, entry: &Entry, migration: &Migration, content: Content) -> String {
        let what = self.format.checksum().title();
        match content {
            Content::Compared(Comparison::Equal) => format!("the file has the recorded checksum ({what})"),
            Content::Compared(Comparison::LineEnds) => format!(
                "the file differs from what ran in line ends, a byte order mark or trailing white space only ({what}): \
                 {} takes it for edited, restore its bytes",
                self.tool.title
            ),
            Content::Compared(Comparison::Different) => {
                let now = self.checksum_of(migration).unwrap_or_default();
                format!(
                    "the file is not the one that ran: {what} is {}, recorded is {}; restore the file and put the \
                     change into a new migration",
                    short(&now),
                    short(entry.checksum.as_deref().unwrap_or_default())
                )
            }
            Content::Unreadable => "the file is not UTF-8: its checksum was not compared".into(),
            Content::Open | Content::Compared(Comparison::Open) => format!(
                "the file has placeholders, and {} makes the checksum of what stands for them: it was not compared",
                self.tool.title
            ),
            Content::NoChecksum if entry.kind == EntryKind::Code => {
                "the ledger says that it was code, not this file: nothing was compared".into()
            }
            Content::NoChecksum if entry.kind == EntryKind::UpTo => format!(
                "the ledger says no more than that everything up to `{}` is applied: the file's content was not \
                 compared",
                entry.version
            ),
            Content::NoChecksum => {
                "the ledger has no checksum of it: the file's content was not compared".into()
            }
        }
    }

    /// In the ledger as applied.
    fn applied(
        &self,
        number: usize,
        migration: &Migration,
        entry: &Entry,
        content: Content,
    ) -> (LedgerState, String) {
        use Comparison::{Different, Equal, LineEnds};
        let compared = self.compared(entry, migration, content);
        if migration.kind == MigrationKind::Repeatable && content == Content::Compared(Different) {
            let detail = format!(
                "it changed since it last ran ({}): {} runs it again",
                self.format.checksum().title(),
                self.tool.title
            );
            return (LedgerState::Pending, detail);
        }
        let verdict = self.verdict(number);
        let mut schema = self.schema(number);
        let contradicts = matches!(verdict, Verdict::NotApplied | Verdict::Partial);
        let trusted = number >= self.unknown_until;
        if contradicts && !trusted {
            schema += ", which proves nothing: later on something ran that is not in the files";
        }
        let other_name = entry.name.as_deref().filter(|name| {
            entry.kind == EntryKind::Migration && **name != *self.format.recorded_name(&migration.name)
        });
        let (state, advice) = match content {
            Content::Compared(Different) => (LedgerState::ChecksumMismatch, String::new()),
            _ if contradicts && trusted => (
                LedgerState::AheadOfSchema,
                "; it never ran here, or what it made was removed by hand".to_owned(),
            ),
            _ if other_name.is_some() => (LedgerState::NameMismatch, String::new()),
            Content::Compared(LineEnds) => (LedgerState::ChecksumLineEnds, String::new()),
            Content::Compared(Equal) => (LedgerState::Ok, String::new()),
            _ if matches!(verdict, Verdict::Applied | Verdict::Superseded) => {
                (LedgerState::Ok, String::new())
            }
            _ => (LedgerState::Unproven, String::new()),
        };
        let renamed = other_name.map_or(String::new(), |name| {
            format!("the ledger knows this version as `{name}`: the file was renamed, or it is another migration; ")
        });
        (state, format!("{renamed}{compared}; {schema}{advice}"))
    }

    /// In the ledger as failed or dirty.
    fn failed(&self, number: usize, content: Content) -> String {
        let edited = match content {
            Content::Compared(Comparison::Equal) => "; the file is the one that ran",
            Content::Compared(Comparison::LineEnds) => "; the file is the one that ran but for line ends",
            Content::Compared(Comparison::Different) => "; the file was edited since",
            Content::NoChecksum
            | Content::Unreadable
            | Content::Open
            | Content::Compared(Comparison::Open) => "",
        };
        format!(
            "the ledger says that it began and did not end well{edited}; {}; finish or undo it before the ledger is \
             mended",
            self.schema(number)
        )
    }

    /// Not in the ledger, or rolled back.
    fn not_in_ledger(
        &self,
        number: usize,
        migration: &Migration,
        entry: Option<&Entry>,
    ) -> (LedgerState, String) {
        let ledger = if entry.is_some() {
            "the ledger says that it was rolled back"
        } else {
            "it is not in the ledger"
        };
        let renumbered = self.renumbered.get(&number).map_or(String::new(), |entry| {
            format!("; it has the checksum of `{}`, whose file is missing: it was renumbered", entry.version)
        });
        let mut schema = self.schema(number);
        let there = matches!(
            self.verdict(number),
            Verdict::Applied | Verdict::Superseded | Verdict::Edited | Verdict::Partial
        );
        let trusted = number >= self.unknown_until;
        if there && !trusted {
            schema += ", which proves nothing: something ran that is not in the files";
        }
        let newer = self.newest_applied.filter(|newest| {
            migration.kind == MigrationKind::Versioned && self.compare(newest, &migration.version).is_gt()
        });
        if there && trusted {
            return (LedgerState::BehindSchema, format!("{ledger}; {schema}{renumbered}"));
        }
        match newer {
            Some(newer) => (
                LedgerState::OutOfOrder,
                format!("{ledger}, but `{newer}`, which is newer, is; {schema}{renumbered}"),
            ),
            None => (LedgerState::Pending, format!("{ledger}; {schema}{renumbered}")),
        }
    }

    /// The migration outside the ledger that has the entry's checksum.
    fn twin(&self, entry: &Entry) -> Option<usize> {
        self.unrecorded.get(entry.checksum.as_ref()?).copied()
    }

    /// In the ledger without a file.
    fn without_file(&self, entry: &Entry) -> LedgerRow {
        let (state, detail) = match (entry.state, entry.kind) {
            (EntryState::RolledBack, _) => (
                LedgerState::Ok,
                "the ledger says that it was rolled back, and there is no file of it: nothing is claimed"
                    .to_owned(),
            ),
            (EntryState::Failed, _) => (
                LedgerState::Failed,
                "the ledger says that it began and did not end well, and there is no file of it".to_owned(),
            ),
            (_, EntryKind::UpTo) if !self.format.is_high_water() => (
                LedgerState::Ok,
                "the baseline: what was there before it is not in the files, and was not compared".to_owned(),
            ),
            (_, EntryKind::Code) => (
                LedgerState::Unproven,
                "the ledger says that it is code, which is not read: nothing was compared".to_owned(),
            ),
            _ => {
                let twin = self.twin(entry).and_then(|number| self.set.migrations.get(number));
                let hint = twin.map_or(String::new(), |m| {
                    let name = if m.version.is_empty() { &m.name } else { &m.version };
                    format!("; `{name}` has its checksum: it was renumbered")
                });
                (
                    LedgerState::MissingFile,
                    format!("the ledger says that it is applied, and there is no file of it{hint}"),
                )
            }
        };
        let name = entry.name.clone().unwrap_or_default();
        LedgerRow { version: entry.version.clone(), name, state, detail }
    }
}

/// The places of the versions of files and rows.
fn places<'a>(set: &'a MigrationSet, ledger: &'a Ledger) -> HashMap<&'a str, (usize, usize)> {
    let known = set.migrations.iter().enumerate().map(|(n, m)| (m.version.as_str(), (n + 1, 0)));
    let mut places: HashMap<_, _> = known.collect();
    let mut last = (0, 0);
    for entry in &ledger.entries {
        last = *places.entry(entry.version.as_str()).or_insert((last.0, last.1 + 1));
    }
    places
}

/// What is equal for the row and the file of one migration: repeatable ones without a version go by their name.
fn key(format: &LedgerFormat, repeatable: bool, version: &str, name: &Option<String>) -> (bool, String) {
    if repeatable && version.is_empty() {
        return (true, name.clone().unwrap_or_default());
    }
    (false, format.version_key(version).into_owned())
}

fn migration_key(format: &LedgerFormat, migration: &Migration) -> (bool, String) {
    let name = Some(format.recorded_name(&migration.name).into_owned());
    key(format, migration.kind == MigrationKind::Repeatable, &migration.version, &name)
}

/// The beginning of a checksum.
fn short(checksum: &str) -> String {
    match checksum.char_indices().nth(12) {
        Some((end, _)) => format!("`{}…`", &checksum[..end]),
        None => format!("`{checksum}`"),
    }
}
