//! Migration histories of public projects, to try the library on what people really write.
//!
//! `tests/corpora/fetch` brings those of `tests/corpora/projects.tsv` out of published packages. Whoever has more of
//! them puts each into a folder of its own below one folder, beside a `projects.tsv` whose first four columns are
//! those of `tests/corpora/projects.tsv`, and names that folder in `REMIGRATE_CORPORA`.
use std::{
    cmp::Ordering,
    fs,
    path::{Path, PathBuf},
};

use remigrate::Dialect;

/// The list that `tests/corpora/fetch` works through.
const LIST: &str = include_str!("../corpora/projects.tsv");

/// One project's migrations for one dialect.
#[derive(Clone, Debug)]
pub struct Project {
    /// The name of its folder.
    pub name: String,
    /// The dialect it is written for.
    pub dialect: Dialect,
    /// How its files are laid out: the name of a migration tool, or `plain`.
    pub tool: String,
    /// Whether the history begins with an empty database; others alter a schema that is not part of it.
    pub from_empty: bool,
    /// The files: path below the project's folder with `/`, and content, in the order in which the tool runs them:
    /// Prisma and Diesel compare paths as text, the others compare numbers as such, so that `10.sql` follows `9.sql`.
    pub files: Vec<(String, Vec<u8>)>,
}

/// The projects of the folder that `REMIGRATE_CORPORA` names, or else [`published`], in the order of the list.
pub fn projects() -> Vec<Project> {
    let Some(folder) = std::env::var_os("REMIGRATE_CORPORA") else { return published() };
    let folder = PathBuf::from(folder);
    let list = folder.join("projects.tsv");
    let list = fs::read_to_string(&list)
        .unwrap_or_else(|error| panic!("REMIGRATE_CORPORA: cannot read `{}`: {error}", list.display()));
    read(&folder, &list)
}

/// The projects of `tests/corpora/projects.tsv`: the same files wherever the tests run.
pub fn published() -> Vec<Project> {
    let root = crate::servers::root().unwrap_or_else(|message| panic!("{message}"));
    read(&root.join("corpora"), LIST)
}

fn read(folder: &Path, list: &str) -> Vec<Project> {
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| project(folder, line)).collect()
}

/// Those of [`projects`] that are for a dialect. MariaDB takes what was written for MySQL as well: most projects mean both.
pub fn projects_for(dialect: Dialect) -> Vec<Project> {
    let fits = |written_for: Dialect| {
        written_for == dialect || (dialect == Dialect::MariaDb && written_for == Dialect::MySql)
    };
    projects().into_iter().filter(|project| fits(project.dialect)).collect()
}

/// Every different statement of [`projects_for`] a dialect, in the order of the projects and their files.
pub fn statements(dialect: Dialect) -> Vec<String> {
    let files = projects_for(dialect).into_iter().flat_map(|project| project.files);
    crate::suites::split(files.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()), dialect)
}

fn project(folder: &Path, line: &str) -> Project {
    let columns: Vec<&str> = line.split('\t').collect();
    let [name, dialect, tool, start, ..] = columns[..] else {
        panic!("projects.tsv: this line has not four columns: {line}");
    };
    let dialect = dialect.parse().unwrap_or_else(|error| panic!("projects.tsv: {name}: {error}"));
    let from_empty = match start {
        "empty" => true,
        "unknown" => false,
        other => panic!("projects.tsv: {name} starts from `{other}`, not from `empty` or `unknown`"),
    };
    let folder = folder.join(name);
    let mut files = Vec::new();
    collect(&folder, "", &mut files);
    assert!(
        !files.is_empty(),
        "there are no migrations in `{}`: run `tests/corpora/fetch` (`tests/run` does)",
        folder.display()
    );
    match tool {
        "prisma" | "diesel" => files.sort(),
        _ => files.sort_by(|(a, _), (b, _)| natural_order(a, b)),
    }
    Project { name: name.to_owned(), dialect, tool: tool.to_owned(), from_empty, files }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.unwrap_or_else(|error| panic!("cannot read `{}`: {error}", folder.display()));
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else {
            let content = fs::read(&path);
            let content = content.unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()));
            files.push((name, content));
        }
    }
}

/// Compares texts byte by byte, but runs of digits as numbers.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a.as_bytes(), b.as_bytes());
    while let ([first, ..], [second, ..]) = (x, y) {
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let (number, rest) = split_number(x);
            let (other, others_rest) = split_number(y);
            match number.len().cmp(&other.len()).then(number.cmp(other)) {
                Ordering::Equal => (x, y) = (rest, others_rest),
                different => return different,
            }
        } else if first == second {
            (x, y) = (&x[1..], &y[1..]);
        } else {
            return first.cmp(second);
        }
    }
    // What is equal but for leading zeros still has one order.
    x.len().cmp(&y.len()).then_with(|| a.cmp(b))
}

/// The digits that a text begins with, less leading zeros, and what follows them.
fn split_number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let zeros = digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len());
    (&digits[zeros..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_compared_as_numbers() {
        let mut names = ["V10__b.sql", "V2__a.sql", "V1_10.sql", "V1_9.sql", "V02.sql", "V2.sql", "a", "V"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(
            names,
            ["V", "V1_9.sql", "V1_10.sql", "V02.sql", "V2.sql", "V2__a.sql", "V10__b.sql", "a"]
        );
    }
}
