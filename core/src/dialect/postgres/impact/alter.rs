//! What each action of `ALTER TABLE` costs.
use super::{
    joined_by,
    modes::{ACCESS_EXCLUSIVE, ROW_SHARE, SHARE_ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE},
    types::{self, Rewrite},
};
use crate::{
    apply::{Outcome, State},
    catalog::{Column, ConstraintKind, Link, Name, ObjectName, Table, UserTypeKind},
    change::ObjectPath,
    dialect::expression,
    operation::{ColumnDefinition, ConstraintDefinition, TableAction},
};

/// What one action costs.
pub(super) struct Cost {
    pub(super) lock: &'static str,
    pub(super) rewrite: bool,
    pub(super) scan: bool,
    /// Whether `rewrite` or `scan` is a guess on the safe side.
    pub(super) unsure: bool,
    pub(super) because: Vec<String>,
    /// Other relations: the lock on them, and whether they are scanned.
    pub(super) others: Vec<(ObjectName, &'static str, bool)>,
}

impl Cost {
    fn of(lock: &'static str) -> Self {
        Self { lock, rewrite: false, scan: false, unsure: false, because: Vec::new(), others: Vec::new() }
    }

    fn because(mut self, why: impl Into<String>) -> Self {
        self.because.push(why.into());
        self
    }

    fn rewrite(mut self, why: impl Into<String>) -> Self {
        self.rewrite = true;
        self.because(why)
    }

    fn scan(mut self, why: impl Into<String>) -> Self {
        self.scan = true;
        self.because(why)
    }

    fn unsure(mut self) -> Self {
        self.unsure = true;
        self
    }

