//! Column definitions.
use crate::{
    catalog::{Column, Expression},
    dialect::mysql::quote,
    target::{Dialect, Target},
    text::{TokenKind, tokens},
};

use super::{is_parenthesised, parenthesised};

/// Types whose columns have a character set.
const TEXTS: &[&str] = &["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"];

/// Whether the column's type has a character set and collation.
pub(super) fn is_text(column: &Column) -> bool {
    let kind = column.data_type.text.split(['(', ' ']).next().unwrap_or("");
    TEXTS.contains(&kind)
}

/// The definition behind `ADD COLUMN`, `MODIFY COLUMN` and in `CREATE TABLE`, with the name.
pub(super) fn definition(column: &Column, target: &Target) -> String {
    let mut sql = format!("{} {}", quote::name(&column.name), column.data_type);
    let mut push = |text: &str| {
        sql.push(' ');
        sql.push_str(text);
    };
    if column.options.contains_key("compressed") && target.dialect == Dialect::MariaDb {
        push("COMPRESSED");
    }
    if let Some(charset) = &column.charset {
        push(&format!("CHARACTER SET {charset}"));
    }
    if let Some(collation) = &column.collation {
        push(&format!("COLLATE {collation}"));
    }
    if let Some(generated) = &column.generated {
        push(&format!("GENERATED ALWAYS AS {}", parenthesised(&generated.expression.sql, target)));
        push(if generated.stored { "STORED" } else { "VIRTUAL" });
        if !column.nullable && target.dialect == Dialect::MySql {
            push("NOT NULL");
        }
    } else {
        push(if column.nullable { "NULL" } else { "NOT NULL" });
    }
    if let Some(srid) = column.options.get("srid").filter(|_| target.dialect == Dialect::MySql) {
        push(&format!("SRID {srid}"));
    }
    if let Some(default) = &column.default {
        push(&format!("DEFAULT {}", default_value(default, target)));
    }
    if let Some(value) = &column.on_update {
        push(&format!("ON UPDATE {}", value.sql));
    }
    if column.auto_increment {
        push("AUTO_INCREMENT");
    }
    if column.invisible {
        push("INVISIBLE");
    }
    if let Some(comment) = &column.comment {
        push(&format!("COMMENT {}", quote::string(comment)));
    }
    if let Some(check) = &column.check {
        push(&format!("CHECK {}", parenthesised(&check.sql, target)));
    }
    sql
}

/// What stands behind `DEFAULT`: literals and the current time bare, any other expression in parentheses.
pub(super) fn default_value(default: &Expression, target: &Target) -> String {
    let sql = default.sql.trim();
    if is_bare(sql, target) || is_parenthesised(sql, target) { sql.to_owned() } else { format!("({sql})") }
}

fn is_bare(sql: &str, target: &Target) -> bool {
    let tokens = tokens(sql, target);
    let current = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|t| t.is_any_word(sql, &["current_timestamp", "now", "localtime", "localtimestamp"]))
    };
    let is = |at: usize, kinds: &[TokenKind]| tokens.get(at).is_some_and(|t| kinds.contains(&t.kind));
    let sign = tokens.first().is_some_and(|t| t.is_operator(sql, "-") || t.is_operator(sql, "+"));
    let word = |words: &[&str]| tokens.first().is_some_and(|t| t.is_any_word(sql, words));
    let introducer = tokens
        .first()
        .is_some_and(|t| t.kind == TokenKind::Word && (t.text(sql).starts_with('_') || t.is_word(sql, "n")));
    match tokens.len() {
        1 => is(0, &[TokenKind::String, TokenKind::Number]) || word(&["null", "true", "false"]) || current(0),
        2 => {
            (sign && is(1, &[TokenKind::Number]))
                || ((introducer || word(&["date", "time", "timestamp", "b", "x"]))
                    && is(1, &[TokenKind::String, TokenKind::Number]))
        }
        3 | 4 => current(0) && is(1, &[TokenKind::LeftParen]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_the_current_time_stand_bare() {
        let target = Target::new(Dialect::MySql);
        for (sql, written) in [
            ("1", "1"),
            ("-1.5", "-1.5"),
            ("'a b'", "'a b'"),
            ("b'101'", "b'101'"),
            ("0x41", "0x41"),
            ("TRUE", "TRUE"),
            ("CURRENT_TIMESTAMP(3)", "CURRENT_TIMESTAMP(3)"),
            ("now()", "now()"),
            ("_utf8mb4'a'", "_utf8mb4'a'"),
            ("uuid()", "(uuid())"),
            ("(uuid())", "(uuid())"),
            ("1 + 1", "(1 + 1)"),
        ] {
            let default = Expression { sql: sql.into(), normal: sql.into() };
            assert_eq!(default_value(&default, &target), written, "{sql}");
        }
    }
}
