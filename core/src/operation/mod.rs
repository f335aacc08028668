//! What statements ask for, in a vocabulary that is the same for every server. Nothing downstream of lowering looks
//! at SQL text or at a parser's tree again.
mod alter_table;
mod block;
mod create_table;
mod object;
mod objects;
mod rows;
mod session;
mod term;

use std::borrow::Cow;

use serde::Serialize;

use crate::{
    catalog::{Name, ObjectName, Routine, RoutineKind, SequenceOptions, Trigger, UserTypeKind, View},
    text::Span,
};

pub use alter_table::{AlterTable, ColumnPosition, DropConstraintKind, TableAction};
pub use block::{Block, Branch, Candidate, Handler, LoopHead, Step};
pub use create_table::{
    ColumnDefinition, ConstraintDefinition, CreateIndex, CreateTable, IndexDefinition, OnlineClauses,
};
pub use object::ObjectStatement;
pub use objects::{CommentTarget, DomainAction, EnumPlace, RoutineAction, SequenceAction, TypeAction};
pub use rows::{Delete, Filter, Insert, Update};
pub use session::TransactionControl;
pub(crate) use term::push_database;
pub use term::{Comparison, Function, Invocation, Kind, Listing, Lookup, Property, RowSource, Rows, Term};

/// A part of a script with the bytes it came from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Located<T> {
    /// Where it stands in the script.
    pub span: Span,
    /// What it is.
    pub node: T,
}

