//! What the tests of fidelity are asked to try, and the figures they find.
//!
//! `REMIGRATE_FIGURES` names a file to which each project adds a line: server, project, migrations that the server
//! accepts, those after which nothing differs, parts of objects that they change, those that agree, migrations that
//! the server refuses, parts of the last state, those that its dump gives; separated by tabs. `REMIGRATE_FIDELITY_VERSIONS` lists the versions of PostgreSQL, `17` if unset.
use std::{fs::OpenOptions, io::Write};

/// The major versions of PostgreSQL to replay histories on.
pub fn postgres_versions() -> Vec<u16> {
    let Ok(list) = std::env::var("REMIGRATE_FIDELITY_VERSIONS") else { return vec![17] };
    list.split(',')
        .map(|version| {
            version.trim().parse().unwrap_or_else(|_| panic!("REMIGRATE_FIDELITY_VERSIONS: `{list}`"))
        })
        .collect()
}

/// Adds a line to the file that `REMIGRATE_FIGURES` names, if it names one.
pub fn note(server: &str, project: &str, numbers: [usize; 7]) {
    let Some(path) = std::env::var_os("REMIGRATE_FIGURES") else { return };
    let numbers = numbers.map(|number| number.to_string()).join("\t");
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let result = file.and_then(|mut file| writeln!(file, "{server}\t{project}\t{numbers}"));
    result.unwrap_or_else(|error| panic!("REMIGRATE_FIGURES: cannot write `{}`: {error}", path.display()));
}
