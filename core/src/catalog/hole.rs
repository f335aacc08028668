//! Names of which a part is not known.

/// Stands for one or more characters of a name or a string that are not known.
pub(crate) const HOLE: char = '·';

/// Whether something with holes may be `text`.
pub(crate) fn may_be(holed: &str, text: &str) -> bool {
    if !holed.contains(HOLE) {
        return holed == text;
    }
    let mut parts = holed.split(HOLE);
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or("");
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::may_be;

    #[test]
    fn holes_stand_for_what_is_not_known() {
        for (holed, text, may) in [
            ("a_··", "a_20240101", true),
            ("a_··_b", "a_2024_b", true),
            ("a_··_b", "a_2024_c", false),
            ("·", "anything", true),
            ("a·", "b1", false),
            ("a", "a", true),
            ("a", "ab", false),
        ] {
            assert_eq!(may_be(holed, text), may, "{holed} {text}");
        }
    }
}
