//! Checks and NOT NULL of domains: like those of tables they judge values, of all columns of the domain.
use std::collections::BTreeMap;

use super::Hold;
use crate::{
    catalog::{Catalog, Expression, Name, ObjectName, UserType, UserTypeKind},
    change::{Change, Delta, Object, ObjectPath},
};

/// What waits of domains, by their names of then.
#[derive(Default)]
pub(super) struct Domains(BTreeMap<ObjectName, Waiting>);

#[derive(Default)]
struct Waiting {
    checks: Vec<(Name, Expression)>,
    not_null: bool,
}

impl Waiting {
    fn take_away(&self, domain: &mut UserType) {
        if let UserTypeKind::Domain { nullable, checks, .. } = &mut domain.kind {
            checks.retain(|check| !self.checks.contains(check));
            *nullable |= self.not_null;
        }
    }
}

impl Domains {
    /// Takes what waits out of a catalog.
    pub(super) fn take_away(&self, catalog: &mut Catalog) {
        for (name, waiting) in &self.0 {
            catalog.types.edit(name, |domain| waiting.take_away(domain));
        }
    }

    fn rename(&mut self, moved: impl Fn(&ObjectName) -> Option<ObjectName>) {
        let names: Vec<_> = self.0.keys().filter_map(|old| Some((old.clone(), moved(old)?))).collect();
        for (old, new) in names {
            if let Some(waiting) = self.0.remove(&old) {
                self.0.insert(new, waiting);
            }
        }
    }
}

impl Hold<'_> {
    /// Follows a change of a type: what of it is carried out at once, if it is one of a domain that waits in part.
    pub(super) fn domain(&mut self, change: &Change) -> Option<Option<Change>> {
        match (&change.path, &change.delta) {
            (ObjectPath::Type { name }, Delta::Rename { to: ObjectPath::Type { name: to } }) => {
                self.domains.rename(|old| (old == name).then(|| to.clone()));
                None
            }
            (ObjectPath::Schema { name }, Delta::Rename { to: ObjectPath::Schema { name: to } }) => {
                self.domains.rename(|old| {
                    (old.schema_str() == name.as_str()).then(|| ObjectName::new(to.clone(), old.name.clone()))
                });
                None
            }
            (ObjectPath::Type { name }, Delta::Drop { .. }) => {
                self.domains.0.remove(name);
                None
            }
            (
                ObjectPath::Type { name },
                Delta::Alter { before: Object::Type(before), after: Object::Type(after) },
            ) => {
                let (mut before, mut after) = (UserType::clone(before), UserType::clone(after));
                let former = self.domains.0.remove(name).unwrap_or_default();
                former.take_away(&mut before);
                let waiting = self.waiting(&former, &before, &after)?;
                waiting.take_away(&mut after);
                if !waiting.checks.is_empty() || waiting.not_null {
                    self.domains.0.insert(name.clone(), waiting);
                }
                let object = |domain: UserType| Object::Type(domain.into());
                Some((before != after).then(|| Change {
                    path: change.path.clone(),
                    delta: Delta::Alter { before: object(before), after: object(after) },
                }))
            }
            _ => None,
        }
    }

    /// What a change of a domain brings back that has to wait; `None` for other types. Data that is put back may be of
    /// any table: what it is in while others are still missing is not asked.
    fn waiting(&self, former: &Waiting, before: &UserType, after: &UserType) -> Option<Waiting> {
        let (
            UserTypeKind::Domain { nullable: was, checks: old, .. },
            UserTypeKind::Domain { nullable: is, checks: new, .. },
        ) = (&before.kind, &after.kind)
        else {
            return None;
        };
        let waits = !self.written.is_empty();
        let comes =
            |check: &&(Name, Expression)| former.checks.contains(check) || waits && !old.contains(check);
        let checks = new.iter().filter(comes).cloned().collect();
        Some(Waiting { checks, not_null: !is && (former.not_null || waits && *was) })
    }

    /// What of domains waited, as changes of `now`.
    pub(super) fn late_domains(&self, now: &Catalog) -> Vec<Change> {
        let change = |name: &ObjectName| {
            let (before, at_start) = (now.types.get(name)?, self.start.types.get(name)?);
            let both =
                [&before.kind, &at_start.kind].iter().all(|k| matches!(k, UserTypeKind::Domain { .. }));
            let delta =
                Delta::Alter { before: Object::Type(before.clone()), after: Object::Type(at_start.clone()) };
            (both && before != at_start)
                .then(|| Change { path: ObjectPath::Type { name: name.clone() }, delta })
        };
        self.domains.0.keys().filter_map(change).collect()
    }
}
