//! `ALTER TABLE` from the gathered changes of one table.
use crate::{
    catalog::{Column, Constraint, ConstraintKind, ForeignKey, Index, IndexKey, Name},
    dialect::mysql::{charset, quote},
    dialect::render::Rendered,
    target::{Dialect, Target},
};

use super::{
    column,
    draft::{Draft, Slot},
    keys, object, statement, table,
};

/// The statements: one `ALTER TABLE`, and before it another one where a foreign key is dropped whose name comes back,
/// which both servers refuse in one statement.
pub(super) fn statements(draft: &Draft, target: &Target) -> Vec<Rendered> {
    let mut alter =
        Alter { draft, target, clauses: Vec::new(), first: Vec::new(), last: Vec::new(), notes: Vec::new() };
    alter.drops();
    alter.columns();
    alter.keys();
    alter.options();
    let table = object(&draft.name);
    let write = |clauses: &[String]| format!("ALTER TABLE {table}\n  {}", clauses.join(",\n  "));
    let mut out = Vec::new();
    if !alter.first.is_empty() {
        out.push(statement(write(&alter.first)));
    }
    let last = (!alter.last.is_empty()).then(|| statement(write(&alter.last)));
    let partitioning = (draft.before.partition_by != draft.properties.partition_by)
        .then(|| draft.properties.partition_by.clone().unwrap_or_else(|| "REMOVE PARTITIONING".to_owned()));
    let mut sql = (!alter.clauses.is_empty()).then(|| write(&alter.clauses));
    if let Some(partitioning) = partitioning {
        // Stands last and without a comma.
        sql = Some(format!("{}\n{partitioning}", sql.unwrap_or_else(|| format!("ALTER TABLE {table}"))));
    }
    if let Some(sql) = sql {
        let mut rendered = statement(sql);
        if !alter.notes.is_empty() {
            rendered = rendered.with_note(alter.notes.join("; "));
        }
        out.push(rendered);
    } else if !alter.notes.is_empty() {
        out.push(Rendered::alone("").with_note(alter.notes.join("; ")));
    }
    out.extend(last);
    out
}

struct Alter<'a> {
    draft: &'a Draft,
    target: &'a Target,
    clauses: Vec<String>,
    /// Clauses of a statement before.
    first: Vec<String>,
    /// Clauses of a statement behind.
    last: Vec<String>,
    notes: Vec<String>,
}

