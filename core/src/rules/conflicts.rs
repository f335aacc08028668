//! The refusals that replaying foresees, one rule a kind: `not-found`, `already-exists`, `has-dependents`,
//! `wrong-kind`, `key-mismatch`, `invalid-definition`, `not-allowed`.
use super::{Context, Draft, EVERY, Rule, near};
use crate::{apply::ConflictKind, report::Severity};

const STOPS: &str = "The server refuses the statement and the migration stops here. On MySQL and MariaDB the \
                     statements before it stay applied.";

macro_rules! conflict_rule {
    ($name:ident, $kind:ident, $id:literal, $summary:literal, $instead:literal, $bad:expr, $good:expr) => {
        pub(super) static $name: Rule = Rule {
            id: $id,
            summary: $summary,
            why: STOPS,
            instead: $instead,
            severity: Severity::Error,
            // A refusal is one on every server.
            dialects: EVERY,
            bad: $bad,
            good: $good,
            check: |cx, out| report(cx, ConflictKind::$kind, out),
        };
    };
}

conflict_rule!(
    NOT_FOUND,
    NotFound,
    "not-found",
    "The statement names an object that does not exist",
    "Correct the name, or create the object first.",
    &[
        "CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN b;",
        "CREATE TABLE t (a int); DROP TABLE t; DROP TABLE t;",
        "CREATE TABLE orders (a int); ALTER TABLE ordres ADD COLUMN b int;"
    ],
    &["ALTER TABLE t ADD COLUMN b int;", "CREATE TABLE t (a int, b int); ALTER TABLE t DROP COLUMN b;"]
);
conflict_rule!(
    ALREADY_EXISTS,
    AlreadyExists,
    "already-exists",
    "The statement creates an object that exists",
    "Rename the new object, or drop the old one first.",
    &[
        "CREATE TABLE t (a int); CREATE TABLE t (a int);",
        "CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN a int;"
    ],
    &["CREATE TABLE t (a int); CREATE TABLE IF NOT EXISTS t (a int);"]
);
conflict_rule!(
    HAS_DEPENDENTS,
    HasDependents,
    "has-dependents",
    "The statement drops an object that others depend on",
    "Drop the dependent objects first, or on PostgreSQL say CASCADE after reading what goes with it.",
    &[
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int, FOREIGN KEY (a_id) REFERENCES a (id)); DROP TABLE a;"
    ],
    &[
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int, FOREIGN KEY (a_id) REFERENCES a (id)); DROP TABLE b; DROP TABLE a;"
    ]
);
conflict_rule!(
    WRONG_KIND,
    WrongKind,
    "wrong-kind",
    "The statement names an object of another kind",
    "Use the statement for that kind of object.",
    &["CREATE TABLE t (a int); DROP VIEW t;"],
    &["CREATE TABLE t (a int); DROP TABLE t;"]
);
conflict_rule!(
    KEY_MISMATCH,
    KeyMismatch,
    "key-mismatch",
    "A foreign key does not fit what it refers to",
    "Refer to the columns of a primary or unique key, with the same number of columns and the same types.",
    &["CREATE TABLE a (id int); CREATE TABLE b (a_id int, FOREIGN KEY (a_id) REFERENCES a (id));"],
    &[
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int, FOREIGN KEY (a_id) REFERENCES a (id));"
    ]
);
conflict_rule!(
    INVALID_DEFINITION,
    InvalidDefinition,
    "invalid-definition",
    "A definition contradicts itself",
    "Correct the definition.",
    &["CREATE TABLE t (a int, b int, PRIMARY KEY (a), PRIMARY KEY (b));"],
    &["CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));"]
);
conflict_rule!(
    NOT_ALLOWED,
    NotAllowed,
    "not-allowed",
    "The server does not allow the statement here",
    "See the message.",
    &[
        "/* PostgreSQL */ CREATE TABLE t (a int) PARTITION BY RANGE (a); CREATE INDEX CONCURRENTLY i ON t (a);",
        "/* MySQL, MariaDB */ CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN a;"
    ],
    &[
        "/* PostgreSQL */ CREATE TABLE t (a int) PARTITION BY RANGE (a); CREATE INDEX i ON t (a);",
        "/* MySQL, MariaDB */ CREATE TABLE t (a int, b int); ALTER TABLE t DROP COLUMN a;"
    ]
);

fn report(cx: &Context<'_>, kind: ConflictKind, out: &mut Vec<Draft>) {
    for conflict in cx.outcome.conflicts.iter().filter(|c| c.kind == kind) {
        let mut draft = Draft::new(cx.span, conflict.message.clone()).object(&conflict.object);
        draft.help = near::help(cx, conflict);
        out.push(if conflict.certain { draft } else { draft.possible().severity(Severity::Warning) });
    }
    if kind == ConflictKind::NotFound {
        near::report(cx, out);
    }
}
