//! The rows that the server's catalog views would have, as far as a lookup asks for them.
use std::sync::Arc;

use super::{
    eval,
    unlisted::unlisted,
    value::{Truth, Value},
};
use crate::{
    apply::run::{Relation, Run},
    catalog::{
        Catalog, Column, ConstraintKind, Index, KeyIndex, Link, Name, ObjectName, Persistence, RoutineKind,
        Table, UserTypeKind, View,
    },
    operation::{Comparison, Listing, Property, Term},
};

/// How many objects are looked through where no name leads to them: a script of many blocks over many tables must not
/// cost their product.
pub(super) const MOST_SCANNED: usize = 2048;

/// A row.
pub(super) struct Row<'a> {
    pub(super) listing: Listing,
    pub(super) schema: Name,
    /// The table or type it belongs to.
    pub(super) owner: Option<ObjectName>,
    pub(super) name: Name,
    pub(super) what: What<'a>,
}

/// What a row is of.
pub(super) enum What<'a> {
    /// Something of which the kind is all there is: the letter of `pg_catalog`, the word of `information_schema`.
    Plain(Option<&'static str>, Option<&'static str>),
    Column(&'a Column),
    Index(bool),
    /// A column of a key or of an index, and whether that is unique.
    Key(Option<Name>, bool, Option<&'static str>),
}

/// What there is.
pub(super) struct Found<'a> {
    pub(super) rows: Vec<Row<'a>>,
    /// Whether there may be rows that are not listed.
    pub(super) others: bool,
}

/// Whether a statement left it open what an object is like; `object` as people name it.
pub(in crate::apply) fn is_uncertain(run: &Run<'_>, object: &str) -> bool {
    let notes = &run.catalog().uncertain;
    notes.contains_key(object) || notes.contains_key(Catalog::EVERYTHING)
}

/// What a filter demands of a property: `property = value` in all cases.
fn pinned(run: &Run<'_>, filter: &Term, property: Property) -> Option<Value> {
    match filter {
        Term::And(terms) => terms.iter().find_map(|term| pinned(run, term, property)),
        Term::Compare(Comparison::Equal, a, b) => {
            let other = match (&**a, &**b) {
                (Term::Property(p), other) | (other, Term::Property(p)) if *p == property => other,
                _ => return None,
            };
            match eval::value(run, other, None) {
                Value::Unknown => None,
                value => Some(value),
            }
        }
        _ => None,
    }
}

pub(super) fn text_of(value: Option<&Value>) -> Option<&str> {
    match value {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// What a filter pins down.
pub(super) struct Pins {
    pub(super) schema: Option<Value>,
    pub(super) name: Option<Value>,
    pub(super) table: Option<Value>,
    pub(super) owner: Option<Value>,
    pub(super) letter: Option<Value>,
    pub(super) kind: Option<Value>,
}

/// The rows that a filter may hold for.
pub(super) fn rows<'a>(run: &'a Run<'_>, listing: &Listing, filter: &Term) -> Found<'a> {
    let pin = |property| pinned(run, filter, property);
    let pins = Pins {
        schema: pin(Property::Schema),
        name: pin(Property::Name),
        table: pin(Property::Table),
        owner: pin(Property::Owner),
        letter: pin(Property::Letter),
        kind: pin(Property::Kind),
    };
    let mut found = Found { rows: Vec::new(), others: false };
    // Nothing equals NULL.
    let Pins { schema, name, table, owner, letter, kind } = &pins;
    if [schema, name, table, owner, letter, kind].into_iter().any(|pin| *pin == Some(Value::Null)) {
        return found;
    }
    let listing = *listing;
    match listing {
        Listing::Schemas => schemas(run, &mut found),
        Listing::Extensions => {
            for extension in run.catalog().extensions.iter() {
                push(&mut found, listing, extension.schema.clone(), None, &extension.name, None, None);
            }
            let own = text_of(pins.name.as_ref()).is_some_and(|n| n == "plpgsql");
            found.others |= run.catalog().is_open() || own;
            return found;
        }
        Listing::Types | Listing::EnumLabels => types(run, listing, &pins, &mut found),
        Listing::Routines => routines(run, &pins, &mut found),
        _ => relations(run, listing, &pins, filter, &mut found),
    }
    found.others |= unlisted(run, listing, &pins, &found, filter);
    found
}

/// A constraint `NOT NULL` of a column: from PostgreSQL 18 on these have rows of their own, and before it
/// `information_schema` invents checks for them.
pub(super) fn not_null_constraint() -> Row<'static> {
    let name = Name::from(format!("{}_not_null", Value::HOLE).as_str());
    let what = What::Plain(Some("n"), Some("CHECK"));
    Row { listing: Listing::Constraints, schema: Name::default(), owner: None, name, what }
}

fn push<'a>(
    found: &mut Found<'a>,
    listing: Listing,
    schema: Option<Name>,
    owner: Option<&ObjectName>,
    name: &Name,
    letter: Option<&'static str>,
    kind: Option<&'static str>,
) {
    let what = What::Plain(letter, kind);
    row(found, listing, schema.unwrap_or_default(), owner, name, what);
}

