//! What a statement may write in whatever part of the history runs, as far as its text tells. When everything runs in
//! order it may write less: what is there already is not made again, what has its value does not get it anew.
use crate::{
    catalog::ObjectName,
    operation::{AlterTable, Operation, SequenceAction, TableAction, TransactionControl, TypeAction},
};

/// What a statement may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nothing that a schema shows.
    Nothing,
    /// These objects, by the last part of their names in lower case, with everything that belongs to them.
    Own {
        /// The names.
        names: Vec<String>,
        /// Whether it makes objects rather than taking them away.
        makes: bool,
        /// Whether it gives an object that was there another name.
        moves: bool,
    },
    /// Parts of the tables that it mentions: the columns, indexes and constraints that it mentions as well.
    Parts {
        /// Also properties of what it names: comments, options.
        properties: bool,
        /// Also indexes, constraints and triggers that it does not mention: they follow their columns, or the server
        /// chooses their names.
        reshapes: bool,
    },
    /// Anything that it mentions.
    Anything,
}

impl Reach {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, one) | (one, Self::Nothing) => one,
            (
                Self::Own { mut names, makes, moves },
                Self::Own { names: more, makes: also_makes, moves: also_moves },
            ) => {
                names.extend(more);
                Self::Own { names, makes: makes || also_makes, moves: moves || also_moves }
            }
            (
                Self::Parts { properties, reshapes },
                Self::Parts { properties: also_properties, reshapes: also_reshapes },
            ) => {
                Self::Parts { properties: properties || also_properties, reshapes: reshapes || also_reshapes }
            }
            _ => Self::Anything,
        }
    }
}

/// What the operations of one statement may write.
pub(super) fn of(operations: &[Operation]) -> Reach {
    operations.iter().map(one).fold(Reach::Nothing, Reach::and)
}

/// The tables of which the operation changes rows or parts.
pub(super) fn tables_of(operation: &Operation) -> Vec<&ObjectName> {
    match operation {
        Operation::Insert(insert) => vec![&insert.table],
        Operation::Update(update) => update.tables.iter().collect(),
        Operation::Delete(delete) => delete.tables.iter().collect(),
        Operation::Truncate { tables, .. } => tables.iter().collect(),
        Operation::AlterTable(alter) => vec![&alter.table],
        Operation::CreateIndex(create) => vec![&create.table],
        _ => Vec::new(),
    }
}

fn word(name: &str) -> String {
    name.to_lowercase()
}

fn makes(name: &str) -> Reach {
    Reach::Own { names: vec![word(name)], makes: true, moves: false }
}

fn drops<'a>(names: impl IntoIterator<Item = &'a ObjectName>) -> Reach {
    Reach::Own { names: names.into_iter().map(|n| word(&n.name)).collect(), makes: false, moves: false }
}

fn moves(from: &str, to: &str) -> Reach {
    Reach::Own { names: vec![word(from), word(to)], makes: true, moves: true }
}

fn one(operation: &Operation) -> Reach {
    const PARTS: Reach = Reach::Parts { properties: false, reshapes: false };
    match operation {
        Operation::CreateTable(create) => makes(&create.name.name),
        Operation::DropTable { names, .. } | Operation::DropView { names, .. } => drops(names),
        Operation::AlterTable(alter) => alter_table(alter),
        Operation::RenameTables { renames, .. } => {
            renames.iter().map(|(from, to)| moves(&from.name, &to.name)).fold(Reach::Nothing, Reach::and)
        }
        Operation::CreateIndex(create) => {
            Reach::Parts { properties: false, reshapes: create.definition.index.name.is_empty() }
        }
        Operation::DropIndex { .. }
        | Operation::RenameIndex { .. }
        | Operation::CreateTrigger { .. }
        | Operation::DropTrigger { .. } => PARTS,
        Operation::Comment { .. } => Reach::Parts { properties: true, reshapes: false },
        Operation::CreateView { view, .. } => makes(&view.name.name),
        Operation::RenameView { from, to, .. } => moves(&from.name, to),
        Operation::CreateType { name, .. } | Operation::CreateSequence { name, .. } => makes(&name.name),
        Operation::AlterType { name, action: TypeAction::Rename { to } }
        | Operation::AlterSequence { name, action: SequenceAction::Rename { to }, .. } => {
            moves(&name.name, to)
        }
        Operation::AlterType { name, .. } | Operation::AlterSequence { name, .. } => makes(&name.name),
        Operation::DropSequence { names, cascade: false, .. } => drops(names),
        Operation::DropType { names, cascade: false, .. } => drops(names),
        Operation::CreateRoutine { routine, .. } => makes(&routine.name.name),
        Operation::DropRoutine { routines, cascade: false, .. } => {
            drops(routines.iter().map(|(name, _)| name))
        }
        Operation::CreateSchema { name, .. } | Operation::CreateExtension { name, .. } => makes(name),
        Operation::Query { calls, .. } if calls.is_empty() => Reach::Nothing,
        Operation::Opaque { may_change_schema: false, .. }
        | Operation::Transaction(
            TransactionControl::Begin | TransactionControl::Commit | TransactionControl::Other { .. },
        )
        | Operation::CreateDatabase { .. }
        | Operation::DropDatabase { .. }
        | Operation::RefreshView { .. }
        | Operation::Insert(_)
        | Operation::Update(_)
        | Operation::Delete(_)
        | Operation::Truncate { .. }
        | Operation::Set { .. }
        | Operation::LockTables { .. }
        | Operation::Maintenance { .. }
        | Operation::Invalid { .. } => Reach::Nothing,
        _ => Reach::Anything,
    }
}

fn alter_table(alter: &AlterTable) -> Reach {
    let action = |action: &TableAction| match action {
        TableAction::Rename { to } => moves(&alter.table.name, &to.name),
        TableAction::SetSchema { .. } | TableAction::ConvertCharset { .. } => {
            moves(&alter.table.name, &alter.table.name)
        }
        TableAction::AttachPartition { .. }
        | TableAction::DetachPartition { .. }
        | TableAction::Opaque { may_change_schema: true, .. } => Reach::Anything,
        TableAction::SetOptions { .. } | TableAction::Partitions { .. } => {
            Reach::Parts { properties: true, reshapes: false }
        }
        TableAction::AddColumn { .. }
        | TableAction::SetDefault { .. }
        | TableAction::SetNullable { .. }
        | TableAction::SetColumnOption { .. }
        | TableAction::ValidateConstraint { .. }
        | TableAction::Rebuild => Reach::Parts { properties: false, reshapes: false },
        _ => Reach::Parts { properties: false, reshapes: true },
    };
    alter.actions.iter().map(|a| action(&a.node)).fold(Reach::Nothing, Reach::and)
}
