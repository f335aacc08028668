//! `modify-column-forgets`: a MODIFY or CHANGE that does not repeat what the column has.
use super::{Context, Draft, MYSQL_FAMILY, Rule};
use crate::{
    catalog::{Column, Name, ObjectName},
    change::{Delta, Object, ObjectPath},
    operation::{ColumnDefinition, TableAction},
    report::Severity,
};

pub(super) static RULE: Rule = Rule {
    id: "modify-column-forgets",
    summary: "Takes NOT NULL, a default, a comment or another attribute from a column by not repeating it",
    why: "MODIFY and CHANGE replace the whole definition: what is not written again is gone, without a word from the \
          server.",
    instead: "Repeat the whole definition. `ALTER COLUMN … SET DEFAULT` and `RENAME COLUMN` leave the rest alone.",
    severity: Severity::Error,
    dialects: MYSQL_FAMILY,
    bad: &[
        "CREATE TABLE t (a varchar(10) NOT NULL); COMMIT; ALTER TABLE t MODIFY a varchar(20);",
        "CREATE TABLE t (a varchar(10) DEFAULT 'x'); COMMIT; ALTER TABLE t MODIFY a varchar(20);",
        "CREATE TABLE t (a varchar(10) COMMENT 'x'); COMMIT; ALTER TABLE t CHANGE a b varchar(10);",
        "CREATE TABLE t (a int AUTO_INCREMENT PRIMARY KEY); COMMIT; ALTER TABLE t MODIFY a bigint;",
        "CREATE TABLE t (a varchar(9) CHARACTER SET ascii); COMMIT; ALTER TABLE t MODIFY a varchar(8);",
    ],
    good: &[
        "CREATE TABLE t (a varchar(10) NOT NULL); COMMIT; ALTER TABLE t MODIFY a varchar(20) NOT NULL;",
        "CREATE TABLE t (a varchar(10) NOT NULL); COMMIT; ALTER TABLE t MODIFY a varchar(20) NULL;",
        "CREATE TABLE t (a varchar(10)); COMMIT; ALTER TABLE t MODIFY a varchar(20) NOT NULL COMMENT 'x';",
        "CREATE TABLE t (a int DEFAULT 1); COMMIT; ALTER TABLE t MODIFY a bigint DEFAULT 2;",
    ],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Draft>) {
    for (table, span, action) in cx.table_actions() {
        let TableAction::ModifyColumn { definition, .. } = action else { continue };
        let Some((before, after)) = both(cx, table, &definition.column.name) else { continue };
        let lost = lost(before, after, definition);
        if lost.is_empty() {
            continue;
        }
        let name = &before.name;
        out.push(
            Draft::new(
                span,
                format!("`{name}` of `{table}` loses {}, which is not repeated", lost.join(", ")),
            )
            .help("repeat the whole definition of the column")
            .object(&format!("{table}.{name}")),
        );
    }
}

/// The column's two definitions, if they are known and differ.
fn both<'a>(cx: &Context<'a>, table: &ObjectName, name: &Name) -> Option<(&'a Column, &'a Column)> {
    let table = cx.resolve(table);
    cx.outcome.changes.iter().find_map(|change| {
        let (ObjectPath::Column { table: of, name: column }, Delta::Alter { before, after }) =
            (&change.path, &change.delta)
        else {
            return None;
        };
        let (Object::Column { column: before, .. }, Object::Column { column: after, .. }) = (before, after)
        else {
            return None;
        };
        (*of == table && column.to_lowercase() == name.to_lowercase()).then_some((&**before, &**after))
    })
}

/// What the column had and the statement does not mention.
fn lost(before: &Column, after: &Column, written: &ColumnDefinition) -> Vec<String> {
    let mut lost = Vec::new();
    if !before.nullable && after.nullable && !written.nullability_written {
        lost.push("NOT NULL".to_owned());
    }
    if let (Some(default), None, None) = (&before.default, &after.default, &after.generated) {
        lost.push(format!("DEFAULT {}", default.sql));
    }
    if before.auto_increment && !after.auto_increment {
        lost.push("AUTO_INCREMENT".to_owned());
    }
    if before.on_update.is_some() && after.on_update.is_none() {
        lost.push("ON UPDATE".to_owned());
    }
    if before.comment.is_some() && after.comment.is_none() {
        lost.push("COMMENT".to_owned());
    }
    if before.invisible && !after.invisible {
        lost.push("INVISIBLE".to_owned());
    }
    // The character set of a column that is no text any more is nothing to repeat.
    let text = |c: &Column| ["char", "text", "enum", "set"].iter().any(|t| c.data_type.text.contains(t));
    if text(after) && written.column.charset.is_none() && written.column.collation.is_none() {
        if let Some(charset) = before.charset.as_ref().filter(|_| after.charset != before.charset) {
            lost.push(format!("CHARACTER SET {charset}"));
        } else if let Some(collation) =
            before.collation.as_ref().filter(|_| after.collation != before.collation)
        {
            lost.push(format!("COLLATE {collation}"));
        }
    }
    if before.check.is_some() && after.check.is_none() && before.data_type == after.data_type {
        lost.push("CHECK".to_owned());
    }
    lost
}
