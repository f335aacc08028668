//! Defaults of columns, where the type decides what a literal means.
use super::{
    literal,
    parse::Parser,
    plain::{self, Source},
    tree::{Id, Kind, NotUnderstood, Result},
};
use crate::{
    catalog::{DataType, Expression},
    target::{Dialect, Target},
    text::{TokenKind, tokens},
};

/// Reads the default of a column of type `data_type`. `None` where the default is NULL, which is no default.
///
/// `sql` is what follows `DEFAULT`, or what the server prints as an expression. A literal is normalised to the
/// column's type: `'1'` of an integer column is `1`, `TRUE` of MySQL's `tinyint(1)` is `1`, `0.00` of a `decimal` is
/// `0`.
pub fn read_default(sql: &str, data_type: &DataType, target: &Target) -> Option<Expression> {
    let sql = plain::unescape(sql.trim(), target);
    let source = Source::new(&sql, target);
    let end = source.tokens.len();
    let mut parser = Parser::new(&source, 0, end);
    let read = parser.whole().and_then(|root| parser.typed(root, data_type));
    let normal = match read {
        Ok(root) if parser.tree.is(root, Kind::Word, "null") => return None,
        Ok(root) => parser.tree.write(root, target),
        Err(NotUnderstood) => plain::normal_of(&source, 0, end),
    };
    Some(Expression { normal: normal.into(), sql: (*sql).into() })
}

/// What the MySQL family makes of a constant default.
#[derive(Clone, Copy, PartialEq)]
enum Family {
    Integer,
    Decimal,
    Bits,
    Bytes,
    Choice,
    Moment,
    String,
    Other,
}

/// The kind of a type of the MySQL family, by the first word of its text.
fn family(data_type: &str) -> Family {
    match data_type.split(['(', ' ']).next().unwrap_or("").to_ascii_lowercase().as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint" | "year" | "bool" | "boolean" => {
            Family::Integer
        }
        "decimal" | "numeric" | "dec" | "fixed" | "float" | "double" | "real" => Family::Decimal,
        "bit" => Family::Bits,
        "binary" | "varbinary" | "blob" | "tinyblob" | "mediumblob" | "longblob" => Family::Bytes,
        "enum" | "set" => Family::Choice,
        "date" | "datetime" | "timestamp" | "time" => Family::Moment,
        "char" | "varchar" | "text" | "tinytext" | "mediumtext" | "longtext" => Family::String,
        _ => Family::Other,
    }
}

impl Parser<'_> {
    /// The value as a column of the type stores it.
    fn typed(&mut self, root: Id, data_type: &DataType) -> Result<Id> {
        if self.mysql {
            return self.typed_mysql(root, &data_type.text);
        }
        if self.tree.kind(root) != Kind::Text || data_type.custom.is_some() {
            return Ok(root);
        }
        if data_type.text == "bytea" {
            let written = self.tree.text(root);
            let bytes = match written.strip_prefix("\\x") {
                Some(digits) => digits.to_ascii_lowercase(),
                None if written.contains('\\') => return Ok(root),
                None => written.bytes().map(|b| format!("{b:02x}")).collect(),
            };
            let text = format!("\\x{bytes}");
            return self.tree.add(Kind::Text, text, Vec::new());
        }
        // The length that a type allows says nothing of the value: longer ones are refused.
        let text = &data_type.text;
        let end = text.find('(').unwrap_or(text.len());
        let rest = text.find(')').and_then(|at| text.get(at + 1..)).unwrap_or("");
        let to = format!("{}{rest}", text.get(..end).unwrap_or(""));
        self.cast(root, &to)
    }

    fn typed_mysql(&mut self, root: Id, data_type: &str) -> Result<Id> {
        let kind = self.tree.kind(root);
        if !matches!(kind, Kind::Number | Kind::Text | Kind::Bits) {
            return Ok(root);
        }
        let text = self.tree.text(root).to_owned();
        let (kind, text) = match (family(data_type), kind) {
            (Family::Integer, Kind::Bits) => {
                let value = u64::from_str_radix(&text, 16).map_err(|_| NotUnderstood)?;
                (Kind::Number, value.to_string())
            }
            (Family::Integer | Family::Decimal, _) => {
                let number = literal::number(text.trim());
                if !literal::is_number(&number) {
                    return Ok(root);
                }
                (Kind::Number, without_zeros(&number))
            }
            (Family::Bits, Kind::Number | Kind::Text) => match text.parse::<u64>() {
                Ok(value) => (Kind::Bits, literal::hexadecimal(&format!("0x{value:x}"))),
                Err(_) => return Ok(root),
            },
            (Family::Bytes, Kind::Number | Kind::Text) => {
                (Kind::Bits, text.bytes().map(|b| format!("{b:02x}")).collect())
            }
            (Family::Bytes, _) if data_type.starts_with("binary") => {
                // Filled up with zeros.
                let mut text = text;
                while text.ends_with("00") {
                    text.truncate(text.len() - 2);
                }
                (Kind::Bits, text)
            }
            (Family::Choice, Kind::Text) => (Kind::Text, choice(&text, data_type, self.source.target)),
            (Family::Moment, Kind::Number | Kind::Text) => {
                let moment = moment(&text);
                let kept = fraction_kept(&moment, data_type, self.source.target.dialect == Dialect::MySql);
                (Kind::Text, kept.map_or(moment, |kept| literal::moment(&kept).unwrap_or(kept)))
            }
            (Family::String, Kind::Number) => (Kind::Text, text),
            (Family::String, Kind::Bits) => match bytes(&text) {
                Some(text) => (Kind::Text, text),
                None => return Ok(root),
            },
            _ => return Ok(root),
        };
        self.tree.add(kind, text, Vec::new())
    }
}

