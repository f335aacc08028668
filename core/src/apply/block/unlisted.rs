//! What the catalog does not list and the server may have: system objects, what extensions bring, what is uncertain.
use super::{
    eval,
    rows::{Found, MOST_SCANNED, Pins, is_uncertain, not_null_constraint, schema_names, text_of},
    system::{brings_relations, extension_objects, is_system_name},
    value::{Truth, Value},
};
use crate::{
    apply::run::{Relation, Run},
    catalog::{Catalog, HOLE, Link, Name, ObjectName, may_be},
    operation::{Listing, Term},
};

/// Whether a relation of that name may exist although none is listed.
pub(super) fn may_have(run: &Run<'_>, name: &ObjectName) -> bool {
    if run.catalog().is_open() {
        return !run.search_or(name).iter().all(|full| run.catalog().absent.contains(full));
    }
    is_system_name(Listing::Relations, &name.name, &run.target())
        || name.schema.as_ref().is_some_and(|s| s.starts_with("pg_") || s == "information_schema")
        || run.search_or(name).iter().any(|full| is_uncertain(run, &full.to_string()))
        || extensions_may_have(run, &name.name)
}

fn extensions_may_have(run: &Run<'_>, name: &str) -> bool {
    run.catalog().extensions.iter().any(|extension| match extension_objects(&extension.name) {
        Some(objects) => objects.contains(&name),
        None => true,
    })
}

/// Whether there may be rows that the catalog does not list.
pub(super) fn unlisted(
    run: &Run<'_>,
    listing: Listing,
    pins: &Pins,
    found: &Found<'_>,
    filter: &Term,
) -> bool {
    let catalog = run.catalog();
    let schema = text_of(pins.schema.as_ref());
    let name = text_of(pins.name.as_ref());
    let of_tables = matches!(
        listing,
        Listing::Columns
            | Listing::Constraints
            | Listing::KeyColumns
            | Listing::Indexes
            | Listing::Triggers
            | Listing::Children
            | Listing::EnumLabels
    );
    let table = text_of(pins.table.as_ref());
    // A table that is wholly known tells all about itself, whatever else the world holds.
    let owner = match (&pins.owner, table, &pins.schema) {
        (Some(Value::Object(owner)), _, _) => Some(owner.clone()),
        (_, Some(table), Some(Value::Text(schema))) => Some(ObjectName::new(&**schema, table)),
        (_, Some(table), Some(Value::Database)) => Some(ObjectName::new(run.state.current_schema(), table)),
        _ => None,
    };
    let known = owner.as_ref().and_then(|o| catalog.tables.get(o)).is_some_and(|t| t.complete);
    if of_tables && known {
        return uncertain_about(run, listing, owner.as_ref(), pins, of_tables)
            || implicit(run, listing, pins, filter);
    }
    if run.mysql() {
        // Other databases are not known, nor is the name of the current one.
        let here = match &pins.schema {
            Some(Value::Database) => true,
            Some(Value::Text(schema)) => {
                !schema.is_empty()
                    && catalog.schemas.contains(&Name::from(&**schema))
                    && run.state.current_schema() == **schema
            }
            _ => false,
        };
        if !here || listing == Listing::Schemas {
            return true;
        }
    }
    if catalog.is_open() {
        // What statements dropped is known not to be there.
        let gone = match (&pins.schema, name) {
            (Some(Value::Text(schema)), Some(name)) => Some(ObjectName::new(&**schema, name)),
            (Some(Value::Database), Some(name)) => Some(ObjectName::new(run.state.current_schema(), name)),
            _ => None,
        };
        let relation = matches!(listing, Listing::Tables | Listing::Relations | Listing::Views);
        return !(relation && gone.is_some_and(|g| catalog.absent.contains(&g)));
    }
    if !run.mysql() {
        let system = |n: &str| n.starts_with("pg_") || n == "information_schema";
        if schema.is_some_and(system) {
            return true;
        }
        if listing == Listing::Schemas {
            return name.is_none_or(system) || uncertain_about(run, listing, None, pins, of_tables);
        }
        let told = if of_tables { table.or(name) } else { name };
        let of = if of_tables && table.is_some() { Listing::Relations } else { listing };
        if schema.is_none() && owner.is_none() && told.is_none_or(|n| is_system_name(of, n, &run.target())) {
            return true;
        }
        let plain = |e: &crate::catalog::Extension| e.name == "plpgsql";
        if listing == Listing::Routines && !catalog.extensions.iter().all(|e| plain(e)) {
            return true;
        }
        let relations = matches!(listing, Listing::Relations | Listing::Tables);
        let bring = |n: Option<&str>| match n {
            Some(name) => extensions_may_have(run, name),
            None => !relations || catalog.extensions.iter().any(|e| brings_relations(&e.name)),
        };
        if (owner.is_none() || !of_tables) && bring(told) {
            return true;
        }
        // A name that is a relation, but no table or view, has attributes of its own.
        if listing == Listing::Columns && found.rows.is_empty() {
            let names: Vec<ObjectName> = match (&owner, table) {
                (Some(owner), _) => vec![owner.clone()],
                (None, Some(table)) => {
                    schema_names(run).into_iter().map(|s| ObjectName::new(s, table)).collect()
                }
                _ => return true,
            };
            if names.iter().any(|n| {
                run.relation(n).is_some_and(|r| !matches!(r, Relation::Table | Relation::View { .. }))
            }) {
                return true;
            }
        }
    }
    uncertain_about(run, listing, owner.as_ref(), pins, of_tables) || implicit(run, listing, pins, filter)
}

