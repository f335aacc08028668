//! Dates, times and spans of time, as PostgreSQL computes with them (chapter "Date/Time Types" of its manual).
use std::fmt::Write as _;

use super::Value;

/// How a moment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `date`
    Date,
    /// `timestamp`
    Plain,
    /// `timestamp with time zone`
    Zoned,
}

impl Form {
    pub(super) fn is_local(self) -> bool {
        self != Self::Zoned
    }
}

/// A date or a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time {
    /// How it is written.
    pub form: Form,
    /// The clock of the place where the server thinks it is, in seconds since 1970; `None`: now, which is not known.
    pub at: Option<i64>,
}

/// A span of time. Months and days have no fixed length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// Months; 12 of them are a year.
    pub months: i64,
    /// Days.
    pub days: i64,
    /// Seconds.
    pub seconds: i64,
}

const DAY: i64 = 86_400;

/// Years beyond these are not followed.
const YEARS: std::ops::RangeInclusive<i64> = 1000..=9999;

/// A day's number since 1970 of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day.
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted - era * 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

fn length(year: i64, month: i64) -> i64 {
    let next = if month == 12 { days(year + 1, 1, 1) } else { days(year, month + 1, 1) };
    next - days(year, month, 1)
}

/// The ISO year and week of a day.
fn week(day: i64) -> (i64, i64) {
    // Its Thursday is in the same ISO year.
    let thursday = day - (day + 3).rem_euclid(7) + 3;
    let (year, ..) = civil(thursday);
    (year, (thursday - days(year, 1, 1)) / 7 + 1)
}

impl Time {
    fn value(form: Form, at: Option<i64>) -> Value {
        match at {
            Some(at) if !YEARS.contains(&civil(at.div_euclid(DAY)).0) => Value::Unknown,
            at => Value::Time(Self { form, at }),
        }
    }

    /// The moment that a statement runs at.
    pub(super) fn now(form: Form) -> Value {
        Value::Time(Self { form, at: None })
    }

    /// `2024-01-31`, `20240131`, `2024-01-31 12:00:00`, `today`, `now`.
    pub(super) fn read(text: &str, form: Form) -> Value {
        let text = text.trim();
        if ["today", "now", "tomorrow", "yesterday"].iter().any(|w| text.eq_ignore_ascii_case(w)) {
            return Self::now(form);
        }
        let (date, clock) = text.split_once([' ', 'T']).unwrap_or((text, ""));
        let number = |part: Option<&str>| {
            part.filter(|p| p.bytes().all(|b| b.is_ascii_digit()) && !p.is_empty())?.parse::<i64>().ok()
        };
        let parts: Vec<Option<i64>> = if date.len() == 8 && !date.contains('-') {
            vec![number(date.get(..4)), number(date.get(4..6)), number(date.get(6..))]
        } else {
            date.split('-').map(|p| number(Some(p))).collect()
        };
        let [Some(year), Some(month), Some(day)] = parts[..] else { return Value::Unknown };
        if !YEARS.contains(&year) || !(1..=12).contains(&month) || !(1..=length(year, month)).contains(&day) {
            return Value::Unknown;
        }
        let mut seconds = 0;
        if !clock.is_empty() {
            let parts: Vec<Option<i64>> = clock.split(':').map(|p| number(Some(p))).collect();
            let (hour, minute, second) = match parts[..] {
                [Some(h), Some(m)] => (h, m, 0),
                [Some(h), Some(m), Some(s)] => (h, m, s),
                _ => return Value::Unknown,
            };
            if hour > 23 || minute > 59 || second > 59 {
                return Value::Unknown;
            }
            seconds = hour * 3600 + minute * 60 + second;
        }
        let seconds = if form == Form::Date { 0 } else { seconds };
        Self::value(form, Some(days(year, month, day) * DAY + seconds))
    }

    /// As another type.
    pub(super) fn to(self, form: Form) -> Value {
        let at = match form {
            Form::Date => self.at.map(|at| at.div_euclid(DAY) * DAY),
            _ => self.at,
        };
        Self::value(form, at)
    }

