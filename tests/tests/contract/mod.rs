//! The contract: the functions, their arguments and their answers, as JSON Schema, and the types of the bindings made
//! from it. Each file is checked in; `BLESS=1 cargo test -p remigrate-tests contract::` writes them anew.
mod model;
mod python;
mod typescript;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use model::Model;
use remigrate::ErrorKind;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(project().join(path)).unwrap_or_default()
}

#[test]
fn generated_files_are_up_to_date() {
    let model = Model::new();
    let package = "bindings-python/python/remigrate";
    let init = python::package(
        &model,
        &read(&format!("{package}/__init__.py")),
        &read(&format!("{package}/_errors.py")),
    );
    let files = [
        ("bindings-python/python/remigrate/__init__.py", init),
        ("tests/contract/schema.json", model.json_schema()),
        ("bindings-python/python/remigrate/_types.py", python::types(&model)),
        ("bindings-python/python/remigrate/_functions.py", python::functions(&model)),
        ("bindings-node/types.d.ts", typescript::declarations(&model)),
    ];
    let mut stale = Vec::new();
    for (path, made) in files {
        if std::env::var_os("BLESS").is_some() {
            fs::write(project().join(path), &made).unwrap();
        }
        if read(path) != made {
            stale.push(path);
        }
    }
    assert!(
        stale.is_empty(),
        "{stale:?} are not what the types make: run `BLESS=1 cargo test -p remigrate-tests contract::`"
    );
}

/// `index.js` names each function with its arguments by place, twice.
#[test]
fn node_has_every_function() {
    let script = read("bindings-node/index.js");
    let mut expected = BTreeSet::new();
    for function in Model::new().functions {
        let places: String = function.positional.iter().map(|p| format!(", '{p}'")).collect();
        let name = typescript::camel(&function.name);
        for (suffix, form) in [("", "asynchronous"), ("Sync", "synchronous")] {
            expected.insert(format!("exports.{name}{suffix} = {form}('{}'{places})", function.name));
        }
    }
    let there: BTreeSet<_> =
        script.lines().filter(|line| line.contains("synchronous('")).map(str::to_owned).collect();
    assert_eq!(there, expected);
    // What crosses with the catalog's own keys is listed there as well.
    let opaque: Vec<_> = Model::new().opaque_fields().into_iter().map(|f| format!("'{f}'")).collect();
    assert!(script.contains(&format!("new Set([{}])", opaque.join(", "))), "{opaque:?}");
}

/// The header lists the arguments of each function, in order, and what it answers with.
#[test]
fn c_has_every_function() {
    let header = read("ffi/include/remigrate.h");
    for function in Model::new().functions {
        let declaration = format!("rmg_status rmg_{}(", function.name);
        let (before, _) = header.split_once(&declaration).unwrap_or_else(|| panic!("no `{declaration}`"));
        let comment = before.rsplit_once("/*").unwrap().1.replace("\n *", " ");
        let words: Vec<_> = comment.split_whitespace().collect();
        let comment = words.join(" ");
        let names: Vec<_> = function.arguments.iter().map(|a| format!("`{}`", a.name)).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let expected = format!("Arguments: {names}. Answer: {}.", function.answer.in_words());
        assert!(comment.contains(&expected), "rmg_{}: `{comment}` does not say `{expected}`", function.name);
    }
}

/// Every kind of error has its class in Python.
#[test]
fn python_has_every_error() {
    let errors = read("bindings-python/python/remigrate/_errors.py");
    for kind in ErrorKind::ALL {
        assert!(errors.contains(&format!("\"{}\":", kind.as_str())), "no class for `{}`", kind.as_str());
    }
}
