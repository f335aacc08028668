//! `not-analysed`: statements that are understood in part or not at all.
use super::{Context, Draft, EVERY, Rule};
use crate::{
    dialect::expression,
    operation::{self, Operation, TableAction},
    report::Severity,
    text::Span,
};

/// The rule's name.
pub(crate) const ID: &str = "not-analysed";

pub(super) static RULE: Rule = Rule {
    id: ID,
    summary: "A statement is not analysed",
    why: "Nothing else that is said about this migration covers this statement: it may lock, rewrite or destroy, change \
          what the schema looks like, or who may see and write which rows.",
    instead: "Review the statement by hand.",
    severity: Severity::Info,
    dialects: EVERY,
    bad: &["CALL rebuild();", "GRANT SELECT ON users TO bob;", "DROP ROLE bob;"],
    good: &["CREATE TABLE t (a int);", "SELECT count(*) FROM t;"],
    check,
};

/// What statements that leave the tables' definitions alone do all the same, by words of their verbs.
const EFFECTS: &[(&str, &str)] = &[
    ("POLICY", "which rows are seen and written, and by whom, changes, and the table is locked exclusively"),
    ("GRANT", "who may do what changes"),
    ("REVOKE", "who may do what changes"),
    ("PRIVILEGES", "who may do what with objects that are made later changes"),
    ("OWNER", "who may change it, and whom row security holds for, changes"),
    ("OWNED", "who may change what the roles own changes"),
    ("ROLE", "who may log in, and what they may do, changes"),
    ("USER", "who may log in, and what they may do, changes"),
    ("GROUP", "who may log in, and what they may do, changes"),
    ("PASSWORD", "who may log in changes"),
    ("RULE", "what statements on the table do changes"),
    ("EVENT TRIGGER", "later schema changes run it, and may fail"),
    ("PUBLICATION", "which changes leave the database changes"),
    ("SUBSCRIPTION", "rows may be copied, and written from elsewhere from then on"),
    ("CAST", "what expressions mean may change, in indexes and checks too"),
    ("SECURITY LABEL", "who may do what changes"),
    ("SYSTEM", "a setting of the whole server changes"),
    ("DATABASE", "a setting of the whole database changes"),
    ("COPY TO", "rows leave the database"),
    ("NOTIFY", "whoever listens is told"),
];

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let names =
        |objects: &[crate::catalog::ObjectName]| objects.iter().map(ToString::to_string).collect::<Vec<_>>();
    if let Some(statement) = cx.operation.not_followed() {
        let verb: &str = &statement.verb;
        // These have a rule of their own, or leave nothing. PostgreSQL: what is executed was read where it was prepared,
        // and is no schema change.
        let said = verb.starts_with(super::drop_owned::VERB)
            || (!statement.may_change_schema && (operation::leaves_nothing(verb) || verb == "EXECUTE"));
        if !said {
            out.push(draft(cx.span, verb, names(statement.objects), statement.may_change_schema));
        }
        return;
    }
    match cx.operation {
        // Routines that are followed are told of by their statements.
        Operation::Query { .. } if !cx.outcome.ran.is_empty() && !cx.outcome.incomplete => {}
        Operation::Query { calls, .. } => {
            let unknown = calls.iter().filter(|c| expression::builtin_function(c, cx.target).is_none());
            for call in unknown {
                out.push(draft(cx.span, &format!("{call}()"), Vec::new(), true));
            }
        }
        // Only if something that could not be read may have run.
        Operation::Conditional(block) if cx.outcome.incomplete => {
            out.push(draft(cx.span, &block.source, Vec::new(), true));
        }
        Operation::AlterTable(alter) => {
            let objects = std::slice::from_ref(&alter.table);
            for action in &alter.actions {
                if let TableAction::Opaque { verb, may_change_schema }
                | TableAction::Other { verb, may_change_schema, .. }
                | TableAction::Storage { verb, changes_definition: may_change_schema @ true, .. } =
                    &action.node
                {
                    out.push(draft(action.span, verb, names(objects), *may_change_schema));
                }
            }
        }
        _ => {}
    }
}

fn draft(span: Span, verb: &str, objects: Vec<String>, may_change_schema: bool) -> Draft {
    let effect = EFFECTS.iter().filter(|_| !may_change_schema).find(|(words, _)| verb.contains(words));
    let effect = effect.map_or("it may do more than is said here", |(_, effect)| effect);
    let on = match objects.as_slice() {
        [] => String::new(),
        some => format!(" on {}", some.iter().map(|o| format!("`{o}`")).collect::<Vec<_>>().join(", ")),
    };
    let mut draft = Draft::new(span, format!("`{verb}`{on} is not analysed: {effect}"))
        .help("review the statement by hand");
    draft.objects = objects;
    draft
}
