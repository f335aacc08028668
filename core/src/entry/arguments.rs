//! The functions and what each takes: the one place where their arguments are named and described.
use serde::Deserialize;

use super::{
    Arguments, Function,
    input::{Files, SchemaSource, read_ledger, two_catalogs},
};
use crate::{
    catalog::Catalog,
    commands::{self, Options},
    error::Error,
    live::{self, LiveOptions},
    report::{
        CheckReport, DiffReport, DriftReport, HistoryReport, ImpactReport, RollbackReport, RulePage,
        VerifyReport,
    },
    target::{Dialect, ServerVersion, Session},
};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::of::<CheckArguments>(),
    Function::of::<ImpactArguments>(),
    Function::of::<SimulateArguments>(),
    Function::of::<SnapshotArguments>(),
    Function::of::<DiffArguments>(),
    Function::of::<RollbackArguments>(),
    Function::of::<HistoryArguments>(),
    Function::of::<VerifyArguments>(),
    Function::of::<DriftArguments>(),
    Function::of::<ExplainArguments>(),
    Function::of::<RulesArguments>(),
];

/// Declares the arguments of a function that reads migrations: its own, and those that all of them share.
macro_rules! reading_files {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        struct $name {
            $($(#[$doc])* $field: $type,)*
            /// Server family; without it the schema or the files tell, if they can.
            dialect: Option<Dialect>,
            /// Server version like `17`, `8.0.36` or `11.8`; without it the dialect's default.
            server_version: Option<ServerVersion>,
            /// Migration tool whose layout the files have; detected without it.
            tool: Option<String>,
            /// Session settings in force before the first file.
            session: Option<Session>,
            /// How long a database may take that is read on the way.
            timeouts: Option<LiveOptions>,
        }

        impl $name {
            /// The shared options, with the starting schema that `schema` makes.
            fn options(&mut self, schema: Option<SchemaSource>) -> Result<Options, Error> {
                let mut options = Options {
                    dialect: self.dialect,
                    server_version: self.server_version,
                    tool: self.tool.take(),
                    session: self.session.take(),
                    timeouts: self.timeouts.unwrap_or_default(),
                    ..Options::default()
                };
                options.schema = schema.map(|schema| schema.catalog(&options)).transpose()?;
                Ok(options)
            }
        }
    };
}

reading_files! {
    /// Checks migrations: would they run, in this order, and what would they do to a database in use? Bad SQL is a
    /// finding, not an error.
    CheckArguments {
        /// The migrations.
        files: Files,
        /// The schema before the first file; without it anything may exist, and findings that depend on it say so.
        schema: Option<SchemaSource>,
        /// Rules that report nothing.
        #[serde(default)]
        disable: Vec<String>,
    }
}

impl Arguments for CheckArguments {
    const NAME: &'static str = "check";
    const POSITIONAL: &'static [&'static str] = &["files"];
    type Answer = CheckReport;

    fn run(mut self) -> Result<CheckReport, Error> {
        let schema = self.schema.take();
        let options = Options { disable: std::mem::take(&mut self.disable), ..self.options(schema)? };
        commands::check(&self.files.read()?, &options)
    }
}

reading_files! {
    /// Says for each statement what it locks, rewrites and scans, and how it goes with transactions.
    ImpactArguments {
        /// The migrations.
        files: Files,
        /// The schema before the first file; without it anything may exist, and answers that depend on it say so.
        schema: Option<SchemaSource>,
    }
}

impl Arguments for ImpactArguments {
    const NAME: &'static str = "impact";
    const POSITIONAL: &'static [&'static str] = &["files"];
    type Answer = ImpactReport;

    fn run(mut self) -> Result<ImpactReport, Error> {
        let schema = self.schema.take();
        let options = self.options(schema)?;
        commands::impact(&self.files.read()?, &options)
    }
}

reading_files! {
    /// The schema after the migrations, as a catalog.
    SimulateArguments {
        /// The migrations.
        files: Files,
        /// The schema before the first file; an empty database without it.
        schema: Option<SchemaSource>,
    }
}

impl Arguments for SimulateArguments {
    const NAME: &'static str = "simulate";
    const POSITIONAL: &'static [&'static str] = &["files"];
    type Answer = Catalog;

    fn run(mut self) -> Result<Catalog, Error> {
        let schema = self.schema.take();
        let options = self.options(schema)?;
        commands::simulate(&self.files.read()?, &options)
    }
}

/// The schema of a live database, as a catalog. It is read in one read-only transaction with timeouts.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct SnapshotArguments {
    /// URL of the database: `postgres://user:password@host:port/database` or `mysql://…`.
    url: String,
    /// How long the database may take.
    timeouts: Option<LiveOptions>,
}

