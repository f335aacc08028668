//! `blocking-constraint`: a key or exclusion whose index is built while nobody can use the table.
use super::{Context, Draft, POSTGRES, Rule};
use crate::{
    catalog::{ConstraintKind, ObjectName},
    operation::TableAction,
    report::Severity,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "blocking-constraint",
    summary: "Adds a unique, primary key or exclusion constraint and builds its index under an exclusive lock",
    why: "Nobody can read or write the table until the index is built, and one duplicate stops the migration.",
    instead: "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX. An exclusion constraint has no \
              such way: put it on a new table and copy the rows.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &[
        "ALTER TABLE users ADD CONSTRAINT u UNIQUE (email);",
        "ALTER TABLE users ADD PRIMARY KEY (id);",
        "ALTER TABLE users ADD COLUMN email text UNIQUE;",
        "ALTER TABLE rooms ADD CONSTRAINT x EXCLUDE USING gist (during WITH &&);",
    ],
    good: &[
        "ALTER TABLE users ADD CONSTRAINT u UNIQUE USING INDEX users_email;",
        "CREATE TABLE t (a int); ALTER TABLE t ADD UNIQUE (a);",
        "CREATE TABLE t (a int UNIQUE);",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, span, action) in cx.table_actions().filter(|(table, ..)| !cx.is_new_and_empty(table)) {
        match action {
            TableAction::AddConstraint { definition } if definition.using_index.is_none() => {
                report(cx, table, span, &definition.kind, out);
            }
            TableAction::AddColumn { definition, .. } => {
                for constraint in &definition.constraints {
                    report(cx, table, constraint.span, &constraint.node.kind, out);
                }
            }
            _ => {}
        }
    }
}

fn report(cx: &Context<'_>, table: &ObjectName, span: Span, kind: &ConstraintKind, out: &mut Vec<Draft>) {
    // An operation that finds everything there builds nothing.
    if !cx.impact.scans.contains(&cx.resolve(table)) && !cx.impact.rewrites.contains(&cx.resolve(table)) {
        return;
    }
    let partitioned = cx.table(table).is_some_and(|t| t.properties.partition_by.is_some());
    let (what, help) = match kind {
        ConstraintKind::Exclude { .. } => {
            ("this exclusion constraint", "put it on a new table, copy the rows, and switch over")
        }
        ConstraintKind::Unique(_) | ConstraintKind::PrimaryKey(_) if partitioned => (
            "the index of this constraint",
            "build a unique index on each partition CONCURRENTLY, and attach them",
        ),
        ConstraintKind::Unique(_) => (
            "the index of this unique constraint",
            "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX",
        ),
        ConstraintKind::PrimaryKey(_) => (
            "the index of this primary key",
            "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … PRIMARY KEY USING INDEX",
        ),
        ConstraintKind::Check { .. } | ConstraintKind::ForeignKey(_) => return,
    };
    out.push(
        Draft::new(
            span,
            format!("building {what} locks `{table}` against reads and writes until it is done"),
        )
        .help(help)
        .object(table),
    );
}
