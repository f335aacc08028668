//! What the readers of the tools share.
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use super::{LayoutProblem, Migration, MigrationKind, Part, SourceFile, Tool, TransactionMode};
use crate::{target::Dialect, text::Span};

/// What a tool's reader found.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) migrations: Vec<Migration>,
    pub(super) problems: Vec<LayoutProblem>,
    /// What the files leave open.
    pub(super) notices: Vec<LayoutProblem>,
    /// See [`MigrationSet::cuts`](super::MigrationSet::cuts).
    pub(super) cuts: Vec<String>,
    /// Migrations that are not for every server: their index, ascending, and the servers in Liquibase's words.
    pub(super) servers: Vec<(usize, String)>,
}

impl Reading {
    /// Sorts by version and reports versions that are used twice.
    pub(super) fn in_order_of_versions(mut self, files: &[SourceFile]) -> Self {
        let place = |m: &Migration| (m.kind == MigrationKind::Repeatable, m.up.file);
        self.migrations.sort_by(|a, b| {
            place(a)
                .0
                .cmp(&place(b).0)
                .then_with(|| compare_versions(&a.version, &b.version))
                .then_with(|| a.name.cmp(&b.name))
                .then_with(|| a.up.file.cmp(&b.up.file))
        });
        self.report_duplicates(files, |a, b| compare_versions(a, b).is_eq());
        self
    }
}

impl Reading {
    /// Reports versions that are used twice; the migrations are in order.
    pub(super) fn report_duplicates(&mut self, files: &[SourceFile], same: impl Fn(&str, &str) -> bool) {
        for pair in self.migrations.windows(2) {
            let [first, second] = pair else { continue };
            if second.kind == MigrationKind::Versioned && same(&first.version, &second.version) {
                let other = files.get(first.up.file).map_or("", |f| f.path.as_str());
                self.problems.push(LayoutProblem {
                    file: second.up.file,
                    message: format!(
                        "version `{}` is used twice, also by `{other}`: rename one of them",
                        second.version
                    ),
                });
            }
        }
    }
}

/// Compares versions as numbers where both have numbers, so that `10` comes after `9` and `1.0` equals `1`.
pub(super) fn compare_versions(a: &str, b: &str) -> Ordering {
    fn parts(version: &str) -> impl Iterator<Item = &str> {
        version.split(['.', '_']).map(|part| part.trim_start_matches('0'))
    }
    let numeric = |v: &str| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'_');
    if !(numeric(a) && numeric(b)) {
        return natural(a, b);
    }
    let (mut a, mut b) = (parts(a), parts(b));
    loop {
        let (x, y) = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (x, y) => (x.unwrap_or(""), y.unwrap_or("")),
        };
        let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
        if order.is_ne() {
            return order;
        }
    }
}

/// Compares text with runs of digits as numbers: `v2` before `v10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        match (a.chars().next(), b.chars().next()) {
            (None, None) => return Ordering::Equal,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, rest_a) = digits(a);
                let (y, rest_b) = digits(b);
                let (x, y) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
                let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
                if order.is_ne() {
                    return order;
                }
                (a, b) = (rest_a, rest_b);
            }
            (Some(x), Some(y)) if x == y => {
                (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]);
            }
            (Some(x), Some(y)) => return x.cmp(&y),
        }
    }
}

/// Milliseconds since 1970 of `YYYYMMDDhhmmss` in UTC, with or without milliseconds behind it; `None` if there is no such
/// time.
pub(super) fn milliseconds(stamp: &str) -> Option<u64> {
    let field = |from: usize, to: usize| stamp.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (field(0, 4)?, field(4, 6)?, field(6, 8)?);
    let (hour, minute, second) = (field(8, 10)?, field(10, 12)?, field(12, 14)?);
    if year < 1970 || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month).ok()?.checked_sub(1)?;
    if day == 0 || day > *lengths.get(before)? {
        return None;
    }
    let years: u64 = (1970..year).map(|y| if leap(y) { 366 } else { 365 }).sum();
    let days = years + lengths.iter().take(before).sum::<u64>() + day - 1;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + field(14, 17).unwrap_or(0))
}

/// The leading digits and the rest.
pub(super) fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// The up and the down file of each version and name, as indices into the files.
type Found = BTreeMap<(String, String), (Option<usize>, Option<usize>)>;

/// The two directions of pairs like `1_x.up.sql`, `1_x.down.sql`, collected by key.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    found: Found,
    /// Files that another one of the same version, name and direction took the place of.
    displaced: Vec<(usize, usize)>,
}

