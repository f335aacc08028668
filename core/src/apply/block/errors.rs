//! Errors by the names that handlers have for them.
use super::value::Truth;
use crate::{
    apply::{Conflict, ConflictKind, Outcome, State},
    catalog::{ConstraintKind, Link},
    change::ObjectPath,
    operation::{ConstraintDefinition, Handler, Operation, TableAction},
    target::Dialect,
};

/// What a conflict is called: condition name, SQLSTATE, the MySQL family's number. From PostgreSQL's `errcodes.txt` and
/// MySQL's `messages_to_clients.txt`.
type Names = &'static [&'static str];

const DUPLICATE_TABLE: Names = &["duplicate_table", "42p07", "42s01", "1050"];
const DUPLICATE_COLUMN: Names = &["duplicate_column", "42701", "42s21", "1060"];
const DUPLICATE_OBJECT: Names = &["duplicate_object", "42710"];
const DUPLICATE_KEY_NAME: Names = &["1061", "42000"];
const DUPLICATE_SCHEMA: Names = &["duplicate_schema", "42p06", "1007", "hy000"];
const DUPLICATE_FUNCTION: Names = &["duplicate_function", "42723", "1304", "42000"];
const UNDEFINED_TABLE: Names = &["undefined_table", "42p01", "1146", "42s02", "1051"];
const UNDEFINED_COLUMN: Names = &["undefined_column", "42703", "1054", "42s22"];
const UNDEFINED_OBJECT: Names = &["undefined_object", "42704"];
const UNDEFINED_FUNCTION: Names = &["undefined_function", "42883", "1305", "42000"];
const INVALID_SCHEMA: Names = &["invalid_schema_name", "3f000", "1049", "42000"];
const CANNOT_DROP: Names = &["1091", "42000"];
const INVALID_PARAMETER: Names = &["invalid_parameter_value", "22023"];
const SECOND_PRIMARY_KEY: Names = &["invalid_table_definition", "42p16", "1068", "42000"];
const DEPENDENTS: Names = &["dependent_objects_still_exist", "2bp01"];

/// An error that ends steps.
pub(super) struct Failure {
    pub(super) conflict: Conflict,
    /// The names that it may have: one of the lists is right; none when that is not known.
    names: Vec<Names>,
}

impl Failure {
    /// What a statement is refused for.
    pub(super) fn new(conflict: Conflict, operation: &Operation, before: &State) -> Self {
        let names = names(&conflict, operation, before);
        Self { conflict, names }
    }

    /// A relation that a condition names does not exist.
    pub(super) fn missing(conflict: Conflict) -> Self {
        Self { conflict, names: vec![UNDEFINED_TABLE] }
    }

    /// An error that the block itself raises, which no handler takes.
    pub(super) fn raised(conflict: Conflict) -> Self {
        Self { conflict, names: vec![&[]] }
    }
}

