//! What the tests of Remigrate share: throw-away database servers.
//!
//! Everything here panics with a message that says what to do when something is missing: a test that cannot run
//! has failed.

pub mod servers;
