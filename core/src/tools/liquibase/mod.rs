//! Liquibase's formatted SQL: files that begin with `--liquibase formatted sql` and hold changesets, each a migration.
//! What runs is decided by a changeset's attributes (`attributes`), by comments with a meaning (`lines`), and by a root
//! changelog in XML, YAML or JSON, which is not read.
mod attributes;
mod lines;

use std::collections::{BTreeMap, HashMap};

use super::{
    Folders, LayoutProblem, Migration, MigrationKind, Part, SourceFile, Tool, TransactionMode,
    layout::{PLACEHOLDERS, Reading, placeholders_as_names},
    ledger,
};
use crate::text::Span;
use attributes::Attributes;
use lines::{Line, Reader};

pub(super) static TOOL: Tool = Tool {
    id: "liquibase",
    title: "Liquibase",
    detect,
    companions: &[],
    folders: Folders::Tree,
    read,
    ledger: Some(&ledger::LIQUIBASE),
};

fn detect(files: &[SourceFile]) -> u32 {
    if files.iter().any(is_formatted) { 64 } else { 0 }
}

fn is_formatted(file: &SourceFile) -> bool {
    let is_sql = file.file_name().to_ascii_lowercase().ends_with(".sql");
    let text = file.text.trim_start_matches('\u{feff}');
    is_sql && text.lines().find(|l| !l.trim().is_empty()).is_some_and(|l| lines::header(l).is_some())
}

fn read(files: &[SourceFile]) -> Reading {
    let mut reading = Reading::default();
    let mut formatted: Vec<usize> = Vec::new();
    for (number, file) in files.iter().enumerate().filter(|(_, f)| super::layout::is_sql(f)) {
        if is_formatted(file) {
            formatted.push(number);
        } else if !file.text.trim().is_empty() {
            let message = "the file does not begin with `--liquibase formatted sql`: Liquibase runs it only where a \
                           changelog names it, and it was not read";
            reading.problems.push(LayoutProblem { file: number, message: message.into() });
        }
    }
    let path = |number: &usize| files.get(*number).map_or("", |f| f.path.as_str());
    formatted.sort_by(|a, b| path(a).cmp(path(b)));
    if let [first, _, ..] = formatted.as_slice() {
        let message = "the order of several files is decided by a changelog that names them, which is not read: they are \
                       taken in the order of their paths, as `includeAll` does";
        reading.notices.push(LayoutProblem { file: *first, message: message.into() });
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for number in formatted {
        let Some(file) = files.get(number) else { continue };
        let from = reading.migrations.len();
        FileReader::new(file, number, &mut reading).read();
        for migration in reading.migrations.get(from..).unwrap_or_default() {
            if seen.insert(migration.version.clone(), number).is_some() {
                let message =
                    format!("changeset `{}` is there twice: Liquibase refuses it", migration.version);
                reading.problems.push(LayoutProblem { file: number, message });
            }
        }
    }
    reading
}

/// What identifies a changeset, as Liquibase writes it.
pub(super) fn version(path: &str, id: &str, author: &str) -> String {
    format!("{path}::{id}::{author}")
}

/// One file.
struct FileReader<'a> {
    file: &'a SourceFile,
    number: usize,
    reading: &'a mut Reading,
    /// Indices of the file's two cuts: what runs upwards, and downwards.
    cuts: (usize, usize),
    /// The path in the ledger, where the header gives another one.
    path: String,
    open: Option<Open>,
    /// Where each changeset of the file is among the migrations.
    changesets: BTreeMap<(String, String), usize>,
    /// Changesets whose rollback is another changeset: index, author and id.
    borrowed: Vec<(usize, String, String)>,
}

/// A changeset that is being read.
struct Open {
    attributes: Attributes,
    comment: String,
    start: usize,
    /// Whether it has any SQL.
    sql: bool,
    /// The lines with rollback SQL, from the first to the last.
    rollback: Option<Span>,
    /// The text of its rollback, as far as it is needed to see that it is none.
    rollback_head: String,
    conditional: bool,
}

impl<'a> FileReader<'a> {
    fn new(file: &'a SourceFile, number: usize, reading: &'a mut Reading) -> Self {
        let cuts = (reading.cuts.len(), reading.cuts.len() + 1);
        Self {
            file,
            number,
            reading,
            cuts,
            path: file.path.clone(),
            open: None,
            changesets: BTreeMap::new(),
            borrowed: Vec::new(),
        }
    }

    fn problem(&mut self, message: impl Into<String>) {
        self.reading.problems.push(LayoutProblem { file: self.number, message: message.into() });
    }

    fn notice(&mut self, message: impl Into<String>) {
        self.reading.notices.push(LayoutProblem { file: self.number, message: message.into() });
    }

