//! The system views that conditions of migrations ask, and what their columns say.
use crate::operation::{Listing, Property};

/// A system view.
#[derive(Debug)]
pub(super) struct Source {
    /// Its schema.
    pub(super) schema: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// What it lists.
    pub(super) listing: Listing,
    /// Rows of the listing that it leaves out have other values of this property.
    pub(super) only: Option<(Property, &'static [&'static str])>,
    /// Whether it leaves out the system columns of tables.
    pub(super) no_system_columns: bool,
    /// Its columns that are modelled.
    columns: &'static [(&'static str, Property)],
    /// PostgreSQL: the column with the `oid` of the relation or type that a row belongs to.
    owner: &'static str,
    /// PostgreSQL: the column with the `oid` of a row's schema.
    namespace: &'static str,
    /// PostgreSQL: the column with the `oid` of the relation that a row is about.
    itself: &'static str,
}

const PG: &str = "pg_catalog";
const IS: &str = "information_schema";

const NONE: Source = Source {
    schema: PG,
    name: "",
    listing: Listing::Schemas,
    only: None,
    no_system_columns: false,
    columns: &[],
    owner: "",
    namespace: "",
    itself: "oid",
};

use Listing as L;
use Property as P;

/// PostgreSQL's, from the chapters "System Catalogs", "System Views" and "The Information Schema" of its manual.
static POSTGRES: &[Source] = &[
    Source { name: "pg_namespace", columns: &[("nspname", P::Name), ("oid", P::Name)], ..NONE },
    Source {
        name: "pg_class",
        listing: L::Relations,
        columns: &[("relname", P::Name), ("relkind", P::Letter)],
        namespace: "relnamespace",
        ..NONE
    },
    Source {
        name: "pg_constraint",
        listing: L::Constraints,
        columns: &[("conname", P::Name), ("contype", P::Letter)],
        owner: "conrelid",
        namespace: "connamespace",
        ..NONE
    },
    Source {
        name: "pg_type",
        listing: L::Types,
        columns: &[("typname", P::Name), ("typtype", P::Letter)],
        namespace: "typnamespace",
        ..NONE
    },
    Source {
        name: "pg_enum",
        listing: L::EnumLabels,
        columns: &[("enumlabel", P::Name)],
        owner: "enumtypid",
        ..NONE
    },
    Source {
        name: "pg_attribute",
        listing: L::Columns,
        columns: &[
            ("attname", P::Name),
            ("attisdropped", P::Never),
            ("attnum", P::Number),
            ("attnotnull", P::NotNull),
        ],
        owner: "attrelid",
        ..NONE
    },
    Source {
        name: "pg_index",
        listing: L::Indexes,
        columns: &[("indisunique", P::Unique)],
        owner: "indrelid",
        itself: "indexrelid",
        ..NONE
    },
    Source {
        name: "pg_trigger",
        listing: L::Triggers,
        columns: &[("tgname", P::Name), ("tgisinternal", P::Never)],
        owner: "tgrelid",
        ..NONE
    },
    Source { name: "pg_inherits", listing: L::Children, owner: "inhparent", itself: "inhrelid", ..NONE },
    Source {
        name: "pg_proc",
        listing: L::Routines,
        columns: &[("proname", P::Name), ("prokind", P::Letter)],
        namespace: "pronamespace",
        ..NONE
    },
    Source { name: "pg_extension", listing: L::Extensions, columns: &[("extname", P::Name)], ..NONE },
    Source {
        name: "pg_indexes",
        listing: L::Indexes,
        columns: &[("schemaname", P::Schema), ("tablename", P::Table), ("indexname", P::Name)],
        ..NONE
    },
    Source {
        name: "pg_tables",
        listing: L::Relations,
        only: Some((P::Letter, &["r", "p"])),
        columns: &[("schemaname", P::Schema), ("tablename", P::Name)],
        ..NONE
    },
    Source {
        name: "pg_views",
        listing: L::Views,
        columns: &[("schemaname", P::Schema), ("viewname", P::Name)],
        ..NONE
    },
    Source {
        name: "pg_matviews",
        listing: L::MaterializedViews,
        columns: &[("schemaname", P::Schema), ("matviewname", P::Name)],
        ..NONE
    },
    Source {
        name: "pg_sequences",
        listing: L::Relations,
        only: Some((P::Letter, &["S"])),
        columns: &[("schemaname", P::Schema), ("sequencename", P::Name)],
        ..NONE
    },
    Source { schema: IS, name: "schemata", columns: &[("schema_name", P::Name)], ..NONE },
    Source {
        schema: IS,
        name: "tables",
        listing: L::Tables,
        columns: &[("table_schema", P::Schema), ("table_name", P::Name), ("table_type", P::Kind)],
        ..NONE
    },
    Source {
        schema: IS,
        name: "columns",
        listing: L::Columns,
        columns: &[
            ("table_schema", P::Schema),
            ("table_name", P::Table),
            ("column_name", P::Name),
            ("ordinal_position", P::Number),
            ("data_type", P::DataType),
            ("is_nullable", P::Nullable),
            ("character_maximum_length", P::Length),
            ("column_default", P::Default),
        ],
        no_system_columns: true,
        ..NONE
    },
    Source {
        schema: IS,
        name: "table_constraints",
        listing: L::Constraints,
        only: Some((P::Letter, &["p", "u", "f", "c"])),
        columns: &[
            ("constraint_schema", P::Schema),
            ("constraint_name", P::Name),
            ("table_schema", P::Schema),
            ("table_name", P::Table),
            ("constraint_type", P::Kind),
        ],
        ..NONE
    },
    Source {
        schema: IS,
        name: "referential_constraints",
        listing: L::Constraints,
        only: Some((P::Letter, &["f"])),
        columns: &[("constraint_schema", P::Schema), ("constraint_name", P::Name)],
        ..NONE
    },
    Source {
        schema: IS,
        name: "key_column_usage",
        listing: L::KeyColumns,
        columns: &[
            ("constraint_schema", P::Schema),
            ("constraint_name", P::Name),
            ("table_schema", P::Schema),
            ("table_name", P::Table),
            ("column_name", P::Column),
        ],
        ..NONE
    },
    Source {
        schema: IS,
        name: "views",
        listing: L::Views,
        columns: &[("table_schema", P::Schema), ("table_name", P::Name)],
        ..NONE
    },
    Source {
        schema: IS,
        name: "sequences",
        listing: L::Sequences,
        columns: &[("sequence_schema", P::Schema), ("sequence_name", P::Name)],
        ..NONE
    },
    Source {
        schema: IS,
        name: "routines",
        listing: L::Routines,
        columns: &[
            ("routine_schema", P::Schema),
            ("specific_schema", P::Schema),
            ("routine_name", P::Name),
            ("routine_type", P::Kind),
        ],
        ..NONE
    },
    Source {
        schema: IS,
        name: "triggers",
        listing: L::Triggers,
        columns: &[
            ("trigger_schema", P::Schema),
            ("trigger_name", P::Name),
            ("event_object_schema", P::Schema),
            ("event_object_table", P::Table),
        ],
        ..NONE
    },
    Source {
        schema: IS,
        name: "domains",
        listing: L::Types,
        only: Some((P::Letter, &["d"])),
        columns: &[("domain_schema", P::Schema), ("domain_name", P::Name)],
        ..NONE
    },
];

