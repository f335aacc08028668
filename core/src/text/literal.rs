//! What quoted names and string literals stand for.
use crate::target::Dialect;
use std::borrow::Cow;

/// The name inside a quoted name, `source` including its quotes and `U&`, `UESCAPE`.
pub(super) fn name(source: &str, dialect: Dialect) -> Cow<'_, str> {
    if dialect == Dialect::Postgres && has_unicode_prefix(source) {
        return unicode(source, '"');
    }
    let quote = source.chars().next().unwrap_or('"');
    undouble(inside(source, quote), quote)
}

/// The value of a string literal, `source` including its prefix, quotes and continuations.
pub(super) fn string(source: &str, dialect: Dialect, escapes: bool) -> Cow<'_, str> {
    if source.starts_with('$') {
        return Cow::Borrowed(dollar_body(source));
    }
    let body = source.find(['\'', '"']).and_then(|i| source.get(i..)).unwrap_or("");
    if dialect.is_mysql_family() {
        let quote = body.chars().next().unwrap_or('\'');
        let inner = inside(body, quote);
        return if escapes && inner.contains('\\') {
            Cow::Owned(mysql_escapes(inner, quote))
        } else {
            undouble(inner, quote)
        };
    }
    if has_unicode_prefix(source) {
        return unicode(source, '\'');
    }
    let mut segments = Segments { rest: body, quote: b'\'', escapes };
    let first = segments.next().map_or(Cow::Borrowed(""), |s| postgres_segment(s, escapes));
    segments.fold(first, |value, segment| value + postgres_segment(segment, escapes))
}

fn has_unicode_prefix(source: &str) -> bool {
    source.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("u&"))
}

/// The text between the quotes; an unterminated literal has no closing quote.
fn inside(source: &str, quote: char) -> &str {
    let inner = source.get(1..).unwrap_or("");
    inner.strip_suffix(quote).unwrap_or(inner)
}

fn undouble(inner: &str, quote: char) -> Cow<'_, str> {
    if inner.contains(quote) {
        let mut buffer = [0; 4];
        let single: &str = quote.encode_utf8(&mut buffer);
        Cow::Owned(inner.replace(&single.repeat(2), single))
    } else {
        Cow::Borrowed(inner)
    }
}

/// `$tag$body$tag$` without its tags.
fn dollar_body(source: &str) -> &str {
    let tag_end = source.get(1..).and_then(|s| s.find('$')).map_or(source.len(), |i| i + 2);
    let (tag, body) = source.split_at_checked(tag_end).unwrap_or((source, ""));
    body.strip_suffix(tag).unwrap_or(body)
}

/// The quoted parts of a PostgreSQL literal that goes on over line ends, each without its quotes.
struct Segments<'a> {
    rest: &'a str,
    quote: u8,
    escapes: bool,
}

impl<'a> Iterator for Segments<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        // Between two parts stand white space and `--` comments, and those may hold quotes of their own.
        let mut bytes = self.rest.as_bytes();
        while let [first, after @ ..] = bytes {
            if *first == self.quote {
                break;
            }
            let comment = *first == b'-' && after.first() == Some(&b'-');
            let line = bytes.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(bytes.len());
            bytes = if comment { bytes.get(line..).unwrap_or(&[]) } else { after };
        }
        let start = self.rest.len() - bytes.len() + 1;
        let inner = self.rest.get(start..).filter(|_| !bytes.is_empty())?;
        let end = closing_quote(inner.as_bytes(), self.quote, self.escapes).unwrap_or(inner.len());
        self.rest = inner.get(end + 1..).unwrap_or("");
        inner.get(..end)
    }
}

/// The offset of the quote that ends a literal whose first byte after the opening quote is `bytes[0]`.
pub(super) fn closing_quote(bytes: &[u8], quote: u8, escapes: bool) -> Option<usize> {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return Some(at);
            }
            at += 1;
        } else if *byte == b'\\' && escapes {
            at += 1;
        }
        at += 1;
    }
    None
}