    fn other(mut self, name: &ObjectName, mode: &'static str, scanned: bool) -> Self {
        self.others.push((name.clone(), mode, scanned));
        self
    }
}

/// Parameters of `SET (…)` that take an exclusive lock (`reloptions.c`); all others a ShareUpdateExclusive one.
const EXCLUSIVE_PARAMETERS: &[&str] =
    &["user_catalog_table", "security_barrier", "security_invoker", "check_option"];

pub(super) fn cost(action: &TableAction, table: &ObjectName, before: &State, outcome: &Outcome) -> Cost {
    let known = before.catalog.tables.get(table).map(AsRef::as_ref);
    match action {
        TableAction::AddColumn { definition, if_not_exists, .. } => {
            let path = ObjectPath::Column { table: table.clone(), name: definition.column.name.clone() };
            let added = || outcome.changes.iter().any(|c| c.path == path);
            if *if_not_exists && !added() {
                return Cost::of(ACCESS_EXCLUSIVE)
                    .because("the column exists already, the lock is taken all the same");
            }
            add_column(definition, before)
        }
        TableAction::DropColumn { name, .. } => {
            let joined = joined_by(before, table, name);
            joined
                .iter()
                .fold(Cost::of(ACCESS_EXCLUSIVE), |cost, other| cost.other(other, ACCESS_EXCLUSIVE, false))
        }
        TableAction::SetType { name, data_type, using, collation, .. } => {
            let joined = joined_by(before, table, name);
            let cost = joined
                .iter()
                .fold(Cost::of(ACCESS_EXCLUSIVE), |c, other| c.other(other, ACCESS_EXCLUSIVE, false));
            let Some(column) = known.and_then(|t| find(t, name)) else {
                return cost
                    .rewrite(format!("the old type of `{name}` is not known: the table may be written anew"))
                    .unsure();
            };
            let recollated = collation.is_some() && *collation != column.collation;
            match types::rewrite(column, data_type, using.as_ref(), before) {
                Rewrite::Never if recollated => cost.because("indexes on the column are built anew for its collation"),
                Rewrite::Never => cost.because(format!("`{}` values need no change to be `{data_type}`", column.data_type)),
                Rewrite::Always => cost.rewrite(format!(
                    "`{}` values are stored differently from `{data_type}` ones: every row and index is written anew",
                    column.data_type
                )),
                Rewrite::Unknown(why) => cost.rewrite(why).unsure(),
            }
        }
        TableAction::SetNullable { name, nullable: false } => match known {
            Some(t) if find(t, name).is_some_and(|c| !c.nullable) => {
                Cost::of(ACCESS_EXCLUSIVE).because(format!("`{name}` is NOT NULL already"))
            }
            Some(t) if is_proven_not_null(t, name, before) => Cost::of(ACCESS_EXCLUSIVE).because(format!(
                "a valid check proves that `{name}` has no NULL: no scan from PostgreSQL 12 on"
            )),
            _ => {
                Cost::of(ACCESS_EXCLUSIVE).scan(format!("every row is read to see that `{name}` has no NULL"))
            }
        },
        TableAction::AddConstraint { definition } => add_constraint(definition, known),
        TableAction::ValidateConstraint { name } => validate(name, known),
        TableAction::DropConstraint { name, .. } => {
            let referenced = known
                .into_iter()
                .flat_map(Table::foreign_keys)
                .filter(|(c, _)| c.name == *name)
                .map(|(_, k)| k.table.clone())
                .collect::<Vec<_>>();
            referenced
                .iter()
                .fold(Cost::of(ACCESS_EXCLUSIVE), |cost, other| cost.other(other, ACCESS_EXCLUSIVE, false))
        }
        TableAction::SetGenerated { expression: Some(_), .. } => {
            Cost::of(ACCESS_EXCLUSIVE).rewrite("a stored generated column is computed anew for every row")
        }
        TableAction::SetColumnOption { option, .. } if option == "storage" || option == "compression" => {
            Cost::of(ACCESS_EXCLUSIVE)
        }
        TableAction::SetColumnOption { .. } => Cost::of(SHARE_UPDATE_EXCLUSIVE),
        TableAction::SetOptions { options } => set_options(options),
        TableAction::SetTriggerEnabled { .. } => Cost::of(SHARE_ROW_EXCLUSIVE),
        TableAction::AttachPartition { partition, bound } => {
            attach_partition(partition, bound, known, before)
        }
        TableAction::DetachPartition { partition, concurrently } => {
            let mode = if *concurrently { SHARE_UPDATE_EXCLUSIVE } else { ACCESS_EXCLUSIVE };
            Cost::of(mode).other(partition, ACCESS_EXCLUSIVE, false)
        }
        TableAction::Opaque { verb, .. } | TableAction::Other { verb, .. } => match verb.as_str() {
            v if v.starts_with("CLUSTER ON") || v.starts_with("SET WITHOUT CLUSTER") => {
                Cost::of(SHARE_UPDATE_EXCLUSIVE)
            }
            v if v.starts_with("SET ACCESS METHOD") => {
                Cost::of(ACCESS_EXCLUSIVE).rewrite("every row is written anew")
            }
            v if v.starts_with("SET TABLESPACE") => Cost::of(ACCESS_EXCLUSIVE)
                .rewrite("the table's files are copied into the other tablespace, unless it is there already")
                .unsure(),
            v => Cost::of(ACCESS_EXCLUSIVE)
                .because(format!("`{v}` is not analysed: the strongest lock is assumed"))
                .unsure(),
        },
        TableAction::SetDefault { .. }
        | TableAction::SetNullable { .. }
        | TableAction::SetIdentity { .. }
        | TableAction::SetGenerated { .. }
        | TableAction::AlterConstraint { .. }
        | TableAction::RenameColumn { .. }
        | TableAction::RenameConstraint { .. }
        | TableAction::Rename { .. }
        | TableAction::SetSchema { .. } => Cost::of(ACCESS_EXCLUSIVE),
        // Actions of the MySQL family, which PostgreSQL's lowering never makes.
        TableAction::ModifyColumn { .. }
        | TableAction::AddIndex { .. }
        | TableAction::DropIndex { .. }
        | TableAction::RenameIndex { .. }
        | TableAction::SetIndexVisible { .. }
        | TableAction::ConvertCharset { .. }
        | TableAction::Partitions { .. }
        | TableAction::Storage { .. }
        | TableAction::Rebuild => Cost::of(ACCESS_EXCLUSIVE).unsure(),
    }
}

fn find<'a>(table: &'a Table, name: &Name) -> Option<&'a Column> {
    table.columns.iter().find(|c| c.name == *name)
}

