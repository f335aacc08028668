//! yoyo: `{name}.sql` with `{name}.rollback.sql`; leading comments name what must run before (`-- depends: a b`) and
//! switch the transaction off (`-- transactional: false`). Migrations in Python are not read.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::{
    Folders, LayoutProblem, Migration, MigrationKind, Part, SourceFile, Tool, TransactionMode,
    layout::{Reading, digits},
    ledger,
};

pub(super) static TOOL: Tool = Tool {
    id: "yoyo",
    title: "yoyo",
    detect,
    companions: &["yoyo.ini"],
    folders: Folders::One,
    read,
    ledger: Some(&ledger::YOYO),
};

/// The names that its generator makes, its configuration file, or its directives at the head of a file. A file and its
/// rollback beside it are what others have as well.
fn detect(files: &[SourceFile]) -> u32 {
    if files.iter().any(|f| f.file_name() == "yoyo.ini") {
        return 58;
    }
    let mut ups = files.iter().filter(|f| name(f).is_some_and(|(_, up)| up)).peekable();
    let any = ups.peek().is_some();
    let (mut generated, mut directive) = (true, false);
    for file in ups {
        generated &= name(file).is_some_and(|(id, _)| is_generated(id));
        directive |= !Head::of(&file.text).is_empty();
    }
    if any && (generated || directive) { 42 } else { 0 }
}

/// `20240131_01_AbCd3-create-users`: a day, a number, five random characters.
fn is_generated(id: &str) -> bool {
    let mut fields = id.splitn(3, '_');
    let number = |field: Option<&str>, length: usize| {
        field.is_some_and(|f| f.len() == length && f.bytes().all(|b| b.is_ascii_digit()))
    };
    let random = |rest: &str| {
        let key = rest.split('-').next().unwrap_or("");
        key.len() == 5 && key.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    number(fields.next(), 8) && number(fields.next(), 2) && fields.next().is_some_and(random)
}

/// The migration's name and whether the file applies it.
fn name(file: &SourceFile) -> Option<(&str, bool)> {
    let stem = file.file_name().strip_suffix(".sql")?;
    Some(stem.strip_suffix(".rollback").map_or((stem, true), |stem| (stem, false)))
}

/// The directives in the comments at the head of a file.
#[derive(Debug, Default)]
struct Head<'a> {
    depends: Vec<&'a str>,
    transactional: Option<&'a str>,
}

impl<'a> Head<'a> {
    fn of(text: &'a str) -> Self {
        let mut head = Self::default();
        for line in text.lines() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let Some(comment) = line.strip_prefix("--") else { break };
            let Some((key, value)) = comment.split_once(':') else { continue };
            match key.trim() {
                "depends" => head.depends.extend(value.split_whitespace()),
                "transactional" => head.transactional = Some(value.trim()),
                _ => {}
            }
        }
        head
    }

    fn is_empty(&self) -> bool {
        self.depends.is_empty() && self.transactional.is_none()
    }
}

fn read(files: &[SourceFile]) -> Reading {
    let mut reading = Reading::default();
    let mut found: Vec<(&str, usize)> = Vec::new();
    let mut downs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (number, file) in files.iter().enumerate() {
        match name(file) {
            Some((id, true)) => found.push((id, number)),
            Some((id, false)) => {
                downs.insert((file.parent(), id), number);
            }
            None => {}
        }
    }
    found.sort();
    let problem = |file: usize, message: String| LayoutProblem { file, message };
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, (id, number)) in found.iter().enumerate() {
        if let Some(first) = known.get(id).and_then(|place| found.get(*place)) {
            let other = files.get(first.1).map_or("", |f| f.path.as_str());
            reading.problems.push(problem(
                *number,
                format!("`{id}` is the name of `{other}` as well: yoyo refuses both, rename one of them"),
            ));
        }
        known.entry(id).or_insert(place);
    }
    let mut needs: Vec<Vec<usize>> = Vec::new();
    let mut migrations = Vec::new();
    for (id, number) in &found {
        let Some(file) = files.get(*number) else { continue };
        let head = Head::of(&file.text);
        let mut before = Vec::new();
        for name in &head.depends {
            match known.get(name) {
                Some(place) => before.push(*place),
                None => reading.problems.push(problem(
                    *number,
                    format!(
                        "it depends on `{name}`, which is not among the SQL files: yoyo refuses it unless that is a \
                         migration in Python"
                    ),
                )),
            }
        }
        before.sort_unstable();
        before.dedup();
        needs.push(before);
        let transaction = match head.transactional.map(str::to_ascii_lowercase).as_deref() {
            Some("false") => TransactionMode::Autocommit,
            None | Some("true") => TransactionMode::Wrapped,
            Some(other) => {
                reading.problems.push(problem(
                    *number,
                    format!("`-- transactional: {other}` is neither `true` nor `false`: yoyo refuses it"),
                ));
                TransactionMode::Unknown
            }
        };
        let down = downs
            .remove(&(file.parent(), id))
            .and_then(|down| files.get(down).map(|file| Part::new(down, file.whole())));
        let up = Part::new(*number, file.whole());
        let name = digits(id).1.trim_start_matches(['_', '-', '.']);
        // What is called so runs after the others, every time.
        let always = id.starts_with("post-apply");
        let kind = if always { MigrationKind::Repeatable } else { MigrationKind::Versioned };
        let version = if always { String::new() } else { (*id).to_owned() };
        let name = if always { id } else { name };
        migrations.push(Some(Migration { kind, down, ..Migration::new(version, name, up, transaction) }));
    }
    for (_, number) in downs {
        reading.problems.push(problem(number, "rollback without a migration of its name beside it".into()));
    }
    let order = by_dependencies(&needs);
    if let Some(stuck) = order.iter().find(|o| o.1).and_then(|o| found.get(o.0)) {
        reading.problems.push(problem(
            stuck.1,
            "it depends on itself, through others perhaps: yoyo refuses it and all that depend on it".into(),
        ));
    }
    let sorted: Vec<Migration> =
        order.into_iter().filter_map(|(place, _)| migrations.get_mut(place).and_then(Option::take)).collect();
    let (always, once): (Vec<_>, Vec<_>) =
        sorted.into_iter().partition(|m| m.kind == MigrationKind::Repeatable);
    reading.migrations.extend(once.into_iter().chain(always));
    reading
}

/// Each in its place by name as soon as everything before it has run; those of a circle last, marked.
fn by_dependencies(needs: &[Vec<usize>]) -> Vec<(usize, bool)> {
    let mut waiting: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (place, before) in needs.iter().enumerate() {
        for other in before {
            if let Some(after) = after.get_mut(*other) {
                after.push(place);
            }
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        waiting.iter().enumerate().filter(|(_, n)| **n == 0).map(|(place, _)| Reverse(place)).collect();
    let mut order = Vec::new();
    let mut done = vec![false; needs.len()];
    while let Some(Reverse(place)) = ready.pop() {
        order.push((place, false));
        if let Some(done) = done.get_mut(place) {
            *done = true;
        }
        for next in after.get(place).into_iter().flatten() {
            if let Some(n) = waiting.get_mut(*next) {
                *n -= 1;
                if *n == 0 {
                    ready.push(Reverse(*next));
                }
            }
        }
    }
    order.extend(done.iter().enumerate().filter(|(_, done)| !**done).map(|(place, _)| (place, true)));
    order
}