    /// A moment and a span: a date becomes a timestamp.
    pub(super) fn plus(self, span: Interval, sign: i64) -> Value {
        let form = if self.form == Form::Date { Form::Plain } else { self.form };
        let Some(at) = self.at else { return Self::value(form, None) };
        let (date, clock) = (at.div_euclid(DAY), at.rem_euclid(DAY));
        let (year, month, day) = civil(date);
        let Some(months) = span.months.checked_mul(sign).and_then(|m| m.checked_add(year * 12 + month - 1))
        else {
            return Value::Unknown;
        };
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        if !YEARS.contains(&year) || span.days.abs() > 10_000_000 || span.seconds.abs() > 1 << 40 {
            return Value::Unknown;
        }
        // Hours across a change of the clocks are others there.
        if self.form == Form::Zoned && span.seconds != 0 {
            return Value::Unknown;
        }
        let date = days(year, month, day.min(length(year, month))) + span.days * sign;
        Self::value(form, Some(date * DAY + clock + span.seconds * sign))
    }

    /// A date and a number of days.
    pub(super) fn plus_days(self, number: i64) -> Value {
        if self.form != Form::Date || number.abs() > 10_000_000 {
            return Value::Unknown;
        }
        Self::value(Form::Date, self.at.map(|at| at + number * DAY))
    }

    /// `date_trunc`
    pub(super) fn truncated(self, unit: &str) -> Value {
        // Of a date it is a timestamp with time zone.
        let form = if self.form == Form::Date { Form::Zoned } else { self.form };
        let Some(at) = self.at else {
            let known = ["hour", "day", "week", "month", "quarter", "year"].contains(&unit);
            return if known { Self::value(form, None) } else { Value::Unknown };
        };
        let date = at.div_euclid(DAY);
        let (year, month, _) = civil(date);
        let start = match unit {
            "hour" => return Self::value(form, Some(at.div_euclid(3600) * 3600)),
            "day" => date,
            "week" => date - (date + 3).rem_euclid(7),
            "month" => days(year, month, 1),
            "quarter" => days(year, (month - 1) / 3 * 3 + 1, 1),
            "year" => days(year, 1, 1),
            _ => return Value::Unknown,
        };
        Self::value(form, Some(start * DAY))
    }

    /// As the server prints it in its usual style; a moment in a time zone has the zone's offset, which is not known.
    pub(super) fn shown(self) -> Value {
        let format = match self.form {
            Form::Date => "YYYY-MM-DD",
            Form::Plain if self.at.is_some() => "YYYY-MM-DD HH24:MI:SS",
            _ => return Value::Unknown,
        };
        self.formatted(format)
    }

    /// `to_char`
    pub(super) fn formatted(self, format: &str) -> Value {
        let mut text = String::new();
        let mut rest = format;
        'parts: while let Some(first) = rest.chars().next() {
            for (pattern, width) in PATTERNS {
                if let Some(behind) = rest.strip_prefix(pattern) {
                    rest = behind;
                    match self.at {
                        Some(at) => {
                            let value = field(pattern, at);
                            let _written = write!(text, "{value:0width$}");
                        }
                        // A hole takes two bytes: the name is as long as it will be.
                        None => text.extend(std::iter::repeat_n(Value::HOLE, width.div_ceil(2))),
                    }
                    continue 'parts;
                }
            }
            // Letters stand for more than is known here.
            if first.is_alphabetic() || first == '"' || first == '\\' || first == Value::HOLE {
                return Value::Unknown;
            }
            text.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or("");
        }
        Value::with_holes(&text, self.at.is_none())
    }
}

/// The patterns of `to_char` that are followed, with the number of their digits; longer ones first.
const PATTERNS: &[(&str, usize)] = &[
    ("YYYY", 4),
    ("yyyy", 4),
    ("IYYY", 4),
    ("iyyy", 4),
    ("HH24", 2),
    ("hh24", 2),
    ("DDD", 3),
    ("ddd", 3),
    ("YY", 2),
    ("yy", 2),
    ("MM", 2),
    ("mm", 2),
    ("DD", 2),
    ("dd", 2),
    ("MI", 2),
    ("mi", 2),
    ("SS", 2),
    ("ss", 2),
    ("IW", 2),
    ("iw", 2),
    ("Q", 1),
    ("q", 1),
];