/// One part of a plain, `E`, `N`, `B` or `X` literal of PostgreSQL.
fn postgres_segment(inner: &str, escapes: bool) -> Cow<'_, str> {
    if !escapes || !inner.contains('\\') {
        return undouble(inner, '\'');
    }
    let mut value = Vec::with_capacity(inner.len());
    let bytes = inner.as_bytes();
    let mut at = 0;
    let mut pending_high = None;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        if *byte == b'\'' {
            at += usize::from(bytes.get(at) == Some(&b'\''));
        }
        if *byte != b'\\' {
            value.push(*byte);
            continue;
        }
        let Some(code) = bytes.get(at) else { break };
        at += 1;
        match code {
            b'b' => value.push(8),
            b'f' => value.push(12),
            b'n' => value.push(b'\n'),
            b'r' => value.push(b'\r'),
            b't' => value.push(b'\t'),
            b'v' => value.push(11),
            b'0'..=b'7' => {
                let (number, length) = digits(bytes, at - 1, 8, 3);
                at += length - 1;
                value.push(number.to_le_bytes()[0]);
            }
            b'x' if bytes.get(at).is_some_and(u8::is_ascii_hexdigit) => {
                let (number, length) = digits(bytes, at, 16, 2);
                at += length;
                value.push(number.to_le_bytes()[0]);
            }
            b'u' | b'U' => {
                let (number, length) = digits(bytes, at, 16, if *code == b'u' { 4 } else { 8 });
                at += length;
                push_code_point(&mut value, number, &mut pending_high);
            }
            other => value.push(*other),
        }
    }
    Cow::Owned(into_text(value))
}

fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

/// Reads up to `most` digits of base `radix` at `at`: their value and how many there are.
fn digits(bytes: &[u8], at: usize, radix: u32, most: usize) -> (u32, usize) {
    let mut value = 0u32;
    let mut length = 0;
    while length < most {
        let Some(digit) = bytes.get(at + length).and_then(|b| char::from(*b).to_digit(radix)) else { break };
        value = value.wrapping_mul(radix).wrapping_add(digit);
        length += 1;
    }
    (value, length)
}

/// Appends the code point `number`; the halves of a surrogate pair come one after the other.
fn push_code_point(value: &mut Vec<u8>, number: u32, pending_high: &mut Option<u32>) {
    let high = pending_high.take();
    let number = match (high, number) {
        (_, 0xD800..=0xDBFF) => {
            *pending_high = Some(number);
            return;
        }
        (Some(high), 0xDC00..=0xDFFF) => 0x10000 + ((high - 0xD800) << 10) + (number - 0xDC00),
        (_, number) => number,
    };
    let c = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
    value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// `U&'…' UESCAPE '!'` or `U&"…" UESCAPE '!'`.
fn unicode(source: &str, quote: char) -> Cow<'_, str> {
    let body = source.get(2..).unwrap_or("");
    let mut parts = Segments { rest: body, quote: b'\'', escapes: false };
    let mut inner = Vec::new();
    if quote == '"' {
        let quoted = body.get(1..).unwrap_or("");
        let end = closing_quote(quoted.as_bytes(), b'"', false).unwrap_or(quoted.len());
        inner.push(quoted.get(..end).unwrap_or(""));
        parts.rest = quoted.get(end + 1..).unwrap_or("");
    }
    // `UESCAPE` stands between the literal and the last part, which then is the escape character.
    let mut escape = '\\';
    loop {
        let rest = parts.rest.trim_start();
        let clause = rest.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("uescape"));
        let Some(part) = parts.next() else { break };
        if clause {
            escape = part.chars().next().unwrap_or('\\');
        } else {
            inner.push(part);
        }
    }
    let mut value = Vec::new();
    for part in inner {
        unicode_part(&undouble(part, quote), escape, &mut value);
    }
    Cow::Owned(into_text(value))
}

fn unicode_part(inner: &str, escape: char, value: &mut Vec<u8>) {
    let mut pending_high = None;
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        if c != escape {
            value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        if let Some(after) = rest.strip_prefix(escape) {
            value.extend_from_slice(escape.encode_utf8(&mut [0; 4]).as_bytes());
            rest = after;
            continue;
        }
        let (skip, most) = if rest.starts_with('+') { (1, 6) } else { (0, 4) };
        let (number, length) = digits(rest.as_bytes(), skip, 16, most);
        if length == most {
            push_code_point(value, number, &mut pending_high);
            rest = rest.get(skip + length..).unwrap_or("");
        } else {
            value.extend_from_slice(escape.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// MySQL's escapes; `\%` and `\_` keep their backslash because only `LIKE` may remove it.
fn mysql_escapes(inner: &str, quote: char) -> String {
    let mut value = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        if c == quote {
            let _doubled = chars.next_if_eq(&quote);
        }
        if c != '\\' {
            value.push(c);
            continue;
        }
        match chars.next() {
            None => value.push('\\'),
            Some('0') => value.push('\0'),
            Some('b') => value.push('\u{8}'),
            Some('n') => value.push('\n'),
            Some('r') => value.push('\r'),
            Some('t') => value.push('\t'),
            Some('Z') => value.push('\u{1a}'),
            Some(kept @ ('%' | '_')) => value.extend(['\\', kept]),
            Some(other) => value.push(other),
        }
    }
    value
}
