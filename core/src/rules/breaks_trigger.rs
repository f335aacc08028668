//! `breaks-trigger`: a column is taken away that a trigger's function uses, which the server does not mind.
use super::{Context, Draft, POSTGRES, Rule, breaks_reader};
use crate::{
    catalog::{Link, Name, ObjectName, Table},
    report::Severity,
    text::{TokenKind, tokens},
};

pub(super) static RULE: Rule = Rule {
    id: "breaks-trigger",
    summary: "Drops or renames a column that the function of a trigger names",
    why: "The server does not look into bodies of functions: the statement passes, and whoever writes to the table meets \
          the error.",
    instead: "Change the function first, in the same migration.",
    severity: Severity::Warning,
    dialects: POSTGRES,
    bad: &[
        "CREATE TABLE t (a int, b int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.b := 1; RETURN NEW; END $$; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); COMMIT; ALTER TABLE t DROP COLUMN b;",
    ],
    good: &[
        "CREATE TABLE t (a int, b int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.b := 1; RETURN NEW; END $$; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); COMMIT; ALTER TABLE t DROP COLUMN a;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, column) in breaks_reader::gone(cx) {
        if let Some(column) = column {
            triggers(cx, table, column, out);
        }
    }
}

/// Triggers of the table whose own text, or whose function's, says `NEW.column` or `OLD.column`.
pub(super) fn triggers(cx: &Context<'_>, table: &Table, column: &Name, out: &mut Vec<Draft>) {
    for trigger in &table.triggers {
        let functions = trigger.function.iter().flat_map(|name| {
            let link = ObjectName::bare(name.name.clone());
            cx.before.catalog.routines.linked(Link::Routine, &link).filter(move |r| r.name == *name)
        });
        let texts = functions.map(|f| f.body.as_str()).chain([trigger.definition.sql.as_str()]);
        // A function of several triggers may ask for the table first.
        if texts.into_iter().any(|text| names_in_row(cx, text, column)) {
            let message = format!(
                "trigger `{}` of `{}` says NEW.{column} or OLD.{column}: it may fail without that column",
                trigger.name, table.name
            );
            let draft = Draft::new(cx.span, message).help("change the trigger first").object(&trigger.name);
            out.push(draft.possible().severity(Severity::Warning));
        }
    }
}

fn names_in_row(cx: &Context<'_>, text: &str, column: &Name) -> bool {
    let tokens = tokens(text, cx.target);
    let wanted = column.to_lowercase();
    tokens.windows(3).any(|window| {
        let [row, dot, name] = window else { return false };
        row.is_any_word(text, &["new", "old"])
            && dot.kind == TokenKind::Dot
            && name.is_name()
            && name.name_value(text, cx.target).to_lowercase() == wanted
    })
}
