//! The line that begins a changeset: `--changeset author:id name:value …`.

/// What the line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) author: String,
    pub(super) id: String,
    /// `logicalFilePath`
    pub(super) path: Option<String>,
    /// `dbms`: the servers it is for, in Liquibase's words.
    pub(super) dbms: Option<String>,
    /// `runInTransaction`
    pub(super) transaction: bool,
    /// `runOnChange`, `runAlways`
    pub(super) again: bool,
    /// `ignore`
    pub(super) ignored: bool,
    splits: bool,
    delimiter: Delimiter,
    context: Option<String>,
    labels: Option<String>,
    may_fail: bool,
    /// `runWith`: another program that runs it.
    executor: Option<String>,
}

/// What ends a statement, `endDelimiter`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Delimiter {
    /// A semicolon, or `GO` or `/` alone on a line.
    Default,
    /// This, at the end of a line.
    Text(String),
    /// This, alone on a line.
    Line(String),
    /// A pattern that is not understood.
    Pattern(String),
}

/// The value of the last `name:value` on a line, up to white space or in double quotes; the name in lower case.
pub(super) fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    // Only ASCII is folded, so that places stay the same.
    let lower = line.to_ascii_lowercase();
    let start = lower.rmatch_indices(name).map(|(at, _)| at).find(|at| {
        let before = lower[..*at].chars().next_back();
        let behind = lower[at + name.len()..].starts_with(':');
        behind && before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })?;
    let value = &line[start + name.len() + 1..];
    if let Some((quoted, _)) = value.strip_prefix('"').and_then(|v| v.split_once('"')) {
        return Some(quoted);
    }
    Some(value.split(char::is_whitespace).next().unwrap_or(""))
}

impl Attributes {
    /// Reads what follows `--changeset`.
    pub(super) fn read(line: &str) -> Result<Self, String> {
        let wrong = || "`--changeset author:id` is not complete".to_owned();
        let text = line.trim_start();
        if text.len() == line.len() {
            return Err(wrong());
        }
        let (author, rest) = match text.strip_prefix('"').and_then(|t| t.split_once('"')) {
            Some((author, rest)) => (author, rest.strip_prefix(':').ok_or_else(wrong)?),
            None => text.split_once(':').ok_or_else(wrong)?,
        };
        if rest.starts_with(char::is_whitespace) {
            return Err("a blank stands between author and id of a changeset".into());
        }
        let (id, rest) = match rest.strip_prefix('"').and_then(|t| t.split_once('"')) {
            Some((id, rest)) => (id, rest),
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        if author.is_empty() || id.chars().all(|c| c == ':' || c == ' ') {
            return Err(wrong());
        }
        let text = |name: &str| value(rest, name).filter(|v| !v.is_empty()).map(str::to_owned);
        let flag = |name: &str, default: bool| {
            value(rest, name).map_or(default, |v| v.get(..4).is_some_and(|v| v.eq_ignore_ascii_case("true")))
        };
        Ok(Self {
            author: author.to_owned(),
            id: id.to_owned(),
            path: text("logicalfilepath"),
            dbms: text("dbms"),
            transaction: flag("runintransaction", true),
            again: flag("runonchange", false) || flag("runalways", false),
            ignored: flag("ignore", false),
            splits: flag("splitstatements", true),
            delimiter: text("enddelimiter").map_or(Delimiter::Default, |d| Delimiter::of(&d)),
            context: text("contextfilter").or_else(|| text("context")),
            labels: text("labels"),
            may_fail: !flag("failonerror", true),
            executor: text("runwith"),
        })
    }

    /// What is decided only when the tool runs, as predicates of the changeset.
    pub(super) fn open_ends(&self, conditional: bool) -> Vec<String> {
        let mut found = Vec::new();
        if conditional {
            found.push(
                "has preconditions, which were not evaluated: whether it runs is not known, it is taken to run".into(),
            );
        }
        if let Some(context) = &self.context {
            found.push(format!(
                "runs in the contexts `{context}`: it is taken to run, as it does when none is named"
            ));
        }
        if let Some(labels) = &self.labels {
            found.push(format!(
                "has the labels `{labels}`: it is taken to run, as it does when none is asked for"
            ));
        }
        if self.may_fail {
            found.push("says `failOnError:false`: it is passed over when it fails".into());
        }
        if let Some(executor) = &self.executor {
            found.push(format!("is run by `{executor}`: it was read as SQL"));
        }
        if let Delimiter::Pattern(pattern) = &self.delimiter {
            found.push(format!(
                "ends statements with the pattern `{pattern}`, which is not understood: it was read with semicolons"
            ));
        }
        found
    }

    /// Where the delimiter stands that ends the line, if there is one other than a semicolon.
    pub(super) fn delimiter_at_end(&self, line: &str) -> Option<usize> {
        if !self.splits {
            return None;
        }
        let word = line.trim_start();
        let alone = |text: &str| word.eq_ignore_ascii_case(text).then_some(line.len() - word.len());
        match &self.delimiter {
            Delimiter::Default => alone("go").or_else(|| alone("/")),
            Delimiter::Line(text) => alone(text),
            Delimiter::Text(text) => {
                let at = line.len().checked_sub(text.len())?;
                line.get(at..).filter(|end| end.eq_ignore_ascii_case(text)).map(|_| at)
            }
            Delimiter::Pattern(_) => None,
        }
    }
}

impl Delimiter {
    /// Liquibase takes the attribute for a regular expression.
    fn of(text: &str) -> Self {
        let bare = text.trim_start_matches("\\n").trim_start_matches('^');
        let bare = bare.strip_suffix("\\n").unwrap_or(bare);
        let bare = if bare.len() > 1 { bare.strip_suffix('$').unwrap_or(bare) } else { bare };
        let plain = bare.replace('\\', "");
        let pattern = plain.contains(['[', '(', '{', '*', '+', '?', '.'])
            || bare.contains("\\s")
            || bare.contains("\\n");
        if plain == ";" {
            Self::Default
        } else if plain.is_empty() || pattern || plain.contains('|') && plain.len() > 1 {
            Self::Pattern(text.to_owned())
        } else if bare.len() != text.len() || plain == "/" || plain.chars().all(char::is_alphanumeric) {
            Self::Line(plain)
        } else {
            Self::Text(plain)
        }
    }
}
