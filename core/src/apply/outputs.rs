//! The columns that a query gives to the table or view that is made of it (PostgreSQL).
use std::{cell::RefCell, collections::BTreeMap};

use super::{
    ConflictKind,
    run::{Relation as Kind, Run, Step, column_path, fail},
};
use crate::{
    catalog::{
        Column, DataType, Expression, Link, Name, ObjectName, Routine, RoutineKind, Table, UserTypeKind, View,
    },
    change::ObjectPath,
    dialect::postgres::{
        types,
        typing::{self, Budget, Collation, Facts, Relation, Returns, Type, Value},
    },
    operation::{ColumnDefinition, Located},
};

/// The schema as queries see it.
struct Schema<'r, 's> {
    run: &'r Run<'s>,
    /// Inside of a view: the relations that it reads, which its names mean whatever the search path is now.
    reads: Option<&'r [ObjectName]>,
    shared: &'r Shared,
}

/// What a query and the views that it reads have in common.
#[derive(Default)]
struct Shared {
    budget: Budget,
    /// Views whose columns were looked for; `None` while that goes on.
    views: RefCell<BTreeMap<ObjectName, Option<Relation>>>,
}

/// The output columns of a query; `None` when not even their number can be told.
fn outputs(run: &Run<'_>, sql: &str) -> Option<Vec<typing::Column>> {
    let shared = Shared::default();
    let schema = Schema { run, reads: None, shared: &shared };
    typing::columns(sql, &schema, &shared.budget, &run.target())
}

/// Gives a table the columns of the query that it is made from, under the names that are written for them.
pub(super) fn table(
    run: &mut Run<'_>,
    table: &mut Table,
    query: &Expression,
    written: &[Located<ColumnDefinition>],
) -> Step {
    let found = outputs(run, &query.sql);
    let names = written.iter().map(|c| c.node.column.name.clone());
    let Some(found) = found else {
        table.complete = false;
        table.columns.extend(names.map(|name| Column { name, nullable: true, ..Column::default() }));
        run.unknown(
            &table.name,
            format!("the columns of `{}` come from a query and are not known", table.name),
        );
        return Ok(());
    };
    let path = |name: &Name| ObjectPath::Column { table: table.name.clone(), name: name.clone() };
    if let Some(extra) = written.get(found.len()) {
        let message = format!("the query gives {} columns, and more names are written", found.len());
        return fail(ConflictKind::InvalidDefinition, path(&extra.node.column.name), message);
    }
    let mut names: Vec<Option<Name>> = names.map(Some).collect();
    names.extend(found.iter().skip(names.len()).map(|column| column.name.clone()));
    for (name, column) in names.into_iter().zip(found) {
        let Some(name) = name else {
            table.complete = false;
            let message =
                format!("the name of a column of `{}` comes from a query and is not known", table.name);
            run.unknown(&table.name, message);
            continue;
        };
        if table.columns.iter().any(|c| c.name == name) {
            let message = format!("column `{name}` stands twice in the query");
            return fail(ConflictKind::InvalidDefinition, column_path(&table.name, &name), message);
        }
        let mut made = Column { name, nullable: true, ..Column::default() };
        match column.value.data_type {
            // Without a length it is printed so that it is not read as `bit(1)`.
            Type::Known(data_type) if data_type.custom.is_none() && data_type.text == *"bit" => {
                made.data_type = DataType::builtin("\"bit\"");
            }
            Type::Known(data_type) => made.data_type = data_type,
            Type::Unknown | Type::Literal => {
                table.complete = false;
                let path = column_path(&table.name, &made.name);
                let message = format!("the type of `{}` comes from a query and is not known", made.name);
                run.unknown(path, message);
            }
        }
        made.collation = match column.value.collation {
            Collation::Implicit(name) | Collation::Explicit(name) if name != "default" => Some(name),
            _ => None,
        };
        table.columns.push(made);
    }
    Ok(())
}

/// Names the columns of a view that its text does not name, as those of `SELECT *`.
pub(super) fn view(run: &Run<'_>, view: &mut View) {
    if run.mysql() {
        return;
    }
    let shared = Shared::default();
    let schema = Schema { run, reads: None, shared: &shared };
    let found = typing::columns(&view.query.sql, &schema, &shared.budget, &run.target());
    let Some(found) = found.filter(|_| shared.budget.is_sure()) else { return };
    let names: Option<Vec<Name>> = found.into_iter().map(|column| column.name).collect();
    if let Some(names) = names
        && names.len() > view.columns.len()
    {
        view.columns.extend(names.into_iter().skip(view.columns.len()));
    }
}

fn known(column: &Column) -> Value {
    if !super::columns::is_known(column) {
        return Value::UNKNOWN;
    }
    let collation = column.collation.clone().map_or(Collation::Usual, Collation::Implicit);
    Value { data_type: Type::Known(column.data_type.clone()), collation }
}

fn of_table(table: &Table) -> Relation {
    let column = |column: &Column| typing::Column { name: Some(column.name.clone()), value: known(column) };
    Relation { columns: table.columns.iter().map(column).collect(), complete: table.complete }
}

impl Schema<'_, '_> {
    /// The full name of a relation, and what it is.
    fn find(&self, name: &ObjectName) -> Option<(ObjectName, Kind)> {
        let Some(reads) = self.reads else { return self.run.find(name) };
        let mut fitting = reads
            .iter()
            .filter(|full| full.name == name.name && (name.schema.is_none() || full.schema == name.schema));
        let full = fitting.next()?;
        if fitting.next().is_some() {
            return None;
        }
        self.run.relation(full).map(|kind| (full.clone(), kind))
    }

