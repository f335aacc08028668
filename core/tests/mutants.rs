//! No input panics, overflows a stack of 512 kB or hangs: scripts of every kind of statement, broken at random in the
//! ways in which files break, go through every function. Seeds are fixed, so that a failure comes back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use remigrate::{
    Catalog, Dialect, Options, check, commands, diff, drift, history, impact, rollback, simulate,
    tools::SourceFile,
};
use std::{
    fmt::Write,
    thread,
    time::{Duration, Instant},
};

/// Statements that the rules' examples do not have.
const BOTH: &str = "
CREATE TABLE a (id int PRIMARY KEY, n varchar(20) NOT NULL DEFAULT 'x', b_id int REFERENCES b (id), CHECK (id > 0));
CREATE UNIQUE INDEX a_n ON a (n, b_id);
ALTER TABLE a ADD CONSTRAINT c UNIQUE (n), ADD COLUMN z int, RENAME COLUMN n TO m;
CREATE VIEW v AS SELECT a.id, count(*) AS k FROM a JOIN b ON a.b_id = b.id WHERE a.id IN (1, 2) GROUP BY a.id;
INSERT INTO a (id, n) VALUES (1, 'it''s'), (2, NULL);
UPDATE a SET n = CASE WHEN id = 1 THEN 'a' ELSE n END WHERE id BETWEEN 1 AND 5;
DELETE FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.b_id);
DROP VIEW v; DROP TABLE a, b;
";
const POSTGRES: &str = "
CREATE SCHEMA s; CREATE EXTENSION IF NOT EXISTS citext;
CREATE TYPE s.mood AS ENUM ('a', 'b'); ALTER TYPE s.mood ADD VALUE 'c' BEFORE 'b';
CREATE TABLE p (id bigserial, at timestamptz DEFAULT now(), g int GENERATED ALWAYS AS (id * 2) STORED) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE MATERIALIZED VIEW m AS SELECT * FROM p; REFRESH MATERIALIZED VIEW m;
CREATE FUNCTION f(a int, OUT b text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'x'; END $$;
CREATE TRIGGER t BEFORE UPDATE OF at ON p FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f();
DO $$ DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP EXECUTE 'ALTER TABLE p ADD COLUMN q int'; END LOOP; END $$;
WITH w AS (DELETE FROM p RETURNING *) INSERT INTO q SELECT * FROM w ON CONFLICT (id) DO UPDATE SET id = 1;
COMMENT ON COLUMN p.at IS 'when'; GRANT SELECT ON p TO public; SET search_path = s, public;
ALTER TABLE p ALTER COLUMN id TYPE bigint USING id::bigint, ALTER COLUMN at SET NOT NULL, ATTACH PARTITION p1 DEFAULT;
COPY p (id) FROM stdin;\n1\n\\.\n
";
const MYSQL: &str = "
CREATE TABLE `k` (`id` int unsigned NOT NULL AUTO_INCREMENT, `t` text, `e` enum('a','b') DEFAULT 'a', `ts` timestamp NOT NULL
  DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, PRIMARY KEY (`id`), KEY `i` (`t`(10)), FULLTEXT KEY (`t`))
  ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='x' PARTITION BY HASH (id) PARTITIONS 4;
ALTER TABLE k MODIFY COLUMN t longtext NOT NULL AFTER id, CHANGE e f int, DROP INDEX i, CONVERT TO CHARACTER SET utf8mb4;
RENAME TABLE k TO l, l TO m; /*!50001 DROP TABLE m */;
SET @s = CONCAT('ALTER TABLE ', 'k', ' ADD x int'); PREPARE p FROM @s; EXECUTE p; DEALLOCATE PREPARE p;
DELIMITER //
CREATE PROCEDURE w(IN a int) BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION ROLLBACK; IF a THEN DROP TABLE k; END IF; END//
CREATE TRIGGER g BEFORE INSERT ON k FOR EACH ROW SET NEW.t = 'x'//
DELIMITER ;
CALL w(1); LOCK TABLES k WRITE; UNLOCK TABLES; INSERT IGNORE INTO k SET t = 1; REPLACE INTO k VALUES (1);
";

/// What text is broken with.
const PIECES: &[&str] = &[
    "'",
    "\"",
    "`",
    "$$",
    "$x$",
    "/*",
    "*/",
    "--",
    "#",
    "\n",
    ";",
    "(",
    ")",
    ",",
    ".",
    "é",
    "😀",
    "\0",
    "\\",
    "::",
    "[]",
    "@a",
    "IF EXISTS",
    "CASCADE",
    "NULL",
    "DEFAULT",
    "PRIMARY KEY",
    "REFERENCES",
    "public.",
    "x.y.z",
    "CREATE",
    "DROP",
    "ALTER",
    "TABLE",
    "AS",
    "SELECT",
    "WHERE",
    "BEGIN",
    "END",
    "CONSTRAINT",
    "RENAME",
    "TO",
    "SET",
    "TYPE",
    "USING",
    "EXECUTE",
    "99999999999999999999",
    "-1",
    "0x",
    "E'\\",
    "U&'",
    "CONCURRENTLY",
    "ROLLBACK;",
    "COMMIT;",
    "DELIMITER //\n",
];

/// What is nested or chained.
const REPEATED: &[&str] = &[
    "(",
    "((SELECT ",
    "CASE WHEN ",
    "NOT ",
    "- ",
    "a + ",
    "a AND ",
    "[",
    "BEGIN ",
    "IF a THEN ",
    "x.",
    "DO $x$ BEGIN ",
    "WITH a AS (",
];

/// A small generator of numbers; its quality does not matter, its repeatability does.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % n.max(1)
    }

    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at += 1;
        }
        at
    }

    fn range(&mut self, text: &str, longest: usize) -> std::ops::Range<usize> {
        let start = self.place(text);
        let mut end = (start + self.below(longest)).min(text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }
}

