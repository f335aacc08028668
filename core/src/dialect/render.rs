//! Writing changes as SQL.

/// One statement that carries out a change or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One statement, without a terminator.
    pub sql: String,
    /// Whether the statement may run in a transaction block. `false` for PostgreSQL's `… CONCURRENTLY`; statements of
    /// the MySQL family that commit implicitly are `false` as well.
    pub transaction: bool,
    /// What the statement cannot do, in one sentence without a full stop: PostgreSQL cannot put a column back in its
    /// old place, for example.
    pub note: Option<String>,
}

impl Rendered {
    /// A statement that may run in a transaction block and does the whole of what is asked.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), transaction: true, note: None }
    }

    /// A statement that must run outside of a transaction block, or that ends one.
    pub fn alone(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), transaction: false, note: None }
    }

    /// The same with a sentence about what it cannot do.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}
