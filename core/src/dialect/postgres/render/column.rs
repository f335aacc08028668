//! Columns of tables that are there.
use super::{Writer, define, passed::Former, quote};
use crate::{
    catalog::{Column, DataType, Name, ObjectName},
    change::{Delta, ObjectPath},
};

/// What `ALTER COLUMN … SET STORAGE` and the like take, and what brings the usual back.
const SPECIAL: [&str; 3] = ["storage", "compression", "statistics"];

impl Writer<'_> {
    pub(super) fn add_column(&mut self, table: &ObjectName, column: &Column, position: usize) {
        if let Some(now) = self.column_now(table, &column.name) {
            // It came from a parent.
            self.alter_column(table, (&now, position), (column, position));
            return;
        }
        let name = quote::object(table);
        let later = column.identity.as_ref().filter(|_| self.identity_comes_later(table, column));
        let plain =
            Column { identity: column.identity.clone().filter(|_| later.is_none()), ..column.clone() };
        let sql = format!("ALTER TABLE {name} ADD COLUMN {}", define::column(&plain, table, &self.catalog));
        let mut notes = Vec::new();
        if self.catalog.tables.get(table).is_some_and(|t| position < t.columns.len()) {
            notes.push(format!(
                "the column comes behind the others: PostgreSQL cannot put it in place {}",
                position + 1
            ));
        }
        let filled = plain.default.is_some() || plain.identity.is_some() || plain.generated.is_some();
        if !column.nullable && !filled {
            notes.push(format!("fails when `{table}` has rows: the column is NOT NULL and has no default"));
        }
        if notes.is_empty() {
            self.push(sql);
        } else {
            self.push_noted(sql, notes.join("; "));
        }
        if let Some(identity) = later {
            let identity = define::identity(identity, table, &column.name);
            let column = quote::name(&column.name);
            self.push(format!("ALTER TABLE {name} ALTER COLUMN {column} ADD {identity}"));
        }
        self.column_options(&name, &Column::default(), column);
        self.new_comment(&format!("COLUMN {name}.{}", quote::name(&column.name)), column.comment.as_deref());
        self.pass_on(table, &Former::Missing, column);
    }

    pub(super) fn drop_column(&mut self, table: &ObjectName, column: &Name) {
        self.push(format!("ALTER TABLE {} DROP COLUMN {}", quote::object(table), quote::name(column)));
        self.imply_in_children(table, |child, change| {
            matches!(change.delta, Delta::Drop { .. })
                && change.path == ObjectPath::Column { table: child.clone(), name: column.clone() }
        });
    }

    pub(super) fn alter_column(
        &mut self,
        table: &ObjectName,
        (before, old_position): (&Column, usize),
        (after, position): (&Column, usize),
    ) {
        if old_position != position {
            self.cannot(format!(
                "column `{table}.{}` keeps its place: PostgreSQL cannot move it",
                after.name
            ));
        }
        let now = self.column_now(table, &after.name);
        let meanwhile = now.as_ref().is_some_and(|now| now != before);
        let before = now.as_ref().unwrap_or(before);
        if meanwhile {
            self.settle(table, after);
        }
        if before == after || self.compute(table, before, after, position) {
            return;
        }
        let retyped = before.data_type != after.data_type || before.collation != after.collation;
        let views =
            if retyped { self.drop_views_of(&[(table.clone(), after.name.clone())]) } else { Vec::new() };
        let alone = self.stays_alone(table, before, after);
        self.change_column(table, before, after, alone);
        self.create_views_again(&views);
        if !alone {
            self.pass_on(table, &Former::Column(Box::new(before.clone())), after);
        }
    }

    /// What leads from one definition of a column to another one.
    pub(super) fn change_column(&mut self, table: &ObjectName, before: &Column, after: &Column, only: bool) {
        let name = quote::object(table);
        let altered = if only { format!("ONLY {name}") } else { name.clone() };
        let inherited = self.has_parents_identity(table);
        if let (Some(old), Some(new), false) = (&before.identity, &after.identity, inherited)
            && old.sequence != new.sequence
            && !old.sequence.is_empty()
            && !new.sequence.is_empty()
        {
            let sequence = quote::object(&table.sibling(old.sequence.clone()));
            self.push(format!("ALTER SEQUENCE {sequence} RENAME TO {}", quote::name(&new.sequence)));
        }
        let actions = self.column_actions(table, before, after, inherited);
        if !actions.is_empty() {
            self.push(format!("ALTER TABLE {altered} {}", actions.join(", ")));
        }
        self.column_options(&altered, before, after);
        if before.comment != after.comment {
            self.comment(&format!("COLUMN {name}.{}", quote::name(&after.name)), after.comment.as_deref());
        }
    }

    /// The actions of one `ALTER TABLE`, in the order in which they make sense one by one.
    fn column_actions(
        &self,
        table: &ObjectName,
        before: &Column,
        after: &Column,
        inherited_identity: bool,
    ) -> Vec<String> {
        let retyped = before.data_type != after.data_type || before.collation != after.collation;
        let alter = format!("ALTER COLUMN {}", quote::name(&after.name));
        let mut actions = Vec::new();
        let lifted = retyped && before.default.is_some();
        if before.identity.is_some() && after.identity.is_none() && !inherited_identity {
            actions.push(format!("{alter} DROP IDENTITY"));
        }
        if lifted || (before.default.is_some() && after.default.is_none()) {
            actions.push(format!("{alter} DROP DEFAULT"));
        }
        if retyped {
            let column = quote::name(&after.name);
            let data_type = quote::data_type(&after.data_type);
            let collation = after.collation.as_ref().map_or_else(String::new, |collation| {
                format!(" COLLATE {}", quote::collation(collation, &self.catalog))
            });
            let using = conversion(&before.data_type, &after.data_type, &column);
            actions.push(format!("{alter} TYPE {data_type}{collation}{using}"));
        }
        if before.nullable != after.nullable {
            actions.push(format!("{alter} {} NOT NULL", if after.nullable { "DROP" } else { "SET" }));
        }
        if let Some(default) = after.default.as_ref().filter(|_| lifted || before.default != after.default) {
            actions.push(format!("{alter} SET DEFAULT {}", quote::inline(default)));
        }
        match (&before.identity, &after.identity) {
            _ if inherited_identity => {}
            (None, Some(identity)) => {
                actions.push(format!("{alter} ADD {}", define::identity(identity, table, &after.name)));
            }
            (Some(old), Some(new)) => {
                if old.always != new.always {
                    let when = if new.always { "ALWAYS" } else { "BY DEFAULT" };
                    actions.push(format!("{alter} SET GENERATED {when}"));
                }
                let changes = define::sequence_changes(&old.options, &new.options);
                let changes = changes.iter().filter(|change| !change.starts_with("AS "));
                actions.extend(changes.map(|change| format!("{alter} SET {change}")));
            }
            _ => {}
        }
        actions
    }

    /// What a generated column needs. Returns whether the column was made again, and nothing is left to do.
    fn compute(&mut self, table: &ObjectName, before: &Column, after: &Column, position: usize) -> bool {
        let alter = format!("ALTER TABLE {} ALTER COLUMN {}", quote::object(table), quote::name(&after.name));
        match (&before.generated, &after.generated) {
            (old, new) if old == new => false,
            (Some(old), None) if old.stored => {
                self.push(format!("{alter} DROP EXPRESSION"));
                false
            }
            (Some(old), Some(new))
                if old.stored == new.stored && self.catalog.server_version.at_least(17, 0, 0) =>
            {
                self.push(format!("{alter} SET EXPRESSION AS {}", quote::enclosed(&new.expression)));
                false
            }
            (_, new) => {
                self.make_again(table, after, position, new.is_some());
                true
            }
        }
    }

    /// Drops a column and adds it again with everything that mentions it.
    fn make_again(&mut self, table: &ObjectName, after: &Column, position: usize, computed: bool) {
        let views = self.drop_views_of(&[(table.clone(), after.name.clone())]);
        let name = quote::object(table);
        let columns_behind =
            self.catalog.tables.get(table).map_or(0, |t| t.columns.len().saturating_sub(position + 1));
        self.push_noted(
            format!("ALTER TABLE {name} DROP COLUMN {}", quote::name(&after.name)),
            if computed {
                "the values are computed again; indexes and constraints on the column go with it"
            } else {
                "the values are lost: a computed column cannot become an ordinary one here"
            },
        );
        let sql = format!("ALTER TABLE {name} ADD COLUMN {}", define::column(after, table, &self.catalog));
        if columns_behind > 0 {
            self.push_noted(
                sql,
                "the column comes behind the others: PostgreSQL cannot put it back in its place",
            );
        } else {
            self.push(sql);
        }
        self.column_options(&name, &Column::default(), after);
        self.new_comment(&format!("COLUMN {name}.{}", quote::name(&after.name)), after.comment.as_deref());
        self.create_parts_again(table, &after.name);
        self.create_views_again(&views);
        self.pass_on(table, &Former::Dropped, after);
    }

    /// Storage, compression, statistics and other options of a column.
    pub(super) fn column_options(&mut self, table: &str, before: &Column, after: &Column) {
        let alter = format!("ALTER TABLE {table} ALTER COLUMN {}", quote::name(&after.name));
        let new_column = before.name.is_empty();
        for option in SPECIAL {
            let (old, new) = (before.options.get(option), after.options.get(option));
            if old == new || (option == "compression" && new_column) {
                continue;
            }
            let value = match (option, new) {
                ("statistics", new) => new.map_or("-1", String::as_str).to_owned(),
                (_, Some(new)) => new.to_uppercase().replace("PGLZ", "pglz").replace("LZ4", "lz4"),
                ("storage", None) if !self.catalog.server_version.at_least(16, 0, 0) => {
                    usual_storage(&after.data_type).to_owned()
                }
                (_, None) => "DEFAULT".to_owned(),
            };
            self.push(format!("{alter} SET {} {value}", option.to_uppercase()));
        }
        let rest = |column: &Column| {
            let mut options = column.options.clone();
            options.retain(|option, _| !SPECIAL.contains(&option.as_str()));
            options
        };
        let (set, reset) = quote::parameter_changes(&rest(before), &rest(after));
        if !set.is_empty() {
            self.push(format!("{alter} SET {}", quote::parameters(&set)));
        }
        if !reset.is_empty() {
            let reset: Vec<String> = reset.iter().map(|option| quote::name(option)).collect();
            self.push(format!("{alter} RESET ({})", reset.join(", ")));
        }
    }
}

