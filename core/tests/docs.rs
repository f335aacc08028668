//! Documentation that is generated, and examples that are shown: they must be true.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use std::{fmt::Write as _, fs, path::Path, process::Command};

use remigrate::commands;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The rules' pages in Markdown.
fn rules() -> String {
    let mut out = String::from(
        "# Rules\n\nMade from the rules themselves by `BLESS=1 cargo test -p remigrate docs::`. \
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
        "docs/rules.md is not what the rules say: BLESS=1 cargo test -p remigrate docs::"
    );
}

/// The example program is the README's text, and prints what the README says.
#[test]
fn the_readmes_rust_example_prints_what_it_says() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let source = fs::read_to_string(root().join("core/examples/ten_lines.rs")).unwrap();
    let (_, source) = source.split_once("\n\n").unwrap();
    assert!(readme.contains(&format!("```rust\n{source}```")), "the README's Rust should be:\n{source}");
    // The selection of packages and features that these tests were built with, so that nothing is built twice.
    let selection: &[&str] = if cfg!(feature = "schema") {
        &["--workspace", "--all-features"]
    } else {
        &["--package", "remigrate"]
    };
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--example", "ten_lines"])
        .args(selection)
        .current_dir(root())
        .status();
    assert!(built.unwrap().success());
    let program = std::env::current_exe().unwrap();
    let program = program.parent().and_then(Path::parent).unwrap().join("examples/ten_lines");
    let output = Command::new(&program).output().unwrap_or_else(|e| panic!("{}: {e}", program.display()));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(readme.contains(&format!("```text\n{printed}```")), "the README's output should be:\n{printed}");
}