fn row<'a>(
    found: &mut Found<'a>,
    listing: Listing,
    schema: Name,
    owner: Option<&ObjectName>,
    name: &Name,
    what: What<'a>,
) {
    found.rows.push(Row { listing, schema, owner: owner.cloned(), name: name.clone(), what });
}

fn schemas(run: &Run<'_>, found: &mut Found<'_>) {
    for schema in run.catalog().schemas.iter() {
        push(found, Listing::Schemas, Some(schema.name.clone()), None, &schema.name, None, None);
    }
}

/// Schemas that user's objects can be in.
pub(super) fn schema_names(run: &Run<'_>) -> Vec<Name> {
    let mut names: Vec<Name> = run.catalog().schemas.iter().map(|s| s.name.clone()).collect();
    for more in run.search_path() {
        if !names.contains(&more) {
            names.push(more);
        }
    }
    names
}

fn types(run: &Run<'_>, listing: Listing, pins: &Pins, found: &mut Found<'_>) {
    let catalog = run.catalog();
    if catalog.types.len() > MOST_SCANNED {
        found.others = true;
        return;
    }
    for t in catalog.types.iter() {
        let schema = t.name.schema.clone();
        if listing == Listing::EnumLabels {
            if let UserTypeKind::Enum { labels } = &t.kind {
                for label in labels {
                    let name = Name::from(label.as_str());
                    push(found, listing, schema.clone(), Some(&t.name), &name, None, None);
                }
            }
            continue;
        }
        let letter = match &t.kind {
            UserTypeKind::Enum { .. } => Some("e"),
            UserTypeKind::Domain { .. } => Some("d"),
            UserTypeKind::Composite { .. } => Some("c"),
            UserTypeKind::Other => None,
        };
        push(found, listing, schema, None, &t.name.name, letter, None);
    }
    if listing == Listing::EnumLabels {
        return;
    }
    // Each relation has a row type, each type an array type.
    let Some(name) = text_of(pins.name.as_ref()) else {
        found.others = true;
        return;
    };
    for schema in schema_names(run) {
        let full = ObjectName::new(schema.clone(), name);
        if matches!(run.relation(&full), Some(Relation::Table | Relation::View { .. })) {
            push(found, listing, Some(schema), None, &name.into(), Some("c"), None);
        }
    }
    found.others |= name.starts_with('_');
}

fn routines(run: &Run<'_>, pins: &Pins, found: &mut Found<'_>) {
    let catalog = run.catalog();
    if catalog.routines.len() > MOST_SCANNED && pins.name.is_none() {
        found.others = true;
        return;
    }
    let wanted = text_of(pins.name.as_ref());
    for routine in catalog.routines.iter() {
        if wanted.is_some_and(|w| !routine.name.name.eq_ignore_ascii_case(w)) {
            continue;
        }
        let (letter, kind) = match routine.kind {
            RoutineKind::Function => (Some("f"), Some("FUNCTION")),
            RoutineKind::Procedure => (Some("p"), Some("PROCEDURE")),
            RoutineKind::Aggregate => (Some("a"), None),
        };
        let schema = routine.name.schema.clone();
        push(found, Listing::Routines, schema, None, &routine.name.name, letter, kind);
    }
}

