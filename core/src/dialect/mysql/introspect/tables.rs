//! Tables: what they have apart from columns, indexes and constraints.
use std::collections::BTreeMap;

use crate::{
    catalog::{Table, TableProperties},
    dialect::introspect::fields,
    dialect::mysql::{charset, partition},
    error::Error,
};

use super::{ReadTable, Reader, own, queries, some};

impl Reader<'_> {
    pub(super) fn tables(&mut self) -> Result<(), Error> {
        for row in fields(self.rows, queries::TABLES)? {
            let (name, kind) = (row.text(0)?, row.text(1)?);
            if !matches!(kind, "BASE TABLE" | "SYSTEM VERSIONED") {
                continue;
            }
            let mut table = Table::new(own(name));
            let engine = row.optional(2);
            let collation = row.optional(3).map(charset::normal_collation);
            let options = row.optional(4).unwrap_or("");
            table.properties = TableProperties {
                engine: engine.filter(|e| !e.eq_ignore_ascii_case("innodb")).map(str::to_owned),
                comment: some(row.optional(5)),
                options: create_options(options),
                ..TableProperties::default()
            };
            let (charset, own_collation) = differing(collation.as_deref(), Some(&self.collation));
            table.properties.charset = charset;
            table.properties.collation = own_collation;
            if options.split(' ').any(|option| option == "partitioned") {
                match self.show_create(name)?.map(|sql| partition::of_create_table(sql, self.target)) {
                    Some(Some(text)) => table.properties.partition_by = Some(text),
                    _ => self.uncertain(&table.name, "its partitioning could not be read"),
                }
            }
            if engine.is_none() {
                self.uncertain(&table.name, "the server cannot open it");
            }
            if kind == "SYSTEM VERSIONED" {
                self.uncertain(&table.name, "its system versioning is not modelled");
            }
            self.tables.insert(name, ReadTable { table, collation });
        }
        Ok(())
    }

    /// What `SHOW CREATE` said about a table or view, if it was asked and allowed.
    pub(super) fn show_create(&self, name: &str) -> Result<Option<&str>, Error> {
        let Some(rows) = self.rows.get(queries::SHOW_CREATE) else { return Ok(None) };
        let found = rows.iter().find(|row| row.first().and_then(Option::as_deref) == Some(name));
        Ok(found.and_then(|row| row.get(1)).and_then(Option::as_deref))
    }
}

/// Character set and collation as the model keeps them: only what differs from those of the surrounding.
pub(super) fn differing(own: Option<&str>, around: Option<&str>) -> (Option<String>, Option<String>) {
    let Some(own) = own else { return (None, None) };
    if around == Some(own) {
        return (None, None);
    }
    let charset = charset::charset_of(own);
    let same_set = around.is_some_and(|around| charset::charset_of(around) == charset);
    (charset.filter(|_| !same_set), Some(own.to_owned()))
}

/// `CREATE_OPTIONS` without what has a field of its own: `row_format=DYNAMIC stats_persistent=1 ENCRYPTION='Y'`. Words
/// are in upper case as lowering has them, strings as they are.
fn create_options(text: &str) -> BTreeMap<String, String> {
    let option = |option: &str| {
        let (name, value) = option.split_once('=')?;
        let bare = |text: &str| text.trim_matches(['\'', '"', '`']).to_owned();
        let word = !value.starts_with(['\'', '"']);
        Some((bare(name).to_ascii_lowercase(), if word { value.to_ascii_uppercase() } else { bare(value) }))
    };
    text.split(' ').filter_map(option).collect()
}
