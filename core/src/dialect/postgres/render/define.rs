//! The text of definitions: columns, constraints, indexes, sequences' options.
use super::quote;
use crate::{
    catalog::{
        Catalog, Column, Constraint, ConstraintKind, ForeignKey, Identity, Index, IndexKey, KeyIndex,
        ObjectName, Persistence, ReferentialAction, SequenceOptions, Table,
    },
    dialect::postgres::names,
};

/// The name by which a table is called in SQL: a temporary one has no schema that could be written.
pub(super) fn table_name(table: &Table) -> String {
    if table.properties.persistence == Persistence::Temporary {
        quote::name(&table.name.name)
    } else {
        quote::object(&table.name)
    }
}

/// A column as `CREATE TABLE` and `ADD COLUMN` take it. Storage, statistics and comment are statements of their own.
pub(super) fn column(column: &Column, table: &ObjectName, catalog: &Catalog) -> String {
    let mut text = format!("{} {}", quote::name(&column.name), quote::data_type(&column.data_type));
    if let Some(method) = column.options.get("compression") {
        text.push_str(&format!(" COMPRESSION {}", quote::name(method)));
    }
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {}", quote::collation(collation, catalog)));
    }
    if let Some(default) = &column.default {
        text.push_str(&format!(" DEFAULT {}", quote::inline(default)));
    }
    if let Some(generated) = &column.generated {
        let stored = if generated.stored { "STORED" } else { "VIRTUAL" };
        let expression = quote::enclosed(&generated.expression);
        text.push_str(&format!(" GENERATED ALWAYS AS {expression} {stored}"));
    }
    if let Some(definition) = &column.identity {
        text.push(' ');
        text.push_str(&identity(definition, table, &column.name));
    }
    if !column.nullable {
        text.push_str(" NOT NULL");
    }
    text
}

/// `GENERATED … AS IDENTITY (…)`.
pub(super) fn identity(identity: &Identity, table: &ObjectName, column: &str) -> String {
    let when = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let mut options = Vec::new();
    let usual = names::object_name(&table.name, Some(column), "seq");
    if !identity.sequence.is_empty() && *identity.sequence != *usual {
        let sequence = ObjectName { schema: table.schema.clone(), name: identity.sequence.clone() };
        options.push(format!("SEQUENCE NAME {}", quote::object(&sequence)));
    }
    let implied = SequenceOptions { data_type: None, ..identity.options.clone() };
    options.extend(sequence_options(&implied));
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
    format!("GENERATED {when} AS IDENTITY{options}")
}

/// The options of a sequence that are not the usual ones.
pub(super) fn sequence_options(options: &SequenceOptions) -> Vec<String> {
    let mut text = Vec::new();
    if let Some(data_type) = &options.data_type {
        text.push(format!("AS {data_type}"));
    }
    let numbers = [
        ("START WITH", options.start),
        ("INCREMENT BY", options.increment),
        ("MINVALUE", options.minimum),
        ("MAXVALUE", options.maximum),
        ("CACHE", options.cache),
    ];
    text.extend(numbers.into_iter().filter_map(|(words, value)| Some(format!("{words} {}", value?))));
    if options.cycle {
        text.push("CYCLE".into());
    }
    text
}

/// What changes one set of options into another, each with its words.
pub(super) fn sequence_changes(before: &SequenceOptions, after: &SequenceOptions) -> Vec<String> {
    let mut text = Vec::new();
    if before.data_type != after.data_type {
        text.push(format!("AS {}", after.data_type.as_deref().unwrap_or("bigint")));
    }
    if before.increment != after.increment {
        text.push(format!("INCREMENT BY {}", after.increment.unwrap_or(1)));
    }
    for (words, old, new) in
        [("MINVALUE", before.minimum, after.minimum), ("MAXVALUE", before.maximum, after.maximum)]
    {
        match new {
            Some(value) if old != new => text.push(format!("{words} {value}")),
            None if old.is_some() => text.push(format!("NO {words}")),
            _ => {}
        }
    }
    if first(before) != first(after) {
        text.push(format!("START WITH {}", first(after)));
    }
    if before.cache != after.cache {
        text.push(format!("CACHE {}", after.cache.unwrap_or(1)));
    }
    if before.cycle != after.cycle {
        text.push(if after.cycle { "CYCLE" } else { "NO CYCLE" }.into());
    }
    text
}

/// The value that a sequence starts with.
fn first(options: &SequenceOptions) -> i64 {
    let usual = if options.increment.unwrap_or(1) > 0 {
        options.minimum.unwrap_or(1)
    } else {
        options.maximum.unwrap_or(-1)
    };
    options.start.unwrap_or(usual)
}