impl Pairs {
    /// Notes file number `file` as one direction of the migration (`version`, `name`).
    pub(super) fn add(&mut self, version: &str, name: &str, up: bool, file: usize) {
        let slot = self.found.entry((version.to_owned(), name.to_owned())).or_default();
        let slot = if up { &mut slot.0 } else { &mut slot.1 };
        if let Some(first) = *slot {
            self.displaced.push((file, first));
            return;
        }
        *slot = Some(file);
    }

    /// The migrations; a down file without an up file is a problem, unless there are down files alone.
    pub(super) fn read(
        self,
        files: &[SourceFile],
        transaction: impl Fn(&SourceFile) -> TransactionMode,
    ) -> Reading {
        let mut reading = Reading::default();
        for (file, first) in self.displaced {
            let other = files.get(first).map_or("", |f| f.path.as_str());
            reading.problems.push(LayoutProblem {
                file,
                message: format!(
                    "this is the same migration as `{other}`, and was not read: remove one of them"
                ),
            });
        }
        let part = |file: usize| Part::new(file, files.get(file).map_or(Span::default(), SourceFile::whole));
        let mut found = self.found;
        adopt_by_version(&mut found);
        // Nothing but down files: they are what is asked about.
        let alone = found.values().all(|pair| pair.0.is_none());
        for ((version, name), (up, down)) in found {
            match (up, down) {
                (Some(up), down) => {
                    let mode = files.get(up).map_or(TransactionMode::Unknown, &transaction);
                    reading.migrations.push(Migration {
                        down: down.map(part),
                        ..Migration::new(version, name, part(up), mode)
                    });
                }
                (None, Some(down)) if alone => {
                    let mode = files.get(down).map_or(TransactionMode::Unknown, &transaction);
                    reading.migrations.push(Migration::new(version, name, part(down), mode));
                }
                (None, Some(down)) => reading.problems.push(LayoutProblem {
                    file: down,
                    message: format!("down migration `{version}` has no up migration beside it"),
                }),
                (None, None) => {}
            }
        }
        reading.in_order_of_versions(files)
    }
}

/// Pairs a down file with the only up file of its version when their names differ: tools go by the version alone.
fn adopt_by_version(found: &mut Found) {
    // Up files without a down file, and the first down file without an up file, of each version.
    let mut lonely: BTreeMap<&str, (Vec<&str>, Option<&str>)> = BTreeMap::new();
    for ((version, name), pair) in &*found {
        let slot = lonely.entry(version).or_default();
        match pair {
            (Some(_), None) => slot.0.push(name),
            (None, Some(_)) => slot.1 = slot.1.or(Some(name)),
            _ => {}
        }
    }
    let key = |version: &str, name: &str| (version.to_owned(), name.to_owned());
    let adoptions: Vec<_> = lonely
        .iter()
        .filter_map(|(version, (ups, down))| match (ups.as_slice(), down) {
            ([up], Some(down)) => Some((key(version, up), key(version, down))),
            _ => None,
        })
        .collect();
    for (up, orphan) in adoptions {
        let down = found.remove(&orphan).and_then(|pair| pair.1);
        if let Some(pair) = found.get_mut(&up) {
            pair.1 = down;
        }
    }
}

/// Leaves out migrations that are for other servers.
pub(super) fn leave_out_other_servers(
    files: &[SourceFile],
    reading: &mut Reading,
    dialect: impl FnOnce(&[SourceFile]) -> Option<Dialect>,
) {
    if reading.servers.is_empty() {
        return;
    }
    let dialect = dialect(files);
    let mut left_out = BTreeSet::new();
    for (index, servers) in &reading.servers {
        let Some(migration) = reading.migrations.get(*index) else { continue };
        let version = &migration.version;
        let message = match dialect {
            None => {
                format!("changeset `{version}` is for `{servers}`: name the dialect to have that decided")
            }
            Some(dialect) if is_for(servers, dialect) => continue,
            Some(dialect) => {
                left_out.insert(*index);
                format!(
                    "changeset `{version}` is for `{servers}`: it does not run on {}, and was not read",
                    dialect.title()
                )
            }
        };
        reading.notices.push(LayoutProblem { file: migration.up.file, message });
    }
    let mut index = 0;
    reading.migrations.retain(|_| {
        index += 1;
        !left_out.contains(&(index - 1))
    });
}

