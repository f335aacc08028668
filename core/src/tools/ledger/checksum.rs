//! The checksums that tools keep of their files.
use std::fmt::Write as _;

use sha2::{Digest, Sha256, Sha384};

/// How a tool computes the checksum of a migration's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// The ledger keeps none.
    None,
    /// CRC-32 of the lines without their ends and without a byte order mark, as a signed number of 32 bits (Flyway).
    Crc32OfLines,
    /// SHA-256 of the file in hexadecimal digits (Confiture).
    Sha256,
    /// SHA-256 of the file in hexadecimal digits; the file counts as unchanged as well if it matches after its line
    /// ends were turned into LF or into CRLF (Prisma).
    Sha256AnyLineEnds,
    /// SHA-384 of the file, 48 bytes; here in hexadecimal digits (sqlx).
    Sha384,
}

/// How a file compares with a recorded checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It has that checksum.
    Equal,
    /// It has that checksum once line ends, a byte order mark or trailing white space are changed.
    LineEnds,
    /// It has another checksum.
    Different,
}

impl Checksum {
    /// What it is, for people: a phrase such as `SHA-256 of the file`.
    pub fn title(self) -> &'static str {
        match self {
            Self::None => "no checksum",
            Self::Crc32OfLines => "CRC-32 of the file's lines",
            Self::Sha256 | Self::Sha256AnyLineEnds => "SHA-256 of the file",
            Self::Sha384 => "SHA-384 of the file",
        }
    }

    /// The checksum of a file's text as the ledger's query shows it; `None` for a tool that keeps none.
    pub fn of(self, text: &str) -> Option<String> {
        match self {
            Self::None => None,
            Self::Crc32OfLines => Some(crc32_of_lines(text).to_string()),
            Self::Sha256 | Self::Sha256AnyLineEnds => Some(hex(&Sha256::digest(text.as_bytes()))),
            Self::Sha384 => Some(hex(&Sha384::digest(text.as_bytes()))),
        }
    }

    /// Compares a file's text with what the ledger recorded.
    pub fn compare(self, text: &str, recorded: &str) -> Comparison {
        let recorded = recorded.trim().to_ascii_lowercase();
        let matches = |text: &str| self.of(text).is_some_and(|sum| sum == recorded);
        if matches(text) {
            return Comparison::Equal;
        }
        let unix = unix_line_ends(text);
        if self == Self::Sha256AnyLineEnds {
            let windows = windows_line_ends(text);
            let short = |text: &str| short_hex(&Sha256::digest(text.as_bytes())) == recorded;
            if matches(&unix) || matches(&windows) || short(text) || short(&unix) || short(&windows) {
                return Comparison::Equal;
            }
        }
        let bare = unix.trim_start_matches('\u{feff}');
        let trimmed: String = bare.split_inclusive('\n').flat_map(without_trailing_space).collect();
        let end = bare.trim_end();
        let forms = [bare.to_owned(), end.to_owned(), format!("{end}\n"), trimmed];
        let variants = forms.iter().flat_map(|form| {
            let windows = windows_line_ends(form);
            [format!("\u{feff}{form}"), format!("\u{feff}{windows}"), form.clone(), windows]
        });
        for variant in variants {
            if matches(&variant) {
                return Comparison::LineEnds;
            }
        }
        Comparison::Different
    }
}

/// The two pieces of a line: its text without white space at the end, and its line end.
fn without_trailing_space(line: &str) -> [&str; 2] {
    match line.strip_suffix('\n') {
        Some(text) => [text.trim_end(), "\n"],
        None => [line.trim_end(), ""],
    }
}

fn unix_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn windows_line_ends(text: &str) -> String {
    unix_line_ends(text).replace('\n', "\r\n")
}

/// CRC-32 over the lines without their ends, which are LF, CR and CRLF; a leading byte order mark does not count.
fn crc32_of_lines(text: &str) -> i32 {
    let mut hasher = crc32fast::Hasher::new();
    for line in text.strip_prefix('\u{feff}').unwrap_or(text).split(['\r', '\n']) {
        hasher.update(line.as_bytes());
    }
    i32::from_ne_bytes(hasher.finalize().to_ne_bytes())
}

/// Hexadecimal digits without leading zeros of each byte, as early releases of Prisma wrote them.
fn short_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:x}");
        text
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flyway_counts_lines_without_their_ends() {
        for text in [
            "CREATE TABLE a (\n  id int\n);\n",
            "CREATE TABLE a (\r\n  id int\r\n);\r\n",
            "\u{feff}CREATE TABLE a (\r  id int\r);\r",
            "CREATE TABLE a (  id int);",
        ] {
            assert_eq!(Checksum::Crc32OfLines.of(text).unwrap(), "1420201952", "{text:?}");
        }
        assert_eq!(Checksum::Crc32OfLines.of("").unwrap(), "0");
        // A vertical tab, NEL and LINE SEPARATOR are no line ends.
        let odd = "x\n\r\ny\u{b}z\u{85}w\u{2028}v\n";
        assert_eq!(Checksum::Crc32OfLines.of(odd).unwrap(), "-2046166976");
        // Only one byte order mark is dropped.
        assert_ne!(Checksum::Crc32OfLines.of("\u{feff}\u{feff}a"), Checksum::Crc32OfLines.of("a"));
    }

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-4's own vectors for "abc", and the one in Prisma's tests for "hello".
        assert_eq!(
            Checksum::Sha384.of("abc").unwrap(),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        );
        assert_eq!(
            Checksum::Sha256.of("hello").unwrap(),
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
        assert_eq!(Checksum::None.of("abc"), None);
    }

    #[test]
    fn line_ends_are_told_from_edits() {
        use Comparison::{Different, Equal, LineEnds};
        let written = "CREATE TABLE a (\n  id int\n);\n";
        let cases = [
            (written.to_owned(), [Equal, Equal, Equal]),
            (windows_line_ends(written), [LineEnds, Equal, Equal]),
            (format!("\u{feff}{written}"), [LineEnds, LineEnds, Equal]),
            (written.trim_end().to_owned(), [LineEnds, LineEnds, Equal]),
            (written.replace("int", "int  "), [LineEnds, LineEnds, LineEnds]),
            (format!("{written}\n\n"), [LineEnds, LineEnds, Equal]),
            (written.replace("int", "bigint"), [Different, Different, Different]),
            (format!("-- why\n{written}"), [Different, Different, Different]),
            (String::new(), [Different, Different, Different]),
        ];
        for (text, expected) in cases {
            for (kind, expected) in [Checksum::Sha384, Checksum::Sha256AnyLineEnds, Checksum::Crc32OfLines]
                .into_iter()
                .zip(expected)
            {
                let recorded = kind.of(written).unwrap();
                assert_eq!(kind.compare(&text, &recorded), expected, "{kind:?} {text:?}");
            }
        }
        // The other way round: recorded from a file with CRLF and a byte order mark.
        let recorded = Checksum::Sha384.of(&format!("\u{feff}{}", windows_line_ends(written))).unwrap();
        assert_eq!(Checksum::Sha384.compare(written, &recorded.to_uppercase()), LineEnds);
    }
}
