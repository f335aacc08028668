//! Reads databases of 10,000 tables, beside the servers' own programs that write their schemas down, in turns, and
//! prints a table.
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use remigrate::{
    Dialect, Target,
    live::{LiveOptions, snapshot},
    text::Script,
};
use remigrate_benches::made;
use remigrate_tests::{
    rows::Connection,
    servers::{self, Database},
};

/// Tables of the schema, each with five columns, a key, two indexes, a check and a foreign key.
const TABLES: usize = 10_000;

/// Turns that each contender gets after one to warm up; the fastest counts.
const TURNS: usize = 5;

/// Statements that one transaction makes objects with.
const TOGETHER: usize = 1_000;

fn main() {
    println!("| server | who | best, seconds | median, seconds |");
    println!("|---|---|---:|---:|");
    for dialect in Dialect::ALL {
        let database = servers::of(dialect).create_database("large");
        fill(&database, dialect);
        let peer = match dialect {
            Dialect::Postgres => "pg_dump --schema-only",
            Dialect::MySql => "mysqldump --no-data",
            Dialect::MariaDb => "mariadb-dump --no-data",
        };
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for turn in 0..=TURNS {
            let begin = Instant::now();
            let catalog = snapshot(&database.url(), &LiveOptions::default()).expect("the server answers");
            let took = begin.elapsed();
            assert_eq!(catalog.tables.len(), TABLES);
            let begin = Instant::now();
            black_box(database.dump());
            if turn > 0 {
                ours.push(took);
                theirs.push(begin.elapsed());
            }
        }
        let server = servers::of(dialect).version().to_owned();
        for (who, turns) in [("remigrate snapshot", &mut ours), (peer, &mut theirs)] {
            turns.sort_unstable();
            println!("| {dialect} {server} | {who} | {} | {} |", seconds(turns[0]), seconds(turns[TURNS / 2]));
        }
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64())
}

fn fill(database: &Database<'_>, dialect: Dialect) {
    let postgres = dialect == Dialect::Postgres;
    let text = made::schema(TABLES, postgres);
    let script = Script::new(&text, &Target::new(dialect));
    let mut connection = Connection::new(database);
    let mut run = |sql: &str| connection.run(sql).unwrap_or_else(|error| panic!("{error} in {sql}"));
    for statements in script.statements.chunks(TOGETHER) {
        if postgres {
            run("BEGIN");
        }
        for statement in statements {
            run(script.text_of(statement));
        }
        if postgres {
            run("COMMIT");
        }
    }
}