/// What one statement asks the server to do.
///
/// Names are as the server will store them (folded, unquoted), schemas are `None` when not written. Nothing has
/// been looked up yet: that is what `apply` does.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "operation", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Operation {
    /// `CREATE SCHEMA`; in the MySQL family `CREATE DATABASE`.
    CreateSchema {
        /// Name.
        name: Name,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP SCHEMA`; in the MySQL family `DROP DATABASE`.
    DropSchema {
        /// Names.
        names: Vec<Name>,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`; always true in the MySQL family.
        cascade: bool,
    },
    /// `ALTER SCHEMA … RENAME TO`.
    RenameSchema {
        /// Old name.
        from: Name,
        /// New name.
        to: Name,
    },
    /// PostgreSQL's `CREATE DATABASE`: nothing in the current database changes.
    CreateDatabase {
        /// Name.
        name: Name,
    },
    /// PostgreSQL's `DROP DATABASE`: a whole database is destroyed.
    DropDatabase {
        /// Name.
        name: Name,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `CREATE EXTENSION`.
    CreateExtension {
        /// Name.
        name: Name,
        /// `SCHEMA`.
        schema: Option<Name>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP EXTENSION`.
    DropExtension {
        /// Names.
        names: Vec<Name>,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `CREATE TABLE`.
    CreateTable(Box<CreateTable>),
    /// `DROP TABLE`.
    DropTable {
        /// Names.
        names: Vec<ObjectName>,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE` (no effect in the MySQL family).
        cascade: bool,
        /// `TEMPORARY`.
        temporary: bool,
    },
    /// `ALTER TABLE`, also in its disguises (`ALTER INDEX … RENAME`, `CREATE INDEX` of the MySQL family are not:
    /// they have their own operations).
    AlterTable(Box<AlterTable>),
    /// The MySQL family's `RENAME TABLE a TO b, c TO d`.
    RenameTables {
        /// Old and new names, renamed in this order.
        renames: Vec<(ObjectName, ObjectName)>,
        /// `IF EXISTS` (MariaDB).
        if_exists: bool,
    },
    /// `TRUNCATE`.
    Truncate {
        /// Tables.
        tables: Vec<ObjectName>,
        /// `CASCADE`: referencing tables are emptied too.
        cascade: bool,
        /// `RESTART IDENTITY`; always true in the MySQL family.
        restart_identity: bool,
        /// Those of the tables that stand behind PostgreSQL's `ONLY`, by their places in `tables`: their children keep
        /// their rows.
        only: Vec<usize>,
    },
    /// `CREATE INDEX`.
    CreateIndex(Box<CreateIndex>),
    /// `DROP INDEX`.
    DropIndex {
        /// Index names (PostgreSQL: with schema).
        names: Vec<ObjectName>,
        /// The table, in the MySQL family.
        table: Option<ObjectName>,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
        /// `CONCURRENTLY`.
        concurrently: bool,
        /// `ALGORITHM=` and `LOCK=`.
        online: OnlineClauses,
    },
    /// PostgreSQL's `ALTER INDEX … RENAME TO`.
    RenameIndex {
        /// Old name.
        from: ObjectName,
        /// New name.
        to: Name,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `CREATE SEQUENCE`.
    CreateSequence {
        /// Name.
        name: ObjectName,
        /// Options.
        options: SequenceOptions,
        /// `OWNED BY`.
        owned_by: Option<(ObjectName, Name)>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// `TEMPORARY`.
        temporary: bool,
    },
    /// `ALTER SEQUENCE`.
    AlterSequence {
        /// Name.
        name: ObjectName,
        /// `IF EXISTS`.
        if_exists: bool,
        /// What changes.
        action: SequenceAction,
    },
    /// `DROP SEQUENCE`.
    DropSequence {
        /// Names.
        names: Vec<ObjectName>,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `CREATE VIEW`, `CREATE MATERIALIZED VIEW`.
    CreateView {
        /// The view; `name` and `reads` as written.
        view: Box<View>,
        /// `OR REPLACE`.
        or_replace: bool,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// Materialized: `WITH NO DATA`.
        with_no_data: bool,
    },
    /// `DROP VIEW`, `DROP MATERIALIZED VIEW`.
    DropView {
        /// Names.
        names: Vec<ObjectName>,
        /// Whether they are materialized.
        materialized: bool,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `ALTER VIEW … RENAME TO`, `ALTER MATERIALIZED VIEW … RENAME TO`.
    RenameView {
        /// Old name.
        from: ObjectName,
        /// New name.
        to: Name,
        /// Whether it is materialized.
        materialized: bool,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `REFRESH MATERIALIZED VIEW`.
    RefreshView {
        /// Name.
        name: ObjectName,
        /// `CONCURRENTLY`.
        concurrently: bool,
    },
    /// `CREATE TYPE`, `CREATE DOMAIN`.
    CreateType {
        /// Name.
        name: ObjectName,
        /// What it is.
        kind: UserTypeKind,
    },
    /// `ALTER TYPE`, `ALTER DOMAIN`.
    AlterType {
        /// Name.
        name: ObjectName,
        /// What changes.
        action: TypeAction,
    },
    /// `DROP TYPE`, `DROP DOMAIN`.
    DropType {
        /// Names.
        names: Vec<ObjectName>,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `CREATE FUNCTION`, `CREATE PROCEDURE`.
    CreateRoutine {
        /// The routine; `name` as written.
        routine: Box<Routine>,
        /// `OR REPLACE`.
        or_replace: bool,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP FUNCTION`, `DROP PROCEDURE`, `DROP ROUTINE`.
    DropRoutine {
        /// Names with PostgreSQL signatures; `None` when the argument list was left away.
        routines: Vec<(ObjectName, Option<String>)>,
        /// The kind; `None` for `DROP ROUTINE`.
        kind: Option<RoutineKind>,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// PostgreSQL's `ALTER FUNCTION`, `ALTER PROCEDURE`, `ALTER ROUTINE`; the MySQL family's are opaque.
    AlterRoutine {
        /// Name.
        name: ObjectName,
        /// The types of its input arguments; `None` when the argument list was left away.
        signature: Option<String>,
        /// The kind; `None` for `ALTER ROUTINE`.
        kind: Option<RoutineKind>,
        /// What happens to it.
        action: RoutineAction,
    },
    /// `CREATE TRIGGER`.
    CreateTrigger {
        /// The table or view it is on.
        table: ObjectName,
        /// The trigger.
        trigger: Box<Trigger>,
        /// `OR REPLACE`.
        or_replace: bool,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP TRIGGER`.
    DropTrigger {
        /// Name.
        name: Name,
        /// The table (PostgreSQL); the MySQL family finds the trigger by its name.
        table: Option<ObjectName>,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// PostgreSQL's `ALTER TRIGGER … RENAME TO`.
    RenameTrigger {
        /// The table or view it is on.
        table: ObjectName,
        /// Old name.
        from: Name,
        /// New name.
        to: Name,
    },
    /// `COMMENT ON`.
    Comment {
        /// On what.
        on: CommentTarget,
        /// The text; `None` takes a comment away.
        text: Option<String>,
    },
    /// `INSERT`, `REPLACE`, `COPY … FROM`, `LOAD DATA`, `MERGE`.
    Insert(Box<Insert>),
    /// `UPDATE`.
    Update(Box<Update>),
    /// `DELETE`.
    Delete(Box<Delete>),
    /// `SELECT`, `VALUES`, `SHOW`, `EXPLAIN`: reads only, as far as the text tells.
    Query {
        /// Functions that the query calls, lower case and without schema: they may do anything.
        calls: Vec<Name>,
        /// The calls that are all that the query does, with their arguments; a routine of the catalog that is among
        /// them is followed. Empty where the query does more, or less.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        invoked: Vec<Invocation>,
    },
    /// `BEGIN`, `COMMIT`, `ROLLBACK`, savepoints.
    Transaction(TransactionControl),
    /// `SET`, `RESET`, `SELECT set_config(…)`, `USE`.
    Set {
        /// Setting, lower case.
        setting: String,
        /// New value with string quotes removed; `None` for `DEFAULT` and `RESET`.
        value: Option<String>,
        /// `SET LOCAL`.
        local: bool,
    },
    /// `LOCK TABLE(S)`.
    LockTables {
        /// Tables.
        tables: Vec<ObjectName>,
        /// The mode as written, upper case; `None` for the server's default.
        mode: Option<String>,
    },
    /// Maintenance that changes no definition: `VACUUM`, `ANALYZE`, `REINDEX`, `CLUSTER`, `OPTIMIZE TABLE` …
    Maintenance {
        /// The command, upper case, with the words that change what it costs: `VACUUM FULL`, `REINDEX
        /// CONCURRENTLY`.
        command: String,
        /// What it works on.
        objects: Vec<ObjectName>,
    },
    /// SQL inside SQL, which may run or not: a `DO` block, a routine that the migration calls, prepared text.
    Conditional(Box<Block>),
    /// A variable of the session gets a value: the MySQL family's `SET @x = …`, `PREPARE`.
    Assign {
        /// The variable, lower case: `@x`, `prepare s`.
        variable: String,
        /// The value.
        value: Term,
    },
    /// A statement that was read to its end, on something that the catalog does not hold: an account, an event, a plugin.
    Object(Box<ObjectStatement>),
    /// A statement that the server may well accept and that is not modelled: named, never silently harmless.
    Opaque {
        /// Its verb, upper case: `GRANT`, `CREATE EVENT TRIGGER`, …
        verb: String,
        /// Objects it names, as people write them.
        objects: Vec<ObjectName>,
        /// Whether it can change or destroy what the catalog models (tables, columns, …); `GRANT` cannot.
        may_change_schema: bool,
    },
    /// Text that is not a statement of this server.
    Invalid {
        /// What is wrong and what was expected.
        message: String,
        /// What to do about it, when that is plain.
        help: Option<String>,
    },
}

/// A statement that the catalog does not follow, whether it was read to its end or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFollowed<'a> {
    /// Its verb with the kind of object, upper case.
    pub verb: Cow<'a, str>,
    /// Objects that it names.
    pub objects: &'a [ObjectName],
    /// Whether it can change or destroy what the catalog models.
    pub may_change_schema: bool,
}

impl Operation {
    /// What this is, if it is a statement that the catalog does not follow.
    pub fn not_followed(&self) -> Option<NotFollowed<'_>> {
        match self {
            Self::Opaque { verb, objects, may_change_schema } => Some(NotFollowed {
                verb: Cow::Borrowed(verb),
                objects,
                may_change_schema: *may_change_schema,
            }),
            Self::Object(statement) => Some(NotFollowed {
                verb: Cow::Owned(statement.title()),
                objects: &statement.objects,
                may_change_schema: statement.may_change_schema,
            }),
            _ => None,
        }
    }
}

/// Whether an opaque statement of this verb leaves nothing behind: it reads, or what it does ends with the session.
pub fn leaves_nothing(verb: &str) -> bool {
    const VERBS: &[&str] = &[
        "CHECKSUM",
        "DISCARD",
        "GET",
        "HANDLER",
        "HELP",
        "LISTEN",
        "LOAD",
        "LOAD INDEX INTO CACHE",
        "LOCK INSTANCE FOR BACKUP",
        "SET ROLE",
        "UNLISTEN",
        "UNLOCK",
    ];
    VERBS.contains(&verb)
}
