//! Applying one change to a catalog, exactly.
mod follow;
mod labels;
mod text;

use std::sync::Arc;

use crate::{
    catalog::{Catalog, Index, Name, ObjectName, Part, Table, Touched, Trigger},
    change::{Change, Delta, Object, ObjectPath},
    error::{Error, ErrorKind},
};

/// Applies one change to `catalog`.
///
/// The law: `commit(c)` followed by `commit(c.invert())` gives the identical catalog, as long as `c` was made for
/// this catalog. A rename takes everything along that the server would take along: keys, foreign keys of other tables,
/// expressions, owned sequences, partitions. In an open world the list of relations that are known to be absent follows.
///
/// # Errors
///
/// When the change does not belong to the catalog: what it alters, drops or renames is missing, what it creates exists
/// already, or its sides are not of its path's kind. The catalog is then as it was.
pub fn commit(catalog: &mut Catalog, change: &Change) -> Result<(), Error> {
    match &change.delta {
        Delta::Create { after } => create(catalog, &change.path, after),
        Delta::Drop { before } => remove(catalog, &change.path, before),
        Delta::Alter { before, after } => alter(catalog, &change.path, before, after),
        Delta::Rename { to } => follow::rename(catalog, &change.path, to),
    }
}

fn missing(path: &ObjectPath) -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        format!("{} `{path}` is not in the catalog: the change was made for another one", path.kind()),
    )
}

fn occupied(path: &ObjectPath) -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        format!("{} `{path}` is in the catalog already: the change was made for another one", path.kind()),
    )
}

fn mismatch(path: &ObjectPath) -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        format!("the change of {} `{path}` carries an object of another kind or name", path.kind()),
    )
}

/// Remembers in an open world that a relation is (or is no longer) known to be absent.
pub(super) fn note_absent(catalog: &mut Catalog, name: &ObjectName, absent: bool) {
    if !catalog.is_open() {
        return;
    }
    if absent {
        catalog.absent.insert(name.clone());
    } else {
        catalog.absent.remove(name);
    }
}

/// PostgreSQL: whether a default takes its value from this sequence, given as schema and name.
pub(super) fn sequence_in(default: &str, sequence: (&str, &str)) -> bool {
    text::sequence_literal(default, sequence, sequence).is_some()
}

/// A list inside a table or view whose elements have names.
trait Listed: Clone + Part {
    fn name(&self) -> &Name;
}

impl Listed for crate::catalog::Column {
    fn name(&self) -> &Name {
        &self.name
    }
}

impl Listed for crate::catalog::Constraint {
    fn name(&self) -> &Name {
        &self.name
    }
}

impl Listed for Index {
    fn name(&self) -> &Name {
        &self.name
    }
}

impl Listed for Trigger {
    fn name(&self) -> &Name {
        &self.name
    }
}

fn place<T: Listed>(list: &[T], name: &Name) -> Option<usize> {
    list.iter().position(|x| x.name() == name)
}