fn names(conflict: &Conflict, operation: &Operation, before: &State) -> Vec<Names> {
    use ConflictKind as K;
    use ObjectPath as P;
    let catalog = &before.catalog;
    let mysql = catalog.dialect.is_mysql_family();
    match (conflict.kind, &conflict.object) {
        (K::AlreadyExists, P::Table { .. } | P::View { .. } | P::Sequence { .. }) => vec![DUPLICATE_TABLE],
        (K::AlreadyExists, P::Column { .. }) => vec![DUPLICATE_COLUMN],
        (K::AlreadyExists, P::Index { .. }) if mysql => vec![DUPLICATE_KEY_NAME],
        (K::AlreadyExists, P::Index { .. }) => vec![DUPLICATE_TABLE],
        (K::AlreadyExists, P::Constraint { .. }) if mysql => match added(operation).map(|d| &d.kind) {
            Some(ConstraintKind::ForeignKey(_)) if catalog.dialect == Dialect::MariaDb => {
                vec![&["1005", "hy000"]]
            }
            Some(ConstraintKind::ForeignKey(_)) => vec![&["1826", "hy000"]],
            Some(ConstraintKind::Check { .. }) if catalog.dialect == Dialect::MariaDb => {
                vec![&["1826", "hy000"]]
            }
            Some(ConstraintKind::Check { .. }) => vec![&["3822", "hy000"]],
            Some(_) => vec![DUPLICATE_KEY_NAME],
            None => Vec::new(),
        },
        (K::AlreadyExists, P::Constraint { table, name }) => {
            // A key's index is a relation, whose name is looked at first.
            let relation = table.sibling(name.clone());
            let taken = catalog.tables.contains(&relation)
                || catalog.views.contains(&relation)
                || catalog.sequences.contains(&relation)
                || catalog.tables.linked(Link::Relation, &relation).next().is_some();
            match (taken, adds_key(operation)) {
                (true, Some(true)) => vec![DUPLICATE_TABLE],
                (true, None) => vec![DUPLICATE_TABLE, DUPLICATE_OBJECT],
                _ => vec![DUPLICATE_OBJECT],
            }
        }
        (K::AlreadyExists, P::Schema { .. }) => vec![DUPLICATE_SCHEMA],
        (K::AlreadyExists, P::Routine { .. }) => vec![DUPLICATE_FUNCTION],
        (K::AlreadyExists, _) if !mysql => vec![DUPLICATE_OBJECT],
        (K::NotFound, P::Table { .. } | P::View { .. } | P::Sequence { .. }) => vec![UNDEFINED_TABLE],
        (K::NotFound, P::Column { .. }) if mysql => vec![UNDEFINED_COLUMN, CANNOT_DROP],
        (K::NotFound, P::Column { .. }) => vec![UNDEFINED_COLUMN],
        (K::NotFound, P::Index { .. } | P::Constraint { .. }) if mysql => vec![CANNOT_DROP],
        (K::NotFound, P::Index { .. }) => vec![UNDEFINED_OBJECT, UNDEFINED_TABLE],
        (K::NotFound, P::Routine { .. }) => vec![UNDEFINED_FUNCTION],
        (K::NotFound, P::Schema { .. }) => vec![INVALID_SCHEMA],
        (K::NotFound, P::Constraint { .. } | P::Trigger { .. }) if !mysql => vec![UNDEFINED_OBJECT],
        // A label that its type has not.
        (K::NotFound, P::Type { name }) if !mysql && catalog.types.contains(name) => vec![INVALID_PARAMETER],
        (K::NotFound, P::Type { .. }) if !mysql => vec![UNDEFINED_OBJECT],
        (K::HasDependents, _) if !mysql => vec![DEPENDENTS],
        (K::InvalidDefinition, P::Constraint { table, .. })
            if catalog.tables.get(table).is_some_and(|t| t.primary_key().is_some())
                && adds_primary_key(operation) =>
        {
            vec![SECOND_PRIMARY_KEY]
        }
        _ => Vec::new(),
    }
}