/// The storage that columns of a type get by themselves; servers before 16 have no word for it.
fn usual_storage(data_type: &DataType) -> &'static str {
    let base = data_type.text.split('(').next().unwrap_or_default();
    match base {
        _ if data_type.custom.is_some() || base.ends_with("[]") => "EXTENDED",
        "numeric" | "inet" | "cidr" => "MAIN",
        "text" | "character varying" | "character" | "bytea" | "json" | "jsonb" | "xml" | "bit"
        | "bit varying" | "path" | "polygon" | "tsvector" => "EXTENDED",
        _ if base.ends_with("range") => "EXTENDED",
        _ => "PLAIN",
    }
}

/// Kinds of types between whose members the server converts by itself when it assigns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Time,
    Json,
    Bits,
    Network,
    Boolean,
    Other,
}

fn kind(data_type: &DataType) -> Kind {
    if data_type.custom.is_some() || data_type.text.ends_with("[]") {
        return Kind::Other;
    }
    let base = data_type.text.split('(').next().unwrap_or_default().trim_end();
    match base {
        "text" | "character varying" | "character" | "name" => Kind::Text,
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => Kind::Number,
        "date" => Kind::Time,
        _ if base.starts_with("timestamp") => Kind::Time,
        "json" | "jsonb" => Kind::Json,
        "bit" | "bit varying" => Kind::Bits,
        "inet" | "cidr" => Kind::Network,
        "boolean" => Kind::Boolean,
        _ => Kind::Other,
    }
}

/// ` USING …` where the server does not convert by itself. A cast that is written out cuts strings to their length
/// without a word, so none is written where none is needed.
fn conversion(from: &DataType, to: &DataType, column: &str) -> String {
    let written = quote::data_type(to);
    match (kind(from), kind(to)) {
        _ if from.custom == to.custom && from.text == to.text => String::new(),
        (_, Kind::Text) => String::new(),
        (a, b) if a == b && a != Kind::Other => String::new(),
        (Kind::Boolean, Kind::Number) => format!(" USING {column}::integer::{written}"),
        (Kind::Number, Kind::Boolean) => format!(" USING {column} <> 0"),
        (Kind::Other, Kind::Other) if from.text.ends_with("[]") && to.text.ends_with("[]") => {
            format!(" USING {column}::text[]::{written}")
        }
        (Kind::Text, _) => format!(" USING {column}::{written}"),
        (Kind::Other, _) | (_, Kind::Other) => format!(" USING {column}::text::{written}"),
        _ => format!(" USING {column}::{written}"),
    }
}
