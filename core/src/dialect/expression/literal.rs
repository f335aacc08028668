//! Values of literals in one spelling: numbers, bits, points in time, intervals, JSON and array texts.

/// A number without leading zeros, digit separators, radix and exponent.
pub(super) fn number(text: &str) -> String {
    let text = text.replace('_', "").to_ascii_lowercase();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(value) = digits.strip_prefix(prefix).and_then(|d| u128::from_str_radix(d, radix).ok()) {
            return format!("{sign}{value}");
        }
    }
    let (mantissa, exponent) = digits.split_once('e').unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let Some(exponent) = exponent.parse::<i32>().ok().filter(|e| e.abs() <= 40) else {
        return format!("{sign}{digits}");
    };
    let shift = exponent.unsigned_abs() as usize;
    let (whole, fraction) = if exponent >= 0 {
        let moved: String = fraction.chars().chain(std::iter::repeat('0')).take(shift).collect();
        (format!("{whole}{moved}"), fraction.get(shift.min(fraction.len())..).unwrap_or("").to_owned())
    } else {
        let padded = format!("{}{whole}", "0".repeat(shift));
        let cut = padded.len() - shift;
        (padded.get(..cut).unwrap_or("").to_owned(), format!("{}{fraction}", padded.get(cut..).unwrap_or("")))
    };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Whether the text is a number in the spelling of [`number`].
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let all = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    all(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(all) && text != "-0"
}

/// The digits of `0x…` or `0b…` in hexadecimal, whole bytes of them.
pub(super) fn hexadecimal(text: &str) -> String {
    let digits = text.get(2..).unwrap_or("").to_ascii_lowercase();
    if text.starts_with("0x") {
        return if digits.len() % 2 == 1 { format!("0{digits}") } else { digits };
    }
    let padding = (8 - digits.len() % 8) % 8;
    let padded = format!("{}{digits}", "0".repeat(padding));
    padded
        .as_bytes()
        .chunks(4)
        .map(|four| four.iter().fold(0u32, |value, bit| value * 2 + u32::from(*bit == b'1')))
        .filter_map(|value| char::from_digit(value, 16))
        .collect()
}

/// Hexadecimal digits as binary ones.
pub(super) fn binary(digits: &str) -> String {
    digits.chars().filter_map(|c| c.to_digit(16)).map(|value| format!("{value:04b}")).collect()
}

/// A string's value in one spelling, if it looks like a point in time, an interval, JSON or an array. Texts that
/// only look so are changed alike on both sides of a comparison.
pub(super) fn text(value: &str, postgres: bool) -> Option<String> {
    match value.as_bytes().first()? {
        b'$' if postgres => json_path(value),
        b'{' | b'[' => json(value).or_else(|| if postgres { array(value) } else { None }),
        b'0'..=b'9' | b'-' | b'+' => moment(value).or_else(|| if postgres { interval(value) } else { None }),
        _ => None,
    }
}

/// A date, time of day or both: without a midnight, a zone of UTC and trailing zeros.
pub(super) fn moment(value: &str) -> Option<String> {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let value = value.trim();
    let Some((date, rest)) = value.split_at_checked(10).filter(|(d, _)| {
        let mut parts = d.split('-');
        let mut part = |n: usize| parts.next().is_some_and(|p| p.len() == n && digits(p));
        part(4) && part(2) && part(2)
    }) else {
        let time = time_of_day(value)?;
        return Some(time);
    };
    if rest.is_empty() {
        return Some(date.to_owned());
    }
    let rest = rest.strip_prefix([' ', 'T', 't'])?;
    let zone_at = rest.find(['+', '-', 'Z', 'z']).unwrap_or(rest.len());
    let (time, zone) = rest.split_at_checked(zone_at)?;
    let time = time_of_day(time.trim_end())?;
    let zone = match zone {
        "" | "Z" | "z" | "+00" | "+00:00" | "-00" | "+0000" => String::new(),
        other => {
            let number: String = other.chars().filter(|c| *c != ':').collect();
            if !digits(number.get(1..)?) || !matches!(number.len(), 3 | 5) {
                return None;
            }
            if number.len() == 3 { format!("{number}00") } else { number }
        }
    };
    if time == "00:00:00" && zone.is_empty() {
        return Some(date.to_owned());
    }
    Some(format!("{date} {time}{zone}"))
}

