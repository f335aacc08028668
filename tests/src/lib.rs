//! What the tests of Remigrate share: throw-away database servers and migrations of public projects.
//!
//! Everything here panics with a message that says what to do when something is missing: a test that cannot run
//! has failed.

pub mod compare;
pub mod corpus;
pub mod figures;
pub mod mutants;
pub mod oracle;
pub mod rows;
pub mod servers;
pub mod suites;
pub mod verdicts;