impl Alter<'_> {
    fn push(&mut self, clause: String) {
        self.clauses.push(clause);
    }

    fn drops(&mut self) {
        let draft = self.draft;
        let changed = draft.constraints.iter().filter_map(|slot| {
            let before = slot.before()?;
            let drop = self.changes(slot) && !self.only_enforced(slot);
            drop.then(|| Constraint { name: slot.old_name.clone(), ..before.clone() })
        });
        let constraints: Vec<Constraint> = draft.dropped_constraints.iter().cloned().chain(changed).collect();
        for constraint in constraints {
            let name = quote::name(&constraint.name);
            match constraint.kind {
                ConstraintKind::ForeignKey(_) => {
                    let clause = format!("DROP FOREIGN KEY {name}");
                    let returns = draft.constraints.iter().any(|slot| {
                        slot.now.name.eq_ignore_ascii_case(&constraint.name)
                            && matches!(slot.now.kind, ConstraintKind::ForeignKey(_))
                            && slot.before() != Some(&slot.now)
                    });
                    if returns { self.first.push(clause) } else { self.push(clause) }
                }
                ConstraintKind::PrimaryKey(_) => self.push("DROP PRIMARY KEY".to_owned()),
                ConstraintKind::Unique(_) => self.push(format!("DROP INDEX {name}")),
                ConstraintKind::Check { .. } if self.target.dialect == Dialect::MySql => {
                    self.push(format!("DROP CHECK {name}"));
                }
                ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => {
                    self.push(format!("DROP CONSTRAINT {name}"));
                }
            }
        }
        let remade = draft.indexes.iter().filter(|slot| self.remade(slot)).map(|slot| &slot.old_name);
        let dropped: Vec<Name> =
            draft.dropped_indexes.iter().map(|index| &index.name).chain(remade).cloned().collect();
        for name in dropped {
            self.push(format!("DROP INDEX {}", quote::name(&name)));
        }
        let replaced = draft.columns.iter().filter(|slot| replaced(slot)).map(|slot| &slot.old_name);
        let dropped: Vec<Name> =
            draft.dropped_columns.iter().map(|column| &column.name).chain(replaced).cloned().collect();
        for name in dropped {
            self.push(format!("DROP COLUMN {}", quote::name(&name)));
        }
    }

    fn columns(&mut self) {
        let draft = self.draft;
        let stays = stays(draft);
        let tables = (default_collation(draft, false), default_collation(draft, true));
        // Behind the last column that stays, new columns go to the end by themselves.
        let nothing_moves =
            draft.columns.iter().zip(&stays).all(|(slot, stays)| *stays || slot.origin.is_none());
        let tail = draft.columns.iter().rposition(|slot| slot.origin.is_some()).map_or(0, |last| last + 1);
        for (place, (slot, stays)) in draft.columns.iter().zip(&stays).enumerate() {
            let position = if *stays || !draft.complete || (nothing_moves && place >= tail) {
                String::new()
            } else {
                match place.checked_sub(1).and_then(|before| draft.columns.get(before)) {
                    Some(before) => format!(" AFTER {}", quote::name(&before.now.name)),
                    None => " FIRST".to_owned(),
                }
            };
            let fresh = slot.origin.is_none() || replaced(slot);
            let altered = match slot.before() {
                Some(before) if !fresh => differs(before, &slot.now, &tables),
                _ => false,
            };
            // A column without a collation of its own gets the table's new default, which stands in the same statement.
            let definition = || column::definition(&slot.now, self.target);
            let renamed = slot.old_name != slot.now.name;
            if fresh {
                let clause = format!("ADD COLUMN {}{position}", definition());
                if slot.before().is_some_and(|before| before.generated.is_none()) {
                    self.notes.push(format!(
                        "the values of `{}` are lost: a column with values cannot become a virtual one",
                        slot.old_name
                    ));
                } else if slot.origin.is_some() && slot.now.generated.is_none() {
                    self.notes.push(format!(
                        "the values of `{}` are lost: a virtual column cannot become one with values",
                        slot.old_name
                    ));
                }
                self.push(clause);
            } else if renamed && (altered || !position.is_empty()) {
                let clause =
                    format!("CHANGE COLUMN {} {}{position}", quote::name(&slot.old_name), definition());
                self.push(clause);
            } else if altered || !position.is_empty() {
                let clause = format!("MODIFY COLUMN {}{position}", definition());
                self.push(clause);
            } else if renamed {
                let clause = format!(
                    "RENAME COLUMN {} TO {}",
                    quote::name(&slot.old_name),
                    quote::name(&slot.now.name)
                );
                self.push(clause);
            }
        }
    }

    fn keys(&mut self) {
        let draft = self.draft;
        let engine = draft.properties.engine.as_deref();
        for slot in &draft.indexes {
            let fresh = slot.origin.is_none() || self.remade(slot);
            if fresh {
                if !self.server_makes(slot) {
                    let mut definition = keys::index(&slot.now, engine, self.target);
                    let dropped = format!("DROP INDEX {}", quote::name(&slot.now.name));
                    let free = slot.origin.is_none() && !self.clauses.contains(&dropped);
                    if slot.now.implicit && free && self.target.dialect == Dialect::MariaDb {
                        // No server tells which indexes it made for a foreign key: one that looks so and was written by
                        // hand is still there.
                        definition = definition.replacen("KEY ", "KEY IF NOT EXISTS ", 1);
                    }
                    self.push(format!("ADD {definition}"));
                }
                continue;
            }
            if slot.old_name != slot.now.name {
                let (from, to) = (quote::name(&slot.old_name), quote::name(&slot.now.name));
                self.push(format!("RENAME INDEX {from} TO {to}"));
            }
            if slot.before().is_some_and(|before| before.invisible != slot.now.invisible) {
                let hidden = keys::hidden(slot.now.invisible, self.target);
                self.push(format!("ALTER INDEX {} {hidden}", quote::name(&slot.now.name)));
            }
        }
        for primary in [true, false] {
            for slot in &draft.constraints {
                if matches!(slot.now.kind, ConstraintKind::PrimaryKey(_)) != primary {
                    continue;
                }
                if self.only_enforced(slot) {
                    let enforced = if slot.now.enforced { "ENFORCED" } else { "NOT ENFORCED" };
                    self.push(format!("ALTER CHECK {} {enforced}", quote::name(&slot.now.name)));
                    continue;
                }
                if !self.changes(slot) {
                    continue;
                }
                match keys::constraint(&slot.now, self.target) {
                    // MariaDB compares the new types with the old ones (errno 150).
                    Some(definition) if self.refers_to_changed(&slot.now) => {
                        self.last.push(format!("ADD {definition}"));
                    }
                    Some(definition) => self.push(format!("ADD {definition}")),
                    None => self
                        .notes
                        .push(format!("`{}` is of a kind that this server does not have", slot.now.name)),
                }
            }
        }
    }

    fn options(&mut self) {
        let (before, after) = (&self.draft.before, &self.draft.properties);
        if before.engine != after.engine {
            self.push(format!("ENGINE={}", after.engine.as_deref().unwrap_or("InnoDB")));
        }
        let collations = (default_collation(self.draft, false), default_collation(self.draft, true));
        if (&before.charset, &before.collation) != (&after.charset, &after.collation) {
            match &collations.1 {
                Some(collation) => {
                    let charset = charset::charset_of(collation)
                        .map(|charset| format!("DEFAULT CHARACTER SET={charset} "))
                        .unwrap_or_default();
                    self.push(format!("{charset}COLLATE={collation}"));
                }
                None => self
                    .notes
                    .push("the database's default collation is not known: set the table's by hand".into()),
            }
        }
        if before.comment != after.comment {
            self.push(format!("COMMENT={}", quote::string(after.comment.as_deref().unwrap_or(""))));
        }
        self.clauses.extend(table::changed_options(&before.options, &after.options));
    }

    /// Whether a foreign key connects the table with itself by columns that the statement changes.
    fn refers_to_changed(&self, constraint: &Constraint) -> bool {
        let ConstraintKind::ForeignKey(key) = &constraint.kind else { return false };
        let changed = retyped(self.draft);
        key.table == self.draft.name
            && key
                .columns
                .iter()
                .chain(&key.referenced)
                .any(|name| changed.iter().any(|column| column.eq_ignore_ascii_case(name)))
    }

    /// Whether the index has to be dropped and added: anything but its name and visibility changes, or the server drops
    /// it with a column.
    fn remade(&self, slot: &Slot<Index>) -> bool {
        let Some(before) = slot.before() else { return false };
        let same = Index { invisible: slot.now.invisible, implicit: slot.now.implicit, ..before.clone() };
        same != slot.now || self.loses_a_column(slot.now.keys.iter().filter_map(|key| key.column.as_ref()))
    }

    /// Whether the server takes a column out of a key that is there, so that the key is made again: the column is another
    /// one, which does not have the name of the one that goes.
    fn loses_a_column<'c>(&self, mut columns: impl Iterator<Item = &'c Name>) -> bool {
        let draft = self.draft;
        columns.any(|column| {
            let slot = draft.columns.iter().find(|slot| slot.now.name.eq_ignore_ascii_case(column));
            slot.is_some_and(|slot| {
                let keeps_name = || draft.dropped_columns.iter().any(|c| c.name.eq_ignore_ascii_case(column));
                replaced(slot) || slot.origin.is_none() && !keeps_name()
            })
        })
    }

    /// Whether a constraint that is there has to be dropped and added.
    fn changes(&self, slot: &Slot<Constraint>) -> bool {
        let Some(before) = slot.before() else { return true };
        let loses = match &slot.now.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                self.loses_a_column(key.columns.iter().filter_map(|key| key.column.as_ref()))
            }
            ConstraintKind::ForeignKey(key) => self.loses_a_column(key.columns.iter()),
            ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => false,
        };
        loses || slot.old_name != slot.now.name || *before != slot.now
    }

    /// Whether the server makes the new index by itself, for a foreign key that is added in the same statement.
    fn server_makes(&self, slot: &Slot<Index>) -> bool {
        let draft = self.draft;
        let primary = draft.constraints.iter().find_map(|slot| match &slot.now.kind {
            ConstraintKind::PrimaryKey(key) => Some(key.columns.as_slice()),
            _ => None,
        });
        let others: Vec<&[IndexKey]> = draft
            .indexes
            .iter()
            .filter(|other| other.now.name != slot.now.name)
            .map(|other| other.now.keys.as_slice())
            .chain(primary)
            .collect();
        slot.origin.is_none()
            && draft.constraints.iter().any(|added| {
                let key: Option<&ForeignKey> = match &added.now.kind {
                    ConstraintKind::ForeignKey(key) if added.origin.is_none() => Some(key),
                    _ => None,
                };
                key.is_some_and(|key| keys::made_for(&slot.now, &added.now.name, key, others.iter().copied()))
            })
    }

    /// Whether only `ENFORCED` changes, for which MySQL has a clause.
    fn only_enforced(&self, slot: &Slot<Constraint>) -> bool {
        slot.before().is_some_and(|before| {
            before.enforced != slot.now.enforced
                && slot.old_name == slot.now.name
                && self.target.dialect == Dialect::MySql
                && Constraint { enforced: slot.now.enforced, ..before.clone() } == slot.now
        })
    }
}

