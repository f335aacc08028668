//! Partition actions of `ALTER TABLE`.
use crate::{
    dialect::cursor::{Cursor, Read},
    operation::TableAction,
    target::Dialect,
    text::TokenKind,
};

use super::options;

/// Actions on named partitions: their words, and whether rows go.
const ON_PARTITIONS: &[(&str, bool)] = &[
    ("analyze", false),
    ("check", false),
    ("discard", true),
    ("drop", true),
    ("import", false),
    ("optimize", false),
    ("rebuild", false),
    ("repair", false),
    ("truncate", true),
];

/// Reads a partition action, if one is next.
pub(super) fn action(c: &mut Cursor<'_>) -> Read<Option<TableAction>> {
    let maria = c.target().dialect == Dialect::MariaDb;
    if c.at_words(&["partition", "by"]) {
        let text = options::partition_by(c)?;
        return Ok(Some(partitions("PARTITION BY", false, Some(text))));
    }
    if c.accept_words(&["remove", "partitioning"]) {
        return Ok(Some(partitions("REMOVE PARTITIONING", false, None)));
    }
    if maria && c.at_words(&["convert", "partition"]) {
        c.skip(2);
        c.name_of("a partition name")?;
        c.expect_words(&["to", "table"])?;
        c.object_name_of("a table name")?;
        validation(c);
        return Ok(Some(partitions("CONVERT PARTITION", true, None)));
    }
    if maria && c.at_words(&["convert", "table"]) {
        c.skip(2);
        c.object_name_of("a table name")?;
        c.expect("to")?;
        c.expect("partition")?;
        c.name_of("a partition name")?;
        c.accept("values");
        while !c.is_end() && !c.at_kind(TokenKind::Comma) {
            if c.at_paren() {
                c.skip_parens()?;
            } else {
                c.skip(1);
            }
        }
        return Ok(Some(partitions("CONVERT TABLE", false, None)));
    }
    if !c.word_at(1, "partition") || c.word_at(2, "by") {
        return Ok(None);
    }
    let Some(word) = c.peek().map(|t| c.text_of(t).to_ascii_lowercase()) else { return Ok(None) };
    if let Some((_, destroys)) = ON_PARTITIONS.iter().find(|(name, _)| *name == word) {
        c.skip(2);
        return named(c, &word, *destroys).map(Some);
    }
    match word.as_str() {
        "add" => {
            c.skip(2);
            if maria {
                c.accept_words(&["if", "not", "exists"]);
            }
            c.accept_any(&["no_write_to_binlog", "local"]);
            if c.accept("partitions") {
                c.expect_kind(TokenKind::Number)?;
            } else {
                c.skip_parens()?;
            }
            Ok(Some(partitions("ADD PARTITION", false, None)))
        }
        "coalesce" => {
            c.skip(2);
            c.accept_any(&["no_write_to_binlog", "local"]);
            c.expect_kind(TokenKind::Number)?;
            Ok(Some(partitions("COALESCE PARTITION", false, None)))
        }
        "reorganize" => {
            c.skip(2);
            c.accept_any(&["no_write_to_binlog", "local"]);
            if !c.is_end() && !c.at_kind(TokenKind::Comma) {
                c.list(|c| c.name_of("a partition name"))?;
                c.expect("into")?;
                c.skip_parens()?;
            }
            Ok(Some(partitions("REORGANIZE PARTITION", false, None)))
        }
        "exchange" => {
            c.skip(2);
            c.name_of("a partition name")?;
            c.expect_words(&["with", "table"])?;
            c.object_name_of("a table name")?;
            validation(c);
            Ok(Some(partitions("EXCHANGE PARTITION", true, None)))
        }
        _ => Ok(None),
    }
}

/// `ALL` or names, with what may follow them.
fn named(c: &mut Cursor<'_>, word: &str, destroys_rows: bool) -> Read<TableAction> {
    let maria = c.target().dialect == Dialect::MariaDb;
    if maria {
        c.accept_words(&["if", "exists"]);
    }
    c.accept_any(&["no_write_to_binlog", "local"]);
    if !c.accept("all") {
        c.list(|c| c.name_of("a partition name"))?;
    }
    if matches!(word, "discard" | "import") {
        c.expect("tablespace")?;
    } else {
        while c
            .accept_any(&["quick", "fast", "medium", "extended", "changed", "use_frm", "storage"])
            .is_some()
        {}
        c.accept_words(&["for", "upgrade"]);
        if maria {
            c.accept_words(&["persistent", "for", "all"]);
        }
    }
    Ok(partitions(&format!("{} PARTITION", word.to_ascii_uppercase()), destroys_rows, None))
}

fn validation(c: &mut Cursor<'_>) {
    if c.word_at(1, "validation") && c.accept_any(&["with", "without"]).is_some() {
        c.skip(1);
    }
}

fn partitions(verb: &str, destroys_rows: bool, partition_by: Option<String>) -> TableAction {
    TableAction::Partitions { verb: verb.to_owned(), destroys_rows, partition_by }
}