/// `10:00`, `10:00:00.500` as `10:00:00`, `10:00:00.5`.
fn time_of_day(value: &str) -> Option<String> {
    let (clock, fraction) = value.split_once('.').unwrap_or((value, ""));
    let parts: Vec<&str> = clock.split(':').collect();
    let two = |s: &&str| s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit());
    if !(2..=3).contains(&parts.len())
        || !parts.iter().all(two)
        || !fraction.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let seconds = parts.get(2).copied().unwrap_or("00");
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(format!("{}:{}:{seconds}{dot}{fraction}", parts.first()?, parts.get(1)?))
}

/// Months, days or microseconds that a unit of PostgreSQL's intervals has.
fn unit(word: &str) -> Option<(i64, i64, i64)> {
    let second = 1_000_000;
    Some(match word.trim_end_matches('.') {
        "year" | "years" | "yr" | "yrs" | "y" => (12, 0, 0),
        "month" | "months" | "mon" | "mons" => (1, 0, 0),
        "decade" | "decades" => (120, 0, 0),
        "week" | "weeks" | "w" => (0, 7, 0),
        "day" | "days" | "d" => (0, 1, 0),
        "hour" | "hours" | "hr" | "hrs" | "h" => (0, 0, 3600 * second),
        "minute" | "minutes" | "min" | "mins" | "m" => (0, 0, 60 * second),
        "second" | "seconds" | "sec" | "secs" | "s" => (0, 0, second),
        "millisecond" | "milliseconds" | "ms" => (0, 0, 1000),
        "microsecond" | "microseconds" | "us" => (0, 0, 1),
        _ => return None,
    })
}

/// An interval as PostgreSQL prints it: `1 year 2 mons 3 days 04:05:06`. `None` where the text is none, or of a form
/// that is left as it is.
pub(super) fn interval(value: &str) -> Option<String> {
    if value.len() > 100 {
        return None;
    }
    let lower = value.to_ascii_lowercase();
    let mut words: Vec<String> = Vec::new();
    for word in lower.split_ascii_whitespace() {
        // `1day` is `1 day`.
        let cut = word.find(|c: char| c.is_ascii_alphabetic()).filter(|at| *at > 0);
        match cut.and_then(|at| word.split_at_checked(at)) {
            Some((number, unit)) => words.extend([number.to_owned(), unit.to_owned()]),
            None => words.push(word.to_owned()),
        }
    }
    let (mut months, mut days, mut micros) = (0i64, 0i64, 0i64);
    let mut words = words.into_iter();
    let mut sign = 1;
    let mut any = false;
    let mut rest: Vec<String> = Vec::new();
    while let Some(word) = words.next() {
        if word == "ago" && any && words.len() == 0 {
            sign = -1;
            break;
        }
        any = true;
        if word.contains(':') {
            let (own, clock) = match word.strip_prefix('-') {
                Some(clock) => (-1_i128, clock),
                None => (1, word.strip_prefix('+').unwrap_or(&word)),
            };
            let mut parts = clock.split(':');
            let hours: i64 = parts.next()?.parse().ok()?;
            let minutes: i64 = parts.next()?.parse().ok()?;
            let seconds = micros_of(parts.next().unwrap_or("0"))?;
            // Three numbers of 64 bits fit in 128.
            let whole = (i128::from(hours) * 3600 + i128::from(minutes) * 60) * 1_000_000;
            micros = micros.checked_add(i64::try_from(own * (whole + i128::from(seconds))).ok()?)?;
            continue;
        }
        let unit = unit(&words.next()?)?;
        if unit.2 > 0 {
            let (own, number) = word.strip_prefix('-').map_or((1_i128, word.as_str()), |n| (-1, n));
            let amount = micros_of(number.strip_prefix('+').unwrap_or(number))?;
            let product = i128::from(amount) * i128::from(unit.2) / 1_000_000;
            micros = micros.checked_add(i64::try_from(own * product).ok()?)?;
        } else {
            let amount: i64 = word.parse().ok()?;
            months = months.checked_add(amount.checked_mul(unit.0)?)?;
            days = days.checked_add(amount.checked_mul(unit.1)?)?;
        }
    }
    if !any {
        return None;
    }
    let (months, days, micros) =
        (months.checked_mul(sign)?, days.checked_mul(sign)?, micros.checked_mul(sign)?);
    for (amount, one) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] {
        if amount != 0 {
            rest.push(format!("{amount} {one}{}", if amount == 1 { "" } else { "s" }));
        }
    }
    if micros != 0 || rest.is_empty() {
        let all = micros.unsigned_abs();
        let (seconds, part) = (all / 1_000_000, all % 1_000_000);
        let fraction = if part == 0 { String::new() } else { format!(".{part:06}") };
        rest.push(format!(
            "{}{:02}:{:02}:{:02}{}",
            if micros < 0 { "-" } else { "" },
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            fraction.trim_end_matches('0')
        ));
    }
    Some(rest.join(" "))
}

