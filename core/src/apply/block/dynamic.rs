//! Text that is put together and run.
use super::{End, Walk, eval, probe::probe_of, value::Value};
use crate::{
    apply::{Outcome, Ran},
    catalog::ObjectName,
    dialect::postgres,
    operation::{Candidate, ConstraintDefinition, CreateTable, Located, Operation, Step, TableAction, Term},
    text::Span,
};

impl Walk<'_, '_> {
    /// `EXECUTE`
    pub(super) fn execute(
        &mut self,
        text: &Term,
        candidates: &[Candidate],
        complete: bool,
        span: Span,
    ) -> End {
        match eval::value(self.run, text, None) {
            Value::Text(known) => match candidates.iter().find(|c| *c.text == *known) {
                Some(candidate) => return self.steps(&candidate.body),
                None if self.run.mysql() => return self.unread(),
                None => return self.put_together(&known, span),
            },
            Value::Partly(text) if !self.run.mysql() => return self.holed(&text, span),
            Value::Missing(name) => return self.missing(&name, span),
            _ if self.is_exposed() => return End::MaybeFailed,
            _ => {}
        }
        let because = (format!("the text that {} runs", self.source), probe_of(text));
        let mut end = End::Through;
        for candidate in candidates {
            let one = self.possibly(because.clone(), |walk| walk.steps(&candidate.body));
            if matches!(one, End::MaybeLeft | End::Left) {
                end = End::MaybeLeft;
            }
        }
        candidates.iter().for_each(|c| self.forget(&c.body));
        if !complete {
            self.unread();
        }
        end
    }

    /// A text that is known.
    fn put_together(&mut self, text: &str, span: Span) -> End {
        if !self.spend(1 + text.len() / 256) {
            return End::MaybeLeft;
        }
        let steps = postgres::lower::executed(text, &self.run.target(), span);
        self.steps(&steps)
    }

    /// A text in which names are not known: what it makes or changes is in doubt, whatever its name turns out to be.
    fn holed(&mut self, text: &str, span: Span) -> End {
        if !self.spend(1 + text.len() / 256) {
            return End::MaybeLeft;
        }
        let steps = postgres::lower::executed(text, &self.run.target(), span);
        let mut touched = Vec::new();
        for step in &steps {
            let found = match &step.node {
                Step::Statement { statement } => self.touched(&statement.node),
                _ => None,
            };
            match found {
                Some(found) => touched.push(found),
                None => return self.unread(),
            }
        }
        self.idle = false;
        for (step, objects) in steps.iter().zip(touched) {
            let Step::Statement { statement } = &step.node else { continue };
            for object in objects {
                let message = format!(
                    "the {} makes or changes `{object}`, where `{}` is not known from the files",
                    self.source,
                    Value::HOLE
                );
                self.doubt(&object, &message);
            }
            let before = self.run.state.clone();
            let (operation, outcome) = (Located::clone(statement), Outcome::default());
            self.run.out.ran.push(Ran { operation, before, outcome, certain: false });
        }
        End::Through
    }

    /// Notes that objects of a name with holes may be there, and whatever has such a name now.
    fn doubt(&mut self, object: &ObjectName, message: &str) {
        self.run.uncertain(object, message.to_owned());
        let object = object.to_string();
        if let Some(last) = self.run.out.unknowns.last_mut()
            && let Some((_, name)) = object.rsplit_once('.').filter(|(_, name)| name.contains(Value::HOLE))
        {
            let pattern: String = name
                .chars()
                .map(|c| match c {
                    Value::HOLE | '_' | '%' => '%',
                    c => c,
                })
                .collect();
            let pattern = pattern.replace('\'', "''");
            last.probe = Some(format!("SELECT relname FROM pg_class WHERE relname LIKE '{pattern}'"));
        }
    }

    /// The objects that a statement with holes makes or changes; `None` when that is not plain.
    fn touched(&self, operation: &Operation) -> Option<Vec<ObjectName>> {
        let full = |name: &ObjectName| self.run.find(name).map_or_else(|| self.run.qualify(name), |(n, _)| n);
        // Nothing but holes may be any object.
        let specific = |name: &ObjectName| {
            name.name.chars().any(|c| c != Value::HOLE) && !name.schema_str().contains(Value::HOLE)
        };
        let mut objects = Vec::new();
        match operation {
            Operation::CreateTable(table) => {
                objects.push(full(&table.name));
                objects.extend(referenced(table)?.iter().map(full));
            }
            Operation::AlterTable(alter) => {
                let only_attaches = alter.actions.iter().all(|action| match &action.node {
                    TableAction::AttachPartition { partition, .. } => {
                        objects.push(full(partition));
                        true
                    }
                    _ => false,
                });
                // The parent stays what it is.
                if !only_attaches {
                    objects.push(full(&alter.table));
                    for action in &alter.actions {
                        match &action.node {
                            TableAction::AddConstraint { definition } => {
                                objects.extend(target(definition).iter().map(&full));
                            }
                            TableAction::Storage { destroys_rows: false, .. }
                            | TableAction::AttachPartition { .. }
                            | TableAction::SetNullable { .. } => {}
                            _ => return None,
                        }
                    }
                }
            }
            Operation::CreateIndex(index) => objects.push(full(&index.table)),
            Operation::Insert(_) | Operation::Update(_) | Operation::Delete(_) => {}
            Operation::Comment { .. } | Operation::Maintenance { .. } => {}
            _ => return None,
        }
        objects.iter().all(specific).then_some(objects)
    }
}

/// What a new table refers to; `None` when that is not plain.
fn referenced(table: &CreateTable) -> Option<Vec<ObjectName>> {
    if table.from_query.is_some() {
        return None;
    }
    let mut found: Vec<ObjectName> = Vec::new();
    for column in &table.columns {
        found.extend(column.node.column.data_type.custom.clone());
        found.extend(column.node.constraints.iter().filter_map(|c| target(&c.node)));
    }
    found.extend(table.constraints.iter().filter_map(|c| target(&c.node)));
    Some(found)
}

fn target(definition: &ConstraintDefinition) -> Option<ObjectName> {
    match &definition.kind {
        crate::catalog::ConstraintKind::ForeignKey(key) => Some(key.table.clone()),
        _ => None,
    }
}