fn field(pattern: &str, at: i64) -> i64 {
    let (date, clock) = (at.div_euclid(DAY), at.rem_euclid(DAY));
    let (year, month, day) = civil(date);
    match pattern.to_ascii_uppercase().as_str() {
        "YYYY" => year,
        "YY" => year % 100,
        "IYYY" => week(date).0,
        "IW" => week(date).1,
        "MM" => month,
        "DDD" => date - days(year, 1, 1) + 1,
        "DD" => day,
        "HH24" => clock / 3600,
        "MI" => clock / 60 % 60,
        "Q" => (month - 1) / 3 + 1,
        _ => clock % 60,
    }
}

impl Interval {
    /// `1 day`, `2 months 3 days`.
    pub(super) fn read(text: &str) -> Value {
        let mut span = Self::default();
        let mut words = text.split_whitespace();
        let mut any = false;
        while let Some(number) = words.next() {
            let (Ok(number), Some(unit)) = (number.parse::<i32>(), words.next()) else {
                return Value::Unknown;
            };
            let number = i64::from(number);
            let unit = unit.to_ascii_lowercase();
            match unit.strip_suffix('s').unwrap_or(&unit) {
                "year" => span.months += number * 12,
                "month" | "mon" => span.months += number,
                "week" => span.days += number * 7,
                "day" => span.days += number,
                "hour" => span.seconds += number * 3600,
                "minute" | "min" => span.seconds += number * 60,
                "second" | "sec" => span.seconds += number,
                _ => return Value::Unknown,
            }
            any = true;
        }
        if any { Value::Interval(span) } else { Value::Unknown }
    }

    /// So many times as long.
    pub(super) fn times(self, number: i64) -> Value {
        if number.abs() > 1 << 20 {
            return Value::Unknown;
        }
        let Self { months, days, seconds } = self;
        match (months.checked_mul(number), days.checked_mul(number), seconds.checked_mul(number)) {
            (Some(months), Some(days), Some(seconds)) => Value::Interval(Self { months, days, seconds }),
            _ => Value::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answers are PostgreSQL's.
    #[test]
    fn days_are_counted_as_the_server_counts_them() {
        let time = |text: &str| match Time::read(text, Form::Date) {
            Value::Time(time) => time,
            other => panic!("{other:?}"),
        };
        let span = |text: &str| match Interval::read(text) {
            Value::Interval(span) => span,
            other => panic!("{other:?}"),
        };
        let format = |value: Value, format: &str| match value {
            Value::Time(time) => time.formatted(format),
            other => other,
        };
        for (start, add, pattern, expected) in [
            ("2024-01-31", "1 month", "YYYYMMDD", "20240229"),
            ("2023-12-31", "1 day", "YYYY-MM-DD", "2024-01-01"),
            ("2024-02-29", "1 year", "YYYY_MM", "2025_02"),
            ("20240101", "1 week", "DD", "08"),
            ("2021-01-03", "0 days", "IYYY_IW", "2020_53"),
            ("2024-12-30", "0 days", "IYYY_IW", "2025_01"),
            ("2024-01-01", "36 hours", "YYYY-MM-DD HH24:MI:SS", "2024-01-02 12:00:00"),
            ("2024-01-01", "-1 months", "YYYYMM", "202312"),
        ] {
            assert_eq!(
                format(time(start).plus(span(add), 1), pattern),
                Value::text(expected),
                "{start} {add}"
            );
        }
        assert_eq!(format(time("2024-05-16").truncated("week"), "YYYYMMDD"), Value::text("20240513"));
        assert_eq!(format(time("2024-05-16").truncated("quarter"), "YYYYMMDD"), Value::text("20240401"));
        assert_eq!(time("2024-05-16").shown(), Value::text("2024-05-16"));
        assert_eq!(Time::read("2024-02-30", Form::Date), Value::Unknown);
        assert_eq!(format(Time::now(Form::Date), "YYYYMMDD"), Value::Partly("····".into()));
        assert_eq!(time("2024-05-16").formatted("Month"), Value::Unknown);
    }
}
