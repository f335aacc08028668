//! Values and conditions of procedural code, and the questions to the server's catalog in them.
use serde::Serialize;

use crate::catalog::ObjectName;

/// A value or a condition, computed from the catalog and from variables. Terms are at most [`Term::DEEPEST`] levels
/// deep.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    /// `NULL`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A string.
    Text(String),
    /// A variable's value.
    Variable(String),
    /// The MySQL family's `DATABASE()`.
    Database,
    /// PostgreSQL's `current_schema()`.
    CurrentSchema,
    /// A property of the row that a [`Lookup`] looks at.
    Property(Property),
    /// The number of rows that a lookup finds.
    Count(Box<Lookup>),
    /// Whether a lookup finds a row.
    Exists(Box<Lookup>),
    /// A property of the only row that a lookup finds; `NULL` if it finds none.
    Selected(Box<Lookup>, Property),
    /// PostgreSQL: the object of that kind that a name in a string means: `'t'::regclass`, `to_regclass('t')`.
    Named {
        /// What kind of object.
        kind: Listing,
        /// The name.
        name: Box<Self>,
        /// Whether a missing object is `NULL`; otherwise it is an error.
        or_null: bool,
    },
    /// `NOT`.
    Not(Box<Self>),
    /// All of them hold.
    And(Vec<Self>),
    /// One of them holds.
    Or(Vec<Self>),
    /// A comparison.
    Compare(Comparison, Box<Self>, Box<Self>),
    /// `IS NULL`.
    IsNull(Box<Self>),
    /// The second if the first holds, else the third.
    If(Box<[Self; 3]>),
    /// The first that is not `NULL`.
    Coalesce(Vec<Self>),
    /// Strings, one behind the other.
    Concat(Vec<Self>),
    /// `LOWER(…)`.
    Lower(Box<Self>),
    /// A function or an operator that computes.
    Call(Function, Vec<Self>),
    /// `ARRAY[…]`.
    Array(Vec<Self>),
    /// A value as a variable, a parameter or a cast of that type has it.
    Cast(Box<Self>, Kind),
    /// The time, which the model does not know.
    Clock(Kind),
    /// The first column of all rows: an array, or with a separator a string.
    Gathered(Box<Rows>, Option<Box<Self>>),
    /// What is not understood, or depends on rows; the text as written.
    Unknown(String),
}

impl Term {
    /// Deeper terms are [`Term::Unknown`].
    pub const DEEPEST: usize = 48;

    /// Whether a query is part of it.
    pub fn asks(&self) -> bool {
        match self {
            Self::Count(_) | Self::Exists(_) | Self::Selected(..) => true,
            Self::Not(t) | Self::IsNull(t) | Self::Lower(t) | Self::Named { name: t, .. } => t.asks(),
            Self::And(ts) | Self::Or(ts) | Self::Coalesce(ts) | Self::Concat(ts) => ts.iter().any(Self::asks),
            Self::Compare(_, a, b) => a.asks() || b.asks(),
            Self::Call(_, ts) | Self::Array(ts) => ts.iter().any(Self::asks),
            Self::Cast(t, _) => t.asks(),
            Self::Gathered(..) => true,
            Self::If(parts) => parts.iter().any(Self::asks),
            _ => false,
        }
    }
}

/// Puts the name of the MySQL family's current database behind `text`. It is not known; an empty name in quotes stands for
/// it.
pub(crate) fn push_database(text: &mut String) {
    if !text.ends_with('`') {
        text.push_str("``");
    }
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the variants are the operators")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `LIKE`.
    Like,
}

/// A question to the server's catalog: the rows of a listing for which the filter holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lookup {
    /// What is listed.
    pub listing: Listing,
    /// Which rows count.
    pub filter: Term,
    /// A query that answers with one truth value: whether there is such a row.
    pub probe: String,
}

/// What a system view lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Listing {
    /// Schemas; databases in the MySQL family.
    Schemas,
    /// PostgreSQL's `pg_class`: tables, views, sequences, indexes, composite types.
    Relations,
    /// Tables and views.
    Tables,
    /// Views that are not materialized.
    Views,
    /// Materialized views.
    MaterializedViews,
    /// Sequences.
    Sequences,
    /// Columns of tables and views.
    Columns,
    /// Constraints.
    Constraints,
    /// Columns of keys: a row for each column of each primary key, unique constraint and foreign key.
    KeyColumns,
    /// Indexes; in the MySQL family a row for each column of each index.
    Indexes,
    /// User-defined types, and the row types of relations.
    Types,
    /// Labels of enum types.
    EnumLabels,
    /// Functions and procedures.
    Routines,
    /// Triggers.
    Triggers,
    /// Partitions, and children by `INHERITS`: what they belong to is the parent.
    Children,
    /// Extensions.
    Extensions,
}