/// Tables that a filter leaves, and whether all were looked at.
fn tables<'a>(run: &'a Run<'_>, listing: Listing, pins: &Pins) -> (Vec<&'a Arc<Table>>, bool) {
    let catalog = run.catalog();
    let owned = !matches!(listing, Listing::Tables | Listing::Relations);
    if listing == Listing::Children {
        let parents: Vec<ObjectName> = match (&pins.owner, text_of(pins.table.as_ref())) {
            (Some(Value::Object(owner)), _) => vec![owner.clone()],
            (_, Some(name)) => schema_names(run).into_iter().map(|s| ObjectName::new(s, name)).collect(),
            // A table may be asked for by itself; parts of indexes are children too.
            _ => return (catalog.tables.iter().take(MOST_SCANNED).collect(), false),
        };
        return (parents.iter().flat_map(|p| catalog.tables.linked(Link::Child, p)).collect(), true);
    }
    if let Some(Value::Object(owner)) = &pins.owner {
        return (catalog.tables.get(owner).into_iter().collect(), true);
    }
    let table = if owned { &pins.table } else { &pins.name };
    if let Some(name) = text_of(table.as_ref()) {
        let schemas = if run.mysql() { mysql_schemas(run) } else { schema_names(run) };
        let exact: Vec<_> =
            schemas.into_iter().filter_map(|s| catalog.tables.get(&ObjectName::new(s, name))).collect();
        if !exact.is_empty() || !run.mysql() {
            return (exact, true);
        }
    } else if owned && let Some(name) = text_of(pins.name.as_ref()) {
        let link = match listing {
            Listing::Constraints => Some(Link::Constraint),
            Listing::Indexes => Some(Link::Relation),
            Listing::Triggers => Some(Link::Trigger),
            _ => None,
        };
        if let Some(link) = link.filter(|_| !run.mysql()) {
            let names = schema_names(run).into_iter().map(|s| ObjectName::new(s, name));
            return (names.flat_map(|n| catalog.tables.linked(link, &n)).collect(), true);
        }
    }
    let all = catalog.tables.len() <= MOST_SCANNED;
    let wanted = text_of(table.as_ref());
    let tables = catalog.tables.iter().take(MOST_SCANNED);
    (tables.filter(|t| wanted.is_none_or(|name| may_equal(&t.name.name, name))).collect(), all)
}

/// Whether some collation may find two names equal.
fn may_equal(name: &str, wanted: &str) -> bool {
    !name.is_ascii() || !wanted.is_ascii() || name.trim_end().eq_ignore_ascii_case(wanted.trim_end())
}

/// The current database first; its name is empty.
fn mysql_schemas(run: &Run<'_>) -> Vec<Name> {
    let mut names = vec![run.state.current_schema()];
    names.extend(run.catalog().schemas.iter().map(|s| s.name.clone()));
    names
}

