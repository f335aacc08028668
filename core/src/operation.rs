//! What statements ask for, in a vocabulary that is the same for every server. Nothing downstream of lowering looks
//! at SQL text or at a parser's tree again.
use serde::Serialize;

use crate::{
    catalog::{
        Column, ConstraintKind, DataType, Expression, Identity, Index, Name, ObjectName, Routine,
        RoutineKind, SequenceOptions, TableProperties, Trigger, UserTypeKind, View,
    },
    text::Span,
};

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
    /// SQL inside SQL that may or may not run: a `DO` block, a routine that the migration calls, prepared text.
    Conditional {
        /// Where the inner statements come from: `DO block`, `PREPARE`, …
        source: String,
        /// The inner statements that could be read.
        body: Vec<Located<Self>>,
        /// Whether every inner statement was read. `false`: the block may do more than `body` says.
        complete: bool,
    },
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

/// `CREATE TABLE`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CreateTable {
    /// Name.
    pub name: ObjectName,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// MariaDB: `OR REPLACE`.
    pub or_replace: bool,
    /// Columns.
    pub columns: Vec<Located<ColumnDefinition>>,
    /// Table constraints, and column constraints that are not part of [`Column`], in the order of the text.
    pub constraints: Vec<Located<ConstraintDefinition>>,
    /// Indexes of the MySQL family (`KEY …`); unnamed ones have an empty name.
    pub indexes: Vec<Located<IndexDefinition>>,
    /// Persistence, options, partitioning.
    pub properties: TableProperties,
    /// `LIKE other`: tables whose columns are copied, with the options that follow (`INCLUDING ALL`), upper case.
    pub like: Vec<(ObjectName, Vec<String>)>,
    /// `AS SELECT …`: the columns come from a query.
    pub from_query: Option<Expression>,
}

/// A column as a statement defines it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ColumnDefinition {
    /// The column. PostgreSQL: `identity.sequence` is empty unless the statement names it.
    pub column: Column,
    /// PostgreSQL: one of the `serial` types; `column.data_type` is the integer type behind it.
    pub serial: bool,
    /// Whether `NOT NULL` or `NULL` was written (a primary key makes a column not null by itself; the MySQL family's
    /// `TIMESTAMP` cares about the difference).
    pub nullability_written: bool,
    /// Constraints written with the column: primary key, unique, references, check. Their columns are filled in.
    pub constraints: Vec<Located<ConstraintDefinition>>,
    /// MySQL family: indexes written with the column (`KEY`, `UNIQUE`); names are empty.
    pub indexes: Vec<Located<IndexDefinition>>,
}

/// A constraint as a statement defines it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConstraintDefinition {
    /// `CONSTRAINT name`.
    pub name: Option<Name>,
    /// What it constrains. Foreign keys may leave `referenced` empty.
    pub kind: ConstraintKind,
    /// Whether it was written with a column: servers name those differently.
    pub inline: bool,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// PostgreSQL's `NOT VALID`.
    pub not_valid: bool,
    /// `NOT ENFORCED`.
    pub not_enforced: bool,
    /// PostgreSQL's `USING INDEX name`: the key's columns are that index's.
    pub using_index: Option<Name>,
    /// MySQL family: the index name in `FOREIGN KEY name (…)`.
    pub index_name: Option<Name>,
    /// MariaDB: `IF NOT EXISTS`.
    pub if_not_exists: bool,
}

impl ConstraintDefinition {
    /// A constraint of `kind` without a name and without attributes.
    pub fn new(kind: ConstraintKind) -> Self {
        Self {
            name: None,
            kind,
            inline: false,
            deferrable: false,
            initially_deferred: false,
            not_valid: false,
            not_enforced: false,
            using_index: None,
            index_name: None,
            if_not_exists: false,
        }
    }
}

/// An index as a statement defines it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IndexDefinition {
    /// The index; its name is empty when the server chooses it.
    pub index: Index,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
}

/// `CREATE INDEX`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreateIndex {
    /// Table or materialized view.
    pub table: ObjectName,
    /// The index.
    pub definition: IndexDefinition,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// `ON ONLY`.
    pub only: bool,
    /// MariaDB: `OR REPLACE`.
    pub or_replace: bool,
    /// `ALGORITHM=` and `LOCK=`.
    pub online: OnlineClauses,
}

