//! What a rule sees, and what it says.
use crate::{
    apply::{Outcome, State},
    catalog::{ObjectName, Table},
    operation::{Operation, TableAction},
    replay::Created,
    report::{Certainty, Severity},
    target::Target,
    text::Span,
};

/// What a rule sees of one operation.
pub(crate) struct Context<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) span: Span,
    /// What the operation did; for an operation that only may run, what it would do.
    pub(crate) outcome: &'a Outcome,
    pub(crate) before: &'a State,
    pub(crate) target: &'a Target,
    pub(crate) created: &'a Created,
    /// Whether a transaction is open; `None` when that depends on who runs the file.
    pub(crate) in_transaction: Option<bool>,
    /// Whether the script itself has opened a transaction.
    pub(crate) in_block: bool,
    /// The statement's place in the migration, from 0.
    pub(crate) position: usize,
    pub(crate) impact: &'a crate::dialect::Impact,
}

/// A finding before its place has been looked up.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) objects: Vec<String>,
    pub(crate) severity: Option<Severity>,
    pub(crate) certainty: Certainty,
}

impl Draft {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
            objects: Vec::new(),
            severity: None,
            certainty: Certainty::Certain,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn object(mut self, object: &impl ToString) -> Self {
        self.objects.push(object.to_string());
        self
    }

    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    pub(crate) fn possible(mut self) -> Self {
        self.certainty = Certainty::Possible;
        self
    }
}

impl<'a> Context<'a> {
    /// The name with the schema that an unqualified one is looked up in.
    pub(crate) fn resolve(&self, name: &ObjectName) -> ObjectName {
        self.before.relation_name(name)
    }

    /// The table before the operation.
    pub(crate) fn table(&self, name: &ObjectName) -> Option<&'a Table> {
        self.before.catalog.tables.get(&self.resolve(name)).map(AsRef::as_ref)
    }

    /// Whether the migration made the relation itself.
    pub(crate) fn is_new(&self, name: &ObjectName) -> bool {
        self.created.contains(&self.resolve(name))
    }

    /// Whether the migration made the relation itself and it is still empty.
    pub(crate) fn is_new_and_empty(&self, name: &ObjectName) -> bool {
        self.created.is_empty_table(&self.resolve(name))
    }

    /// The actions of an `ALTER TABLE`, with the table.
    pub(crate) fn table_actions(&self) -> impl Iterator<Item = (&'a ObjectName, Span, &'a TableAction)> {
        let alter = match self.operation {
            Operation::AlterTable(alter) => Some(alter),
            _ => None,
        };
        alter.into_iter().flat_map(|a| a.actions.iter().map(move |l| (&a.table, l.span, &l.node)))
    }
}
