//! No input costs more than linear time: every command on many shapes of input, at a size and at four times that size.
//!
//! Time is what the thread spent on a processor, so that neighbours do not count, and the best of several runs. Four
//! times the input may cost four times as much, and a little more for logarithms and caches; quadratic cost would be
//! sixteen times.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by a panic, and tells by printing"
)]
use std::{collections::BTreeMap, fmt::Write as _, fs, time::Instant};

use remigrate::{
    Catalog,
    Dialect::{self, MySql, Postgres},
    Options, check, diff, drift, history, impact, rollback, simulate,
    tools::SourceFile,
};

/// More than this for four times the input is not linear.
const MOST: f64 = 9.0;

/// A run must take this long to be measured, in nanoseconds.
const ENOUGH: u64 = 10_000_000;

/// What takes less at four times the size is too short to be compared, in nanoseconds.
const FELT: u64 = 3 * ENOUGH;

/// Sizes do not grow beyond this, however fast a run is.
const LARGEST: usize = 1024;

const EVERY: &[Dialect] = &[Postgres, MySql];
const PG: &[Dialect] = &[Postgres];
const MY: &[Dialect] = &[MySql];

/// A shape of input: its name, its dialects, what the migrations are at a size.
type Shape = (&'static str, &'static [Dialect], fn(usize) -> Vec<String>);

/// Shapes whose size is that of one table: every change of a table copies what the state before it shares, so that the
/// cost is the number of changes times the number of the table's columns, indexes and constraints. Servers bound these
/// (1,600 columns on PostgreSQL, 4,096 and 64 indexes on MySQL); the test bounds how often they are looked through.
const PARTS_OF_ONE_TABLE: &[&str] = &[
    "columns of a table",
    "ADD COLUMN in an ALTER TABLE",
    "DROP COLUMN in an ALTER TABLE",
    "ALTER TABLE statements on one table",
    "migrations of one table",
    "indexes of a table",
    "checks of a table",
    "triggers of a table",
    "comments on columns",
    "labels added to an enum",
];

/// As [`MOST`], for those.
const MOST_OF_ONE_TABLE: f64 = 22.0;

/// How large those get.
const LARGEST_TABLE: usize = 128;

/// `count` pieces, joined.
fn many(count: usize, between: &str, piece: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    for i in 0..count {
        let _ = write!(out, "{}{}", if i == 0 { "" } else { between }, piece(i));
    }
    out
}

fn one(sql: String) -> Vec<String> {
    vec![sql]
}

