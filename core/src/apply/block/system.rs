//! Names of objects that PostgreSQL brings along.
use crate::{dialect::expression, operation::Listing, target::Target};

/// The relations of `information_schema` (PostgreSQL 18), and its domains.
const INFORMATION_SCHEMA: &[&str] = &[
    "administrable_role_authorizations",
    "applicable_roles",
    "attributes",
    "cardinal_number",
    "character_data",
    "character_sets",
    "check_constraint_routine_usage",
    "check_constraints",
    "collation_character_set_applicability",
    "collations",
    "column_column_usage",
    "column_domain_usage",
    "column_options",
    "column_privileges",
    "column_udt_usage",
    "columns",
    "constraint_column_usage",
    "constraint_table_usage",
    "data_type_privileges",
    "domain_constraints",
    "domain_udt_usage",
    "domains",
    "element_types",
    "enabled_roles",
    "foreign_data_wrapper_options",
    "foreign_data_wrappers",
    "foreign_server_options",
    "foreign_servers",
    "foreign_table_options",
    "foreign_tables",
    "information_schema_catalog_name",
    "key_column_usage",
    "parameters",
    "referential_constraints",
    "role_column_grants",
    "role_routine_grants",
    "role_table_grants",
    "role_udt_grants",
    "role_usage_grants",
    "routine_column_usage",
    "routine_privileges",
    "routine_routine_usage",
    "routine_sequence_usage",
    "routine_table_usage",
    "routines",
    "schemata",
    "sequences",
    "sql_features",
    "sql_identifier",
    "sql_implementation_info",
    "sql_parts",
    "sql_sizing",
    "table_constraints",
    "table_privileges",
    "tables",
    "time_stamp",
    "transforms",
    "triggered_update_columns",
    "triggers",
    "udt_privileges",
    "usage_privileges",
    "user_defined_types",
    "user_mapping_options",
    "user_mappings",
    "view_column_usage",
    "view_routine_usage",
    "view_table_usage",
    "views",
    "yes_or_no",
];

/// The types of `pg_catalog` that are not row types of its relations (PostgreSQL 18, `pg_type.dat`).
const TYPES: &[&str] = &[
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anycompatiblerange",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "bit",
    "bool",
    "box",
    "bpchar",
    "bytea",
    "char",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "event_trigger",
    "fdw_handler",
    "float4",
    "float8",
    "gtsvector",
    "index_am_handler",
    "inet",
    "int2",
    "int2vector",
    "int4",
    "int4multirange",
    "int4range",
    "int8",
    "int8multirange",
    "int8range",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "oid8",
    "oidvector",
    "opaque",
    "path",
    "point",
    "polygon",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdatabase",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "smgr",
    "table_am_handler",
    "text",
    "tid",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "trigger",
    "tsm_handler",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "varbit",
    "varchar",
    "void",
    "xid",
    "xid8",
    "xml",
];

/// Whether an object of that name may be one of the server's own.
pub(super) fn is_system_name(listing: Listing, name: &str, target: &Target) -> bool {
    if name.starts_with("pg_") || name.starts_with("_pg_") {
        return true;
    }
    match listing {
        Listing::Types => {
            TYPES.contains(&name) || INFORMATION_SCHEMA.contains(&name) || name.starts_with('_')
        }
        // There are thousands, most of them without an underscore in their names.
        Listing::Routines => {
            expression::builtin_function(name, target).is_some() || !name.trim_matches('_').contains('_')
        }
        Listing::Constraints | Listing::Triggers | Listing::Indexes | Listing::KeyColumns => {
            name == "cardinal_number_domain_check" || name == "yes_or_no_check"
        }
        // A column of that name may be one of theirs.
        Listing::Columns => true,
        Listing::EnumLabels | Listing::Schemas | Listing::Extensions => false,
        _ => INFORMATION_SCHEMA.contains(&name),
    }
}

/// The relations and types that an extension brings along; `None` for extensions that are not known. From the scripts
/// of PostgreSQL's `contrib` and of pgvector.
pub(super) fn extension_objects(extension: &str) -> Option<&'static [&'static str]> {
    Some(match extension {
        "plpgsql" | "uuid-ossp" | "pgcrypto" | "unaccent" | "fuzzystrmatch" | "btree_gin" | "tablefunc" => {
            &["tablefunc_crosstab_2", "tablefunc_crosstab_3", "tablefunc_crosstab_4"]
        }
        "citext" => &["citext"],
        "pg_trgm" => &["gtrgm"],
        "hstore" => &["hstore", "ghstore"],
        "ltree" => &["ltree", "lquery", "ltxtquery", "ltree_gist"],
        "btree_gist" => {
            &["gbtreekey2", "gbtreekey4", "gbtreekey8", "gbtreekey16", "gbtreekey32", "gbtreekey_var"]
        }
        "pg_stat_statements" => &["pg_stat_statements", "pg_stat_statements_info"],
        "vector" => &["vector", "halfvec", "sparsevec"],
        _ => return None,
    })
}

/// Whether an extension brings along relations, composite types included.
pub(super) fn brings_relations(extension: &str) -> bool {
    !matches!(
        extension,
        "plpgsql"
            | "uuid-ossp"
            | "pgcrypto"
            | "unaccent"
            | "fuzzystrmatch"
            | "btree_gin"
            | "btree_gist"
            | "citext"
            | "pg_trgm"
            | "hstore"
            | "ltree"
            | "vector"
    )
}