fn statements(text: &str) -> Vec<String> {
    text.split_inclusive(';').map(str::to_owned).collect()
}

/// Some statements of the dialect, with one to five faults.
fn script(numbers: &mut Numbers, all: &[String]) -> String {
    let mut text = String::new();
    for _ in 0..=numbers.below(12) {
        text.push_str(&all[numbers.below(all.len())]);
    }
    for _ in 0..=numbers.below(5) {
        match numbers.below(7) {
            0 => text.replace_range(numbers.range(&text, 40), ""),
            1 => {
                let copied = text[numbers.range(&text, 200)].repeat(1 + numbers.below(3));
                text.insert_str(numbers.place(&text), &copied);
            }
            2 | 3 => {
                let piece = format!(" {} ", PIECES[numbers.below(PIECES.len())]);
                text.insert_str(numbers.place(&text), &piece);
            }
            4 => {
                let word = text[numbers.range(&text, 12)].to_owned();
                text.replace_range(numbers.range(&text, 12), &word);
            }
            5 => {
                let many = REPEATED[numbers.below(REPEATED.len())].repeat(1 + numbers.below(2000));
                text.insert_str(numbers.place(&text), &many);
            }
            _ => text.truncate(numbers.place(&text)),
        }
    }
    text
}

/// Runs every function over files made from `seed`; answers with the slowest call's time and name.
fn everything(seed: u64, dialect: Dialect, all: &[String]) -> (Duration, &'static str) {
    let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let files: Vec<SourceFile> = (1..=1 + numbers.below(3))
        .map(|n| SourceFile::new(format!("{n:03}_x.sql"), script(&mut numbers, all)))
        .collect();
    let options = Options::new(dialect);
    let mut slowest = (Duration::ZERO, "");
    let mut timed = |name, call: &mut dyn FnMut()| {
        let start = Instant::now();
        call();
        slowest = slowest.max((start.elapsed(), name));
    };
    let mut catalog = None;
    timed("check", &mut || drop(check(&files, &options).unwrap()));
    timed("impact", &mut || drop(impact(&files, &options).unwrap()));
    timed("rollback", &mut || drop(rollback(&files, &options)));
    timed("simulate", &mut || catalog = simulate(&files, &options).ok());
    if let Some(catalog) = catalog {
        let first = simulate(&files[..1], &options).unwrap();
        timed("diff", &mut || drop(diff(&first, &catalog)));
        timed("drift", &mut || drop(drift(&files, &first, &options)));
        timed("history", &mut || drop(history(&files, &catalog, &options)));
        timed("json", &mut || {
            let text = serde_json::to_string(&catalog).unwrap();
            assert!(Catalog::from_json(&text).unwrap() == catalog, "JSON loses something of seed {seed}");
        });
    }
    slowest
}

#[test]
fn broken_scripts_do_no_harm() {
    for dialect in Dialect::ALL {
        let mut all = statements(BOTH);
        all.extend(statements(if dialect == Dialect::Postgres { POSTGRES } else { MYSQL }));
        for page in commands::rules() {
            all.extend(page.bad.iter().chain(&page.good).flat_map(|sql| statements(sql)));
        }
        let run = move || {
            let mut slow = String::new();
            for seed in 1..=60 {
                let (time, name) = everything(seed, dialect, &all);
                // Milliseconds are usual; this much is a hang, on however busy a machine.
                if time > Duration::from_secs(20) {
                    let _ = writeln!(slow, "{dialect} seed {seed}: {name} took {time:?}");
                }
            }
            assert!(slow.is_empty(), "{slow}");
        };
        thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
    }
}
