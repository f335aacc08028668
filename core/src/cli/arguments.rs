//! The command line's words.
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{live::LiveOptions, report::Severity};

/// Is this SQL migration valid, is it dangerous, how do I get back, and where is this database?
#[derive(Parser, Debug)]
#[command(name = "remigrate", version, max_term_width = 100)]
#[command(
    after_help = "PATH is a file or a migrations directory. SCHEMA is a migrations directory, a dump (.sql), a \
                        catalog (.json) or a database URL (postgres://, mysql://).\nExit status: 0 nothing found, 1 \
                        something found, 2 it could not do its job."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) shared: Shared,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Args, Debug)]
pub(super) struct Shared {
    /// Server family: postgres, mysql or mariadb; without it the files tell, if they can
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) dialect: Option<String>,
    /// Server version, like 17, 8.0.36 or 11.8
    #[arg(long, global = true, value_name = "VERSION")]
    pub(super) server_version: Option<String>,
    /// Layout of the migrations directory; detected without it
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) tool: Option<String>,
    /// The schema before the first file
    #[arg(long, global = true, value_name = "SCHEMA")]
    pub(super) schema: Option<String>,
    /// Milliseconds for connecting to a database; 0 is no limit
    #[arg(long, global = true, value_name = "MS", default_value_t = LiveOptions::default().connect_timeout)]
    pub(super) connect_timeout: u64,
    /// Milliseconds for one query on a database; 0 is no limit
    #[arg(long, global = true, value_name = "MS", default_value_t = LiveOptions::default().statement_timeout)]
    pub(super) statement_timeout: u64,
    /// Milliseconds for waiting for a lock in a database; 0 is no limit
    #[arg(long, global = true, value_name = "MS", default_value_t = LiveOptions::default().lock_timeout)]
    pub(super) lock_timeout: u64,
    /// Form of the answer; sarif and github are for `check`
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Sarif,
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Info,
    Warning,
    Error,
    Never,
}

impl From<FailOn> for Option<Severity> {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Info => Some(Severity::Info),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Error => Some(Severity::Error),
            FailOn::Never => None,
        }
    }
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Say what is invalid and what is dangerous
    Check {
        /// Files or migrations directories
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// The least severity that makes the exit status 1
        #[arg(long, value_enum, default_value_t = FailOn::Error)]
        fail_on: FailOn,
        /// A rule that reports nothing; may be given several times
        #[arg(long, value_name = "RULE")]
        disable: Vec<String>,
    },
    /// Say what each statement locks, rewrites and scans
    Impact {
        /// Files or migrations directories
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Print the schema after the migrations
    Simulate {
        /// Files or migrations directories
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Print the schema of a live database
    Snapshot {
        /// Database URL
        url: String,
    },
    /// Print what turns one schema into another
    Diff {
        /// The schema to start from
        #[arg(value_name = "SCHEMA")]
        from: String,
        /// The schema to get to
        #[arg(value_name = "SCHEMA")]
        to: String,
    },
    /// Write the way back from migrations
    Rollback {
        /// Files or migrations directories
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// The version to get back to; without it everything is undone
        #[arg(long, value_name = "VERSION")]
        to: Option<String>,
    },
    /// Judge from a schema which migrations a database has
    History {
        /// Migrations directory
        path: PathBuf,
        /// The schema to explain
        #[arg(long, value_name = "SCHEMA")]
        against: String,
    },
    /// Audit a migration tool's ledger against files and schema
    Verify {
        /// Migrations directory
        path: PathBuf,
        /// The database that has the ledger
        #[arg(long, value_name = "URL")]
        against: String,
    },
    /// Print what differs between the migrations' schema and a live one
    Drift {
        /// Migrations directory
        path: PathBuf,
        /// The schema to compare with
        #[arg(long, value_name = "SCHEMA")]
        against: String,
    },
    /// Print a rule's page, or the list of rules
    Explain {
        /// The rule's name
        rule: Option<String>,
    },
}
