//! The functions whose values are computed, by their names.
use crate::operation::Function;

/// A function.
pub(super) struct Known {
    name: &'static str,
    /// The fewest and the most arguments.
    arguments: (usize, usize),
    pub(super) function: Function,
    /// Whether the MySQL family has it with the same meaning.
    everywhere: bool,
}

const fn known(name: &'static str, least: usize, most: usize, function: Function) -> Known {
    Known { name, arguments: (least, most), function, everywhere: false }
}

const fn everywhere(name: &'static str, least: usize, most: usize, function: Function) -> Known {
    Known { name, arguments: (least, most), function, everywhere: true }
}

/// From the chapters "String Functions and Operators", "Date/Time Functions", "Data Type Formatting Functions",
/// "Conditional Expressions" and "Array Functions" of PostgreSQL's manual; those of the MySQL family from "String Functions
/// and Operators" of both manuals. Functions of strings that treat `NULL` in another way there are not among these.
static KNOWN: &[Known] = &[
    known("abs", 1, 1, Function::Absolute),
    known("mod", 2, 2, Function::Modulo),
    known("format", 1, 32, Function::Format),
    known("quote_ident", 1, 1, Function::QuoteIdent),
    known("quote_literal", 1, 1, Function::QuoteLiteral),
    known("quote_nullable", 1, 1, Function::QuoteNullable),
    everywhere("upper", 1, 1, Function::Upper),
    everywhere("replace", 3, 3, Function::Replace),
    everywhere("substring", 2, 3, Function::Substring),
    everywhere("substr", 2, 3, Function::Substring),
    everywhere("left", 2, 2, Function::Left),
    everywhere("right", 2, 2, Function::Right),
    known("length", 1, 1, Function::Length),
    known("char_length", 1, 1, Function::Length),
    known("character_length", 1, 1, Function::Length),
    known("octet_length", 1, 1, Function::OctetLength),
    known("split_part", 3, 3, Function::SplitPart),
    known("strpos", 2, 2, Function::Position),
    known("btrim", 1, 2, Function::Trim),
    known("trim", 1, 1, Function::Trim),
    known("ltrim", 1, 2, Function::TrimLeft),
    known("rtrim", 1, 2, Function::TrimRight),
    known("lpad", 2, 3, Function::PadLeft),
    known("rpad", 2, 3, Function::PadRight),
    everywhere("lpad", 3, 3, Function::PadLeft),
    everywhere("repeat", 2, 2, Function::Repeat),
    everywhere("reverse", 1, 1, Function::Reverse),
    known("starts_with", 2, 2, Function::StartsWith),
    known("concat", 1, 32, Function::Concat),
    everywhere("concat_ws", 2, 32, Function::ConcatWs),
    known("regexp_replace", 3, 4, Function::RegexpReplace),
    everywhere("nullif", 2, 2, Function::NullIf),
    known("greatest", 1, 32, Function::Greatest),
    known("least", 1, 32, Function::Least),
    known("to_char", 2, 2, Function::ToChar),
    known("date_trunc", 2, 2, Function::DateTrunc),
    known("array_length", 2, 2, Function::ArrayLength),
    known("array_upper", 2, 2, Function::ArrayLength),
    known("array_lower", 2, 2, Function::ArrayLower),
    known("cardinality", 1, 1, Function::Cardinality),
    known("string_to_array", 2, 2, Function::StringToArray),
    known("array_to_string", 2, 2, Function::ArrayToString),
    known("array_append", 2, 2, Function::ArrayAppend),
];

/// The function that a name in lower case means with so many arguments.
pub(super) fn function(name: &str, arguments: usize, mysql: bool) -> Option<Function> {
    KNOWN
        .iter()
        .find(|k| {
            k.name == name && (k.arguments.0..=k.arguments.1).contains(&arguments) && (k.everywhere || !mysql)
        })
        .map(|k| k.function)
}