    /// The columns of a view under the names that it has.
    fn view(&self, name: &ObjectName) -> Option<Relation> {
        if let Some(found) = self.shared.views.borrow().get(name) {
            return found.clone();
        }
        let view = self.run.catalog().views.get(name)?;
        self.shared.views.borrow_mut().insert(name.clone(), None);
        let inside = Schema { run: self.run, reads: Some(&view.reads), shared: self.shared };
        let found = self
            .shared
            .budget
            .deeper(|| typing::columns(&view.query.sql, &inside, &self.shared.budget, &self.run.target()));
        let value = |at: usize, name: &Name| {
            let found = found.as_ref()?;
            if found.len() == view.columns.len() {
                return found.get(at).map(|c| c.value.clone());
            }
            // What `*` stands for has grown since.
            let mut named = found.iter().filter(|c| c.name.as_ref() == Some(name));
            let first = named.next()?;
            named.next().is_none().then(|| first.value.clone())
        };
        let listed = view.columns.iter().enumerate().map(|(at, name)| typing::Column {
            name: Some(name.clone()),
            value: value(at, name).unwrap_or(Value::UNKNOWN),
        });
        let relation = Relation { columns: listed.collect(), complete: !view.columns.is_empty() };
        self.shared.views.borrow_mut().insert(name.clone(), Some(relation.clone()));
        Some(relation)
    }

    /// The columns that `TABLE(a integer, …)` lists.
    fn listed(&self, inside: &str) -> Option<Vec<typing::Column>> {
        typing::defined(inside, self, &self.run.target())
    }
}

impl Facts for Schema<'_, '_> {
    fn relation(&self, name: &ObjectName) -> Option<Relation> {
        let (full, kind) = self.find(name)?;
        match kind {
            Kind::Table => self.run.catalog().tables.get(&full).map(|table| of_table(table)),
            Kind::View { .. } => self.view(&full),
            _ => None,
        }
    }

    fn full_type(&self, mut written: DataType) -> Option<DataType> {
        if let Some(custom) = &mut written.custom {
            *custom = super::types::full_name(self.run, custom)?;
        }
        Some(written)
    }

    fn base(&self, data_type: &DataType) -> Option<DataType> {
        let mut data_type = data_type.clone();
        // Domains over domains are few.
        for _ in 0..16 {
            let Some(custom) = &data_type.custom else { return Some(data_type) };
            match &self.run.catalog().types.get(custom)?.kind {
                UserTypeKind::Domain { base, .. } if data_type.text.is_empty() => data_type = base.clone(),
                UserTypeKind::Enum { .. } | UserTypeKind::Composite { .. } => return Some(data_type),
                _ => return None,
            }
        }
        None
    }

    fn is_enum(&self, data_type: &DataType) -> bool {
        let found = data_type.custom.as_ref().and_then(|custom| self.run.catalog().types.get(custom));
        found.is_some_and(|t| matches!(t.kind, UserTypeKind::Enum { .. })) && data_type.text.is_empty()
    }

    fn routine(&self, name: &ObjectName) -> Returns {
        let path = self.run.search_path();
        let in_sight = |routine: &Routine| match (&name.schema, &routine.name.schema) {
            (Some(written), own) => own.as_ref() == Some(written),
            // What a view calls was found under the search path of its time.
            (None, Some(own)) => self.reads.is_some() || path.contains(own),
            (None, None) => true,
        };
        let bare = ObjectName::bare(name.name.clone());
        let routines = &self.run.catalog().routines;
        let mut found = routines.linked(Link::Routine, &bare).filter(|routine| in_sight(routine));
        let Some(first) = found.next() else { return Returns::None };
        if first.kind != RoutineKind::Function || found.any(|other| other.returns != first.returns) {
            return Returns::Unknown;
        }
        let gives = |word: &str| word.eq_ignore_ascii_case("out") || word.eq_ignore_ascii_case("inout");
        let outputs = first.arguments.split([' ', ',']).any(gives);
        let Some(returns) = first.returns.as_deref().filter(|_| !outputs) else {
            return Returns::Unknown;
        };
        if let Some(list) = returns.strip_prefix("TABLE(").and_then(|rest| rest.strip_suffix(')')) {
            return self.listed(list).map_or(Returns::Unknown, Returns::Rows);
        }
        let text = returns.strip_prefix("SETOF ").unwrap_or(returns);
        let plain =
            !text.starts_with("any") && !matches!(text, "record" | "void" | "trigger" | "event_trigger");
        let written = types::parse(text, &self.run.target());
        let Some(data_type) = self.full_type(written).filter(|_| plain) else { return Returns::Unknown };
        let Some(custom) = data_type.custom.as_ref().filter(|_| data_type.text.is_empty()) else {
            return Returns::Value(data_type);
        };
        if let Some(relation) = self.run.relation(custom).and_then(|_| self.relation(custom)) {
            return if relation.complete { Returns::Rows(relation.columns) } else { Returns::Unknown };
        }
        match self.run.catalog().types.get(custom).map(|t| &t.kind) {
            Some(UserTypeKind::Composite { attributes }) => Returns::Rows(
                attributes
                    .iter()
                    .map(|(name, data_type)| typing::Column {
                        name: Some(name.clone()),
                        value: Value {
                            data_type: Type::Known(data_type.clone()),
                            collation: Collation::Usual,
                        },
                    })
                    .collect(),
            ),
            _ => Returns::Value(data_type),
        }
    }
}
