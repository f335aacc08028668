//! Table options, which `CREATE TABLE` and `ALTER TABLE` share, and partitioning.
use crate::{
    catalog::TableProperties,
    dialect::{
        cursor::{Cursor, Read},
        mysql::{engines, partition, types},
    },
    target::Dialect,
    text::TokenKind,
};

/// How an option's value is written.
#[derive(Clone, Copy, PartialEq)]
enum Value {
    Number,
    /// A number or `DEFAULT`.
    NumberOrDefault,
    Text,
    Word,
    Names,
}

/// Options with the servers that know them (`b`oth, `m`ySQL, mari`a`DB).
const OPTIONS: &[(&str, char, Value)] = &[
    ("auto_increment", 'b', Value::Number),
    ("autoextend_size", 'm', Value::Word),
    ("avg_row_length", 'b', Value::Number),
    ("checksum", 'b', Value::Number),
    ("comment", 'b', Value::Text),
    ("compression", 'm', Value::Text),
    ("connection", 'b', Value::Text),
    ("delay_key_write", 'b', Value::Number),
    ("encryption", 'm', Value::Text),
    ("engine_attribute", 'm', Value::Text),
    ("insert_method", 'b', Value::Word),
    ("key_block_size", 'b', Value::NumberOrDefault),
    ("max_rows", 'b', Value::Number),
    ("min_rows", 'b', Value::Number),
    ("pack_keys", 'b', Value::NumberOrDefault),
    ("page_checksum", 'a', Value::NumberOrDefault),
    ("password", 'b', Value::Text),
    ("row_format", 'b', Value::Word),
    ("secondary_engine", 'm', Value::Word),
    ("secondary_engine_attribute", 'm', Value::Text),
    ("sequence", 'a', Value::NumberOrDefault),
    ("stats_auto_recalc", 'b', Value::NumberOrDefault),
    ("stats_persistent", 'b', Value::NumberOrDefault),
    ("stats_sample_pages", 'b', Value::NumberOrDefault),
    ("table_checksum", 'b', Value::Number),
    ("transactional", 'a', Value::NumberOrDefault),
    ("union", 'b', Value::Names),
];

/// Reads one table option, if one is next: its name, lower case, and its value; `None` for `DEFAULT`.
pub(super) fn option(c: &mut Cursor<'_>) -> Read<Option<(String, Option<String>)>> {
    let maria = c.target().dialect == Dialect::MariaDb;
    if c.at_words(&["default", "charset"])
        || c.at_words(&["default", "character", "set"])
        || c.at_words(&["default", "char", "set"])
        || c.at_words(&["default", "collate"])
    {
        c.skip(1);
    }
    if c.at("charset") || c.at_words(&["character", "set"]) || c.at_words(&["char", "set"]) {
        return Ok(Some(("charset".into(), types::charset(c)?)));
    }
    if c.accept("collate") {
        return Ok(Some(("collation".into(), types::collation_name(c)?)));
    }
    if c.accept("engine") {
        c.accept_operator("=");
        let name = types::name_or_string(c, "a storage engine")?;
        return Ok(Some(("engine".into(), Some(engines::spelling(&name).map_or(name, str::to_owned)))));
    }
    if c.at_words(&["data", "directory"]) || c.at_words(&["index", "directory"]) {
        let name = if c.at("data") { "data_directory" } else { "index_directory" };
        c.skip(2);
        c.accept_operator("=");
        return Ok(Some((name.into(), Some(c.string()?))));
    }
    if !maria && c.accept_words(&["start", "transaction"]) {
        return Ok(Some(("start_transaction".into(), Some("yes".into()))));
    }
    if maria && c.accept_words(&["with", "system", "versioning"]) {
        return Ok(Some(("system_versioning".into(), Some("yes".into()))));
    }
    if c.accept("tablespace") {
        c.accept_operator("=");
        return Ok(Some(("tablespace".into(), Some(types::name_or_string(c, "a tablespace")?))));
    }
    if c.accept("storage") {
        let place = c.expect_any(&["disk", "memory", "default"])?;
        return Ok(Some(("storage".into(), Some(place.into()))));
    }
    let Some(token) = c.peek().filter(|t| t.is_name()) else { return Ok(None) };
    let word = c.text_of(token).to_ascii_lowercase();
    let known = OPTIONS
        .iter()
        .find(|(name, servers, _)| *name == word && (*servers == 'b' || (*servers == 'a') == maria));
    if let Some((name, _, kind)) = known.filter(|_| token.kind == TokenKind::Word) {
        c.skip(1);
        c.accept_operator("=");
        return Ok(Some(((*name).into(), value(c, *kind)?)));
    }
    // Options that a storage engine defines: `name = value`.
    if maria && c.peek_at(1).is_some_and(|t| t.is_operator(c.script_text(), "=")) {
        let name = c.any_name("an option")?.to_ascii_lowercase();
        c.skip(1);
        return Ok(Some((name, value(c, Value::NumberOrDefault)?)));
    }
    Ok(None)
}

