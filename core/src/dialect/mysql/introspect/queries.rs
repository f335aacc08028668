//! The queries: everything about the current database, all columns as text.
use std::collections::BTreeSet;

use crate::{
    dialect::introspect::{Query, Row, Rows},
    dialect::mysql::quote,
    target::{Dialect, Target},
};

/// Names under which the rows are found again.
pub(super) const DATABASE: &str = "database";
pub(super) const TABLES: &str = "tables";
pub(super) const COLUMNS: &str = "columns";
pub(super) const INDEXES: &str = "indexes";
pub(super) const FOREIGN_KEYS: &str = "foreign keys";
/// Rules of foreign keys: table, name, on delete, on update. Apart from their columns, because MySQL joins the two in
/// quadratic time.
pub(super) const RULES: &str = "foreign key rules";
pub(super) const CHECKS: &str = "checks";
/// MySQL's conditions of checks by name; MariaDB tells them with the checks.
pub(super) const CONDITIONS: &str = "check conditions";
pub(super) const VIEWS: &str = "views";
pub(super) const ROUTINES: &str = "routines";
pub(super) const PARAMETERS: &str = "parameters";
pub(super) const TRIGGERS: &str = "triggers";
/// Rows of `SHOW CREATE TABLE` and `SHOW CREATE VIEW`: name, statement, and more for views.
pub(super) const SHOW_CREATE: &str = "show create";
/// Rows of MariaDB's sequences: name, start, minimum, maximum, increment, cache, cycle.
pub(super) const SEQUENCES: &str = "sequences";

/// The queries that every catalog needs; [`more`] says which ones follow.
pub fn queries(target: &Target) -> Vec<Query> {
    let mariadb = target.dialect == Dialect::MariaDb;
    let pick = |mysql: &'static str, maria: &'static str| if mariadb { maria } else { mysql };
    let since = |major: u16, minor: u16, patch: u16| target.version.at_least(major, minor, patch);
    let visible = if mariadb {
        if since(10, 6, 0) { "IGNORED" } else { "'NO'" }
    } else {
        "IF(IS_VISIBLE = 'YES', 'NO', 'YES')"
    };
    let expression = if !mariadb && since(8, 0, 13) { "EXPRESSION" } else { "NULL" };
    let has_checks = mariadb || since(8, 0, 16);
    let checks = if mariadb {
        // The level tells a column's check from a table's: both may have the column's name.
        "SELECT TABLE_NAME, CONSTRAINT_NAME, 'YES', LEVEL, CHECK_CLAUSE \
         FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() \
         ORDER BY TABLE_NAME, CONSTRAINT_NAME"
    } else if has_checks {
        "SELECT TABLE_NAME, CONSTRAINT_NAME, ENFORCED, 'Table', NULL \
         FROM information_schema.TABLE_CONSTRAINTS \
         WHERE TABLE_SCHEMA = DATABASE() AND CONSTRAINT_TYPE = 'CHECK' ORDER BY TABLE_NAME, CONSTRAINT_NAME"
    } else {
        "SELECT NULL FROM DUAL WHERE FALSE"
    };
    let conditions = if has_checks && !mariadb {
        "SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS \
         WHERE CONSTRAINT_SCHEMA = DATABASE()"
    } else {
        "SELECT NULL FROM DUAL WHERE FALSE"
    };
    let query = |name: &'static str, sql: String| Query { name, sql };
    vec![
        query(
            DATABASE,
            "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA \
             WHERE SCHEMA_NAME = DATABASE()"
                .to_owned(),
        ),
        query(
            TABLES,
            "SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, CREATE_OPTIONS, TABLE_COMMENT \
             FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME"
                .to_owned(),
        ),
        query(
            COLUMNS,
            format!(
                "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, \
                 GENERATION_EXPRESSION, CHARACTER_SET_NAME, COLLATION_NAME, COLUMN_COMMENT, {} \
                 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() \
                 ORDER BY TABLE_NAME, ORDINAL_POSITION",
                pick("CAST(SRS_ID AS CHAR)", "NULL")
            ),
        ),
        query(
            INDEXES,
            format!(
                "SELECT TABLE_NAME, INDEX_NAME, IF(NON_UNIQUE = 0, 'YES', 'NO'), COLUMN_NAME, {expression}, \
                 CAST(SUB_PART AS CHAR), IF(COLLATION = 'D', 'YES', 'NO'), INDEX_TYPE, {visible}, INDEX_COMMENT \
                 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() \
                 ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"
            ),
        ),
        query(
            FOREIGN_KEYS,
            "SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, \
             IF(REFERENCED_TABLE_SCHEMA = DATABASE(), '', REFERENCED_TABLE_SCHEMA), \
             REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME \
             FROM information_schema.KEY_COLUMN_USAGE \
             WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL \
             ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION"
                .to_owned(),
        ),
        query(
            RULES,
            "SELECT TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE \
             FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()"
                .to_owned(),
        ),
        query(CONDITIONS, conditions.to_owned()),
        query(CHECKS, checks.to_owned()),
        query(
            VIEWS,
            "SELECT TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() \
             ORDER BY TABLE_NAME"
                .to_owned(),
        ),
        query(
            ROUTINES,
            "SELECT ROUTINE_NAME, ROUTINE_TYPE, ROUTINE_DEFINITION, IS_DETERMINISTIC, SQL_DATA_ACCESS, \
             SECURITY_TYPE, ROUTINE_COMMENT, EXTERNAL_LANGUAGE FROM information_schema.ROUTINES \
             WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY ROUTINE_TYPE, ROUTINE_NAME"
                .to_owned(),
        ),
        query(
            PARAMETERS,
            "SELECT SPECIFIC_NAME, ROUTINE_TYPE, PARAMETER_MODE, PARAMETER_NAME, DTD_IDENTIFIER, \
             CHARACTER_SET_NAME, COLLATION_NAME FROM information_schema.PARAMETERS \
             WHERE SPECIFIC_SCHEMA = DATABASE() ORDER BY ROUTINE_TYPE, SPECIFIC_NAME, ORDINAL_POSITION"
                .to_owned(),
        ),
        query(
            TRIGGERS,
            "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT \
             FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() \
             ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER"
                .to_owned(),
        ),
    ]
}

