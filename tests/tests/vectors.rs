//! The shared vectors: calls with their answers, which Rust and the command line reproduce here, and Python, Node and C
//! in their own tests. `BLESS=1 cargo test -p remigrate-tests vectors::` writes the answers that the library gives.
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use remigrate::{Error, cli, entry};
use serde_json::{Map, Value, json};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn vectors(file: &Path) -> Vec<Value> {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn outcome(result: Result<String, Error>) -> (&'static str, Value) {
    match result {
        Ok(answer) => ("answer", serde_json::from_str(&answer).unwrap()),
        Err(error) => ("error", json!({"kind": error.kind().as_str(), "message": error.message()})),
    }
}

#[test]
fn rust_reproduces_the_vectors() {
    let mut count = 0;
    for file in files() {
        let mut made = vectors(&file);
        for vector in &mut made {
            let (key, value) =
                outcome(entry::call(vector["function"].as_str().unwrap(), &vector["arguments"].to_string()));
            let vector = vector.as_object_mut().unwrap();
            vector.retain(|key, _| key != "answer" && key != "error");
            vector.insert(key.to_owned(), value);
            count += 1;
        }
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
        }
        for (made, there) in made.iter().zip(vectors(&file)) {
            assert_eq!(*made, there, "{}: {}", file.display(), made["about"]);
        }
    }
    assert!(count >= 10);
}

#[test]
fn every_finding_names_a_rule() {
    let mut findings = 0;
    for vector in files().iter().flat_map(|file| vectors(file)) {
        for finding in vector["answer"]["findings"].as_array().into_iter().flatten() {
            let rule = finding["rule"].as_str().unwrap();
            assert!(remigrate::explain(rule).is_ok(), "`{rule}` is no rule: {finding}");
            findings += 1;
        }
    }
    assert!(findings > 0);
}

