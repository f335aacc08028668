//! What each action of `ALTER TABLE` costs.
use crate::{
    apply::{Outcome, State},
    catalog::{Column, ConstraintKind, Index, ObjectName, ReferentialAction, Table},
    change::{Delta, ObjectPath},
    dialect::expression,
    operation::{ColumnDefinition, ColumnPosition, Located, TableAction},
    target::{Dialect, ServerVersion},
};

/// How the server carries out a change, from the cheapest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Algorithm {
    Instant,
    /// MariaDB: without building the clustered index anew.
    NoCopy,
    Inplace,
    Copy,
}

impl Algorithm {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::NoCopy => "nocopy",
            Self::Inplace => "inplace",
            Self::Copy => "copy",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Instant, Self::NoCopy, Self::Inplace, Self::Copy]
            .into_iter()
            .find(|a| a.as_str().eq_ignore_ascii_case(word))
    }
}

/// What an action, or a whole statement, costs.
pub(super) struct Cost {
    pub(super) algorithm: Algorithm,
    /// Whether others can write meanwhile.
    pub(super) writable: bool,
    /// Whether not even MariaDB's copy that follows the writers (11.2 and newer) lets others write.
    pub(super) never_online: bool,
    /// Whether every row is written anew, also in place.
    pub(super) rebuild: bool,
    /// Whether every row is read.
    pub(super) scan: bool,
    pub(super) unsure: bool,
    pub(super) because: Vec<String>,
    pub(super) others: Vec<ObjectName>,
}

impl Cost {
    fn of(algorithm: Algorithm) -> Self {
        Self {
            algorithm,
            writable: algorithm != Algorithm::Copy,
            never_online: false,
            rebuild: algorithm == Algorithm::Copy,
            scan: false,
            unsure: false,
            because: Vec::new(),
            others: Vec::new(),
        }
    }

    pub(super) fn instant() -> Self {
        Self::of(Algorithm::Instant)
    }

    fn copy(why: impl Into<String>) -> Self {
        Self::of(Algorithm::Copy).because(why)
    }

    fn rebuild(why: impl Into<String>) -> Self {
        Self { rebuild: true, ..Self::of(Algorithm::Inplace) }.because(why)
    }

    fn because(mut self, why: impl Into<String>) -> Self {
        self.because.push(why.into());
        self
    }

    fn blocking(mut self) -> Self {
        self.writable = false;
        self
    }

    fn never_online(mut self) -> Self {
        self.never_online = true;
        self
    }

    fn scan(mut self) -> Self {
        self.scan = true;
        self
    }

    fn unsure(mut self) -> Self {
        self.unsure = true;
        self
    }

    /// Both in one statement: the worse of each.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.algorithm = self.algorithm.max(other.algorithm);
        self.writable &= other.writable;
        self.never_online |= other.never_online;
        self.rebuild |= other.rebuild;
        self.scan |= other.scan;
        self.unsure |= other.unsure;
        self.because.extend(other.because);
        self.others.extend(other.others);
        self
    }
}

/// Whether MariaDB copies this table while others write, unless an action stands against it: from 11.2 on, but not with
/// foreign keys that change rows (measured on 11.8: `LOCK=NONE` is refused with each such key). `None` when the
/// table's foreign keys are not known.
pub(super) fn copies_online(table: Option<&Table>, before: &State) -> Option<bool> {
    if before.catalog.dialect != Dialect::MariaDb || !before.catalog.server_version.at_least(11, 2, 1) {
        return Some(false);
    }
    let changes_rows = |action: &ReferentialAction| {
        matches!(
            action,
            ReferentialAction::Cascade | ReferentialAction::SetNull | ReferentialAction::SetDefault
        )
    };
    let table = table.filter(|t| t.complete)?;
    Some(!table.foreign_keys().any(|(_, key)| changes_rows(&key.on_delete) || changes_rows(&key.on_update)))
}

fn drops_key(action: &TableAction) -> bool {
    matches!(action, TableAction::DropConstraint { name, .. } if name == "PRIMARY")
}

fn adds_key(action: &TableAction) -> bool {
    matches!(action, TableAction::AddConstraint { definition } if matches!(definition.kind, ConstraintKind::PrimaryKey(_)))
}

fn swaps_key(actions: &[Located<TableAction>]) -> bool {
    actions.iter().any(|a| drops_key(&a.node)) && actions.iter().any(|a| adds_key(&a.node))
}

