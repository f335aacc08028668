//! dev
use remigrate::{Dialect, Operation, Target, dialect, text::Script};
use std::io::{BufRead, Write};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let target = Target::new(Dialect::Postgres).with_version(remigrate::ServerVersion::new(
        std::env::var("PGV").ok().and_then(|v| v.parse().ok()).unwrap_or(18),
        0,
        0,
    ));
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    match args[1].as_str() {
        "split" => {
            for line in std::io::stdin().lock().lines() {
                let path = line.unwrap();
                let bytes = std::fs::read(&path).unwrap();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let script = Script::new(&text, &target);
                for s in &script.statements {
                    let sql = s.source.slice(&text);
                    writeln!(out, "{}", serde_json::to_string(&(&path, sql)).unwrap()).unwrap();
                }
            }
        }
        "lower" => {
            // lines of json: string -> json of operations
            for line in std::io::stdin().lock().lines() {
                let sql: String = serde_json::from_str(&line.unwrap()).unwrap();
                let script = Script::new(&sql, &target);
                let ops: Vec<_> =
                    script.statements.iter().flat_map(|s| dialect::lower(&script, s, &target)).collect();
                let problems: Vec<String> = script.problems.iter().map(|p| format!("{p:?}")).collect();
                let _ = Operation::Query { calls: vec![] };
                writeln!(
                    out,
                    "{}",
                    serde_json::to_string(&(ops, problems, script.statements.len())).unwrap()
                )
                .unwrap();
            }
        }
        _ => panic!(),
    }
}