/// A constraint as `CREATE TABLE` and `ADD` take it, with its name.
pub(super) fn constraint(constraint: &Constraint) -> String {
    let mut text = format!("CONSTRAINT {} {}", quote::name(&constraint.name), kind(&constraint.kind));
    if constraint.deferrable {
        text.push_str(" DEFERRABLE");
    }
    if constraint.initially_deferred {
        text.push_str(" INITIALLY DEFERRED");
    }
    if !constraint.enforced {
        text.push_str(" NOT ENFORCED");
    } else if !constraint.validated {
        text.push_str(" NOT VALID");
    }
    text
}

fn kind(kind: &ConstraintKind) -> String {
    match kind {
        ConstraintKind::PrimaryKey(key) => key_index("PRIMARY KEY", key),
        ConstraintKind::Unique(key) => key_index("UNIQUE", key),
        ConstraintKind::ForeignKey(key) => foreign_key(key),
        ConstraintKind::Check { expression, no_inherit } => {
            let no_inherit = if *no_inherit { " NO INHERIT" } else { "" };
            format!("CHECK {}{no_inherit}", quote::enclosed(expression))
        }
        ConstraintKind::Exclude { definition } => format!("EXCLUDE {}", quote::inline(definition)),
    }
}

fn key_index(words: &str, key: &KeyIndex) -> String {
    let nulls = if key.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let columns = quote::names(key.columns.iter().filter_map(|k| k.column.as_ref()));
    let include = if key.include.is_empty() {
        String::new()
    } else {
        format!(" INCLUDE ({})", quote::names(&key.include))
    };
    format!("{words}{nulls} ({columns}){include}")
}

fn foreign_key(key: &ForeignKey) -> String {
    let referenced = if key.referenced.is_empty() {
        String::new()
    } else {
        format!(" ({})", quote::names(&key.referenced))
    };
    let mut text = format!(
        "FOREIGN KEY ({}) REFERENCES {}{referenced}",
        quote::names(&key.columns),
        quote::object(&key.table)
    );
    if key.match_full {
        text.push_str(" MATCH FULL");
    }
    for (event, action) in [("UPDATE", key.on_update), ("DELETE", key.on_delete)] {
        let action = match action {
            ReferentialAction::NoAction => continue,
            ReferentialAction::Restrict => "RESTRICT",
            ReferentialAction::Cascade => "CASCADE",
            ReferentialAction::SetNull => "SET NULL",
            ReferentialAction::SetDefault => "SET DEFAULT",
        };
        text.push_str(&format!(" ON {event} {action}"));
        if event == "DELETE" && !key.on_delete_columns.is_empty() {
            text.push_str(&format!(" ({})", quote::names(&key.on_delete_columns)));
        }
    }
    text
}

/// `CREATE INDEX …`; with `only` a partitioned table's partitions get none.
pub(super) fn index(index: &Index, table: &str, only: bool, catalog: &Catalog) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let only = if only { "ONLY " } else { "" };
    let keys: Vec<String> = index.keys.iter().map(|key| index_key(key, catalog)).collect();
    let mut text = format!("CREATE {unique}INDEX {} ON {only}{table}", quote::name(&index.name));
    if index.method != "btree" {
        text.push_str(&format!(" USING {}", quote::name(&index.method)));
    }
    text.push_str(&format!(" ({})", keys.join(", ")));
    if !index.include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", quote::names(&index.include)));
    }
    if index.nulls_not_distinct {
        text.push_str(" NULLS NOT DISTINCT");
    }
    if !index.options.is_empty() {
        text.push_str(&format!(" WITH {}", quote::parameters(&index.options)));
    }
    if let Some(predicate) = &index.predicate {
        text.push_str(&format!(" WHERE {}", quote::enclosed(predicate)));
    }
    text
}

fn index_key(key: &IndexKey, catalog: &Catalog) -> String {
    let mut text = match (&key.column, &key.expression) {
        (Some(column), _) => quote::name(column),
        (None, Some(expression)) => quote::enclosed(expression),
        (None, None) => String::new(),
    };
    if let Some(collation) = &key.collation {
        text.push_str(&format!(" COLLATE {}", quote::collation(collation, catalog)));
    }
    if let Some(class) = &key.operator_class {
        text.push_str(&format!(" {class}"));
    }
    match (key.descending, key.nulls_first) {
        (false, false) => {}
        (false, true) => text.push_str(" NULLS FIRST"),
        (true, true) => text.push_str(" DESC"),
        (true, false) => text.push_str(" DESC NULLS LAST"),
    }
    text
}

/// Whether two indexes of a partitioned table and of its partition serve the same.
pub(super) fn same_shape(a: &Index, b: &Index) -> bool {
    a.unique == b.unique
        && a.method == b.method
        && a.keys == b.keys
        && a.include == b.include
        && a.predicate == b.predicate
        && a.nulls_not_distinct == b.nulls_not_distinct
}
