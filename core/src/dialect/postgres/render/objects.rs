//! Schemas, extensions, types and sequences; and what is renamed.
use super::{About, Writer, define, enums::type_is_swapped, quote};
use crate::{
    catalog::{
        DataType, Expression, Extension, Link, Name, ObjectName, RoutineKind, Schema, Sequence, Table,
        UserType, UserTypeKind,
    },
    change::{Change, Delta, Object, ObjectPath},
};

impl Writer<'_> {
    pub(super) fn create_schema(&mut self, schema: &Schema) {
        let name = quote::name(&schema.name);
        self.push(format!("CREATE SCHEMA {name}"));
        self.new_comment(&format!("SCHEMA {name}"), schema.comment.as_deref());
    }

    pub(super) fn create_extension(&mut self, extension: &Extension) {
        let schema = extension.schema.as_ref().map(|s| format!(" SCHEMA {}", quote::name(s)));
        self.push(format!("CREATE EXTENSION {}{}", quote::name(&extension.name), schema.unwrap_or_default()));
    }

    pub(super) fn create_type(&mut self, user_type: &UserType) {
        let name = quote::object(&user_type.name);
        match &user_type.kind {
            UserTypeKind::Enum { labels } => self.create_enum(&user_type.name, labels),
            UserTypeKind::Domain { base, nullable, default, checks } => {
                let mut text = format!("CREATE DOMAIN {name} AS {}", quote::data_type(base));
                if let Some(default) = default {
                    text.push_str(&format!(" DEFAULT {}", quote::inline(default)));
                }
                if !nullable {
                    text.push_str(" NOT NULL");
                }
                for check in checks {
                    text.push_str(&format!(" {}", domain_check(check)));
                }
                self.push(text);
            }
            UserTypeKind::Composite { attributes } => {
                let all: Vec<String> = attributes.iter().map(|(name, t)| attribute(name, t)).collect();
                self.push(format!("CREATE TYPE {name} AS ({})", all.join(", ")));
            }
            UserTypeKind::Other => {
                self.cannot(format!("type `{}` cannot be created: only its name is known", user_type.name));
                return;
            }
        }
        self.new_comment(&format!("{} {name}", type_word(&user_type.kind)), user_type.comment.as_deref());
    }

    pub(super) fn create_enum(&mut self, name: &ObjectName, labels: &[String]) {
        let labels: Vec<String> = labels.iter().map(|label| quote::literal(label)).collect();
        self.push(format!("CREATE TYPE {} AS ENUM ({})", quote::object(name), labels.join(", ")));
    }

    pub(super) fn drop_type(&mut self, user_type: &UserType) {
        self.push(format!("DROP {} {}", type_word(&user_type.kind), quote::object(&user_type.name)));
    }

    pub(super) fn alter_type(&mut self, before: &UserType, after: &UserType) {
        let name = quote::object(&after.name);
        let used = || self.catalog.tables.iter().any(|t| has_type(t, &after.name));
        let swaps = match after.kind {
            UserTypeKind::Composite { .. } => type_is_swapped(&before.kind, &after.kind) && used(),
            _ => type_is_swapped(&before.kind, &after.kind),
        };
        if swaps {
            self.swap_type(before, after);
            return;
        }
        match (&before.kind, &after.kind) {
            (UserTypeKind::Enum { labels: old }, UserTypeKind::Enum { labels: new }) => {
                self.alter_enum(&after.name, old, new);
            }
            (UserTypeKind::Domain { .. }, UserTypeKind::Domain { .. }) => self.alter_domain(before, after),
            (UserTypeKind::Composite { attributes: old }, UserTypeKind::Composite { attributes: new }) => {
                self.alter_composite(&name, old, new);
            }
            (old, new) if old != new => {
                self.drop_type(before);
                self.create_type(after);
                return;
            }
            _ => {}
        }
        if before.comment != after.comment {
            self.comment(&format!("{} {name}", type_word(&after.kind)), after.comment.as_deref());
        }
    }

    fn alter_domain(&mut self, before: &UserType, after: &UserType) {
        let (
            UserTypeKind::Domain { nullable, default, checks, .. },
            UserTypeKind::Domain { nullable: new_nullable, default: new_default, checks: new_checks, .. },
        ) = (&before.kind, &after.kind)
        else {
            return;
        };
        let alter = format!("ALTER DOMAIN {}", quote::object(&after.name));
        for (name, _) in checks.iter().filter(|check| !new_checks.contains(check)) {
            self.push(format!("{alter} DROP CONSTRAINT {}", quote::name(name)));
        }
        if default != new_default {
            match new_default {
                Some(default) => self.push(format!("{alter} SET DEFAULT {}", default.sql)),
                None => self.push(format!("{alter} DROP DEFAULT")),
            }
        }
        if nullable != new_nullable {
            self.push(format!("{alter} {} NOT NULL", if *new_nullable { "DROP" } else { "SET" }));
        }
        for check in new_checks.iter().filter(|check| !checks.contains(check)) {
            self.push(format!("{alter} ADD {}", domain_check(check)));
        }
    }

    fn alter_composite(&mut self, name: &str, old: &[(Name, DataType)], new: &[(Name, DataType)]) {
        let find = |list: &[(Name, DataType)], wanted: &Name| {
            list.iter().find(|(name, _)| name == wanted).map(|(_, data_type)| data_type.clone())
        };
        let mut actions = Vec::new();
        for (gone, _) in old.iter().filter(|(name, _)| find(new, name).is_none()) {
            actions.push(format!("DROP ATTRIBUTE {}", quote::name(gone)));
        }
        for (wanted, data_type) in new {
            match find(old, wanted) {
                None => actions.push(format!("ADD ATTRIBUTE {}", attribute(wanted, data_type))),
                Some(former) if former != *data_type => {
                    let (wanted, data_type) = (quote::name(wanted), quote::data_type(data_type));
                    actions.push(format!("ALTER ATTRIBUTE {wanted} TYPE {data_type}"));
                }
                Some(_) => {}
            }
        }
        if !actions.is_empty() {
            self.push(format!("ALTER TYPE {name} {}", actions.join(", ")));
        }
    }

    pub(super) fn create_sequence(&mut self, sequence: &Sequence) {
        let name = quote::object(&sequence.name);
        let mut words = vec![format!("CREATE SEQUENCE {name}")];
        words.extend(define::sequence_options(&sequence.options));
        self.push(words.join(" "));
        self.new_comment(&format!("SEQUENCE {name}"), sequence.comment.as_deref());
        if let Some(owner) = &sequence.owned_by {
            self.waiting_owners.push((sequence.name.clone(), owner.clone()));
        }
    }

    /// `OWNED BY`.
    pub(super) fn own(&mut self, sequence: &ObjectName, owner: Option<&(ObjectName, Name)>) {
        let owner = match owner {
            Some((table, column)) => format!("{}.{}", quote::object(table), quote::name(column)),
            None => "NONE".into(),
        };
        self.push(format!("ALTER SEQUENCE {} OWNED BY {owner}", quote::object(sequence)));
    }

    /// A sequence goes with the column that owns it.
    pub(super) fn drop_sequence(&mut self, sequence: &Sequence) {
        if let Some(owner) = &sequence.owned_by {
            let (table, column) = owner.clone();
            let goes_later =
                [ObjectPath::Table { name: table.clone() }, ObjectPath::Column { table, name: column }]
                    .into_iter()
                    .any(|path| {
                        self.later(&About::Object(path), |c| matches!(c.delta, Delta::Drop { .. })).is_some()
                    });
            if goes_later || !self.has_column(owner) {
                return;
            }
        }
        let waits = self.waiting_owners.iter().position(|(name, _)| *name == sequence.name);
        if let Some(at) = waits {
            self.waiting_owners.remove(at);
        }
        self.push(format!("DROP SEQUENCE {}", quote::object(&sequence.name)));
    }

    pub(super) fn alter_sequence(&mut self, before: &Sequence, after: &Sequence) {
        let changes = define::sequence_changes(&before.options, &after.options);
        if !changes.is_empty() {
            self.push(format!("ALTER SEQUENCE {} {}", quote::object(&after.name), changes.join(" ")));
        }
        if before.owned_by != after.owned_by {
            match &after.owned_by {
                Some(owner) if !self.has_column(owner) => {
                    self.waiting_owners.push((after.name.clone(), owner.clone()));
                }
                owner => self.own(&after.name, owner.as_ref()),
            }
        }
        if before.comment != after.comment {
            self.comment(&format!("SEQUENCE {}", quote::object(&after.name)), after.comment.as_deref());
        }
    }

    pub(super) fn rename(&mut self, from: &ObjectPath, to: &ObjectPath) {
        match (from, to) {
            (ObjectPath::Schema { name }, ObjectPath::Schema { name: to }) => {
                self.push(format!("ALTER SCHEMA {} RENAME TO {}", quote::name(name), quote::name(to)));
            }
            (ObjectPath::Type { name }, ObjectPath::Type { name: to }) => {
                let word = self.catalog.types.get(name).map_or("TYPE", |t| type_word(&t.kind));
                self.rename_object(word, name, "", to);
            }
            (ObjectPath::Sequence { name }, ObjectPath::Sequence { name: to })
                if name.name == to.name && self.moves_with_owner(name, to) => {}
            (ObjectPath::Sequence { name }, ObjectPath::Sequence { name: to }) => {
                self.rename_object("SEQUENCE", name, "", to);
            }
            (ObjectPath::Table { name }, ObjectPath::Table { name: to }) => {
                self.rename_object("TABLE", name, "", to);
                self.imply_owned(name, to);
            }
            (ObjectPath::View { name }, ObjectPath::View { name: to }) => {
                let word = self.view_word(name);
                self.rename_object(word, name, "", to);
            }
            (ObjectPath::Routine { name, signature, routine }, ObjectPath::Routine { name: to, .. }) => {
                let signature = format!("({})", quote::signature(signature, &self.catalog));
                self.rename_object(routine_word(*routine), name, &signature, to);
            }
            (ObjectPath::Column { table, name }, ObjectPath::Column { name: to, .. }) => {
                self.rename_part(table, "COLUMN", name, to);
                self.imply_in_children(table, |child, change| {
                    matches!(&change.delta, Delta::Rename { .. })
                        && change.path == ObjectPath::Column { table: child.clone(), name: name.clone() }
                });
            }
            (ObjectPath::Constraint { table, name }, ObjectPath::Constraint { name: to, .. }) => {
                self.rename_part(table, "CONSTRAINT", name, to);
                self.imply_in_children(table, |child, change| {
                    matches!(&change.delta, Delta::Rename { .. })
                        && change.path == ObjectPath::Constraint { table: child.clone(), name: name.clone() }
                });
            }
            (ObjectPath::Index { table, name }, ObjectPath::Index { name: to, .. }) => {
                self.rename_object("INDEX", &table.sibling(name.clone()), "", &table.sibling(to.clone()));
            }
            (ObjectPath::Trigger { table, name }, ObjectPath::Trigger { name: to, .. }) => {
                let (name, table, to) = (quote::name(name), quote::object(table), quote::name(to));
                self.push(format!("ALTER TRIGGER {name} ON {table} RENAME TO {to}"));
            }
            _ => {}
        }
    }

    /// The sequences that columns of the table own move to another schema with it.
    fn imply_owned(&mut self, from: &ObjectName, to: &ObjectName) {
        if from.schema == to.schema {
            return;
        }
        let owned: Vec<ObjectName> = self
            .catalog
            .sequences
            .linked(Link::Owned, from)
            .filter(|s| s.owned_by.as_ref().is_some_and(|(table, _)| table == from))
            .map(|s| s.name.clone())
            .collect();
        for sequence in owned {
            let moved = ObjectPath::Sequence {
                name: ObjectName { schema: to.schema.clone(), name: sequence.name.clone() },
            };
            self.imply(
                &About::Object(ObjectPath::Sequence { name: sequence }),
                |change| matches!(&change.delta, Delta::Rename { to } if *to == moved),
            );
        }
    }

    /// Whether a later change moves the table that owns the sequence to the same schema.
    fn moves_with_owner(&self, from: &ObjectName, to: &ObjectName) -> bool {
        let owner = self.catalog.sequences.get(from).and_then(|s| s.owned_by.as_ref());
        owner.is_some_and(|(table, _)| {
            let about = About::Object(ObjectPath::Table { name: table.clone() });
            let moves = |change: &Change| match &change.delta {
                Delta::Rename { to: ObjectPath::Table { name } } => name.schema == to.schema,
                _ => false,
            };
            self.later(&about, moves).is_some()
        })
    }

    fn rename_object(&mut self, word: &str, from: &ObjectName, signature: &str, to: &ObjectName) {
        let mut from = from.clone();
        if from.name != to.name {
            let new = quote::name(&to.name);
            self.push(format!("ALTER {word} {}{signature} RENAME TO {new}", quote::object(&from)));
            from.name = to.name.clone();
        }
        if let Some(schema) = to.schema.as_ref().filter(|_| from.schema != to.schema) {
            let schema = quote::name(schema);
            self.push(format!("ALTER {word} {}{signature} SET SCHEMA {schema}", quote::object(&from)));
        }
    }

    fn rename_part(&mut self, table: &ObjectName, word: &str, from: &Name, to: &Name) {
        let table = quote::object(table);
        self.push(format!("ALTER TABLE {table} RENAME {word} {} TO {}", quote::name(from), quote::name(to)));
    }

    /// Whether a later change drops this table.
    pub(super) fn drops_later(&self, table: &ObjectName) -> Option<usize> {
        let about = About::Object(ObjectPath::Table { name: table.clone() });
        self.later(&about, |change| matches!(&change.delta, Delta::Drop { before: Object::Table(_) }))
    }
}

pub(super) fn type_word(kind: &UserTypeKind) -> &'static str {
    if matches!(kind, UserTypeKind::Domain { .. }) { "DOMAIN" } else { "TYPE" }
}

fn has_type(table: &Table, name: &ObjectName) -> bool {
    table.columns.iter().any(|column| column.data_type.custom.as_ref() == Some(name))
}

/// The word for a routine in `ALTER`, `DROP` and `COMMENT ON`.
pub(super) fn routine_word(kind: RoutineKind) -> &'static str {
    match kind {
        RoutineKind::Function => "FUNCTION",
        RoutineKind::Procedure => "PROCEDURE",
        RoutineKind::Aggregate => "AGGREGATE",
    }
}

fn domain_check((name, condition): &(Name, Expression)) -> String {
    format!("CONSTRAINT {} CHECK {}", quote::name(name), quote::enclosed(condition))
}

fn attribute(name: &Name, data_type: &DataType) -> String {
    format!("{} {}", quote::name(name), quote::data_type(data_type))
}
