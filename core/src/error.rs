//! The one error type: misuse of the library and failures of the outside world. Bad SQL is never an error, it is
//! a finding.
use std::fmt;

/// What went wrong, for programs; [`Error`]'s text is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An option has an unknown name or an impossible value.
    InvalidOptions,
    /// A migrations directory, dump or catalog cannot be understood.
    InvalidInput,
    /// A migration version, rule or tool of that name does not exist.
    NotFound,
    /// A file could not be read.
    Io,
    /// A database could not be reached or refused a query.
    Connection,
    /// A bug in Remigrate: please report it.
    Internal,
}

impl ErrorKind {
    /// Every kind, in the order of its codes.
    pub const ALL: [Self; 6] = [
        Self::InvalidOptions,
        Self::InvalidInput,
        Self::NotFound,
        Self::Io,
        Self::Connection,
        Self::Internal,
    ];

    /// The name used in every language, in kebab-case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidOptions => "invalid-options",
            Self::InvalidInput => "invalid-input",
            Self::NotFound => "not-found",
            Self::Io => "io",
            Self::Connection => "connection",
            Self::Internal => "internal",
        }
    }

    /// A stable number, the status of the C functions; 0 is success and numbers are never used again.
    pub fn code(self) -> i32 {
        match self {
            Self::InvalidOptions => 1,
            Self::InvalidInput => 2,
            Self::NotFound => 3,
            Self::Io => 4,
            Self::Connection => 5,
            Self::Internal => 6,
        }
    }
}

/// An error with a [kind](ErrorKind) and a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    /// An error of `kind`; `message` starts in lower case, has no full stop and says what to do.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// What went wrong, for programs.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The sentence for people.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
