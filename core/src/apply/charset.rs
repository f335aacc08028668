//! Character sets and collations of the MySQL family, which the catalog keeps relative to the level above.
use super::{
    partitions::properties,
    run::{Run, Step},
};
use crate::{
    catalog::{Column, ObjectName, Table, TableProperties},
    target::{Dialect, ServerVersion},
};

/// The collation that a character set has by default.
pub(super) fn default_collation(charset: &str, dialect: Dialect, version: ServerVersion) -> String {
    let charset = canonical(charset);
    let unicode = matches!(charset.as_str(), "utf8mb4" | "utf8mb3" | "utf16" | "utf32" | "ucs2");
    match (charset.as_str(), dialect) {
        ("utf8mb4", Dialect::MySql) if version.at_least(8, 0, 0) => "utf8mb4_0900_ai_ci".to_owned(),
        // `character_set_collations` since 11.5.
        (_, Dialect::MariaDb) if unicode && version.at_least(11, 5, 0) => format!("{charset}_uca1400_ai_ci"),
        ("latin1", _) => "latin1_swedish_ci".to_owned(),
        ("big5", _) => "big5_chinese_ci".to_owned(),
        ("gbk", _) => "gbk_chinese_ci".to_owned(),
        ("gb2312", _) => "gb2312_chinese_ci".to_owned(),
        ("gb18030", _) => "gb18030_chinese_ci".to_owned(),
        ("sjis", _) => "sjis_japanese_ci".to_owned(),
        ("ujis", _) => "ujis_japanese_ci".to_owned(),
        ("euckr", _) => "euckr_korean_ci".to_owned(),
        ("cp932", _) => "cp932_japanese_ci".to_owned(),
        ("eucjpms", _) => "eucjpms_japanese_ci".to_owned(),
        ("tis620", _) => "tis620_thai_ci".to_owned(),
        ("binary", _) => "binary".to_owned(),
        (other, _) => format!("{other}_general_ci"),
    }
}

/// `utf8` is `utf8mb3` on every version that is modelled.
fn canonical(charset: &str) -> String {
    match charset.to_ascii_lowercase() {
        c if c == "utf8" => "utf8mb3".to_owned(),
        c => c,
    }
}

/// The character set that a collation belongs to.
fn charset_of(collation: &str) -> String {
    let head = collation.split('_').next().unwrap_or(collation);
    canonical(head)
}

fn canonical_collation(collation: &str) -> String {
    let lower = collation.to_ascii_lowercase();
    match lower.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => lower,
    }
}

/// Character set and collation together, from what was written; `None` when nothing was.
fn both(run: &Run<'_>, charset: Option<&str>, collation: Option<&str>) -> Option<(String, String)> {
    let catalog = run.catalog();
    match (charset, collation) {
        (None, None) => None,
        (_, Some(collation)) => {
            let collation = canonical_collation(collation);
            // MariaDB's `uca1400_ai_ci` belongs to whichever character set is named.
            match charset {
                Some(charset) if collation.starts_with("uca1400") => {
                    let charset = canonical(charset);
                    Some((charset.clone(), format!("{charset}_{collation}")))
                }
                _ => Some((charset_of(&collation), collation)),
            }
        }
        (Some(charset), None) => {
            let collation = default_collation(charset, catalog.dialect, catalog.server_version);
            Some((canonical(charset), collation))
        }
    }
}

/// The database's default.
fn of_database(run: &Run<'_>) -> (String, String) {
    let catalog = run.catalog();
    let collation = catalog.default_collation.clone().unwrap_or_else(|| {
        let old = match catalog.dialect {
            Dialect::MySql => !catalog.server_version.at_least(8, 0, 0),
            Dialect::MariaDb | Dialect::Postgres => !catalog.server_version.at_least(11, 6, 0),
        };
        let charset = if old { "latin1" } else { "utf8mb4" };
        default_collation(charset, catalog.dialect, catalog.server_version)
    });
    (charset_of(&collation), collation)
}

/// A table's default.
fn of_table(run: &Run<'_>, properties: &TableProperties) -> (String, String) {
    both(run, properties.charset.as_deref(), properties.collation.as_deref())
        .unwrap_or_else(|| of_database(run))
}

/// Says a table's default relative to the database's.
pub(super) fn normalize_table(run: &Run<'_>, properties: &mut TableProperties) {
    if !run.mysql() {
        return;
    }
    let Some(own) = both(run, properties.charset.as_deref(), properties.collation.as_deref()) else { return };
    let above = of_database(run);
    properties.charset = (own.0 != above.0).then_some(own.0);
    properties.collation = (own.1 != above.1).then_some(own.1);
}

