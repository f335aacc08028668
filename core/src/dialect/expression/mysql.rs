//! What MySQL and MariaDB make of an expression before they print it, undone: functions that have another name,
//! negations that are pushed down, operators that become functions.
use super::{
    parse::Parser,
    tree::{Id, Kind, Result},
};
use crate::target::ServerVersion;

/// Functions of several names; the first is the one in normal forms.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("ceiling", &["ceil"]),
    ("char_length", &["character_length"]),
    ("curdate", &["current_date"]),
    ("current_role", &[]),
    ("curtime", &["current_time"]),
    ("database", &["schema"]),
    ("dayofmonth", &["day"]),
    ("ifnull", &["nvl"]),
    ("length", &["octet_length"]),
    ("lower", &["lcase"]),
    ("now", &["current_timestamp", "localtimestamp"]),
    ("pow", &["power"]),
    ("sha1", &["sha"]),
    ("substr", &["substring", "mid"]),
    ("upper", &["ucase"]),
    ("user", &["session_user", "system_user"]),
];

impl Parser<'_> {
    /// A comparison; a constant stands at the right.
    pub(super) fn mysql_compare(&mut self, left: Id, operator: &str, right: Id) -> Result<Id> {
        let turned = match operator {
            "=" | "<>" | "<=>" => operator,
            "<" => ">",
            ">" => "<",
            "<=" => ">=",
            ">=" => "<=",
            _ => return self.tree.add(Kind::Compare, operator, vec![left, right]),
        };
        if self.tree.is_literal(left) && !self.tree.is_literal(right) {
            return self.tree.add(Kind::Compare, turned, vec![right, left]);
        }
        self.tree.add(Kind::Compare, operator, vec![left, right])
    }

    /// `NOT value`, as the server pushes it down.
    pub(super) fn mysql_negate(&mut self, value: Id) -> Result<Id> {
        let kind = self.tree.kind(value);
        match kind {
            Kind::Compare => {
                let opposite = match self.tree.text(value) {
                    "=" => "<>",
                    "<>" => "=",
                    "<" => ">=",
                    ">" => "<=",
                    "<=" => ">",
                    ">=" => "<",
                    _ => return self.tree.add(Kind::Not, "", vec![value]),
                };
                let kids = self.tree.kids(value).to_vec();
                self.tree.add(Kind::Compare, opposite, kids)
            }
            Kind::And | Kind::Or => {
                let kids = self.tree.take_kids(value);
                let mut all = None;
                let other = if kind == Kind::And { Kind::Or } else { Kind::And };
                for kid in kids {
                    let one = self.mysql_negate(kid)?;
                    all = Some(match all {
                        Some(before) => self.join(other, before, one)?,
                        None => one,
                    });
                }
                all.ok_or(super::tree::NotUnderstood)
            }
            Kind::Is => {
                let text = self.tree.text(value);
                let text = text.strip_prefix("not ").map_or_else(|| format!("not {text}"), str::to_owned);
                let kids = self.tree.kids(value).to_vec();
                self.tree.add(Kind::Is, text, kids)
            }
            Kind::In | Kind::NotIn | Kind::Between | Kind::NotBetween => {
                let opposite = match kind {
                    Kind::In => Kind::NotIn,
                    Kind::NotIn => Kind::In,
                    Kind::Between => Kind::NotBetween,
                    _ => Kind::Between,
                };
                let text = self.tree.text(value).to_owned();
                let kids = self.tree.kids(value).to_vec();
                self.tree.add(opposite, text, kids)
            }
            Kind::Not => Ok(self.tree.kids(value).first().copied().unwrap_or(value)),
            Kind::Call if self.tree.text(value) == "exists" => self.tree.add(Kind::Not, "", vec![value]),
            _ => {
                let zero = self.tree.add(Kind::Number, "0", Vec::new())?;
                self.tree.add(Kind::Compare, "=", vec![value, zero])
            }
        }
    }

    pub(super) fn mysql_matches(
        &mut self,
        left: Id,
        word: &str,
        not: bool,
        pattern: Id,
        escape: Option<Id>,
    ) -> Result<Id> {
        let operator = if word == "like" { "like" } else { "regexp" };
        let mut kids = vec![left, pattern];
        // A backslash is what it is anyway.
        kids.extend(escape.filter(|e| !self.tree.is(*e, Kind::Text, "\\")));
        let matches = self.tree.add(Kind::Compare, operator, kids)?;
        if not { self.mysql_negate(matches) } else { Ok(matches) }
    }

    pub(super) fn mysql_call(&mut self, name: &str, mut arguments: Vec<Id>) -> Result<Id> {
        let own = SYNONYMS.iter().find(|(_, others)| others.contains(&name)).map_or(name, |(own, _)| own);
        let own = match own {
            // Since its TIME functions were told apart, MariaDB takes `LOCALTIME` for the time of day.
            "localtime" if self.mariadb && self.source.target.version.number() >= TIME_OF_DAY.number() => {
                "curtime"
            }
            "localtime" => "now",
            other => other,
        };
        match (own, arguments.as_slice()) {
            ("now" | "curtime" | "utc_timestamp" | "utc_time", [zero])
                if self.tree.is(*zero, Kind::Number, "0") =>
            {
                arguments.clear();
            }
            ("count", &[star]) if self.tree.is(star, Kind::Word, "*") => {
                let zero = self.tree.add(Kind::Number, "0", Vec::new())?;
                return self.tree.add(Kind::Call, "count", vec![zero]);
            }
            ("mod", &[a, b]) => return self.chain(a, "%", b),
            ("isnull", &[a]) => return self.make_is(a, "null", false),
            ("instr", &[whole, part]) => return self.tree.add(Kind::Call, "locate", vec![part, whole]),
            ("regexp_like", &[a, b]) => return self.tree.add(Kind::Compare, "regexp", vec![a, b]),
            ("date", &[a]) => return self.cast(a, "date"),
            ("time", &[a]) => return self.cast(a, "time"),
            ("datediff", &[a, b]) => {
                let a = self.tree.add(Kind::Call, "to_days", vec![a])?;
                let b = self.tree.add(Kind::Call, "to_days", vec![b])?;
                return self.chain(a, "-", b);
            }
            ("date_add" | "adddate" | "date_sub" | "subdate", &[a, b]) => {
                let sign = if own.starts_with("date_s") || own.starts_with("sub") { "-" } else { "+" };
                let b = if self.tree.kind(b) == Kind::Interval {
                    b
                } else {
                    self.tree.add(Kind::Interval, "day", vec![b])?
                };
                return self.chain(a, sign, b);
            }
            _ => {}
        }
        self.tree.add(Kind::Call, own, arguments)
    }
}

/// From this version on MariaDB prints `LOCALTIME` as `curtime()`; 11.8 is the oldest that this was seen with.
const TIME_OF_DAY: ServerVersion = ServerVersion::new(11, 8, 0);
