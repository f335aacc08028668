//! `not-analysed`: statements that are understood in part or not at all.
use super::{Context, Draft, EVERY, Rule};
use crate::{
    dialect::expression,
    operation::{Operation, TableAction},
    report::Severity,
};

pub(super) static RULE: Rule = Rule {
    id: "not-analysed",
    summary: "A statement may change the schema in a way that is not analysed",
    why: "Nothing that is said about this migration covers this statement: it may lock, rewrite or destroy, and what \
          the schema looks like afterwards is not certain.",
    instead: "Review the statement by hand.",
    severity: Severity::Info,
    dialects: EVERY,
    bad: &["CALL rebuild();"],
    good: &["CREATE TABLE t (a int);"],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    let names =
        |objects: &[crate::catalog::ObjectName]| objects.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (span, verb, objects) = match cx.operation {
        Operation::Opaque { verb, objects, may_change_schema: true } => {
            (cx.span, verb.clone(), names(objects))
        }
        Operation::Query { calls } => {
            let unknown = calls.iter().filter(|c| expression::builtin_function(c, cx.target).is_none());
            for call in unknown {
                out.push(draft(cx.span, &format!("{call}()"), Vec::new()));
            }
            return;
        }
        Operation::Conditional { source, complete: false, .. } => (cx.span, source.clone(), Vec::new()),
        Operation::AlterTable(alter) => {
            for action in &alter.actions {
                if let TableAction::Opaque { verb, may_change_schema: true } = &action.node {
                    out.push(draft(action.span, verb, names(std::slice::from_ref(&alter.table))));
                }
            }
            return;
        }
        _ => return,
    };
    out.push(draft(span, &verb, objects));
}

fn draft(span: crate::text::Span, verb: &str, objects: Vec<String>) -> Draft {
    let mut draft = Draft::new(span, format!("`{verb}` is not analysed: it may do more than is said here"))
        .help("review the statement by hand");
    draft.objects = objects;
    draft
}