/// The MySQL family's, from the chapters about `INFORMATION_SCHEMA` of both manuals.
static MYSQL: &[Source] = &[
    Source { schema: IS, name: "schemata", columns: &[("schema_name", P::Name)], ..NONE },
    Source {
        schema: IS,
        name: "tables",
        listing: L::Tables,
        columns: &[("table_schema", P::Schema), ("table_name", P::Name), ("table_type", P::Kind)],
        ..NONE
    },
    Source {
        schema: IS,
        name: "views",
        listing: L::Views,
        columns: &[("table_schema", P::Schema), ("table_name", P::Name)],
        ..NONE
    },
    Source {
        schema: IS,
        name: "columns",
        listing: L::Columns,
        columns: &[
            ("table_schema", P::Schema),
            ("table_name", P::Table),
            ("column_name", P::Name),
            ("data_type", P::DataType),
            ("column_type", P::ColumnType),
            ("is_nullable", P::Nullable),
            ("character_maximum_length", P::Length),
        ],
        ..NONE
    },
    Source {
        schema: IS,
        name: "statistics",
        listing: L::Indexes,
        columns: &[
            ("table_schema", P::Schema),
            ("index_schema", P::Schema),
            ("table_name", P::Table),
            ("index_name", P::Name),
            ("column_name", P::Column),
            ("non_unique", P::NonUnique),
        ],
        ..NONE
    },
    Source {
        schema: IS,
        name: "table_constraints",
        listing: L::Constraints,
        columns: &[
            ("constraint_schema", P::Schema),
            ("table_schema", P::Schema),
            ("table_name", P::Table),
            ("constraint_name", P::Name),
            ("constraint_type", P::Kind),
        ],
        ..NONE
    },
    Source {
        schema: IS,
        name: "key_column_usage",
        listing: L::KeyColumns,
        columns: &[
            ("constraint_schema", P::Schema),
            ("table_schema", P::Schema),
            ("table_name", P::Table),
            ("constraint_name", P::Name),
            ("column_name", P::Column),
        ],
        ..NONE
    },
    Source {
        schema: IS,
        name: "referential_constraints",
        listing: L::Constraints,
        only: Some((P::Kind, &["FOREIGN KEY"])),
        columns: &[("constraint_schema", P::Schema), ("table_name", P::Table), ("constraint_name", P::Name)],
        ..NONE
    },
    Source {
        schema: IS,
        name: "routines",
        listing: L::Routines,
        columns: &[("routine_schema", P::Schema), ("routine_name", P::Name), ("routine_type", P::Kind)],
        ..NONE
    },
    Source {
        schema: IS,
        name: "triggers",
        listing: L::Triggers,
        columns: &[
            ("trigger_schema", P::Schema),
            ("trigger_name", P::Name),
            ("event_object_schema", P::Schema),
            ("event_object_table", P::Table),
        ],
        ..NONE
    },
];

