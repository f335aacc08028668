//! PostgreSQL's keywords that cannot stand everywhere as names, after `kwlist.h` of PostgreSQL 18. Every other
//! keyword is a name wherever a name may stand.
use std::sync::OnceLock;

use crate::dialect::lookup::Lookup;

/// What an unquoted keyword can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordClass {
    /// Anything: no keyword, or one that is not reserved at all.
    Free,
    /// A column or table, but neither a function nor a type.
    ColumnName,
    /// A function or a type, but neither a column nor a table.
    FunctionOrType,
    /// Nothing: a label behind `AS` or a name behind a dot at most.
    Reserved,
}

/// Reserved words, sorted.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_catalog",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "lateral",
    "leading",
    "limit",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "session_user",
    "some",
    "symmetric",
    "system_user",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

/// Words that can name functions and types only, sorted.
const FUNCTION_OR_TYPE: &[&str] = &[
    "authorization",
    "binary",
    "collation",
    "concurrently",
    "cross",
    "current_schema",
    "freeze",
    "full",
    "ilike",
    "inner",
    "is",
    "isnull",
    "join",
    "left",
    "like",
    "natural",
    "notnull",
    "outer",
    "overlaps",
    "right",
    "similar",
    "tablesample",
    "verbose",
];

/// Words that can name columns and tables only, sorted.
const COLUMN_NAME: &[&str] = &[
    "between",
    "bigint",
    "bit",
    "boolean",
    "char",
    "character",
    "coalesce",
    "dec",
    "decimal",
    "exists",
    "extract",
    "float",
    "greatest",
    "grouping",
    "inout",
    "int",
    "integer",
    "interval",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "least",
    "merge_action",
    "national",
    "nchar",
    "none",
    "normalize",
    "nullif",
    "numeric",
    "out",
    "overlay",
    "position",
    "precision",
    "real",
    "row",
    "setof",
    "smallint",
    "substring",
    "time",
    "timestamp",
    "treat",
    "trim",
    "values",
    "varchar",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// Keywords that are labels of a query's columns behind `AS` only, sorted.
const NEED_AS: &[&str] = &[
    "array",
    "as",
    "char",
    "character",
    "create",
    "day",
    "except",
    "fetch",
    "filter",
    "for",
    "from",
    "grant",
    "group",
    "having",
    "hour",
    "intersect",
    "into",
    "isnull",
    "limit",
    "minute",
    "month",
    "notnull",
    "offset",
    "on",
    "order",
    "over",
    "overlaps",
    "precision",
    "returning",
    "second",
    "to",
    "union",
    "varying",
    "where",
    "window",
    "with",
    "within",
    "without",
    "year",
];

/// Every keyword that cannot stand everywhere.
pub(super) const LISTS: [&[&str]; 4] = [RESERVED, FUNCTION_OR_TYPE, COLUMN_NAME, NEED_AS];

/// Whether `word`, in lower case and unquoted, is a label of a query's column behind `AS` only.
pub(super) fn needs_as(word: &str) -> bool {
    NEED_AS.binary_search(&word).is_ok()
}

/// What `word`, in lower case and unquoted, can name.
pub fn class(word: &str) -> WordClass {
    static WORDS: OnceLock<Lookup> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let lists = LISTS.iter().zip(0..).take(3);
        Lookup::new(lists.flat_map(|(list, class)| list.iter().map(move |w| (*w, class))))
    });
    match words.get(word) {
        Some(0) => WordClass::Reserved,
        Some(1) => WordClass::FunctionOrType,
        Some(_) => WordClass::ColumnName,
        None => WordClass::Free,
    }
}

/// Whether `word`, in lower case and unquoted, cannot name a column or table.
pub fn is_reserved(word: &str) -> bool {
    matches!(class(word), WordClass::Reserved | WordClass::FunctionOrType)
}

#[cfg(test)]
mod tests {
    use super::LISTS;

    #[test]
    fn lists_are_sorted_for_the_search() {
        for list in LISTS {
            assert!(list.is_sorted());
        }
    }
}