    fn read(mut self) {
        let text = self.file.text.as_str();
        let (mut up, mut down) = (String::with_capacity(text.len()), String::with_capacity(text.len()));
        let mut reader = Reader::default();
        let (mut offset, mut refused, mut stray, mut placeholders) = (0, false, false, false);
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let span = Span::new(offset, offset + line.len());
            let bare = if number == 0 { line.trim_start_matches('\u{feff}') } else { line };
            let meaning = reader.line(bare.trim_end_matches(['\n', '\r']), self.open.is_some());
            let kept = match &meaning {
                Line::Rollback(from, to) => {
                    // Counted from the end, which a byte order mark does not move.
                    let shift = line.len() - bare.len();
                    Some((from + shift, to + shift))
                }
                _ => None,
            };
            lines::push_cut(&mut down, line, kept);
            match meaning {
                Line::Sql => match &mut self.open {
                    Some(open) => {
                        open.sql |= !line.trim().is_empty();
                        lines::push_sql(&mut up, line, &open.attributes);
                    }
                    None => {
                        stray |= !line.trim().is_empty() && !line.trim_start().starts_with("--");
                        lines::push_cut(&mut up, line, None);
                    }
                },
                other => {
                    lines::push_cut(&mut up, line, None);
                    match other {
                        Line::Header(path) => self.path = path.map_or(self.path, str::to_owned),
                        Line::Changeset(attributes) => {
                            self.close(span.start as usize);
                            self.open = Some(Open::new(*attributes, span.end as usize));
                        }
                        Line::Refused(why) if !refused => {
                            refused = true;
                            self.problem(format!("line {}: {why}: Liquibase refuses the file", number + 1));
                        }
                        other => {
                            if let Some(open) = &mut self.open {
                                open.note(&other, line, span);
                            }
                        }
                    }
                }
            }
            offset += line.len();
        }
        self.close(text.len());
        if reader.in_rollback() {
            self.problem("the comment of a rollback is not closed: Liquibase refuses the file");
        }
        if stray {
            self.notice("what stands before the first changeset is run by nobody, and was not read");
        }
        self.lend();
        let [up, down] = [up, down].map(|text| match placeholders_as_names(&text) {
            Some(named) => {
                placeholders = true;
                named
            }
            None => text,
        });
        if placeholders {
            self.notice(PLACEHOLDERS);
        }
        self.reading.cuts.push(up);
        self.reading.cuts.push(down);
    }

    /// Ends the open changeset.
    fn close(&mut self, end: usize) {
        let Some(open) = self.open.take() else { return };
        let Open { attributes, comment, start, sql, rollback, rollback_head, conditional } = open;
        let path = attributes.path.clone().unwrap_or_else(|| self.path.clone());
        let version = version(&path, &attributes.id, &attributes.author);
        if !sql {
            self.problem(format!("changeset `{version}` has no SQL: Liquibase refuses the file"));
        }
        for what in attributes.open_ends(conditional) {
            self.notice(format!("changeset `{version}` {what}"));
        }
        if attributes.ignored {
            self.notice(format!("changeset `{version}` says `ignore:true`: it is not run, and was not read"));
            return;
        }
        let index = self.reading.migrations.len();
        let head = rollback_head.trim().to_ascii_lowercase();
        let word = head.starts_with("empty") || head.starts_with("not required");
        let none = head.is_empty() || word && !head.contains('\n');
        let other = attributes::value(&rollback_head, "changesetid").filter(|_| !none);
        if let Some(id) = other {
            let author = attributes::value(&rollback_head, "changesetauthor").unwrap_or_default();
            self.borrowed.push((index, author.to_owned(), id.to_owned()));
        }
        let down = rollback.filter(|_| !none && other.is_none());
        let part = |span, cut| Part { file: self.number, span, cut: Some(cut) };
        if let Some(dbms) = &attributes.dbms {
            self.reading.servers.push((index, dbms.clone()));
        }
        self.changesets.insert((attributes.author.clone(), attributes.id.clone()), index);
        let transaction =
            if attributes.transaction { TransactionMode::Wrapped } else { TransactionMode::Autocommit };
        let up = part(Span::new(start, end), self.cuts.0);
        self.reading.migrations.push(Migration {
            kind: if attributes.again { MigrationKind::Repeatable } else { MigrationKind::Versioned },
            down: down.map(|span| part(span, self.cuts.1)),
            ..Migration::new(version, comment, up, transaction)
        });
    }

    /// Rollbacks that are the SQL of other changesets.
    fn lend(&mut self) {
        for (index, author, id) in std::mem::take(&mut self.borrowed) {
            let key = (author, id);
            let lender =
                self.changesets.get(&key).and_then(|i| self.reading.migrations.get(*i)).map(|m| m.up);
            if lender.is_none() {
                let message = format!(
                    "a rollback refers to the changeset `{}:{}`, which is not in this file: it was not read",
                    key.0, key.1
                );
                self.notice(message);
            }
            if let Some(migration) = self.reading.migrations.get_mut(index) {
                migration.down = lender;
            }
        }
    }
}

impl Open {
    fn new(attributes: Attributes, start: usize) -> Self {
        Self {
            attributes,
            comment: String::new(),
            start,
            sql: false,
            rollback: None,
            rollback_head: String::new(),
            conditional: false,
        }
    }

    fn note(&mut self, line: &Line<'_>, text: &str, span: Span) {
        match line {
            Line::Comment(comment) => self.comment = comment.trim().to_owned(),
            Line::Precondition => self.conditional = true,
            Line::Rollback(from, to) => {
                self.rollback = Some(self.rollback.map_or(span, |before| before.to(span)));
                if self.rollback_head.len() < 1000 {
                    self.rollback_head.push_str(text.get(*from..*to).unwrap_or(""));
                    self.rollback_head.push('\n');
                }
            }
            _ => {}
        }
    }
}

/// The SQL of a changeset as Liquibase's checksum takes it: without the lines that have a meaning of their own.
pub(super) fn body(changeset: &str) -> String {
    let mut reader = Reader::default();
    let mut body = String::with_capacity(changeset.len());
    for line in changeset.split_inclusive('\n') {
        if matches!(reader.line(line.trim_end_matches(['\n', '\r']), true), Line::Sql) {
            body.push_str(line);
        }
    }
    body
}
