//! Regular expressions of PostgreSQL (chapter "POSIX Regular Expressions" of its manual), as far as their meaning is plain.
use std::collections::BTreeSet;

/// A regular expression.
pub(super) struct Pattern {
    ways: Ways,
    any_case: bool,
}

/// Alternatives.
type Ways = Vec<Vec<Item>>;

struct Item {
    what: What,
    least: usize,
    most: usize,
}

enum What {
    Start,
    End,
    Any,
    Character(char),
    /// One of the characters between each two, or none of them.
    Class(Vec<(char, char)>, bool),
    Group(Ways),
}

/// Longer texts and patterns are not looked at, in characters.
const LONGEST: usize = 512;

/// Groups within groups beyond this are not followed.
const DEEPEST: usize = 8;

impl Pattern {
    /// Reads an expression; `None` for what is not followed.
    pub(super) fn read(text: &str, any_case: bool) -> Option<Self> {
        let characters: Vec<char> = text.chars().take(LONGEST + 1).collect();
        // `***` and `(?` are directors and options.
        if characters.len() > LONGEST || text.starts_with("***") || any_case && !text.is_ascii() {
            return None;
        }
        let mut reader = Reader { text: &characters, at: 0, any_case };
        let ways = reader.ways(0)?;
        (reader.at == characters.len()).then_some(Self { ways, any_case })
    }

    /// The first place that fits, and the longest that fits there: from and to, in characters. The outer `None`: not known.
    pub(super) fn find(&self, text: &str, from: usize) -> Option<Option<(usize, usize)>> {
        let characters: Vec<char> = text.chars().take(LONGEST + 1).collect();
        if characters.len() > LONGEST || self.any_case && !text.is_ascii() {
            return None;
        }
        let folded: Vec<char> = if self.any_case {
            characters.iter().map(char::to_ascii_lowercase).collect()
        } else {
            characters
        };
        for start in from..=folded.len() {
            if let Some(end) = ends(&self.ways, &folded, &BTreeSet::from([start])).into_iter().next_back() {
                return Some(Some((start, end)));
            }
        }
        Some(None)
    }
}

struct Reader<'t> {
    text: &'t [char],
    at: usize,
    any_case: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let found = self.peek();
        self.at += usize::from(found.is_some());
        found
    }

    fn ways(&mut self, depth: usize) -> Option<Ways> {
        if depth > DEEPEST {
            return None;
        }
        let mut ways = vec![Vec::new()];
        while let Some(c) = self.peek().filter(|c| *c != ')') {
            if c == '|' {
                self.at += 1;
                ways.push(Vec::new());
                continue;
            }
            let item = self.item(depth)?;
            ways.last_mut()?.push(item);
        }
        Some(ways)
    }

    fn item(&mut self, depth: usize) -> Option<Item> {
        let what = match self.next()? {
            '^' => What::Start,
            '$' => What::End,
            '.' => What::Any,
            '(' => {
                if self.peek() == Some('?') {
                    self.at += 1;
                    if self.next()? != ':' {
                        return None;
                    }
                }
                let ways = self.ways(depth + 1)?;
                if self.next()? != ')' {
                    return None;
                }
                What::Group(ways)
            }
            '[' => self.class()?,
            '\\' => match self.next()? {
                'd' => What::Class(vec![('0', '9')], false),
                'w' => What::Class(vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')], false),
                's' => What::Class(vec![(' ', ' '), ('\t', '\r')], false),
                c if c.is_ascii_punctuation() => What::Character(c),
                _ => return None,
            },
            '*' | '+' | '?' | '{' => return None,
            c => What::Character(if self.any_case { c.to_ascii_lowercase() } else { c }),
        };
        let (least, most) = match self.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => self.count()?,
            _ => return Some(Item { what, least: 1, most: 1 }),
        };
        self.at += 1;
        // Short matches are preferred then, and nothing repeats what repeats.
        if matches!(self.peek(), Some('?' | '*' | '+' | '{')) {
            return None;
        }
        Some(Item { what, least, most })
    }

    /// `{2,3}` up to the brace.
    fn count(&mut self) -> Option<(usize, usize)> {
        let rest: String = self.text.get(self.at + 1..)?.iter().take_while(|c| **c != '}').collect();
        self.at += 1 + rest.chars().count();
        self.peek()?;
        let number = |text: &str| text.parse::<usize>().ok().filter(|n| *n <= 255);
        match rest.split_once(',') {
            None => number(&rest).map(|n| (n, n)),
            Some((least, "")) => number(least).map(|n| (n, usize::MAX)),
            Some((least, most)) => Some((number(least)?, number(most)?)).filter(|(a, b)| a <= b),
        }
    }

    fn class(&mut self) -> Option<What> {
        let negated = self.peek() == Some('^');
        self.at += usize::from(negated);
        let mut ranges = Vec::new();
        loop {
            let first = match self.next()? {
                ']' if !ranges.is_empty() => break,
                '[' | ']' => return None,
                '\\' => match self.next()? {
                    'd' => {
                        ranges.push(('0', '9'));
                        continue;
                    }
                    c if c.is_ascii_punctuation() => c,
                    _ => return None,
                },
                c => c,
            };
            let mut last = first;
            if self.peek() == Some('-') && self.text.get(self.at + 1).is_some_and(|c| *c != ']') {
                self.at += 1;
                last = self.next().filter(|c| c.is_ascii_alphanumeric())?;
            }
            ranges.push((first, last));
            if self.any_case {
                ranges.push((first.to_ascii_lowercase(), last.to_ascii_lowercase()));
            }
        }
        Some(What::Class(ranges, negated))
    }
}