/// Whether a filter leaves out system columns, whose numbers are less than 0.
fn numbered(filter: &Term) -> bool {
    use crate::operation::{Comparison, Property};
    match filter {
        Term::And(terms) => terms.iter().any(numbered),
        Term::Compare(Comparison::Greater, number, zero) => {
            (&**number, &**zero) == (&Term::Property(Property::Number), &Term::Integer(0))
        }
        _ => false,
    }
}

/// Objects that the server makes and the model does not list.
fn implicit(run: &Run<'_>, listing: Listing, pins: &Pins, filter: &Term) -> bool {
    let name = text_of(pins.name.as_ref());
    match listing {
        // From PostgreSQL 18 on NOT NULL constraints have names, before it `information_schema` invents some.
        Listing::Constraints if !run.mysql() => {
            let letter = text_of(pins.letter.as_ref()).is_none_or(|l| l == "n");
            let kind = text_of(pins.kind.as_ref()).is_none_or(|k| k == "CHECK");
            letter
                && kind
                && name.is_none_or(|n| n.contains("not_null"))
                && eval::value(run, filter, Some(&not_null_constraint())).truth() != Truth::No
        }
        // System columns.
        Listing::Columns if !run.mysql() => {
            !numbered(filter)
                && name.is_none_or(|n| ["tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"].contains(&n))
        }
        Listing::Triggers => name.is_none_or(|n| n.starts_with("RI_ConstraintTrigger")),
        _ => false,
    }
}

/// Whether a statement left it open if there is such an object.
fn uncertain_about(
    run: &Run<'_>,
    listing: Listing,
    owner: Option<&ObjectName>,
    pins: &Pins,
    of_tables: bool,
) -> bool {
    let catalog = run.catalog();
    let notes = &catalog.uncertain;
    if notes.is_empty() {
        return false;
    }
    if notes.contains_key(Catalog::EVERYTHING) || notes.len() > MOST_SCANNED {
        return true;
    }
    let (name, table) = (text_of(pins.name.as_ref()), text_of(pins.table.as_ref()));
    if let (Some(owner), Some(name)) = (owner, name) {
        let object = format!("{owner}.{name}");
        let exact = notes.contains_key(&owner.to_string()) || notes.contains_key(&object);
        return exact || run.mysql() && notes.keys().any(|k| k.eq_ignore_ascii_case(&object));
    }
    if name.is_none() && owner.is_none() && matches!(listing, Listing::Relations | Listing::Tables) {
        return notes.keys().any(|key| !is_listed(run, key));
    }
    if let (Some(owner), None) = (owner, name) {
        let owner = owner.to_string();
        let of_owner = |key: &str| key.strip_prefix(&owner).is_some_and(|rest| rest.starts_with('.'));
        // Indexes and children are noted by their own names.
        let named = matches!(listing, Listing::Indexes | Listing::Children);
        return notes.contains_key(&owner)
            || notes.keys().any(|key| of_owner(key) || named && !is_listed(run, key));
    }
    let Some(name) = name.filter(|_| owner.is_none()) else { return true };
    let same = |part: &str, wanted: &str| {
        part.eq_ignore_ascii_case(wanted) || part.contains(HOLE) && may_be(part, wanted)
    };
    notes.keys().any(|key| {
        let mut parts = key.rsplit('.');
        let (last, before) = (parts.next().unwrap_or(""), parts.next());
        if same(last, name) || name.contains('.') {
            return true;
        }
        match (of_tables, table) {
            // What else has a doubtful name is something else.
            (false, _) => false,
            (true, Some(table)) => same(last, table),
            // A table of which anything may have changed; a part of a table that is known is just that part.
            (true, None) => {
                let holder = before.map(|_| key.get(..key.len() - last.len() - 1).unwrap_or(""));
                let here = |n: &str| match n.split_once('.') {
                    Some((schema, table)) => catalog.tables.contains(&ObjectName::new(schema, table)),
                    None => {
                        run.search_path().into_iter().any(|s| catalog.tables.contains(&ObjectName::new(s, n)))
                    }
                };
                !holder.is_some_and(here)
            }
        }
    })
}

/// Whether a remark is about an object that is listed, or a part of one: then it is about nothing else.
fn is_listed(run: &Run<'_>, key: &str) -> bool {
    let catalog = run.catalog();
    let named = |name: &ObjectName| {
        run.relation(name).is_some()
            || catalog.types.contains(name)
            || catalog.routines.linked(Link::Routine, &ObjectName::bare(name.name.clone())).next().is_some()
    };
    let mut parts = key.splitn(3, '.');
    match (parts.next(), parts.next()) {
        (Some(schema), Some(name)) => named(&ObjectName::new(schema, name)),
        _ => false,
    }
}