/// The MySQL family's `ALGORITHM=` and `LOCK=`, upper case as written; the last one wins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OnlineClauses {
    /// `INSTANT`, `INPLACE`, `NOCOPY`, `COPY` or `DEFAULT`.
    pub algorithm: Option<String>,
    /// `NONE`, `SHARED`, `EXCLUSIVE` or `DEFAULT`.
    pub lock: Option<String>,
}

/// `ALTER TABLE`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AlterTable {
    /// The table.
    pub table: ObjectName,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `ONLY`: children and partitions are left alone.
    pub only: bool,
    /// What changes, in order.
    pub actions: Vec<Located<TableAction>>,
    /// `ALGORITHM=` and `LOCK=`.
    pub online: OnlineClauses,
}

/// Where the MySQL family puts a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnPosition {
    /// `FIRST`.
    First,
    /// `AFTER column`.
    After(Name),
}

/// One action of an `ALTER TABLE`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum TableAction {
    /// `ADD COLUMN`.
    AddColumn {
        /// The column.
        definition: Box<ColumnDefinition>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// `FIRST`, `AFTER`.
        position: Option<ColumnPosition>,
    },
    /// `DROP COLUMN`.
    DropColumn {
        /// Name.
        name: Name,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// The MySQL family's `MODIFY` and `CHANGE`: the whole definition is replaced.
    ModifyColumn {
        /// The column's name so far.
        name: Name,
        /// The new definition, with the new name.
        definition: Box<ColumnDefinition>,
        /// `IF EXISTS` (MariaDB).
        if_exists: bool,
        /// `FIRST`, `AFTER`.
        position: Option<ColumnPosition>,
    },
    /// `RENAME COLUMN`.
    RenameColumn {
        /// Old name.
        from: Name,
        /// New name.
        to: Name,
        /// `IF EXISTS` (MariaDB).
        if_exists: bool,
    },
    /// PostgreSQL's `ALTER COLUMN … TYPE`.
    SetType {
        /// Column.
        name: Name,
        /// New type.
        data_type: DataType,
        /// `COLLATE`.
        collation: Option<String>,
        /// `USING`.
        using: Option<Expression>,
    },
    /// `ALTER COLUMN … SET DEFAULT` or, with `None`, `DROP DEFAULT`.
    SetDefault {
        /// Column.
        name: Name,
        /// New default.
        default: Option<Expression>,
    },
    /// `SET NOT NULL` (`nullable: false`) or `DROP NOT NULL`.
    SetNullable {
        /// Column.
        name: Name,
        /// Whether the column accepts NULL afterwards.
        nullable: bool,
    },
    /// `ADD GENERATED … AS IDENTITY`, `SET GENERATED …` and its options; with `None` `DROP IDENTITY`.
    SetIdentity {
        /// Column.
        name: Name,
        /// The identity afterwards; its sequence name is empty when the server chooses it.
        identity: Option<Identity>,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `SET EXPRESSION AS (…)`; with `None` `DROP EXPRESSION`.
    SetGenerated {
        /// Column.
        name: Name,
        /// The new expression.
        expression: Option<Expression>,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `SET STORAGE`, `SET STATISTICS`, `SET COMPRESSION`, `SET (…)`, `SET INVISIBLE`.
    SetColumnOption {
        /// Column.
        name: Name,
        /// Option, lower case.
        option: String,
        /// Value; `None` resets it.
        value: Option<String>,
    },
    /// `ADD CONSTRAINT`, `ADD PRIMARY KEY`, `ADD UNIQUE`, `ADD FOREIGN KEY`, `ADD CHECK`.
    AddConstraint {
        /// The constraint.
        definition: Box<ConstraintDefinition>,
    },
    /// `DROP CONSTRAINT`, `DROP PRIMARY KEY`, `DROP FOREIGN KEY`, `DROP CHECK`.
    DropConstraint {
        /// Name; `PRIMARY` for `DROP PRIMARY KEY`.
        name: Name,
        /// What the statement says it is.
        expected: DropConstraintKind,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint {
        /// Name.
        name: Name,
    },
    /// `ALTER CONSTRAINT`: `None` leaves a property as it is.
    AlterConstraint {
        /// Name.
        name: Name,
        /// `DEFERRABLE`.
        deferrable: Option<bool>,
        /// `INITIALLY DEFERRED`.
        initially_deferred: Option<bool>,
        /// `ENFORCED`.
        enforced: Option<bool>,
    },
    /// `RENAME CONSTRAINT`.
    RenameConstraint {
        /// Old name.
        from: Name,
        /// New name.
        to: Name,
    },
    /// The MySQL family's `ADD INDEX`.
    AddIndex {
        /// The index.
        definition: Box<IndexDefinition>,
    },
    /// The MySQL family's `DROP INDEX`.
    DropIndex {
        /// Name.
        name: Name,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// The MySQL family's `RENAME INDEX`.
    RenameIndex {
        /// Old name.
        from: Name,
        /// New name.
        to: Name,
    },
    /// `ALTER INDEX … VISIBLE | INVISIBLE`.
    SetIndexVisible {
        /// Name.
        name: Name,
        /// Whether the optimizer uses it afterwards.
        visible: bool,
    },
    /// `RENAME TO`; also moves to another database in the MySQL family.
    Rename {
        /// New name.
        to: ObjectName,
    },
    /// `SET SCHEMA`.
    SetSchema {
        /// New schema.
        schema: Name,
    },
    /// Table options: `SET (…)`, `ENGINE=`, `COMMENT=`, `DEFAULT CHARSET=`, `SET UNLOGGED`, `ENABLE ROW LEVEL SECURITY`
    /// as `(option, value)`, lower case; `None` resets. Names that [`TableProperties`] has a field for set it:
    /// `engine`, `charset`, `collation`, `comment`, `persistence`, `row_security`, `force_row_security`; others go to
    /// `options`.
    SetOptions {
        /// Options in order.
        options: Vec<(String, Option<String>)>,
    },
    /// The MySQL family's `CONVERT TO CHARACTER SET`: every text column changes.
    ConvertCharset {
        /// Character set; `None` for `DEFAULT`.
        charset: Option<String>,
        /// Collation.
        collation: Option<String>,
    },
    /// `ENABLE` or `DISABLE TRIGGER`.
    SetTriggerEnabled {
        /// Name, or `None` for `ALL` and `USER`.
        name: Option<Name>,
        /// As [`Trigger::enabled`].
        enabled: String,
    },
    /// PostgreSQL's `ATTACH PARTITION`.
    AttachPartition {
        /// The partition.
        partition: ObjectName,
        /// Its bound.
        bound: String,
    },
    /// PostgreSQL's `DETACH PARTITION`.
    DetachPartition {
        /// The partition.
        partition: ObjectName,
        /// `CONCURRENTLY`.
        concurrently: bool,
    },
    /// The MySQL family's partition actions (`ADD`, `DROP`, `TRUNCATE`, `REORGANIZE PARTITION`, `PARTITION BY` …).
    Partitions {
        /// The action's words, upper case: `DROP PARTITION`.
        verb: String,
        /// Whether rows go with it.
        destroys_rows: bool,
        /// For `PARTITION BY`: the new partitioning; for `REMOVE PARTITIONING`: `None`.
        partition_by: Option<String>,
    },
    /// Rebuilds that change no definition: the MySQL family's `FORCE`, `ORDER BY`, same `ENGINE`.
    Rebuild,
    /// Something that is not modelled.
    Opaque {
        /// Its first words, upper case.
        verb: String,
        /// Whether it can change what the catalog models.
        may_change_schema: bool,
    },
}

/// What `ALTER TABLE … DROP …` says it drops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropConstraintKind {
    /// `DROP CONSTRAINT`.
    Any,
    /// `DROP PRIMARY KEY`.
    PrimaryKey,
    /// `DROP FOREIGN KEY`.
    ForeignKey,
    /// `DROP CHECK`.
    Check,
}

/// What `ALTER SEQUENCE` changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum SequenceAction {
    /// Options: `(option, value)`, lower case: `increment`, `minvalue`, `maxvalue`, `start`, `cache`, `cycle`, `as`;
    /// `None` is `NO …`. `restart` changes data, not the definition.
    Options {
        /// Options in order.
        options: Vec<(String, Option<String>)>,
    },
    /// `OWNED BY`, `None` for `NONE`.
    OwnedBy {
        /// Table and column.
        owner: Option<(ObjectName, Name)>,
    },
    /// `RENAME TO`.
    Rename {
        /// New name.
        to: Name,
    },
    /// `SET SCHEMA`.
    SetSchema {
        /// New schema.
        schema: Name,
    },
}

/// What `ALTER TYPE` or `ALTER DOMAIN` changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum TypeAction {
    /// `ADD VALUE`.
    AddValue {
        /// New label.
        label: String,
        /// The label it stands before or behind.
        neighbour: Option<(EnumPlace, String)>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `RENAME VALUE`.
    RenameValue {
        /// Old label.
        from: String,
        /// New label.
        to: String,
    },
    /// `RENAME TO`.
    Rename {
        /// New name.
        to: Name,
    },
    /// `SET SCHEMA`.
    SetSchema {
        /// New schema.
        schema: Name,
    },
    /// Something that is not modelled.
    Opaque {
        /// Its first words, upper case.
        verb: String,
    },
}

/// Where a new enum label stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnumPlace {
    /// `BEFORE`.
    Before,
    /// `AFTER`.
    After,
}

/// What a comment is on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "on", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "variants and fields are the words of COMMENT ON")]
pub enum CommentTarget {
    Schema { name: Name },
    Table { name: ObjectName },
    Column { table: ObjectName, column: Name },
    Constraint { table: ObjectName, name: Name },
    Index { name: ObjectName },
    Trigger { table: ObjectName, name: Name },
    Sequence { name: ObjectName },
    View { name: ObjectName },
    Type { name: ObjectName },
    Routine { name: ObjectName, signature: Option<String> },
    Other { verb: String },
}

/// A write of new rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Insert {
    /// Target table.
    pub table: ObjectName,
    /// Columns as listed; empty when none are.
    pub columns: Vec<Name>,
    /// `INSERT`, `REPLACE`, `COPY`, `LOAD DATA` or `MERGE`.
    pub verb: String,
    /// Rows written literally, each with the source text of its values, when the statement is `VALUES`.
    pub rows: Vec<Vec<Expression>>,
    /// Whether existing rows may change or go (`REPLACE`, `ON CONFLICT DO UPDATE`, `ON DUPLICATE KEY UPDATE`, `MERGE`).
    pub may_overwrite: bool,
    /// `ON CONFLICT DO NOTHING`, `INSERT IGNORE`.
    pub ignores_conflicts: bool,
    /// Tables that it reads.
    pub reads: Vec<ObjectName>,
}