/// Where the alternatives may end that begin at one of some places.
fn ends(ways: &Ways, text: &[char], from: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for way in ways {
        let mut places = from.clone();
        for item in way {
            places = repeated(item, text, places);
            if places.is_empty() {
                break;
            }
        }
        found.append(&mut places);
    }
    found
}

fn repeated(item: &Item, text: &[char], from: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut places = from;
    for _ in 0..item.least {
        places = once(&item.what, text, &places);
        if places.is_empty() {
            return places;
        }
    }
    let mut all = places.clone();
    let mut times = item.least;
    while times < item.most && !places.is_empty() {
        let next = once(&item.what, text, &places);
        places = next.difference(&all).copied().collect();
        all.extend(places.iter().copied());
        times += 1;
    }
    all
}

fn once(what: &What, text: &[char], from: &BTreeSet<usize>) -> BTreeSet<usize> {
    let step = |fits: &dyn Fn(char) -> bool| {
        from.iter().filter(|at| text.get(**at).is_some_and(|c| fits(*c))).map(|at| at + 1).collect()
    };
    match what {
        What::Start => from.iter().copied().filter(|at| *at == 0).collect(),
        What::End => from.iter().copied().filter(|at| *at == text.len()).collect(),
        What::Any => step(&|_| true),
        What::Character(wanted) => step(&|c| c == *wanted),
        What::Class(ranges, negated) => {
            step(&|c| ranges.iter().any(|(a, b)| (*a..=*b).contains(&c)) != *negated)
        }
        What::Group(ways) => ends(ways, text, from),
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    /// The answers are those of PostgreSQL's `~` and `regexp_replace`.
    #[test]
    fn patterns_fit_as_on_the_server() {
        for (pattern, text, expected) in [
            ("^(.+_deleted)$", "user_deleted", Some((0, 12))),
            ("^(.+_deleted)$", "_deleted", None),
            ("_new$", "a_new_new", Some((5, 9))),
            ("_new_", "a_new_b", Some((1, 6))),
            ("[0-9]+", "a123b", Some((1, 4))),
            (r"\d{4}", "x12345", Some((1, 5))),
            ("^(a|ab)", "abc", Some((0, 2))),
            ("(ab)*", "ababa", Some((0, 4))),
            ("[^a-z]", "abcD", Some((3, 4))),
            ("fkey[1]?$", "x_fkey1", Some((2, 7))),
            ("a{2,3}", "aaaa", Some((0, 3))),
            ("", "abc", Some((0, 0))),
        ] {
            let read = Pattern::read(pattern, false).unwrap();
            assert_eq!(read.find(text, 0), Some(expected), "{pattern} {text}");
        }
        assert_eq!(Pattern::read("ABC", true).unwrap().find("xabc", 0), Some(Some((1, 4))));
        for unknown in ["(", "a)", "[a", "a**", "a+?", r"\y", "(?i)a", "[[:alpha:]]", "*a"] {
            assert!(Pattern::read(unknown, false).is_none(), "{unknown}");
        }
    }
}
