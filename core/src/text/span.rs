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

/// A place as people count it: everything starts at 1, and a byte order mark is no column. Lines end at `\n`.
///
/// The column is given in the units of every language, because none can be turned into another without the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters (Unicode scalar values), from 1: what Python counts.
    pub column: u32,
    /// Column in bytes of UTF-8, from 1: what Rust and C count.
    pub byte_column: u32,
    /// Column in units of UTF-16, from 1: what JavaScript and most editors' protocols count.
    pub utf16_column: u32,
}

/// Finds lines and columns of byte offsets; built once per script in linear time.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// What begins before every [`STRIDE`]th byte: columns on a line of megabytes cost no more than others.
    counts: Vec<Count>,
}

/// Bytes from one count to the next.
const STRIDE: usize = 1024;

/// How many characters begin in some bytes, and how many of them are two units of UTF-16.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    characters: u32,
    wide: u32,
}

impl Count {
    fn of(bytes: &[u8]) -> Self {
        let mut sum = Self::default();
        // Counting in single bytes, of pieces that these can count, is what processors do many of at a time.
        for piece in bytes.chunks(usize::from(u8::MAX)) {
            let characters = piece.iter().fold(0u8, |n, b| n + u8::from(b & 0xC0 != 0x80));
            let wide = piece.iter().fold(0u8, |n, b| n + u8::from(*b >= 0xF0));
            sum = sum.plus(Self { characters: characters.into(), wide: wide.into() });
        }
        sum
    }

    fn plus(self, other: Self) -> Self {
        Self {
            characters: self.characters.saturating_add(other.characters),
            wide: self.wide.saturating_add(other.wide),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            characters: self.characters.saturating_sub(other.characters),
            wide: self.wide.saturating_sub(other.wide),
        }
    }
}

impl LineIndex {
    /// Indexes `text`; a line ends at `\n` (a `\r` before it belongs to the line).
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        starts.extend(ends.map(|(i, _)| Span::new(i + 1, i + 1).start));
        let mut counts = vec![Count::default()];
        let mut sum = Count::default();
        for block in text.as_bytes().chunks_exact(STRIDE) {
            sum = sum.plus(Count::of(block));
            counts.push(sum);
        }
        Self { starts, counts }
    }

    /// What begins from byte `start` to before byte `end`.
    fn count(&self, text: &[u8], start: usize, end: usize) -> Count {
        if end.saturating_sub(start) <= STRIDE {
            return text.get(start..end).map_or_else(Count::default, Count::of);
        }
        let before = |offset: usize| {
            let block = offset / STRIDE;
            let rest = text.get(block * STRIDE..offset).unwrap_or(&[]);
            self.counts.get(block).copied().unwrap_or_default().plus(Count::of(rest))
        };
        if end > text.len() { Count::default() } else { before(end).minus(before(start)) }
    }

    /// The line and column of byte `offset` in `text`, which must be the text that was indexed.
    /// Costs a binary search.
    pub fn locate(&self, text: &str, offset: u32) -> LineColumn {
        let bytes = text.as_bytes();
        let line = self.starts.partition_point(|s| *s <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let head = bytes.get(start as usize..offset as usize).unwrap_or(&[]);
        let mark = head.starts_with(BOM);
        let count = self.count(bytes, start as usize, offset as usize);
        // The mark is one character, and one unit of UTF-16.
        let characters = count.characters.saturating_sub(u32::from(mark));
        let length = head.len() - if mark { BOM.len() } else { 0 };
        LineColumn {
            line: Span::new(line, line).start,
            column: characters.saturating_add(1),
            byte_column: Span::new(length + 1, 0).start,
            utf16_column: characters.saturating_add(count.wide).saturating_add(1),
        }
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
    fn columns_count_in_every_unit_on_long_lines_too() {
        let line = "é1€🦀".repeat(3 * STRIDE);
        let text = format!("a\n{line}\n{line}");
        let lines = LineIndex::new(&text);
        for (line_number, start) in [(2, 2), (3, 3 + line.len())] {
            let mut units = 0;
            for (at, (offset, character)) in line.char_indices().enumerate() {
                let place = lines.locate(&text, u32::try_from(start + offset).unwrap_or(0));
                assert_eq!((place.line, place.column as usize), (line_number, at + 1));
                assert_eq!((place.byte_column as usize, place.utf16_column), (offset + 1, units + 1));
                units += if character.len_utf16() == 2 { 2 } else { 1 };
            }
        }
        let nowhere = LineColumn { line: 3, column: 1, byte_column: 1, utf16_column: 1 };
        assert_eq!(lines.locate(&text, u32::MAX), nowhere);
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let text = "\u{feff}🦀x\n\u{feff}y";
        let lines = LineIndex::new(text);
        let place =
            |line, column, byte_column, utf16_column| LineColumn { line, column, byte_column, utf16_column };
        assert_eq!(lines.locate(text, 0), place(1, 1, 1, 1));
        assert_eq!(lines.locate(text, 3), place(1, 1, 1, 1));
        assert_eq!(lines.locate(text, 7), place(1, 2, 5, 3));
        assert_eq!(lines.locate(text, 9), place(2, 1, 1, 1));
    }
}
