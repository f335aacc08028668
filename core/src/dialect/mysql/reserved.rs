//! Words that cannot be names without quotes: one table for both servers and one for what each adds.
//!
//! Gathered from the servers themselves: every word of `information_schema.keywords` that MySQL 9.7 and MariaDB
//! 11.8 refuse as the name of a table, a column and an index. Words that became reserved within the versions read
//! here stand apart with the version, so that an older server's valid statement is not refused.
use crate::target::{Dialect, Target};

/// Whether `word` (lower case) is reserved by the server of `target`; the answer is a function so that a cursor
/// can carry it.
pub(super) fn test_for(target: &Target) -> fn(&str) -> bool {
    let version = target.version;
    match target.dialect {
        Dialect::MariaDb if version.at_least(11, 7, 1) => mariadb_11_7,
        Dialect::MariaDb => mariadb,
        _ if version.at_least(9, 4, 0) => mysql_9_4,
        _ if version.at_least(9, 2, 0) => mysql_9_2,
        _ if version.at_least(8, 4, 0) => mysql_8_4,
        _ if version.at_least(8, 0, 31) => mysql_8_0_31,
        _ => mysql,
    }
}

fn mysql(word: &str) -> bool {
    has(BOTH, word) || has(MYSQL, word)
}

fn mysql_8_0_31(word: &str) -> bool {
    word == "intersect" || mysql(word)
}

fn mysql_8_4(word: &str) -> bool {
    matches!(word, "qualify" | "tablesample") || mysql_8_0_31(word)
}

fn mysql_9_2(word: &str) -> bool {
    word == "library" || mysql_8_4(word)
}

fn mysql_9_4(word: &str) -> bool {
    word == "external" || mysql_9_2(word)
}

fn mariadb(word: &str) -> bool {
    word == "intersect" || has(BOTH, word) || has(MARIADB, word)
}

fn mariadb_11_7(word: &str) -> bool {
    word == "vector" || mariadb(word)
}

/// Every word that some server reserves.
pub(super) fn every() -> impl Iterator<Item = &'static str> {
    let later = ["intersect", "qualify", "tablesample", "library", "external", "vector"];
    BOTH.iter().chain(MYSQL).chain(MARIADB).copied().chain(later)
}

fn has(table: &[&str], word: &str) -> bool {
    table.binary_search(&word).is_ok()
}

/// Reserved by both.
const BOTH: &[&str] = &[
    "accessible",
    "add",
    "all",
    "alter",
    "analyze",
    "and",
    "as",
    "asc",
    "asensitive",
    "before",
    "between",
    "bigint",
    "binary",
    "blob",
    "both",
    "by",
    "call",
    "cascade",
    "case",
    "change",
    "char",
    "character",
    "check",
    "collate",
    "column",
    "condition",
    "constraint",
    "continue",
    "convert",
    "create",
    "cross",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "cursor",
    "databases",
    "day_hour",
    "day_microsecond",
    "day_minute",
    "day_second",
    "dec",
    "decimal",
    "declare",
    "default",
    "delayed",
    "delete",
    "desc",
    "describe",
    "deterministic",
    "distinct",
    "distinctrow",
    "div",
    "double",
    "drop",
    "dual",
    "each",
    "else",
    "elseif",
    "enclosed",
    "escaped",
    "except",
    "exists",
    "exit",
    "explain",
    "false",
    "fetch",
    "float",
    "float4",
    "float8",
    "for",
    "force",
    "foreign",
    "from",
    "fulltext",
    "grant",
    "group",
    "having",
    "high_priority",
    "hour_microsecond",
    "hour_minute",
    "hour_second",
    "if",
    "ignore",
    "in",
    "index",
    "infile",
    "inner",
    "inout",
    "insensitive",
    "insert",
    "int",
    "int1",
    "int2",
    "int3",
    "int4",
    "int8",
    "integer",
    "interval",
    "into",
    "is",
    "iterate",
    "join",
    "key",
    "keys",
    "kill",
    "leading",
    "leave",
    "left",
    "like",
    "limit",
    "linear",
    "lines",
    "load",
    "localtime",
    "localtimestamp",
    "lock",
    "long",
    "longblob",
    "longtext",
    "loop",
    "low_priority",
    "match",
    "maxvalue",
    "mediumblob",
    "mediumint",
    "mediumtext",
    "middleint",
    "minute_microsecond",
    "minute_second",
    "mod",
    "modifies",
    "natural",
    "no_write_to_binlog",
    "not",
    "null",
    "numeric",
    "on",
    "optimize",
    "optionally",
    "or",
    "order",
    "out",
    "outer",
    "outfile",
    "over",
    "partition",
    "precision",
    "primary",
    "procedure",
    "purge",
    "range",
    "read",
    "read_write",
    "reads",
    "real",
    "recursive",
    "references",
    "regexp",
    "release",
    "rename",
    "repeat",
    "replace",
    "require",
    "resignal",
    "restrict",
    "return",
    "revoke",
    "right",
    "rlike",
    "row_number",
    "rows",
    "schemas",
    "second_microsecond",
    "select",
    "sensitive",
    "separator",
    "set",
    "show",
    "signal",
    "smallint",
    "spatial",
    "specific",
    "sql",
    "sql_big_result",
    "sql_calc_found_rows",
    "sql_small_result",
    "sqlexception",
    "sqlstate",
    "sqlwarning",
    "ssl",
    "starting",
    "straight_join",
    "table",
    "terminated",
    "then",
    "tinyblob",
    "tinyint",
    "tinytext",
    "to",
    "trailing",
    "trigger",
    "true",
    "undo",
    "union",
    "unique",
    "unlock",
    "unsigned",
    "update",
    "usage",
    "use",
    "using",
    "utc_date",
    "utc_time",
    "utc_timestamp",
    "values",
    "varbinary",
    "varchar",
    "varcharacter",
    "varying",
    "when",
    "where",
    "while",
    "with",
    "write",
    "xor",
    "year_month",
    "zerofill",
];

