//! Byte ranges in a script, and the lines and columns that people read.
use serde::{Deserialize, Serialize};

/// A half-open range of bytes `start..end` in a script.
///
/// Scripts are limited to 4 GiB, so that a span is eight bytes and a token sixteen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` in bytes; offsets beyond 4 GiB are clamped.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    /// The part of `text` inside the span; empty when the span does not fit the text.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// The byte order mark, which no editor shows: it is not a column.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// A place as people count it: both start at 1, columns are counted in characters (Unicode scalar values) without a
/// byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Finds lines and columns of byte offsets; built once per script in linear time.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// How many characters begin before every [`STRIDE`]th byte: columns on a line of megabytes cost no more than others.
    characters: Vec<u32>,
}

/// Bytes from one count of characters to the next.
const STRIDE: usize = 1024;

/// How many characters begin in these bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count()
}

impl LineIndex {
    /// Indexes `text`; a line ends at `\n` (a `\r` before it belongs to the line).
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(
            text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| Span::new(i + 1, i + 1).start),
        );
        let mut counts = vec![0];
        let mut sum = 0;
        for block in text.as_bytes().chunks_exact(STRIDE) {
            sum += characters(block);
            counts.push(Span::new(sum, 0).start);
        }
        Self { starts, characters: counts }
    }

    /// How many characters begin from byte `start` to before byte `end`.
    fn characters_in(&self, text: &[u8], start: usize, end: usize) -> usize {
        if end.saturating_sub(start) <= STRIDE {
            return text.get(start..end).map_or(0, characters);
        }
        let before = |offset: usize| {
            let block = offset / STRIDE;
            let rest = text.get(block * STRIDE..offset).unwrap_or(&[]);
            self.characters.get(block).map_or(0, |count| *count as usize) + characters(rest)
        };
        if end > text.len() { 0 } else { before(end).saturating_sub(before(start)) }
    }

    /// The line and column of byte `offset` in `text`, which must be the text that was indexed.
    /// Costs a binary search.
    pub fn locate(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.starts.partition_point(|s| *s <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let head = text.as_bytes().get(start as usize..offset as usize).unwrap_or(&[]);
        let column = self.characters_in(text.as_bytes(), start as usize, offset as usize)
            - usize::from(head.starts_with(BOM));
        LineColumn { line: Span::new(line, line).start, column: Span::new(column + 1, 0).start }
    }

    /// The byte offset of a line and column (both from 1, columns in characters) in `text`, which must be the text
    /// that was indexed; a place behind the end of its line or of the text is clamped to it.
    pub fn offset(&self, text: &str, line: u32, column: u32) -> u32 {
        let end = Span::new(text.len(), 0).start;
        let Some(start) = (line as usize).checked_sub(1).and_then(|l| self.starts.get(l)).copied() else {
            return end;
        };
        let stop = self.starts.get(line as usize).copied().unwrap_or(end);
        let content = text.get(start as usize..stop as usize).unwrap_or("");
        let mark = if start == 0 && text.as_bytes().starts_with(BOM) { BOM.len() } else { 0 };
        let content = content.get(mark..).unwrap_or("");
        let inside =
            content.char_indices().nth(column.saturating_sub(1) as usize).map_or(content.len(), |(i, _)| i);
        start.saturating_add(Span::new(mark + inside, 0).start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_on_long_lines_too() {
        let line = "é1€".repeat(3 * STRIDE);
        let text = format!("a\n{line}\n{line}");
        let lines = LineIndex::new(&text);
        for (at, (offset, _)) in line.char_indices().enumerate() {
            for (line_number, start) in [(2, 2), (3, 3 + line.len())] {
                let place = lines.locate(&text, u32::try_from(start + offset).unwrap_or(0));
                assert_eq!((place.line, place.column as usize), (line_number, at + 1));
            }
        }
        assert_eq!(lines.locate(&text, u32::MAX), LineColumn { line: 3, column: 1 });
    }
}
