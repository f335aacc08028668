//! The checksums that tools keep of their files.
use std::{borrow::Cow, fmt::Write as _};

use md5::Md5;
use sha2::{Digest, Sha256, Sha384};

use crate::tools::{Migration, MigrationKind, MigrationSet, liquibase};

/// What a checksum is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hashed<'a> {
    /// The text: of the file, or of a changeset.
    pub text: Cow<'a, str>,
    /// The migration's version, a whole number for those who hash it.
    pub version: &'a str,
    /// The migration's name.
    pub name: &'a str,
    /// Whether the tool puts something in place of `${…}` in the text before it is hashed.
    pub placeholders: bool,
}

impl<'a> From<&'a str> for Hashed<'a> {
    fn from(text: &'a str) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl<'a> From<&'a String> for Hashed<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl<'a> Hashed<'a> {
    /// What is hashed of a migration; `None` if the bytes of its file are not known, because they are not UTF-8.
    pub(super) fn of(checksum: Checksum, set: &'a MigrationSet, migration: &'a Migration) -> Option<Self> {
        let file = set.files.get(migration.up.file).filter(|f| f.invalid_at.is_none())?;
        let (text, replaced) = match checksum {
            Checksum::Liquibase9 => (liquibase::body(migration.up.span.slice(&file.text)).into(), true),
            Checksum::Crc32OfLines => {
                (Cow::Borrowed(file.text.as_str()), migration.kind == MigrationKind::Repeatable)
            }
            _ => (Cow::Borrowed(file.text.as_str()), false),
        };
        let placeholders = replaced && text.contains("${");
        Some(Self { text, version: &migration.version, name: &migration.name, placeholders })
    }
}

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
    /// SipHash-1-3 of name, version and file, a number of 64 bits (refinery). Which width the version is hashed with
    /// is decided when refinery is built: both are taken.
    SipHash,
    /// MD5 over the MD5 of a changeset's SQL without white space, behind `9:` (Liquibase from 4.22 on).
    Liquibase9,
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
    /// It has another checksum, but it holds placeholders, and the tool hashes what stands for them.
    Open,
}

impl Checksum {
    /// What it is, for people: a phrase such as `SHA-256 of the file`.
    pub fn title(self) -> &'static str {
        match self {
            Self::None => "no checksum",
            Self::Crc32OfLines => "CRC-32 of the file's lines",
            Self::Sha256 | Self::Sha256AnyLineEnds => "SHA-256 of the file",
            Self::Sha384 => "SHA-384 of the file",
            Self::SipHash => "SipHash of name, version and file",
            Self::Liquibase9 => "MD5 of the changeset's SQL",
        }
    }

    /// The checksum as the ledger's query shows it; `None` for a tool that keeps none. A text alone will do where no
    /// more is hashed.
    pub fn of<'a>(self, what: impl Into<Hashed<'a>>) -> Option<String> {
        let what = what.into();
        let text = what.text.as_ref();
        match self {
            Self::None => None,
            Self::Crc32OfLines => Some(crc32_of_lines(text).to_string()),
            Self::Sha256 | Self::Sha256AnyLineEnds => Some(hex(&Sha256::digest(text.as_bytes()))),
            Self::Sha384 => Some(hex(&Sha384::digest(text.as_bytes()))),
            Self::SipHash => {
                let version: i64 = what.version.parse().ok()?;
                let wide = i32::try_from(version).is_err();
                Some(sip_hash_of(what.name, version, wide, text).to_string())
            }
            Self::Liquibase9 => Some(liquibase9(text)),
        }
    }

    /// Compares what is there with what the ledger recorded.
    pub fn compare<'a>(self, what: impl Into<Hashed<'a>>, recorded: &str) -> Comparison {
        let what = what.into();
        let recorded = recorded.trim().to_ascii_lowercase();
        let text = what.text.as_ref();
        let matches = |text: &str| {
            let now = Hashed { text: text.into(), ..what.clone() };
            let other = || {
                let version = what.version.parse().ok()?;
                Some(sip_hash_of(what.name, version, true, text).to_string())
            };
            self.of(now).is_some_and(|sum| sum == recorded)
                || self == Self::SipHash && other().is_some_and(|sum| sum == recorded)
        };
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
        if what.placeholders { Comparison::Open } else { Comparison::Different }
    }
}