/// Whether the action is the first half of exchanging the primary key, which by itself would copy the table.
pub(super) fn is_half_of_key_swap(action: &TableAction, actions: &[Located<TableAction>]) -> bool {
    drops_key(action) && swaps_key(actions)
}

/// What actions cost together that they do not cost alone.
pub(super) fn together(actions: &[Located<TableAction>], dialect: Dialect) -> Option<Cost> {
    let adds_column = actions.iter().any(|a| matches!(a.node, TableAction::AddColumn { .. }));
    let adds_index = actions.iter().any(|a| matches!(a.node, TableAction::AddIndex { .. }));
    (dialect == Dialect::MariaDb && adds_column && adds_index)
        .then(|| Cost::rebuild("a column and an index are added in one statement"))
}

pub(super) fn referenced(kind: &ConstraintKind) -> Option<&ObjectName> {
    match kind {
        ConstraintKind::ForeignKey(key) => Some(&key.table),
        _ => None,
    }
}

/// Index builds of MariaDB that leave the clustered index alone are called `nocopy`; MySQL says `inplace`.
fn index_build(dialect: Dialect) -> Algorithm {
    if dialect == Dialect::MariaDb { Algorithm::NoCopy } else { Algorithm::Inplace }
}

/// A change of definition alone: instant on MariaDB, in place without touching rows on MySQL.
fn metadata(dialect: Dialect) -> Algorithm {
    if dialect == Dialect::MariaDb { Algorithm::Instant } else { Algorithm::Inplace }
}

pub(super) fn add_index(index: &Index, dialect: Dialect) -> Cost {
    let cost = Cost::of(index_build(dialect)).scan();
    match index.method.as_str() {
        "fulltext" => cost
            .blocking()
            .unsure()
            .because("the table's first FULLTEXT index builds the table anew, and writers wait"),
        "spatial" => cost.blocking().because("writers wait while a SPATIAL index is built"),
        _ => cost.because("the index is built while others write"),
    }
}

pub(super) fn drop_index(dialect: Dialect) -> Cost {
    Cost::of(index_build(dialect))
}

