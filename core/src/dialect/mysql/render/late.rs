//! Triggers that are made behind the columns they name: the family lets a column go under a trigger, so that an undone list
//! of changes makes the trigger first.
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use crate::{
    apply,
    catalog::{ObjectName, Table, Trigger},
    change::{Change, Delta, Object, ObjectPath},
    target::Target,
};

/// What happens to a table, in order: where a column comes, by its name; where the table or a trigger of it goes or changes.
enum Event<'a> {
    Column(&'a str),
    Cut,
}

/// The changes, each trigger behind the last column that it names and that comes later.
pub(super) fn triggers<'a>(changes: &'a [Change], target: &Target) -> Cow<'a, [Change]> {
    let makes = |change: &&Change| match &change.delta {
        Delta::Create { after: Object::Table(table) } => !table.triggers.is_empty(),
        Delta::Create { after: Object::Trigger { .. } } => true,
        _ => false,
    };
    if !changes.iter().any(|change| makes(&change)) {
        return Cow::Borrowed(changes);
    }
    let mut events: BTreeMap<&ObjectName, Vec<(usize, Event<'_>)>> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        let event = match (&change.path, &change.delta) {
            (ObjectPath::Column { name, .. }, Delta::Create { .. })
            | (_, Delta::Rename { to: ObjectPath::Column { name, .. } }) => Event::Column(name),
            (ObjectPath::Table { .. }, Delta::Drop { .. } | Delta::Rename { .. })
            | (ObjectPath::Trigger { .. }, Delta::Drop { .. } | Delta::Rename { .. } | Delta::Alter { .. }) => {
                Event::Cut
            }
            _ => continue,
        };
        let table = match &change.path {
            ObjectPath::Table { name } => Some(name),
            path => path.relation(),
        };
        if let Some(table) = table {
            events.entry(table).or_default().push((at, event));
        }
    }
    let last_column = |table: &ObjectName, at: usize, trigger: &Trigger| {
        let named = apply::trigger_columns(&trigger.definition.sql, target);
        let later = events.get(table).into_iter().flatten().skip_while(|(place, _)| *place <= at);
        later
            .map_while(|(place, event)| match event {
                Event::Column(name) => Some((place, name)),
                Event::Cut => None,
            })
            .filter(|(_, name)| named.iter().any(|column| column.eq_ignore_ascii_case(name)))
            .last()
            .map(|(place, _)| *place)
    };
    let mut moved: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
    let mut ordered = Vec::with_capacity(changes.len());
    for (at, change) in changes.iter().enumerate() {
        match (&change.path, &change.delta) {
            (ObjectPath::Table { name }, Delta::Create { after: Object::Table(table) }) => {
                let (mut late, mut kept) = (Vec::new(), Vec::new());
                for (position, trigger) in table.triggers.iter().enumerate() {
                    match last_column(name, at, trigger) {
                        Some(place) => late.push((place, position, trigger.clone())),
                        None => kept.push(trigger.clone()),
                    }
                }
                if late.is_empty() {
                    ordered.push(change.clone());
                } else {
                    let bare = Table { triggers: kept, ..Table::clone(table) };
                    let after = Object::Table(Arc::new(bare));
                    ordered.push(Change { path: change.path.clone(), delta: Delta::Create { after } });
                }
                for (place, position, trigger) in late {
                    let path = ObjectPath::Trigger { table: name.clone(), name: trigger.name.clone() };
                    let after = Object::Trigger { trigger: Box::new(trigger), position };
                    moved.entry(place).or_default().push(Change { path, delta: Delta::Create { after } });
                }
            }
            (ObjectPath::Trigger { table, .. }, Delta::Create { after: Object::Trigger { trigger, .. } }) => {
                match last_column(table, at, trigger) {
                    Some(place) => moved.entry(place).or_default().push(change.clone()),
                    None => ordered.push(change.clone()),
                }
            }
            _ => ordered.push(change.clone()),
        }
        ordered.extend(moved.remove(&at).into_iter().flatten());
    }
    Cow::Owned(ordered)
}