/// The system view of that name, in lower case. PostgreSQL finds its own catalog without a schema.
pub(super) fn source(schema: Option<&str>, name: &str, mysql: bool) -> Option<&'static Source> {
    let list = if mysql { MYSQL } else { POSTGRES };
    list.iter()
        .find(|s| s.name == name && schema.map_or(s.schema == PG && !mysql, |schema| s.schema == schema))
}

impl Source {
    /// What a column says; `path` has dots where a join leads to another catalog: `conrelid.relname`.
    pub(super) fn property(&self, path: &str) -> Property {
        if let Some((_, property)) = self.columns.iter().find(|(name, _)| *name == path) {
            return *property;
        }
        let behind =
            |reference: &str| (!reference.is_empty()).then(|| path.strip_prefix(reference)).flatten();
        let schema = |rest: &str| matches!(rest, "" | ".oid" | ".nspname");
        if let Some(rest) = behind(self.namespace).filter(|rest| schema(rest)) {
            let _named = rest;
            return Property::Schema;
        }
        for (reference, object, name) in
            [(self.owner, Property::Owner, Property::Table), (self.itself, Property::Object, Property::Name)]
        {
            match behind(reference) {
                Some("" | ".oid") => return object,
                Some(".relname" | ".typname") => return name,
                Some(rest) => {
                    let spaces = [".relnamespace", ".typnamespace"];
                    if spaces.iter().filter_map(|s| rest.strip_prefix(s)).any(schema) {
                        return Property::Schema;
                    }
                }
                None => {}
            }
        }
        Property::Other
    }

    /// Its columns that are modelled, with what they say.
    pub(super) fn columns(&self) -> &'static [(&'static str, Property)] {
        self.columns
    }

    /// Whether the column is one of this view.
    pub(super) fn has(&self, column: &str) -> bool {
        column == self.owner && !self.owner.is_empty()
            || column == self.namespace && !self.namespace.is_empty()
            || column == self.itself
            || self.columns.iter().any(|(name, _)| *name == column)
    }
}