/// Whether a list such as `postgresql,mysql` or `!oracle` has the server.
fn is_for(servers: &str, dialect: Dialect) -> bool {
    let own = match dialect {
        Dialect::Postgres => "postgresql",
        Dialect::MySql => "mysql",
        Dialect::MariaDb => "mariadb",
    };
    let mut named = false;
    for server in servers.split(',').map(|s| s.trim().to_ascii_lowercase()) {
        match server.strip_prefix('!') {
            Some(other) if other == own => return false,
            Some(_) => {}
            None if server == own || server == "all" => return true,
            None => named = true,
        }
    }
    !named
}

/// The bytes of a path, `/` lowest.
fn by_folder(path: &str) -> impl Iterator<Item = u8> {
    path.bytes().map(|byte| if byte == b'/' { 0 } else { byte })
}

/// Leaves out migrations in folders below the one that has the migrations, for tools that do not look there.
pub(super) fn leave_out_subfolders(tool: &Tool, files: &[SourceFile], reading: &mut Reading) {
    let folder_of = |m: &Migration| files.get(m.up.file).map_or("", SourceFile::parent);
    let mut folders: Vec<&str> = reading.migrations.iter().map(folder_of).collect();
    // With `/` as the lowest byte, everything below a folder comes right behind it.
    folders.sort_by(|a, b| by_folder(a).cmp(by_folder(b)));
    folders.dedup();
    let mut below = BTreeSet::new();
    let mut above: Option<&str> = None;
    for folder in folders {
        let inside = |above: &str| {
            above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
        };
        if above.is_some_and(inside) {
            below.insert(folder);
        } else {
            above = Some(folder);
        }
    }
    let Reading { migrations, problems, .. } = reading;
    migrations.retain(|migration| {
        let left_out = below.contains(folder_of(migration));
        if left_out {
            let message = format!(
                "it stands in a folder below other migrations, where {} does not look, and was not read: give its \
                 folder alone to read it",
                tool.title
            );
            let parts = [Some(migration.up), migration.down];
            let mut files: Vec<usize> = parts.into_iter().flatten().map(|p| p.file).collect();
            files.dedup();
            problems.extend(files.into_iter().map(|file| LayoutProblem { file, message: message.clone() }));
        }
        !left_out
    });
}

/// In bytes, so that a text of nothing but their beginnings costs no more than another.
const LONGEST_PLACEHOLDER: usize = 200;

/// The text with every `${…}` made a name of the same length, so that the statement around it can be read; `None` if
/// there is none.
pub(super) fn placeholders_as_names(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut done = 0;
    while let Some(start) = text.get(done..).and_then(|rest| rest.find("${")).map(|at| done + at) {
        let rest = text.get(start..).unwrap_or("");
        let end = rest.bytes().take(LONGEST_PLACEHOLDER).position(|b| matches!(b, b'}' | b'\n'));
        let Some(length) = end.filter(|at| rest.as_bytes().get(*at) == Some(&b'}')).map(|at| at + 1) else {
            out.push_str(text.get(done..start + 2).unwrap_or(""));
            done = start + 2;
            continue;
        };
        out.push_str(text.get(done..start).unwrap_or(""));
        let name = rest.get(..length).unwrap_or("");
        out.extend(name.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b) } else { '_' }));
        done = start + length;
    }
    if done == 0 {
        return None;
    }
    out.push_str(text.get(done..).unwrap_or(""));
    Some(out)
}

/// Has the parts of migrations read with names for placeholders, where `replaces` says that the tool puts something in
/// their place.
pub(super) fn read_placeholders(
    files: &[SourceFile],
    reading: &mut Reading,
    replaces: impl Fn(&SourceFile) -> bool,
) {
    let mut cuts: BTreeMap<usize, Option<usize>> = BTreeMap::new();
    let Reading { migrations, notices, cuts: texts, .. } = reading;
    for part in migrations.iter_mut().flat_map(|m| [Some(&mut m.up), m.down.as_mut()]).flatten() {
        let Some(file) = files.get(part.file).filter(|_| part.cut.is_none()) else { continue };
        part.cut = *cuts.entry(part.file).or_insert_with(|| {
            let text = placeholders_as_names(&file.text).filter(|_| replaces(file))?;
            notices.push(LayoutProblem { file: part.file, message: PLACEHOLDERS.into() });
            texts.push(text);
            Some(texts.len() - 1)
        });
    }
}

/// Said of a file with placeholders.
pub(super) const PLACEHOLDERS: &str =
    "what `${…}` stands for is decided when the tool runs: each was read as a name, which it need not be";

/// Whether the path ends in `.sql`, in any case.
pub(super) fn is_sql(file: &SourceFile) -> bool {
    file.path.len() >= 4
        && file.path.get(file.path.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case(".sql"))
}