fn relations<'a>(run: &'a Run<'_>, listing: Listing, pins: &Pins, filter: &Term, found: &mut Found<'a>) {
    let catalog = run.catalog();
    let (tables, all) = tables(run, listing, pins);
    found.others |= !all;
    for table in tables {
        found.others |= !table.complete && !matches!(listing, Listing::Tables | Listing::Relations);
        of_table(run, listing, table, pins, found);
    }
    if catalog.views.len() > MOST_SCANNED || catalog.sequences.len() > MOST_SCANNED {
        found.others = true;
        return;
    }
    for view in catalog.views.iter() {
        of_view(run, listing, view, pins, found);
    }
    if matches!(listing, Listing::Sequences | Listing::Relations | Listing::Tables) {
        for sequence in catalog.sequences.iter() {
            let (letter, kind) = (Some("S"), Some("SEQUENCE"));
            // MariaDB lists them among the tables.
            if listing != Listing::Tables || run.mysql() {
                let schema = sequence.name.schema.clone();
                push(found, listing, schema, None, &sequence.name.name, letter, kind);
            }
        }
    }
    if listing == Listing::Relations {
        match text_of(pins.name.as_ref()) {
            // Indexes and what else has a name there.
            Some(name) => {
                for schema in schema_names(run) {
                    let full = ObjectName::new(schema.clone(), name);
                    let letter = match run.relation(&full) {
                        Some(Relation::Index { .. }) => "i",
                        Some(Relation::IdentitySequence { .. }) => "S",
                        Some(Relation::Composite) => "c",
                        _ => continue,
                    };
                    push(found, listing, Some(schema), None, &name.into(), Some(letter), None);
                }
            }
            // Indexes, sequences of identity columns and composite types are not listed without a name.
            None => {
                let unlisted = |letter: &'static str| {
                    let what = What::Plain(Some(letter), None);
                    let name = Name::from(Value::HOLE.to_string().as_str());
                    let row = Row { listing, schema: Name::default(), owner: None, name, what };
                    eval::value(run, filter, Some(&row)).truth() != Truth::No
                };
                found.others |= ["i", "I", "S", "c", "t"].into_iter().any(unlisted);
            }
        }
    }
}

fn of_table<'a>(run: &'a Run<'_>, listing: Listing, table: &'a Table, pins: &Pins, found: &mut Found<'a>) {
    let schema = table.name.schema.clone().unwrap_or_default();
    let owner = Some(&table.name);
    match listing {
        Listing::Tables | Listing::Relations => {
            let letter = if table.properties.partition_by.is_some() { "p" } else { "r" };
            let kind = match table.properties.persistence {
                Persistence::Temporary => None,
                _ => Some("BASE TABLE"),
            };
            push(found, listing, Some(schema), None, &table.name.name, Some(letter), kind);
            // The MySQL family does not list temporary tables.
            if run.mysql() && table.properties.persistence == Persistence::Temporary {
                found.others = true;
                found.rows.pop();
            }
        }
        Listing::Columns => {
            let wanted = text_of(pins.name.as_ref());
            for column in table.columns.iter().filter(|c| wanted.is_none_or(|name| may_equal(&c.name, name)))
            {
                row(found, listing, schema.clone(), owner, &column.name, What::Column(column));
            }
        }
        Listing::Constraints => {
            for constraint in &table.constraints {
                let (letter, kind) = constraint_kind(&constraint.kind);
                push(found, listing, Some(schema.clone()), owner, &constraint.name, letter, kind);
            }
            if run.mysql() {
                for index in table.indexes.iter().filter(|i| i.unique) {
                    push(found, listing, Some(schema.clone()), owner, &index.name, None, Some("UNIQUE"));
                }
                for column in table.columns.iter().filter(|c| c.check.is_some()) {
                    push(found, listing, Some(schema.clone()), owner, &column.name, None, Some("CHECK"));
                }
            }
        }
        Listing::KeyColumns => {
            let mut key = |name: &Name, columns: &mut dyn Iterator<Item = Name>, kind| {
                for column in columns {
                    let what = What::Key(Some(column), kind != "FOREIGN KEY", Some(kind));
                    row(found, listing, schema.clone(), owner, name, what);
                }
            };
            for constraint in &table.constraints {
                let of =
                    |key: &KeyIndex| key.columns.iter().filter_map(|k| k.column.clone()).collect::<Vec<_>>();
                match &constraint.kind {
                    ConstraintKind::PrimaryKey(k) => {
                        key(&constraint.name, &mut of(k).into_iter(), "PRIMARY KEY");
                    }
                    ConstraintKind::Unique(k) => key(&constraint.name, &mut of(k).into_iter(), "UNIQUE"),
                    ConstraintKind::ForeignKey(k) => {
                        key(&constraint.name, &mut k.columns.iter().cloned(), "FOREIGN KEY");
                    }
                    ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => {}
                }
            }
            if run.mysql() {
                for index in table.indexes.iter().filter(|i| i.unique) {
                    let mut columns = index.keys.iter().filter_map(|k| k.column.clone());
                    key(&index.name, &mut columns, "UNIQUE");
                }
            }
        }
        Listing::Indexes => {
            for index in &table.indexes {
                index_rows(run, found, &schema, &table.name, index);
            }
            for constraint in &table.constraints {
                let columns = match &constraint.kind {
                    ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => &key.columns[..],
                    ConstraintKind::Exclude { .. } => &[],
                    _ => continue,
                };
                let unique = !matches!(constraint.kind, ConstraintKind::Exclude { .. });
                if !run.mysql() {
                    let what = What::Index(unique);
                    row(found, listing, schema.clone(), owner, &constraint.name, what);
                    continue;
                }
                for key in columns {
                    let what = What::Key(key.column.clone(), unique, None);
                    row(found, listing, schema.clone(), owner, &constraint.name, what);
                }
            }
        }
        Listing::Children => {
            let partition = table.properties.partition_of.iter().map(|(parent, _)| parent);
            for parent in partition.chain(&table.properties.inherits) {
                push(found, listing, Some(schema.clone()), Some(parent), &table.name.name, None, None);
            }
        }
        Listing::Triggers => {
            for trigger in &table.triggers {
                push(found, listing, Some(schema.clone()), owner, &trigger.name, None, None);
            }
        }
        _ => {}
    }
}

