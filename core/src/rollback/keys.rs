//! By what a row is found again: keys, and literals that are surely the key of the row they are written to.
use crate::{
    catalog::{Column, ConstraintKind, IndexKey, Name, Table},
    target::Dialect,
    text::{TokenKind, tokens},
};

/// The columns that tell a table's rows apart: the primary key, or a unique key whose columns are all NOT NULL.
pub(super) fn key(table: &Table) -> Option<Vec<&Name>> {
    let primary = table.primary_key().map(|(_, key)| key.columns.as_slice());
    let constraints = table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::Unique(key) if c.enforced && !c.initially_deferred => Some(key.columns.as_slice()),
        _ => None,
    });
    let whole = table.indexes.iter().filter(|i| {
        i.unique && i.valid && i.predicate.is_none() && !matches!(i.method.as_str(), "fulltext" | "spatial")
    });
    let indexes = whole.map(|i| i.keys.as_slice());
    primary.into_iter().chain(constraints).chain(indexes).find_map(|keys| tells_apart(table, keys))
}

/// The columns of a key, when equal keys are equal rows.
fn tells_apart<'t>(table: &Table, keys: &'t [IndexKey]) -> Option<Vec<&'t Name>> {
    let whole = |k: &'t IndexKey| k.column.as_ref().filter(|_| k.prefix.is_none());
    let columns: Vec<&Name> = keys.iter().map(whole).collect::<Option<_>>()?;
    let not_null = |name: &&Name| {
        table
            .columns
            .iter()
            .any(|c| c.name.eq_ignore_ascii_case(name) && !c.nullable && c.generated.is_none())
    };
    (!columns.is_empty() && columns.iter().all(not_null)).then_some(columns)
}

/// Whether equal values of the column are refused by some key other than `key`, so that putting values back one row
/// after the other may meet a value that has not left yet.
pub(super) fn is_unique(table: &Table, column: &Name) -> bool {
    let holds = |keys: &[IndexKey]| {
        keys.iter().any(|k| k.column.as_ref().is_none_or(|c| c.eq_ignore_ascii_case(column)))
    };
    table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => holds(&key.columns),
        // Which columns it is about is in its text only.
        ConstraintKind::Exclude { .. } => true,
        _ => false,
    }) || table.indexes.iter().any(|i| i.unique && holds(&i.keys))
}

/// The literal, when the row that it is inserted into surely has it as its value: written in the column's own form.
/// `1.5` is not the value of an integer column, and `0` not that of one that numbers its rows.
pub(super) fn own_literal<'s>(sql: &'s str, column: &Column, dialect: Dialect) -> Option<&'s str> {
    let sql = sql.trim();
    if column.data_type.custom.is_some() {
        return None;
    }
    let text = column.data_type.text.as_str();
    let name = text.split(['(', ' ']).next().unwrap_or("");
    if let Some((least, most)) = bounds(text, name, dialect) {
        let digits = sql.strip_prefix('-').unwrap_or(sql);
        if digits.is_empty() || digits.len() > 20 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let value: i128 = sql.parse().ok()?;
        let numbers = column.auto_increment && value == 0;
        return (!numbers && (least..=most).contains(&value)).then_some(sql);
    }
    let inside = quoted(sql, dialect)?;
    let whole = match name {
        "uuid" if dialect != Dialect::MySql => {
            let form = |(at, b): (usize, u8)| match at {
                8 | 13 | 18 | 23 => b == b'-',
                _ => b.is_ascii_hexdigit(),
            };
            inside.len() == 36 && inside.bytes().enumerate().all(form)
        }
        "text" | "mediumtext" | "longtext" => true,
        "tinytext" => inside.len() <= 255,
        "varchar" | "char" | "character" => {
            let size =
                text.split_once('(').and_then(|(_, rest)| rest.split(')').next()?.parse::<usize>().ok());
            // `character varying` takes any length, `character` is one of one.
            let most = size.unwrap_or(if text.starts_with("character varying") { usize::MAX } else { 1 });
            inside.len() <= most && !inside.ends_with(' ')
        }
        _ => false,
    };
    whole.then_some(sql)
}

/// The contents of a plain string literal: ASCII, without quotes or backslashes.
fn quoted(sql: &str, dialect: Dialect) -> Option<&str> {
    let inside = sql.strip_prefix('\'')?.strip_suffix('\'')?;
    let plain = inside.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'\'' && b != b'\\');
    let target = crate::target::Target::new(dialect);
    let one = matches!(tokens(sql, &target).as_slice(), [only] if only.kind == TokenKind::String);
    (plain && one).then_some(inside)
}

/// The least and the greatest value of an integer type.
fn bounds(text: &str, name: &str, dialect: Dialect) -> Option<(i128, i128)> {
    let bits = match name {
        "tinyint" if dialect.is_mysql_family() => 8,
        "smallint" => 16,
        "mediumint" if dialect.is_mysql_family() => 24,
        "int" | "integer" => 32,
        "bigint" => 64,
        _ => return None,
    };
    if text.contains('[') {
        return None;
    }
    let most = 1_i128 << (bits - 1);
    Some(if text.contains(" unsigned") { (0, 2 * most - 1) } else { (-most, most - 1) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::DataType;

    #[test]
    fn literals_are_keys_in_their_own_form_only() {
        use Dialect::{MySql, Postgres};
        let cases = [
            (Postgres, "integer", false, "5", true),
            (Postgres, "integer", false, "-5", true),
            (Postgres, "integer", false, "0", true),
            (Postgres, "integer", false, "1.5", false),
            (Postgres, "integer", false, "1e3", false),
            (Postgres, "integer", false, "'5'", false),
            (Postgres, "integer", false, "default", false),
            (Postgres, "integer", false, "null", false),
            (Postgres, "integer", false, "2147483648", false),
            (Postgres, "smallint", false, "40000", false),
            (Postgres, "integer[]", false, "5", false),
            (Postgres, "numeric", false, "5", false),
            (Postgres, "text", false, "'a'", true),
            (Postgres, "text", false, "'a' || 'b'", false),
            (Postgres, "text", false, "E'a'", false),
            (Postgres, "text", false, "now()", false),
            (Postgres, "character varying(2)", false, "'ab'", true),
            (Postgres, "character varying(2)", false, "'ab   '", false),
            (Postgres, "character varying", false, "'abc'", true),
            (Postgres, "character(3)", false, "'abcd'", false),
            (Postgres, "uuid", false, "'00000000-0000-4000-8000-000000000000'", true),
            (Postgres, "uuid", false, "'{00000000-0000-4000-8000-000000000000}'", false),
            (Postgres, "timestamp without time zone", false, "'now'", false),
            (MySql, "int", true, "5", true),
            (MySql, "int", true, "0", false),
            (MySql, "int", true, "00", false),
            (MySql, "int", true, "'0'", false),
            (MySql, "int", false, "0", true),
            (MySql, "int unsigned", false, "-1", false),
            (MySql, "int unsigned", false, "4294967295", true),
            (MySql, "tinyint(1)", false, "200", false),
            (MySql, "varchar(3)", false, "'abcd'", false),
            (MySql, "varchar(3)", false, "\"abc\"", false),
            (MySql, "binary(2)", false, "'a'", false),
        ];
        for (dialect, data_type, auto_increment, sql, expected) in cases {
            let data_type = DataType::builtin(data_type);
            let column = Column { data_type: data_type.clone(), auto_increment, ..Column::default() };
            let found = own_literal(sql, &column, dialect).is_some();
            assert_eq!(found, expected, "{dialect} {data_type} {sql}");
        }
    }
}