fn value(c: &mut Cursor<'_>, kind: Value) -> Read<Option<String>> {
    if kind != Value::Text && c.accept("default") {
        return Ok(None);
    }
    Ok(Some(match kind {
        Value::Text => c.string()?,
        Value::Names => {
            let (mut inner, span) = c.parenthesised()?;
            if !inner.is_end() {
                inner.object_names("a table name")?;
                inner.expect_end()?;
            }
            c.source(span).to_owned()
        }
        Value::Number | Value::NumberOrDefault | Value::Word => match c.next_token() {
            Some(t) if matches!(t.kind, TokenKind::Number | TokenKind::String) || t.is_name() => {
                t.string_value(c.script_text(), c.target()).to_ascii_uppercase()
            }
            _ => {
                let mut back = *c;
                back.skip(0);
                return Err(back.unexpected("a value"));
            }
        },
    }))
}

/// Puts an option where the catalog keeps it.
pub(super) fn set(properties: &mut TableProperties, option: String, value: Option<String>) {
    match option.as_str() {
        "engine" => properties.engine = value.filter(|engine| engine != "InnoDB"),
        "charset" => properties.charset = value,
        "collation" => properties.collation = value,
        "comment" => properties.comment = value.filter(|text| !text.is_empty()),
        // Where the counter stands is data, not structure.
        "auto_increment" => {}
        _ => match value {
            Some(value) => {
                properties.options.insert(option, value);
            }
            None => {
                properties.options.remove(&option);
            }
        },
    }
}

/// `PARTITION BY …` up to its end, as one line of text.
pub(super) fn partition_by(c: &mut Cursor<'_>) -> Read<String> {
    let start = c.position();
    c.expect_words(&["partition", "by"])?;
    scheme(c)?;
    if c.accept("partitions") {
        c.expect_kind(TokenKind::Number)?;
    }
    if c.accept_words(&["subpartition", "by"]) {
        scheme(c)?;
        if c.accept("subpartitions") {
            c.expect_kind(TokenKind::Number)?;
        }
    }
    if c.at_paren() && !is_query(c) {
        c.skip_parens()?;
    }
    Ok(partition::normal(c.source_from(start), c.target()))
}

/// Whether the parenthesis here holds the query of a `CREATE TABLE … AS`.
fn is_query(c: &Cursor<'_>) -> bool {
    let ahead = (0..).find(|i| !c.kind_at(*i, TokenKind::LeftParen)).unwrap_or(0);
    ["select", "with", "values", "table"].iter().any(|w| c.word_at(ahead, w))
}

/// `HASH (…)`, `KEY (…)`, `RANGE [COLUMNS] (…)`, `LIST [COLUMNS] (…)`, MariaDB's `SYSTEM_TIME …`.
fn scheme(c: &mut Cursor<'_>) -> Read<()> {
    let maria = c.target().dialect == Dialect::MariaDb;
    if maria && c.accept("system_time") {
        let at_list = |c: &Cursor<'_>| c.at_paren() && c.word_at(1, "partition");
        while !c.is_end() && !at_list(c) && !c.at_any(&["partitions", "subpartition", "select"]) {
            if c.at_paren() {
                c.skip_parens()?;
            } else {
                c.skip(1);
            }
        }
        return Ok(());
    }
    c.accept("linear");
    let word = c.expect_any(&["hash", "key", "range", "list"])?;
    if word == "key" && c.accept("algorithm") {
        c.accept_operator("=");
        c.expect_kind(TokenKind::Number)?;
    }
    if matches!(word, "range" | "list") {
        c.accept("columns");
    }
    c.skip_parens()?;
    Ok(())
}

/// The source from `start` to here with comments gone and white space made single blanks.
pub(super) fn one_line(c: &Cursor<'_>, start: usize) -> String {
    let mut text = String::new();
    let mut end = None;
    for token in c.slice_from(start).rest() {
        if end.is_some_and(|e| e < token.span.start) {
            text.push(' ');
        }
        text.push_str(c.text_of(*token));
        end = Some(token.span.end);
    }
    text
}