fn add_column(definition: &ColumnDefinition, before: &State) -> Cost {
    let column = &definition.column;
    let name = &column.name;
    let mut cost = Cost::of(ACCESS_EXCLUSIVE);
    for constraint in &definition.constraints {
        match &constraint.node.kind {
            ConstraintKind::Check { .. } => {
                cost = cost.scan(format!("every row is read to check the new column `{name}`"));
            }
            ConstraintKind::ForeignKey(key) => {
                let filled = column.default.is_some();
                cost = cost.other(&key.table, SHARE_ROW_EXCLUSIVE, filled);
                if filled {
                    cost = cost.scan(format!("every row is checked against `{}`", key.table));
                }
            }
            ConstraintKind::Unique(_) | ConstraintKind::PrimaryKey(_) | ConstraintKind::Exclude { .. } => {
                cost = cost.scan(format!("an index on `{name}` is built"));
            }
        }
    }
    if definition.serial {
        return cost.rewrite(format!("every row gets its own number in `{name}`"));
    }
    if column.identity.is_some() {
        return cost.rewrite(format!("every row gets its own number in `{name}`"));
    }
    if column.generated.as_ref().is_some_and(|g| g.stored) {
        return cost.rewrite(format!("`{name}` is computed and stored for every row"));
    }
    if let Some(custom) = &column.data_type.custom {
        let resolved = ObjectName::new(
            custom.schema.clone().unwrap_or_else(|| before.current_schema()),
            custom.name.clone(),
        );
        match before.catalog.types.get(&resolved).map(|t| &t.kind) {
            Some(UserTypeKind::Domain { checks, nullable, .. }) if !checks.is_empty() || !nullable => {
                return cost
                    .rewrite(format!("the domain `{custom}` has constraints: every row is written anew"));
            }
            Some(_) => {}
            None => {
                cost = cost.unsure().because(format!(
                    "if `{custom}` is a domain with constraints, every row is written anew"
                ));
            }
        }
    }
    if let Some(default) = &column.default {
        match expression::is_volatile(default, &before.target()) {
            Some(false) => {
                cost = cost
                    .because("a default that is the same for all rows is kept once, from PostgreSQL 11 on");
            }
            Some(true) => {
                return cost.rewrite(format!(
                    "the default of `{name}` differs from row to row: every row is written anew"
                ));
            }
            None => {
                return cost
                    .rewrite(format!("the default of `{name}` calls a function that is not known: if it is volatile, every row is written anew"))
                    .unsure();
            }
        }
    } else if !column.nullable && column.generated.is_none() {
        cost = cost.scan(format!(
            "every row is read: `{name}` is NOT NULL without a default, which fails if there is a row"
        ));
    }
    cost
}

/// Whether a partition's bound is `DEFAULT`.
fn is_default(bound: &str) -> bool {
    bound.trim().eq_ignore_ascii_case("default")
}

/// `ATTACH PARTITION`: the attached table is read unless a valid check implies the bound, and the default partition
/// unless one of its own implies that it has no row for the new one. Whether a check implies a bound is the server's
/// judgement; that there is no check is plain.
fn attach_partition(partition: &ObjectName, bound: &str, parent: Option<&Table>, before: &State) -> Cost {
    let full = before.relation_name(partition);
    let attached = before.catalog.tables.get(&full).filter(|t| t.complete);
    let checked = |table: &Table| {
        table.constraints.iter().any(|c| c.validated && matches!(c.kind, ConstraintKind::Check { .. }))
    };
    let mut cost = Cost::of(SHARE_UPDATE_EXCLUSIVE).other(&full, ACCESS_EXCLUSIVE, true);
    match attached {
        // The default partition takes what the others do not: without others it takes everything.
        _ if is_default(bound) => {
            cost = cost.because("the attached table is read if there are other partitions").unsure();
        }
        Some(table) if !checked(table) => {
            cost = cost.because("no check of the attached table implies the bound: every row of it is read");
        }
        _ => {
            cost = cost
                .because("the attached table is read unless one of its valid checks implies the bound")
                .unsure();
        }
    }
    let defaults = parent.map(|parent| {
        before.catalog.tables.linked(Link::Child, &parent.name).filter(move |t| {
            t.name != full
                && t.properties
                    .partition_of
                    .as_ref()
                    .is_some_and(|(of, bound)| *of == parent.name && is_default(bound))
        })
    });
    for default in defaults.into_iter().flatten() {
        let why = "the default partition is locked, and read for rows that belong into the new one";
        cost = cost.other(&default.name, ACCESS_EXCLUSIVE, true).because(why);
        // A check may say that it has none.
        cost.unsure |= checked(default);
    }
    if before.catalog.is_open() && parent.is_none_or(|t| !t.complete) {
        cost =
            cost.because("the table's default partition, if it has one, is locked and read as well").unsure();
    }
    cost
}

