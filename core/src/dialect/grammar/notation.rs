//! The notation that grammars are written in.
//!
//! ```text
//! rule = alternative | alternative ;   # a comment
//! WORD          a word, in any case          'x'     a mark or an operator
//! rule          what the rule matches        [ x ]   x or nothing
//! { x }         any number of x              x +     one x or more
//! list(x)       x, separated by commas       ( x )   grouping
//! & x, ! x      x follows, does not follow   name:x  x, remembered as `name`
//! @15 x, @<12 x x, which servers have since version 15, up to before version 12
//! ```
//!
//! Alternatives are tried in their order and the first that matches is taken, as are repetitions as often as they match.

/// A part of a rule.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Word(String),
    Mark(String),
    Rule(String),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Optional(Box<Node>),
    Many(Box<Node>),
    Ahead(Box<Node>),
    Not(Box<Node>),
    Capture(String, Box<Node>),
}

/// The rules of `text`: names with what they match.
///
/// # Errors
/// What is wrong, and behind which rule. Grammars are part of the program: tests hold that this never happens.
pub(super) fn rules(text: &str) -> Result<Vec<(String, Node)>, String> {
    let tokens = tokens(text);
    let mut reader = Reader { tokens: &tokens, at: 0 };
    let mut rules: Vec<(String, Node)> = Vec::new();
    while let Some(name) = reader.next() {
        if reader.next() != Some("=") {
            return Err(format!("expected `=` behind `{name}`"));
        }
        let node = reader.choice(0).map_err(|message| format!("{name}: {message}"))?;
        if reader.next() != Some(";") {
            return Err(format!("expected `;` at the end of `{name}`"));
        }
        rules.push((name.to_owned(), node));
    }
    Ok(rules)
}

/// Names, words, quoted marks and single characters.
fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '#' => break,
                '\'' => rest.get(1..).and_then(|r| r.find('\'')).map_or(rest.len(), |i| i + 2),
                '@' => {
                    rest.find(|c: char| !matches!(c, '@' | '<') && !c.is_ascii_digit()).unwrap_or(rest.len())
                }
                c if c.is_alphanumeric() || c == '_' => {
                    rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
                }
                c => c.len_utf8(),
            };
            let (token, behind) = rest.split_at(length);
            found.push(token);
            rest = behind.trim_start();
        }
    }
    found
}

/// How deep groups may stand in each other.
const MAX_DEPTH: u32 = 24;

struct Reader<'a> {
    tokens: &'a [&'a str],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'a str> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn expect(&mut self, mark: &str) -> Result<(), String> {
        match self.next() {
            Some(token) if token == mark => Ok(()),
            other => Err(format!("expected `{mark}`, found `{}`", other.unwrap_or("the end"))),
        }
    }

    fn choice(&mut self, depth: u32) -> Result<Node, String> {
        if depth > MAX_DEPTH {
            return Err("groups stand too deep in each other".to_owned());
        }
        let mut alternatives = vec![self.sequence(depth)?];
        while self.peek() == Some("|") {
            self.at += 1;
            alternatives.push(self.sequence(depth)?);
        }
        Ok(one_or(alternatives, Node::Choice))
    }

    fn sequence(&mut self, depth: u32) -> Result<Node, String> {
        let mut parts = Vec::new();
        while !matches!(self.peek(), None | Some("|" | ";" | ")" | "]" | "}")) {
            let part = self.part(depth)?;
            if self.peek() == Some("+") {
                self.at += 1;
                parts.push(part.clone());
                parts.push(Node::Many(Box::new(part)));
            } else {
                parts.push(part);
            }
        }
        Ok(one_or(parts, Node::Sequence))
    }

    fn part(&mut self, depth: u32) -> Result<Node, String> {
        let inner = depth + 1;
        if inner > MAX_DEPTH {
            return Err("groups stand too deep in each other".to_owned());
        }
        let token = self.next().unwrap_or("");
        Ok(match token {
            "(" => self.enclosed(")", inner)?,
            "[" => Node::Optional(Box::new(self.enclosed("]", inner)?)),
            "{" => Node::Many(Box::new(self.enclosed("}", inner)?)),
            "&" => Node::Ahead(Box::new(self.part(inner)?)),
            "!" => Node::Not(Box::new(self.part(inner)?)),
            "list" if self.peek() == Some("(") => {
                self.at += 1;
                let item = self.enclosed(")", inner)?;
                let more = Node::Sequence(vec![Node::Mark(",".to_owned()), item.clone()]);
                Node::Sequence(vec![item, Node::Many(Box::new(more))])
            }
            _ if token.starts_with('@') => Node::Capture(token.to_owned(), Box::new(self.part(inner)?)),
            _ if token.starts_with('\'') => Node::Mark(token.trim_matches('\'').to_owned()),
            _ if self.peek() == Some(":") => {
                self.at += 1;
                Node::Capture(token.to_owned(), Box::new(self.part(inner)?))
            }
            _ if token.starts_with(|c: char| c.is_ascii_uppercase()) => {
                Node::Word(token.to_ascii_lowercase())
            }
            _ if token.starts_with(|c: char| c.is_ascii_lowercase()) => Node::Rule(token.to_owned()),
            _ => return Err(format!("unexpected `{token}`")),
        })
    }

    fn enclosed(&mut self, close: &str, depth: u32) -> Result<Node, String> {
        let node = self.choice(depth)?;
        self.expect(close)?;
        Ok(node)
    }
}

fn one_or(mut parts: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            many(parts)
        }
    }
}
