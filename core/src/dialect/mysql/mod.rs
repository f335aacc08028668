//! MySQL and MariaDB.
pub mod names;