/// Whether both servers refuse `MODIFY` for the change, so that the column is dropped and added: to, from and between
/// the kinds of generated columns, but for plain to stored and back.
fn replaced(slot: &Slot<Column>) -> bool {
    let Some(before) = slot.before() else { return false };
    let is_virtual = |column: &Column| column.generated.as_ref().is_some_and(|generated| !generated.stored);
    is_virtual(before) != is_virtual(&slot.now)
}

/// Which columns keep their place by themselves: the longest run of old columns that are still in their old order.
fn stays(draft: &Draft) -> Vec<bool> {
    let place =
        |slot: &Slot<Column>| slot.origin.as_ref().map(|(place, _)| *place).filter(|_| !replaced(slot));
    // Patience sorting: for each length the run with the smallest last place, by its last column.
    let mut piles: Vec<(usize, usize)> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; draft.columns.len()];
    for (at, slot) in draft.columns.iter().enumerate() {
        let Some(place) = place(slot) else { continue };
        let pile = piles.partition_point(|(last, _)| *last < place);
        if let (Some(before), Some(link)) = (pile.checked_sub(1), previous.get_mut(at)) {
            *link = piles.get(before).map(|(_, column)| *column);
        }
        match piles.get_mut(pile) {
            Some(top) => *top = (place, at),
            None => piles.push((place, at)),
        }
    }
    let mut stays = vec![false; draft.columns.len()];
    let mut next = piles.last().map(|(_, column)| *column);
    while let Some(at) = next {
        if let Some(stays) = stays.get_mut(at) {
            *stays = true;
        }
        next = previous.get(at).copied().flatten();
    }
    stays
}