const SHAPES: &[Shape] = &[
    ("names in a DROP TABLE, unknown", EVERY, |n| {
        one(format!("DROP TABLE {}", many(n, ", ", |i| format!("t{i}"))))
    }),
    ("names in a DROP TABLE, known", EVERY, |n| {
        vec![
            many(n, ";\n", |i| format!("CREATE TABLE t{i} (id int PRIMARY KEY)")),
            format!("DROP TABLE {}", many(n, ", ", |i| format!("t{i}"))),
        ]
    }),
    ("near names", EVERY, |n| {
        one(many(n, ";\n", |i| {
            let name: String = format!("{i:06}").bytes().map(|b| char::from(b - b'0' + b'a')).collect();
            format!("CREATE TABLE {name} (a int);\nALTER TABLE {name}x ADD COLUMN b int")
        }))
    }),
    ("names in a DROP VIEW", EVERY, |n| {
        let made = many(n, ";\n", |i| format!("CREATE VIEW v{i} AS SELECT 1 AS a"));
        one(format!("{made};\nDROP VIEW {}", many(n, ", ", |i| format!("v{i}"))))
    }),
    ("names in a TRUNCATE", PG, |n| one(format!("TRUNCATE {}", many(n, ", ", |i| format!("t{i}"))))),
    ("columns of a table", EVERY, |n| {
        one(format!("CREATE TABLE t ({})", many(n, ", ", |i| format!("c{i} int DEFAULT {i}"))))
    }),
    ("ADD COLUMN in an ALTER TABLE", EVERY, |n| {
        one(format!(
            "CREATE TABLE t (a int);\nALTER TABLE t {}",
            many(n, ", ", |i| format!("ADD COLUMN c{i} int"))
        ))
    }),
    ("DROP COLUMN in an ALTER TABLE", EVERY, |n| {
        one(format!(
            "CREATE TABLE t (a int, {});\nALTER TABLE t {}",
            many(n, ", ", |i| format!("c{i} int")),
            many(n, ", ", |i| format!("DROP COLUMN c{i}"))
        ))
    }),
    ("ALTER TABLE statements on one table", EVERY, |n| {
        one(format!(
            "CREATE TABLE t (a int);\n{}",
            many(n, ";\n", |i| format!("ALTER TABLE t ADD COLUMN c{i} int"))
        ))
    }),
    ("indexes of a table", EVERY, |n| {
        one(format!(
            "CREATE TABLE t (a int, b int);\n{}",
            many(n, ";\n", |i| format!("CREATE INDEX i{i} ON t (a, b)"))
        ))
    }),
    ("checks of a table", EVERY, |n| {
        one(format!(
            "CREATE TABLE t (a int, {})",
            many(n, ", ", |i| format!("CONSTRAINT k{i} CHECK (a > {i})"))
        ))
    }),
    ("tables", EVERY, |n| one(many(n, ";\n", |i| format!("CREATE TABLE t{i} (id int PRIMARY KEY, a text)")))),
    ("a chain of foreign keys", EVERY, |n| {
        one(many(n, ";\n", |i| {
            let parent = i.saturating_sub(1);
            format!(
                "CREATE TABLE t{i} (id int PRIMARY KEY, p int, CONSTRAINT f{i} FOREIGN KEY (p) REFERENCES t{parent} (id))"
            )
        }))
    }),
    ("foreign keys to one table", EVERY, |n| {
        one(format!(
            "CREATE TABLE p (id int PRIMARY KEY);\n{}",
            many(n, ";\n", |i| {
                format!(
                    "CREATE TABLE t{i} (id int PRIMARY KEY, p int, CONSTRAINT f{i} FOREIGN KEY (p) REFERENCES p (id))"
                )
            })
        ))
    }),
    ("rows deleted from a chain of foreign keys", EVERY, |n| {
        let tables = many(n, ";\n", |i| {
            let parent = i.saturating_sub(1);
            format!(
                "CREATE TABLE t{i} (id int PRIMARY KEY, p int, CONSTRAINT f{i} FOREIGN KEY (p) REFERENCES t{parent} (id))"
            )
        });
        vec![tables, many(n, ";\n", |i| format!("DELETE FROM t{i} WHERE id = 1"))]
    }),
    ("deletes that cascade along a chain", EVERY, |n| {
        let tables = many(n, ";\n", |i| {
            let parent = i.saturating_sub(1);
            format!(
                "CREATE TABLE t{i} (id int PRIMARY KEY, p int, CONSTRAINT f{i} FOREIGN KEY (p) REFERENCES t{parent} (id) ON DELETE CASCADE)"
            )
        });
        vec![tables, "DELETE FROM t0 WHERE id = 1".to_owned()]
    }),
    ("views that read one another", EVERY, |n| {
        one(format!(
            "CREATE TABLE v0 (a int);\n{}",
            many(n, ";\n", |i| format!("CREATE VIEW v{} AS SELECT a FROM v{i}", i + 1))
        ))
    }),
    ("labels of an enum", PG, |n| {
        one(format!("CREATE TYPE e AS ENUM ({})", many(n, ", ", |i| format!("'l{i}'"))))
    }),
    ("labels added to an enum", PG, |n| {
        one(format!(
            "CREATE TYPE e AS ENUM ('x');\n{}",
            many(n, ";\n", |i| format!("ALTER TYPE e ADD VALUE 'l{i}'"))
        ))
    }),
    ("labels of a column's type", MY, |n| {
        one(format!("CREATE TABLE t (a enum({}))", many(n, ", ", |i| format!("'l{i}'"))))
    }),
    ("values in a list", EVERY, |n| {
        one(format!(
            "CREATE TABLE t (id int PRIMARY KEY, a int);\nDELETE FROM t WHERE a IN ({})",
            many(n, ", ", |i| i.to_string())
        ))
    }),
    ("values in a check", EVERY, |n| {
        one(format!(
            "CREATE TABLE t (a int, CONSTRAINT k CHECK (a IN ({})))",
            many(n, ", ", |i| i.to_string())
        ))
    }),
    ("operators in a chain", EVERY, |n| {
        one(format!(
            "CREATE TABLE t (a int, CONSTRAINT k CHECK ({}))",
            many(n, " OR ", |i| format!("a = {i}"))
        ))
    }),
    ("additions in a chain", EVERY, |n| {
        one(format!("CREATE VIEW v AS SELECT {} AS a", many(n, " + ", |i| i.to_string())))
    }),
    ("rows of an INSERT", EVERY, |n| {
        one(format!(
            "CREATE TABLE t (id int PRIMARY KEY, a text);\nINSERT INTO t (id, a) VALUES {}",
            many(n, ", ", |i| format!("({i}, 'x{i}')"))
        ))
    }),
    ("INSERT statements", EVERY, |n| {
        vec![
            "CREATE TABLE t (id int PRIMARY KEY, a text)".to_owned(),
            many(n, ";\n", |i| format!("INSERT INTO t (id, a) VALUES ({i}, 'x')")),
        ]
    }),
    ("UPDATE statements", EVERY, |n| {
        vec![
            "CREATE TABLE t (id int PRIMARY KEY, a int)".to_owned(),
            many(n, ";\n", |i| format!("UPDATE t SET a = {i} WHERE id = {i}")),
        ]
    }),
    ("comments in the text", EVERY, |n| {
        one(format!("{}\nCREATE TABLE t (a int)", many(n, "\n", |i| format!("-- remark {i}"))))
    }),
    ("comments on columns", PG, |n| {
        one(format!(
            "CREATE TABLE t ({});\n{}",
            many(n, ", ", |i| format!("c{i} int")),
            many(n, ";\n", |i| format!("COMMENT ON COLUMN t.c{i} IS 'x'"))
        ))
    }),
    ("routines", PG, |n| {
        one(many(n, ";\n", |i| format!("CREATE FUNCTION f{i}() RETURNS int LANGUAGE sql AS 'SELECT {i}'")))
    }),
    ("calls of routines", PG, |n| {
        one(many(n, ";\n", |i| {
            format!("CREATE FUNCTION f{i}() RETURNS int LANGUAGE sql AS 'SELECT {i}';\nSELECT f{i}()")
        }))
    }),
    ("triggers of a table", PG, |n| {
        one(format!(
            "CREATE TABLE t (a int);\nCREATE FUNCTION w() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n{}",
            many(n, ";\n", |i| format!(
                "CREATE TRIGGER g{i} BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION w()"
            ))
        ))
    }),
    ("sequences", PG, |n| one(many(n, ";\n", |i| format!("CREATE SEQUENCE s{i}")))),
    ("partitions of a table", PG, |n| {
        one(format!(
            "CREATE TABLE t (a int) PARTITION BY LIST (a);\n{};\nALTER TABLE t ADD COLUMN b int",
            many(n, ";\n", |i| format!("CREATE TABLE t{i} PARTITION OF t FOR VALUES IN ({i})"))
        ))
    }),
    ("statements in a block", PG, |n| {
        one(format!(
            "DO $$ BEGIN {}; END $$",
            many(n, "; ", |i| format!("ALTER TABLE t{i} ADD COLUMN a int"))
        ))
    }),
    ("statements of one kind on unknown tables", EVERY, |n| {
        one(many(n, ";\n", |i| format!("ALTER TABLE t{i} ADD COLUMN a int NOT NULL")))
    }),
    ("grants", EVERY, |n| one(many(n, ";\n", |i| format!("GRANT SELECT ON t{i} TO bob")))),
    ("migrations", EVERY, |n| (0..n).map(|i| format!("CREATE TABLE t{i} (id int PRIMARY KEY)")).collect()),
    ("migrations of one table", EVERY, |n| {
        let first = std::iter::once("CREATE TABLE t (id int PRIMARY KEY)".to_owned());
        first.chain((0..n).map(|i| format!("CREATE INDEX i{i} ON t (id)"))).collect()
    }),
    ("one long line", EVERY, |n| one(many(n, "; ", |i| format!("DELETE FROM w{i}")))),
    ("text that is no statement", EVERY, |n| one(many(n, ";\n", |i| format!("CREATE TABEL t{i} (a int")))),
    ("parentheses", EVERY, |n| one(format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n)))),
];

