//! PostgreSQL: what the server has is read, and what is written from it makes the same again.
use remigrate::live::{LiveOptions, snapshot};
use remigrate_tests::servers;

#[test]
fn a_schema_is_read() {
    for version in [14, 18] {
        let database = servers::postgres(version).create_database("objects");
        database.execute(include_str!("postgres/objects.sql")).unwrap();
        let catalog = snapshot(&database.url(), &LiveOptions::default()).unwrap();
        assert!(!catalog.tables.is_empty());
    }
}