/// MD5 of the SQL without blanks, tabs and line ends, in hexadecimal digits behind `9:`; and the same once more over
/// the list of a changeset's changes, of which formatted SQL has one.
fn liquibase9(sql: &str) -> String {
    let bytes: Vec<u8> = sql.bytes().filter(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r')).collect();
    let change = format!("9:{}:", hex(&Md5::digest(&bytes)));
    format!("9:{}", hex(&Md5::digest(change.as_bytes())))
}

/// Rust's hash of a text, a number and a text, with the key 0.
fn sip_hash_of(name: &str, version: i64, wide: bool, sql: &str) -> u64 {
    let mut bytes = Vec::with_capacity(name.len() + sql.len() + 10);
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(0xff);
    // The narrow form of a version is its low half.
    bytes.extend(version.to_le_bytes().into_iter().take(if wide { 8 } else { 4 }));
    bytes.extend_from_slice(sql.as_bytes());
    bytes.push(0xff);
    sip13(&bytes)
}

/// SipHash with one round for each word and three at the end, key 0 (Aumasson and Bernstein, 2012).
fn sip13(bytes: &[u8]) -> u64 {
    let mut v: [u64; 4] =
        [0x736f_6d65_7073_6575, 0x646f_7261_6e64_6f6d, 0x6c79_6765_6e65_7261, 0x7465_6462_7974_6573];
    let mut absorb = |word: u64| {
        if let Some(last) = v.last_mut() {
            *last ^= word;
        }
        v = sip_round(v);
        if let Some(first) = v.first_mut() {
            *first ^= word;
        }
    };
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        absorb(word.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
    }
    let rest = words.remainder().iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    absorb((bytes.len() as u64) << 56 | rest);
    let [a, b, c, d] = v;
    let [a, b, c, d] = (0..3).fold([a, b, c ^ 0xff, d], |v, _| sip_round(v));
    a ^ b ^ c ^ d
}

fn sip_round([a, b, c, d]: [u64; 4]) -> [u64; 4] {
    let a = a.wrapping_add(b);
    let b = b.rotate_left(13) ^ a;
    let a = a.rotate_left(32);
    let c = c.wrapping_add(d);
    let d = d.rotate_left(16) ^ c;
    let a = a.wrapping_add(d);
    let d = d.rotate_left(21) ^ a;
    let c = c.wrapping_add(b);
    let b = b.rotate_left(17) ^ c;
    [a, b, c.rotate_left(32), d]
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

/// SHA-256 of a text in hexadecimal digits.
pub(super) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
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
    fn refinery_hashes_name_version_and_file() {
        let initial = Hashed {
            text: "CREATE TABLE persons (id int, name varchar(255), city varchar(255));".into(),
            version: "1",
            name: "initial",
            placeholders: false,
        };
        // Made with refinery-core 0.10 itself.
        assert_eq!(Checksum::SipHash.of(initial.clone()).unwrap(), "9011118159008407467");
        let empty = Hashed { version: "2", name: "a", ..Hashed::default() };
        assert_eq!(Checksum::SipHash.of(empty).unwrap(), "12280711486795812089");
        let renamed = Hashed { name: "other", ..initial.clone() };
        assert_eq!(Checksum::SipHash.compare(initial, "9011118159008407467"), Comparison::Equal);
        assert_eq!(Checksum::SipHash.compare(renamed, "9011118159008407467"), Comparison::Different);
    }

    #[test]
    fn liquibase_hashes_sql_without_white_space() {
        // Rows that Liquibase 4.28 wrote.
        for (sql, sum) in [
            ("UPDATE tx SET id = id", "9:7aa9b08aaba864ee4bace9c2c97b23e4"),
            ("ALTER TABLE person ADD COLUMN email text;", "9:99d1a013a05f7e487b1801ca9710f059"),
            (
                "CREATE INDEX CONCURRENTLY person_name_idx ON person(name);",
                "9:13b3b8fd9c0b53132c48dd4e88578da6",
            ),
        ] {
            assert_eq!(Checksum::Liquibase9.of(sql).unwrap(), sum);
            let spaced = sql.replace(' ', "\r\n\t ");
            assert_eq!(Checksum::Liquibase9.compare(&*spaced, sum), Comparison::Equal);
        }
        let open = Hashed { placeholders: true, ..Hashed::from("SELECT ${x}") };
        assert_eq!(Checksum::Liquibase9.compare(open, "9:0"), Comparison::Open);
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
