//! The statements of the servers' own test suites, as `tests/suites/fetch` brings them.
//!
//! PostgreSQL's are scripts for `psql`. Those of MySQL and MariaDB are scripts of the program `mysqltest`: SQL between
//! commands of its own. Only statements that stand there as they are sent are taken: none with variables, none that
//! spans a command.
use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use remigrate::{Dialect, Target, text::Script};

/// First words of commands that `mysqltest` obeys itself.
const COMMANDS: &[&str] = &[
    "append_file",
    "assert",
    "cat_file",
    "change_user",
    "character_set",
    "chmod",
    "connect",
    "connection",
    "copy_file",
    "copy_files_wildcard",
    "dec",
    "delimiter",
    "die",
    "diff_files",
    "dirty_close",
    "disable_abort_on_error",
    "disable_async_client",
    "disable_connect_log",
    "disable_cursor_protocol",
    "disable_info",
    "disable_metadata",
    "disable_parsing",
    "disable_prepare_warnings",
    "disable_ps2_protocol",
    "disable_ps_protocol",
    "disable_query_log",
    "disable_reconnect",
    "disable_result_log",
    "disable_rpl_parse",
    "disable_service_connection",
    "disable_session_track_info",
    "disable_testcase",
    "disable_view_protocol",
    "disable_warnings",
    "disconnect",
    "echo",
    "enable_abort_on_error",
    "enable_async_client",
    "enable_connect_log",
    "enable_cursor_protocol",
    "enable_info",
    "enable_metadata",
    "enable_parsing",
    "enable_prepare_warnings",
    "enable_ps2_protocol",
    "enable_ps_protocol",
    "enable_query_log",
    "enable_reconnect",
    "enable_result_log",
    "enable_rpl_parse",
    "enable_service_connection",
    "enable_session_track_info",
    "enable_testcase",
    "enable_view_protocol",
    "enable_warnings",
    "end",
    "end_timer",
    "error",
    "eval",
    "evalp",
    "exec",
    "execw",
    "exec_in_background",
    "exit",
    "expr",
    "file_exists",
    "force-cpdir",
    "force-rmdir",
    "if",
    "inc",
    "let",
    "list_files",
    "list_files_append_file",
    "list_files_write_file",
    "lowercase_result",
    "mkdir",
    "move_file",
    "optimizer_trace",
    "output",
    "partially_sorted_result",
    "perl",
    "ping",
    "query",
    "query_attributes",
    "query_get_value",
    "query_horizontal",
    "query_vertical",
    "read",
    "real_sleep",
    "reap",
    "remove_file",
    "remove_files_wildcard",
    "replace_column",
    "replace_numeric_round",
    "replace_regex",
    "replace_result",
    "require",
    "reset_connection",
    "result",
    "result_format",
    "rmdir",
    "save_master_pos",
    "send",
    "send_eval",
    "send_quit",
    "send_shutdown",
    "shutdown_server",
    "skip",
    "skip_if_hypergraph",
    "sleep",
    "sorted_result",
    "source",
    "start_timer",
    "sync_slave_with_master",
    "sync_with_master",
    "system",
    "vertical_results",
    "horizontal_results",
    "wait_for_slave_to_stop",
    "while",
    "write_file",
    "write_line",
];

/// Commands whose text goes on to a line `EOF` (or the mark that they name).
const WITH_DATA: &[&str] = &["append_file", "perl", "write_file"];

/// Every different statement of PostgreSQL's regression suite, in the order of the files' names.
pub fn postgres() -> Vec<String> {
    let texts = files(Dialect::Postgres)
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "sql"))
        .map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned());
    split(texts, Dialect::Postgres)
}

/// Every different statement of scripts, in order, without what client programs alone understand.
pub fn split(texts: impl IntoIterator<Item = String>, dialect: Dialect) -> Vec<String> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for text in texts {
        let script = Script::new(&text, &Target::new(dialect));
        for statement in &script.statements {
            let sql = statement.source.slice(&text);
            if !sql.contains('\0') && seen.insert(sql.to_owned()) {
                found.push(sql.to_owned());
            }
        }
    }
    found
}

