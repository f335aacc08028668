//! What MySQL and MariaDB say of a statement's grammar.
//!
//! A statement is sent to be prepared, which reads it whole and runs nothing. Of the errors only those of the parser
//! count as a refusal; that a table is missing, or that a statement cannot be prepared, is said of what was read.
use std::{
    collections::HashMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    thread,
};

use mysql::{Conn, prelude::Queryable};
use remigrate::Dialect;

use crate::servers;

/// The parser's own errors: a syntax error, two mutually exclusive options of it, and an empty statement.
const REFUSALS: [u16; 3] = [1064, 1065, 1149];

/// Errors that the servers raise while they still read a statement, so that its rest was never looked at: an unknown
/// setting, type, character set, collation or engine's option, a name that a program did not declare, declarations out of
/// order, statements that a program must not contain.
const HALFWAY: &[u16] = &[
    1044, 1067, 1102, 1115, 1193, 1221, 1241, 1273, 1303, 1304, 1307, 1308, 1309, 1310, 1313, 1314, 1319,
    1320, 1324, 1327, 1330, 1331, 1332, 1333, 1336, 1337, 1338, 1367, 1407, 1470, 1479, 1480, 1582, 1653,
    1800, 1801, 3061, 3554, 4161,
];

/// How many connections ask at the same time.
const CONNECTIONS: usize = 4;

/// For each statement the number of the server's error, 0 if it has none. Answers are kept beside the servers, for
/// each version of a server, so that only what is new is asked.
pub fn errors(dialect: Dialect, statements: &[String]) -> Vec<u16> {
    let root = servers::root().unwrap_or_else(|message| panic!("{message}"));
    let server = servers::of(dialect);
    let version: String =
        server.version().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let folder = root.join("verdicts");
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("cannot make `{}`: {error}", folder.display()));
    let file = folder.join(format!("{dialect}-{version}"));
    let mut known: HashMap<u64, u16> = fs::read_to_string(&file)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| {
            let (hash, error) = line.split_once(' ')?;
            Some((u64::from_str_radix(hash, 16).ok()?, error.parse().ok()?))
        })
        .collect();
    let missing: Vec<&String> = statements.iter().filter(|s| !known.contains_key(&hash(s))).collect();
    if !missing.is_empty() {
        let database = server.create_database("grammar");
        let chunk = missing.len().div_ceil(CONNECTIONS).max(1);
        let answers: Vec<(u64, u16)> = thread::scope(|scope| {
            let threads: Vec<_> = missing
                .chunks(chunk)
                .map(|part| {
                    let database = &database;
                    scope.spawn(move || ask(&mut || database.mysql(), part))
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("the asking thread")).collect()
        });
        let mut out =
            fs::OpenOptions::new().create(true).append(true).open(&file).expect("the verdicts' file");
        let lines: String = answers.iter().map(|(hash, error)| format!("{hash:016x} {error}\n")).collect();
        out.write_all(lines.as_bytes()).expect("the verdicts' file is written");
        known.extend(answers);
    }
    statements.iter().map(|statement| known[&hash(statement)]).collect()
}

/// Whether an error of [`errors`] says that the server's grammar has no such statement.
pub fn is_refusal(error: u16) -> bool {
    REFUSALS.contains(&error)
}

/// Whether the server refused the statement before it had read all of it: nothing is said about its grammar.
pub fn is_undecided(error: u16) -> bool {
    HALFWAY.contains(&error)
}

fn ask(connect: &mut dyn FnMut() -> Conn, statements: &[&String]) -> Vec<(u64, u16)> {
    let mut conn = connect();
    let mut answers = Vec::with_capacity(statements.len());
    for statement in statements {
        let error = match conn.prep(statement.as_str()) {
            Ok(prepared) => {
                let _closed = conn.close(prepared);
                0
            }
            Err(mysql::Error::MySqlError(error)) => error.code,
            // A statement with results cut short by its own connection's end; the grammar took it.
            Err(_) => {
                conn = connect();
                match conn.query_drop(format!("PREPARE s FROM {}", quoted(statement))) {
                    Err(mysql::Error::MySqlError(error)) => error.code,
                    _ => 0,
                }
            }
        };
        answers.push((hash(statement), error));
    }
    answers
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