/// The table's default collation before or after.
fn default_collation(draft: &Draft, after: bool) -> Option<String> {
    let properties = if after { &draft.properties } else { &draft.before };
    properties.collation.clone().or_else(|| draft.database_collation.clone())
}

/// The columns whose type or collation changes, by the names they get.
pub(super) fn retyped(draft: &Draft) -> Vec<Name> {
    let (old, new) = (default_collation(draft, false), default_collation(draft, true));
    let retyped = |slot: &&Slot<Column>| {
        slot.before().is_some_and(|before| {
            before.data_type != slot.now.data_type
                || collation(before, old.as_deref()) != collation(&slot.now, new.as_deref())
        })
    };
    draft.columns.iter().filter(retyped).map(|slot| slot.now.name.clone()).collect()
}

type Collations = (Option<String>, Option<String>);

/// The column's collation, when it is of a text type and its collation is known.
fn collation<'a>(column: &'a Column, table: Option<&'a str>) -> Option<&'a str> {
    column.collation.as_deref().or(table).filter(|_| column::is_text(column))
}

/// Whether a definition has to be written: anything but the name differs. Columns without a collation of their own
/// follow the table's, so that a new default of the table changes them, and only them.
fn differs(before: &Column, now: &Column, (old, new): &Collations) -> bool {
    if old == new || !column::is_text(now) {
        return before != now;
    }
    let plain = Column { charset: now.charset.clone(), collation: now.collation.clone(), ..before.clone() };
    plain != *now || collation(before, old.as_deref()) != collation(now, new.as_deref())
}
