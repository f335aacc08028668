//! What the lines of a formatted SQL file mean. Liquibase reads them one by one, wherever they stand.
use super::attributes::Attributes;

/// What a line is.
#[derive(Debug)]
pub(super) enum Line<'a> {
    /// `--liquibase formatted sql`, with the path that the ledger has, if it gives one.
    Header(Option<&'a str>),
    /// `--changeset author:id …`
    Changeset(Box<Attributes>),
    /// `--comment …`
    Comment(&'a str),
    /// `--rollback …`, or a line of a rollback comment: the bytes of the line that are SQL.
    Rollback(usize, usize),
    /// `--preconditions`, `--precondition-sql-check …`
    Precondition,
    /// `--property name:… value:…`
    Property,
    /// Has a meaning, but none for what runs; or is told to be passed over.
    Silent,
    /// Looks like a line with a meaning and is none: Liquibase stops there, for this reason.
    Refused(String),
    /// SQL, or before the first changeset anything.
    Sql,
}

/// Lines that are passed over.
#[derive(Debug, Default, PartialEq, Eq)]
enum Ignoring {
    #[default]
    No,
    /// So many more.
    Lines(u64),
    /// Until `--ignoreLines:end`.
    UntilEnd,
}

/// Reads lines one after the other.
#[derive(Debug, Default)]
pub(super) struct Reader {
    ignoring: Ignoring,
    rollback: bool,
}

/// What follows the dashes of a comment line, and how many bytes stand before it.
fn comment(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("--").map(str::trim_start)
}

/// `rest` behind `word`, in any case.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
}

/// What follows `--liquibase formatted` on the first line.
pub(super) fn header(line: &str) -> Option<&str> {
    after(after(comment(line)?, "liquibase")?.trim_start(), "formatted")
}

impl Reader {
    /// Whether a rollback comment is open.
    pub(super) fn in_rollback(&self) -> bool {
        self.rollback
    }

    /// What a line means, given without its end; `inside` a changeset or before the first one.
    pub(super) fn line<'a>(&mut self, line: &'a str, inside: bool) -> Line<'a> {
        if self.rollback {
            return self.rollback_comment(line);
        }
        match &mut self.ignoring {
            Ignoring::Lines(1) => {
                self.ignoring = Ignoring::No;
                return Line::Silent;
            }
            Ignoring::Lines(n) => {
                *n -= 1;
                return Line::Silent;
            }
            Ignoring::UntilEnd => {
                if after(line, "--").and_then(|l| after(l.trim_start(), "ignoreLines:end")).is_some() {
                    self.ignoring = Ignoring::No;
                }
                return Line::Silent;
            }
            Ignoring::No => {}
        }
        if let Some(rest) = header(line) {
            return Line::Header(super::attributes::value(rest, "logicalfilepath"));
        }
        let Some(rest) = comment(line) else { return self.other(line, inside) };
        if after(rest, "property")
            .is_some_and(|rest| rest.starts_with(char::is_whitespace) && rest.contains(':'))
        {
            return Line::Property;
        }
        if let Some(count) = after(rest, "ignoreLines:") {
            return self.ignore(count);
        }
        if let Some(rest) = after(rest, "changeset") {
            return match Attributes::read(rest) {
                Ok(attributes) => Line::Changeset(Box::new(attributes)),
                Err(why) => Line::Refused(why),
            };
        }
        if !inside {
            return Line::Sql;
        }
        let unindented = line.starts_with("--");
        let text = |word: &str| after(rest, word).map(|rest| rest.strip_prefix(':').unwrap_or(rest));
        if let Some(text) = text("comment").filter(|t| unindented && t.starts_with(' ')) {
            return Line::Comment(text);
        }
        if text("comments").is_some_and(|t| unindented && t.starts_with(' ')) {
            return Line::Refused("`--comments` stands where `--comment` is meant".into());
        }
        if text("validCheckSum").is_some_and(|t| unindented && t.starts_with(' ')) {
            return Line::Silent;
        }
        if let Some(sql) = after(rest, "rollback").and_then(|rest| rest.strip_prefix(' ')) {
            return Line::Rollback(line.len() - sql.len(), line.len());
        }
        if after(rest, "precondition").is_some_and(|rest| rest.starts_with(['s', 'S', '-'])) {
            return Line::Precondition;
        }
        Line::Sql
    }

    /// A line that does not begin with two dashes.
    fn other<'a>(&mut self, line: &'a str, inside: bool) -> Line<'a> {
        let text = line.trim_start();
        if let Some(rest) = text.strip_prefix('-').map(str::trim_start) {
            let word = |word: &str| after(rest, word).is_some_and(|r| r.starts_with(char::is_whitespace));
            if let Some(word) = ["changeset", "rollback", "property"].into_iter().find(|w| word(w)) {
                return Line::Refused(format!("`-{word}` stands where `--{word}` is meant"));
            }
        }
        let open = text.strip_prefix("/*").and_then(|rest| after(rest.trim_start(), "liquibase"));
        if inside
            && open.and_then(|rest| after(rest.trim_start(), "rollback")).is_some_and(|r| r.trim().is_empty())
        {
            self.rollback = true;
            return Line::Silent;
        }
        Line::Sql
    }

    fn rollback_comment<'a>(&mut self, line: &'a str) -> Line<'a> {
        match line.trim_end().strip_suffix("*/") {
            Some(sql) => {
                self.rollback = false;
                Line::Rollback(0, sql.len())
            }
            None => Line::Rollback(0, line.len()),
        }
    }

    fn ignore<'a>(&mut self, count: &str) -> Line<'a> {
        let count = count.trim_end();
        if count == "start" {
            self.ignoring = Ignoring::UntilEnd;
            return Line::Silent;
        }
        match count.parse::<u64>() {
            Ok(0) => Line::Silent,
            Ok(n) => {
                self.ignoring = Ignoring::Lines(n);
                Line::Silent
            }
            Err(_) => Line::Refused(format!("`ignoreLines:{count}` is neither a number nor `start`")),
        }
    }
}

/// Appends a line with everything made white space but the bytes from `kept.0` to `kept.1`.
pub(super) fn push_cut(out: &mut String, line: &str, kept: Option<(usize, usize)>) {
    let (from, to) = kept.unwrap_or((0, 0));
    let blank = |out: &mut String, text: &str| {
        out.extend(text.bytes().map(|b| if matches!(b, b'\n' | b'\r') { b as char } else { ' ' }));
    };
    match (line.get(..from), line.get(from..to), line.get(to..)) {
        (Some(before), Some(sql), Some(behind)) => {
            blank(out, before);
            out.push_str(sql);
            blank(out, behind);
        }
        _ => blank(out, line),
    }
}

/// Appends a line of SQL, with what ends a statement there made a semicolon, and comments made such as every server
/// takes: Liquibase sends neither delimiters nor, as a rule, comments.
pub(super) fn push_sql(out: &mut String, line: &str, attributes: &Attributes) {
    let text = line.trim_end();
    let end = &line[text.len()..];
    if let Some(rest) = text.trim_start().strip_prefix("--") {
        let indent = text.len() - rest.len();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        out.push_str(&text[..indent]);
        out.push_str(&" ".repeat(first));
        out.push_str(&rest[first..]);
        out.push_str(end);
        return;
    }
    match attributes.delimiter_at_end(text) {
        Some(at) => {
            out.push_str(&text[..at]);
            out.push(';');
            out.push_str(&" ".repeat(text.len() - at - 1));
        }
        None => out.push_str(text),
    }
    out.push_str(end);
}