/// `1.50` as `1.5`.
fn without_zeros(number: &str) -> String {
    if !number.contains('.') {
        return number.to_owned();
    }
    let short = number.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// The member of an enum or set as the type spells it, because the server does not tell the case apart.
fn choice(text: &str, data_type: &str, target: &Target) -> String {
    let members = tokens(data_type, target);
    let mut members = members
        .iter()
        .filter(|t| t.kind == TokenKind::String)
        .map(|t| t.string_value(data_type, target).into_owned());
    members.find(|m| m.to_lowercase() == text.to_lowercase()).unwrap_or_else(|| text.to_owned())
}

/// A point in time that may be written without separators.
fn moment(text: &str) -> String {
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or("");
    let text = match text.len() {
        _ if !text.bytes().all(|b| b.is_ascii_digit()) => text.to_owned(),
        1 if text == "0" => return "0000-00-00".to_owned(),
        8 => format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8)),
        14 => format!(
            "{}-{}-{} {}:{}:{}",
            part(0, 4),
            part(4, 6),
            part(6, 8),
            part(8, 10),
            part(10, 12),
            part(12, 14)
        ),
        _ => text.to_owned(),
    };
    literal::moment(&text).unwrap_or(text)
}

/// A point in time without the digits of its seconds that the type does not keep: MySQL rounds, MariaDB cuts them off.
/// `None` where nothing is too much, or where rounding would carry into the minutes.
fn fraction_kept(moment: &str, data_type: &str, rounds: bool) -> Option<String> {
    let (head, fraction) = moment.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let kept = data_type.split(['(', ')']).nth(1).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
    let (most, rest) = fraction.split_at_checked(kept).filter(|_| digits(fraction))?;
    let up = rounds && rest.starts_with(|c: char| c >= '5');
    let text = if !up {
        format!("{head}.{most}")
    } else if kept == 0 {
        let (before, seconds) = head.split_at_checked(head.len().checked_sub(2)?)?;
        let seconds: u32 = seconds.parse().ok().filter(|seconds| *seconds < 59)?;
        format!("{before}{:02}", seconds + 1)
    } else {
        let next = most.parse::<u32>().ok()?.checked_add(1)?.to_string();
        if next.len() > kept {
            return None;
        }
        format!("{head}.{next:0>kept$}")
    };
    let short = text.trim_end_matches('0').trim_end_matches('.');
    Some(if text.contains('.') { short.to_owned() } else { text })
}

/// Hexadecimal digits as the text whose bytes they are.
fn bytes(digits: &str) -> Option<String> {
    let pairs = digits.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = pairs
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|p| u8::from_str_radix(p, 16).ok()))
        .collect();
    String::from_utf8(bytes?).ok()
}
