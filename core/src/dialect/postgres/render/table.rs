//! Whole tables and their own properties.
use super::{About, Writer, define, family::same_constraint, quote};
use crate::{
    catalog::{
        Column, Constraint, ConstraintKind, KeyIndex, Link, Name, ObjectName, Persistence, Table,
        TableProperties,
    },
    change::{Delta, ObjectPath},
};

impl Writer<'_> {
    pub(super) fn create_table(&mut self, table: &Table) {
        let name = define::table_name(table);
        let inherited: Vec<std::sync::Arc<Table>> =
            table.properties.inherits.iter().filter_map(|p| self.catalog.tables.get(p).cloned()).collect();
        let parent =
            table.properties.partition_of.as_ref().and_then(|(p, _)| self.catalog.tables.get(p).cloned());
        let mut lines: Vec<String> = Vec::new();
        for column in &table.columns {
            if inherited.iter().any(|p| p.columns.iter().any(|c| same_column(c, column))) {
                continue;
            }
            let mut column = column.clone();
            let shared = parent.as_ref().filter(|_| self.shares_identity());
            if shared.is_some_and(|p| p.columns.iter().any(|c| c.name == column.name && c.identity.is_some()))
            {
                // A partition shares the identity of its parent's column and must not have one when it is attached.
                column.identity = None;
            }
            lines.push(define::column(&column, &table.name, &self.catalog));
        }
        let mut later = Vec::new();
        for constraint in &table.constraints {
            match self.place(table, constraint, parent.as_deref(), &inherited) {
                Place::Inside => lines.push(define::constraint(constraint)),
                Place::Behind => later.push(constraint.clone()),
                Place::Waiting => self.waiting_keys.push((table.name.clone(), constraint.clone())),
                Place::Inherited => {}
            }
        }
        let kind = match table.properties.persistence {
            Persistence::Permanent => "",
            Persistence::Unlogged => "UNLOGGED ",
            Persistence::Temporary => "TEMPORARY ",
        };
        let body =
            if lines.is_empty() { String::new() } else { format!("\n    {}\n", lines.join(",\n    ")) };
        let mut sql = format!("CREATE {kind}TABLE {name} ({body})");
        if !table.properties.inherits.is_empty() {
            let parents: Vec<String> = table.properties.inherits.iter().map(quote::object).collect();
            sql.push_str(&format!(" INHERITS ({})", parents.join(", ")));
        }
        if let Some(key) = &table.properties.partition_by {
            sql.push_str(&format!(" PARTITION BY {key}"));
        }
        let parameters = storage(&table.properties);
        if !parameters.is_empty() {
            sql.push_str(&format!(" WITH {}", quote::parameters(&parameters)));
        }
        if table.complete {
            self.push(sql);
        } else {
            self.push_noted(sql, format!("not all columns of `{}` are known", table.name));
        }
        for constraint in &later {
            self.add_constraint(&table.name, constraint, false);
        }
        for index in &table.indexes {
            self.create_index(index, &table.name, &name, false);
        }
        if let Some((parent, bound)) = &table.properties.partition_of {
            self.attach_partition(parent, &table.name, bound);
        }
        self.dress(table, &name);
    }

    /// What `CREATE TABLE` cannot say: comments, storage, triggers, security.
    fn dress(&mut self, table: &Table, name: &str) {
        for column in &table.columns {
            self.column_options(name, &Column::default(), column);
            self.new_comment(
                &format!("COLUMN {name}.{}", quote::name(&column.name)),
                column.comment.as_deref(),
            );
        }
        for constraint in &table.constraints {
            let on = format!("CONSTRAINT {} ON {name}", quote::name(&constraint.name));
            if !matches!(constraint.kind, ConstraintKind::ForeignKey(_)) && constraint.validated {
                self.new_comment(&on, constraint.comment.as_deref());
            }
        }
        for trigger in &table.triggers {
            self.create_trigger(trigger, name, false);
        }
        let plain = TableProperties { partition_by: None, ..TableProperties::default() };
        self.security(name, &plain, &table.properties);
        if let Some(identity) = table.properties.options.get("replica_identity") {
            self.replica_identity(name, Some(identity));
        }
        self.new_comment(&format!("TABLE {name}"), table.properties.comment.as_deref());
    }

    fn place(
        &self,
        table: &Table,
        constraint: &Constraint,
        parent: Option<&Table>,
        inherited: &[std::sync::Arc<Table>],
    ) -> Place {
        match &constraint.kind {
            ConstraintKind::ForeignKey(_) => {
                if parent.is_some_and(|p| p.constraints.iter().any(|c| same_constraint(c, constraint))) {
                    return Place::Inherited;
                }
                let ConstraintKind::ForeignKey(key) = &constraint.kind else { return Place::Behind };
                if key.table == table.name || !self.catalog.tables.contains(&key.table) {
                    // To itself as well: the key that is referenced may be given by an index.
                    return Place::Waiting;
                }
                if constraint.validated && constraint.comment.is_none() {
                    Place::Inside
                } else {
                    Place::Behind
                }
            }
            ConstraintKind::Check { no_inherit: false, .. }
                if inherited.iter().any(|p| p.constraints.iter().any(|c| same_constraint(c, constraint))) =>
            {
                Place::Inherited
            }
            // CREATE TABLE makes one key of two on the same columns.
            ConstraintKind::Unique(key) if is_one_more(table, &constraint.name, key) => Place::Behind,
            _ if constraint.validated || !constraint.enforced => Place::Inside,
            _ => Place::Behind,
        }
    }

    /// Partitions go with their table; other children and what hangs on the table go before it.
    pub(super) fn drop_table(&mut self, table: &Table) {
        let waiting = |(name, _): &(ObjectName, Constraint)| *name != table.name;
        self.waiting_keys.retain(waiting);
        for child in self.children(&table.name) {
            let is_partition =
                self.catalog.tables.get(&child).is_some_and(|t| t.properties.partition_of.is_some());
            let Some(at) = self.drops_later(&child) else { continue };
            if is_partition {
                let about = About::Object(ObjectPath::Table { name: child });
                self.imply(&about, |change| matches!(change.delta, Delta::Drop { .. }));
            } else {
                self.run(at);
            }
        }
        self.drop_keys_to(&table.name);
        self.push(format!("DROP TABLE {}", define::table_name(table)));
    }

    /// Foreign keys of other tables hold a table fast; those that are still there go first.
    fn drop_keys_to(&mut self, table: &ObjectName) {
        let mut keys = Vec::new();
        for other in self.catalog.tables.linked(Link::Refers, table).filter(|t| t.name != *table) {
            let parent = other.properties.partition_of.as_ref().and_then(|(p, _)| self.catalog.tables.get(p));
            for (constraint, _) in other.foreign_keys().filter(|(_, key)| key.table == *table) {
                let inherited =
                    parent.is_some_and(|p| p.constraints.iter().any(|c| same_constraint(c, constraint)));
                keys.push((other.name.clone(), constraint.name.clone(), inherited));
            }
        }
        for (other, name, inherited) in keys {
            if !inherited {
                let constraint = quote::name(&name);
                self.push(format!("ALTER TABLE {} DROP CONSTRAINT {constraint}", quote::object(&other)));
            }
            let path = ObjectPath::Constraint { table: other.clone(), name: name.clone() };
            self.imply(&About::Object(path), |change| matches!(change.delta, Delta::Drop { .. }));
            self.catalog.tables.edit(&other, |t| t.constraints.retain(|c| c.name != name));
        }
    }

    pub(super) fn alter_properties(
        &mut self,
        table: &ObjectName,
        before: &TableProperties,
        after: &TableProperties,
    ) {
        let name = quote::object(table);
        if before.persistence != after.persistence {
            match after.persistence {
                Persistence::Permanent => self.push(format!("ALTER TABLE {name} SET LOGGED")),
                Persistence::Unlogged => self.push(format!("ALTER TABLE {name} SET UNLOGGED")),
                Persistence::Temporary => self.cannot(format!("table `{table}` cannot be made temporary")),
            }
        }
        if before.partition_by != after.partition_by {
            self.cannot(format!("how table `{table}` is partitioned cannot be changed: make a new table"));
        }
        self.alter_parents(table, before, after);
        let (set, reset) = quote::parameter_changes(&storage(before), &storage(after));
        if !set.is_empty() {
            self.push(format!("ALTER TABLE {name} SET {}", quote::parameters(&set)));
        }
        if !reset.is_empty() {
            let reset: Vec<String> = reset.iter().map(|o| quote::parameter(o)).collect();
            self.push(format!("ALTER TABLE {name} RESET ({})", reset.join(", ")));
        }
        self.security(&name, before, after);
        let identity = |properties: &TableProperties| properties.options.get("replica_identity").cloned();
        if identity(before) != identity(after) {
            self.replica_identity(&name, identity(after).as_deref());
        }
        if before.comment != after.comment {
            self.comment(&format!("TABLE {name}"), after.comment.as_deref());
        }
    }

    fn alter_parents(&mut self, table: &ObjectName, before: &TableProperties, after: &TableProperties) {
        let name = quote::object(table);
        if before.partition_of != after.partition_of {
            if let Some((parent, _)) = &before.partition_of {
                self.push(format!("ALTER TABLE {} DETACH PARTITION {name}", quote::object(parent)));
            }
            if let Some((parent, bound)) = &after.partition_of {
                self.attach_partition(parent, table, bound);
            }
        }
        for parent in before.inherits.iter().filter(|p| !after.inherits.contains(p)) {
            self.push(format!("ALTER TABLE {name} NO INHERIT {}", quote::object(parent)));
        }
        for parent in after.inherits.iter().filter(|p| !before.inherits.contains(p)) {
            self.push(format!("ALTER TABLE {name} INHERIT {}", quote::object(parent)));
        }
    }

    fn attach_partition(&mut self, parent: &ObjectName, table: &ObjectName, bound: &str) {
        let (parent, table) = (quote::object(parent), quote::object(table));
        self.push(format!("ALTER TABLE {parent} ATTACH PARTITION {table} {bound}"));
    }

    fn security(&mut self, name: &str, before: &TableProperties, after: &TableProperties) {
        if before.row_security != after.row_security {
            let word = if after.row_security { "ENABLE" } else { "DISABLE" };
            self.push(format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY"));
        }
        if before.force_row_security != after.force_row_security {
            let word = if after.force_row_security { "FORCE" } else { "NO FORCE" };
            self.push(format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY"));
        }
    }

    fn replica_identity(&mut self, name: &str, identity: Option<&str>) {
        let words = match identity {
            Some("full") => "FULL".to_owned(),
            Some("nothing") => "NOTHING".to_owned(),
            Some(other) => match other.strip_prefix("index ") {
                Some(index) => format!("USING INDEX {}", quote::name(index)),
                None => "DEFAULT".to_owned(),
            },
            None => "DEFAULT".to_owned(),
        };
        self.push(format!("ALTER TABLE {name} REPLICA IDENTITY {words}"));
    }
}

/// Whether the table has the primary key, or a unique key before this one, on the same columns.
fn is_one_more(table: &Table, name: &Name, key: &KeyIndex) -> bool {
    let before = table.constraints.iter().take_while(|c| c.name != *name);
    let unique = before.filter_map(|c| match &c.kind {
        ConstraintKind::Unique(other) => Some(other),
        _ => None,
    });
    let primary = table.primary_key().map(|(_, key)| key);
    unique.chain(primary).any(|other| other.columns == key.columns)
}

/// Where a constraint of a new table is written.
enum Place {
    /// In the parentheses of `CREATE TABLE`.
    Inside,
    /// In a statement behind it.
    Behind,
    /// In a statement when the referenced table is there.
    Waiting,
    /// Nowhere: it comes from the parent.
    Inherited,
}

/// Whether a child gets the whole of `column` from its parent's.
fn same_column(parent: &Column, column: &Column) -> bool {
    parent.name == column.name
        && parent.data_type == column.data_type
        && parent.default == column.default
        && parent.generated == column.generated
        && parent.collation == column.collation
        && parent.nullable == column.nullable
        && column.identity.is_none()
}

/// The options that are storage parameters.
fn storage(properties: &TableProperties) -> std::collections::BTreeMap<String, String> {
    let mut options = properties.options.clone();
    options.remove("replica_identity");
    options
}
