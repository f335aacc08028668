//! What is said of text that a production does not take.
use super::{Cursor, Stop};
use crate::text::TokenKind;

impl Cursor<'_> {
    /// What stands here, for messages: `` `TABEL` `` or `the end of the statement`.
    pub fn found(&self) -> String {
        // At the end of a parenthesis the closing mark is what was found.
        match self.tokens.get(self.pos) {
            Some(token) => {
                let text = self.text_of(*token);
                match text.char_indices().nth(40) {
                    Some((cut, _)) => format!("`{}…`", text.get(..cut).unwrap_or("")),
                    None => format!("`{text}`"),
                }
            }
            None => "the end of the statement".to_owned(),
        }
    }

    /// A refusal of the next token; `expected` names what should have stood there.
    pub fn unexpected(&self, expected: &str) -> Stop {
        Stop::invalid(self.span(), format!("expected {expected}, found {}", self.found()))
    }

    /// A refusal of the next token where one of `words` should have stood, with the closest of them as advice.
    pub fn expected_words(&self, words: &[&str]) -> Stop {
        let quoted: Vec<String> = words.iter().map(|w| format!("`{}`", w.to_ascii_uppercase())).collect();
        let list = match quoted.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => "something else".to_owned(),
        };
        let stop = self.unexpected(&list);
        match self.meant(words) {
            Some(advice) => stop.with_help(advice),
            None => stop,
        }
    }

    /// Advice to write the one of `words` that the next token nearly is, if there is one.
    pub fn meant(&self, words: &[&str]) -> Option<String> {
        let written = self.peek().filter(|t| t.kind == TokenKind::Word).map(|t| self.text_of(t))?;
        let meant = closest(written, words)?;
        Some(format!("did you mean `{}`?", meant.to_ascii_uppercase()))
    }
}

/// The one of `words` that `written` is a slip of: one or two letters wrong, missing, doubled or swapped.
pub fn closest<'w>(written: &str, words: &[&'w str]) -> Option<&'w str> {
    let written = written.to_ascii_lowercase();
    let best = words.iter().map(|w| (slips(&written, w), *w)).min()?;
    let allowed = if best.1.len() > 4 { 2 } else { 1 };
    (best.0 > 0 && best.0 <= allowed && best.1.len() > 1).then_some(best.1)
}

/// Edit distance with swaps of neighbours; words that are too long to be keywords count as far away.
fn slips(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 2 || a.len() > 32 {
        return usize::MAX;
    }
    let width = b.len() + 1;
    let mut table = vec![0usize; (a.len() + 1) * width];
    let get = |t: &[usize], i: usize, j: usize| t.get(i * width + j).copied().unwrap_or(usize::MAX - 1);
    for i in 0..=a.len() {
        for j in 0..width {
            let value = if i == 0 || j == 0 {
                i + j
            } else {
                let same = a.get(i - 1) == b.get(j - 1);
                let replaced = get(&table, i - 1, j - 1) + usize::from(!same);
                let mut least = replaced.min(get(&table, i - 1, j) + 1).min(get(&table, i, j - 1) + 1);
                if i > 1 && j > 1 && a.get(i - 1) == b.get(j - 2) && a.get(i - 2) == b.get(j - 1) {
                    least = least.min(get(&table, i - 2, j - 2) + 1);
                }
                least
            };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    get(&table, a.len(), b.len())
}

pub(super) fn kind_title(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Word | TokenKind::QuotedName => "a name",
        TokenKind::String => "a string",
        TokenKind::Number => "a number",
        TokenKind::Operator => "an operator",
        TokenKind::LeftParen => "`(`",
        TokenKind::RightParen => "`)`",
        TokenKind::LeftBracket => "`[`",
        TokenKind::RightBracket => "`]`",
        TokenKind::Comma => "`,`",
        TokenKind::Semicolon => "`;`",
        TokenKind::Dot => "`.`",
        TokenKind::Parameter => "a parameter",
        TokenKind::Variable => "a variable",
        TokenKind::Unknown => "something else",
    }
}