/// What a change does to one list.
enum Edit<'a, T> {
    Put(&'a T, usize),
    Take,
    Swap(&'a T, usize),
}

fn edit_list<T: Listed>(
    list: &mut Vec<T>,
    path: &ObjectPath,
    (relation, name): (&ObjectName, &Name),
    edit: &Edit<'_, T>,
    touched: &mut Touched,
) -> Result<(), Error> {
    match (edit, place(list, name)) {
        (Edit::Put(..), Some(_)) => Err(occupied(path)),
        (Edit::Put(item, _) | Edit::Swap(item, _), _) if item.name() != name => Err(mismatch(path)),
        (Edit::Put(item, at), None) => {
            item.links(relation, &mut touched.put);
            list.insert((*at).min(list.len()), T::clone(item));
            Ok(())
        }
        (Edit::Take | Edit::Swap(..), None) => Err(missing(path)),
        (Edit::Take, Some(at)) => {
            list.remove(at).links(relation, &mut touched.taken);
            Ok(())
        }
        (Edit::Swap(item, to), Some(at)) => {
            list.remove(at).links(relation, &mut touched.taken);
            item.links(relation, &mut touched.put);
            list.insert((*to).min(list.len()), T::clone(item));
            Ok(())
        }
    }
}

fn edit_table(
    catalog: &mut Catalog,
    path: &ObjectPath,
    table: &ObjectName,
    edit: impl FnOnce(&mut Table) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut result = Err(missing(path));
    catalog.tables.edit(table, |t| result = edit(t));
    result
}

/// Edits one of the lists of a table.
fn edit_part<T: Listed>(
    catalog: &mut Catalog,
    path: &ObjectPath,
    (table, name): (&ObjectName, &Name),
    list: impl FnOnce(&mut Table) -> &mut Vec<T>,
    edit: &Edit<'_, T>,
) -> Result<(), Error> {
    let mut result = Err(missing(path));
    catalog
        .tables
        .edit_parts(table, |t, touched| result = edit_list(list(t), path, (table, name), edit, touched));
    result
}

fn edit_indexes(
    catalog: &mut Catalog,
    path: &ObjectPath,
    relation: &ObjectName,
    name: &Name,
    edit: &Edit<'_, Index>,
) -> Result<(), Error> {
    if catalog.views.contains(relation) {
        let mut result = Ok(());
        catalog.views.edit_parts(relation, |v, touched| {
            result = edit_list(&mut v.indexes, path, (relation, name), edit, touched);
        });
        return result;
    }
    edit_part(catalog, path, (relation, name), |t| &mut t.indexes, edit)
}

fn edit_triggers(
    catalog: &mut Catalog,
    path: &ObjectPath,
    relation: &ObjectName,
    name: &Name,
    edit: &Edit<'_, Trigger>,
) -> Result<(), Error> {
    if catalog.views.contains(relation) {
        let mut result = Ok(());
        catalog.views.edit_parts(relation, |v, touched| {
            result = edit_list(&mut v.triggers, path, (relation, name), edit, touched);
        });
        return result;
    }
    edit_part(catalog, path, (relation, name), |t| &mut t.triggers, edit)
}

/// Creates in a shelf: refuses what exists and what is not found under the path's key.
macro_rules! shelf_create {
    ($shelf:expr, $path:expr, $key:expr, $object:expr) => {{
        let key = $key;
        if crate::catalog::Keyed::key(&**$object) != key {
            return Err(mismatch($path));
        }
        if $shelf.contains(&key) {
            return Err(occupied($path));
        }
        $shelf.insert(Arc::clone($object));
        Ok(())
    }};
}

macro_rules! shelf_alter {
    ($shelf:expr, $path:expr, $key:expr, $object:expr) => {{
        let key = $key;
        if crate::catalog::Keyed::key(&**$object) != key {
            return Err(mismatch($path));
        }
        if !$shelf.contains(&key) {
            return Err(missing($path));
        }
        $shelf.insert(Arc::clone($object));
        Ok(())
    }};
}

fn create(catalog: &mut Catalog, path: &ObjectPath, after: &Object) -> Result<(), Error> {
    match (path, after) {
        (ObjectPath::Schema { name }, Object::Schema(schema)) => {
            shelf_create!(catalog.schemas, path, name.clone(), &Arc::new(schema.clone()))
        }
        (ObjectPath::Extension { name }, Object::Extension(extension)) => {
            shelf_create!(catalog.extensions, path, name.clone(), &Arc::new(extension.clone()))
        }
        (ObjectPath::Type { name }, Object::Type(x)) => shelf_create!(catalog.types, path, name.clone(), x),
        (ObjectPath::Sequence { name }, Object::Sequence(x)) => {
            relation_create(catalog, name, |c| shelf_create!(c.sequences, path, name.clone(), x))
        }
        (ObjectPath::Table { name }, Object::Table(x)) => {
            relation_create(catalog, name, |c| shelf_create!(c.tables, path, name.clone(), x))
        }
        (ObjectPath::View { name }, Object::View(x)) => {
            relation_create(catalog, name, |c| shelf_create!(c.views, path, name.clone(), x))
        }
        (ObjectPath::Routine { name, signature, routine }, Object::Routine(x)) => {
            shelf_create!(catalog.routines, path, (name.clone(), signature.clone(), *routine), x)
        }
        (ObjectPath::Column { table, name }, Object::Column { column, position }) => {
            edit_part(catalog, path, (table, name), |t| &mut t.columns, &Edit::Put(&**column, *position))
        }
        (ObjectPath::Constraint { table, name }, Object::Constraint { constraint, position }) => edit_part(
            catalog,
            path,
            (table, name),
            |t| &mut t.constraints,
            &Edit::Put(&**constraint, *position),
        ),
        (ObjectPath::Index { table, name }, Object::Index { index, position }) => {
            edit_indexes(catalog, path, table, name, &Edit::Put(&**index, *position))
        }
        (ObjectPath::Trigger { table, name }, Object::Trigger { trigger, position }) => {
            edit_triggers(catalog, path, table, name, &Edit::Put(&**trigger, *position))
        }
        _ => Err(mismatch(path)),
    }
}

fn relation_create(
    catalog: &mut Catalog,
    name: &ObjectName,
    put: impl FnOnce(&mut Catalog) -> Result<(), Error>,
) -> Result<(), Error> {
    put(catalog)?;
    note_absent(catalog, name, false);
    Ok(())
}

fn remove(catalog: &mut Catalog, path: &ObjectPath, before: &Object) -> Result<(), Error> {
    let gone = match (path, before) {
        (ObjectPath::Schema { name }, Object::Schema(_)) => catalog.schemas.remove(name).is_some(),
        (ObjectPath::Extension { name }, Object::Extension(_)) => catalog.extensions.remove(name).is_some(),
        (ObjectPath::Type { name }, Object::Type(_)) => catalog.types.remove(name).is_some(),
        (ObjectPath::Sequence { name }, Object::Sequence(_)) => catalog.sequences.remove(name).is_some(),
        (ObjectPath::Table { name }, Object::Table(_)) => catalog.tables.remove(name).is_some(),
        (ObjectPath::View { name }, Object::View(_)) => catalog.views.remove(name).is_some(),
        (ObjectPath::Routine { name, signature, routine }, Object::Routine(_)) => {
            catalog.routines.remove(&(name.clone(), signature.clone(), *routine)).is_some()
        }
        (ObjectPath::Column { table, name }, Object::Column { .. }) => {
            return edit_part(catalog, path, (table, name), |t| &mut t.columns, &Edit::Take);
        }
        (ObjectPath::Constraint { table, name }, Object::Constraint { .. }) => {
            return edit_part(catalog, path, (table, name), |t| &mut t.constraints, &Edit::Take);
        }
        (ObjectPath::Index { table, name }, Object::Index { .. }) => {
            return edit_indexes(catalog, path, table, name, &Edit::Take);
        }
        (ObjectPath::Trigger { table, name }, Object::Trigger { .. }) => {
            return edit_triggers(catalog, path, table, name, &Edit::Take);
        }
        _ => return Err(mismatch(path)),
    };
    if !gone {
        return Err(missing(path));
    }
    if let ObjectPath::Table { name } | ObjectPath::View { name } | ObjectPath::Sequence { name } = path {
        note_absent(catalog, name, true);
    }
    Ok(())
}

fn alter(catalog: &mut Catalog, path: &ObjectPath, before: &Object, after: &Object) -> Result<(), Error> {
    if std::mem::discriminant(before) != std::mem::discriminant(after) {
        return Err(mismatch(path));
    }
    if let (Object::Type(before), Object::Type(after)) = (before, after) {
        labels::follow(catalog, before, after);
    }
    match (path, after) {
        (ObjectPath::Schema { name }, Object::Schema(schema)) => {
            shelf_alter!(catalog.schemas, path, name.clone(), &Arc::new(schema.clone()))
        }
        (ObjectPath::Extension { name }, Object::Extension(extension)) => {
            shelf_alter!(catalog.extensions, path, name.clone(), &Arc::new(extension.clone()))
        }
        (ObjectPath::Type { name }, Object::Type(x)) => shelf_alter!(catalog.types, path, name.clone(), x),
        (ObjectPath::Sequence { name }, Object::Sequence(x)) => {
            shelf_alter!(catalog.sequences, path, name.clone(), x)
        }
        (ObjectPath::View { name }, Object::View(x)) => shelf_alter!(catalog.views, path, name.clone(), x),
        (ObjectPath::Routine { name, signature, routine }, Object::Routine(x)) => {
            shelf_alter!(catalog.routines, path, (name.clone(), signature.clone(), *routine), x)
        }
        (ObjectPath::Table { name }, Object::TableProperties(properties)) => {
            edit_table(catalog, path, name, |t| {
                t.properties = (**properties).clone();
                Ok(())
            })
        }
        (ObjectPath::Column { table, name }, Object::Column { column, position }) => {
            edit_part(catalog, path, (table, name), |t| &mut t.columns, &Edit::Swap(&**column, *position))
        }
        (ObjectPath::Constraint { table, name }, Object::Constraint { constraint, position }) => edit_part(
            catalog,
            path,
            (table, name),
            |t| &mut t.constraints,
            &Edit::Swap(&**constraint, *position),
        ),
        (ObjectPath::Index { table, name }, Object::Index { index, position }) => {
            edit_indexes(catalog, path, table, name, &Edit::Swap(&**index, *position))
        }
        (ObjectPath::Trigger { table, name }, Object::Trigger { trigger, position }) => {
            edit_triggers(catalog, path, table, name, &Edit::Swap(&**trigger, *position))
        }
        _ => Err(mismatch(path)),
    }
}
