//! Storage engines of the MySQL family: how servers spell them, and what becomes of rows that are put into one.
//!
//! From the chapters on storage engines of the MySQL 8.4 and 9.7 manuals and of MariaDB's documentation.

/// What an engine does with the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// Every row, with every type, key and NULL.
    Rows,
    /// Rows, with restrictions: no keys or no NULL (`CSV`), no changes (`ARCHIVE`).
    SomeRows,
    /// Rows until the server stops.
    UntilRestart,
    /// No row: what is inserted is thrown away.
    Nothing,
    /// No rows of its own: it shows those of other tables or servers, and writes to them.
    Elsewhere,
}

/// Engines by the name that servers show.
const ENGINES: &[(&str, Keeps)] = &[
    ("InnoDB", Keeps::Rows),
    ("MyISAM", Keeps::Rows),
    ("MEMORY", Keeps::UntilRestart),
    ("CSV", Keeps::SomeRows),
    ("ARCHIVE", Keeps::SomeRows),
    ("BLACKHOLE", Keeps::Nothing),
    ("FEDERATED", Keeps::Elsewhere),
    ("MRG_MyISAM", Keeps::Elsewhere),
    ("Aria", Keeps::Rows),
    ("SEQUENCE", Keeps::Elsewhere),
    ("ndbcluster", Keeps::Rows),
    ("RocksDB", Keeps::Rows),
    ("Spider", Keeps::Elsewhere),
    ("CONNECT", Keeps::Elsewhere),
    ("S3", Keeps::SomeRows),
];

/// Other words that servers accept for an engine.
const ALIASES: &[(&str, &str)] =
    &[("HEAP", "MEMORY"), ("MERGE", "MRG_MyISAM"), ("NDB", "ndbcluster"), ("INNOBASE", "InnoDB")];

/// The name that servers show for an engine.
pub(crate) fn spelling(name: &str) -> Option<&'static str> {
    let real =
        ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name)).map_or(name, |(_, real)| real);
    ENGINES.iter().map(|(engine, _)| *engine).find(|engine| engine.eq_ignore_ascii_case(real))
}

/// What becomes of rows in an engine; `None` for one that is not known. No name is the default, InnoDB.
pub(crate) fn keeps(engine: Option<&str>) -> Option<Keeps> {
    let name = spelling(engine.unwrap_or("InnoDB"))?;
    ENGINES.iter().find(|(engine, _)| *engine == name).map(|(_, keeps)| *keeps)
}