fn index_rows(run: &Run<'_>, found: &mut Found<'_>, schema: &Name, table: &ObjectName, index: &Index) {
    if !run.mysql() {
        let what = What::Index(index.unique);
        return row(found, Listing::Indexes, schema.clone(), Some(table), &index.name, what);
    }
    for key in &index.keys {
        let what = What::Key(key.column.clone(), index.unique, None);
        row(found, Listing::Indexes, schema.clone(), Some(table), &index.name, what);
    }
}

fn constraint_kind(kind: &ConstraintKind) -> (Option<&'static str>, Option<&'static str>) {
    match kind {
        ConstraintKind::PrimaryKey(_) => (Some("p"), Some("PRIMARY KEY")),
        ConstraintKind::Unique(_) => (Some("u"), Some("UNIQUE")),
        ConstraintKind::ForeignKey(_) => (Some("f"), Some("FOREIGN KEY")),
        ConstraintKind::Check { .. } => (Some("c"), Some("CHECK")),
        ConstraintKind::Exclude { .. } => (Some("x"), None),
    }
}

fn of_view<'a>(run: &'a Run<'_>, listing: Listing, view: &'a View, pins: &Pins, found: &mut Found<'a>) {
    let schema = view.name.schema.clone();
    match listing {
        Listing::Tables | Listing::Relations | Listing::Views | Listing::MaterializedViews => {
            let listed = match listing {
                Listing::Relations => true,
                Listing::MaterializedViews => view.materialized,
                _ => !view.materialized,
            };
            if listed {
                let letter = if view.materialized { "m" } else { "v" };
                push(found, listing, schema, None, &view.name.name, Some(letter), Some("VIEW"));
            }
        }
        // Types of a view's columns are not known, sometimes not even their names.
        Listing::Columns => {
            let meant = match (&pins.owner, text_of(pins.table.as_ref())) {
                (Some(Value::Object(owner)), _) => *owner == view.name,
                (_, Some(name)) => view.name.name.eq_ignore_ascii_case(name),
                _ => true,
            };
            if meant {
                found.others |= view.columns.is_empty();
                for column in &view.columns {
                    push(found, listing, schema.clone(), Some(&view.name), column, None, None);
                }
            }
        }
        Listing::Indexes => {
            for index in &view.indexes {
                index_rows(run, found, &schema.clone().unwrap_or_default(), &view.name, index);
            }
        }
        Listing::Triggers => {
            for trigger in &view.triggers {
                push(found, listing, schema.clone(), Some(&view.name), &trigger.name, None, None);
            }
        }
        _ => {}
    }
}