/// Which rows a write touches.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(tag = "filter", rename_all = "kebab-case")]
pub enum Filter {
    /// No `WHERE`: every row.
    #[default]
    None,
    /// A `WHERE` that is true for every row: `WHERE true`, `WHERE 1 = 1`.
    Tautology {
        /// The condition.
        condition: Expression,
    },
    /// A condition.
    Condition {
        /// The condition.
        condition: Expression,
    },
    /// Rows are chosen by a join, `USING`, `FROM` or `WHERE CURRENT OF`, or the text was not understood.
    Other,
}

/// `UPDATE`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Update {
    /// Target tables; more than one in the MySQL family.
    pub tables: Vec<ObjectName>,
    /// Alias of a single target.
    pub alias: Option<Name>,
    /// Assignments of a single target: column and value.
    pub assignments: Vec<(Name, Expression)>,
    /// Which rows.
    pub filter: Filter,
    /// `LIMIT` is present.
    pub limited: bool,
    /// Other tables that it reads.
    pub reads: Vec<ObjectName>,
}

/// `DELETE`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Delete {
    /// Target tables; more than one in the MySQL family.
    pub tables: Vec<ObjectName>,
    /// Alias of a single target.
    pub alias: Option<Name>,
    /// Which rows.
    pub filter: Filter,
    /// `LIMIT` is present.
    pub limited: bool,
    /// Other tables that it reads.
    pub reads: Vec<ObjectName>,
}

/// Transaction control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "control", rename_all = "kebab-case")]
pub enum TransactionControl {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`.
    Rollback,
    /// `SAVEPOINT`, `RELEASE`, `ROLLBACK TO`, `PREPARE TRANSACTION` and the like.
    Other {
        /// The words, upper case.
        verb: String,
    },
}
