//! Documentation that is generated, and examples that are shown: they must be true.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use std::{fmt::Write as _, fs, path::Path};

use remigrate::{Dialect, Options, check, commands, rollback, tools::SourceFile};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The rules' pages in Markdown.
fn rules() -> String {
    let mut out = String::from(
        "# Rules\n\nMade from the rules themselves by `BLESS=1 cargo test -p remigrate --test docs`. \
         Every example is a test.\n",
    );
    for page in commands::rules() {
        let severity = serde_json::to_value(page.severity).unwrap();
        writeln!(out, "\n## {}\n\n{}.\n", page.id, page.summary).unwrap();
        writeln!(out, "*{}* · {}\n", severity.as_str().unwrap(), page.dialects.join(", ")).unwrap();
        writeln!(out, "{}\n\n**Instead:** {}", page.why, page.instead).unwrap();
        for (title, scripts) in [("Found", &page.bad), ("Not found", &page.good)] {
            if !scripts.is_empty() {
                writeln!(out, "\n{title}:\n\n```sql\n{}\n```", scripts.join("\n")).unwrap();
            }
        }
    }
    out
}

#[test]
fn the_rule_reference_is_up_to_date() {
    let path = root().join("docs/rules.md");
    let expected = rules();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/rules.md is not what the rules say: BLESS=1 cargo test -p remigrate --test docs"
    );
}

#[test]
fn the_readmes_rust_example_prints_what_it_says() {
    let files = [
        SourceFile::new("1_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);"),
        SourceFile::new("2_email.sql", "ALTER TABLE users DROP COLUMN email;"),
    ];
    let mut options = Options::new(Dialect::Postgres);
    let mut printed = String::new();
    for f in check(&files, &options).unwrap().findings {
        writeln!(printed, "{}:{}:{} {}: {}", f.file, f.line, f.column, f.rule, f.message).unwrap();
    }
    options.to = Some("1".into());
    printed.push_str(&rollback(&files, &options).unwrap().sql);
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&format!("```text\n{printed}```")), "the README's output should be:\n{printed}");
}
