//! PostgreSQL's own parser, as an oracle: `tests/oracle/trees.mjs` tells what its tree says that a statement does.
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    thread,
};

/// For each statement what it does and to what, as PostgreSQL's parser reads it; `None` for what is not one statement to it.
pub fn facts(statements: &[String]) -> Vec<Option<Vec<(String, String)>>> {
    let root = crate::servers::root().unwrap_or_else(|message| panic!("{message}"));
    let folder = root.join("oracle");
    assert!(
        folder.join("node_modules").is_dir(),
        "PostgreSQL's parser is not in `{}`: run `tests/oracle/fetch` (`tests/run` does)",
        folder.display()
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/trees.mjs");
    let mut child = Command::new("node")
        .arg(script)
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start `node`: {error}"));
    let mut stdin = child.stdin.take().expect("its input is piped");
    let lines: String =
        statements.iter().map(|sql| serde_json::to_string(sql).expect("a string is JSON") + "\n").collect();
    let writer = thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("the oracle ends");
    writer.join().expect("the writing thread ends").expect("the oracle takes the statements");
    assert!(output.status.success(), "the oracle failed: what it says is above");
    let answers = String::from_utf8(output.stdout).expect("the oracle answers in UTF-8");
    let answers: Vec<_> = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert_eq!(answers.len(), statements.len(), "an answer for each statement");
    answers
}
