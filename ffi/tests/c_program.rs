//! C programs against the library, alone and under valgrind: the shared vectors, misuse, and the README's example.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic, helpers as well")]

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

use serde_json::Value;

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with the library under the name it is installed with. cargo puts it beside this test; only `cargo build`
/// copies it to the folder above.
fn library_folder() -> PathBuf {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let built = std::env::current_exe().unwrap().with_file_name("libremigrate_ffi.so");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lib");
        fs::create_dir_all(&folder).unwrap();
        fs::copy(&built, folder.join("libremigrate.so"))
            .unwrap_or_else(|e| panic!("{}: {e}", built.display()));
        folder
    });
    FOLDER.clone()
}

/// Runs a command; a failure shows what it said.
fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?} does not start: {e}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Compiles a C program and returns where it is.
fn compile(source: &Path) -> PathBuf {
    let library = library_folder();
    let program = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(source.file_stem().unwrap());
    run(Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-I"])
        .arg(here().join("include"))
        .arg(source)
        .arg("-L")
        .arg(&library)
        .arg(format!("-Wl,-rpath,{}", library.display()))
        .args(["-lremigrate", "-o"])
        .arg(&program));
    program
}

/// The program's output; under valgrind it must be the same, without errors and leaks.
fn output_of(program: &Path, arguments: &[impl AsRef<OsStr>]) -> String {
    let plain = run(Command::new(program).args(arguments)).stdout;
    let checked = run(Command::new("valgrind")
        .args(["--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible"])
        .arg("--error-exitcode=99")
        .arg(program)
        .args(arguments));
    assert_eq!(checked.stdout, plain);
    String::from_utf8(plain).unwrap()
}

#[test]
fn vectors() {
    let program = compile(&here().join("tests/vectors.c"));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let mut vectors = Vec::new();
    for entry in fs::read_dir(here().join("../tests/vectors")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        vectors.extend(serde_json::from_str::<Vec<Value>>(&text).unwrap());
    }
    assert!(vectors.len() >= 10);
    let mut words = Vec::new();
    for (i, vector) in vectors.iter().enumerate() {
        let file = folder.join(format!("vector-{i}.json"));
        fs::write(&file, vector["arguments"].to_string()).unwrap();
        words.push(vector["function"].as_str().unwrap().to_owned());
        words.push(file.to_str().unwrap().to_owned());
    }
    let output = output_of(&program, &words);
    let mut rest = output.as_str();
    for vector in &vectors {
        let (head, tail) = rest.split_once('\n').unwrap();
        let (status, length) = head.split_once(' ').unwrap();
        let (text, tail) = tail.split_at(length.parse().unwrap());
        rest = tail;
        if let Some(error) = vector.get("error") {
            let kind = remigrate::ErrorKind::ALL.iter().find(|k| k.as_str() == error["kind"]).unwrap();
            assert_eq!((status.parse(), text), (Ok(kind.code()), error["message"].as_str().unwrap()));
        } else {
            assert_eq!(status, "0", "{}: {text}", vector["about"]);
            assert_eq!(serde_json::from_str::<Value>(text).unwrap(), vector["answer"], "{}", vector["about"]);
        }
    }
    assert_eq!(rest, "");
}

#[test]
fn misuse() {
    let program = compile(&here().join("tests/misuse.c"));
    assert_eq!(output_of(&program, &[] as &[&str]).trim(), env!("CARGO_PKG_VERSION"));
}

/// The README's example prints what the README says.
#[test]
fn readme() {
    let text = fs::read_to_string(here().join("README.md")).unwrap();
    let block = |language: &str| {
        let (_, rest) = text.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0
    };
    let source = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("readme.c");
    fs::write(&source, block("c")).unwrap();
    assert_eq!(output_of(&compile(&source), &[] as &[&str]), block("text"));
}

/// The lines of C in the project's README find what the README says of the same statement.
#[test]
fn lines_of_the_projects_readme() {
    let text = fs::read_to_string(here().join("../README.md")).unwrap();
    let (_, rest) = text.split_once("```c\n").unwrap();
    let lines = rest.split_once("```").unwrap().0;
    let source = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("project-readme.c");
    let program =
        format!("#include <stdio.h>\n#include \"remigrate.h\"\nint main(void) {{\n{lines}return 0;\n}}\n");
    fs::write(&source, program).unwrap();
    let report: Value = serde_json::from_str(&output_of(&compile(&source), &[] as &[&str])).unwrap();
    assert_eq!(report["findings"][0]["rule"], "drop-column", "{report}");
}

/// The library shows no symbols but those with the prefix.
#[test]
fn nothing_else_is_exported() {
    let library = library_folder().join("libremigrate.so");
    let symbols = run(Command::new("nm").args(["-D", "--defined-only"]).arg(library)).stdout;
    let symbols = String::from_utf8(symbols).unwrap();
    let names: Vec<_> = symbols.lines().filter_map(|line| line.split_whitespace().last()).collect();
    assert!(names.contains(&"rmg_check"), "{names:?}");
    assert!(names.iter().all(|name| name.starts_with("rmg_")), "{names:?}");
}
