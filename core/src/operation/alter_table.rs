//! What `ALTER TABLE` asks for.
use serde::Serialize;

use super::{ColumnDefinition, ConstraintDefinition, IndexDefinition, Located, OnlineClauses};
use crate::catalog::{DataType, Expression, Identity, Name, ObjectName};

/// `ALTER TABLE`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AlterTable {
    /// The table.
    pub table: ObjectName,
    /// `ALTER VIEW`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub view: bool,
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
#[non_exhaustive]
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
    /// as `(option, value)`, lower case; `None` resets. Names that [`TableProperties`](crate::catalog::TableProperties) has a field for set it:
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
        /// `ALL`: the triggers that the server made for constraints as well.
        internal: bool,
        /// As [`Trigger::enabled`](crate::catalog::Trigger::enabled).
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
    /// An action that was read to its end, on what the catalog does not hold: an owner, a parent, a rule.
    Other {
        /// Its words, upper case: `OWNER TO`, `INHERIT`.
        verb: String,
        /// What follows them, as written, in one line.
        argument: String,
        /// Whether it can change what the catalog models.
        may_change_schema: bool,
    },
    /// Actions on how rows are kept that no other says: the MySQL family's `DISABLE KEYS`, `DISCARD TABLESPACE`, MariaDB's
    /// `DROP SYSTEM VERSIONING`, `ADD PERIOD`.
    Storage {
        /// The action's words, upper case.
        verb: String,
        /// Whether rows go with it, those of a table's history too.
        destroys_rows: bool,
        /// Whether the table's definition changes, which is not followed.
        changes_definition: bool,
    },
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