/// The files of a server's test suites, in the order of their names.
fn files(dialect: Dialect) -> Vec<(PathBuf, Vec<u8>)> {
    let root = crate::servers::root().unwrap_or_else(|message| panic!("{message}"));
    let folder = root.join("suites").join(dialect.as_str());
    let mut files = Vec::new();
    collect(&folder, &mut files);
    assert!(
        !files.is_empty(),
        "there are no test suites in `{}`: run `tests/suites/fetch` (`tests/run` does)",
        folder.display()
    );
    files.sort();
    let read = |file: PathBuf| {
        let bytes =
            fs::read(&file).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", file.display()));
        (file, bytes)
    };
    files.into_iter().map(read).collect()
}

/// Every different statement of the test suite of MySQL or MariaDB, in the order of the files' names.
pub fn statements(dialect: Dialect) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (_, bytes) in files(dialect) {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        for statement in read(&text) {
            if seen.insert(statement.clone()) {
                found.push(statement);
            }
        }
    }
    found
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// The statements of one script.
pub fn read(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut delimiter = ";".to_owned();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return found;
        }
        let line_end = rest.find('\n').unwrap_or(rest.len());
        let line = &rest[..line_end];
        if line.starts_with('#') {
            rest = &rest[line_end..];
            continue;
        }
        if let Some(command) = line.strip_prefix("--") {
            let word = first_word(command);
            rest = &rest[line_end..];
            if word == "delimiter" {
                delimiter = command.trim()[word.len()..].trim().to_owned();
            } else if WITH_DATA.contains(&word.as_str()) {
                rest = behind_data(rest, command);
            }
            continue;
        }
        if let Some(after) = rest.strip_prefix(['{', '}']) {
            rest = after;
            continue;
        }
        let word = first_word(rest);
        if matches!(word.as_str(), "if" | "while") && delimiter == ";" {
            // The condition of a block of commands.
            let open = rest.find('{').unwrap_or(line_end);
            rest = &rest[open.min(rest.len())..];
            continue;
        }
        let end = statement_end(rest, &delimiter);
        let (statement, after) = (&rest[..end], rest.get(end + delimiter.len()..).unwrap_or(""));
        let command = COMMANDS.contains(&word.as_str()) && !(matches!(word.as_str(), "if" | "while" | "end"));
        rest = after;
        if command {
            if word == "delimiter" {
                delimiter = statement.trim()[word.len()..].trim().to_owned();
            } else if WITH_DATA.contains(&word.as_str()) {
                rest = behind_data(rest, statement);
            }
        } else if !statement.contains('$') && !statement.lines().any(|l| l.starts_with("--")) {
            let statement = statement.trim();
            if !statement.is_empty() && statement.len() < 20_000 {
                found.push(statement.to_owned());
            }
        }
    }
}

fn first_word(text: &str) -> String {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(text.len());
    text[..end].to_ascii_lowercase()
}

/// What follows the data of a command.
fn behind_data<'a>(rest: &'a str, command: &str) -> &'a str {
    let mark = command.split_whitespace().nth(2).unwrap_or("EOF").trim_end_matches(';');
    let mark = if first_word(command) == "perl" { "EOF" } else { mark };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        at += line.len();
        if line.trim() == mark {
            break;
        }
    }
    &rest[at..]
}

/// Where the delimiter stands outside of quotes, as `mysqltest` looks for it; lines that begin with `#` are skipped.
fn statement_end(text: &str, delimiter: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut quote = 0u8;
    while at < bytes.len() {
        let byte = bytes[at];
        if quote != 0 {
            if byte == b'\\' && quote != b'`' {
                at += 1;
            } else if byte == quote {
                quote = 0;
            }
        } else if text[at..].starts_with(delimiter) {
            return at;
        } else if matches!(byte, b'\'' | b'"' | b'`') {
            quote = byte;
        } else if byte == b'#' && (at == 0 || bytes[at - 1] == b'\n') {
            at = text[at..].find('\n').map_or(bytes.len(), |n| at + n);
            continue;
        }
        at += 1;
        while at < bytes.len() && !text.is_char_boundary(at) {
            at += 1;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn statements_stand_between_commands() {
        let script = "--source include/x.inc\n# note; not\ncreate table t (a char(1) default ';');\n\
            --error ER_X\ndrop table t;\nlet $x = 1;\neval select $x;\nif ($x)\n{\n  select 1;\n}\n\
            delimiter |;\ncreate procedure p() begin select 1; end|\ndelimiter ;|\nperl;\nprint 1;\nEOF\nselect 2;";
        assert_eq!(
            read(script),
            [
                "create table t (a char(1) default ';')",
                "drop table t",
                "select 1",
                "create procedure p() begin select 1; end",
                "select 2"
            ]
        );
    }
}
