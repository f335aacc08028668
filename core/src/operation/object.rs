//! Statements on what a catalog does not hold: accounts, events, plugins, replication, tablespaces …
use serde::Serialize;

use crate::catalog::ObjectName;

/// A statement that was read to its end, on something that the catalog does not hold.
///
/// What it does is said by its words; what follows from it for tables only by `may_change_schema`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ObjectStatement {
    /// What it does, upper case: `CREATE`, `ALTER`, `DROP`, `RENAME`, `GRANT`, `FLUSH` …
    pub verb: String,
    /// What kind of thing it does that to, upper case: `EVENT`, `USER`, `RESOURCE GROUP`; empty where the verb says it.
    pub kind: String,
    /// The things it names: names as people write them, accounts as written.
    pub objects: Vec<ObjectName>,
    /// Its other parts in order: name, lower case (`schedule`, `body`, `privileges`, `new_name`), and text as written, in
    /// one line.
    pub clauses: Vec<(String, String)>,
    /// Whether it can change or destroy what the catalog models (tables, columns, …), now or later: an event can, `GRANT`
    /// cannot.
    pub may_change_schema: bool,
}

impl ObjectStatement {
    /// The verb and the kind, and whether the owner changes: `CREATE EVENT`, `GRANT`, `ALTER SCHEMA OWNER TO`.
    pub fn title(&self) -> String {
        let kind = if self.kind.is_empty() { String::new() } else { format!(" {}", self.kind) };
        let owner = if self.verb == "ALTER" && self.clause("owner").is_some() { " OWNER TO" } else { "" };
        format!("{}{kind}{owner}", self.verb)
    }

    /// The text of a part, if it was written.
    pub fn clause(&self, name: &str) -> Option<&str> {
        self.clauses.iter().find(|(clause, _)| clause == name).map(|(_, text)| text.as_str())
    }
}
