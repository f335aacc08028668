//! Writing names and strings.

/// A name in backticks.
pub(crate) fn name(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A string literal. Its meaning depends on `sql_mode` only when `text` has a backslash: it is doubled, as is right
/// without `NO_BACKSLASH_ESCAPES`, which is how both servers start.
pub(crate) fn string(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_are_doubled() {
        assert_eq!(super::name("a`b"), "`a``b`");
        assert_eq!(super::string(r"it's \ all"), r"'it''s \\ all'");
    }
}
