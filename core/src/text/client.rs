//! What the client programs `psql` and `mysql` do with a script before the server sees it: commands of their own,
//! delimiters, and the data lines of `COPY`.
use super::{
    Directive, DirectiveKind, Span, Token, TokenKind,
    lex::continues_word,
    split::{Splitter, prefix},
};
use crate::target::Dialect;

/// Longest delimiter that the `mysql` client keeps, in bytes; what follows is cut off.
const LONGEST_DELIMITER: usize = 15;

/// Commands of `psql` that send the statement before them.
const SENDING: [&str; 10] =
    ["g", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch", "bind_named", "parse", "sendpipeline"];

/// Commands of `psql` that take the rest of their line as it is, so that `\\` does not end them.
const WHOLE_LINE: [&str; 9] = ["!", "copy", "ef", "ev", "sf", "sv", "h", "help", "w"];

/// Short commands of `mysql` that take the rest of their line, and those that stand alone.
const ARGUMENT_COMMANDS: &[u8] = b".u!CRTPr";
const BARE_COMMANDS: &[u8] = b"?#WcehnpqstwWx";

/// What still waits for its data lines.
#[derive(Clone, Copy)]
enum Receiver {
    Statement(usize),
    Directive(usize),
}

#[derive(Default)]
pub(super) struct Client {
    receivers: Vec<Receiver>,
}

impl Client {
    /// Whether data begins behind the next line end.
    pub(super) fn waits_for_line(&self) -> bool {
        !self.receivers.is_empty()
    }

    /// Notes whether the statement reads data from the script.
    pub(super) fn statement_ended(&mut self, index: usize, tokens: &[Token], text: &str) {
        if tokens.first().is_some_and(|t| t.is_word(text, "copy")) && reads_stdin(tokens, text) {
            self.receivers.push(Receiver::Statement(index));
        }
    }
}

/// Whether `FROM stdin` stands outside of parentheses.
fn reads_stdin(tokens: &[Token], text: &str) -> bool {
    let mut depth = 0u32;
    tokens.windows(2).any(|pair| {
        let [first, second] = pair else { return false };
        match first.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && first.is_word(text, "from") && second.is_any_word(text, &["stdin", "pstdin"])
    })
}

impl Splitter<'_> {
    /// Takes a terminator or command that only a client knows, if one stands here.
    pub(super) fn client_command(&mut self) -> bool {
        let byte = self.lexer.at(self.lexer.pos);
        if self.lexer.dialect == Dialect::Postgres {
            if byte == b'\\' {
                self.psql_command();
            }
            return byte == b'\\';
        }
        if self.lexer.executed_comment.is_none() && self.lexer.at_custom_delimiter() {
            let start = self.lexer.pos;
            self.lexer.pos += self.lexer.delimiter.len();
            self.end_statement(Some(Span::new(start, self.lexer.pos)));
            return true;
        }
        match byte {
            b'\\' => self.mysql_backslash(),
            b'd' | b'D' => self.delimiter_command(),
            b's' | b'S' | b'u' | b'U' if !self.has_statement() => self.mysql_line_command(),
            _ => false,
        }
    }

    fn directive(&mut self, kind: DirectiveKind, start: usize, name: Span, end: usize) {
        let text = self.lexer.text;
        let rest = Span::new(name.end as usize, end).slice(text);
        let argument_start = end - rest.trim_start().len();
        let argument = Span::new(argument_start, argument_start + rest.trim().len());
        self.script.directives.push(Directive {
            kind,
            span: Span::new(start, end),
            name,
            argument,
            statements_before: Span::new(self.script.statements.len(), 0).start,
            data: None,
        });
        self.lexer.pos = end;
    }

    /// The end of the line that `from` is in, without its line end.
    fn line_end(&self, from: usize) -> usize {
        let end = self.lexer.find(from, |b| b == b'\n');
        if end > from && self.lexer.at(end - 1) == b'\r' { end - 1 } else { end }
    }

    /// A backslash in a `psql` script.
    fn psql_command(&mut self) {
        let start = self.lexer.pos;
        if matches!(self.lexer.at(start + 1), b';' | b':') {
            return self.psql_escaped_mark(start);
        }
        let text = self.lexer.text;
        let name_end = self.lexer.find(start + 1, |b| b.is_ascii_whitespace() || b == b'\\');
        let name = Span::new(start + 1, name_end);
        let word = name.slice(text);
        let end =
            if WHOLE_LINE.contains(&word) { self.line_end(start) } else { self.psql_arguments_end(name_end) };
        if SENDING.contains(&word) && self.has_statement() {
            self.end_statement(Some(Span::new(start, end)));
            self.lexer.pos = end;
            return;
        }
        let copies = word == "copy" && copy_reads_stdin(Span::new(name_end, end).slice(text));
        let index = self.script.directives.len();
        self.directive(DirectiveKind::Backslash, start, name, end);
        if copies {
            self.client.receivers.push(Receiver::Directive(index));
        }
    }

    /// `\;` and `\:` send the bare mark to the server, which splits at a semicolon like at any other.
    fn psql_escaped_mark(&mut self, start: usize) {
        let semicolon = self.lexer.at(start + 1) == b';';
        let kind = if semicolon { TokenKind::Semicolon } else { TokenKind::Operator };
        let token = Token::new(kind, start, start + 2);
        self.lexer.pos = start + 2;
        if semicolon && self.splits() {
            self.end_statement(Some(token.span));
        } else {
            self.push(token);
        }
    }

    /// Where a command's arguments end: at `\\` outside of quotes (which is taken too), or with the line.
    fn psql_arguments_end(&self, from: usize) -> usize {
        let mut quote = 0;
        let mut at = from;
        while let Some(&byte) = self.lexer.bytes.get(at).filter(|b| **b != b'\n') {
            if quote != 0 {
                if byte == quote {
                    quote = 0;
                }
            } else if matches!(byte, b'\'' | b'"' | b'`') {
                quote = byte;
            } else if byte == b'\\' && self.lexer.at(at + 1) == b'\\' {
                return at + 2;
            }
            at += 1;
        }
        if at > from && self.lexer.at(at - 1) == b'\r' { at - 1 } else { at }
    }

    /// The data lines behind a line with `COPY … FROM stdin`, one block for each.
    pub(super) fn copy_data(&mut self) {
        let receivers = std::mem::take(&mut self.client.receivers);
        for receiver in receivers {
            let start = self.lexer.pos;
            let mut at = start;
            let close = loop {
                if at >= self.lexer.bytes.len() {
                    break None;
                }
                let line = self.line_end(at);
                if self.lexer.slice(at, line) == "\\." {
                    break Some(line);
                }
                at = self.lexer.find(line, |b| b == b'\n') + 1;
            };
            let end = at.min(self.lexer.bytes.len());
            let data = Some(Span::new(start, end));
            match receiver {
                Receiver::Statement(index) => {
                    if let Some(statement) = self.script.statements.get_mut(index) {
                        statement.data = data;
                    }
                }
                Receiver::Directive(index) => {
                    if let Some(directive) = self.script.directives.get_mut(index) {
                        directive.data = data;
                    }
                }
            }
            self.lexer.pos = end;
            match close {
                Some(line) => {
                    self.directive(DirectiveKind::EndOfData, end, Span::new(end + 1, end + 2), line);
                    let newline = self.lexer.find(line, |b| b == b'\n');
                    self.lexer.pos = (newline + 1).min(self.lexer.bytes.len());
                }
                None => self.lexer.problem(
                    start,
                    end,
                    "the data of `COPY … FROM stdin` has no end, so it takes the rest of the script: close it with a line `\\.`",
                ),
            }
        }
    }

    /// A backslash in a script for the `mysql` client.
    fn mysql_backslash(&mut self) -> bool {
        let start = self.lexer.pos;
        match self.lexer.at(start + 1) {
            b'g' | b'G' => {
                self.lexer.pos = start + 2;
                self.end_statement(Some(Span::new(start, start + 2)));
                true
            }
            b'd' => {
                self.set_delimiter(start, Span::new(start + 1, start + 2));
                true
            }
            command if ARGUMENT_COMMANDS.contains(&command) || BARE_COMMANDS.contains(&command) => {
                let takes_line = ARGUMENT_COMMANDS.contains(&command);
                let end = if takes_line { self.line_end(start) } else { start + 2 };
                self.directive(DirectiveKind::Backslash, start, Span::new(start + 1, start + 2), end);
                true
            }
            _ => false,
        }
    }

    /// Whether nothing but blanks stands before `at` in its line.
    fn begins_line(&self, at: usize) -> bool {
        let head = self.lexer.bytes.get(..at).unwrap_or(&[]);
        head.iter().rev().find(|b| !matches!(b, b' ' | b'\t')).is_none_or(|b| *b == b'\n')
    }

    /// `DELIMITER //`
    fn delimiter_command(&mut self) -> bool {
        let start = self.lexer.pos;
        let name = Span::new(start, start + "delimiter".len());
        if !name.slice(self.lexer.text).eq_ignore_ascii_case("delimiter") {
            return false;
        }
        let after = name.end as usize;
        // Long lines full of the word must not be measured again and again, hence this order.
        if continues_word(self.lexer.at(after)) || (self.has_statement() && !self.begins_line(start)) {
            return false;
        }
        if self.has_statement() {
            let line = self.line_end(start);
            // Inside a statement `delimiter` is nearly always a column; only a line like `DELIMITER ;;` is not.
            let argument = self.lexer.slice(after, line).trim();
            let marks = !argument.is_empty() && argument.bytes().all(|b| b";$/|&#%^~!".contains(&b));
            if !marks {
                return false;
            }
            let message =
                format!("the statement before `DELIMITER` is not ended by `{}`", self.lexer.delimiter);
            self.lexer.problem(start, line, message);
            self.end_statement(None);
        }
        self.set_delimiter(start, name);
        true
    }

    /// Obeys `DELIMITER //` or `\d //`.
    fn set_delimiter(&mut self, start: usize, name: Span) {
        let line = self.line_end(start);
        let argument = self.lexer.slice(name.end as usize, line);
        let word = argument.split_ascii_whitespace().next().unwrap_or("");
        self.directive(DirectiveKind::Delimiter, start, name, line);
        let word = unquoted(prefix(word, LONGEST_DELIMITER));
        if word.is_empty() || word.contains('\\') {
            self.lexer.problem(
                start,
                line,
                "`DELIMITER` needs the text that ends statements from here on, without a backslash",
            );
        } else {
            self.lexer.delimiter = word;
        }
    }

    /// `source file` and `use db`, which the client takes without a terminator when they fill a line.
    fn mysql_line_command(&mut self) -> bool {
        let start = self.lexer.pos;
        let word_end = self.lexer.find(start, |b| !continues_word(b));
        let word = self.lexer.slice(start, word_end);
        let source = word.eq_ignore_ascii_case("source");
        if !(source || word.eq_ignore_ascii_case("use")) || !self.begins_line(start) {
            return false;
        }
        let line = self.line_end(start);
        let argument = self.lexer.slice(word_end, line).trim();
        if argument.is_empty() || !matches!(self.lexer.at(word_end), b' ' | b'\t') {
            return false;
        }
        if source {
            self.directive(DirectiveKind::Source, start, Span::new(start, word_end), line);
            return true;
        }
        if argument.contains(self.lexer.delimiter) || argument.contains(['\\', '/', '#', '-']) {
            return false;
        }
        self.statement_to_line_end(line);
        true
    }

    /// The statement that begins here ends with its line.
    fn statement_to_line_end(&mut self, line: usize) {
        while !self.lexer.at_end() && self.lexer.pos < line {
            let token = self.lexer.token();
            self.push(token);
            self.lexer.skip_trivia(true);
        }
        self.end_statement(None);
    }
}

/// `\copy t from stdin …`: its arguments are SQL, but few enough words to look at them as such.
fn copy_reads_stdin(arguments: &str) -> bool {
    let mut words = arguments.split_ascii_whitespace().map(|w| w.trim_end_matches(';'));
    words.any(|w| w.eq_ignore_ascii_case("from"))
        && words.next().is_some_and(|w| w.eq_ignore_ascii_case("stdin") || w.eq_ignore_ascii_case("pstdin"))
}

/// The client takes quotes off a delimiter.
fn unquoted(word: &str) -> &str {
    ['\'', '"', '`'].iter().find_map(|q| word.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(word)
}