/// Seconds such as `1.5` in microseconds.
fn micros_of(number: &str) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let padded: String = fraction.chars().chain("000000".chars()).take(6).collect();
    whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(padded.parse().ok()?)
}

/// A JSON object or array with its keys in order and without white space. `None` where it is none, or has numbers
/// that this representation would not keep.
fn json(value: &str) -> Option<String> {
    let marked = with_fractions_marked(value);
    let mut parsed: serde_json::Value = serde_json::from_str(&marked).ok()?;
    parsed.sort_all_objects();
    let mut open = vec![&parsed];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::Number(number) if number.is_f64() => return None,
            serde_json::Value::Array(items) => open.extend(items),
            serde_json::Value::Object(members) => open.extend(members.values()),
            _ => {}
        }
    }
    Some(parsed.to_string())
}

/// JSON with its numbers of plain digits and a point made strings of a kind of their own, so that reading them as
/// binary fractions loses nothing: `0.10` and `0.1` are different texts to the server.
fn with_fractions_marked(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut rest, mut inside) = (json, false);
    while let Some(at) =
        rest.find(|c: char| matches!(c, '"' | '\\') || !inside && (c.is_ascii_digit() || c == '-'))
    {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let taken = match from.as_bytes() {
            [b'"', ..] => {
                inside = !inside;
                1
            }
            // An escape, inside of a string.
            [b'\\', ..] => from.char_indices().nth(2).map_or(from.len(), |(end, _)| end),
            _ => {
                let end = from
                    .find(|c: char| !matches!(c, '-' | '+' | '.' | '0'..='9' | 'e' | 'E'))
                    .unwrap_or(from.len());
                let number = from.get(..end).unwrap_or(from);
                if number.contains('.') && !number.contains(['e', 'E', '+']) {
                    out.push_str("\"\\u0000");
                    out.push_str(number);
                    out.push('"');
                    rest = from.get(end..).unwrap_or("");
                    continue;
                }
                end
            }
        };
        out.push_str(from.get(..taken).unwrap_or(from));
        rest = from.get(taken..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// A path of plain steps with its keys quoted: `$.a[0]` as `$."a"[0]`.
fn json_path(value: &str) -> Option<String> {
    let mut out = String::from("$");
    let mut rest = value.strip_prefix('$')?;
    while !rest.is_empty() {
        let (step, after) = if rest.starts_with('[') {
            rest.split_at_checked(rest.find(']')? + 1)?
        } else {
            rest = rest.strip_prefix('.')?;
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            rest.split_at_checked(end)?
        };
        if step.starts_with('[') {
            out.push_str(step);
        } else if step.is_empty() || step.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        } else {
            out.push_str(&format!(".\"{step}\""));
        }
        rest = after;
    }
    Some(out)
}

/// An array's text without blanks and quotes that are not needed.
fn array(value: &str) -> Option<String> {
    let inner = value.strip_prefix('{')?.strip_suffix('}')?;
    if inner.contains(['\\', '{', '}']) {
        return None;
    }
    let mut items = Vec::new();
    if inner.trim().is_empty() {
        return Some("{}".to_owned());
    }
    for item in inner.split(',') {
        let item = item.trim();
        let bare = item.strip_prefix('"').and_then(|i| i.strip_suffix('"')).unwrap_or(item);
        let plain = !bare.is_empty()
            && bare.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if bare.contains('"') || (!plain && bare.len() == item.len()) {
            return None;
        }
        let quoted_null = bare.len() != item.len() && bare.eq_ignore_ascii_case("null");
        items.push(if plain && !quoted_null { bare } else { item });
    }
    Some(format!("{{{}}}", items.join(",")))
}