/// What the vectors are for: text in every place in which a language could count differently.
#[test]
fn vectors_point_behind_text_that_is_not_ascii() {
    let mut behind = 0;
    for vector in files().iter().flat_map(|file| vectors(file)) {
        let Some(script) = vector["arguments"]["files"].as_str() else { continue };
        for finding in vector["answer"]["findings"].as_array().into_iter().flatten() {
            let line =
                script.lines().nth(usize::try_from(finding["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
            let column = usize::try_from(finding["column"].as_u64().unwrap()).unwrap();
            behind += usize::from(line.chars().take(column - 1).any(|c| c.len_utf16() > 1));
        }
    }
    assert!(behind >= 2, "{behind}");
}

/// A finding's columns cut the same text out of its line in every unit.
#[test]
fn columns_of_every_unit_mean_the_same_place() {
    let mut cut = 0;
    for vector in files().iter().flat_map(|file| vectors(file)) {
        let Some(script) = vector["arguments"]["files"].as_str() else { continue };
        for finding in vector["answer"]["findings"].as_array().into_iter().flatten() {
            let number = |key: &str| usize::try_from(finding[key].as_u64().unwrap()).unwrap();
            if number("line") != number("end_line") {
                continue;
            }
            let line = script.lines().nth(number("line") - 1).unwrap();
            let characters: String = line
                .chars()
                .skip(number("column") - 1)
                .take(number("end_column") - number("column"))
                .collect();
            let bytes = &line[number("byte_column") - 1..number("end_byte_column") - 1];
            let units: Vec<u16> = line.encode_utf16().collect();
            let units = &units[number("utf16_column") - 1..number("end_utf16_column") - 1];
            assert_eq!(characters, bytes, "{finding}");
            assert_eq!(String::from_utf16(units).unwrap(), bytes, "{finding}");
            cut += usize::from(bytes.len() > units.len() && units.len() > characters.chars().count());
        }
    }
    assert!(cut >= 1, "{cut}");
}

/// A call as the words of the command line; the files it names are written to the current directory. `None` when the
/// command line cannot say it.
fn words(vector: &Value) -> Option<Vec<String>> {
    let mut words = vec!["remigrate".to_owned(), vector["function"].as_str()?.to_owned()];
    let mut behind = vec!["--format".to_owned(), "json".to_owned()];
    for (name, value) in vector["arguments"].as_object()? {
        match name.as_str() {
            "files" => {
                let files = scripts(value)?;
                files.iter().for_each(|(path, sql)| write(path, sql.as_str().unwrap()));
                if files.keys().all(|path| path.starts_with("migrations/")) {
                    words.push("migrations".into());
                } else {
                    words.extend(files.keys().cloned());
                }
            }
            "from" | "to" if vector["function"] == "diff" => words.push(schema(name, value)?),
            "against" if vector["function"] == "verify" => {
                behind.extend(["--against".to_owned(), value.as_str()?.to_owned()]);
            }
            "schema" | "against" => behind.extend([format!("--{name}"), schema(name, value)?]),
            "rule" => words.push(value.as_str()?.to_owned()),
            "disable" => {
                for rule in value.as_array()? {
                    behind.extend(["--disable".to_owned(), rule.as_str()?.to_owned()]);
                }
            }
            "dialect" | "server_version" | "tool" | "to" => {
                behind.extend([format!("--{}", name.replace('_', "-")), value.as_str()?.to_owned()]);
            }
            _ => return None,
        }
    }
    // Without a rule the command lists all of them.
    if vector["function"] == "explain" && vector["arguments"].get("rule").is_none() {
        return None;
    }
    words.append(&mut behind);
    Some(words)
}

fn scripts(files: &Value) -> Option<Map<String, Value>> {
    match files {
        Value::String(sql) => Some(Map::from_iter([("migration.sql".to_owned(), json!(sql))])),
        Value::Object(files) => Some(files.clone()),
        Value::Array(files) if !files.is_empty() => {
            files.iter().map(|f| Some((f["path"].as_str()?.to_owned(), f["sql"].clone()))).collect()
        }
        _ => None,
    }
}

/// Writes a schema and returns its name.
fn schema(name: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(sql) => {
            let path = format!("{name}.sql");
            write(&path, sql);
            Some(path)
        }
        Value::Object(object) if object.contains_key("format") => {
            let path = format!("{name}.json");
            write(&path, &value.to_string());
            Some(path)
        }
        files => {
            let files = scripts(files)?;
            for (path, sql) in &files {
                write(&format!("{name}/{path}"), sql.as_str()?);
            }
            Some(name.to_owned())
        }
    }
}

fn write(path: &str, text: &str) {
    if let Some(folder) = Path::new(path).parent() {
        fs::create_dir_all(folder).unwrap();
    }
    fs::write(path, text).unwrap();
}

#[test]
fn the_command_line_reproduces_the_vectors() {
    let all: Vec<_> = files().iter().flat_map(|file| vectors(file)).collect();
    let mut said = 0;
    for vector in &all {
        // Each in a directory of its own; no other test of this program minds where it runs.
        let folder = tempfile::tempdir().unwrap();
        std::env::set_current_dir(folder.path()).unwrap();
        let Some(words) = words(vector) else { continue };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = cli::run(words.iter().map(OsString::from), &mut out, &mut err);
        let (out, err) = (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap());
        if let Some(error) = vector.get("error") {
            let message = error["message"].as_str().unwrap();
            // Arguments that the command line's own grammar refuses are told in its own words.
            if message.starts_with("the arguments of") {
                assert_eq!((status, out.as_str()), (2, ""), "{words:?}");
                continue;
            }
            assert_eq!((status, err), (2, format!("remigrate: {message}\n")), "{words:?}");
        } else {
            assert_eq!(err, "", "{words:?}");
            assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), vector["answer"], "{words:?}");
        }
        said += 1;
    }
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    assert!(said * 3 > all.len() * 2, "{said} of {}", all.len());
}