/// The queries that depend on what [`queries`] found: what only `SHOW CREATE` tells (the text of views and of
/// partitioning, parsers of full-text indexes), and the sequences. Rows of queries with the same name are put one
/// after the other. One that the server refuses may be left out: decoding then says what is not known.
pub fn more(target: &Target, rows: &Rows) -> Vec<Query> {
    let of = |query: &str| rows.get(query).map_or(&[][..], Vec::as_slice);
    let text = |row: &Row, place: usize| row.get(place).cloned().flatten().unwrap_or_default();
    let mut found = Vec::new();
    let fulltext: BTreeSet<String> =
        of(INDEXES).iter().filter(|row| text(row, 7) == "FULLTEXT").map(|row| text(row, 0)).collect();
    for row in of(TABLES) {
        let name = text(row, 0);
        let quoted = quote::name(&name);
        if text(row, 1) == "SEQUENCE" && target.dialect == Dialect::MariaDb {
            found.push(Query {
                name: SEQUENCES,
                sql: format!(
                    "SELECT {}, CAST(start_value AS CHAR), CAST(minimum_value AS CHAR), \
                     CAST(maximum_value AS CHAR), CAST(increment AS CHAR), CAST(cache_size AS CHAR), \
                     CAST(cycle_option AS CHAR) FROM {quoted}",
                    quote::string(&name)
                ),
            });
        } else if text(row, 4).split(' ').any(|option| option == "partitioned")
            || fulltext.contains(&name)
            || text(row, 1) == "SYSTEM VERSIONED"
        {
            found.push(Query { name: SHOW_CREATE, sql: format!("SHOW CREATE TABLE {quoted}") });
        }
    }
    for row in of(VIEWS) {
        let sql = format!("SHOW CREATE VIEW {}", quote::name(&text(row, 0)));
        found.push(Query { name: SHOW_CREATE, sql });
    }
    found
}