pub(super) fn cost(action: &TableAction, table: &ObjectName, before: &State, outcome: &Outcome) -> Cost {
    let dialect = before.catalog.dialect;
    let version = before.catalog.server_version;
    let maria = dialect == Dialect::MariaDb;
    let known = before.catalog.tables.get(table).map(AsRef::as_ref);
    match action {
        TableAction::AddColumn { definition, position, if_not_exists } => {
            let name = &definition.column.name;
            let added = outcome.changes.iter().any(|c| {
                matches!((&c.path, &c.delta), (ObjectPath::Column { name: n, .. }, Delta::Create { .. }) if n == name)
            });
            if *if_not_exists && !added {
                Cost::instant()
            } else {
                add_column(definition, position.as_ref(), known, before)
            }
        }
        TableAction::DropColumn { name, .. } => {
            if maria || version.at_least(8, 0, 29) {
                let indexed = known.is_some_and(|t| uses(t, name));
                match (maria, indexed) {
                    (true, true) => Cost::of(Algorithm::NoCopy),
                    (false, true) => Cost::rebuild("an index uses the column"),
                    _ => instant_unless_special(known, maria),
                }
            } else {
                Cost::rebuild("before MySQL 8.0.29 dropping a column builds the table anew")
            }
        }
        TableAction::ModifyColumn { name, definition, position, .. } => modify(
            known.and_then(|t| t.columns.iter().find(|c| same(&c.name, name))),
            definition,
            position.as_ref(),
            before,
        ),
        TableAction::RenameColumn { .. } => rename_column(maria, version),
        TableAction::SetDefault { .. } => Cost::instant(),
        TableAction::AddConstraint { definition } => match &definition.kind {
            ConstraintKind::PrimaryKey(_) => {
                Cost::rebuild("the table is built anew in the order of its primary key")
            }
            ConstraintKind::ForeignKey(key) => {
                let mut cost = if before.session.foreign_key_checks {
                    Cost::copy("with foreign_key_checks on, the table is copied and every row checked")
                } else {
                    Cost::of(metadata(dialect)).because("with foreign_key_checks off, no row is checked")
                };
                cost.others.push(key.table.clone());
                cost
            }
            ConstraintKind::Check { .. } if definition.not_enforced => Cost::of(metadata(dialect)),
            ConstraintKind::Check { .. } => Cost::copy("the table is copied to check every row"),
            ConstraintKind::Unique(_) => {
                Cost::of(index_build(dialect)).scan().because("the index is built while others write")
            }
            ConstraintKind::Exclude { .. } => Cost::copy("not modelled").unsure(),
        },
        TableAction::DropConstraint { name, .. } if name == "PRIMARY" => {
            Cost::copy("dropping a primary key without adding one copies the table")
        }
        TableAction::DropConstraint { .. } => Cost::of(metadata(dialect)),
        TableAction::AlterConstraint { enforced: Some(true), .. } => {
            Cost::copy("every row is checked").unsure()
        }
        TableAction::AddIndex { definition } => add_index(&definition.index, dialect),
        TableAction::DropIndex { .. } => drop_index(dialect),
        TableAction::RenameIndex { .. } => Cost::of(metadata(dialect)),
        TableAction::SetIndexVisible { .. } => Cost::of(metadata(dialect)),
        TableAction::Rename { .. } => Cost::instant(),
        TableAction::SetOptions { options } => set_options(options, known, before),
        TableAction::ConvertCharset { .. } => Cost::copy(
            "every text value is converted; a change from utf8mb3 to utf8mb4 without indexes can be cheaper",
        )
        .unsure(),
        TableAction::Partitions { verb, .. } => match verb.as_str() {
            v if v.starts_with("DROP PARTITION")
                || v.starts_with("TRUNCATE PARTITION")
                || v.starts_with("EXCHANGE") =>
            {
                Cost::of(Algorithm::Inplace)
            }
            v if v.starts_with("ADD PARTITION") => {
                Cost::of(Algorithm::Inplace).unsure().because("HASH and KEY partitions are copied")
            }
            v => Cost::copy(format!("`{v}` copies rows between partitions")),
        },
        TableAction::Rebuild => Cost::rebuild("the table is built anew"),
        TableAction::Storage { verb, .. } if verb == "ORDER BY" => Cost::copy("the rows are put in order"),
        TableAction::Opaque { verb, .. }
        | TableAction::Other { verb, .. }
        | TableAction::Storage { verb, .. } => {
            Cost::copy(format!("`{verb}` is not analysed: a copy is assumed")).unsure()
        }
        TableAction::SetColumnOption { .. } | TableAction::AlterConstraint { .. } => {
            Cost::of(metadata(dialect))
        }
        // Actions of PostgreSQL, which this family's lowering never makes.
        TableAction::SetType { .. }
        | TableAction::SetNullable { .. }
        | TableAction::SetIdentity { .. }
        | TableAction::SetGenerated { .. }
        | TableAction::ValidateConstraint { .. }
        | TableAction::RenameConstraint { .. }
        | TableAction::SetSchema { .. }
        | TableAction::SetTriggerEnabled { .. }
        | TableAction::AttachPartition { .. }
        | TableAction::DetachPartition { .. } => Cost::copy("not an action of this server").unsure(),
    }
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

fn uses(table: &Table, column: &str) -> bool {
    table.indexes.iter().any(|i| i.keys.iter().any(|k| k.column.as_ref().is_some_and(|c| same(c, column))))
}

/// Row formats and FULLTEXT indexes rule instant column changes out.
fn instant_unless_special(table: Option<&Table>, maria: bool) -> Cost {
    let Some(table) = table else {
        return Cost::instant()
            .unsure()
            .because("instant unless the table is compressed or has a FULLTEXT index, which is not known");
    };
    if !table.complete {
        return Cost::instant()
            .unsure()
            .because("instant unless the table is compressed or has a FULLTEXT index, which is not known");
    }
    let compressed = table.properties.options.get("row_format").is_some_and(|f| same(f, "compressed"));
    if table.indexes.iter().any(|i| i.method == "fulltext") {
        let why = "the table has a FULLTEXT index";
        return if maria { Cost::rebuild(why).blocking() } else { Cost::copy(why) };
    }
    if compressed {
        return Cost::rebuild("the table's ROW_FORMAT is COMPRESSED");
    }
    Cost::instant()
}

fn add_column(
    definition: &ColumnDefinition,
    position: Option<&ColumnPosition>,
    table: Option<&Table>,
    before: &State,
) -> Cost {
    let (dialect, version) = (before.catalog.dialect, before.catalog.server_version);
    let maria = dialect == Dialect::MariaDb;
    let column = &definition.column;
    let mut cost = if column.auto_increment {
        Cost::rebuild("every row gets its own number").blocking().never_online()
    } else if let Some(generated) = &column.generated {
        if generated.stored {
            Cost::copy("the column is computed and stored for every row")
        } else {
            Cost::instant()
        }
    } else if column.default.as_ref().is_some_and(|d| !constant(d, before)) {
        default_for_every_row(column, before)
    } else {
        let last_only = !maria && !version.at_least(8, 0, 29);
        if last_only && position.is_some() {
            Cost::rebuild("before MySQL 8.0.29 only a column at the end is added instantly")
        } else if !maria && !version.at_least(8, 0, 12) {
            Cost::rebuild("before MySQL 8.0.12 adding a column builds the table anew")
        } else {
            instant_unless_special(table, maria)
        }
    };
    let virtual_columns =
        table.is_some_and(|t| t.columns.iter().any(|c| c.generated.as_ref().is_some_and(|g| !g.stored)));
    if maria && position.is_some() && virtual_columns {
        cost = cost.and(Cost::copy("the table has virtual columns and the new one is not at the end"));
    }
    if !definition.indexes.is_empty() {
        cost = cost.and(Cost::rebuild("the column comes with an index"));
    }
    for constraint in &definition.constraints {
        cost = cost.and(match &constraint.node.kind {
            ConstraintKind::PrimaryKey(_) => {
                Cost::rebuild("the table is built anew in the order of its primary key")
            }
            ConstraintKind::Unique(_) => Cost::rebuild("the column comes with an index"),
            ConstraintKind::ForeignKey(_) if before.session.foreign_key_checks => {
                Cost::copy("with foreign_key_checks on, the table is copied and every row checked")
            }
            ConstraintKind::ForeignKey(_) | ConstraintKind::Exclude { .. } => Cost::of(metadata(dialect)),
            ConstraintKind::Check { .. } if maria => Cost::instant(),
            ConstraintKind::Check { .. } => Cost::copy("the table is copied to check every row"),
        });
    }
    cost
}

/// A new column whose default is an expression.
fn default_for_every_row(column: &Column, before: &State) -> Cost {
    let (dialect, target) = (before.catalog.dialect, before.target());
    let cost = Cost::copy("the default is an expression: the table is copied");
    match &column.default {
        Some(default) if dialect == Dialect::MariaDb && expression::columns(default, &target).is_empty() => {
            if expression::is_volatile(default, &target) == Some(false) {
                Cost::instant()
            } else {
                cost.unsure()
            }
        }
        _ => cost,
    }
}

/// Literals and `CURRENT_TIMESTAMP` need no look at the rows. MySQL copies the table for every default in parentheses,
/// MariaDB for those that may differ from row to row (measured on MySQL 9.7 and MariaDB 11.8).
fn constant(default: &crate::catalog::Expression, before: &State) -> bool {
    let target = before.target();
    if before.catalog.dialect != Dialect::MariaDb && default.sql.trim_start().starts_with('(') {
        return false;
    }
    expression::is_constant(default, &target)
        || expression::columns(default, &target).is_empty()
            && expression::functions(default, &target)
                .iter()
                .all(|f| matches!(&**f, "current_timestamp" | "now" | "localtime" | "localtimestamp"))
}

fn rename_column(maria: bool, version: ServerVersion) -> Cost {
    if maria || version.at_least(8, 0, 28) { Cost::instant() } else { Cost::of(Algorithm::Inplace) }
}

fn modify(
    old: Option<&Column>,
    definition: &ColumnDefinition,
    position: Option<&ColumnPosition>,
    before: &State,
) -> Cost {
    let (dialect, version) = (before.catalog.dialect, before.catalog.server_version);
    let maria = dialect == Dialect::MariaDb;
    let new = &definition.column;
    let Some(old) = old else {
        return Cost::copy(format!("the old definition of `{}` is not known: a copy is assumed", new.name))
            .unsure();
    };
    let mut cost = if same(&old.name, &new.name) { Cost::instant() } else { rename_column(maria, version) };
    let recoded = |a: &Option<String>, b: &Option<String>| b.is_some() && a != b;
    if recoded(&old.charset, &new.charset) || recoded(&old.collation, &new.collation) {
        cost = cost.and(Cost::copy("the character set or collation changes").unsure());
    }
    if old.data_type != new.data_type {
        cost = cost.and(type_change(old, new, maria));
    }
    if old.nullable != new.nullable {
        cost = cost.and(if new.nullable {
            Cost::rebuild("dropping NOT NULL builds the table anew")
        } else {
            Cost::rebuild("NOT NULL builds the table anew, and fails on a NULL in strict mode").scan()
        });
    }
    if position.is_some() {
        cost = cost.and(if maria {
            Cost::instant()
        } else {
            Cost::rebuild("moving a column builds the table anew")
        });
    }
    if old.auto_increment != new.auto_increment && new.auto_increment {
        cost = cost.and(Cost::copy("the column becomes AUTO_INCREMENT").never_online());
    }
    if old.generated != new.generated {
        let computed = |c: &Column| c.generated.as_ref().is_some_and(|g| !g.stored);
        let free = maria && computed(old) && computed(new) && old.data_type == new.data_type;
        cost = cost.and(if free {
            Cost::instant().because("a virtual column's values are kept nowhere")
        } else {
            Cost::copy("what the column is computed from changes")
        });
    }
    cost
}

fn type_change(old: &Column, new: &Column, maria: bool) -> Cost {
    let (from, to) = (old.data_type.text.as_str(), new.data_type.text.as_str());
    if let (Some(a), Some(b)) = (length(from, "varchar"), length(to, "varchar")) {
        // The length byte's class is what counts; utf8mb4 takes up to four bytes a character.
        if b < a {
            return Cost::copy("a shorter VARCHAR copies the table");
        }
        return match (a * 4 < 256, b * 4 < 256) {
            (true, true) | (false, false) if a >= 256 || b < 64 => Cost::of(metadata_of(maria)),
            (false, false) => Cost::of(metadata_of(maria))
                .unsure()
                .because("free unless the longer value needs a second length byte"),
            _ => {
                Cost::copy("a VARCHAR that may pass 255 bytes gets a second length byte: the table is copied")
                    .unsure()
            }
        };
    }
    let labels = |t: &str, kind: &str| {
        t.strip_prefix(kind)
            .and_then(|t| t.strip_prefix('('))
            .and_then(|t| t.strip_suffix(')'))
            .map(str::to_owned)
    };
    for kind in ["enum", "set"] {
        if let (Some(a), Some(b)) = (labels(from, kind), labels(to, kind)) {
            let count = |l: &str| l.matches("','").count() + 1;
            let same_size = if kind == "enum" {
                count(&b) < 256 || count(&a) >= 256
            } else {
                count(&a).div_ceil(8) == count(&b).div_ceil(8)
            };
            return if b.starts_with(&a) && same_size {
                Cost::instant().because("labels are added at the end")
            } else {
                Cost::copy("labels change their numbers: the table is copied")
            };
        }
    }
    Cost::copy(format!("`{from}` values are stored differently from `{to}` ones: the table is copied"))
}

fn metadata_of(maria: bool) -> Algorithm {
    if maria { Algorithm::Instant } else { Algorithm::Inplace }
}

fn length(text: &str, name: &str) -> Option<u64> {
    text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?.parse().ok()
}

fn set_options(options: &[(String, Option<String>)], table: Option<&Table>, before: &State) -> Cost {
    let dialect = before.catalog.dialect;
    let mut cost = Cost::instant();
    for (option, value) in options {
        cost = cost.and(match option.as_str() {
            "engine" => {
                let old = table.map(|t| t.properties.engine.as_deref().unwrap_or("InnoDB"));
                match (old, value.as_deref()) {
                    (Some(old), Some(new)) if same(old, new) => Cost::rebuild("the table is built anew"),
                    (None, Some(new)) if same(new, "innodb") => {
                        Cost::rebuild("the table is built anew, or copied if it has another engine so far")
                            .unsure()
                    }
                    _ => Cost::copy("another engine copies the table"),
                }
            }
            "row_format" | "key_block_size" | "page_compressed" => {
                Cost::rebuild("another row format builds the table anew")
            }
            "encryption" => Cost::copy("encryption copies the table"),
            "encrypted" => Cost::rebuild("encryption builds the table anew"),
            "charset" | "collation" => {
                Cost::of(metadata(dialect)).because("only columns added later get the new default")
            }
            _ => Cost::of(metadata(dialect)),
        });
    }
    cost
}