/// Whether a column's type has a character set.
pub(super) fn is_text(data_type: &str) -> bool {
    let head = data_type.split(['(', ' ']).next().unwrap_or(data_type);
    ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"].contains(&head)
}

/// Says a column's character set and collation relative to the table's.
pub(super) fn relative(run: &Run<'_>, table: &Table, column: &mut Column) {
    if !run.mysql() || (column.charset.is_none() && column.collation.is_none()) {
        return;
    }
    let Some(own) = both(run, column.charset.as_deref(), column.collation.as_deref()) else { return };
    place(run, table, column, own);
}

fn place(run: &Run<'_>, table: &Table, column: &mut Column, own: (String, String)) {
    let above = of_table(run, &table.properties);
    column.charset = (own.0 != above.0).then_some(own.0);
    column.collation = (own.1 != above.1).then_some(own.1);
}

/// What a column has, whatever it is relative to.
fn of_column(run: &Run<'_>, table: &Table, column: &Column) -> (String, String) {
    both(run, column.charset.as_deref(), column.collation.as_deref())
        .unwrap_or_else(|| of_table(run, &table.properties))
}

/// `DEFAULT CHARSET=`: old columns keep what they have, so that what they say relative to the table changes.
pub(super) fn set_default(
    run: &mut Run<'_>,
    name: &ObjectName,
    charset: Option<&str>,
    collation: Option<&str>,
) -> Step {
    let before = run.get(name)?;
    let kept: Vec<(usize, (String, String))> = before
        .columns
        .iter()
        .enumerate()
        .filter(|(_, c)| is_text(&c.data_type.text))
        .map(|(at, c)| (at, of_column(run, &before, c)))
        .collect();
    let mut new = before.properties.clone();
    new.charset = charset.map(str::to_owned);
    new.collation = collation.map(str::to_owned);
    normalize_table(run, &mut new);
    properties(run, name, |p| *p = new)?;
    for (at, own) in kept {
        let table = run.get(name)?;
        let mut column = table.columns[at].clone();
        place(run, &table, &mut column, own);
        run.alter_column(name, at, column, at)?;
    }
    Ok(())
}

/// Bytes of the widest character, for the widening of `TEXT`.
fn width(charset: &str) -> u32 {
    match charset {
        "utf8mb4" | "utf16" | "utf32" | "gb18030" => 4,
        "utf8mb3" | "ujis" | "eucjpms" => 3,
        "ucs2" | "big5" | "gbk" | "gb2312" | "sjis" | "euckr" | "cp932" => 2,
        _ => 1,
    }
}

/// `CONVERT TO CHARACTER SET`: text columns change, and a `TEXT` whose values may no longer fit becomes the next wider
/// type (and never narrower again).
pub(super) fn convert(
    run: &mut Run<'_>,
    name: &ObjectName,
    charset: Option<&str>,
    collation: Option<&str>,
) -> Step {
    let before = run.get(name)?;
    if !before.complete {
        run.uncertain(
            name,
            format!("the text columns of `{name}` are not all known; their character set changes"),
        );
    }
    let kept: Vec<(usize, (String, String))> =
        before.columns.iter().enumerate().map(|(at, c)| (at, of_column(run, &before, c))).collect();
    let target = both(run, charset, collation).unwrap_or_else(|| of_database(run));
    let mut new = before.properties.clone();
    new.charset = Some(target.0.clone());
    new.collation = Some(target.1.clone());
    normalize_table(run, &mut new);
    properties(run, name, |p| *p = new)?;
    for (at, (old, _)) in kept {
        let table = run.get(name)?;
        let mut column = table.columns[at].clone();
        if !is_text(&column.data_type.text) {
            continue;
        }
        if width(&target.0) > width(&old) {
            let wider = match column.data_type.text.as_str() {
                "tinytext" => Some("text"),
                "text" => Some("mediumtext"),
                "mediumtext" => Some("longtext"),
                _ => None,
            };
            if let Some(wider) = wider {
                column.data_type.text = wider.into();
            }
        }
        column.charset = None;
        column.collation = None;
        run.alter_column(name, at, column, at)?;
    }
    Ok(())
}

/// The longest character of a column in bytes; `None` where its character set is the database's, which is not known.
pub(super) fn longest_character(run: &Run<'_>, table: &Table, column: &Column) -> Option<u64> {
    use crate::dialect::mysql::charset;
    let of = |charset: &Option<String>, collation: &Option<String>| {
        charset.clone().or_else(|| charset::charset_of(collation.as_deref()?))
    };
    let own = of(&column.charset, &column.collation);
    let named = own.or_else(|| of(&table.properties.charset, &table.properties.collation));
    let charset = named.or_else(|| charset::charset_of(run.catalog().default_collation.as_deref()?))?;
    Some(charset::longest_character(&charset))
}