type Command = (&'static str, fn(&[SourceFile], &Options, &Catalog));

const COMMANDS: &[Command] = &[
    ("check", |files, options, _| drop(check(files, options).unwrap())),
    ("impact", |files, options, _| drop(impact(files, options).unwrap())),
    ("simulate", |files, options, _| drop(simulate(files, options).unwrap())),
    ("rollback", |files, options, _| drop(rollback(files, options).unwrap())),
    ("rollback of the last", |files, options, _| {
        let (last, before) = files.split_last().unwrap();
        let schema = if before.is_empty() { None } else { Some(simulate(before, options).unwrap()) };
        drop(rollback(std::slice::from_ref(last), &Options { schema, ..options.clone() }).unwrap());
    }),
    ("history", |files, options, live| drop(history(files, live, options).unwrap())),
    ("drift", |files, options, live| drop(drift(files, live, options).unwrap())),
    ("diff", |_, options, live| {
        let empty = simulate(&[SourceFile::new("1.sql", "SELECT 1")], options).unwrap();
        drop(diff(&empty, live).unwrap());
        drop(diff(live, &empty).unwrap());
    }),
];

/// Nanoseconds that this thread has spent on a processor, or since the first call where the system does not tell.
fn now(start: Instant) -> u64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let told = told.and_then(|text| text.split_whitespace().next()?.parse().ok());
    told.unwrap_or_else(|| u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

struct Input {
    files: Vec<SourceFile>,
    options: Options,
    live: Catalog,
}

impl Input {
    fn new(shape: &Shape, dialect: Dialect, size: usize) -> Self {
        let texts = (shape.2)(size).into_iter().enumerate();
        let files: Vec<_> =
            texts.map(|(i, text)| SourceFile::new(format!("{:06}_m.up.sql", i + 1), text)).collect();
        let options = Options::new(dialect);
        let live = simulate(&files, &options).unwrap();
        Self { files, options, live }
    }

    fn time(&self, command: &Command, runs: usize) -> u64 {
        let start = Instant::now();
        let run = || {
            let before = now(start);
            (command.1)(&self.files, &self.options, &self.live);
            now(start) - before
        };
        (0..runs).map(|_| run()).min().unwrap().max(1)
    }
}

/// Inputs of one shape by size, each made once.
struct Inputs<'a> {
    shape: &'a Shape,
    dialect: Dialect,
    made: BTreeMap<usize, Input>,
}

impl Inputs<'_> {
    fn time(&mut self, size: usize, command: &Command, runs: usize) -> u64 {
        let made = self.made.entry(size).or_insert_with(|| Input::new(self.shape, self.dialect, size));
        made.time(command, runs)
    }

    fn is_one_table(&self) -> bool {
        PARTS_OF_ONE_TABLE.contains(&self.shape.0)
    }

    fn largest(&self) -> usize {
        if self.is_one_table() { LARGEST_TABLE } else { LARGEST }
    }

    fn most(&self) -> f64 {
        if self.is_one_table() { MOST_OF_ONE_TABLE } else { MOST }
    }

    /// A size that takes long enough, its time and that of four times the size.
    fn measure(&mut self, command: &Command) -> (usize, u64, u64) {
        let mut size = 64;
        while size < self.largest() && self.time(size, command, 1) < ENOUGH {
            size *= 2;
        }
        (size, self.time(size, command, 2), self.time(size * 4, command, 1))
    }
}

