//! `foreign-key-validation`: a foreign key checked while both tables are locked.
use super::{Context, Draft, POSTGRES, Rule};
use crate::{catalog::ConstraintKind, operation::TableAction, report::Severity};

pub(super) static RULE: Rule = Rule {
    id: "foreign-key-validation",
    summary: "Adds a foreign key and checks every row under a lock",
    why: "Nobody can write to either table until every row has been checked.",
    instead: "Add it NOT VALID, then VALIDATE CONSTRAINT in another transaction, which lets writers through.",
    severity: Severity::Error,
    dialects: POSTGRES,
    bad: &[
        "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b_id) REFERENCES b (id);",
        "ALTER TABLE a ADD COLUMN b_id int DEFAULT 1 REFERENCES b (id);",
    ],
    good: &[
        "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b_id) REFERENCES b (id) NOT VALID;",
        "CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE a (b_id int REFERENCES b (id));",
        "ALTER TABLE a ADD COLUMN b_id int REFERENCES b (id);",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, span, action) in cx.table_actions().filter(|(table, ..)| !cx.is_new_and_empty(table)) {
        let definition = match action {
            TableAction::AddConstraint { definition } => &**definition,
            // Rows get the default, which is looked up in the other table.
            TableAction::AddColumn { definition, .. } if definition.column.default.is_some() => {
                let is_key = |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey(_));
                match definition.constraints.iter().find(|c| is_key(&c.node.kind)) {
                    Some(constraint) => &constraint.node,
                    None => continue,
                }
            }
            _ => continue,
        };
        let ConstraintKind::ForeignKey(key) = &definition.kind else { continue };
        // An operation that finds everything there checks nothing.
        let checks = cx.impact.scans.contains(&cx.resolve(table));
        if definition.not_valid || definition.not_enforced || !checks {
            continue;
        }
        out.push(
            Draft::new(
                span,
                format!(
                    "this foreign key blocks writes to `{table}` and `{}` while every row is checked",
                    key.table
                ),
            )
            .help("add it NOT VALID and VALIDATE CONSTRAINT in another transaction")
            .object(table)
            .object(&key.table),
        );
    }
}
