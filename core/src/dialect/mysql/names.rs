//! The names that MySQL and MariaDB give to what has none (checked on MySQL 9.7 and MariaDB 11.8).
use crate::{catalog::Name, target::Dialect};

/// The name of the primary key's index and constraint.
pub const PRIMARY: &str = "PRIMARY";

/// The longest name in characters.
pub const MAX: usize = 64;

/// The name of an index: its first column's, or `functional_index` when the first key is an expression; `_2`, `_3`, …
/// follow when it is taken or is `PRIMARY`. `taken` compares without case.
pub fn index(first_column: Option<&str>, taken: impl Fn(&str) -> bool) -> Name {
    let base = first_column.unwrap_or("functional_index");
    if !base.eq_ignore_ascii_case(PRIMARY) && !taken(base) {
        return base.into();
    }
    let mut number = 2_u64;
    loop {
        let suffix = format!("_{number}");
        let kept: String = base.chars().take(MAX - suffix.len()).collect();
        let name = format!("{kept}{suffix}");
        if !taken(&name) {
            return name.into();
        }
        number += 1;
    }
}

/// The number in a generated name: `7` in `t_ibfk_7` with the stem `t_ibfk_`. The servers compare without case and
/// take no leading zero.
pub fn number(name: &str, stem: &str) -> Option<u64> {
    let head = name.get(..stem.len())?;
    let tail = &name[stem.len()..];
    (head.eq_ignore_ascii_case(stem) && !tail.starts_with('0')).then(|| tail.parse().ok()).flatten()
}

/// The stem of generated foreign key names: `t_ibfk_`.
pub fn foreign_key_stem(table: &str) -> String {
    format!("{table}_ibfk_")
}

/// The stem of generated check names: MySQL's `t_chk_`, MariaDB's `CONSTRAINT_`.
pub fn check_stem(table: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::MySql => format!("{table}_chk_"),
        Dialect::MariaDb | Dialect::Postgres => "CONSTRAINT_".to_owned(),
    }
}

/// The next generated name: one more than the greatest number among `existing`, which are the names that the table had
/// before the statement (none for `CREATE TABLE`) and those generated since.
pub fn next<'a>(stem: &str, existing: impl IntoIterator<Item = &'a str>) -> Name {
    let greatest = existing.into_iter().filter_map(|name| number(name, stem)).max().unwrap_or(0);
    format!("{stem}{}", greatest.saturating_add(1)).into()
}

/// The lowest free name: MariaDB's rule for checks.
pub fn lowest_free(stem: &str, taken: impl Fn(&str) -> bool) -> Name {
    let mut number = 1_u64;
    loop {
        let name = format!("{stem}{number}");
        if !taken(&name) {
            return name.into();
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_servers() {
        assert_eq!(index(Some("a"), |_| false), "a");
        assert_eq!(index(Some("a"), |n| n == "a" || n == "a_2"), "a_3");
        assert_eq!(index(Some("primary"), |_| false), "primary_2");
        assert_eq!(index(None, |_| false), "functional_index");
        assert_eq!(next("t_ibfk_", ["t_ibfk_2", "T_IBFK_4", "t_ibfk_09", "foo"]), "t_ibfk_5");
        assert_eq!(next("t_ibfk_", []), "t_ibfk_1");
        assert_eq!(lowest_free("CONSTRAINT_", |n| n == "CONSTRAINT_1"), "CONSTRAINT_2");
    }
}