#[allow(clippy::cast_precision_loss, reason = "nanoseconds of a test")]
fn ratio(small: u64, large: u64) -> f64 {
    // What is shorter cannot be measured: the system counts in steps.
    large as f64 / small.max(ENOUGH) as f64
}

/// Prints a line for each shape and command with `--nocapture`; `SHAPE=text` picks shapes by their names.
fn four_times_the_input_costs_four_times_the_time(dialect: Dialect) {
    let only = std::env::var("SHAPE").unwrap_or_default();
    let mut wrong = Vec::new();
    for shape in SHAPES.iter().filter(|s| s.0.contains(&only)) {
        if shape.1.contains(&dialect) {
            let mut inputs = Inputs { shape, dialect, made: BTreeMap::new() };
            for command in COMMANDS {
                let (size, mut small, mut large) = inputs.measure(command);
                // A disturbance passes, a property stays.
                for _ in 0..2 {
                    if large < FELT || ratio(small, large) <= inputs.most() {
                        break;
                    }
                    small = small.min(inputs.time(size, command, 2));
                    large = large.min(inputs.time(size * 4, command, 1));
                }
                let line = format!(
                    "{dialect} {} | {}: {size} in {} ms, four times that in {} ms: {:.1} times",
                    shape.0,
                    command.0,
                    small / 1_000_000,
                    large / 1_000_000,
                    ratio(small, large)
                );
                println!("{line}");
                if large >= FELT && ratio(small, large) > inputs.most() {
                    wrong.push(line);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn postgres_costs_linear_time() {
    four_times_the_input_costs_four_times_the_time(Postgres);
}

#[test]
fn mysql_costs_linear_time() {
    four_times_the_input_costs_four_times_the_time(MySql);
}