/// Reserved by MySQL alone.
const MYSQL: &[&str] = &[
    "cube",
    "cume_dist",
    "database",
    "dense_rank",
    "empty",
    "first_value",
    "function",
    "generated",
    "get",
    "grouping",
    "groups",
    "io_after_gtids",
    "io_before_gtids",
    "json_table",
    "lag",
    "last_value",
    "lateral",
    "lead",
    "nth_value",
    "ntile",
    "of",
    "optimizer_costs",
    "option",
    "percent_rank",
    "rank",
    "row",
    "schema",
    "stored",
    "system",
    "virtual",
    "window",
];

/// Reserved by MariaDB alone.
const MARIADB: &[&str] = &[
    "current_role",
    "delete_domain_id",
    "do_domain_ids",
    "ignore_domain_ids",
    "master_demote_to_replica",
    "master_demote_to_slave",
    "offset",
    "page_checksum",
    "parse_vcol_expr",
    "portion",
    "ref_system_id",
    "returning",
    "sql_after_gtids",
    "sql_before_gtids",
    "stats_auto_recalc",
    "stats_persistent",
    "stats_sample_pages",
];

#[cfg(test)]
mod tests {
    use super::{BOTH, MARIADB, MYSQL, test_for};
    use crate::target::{Dialect, ServerVersion, Target};

    #[test]
    fn tables_are_sorted_and_apart() {
        for table in [BOTH, MYSQL, MARIADB] {
            assert!(table.is_sorted_by(|a, b| a < b));
        }
        assert!(!MYSQL.iter().chain(MARIADB).any(|w| BOTH.contains(w)));
    }

    #[test]
    fn servers_differ() {
        let reserved = |dialect, word, version| test_for(&Target::new(dialect).with_version(version))(word);
        let (v8, v9, v11) =
            (ServerVersion::new(8, 0, 36), ServerVersion::new(9, 7, 0), ServerVersion::new(11, 8, 0));
        assert!(reserved(Dialect::MySql, "rank", v8) && !reserved(Dialect::MariaDb, "rank", v11));
        assert!(reserved(Dialect::MariaDb, "offset", v11) && !reserved(Dialect::MySql, "offset", v9));
        assert!(reserved(Dialect::MySql, "qualify", v9) && !reserved(Dialect::MySql, "qualify", v8));
        assert!(!reserved(Dialect::MySql, "date", v9));
    }
}