fn add_constraint(definition: &ConstraintDefinition, table: Option<&Table>) -> Cost {
    let unchecked = definition.not_valid || definition.not_enforced;
    match &definition.kind {
        ConstraintKind::ForeignKey(key) => {
            let cost = Cost::of(SHARE_ROW_EXCLUSIVE).other(&key.table, SHARE_ROW_EXCLUSIVE, !unchecked);
            if unchecked {
                cost
            } else {
                cost.scan("every row is checked while both tables are locked against writes")
            }
        }
        ConstraintKind::Check { .. } if unchecked => Cost::of(ACCESS_EXCLUSIVE),
        ConstraintKind::Check { .. } => {
            Cost::of(ACCESS_EXCLUSIVE).scan("every row is checked under an exclusive lock")
        }
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) if definition.using_index.is_some() => {
            let primary = matches!(definition.kind, ConstraintKind::PrimaryKey(_));
            let not_null = |name: &Name| table.and_then(|t| find(t, name)).is_some_and(|c| !c.nullable);
            let all_not_null = !key.columns.is_empty()
                && key.columns.iter().all(|k| k.column.as_ref().is_some_and(not_null));
            if primary && !all_not_null {
                Cost::of(ACCESS_EXCLUSIVE)
                    .scan("columns that are not NOT NULL yet become so, which reads every row")
                    .unsure()
            } else {
                Cost::of(ACCESS_EXCLUSIVE).because("the index exists already")
            }
        }
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude { .. } => {
            Cost::of(ACCESS_EXCLUSIVE)
                .scan("the index behind the constraint is built under an exclusive lock")
        }
    }
}

fn validate(name: &Name, table: Option<&Table>) -> Cost {
    let found = table.and_then(|t| t.constraints.iter().find(|c| c.name == *name));
    match found.map(|c| (&c.kind, c.validated)) {
        Some((_, true)) => Cost::of(SHARE_UPDATE_EXCLUSIVE).because("the constraint is valid already"),
        Some((ConstraintKind::ForeignKey(key), _)) => Cost::of(SHARE_UPDATE_EXCLUSIVE)
            .scan("every row is checked, others can write meanwhile")
            .other(&key.table, ROW_SHARE, false),
        Some(_) => Cost::of(SHARE_UPDATE_EXCLUSIVE).scan("every row is checked, others can write meanwhile"),
        None => Cost::of(SHARE_UPDATE_EXCLUSIVE)
            .scan("every row is checked; a table that a foreign key refers to is locked in RowShare mode")
            .unsure(),
    }
}

fn set_options(options: &[(String, Option<String>)]) -> Cost {
    let mut cost = Cost::of(SHARE_UPDATE_EXCLUSIVE);
    for (option, _) in options {
        let exclusive = match option.as_str() {
            "persistence" => {
                cost = cost.rewrite("changing between logged and unlogged writes every row anew");
                true
            }
            "tablespace" => {
                cost = cost
                    .rewrite(
                        "the table's files are copied into the other tablespace, unless it is there already",
                    )
                    .unsure();
                true
            }
            "access_method" => {
                cost = cost
                    .rewrite("every row is written anew, unless the table has that access method")
                    .unsure();
                true
            }
            "row_security" | "force_row_security" | "replica_identity" => true,
            other => EXCLUSIVE_PARAMETERS.contains(&other),
        };
        if exclusive {
            cost.lock = ACCESS_EXCLUSIVE;
        }
    }
    cost
}

/// Whether a valid check says `column IS NOT NULL`, alone or as one of several conditions joined by AND.
fn is_proven_not_null(table: &Table, column: &Name, before: &State) -> bool {
    let wanted =
        expression::read(&format!("\"{}\" IS NOT NULL", column.replace('"', "\"\"")), &before.target());
    table.constraints.iter().any(|c| {
        let ConstraintKind::Check { expression, .. } = &c.kind else { return false };
        c.validated
            && c.enforced
            && crate::dialect::expression::conjuncts(expression, &before.target()).contains(&wanted)
    })
}
