//! The text of a table's partitioning, in one spelling for what a statement says and for what the server prints.
use crate::{
    target::Target,
    text::{TokenKind, tokens},
};

use super::{quote, reserved};

/// `PARTITION BY …` in normal form: words in lower case, quotes only where they are needed, no storage engine (a
/// partition's is the table's). It is SQL that the server accepts.
///
/// ```
/// # use remigrate::{Dialect, Target, dialect::mysql::partition};
/// let target = Target::new(Dialect::MySql);
/// let text = "PARTITION BY HASH (`id`)\nPARTITIONS 3";
/// assert_eq!(partition::normal(text, &target), "partition by hash(id)partitions 3");
/// ```
pub fn normal(sql: &str, target: &Target) -> String {
    let reserved = reserved::test_for(target);
    let tokens = tokens(sql, target);
    let mut out = String::with_capacity(sql.len());
    let mut at = 0;
    let mut spaced = false;
    while let Some(token) = tokens.get(at) {
        at += 1;
        if token.is_word(sql, "engine") && tokens.get(at).is_some_and(|t| t.is_operator(sql, "=")) {
            at += 2;
            continue;
        }
        if token.is_word(sql, "storage") && tokens.get(at).is_some_and(|t| t.is_word(sql, "engine")) {
            continue;
        }
        let text = match token.kind {
            TokenKind::Word => token.text(sql).to_lowercase(),
            TokenKind::QuotedName => {
                let name = token.name_value(sql, target).to_lowercase();
                let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
                    && !name.chars().all(|c| c.is_ascii_digit());
                if plain && !reserved(&name) { name } else { quote::name(&name) }
            }
            TokenKind::String => quote::string(&token.string_value(sql, target)),
            _ => token.text(sql).to_owned(),
        };
        let word = !matches!(token.kind, TokenKind::LeftParen | TokenKind::RightParen | TokenKind::Comma);
        if word && spaced {
            out.push(' ');
        }
        out.push_str(&text);
        spaced = word;
    }
    out
}

/// The partitioning in the text of `SHOW CREATE TABLE`, in normal form. It stands behind the table's options, in
/// MySQL in an executable comment.
pub(super) fn of_create_table(sql: &str, target: &Target) -> Option<String> {
    let (_, options) = sql.rsplit_once("\n) ")?;
    let (_, behind) = options.split_once("PARTITION BY ")?;
    let text = behind.trim_end();
    let text = text.strip_suffix("*/").unwrap_or(text);
    Some(normal(&format!("PARTITION BY {text}"), target))
}

#[cfg(test)]
mod tests {
    use super::{normal, of_create_table};
    use crate::target::{Dialect, Target};

    #[test]
    fn what_is_written_and_what_is_printed_agree() {
        let target = Target::new(Dialect::MySql);
        let printed = "CREATE TABLE `b` (\n  `id` int DEFAULT NULL\n) ENGINE=InnoDB COMMENT='x'\n\
            /*!50100 PARTITION BY RANGE (`id`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,\n \
            PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */";
        let written = "partition by range (id) (partition P0 values less than (10), \
            partition `p1` values less than maxvalue)";
        let normal = normal(written, &target);
        assert_eq!(of_create_table(printed, &target).as_deref(), Some(&*normal));
        assert_eq!(
            normal,
            "partition by range(id)(partition p0 values less than(10),partition p1 values less than maxvalue)"
        );
    }
}