/// A property of a row of a [`Listing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Property {
    /// The object's name.
    Name,
    /// Its schema, or that of the table it belongs to.
    Schema,
    /// The table it belongs to; the type that a label belongs to.
    Table,
    /// The object itself, as `oid` identifies it.
    Object,
    /// What it belongs to, as `oid` identifies it.
    Owner,
    /// Its kind as `pg_catalog` writes it, a letter.
    Letter,
    /// Its kind as `information_schema` writes it.
    Kind,
    /// The column of a key or of an index.
    Column,
    /// The data type of a column as `information_schema.columns.data_type` writes it.
    DataType,
    /// The data type of a column as the MySQL family's `column_type` writes it.
    ColumnType,
    /// `YES` or `NO`: whether a column accepts NULL.
    Nullable,
    /// Whether a column does not accept NULL.
    NotNull,
    /// The longest string that a column takes, in characters.
    Length,
    /// A column's default.
    Default,
    /// Whether an index is unique.
    Unique,
    /// `0` for a unique index, `1` for others.
    NonUnique,
    /// What only system and dropped columns have: PostgreSQL's `attisdropped`, `tgisinternal`. Never true of what is
    /// listed.
    Never,
    /// A column's number, greater than 0.
    Number,
    /// A property that is not modelled.
    Other,
}

/// What a value is converted to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `text`; `varchar` with the length that it may have.
    Text(Option<u32>),
    /// `name`: at most 63 bytes.
    Name,
    /// `smallint`, `integer`, `bigint`.
    Integer,
    /// `boolean`.
    Bool,
    /// `date`.
    Date,
    /// `timestamp`; whether it is one with a time zone.
    Timestamp(bool),
    /// `interval`.
    Interval,
    /// `regclass`.
    Relation,
    /// An array of one of them.
    Array(Box<Self>),
    /// A user's type: an enum or a domain, perhaps.
    Custom(ObjectName),
    /// Another type: what the value is then is not known.
    Other,
}

/// The rows of a query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rows {
    /// What they are rows of.
    pub source: RowSource,
    /// Which of them count.
    pub filter: Term,
    /// What is selected, with the columns' names.
    pub columns: Vec<(String, Term)>,
    /// What they are sorted by, and whether the greatest comes first. The order of others is not known.
    pub order: Vec<(Term, bool)>,
    /// Whether equal ones count once.
    pub distinct: bool,
    /// How many there are at most.
    pub limit: Option<u64>,
    /// The query, for messages.
    pub text: String,
}

/// What a query reads.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowSource {
    /// A view of the server's catalog.
    Listing(Listing),
    /// One row without columns: a query without `FROM`.
    Single,
    /// `VALUES`; each column is the variable of that name.
    Values(Vec<String>, Vec<Vec<Term>>),
    /// `unnest(…)`: the members are that variable.
    Unnest(String, Box<Term>),
    /// `generate_series(from, to[, step])`: the numbers are that variable.
    Series(String, Vec<Term>),
}

/// A call of a routine that may be the user's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Invocation {
    /// The routine, as written.
    pub name: ObjectName,
    /// Its arguments: the name, where one is written, and the value.
    pub arguments: Vec<(Option<String>, Term)>,
    /// The rows for each of which it is called; once if there are none.
    pub rows: Option<Box<Rows>>,
}

/// What computes: functions by their names in lower case, and operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the variants are the functions of the same names")]
pub enum Function {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Absolute,
    /// `~`: whether a string has a part that a regular expression describes.
    Matches,
    /// `~*`: as `~`, without regard to case.
    MatchesAnyCase,
    /// `x = ANY (array)`.
    IsMember,
    /// `a[i]`.
    Element,
    /// `||` where a side may be an array.
    Append,
    Format,
    QuoteIdent,
    QuoteLiteral,
    QuoteNullable,
    Upper,
    Replace,
    Substring,
    Left,
    Right,
    Length,
    OctetLength,
    SplitPart,
    Position,
    Trim,
    TrimLeft,
    TrimRight,
    PadLeft,
    PadRight,
    Repeat,
    Reverse,
    StartsWith,
    Concat,
    ConcatWs,
    RegexpReplace,
    NullIf,
    Greatest,
    Least,
    ToChar,
    DateTrunc,
    ArrayLength,
    ArrayLower,
    Cardinality,
    StringToArray,
    ArrayToString,
    ArrayAppend,
}