/// The constraint that a statement adds, if that is all it does.
fn added(operation: &Operation) -> Option<&ConstraintDefinition> {
    match operation {
        Operation::AlterTable(alter) => match alter.actions.as_slice() {
            [one] => match &one.node {
                TableAction::AddConstraint { definition } => Some(definition),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether a statement adds a constraint with an index; `None` when it does more than add one.
fn adds_key(operation: &Operation) -> Option<bool> {
    let key = |d: &ConstraintDefinition| {
        !matches!(d.kind, ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. })
    };
    added(operation).map(key)
}

fn adds_primary_key(operation: &Operation) -> bool {
    added(operation).is_some_and(|d| matches!(d.kind, ConstraintKind::PrimaryKey(_)))
}

/// Whether a handler's list has the error.
pub(super) fn is_listed(errors: &[String], error: Option<&str>) -> bool {
    errors.iter().any(|e| e == "others" || Some(e.as_str()) == error)
}

/// Whether a handler that takes `errors` takes the error.
fn takes(errors: &[String], names: &[Names]) -> Truth {
    if errors.iter().any(|e| e == "others") {
        return Truth::Yes;
    }
    let hits = names.iter().filter(|list| list.iter().any(|n| errors.iter().any(|e| e == n))).count();
    match (hits, names.len()) {
        (0, 1..) => Truth::No,
        (hits, all) if hits == all && all > 0 => Truth::Yes,
        _ => Truth::Maybe,
    }
}

/// The first handler that takes an error.
pub(super) fn handler<'h>(handlers: &'h [Handler], failure: &Failure) -> (Truth, Option<&'h Handler>) {
    for handler in handlers {
        match takes(&handler.errors, &failure.names) {
            Truth::No => {}
            found => return (found, Some(handler)),
        }
    }
    (Truth::No, None)
}

/// Whether a handler around a statement takes its error: `None` if none does.
pub(super) fn taken(handlers: &[Vec<String>], failure: &Failure) -> Option<Truth> {
    handlers.iter().rev().map(|h| takes(h, &failure.names)).find(|t| *t != Truth::No)
}

/// Errors that depend on rows, and whether a statement may raise them though the model sees no conflict.
const DATA: &[&str] = &[
    "others",
    "unique_violation",
    "23505",
    "check_violation",
    "23514",
    "foreign_key_violation",
    "23503",
    "not_null_violation",
    "23502",
    "integrity_constraint_violation",
    "23000",
    "1062",
    "1452",
    "1265",
    "1366",
    "invalid_text_representation",
    "22p02",
    "numeric_value_out_of_range",
    "22003",
    "datatype_mismatch",
    "42804",
    "string_data_right_truncation",
    "22001",
    "exclusion_violation",
    "23p01",
    "raise_exception",
    "p0001",
];

/// What can go wrong with an extension or a privilege.
const ENVIRONMENT: &[&str] = &[
    "others",
    "insufficient_privilege",
    "42501",
    "undefined_file",
    "58p01",
    "feature_not_supported",
    "0a000",
    "invalid_parameter_value",
    "22023",
    "undefined_object",
    "42704",
];

/// Whether other errors are among them than those for what is there already.
pub(super) fn beyond_duplicates(errors: &[String]) -> bool {
    let duplicates =
        [DUPLICATE_TABLE, DUPLICATE_COLUMN, DUPLICATE_OBJECT, DUPLICATE_SCHEMA, DUPLICATE_FUNCTION];
    !errors.iter().all(|error| duplicates.iter().any(|names| names.contains(&error.as_str())))
}

/// Whether a statement may raise an error that a handler which takes `errors` takes, for reasons that the model does not
/// see: rows, privileges, what it does not know.
pub(super) fn may_raise(operation: &Operation, outcome: &Outcome, before: &State, errors: &[String]) -> bool {
    let any = |list: &[&str]| errors.iter().any(|e| list.contains(&e.as_str()));
    if outcome.unknowns.iter().any(|_| true) || outcome.conflicts.iter().any(|c| !c.certain) {
        return true;
    }
    // In an open world what is created may be there, and what is dropped may not.
    if before.catalog.is_open() && !outcome.changes.is_empty() {
        return true;
    }
    match operation {
        Operation::Insert(_) | Operation::Update(_) | Operation::Delete(_) => any(DATA),
        Operation::Truncate { .. } | Operation::RefreshView { .. } => any(&["others"]),
        Operation::CreateIndex(index) => {
            index.definition.index.unique && any(DATA) || index_may_fail(index, errors)
        }
        Operation::AlterTable(alter) => alter.actions.iter().any(|a| match &a.node {
            TableAction::AddConstraint { definition } => depends_on_rows(definition) && any(DATA),
            TableAction::SetNullable { nullable: false, .. }
            | TableAction::SetType { .. }
            | TableAction::ModifyColumn { .. }
            | TableAction::ValidateConstraint { .. }
            | TableAction::AttachPartition { .. } => any(DATA),
            TableAction::AddColumn { definition, .. } => {
                let column = &definition.column;
                let strict = !column.nullable && column.default.is_none() && column.identity.is_none();
                (strict || !definition.constraints.is_empty()) && any(DATA)
            }
            TableAction::Opaque { .. } => true,
            _ => false,
        }),
        Operation::CreateExtension { .. } | Operation::DropExtension { .. } => any(ENVIRONMENT),
        Operation::CreateDatabase { .. } | Operation::DropDatabase { .. } => true,
        Operation::Opaque { .. }
        | Operation::Object(_)
        | Operation::Maintenance { .. }
        | Operation::LockTables { .. } => true,
        Operation::Query { calls, .. } => !calls.is_empty() || beyond_duplicates(errors),
        Operation::Conditional(_) => !outcome.ran.is_empty(),
        Operation::CreateRoutine { .. } | Operation::CreateView { .. } => any(&["others"]),
        _ => false,
    }
}

/// Index methods and operator classes of extensions may not be there.
fn index_may_fail(index: &crate::operation::CreateIndex, errors: &[String]) -> bool {
    let method = index.definition.index.method.as_str();
    let known = ["", "btree", "hash", "gin", "gist", "brin", "spgist"].contains(&method);
    let plain =
        index.definition.index.keys.iter().all(|k| k.operator_class.is_none() && k.expression.is_none());
    (!known || !plain) && errors.iter().any(|e| ENVIRONMENT.contains(&e.as_str()))
}

fn depends_on_rows(definition: &ConstraintDefinition) -> bool {
    !definition.not_valid
        || matches!(definition.kind, ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_))
}