impl Arguments for SnapshotArguments {
    const NAME: &'static str = "snapshot";
    const POSITIONAL: &'static [&'static str] = &["url"];
    type Answer = Catalog;

    fn run(self) -> Result<Catalog, Error> {
        live::snapshot(&self.url, &self.timeouts.unwrap_or_default())
    }
}

reading_files! {
    /// What turns one schema into another, and the script that does it.
    DiffArguments {
        /// The schema to start from.
        from: SchemaSource,
        /// The schema to get to.
        to: SchemaSource,
    }
}

impl Arguments for DiffArguments {
    const NAME: &'static str = "diff";
    const POSITIONAL: &'static [&'static str] = &["from", "to"];
    type Answer = DiffReport;

    fn run(mut self) -> Result<DiffReport, Error> {
        let options = self.options(None)?;
        let (from, to) = two_catalogs(&self.from, &self.to, &options)?;
        commands::diff(&from, &to)
    }
}

reading_files! {
    /// Writes the way back from migrations. Nothing is executed.
    RollbackArguments {
        /// The migrations.
        files: Files,
        /// The schema before the first file; without it anything may exist, and what a statement dropped is not known
        /// unless an earlier file created it.
        schema: Option<SchemaSource>,
        /// The version to get back to: everything behind it is undone. Without it everything is.
        to: Option<String>,
    }
}

impl Arguments for RollbackArguments {
    const NAME: &'static str = "rollback";
    const POSITIONAL: &'static [&'static str] = &["files"];
    type Answer = RollbackReport;

    fn run(mut self) -> Result<RollbackReport, Error> {
        let schema = self.schema.take();
        let options = Options { to: self.to.take(), ..self.options(schema)? };
        commands::rollback(&self.files.read()?, &options)
    }
}

reading_files! {
    /// Judges from a schema alone which of the migrations a database has.
    HistoryArguments {
        /// The migrations.
        files: Files,
        /// The schema to explain.
        against: SchemaSource,
        /// The schema before the first file; an empty database without it.
        schema: Option<SchemaSource>,
    }
}

impl Arguments for HistoryArguments {
    const NAME: &'static str = "history";
    const POSITIONAL: &'static [&'static str] = &["files"];
    type Answer = HistoryReport;

    fn run(mut self) -> Result<HistoryReport, Error> {
        let schema = self.schema.take();
        let options = self.options(schema)?;
        let against = self.against.catalog(&options)?;
        commands::history(&self.files.read()?, &against, &options)
    }
}

reading_files! {
    /// Audits the ledger that a migration tool keeps in a live database against files and schema.
    VerifyArguments {
        /// The migrations.
        files: Files,
        /// URL of the database.
        against: String,
    }
}

impl Arguments for VerifyArguments {
    const NAME: &'static str = "verify";
    const POSITIONAL: &'static [&'static str] = &["files"];
    type Answer = VerifyReport;

    fn run(mut self) -> Result<VerifyReport, Error> {
        let options = self.options(None)?;
        let files = self.files.read()?;
        let (live, ledger) = read_ledger(&self.against, &files, &options)?;
        commands::verify(&files, &ledger, &live, &options)
    }
}

reading_files! {
    /// What differs between the schema that the migrations make and the one that is there.
    DriftArguments {
        /// The migrations.
        files: Files,
        /// The schema that is there.
        against: SchemaSource,
        /// The schema before the first file; an empty database without it.
        schema: Option<SchemaSource>,
    }
}

impl Arguments for DriftArguments {
    const NAME: &'static str = "drift";
    const POSITIONAL: &'static [&'static str] = &["files"];
    type Answer = DriftReport;

    fn run(mut self) -> Result<DriftReport, Error> {
        let schema = self.schema.take();
        let options = self.options(schema)?;
        let against = self.against.catalog(&options)?;
        commands::drift(&self.files.read()?, &against, &options)
    }
}

/// A rule's page: why it matters and what to do instead, with examples.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct ExplainArguments {
    /// The rule's name.
    rule: String,
}

impl Arguments for ExplainArguments {
    const NAME: &'static str = "explain";
    const POSITIONAL: &'static [&'static str] = &["rule"];
    type Answer = RulePage;

    fn run(self) -> Result<RulePage, Error> {
        commands::explain(&self.rule)
    }
}

/// The pages of all rules, sorted by name.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct RulesArguments {}

impl Arguments for RulesArguments {
    const NAME: &'static str = "rules";
    const POSITIONAL: &'static [&'static str] = &[];
    type Answer = Vec<RulePage>;

    fn run(self) -> Result<Vec<RulePage>, Error> {
        Ok(commands::rules())
    }
}
